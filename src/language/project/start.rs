//! What begins a project, and who is called to it.

use super::LINES_MAX;
use regex::Regex;
use std::sync::LazyLock;

/// A subject that starts a project: 【项目启动】, [project]. A 项目启动会 is a meeting.
pub(in crate::language) fn says_start(subject: &str) -> bool {
    let lower = subject.to_lowercase();
    [
        "【项目启动】",
        "[项目启动]",
        "【启动项目】",
        "[启动项目]",
        "【项目立项】",
        "[项目立项]",
        "【立项】",
        "【新项目】",
        "[新项目]",
        "【專案啟動】",
        "[project]",
        "【project】",
        "[new project]",
        "[project start]",
        "[project kickoff]",
        "[project launch]",
    ]
    .iter()
    .any(|mark| lower.contains(mark))
}

/// Words at the head of a subject that start a project in plain words, and at its end.
const STARTS: [&str; 20] = [
    "项目启动申请",
    "项目启动",
    "项目立项申请",
    "项目立项",
    "立项申请",
    "立项",
    "启动一个新项目",
    "启动一个项目",
    "启动新项目",
    "启动项目",
    "发起项目",
    "新建项目",
    "新项目",
    "專案啟動",
    "new project",
    "please start a project",
    "start a new project",
    "start a project",
    "project start",
    "starting a project",
];

const ENDS: [&str; 4] = ["项目立项申请", "项目立项", "立项申请", "项目启动申请"];

/// 项目启动：客服知识库, `New project: help desk wiki`, 客服知识库项目立项: the name of the project that a subject starts. It
/// counts where the mail says what the project is for, and nothing else was found in it; a 项目启动会 is a meeting.
pub(in crate::language) fn started_in(subject: &str) -> Option<&str> {
    let subject = subject.trim();
    let lower = subject.to_lowercase();
    let behind = |words: &&str| {
        let rest = subject.get(words.len()..).filter(|_| lower.starts_with(*words) && lower.len() == subject.len())?;
        let rest = rest.trim_start();
        let mut name = rest.trim_start_matches([':', '：', '-', '—', '–', ' ']).trim();
        name = name.trim_matches(['《', '》', '“', '”', '"', '「', '」']);
        (name.len() < rest.len() && !name.is_empty()).then_some(name)
    };
    let before = |words: &&str| {
        let name = subject.strip_suffix(*words)?.trim_end_matches([':', '：', '-', '—', ' ', '的']);
        (name.chars().count() > 1).then_some(name)
    };
    STARTS.iter().find_map(behind).or_else(|| ENDS.iter().find_map(before))
}

/// 请帮我启动一个项目：客服知识库, in the mail itself.
pub(in crate::language) fn started_by(free: &[String]) -> Option<String> {
    static ASKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^.{0,14}?(?:(?:启动|新建|发起|开)(?:一个|个|1个)?新?项目|(?:start|open|set up) (?:a|the) (?:new )?project)\s*[:：,，]?\s*[《“「]?([^。；;!！》”」\n]{2,40})",
        )
        .ok()
    });
    let found = free.iter().take(3).find_map(|line| ASKED.as_ref()?.captures(line.trim()))?;
    Some(found.get(1)?.as_str().trim().trim_end_matches('.').to_string())
}

/// Whether a mail that may start a project is a call for a meeting about it.
pub(in crate::language) fn calls_people(free: &[String]) -> bool {
    const CALLS: [&str; 10] = [
        "启动会",
        "参会",
        "开会",
        "召开",
        "与会",
        "会议时间",
        "会议室",
        "kickoff meeting",
        "attendees",
        "we will meet",
    ];
    free.iter().take(LINES_MAX).any(|line| {
        let lower = line.to_lowercase();
        CALLS.iter().any(|word| lower.contains(word))
    })
}
