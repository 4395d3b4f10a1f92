//! The words beside a time that tell what it is. First match counts, so longer words stand before their beginnings.

/// A change of date, anywhere in the text.
#[rustfmt::skip]
pub(super) const CHANGES: &[&str] = &[
    "改为", "改到", "改至", "改成", "改期", "调整", "变更", "推迟", "延期", "延后", "顺延", "提前", "提早", "延至",
    "延到", "推后", "更改", "更正", "挪到", "移到", "延长",
];

/// A change of date, anywhere in the text.
#[rustfmt::skip]
pub(super) const CHANGES_EN: &[&str] = &[
    "moved", "move", "pushed", "push", "changed", "change", "rescheduled", "reschedule", "postponed", "postpone",
    "shifted", "shift", "extended", "extend", "delayed", "delay", "brought", "bring", "advanced", "slipped",
    "updated", "revised", "deferred", "slips",
];

/// In front of the new date.
#[rustfmt::skip]
pub(super) const CORRECTED: &[&str] = &[
    "改为", "改到", "改至", "改成", "改在", "改于", "调整为", "调整到", "调整至", "调至", "调到", "调为", "变更为",
    "变更到", "变更至", "推迟到", "推迟至", "延期到", "延期至", "延后到", "延后至", "延至", "延到", "顺延到",
    "顺延至", "提前到", "提前至", "提早到", "提早至", "推到", "推至", "推后到", "推后至", "延长到", "延长至",
    "延长为", "更新为", "更改为", "更正为", "现为", "现定于", "现定为", "现定", "现改", "现在是", "现在改", "挪到",
    "挪至", "移到", "移至", "换到", "换成", "宽限到", "宽限至", "放宽到", "放宽至", "而是", "应为", "改期到",
    "改期至", "改期为", "改期", "最终定于", "最终定在", "现计划", "提前", "推迟", "现在", "后改", "又改", "顺延",
    "延期", "调整",
];

/// In front of the old date.
#[rustfmt::skip]
pub(super) const SUPERSEDED: &[&str] = &[
    "原定于", "原定在", "原定为", "原定", "原计划于", "原计划在", "原计划", "原本定于", "原本", "原先", "原为",
    "原来", "本应", "本定于", "本来", "此前定于", "之前定的", "不是", "而非", "而不是", "并非", "原",
];

/// In front of a deadline: labels and words of latest time.
#[rustfmt::skip]
pub(super) const DEADLINE_LABELS: &[&str] = &[
    "截止日期", "截止时间", "截止日", "截止", "截至", "截稿", "截稿日期", "期限", "时限", "完成时间", "完成日期",
    "完成时点", "完成节点", "时间节点", "交付时间", "交付日期", "交付日", "完成日", "到期日", "到期时间", "到期",
    "最晚", "最迟", "至迟", "至晚", "不晚于", "不迟于", "晚于", "迟于", "不超过", "限期", "限", "赶在", "抢在",
    "ddl", "deadline", "due", "结束时间", "结束日期", "直到", "直至", "完结时间", "办结时间", "反馈时间", "提交时间",
    "提交日期", "上线时间", "答复时间", "回复时间", "计划完成", "预计完成", "应完成", "须完成", "交付",
    "完成于", "止于", "时间要求", "解决时间", "整改时间",
];

/// In front of a time at which something is to be.
#[rustfmt::skip]
pub(super) const PLAN_WORDS: &[&str] = &[
    "务必", "必须", "预计", "计划", "拟", "定", "定于", "定在", "约定", "安排", "安排在", "争取", "力争", "于", "在",
    "到", "至", "请", "须", "需", "应", "就", "将", "赶", "等到", "约", "目标", "目标日期", "不早",
];

/// In front of a beginning or of a date that is no deadline.
#[rustfmt::skip]
pub(super) const START_LABELS: &[&str] = &[
    "开始时间", "开始日期", "起始时间", "起始日期", "启动时间", "启动日期", "发布日期", "会议时间", "会议日期",
    "召开时间", "签订日期", "签署日期", "创建时间", "创建日期", "制表日期", "下单日期", "生效日期", "生效时间",
    "开始", "记录时间", "记录日期", "填表日期", "提出日期", "提出时间", "开工日期", "成立于", "成立", "成立日期",
    "始于",
];

/// In front of a deadline.
#[rustfmt::skip]
pub(super) const EN_STRONG: &[&str] = &[
    "no later than", "not later than", "on or before", "at the latest by", "latest by", "by", "before", "prior to",
    "ahead of", "until", "till", "due on", "due by", "due date is", "due date", "due", "deadline is", "deadline of",
    "deadline", "up to", "not after", "in time for", "eta", "target date", "target", "cutoff", "cut off",
    "expires on", "expires", "closes on", "closes", "end date", "finish date", "complete by", "ddl", "nlt", "ending",
    "ends", "ends on", "not beyond", "through", "latest", "completion date", "delivery date", "due no later than",
    "thru",
];

/// In front of a time.
#[rustfmt::skip]
pub(super) const EN_PLAIN: &[&str] = &[
    "on", "at", "this", "for", "around", "about", "approximately", "during", "within", "in", "over", "of",
    "sometime", "throughout", "@",
];

/// In front of a beginning.
#[rustfmt::skip]
pub(super) const EN_START: &[&str] = &[
    "starting on", "starting from", "starting", "starts on", "starts from", "starts", "start on", "start from",
    "start date", "beginning on", "beginning from", "beginning", "begins on", "begins", "begin on", "begin", "from",
    "since", "after", "as of", "as from", "effective from", "effective as of", "effective on", "effective",
    "commencing on", "commencing from", "commencing", "commences on", "commences", "not before", "no earlier than",
    "not earlier than", "no sooner than", "on or after", "with effect from", "opens on", "opens", "past",
];

/// Words that may follow a bare English date without making it the name of something.
#[rustfmt::skip]
pub(super) const EN_AFTER: &[&str] = &[
    "at", "on", "by", "in", "to", "for", "from", "with", "and", "or", "so", "but", "if", "please", "then", "when",
    "before", "after", "until", "as", "via", "per", "that", "which", "unless", "because", "since", "latest", "sharp",
    "max", "instead", "too", "also", "asap", "is", "are", "was", "will", "we", "you", "i", "they", "he", "she", "it",
    "the", "a", "an", "this", "not", "rather", "without", "though", "while", "using", "during", "through", "where",
    "who", "onwards", "onward", "send", "submit", "unless", "provided", "regardless", "including", "using", "of",
    "evening", "night", "can", "must", "should", "all", "our", "your", "everyone",
];

/// In front of an amount that tells how long something lasts or lasted.
#[rustfmt::skip]
pub(super) const LASTING: &[&str] = &[
    "近", "最近", "过去", "连续", "持续", "历时", "为期", "长达", "超过", "超出", "满", "用时", "耗时", "工期",
    "保修", "质保", "逾期", "超期", "延迟", "滞后", "推迟", "延期", "延后", "顺延", "延长", "缩短", "第", "晚了",
    "迟了", "拖了", "累计", "共", "有效期", "免费", "试用", "保修期", "质保期", "周期", "周期为", "已过", "过了",
];

/// In front of an amount that is a limit.
#[rustfmt::skip]
pub(super) const LIMITS: &[&str] = &[
    "限", "限时", "限期", "时限", "期限", "时限为", "期限为", "完成时间", "截止时间", "务必在", "须在", "应在",
    "要在", "需在", "请在", "请于", "须于", "应于", "控制在",
];

/// An event directly in front of an amount that is counted from it.
#[rustfmt::skip]
pub(super) const EVENTS: &[&str] = &[
    "到货", "签订", "签署", "签约", "验收", "通过", "批准", "审批", "立项", "下单", "付款", "到账", "开票", "中标",
    "开工", "竣工", "发货", "收货", "入职", "离职", "结束", "闭幕", "上线", "受理", "接单", "报修", "发布", "签收",
    "投产", "交货", "退回", "发生", "出现", "下发", "成交", "注册", "提出", "到期", "收到通知", "接到通知",
];

/// Between "within" and the amount.
#[rustfmt::skip]
pub(super) const NEXT_EN: &[&str] = &[
    "the next", "the coming", "the following", "next", "coming", "about", "approximately", "roughly", "another",
    "around",
];

/// In front of an amount that is a limit.
#[rustfmt::skip]
pub(super) const WITHIN_EN: &[&str] = &[
    "within", "in", "inside", "in under", "under", "less than", "no more than", "not more than", "at most",
    "in less than", "no later than", "not later than", "over", "during", "in max", "max", "within max", "in at most",
];

/// Words that make an earlier clause an event to count from.
#[rustfmt::skip]
pub(super) const EVENT_WORDS_EN: &[&str] = &[
    "after", "once", "upon", "whenever", "when", "as soon as", "on receipt", "on approval", "on completion",
    "following", "if",
];

/// An old date follows, further on in the clause.
#[rustfmt::skip]
pub(super) const ORIGINALLY: &[&str] = &[
    "原定", "原计划", "原本", "原先", "原来", "原截止", "原交付", "原上线", "原完成", "原为", "本应", "本定", "本来",
    "此前定",
];

/// Behind a deadline.
#[rustfmt::skip]
pub(super) const UNTIL_THEN: &[&str] = &[
    "结束之前", "结束以前", "结束前", "截止前", "截止", "截至", "为止", "为限", "到期前", "到期", "收盘前", "过完前",
    "过去之前",
];

/// Behind a deadline.
#[rustfmt::skip]
pub(super) const LATEST_EN: &[&str] = &[
    "at the very latest", "at the latest", "latest", "deadline", "at latest", "or earlier", "or sooner", "max",
];

/// Deadline words that belong to the phrase.
#[rustfmt::skip]
pub(super) const BY_EN: &[&str] = &[
    "by", "before", "no later than", "not later than", "until", "till", "due", "on or before", "prior to",
    "latest by", "due by", "due on", "at the latest by",
];

/// In front of an amount, belonging to the phrase.
#[rustfmt::skip]
pub(super) const IN_EN: &[&str] = &[
    "within", "in", "inside", "no later than", "over", "in under", "under", "in less than", "less than",
    "no more than",
];

/// In front of a date that no longer holds.
#[rustfmt::skip]
pub(super) const INSTEAD_EN: &[&str] = &[
    "instead of", "rather than", "not", "not on", "not by", "in place of", "instead of on", "instead of by",
    "no longer", "no longer on", "no longer by",
];

/// Words of what is still to be done.
#[rustfmt::skip]
pub(super) const TO_COME_EN: &[&str] = &[
    "will", "shall", "should", "must", "needs", "need", "please", "to be", "has to", "have to", "due", "going to",
    "agreed to", "asked to", "supposed to", "now", "moved", "rescheduled", "postponed", "pushed", "so", "but",
];

/// Words of what is done.
#[rustfmt::skip]
pub(super) const WAS_EN: &[&str] = &[
    "was", "were", "has been", "have been", "had", "had been", "did", "got", "we sent", "i sent", "they sent",
    "we shipped", "we submitted", "i submitted", "we delivered", "already", "we held", "we met",
];

/// Verbs behind a period in which something is to be done.
#[rustfmt::skip]
pub(super) const PERIOD_VERBS: &[&str] = &[
    "完成", "提交", "交付", "给出", "给", "上线", "发布", "发送", "发出", "发", "回复", "反馈", "答复", "整理",
    "更新", "确认", "准备", "落实", "解决", "处理", "安排", "输出", "出具", "出", "定稿", "验收", "到位", "结束",
    "搞定", "做完", "交", "报送", "上报", "报", "拿出", "提供", "补充", "汇报", "召开", "开展", "进行", "推进",
    "评审", "讨论", "联调", "测试", "部署", "培训", "复核", "审核", "审批", "签订", "签署", "对接", "拜访", "走访",
    "检查", "巡检", "制定", "编制", "撰写", "修复", "优化", "改造", "采购", "招聘", "盘点", "寄出", "归档", "切换",
    "迁移", "投产", "试运行", "收齐", "收集", "汇总", "落地", "敲定", "定下",
];

/// What makes the verb before it part of a name: 完成情况.
#[rustfmt::skip]
pub(super) const NOT_VERBS: &[&str] = &[
    "的", "情况", "率", "数", "量", "内容", "总结", "统计", "进度", "工作总结", "计划表", "记录", "结果", "报告",
    "明细", "清单", "了",
];

/// Things named by a day: 周五例会.
#[rustfmt::skip]
pub(super) const THINGS: &[&str] = &[
    "例会", "会议纪要", "会议记录", "会议", "周会", "月会", "晨会", "早会", "晚会", "纪要", "数据", "报表", "月报",
    "周报", "日报", "工作总结", "议程", "值班表", "值班", "排班", "航班", "车票", "客诉", "客流", "晚高峰", "早高峰",
    "行程", "车次", "账单", "订单", "的会", "那场", "场次", "考勤", "工资",
];

/// In front of the new date.
#[rustfmt::skip]
pub(super) const NEW_DATE_EN: &[&str] = &[
    "new deadline", "new deadline is", "new due date", "new due date is", "new date", "new date is",
    "revised deadline", "revised date", "revised date is", "updated deadline",
];

/// An old date follows, further on in the clause.
#[rustfmt::skip]
pub(super) const ORIGINALLY_EN: &[&str] = &[
    "originally", "initially", "previously", "formerly", "original deadline", "original date", "original due date",
    "old deadline", "was due", "was planned", "was scheduled", "was set",
];

/// What comes back: every …
#[rustfmt::skip]
pub(super) const UNITS_EN: &[&str] = &[
    "working day", "business day", "workday", "weekday", "day", "week", "month", "quarter", "year", "morning",
    "afternoon", "evening", "night", "hour", "fortnight", "weekend", "minute", "sprint",
];

/// Routines.
#[rustfmt::skip]
pub(super) const ROUTINES_EN: &[&str] = &[
    "on weekdays", "on workdays", "on weekends", "once a week", "once a month", "once a day", "twice a week",
    "twice a day", "twice a month", "three times a week", "a day in advance",
];

/// Adverbs of routine.
#[rustfmt::skip]
pub(super) const ADVERBS_EN: &[&str] = &[
    "daily", "weekly", "monthly", "quarterly", "biweekly", "bi-weekly", "fortnightly", "annually", "yearly",
    "nightly", "hourly",
];

/// Verbs that move a date by an amount.
#[rustfmt::skip]
pub(super) const MOVES: &[&str] = &[
    "推迟", "延期", "延后", "顺延", "延长", "推后", "后延", "往后推", "往后延", "宽限", "再延", "再推", "再给", "缓",
    "延", "推", "晚", "提前", "提早", "往前提",
];

/// Verbs that move a date by an amount.
#[rustfmt::skip]
pub(super) const MOVES_EN: &[&str] = &[
    "postponed", "postpone", "pushed", "push", "extended", "extend", "delayed", "delay", "moved", "move", "shifted",
    "shift", "slipped", "slip", "deferred", "defer", "bring", "brought", "extension of", "give me", "another",
];

/// Between the verb and the amount.
#[rustfmt::skip]
pub(super) const MOVED_WHAT_EN: &[&str] = &[
    "it", "this", "that", "the deadline", "the date", "the due date", "back", "out", "by", "for", "about",
    "deadline", "due", "date", "another", "item", "task",
];

/// Verbs of a clause about something else: 周五上线的版本.
#[rustfmt::skip]
pub(super) const CLAUSE_VERBS: &[&str] = &[
    "上线", "召开", "举行", "举办", "提交", "发布", "发送", "发出", "交付", "到货", "生效", "签署", "签订", "开始",
    "启动", "到期", "结束", "完成", "收到", "下发", "发来", "通过", "讨论", "确定", "安排", "提出", "开", "发",
    "反馈", "拜访", "来访", "产生", "新增", "出货", "入库",
];
