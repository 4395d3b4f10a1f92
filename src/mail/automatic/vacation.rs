//! Absence notes and receipts that only their words give away.

use crate::mail::lower_case::lower_case;
use crate::mail::phrases::Lists;
use crate::mail::thread;
use std::sync::LazyLock;

/// 自动回复：…, Automatic reply: … at the head of a subject, or in brackets of its own. A reply to such a mail
/// (`Re: 自动回复: …`) was written by a person.
pub(super) fn vacation_subject(subject: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "自动回复", "自动答复", "自動回覆", "自動回復", "自動答覆", "自动应答", "自動應答", "自动回信",
        "休假自动回复", "假期自动回复", "系统自动回复", "自動返信", "自動応答", "不在通知", "外出自动回复",
        "离职自动回复", "automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response",
        "autoresponse", "automatic response", "automated reply", "automated response", "automatic answer",
        "auto responder", "autoresponder", "out of office", "out of the office", "out-of-office",
        "out of office autoreply", "out of office reply", "out of office notification", "ooo", "oof",
        "away from office", "away notice", "vacation", "vacation reply", "vacation notice", "vacation response",
        "vacation autoreply", "on vacation", "on leave", "i am out of the office", "abwesenheitsnotiz",
        "automatische antwort", "réponse automatique", "absence du bureau", "respuesta automática",
        "fuera de la oficina", "risposta automatica", "resposta automática", "automatisch antwoord", "автоответ",
        "автоматический ответ", "автоматична відповідь", "autosvar", "automatisk svar", "automatiskt svar", "auto-antwort",
        "autoantwort", "abwesenheit", "afwezig", "afwezigheid", "frånvaro", "fravær", "automaattinen vastaus",
        "poissa", "automatyczna odpowiedź", "automatická odpověď", "automatikus válasz", "răspuns automat",
        "otomatik yanıt", "αυτόματη απάντηση", "trả lời tự động", "balasan otomatis", "fuera de oficina", "자동 회신", "자동 응답", "부재중",
        "부재중 자동 회신", "부재중 자동 응답",
    ];
    let text = thread::without_gateway(subject).to_lowercase();
    let text = text.trim();
    for (open, close) in [('[', ']'), ('【', '】'), ('(', ')'), ('（', '）'), ('<', '>'), ('「', '」')] {
        // 【自动回复】周会, Re: 周会 [自动回复]
        if let Some(rest) = text.strip_prefix(open)
            && let Some((head, _)) = rest.split_once(close)
            && WORDS.contains(&head.trim())
        {
            return true;
        }
        if let Some(rest) = text.strip_suffix(close)
            && let Some((_, tail)) = rest.rsplit_once(open)
            && WORDS.contains(&tail.trim())
        {
            return true;
        }
    }
    WORDS.iter().any(|word| {
        let Some(rest) = text.strip_prefix(word) else { return false };
        let rest = rest.trim_start();
        // "out of office policy for 2027" is a subject like another
        rest.is_empty()
            || rest.starts_with([':', '：', '-', '—', '–', '|', '!', '！'])
            || rest.starts_with("re:")
            || rest.starts_with("until")
            || rest.starts_with("autoreply")
            || (word.starts_with("out of") || word.starts_with("i am out") || word.starts_with("ooo"))
                && (rest.starts_with("(")
                    || rest.starts_with("from ")
                    || rest.starts_with("till ")
                    || rest.starts_with("thru "))
    })
}

/// The text of a vacation note that no header announces.
pub(super) fn vacation_text(words: &str) -> bool {
    let is_letter = |c: &char| matches!(c, 'a'..='z' | '0'..='9' | '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric();
    let end = words.char_indices().nth(1500).map_or(words.len(), |(at, _)| at);
    let words = words.get(..end).unwrap_or_default();
    let letters = words.chars().filter(is_letter).take(701).count();
    if letters == 0 || letters > 700 {
        return false;
    }
    let mut text = lower_case(words).replace('\n', " ");
    for (from, to) in [('\r', ""), ('’', "'")] {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    // who names an item answers it
    if !thread::ids(&text).is_empty() {
        return false;
    }
    // ASCII words may have blanks between them; the others are looked for without any.
    let bits =
        if text.is_ascii() { ASCII.within(&text) } else { ASCII.within(&text) | OTHERS.within(&text.replace(' ', "")) };
    let [sure, topic, absent, slow, turn_to, thanks, matter] = std::array::from_fn(|at| bits >> at & 1 == 1);
    if sure && !topic {
        return true;
    }
    let score = usize::from(slow) + usize::from(turn_to) + usize::from(thanks);
    if matter { absent && slow && turn_to } else { absent && score >= 1 || slow && thanks && letters < 160 }
}

/// What tells absence notes, in the order in which [`vacation_text`] takes the lists.
const SIGNS: [&[&str]; 7] = [SURE, TOPIC, ABSENT, SLOW, TURN_TO, THANKS, MATTER];
static ASCII: LazyLock<Lists> = LazyLock::new(|| Lists::of(&SIGNS, str::is_ascii));
static OTHERS: LazyLock<Lists> = LazyLock::new(|| Lists::of(&SIGNS, |word| !word.is_ascii()));

/// Nobody else says so.
#[rustfmt::skip]
const SURE: &[&str] = &[
    "这是来自qq邮箱的假期自动回复", "假期自动回复邮件", "这是一封自动回复", "这是自动回复", "此为自动回复",
    "本邮件为自动回复", "本邮件为系统自动", "此邮件为自动回复", "此邮件为系统自动", "此邮件由系统自动",
    "本邮件由系统自动", "以下为自动回复", "系统自动回复,请勿", "系统自动回复，请勿", "這是自動回覆",
    "這是一封自動回覆", "此為自動回覆", "此為系統自動", "该邮件为自动回复", "自动回复邮件,请勿",
    "自动回复邮件，请勿", "自动回复，请勿", "自动回复,请勿", "this is an automatic reply",
    "this is an automated reply", "this is an auto-reply", "this is an auto reply",
    "this is an automatic response", "this is an automated response", "this is an automatically generated",
    "this is an automated message", "this is an auto-generated", "this is an autoreply",
    "this is an autoresponse", "this email is auto", "i am sending this automatically",
];
/// 「自动回复」 as a topic: the sentence speaks of its text, rule or letter.
#[rustfmt::skip]
const TOPIC: &[&str] = &[
    "自动回复的文", "自动回复模板", "自动回复功能", "自动回复设置", "写自动回复", "改自动回复", "自动回复怎么",
    "设置自动回复", "自动回复邮件的",
];
/// The writer is not there.
#[rustfmt::skip]
const ABSENT: &[&str] = &[
    "休假", "年假", "产假", "陪产假", "婚假", "病假中", "出差中", "正在出差", "目前出差", "在外出差",
    "不在办公室", "不在公司", "外出中", "离职", "離職", "正在度假", "放假", "出国", "國外出差", "不在辦公室",
    "休假中", "请假中", "公出", "正在开会无法", "驾车中", "out of office", "out of the office", "on vacation",
    "on leave", "annual leave", "maternity leave", "paternity leave", "parental leave", "sick leave",
    "on holiday", "away from my desk", "away from the office", "i am away", "i'm away", "i will be away",
    "i'll be away", "currently away", "currently travelling", "currently traveling", "no longer with",
    "no longer work", "left the company", "i am travelling", "i am traveling", "i'm travelling",
];
/// An answer takes its time.
#[rustfmt::skip]
const SLOW: &[&str] = &[
    "无法及时回复", "不能及时回复", "无法亲自回复", "无法回复您", "无法及时查看", "不能及时查看", "无法及时处理",
    "无法及时查收", "不便回复", "不便查收", "回复可能会有延迟", "回复可能会延迟", "回复可能延迟", "邮件回复可能", "可能无法及时", "恐无法及时", "可能不能及时",
    "回复会有延迟", "回复延迟", "尽快给您回复", "尽快回复您", "尽快与您联系", "会尽快回复", "将尽快回复",
    "回来后回复", "回来后会", "返回后回复", "返回后会", "返岗后", "假期结束后", "会在回来后", "稍后回复您",
    "第一时间回复", "無法及時回覆", "儘快回覆", "盡快回覆", "無法立即回覆", "回來後", "limited access to", "when i return", "when i get back", "when i am back", "when i'm back", "upon my return", "on my return",
    "no access to email", "no access to my email", "without access to email", "delayed response",
    "response may be delayed", "reply may be delayed", "will not be able to respond", "not be able to reply",
    "unable to respond", "unable to reply", "will respond when", "will reply when", "respond upon my return",
    "reply upon my return", "respond to your email when", "respond to your message when", "get back to you when",
    "get back to you upon", "get back to you as soon as", "get back to you on my return", "respond as soon as",
    "reply as soon as", "reply to your email as soon", "will respond to your", "will be returning",
    "i will return", "i'll be back", "i will be back", "checking email", "not be checking", "intermittent access",
    "emails will not be",
];
/// Who is there instead.
#[rustfmt::skip]
const TURN_TO: &[&str] = &[
    "如有急事", "如有紧急", "若有急事", "若有紧急", "紧急事项", "紧急事务", "紧急事宜", "紧急情况请", "急事请",
    "请致电", "请拨打", "请联系我的同事", "请联系同事", "期间请联系", "工作请联系", "工作事宜请联系", "如有要事",
    "有事请联系", "有事请电", "如需帮助请联系", "緊急事項", "如有急事請", "若有緊急", "请与我的同事",
    "in my absence", "during my absence", "for urgent", "if urgent", "if it is urgent", "if this is urgent",
    "if your matter is urgent", "urgent matters", "urgent issues", "for immediate assistance", "need immediate",
    "in case of emergency", "please contact my colleague", "please reach out to my", "please contact",
    "my backup", "is covering for me",
];
/// The mail has come.
#[rustfmt::skip]
const THANKS: &[&str] = &[
    "您的邮件已收到", "您的来信已收到", "已收到您的邮件", "已收到您的来信", "已经收到您的邮件", "我已收到您",
    "您发的邮件已收到", "感谢您的来信", "感谢您的邮件", "谢谢您的来信", "谢谢您的邮件", "來信已收到",
    "您的郵件已收到", "感謝您的來信", "邮件已收到", "来信收到", "来信已收到", "thank you for your email",
    "thank you for your e-mail", "thanks for your email", "thank you for your message", "thanks for your message",
    "thank you for contacting", "thank you for getting in touch", "your email has been received",
    "your message has been received", "we received your message", "we have received your",
];
/// Who speaks of the matter itself is a person, away or not.
#[rustfmt::skip]
const MATTER: &[&str] = &[
    "参加", "出席", "参会", "会议", "周会", "例会", "开会", "完成", "延期", "顺延", "改期", "参與", "會議",
    "出席", "进度", "任务", "这项", "该项", "纪要", "议题", "attend", "the meeting", "postpone", "finished",
    "deadline", "move it", "reschedule", "action item", "the task", "join", "done", "the item",
];

pub(super) fn receipt_in_words(subject: &str, text: &str) -> bool {
    let lower = thread::without_gateway(subject).to_lowercase();
    let head = [
        "已读:",
        "已读：",
        "已讀:",
        "已讀：",
        "已读回执",
        "阅读回执",
        "已阅读:",
        "已阅读：",
        "读取回执",
        "回执:",
        "未读:",
        "未读：",
        "已删除:",
        "read:",
        "not read:",
        "read receipt",
        "return receipt",
        "gelesen:",
        "lu :",
        "leído:",
        "letto:",
        "开封通知",
        "開封済み:",
        "读:",
        "已送达:",
        "送达回执",
        "delivered:",
        "relayed:",
    ]
    .iter()
    .any(|h| lower.starts_with(h));
    if !head {
        return false;
    }
    let body = text.to_lowercase();
    let letters = body.chars().filter(|c| c.is_alphanumeric()).count();
    letters == 0
        || [
            "被阅读",
            "已阅读",
            "已被收件人",
            "阅读时间",
            "已读回执",
            "收件人已",
            "已於",
            "閱讀",
            "was read",
            "was displayed",
            "has been read",
            "this is a receipt",
            "return receipt",
            "was deleted without",
            "读取时间",
            "有下列收件人",
            "delivery to these recipients",
            "已送达",
            "delivered to",
            "即被删除",
        ]
        .iter()
        .any(|w| body.contains(w))
        // Exchange: 已于 2026年10月12日 10:29 阅读。
        || body.contains("已于") && (body.contains("阅读") || body.contains("读取") || body.contains("删除"))
}
