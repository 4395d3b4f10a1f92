//! Sentences put together: a time, a task and what stands around them. The time decides, the rest does not matter.
//! Everything is read against Wednesday, 8 July 2026, 09:30 at +08:00.

use chrono::DateTime;
use duban::domain::workdays::Workdays;
use duban::language::when::{Anchor, deadline};

#[rustfmt::skip]
const TIMES_ZH: &[(&str, &str)] = &[
    ("下周四", "2026-07-16"), ("周六", "2026-07-11"), ("下下周一", "2026-07-20"), ("礼拜天", "2026-07-12"),
    ("下周二下午2点", "2026-07-14T14:00:00+08:00"), ("明天上午11点", "2026-07-09T11:00:00+08:00"),
    ("后天中午", "2026-07-10T12:00:00+08:00"), ("大后天", "2026-07-11"), ("明早8点半", "2026-07-09T08:30:00+08:00"),
    ("今晚九点", "2026-07-08T21:00:00+08:00"), ("月底", "2026-07-31"), ("下月底", "2026-08-31"),
    ("9月底", "2026-09-30"), ("本季度末", "2026-09-30"), ("年底", "2026-12-31"), ("明年6月底", "2027-06-30"),
    ("8月中旬", "2026-08-20"), ("9月上旬", "2026-09-10"), ("2026-08-20", "2026-08-20"),
    ("2026年8月20日", "2026-08-20"), ("2026/8/20 18:00", "2026-08-20T18:00:00+08:00"), ("8月20号", "2026-08-20"),
    ("八月二十日", "2026-08-20"), ("二十号", "2026-07-20"), ("下月15日", "2026-08-15"), ("2026.08.20", "2026-08-20"),
    ("8/20", "2026-08-20"), ("8月20日24点", "2026-08-21T00:00:00+08:00"), ("国庆节", "2026-09-30"),
    ("中秋节", "2026-09-24"), ("本月最后一个工作日", "2026-07-31"), ("8月20日(周四)", "2026-08-20"),
    ("周五18:00", "2026-07-10T18:00:00+08:00"), ("15号上午10点", "2026-07-15T10:00:00+08:00"),
    ("下周三晚上8点", "2026-07-15T20:00:00+08:00"), ("8月3日下午", "2026-08-03T18:00:00+08:00"),
    ("本周末", "2026-07-12"), ("月末", "2026-07-31"), ("20260820", "2026-08-20"), ("廿五号", "2026-07-25"),
    ("8月20日17点30分", "2026-08-20T17:30:00+08:00"),
];

#[rustfmt::skip]
const LIMITS_ZH: &[(&str, &str)] = &[
    ("3个工作日内", "2026-07-13"), ("五天内", "2026-07-13"), ("一周内", "2026-07-15"), ("两周之内", "2026-07-22"),
    ("24小时内", "2026-07-09T09:30:00+08:00"), ("4小时内", "2026-07-08T13:30:00+08:00"), ("两个月内", "2026-09-08"),
    ("半个月内", "2026-07-23"), ("本周内", "2026-07-10"), ("下周内", "2026-07-17"), ("本月内", "2026-07-31"),
    ("本季度内", "2026-09-30"), ("年内", "2026-12-31"), ("十个工作日内", "2026-07-22"),
    ("48小时内", "2026-07-10T09:30:00+08:00"), ("半小时内", "2026-07-08T10:00:00+08:00"), ("今天内", "2026-07-08"),
    ("三天之内", "2026-07-11"), ("两个工作日以内", "2026-07-10"),
];

#[rustfmt::skip]
const TASKS_ZH: &[&str] = &[
    "提交测试报告", "完成6月份的客诉数据整理", "交付Q2的复盘材料", "修好3号楼的消防栓", "发布8.20版本",
    "更新24小时热线排班表", "联系20位老客户", "完成第2批样品检验", "把A-107的描述改好", "上传2025年度总结",
    "回复供应商张总(13800138000)", "确认5月20日会议的纪要", "提供7天无理由退货的说明", "完成80%的回款",
    "给出三点改进建议", "处理上周遗留问题", "更新每周例会模板", "归档一季度合同", "打印A4资料20份", "确认3月的考勤",
    "安排试运行", "补签协议", "报财务", "起草合同", "落实前期准备", "更新前端页面", "开始测试环境搭建后的检查",
    "汇总已完成的事项", "通知已报名的学员", "检查后台数据", "完成周边走访", "准备年会方案", "核对月报", "调整预算",
    "改进流程", "整理原始数据",
];

#[rustfmt::skip]
const AROUND_TIMES_ZH: &[&str] = &[
    "请{E}前{T}", "{E}前{T}", "{E}之前{T}", "请于{E}前{T}", "请在{E}以前{T}", "张工{E}前{T}", "由李雷{E}前{T}",
    "务必{E}前{T}", "{T},{E}前", "{T}(截止{E})", "{T},截止时间:{E}", "{T},最晚{E}", "{T},{E}前完成", "{T}——{E}前",
    "1. {T},负责人:李雷,{E}前完成", "市场部:{T},{E}前", "李雷负责{T},要求{E}前完成", "大家辛苦了,{E}前请{T}。",
    "@李雷 {E}前{T},谢谢!", "【待办】{T} 截止:{E}", "{T} | 李雷 | {E}", "DDL {E}:{T}", "{T} by {E}",
    "会议决定:{E}前{T}。", "请王芳同李雷一起在{E}前{T}", "争取{E}前{T}",
];

#[rustfmt::skip]
const AROUND_LIMITS_ZH: &[&str] = &[
    "请{E}{T}", "{E}{T}", "请于{E}{T}", "请在{E}{T}", "张工{E}{T}", "{T},{E}完成", "务必{E}{T}", "{T}({E})",
    "李雷{E}{T}。", "1. {T},负责人:李雷,{E}完成", "须在{E}{T}",
];

#[rustfmt::skip]
const TIMES_EN: &[(&str, &str)] = &[
    ("Friday", "2026-07-10"), ("next Monday", "2026-07-13"), ("EOD Thursday", "2026-07-09T18:00:00+08:00"),
    ("10am tomorrow", "2026-07-09T10:00:00+08:00"), ("noon on Friday", "2026-07-10T12:00:00+08:00"),
    ("August 20", "2026-08-20"), ("20 Aug", "2026-08-20"), ("the 25th", "2026-07-25"),
    ("end of month", "2026-07-31"), ("EOM", "2026-07-31"), ("the end of next month", "2026-08-31"),
    ("EOY", "2026-12-31"), ("the end of next week", "2026-07-17"), ("COB tomorrow", "2026-07-09T18:00:00+08:00"),
    ("2026-08-03", "2026-08-03"), ("8/21/2026", "2026-08-21"), ("Aug 21, 2026 at 4 PM", "2026-08-21T16:00:00+08:00"),
    ("the first Tuesday of September", "2026-09-01"), ("the last working day of the month", "2026-07-31"),
    ("Jan 8", "2027-01-08"), ("3:30 PM today", "2026-07-08T15:30:00+08:00"),
    ("end of day", "2026-07-08T18:00:00+08:00"), ("09:00 UTC on Friday", "2026-07-10T17:00:00+08:00"),
    ("the end of Q4", "2026-12-31"), ("mid-August", "2026-08-15"), ("Wednesday, July 22", "2026-07-22"),
    ("July 22nd", "2026-07-22"), ("5pm on July 22", "2026-07-22T17:00:00+08:00"),
    ("next Wed at 3pm", "2026-07-15T15:00:00+08:00"), ("tomorrow morning", "2026-07-09T12:00:00+08:00"),
    ("the day after tomorrow", "2026-07-10"), ("midnight on Friday", "2026-07-11T00:00:00+08:00"),
    ("the 3rd of August", "2026-08-03"), ("7/22", "2026-07-22"),
];

#[rustfmt::skip]
const LIMITS_EN: &[(&str, &str)] = &[
    ("within 5 business days", "2026-07-15"), ("within 24 hours", "2026-07-09T09:30:00+08:00"),
    ("in three weeks", "2026-07-29"), ("in 4 days", "2026-07-12"), ("within two days", "2026-07-10"),
    ("in a fortnight", "2026-07-22"), ("within the next 3 working days", "2026-07-13"),
    ("two weeks from now", "2026-07-22"), ("within a month", "2026-08-08"),
    ("in 90 minutes", "2026-07-08T11:00:00+08:00"),
];

#[rustfmt::skip]
const TASKS_EN: &[&str] = &[
    "send the minutes", "write the June summary", "compare the Q2 results", "ship version 8.20",
    "update the 24-hour hotline roster", "call 20 customers", "fix A-107", "file the 2025 archive",
    "review Monday's notes", "finish the 14-day trial page", "update the weekly report", "move last week's tickets",
    "rewrite section 7.2", "order 20 chairs", "hire two testers", "get a quote for new blinds",
    "check the first half figures", "close 80% of the tickets", "ask April about the venue", "start the onboarding",
    "prepare the Friday demo", "collect the survey sent last month", "read the May 12 notes",
    "back up the daily logs", "draft the year-end letter",
];

#[rustfmt::skip]
const AROUND_TIMES_EN: &[&str] = &[
    "{T} by {E}", "{T} before {E}", "please {T} by {E}", "by {E}, {T}", "Owen to {T} by {E}",
    "Owen will {T} no later than {E}", "Rosa: {T}, due {E}", "{T} (due {E})", "ACTION: Owen to {T} by {E}.",
    "{T} - due {E}", "Deadline {E}: {T}", "Can you {T} by {E}?", "We need Owen to {T} by {E} please",
    "TODO @owen {T} by {E}",
];

#[rustfmt::skip]
const AROUND_LIMITS_EN: &[&str] = &[
    "{T} {E}", "please {T} {E}", "Owen to {T} {E}", "{E} {T}", "Owen will {T} {E}.", "Rosa: {T} {E}",
];

#[rustfmt::skip]
const ROUTINES_ZH: &[&str] = &[
    "每周五", "每周一上午", "每天下班前", "每日18点前", "每月5日前", "每月底", "每季度末", "每两周", "每隔三天",
    "每逢周三", "每个工作日9点前", "每月最后一个工作日", "每年12月", "逢周四", "每周二、周四", "每月第一个周一",
    "每星期六", "每晚10点", "每半年", "隔周周二", "每周末", "每月15号和30号", "每季度首月10日前", "每天早上9点",
];

#[rustfmt::skip]
const BEGINNINGS_ZH: &[&str] = &[
    "自8月1日起", "从下周一起", "从下周一开始", "8月1日起", "自九月起", "自2026年8月1日起", "从明天开始",
    "自下月1日起", "自本周五起", "8月1日开始", "从7月20日起", "即日起", "自通知之日起", "下周一起", "自Q4起",
    "从明年1月1日起", "自七月二十日起", "9月1日以后", "8月1日之后", "7月20日后",
];

#[rustfmt::skip]
const EVENTS_ZH: &[&str] = &[
    "合同签订", "设备到货", "收到发票", "验收合格", "会议结束", "客户确认", "评审通过", "项目上线", "中标通知发出",
    "收款", "收到通知", "测试通过", "货物签收", "付款到账", "需求冻结", "立项审批通过", "样品确认",
];

#[rustfmt::skip]
const NAMES_ZH: &[&str] = &[
    "整理6月份的客诉数据", "分析第二季度的转化率", "升级到8.20版本", "维护7×24小时监控", "访谈20位老客户",
    "编写2026年度计划", "核对12月账单", "对比Q1与Q2的毛利", "更新3号楼平面图", "处理A-107的评论", "核对5月考勤表",
    "预算控制在8.5万元", "满意度提高到95%", "第3周培训课件", "复印合同20份", "联系13800138000",
    "整理《2026年7月周报》", "归档2025年的合同", "修订7天无理由退货条款", "统计近7天的访问量", "给出三点意见",
    "10人以上的团队名单", "安排2号会议室", "分析上半年的回款", "整理去年的发票", "四月份的报销单补扫",
    "修改V2.6.18的说明", "优化30分钟超时逻辑", "更新5G基站清单", "撰写十五五规划稿", "核对第三季度的返利",
    "比对5月与6月的差异", "采购1/2寸螺丝", "打印3-5号图纸", "搬到8-20室", "补充1号样机照片", "校对二〇二五年年鉴",
    "下载2026-06的日志", "复盘618活动", "评估双十一方案", "写国庆值班说明", "更新春节放假通知模板",
];

#[rustfmt::skip]
const ROUTINES_EN: &[&str] = &[
    "every Friday", "each Monday by noon", "every other Tuesday", "every month on the 5th", "daily at 6pm", "weekly",
    "every weekday before 9am", "on Mondays", "every quarter", "every two weeks", "each quarter",
    "on the first Monday of every month", "every day by 5pm", "monthly", "every last Friday of the month",
    "on Tuesdays and Thursdays", "once a week", "twice a month", "every morning", "every 90 days",
];

#[rustfmt::skip]
const BEGINNINGS_EN: &[&str] = &[
    "starting Monday", "from August 1", "beginning next week", "effective August 1", "as of July 20",
    "from next Monday onwards", "starting on July 20", "after Friday", "since last week", "from 1 August on",
    "no earlier than Monday", "not before July 20", "starting next month",
];

#[rustfmt::skip]
const EVENTS_EN: &[&str] = &[
    "receipt of the invoice", "signing", "delivery", "approval", "the kickoff", "the alert", "acceptance",
    "the meeting", "go-live", "purchase",
];

#[rustfmt::skip]
const NAMES_EN: &[&str] = &[
    "Write the June summary", "Compare the Q2 results", "Mention the 14-day return window", "Ship version 8.20",
    "Update the 24-hour hotline script", "Call 20 customers", "File the 2025 archive", "Review Monday's notes",
    "Fix the Friday job", "Draft the 30-day notice", "Review section 7.2", "Order 20 chairs",
    "Read the May 12 minutes", "Analyse the first quarter", "Plan the 2027 budget", "Ask April for the list",
    "Increase coverage by 8.5%", "Cut cost by 20", "Reset door 7-20", "Rewrite chapter 3", "Print 3/4 of the labels",
    "Review the July 3 recording", "Check the year-end figures", "Update the August forecast", "Archive Q1 tickets",
    "Describe the 3-week sprint", "Compare 2025 and 2026", "Merge PR 2026", "Close ticket 20260720", "Call 555-0720",
    "Buy 5 May tickets", "Collect the end-of-month figures", "Rename the 2026-07 folder",
];

/// What is read from each sentence, compared with what its time says; every mistake is told.
fn check(sentences: impl IntoIterator<Item = (String, Option<&'static str>)>) {
    let reference = DateTime::parse_from_rfc3339("2026-07-08T09:30:00+08:00").unwrap();
    let calendar = Workdays::cn();
    let anchor = Anchor::new(reference, &calendar);
    let (mut count, mut wrong) = (0, Vec::new());
    for (text, expected) in sentences {
        count += 1;
        let found = deadline(&text, &anchor).map(|found| found.due);
        let same = match (found, expected) {
            (None, None) => true,
            (Some(found), Some(expected)) if expected.len() == 10 => found.date().to_string() == expected,
            (Some(found), Some(expected)) => found.to_string() == expected,
            _ => false,
        };
        if !same {
            wrong.push(format!("{text}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(count > 100);
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Each time with each frame; the tasks take turns.
fn framed(
    times: &'static [(&str, &str)],
    frames: &'static [&str],
    tasks: &'static [&str],
) -> impl Iterator<Item = (String, Option<&'static str>)> {
    times.iter().enumerate().flat_map(move |(row, (time, expected))| {
        frames.iter().enumerate().flat_map(move |(column, frame)| {
            [3, 7].map(|step| {
                let task = tasks[(row * 5 + column * step) % tasks.len()];
                (frame.replace("{E}", time).replace("{T}", task), Some(*expected))
            })
        })
    })
}

#[test]
fn a_chinese_time_before_which_something_is_due() {
    // A festival is a deadline by the word 前 alone.
    check(framed(TIMES_ZH, AROUND_TIMES_ZH, TASKS_ZH).filter(|(text, _)| {
        let festival = text.contains("国庆节") || text.contains("中秋节");
        !festival || ["节前", "节之前", "节以前"].iter().any(|word| text.contains(word))
    }));
}

#[test]
fn a_chinese_limit_within_which_something_is_due() {
    check(framed(LIMITS_ZH, AROUND_LIMITS_ZH, TASKS_ZH));
}

#[test]
fn an_english_time_by_which_something_is_due() {
    check(framed(TIMES_EN, AROUND_TIMES_EN, TASKS_EN));
}

#[test]
fn an_english_limit_within_which_something_is_due() {
    check(framed(LIMITS_EN, AROUND_LIMITS_EN, TASKS_EN));
}

#[test]
fn what_comes_back_or_begins_is_no_deadline() {
    let chinese = ROUTINES_ZH.iter().flat_map(|time| {
        ["提交测试报告", "巡检机房", "备份数据库", "汇总工时"].map(|task| (format!("{time}{task}"), None))
    });
    let begins = BEGINNINGS_ZH.iter().flat_map(|time| {
        ["执行新标准", "启用新系统", "调整班次", "停止供水"].map(|task| (format!("{time}{task}"), None))
    });
    let english = ROUTINES_EN.iter().flat_map(|time| {
        ["Send the minutes", "Update the roster", "Back up the logs"].map(|task| (format!("{task} {time}"), None))
    });
    let starting = BEGINNINGS_EN.iter().flat_map(|time| {
        ["Use the new form", "Wear badges", "The portal is open"].map(|task| (format!("{task} {time}"), None))
    });
    check(chinese.chain(begins).chain(english).chain(starting));
}

#[test]
fn what_is_counted_from_an_event_is_no_deadline() {
    let chinese = EVENTS_ZH.iter().flat_map(|event| {
        ["后", "之后", "以后", "后的", "后,", "之日起"].into_iter().flat_map(move |after| {
            ["5日内", "3个工作日内", "一周内", "24小时内", "一个月内"]
                .map(|limit| (format!("{event}{after}{limit}提交测试报告"), None))
        })
    });
    let english = EVENTS_EN.iter().flat_map(|event| {
        ["within 5 days", "within 3 business days", "within 24 hours"].into_iter().flat_map(move |limit| {
            ["of", "after", "following"].map(|after| (format!("Send the minutes {limit} {after} {event}"), None))
        })
    });
    check(chinese.chain(english));
}

#[test]
fn names_and_numbers_are_no_deadlines() {
    let chinese = NAMES_ZH.iter().flat_map(|name| {
        ["{}", "请{}", "请张工{}", "{},谢谢", "需要{}。", "1. {}"].map(|frame| (frame.replace("{}", name), None))
    });
    let english = NAMES_EN
        .iter()
        .flat_map(|name| ["{}", "{}.", "Please: {}", "Owen: {}"].map(|frame| (frame.replace("{}", name), None)));
    check(chinese.chain(english));
}
