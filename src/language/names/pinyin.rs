//! How a name may be spelt in Latin letters: every reading of every character, surnames by their own table.

use super::split_surname;
use crate::language::command::fold::is_cjk;
use pinyin::ToPinyinMulti;
use std::collections::{BTreeSet, HashSet};

/// Readings that surnames have and the common word has not.
const SURNAME_READINGS: &[(&str, &[&str])] = &[
    ("单", &["shan"]),
    ("仇", &["qiu"]),
    ("区", &["ou"]),
    ("曾", &["zeng"]),
    ("解", &["xie"]),
    ("查", &["zha"]),
    ("任", &["ren"]),
    ("朴", &["piao", "pu", "park"]),
    ("盖", &["ge", "gai"]),
    ("尉迟", &["yuchi"]),
    ("万俟", &["moqi"]),
    ("单于", &["chanyu"]),
    ("长孙", &["zhangsun"]),
    ("令狐", &["linghu"]),
    ("宓", &["mi", "fu"]),
    ("乐", &["yue", "le"]),
    ("员", &["yun"]),
    ("缪", &["miao"]),
    ("逄", &["pang"]),
    ("冼", &["xian"]),
    ("洗", &["xian"]),
    ("折", &["she"]),
    ("黑", &["he", "hei"]),
    ("秘", &["bi"]),
    ("华", &["hua"]),
    ("曲", &["qu"]),
    ("翟", &["zhai", "di"]),
    ("覃", &["qin", "tan"]),
    ("谌", &["chen", "shen"]),
    ("隗", &["wei", "kui"]),
    ("种", &["chong"]),
    ("繁", &["po"]),
    ("召", &["shao"]),
    ("阚", &["kan"]),
    ("沈", &["shen"]),
    ("吕", &["lv", "lu", "lyu"]),
    ("卜", &["bu"]),
    ("葛", &["ge"]),
    ("贾", &["jia"]),
    ("车", &["che"]),
    ("肖", &["xiao"]),
    ("宁", &["ning"]),
    ("燕", &["yan"]),
    ("应", &["ying"]),
    ("么", &["yao"]),
];

fn readings(c: char) -> Vec<String> {
    let mut list = Vec::new();
    if let Some(all) = c.to_pinyin_multi() {
        for reading in all {
            let plain = reading.plain();
            for form in if plain.contains('ü') {
                vec![plain.replace('ü', "v"), plain.replace('ü', "u"), plain.replace('ü', "yu")]
            } else {
                vec![plain.to_string()]
            } {
                if !list.contains(&form) && list.len() < 6 {
                    list.push(form);
                }
            }
        }
    }
    list
}

fn joined(text: &str) -> Vec<String> {
    text.chars().fold(vec![String::new()], |heads, c| {
        let tails = readings(c);
        heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).take(64).collect()
    })
}

fn surname_readings(surname: &str) -> Vec<String> {
    match SURNAME_READINGS.iter().find(|(known, _)| *known == surname) {
        Some((_, forms)) => forms.iter().map(|form| form.to_string()).collect(),
        None => joined(surname),
    }
}

pub(super) fn surname_readings_of(name: &str) -> Vec<String> {
    match split_surname(name) {
        Some((surname, _)) if name.chars().all(is_cjk) => surname_readings(surname),
        _ => Vec::new(),
    }
}

/// The local parts that providers make of a Chinese name: zhangsan, sanzhang, zhangs, zsan, szhang.
pub(super) fn pinyin_forms(name: &str) -> HashSet<String> {
    let mut forms = HashSet::new();
    let Some((surname, given)) = split_surname(name) else { return forms };
    for s in surname_readings(surname) {
        let s_initial = s.get(..1).unwrap_or_default();
        for g in joined(given) {
            let g_first = g.get(..1).unwrap_or_default();
            forms.insert(format!("{s}{g}"));
            forms.insert(format!("{g}{s}"));
            forms.insert(format!("{s_initial}{g}"));
            forms.insert(format!("{g}{s_initial}"));
            forms.insert(format!("{s}{g_first}"));
            forms.insert(format!("{g_first}{s}"));
        }
        // Initials of each character of the given name: zhangxm, xmzhang.
        for initials in given.chars().fold(vec![String::new()], |heads, c| {
            let tails: BTreeSet<String> =
                readings(c).iter().filter_map(|reading| reading.get(..1).map(str::to_string)).collect();
            heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).take(16).collect()
        }) {
            forms.insert(format!("{s}{initials}"));
            forms.insert(format!("{initials}{s}"));
        }
    }
    forms
}
