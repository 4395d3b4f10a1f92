//! Sign-offs and what stands in signatures: names, titles, places, telephone numbers, links.

use super::attribution::{has_address, has_clock, has_day};
use crate::mail::lower_case::lower_case;

/// A line that closes a letter. Some(strong): strong closings say nothing else; weak ones (谢谢, thanks) may be the message itself.
pub(in crate::mail::reply) fn closing(core: &str) -> Option<bool> {
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

pub(super) fn is_han(c: char) -> bool {
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
pub(in crate::mail::reply) fn name_like(s: &str) -> bool {
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
pub(in crate::mail::reply) fn contact_like(s: &str) -> bool {
    let count = s.chars().count();
    if count > 110 {
        return false;
    }
    let lower = lower_case(s);
    /// Short numbers within a house.
    const INNER: [&str; 5] = ["分机", "分機", "内线", "短号", "ext"];
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
        && rest.chars().filter(char::is_ascii_digit).count() >= if INNER.contains(&head) { 3 } else { 7 }
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
pub(in crate::mail::reply) fn title_like(s: &str) -> bool {
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
pub(in crate::mail::reply) fn place_like(s: &str) -> bool {
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
pub(in crate::mail::reply) fn link_like(s: &str) -> bool {
    s.split_once(':').is_some_and(|(label, rest)| {
        label.split(' ').count() <= 4 && rest.trim_start().starts_with("http") && !rest.trim().contains(' ')
    })
}
