//! The archive of a project or a meeting (O43): readable files of everything it was, and the mails themselves.
//!
//! | folder | what |
//! |---|---|
//! | `index.html` | what it is, and what the folders hold |
//! | `plan/` | the object and its tasks, as a page and a sheet |
//! | `notices/`, `minutes/`, `reports/` | letters as their readers saw them, each once |
//! | `progress/` | the mails that brought progress tables |
//! | `files/` | materials of its meetings and what was handed in with its tasks |
//! | `mails/in`, `mails/out` | every mail and letter about it (.eml) |
//! | `log.csv` | every change, with who caused it and why |

mod label;

use super::AuditRow;
use super::snapshot::{self, HistoryRow, Snapshot};
use crate::domain::action_item::ActionItem;
use crate::domain::event::Attachment;
use crate::domain::letter::LetterName;
use crate::domain::person::Directory;
use crate::domain::report::account;
use crate::domain::shown;
use crate::domain::view::{Record, Rules, View, archive_name, file_name};
use crate::export;
use crate::mail::inbound::{self, Limits};
use crate::outbox::LetterRow;
use crate::store::{Place, Store, StoreError, for_each_prefix, keys};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// A file of an archive: its path with `/`, and its bytes.
pub type Entry = (String, Vec<u8>);

/// What an archive is made with.
pub struct Archivist<'a> {
    pub store: &'a dyn Store,
    pub rules: &'a Rules,
    pub directory: Arc<Directory>,
    pub language: &'a str,
    pub now: DateTime<Utc>,
}

/// Letters that are about one person's day rather than about the object.
fn is_personal(name: LetterName) -> bool {
    use LetterName::*;
    matches!(name, Digest | Receipt | Answer | Help | Error | VerifySender | AdminAlert | PassedOn)
}

/// The folder a letter is read in, where it is worth a page.
fn folder(name: LetterName) -> Option<&'static str> {
    use LetterName::*;
    Some(match name {
        MeetingNotice | MeetingUpdate | MeetingCancelled | ProjectOpened | IssueOpened => "notices",
        Summary | SummaryCorrection => "minutes",
        WeeklyReport | ClosingReport | ProjectUpdate | IssueClosed => "reports",
        TablesAgreed => "plan",
        _ => return None,
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Archivist<'_> {
    /// Name of the folder or file: `P-3-V2.0版本升级`.
    pub fn name(&self, id: &str) -> Option<String> {
        let title = match Snapshot::new(self.store).record(id)? {
            Record::Project(project) => project.name,
            Record::Meeting(meeting) => meeting.title,
            Record::Issue(issue) => issue.title,
            Record::Action(item) => item.task,
            Record::Person(_) => return None,
        };
        Some(archive_name(id, &title))
    }

    /// Every file of the archive of an object; `None` where there is no such object.
    pub fn files(&self, id: &str) -> Result<Option<Vec<Entry>>, StoreError> {
        let snapshot = Snapshot::new(self.store);
        let Some(record) = snapshot.record(id) else { return Ok(None) };
        let view = View::new(&snapshot, self.rules, self.directory.clone());
        let (ids, items) = self.family(&view, &record);
        let mut files: Vec<Entry> = Vec::new();
        self.plan(&view, &record, &items, &mut files);
        self.handed_in(&view, &record, (&ids, &items), &mut files)?;
        self.letters(&ids, &mut files)?;
        self.mails(&ids, &mut files)?;
        self.log(&ids, &mut files)?;
        if let Some(fault) = snapshot.fault() {
            return Err(fault);
        }
        files.sort();
        files.dedup_by(|a, b| a.0 == b.0);
        files.insert(0, ("index.html".into(), self.index(&record, &files).into_bytes()));
        Ok(Some(files))
    }

    /// The object with everything that belongs to it.
    fn family(&self, view: &View<'_>, record: &Record) -> (BTreeSet<String>, Vec<ActionItem>) {
        let id = record.id().to_string();
        let mut ids: BTreeSet<String> = BTreeSet::from([id.clone()]);
        let mut tasks: Vec<String> = Vec::new();
        if let Record::Project(project) = record {
            tasks.extend(project.tasks.iter().cloned());
            for meeting in view.ids("project_meetings", &id) {
                tasks.extend(view.ids("items_of", &meeting));
                ids.insert(meeting);
            }
            ids.extend(view.ids("project_issues", &id));
        }
        tasks.extend(view.ids("items_of", &id));
        let mut items: Vec<ActionItem> = Vec::new();
        for task in tasks {
            if ids.insert(task.clone()) {
                items.extend(view.action(&task));
            }
        }
        (ids, items)
    }

    fn plan(&self, view: &View<'_>, record: &Record, items: &[ActionItem], files: &mut Vec<Entry>) {
        let public = match record {
            Record::Project(project) => shown::public(project),
            Record::Meeting(meeting) => shown::public(meeting),
            Record::Issue(issue) => shown::public(issue),
            Record::Action(item) => shown::public(item),
            Record::Person(_) => Value::Null,
        };
        let chinese = self.language.starts_with("zh");
        let mut page = String::new();
        if let Value::Object(map) = &public {
            page.push_str("<table>");
            for (key, value) in map.iter().filter(|(key, _)| !label::is_inner(key)) {
                let cell = cell(key, value, chinese);
                if !cell.is_empty() {
                    let _ = write!(page, "<tr><th>{}</th><td>{cell}</td></tr>", escaped(label::field(key, chinese)));
                }
            }
            page.push_str("</table>");
        }
        if !items.is_empty() {
            let heads = match chinese {
                true => {
                    ["编号", "任务", "负责人", "部门", "交付物", "验收标准", "开始", "截止", "状态", "进度", "依赖"]
                }
                false => [
                    "ID",
                    "Task",
                    "Owner",
                    "Department",
                    "Deliverable",
                    "Criterion",
                    "Start",
                    "Due",
                    "State",
                    "Progress",
                    "Waits for",
                ],
            };
            page.push_str("<table><tr>");
            for head in heads {
                let _ = write!(page, "<th>{head}</th>");
            }
            page.push_str("</tr>");
            for item in items {
                let text = |field: &Option<String>| field.clone().unwrap_or_default();
                let cells = [
                    item.id.clone(),
                    item.task.clone(),
                    text(&item.owner),
                    text(&item.department),
                    text(&item.deliverable),
                    text(&item.criterion),
                    item.start.map(|day| day.to_string()).unwrap_or_default(),
                    item.due.map(|due| due.to_string()).unwrap_or_default(),
                    label::value("state", &super::word(&item.state), chinese).to_string(),
                    item.percent.map(|percent| format!("{percent}%")).unwrap_or_default(),
                    item.depends_on.join(", "),
                ];
                page.push_str("<tr>");
                for cell in cells {
                    let _ = write!(page, "<td>{}</td>", escaped(&cell));
                }
                page.push_str("</tr>");
            }
            page.push_str("</table>");
        }
        files.push(("plan/plan.html".into(), self.page(record.id(), &page).into_bytes()));
        if let Some(mut account) = account::of_object(view, record.id(), self.now) {
            account.items = items.to_vec();
            if let Ok(bytes) = export::xlsx(&account, self.language, self.rules.time_zone, self.now) {
                files.push(("plan/tasks.xlsx".into(), bytes));
            }
        }
    }

    /// Materials and deliverables as the files they came as: `files/A-107-报告.docx`.
    fn handed_in(
        &self,
        view: &View<'_>,
        record: &Record,
        (ids, items): (&BTreeSet<String>, &[ActionItem]),
        files: &mut Vec<Entry>,
    ) -> Result<(), StoreError> {
        let mut all: Vec<(String, Attachment)> = Vec::new();
        for id in ids.iter().filter(|id| id.starts_with("M-")) {
            let brought = view.meeting(id).map(|meeting| meeting.materials).unwrap_or_default();
            all.extend(brought.into_iter().flat_map(|material| material.files).map(|file| (id.clone(), file)));
        }
        if let Record::Action(item) = record {
            all.extend(item.files.iter().map(|file| (item.id.clone(), file.clone())));
        }
        all.extend(items.iter().flat_map(|item| item.files.iter().map(|file| (item.id.clone(), file.clone()))));
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (id, file) in all {
            let (stem, end) = file.name.rsplit_once('.').unwrap_or((&file.name, ""));
            let end: String = end.chars().filter(|c| c.is_ascii_alphanumeric()).take(8).collect();
            let dot = if end.is_empty() { "" } else { "." };
            let name = |again: usize| {
                let again = if again == 0 { String::new() } else { format!("-{again}") };
                format!("files/{id}-{}{again}{dot}{end}", file_name(stem))
            };
            let Some(path) = (0..100).map(name).find(|path| !names.contains(path)) else { continue };
            let bytes = match super::gather::attachment(self.store, &file) {
                Ok(bytes) => bytes,
                // What retention removed is not in the archive either.
                Err(StoreError::Removed) => None,
                Err(error) => return Err(error),
            };
            if let Some(bytes) = bytes {
                names.insert(path.clone());
                files.push((path, bytes));
            }
        }
        Ok(())
    }

    fn page(&self, title: &str, body: &str) -> String {
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title}</title><style>body{{font:15px/1.6 sans-serif;margin:24px;color:#1f2937}}table{{border-collapse:collapse;\
             margin:0 0 24px}}th,td{{border:1px solid #d1d5db;padding:4px 8px;text-align:left;vertical-align:top}}\
             th{{background:#f3f4f6;font-weight:600}}</style></head><body><h1>{title}</h1>{body}</body></html>\n",
            escaped(self.language),
            title = escaped(title),
        )
    }

    fn bytes(&self, place: &Place) -> Result<Option<Vec<u8>>, StoreError> {
        match self.store.blob(place) {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            // What retention removed is not in the archive either.
            Err(StoreError::Removed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn stamp(&self, millis: i64) -> String {
        let at = DateTime::from_timestamp_millis(millis).unwrap_or_default().with_timezone(&self.rules.time_zone);
        at.format("%Y%m%d-%H%M").to_string()
    }

    /// Letters as bytes; and as pages those worth reading, one of each.
    fn letters(&self, ids: &BTreeSet<String>, files: &mut Vec<Entry>) -> Result<(), StoreError> {
        let mut rows: Vec<LetterRow> = Vec::new();
        for_each_prefix(self.store, &[keys::LETTER], |_, value| {
            if let Ok(row) = serde_json::from_slice::<LetterRow>(value) {
                let about = row.sent.objects.first().is_some_and(|id| ids.contains(id));
                if about && !is_personal(row.sent.letter) {
                    rows.push(row);
                }
            }
            Ok(())
        })?;
        let mut seen: BTreeSet<(String, String, String)> = BTreeSet::new();
        for row in rows {
            let Some(bytes) = self.bytes(&row.place)? else { continue };
            let stamp = self.stamp(row.sent.at.timestamp_millis());
            let who = file_name(row.sent.to.split('@').next().unwrap_or_default());
            let object = row.sent.objects.first().cloned().unwrap_or_default();
            let base = format!("{stamp}-{}-{object}", row.sent.letter);
            let key = (row.sent.letter.to_string(), object, stamp.clone());
            if let Some(folder) = folder(row.sent.letter).filter(|_| seen.insert(key)) {
                if let Ok(mail) = inbound::parse(&bytes, &Limits::default()) {
                    // The sheets of reports; an invitation is no page.
                    for file in mail.attachments.into_iter().filter(|file| file.name.ends_with(".xlsx")) {
                        files.push((format!("{folder}/{base}-{}", file_name(&file.name)), file.bytes));
                    }
                    if let Some(html) = mail.html {
                        files.push((format!("{folder}/{base}.html"), html.into_bytes()));
                    }
                }
            }
            files.push((format!("mails/out/{base}-{who}-{}.eml", file_name(&row.sent.id)), bytes));
        }
        Ok(())
    }

    /// Mails that changed something of it.
    fn mails(&self, ids: &BTreeSet<String>, files: &mut Vec<Entry>) -> Result<(), StoreError> {
        let mut rows: Vec<AuditRow> = Vec::new();
        for_each_prefix(self.store, &[keys::MAIL], |_, value| {
            if let Ok(row) = serde_json::from_slice::<AuditRow>(value) {
                if row.changed.iter().any(|id| ids.contains(id)) {
                    rows.push(row);
                }
            }
            Ok(())
        })?;
        for row in rows {
            let Some(bytes) = row.place.as_ref().map(|place| self.bytes(place)).transpose()?.flatten() else {
                continue;
            };
            let who = file_name(row.from.as_deref().and_then(|from| from.split('@').next()).unwrap_or("mail"));
            let base = format!("{}-{who}-{}", self.stamp(row.at), row.number);
            if row.understood.iter().any(|what| what.starts_with(super::PROGRESS_TABLE)) {
                let mail = inbound::parse(&bytes, &Limits::default()).ok();
                if let Some(mail) = mail {
                    let page = match (mail.html, mail.text) {
                        (Some(html), _) => html,
                        (None, text) => {
                            self.page(&mail.subject, &format!("<pre>{}</pre>", escaped(&text.unwrap_or_default())))
                        }
                    };
                    files.push((format!("progress/{base}.html"), page.into_bytes()));
                    for file in mail.attachments.iter().filter(|file| !file.inline) {
                        files.push((format!("progress/{base}-{}", file_name(&file.name)), file.bytes.to_vec()));
                    }
                }
            }
            files.push((format!("mails/in/{base}.eml"), bytes));
        }
        Ok(())
    }

    /// Every version of everything: when, what, by whom, why.
    fn log(&self, ids: &BTreeSet<String>, files: &mut Vec<Entry>) -> Result<(), StoreError> {
        let mut rows: Vec<(i64, String, String, String)> = Vec::new();
        for id in ids {
            for_each_prefix(self.store, &keys::histories(id), |_, value| {
                if let Ok(row) = serde_json::from_slice::<HistoryRow>(value) {
                    rows.push((row.at, id.clone(), row.by, row.why));
                }
                Ok(())
            })?;
            let last = self.store.get(&keys::object(id))?.and_then(|row| snapshot::last(&row));
            rows.extend(last.map(|row| (row.at, id.clone(), row.by, row.why)));
        }
        rows.sort();
        let mut csv = String::from("\u{feff}at,object,by,why\r\n");
        for (at, id, by, why) in rows.iter().filter(|row| !row.3.is_empty()) {
            let at = DateTime::from_timestamp_millis(*at).unwrap_or_default().with_timezone(&self.rules.time_zone);
            let cells = [at.format("%Y-%m-%d %H:%M:%S").to_string(), id.clone(), by.clone(), why.clone()];
            let cells: Vec<String> = cells.iter().map(|cell| export::csv_cell(cell)).collect();
            csv.push_str(&cells.join(","));
            csv.push_str("\r\n");
        }
        files.push(("log.csv".into(), csv.into_bytes()));
        Ok(())
    }

    fn index(&self, record: &Record, files: &[Entry]) -> String {
        let mut body = String::from("<ul>");
        for (path, _) in files.iter().filter(|(path, _)| !path.starts_with("mails/")) {
            let _ = write!(body, "<li><a href=\"{0}\">{0}</a></li>", escaped(path));
        }
        let count = |folder: &str| files.iter().filter(|(path, _)| path.starts_with(folder)).count();
        let _ = write!(body, "<li>mails/in: {}</li><li>mails/out: {}</li></ul>", count("mails/in"), count("mails/out"));
        self.page(&self.name(record.id()).unwrap_or_default(), &body)
    }
}

/// A list or a value of an object as a table cell; a yes within a list is told by its name.
fn cell(field: &str, value: &Value, chinese: bool) -> String {
    match value {
        Value::String(text) => escaped(label::value(field, text, chinese)),
        Value::Null => String::new(),
        Value::Array(list) => list.iter().map(|one| cell(field, one, chinese)).collect::<Vec<_>>().join("<br>"),
        Value::Object(map) => {
            let part = |(key, value): (&String, &Value)| match value {
                Value::Bool(false) => String::new(),
                Value::Bool(true) => label::field(key, chinese).to_string(),
                value => cell(key, value, chinese),
            };
            let parts: Vec<String> =
                map.iter().filter(|(key, _)| !label::is_inner(key)).map(part).filter(|v| !v.is_empty()).collect();
            parts.join(" · ")
        }
        other => other.to_string(),
    }
}
