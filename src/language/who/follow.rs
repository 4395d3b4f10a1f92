//! What may stand behind a name.

use super::Follow;
use super::words::FOLLOWERS;
use crate::language::scan::{Scan, is_han};

/// The place is an end of words: text ends, or a sign or blank follows.
pub(super) fn is_end(scan: &Scan, i: usize) -> bool {
    let c = scan.at(i);
    c == '\0' || !(is_han(c) || c.is_alphanumeric())
}

/// Chinese that begins a date: 今天, 明早, 本周, 下周三, 月底, 三天内.
pub(in crate::language) fn begins_date(scan: &Scan, i: usize) -> bool {
    let next = scan.at(i + 1);
    match scan.at(i) {
        '0'..='9' => true,
        '今' => matches!(next, '天' | '日' | '晚' | '早' | '年' | '明'),
        '明' => matches!(next, '天' | '日' | '早' | '晚' | '年' | '后'),
        '后' => matches!(next, '天' | '日' | '年'),
        '大' => next == '后',
        '本' | '这' => matches!(next, '周' | '月' | '季' | '年' | '星' | '礼' | '个' | '旬'),
        '下' if next == '班' => matches!(scan.at(i + 2), '前' | '之'),
        '下' | '次' => matches!(next, '周' | '月' | '季' | '年' | '星' | '礼' | '个' | '旬' | '半' | '下' | '日'),
        '上' => matches!(next, '半'),
        '周' => matches!(next, '一' | '二' | '三' | '四' | '五' | '六' | '日' | '天' | '末' | '内'),
        '星' => next == '期',
        '礼' => next == '拜',
        '月' => matches!(next, '底' | '末' | '中' | '初' | '内'),
        '年' => matches!(next, '底' | '末' | '内' | '中'),
        '季' => matches!(next, '度' | '末'),
        '国' | '春' | '元' | '五' | '中' | '清' | '端' | '节'
            if matches!(
                (scan.at(i), next),
                ('国', '庆')
                    | ('春', '节')
                    | ('元', '旦')
                    | ('中', '秋')
                    | ('清', '明')
                    | ('端', '午')
                    | ('节', '前' | '后')
            ) =>
        {
            true
        }
        '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '半' => (1..4)
            .any(|n| matches!(scan.at(i + n), '天' | '日' | '月' | '号' | '周' | '个' | '小' | '季' | '年' | '工')),
        '当' => matches!(next, '天' | '日' | '周' | '月'),
        '第' => true,
        '民' => next == '国',
        'q' => next.is_ascii_digit(),
        _ => false,
    }
}

/// Whether a name may end here and what follows be said of it.
pub(super) fn follows(scan: &Scan, i: usize, follow: Follow) -> bool {
    if is_end(scan, i) {
        return true;
    }
    match follow {
        Follow::End => false,
        Follow::Words => {
            scan.at(i).is_ascii_alphabetic()
                || begins_date(scan, i)
                || FOLLOWERS.at(scan, i).is_some()
                || PAST.iter().any(|word| scan.lit(i, word).is_some())
        }
    }
}

/// Days gone by, which may follow a name too.
pub(in crate::language) const PAST: &[&str] = &["昨天", "昨日", "昨晚", "前天", "上周", "上月", "上个"];

/// A verb or preposition of the kind that follows names stands here.
pub(in crate::language) fn is_follower(scan: &Scan, i: usize) -> bool {
    FOLLOWERS.at(scan, i).is_some() || begins_date(scan, i)
}
