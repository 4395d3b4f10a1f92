//! What much open work costs: `cargo bench --bench open_items`. Everything is measured with 1 000 and with 100 000 open
//! items over a store on disk by turns, and told as a ratio of medians; every person has ten of them in both.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, NaiveDate, Utc};
use duban::config::Config;
use duban::domain::action_item::{ActionItem, State};
use duban::domain::person::{Directory, Person};
use duban::domain::view::Record;
use duban::engine::{Engine, setup::setup};
use duban::intake::stdin::TRUSTED_SOURCE;
use duban::store::group::Options;
use duban::store::receive::InboxRow;
use duban::store::{DiskStore, Store};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIZES: [u64; 2] = [1_000, 100_000];
const ITEMS_PER_PERSON: u64 = 10;
/// How often a hundred items come due, and how many of the first items that takes.
const ROUNDS: u64 = 8;
const DUE_AT_ONCE: u64 = 100;
const REPLIES: u64 = 200;
const LOOKS: u32 = 20_000;

struct House {
    engine: Engine,
    store: Arc<DiskStore>,
    open: u64,
    _folder: tempfile::TempDir,
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn at(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(3, 0, 0).expect("an hour").and_utc()
}

/// The items that come due in a round lie spread over the people.
fn due_of(number: u64, open: u64) -> NaiveDate {
    let step = open / (ROUNDS * DUE_AT_ONCE);
    let place = number / step;
    match number % step {
        0 if place < ROUNDS * DUE_AT_ONCE => day(2027, 1 + (place % ROUNDS) as u32, 12),
        _ => day(2031, 3, 1 + (number % 28) as u32),
    }
}

fn address(number: u64, open: u64) -> String {
    format!("p{}@example.com", number % (open / ITEMS_PER_PERSON))
}

impl House {
    fn new(open: u64) -> House {
        // On the disk the build lives on; `/tmp` may be memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the bench");
        let store = Arc::new(DiskStore::open(folder.path(), Options::default()).expect("a store"));
        let config = Config::read(None, "[directory]\ninternal_domains = [\"example.com\"]\n", []).expect("settings");
        let people = (0..open / ITEMS_PER_PERSON).map(|n| Person::of_address(&format!("p{n}@example.com"), ""));
        let people = Directory::new(people);
        let setup = setup(&config, vec![7; 32]).expect("a setup");
        let mut engine = Engine::open(store.clone(), setup.clone(), people.clone()).expect("an engine");
        for number in 0..open {
            let item = ActionItem {
                id: format!("A-{}", number + 1),
                task: "提交测试报告".into(),
                owner: Some(format!("p{}", number % (open / ITEMS_PER_PERSON))),
                owner_address: Some(address(number, open)),
                due: duban::domain::Due::parse(&due_of(number, open).to_string()),
                state: State::Confirmed,
                urgency: "normal".into(),
                ..ActionItem::default()
            };
            engine.load(Record::Action(Box::new(item)), at(day(2026, 2, 2))).expect("room");
        }
        store.sync(store.tip()).expect("room");
        // What was loaded is still on its way into sled, and would be measured with the first rounds.
        drop(engine);
        store.close().expect("a clean close");
        let store = Arc::new(DiskStore::open(folder.path(), Options::default()).expect("a store"));
        let engine = Engine::open(store.clone(), setup, people).expect("an engine");
        House { engine, store, open, _folder: folder }
    }

    /// Looking at the clock when nothing has come.
    fn nothing_due(&mut self) -> Cost {
        let now = at(day(2026, 3, 2));
        while self.carry_out(now) > 0 {}
        let cost = Cost::of(|| {
            for _ in 0..LOOKS {
                assert!(self.engine.due(now, 128).expect("an answer").is_empty());
            }
        });
        Cost { clock: cost.clock / LOOKS, processor: cost.processor / LOOKS }
    }

    /// Carries out what has come, durable at the end; how much it was.
    fn carry_out(&mut self, now: DateTime<Utc>) -> usize {
        let ticks = self.engine.due(now, 128).expect("an answer");
        for tick in &ticks {
            self.engine.tick(tick, now).expect("a decision");
        }
        self.store.sync(self.store.tip()).expect("room");
        ticks.len()
    }

    /// A hundred items come due: found, decided, written.
    fn come_due(&mut self, round: u64) -> Cost {
        let now = at(day(2027, 1 + round as u32, 13));
        let mut count = 0;
        let cost = Cost::of(|| {
            loop {
                match self.carry_out(now) {
                    0 => break,
                    more => count += more,
                }
            }
        });
        assert!(count as u64 >= DUE_AT_ONCE, "{count} moments came");
        cost
    }

    /// A reply that finishes an item, read, decided, durable.
    fn reply(&mut self, n: u64) -> Cost {
        let now = at(day(2027, 10, 12));
        let number = n * (self.open / REPLIES) + 1;
        let raw = format!(
            "From: <{}>\r\nTo: <{}>\r\nSubject: work\r\nMessage-ID: <{n}@example.com>\r\n\
             Date: Tue, 12 Oct 2027 11:00:00 +0800\r\n\r\nA-{} 完成\r\n",
            address(number, self.open),
            self.engine.rules().assistant,
            number + 1,
        );
        let row = InboxRow {
            number: n + 1,
            place: self.store.put_blob(raw.as_bytes()).expect("room"),
            message_id: format!("{n}@example.com"),
            source: TRUSTED_SOURCE.into(),
            at: now.timestamp_millis(),
            ..InboxRow::default()
        };
        Cost::of(|| {
            let outcome = self.engine.mail(&row, raw.as_bytes(), now).expect("a decision");
            assert!(!outcome.acts.is_empty() || outcome.withheld.is_none(), "{:?}", outcome.withheld);
            self.store.sync(self.store.tip()).expect("room");
        })
    }
}

/// What something took by the clock, and of the processor's time for the thread that found, decided and committed.
#[derive(Clone, Copy)]
struct Cost {
    clock: Duration,
    processor: Duration,
}

type Kind = fn(&Cost) -> Duration;

impl Cost {
    fn of(work: impl FnOnce()) -> Cost {
        let (begun, before) = (Instant::now(), processor());
        work();
        Cost { clock: begun.elapsed(), processor: processor() - before }
    }

    /// The middle of each.
    fn median(costs: &[Cost]) -> Cost {
        let middle = |of: Kind| {
            let mut all: Vec<Duration> = costs.iter().map(of).collect();
            all.sort();
            all[all.len() / 2]
        };
        Cost { clock: middle(|cost| cost.clock), processor: middle(|cost| cost.processor) }
    }
}

/// Processor time of this thread (Linux).
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default())
}

/// The same work in each house by turns, so that whatever else the machine does meets all of them.
fn by_turns(houses: &mut [House], times: u64, mut work: impl FnMut(&mut House, u64) -> Cost) -> Vec<Cost> {
    let mut costs = vec![Vec::new(); houses.len()];
    for turn in 0..times {
        for (house, costs) in houses.iter_mut().zip(&mut costs) {
            costs.push(work(house, turn));
        }
    }
    costs.iter().map(|costs| Cost::median(costs)).collect()
}

fn main() {
    // `cargo test --benches` runs this, too: one small house is enough there.
    let sizes: &[u64] = if std::env::args().any(|argument| argument == "--bench") { &SIZES } else { &SIZES[..1] };
    let mut houses: Vec<House> = sizes.iter().map(|open| House::new(*open)).collect();
    let told = [
        ("a look when nothing is due (at most 20 µs)", false, by_turns(&mut houses, 3, |house, _| house.nothing_due())),
        ("100 items come due (at most 1.5 ×)", true, by_turns(&mut houses, ROUNDS, House::come_due)),
        ("a reply (at most 1.3 ×)", true, by_turns(&mut houses, REPLIES, House::reply)),
    ];
    println!("{:<44}{}", "open items", sizes.iter().map(|n| format!("{n:>16}")).collect::<String>());
    let kinds: [(&str, Kind); 2] = [("", |cost| cost.clock), ("  processor", |cost| cost.processor)];
    for (what, compared, costs) in &told {
        for (by, of) in kinds {
            let what = if by.is_empty() { what } else { by };
            let times: String = costs.iter().map(|cost| format!("{:>13.1} µs", of(cost).as_secs_f64() * 1e6)).collect();
            let ratio = match costs.as_slice() {
                [few, many] if *compared => format!("   {:.2} ×", of(many).as_secs_f64() / of(few).as_secs_f64()),
                _ => String::new(),
            };
            println!("{what:<44}{times}{ratio}");
        }
    }
}
