//! A project of an English-speaking house, from its first mail to its archive (SPEC 3.5, O40).

use crate::story::{Story, table};
use serde_json::{Value, json};

/// Dan runs projects; Grace is responsible above; Engineering (Carol for Hank) and Sales (Bob for Alice) work for them.
fn house() -> Story {
    let mut story = Story::empty();
    for (name, address, department, role, manager) in [
        ("Dan Zhao", "dan", "Product", "head", "Grace Kim"),
        ("Grace Kim", "grace", "Management", "sponsor", ""),
        ("Hank Moor", "hank", "Engineering", "head", "Grace Kim"),
        ("Carol Ng", "carol", "Engineering", "contact", "Hank Moor"),
        ("Alice Wong", "alice", "Sales", "head", "Grace Kim"),
        ("Bob Li", "bob", "Sales", "contact", "Alice Wong"),
        ("Eve Ray", "eve", "Finance", "head", "Grace Kim"),
    ] {
        story.person(json!({"name": name, "address": format!("{address}@example.com"), "department": department,
            "role": role, "manager": manager, "language": "en"}));
    }
    story
}

const START: &str = "Hello,\n\nthis is the start of the partner portal.\n\nObjective: launch the partner portal by June 30 with 50 partners signed in\n\
    Background: partners ask by telephone\nScope: catalogue, orders, invoices\nOut of scope: payments\n\
    Period: 2026-03-16 to 2026-06-30\nProject manager: Dan Zhao\nSponsor: Grace Kim\n\
    Departments: Engineering (lead, Carol Ng), Sales (support)\n\nDan";

fn started() -> Story {
    let mut story = house();
    story.at("03-11 10:00").mail("dan", &[], "[project] Partner portal", START);
    story
}

const HEADS: &str = "No|Department|Task|Owner|Deliverable|Acceptance criterion|Start|Due|Depends on";

const ROWS: [&str; 3] = [
    "1|Engineering|Build the catalogue|Carol Ng|catalogue v1|all items shown within a second|2026-03-16|2026-03-27|",
    "2|Sales|Load the price list|Bob Li|price list|checked by Finance|2026-03-30|2026-04-03|1",
    "3|Engineering|Open to the first partners|Hank Moor|||2026-04-13|2026-04-17|2",
];

fn planned() -> Story {
    let mut story = started();
    story.at("03-12 10:00").mail("dan", &[], "Task table: Partner portal [P-1]", &table(HEADS, &ROWS));
    story
}

fn confirmed() -> Story {
    let mut story = planned();
    for name in ["carol", "bob", "hank"] {
        story.at("03-12 11:00").reply(name, "tables_agreed", "confirm");
    }
    story
}

fn id(story: &Story, task: &str) -> String {
    story.item(task)["id"].as_str().unwrap().to_string()
}

/// A mail in labelled lines; each contact is asked one form; what they need stands on the agenda of the kickoff.
#[test]
fn a_start_and_what_each_department_needs() {
    let mut story = started();
    let project = story.object("P-1");
    assert_eq!(
        (project["name"].as_str(), project["manager"].as_str(), project["end"].as_str(), project["scope_out"].as_str()),
        (Some("Partner portal"), Some("Dan Zhao"), Some("2026-06-30"), Some("payments")),
        "{project}"
    );
    assert_eq!(
        project["members"][0],
        json!({"department": "Engineering", "responsibility": "lead", "person": "Carol Ng"})
    );
    assert_eq!(project["members"][1]["responsibility"], "support");
    story.at("03-11 10:30");
    let form = story.letter("needs_request", "carol");
    assert!(
        form.text.contains("Resources:") && form.text.contains("Time:") && form.text.contains("Risks:"),
        "{}",
        form.text
    );
    story.at("03-11 14:00").reply(
        "carol",
        "needs_request",
        "Resources: two backend developers from April\nTime: three days a week\nRisks: the vendor may be late",
    );
    story.at("03-11 14:10").reply("bob", "needs_request", "none");
    let told = story.letter("project_update", "dan");
    assert!(
        told.text.contains("two backend developers") && told.text.contains("the vendor may be late"),
        "{}",
        told.text
    );
    story.at("03-11 15:00").reply("dan", "project_update", "meet Friday 10:00");
    let kickoff = story.object("M-1");
    assert_eq!(
        (kickoff["kind"].as_str(), kickoff["project"].as_str()),
        (Some("kickoff"), Some("P-1")),
        "{}",
        story.told()
    );
    assert!(kickoff["agenda"].to_string().contains("two backend developers"), "{kickoff}");
}

/// The division of work becomes tasks, goes back to everybody with what is theirs, and is confirmed by a word.
#[test]
fn the_division_of_work_goes_back_agreed() {
    let mut story = planned();
    let (first, second) = (story.item("Build the catalogue"), story.item("Load the price list"));
    assert_eq!(
        (first["owner"].as_str(), first["due"].as_str(), first["criterion"].as_str()),
        (Some("Carol Ng"), Some("2026-03-27"), Some("all items shown within a second"))
    );
    assert_eq!(second["depends_on"], json!([first["id"]]));
    story.at("03-12 10:30");
    let agreed = story.letter("tables_agreed", "bob");
    assert!(
        agreed.text.contains("YOUR TASKS") && agreed.text.contains("Open to the first partners"),
        "{}",
        agreed.text
    );
    assert!(!agreed.text.contains("2026-0"), "no raw dates: {}", agreed.text);
    story.reply("bob", "tables_agreed", "confirm");
    assert_eq!(story.item("Load the price list")["state"], "confirmed", "{}", story.told());
    story.at("03-16 12:00");
    assert_eq!(story.object("P-1")["state"], "running");
}

/// Tasks that wait for one another are refused, and the circle is shown; so is one that a later word would make.
#[test]
fn a_circle_is_refused_and_shown() {
    let mut story = started();
    let rows = [ROWS[0].replace("2026-03-27|", "2026-03-27|3"), ROWS[1].to_string(), ROWS[2].to_string()];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    story.at("03-12 10:00").mail("dan", &[], "Task table: Partner portal [P-1]", &table(HEADS, &rows));
    let told = story.letter("project_update", "dan");
    assert!(
        told.text
            .contains("Build the catalogue → Open to the first partners → Load the price list → Build the catalogue"),
        "{}",
        told.text
    );
    assert_eq!(story.actions().len(), 0);
    let mut story = confirmed();
    let (first, last) = (id(&story, "Build the catalogue"), id(&story, "Open to the first"));
    story.at("03-13 10:00").mail("dan", &[], "[P-1]", &format!("{first} depends on {last}"));
    assert!(story.letter("project_update", "dan").text.contains(&format!("[{first}]")), "{}", story.told());
    assert_eq!(story.item("Build the catalogue")["depends_on"], json!([]));
}

/// A slip upstream turns lights downstream; a finished task says who can start.
#[test]
fn a_slip_warns_those_who_wait_and_a_finish_lets_them_start() {
    let mut story = confirmed();
    let first = id(&story, "Build the catalogue");
    story.at("03-20 10:00").mail(
        "carol",
        &[],
        "[P-1]",
        &format!("{first} in progress, 60%, should be done by April 1"),
    );
    story.at("03-23 09:30");
    let warned = story.letter("dependency", "bob");
    assert!(warned.text.contains("Build the catalogue") && warned.text.contains("Wed 1 Apr"), "{}", warned.text);
    assert_eq!(story.count("dependency", "hank"), 0, "there is air before the opening: {}", story.told());
    story.at("04-01 10:00").mail("carol", &[], "[P-1]", &format!("{first} done"));
    story.at("04-01 10:30");
    let letter = story.letter("dependency", "bob");
    assert!(letter.text.contains("you can start"), "{}", letter.text);
}

/// A progress table by reply brings many tasks up to date; rows of others are told to their owners.
#[test]
fn a_progress_table_by_reply() {
    let mut story = confirmed();
    let rows = table(
        "Task|Owner|Status|%|Reason|Measure|Expected",
        &[
            "Build the catalogue|Carol Ng|behind|40%|the vendor is late|second source|2026-04-01",
            "Load the price list|Bob Li|in progress|10%|||",
            "A task of nobody|Carol Ng|in progress|10%|||",
        ],
    );
    story.at("03-18 10:00").reply("carol", "tables_agreed", &rows);
    let item = story.item("Build the catalogue");
    assert_eq!(
        (item["state"].as_str(), item["behind"].as_bool(), item["percent"].as_u64(), item["reason"].as_str()),
        (Some("in_progress"), Some(true), Some(40), Some("the vendor is late")),
        "{}",
        story.told()
    );
    assert_eq!(item["expected"], "2026-04-01");
    assert_eq!(story.item("Load the price list")["percent"], Value::Null, "not hers to report");
    let told = story.letter("project_update", "carol");
    assert!(told.text.contains("A task of nobody") && told.text.contains("Load the price list"), "{}", told.text);
}

/// Sub-goals are signed by the heads; silence is shown as not signed, and things go on.
#[test]
fn a_signature_that_never_comes() {
    let mut story = started();
    let goals = table(
        "Department|Goal|Measure",
        &["Engineering|99.9% of requests answered|monitoring", "Sales|50 partners signed in|list of partners"],
    );
    story.at("03-12 10:00").mail("dan", &[], "Sub-goals: Partner portal [P-1]", &goals);
    story.at("03-12 10:30");
    assert!(story.letter("sign_off_request", "hank").text.contains("99.9% of requests answered"), "{}", story.told());
    assert_eq!(story.object("P-1")["subgoals"][0]["measure"], "monitoring");
    story.at("03-12 11:00").reply("alice", "sign_off_request", "sign off");
    let goal = |story: &Story, n: usize| story.object("P-1")["subgoals"][n]["sign_off"].clone();
    assert_eq!(goal(&story, 1), "signed", "{}", story.told());
    story.at("03-20 12:00");
    let reminded = story.letters_to("hank").iter().filter(|l| l.sent.letter.as_str() == "digest").count();
    assert_eq!((reminded, goal(&story, 0)), (2, json!("unsigned")), "{}", story.told());
    assert_eq!(story.object("P-1")["state"], "agreed");
}

/// Resources and risks: granted by the head, lights by their number.
#[test]
fn resources_and_risks_by_reply() {
    let mut story = planned();
    let asks = table("Department|Resource", &["Engineering|two testers from April", "Engineering|a load generator"]);
    story.at("03-12 14:00").mail("dan", &[], "Resources: Partner portal [P-1]", &asks);
    story.at("03-12 15:00").reply("hank", "needs_request", "1 approve\n2 refuse: no budget this quarter");
    let resources = story.object("P-1")["resources"].clone();
    assert_eq!((&resources[0]["granted"], &resources[1]["granted"]), (&json!(true), &json!(false)), "{}", story.told());
    story.at("03-13 10:00").reply(
        "carol",
        "tables_agreed",
        "confirm\nRisk: the vendor is late, red, mitigation: second source, owner: Hank Moor",
    );
    let risk = story.object("P-1")["risks"][0].clone();
    assert_eq!(
        (risk["light"].as_str(), risk["plan"].as_str()),
        (Some("red"), Some("second source")),
        "{}",
        story.told()
    );
    assert!(story.letter("project_update", "dan").text.contains("the vendor is late"), "told at once");
    story.at("03-13 11:00").reply("dan", "project_update", "risk 1 green");
    assert_eq!(story.object("P-1")["risks"][0]["light"], "green", "{}", story.told());
}

/// One deliverable is returned and gets a plan with a date; words are collected; the report and the archive close it.
#[test]
fn closing_with_one_deliverable_returned() {
    let mut story = confirmed();
    let first = id(&story, "Build the catalogue");
    story.at("03-25 10:00").mail("carol", &[], &first, &format!("{first} done"));
    story.at("03-26 09:30").reply("dan", "digest", &format!("{first} reject: it takes three seconds"));
    assert_eq!(story.item("Build the catalogue")["state"], "in_progress", "{}", story.told());
    story.at("03-26 11:00").reply("carol", "approval_outcome", "in progress, will be done by April 3");
    assert_eq!(story.item("Build the catalogue")["due"], "2026-04-03", "the plan's date is agreed: {}", story.told());
    let rows = table("Task|Status|%", &["Load the price list|done|100%", "Open to the first partners|done|100%"]);
    story.at("03-30 10:00").mail("dan", &[], "[P-1] progress", &rows);
    story.at("03-30 11:00").mail("dan", &[], "[P-1]", "close the project");
    story.at("03-30 12:00").reply(
        "carol",
        "feedback_request",
        "Highlights: short ways\nShortfalls: scope moved late\nSuggestions: freeze the scope in week two",
    );
    story.at("04-08 12:00");
    assert_eq!(story.object("P-1")["state"], "closed", "{}", story.told());
    let report = story.letter("closing_report", "bob");
    for words in ["short ways", "freeze the scope in week two", "Build the catalogue", "3 Apr"] {
        assert!(report.text.contains(words), "{words}: {}", report.text);
    }
    let files: Vec<String> = story.archive("P-1").into_iter().map(|(path, _)| path).collect();
    for start in ["index.html", "log.csv", "plan/", "reports/", "progress/", "mails/in/", "mails/out/"] {
        assert!(files.iter().any(|path| path.starts_with(start)), "{start}: {files:?}");
    }
}

/// A change somebody asks for is the manager's to adopt; then everybody is told once, and the note says who.
#[test]
fn a_change_is_asked_for_and_adopted() {
    let mut story = confirmed();
    story.at("03-16 10:00").mail("carol", &[], "[P-1]", "Change: invoices move to the second release");
    let asked = story.letter("project_update", "dan");
    assert!(asked.text.contains("invoices move to the second release"), "{}", asked.text);
    story.at("03-16 11:00").reply("dan", "project_update", "approve");
    story.at("03-16 11:30");
    let told = story.letter("project_update", "bob");
    assert!(told.text.contains("invoices move to the second release") && told.text.contains("Told:"), "{}", told.text);
}
