//! Materials that somebody is to prepare.

use super::super::fields::Label;
use super::super::fields::form::pairs_in;
use super::super::minutes::sentence::{self, Section};
use super::super::scan::plain;
use super::super::who::{self, Kind as WhoKind};
use super::points::split_numbered;
use super::signs::sentences_of;
use super::{Reader, bare_title};
use crate::domain::reading::{CallReading, MaterialReading};

impl Reader<'_> {
    // ------------------------------------------------------------ materials

    pub(super) fn materials(&self, call: &mut CallReading) {
        for grid in &self.form.grids {
            let columns = &grid.columns;
            let Some(named) = [Label::Materials, Label::Deliverable].into_iter().find(|l| columns.has(*l)) else {
                continue;
            };
            if columns.has(Label::Agenda) || columns.has(Label::Task) {
                continue;
            }
            for row in &grid.rows {
                let Some(name) = columns.cell(row, named) else { continue };
                let owner =
                    [Label::Owner, Label::Department, Label::Presenter].into_iter().find_map(|l| columns.cell(row, l));
                let due = columns
                    .cell(row, Label::Due)
                    .or_else(|| columns.cell(row, Label::When))
                    .and_then(|c| self.clock.cell(c));
                call.materials.push(MaterialReading {
                    owner: owner.map(str::to_owned),
                    name: bare_title(name),
                    due: due.map(|d| d.due),
                });
            }
        }
        for line in self.form.lines(Label::Materials) {
            for part in split_numbered(&line) {
                for piece in part.split([';', '；']).filter(|p| p.chars().count() > 1) {
                    call.materials.extend(self.material(piece));
                }
            }
        }
        for line in self.form.free.iter().flat_map(|line| sentences_of(line)) {
            if call.materials.len() < 40 && asks_for_material(&line) {
                call.materials.extend(self.material(&line).filter(|m| m.owner.is_some()));
            }
        }
    }

    /// `市场部：《用户调研报告》，3月13日前`; `Bob, please bring the load chart by Thursday noon.`
    #[rustfmt::skip]
    fn material(&self, text: &str) -> Option<MaterialReading> {
        let around = sentence::Around {
            section: Section::Actions,
            is_item: true,
            checked: None,
            owner: None,
            due: None,
            cast: self.cast,
            clock: self.clock,
        };
        let text = crate::document::text::marker_of(text).map_or(text, |m| m.rest).trim();
        // 何俊《费用明细》4月21日前: whose it is stands right before the title.
        if let Some((head, rest)) = text.split_once('《')
            && let Some((name, tail)) = rest.split_once('》')
            && who::is_who(head.trim(), self.cast)
            && name.chars().count() >= 2
        {
            let due = self.clock.deadline(tail).map(|(dated, _)| dated.due);
            return Some(MaterialReading { owner: Some(head.trim().to_owned()), name: name.trim().to_owned(), due });
        }
        // `He Jun - draft timeline, by 22 April`
        let parted = text.split_once(" - ").filter(|(head, _)| who::is_who(head.trim(), self.cast));
        let parted = parted.map(|(head, rest)| format!("{}: {rest}", head.trim()));
        let text = parted.as_deref().unwrap_or(text);
        let draft = sentence::read(text, &around).items.into_iter().next()?;
        let owner = draft.owner.filter(|w| w.kind != WhoKind::Everyone).and_then(|w| w.names.into_iter().next());
        // 王芳请准备预算明细: the word of courtesy is nobody's name.
        let owner = owner.map(|owner| owner.trim_start_matches('请').trim_end_matches(['请', '請']).to_owned());
        let owner = owner.filter(|owner| !owner.is_empty());
        let mut name = draft.task;
        for word in [
            "准备好", "准备", "提交", "提供", "携带", "带上", "带好", "带", "完成", "发送", "输出", "上传", "打印", "整理", "bring along",
            "bring", "prepare", "send", "submit", "provide", "share", "upload", "circulate", "have",
        ] {
            let head = name.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word));
            if head.is_some() {
                name = name.get(word.len()..).unwrap_or_default().trim().to_owned();
                break;
            }
        }
        for word in ["the ", "a ", "an ", "your ", "his ", "her "] {
            if let Some(rest) = name.strip_prefix(word) {
                name = rest.to_owned();
            }
        }
        let name = bare_title(&name);
        (name.chars().count() >= 2).then(|| MaterialReading { owner, name, due: draft.due.map(|d| d.due) })
    }
}

/// Words that ask somebody to bring or send something before the meeting.
#[rustfmt::skip]
pub(super) fn asks_for_material(line: &str) -> bool {
    let lower = plain(line);
    let english = [
        "bring", "prepare", "please send", "send me", "provide", "submit", "upload", "circulate", "share the",
        "share your",
    ]
    .iter()
    .any(|w| lower.contains(w));
    let chinese =
        [
            "准备", "提交", "提供", "携带", "带上", "带好", "發送", "準備", "发给", "发我", "发来", "给我", "报送", "上传", "发出", "整理好", "交给",
        ]
        .iter()
        .any(|w| line.contains(w))
            && ["请", "由", "负责", "前"].iter().any(|w| line.contains(w));
    (english || chinese) && !lower.contains("let's meet") && pairs_in(line).is_empty()
}
