//! Where: a room, a link, or both.

use super::super::fields::Label;
use super::super::scan::{Scan, plain};
use super::Reader;
use crate::domain::reading::CallReading;

impl Reader<'_> {
    // ------------------------------------------------------------ place

    pub(super) fn place(&self, call: &mut CallReading) {
        if let Some(text) = self.form.value(Label::Place)
            && call.place.is_none()
        {
            place_and_link(text, call);
        }
        if let Some(text) = self.form.value(Label::Link) {
            call.link = Some(text.to_owned());
        }
        if call.place.is_none() && call.link.is_none() {
            let lines = self.form.free.iter().map(String::as_str).chain([self.subject]);
            for line in lines {
                if let Some(place) = place_in(line) {
                    place_and_link(&place, call);
                    break;
                }
            }
        }
        if call.link.is_none() {
            let all = self.form.free.iter().map(String::as_str).chain(self.form.pairs.iter().map(|p| p.value.as_str()));
            call.link = all
                .flat_map(|t| t.split_whitespace())
                .find(|w| w.starts_with("http") && is_meeting_link(w))
                .map(|w| w.trim_end_matches(['。', '，', ',', '.', ')', '>']).to_owned());
        }
    }
}

fn is_meeting_link(word: &str) -> bool {
    let lower = word.to_lowercase();
    ["meeting", "zoom", "teams", "meet.", "webex", "feishu", "dingtalk", "voov", "larksuite", "/j/", "vc."]
        .iter()
        .any(|w| lower.contains(w))
}

#[rustfmt::skip]
fn is_online(text: &str) -> bool {
    let lower = plain(text);
    [
        "线上", "会议号", "腾讯会议", "飞书", "钉钉", "zoom", "teams", "webex", "http", "meet.google", "google meet", "voov",
        "視訊", "视频", "online", "線上", "skype", "dial-in",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// `3号会议室 / 线上会议号 552-118`: the room, and how to join from afar.
pub(super) fn place_and_link(text: &str, call: &mut CallReading) {
    let mut room: Vec<&str> = Vec::new();
    let mut link: Vec<&str> = Vec::new();
    let mut rest = text.trim();
    let mut pieces: Vec<&str> = Vec::new();
    while let Some(at) = rest.find(['/', '／', ';', '；', '、', '，', '或', '+']) {
        let width = rest.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
        // Not within http://…
        if rest.get(at..).is_some_and(|r| r.starts_with('/')) && rest.get(..at).is_some_and(|h| h.contains("http")) {
            break;
        }
        pieces.push(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + width..).unwrap_or_default();
    }
    pieces.push(rest);
    for piece in pieces {
        let piece = piece.trim().trim_matches(['(', ')', '（', '）', '。']).trim();
        if piece.is_empty() {
            continue;
        }
        if is_online(piece) { link.push(piece) } else { room.push(piece) }
    }
    if room.is_empty() {
        // Only from afar: that is the place too.
        call.place = Some(text.trim().trim_end_matches(['。', '.']).to_owned());
        call.link =
            link.iter().find(|l| l.contains("http") || l.chars().any(|c| c.is_ascii_digit())).map(|l| (*l).to_owned());
        return;
    }
    // 3号会议室（线上会议号 552-118）
    let mut place = room.join("、").trim_end_matches(['。', '.']).to_owned();
    if let Some(open) = place.find(['(', '（'])
        && is_online(place.get(open..).unwrap_or_default())
    {
        link.clear();
        let inner = place.get(open..).unwrap_or_default().trim_matches(['(', ')', '（', '）']).to_owned();
        place.truncate(open);
        call.link = Some(inner);
    }
    call.place = Some(place.trim().to_owned());
    if !link.is_empty() {
        call.link = Some(link.join(" "));
    }
}

/// A place in a sentence: `in Room Everest`, 在3号会议室.
fn place_in(line: &str) -> Option<String> {
    let scan = Scan::new(line);
    let all = 0..scan.len();
    // English: capital words behind in/at, with a word of place among them.
    for at in all.clone() {
        // `Thursday 2:30pm, Room 4B, with …`
        let listed = matches!(scan.at(at), ',' | ';').then_some(at + 1);
        let Some(stop) = scan.any_word(at, &["in", "at", "via", "on", "over"]).or(listed) else { continue };
        let start = scan.skip(stop, " ");
        let start = scan.word(start, "the").map_or(start, |s| scan.skip(s, " "));
        let mut end = start;
        let mut tells = false;
        for _ in 0..6 {
            let word_end =
                scan.find_char(end..(end + 30).min(scan.len()), " ,.;:!)").unwrap_or(scan.len().min(end + 30));
            if word_end <= end {
                break;
            }
            let word = scan.folded(end..word_end);
            let place_word = matches!(
                word.as_str(),
                "room"
                    | "hall"
                    | "building"
                    | "office"
                    | "boardroom"
                    | "auditorium"
                    | "floor"
                    | "lab"
                    | "cafe"
                    | "zoom"
                    | "teams"
                    | "webex"
                    | "skype"
                    | "meeting"
                    | "conference"
                    | "google"
                    | "meet"
                    | "library"
                    | "theatre"
                    | "lounge"
                    | "canteen"
                    | "studio"
            );
            if !(place_word || scan.is_capital(end) || scan.at(end).is_ascii_digit() && tells) {
                break;
            }
            tells |= place_word && !matches!(word.as_str(), "meeting" | "meet" | "google");
            tells |= word == "meet" && scan.folded(start..word_end).contains("google");
            end = word_end;
            if scan.at(end) != ' ' {
                break;
            }
            end += 1;
        }
        let end = scan.trim_end(start..end, " ");
        if tells && end > start {
            return Some(scan.written(start..end));
        }
    }
    // Chinese: up to 12 characters that end in a word of place, behind 在, 于, 到 or a sign.
    for (word, keep) in [
        ("会议室", true),
        ("报告厅", true),
        ("培训室", true),
        ("多功能厅", true),
        ("办公室", true),
        ("大厅", true),
        ("礼堂", true),
        ("活动室", true),
        ("接待室", true),
        ("讨论室", true),
        ("教室", true),
        ("贵宾室", true),
        ("展厅", true),
        ("餐厅", true),
    ] {
        let Some(at) = scan.find(all.clone(), word) else { continue };
        let end = at + word.chars().count();
        let mut start = at;
        while start > 0 && at - start < 12 {
            let c = scan.at(start - 1);
            if matches!(c, '在' | '于' | '到' | '去' | '点' | '分' | '半' | '午' | '地')
                || !(c.is_alphanumeric() || matches!(c, '-' | ' '))
                || c == ' '
            {
                break;
            }
            start -= 1;
        }
        let _ = keep;
        return Some(scan.written(start..end));
    }
    for word in ["腾讯会议", "飞书会议", "钉钉会议", "zoom", "线上会议", "视频会议"] {
        if let Some(at) = scan.find(all.clone(), word) {
            let mut end = at + word.chars().count();
            let digits = scan.skip(end, " :号#");
            let digits_end = scan.skip(digits, "0123456789- ");
            if digits_end > digits + 5 {
                end = scan.trim_end(digits..digits_end, " -");
            }
            return Some(scan.written(at..end));
        }
    }
    if scan.find(all.clone(), "线上").is_some() {
        return Some("线上".into());
    }
    None
}
