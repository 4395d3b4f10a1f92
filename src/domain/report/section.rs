//! One project, one meeting series, or what a person asked of others: the part of a report that is about it.

use super::audience;
use super::figures::{self, Burn, Counted, Figures, Load, OnTime, Span, Standing};
use super::{Account, Chart, Milestone, Risk};
use crate::domain::action_item::{ActionItem, State};
use crate::domain::clock::Clock;
use crate::domain::meeting::Meeting;
use crate::domain::project::Project;
use crate::domain::view::View;
use chrono::{DateTime, Days, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// Lines of one list in a letter; the rest is counted and stands in the spreadsheet.
const ROWS_MAX: usize = 12;
/// Needs a leader reads on one screen.
const NEEDS_MAX: usize = 6;
/// People of the load picture and table.
const PEOPLE_MAX: usize = 12;
/// Rows of the table beside the burn-down.
const BURN_ROWS: usize = 8;
/// Meetings of one project or organizer that are looked through, the newest.
const MEETINGS_MAX: usize = 80;
/// Issues of one project that are looked through, the newest.
const ISSUES_MAX: usize = 200;

/// What is told of it, and the files and pictures that go with it.
pub struct Section {
    pub id: Option<String>,
    pub light: &'static str,
    pub figures: Figures,
    pub data: Value,
    pub account: Account,
    /// Content-ID and picture.
    pub charts: Vec<(String, Chart)>,
    /// The same as long as nothing has changed.
    pub fingerprint: u64,
    /// There is something in it.
    pub worth: bool,
}

/// The span that ends at `now` for a clock; `last` is the report before.
pub fn span(clock: &Clock, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Span {
    let today = clock.today(now);
    let week = super::moment::a_week_before(clock, today, now.with_timezone(&clock.zone).time());
    // A first report, or one after a long pause, tells of a week.
    let since = last.filter(|last| *last < now && (now - *last).num_days() <= 15).unwrap_or(week);
    Span { since, until: now, today, ahead: today.checked_add_days(Days::new(7)).unwrap_or(today) }
}

/// Everything that belongs to a project: its tasks, the items of its meetings, each once.
pub fn items_of(view: &View<'_>, project: &Project) -> Vec<ActionItem> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut ids = view.ids("items_of", &project.id);
    ids.extend(project.tasks.iter().cloned());
    for meeting in view.ids("project_meetings", &project.id).iter().rev().take(MEETINGS_MAX) {
        ids.extend(view.ids("items_of", meeting));
    }
    ids.into_iter().filter(|id| seen.insert(id.clone())).filter_map(|id| view.action(&id)).collect()
}

/// The department somebody works in, looked up once.
struct Departments<'v, 'r> {
    view: &'v View<'r>,
    known: std::cell::RefCell<HashMap<String, Option<String>>>,
}

impl<'v, 'r> Departments<'v, 'r> {
    fn new(view: &'v View<'r>) -> Self {
        Departments { view, known: Default::default() }
    }

    fn of(&self, item: &ActionItem) -> Option<String> {
        let Some(owner) = &item.owner_address else { return item.department.clone() };
        let mut known = self.known.borrow_mut();
        let found = known.entry(owner.clone()).or_insert_with(|| {
            self.view.person(owner).map(|p| p.department.clone()).filter(|department| !department.is_empty())
        });
        found.clone().or_else(|| item.department.clone())
    }
}

fn row(one: &Counted<'_>, departments: &Departments<'_, '_>) -> Value {
    let item = one.item;
    // Who is stuck gives one sentence, and it is both.
    let reason = item.reason.as_ref().filter(|reason| item.blocked_on.as_ref() != Some(reason));
    json!({
        "id": item.id, "task": item.task, "owner": item.owner, "department": departments.of(item), "due": item.due,
        "state": item.state, "by_default": item.by_default, "behind": item.behind, "parked": item.parked,
        "percent": item.percent, "overdue": one.overdue, "late_days": one.late_days, "slips": item.slips,
        "reason": reason, "measure": item.measure, "blocked_on": item.blocked_on, "expected": item.expected,
        "urgency": item.urgency,
    })
}

/// `{rows, more}`, the most pressing first.
fn list<'a>(items: &'a [Counted<'a>], departments: &Departments<'_, '_>, keep: impl Fn(&Counted<'a>) -> bool) -> Value {
    let mut kept: Vec<&Counted<'_>> = items.iter().filter(|one| keep(one)).collect();
    kept.sort_by(|a, b| {
        let due = |one: &Counted<'_>| one.due.unwrap_or(DateTime::<Utc>::MAX_UTC);
        b.late_days.cmp(&a.late_days).then_with(|| due(a).cmp(&due(b)))
    });
    let rows: Vec<Value> = kept.iter().take(ROWS_MAX).map(|one| row(one, departments)).collect();
    json!({"rows": rows, "more": kept.len().saturating_sub(ROWS_MAX)})
}

/// What somebody above can do something about.
fn needs(items: &[Counted<'_>], resources: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for one in resources.as_array().into_iter().flatten() {
        let granted = one.get("granted").and_then(Value::as_bool);
        if granted != Some(true) {
            let text = one.get("text").and_then(Value::as_str).unwrap_or_default();
            all.push(json!({"kind": "resource", "id": null, "text": text, "who": one.get("department"), "refused": granted == Some(false)}));
        }
    }
    for one in items {
        let item = one.item;
        let need = |kind: &str, text: Option<&String>| json!({"kind": kind, "id": item.id, "text": text.unwrap_or(&item.task), "who": item.owner, "refused": false});
        if one.standing == Standing::Blocked {
            all.push(need("blocked", item.blocked_on.as_ref().or(item.reason.as_ref())));
        } else if one.is_open() && item.owner.is_none() {
            all.push(need("owner", None));
        } else if one.is_open() && item.request.is_some() {
            all.push(need("request", None));
        }
    }
    all
}

/// FNV-1a over what a reader would call a change.
fn fingerprint(items: &[Counted<'_>], more: &Value) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut eat = |text: &str| {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for one in items {
        let item = one.item;
        eat(&format!("{} {:?} {:?} {:?} {:?}", item.id, one.standing, item.percent, item.due, item.owner));
        eat(&format!("{:?} {:?} {:?}", item.reason, item.measure, item.blocked_on));
    }
    eat(&more.to_string());
    hash
}

/// The open ones.
fn risks_of(project: &Project) -> Vec<Risk> {
    let open = project.risks.iter().filter(|risk| !risk.closed).cloned();
    open.map(|risk| Risk { text: risk.text, light: risk.light, plan: risk.plan, owner: risk.owner }).collect()
}

fn milestones_of(project: &Project) -> Vec<Milestone> {
    let all = project.milestones.iter().cloned();
    all.map(|one| Milestone { name: one.name, due: one.due, owner: one.owner, reached: one.reached }).collect()
}

/// What only projects have.
#[derive(Default)]
struct Around {
    risks: Vec<Value>,
    milestones: Vec<Value>,
    issues: Vec<Value>,
    resources: Value,
    light: Option<&'static str>,
    worth: bool,
}

const LIGHTS: [&str; 3] = ["green", "yellow", "red"];

/// The worse of two lights.
fn worse(a: &'static str, b: &str) -> &'static str {
    let rank = |light: &str| LIGHTS.iter().position(|one| *one == light).unwrap_or(0);
    LIGHTS.get(rank(a).max(rank(b))).copied().unwrap_or("green")
}

fn around(view: &View<'_>, project: &Project, span: &Span) -> Around {
    let mut around = Around { resources: json!(project.resources), ..Around::default() };
    let mut light = "green";
    let mut risks = risks_of(project);
    risks.sort_by_key(|risk| match risk.light.as_deref() {
        Some("red") => 0,
        Some("yellow") => 1,
        _ => 2,
    });
    for risk in risks {
        light = worse(light, risk.light.as_deref().unwrap_or("green"));
        around.risks.push(json!({"text": risk.text, "light": risk.light, "plan": risk.plan, "owner": risk.owner}));
    }
    let mut next = true;
    for milestone in milestones_of(project) {
        let day = milestone.due.map(|due| due.date());
        let overdue = !milestone.reached && day.is_some_and(|day| day < span.today);
        let ahead = !milestone.reached && day.is_some_and(|day| span.today <= day && day <= span.ahead);
        light = if overdue { "red" } else { light };
        around.worth |= overdue || ahead;
        let is_next = next && !milestone.reached;
        next &= !is_next;
        around.milestones.push(json!({"name": milestone.name, "due": milestone.due, "owner": milestone.owner,
            "reached": milestone.reached, "overdue": overdue, "next": is_next}));
    }
    for id in view.ids("project_issues", &project.id).iter().rev().take(ISSUES_MAX) {
        let Some(issue) = view.issue(id).filter(|issue| !matches!(issue.state.as_str(), "closed" | "rated")) else {
            continue;
        };
        around
            .issues
            .push(json!({"id": issue.id, "title": issue.title, "state": issue.state, "urgency": issue.urgency,
            "wanted_by": issue.wanted_by, "contact": issue.contact}));
        if issue.urgency == "critical" {
            light = worse(light, "yellow");
        }
    }
    around.worth |= !around.issues.is_empty() || light == "red";
    around.light = Some(light);
    around
}

/// The section of a project.
pub fn of_project(view: &View<'_>, project: &Project, span: &Span) -> Section {
    let items = items_of(view, project);
    let around = around(view, project, span);
    let mut account = Account {
        id: Some(project.id.clone()),
        title: project.name.clone(),
        risks: risks_of(project),
        milestones: milestones_of(project),
        ..Account::default()
    };
    let facts = json!({"objective": project.objective, "manager": project.manager, "start": project.start, "end": project.end,
        "state": project.state});
    let dates = (project.start, project.end);
    account.items = items;
    compose(view, account, "project", facts, around, dates, span)
}

/// The section of a meeting: it and the others of its series.
pub fn of_meeting(view: &View<'_>, meeting: &Meeting, span: &Span) -> Section {
    let mut ids: Vec<String> = match &meeting.series {
        Some(series) => view.ids("series", series).into_iter().rev().take(MEETINGS_MAX).collect(),
        None => Vec::new(),
    };
    if !ids.contains(&meeting.id) {
        ids.push(meeting.id.clone());
    }
    let items = ids.iter().flat_map(|id| view.items_of(id)).collect();
    let account = Account { id: Some(meeting.id.clone()), title: meeting.title.clone(), items, ..Account::default() };
    compose(view, account, "meeting", no_facts(), Around::default(), (None, None), span)
}

/// What somebody asked of others outside of any project: the items of that person's meetings and single tasks.
pub fn of_organizer(view: &View<'_>, address: &str, span: &Span) -> Section {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut items: Vec<ActionItem> = Vec::new();
    let mut take = |item: ActionItem| {
        let others = item.owner_address.as_deref() != Some(address);
        if others && item.organizer_address.as_deref() == Some(address) && seen.insert(item.id.clone()) {
            items.push(item);
        }
    };
    for id in view.ids("organized_by", address).iter().rev().take(MEETINGS_MAX) {
        let here = |meeting: &Meeting| {
            let own = meeting.series.as_deref().is_some_and(|series| super::weekly::own_time(view, series).is_some());
            meeting.project.is_none() && !meeting.confidential && !own
        };
        if view.meeting(id).is_some_and(|meeting| here(&meeting)) {
            view.items_of(id).into_iter().for_each(&mut take);
        }
    }
    for item in view.ids("organized_open", address).iter().filter_map(|id| view.action(id)) {
        let of_project = match (item.source.kind.as_str(), item.source.id.as_deref()) {
            ("project", _) => true,
            ("meeting", Some(id)) => view.meeting(id).is_some_and(|meeting| meeting.project.is_some()),
            _ => false,
        };
        if !of_project {
            take(item);
        }
    }
    // What was settled before this week is history.
    items.retain(|item| !item.state.is_closed() || item.done_at.is_some_and(|at| span.since < at));
    let account = Account { items, ..Account::default() };
    compose(view, account, "organizer", no_facts(), Around::default(), (None, None), span)
}

fn no_facts() -> Value {
    json!({"objective": null, "manager": null, "start": null, "end": null, "state": null})
}

fn compose(
    view: &View<'_>,
    mut account: Account,
    kind: &str,
    facts: Value,
    around: Around,
    (start, end): (Option<chrono::NaiveDate>, Option<chrono::NaiveDate>),
    span: &Span,
) -> Section {
    let departments = Departments::new(view);
    let items = std::mem::take(&mut account.items);
    let counted = figures::counted(&items, view.rules, span.until);
    let total = Figures::of(&counted, span);
    let by_department = figures::by(&counted, span, |item| departments.of(item));
    let load = figures::load(&counted, span, |item| departments.of(item));
    let on_time = figures::on_time(&counted, span);
    let burn = figures::burn(&counted, span, view.rules, start, end);
    let needs = needs(&counted, &around.resources);
    let worst = counted.iter().map(|one| one.late_days).max().unwrap_or(0);
    let light = worse(total.light(worst), around.light.unwrap_or("green"));
    let by_meeting = by_meeting(view, &counted, span, kind);

    let is = |standing: Standing| move |one: &Counted<'_>| one.standing == standing;
    let lists = json!({
        "done": list(&counted, &departments, |one| one.is_done_in(span)),
        "behind": list(&counted, &departments, is(Standing::Behind)),
        "blocked": list(&counted, &departments, is(Standing::Blocked)),
        "parked": list(&counted, &departments, is(Standing::Parked)),
        "doing": list(&counted, &departments, |one| {
            matches!(one.standing, Standing::Doing | Standing::ToConfirm) && !one.is_due_ahead(span)
        }),
        "due_ahead": list(&counted, &departments, |one| one.is_due_ahead(span)),
    });
    let anchor = account.id.clone().unwrap_or_else(|| "mine".into()).to_lowercase();
    let charts = charts(&anchor, burn.as_ref(), &on_time, &load);
    let pictures: Vec<Value> = charts
        .iter()
        .map(|(cid, chart)| {
            let kind = match chart {
                Chart::BurnDown(_) => "burn",
                Chart::OnTime(_) => "on_time",
                Chart::Load(_) => "load",
            };
            json!({"cid": cid, "kind": kind})
        })
        .collect();
    let fingerprint = fingerprint(&counted, &json!([around.risks, around.milestones, around.issues, around.resources]));
    // O27: what is parked is told in reports, and nowhere else.
    let moved = total.done_in_span + total.behind + total.blocked + total.parked + total.due_ahead > 0;
    let on_its_way = counted.iter().any(|one| {
        let spoke = one.item.last_word_at.is_some_and(|at| span.since <= at && at <= span.until);
        spoke && one.item.state == State::InProgress
    });
    let worth = moved || on_its_way || around.worth || !needs.is_empty();
    let data = json!({
        "kind": kind, "id": account.id, "title": account.title, "light": light, "facts": facts, "figures": total,
        "departments": group_rows(&by_department), "meetings": by_meeting, "lists": lists,
        "risks": around.risks, "milestones": around.milestones, "issues": around.issues,
        "needs": needs.iter().take(NEEDS_MAX).collect::<Vec<_>>(), "more_needs": needs.len().saturating_sub(NEEDS_MAX),
        "burn": burn_rows(burn.as_ref()), "on_time": on_time_rows(&on_time), "load": load_rows(&load),
        "more_people": load.len().saturating_sub(PEOPLE_MAX),
        "pictures": pictures, "full": true,
    });
    account.day = span.today;
    account.late = counted.iter().filter(|one| one.overdue).map(|one| one.item.id.clone()).collect();
    account.figures = std::iter::once((String::new(), total.clone())).chain(by_department).collect();
    account.load = load;
    account.burn = burn;
    account.on_time = on_time;
    let shown = items.iter().filter(|item| !item.confidential && !item.held);
    account.items = shown.map(|item| ActionItem { department: departments.of(item), ..item.clone() }).collect();
    Section { id: account.id.clone(), light, figures: total, data, account, charts, fingerprint, worth }
}

fn charts(anchor: &str, burn: Option<&Burn>, on_time: &[OnTime], load: &[Load]) -> Vec<(String, Chart)> {
    let mut charts = Vec::new();
    if let Some(burn) = burn {
        charts.push((format!("burn.{anchor}@duban"), Chart::BurnDown(burn.clone())));
    }
    if on_time.len() >= 2 {
        charts.push((format!("ontime.{anchor}@duban"), Chart::OnTime(on_time.to_vec())));
    }
    if load.len() >= 2 {
        charts.push((format!("load.{anchor}@duban"), Chart::Load(load.iter().take(PEOPLE_MAX).cloned().collect())));
    }
    charts
}

fn group_rows(groups: &[(String, Figures)]) -> Vec<Value> {
    groups.iter().map(|(name, figures)| json!({"name": name, "figures": figures})).collect()
}

/// For an organizer: which meeting the items come from.
fn by_meeting(view: &View<'_>, counted: &[Counted<'_>], span: &Span, kind: &str) -> Vec<Value> {
    if kind != "organizer" {
        return Vec::new();
    }
    let titles: std::cell::RefCell<HashMap<String, String>> = Default::default();
    let groups = figures::by(counted, span, |item| {
        let id = item.source.id.clone().filter(|_| item.source.kind == "meeting")?;
        let mut titles = titles.borrow_mut();
        let title = titles.entry(id.clone()).or_insert_with(|| view.meeting(&id).map(|m| m.title).unwrap_or_default());
        Some(title.clone())
    });
    group_rows(&groups)
}

fn burn_rows(burn: Option<&Burn>) -> Vec<Value> {
    let Some(burn) = burn else { return Vec::new() };
    figures::thinned(burn, BURN_ROWS)
        .into_iter()
        .map(|(day, plan, left)| json!({"day": day, "plan": plan, "left": left}))
        .collect()
}

fn on_time_rows(weeks: &[OnTime]) -> Vec<Value> {
    let percent = |week: &OnTime| figures::percent(week.on_time, week.due);
    weeks
        .iter()
        .map(|week| json!({"week": week.week, "due": week.due, "on_time": week.on_time, "percent": percent(week)}))
        .collect()
}

fn load_rows(load: &[Load]) -> Vec<Value> {
    (1..)
        .zip(load.iter().take(PEOPLE_MAX))
        .map(|(n, one)| {
            json!({"n": n, "name": one.name, "department": one.department,
        "open": one.open, "late": one.late, "due_ahead": one.due_ahead})
        })
        .collect()
}

/// The sections a person would read now, asked for or due: projects in full or on one screen, and what they gave out.
pub fn of_person(view: &View<'_>, address: &str, projects: &[String], span: &Span) -> Vec<(Section, bool)> {
    let mut sections = Vec::new();
    for id in projects {
        let Some(project) = view.project(id).filter(is_running) else { continue };
        let Some(reader) = audience::readers(view, &project).into_iter().find(|reader| reader.address == address)
        else {
            continue;
        };
        sections.push((of_project(view, &project, span), reader.full));
    }
    sections
}

/// A project is reported on from its agreement to its close.
pub fn is_running(project: &Project) -> bool {
    matches!(json!(project.state).as_str(), Some("agreed" | "running"))
}
