//! A company on a virtual clock: sixty people of six departments, twelve projects, a weekly meeting each, for eight weeks;
//! and problems between departments, four or five a week, most of them ordinary, some urgent, some critical and at night.
//!
//! People answer as people do: most confirm, some are silent, work is finished early, on the day, late or with a reason.
//! Everything is drawn from a seed. What was written is kept as a script, so that `duban simulate` plays the same life.

use chrono::{DateTime, Datelike, Days, Duration, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use duban::domain::action_item::{ActionItem, State};
use duban::domain::issue::State as IssueState;
use duban::domain::letter::LetterName;
use duban::domain::view::Records;
use duban::engine::snapshot::Snapshot;
use duban::simulate::{Left, Simulation, script, world};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub const PEOPLE: usize = 60;
pub const PROJECTS: usize = 12;

const DEPARTMENTS: [&str; 6] = ["研发部", "市场部", "产品部", "财务部", "运营部", "质量部"];
const SURNAMES: &str = "王李张刘陈杨赵黄周吴";
const GIVEN: [&str; 6] = ["伟", "芳", "娜", "秀英", "建国", "晓明"];
const TASKS: [&str; 12] = [
    "提交测试报告",
    "完成接口联调",
    "整理竞品分析",
    "签订供应协议",
    "确认包装样稿",
    "编写培训材料",
    "完成价格审批",
    "准备验收数据",
    "更新风险清单",
    "完成数据迁移",
    "评审设计稿",
    "采购测试设备",
];

/// A drawn number; the same seed gives the same company.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % n as u64).unwrap()
    }

    pub fn often(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

struct Person {
    name: String,
    address: String,
    department: usize,
    english: bool,
}

/// The company, its clock, and what it will still write.
pub struct Town {
    pub simulation: Simulation,
    /// Every line that was played: the script of this life.
    pub script: Vec<Value>,
    pub output: Vec<Value>,
    people: Vec<Person>,
    pending: BTreeMap<(DateTime<Utc>, usize), Value>,
    written: usize,
    read: usize,
    dice: Dice,
    /// Recorder of each series, by the project's id.
    recorders: BTreeMap<String, usize>,
    minuted: BTreeSet<String>,
}

fn local(day: NaiveDate, hour: u32, minute: u32) -> DateTime<FixedOffset> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    FixedOffset::east_opt(8 * 3600).unwrap().from_local_datetime(&day.and_time(time)).unwrap()
}

pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
}

impl Town {
    pub fn new(seed: u64) -> Town {
        let setup = world::setup(&world::config()).unwrap();
        let mut town = Town {
            simulation: Simulation::new(setup, Vec::new()).unwrap(),
            script: Vec::new(),
            output: Vec::new(),
            people: Vec::new(),
            pending: BTreeMap::new(),
            written: 0,
            read: 0,
            dice: Dice::new(seed),
            recorders: BTreeMap::new(),
            minuted: BTreeSet::new(),
        };
        town.found();
        town
    }

    /// What was there before the story begins.
    fn there(&mut self, mut line: Value) {
        line["at"] = json!(local(first_day(), 8, 0).to_rfc3339());
        self.script.push(line);
    }

    fn play(&mut self, line: Value) {
        let lines = script::read(&line.to_string(), Path::new(".")).unwrap_or_else(|e| panic!("{e}: {line}"));
        for one in lines {
            let output = &mut self.output;
            self.simulation.one(one, &mut |value| output.push(value)).unwrap_or_else(|e| panic!("{e}: {line}"));
        }
        self.script.push(line);
    }

    /// People, projects with their tasks, and the weekly meeting of each project.
    fn found(&mut self) {
        let surnames: Vec<char> = SURNAMES.chars().collect();
        for n in 0..PEOPLE {
            let department = n % DEPARTMENTS.len();
            let place = n / DEPARTMENTS.len();
            let role = match place {
                0 if department < 2 => "sponsor",
                1 => "head",
                2 => "contact",
                _ => "",
            };
            let name = format!("{}{}", surnames[n % 10], GIVEN[n / 10]);
            let english = n % 5 == 4;
            let address = format!("p{n}@example.com");
            self.there(
                json!({"person": {"name": name, "address": address, "department": DEPARTMENTS[department], "role": role,
                "language": if english { "en" } else { "" }}}),
            );
            self.people.push(Person { name, address, department, english });
        }
        let mut item = 0;
        for project in 0..PROJECTS {
            let manager = 18 + project;
            let sponsor = project % 2;
            let others = [(project + 1) % 6, (project + 2) % 6];
            let id = format!("P-{}", project + 1);
            let leads = self.people[manager].department;
            let mut members = vec![
                json!({"department": DEPARTMENTS[leads], "responsibility": "lead", "person": self.people[manager].name}),
            ];
            let mut crew = vec![manager];
            for department in others.into_iter().filter(|one| *one != leads) {
                let contact = 12 + department;
                crew.push(contact);
                members.push(json!({"department": DEPARTMENTS[department], "responsibility": "support", "person": self.people[contact].name}));
            }
            for _ in 0..4 {
                let one = 12 + self.dice.below(PEOPLE - 12);
                if !crew.contains(&one) {
                    crew.push(one);
                }
            }
            let end = first_day() + Days::new(60);
            self.there(json!({"project": {"id": id, "name": format!("{}项目{}", DEPARTMENTS[leads].trim_end_matches('部'), project + 1),
                "start": first_day(), "end": end, "manager": self.people[manager].name, "manager_address": self.people[manager].address,
                "sponsor": self.people[sponsor].name, "sponsor_address": self.people[sponsor].address, "members": members, "state": "running"}}));
            for _ in 0..8 {
                item += 1;
                let owner = crew[self.dice.below(crew.len())];
                let due = first_day() + Days::new(3 + self.dice.below(52) as u64);
                self.there(json!({"action": {"id": format!("A-{item}"), "task": format!("{}{item}", TASKS[item % 12]), "owner": self.people[owner].name,
                    "owner_address": self.people[owner].address, "due": due, "state": "confirmed",
                    "source": {"kind": "project", "id": id, "message_id": null, "line": null}}}));
            }
            let recorder = crew[1];
            self.recorders.insert(id.clone(), recorder);
            let meeting = format!("M-{}", project + 1);
            let start = local(first_day() + Days::new((project % 5) as u64), 10 + (project as u32 % 5), 0);
            let attendees: Vec<Value> = crew
                .iter()
                .map(
                    |one| json!({"name": self.people[*one].name, "address": self.people[*one].address, "role": "doer"}),
                )
                .collect();
            self.there(json!({"meeting": {"id": meeting, "title": format!("项目{}周例会", project + 1), "kind": "weekly", "start": start.to_rfc3339(), "minutes": 45,
                "organizer": self.people[manager].name, "organizer_address": self.people[manager].address, "recorder": self.people[recorder].name,
                "recorder_address": self.people[recorder].address, "attendees": attendees, "project": id, "series": format!("S-{}", project + 1),
                "recurrence": {"freq": "WEEKLY", "until": null}, "state": "announced"}}));
            self.minutes_of(&meeting, &id, start);
        }
        let text: Vec<String> = self.script.iter().map(ToString::to_string).collect();
        let lines = script::read(&text.join("\n"), Path::new(".")).unwrap();
        let output = &mut self.output;
        self.simulation.play(lines, Some(local(first_day(), 8, 0)), &mut |value| output.push(value)).unwrap();
    }

    fn write_at(&mut self, at: DateTime<FixedOffset>, mut line: Value) {
        line["at"] = json!(at.to_rfc3339());
        self.written += 1;
        self.pending.insert((at.with_timezone(&Utc), self.written), line);
    }

    /// The recorder sends the minutes two hours after the beginning.
    fn minutes_of(&mut self, meeting: &str, project: &str, start: DateTime<FixedOffset>) {
        let Some(recorder) = self.recorders.get(project).copied().filter(|_| self.minuted.insert(meeting.into()))
        else {
            return;
        };
        let mut text = String::from("会议纪要\n\n决议：按计划推进\n\n行动项：\n");
        for n in 1..=1 + self.dice.below(3) {
            let owner = self.dice.below(PEOPLE - 12) + 12;
            let due = start.date_naive() + Days::new(4 + self.dice.below(10) as u64);
            text.push_str(&format!(
                "{n}. 负责人：{}；任务：{}；交付物：结果说明；截止时间：{}月{}日\n",
                self.people[owner].name,
                TASKS[self.dice.below(12)],
                due.month(),
                due.day()
            ));
        }
        let address = self.people[recorder].address.clone();
        let line = json!({"from": address, "reply_to": {"letter": ["meeting_notice", "*"], "to": address, "object": meeting}, "text": text, "quote": false});
        self.write_at(start + Duration::hours(2), line);
    }

    /// Problems of one week: who has them, whose they are, and how urgent.
    fn problems_of(&mut self, week: u64) {
        let monday = first_day() + Days::new(week * 7);
        for n in 0..4 + self.dice.below(2) {
            let reporter = 12 + self.dice.below(PEOPLE - 12);
            let own = self.people[reporter].department;
            let other = (own + 1 + self.dice.below(5)) % 6;
            let mut asked = DEPARTMENTS[other].to_string();
            if self.dice.often(25) {
                let third = (other + 1) % 6;
                if third != own {
                    asked = format!("{asked}、{}", DEPARTMENTS[third]);
                }
            }
            let (urgency, day, hour) = match n {
                0 if week.is_multiple_of(2) => ("特急", self.dice.below(7), 22),
                1 => ("紧急", self.dice.below(5), 9 + self.dice.below(8)),
                _ => ("普通", self.dice.below(5), 9 + self.dice.below(8)),
            };
            let at = local(monday + Days::new(day as u64), hour as u32, 15);
            let wanted = at.date_naive() + Days::new(if urgency == "特急" { 1 } else { 7 });
            let text = format!(
                "发起部门：{}\n发起人：{}\n紧急程度：{urgency}\n问题类型：流程卡点\n背景：第{}周的排期已经定了\n现状：{}还没有给出接口人和数据\n\
                 期望：给出接口人并提供数据\n涉及部门：{asked}\n期望完成时间：{}月{}日\n",
                DEPARTMENTS[own],
                self.people[reporter].name,
                week + 1,
                DEPARTMENTS[other],
                wanted.month(),
                wanted.day()
            );
            let from = self.people[reporter].address.clone();
            let subject = format!("【问题反馈】{}第{}号数据没有到位", DEPARTMENTS[other], week * 10 + n as u64);
            self.write_at(at, json!({"from": from, "to": ["duban@example.com"], "subject": subject, "text": text}));
        }
    }

    /// What somebody writes about a problem in answer to a letter of its own, or to a line of a digest.
    fn about_issue(&mut self, reader: usize, id: &str, n: Option<u32>) -> Option<String> {
        let issue = Snapshot::new(&**self.simulation.engine().store()).issue(id)?;
        let address = self.people[reader].address.clone();
        let word = |zh: &str| n.map_or_else(|| zh.to_string(), |n| format!("{n} {zh}"));
        let asked_to_sign = issue.sign_offs.iter().any(|sign| sign.by.is_none() && sign.address == address);
        if asked_to_sign {
            return self.dice.often(70).then(|| word("签字"));
        }
        if issue.initiator_address.as_deref() == Some(&address) {
            let digits = match n {
                Some(_) => ["满意度 5分", "满意度 4分", "满意度 4分", "满意度 2分"],
                None => ["5", "4", "4", "2 还是不完整"],
            };
            return match issue.state {
                IssueState::Resolved if self.dice.often(80) => Some(word(digits[self.dice.below(4)])),
                state if state.is_open() && issue.proposal.is_some() => Some(word("同意")),
                _ => None,
            };
        }
        let party = issue.parties.iter().find(|party| party.address == address && party.is_live())?;
        if party.responded_at.is_none() {
            return self.dice.often(75).then(|| word("收到，理解：本周给出接口人和数据"));
        }
        match self.dice.below(10) {
            0..=3 => Some(word("已解决，方案：数据已放到共享盘")),
            4 | 5 => Some(word("进行中，预计周五完成")),
            6 => Some(word("需要到下周五，因为人手不够")),
            _ => None,
        }
    }

    /// Eight weeks, or fewer; what people read they may answer some hours later.
    pub fn live(&mut self, weeks: u64) {
        let begin = local(first_day(), 8, 0).with_timezone(&Utc);
        let end = local(first_day() + Days::new(weeks * 7), 0, 0).with_timezone(&Utc);
        for week in 0..weeks {
            self.problems_of(week);
        }
        self.advance(begin);
        while let Some((key, line)) = self.pending.pop_first().filter(|((at, _), _)| *at < end) {
            self.advance(key.0);
            self.play(line);
            self.react();
        }
        self.advance(end);
    }

    fn advance(&mut self, to: DateTime<Utc>) {
        // Answers to what arrives on the way are written before anything later happens.
        let mut at = self.simulation.now().max(local(first_day(), 8, 0).with_timezone(&Utc));
        loop {
            at = (at + Duration::hours(1)).min(to);
            let output = &mut self.output;
            self.simulation.advance(at, &mut |value| output.push(value)).unwrap();
            self.react();
            while let Some(entry) = self.pending.first_entry().filter(|entry| entry.key().0 <= at && entry.key().0 < to)
            {
                let line = entry.remove();
                self.play(line);
                self.react();
            }
            if at >= to {
                return;
            }
        }
    }

    fn react(&mut self) {
        let fresh: Vec<Left> = self.simulation.letters().get(self.read..).unwrap_or_default().to_vec();
        self.read = self.simulation.letters().len();
        for letter in fresh {
            self.answer(&letter);
        }
    }

    fn item(&self, id: &str) -> Option<ActionItem> {
        Snapshot::new(&**self.simulation.engine().store()).action(id)
    }

    fn answer(&mut self, letter: &Left) {
        let Some(reader) = self.people.iter().position(|person| person.address == letter.sent.to) else { return };
        let wait = Duration::minutes(20 + self.dice.below(300) as i64);
        let at = self.simulation.now().with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap()) + wait;
        let english = self.people[reader].english;
        let word = |zh: &str, en: &str| if english { en.to_string() } else { zh.to_string() };
        let mut lines: Vec<String> = Vec::new();
        match letter.sent.letter {
            LetterName::MeetingNotice => {
                let meeting = letter.sent.objects.first().cloned().unwrap_or_default();
                let snapshot = Snapshot::new(&**self.simulation.engine().store());
                let found = snapshot.meeting(&meeting);
                if let Some((project, start)) = found.and_then(|m| Some((m.project?, m.start?))) {
                    if self.recorders.get(&project) == Some(&reader) {
                        self.minutes_of(&meeting, &project, start);
                    }
                }
                if self.dice.often(60) {
                    lines.push(word("参加", "I'll attend"));
                }
            }
            LetterName::Summary | LetterName::Confirmation | LetterName::SummaryCorrection => {
                if !letter.sent.lines.is_empty() && self.dice.often(70) {
                    lines.push(word("确认", "confirm all"));
                }
            }
            LetterName::Digest | LetterName::ReminderUrgent => {
                let today = at.date_naive();
                for line in letter.sent.lines.clone() {
                    if line.id.starts_with("Q-") {
                        lines.extend(self.about_issue(reader, &line.id, Some(line.n)));
                        continue;
                    }
                    let Some(item) = self.item(&line.id) else { continue };
                    let own = item.owner_address.as_deref() == Some(self.people[reader].address.as_str());
                    let n = line.n;
                    let due = item.due.map(|due| due.date());
                    if !own && item.request.is_some() {
                        lines.push(word(&format!("{n} 同意"), &format!("approve {n}")));
                    } else if !own && item.state == State::Done {
                        lines.push(word(&format!("{n} 通过"), &format!("{n} pass")));
                    } else if own && item.state == State::Proposed {
                        if self.dice.often(70) {
                            lines.push(word(&format!("{n} 确认"), &format!("confirm {n}")));
                        }
                    } else if own && due.is_some_and(|due| due < today) {
                        match self.dice.below(10) {
                            0..=4 => lines.push(word(&format!("{n} 完成"), &format!("{n} done"))),
                            5 | 6 => lines.push(word(
                                &format!("{n} 滞后，原因：等待评审；措施：周五前完成"),
                                &format!("{n} behind, reason: waiting for review; measure: done by Friday"),
                            )),
                            _ => {}
                        }
                    } else if own && self.dice.often(if due == Some(today) { 65 } else { 25 }) {
                        lines.push(word(&format!("{n} 完成"), &format!("{n} done")));
                    } else if own && self.dice.often(4) {
                        lines.push(word(
                            &format!("{n} 延期两天，因为缺人"),
                            &format!("postpone {n} by 2 days because we lack people"),
                        ));
                    }
                }
            }
            LetterName::IssueOpened
            | LetterName::StatusRequest
            | LetterName::IssueUpdate
            | LetterName::RatingRequest
            | LetterName::SignOffRequest => {
                if let Some(id) = letter.sent.objects.iter().find(|id| id.starts_with("Q-")) {
                    lines.extend(self.about_issue(reader, id, None));
                }
            }
            LetterName::AcceptanceRequest if self.dice.often(80) => lines.push(word("通过", "1 pass")),
            LetterName::ApprovalRequest if self.dice.often(80) => lines.push(word("同意", "approve")),
            _ => {}
        }
        if lines.is_empty() {
            return;
        }
        // People write by day.
        let at = if at.time() > NaiveTime::from_hms_opt(19, 0, 0).unwrap() {
            local(at.date_naive() + Days::new(1), 9, 30)
        } else {
            at
        };
        let nth = self.simulation.letters().iter().filter(|l| l.sent.to == letter.sent.to && l.at <= letter.at).count();
        let nth = self
            .simulation
            .letters()
            .iter()
            .filter(|l| l.sent.to == letter.sent.to && l.sent.letter == letter.sent.letter)
            .position(|l| l.sent.id == letter.sent.id)
            .unwrap_or(nth);
        let address = self.people[reader].address.clone();
        let known = letter.sent.letter.as_str();
        self.write_at(at, json!({"from": address, "reply_to": {"letter": known, "to": address, "nth": nth}, "text": lines.join("\n"), "quote": false}));
    }

    /// How many problems stand in each state.
    pub fn problems(&self) -> BTreeMap<String, usize> {
        let state = self.simulation.state().unwrap();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for issue in state["state"]["issues"].as_array().into_iter().flatten() {
            *counts.entry(issue["state"].as_str().unwrap_or_default().to_string()).or_default() += 1;
        }
        counts
    }

    /// Letters of each person a week: (person, week) → number.
    pub fn per_week(&self, weeks: u64) -> Vec<usize> {
        let mut counts: BTreeMap<(usize, u64), usize> = BTreeMap::new();
        for letter in self.simulation.letters() {
            let Some(person) = self.people.iter().position(|p| p.address == letter.sent.to) else { continue };
            let day = letter.at.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap()).date_naive();
            let week = (day - first_day()).num_days().max(0) as u64 / 7;
            *counts.entry((person, week)).or_default() += 1;
        }
        (0..PEOPLE)
            .flat_map(|p| (0..weeks).map(move |w| (p, w)))
            .map(|key| counts.get(&key).copied().unwrap_or(0))
            .collect()
    }

    /// Letters by kind: how many, and how many a person a week at most and in the mean.
    pub fn by_kind(&self, weeks: u64) -> String {
        let mut kinds: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for letter in self.simulation.letters() {
            *kinds.entry(letter.sent.letter.as_str()).or_default().entry(&letter.sent.to).or_default() += 1;
        }
        let mut rows: Vec<(usize, String)> = kinds
            .iter()
            .map(|(kind, people)| {
                let sum: usize = people.values().sum();
                let most = people.values().max().copied().unwrap_or(0);
                let mean = sum as f64 / (PEOPLE as f64 * weeks as f64);
                (sum, format!("{kind:<20} {sum:>6} {:>7} {mean:>12.2} {most:>9}", people.len()))
            })
            .collect();
        rows.sort_by_key(|(sum, _)| std::cmp::Reverse(*sum));
        let head = format!("{:<20} {:>6} {:>7} {:>12} {:>9}", "letter", "sent", "people", "person·week", "most");
        std::iter::once(head).chain(rows.into_iter().map(|(_, row)| row)).collect::<Vec<_>>().join("\n")
    }
}
