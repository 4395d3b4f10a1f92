//! Header fields as mailers really write them: encoded words cut in the middle, raw GBK, RFC 2231 pieces.
//!
//! Fields are counted and cut on raw bytes, so that what we take for the author is what every other reader of the same
//! bytes takes for it (TRUST S1). Everything decoded is free of control characters: a decoded line end never becomes
//! a line end of ours (TRUST P10).

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_1252};
use std::ops::Range;

/// One field: its name in lower case, and where its value stands in the raw bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: Range<usize>,
}

/// The header section of a mail or of a part.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    raw: &'a [u8],
    pub list: Vec<Field>,
    /// where the body begins
    pub body: usize,
    /// lines that are no field and continue none, bare CR or NUL within a field
    pub malformed: bool,
    /// `From` fields as the most generous reader would count them
    pub from_count: usize,
    /// octets of the longest field
    pub longest: usize,
}

impl<'a> Fields<'a> {
    /// Cuts the header section that begins at `raw[0]`. Lines end in LF or CRLF; the section ends with an empty line.
    pub fn cut(raw: &'a [u8]) -> Fields<'a> {
        let mut out = Fields { raw, list: Vec::new(), body: raw.len(), malformed: false, from_count: 0, longest: 0 };
        let mut at = 0;
        // an mbox envelope line in front
        if raw.starts_with(b"From ") {
            at = line_end(raw, 0).1;
        }
        let mut open: Option<(String, usize)> = None;
        while at < raw.len() {
            let (end, next) = line_end(raw, at);
            let line = raw.get(at..end).unwrap_or_default();
            if line.is_empty() {
                out.close(open.take(), at);
                out.body = next;
                out.measure();
                return out;
            }
            // a bare CR is a line end to some readers: what follows may be a field to them
            for hidden in line.split(|c| *c == b'\r').skip(1) {
                out.malformed = true;
                out.from_count += usize::from(named_from(hidden));
            }
            out.malformed |= line.contains(&0);
            let folded = line.first().is_some_and(|c| *c == b' ' || *c == b'\t');
            if folded && open.is_some() {
                if line.iter().all(u8::is_ascii_whitespace) {
                    out.malformed = true;
                }
                at = next;
                continue;
            }
            out.close(open.take(), at);
            if folded {
                // a continuation of nothing: the first line begins with a space
                out.malformed = true;
                out.from_count += usize::from(named_from(line));
                at = next;
                continue;
            }
            match line.iter().position(|c| *c == b':') {
                Some(colon) if colon > 0 => {
                    let name: String = line[..colon]
                        .iter()
                        .filter(|c| **c > b' ' && **c != 0x7f)
                        .map(|c| char::from(c.to_ascii_lowercase()))
                        .collect();
                    out.malformed |= name.len() != colon && !line[..colon].ends_with(b" ");
                    out.from_count += usize::from(name == "from");
                    open = Some((name, at + colon + 1));
                }
                _ => out.malformed = true,
            }
            at = next;
        }
        out.close(open.take(), raw.len());
        out.measure();
        out
    }

    fn close(&mut self, open: Option<(String, usize)>, end: usize) {
        if let Some((name, start)) = open {
            self.list.push(Field { name, value: start..end });
        }
    }

    fn measure(&mut self) {
        self.longest = self.list.iter().map(|f| f.value.len() + f.name.len()).max().unwrap_or(0);
    }

    /// The raw value of a field, folding included.
    pub fn raw(&self, field: &Field) -> &'a [u8] {
        self.raw.get(field.value.clone()).unwrap_or_default()
    }

    /// The first field of that name (lower case), raw.
    pub fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.list.iter().find(|f| f.name == name).map(|f| self.raw(f))
    }

    pub fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a [u8]> + 'b {
        self.list.iter().filter(move |f| f.name == name).map(|f| self.raw(f))
    }

    pub fn has(&self, name: &str) -> bool {
        self.list.iter().any(|f| f.name == name)
    }

    /// The first field of that name, unfolded, encoded words decoded, control characters gone.
    pub fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(|raw| decode(raw, None))
    }

    /// As [`Fields::text`], in lower case; empty when absent. For fields whose value is a keyword.
    pub fn keyword(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_lowercase()
    }
}

/// (end of the line, beginning of the next)
fn line_end(raw: &[u8], from: usize) -> (usize, usize) {
    match raw.get(from..).and_then(|rest| rest.iter().position(|c| *c == b'\n')) {
        Some(i) => {
            let lf = from + i;
            let end = if lf > from && raw.get(lf - 1) == Some(&b'\r') { lf - 1 } else { lf };
            (end, lf + 1)
        }
        None => (raw.len(), raw.len()),
    }
}

fn named_from(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|c| *c == b':') else { return false };
    let name: Vec<u8> = line
        .get(..colon)
        .unwrap_or_default()
        .iter()
        .filter(|c| **c > b' ' && **c != 0x7f)
        .map(u8::to_ascii_lowercase)
        .collect();
    name == b"from"
}

/// Bytes of a charset to text, as browsers do it (WHATWG): gb2312 is GB18030, latin1 is windows-1252, UTF-7 is never
/// believed. Without a label, or where the label is plainly wrong, the bytes decide.
pub fn decode_charset(label: Option<&str>, bytes: &[u8]) -> String {
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        // UTF-16 is not ASCII; everything else agrees with it here
        let wide = label.is_some_and(|l| l.to_ascii_lowercase().starts_with("utf-16"));
        if !wide {
            return String::from_utf8_lossy(bytes).into_owned();
        }
    }
    let label = label.map(|l| l.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    let named = label.as_deref().and_then(|l| {
        let plain = match l {
            "gb2312" | "gbk" | "gb_2312-80" | "x-gbk" | "cp936" | "ms936" | "windows-936" | "gb18030-2022"
            | "gb-18030" => "gb18030",
            "utf8mb4" | "utf-8mb4" => "utf-8",
            "cp950" | "ms950" | "x-big5" | "big-5" => "big5",
            "cp1252" | "iso8859-1" => "windows-1252",
            other => other,
        };
        Encoding::for_label(plain.as_bytes())
    });
    let utf8 = std::str::from_utf8(bytes).ok();
    match named {
        // the replacement encoding stands for charsets that are only ever used to attack
        None => match utf8 {
            Some(text) => text.to_owned(),
            None => guess(bytes),
        },
        Some(encoding) if encoding == UTF_8 => match utf8 {
            Some(text) => text.trim_start_matches('\u{feff}').to_owned(),
            None => guess_or(bytes, UTF_8),
        },
        Some(encoding) => {
            let (text, _, broken) = encoding.decode(bytes);
            match utf8 {
                // UTF-8 under another name: valid multi-byte UTF-8 is hardly ever anything else
                Some(right) if broken || encoding.is_single_byte() => right.to_owned(),
                _ if broken => guess_or(bytes, encoding),
                // Clients in China send GBK and call it Latin-1 for want of another default.
                _ if encoding == WINDOWS_1252 && looks_chinese(bytes) => guess_or(bytes, encoding),
                _ => text.into_owned(),
            }
        }
    }
}

/// High bytes stand in pairs, as two-byte characters do; accented letters of European words stand alone between others.
fn looks_chinese(bytes: &[u8]) -> bool {
    let (mut alone, mut paired) = (0usize, 0usize);
    for run in bytes.split(u8::is_ascii).filter(|run| !run.is_empty()) {
        if run.len() % 2 == 0 { paired += run.len() } else { alone += run.len() }
    }
    paired >= 8 && paired > alone * 4
}

fn guess_or(bytes: &[u8], otherwise: &'static Encoding) -> String {
    for encoding in [GB18030, BIG5] {
        let (text, _, broken) = encoding.decode(bytes);
        if !broken && mostly_common(&text) {
            return text.into_owned();
        }
    }
    otherwise.decode(bytes).0.into_owned()
}

/// Bytes above 127 without a charset: GB18030 or Big5, whichever gives the more ordinary characters.
fn guess(bytes: &[u8]) -> String {
    let (simplified, _, broken_gb) = GB18030.decode(bytes);
    let (traditional, _, broken_big5) = BIG5.decode(bytes);
    match (broken_gb, broken_big5) {
        (false, true) => simplified.into_owned(),
        (true, false) => traditional.into_owned(),
        (false, false) => {
            if commonness(&traditional) > commonness(&simplified) {
                traditional.into_owned()
            } else {
                simplified.into_owned()
            }
        }
        (true, true) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Share of characters above ASCII that daily writing uses, in thousandths.
fn commonness(text: &str) -> usize {
    const DAILY: &str = "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發年动動同工也能下过過子说說产產种種面而方后後多定行学學法所民得经經十三之进進着著等部度家电電力里如水化高自二理起小物现現实實加量都两兩体體制机機当當使点點从從业業本去把性好应應开開它合还還因由其些然前外天政四日那社义義事平形相全表间間样樣与與关關各重新线線内內数數正心反你明看原又么麼利比或但质質气氣第向道命此变變条條只没沒结結解问問意建月公无無系系军軍很情者最立代想已通并並提直题題党黨程展五果料象员員革位入常文总總次品式活设設及管特件长長求老头頭基资資边邊流路级級少图圖山统統接知较較将將组組见見计計别別她手角期根论論运運农農指几幾九区區强強放决決西被干做必战戰先回则則任取据據处處队隊南给給色光门門即保治北造百规規热熱领領七海口东東导導器压壓志世金增争爭济濟阶階油思术術极極交受联聯什认認六共权權收证證改清美再采採转轉更单單风風切打白教速花带帶安场場身车車例真务務具万萬每目至达達走积積示议議声聲报報完类類八离離华華名确確才科张張信马馬节節话話米整空元况況今集温溫传傳土许許步群广廣石记記需段研界拉林律叫且究观觀越织織装裝影算低持音众眾书書布复複容儿兒须須际際商非验驗连連断斷深难難近矿礦千周週委素技备備半办辦青省列习習响響约約支般史感劳勞便团團往酸历歷市克何除消构構府称稱太准準精值号號率族维維划劃选選标標写寫存候毛亲親快效斯院查江型眼王按格养養易置派层層片始却卻专專状狀育厂廠京识識适適属屬圆圓包火住调調满滿县縣局照参參红紅细細引听聽该該铁鐵价價严嚴";
    let (mut all, mut common) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()).take(400) {
        all += 1;
        if matches!(c, '，' | '。' | '：' | '、' | '（' | '）') || DAILY.contains(c) {
            common += 1;
        }
    }
    (common * 1000).checked_div(all).unwrap_or(0)
}

fn mostly_common(text: &str) -> bool {
    commonness(text) >= 250
}

/// A line of base64 (RFC 2045 §6.8).
const LINE_OCTETS: usize = 76;

/// Base64 that forgives everything: foreign characters skipped, padding anywhere.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const FOREIGN: u8 = 0xff;
    const VALUES: [u8; 256] = {
        let mut values = [FOREIGN; 256];
        let mut i = 0;
        while i < 26 {
            values[b'A' as usize + i] = i as u8;
            values[b'a' as usize + i] = i as u8 + 26;
            i += 1;
        }
        i = 0;
        while i < 10 {
            values[b'0' as usize + i] = i as u8 + 52;
            i += 1;
        }
        (values[b'+' as usize], values[b'-' as usize]) = (62, 62);
        (values[b'/' as usize], values[b'_' as usize]) = (63, 63);
        values
    };
    /// The values at each of the four places of a quantum; a foreign character has bits above all of them.
    static PLACED: [[u32; 256]; 4] = {
        let mut placed = [[u32::MAX; 256]; 4];
        let mut c = 0;
        while c < 256 {
            if VALUES[c] != FOREIGN {
                let value = VALUES[c] as u32;
                (placed[0][c], placed[1][c], placed[2][c], placed[3][c]) =
                    (value << 18, value << 12, value << 6, value);
            }
            c += 1;
        }
        placed
    };
    let value_of = |c: u8| VALUES[usize::from(c)];
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut held, mut count) = (0u32, 0);
    let mut rest = bytes;
    while let Some((c, behind)) = rest.split_first() {
        // Whole quanta, as nearly all of a part is; a line of them at once.
        if count == 0 {
            let (quanta, _) = rest.get(..rest.len().min(LINE_OCTETS)).unwrap_or_default().as_chunks::<4>();
            let before = out.len();
            out.resize(before + quanta.len() * 3, 0);
            let (places, _) = out.get_mut(before..).unwrap_or_default().as_chunks_mut::<3>();
            let mut read = 0;
            for ([a, b, c, d], place) in quanta.iter().zip(places) {
                let of = |place: usize, c: u8| PLACED.get(place).map_or(u32::MAX, |values| values[usize::from(c)]);
                let held = of(0, *a) | of(1, *b) | of(2, *c) | of(3, *d);
                if held > 0xff_ffff {
                    break;
                }
                let [_, octets @ ..] = held.to_be_bytes();
                *place = octets;
                read += 1;
            }
            out.truncate(before + read * 3);
            if read > 0 {
                rest = rest.get(read * 4..).unwrap_or_default();
                continue;
            }
        }
        rest = behind;
        let value = match c {
            b'=' => {
                // the rest of this quantum is padding; another stream may follow
                match count {
                    2 => out.push((held >> 4) as u8),
                    3 => out.extend([(held >> 10) as u8, (held >> 2) as u8]),
                    _ => {}
                }
                (held, count) = (0, 0);
                continue;
            }
            c => match value_of(*c) {
                FOREIGN => continue,
                value => value,
            },
        };
        held = held << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend([(held >> 16) as u8, (held >> 8) as u8, held as u8]);
            (held, count) = (0, 0);
        }
    }
    match count {
        2 => out.push((held >> 4) as u8),
        3 => out.extend([(held >> 10) as u8, (held >> 2) as u8]),
        _ => {}
    }
    out
}

/// Quoted-printable (RFC 2045 §6.7); `_` is a space in encoded words only. What is not an escape stands for itself.
pub fn quoted_printable(bytes: &[u8], word: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(c) = bytes.get(i) {
        match c {
            b'=' => {
                let hex = |c: Option<&u8>| match c? {
                    c @ b'0'..=b'9' => Some(c - b'0'),
                    c @ b'A'..=b'F' => Some(c - b'A' + 10),
                    c @ b'a'..=b'f' => Some(c - b'a' + 10),
                    _ => None,
                };
                match (hex(bytes.get(i + 1)), hex(bytes.get(i + 2))) {
                    (Some(a), Some(b)) => {
                        out.push(a << 4 | b);
                        i += 3;
                        continue;
                    }
                    _ => {
                        // soft line break: = and blanks up to the line's end
                        let mut j = i + 1;
                        while matches!(bytes.get(j), Some(b' ' | b'\t')) {
                            j += 1;
                        }
                        if bytes.get(j) == Some(&b'\r') && bytes.get(j + 1) == Some(&b'\n') {
                            i = j + 2;
                            continue;
                        }
                        if bytes.get(j) == Some(&b'\n') || j >= bytes.len() {
                            i = j + 1;
                            continue;
                        }
                        out.push(b'=');
                    }
                }
            }
            b'_' if word => out.push(b' '),
            c => out.push(*c),
        }
        i += 1;
    }
    out
}

struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    text: &'a [u8],
    length: usize,
}

/// RFC 2047 allows 75 octets; clients that fold nothing write kilobytes.
const WORD_OCTETS_MAX: usize = 8192;

/// An encoded word at the beginning of `bytes` (RFC 2047), spaces within it forgiven.
fn encoded_word(bytes: &[u8]) -> Option<Word<'_>> {
    let rest = bytes.strip_prefix(b"=?")?;
    let charset_end = rest.iter().take(48).position(|c| *c == b'?')?;
    let charset = rest.get(..charset_end)?;
    if charset.is_empty() || !charset.iter().all(|c| c.is_ascii_graphic()) {
        return None;
    }
    let kind = rest.get(charset_end + 1)?.to_ascii_lowercase();
    if !matches!(kind, b'b' | b'q') || rest.get(charset_end + 2) != Some(&b'?') {
        return None;
    }
    let text = rest.get(charset_end + 3..)?;
    // the end is the first ?= that does not itself begin an escape: "?=3D" within Q
    let mut at = 0;
    loop {
        let i = at + text.get(at..)?.iter().take(WORD_OCTETS_MAX).position(|c| *c == b'?')?;
        if text.get(i + 1) == Some(&b'=') {
            let escape = kind == b'q'
                && text.get(i + 2).is_some_and(u8::is_ascii_hexdigit)
                && text.get(i + 3).is_some_and(u8::is_ascii_hexdigit);
            if !escape {
                let charset = charset.split(|c| *c == b'*').next().unwrap_or(charset);
                return Some(Word {
                    charset,
                    base64: kind == b'b',
                    text: text.get(..i)?,
                    length: 2 + charset_end_full(rest, i),
                });
            }
        }
        at = i + 1;
        // a word never closed is not looked for to the end of the field, once for each beginning
        if at > WORD_OCTETS_MAX {
            return None;
        }
    }
}

fn charset_end_full(rest: &[u8], text_end: usize) -> usize {
    // "charset?B?" and the text and "?="
    rest.iter().position(|c| *c == b'?').unwrap_or(0) + 3 + text_end + 2
}

/// A raw field value as text: unfolded, encoded words decoded (neighbours of one charset joined as bytes first, so that
/// a character cut in two is whole again), raw eight-bit text guessed, control characters gone.
pub fn decode(raw: &[u8], charset: Option<&str>) -> String {
    // Most fields say in ASCII what they say; an escape is another charset's.
    if charset.is_none() && raw.iter().all(|c| c.is_ascii() && *c != 0x1b) && !raw.windows(2).any(|two| two == b"=?") {
        let mut out = String::with_capacity(raw.len());
        for c in raw {
            if c.is_ascii_graphic() {
                out.push(char::from(*c));
            } else if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.truncate(out.trim_end().len());
        return out;
    }
    clean(&decoded(raw, charset))
}

/// A subject: as any field, but an encoded line end is its end. What stands behind it wants to become a field of its own
/// when it is written down again (TRUST P10).
pub fn subject(raw: &[u8], charset: Option<&str>) -> String {
    let whole = decoded(raw, charset);
    clean(whole.split(['\r', '\n']).find(|line| !line.trim().is_empty()).unwrap_or_default())
}

/// What [`decode`] cleans: line ends that were encoded still stand in it.
fn decoded(raw: &[u8], charset: Option<&str>) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut plain: Vec<u8> = Vec::new();
    // charset and bytes of the words just read, and base64 text that does not fill a quantum
    let mut run: Option<(Vec<u8>, Vec<u8>)> = None;
    let mut open: Vec<u8> = Vec::new();
    let mut i = 0;
    let mut gap: Vec<u8> = Vec::new();
    let flush_run = |run: &mut Option<(Vec<u8>, Vec<u8>)>, open: &mut Vec<u8>, out: &mut String| {
        if let Some((charset, mut bytes)) = run.take() {
            bytes.extend(base64(open));
            open.clear();
            let label = String::from_utf8_lossy(&charset).into_owned();
            out.push_str(&decode_charset(Some(&label), &bytes));
        }
    };
    while let Some(c) = raw.get(i) {
        if *c == b'='
            && let Some(word) = encoded_word(raw.get(i..).unwrap_or_default())
        {
            if !plain.is_empty() {
                flush_run(&mut run, &mut open, &mut out);
                out.push_str(&decode_charset(charset, &plain));
                plain.clear();
            }
            let same = run.as_ref().is_some_and(|(name, _)| name.eq_ignore_ascii_case(word.charset));
            if !same {
                flush_run(&mut run, &mut open, &mut out);
                run = Some((word.charset.to_vec(), Vec::new()));
            }
            gap.clear();
            if let Some((_, bytes)) = &mut run {
                if word.base64 {
                    open.extend(word.text.iter().filter(|c| !c.is_ascii_whitespace()));
                    if open.len().is_multiple_of(4) || open.ends_with(b"=") {
                        bytes.extend(base64(&open));
                        open.clear();
                    }
                } else {
                    bytes.extend(base64(&open));
                    open.clear();
                    bytes.extend(quoted_printable(word.text, true));
                }
            }
            i += word.length;
            continue;
        }
        if c.is_ascii_whitespace() {
            if run.is_some() && plain.is_empty() {
                // white space between two words vanishes, before other text it stays
                gap.push(b' ');
            } else {
                plain.push(b' ');
            }
        } else {
            if !gap.is_empty() {
                flush_run(&mut run, &mut open, &mut out);
                plain.push(b' ');
                gap.clear();
            } else if plain.is_empty() {
                flush_run(&mut run, &mut open, &mut out);
            }
            plain.push(*c);
        }
        i += 1;
    }
    flush_run(&mut run, &mut open, &mut out);
    if !plain.is_empty() {
        out.push_str(&decode_charset(charset, &plain));
    }
    out
}

/// Control characters become spaces, runs of spaces one, ends trimmed.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
        if c == ' ' && (out.ends_with(' ') || out.is_empty()) {
            continue;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out
}

/// A value with parameters (Content-Type, Content-Disposition): the value in lower case and the decoded parameters,
/// names in lower case. `name*` (RFC 2231) stands before `name`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    pub value: String,
    list: Vec<(String, String)>,
}

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// How many parameters and pieces of one field are read.
const PARAMETER_COUNT_MAX: usize = 100;

pub fn parameters(raw: &[u8], charset: Option<&str>) -> Parameters {
    let mut pieces: Vec<(String, Vec<u8>)> = Vec::new();
    let mut parts = split_outside_quotes(raw, b';');
    let value = parts.next().map(|v| decode(v, None).to_lowercase().replace(' ', "")).unwrap_or_default();
    for part in parts.take(PARAMETER_COUNT_MAX) {
        let Some(equals) = part.iter().position(|c| *c == b'=') else { continue };
        let name: String = part[..equals]
            .iter()
            .filter(|c| c.is_ascii_graphic())
            .map(|c| char::from(c.to_ascii_lowercase()))
            .collect();
        pieces.push((name, unquote(part.get(equals + 1..).unwrap_or_default())));
    }
    let mut list: Vec<(String, String)> = Vec::new();
    // RFC 2231: name*, name*0*, name*0 …: gathered by name, pieces in order of their number
    /// number, percent-encoded, bytes
    type Piece = (u32, bool, Vec<u8>);
    let mut extended: Vec<(String, Vec<Piece>)> = Vec::new();
    for (name, bytes) in &pieces {
        let Some((base, rest)) = name.split_once('*') else { continue };
        let (number, encoded) = match rest.strip_suffix('*') {
            Some(number) => (number, true),
            None if rest.is_empty() => ("", true),
            None => (rest, false),
        };
        let number = if number.is_empty() { 0 } else { number.parse::<u32>().unwrap_or(u32::MAX) };
        match extended.iter_mut().find(|(n, _)| n == base) {
            Some((_, slots)) => slots.push((number, encoded, bytes.clone())),
            None => extended.push((base.to_owned(), vec![(number, encoded, bytes.clone())])),
        }
    }
    for (name, mut slots) in extended {
        slots.sort_by_key(|(number, ..)| *number);
        let mut label: Option<String> = None;
        let mut bytes: Vec<u8> = Vec::new();
        for (n, (_, encoded, piece)) in slots.iter().enumerate() {
            if *encoded {
                let mut piece = piece.as_slice();
                if n == 0 {
                    let mut quotes = piece.iter().enumerate().filter(|(_, c)| **c == b'\'').map(|(i, _)| i);
                    if let (Some(a), Some(b)) = (quotes.next(), quotes.next()) {
                        label = Some(String::from_utf8_lossy(piece.get(..a).unwrap_or_default()).into_owned());
                        piece = piece.get(b + 1..).unwrap_or_default();
                    }
                }
                bytes.extend(percent(piece));
            } else {
                bytes.extend(piece);
            }
        }
        let label = label.filter(|l| !l.is_empty());
        let text = if label.is_none() && bytes.windows(2).any(|w| w == b"=?") {
            decode(&bytes, charset)
        } else {
            clean(&decode_charset(label.as_deref().or(charset), &bytes))
        };
        list.push((name, text));
    }
    for (name, bytes) in pieces {
        if !name.contains('*') && !list.iter().any(|(n, _)| *n == name) {
            list.push((name, decode(&bytes, charset)));
        }
    }
    Parameters { value, list }
}

fn percent(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(c) = bytes.get(i) {
        let hex = |c: Option<&u8>| c.and_then(|c| char::from(*c).to_digit(16)).map(|d| d as u8);
        if *c == b'%'
            && let (Some(a), Some(b)) = (hex(bytes.get(i + 1)), hex(bytes.get(i + 2)))
        {
            out.push(a << 4 | b);
            i += 3;
            continue;
        }
        out.push(*c);
        i += 1;
    }
    out
}

fn split_outside_quotes(raw: &[u8], by: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    raw.split(move |c| {
        if escaped {
            escaped = false;
            return false;
        }
        match c {
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            c if *c == by && !quoted => return true,
            _ => {}
        }
        false
    })
}

fn unquote(raw: &[u8]) -> Vec<u8> {
    let raw = raw.trim_ascii();
    let Some(inner) = raw.strip_prefix(b"\"") else { return raw.to_vec() };
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    let mut out = Vec::with_capacity(inner.len());
    let mut i = 0;
    while let Some(c) = inner.get(i) {
        // Windows paths in names are not escapes: only \" and \\ are
        if *c == b'\\' && matches!(inner.get(i + 1), Some(b'"' | b'\\')) {
            i += 1;
        }
        if let Some(c) = inner.get(i) {
            out.push(*c);
        }
        i += 1;
    }
    out
}

/// Longest attachment name kept, in octets (TRUST P14).
pub const NAME_OCTETS_MAX: usize = 120;

/// A file name that may be shown and stored as data: base name only, no control, bidi or separator characters, no
/// reserved names, at most [`NAME_OCTETS_MAX`] octets, ending kept.
pub fn file_name(name: &str) -> String {
    let base = name
        .rsplit(['/', '\\', '／', '＼', '∕', '⁄'])
        .find(|p| !p.trim().trim_matches('.').is_empty())
        .unwrap_or_default();
    let mut out = String::with_capacity(base.len());
    for c in base.chars() {
        match c {
            c if c.is_control() => {}
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{fffe}' => {}
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => out.push('_'),
            '.' if out.ends_with('.') => {}
            _ => out.push(c),
        }
    }
    let mut out = out.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).to_owned();
    let stem = out.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let reserved = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    if reserved {
        out.insert(0, '_');
    }
    if out.len() > NAME_OCTETS_MAX {
        let ending = out
            .rsplit_once('.')
            .map(|(_, e)| e)
            .filter(|e| e.len() <= 12 && !e.is_empty())
            .map(|e| format!(".{e}"))
            .unwrap_or_default();
        let mut end = NAME_OCTETS_MAX - ending.len();
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        out = format!("{}{ending}", out.trim_end_matches(['.', ' ']));
    }
    out
}

/// A name and an address, both decoded; the address in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Address {
    pub name: String,
    pub address: String,
}

/// An address list, and whether it follows the grammar so closely that every reader sees the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressList {
    pub list: Vec<Address>,
    pub strict: bool,
}

/// How many addresses of one field are read.
const ADDRESS_COUNT_MAX: usize = 2000;

/// Reads an address list: quoted names, comments, groups, encoded words. Separators `,` and `;`.
pub fn addresses(raw: &[u8]) -> AddressList {
    let mut out = AddressList { list: Vec::new(), strict: true };
    // the phrase so far, and what stood in angle brackets
    let mut phrase: Vec<u8> = Vec::new();
    let mut angle: Option<Vec<u8>> = None;
    let mut comment_text: Vec<u8> = Vec::new();
    let mut behind_angle = false;
    let mut i = 0;
    let mut quoted_phrase = false;
    let finish = |phrase: &mut Vec<u8>,
                  angle: &mut Option<Vec<u8>>,
                  comment: &mut Vec<u8>,
                  quoted: &mut bool,
                  out: &mut AddressList| {
        let words = std::mem::take(phrase);
        let note = std::mem::take(comment);
        let quoted = std::mem::take(quoted);
        match angle.take() {
            Some(address) => {
                let address = String::from_utf8_lossy(&address).into_owned();
                // a route (@a,@b:c@d) is read by nobody alike
                out.strict &= !address.starts_with('@') && valid(address.trim());
                let mut name = decode(&words, None);
                // clients that encode the quotes, too
                name = name.trim_matches(['"', '\'', ' ']).to_owned();
                if name.is_empty() {
                    name = decode(&note, None);
                }
                let address = address.rsplit(':').next().unwrap_or_default();
                if !quoted && words.contains(&b'@') && !words.windows(2).any(|w| w == b"=?") {
                    // an address in front of an address: the same one is a habit, another one a trick
                    out.strict &= String::from_utf8_lossy(&words).trim().eq_ignore_ascii_case(address.trim());
                }
                push(out, name, address);
            }
            None => {
                let text = String::from_utf8_lossy(&words).into_owned();
                let text = text.trim();
                if text.is_empty() {
                    return;
                }
                out.strict &= valid(text) && !quoted;
                let name = decode(&note, None);
                if text.contains('@') {
                    // "Name a@b" without brackets: the last word
                    let address = text.split_whitespace().rfind(|w| w.contains('@')).unwrap_or(text);
                    push(out, name, address);
                } else {
                    out.strict = false;
                }
            }
        }
    };
    while let Some(c) = raw.get(i) {
        match c {
            b'"' => {
                // a quoted string belongs to the phrase
                let mut j = i + 1;
                let mut closed = false;
                while let Some(q) = raw.get(j) {
                    match q {
                        b'\\' => {
                            if let Some(e) = raw.get(j + 1) {
                                phrase.push(*e);
                            }
                            j += 2;
                            continue;
                        }
                        b'"' => {
                            closed = true;
                            break;
                        }
                        b'\r' | b'\n' => phrase.push(b' '),
                        q => phrase.push(*q),
                    }
                    j += 1;
                }
                out.strict &= closed && !behind_angle;
                quoted_phrase = true;
                i = j + 1;
                continue;
            }
            b'(' => {
                let mut depth = 1;
                let mut j = i + 1;
                while depth > 0 {
                    match raw.get(j) {
                        None => {
                            out.strict = false;
                            break;
                        }
                        Some(b'\\') => j += 1,
                        Some(b'(') => depth += 1,
                        Some(b')') => depth -= 1,
                        Some(c) => comment_text.push(*c),
                    }
                    j += 1;
                }
                i = j;
                continue;
            }
            b'<' => {
                out.strict &= angle.is_none();
                let end = raw.get(i + 1..).and_then(|rest| rest.iter().position(|c| matches!(c, b'>' | b'<')));
                match end {
                    Some(n) if raw.get(i + 1 + n) == Some(&b'>') => {
                        let inner: Vec<u8> = raw.get(i + 1..i + 1 + n).unwrap_or_default().to_vec();
                        angle.get_or_insert(inner);
                        behind_angle = true;
                        i += n + 2;
                        continue;
                    }
                    _ => out.strict = false,
                }
            }
            b',' | b';' => {
                finish(&mut phrase, &mut angle, &mut comment_text, &mut quoted_phrase, &mut out);
                behind_angle = false;
                if out.list.len() >= ADDRESS_COUNT_MAX {
                    return out;
                }
            }
            // a group's name ends here; its members follow
            b':' if angle.is_none() && !phrase.contains(&b'@') => {
                phrase.clear();
                comment_text.clear();
                quoted_phrase = false;
                out.strict = false;
            }
            c if c.is_ascii_whitespace() => phrase.push(b' '),
            b'>' | b')' => out.strict = false,
            c => {
                out.strict &= !behind_angle && *c != 0;
                phrase.push(*c);
            }
        }
        i += 1;
    }
    finish(&mut phrase, &mut angle, &mut comment_text, &mut quoted_phrase, &mut out);
    out
}

fn push(out: &mut AddressList, name: String, address: &str) {
    let address: String =
        address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).flat_map(char::to_lowercase).collect();
    let address = address.strip_prefix("mailto:").unwrap_or(&address).to_owned();
    if address.contains('@') {
        let name = if name.eq_ignore_ascii_case(&address) { String::new() } else { name };
        out.list.push(Address { name, address });
    }
}

/// An addr-spec without tricks: one `@`, a dot-atom on the left, a host name on the right.
pub fn valid(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 128
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let domain_ok = !domain.is_empty()
        && domain.len() <= 253
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        });
    local_ok && domain_ok
}

/// Message-IDs of a field, brackets off: `<a@b> <c@d>`; also what clients write without brackets.
pub fn message_ids(raw: &[u8]) -> Vec<String> {
    let text = decode(raw, None);
    let mut out = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('<') {
        let inner = &rest[open + 1..];
        let Some(close) = inner.find('>') else { break };
        let id: String = inner[..close].chars().filter(|c| !c.is_whitespace()).collect();
        if !id.is_empty() && id.len() <= 998 {
            out.push(id);
        }
        rest = &inner[close + 1..];
    }
    if out.is_empty() {
        out.extend(
            text.split([' ', ','])
                .filter(|w| w.contains('@') && w.len() <= 998)
                .map(|w| w.trim_matches(['<', '>', '"']).to_owned()),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encoded_words() {
        let check = |raw: &str, expected: &str| assert_eq!(decode(raw.as_bytes(), None), expected, "{raw}");
        check("=?utf-8?B?5Lya6K6u57qq6KaB?=", "会议纪要");
        check("=?utf-8?B?5Lya6K6?=\r\n =?utf-8?B?u57qq6KaB?=", "会议纪要"); // base64 cut within a quantum
        check("=?utf-8?B?5Lya?= =?utf-8?B?6K4=?=\r\n =?utf-8?B?rg==?=", "会议"); // cut within a character
        check("=?gb2312?B?u+HS6Q==?=", "会议");
        check("=?GB2312?Q?=BB=E1=D2=E9?= 7/9", "会议 7/9");
        check("Re: =?gbk?Q?=BB?= =?gbk?Q?=E1=D2=E9?=", "Re: 会议");
        check("=?utf-8?Q?a_b?= =?iso-8859-1?Q?=E9?=", "a bé");
        check("plain text", "plain text");
        check("=?utf-8?Q?not closed", "=?utf-8?Q?not closed");
        check("=?utf-8*zh?B?5Lya?=x", "会x");
        check("=?utf-8?B?5Lya?=-=?utf-8?B?6K6u?=", "会-议");
        check("=?utf-8?B?5ZGo5LyaDQpCY2M6IGV2ZUBzdHJhbmdlci5leGFtcGxl?=", "周会 Bcc: eve@stranger.example");
        check("=?unknown-8bit?Q?=E4=BC=9A?=", "会");
        check("=?utf-7?Q?+AGE-?=", "+AGE-");
        check("=?big5?B?t3zEsw==?=", "會議");
        check("=?utf-8?Q?=3D=3F=3D?=", "=?=");
    }

    #[test]
    fn raw_bytes_are_guessed() {
        let (gbk, ..) = GB18030.encode("产品发布周会的通知");
        assert_eq!(decode(&gbk, None), "产品发布周会的通知");
        let (big5, ..) = BIG5.encode("會議時間已經確認");
        assert_eq!(decode(&big5, None), "會議時間已經確認");
        assert_eq!(decode("会议 raw".as_bytes(), None), "会议 raw");
        assert_eq!(decode_charset(Some("gb2312"), &GB18030.encode("我参加。𠀀𠮷").0), "我参加。𠀀𠮷");
        assert_eq!(decode_charset(Some("iso-8859-1"), "会议".as_bytes()), "会议");
        assert_eq!(
            decode_charset(Some("utf-8"), &GB18030.encode("这个会议的时间已经确定").0),
            "这个会议的时间已经确定"
        );
        assert_eq!(decode_charset(Some("utf-7"), b"+ADw-"), "+ADw-");
    }

    #[test]
    fn names_of_files() {
        let get = |raw: &str| parameters(raw.as_bytes(), None).get("filename").map(str::to_owned).unwrap_or_default();
        let check = |raw: &str, expected: &str| assert_eq!(get(raw), expected, "{raw}");
        check("attachment; filename=\"a b.docx\"", "a b.docx");
        check("attachment; filename*=UTF-8''%E4%BC%9A%E8%AE%AE.docx; filename=x.docx", "会议.docx");
        check("attachment; filename=x.docx; filename*=UTF-8''%E4%BC%9A.docx", "会.docx");
        check("attachment; filename*0*=UTF-8''%E4%BC%9A%E8; filename*1*=%AE%AE; filename*2=.docx", "会议.docx");
        check("attachment; filename*1=b.txt; filename*0=a", "ab.txt");
        check("attachment; filename=\"=?utf-8?B?5Lya6K6u?=.docx\"", "会议.docx");
        check("attachment; filename==?gb2312?B?u+HS6Q==?=.doc", "会议.doc");
        check("attachment; filename=\"a;b.txt\"", "a;b.txt");
        let mut raw = b"attachment; filename=\"".to_vec();
        raw.extend_from_slice(&GB18030.encode("会议纪要的附件.doc").0);
        raw.push(b'"');
        assert_eq!(parameters(&raw, None).get("filename"), Some("会议纪要的附件.doc"));
        assert_eq!(parameters(b"text/plain; charset=\"GB2312\"; format=flowed", None).get("charset"), Some("GB2312"));
    }

    #[test]
    fn names_are_made_safe() {
        let check = |name: &str, expected: &str| assert_eq!(file_name(name), expected, "{name}");
        check("../../outside-canary.txt", "outside-canary.txt");
        check("C:\\temp\\a.doc", "a.doc");
        check("..\\..", "");
        check("会议纪要.docx", "会议纪要.docx");
        check("a\u{202e}cod.exe", "acod.exe");
        check("con.txt", "_con.txt");
        check("a..b.txt", "a.b.txt");
        check("x\r\ny.txt", "xy.txt");
        let long = format!("{}.docx", "纪".repeat(100));
        assert!(file_name(&long).len() <= NAME_OCTETS_MAX && file_name(&long).ends_with("纪.docx"));
    }

    #[test]
    fn address_lists() {
        let check = |raw: &str, expected: &[(&str, &str)], strict: bool| {
            let got = addresses(raw.as_bytes());
            let list: Vec<(&str, &str)> = got.list.iter().map(|a| (a.name.as_str(), a.address.as_str())).collect();
            assert_eq!(list, expected, "{raw}");
            assert_eq!(got.strict, strict, "strict: {raw}");
        };
        check("a@b.example", &[("", "a@b.example")], true);
        check("Owen Park <Owen@Meadow.example>", &[("Owen Park", "owen@meadow.example")], true);
        check("\"Park, Owen\" <o@m.example>, x@y.example", &[("Park, Owen", "o@m.example"), ("", "x@y.example")], true);
        check("=?utf-8?b?6LW156OK?= <zl@n.example>", &[("赵磊", "zl@n.example")], true);
        check("o@m.example (Owen Park)", &[("Owen Park", "o@m.example")], true);
        check("\"a@b.example\" <c@d.example>", &[("a@b.example", "c@d.example")], true);
        check("a@b.example <a@b.example>", &[("", "a@b.example")], true);
        check("a@b.example <c@d.example>", &[("a@b.example", "c@d.example")], false);
        check("<a@b.example> c@d.example", &[("c@d.example", "a@b.example")], false);
        check("<a@b.example><c@d.example>", &[("", "a@b.example")], false);
        check("<@x,@y:c@d.example>", &[("", "c@d.example")], false);
        check("friends: a@b.example, c@d.example;", &[("", "a@b.example"), ("", "c@d.example")], false);
        check("a@b.example@c.example", &[("", "a@b.example@c.example")], false);
        check("undisclosed-recipients:;", &[], false);
        check(
            "\"Zhao\" <z@n.example>; \"Sun\" <s@n.example>;",
            &[("Zhao", "z@n.example"), ("Sun", "s@n.example")],
            true,
        );
    }

    #[test]
    fn from_fields_are_counted_on_raw_bytes() {
        let check =
            |raw: &str, expected: usize| assert_eq!(Fields::cut(raw.as_bytes()).from_count, expected, "{raw:?}");
        check("From: a@b\r\n\r\nFrom: x", 1);
        check("From: a@b\r\nfrom : c@d\r\n\r\n", 2);
        check(" From: a@b\r\nFrom: c@d\r\n\r\n", 2);
        check("From:\r\n a@b\r\n\r\n", 1);
        check("X: y\rFrom: c@d\r\nFrom: a@b\r\n\r\n", 2);
        check("Fr\0om: c@d\r\nFROM: a@b\r\n\r\n", 2);
        check("X-From: c@d\r\n\r\n", 0);
        check("From zhao Mon Oct 12\nFrom: a@b\n\n", 1);
    }

    #[test]
    fn ids() {
        assert_eq!(message_ids(b" <a@b>\r\n <c@d>"), ["a@b", "c@d"]);
        assert_eq!(message_ids(b"a@b"), ["a@b"]);
        assert_eq!(message_ids(b"<a @b>"), ["a@b"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let text = decode(&bytes, None);
            prop_assert!(!text.contains(['\r', '\n', '\0']));
            addresses(&bytes);
            parameters(&bytes, Some("gbk"));
            Fields::cut(&bytes);
            let name = file_name(&text);
            prop_assert!(name.len() <= NAME_OCTETS_MAX && !name.contains(['/', '\\']) && !name.contains(".."));
        }

        #[test]
        fn words_like(text in "(=\\?(utf-8|gbk)\\?[bq]\\?[a-zA-Z0-9=_?]{0,12}\\?= ?){0,4}") {
            decode(text.as_bytes(), None);
        }
    }
}
