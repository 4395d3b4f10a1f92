//! Words that templates have beside Handlebars' own: days, counts, states, people, in the reader's language.

use super::reasons;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Weekday};
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde_json::Value;

type Write<'a> = &'a mut dyn Output;

fn text_param<'a>(h: &'a Helper<'_>, at: usize) -> Option<std::borrow::Cow<'a, str>> {
    match h.param(at)?.value() {
        Value::String(text) => Some(std::borrow::Cow::Borrowed(text)),
        Value::Null => None,
        other => Some(std::borrow::Cow::Owned(other.to_string())),
    }
}

fn root_text<'a>(context: &'a Context, key: &str) -> Option<&'a str> {
    context.data().get(key)?.as_str()
}

/// The reader's zone and the moment of writing stand in the data under `time_zone` and `now`.
fn local(context: &Context, text: &str) -> Option<DateTime<FixedOffset>> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    let zone: Option<chrono_tz::Tz> = root_text(context, "time_zone").and_then(|name| name.parse().ok());
    Some(match zone {
        Some(zone) => moment.with_timezone(&zone).fixed_offset(),
        None => moment,
    })
}

fn day_words(chinese: bool, day: NaiveDate, this_year: Option<i32>) -> String {
    let other_year = this_year.is_some_and(|year| year != day.year());
    if chinese {
        let weekday = ["一", "二", "三", "四", "五", "六", "日"][day.weekday().num_days_from_monday() as usize];
        let year = if other_year { format!("{}年", day.year()) } else { String::new() };
        format!("{year}{}月{}日 周{weekday}", day.month(), day.day())
    } else {
        let weekday = match day.weekday() {
            Weekday::Mon => "Mon",
            Weekday::Tue => "Tue",
            Weekday::Wed => "Wed",
            Weekday::Thu => "Thu",
            Weekday::Fri => "Fri",
            Weekday::Sat => "Sat",
            Weekday::Sun => "Sun",
        };
        let year = if other_year { format!(" {}", day.year()) } else { String::new() };
        format!("{weekday} {} {}{year}", day.day(), day.format("%b"))
    }
}

fn this_year(context: &Context) -> Option<i32> {
    local(context, root_text(context, "now")?).map(|now| now.year())
}

/// `2026-07-16` → 7月16日 周四; a moment → 7月16日 周四 14:00.
fn when_words(chinese: bool, context: &Context, text: &str) -> Option<String> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day_words(chinese, day, this_year(context)));
    }
    let moment = local(context, text)?;
    Some(format!("{} {}", day_words(chinese, moment.date_naive(), this_year(context)), moment.format("%H:%M")))
}

fn words(chinese: bool, table: &str, key: &str) -> Option<&'static str> {
    let (zh, en) = match (table, key) {
        ("state", "proposed") => ("待确认", "to confirm"),
        ("state", "confirmed") => ("已确认", "confirmed"),
        ("state", "default") => ("默认接受", "accepted by default"),
        ("state", "in_progress") => ("进行中", "in progress"),
        ("state", "behind") => ("滞后", "behind"),
        ("state", "blocked") => ("阻塞", "blocked"),
        ("state", "done") => ("已完成", "done"),
        ("state", "accepted") => ("已验收", "accepted"),
        ("state", "declined") => ("已拒绝", "declined"),
        ("state", "cancelled") => ("已取消", "cancelled"),
        ("state", "parked") => ("搁置", "parked"),
        ("unchanged", "cancelled") => ("已经取消了", "it is cancelled"),
        ("unchanged", "declined") => ("已经没有人负责了", "nobody has it any more"),
        ("unchanged", "accepted") => ("已经验收了", "it has been accepted"),
        ("unchanged", "done") => (
            "已报完成，正等验收；还没做完就请验收人退回",
            "it was reported done and waits for acceptance; whoever accepts it can return it",
        ),
        ("unchanged", "no_request") => (
            "现在没有要批的申请（已撤回、已作废或已有结论）",
            "no request is open (withdrawn, void or already decided)",
        ),
        ("unchanged", "not_done") => {
            ("还没有报完成，没有可验收的", "it was not reported done, so there is nothing to accept")
        }
        ("unchanged", "too_late") => {
            ("已过提异议的时间，原话已转给发起人", "the time for objections is over; your words went to the organizer")
        }
        ("unchanged", "meeting_over") => ("会议已经结束", "the meeting is over"),
        ("kind", "kickoff") => ("启动会", "kickoff"),
        ("kind", "problem") => ("问题分析会", "problem meeting"),
        ("kind", "resource") => ("资源评审会", "resource review"),
        ("kind", "retrospective") => ("复盘会", "retrospective"),
        ("kind", "weekly") => ("周例会", "weekly"),
        ("kind", "other") => ("会议", "meeting"),
        ("role", "decider") => ("决策人", "decider"),
        ("role", "doer") => ("执行人", "doer"),
        ("role", "informed") => ("知会人", "informed"),
        ("rsvp", "none") => ("未答复", "no answer"),
        ("rsvp", "accepted") => ("参加", "attending"),
        ("rsvp", "declined") => ("不参加", "not attending"),
        ("rsvp", "tentative") => ("待定", "tentative"),
        ("rsvp", "delegated") => ("委托他人", "delegated"),
        ("rsvp", "default") => ("默认参加", "taken as attending"),
        ("outcome", "reached") => ("达成", "reached"),
        ("outcome", "deferred") => ("未达成", "not reached"),
        ("outcome", "dropped") => ("未讨论", "not discussed"),
        ("light", "red") => ("红灯", "red"),
        ("light", "yellow") => ("黄灯", "yellow"),
        ("light", "green") => ("绿灯", "green"),
        ("urgency", "normal") => ("普通", "normal"),
        ("urgency", "urgent") => ("紧急", "urgent"),
        ("urgency", "critical") => ("特急", "critical"),
        ("role", "organizer") => ("发起人", "organizer"),
        ("role", "chair") => ("主持人", "chair"),
        ("role", "recorder") => ("记录人", "recorder"),
        ("field", "title") => ("主题", "subject"),
        ("field", "start") => ("时间", "time"),
        ("field", "minutes") => ("时长", "duration"),
        ("field", "attendees") => ("参会人", "attendees"),
        ("field", "place") => ("地点", "place"),
        ("field", "link") => ("线上链接", "link"),
        ("field", "agenda") => ("议程", "agenda"),
        ("field", "objective") => ("目标", "objective"),
        ("field", "chair") => ("主持人", "chair"),
        ("field", "recorder") => ("记录人", "recorder"),
        ("field", "materials") => ("会前材料", "materials"),
        ("field", "recurrence") => ("周期", "repetition"),
        ("field", "state") => ("会议", "meeting"),
        ("field", "kind") => ("类型", "kind"),
        ("because", "decider") => ("您是决策人", "you decide"),
        ("because", "presenter") => ("您有主讲", "you present"),
        ("because", "materials") => ("您有材料", "you bring materials"),
        ("rsvp_said", "accepted") => ("参加", "will attend"),
        ("rsvp_said", "declined") => ("不参加", "will not attend"),
        ("rsvp_said", "tentative") => ("待定", "may attend"),
        ("rsvp_said", "delegated") => ("请人代为参加", "sends somebody else"),
        ("rsvp_said", _) => ("已答复", "answered"),
        ("note", "takeover") => ("请定由谁接手", "Who takes over"),
        ("note", "gathered") => ("交办答复汇总", "Answers to what you gave out"),
        ("answer", "confirmed") => ("已确认", "confirmed"),
        ("answer", "default") => ("默认接受（没有答复）", "accepted by default, no answer"),
        ("answer", "declined") => ("不接", "declined"),
        ("answer", "delegate") => ("请求转给别人", "asks to hand it over"),
        ("answer", "postpone") => ("请求延期", "asks for another date"),
        ("answer", "none") => ("没有答复", "no answer"),
        ("answer", "done") => ("已完成", "done"),
        ("answer", "accepted") => ("已验收", "accepted"),
        ("answer", "cancelled") => ("已取消", "cancelled"),
        ("answer", "blocked") => ("受阻", "blocked"),
        ("answer", "in_progress") => ("进行中", "in progress"),
        ("note", "bounce") => ("有人收不到信", "A mail came back"),
        ("note", "decider_out") => ("决策人来不了", "The decider cannot come"),
        ("note", "presenter_out") => ("主讲人来不了", "A presenter cannot come"),
        ("note", "topic_refused") => ("议题未列入", "Your topic waits"),
        ("note", "room_declined") => ("会议室被占用", "The room is taken"),
        ("note", "propose_time") => ("有人希望改期", "Another time proposed"),
        ("note", "topic_added") => ("有人提议加议题", "A topic proposed"),
        ("note", "delegate_unknown") => ("有人委托他人", "Somebody else will come"),
        ("note", "invite_accepted") => ("已接受邀请", "Invitation accepted"),
        ("note", "not_sent") => ("会议没有发出", "Nothing was sent"),
        ("note", "still_meeting") => ("这个例会还开吗", "Does it still take place"),
        ("note", "day_off") => ("下次例会在休息日", "The next one is on a day off"),
        ("note", "past_time") => ("时间已过，没有改", "That time has passed"),
        ("note", "time_stays") => ("时间不变", "The time stays"),
        ("note", "which_time") => ("请再说一次时间", "Which time?"),
        ("note", "absence") => ("有人不在", "Somebody is away"),
        ("note", _) => ("会议提醒", "About the meeting"),
        ("table", "division") => ("责任分工表", "Division of work"),
        ("table", "rectification") => ("问题整改清单", "What will be put right"),
        ("table", "resources") => ("资源分配确认表", "Resources to confirm"),
        ("table", "next_phase") => ("下阶段行动计划", "Plan for the next phase"),
        ("table", _) => ("全部待办", "All action items"),
        ("gap", "no_owner") => ("谁负责？", "who owns it?"),
        ("gap", "no_due") => ("什么时候完成？", "by when?"),
        ("gap", "vague_due") => ("具体哪一天？", "which day exactly?"),
        ("gap", "department_owner") => ("由部门里哪一位负责？", "who in the department?"),
        ("gap", "ambiguous_person") => ("指的是哪一位？", "who is meant?"),
        ("gap", "unknown_person") => ("这位的邮箱是？", "what is their address?"),
        ("gap", _) => ("请说清楚一点", "please say more"),
        ("alert", "template") => ("信件模板有错，先用自带的", "a letter template has a fault"),
        ("alert", "sending") => ("发信已暂停", "sending is paused"),
        ("alert", "delivery") => ("信发不出去", "no letter goes out"),
        ("alert", "people") => ("人员表没有更新", "people.csv was not taken"),
        ("alert", "archive") => ("归档写不进去", "the archive cannot be written"),
        ("alert", "store") => ("数据存不进去", "nothing can be stored"),
        ("alert", "quarantine") => ("有邮件处理不了，已隔离", "a mail was set aside"),
        ("alert", "moment") => ("有一件到时间的事没办成", "something that was due was not done"),
        ("alert", "unproven_sender") => ("有发件人证明不了身份", "a sender could not be proven"),
        ("alert", "postmaster") => ("有信寄给 postmaster", "mail for postmaster"),
        ("alert", source) if source.contains(':') => ("收不到信", "no mail comes in"),
        ("alert", _) => ("请看一下", "please have a look"),
        ("error_subject", "empty_mail") => ("邮件是空的", "Your mail was empty"),
        ("error_subject", "not_yours") => ("这件事没有执行", "Not carried out"),
        ("error_subject", "unreadable") => ("邮件的字读不出来", "Could not read your mail"),
        ("error_subject", "which_item") => ("请问是哪一项", "Which item"),
        ("error_subject", "empty") => ("回复是空的", "Your reply was empty"),
        ("error_subject", "unknown_object") => ("没有找到", "Not found"),
        ("error_subject", _) => ("没看明白", "Not understood"),
        ("verb", "confirm") => ("确认", "confirmed"),
        ("verb", "ack") => ("收到", "acknowledged"),
        ("verb", "decline") => ("拒绝", "declined"),
        ("verb", "done") => ("完成", "done"),
        ("verb", "progress") => ("进展", "progress"),
        ("verb", "behind") => ("滞后", "behind"),
        ("verb", "block") => ("受阻", "blocked"),
        ("verb", "postpone") => ("改期", "new due date"),
        ("verb", "delegate") => ("转交", "handed over"),
        ("verb", "cancel") => ("取消", "cancelled"),
        ("verb", "accept") => ("验收通过", "accepted"),
        ("verb", "reject") => ("退回", "returned"),
        ("verb", "approve") => ("同意", "approved"),
        ("verb", "refuse") => ("不同意", "refused"),
        ("verb", "snooze") => ("稍后提醒", "snoozed"),
        ("verb", "undo") => ("撤销", "undone"),
        ("verb", "item_withdrawn") => ("撤回了，不用再做", "took it back, nothing to do"),
        ("verb", "minutes_withdrawn") => ("撤回了会议纪要", "took the minutes back"),
        ("verb", "rsvp") => ("已答复", "answered"),
        ("verb", "accepted") => ("参加", "accepted"),
        ("verb", "declined") => ("不参加", "declined"),
        ("verb", "handover") => ("全部转交", "all handed over"),
        ("verb", "accepted_by_silence") => ("默认接受（没有答复）", "accepted by default, no answer"),
        ("verb", "acceptance_by_silence") => ("默认验收（没有答复）", "passed by default, no answer"),
        ("verb", "request_void") => {
            ("原来的申请作废（事项已更正）", "the open request is void, the item was corrected")
        }
        ("verb", "unanswered") => ("一直没有确认", "has not confirmed"),
        ("verb", "parked") => ("搁置，不再提醒", "parked, no more reminders"),
        ("verb", "bounced") => ("收不到邮件", "cannot be reached by mail"),
        ("verb", "away") => ("不在，回来后再提醒", "is away, reminders wait"),
        ("verb", "object") => ("有异议", "objects"),
        ("verb", "adopt") => ("采纳异议", "adopted the objection"),
        ("verb", "not_adopt") => ("不采纳异议", "did not adopt the objection"),
        ("verb", "edit") => ("已补充", "completed"),
        ("verb", "assign") => ("交办", "assigned"),
        ("verb", "reopen") => ("重新打开", "opened again"),
        ("verb", "undo_asked") => ("想撤销，请您定夺", "would like it undone, please decide"),
        ("verb", "deputy" | "deputy_approves") => ("代理人", "deputy"),
        ("verb", "imported") => ("导入清单，项数", "imported items:"),
        ("verb", "no_minutes") => ("一直没有纪要", "has no minutes"),
        ("verb", "outside_waits") => {
            ("的第一封信还等您放行", "waits for your word: the first letter to somebody outside")
        }
        ("verb", "every_day") => ("改为每天一封汇总", "gets a digest each working day now"),
        ("verb", "every_week") => ("改为每周一封汇总", "gets one digest a week now"),
        ("verb", "every_urgent") => ("退订了汇总，只收紧急邮件", "gets urgent mail only now"),
        ("verb_short", "day") => ("每天一封汇总", "one digest a day"),
        ("verb_short", "week") => ("每周一封汇总", "one digest a week"),
        ("verb_short", _) => ("只收紧急邮件", "urgent mail only"),
        ("issue_type", "collaboration") => ("协作需求", "collaboration"),
        ("issue_type", "bottleneck") => ("流程卡点", "bottleneck"),
        ("issue_type", "resource") => ("资源申请", "resource"),
        ("issue_type", "fault") => ("故障投诉", "fault"),
        ("issue_type", _) => ("其他", "other"),
        ("issue_state", "open") => ("待响应", "open"),
        ("issue_state", "acknowledged") => ("已响应", "acknowledged"),
        ("issue_state", "understood") => ("已确认理解", "understood"),
        ("issue_state", "in_progress") => ("处理中", "in progress"),
        ("issue_state", "resolved") => ("已解决，待评价", "resolved"),
        ("issue_state", "rated") => ("已评价", "rated"),
        ("issue_state", _) => ("已关闭", "closed"),
        ("weekday", "Mon") => ("周一", "Mondays"),
        ("weekday", "Tue") => ("周二", "Tuesdays"),
        ("weekday", "Wed") => ("周三", "Wednesdays"),
        ("weekday", "Thu") => ("周四", "Thursdays"),
        ("weekday", "Fri") => ("周五", "Fridays"),
        ("weekday", "Sat") => ("周六", "Saturdays"),
        ("weekday", _) => ("周日", "Sundays"),
        ("why", letter) => return reasons::of(chinese, letter),
        ("verb", "stop_escalation") => ("不升级", "not escalated"),
        ("verb", "postpone_escalation") => ("暂缓升级", "escalation postponed"),
        ("verb", "started") => ("发起了项目", "started the project"),
        ("verb", "needs") => ("填写了项目需求", "answered the form of needs"),
        ("verb", "sign_off") => ("签字", "signed"),
        ("verb", "unsigned") => ("没有签字（未签）", "did not sign"),
        ("verb", "grant") => ("同意提供资源", "granted"),
        ("verb", "refuse_resource") => ("不同意提供资源", "refused"),
        ("verb", "no_resource") => ("没有答复资源申请", "did not answer about a resource"),
        ("verb", "risk") => ("登记风险", "recorded a risk"),
        ("verb", "risk_closed") => ("关闭风险", "closed a risk"),
        ("verb", "change") => ("提出变更", "asked for a change"),
        ("verb", "change_lapsed") => ("变更没有得到答复，按不采纳处理", "change not answered, so not adopted"),
        ("verb", "table") => ("更新进度表，项数", "updated by table, tasks:"),
        ("verb", "hearsay") => {
            ("在进度表里提到您的任务，请您自己确认", "spoke of your task in a table; please report it yourself")
        }
        ("verb", "feedback") => ("写了协作反馈", "gave feedback"),
        ("verb", "milestone") => ("里程碑达成", "reached a milestone"),
        ("verb", "improvement") => ("给出改进计划", "gave a plan for what fell short"),
        ("verb", "depends") => ("登记依赖", "recorded a dependency"),
        ("verb", "can_start") => ("上游已完成，可以开始了", "upstream finished, you can start"),
        ("verb", "upstream_slipped") => ("上游延期，请看是否受影响", "upstream slipped, please check"),
        ("verb", "upstream_cancelled") => ("上游取消，请看是否受影响", "upstream cancelled, please check"),
        ("verb", "slip_spreads") => ("延期波及下游", "the slip reaches"),
        ("responsibility", "lead") => ("主导", "lead"),
        ("responsibility", "support") => ("配合", "support"),
        ("responsibility", _) => ("监督", "supervise"),
        ("project_missing", "name") => ("项目名称", "the name of the project"),
        ("project_missing", "objective") => {
            ("目标：做成什么、做到多少、什么时候", "the objective: what, how much, by when")
        }
        ("project_missing", "members") => {
            ("参与部门，各是主导、配合还是监督", "the departments, and whether each leads, supports or supervises")
        }
        ("project_missing", "end") => ("结束日期（起止时间）", "the last day (period)"),
        ("project_missing", _) => ("其他信息", "something else"),
        ("smart", "smart_specific") => ("具体：要做成什么", "what exactly is to be there in the end"),
        ("smart", "smart_measurable") => ("可衡量：数字或可以验收的结果", "a number, or a result that can be checked"),
        ("smart", "smart_time") => ("时限：到哪一天", "a date"),
        ("smart", _) => ("写得更清楚一些", "clearer words"),
        ("update_subject", "started") => ("项目信息已补齐", "Project complete"),
        ("update_subject", "needs") => ("初步需求清单", "List of needs"),
        ("update_subject", "risk") => ("红灯风险", "Red risk"),
        ("update_subject", "goal_refused") => ("子目标未签", "Sub-goal refused"),
        ("update_subject", "change") => ("变更通知", "Change"),
        ("update_subject", "change_asked") => ("请决定变更", "Please decide on a change"),
        ("update_subject", "change_refused") => ("变更未采纳", "Change not adopted"),
        ("update_subject", "cycle") => ("任务互相等待，请改表", "Tasks wait for one another"),
        ("update_subject", "progress") => ("进度表有几行没对上", "Some rows were not placed"),
        ("update_subject", "released") => ("资源释放", "Resources released"),
        ("update_subject", _) => ("项目更新", "Project update"),
        ("project_field", "objective") => ("目标", "Objective"),
        ("project_field", "scope_in") => ("范围", "Scope"),
        ("project_field", "scope_out") => ("不包含", "Out of scope"),
        ("project_field", "start") => ("开始", "Start"),
        ("project_field", "end") => ("结束", "End"),
        ("project_field", "manager") => ("项目经理", "Manager"),
        ("project_field", "sponsor") => ("分管领导", "Sponsor"),
        ("project_field", _) => ("内容", "Content"),
        ("sign_off", "signed") => ("已签", "signed"),
        ("sign_off", "refused") => ("不同意", "refused"),
        ("sign_off", "unsigned") => ("未签", "not signed"),
        ("sign_off", _) => ("待签", "to sign"),
        ("verb", "understood") => ("已确认理解", "understood it"),
        ("verb", "acknowledged") => ("已收到", "received it"),
        ("verb", "plan") => ("处理方案", "plans"),
        ("verb", "part_done") => ("已完成本部门的部分", "finished their part"),
        ("verb", "resolved") => ("已解决", "solved"),
        ("verb", "proposed") => ("提出改期，等发起人同意", "proposed another date, to be agreed"),
        ("verb", "moved") => ("期限改了", "moved the date"),
        ("verb", "granted") => ("同意改期", "agreed to the date"),
        ("verb", "lapsed") => ("改期没有人答复，仍按原期限", "no answer about the date; it stays"),
        ("verb", "rerouted") => ("转给了别的部门", "sent it on to another department"),
        ("verb", "not_ours") => ("说明不归他们负责", "says it is not theirs"),
        ("verb", "delegated") => ("转给了同事", "handed it over"),
        ("verb", "key") => ("列为关键问题", "made it a key issue"),
        ("verb", "set_aside") => ("信息没有补齐，已搁置", "not completed, set aside"),
        ("verb", "withdrawn") => ("已撤回", "withdrawn"),
        ("verb", _) => ("已更新", "updated"),
        ("level", "key") => ("关键", "key"),
        ("level", _) => ("一般", "general"),
        ("clock", "response") => ("首次响应", "First answer"),
        ("clock", "understanding") => ("确认理解", "Understanding confirmed"),
        ("clock", "resolution") => ("解决", "Solved"),
        ("clock", "rating") => ("评分", "Rating"),
        ("clock", "signature") => ("签字", "Signatures"),
        ("clock", "decision") => ("答复改期", "Answer about the date"),
        ("clock", _) => ("进展", "progress"),
        ("key_why", "disagreement") => ("双方有分歧", "the two sides disagree"),
        ("key_why", "slips") => ("期限已两次推后", "the date has slipped twice"),
        ("key_why", _) => ("有人提出", "somebody said so"),
        ("issue_subject", "proposal") => ("请定改期", "Another date?"),
        ("issue_subject", "key") => ("建议开专题会", "A special meeting?"),
        ("issue_subject", "finding") => ("新发现", "New finding"),
        ("issue_subject", "blocked") => ("卡住了", "Stuck"),
        ("issue_subject", "disagreement") => ("有分歧", "Disagreement"),
        ("issue_subject", "reopened") => ("重新打开", "Open again"),
        ("issue_subject", "withdrawn") => ("已撤回，不用处理", "Withdrawn"),
        ("issue_subject", "undone") => ("更正", "Correction"),
        ("issue_subject", "why_rated") => ("请说说原因", "Why so low?"),
        ("issue_subject", "rated_low") => ("评分较低", "Rated low"),
        ("issue_subject", "granted") => ("已同意改期", "New date agreed"),
        ("issue_subject", "refused") => ("不同意改期", "The date stays"),
        ("issue_subject", "lapsed") => ("仍按原期限", "The date stays"),
        ("issue_subject", "moved") => ("期限改了", "New date"),
        ("issue_subject", "completed") => ("补充信息", "More about it"),
        ("issue_subject", "not_signed") => ("有人不签字", "Not signed"),
        ("issue_subject", "unreachable") => ("接口人收不到信", "The contact cannot be reached"),
        ("issue_subject", "rerouted") => ("已转给别的部门", "Sent on"),
        ("issue_subject", _) => ("有进展", "News"),
        ("issue_result", "opened") => ("已受理", "routed"),
        ("issue_result", "acknowledged") => ("已响应", "acknowledged"),
        ("issue_result", "understood") => ("理解已确认", "understood"),
        ("issue_result", "in_progress") => ("处理中", "in progress"),
        ("issue_result", "behind") => ("延误", "behind"),
        ("issue_result", "blocked") => ("受阻", "stuck"),
        ("issue_result", "proposed") => ("提出改期", "another date proposed"),
        ("issue_result", "granted") => ("同意改期", "new date agreed"),
        ("issue_result", "refused") => ("不同意改期", "new date refused"),
        ("issue_result", "lapsed") => ("改期无人答复", "no answer about the date"),
        ("issue_result", "moved") => ("期限改了", "date moved"),
        ("issue_result", "rerouted") => ("转给别的部门", "sent on"),
        ("issue_result", "not_ours") => ("不归该部门", "not theirs"),
        ("issue_result", "delegated") => ("转交", "handed over"),
        ("issue_result", "finding") => ("新发现", "new finding"),
        ("issue_result", "key") => ("列为关键", "made key"),
        ("issue_result", "disagreement") => ("有分歧", "disagreement"),
        ("issue_result", "convene") => ("开专题会", "special meeting"),
        ("issue_result", "met") => ("问题解决决议", "resolution of the meeting"),
        ("issue_result", "resolved") => ("已解决", "solved"),
        ("issue_result", "rated") => ("已评分", "rated"),
        ("issue_result", "reopened") => ("重新打开", "opened again"),
        ("issue_result", "signed") => ("签字", "signed"),
        ("issue_result", "not_signed") => ("不签字", "not signed"),
        ("issue_result", "closed") => ("关闭", "closed"),
        ("issue_result", "withdrawn") => ("撤回", "withdrawn"),
        ("issue_result", "completed") => ("补充信息", "completed"),
        ("issue_result", "escalated") => ("已升级告知", "escalated to"),
        ("issue_result", "unanswered") => ("一直没有答复", "no answer"),
        ("field", "background") => ("背景", "background"),
        ("field", "current") => ("现状", "current state"),
        ("field", "expected") => ("期望", "what you expect"),
        ("field", "departments") => ("涉及部门", "departments"),
        ("field", "contact") => ("接口人", "contact"),
        ("field", "wanted_by") => ("期望完成时间", "wanted by"),
        ("field", "route") => ("该找谁", "whose it is"),
        ("field", "solution") => ("怎么解决的", "what was done"),
        ("sign", "problem") => ("问题", "Problem"),
        ("sign", "solution") => ("处理结果", "What was done"),
        ("sign", "finished") => ("完成时间", "Finished"),
        ("sign", "owner") => ("责任人", "By"),
        ("sign", "rating") => ("满意度", "Rating"),
        ("sign", "goal") => ("目标", "Goal"),
        ("sign", "measure") => ("衡量标准", "Measure"),
        ("sign", "duty") => ("职责", "Duty"),
        ("outcome", "approved") => ("同意", "agrees"),
        ("outcome", "refused") => ("不同意，仍按原来的", "does not agree; it stays as it was"),
        ("outcome", "changed") => ("作了调整", "changed it"),
        ("outcome", "cancelled") => ("取消了这一项", "cancelled it"),
        ("outcome", "reopened") => ("重新打开了这一项", "opened it again"),
        ("outcome", "returned") => ("退回，请补充后再报", "returned it"),
        ("outcome", "lapsed") => ("没有人批准，仍按原来的", "nobody decided; it stays as it was"),
        ("outcome", _) => ("已更新", "updated"),
        ("outcome_default", "approved") => ("没有答复，默认同意", "agreed by default, no answer"),
        ("outcome_default", "lapsed") => ("没有人批准，仍按原来的", "nobody decided; it stays as it was"),
        ("outcome_default", _) => ("已更新", "updated"),
        ("outcome_subject", "approved") => ("已同意", "Approved"),
        ("outcome_subject", "refused") => ("未同意", "Not approved"),
        ("outcome_subject", "changed") => ("已调整", "Changed"),
        ("outcome_subject", "cancelled") => ("已取消", "Cancelled"),
        ("outcome_subject", "reopened") => ("已重新打开", "Open again"),
        ("outcome_subject", "returned") => ("请补充", "Returned"),
        ("outcome_subject", _) => ("仍按原来的", "As it was"),
        _ => return None,
    };
    Some(if chinese { zh } else { en })
}

pub(super) fn wrong(message: impl Into<String>) -> handlebars::RenderError {
    RenderErrorReason::Other(message.into()).into()
}

/// `{"freq": "WEEKLY;INTERVAL=2", "until": "2026-12-31"}` in words.
fn recurrence_words(chinese: bool, rule: &Value) -> String {
    let freq = rule.get("freq").and_then(Value::as_str).unwrap_or_default();
    let mut parts = freq.split(';');
    let unit = parts.next().unwrap_or_default();
    let interval =
        parts.clone().find_map(|p| p.strip_prefix("INTERVAL=")).and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
    let words = match (unit, interval, chinese) {
        ("DAILY", 1, true) => "每天".into(),
        ("WEEKLY", 1, true) => "每周".into(),
        ("MONTHLY", 1, true) => "每月".into(),
        ("YEARLY", 1, true) => "每年".into(),
        ("WEEKLY", n, true) => format!("每 {n} 周"),
        ("MONTHLY", n, true) => format!("每 {n} 个月"),
        ("DAILY", n, true) => format!("每 {n} 天"),
        ("DAILY", 1, false) => "daily".into(),
        ("WEEKLY", 1, false) => "weekly".into(),
        ("MONTHLY", 1, false) => "monthly".into(),
        ("YEARLY", 1, false) => "yearly".into(),
        ("WEEKLY", n, false) => format!("every {n} weeks"),
        ("MONTHLY", n, false) => format!("every {n} months"),
        ("DAILY", n, false) => format!("every {n} days"),
        _ => freq.to_string(),
    };
    match rule.get("until").and_then(Value::as_str) {
        Some(until) if chinese => format!("{words}，到 {until}"),
        Some(until) => format!("{words}, until {until}"),
        None => words,
    }
}

/// One word of templates: what it writes of its parameters and of the letter's data.
fn word(
    registry: &mut Handlebars<'static>,
    name: &str,
    write: impl Fn(&Helper<'_>, &Context, Write<'_>) -> HelperResult + Send + Sync + 'static,
) {
    let helper = move |h: &Helper<'_>,
                       _: &Handlebars<'_>,
                       c: &Context,
                       _: &mut RenderContext<'_, '_>,
                       out: Write<'_>|
          -> HelperResult { write(h, c, out) };
    registry.register_helper(name, Box::new(helper));
}

/// The helpers every template may use:
///
/// * `{{when x}}` a day or moment in words; `{{day x}}` its day; `{{clock x}}` its time; `{{span start minutes}}` 14:00–15:00
/// * `{{state item}}` the state of an action item in words, 默认接受 and 滞后 among them
/// * `{{word "kind" x}}` a fixed word of kind, role, rsvp, outcome, light, urgency, state
/// * `{{first_n list}}` the number of its first line, for examples that work as they stand
/// * `{{join list}}` with 、 or commas; `{{number_of list}}`; `{{plural n "item" "items"}}`
/// * `{{quoted text}}` each line behind `> `; `{{add a b}}`
/// * `{{mailto "完成" "A-107"}}` a link that writes the words to the assistant (O21)
pub(super) fn register_words(registry: &mut Handlebars<'static>, language: &str, plain: bool) {
    let chinese = language.starts_with("zh");
    word(registry, "when", move |h, c, out| {
        let Some(text) = text_param(h, 0) else { return Ok(()) };
        let words = when_words(chinese, c, &text);
        out.write(&words.ok_or_else(|| wrong(format!("expected a date or moment for `when`, found {text:?}")))?)?;
        Ok(())
    });
    word(registry, "day", move |h, c, out| {
        let Some(text) = text_param(h, 0) else { return Ok(()) };
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().or_else(|| local(c, &text).map(|m| m.date_naive()));
        let day = day.ok_or_else(|| wrong(format!("expected a date or moment for `day`, found {text:?}")))?;
        out.write(&day_words(chinese, day, this_year(c)))?;
        Ok(())
    });
    word(registry, "clock", move |h, c, out| {
        let Some(text) = text_param(h, 0) else { return Ok(()) };
        let moment = local(c, &text).ok_or_else(|| wrong(format!("expected a moment for `clock`, found {text:?}")))?;
        out.write(&moment.format("%H:%M").to_string())?;
        Ok(())
    });
    word(registry, "span", move |h, c, out| {
        let Some(text) = text_param(h, 0) else { return Ok(()) };
        let start = local(c, &text).ok_or_else(|| wrong(format!("expected a moment for `span`, found {text:?}")))?;
        let minutes = h.param(1).and_then(|p| p.value().as_i64()).filter(|m| *m > 0 && *m < 100_000);
        out.write(&start.format("%H:%M").to_string())?;
        if let Some(minutes) = minutes {
            out.write(&format!("–{}", (start + chrono::Duration::minutes(minutes)).format("%H:%M")))?;
        }
        Ok(())
    });
    word(registry, "state", move |h, _, out| {
        let Some(item) = h.param(0).map(|p| p.value()) else { return Ok(()) };
        let flag = |key: &str| item.get(key).and_then(Value::as_bool).unwrap_or(false);
        let state = item.get("state").or(Some(item)).and_then(Value::as_str).unwrap_or_default();
        let key = match state {
            _ if flag("parked") => "parked",
            "confirmed" if flag("by_default") => "default",
            "confirmed" | "in_progress" if flag("behind") => "behind",
            other => other,
        };
        out.write(words(chinese, "state", key).ok_or_else(|| wrong(format!("no word for the state {key:?}")))?)?;
        Ok(())
    });
    word(registry, "word", move |h, _, out| {
        let (Some(table), Some(key)) = (text_param(h, 0), text_param(h, 1)) else { return Ok(()) };
        let said = words(chinese, &table, &key).ok_or_else(|| wrong(format!("no word for {table} {key:?}")))?;
        if plain {
            out.write(&super::plainly(said))?
        } else {
            out.write(said)?
        }
        Ok(())
    });
    word(registry, "light_mark", |h, _, out| {
        out.write(match text_param(h, 0).as_deref() {
            Some("red") => "🔴",
            Some("yellow") => "🟡",
            Some("green") => "🟢",
            _ => "",
        })?;
        Ok(())
    });
    word(registry, "light_color", |h, _, out| {
        out.write(match text_param(h, 0).as_deref() {
            Some("red") => "#c62828",
            Some("yellow") => "#b7791f",
            _ => "#2e7d32",
        })?;
        Ok(())
    });
    word(registry, "recurrence", move |h, _, out| {
        let Some(rule) = h.param(0).map(|p| p.value()) else { return Ok(()) };
        out.write(&recurrence_words(chinese, rule))?;
        Ok(())
    });
    registry.register_helper(
        "join",
        Box::new(
            move |h: &Helper<'_>,
                  r: &Handlebars<'_>,
                  _: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: Write<'_>|
                  -> HelperResult {
                let list = h.param(0).and_then(|p| p.value().as_array());
                let names: Vec<String> = list
                    .into_iter()
                    .flatten()
                    .filter_map(|v| match v {
                        Value::String(text) => Some(text.clone()),
                        Value::Object(object) => {
                            object.get("name").or(object.get("task")).and_then(Value::as_str).map(String::from)
                        }
                        Value::Null => None,
                        other => Some(other.to_string()),
                    })
                    .collect();
                // A helper's output is not escaped by Handlebars, so it is done here with the registry's own rule.
                out.write(&r.get_escape_fn()(&names.join(if chinese { "、" } else { ", " })))?;
                Ok(())
            },
        ),
    );
    word(registry, "first_n", |h, _, out| {
        let first = h.param(0).and_then(|p| p.value().get(0)).and_then(|item| item.get("n")).and_then(Value::as_u64);
        out.write(&first.unwrap_or(1).to_string())?;
        Ok(())
    });
    word(registry, "number_of", |h, _, out| {
        let count = h.param(0).map_or(0, |p| match p.value() {
            Value::Array(list) => list.len(),
            Value::Number(n) => n.as_u64().unwrap_or(0) as usize,
            _ => 0,
        });
        out.write(&count.to_string())?;
        Ok(())
    });
    word(registry, "plural", |h, _, out| {
        let n = h.param(0).map_or(0, |p| match p.value() {
            Value::Array(list) => list.len() as u64,
            value => value.as_u64().unwrap_or(0),
        });
        let word = text_param(h, if n == 1 { 1 } else { 2 }).unwrap_or_default();
        out.write(&format!("{n} {word}"))?;
        Ok(())
    });
    word(registry, "add", |h, _, out| {
        let sum: i64 = (0..2).filter_map(|at| h.param(at).and_then(|p| p.value().as_i64())).sum();
        out.write(&sum.to_string())?;
        Ok(())
    });
    registry.register_helper(
        "quoted",
        Box::new(
            |h: &Helper<'_>,
             r: &Handlebars<'_>,
             _: &Context,
             _: &mut RenderContext<'_, '_>,
             out: Write<'_>|
             -> HelperResult {
                let text = text_param(h, 0).unwrap_or_default();
                for line in text.lines() {
                    out.write(&r.get_escape_fn()(&format!("> {line}\n")))?;
                }
                Ok(())
            },
        ),
    );
    word(registry, "mailto", |h, c, out| {
        let address = c.data().pointer("/assistant/address").and_then(Value::as_str).unwrap_or_default();
        let (body, id) = (text_param(h, 0).unwrap_or_default(), text_param(h, 1).unwrap_or_default());
        out.write(&mailto(address, &body, &id))?;
        Ok(())
    });
}

/// A link that opens an answer with id and words in it; the words alone where it would get longer than 200 octets (O21).
pub(super) fn mailto(address: &str, body: &str, id: &str) -> String {
    let encode = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~@+".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        out
    };
    let subject = if id.is_empty() { encode(body) } else { encode(&format!("{body} [{id}]")) };
    let full = format!("mailto:{}?subject={subject}&amp;body={}", encode(address), encode(body));
    if full.len() <= 200 { full } else { format!("mailto:{}?subject={subject}", encode(address)) }
}

/// Longest address or link in angle brackets, in characters.
pub(super) const BRACKETED_MAX: usize = 320;
