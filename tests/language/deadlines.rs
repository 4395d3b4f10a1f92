//! Deadlines in sentences: the given corpus, our own sentences, and what must hold for any text.

use chrono::{DateTime, FixedOffset, NaiveDate, Timelike};
use duban::domain::due::Due;
use duban::domain::workdays::Workdays;
use duban::language::when::{self, Anchor, Kind};
use proptest::prelude::*;
use serde_json::Value;

const GIVEN: &str = include_str!("../corpus/deadlines.jsonl");
const OWN: &str = include_str!("../corpus/deadlines-own.jsonl");

struct Case {
    id: String,
    text: String,
    reference: DateTime<FixedOffset>,
    calendar: Workdays,
    expect: Vec<Option<Due>>,
    tags: Vec<String>,
}

fn cases(lines: &str) -> Vec<Case> {
    lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            let string = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
            let reference = DateTime::parse_from_rfc3339(&string("ref").unwrap()).unwrap();
            let calendar = match string("calendar") {
                Some(name) => Workdays::named(&name).unwrap(),
                None => Workdays::for_offset(*reference.offset()),
            };
            let mut expect = vec![string("expect").map(|text| Due::parse(&text).unwrap())];
            let list = |key: &str| row.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
            expect.extend(list("accept").iter().map(|text| Some(Due::parse(text.as_str().unwrap()).unwrap())));
            let tags = list("tags").iter().map(|tag| tag.as_str().unwrap().to_owned()).collect();
            Case { id: string("id").unwrap(), text: string("text").unwrap(), reference, calendar, expect, tags }
        })
        .collect()
}

/// A date meets any time on that day, a moment the same minute, none only none.
fn meets(expected: &Option<Due>, found: &Option<Due>, offset: &FixedOffset) -> bool {
    match (expected, found) {
        (None, None) => true,
        (Some(Due::Date(day)), Some(Due::Date(found))) => day == found,
        (Some(Due::Date(day)), Some(Due::Moment(found))) => *day == found.with_timezone(offset).date_naive(),
        (Some(Due::Moment(moment)), Some(Due::Moment(found))) => (*moment - *found).num_seconds().abs() < 60,
        _ => false,
    }
}

/// Reads all cases, with the text changed first; gives what failed.
fn failures(list: &[Case], change: impl Fn(&str) -> String) -> Vec<String> {
    let mut failed = Vec::new();
    for case in list {
        let text = change(&case.text);
        let found = when::deadline(&text, &Anchor::new(case.reference, &case.calendar));
        let due = found.as_ref().map(|found| found.due);
        if !case.expect.iter().any(|expected| meets(expected, &due, case.reference.offset())) {
            failed.push(format!("{} {text}: expected {:?}, found {:?}", case.id, case.expect.first(), due));
        }
        if let Some(found) = found {
            assert_eq!(text.get(found.span.clone()).map(str::trim), Some(found.phrase.as_str()), "{text}");
            assert!(!found.why.is_empty() && !found.phrase.is_empty(), "{text}");
        }
    }
    failed
}

#[test]
fn the_given_corpus_is_read() {
    let list = cases(GIVEN);
    assert_eq!(list.len(), 132);
    let failed = failures(&list, str::to_owned);
    assert!(failed.len() * 50 <= list.len(), "exact below 0.98:\n{}", failed.join("\n"));
    let workdays: Vec<Case> =
        cases(GIVEN).into_iter().filter(|case| case.tags.iter().any(|tag| tag == "workday")).collect();
    assert!(workdays.len() >= 10);
    let failed = failures(&workdays, str::to_owned);
    assert!(failed.is_empty(), "working days:\n{}", failed.join("\n"));
}

#[test]
fn our_own_sentences_are_read() {
    let list = cases(OWN);
    assert!(list.len() > 1200);
    let failed = failures(&list, str::to_owned);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn full_width_is_the_same() {
    let wide = |text: &str| {
        text.chars()
            .map(|one| match one {
                ' ' => '\u{3000}',
                '!'..='~' => char::from_u32(one as u32 + 0xfee0).unwrap(),
                _ => one,
            })
            .collect()
    };
    for lines in [GIVEN, OWN] {
        let failed = failures(&cases(lines), wide);
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }
}

#[test]
fn traditional_characters_are_the_same() {
    let converter = ferrous_opencc::OpenCC::from_config(ferrous_opencc::config::BuiltinConfig::S2t).unwrap();
    for lines in [GIVEN, OWN] {
        let failed = failures(&cases(lines), |text| converter.convert(text));
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }
}

fn anchor_of(reference: &str) -> (DateTime<FixedOffset>, Workdays) {
    let reference = DateTime::parse_from_rfc3339(reference).unwrap();
    (reference, Workdays::for_offset(*reference.offset()))
}

#[test]
fn the_reason_names_what_was_passed_over() {
    let check = |reference: &str, text: &str, wanted: &[&str]| {
        let (reference, calendar) = anchor_of(reference);
        let why = when::deadline(text, &Anchor::new(reference, &calendar)).unwrap().why;
        for part in wanted {
            assert!(why.contains(part), "{text}: {why:?} lacks {part:?}");
        }
    };
    check(
        "2025-09-26T14:00:00+08:00",
        "6个工作日内出结论",
        &["6 个工作日", "跳过 10-01~10-08", "10-11 上班", "09-28 上班"],
    );
    check("2025-09-26T14:00:00+08:00", "Reply within 4 working days", &["4 working days", "skips 10-01~10-08"]);
    check("2026-12-28T10:00:00+08:00", "5个工作日内完成", &["未公布"]);
    check("2026-07-08T09:30:00+08:00", "下周四前提交", &["2026-07-16", "周四"]);
    check("2026-07-08T09:30:00+08:00", "Hand-off at 09:00 UTC on Friday", &["17:00"]);
}

#[test]
fn a_cell_is_a_deadline_by_its_column() {
    let check = |text: &str, expected: Option<&str>| {
        let (reference, calendar) = anchor_of("2026-07-08T09:30:00+08:00");
        let found = when::cell(text, &Anchor::new(reference, &calendar)).map(|found| found.due.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    };
    check("7.20", Some("2026-07-20"));
    check("7-20", Some("2026-07-20"));
    check("7月20日", Some("2026-07-20"));
    check("7月20日-7月24日", Some("2026-07-24"));
    check("2026-07-20", Some("2026-07-20"));
    check("20号", Some("2026-07-20"));
    check("3天", Some("2026-07-11"));
    check("3个工作日", Some("2026-07-13"));
    check("会后3个工作日内", Some("2026-07-13"));
    check("下周", Some("2026-07-17"));
    check("Q3", Some("2026-09-30"));
    check("8月", Some("2026-08-31"));
    check("年底", Some("2026-12-31"));
    check("周五 18:00", Some("2026-07-10T18:00:00+08:00"));
    check("Fri", Some("2026-07-10"));
    check("July 17", Some("2026-07-17"));
    check("5 business days", Some("2026-07-15"));
    check("2026-06-30", Some("2026-06-30"));
    check("尽快", None);
    check("每周五", None);
    check("-", None);
    check("待定", None);
    check("", None);
}

#[test]
fn kinds_are_told_apart() {
    let check = |text: &str, expected: &[Kind]| {
        let (reference, calendar) = anchor_of("2026-07-08T09:30:00+08:00");
        let found: Vec<Kind> =
            when::all(text, &Anchor::new(reference, &calendar)).iter().map(|mention| mention.kind).collect();
        assert_eq!(found, expected, "{text}");
    };
    check("周五前提交", &[Kind::Deadline]);
    check("尽快提交", &[Kind::Vague]);
    check("每周五提交", &[Kind::Recurring]);
    check("自8月1日起实施", &[Kind::Start]);
    check("合同签订后5日内付款", &[Kind::Unanchored]);
    check("整理6月份的客诉数据", &[Kind::Describing]);
    check("素材上周已交付", &[Kind::Past]);
    check("原计划7月15日上线,调整为7月22日", &[Kind::Superseded, Kind::Deadline]);
    check("Due date changed from July 15 to July 22", &[Kind::Deadline]);
}

#[test]
fn meetings_begin() {
    let check = |text: &str, expected: Option<(&str, Option<u32>)>| {
        let (reference, calendar) = anchor_of("2026-03-11T10:00:00+08:00");
        let found = when::meeting_start(text, &Anchor::new(reference, &calendar));
        let found = found.map(|(moment, minutes, span)| {
            assert!(text.get(span).is_some());
            (moment.format("%m-%dT%H:%M").to_string(), minutes)
        });
        assert_eq!(found, expected.map(|(moment, minutes)| (moment.to_owned(), minutes)), "{text}");
    };
    check("2026年3月16日(周一)14:00-15:00", Some(("03-16T14:00", Some(60))));
    check("周三下午2点到3点半", Some(("03-11T14:00", Some(90))));
    check("this Friday at 3pm for 45 minutes", Some(("03-13T15:00", Some(45))));
    check("明天上午10点,1小时", Some(("03-12T10:00", Some(60))));
    check("3/16 14:00", Some(("03-16T14:00", None)));
    check("日期:3月16日 时间:14:00-15:30", Some(("03-16T14:00", Some(90))));
    check("Monday 16 March, 2-3pm", Some(("03-16T14:00", Some(60))));
    check("从下午2点到4点,周五", Some(("03-13T14:00", Some(120))));
    check("晚上7点到9点", Some(("03-11T19:00", Some(120))));
    check("下周一全天", None);
    check("每周五", None);
    check("", None);
}

#[test]
fn durations_have_minutes() {
    for (text, expected) in [
        ("1.5小时", Some(90)),
        ("90分钟", Some(90)),
        ("一个半小时", Some(90)),
        ("两小时", Some(120)),
        ("1小时30分", Some(90)),
        ("1h30", Some(90)),
        ("45 min", Some(45)),
        ("15分", Some(15)),
        ("(15分钟,主讲:李雷)", Some(15)),
        ("half an hour", Some(30)),
        ("an hour and a half", Some(90)),
        ("1 hour 15 minutes", Some(75)),
        ("2 hrs", Some(120)),
        ("一刻钟", Some(15)),
        ("三天", None),
        ("0分钟", None),
        ("", None),
    ] {
        assert_eq!(when::duration(text), expected, "{text}");
    }
}

#[test]
fn shifts_are_counted() {
    for (text, expected) in [
        ("顺延两个工作日", Some(2)),
        ("1 再顺延一个工作日", Some(1)),
        ("push by 2 working days", Some(2)),
        ("please postpone it by three business days", Some(3)),
        ("延期5个工作日", Some(5)),
        ("提前一个工作日", Some(-1)),
        ("延期到下周四", None),
        ("推迟两天", None),
        ("2个工作日内完成", None),
    ] {
        assert_eq!(when::shift_workdays(text), expected, "{text}");
    }
    let (reference, calendar) = anchor_of("2026-07-08T09:30:00+08:00");
    let due = Due::Date(NaiveDate::from_ymd_opt(2026, 7, 10).unwrap());
    let shifted = |text: &str| when::shift(text, due, &Anchor::new(reference, &calendar)).map(|due| due.to_string());
    assert_eq!(shifted("推迟两天").as_deref(), Some("2026-07-12"));
    assert_eq!(shifted("延期一周").as_deref(), Some("2026-07-17"));
    assert_eq!(shifted("extend it by 2 working days").as_deref(), Some("2026-07-14"));
    assert_eq!(shifted("完成了"), None);
}

#[test]
fn recurrences_have_rules() {
    let check = |text: &str, expected: Option<&str>| {
        let (reference, calendar) = anchor_of("2026-03-11T10:00:00+08:00");
        let found = when::recurrence(text, &Anchor::new(reference, &calendar)).map(|found| found.rrule());
        assert_eq!(found.as_deref(), expected, "{text}");
    };
    check("每周一", Some("FREQ=WEEKLY;BYDAY=MO"));
    check("每两周周三", Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"));
    check("双周周四", Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"));
    check("every other Tuesday", Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"));
    check("每月第一个周五", Some("FREQ=MONTHLY;BYDAY=1FR"));
    check("every 2 weeks on Thursday", Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"));
    check("每周一上午10点,直到6月30日", Some("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260630T235959"));
    check("weekly on Mondays until June 30", Some("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260630T235959"));
    check("每月15日", Some("FREQ=MONTHLY;BYMONTHDAY=15"));
    check("every weekday at 9:30", Some("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"));
    check("每天9点", Some("FREQ=DAILY"));
    check("周五前", None);
}

fn any_words() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "周五",
        "下周",
        "前",
        "之前",
        "3",
        "个工作日",
        "内",
        "2026",
        "-",
        "/",
        ".",
        "年",
        "月",
        "日",
        "8",
        "20",
        "上午",
        "下午",
        "点",
        "半",
        ":",
        "30",
        "每",
        "自",
        "从",
        "到",
        "至",
        "起",
        "原定",
        "改为",
        "推迟",
        "一周",
        "国庆节",
        "后",
        "第一个工作日",
        "by",
        "Friday",
        "next",
        "week",
        "the",
        "end",
        "of",
        "July",
        "within",
        "days",
        "from",
        "to",
        "noon",
        "UTC",
        "+08:00",
        "Q3",
        "H1",
        " ",
        "(",
        ")",
        "《",
        "》",
        "\n",
        "９",
        "０",
        "週",
        "個",
        "\u{200b}",
        "é",
        "😀",
        "廿",
        "零",
        "千",
        "99999999",
        "999999999",
        "between",
        "and",
        "every",
        "last",
        "first",
        "working day",
        "EOD",
        "年底",
        "差一刻",
        "半",
        "两",
        "后天",
        "am",
        "pm",
        "5",
        "1",
        "th",
    ]);
    prop::collection::vec(words, 0..14).prop_map(|words| words.concat())
}

fn holds_for(text: &str, reference: DateTime<FixedOffset>) {
    let calendar = Workdays::for_offset(*reference.offset());
    let anchor = Anchor::new(reference, &calendar);
    for found in [when::deadline(text, &anchor), when::cell(text, &anchor)].into_iter().flatten() {
        assert_eq!(text.get(found.span.clone()).map(str::trim), Some(found.phrase.as_str()));
    }
    let mut last = 0;
    for mention in when::all(text, &anchor) {
        assert!(text.get(mention.span.clone()).is_some(), "{:?} of {text:?}", mention.span);
        assert!(mention.span.start >= last);
        last = mention.span.start;
    }
    if let Some((_, _, span)) = when::meeting_start(text, &anchor) {
        assert!(text.get(span).is_some());
    }
    let _ = when::duration(text);
    let _ = when::shift_workdays(text);
    let _ = when::recurrence(text, &anchor).map(|found| found.rrule());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_text_is_read_without_harm(text in "\\PC{0,60}", days in -200_000i64..2_000_000) {
        let reference = DateTime::parse_from_rfc3339("2026-07-08T09:30:00+08:00").unwrap() + chrono::Duration::days(days);
        holds_for(&text, reference);
    }

    #[test]
    fn any_time_words_are_read_without_harm(text in any_words(), days in -3000i64..20_000, hours in -12i32..14) {
        let offset = FixedOffset::east_opt(hours * 3600).unwrap();
        let reference = DateTime::parse_from_rfc3339("2026-07-08T09:30:00+08:00").unwrap().with_timezone(&offset) + chrono::Duration::days(days);
        holds_for(&text, reference);
    }

    #[test]
    fn a_printed_date_is_read_back(ahead in 0i64..260, hour in 0u32..24, minute in 0u32..60, form in 0usize..16, timed in any::<bool>(), label in 0usize..5) {
        let reference = DateTime::parse_from_rfc3339("2026-07-08T09:30:00+08:00").unwrap();
        let calendar = Workdays::cn();
        let day = reference.date_naive() + chrono::Duration::days(ahead);
        let date = match form {
            0 => day.format("%Y-%m-%d").to_string(),
            1 => day.format("%Y/%-m/%-d").to_string(),
            2 => day.format("%Y.%m.%d").to_string(),
            3 => day.format("%Y年%-m月%-d日").to_string(),
            4 => day.format("%-m月%-d日").to_string(),
            5 => day.format("%-m月%-d号").to_string(),
            6 => day.format("%Y%m%d").to_string(),
            7 => day.format("%-m/%-d").to_string(),
            8 => day.format("%B %-d, %Y").to_string(),
            9 => day.format("%-d %b %Y").to_string(),
            10 => day.format("%b %-d").to_string(),
            11 => day.format("%A, %B %-d").to_string(),
            12 => day.format("%-m/%-d/%Y").to_string(),
            13 => day.format("%d-%b-%Y").to_string(),
            14 => day.format("%Y-%m-%d (%a)").to_string(),
            _ => format!("民国{}年{}", day.format("%Y").to_string().parse::<i32>().unwrap() - 1911, day.format("%-m月%-d日")),
        };
        let time = NaiveDate::MIN.and_hms_opt(hour, minute, 0).unwrap().time();
        let chinese = matches!(form, 3..=5 | 15);
        let when_said = if timed { format!("{date} {}", time.format("%H:%M")) } else { date };
        let text = match (label, chinese) {
            (0, _) => when_said,
            (1, true) => format!("请于{when_said}前提交报告"),
            (1, false) => format!("Please submit the report by {when_said}"),
            (2, _) => format!("截止时间:{when_said}"),
            (3, _) => format!("Deadline: {when_said}"),
            (_, true) => format!("{when_said}之前提交"),
            (_, false) => format!("Due {when_said}"),
        };
        let found = when::deadline(&text, &Anchor::new(reference, &calendar)).map(|found| found.due);
        if timed {
            let Some(Due::Moment(moment)) = found else { panic!("{text}: {found:?}") };
            prop_assert_eq!((moment.date_naive(), moment.hour(), moment.minute()), (day, hour, minute), "{}", text);
        } else {
            prop_assert_eq!(found, Some(Due::Date(day)), "{}", text);
        }
    }

    #[test]
    fn what_a_due_prints_is_read_back(ahead in 0i64..100_000, offset in -12i32..14, moment in any::<bool>()) {
        let reference = DateTime::parse_from_rfc3339("2026-07-08T09:30:00+08:00").unwrap();
        let calendar = Workdays::cn();
        let time = reference.with_timezone(&FixedOffset::east_opt(offset * 3600).unwrap()) + chrono::Duration::minutes(1440 + ahead);
        let due = if moment { Due::Moment(time) } else { Due::Date(time.date_naive()) };
        let found = when::deadline(&due.to_string(), &Anchor::new(reference, &calendar)).map(|found| found.due);
        match (due, found) {
            (Due::Date(day), found) => prop_assert_eq!(found, Some(Due::Date(day))),
            (Due::Moment(moment), Some(Due::Moment(found))) => prop_assert_eq!(moment, found),
            (due, found) => prop_assert!(false, "{due}: {found:?}"),
        }
    }

    #[test]
    fn working_days_within_are_the_calendars(n in 1i32..40, ahead in 0i64..250) {
        let reference = DateTime::parse_from_rfc3339("2026-01-04T09:30:00+08:00").unwrap() + chrono::Duration::days(ahead);
        let calendar = Workdays::cn();
        let expected = Some(Due::Date(calendar.add_workdays(reference.date_naive(), n)));
        for text in [format!("{n}个工作日内完成复核"), format!("Finish the check within {n} working days"), format!("{n} 個工作天內回覆")] {
            let found = when::deadline(&text, &Anchor::new(reference, &calendar)).map(|found| found.due);
            prop_assert_eq!(found, expected, "{}", text);
        }
    }
}
