#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::pinyin::pinyin_forms;
use super::rules::local_part;
use super::*;
use crate::domain::person::{Directory, Names, Person, Resolved};

fn person(name: &str, address: &str, department: &str, title: &str, aliases: &[&str]) -> Person {
    Person {
        name: name.into(),
        address: address.into(),
        department: department.into(),
        title: title.into(),
        aliases: aliases.iter().map(|a| a.to_string()).collect(),
        ..Person::default()
    }
}

fn directory() -> Directory {
    Directory::new([
        person("王建国", "wangjg@example.com", "总经办", "总经理", &[]),
        person("王芳", "wangfang@example.com", "市场部", "专员", &["Fiona", "芳姐"]),
        person("李雷", "lilei@example.com", "市场部", "经理", &[]),
        person("李雷", "lilei2@example.com", "研发部", "工程师", &[]),
        person("赵敏", "min.zhao@example.com", "研发部", "高级工程师", &["zm@old.example.com"]),
        person("欧阳娜娜", "ouyangnn@example.com", "法务部", "", &[]),
        person("单晓明", "shanxm@example.com", "采购部", "", &[]),
        person("Leo Park", "leo@example.com", "IT", "Manager", &[]),
        person("Priya Nair", "p.nair@example.com", "IT", "", &[]),
        person("zhangsan", "zhangsan@example.com", "", "", &[]),
        person("Qiu Wei", "weiqiu@example.com", "", "", &[]),
        person("陈曉東", "chenxd@example.com", "研发部", "", &[]),
    ])
}

#[track_caller]
fn check(written: &str, expected: &str) {
    let got = match NameRules.resolve(written, &[], &directory()) {
        Resolved::One(address) => local_part(&address).to_string(),
        Resolved::Several(list) => {
            format!("several {}", list.iter().map(|a| local_part(a)).collect::<Vec<_>>().join(" "))
        }
        Resolved::Nobody => "nobody".into(),
    };
    assert_eq!(got, expected, "{written}");
}

#[test]
fn names_mean_people_in_the_order_of_the_spec() {
    check("wangfang@example.com", "wangfang");
    check("王芳 <WangFang@Example.com>", "wangfang");
    check("zm@old.example.com", "min.zhao");
    check("@lilei2", "lilei2");
    check("王芳", "wangfang");
    check("@王芳", "wangfang");
    check("Fiona", "wangfang");
    check("芳姐", "wangfang");
    check("王总", "wangjg");
    check("赵工", "min.zhao");
    check("欧阳老师", "ouyangnn");
    check("娜娜", "ouyangnn");
    check("建国", "wangjg");
    check("小赵", "min.zhao");
    check("Leo", "leo");
    check("leo p.", "leo");
    check("Mr Park", "leo");
    check("Priya", "p.nair");
    check("Nair", "p.nair");
    check("Zhao Min", "min.zhao");
    check("shanxm", "shanxm");
    check("张三", "zhangsan");
    check("仇伟", "weiqiu");
    check("陈晓东", "chenxd");
    check("王芳老师", "wangfang");
}

#[test]
fn doubt_is_reported_and_never_guessed() {
    check("李雷", "several lilei lilei2");
    check("老王", "several wangjg wangfang");
    check("李经理", "lilei");
    check("研发部李雷", "lilei2");
    check("李雷(市场部)", "lilei");
    check("张伟", "nobody");
    check("王芬", "nobody");
    check("somebody@else.example", "nobody");
    check("", "nobody");
    check("市场部", "nobody");
}

#[test]
fn those_concerned_come_first() {
    let got = NameRules.resolve("李雷", &["lilei2@example.com".into()], &directory());
    assert_eq!(got, Resolved::One("lilei2@example.com".into()));
    let got = NameRules.resolve("老王", &["wangfang@example.com".into()], &directory());
    assert_eq!(got, Resolved::One("wangfang@example.com".into()));
}

#[test]
fn pinyin_reads_surnames_as_surnames() {
    for (name, form) in [
        ("单晓明", "shanxiaoming"),
        ("仇英", "qiuying"),
        ("区志强", "ouzhiqiang"),
        ("曾伟", "weizeng"),
        ("解放", "xief"),
        ("查理", "zhali"),
        ("任静", "jren"),
        ("尉迟恭", "yuchigong"),
        ("张三", "zsan"),
        ("吕伟", "lvwei"),
        ("李晓明", "lixm"),
    ] {
        assert!(pinyin_forms(name).contains(form), "{name} {form}");
    }
}

#[test]
fn shapes_of_names() {
    for name in [
        "孙鹏",
        "周敏",
        "欧阳娜娜",
        "王总",
        "小李",
        "老王",
        "赵工",
        "陈老师",
        "Priya",
        "Helen Brook",
        "@leo@example.com",
        "吴刚",
        "孫鵬",
        "司马南风",
        "李经理",
    ] {
        assert!(looks_like_person(name), "{name}");
    }
    for word in [
        "周五",
        "周报",
        "任务",
        "项目",
        "计划",
        "他",
        "别人",
        "明天",
        "全部",
        "方案",
        "Friday",
        "Done",
        "March",
        "市场部",
        "第三项",
        "时间",
        "报告",
        "",
        "someone",
        "IT",
    ] {
        assert!(!looks_like_person(word), "{word}");
    }
    for name in ["市场部", "采购组", "财务中心", "总经办", "Finance", "the QA team", "IT dept", "法务", "蓝桥公司"]
    {
        assert!(looks_like_department(name), "{name}");
    }
    for word in ["全部", "王芳", "待办", "Leo", "对方", "内部", "会议室"] {
        assert!(!looks_like_department(word), "{word}");
    }
}

#[test]
fn words_for_many_become_their_people() {
    let person = |name: &str, department: &str, role: &str, kind: &str, members: &[&str]| Person {
        name: name.into(),
        address: name.into(),
        department: department.into(),
        role: role.into(),
        kind: kind.into(),
        members: members.iter().map(|m| m.to_string()).collect(),
        ..Person::default()
    };
    let directory = Directory::new([
        person("甲", "研发部", "head", "", &[]),
        person("乙", "研发部", "", "", &[]),
        person("丙", "市场部", "head", "", &[]),
        person("丁", "市场部", "contact", "", &[]),
        person("评审组", "", "", "group", &["乙", "丙"]),
    ]);
    let check = |written: &str, want: &[&str]| assert_eq!(NameRules.expand(written, &directory), want, "{written}");
    check("研发部全体", &["甲", "乙"]);
    check("研发部的全体成员", &["甲", "乙"]);
    check("各部门负责人", &["甲", "丙"]);
    check("各部门接口人", &["丁"]);
    check("接口人", &["丁"]);
    check("市场部负责人", &["丙"]);
    check("评审组", &["乙", "丙"]);
    check("all department heads", &["甲", "丙"]);
    check("法务部全体", &[]);
    check("负责人", &[]);
    check("李雷", &[]);
}

#[test]
fn the_lexicon_takes_the_longest_name() {
    let lexicon = Lexicon::new(["张三", "张三丰", "Leo"], ["市场部"]);
    let text = "张三丰和张三去市場部找 Leo, leopard";
    let fold = folded(text);
    let names: Vec<&str> = lexicon.find_in(&fold).map(|(range, _)| &fold[range]).collect();
    assert_eq!(names, ["张三丰", "张三", "市场部", "leo"]);
    assert_eq!(name_at_start("张三丰负责", &lexicon), Some(3));
    assert_eq!(name_at_start("Helen Brook will", &lexicon), Some(11));
    assert_eq!(name_at_start("Friday", &lexicon), None);
}
