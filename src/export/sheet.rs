//! A workbook: the items with dates as dates and states as colours, and for a report its figures, load, burn-down, risks.

use super::{COLUMNS, Kind, harmless, is_english, text, word};
use crate::domain::action_item::{ActionItem, State};
use crate::domain::due::Due;
use crate::domain::report::{Account, Burn, Figures, figures};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_xlsxwriter::{
    Chart, ChartType, Color, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};
use std::collections::HashSet;

const RED: u32 = 0xF8D7DA;
const AMBER: u32 = 0xFFE8C2;
const GREEN: u32 = 0xD9F2E1;
const GREY: u32 = 0xE9ECEF;
const HEAD: u32 = 0xE8EEF7;
const LATE: u32 = 0xC62828;

/// The formats of a book, made once.
struct Formats {
    head: Format,
    body: Format,
    day: Format,
    moment: Format,
    percent: Format,
}

impl Formats {
    fn new() -> Formats {
        let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Formats {
            head: Format::new().set_bold().set_background_color(HEAD).set_text_wrap().set_align(FormatAlign::Top),
            day: body.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            moment: body.clone().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Left),
            percent: body.clone().set_num_format("0%"),
            body,
        }
    }
}

/// `now` stands in the file as the moment it was made; moments are told in `zone`.
pub fn xlsx(account: &Account, language: &str, zone: chrono_tz::Tz, now: DateTime<Utc>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_timestamp(now.timestamp())?;
    book.set_properties(&DocProperties::new().set_author("Duban").set_creation_datetime(&made));
    let formats = Formats::new();
    items(book.add_worksheet(), account, language, zone, &formats)?;
    if !account.figures.is_empty() {
        figures_sheet(book.add_worksheet(), account, language, &formats)?;
    }
    if !account.load.is_empty() {
        load(book.add_worksheet(), account, language, &formats)?;
    }
    if let Some(burn) = &account.burn {
        burn_down(book.add_worksheet(), burn, language, &formats)?;
    }
    if !account.risks.is_empty() {
        risks(book.add_worksheet(), account, language, &formats)?;
    }
    if !account.milestones.is_empty() {
        milestones(book.add_worksheet(), account, language, &formats)?;
    }
    book.save_to_buffer()
}

/// A head line that stays in view, widths, and a filter over the rows.
fn frame(
    sheet: &mut Worksheet,
    name: &str,
    heads: &[(&str, f64)],
    rows: usize,
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    for (column, (head, width)) in (0u16..).zip(heads) {
        sheet.write_string_with_format(0, column, *head, &formats.head)?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    // Printed, all columns stand on one page's width, and every page has the head line.
    sheet.set_landscape().set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    if rows > 0 {
        let last = u16::try_from(heads.len()).unwrap_or(1).saturating_sub(1);
        sheet.autofilter(0, 0, u32::try_from(rows).unwrap_or(u32::MAX - 1), last)?;
    }
    Ok(())
}

fn write_day(sheet: &mut Worksheet, at: (u32, u16), day: NaiveDate, format: &Format) -> Result<(), XlsxError> {
    sheet.write_datetime_with_format(at.0, at.1, day, format).map(|_| ())
}

/// Excel's number for A4.
const PAPER_A4: u8 = 9;

/// Excel's days begin with 1900.
const FIRST_YEAR: i32 = 1900;

/// A date as a date: Excel sorts and filters by it. What Excel cannot hold stays text.
fn write_due(sheet: &mut Worksheet, at: (u32, u16), due: &Due, formats: &Formats) -> Result<(), XlsxError> {
    if !(FIRST_YEAR..=9999).contains(&due.date().year()) {
        return sheet.write_string_with_format(at.0, at.1, due.to_string(), &formats.body).map(|_| ());
    }
    match due {
        Due::Date(day) => write_day(sheet, at, *day, &formats.day),
        Due::Moment(moment) => {
            sheet.write_datetime_with_format(at.0, at.1, moment.naive_local(), &formats.moment).map(|_| ())
        }
    }
}

/// Green for done, amber for blocked, red for behind or late, grey for what is out of the way.
fn colour(item: &ActionItem, late: bool) -> Option<u32> {
    match item.state {
        State::Done | State::Accepted => Some(GREEN),
        State::Declined | State::Cancelled => Some(GREY),
        _ if item.parked => Some(GREY),
        _ if late || item.behind => Some(RED),
        State::Blocked => Some(AMBER),
        _ => None,
    }
}

fn items(
    sheet: &mut Worksheet,
    account: &Account,
    language: &str,
    zone: chrono_tz::Tz,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let heads: Vec<(&str, f64)> = COLUMNS.iter().map(|(_, zh, en, width)| (word(language, zh, en), *width)).collect();
    frame(sheet, word(language, "待办清单", "Action items"), &heads, account.items.len(), formats)?;
    // The number and the task stay in view, too.
    sheet.set_freeze_panes(1, 2)?;
    let late: HashSet<&str> = account.late.iter().map(String::as_str).collect();
    let late_due = Formats {
        day: formats.day.clone().set_font_color(LATE).set_bold(),
        moment: formats.moment.clone().set_font_color(LATE).set_bold(),
        ..Formats::new()
    };
    let tinted = |tint: u32| formats.body.clone().set_background_color(tint);
    let states = [RED, AMBER, GREEN, GREY].map(|tint| (tint, tinted(tint)));
    for (row, item) in (1u32..).zip(&account.items) {
        let is_late = late.contains(item.id.as_str());
        let due_formats = if is_late { &late_due } else { formats };
        for (column, (kind, ..)) in (0u16..).zip(COLUMNS) {
            let at = (row, column);
            match kind {
                Kind::Due => match &item.due {
                    Some(due) => write_due(sheet, at, due, due_formats)?,
                    None => continue,
                },
                Kind::Expected => match &item.expected {
                    Some(due) => write_due(sheet, at, due, formats)?,
                    None => continue,
                },
                Kind::Start => match item.start {
                    Some(day) => write_due(sheet, at, &Due::Date(day), formats)?,
                    None => continue,
                },
                Kind::Finished => match item.done_at.filter(|_| matches!(item.state, State::Done | State::Accepted)) {
                    Some(done) => {
                        write_due(sheet, at, &Due::Moment(done.with_timezone(&zone).fixed_offset()), formats)?;
                    }
                    None => continue,
                },
                Kind::Percent => {
                    if let Some(percent) = item.percent {
                        let part = f64::from(percent) / 100.0;
                        sheet.write_number_with_format(row, column, part, &formats.percent)?;
                    }
                }
                Kind::Slips => {
                    if item.slips > 0 {
                        sheet.write_number_with_format(row, column, f64::from(item.slips), &formats.body)?;
                    }
                }
                _ => {
                    let cell = text(item, *kind, is_late, language, zone);
                    if cell.is_empty() {
                        continue;
                    }
                    let tint = colour(item, is_late).filter(|_| *kind == Kind::State);
                    let format = tint.and_then(|tint| states.iter().find(|(one, _)| *one == tint));
                    let format = format.map_or(&formats.body, |(_, format)| format);
                    sheet.write_string_with_format(row, column, cell, format)?;
                }
            }
        }
    }
    Ok(())
}

/// One figure: its heads and where it comes from.
type Figure = (&'static str, &'static str, fn(&Figures) -> Option<f64>);

fn count(value: usize) -> Option<f64> {
    Some(value as f64)
}

const FIGURES: &[Figure] = &[
    ("任务数", "Tasks", |f| count(f.total)),
    ("已完成", "Done", |f| count(f.done)),
    ("本周完成", "Done this week", |f| count(f.done_in_span)),
    ("进行中", "In progress", |f| count(f.doing)),
    ("待确认", "To confirm", |f| count(f.to_confirm)),
    ("滞后", "Behind", |f| count(f.behind)),
    ("阻塞", "Blocked", |f| count(f.blocked)),
    ("搁置", "Parked", |f| count(f.parked)),
    ("逾期", "Overdue", |f| count(f.overdue)),
    ("上周遗留", "Carried over", |f| count(f.carried)),
    ("下周到期", "Due next week", |f| count(f.due_ahead)),
    ("按时率", "On time", |f| f.on_time.map(|percent| f64::from(percent) / 100.0)),
    ("延期次数", "Postponed", |f| Some(f64::from(f.slips))),
    ("确认用时(工作小时,中位数)", "Working hours to confirm (median)", |f| f.confirm_hours),
];

fn figures_sheet(sheet: &mut Worksheet, account: &Account, language: &str, formats: &Formats) -> Result<(), XlsxError> {
    let mut heads = vec![(word(language, "部门", "Department"), 18.0)];
    heads.extend(FIGURES.iter().map(|(zh, en, _)| (word(language, zh, en), 11.0)));
    frame(sheet, word(language, "统计", "Figures"), &heads, account.figures.len(), formats)?;
    for (row, (name, figures)) in (1u32..).zip(&account.figures) {
        let name = if name.is_empty() { word(language, "合计", "Total").to_string() } else { harmless(name) };
        sheet.write_string_with_format(row, 0, name, &formats.body)?;
        for (column, (_, en, of)) in (1u16..).zip(FIGURES) {
            if let Some(value) = of(figures) {
                let format = if *en == "On time" { &formats.percent } else { &formats.body };
                sheet.write_number_with_format(row, column, value, format)?;
            }
        }
    }
    let from = u32::try_from(account.figures.len()).unwrap_or(0) + 3;
    if !account.on_time.is_empty() {
        let heads = [("到期的那一周", "Week"), ("到期", "Due"), ("按时", "On time"), ("按时率", "Share")];
        for (column, (zh, en)) in (0u16..).zip(heads) {
            sheet.write_string_with_format(from, column, word(language, zh, en), &formats.head)?;
        }
        for (row, week) in (from + 1..).zip(&account.on_time) {
            write_day(sheet, (row, 0), week.week, &formats.day)?;
            sheet.write_number_with_format(row, 1, week.due as f64, &formats.body)?;
            sheet.write_number_with_format(row, 2, week.on_time as f64, &formats.body)?;
            if let Some(percent) = figures::percent(week.on_time, week.due) {
                sheet.write_number_with_format(row, 3, f64::from(percent) / 100.0, &formats.percent)?;
            }
        }
    }
    Ok(())
}

fn load(sheet: &mut Worksheet, account: &Account, language: &str, formats: &Formats) -> Result<(), XlsxError> {
    let heads = [
        (word(language, "负责人", "Owner"), 14.0),
        (word(language, "部门", "Department"), 16.0),
        (word(language, "未完成", "Open"), 10.0),
        (word(language, "其中逾期", "Late"), 10.0),
        (word(language, "下周到期", "Due next week"), 14.0),
    ];
    frame(sheet, word(language, "负载", "Load"), &heads, account.load.len(), formats)?;
    let late = formats.body.clone().set_background_color(RED);
    for (row, one) in (1u32..).zip(&account.load) {
        sheet.write_string_with_format(row, 0, harmless(&one.name), &formats.body)?;
        sheet.write_string_with_format(
            row,
            1,
            harmless(one.department.as_deref().unwrap_or_default()),
            &formats.body,
        )?;
        sheet.write_number_with_format(row, 2, one.open as f64, &formats.body)?;
        let format = if one.late > 0 { &late } else { &formats.body };
        sheet.write_number_with_format(row, 3, one.late as f64, format)?;
        sheet.write_number_with_format(row, 4, one.due_ahead as f64, &formats.body)?;
    }
    Ok(())
}

fn burn_down(sheet: &mut Worksheet, burn: &Burn, language: &str, formats: &Formats) -> Result<(), XlsxError> {
    let name = word(language, "燃尽图", "Burn-down");
    let heads = [
        (word(language, "日期", "Day"), 13.0),
        (word(language, "按计划应剩余", "Left by plan"), 14.0),
        (word(language, "剩余任务", "Tasks left"), 12.0),
    ];
    frame(sheet, name, &heads, 0, formats)?;
    for (row, (at, day)) in (1u32..).zip(burn.days.iter().enumerate()) {
        write_day(sheet, (row, 0), *day, &formats.day)?;
        if let Some(plan) = burn.plan.get(at) {
            sheet.write_number_with_format(row, 1, *plan as f64, &formats.body)?;
        }
        if let Some(left) = burn.left.get(at) {
            sheet.write_number_with_format(row, 2, *left as f64, &formats.body)?;
        }
    }
    let last = u32::try_from(burn.days.len()).unwrap_or(1);
    let mut chart = Chart::new(ChartType::Line);
    for (column, colour) in [(1u16, 0x9C_A3AF), (2, 0x2F_6FED)] {
        chart
            .add_series()
            .set_name((name, 0, column))
            .set_categories((name, 1, 0, last, 0))
            .set_values((name, 1, column, last, column))
            .set_format(
                rust_xlsxwriter::ChartFormat::new()
                    .set_line(rust_xlsxwriter::ChartLine::new().set_color(Color::RGB(colour)).set_width(2.25)),
            );
    }
    // Working days, one beside the other: a date axis would stretch over the days off.
    chart.x_axis().set_text_axis(true);
    chart.x_axis().set_num_format(if is_english(language) { "d mmm" } else { "m/d" });
    // Tasks are whole.
    let highest = burn.plan.iter().chain(&burn.left).copied().max().unwrap_or(1);
    chart.y_axis().set_min(0).set_major_unit(highest.div_ceil(6).max(1) as f64);
    chart.set_width(760).set_height(360);
    sheet.insert_chart(1, 4, &chart)?;
    Ok(())
}

fn light(light: Option<&str>, language: &str) -> (&'static str, Option<u32>) {
    match light {
        Some("red") => (word(language, "红灯", "red"), Some(0xE5_7373)),
        Some("yellow") => (word(language, "黄灯", "yellow"), Some(0xFF_D54F)),
        Some("green") => (word(language, "绿灯", "green"), Some(0x81_C784)),
        _ => ("", None),
    }
}

fn risks(sheet: &mut Worksheet, account: &Account, language: &str, formats: &Formats) -> Result<(), XlsxError> {
    let heads = [
        (word(language, "灯", "Light"), 8.0),
        (word(language, "风险", "Risk"), 44.0),
        (word(language, "应对", "Plan"), 40.0),
        (word(language, "负责人", "Owner"), 14.0),
    ];
    frame(sheet, word(language, "风险", "Risks"), &heads, account.risks.len(), formats)?;
    for (row, risk) in (1u32..).zip(&account.risks) {
        let (name, tint) = light(risk.light.as_deref(), language);
        let format = tint.map_or(formats.body.clone(), |tint| formats.body.clone().set_background_color(tint));
        sheet.write_string_with_format(row, 0, name, &format)?;
        sheet.write_string_with_format(row, 1, harmless(&risk.text), &formats.body)?;
        sheet.write_string_with_format(row, 2, harmless(risk.plan.as_deref().unwrap_or_default()), &formats.body)?;
        sheet.write_string_with_format(row, 3, harmless(risk.owner.as_deref().unwrap_or_default()), &formats.body)?;
    }
    Ok(())
}

fn milestones(sheet: &mut Worksheet, account: &Account, language: &str, formats: &Formats) -> Result<(), XlsxError> {
    let heads = [
        (word(language, "里程碑", "Milestone"), 36.0),
        (word(language, "日期", "Date"), 16.0),
        (word(language, "负责人", "Owner"), 14.0),
        (word(language, "状态", "Status"), 11.0),
    ];
    frame(sheet, word(language, "里程碑", "Milestones"), &heads, account.milestones.len(), formats)?;
    for (row, one) in (1u32..).zip(&account.milestones) {
        sheet.write_string_with_format(row, 0, harmless(&one.name), &formats.body)?;
        if let Some(due) = &one.due {
            write_due(sheet, (row, 1), due, formats)?;
        }
        sheet.write_string_with_format(row, 2, harmless(one.owner.as_deref().unwrap_or_default()), &formats.body)?;
        let late = !one.reached && one.due.is_some_and(|due| due.date() < account.day);
        let (state, tint) = match (one.reached, late) {
            (true, _) => (word(language, "达成", "reached"), Some(GREEN)),
            (false, true) => (word(language, "逾期", "late"), Some(RED)),
            _ => (word(language, "未到", "ahead"), None),
        };
        let format = tint.map_or(formats.body.clone(), |tint| formats.body.clone().set_background_color(tint));
        sheet.write_string_with_format(row, 3, state, &format)?;
    }
    Ok(())
}
