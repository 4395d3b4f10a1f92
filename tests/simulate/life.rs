//! What people write, drawn: calls, minutes, replies in both languages, nonsense, notes of absence, calendar answers,
//! bounces, forged mail, strangers.

use crate::draw::Draw;
use crate::house::{House, Posted};
use crate::laws;
use chrono::{DateTime, Datelike, Duration, Utc};
use duban::config::ReplyAddressing;
use duban::domain::person::Person;
use duban::simulate::mails::{CalendarAnswer, Choice, MailLine, Written};
use duban::simulate::{script, world};
use duban::store::receive::fingerprint;
use serde_json::json;
use std::fmt;

/// Days, nights and absences in one life: short lives and long ones.
fn steps(seed: u64) -> u64 {
    4 + seed % 12
}

/// What a life, or many, came to.
#[derive(Default)]
pub struct Told {
    lives: usize,
    mails: usize,
    letters: usize,
    twice: usize,
    refused: usize,
    moments: usize,
    deaths: usize,
}

impl Told {
    pub fn add(&mut self, one: &Told) {
        self.lives += one.lives;
        self.mails += one.mails;
        self.letters += one.letters;
        self.twice += one.twice;
        self.refused += one.refused;
        self.moments += one.moments;
        self.deaths += one.deaths;
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} lives: {} mails, {} letters arrived ({} once more), {} refused, {} moments, {} deaths",
            self.lives, self.mails, self.letters, self.twice, self.refused, self.moments, self.deaths
        )
    }
}

const NAMES: &[(&str, &str)] = &[
    ("张三", "zhangsan"),
    ("李雷", "lilei"),
    ("王芳", "wangfang"),
    ("赵强", "zhaoqiang"),
    ("Alice Wong", "alice"),
    ("Bob Li", "bob"),
];

pub fn people() -> Vec<Person> {
    [
        json!({"name": "张三", "address": "zhangsan@example.com", "department": "市场部", "role": "head", "manager": "郭总"}),
        json!({"name": "李雷", "address": "lilei@example.com", "department": "市场部", "manager": "张三"}),
        json!({"name": "王芳", "address": "wangfang@example.com", "department": "研发部", "role": "contact", "manager": "赵强"}),
        json!({"name": "赵强", "address": "zhaoqiang@example.com", "department": "研发部", "role": "head", "manager": "郭总"}),
        json!({"name": "郭亮", "address": "guoliang@example.com", "aliases": "郭总", "department": "总经办", "role": "sponsor"}),
        json!({"name": "Alice Wong", "address": "alice@example.com", "department": "Sales", "language": "en", "time_zone": "Europe/Berlin"}),
        json!({"name": "Bob Li", "address": "bob@example.com", "department": "Sales", "language": "en", "manager": "Alice Wong"}),
        json!({"name": "Tom Reed", "address": "tom@vendor.example", "language": "en"}),
    ]
    .into_iter()
    .map(|person| script::person_of(person).unwrap())
    .collect()
}

const TASKS: &[&str] = &[
    "提交测试报告",
    "确认供应商报价",
    "更新项目计划",
    "整理客户清单",
    "采购会议设备",
    "send the price list",
    "book the training room",
    "review the supplier contract",
];

const ANSWERS: &[&str] = &[
    "收到",
    "确认",
    "同意",
    "不同意",
    "通过",
    "退回，数据不全",
    "完成",
    "已完成",
    "全部完成",
    "参加",
    "不参加",
    "我参加",
    "请假",
    "取消会议",
    "改到下周三下午3点",
    "会议改期到周五上午10点",
    "延期到下周五",
    "申请延期到3月27日",
    "转给王芳",
    "请转交李雷负责",
    "进度50%",
    "遇到问题，卡在供应商",
    "撤销",
    "还有哪些事？",
    "状态",
    "帮助",
    "退订",
    "1",
    "2",
    "好的，谢谢",
    "我觉得预算太高了，请再想想",
    "不是我的事",
    "已开始",
    "搁置",
    "关闭",
    "改派给李雷",
    "done",
    "all done",
    "accepted",
    "approve",
    "reject, numbers missing",
    "I will attend",
    "can't make it",
    "postpone to next Friday",
    "hand over to Bob",
    "50% done",
    "blocked by the vendor",
    "undo",
    "what is open?",
    "help",
    "unsubscribe",
    "thanks!",
    "yes",
    "no",
    "not mine",
    "I think the budget is too high",
    "cancel the meeting",
    "Could somebody tell me the room?",
    "没开",
    "不用纪要",
    "是我",
    "不是我",
    "send",
];

const NOISE: &[&str] = &[
    "{{#each x}}",
    "\u{202e}txt.exe",
    "1 2 3",
    "———",
    "😀😀",
    "<script>",
    "=cmd|' /C calc'!A0",
    "",
    " ",
    "？？？",
    "A-999999 完成",
    "M-0",
    "0 done",
    "4294967296 完成",
];

struct Life {
    draw: Draw,
    house: House,
    number: u64,
    sent: Vec<Posted>,
}

/// Lives one life and checks every law on the way.
pub fn live(seed: u64, aloud: bool) -> Told {
    let mut draw = Draw::new(seed);
    let mut config = world::config();
    config.assistant.admin = Some("guoliang@example.com".into());
    if draw.chance(50) {
        config.assistant.reply_addressing = ReplyAddressing::Plus;
    }
    config.policy.minutes_review = (*draw.pick(&["none", "chair", "sender"])).into();
    config.policy.preview = (*draw.pick(&["never", "doubt", "always"])).into();
    config.policy.ack_confirms = (*draw.pick(&["one", "all", "never"])).into();
    config.policy.start_wait = *draw.pick(&[0, 10]);
    config.policy.acceptance = draw.chance(70);
    config.policy.escalation = (*draw.pick(&["organizer", "manager", "sponsor"])).into();
    let setup = world::setup(&config).unwrap();
    let begin = DateTime::parse_from_rfc3339("2026-03-09T01:30:00Z").unwrap().with_timezone(&Utc);
    let begin = begin + Duration::days(draw.from(0, 200)) + Duration::hours(draw.from(0, 12));
    let house = House::new(setup, people(), begin, aloud);
    let mut life = Life { draw, house, number: 0, sent: Vec::new() };
    if life.draw.chance(30) {
        let who = *life.draw.pick(NAMES);
        life.house.outside.gone.insert(format!("{}@example.com", who.1));
    }
    for step in 0..steps(seed) {
        life.step(step);
    }
    let Life { mut draw, mut house, .. } = life;
    house.calm(&mut draw);
    laws::hold_in_the_end(&house);
    Told {
        lives: 1,
        mails: house.acknowledged.len(),
        letters: house.outside.arrived.len(),
        twice: house.outside.twice,
        refused: house.outside.refused,
        moments: house.moments,
        deaths: house.deaths,
    }
}

impl Life {
    fn step(&mut self, step: u64) {
        if self.draw.chance(40) {
            self.house.storm(&mut self.draw);
        }
        for _ in 0..1 + self.draw.below(3) {
            if let Some(mail) = self.mail(step) {
                // It may come twice, at once or much later.
                if self.draw.chance(10) {
                    self.house.post(mail.clone());
                }
                self.sent.push(mail.clone());
                self.house.post(mail);
            }
        }
        self.house.work(&mut self.draw);
        let (minutes, hours, days) = (self.draw.from(1, 50), self.draw.from(1, 30), self.draw.from(1, 5));
        match self.draw.below(20) {
            0 => self.house.now += Duration::hours(1),
            1 => self.house.now -= Duration::hours(1),
            2 => self.house.now += Duration::days(self.draw.from(7, 35)),
            3..=8 => self.passes(Duration::minutes(minutes)),
            9..=15 => self.passes(Duration::hours(hours)),
            _ => self.passes(Duration::days(days)),
        }
        if self.draw.chance(10) {
            self.house.dies(&mut self.draw);
        }
        self.house.work(&mut self.draw);
        if step % 4 == 3 {
            laws::hold_everywhere(&self.house);
        }
    }

    fn passes(&mut self, time: Duration) {
        self.house.until(self.house.now + time, &mut self.draw);
    }

    fn mail(&mut self, step: u64) -> Option<Posted> {
        let kind = self.draw.below(100);
        let early = step < 5;
        let line = match kind {
            0..15 => self.call(),
            15..35 => self.minutes(),
            35..40 if early => self.minutes(),
            35..75 => self.reply(),
            75..80 => self.fresh_words(),
            80..84 => self.calendar_answer(),
            84..88 => self.absence(),
            88..91 => return self.bounce(),
            91..94 => self.stranger(),
            94..97 => self.forged(),
            _ => return self.again(),
        };
        self.build(line)
    }

    fn build(&mut self, line: MailLine) -> Option<Posted> {
        self.number += 1;
        let silent = line
            .headers
            .iter()
            .any(|(name, _)| name == "Auto-Submitted")
            .then(|| line.from.clone().unwrap_or_default());
        let directory = self.house.engine.directory().clone();
        let zone = chrono_tz::Asia::Shanghai;
        let left = &self.house.outside.arrived;
        let written = line.build(
            self.number,
            self.house.now,
            zone,
            "duban@example.com",
            &directory,
            &left.iter().collect::<Vec<_>>(),
        );
        // Who got no letter yet has none to answer.
        let Ok(Written::Mail { raw, mail_from, proven }) = written else { return None };
        let message_id = fingerprint(&raw).message_id;
        Some(Posted { raw, mail_from, proven, silent, message_id })
    }

    fn who(&mut self) -> (&'static str, String) {
        let (name, local) = *self.draw.pick(NAMES);
        (name, format!("{local}@example.com"))
    }

    fn fresh(&mut self, subject: &str, text: String) -> MailLine {
        let (_, from) = self.who();
        let cc = if self.draw.chance(20) { vec![self.who().1] } else { Vec::new() };
        let to = self.draw.chance(10).then(|| vec![self.who().1, "duban@example.com".to_string()]);
        MailLine {
            from: Some(from),
            to,
            cc,
            subject: Some(subject.into()),
            text: Some(text),
            authenticated: true,
            quote: self.draw.chance(80),
            ..MailLine::default()
        }
    }

    fn day(&mut self) -> DateTime<Utc> {
        self.house.now + Duration::days(self.draw.from(0, 12))
    }

    fn call(&mut self) -> MailLine {
        let day = self.day();
        let (hour, lead, writer) = (self.draw.from(8, 17), self.who().0, self.who().0);
        let (one, other) = (self.who().0, self.who().0);
        if self.draw.chance(70) {
            let text = format!(
                "会议主题：项目例会{n}\n会议目标：确定{n}号方案\n时间：{y}年{m}月{d}日 {hour}:00-{end}:00\n地点：3号会议室\n主持人：{lead}\n记录人：{writer}\n\
                 参会人：{one}（决策人）、{other}（执行人）\n\n议程：\n1. 目标对齐（10分钟，主讲：{one}，必达结论：确认目标）\n2. 分工（20分钟，主讲：{other}）\n\n会前材料：\n- {one}：《方案》\n",
                n = self.number,
                y = day.year(),
                m = day.month(),
                d = day.day(),
                end = hour + 1
            );
            return self.fresh("项目例会", text);
        }
        let text = format!(
            "Hi all,\n\nLet's meet on {} at {hour}:00 for 45 minutes in Room Everest with {one} and {other}.\n\nObjective: agree on plan {}\n",
            day.format("%B %-d, %Y"),
            self.number
        );
        self.fresh("Planning meeting", text)
    }

    fn minutes(&mut self) -> MailLine {
        let chinese = self.draw.chance(70);
        let mut text =
            String::from(if chinese { "会议纪要\n\n待办事项：\n" } else { "Minutes\n\nAction items:\n" });
        for n in 1..=1 + self.draw.below(4) {
            let (who, task, day) = (self.who().0, *self.draw.pick(TASKS), self.day());
            let urgent = self.draw.chance(15);
            let line = match (chinese, self.draw.below(5)) {
                (true, 0) => format!("{n}. {task}（负责人：{who}，截止：{}月{}日）", day.month(), day.day()),
                (true, 1) => format!("{n}. {task}，{who}"),
                (true, _) => format!(
                    "{n}. {who}：{task}，{}月{}日前{}",
                    day.month(),
                    day.day(),
                    if urgent { "【紧急】" } else { "" }
                ),
                (false, 0) => format!("{n}. {task} - {who}"),
                (false, _) => format!("{n}. {who}: {task} by {}", day.format("%B %-d, %Y")),
            };
            text.push_str(&line);
            text.push('\n');
        }
        let subject = if chinese { "会议纪要：项目例会" } else { "Minutes: planning meeting" };
        let answers = self.draw.chance(30);
        if !answers {
            return self.fresh(subject, text);
        }
        MailLine { text: Some(text), subject: Some(subject.into()), ..self.reply() }
    }

    fn reply(&mut self) -> MailLine {
        let lines = 1 + self.draw.below(3);
        let mut text = String::new();
        for n in 1..=lines {
            if self.draw.chance(if lines > 1 { 60 } else { 20 }) {
                text.push_str(&format!("{} ", 1 + self.draw.below(n + 2)));
            }
            let words = if self.draw.chance(8) { NOISE } else { ANSWERS };
            let word: &&str = self.draw.pick(words);
            text.push_str(word);
            text.push('\n');
        }
        let (_, from) = self.who();
        let reply_to =
            Choice { letters: vec!["*".into()], to: from.clone(), object: None, nth: -1 - self.draw.below(3) as i64 };
        MailLine {
            from: Some(from),
            text: Some(text),
            reply_to: Some(reply_to),
            quote: self.draw.chance(80),
            authenticated: true,
            ..MailLine::default()
        }
    }

    fn fresh_words(&mut self) -> MailLine {
        let text = if self.draw.chance(50) { *self.draw.pick(NOISE) } else { *self.draw.pick(ANSWERS) };
        let subject = *self.draw.pick(&["", "你好", "hello", "回复：", "[M-1] 问题", "[A-1] status"]);
        self.fresh(subject, text.into())
    }

    fn calendar_answer(&mut self) -> MailLine {
        let mut line = self.reply();
        if let Some(choice) = &mut line.reply_to {
            choice.letters = vec!["meeting_notice".into(), "meeting_update".into()];
            choice.nth = -1;
        }
        let partstat = (*self.draw.pick(&["ACCEPTED", "DECLINED", "TENTATIVE"])).to_string();
        MailLine {
            text: Some(String::new()),
            quote: false,
            ics: Some(CalendarAnswer { partstat, comment: None }),
            ..line
        }
    }

    fn absence(&mut self) -> MailLine {
        let back = self.day() + Duration::days(3);
        let mut line = self.reply();
        line.text = Some(format!("您好，我正在休假，{}月{}日返回。如有急事请联系张三。\n", back.month(), back.day()));
        line.subject = Some("自动回复: 会议".into());
        line.headers = vec![("Auto-Submitted".into(), "auto-replied".into())];
        line
    }

    fn bounce(&mut self) -> Option<Posted> {
        let (_, to) = self.who();
        let status = (*self.draw.pick(&["5.1.1", "4.2.2", "4.4.1", "5.7.1"])).to_string();
        let choice = Choice { letters: vec!["*".into()], to, object: None, nth: -1 };
        let line = MailLine { bounce: Some((choice, status)), ..MailLine::default() };
        let mut mail = self.build(line)?;
        mail.silent = Some("mailer-daemon@example.com".into());
        Some(mail)
    }

    fn stranger(&mut self) -> MailLine {
        let mut line = if self.draw.chance(50) { self.minutes() } else { self.reply() };
        line.from = Some((*self.draw.pick(&["Eve <eve@stranger.example>", "张三 <zhangsan@examp1e.com>"])).into());
        line
    }

    fn forged(&mut self) -> MailLine {
        let mut line = if self.draw.chance(50) { self.reply() } else { self.call() };
        line.authenticated = false;
        line
    }

    /// An old mail once more, with another trace.
    fn again(&mut self) -> Option<Posted> {
        if self.sent.is_empty() {
            return None;
        }
        let mut mail = self.draw.pick(&self.sent).clone();
        mail.raw.splice(0..0, format!("Received: by resender-{}\r\n", self.draw.below(1000)).into_bytes());
        Some(mail)
    }
}
