//! The repository keeps its own laws: who may import whom, who may read the clock, what every letter has.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use duban::domain::letter::LetterName;
use duban::render::{LANGUAGES, Renderer};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder whose names end so; what is built or not ours is left out.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(at) = open.pop() {
        if at.is_file() {
            found.push(at);
            continue;
        }
        for entry in fs::read_dir(&at).unwrap_or_else(|e| panic!("{}: {e}", at.display())) {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    open.push(path);
                }
            } else if name.ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Lines that the program is made of: no comments, and nothing from the first `#[cfg(test)]` on.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    let told = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
    told.map(|(at, line)| (at + 1, line.to_string())).collect()
}

/// Modules that are only built for tests.
fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.ends_with("testing.rs")
}

/// Lines of `src/<folder>` outside tests that hold one of these.
fn lines_with(folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in files(&format!("src/{folder}"), ".rs").into_iter().filter(|path| !is_test(path)) {
        for (at, line) in code(&path) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                let short = path.strip_prefix(root()).unwrap().display().to_string();
                found.push(format!("{short}:{at}: {word}: {}", line.trim()));
            }
        }
    }
    found
}

fn none(found: Vec<String>, law: &str) {
    assert!(found.is_empty(), "{law}:\n{}", found.join("\n"));
}

const PURE: &[&str] = &["mail", "document", "language", "domain", "render.rs"];

#[test]
fn pure_modules_touch_nothing_outside() {
    for folder in PURE {
        let world = ["tokio", "sled", "std::fs", "std::process", "std::env", "TcpStream", "UdpSocket", "TcpListener"];
        none(lines_with(folder, &world), "a pure module knows no runtime, no store, no socket and no file");
    }
}

#[test]
fn the_moment_is_an_argument() {
    let clocks = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];
    for folder in PURE.iter().chain(&["engine", "engine.rs", "simulate", "simulate.rs", "outbox.rs", "export"]) {
        none(lines_with(folder, &clocks), "the moment is an argument named `now`");
    }
    // Wall clocks are read by the daemon and the command line alone; others may measure a stretch of time.
    for folder in ["store", "intake", "courier", "config", "config.rs"] {
        none(lines_with(folder, &clocks[..3]), "only the daemon and the command line read the wall clock");
    }
}

#[test]
fn modules_import_downwards() {
    let ours = [
        "mail", "document", "language", "domain", "render", "engine", "store", "outbox", "intake", "courier", "config",
        "office",
    ];
    let ours: Vec<&str> = ours.iter().chain(&["daemon", "cli", "simulate", "export"]).copied().collect();
    for (folder, may) in [
        ("domain", vec!["domain"]),
        ("document", vec!["document"]),
        ("mail", vec!["mail", "document"]),
        ("language", vec!["language", "document", "domain", "mail"]),
        ("render.rs", vec!["domain", "render"]),
        ("export", vec!["export", "domain", "mail"]),
        ("store", vec!["store", "intake", "config"]),
        ("office.rs", vec!["office", "document"]),
        ("courier", vec!["courier", "config", "intake", "mail"]),
        (
            "engine",
            vec![
                "engine", "mail", "document", "language", "domain", "render", "export", "store", "outbox", "intake",
                "config", "office",
            ],
        ),
    ] {
        let forbidden: Vec<String> =
            ours.iter().filter(|name| !may.contains(name)).map(|name| format!("crate::{name}::")).collect();
        let forbidden: Vec<&str> = forbidden.iter().map(String::as_str).collect();
        none(lines_with(folder, &forbidden), &format!("{folder} may know {may:?} and nothing else of ours"));
    }
}

#[test]
fn only_the_store_knows_its_engine() {
    let outside = lines_with("", &["sled::", "use sled"]);
    none(outside.into_iter().filter(|line| !line.starts_with("src/store/")).collect(), "only src/store knows sled");
}

#[test]
fn nothing_is_left_to_do() {
    none(
        lines_with("", &["todo!(", "unimplemented!(", "dbg!(", "unsafe ", "println!(\"debug", "FIXME", "XXX:"]),
        "nothing unfinished lands",
    );
}

/// A letter with a sample exists in every language, whole, and renders.
#[test]
fn every_letter_is_whole_in_every_language() {
    let renderer = Renderer::default();
    let mut count = 0;
    for letter in LetterName::ALL {
        let folders: Vec<PathBuf> = LANGUAGES.iter().map(|l| root().join(format!("templates/{l}/{letter}"))).collect();
        if renderer.sample(*letter, "zh-CN").is_none() {
            assert!(folders.iter().all(|folder| !folder.exists()), "{letter} has templates and no sample");
            continue;
        }
        for (language, folder) in LANGUAGES.iter().zip(folders) {
            for part in ["subject", "text", "html"] {
                let file = folder.join(format!("{part}.hbs"));
                assert!(file.is_file(), "{} is missing", file.display());
            }
            let sample = renderer.sample(*letter, language).expect("a sample");
            let made =
                renderer.render(*letter, language, &sample).unwrap_or_else(|e| panic!("{letter} {language}: {e}"));
            for (part, text) in [("subject", &made.subject), ("text", &made.text), ("html", &made.html)] {
                assert!(!text.trim().is_empty(), "{letter} {language}: {part} is empty");
                assert!(!text.contains("{{") && !text.contains("[object]"), "{letter} {language}: {part}: {text}");
                // An English house reads English, its example names and its brackets, too.
                let foreign = |c: &char| ('\u{2e80}'..='\u{9fff}').contains(c) || ('\u{ff00}'..='\u{ffef}').contains(c);
                let found: String = text.chars().filter(|_| *language == "en").filter(foreign).collect();
                assert!(found.is_empty(), "{letter}: {part} has {found:?}: {text}");
            }
        }
        count += 1;
    }
    assert!(count > 20, "{count} letters have samples");
}

/// Three braces would put words of a mail into a page as they are.
#[test]
fn templates_escape_everything() {
    for path in files("templates", ".hbs") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("{{{") && !text.contains("{{&"), "{}: unescaped output", path.display());
    }
}

/// Who reads the project finds the project in it, and nothing of the rooms in which it was made.
#[test]
fn nothing_tells_of_workplaces() {
    let words = [
        concat!("/wo", "rk/sh"),
        concat!("/wo", "rk/main"),
        concat!("/tmp/", "wt"),
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("work", "tree"),
        concat!("sub", "agent"),
    ];
    let mut found = Vec::new();
    for folder in ["src", "tests", "templates", "config", "benches", ".ci", "build.rs", "Cargo.toml"] {
        for path in files(folder, "") {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for word in words.iter().filter(|word| text.contains(**word)) {
                found.push(format!("{}: {word}", path.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    none(found, "no words about workplaces");
}
