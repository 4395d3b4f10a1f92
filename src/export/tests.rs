#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::domain::due::Due;
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::report::Account;
use calamine::{Data, DataType, Reader};
use chrono_tz::Asia::Shanghai;

fn now() -> DateTime<Utc> {
    "2026-03-13T09:00:00Z".parse().unwrap()
}

fn item(task: &str) -> ActionItem {
    ActionItem {
        id: "A-1".into(),
        task: task.into(),
        owner: Some("李雷".into()),
        state: State::Confirmed,
        ..ActionItem::default()
    }
}

fn account(items: Vec<ActionItem>) -> Account {
    Account { day: "2026-03-13".parse().unwrap(), items, ..Account::default() }
}

fn sheet(account: &Account, language: &str, name: &str) -> calamine::Range<Data> {
    let book = xlsx(account, language, Shanghai, now()).unwrap();
    let mut read: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
    read.worksheet_range(name).unwrap()
}

#[test]
fn nothing_in_a_cell_is_run() {
    for evil in ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1"] {
        let account = account(vec![item(evil)]);
        let text = String::from_utf8(csv(&account, "zh-CN", Shanghai)).unwrap();
        let cell = text.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_string();
        assert!(cell.starts_with('\''), "{evil:?} became {cell:?}");
        let range = sheet(&account, "zh-CN", "待办清单");
        assert!(range.get_value((1, 1)).unwrap().to_string().starts_with('\''), "{evil:?}");
    }
}

#[test]
fn tables_are_read_back_by_their_heads() {
    let text = String::from_utf8(csv(&account(vec![item("提交报告, \"终稿\"")]), "zh-CN", Shanghai)).unwrap();
    assert!(text.starts_with("\u{feff}编号,任务,负责人,"));
    assert!(text.contains("A-1,\"提交报告, \"\"终稿\"\"\",李雷,,,已确认"));
    let range = sheet(&account(vec![item("提交报告")]), "en", "Action items");
    assert_eq!(range.get_value((0, 1)).unwrap().to_string(), "Task");
    assert_eq!(range.get_value((1, 1)).unwrap().to_string(), "提交报告");
}

#[test]
fn dates_are_dates_and_numbers_are_numbers() {
    let mut one = item("提交报告");
    one.due = Some(Due::Date("2026-03-20".parse().unwrap()));
    one.percent = Some(60);
    one.slips = 2;
    let mut ancient = item("旧账");
    ancient.due = Some(Due::Date("1066-10-14".parse().unwrap()));
    let range = sheet(&account(vec![one, ancient]), "zh-CN", "待办清单");
    let cell = |row: u32, column: u32| range.get_value((row, column)).unwrap().clone();
    // Days since 30 December 1899, in a cell that is shown as a date.
    assert!(matches!(cell(1, 4), Data::DateTime(day) if day.as_f64() == 46101.0), "{:?}", cell(1, 4));
    assert_eq!(cell(1, 6).as_f64(), Some(0.6));
    assert_eq!(cell(1, 15).as_f64(), Some(2.0));
    // Excel knows no day before 1900.
    assert_eq!(cell(2, 4).to_string(), "1066-10-14");
}

#[test]
fn the_same_account_gives_the_same_bytes() {
    let account = account(vec![item("提交报告")]);
    let make = || xlsx(&account, "zh-CN", Shanghai, now()).unwrap();
    assert!(make() == make());
}

/// Read by the parser that reads other people's calendars.
#[test]
fn the_calendar_file_is_read_by_another_parser() {
    let mut one = item("提交报告；含附件, 三份\n请注意");
    one.due = Some(Due::Date("2026-03-20".parse().unwrap()));
    one.percent = Some(60);
    let meeting = Meeting {
        uid: "m-1@example.com".into(),
        title: "周例会".into(),
        place: Some("三楼, 大会议室".into()),
        start: "2026-03-16T10:00:00+08:00".parse().ok(),
        minutes: Some(45),
        state: MeetingState::Announced,
        ..Meeting::default()
    };
    let draft = Meeting { state: MeetingState::Draft, uid: "draft".into(), ..meeting.clone() };
    let text = calendar(&Account { meetings: vec![meeting, draft], ..account(vec![one]) }, "example.com", now());
    assert!(text.lines().all(|line| line.len() <= 75), "folded at 75 octets (RFC 5545 §3.1)");
    let parsed = calcard::icalendar::ICalendar::parse(&text).expect("a calendar");
    let kinds: Vec<String> = parsed.components.iter().map(|c| c.component_type.as_str().to_string()).collect();
    assert_eq!(kinds, ["VCALENDAR", "VTODO", "VEVENT"], "{text}");
    let said = format!("{:?}", parsed.components);
    for words in ["提交报告；含附件, 三份\\n请注意", "三楼, 大会议室", "a-1@example.com", "m-1@example.com"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}
