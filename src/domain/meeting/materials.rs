//! Materials that come by mail, matched to what was asked, and go out with the pack (O35).

use super::data;
use super::{Material, Meeting, MeetingState};
use crate::domain::event::{Attachment, MailRead};
use crate::domain::letter::{Letter, LetterName};
use crate::domain::view::{Handled, View};
use serde_json::{Value, json};

use chrono::{DateTime, Utc};

/// Materials one meeting keeps.
const MATERIALS_MAX: usize = 100;
/// Pictures below this size are logos of signatures.
const LOGO_BYTES_MAX: usize = 40 * 1024;
/// Endings of names that are calendars, signatures and other things nobody means to hand in.
const NO_MATERIAL: [&str; 5] = [".ics", ".vcf", ".p7s", ".asc", "winmail.dat"];

/// Files and links of a mail about a meeting.
pub fn materials(view: &mut View<'_>, mail: &MailRead, id: &str, _now: DateTime<Utc>) -> Handled {
    let (Some(mut meeting), Some(author)) = (view.meeting(id), &mail.author) else { return Handled::NotMine };
    let author = view.person(&author.address).map_or_else(|| author.address.clone(), |person| person.address.clone());
    let open = matches!(meeting.state, MeetingState::Draft | MeetingState::Announced);
    let concerned = meeting.concerned().contains(&author);
    let owes = meeting.materials.iter().any(|material| material.owner_address.as_deref() == Some(&author));
    if !open || !(concerned || owes) {
        return Handled::NotMine;
    }
    let files: Vec<&Attachment> = mail.attachments.iter().filter(|file| is_material(file)).collect();
    let link = link_in(&mail.text);
    if files.is_empty() && link.is_none() {
        return Handled::NotMine;
    }
    let mut changed = false;
    for file in files {
        let to = place_for(&meeting, &author, &file.name, &mail.text);
        changed |= receive(view, &mut meeting, &author, to, Some(file), None);
    }
    if let Some(link) = link {
        // A link counts only for what was asked: every signature has one.
        if let Some(to) = place_for(&meeting, &author, "", &mail.text) {
            changed |= receive(view, &mut meeting, &author, Some(to), None, Some(link));
        }
    }
    if !changed {
        return Handled::NotMine;
    }
    view.put_meeting(meeting, &format!("material from {author}"));
    Handled::Yes
}

fn is_material(file: &Attachment) -> bool {
    let name = file.name.to_lowercase();
    let logo = file.mime.starts_with("image/") && file.size < LOGO_BYTES_MAX;
    !logo && !file.mime.starts_with("text/calendar") && !NO_MATERIAL.iter().any(|ending| name.ends_with(ending))
}

/// The first link of a text.
fn link_in(text: &str) -> Option<String> {
    let at = text.find("https://").or_else(|| text.find("http://"))?;
    let link: String =
        text.get(at..)?.chars().take_while(|c| c.is_ascii_graphic() && !"<>\"'）)".contains(*c)).collect();
    let link = link.trim_end_matches(['.', ',', ';']).to_string();
    (link.len() > "https://".len()).then_some(link)
}

/// What a name is compared by: letters and digits, without the ending.
fn key(name: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 5 && ending.is_ascii() => stem,
        _ => name,
    };
    stem.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Characters the two names share in one stretch, as a share of the shorter one, in percent.
fn likeness(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(80).collect(), other.chars().take(80).collect());
    let short = one.len().min(other.len());
    if short == 0 {
        return 0;
    }
    let mut best = 0;
    let mut row = vec![0_usize; other.len() + 1];
    for a in &one {
        let mut diagonal = 0;
        for (at, b) in other.iter().enumerate() {
            let Some(cell) = row.get_mut(at + 1) else { continue };
            let above = *cell;
            *cell = if a == b { diagonal + 1 } else { 0 };
            best = best.max(*cell);
            diagonal = above;
        }
    }
    best * 100 / short
}

/// Which of the asked materials a file is: the most alike by name (in the file's name, then in the words of the mail), else
/// the only one the sender owes.
fn place_for(meeting: &Meeting, author: &str, file: &str, text: &str) -> Option<usize> {
    let owed: Vec<usize> = meeting
        .materials
        .iter()
        .enumerate()
        .filter(|(_, material)| material.owner_address.as_deref() == Some(author))
        .map(|(at, _)| at)
        .collect();
    let name = key(file);
    let by_name = owed
        .iter()
        .filter_map(|at| Some((*at, likeness(&key(&meeting.materials.get(*at)?.name), &name))))
        .filter(|(_, like)| *like >= 60)
        .max_by_key(|(_, like)| *like);
    if let Some((at, _)) = by_name {
        return Some(at);
    }
    let open: Vec<usize> = owed
        .iter()
        .copied()
        .filter(|at| meeting.materials.get(*at).is_some_and(|material| !material.received))
        .collect();
    let words = key(text);
    let named: Vec<usize> = open
        .iter()
        .copied()
        .filter(|at| meeting.materials.get(*at).is_some_and(|material| words.contains(&key(&material.name))))
        .collect();
    match (named.as_slice(), open.as_slice()) {
        ([only], _) | (_, [only]) => Some(*only),
        _ => None,
    }
}

fn receive(
    view: &View<'_>,
    meeting: &mut Meeting,
    author: &str,
    to: Option<usize>,
    file: Option<&Attachment>,
    link: Option<String>,
) -> bool {
    let known = file.is_some_and(|file| {
        meeting
            .materials
            .iter()
            .any(|m| m.files.iter().any(|f| f.message_id == file.message_id && f.index == file.index))
    });
    if known {
        return false;
    }
    if let Some(material) = to.and_then(|at| meeting.materials.get_mut(at)) {
        material.received = true;
        material.files.extend(file.cloned());
        if link.is_some() {
            material.link = link;
        }
        return true;
    }
    let Some(file) = file.filter(|_| meeting.materials.len() < MATERIALS_MAX) else { return false };
    meeting.materials.push(Material {
        owner: Some(view.name_of(author)),
        name: file.name.clone(),
        received: true,
        owner_address: Some(author.to_string()),
        files: vec![file.clone()],
        ..Material::default()
    });
    true
}

// ---- the pack

/// What goes out: rows for the letter and the files that fit.
pub(super) struct Pack {
    pub rows: Vec<Value>,
    pub files: Vec<Attachment>,
    pub pending: Vec<Value>,
}

/// A file's mark once it went out.
fn packed(file: &Attachment) -> String {
    format!("packed/{}/{}", file.message_id, file.index)
}

/// Everything received that did not go out yet; small files first, so that one large one does not keep the others back.
pub(super) fn pack(meeting: &Meeting, octets_max: usize) -> Pack {
    let mut pack = Pack { rows: Vec::new(), files: Vec::new(), pending: Vec::new() };
    let mut sizes: Vec<usize> = Vec::new();
    for file in meeting.materials.iter().flat_map(|m| &m.files).filter(|file| !meeting.is_marked(&packed(file))) {
        sizes.push(file.size);
    }
    sizes.sort_unstable();
    let mut room = octets_max;
    let mut largest = 0;
    for size in sizes {
        if size > room {
            break;
        }
        room -= size;
        largest = size.max(largest);
    }
    let mut left = octets_max;
    for material in &meeting.materials {
        for file in material.files.iter().filter(|file| !meeting.is_marked(&packed(file))) {
            let fits = file.size <= largest && file.size <= left;
            if fits {
                left -= file.size;
                pack.files.push(file.clone());
            }
            pack.rows
                .push(json!({"name": file.name, "material": material.name, "owner": material.owner, "size": file.size,
                                  "attached": fits, "link": null}));
        }
        if let Some(link) = material.link.as_ref().filter(|link| !meeting.is_marked(&format!("packed/{link}"))) {
            pack.rows
                .push(json!({"name": material.name, "material": material.name, "owner": material.owner, "size": null,
                                  "attached": false, "link": link}));
        }
        if !material.received {
            pack.pending.push(json!({"name": material.name, "owner": material.owner, "due": material.due}));
        }
    }
    pack
}

/// Sends what is new to everybody but who brought it all.
pub(super) fn send_pack(view: &mut View<'_>, mut meeting: Meeting, late: bool, now: DateTime<Utc>) {
    let pack = pack(&meeting, view.rules.policy.attachments_max());
    let agenda_changed = meeting.is_marked("agenda_changed") && !late;
    if !late {
        meeting.mark("materials_pack");
    }
    if pack.rows.is_empty() && !agenda_changed {
        return view.put_meeting(meeting, "no materials to send out");
    }
    let left_out: Vec<String> = pack
        .rows
        .iter()
        .filter(|row| row.get("attached") == Some(&json!(false)))
        .filter_map(|row| row.get("name").and_then(Value::as_str).map(str::to_string))
        .collect();
    // From outside nobody reaches the folder, and its name is not theirs to know.
    let place = view.rules.archive_of(&meeting.id, &meeting.title).filter(|_| !left_out.is_empty());
    for reader in meeting.concerned() {
        let place = place.clone().filter(|_| view.is_internal(&reader));
        let is_list = view.person(&reader).is_some_and(|person| person.kind == "list");
        let declined =
            meeting.attendee(&reader).is_some_and(|a| matches!(a.rsvp, super::Rsvp::Declined | super::Rsvp::Delegated));
        let own_only = !agenda_changed
            && meeting
                .materials
                .iter()
                .filter(|m| !m.files.is_empty() || m.link.is_some())
                .all(|m| m.owner_address.as_deref() == Some(&reader));
        if is_list || declined || own_only {
            view.suppress(LetterName::MaterialsPack, &reader, "has it, does not come, or is a list");
            continue;
        }
        let letter: Letter =
            data::letter(view, &meeting, LetterName::MaterialsPack, &reader, "the materials of the meeting")
                .with("files", &pack.rows)
                .with("pending", &pack.pending)
                .with("late", late)
                .with("agenda_changed", agenda_changed)
                .with("place", &place);
        let letter = Letter {
            attachments: pack.files.clone(),
            left_out: left_out.clone(),
            expires: meeting.start.map(|start| start.with_timezone(&Utc)),
            ..letter
        };
        let letter = super::moments::in_time(view, letter, &meeting, now);
        view.send(letter);
    }
    let marks: Vec<String> = meeting
        .materials
        .iter()
        .flat_map(|m| m.files.iter().map(packed).chain(m.link.iter().map(|link| format!("packed/{link}"))))
        .collect();
    meeting.marks.extend(marks);
    view.put_meeting(meeting, if late { "late materials sent out" } else { "materials sent out" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name() {
        let check = |asked: &str, file: &str, same: bool| {
            assert_eq!(likeness(&key(asked), &key(file)) >= 60, same, "{asked:?} {file:?}");
        };
        check("用户调研报告", "用户调研报告V2.pdf", true);
        check("《用户调研报告》", "2026用户调研报告(终稿).docx", true);
        check("load chart", "Load-Chart_final.xlsx", true);
        check("测试方案", "渠道数据.xlsx", false);
    }

    #[test]
    fn a_link_ends_where_its_characters_end() {
        assert_eq!(link_in("见 https://docs.qq.com/doc/abc。谢谢").as_deref(), Some("https://docs.qq.com/doc/abc"));
        assert_eq!(link_in("no link"), None);
    }
}
