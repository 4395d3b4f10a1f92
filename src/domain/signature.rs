//! Signing by reply (SPEC 3.4, 3.5): heads sign a resolution, departments their sub-goals. O24: reminded twice, then it is
//! shown as 「未签」 and things go on without it.

use super::clock::Clock;
use super::letter::{Letter, LetterName};
use super::shown;
use super::view::View;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Working days after the question on which it is repeated in the digest.
pub const REMINDED: [u32; 2] = [2, 4];

/// What is signed, for the letter `sign_off_request`.
#[derive(Clone, Debug, Default)]
pub struct SignOffRequest<'a> {
    /// `Q-5`, `P-3`.
    pub id: &'a str,
    /// Stands in the subject; the id itself where the object is confidential (O38).
    pub title: &'a str,
    /// `issue`: a resolution; `project`: sub-goals and duties.
    pub kind: &'a str,
    /// For which department the reader signs.
    pub department: Option<&'a str>,
    /// Who asks, by name.
    pub asked_by: Option<&'a str>,
    /// What is signed, line by line: (heading, text). Headings are words of the templates' table `sign`: `problem`,
    /// `solution`, `finished`, `owner`, `rating`, `goal`, `measure`, `duty`.
    pub parts: Vec<(&'a str, String)>,
    /// From then on it is 「未签」.
    pub ends: Option<DateTime<Utc>>,
}

impl SignOffRequest<'_> {
    /// The letter; its only line is the object, so that a bare `签字` is about it.
    pub fn letter(&self, view: &View<'_>, to: &str, why: &str) -> Letter {
        let parts: Vec<Value> =
            self.parts.iter().map(|(heading, text)| json!({"heading": heading, "text": text})).collect();
        Letter::new(LetterName::SignOffRequest, to, why)
            .with("object", json!({"id": self.id, "title": self.title, "kind": self.kind}))
            .with("department", self.department)
            .with("asked_by", self.asked_by)
            .with("parts", parts)
            .with("ends", self.ends.map_or(Value::Null, |at| shown::moment(view, at)))
            .lines(vec![super::reading::Line { n: 1, id: self.id.to_string(), task: self.title.to_string() }])
            .about(self.id)
    }
}

/// When an unanswered question to sign is over.
pub fn ends(clock: &Clock, asked_at: DateTime<Utc>, sign_window: u32) -> DateTime<Utc> {
    clock.end_after(asked_at, sign_window)
}
