//! What an organizer changes of a meeting that is called, in a line of its own: 加上郭总, 李雷不用参加了, 主持人改为赵强,
//! 议题2取消, 推迟一天, "please add Bob Li", "push it back by 30 minutes". The time itself is a command (改到…, "move to …").

use crate::domain::reading::Amendment;
use crate::language::when::{self, Anchor};
use regex::Regex;
use std::sync::LazyLock;

/// Characters of a line that may be a change; more is prose.
const LINE_MAX: usize = 80;
/// Names of one line.
const NAMES_MAX: usize = 20;

fn pattern(text: &str) -> Regex {
    // Fixed patterns; a test reads each.
    #[expect(clippy::unwrap_used, reason = "fixed patterns")]
    Regex::new(text).unwrap()
}

static ADD: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        pattern(
            r"^(?:请|麻烦)?(?:再|也)?(?:加上|加入|增加|添加|补充|邀请|拉上|叫上|请上)(?:参会人员?|与会人员?|人员)?[:：]?\s*(.+?)(?:也)?(?:一起)?(?:来)?(?:参加|参会|与会)?$",
        ),
        pattern(r"^参会人员?(?:增加|加上|再加)[:：]?\s*(.+)$"),
        pattern(r"^(.+?)也(?:要|请)?(?:一起)?(?:来)?(?:参加|参会)$"),
        pattern(r"(?i)^(?:please\s+)?(?:also\s+)?(?:add|invite)\s+(.+?)(?:\s+to\s+the\s+(?:meeting|attendees|list))?$"),
    ]
});
static REMOVE: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        pattern(r"^(?:请|麻烦)?(?:去掉|删掉|删除|移除|拿掉)(?:参会人员?)?[:：]?\s*(.+)$"),
        pattern(r"^(.+?)(?:就)?(?:不用|不必|无需|不需要|不)(?:再)?(?:参加|参会|来|到会)(?:会议)?了?$"),
        pattern(r"(?i)^(?:please\s+)?(?:remove|uninvite)\s+(.+?)(?:\s+from\s+the\s+(?:meeting|attendees|list))?$"),
        pattern(
            r"(?i)^(.+?)\s+(?:need\s+not|needn't|doesn't\s+need\s+to|don't\s+need\s+to|does\s+not\s+need\s+to)\s+(?:come|attend|join)$",
        ),
    ]
});
static CHAIR: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(r"^(?:会议)?主持人?(?:改为|改成|换成|换为|改由|是|为|[:：])\s*(.+?)(?:主持|担任)?$"),
        pattern(r"^(?:改)?由(.+?)主持$"),
        pattern(r"(?i)^(?:the\s+)?(?:new\s+)?chair(?:\s+is\s+now|\s+is|\s+will\s+be|\s*[:：])\s*(.+)$"),
    ]
});
static RECORDER: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(r"^(?:会议)?(?:记录|纪要)人?(?:改为|改成|换成|换为|改由|由|是|为|[:：])\s*(.+?)(?:来)?(?:记录|担任)?$"),
        pattern(r"^(?:改)?由(.+?)(?:做|来做)?(?:会议)?记录$"),
        pattern(r"(?i)^(?:the\s+)?(?:new\s+)?recorder(?:\s+is\s+now|\s+is|\s+will\s+be|\s*[:：])\s*(.+)$"),
    ]
});
static DROP: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(r"^(?:取消|去掉|删掉|删除|不议)第?\s*议?题?\s*(\d{1,2}|[一二三四五六七八九十])\s*(?:个|项)?议题?$"),
        pattern(
            r"^第?\s*(?:议题\s*)?(\d{1,2}|[一二三四五六七八九十])\s*(?:个|项)?(?:议题)?\s*(?:取消|去掉|删掉|不议了?|不讨论了?)$",
        ),
        pattern(r"(?i)^(?:please\s+)?(?:drop|remove|skip|delete)\s+(?:topic|agenda\s+item|item)\s+(\d{1,2})$"),
    ]
});
static PLACE: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        pattern(r"^地点(?:改为|改到|改成|换到|换成|[:：])\s*(.+)$"),
        pattern(r"(?i)^(?:new\s+)?(?:place|where|room|location)\s*[:：]\s*(.+)$"),
    ]
});
static TIME: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        pattern(r"^(?:新)?(?:会议)?(?:时间)?(?:[:：]|改为|改到|改成|调整为|调整到)\s*(.+)$"),
        pattern(
            r"(?i)^(?:(?:new\s+)?(?:time|when|date)\s*[:：]|(?:please\s+)?(?:move|reschedule)(?:\s+it|\s+the\s+meeting)?\s+to)\s*(.+)$",
        ),
    ]
});
static SHIFT: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(
            r"^(?:会议)?(推迟|延后|延迟|顺延|往后推|提前|提早)\s*(\d{1,3}|半|[一二两三四五六七八九十])\s*个?(半)?(分钟|小时|钟头|天|日|周|星期)(半)?$",
        ),
        pattern(
            r"(?i)^(?:please\s+)?(postpone|delay|push\s+back|move\s+back|bring\s+forward|move\s+forward)(?:\s+(?:it|the\s+meeting))?(?:\s+back|\s+forward)?\s+by\s+(\d{1,3}|an?|one|two|half\s+an)\s*(minute|hour|day|week)s?$",
        ),
        pattern(
            r"(?i)^(?:please\s+)?(push)\s+(?:it|the\s+meeting)\s+back\s+by\s+(\d{1,3}|an?|one|two|half\s+an)\s*(minute|hour|day|week)s?$",
        ),
    ]
});

/// The changes, and the text without their lines. `is_known`: whether a written name is somebody's. A new time is taken along
/// only beside something else, or where it stands behind a label; alone it is a command.
pub fn read(text: &str, anchor: &Anchor<'_>, is_known: impl Fn(&str) -> bool) -> (Amendment, String) {
    let mut found = Amendment::default();
    let mut rest: Vec<String> = Vec::new();
    let mut time: Option<(String, bool)> = None;
    for line in text.lines() {
        let mut left: Vec<&str> = Vec::new();
        // 时间改为3月16日10点，地点502: two changes in one line.
        for piece in line.split(['；', ';']).flat_map(|part| pieces(part)) {
            match one(piece, &is_known, &mut found) {
                Taken::Yes => {}
                Taken::Time(said, labelled) => match when::meeting_start(&said, anchor).filter(|_| time.is_none()) {
                    Some((start, minutes, _)) => {
                        time = Some((piece.trim().to_string(), labelled));
                        (found.start, found.minutes) = (Some(start), minutes);
                    }
                    None => left.push(piece.trim()),
                },
                Taken::No => left.push(piece.trim()),
            }
        }
        match left.is_empty() {
            true if !line.trim().is_empty() => {}
            _ if left.len() == line.split(['；', ';']).flat_map(|part| pieces(part)).count() => rest.push(line.into()),
            _ => rest.push(left.join("，")),
        }
    }
    let alone = Amendment { start: None, minutes: None, ..found.clone() } == Amendment::default();
    if let Some((words, false)) = time.filter(|_| alone) {
        found = Amendment::default();
        rest.insert(0, words);
    }
    (found, rest.join("\n"))
}

/// A part, cut before a place that follows a comma.
fn pieces(part: &str) -> Vec<&str> {
    let heads = ["，地点", ",地点", ", 地点", ", place:", ", Place:", ", where:", ", room:"];
    let cut = heads.iter().filter_map(|head| part.find(head)).min();
    match cut {
        Some(at) => {
            let (first, second) = part.split_at(at);
            vec![first, second.trim_start_matches(['，', ',', ' '])]
        }
        None => vec![part],
    }
}

enum Taken {
    Yes,
    /// A new time, and whether it stands behind a label.
    Time(String, bool),
    No,
}

fn one(piece: &str, is_known: &impl Fn(&str) -> bool, found: &mut Amendment) -> Taken {
    let plain = piece.trim().trim_end_matches(['。', '.', '！', '!', '，', ',']).trim();
    if plain.is_empty() || plain.chars().count() > LINE_MAX {
        return Taken::No;
    }
    let group = |patterns: &[Regex]| -> Option<String> {
        patterns.iter().find_map(|one| one.captures(plain)?.get(1).map(|said| said.as_str().trim().to_string()))
    };
    if let Some(said) = group(&*TIME) {
        let labelled = plain.find([':', '：']).is_some_and(|at| at < plain.len() - said.len());
        return Taken::Time(said, labelled);
    }
    // 地点改为 alone is a command already; with a label it is not.
    if let Some(place) = group(&*PLACE) {
        found.place = Some(place);
        return Taken::Yes;
    }
    if let Some(n) = group(&*DROP).and_then(|n| number(&n)).and_then(|n| u32::try_from(n).ok()) {
        found.drop.push(n);
        return Taken::Yes;
    }
    if let Some(minutes) = shift(plain) {
        found.shift_minutes = Some(minutes);
        return Taken::Yes;
    }
    let person = |patterns: &[Regex]| group(patterns).filter(|name| is_known(name));
    if let Some(name) = person(&*CHAIR) {
        found.chair = Some(name);
        return Taken::Yes;
    }
    if let Some(name) = person(&*RECORDER) {
        found.recorder = Some(name);
        return Taken::Yes;
    }
    // 李雷不参加 is said of others only: the names must all be known.
    let people = |patterns: &[Regex]| -> Option<Vec<String>> {
        patterns.iter().find_map(|one| {
            let names = names(one.captures(plain)?.get(1)?.as_str());
            (!names.is_empty() && names.len() <= NAMES_MAX && names.iter().all(|name| is_known(name))).then_some(names)
        })
    };
    if let Some(all) = people(&*REMOVE) {
        found.remove.extend(all);
        return Taken::Yes;
    }
    if let Some(all) = people(&*ADD) {
        found.add.extend(all);
        return Taken::Yes;
    }
    Taken::No
}

fn names(text: &str) -> Vec<String> {
    let parts = text.split(['、', '，', ',', '和', '及', '与']).flat_map(|part| part.split(" and "));
    parts.map(|name| name.trim().trim_start_matches("the ").to_string()).filter(|name| !name.is_empty()).collect()
}

fn number(text: &str) -> Option<i64> {
    match text.to_lowercase().as_str() {
        "a" | "an" | "one" => Some(1),
        "two" => Some(2),
        "两" => Some(2),
        _ => text.parse().ok().or_else(|| {
            const DIGITS: &str = "一二三四五六七八九十";
            DIGITS.chars().position(|digit| text.chars().eq([digit])).and_then(|at| i64::try_from(at + 1).ok())
        }),
    }
}

/// Minutes; days and weeks are whole ones.
fn shift(plain: &str) -> Option<i64> {
    let found = SHIFT.iter().find_map(|one| one.captures(plain))?;
    let text = |n: usize| found.get(n).map(|said| said.as_str().to_lowercase());
    let verb = text(1)?;
    let early = ["提前", "提早", "bring forward", "move forward"].iter().any(|word| verb.starts_with(word));
    let (amount, units): (String, Vec<String>) = (text(2)?, (3..6).filter_map(text).collect());
    let unit = units.iter().find(|unit| *unit != "半")?;
    let unit = match unit.as_str() {
        "分钟" | "minute" => 1,
        "小时" | "钟头" | "hour" => 60,
        "天" | "日" | "day" => 24 * 60,
        _ => 7 * 24 * 60,
    };
    let half = units.iter().any(|unit| unit == "半");
    let minutes = match amount.trim() {
        "半" | "half an" => unit / 2,
        amount => number(amount)? * unit + if half { unit / 2 } else { 0 },
    };
    // Half a day is no time of a meeting.
    (minutes > 0 && !(unit >= 24 * 60 && minutes % (24 * 60) != 0)).then_some(if early { -minutes } else { minutes })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const KNOWN: [&str; 6] = ["郭总", "李雷", "王芳", "赵强", "Bob Li", "Alice"];

    #[test]
    fn changes_are_read() {
        let check = |text: &str, expected: Amendment, left: &str| {
            let reference = chrono::DateTime::parse_from_rfc3339("2026-03-09T10:00:00+08:00").unwrap();
            let calendar = crate::domain::workdays::Workdays::cn();
            let (found, rest) = read(text, &Anchor::new(reference, &calendar), |name| KNOWN.contains(&name));
            assert_eq!((found, rest.as_str()), (expected, left), "{text}");
        };
        let none = Amendment::default;
        let add = |names: &[&str]| Amendment { add: names.iter().map(|n| n.to_string()).collect(), ..none() };
        let remove = |names: &[&str]| Amendment { remove: names.iter().map(|n| n.to_string()).collect(), ..none() };
        check("加上郭总", add(&["郭总"]), "");
        check("请增加参会人：郭总、李雷。", add(&["郭总", "李雷"]), "");
        check("郭总也参加", add(&["郭总"]), "");
        check("Please add Bob Li to the meeting.", add(&["Bob Li"]), "");
        check("李雷不用参加了", remove(&["李雷"]), "");
        check("please remove Bob Li and Alice from the meeting", remove(&["Bob Li", "Alice"]), "");
        check("主持人改为赵强", Amendment { chair: Some("赵强".into()), ..none() }, "");
        check("记录人：李雷", Amendment { recorder: Some("李雷".into()), ..none() }, "");
        check("议题2取消", Amendment { drop: vec![2], ..none() }, "");
        check("drop topic 3", Amendment { drop: vec![3], ..none() }, "");
        check("推迟一天", Amendment { shift_minutes: Some(1440), ..none() }, "");
        check("提前半小时", Amendment { shift_minutes: Some(-30), ..none() }, "");
        check("推迟1个半小时", Amendment { shift_minutes: Some(90), ..none() }, "");
        check("push it back by 30 minutes", Amendment { shift_minutes: Some(30), ..none() }, "");
        let place = Amendment { place: Some("502".into()), ..none() };
        let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
        let moved = at("2026-03-16T10:00:00+08:00");
        check("时间改为3月16日10点，地点：502", Amendment { start: moved, ..place.clone() }, "");
        check("Place: 502", place, "");
        check("New time: March 16, 10:00-11:00", Amendment { start: moved, minutes: Some(60), ..none() }, "");
        check("改到3月16日10点", none(), "改到3月16日10点");
        // Nobody we know, prose, what is said of oneself.
        for text in [
            "增加议题：渠道（10分钟）",
            "加上附件里的数据",
            "我不参加了",
            "大家注意保密",
            "李雷不参加，由王芳代替",
            "推迟",
        ] {
            check(text, none(), text);
        }
    }
}
