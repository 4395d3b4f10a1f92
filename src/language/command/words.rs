//! What each phrase does in a sentence, and the longest phrase at a place.

use super::fold::{Folded, is_cjk};
use crate::domain::reading::Context;
use crate::language::scan::{ByCharacter, ByWords};
use crate::language::{en, zh};
use std::sync::LazyLock;

/// The work a word does. One phrase has one; what it comes to is decided from its neighbours and the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum W {
    // Carry a sentence.
    Fill,
    All,
    Rest,
    Only,
    Except,
    Outside,
    NotYet,
    Not,
    Future,
    Maybe,
    Okay,
    Need,
    Apply,
    Please,
    Suggest,
    Ask,
    Tag,
    Cond,
    Benign,
    Hearsay,
    Says,
    Third,
    But,
    Because,
    Measure,
    And,
    To,
    By,
    Perf,
    Ongoing,
    Past,
    Start,
    // Work.
    Done,
    DoneV,
    DonePast,
    Progress,
    Half,
    Partly,
    Behind,
    Block,
    Postpone,
    MoveTo,
    Reschedule,
    KeyDue,
    KeyOwner,
    KeyPlace,
    KeyTime,
    KeyTitle,
    KeyLength,
    HandTo,
    InCharge,
    Decline,
    Cancel,
    Close,
    Attach,
    // Answers.
    Confirm,
    Ack,
    Agree,
    Refuse,
    Yes,
    No,
    Pass,
    Return,
    Rate,
    Sign,
    Remind,
    Undo,
    Note,
    Object,
    ShouldRead,
    // Meetings.
    Attend,
    NotAttend,
    Tentative,
    Proxy,
    Late,
    Online,
    Agenda,
    Add,
    Meeting,
    Send,
    CallOff,
    Proceed,
    Convene,
    NoMinutes,
    NotHeld,
    StopEsc,
    HoldEsc,
    Deputy,
    Todos,
    Acknowledge,
    // Courtesies.
    Courtesy,
    Greeting,
    // Not in the lexicon: found by the readers of numbers, times and names.
    Ref,
    Time,
    Percent,
    Name,
    Slash,
    Comma,
    Colon,
    Junk,
}

/// Phrases of more characters than this do not exist.
const PHRASE_CHARS_MAX: usize = 34;
const PHRASE_WORDS_MAX: usize = 7;

struct Lexicon {
    /// Chinese phrases by their first character, the longest first.
    zh: ByCharacter<Vec<(Vec<char>, Vec<W>)>>,
    en: ByWords<&'static str, Vec<W>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon { zh: ByCharacter::default(), en: ByWords::default() };
    for (word, phrases) in zh::WORDS.iter().chain(en::WORDS) {
        for phrase in *phrases {
            if phrase.is_ascii() {
                lexicon.en.entry(*phrase).or_default().push(*word);
                continue;
            }
            let chars: Vec<char> = phrase.chars().collect();
            let Some(first) = chars.first() else { continue };
            let alike = lexicon.zh.entry(*first).or_default();
            match alike.iter_mut().find(|(other, _)| *other == chars) {
                Some((_, meanings)) => meanings.push(*word),
                None => alike.push((chars, vec![*word])),
            }
        }
    }
    for (past, _) in en::PAST {
        lexicon.en.entry(*past).or_default().push(W::DonePast);
    }
    for alike in lexicon.zh.values_mut() {
        alike.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
    }
    lexicon
});

/// Which of its meanings a phrase has in a letter of this kind: 尽量 is tentative to a notice and a promise to a task.
fn choose(meanings: &[W], context: Context) -> W {
    let rank = |w: W| -> u8 {
        let at_home = match context {
            Context::Meeting | Context::Readiness => {
                matches!(
                    w,
                    W::Attend
                        | W::Tentative
                        | W::Late
                        | W::Online
                        | W::Proxy
                        | W::Agenda
                        | W::Add
                        | W::Proceed
                        | W::MoveTo
                )
            }
            Context::Preview | Context::MinutesReview => {
                matches!(w, W::Send | W::KeyTitle | W::KeyTime | W::KeyPlace | W::MoveTo)
            }
            Context::SignOff => w == W::Sign,
            Context::Issue => matches!(w, W::Sign | W::Rate | W::Fill),
            Context::Reminder | Context::Escalation => w == W::Close,
            Context::Acceptance => w == W::Pass,
            Context::Verify => matches!(w, W::Yes | W::No),
            _ => false,
        };
        let elsewhere = matches!(
            w,
            W::Attend
                | W::Tentative
                | W::Late
                | W::Online
                | W::Proxy
                | W::Agenda
                | W::Add
                | W::Proceed
                | W::KeyTitle
                | W::KeyTime
                | W::KeyPlace
                | W::Send
                | W::Sign
                | W::Rate
                | W::Close
        );
        if at_home {
            3
        } else if elsewhere {
            0
        } else if w == W::Fill {
            1
        } else {
            2
        }
    };
    let mut best = meanings.first().copied().unwrap_or(W::Junk);
    for &w in meanings {
        if rank(w) >= rank(best) {
            best = w;
        }
    }
    best
}

/// A phrase at its place, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tok {
    pub w: W,
    pub a: usize,
    pub b: usize,
}

impl Tok {
    pub fn is(&self, kinds: &[W]) -> bool {
        kinds.contains(&self.w)
    }
}

pub fn is_word_char(c: char) -> bool {
    (c.is_alphanumeric() && !is_cjk(c)) || c == '\''
}

/// The longest phrase that begins at `i` and ends at or before `end`.
pub fn phrase_at(f: &Folded, i: usize, end: usize, context: Context) -> Option<Tok> {
    let c = f.get(i)?;
    let lexicon = &*LEXICON;
    if is_word_char(c) || c == '&' || c == '+' {
        if i > 0 && f.get(i - 1).is_some_and(is_word_char) {
            return None;
        }
        // Ends of words, nearest first: the place, and the bytes of the phrase so far.
        let mut ends = [(0, 0); PHRASE_WORDS_MAX];
        let mut count = 0;
        let mut text = String::with_capacity(PHRASE_CHARS_MAX);
        let mut j = i;
        while j < end && j - i <= PHRASE_CHARS_MAX {
            text.extend(f.get(j));
            let inside = f.get(j).is_some_and(|c| is_word_char(c) || c == '&' || c == '+');
            let next_inside = j + 1 < end && f.get(j + 1).is_some_and(is_word_char);
            if inside && !next_inside {
                let Some(place) = ends.get_mut(count) else { break };
                *place = (j + 1, text.len());
                count += 1;
                // A phrase goes on over one blank, hyphen or full stop inside (p.s).
                match f.get(j + 1) {
                    Some(' ' | '-') => {}
                    _ => break,
                }
            }
            j += 1;
        }
        let ends = ends.get(..count).unwrap_or_default();
        let (longest, _) = *ends.last()?;
        // ok了 is more than ok.
        if f.get(longest).is_some_and(is_cjk)
            && longest < end
            && let Some(tok) = chinese(f, i, end, context).filter(|tok| tok.b > longest)
        {
            return Some(tok);
        }
        for &(stop, bytes) in ends.iter().rev() {
            let Some(candidate) = text.get(..bytes) else { continue };
            let meanings = lexicon.en.get(candidate).or_else(|| {
                candidate.contains('-').then(|| lexicon.en.get(candidate.replace('-', " ").as_str())).flatten()
            });
            if let Some(meanings) = meanings {
                let w = choose(meanings, context);
                // The room is a word of meetings: 'the training room' is a task.
                let of_meetings = matches!(w, W::KeyPlace | W::KeyTitle | W::KeyTime | W::KeyLength);
                if of_meetings
                    && !matches!(context, Context::Meeting | Context::Readiness | Context::Preview | Context::None)
                {
                    continue;
                }
                // `I sent it` answers who wrote a mail; elsewhere it is what was done.
                if w == W::Yes && candidate == "i sent it" && context != Context::Verify {
                    continue;
                }
                return Some(Tok { w, a: i, b: stop });
            }
        }
        // ok了 and the like begin with letters.
        if f.get(longest.min(end.saturating_sub(1))).is_some_and(is_cjk)
            && let Some(tok) = chinese(f, i, end, context)
        {
            return Some(tok);
        }
        return None;
    }
    chinese(f, i, end, context)
}

fn chinese(f: &Folded, i: usize, end: usize, context: Context) -> Option<Tok> {
    let text = f.chars.get(i..end.min(f.len()))?;
    for (phrase, meanings) in LEXICON.zh.get(text.first()?)? {
        if !text.starts_with(phrase) {
            continue;
        }
        let stop = i + phrase.len();
        let w = choose(meanings, context);
        // 我接不了 takes nothing on, 去不成 does not go: what cannot be brought about is not said to be done.
        if matches!(w, W::Confirm | W::Attend | W::Ack | W::Agree | W::Okay | W::InCharge)
            && f.get(stop) == Some('不')
            && stop + 1 < end
            && f.get(stop + 1).is_some_and(|c| "了成来到上动住完".contains(c))
        {
            continue;
        }
        // 签了合同 signs a contract; only letters to be signed take it as an answer.
        if w == W::Sign && !matches!(context, Context::SignOff | Context::Issue | Context::None | Context::Approval) {
            continue;
        }
        return Some(Tok { w, a: i, b: stop });
    }
    None
}

/// Whether two verbs finish the same kind of task, or the second says by itself that it is finished.
pub fn same_deed(said: &str, task: &str) -> bool {
    // `went out` is one deed, `send it` a deed with its object.
    let said = if en::PAST.iter().any(|(past, _)| *past == said) {
        said
    } else if said.is_ascii() {
        said.split(' ').next().unwrap_or(said)
    } else if said.starts_with('发') || said.ends_with("发") {
        "发"
    } else {
        said
    };
    // 完成官网改版 is done once it went live, whatever the deed.
    let achieved = task.starts_with("完成") && zh::ACHIEVED.contains(&said);
    achieved
        || (!said.is_empty() && task.contains(said))
        || zh::CLOSING_DEEDS.contains(&said)
        || zh::SAME_DEED.iter().any(|group| group.contains(&said) && group.iter().any(|verb| task.contains(verb)))
        || {
            let base = en::PAST.iter().find(|(past, _)| *past == said).map_or(said, |(_, base)| *base);
            let words: Vec<&str> = task.split(|c: char| !c.is_alphanumeric()).collect();
            words.contains(&base)
                || en::SAME_DEED
                    .iter()
                    .any(|group| group.contains(&base) && group.iter().any(|verb| words.contains(verb)))
        }
}
