//! Whether free words call people to a meeting.

use super::super::fields::Label;
use super::super::scan::{Scan, plain};
use super::{Reader, is_schedule};
use crate::domain::reading::{CallReading, Doubt};

impl Reader<'_> {
    // ------------------------------------------------------------ free words

    #[rustfmt::skip]
    pub(super) fn free_words(&self, call: &mut CallReading) {
        if call.attendees.is_empty() && !self.form.has(Label::Attendees) {
            self.invited(call);
        }
        if call.objective.is_some() {
            return;
        }
        for line in self.form.free.iter().flat_map(|line| sentences_of(line)) {
            if !speaks_of_meeting(&line) {
                continue;
            }
            let scan = Scan::new(&line);
            // … in Room Everest to decide who tests what.
            let all = 0..scan.len();
            if let Some((at, _)) = scan.find_word(
                all.clone(),
                &[
                    "to decide", "to discuss", "to agree", "to review", "to plan", "to align", "to talk about",
                    "to go over", "to kick off", "to resolve", "about", "regarding", "on the topic of",
                ],
            ) {
                let start = scan
                    .any_word(at, &["to", "about", "regarding", "on the topic of"])
                    .map_or(at, |stop| scan.skip(stop, " "));
                let end = scan.trim_end(start..scan.len(), " .!");
                if end > start + 3 {
                    call.objective = Some(scan.written(start..end));
                    return;
                }
            }
            for word in [
                "讨论", "商量", "商议", "研究", "确定", "评审", "对齐", "沟通", "过一下", "同步", "复盘", "决定", "明确", "聊聊", "聊一下",
                "谈谈", "谈一下", "碰一下", "对一下",
            ] {
                if let Some(at) = scan.find(all.clone(), word) {
                    let end = scan.find_char(at..scan.len(), "。,;!").unwrap_or(scan.len());
                    let end = scan.trim_end(at..end, " 。");
                    if end > at + word.chars().count() {
                        call.objective = Some(scan.written(at..end));
                        return;
                    }
                }
            }
        }
    }

    #[rustfmt::skip]
    pub(super) fn marks(&self, call: &mut CallReading) {
        let lines = || {
            self.form
                .free
                .iter()
                .map(String::as_str)
                .chain([self.subject])
                .chain(self.form.pairs.iter().map(|p| p.value.as_str()))
                .chain(self.form.lists.iter().flat_map(|l| l.lines.iter().map(String::as_str)))
        };
        for line in lines() {
            let lower = plain(line);
            let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
            call.confidential |= has(&["保密", "机密", "機密", "confidential", "请勿外传", "不得外传"])
                && !has(&["无需保密", "保密协议", "not confidential", "nda"]);
            call.draft |= has(&[
                "草稿", "先不发", "先不要发", "暂不发送", "先别发", "先给我看", "draft only", "do not send yet", "don't send yet",
                "not send it yet", "just a draft",
            ]);
            if has(&[
                "请代发", "代为通知", "请代为发送", "麻烦代发", "帮忙通知", "請代發", "please send it out", "please notify everyone",
                "please send the invitation",
            ]) {
                call.delivery = Some("all".into());
            } else if has(&[
                "不用再发", "不必再发", "无需再发", "不用另发", "不用发通知", "無需再發", "no need to send", "don't send anything",
                "already informed", "no need to notify",
            ]) {
                call.delivery = Some("none".into());
            }
        }
        if call.start.is_some_and(|start| start < self.clock.anchor.reference) {
            let line = call.start_phrase.clone().unwrap_or_default();
            call.doubts.push(Doubt { kind: "past_start".into(), line, n: None });
        }
    }

    /// Whether all this calls a meeting.
    #[rustfmt::skip]
    pub(super) fn is_call(&self, call: &CallReading) -> bool {
        let form = self.form;
        let labelled = [
            Label::When,
            Label::Place,
            Label::Chair,
            Label::Recorder,
            Label::Attendees,
            Label::Agenda,
            Label::Materials,
            Label::Objective,
            Label::Title,
            Label::Duration,
            Label::Link,
            Label::Departments,
        ]
        .iter()
        .filter(|label| form.has(**label))
        .count();
        let subject = plain(self.subject);
        let named = [
            "会", "meeting", "review", "kickoff", "kick-off", "retrospective", "retro", "standup", "stand-up", "sync",
            "workshop", "weekly", "call",
        ]
        .iter()
        .any(|w| subject.contains(w));
        let spoken = form.free.iter().flat_map(|line| sentences_of(line)).any(|line| calls_to_meet(&line));
        let timed = call.start.is_some() || call.start_phrase.is_some();
        let planned = !call.agenda.is_empty() || timed;
        (labelled >= 3 && (planned || form.has(Label::When) || named))
            || (labelled >= 2 && planned && named)
            || (spoken && (timed || call.recurrence.is_some() || named))
            || (labelled >= 1 && timed && (named || !call.agenda.is_empty()))
            || (named
                && timed
                && self.form.free.len() <= 8
                && form.free.iter().any(|l| speaks_of_meeting(l)))
            || form.grids.iter().any(is_schedule)
    }
}

/// Sentences of a line; a point ends one only before a blank.
pub(super) fn sentences_of(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, c) in line.char_indices() {
        let end = at + c.len_utf8();
        // 开个短会，讨论样品延期，请赵强准备质检数据: who is asked for something is asked in a sentence of its own.
        let asks = matches!(c, '，' | ',')
            && line.get(end..).is_some_and(|rest| {
                rest.strip_prefix(['请', '請']).is_some_and(|rest| {
                    !rest.starts_with([
                        '假', '示', '问', '問', '于', '於', '准', '準', '各', '大', '参', '參', '务', '務', '提', '按',
                        '出', '届',
                    ])
                })
            });
        let stop = matches!(c, '。' | '！' | '!' | '\n')
            || asks
            || c == '.' && line.get(end..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
        if stop {
            out.push(line.get(from..end).unwrap_or_default().trim().to_owned());
            from = end;
        }
    }
    out.push(line.get(from..).unwrap_or_default().trim().to_owned());
    out.retain(|s| !s.is_empty());
    out
}

#[rustfmt::skip]
pub(super) fn speaks_of_meeting(line: &str) -> bool {
    let lower = plain(line);
    [
        "会议", "开会", "开个会", "例会", "碰头", "碰一下", "碰个", "讨论", "召开", "参会", "参加", "會議", "開會", "meet", "call", "sync",
        "catch up", "get together", "session", "discuss", "review", "kick-off", "kickoff", "workshop", "启动会", "评审会",
        "复盘会", "周会", "站会",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// Somebody asks others to come together.
#[rustfmt::skip]
pub(super) fn calls_to_meet(line: &str) -> bool {
    let lower = plain(line);
    [
        "let's meet", "let us meet", "lets meet", "we will meet", "we'll meet", "i'd like to meet",
        "would like to schedule", "like to set up", "please join", "please attend", "you are invited", "invite you",
        "schedule a meeting", "set up a meeting", "call a meeting", "have a meeting", "hold a meeting", "meeting on",
        "meeting at", "meet on", "meet at", "let's have", "let's get together", "let's sync", "let's catch up",
        "join us", "call a meeting", "arrange a meeting", "organise a meeting", "organize a meeting", "book a meeting",
        "meeting with", "meet with", "get-together", "sit down with", "set up a call", "schedule a call",
    ]
    .iter()
    .any(|w| lower.contains(w))
        || [
            "开会", "开个会", "开一个会", "开个短会", "召开", "碰头", "碰一下", "碰个头", "碰个面", "请准时参加", "请参加", "请大家参加", "请准时出席", "请出席",
            "邀请您参加", "邀请大家", "组织一次", "约大家", "请各位参加", "開會", "召集", "举行", "请务必参加", "拟于", "定于", "对一下", "聊一下", "过一下",
            "例会时间", "固定在", "约一下", "约个", "约上", "帮我约", "想约", "约了", "聊聊", "见个面", "安排个会", "安排一个会", "开一次会", "排个会",
            "组个会", "拉个会",
        ]
        .iter()
        .any(|w| line.contains(w))
}
