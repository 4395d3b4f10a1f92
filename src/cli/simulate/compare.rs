//! `duban simulate --compare`: the same input under two configurations, and which letters that changes for whom.

use super::told;
use crate::domain::person::Person;
use crate::engine::Setup;
use crate::simulate::Simulation;
use crate::simulate::script::Line;
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

/// Moments told of one difference.
const MOMENTS_MAX: usize = 6;

/// Letters of one life: (reader, letter) → when they left; and answers that found nothing to answer.
pub struct Life {
    letters: BTreeMap<(String, &'static str), Vec<DateTime<Utc>>>,
    unanswerable: usize,
}

/// Plays a script; an answer to a letter that is not sent under this configuration is left out.
pub fn play(
    (setup, people): (Setup, Vec<Person>),
    lines: Vec<Line>,
    until: Option<DateTime<FixedOffset>>,
) -> anyhow::Result<Life> {
    let mut simulation = Simulation::new(setup, people).map_err(told)?;
    simulation.lenient = true;
    simulation.play(lines, until, &mut |_| {}).map_err(told)?;
    let mut letters: BTreeMap<(String, &'static str), Vec<DateTime<Utc>>> = BTreeMap::new();
    for letter in simulation.letters() {
        letters.entry((letter.sent.to.clone(), letter.sent.letter.as_str())).or_default().push(letter.at);
    }
    Ok(Life { letters, unanswerable: simulation.unanswerable })
}

/// Moments of the first that the second does not have.
fn without(all: &[DateTime<Utc>], others: &[DateTime<Utc>]) -> Vec<DateTime<Utc>> {
    let mut left: BTreeMap<DateTime<Utc>, usize> = BTreeMap::new();
    for at in others {
        *left.entry(*at).or_default() += 1;
    }
    let gone = |at: &&DateTime<Utc>| match left.get_mut(at) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    all.iter().filter(gone).copied().collect()
}

/// A line for each reader and letter that changes, then the sums. For programs a JSON object a line:
/// `{"to", "letter", "before", "after", "gone": [moments], "new": [moments]}`, last
/// `{"compare": {"before", "after", "people": {address: [before, after]}, "unanswerable": [before, after]}}`.
pub fn tell(before: &Life, after: &Life, zone: chrono_tz::Tz, programs: bool) -> anyhow::Result<()> {
    let human = !programs && std::io::stdout().is_terminal();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let none = Vec::new();
    let mut keys: Vec<&(String, &'static str)> = before.letters.keys().chain(after.letters.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut people: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for key in keys {
        let (old, new) = (before.letters.get(key).unwrap_or(&none), after.letters.get(key).unwrap_or(&none));
        let sums = people.entry(&key.0).or_default();
        *sums = (sums.0 + old.len(), sums.1 + new.len());
        let (gone, added) = (without(old, new), without(new, old));
        if gone.is_empty() && added.is_empty() {
            continue;
        }
        let told = |moments: &[DateTime<Utc>]| -> Vec<String> {
            let local = moments.iter().take(MOMENTS_MAX).map(|at| at.with_timezone(&zone));
            if human {
                local.map(|at| at.format("%m-%d %H:%M").to_string()).collect()
            } else {
                local.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, false)).collect()
            }
        };
        if human {
            let (gone, added) = (told(&gone).join(", "), told(&added).join(", "));
            writeln!(out, "{:<32} {:<20} {:>4} -> {:<4} -[{gone}] +[{added}]", key.0, key.1, old.len(), new.len())?;
        } else {
            let line = json!({"to": key.0, "letter": key.1, "before": old.len(), "after": new.len(),
                "gone": told(&gone), "new": told(&added)});
            writeln!(out, "{line}")?;
        }
    }
    let sum = |life: &Life| life.letters.values().map(Vec::len).sum::<usize>();
    people.retain(|_, (old, new)| old != new);
    if human {
        for (person, (old, new)) in &people {
            writeln!(out, "{person:<32} {old:>4} -> {new} letters in all")?;
        }
        writeln!(out, "{} letters before, {} after", sum(before), sum(after))?;
        let lost = after.unanswerable.saturating_sub(before.unanswerable);
        if lost > 0 {
            writeln!(out, "{lost} answers of the input were left out: the letter they answer is not sent any more")?;
        }
    } else {
        let people: BTreeMap<&str, [usize; 2]> = people.into_iter().map(|(who, (a, b))| (who, [a, b])).collect();
        let line = json!({"compare": {"before": sum(before), "after": sum(after), "people": people,
            "unanswerable": [before.unanswerable, after.unanswerable]}});
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}
