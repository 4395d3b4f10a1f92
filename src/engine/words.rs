//! What the words of a mail say, read in the light of the letter they answer.

use super::gather::Around;
use crate::domain::event::MailRead;
use crate::domain::letter::LetterName;
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::person::{Person, Resolved};
use crate::domain::reading::{
    Amendment, CallReading, Command, Context, Doubt, IssueWords, Line, MinutesReading, ProjectWords, Reads,
    ReplyReading, Verb,
};
use crate::domain::view::Rules;
use crate::domain::workdays::Workdays;
use crate::language::Body;
use crate::language::command::{self, Answer};
use crate::language::when::Anchor;
use crate::mail::inbound::Inbound;
use crate::mail::reply::{OwnWords, own_html};
use chrono::{DateTime, FixedOffset, NaiveDate};

/// Attached files that are read for minutes, calls and tables.
const FILES_READ_MAX: usize = 10;

/// What the words of a mail say.
pub struct Words {
    pub reply: ReplyReading,
    pub reads: Reads,
    pub calls: Vec<CallReading>,
    pub project: Option<ProjectWords>,
    pub amends: Option<(String, Amendment)>,
}

/// Commands and documents.
pub fn read(mail: &MailRead, inbound: &Inbound, own: &OwnWords, around: &Around<'_>) -> Words {
    let calendar = calendar_of(mail, around);
    let anchor = Anchor::new(mail.sent_at, &calendar);
    let context = mail.answers.as_ref().map(|letter| letter.context).unwrap_or_default();
    let offset = *mail.sent_at.offset();
    let mut body = if inbound.prefers_html() || has_table(inbound) {
        Body::of_html(inbound.html.as_deref().unwrap_or_default(), &inbound.subject, offset)
    } else {
        Body::of_words(inbound.text_words(), &inbound.subject, offset)
    };
    let mut unread: Vec<Doubt> = Vec::new();
    let mut scanned = false;
    let files = &around.settings.files;
    let is_read = |name: &str| is_document(name) || files.converts(name);
    for file in inbound.attachments.iter().filter(|file| !file.inline && !is_read(&file.name)) {
        scanned |= why_unread(&file.name, file.size).is_some();
    }
    for file in inbound.attachments.iter().filter(|file| !file.inline && !file.bytes.is_empty()).take(FILES_READ_MAX) {
        if !is_read(&file.name) {
            continue;
        }
        let document = files.read(&file.name, &file.bytes);
        scanned |= document.blocks.is_empty() && !document.unread.is_empty();
        unread.extend(document.unread.iter().map(|why| Doubt {
            kind: "unread_attachment".into(),
            line: format!("{}: {why}", file.name),
            n: None,
        }));
        body.own.blocks.extend(document.blocks);
    }
    let writer = mail
        .author
        .as_ref()
        .and_then(|a| around.directory.by_address(&a.address).map(|p| p.name.clone()).or_else(|| Some(a.name.clone())));
    let (mut reads, mut calls) = documents(mail, &body, context, &calendar, writer.as_deref());
    by_owners_calendar(&mut reads, mail, around, &calendar);
    if mail.answers.is_none() && asks_import(mail, &own.text) {
        take_import(&mut reads);
    }
    if scanned && reads.minutes.is_none() && reads.meeting.is_none() && brings_minutes(mail, &own.text) {
        // O36: what cannot be read is minutes all the same: filed, sent on, and asked back as a table to fill in.
        reads.minutes = Some(MinutesReading::default());
    }
    let cancelled = crate::language::project::cancelled(&own.text);
    let cancels = cancelled.is_some_and(|id| around.records.project(&id).is_some());
    let words = (cancels || about_project(mail, around)).then(|| {
        // In an answer about a project, a table is the project's.
        let asked = mail.answers.as_ref().map(|letter| letter.letter);
        let subject = if mail.answers.is_some() && mail.subject_is_ours { "" } else { mail.base_subject.as_str() };
        if reads.project.is_none() && reads.progress.is_none() && reads.issue.is_none() && reads.import.is_empty() {
            let (project, progress) = crate::language::project::read_tables(&body, subject, &anchor);
            if project.is_some() || progress.is_some() {
                reads = Reads { project, progress, ..Reads::default() };
                calls = Vec::new();
            }
        }
        crate::language::project::read_words(&own.text, &body.own, subject, asked, &anchor)
    });
    let words = words.flatten();

    let amends = amendment(mail, own, &reads, &anchor, around);
    let amended_text = amends.as_ref().map(|(_, _, rest)| rest.clone());
    if amends.is_some() {
        reads.meeting = None;
        calls.clear();
    }
    // Whole minutes are a document, not a list of orders: nothing in them is looked at as a command.
    let is_document = reads.minutes.is_some() && context == Context::None;
    let open: Vec<Line>;
    let items = match (&mail.answers, &mail.author) {
        _ if is_document => &[],
        (Some(letter), _) => letter.lines.as_slice(),
        // A fresh mail names items by id or by their words; numbers mean nothing in it.
        (None, Some(author)) => {
            open = open_lines(around, &author.address);
            open.as_slice()
        }
        (None, None) => &[],
    };
    let inline: Vec<Answer<'_>> =
        own.inline.iter().map(|answer| Answer { above: &answer.above, text: &answer.text }).collect();
    let text = match mail.answers.as_ref().and_then(|letter| letter.behalf.as_deref()) {
        Some(principal) => first_person(&own.text, principal, around),
        None => amended_text.unwrap_or_else(|| own.text.clone()),
    };
    // @督办 A-1 完成 and @督办 我的待办 are said to us: orders and questions, and no task of those words (O10).
    let text: String = if text.contains('@') {
        let is_order = |rest: &str| is_said_to_us(rest, &anchor, around);
        reads.tasks.retain(|task| !called_upon(&task.line).is_some_and(is_order));
        let lines = text.lines().map(|line| called_upon(line).filter(|rest| is_order(rest)).unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    } else {
        text
    };
    // The subject of a letter about several items names the first of them: an answer under it does not mean that one.
    let of_several = mail.subject_is_ours && mail.answers.as_ref().is_some_and(|letter| letter.lines.len() > 1);
    let subject = (!of_several).then_some(inbound.subject.as_str());
    let read_as = |context| command::read(&text, &inline, subject, context, items, &anchor, around.lexicon);
    let mut reply = match is_document {
        true => ReplyReading { text: own.text.clone(), ..ReplyReading::default() },
        false => read_as(context),
    };
    if mail.answers.is_none() && !mail.listening && !is_document {
        if let Some(of_meetings) = said_of_meetings(mail, &text, &reply, &anchor, around) {
            // 评审会改到周四14点 is an order about a meeting that is there, and calls no other.
            reply = of_meetings;
            reads.meeting = None;
            calls.clear();
        }
    }
    if context == Context::Reminder {
        // A digest asks for approvals and acceptances too; which line asked for what is decided from the items.
        for also in [Context::Approval, Context::Acceptance, Context::SignOff, Context::Issue] {
            add_answers(&mut reply, read_as(also));
        }
    }
    // 应为3月25日: an objection that names a date says what is adopted with it (O29).
    for command in reply.commands.iter_mut().filter(|command| command.verb == Verb::Object && command.due.is_none()) {
        let said = command.reason.as_deref().unwrap_or_default();
        command.due = crate::language::when::all(said, &anchor).into_iter().find_map(|mention| mention.due);
    }
    for command in reply.commands.iter_mut().filter(|command| command.verb == Verb::Object && command.to.is_none()) {
        command.to = command.reason.as_deref().and_then(|said| owner_named(said, around));
    }
    deputy_approves(&mut reply);
    asked_in_the_subject(&mut reply, mail, own.text.trim().is_empty(), &anchor, around);
    // Ids of lines are known here, so that nothing later has to look them up.
    for command in &mut reply.commands {
        if command.id.is_none() {
            command.id = command.item.and_then(|n| items.iter().find(|line| line.n == n)).map(|line| line.id.clone());
        }
    }
    if words.as_ref().is_some_and(|words| words.meet.is_some()) {
        // The project's meeting, not one of its own.
        reads.meeting = None;
        calls.clear();
    }
    if reads.project.is_some() || reads.progress.is_some() {
        // The lines of a table are no sentences for somebody.
        let tasks = reads.project.iter().flat_map(|project| project.tasks.iter().map(|row| row.task.as_str()));
        let rows = reads.progress.iter().flatten().map(|row| row.task.as_str());
        let names: Vec<&str> = tasks.chain(rows).take(ROWS_COMPARED_MAX).collect();
        let of_table = |line: &str| line.contains(['\t', '|']) || names.iter().any(|name| line.contains(name));
        reply.remarks = without_lines(&reply.remarks, of_table);
    }
    if let Some(words) = &words {
        // What was read by its label is not also an order or a sentence for somebody.
        let read = |line: &str| {
            let line = line.trim();
            !line.is_empty() && words.lines.iter().any(|whole| whole.contains(line))
        };
        reply.commands.retain(|command| !read(&command.line));
        reply.doubts.retain(|doubt| !read(&doubt.line));
        reply.remarks = without_lines(&reply.remarks, read);
    }
    reply.doubts.extend(unread);
    reads.issue_words = about_issue(mail, &reply).then(|| Box::new(issue_words(mail, &body, &text, &anchor)));
    Words { reply, reads, calls, project: words, amends: amends.map(|(id, found, _)| (id, found)) }
}

/// Rows whose names are looked for in the sentences beside a table.
const ROWS_COMPARED_MAX: usize = 100;

fn without_lines(remarks: &[String], unwanted: impl Fn(&str) -> bool) -> Vec<String> {
    let kept =
        remarks.iter().map(|remark| remark.lines().filter(|line| !unwanted(line)).collect::<Vec<_>>().join("\n"));
    kept.filter(|remark| !remark.trim().is_empty()).collect()
}

/// Whether a mail answers about a project, or names one in its subject.
fn about_project(mail: &MailRead, around: &Around<'_>) -> bool {
    let ids = mail.answers.iter().flat_map(|letter| letter.objects.iter()).chain(&mail.subject_ids);
    ids.filter(|id| id.starts_with("P-") || id.starts_with("A-")).any(|id| match id.strip_prefix("A-") {
        Some(_) => around.records.action(id).is_some_and(|item| item.source.kind == "project"),
        None => around.records.project(id).is_some(),
    })
}

/// Questions that may be asked by a subject alone.
const ASKED: [Verb; 10] = [
    Verb::List,
    Verb::Status,
    Verb::Report,
    Verb::Decisions,
    Verb::Files,
    Verb::Export,
    Verb::Frequency,
    Verb::Unsubscribe,
    Verb::Help,
    Verb::Why,
];

/// A new mail whose subject is a question and whose text says nothing: 主题 `周报 P-3`, or what List-Unsubscribe opens
/// (O23). Mail programs that unsubscribe by themselves put a sentence of their own into the text; it is for nobody.
fn asked_in_the_subject(reply: &mut ReplyReading, mail: &MailRead, empty: bool, anchor: &Anchor, around: &Around<'_>) {
    let answered = mail.answers.is_some() || mail.listening;
    if answered || reply.commands.iter().any(|command| command.verb != Verb::Comment) {
        return;
    }
    let read = command::read(&mail.base_subject, &[], None, Context::None, &[], anchor, around.lexicon);
    let ([only], [], []) = (read.commands.as_slice(), read.doubts.as_slice(), read.remarks.as_slice()) else { return };
    let says_nothing = empty || only.verb == Verb::Unsubscribe;
    if says_nothing && ASKED.contains(&only.verb) {
        reply.commands = read.commands;
        reply.remarks.clear();
        reply.doubts.clear();
    }
}

/// 应由李雷负责, the owner should be Leo: the one colleague whose full name an objection gives as the owner (O29).
fn owner_named(said: &str, around: &Around<'_>) -> Option<String> {
    const OWNS: [&str; 7] = ["负责", "由", "改为", "应为", "owner", "owned by", "should be"];
    let lower = said.to_lowercase();
    if !OWNS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let people = around.directory.people().iter().filter(|person| person.is_human());
    let mut named =
        people.filter(|person| person.name.chars().count() > 1 && lower.contains(&person.name.to_lowercase()));
    let only = named.next()?;
    named.next().is_none().then(|| only.name.clone())
}

/// A list to be taken over is named so, in the subject or in a few words beside it (O37).
fn asks_import(mail: &MailRead, own: &str) -> bool {
    const WORDS: [&str; 10] = [
        "导入",
        "匯入",
        "台账",
        "臺賬",
        "待办清单",
        "待辦清單",
        "import the list",
        "import these",
        "import our",
        "task register",
    ];
    let head: String = own.lines().take(4).collect::<Vec<_>>().join(" ");
    let said = format!("{} {head}", mail.base_subject).to_lowercase();
    WORDS.iter().any(|word| said.contains(word)) || said.trim_start().starts_with("import")
}

/// Whatever kind of document the table looks like, its rows are the list.
fn take_import(reads: &mut Reads) {
    let rows = match &mut reads.minutes {
        Some(minutes) => std::mem::take(&mut minutes.items),
        None => std::mem::take(&mut reads.tasks),
    };
    if !rows.is_empty() {
        *reads = Reads { import: rows, ..Reads::default() };
    }
}

/// Why the words of a file that is no document stay unread, where somebody may have meant them to be: not a logo, not a
/// calendar, not an archive's signature.
pub fn why_unread(name: &str, size: usize) -> Option<&'static str> {
    const LOGO_BYTES_MAX: usize = 40 * 1024;
    match name.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "bmp" | "tif" | "tiff" | "heic" | "webp" if size >= LOGO_BYTES_MAX => {
            Some("a picture")
        }
        "pdf" | "doc" | "rtf" | "wps" | "ppt" | "pptx" | "odt" => Some("a kind of file whose words are not read"),
        "rar" | "7z" => Some("an archive that is not opened"),
        _ => None,
    }
}

/// A few words that bring minutes: an answer to the question for them, or words that name them.
fn brings_minutes(mail: &MailRead, own: &str) -> bool {
    const FEW: usize = 120;
    const WORDS: [&str; 6] = ["纪要", "紀要", "会议记录", "會議記錄", "minutes of", "meeting minutes"];
    if mail.answers.as_ref().is_some_and(|letter| letter.letter == LetterName::MinutesChase) {
        return true;
    }
    let said = format!("{}\n{own}", if mail.subject_is_ours { "" } else { mail.base_subject.as_str() }).to_lowercase();
    let named = WORDS.iter().any(|word| said.contains(word)) || own.to_lowercase().contains("the minutes");
    named && own.chars().count() <= FEW && !own.contains(['?', '？'])
}

/// What a stand-in answers to the copy of somebody's letter (O5), as that person would say it: 赵总参加 is 参加.
fn first_person(text: &str, principal: &str, around: &Around<'_>) -> String {
    const TITLES: [&str; 8] = ["总", "经理", "主任", "部长", "主管", "工", "老师", "院长"];
    let Some(person) = around.directory.by_address(principal) else { return text.to_string() };
    let mut names = vec![person.name.clone()];
    names.extend(person.aliases.iter().filter(|alias| !alias.contains('@')).cloned());
    if let Some(surname) = person.name.chars().next().filter(|first| !first.is_ascii()) {
        names.extend(TITLES.iter().chain([&person.title.as_str()]).map(|title| format!("{surname}{title}")));
    }
    names.retain(|name| !name.is_empty());
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let bare = |line: &str| {
        let said = names.iter().find_map(|name| line.trim_start().strip_prefix(name.as_str()));
        said.map_or_else(|| line.to_string(), |rest| rest.trim_start_matches([' ', '，', ',', '：', ':']).to_string())
    };
    text.lines().map(bare).collect::<Vec<_>>().join("\n")
}

/// 由李四代理，可以代批: the second half says what the stand-in may (O5).
fn deputy_approves(reply: &mut ReplyReading) {
    const WORDS: [&str; 9] = [
        "代批",
        "代为审批",
        "代理审批",
        "可审批",
        "可以审批",
        "含审批",
        "may approve",
        "can approve",
        "including approvals",
    ];
    const NOT: [&str; 6] = ["不", "无权", "not ", "n't ", "no ", "except"];
    let says = |line: &str| {
        let line = line.to_lowercase();
        WORDS.iter().any(|word| line.contains(word)) && !NOT.iter().any(|not| line.contains(not))
    };
    let Some(at) = reply.commands.iter().position(|command| command.verb == Verb::Deputy) else { return };
    if !reply.text.lines().any(says) {
        return;
    }
    if let Some(command) = reply.commands.get_mut(at) {
        command.answer = Some("may_approve".into());
    }
    // Nothing else is said by those words, and nobody is called 代批.
    reply.commands.retain(|command| command.verb == Verb::Deputy || !says(&command.line));
    reply.doubts.retain(|doubt| !says(&doubt.line));
    reply.remarks.retain(|remark| !says(remark));
}

/// Whether a mail speaks of a problem that was reported: by the letter it answers, by its subject, by an id in it.
fn about_issue(mail: &MailRead, reply: &ReplyReading) -> bool {
    let of_letter = mail.answers.iter().flat_map(|letter| letter.objects.iter());
    let of_words = reply.commands.iter().filter_map(|command| command.id.as_ref());
    of_letter.chain(&mail.subject_ids).chain(of_words).any(|id| id.starts_with("Q-"))
}

/// What it says of the problem beside commands; and the answers to what the form left out, where those were asked.
fn issue_words(mail: &MailRead, body: &Body, text: &str, anchor: &Anchor<'_>) -> IssueWords {
    let mut words = crate::language::issue_words::read(text, anchor);
    if let Some(letter) = mail.answers.as_ref().filter(|letter| letter.letter == LetterName::IssueGaps) {
        let asked: Vec<(u32, &str)> = letter.lines.iter().map(|line| (line.n, line.task.as_str())).collect();
        words.answers = crate::language::issue_words::gaps(&body.own, text, &asked, anchor);
    }
    words
}

/// TRUST P8: text and HTML that give different orders. Clients write the one from the other, so only a hand that wants one
/// reader to see what another does not makes them differ; words that order nothing may differ as they like.
pub fn two_minds(mail: &MailRead, inbound: &Inbound, own: &OwnWords, around: &Around<'_>) -> bool {
    let (Some(html), Some(_), false) = (&inbound.html, &inbound.text, inbound.prefers_html()) else { return false };
    if mail.reads.minutes.is_some() || mail.reads.meeting.is_some() {
        return false;
    }
    let other = own_html(html);
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    // A text part of nothing, or a page of pictures, says nothing against the other.
    if letters(&own.text) == letters(&other.text) || letters(&other.text).is_empty() {
        return false;
    }
    let calendar = calendar_of(mail, around);
    let anchor = Anchor::new(mail.sent_at, &calendar);
    let context = mail.answers.as_ref().map(|letter| letter.context).unwrap_or_default();
    let items = mail.answers.as_ref().map(|letter| letter.lines.as_slice()).unwrap_or_default();
    let orders = |own: &OwnWords| -> Vec<String> {
        let inline: Vec<Answer<'_>> =
            own.inline.iter().map(|answer| Answer { above: &answer.above, text: &answer.text }).collect();
        let read = command::read(&own.text, &inline, Some(&inbound.subject), context, items, &anchor, around.lexicon);
        let mut orders: Vec<String> = read
            .commands
            .iter()
            .filter(|command| command.verb != Verb::Comment)
            .map(|c| {
                format!("{:?} {:?} {:?} {:?} {:?} {:?} {:?}", c.verb, c.item, c.id, c.answer, c.due, c.to, c.start)
            })
            .collect();
        orders.sort();
        orders.dedup();
        orders
    };
    orders(own) != orders(&other)
}

/// Takes over 同意, 不同意, 通过, 退回 from a reading in another light, where the first one saw no command.
fn add_answers(reply: &mut ReplyReading, other: ReplyReading) {
    let answers = other.commands.into_iter().filter(|c| {
        matches!(c.verb, Verb::Approve | Verb::Refuse | Verb::Accept | Verb::Reject | Verb::Rate | Verb::SignOff)
    });
    for command in answers {
        let same_place = |c: &Command| c.item == command.item && c.line == command.line;
        if reply.commands.iter().any(|c| same_place(c) && c.verb != Verb::Comment) {
            continue;
        }
        reply.commands.retain(|c| !(same_place(c) && c.verb == Verb::Comment));
        reply.doubts.retain(|doubt| doubt.line != command.line);
        reply.remarks.retain(|remark| *remark != command.line);
        reply.commands.push(command);
    }
}

/// Open items that a fresh mail may speak of; above this many, words alone are no name.
const OPEN_MAX: usize = 100;
/// Numbers nobody writes by chance.
const UNNUMBERED: u32 = 900_000;

/// What the writer has on the desk, owned or given out, without usable numbers.
fn open_lines(around: &Around<'_>, address: &str) -> Vec<Line> {
    let records = around.records;
    let ids = records.ids("open_of", address).into_iter().chain(records.ids("organized_open", address));
    let mut lines: Vec<Line> = Vec::new();
    for id in ids.take(OPEN_MAX) {
        if lines.iter().any(|line| line.id == id) {
            continue;
        }
        if let Some(item) = records.action(&id) {
            lines.push(Line { n: UNNUMBERED + lines.len() as u32, id, task: item.task });
        }
    }
    lines
}

/// Meetings of one person that are looked through for a title.
const MEETINGS_MAX: usize = 40;

/// A new mail read as what it says about the meetings that it names; `None` where it says nothing that is to be done with
/// them, or where the subject alone names one and the words are clear without it.
fn said_of_meetings(
    mail: &MailRead,
    text: &str,
    plain: &ReplyReading,
    anchor: &Anchor,
    around: &Around<'_>,
) -> Option<ReplyReading> {
    let orders = |read: &ReplyReading| read.commands.iter().any(|command| command.verb != Verb::Comment);
    let first = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let is_named = leading_id(first).is_some() || leading_title(first, mail, anchor, around).is_some();
    if !is_named && orders(plain) {
        return None;
    }
    let mut whole = ReplyReading { text: plain.text.clone(), ..ReplyReading::default() };
    for (id, part) in parts_of_meetings(mail, text, anchor, around) {
        // M-7 确认 about a call that has not gone out lets it go; it is nobody's attendance.
        let waits = around.records.meeting(&id).is_some_and(|meeting| meeting.state == MeetingState::Draft);
        let context = if waits { Context::Preview } else { Context::Meeting };
        let mut read = command::read(&part, &[], None, context, &[], anchor, around.lexicon);
        read.commands.iter_mut().for_each(|command| command.id = Some(id.clone()));
        whole.commands.extend(read.commands);
        whole.doubts.extend(read.doubts);
        whole.remarks.extend(read.remarks);
    }
    orders(&whole).then_some(whole)
}

/// What the writer changes of a meeting that the writer leads: the meeting, the changes, and the words that are left. The
/// meeting is that of the letter answered, or the one that the subject or the line names.
fn amendment(
    mail: &MailRead,
    own: &OwnWords,
    reads: &Reads,
    anchor: &Anchor,
    around: &Around<'_>,
) -> Option<(String, Amendment, String)> {
    if mail.listening || reads.minutes.is_some() || mail.confidential && mail.answers.is_none() {
        return None;
    }
    // A whole call says everything anew (O15).
    let lines = own.text.lines().filter(|line| !line.trim().is_empty()).count();
    if reads.meeting.is_some() && (mail.answers.is_none() || lines > 2) {
        return None;
    }
    let of_letter = mail.answers.as_ref().filter(|letter| {
        matches!(
            letter.letter,
            LetterName::MeetingNotice | LetterName::MeetingUpdate | LetterName::Readiness | LetterName::RunSheet
        )
    });
    let first = own.text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let of_line = || {
        leading_id(first)
            .map(|(id, rest)| (id, rest.to_string()))
            .or_else(|| leading_title(first, mail, anchor, around))
    };
    let named = match of_letter {
        Some(letter) => letter.objects.iter().find(|id| id.starts_with("M-")).map(|id| (id.clone(), None)),
        None if mail.answers.is_some() => None,
        None => mail
            .subject_ids
            .iter()
            .find(|id| id.starts_with("M-"))
            .map(|id| (id.clone(), None))
            .or_else(|| of_line().map(|(id, rest)| (id, Some(rest))))
            .or_else(|| leading_title(&mail.base_subject, mail, anchor, around).map(|(id, _)| (id, None))),
    };
    let (id, first_line) = named?;
    let meeting = around.records.meeting(&id).filter(|meeting| meeting.state == MeetingState::Announced)?;
    let author = &mail.author.as_ref()?.address;
    if !meeting.is_led_by(author) {
        return None;
    }
    // M-12 加上郭总: the words after the name, and the lines below them.
    let text = match first_line.or_else(|| leading_id(first).map(|(_, rest)| rest.to_string())) {
        Some(words) => {
            let below = own.text.split_once(first).map_or("", |(_, below)| below);
            format!("{words}{below}")
        }
        None => own.text.clone(),
    };
    let concerned = meeting.concerned();
    let is_known = |name: &str| {
        !matches!(around.rules.names.resolve(name, &concerned, around.directory), Resolved::Nobody)
            || !around.rules.names.expand(name, around.directory).is_empty()
    };
    let (found, rest) = crate::language::agenda::amend::read(&text, anchor, is_known);
    if found == Amendment::default() && rest == text {
        return None;
    }
    // What is left is read as said of the meeting that was named.
    let named_rest = if of_letter.is_some() || rest.trim().is_empty() { rest } else { format!("{id} {}", rest.trim()) };
    Some((id, found, named_rest))
}

/// What a new mail says about meetings that it names: `M-2 地点改为502`, lines under a subject `M-2`, 评审会改到周四14点. Each
/// part with the meeting's id, without the name. Empty where a line speaks of something else.
fn parts_of_meetings(mail: &MailRead, text: &str, anchor: &Anchor, around: &Around<'_>) -> Vec<(String, String)> {
    let in_subject = mail.subject_ids.iter().find(|id| id.starts_with("M-"));
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let named = leading_id(line)
            .map(|(id, rest)| (id, rest.to_string()))
            .or_else(|| leading_title(line, mail, anchor, around));
        match (named, parts.last_mut()) {
            (Some((id, rest)), _) if !rest.is_empty() => {
                // In answer to a notice a bare 取消 could be said of oneself; of a meeting that is named it is the meeting.
                let (verb, more) = rest.split_once(['，', ',', '。', '；', ';']).unwrap_or((&rest, ""));
                let bare = verb.trim().trim_end_matches(['.', '！', '!', '了']).to_lowercase();
                let is_off =
                    matches!(bare.as_str(), "取消" | "cancel" | "call off" | "cancelled" | "canceled" | "is cancelled");
                parts.push((id, if is_off { format!("取消会议\n{more}").trim_end().into() } else { rest }));
            }
            (None, Some((_, part))) => {
                part.push('\n');
                part.push_str(line);
            }
            (None, None) => match in_subject {
                Some(id) => parts.push((id.clone(), line.to_string())),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        }
    }
    parts
}

/// `M-12` at the head of a line, and what follows it.
fn leading_id(line: &str) -> Option<(String, &str)> {
    let bare = line.trim_start_matches(['[', '【', ' ']);
    let digits = bare.strip_prefix("M-").or_else(|| bare.strip_prefix("m-"))?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, rest) = digits.split_at_checked(end).filter(|(number, _)| !number.is_empty())?;
    Some((format!("M-{number}"), rest.trim_start_matches([']', '】', ' ', ':', '：', ',', '，', '、'])))
}

/// The one meeting of the writer's that a line names by its title, and what it says of it: 评审会改到周四, 取消评审会,
/// 3月23日的周会取消, Please move the review to Friday 3pm.
fn leading_title(line: &str, mail: &MailRead, anchor: &Anchor, around: &Around<'_>) -> Option<(String, String)> {
    const TITLE_MIN: usize = 3;
    const LINE_MAX: usize = 60;
    let author = &mail.author.as_ref()?.address;
    if line.chars().count() > LINE_MAX {
        return None;
    }
    let mut found: Vec<(Meeting, String)> = Vec::new();
    for id in around.records.ids("meetings_of", author).into_iter().take(MEETINGS_MAX) {
        let Some(meeting) = around.records.meeting(&id) else { continue };
        let title = meeting.title.trim();
        let Some(at) = line.find(title).filter(|_| title.chars().count() >= TITLE_MIN) else { continue };
        let (head, tail) = (line.get(..at)?, line.get(at + title.len()..)?);
        let Some((day, said)) = said_around(head, tail, anchor) else { continue };
        let zone = meeting.time_zone.parse().unwrap_or(around.rules.time_zone);
        let own = meeting.start.map(|start| start.with_timezone(&zone).date_naive());
        if day.is_none_or(|day| own == Some(day)) {
            found.push((meeting, said));
        }
    }
    // What is over is not moved or called off while another of that title is to come.
    let to_come = |meeting: &Meeting| matches!(meeting.state, MeetingState::Draft | MeetingState::Announced);
    if found.iter().any(|(meeting, _)| to_come(meeting)) {
        found.retain(|(meeting, _)| to_come(meeting));
    }
    found.sort_by_key(|(meeting, _)| meeting.start);
    let of_one_series = found
        .windows(2)
        .all(|two| matches!(two, [(one, _), (other, _)] if one.series.is_some() && one.series == other.series));
    // Two of a title that have nothing to do with one another: which one is asked rather than guessed.
    if found.len() > 1 && !of_one_series {
        return None;
    }
    found.into_iter().next().map(|(meeting, said)| (meeting.id.clone(), said))
}

/// What stands around a title: the day of the occurrence it names, if any, and what is said of the meeting. None where the
/// line is about something else.
fn said_around(head: &str, tail: &str, anchor: &Anchor) -> Option<(Option<NaiveDate>, String)> {
    const QUOTES: [char; 8] = ['《', '》', '“', '”', '"', '「', '」', ' '];
    const THIS: [&str; 9] = ["这次", "本次", "这一次", "那次", "这场", "那场", "的", " on that day", "'s"];
    const MOVES: [&str; 4] = ["move", "reschedule", "postpone", "shift"];
    const ENDS: [&str; 4] = ["取消", "推迟", "cancel", "call off"];
    let day_of = |text: &str| {
        let mention = crate::language::when::all(text, anchor).into_iter().next()?;
        mention.due.map(|due| (due.date(), mention.span))
    };
    let bare = |text: &str| text.trim_matches(QUOTES).to_string();
    let mut tail = tail.trim_start_matches(['》', '”', '"', '」', ' ', ':', '：', ',', '，']).to_string();
    let mut day = None;
    if let Some((date, span)) = day_of(&tail).filter(|(_, span)| span.start == 0) {
        let rest = tail.get(span.end..).unwrap_or_default();
        // 部门周会 3月23日这次改到…: which one, not when.
        if let Some(rest) = THIS.iter().find_map(|word| rest.strip_prefix(word)) {
            (day, tail) = (Some(date), rest.to_string());
        }
    } else if let Some(rest) = THIS.iter().take(6).find_map(|word| tail.strip_prefix(word)) {
        tail = rest.to_string();
    }
    let tail = tail.trim_start_matches([' ', '，', ',']).to_string();
    let lower = head.to_lowercase();
    let words = lower.trim().trim_start_matches("请").trim_start_matches("please").trim();
    let words = words.trim_end_matches(QUOTES).trim_end_matches("the").trim_end_matches("our").trim();
    if bare(words).is_empty() {
        return Some((day, tail));
    }
    let end = tail.trim_end_matches(['。', '.', '！', '!']).trim();
    if ENDS.contains(&words) && end.is_empty() {
        return Some((day, words.to_string()));
    }
    // move the review to Friday 3pm
    if MOVES.contains(&words) && tail.to_lowercase().starts_with("to ") {
        return Some((day, format!("{words} {tail}")));
    }
    // 3月23日的周会取消: the day says which one.
    let (date, span) = day_of(words)?;
    let around = (words.get(..span.start)?.trim(), words.get(span.end..)?.trim());
    let only_day = around.0.is_empty() && (around.1.is_empty() || THIS.contains(&around.1));
    (only_day && day.is_none()).then_some((Some(date), tail))
}

/// Minutes, calls, forms and tables. A reply to a question of ours is read as its answer first.
fn documents(
    mail: &MailRead,
    body: &Body,
    context: Context,
    calendar: &Workdays,
    writer: Option<&str>,
) -> (Reads, Vec<CallReading>) {
    let question = matches!(
        context,
        Context::MinutesGaps | Context::MinutesReview | Context::Approval | Context::Acceptance | Context::Verify
    );
    // A table to fill in comes back as minutes (O36).
    let form = mail.answers.as_ref().is_some_and(|letter| context == Context::MinutesGaps && letter.lines.is_empty());
    let context = if form { Context::None } else { context };
    if question && !form && mail.attachments.is_empty() {
        return (Reads::default(), Vec::new());
    }
    // The subject of an answer is ours, not the writer's: it says nothing of what the answer is.
    let subject = if form {
        "会议纪要"
    } else if mail.answers.is_some() && mail.subject_is_ours {
        ""
    } else {
        mail.base_subject.as_str()
    };
    crate::language::reads(body, subject, context, mail.sent_at, calendar, writer)
}

/// The calendar deadlines follow: the writer's own, where one is named (O30).
fn calendar_of(mail: &MailRead, around: &Around<'_>) -> Workdays {
    mail.author.as_ref().and_then(|author| around.directory.by_address(&author.address)).map_or_else(
        || around.rules.workdays.clone(),
        |person| around.rules.calendar(&around.rules.calendar_key(person)),
    )
}

/// 5 个工作日内 are working days of who has to do it, not of who wrote it (O30).
fn by_owners_calendar(reads: &mut Reads, mail: &MailRead, around: &Around<'_>, written_by: &Workdays) {
    let key = |person: &Person| around.rules.calendar_key(person);
    let writer = mail.author.as_ref().and_then(|author| around.directory.by_address(&author.address));
    let writers = writer.map(|person| key(person)).unwrap_or_default();
    let concerned: Vec<String> = mail.to.iter().chain(&mail.cc).map(|reader| reader.address.clone()).collect();
    let minutes = reads.minutes.iter_mut().flat_map(|minutes| &mut minutes.items);
    for item in minutes.chain(&mut reads.tasks).chain(&mut reads.import) {
        let (Some(due), Some(phrase), Some(owner)) = (&item.deadline, &item.due_phrase, &item.owner) else { continue };
        let Some(owner) = owner.names().first() else { continue };
        let owners = match around.rules.names.resolve(owner, &concerned, around.directory) {
            Resolved::One(address) => around.directory.by_address(&address).map(|person| key(person)),
            _ => around.rules.department_calendars.get(owner).cloned(),
        };
        let Some(owners) = owners.filter(|owners| *owners != writers) else { continue };
        let days = around.rules.calendar(&owners);
        let read = |days| crate::language::when::cell(phrase, &Anchor::new(mail.sent_at, days));
        // Only where these words alone say the day: 上次会后3天 counts from something else.
        let said = read(written_by).filter(|said| said.due == *due);
        if let Some(own) = said.and_then(|_| read(&days)).filter(|own| own.due != *due) {
            item.deadline = Some(own.due);
            item.due_why = Some(own.why);
        }
    }
}

/// What follows `@督办` at the head of a line.
fn called_upon(line: &str) -> Option<&str> {
    const NAMES: [&str; 3] = ["@督办助手", "@督办", "@duban"];
    let line = line.trim();
    let rest = NAMES.iter().find_map(|name| {
        let head = line.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then(|| line.get(name.len()..)).flatten()
    })?;
    Some(rest.trim_start_matches([' ', ',', '，', ':', '：', '\u{3000}']))
}

/// Words to us rather than work for somebody: they begin with an id, or ask.
fn is_said_to_us(words: &str, anchor: &Anchor, around: &Around<'_>) -> bool {
    use Verb::{Decisions, Export, Files, Frequency, Help, List, Report, Status, Undo, Unsubscribe, Why};
    let bytes = words.as_bytes();
    let has_id = matches!(bytes, [b'A' | b'M' | b'Q' | b'P' | b'a' | b'm' | b'q' | b'p', b'-', digit, ..] if digit.is_ascii_digit());
    let asks = |verb: Verb| {
        matches!(
            verb,
            List | Status | Report | Decisions | Files | Export | Why | Frequency | Unsubscribe | Help | Undo
        )
    };
    has_id || {
        let read = command::read(words, &[], None, Context::None, &[], anchor, around.lexicon);
        !read.commands.is_empty() && read.commands.iter().all(|command| asks(command.verb))
    }
}

/// Tables lose their shape in the text part: where HTML has one, HTML is read.
fn has_table(inbound: &Inbound) -> bool {
    inbound.html.as_deref().is_some_and(|html| {
        let lower = html.get(..html.len().min(200_000)).unwrap_or(html);
        lower.contains("<td") || lower.contains("<TD")
    })
}

fn is_document(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    matches!(
        end.as_str(),
        "docx" | "docm" | "xlsx" | "xlsm" | "xls" | "zip" | "csv" | "tsv" | "md" | "txt" | "html" | "htm" | "eml"
    )
}

/// The return date of a vacation note: the last day it names as a return, or the end of the stretch it names.
pub fn away_until(text: &str, subject: &str, sent_at: DateTime<FixedOffset>, rules: &Rules) -> Option<NaiveDate> {
    let anchor = Anchor::new(sent_at, &rules.workdays);
    let day = sent_at.date_naive();
    let far = day + chrono::Duration::days(366);
    let found = text.lines().chain([subject]).take(60).flat_map(|line| crate::language::when::all(line, &anchor));
    found.filter_map(|mention| mention.due.map(|due| due.date())).filter(|date| *date > day && *date < far).max()
}
