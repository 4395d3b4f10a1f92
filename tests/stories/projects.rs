//! Projects of several departments: started, agreed, run and closed by reply (SPEC 3.5, O40).

use crate::story::{Story, table};
use serde_json::{Value, json};

const START: &str = "项目启动信息表\n项目名称:V2.0版本升级\n项目背景:竞争加剧,需要提升用户留存\n核心目标:3个月内上线V2.0,留存率提升15%\n\
                     项目范围:包含登录、支付、消息三个模块;不包含海外版\n起止时间:2026-03-16 至 2026-06-15\n项目经理:张三\n分管领导:郭总\n\
                     参与部门:研发部(主导)、市场部(配合)";

/// 张三 starts V2.0 with 研发部 and his own 市场部.
fn started() -> Story {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("zhangsan", &[], "项目启动:V2.0版本升级", START);
    story
}

const HEADS: &str = "序号|责任部门|任务|负责人|交付物|验收标准|开始时间|完成时间|前置任务";

/// … and sends the division of work: 王芳 builds, 李雷 tests after her, 赵强 releases after him.
fn planned() -> Story {
    let mut story = started();
    let plan = table(
        HEADS,
        &[
            "1|研发部|支付模块改造|王芳|支付模块V2|用例全部通过|2026-03-16|2026-03-27|",
            "2|市场部|验收测试|李雷|测试报告|无严重缺陷|2026-03-30|2026-04-03|1",
            "3|研发部|灰度发布|赵强|||2026-04-13|2026-04-17|2",
        ],
    );
    story.at("03-12 10:00").mail("zhangsan", &[], "任务分工表:V2.0版本升级 [P-1]", &plan);
    story
}

fn texts(list: &Value, key: &str) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one[key].as_str().map(String::from)).collect()
}

/// The form starts it; every contact is asked one form, and the needs stand on the kickoff's agenda.
#[test]
fn a_start_by_the_table_and_the_needs_of_each_department() {
    let mut story = started();
    let project = story.object("P-1");
    assert_eq!(
        (project["name"].as_str(), project["state"].as_str(), project["end"].as_str(), project["manager"].as_str()),
        (Some("V2.0版本升级"), Some("proposed"), Some("2026-06-15"), Some("张三"))
    );
    assert_eq!(project["sponsor_address"], "guoliang@example.com");
    assert_eq!(project["members"][0], json!({"department": "研发部", "responsibility": "lead", "person": "王芳"}));
    assert_eq!(story.count("project_opened", "zhangsan"), 1, "{}", story.told());
    assert_eq!(story.count("needs_request", "wangfang"), 0, "it can be taken back for ten minutes");
    story.at("03-11 10:30");
    assert_eq!(story.count("needs_request", "wangfang"), 1, "{}", story.told());
    assert_eq!(story.count("project_opened", "guoliang"), 1);
    story.at("03-11 15:00").reply(
        "wangfang",
        "needs_request",
        "资源:2名后端,4月起\n时间:3月20日起每周三天\n风险:供应商接口可能延期",
    );
    let told = story.letter("project_update", "zhangsan");
    assert!(told.sent.subject.contains("初步需求清单"), "{}", told.sent.subject);
    assert!(told.text.contains("2名后端,4月起") && told.text.contains("供应商接口可能延期"), "{}", told.text);
    assert_eq!(story.object("P-1")["risks"][0]["text"], "供应商接口可能延期");
    story.at("03-11 16:00").reply("zhangsan", "project_update", "开会 3月13日10:00");
    let kickoff = story.object("M-1");
    assert_eq!(
        (kickoff["kind"].as_str(), kickoff["project"].as_str()),
        (Some("kickoff"), Some("P-1")),
        "{}",
        story.told()
    );
    assert!(texts(&kickoff["agenda"], "title").iter().any(|t| t.contains("初步需求清单") && t.contains("2名后端")));
    story.at("03-11 17:00");
    assert!(story.letter("meeting_notice", "wangfang").text.contains("初步需求清单"));
}

/// 【项目启动】 in sentences; what is missing is asked back, and the answer completes it.
#[test]
fn a_start_in_words_is_completed_by_reply() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "【项目启动】新官网上线",
        "大家好,我们要做一个新官网,进一步提升品牌形象。\n分管领导是郭总。",
    );
    let asked = story.letter("project_opened", "zhangsan");
    assert!(asked.text.contains("还缺") && asked.text.contains("参与部门"), "{}", asked.text);
    assert!(asked.text.contains("可衡量"), "{}", asked.text);
    assert_eq!(story.letters("needs_request").len(), 0);
    story.at("03-11 11:00").reply(
        "zhangsan",
        "project_opened",
        "目标:6月30日前上线新官网,访问量提升20%\n参与部门:研发部(主导)、市场部(配合)\n起止时间:2026-03-16 至 2026-06-30",
    );
    let project = story.object("P-1");
    assert_eq!(project["objective"], "6月30日前上线新官网,访问量提升20%", "{}", story.told());
    assert_eq!(project["name"], "新官网上线");
    story.at("03-11 11:30");
    assert_eq!(story.count("needs_request", "wangfang"), 1, "{}", story.told());
}

/// Without any mark: the subject says that a project begins, or the mail does; a call for its kickoff is a meeting.
#[test]
fn a_start_in_plain_words() {
    let told = "大家好，我们准备做一个客服知识库，目标是6月30日前上线，覆盖80%的常见问题。\n由我负责，研发部主导开发，市场部配合，郭总分管。\n主要风险是资料不全。";
    let asked = format!("请帮我启动一个项目：客服知识库。\n{told}");
    for (subject, text) in
        [("启动一个项目：客服知识库", told), ("客服知识库项目立项", told), ("客服知识库", asked.as_str())]
    {
        let mut story = Story::office();
        story.at("03-11 10:00").mail("zhangsan", &[], subject, text);
        let project = story.object("P-1");
        assert_eq!(
            [&project["name"], &project["objective"], &project["end"], &project["sponsor"], &project["manager"]],
            ["客服知识库", "6月30日前上线，覆盖80%的常见问题", "2026-06-30", "郭亮", "张三"],
            "{subject}: {}",
            story.told()
        );
        assert_eq!(texts(&project["members"], "department"), ["研发部", "市场部"], "{subject}");
        assert_eq!(texts(&project["risks"], "text"), ["资料不全"], "{subject}");
    }
    let mut story = Story::office();
    let call = "大家好，周五下午2点在301开启动会，请准时参加，时长一小时。\n参会人：王芳、李雷";
    story.at("03-11 10:00").mail("zhangsan", &[], "项目启动：客服知识库", call);
    assert_eq!(story.meetings().len(), 1, "{}", story.told());
}

/// What nobody could read is told, also where a part of it sounds like 收到.
#[test]
fn a_fresh_mail_that_is_not_only_an_acknowledgement() {
    let mut story = Story::office();
    let text = "客服那边反映的情况我了解了一下，跟大家汇报。由我负责，后面再看怎么安排，辛苦各位。";
    story.at("03-11 10:00").mail("zhangsan", &[], "关于客服", text);
    assert_eq!(story.count("error", "zhangsan"), 1, "{}", story.told());
}

/// The same in English.
#[test]
fn an_english_start_in_words() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "alice",
        &[],
        "[project] Partner portal",
        "Our goal is to launch the partner portal by June 30, with 50 partners signed in.\nProject manager: Alice Wong\nSponsor: 郭亮\nDepartments: 研发部 (lead), Sales (support)",
    );
    let project = story.object("P-1");
    assert_eq!((project["name"].as_str(), project["manager"].as_str()), (Some("Partner portal"), Some("Alice Wong")));
    assert!(project["objective"].as_str().is_some_and(|o| o.contains("50 partners")), "{project}");
    let letter = story.letter("project_opened", "alice");
    assert!(
        letter.text.contains("Next: send the division of work") || letter.text.contains("Still missing"),
        "{}",
        letter.text
    );
}

/// In English without a mark.
#[test]
fn an_english_start_in_plain_words() {
    let told = "We want to help our customers faster. The objective is to go live by June 30 and cover 80% of the common questions. \
        I will run it, 研发部 leads and Sales supports.";
    for (subject, text) in [
        ("New project: help desk wiki", told.to_string()),
        ("Help desk", format!("Please start a project: help desk wiki.\n{told}")),
        ("Start a project: help desk wiki", "Objective: go live by June 30 and cover 80% of the common questions\nManager: Alice Wong\nDepartments: 研发部 (lead), Sales (support)".into()),
    ] {
        let mut story = Story::office();
        story.at("03-11 10:00").mail("alice", &[], subject, &text);
        let project = story.object("P-1");
        assert_eq!(
            [&project["name"], &project["objective"], &project["end"], &project["manager"]],
            ["help desk wiki", "go live by June 30 and cover 80% of the common questions", "2026-06-30", "Alice Wong"],
            "{subject}: {}",
            story.told()
        );
        assert_eq!(texts(&project["members"], "department"), ["研发部", "Sales"], "{subject}: {}", project["members"]);
    }
}

/// Nobody answers the form: reminded twice, then the list goes without.
#[test]
fn needs_nobody_names() {
    let mut story = started();
    story.at("03-19 12:00");
    let asked = story.letters_to("wangfang").iter().filter(|l| l.text.contains("请填写研发部的资源")).count();
    assert_eq!(asked, 2, "reminded twice; {}", story.told());
    let told = story.letter("project_update", "zhangsan");
    assert!(told.text.contains("没有答复"), "{}", told.text);
    assert_eq!(told.at.format("%m-%d").to_string(), "03-18");
}

/// The table becomes tasks, goes back as the agreed tables, and each owner confirms by reply.
#[test]
fn the_division_of_work_goes_back_agreed() {
    let mut story = planned();
    let (first, second) = (story.item("支付模块改造"), story.item("验收测试"));
    assert_eq!(
        (first["owner"].as_str(), first["due"].as_str(), first["criterion"].as_str()),
        (Some("王芳"), Some("2026-03-27"), Some("用例全部通过"))
    );
    assert_eq!(second["depends_on"], json!([first["id"]]));
    assert_eq!(first["source"]["id"], "P-1");
    assert_eq!(story.object("P-1")["tasks"].as_array().map(Vec::len), Some(3));
    story.at("03-12 10:30");
    let agreed = story.letter("tables_agreed", "wangfang");
    assert!(agreed.text.contains("您的任务") && agreed.text.contains("灰度发布"), "{}", agreed.text);
    story.at("03-12 11:00").reply("wangfang", "tables_agreed", "确认");
    assert_eq!(story.item("支付模块改造")["state"], "confirmed", "{}", story.told());
    assert_eq!(story.object("P-1")["state"], "agreed");
    story.at("03-16 12:00");
    assert_eq!(story.object("P-1")["state"], "running", "its first day has come");
}

/// A plan that waits for itself is refused, and the circle is shown.
#[test]
fn a_circle_is_refused_and_shown() {
    let mut story = started();
    let plan = table(
        HEADS,
        &[
            "1|研发部|甲任务|王芳||||2026-03-27|3",
            "2|市场部|乙任务|李雷||||2026-04-03|1",
            "3|研发部|丙任务|赵强||||2026-04-10|2",
        ],
    );
    story.at("03-12 10:00").mail("zhangsan", &[], "任务分工表:V2.0版本升级 [P-1]", &plan);
    let told = story.letter("project_update", "zhangsan");
    assert!(told.text.contains("甲任务 → 丙任务 → 乙任务 → 甲任务"), "{}", told.text);
    assert_eq!(story.actions().len(), 0);
    story.at("03-12 11:00");
    assert_eq!(story.letters("tables_agreed").len(), 0, "{}", story.told());
    story.mail("zhangsan", &[], "任务分工表:V2.0版本升级 [P-1]", &plan.replace("2026-03-27\t3", "2026-03-27\t"));
    assert_eq!(story.actions().len(), 3, "{}", story.told());
    let ids: Vec<String> = texts(&Value::Array(story.actions()), "id");
    story.at("03-12 12:00").mail("zhangsan", &[], "[P-1]", &format!("{} 依赖 {}", ids[0], ids[2]));
    let told = story.letter("project_update", "zhangsan");
    assert!(told.text.contains(&format!("[{}]", ids[0])), "{}", told.text);
    assert_eq!(story.item("甲任务")["depends_on"], json!([]));
}

/// A slip upstream turns the lights of the chain; a finished task lets the next one start.
#[test]
fn a_slip_runs_down_the_chain_and_a_finish_lets_the_next_start() {
    let mut story = planned();
    for name in ["wangfang", "lilei", "zhaoqiang"] {
        story.at("03-12 11:00").reply(name, "tables_agreed", "确认");
    }
    let id = story.item("支付模块改造")["id"].as_str().unwrap().to_string();
    story.at("03-20 10:00").mail("wangfang", &[], "[P-1]", &format!("{id} 进行中,60%,预计4月1日完成"));
    story.at("03-23 09:30");
    let warned = story.letter("dependency", "lilei");
    assert!(
        warned.text.contains("🔴") && warned.text.contains("请看看是否受影响"),
        "his own date no longer fits; {}",
        warned.text
    );
    assert_eq!(story.count("dependency", "zhaoqiang"), 0, "there is air before the release; {}", story.told());
    assert!(
        story.letter("digest", "zhangsan").text.contains("延期波及下游"),
        "{}",
        story.letter("digest", "zhangsan").text
    );
    story.at("04-01 10:00").reply("wangfang", "digest", "完成");
    story.at("04-01 10:30");
    let letter = story.letter("dependency", "lilei");
    assert!(letter.text.contains("您可以开始了"), "{}", letter.text);
    assert_eq!(story.count("dependency", "zhaoqiang"), 0, "he waits for the test, not for her");
}

/// Sub-goals are signed by the heads; who does not answer is reminded twice, then it says 未签 and goes on.
#[test]
fn a_sign_off_that_never_comes() {
    let mut story = started();
    story.at("03-12 10:00").mail(
        "zhangsan",
        &[],
        "目标共识表:V2.0版本升级 [P-1]",
        &table("部门|子目标|衡量标准", &["研发部|崩溃率低于0.1%|线上监控", "Sales|签约20家客户|合同"]),
    );
    story.at("03-12 11:00");
    assert!(story.letter("sign_off_request", "zhaoqiang").text.contains("崩溃率低于0.1%"), "{}", story.told());
    assert_eq!(story.object("P-1")["state"], "proposed");
    story.at("03-20 12:00");
    let reminders = story.letters_to("zhaoqiang").iter().filter(|l| l.text.contains("请签字确认子目标")).count();
    assert_eq!(reminders, 2, "{}", story.told());
    let goal = story.object("P-1")["subgoals"][0].clone();
    assert_eq!((goal["sign_off"].as_str(), goal["signed_by"].as_str()), (Some("unsigned"), None), "{goal}");
    assert_eq!(story.object("P-1")["state"], "agreed", "and on");
    story.at("03-20 14:00").reply("zhaoqiang", "sign_off_request", "签字");
    assert_eq!(story.object("P-1")["subgoals"][0]["sign_off"], "signed", "late is better than never; {}", story.told());
}

/// 不同意 stops the plan at the manager; a new sub-goal takes its place.
#[test]
fn a_sub_goal_that_is_refused() {
    let mut story = started();
    let goals = |goal: &str| table("部门|子目标|衡量标准", &[&format!("研发部|{goal}|线上监控")]);
    story.at("03-12 10:00").mail("zhangsan", &[], "目标共识表:V2.0版本升级 [P-1]", &goals("崩溃率低于0.01%"));
    story.at("03-12 11:00").reply("zhaoqiang", "sign_off_request", "不同意：目前基线是1%,做不到");
    let told = story.letter("project_update", "zhangsan");
    assert!(told.text.contains("做不到"), "{}", told.text);
    story.at("03-12 14:00").mail("zhangsan", &[], "目标共识表:V2.0版本升级 [P-1]", &goals("崩溃率低于0.1%"));
    story.at("03-12 15:00").reply("zhaoqiang", "sign_off_request", "签字");
    let project = story.object("P-1");
    assert_eq!(texts(&project["subgoals"], "text"), ["崩溃率低于0.1%"], "{}", story.told());
    assert_eq!(
        (project["subgoals"][0]["sign_off"].as_str(), project["state"].as_str()),
        (Some("signed"), Some("agreed"))
    );
}

/// People are asked of a department, and its head grants by reply.
#[test]
fn resources_are_granted_by_the_head() {
    let mut story = started();
    story.at("03-12 10:00").mail(
        "zhangsan",
        &[],
        "资源需求表:V2.0版本升级 [P-1]",
        &table("部门|资源需求", &["研发部|2名测试,4月起", "研发部|1台压测服务器"]),
    );
    story.at("03-12 10:30");
    let asked = story.letter("needs_request", "zhaoqiang");
    assert!(asked.text.contains("1. 2名测试") && asked.text.contains("2. 1台压测服务器"), "{}", asked.text);
    story.at("03-12 11:00").reply("zhaoqiang", "needs_request", "1 同意\n2 不同意：机房没有空位");
    let resources = story.object("P-1")["resources"].clone();
    assert_eq!(
        (resources[0]["granted"].as_bool(), resources[1]["granted"].as_bool(), resources[0]["granted_by"].as_str()),
        (Some(true), Some(false), Some("赵强")),
        "{}",
        story.told()
    );
    story.at("03-13 09:30");
    let digest = story.letter("digest", "zhangsan");
    assert!(digest.text.contains("不同意提供资源") && digest.text.contains("机房没有空位"), "{}", digest.text);
}

/// A red risk reaches the manager at once, a light is changed by its number.
#[test]
fn risks_by_reply() {
    let mut story = planned();
    story.at("03-13 10:00").reply(
        "wangfang",
        "tables_agreed",
        "确认\n风险:供应商接口可能延期 红灯 应对:先用桩联调 负责人:赵强",
    );
    let risk = story.object("P-1")["risks"][0].clone();
    assert_eq!(
        risk,
        json!({"text": "供应商接口可能延期", "light": "red", "plan": "先用桩联调", "owner": "赵强"}),
        "{}",
        story.told()
    );
    assert_eq!(story.item("支付模块改造")["state"], "confirmed", "the word beside it counts, too");
    let told = story.letter("project_update", "zhangsan");
    assert!(told.sent.subject.contains("红灯风险") && told.text.contains("先用桩联调"), "{}", told.text);
    story.at("03-13 11:00").reply("zhangsan", "project_update", "风险1 绿灯");
    assert_eq!(story.object("P-1")["risks"][0]["light"], "green", "{}", story.told());
}

/// One progress table brings many tasks up to date; rows of others change nothing.
#[test]
fn a_progress_table_by_reply() {
    let mut story = planned();
    let rows = table(
        "任务名称|负责人|状态|完成率|滞后原因|解决措施|预计完成",
        &[
            "支付模块改造|王芳|滞后|40%|素材未定稿|加派一人|2026-04-01",
            "验收测试|李雷|进行中|10%|||",
            "不存在的任务|王芳|进行中|10%|||",
        ],
    );
    story.at("03-18 10:00").mail("wangfang", &[], "Re: [P-1] 进度跟踪表", &rows);
    let item = story.item("支付模块改造");
    assert_eq!(
        (
            item["state"].as_str(),
            item["behind"].as_bool(),
            item["percent"].as_u64(),
            item["reason"].as_str(),
            item["expected"].as_str()
        ),
        (Some("in_progress"), Some(true), Some(40), Some("素材未定稿"), Some("2026-04-01")),
        "{}",
        story.told()
    );
    assert_eq!(story.item("验收测试")["percent"], Value::Null, "said by somebody else");
    let answer = story.letter("project_update", "wangfang");
    assert!(answer.text.contains("不存在的任务") && answer.text.contains("验收测试"), "{}", answer.text);
    story.at("03-18 11:00").mail(
        "zhangsan",
        &[],
        "[P-1] 进度跟踪表",
        &table("任务名称|状态|完成率", &["支付模块改造|已完成|100%", "验收测试|进行中|30%", "灰度发布|未开始|0%"]),
    );
    assert_eq!(story.item("支付模块改造")["state"], "accepted", "the manager's own word accepts");
    assert_eq!(story.item("验收测试")["percent"], 30);
}

/// 需求变更 of a member is decided by the manager, and everybody in it is told once.
#[test]
fn a_change_is_a_note_with_who_was_told() {
    let mut story = planned();
    story.at("03-16 10:00").reply("wangfang", "tables_agreed", "需求变更:消息模块推迟到V2.1");
    let asked = story.letter("project_update", "zhangsan");
    assert!(asked.text.contains("消息模块推迟到V2.1"), "{}", asked.text);
    story.at("03-16 11:00").reply("zhangsan", "project_update", "同意");
    story.at("03-16 11:30");
    let told = story.letter("project_update", "wangfang");
    assert!(told.text.contains("消息模块推迟到V2.1") && told.text.contains("已告知"), "{}", told.text);
    assert_eq!(story.count("project_update", "guoliang"), 1, "{}", story.told());
    story.at("03-17 10:00").mail("zhangsan", &[], "[P-1]", "起止时间:2026-03-16 至 2026-06-30");
    story.at("03-17 10:30");
    assert_eq!(story.object("P-1")["end"], "2026-06-30");
    let told = story.letter("project_update", "lilei");
    assert!(told.text.contains("2026-06-15 → 2026-06-30") || told.text.contains("6月30日"), "{}", told.text);
}

/// Two projects sharing people: still one digest a person a day.
#[test]
fn two_projects_one_digest_a_day() {
    let mut story = planned();
    story.at("03-12 14:00").mail(
        "zhaoqiang",
        &[],
        "项目启动:数据平台",
        &START.replace("V2.0版本升级", "数据平台").replace("项目经理:张三", "项目经理:赵强"),
    );
    let plan = table(
        HEADS,
        &["1|研发部|建表|王芳|||2026-03-16|2026-03-20|", "2|市场部|验收报表|李雷|||2026-03-16|2026-03-24|"],
    );
    story.at("03-12 15:00").mail("zhaoqiang", &[], "任务分工表:数据平台 [P-2]", &plan);
    for name in ["wangfang", "lilei"] {
        story.at("03-13 08:30").reply(name, "tables_agreed", "确认");
    }
    story.at("04-10 18:00");
    for name in ["wangfang", "lilei", "zhangsan", "zhaoqiang"] {
        let days: Vec<String> = story
            .letters_to(name)
            .iter()
            .filter(|l| l.sent.letter.as_str() == "digest")
            .map(|l| l.at.format("%m-%d").to_string())
            .collect();
        let mut once = days.clone();
        once.dedup();
        assert_eq!(days, once, "{name}");
    }
    let asked = story.letters_to("wangfang").iter().any(|l| l.text.contains("请报一下进度"));
    assert!(asked, "the week's rhythm asks for the status; {}", story.told());
}

/// A milestone is announced before its day and reached by a word.
#[test]
fn a_milestone_is_reached_by_a_word() {
    let mut story = planned();
    story.at("03-13 10:00").mail(
        "zhangsan",
        &[],
        "里程碑计划:V2.0版本升级 [P-1]",
        &table("里程碑|完成时间|负责人", &["内测|2026-03-25|王芳", "正式上线|2026-06-15|"]),
    );
    assert_eq!(story.object("P-1")["milestones"][0]["due"], "2026-03-25", "{}", story.told());
    story.at("03-20 09:30");
    let digest = story.letter("digest", "wangfang");
    assert!(digest.text.contains("里程碑“内测”"), "{}", digest.text);
    story.at("03-24 10:00").mail("wangfang", &[], "[P-1]", "里程碑 内测 已达成");
    assert_eq!(story.object("P-1")["milestones"][0]["reached"], true, "{}", story.told());
}

/// A project closes: one deliverable was refused and gets a date, words are collected, the report goes out.
#[test]
fn closing_with_one_deliverable_refused() {
    let mut story = planned();
    story.at("03-12 15:00").mail("zhangsan", &[], "资源需求表 [P-1]", &table("部门|资源需求", &["研发部|2名测试"]));
    story.at("03-12 16:00").reply("zhaoqiang", "needs_request", "同意");
    assert_eq!(story.object("P-1")["resources"][0]["granted"], true, "{}", story.told());
    for name in ["wangfang", "lilei", "zhaoqiang"] {
        story.at("03-13 08:30").reply(name, "tables_agreed", "确认");
    }
    let id = story.item("支付模块改造")["id"].as_str().unwrap().to_string();
    story.at("03-25 10:00").mail("wangfang", &[], &id, &format!("{id} 完成"));
    story.at("03-26 09:30").reply("zhangsan", "digest", &format!("{id} 退回：并发不达标"));
    assert_eq!(story.item("支付模块改造")["state"], "in_progress", "{}", story.told());
    story.at("03-26 11:00").reply("wangfang", "approval_outcome", "进行中，预计4月3日完成");
    let item = story.item("支付模块改造");
    assert_eq!(
        (item["due"].as_str(), item["slips"].as_u64()),
        (Some("2026-04-03"), Some(1)),
        "the date is agreed; {}",
        story.told()
    );
    let done: Vec<String> =
        ["验收测试", "灰度发布"].iter().map(|t| story.item(t)["id"].as_str().unwrap().to_string()).collect();
    story.at("03-30 10:00").mail(
        "zhangsan",
        &[],
        "[P-1] 进度跟踪表",
        &table("任务名称|状态|完成率", &["验收测试|已完成|100%", "灰度发布|已完成|100%"]),
    );
    assert_eq!(story.object(&done[0])["state"], "accepted");
    story.at("03-30 11:00").mail("zhangsan", &[], "[P-1]", "结项");
    story.at("03-30 12:00");
    for name in ["zhangsan", "wangfang", "lilei", "zhaoqiang"] {
        assert_eq!(story.count("feedback_request", name), 1, "{name}: {}", story.told());
    }
    story.reply("wangfang", "feedback_request", "亮点:每周同步及时\n不足:需求变更太晚\n建议:提前冻结范围");
    story.at("04-08 12:00");
    assert_eq!(story.object("P-1")["state"], "closed", "{}", story.told());
    let report = story.letter("closing_report", "zhaoqiang");
    for words in ["每周同步及时", "提前冻结范围", "遗留与改进计划", "支付模块改造", "资源释放", "2名测试"]
    {
        assert!(report.text.contains(words), "{words}: {}", report.text);
    }
    assert!(!story.letter("closing_report", "wangfang").text.contains("资源释放"));
    // Who answers for it has every task as a sheet; the archive has the report and its sheet as files to open.
    assert_eq!(story.letter("closing_report", "zhangsan").attachments, ["P-1-2026-04-07.xlsx"], "{}", story.told());
    let names: Vec<String> = story.archive("P-1").into_iter().map(|(path, _)| path).collect();
    for end in ["closing_report-P-1.html", "closing_report-P-1-P-1-2026-04-07.xlsx"] {
        assert!(names.iter().any(|name| name.starts_with("reports/") && name.ends_with(end)), "{end}: {names:?}");
    }
}

/// A progress table finds its project by its rows; under the id of a project that is not ours nothing is guessed, and the
/// head of a column (滞后原因) is no order.
#[test]
fn a_progress_table_that_names_no_project() {
    let mut story = planned();
    let members = table("责任部门|任务|负责人|交付物|完成时间", &["研发部|机房搬迁|王芳|搬迁记录|2026-04-30"]);
    story.at("03-12 11:00").mail("zhangsan", &[], "责任分工表:机房搬迁", &members);
    assert_eq!(story.object("P-2")["name"], "机房搬迁", "{}", story.told());
    let heads = "任务名称|负责人|状态|完成率|滞后原因|解决措施|预计完成";
    let rows =
        table(heads, &["支付模块改造|王芳|进行中|60%|||", "渠道铺货|赵强|滞后|20%|等合同盖章|法务加急|2026-04-20"]);
    story.at("03-16 12:00").mail("wangfang", &[], "Re: [P-9] 进度跟踪表", &format!("进度如下:\n\n{rows}"));
    let untouched = story.object("A-1");
    assert_eq!((&untouched["percent"], &untouched["behind"]), (&Value::Null, &json!(false)), "{}", story.told());
    story.at("03-16 13:00").mail("wangfang", &[], "进度跟踪表", &format!("进度如下:\n\n{rows}"));
    let item = story.object("A-1");
    assert_eq!((&item["percent"], &item["behind"]), (&json!(60), &json!(false)), "{}", story.told());
}

/// With its last task the manager is asked whether the project closes, in the digest, and one word closes it.
#[test]
fn the_last_task_asks_whether_it_closes() {
    let mut story = planned();
    story.at("03-16 12:00").mail(
        "zhangsan",
        &[],
        "[P-1] 进度跟踪表",
        &table("任务名称|状态|完成率", &["支付模块改造|已完成|100%", "验收测试|已完成|100%", "灰度发布|已完成|100%"]),
    );
    story.at("03-17 09:30");
    assert!(
        story.letter("digest", "zhangsan").text.contains("可以结项了吗"),
        "{}",
        story.letter("digest", "zhangsan").text
    );
    story.reply("zhangsan", "digest", "同意");
    story.at("03-17 10:00");
    assert_eq!(story.count("feedback_request", "wangfang"), 1, "{}", story.told());
}

/// 联合验收: every department's head accepts before it is accepted.
#[test]
fn a_joint_acceptance_waits_for_all() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "lilei",
        &[],
        "项目启动:门户",
        &START
            .replace("V2.0版本升级", "门户")
            .replace("张三", "李雷")
            .replace("参与部门", "验收方式:联合验收\n参与部门"),
    );
    story.at("03-12 10:00").mail(
        "lilei",
        &[],
        "任务分工表:门户 [P-1]",
        &table(HEADS, &["1|研发部|首页开发|王芳|首页|评审通过||2026-03-27|"]),
    );
    story.at("03-12 11:00").reply("wangfang", "tables_agreed", "完成");
    assert_eq!(story.item("首页开发")["state"], "done", "{}", story.told());
    let id = story.item("首页开发")["id"].as_str().unwrap().to_string();
    for (name, state) in [("lilei", "done"), ("zhangsan", "done"), ("zhaoqiang", "accepted")] {
        story.at("03-13 10:00").mail(name, &[], &id, &format!("{id} 通过"));
        assert_eq!(story.item("首页开发")["state"], state, "{name}: {}", story.told());
    }
}

/// A plan of 300 tasks by one table: everybody gets one letter.
#[test]
fn three_hundred_tasks_by_one_table() {
    let mut story = started();
    let owners = [("研发部", "王芳"), ("市场部", "李雷"), ("研发部", "赵强"), ("Sales", "Bob Li")];
    let rows: Vec<String> = (1..=300)
        .map(|n| {
            let (department, owner) = owners[n % owners.len()];
            let before = if n % 10 == 1 { String::new() } else { (n - 1).to_string() };
            format!(
                "{n}|{department}|第{n}号任务|{owner}|||2026-03-{:02}|2026-04-{:02}|{before}",
                16 + n % 10,
                1 + n % 28
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    story.at("03-12 10:00").mail("zhangsan", &[], "任务总览表:V2.0版本升级 [P-1]", &table(HEADS, &rows));
    assert_eq!(story.object("P-1")["tasks"].as_array().map(Vec::len), Some(300));
    story.at("03-12 10:30");
    for name in ["wangfang", "lilei", "zhaoqiang", "bob"] {
        assert_eq!(story.count("tables_agreed", name), 1, "{name}: {}", story.told());
    }
    assert!(story.letter("tables_agreed", "bob").text.contains("YOUR TASKS"));
    story.at("03-12 11:00").reply("wangfang", "tables_agreed", "全部确认");
    let confirmed = story.actions().iter().filter(|a| a["state"] == "confirmed").count();
    assert_eq!(confirmed, 75, "{}", story.told());
}

/// Who has no part in it changes nothing; the manager hears the words.
#[test]
fn others_change_nothing() {
    let mut story = planned();
    let before = story.object("P-1");
    story.at("03-13 10:00").mail("bob", &[], "[P-1]", "结项");
    story.at("03-13 10:10").mail("bob", &[], "[P-1] 目标共识表", &table("部门|子目标", &["研发部|随便"]));
    let after = story.object("P-1");
    assert_eq!(
        (before["state"].clone(), before["subgoals"].clone()),
        (after["state"].clone(), after["subgoals"].clone())
    );
    assert_eq!(story.letters("feedback_request").len(), 0);
}

/// Within ten minutes the start is taken back unseen.
#[test]
fn a_start_is_taken_back() {
    let mut story = started();
    story.at("03-11 10:05").mail("zhangsan", &[], "撤销", "撤销");
    story.at("03-11 12:00");
    assert_eq!(story.letters("needs_request").len(), 0, "{}", story.told());
    assert_eq!(story.object("P-1")["state"], "closed");
}

/// A table of a project nobody opened starts it, with its sender as manager.
#[test]
fn a_table_alone_starts_a_project() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "责任分工表:新产品A推广",
        &table(
            "部门|职责描述|输出物|负责人|配合部门|完成时限",
            &[
                "市场部|制定推广方案|推广方案|李雷|研发部|2026-04-10",
                "研发部|提供产品培训|培训手册|王芳|市场部|2026-04-03",
            ],
        ),
    );
    let project = story.object("P-1");
    assert_eq!(
        (project["name"].as_str(), project["manager"].as_str()),
        (Some("新产品A推广"), Some("张三")),
        "{}",
        story.told()
    );
    assert_eq!(texts(&project["members"], "department"), ["市场部", "研发部"]);
    assert_eq!(story.item("制定推广方案")["helpers"], json!(["研发部"]));
    story.at("03-11 10:30");
    assert!(story.letter("tables_agreed", "lilei").text.contains("制定推广方案"));
}

/// What is expected of a form stands in the objects, whatever else they hold.
fn holds(want: &Value, got: &Value, path: &str) {
    match want {
        Value::Object(fields) => fields.iter().for_each(|(key, want)| holds(want, &got[key], &format!("{path}.{key}"))),
        Value::Array(list) => {
            for (at, want) in list.iter().enumerate() {
                holds(want, &got[at], &format!("{path}[{at}]"));
            }
        }
        Value::String(want) => {
            let got = got.as_str().unwrap_or_default();
            assert!(got.contains(want.as_str()), "{path}: expected {want:?}, found {got:?}");
        }
        want => assert_eq!(want, got, "{path}"),
    }
}

/// The project forms of the corpus, from bytes to objects.
#[test]
fn forms_become_objects() {
    let mut count = 0;
    for entry in std::fs::read_dir("tests/corpus/forms").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".expected.json") else { continue };
        let wanted: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let Some(project) = wanted["reads"].get("project").cloned() else { continue };
        count += 1;
        let mut story = Story::empty();
        let mut people: Vec<String> = texts(&project["tasks"], "owner");
        people.extend(["manager", "sponsor"].iter().filter_map(|key| project[*key].as_str().map(String::from)));
        people.dedup();
        for (n, person) in people.iter().enumerate() {
            story.person(json!({"name": person, "address": format!("p{n}@example.com")}));
        }
        story
            .at("03-11 10:00")
            .raw(&std::fs::read_to_string(path.with_file_name(format!("{stem}.eml"))).unwrap().replace('\r', ""), true);
        let made = story.object("P-1");
        let mut fields = project.clone();
        let tasks = fields.as_object_mut().and_then(|fields| fields.remove("tasks"));
        for key in ["missing", "doubts"] {
            fields.as_object_mut().map(|fields| fields.remove(key));
        }
        holds(&fields, &made, stem);
        for task in tasks.iter().flat_map(|list| list.as_array()).flatten() {
            let item = story.item(task["task"].as_str().unwrap());
            for (field, of) in [
                ("owner", "owner"),
                ("deliverable", "deliverable"),
                ("criterion", "criterion"),
                ("due", "due"),
                ("start", "start"),
                ("support", "helpers"),
            ] {
                if !task[field].is_null() {
                    holds(&task[field], &item[of], &format!("{stem}: {} {field}", task["task"]));
                }
            }
            // What a file does not say of its rows is not asked of them.
            if let Some(waits) = task["depends_on"].as_array() {
                assert_eq!(item["depends_on"].as_array().map(Vec::len), Some(waits.len()), "{stem}");
            }
        }
    }
    assert!(count >= 5, "{count} forms");
}

/// The progress table of the corpus, onto the project it names.
#[test]
fn a_progress_table_from_bytes() {
    let mut story = Story::empty();
    for (name, address) in [("孙鹏", "sunpeng"), ("吴刚", "wugang"), ("郑爽", "zhengshuang"), ("钱多", "qianduo")]
    {
        story.person(json!({"name": name, "address": format!("{address}@example.com"), "department": "市场部"}));
    }
    story.script(json!({"project": {"id": "P-3", "name": "新产品A推广", "manager": "吴刚", "state": "running",
        "members": [{"department": "市场部", "responsibility": "lead", "person": "吴刚"}], "tasks": ["A-1", "A-2", "A-3", "A-4"]}}));
    for (n, task, owner) in
        [(1, "制定推广方案", "吴刚"), (2, "广告投放", "郑爽"), (3, "编写培训手册", "钱多"), (4, "渠道铺货", "郑爽")]
    {
        story.action(
            json!({"id": format!("A-{n}"), "task": task, "owner": owner, "due": "2026-04-10", "state": "confirmed",
            "source": {"kind": "project", "id": "P-3", "message_id": null, "line": null}}),
        );
    }
    story.at("03-11 10:00").raw(&std::fs::read_to_string("tests/corpus/forms/v08-progress-tsv.eml").unwrap(), true);
    let state = |id: &str| story.object(id)["state"].as_str().unwrap_or_default().to_string();
    assert_eq!(
        ["A-1", "A-2", "A-3", "A-4"].map(state),
        ["in_progress", "in_progress", "accepted", "blocked"],
        "{}",
        story.told()
    );
    assert_eq!(
        (story.object("A-2")["behind"].clone(), story.object("A-2")["measure"].clone()),
        (json!(true), json!("设计部加派一人"))
    );
    assert_eq!(story.object("A-4")["blocked_on"], "等合同盖章");
    assert_eq!(story.object("A-1")["expected"], "2026-04-08");
}

/// The archive holds plan, letters, mails and the log; nothing in it is run by a spreadsheet.
#[test]
fn the_archive_of_a_project() {
    let mut story = planned();
    story.at("03-18 10:00").mail(
        "wangfang",
        &[],
        "[P-1] 进度跟踪表",
        &table("任务名称|状态|完成率", &["支付模块改造|进行中|40%"]),
    );
    story.at("03-18 12:00");
    let files = story.archive("P-1");
    let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    for part in [
        "index.html",
        "plan/plan.html",
        "plan/tasks.xlsx",
        "log.csv",
        "notices/",
        "progress/",
        "mails/in/",
        "mails/out/",
    ] {
        assert!(names.iter().any(|name| name.starts_with(part)), "{part}: {names:?}");
    }
    let read = |part: &str| {
        let (_, bytes) = files.iter().find(|(path, _)| path.starts_with(part)).unwrap();
        String::from_utf8_lossy(bytes).into_owned()
    };
    assert!(read("plan/plan.html").contains("支付模块改造") && read("progress/").contains("支付模块改造"));
    let plan = read("plan/plan.html");
    assert!(plan.contains("<th>项目经理</th><td>张三</td>") && plan.contains("主导 · 王芳"), "{plan}");
    assert!(read("log.csv").contains("P-1") && read("log.csv").contains("A-1"));
    let zip = duban::export::zip(&files).unwrap();
    assert_eq!(zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap().len(), files.len());
}

/// 取消项目: open tasks go with it, each reader is told once, what was lent goes back; it can be taken back.
#[test]
fn a_project_is_cancelled() {
    let mut story = planned();
    story.at("03-12 10:10").mail(
        "zhangsan",
        &[],
        "资源需求表:V2.0版本升级 [P-1]",
        &table("部门|资源需求", &["研发部|2名测试,4月起"]),
    );
    story.at("03-12 11:00").reply("zhaoqiang", "needs_request", "同意");
    for name in ["wangfang", "lilei", "zhaoqiang"] {
        story.at("03-12 12:00").reply(name, "tables_agreed", "确认");
    }
    story.at("03-18 10:00").reply("wangfang", "tables_agreed", "1 完成");
    assert_eq!(story.item("支付模块改造")["state"], "done", "{}", story.told());
    story.at("03-19 14:00").mail("lilei", &[], "[P-1]", "取消项目");
    assert_ne!(story.object("P-1")["state"], "closed", "not his to cancel: {}", story.told());
    story.at("03-20 10:00").mail("zhangsan", &[], "[P-1]", "取消");
    assert_ne!(story.object("P-1")["state"], "closed", "a bare word may mean anything: {}", story.told());
    story.at("03-20 14:00").mail("zhangsan", &[], "Re: V2.0版本升级 [P-1]", "取消项目：预算没有批");
    assert_eq!(story.object("P-1")["state"], "closed", "{}", story.told());
    assert_eq!(story.item("验收测试")["state"], "cancelled");
    assert_eq!(story.item("支付模块改造")["state"], "accepted", "what was done was done");
    story.at("03-20 14:30");
    for name in ["wangfang", "lilei", "zhaoqiang", "guoliang", "zhangsan"] {
        let since = story.since("03-20 14:00");
        let got: Vec<&str> = since.iter().filter(|(_, to)| to == name).map(|(letter, _)| letter.as_str()).collect();
        assert_eq!(got, ["project_update"], "{name} is told once: {}", story.told());
    }
    let letter = story.letter("project_update", "lilei");
    assert!(letter.text.contains("预算没有批") && letter.text.contains("验收测试"), "{}", letter.text);
    let head = story.letter("project_update", "zhaoqiang");
    assert!(head.text.contains("2名测试") && head.text.contains("灰度发布"), "{}", head.text);
    let files: Vec<String> = story.archive("P-1").into_iter().map(|(path, _)| path).collect();
    assert!(files.iter().any(|path| path.starts_with("reports/")), "{files:?}");
    story.at("04-30 12:00");
    assert!(story.since("03-21 00:00").is_empty(), "nothing is heard of it again: {:?}", story.since("03-21 00:00"));
}

/// In English, by its id; 撤销 within the day brings all of it back.
#[test]
fn a_project_is_cancelled_in_english_and_brought_back() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "alice",
        &[],
        "[project] Partner portal",
        "Objective: launch the partner portal by June 30, with 50 partners signed in\nPeriod: 2026-03-16 to 2026-06-30\nProject manager: Alice Wong\nDepartments: Sales (lead, Bob Li)",
    );
    story.at("03-12 10:00").mail(
        "alice",
        &[],
        "Task table: Partner portal [P-1]",
        &table("Department|Task|Owner|Start|Due", &["Sales|Sign ten partners|Bob Li|2026-03-16|2026-04-30"]),
    );
    story.at("03-12 10:30").reply("bob", "tables_agreed", "confirm");
    story.at("03-13 10:00").mail("alice", &[], "Portal", "Cancel project P-1, no budget this year");
    assert_eq!(story.object("P-1")["state"], "closed", "{}", story.told());
    assert_eq!(story.item("Sign ten partners")["state"], "cancelled");
    story.at("03-13 10:05").mail("alice", &[], "Portal", "undo");
    assert_ne!(story.object("P-1")["state"], "closed", "{}", story.told());
    assert_eq!(story.item("Sign ten partners")["state"], "confirmed", "{}", story.told());
    story.at("03-13 10:40");
    assert!(!story.letters_to("bob").iter().any(|l| l.text.contains("cancelled the project")), "{}", story.told());
}
