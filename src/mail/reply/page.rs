//! HTML bodies as lines: quotes by structure, hidden text dropped, cells and list numbers kept.
//!
//! The tree is walked without recursion, and the source is cut to size before it is parsed: nesting and tag count are
//! bounded, since an HTML parser's own cost grows with depth times tags (TRUST P4, P8).

use super::{Line, Part};
use crate::sight::{self, Rgb};
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node};
use std::collections::{HashMap, HashSet};

/// Nothing behind this many bytes of markup is read.
const HTML_BYTES_MAX: usize = 1 << 20;
const DEPTH_MAX: usize = 256;
const TAG_COUNT_MAX: usize = 40_000;
/// A tag longer than this loses its attributes (pictures written into the markup).
const TAG_BYTES_MAX: usize = 16 << 10;

/// What an element says about the text within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// never shown to a person who reads the mail
    Hidden,
    /// quoted text: everything within was written by somebody else
    Quote,
    /// the line above a quote
    Attribution,
    Signature,
    /// the element and everything behind it, to the end of the mail, is history
    HistoryBegins,
    Nothing,
}

/// True for what is never the writer's own: hidden text, quotes, attribution lines, signatures, the head of a history.
/// Outlook's history has no element of its own: it begins with a header block, which only [`super::parts_of`] sees.
pub fn is_set_aside(element: &ElementRef<'_>) -> bool {
    mark(element) != Mark::Nothing
}

/// What this element is by its name, id, class and style.
pub fn mark(element: &ElementRef<'_>) -> Mark {
    let node = element.value();
    let name = node.name();
    if matches!(
        name,
        "script"
            | "style"
            | "title"
            | "head"
            | "noscript"
            | "template"
            | "object"
            | "iframe"
            | "svg"
            | "select"
            | "textarea"
            | "button"
            | "datalist"
            | "noframes"
            | "audio"
            | "video"
            | "canvas"
    ) || name == "dialog" && node.attr("open").is_none()
        || sight::strikes_out(name)
    {
        return Mark::Hidden;
    }
    if node.attr("hidden").is_some() || node.attr("style").is_some_and(hides) {
        return Mark::Hidden;
    }
    let mut found = by_name(name, node.attr("style").unwrap_or_default(), node.attr("type"));
    for key in ["id", "class", "name", "data-marker", "data-smartmail", "data-signature-widget", "data-html-block"] {
        for word in node.attr(key).unwrap_or_default().split_ascii_whitespace().take(16) {
            match by_word(key, word) {
                Mark::Nothing => {}
                // Gmail's outer container holds answers between its block quotes
                Mark::Quote if name == "div" && word.ends_with("gmail_quote") => {}
                mark => found = mark,
            }
        }
    }
    found
}

fn by_name(name: &str, style: &str, kind: Option<&str>) -> Mark {
    match name {
        "blockquote" => {
            let style = style.to_ascii_lowercase().replace(' ', "");
            let cited = kind.is_some_and(|k| k.eq_ignore_ascii_case("cite"));
            // Gmail and Outlook on the web indent own text with a borderless block quote
            let indent = !cited && (style.contains("border:none") || style.contains("border:0"));
            if indent { Mark::Nothing } else { Mark::Quote }
        }
        // QQ wraps signature and quote in its own element
        "sign" => Mark::Signature,
        _ => Mark::Nothing,
    }
}

fn by_word(key: &str, word: &str) -> Mark {
    let mut word = word;
    // Outlook on the web prefixes foreign ids and classes, once for each pass
    while let Some(rest) = word.strip_prefix("x_") {
        word = rest;
    }
    let word = word.to_ascii_lowercase();
    if key == "data-marker" {
        return match word.as_str() {
            "__divider__" | "__quoted_text__" | "__headers__" => Mark::HistoryBegins,
            "__sig_pre__" | "__sig_post__" => Mark::Signature,
            _ => Mark::Nothing,
        };
    }
    if key == "data-html-block" {
        return match word.as_str() {
            "quote" => Mark::Quote,
            "signature" => Mark::Signature,
            _ => Mark::Nothing,
        };
    }
    match word.as_str() {
        "appendonsend"
        | "divrplyfwdmsg"
        | "outlookmessageheader"
        | "mail-editor-reference-message-container"
        | "zwchr"
        | "isforwardcontent"
        | "xm_compose_origin_mail_container"
        | "xm_mail_oringinal_describe" => Mark::HistoryBegins,
        "gmail_quote"
        | "yahoo_quoted"
        | "protonmail_quote"
        | "tutanota_quote"
        | "isreplycontent"
        | "ntes-quote"
        | "ntes-iosmail-quote"
        | "ntes-pcmac-quote"
        | "ntes-mailmaster-quote"
        | "history-quote-wrapper"
        | "lark-mail-quote"
        | "qmbox"
        | "sh-quoted-content"
        | "messagereplysection"
        | "zmail_extra"
        | "quotedtext"
        | "mail-quote-collapse"
        | "replymail"
        | "foxmail_quote"
        | "mailquote"
        | "orig_mail"
        | "oriquote"
        | "alimail-quote"
        | "__aliyun_previewbody_wrap"
        | "moz-email-quote"
        | "hmquote" => Mark::Quote,
        "gmail_attr" | "moz-cite-prefix" | "moz-email-headers-table" | "lark-mail-meta" | "gmail_extra_attr" => {
            Mark::Attribution
        }
        "gmail_signature"
        | "gmail_signature_prefix"
        | "moz-signature"
        | "applemailsignature"
        | "signature"
        | "ms-outlook-mobile-signature"
        | "ms-outlook-ios-signature"
        | "outlooksignature"
        | "protonmail_signature_block"
        | "yahoo-signature"
        | "yahoosignature"
        | "messagesignaturesection"
        | "zm-_id_-sgn"
        | "lark-mail-signature"
        | "__aliyun_signature_wrap"
        | "ntes-pcmac-signature"
        | "ntes-mobile-signature"
        | "netease_mail_footer"
        | "xmail-signature"
        | "foxmail_signature"
        | "mail-signature"
        | "spnetease"
        | "qqmail_signature"
        | "mobile-signature"
        | "mailsignature"
        | "tutanota_signature"
        | "wiseMailSignature"
        | "dingtalk_signature" => Mark::Signature,
        // Yahoo numbers its containers
        w if w.starts_with("yahoo_quoted") || w.contains("yahoo_quoted") => Mark::Quote,
        w if w.starts_with("ydp") && w.ends_with("signature") => Mark::Signature,
        w if w.starts_with("lark-mail-quote") || w.starts_with("foxdiv") && w.ends_with("quote") => Mark::Quote,
        _ => Mark::Nothing,
    }
}

/// A style that no reader sees, whatever is around.
fn hides(style: &str) -> bool {
    let style = sight::plain(style);
    let flat: String = style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).take(4096).collect();
    let mut overflow = false;
    let mut flat_box = false;
    for rule in flat.split(';') {
        let Some((name, value)) = rule.split_once(':') else { continue };
        let value = value.trim_end_matches("!important");
        match name {
            "color" if sight::has_no_ink(value) => return true,
            "overflow" if value == "hidden" => overflow = true,
            "max-height" | "height" | "max-width" | "width" if sight::is_tiny(value) => flat_box = true,
            _ if sight::hides(name, value) => return true,
            _ => {}
        }
    }
    overflow && flat_box
}

/// A rule of a style sheet, under which letters have no size either.
fn sheet_hides(style: &str) -> bool {
    hides(style) || declared(style, "font-size").and_then(sight::letters_seen) == Some(false)
}

fn declared<'a>(style: &'a str, wanted: &str) -> Option<&'a str> {
    style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
        .map(|(_, v)| v.trim())
        .next_back()
}

/// Names of classes, ids and elements (`.x`, `#x`, `h6`) which a plain rule of the mail's own style sheet hides. Rules
/// within `@media` count where they hold for every screen.
pub fn hidden_classes(html: &str) -> HashSet<String> {
    let mut out = HashSet::new();
    let lower = html.to_ascii_lowercase();
    let mut from = 0;
    while let Some(open) = lower.get(from..).and_then(|rest| rest.find("<style")) {
        let start = from + open;
        let end = lower.get(start..).and_then(|rest| rest.find("</style")).map_or(lower.len(), |i| start + i);
        let sheet = lower.get(start..end).unwrap_or_default();
        let mut depth = 0usize;
        let mut wrappers = 0usize;
        let mut selector = String::new();
        let mut body = String::new();
        for c in sheet.get(sheet.find('>').map_or(0, |i| i + 1)..).unwrap_or_default().chars() {
            match c {
                '{' if depth == 0 && sight::holds_everywhere(&selector) => {
                    wrappers += 1;
                    selector.clear();
                }
                '}' if depth == 0 && wrappers > 0 => {
                    wrappers -= 1;
                    selector.clear();
                }
                '{' => {
                    depth += 1;
                    if depth == 1 {
                        body.clear();
                    }
                }
                '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        let names = selector.rsplit("*/").next().unwrap_or_default();
                        if !names.trim_start().starts_with('@') && sheet_hides(&body) {
                            for name in names.split(',') {
                                let name = name.trim();
                                let simple =
                                    name.rsplit(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default();
                                let plain = simple.len() < 40 && simple.bytes().all(|c| c.is_ascii_alphanumeric());
                                let at = simple.find(['.', '#']).or(plain.then_some(0));
                                if let Some(at) = at.filter(|_| !simple.is_empty() && !simple.contains(':')) {
                                    out.insert(simple.get(at..).unwrap_or_default().to_owned());
                                }
                            }
                        }
                        selector.clear();
                    }
                }
                _ if depth == 0 => selector.push(c),
                _ if depth == 1 => body.push(c),
                _ => {}
            }
        }
        from = end.max(start + 6);
        if out.len() > 1000 {
            break;
        }
    }
    out
}

/// The source cut to what a parser can take in bounded time: comments, scripts and styles gone, nesting and tags limited.
pub fn bounded(html: &str) -> String {
    let mut end = html.len().min(HTML_BYTES_MAX);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = &html[..end];
    let mut out = String::with_capacity(html.len());
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut tags) = (0usize, 0usize);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").and_then(|i| comment.get(i + 3..)).unwrap_or_default();
            continue;
        }
        let after = rest.as_bytes().get(1).copied().unwrap_or(b' ');
        if after == b'!' || after == b'?' {
            rest = rest.find('>').and_then(|i| rest.get(i + 1..)).unwrap_or_default();
            continue;
        }
        let closing = after == b'/';
        if !(after.is_ascii_alphabetic() || closing) {
            out.push_str("&lt;");
            rest = &rest[1..];
            continue;
        }
        let length = tag_length(rest);
        let Some(tag) = rest.get(..length) else { break };
        rest = rest.get(length..).unwrap_or_default();
        let name: String = tag
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/'))
            .take(40)
            .flat_map(char::to_lowercase)
            .collect();
        if !closing
            && matches!(
                name.as_str(),
                "script"
                    | "style"
                    | "title"
                    | "noscript"
                    | "iframe"
                    | "noembed"
                    | "xmp"
                    | "plaintext"
                    | "svg"
                    | "math"
                    | "template"
                    | "object"
                    | "select"
                    | "textarea"
            )
        {
            rest = skip_element(rest, &name);
            continue;
        }
        let counts = !matches!(
            name.as_str(),
            "p" | "li"
                | "td"
                | "tr"
                | "th"
                | "tbody"
                | "thead"
                | "tfoot"
                | "option"
                | "dt"
                | "dd"
                | "br"
                | "hr"
                | "img"
                | "meta"
                | "link"
                | "input"
                | "col"
                | "area"
                | "base"
                | "embed"
                | "source"
                | "track"
                | "wbr"
                | "param"
                | "html"
                | "head"
                | "body"
        );
        if closing {
            if counts {
                match open.get_mut(&name) {
                    Some(n) if *n > 0 => {
                        *n -= 1;
                        depth = depth.saturating_sub(1);
                    }
                    _ => continue,
                }
            }
        } else {
            tags += 1;
            if tags > TAG_COUNT_MAX || counts && depth >= DEPTH_MAX {
                out.push(' ');
                continue;
            }
            if counts {
                depth += 1;
                *open.entry(name.clone()).or_default() += 1;
            }
        }
        if tag.len() > TAG_BYTES_MAX {
            out.push('<');
            out.push_str(&name);
            out.push('>');
        } else {
            out.push_str(tag);
        }
    }
    out.push_str(rest);
    out
}

/// Bytes up to and with the `>` that ends this tag; quoted attribute values may hold one.
fn tag_length(tag: &str) -> usize {
    let mut quote = 0u8;
    let mut previous = 0u8;
    for (i, c) in tag.bytes().enumerate() {
        match (quote, c) {
            (0, b'>') => return i + 1,
            // a quote opens a value only behind an equals sign
            (0, b'"' | b'\'') if previous == b'=' => quote = c,
            (q, c) if q != 0 && q == c => quote = 0,
            _ => {}
        }
        if !c.is_ascii_whitespace() {
            previous = c;
        }
        // a quote never closed must not swallow the mail
        if i > 4 * TAG_BYTES_MAX && quote != 0 {
            return tag.find('>').map_or(tag.len(), |at| at + 1);
        }
    }
    tag.find('>').map_or(tag.len(), |at| at + 1)
}

fn skip_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut at = 0;
    while let Some(i) = rest.get(at..).and_then(|r| r.find("</")) {
        let start = at + i + 2;
        if rest.as_bytes().get(start..start + name.len()).is_some_and(|w| w.eq_ignore_ascii_case(name.as_bytes())) {
            return rest.get(start..).and_then(|r| r.find('>').and_then(|e| r.get(e + 1..))).unwrap_or_default();
        }
        at = start;
    }
    ""
}

#[derive(Clone, Copy)]
struct Scope {
    depth: u8,
    mark: Option<Part>,
    /// what lies under the letters, where it can be told
    ground: Option<Rgb>,
    /// the letters have no size until somebody gives them one
    tiny: bool,
    pre: bool,
}

/// An HTML body as lines with depth, ready for [`super::gather`].
pub fn lines_of(html: &str) -> Vec<Line> {
    let sheet = if html.len() <= HTML_BYTES_MAX { hidden_classes(html) } else { HashSet::new() };
    let tree = Html::parse_document(&bounded(html));
    let mut out = Writer {
        lines: Vec::new(),
        line: String::new(),
        space: false,
        scope: Scope { depth: 0, mark: None, ground: Some(sight::WHITE), tiny: false, pre: false },
    };
    let mut scopes: Vec<(ego_tree::NodeId, Scope)> = Vec::new();
    let mut skipping: Option<ego_tree::NodeId> = None;
    let mut lists: Vec<Option<usize>> = Vec::new();
    for edge in tree.tree.root().traverse() {
        match edge {
            Edge::Open(node) => {
                if skipping.is_some() {
                    continue;
                }
                match node.value() {
                    Node::Text(_) if out.scope.tiny => {}
                    Node::Text(text) => out.text(&text.text),
                    Node::Element(element) => {
                        let Some(reference) = ElementRef::wrap(node) else { continue };
                        let name = element.name();
                        let mark = mark(&reference);
                        let style = sight::plain(element.attr("style").unwrap_or_default());
                        let style = &*style;
                        let color =
                            declared(style, "color").or(if name == "font" { element.attr("color") } else { None });
                        let background = declared(style, "background-color")
                            .or(declared(style, "background"))
                            .or(element.attr("bgcolor"));
                        let ground = background.and_then(sight::ground).unwrap_or(out.scope.ground);
                        let ink = color.and_then(sight::rgb);
                        let invisible = ink.zip(ground).is_some_and(|(ink, ground)| sight::is_unseen(ink, ground));
                        let seen = declared(style, "font-size")
                            .or(declared(style, "font").and_then(sight::size_in_font))
                            .and_then(sight::letters_seen);
                        let tiny = seen.map_or(out.scope.tiny, |seen| !seen);
                        let by_sheet = !sheet.is_empty()
                            && (sheet.contains(name)
                                || element.classes().any(|c| sheet.contains(&format!(".{}", c.to_ascii_lowercase())))
                                || element
                                    .id()
                                    .is_some_and(|id| sheet.contains(&format!("#{}", id.to_ascii_lowercase()))));
                        if mark == Mark::Hidden || invisible || by_sheet {
                            skipping = Some(node.id());
                            continue;
                        }
                        if is_block(name) {
                            out.flush();
                        }
                        scopes.push((node.id(), out.scope));
                        out.scope.ground = ground;
                        out.scope.tiny = tiny;
                        out.scope.pre |= name == "pre" || style.replace(' ', "").contains("white-space:pre");
                        match mark {
                            Mark::Quote => {
                                out.flush();
                                out.scope.depth = out.scope.depth.saturating_add(1);
                            }
                            Mark::Attribution => {
                                out.flush();
                                out.scope.mark = Some(Part::Attribution);
                            }
                            Mark::Signature => {
                                out.flush();
                                out.scope.mark = Some(Part::Signature);
                            }
                            Mark::HistoryBegins if out.scope.depth == 0 => {
                                out.flush();
                                out.lines.push(Line { depth: 0, text: String::new(), mark: Some(Part::History) });
                            }
                            _ => {}
                        }
                        match name {
                            "br" => out.break_line(),
                            "hr" => out.lines.push(Line {
                                depth: out.scope.depth,
                                text: "________".to_owned(),
                                mark: out.scope.mark,
                            }),
                            "ol" => lists.push(Some(element.attr("start").and_then(|s| s.parse().ok()).unwrap_or(1))),
                            "ul" => lists.push(None),
                            "li" => match lists.last_mut() {
                                Some(Some(n)) => {
                                    let number = format!("{n}. ");
                                    *n = n.saturating_add(1);
                                    out.line.push_str(&number);
                                }
                                _ => out.line.push_str("- "),
                            },
                            "img" => {
                                // clients write emoji as pictures
                                if let Some(alt) = element
                                    .attr("alt")
                                    .filter(|a| !a.is_empty() && a.chars().count() <= 3 && !a.is_ascii())
                                {
                                    out.text(alt);
                                }
                            }
                            _ => {}
                        }
                    }
                    _ => {}
                }
            }
            Edge::Close(node) => {
                if let Some(id) = skipping {
                    if id == node.id() {
                        skipping = None;
                    }
                    continue;
                }
                let Node::Element(element) = node.value() else { continue };
                let name = element.name();
                let quote_ends = scopes.last().is_some_and(|(id, before)| {
                    *id == node.id() && (before.depth != out.scope.depth || before.mark != out.scope.mark)
                });
                if matches!(name, "td" | "th") {
                    out.cell();
                }
                if is_block(name) || quote_ends {
                    out.flush();
                    // the space a reader sees below a paragraph; Outlook's own paragraphs have none
                    if matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "ul" | "ol" | "table" | "blockquote")
                        && !element.classes().any(|c| c.starts_with("Mso") || c.starts_with("x_Mso"))
                    {
                        out.gap();
                    }
                }
                if matches!(name, "ol" | "ul") {
                    lists.pop();
                }
                if let Some((id, before)) = scopes.last().copied()
                    && id == node.id()
                {
                    out.scope = before;
                    scopes.pop();
                }
            }
        }
    }
    out.flush();
    out.lines
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "tr"
            | "table"
            | "tbody"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ul"
            | "ol"
            | "blockquote"
            | "pre"
            | "hr"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "center"
            | "form"
            | "dl"
            | "dt"
            | "dd"
            | "body"
            | "address"
            | "figure"
            | "caption"
            | "fieldset"
            | "main"
            | "nav"
            | "aside"
            | "includetail"
            | "sign"
    )
}

struct Writer {
    lines: Vec<Line>,
    line: String,
    space: bool,
    scope: Scope,
}

impl Writer {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.scope.pre => self.break_line(),
                '\r' => {}
                ' ' | '\n' | '\t' if self.scope.pre => self.line.push(if c == '\n' { ' ' } else { c }),
                ' ' | '\n' | '\t' | '\u{c}' => self.space = true,
                _ => {
                    if self.space && !self.line.is_empty() {
                        self.line.push(' ');
                    }
                    self.space = false;
                    self.line.push(if c == '\u{a0}' { ' ' } else { c });
                }
            }
        }
    }

    fn cell(&mut self) {
        self.space = false;
        self.line.push('\t');
    }

    fn break_line(&mut self) {
        let text = std::mem::take(&mut self.line);
        self.space = false;
        let mut text = text.trim_end().to_owned();
        // marks of a plain-text mail pasted or converted into HTML
        let (mut depth, mark) = (self.scope.depth, self.scope.mark);
        let (marks, rest) = super::quote_depth(&text);
        if marks > 0 {
            depth = depth.saturating_add(marks);
            text = rest.to_owned();
        }
        self.lines.push(Line { depth, text, mark });
    }

    fn flush(&mut self) {
        if self.line.trim().is_empty() {
            // &nbsp; alone is a blank line on purpose
            if !self.line.is_empty() {
                self.line.clear();
                self.gap();
            }
            self.space = false;
            return;
        }
        self.break_line();
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|l| !l.text.is_empty()) {
            self.lines.push(Line { depth: self.scope.depth, text: String::new(), mark: None });
        }
    }
}
