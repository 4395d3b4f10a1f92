//! What is said of projects beside their tables (SPEC 3.5, 4.6, O40): a start told in sentences, hints at the objective,
//! and the labelled lines of answers: 风险, 需求变更, 资源, 亮点, 结项.

mod start;
#[cfg(test)]
mod tests;
mod told;

pub(super) use start::{calls_people, says_start, started_by, started_in};
pub(super) use told::told_freely;

use super::forms::{clean, read_project_facts, risk_line};
use super::minutes::light_of;
use super::when::{self, Anchor};
use crate::document::Document;
use crate::domain::due::Due;
use crate::domain::letter::LetterName;
use crate::domain::reading::{
    Cancelling, Doubt, FeedbackReading, NeedsReading, ProgressReading, ProjectReading, ProjectWords, RiskReading,
};
use regex::Regex;
use std::sync::LazyLock;
use told::tidy;

/// Lines of one answer that are looked at; a project is not run by novels.
const LINES_MAX: usize = 400;

/// Risks, changes and the like taken from one mail.
const ENTRIES_MAX: usize = 40;

/// 联合验收, 每日汇报: how the project is to be run. 周报 P-3 asks for the report, and changes nothing.
pub(super) fn manner<'t>(texts: impl Iterator<Item = &'t str>, project: &mut ProjectReading) {
    for text in texts {
        let lower = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        project.joint |= has(&["联合验收", "聯合驗收", "共同验收", "joint acceptance", "jointly accepted"]);
        if has(&[
            "每日汇报",
            "每天汇报",
            "每日日报",
            "交日报",
            "写日报",
            "按日报",
            "每日同步",
            "每日更新",
            "daily status",
            "daily reports",
            "daily update",
        ]) {
            project.rhythm = Some("day".into());
        } else if project.rhythm.is_none()
            && has(&[
                "每周汇报",
                "每週匯報",
                "每周周报",
                "交周报",
                "写周报",
                "按周报",
                "每周同步",
                "weekly status",
                "weekly reports",
                "weekly update",
            ])
        {
            project.rhythm = Some("week".into());
        }
    }
}

/// Hints at an objective that cannot be checked: what exactly, how much, until when. They are hints, not refusals.
pub(super) fn smart(project: &ProjectReading, anchor: &Anchor<'_>) -> Vec<Doubt> {
    let Some(objective) = &project.objective else { return Vec::new() };
    let mut hints = Vec::new();
    let mut hint = |kind: &str| hints.push(Doubt { kind: kind.into(), line: objective.clone(), n: None });
    let mentions = when::all(objective, anchor);
    let mut rest = String::new();
    let mut from = 0;
    for mention in &mentions {
        rest.push_str(objective.get(from..mention.span.start.max(from)).unwrap_or_default());
        from = mention.span.end.max(from);
    }
    rest.push_str(objective.get(from..).unwrap_or_default());
    if objective.chars().filter(|c| c.is_alphanumeric()).count() < 6 {
        hint("smart_specific");
    }
    let lower = rest.to_lowercase();
    let yields = [
        "上线", "交付", "发布", "通过", "投产", "验收", "签约", "完成", "launch", "deliver", "release", "ship",
        "go live", "pass",
    ]
    .iter()
    .any(|word| lower.contains(word));
    if !yields && !rest.chars().any(|c| c.is_numeric() || "二三四五六七八九百千万亿倍零".contains(c)) {
        hint("smart_measurable");
    }
    let dated = mentions.iter().any(|mention| mention.due.is_some() || mention.from.is_some());
    let spans = ["个月", "季度", "年内", "周内", "天内", "months", "weeks", "quarter", "year"]
        .iter()
        .any(|w| objective.contains(w));
    if project.end.is_none() && !dated && !spans {
        hint("smart_time");
    }
    hints
}

// ---------------------------------------------------------------- answers

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    Risk,
    Change,
    Resources,
    Time,
    Highlights,
    Shortfalls,
    Suggestions,
}

/// The words of a line's label.
#[rustfmt::skip]
fn head_of(text: &str) -> Option<Head> {
    let key: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match key.as_str() {
        "风险" | "新风险" | "风险提示" | "风险上报" | "風險" | "潜在风险" | "主要风险" | "risk" | "risks" | "newrisk" => Head::Risk,
        "需求变更" | "计划变更" | "变更" | "范围变更" | "变更申请" | "變更" | "需求變更" | "change" | "changerequest" | "changeofscope"
        | "scopechange" | "planchange" | "changeofplan" => Head::Change,
        "资源" | "资源需求" | "所需资源" | "需要资源" | "人力" | "资源支持" | "資源" | "resources" | "resource" | "people"
        | "resourceneeds" | "needs" => Head::Resources,
        "时间" | "时间安排" | "可投入时间" | "时间要求" | "排期" | "時間" | "time" | "timing" | "when" | "availability" | "schedule" => Head::Time,
        "亮点" | "做得好" | "做得好的" | "优点" | "亮點" | "highlights" | "highlight" | "whatwentwell" | "wentwell" | "good" => Head::Highlights,
        "不足" | "待改进" | "问题" | "做得不好" | "不足之处" | "shortfalls" | "shortfall" | "whatdidnot" | "whatdidntgowell" | "whatdidnotgowell" | "wentwrong" | "couldbebetter"
        | "problems" | "bad" => Head::Shortfalls,
        "建议" | "改进建议" | "建議" | "suggestions" | "suggestion" | "ideas" | "nexttime" | "fornexttime" | "improvements" => Head::Suggestions,
        _ => return None,
    })
}

/// 无, 没有, none.
#[rustfmt::skip]
fn is_none(text: &str) -> bool {
    let key: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(
        key.as_str(),
        "" | "无" | "没有" | "暂无" | "無" | "没" | "暂时没有" | "没有了" | "none" | "no" | "nothing" | "na" | "noneatpresent" | "notatpresent"
    )
}

static NUMBERED_RISK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:风险|風險|risk|R)\s*#?\s*(\d{1,3})\s*[:：,，]?\s*(?:改为|转|变|is|now|to)?\s*(红灯?|黄灯?|绿灯?|关闭|解除|消除|red|yellow|amber|green|closed?|resolved|gone)\s*[。.!！]?$").ok()
});

static DEPENDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(A-\d{1,8})\s*(?:依赖(?:于)?|要等|depends on|waits for|needs)\s*(A-\d{1,8}(?:\s*[、,，和&]\s*A-\d{1,8})*)\s*[。.]?$")
        .ok()
});

static MILESTONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:里程碑|milestone)\s*[:：]?\s*(.{1,60}?)\s*(?:已?(?:达成|完成|达到)|reached|is reached|done|met)\s*[。.!！]?$").ok()
});

/// 结项: the whole line says so.
#[rustfmt::skip]
fn says_close(line: &str) -> bool {
    let key: String = line.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(
        key.as_str(),
        "结项" | "可以结项" | "申请结项" | "项目结项" | "同意结项" | "结项吧" | "项目结束" | "关闭项目" | "项目收尾" | "項目結案" | "结案" | "closetheproject"
        | "closeproject" | "projectclosed" | "wrapitup" | "closeit"
    )
}

static PROJECT_ID: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)P-[0-9]{1,9}").ok());

/// 取消项目, `cancel project P-3: no budget`: the line says so and nothing else but why. A bare 取消 may mean anything in a
/// letter about a project, so the word project or its id has to stand beside it.
#[rustfmt::skip]
fn says_cancel(line: &str) -> Option<Cancelling> {
    let id = PROJECT_ID.as_ref().and_then(|regex| regex.find(line)).map(|found| found.as_str().to_uppercase());
    let (head, reason) = match line.find([':', '：', ',', '，', '。', '—', ';', '；']) {
        Some(at) => {
            let width = line.get(at..)?.chars().next().map_or(1, char::len_utf8);
            (line.get(..at)?, tidy(line.get(at + width..)?))
        }
        None => match line.find("因为").or_else(|| line.find(" because")) {
            Some(at) => (line.get(..at)?, tidy(line.get(at..)?)),
            None => (line, String::new()),
        },
    };
    let mut head = head.to_lowercase();
    if let Some(id) = &id {
        head = head.replace(&id.to_lowercase(), "");
    }
    let key: String = head.chars().filter(|c| c.is_alphanumeric()).collect();
    let says = matches!(
        key.as_str(),
        "取消项目" | "取消该项目" | "取消本项目" | "取消这个项目" | "取消此项目" | "项目取消" | "项目取消了" | "本项目取消" | "该项目取消" | "项目不做了" | "这个项目不做了"
        | "终止项目" | "项目终止" | "项目中止" | "中止项目" | "項目取消" | "取消項目" | "撤销项目" | "撤销立项"
        | "cancelproject" | "canceltheproject" | "cancelthisproject" | "theprojectiscancelled" | "theprojectiscanceled" | "theprojectiscalledoff"
        | "projectcancelled" | "projectcanceled" | "pleasecanceltheproject" | "pleasecancelproject" | "pleasecancelthisproject" | "请取消项目" | "请取消该项目"
        | "stoptheproject" | "terminatetheproject" | "calloftheproject" | "callofftheproject" | "wearecancellingtheproject" | "wecanceltheproject"
    );
    let of_id = id.is_some() && matches!(key.as_str(), "取消" | "请取消" | "取消了" | "cancel" | "pleasecancel" | "iscancelled" | "cancelled");
    (says || of_id).then(|| Cancelling { id, reason: (!reason.is_empty()).then_some(reason) })
}

/// The project that a line of a mail about nothing else gives up by its id.
pub fn cancelled(text: &str) -> Option<String> {
    text.lines().take(LINES_MAX).find_map(|line| says_cancel(line.trim())?.id)
}

#[derive(Default)]
struct Answer {
    words: ProjectWords,
    needs: NeedsReading,
    feedback: FeedbackReading,
    /// The field whose lines may go on below.
    open: Option<Head>,
}

impl Answer {
    fn put(&mut self, head: Head, value: &str) {
        let add = |slot: &mut Option<String>| {
            let value = clean(value);
            if value.is_empty() {
                return;
            }
            match slot {
                Some(text) => {
                    text.push('；');
                    text.push_str(&value);
                }
                None => *slot = Some(value),
            }
        };
        match head {
            Head::Resources => add(&mut self.needs.resources),
            Head::Time => add(&mut self.needs.time),
            Head::Risk => add(&mut self.needs.risks),
            Head::Highlights => add(&mut self.feedback.highlights),
            Head::Shortfalls => add(&mut self.feedback.shortfalls),
            Head::Suggestions => add(&mut self.feedback.suggestions),
            Head::Change => {}
        }
    }
}

/// `风险:接口延期 红灯 应对:先用桩 负责人:王芳`.
fn risk(value: &str) -> Option<RiskReading> {
    if is_none(value) {
        return None;
    }
    let mut reading = ProjectReading::default();
    risk_line(value, &mut reading);
    let mut risk = reading.risks.pop()?;
    risk.owner = named(value);
    let owner_at = ["负责人", "owner"].iter().filter_map(|word| risk.text.find(word)).min();
    if let Some(at) = owner_at {
        risk.text.truncate(at);
    }
    if let Some(plan) = &mut risk.plan {
        if let Some(at) = ["负责人", "owner", "Owner"].iter().filter_map(|word| plan.find(word)).min() {
            plan.truncate(at);
        }
        *plan = tidy(plan);
    }
    // The light is told by its own field.
    for word in ["红灯", "黄灯", "绿灯", "(red)", "(yellow)", "(green)", "(amber)", "🔴", "🟡", "🟢"] {
        risk.text = risk.text.replace(word, " ");
    }
    for word in ["red", "yellow", "amber", "green", "red light", "yellow light", "green light"] {
        let text = risk.text.trim_end_matches([',', '，', ' ', ';', '；', '.', '。']).to_owned();
        if let Some(head) = text.to_lowercase().strip_suffix(word)
            && head.ends_with([' ', ',', ';'])
            && let Some(kept) = text.get(..head.len())
        {
            risk.text = kept.to_owned();
        }
    }
    risk.text = tidy(risk.text.trim().trim_matches([',', '，', '(', ')', '（', '）', ' ']));
    risk.light = light_of(value);
    (risk.text.chars().count() >= 2).then_some(risk)
}

/// `负责人:王芳` within a line.
fn named(line: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let at = ["负责人", "責任人", "责任人", "owner"]
        .iter()
        .filter_map(|word| lower.find(word).map(|at| at + word.len()))
        .min()?;
    let tail = line.get(at..)?.trim_start_matches([':', '：', ' ', '是']);
    let name: String = tail.chars().take_while(|c| !",，;；。.、（(".contains(*c)).take(40).collect();
    let name = name.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

/// The tables of an answer about a project: a progress table, else a plan, sub-goals, resources or risks.
pub fn read_tables(
    body: &super::Body,
    subject: &str,
    anchor: &Anchor<'_>,
) -> (Option<ProjectReading>, Option<Vec<ProgressReading>>) {
    if let Some(rows) = super::forms::read_progress(&body.own, subject, anchor) {
        return (None, Some(rows));
    }
    let reading = read_project_facts(&body.own, anchor);
    let tabled = !reading.tasks.is_empty()
        || !reading.subgoals.is_empty()
        || !reading.resources.is_empty()
        || !reading.milestones.is_empty();
    (tabled.then_some(reading), None)
}

/// Reads an answer about a project line by line. `asked`: the letter it answers, whose form may be filled in without
/// labels.
pub fn read_words(
    text: &str,
    document: &Document,
    subject: &str,
    asked: Option<LetterName>,
    anchor: &Anchor<'_>,
) -> Option<ProjectWords> {
    let needs_form = asked == Some(LetterName::NeedsRequest);
    let feedback_form = asked == Some(LetterName::FeedbackRequest);
    let mut answer = Answer::default();
    let mut free: Vec<&str> = Vec::new();
    for line in text.lines().take(LINES_MAX) {
        let whole = line.trim();
        if whole.is_empty() {
            continue;
        }
        let bare = crate::document::text::marker_of(whole).map_or(whole, |mark| mark.rest).trim();
        if special(bare, &mut answer.words) || meet(bare, anchor, &mut answer.words) {
            answer.words.lines.push(whole.to_owned());
            answer.open = None;
            continue;
        }
        let labelled = bare.find([':', '：']).and_then(|at| {
            let head = head_of(bare.get(..at)?)?;
            let width = bare.get(at..)?.chars().next().map_or(1, char::len_utf8);
            Some((head, bare.get(at + width..)?.trim()))
        });
        let Some((head, value)) = labelled else {
            match answer.open {
                Some(head) if (needs_form || feedback_form) && head != Head::Change => {
                    answer.put(head, bare);
                    answer.words.lines.push(whole.to_owned());
                }
                _ => free.push(whole),
            }
            continue;
        };
        // 时间:…, 问题:… and 资源:… are labels of other things, too: they count where their form was asked.
        let fits = match head {
            Head::Risk | Head::Change => true,
            Head::Resources | Head::Time => needs_form,
            Head::Highlights | Head::Shortfalls | Head::Suggestions => feedback_form,
        };
        if !fits {
            free.push(whole);
            continue;
        }
        answer.open = Some(head);
        answer.words.lines.push(whole.to_owned());
        match head {
            Head::Change if !is_none(value) && answer.words.changes.len() < ENTRIES_MAX => {
                answer.words.changes.push(clean(value));
            }
            Head::Risk => {
                if let Some(risk) = risk(value).filter(|_| answer.words.risks.len() < ENTRIES_MAX) {
                    answer.words.risks.push(risk);
                }
                if needs_form {
                    answer.put(head, value);
                }
            }
            _ => answer.put(head, value),
        }
    }
    let Answer { mut words, mut needs, mut feedback, .. } = answer;
    // 【需求变更】 in the subject: the whole mail is the change.
    let lower = subject.to_lowercase();
    if words.changes.is_empty()
        && ["【需求变更】", "[需求变更]", "【计划变更】", "[change]", "[change request]"]
            .iter()
            .any(|mark| lower.contains(mark))
        && !free.is_empty()
    {
        words.changes.push(clean(free.join("\n")));
        words.lines.extend(free.iter().map(|line| (*line).to_owned()));
        free.clear();
    }
    let untold = free.join("\n");
    if needs_form && (needs != NeedsReading::default() || !untold.trim().is_empty()) {
        if needs == NeedsReading::default() && !is_yes_or_no(&untold) {
            needs.text = Some(if is_none(&untold) { String::new() } else { clean(&untold) });
            words.lines.extend(free.iter().map(|line| (*line).to_owned()));
        }
        if needs != NeedsReading::default() {
            words.needs = Some(needs);
        }
    }
    if feedback_form && (feedback != FeedbackReading::default() || !untold.trim().is_empty()) {
        if feedback == FeedbackReading::default() {
            feedback.text = Some(if is_none(&untold) { String::new() } else { clean(&untold) });
            words.lines.extend(free.iter().map(|line| (*line).to_owned()));
        }
        words.feedback = Some(feedback);
    }
    if !needs_form && !feedback_form {
        words.fields = read_project_facts(document, anchor);
        // Risks are read line by line above, with their owners; those of tables stay.
        let lines: Vec<String> = words.risks.iter().map(|risk| risk.text.clone()).collect();
        words
            .fields
            .risks
            .retain(|risk| !lines.iter().any(|text| risk.text.contains(text) || risk.line.contains(text)));
        for line in text.lines().filter(|line| is_field(line)) {
            words.lines.push(line.trim().to_owned());
        }
    }
    (words != ProjectWords::default()).then_some(words)
}

/// Nothing but 同意, 签字, numbers: an answer to the lines of the letter, not to its form.
fn is_yes_or_no(text: &str) -> bool {
    // 1 同意 / 2 refuse: no budget: each line answers one of the letter's.
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    let numbered = |line: &str| {
        let rest =
            line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['.', '、', ' ', ')', '）']);
        let verdict = [
            "同意",
            "不同意",
            "签字",
            "不签",
            "批准",
            "不批",
            "拒绝",
            "approve",
            "agree",
            "sign",
            "refuse",
            "reject",
            "decline",
            "not approved",
            "granted",
        ];
        rest.len() < line.len() && verdict.iter().any(|word| rest.to_lowercase().starts_with(word))
    };
    if lines.peek().is_some() && lines.all(numbered) {
        return true;
    }
    let lower = text.to_lowercase();
    text.chars().count() <= 40
        && [
            "同意", "签字", "收到", "确认", "approve", "agree", "sign", "撤销", "undo", "noted", "ok", "帮助", "help",
            "refuse",
        ]
        .iter()
        .any(|word| lower.contains(word))
}

/// A line that sets a fact of the project.
fn is_field(line: &str) -> bool {
    use super::fields::{Label, label_of_exactly};
    let bare = crate::document::text::marker_of(line.trim()).map_or(line.trim(), |mark| mark.rest);
    let Some(at) = bare.find([':', '：']) else { return false };
    let label = bare.get(..at).and_then(label_of_exactly);
    matches!(
        label,
        Some(
            Label::Objective
                | Label::Background
                | Label::Scope
                | Label::ScopeOut
                | Label::Period
                | Label::Sponsor
                | Label::Manager
                | Label::Members
                | Label::Departments
                | Label::Project
                | Label::Start
                | Label::Due
        )
    )
}

/// `开会 周四10:00`, `meet Thursday 10:00`: a short line with a moment.
fn meet(line: &str, anchor: &Anchor<'_>, words: &mut ProjectWords) -> bool {
    let lower = line.to_lowercase();
    let begins =
        ["开会", "召开", "启动会", "开启动会", "召集", "開會", "meet ", "kickoff ", "kick-off ", "call the kickoff"]
            .iter()
            .any(|word| lower.starts_with(word));
    if !begins || line.chars().count() > 40 || line.contains(['?', '？', '吗']) {
        return false;
    }
    let moment = when::all(line, anchor).into_iter().find_map(|mention| match mention.due {
        Some(Due::Moment(moment)) => Some(moment),
        _ => None,
    });
    words.meet = moment.or(words.meet);
    moment.is_some()
}

/// Lines that are read as a whole.
fn special(line: &str, words: &mut ProjectWords) -> bool {
    if says_close(line) {
        words.close = true;
        return true;
    }
    if let Some(cancel) = says_cancel(line) {
        words.cancel = Some(cancel);
        return true;
    }
    if let Some(found) = NUMBERED_RISK.as_ref().and_then(|regex| regex.captures(line)) {
        let number = found.get(1).and_then(|n| n.as_str().parse().ok()).unwrap_or(0);
        let said = found.get(2).map(|m| m.as_str().to_lowercase()).unwrap_or_default();
        let light = match said.chars().next() {
            Some('红') => "red",
            Some('黄' | 'y' | 'a') => "yellow",
            Some('绿') => "green",
            Some('r') if said == "red" => "red",
            Some('g') if said == "green" => "green",
            _ => "closed",
        };
        words.lights.push((number, light.into()));
        return true;
    }
    if let Some(found) = DEPENDS.as_ref().and_then(|regex| regex.captures(line)) {
        let (Some(one), Some(others)) = (found.get(1), found.get(2)) else { return false };
        for other in others.as_str().split(['、', ',', '，', '和', '&']) {
            words.depends.push((one.as_str().to_uppercase(), other.trim().to_uppercase()));
        }
        return true;
    }
    if let Some(found) = MILESTONE.as_ref().and_then(|regex| regex.captures(line)) {
        if let Some(name) = found.get(1) {
            words.milestones.push(tidy(name.as_str()));
        }
        return true;
    }
    false
}
