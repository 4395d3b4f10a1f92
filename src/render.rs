//! Letter and language to subject, text and HTML.
//!
//! A letter is a folder `templates/<language>/<letter>/` with `subject.hbs`, `text.hbs` and `html.hbs`; parts that several
//! letters share stand in `templates/<language>/parts/` and, where they hold no words, in `templates/parts/`, named
//! `NAME.html.hbs` or `NAME.text.hbs`. Rendering is strict: a value a template asks for and the letter does not give is an
//! error, found by `duban templates check`, which renders every letter with its sample in `templates/samples/`.
//!
//! HTML is escaped; in text and subjects data keeps its characters, but tags come apart, for there are clients that show
//! text as a page. Data is never a template (TRUST P11).

use crate::domain::letter::LetterName;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Weekday};
use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

mod reasons;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/templates.rs"));
}

/// The languages letters are written in. A zh-TW reader gets zh-CN converted.
pub const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Longest template that is accepted: Handlebars recurses over a template, and ours are a tenth of this.
const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// Deepest nesting of blocks; Handlebars overflows the stack at some hundreds.
const BLOCK_DEPTH_MAX: usize = 32;

/// A letter's three bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Why it was written with the built-in template instead of the administrator's.
    pub fault: Option<String>,
}

/// What is wrong with a template or with the data it was given.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("template {path}: {problem}")]
    Template { path: String, problem: String },
    #[error("letter {letter} in {language}: {problem}")]
    Letter { letter: LetterName, language: String, problem: String },
}

/// The templates of all languages, compiled at first use.
pub struct Renderer {
    /// Path below templates/ → contents; an override folder replaces the embedded ones.
    files: BTreeMap<String, String>,
    languages: [OnceLock<Result<Registries, String>>; LANGUAGES.len()],
    /// What a letter is written with when an overridden template cannot: a letter is worth more than its looks.
    built_in: Option<Box<Renderer>>,
}

struct Registries {
    text: Handlebars<'static>,
    html: Handlebars<'static>,
    /// Overridden templates that are no templates; the built-in ones stand in their place.
    faults: Vec<String>,
}

impl Default for Renderer {
    fn default() -> Self {
        Renderer::built_in()
    }
}

impl Renderer {
    /// `overrides`: (path below templates/, contents), from the folder the configuration names.
    pub fn with(overrides: Vec<(String, String)>) -> Self {
        let built_in = (!overrides.is_empty()).then(|| Box::new(Renderer::built_in()));
        let mut renderer = Renderer::built_in();
        renderer.files.extend(overrides);
        Renderer { built_in, ..renderer }
    }

    fn built_in() -> Self {
        let files: BTreeMap<String, String> =
            embedded::FILES.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        Renderer { files, languages: Default::default(), built_in: None }
    }

    /// The sample a letter is checked and previewed with.
    /// What every letter has is added where the sample leaves it out.
    pub fn sample(&self, letter: LetterName) -> Option<Value> {
        let mut sample: Value = serde_json::from_str(self.files.get(&format!("samples/{letter}.json"))?).ok()?;
        let common: Value = serde_json::from_str(self.files.get("samples/_every_letter.json")?).ok()?;
        if let (Value::Object(sample), Value::Object(common)) = (&mut sample, common) {
            for (key, value) in common {
                sample.entry(key).or_insert(value);
            }
        }
        Some(sample)
    }

    /// Renders a letter. `data` holds what the template shows, `language`, `time_zone` and `now` among it. Where an
    /// administrator's template fails, the built-in one is used, and the fault told with the letter.
    pub fn render(&self, letter: LetterName, language: &str, data: &Value) -> Result<Rendered, RenderError> {
        match (self.render_own(letter, language, data), &self.built_in) {
            (Err(fault), Some(built_in)) => {
                let said = Some(fault.to_string());
                let rendered = built_in.render_own(letter, language, data);
                rendered.map(|rendered| Rendered { fault: said, ..rendered }).map_err(|_| fault)
            }
            (rendered, _) => rendered,
        }
    }

    /// Renders a letter with these templates and no others.
    fn render_own(&self, letter: LetterName, language: &str, data: &Value) -> Result<Rendered, RenderError> {
        let traditional = matches!(language, "zh-TW" | "zh-HK" | "zh-Hant");
        let at = if language.starts_with("zh") { 0 } else { 1 };
        let name = LANGUAGES[at];
        let wrong = |problem: String| RenderError::Letter { letter, language: language.to_string(), problem };
        let registries =
            self.languages[at].get_or_init(|| self.compile(name)).as_ref().map_err(|e| wrong(e.clone()))?;
        let context = Context::wraps(data).map_err(|e| wrong(e.to_string()))?;
        let part = |registry: &Handlebars<'static>, part: &str| {
            registry.render_with_context(&format!("{letter}/{part}"), &context).map_err(|e| wrong(plain_error(&e)))
        };
        let subject = part(&registries.text, "subject")?;
        let text = part(&registries.text, "text")?;
        let html = part(&registries.html, "html")?;
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = tidy_text(&text);
        if traditional {
            return Ok(Rendered {
                subject: to_traditional(&subject),
                text: to_traditional(&text),
                html: to_traditional(&html),
                fault: None,
            });
        }
        Ok(Rendered { subject, text, html, fault: None })
    }

    /// Whether a letter's folder has a page to print.
    pub fn has_page(&self, letter: LetterName, language: &str) -> bool {
        let language = if language.starts_with("zh") { LANGUAGES[0] } else { LANGUAGES[1] };
        self.files.contains_key(&format!("{language}/{letter}/page.html.hbs"))
    }

    /// Renders the page to print of a letter's folder, `page.html.hbs`; the built-in one where an administrator's fails.
    pub fn page(&self, letter: LetterName, language: &str, data: &Value) -> Result<String, RenderError> {
        match (self.page_own(letter, language, data), &self.built_in) {
            (Err(fault), Some(built_in)) => built_in.page_own(letter, language, data).map_err(|_| fault),
            (page, _) => page,
        }
    }

    fn page_own(&self, letter: LetterName, language: &str, data: &Value) -> Result<String, RenderError> {
        let traditional = matches!(language, "zh-TW" | "zh-HK" | "zh-Hant");
        let at = if language.starts_with("zh") { 0 } else { 1 };
        let wrong = |problem: String| RenderError::Letter { letter, language: language.to_string(), problem };
        let registries =
            self.languages[at].get_or_init(|| self.compile(LANGUAGES[at])).as_ref().map_err(|e| wrong(e.clone()))?;
        let context = Context::wraps(data).map_err(|e| wrong(e.to_string()))?;
        let page = registries
            .html
            .render_with_context(&format!("{letter}/page.html"), &context)
            .map_err(|e| wrong(plain_error(&e)))?;
        Ok(if traditional { to_traditional(&page) } else { page })
    }

    /// Every template in every language compiles and renders with its sample.
    pub fn check(&self) -> Vec<RenderError> {
        let mut wrong = Vec::new();
        for language in LANGUAGES {
            wrong.extend(self.faults(language));
            for &letter in LetterName::ALL {
                match self.sample(letter) {
                    Some(sample) => {
                        wrong.extend(self.render_own(letter, language, &sample).err());
                        if self.has_page(letter, language) {
                            wrong.extend(self.page_own(letter, language, &sample).err());
                        }
                    }
                    None if self.files.contains_key(&format!("{language}/{letter}/subject.hbs")) => {
                        wrong.push(RenderError::Template {
                            path: format!("samples/{letter}.json"),
                            problem: "expected a sample to check the letter with, found none".into(),
                        });
                    }
                    None => {}
                }
            }
        }
        wrong
    }

    /// Overridden files of a language that are no templates at all.
    fn faults(&self, language: &str) -> Vec<RenderError> {
        let at = LANGUAGES.iter().position(|name| *name == language).unwrap_or(0);
        let Some(Ok(made)) = self.languages.get(at).map(|made| made.get_or_init(|| self.compile(language))) else {
            return Vec::new();
        };
        let one = |fault: &String| {
            let (path, problem) = fault.split_once(": ").unwrap_or(("", fault));
            RenderError::Template { path: path.into(), problem: problem.into() }
        };
        made.faults.iter().map(one).collect()
    }

    fn compile(&self, language: &str) -> Result<Registries, String> {
        let mut faults = Vec::new();
        let mut text = Handlebars::new();
        let mut html = Handlebars::new();
        for registry in [&mut text, &mut html] {
            registry.set_strict_mode(true);
            register_words(registry, language);
        }
        text.register_escape_fn(without_tags);
        let mut includes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, contents) in &self.files {
            let (here, rest) = match path.split_once('/') {
                Some(("parts", _)) => (true, path.as_str()),
                Some((folder, rest)) => (folder == language, rest),
                None => (false, ""),
            };
            let Some(name) = rest.strip_suffix(".hbs").filter(|_| here) else { continue };
            let problem = |problem: String| format!("template {path}: {problem}");
            let mut contents = contents;
            let own = self.built_in.as_ref().and_then(|built_in| built_in.files.get(path));
            let is_overridden = own.is_some_and(|own| own != contents);
            let checked = check_shape(contents).and_then(|()| match is_overridden {
                true => handlebars::Template::compile(contents).map(|_| ()).map_err(|e| plain_template_error(&e)),
                false => Ok(()),
            });
            if let (Err(fault), Some(own)) = (&checked, own) {
                faults.push(format!("{path}: {fault}"));
                contents = own;
            } else {
                checked.map_err(problem)?;
            }
            includes.insert(name.to_string(), partials_of(contents));
            if name.ends_with("html") {
                let name = name.strip_prefix("parts/").and_then(|n| n.strip_suffix(".html")).unwrap_or(name);
                html.register_template_string(name, contents).map_err(|e| problem(e.to_string()))?;
            } else {
                let name = name.strip_prefix("parts/").and_then(|n| n.strip_suffix(".text")).unwrap_or(name);
                text.register_template_string(name, contents).map_err(|e| problem(e.to_string()))?;
            }
        }
        if let Some(part) = cycle(&includes) {
            return Err(format!("template part {part} includes itself over others: take one include out"));
        }
        Ok(Registries { text, html, faults })
    }

    /// Overridden templates that cannot be used, in words: asked once at the start.
    pub fn override_faults(&self) -> Vec<String> {
        if self.built_in.is_none() {
            return Vec::new();
        }
        self.check().iter().map(ToString::to_string).collect()
    }
}

/// Where a template stops being one, without the grammar's names.
fn plain_template_error(error: &handlebars::TemplateError) -> String {
    let at = error.pos().map(|(line, column)| format!("line {line}, column {column}: ")).unwrap_or_default();
    let reason = error.reason().to_string();
    let grammar = reason.starts_with("invalid handlebars syntax");
    let what =
        if grammar { "a {{…}} that is not closed, or not written as Handlebars expects it".into() } else { reason };
    format!("{at}{what}")
}

/// What Handlebars says, without the template's inner address.
fn plain_error(error: &handlebars::RenderError) -> String {
    let at = match (error.template_name.as_deref(), error.line_no) {
        (Some(name), Some(line)) => format!("{name}.hbs line {line}: "),
        _ => String::new(),
    };
    let reason = error.reason().to_string();
    let missing = reason.strip_prefix("Failed to access variable in strict mode Some(\"");
    match missing.and_then(|rest| rest.strip_suffix("\")")) {
        Some(name) => format!("{at}there is no `{name}` in this letter; its sample shows what there is"),
        None => format!("{at}{reason}"),
    }
}

/// Lines without trailing blanks, at most one empty line in a row.
fn tidy_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            if !empty {
                out.push('\n');
            }
            empty = true;
        } else {
            out.push_str(line);
            out.push('\n');
            empty = false;
        }
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

static TRADITIONAL: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::S2twp).ok());

fn to_traditional(text: &str) -> String {
    match &*TRADITIONAL {
        Some(converter) => converter.convert(text),
        None => text.to_string(),
    }
}

/// Handlebars aborts the process on deep nesting, so depth and size are checked before it sees a template.
fn check_shape(contents: &str) -> Result<(), String> {
    if contents.len() > TEMPLATE_BYTES_MAX {
        return Err(format!("expected at most {TEMPLATE_BYTES_MAX} bytes, found {}", contents.len()));
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in contents.split("{{").skip(1) {
        let tag = tag.trim_start_matches(['~', '{']);
        if tag.starts_with('#') {
            depth += 1;
            deepest = deepest.max(depth);
        } else if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        }
    }
    if deepest > BLOCK_DEPTH_MAX {
        return Err(format!("expected blocks nested at most {BLOCK_DEPTH_MAX} deep, found {deepest}"));
    }
    Ok(())
}

fn partials_of(contents: &str) -> BTreeSet<String> {
    contents
        .split("{{")
        .skip(1)
        .filter_map(|tag| tag.trim_start_matches('~').trim_start_matches('#').strip_prefix('>'))
        .filter_map(|tag| tag.split_whitespace().next())
        .map(|name| name.trim_end_matches("}}").trim_end_matches('~').to_string())
        .collect()
}

/// A part that reaches itself over its includes, if there is one.
fn cycle(includes: &BTreeMap<String, BTreeSet<String>>) -> Option<&str> {
    let base = |name: &str| -> String {
        name.trim_start_matches("parts/").trim_end_matches(".html").trim_end_matches(".text").to_string()
    };
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, parts) in includes {
        graph.entry(base(name)).or_default().extend(parts.iter().cloned());
    }
    includes.keys().map(String::as_str).find(|name| {
        let start = base(name);
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = graph.get(&start).into_iter().flatten().cloned().collect();
        while let Some(next) = open.pop() {
            if next == start {
                return true;
            }
            if seen.insert(next.clone()) {
                open.extend(graph.get(&next).into_iter().flatten().cloned());
            }
        }
        false
    })
}

// ---- words of templates

type Write<'a> = &'a mut dyn Output;

fn text_param<'a>(h: &'a Helper<'_>, at: usize) -> Option<std::borrow::Cow<'a, str>> {
    match h.param(at)?.value() {
        Value::String(text) => Some(std::borrow::Cow::Borrowed(text)),
        Value::Null => None,
        other => Some(std::borrow::Cow::Owned(other.to_string())),
    }
}

fn root_text<'a>(context: &'a Context, key: &str) -> Option<&'a str> {
    context.data().get(key)?.as_str()
}

/// The reader's zone and the moment of writing stand in the data under `time_zone` and `now`.
fn local(context: &Context, text: &str) -> Option<DateTime<FixedOffset>> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    let zone: Option<chrono_tz::Tz> = root_text(context, "time_zone").and_then(|name| name.parse().ok());
    Some(match zone {
        Some(zone) => moment.with_timezone(&zone).fixed_offset(),
        None => moment,
    })
}

fn day_words(chinese: bool, day: NaiveDate, this_year: Option<i32>) -> String {
    let other_year = this_year.is_some_and(|year| year != day.year());
    if chinese {
        let weekday = ["一", "二", "三", "四", "五", "六", "日"][day.weekday().num_days_from_monday() as usize];
        let year = if other_year { format!("{}年", day.year()) } else { String::new() };
        format!("{year}{}月{}日 周{weekday}", day.month(), day.day())
    } else {
        let weekday = match day.weekday() {
            Weekday::Mon => "Mon",
            Weekday::Tue => "Tue",
            Weekday::Wed => "Wed",
            Weekday::Thu => "Thu",
            Weekday::Fri => "Fri",
            Weekday::Sat => "Sat",
            Weekday::Sun => "Sun",
        };
        let year = if other_year { format!(" {}", day.year()) } else { String::new() };
        format!("{weekday} {} {}{year}", day.day(), day.format("%b"))
    }
}

fn this_year(context: &Context) -> Option<i32> {
    local(context, root_text(context, "now")?).map(|now| now.year())
}

/// `2026-07-16` → 7月16日 周四; a moment → 7月16日 周四 14:00.
fn when_words(chinese: bool, context: &Context, text: &str) -> Option<String> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day_words(chinese, day, this_year(context)));
    }
    let moment = local(context, text)?;
    Some(format!("{} {}", day_words(chinese, moment.date_naive(), this_year(context)), moment.format("%H:%M")))
}

fn words(chinese: bool, table: &str, key: &str) -> Option<&'static str> {
    let (zh, en) = match (table, key) {
        ("state", "proposed") => ("待确认", "to confirm"),
        ("state", "confirmed") => ("已确认", "confirmed"),
        ("state", "default") => ("默认接受", "accepted by silence"),
        ("state", "in_progress") => ("进行中", "in progress"),
        ("state", "behind") => ("滞后", "behind"),
        ("state", "blocked") => ("阻塞", "blocked"),
        ("state", "done") => ("已完成", "done"),
        ("state", "accepted") => ("已验收", "accepted"),
        ("state", "declined") => ("已拒绝", "declined"),
        ("state", "cancelled") => ("已取消", "cancelled"),
        ("state", "parked") => ("搁置", "parked"),
        ("kind", "kickoff") => ("启动会", "kickoff"),
        ("kind", "problem") => ("问题分析会", "problem meeting"),
        ("kind", "resource") => ("资源评审会", "resource review"),
        ("kind", "retrospective") => ("复盘会", "retrospective"),
        ("kind", "weekly") => ("周例会", "weekly"),
        ("kind", "other") => ("会议", "meeting"),
        ("role", "decider") => ("决策人", "decider"),
        ("role", "doer") => ("执行人", "doer"),
        ("role", "informed") => ("知会人", "informed"),
        ("rsvp", "none") => ("未答复", "no answer"),
        ("rsvp", "accepted") => ("参加", "comes"),
        ("rsvp", "declined") => ("不参加", "does not come"),
        ("rsvp", "tentative") => ("待定", "tentative"),
        ("rsvp", "delegated") => ("委托他人", "delegated"),
        ("rsvp", "default") => ("默认参加", "taken as coming"),
        ("outcome", "reached") => ("达成", "reached"),
        ("outcome", "deferred") => ("未达成", "not reached"),
        ("outcome", "dropped") => ("未讨论", "not discussed"),
        ("light", "red") => ("红灯", "red"),
        ("light", "yellow") => ("黄灯", "yellow"),
        ("light", "green") => ("绿灯", "green"),
        ("urgency", "normal") => ("普通", "normal"),
        ("urgency", "urgent") => ("紧急", "urgent"),
        ("urgency", "critical") => ("特急", "critical"),
        ("role", "organizer") => ("发起人", "organizer"),
        ("role", "chair") => ("主持人", "chair"),
        ("role", "recorder") => ("记录人", "recorder"),
        ("field", "title") => ("主题", "subject"),
        ("field", "start") => ("时间", "time"),
        ("field", "minutes") => ("时长", "duration"),
        ("field", "attendees") => ("参会人", "attendees"),
        ("field", "place") => ("地点", "place"),
        ("field", "link") => ("线上链接", "link"),
        ("field", "agenda") => ("议程", "agenda"),
        ("field", "objective") => ("目标", "objective"),
        ("field", "chair") => ("主持人", "chair"),
        ("field", "recorder") => ("记录人", "recorder"),
        ("field", "materials") => ("会前材料", "materials"),
        ("field", "recurrence") => ("周期", "repetition"),
        ("field", "kind") => ("类型", "kind"),
        ("because", "decider") => ("您是决策人", "you decide"),
        ("because", "presenter") => ("您有主讲", "you present"),
        ("because", "materials") => ("您有材料", "you bring materials"),
        ("note", "takeover") => ("请定由谁接手", "who takes over"),
        ("note", "gathered") => ("交办答复汇总", "answers to what you gave out"),
        ("answer", "confirmed") => ("已确认", "confirmed"),
        ("answer", "default") => ("默认接受（没有答复）", "accepted by default, no answer"),
        ("answer", "declined") => ("不接", "declined"),
        ("answer", "delegate") => ("请求转给别人", "asks to hand it over"),
        ("answer", "postpone") => ("请求延期", "asks for another date"),
        ("answer", "none") => ("没有答复", "no answer"),
        ("answer", "done") => ("已完成", "done"),
        ("answer", "accepted") => ("已验收", "accepted"),
        ("answer", "cancelled") => ("已取消", "cancelled"),
        ("answer", "blocked") => ("受阻", "blocked"),
        ("answer", "in_progress") => ("进行中", "in progress"),
        ("note", "bounce") => ("有人收不到信", "a mail came back"),
        ("note", "decider_out") => ("决策人来不了", "the decider cannot come"),
        ("note", "presenter_out") => ("主讲人来不了", "a presenter cannot come"),
        ("note", "topic_refused") => ("议题未列入", "your topic waits"),
        ("note", "room_declined") => ("会议室被占用", "the room is taken"),
        ("note", "propose_time") => ("有人希望改期", "another time proposed"),
        ("note", "topic_added") => ("有人提议加议题", "a topic proposed"),
        ("note", "delegate_unknown") => ("有人委托他人", "somebody else will come"),
        ("note", "invite_accepted") => ("已接受邀请", "invitation accepted"),
        ("note", "not_sent") => ("会议没有发出", "nothing was sent"),
        ("note", "still_meeting") => ("这个例会还开吗", "does it still take place"),
        ("note", "day_off") => ("下次例会在休息日", "the next one is on a day off"),
        ("note", "past_time") => ("时间已过，没有改", "that time has passed"),
        ("note", "time_stays") => ("时间不变", "the time stays"),
        ("note", "which_time") => ("请再说一次时间", "which time?"),
        ("note", "absence") => ("有人不在", "somebody is away"),
        ("note", _) => ("会议提醒", "about the meeting"),
        ("table", "division") => ("责任分工表", "Division of work"),
        ("table", "rectification") => ("问题整改清单", "What will be put right"),
        ("table", "resources") => ("资源分配确认表", "Resources to confirm"),
        ("table", "next_phase") => ("下阶段行动计划", "Plan for the next phase"),
        ("table", _) => ("全部待办", "All action items"),
        ("gap", "no_owner") => ("谁负责？", "who owns it?"),
        ("gap", "no_due") => ("什么时候完成？", "by when?"),
        ("gap", "vague_due") => ("具体哪一天？", "which day exactly?"),
        ("gap", "department_owner") => ("由部门里哪一位负责？", "who in the department?"),
        ("gap", "ambiguous_person") => ("指的是哪一位？", "who is meant?"),
        ("gap", "unknown_person") => ("这位的邮箱是？", "what is their address?"),
        ("gap", _) => ("请说清楚一点", "please say more"),
        ("error_subject", "which_item") => ("请问是哪一项", "Which item"),
        ("error_subject", "empty") => ("回复是空的", "Your reply was empty"),
        ("error_subject", "unknown_object") => ("没有找到", "Not found"),
        ("error_subject", _) => ("没看明白", "Not understood"),
        ("verb", "confirm") => ("确认", "confirmed"),
        ("verb", "ack") => ("收到", "acknowledged"),
        ("verb", "decline") => ("拒绝", "declined"),
        ("verb", "done") => ("完成", "done"),
        ("verb", "progress") => ("进展", "progress"),
        ("verb", "behind") => ("滞后", "behind"),
        ("verb", "block") => ("受阻", "blocked"),
        ("verb", "postpone") => ("改期", "new due date"),
        ("verb", "delegate") => ("转交", "handed over"),
        ("verb", "cancel") => ("取消", "cancelled"),
        ("verb", "accept") => ("验收通过", "accepted"),
        ("verb", "reject") => ("退回", "returned"),
        ("verb", "approve") => ("同意", "approved"),
        ("verb", "refuse") => ("不同意", "refused"),
        ("verb", "snooze") => ("稍后提醒", "snoozed"),
        ("verb", "undo") => ("撤销", "undone"),
        ("verb", "rsvp") => ("已答复", "answered"),
        ("verb", "accepted") => ("参加", "accepted"),
        ("verb", "declined") => ("不参加", "declined"),
        ("verb", "handover") => ("全部转交", "all handed over"),
        ("verb", "accepted_by_silence") => ("默认接受（没有答复）", "accepted by default, no answer"),
        ("verb", "acceptance_by_silence") => ("默认验收（没有答复）", "passed by default, no answer"),
        ("verb", "unanswered") => ("一直没有确认", "has not confirmed"),
        ("verb", "parked") => ("搁置，不再提醒", "parked, no more reminders"),
        ("verb", "bounced") => ("收不到邮件", "cannot be reached by mail"),
        ("verb", "away") => ("不在，回来后再提醒", "is away, reminders wait"),
        ("verb", "object") => ("有异议", "objects"),
        ("verb", "adopt") => ("采纳异议", "adopted the objection"),
        ("verb", "not_adopt") => ("不采纳异议", "did not adopt the objection"),
        ("verb", "edit") => ("已补充", "completed"),
        ("verb", "assign") => ("交办", "assigned"),
        ("verb", "reopen") => ("重新打开", "opened again"),
        ("verb", "undo_asked") => ("想撤销，但别人已作了决定", "wants it undone, but others decided on it"),
        ("verb", "deputy" | "deputy_approves") => ("代理人", "deputy"),
        ("verb", "imported") => ("导入清单，项数", "imported items:"),
        ("verb", "no_minutes") => ("一直没有纪要", "has no minutes"),
        ("verb", "outside_waits") => {
            ("的第一封信还等您放行", "waits for your word: the first letter to somebody outside")
        }
        ("verb", "every_day") => ("改为每天一封汇总", "gets a digest each working day now"),
        ("verb", "every_week") => ("改为每周一封汇总", "gets one digest a week now"),
        ("verb", "every_urgent") => ("退订了汇总，只收紧急邮件", "gets urgent mail only now"),
        ("verb_short", "day") => ("每天一封汇总", "one digest a day"),
        ("verb_short", "week") => ("每周一封汇总", "one digest a week"),
        ("verb_short", _) => ("只收紧急邮件", "urgent mail only"),
        ("issue_type", "collaboration") => ("协作需求", "collaboration"),
        ("issue_type", "bottleneck") => ("流程卡点", "bottleneck"),
        ("issue_type", "resource") => ("资源申请", "resource"),
        ("issue_type", "fault") => ("故障投诉", "fault"),
        ("issue_type", _) => ("其他", "other"),
        ("issue_state", "open") => ("待响应", "open"),
        ("issue_state", "acknowledged") => ("已响应", "acknowledged"),
        ("issue_state", "understood") => ("已确认理解", "understood"),
        ("issue_state", "in_progress") => ("处理中", "in progress"),
        ("issue_state", "resolved") => ("已解决，待评价", "resolved"),
        ("issue_state", "rated") => ("已评价", "rated"),
        ("issue_state", _) => ("已关闭", "closed"),
        ("weekday", "Mon") => ("周一", "Mondays"),
        ("weekday", "Tue") => ("周二", "Tuesdays"),
        ("weekday", "Wed") => ("周三", "Wednesdays"),
        ("weekday", "Thu") => ("周四", "Thursdays"),
        ("weekday", "Fri") => ("周五", "Fridays"),
        ("weekday", "Sat") => ("周六", "Saturdays"),
        ("weekday", _) => ("周日", "Sundays"),
        ("why", letter) => return reasons::of(chinese, letter),
        ("verb", "stop_escalation") => ("不升级", "not escalated"),
        ("verb", "postpone_escalation") => ("暂缓升级", "escalation postponed"),
        ("verb", "started") => ("发起了项目", "started the project"),
        ("verb", "needs") => ("填写了项目需求", "answered the form of needs"),
        ("verb", "sign_off") => ("签字", "signed"),
        ("verb", "unsigned") => ("没有签字（未签）", "did not sign"),
        ("verb", "grant") => ("同意提供资源", "granted"),
        ("verb", "refuse_resource") => ("不同意提供资源", "refused"),
        ("verb", "no_resource") => ("没有答复资源申请", "did not answer about a resource"),
        ("verb", "risk") => ("登记风险", "recorded a risk"),
        ("verb", "risk_closed") => ("关闭风险", "closed a risk"),
        ("verb", "change") => ("提出变更", "asked for a change"),
        ("verb", "change_lapsed") => ("变更没有得到答复，按不采纳处理", "change not answered, so not adopted"),
        ("verb", "table") => ("更新进度表，项数", "updated by table, tasks:"),
        ("verb", "hearsay") => {
            ("在进度表里提到您的任务，请您自己确认", "spoke of your task in a table; please report it yourself")
        }
        ("verb", "feedback") => ("写了协作反馈", "gave feedback"),
        ("verb", "milestone") => ("里程碑达成", "reached a milestone"),
        ("verb", "improvement") => ("给出改进计划", "gave a plan for what fell short"),
        ("verb", "depends") => ("登记依赖", "recorded a dependency"),
        ("verb", "can_start") => ("上游已完成，可以开始了", "upstream finished, you can start"),
        ("verb", "upstream_slipped") => ("上游延期，请看是否受影响", "upstream slipped, please check"),
        ("verb", "upstream_cancelled") => ("上游取消，请看是否受影响", "upstream cancelled, please check"),
        ("verb", "slip_spreads") => ("延期波及下游", "the slip reaches"),
        ("responsibility", "lead") => ("主导", "lead"),
        ("responsibility", "support") => ("配合", "support"),
        ("responsibility", _) => ("监督", "supervise"),
        ("project_missing", "name") => ("项目名称", "the name of the project"),
        ("project_missing", "objective") => {
            ("目标：做成什么、做到多少、什么时候", "the objective: what, how much, by when")
        }
        ("project_missing", "members") => {
            ("参与部门，各是主导、配合还是监督", "the departments, and whether each leads, supports or supervises")
        }
        ("project_missing", "end") => ("结束日期（起止时间）", "the last day (period)"),
        ("project_missing", _) => ("其他信息", "something else"),
        ("smart", "smart_specific") => ("具体：要做成什么", "what exactly is to be there in the end"),
        ("smart", "smart_measurable") => ("可衡量：数字或可以验收的结果", "a number, or a result that can be checked"),
        ("smart", "smart_time") => ("时限：到哪一天", "a date"),
        ("smart", _) => ("写得更清楚一些", "clearer words"),
        ("update_subject", "started") => ("项目信息已补齐", "Project complete"),
        ("update_subject", "needs") => ("初步需求清单", "List of needs"),
        ("update_subject", "risk") => ("红灯风险", "Red risk"),
        ("update_subject", "goal_refused") => ("子目标未签", "Sub-goal refused"),
        ("update_subject", "change") => ("变更通知", "Change"),
        ("update_subject", "change_asked") => ("请决定变更", "Please decide on a change"),
        ("update_subject", "change_refused") => ("变更未采纳", "Change not adopted"),
        ("update_subject", "cycle") => ("任务互相等待，请改表", "Tasks wait for one another"),
        ("update_subject", "progress") => ("进度表有几行没对上", "Some rows were not placed"),
        ("update_subject", "released") => ("资源释放", "Resources released"),
        ("update_subject", _) => ("项目更新", "Project update"),
        ("project_field", "objective") => ("目标", "Objective"),
        ("project_field", "scope_in") => ("范围", "Scope"),
        ("project_field", "scope_out") => ("不包含", "Out of scope"),
        ("project_field", "start") => ("开始", "Start"),
        ("project_field", "end") => ("结束", "End"),
        ("project_field", "manager") => ("项目经理", "Manager"),
        ("project_field", "sponsor") => ("分管领导", "Sponsor"),
        ("project_field", _) => ("内容", "Content"),
        ("sign_off", "signed") => ("已签", "signed"),
        ("sign_off", "refused") => ("不同意", "refused"),
        ("sign_off", "unsigned") => ("未签", "not signed"),
        ("sign_off", _) => ("待签", "to sign"),
        ("verb", "understood") => ("已确认理解", "understood it"),
        ("verb", "acknowledged") => ("已收到", "received it"),
        ("verb", "plan") => ("处理方案", "plans"),
        ("verb", "part_done") => ("已完成本部门的部分", "finished their part"),
        ("verb", "resolved") => ("已解决", "solved"),
        ("verb", "proposed") => ("提出改期，等发起人同意", "proposed another date, to be agreed"),
        ("verb", "moved") => ("期限改了", "moved the date"),
        ("verb", "granted") => ("同意改期", "agreed to the date"),
        ("verb", "lapsed") => ("改期没有人答复，仍按原期限", "no answer about the date; it stays"),
        ("verb", "rerouted") => ("转给了别的部门", "sent it on to another department"),
        ("verb", "not_ours") => ("说明不归他们负责", "says it is not theirs"),
        ("verb", "delegated") => ("转给了同事", "handed it over"),
        ("verb", "key") => ("列为关键问题", "made it a key issue"),
        ("verb", "set_aside") => ("信息没有补齐，已搁置", "not completed, set aside"),
        ("verb", "withdrawn") => ("已撤回", "withdrawn"),
        ("verb", _) => ("已更新", "updated"),
        ("level", "key") => ("关键", "key"),
        ("level", _) => ("一般", "general"),
        ("clock", "response") => ("首次响应", "first answer"),
        ("clock", "understanding") => ("确认理解", "understanding confirmed"),
        ("clock", "resolution") => ("解决", "solved"),
        ("clock", "rating") => ("评分", "rating"),
        ("clock", "signature") => ("签字", "signatures"),
        ("clock", "decision") => ("答复改期", "answer about the date"),
        ("clock", _) => ("进展", "progress"),
        ("key_why", "disagreement") => ("双方有分歧", "the two sides disagree"),
        ("key_why", "slips") => ("期限已两次推后", "the date has slipped twice"),
        ("key_why", _) => ("有人提出", "somebody said so"),
        ("issue_subject", "proposal") => ("请定改期", "Another date?"),
        ("issue_subject", "key") => ("建议开专题会", "A special meeting?"),
        ("issue_subject", "finding") => ("新发现", "New finding"),
        ("issue_subject", "blocked") => ("卡住了", "Stuck"),
        ("issue_subject", "disagreement") => ("有分歧", "Disagreement"),
        ("issue_subject", "reopened") => ("重新打开", "Open again"),
        ("issue_subject", "withdrawn") => ("已撤回，不用处理", "Withdrawn"),
        ("issue_subject", "undone") => ("更正", "Correction"),
        ("issue_subject", "why_rated") => ("请说说原因", "Why so low?"),
        ("issue_subject", "rated_low") => ("评分较低", "Rated low"),
        ("issue_subject", "granted") => ("已同意改期", "New date agreed"),
        ("issue_subject", "refused") => ("不同意改期", "The date stays"),
        ("issue_subject", "lapsed") => ("仍按原期限", "The date stays"),
        ("issue_subject", "moved") => ("期限改了", "New date"),
        ("issue_subject", "completed") => ("补充信息", "More about it"),
        ("issue_subject", "not_signed") => ("有人不签字", "Not signed"),
        ("issue_subject", "unreachable") => ("接口人收不到信", "The contact cannot be reached"),
        ("issue_subject", "rerouted") => ("已转给别的部门", "Sent on"),
        ("issue_subject", _) => ("有进展", "News"),
        ("issue_result", "opened") => ("已受理", "routed"),
        ("issue_result", "acknowledged") => ("已响应", "acknowledged"),
        ("issue_result", "understood") => ("理解已确认", "understood"),
        ("issue_result", "in_progress") => ("处理中", "in progress"),
        ("issue_result", "behind") => ("延误", "behind"),
        ("issue_result", "blocked") => ("受阻", "stuck"),
        ("issue_result", "proposed") => ("提出改期", "another date proposed"),
        ("issue_result", "granted") => ("同意改期", "new date agreed"),
        ("issue_result", "refused") => ("不同意改期", "new date refused"),
        ("issue_result", "lapsed") => ("改期无人答复", "no answer about the date"),
        ("issue_result", "moved") => ("期限改了", "date moved"),
        ("issue_result", "rerouted") => ("转给别的部门", "sent on"),
        ("issue_result", "not_ours") => ("不归该部门", "not theirs"),
        ("issue_result", "delegated") => ("转交", "handed over"),
        ("issue_result", "finding") => ("新发现", "new finding"),
        ("issue_result", "key") => ("列为关键", "made key"),
        ("issue_result", "disagreement") => ("有分歧", "disagreement"),
        ("issue_result", "convene") => ("开专题会", "special meeting"),
        ("issue_result", "met") => ("问题解决决议", "resolution of the meeting"),
        ("issue_result", "resolved") => ("已解决", "solved"),
        ("issue_result", "rated") => ("已评分", "rated"),
        ("issue_result", "reopened") => ("重新打开", "opened again"),
        ("issue_result", "signed") => ("签字", "signed"),
        ("issue_result", "not_signed") => ("不签字", "not signed"),
        ("issue_result", "closed") => ("关闭", "closed"),
        ("issue_result", "withdrawn") => ("撤回", "withdrawn"),
        ("issue_result", "completed") => ("补充信息", "completed"),
        ("issue_result", "escalated") => ("已升级告知", "escalated to"),
        ("issue_result", "unanswered") => ("一直没有答复", "no answer"),
        ("field", "background") => ("背景", "background"),
        ("field", "current") => ("现状", "current state"),
        ("field", "expected") => ("期望", "what you expect"),
        ("field", "departments") => ("涉及部门", "departments"),
        ("field", "contact") => ("接口人", "contact"),
        ("field", "wanted_by") => ("期望完成时间", "wanted by"),
        ("field", "route") => ("该找谁", "whose it is"),
        ("field", "solution") => ("怎么解决的", "what was done"),
        ("sign", "problem") => ("问题", "problem"),
        ("sign", "solution") => ("处理结果", "what was done"),
        ("sign", "finished") => ("完成时间", "finished"),
        ("sign", "owner") => ("责任人", "by"),
        ("sign", "rating") => ("满意度", "rating"),
        ("sign", "goal") => ("目标", "goal"),
        ("sign", "measure") => ("衡量标准", "measure"),
        ("sign", "duty") => ("职责", "duty"),
        ("outcome", "approved") => ("同意", "agrees"),
        ("outcome", "refused") => ("不同意，仍按原来的", "does not agree; it stays as it was"),
        ("outcome", "changed") => ("作了调整", "changed it"),
        ("outcome", "cancelled") => ("取消了这一项", "cancelled it"),
        ("outcome", "reopened") => ("重新打开了这一项", "opened it again"),
        ("outcome", "returned") => ("退回，请补充后再报", "returned it"),
        ("outcome", "lapsed") => ("没有人批准，仍按原来的", "nobody decided; it stays as it was"),
        ("outcome", _) => ("已更新", "updated"),
        ("outcome_default", "approved") => ("没有答复，默认同意", "agreed by default, no answer"),
        ("outcome_default", "lapsed") => ("没有人批准，仍按原来的", "nobody decided; it stays as it was"),
        ("outcome_default", _) => ("已更新", "updated"),
        ("outcome_subject", "approved") => ("已同意", "Approved"),
        ("outcome_subject", "refused") => ("未同意", "Not approved"),
        ("outcome_subject", "changed") => ("已调整", "Changed"),
        ("outcome_subject", "cancelled") => ("已取消", "Cancelled"),
        ("outcome_subject", "reopened") => ("已重新打开", "Open again"),
        ("outcome_subject", "returned") => ("请补充", "Returned"),
        ("outcome_subject", _) => ("仍按原来的", "As it was"),
        _ => return None,
    };
    Some(if chinese { zh } else { en })
}

fn wrong(message: impl Into<String>) -> handlebars::RenderError {
    RenderErrorReason::Other(message.into()).into()
}

/// `{"freq": "WEEKLY;INTERVAL=2", "until": "2026-12-31"}` in words.
fn recurrence_words(chinese: bool, rule: &Value) -> String {
    let freq = rule.get("freq").and_then(Value::as_str).unwrap_or_default();
    let mut parts = freq.split(';');
    let unit = parts.next().unwrap_or_default();
    let interval =
        parts.clone().find_map(|p| p.strip_prefix("INTERVAL=")).and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
    let words = match (unit, interval, chinese) {
        ("DAILY", 1, true) => "每天".into(),
        ("WEEKLY", 1, true) => "每周".into(),
        ("MONTHLY", 1, true) => "每月".into(),
        ("YEARLY", 1, true) => "每年".into(),
        ("WEEKLY", n, true) => format!("每 {n} 周"),
        ("MONTHLY", n, true) => format!("每 {n} 个月"),
        ("DAILY", n, true) => format!("每 {n} 天"),
        ("DAILY", 1, false) => "daily".into(),
        ("WEEKLY", 1, false) => "weekly".into(),
        ("MONTHLY", 1, false) => "monthly".into(),
        ("YEARLY", 1, false) => "yearly".into(),
        ("WEEKLY", n, false) => format!("every {n} weeks"),
        ("MONTHLY", n, false) => format!("every {n} months"),
        ("DAILY", n, false) => format!("every {n} days"),
        _ => freq.to_string(),
    };
    match rule.get("until").and_then(Value::as_str) {
        Some(until) if chinese => format!("{words}，到 {until}"),
        Some(until) => format!("{words}, until {until}"),
        None => words,
    }
}

/// The helpers every template may use:
///
/// * `{{when x}}` a day or moment in words; `{{day x}}` its day; `{{clock x}}` its time; `{{span start minutes}}` 14:00–15:00
/// * `{{state item}}` the state of an action item in words, 默认接受 and 滞后 among them
/// * `{{word "kind" x}}` a fixed word of kind, role, rsvp, outcome, light, urgency, state
/// * `{{first_n list}}` the number of its first line, for examples that work as they stand
/// * `{{join list}}` with 、 or commas; `{{number_of list}}`; `{{plural n "item" "items"}}`
/// * `{{quoted text}}` each line behind `> `; `{{add a b}}`
/// * `{{mailto "完成" "A-107"}}` a link that writes the words to the assistant (O21)
fn register_words(registry: &mut Handlebars<'static>, language: &str) {
    let chinese = language.starts_with("zh");
    registry.register_helper(
        "when",
        Box::new(
            move |h: &Helper<'_>,
                  _: &Handlebars<'_>,
                  c: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let Some(text) = text_param(h, 0) else { return Ok(()) };
                let words = when_words(chinese, c, &text);
                out.write(
                    &words.ok_or_else(|| wrong(format!("expected a date or moment for `when`, found {text:?}")))?,
                )?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "day",
        Box::new(
            move |h: &Helper<'_>,
                  _: &Handlebars<'_>,
                  c: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let Some(text) = text_param(h, 0) else { return Ok(()) };
                let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d")
                    .ok()
                    .or_else(|| local(c, &text).map(|m| m.date_naive()));
                let day = day.ok_or_else(|| wrong(format!("expected a date or moment for `day`, found {text:?}")))?;
                out.write(&day_words(chinese, day, this_year(c)))?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "clock",
        Box::new(
            move |h: &Helper<'_>,
                  _: &Handlebars<'_>,
                  c: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let Some(text) = text_param(h, 0) else { return Ok(()) };
                let moment =
                    local(c, &text).ok_or_else(|| wrong(format!("expected a moment for `clock`, found {text:?}")))?;
                out.write(&moment.format("%H:%M").to_string())?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "span",
        Box::new(
            move |h: &Helper<'_>,
                  _: &Handlebars<'_>,
                  c: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let Some(text) = text_param(h, 0) else { return Ok(()) };
                let start =
                    local(c, &text).ok_or_else(|| wrong(format!("expected a moment for `span`, found {text:?}")))?;
                let minutes = h.param(1).and_then(|p| p.value().as_i64()).filter(|m| *m > 0 && *m < 100_000);
                out.write(&start.format("%H:%M").to_string())?;
                if let Some(minutes) = minutes {
                    out.write(&format!("–{}", (start + chrono::Duration::minutes(minutes)).format("%H:%M")))?;
                }
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "state",
        Box::new(
            move |h: &Helper<'_>,
                  _: &Handlebars<'_>,
                  _: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let Some(item) = h.param(0).map(|p| p.value()) else { return Ok(()) };
                let flag = |key: &str| item.get(key).and_then(Value::as_bool).unwrap_or(false);
                let state = item.get("state").or(Some(item)).and_then(Value::as_str).unwrap_or_default();
                let key = match state {
                    _ if flag("parked") => "parked",
                    "confirmed" if flag("by_default") => "default",
                    "confirmed" | "in_progress" if flag("behind") => "behind",
                    other => other,
                };
                out.write(
                    words(chinese, "state", key).ok_or_else(|| wrong(format!("no word for the state {key:?}")))?,
                )?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "word",
        Box::new(
            move |h: &Helper<'_>,
                  _: &Handlebars<'_>,
                  _: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let (Some(table), Some(key)) = (text_param(h, 0), text_param(h, 1)) else { return Ok(()) };
                out.write(words(chinese, &table, &key).ok_or_else(|| wrong(format!("no word for {table} {key:?}")))?)?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "light_mark",
        Box::new(
            |h: &Helper<'_>,
             _: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                out.write(match text_param(h, 0).as_deref() {
                    Some("red") => "🔴",
                    Some("yellow") => "🟡",
                    Some("green") => "🟢",
                    _ => "",
                })?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "light_color",
        Box::new(
            |h: &Helper<'_>,
             _: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                out.write(match text_param(h, 0).as_deref() {
                    Some("red") => "#c62828",
                    Some("yellow") => "#b7791f",
                    _ => "#2e7d32",
                })?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "recurrence",
        Box::new(
            move |h: &Helper<'_>,
                  _: &Handlebars<'_>,
                  _: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let Some(rule) = h.param(0).map(|p| p.value()) else { return Ok(()) };
                out.write(&recurrence_words(chinese, rule))?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "join",
        Box::new(
            move |h: &Helper<'_>,
                  r: &Handlebars<'_>,
                  _: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let list = h.param(0).and_then(|p| p.value().as_array());
                let names: Vec<String> = list
                    .into_iter()
                    .flatten()
                    .filter_map(|v| match v {
                        Value::String(text) => Some(text.clone()),
                        Value::Object(object) => {
                            object.get("name").or(object.get("task")).and_then(Value::as_str).map(String::from)
                        }
                        Value::Null => None,
                        other => Some(other.to_string()),
                    })
                    .collect();
                // A helper's output is not escaped by Handlebars, so it is done here with the registry's own rule.
                out.write(&r.get_escape_fn()(&names.join(if chinese { "、" } else { ", " })))?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "first_n",
        Box::new(
            |h: &Helper<'_>,
             _: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                let first =
                    h.param(0).and_then(|p| p.value().get(0)).and_then(|item| item.get("n")).and_then(Value::as_u64);
                out.write(&first.unwrap_or(1).to_string())?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "number_of",
        Box::new(
            |h: &Helper<'_>,
             _: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                let count = h.param(0).map_or(0, |p| match p.value() {
                    Value::Array(list) => list.len(),
                    Value::Number(n) => n.as_u64().unwrap_or(0) as usize,
                    _ => 0,
                });
                out.write(&count.to_string())?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "plural",
        Box::new(
            |h: &Helper<'_>,
             _: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                let n = h.param(0).map_or(0, |p| match p.value() {
                    Value::Array(list) => list.len() as u64,
                    value => value.as_u64().unwrap_or(0),
                });
                let word = text_param(h, if n == 1 { 1 } else { 2 }).unwrap_or_default();
                out.write(&format!("{n} {word}"))?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "add",
        Box::new(
            |h: &Helper<'_>,
             _: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                let sum: i64 = (0..2).filter_map(|at| h.param(at).and_then(|p| p.value().as_i64())).sum();
                out.write(&sum.to_string())?;
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "quoted",
        Box::new(
            |h: &Helper<'_>,
             r: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                let text = text_param(h, 0).unwrap_or_default();
                for line in text.lines() {
                    out.write(&r.get_escape_fn()(&format!("> {line}\n")))?;
                }
                Ok(())
            },
        ),
    );
    registry.register_helper(
        "mailto",
        Box::new(
            |h: &Helper<'_>,
             _: &Handlebars<'_>,
             c: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                let address = c.data().pointer("/assistant/address").and_then(Value::as_str).unwrap_or_default();
                let (body, id) = (text_param(h, 0).unwrap_or_default(), text_param(h, 1).unwrap_or_default());
                out.write(&mailto(address, &body, &id))?;
                Ok(())
            },
        ),
    );
}

/// A link that opens an answer with id and words in it; the words alone where it would get longer than 200 octets (O21).
fn mailto(address: &str, body: &str, id: &str) -> String {
    let encode = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~@+".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        out
    };
    let subject = if id.is_empty() { encode(body) } else { encode(&format!("{body} [{id}]")) };
    let full = format!("mailto:{}?subject={subject}&amp;body={}", encode(address), encode(body));
    if full.len() <= 200 { full } else { format!("mailto:{}?subject={subject}", encode(address)) }
}

/// Longest address or link in angle brackets, in characters.
const BRACKETED_MAX: usize = 320;

/// `<b>` becomes `＜b>`; `a < b`, `<zhangsan@example.com>` and `<https://…>` stay.
fn without_tags(data: &str) -> String {
    let mut out = String::with_capacity(data.len());
    for (at, c) in data.char_indices() {
        let rest = data.get(at + c.len_utf8()..).unwrap_or_default();
        let opens = c == '<' && rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !opens {
            out.push(c);
            continue;
        }
        let inner: String = rest.chars().take(BRACKETED_MAX).take_while(|c| *c != '>' && !c.is_whitespace()).collect();
        let named = inner.contains('@') || inner.contains("://");
        out.push(if named && rest.get(inner.len()..).is_some_and(|end| end.starts_with('>')) { '<' } else { '＜' });
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use serde_json::json;

    fn renderer(subject: &str, text: &str, html: &str) -> Renderer {
        let mut files = Vec::new();
        for language in LANGUAGES {
            for (part, body) in [("subject", subject), ("text", text), ("html", html)] {
                files.push((format!("{language}/help/{part}.hbs"), body.to_string()));
            }
        }
        Renderer::with(files)
    }

    fn text(template: &str, language: &str, data: Value) -> String {
        renderer("s", template, "h").render(LetterName::Help, language, &data).unwrap().text
    }

    #[test]
    fn moments_are_told_in_the_readers_zone_and_language() {
        let data =
            json!({"at": "2026-07-16T06:00:00Z", "time_zone": "Asia/Shanghai", "now": "2026-07-08T09:00:00+08:00"});
        assert_eq!(text("{{when at}}", "zh-CN", data.clone()), "7月16日 周四 14:00\n");
        assert_eq!(text("{{when at}} {{span at 90}}", "en", data), "Thu 16 Jul 14:00 14:00–15:30\n");
        let far = json!({"at": "2027-01-04", "now": "2026-12-24T10:00:00+08:00"});
        assert_eq!(text("{{when at}}", "zh-CN", far), "2027年1月4日 周一\n");
    }

    #[test]
    fn silence_is_never_shown_as_confirmed() {
        let item = json!({"i": {"state": "confirmed", "by_default": true}});
        assert_eq!(text("{{state i}}", "zh-CN", item), "默认接受\n");
    }

    #[test]
    fn html_is_escaped_and_in_text_tags_come_apart() {
        let made = renderer("{{x}}", "{{x}} {{join l}}", "{{x}} {{join l}}")
            .render(LetterName::Help, "en", &json!({"x": "<b>&", "l": ["<i>", "b"]}))
            .unwrap();
        assert_eq!(made.text, "＜b>& ＜i>, b\n");
        let kept = "a<1, 3 < 5, <lilei@example.com> <https://example.com/x>, 《书》";
        assert_eq!(without_tags(kept), kept);
        assert_eq!(without_tags("<svg onload=x@y>"), "＜svg onload=x@y>");
        assert_eq!(made.html, "&lt;b&gt;&amp; &lt;i&gt;, b");
    }

    #[test]
    fn a_missing_value_is_an_error_that_names_the_template() {
        let error =
            renderer("s", "{{nobody}}", "h").render(LetterName::Help, "en", &json!({})).unwrap_err().to_string();
        assert!(error.contains("help/text.hbs"), "{error}");
    }

    /// A letter is worth more than its looks: what an administrator's template cannot say, the built-in one says, and the
    /// administrator hears which file and which line it is.
    #[test]
    fn a_broken_template_costs_no_letter() {
        for (contents, named) in [
            ("{{> greeting}}\n{{#if x}}", "zh-CN/error/text.hbs"),
            ("{{> greeting}} {{nothere}}", "there is no `nothere`"),
        ] {
            let renderer = Renderer::with(vec![("zh-CN/error/text.hbs".into(), contents.into())]);
            let whole = Renderer::default();
            let sample = whole.sample(LetterName::Error).unwrap();
            let letter = renderer.render(LetterName::Error, "zh-CN", &sample).unwrap();
            assert_eq!(letter.text, whole.render(LetterName::Error, "zh-CN", &sample).unwrap().text);
            let faults = renderer.override_faults();
            assert!(faults.len() == 1 && faults[0].contains(named), "{faults:?}");
            // Another letter is not touched by it.
            let digest = whole.sample(LetterName::Digest).unwrap();
            assert_eq!(renderer.render(LetterName::Digest, "zh-CN", &digest).unwrap().fault, None);
        }
        assert_eq!(Renderer::default().override_faults(), Vec::<String>::new());
    }

    #[test]
    fn a_part_that_includes_itself_over_another_is_refused() {
        let loops = vec![("parts/a.text.hbs".into(), "{{> b}}".into()), ("parts/b.text.hbs".into(), "{{> a}}".into())];
        let error = Renderer::with(loops).render(LetterName::Help, "en", &json!({})).unwrap_err().to_string();
        assert!(error.contains("includes itself"), "{error}");
    }

    #[test]
    fn nesting_that_would_end_the_process_is_refused() {
        let deep = format!("{}{}", "{{#if x}}".repeat(2000), "{{/if}}".repeat(2000));
        let faults = renderer("s", &deep, "h").override_faults();
        assert!(faults.iter().any(|fault| fault.contains("nested at most")), "{faults:?}");
    }

    #[test]
    fn links_stay_short() {
        assert!(mailto("duban@example.com", "完成", "A-107").len() <= 200);
        assert!(mailto("duban@example.com", &"很长的话".repeat(20), "A-107").len() <= 1200);
    }

    #[test]
    fn a_reader_in_taiwan_gets_traditional_letters() {
        assert_eq!(text("请确认会议纪要", "zh-TW", json!({})), "請確認會議紀要\n");
    }
}
