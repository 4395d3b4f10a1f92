//! Forms as people send them, by LMTP into a running daemon: what `duban show --json` tells afterwards is what the form said
//! (tests/corpus/forms holds each form and beside it what it says).

use super::house::House;
use chrono::DateTime;
use serde_json::{Value, json};
use std::path::Path;

const FOLDER: &str = "tests/corpus/forms";

const PEOPLE: &str = "name,address,aliases,department,role,manager\n\
    李雷,lilei@example.com,,市场部,,\n韩梅梅,hanmeimei@example.com,,产品部,head,\n王芳,wangfang@example.com,,研发部,contact,\n\
    赵强,zhaoqiang@example.com,,研发部,head,郭总\n陈静,chenjing@example.com,,客服部,head,\n刘洋,liuyang@example.com,,客服部,contact,\n\
    周敏,zhoumin@example.com,,数据运营部,,\n孙鹏,sunpeng@example.com,,质量部,contact,\n吴刚,wugang@example.com,,市场部,contact,\n\
    郑爽,zhengshuang@example.com,,销售部,contact,\n钱多,qianduo@example.com,,产品部,contact,\n郭亮,guoliang@example.com,郭总,总经办,sponsor,\n\
    Alice Wong,alice@example.com,,Sales,,\nBob Li,bob@example.com,,Sales,,\nCarol Ng,carol@example.com,,Finance,contact,\n\
    Dave Kim,dave@example.com,,Payments,,\nEve Stone,eve@example.com,,Operations,contact,\n";

fn house() -> House {
    let house = House::new("");
    std::fs::write(house.path("people.csv"), PEOPLE).unwrap();
    // The project whose progress one of the forms reports.
    let mut lines = Vec::new();
    for (n, (task, owner)) in
        [("推广方案", "吴刚"), ("广告投放", "郑爽"), ("培训手册", "钱多"), ("渠道铺货", "郑爽")].iter().enumerate()
    {
        lines.push(json!({"action": {"id": format!("A-{}", n + 1), "task": task, "owner": owner, "due": "2026-12-31",
            "state": "confirmed", "source": {"kind": "project", "id": "P-3", "message_id": null, "line": null}}}));
    }
    lines.push(json!({"project": {"id": "P-3", "name": "新品上市", "manager": "吴刚", "state": "running",
        "start": "2026-03-02", "end": "2026-12-31", "tasks": ["A-1", "A-2", "A-3", "A-4"]}}));
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    std::fs::write(house.path("there.jsonl"), text.join("\n")).unwrap();
    house
}

/// Letters and digits, so that 登录、支付 and 登录,支付 are the same words.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn same(want: &Value, got: &Value) -> bool {
    match (want, got) {
        (Value::String(want), Value::String(got)) => {
            match (DateTime::parse_from_rfc3339(want), DateTime::parse_from_rfc3339(got)) {
                (Ok(want), Ok(got)) => want == got,
                // Bob is Bob Li, 郭总 is 郭亮 to somebody who has the list of people.
                _ => {
                    let named = |name: &str| matches!((want.as_str(), name), ("郭总", "郭亮"));
                    named(got) || plain(got) == plain(want) || plain(got).starts_with(&plain(want))
                }
            }
        }
        // Every member of the form is in the object; others may have been added (who stood in Cc, the writer).
        (Value::Array(want), Value::Array(got)) => want.iter().all(|one| got.iter().any(|other| same(one, other))),
        (Value::Object(want), got) => want.iter().all(|(key, want)| same(want, &got[key])),
        (want, got) => want == got,
    }
}

/// Fields of the form that the object shows otherwise.
fn differences(want: &Value, got: &Value) -> Vec<String> {
    let fields = want.as_object().unwrap();
    let wrong = fields.iter().filter(|(key, want)| !same(want, &got[key.as_str()]));
    wrong.map(|(key, want)| format!("{key}: {want}, but {}", got[key.as_str()])).collect()
}

/// Ids of a kind, as `duban list` tells them.
fn ids(house: &House, kind: &str) -> Vec<String> {
    let rows = house.json(&["list", kind]);
    rows.iter().filter_map(|row| row["id"].as_str().map(String::from)).collect()
}

fn show(house: &House, id: &str) -> Value {
    house.json(&["show", id]).remove(0)
}

#[test]
fn what_a_form_says_is_what_is_stored() {
    let mut house = house();
    house.ok(&["load", house.path("there.jsonl").to_str().unwrap()]);
    house.start();
    let mut names: Vec<String> = std::fs::read_dir(FOLDER)
        .unwrap()
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".eml")?.to_string()))
        .filter(|name| name.starts_with('v'))
        .collect();
    names.sort();
    assert!(names.len() >= 8, "{names:?}");
    let mut wrong = Vec::new();
    for name in &names {
        let mail = std::fs::read_to_string(Path::new(FOLDER).join(format!("{name}.eml"))).unwrap();
        let want: Value = serde_json::from_str(
            &std::fs::read_to_string(Path::new(FOLDER).join(format!("{name}.expected.json"))).unwrap(),
        )
        .unwrap();
        let (kind, read) = want["reads"].as_object().unwrap().iter().next().unwrap();
        let list = match kind.as_str() {
            "meeting" => "meetings",
            "issue" => "issues",
            "project" => "projects",
            _ => "actions",
        };
        let before = ids(&house, list);
        let from = mail.lines().find_map(|line| line.strip_prefix("From: ")).unwrap();
        let from = from.rsplit('<').next().unwrap().trim_end_matches('>');
        let said = house.deliver(from, &mail).unwrap();
        assert!(said.starts_with("250"), "{name}: {said}");
        if kind == "progress" {
            house.wait_for("the progress table", |house| show(house, "A-3")["state"] == "accepted");
            for row in read.as_array().unwrap() {
                let actions: Vec<Value> = ids(&house, list).iter().map(|id| show(&house, id)).collect();
                let Some(item) =
                    actions.iter().find(|item| item["task"] == row["task"] && item["source"]["id"] == "P-3")
                else {
                    wrong.push(format!("{name}: no {}", row["task"]));
                    continue;
                };
                // What a table calls behind is a flag of work in progress; its date is an expectation (SPEC 9.8).
                let state = match row["state"].as_str().unwrap() {
                    "behind" => "in_progress",
                    "done" => "accepted",
                    state => state,
                };
                let mut want = json!({"state": state, "owner": row["owner"]});
                for (from, to) in
                    [("percent", "percent"), ("reason", "reason"), ("measure", "measure"), ("due", "expected")]
                {
                    if !row[from].is_null() {
                        want[to] = row[from].clone();
                    }
                }
                if row["state"] == "behind" {
                    want["behind"] = json!(true);
                }
                wrong.extend(differences(&want, item).iter().map(|one| format!("{name} {}: {one}", row["task"])));
            }
            continue;
        }
        house.wait_for(name, |house| ids(house, list).len() > before.len());
        let new = ids(&house, list).into_iter().find(|id| !before.contains(id)).unwrap();
        let mut object = show(&house, &new);
        let mut read = read.clone();
        if kind == "issue" {
            // Who helps and who is told stand in two fields of the record.
            let mut all = object["departments"].as_array().cloned().unwrap_or_default();
            all.extend(object["informed"].as_array().cloned().unwrap_or_default());
            object["departments"] = json!(all);
        }
        if kind == "project" {
            let tasks: Vec<Value> =
                object["tasks"].as_array().into_iter().flatten().map(|id| show(&house, id.as_str().unwrap())).collect();
            object["tasks"] = json!(tasks);
            for task in read.get_mut("tasks").and_then(Value::as_array_mut).into_iter().flatten() {
                let task = task.as_object_mut().unwrap();
                if let Some(support) = task.remove("support") {
                    task.insert("helpers".into(), support);
                }
            }
        }
        wrong.extend(differences(&read, &object).into_iter().map(|one| format!("{name} {new} {one}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    house.stop();
}
