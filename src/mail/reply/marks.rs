//! What a single line of a mail is: separator, label of a header block, end of an attribution, device line, banner,
//! disclaimer, sign-off, part of a signature. Knows the habits of mail clients, holds no state, and each question
//! costs time linear in the line.

use crate::mail::lower_case::lower_case;
use crate::mail::phrases::Phrases;
use std::borrow::Cow;

/// A line as the questions below see it: full-width colons and spaces made plain, invisible characters gone,
/// emphasis stars at its ends gone, trimmed.
pub(super) fn plain(line: &str) -> String {
    // some clients escape spaces in their plain text
    let mended = if line.contains('&') && (line.contains("&nbsp;") || line.contains("&gt;") || line.contains("&lt;")) {
        Some(line.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">"))
    } else {
        None
    };
    let line = mended.as_deref().unwrap_or(line);
    let mut out = String::with_capacity(line.len());
    // what stays is copied by the stretch
    let mut from = 0;
    for (at, c) in line.char_indices() {
        let plain = match c {
            '\0'..='\u{9f}' | '\u{4e00}'..='\u{9fff}' => continue,
            '：' | '﹕' => ":",
            '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => " ",
            '＜' | '〈' => "<",
            '＞' | '〉' => ">",
            c if invisible(c) => "",
            _ => continue,
        };
        out.push_str(line.get(from..at).unwrap_or_default());
        out.push_str(plain);
        from = at + c.len_utf8();
    }
    out.push_str(line.get(from..).unwrap_or_default());
    let trimmed = out.trim();
    // the bars of a table without content
    if trimmed.starts_with('|') && trimmed.chars().all(|c| c == '|' || c == ' ') {
        return String::new();
    }
    if trimmed.len() == out.len() { out } else { trimmed.to_owned() }
}

/// Zero-width and bidirectional control characters: never part of what a person meant to write.
pub(super) fn invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{ad}')
}

/// With straight apostrophes.
fn straight(lower: Cow<'_, str>) -> Cow<'_, str> {
    if lower.contains('’') { Cow::Owned(lower.replace('’', "'")) } else { lower }
}

fn is_rule_char(c: char) -> bool {
    matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | '―' | '─' | '━' | '~' | '－' | '＿' | '﹣' | '·')
}

/// A drawn line: three or more of the same few characters and nothing else.
pub(super) fn ruler(core: &str) -> bool {
    let mut count = 0;
    for c in core.chars() {
        if c == ' ' {
            continue;
        }
        if !is_rule_char(c) {
            return false;
        }
        count += 1;
    }
    count >= 3
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separator {
    pub forward: bool,
    /// without rules around it or a fixed phrase of its own it counts only above a header block
    pub bare: bool,
}

#[rustfmt::skip]
const ORIGINAL: &[&str] = &[
    "original message", "original messages", "original", "original mail", "original email", "original e-mail",
    "original appointment", "replied message", "reply message", "previous message", "original text", "原始邮件",
    "原始郵件", "原邮件", "原郵件", "邮件原件", "邮件原文", "回复的邮件信息", "来信原文", "原始邮件内容", "郵件原件",
    "原始信息", "原始訊息", "原始信件", "原始消息", "回复的原邮件", "回复的邮件", "回復的原郵件", "回覆的郵件",
    "回复邮件", "回复原邮件", "原文", "原始约会", "原始邮件信息", "原邮件信息", "ursprüngliche nachricht",
    "originalnachricht", "originalmeldung", "message d'origine", "message original", "message originale",
    "mensaje original", "mensagem original", "messaggio originale", "oorspronkelijk bericht",
    "ursprungligt meddelande", "oprindelig meddelelse", "元のメッセージ", "原文メッセージ", "원본 메시지",
    "исходное сообщение", "alkuperäinen viesti",
];
#[rustfmt::skip]
const FORWARD: &[&str] = &[
    "forwarded message", "forwarded messages", "forwarded mail", "forwarded email", "forward message", "fwd",
    "begin forwarded message", "转发的邮件", "转发邮件", "转发的原邮件", "转发邮件信息", "转发的消息", "转发的信息",
    "转发信息", "轉寄郵件", "轉寄的郵件", "轉寄訊息", "轉發的郵件", "轉發郵件", "已转发的邮件", "已轉寄的郵件",
    "转发消息", "被转发的邮件", "以下是转发的邮件", "以下為轉寄郵件", "开始转发的邮件", "开始转发邮件",
    "開始轉寄郵件", "開始轉寄的郵件", "下面是被转发的邮件", "转寄邮件", "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht", "message transféré", "message réexpédié", "début du message réexpédié",
    "début du message transféré", "mensaje reenviado", "inicio del mensaje reenviado", "mensagem encaminhada",
    "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht", "転送されたメッセージ",
    "転送メッセージ", "転送", "пересылаемое сообщение", "전달된 메시지", "vidarebefordrat meddelande",
];
/// Phrases that no one writes for another purpose: they need no rules around them.
#[rustfmt::skip]
const FORWARD_ALONE: &[&str] = &[
    "begin forwarded message", "以下是转发的邮件", "开始转发的邮件", "开始转发邮件", "開始轉寄郵件", "開始轉寄的郵件",
    "下面是被转发的邮件", "以下為轉寄郵件", "anfang der weitergeleiteten nachricht", "début du message réexpédié",
    "début du message transféré", "inicio del mensaje reenviado", "inizio messaggio inoltrato",
];

static ORIGINALS: Phrases = Phrases::new(ORIGINAL);
static FORWARDS: Phrases = Phrases::new(FORWARD);

/// `-----Original Message-----`, `------------------ 原始邮件 ------------------`, `Begin forwarded message:` …
pub(super) fn separator(core: &str) -> Option<Separator> {
    if core.len() > 120 && core.chars().count() > 120 {
        return None;
    }
    let is_edge = |c: char| is_rule_char(c) || c == ' ' || c == '>';
    let left = core.trim_start_matches(is_edge);
    let inner = left.trim_end_matches(is_edge);
    let rules_left = core[..core.len() - left.len()].chars().filter(|c| is_rule_char(*c)).count();
    let rules_right = left[inner.len()..].chars().filter(|c| is_rule_char(*c)).count();
    let ruled = rules_left >= 2 || rules_right >= 2;
    if !ruled && !ORIGINALS.may_lead(inner.trim_start()) && !FORWARDS.may_lead(inner.trim_start()) {
        return None;
    }
    let name = lower_case(inner.trim_end_matches([':', ' ']));
    // "原始邮件 (Original Mail)" names it twice
    let name = name.split(['(', '（']).next().unwrap_or_default().trim();
    if name.is_empty() {
        return None;
    }
    let forward = FORWARDS.hold(name);
    if forward || ORIGINALS.hold(name) {
        let alone = FORWARD_ALONE.contains(&name);
        return Some(Separator { forward, bare: !ruled && !alone });
    }
    if ruled {
        for (start, forward) in [
            ("forwarded by ", true),
            ("forwarded message from", true),
            ("original message from", false),
            ("original message follows", false),
            ("转发自", true),
        ] {
            if name.starts_with(start) {
                return Some(Separator { forward, bare: false });
            }
        }
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    From,
    Date,
    /// a date label that only mail clients use (`Sent`, 发送时间): nobody writes it in prose
    Sent,
    To,
    Cc,
    Subject,
    Other,
}

/// No label of a header block is longer.
const LABEL_OCTETS_MAX: usize = 48;

/// `From: Helen <helen@…>` → the label and the text behind it. Reads `*From:*`, `主　题：`, `| 发件人 | 陈曦 |`.
pub(super) fn label(core: &str) -> Option<(Label, &str)> {
    let table = core.starts_with('|');
    let core = core.trim_start_matches(['|', ' ', '*', '>']);
    let cut = if table {
        core.find('|')?
    } else {
        core.bytes().take(LABEL_OCTETS_MAX + 1).position(|byte| matches!(byte, b':' | b'\t'))?
    };
    if cut > LABEL_OCTETS_MAX {
        return None;
    }
    let name: String = core[..cut]
        .chars()
        .filter(|c| !matches!(c, ' ' | '*' | '\t' | '_' | '"'))
        .flat_map(char::to_lowercase)
        .collect();
    let label = match name.as_str() {
        "from" | "從" | "从" | "发件人" | "寄件者" | "寄件人" | "發件人" | "发信人" | "發信人" | "来自" | "发送者"
        | "自" | "von" | "de" | "da" | "差出人" | "送信者" | "van" | "från" | "fra" | "от" | "보낸사람"
        | "expéditeur" | "mittente" | "remitente" => Label::From,
        "sent"
        | "sentat"
        | "sentdate"
        | "发送时间"
        | "发送日期"
        | "寄件日期"
        | "發送時間"
        | "發送日期"
        | "傳送時間"
        | "傳送日期"
        | "发件时间"
        | "发信时间"
        | "寄件時間"
        | "发件日期"
        | "已发送"
        | "gesendet"
        | "envoyé"
        | "enviado"
        | "enviada"
        | "enviadoel"
        | "inviato"
        | "送信日時"
        | "verzonden"
        | "skickat"
        | "sendt"
        | "отправлено"
        | "보낸날짜" => Label::Sent,
        "date" | "日期" | "时间" | "時間" | "日時" | "datum" | "fecha" | "data" | "dato" | "дата" | "날짜" => {
            Label::Date
        }
        "to" | "收件人" | "收件者" | "收信人" | "至" | "an" | "à" | "para" | "a" | "宛先" | "aan" | "till" | "til"
        | "кому" | "받는사람" | "destinataire" | "destinatario" => Label::To,
        "cc" | "抄送" | "抄送人" | "副本" | "副本抄送" | "抄送给" | "kopie" | "kopia" | "копия" | "참조" => {
            Label::Cc
        }
        "subject" | "主题" | "主旨" | "主題" | "标题" | "標題" | "邮件主题" | "郵件主旨" | "betreff" | "objet"
        | "asunto" | "oggetto" | "assunto" | "件名" | "onderwerp" | "ämne" | "emne" | "тема" | "제목" => {
            Label::Subject
        }
        "bcc" | "密送" | "密件副本" | "reply-to" | "replyto" | "回复" | "回复给" | "回覆" | "importance" | "重要性"
        | "priority" | "优先级" | "attachments" | "attachment" | "附件" | "sensitivity" | "敏感度" | "mailed-by"
        | "signed-by" | "organization" | "cc/抄送" => Label::Other,
        _ => return None,
    };
    let rest = core.get(cut + 1..).unwrap_or_default();
    Some((label, rest.trim_matches([' ', '*', '|', '\t', ':'])))
}

/// The whole header block flowed into one line, as some phones and converters leave it.
pub(super) fn header_in_one_line(core: &str) -> bool {
    if core.len() > 2000 || !matches!(label(core), Some((Label::From, _))) {
        return false;
    }
    let lower = lower_case(core);
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let when = has(&[" sent:", " date:", "发送时间:", " 日期:", "寄件日期:", "发送日期:", "傳送時間:"]);
    let whom = has(&[" to:", "收件人:", "收件者:"]);
    let what = has(&[" subject:", "主题:", "主旨:", "主題:"]);
    when && (whom || what)
}

/// `8:12`, `20:05`
pub(super) fn has_clock(s: &str) -> bool {
    let b = s.as_bytes();
    b.windows(3).enumerate().any(|(i, w)| {
        w[0] == b':'
            && w[1].is_ascii_digit()
            && w[2].is_ascii_digit()
            && i > 0
            && b.get(i - 1).is_some_and(u8::is_ascii_digit)
    })
}

/// A day with its year, or 7月9日.
pub(super) fn has_day(s: &str) -> bool {
    let b = s.as_bytes();
    let year = b.windows(4).enumerate().any(|(i, w)| {
        (w.starts_with(b"20") || w.starts_with(b"19"))
            && w.iter().all(u8::is_ascii_digit)
            && !(i > 0 && b[i - 1].is_ascii_digit())
            && !b.get(i + 4).is_some_and(u8::is_ascii_digit)
    });
    let digits = b.iter().filter(|c| c.is_ascii_digit()).count();
    let chinese = s.contains('月') && s.contains('日') && digits >= 2;
    // 7/9/26, 09.07.26
    let slashed = b
        .split(|c| !(c.is_ascii_digit() || *c == b'/' || *c == b'.'))
        .any(|w| w.len() >= 6 && w.iter().filter(|c| **c == b'/' || **c == b'.').count() == 2 && w[0].is_ascii_digit());
    (year && digits >= 5) || chinese || slashed
}

/// Something like an address stands in it.
pub(super) fn has_address(s: &str) -> bool {
    let b = s.as_bytes();
    b.iter().enumerate().any(|(i, c)| {
        *c == b'@'
            && i > 0
            && b.get(i - 1).is_some_and(|p| {
                p.is_ascii_alphanumeric() || matches!(p, b'.' | b'_' | b'-' | b'+' | b'"') || *p >= 0x80
            })
            && b.get(i + 1).is_some_and(|n| n.is_ascii_alphanumeric() || *n >= 0x80)
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// … wrote: / …写道：
    Verb,
    /// the verb stands before the name: Am … schrieb Helen:
    MidVerb,
    /// no verb: 2026年7月9日(木) 8:12 Helen <helen@…>:
    Address,
    /// Quoting Helen:
    Quoting,
}

#[rustfmt::skip]
const VERBS: &[&str] = &[
    "wrote", "writes", "written", "写道", "寫道", "写到", "寫到", "写", "a écrit", "écrit", "schrieb", "geschrieben",
    "escribió", "ha scritto", "scrisse", "escreveu", "schreef", "skrev", "kirjoitti", "napisał", "napisał(a)",
    "написал", "написал(а)", "написала", "пишет", "님이 작성", "님이 작성함", "さんは書きました", "さんが書きました",
    "書きました", "のメール", "viết", "yazdı",
];
const MID_VERBS: &[&str] = &[" schrieb ", " schreef ", " skrev ", " wrote ", " escribió ", " escreveu "];

/// An attribution with the quoted text on the same line: `On …, Helen wrote:   Was it sent?` (Yahoo on phones).
pub(super) fn attribution_with_text(core: &str) -> bool {
    if !attribution_start(core) {
        return false;
    }
    let Some(at) = [" wrote:", "写道:", "寫道:"].iter().filter_map(|verb| core.find(verb)).min() else {
        return false;
    };
    let head = core.get(..at).unwrap_or_default();
    head.len() <= 300 && balanced(head) && has_clock(head) && (has_day(head) || has_address(head))
}

/// Whether an attribution could end with this line.
pub(super) fn attribution_tail(core: &str) -> Option<Tail> {
    if core.len() > 700 {
        return None;
    }
    // Zoho: ---- On … wrote ----
    let bare = core.trim_end_matches([' ', '-', '=']);
    let ruled = core.len() - bare.len() >= 3;
    let colon = bare.ends_with(':');
    let said = bare.trim_end_matches([':', ' ', ',', '，']);
    if !colon && !ruled && !said.ends_with("写道") && !said.ends_with("寫道") {
        return None;
    }
    let lower = lower_case(said);
    if VERBS.iter().any(|v| lower.ends_with(v))
        && (colon || ruled || lower.ends_with("写道") || lower.ends_with("寫道"))
    {
        // "copywrote" is no verb of ours
        return Some(Tail::Verb);
    }
    if !colon {
        return None;
    }
    if lower.starts_with("quoting ") || lower.starts_with("zitat von ") || lower.starts_with("引用 ") {
        return Some(Tail::Quoting);
    }
    if MID_VERBS.iter().any(|v| lower.contains(v)) {
        return Some(Tail::MidVerb);
    }
    if said.ends_with('>') || said.ends_with(']') || said.ends_with(')') {
        return Some(Tail::Address);
    }
    None
}

const MONTHS_AND_DAYS: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec", "lun", "mer", "jeu", "ven", "sam", "dim", "mié", "jue", "vie", "sáb", "dom", "gio", "seg",
    "ter", "qua", "qui", "sex", "mo", "di", "mi", "do", "fr", "sa", "so", "lör", "sön", "tor", "tis", "ons", "man",
    "tir", "ma", "wo", "vr", "za", "zo",
];

/// The line opens an attribution: On Thu…, 在 2026年…, At 2026-…, Am Do., Le jeu. …
pub(super) fn attribution_start(core: &str) -> bool {
    let core = core.trim_start_matches(['-', ' ', '*']);
    if let Some(rest) = core.strip_prefix('在').or_else(|| core.strip_prefix('于')).or_else(|| core.strip_prefix('於'))
    {
        let rest = rest.trim_start();
        return rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.starts_with('周')
            || rest.starts_with('星')
            || rest.starts_with('週');
    }
    let mut words = core.split(' ').filter(|w| !w.is_empty());
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    if !["On", "At", "Am", "Le", "El", "Il", "Em", "Op", "Den", "Il giorno", "Dnia", "Em", "Vào", "Pada"]
        .contains(&first)
    {
        return false;
    }
    let second = if second == "giorno" || second == "día" { words.next().unwrap_or_default() } else { second };
    let second = lower_case(second);
    second.starts_with(|c: char| c.is_ascii_digit()) || MONTHS_AND_DAYS.iter().any(|m| second.starts_with(m))
}

/// Angle brackets close: a line that ends within an address is only half of an attribution.
pub(super) fn balanced(s: &str) -> bool {
    s.matches('<').count() == s.matches('>').count() && !s.starts_with('<')
}

/// Whether the joined lines are an attribution for certain, whatever follows.
pub(super) fn attribution_proven(joined: &str, tail: Tail) -> bool {
    if !balanced(joined) {
        return false;
    }
    let (clock, day, address) = (has_clock(joined), has_day(joined), has_address(joined));
    match tail {
        Tail::Verb => address || (clock && (day || attribution_start(joined))) || (day && attribution_start(joined)),
        Tail::MidVerb => {
            (attribution_start(joined) && (clock || day || address)) || (joined.contains(" wrote on ") && clock && day)
        }
        Tail::Address => day && clock && address,
        Tail::Quoting => address,
    }
}

#[rustfmt::skip]
const DEVICES: &[&str] = &[
    "iphone", "ipad", "ipod", "android", "安卓", "手机", "手機", "平板", "华为", "華為", "huawei", "荣耀", "honor",
    "小米", "xiaomi", "redmi", "红米", "oppo", "vivo", "oneplus", "一加", "realme", "魅族", "meizu", "三星",
    "samsung", "galaxy", "outlook", "邮箱", "郵箱", "邮件", "郵件", "信箱", "网易", "網易", "qq", "foxmail", "钉钉",
    "釘釘", "dingtalk", "飞书", "飛書", "feishu", "lark", "企业微信", "企業微信", "wecom", "微信", "wechat",
    "blackberry", "windows", "客户端", "客戶端", "matepad", "yahoo", "gmail", "proton", "thunderbird", "spark",
    "mailbird", "airmail", "nine", "pixel", "xperia", "nokia", "motorola", "macbook", "my mac", "apple watch",
    "phone", "mobile", "tablet", "smartphone", "handset", "zoho", "superhuman", "aquamail", "aqua mail", "bluemail",
    "k-9", "mail app", "app for", "mail for", "apple mail", "mailspring", "posteo", "gmx", "web.de", "fairemail",
    "handy", "移动端", "wps", "coremail", "139", "189", "sina", "新浪", "搜狐", "阿里", "aliyun", "aliyun mail",
    "tom邮",
];

/// All that a line of a device begins with; each is looked at more closely in [`device`].
#[rustfmt::skip]
static DEVICE_HEADS: Phrases = Phrases::new(&[
    "签名由", "发自", "發自", "发送自", "發送自", "傳送自", "傳自", "寄自", "从我的", "從我的", "由我的", "自我的", "用我的",
    "来自", "來自", "通过", "透過", "由", "使用", "获取", "获得", "取得", "下载", "下載", "試試", "试用", "sent ",
    "composed on ", "written on ", "从", "從", "get ", "yahoo mail", "download outlook", "envoyé ", "von meinem",
    "gesendet ", "enviado ", "inviato ", "verzonden ", "verstuurd ", "skickat ", "sendt ", "отправлено", "wysłane",
    "outlook ", "télécharger", "holen sie", "obtener", "obtenez", "scarica",
]);

fn names_device(lower: &str) -> bool {
    DEVICES.iter().any(|d| lower.contains(d))
}

/// 发自我的 iPhone, Sent from Outlook for iOS, 获取 Outlook for Android … The whole line or nothing.
pub(super) fn device(core: &str) -> bool {
    let edge = |c: char| matches!(c, ' ' | '-' | '—' | '*' | '_' | '.' | '。' | '[' | ']');
    if !DEVICE_HEADS.may_lead(core.trim_start_matches(edge)) && !core.contains("から送信") {
        return false;
    }
    // an address behind it: Get Outlook for iOS<https://aka.ms/o0ukef>
    let text = core.split(['<', '(']).next().unwrap_or_default();
    let text = text.split("http").next().unwrap_or_default();
    let text = text.trim_matches(edge);
    let count = text.chars().count();
    if count == 0 || count > 90 {
        return false;
    }
    let lower = lower_case(text);
    if lower.starts_with("签名由") && lower.ends_with("定制") {
        return true;
    }
    let prose = text.contains(['。', '，', '？', '?', '！', ';', '；']) || text.contains(": ");
    for start in
        ["发自", "發自", "发送自", "發送自", "傳送自", "傳自", "寄自", "从我的", "從我的", "由我的", "自我的", "用我的"]
    {
        if let Some(rest) = lower.strip_prefix(start) {
            return count <= 40
                && !prose
                && (names_device(rest)
                    || (rest.starts_with("我的") && count <= 16)
                    || (start.contains("我的") && rest.contains(['发', '發', '傳', '寄'])));
        }
    }
    for start in ["来自", "來自", "通过", "透過", "由", "使用"] {
        if let Some(rest) = lower.strip_prefix(start) {
            let tail_is_device = DEVICES.iter().any(|d| rest.ends_with(d))
                || ["版", "端", "大师", "大師", "发送", "發送", "傳送", "寄出", "pro", "app"]
                    .iter()
                    .any(|e| rest.ends_with(e))
                    && names_device(rest)
                || rest.trim_start_matches("我的").trim_start().starts_with(|c: char| c.is_ascii_alphabetic())
                    && names_device(rest)
                    && !rest.contains('的');
            let by = matches!(start, "通过" | "透過" | "由" | "使用");
            return count <= 30 && !prose && tail_is_device && (!by || rest.ends_with(['送', '出']));
        }
    }
    for start in ["获取", "获得", "取得", "下载", "下載", "試試", "试用"] {
        if let Some(rest) = lower.strip_prefix(start) {
            let rest = rest.trim_start();
            return count <= 40
                && !prose
                && ((rest.starts_with("outlook") || rest.starts_with("适用于") || rest.starts_with("適用於"))
                    || rest.contains(" for ios")
                    || rest.contains(" for android"));
        }
    }
    for start in
        ["sent from ", "sent via ", "sent with ", "sent using ", "sent by ", "sent on ", "composed on ", "written on "]
    {
        if let Some(rest) = lower.strip_prefix(start) {
            let first = rest.split(". ").next().unwrap_or_default();
            let short = first.split(' ').count() <= 9;
            let mine = first.strip_prefix("my ").is_some_and(|thing| {
                names_device(thing)
                    || ["mac", "cell", "handheld", "surface", "laptop", "watch", "moto", "pc"]
                        .iter()
                        .any(|d| thing.starts_with(d))
            });
            let product = start != "sent by "
                && start != "sent on "
                && names_device(first)
                && !first.starts_with("the ")
                && !first.contains(" the ");
            let on_mine = first.starts_with("my ") && mine;
            return short && !prose && (on_mine || (!first.starts_with("my ") && product));
        }
    }
    if let Some(rest) = lower.strip_prefix("从").or_else(|| lower.strip_prefix("從")) {
        // 从 Windows 版邮件发送
        return count <= 30
            && !prose
            && rest.ends_with(['送', '出', '取', '载', '載'])
            && names_device(rest)
            && rest.trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
    }
    if lower.starts_with("get outlook for")
        || lower.starts_with("get bluemail for")
        || lower.starts_with("get mail for")
    {
        return true;
    }
    if lower.starts_with("yahoo mail: search, organize")
        || lower.starts_with("sent from yahoo")
        || lower.starts_with("download outlook for")
    {
        return true;
    }
    #[rustfmt::skip]
    const ELSEWHERE: &[&str] = &[
        "envoyé de mon", "envoyé depuis", "envoyé à partir de", "von meinem", "gesendet von", "gesendet mit",
        "enviado desde", "enviado do meu", "enviado de mi", "enviado del", "inviato da", "inviato dal",
        "verzonden vanaf", "verstuurd vanaf", "skickat från", "sendt fra", "отправлено с", "wysłane z", "outlook für",
        "outlook pour", "télécharger outlook", "holen sie sich outlook", "obtener outlook", "obtenez outlook",
        "scarica outlook",
    ];
    if ELSEWHERE.iter().any(|start| lower.starts_with(start)) {
        return !prose && count <= 70 && names_device(&lower);
    }
    lower.ends_with("から送信") && count <= 30
}

/// A gateway's banner. Some(rest): what is left of the line without it (possibly empty).
pub(super) fn banner(core: &str) -> Option<&str> {
    #[rustfmt::skip]
    const PREFIX: &[&str] = &[
        "[外部邮件]", "【外部邮件】", "[外部]", "【外部】", "[外部郵件]", "【外部郵件】", "[外来邮件]",
        "【外来邮件】", "[外网邮件]", "【外网邮件】", "(外部邮件)", "（外部邮件）", "[external]", "[external email]",
        "[external mail]", "[external sender]", "[external e-mail]", "[ext]", "(external)", "*external*",
        "[external message]", "[extern]", "[外部发件人]", "【外部发件人】", "[互联网邮件]", "【互联网邮件】",
        "<external>", "**external**", "*** external ***",
    ];
    let trimmed = core.trim_start_matches(['⚠', '\u{fe0f}', ' ', '!', '！', '*', '|']);
    let bracketed = core.starts_with(['[', '【', '(', '（', '*', '<']);
    for prefix in PREFIX.iter().filter(|_| bracketed) {
        let Some(head) = core.get(..prefix.len()) else { continue };
        if lower_case(head) == *prefix {
            let rest = core.get(prefix.len()..).unwrap_or_default().trim_start_matches([' ', ':', '-']);
            // a warning may go on behind its bracket
            let warns = [
                "谨慎",
                "小心",
                "请注意",
                "警惕",
                "勿点击",
                "謹慎",
                "do not click",
                "don't click",
                "caution",
                "be careful",
                "open attachments",
            ];
            let lower = lower_case(rest);
            let warned =
                banner_sentence(rest) || rest.chars().count() <= 200 && warns.iter().any(|w| lower.contains(w));
            return Some(if warned { "" } else { rest });
        }
    }
    banner_sentence(trimmed).then_some("")
}

fn banner_sentence(text: &str) -> bool {
    let count = text.chars().count();
    if !(4..=400).contains(&count) {
        return false;
    }
    let lower = straight(lower_case(text));
    let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    #[rustfmt::skip]
    const ENGLISH: &[&str] = &[
        "you don't often get email from", "some people who received this message don't often get email",
        "learn why this is important", "this email originated from outside", "this email originated outside",
        "this message originated from outside", "this email originates from outside", "this e-mail originated",
        "this message was sent from outside", "this email was sent from outside", "this message came from outside",
        "this email came from outside", "this email is from an external", "this message is from an external",
        "do not click links or open attachments", "do not click on links or open attachments", "don't click links",
        "external email:", "external sender:", "this sender is external", "the sender of this email is external",
        "this is an external email", "caution external",
    ];
    if ENGLISH.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    let warned = ["caution", "warning", "attention", "external", "notice", "alert", "be careful"]
        .iter()
        .any(|start| lower.starts_with(start));
    if warned
        && any(&[
            "outside of",
            "outside the",
            "outside your",
            "outside our",
            "external sender",
            "external email",
            "external source",
            "originated",
        ])
    {
        return true;
    }
    if matches!(
        lower.trim_matches(['.', ' ', '!', '*']),
        "external email" | "external sender" | "external" | "caution: external" | "外部邮件" | "外部郵件"
    ) {
        return true;
    }
    let chinese_start = [
        "注意",
        "警告",
        "提醒",
        "提示",
        "安全",
        "此邮件",
        "该邮件",
        "本邮件",
        "这封邮件",
        "这是",
        "外部",
        "您",
        "你",
        "温馨",
        "【",
        "[",
        "系统",
        "此郵件",
        "該郵件",
        "本郵件",
        "邮件来自",
        "发件人",
        "网关",
        "来信",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    chinese_start
        && (any(&[
            "外部",
            "组织外",
            "组织以外",
            "公司外",
            "公司以外",
            "外网",
            "非本公司",
            "非本单位",
            "組織外",
            "陌生",
            "不经常收到",
            "通常不会收到",
            "不常收到",
        ]))
        && any(&["邮件", "发件人", "郵件", "寄件者", "发件地址"])
        && any(&[
            "谨慎", "小心", "请勿", "注意", "警惕", "提醒", "警告", "核实", "识别", "來自", "来自", "發自", "发自",
            "收到", "了解", "辨别", "甄别",
        ])
        && !any(&["已收到", "请转", "转给", "完成"])
}

#[rustfmt::skip]
static DISCLAIMER_HEADS: Phrases = Phrases::new(&[
    "this e-mail", "this email", "this message", "this communication", "this transmission", "this mail",
    "the information contained", "the information in this", "the contents of this", "the content of this",
    "confidentiality", "disclaimer", "legal notice", "legal disclaimer", "important notice", "privileged", "notice:",
    "if you are not the intended", "if you have received this", "if you received this", "any unauthori", "unauthori",
    "please consider the environment", "consider the environment", "save paper", "think before you print",
    "virus-free", "scanned by", "email confidentiality", "e-mail confidentiality", "********", "classification:",
    "important:", "warning:", "caution:", "the sender ", "privacy notice", "private and confidential",
    "strictly confidential", "please note", "please notify the sender", "emails sent", "e-mails sent",
    "no virus found", "note: this", "本邮件", "此邮件", "该邮件", "本电子邮件", "此电子邮件", "本电邮", "此电邮",
    "本信息", "此信息", "本郵件", "此郵件", "本電子郵件", "此電子郵件", "本電郵", "此電郵", "本信件", "本讯息",
    "免责声明", "免責聲明", "免責聲明", "保密声明", "保密聲明", "保密提示", "保密警示", "保密须知", "声明", "聲明",
    "重要提示", "重要声明", "特别提示", "法律声明", "机密", "機密", "【声明", "【保密", "【免责", "【重要", "[声明",
    "[保密", "[免责", "如果您不是", "如您不是", "若您不是", "若非", "如果您误收", "如您误收", "若您误收",
    "如果你不是", "如果阁下", "若阁下", "如阁下", "如果收件人", "若您並非", "若您并非", "倘若", "未经", "未經",
    "请考虑环", "請考慮環", "请在打印", "打印前", "列印前", "保护环境", "為了環保", "为了环保", "节约用纸", "為環保",
    "为环保", "diese e-mail", "ce message", "este mensaje", "this is a confidential", "电子邮件保密", "邮件保密",
    "附件及", "内容仅供", "以上信息仅供", "本公司",
]);
#[rustfmt::skip]
const DISCLAIMER_WORDS: &[&str] = &[
    "confidential", "privileged", "intended recipient", "intended solely", "intended only", "intended for",
    "addressee", "in error", "unauthori", "disclos", "dissemination", "distribution", "copying", "delete", "viruses",
    "virus", "liability", "liable", "notify the sender", "opinions", "views expressed", "legally", "prohibited",
    "before printing", "avast", "avg.com", "proprietary", "the environment", "monitored", "binding", "保密", "机密",
    "機密", "仅供", "僅供", "收件人", "收件者", "收信人", "误收", "誤收", "不得", "禁止", "严禁", "嚴禁", "删除",
    "刪除", "法律责任", "法律責任", "病毒", "未经许可", "未經許可", "未经授权", "未經授權", "擅自", "泄露", "洩露",
    "披露", "复制", "複製", "散布", "传播", "专供", "专有", "专属", "特定", "指定", "误发", "通知发件人",
    "通知寄件人", "立即通知", "不代表", "不承担", "責任", "打印", "列印", "环保", "環保", "商业秘密", "特权", "仅限",
    "僅限", "转发", "环境", "環境", "个人观点", "個人觀點", "vertraulich", "confidentiel", "confidencial",
];
/// A single one of these is enough.
#[rustfmt::skip]
const DISCLAIMER_SURE: &[&str] = &[
    "intended recipient", "virus-free", "consider the environment", "before printing", "received this in error",
    "received this email in error", "received this e-mail in error", "received this message in error", "如果您不是",
    "若您不是", "如您不是", "如果你不是", "误收", "誤收", "请考虑环", "請考慮環", "免责声明", "免責聲明", "保密声明",
    "confidentiality notice", "checked for viruses", "scanned for viruses", "並非指定", "并非指定", "非指定收件",
    "未发现病毒", "未發現病毒", "网关扫描", "反垃圾邮件网关", "病毒扫描", "no viruses found", "no virus found",
    "指定收件人", "预期收件人", "think before you print",
];

/// The words that such a notice begins with stand at the beginning of this line.
pub(super) fn disclaimer_begins(line: &str) -> bool {
    let worded = line.starts_with(|c: char| !not_a_word(c));
    if worded && !DISCLAIMER_HEADS.may_lead(line) {
        return false;
    }
    let end = line.char_indices().nth(48).map_or(line.len(), |(at, _)| at);
    let head = lower_case(line.get(..end).unwrap_or_default());
    let body = head.trim_start_matches(not_a_word);
    DISCLAIMER_HEADS.lead(body).is_some() || body.is_empty()
}

/// Bullets, stars, leaves in front of a notice; brackets open its heading and stay.
fn not_a_word(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '【' | '[')
}

/// Whether a paragraph that begins with this text is a notice nobody wrote for this mail.
/// `text` is the rest of the paragraph; only its first part is looked at, so the cost stays bounded.
pub(super) fn disclaimer(text: &str) -> bool {
    let mut end = text.len().min(1600);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let lower = lower_case(&text[..end]);
    let body = lower.trim_start_matches(not_a_word);
    if DISCLAIMER_HEADS.lead(body).is_none() {
        return false;
    }
    if DISCLAIMER_SURE.iter().any(|w| body.contains(w)) {
        return true;
    }
    // one that is headed as such needs a single word more
    let headed = [
        "disclaimer",
        "confidentiality notice",
        "legal notice",
        "免责",
        "免責",
        "保密声明",
        "保密聲明",
        "保密提示",
        "【保密",
        "【免责",
    ]
    .iter()
    .any(|start| body.starts_with(start));
    DISCLAIMER_WORDS.iter().filter(|w| body.contains(**w)).take(2).count() >= if headed { 1 } else { 2 }
}

/// A further paragraph below a notice that still belongs to it.
pub(super) fn disclaimer_goes_on(text: &str) -> bool {
    let mut end = text.len().min(1600);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let lower = lower_case(&text[..end]);
    DISCLAIMER_SURE.iter().any(|w| lower.contains(w))
        || DISCLAIMER_WORDS.iter().filter(|w| lower.contains(**w)).take(2).count() == 2
}

/// The footer that a mailing list, a newsletter or a free-mail provider hangs on.
pub(super) fn list_footer(core: &str) -> bool {
    #[rustfmt::skip]
    static STARTS: Phrases = Phrases::new(&[
        "to unsubscribe", "you received this message because you are subscribed", "you received this email because",
        "you are receiving this", "you're receiving this", "to stop receiving", "to post to this group",
        "to view this discussion", "for more options, visit", "unsubscribe from this", "click here to unsubscribe",
        "manage your subscription", "manage subscription", "you can unsubscribe", "if you no longer wish",
        "if you wish to unsubscribe", "to change your settings", "list archive", "post to:", "subscribe:",
        "visit this group at", "unsubscribe:", "reply to this email directly or view it on github", "如需退订",
        "如要退订", "点击退订", "点此退订", "如不想再收到", "如果您不想再收到", "如果您不希望", "如不希望",
        "您收到此邮件是因为", "您收到这封邮件是因为", "要取消订阅", "要退订", "取消订阅请", "退订请", "如欲取消訂閱",
        "如要取消訂閱", "您之所以收到", "若不想再收到", "do you yahoo!?", "get your own free", "网易163",
        "网易免费邮", "【网易", "没有广告的终身免费邮箱",
    ]);
    const LIST: &[u8] = b" mailing list";
    let listed = core.as_bytes().last_chunk().is_some_and(|end: &[u8; LIST.len()]| end.eq_ignore_ascii_case(LIST));
    if !listed && !STARTS.may_lead(core) {
        return false;
    }
    let lower = straight(lower_case(core));
    if STARTS.lead(&lower).is_some() {
        // 「退订」 and "unsubscribe" alone are a person's orders, not a footer
        return lower.chars().count() > if lower.is_ascii() { 12 } else { 8 };
    }
    lower.ends_with(" mailing list") && lower.split(' ').count() <= 6
}

/// A line that closes a letter. Some(strong): strong closings say nothing else; weak ones (谢谢, thanks) may be the message itself.
pub(super) fn closing(core: &str) -> Option<bool> {
    let text = core.trim_matches(|c: char| {
        matches!(
            c,
            ',' | '，'
                | '.'
                | '。'
                | '!'
                | '！'
                | '~'
                | '～'
                | ' '
                | ';'
                | '；'
                | '、'
                | '-'
                | '—'
                | '*'
                | ':'
                | '^'
                | '🙏'
                | '😊'
        )
    });
    let count = text.chars().count();
    if count == 0 || count > 48 {
        return None;
    }
    let lower = lower_case(text);
    let lower = lower.as_ref();
    #[rustfmt::skip]
    const STRONG: &[&str] = &[
        "best regards", "kind regards", "warm regards", "warmest regards", "regards", "best", "best wishes",
        "with best regards", "with kind regards", "kindest regards", "with regards", "many regards", "sincerely",
        "yours sincerely", "sincerely yours", "yours truly", "yours faithfully", "respectfully", "respectfully yours",
        "br", "b.r", "rgds", "brgds", "best rgds", "kr", "cheers", "all the best", "cordially", "warmly", "yours",
        "take care", "have a nice day", "have a good day", "have a great day", "have a nice weekend",
        "have a great weekend", "have a good weekend", "thanks and regards", "thanks & regards",
        "thanks and best regards", "thanks & best regards", "thank you and best regards", "thank you and regards",
        "thanks with regards", "best regards and thanks", "b/r", "with thanks and regards", "此致", "敬礼",
        "此致敬礼", "此致 敬礼", "敬禮", "此致敬禮", "祝好", "祝安", "商祺", "顺颂商祺", "順頌商祺", "顺祝商祺",
        "順祝商祺", "顺颂时祺", "順頌時祺", "即颂近安", "敬上", "謹上", "谨上", "敬启", "谨启", "拜上", "上",
        "祝顺利", "以上", "顺颂", "敬祝", "祝", "此颂", "專此", "专此", "順頌 商祺", "顺祝", "敬颂", "敬頌",
        "mit freundlichen grüßen", "mit freundlichen grüssen", "viele grüße", "beste grüße", "liebe grüße",
        "freundliche grüße", "freundliche grüsse", "mfg", "gruß", "vg", "lg", "cordialement", "bien cordialement",
        "bien à vous", "salutations", "amicalement", "sincères salutations", "saludos", "un saludo",
        "saludos cordiales", "atentamente", "cordiali saluti", "saluti", "distinti saluti", "atenciosamente",
        "abraços", "met vriendelijke groet", "mvh", "med vänlig hälsning", "с уважением", "よろしくお願いします",
        "よろしくお願いいたします", "以上、よろしくお願いいたします", "宜しくお願いします", "敬具",
    ];
    if STRONG.contains(&lower) {
        return Some(true);
    }
    #[rustfmt::skip]
    const WEAK: &[&str] = &[
        "thanks", "thank you", "many thanks", "thx", "tks", "thanks a lot", "thank you very much", "thanks so much",
        "thanks again", "thanks in advance", "thank you so much", "with thanks", "ty", "cheers and thanks",
        "much appreciated", "thanks all", "thanks everyone", "thank you all", "talk soon", "see you", "see you soon",
        "谢谢", "多谢", "感谢", "非常感谢", "谢谢您", "谢谢你", "谢谢大家", "謝謝", "多謝", "感謝", "非常感謝",
        "谢谢啦", "谢了", "辛苦了", "辛苦", "感恩", "谢谢支持", "以上，谢谢", "以上,谢谢", "以上，請查照", "麻烦了",
        "麻煩了", "danke", "vielen dank", "merci", "gracias", "muchas gracias", "grazie", "obrigado",
        "ありがとうございます",
    ];
    if WEAK.contains(&lower) {
        return Some(false);
    }
    if count <= 14 && !text.contains('贺') && !text.contains('賀') {
        for start in [
            "祝您",
            "祝你",
            "祝工作",
            "祝生活",
            "祝万事",
            "祝周末",
            "祝商",
            "祝身体",
            "祝一切",
            "祝各位",
            "祝大家",
            "祝愉快",
            "祝順",
            "祝顺",
            "顺祝",
            "順祝",
            "顺颂",
            "順頌",
            "敬祝",
            "即颂",
            "此颂",
            "恭祝",
            "祝近",
            "祝开心",
            "祝平安",
        ] {
            if lower.starts_with(start) {
                return Some(true);
            }
        }
    }
    // closing and name on one line: "Best, Bob", "祝好，赵敏"
    if let Some((head, name)) = text.split_once([',', '，', '!', '！']) {
        let (head, name) = (lower_case(head.trim()), name.trim());
        if name_like(name) {
            if STRONG.contains(&head.as_ref()) {
                return Some(true);
            }
            if WEAK.contains(&head.as_ref()) {
                return Some(false);
            }
        }
    }
    None
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2fa1f}' | '〇' | '·')
}

/// Answers that look like names.
#[rustfmt::skip]
const NOT_NAMES: &[&str] = &[
    "完成", "收到", "好的", "同意", "参加", "确认", "可以", "没问题", "谢谢", "已阅", "不同意", "通过", "退回",
    "知道了", "知道", "明白", "取消", "退订", "帮助", "进行中", "已完成", "未完成", "參加", "確認", "已閱", "沒問題",
    "全部完成", "全部同意", "已办", "已處理", "已处理", "已确认", "已確認", "不参加", "请假", "延期", "撤销", "发送",
    "照开", "改期", "没开", "未开始", "接受", "拒绝", "周报", "导出", "为什么", "我的待办", "不是我", "待定", "无",
    "没有", "有", "是", "是的", "不是", "不行", "行", "好", "在办", "已交", "已发", "已寄", "已签", "已提交",
    "已发送", "阻塞", "卡住了", "滞后", "本周五", "下周一", "周一", "周二", "周三", "周四", "周五", "周六", "周日",
    "今天", "明天", "后天", "下周", "本周", "月底", "尽快", "五分", "满意", "done", "yes", "no", "ok", "okay",
    "agreed", "confirmed", "received", "accepted", "completed", "approved", "noted", "sure", "finished", "declined",
    "cancelled", "canceled", "confirm", "accept", "decline", "approve", "reject", "rejected", "blocked", "postponed",
    "help", "status", "unsubscribe", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "today", "tomorrow", "none", "in progress", "all done", "not yet", "great", "perfect", "fine", "understood",
    "stop", "list", "report", "undo", "send", "cancel", "will do", "works for me", "sounds good", "thanks",
    "thank you", "attached", "please", "yep", "nope", "both",
];

/// Could be a person's name alone on a line: 赵敏, 赵 敏, Owen Park, 赵敏 (Zhao Min).
pub(super) fn name_like(s: &str) -> bool {
    let s = s.trim_matches(|c: char| matches!(c, ' ' | ',' | '，' | '.' | '。' | '*' | '-' | '—' | '_' | '~'));
    let count = s.chars().count();
    if count == 0 || count > 40 || NOT_NAMES.contains(&lower_case(s).as_ref()) {
        return false;
    }
    let main = s.split(['(', '（', '/', '｜']).next().unwrap_or_default().trim();
    let han = main.chars().filter(|c| is_han(*c)).count();
    if han > 0 {
        // 周五见, 明天见: a day, not the Zhou family
        let mut first = main.chars();
        let day = first.next() == Some('周') && first.next().is_some_and(|c| "一二三四五六日末天".contains(c));
        if day
            || main.ends_with(['见', '見', '了', '吧', '啦', '呢'])
            || main.starts_with(['明', '今', '后']) && main.contains('天')
        {
            return false;
        }
        // 赵敏 Zhao Min
        if let Some((name, latin)) = main.split_once(' ')
            && name.chars().all(is_han)
            && latin.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '.' | '-' | '\''))
        {
            let words: Vec<&str> = latin.split(' ').filter(|w| !w.is_empty()).collect();
            let capital = words.iter().all(|w| w.starts_with(char::is_uppercase));
            return (2..=4).contains(&han) && (1..=3).contains(&words.len()) && capital && !NOT_NAMES.contains(&name);
        }
        return (2..=4).contains(&han)
            && main.chars().all(|c| is_han(c) || c == ' ')
            && han + 2 >= main.chars().count()
            && !NOT_NAMES.contains(&main);
    }
    let words: Vec<&str> = main.split(' ').filter(|w| !w.is_empty()).collect();
    (1..=4).contains(&words.len())
        && words.iter().all(|w| {
            w.starts_with(char::is_uppercase)
                && w.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
                || matches!(*w, "van" | "de" | "der" | "von" | "da" | "bin" | "al")
        })
}

/// Phone, address, mail or web line of a signature.
pub(super) fn contact_like(s: &str) -> bool {
    let count = s.chars().count();
    if count > 110 {
        return false;
    }
    let lower = lower_case(s);
    let lower = lower.trim_start_matches(['*', '|', ' ', '☎', '📞', '✉', '📱', '🌐', '📧', '•', '·']);
    #[rustfmt::skip]
    const LABELS: &[&str] = &[
        "电话", "電話", "手机", "手機", "联系电话", "聯絡電話", "联系方式", "座机", "座機", "传真", "傳真", "邮箱",
        "郵箱", "电邮", "電郵", "电子邮箱", "电子邮件", "電子郵件", "邮件", "email", "e-mail", "mail", "tel",
        "telephone", "phone", "mobile", "cell", "fax", "m", "t", "p", "f", "e", "w", "o", "d", "web", "website",
        "网址", "網址", "网站", "官网", "地址", "公司地址", "办公地址", "add", "address", "addr", "邮编", "郵編",
        "qq", "微信", "wechat", "直线", "分机", "分機", "ext", "office", "direct", "skype", "linkedin", "twitter",
        "hp", "mob", "tel/fax", "工号", "热线", "公司电话", "移动电话", "办公电话",
    ];
    if lower.contains("registered office") || lower.contains("registered in ") || lower.contains("company no") {
        return true;
    }
    // A: is an address line where an address follows, and an answer elsewhere
    if lower.strip_prefix("a:").is_some_and(|rest| place_like(rest.trim())) {
        return true;
    }
    // spaces within a label: 电 话：
    let squeezed: String = lower.chars().take(24).filter(|c| *c != ' ').collect();
    if let Some(at) = squeezed.find([':', '|', '/']) {
        let name = &squeezed[..at];
        let valued = lower.chars().any(|c| c.is_ascii_digit() || c == '@' || c == '.')
            || name.contains("地址")
            || name.starts_with("add");
        if LABELS.contains(&name) && valued {
            return true;
        }
    }
    if let Some((head, rest)) = lower.split_once([' ', '.'])
        && LABELS.contains(&head)
        && rest.trim_start_matches([' ', '.', ':']).starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(')
        && rest.chars().filter(char::is_ascii_digit).count() >= 7
    {
        return true;
    }
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    if (7..=26).contains(&digits) && lower.starts_with(['+', '(']) | lower.starts_with(|c: char| c.is_ascii_digit()) {
        // a bare number, no date: 2026-07-09 holds eight digits, too
        let only = lower.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '☎' | '📞' | '📱' | '\u{fe0f}') || " +-()./|,;ext转#".contains(c)
        });
        if only && !has_day(lower) && !has_clock(lower) {
            return true;
        }
    }
    let one_word = !lower.contains(' ');
    (lower.starts_with("www.") || lower.starts_with("http://") || lower.starts_with("https://"))
        && one_word
        && count < 60
        || has_address(lower) && one_word && !lower.contains([',', '，', '。', ':'])
        || lower.starts_with("mailto:")
}

/// Department, title or firm, as a signature has it.
pub(super) fn title_like(s: &str) -> bool {
    let s = s.trim_matches(['*', ' ']);
    let count = s.chars().count();
    if !(2..=60).contains(&count) || s.contains(['。', '！', '？', '；', '，', '?', '!', ';', ':']) {
        return false;
    }
    #[rustfmt::skip]
    const SUFFIXES: &[&str] = &[
        "部", "科", "处", "室", "公司", "集团", "集團", "中心", "经理", "經理", "主管", "总监", "總監", "主任",
        "工程师", "工程師", "专员", "專員", "助理", "总裁", "總裁", "部长", "部長", "科长", "处长", "课长", "課長",
        "事业部", "研究院", "大学", "学院", "大學", "银行", "分公司", "课", "课室", "组长", "秘书", "顾问", "行政",
        "会计", "出纳", "总经理", "总助", "董事长", "架构师", "设计师", "负责人", "事务所", "医院", "中学", "局",
        "厂",
    ];
    let orders = [
        "已", "请", "請", "由", "将", "正在", "我", "转", "轉", "需", "等", "待", "在", "和", "与", "给", "到", "交",
        "找", "问", "去", "改", "让", "叫", "同", "报", "发", "送", "联系", "通知", "抄送",
    ];
    if SUFFIXES.iter().any(|e| s.ends_with(e))
        && count <= 32
        && !orders.iter().any(|o| s.starts_with(o))
        && !s.starts_with(|c: char| c.is_ascii_digit())
    {
        return true;
    }
    let words: Vec<&str> = s.split([' ', ',', '|', '/', '-']).filter(|w| !w.is_empty()).collect();
    if words.len() > 9 {
        return false;
    }
    #[rustfmt::skip]
    const ENGLISH: &[&str] = &[
        "Ltd", "Ltd.", "Inc", "Inc.", "LLC", "GmbH", "Corp", "Corp.", "Co.", "Company", "Group", "Manager",
        "Director", "Engineer", "Officer", "Department", "Dept", "Dept.", "Head", "Lead", "Assistant", "Analyst",
        "Consultant", "Coordinator", "President", "University", "Limited", "AG", "PLC", "Facilities", "Operations",
        "Marketing", "Sales", "Finance", "Administrator", "Administration", "Supervisor", "Specialist", "Executive",
        "Designer", "Developer", "Architect", "CEO", "CTO", "CFO", "COO", "VP", "HR", "Team", "Office", "Institute",
        "Partner", "Founder", "Secretary", "Accountant", "Planner", "Buyer", "Technologies", "Systems", "Solutions",
        "Services", "Division",
    ];
    let capital = words.iter().filter(|w| w.starts_with(char::is_uppercase)).count();
    words.iter().any(|w| ENGLISH.contains(w))
        && capital * 2 > words.len()
        && s.starts_with(|c: char| c.is_uppercase() || is_han(c))
        && !orders.iter().any(|o| s.starts_with(o))
        && !s.ends_with('.') | s.ends_with("Ltd.") | s.ends_with("Inc.") | s.ends_with("Co.")
        || s.contains(" | ")
            && words.len() <= 9
            && s.chars().filter(|c| *c == '|').count() <= 4
            && s.split('|').all(|part| {
                let p = part.trim();
                name_like(p) || title_like_part(p) || contact_like(p)
            })
}

fn title_like_part(part: &str) -> bool {
    !part.is_empty()
        && part.chars().count() <= 24
        && !part.contains('|')
        && (title_like_short(part) || part.starts_with(char::is_uppercase))
}

fn title_like_short(part: &str) -> bool {
    ["部", "公司", "中心", "经理", "主管", "总监", "主任", "工程师", "专员", "助理", "集团", "行政"]
        .iter()
        .any(|e| part.ends_with(e))
}

/// Street, floor, postcode: believed only between other lines of a signature.
pub(super) fn place_like(s: &str) -> bool {
    let count = s.chars().count();
    count <= 70
        && s.chars().any(|c| c.is_ascii_digit())
        && !s.contains(['。', '！', '？', '，', ':'])
        && (["路", "号", "室", "楼", "座", "层", "大厦", "園區", "园区", "街"].iter().any(|w| s.contains(w))
            && ["省", "市", "区", "區", "县", "镇"].iter().any(|w| s.contains(w))
            || ["Street", "Road", " St", " Rd", "Floor", "Avenue", " Ave", "Suite", "Building"]
                .iter()
                .any(|w| s.contains(w)))
}

/// `Book a meeting: https://…`: believed only between other lines of a signature.
pub(super) fn link_like(s: &str) -> bool {
    s.split_once(':').is_some_and(|(label, rest)| {
        label.split(' ').count() <= 4 && rest.trim_start().starts_with("http") && !rest.trim().contains(' ')
    })
}

/// A line that says something: a sentence, a bullet, a numbered answer. Never swallowed by a signature.
pub(super) fn says_something(s: &str) -> bool {
    let count = s.chars().count();
    if count > 80 && !contact_like(s) {
        return true;
    }
    let bullet = s.starts_with("- ")
        || s.starts_with("* ")
        || s.starts_with("• ")
        || s.starts_with('-') && !ruler(s) && s.chars().nth(1).is_some_and(is_han);
    let digits = s.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0
        && digits <= 3
        && s.get(digits..)
            .is_some_and(|r| r.starts_with(['.', '、', ')', '）', ' ', '．']) && !contact_like(s) && !place_like(s));
    let ends = s.ends_with(['。', '？', '?', '；', '！']) && closing(s).is_none();
    let english = s.ends_with('.') && s.split(' ').count() >= 5 && !title_like(s);
    let reference =
        s.starts_with("A-") || s.starts_with("M-") || s.starts_with("Q-") || s.starts_with('/') || s.starts_with("@");
    bullet || numbered || ends || english || reference
}
