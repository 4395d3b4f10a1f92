//! Who may speak, and before whom: new colleagues (O3), authors that could not be proven (O1), answers from another address
//! (O2), mail that its writer let us see in secret (O10).

use super::crowd;
use super::event::{MailRead, Proof};
use super::letter::{Letter, LetterName, SentLetter};
use super::person::Person;
use super::questions;
use super::reading::{Context, Line, Verb};
use super::shown;
use super::view::{Record, Verdict, View};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Mails of one person that wait for an answer.
const WAITING_MAX: usize = 50;
/// Questions to one person a day; beyond them somebody else writes in that name.
const ASKED_A_DAY: u64 = 3;
/// Hours a question "was it you?" stays open.
const VERIFY_HOURS: i64 = 72;

/// The author is proven: who is it? A colleague we did not know becomes a person (O3).
pub fn admit(view: &mut View<'_>, mail: &MailRead, _now: DateTime<Utc>) -> Option<Person> {
    let author = mail.author.as_ref()?;
    if let Some(person) = view.person(&author.address) {
        return Some((*person).clone());
    }
    let mut person = Person::of_address(&author.address, author.name.trim());
    person.learned = true;
    person.language = mail.language.clone();
    view.put(Record::Person(Box::new(person.clone())), "first mail of a colleague");
    Some(person)
}

/// Nobody we know, from outside. Nothing is sent to such an address, not even that we exist. An answer in the thread of
/// somebody we know may be that person at another address: that person is asked, once (O2).
pub fn stranger(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    view.withhold(Verdict::Quarantine, "stranger");
    let (Some(letter), Some(author)) = (&mail.answers, &mail.author) else { return };
    if mail.proof != Proof::Pass || view.person(&letter.to).is_none() {
        return;
    }
    let key = format!("other-asked/{}/{}", letter.to, author.address);
    if view.note(&key).is_none() {
        view.set_note(&key, json!(now));
        ask(view, mail, &letter.to.clone(), "other_address", Some(&author.address), now);
    }
}

/// Mail for whoever runs the house (RFC 5321 §4.5.1) orders nothing, whoever wrote it. It is kept, and the administrator
/// hears of it, once a day: anybody in the world may write there.
pub fn to_postmaster(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    view.withhold(Verdict::Quarantine, "written to postmaster: for the administrator, read as no order");
    tell_administrator(view, mail, "postmaster", "duban quarantine list", now);
}

/// Known by address, but nothing proves that the mail is theirs.
pub fn unproven(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let Some(author) = &mail.author else { return };
    if view.rules.unauthenticated == "attendance" && attendance_only(view, mail, now) {
        return;
    }
    // O1: where a colleague's mail carries no proof at all, the administrator hears of it. What carries a wrong one is forged,
    // and of no use to know.
    if mail.proof == Proof::None && view.is_internal(&author.address) {
        tell_administrator(view, mail, "unproven_sender", "duban doctor --probe", now);
    }
    let Some(person) = view.person(&author.address) else {
        return view.withhold(Verdict::Quarantine, "an unproven author of our own domain who is not in the directory");
    };
    if mail.subject.is_empty() && mail.text.is_empty() && mail.attachments.is_empty() && mail.calendar.is_none() {
        view.withhold(Verdict::Quarantine, "the author could not be proven, and the mail says nothing");
        return;
    }
    // O1: a colleague is not left without a word; each mail waits for an answer of its own, since a 是 to one must not let
    // another, perhaps forged, slip through.
    let key = format!("verify-asked/{}", person.address);
    let day = now.format("%Y-%m-%d").to_string();
    let known = view.note(&key).filter(|note| note.get("day").and_then(Value::as_str) == Some(day.as_str()));
    let times = known.and_then(|note| note.get("times")?.as_u64()).unwrap_or(0);
    view.withhold(Verdict::Quarantine, "the author could not be proven; asked at the known address");
    if mail.no_answer || times >= ASKED_A_DAY {
        return view.suppress(LetterName::VerifySender, &person.address, "asked often enough today");
    }
    view.set_note(&key, json!({"day": day, "times": times + 1}));
    ask(view, mail, &person.address.clone(), "unproven", None, now);
}

/// Tells the administrator of a kind of mail, once a day: anybody in the world may write such mail, as often as they like.
fn tell_administrator(view: &mut View<'_>, mail: &MailRead, kind: &str, hint: &str, now: DateTime<Utc>) {
    let Some(admin) = view.rules.admin.clone() else { return };
    let (key, today) = (format!("{kind}-told"), json!(now.format("%Y-%m-%d").to_string()));
    if view.note(&key).as_ref() == Some(&today) {
        return view.suppress(LetterName::AdminAlert, &admin, "the administrator was told today of such mail");
    }
    view.set_note(&key, today);
    let author = mail.author.as_ref().map_or("", |author| &author.address);
    let mut letter = Letter::new(LetterName::AdminAlert, &admin, format!("alert: {kind}"))
        .with("kind", kind)
        .with("from", author)
        .with("subject", &mail.subject)
        .with("reason", &mail.proof_reason)
        .with("hint", hint);
    for key in ["title", "text"] {
        letter = letter.with(key, "");
    }
    view.send(letter);
}

/// Asks the known address whether the mail was its own.
fn ask(view: &mut View<'_>, mail: &MailRead, known: &str, reason: &str, other: Option<&str>, now: DateTime<Utc>) {
    let excerpt: String = mail.text.chars().take(200).collect();
    let code: String =
        mail.message_id.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193)).to_string();
    view.set_note(
        &format!("verify/{known}/{}", mail.message_id),
        json!({"message_id": mail.message_id, "other": other, "until": now + Duration::hours(VERIFY_HOURS)}),
    );
    let letter = Letter::new(LetterName::VerifySender, known, format!("verify the author ({reason})"))
        .with("reason", reason)
        .with("address", known)
        .with("other_address", other)
        .with("subject", &mail.subject)
        .with("excerpt", excerpt)
        .with("at", mail.sent_at.to_rfc3339())
        .with("code", code)
        .lines(vec![Line { n: 1, id: mail.message_id.clone(), task: mail.subject.clone() }]);
    view.send(letter);
}

/// `trust.unauthenticated = "attendance"`: an answer to a notice by its very reader may say who comes, nothing else.
fn attendance_only(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> bool {
    let (Some(letter), Some(author)) = (&mail.answers, &mail.author) else { return false };
    // TRUST S8: the token of that very person's letter. A thread alone is known to whoever was copied.
    if letter.context != Context::Meeting || letter.to != author.address || !mail.by_token {
        return false;
    }
    let Some(id) = letter.objects.iter().find(|id| id.starts_with("M-")).cloned() else { return false };
    let mut any = false;
    for command in mail.reply.commands.iter().filter(|c| c.verb == Verb::Rsvp) {
        super::meeting::command(view, mail, &id, command, now);
        any = true;
    }
    if any {
        view.audit("unproven author: attendance only (trust.unauthenticated)");
    }
    any
}

/// The answer to "was it you?".
pub fn answered(view: &mut View<'_>, mail: &MailRead, letter: &SentLetter, now: DateTime<Utc>) {
    let Some(author) = &mail.author else { return };
    if author.address != letter.to {
        return view.withhold(Verdict::Quarantine, "answers a question that was not asked of this person");
    }
    let Some(yes) = was_it_me(&mail.text, &view.somebody(&author.address).name) else {
        view.audit("neither yes nor no to \"was it you?\": the mail waits on");
        return questions::not_understood(view, mail, now);
    };
    let held = view.notes(&format!("verify/{}/", letter.to), WAITING_MAX);
    let asked_about = letter.lines.first().map(|line| line.id.as_str());
    for (key, note) in held {
        if note.get("message_id").and_then(Value::as_str) != asked_about {
            continue;
        }
        view.clear_note(&key);
        let open = note
            .get("until")
            .and_then(Value::as_str)
            .and_then(|t| t.parse::<DateTime<Utc>>().ok())
            .is_some_and(|t| t > now);
        let Some(id) = note.get("message_id").and_then(Value::as_str) else { continue };
        if yes && open {
            view.release(id);
            view.audit("the author answered: it was me");
            if let Some(other) = note.get("other").and_then(Value::as_str) {
                let mut person = (*view.somebody(&letter.to)).clone();
                if !person.aliases.iter().any(|alias| alias == other) {
                    person.aliases.push(other.to_string());
                    view.put(Record::Person(Box::new(person)), "another address of the same person");
                }
            }
        } else {
            view.audit("the author answered: it was not me, or too late");
        }
    }
}

/// Whether an answer says that the mail was its writer's. A yes lets orders through and an address in for good, so it is one
/// only where nothing else stands beside it but courtesies and the writer's own name: "Got it. I did not send that" is no yes.
/// `None`: neither.
fn was_it_me(text: &str, name: &str) -> Option<bool> {
    let (text, name) = (text.to_lowercase().replace('’', "'"), name.to_lowercase());
    let (mut yes, mut no, mut more) = (false, false, false);
    let ends = ['，', ',', '。', '.', '!', '！', ';', '；', ':', '：', '、', '\n', '\r'];
    for clause in text.split(ends).map(|clause| clause.trim_matches(|c: char| !c.is_alphanumeric())) {
        if clause.is_empty() || COURTESIES.contains(&clause) || name == clause || name.split(' ').any(|n| n == clause) {
            continue;
        }
        let denied = DENIALS.iter().any(|sign| clause.contains(sign))
            || clause.split_whitespace().any(|word| DENYING_WORDS.contains(&word) || word.ends_with("n't"));
        match (ME.contains(&clause), denied) {
            (true, _) => yes = true,
            (false, true) => no = true,
            (false, false) => more = true,
        }
    }
    match (yes, no, more) {
        (_, true, _) => Some(false),
        (true, false, false) => Some(true),
        _ => None,
    }
}

/// What says that a mail was one's own, as a whole clause.
#[rustfmt::skip]
const ME: &[&str] = &[
    "是", "是的", "嗯", "对", "對", "对的", "對的", "没错", "沒錯", "确认", "確認", "已确认", "已確認", "是我", "是我的", "是我发的", "是我發的",
    "我发的", "我發的", "是我写的", "是我寫的", "我写的", "我寫的", "是本人", "本人", "是我本人", "是我本人发的", "是我本人發的", "本人发的", "本人發的",
    "确认是我", "確認是我", "确认是我发的", "確認是我發的", "确认是本人", "確認是本人", "都是我", "是我没错", "是我沒錯",
    "yes", "yep", "yeah", "y", "yes it was", "yes it was me", "yes that was me", "yes it is", "yes i did", "yes i sent it",
    "yes i sent that", "yes it's me", "yes that's me", "it was me", "that was me", "it's me", "it is me", "that's me", "i did",
    "i sent it", "i sent that", "i sent this", "i wrote it", "i wrote that", "confirm", "confirmed", "i confirm", "correct",
    "it is mine", "it's mine", "it was mine", "that was mine", "mine",
];

/// What says that it was not, anywhere in a clause; in English as words.
const DENIALS: &[&str] = &["不", "没", "沒", "非", "别人", "別人", "冒充", "冒用", "假", "盗", "盜"];
#[rustfmt::skip]
const DENYING_WORDS: &[&str] = &[
    "no", "not", "never", "nope", "nobody", "someone", "somebody", "fake", "forged", "forgery", "spam", "phishing", "hacked",
];

/// What people say beside it.
#[rustfmt::skip]
const COURTESIES: &[&str] = &[
    "你好", "您好", "不好意思", "督办", "督辦", "督办你好", "督办您好", "谢谢", "謝謝", "多谢", "多謝", "感谢", "感謝", "辛苦", "辛苦了", "麻烦了", "麻煩了",
    "请照办", "請照辦", "照办", "照辦", "请处理", "請處理", "请办理", "請辦理", "麻烦处理", "麻煩處理", "麻烦处理一下", "请继续", "請繼續",
    "hi", "hello", "dear duban", "hi duban", "hello duban", "duban", "thanks", "thank you", "many thanks", "please", "go ahead",
    "please go ahead", "please proceed", "please carry it out", "please carry on", "cheers", "best", "regards", "best regards",
    "kind regards",
];

/// Where the word `公开` about a mail in Bcc is kept.
fn public_fact(message_id: &str) -> String {
    format!("public/{message_id}")
}

/// Whether the writer of a mail in Bcc let everybody know (O10).
pub fn is_public(view: &View<'_>, mail: &MailRead) -> bool {
    view.note(&public_fact(&mail.message_id)).is_some()
}

/// O10: we stood in Bcc, and what the mail says would reach others. Nobody but the sender hears of it until the sender
/// answers 公开; a call is shown to its sender anyway (O13). True when the mail waits for that word.
pub fn in_secret(view: &mut View<'_>, mail: &MailRead, author: &Person, now: DateTime<Utc>) -> bool {
    let question = |verb: Verb| {
        use Verb::*;
        matches!(verb, List | Status | Report | Decisions | Files | Export | Why | Frequency | Help | Comment)
    };
    let orders = mail.reply.commands.iter().filter(|command| !question(command.verb)).count();
    let (items, kind) = match &mail.reads.minutes {
        Some(minutes) => (minutes.items.len(), "minutes"),
        None if !mail.reads.tasks.is_empty() => (mail.reads.tasks.len(), "tasks"),
        None if mail.reads.issue.is_some() => (1, "issue"),
        None => (orders, "orders"),
    };
    let concerns = mail.reads.minutes.is_some() || items > 0;
    if !mail.in_bcc || !concerns || mail.answers.is_some() || mail.reads.meeting.is_some() || is_public(view, mail) {
        return false;
    }
    view.withhold(Verdict::Quarantine, "in Bcc: its sender has not said 公开 (O10)");
    if mail.no_answer {
        view.suppress(LetterName::Answer, &author.address, "the mail asks for no answer");
        return true;
    }
    let mut letter = Letter::new(LetterName::Answer, &author.address, "in Bcc: shall others hear of it?")
        .with("kind", "bcc")
        .with("query", kind)
        .with("text", &mail.subject)
        .with("counts", json!({"open": items, "late": 0, "done": 0}))
        .replying_to(&mail.message_id, &mail.references);
    for key in ["items", "organized", "meetings", "decisions", "history", "files"] {
        letter = letter.with(key, json!([]));
    }
    letter = letter.with("meeting", Value::Null).with("at", shown::moment(view, now));
    letter.context = Context::Preview;
    view.send(letter);
    true
}

/// 公开: the mail is read again, as if we had stood in To.
pub fn opened(view: &mut View<'_>, mail: &MailRead, author: &Person, now: DateTime<Utc>) -> bool {
    let Some(letter) = mail.answers.as_ref().filter(|letter| letter.letter == LetterName::Answer) else { return false };
    if letter.context != Context::Preview || letter.to != author.address {
        return false;
    }
    if crowd::is_question(letter) {
        crowd::answered(view, mail, letter, now);
        return true;
    }
    let yes = mail.reply.commands.iter().any(|command| command.verb == Verb::Send);
    if let Some(address) = letter.lines.first().map(|line| line.id.clone()).filter(|id| id.contains('@')) {
        let no = mail.reply.commands.iter().any(|command| {
            matches!(command.verb, Verb::Cancel | Verb::CallOff | Verb::Refuse | Verb::Decline | Verb::Reject)
        });
        if yes || no {
            super::outside::answered(view, &address, yes, now);
        } else {
            view.withhold(Verdict::Accept, "neither 发送 nor 不发: the letters to somebody outside still wait");
        }
        return true;
    }
    if yes {
        view.set_note(&public_fact(&letter.cause), json!(now));
        view.release(&letter.cause);
        view.audit("公开: the mail is read as if we had stood in To");
    } else {
        view.withhold(Verdict::Accept, "no 公开: the mail stays between its sender and us");
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        #[rustfmt::skip]
        let yes = [
            "是", "是的。", "是我发的，谢谢！", "是我\n\n李雷", "不好意思，是我发的", "没错，是我", "您好，是我本人，请照办", "Yes", "yes, it was me.",
            "Yes, that was me. Thanks, Li Lei", "I sent it", "It’s me", "確認",
        ];
        for text in yes {
            let name = if text.contains("Li Lei") { "Li Lei" } else { "李雷" };
            assert_eq!(was_it_me(text, name), Some(true), "{text}");
        }
        #[rustfmt::skip]
        let no = [
            "不是", "不是我", "收到，但这不是我发的", "好的，我没发过这封邮件", "收到，谢谢提醒，是别人冒充的", "No", "Got it, thanks. I did not send that mail.",
            "OK. It wasn't me.", "Received. This was not sent by me, please ignore it.", "Yes, I saw it, but it isn’t mine", "是，有人冒用我的邮箱",
        ];
        for text in no {
            assert_eq!(was_it_me(text, "李雷"), Some(false), "{text}");
        }
        for text in
            ["", "收到", "好的", "OK", "Got it", "什么邮件？", "是吗", "Was that mine?", "是谁发的", "先放着", "谢谢"]
        {
            assert_eq!(was_it_me(text, "李雷"), None, "{text}");
        }
    }
}
