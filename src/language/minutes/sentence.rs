//! One sentence, list line or labelled line of minutes: who does what by when, or none of it.

use crate::domain::due::Due;
use crate::language::fields::{self, Label};
use crate::language::scan::{Scan, WordSet, is_han};
use crate::language::when;
use crate::language::who::{self, Cast, Follow, Kind, Who};
use std::ops::Range;
use std::sync::LazyLock;

/// Characters of a task that are kept, and of a deliverable; together they stay under 200.
pub(crate) const TASK_CHARS_MAX: usize = 140;
pub(crate) const DELIVERABLE_CHARS_MAX: usize = 58;
/// Sentences longer than this are not looked into for dates.
const ITEM_CHARS_MAX: usize = 600;

/// A deadline and the words it was read from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dated {
    pub due: Due,
    pub phrase: String,
    pub why: String,
}

/// What dates are read against: `language::when` behind three questions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock<'a> {
    pub anchor: when::Anchor<'a>,
}

impl Clock<'_> {
    /// The deadline in a sentence and the bytes it was read from.
    pub fn deadline(&self, text: &str) -> Option<(Dated, Range<usize>)> {
        if !may_hold_date(text) {
            return None;
        }
        let found = when::deadline(text, &self.anchor)?;
        Some((Dated { due: found.due, phrase: found.phrase, why: found.why }, found.span))
    }

    /// The deadline that a cell or the value of a label is.
    pub fn cell(&self, text: &str) -> Option<Dated> {
        if !may_hold_date(text) || text.len() > 200 {
            return None;
        }
        let found = when::cell(text, &self.anchor)?;
        Some(Dated { due: found.due, phrase: found.phrase, why: found.why })
    }

    /// Whether the words promise a time without naming one: 尽快, ASAP.
    #[rustfmt::skip]
    pub fn is_vague(&self, text: &str) -> bool {
        const WORDS: &[&str] = &[
            "尽快", "尽早", "抓紧", "儘快", "盡快", "asap", "ASAP", "as soon as", "when possible", "soon", "马上", "近期", "有空",
            "方便时", "立即", "择机",
        ];
        WORDS.iter().any(|word| text.contains(word))
    }
}

/// A quick look: words of time have a digit or one of few characters. Saves the full reading of most sentences.
#[rustfmt::skip]
fn may_hold_date(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        || text.chars().any(|c| {
            matches!(
                c,
                '天' | '日'
                    | '月'
                    | '年'
                    | '周'
                    | '週'
                    | '星'
                    | '礼'
                    | '禮'
                    | '季'
                    | '号'
                    | '號'
                    | '时'
                    | '時'
                    | '点'
                    | '點'
                    | '晚'
                    | '早'
                    | '旬'
                    | '节'
                    | '節'
                    | '前'
                    | '内'
                    | '內'
                    | '下'
                    | '底'
                    | '０'..='９'
            )
        })
        || text.is_ascii() && {
            let lower = text.to_ascii_lowercase();
            [
                "day", "week", "month", "quarter", "year", "tomorrow", "tonight", "eod", "cob", "eom", "eoy", "noon",
                "midnight", "hour", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
                "mon", "tue", "wed", "thu", "fri", "sat", "sun", "morning", "end of", "eow", "eoq",
            ]
            .iter()
            .any(|word| lower.contains(word))
        }
        || !text.is_ascii() && text.chars().any(|c| c.is_ascii_alphabetic())
}

/// Which part of the minutes a text stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Section {
    #[default]
    Unknown,
    Actions,
    Decisions,
    Discussion,
    Attendance,
    Risks,
    Questions,
    /// 已完成事项: finished work, no table of it.
    Finished,
    NextMeeting,
    /// Rules, notes, thanks.
    Notes,
}

/// What is known before the text is read.
pub(crate) struct Around<'a> {
    pub section: Section,
    /// A list item or the like, rather than prose.
    pub is_item: bool,
    pub checked: Option<bool>,
    /// Named by a heading above: `市场部：`.
    pub owner: Option<&'a Who>,
    /// A day that a line above gave to all below.
    pub due: Option<&'a Dated>,
    pub cast: &'a Cast,
    pub clock: &'a Clock<'a>,
}

/// What a tag at the head of a line says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Action,
    Decision,
    Risk,
    Question,
    Info,
}

/// An item as far as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub owner: Option<Who>,
    pub task: String,
    pub deliverable: Option<String>,
    pub due: Option<Dated>,
    pub status: Option<&'static str>,
    pub helpers: Vec<String>,
    pub criterion: Option<String>,
    pub supervisor: Option<String>,
    pub start: Option<Dated>,
    pub urgency: Option<String>,
    pub vague: bool,
    /// 0–4: how surely somebody is told to do something.
    pub strength: u8,
    /// Labels named task, owner or due.
    pub labels: u8,
}

/// What a text turned out to be.
#[derive(Debug, Default)]
pub(crate) struct Sense {
    pub items: Vec<Draft>,
    pub tag: Option<Tag>,
    /// It states a decision.
    pub is_decision: bool,
    /// Conditional, asked, denied, past: why it is no item.
    pub refused: Option<&'static str>,
}

struct Lists {
    reports: WordSet,
    decisions: WordSet,
    lead_ins: WordSet,
    askers: WordSet,
    takes: WordSet,
    modals: WordSet,
    helps: WordSet,
    idle: WordSet,
    courtesies: WordSet,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    reports: WordSet::new(&[
        "汇报 报告了 介绍 认为 指出 表示 提出了 提出: 提出, 建议 反馈称 说明了 强调 通报 总结了 提到 补充道 补充说 询问 分享了 透露 称 说 汇总了 回顾 阐述 反映 提议 解释 质疑 担心 肯定 作了 做了 就 主持 出席 缺席 请假 介绍了 已 未 没 曾 完成了 提交了",
    ]),
    decisions: WordSet::new(&[
        "同意 一致同意 原则同意 决定 会议决定 会议同意 批准 通过 审议通过 一致通过 会议通过 会议批准 会议确定 会议明确 会议认为 会议指出 会议通报 会议强调 会议听取 会议讨论 议定 会议议定 商定 达成共识 一致认为 与会人员一致 不同意 否决 暂缓 不再 维持 采用 沿用 取消 保留 确认采用 最终确定 确定采用 经讨论 经研究 经表决",
    ]),
    lead_ins: WordSet::new(&[
        "会议要求 会议决定 会议明确 会议确定 会议议定 会议商定 会议同意 会议建议 会上要求 会上决定 会上明确 会上确定 会上商定 经讨论 经研究 经会议讨论 经讨论决定 经研究决定 决定 要求 明确 确定 议定 商定 一致同意 同意 会后 后续 下一步 另外 另 此外 同时 并 其中 首先 其次 再次 最后 现 一是 二是 三是 四是 五是 六是 一 二 三 其一 其二 其三 领导要求 王总要求 主持人要求 需 因此 故 为此 所以 还 也 且 然后 接下来 近期 本周 下周 具体 原则上 初步 暂定 散会后 对此 针对此问题 针对该问题 针对上述问题 关于此事 该项工作 此项工作 该工作 此事 该事项 最终 待办 行动 任务 达成一致 大家同意 大家一致同意 与会人员一致同意 经协商 经商议",
    ]),
    askers: WordSet::new(&[
        "由 请 交由 责成 安排 委托 指派 要求 让 烦请 麻烦 拜托 辛苦 还请 并由 并请 统一由 继续由 拟由 暂由 仍由 改由 交给 望 另请 再请 会后由 会后请 需要 需由 需请 应由 转由 分别由 均由 具体由 后续由 后续请 敬请 恳请 特请 也请 请由 得由 现由 会议要求 必须由 优先由 首先由 先由 再由 最后由 然后由 同时由 同时请 其中由 授权 派 委派 委请 劳烦 有劳 叮嘱 通知 指定 交办 推举 推荐 明确由 决定由 商定由",
    ]),
    takes: WordSet::new(&[
        "负责牵头 牵头负责 全权负责 总负责 主要负责 具体负责 统一负责 共同负责 分别负责 来负责 负责 牵头 主导 主责 领衔 总牵头 共同牵头 协同负责",
    ]),
    modals: WordSet::new(&[
        "将于 将在 将 会在 会于 会 需要 需在 需于 需 须在 须于 须 应在 应于 应当 应该 应 要在 要于 要 来 去 承诺 答应 同意 务必 继续 尽快 抓紧 计划 拟于 拟 预计 争取 力争 同步 立即 马上 今后 尽早 先 再 也 则 必须 最晚 最迟 即日起 已答应 已承诺 表示会 表示将 主动 愿意 自愿 认领 接手 接下来 能否 可否 能不能",
    ]),
    helps: WordSet::new(&[
        "负责配合 负责协助 予以配合 予以协助 全力配合 积极配合 做好配合 配合 协助 支持 协同 参与配合 参与 协办 辅助 提供支持 提供协助 给予支持 支援",
    ]),
    idle: WordSet::new(&[
        "完成 前完成 并完成 予以完成 要完成 需完成 全部完成 完成即可 办结 时间待定 具体时间待定 待定 完成办结 落实 落实完成 落实到位 搞定 做完 办理完毕 完毕 处理完 处理完毕 到位 完成此项工作 完成该工作 完成该项工作 完成该任务 跟进 执行 负责 牵头 处理 跟进落实 负责落实 负责跟进 负责处理 负责完成 跟进处理 跟进完成 推进 推动 负责推进 前 之前 内 以前 即可 完成落实 完成处理 完工 结束 实施 负责实施 前落实 去做 来做 去办 做 办理 组织实施 具体实施 前办结 承担 承办 负责执行 完成。 时间 为 是 completed done finished complete completion it this",
    ]),
    courtesies: WordSet::new(&[
        "谢谢 感谢 多谢 以上 如有 若有 请各位查 请各位知悉 请知悉 请查收 请查阅 请大家查 请各位按 请按 请遵照 请参阅 请审阅 请批示 请悉知 请各位同事查 请各位领导 请各位审阅 请各位确认 请大家确认 请各位补充 特此 此致 祝 附件 详见 见附件 会议纪要如下 纪要如下 各位 大家好 大家下午好 大家上午好 您好 你好 dear hi hello thanks thank best regards kind_regards cheers please_reply please_let please_find please_see please_review_the_minutes please_note please_feel let_me_know attached see_attached as_discussed for_your minutes_approved 请回复 请及时回复 请届时 如对 请大家按 请各部门按 请各部门遵照 请相关人员按 请各责任人按 请各位责任人按 请责任人 望周知 请周知 烦请查收 请参考 请知会 请转发 请互相转告 抄送 主送 发件人 收件人 会议于 会议在 本次会议 会议由",
    ]),
});

/// Reads one text.
pub(crate) fn read(text: &str, around: &Around<'_>) -> Sense {
    let mut sense = Sense::default();
    // A tag and whom it names stand at the head.
    let head = Scan::new(crate::document::clip(text, 200).0);
    let (start, tag, tagged_owner) = peel_tag(&head, around.cast);
    sense.tag = tag;
    match tag {
        Some(Tag::Decision) => sense.is_decision = true,
        Some(Tag::Risk | Tag::Question | Tag::Info) => return sense,
        _ => {}
    }
    let forced = tag == Some(Tag::Action) || around.checked.is_some();
    let body = text.get(head.bytes(start..start).start..).unwrap_or_default();
    if body.trim().is_empty() {
        return sense;
    }
    let mut draft = Draft { owner: tagged_owner, strength: if forced { 4 } else { 0 }, ..Draft::default() };
    let main = take_fields(body, &mut draft, around);
    if !draft.task.is_empty() {
        // A record with a task of its own: what is left beside it is a title or a name.
        let task = std::mem::take(&mut draft.task);
        draft.strength = 4;
        if draft.owner.is_none() && who::is_who(main.trim(), around.cast) {
            draft.owner = who::list(&main, around.cast);
        }
        let mut item = read_sentence(&Scan::new(&task), &task, draft, around).item;
        if item.task.is_empty() {
            item.task = cap(&task, TASK_CHARS_MAX);
        }
        sense.items.push(item);
        return sense;
    }
    if main.trim().is_empty() {
        return sense;
    }
    read_main(&main, draft, around, forced, &mut sense);
    sense
}

/// `ACTION: …`, `AI-12 …`, `TODO`, `#action bob …`, `决议：…`: where the words begin, what the tag says, whom it names.
fn peel_tag(scan: &Scan, cast: &Cast) -> (usize, Option<Tag>, Option<Who>) {
    let mut at = scan.skip(0, " *-•>");
    let bracket = scan.at(at) == '[';
    let hash = scan.at(at) == '#';
    let from = if bracket || hash { scan.skip(at + 1, " ") } else { at };
    const LATIN: &[(&str, Tag)] = &[
        ("action items", Tag::Action),
        ("action item", Tag::Action),
        ("action point", Tag::Action),
        ("action required", Tag::Action),
        ("actions", Tag::Action),
        ("action", Tag::Action),
        ("todos", Tag::Action),
        ("todo", Tag::Action),
        ("to-do", Tag::Action),
        ("to do", Tag::Action),
        ("task", Tag::Action),
        ("ai", Tag::Action),
        ("ap", Tag::Action),
        ("ar", Tag::Action),
        ("a", Tag::Action),
        ("follow-up", Tag::Action),
        ("follow up", Tag::Action),
        ("next step", Tag::Action),
        ("decision", Tag::Decision),
        ("decisions", Tag::Decision),
        ("decided", Tag::Decision),
        ("agreed", Tag::Decision),
        ("agreement", Tag::Decision),
        ("resolved", Tag::Decision),
        ("resolution", Tag::Decision),
        ("approved", Tag::Decision),
        ("risk", Tag::Risk),
        ("risks", Tag::Risk),
        ("question", Tag::Question),
        ("open question", Tag::Question),
        ("info", Tag::Info),
        ("fyi", Tag::Info),
        ("note", Tag::Info),
        ("idea", Tag::Info),
        ("link", Tag::Info),
        ("topic", Tag::Info),
        ("chair", Tag::Info),
        ("done", Tag::Info),
    ];
    const HAN: &[(&str, Tag)] = &[
        ("待办事项", Tag::Action),
        ("待办", Tag::Action),
        ("行动项", Tag::Action),
        ("行动", Tag::Action),
        ("任务", Tag::Action),
        ("交办", Tag::Action),
        ("督办", Tag::Action),
        ("跟进", Tag::Action),
        ("后续", Tag::Action),
        ("下一步", Tag::Action),
        ("决议", Tag::Decision),
        ("决定", Tag::Decision),
        ("结论", Tag::Decision),
        ("共识", Tag::Decision),
        ("风险", Tag::Risk),
        ("问题", Tag::Question),
        ("疑问", Tag::Question),
        ("待定", Tag::Question),
        ("备注", Tag::Info),
        ("说明", Tag::Info),
        ("注", Tag::Info),
        ("背景", Tag::Info),
        ("提示", Tag::Info),
        ("附", Tag::Info),
    ];
    let hit = LATIN
        .iter()
        .filter_map(|(word, tag)| scan.word(from, word).map(|end| (end, *tag)))
        .chain(HAN.iter().filter_map(|(word, tag)| scan.lit(from, word).map(|end| (end, *tag))))
        .max_by_key(|(end, _)| *end);
    let Some((mut end, tag)) = hit else { return (0, None, None) };
    // A number: ACTION-12, AI 3, 任务一, A1
    let numbered = scan.skip(end, " -#.");
    let digits = scan.skip(numbered, "0123456789一二三四五六七八九十");
    let has_number = digits > numbered;
    if has_number && !is_han(scan.at(numbered)) || has_number && matches!(scan.at(digits), ':' | ' ' | ']') {
        end = digits;
    }
    let mut owner = None;
    // ACTION (Bob): …, ACTION Bob: …, AP on Rosa:
    let mut next = scan.skip(end, " ");
    if scan.at(next) == '(' || scan.at(next) == '[' {
        let close = scan.find_char(next..next + 60, ")]");
        if let Some(close) = close
            && let Some(who) = who::list(&scan.written(next + 1..close), cast)
        {
            owner = Some(who);
            next = scan.skip(close + 1, " ");
        }
    } else if !hash {
        let name = scan.any_word(next, &["on", "for", "by", "owner"]).map_or(next, |n| scan.skip(n, " "));
        if tag == Tag::Action
            && scan.at(next) != ':'
            && let Some(who) = who::at(scan, name, cast, Follow::End)
            && scan.at(scan.skip(who.range.end, " ")) == ':'
        {
            next = scan.skip(who.range.end, " ");
            owner = Some(who);
        }
    }
    let closes = bracket && scan.at(next) == ']';
    if closes {
        next = scan.skip(next + 1, " ");
    }
    let colon = matches!(scan.at(next), ':' | '-' | '.' | '=' | '|' | '>');
    if hash {
        // MeetBot: `#action bob to call`; the first word is the nick.
        at = scan.skip(end, " :");
        if tag == Tag::Action
            && owner.is_none()
            && !scan.is_capital(at)
            && scan.at(at).is_ascii_alphabetic()
            && let Some(stop) = scan.find_char(at..at + 24, " :,")
        {
            let modal = scan.skip(stop, " :,");
            let told = scan.any_word(modal, &["to", "will", "and", "should", "please", "needs"]).is_some();
            let nick =
                cast.knows(&scan.written(at..stop)) || who::is_first_name(scan, at) || told || scan.at(stop) == ':';
            if nick && scan.word(modal, "and").is_none() {
                let who = Who { names: vec![scan.written(at..stop)], kind: Kind::Person, range: at..stop, known: true };
                let body = scan.any_word(modal, &["to", "will", "should", "please"]).unwrap_or(modal);
                return (scan.skip(body, " "), Some(tag), Some(who));
            }
        }
        return (at, Some(tag), owner);
    }
    if closes || colon || owner.is_some() {
        return (scan.skip(next, " :-=|>."), Some(tag), owner);
    }
    // AGREED to keep …, DECIDED that …: shouted words need no colon; nor does TODO.
    let shouted = end > from + 2 && (from..end).all(|i| !scan.at(i).is_ascii_alphabetic() || scan.is_capital(i));
    if (shouted || has_number && !is_han(scan.at(from))) && scan.at(end) == ' ' {
        return (scan.skip(end, " "), Some(tag), owner);
    }
    (0, None, None)
}

/// Takes the labelled fields out of a text into the draft; what is left is the sentence.
fn take_fields(body: &str, draft: &mut Draft, around: &Around<'_>) -> String {
    if !fields::may_have_fields(body) {
        return body.to_owned();
    }
    let scan = Scan::new(body);
    let fields = fields::fields(&scan);
    if fields.is_empty() {
        return body.to_owned();
    }
    let mut rest = String::with_capacity(body.len());
    let mut at = 0;
    for field in &fields {
        rest.push_str(&scan.written(at..field.whole.start));
        at = field.whole.end;
        let value = scan.written(field.value.clone());
        take_field(field.label, &value, draft, around);
    }
    rest.push_str(&scan.written(at..scan.len()));
    rest
}

/// One labelled value.
pub(crate) fn take_field(label: Label, value: &str, draft: &mut Draft, around: &Around<'_>) {
    let value = value.trim().trim_end_matches(['。', '；', ';', '，', ',']).trim();
    if is_nothing(value) {
        if matches!(label, Label::Owner | Label::Due | Label::Task) {
            draft.labels = draft.labels.saturating_add(1);
        }
        return;
    }
    match label {
        Label::Task => {
            draft.labels = draft.labels.saturating_add(1);
            draft.task = value.to_owned();
        }
        Label::Owner => {
            draft.labels = draft.labels.saturating_add(1);
            let (who, helpers) = owners_of(value, around.cast);
            if who.is_some() {
                draft.owner = who;
            }
            draft.helpers.extend(helpers);
            draft.strength = draft.strength.max(3);
            // 责任人：张三，月底前
            if draft.due.is_none() && value.contains([',', '，', ' ', '(', '（', '、']) {
                draft.due = around.clock.deadline(value).map(|(dated, _)| dated);
            }
        }
        Label::Department => {
            if draft.owner.is_none()
                && let Some(mut who) = who::list(value, around.cast)
            {
                who.kind = Kind::Department;
                draft.owner = Some(who);
                draft.strength = draft.strength.max(3);
            }
        }
        Label::Due | Label::When | Label::WantedBy => {
            draft.labels = draft.labels.saturating_add(1);
            draft.due = around.clock.cell(value).or_else(|| around.clock.deadline(value).map(|(dated, _)| dated));
            draft.vague |= draft.due.is_none() && around.clock.is_vague(value);
            if draft.due.is_none() && status_of(value) == Some("done") {
                draft.status = Some("done");
            }
            draft.strength = draft.strength.max(1);
        }
        Label::Start => draft.start = around.clock.cell(value),
        Label::Deliverable => draft.deliverable = Some(cap(value, DELIVERABLE_CHARS_MAX)),
        Label::Status | Label::Percent => draft.status = status_of(value).or(draft.status),
        Label::Helpers => {
            if let Some(who) = who::list(value, around.cast) {
                draft.helpers.extend(who.names);
            }
        }
        Label::Supervisor => draft.supervisor = Some(cap(value, 40)),
        Label::Criterion => draft.criterion = Some(cap(value, 120)),
        Label::Urgency => draft.urgency = Some(cap(value, 20)),
        _ => {}
    }
}

/// The value of 负责人: those who own it, and those who are said to help.
pub(crate) fn owners_of(value: &str, cast: &Cast) -> (Option<Who>, Vec<String>) {
    let scan = Scan::new(value);
    // 张三（李四配合）, 张三，李四协助; 主：张三 协：李四
    let mut helpers = Vec::new();
    let mut main_end = scan.len();
    for at in 0..scan.len() {
        if let Some(end) = LISTS.helps.at(&scan, at)
            && at > 0
        {
            let from = (0..at).rev().find(|i| matches!(scan.at(*i), ',' | ';' | '(' | ' ' | '、'));
            let from = from.map_or(0, |i| i + 1);
            let before = scan.written(from..at);
            let colon = scan.at(end) == ':';
            let names = if colon { scan.written(end + 1..scan.len()) } else { before };
            if let Some(who) = who::list(names.trim_matches([' ', ')', '）', '由', '（', '(']), cast)
                && (from > 0 || colon)
            {
                helpers = who.names;
                main_end = if colon { at } else { from.saturating_sub(1) };
                break;
            }
        }
    }
    let main = scan.written(0..main_end);
    let main = main.trim().trim_end_matches(['(', '（', ',', '，', '；', ';', ' ']);
    if is_nothing(main) {
        return (None, helpers);
    }
    let mut who = who::list(main, cast);
    if who.is_none() {
        // `张三 7月20日前`, `Bob (by Friday)`: the name at its head.
        let scan = Scan::new(main);
        let start = scan.skip(0, " @:");
        who = who::at(&scan, start, cast, Follow::Words);
    }
    if let Some(who) = &mut who
        && who.kind == Kind::Writer
        && who.names.is_empty()
    {
        return (None, helpers);
    }
    (who, helpers)
}

/// `-`, 无, N/A, 待定: a cell that says nothing.
pub(crate) fn is_nothing(value: &str) -> bool {
    let scan = Scan::new(value.trim());
    let folded = scan.folded(0..scan.len());
    matches!(
        folded.trim_matches(|c: char| matches!(c, ' ' | '.' | '。' | '(' | ')')),
        "" | "-"
            | "--"
            | "---"
            | "/"
            | "\\"
            | "无"
            | "暂无"
            | "没有"
            | "n/a"
            | "na"
            | "none"
            | "nil"
            | "tbd"
            | "tbc"
            | "tba"
            | "待定"
            | "待确认"
            | "未定"
            | "?"
            | "??"
            | "x"
            | "空"
            | "待分配"
            | "待明确"
            | "unassigned"
            | "…"
            | "..."
    )
}

/// The state that a status word or a tick says: `open`, `in_progress`, `done`, `blocked`.
#[rustfmt::skip]
pub(crate) fn status_of(value: &str) -> Option<&'static str> {
    let scan = Scan::new(value.trim());
    let all = 0..scan.len();
    if scan.len() == 0 || scan.len() > 40 {
        return None;
    }
    if scan.has(
        all.clone(),
        &[
            "未完成", "未开始", "未启动", "未开展", "待办", "待处理", "待开始", "待启动", "尚未", "没开始", "not started", "not done", "open",
            "todo", "to do", "to-do", "pending", "new", "not yet", "待跟进", "未进行", "待执行", "计划中", "未动工", "未着手", "☐",
            "□", "[ ]",
        ],
    ) {
        return Some(if scan.has(all, &["reopen", "newly"]) { "in_progress" } else { "open" });
    }
    if scan.has(
        all.clone(),
        &["阻塞", "受阻", "卡住", "暂停", "搁置", "挂起", "停滞", "blocked", "on hold", "stuck", "suspended", "paused"],
    ) {
        return Some("blocked");
    }
    if scan.has(
        all.clone(),
        &[
            "进行中", "推进中", "处理中", "办理中", "执行中", "开展中", "跟进中", "进行", "正在", "in progress", "in-progress", "ongoing",
            "on-going", "doing", "started", "wip", "underway", "部分完成", "基本完成", "partially", "滞后", "延期", "延迟",
            "behind", "delayed", "持续", "on track", "正常", "按计划", "编制中", "落实中", "实施中", "整改中", "推动中", "洽谈中", "审批中",
            "评审中", "测试中", "开发中", "采购中",
        ],
    ) {
        return Some("in_progress");
    }
    if scan.has(
        all.clone(),
        &[
            "已完成", "完成", "已办结", "办结", "已关闭", "关闭", "已结束", "已交付", "已落实", "已解决", "已提交", "完结", "结案", "done", "complete",
            "closed", "finished", "resolved", "delivered", "☑", "√", "✓", "✔", "✅", "[x]", "已验收", "已上线", "已归档",
            "已处理", "已发布",
        ],
    ) {
        return Some("done");
    }
    if scan.has(all.clone(), &["逾期", "超期", "overdue", "late"]) {
        return Some("in_progress");
    }
    // 60%, 100%
    let digits: String = scan.folded(all).chars().filter(char::is_ascii_digit).collect();
    if scan.has(0..scan.len(), &["%"]) {
        return match digits.parse::<u32>().ok()? {
            0 => Some("open"),
            100 => Some("done"),
            _ => Some("in_progress"),
        };
    }
    None
}

/// At most this many characters, cut at a sign where there is one.
pub(crate) fn cap(text: &str, max: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let head: String = text.chars().take(max).collect();
    let cut = head.rfind(['。', '；', ';', '，', ',', '\n']).filter(|at| *at > head.len() / 3).unwrap_or(head.len());
    head.get(..cut).unwrap_or(&head).trim().to_owned()
}

// ---------------------------------------------------------------- prose

/// Reads the sentence or sentences that stand beside labels, tags and boxes.
fn read_main(main: &str, draft: Draft, around: &Around<'_>, forced: bool, sense: &mut Sense) {
    let scan = Scan::new(main);
    let mut sentences = split_sentences(&scan);
    // An item is one thing, unless a later sentence tells somebody else something.
    sentences.truncate(200);
    let mut first = true;
    let tracked = around.is_item || forced;
    let mut base = Some(draft);
    // `李雷：① …；② …`: whose the parts are.
    let mut carried: Option<Who> = None;
    for range in sentences {
        let words = scan.written(range.clone());
        let words = words.trim().trim_end_matches([':', '：']);
        if range.end < scan.len() && words.chars().count() <= 12 && who::is_who(words, around.cast) {
            carried = who::list(words, around.cast);
            continue;
        }
        let (parts, told) = split_at_owners(&scan, range, around);
        for part in parts {
            let text = scan.written(part.clone());
            if text.trim().is_empty() {
                continue;
            }
            let bound = forced || base.as_ref().is_some_and(|draft| draft.labels > 0 || draft.owner.is_some());
            if !bound && !told && carried.is_none() && is_hopeless(&scan, &part, around) {
                // Most of what is discussed: nobody is named, so only what kind of sentence it is matters.
                let start = scan.skip(part.start, " ,;:、.。-*>·•\n");
                if LISTS.decisions.at(&scan, start).is_some() {
                    sense.is_decision = true;
                } else {
                    let asks = matches!(scan.at(part.end.saturating_sub(1)), '?');
                    sense.refused.get_or_insert(if asks { "question" } else { "weak" });
                }
                continue;
            }
            let start = if first { base.take().unwrap_or_default() } else { Draft::default() };
            let labelled = start.labels > 0;
            let mut read = read_sentence(&scan.part(part.clone()), &text, start.clone(), around);
            if read.item.owner.is_none()
                && let Some(owner) = &carried
                && (read.item.due.is_some() || around.section == Section::Actions)
            {
                read.item.owner = Some(owner.clone());
                read.item.strength = read.item.strength.max(3);
            } else if read.leads && read.item.owner.is_some() {
                carried.clone_from(&read.item.owner);
            } else if read.item.owner.is_some() {
                carried = None;
            }
            let verdict = judge(&read, around, forced && first, labelled && first);
            match verdict {
                Verdict::Item => {
                    // 7月20日前完成。 after a sentence without a date belongs to that one.
                    if let Some(last) = sense.items.last_mut()
                        && !first
                        && merges(last, &read)
                    {
                        merge(last, read.item);
                    } else if says_nothing(&read.item.task) {
                        // `Rosa: nothing this week`
                    } else if read.item.task.chars().count() >= 2 || labelled {
                        sense.items.push(read.item);
                    }
                }
                Verdict::Decision => sense.is_decision = true,
                Verdict::No(why) => {
                    if let Some(last) = sense.items.last_mut()
                        && tracked
                        && matches!(why, "weak" | "help" | "detail")
                    {
                        supplement(last, read.item);
                    } else {
                        sense.refused.get_or_insert(why);
                        if first && labelled {
                            base = Some(start);
                        }
                    }
                }
            }
            first = base.is_some() && first && sense.items.is_empty() && matches!(verdict, Verdict::No(_));
        }
    }
}

/// `nothing this week`, 无, 暂无: an item in form only.
fn says_nothing(task: &str) -> bool {
    let lower = task.to_ascii_lowercase();
    is_nothing(task)
        || ["nothing", "none ", "no action", "no update", "n/a"].iter().any(|head| lower.starts_with(head))
        || matches!(lower.as_str(), "本周无" | "暂无事项" | "无事项" | "无待办" | "无更新" | "没有")
}

/// A later sentence that only adds a date, a helper, a deliverable.
fn merges(last: &Draft, read: &Read) -> bool {
    let bare = read.item.task.chars().count() < 2;
    bare || (read.item.owner.is_none()
        && last.due.is_none()
        && read.item.due.is_some()
        && read.item.task.chars().count() <= 4)
}

fn merge(last: &mut Draft, more: Draft) {
    supplement(last, more);
}

fn supplement(last: &mut Draft, more: Draft) {
    if last.due.is_none() {
        last.due = more.due;
    }
    if last.owner.is_none() {
        last.owner = more.owner;
    }
    last.helpers.extend(more.helpers);
    if last.deliverable.is_none() {
        last.deliverable = more.deliverable;
    }
    if last.status.is_none() {
        last.status = more.status;
    }
    last.vague |= more.vague;
}

enum Verdict {
    Item,
    Decision,
    No(&'static str),
}

/// Whether a sentence is something that somebody is to do.
fn judge(read: &Read, around: &Around<'_>, forced: bool, labelled: bool) -> Verdict {
    let item = &read.item;
    let has_owner = item.owner.is_some();
    let has_due = item.due.is_some();
    let in_actions = around.section == Section::Actions;
    let in_list = around.is_item && in_actions;
    if forced || (labelled && (has_owner || in_actions)) {
        if read.conditional && !forced {
            return Verdict::No("conditional");
        }
        return Verdict::Item;
    }
    if read.conditional {
        return Verdict::No("conditional");
    }
    if read.question {
        return Verdict::No("question");
    }
    if read.courtesy && !(in_list && item.strength >= 3) {
        return Verdict::No("courtesy");
    }
    if read.routine {
        return Verdict::No("routine");
    }
    if read.negative {
        return Verdict::No("negative");
    }
    if read.topic && item.strength < 3 {
        return Verdict::No("topic");
    }
    if read.next_meeting && item.strength < 2 {
        return Verdict::No("meeting");
    }
    if read.past {
        // Finished work counts only where a list keeps track of it.
        return if in_list && item.status == Some("done") && has_owner { Verdict::Item } else { Verdict::No("past") };
    }
    if read.report && item.strength < 3 {
        return Verdict::No("report");
    }
    match around.section {
        Section::Attendance | Section::NextMeeting => return Verdict::No("section"),
        Section::Finished => return Verdict::No("past"),
        Section::Notes | Section::Questions if !(item.strength >= 3 && has_due && has_owner) => {
            return Verdict::No("section");
        }
        _ => {}
    }
    if read.decision
        && !(item.strength >= 3 && has_owner)
        && !(in_list && item.strength >= 2)
        && !(in_list && !read.hard_decision)
    {
        return Verdict::Decision;
    }
    if read.only_help {
        return Verdict::No("help");
    }
    if in_list {
        // A line of the list of actions is one, whoever does it.
        return if item.task.chars().count() >= 2 { Verdict::Item } else { Verdict::No("weak") };
    }
    let somebody = item.owner.as_ref().is_some_and(|w| w.kind != Kind::Everyone);
    let known = item.owner.as_ref().is_some_and(|w| w.known);
    let accepted = match item.strength {
        4.. => has_owner,
        3 if read.says && !around.is_item && !in_actions && !has_due => false,
        3 => has_owner && (has_due || (somebody && (read.takes || known || in_actions || around.is_item))),
        2 => has_due && (somebody || around.is_item || in_actions) || in_actions && somebody,
        1 => has_due && somebody && (around.is_item || in_actions) || in_actions && somebody,
        _ => {
            around.owner.is_some() && around.is_item && (has_due || in_actions || around.section == Section::Unknown)
                || in_actions && has_due && !read.hard_decision
        }
    };
    if accepted { Verdict::Item } else { Verdict::No("weak") }
}

/// Sentences of a text: ends at 。！？； and line ends, at a point before a capital; at ① and 2）within a line.
fn split_sentences(scan: &Scan) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut depth = 0usize;
    let mut at = 0;
    while at < scan.len() {
        let c = scan.at(at);
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends = match c {
            '。' | '!' | '?' => depth == 0 || c == '。',
            '\n' => true,
            ';' => depth == 0,
            '.' => {
                depth == 0
                    && (at + 1 == scan.len() || scan.at(at + 1) == ' ' && !is_low(scan, at + 2))
                    && !is_abbreviation(scan, at)
                    && !(scan.before(at).is_ascii_digit() && scan.at(at + 1) == ' ' && scan.at(at + 2).is_ascii_digit())
            }
            // ①…②…, 1）…2）… within one line
            '①'..='⑳' => at > start && depth == 0,
            _ => false,
        };
        let numbered = depth == 0
            && at > start + 3
            && c.is_ascii_digit()
            && matches!(scan.at(at + 1), ')' | '、')
            && matches!(scan.before(at), ' ' | ',' | ':' | '、' | '(')
            && !scan.at(at + 2).is_ascii_digit();
        if ends {
            let stop = if ('①'..='⑳').contains(&c) { at } else { at + 1 };
            out.push(start..stop);
            start = stop;
            if c == '\n' || c == '。' {
                depth = 0;
            }
        } else if numbered {
            out.push(start..at);
            start = at + 2;
        }
        at += 1;
    }
    out.push(start..scan.len());
    out.retain(|r| r.end > r.start && (r.start..r.end).any(|i| scan.at(i).is_alphanumeric()));
    out
}

/// `re. lease`: a sentence does not begin with a small letter.
fn is_low(scan: &Scan, at: usize) -> bool {
    scan.at(at).is_ascii_lowercase() && !scan.is_capital(at)
}

fn is_abbreviation(scan: &Scan, point: usize) -> bool {
    let mut from = point;
    while from > 0 && (scan.at(from - 1).is_ascii_alphabetic() || scan.at(from - 1) == '.') && point - from < 8 {
        from -= 1;
    }
    let word = scan.folded(from..point);
    (word.len() == 1 && scan.is_capital(from))
        || matches!(
            word.as_str(),
            "mr" | "mrs"
                | "ms"
                | "dr"
                | "prof"
                | "st"
                | "no"
                | "vs"
                | "e.g"
                | "i.e"
                | "etc"
                | "approx"
                | "dept"
                | "inc"
                | "ltd"
                | "co"
                | "fig"
                | "ver"
                | "jan"
                | "feb"
                | "mar"
                | "apr"
                | "jun"
                | "jul"
                | "aug"
                | "sept"
                | "sep"
                | "oct"
                | "nov"
                | "dec"
                | "mon"
                | "tue"
                | "wed"
                | "thu"
                | "fri"
                | "a.m"
                | "p.m"
        ) && scan.at(point + 1) == ' '
            && !scan.is_capital(point + 2)
        || matches!(word.as_str(), "mr" | "mrs" | "ms" | "dr" | "prof")
}

/// Where clauses may begin: the start, and behind commas, semicolons, colons.
fn clause_starts(scan: &Scan, range: &Range<usize>) -> Vec<usize> {
    let mut first = scan.skip(range.start, " ,;:、.。-*>·•\n\"");
    // 2） left over from a split within the line
    if scan.at(first).is_ascii_digit() && matches!(scan.at(first + 1), ')' | '、')
        || ('①'..='⑳').contains(&scan.at(first))
    {
        first = scan.skip(first + 1, ")、 .");
    }
    let mut starts = vec![first];
    let mut depth = 0usize;
    for at in range.clone() {
        match scan.at(at) {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' | ':' if depth == 0 => {
                let next = scan.skip(at + 1, " ");
                if next < range.end && starts.len() < 40 {
                    starts.push(next);
                }
            }
            _ => {}
        }
    }
    // … by Monday, and Anna will …
    let mut more = Vec::new();
    for at in range.clone() {
        if scan.before(at) == ' ' || starts.contains(&at) {
            if let Some(stop) = scan.any_word(at, &["and", "while", "but", "whereas", "then"])
                && scan.is_capital(scan.skip(stop, " "))
                && (scan.word(at, "and").is_none() || ends_clause(scan, at))
                && more.len() < 20
            {
                more.push(scan.skip(stop, " "));
            }
        }
    }
    starts.extend(more);
    starts.retain(|s| *s < range.end);
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// Whether `and` at this place joins clauses rather than names: behind a comma, a small word, or a day.
fn ends_clause(scan: &Scan, and: usize) -> bool {
    let end = scan.trim_end(0..and, " ");
    if matches!(scan.before(end), ',' | ')') || scan.before(end).is_ascii_digit() {
        return true;
    }
    let mut from = end;
    while from > 0 && scan.at(from - 1).is_alphanumeric() {
        from -= 1;
    }
    let day = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "eod",
        "cob",
        "eom",
    ];
    from < end && (!scan.is_capital(from) || scan.any_word(from, &day).is_some())
}

/// 张三负责甲，李四负责乙: parts of a sentence in which different people are told different things.
/// And whether somebody is named at the head of any clause.
fn split_at_owners(scan: &Scan, range: Range<usize>, around: &Around<'_>) -> (Vec<Range<usize>>, bool) {
    let mut cuts: Vec<usize> = Vec::new();
    let mut told = false;
    let mut seen: Option<Vec<String>> = None;
    for start in clause_starts(scan, &range) {
        let Some(hit) = told_at(scan, start, range.end, around.cast) else { continue };
        told |= hit.strength > 0;
        let next = scan.skip(hit.who.range.end, " ");
        let dated = hit.strength == 2
            && hit.who.kind == Kind::Person
            && (who::begins_date(scan, next) || matches!(scan.at(next), '于' | '在'));
        if !(hit.strength >= 3 || dated) || hit.helps {
            continue;
        }
        // 请大家按要求落实,吴磊7月9日前汇总: what one is told is not what all are.
        if hit.who.kind == Kind::Everyone {
            seen.get_or_insert(hit.who.names);
            continue;
        }
        match &seen {
            Some(names) if *names != hit.who.names => {
                cuts.push(start);
                seen = Some(hit.who.names);
            }
            Some(_) => {}
            None => {
                // Words before the first owner that are more than an introduction stay with it.
                seen = Some(hit.who.names);
            }
        }
    }
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    let mut from = range.start;
    for cut in cuts {
        parts.push(from..cut);
        from = cut;
    }
    parts.push(from..range.end);
    (parts, told)
}

/// Outside of lists of actions an item needs somebody who does it. Without a name at the head of a clause one may only
/// stand behind a word of telling, in brackets, or behind a sign at the end.
fn is_hopeless(scan: &Scan, range: &Range<usize>, around: &Around<'_>) -> bool {
    if around.section == Section::Actions || around.owner.is_some() || around.due.is_some() {
        return false;
    }
    let mut tail = range.start;
    for at in range.clone() {
        match scan.at(at) {
            '由' if matches!(scan.at(at + 1), '于' | '此') || matches!(scan.before(at), '理' | '自' | '经' | '缘') =>
                {}
            '请' if matches!(scan.before(at), '申' | '邀' | '聘') => {}
            '/' if scan.before(at).is_ascii_alphanumeric() && scan.at(at + 1).is_ascii_alphanumeric() => {}
            '@' | '由' | '请' | '让' | '(' | '[' | '|' | '/' | '>' | '~' => return false,
            '-' if scan.before(at) == ' ' || !scan.before(at).is_ascii_alphanumeric() => return false,
            '负' if scan.at(at + 1) == '责' => return false,
            '牵' if scan.at(at + 1) == '头' => return false,
            '主' if matches!(scan.at(at + 1), '导' | '责') => return false,
            '跟' if scan.at(at + 1) == '进' => return false,
            'a' if scan.any_word(at, &["assigned", "action", "actioned"]).is_some() => return false,
            'b' if scan.word(at, "by").is_some() && scan.is_capital(scan.skip(at + 2, " ")) => return false,
            ',' => tail = at,
            _ => {}
        }
    }
    // `…，张三` at the end of a list's line.
    !(around.is_item && tail > range.start && range.end - tail <= 12)
}

/// Somebody who is told to do something, at the head of a clause.
struct Told {
    who: Who,
    /// Everything that names and tells: 由张三负责, `Owen will`.
    cut: Range<usize>,
    strength: u8,
    /// 负责, 牵头: it is taken on, with or without a date.
    takes: bool,
    /// 配合, 协助: only help.
    helps: bool,
    /// `Kate: …`, which may also be what Kate said.
    says: bool,
}

/// Reads `由张三负责`, `请李四于`, `王五将`, `Owen will`, `Rosa to` at one place.
fn told_at(scan: &Scan, start: usize, end: usize, cast: &Cast) -> Option<Told> {
    let lists = &*LISTS;
    let mut places = vec![start];
    // 会议要求，由…; 同时请…
    let mut at = start;
    const SAYS_SO: &[&str] = &[
        "it was agreed that",
        "it was decided that",
        "we agreed that",
        "we decided that",
        "the team agreed that",
        "the group agreed that",
        "agreed that",
        "decided that",
        "it was also agreed that",
        "the board decided that",
        "agreed",
        "next",
        "then",
        "also",
        "finally",
        "after the meeting",
        "separately",
    ];
    if let Some(stop) = scan.any_word(start, SAYS_SO) {
        places.push(scan.skip(stop, " ,:"));
    }
    for _ in 0..3 {
        let Some(stop) = lists.lead_ins.at(scan, at) else { break };
        at = scan.skip(stop, " ,:");
        places.push(at);
    }
    let mut best: Option<Told> = None;
    for place in places {
        if place >= end {
            break;
        }
        let told = told_exactly(scan, place, end, cast);
        if let Some(told) = told
            && best.as_ref().is_none_or(|b| told.strength > b.strength)
        {
            best = Some(told);
        }
    }
    best
}

fn told_exactly(scan: &Scan, place: usize, end: usize, cast: &Cast) -> Option<Told> {
    let lists = &*LISTS;
    // @张三
    if scan.at(place) == '@' {
        let mut who = who::after_at_sign(scan, place, cast)?;
        let mut next = scan.skip(who.range.end, " ");
        for _ in 0..8 {
            let Some(more) = who::after_at_sign(scan, next, cast) else { break };
            who.names.extend(more.names);
            who.range.end = more.range.end;
            next = scan.skip(who.range.end, " 、,和&");
        }
        let (stop, takes, helps) = after_name(scan, who.range.end);
        return Some(Told { cut: place..stop, who, strength: 4, takes, helps, says: false });
    }
    // [张三] …, 【市场部】…
    if scan.at(place) == '['
        && let Some(close) = scan.find_char(place..place + 24, "]")
        && let Some(who) =
            Some(scan.written(place + 1..close)).filter(|t| who::is_who(t, cast)).and_then(|t| who::list(&t, cast))
    {
        return Some(Told { who, cut: place..close + 1, strength: 3, takes: false, helps: false, says: false });
    }
    // 由张三, 请李四; the longest word that leaves a name.
    if let Some(stop) = lists.askers.at(scan, place) {
        let single = scan.before(place);
        let part_of_word = stop == place + 1
            && match scan.at(place) {
                '由' => matches!(single, '理' | '自' | '经' | '缘' | '来' | '事' | '案'),
                '请' => matches!(single, '申' | '邀' | '聘' | '敬' | '恳' | '有' | '宴' | '呈'),
                _ => false,
            };
        let name = scan.skip(stop, " @");
        if !part_of_word
            && let Some(who) = who::at(scan, name, cast, Follow::Words)
            && !(who.kind == Kind::Person
                && lists
                    .reports
                    .at(scan, who.range.end)
                    .is_some_and(|r| r > who.range.end + 1 && scan.folded(who.range.end..r) != "建议"))
        {
            let (stop, takes, helps) = after_name(scan, who.range.end);
            return Some(Told {
                cut: place..stop,
                who,
                strength: 3,
                takes: takes || scan.at(place) == '由',
                helps,
                says: false,
            });
        }
    }
    // Please Bob to …; Bob, please …
    if let Some(stop) = scan.any_word(place, &["please ask", "please have", "ask", "please"]) {
        let name = scan.skip(stop, " ,");
        if scan.is_capital(name)
            && let Some(who) = who::at(scan, name, cast, Follow::Words)
            && who.known
        {
            let next = scan.skip(who.range.end, " ,");
            let next = scan.any_word(next, &["to", "please"]).map_or(next, |n| scan.skip(n, " "));
            return Some(Told { cut: place..next, who, strength: 3, takes: false, helps: false, says: false });
        }
    }
    let who = who::at(scan, place, cast, Follow::Words)?;
    let stop = who.range.end;
    let next = scan.skip(stop, " ");
    // English: what the verb behind the name is.
    if !is_han(scan.before(stop)) || scan.at(next).is_ascii_alphabetic() {
        if let Some((after, strength)) = english_modal(scan, next, &who) {
            return Some(Told {
                cut: place..after,
                who,
                strength,
                takes: strength >= 3 && scan.word(next, "will").is_none(),
                helps: false,
                says: false,
            });
        }
        if !is_han(scan.before(stop)) && !matches!(scan.at(next), ':' | '-' | '>' | '|') && !is_han(scan.at(next)) {
            return None;
        }
    }
    if next < end && matches!(scan.at(next), ':' | '|')
        || (next < end
            && matches!(scan.at(next), '-' | '>')
            && (next > stop || scan.at(next + 1) == ' ' || scan.at(next + 1) == '-' || scan.at(next + 1) == '>'))
    {
        let body = scan.skip(next, " :-|>");
        if body >= end {
            return None;
        }
        // The words behind the colon may tell somebody else.
        if scan.at(next) == ':' && !who.known && !is_han(scan.before(stop)) && told_exactly_english(scan, body, cast) {
            return None;
        }
        let body = scan.word(body, "please").map_or(body, |b| scan.skip(b, " "));
        let body = scan.any_word(body, &["to", "will"]).map_or(body, |b| scan.skip(b, " "));
        return Some(Told {
            cut: place..body,
            strength: if who.known { 3 } else { 2 },
            who,
            takes: false,
            helps: false,
            says: scan.at(next) == ':',
        });
    }
    if lists.reports.at(scan, stop).is_some_and(|r| r > stop) && lists.takes.at(scan, stop).is_none() {
        return Some(Told { cut: place..place, who, strength: 0, takes: false, helps: false, says: false });
    }
    let (after, takes, helps) = after_name(scan, stop);
    if takes || helps {
        return Some(Told { cut: place..after, who, strength: 3, takes: true, helps, says: false });
    }
    if after > stop {
        return Some(Told { cut: place..after, who, strength: 3, takes: false, helps: false, says: false });
    }
    if matches!(scan.at(stop), '在' | '于') || who::begins_date(scan, next) {
        return Some(Told {
            cut: place..stop,
            strength: if who.known { 3 } else { 2 },
            who,
            takes: false,
            helps: false,
            says: false,
        });
    }
    if stop >= end || matches!(scan.at(stop), '。' | ';') {
        return None;
    }
    let strength = match scan.at(stop) {
        ' ' | ',' => 1,
        _ if who::is_follower(scan, stop) || scan.any(stop, who::PAST).is_some() => 2,
        c if c.is_ascii_alphabetic() => 2,
        _ => return None,
    };
    if strength == 1 && who.kind != Kind::Person && who.kind != Kind::Department {
        return None;
    }
    Some(Told {
        cut: place..scan.skip(stop, " ,"),
        strength: if strength == 1 { if who.known { 2 } else { 1 } } else { strength },
        who,
        takes: false,
        helps: false,
        says: false,
    })
}

fn told_exactly_english(scan: &Scan, place: usize, cast: &Cast) -> bool {
    who::at(scan, place, cast, Follow::Words)
        .is_some_and(|who| english_modal(scan, scan.skip(who.range.end, " "), &who).is_some_and(|(_, s)| s >= 3))
}

/// 负责, 将, 来, 配合 behind a name: where the words of telling end, whether it takes the work on, whether it only helps.
fn after_name(scan: &Scan, stop: usize) -> (usize, bool, bool) {
    let lists = &*LISTS;
    let mut at = scan.skip(stop, " ");
    let mut takes = false;
    let mut moved = false;
    for _ in 0..3 {
        if let Some(end) = lists.helps.at(scan, at)
            && !takes
        {
            // 配合 that has an object of its own is still help.
            return (end, takes, true);
        }
        if let Some(end) = lists.takes.at(scan, at) {
            takes = true;
            moved = true;
            at = end;
            continue;
        }
        if let Some(end) = lists.modals.at(scan, at)
            && !(end == at + 1
                && matches!(scan.at(at), '会' | '要' | '来' | '去' | '先' | '再' | '也' | '则' | '拟' | '需' | '应')
                && matches!(
                    scan.at(end),
                    '议' | '谈'
                        | '求'
                        | '点'
                        | '源'
                        | '函'
                        | '向'
                        | '除'
                        | '定'
                        | '用'
                        | '急'
                        | '收'
                        | '付'
                        | '审'
                        | '签'
                        | '商'
                        | '见'
                        | '稿'
                        | '订'
                ))
        {
            // 将于, 需在: the preposition goes with the date.
            moved = true;
            at = if matches!(scan.before(end), '于' | '在') { end - 1 } else { end };
            continue;
        }
        break;
    }
    if moved { (at, takes, false) } else { (stop, false, false) }
}

/// `will`, `to`, `agreed to` behind an English name: where the verb begins, and how surely it is a promise.
fn english_modal(scan: &Scan, at: usize, who: &Who) -> Option<(usize, u8)> {
    #[rustfmt::skip]
    const MODALS: &[&str] = &[
        "will be responsible for", "is responsible for", "are responsible for", "will take care of", "is going to",
        "are going to", "has agreed to", "have agreed to", "agreed to", "agrees to", "volunteered to", "promised to",
        "offered to", "committed to", "undertook to", "undertakes to", "has committed to", "was asked to",
        "is asked to", "were asked to", "is tasked with", "was tasked with", "is assigned to", "was assigned to",
        "is expected to", "needs to", "need to", "has to", "have to", "ought to", "will", "'ll", "shall", "should",
        "must", "to", "is to", "are to", "owns", "takes", "please", "can", "will then", "will also", "to also",
        "will please", "should please", "and team to", "plans to", "intends to", "is due to", "took the action to",
        "takes the action to", "took an action to", "has the action to", "has an action to", "to please", "gets to",
        "commits to", "promises to",
    ];
    let next = if scan.at(at) == ',' { scan.skip(at + 1, " ") } else { at };
    if scan.at(at) == ',' {
        let end = scan.any_word(
            next,
            &[
                "please",
                "can you please",
                "can you",
                "could you please",
                "could you",
                "would you please",
                "would you",
                "you will",
                "to",
            ],
        )?;
        return Some((scan.skip(end, " "), 3));
    }
    let apostrophe = scan.lit(at, "'ll").filter(|end| scan.at(*end) == ' ');
    let end = apostrophe.or_else(|| MODALS.iter().filter_map(|word| scan.word(at, word)).max())?;
    let verb = scan.skip(end, " ");
    let verb_word = scan
        .find_char(verb..verb + 24, " ,.;:")
        .map_or_else(|| scan.folded(verb..verb + 24), |stop| scan.folded(verb..stop));
    // Will not, will be on leave: nothing to do.
    if matches!(verb_word.as_str(), "not" | "never" | "be" | "have" | "remain" | "also" if verb_word != "also")
        && scan.any_word(verb, &["be responsible for", "be the owner of", "be in charge of", "have to"]).is_none()
    {
        return None;
    }
    let verb = scan
        .any_word(verb, &["be responsible for", "be in charge of", "have to", "also", "then", "please", "now"])
        .map_or(verb, |v| scan.skip(v, " "));
    let article =
        matches!(verb_word.as_str(), "the" | "a" | "an" | "be" | "this" | "that" | "his" | "her" | "our" | "all");
    let is_to = scan.word(at, "to").is_some();
    if is_to && article || who.kind == Kind::Everyone {
        return Some((verb, if who.kind == Kind::Everyone { 2 } else { return None }));
    }
    if scan.word(at, "can").is_some() {
        return None;
    }
    Some((verb, 3))
}

/// What one sentence says.
#[derive(Default)]
struct Read {
    item: Draft,
    conditional: bool,
    question: bool,
    routine: bool,
    negative: bool,
    next_meeting: bool,
    /// 预算(20分钟,李雷): how long it is talked about.
    topic: bool,
    past: bool,
    report: bool,
    decision: bool,
    hard_decision: bool,
    courtesy: bool,
    only_help: bool,
    takes: bool,
    says: bool,
    /// A name and a colon lead it, so what follows behind a semicolon is that person's too.
    leads: bool,
}

fn read_sentence(scan: &Scan, text: &str, draft: Draft, around: &Around<'_>) -> Read {
    let end = scan.trim_end(0..scan.len(), " 。.;,!、\n");
    let mut start = scan.skip(0, " ,;:、.。-*>·•\n");
    // 1） left over from a split within the line
    if scan.at(start).is_ascii_digit() && matches!(scan.at(start + 1), ')' | '、')
        || ('①'..='⑳').contains(&scan.at(start))
    {
        start = scan.skip(start + 1, ")、 .");
    }
    let range = start..end;
    let mut read = Read { item: draft, ..Read::default() };
    if range.is_empty() {
        return read;
    }
    signs(scan, &range, text, &mut read);
    let mut cuts: Vec<Range<usize>> = Vec::new();
    // The date first: it stands between names and verbs.
    if read.item.due.is_none()
        && range.len() <= ITEM_CHARS_MAX
        && let Some((dated, bytes)) = around.clock.deadline(text)
    {
        let at = scan.place_of_byte(bytes.start)..scan.place_of_byte(bytes.end);
        cuts.push(widen_date(scan, at, &range));
        read.item.due = Some(dated);
    }
    if read.item.due.is_none() && (around.is_item || read.item.strength >= 4) {
        // `张伟 修复支付超时 7月7日`: in a list the last words may be a bare date, gone by or not.
        let from =
            (range.start..range.end).rev().take(16).find(|i| matches!(scan.at(*i), ' ' | ',' | '，' | '、' | '-'));
        if let Some(from) = from
            && from > range.start + 3
            && let Some(dated) = around.clock.cell(&scan.written(from + 1..range.end))
        {
            cuts.push(widen_date(scan, from + 1..range.end, &range));
            read.item.due = Some(dated);
        }
    }
    read.item.vague |= read.item.due.is_none() && around.clock.is_vague(text);
    let told = find_told(scan, &range, &cuts, around);
    let is_told = told
        .as_ref()
        .is_some_and(|told| !told.helps && (told.strength >= 3 || told.strength == 2 && told.who.kind == Kind::Person));
    take_brackets(scan, &range, &mut cuts, &mut read, around, is_told);
    let mut owner_from_text = None;
    if read.item.owner.is_none() {
        take_tail(scan, &range, &mut cuts, &mut read, around, is_told);
    }
    if let Some(told) = told.filter(|told| !is_cut(&cuts, told.cut.start)) {
        if told.strength == 0 {
            read.report = true;
        } else if told.helps && (read.item.owner.is_some() || owned_elsewhere(scan, &range, &told, around)) {
            read.item.helpers.extend(told.who.names.clone());
            cuts.push(widen_clause(scan, &told.cut, &range));
            if read.item.owner.is_none() && around.owner.is_none() {
                read.only_help = true;
            }
        } else if read.item.owner.is_none() || read.item.labels == 0 && told.strength >= 3 && read.item.strength < 3 {
            read.takes |= told.takes;
            read.says = told.says;
            read.leads = scan.before(scan.trim_end(told.cut.start..told.cut.end, " ")) == ':';
            read.item.strength = read.item.strength.max(told.strength);
            // `Ines, could you please update …?`, 王芳能否周五前提供…？ ask by name for something to be done.
            if told.strength >= 3 && read.question {
                let asked = scan.folded(told.cut.clone());
                let asks = ["could you", "can you", "would you", "能否", "可否", "能不能", "麻烦", "请"];
                read.question = !asks.iter().any(|word| asked.contains(word));
            }
            let mut cut = told.cut.clone();
            if told.helps {
                // 请李四协助张三完成…: the help is the task.
                cut.end = told.who.range.end;
            }
            cuts.push(cut);
            owner_from_text = Some(told.who);
        } else if told.strength >= 2 && read.item.owner.as_ref().is_some_and(|o| o.names == told.who.names) {
            // Named twice: in the sentence and behind the label.
            cuts.push(told.cut.clone());
            read.item.strength = read.item.strength.max(told.strength);
        }
    }
    if let Some(who) = owner_from_text {
        if who.kind == Kind::Writer && who.names.is_empty() {
            read.item.strength = read.item.strength.min(2);
        } else {
            read.item.owner = Some(who);
        }
    }
    take_helpers(scan, &range, &mut cuts, &mut read, around);
    if around.is_item {
        take_status(scan, &range, &mut cuts, &mut read);
    }
    cut_past(scan, &range, &mut cuts);
    if read.item.task.is_empty() {
        read.item.task = clean_task(scan, &range, &cuts);
    }
    read
}

/// Signs that a sentence is no instruction.
#[rustfmt::skip]
fn signs(scan: &Scan, range: &Range<usize>, text: &str, read: &mut Read) {
    let lists = &*LISTS;
    let start = range.start;
    let all = range.clone();
    let han = (range.start..range.end).any(|i| is_han(scan.at(i)));
    if han {
        let conditional = scan.any(
            start,
            &[
                "如果", "若", "倘若", "假如", "假设", "万一", "要是", "除非", "如遇", "如有", "如需", "一旦", "必要时", "视情况", "如", "当",
            ],
        );
        read.conditional = conditional.is_some_and(|stop| {
            let word = scan.folded(start..stop);
            let rest = scan.at(stop);
            !(word == "如" && matches!(rest, '期' | '下' | '实' | '何' | '约' | '上' | '此' | '常'))
                && !(word == "当" && !scan.has(all.clone(), &["时,", "时,", "情况下", "后,"]))
                && !(word == "若" && matches!(rest, '干'))
        }) || scan.has(all.clone(), &["的话,", "的话就", "的情况下", "情况下,则"]);
        let routine = scan.find(all.clone(), "每");
        read.routine = routine.is_some_and(|at| {
            matches!(scan.at(at + 1), '周' | '天' | '日' | '月' | '季' | '年' | '晚' | '早' | '次' | '两' | '逢' | '半')
                && scan.lit(at, "每日优鲜").is_none()
                || scan.at(at + 1) == '个' && matches!(scan.at(at + 2), '月' | '工' | '季' | '星' | '周' | '礼')
        }) || scan.has(all.clone(), &["定期", "日常", "长期坚持", "常态化"])
            && read.item.labels == 0
            && !scan.has(all.clone(), &["日常用品", "定期报告"]);
        read.negative = scan
            .has(all.clone(), &["无需", "不需要", "不用再", "暂不", "不必", "不再需要", "无须", "毋需"])
            && scan.find_char(all.clone(), ",").is_none();
        read.next_meeting = scan
            .any(
                start,
                &[
                    "下次会议", "下次例会", "下一次会议", "下次会", "下周例会", "下期会议", "会议时间", "散会", "休会", "会议开始", "会议结束", "会议于",
                    "会议历时", "会议时长",
                ],
            )
            .is_some()
            || scan.has(all.clone(), &["下次会议定于", "下次会议时间"]);
        let fresh = scan.has(all.clone(), &["前", "内", "下周", "明天", "月底", "之前", "继续"]);
        let done = scan.has(
            all.clone(),
            &[
                "已完成", "已经完成", "已提交", "已于", "已交付", "已解决", "已关闭", "已发送", "已签订", "已上线", "已落实", "已确认", "已更新", "已发布",
                "已办结", "已整理", "已归档", "已修复", "已处理", "已经", "完成了", "提交了", "已收到", "已补充", "已到货", "已付", "已通过", "已对接",
                "已联系", "已准备", "已安排", "已下单", "已启动", "已验收",
            ],
        );
        let before = scan
            .any(
                start,
                &[
                    "上周", "上月", "上个月", "昨天", "昨日", "前天", "上次", "去年", "前期", "此前", "上季度", "上半年已", "截至目前", "目前已",
                    "截止目前",
                ],
            )
            .is_some();
        read.past = (done && !fresh) || before && !scan.has(all.clone(), &["请", "由", "负责"]);
        if done {
            read.item.status = read.item.status.or(if read.past { Some("done") } else { None });
        }
        read.decision = lists.decisions.at(scan, start).is_some()
            || scan.any(start, &["确认", "确定", "明确", "维持", "采用"]).is_some();
        read.hard_decision = lists.decisions.at(scan, start).is_some();
        read.courtesy = lists.courtesies.at(scan, start).is_some();
        read.question = matches!(scan.at(range.end), '?')
            || scan.at(range.end.saturating_sub(1)) == '?'
            || text.trim_end().ends_with(['?', '？'])
            || scan.has(all, &["是否需要", "吗?"]) && text.contains(['?', '？']);
    } else {
        let prefix = scan.any_word(
            start,
            &[
                "if", "unless", "should", "in case", "whenever", "provided", "assuming", "in the event",
                "depending on", "subject to",
            ],
        );
        read.conditional = prefix.is_some_and(|_| {
            !(scan.word(start, "should").is_some() && scan.is_capital(scan.skip(start + 6, " ")))
                || scan.find_char(all.clone(), ",").is_some()
        });
        read.routine = scan
            .find_word(
                all.clone(),
                &["every", "each", "weekly basis", "daily basis", "monthly basis", "regularly", "on an ongoing basis"],
            )
            .is_some_and(|(_, stop)| {
                scan.before(stop) != 'y' && scan.before(stop) != 'h'
                    || scan
                        .any_word(
                            scan.skip(stop, " "),
                            &[
                                "monday", "tuesday", "wednesday", "thursday", "friday", "week", "day", "month",
                                "quarter", "morning", "year", "sprint", "other week", "two weeks", "weekday",
                            ],
                        )
                        .is_some()
                    || scan.before(stop) == 's'
            });
        read.negative = scan
            .find_word(
                all.clone(),
                &[
                    "will not", "won't", "no longer", "no action", "does not need to", "do not need to",
                    "no need to", "not required", "need not",
                ],
            )
            .is_some();
        read.next_meeting = scan
            .any_word(start, &["next meeting", "the next meeting", "our next meeting", "next call", "the next call"])
            .is_some();
        read.past = scan
            .find_word(
                all.clone(),
                &[
                    "was", "were", "has been", "have been", "had", "reported", "explained", "noted", "presented",
                    "announced", "confirmed that", "said", "mentioned", "has already", "have already",
                    "already done", "completed", "closed last", "last week", "yesterday", "has completed",
                    "has sent", "has finished",
                ],
            )
            .is_some()
            && scan.find_word(all.clone(), &["will", "to", "by", "due", "needs", "must", "shall"]).is_none_or(|_| {
                scan.find_word(
                    start..(start + 40).min(range.end),
                    &["reported", "explained", "noted", "presented", "announced", "said", "mentioned"],
                )
                .is_some()
            });
        read.decision = scan
            .any_word(
                start,
                &[
                    "agreed", "decided", "approved", "resolved", "it was agreed", "it was decided", "we agreed",
                    "we decided", "the team agreed", "the group agreed", "the board approved", "keep the",
                    "decision",
                ],
            )
            .is_some();
        read.hard_decision = read.decision;
        read.courtesy = lists.courtesies.at(scan, start).is_some_and(|stop| !scan.at(stop).is_ascii_alphanumeric())
            || english_courtesy(scan, start);
        read.question = text.trim_end().ends_with('?');
    }
    if let Some(status) = trailing_status(scan, range) {
        read.item.status = read.item.status.or(Some(status));
    }
}

#[rustfmt::skip]
fn english_courtesy(scan: &Scan, start: usize) -> bool {
    scan.any_word(
        start,
        &[
            "thanks", "thank you", "best regards", "kind regards", "regards", "hi all", "hi team", "hello",
            "dear all", "please reply", "please let me know", "please find", "please see", "please note",
            "please review the minutes", "let me know", "see attached", "please feel free", "feel free",
            "as discussed", "looking forward",
        ],
    )
    .is_some()
}

/// （已完成）, [done], - 进行中 at the end of a line.
fn trailing_status(scan: &Scan, range: &Range<usize>) -> Option<&'static str> {
    if !matches!(scan.at(range.end - 1), ')' | ']') {
        return None;
    }
    let open = (range.start..range.end).rev().take(16).find(|i| matches!(scan.at(*i), '(' | '['))?;
    let inside = scan.written(open + 1..range.end - 1);
    if inside.chars().count() <= 12 && !inside.contains([',', '，', '、']) { status_of(&inside) } else { None }
}

/// The date with the words that lead to it and from it: 请于…之前, `by …`, `(due …)`.
fn widen_date(scan: &Scan, at: Range<usize>, range: &Range<usize>) -> Range<usize> {
    #[rustfmt::skip]
    const BEFORE: &[&str] = &[
        "截止时间", "截止日期", "截止到", "截止于", "截止", "截至", "完成时间", "完成时限", "完成日期", "计划完成时间", "时间要求", "期限", "时限", "时间", "最晚于",
        "最迟于", "最晚", "最迟", "不晚于", "不迟于", "务必于", "务必在", "争取在", "争取于", "争取", "力争在", "力争于", "力争", "计划于", "计划在", "预计于",
        "预计在", "预计", "拟于", "拟在", "原则上", "必须在", "必须于", "需在", "需于", "须在", "须于", "应于", "应在", "要在", "于", "在", "ddl",
        "至迟", "赶在", "限", "限于", "定于", "会后", "到", "至", "从今天起", "即日起", "自今日起", "今起",
    ];
    #[rustfmt::skip]
    const BEFORE_ENGLISH: &[&str] = &[
        "due date", "due by", "due on", "is due", "due", "deadline", "no later than", "not later than",
        "at the latest by", "by the latest", "by", "before", "on or before", "until", "till", "on", "target", "eta",
        "to be completed by", "to be done by", "completed by", "done by", "latest", "latest by", "ddl", "for", "in",
        "within", "before the", "by the", "at", "ready by", "deadline is",
    ];
    const AFTER: &[&str] = &["之前", "以前", "以内", "之内", "前后", "前", "内", "止", "左右"];
    let mut from = at.start;
    let mut to = at.end;
    for _ in 0..4 {
        let back = (range.start..from).rev().take_while(|i| matches!(scan.at(*i), ' ' | ':' | '-')).count();
        let word_end = from - back;
        // A dash belongs to the date only when it follows words of time.
        let hit = BEFORE
            .iter()
            .filter_map(|word| {
                let begin = word_end.checked_sub(word.chars().count()).filter(|b| *b >= range.start)?;
                scan.lit(begin, word).map(|_| begin)
            })
            .chain(BEFORE_ENGLISH.iter().filter_map(|word| {
                let begin = word_end.checked_sub(word.chars().count()).filter(|b| *b >= range.start)?;
                scan.word(begin, word).map(|_| begin)
            }))
            .min();
        match hit {
            Some(begin)
                if !matches!(
                    (scan.before(begin), scan.at(begin)),
                    ('存' | '现' | '所' | '潜' | '正' | '关' | '由' | '对' | '基' | '属' | '位', '在' | '于')
                ) =>
            {
                from = begin
            }
            _ => break,
        }
    }
    for _ in 0..2 {
        let next = scan.skip(to, " ");
        if let Some(end) = scan.any(next, AFTER).filter(|end| {
            *end <= range.end
                && !matches!(
                    (scan.at(next), scan.at(*end)),
                    ('前', '往' | '期' | '端' | '台' | '置' | '来') | ('内', '部' | '容' | '测' | '审' | '网')
                )
        }) {
            to = end;
        } else {
            break;
        }
    }
    from..to
}

/// `供应商走访，进行中`: a piece of a list's line that only says how far it is.
fn take_status(scan: &Scan, range: &Range<usize>, cuts: &mut Vec<Range<usize>>, read: &mut Read) {
    for piece in pieces(scan, range.clone(), ",;|").into_iter().skip(1) {
        let words = scan.written(piece.clone());
        let words = words.trim();
        if words.chars().count() <= 12 && !matches!(words, "完成" | "关闭" | "进行") && is_status(words) {
            read.item.status = read.item.status.or(status_of(words));
            cuts.push(piece.start.saturating_sub(1)..piece.end);
        }
    }
}

/// Exactly a state: 进行中, 已完成, `in progress`.
fn is_status(words: &str) -> bool {
    let scan = Scan::new(words);
    let folded = scan.folded(0..scan.len());
    matches!(
        folded.trim_matches(['.', '。', ' ']),
        "进行中"
            | "已完成"
            | "未开始"
            | "未完成"
            | "推进中"
            | "处理中"
            | "阻塞"
            | "受阻"
            | "暂停"
            | "已关闭"
            | "已办结"
            | "未启动"
            | "待启动"
            | "滞后"
            | "延期"
            | "in progress"
            | "done"
            | "completed"
            | "not started"
            | "blocked"
            | "on hold"
            | "ongoing"
            | "open"
            | "closed"
            | "pending"
    )
}

/// 昨天修复了报表错误，今天下班前…: what is done already, before the clause with the date, is not the task.
#[rustfmt::skip]
fn cut_past(scan: &Scan, range: &Range<usize>, cuts: &mut Vec<Range<usize>>) {
    let Some(date) = cuts.first().map(|cut| cut.start) else { return };
    let starts = clause_starts(scan, range);
    for pair in starts.windows(2) {
        let (Some(from), Some(to)) = (pair.first().copied(), pair.get(1).copied()) else { continue };
        if to > date {
            break;
        }
        let begin =
            cuts.iter().filter(|cut| cut.start >= from && cut.end <= to).map(|cut| cut.end).max().unwrap_or(from);
        if scan.has(
            begin..to,
            &[
                "昨天", "昨日", "前天", "上周", "上月", "已完成", "已经", "已提交", "已于", "已发", "已交", "已修", "已签",
            ],
        ) {
            cuts.push(begin..to);
        }
    }
}

/// A helper's clause goes whole.
fn widen_clause(scan: &Scan, cut: &Range<usize>, range: &Range<usize>) -> Range<usize> {
    let end = scan.find_char(cut.end..range.end, ",;。").unwrap_or(range.end);
    // Help with an object of its own: 李四配合测试 goes whole too.
    cut.start..end
}

fn is_cut(cuts: &[Range<usize>], at: usize) -> bool {
    cuts.iter().any(|cut| cut.contains(&at))
}

/// （任晓，7月7日）, (Bob, due Friday), [on Bob Smith - due 2026-07-20]: brackets that hold nothing but who and when.
fn take_brackets(
    scan: &Scan,
    range: &Range<usize>,
    cuts: &mut Vec<Range<usize>>,
    read: &mut Read,
    around: &Around<'_>,
    is_told: bool,
) {
    let mut at = range.start;
    let mut tries = 0;
    while let Some(open) = scan.find_char(at..range.end, "([") {
        tries += 1;
        if tries > 12 {
            return;
        }
        let close_mark = if scan.at(open) == '(' { ")" } else { "]" };
        let Some(close) = scan.find_char(open + 1..(open + 90).min(scan.len()), close_mark) else {
            at = open + 1;
            continue;
        };
        at = close + 1;
        if is_cut(cuts, open) {
            continue;
        }
        let inside = open + 1..close;
        if (inside.clone()).all(|i| is_cut(cuts, i) || !scan.at(i).is_alphanumeric()) {
            cuts.push(open..close + 1);
            continue;
        }
        let leading = open == range.start;
        let mut owner: Option<Who> = None;
        let mut helpers: Vec<String> = Vec::new();
        let mut status = None;
        let mut due = None;
        let mut other = false;
        for piece in pieces(scan, inside, ",;/|-") {
            let text: String = piece.clone().filter(|i| !is_cut(cuts, *i)).map(|i| scan.written(i..i + 1)).collect();
            let words = text.trim().trim_matches([',', '，', ':', '：', ' ', '-', '、']);
            let words = words.strip_prefix("on ").or_else(|| words.strip_prefix("by ")).unwrap_or(words).trim();
            if around.section != Section::Actions
                && words.chars().count() <= 8
                && (words.ends_with("min")
                    || words.ends_with("分钟")
                    || words.ends_with("mins")
                    || words.ends_with("minutes"))
                && when::duration(words).is_some()
            {
                // (20 min, Grace): a topic of the agenda.
                read.topic = true;
                continue;
            }
            if words.is_empty()
                || matches!(words, "前" | "之前" | "完成" | "前完成" | "内" | "due" | "by" | "due:" | "截止" | "before")
            {
                continue;
            }
            let bare = words
                .strip_suffix("负责")
                .or_else(|| words.strip_suffix("牵头"))
                .or_else(|| words.strip_suffix("跟进"))
                .unwrap_or(words)
                .trim();
            if let Some(name) = words.strip_suffix("配合").or_else(|| words.strip_suffix("协助"))
                && let Some(who) = who::list(name, around.cast)
            {
                helpers.extend(who.names);
            } else if status_of(words).is_some() && words.chars().count() <= 12 {
                status = status_of(words);
            } else if who::is_who(bare, around.cast) && !leading {
                // `the slides (Data Platform)`: whoever is told already, capital words in brackets are a subject.
                let found = who::list(bare, around.cast);
                if is_told && owner.is_none() && !found.as_ref().is_some_and(|w| w.known && w.kind == Kind::Person) {
                    other = true;
                    continue;
                }
                match (&mut owner, found) {
                    (Some(all), Some(more)) => all.names.extend(more.names),
                    (None, found) => owner = found,
                    _ => {}
                }
            } else if read.item.due.is_none()
                && due.is_none()
                && let Some(dated) = around.clock.cell(words)
            {
                due = Some(dated);
            } else {
                other = true;
            }
        }
        if other || (owner.is_none() && status.is_none() && due.is_none() && helpers.is_empty()) {
            continue;
        }
        // (QA) behind a noun may be part of it; a person is not.
        if let Some(who) = owner {
            if read.item.owner.is_none() {
                read.item.strength = read.item.strength.max(if who.known { 2 } else { 1 });
                read.item.owner = Some(who);
            }
        }
        read.item.due = read.item.due.take().or(due);
        read.item.status = read.item.status.or(status);
        read.item.helpers.extend(helpers);
        cuts.push(open..close + 1);
    }
}

/// Pieces of a range between any of these separators.
fn pieces(scan: &Scan, range: Range<usize>, separators: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = range.start;
    for at in range.clone() {
        let c = scan.at(at);
        // A hyphen within a word or a date is none.
        let dash_within =
            c == '-' && scan.before(at).is_ascii_alphanumeric() && scan.at(at + 1).is_ascii_alphanumeric();
        let slash_within = c == '/' && scan.before(at).is_ascii_digit() && scan.at(at + 1).is_ascii_digit();
        if separators.contains(c) && !dash_within && !slash_within {
            out.push(from..at);
            from = at + 1;
        }
    }
    out.push(from..range.end);
    out
}

/// `… - Owen, Friday`, `…——张三，周五前`, `… | Bob | July 3`, `…，张三`: who behind the task.
fn take_tail(
    scan: &Scan,
    range: &Range<usize>,
    cuts: &mut Vec<Range<usize>>,
    read: &mut Read,
    around: &Around<'_>,
    is_told: bool,
) {
    if read.item.owner.is_some() || is_told {
        return;
    }
    // From the end backwards: pieces that are cut, or names, until one is something else.
    let parts = pieces(scan, range.clone(), ",;|>-/~");
    let mut names: Vec<Who> = Vec::new();
    let mut from = None;
    for piece in parts.iter().rev().take(4) {
        if piece.start <= range.start {
            break;
        }
        let left: String = piece.clone().filter(|i| !is_cut(cuts, *i)).map(|i| scan.written(i..i + 1)).collect();
        let words = left.trim().trim_matches([',', '，', ':', '：', ' ', '、', '@', '(', ')', '（', '）']);
        if words.is_empty() || LISTS.idle.holds(&words.to_lowercase().chars().collect::<Vec<_>>()) {
            from = Some(piece.start);
            continue;
        }
        let words = words
            .strip_suffix("负责")
            .or_else(|| {
                [" lead", " leads", " leading", " owner", " owns", " to lead"]
                    .iter()
                    .find_map(|end| words.strip_suffix(end))
            })
            .or_else(|| {
                ["牵头", "跟进", "主责", "主办", "来做", "来跟", "处理"].iter().find_map(|end| words.strip_suffix(end))
            })
            .unwrap_or(words);
        let words = words.strip_prefix("由").or_else(|| words.strip_prefix("by ")).unwrap_or(words).trim();
        let separator = scan.at(piece.start - 1);
        let list = around.is_item || around.section == Section::Actions;
        if !who::is_who(words, around.cast) {
            break;
        }
        let Some(who) = who::list(words, around.cast) else { break };
        // Behind a comma only a person, and in prose only a known one.
        let sure = matches!(separator, '-' | '|' | '>' | '~')
            || who.known
            || (who.kind == Kind::Person && list && is_han(scan.at(scan.skip(piece.start, " @"))));
        if !sure || (who.kind == Kind::Everyone) || (!list && !who.known) {
            break;
        }
        from = Some(piece.start);
        names.push(who);
    }
    let (Some(from), Some(_)) = (from, names.first()) else { return };
    names.reverse();
    let mut who = names.remove(0);
    for more in names {
        who.names.extend(more.names);
    }
    read.item.strength = read.item.strength.max(if who.known { 2 } else { 1 });
    read.item.owner = Some(who);
    cuts.push(from.saturating_sub(1)..range.end);
}

/// The clause in which somebody is told something; the strongest, then the first.
fn find_told(scan: &Scan, range: &Range<usize>, cuts: &[Range<usize>], around: &Around<'_>) -> Option<Told> {
    let mut best: Option<Told> = None;
    let mut consider = |told: Told| {
        let better = match &best {
            None => true,
            Some(b) => (told.strength > b.strength && !told.helps) || (b.helps && !told.helps && told.strength >= 2),
        };
        if better {
            best = Some(told);
        }
    };
    let mut starts = clause_starts(scan, range);
    // Behind a date that opens the sentence: 7月10日 张三 提交….
    for cut in cuts {
        let next = scan.skip(cut.end, " ,:、");
        if next < range.end && !starts.contains(&next) {
            starts.push(next);
        }
    }
    starts.sort_unstable();
    for start in &starts {
        if is_cut(cuts, *start) {
            continue;
        }
        if let Some(told) = told_at(scan, *start, range.end, around.cast) {
            // A name and a blank count only at the head.
            if told.strength <= 2
                && *start != starts.first().copied().unwrap_or(0)
                && !cuts.iter().any(|c| scan.skip(c.end, " ,:、") == *start)
                && told.strength != 0
            {
                if told.strength < 2 || !is_han(scan.at(*start)) {
                    continue;
                }
            }
            if told.strength == 0 && *start != starts.first().copied().unwrap_or(0) {
                continue;
            }
            consider(told);
        }
    }
    // 由李雷负责, 请王芳, @赵强, 李雷负责 within a clause.
    for at in range.clone() {
        if is_cut(cuts, at) || starts.contains(&at) {
            continue;
        }
        match scan.at(at) {
            '由' | '请' | '@' | '让' => {
                if let Some(told) = told_exactly(scan, at, range.end, around.cast)
                    && told.strength >= 3
                {
                    consider(told);
                }
            }
            '负' | '牵' | '主' | '跟' => {
                let Some(end) = LISTS.takes.at(scan, at).or_else(|| scan.lit(at, "跟进")) else { continue };
                for back in [2, 3, 4] {
                    let Some(from) = at.checked_sub(back).filter(|f| *f >= range.start) else { continue };
                    if let Some(who) = who::at(scan, from, around.cast, Follow::Words)
                        && who.range.end == at
                        && (who.known || back < 4)
                        && !is_cut(cuts, from)
                    {
                        let keep = scan.lit(at, "跟进").is_some();
                        consider(Told {
                            who,
                            cut: from..if keep { at } else { end },
                            strength: 3,
                            takes: true,
                            helps: false,
                            says: false,
                        });
                        break;
                    }
                }
            }
            'b' => {
                // to be updated by Priya
                if let Some(stop) = scan.word(at, "by")
                    && let Some(who) = who::at(scan, scan.skip(stop, " "), around.cast, Follow::Words)
                    && who.kind == Kind::Person
                    && (who.known || around.is_item)
                    && scan.find_word(range.start..at, &["be", "to be"]).is_some()
                    && matches!(scan.before(scan.trim_end(0..at, " ")), 'd' | 'n' | 't' | 'e')
                {
                    let cut = at..who.range.end;
                    consider(Told { who, cut, strength: 3, takes: true, helps: false, says: false });
                }
            }
            'a' => {
                if let Some(stop) = scan.any_word(at, &["assigned to", "action on", "actioned by"])
                    && let Some(who) = who::at(scan, scan.skip(stop, " :"), around.cast, Follow::Words)
                {
                    let cut = at..who.range.end;
                    consider(Told { who, cut, strength: 3, takes: true, helps: false, says: false });
                }
            }
            _ => {}
        }
    }
    best
}

/// Whether somebody else than the helper is told to do it in the same sentence.
fn owned_elsewhere(scan: &Scan, range: &Range<usize>, helper: &Told, around: &Around<'_>) -> bool {
    clause_starts(scan, range).iter().any(|start| {
        told_at(scan, *start, range.end, around.cast)
            .is_some_and(|told| !told.helps && told.strength >= 2 && told.who.names != helper.who.names)
    }) || around.owner.is_some()
}

/// ，李四配合; 会同王五; `with support from Ann`.
fn take_helpers(scan: &Scan, range: &Range<usize>, cuts: &mut Vec<Range<usize>>, read: &mut Read, around: &Around<'_>) {
    const HELP: &[&str] = &[
        "配合", "协助", "支持", "支援", "参与", "协同", "协办", "辅助", "会同", "联合", "support", "help", "assist",
        "together",
    ];
    if read.item.owner.is_none() || !scan.has(range.clone(), HELP) {
        return;
    }
    for start in clause_starts(scan, range) {
        if is_cut(cuts, start) {
            continue;
        }
        if let Some(told) = told_at(scan, start, range.end, around.cast)
            && told.helps
            && read.item.owner.as_ref().is_some_and(|o| o.names != told.who.names)
        {
            read.item.helpers.extend(told.who.names.clone());
            cuts.push(widen_clause(scan, &told.cut, range));
        }
    }
    // 张三会同李四, 联合王五
    for at in range.clone() {
        if is_cut(cuts, at) {
            continue;
        }
        let joined = scan.any(at, &["会同", "联合", "协同", "配合人", "协助人"]);
        if let Some(stop) = joined
            && let Some(who) = who::at(scan, scan.skip(stop, " :"), around.cast, Follow::Words)
            && read.item.owner.is_some()
        {
            cuts.push(at..who.range.end);
            read.item.helpers.extend(who.names);
            return;
        }
        if let Some(stop) = scan.any_word(
            at,
            &[
                "with support from",
                "with help from",
                "supported by",
                "with the help of",
                "assisted by",
                "together with",
            ],
        ) && let Some(who) = who::at(scan, scan.skip(stop, " "), around.cast, Follow::Words)
        {
            cuts.push(at..who.range.end);
            read.item.helpers.extend(who.names);
            return;
        }
    }
}

/// What is left once names, dates and words of telling are cut: the task.
fn clean_task(scan: &Scan, range: &Range<usize>, cuts: &[Range<usize>]) -> String {
    let mut text = String::new();
    let mut cut_before = false;
    for at in range.clone() {
        if is_cut(cuts, at) {
            cut_before = true;
            continue;
        }
        if cut_before {
            // Two words that were apart stay apart.
            if text.ends_with(|c: char| c.is_ascii_alphanumeric()) && scan.at(at).is_ascii_alphanumeric() {
                text.push(' ');
            }
            cut_before = false;
        }
        text.push_str(&scan.written(at..at + 1));
    }
    polish(&text)
}

/// Separators, empty brackets and idle clauses around a task go.
pub(crate) fn polish(text: &str) -> String {
    let idle = &LISTS.idle;
    let evened = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = evened;
    for (from, to) in [
        ("()", ""),
        ("（）", ""),
        ("( )", ""),
        ("（ ）", ""),
        ("[]", ""),
        ("【】", ""),
        (" ,", ","),
        (",,", ","),
        ("，，", "，"),
        ("，,", "，"),
        (" .", "."),
        ("、，", "，"),
    ] {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    #[rustfmt::skip]
    const EDGE: &[char] = &[
        ' ', ',', '，', '、', ':', '：', ';', '；', '-', '–', '—', '.', '。', '*', '·', '•', '>', '→', '/', '|', '｜',
        '!', '！', '~', '～', '→', '\n',
    ];
    let trim = |t: &str| t.trim_matches(EDGE).trim().to_owned();
    text = trim(&text);
    for _ in 0..6 {
        let before = text.clone();
        // Words of telling that were left at the head.
        for word in [
            "负责",
            "的",
            "来",
            "去",
            "需要",
            "需",
            "须",
            "应",
            "将",
            "会",
            "要",
            "请",
            "务必",
            "尽快",
            "于",
            "之前",
            "前",
            "内",
            "并",
            "同时",
            "前完成",
            "时间",
            "牵头",
            "在",
            "预计",
            "计划",
            "争取",
            "最晚",
            "最迟",
            "抓紧",
        ] {
            if let Some(rest) = text.strip_prefix(word) {
                let next = rest.chars().next().unwrap_or(' ');
                let single = word.chars().count() == 1;
                // A single character may belong to a word: 会签, 要素, 应收, 前端, 内部, 需求, 来访, 请示, 将.
                let joined = single
                    && matches!(
                        (word, next),
                        (
                            "会",
                            '签' | '议' | '务' | '员' | '展' | '审' | '同' | '场' | '谈' | '商' | '计' | '见' | '后'
                        ) | ("要", '素' | '求' | '点' | '约')
                            | ("应", '收' | '付' | '急' | '用' | '对' | '聘' | '届')
                            | ("前", '端' | '台' | '期' | '置' | '往' | '三' | '一' | '两' | '述' | '十' | '五' | '后')
                            | ("内", '部' | '容' | '测' | '审' | '网' | '控' | '训' | '饰' | '购')
                            | ("需", '求' | '方')
                            | ("来", '访' | '料' | '源' | '宾' | '电' | '函' | '货')
                            | ("请", '示' | '柬' | '假' | '购' | '款')
                            | ("去", '年' | '重' | '除' | '库')
                            | ("并", '购' | '网' | '行' | '发' | '轨')
                            | ("于", _)
                            | ("在", '线' | '建' | '岗' | '职' | '途' | '库' | '产')
                            | ("的", '士')
                            | ("须", '知')
                            | ("将", '军')
                    );
                if !joined && !rest.is_empty() {
                    text = trim(rest);
                }
            }
        }
        for word in ["please ", "to ", "will ", "and ", "then ", "by ", "is to ", "should "] {
            if text.len() > word.len() && text.get(..word.len()).is_some_and(|h| h.eq_ignore_ascii_case(word)) {
                text = trim(text.get(word.len()..).unwrap_or_default());
            }
        }
        for word in [
            " by",
            " due",
            " on",
            " before",
            " and",
            " -",
            " deadline",
            " no later than",
            " at",
            " until",
            " from",
            " the",
            " for",
            " within",
            " in",
            "，于",
            "，在",
            "于",
            "（",
            "(",
            "前",
            "需",
            "并",
            "由",
            "截止",
            "截至",
            "完成时间",
            "时间",
            "最晚",
            "负责",
        ] {
            if let Some(rest) = text.strip_suffix(word) {
                let keeps = matches!(word, "于" | "前" | "需" | "并" | "由" | "负责" | "时间" | "完成时间")
                    && rest.ends_with(|c: char| {
                        matches!(
                            c,
                            '对' | '关'
                                | '属'
                                | '提'
                                | '目'
                                | '理'
                                | '自'
                                | '会'
                                | '用'
                                | '布'
                                | '上'
                                | '作'
                                | '间'
                                | '班'
                                | '睡'
                                | '餐'
                                | '饭'
                                | '交'
                                | '试'
                                | '刻'
                                | '合'
                        )
                    })
                    || matches!(word, "时间") && rest.chars().count() < 12 && !rest.ends_with([' ', '，', ',']);
                if !keeps && !rest.is_empty() {
                    text = trim(rest);
                }
            }
        }
        // …，完成
        if let Some(at) = text.rfind(['，', ',', '；', ';', '、']) {
            let width = text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            let tail: Vec<char> =
                text.get(at + width..).unwrap_or_default().trim().to_ascii_lowercase().chars().collect();
            if tail.is_empty() || idle.holds(&tail) {
                text = trim(text.get(..at).unwrap_or_default());
            }
        }
        // 完成，…
        if let Some(at) = text.find(['，', ',']) {
            let width = text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            let head: Vec<char> = text.get(..at).unwrap_or_default().trim().to_ascii_lowercase().chars().collect();
            let rest = text.get(at + width..).unwrap_or_default();
            if (head.is_empty() || idle.holds(&head) || is_lead_in(&head)) && !rest.trim().is_empty() {
                text = trim(rest);
            }
        }
        if text == before {
            break;
        }
    }
    let whole: Vec<char> = text.to_ascii_lowercase().chars().collect();
    if idle.holds(&whole) {
        text.clear();
    }
    // Unpaired brackets that a cut left behind.
    for (open, close) in [('(', ')'), ('（', '）')] {
        if text.ends_with(close) && !text.contains(open) {
            text = trim(text.trim_end_matches(close));
        }
        if text.starts_with(open) && !text.contains(close) {
            text = trim(text.trim_start_matches(open));
        }
    }
    cap(&text, TASK_CHARS_MAX)
}

fn is_lead_in(head: &[char]) -> bool {
    let lists = &*LISTS;
    lists.lead_ins.holds(head) || lists.decisions.holds(head) && head.len() <= 5
}
