//! What can be said, a row a verb: the help letter and the table of the README are printed from it.

use crate::domain::reading::Verb;

/// One verb, explained in both languages. Words are those to teach; many more are understood.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    pub verb: Verb,
    pub zh: &'static [&'static str],
    pub en: &'static [&'static str],
    pub example_zh: &'static str,
    pub example_en: &'static str,
    pub sentence_zh: &'static str,
    pub sentence_en: &'static str,
}

macro_rules! usage {
    ($verb:ident, $zh:expr, $en:expr, $example_zh:expr, $example_en:expr, $sentence_zh:expr, $sentence_en:expr) => {
        Usage {
            verb: Verb::$verb,
            zh: &$zh,
            en: &$en,
            example_zh: $example_zh,
            example_en: $example_en,
            sentence_zh: $sentence_zh,
            sentence_en: $sentence_en,
        }
    };
}

/// Every verb once, in the order of SPEC 4.4.
pub fn table() -> &'static [Usage] {
    TABLE
}

static TABLE: &[Usage] = &[
    usage!(
        Confirm,
        ["确认", "没问题", "接受"],
        ["confirm", "accepted", "sounds good"],
        "1 确认",
        "confirm 1",
        "接受分给您的待办。",
        "Take on an item that was given to you."
    ),
    usage!(
        Ack,
        ["收到", "好的"],
        ["noted", "ok"],
        "收到",
        "noted",
        "表示已经看到;只有一项时等于确认。",
        "Say that you have seen it; with a single item it confirms."
    ),
    usage!(
        Decline,
        ["做不了", "不是我负责"],
        ["decline", "not mine"],
        "2 做不了,没有权限",
        "2 not mine",
        "说明不接手以及原因,由发起人决定。",
        "Say that it is not for you, and why; the organizer decides."
    ),
    usage!(
        Done,
        ["完成", "搞定", "已提交"],
        ["done", "finished"],
        "1、3 完成",
        "1 and 3 done",
        "报告完成;附件会随验收请求转给发起人。",
        "Report it finished; attachments go along to the organizer."
    ),
    usage!(
        Progress,
        ["进行中", "60%", "预计周五"],
        ["in progress", "60%", "ETA Friday"],
        "2 进行中,60%,预计周五完成",
        "2 in progress, 60%, should be done by Friday",
        "报告进度和预计日期,不改变截止时间。",
        "Report progress and an expected date; the due date stays."
    ),
    usage!(
        Behind,
        ["滞后"],
        ["behind"],
        "2 滞后,原因:供应商延迟;措施:换供应商,3月19日补齐",
        "2 behind, reason: late vendor; measure: second source by Friday",
        "说明滞后的原因和措施。",
        "Say why it is late and what will be done."
    ),
    usage!(
        Block,
        ["卡住了", "阻塞"],
        ["blocked", "stuck"],
        "3 卡在审批",
        "3 blocked by access rights",
        "说明做不下去以及卡在哪里。",
        "Say that it cannot go on, and what holds it up."
    ),
    usage!(
        Postpone,
        ["延期到", "顺延"],
        ["postpone", "extend"],
        "2 延期到下周三,因为等样品",
        "postpone 2 to next Wednesday",
        "申请新的截止时间,由发起人批准。",
        "Ask for a new due date; the organizer approves."
    ),
    usage!(
        Delegate,
        ["转给", "由…负责"],
        ["delegate", "hand over to"],
        "2 转给王芳",
        "hand 2 over to Leo",
        "申请换负责人,由发起人批准。",
        "Ask for another owner; the organizer approves."
    ),
    usage!(
        Cancel,
        ["取消", "作废"],
        ["cancel", "no longer needed"],
        "3 作废",
        "cancel 3",
        "不再需要这一项(发起人)。",
        "The item is not needed any more (organizer)."
    ),
    usage!(
        Accept,
        ["通过", "验收通过"],
        ["accept", "pass"],
        "1 通过",
        "1 pass",
        "验收已完成的工作。",
        "Accept finished work."
    ),
    usage!(
        Reject,
        ["退回"],
        ["reject", "send back"],
        "2 退回,缺少测试数据",
        "2 reject: test data missing",
        "退回重做并说明原因。",
        "Send work back, with the reason."
    ),
    usage!(
        Approve,
        ["同意", "全部同意"],
        ["approve", "agree"],
        "1 同意 2 不同意:理由",
        "approve 1",
        "批准延期、换人等申请。",
        "Grant a request for another date or owner."
    ),
    usage!(
        Refuse,
        ["不同意"],
        ["refuse", "not approved"],
        "2 不同意:时间太晚",
        "2 not approved: too late",
        "不批准申请并说明理由。",
        "Turn a request down, with the reason."
    ),
    usage!(
        Rate,
        ["5分", "满意度 4分"],
        ["rating: 5", "4/5"],
        "满意度 5分",
        "rating: 5",
        "给问题的处理打 1–5 分。",
        "Rate how an issue was handled, 1 to 5."
    ),
    usage!(
        SignOff,
        ["签字"],
        ["sign off"],
        "签字",
        "sign off",
        "签署子目标或决议。",
        "Sign sub-goals or a resolution."
    ),
    usage!(
        Snooze,
        ["周一再提醒我"],
        ["remind me on Monday"],
        "1 周五再提醒我",
        "remind me about 1 on Friday",
        "到那天再提醒,截止时间不变。",
        "Be reminded on that day; the due date stays."
    ),
    usage!(
        Undo,
        ["撤销"],
        ["undo"],
        "撤销",
        "undo",
        "撤回刚才的操作,下一个工作日结束前有效。",
        "Take back what you just did, until the end of the next working day."
    ),
    usage!(
        Comment,
        ["备注:"],
        ["comment:"],
        "备注:样品周四到",
        "comment: samples arrive on Thursday",
        "留言给发起人。",
        "Leave a word for the organizer."
    ),
    usage!(
        Object,
        ["有异议", "第3条应为…"],
        ["I object", "item 3 should read …"],
        "有异议 3 负责人应为王芳",
        "I object to 3: the owner is Leo",
        "对会议纪要提出异议。",
        "Object to what the minutes say."
    ),
    usage!(
        Rsvp,
        ["参加", "不参加", "待定", "由李四代我参加"],
        ["I'll attend", "can't make it", "tentative"],
        "请假,由李四代我参加",
        "can't make it, Leo will attend on my behalf",
        "答复是否参会;晚到或线上参加可以直接说明。",
        "Say whether you come, or who comes for you."
    ),
    usage!(
        AgendaAdd,
        ["补充议题:"],
        ["add agenda item:"],
        "补充议题:预算调整(15分钟)",
        "add agenda item: budget (15 min)",
        "建议一个议题。",
        "Propose a topic."
    ),
    usage!(
        ProposeTime,
        ["改到…行吗"],
        ["could we move it to …"],
        "改到周四下午3点行吗",
        "could we move it to Thursday 3pm?",
        "建议另一个时间,由发起人决定。",
        "Propose another time; the organizer decides."
    ),
    usage!(Send, ["发送"], ["send"], "发送", "send", "确认预览无误并发出。", "Let the previewed letter go."),
    usage!(
        Reschedule,
        ["改期到", "地点改为"],
        ["reschedule to", "change the room to"],
        "改期到周四14点",
        "reschedule to Thursday 2pm",
        "改会议时间或地点(发起人)。",
        "Move the meeting (organizer)."
    ),
    usage!(
        CallOff,
        ["取消会议"],
        ["cancel the meeting"],
        "取消会议",
        "cancel the meeting",
        "取消会议并通知所有人(发起人)。",
        "Call the meeting off and tell everybody (organizer)."
    ),
    usage!(
        Proceed,
        ["照开"],
        ["go ahead"],
        "照开",
        "go ahead as planned",
        "会议按计划召开(发起人)。",
        "The meeting stands (organizer)."
    ),
    usage!(
        Convene,
        ["开会"],
        ["call a meeting"],
        "开会",
        "call a meeting",
        "为升级的事项召集会议。",
        "Call a meeting about what was escalated."
    ),
    usage!(
        NoMinutes,
        ["不用纪要"],
        ["no minutes needed"],
        "不用纪要",
        "no minutes needed",
        "这次会议没有纪要。",
        "There will be no minutes."
    ),
    usage!(
        NotHeld,
        ["没开"],
        ["not held"],
        "没开",
        "the meeting was not held",
        "会议没有召开。",
        "The meeting did not take place."
    ),
    usage!(
        StopEscalation,
        ["不升级"],
        ["don't escalate"],
        "不升级",
        "don't escalate",
        "不上报上级。",
        "Do not tell the superior."
    ),
    usage!(PostponeEscalation, ["暂缓"], ["hold off"], "暂缓", "hold off", "晚些再升级。", "Escalate later."),
    usage!(
        Handover,
        ["全部转给"],
        ["hand all my tasks over to"],
        "张三的待办全部转给李四",
        "hand all my tasks over to Leo",
        "一次移交全部待办。",
        "Hand all open items over at once."
    ),
    usage!(
        Deputy,
        ["由…代理"],
        ["my deputy is"],
        "7月1日到10日由李四代理",
        "Leo is my deputy from July 1 to July 10",
        "设置代理人及期间。",
        "Name who stands in for you, and when."
    ),
    usage!(List, ["我的待办"], ["my tasks"], "我的待办", "my tasks", "列出您的待办。", "List your open items."),
    usage!(
        Status,
        ["状态 M-12"],
        ["status M-12"],
        "状态 A-107",
        "status A-107",
        "查询一个会议、待办、问题或项目。",
        "Ask about one meeting, item, issue or project."
    ),
    usage!(Report, ["周报"], ["weekly report"], "周报", "weekly report", "索取周报。", "Ask for the weekly report."),
    usage!(
        Decisions,
        ["决议 预算"],
        ["decisions on budget"],
        "决议 预算",
        "decisions on budget",
        "查找以往决议。",
        "Search past decisions."
    ),
    usage!(
        Files,
        ["材料 M-12", "附件 A-107"],
        ["files for M-12"],
        "材料 M-12",
        "files for M-12",
        "索取会议材料或待办附件。",
        "Ask for materials or attachments."
    ),
    usage!(
        Export,
        ["导出"],
        ["export"],
        "导出",
        "export",
        "以表格和日历文件导出。",
        "Get a spreadsheet and a calendar file."
    ),
    usage!(
        Why,
        ["为什么"],
        ["why"],
        "为什么",
        "why did I get this?",
        "说明为什么收到这封邮件。",
        "Be told why you got a letter."
    ),
    usage!(
        Frequency,
        ["每日", "每周", "仅紧急"],
        ["daily", "weekly", "urgent only"],
        "每周",
        "weekly",
        "设置汇总邮件的频率。",
        "Choose how often digests come."
    ),
    usage!(
        Import,
        ["确认导入"],
        ["confirm import"],
        "确认导入",
        "confirm import",
        "让读入的清单生效。",
        "Put an imported list into force."
    ),
    usage!(
        Unsubscribe,
        ["退订"],
        ["unsubscribe"],
        "退订",
        "unsubscribe",
        "只接收紧急邮件;会议和待办不受影响。",
        "Get urgent mail only; meetings and items stay."
    ),
    usage!(Help, ["帮助"], ["help"], "帮助", "help", "列出可以回复的内容。", "See what can be said."),
];
