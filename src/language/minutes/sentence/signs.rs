//! Signs that a sentence is no order: a condition, a question, a report, a courtesy, what is past.

use super::parts::{Read, trailing_status};
use super::words::LISTS;
use crate::language::scan::{Listed, Scan, is_han};
use std::ops::Range;

/// Signs that a sentence is no instruction.
#[rustfmt::skip]
pub(super) fn signs(scan: &Scan, range: &Range<usize>, text: &str, read: &mut Read) {
    let lists = &*LISTS;
    let start = range.start;
    let all = range.clone();
    let han = (range.start..range.end).any(|i| is_han(scan.at(i)));
    if han {
        let conditional = scan.any(
            start,
            &[
                "如果", "若", "倘若", "假如", "假设", "万一", "要是", "除非", "如遇", "如有", "如需", "一旦", "必要时", "视情况", "如", "当",
            ],
        );
        read.conditional = conditional.is_some_and(|stop| {
            let word = scan.folded(start..stop);
            let rest = scan.at(stop);
            !(word == "如" && matches!(rest, '期' | '下' | '实' | '何' | '约' | '上' | '此' | '常'))
                && !(word == "当" && !scan.holds(all.clone(), const { &Listed::new(&["时,", "时,", "情况下", "后,"]) }))
                && !(word == "若" && matches!(rest, '干'))
        }) || scan.holds(all.clone(), const { &Listed::new(&["的话,", "的话就", "的情况下", "情况下,则"]) });
        let routine = scan.find(all.clone(), "每");
        read.routine = routine.is_some_and(|at| {
            matches!(scan.at(at + 1), '周' | '天' | '日' | '月' | '季' | '年' | '晚' | '早' | '次' | '两' | '逢' | '半')
                && scan.lit(at, "每日优鲜").is_none()
                || scan.at(at + 1) == '个' && matches!(scan.at(at + 2), '月' | '工' | '季' | '星' | '周' | '礼')
        }) || scan.holds(all.clone(), const { &Listed::new(&["定期", "日常", "长期坚持", "常态化"]) })
            && read.item.labels == 0
            && !scan.holds(all.clone(), const { &Listed::new(&["日常用品", "定期报告"]) });
        read.negative = scan.holds(all.clone(), const { &Listed::new(&["无需", "不需要", "不用再", "暂不", "不必", "不再需要", "无须", "毋需"]) })
            && scan.find_char(all.clone(), ",").is_none();
        read.next_meeting = scan
            .any(
                start,
                &[
                    "下次会议", "下次例会", "下一次会议", "下次会", "下周例会", "下期会议", "会议时间", "散会", "休会", "会议开始", "会议结束", "会议于",
                    "会议历时", "会议时长",
                ],
            )
            .is_some()
            || scan.holds(all.clone(), const { &Listed::new(&["下次会议定于", "下次会议时间"]) });
        let fresh = scan.holds(all.clone(), const { &Listed::new(&["前", "内", "下周", "明天", "月底", "之前", "继续"]) });
        let done = scan.holds(all.clone(), const { &Listed::new(&[
                "已完成", "已经完成", "已提交", "已于", "已交付", "已解决", "已关闭", "已发送", "已签订", "已上线", "已落实", "已确认", "已更新", "已发布",
                "已办结", "已整理", "已归档", "已修复", "已处理", "已经", "完成了", "提交了", "已收到", "已补充", "已到货", "已付", "已通过", "已对接",
                "已联系", "已准备", "已安排", "已下单", "已启动", "已验收", "已由", "已整改", "已全部",
            ]) });
        let before = scan
            .any(
                start,
                &[
                    "上周", "上月", "上个月", "昨天", "昨日", "前天", "上次", "去年", "前期", "此前", "上季度", "上半年已", "截至目前", "目前已",
                    "截止目前",
                ],
            )
            .is_some();
        // 隐患均已由高翔整改到位 tells of what is behind; who did it is nobody's order.
        let over = scan.holds(all.clone(), const { &Listed::new(&["均已由", "都已由", "已由", "已经由"]) });
        read.past = (done && !fresh) || over && !fresh || before && !scan.holds(all.clone(), const { &Listed::new(&["请", "由", "负责"]) });
        if done {
            read.item.status = read.item.status.or(if read.past { Some("done") } else { None });
        }
        read.decision = lists.decisions.at(scan, start).is_some()
            || scan.any(start, &["确认", "确定", "明确", "维持", "采用"]).is_some();
        read.hard_decision = lists.decisions.at(scan, start).is_some();
        read.courtesy = lists.courtesies.at(scan, start).is_some();
        read.question = matches!(scan.at(range.end), '?')
            || scan.at(range.end.saturating_sub(1)) == '?'
            || text.trim_end().ends_with(['?', '？'])
            || scan.holds(all, const { &Listed::new(&["是否需要", "吗?"]) }) && text.contains(['?', '？']);
    } else {
        let prefix = scan.any_word(
            start,
            &[
                "if", "unless", "should", "in case", "whenever", "provided", "assuming", "in the event",
                "depending on", "subject to",
            ],
        );
        read.conditional = prefix.is_some_and(|_| {
            !(scan.word(start, "should").is_some() && scan.is_capital(scan.skip(start + 6, " ")))
                || scan.find_char(all.clone(), ",").is_some()
        });
        read.routine = scan
            .find_word(
                all.clone(),
                &["every", "each", "weekly basis", "daily basis", "monthly basis", "regularly", "on an ongoing basis"],
            )
            .is_some_and(|(_, stop)| {
                scan.before(stop) != 'y' && scan.before(stop) != 'h'
                    || scan
                        .any_word(
                            scan.skip(stop, " "),
                            &[
                                "monday", "tuesday", "wednesday", "thursday", "friday", "week", "day", "month",
                                "quarter", "morning", "year", "sprint", "other week", "two weeks", "weekday",
                            ],
                        )
                        .is_some()
                    || scan.before(stop) == 's'
            });
        read.negative = scan
            .find_word(
                all.clone(),
                &[
                    "will not", "won't", "no longer", "no action", "does not need to", "do not need to",
                    "no need to", "not required", "need not",
                ],
            )
            .is_some();
        read.next_meeting = scan
            .any_word(start, &[
                    "next meeting", "the next meeting", "our next meeting", "next call", "the next call", "next sync",
                    "next check-in", "next catch-up", "next session", "next review meeting",
                ])
            .is_some();
        read.past = scan
            .find_word(
                all.clone(),
                &[
                    "was", "were", "has been", "have been", "had", "reported", "explained", "noted", "presented",
                    "announced", "confirmed that", "said", "mentioned", "has already", "have already",
                    "already done", "completed", "closed last", "last week", "yesterday", "has completed",
                    "has sent", "has finished",
                ],
            )
            .is_some()
            && scan.find_word(all.clone(), &["will", "to", "by", "due", "needs", "must", "shall"]).is_none_or(|_| {
                scan.find_word(
                    start..(start + 40).min(range.end),
                    &["reported", "explained", "noted", "presented", "announced", "said", "mentioned"],
                )
                .is_some()
            });
        read.decision = scan
            .any_word(
                start,
                &[
                    "agreed", "decided", "approved", "resolved", "it was agreed", "it was decided", "we agreed",
                    "we decided", "the team agreed", "the group agreed", "the board approved", "keep the",
                    "decision",
                ],
            )
            .is_some();
        read.hard_decision = read.decision;
        read.courtesy = lists.courtesies.at(scan, start).is_some_and(|stop| !scan.at(stop).is_ascii_alphanumeric())
            || english_courtesy(scan, start);
        read.question = text.trim_end().ends_with('?');
    }
    if let Some(status) = trailing_status(scan, range) {
        read.item.status = read.item.status.or(Some(status));
    }
}

#[rustfmt::skip]
fn english_courtesy(scan: &Scan, start: usize) -> bool {
    scan.any_word(
        start,
        &[
            "thanks", "thank you", "best regards", "kind regards", "regards", "hi all", "hi team", "hello",
            "dear all", "please reply", "please let me know", "please find", "please see", "please note",
            "please review the minutes", "let me know", "see attached", "please feel free", "feel free",
            "as discussed", "looking forward",
        ],
    )
    .is_some()
}
