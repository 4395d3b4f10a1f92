//! Sixty people, twelve projects, eight weeks: how much mail that is, and that every letter can be explained.
//!
//! `cargo test --release --test company -- --nocapture` prints letters by kind. `DUBAN_WEEKS` sets the number of weeks,
//! `DUBAN_SCRIPT=FILE` keeps the script of that life for `duban simulate FILE`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod town;

use duban::engine::AuditRow;
use duban::store::{for_each_prefix, keys};
use std::collections::{BTreeMap, BTreeSet};
use town::Town;

/// The law of the office: half of all weeks of all people have at most so many letters.
const MEDIAN_MAX: usize = 8;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What `duban why` reads: each letter that left follows from a row that says of what mail or moment, and whatever was
/// decided against, a letter or a whole mail, has its reason there.
fn explained(town: &Town) {
    let store = town.simulation.engine().store().clone();
    let (mut told, mut withheld, mut silent) = (BTreeSet::new(), 0, 0);
    for kind in [keys::MAIL, keys::MOMENT] {
        for_each_prefix(&*store, &[kind], |_, value| {
            let row: AuditRow = serde_json::from_slice(value).unwrap();
            assert!(!row.cause.is_empty(), "a row of nothing: {row:?}");
            for (why, letter, to) in &row.suppressed {
                assert!(!why.trim().is_empty(), "{letter} to {to} was withheld and nobody could say why: {row:?}");
                withheld += 1;
            }
            if kind == keys::MAIL && row.letters.is_empty() && row.changed.is_empty() {
                let said = [&row.understood, &row.said].iter().any(|lines| !lines.is_empty());
                assert!(!row.reason.is_empty() || said || !row.suppressed.is_empty(), "nothing is said of it: {row:?}");
                silent += 1;
            }
            told.extend(row.letters);
            Ok(())
        })
        .unwrap();
    }
    for letter in town.simulation.letters() {
        let name = letter.sent.letter.as_str();
        assert!(!letter.sent.why.is_empty() && !letter.sent.cause.is_empty(), "{name}: nobody could say why");
        assert!(told.contains(&letter.sent.id), "{name} {} follows from no row of the audit log", letter.sent.id);
    }
    println!(
        "{} letters explained, {withheld} withheld with a reason, {silent} mails that changed nothing",
        told.len()
    );
    assert!(withheld > 0, "a company without anything withheld proves nothing");
}

#[test]
fn a_company_is_not_drowned_in_mail() {
    // A whole life is for the release build; three weeks show the same.
    let weeks = number("DUBAN_WEEKS", if cfg!(debug_assertions) { 3 } else { 8 });
    let began = std::time::Instant::now();
    let mut town = Town::new(number("DUBAN_SEED", 1));
    town.live(weeks);
    let took = began.elapsed();
    let mut counts = town.per_week(weeks);
    counts.sort_unstable();
    let at = |part: usize| counts[(counts.len() - 1) * part / 100];
    println!(
        "{} letters in {weeks} weeks; a person a week: median {}, of ten the ninth {}, most {}; {} mails in; {:.1} s",
        town.simulation.letters().len(),
        at(50),
        at(90),
        at(100),
        town.script.len(),
        took.as_secs_f64()
    );
    println!("{}", town.by_kind(weeks));
    if let Ok(file) = std::env::var("DUBAN_SCRIPT") {
        let lines: Vec<String> = town.script.iter().map(ToString::to_string).collect();
        std::fs::write(file, lines.join("\n") + "\n").unwrap();
    }
    assert!(at(50) <= MEDIAN_MAX, "median {}", at(50));

    // Nobody has two digests on one day, nobody two reports in one week, and nothing ordinary leaves by night.
    let zone = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
    let mut days: BTreeMap<(String, String, chrono::NaiveDate), usize> = BTreeMap::new();
    for letter in town.simulation.letters() {
        let local = letter.at.with_timezone(&zone);
        let name = letter.sent.letter.as_str();
        if matches!(name, "digest" | "weekly_report") {
            *days.entry((name.into(), letter.sent.to.clone(), local.date_naive())).or_default() += 1;
            let hour = chrono::Timelike::hour(&local);
            assert!((8..20).contains(&hour), "{name} to {} at {local}", letter.sent.to);
        }
    }
    explained(&town);
    let doubled: Vec<_> = days.iter().filter(|(_, count)| **count > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    // Problems ended, and what is critical was told by night.
    let problems = town.problems();
    println!("{} problems, by state: {:?}", problems.values().sum::<usize>(), problems);
    assert!(problems.values().sum::<usize>() >= 4 * weeks as usize, "{problems:?}");
    assert!(problems.get("closed").is_some_and(|closed| *closed >= weeks as usize), "{problems:?}");

    let reports = days.keys().filter(|(name, ..)| name == "weekly_report").count();
    assert!(reports >= town::PROJECTS * weeks as usize, "{reports} reports");
}
