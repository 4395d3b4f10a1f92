//! people.csv (SPEC 9.6): a bad row is named and the rest is loaded.
//!
//! UTF-8 with or without a mark, UTF-16 with one, or GB18030; commas, tabs or semicolons between the columns; English
//! or Chinese headers. Several values in a cell stand between `;`.

use crate::domain::person::{Directory, Person};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::path::Path;

/// What was read, and what was not.
#[derive(Clone, Debug, Default)]
pub struct People {
    pub people: Vec<Person>,
    pub notes: Vec<Note>,
}

/// Something about one line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Counted from 1, as editors do.
    pub line: usize,
    /// The row was left out; else only a cell was, or a column.
    pub left_out: bool,
    pub text: String,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}

impl People {
    pub fn directory(&self) -> Directory {
        Directory::new(self.people.iter().cloned())
    }

    /// Whether this could be a file that is still being written, or was cut: less than half of the people there were
    /// (O7). Up to three people may go without a question.
    pub fn looks_cut(&self, before: usize) -> bool {
        before > 3 && self.people.len() * 2 < before
    }
}

/// The columns, each with the headers it is known by. A header is compared without spaces, in lower case.
const COLUMNS: [(&str, &[&str]); 17] = [
    ("name", &["name", "fullname", "姓名", "名字", "名称", "人员"]),
    (
        "address",
        &[
            "address",
            "email",
            "e-mail",
            "mail",
            "emailaddress",
            "邮箱",
            "邮件",
            "电子邮件",
            "邮箱地址",
            "邮件地址",
            "电子邮箱",
            "地址",
        ],
    ),
    ("aliases", &["aliases", "alias", "别名", "曾用名", "昵称", "其他邮箱", "别名邮箱"]),
    ("department", &["department", "dept", "部门", "所属部门", "单位"]),
    ("title", &["title", "position", "jobtitle", "职务", "职位", "岗位", "头衔"]),
    ("manager", &["manager", "boss", "reportsto", "上级", "直属上级", "直接上级", "主管", "汇报人", "领导"]),
    ("role", &["role", "角色", "部门角色"]),
    ("language", &["language", "lang", "语言"]),
    ("time_zone", &["time_zone", "timezone", "tz", "时区"]),
    ("working_hours", &["working_hours", "workinghours", "hours", "工作时间", "上班时间"]),
    ("calendar", &["calendar", "日历", "工作日历", "班制"]),
    ("phone", &["phone", "telephone", "tel", "mobile", "电话", "手机", "分机", "联系电话", "手机号", "电话号码"]),
    ("assistant", &["assistant", "secretary", "秘书", "助理"]),
    ("deputy", &["deputy", "standin", "stand-in", "代理人", "代理"]),
    ("may_approve", &["may_approve", "mayapprove", "approves", "可代批", "代批", "代审批"]),
    ("kind", &["kind", "type", "类型", "种类", "类别"]),
    ("members", &["members", "member", "成员", "组成员"]),
];

/// Words of a cell and what is stored for them.
type Words = &'static [(&'static str, &'static str)];

const ROLES: Words = &[
    ("head", "head"),
    ("contact", "contact"),
    ("sponsor", "sponsor"),
    ("部门负责人", "head"),
    ("负责人", "head"),
    ("部门经理", "head"),
    ("接口人", "contact"),
    ("对接人", "contact"),
    ("联系人", "contact"),
    ("分管领导", "sponsor"),
    ("分管", "sponsor"),
];
const KINDS: Words = &[
    ("person", "person"),
    ("group", "group"),
    ("list", "list"),
    ("room", "room"),
    ("个人", "person"),
    ("人员", "person"),
    ("群组", "group"),
    ("组", "group"),
    ("邮件组", "group"),
    ("列表", "list"),
    ("邮件列表", "list"),
    ("会议室", "room"),
];
const LANGUAGES: Words = &[
    ("zh-cn", "zh-CN"),
    ("zh", "zh-CN"),
    ("zh-hans", "zh-CN"),
    ("中文", "zh-CN"),
    ("简体", "zh-CN"),
    ("简体中文", "zh-CN"),
    ("zh-tw", "zh-TW"),
    ("zh-hk", "zh-TW"),
    ("zh-hant", "zh-TW"),
    ("繁体", "zh-TW"),
    ("繁體", "zh-TW"),
    ("繁体中文", "zh-TW"),
    ("繁體中文", "zh-TW"),
    ("en", "en"),
    ("en-us", "en"),
    ("en-gb", "en"),
    ("english", "en"),
    ("英文", "en"),
    ("英语", "en"),
];

/// Reads people.csv, or what is given in its place.
pub fn load(path: &Path) -> std::io::Result<People> {
    Ok(read(&std::fs::read(path)?))
}

/// Reads the bytes of a people.csv.
pub fn read(bytes: &[u8]) -> People {
    let text = decode(bytes);
    let mut people = People::default();
    let mut rows = rows(&text).into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    let Some((line, header)) = rows.next() else { return people };
    let mut columns: Vec<Option<&'static str>> = Vec::new();
    for cell in &header {
        let plain: String = cell.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let column = COLUMNS.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(column, _)| *column);
        let twice = column.is_some_and(|column| columns.contains(&Some(column)));
        if (column.is_none() || twice) && !plain.is_empty() {
            let known: Vec<&str> = COLUMNS.iter().map(|(column, _)| *column).collect();
            let what = if twice { "stands there twice" } else { "is unknown" };
            let text = format!("column {:?} {what} and is not read; known are {}", cell.trim(), known.join(", "));
            people.notes.push(Note { line, left_out: false, text });
        }
        columns.push(if twice { None } else { column });
    }
    if !columns.contains(&Some("address")) {
        let text = "there is no column `address` (邮箱): nobody can be loaded".to_string();
        people.notes.push(Note { line, left_out: true, text });
        return people;
    }
    let mut lines_of_addresses: HashMap<String, usize> = HashMap::new();
    for (line, cells) in rows {
        let mut row = Row { line, cells: HashMap::new(), notes: Vec::new() };
        for (at, cell) in cells.iter().enumerate() {
            match columns.get(at) {
                Some(Some(column)) => {
                    row.cells.insert(*column, cell.trim().to_string());
                }
                Some(None) => {}
                None if cell.trim().is_empty() => {}
                None => row.note(format!("more cells than columns: {:?} is not read", cell.trim())),
            }
        }
        match row.person(&lines_of_addresses) {
            Ok(person) => {
                let addresses = person.aliases.iter().filter(|alias| alias.contains('@')).chain([&person.address]);
                lines_of_addresses.extend(addresses.map(|address| (address.to_lowercase(), line)));
                people.people.push(person);
            }
            Err(text) => row.notes.push(Note { line, left_out: true, text }),
        }
        people.notes.append(&mut row.notes);
    }
    people
}

struct Row {
    line: usize,
    cells: HashMap<&'static str, String>,
    notes: Vec<Note>,
}

impl Row {
    fn note(&mut self, text: String) {
        self.notes.push(Note { line: self.line, left_out: false, text });
    }

    fn take(&mut self, column: &str) -> String {
        self.cells.remove(column).unwrap_or_default()
    }

    fn list(&mut self, column: &str) -> Vec<String> {
        let cell = self.take(column);
        cell.split([';', '；', '、']).map(|part| part.trim().to_string()).filter(|part| !part.is_empty()).collect()
    }

    /// A cell that must be one of some words; else it is empty, with a note.
    fn word(&mut self, column: &str, words: Words) -> String {
        let cell = self.take(column);
        if cell.is_empty() {
            return cell;
        }
        let lower = cell.to_lowercase().replace('_', "-");
        match words.iter().find(|(said, _)| *said == lower) {
            Some((_, stored)) => stored.to_string(),
            None => {
                let mut known: Vec<&str> = words.iter().map(|(_, stored)| *stored).collect();
                known.sort_unstable();
                known.dedup();
                self.note(format!("{column} {cell:?} is not known; expected {}", known.join(", ")));
                String::new()
            }
        }
    }

    fn person(&mut self, lines_of_addresses: &HashMap<String, usize>) -> Result<Person, String> {
        let name = self.take("name");
        let address = self.take("address");
        let who = if name.is_empty() { address.clone() } else { name.clone() };
        // Several addresses in the cell: the first is the person, the others are aliases.
        let mut addresses = address.split([';', '；']).map(|a| a.trim().to_lowercase()).filter(|a| !a.is_empty());
        let Some(address) = addresses.next() else { return Err(format!("{who:?} has no address and is left out")) };
        let more: Vec<String> = addresses.collect();
        if !super::is_address(&address) {
            return Err(format!("{address:?} is no mail address; {who:?} is left out"));
        }
        if let Some(line) = lines_of_addresses.get(&address) {
            return Err(format!("{address} stands in line {line} already; this row is left out"));
        }
        let mut aliases = Vec::new();
        for alias in more.into_iter().chain(self.list("aliases")) {
            if !alias.contains('@') {
                aliases.push(alias);
            } else if !super::is_address(&alias) {
                self.note(format!("alias {alias:?} is no mail address and is not read"));
            } else if let Some(line) = lines_of_addresses.get(&alias.to_lowercase()) {
                self.note(format!("alias {alias} belongs to line {line} already and is not read"));
            } else {
                aliases.push(alias.to_lowercase());
            }
        }
        let mut time_zone = self.take("time_zone");
        if !time_zone.is_empty() && time_zone.parse::<chrono_tz::Tz>().is_err() {
            self.note(format!("time zone {time_zone:?} is not known; expected a name like Asia/Shanghai"));
            time_zone.clear();
        }
        let mut working_hours = self.take("working_hours").replace(['：'], ":").replace(['–', '—', '－', '~'], "-");
        if !working_hours.is_empty() && !working_hours.split([';', '；']).all(|pair| is_hours(pair.trim())) {
            self.note(format!("working hours {working_hours:?}: expected 09:00-18:00 or 09:00-12:00;13:00-18:00"));
            working_hours.clear();
        }
        let cell = self.take("deputy");
        let (deputy, deputy_from, deputy_until) = match dated(&cell) {
            Some(dated) => dated,
            None => {
                self.note(format!("deputy {cell:?}: expected a name, or a name and 2026-07-01..2026-07-10"));
                Default::default()
            }
        };
        let may_approve = self.take("may_approve");
        let members = self.list("members");
        let kind = self.word("kind", KINDS);
        if !members.is_empty() && kind != "group" {
            self.note(format!("{who:?} has members and is not of kind group: they are not read"));
        }
        Ok(Person {
            name: if name.is_empty() { address.split('@').next().unwrap_or_default().to_string() } else { name },
            address,
            aliases,
            department: self.take("department"),
            title: self.take("title"),
            manager: self.take("manager"),
            role: self.word("role", ROLES),
            language: self.word("language", LANGUAGES),
            time_zone,
            working_hours,
            calendar: self.take("calendar"),
            phone: self.take("phone"),
            assistant: self.take("assistant"),
            deputy,
            deputy_from,
            deputy_until,
            may_approve: is_yes(&may_approve),
            members: if kind == "group" { members } else { Vec::new() },
            kind,
            ..Person::default()
        })
    }
}

/// A cell that says yes.
pub fn is_yes(cell: &str) -> bool {
    ["yes", "true", "1", "y", "是", "可", "可以"].contains(&cell.trim().to_lowercase().as_str())
}

/// `李四`, or `李四 2026-07-01..2026-07-10` (O5): the name, and the first and the last day.
pub fn dated(cell: &str) -> Option<(String, Option<NaiveDate>, Option<NaiveDate>)> {
    let Some((name, days)) = cell.rsplit_once([' ', '　']).filter(|(_, days)| days.contains("..")) else {
        return (!cell.contains("..")).then(|| (cell.trim().to_string(), None, None));
    };
    let (from, until) = days.split_once("..")?;
    let (from, until) = (from.trim().parse().ok()?, until.trim().parse().ok()?);
    (from <= until).then(|| (name.trim().to_string(), Some(from), Some(until)))
}

/// `09:00-18:00`, the end after the beginning.
pub fn is_hours(text: &str) -> bool {
    let time = |text: &str| chrono::NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    match text.split_once('-') {
        Some((from, to)) => matches!((time(from), time(to)), (Some(from), Some(to)) if from < to),
        None => false,
    }
}

/// UTF-8, UTF-16 with a mark, else GB18030 (what Chinese Excel writes).
fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_with_bom_removal(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// RFC 4180 with a guessed separator: lines counted from 1, and cells.
fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let separator =
        [',', '\t', ';', '，'].into_iter().max_by_key(|c| (head.matches(*c).count(), *c == ',')).unwrap_or(',');
    let mut rows = Vec::new();
    let (mut line, mut begun) = (1, 1);
    let mut cells: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\n' | '\r' if !quoted => {
                if c == '\r' && chars.peek() == Some(&'\n') {
                    chars.next();
                }
                cells.push(std::mem::take(&mut cell));
                rows.push((begun, std::mem::take(&mut cells)));
                line += 1;
                begun = line;
            }
            c if c == separator && !quoted => cells.push(std::mem::take(&mut cell)),
            c => {
                line += usize::from(c == '\n');
                cell.push(c);
            }
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        rows.push((begun, cells));
    }
    rows
}

/// One row as people.csv has it, for `duban people import` and `init`.
pub fn csv(people: &[Person]) -> String {
    let columns: Vec<&str> = COLUMNS.iter().map(|(column, _)| *column).collect();
    let mut out = columns.join(",") + "\n";
    for person in people {
        let cells = [
            person.name.clone(),
            person.address.clone(),
            person.aliases.join(";"),
            person.department.clone(),
            person.title.clone(),
            person.manager.clone(),
            person.role.clone(),
            person.language.clone(),
            person.time_zone.clone(),
            person.working_hours.clone(),
            person.calendar.clone(),
            person.phone.clone(),
            person.assistant.clone(),
            match (person.deputy_from, person.deputy_until) {
                (Some(from), Some(until)) => format!("{} {from}..{until}", person.deputy),
                _ => person.deputy.clone(),
            },
            if person.may_approve { "yes".into() } else { String::new() },
            person.kind.clone(),
            person.members.join(";"),
        ];
        let quoted: Vec<String> = cells
            .iter()
            .map(|cell| match cell.contains([',', '"', '\n', '\r']) {
                true => format!("\"{}\"", cell.replace('"', "\"\"")),
                false => cell.clone(),
            })
            .collect();
        out.push_str(&quoted.join(","));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const CHINESE: &str = "姓名,邮箱,别名,部门,职务,上级,角色,电话,类型\n\
        李雷,LiLei@example.com;ll@example.com,雷子;老李,市场部,经理,郭总,部门负责人,8021,\n\
        \"王, 芳\",wangfang@example.com,,研发部,工程师,李雷,接口人,\"8022\n8023\",个人\n";

    fn check(bytes: &[u8]) {
        let people = read(bytes);
        assert_eq!(people.notes, []);
        assert_eq!(people.people.len(), 2);
        let lilei = &people.people[0];
        assert_eq!((lilei.name.as_str(), lilei.address.as_str()), ("李雷", "lilei@example.com"));
        assert_eq!(lilei.aliases, ["ll@example.com", "雷子", "老李"]);
        assert_eq!((lilei.role.as_str(), lilei.manager.as_str()), ("head", "郭总"));
        assert_eq!(people.people[1].name, "王, 芳");
        assert_eq!(people.people[1].phone, "8022\n8023");
        assert_eq!(people.people[1].kind, "person");
    }

    #[test]
    fn every_encoding_that_excel_writes() {
        check(CHINESE.as_bytes());
        check(format!("\u{feff}{CHINESE}").as_bytes());
        check(&encoding_rs::GB18030.encode(CHINESE).0);
        check(CHINESE.replace('\n', "\r\n").replace("8022\r\n", "8022\n").as_bytes());
        let utf16: Vec<u8> = "\u{feff}".chars().chain(CHINESE.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
        check(&utf16);
        // Tabs between the columns.
        let tabs = "name\taddress\n李雷\tlilei@example.com\n";
        assert_eq!(read(tabs.as_bytes()).people[0].name, "李雷");
    }

    #[test]
    fn a_bad_row_is_named_and_the_rest_is_loaded() {
        let people = read(
            "name,address,role,time_zone,language,working_hours,colour\n\
             A,a@example.com,head,Asia/Shanghai,zh_CN,09:00-18:00,red\n\
             B,,,,,,\n\
             C,c at example.com,,,,,\n\
             \n\
             D,A@example.com,,,,,\n\
             E,e@example.com,boss,Asia/Peking,klingon,late,\n"
                .as_bytes(),
        );
        assert_eq!(people.people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["A", "E"]);
        assert_eq!(people.people[0].language, "zh-CN");
        let left_out: Vec<usize> = people.notes.iter().filter(|n| n.left_out).map(|n| n.line).collect();
        assert_eq!(left_out, [3, 4, 6]);
        let told: Vec<String> = people.notes.iter().map(Note::to_string).collect();
        assert!(told[0].contains("\"colour\" is unknown"), "{told:#?}");
        assert!(told.iter().filter(|t| t.starts_with("line 7")).count() == 4, "{told:#?}");
        let last = &people.people[1];
        assert_eq!((last.role.as_str(), last.time_zone.as_str(), last.working_hours.as_str()), ("", "", ""));
    }

    #[test]
    fn groups_have_members() {
        let people =
            read("name,address,kind,members\n研发部全体,rd@example.com,组,a@example.com；b@example.com\n".as_bytes());
        assert_eq!(people.people[0].kind, "group");
        assert_eq!(people.people[0].members, ["a@example.com", "b@example.com"]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let first = read(CHINESE.as_bytes()).people;
        assert_eq!(read(csv(&first).as_bytes()).people, first);
    }

    #[test]
    fn without_addresses_nobody_is_loaded() {
        let people = read("name,department\nA,B\n".as_bytes());
        assert!(people.people.is_empty() && people.notes[0].left_out);
    }

    /// O7: half a file does not make half of the office leave.
    #[test]
    fn half_a_file_is_noticed() {
        let two = read(CHINESE.as_bytes());
        assert!(two.looks_cut(5) && !two.looks_cut(4) && !two.looks_cut(3));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            read(&bytes);
        }

        #[test]
        fn any_text_below_the_header_is_read(text in "(\\PC|[,\"\n;])*") {
            read(format!("name,address,aliases\n{text}").as_bytes());
        }
    }
}
