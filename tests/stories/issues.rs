//! Problems between departments: from the form to the signatures, by day, by night, and when nobody answers.

use crate::story::{Story, at};
use serde_json::json;

/// 周敏 has problems; 市场部, 研发部 and 客服部 solve them; 郭总 is responsible above all.
fn house() -> Story {
    let mut story = Story::empty();
    for (name, address, department, role, more) in [
        ("周敏", "zhoumin", "数据运营部", "", json!({"manager": "何伟", "phone": "8030"})),
        ("何伟", "hewei", "数据运营部", "head", json!({"manager": "郭亮"})),
        ("王芳", "wangfang", "研发部", "contact", json!({"manager": "赵强", "phone": "8021"})),
        ("赵强", "zhaoqiang", "研发部", "head", json!({"manager": "郭亮"})),
        ("李雷", "lilei", "市场部", "contact", json!({"manager": "张三"})),
        ("张三", "zhangsan", "市场部", "head", json!({"manager": "郭亮"})),
        ("孙鹏", "sunpeng", "客服部", "head", json!({"manager": "郭亮"})),
        ("郭亮", "guoliang", "总经办", "sponsor", json!({"aliases": "郭总", "title": "副总"})),
        ("钱多", "qianduo", "财务部", "", json!({})),
        ("Dave Kim", "dave", "Sales", "", json!({"language": "en", "manager": "Eve Ray"})),
        ("Eve Ray", "eve", "Sales", "head", json!({"language": "en"})),
        ("Olga Ops", "olga", "Operations", "contact", json!({"language": "en", "manager": "Hank Head", "phone": "77"})),
        ("Hank Head", "hank", "Operations", "head", json!({"language": "en"})),
    ] {
        let mut person =
            json!({"name": name, "address": format!("{address}@example.com"), "department": department, "role": role});
        if let (Some(person), Some(more)) = (person.as_object_mut(), more.as_object()) {
            person.extend(more.clone());
        }
        story.person(person);
    }
    story
}

fn form(urgency: &str, departments: &str, wanted: &str) -> String {
    format!(
        "跨部门协作沟通与问题反馈表\n\n发起部门：数据运营部\n发起人：周敏\n紧急程度：{urgency}\n问题类型：流程卡点\n背景：季度复盘需要三个部门的数据\n\
         现状：各部门表格口径不一致，无法合并\n期望：各部门按统一模板提供数据\n涉及部门：{departments}\n期望完成时间：{wanted}\n"
    )
}

const TITLE: &str = "【问题反馈】销售数据格式不统一";

fn reported(when: &str, urgency: &str, departments: &str, wanted: &str) -> Story {
    let mut story = house();
    story.at(when).mail("zhoumin", &[], TITLE, &form(urgency, departments, wanted));
    story
}

fn times(story: &Story, letter: &str, name: &str) -> Vec<String> {
    let to = format!("{name}@example.com");
    story
        .letters(letter)
        .iter()
        .filter(|l| l.sent.to == to)
        .map(|l| (l.at + chrono::Duration::hours(8)).format("%m-%d %H:%M").to_string())
        .collect()
}

/// The contact answers, the understanding is confirmed, it is solved, rated, signed and closed with a page to print.
#[test]
fn from_the_form_to_the_signatures() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "2026年3月25日18时");
    story.at("03-11 10:30");
    let issue = story.object("Q-1");
    assert_eq!(issue["title"], "销售数据格式不统一");
    assert_eq!((issue["state"].as_str(), issue["contact"].as_str()), (Some("open"), Some("王芳")), "{issue}");
    assert_eq!(issue["wanted_by"], "2026-03-25T18:00:00+08:00");
    assert_eq!(story.count("issue_opened", "wangfang"), 1, "{}", story.told());
    assert_eq!(story.count("issue_opened", "zhaoqiang"), 1, "the head is told: {}", story.told());
    assert_eq!(story.count("issue_opened", "hewei"), 0, "the own head hears of what is urgent only: {}", story.told());
    let letter = story.letter("issue_opened", "wangfang");
    assert!(letter.text.contains("首次响应") && letter.text.contains("3月16日"), "three working days: {}", letter.text);
    assert!(story.letter("issue_opened", "zhoumin").text.contains("王芳"));

    story.at("03-11 14:00").reply("wangfang", "issue_opened", "收到，我看看");
    assert_eq!(story.object("Q-1")["state"], "acknowledged");
    story.at("03-11 15:00").reply("wangfang", "issue_opened", "理解：需要三个部门按同一个模板交数据");
    assert_eq!(story.object("Q-1")["state"], "understood", "{}", story.told());
    story.at("03-12 10:00").reply("wangfang", "issue_opened", "进行中，60%，预计3月18日完成");
    assert_eq!(story.object("Q-1")["state"], "in_progress");
    let digest = story.letter("digest", "zhoumin");
    assert!(digest.text.contains("已确认理解") && digest.text.contains("同一个模板"), "{}", digest.text);

    story.at("03-18 15:00").reply(
        "wangfang",
        "issue_opened",
        "已解决，方案：三个部门改用统一模板，3月18日完成，负责人王芳",
    );
    let issue = story.object("Q-1");
    assert_eq!(issue["state"], "resolved", "{}", story.told());
    assert_eq!(
        issue["resolution"],
        json!({"solution": "三个部门改用统一模板", "finished": "2026-03-18", "owner": "王芳"})
    );
    story.at("03-18 16:00").reply("zhoumin", "rating_request", "5");
    assert_eq!(story.object("Q-1")["rating"], 5);
    assert_eq!(story.count("sign_off_request", "hewei"), 1, "{}", story.told());
    story.at("03-18 17:00").reply("hewei", "sign_off_request", "签字");
    assert_eq!(story.object("Q-1")["state"], "rated");
    story.at("03-19 10:00").reply("zhaoqiang", "sign_off_request", "同意");
    let issue = story.object("Q-1");
    assert_eq!(issue["state"], "closed", "{}", story.told());
    let signed: Vec<&str> = issue["sign_offs"].as_array().unwrap().iter().filter_map(|s| s["by"].as_str()).collect();
    assert_eq!(signed, ["何伟", "赵强"]);
    let closed = story.letter("issue_closed", "zhoumin");
    assert_eq!(closed.attachments, ["Q-1.html"]);
    let results: Vec<&str> = issue["log"].as_array().unwrap().iter().filter_map(|e| e["result"].as_str()).collect();
    assert!(
        results.contains(&"opened") && results.contains(&"resolved") && results.iter().any(|r| r.contains("closed")),
        "{results:?}"
    );
    story.at("04-30 12:00");
    assert_eq!(story.since("03-20 00:00"), [], "a closed problem is quiet: {}", story.told());
}

/// Each department asked has its contact; who has none but a head is asked through the head.
#[test]
fn every_department_is_asked_through_its_contact() {
    let mut story = reported("03-11 10:00", "普通", "研发部(配合)、客服部(配合)、市场部(知会)", "3月25日");
    story.at("03-11 10:30");
    let issue = story.object("Q-1");
    assert_eq!(issue["departments"], json!(["研发部", "客服部"]));
    assert_eq!(issue["informed"], json!(["市场部"]));
    for name in ["wangfang", "sunpeng", "lilei"] {
        assert_eq!(story.count("issue_opened", name), 1, "{name}: {}", story.told());
    }
    assert!(story.letter("issue_opened", "lilei").text.contains("请您知悉"));
    assert!(story.letter("issue_opened", "sunpeng").text.contains("请回复"));
}

/// What is missing or vague is asked back, answered in one line, and then it goes out.
#[test]
fn gaps_are_asked_back_and_answered_in_one_line() {
    let mut story = house();
    story.at("03-11 10:00").mail(
        "zhoumin",
        &[],
        TITLE,
        "发起部门：数据运营部\n背景：季度复盘\n现状：口径不一致\n期望：请研发部配合一下\n涉及部门：财务部\n期望完成时间：尽快\n",
    );
    story.at("03-11 10:30");
    let gaps = story.letter("issue_gaps", "zhoumin");
    assert!(gaps.text.contains("财务部 由哪一位负责") && gaps.text.contains("尽快"), "{}", gaps.text);
    assert!(gaps.text.contains("期望：“请研发部配合一下” 不够具体"), "{}", gaps.text);
    let numbered = gaps.text.lines().filter(|line| ["1. ", "2. ", "3. "].iter().any(|n| line.starts_with(n)));
    assert_eq!(numbered.count(), 3, "a line a question: {}", gaps.text);
    assert_eq!(story.letters("issue_opened").len(), 0, "{}", story.told());
    story.at("03-11 11:00").reply("zhoumin", "issue_gaps", "1 钱多 2 3月20日18点前 3 财务部按统一口径重出报表");
    let issue = story.object("Q-1");
    assert_eq!(issue["wanted_by"], "2026-03-20T18:00:00+08:00", "{}", story.told());
    assert_eq!(
        (issue["contact"].as_str(), issue["expected"].as_str()),
        (Some("钱多"), Some("财务部按统一口径重出报表"))
    );
    story.at("03-11 11:30");
    assert_eq!(story.count("issue_opened", "qianduo"), 1, "{}", story.told());
}

/// The filled form answers as well; half an answer is asked again, no answer is set aside.
#[test]
fn gaps_answered_by_the_form_or_never() {
    let mut story = house();
    let short = "现状：导出按钮报错\n涉及部门：研发部\n紧急程度：普通\n问题类型：故障投诉\n";
    story.at("03-11 10:00").mail("zhoumin", &[], "【问题反馈】导出报错", short);
    story.at("03-11 11:00").reply(
        "zhoumin",
        "issue_gaps",
        "背景：月底要出报表\n期望：导出按钮恢复可用\n期望完成时间：3月16日",
    );
    assert_eq!(story.object("Q-1")["expected"], "导出按钮恢复可用", "{}", story.told());
    story.at("03-11 11:30");
    assert_eq!(story.count("issue_opened", "wangfang"), 1, "{}", story.told());

    let mut story = house();
    story.at("03-11 10:00").mail("zhoumin", &[], "【问题反馈】导出报错", short);
    story.at("03-20 10:00");
    assert_eq!(story.count("issue_gaps", "zhoumin"), 2, "asked twice: {}", story.told());
    assert_eq!(story.object("Q-1")["state"], "closed");
    assert_eq!(story.letters("issue_opened").len(), 0);
}

/// Free words under 【问题反馈】 are enough where they say who, what and by when.
#[test]
fn a_problem_told_freely() {
    let mut story = house();
    story.at("03-11 10:00").mail(
        "zhoumin",
        &[],
        "【问题反馈】支付回调失败",
        "各位好，\n支付网关从周一起有五分之一的回调超时。希望研发部3月13日18点前恢复旧路由。\n周敏",
    );
    story.at("03-11 10:30");
    let issue = story.object("Q-1");
    assert_eq!(
        (issue["contact"].as_str(), issue["type"].as_str()),
        (Some("王芳"), Some("fault")),
        "{issue}\n{}",
        story.told()
    );
    assert_eq!(issue["wanted_by"], "2026-03-13T18:00:00+08:00");
}

/// Urgent: asked every four working hours, over the night and the weekend not at all; then shown to the initiator, then
/// the head, then the sponsor.
#[test]
fn an_urgent_problem_nobody_answers_by_day_and_weekend() {
    let mut story = reported("03-12 15:00", "紧急", "研发部", "3月25日");
    story.at("03-12 15:30");
    let opened = story.letter("issue_opened", "zhoumin");
    assert!(opened.text.contains("电话提醒 王芳（分机8021）"), "{}", opened.text);
    assert_eq!(story.count("issue_opened", "hewei"), 1, "the own head is in copy: {}", story.told());
    story.at("03-18 20:00");
    // Thursday 15:00 + 4 working hours is Friday 10:00, then 14:00 and 18:00; the weekend is silent.
    assert_eq!(
        times(&story, "status_request", "wangfang"),
        ["03-13 10:00", "03-13 14:00", "03-13 18:00"],
        "{}",
        story.told()
    );
    // 24 clock hours run out on Friday 15:00: shown then, and four working hours later the head hears.
    assert_eq!(times(&story, "escalation_preview", "zhoumin").first().map(String::as_str), Some("03-13 15:00"));
    assert_eq!(times(&story, "escalation", "zhaoqiang"), ["03-16 10:00"], "{}", story.told());
    assert_eq!(times(&story, "escalation", "guoliang"), ["03-16 14:00"], "{}", story.told());
    assert_eq!(story.object("Q-1")["escalated"], true);
    let letter = story.letter("escalation", "guoliang");
    assert!(letter.text.contains("王芳") && letter.text.contains("经过"), "{}", letter.text);
}

/// Normal: the digest asks, the ladder is shown a working day ahead, the sponsor is the last.
#[test]
fn a_normal_problem_nobody_answers() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "4月25日");
    story.at("04-03 20:00");
    assert_eq!(story.letters("status_request").len(), 0, "normal ones stand in the digest: {}", story.told());
    let asked = times(&story, "digest", "wangfang");
    assert!(asked.contains(&"03-12 09:00".to_string()) && asked.len() <= 7, "{asked:?}");
    assert_eq!(times(&story, "escalation_preview", "zhoumin"), ["03-17 10:00", "03-19 10:00"], "{}", story.told());
    assert_eq!(times(&story, "escalation", "zhaoqiang"), ["03-18 10:00"], "{}", story.told());
    assert_eq!(times(&story, "escalation", "guoliang"), ["03-20 10:00"], "{}", story.told());
    assert!(story.letter("digest", "zhoumin").text.contains("改派、开会或不用处理了"), "{}", story.told());
}

/// The initiator stops the ladder by a word.
#[test]
fn the_initiator_stops_the_ladder() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "4月25日");
    story.at("03-17 11:00").reply("zhoumin", "escalation_preview", "不升级");
    story.at("04-03 20:00");
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
}

/// Critical at night (O42): the contact once, then the next rung, then the sponsor; never the same sleeper every four hours.
#[test]
fn a_critical_problem_at_night() {
    let mut story = reported("03-11 23:00", "特急", "研发部", "3月12日12时");
    story.at("03-12 08:30");
    assert_eq!(times(&story, "issue_opened", "wangfang"), ["03-11 23:00"], "{}", story.told());
    assert_eq!(times(&story, "issue_opened", "guoliang"), ["03-11 23:00"], "in copy from the start: {}", story.told());
    assert_eq!(times(&story, "status_request", "wangfang"), Vec::<String>::new(), "{}", story.told());
    assert_eq!(times(&story, "escalation", "zhaoqiang"), ["03-12 03:00"], "{}", story.told());
    assert_eq!(times(&story, "escalation", "guoliang"), ["03-12 07:00"], "{}", story.told());
    story.at("03-12 12:00");
    assert_eq!(
        times(&story, "status_request", "wangfang"),
        ["03-12 11:00"],
        "by day the contact is asked again: {}",
        story.told()
    );
}

/// Critical by day and at the weekend: every four hours; a word of the contact begins the count anew.
#[test]
fn a_critical_problem_on_a_saturday() {
    let mut story = reported("03-14 09:00", "特急", "研发部", "3月14日20时");
    story.at("03-14 09:10").reply("wangfang", "issue_opened", "收到，理解：恢复模板，正在处理");
    assert_eq!(story.object("Q-1")["state"], "in_progress", "{}", story.told());
    assert_eq!(story.count("issue_update", "zhoumin"), 1, "what is critical is told at once: {}", story.told());
    story.at("03-14 14:00");
    assert_eq!(times(&story, "status_request", "wangfang"), ["03-14 13:10"], "{}", story.told());
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
}

/// An urgent problem on the eve of a holiday waits for the contact's first working day; the clock counts from delivery.
#[test]
fn an_urgent_problem_in_a_holiday() {
    let mut story = reported("10-01 10:00", "紧急", "研发部", "2026年10月20日");
    story.at("10-08 12:00");
    assert_eq!(times(&story, "issue_opened", "wangfang"), ["10-08 08:00"], "{}", story.told());
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
    story.at("10-09 20:00");
    assert_eq!(times(&story, "escalation_preview", "zhoumin"), ["10-09 08:00", "10-09 13:00"], "{}", story.told());
}

/// 不是我们负责，应找市场部: it goes there with clocks of its own, and the first contact is left in peace.
#[test]
fn the_wrong_department_names_the_right_one() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "不是我们负责，应找市场部");
    let issue = story.object("Q-1");
    assert_eq!(
        (issue["contact"].as_str(), issue["departments"].clone()),
        (Some("李雷"), json!(["市场部"])),
        "{}",
        story.told()
    );
    assert_eq!(story.count("error", "wangfang"), 0, "what was carried out is no error: {}", story.told());
    story.at("03-11 11:30");
    assert!(story.letter("issue_opened", "lilei").text.contains("研发部 的 王芳"), "{}", story.told());
    story.at("03-13 12:00");
    assert_eq!(
        story
            .letters_to("wangfang")
            .iter()
            .filter(|l| l.sent.letter.as_str() == "digest" && l.text.contains("Q-1"))
            .filter(|l| l.text.contains("第一次回应"))
            .count(),
        0
    );
    assert!(
        story.letter("digest", "zhoumin").text.contains("转给了别的部门"),
        "{}",
        story.letter("digest", "zhoumin").text
    );
}

/// Nobody named: the initiator is asked, and answers with a department.
#[test]
fn the_wrong_department_names_nobody() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "这个不归我们管");
    assert!(story.letter("issue_gaps", "zhoumin").text.contains("应该找谁"), "{}", story.told());
    story.at("03-11 11:30").reply("zhoumin", "issue_gaps", "客服部");
    assert_eq!(story.object("Q-1")["contact"], "孙鹏", "{}", story.told());
}

/// 需要到周五，因为… is a proposal: the clocks stand still, the initiator decides.
#[test]
fn a_date_is_proposed_and_holds_the_clocks() {
    let mut story = reported("03-11 10:00", "紧急", "研发部", "3月12日18时");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "需要到下周五，因为接口要改");
    let asked = story.letter("issue_update", "zhoumin");
    assert!(asked.text.contains("接口要改") && asked.text.contains("3月20日"), "{}", asked.text);
    story.at("03-12 09:30");
    assert_eq!(story.count("status_request", "wangfang"), 0, "held: {}", story.told());
    story.reply("zhoumin", "issue_update", "同意");
    assert_eq!(story.object("Q-1")["wanted_by"], "2026-03-20", "{}", story.told());
    story.at("03-12 10:00");
    assert!(story.letter("issue_update", "wangfang").text.contains("周敏 已同意"), "{}", story.told());
}

/// Refused, the old date stands and the questions go on.
#[test]
fn a_date_is_refused() {
    let mut story = reported("03-11 10:00", "紧急", "研发部", "3月13日18时");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "需要到下周五，因为接口要改");
    story.at("03-11 12:00").reply("zhoumin", "issue_update", "不同意：周五要上线");
    assert_eq!(story.object("Q-1")["wanted_by"], "2026-03-13T18:00:00+08:00");
    assert!(story.letter("issue_update", "wangfang").text.contains("周五要上线"), "{}", story.told());
    story.at("03-11 20:00");
    assert_eq!(times(&story, "status_request", "wangfang"), ["03-11 16:00"], "{}", story.told());
}

/// A short first one is granted by silence; a long one lapses.
#[test]
fn silence_about_a_date() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月16日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "需要到3月18日，因为缺人");
    story.at("03-12 19:00");
    assert_eq!(story.object("Q-1")["wanted_by"], "2026-03-18", "{}", story.told());
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月16日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "需要到3月30日，因为缺人");
    story.at("03-17 19:00");
    assert_eq!(story.object("Q-1")["wanted_by"], "2026-03-16", "{}", story.told());
}

fn solved(story: &mut Story) {
    story.at("03-12 10:00").reply("wangfang", "issue_opened", "已解决，方案：换了模板");
    assert_eq!(story.object("Q-1")["state"], "resolved", "{}", story.told());
}

/// A rating of 2 asks why; 没解决 opens it again.
#[test]
fn a_rating_of_two_opens_it_again() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    solved(&mut story);
    story.at("03-12 11:00").reply("zhoumin", "rating_request", "2");
    assert_eq!(story.object("Q-1")["rating"], 2);
    assert!(story.letter("issue_update", "zhoumin").text.contains("原因"), "{}", story.told());
    // Nobody signs for what may be open again in a minute.
    assert_eq!(story.letters("sign_off_request").len(), 0, "{}", story.told());
    story.at("03-12 11:30").reply("zhoumin", "issue_update", "没解决：模板还是少两列");
    let issue = story.object("Q-1");
    assert_eq!((issue["state"].as_str(), issue["rating"].is_null()), (Some("in_progress"), true), "{}", story.told());
    assert!(story.letter("issue_update", "wangfang").text.contains("少两列"), "{}", story.told());
    story.at("03-13 10:00").reply("wangfang", "issue_update", "已解决，方案：补上两列");
    story.at("03-13 11:00").reply("zhoumin", "rating_request", "4分");
    assert_eq!(story.object("Q-1")["rating"], 4, "{}", story.told());
}

/// The reason comes in the next mail, or never: then the contact hears the digit, and both heads are asked.
#[test]
fn a_low_rating_and_then_its_reason() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    solved(&mut story);
    story.at("03-12 11:00").reply("zhoumin", "rating_request", "2");
    let before = story.count("issue_update", "wangfang");
    story.at("03-12 15:00").reply("zhoumin", "issue_update", "导出要等十分钟");
    assert_eq!(story.count("issue_update", "wangfang"), before + 1, "{}", story.told());
    assert!(story.letter("issue_update", "wangfang").text.contains("导出要等十分钟"), "{}", story.told());
    assert_eq!(story.letters("sign_off_request").len(), 2, "{}", story.told());

    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    solved(&mut story);
    story.at("03-12 11:00").reply("zhoumin", "rating_request", "2");
    story.at("03-13 17:00");
    assert_eq!(story.letters("sign_off_request").len(), 0, "{}", story.told());
    story.at("03-16 10:00");
    assert!(story.letter("issue_update", "wangfang").text.contains("2 分"), "{}", story.told());
    assert_eq!(story.letters("sign_off_request").len(), 2, "{}", story.told());
}

/// The reason may come in the same line.
#[test]
fn a_low_rating_with_its_reason() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    solved(&mut story);
    story.at("03-12 11:00").reply("zhoumin", "rating_request", "2 因为还是慢");
    assert_eq!(story.object("Q-1")["rating"], 2, "{}", story.told());
    assert!(story.letter("issue_update", "wangfang").text.contains("还是慢"), "{}", story.told());
    assert_eq!(story.count("issue_update", "zhoumin"), 0, "nobody is asked why twice: {}", story.told());
}

/// Nobody rates: it closes unrated after five working days.
#[test]
fn nobody_rates() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    solved(&mut story);
    story.at("03-19 19:00");
    let issue = story.object("Q-1");
    assert_eq!((issue["state"].as_str(), issue["rating"].is_null()), (Some("closed"), true), "{}", story.told());
    assert!(story.letter("issue_closed", "zhoumin").text.contains("未评"));
}

/// What was forgotten is answered from the digest, by number or by the word alone.
#[test]
fn answers_to_the_digest() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-12 10:00").reply("wangfang", "digest", "1 收到");
    assert_eq!(story.object("Q-1")["state"], "acknowledged", "{}", story.told());
    story.at("03-12 11:00").reply("wangfang", "issue_opened", "已解决，方案：换了模板");
    story.at("03-16 10:00").reply("zhoumin", "digest", "1 满意度 4分");
    assert_eq!(story.object("Q-1")["rating"], 4, "{}", story.told());
    story.at("03-18 10:00").reply("zhaoqiang", "digest", "签字");
    story.at("03-18 10:10").reply("hewei", "digest", "1 签字");
    assert_eq!(story.object("Q-1")["state"], "closed", "{}", story.told());
}

/// A superior moves the date, or gives it to somebody else, by a word under the escalation.
#[test]
fn a_superior_answers() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "4月25日");
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "改派 李雷");
    assert_eq!(story.object("Q-1")["contact"], "李雷", "{}", story.told());
    let mut story = reported("03-11 10:00", "普通", "研发部", "4月25日");
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "同意延期到4月30日");
    assert_eq!(story.object("Q-1")["wanted_by"], "2026-04-30", "{}", story.told());
}

/// A head does not sign: reminded twice in the digest, then 「未签」 and closed.
#[test]
fn a_signature_is_missing() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    solved(&mut story);
    story.at("03-12 11:00").reply("zhoumin", "rating_request", "5");
    story.at("03-12 12:00").reply("hewei", "sign_off_request", "签字");
    story.at("03-19 19:00");
    assert_eq!(times(&story, "digest", "zhaoqiang"), ["03-16 09:00", "03-18 09:00"], "{}", story.told());
    let issue = story.object("Q-1");
    assert_eq!(issue["state"], "closed", "{}", story.told());
    let by: Vec<Option<&str>> = issue["sign_offs"].as_array().unwrap().iter().map(|s| s["by"].as_str()).collect();
    assert_eq!(by, [Some("何伟"), None]);
    assert!(story.letter("issue_closed", "wangfang").text.contains("研发部：未签"), "{}", story.told());
}

/// 关键: a special meeting is proposed, called with everybody who decides, and its minutes are the resolution.
#[test]
fn a_key_issue_leads_to_a_meeting() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "收到。\n这是关键问题");
    let asked = story.letter("issue_update", "zhoumin");
    assert!(asked.text.contains("开会") && asked.sent.subject.contains("专题会"), "{}", asked.text);
    assert_eq!(story.object("Q-1")["level"], "key");
    story.at("03-11 12:00").reply("zhoumin", "issue_update", "开会 周五14:00");
    let meeting = story.object("M-1");
    assert_eq!(
        (meeting["kind"].as_str(), meeting["start"].as_str()),
        (Some("problem"), Some("2026-03-13T14:00:00+08:00")),
        "{}",
        story.told()
    );
    assert_eq!(story.count("meeting_notice", "wangfang"), 1, "{}", story.told());
    assert_eq!(story.count("meeting_notice", "zhaoqiang"), 1, "{}", story.told());
    story.at("03-13 16:00").reply(
        "zhoumin",
        "meeting_notice",
        "会议纪要\n决议事项：\n1. 统一使用V2模板\n行动项：\n1. 负责人：王芳；任务：发布V2模板；截止时间：3月20日\n",
    );
    story.at("03-13 17:30");
    let log = story.object("Q-1")["log"].to_string();
    assert!(log.contains("统一使用V2模板") && log.contains("发布V2模板"), "{log}\n{}", story.told());
    assert_eq!(story.object("Q-1")["state"], "in_progress");
}

/// Two slips make it a key issue by themselves.
#[test]
fn two_slips_propose_a_meeting() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月16日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "需要到3月18日，因为缺人");
    story.at("03-11 12:00").reply("zhoumin", "issue_update", "同意");
    story.at("03-13 11:00").reply("wangfang", "issue_opened", "需要到3月24日，因为还缺人");
    story.at("03-13 12:00").reply("zhoumin", "issue_update", "同意");
    let issue = story.object("Q-1");
    assert_eq!(
        (issue["level"].as_str(), issue["wanted_by"].as_str()),
        (Some("key"), Some("2026-03-24")),
        "{}",
        story.told()
    );
    assert!(story.letter("issue_update", "zhoumin").text.contains("期限已两次推后"), "{}", story.told());
}

/// A disagreement is told to the other side and proposes a meeting.
#[test]
fn a_disagreement() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "理解：只改研发部的表");
    story.at("03-12 10:00").reply("zhoumin", "issue_opened", "理解有误：三个部门都要改");
    assert_eq!(story.object("Q-1")["level"], "key", "{}", story.told());
    assert!(story.letter("issue_update", "wangfang").text.contains("三个部门都要改"), "{}", story.told());
}

/// What one department finds is told to all.
#[test]
fn a_finding_reaches_every_department() {
    let mut story = reported("03-11 10:00", "普通", "研发部、市场部", "3月25日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "新发现：导出程序去年就少两列");
    story.at("03-11 11:30");
    for name in ["lilei", "zhoumin"] {
        assert!(story.letter("issue_update", name).text.contains("去年就少两列"), "{name}: {}", story.told());
    }
    assert_eq!(story.object("Q-1")["state"], "acknowledged", "a word is a first answer");
}

/// O38: a confidential problem reaches its contact and nobody above, and no subject tells its title.
#[test]
fn a_confidential_problem() {
    let mut story = house();
    story.at("03-11 10:00").mail(
        "zhoumin",
        &[],
        "【机密】【问题反馈】薪资数据外泄",
        &form("特急", "研发部", "3月12日"),
    );
    story.at("03-13 10:00");
    for name in ["zhaoqiang", "guoliang", "hewei"] {
        assert_eq!(story.letters_to(name).len(), 0, "{name}: {}", story.told());
    }
    assert!(!story.letter("issue_opened", "wangfang").sent.subject.contains("薪资"), "{}", story.told());
}

/// O10: a form that we get in Bcc reaches nobody until its writer says 公开.
#[test]
fn a_form_in_bcc() {
    let mut story = house();
    story.at("03-11 10:00").mail_line(duban::simulate::mails::MailLine {
        from: Some("zhoumin@example.com".into()),
        to: Some(vec!["wangfang@example.com".into()]),
        subject: Some(TITLE.into()),
        text: Some(form("普通", "研发部", "3月25日")),
        authenticated: true,
        mail_from: Some("zhoumin@example.com".into()),
        ..Default::default()
    });
    story.at("03-11 10:30");
    assert_eq!(story.letters("issue_opened").len(), 0, "{}", story.told());
}

/// Who has nothing to do with it changes nothing and learns nothing.
#[test]
fn others_change_nothing() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 11:00").mail("qianduo", &[], "Re: 问题 [Q-1]", "Q-1 完成");
    story.mail("qianduo", &[], "状态", "状态 Q-1");
    story.at("03-11 12:00");
    assert_eq!(story.object("Q-1")["state"], "open");
    let told: String = story.letters_to("qianduo").iter().map(|l| l.text.clone()).collect();
    assert!(!told.contains("口径"), "{told}");
}

/// Undo takes the form back before it leaves; later, those who have it are told.
#[test]
fn undo() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 10:05").reply("zhoumin", "issue_opened", "撤销");
    story.at("03-11 11:00");
    assert_eq!(story.count("issue_opened", "wangfang"), 0, "taken back in time: {}", story.told());
    assert_eq!(story.object("Q-1")["state"], "closed");

    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "已解决，方案：换了模板");
    story.at("03-11 11:30").reply("wangfang", "issue_opened", "撤销");
    assert_eq!(story.object("Q-1")["state"], "open", "{}", story.told());
    assert!(story.letter("issue_update", "zhoumin").text.contains("撤销"), "{}", story.told());
}

/// No longer needed: the contact hears it, and that is the end.
#[test]
fn the_initiator_withdraws_it() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 12:00").reply("zhoumin", "issue_opened", "不用处理了，我们自己解决了");
    assert_eq!(story.object("Q-1")["state"], "closed", "{}", story.told());
    assert!(story.letter("issue_update", "wangfang").text.contains("不用再处理"), "{}", story.told());
    story.at("03-25 12:00");
    assert_eq!(story.letters("issue_closed").len(), 0);
}

/// 卡住了 reaches the initiator at once; the reason is kept.
#[test]
fn stuck_is_told_at_once() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 12:00").reply("wangfang", "issue_opened", "卡住了，等财务给权限");
    story.at("03-11 12:10");
    assert!(story.letter("issue_update", "zhoumin").text.contains("等财务给权限"), "{}", story.told());
}

/// The whole way in English.
#[test]
fn in_english() {
    let mut story = house();
    story.at("03-11 10:00").mail(
        "dave",
        &[],
        "[issue] Critical: payment callbacks fail",
        "Urgency: critical\nType: fault\n\nBackground: customers pay through the new gateway since Monday.\n\
         Current: one callback in five times out.\nExpected: ops restores the old route within 2 hours and confirms.\n\n\
         Departments: Operations\nWanted by: today 14:00\n",
    );
    story.at("03-11 10:10");
    let opened = story.letter("issue_opened", "olga");
    assert!(opened.sent.subject.starts_with("[Critical] please answer now"), "{}", opened.sent.subject);
    assert!(opened.text.contains("First answer: by Wed 11 Mar 14:00"), "{}", opened.text);
    assert!(
        story.letter("issue_opened", "dave").text.contains("Please also call Olga Ops (ext. 77)"),
        "{}",
        story.told()
    );
    assert_eq!(story.count("issue_opened", "guoliang"), 1, "the sponsor is in copy: {}", story.told());
    story.at("03-11 10:20").reply("olga", "issue_opened", "Understood: roll back to the old route");
    assert!(story.letter("issue_update", "dave").text.contains("roll back to the old route"), "{}", story.told());
    story.at("03-11 10:40").reply("olga", "issue_opened", "I need until 4pm today, because the vendor is slow");
    assert!(story.letter("issue_update", "dave").text.contains("the vendor is slow"), "{}", story.told());
    story.at("03-11 10:50").reply("dave", "issue_update", "approve");
    assert_eq!(story.object("Q-1")["wanted_by"], "2026-03-11T16:00:00+08:00", "{}", story.told());
    story.at("03-11 13:00").reply("olga", "issue_opened", "done: restored the old route");
    assert_eq!(story.object("Q-1")["resolution"]["solution"], "restored the old route", "{}", story.told());
    story.at("03-11 13:10").reply("dave", "rating_request", "4/5");
    story.at("03-11 13:20").reply("eve", "sign_off_request", "sign off");
    story.at("03-11 13:30").reply("hank", "sign_off_request", "approve");
    let issue = story.object("Q-1");
    assert_eq!((issue["state"].as_str(), issue["rating"].as_u64()), (Some("closed"), Some(4)), "{}", story.told());
    assert!(story.letter("issue_closed", "dave").text.contains("Rating: 4 of 5"));
}

/// In English: not ours, a low rating, not solved.
#[test]
fn in_english_with_detours() {
    let mut story = house();
    story.at("03-11 10:00").mail(
        "dave",
        &[],
        "[issue] Contract data missing",
        "Background: the quarter closes on Friday\nCurrent: 40 contracts lack a cost centre\nExpected: every contract has a cost centre\n\
         Departments: 客服部\nWanted by: March 20\nUrgency: normal\n",
    );
    story.at("03-11 11:00").reply("sunpeng", "issue_opened", "not ours, please ask Operations");
    assert_eq!(story.object("Q-1")["contact"], "Olga Ops", "{}", story.told());
    story.at("03-12 10:00").reply("olga", "issue_opened", "solved, solution: filled in from the ledger");
    story.at("03-12 11:00").reply("dave", "rating_request", "2 still ten missing");
    assert_eq!(story.object("Q-1")["rating"], 2, "{}", story.told());
    story.at("03-12 12:00").reply("dave", "rating_request", "not solved: ten contracts are still missing");
    assert_eq!(story.object("Q-1")["state"], "in_progress", "{}", story.told());
    assert!(story.letter("issue_update", "olga").text.contains("ten contracts"), "{}", story.told());
}

/// A problem that was there before: its people may answer, its clocks run from now.
#[test]
fn a_loaded_problem_goes_on() {
    let mut story = house();
    story.script(json!({"issue": {"id": "Q-7", "title": "导出报错", "initiator": "周敏", "urgency": "urgent", "departments": ["研发部"],
        "current": "按钮报错", "expected": "恢复", "wanted_by": "2026-03-20", "state": "acknowledged"}}));
    story.at("03-11 10:00").mail("zhoumin", &[], "你好", "大家好");
    assert_eq!(story.object("Q-7")["contact"], "王芳");
    story.at("03-11 15:00");
    assert_eq!(story.count("issue_opened", "wangfang"), 0, "it went out before: {}", story.told());
    story.reply("wangfang", "issue_opened", "已解决，方案：重启服务");
    assert_eq!(story.object("Q-7")["state"], "resolved", "{}", story.told());
    assert!(at("03-11 15:00") < at("03-12 15:00"));
}

/// Every feedback form of the corpus, through the engine: the object is what the form says, and it is with the contacts of
/// all departments, or asks back what the form leaves out.
#[test]
fn every_form_of_the_corpus_becomes_its_issue() {
    let folder = std::path::Path::new("tests/corpus/forms");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".expected.json") else { continue };
        let expected: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let Some(want) = expected["reads"]["issue"].as_object() else { continue };
        let raw = std::fs::read(folder.join(format!("{stem}.eml"))).unwrap();
        let head = String::from_utf8_lossy(&raw).into_owned();
        let from = head.lines().find(|line| line.to_lowercase().starts_with("from:")).unwrap();
        let from =
            from.rsplit('<').next().unwrap().trim_end_matches('>').trim().trim_start_matches("From: ").to_string();
        let mut story = Story::empty();
        let writer = want.get("initiator").and_then(|n| n.as_str()).unwrap_or("Some Body");
        story.person(json!({"name": writer, "address": from, "department": want.get("department").cloned().unwrap_or(json!(""))}));
        let departments: Vec<String> =
            want["departments"].as_array().unwrap().iter().map(|d| d.as_str().unwrap().to_string()).collect();
        for (n, department) in departments.iter().enumerate() {
            // Who is named in the form is the first department's contact.
            let named = want.get("contact").and_then(|name| name.as_str()).filter(|_| n == 0);
            let name = named.map_or_else(|| format!("Contact {n}"), str::to_string);
            story.person(json!({"name": name, "address": format!("contact{n}@example.com"), "department": department, "role": "contact"}));
        }
        story.at("03-11 10:00").bytes(raw);
        story.at("03-11 10:30");
        let issue = story.object("Q-1");
        for (field, want) in want {
            let got = &issue[field];
            let same = match (want.as_str(), got.as_str()) {
                (Some(a), Some(b)) if field == "wanted_by" => {
                    match (chrono::DateTime::parse_from_rfc3339(a), chrono::DateTime::parse_from_rfc3339(b)) {
                        (Ok(a), Ok(b)) => a == b,
                        _ => b.starts_with(a),
                    }
                }
                (Some(a), Some(b)) => b.contains(a) || a.contains(b),
                _ => want == got,
            };
            assert!(same, "{stem} {field}: expected {want}, found {got}");
        }
        let asked: Vec<String> = story
            .letters("issue_gaps")
            .iter()
            .flat_map(|l| l.sent.lines.iter().map(|line| line.task.clone()))
            .collect();
        let opened = (0..departments.len()).all(|n| story.count("issue_opened", &format!("contact{n}")) == 1);
        assert!(opened || !asked.is_empty(), "{stem}: {}", story.told());
        seen += 1;
    }
    assert!(seen >= 14, "{seen} forms");
}

/// Solved by a numbered line of the digest: how it was solved stands beside it and is not asked again.
#[test]
fn solved_in_answer_to_the_digest() {
    let mut story = reported("03-11 10:00", "普通", "研发部", "3月25日");
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "收到，理解：三个部门改用统一模板");
    story.at("03-13 09:30").reply("wangfang", "digest", "1 已解决，方案：三个部门改用统一模板");
    let issue = story.object("Q-1");
    assert_eq!(
        (issue["state"].as_str(), issue["resolution"]["solution"].as_str()),
        (Some("resolved"), Some("三个部门改用统一模板")),
        "{}",
        story.told()
    );
    assert_eq!(story.count("issue_gaps", "wangfang"), 0, "{}", story.told());
    assert_eq!(story.count("rating_request", "zhoumin"), 1);
}

/// The same words of a superior in English, one of them as the letter teaches it.
#[test]
fn a_superior_answers_in_english() {
    let text = "Urgency: normal\nType: bottleneck\nBackground: the quarterly review needs the figures\n\
                Current: every team uses a table of its own\nExpected: one template for all\nDepartments: Operations\nContact: Olga Ops\nWanted by: April 25\n";
    for words in ["OK to extend to 1 May", "approve moving to May 1"] {
        let mut story = house();
        story.at("03-11 10:00").mail("dave", &[], "[issue] Figures in three formats", text);
        story.at("03-18 11:00").reply("hank", "escalation", words);
        assert_eq!(story.object("Q-1")["wanted_by"], "2026-05-01", "{words}: {}", story.told());
    }
    let mut story = house();
    story.at("03-11 10:00").mail("dave", &[], "[issue] Figures in three formats", text);
    story.at("03-18 11:00").reply("hank", "escalation", "give to Eve Ray");
    assert_eq!(story.object("Q-1")["contact"], "Eve Ray", "{}", story.told());
}
