//! How well something was handled, asked with one digit (SPEC 3.4; O24: it closes unrated after `rating_window`).

use super::letter::{Letter, LetterName};
use super::shown;
use super::view::View;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What is rated, for the letter `rating_request`.
#[derive(Clone, Debug, Default)]
pub struct RatingRequest<'a> {
    /// `Q-5`, `P-3`.
    pub id: &'a str,
    /// Stands in the subject; the id itself where the object is confidential (O38).
    pub title: &'a str,
    /// `issue`, `project`.
    pub kind: &'a str,
    /// Who handled it, by name.
    pub owner: Option<&'a str>,
    pub solution: Option<&'a str>,
    pub finished: Option<chrono::NaiveDate>,
    /// When it was wanted, as [`super::Due`] prints it.
    pub wanted_by: Option<String>,
    /// Departments that have not reported yet.
    pub open_parts: Vec<String>,
    /// Without an answer it closes then.
    pub ends: Option<DateTime<Utc>>,
}

impl RatingRequest<'_> {
    /// The letter; its only line is the object, so that a bare `5` is about it.
    pub fn letter(&self, view: &View<'_>, to: &str, why: &str) -> Letter {
        Letter::new(LetterName::RatingRequest, to, why)
            .with("object", json!({"id": self.id, "title": self.title, "kind": self.kind}))
            .with("owner", self.owner)
            .with("solution", self.solution)
            .with("finished", self.finished)
            .with("wanted_by", &self.wanted_by)
            .with("open_parts", &self.open_parts)
            .with("ends", self.ends.map_or(Value::Null, |at| shown::moment(view, at)))
            .lines(vec![super::reading::Line { n: 1, id: self.id.to_string(), task: self.title.to_string() }])
            .about(self.id)
    }
}
