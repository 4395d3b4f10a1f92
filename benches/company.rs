//! What a week of an office costs: `cargo bench --bench company`.
//!
//! Figures that must hold in a release build: the report of a project of 5 000 tasks under one second, eight weeks of
//! sixty people and twelve projects under ten.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../tests/company/town.rs"]
#[allow(dead_code)]
mod town;

use chrono::{DateTime, Utc};
use divan::Bencher;
use duban::simulate::{Simulation, script, world};
use serde_json::{Value, json};
use std::path::Path;
use town::Town;

fn main() {
    divan::main();
}

fn played(lines: &[Value], until: &str) -> Simulation {
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let lines = script::read(&text.join("\n"), Path::new(".")).unwrap();
    let mut simulation = Simulation::new(world::setup(&world::config()).unwrap(), Vec::new()).unwrap();
    simulation.play(lines, Some(DateTime::parse_from_rfc3339(until).unwrap()), &mut |_| {}).unwrap();
    simulation
}

/// Friday afternoon: one reader, all tasks read, counted, drawn, and written into a sheet.
#[divan::bench(args = [50, 500, 5000], sample_count = 5, sample_size = 1)]
fn weekly_report_of_tasks(bencher: Bencher, tasks: usize) {
    let at = "2026-03-13T16:00:00+08:00";
    let mut lines: Vec<Value> = (0..20)
        .map(|n| json!({"at": at, "person": {"name": format!("员工{n}"), "address": format!("p{n}@example.com"), "department": format!("部门{}", n % 4)}}))
        .collect();
    lines.push(json!({"project": {"id": "P-1", "name": "大项目", "start": "2026-01-05", "end": "2026-12-18", "manager": "员工0",
        "manager_address": "p0@example.com", "state": "running"}}));
    for n in 0..tasks {
        let due = chrono::NaiveDate::from_ymd_opt(2026, 1, 12).unwrap() + chrono::Days::new((n % 330) as u64);
        let done = n % 330 < 40;
        lines.push(json!({"action": {"id": format!("A-{}", n + 1), "task": format!("第 {n} 项任务"), "owner_address": format!("p{}@example.com", n % 20),
            "due": due, "state": if done { "accepted" } else { "confirmed" }, "_done_at": done.then(|| format!("{due}T08:00:00Z")),
            "source": {"kind": "project", "id": "P-1", "message_id": null, "line": null}}}));
    }
    let end: DateTime<Utc> = "2026-03-13T17:00:30+08:00".parse().unwrap();
    bencher.with_inputs(|| played(&lines, "2026-03-13T16:59:00+08:00")).bench_local_values(|mut simulation| {
        simulation.advance(end, &mut |_| {}).unwrap();
        assert!(simulation.letters().iter().any(|letter| letter.sent.letter.as_str() == "weekly_report"));
        simulation
    });
}

/// What `duban simulate` does with the script of that company.
#[divan::bench(args = [2, 8], sample_count = 1, sample_size = 1)]
fn company_of_sixty_for_weeks(bencher: Bencher, weeks: u64) {
    let mut town = Town::new(1);
    town.live(weeks);
    let end = town::first_day() + chrono::Days::new(weeks * 7);
    let lines = std::mem::take(&mut town.script);
    bencher.bench_local(|| played(&lines, &format!("{end}T00:00:00+08:00")).letters().len());
}
