//! Separators and labels: where a client begins the mail that is answered or forwarded.

use crate::mail::lower_case::lower_case;
use crate::mail::phrases::{Firsts, Phrases};

fn is_rule_char(c: char) -> bool {
    matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | '―' | '─' | '━' | '~' | '－' | '＿' | '﹣' | '·')
}

/// A drawn line: three or more of the same few characters and nothing else.
pub(in crate::mail::reply) fn ruler(core: &str) -> bool {
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
pub(in crate::mail::reply) struct Separator {
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
pub(in crate::mail::reply) fn separator(core: &str) -> Option<Separator> {
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
pub(in crate::mail::reply) enum Label {
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

/// What mail clients write before the colon, blanks and emphasis taken out, in small letters.
#[rustfmt::skip]
const LABELS: &[(Label, &[&str])] = &[
    (Label::From, &[
        "from", "從", "从", "发件人", "寄件者", "寄件人", "發件人", "发信人", "發信人", "来自", "发送者", "自",
        "von", "de", "da", "差出人", "送信者", "van", "från", "fra", "от", "보낸사람", "expéditeur", "mittente",
        "remitente",
    ]),
    (Label::Sent, &[
        "sent", "sentat", "sentdate", "发送时间", "发送日期", "寄件日期", "發送時間", "發送日期", "傳送時間",
        "傳送日期", "发件时间", "发信时间", "寄件時間", "发件日期", "已发送", "gesendet", "envoyé", "enviado",
        "enviada", "enviadoel", "inviato", "送信日時", "verzonden", "skickat", "sendt", "отправлено",
        "보낸날짜",
    ]),
    (Label::Date, &[
        "date", "日期", "时间", "時間", "日時", "datum", "fecha", "data", "dato", "дата", "날짜",
    ]),
    (Label::To, &[
        "to", "收件人", "收件者", "收信人", "至", "an", "à", "para", "a", "宛先", "aan", "till", "til", "кому",
        "받는사람", "destinataire", "destinatario",
    ]),
    (Label::Cc, &[
        "cc", "抄送", "抄送人", "副本", "副本抄送", "抄送给", "kopie", "kopia", "копия", "참조",
    ]),
    (Label::Subject, &[
        "subject", "主题", "主旨", "主題", "标题", "標題", "邮件主题", "郵件主旨", "betreff", "objet", "asunto",
        "oggetto", "assunto", "件名", "onderwerp", "ämne", "emne", "тема", "제목",
    ]),
    (Label::Other, &[
        "bcc", "密送", "密件副本", "reply-to", "replyto", "回复", "回复给", "回覆", "importance", "重要性",
        "priority", "优先级", "attachments", "attachment", "附件", "sensitivity", "敏感度", "mailed-by",
        "signed-by", "organization", "cc/抄送",
    ]),
];
/// What they begin with: most lines with a colon begin otherwise.
static LABELS_BEGIN: Firsts = {
    let mut firsts = Firsts::of(&[]);
    let mut i = 0;
    while i < LABELS.len() {
        firsts = firsts.and(LABELS[i].1);
        i += 1;
    }
    firsts
};

/// `From: Helen <helen@…>` → the label and the text behind it. Reads `*From:*`, `主　题：`, `| 发件人 | 陈曦 |`.
pub(in crate::mail::reply) fn label(core: &str) -> Option<(Label, &str)> {
    let table = core.starts_with('|');
    let core = core.trim_start_matches(['|', ' ', '*', '>']);
    let is_letter = |c: &char| !matches!(c, ' ' | '*' | '\t' | '_' | '"');
    let first = core.chars().find(is_letter).and_then(|c| c.to_lowercase().next());
    if !first.is_some_and(|first| LABELS_BEGIN.may_hold(first)) {
        return None;
    }
    let cut = if table {
        core.find('|')?
    } else {
        core.bytes().take(LABEL_OCTETS_MAX + 1).position(|byte| matches!(byte, b':' | b'\t'))?
    };
    if cut > LABEL_OCTETS_MAX {
        return None;
    }
    let name: String = core[..cut].chars().filter(is_letter).flat_map(char::to_lowercase).collect();
    let (label, _) = LABELS.iter().find(|(_, names)| names.contains(&name.as_str()))?;
    let rest = core.get(cut + 1..).unwrap_or_default();
    Some((*label, rest.trim_matches([' ', '*', '|', '\t', ':'])))
}

/// The whole header block flowed into one line, as some phones and converters leave it.
pub(in crate::mail::reply) fn header_in_one_line(core: &str) -> bool {
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
