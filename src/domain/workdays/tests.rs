#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::year::FILES;
use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime<chrono::FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

#[test]
fn every_embedded_year_reads() {
    for (index, csv) in FILES.iter().enumerate() {
        let year = Year::parse(csv).unwrap();
        assert!(year.days.len() >= 10, "{index}");
        assert!(year.days.keys().all(|day| day.year() == YEAR_FIRST + index as i32));
        // Make-up days fall on weekends, and there are statutory days off for the three oldest festivals.
        for (day, (kind, _)) in &year.days {
            assert!(*kind == DayKind::Off || day.weekday().number_from_monday() > 5, "{day}");
        }
        for name in ["元旦", "春节", "劳动节", "国庆节"] {
            assert!(year.days.values().any(|(_, found)| &**found == name), "{name} {index}");
        }
    }
    assert_eq!(FILES.len() as i32, YEAR_LAST - YEAR_FIRST + 1);
}

#[test]
fn holidays_and_make_up_days_count() {
    let cn = Workdays::cn();
    for (text, works) in [
        ("2025-09-28", true),
        ("2025-10-08", false),
        ("2025-10-11", true),
        ("2026-02-14", true),
        ("2026-02-23", false),
        ("2026-07-11", false),
        ("2027-01-01", false),
        ("2027-02-05", true),
    ] {
        assert_eq!(cn.is_workday(day(text)), works, "{text}");
    }
    assert!(cn.published(2026) && !cn.published(2027) && Workdays::mon_fri().published(2040));
    assert_eq!(cn.holiday_name(day("2025-10-06")), Some("中秋节"));
    assert_eq!(cn.holiday_name(day("2025-10-11")), None);
    assert!(Workdays::mon_fri().is_workday(day("2025-10-01")));
}

#[test]
fn the_reference_day_is_not_counted() {
    let cn = Workdays::cn();
    let check =
        |from: &str, n: i32, expected: &str| assert_eq!(cn.add_workdays(day(from), n), day(expected), "{from} {n}");
    check("2025-09-26", 2, "2025-09-29");
    check("2025-09-26", 6, "2025-10-11");
    check("2026-04-02", 3, "2026-04-08");
    check("2026-07-11", 1, "2026-07-13");
    check("2026-07-13", -1, "2026-07-10");
    check("2026-07-08", 0, "2026-07-08");
    assert_eq!(cn.workdays_between(day("2025-09-26"), day("2025-10-11")), 6);
    assert_eq!(cn.workdays_between(day("2025-10-11"), day("2025-09-26")), -6);
}

#[test]
fn festivals_have_their_stretch() {
    let cn = Workdays::cn();
    let check = |festival, year, first: &str, last: &str| {
        let holiday = cn.festival(festival, year).unwrap();
        assert_eq!((holiday.first, holiday.last), (day(first), day(last)), "{festival:?} {year}");
    };
    check(Festival::National, 2025, "2025-10-01", "2025-10-08");
    check(Festival::MidAutumn, 2025, "2025-10-01", "2025-10-08");
    check(Festival::Qingming, 2026, "2026-04-04", "2026-04-06");
    check(Festival::Spring, 2026, "2026-02-15", "2026-02-23");
    check(Festival::NewYear, 2023, "2022-12-31", "2023-01-02");
    assert!(!cn.festival(Festival::Spring, 2027).unwrap().published);
    assert_eq!(cn.festival(Festival::Spring, 2027).unwrap().day, day("2027-02-06"));
    assert_eq!(cn.next_holiday(day("2026-07-08")).unwrap().0, Festival::MidAutumn);
    assert_eq!(cn.last_workday_of_month(2026, 5), Some(day("2026-05-29")));
}

#[test]
fn a_new_year_can_be_brought() {
    let file = "date,kind,name\n2027-02-05,off,春节\n2027-02-20,work,春节\n2027-10-01,off,国庆节\n";
    let cn = Workdays::cn().with_year(file).unwrap();
    assert!(!cn.is_workday(day("2027-02-05")) && cn.is_workday(day("2027-02-20")) && cn.published(2027));
    assert!(Workdays::cn().is_workday(day("2027-02-05")), "the original stays as it was");
    assert_eq!(
        Workdays::cn().with_year("2027-02-05,holiday,x").unwrap_err(),
        BadCalendarLine { line: 1, found: "2027-02-05,holiday,x".into() }
    );
}

#[test]
fn days_of_a_firm_stand_on_top() {
    let file = "2026-07-09,off,厂庆\n2026-07-11,work,厂庆\n2027-03-01,off,检修\n";
    for base in [Workdays::cn(), Workdays::mon_fri()] {
        let own = base.with_year(file).unwrap();
        assert!(!own.is_workday(day("2026-07-09")) && own.is_workday(day("2026-07-11")), "{}", own.name());
        assert!(!own.is_workday(day("2027-03-01")));
    }
    let own = Workdays::cn().with_year(file).unwrap();
    assert!(!own.is_workday(day("2026-10-01")), "the statutory days stay");
    assert!(!own.published(2027), "one day of a firm publishes no year");
}

#[test]
fn hours_come_from_stretches() {
    let hours = Hours::from_stretches(&["09:00-12:00", "13:30-18:00"]).unwrap();
    assert_eq!(hours, Hours { start: clock(9, 0), end: clock(18, 0), lunch: Some((clock(12, 0), clock(13, 30))) });
    assert_eq!(Hours::from_stretches(&["08:30-17:30"]).unwrap().lunch, None);
    assert_eq!(Hours::from_stretches(&["18:00-09:00"]), None);
    assert_eq!(Hours::from_stretches::<&str>(&[]), None);
}

#[test]
fn weeks_of_plants() {
    let six = Workdays::named("six-day").unwrap();
    assert!(
        six.is_workday(day("2026-07-11")) && !six.is_workday(day("2026-07-12")) && !six.is_workday(day("2026-10-03"))
    );
    let alternate = Workdays::named("alternate").unwrap();
    assert_ne!(alternate.is_workday(day("2026-07-11")), alternate.is_workday(day("2026-07-18")));
    let own = Workdays::cn().with_days_off([day("2026-07-09")]).with_extra_days([day("2026-07-12")]);
    assert!(!own.is_workday(day("2026-07-09")) && own.is_workday(day("2026-07-12")));
    assert!(Workdays::named("moon").is_none());
}

#[test]
fn working_hours_pass_over_nights_and_holidays() {
    let cn = Workdays::cn();
    let check = |from: &str, hours: f64, expected: &str| {
        assert_eq!(cn.add_working_hours(&moment(from), hours), moment(expected), "{from} + {hours}");
    };
    check("2026-07-08T10:00:00+08:00", 4.0, "2026-07-08T14:00:00+08:00");
    check("2026-07-08T17:00:00+08:00", 2.0, "2026-07-09T10:00:00+08:00");
    check("2026-07-10T17:30:00+08:00", 1.0, "2026-07-13T09:30:00+08:00");
    check("2025-09-30T17:00:00+08:00", 2.0, "2025-10-09T10:00:00+08:00");
    check("2026-07-11T12:00:00+08:00", 0.5, "2026-07-13T09:30:00+08:00");
    let lunch = cn.clone().with_hours(Hours { lunch: Some((clock(12, 0), clock(13, 0))), ..Hours::default() });
    assert_eq!(lunch.add_working_hours(&moment("2026-07-08T11:30:00+08:00"), 1.0), moment("2026-07-08T13:30:00+08:00"));
    assert_eq!(
        cn.working_time(&moment("2026-07-10T17:00:00+08:00"), &moment("2026-07-13T10:00:00+08:00")),
        Duration::hours(2)
    );
}

#[test]
fn quiet_hours_hold() {
    let cn = Workdays::cn();
    let quiet = Quiet::default();
    let check = |from: &str, expected: &str| {
        assert_eq!(cn.next_sendable(&moment(from), &quiet), moment(expected), "{from}");
    };
    check("2026-07-08T10:00:00+08:00", "2026-07-08T10:00:00+08:00");
    check("2026-07-08T21:00:00+08:00", "2026-07-09T08:00:00+08:00");
    check("2026-07-08T06:00:00+08:00", "2026-07-08T08:00:00+08:00");
    check("2026-07-11T06:00:00+08:00", "2026-07-13T08:00:00+08:00");
    check("2026-07-10T20:00:00+08:00", "2026-07-13T08:00:00+08:00");
}

#[test]
fn skipped_and_doubled_times_have_a_moment() {
    let berlin = chrono_tz::Europe::Berlin;
    let skipped = local(&berlin, day("2026-03-29").and_time(clock(2, 30)));
    assert_eq!(skipped.naive_local(), day("2026-03-29").and_time(clock(3, 0)));
    let doubled = local(&berlin, day("2026-10-25").and_time(clock(2, 30)));
    assert_eq!(doubled.to_rfc3339(), "2026-10-25T02:30:00+02:00");
}

proptest! {
    #[test]
    fn adding_and_counting_agree(offset in 0i64..8000, n in 1i32..60) {
        let cn = Workdays::cn();
        let from = day("2004-01-05") + Duration::days(offset);
        let to = cn.add_workdays(from, n);
        prop_assert!(cn.is_workday(to));
        prop_assert_eq!(cn.workdays_between(from, to), n);
    }

    #[test]
    fn what_may_be_sent_is_never_earlier(minutes in 0i64..4_000_000) {
        let cn = Workdays::cn();
        let quiet = Quiet::default();
        let from = moment("2020-01-01T00:00:00+08:00") + Duration::minutes(minutes);
        let to = cn.next_sendable(&from, &quiet);
        prop_assert!(to >= from && cn.is_workday(to.date_naive()) && !quiet.covers(to.time()));
        prop_assert_eq!(cn.next_sendable(&to, &quiet), to);
    }
}
