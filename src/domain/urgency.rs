//! Response limits and chasing cadence (SPEC 3.4).
//!
//! | urgency | first response | understanding confirmed | progress asked |
//! |---|---|---|---|
//! | normal | 3 working days | 1 working day after it | each working day, in the digest |
//! | urgent | 24 clock hours | the same | every 4 working hours |
//! | critical | 4 clock hours | with it | every 4 hours, day and night |

use super::clock::Clock;
use super::policy::Policy;
use chrono::{DateTime, Duration, Utc};

/// Minutes that a critical answer which came too late leaves for the understanding that should have come with it.
const CRITICAL_GRACE_MINUTES: i64 = 60;

/// How pressing a problem is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    #[default]
    Normal,
    Urgent,
    Critical,
}

impl Urgency {
    /// `normal`, `urgent`, `critical`; anything else is normal.
    pub fn of(word: &str) -> Urgency {
        match word {
            "urgent" => Urgency::Urgent,
            "critical" => Urgency::Critical,
            _ => Urgency::Normal,
        }
    }

    /// When the first answer is due, counted from delivery (O24).
    pub fn response_limit(self, clock: &Clock, asked_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
        match self {
            Urgency::Normal => clock.end_after(asked_at, policy.issue_response_days),
            Urgency::Urgent => asked_at + Duration::hours(i64::from(policy.issue_response_urgent)),
            Urgency::Critical => asked_at + Duration::hours(i64::from(policy.issue_response_critical)),
        }
    }

    /// When it has to be clear that both sides mean the same.
    pub fn understanding_limit(
        self,
        clock: &Clock,
        asked_at: DateTime<Utc>,
        responded_at: DateTime<Utc>,
        policy: &Policy,
    ) -> DateTime<Utc> {
        match self {
            Urgency::Critical => {
                let grace = responded_at + Duration::minutes(CRITICAL_GRACE_MINUTES);
                self.response_limit(clock, asked_at, policy).max(grace)
            }
            _ => clock.end_after(responded_at, policy.issue_understood),
        }
    }

    /// When somebody who said nothing since `since` is asked again by a letter; normal ones are asked in the digest.
    pub fn chase_after(self, clock: &Clock, since: DateTime<Utc>, policy: &Policy) -> Option<DateTime<Utc>> {
        match self {
            Urgency::Normal => None,
            Urgency::Urgent => Some(clock.after_working_hours(since, policy.issue_chase)),
            Urgency::Critical => Some(since + Duration::hours(i64::from(policy.issue_chase))),
        }
    }

    /// The steps of the ladder after a limit has passed: (shown to the initiator, carried out), for the contact's head
    /// and for the sponsor. `None`: not shown ahead, the first letter has announced it.
    pub fn rungs(
        self,
        clock: &Clock,
        limit: DateTime<Utc>,
        policy: &Policy,
    ) -> [(Option<DateTime<Utc>>, DateTime<Utc>); 2] {
        match self {
            Urgency::Normal => {
                let after = |k: usize| policy.escalate_after.get(k).copied().unwrap_or(1 + 2 * k as u32);
                let at = |n: u32| clock.at(clock.add(clock.today(limit), n), policy.escalate_at);
                [(Some(at(after(0))), at(1 + after(0))), (Some(at(after(1))), at(1 + after(1)))]
            }
            Urgency::Urgent => {
                let step = |n: u32| clock.after_working_hours(limit, n * policy.issue_chase);
                [(Some(limit), step(1)), (Some(step(1)), step(2))]
            }
            Urgency::Critical => [(None, limit), (None, limit + Duration::hours(i64::from(policy.issue_chase)))],
        }
    }
}
