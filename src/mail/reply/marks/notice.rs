//! Lines that no person wrote for this mail: device lines, banners, disclaimers, footers of lists.

use super::straight;
use crate::mail::lower_case::lower_case;
use crate::mail::phrases::Phrases;

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
pub(in crate::mail::reply) fn device(core: &str) -> bool {
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
pub(in crate::mail::reply) fn banner(core: &str) -> Option<&str> {
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
pub(in crate::mail::reply) fn disclaimer_begins(line: &str) -> bool {
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
pub(in crate::mail::reply) fn disclaimer(text: &str) -> bool {
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
pub(in crate::mail::reply) fn disclaimer_goes_on(text: &str) -> bool {
    let mut end = text.len().min(1600);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let lower = lower_case(&text[..end]);
    DISCLAIMER_SURE.iter().any(|w| lower.contains(w))
        || DISCLAIMER_WORDS.iter().filter(|w| lower.contains(**w)).take(2).count() == 2
}

/// The footer that a mailing list, a newsletter or a free-mail provider hangs on.
pub(in crate::mail::reply) fn list_footer(core: &str) -> bool {
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
