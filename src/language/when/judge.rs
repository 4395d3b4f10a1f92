//! The judgement on a time by the words beside it: a deadline, a beginning, the past, an old date, or part of a name.

use super::Kind;
use super::grammar::{Class, Hint, Reader};
use super::sentence::{Expr, Found, LOOK_BACK};
use super::text::is_cjk;
use super::words::*;
use crate::mail::phrases::Firsts;

impl Reader<'_> {
    pub(super) fn zh_before(&self, r: usize) -> Option<usize> {
        let t = &self.text;
        t.any(r, &["之前", "以前", "前夕", "前后"]).or_else(|| {
            let end = t.lit(r, "前")?;
            let next = t.at(end);
            // 前提交 is before handing in; 前提条件 is a condition.
            let condition = next == '提' && matches!(t.at(end + 1), '条' | '是' | '下' | ',' | '\0' | '。');
            (next == '\0' || !condition && !"台端期往任景沿述言列线缀奏置".contains(next)).then_some(end)
        })
    }

    /// The place left of an expression without blanks, a colon and a light word between.
    pub(super) fn left_of(&self, start: usize) -> (usize, usize) {
        let t = &self.text;
        let mut near = t.back(start);
        if matches!(t.prev(near), '"' | '“' | '「' | '(' | '【') {
            near = t.back(near - 1);
        }
        let mut far = near;
        for _ in 0..2 {
            if far > 0 && matches!(t.prev(far), ':' | '为' | '是' | '于' | '在' | '到' | '至' | '了' | '=' | '-' | '|')
            {
                far = t.back(far - 1);
            }
        }
        (near, far)
    }

    /// The clause to the left holds 原定 or such, and nothing has changed it yet.
    pub(super) fn superseded_zh(&self, start: usize) -> bool {
        let t = &self.text;
        let low = start.saturating_sub(16);
        for at in (low..start).rev() {
            if matches!(t.at(at), ',' | '。' | ';' | '\n' | '(' | '、') {
                return t.at(at) == '(' && t.at(at + 1) == '原';
            }
            static BEGIN: Firsts = Firsts::of(CORRECTED).and(SUPERSEDED);
            if !BEGIN.may_hold(t.at(at)) {
                continue;
            }
            if t.any(at, CORRECTED).is_some() && t.at(at) != '原' {
                return false;
            }
            if t.any(at, SUPERSEDED).is_some()
                && !(t.at(at) == '原'
                    && t.any(
                        at,
                        &["原因", "原料", "原型", "原始", "原则", "原件", "原理", "原材料", "原油", "原版", "原稿"],
                    )
                    .is_some())
                && (t.any(at, ORIGINALLY).is_some()
                    || t.any(at, SUPERSEDED).is_some_and(|end| t.sp(end) >= start || end == start))
            {
                return true;
            }
        }
        false
    }

    pub(super) fn judge(&self, x: Expr, changed: bool, quoted: bool) -> Found {
        let t = &self.text;
        let mut found = Found { expr: x, kind: Kind::Describing, strength: 0, start: x.start, end: x.end };
        let as_kind = |found: Found, kind| Found { kind, ..found };
        match x.hint {
            Hint::Past => return as_kind(found, Kind::Past),
            Hint::Recurring => return as_kind(found, Kind::Recurring),
            Hint::Unanchored => return as_kind(found, Kind::Unanchored),
            Hint::Start => return as_kind(found, Kind::Start),
            Hint::Describing if x.class == Class::Duration || x.class == Class::Festival && !self.cell => return found,
            _ => {}
        }
        // 第三周 …, 第8.20 …
        if x.start > 0 && t.prev(x.start) == '第' {
            return found;
        }
        let mut r = t.sp(x.end);
        if matches!(t.at(r), '”' | '"' | '」') {
            r = t.sp(r + 1);
        }
        if t.at(r) == '('
            && let Some(close) = (r..r + 12).find(|at| t.at(*at) == ')')
        {
            let inside = t.slice(r, close);
            if !inside.contains('原') && self.zh_before(close + 1).is_some() {
                r = close + 1;
            }
        }
        let (near, far) = self.left_of(x.start);
        let en_left = t.word_ends(x.start, "the").unwrap_or(x.start);
        let en_left = if t.prev(t.back(en_left)) == ':' { t.back(en_left) - 1 } else { en_left };
        let en_left = t.word_ends_any(en_left, &["eod", "cob"]).unwrap_or(en_left);

        // -- what stands to the right
        let mut strength = 1u8;
        let mut class_marked = x.hint == Hint::Marked;
        let before = self.zh_before(r);
        if let Some(end) = before {
            found.end = end;
            if t.at(end) == '的' && !self.cell && x.class != Class::Festival {
                return found;
            }
            strength = 3;
            class_marked = true;
        }
        let within = t.any(r, &["之内", "以内", "期间内", "内", "当中", "里"]).filter(|end| {
            !("部容测审控销存".contains(t.at(*end)) && *end < t.len() && t.prev(*end) == '内')
                && !(t.prev(*end) == '里' && t.at(*end) == '程')
        });
        if before.is_none()
            && let Some(end) = within
        {
            if t.at(end) == '的' && !self.cell {
                return found;
            }
            found.end = end;
            strength = 3;
            class_marked = true;
        }
        if before.is_none()
            && let Some(end) = t.any(r, UNTIL_THEN).or_else(|| {
                let end = t.any(r, &["结束", "止", "终了"])?;
                (t.at(end) != '损').then_some(end)
            })
        {
            if t.at(end) == '的' && !self.cell {
                return found;
            }
            found.end = end;
            strength = 3;
            class_marked = true;
        }
        if x.hint == Hint::Marked {
            strength = 3;
        }
        if let Some(end) = t.words(r, LATEST_EN) {
            found.end = end;
            strength = 3;
            class_marked = true;
        }

        // -- what stands to the left
        let label = t.ends_any(near, DEADLINE_LABELS).or_else(|| t.ends_any(far, DEADLINE_LABELS));
        if let Some(at) = label {
            strength = 3;
            class_marked = true;
            if t.any(at, &["最晚", "最迟", "不晚于", "不迟于", "赶在", "至迟", "至晚", "抢在"]).is_some()
            {
                found.start = at;
            }
        } else if let Some(at) = t.ends_any(near, &["于", "在"]).filter(|_| strength >= 1) {
            found.start = at;
            strength = strength.max(2);
        } else if t.ends_any(near, PLAN_WORDS).is_some() {
            strength = strength.max(2);
        }
        let strong = t.word_ends_any(en_left, EN_STRONG).filter(|at| {
            // "changed from", "was due" are looked at below; "through" needs a verb, "by" a boundary.
            t.word(*at, "past").is_none()
        });
        if let Some(at) = strong {
            strength = 3;
            class_marked = true;
            if t.prev(t.back(x.start)) != ':' && t.words(at, BY_EN).is_some() {
                found.start = at;
            }
        } else if let Some(at) = t.word_ends_any(en_left, EN_PLAIN) {
            strength = strength.max(2);
            if t.words(at, &["on", "at", "in", "this", "within", "during", "over"]).is_some() {
                found.start = at;
            }
        }
        if x.class == Class::Duration
            && x.amount.is_some()
            && let Some(at) = t.word_ends_any(
                t.word_ends_any(x.start, &["the next", "the coming", "the following", "next", "coming"])
                    .unwrap_or(x.start),
                IN_EN,
            )
        {
            found.start = at;
        }

        // -- no earlier than; from then on
        let range = x
            .first
            .is_some_and(|(first, minutes)| x.class != Class::Period || minutes.is_some() || Some(first) == x.date)
            && matches!(x.rule, "range" | "changed")
            || x.first.is_some_and(|(_, minutes)| minutes.is_some());
        let onward = t
            .words(
                r,
                &["onwards", "onward", "or later", "or after", "and after", "and onwards", "and beyond", "forward"],
            )
            .is_some();
        let from_then = before.is_none()
            && x.hint != Hint::Marked
            && (t.any(r, &["起", "开始", "始", "之后", "以后", "过后", "后"]).is_some_and(|end| {
                let next = t.at(end);
                let one = t.prev(end);
                next == '\0'
                    || !(one == '起' && "草诉飞步点码立伏床来".contains(next)
                        || one == '后' && "台端续勤面备".contains(next))
            }) || t
                .any(r, &["实施", "施行", "生效", "执行", "正式实施", "正式施行", "正式生效", "正式执行"])
                .is_some());
        let ends = t.word_ends_any(en_left, EN_STRONG);
        let begun = t.word_ends_any(en_left, &["on", "in", "at"]).is_some_and(|at| {
            t.word_ends_any(at, &["starting", "starts", "beginning", "begins", "commencing", "commences", "opens"])
                .is_some()
        });
        let start_word = ends.is_none() && (begun || t.word_ends_any(en_left, EN_START).is_some());
        let not_before = t
            .word_ends_any(
                en_left,
                &["not before", "no earlier than", "not earlier than", "no sooner than", "on or after", "not until"],
            )
            .is_some();
        let start_label = not_before
            || t.ends_any(far, START_LABELS).or_else(|| t.ends_any(near, START_LABELS)).is_some()
            || t.word_ends_any(
                en_left,
                &["start", "start date", "start time", "kickoff", "kick off", "meeting date", "date of meeting"],
            )
            .is_some()
                && t.prev(t.back(x.start)) == ':';
        let from_zh = before.is_none()
            && !range
            && x.hint != Hint::Marked
            && (t.ends_any(near, &["自", "从", "自从", "不早于", "早于"]).is_some());
        if !range
            && strength < 4
            && (onward
                || start_word && !(changed && t.word_ends(en_left, "from").is_some())
                || start_label
                || from_then && label.is_none()
                || from_zh && !changed)
        {
            // 最晚周五开始 is still Friday at the latest.
            return as_kind(found, Kind::Start);
        }

        // 截至6月底的库存, 交付Q2的材料
        if t.at(r) == '的' && found.end == x.end && !x.clock && x.hint != Hint::Marked && !self.cell && !self.english {
            return found;
        }

        // -- changed dates
        if changed {
            if x.rule == "changed"
                || t.ends_any(near, CORRECTED).or_else(|| t.ends_any(far, CORRECTED)).is_some()
                || self.corrected_en(en_left)
            {
                strength = 4;
                class_marked = true;
            } else if (t.ends_any(near, &["由", "从", "把", "将"]).is_some()
                || t.word_ends_any(en_left, &["from", "from the original", "from the"]).is_some())
                && !range
            {
                return as_kind(found, Kind::Superseded);
            }
        }
        if strength < 4 {
            let rejected = t.ends_any(near, &["不是", "而非", "而不是", "并非", "取代", "替代"]).is_some()
                || t.word_ends_any(en_left, INSTEAD_EN).is_some();
            if rejected || self.superseded_zh(x.start) || self.superseded_en(x.start) {
                return as_kind(found, Kind::Superseded);
            }
            if t.word_ends_any(
                en_left,
                &["now", "now on", "now by", "now due", "now due on", "now due by", "is now", "but now"],
            )
            .is_some()
                || t.words(r, &["instead"]).is_some()
            {
                strength = 4;
                class_marked = true;
            }
        }
        found.strength = strength;

        // -- names and numbers that only look like a time
        if self.cell {
            return as_kind(found, Kind::Deadline);
        }
        if quoted && strength < 3 {
            found.strength = 0;
            return found;
        }
        // 关于周末加班, 根据7月1日会议
        if strength < 3
            && t.ends_any(near, &["关于", "有关", "针对", "根据", "按照", "依据", "参照", "参考", "详见", "按", "围绕"])
                .is_some()
        {
            return found;
        }
        if x.weak && strength < 3 && !matches!(t.at(r), '\0' | ',' | '。' | ';') {
            return found;
        }
        let day_said = x.date.is_some() || x.exact.is_some();
        if self.was_done(&x, near, r, strength) {
            return as_kind(found, Kind::Past);
        }
        match x.class {
            // 7.9-7.15完成 has two sides; 8.2-8.5分 is a count.
            Class::Loose
                if strength < 3
                    && (self.english
                        || x.rule != "range"
                        || "个项份位名人家台件条元分米厘吨度万%".contains(t.at(x.end)) && x.end < t.len()) =>
            {
                return found;
            }
            Class::Period | Class::Weekday
                if !class_marked && (x.class == Class::Period || x.rule == "weekend" && strength < 2) =>
            {
                if !self.period_is_when(&x, r, near, en_left) {
                    return found;
                }
            }
            // 1号样机 is a thing, 15号交付 a day.
            Class::DayOfMonth
                if strength < 2
                    && t.prev(x.end) == '号'
                    && is_cjk(t.at(x.end))
                    && !self.period_is_when(&x, r, near, en_left) =>
            {
                return found;
            }
            Class::PeriodEnd if x.hint == Hint::Describing && !class_marked => return found,
            Class::Period if x.hint == Hint::Describing && strength < 3 => return found,
            _ => {}
        }
        if strength < 3 {
            if t.at(r) == '的' && !x.clock || t.any(r, &["版本", "版", "份的"]).is_some() {
                return found;
            }
            if !x.clock && self.names_a_thing_zh(r) {
                return found;
            }
            if day_said && !x.clock && self.names_a_thing_en(&x, r, en_left, strength) {
                return found;
            }
            if t.any(r, &["'s", "'"]).is_some() && t.is_letter(r + 1) {
                // at Friday's meeting is on Friday; Friday's minutes are not
                if t.word_ends_any(en_left, &["at", "before", "by", "in time for", "during"]).is_none() {
                    return found;
                }
            }
            if x.exact.is_none()
                && x.class != Class::Relative
                && x.class != Class::Duration
                && x.date.is_some_and(|date| date < self.today)
            {
                return as_kind(found, Kind::Past);
            }
        }
        // 截至7月8日,已完成…: a report of how things stand
        if t.ends_any(near, &["截至", "截止到", "截至到", "截止"]).is_some()
            && x.date.is_some_and(|date| date <= self.today)
            && (0..10).any(|ahead| t.any(r + ahead, &["已", "共", "累计", "完成了", "仍有", "尚有"]).is_some())
        {
            return found;
        }
        as_kind(found, Kind::Deadline)
    }

    /// 已于周一提交, 周一已提交, was closed on Friday
    pub(super) fn was_done(&self, x: &Expr, near: usize, r: usize, strength: u8) -> bool {
        let t = &self.text;
        if t.ends_any(near, &["已于", "已在", "已经于", "已经在", "曾于", "曾在", "刚于", "早于", "早在", "是在"])
            .is_some()
        {
            return true;
        }
        if strength >= 3 {
            return false;
        }
        if t.any(r, &["已经", "已", "就已", "便已", "均已", "都已", "刚刚", "刚", "曾"]).is_some() {
            return true;
        }
        let current = x.class == Class::Weekday || x.date.is_some_and(|date| date <= self.today);
        if current
            && let Some(at) = (r..r + 8)
                .take_while(|at| !matches!(t.at(*at), '\0' | ',' | '。' | ';' | '\n'))
                .find(|at| t.at(*at) == '了')
            && !matches!(t.at(at + 1), '解' | '结')
            && t.prev(at) != '为'
            && at > r
        {
            return true;
        }
        if !self.english && strength >= 2 {
            return false;
        }
        let low = x.start.saturating_sub(2 * LOOK_BACK);
        let mut was = false;
        for at in (low..x.start).rev() {
            let one = t.at(at);
            if matches!(one, '?' | '!' | ';' | '\n') || one == '.' && t.at(at + 1) == ' ' {
                break;
            }
            if at > 0 && t.is_letter(at - 1) || !t.is_letter(at) {
                continue;
            }
            if t.words(at, TO_COME_EN).is_some() {
                return false;
            }
            was |= t.words(at, WAS_EN).is_some()
                || t.words(at, &["has", "have"]).is_some_and(|end| {
                    let end = t.sp(end);
                    let word = t.slice(end, t.word_end(end));
                    word.len() > 3 && word.ends_with("ed")
                        || matches!(
                            word.as_str(),
                            "met" | "sent" | "done" | "gone" | "left" | "made" | "held" | "begun"
                        )
                });
        }
        was
    }

    /// A period alone is when something is to be done only before a verb: 下周完成联调, launch in September.
    pub(super) fn period_is_when(&self, x: &Expr, r: usize, near: usize, en_left: usize) -> bool {
        let t = &self.text;
        let over = x.date.is_some_and(|date| date < self.today);
        if x.hint == Hint::Describing || over {
            return false;
        }
        if t.is_letter(x.start) && !is_cjk(t.at(r)) {
            // this week, next month, in September, in Q3
            if t.any(r, &["'s", "'"]).is_some() {
                return false;
            }
            let here = t.word(x.start, "this").or_else(|| t.word(x.start, "next")).is_some()
                || t.words(x.start, &["the week after next", "week after next"]).is_some();
            if t.word_ends_any(en_left, &["in", "during", "within", "over", "sometime", "throughout"]).is_some() {
                // in the Q3 report
                let word = t.slice(r, t.word_end(r));
                return word.is_empty() || EN_AFTER.contains(&word.as_str());
            }
            if here {
                let word = t.slice(r, t.word_end(r));
                return word.is_empty() && !t.at(r).is_ascii_digit()
                    || EN_AFTER.contains(&word.as_str())
                    || t.back(x.start) == 0;
            }
            return false;
        }
        if x.rule == "year" {
            return false;
        }
        // The end of the text: 请提交方案,下周
        if matches!(t.at(r), '\0' | '。' | ';') && (t.ends_any(near, PLAN_WORDS).is_some() || x.rule == "week") {
            return true;
        }
        let mut p = r;
        for _ in 0..4 {
            p = t
                .any(
                    p,
                    &[
                        "请", "需要", "需", "要", "须", "应", "将", "必须", "务必", "全部", "全面", "正式", "陆续",
                        "力争", "争取", "就", "统一", "尽快", "一起", "共同", "继续", "完整", "把", "再", "可以", "可",
                        "能", "我来", "组织", ",",
                    ],
                )
                .map_or(p, |at| t.sp(at));
        }
        let Some(end) = t.any(p, PERIOD_VERBS) else { return false };
        // 报销单, 发票, 出差 begin with a verb of one character and are things.
        let thing = match t.prev(end) {
            _ if end > p + 1 => "",
            '报' => "销表告道名价关纸",
            '出' => "货差库口勤版席行",
            '发' => "票货言展布会",
            '交' => "易通接流付班",
            _ => "",
        };
        if end < t.len() && thing.contains(t.at(end)) {
            return false;
        }
        if t.any(end, NOT_VERBS).is_some() {
            return false;
        }
        // 9月提交的报表
        !(end..end + 4).any(|at| t.at(at) == '的' && at <= end + 1)
    }

    /// 周五例会纪要, 7月3日会议: a name, unless 上, 前, 时 follow it.
    pub(super) fn names_a_thing_zh(&self, r: usize) -> bool {
        let t = &self.text;
        if let Some(end) = t.any(r, THINGS) {
            return t.any(end, &["上", "前", "之前", "中", "时"]).is_none();
        }
        // 周五上线的版本: a clause about something else
        t.any(r, CLAUSE_VERBS).is_some_and(|end| t.at(end) == '的')
    }

    /// "the July 15 minutes", "Friday report": a noun follows the bare date.
    pub(super) fn names_a_thing_en(&self, x: &Expr, r: usize, en_left: usize, strength: u8) -> bool {
        let t = &self.text;
        if x.class == Class::Duration || !t.is_letter(r) || r == x.end {
            return false;
        }
        // Words of English directly behind Chinese ones say nothing.
        if !t.at(x.start).is_ascii() && !self.english {
            return false;
        }
        let word = t.slice(r, t.word_end(r));
        if EN_AFTER.contains(&word.as_str()) {
            return false;
        }
        let article = en_left < x.start || t.word_ends_any(x.start, &["our", "your", "their", "last", "a"]).is_some();
        if article {
            return true;
        }
        if strength >= 2 || x.class == Class::Relative {
            return false;
        }
        // At the head of the sentence it is when; this Friday, next Wed are too.
        let head = t.back(x.start) == 0 || matches!(t.prev(t.back(x.start)), '.' | ':' | ';' | '\n' | '-' | ',');
        !head && t.words(x.start, &["this", "next"]).is_none()
    }

    /// "… moved (from X) to", "new deadline:", "revised to"
    pub(super) fn corrected_en(&self, left: usize) -> bool {
        let t = &self.text;
        if t.word_ends_any(left, NEW_DATE_EN).is_some() {
            return true;
        }
        let Some(to) = t.word_ends_any(left, &["to", "until", "till", "back to", "forward to", "out to", "up to"])
        else {
            return false;
        };
        let low = to.saturating_sub(2 * LOOK_BACK);
        (low..to)
            .rev()
            .take_while(|at| !matches!(t.at(*at), ';' | '\n'))
            .any(|at| t.words(at, CHANGES_EN).is_some() && (at == 0 || !t.is_letter(at - 1)))
    }

    pub(super) fn superseded_en(&self, start: usize) -> bool {
        let t = &self.text;
        let low = start.saturating_sub(2 * LOOK_BACK);
        for at in (low..start).rev() {
            let one = t.at(at);
            if matches!(one, ',' | ';' | '\n' | '?') || one == '.' && t.at(at + 1) == ' ' {
                return false;
            }
            if at > 0 && t.is_letter(at - 1) || !t.is_letter(at) {
                continue;
            }
            if t.words(at, &["now", "but", "moved", "changed", "pushed", "new"]).is_some() {
                return false;
            }
            if t.words(at, ORIGINALLY_EN).is_some() {
                return true;
            }
            if t.word(at, "was").is_some() && t.prev(t.back(at)) == '(' {
                return true;
            }
        }
        false
    }
}
