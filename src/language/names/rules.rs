//! Who a name means, in the order of SPEC 3.6; two who fit equally are both reported.

use super::pinyin::{pinyin_forms, surname_readings_of};
use super::split_surname;
use super::{SINGLE, TITLES, is_address, is_chinese_full_name, looks_like_department, nickname, surname_and_title};
use crate::domain::person::{Directory, Names, Person, Resolved, Spellings};
use crate::language::command::fold::{folded, is_cjk};
use std::cell::LazyCell;
use std::sync::OnceLock;

/// Finds people by written names, as SPEC 3.6 orders.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameRules;

impl Names for NameRules {
    fn resolve(&self, written: &str, concerned: &[String], directory: &Directory) -> Resolved {
        resolve(written, concerned, directory)
    }

    fn is_department(&self, written: &str, directory: &Directory) -> bool {
        let name = written.trim().trim_start_matches('@');
        directory.is_department(name) || directory.is_department(&folded(name)) || looks_like_department(name)
    }

    fn expand(&self, written: &str, directory: &Directory) -> Vec<String> {
        expand(written, directory)
    }
}

/// Words after a department that mean everybody in it, and words that mean one person of every department (O6).
const EVERYBODY: [&str; 12] = [
    "全体人员",
    "全体成员",
    "全体同事",
    "全体员工",
    "全体",
    "全员",
    "所有人",
    "所有成员",
    "各位同事",
    " all",
    " team",
    " everyone",
];
const EVERY_DEPARTMENT: [&str; 6] = ["各部门", "所有部门", "各个部门", "相关部门", "all department ", "all "];
const HEADS: [&str; 9] = ["负责人", "部门负责人", "经理", "主管", "领导", "部长", "head", "heads", "department heads"];
const CONTACTS: [&str; 6] = ["接口人", "对接人", "联系人", "contact", "contacts", "department contacts"];

/// 研发部全体, 各部门负责人, 市场部负责人, 接口人: the addresses they stand for; a group of the directory by its name.
fn expand(written: &str, directory: &Directory) -> Vec<String> {
    let name = folded(written.trim().trim_start_matches(['@', '＠']));
    let humans = || everybody(directory).filter(|one| one.person.is_human());
    let is = |one: &Known<'_>, wanted: &str| !wanted.is_empty() && one.spelt.department == wanted;
    let group = directory.people().iter().find(|person| {
        person.kind == "group"
            && (folded(&person.name) == name || person.aliases.iter().any(|alias| folded(alias) == name))
    });
    if let Some(group) = group {
        return group.members.clone();
    }
    let whole = EVERYBODY.iter().find_map(|word| name.strip_suffix(word)).or_else(|| name.strip_prefix("all of "));
    if let Some(department) = whole.map(|department| department.trim().trim_end_matches('的')) {
        let members = humans().filter(|one| is(one, department));
        return members.map(|one| one.person.address.clone()).collect();
    }
    let (every, rest) = match EVERY_DEPARTMENT.iter().find_map(|word| name.strip_prefix(word)) {
        Some(rest) => (true, rest.trim_start_matches('的')),
        None => (false, name.as_str()),
    };
    let roles = [("head", &HEADS[..]), ("contact", &CONTACTS[..])];
    for (role, words) in roles {
        if (every || role == "contact") && words.contains(&rest) {
            return humans().filter(|one| one.person.role == role).map(|one| one.person.address.clone()).collect();
        }
        let of_one =
            words.iter().find_map(|word| name.strip_suffix(word)).map(|rest| rest.trim_end_matches('的').trim());
        if let Some(department) = of_one.filter(|department| everybody(directory).any(|one| is(&one, department))) {
            let found = humans().find(|one| one.person.role == role && is(one, department));
            return found.map(|one| one.person.address.clone()).into_iter().collect();
        }
    }
    Vec::new()
}

/// A written name, taken apart once.
struct Wanted {
    /// Folded, without `@`, hints and honorifics that say nothing.
    name: String,
    /// 市场部 in 李雷(市场部) or 市场部李雷.
    department: Option<String>,
}

/// A person and how the names are spelt.
#[derive(Clone, Copy)]
struct Known<'d> {
    person: &'d Person,
    spelt: &'d Spellings,
}

impl Known<'_> {
    /// Surname and given name of a Chinese full name.
    fn halves(&self) -> Option<(&str, &str)> {
        (self.spelt.surname > 0).then(|| self.spelt.name.split_at(self.spelt.surname))
    }

    /// Whether these letters are a local part made of the Chinese name.
    fn may_be_written(&self, letters: &str) -> bool {
        let name = self.spelt.name.as_str();
        let forms = self.spelt.pinyin.get_or_init(|| {
            let chinese = name.chars().next().is_some_and(is_cjk);
            let mut forms: Vec<String> = if chinese { pinyin_forms(name).into_iter().collect() } else { Vec::new() };
            forms.sort_unstable();
            forms
        });
        forms.binary_search_by(|form| form.as_str().cmp(letters)).is_ok()
    }
}

fn spell(person: &Person) -> Spellings {
    let name = folded(&person.name);
    Spellings {
        surname: split_surname(&name).map_or(0, |(surname, _)| surname.len()),
        aliases: person.aliases.iter().map(|alias| folded(alias.trim())).collect(),
        department: folded(&person.department),
        title: folded(&person.title),
        name_letters: squeeze(&name),
        local_letters: squeeze(local_part(&person.address)),
        alias_letters: person.aliases.iter().filter(|a| a.contains('@')).map(|a| squeeze(local_part(a))).collect(),
        pinyin: OnceLock::new(),
        name,
    }
}

fn known(directory: &Directory, place: usize) -> Option<Known<'_>> {
    let person = directory.people().get(place)?;
    Some(Known { person, spelt: directory.spellings(place, spell)? })
}

fn everybody(directory: &Directory) -> impl Iterator<Item = Known<'_>> {
    (0..directory.people().len()).filter_map(|place| known(directory, place))
}

fn wanted(written: &str, directory: &Directory) -> Wanted {
    let name = folded(written.trim().trim_start_matches(['@', '＠']).trim());
    let mut department = None;
    let mut name = match name.find(['(', '[', '<']) {
        Some(at) if at > 0 => {
            let hint = name.get(at..).unwrap_or_default().trim_matches(|c| "()[]<> ".contains(c)).to_string();
            department = Some(hint);
            name.get(..at).unwrap_or_default().trim().to_string()
        }
        _ => name,
    };
    // 市场部李雷, 市场部的李雷, 市场部-李雷: the longest department of the directory at the head.
    if department.is_none() && name.chars().next().is_some_and(is_cjk) {
        let departments = directory.spelt(spell).departments.iter();
        let heads = departments.filter(|d| name.len() > d.len() && name.starts_with(d.as_str()));
        let best = heads.map(String::len).max().unwrap_or(0);
        if best > 0 {
            department = name.get(..best).map(str::to_string);
            name = name.get(best..).unwrap_or_default().trim_start_matches(['的', '-', ' ', ':']).to_string();
        }
    }
    Wanted { name, department }
}

fn resolve(written: &str, concerned: &[String], directory: &Directory) -> Resolved {
    let bare = written.trim().trim_matches(['<', '>']).trim();
    let address = bare.rsplit_once('<').map_or(bare, |(_, rest)| rest.trim_end_matches('>').trim());
    if is_address(address) {
        return match directory.by_address(address) {
            Some(person) => Resolved::One(person.address.clone()),
            None => Resolved::Nobody,
        };
    }
    let wanted = wanted(bare, directory);
    if wanted.name.is_empty() {
        return Resolved::Nobody;
    }
    // `@zhangsan`: the local part of an address, before any name.
    if bare.starts_with(['@', '＠']) {
        let hits = collect(everybody(directory), |one| local_part(&one.person.address) == wanted.name);
        if let [only] = hits.as_slice() {
            return Resolved::One(only.clone());
        }
    }
    let near: Vec<Known<'_>> = concerned
        .iter()
        .filter_map(|address| directory.place_of(address))
        .filter_map(|place| known(directory, place))
        .collect();
    match among(&wanted, &near) {
        Resolved::Nobody => {}
        found => return found,
    }
    // Nearly always the full name is written, and who has it need not be looked for.
    let places = directory.spelt(spell).by_name.get(&wanted.name);
    let named: Vec<Known<'_>> = places.into_iter().flatten().filter_map(|place| known(directory, *place)).collect();
    let exact = fitting(&wanted, &named, |_| true);
    exact.unwrap_or_else(|| among(&wanted, &everybody(directory).collect::<Vec<_>>()))
}

pub(super) fn local_part(address: &str) -> &str {
    address.split('@').next().unwrap_or_default()
}

/// Primary addresses of those who fit, each once, in the order given.
fn collect<'d>(people: impl Iterator<Item = Known<'d>>, fits: impl Fn(Known<'d>) -> bool) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for one in people.filter(|one| one.person.is_human()) {
        if fits(one) && !seen.contains(&one.person.address) {
            seen.push(one.person.address.clone());
        }
    }
    seen
}

/// Those of the group who fit, told apart by the department where one is named; `None` where nobody fits.
fn fitting<'d>(wanted: &Wanted, group: &[Known<'d>], fits: impl Fn(Known<'d>) -> bool) -> Option<Resolved> {
    let mut hits = collect(group.iter().copied(), fits);
    if hits.len() > 1
        && let Some(department) = &wanted.department
    {
        let of_department = |address: &String| {
            group.iter().any(|one| {
                one.person.address == *address
                    && (one.spelt.department.contains(department.as_str()) || one.person.address == *department)
            })
        };
        let narrowed: Vec<String> = hits.iter().filter(|address| of_department(address)).cloned().collect();
        if !narrowed.is_empty() {
            hits = narrowed;
        }
    }
    match hits.len() {
        0 => None,
        1 => hits.pop().map(Resolved::One),
        _ => Some(Resolved::Several(hits)),
    }
}

/// The rules of SPEC 3.6 in their order; the first that fits anybody decides.
fn among(wanted: &Wanted, group: &[Known<'_>]) -> Resolved {
    let name = wanted.name.as_str();
    let exact = fitting(wanted, group, |one| one.spelt.name == name)
        .or_else(|| fitting(wanted, group, |one| one.spelt.aliases.iter().any(|alias| alias == name)));
    let found = exact
        .or_else(|| by_title(wanted, group))
        .or_else(|| by_part(wanted, group))
        .or_else(|| if name.is_ascii() { by_latin(wanted, group) } else { by_pinyin(wanted, group) });
    found.unwrap_or(Resolved::Nobody)
}

/// 孙鹏经理, 王总: a full name or a surname with a form of address.
fn by_title(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    let full = TITLES.iter().filter_map(|(title, _)| name.strip_suffix(title));
    let mut full = full.filter(|rest| rest.chars().count() >= 2 && is_chinese_full_name(rest));
    if let Some(found) = full.find_map(|rest| fitting(wanted, group, |one| one.spelt.name == rest)) {
        return Some(found);
    }
    let (surname, _, fits) = surname_and_title(name)?;
    let has_surname = |one: Known<'_>| one.halves().is_some_and(|(s, _)| s == surname);
    // The title must not contradict: 王总 is not 王芳 the clerk.
    fitting(wanted, group, |one| {
        has_surname(one) && (fits.is_empty() || fits.iter().any(|word| one.spelt.title.contains(word)))
    })
    .or_else(|| fitting(wanted, group, |one| has_surname(one) && one.person.title.is_empty()))
}

/// 老王, 小李, 阿强, 建国: a nickname, or the given name alone.
fn by_part(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    if let Some((first, rest)) = nickname(name) {
        let of_given = rest.chars().count() == 1 && !rest.chars().any(|c| SINGLE.contains(&c));
        let found = fitting(wanted, group, |one| {
            one.halves().is_some_and(|(surname, given)| {
                (surname == rest && first != '阿')
                    || (first != '老' && (given == rest || given.ends_with(rest) && of_given))
            })
        });
        if found.is_some() {
            return found;
        }
    }
    if !name.chars().all(is_cjk) || name.chars().count() > 2 {
        return None;
    }
    fitting(wanted, group, |one| one.halves().is_some_and(|(_, given)| given == name))
}

/// Leo, Leo P., Mr Park, zhangsan.
fn by_latin(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    let without_title = ["mr ", "mr. ", "ms ", "ms. ", "mrs ", "mrs. ", "dr ", "dr. ", "miss "]
        .iter()
        .find_map(|title| name.strip_prefix(title));
    if let Some(surname) = without_title {
        return fitting(wanted, group, |one| {
            let of_name = one.spelt.name.as_str();
            let latin = of_name.split(' ').next_back() == Some(surname) && of_name.contains(' ');
            latin || of_name == surname || surname_readings_of(of_name).iter().any(|reading| reading == surname)
        });
    }
    // The first name, or first name and initial: Leo, Leo P.
    let mut asked = name.split(' ');
    let (asked_first, asked_last) = (asked.next().unwrap_or_default(), asked.next());
    let first = |one: Known<'_>| {
        let mut parts = one.spelt.name.split(' ');
        let first = parts.next().unwrap_or_default();
        let last = parts.next_back().unwrap_or_default();
        first == asked_first
            && asked_last.is_none_or(|initial| {
                let initial = initial.trim_end_matches('.');
                initial.chars().count() == 1 && last.starts_with(initial)
            })
    };
    let last = |one: Known<'_>| {
        let of_name = one.spelt.name.as_str();
        of_name.contains(' ') && of_name.split(' ').next_back() == Some(name)
    };
    let squeezed = squeeze(name);
    fitting(wanted, group, first)
        .or_else(|| fitting(wanted, group, last))
        .or_else(|| fitting(wanted, group, |one| one.spelt.local_letters == squeezed || one.may_be_written(&squeezed)))
}

/// 张三 ↔ zhangsan@: only for somebody whose Chinese name we do not know; 张姗 at zhangshan@ is somebody else.
fn by_pinyin(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    if !is_chinese_full_name(name) {
        return None;
    }
    let forms = LazyCell::new(|| pinyin_forms(name));
    fitting(wanted, group, |one| {
        let of_name = one.spelt.name.as_str();
        !of_name.chars().any(is_cjk)
            && (forms.contains(&one.spelt.local_letters)
                || of_name.contains(' ') && forms.contains(&one.spelt.name_letters)
                || one.spelt.alias_letters.iter().any(|letters| forms.contains(letters)))
    })
}

/// Lower case letters alone: `san.zhang01` → `sanzhang`.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphabetic()).map(|c| c.to_ascii_lowercase()).collect()
}
