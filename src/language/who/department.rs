//! Departments by name, and people called by what they do.

use super::cast::Cast;
use super::follow::{follows, is_end};
use super::person::word_end;
use super::words::{FOLLOWERS, NO_DEPARTMENTS, NO_NAMES, WORDS, is_surname};
use super::{Follow, Kind};
use crate::language::scan::{Scan, is_han};
use crate::mail::phrases::Firsts;

/// A department that begins here: where it ends.
pub(super) fn department(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<(usize, Kind)> {
    let words = &*WORDS;
    if let Some((end, true)) = cast.at(scan, i) {
        return Some((end, Kind::Department));
    }
    if let Some(end) = words.everyone.at(scan, i) {
        return Some((end, Kind::Everyone));
    }
    let c = scan.at(i);
    if follow == Follow::End
        && let Some(end) =
            scan.any_word(i, &["all", "everyone", "everybody"]).filter(|end| is_end(scan, *end) && scan.at(*end) != ' ')
    {
        return Some((end, Kind::Everyone));
    }
    if c.is_ascii_alphabetic() && scan.is_capital(i) {
        if let Some(end) = words.english_everyone.word_at(scan, i) {
            return Some((end, Kind::Everyone));
        }
        let mut end = words.english_departments.word_at(scan, i);
        let mut team = false;
        // `Platform team`, `Sales department`
        let mut at = i;
        for _ in 0..4 {
            let stop = word_end(scan, at);
            if stop == at || scan.at(stop) != ' ' {
                break;
            }
            at = stop + 1;
            if let Some(stop) =
                scan.any_word(at, &["team", "department", "dept", "group", "office", "committee", "squad"])
            {
                end = Some(stop);
                team = true;
                break;
            }
            if !scan.is_capital(at) {
                break;
            }
        }
        if let Some(end) = end
            && !is_han(scan.at(end))
        {
            // IT is a department, `It` is not.
            let shouted = end - i >= 2 && (i..end).all(|at| scan.is_capital(at) || !scan.at(at).is_ascii_alphabetic());
            // `Site team` is one, `Our team` is whoever.
            let the = if team {
                scan.any_word(i, DETERMINERS).is_some()
            } else {
                WORDS.english_no_names.word_at(scan, i).is_some() && scan.word(i, "the").is_none() && !shouted
            };
            if !the {
                return Some((end, Kind::Department));
            }
        }
    }
    if scan.word(i, "the").is_some() {
        let at = i + 4;
        if let Some(end) = department_after_the(scan, at) {
            return Some((end, Kind::Department));
        }
    }
    // 与业务部门同步: the preposition is no part of the name.
    if matches!(c, '与' | '跟' | '向' | '按' | '从' | '据' | '随' | '经') && words.functions.at(scan, i).is_none()
    {
        return None;
    }
    if !(is_han(c) || c.is_ascii_alphanumeric()) || NO_NAMES.at(scan, i).is_some_and(|n| n > i + 2) {
        return None;
    }
    // 技术支持组: the kind of work goes on.
    if let Some(end) = words.functions.at(scan, i)
        && let Some(stop) = scan.any(end, KINDS_OF_WORK).and_then(|work| words.department_ends.at(scan, work))
        && follows(scan, stop, follow)
    {
        return Some((stop, Kind::Department));
    }
    if let Some(end) = words.functions.at(scan, i)
        && follows(scan, end, follow)
        && !(is_deed(scan, i) && follow == Follow::Words && !may_follow_deed(scan, end))
        && words.department_ends.at(scan, end).is_none()
    {
        return Some((end, Kind::Department));
    }
    // A verb begins no department: 提供各部门.
    if FOLLOWERS.at(scan, i).is_some_and(|stop| stop >= i + 2) && words.functions.at(scan, i).is_none() {
        return None;
    }
    if !words.department_ends.may_begin_in(scan, i + 1..i + 13) {
        return None;
    }
    let mut best = None;
    for at in i + 1..i + 13 {
        let c = scan.at(at);
        if !(is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '&' | '-')) {
            break;
        }
        // Little words stand in no department's name: 一是由综合办.
        if matches!(scan.at(at - 1), '由' | '请' | '是' | '的' | '在' | '于' | '把' | '将' | '须' | '让' | '为' | '从' | '向' | '了' | '被' | '给' | '到' | '使' | '已' | '未' | '各' if at - 1 > i || scan.at(at - 1) != '各')
        {
            break;
        }
        // Nor does a verb, unless it is a kind of work: 张伟牵头成立小组, but 销售支持部.
        if FOLLOWERS.at(scan, at).is_some_and(|stop| stop >= at + 2)
            && words.functions.at(scan, at).is_none()
            && !(KINDS_BEGIN.may_hold(c) && scan.any(at, KINDS_OF_WORK).is_some())
        {
            break;
        }
        let Some(end) = words.department_ends.at(scan, at) else { continue };
        if end - i < 2 || NO_DEPARTMENTS.at(scan, at.saturating_sub(1)).is_some_and(|stop| stop >= end) {
            continue;
        }
        if NO_DEPARTMENTS.at(scan, at).is_some_and(|stop| stop > end) {
            continue;
        }
        if follows(scan, end, follow) {
            best = Some(end);
            break;
        }
        // 市场部张三: the name behind it will be found by who asks.
        if is_surname(scan.at(end)) && best.is_none() {
            best = Some(end);
        }
    }
    // 各站所: nobody in particular.
    let kind = if c == '各' { Kind::Everyone } else { Kind::Department };
    best.map(|end| (end, kind))
}

/// Who is called by what he does: HR经理, 培训主管, `Facilities manager`, `the treasurer`: where the name begins and ends.
pub(super) fn role(scan: &Scan, i: usize, follow: Follow) -> Option<(usize, usize)> {
    #[rustfmt::skip]
    const TITLES: &[&str] = &[
        "总经理", "副经理", "经理", "主管", "总监", "主任", "专员", "負責人", "负责人", "组长", "工程师", "店长", "库管", "会计", "出纳", "秘书", "助理",
        "讲师", "班长", "队长", "管理员", "协调员", "接口人", "联络人", "内勤", "采购员", "质检员", "安全员", "资料员", "文员", "律师",
    ];
    #[rustfmt::skip]
    const FIELDS: &[&str] = &[
        "项目", "產品", "产品", "客户", "区域", "大区", "渠道", "招商", "车间", "班组", "值班", "网络", "系统", "数据", "安全", "招聘", "培训", "薪酬",
        "成本", "预算", "税务", "合同", "档案", "设备", "现场", "宣传", "新媒体", "活动", "品类", "门店", "片区", "信息", "物业", "仓库", "食堂", "车队",
    ];
    static FIELDS_BEGIN: Firsts = Firsts::of(FIELDS);
    let c = scan.at(i);
    if is_han(c) || c.is_ascii_alphabetic() && !scan.before(i).is_ascii_alphanumeric() {
        let latin = (i..i + 5).take_while(|at| scan.is_capital(*at)).count();
        let field = WORDS
            .functions
            .at(scan, i)
            .or_else(|| FIELDS_BEGIN.may_hold(c).then(|| scan.any(i, FIELDS)).flatten())
            .or((2..=4).contains(&latin).then_some(i + latin));
        if let Some(end) = field.and_then(|field| scan.any(field, TITLES)) {
            return Some((i, end));
        }
        // 店长, 会计: there is one of them.
        #[rustfmt::skip]
        const ALONE: &[&str] = &[
            "店长", "厂长", "副总经理", "总经理", "会计", "出纳", "库管", "班长", "组长", "队长", "校长", "园长", "站长", "馆长", "厨师长", "秘书长",
            "车间主任",
        ];
        static ALONE_BEGIN: Firsts = Firsts::of(ALONE);
        let begins = !is_han(scan.before(i)) || matches!(scan.before(i), '由' | '请' | '让' | '和' | '与');
        if begins
            && ALONE_BEGIN.may_hold(c)
            && let Some(end) = scan.any(i, ALONE).filter(|end| follows(scan, *end, follow))
        {
            return Some((i, end));
        }
        if is_han(c) {
            return None;
        }
    }
    #[rustfmt::skip]
    const ROLES: &[&str] = &[
        "manager", "director", "officer", "engineer", "coordinator", "co-ordinator", "treasurer", "secretary", "chair",
        "chairman", "chairwoman", "chairperson", "president", "accountant", "architect", "designer", "administrator",
        "supervisor", "analyst", "controller", "clerk", "caretaker", "assistant", "recruiter", "developer", "buyer",
        "planner", "lead", "head", "bursar", "webmaster", "organiser", "organizer", "librarian", "technician",
    ];
    let the = scan.word(i, "the").map(|end| scan.skip(end, " "));
    if the.is_none() && !scan.is_capital(i) || scan.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let from = the.unwrap_or(i);
    let mut at = from;
    for count in 0..4 {
        let stop = word_end(scan, at);
        if stop == at || scan.any_word(at, DETERMINERS).is_some() {
            return None;
        }
        let word = scan.folded(at..stop);
        if ROLES.contains(&word.as_str()) {
            // `Lead time`, `Head office`: alone these are other things.
            let alone = count == 0
                && the.is_none()
                && matches!(word.as_str(), "lead" | "head" | "chair" | "assistant" | "buyer");
            let goes_on = follow == Follow::Words && scan.at(stop) == ' ' && scan.word(stop + 1, "of").is_some();
            return (!alone && !goes_on).then_some((from, stop));
        }
        if scan.at(stop) != ' ' || !scan.at(stop + 1).is_ascii_alphabetic() {
            return None;
        }
        at = stop + 1;
    }
    None
}

/// What stands before a noun and names nobody.
#[rustfmt::skip]
const DETERMINERS: &[&str] = &[
    "a", "an", "our", "your", "my", "his", "her", "their", "this", "that", "these", "those", "each", "every", "any",
    "all", "both", "some", "no", "another", "other", "which", "what", "if", "when", "please", "ask", "have", "let",
    "tell", "help", "and", "or", "for", "with", "by", "to", "in", "on", "as",
];

/// Verbs that departments are named by.
#[rustfmt::skip]
const KINDS_OF_WORK: &[&str] = &[
    "支持", "检测", "维护", "安装", "培训", "招聘", "推广", "宣传", "策划", "检验", "维修", "运输", "配送", "监控",
    "评审", "督查", "监督", "保养", "考核", "测试", "开发", "设计", "对外", "加工", "包装", "结算", "预算", "审核",
    "合同", "准备", "筹备", "调研",
];

static KINDS_BEGIN: Firsts = Firsts::of(KINDS_OF_WORK);

/// 采购, 测试, 设计: a department and a deed in one word.
#[rustfmt::skip]
fn is_deed(scan: &Scan, i: usize) -> bool {
    scan.any(
        i,
        &[
            "采购", "测试", "设计", "开发", "销售", "生产", "审计", "研发", "运维", "质检", "品控", "运营", "公关",
            "监理",
        ],
    )
    .is_some()
}

/// What makes such a word the department: 采购负责, 测试：, 设计于.
fn may_follow_deed(scan: &Scan, end: usize) -> bool {
    matches!(scan.at(end), '\0' | ':' | ',' | ')' | ']' | '(' | '。' | ';' | '/' | '|')
        || scan
            .any(end, &["负责", "牵头", "主导", "在", "于", "将", "需", "须", "同事", "来", "配合", "协助"])
            .is_some()
        || scan.at(end) == ' ' && matches!(scan.at(end + 1), ':' | '-' | '(' | '|')
}

fn department_after_the(scan: &Scan, i: usize) -> Option<usize> {
    let mut at = i;
    for _ in 0..4 {
        let stop = word_end(scan, at);
        if stop == at {
            return None;
        }
        if let Some(end) = scan.any_word(at, &["team", "department", "dept", "committee", "office", "squad", "group"]) {
            return Some(end);
        }
        if scan.at(stop) != ' ' {
            return None;
        }
        at = stop + 1;
    }
    None
}
