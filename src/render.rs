//! Letter and language to subject, text and HTML.
//!
//! A letter is a folder `templates/<language>/<letter>/` with `subject.hbs`, `text.hbs` and `html.hbs`; parts that several
//! letters share stand in `templates/<language>/parts/` and, where they hold no words, in `templates/parts/`, named
//! `NAME.html.hbs` or `NAME.text.hbs`. Rendering is strict: a value a template asks for and the letter does not give is an
//! error, found by `duban templates check`, which renders every letter with its sample in `templates/samples/`.
//!
//! HTML is escaped; in text and subjects data keeps its characters, but tags come apart, for there are clients that show
//! text as a page. Data is never a template (TRUST P11).

mod plain;
mod reasons;
mod shape;
mod words;

use crate::domain::letter::LetterName;
use handlebars::{Context, Handlebars};
use plain::{plain_error, plain_template_error, tidy_text, to_traditional, without_tags};
use serde_json::Value;
use shape::{check_shape, cycle, is_fixed, partials_of, with_fixed};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{OnceLock, PoisonError, RwLock};
use words::register_words;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/templates.rs"));
}

/// The languages letters are written in. A zh-TW reader gets zh-CN converted.
pub const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Longest template that is accepted: Handlebars recurses over a template, and ours are a tenth of this.
const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// Most bodies are no longer than this.
const BODY_BYTES: usize = 16 * 1024;

/// A letter's three bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Why it was written with the built-in template instead of the administrator's.
    pub fault: Option<String>,
}

/// What is wrong with a template or with the data it was given.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("template {path}: {problem}")]
    Template { path: String, problem: String },
    #[error("letter {letter} in {language}: {problem}")]
    Letter { letter: LetterName, language: String, problem: String },
}

/// The templates of all languages. A letter's are compiled when the first such letter is written: all together take as
/// long as dozens of mails, and everybody's answer would wait for them.
pub struct Renderer {
    /// Path below templates/ → contents; an override folder replaces the embedded ones.
    files: BTreeMap<String, String>,
    languages: [OnceLock<Result<Registries, String>>; LANGUAGES.len()],
    /// What a letter is written with when an overridden template cannot: a letter is worth more than its looks.
    built_in: Option<Box<Renderer>>,
    /// Whether it says 你 and Hi (O19).
    plain: bool,
    /// What readers of the house are written to with, where it speaks plainly.
    house: Option<Box<Renderer>>,
}

/// A built-in template as a plain house says it.
fn plainly(text: &str) -> String {
    text.replace('您', "你").replace("Dear {{you.name}}", "Hi {{you.name}}")
}

/// The templates of a language.
struct Registries {
    text: Registry,
    html: Registry,
    /// Overridden templates that are no templates; the built-in ones stand in their place.
    faults: Vec<String>,
}

/// Templates of one kind, compiled as letters need them.
struct Registry {
    compiled: RwLock<Handlebars<'static>>,
    /// As others include it → what is to be compiled.
    sources: BTreeMap<String, Source>,
    /// Parts that are the same for every letter, written where they are included.
    fixed: BTreeMap<String, String>,
}

/// A template to be compiled.
struct Source {
    path: String,
    contents: String,
    /// The parts that it includes.
    includes: BTreeSet<String>,
}

impl Registry {
    fn new(language: &str, plain: bool) -> Registry {
        let mut compiled = Handlebars::new();
        compiled.set_strict_mode(true);
        register_words(&mut compiled, language, plain);
        Registry { compiled: RwLock::new(compiled), sources: BTreeMap::new(), fixed: BTreeMap::new() }
    }

    /// Writes a template of a letter, compiled with all that it includes if it was not yet.
    fn write(&self, name: &str, context: &Context) -> Result<Vec<u8>, String> {
        let known = self.compiled.read().unwrap_or_else(PoisonError::into_inner).has_template(name);
        if !known {
            self.compile(name)?;
        }
        let mut out = Vec::with_capacity(BODY_BYTES);
        let compiled = self.compiled.read().unwrap_or_else(PoisonError::into_inner);
        compiled.render_with_context_to_write(name, context, &mut out).map_err(|e| plain_error(&e))?;
        Ok(out)
    }

    fn compile(&self, name: &str) -> Result<(), String> {
        let mut compiled = self.compiled.write().unwrap_or_else(PoisonError::into_inner);
        let mut names = BTreeSet::from([name.to_owned()]);
        let mut open = vec![name];
        while let Some(next) = open.pop() {
            for part in self.sources.get(next).into_iter().flat_map(|source| &source.includes) {
                if self.sources.contains_key(part) {
                    if names.insert(part.clone()) {
                        open.push(part);
                    }
                } else if !part.starts_with('@') {
                    // A part that is named by data may be any.
                    names.extend(self.sources.keys().cloned());
                }
            }
        }
        // The letter itself last: once it is there, all that it needs is.
        let parts = names.iter().map(String::as_str).filter(|part| *part != name);
        for part in parts.chain([name]) {
            let Some(Source { path, contents, .. }) = self.sources.get(part) else { continue };
            if !compiled.has_template(part) {
                let contents = with_fixed(contents, &self.fixed);
                let made = compiled.register_template_string(part, contents);
                made.map_err(|e| format!("template {path}: {e}"))?;
            }
        }
        Ok(())
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Renderer::built_in()
    }
}

/// Every text of a sample in other words, where there are some.
fn say_in(value: &mut Value, words: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(said) = words.get(text) {
                text.clone_from(said);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| say_in(one, words)),
        Value::Object(map) => map.values_mut().for_each(|one| say_in(one, words)),
        _ => {}
    }
}

/// What a subject is written from, where that is less than the letter: of anything confidential it has no title, task or
/// name, whatever a template asks for (O38). The id stands in every subject.
fn of_subject(data: &Value) -> Option<Value> {
    fn holds_secret(value: &Value) -> bool {
        match value {
            Value::Object(map) => map.get("confidential") == Some(&Value::Bool(true)) || map.values().any(holds_secret),
            Value::Array(all) => all.iter().any(holds_secret),
            _ => false,
        }
    }
    fn hide(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if map.get("confidential") == Some(&Value::Bool(true)) {
                    for (key, value) in map.iter_mut() {
                        if matches!(key.as_str(), "title" | "task" | "name" | "source_title") {
                            *value = Value::Null;
                        }
                    }
                }
                map.values_mut().for_each(hide);
            }
            Value::Array(all) => all.iter_mut().for_each(hide),
            _ => {}
        }
    }
    holds_secret(data).then(|| {
        let mut data = data.clone();
        hide(&mut data);
        data
    })
}

impl Renderer {
    /// `overrides`: (path below templates/, contents), from the folder the configuration names.
    pub fn with(overrides: Vec<(String, String)>) -> Self {
        let built_in = (!overrides.is_empty()).then(|| Box::new(Renderer::built_in()));
        let mut renderer = Renderer::built_in();
        renderer.files.extend(overrides);
        Renderer { built_in, ..renderer }
    }

    fn built_in() -> Self {
        let files: BTreeMap<String, String> =
            embedded::FILES.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        Renderer { files, languages: Default::default(), built_in: None, plain: false, house: None }
    }

    /// The same for a house that speaks plainly among itself; people outside are written to as before.
    pub fn with_plain_house(self) -> Self {
        let formal = Renderer::built_in().files;
        let said = |files: &BTreeMap<String, String>| {
            let say = |(path, text): (&String, &String)| {
                let own = formal.get(path) == Some(text);
                (path.clone(), if own { plainly(text) } else { text.clone() })
            };
            files.iter().map(say).collect::<BTreeMap<_, _>>()
        };
        let plain = |files| Renderer { files, plain: true, ..Renderer::built_in() };
        let built_in = self.built_in.as_ref().map(|built_in| Box::new(plain(said(&built_in.files))));
        let house = Renderer { built_in, ..plain(said(&self.files)) };
        Renderer { house: Some(Box::new(house)), ..self }
    }

    /// The templates for a reader inside or outside the house.
    pub fn to(&self, inside: bool) -> &Renderer {
        self.house.as_deref().filter(|_| inside).unwrap_or(self)
    }

    /// The sample a letter is checked and previewed with, in the words of its language.
    /// What every letter has is added where the sample leaves it out.
    pub fn sample(&self, letter: LetterName, language: &str) -> Option<Value> {
        let mut sample: Value = serde_json::from_str(self.files.get(&format!("samples/{letter}.json"))?).ok()?;
        let common: Value = serde_json::from_str(self.files.get("samples/_every_letter.json")?).ok()?;
        if let (Value::Object(sample), Value::Object(common)) = (&mut sample, common) {
            for (key, value) in common {
                sample.entry(key).or_insert(value);
            }
        }
        if !language.starts_with("zh") {
            let words = self.files.get("samples/_english.json").and_then(|file| serde_json::from_str(file).ok());
            say_in(&mut sample, &words.unwrap_or_default());
            if let Some(you) = sample.get_mut("you").and_then(Value::as_object_mut) {
                you.insert("language".into(), language.into());
            }
        }
        Some(sample)
    }

    /// Renders a letter. `data` holds what the template shows, `language`, `time_zone` and `now` among it. Where an
    /// administrator's template fails, the built-in one is used, and the fault told with the letter.
    pub fn render(&self, letter: LetterName, language: &str, data: &Value) -> Result<Rendered, RenderError> {
        match (self.render_own(letter, language, data), &self.built_in) {
            (Err(fault), Some(built_in)) => {
                let said = Some(fault.to_string());
                let rendered = built_in.render_own(letter, language, data);
                rendered.map(|rendered| Rendered { fault: said, ..rendered }).map_err(|_| fault)
            }
            (rendered, _) => rendered,
        }
    }

    /// Renders a letter with these templates and no others.
    fn render_own(&self, letter: LetterName, language: &str, data: &Value) -> Result<Rendered, RenderError> {
        let traditional = matches!(language, "zh-TW" | "zh-HK" | "zh-Hant");
        let at = if language.starts_with("zh") { 0 } else { 1 };
        let name = LANGUAGES[at];
        let wrong = |problem: String| RenderError::Letter { letter, language: language.to_string(), problem };
        let registries =
            self.languages[at].get_or_init(|| self.registries(name)).as_ref().map_err(|e| wrong(e.clone()))?;
        let context = Context::from(data.clone());
        let part = |registry: &Registry, part: &str, context: &Context| {
            let written = registry.write(&format!("{letter}/{part}"), context).map_err(wrong)?;
            String::from_utf8(written).map_err(|e| wrong(e.to_string()))
        };
        let subject = match of_subject(data) {
            Some(data) => part(&registries.text, "subject", &Context::from(data))?,
            None => part(&registries.text, "subject", &context)?,
        };
        let text = part(&registries.text, "text", &context)?;
        let html = part(&registries.html, "html", &context)?;
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = tidy_text(&text);
        if traditional {
            return Ok(Rendered {
                subject: to_traditional(&subject),
                text: to_traditional(&text),
                html: to_traditional(&html),
                fault: None,
            });
        }
        Ok(Rendered { subject, text, html, fault: None })
    }

    /// Whether a letter's folder has a page to print.
    pub fn has_page(&self, letter: LetterName, language: &str) -> bool {
        let language = if language.starts_with("zh") { LANGUAGES[0] } else { LANGUAGES[1] };
        self.files.contains_key(&format!("{language}/{letter}/page.html.hbs"))
    }

    /// Renders the page to print of a letter's folder, `page.html.hbs`; the built-in one where an administrator's fails.
    pub fn page(&self, letter: LetterName, language: &str, data: &Value) -> Result<String, RenderError> {
        match (self.page_own(letter, language, data), &self.built_in) {
            (Err(fault), Some(built_in)) => built_in.page_own(letter, language, data).map_err(|_| fault),
            (page, _) => page,
        }
    }

    fn page_own(&self, letter: LetterName, language: &str, data: &Value) -> Result<String, RenderError> {
        let traditional = matches!(language, "zh-TW" | "zh-HK" | "zh-Hant");
        let at = if language.starts_with("zh") { 0 } else { 1 };
        let wrong = |problem: String| RenderError::Letter { letter, language: language.to_string(), problem };
        let registries =
            self.languages[at].get_or_init(|| self.registries(LANGUAGES[at])).as_ref().map_err(|e| wrong(e.clone()))?;
        let context = Context::from(data.clone());
        let page = registries.html.write(&format!("{letter}/page.html"), &context).map_err(wrong)?;
        let page = String::from_utf8(page).map_err(|e| wrong(e.to_string()))?;
        Ok(if traditional { to_traditional(&page) } else { page })
    }

    /// Every template in every language compiles and renders with its sample.
    pub fn check(&self) -> Vec<RenderError> {
        let mut wrong = Vec::new();
        for language in LANGUAGES {
            wrong.extend(self.faults(language));
            for &letter in LetterName::ALL {
                match self.sample(letter, language) {
                    Some(sample) => {
                        wrong.extend(self.render_own(letter, language, &sample).err());
                        if self.has_page(letter, language) {
                            wrong.extend(self.page_own(letter, language, &sample).err());
                        }
                    }
                    None if self.files.contains_key(&format!("{language}/{letter}/subject.hbs")) => {
                        wrong.push(RenderError::Template {
                            path: format!("samples/{letter}.json"),
                            problem: "expected a sample to check the letter with, found none".into(),
                        });
                    }
                    None => {}
                }
            }
        }
        wrong
    }

    /// Overridden files of a language that are no templates at all.
    fn faults(&self, language: &str) -> Vec<RenderError> {
        let at = LANGUAGES.iter().position(|name| *name == language).unwrap_or(0);
        let Some(Ok(made)) = self.languages.get(at).map(|made| made.get_or_init(|| self.registries(language))) else {
            return Vec::new();
        };
        let one = |fault: &String| {
            let (path, problem) = fault.split_once(": ").unwrap_or(("", fault));
            RenderError::Template { path: path.into(), problem: problem.into() }
        };
        made.faults.iter().map(one).collect()
    }

    fn registries(&self, language: &str) -> Result<Registries, String> {
        let mut faults = Vec::new();
        let mut text = Registry::new(language, self.plain);
        let mut html = Registry::new(language, self.plain);
        if let Ok(text) = text.compiled.get_mut() {
            text.register_escape_fn(without_tags);
        }
        let mut includes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, contents) in &self.files {
            let (here, rest) = match path.split_once('/') {
                Some(("parts", _)) => (true, path.as_str()),
                Some((folder, rest)) => (folder == language, rest),
                None => (false, ""),
            };
            let Some(name) = rest.strip_suffix(".hbs").filter(|_| here) else { continue };
            let problem = |problem: String| format!("template {path}: {problem}");
            let mut contents = contents;
            let own = self.built_in.as_ref().and_then(|built_in| built_in.files.get(path));
            let is_overridden = self.built_in.is_some() && own != Some(contents);
            let checked = check_shape(contents).and_then(|()| match is_overridden {
                true => handlebars::Template::compile(contents).map(|_| ()).map_err(|e| plain_template_error(&e)),
                false => Ok(()),
            });
            if let (Err(fault), Some(own)) = (&checked, own) {
                faults.push(format!("{path}: {fault}"));
                contents = own;
            } else {
                checked.map_err(problem)?;
            }
            let parts = partials_of(contents);
            includes.insert(name.to_string(), parts.clone());
            let is_html = name.ends_with("html");
            let ending = if is_html { ".html" } else { ".text" };
            let name = name.strip_prefix("parts/").and_then(|n| n.strip_suffix(ending)).unwrap_or(name).to_owned();
            let registry = if is_html { &mut html } else { &mut text };
            // Parts without a tag of their own are written where they are included: Handlebars copies all of a letter's
            // data for each part. The later of two of one name counts.
            match is_fixed(contents) {
                true => registry.fixed.insert(name.clone(), contents.clone()),
                false => registry.fixed.remove(&name),
            };
            let source = Source { path: path.clone(), contents: contents.clone(), includes: parts };
            registry.sources.insert(name, source);
        }
        if let Some(part) = cycle(&includes) {
            return Err(format!("template part {part} includes itself over others: take one include out"));
        }
        Ok(Registries { text, html, faults })
    }

    /// Overridden templates that cannot be used, in words: asked once at the start.
    pub fn override_faults(&self) -> Vec<String> {
        if self.built_in.is_none() {
            return Vec::new();
        }
        self.check().iter().map(ToString::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::words::mailto;
    use super::*;
    use serde_json::json;

    fn renderer(subject: &str, text: &str, html: &str) -> Renderer {
        let mut files = Vec::new();
        for language in LANGUAGES {
            for (part, body) in [("subject", subject), ("text", text), ("html", html)] {
                files.push((format!("{language}/help/{part}.hbs"), body.to_string()));
            }
        }
        Renderer::with(files)
    }

    fn text(template: &str, language: &str, data: Value) -> String {
        renderer("s", template, "h").render(LetterName::Help, language, &data).unwrap().text
    }

    #[test]
    fn parts_written_in_place_change_no_letter() {
        let renderer = Renderer::default();
        for language in LANGUAGES {
            let fast = renderer.registries(language).unwrap();
            let mut plain = renderer.registries(language).unwrap();
            plain.text.fixed.clear();
            plain.html.fixed.clear();
            for letter in LetterName::ALL {
                let Some(sample) = renderer.sample(*letter, language) else { continue };
                let context = Context::from(sample);
                for part in ["subject", "text", "html", "page.html"] {
                    let name = format!("{letter}/{part}");
                    for (fast, plain) in [(&fast.text, &plain.text), (&fast.html, &plain.html)] {
                        if plain.sources.contains_key(&name) {
                            let [fast, plain] = [fast, plain].map(|r| r.write(&name, &context).unwrap());
                            assert!(fast == plain, "{language}/{name}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn moments_are_told_in_the_readers_zone_and_language() {
        let data =
            json!({"at": "2026-07-16T06:00:00Z", "time_zone": "Asia/Shanghai", "now": "2026-07-08T09:00:00+08:00"});
        assert_eq!(text("{{when at}}", "zh-CN", data.clone()), "7月16日 周四 14:00\n");
        assert_eq!(text("{{when at}} {{span at 90}}", "en", data), "Thu 16 Jul 14:00 14:00–15:30\n");
        let far = json!({"at": "2027-01-04", "now": "2026-12-24T10:00:00+08:00"});
        assert_eq!(text("{{when at}}", "zh-CN", far), "2027年1月4日 周一\n");
    }

    /// O38: a subject names what is confidential by its id alone, in every letter.
    #[test]
    fn no_subject_tells_what_is_confidential() {
        // Of these the decision gives the id in place of the title.
        const BY_ID: [&str; 3] = ["object", "about", "sections"];
        fn make_secret(value: &mut Value, words: &mut Vec<String>) {
            match value {
                Value::Object(map) => {
                    if let Some(secret) = map.get_mut("confidential") {
                        *secret = Value::Bool(true);
                    }
                    for (key, value) in map.iter_mut().filter(|(key, _)| !BY_ID.contains(&key.as_str())) {
                        match (key.as_str(), &value) {
                            ("title" | "task" | "source_title", Value::String(text)) if !text.is_empty() => {
                                words.push(text.clone());
                            }
                            ("subject_title", _) => *value = Value::Null,
                            _ => make_secret(value, words),
                        }
                    }
                }
                Value::Array(all) => all.iter_mut().for_each(|one| make_secret(one, words)),
                _ => {}
            }
        }
        let renderer = Renderer::default();
        for language in LANGUAGES {
            for &letter in LetterName::ALL {
                let Some(mut sample) = renderer.sample(letter, language) else { continue };
                let mut words = Vec::new();
                make_secret(&mut sample, &mut words);
                // What is about a confidential item has no title of its source either (`shown::source_title`).
                if let Some(title) = sample.get_mut("source_title") {
                    *title = Value::Null;
                }
                let subject = renderer.render(letter, language, &sample).unwrap().subject;
                let told = words.iter().find(|word| subject.contains(word.as_str()));
                assert_eq!(told, None, "{language}/{letter}: {subject}");
            }
        }
    }

    #[test]
    fn silence_is_never_shown_as_confirmed() {
        let item = json!({"i": {"state": "confirmed", "by_default": true}});
        assert_eq!(text("{{state i}}", "zh-CN", item), "默认接受\n");
    }

    #[test]
    fn html_is_escaped_and_in_text_tags_come_apart() {
        let made = renderer("{{x}}", "{{x}} {{join l}}", "{{x}} {{join l}}")
            .render(LetterName::Help, "en", &json!({"x": "<b>&", "l": ["<i>", "b"]}))
            .unwrap();
        assert_eq!(made.text, "＜b>& ＜i>, b\n");
        let kept = "a<1, 3 < 5, <lilei@example.com> <https://example.com/x>, 《书》";
        assert_eq!(without_tags(kept), kept);
        assert_eq!(without_tags("<svg onload=x@y>"), "＜svg onload=x@y>");
        assert_eq!(made.html, "&lt;b&gt;&amp; &lt;i&gt;, b");
    }

    #[test]
    fn a_missing_value_is_an_error_that_names_the_template() {
        let error =
            renderer("s", "{{nobody}}", "h").render(LetterName::Help, "en", &json!({})).unwrap_err().to_string();
        assert!(error.contains("help/text.hbs"), "{error}");
    }

    /// A letter is worth more than its looks: what an administrator's template cannot say, the built-in one says, and the
    /// administrator hears which file and which line it is.
    #[test]
    fn a_broken_template_costs_no_letter() {
        for (contents, named) in [
            ("{{> greeting}}\n{{#if x}}", "zh-CN/error/text.hbs"),
            ("{{> greeting}} {{nothere}}", "there is no `nothere`"),
        ] {
            let renderer = Renderer::with(vec![("zh-CN/error/text.hbs".into(), contents.into())]);
            let whole = Renderer::default();
            let sample = whole.sample(LetterName::Error, "zh-CN").unwrap();
            let letter = renderer.render(LetterName::Error, "zh-CN", &sample).unwrap();
            assert_eq!(letter.text, whole.render(LetterName::Error, "zh-CN", &sample).unwrap().text);
            let faults = renderer.override_faults();
            assert!(faults.len() == 1 && faults[0].contains(named), "{faults:?}");
            // Another letter is not touched by it.
            let digest = whole.sample(LetterName::Digest, "zh-CN").unwrap();
            assert_eq!(renderer.render(LetterName::Digest, "zh-CN", &digest).unwrap().fault, None);
        }
        assert_eq!(Renderer::default().override_faults(), Vec::<String>::new());
    }

    #[test]
    fn a_part_that_includes_itself_over_another_is_refused() {
        let loops = vec![("parts/a.text.hbs".into(), "{{> b}}".into()), ("parts/b.text.hbs".into(), "{{> a}}".into())];
        let error = Renderer::with(loops).render(LetterName::Help, "en", &json!({})).unwrap_err().to_string();
        assert!(error.contains("includes itself"), "{error}");
    }

    #[test]
    fn nesting_that_would_end_the_process_is_refused() {
        let deep = format!("{}{}", "{{#if x}}".repeat(2000), "{{/if}}".repeat(2000));
        let faults = renderer("s", &deep, "h").override_faults();
        assert!(faults.iter().any(|fault| fault.contains("nested at most")), "{faults:?}");
    }

    #[test]
    fn links_stay_short() {
        assert!(mailto("duban@example.com", "完成", "A-107").len() <= 200);
        assert!(mailto("duban@example.com", &"很长的话".repeat(20), "A-107").len() <= 1200);
    }

    #[test]
    fn a_reader_in_taiwan_gets_traditional_letters() {
        assert_eq!(text("请确认会议纪要", "zh-TW", json!({})), "請確認會議紀要\n");
    }
}
