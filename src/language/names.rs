//! Which person a name means (SPEC 3.6): titles, nicknames, pinyin.
//!
//! Two questions are answered here. *Is this a name at all?* — [`Lexicon`] for the people we know, [`looks_like_person`]
//! and [`looks_like_department`] for those we do not. *Who is it?* — [`NameRules`], in the order address → `@name` →
//! full name among those concerned → alias → surname and title → given name, 老王, 小李 → pinyin of the address → whole
//! directory. Two people who fit equally are both reported; nobody is ever guessed.

use super::command::fold::{fold_char, folded, is_cjk};
use crate::domain::person::{Directory, Names, Person, Resolved, Spellings};
use aho_corasick::{AhoCorasick, MatchKind};
use pinyin::ToPinyinMulti;
use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock, OnceLock};

/// Surnames of one character: those of nearly everybody.
const SURNAMES: &str = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈\
亓巢戎扈桓濮粟糜茹荀莘蒯蔚谯邸郦阙韶\
姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易\
樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管符辛苗詹曲靳祁路涂兰甘裴梅童翁霍游阮尤\
岳柯牟滕谷舒卜成饶宁凌盛查单冉鲍华包屈房喻解蒲卫简时连车项闵邬吉党阳司费蒙席晏隋古强穆姬宫景米麦谈柏瞿艾沙鄢桂窦郁\
缪畅巩卓褚栾戚全娄甄郎池丛边岑农苟迟保商臧佘卞虞刁冷应匡栗仇练楚揭师官佟封燕桑巫敖原植邝仲荆储宗楼干苑寇盖南屠鞠荣\
井乐银奚明麻雍花闻冼木郜廉衣蔺和冀占公门帅利满巴仰区尧况习占宓厉蓬鹿晋于冒禹冯屈幸撒那麴鄂晁逄迮郅笪苌谌揣计都元\
上水平海战阚竺暴芮胥经邰励郗琚种逯鲜矫茅修麹战洛相仉丘危母颉税闫萨宦权暨侍禤支初付代肖";

/// Surnames of two characters.
#[rustfmt::skip]
const COMPOUND_SURNAMES: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "司空", "夏侯", "轩辕",
    "端木", "百里", "东郭", "南宫", "西门", "呼延", "长孙", "宇文", "独孤", "第五", "拓跋", "澹台", "公冶", "宗政",
    "濮阳", "淳于", "单于", "太叔", "申屠", "仲孙", "钟离", "鲜于", "闾丘", "亓官", "赫连", "纳兰", "完颜", "叶赫",
    "耶律", "万俟", "闻人",
];

/// Readings that surnames have and the common word has not.
const SURNAME_READINGS: &[(&str, &[&str])] = &[
    ("单", &["shan"]),
    ("仇", &["qiu"]),
    ("区", &["ou"]),
    ("曾", &["zeng"]),
    ("解", &["xie"]),
    ("查", &["zha"]),
    ("任", &["ren"]),
    ("朴", &["piao", "pu", "park"]),
    ("盖", &["ge", "gai"]),
    ("尉迟", &["yuchi"]),
    ("万俟", &["moqi"]),
    ("单于", &["chanyu"]),
    ("长孙", &["zhangsun"]),
    ("令狐", &["linghu"]),
    ("宓", &["mi", "fu"]),
    ("乐", &["yue", "le"]),
    ("员", &["yun"]),
    ("缪", &["miao"]),
    ("逄", &["pang"]),
    ("冼", &["xian"]),
    ("洗", &["xian"]),
    ("折", &["she"]),
    ("黑", &["he", "hei"]),
    ("秘", &["bi"]),
    ("华", &["hua"]),
    ("曲", &["qu"]),
    ("翟", &["zhai", "di"]),
    ("覃", &["qin", "tan"]),
    ("谌", &["chen", "shen"]),
    ("隗", &["wei", "kui"]),
    ("种", &["chong"]),
    ("繁", &["po"]),
    ("召", &["shao"]),
    ("阚", &["kan"]),
    ("沈", &["shen"]),
    ("吕", &["lv", "lu", "lyu"]),
    ("卜", &["bu"]),
    ("葛", &["ge"]),
    ("贾", &["jia"]),
    ("车", &["che"]),
    ("肖", &["xiao"]),
    ("宁", &["ning"]),
    ("燕", &["yan"]),
    ("应", &["ying"]),
    ("么", &["yao"]),
];

/// Forms of address that follow a surname; with the words that a person's title must hold for it to fit (none: any).
const TITLES: &[(&str, &[&str])] = &[
    ("总经理", &["总经理", "gm", "general manager"]),
    ("副总经理", &["副总"]),
    ("副总", &["副总", "vp", "vice"]),
    ("总监", &["总监", "director"]),
    ("董事长", &["董事长", "chair"]),
    ("董", &["董事"]),
    ("总", &["总", "ceo", "cto", "cfo", "coo", "vp", "president", "director", "董事"]),
    ("经理", &["经理", "manager", "主管", "总监"]),
    ("主管", &["主管", "supervisor", "lead", "经理"]),
    ("主任", &["主任"]),
    ("副主任", &["副主任"]),
    ("部长", &["部长", "部门负责人", "经理", "head"]),
    ("处长", &["处长"]),
    ("科长", &["科长"]),
    ("局长", &["局长"]),
    ("院长", &["院长"]),
    ("校长", &["校长"]),
    ("厂长", &["厂长"]),
    ("所长", &["所长"]),
    ("站长", &["站长"]),
    ("店长", &["店长"]),
    ("队长", &["队长"]),
    ("组长", &["组长", "lead"]),
    ("班长", &["班长"]),
    ("书记", &["书记"]),
    ("秘书", &["秘书", "助理", "assistant"]),
    ("助理", &["助理", "秘书", "assistant"]),
    ("会计", &["会计", "财务", "account"]),
    ("律师", &["律师", "法务"]),
    ("医生", &["医"]),
    ("教授", &["教授"]),
    ("博士", &[]),
    ("工程师", &["工", "engineer"]),
    ("工", &[]),
    ("老师", &[]),
    ("师傅", &[]),
    ("先生", &[]),
    ("女士", &[]),
    ("小姐", &[]),
    ("同学", &[]),
    ("同志", &[]),
    ("哥", &[]),
    ("姐", &[]),
    ("老", &[]),
];

/// Words of two or three characters that begin like a name and are none.
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "周一", "周二", "周三", "周四", "周五", "周六", "周日", "周天", "周末", "周报", "周期", "周边", "周会", "周例会",
    "任务", "任何", "任意", "任命", "项目", "项目组", "时间", "时候", "时长", "时限", "方案", "方式", "方法", "方面",
    "方向", "方便", "安排", "安全", "安装", "高度", "高级", "高层", "高管", "何时", "何人", "何事", "王国", "成本",
    "成功", "成果", "成员", "成立", "成品", "全部", "全体", "全员", "全面", "全程", "全新", "常规", "常见", "应该",
    "应当", "应用", "应急", "平台", "平时", "平均", "元旦", "马上", "程序", "程度", "施工", "施行", "封装", "封面",
    "明天", "明日", "明年", "明确", "明细", "明早", "明晚", "计划", "计算", "计入", "经理", "经过", "经费", "经济",
    "和解", "和谐", "和我", "那个", "那边", "那么", "上周", "上午", "上次", "上级", "上线", "上传", "上报", "上述",
    "上海", "水平", "海外", "海报", "权限", "权利", "代码", "代理", "代表", "代替", "支持", "支付", "支出", "初步",
    "初稿", "付款", "付费", "相关", "相应", "原因", "原来", "原定", "原件", "商务", "商品", "商量", "保证", "保持",
    "保密", "保存", "农业", "边界", "池子", "单位", "单独", "单子", "单据", "查询", "查看", "查收", "查一下", "解决",
    "解释", "解除", "华为", "包括", "包装", "包含", "房间", "房租", "简单", "简历", "连续", "连接", "连同", "车间",
    "车辆", "温度", "易用", "文件", "文档", "文本", "文字", "文章", "章节", "关于", "关闭", "关键", "关注", "路线",
    "路径", "左右", "季度", "管理", "管理层", "管理员", "尚未", "尚不", "向上", "向下", "向前", "申请", "申报",
    "毕竟", "毕业", "游戏", "尤其", "谷歌", "成都", "宁波", "石油", "白天", "白板", "白名单", "龙头", "段落", "孔洞",
    "史上", "万一", "顾问", "顾客", "武汉", "严格", "严重", "钱款", "牛奶", "洪水", "江苏", "江西", "金额", "金融",
    "夏天", "田地", "方才", "高兴", "林业", "何处", "许多", "许可", "曾经", "程控", "余额", "余下", "于是", "于我",
    "叶片", "苏州", "杭州", "杜绝", "丁点", "沈阳", "范围", "范本", "汪洋", "陆续", "金属", "路由", "项目经理",
    "产品经理", "客户经理", "公司", "公式", "公开", "公告", "公共", "公布", "公章", "门户", "门店", "利润", "利用",
    "利益", "满意", "满足", "习惯", "占用", "占比", "初始", "平安", "都是", "都没", "都有", "都在", "都能", "都会",
    "都要", "和他", "和她", "于周", "时效", "常务", "安心", "安卓", "阳光", "阳历", "司机", "费用", "费率", "席位",
    "古代", "强调", "强烈", "强化", "景区", "米数", "麦克", "谈判", "谈话", "沙龙", "卫生", "卫星", "连夜", "党委",
    "党员", "吉利", "司法", "单价", "单元", "单号", "干净", "干部", "干预", "南方", "南京", "荣誉", "乐意", "银行",
    "花费", "闻讯", "木工", "廉价", "衣服", "井下", "盖章", "储备", "储存", "宗旨", "楼上", "楼下", "楼层", "师傅",
    "师资", "官方", "官网", "封存", "封口", "冷却", "冷链", "应付", "应收", "应对", "应届", "练习", "揭牌", "全权",
    "全额", "上门", "上班", "上架", "平稳", "平方", "海运", "海关", "战略", "战役", "经营", "经验", "经办", "经办人",
    "种类", "修改", "修正", "修复", "修订", "税务", "税率", "税费", "母公司", "危险", "危机", "权益", "权重", "支撑",
    "支行", "支部", "初期", "初审", "初七", "付出", "付清", "付完", "代办", "代为", "代我", "代发", "代码库", "明白",
    "明显", "乔迁", "关系", "常用", "常驻", "文案", "文员", "文化", "高峰", "高铁", "高效", "高清", "高新", "安保",
    "安监", "安检", "成交", "成型", "成熟", "成绩", "程式", "程控机", "雷达", "雷同", "金牌", "季报", "季末", "万元",
    "万人", "万能", "易懂", "易错", "段时间", "时段", "时常", "时点", "方可", "方能", "游客", "连线", "解读", "解析",
    "查验", "查明", "查清", "查找", "管控", "管道", "符合", "符号", "路演", "路上", "路况", "路段", "关联", "关怀",
    "向您", "向我", "向各", "施加", "温馨", "汤料", "陶瓷", "牛逼", "洪涝", "白酒", "石材", "田间", "方圆", "任职",
    "任期", "钟头", "丁香", "夏季", "秦岭", "江门", "余量", "余款", "程师", "何况", "高质量", "高优先级", "周内",
    "周中", "周初", "周知", "周前", "周转", "周密",
];

/// Endings of departments, teams and firms.
#[rustfmt::skip]
const DEPARTMENT_ENDINGS: &[&str] = &[
    "部", "部门", "组", "中心", "处", "科", "科室", "办", "办公室", "室", "公司", "集团", "团队", "小组", "委员会",
    "事业部", "分部", "总部", "班组", "车间", "工厂", "分厂", "门店", "仓库", "项目部", "局", "院", "所", "厂", "方",
    "侧", "党委", "工会", "财务", "法务", "人事", "行政", "采购", "研发", "市场", "销售", "运营", "客服", "质量",
    "生产", "物流", "供应链", "信息", "品牌", "产品", "人力资源", "审计", "技术", "运维", "测试",
];

/// Words with such an ending that name no department.
#[rustfmt::skip]
const NO_DEPARTMENTS: &[&str] = &[
    "全部", "内部", "外部", "局部", "干部", "大部", "上部", "下部", "此处", "好处", "到处", "各处", "用处", "处处",
    "之处", "何处", "对方", "我方", "双方", "各方", "地方", "官方", "甲方", "乙方", "三方", "第三方", "多方", "单方",
    "有关部门", "相关部门", "各部门", "重组", "一组", "分组", "科", "部", "组", "处", "办", "室", "局", "院", "所",
    "厂", "方", "侧", "怎么办", "照办", "待办", "承办", "主办", "协办", "交办", "代办", "经办", "会议室", "培训室",
    "教室", "机房", "产品", "质量", "信息", "技术", "测试", "生产", "采购", "销售",
];

#[rustfmt::skip]
const DEPARTMENT_WORDS_EN: &[&str] = &[
    "team", "dept", "dept.", "department", "group", "office", "division", "unit", "committee", "finance", "legal",
    "marketing", "sales", "engineering", "operations", "procurement", "purchasing", "hr", "qa", "it", "r&d",
    "support", "logistics", "production", "facilities", "accounting", "security", "compliance", "product", "design",
    "admin", "administration", "manufacturing", "warehouse", "payroll", "board", "vendor", "supplier",
];

/// English words that begin with a capital at the head of a line and are no names.
#[rustfmt::skip]
const NO_NAMES_EN: &[&str] = &[
    "i", "a", "an", "the", "this", "that", "it", "we", "you", "he", "she", "they", "my", "our", "your", "his", "her",
    "their", "me", "him", "them", "us", "someone", "somebody", "anyone", "anybody", "everyone", "everybody",
    "nobody", "other", "others", "another", "all", "both", "each", "none", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat",
    "sun", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "today", "tomorrow", "yesterday", "tonight", "next", "last", "week", "month", "quarter", "year", "day", "days",
    "weeks", "end", "eod", "eow", "eom", "cob", "asap", "tbd", "tba", "done", "finished", "completed", "complete",
    "confirmed", "confirm", "accepted", "accept", "declined", "decline", "rejected", "reject", "approved", "approve",
    "ok", "okay", "yes", "no", "not", "thanks", "thank", "regards", "best", "hi", "hello", "dear", "please", "sorry",
    "blocked", "cancel", "cancelled", "delegate", "postpone", "status", "progress", "owner", "due", "task", "tasks",
    "item", "items", "action", "actions", "project", "meeting", "minutes", "agenda", "report", "budget", "plan",
    "pending", "open", "closed", "in", "on", "at", "by", "to", "for", "from", "of", "and", "or", "but", "if", "when",
    "once", "so", "then", "now", "just", "still", "also", "only", "will", "can", "could", "should", "would", "is",
    "are", "was", "were", "be", "been", "have", "has", "had", "do", "does", "did", "subject", "re", "fw", "fwd",
    "note", "ps", "new", "old", "good", "great", "noted", "received", "attached", "half", "almost", "nearly",
    "waiting", "working", "agreed", "everything", "nothing", "something", "there", "here", "room", "zoom", "teams",
    "online", "version", "q1", "q2", "q3", "q4", "acknowledged", "undo", "help", "list", "export", "weekly", "daily",
    "more", "less", "some", "any", "as", "with", "without", "hold", "hand", "move", "push", "send", "reply",
    "people", "person", "colleague", "whoever", "who", "what", "which", "where", "why", "how", "later", "soon",
    "completion", "work", "time", "date", "start", "finish",
];

static SINGLE: LazyLock<HashSet<char>> =
    LazyLock::new(|| SURNAMES.chars().filter(|c| is_cjk(*c)).chain("朴员么洗折黑秘隗繁召".chars()).collect());
static NOT_A_NAME: LazyLock<HashSet<&'static str>> = LazyLock::new(|| NO_NAMES.iter().copied().collect());
static NOT_A_NAME_EN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| NO_NAMES_EN.iter().copied().collect());
static NOT_A_DEPARTMENT: LazyLock<HashSet<&'static str>> = LazyLock::new(|| NO_DEPARTMENTS.iter().copied().collect());

/// Characters that hardly stand in given names and often stand after a surname's character in plain text.
const NO_GIVEN: &str = "的了是在我你他她它们这那哪不没未与或及等为把被将就都也还再又很太会能可要应该请给跟从对到由说做去来有无已经过着吗呢吧啊呀哦嘛么个项条些每各第并但因所以如若才只仅两月号点分钟\
周年季件份款期款项额费总后前里内外上下部组处科室办院所厂";

/// Splits a Chinese full name into surname and given name.
fn split_surname(name: &str) -> Option<(&str, &str)> {
    for surname in COMPOUND_SURNAMES {
        if let Some(given) = name.strip_prefix(surname)
            && !given.is_empty()
        {
            return Some((surname, given));
        }
    }
    let first = name.chars().next()?;
    if !SINGLE.contains(&first) {
        return None;
    }
    let (surname, given) = name.split_at(first.len_utf8());
    Some((surname, given))
}

/// Whether the folded text is a full Chinese name by its shape: surname and a given name of one or two characters.
fn is_chinese_full_name(name: &str) -> bool {
    if !name.chars().all(is_cjk) || NOT_A_NAME.contains(name) {
        return false;
    }
    let Some((surname, given)) = split_surname(name) else { return false };
    let count = given.chars().count();
    let compound = surname.chars().count() == 2;
    if given.chars().any(|c| NO_GIVEN.contains(c)) || !(1..=2).contains(&count) {
        return false;
    }
    // 周五提 begins with a word that is no name.
    let head: String = name.chars().take(2).collect();
    compound || count == 1 || !NOT_A_NAME.contains(head.as_str())
}

/// 王总, 李经理, 赵工, 陈老师, 欧阳老师: surname and form of address.
fn surname_and_title(name: &str) -> Option<(&str, &'static str, &'static [&'static str])> {
    TITLES.iter().find_map(|(title, fits)| {
        let rest = name.strip_suffix(title)?;
        let surname = COMPOUND_SURNAMES.contains(&rest)
            || (rest.chars().count() == 1 && rest.chars().all(|c| SINGLE.contains(&c)));
        surname.then_some((rest, *title, *fits))
    })
}

/// 老王, 小李, 阿强, 大刘: the part after the nickname's first character.
fn nickname(name: &str) -> Option<(char, &str)> {
    let first = name.chars().next()?;
    let rest = name.get(first.len_utf8()..)?;
    let count = rest.chars().count();
    match first {
        '老' | '小' | '大' if count == 1 && rest.chars().all(|c| SINGLE.contains(&c)) => Some((first, rest)),
        '小' | '阿' if (1..=2).contains(&count) && rest.chars().all(is_cjk) => Some((first, rest)),
        _ => None,
    }
}

fn is_english_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.is_empty() || words.len() > 4 {
        return false;
    }
    let shaped = words.iter().all(|word| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.all(|c| c.is_alphabetic() && !is_cjk(c) || matches!(c, '.' | '-' | '\'' | '’'))
    });
    let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    let acronym = words.len() == 1 && name.len() > 1 && name.chars().all(|c| c.is_uppercase());
    shaped && !acronym && !NOT_A_NAME_EN.contains(first.trim_end_matches('.')) && !looks_like_department(name)
}

/// Whether this may be the name of a person we have never heard of: 孙鹏, 欧阳娜娜, 王总, 小李, `Priya`, `Helen Brook`,
/// `@leo`, an address.
pub fn looks_like_person(written: &str) -> bool {
    let written = written.trim().trim_start_matches('@').trim();
    if written.is_empty() || written.len() > 80 {
        return false;
    }
    if is_address(written) {
        return true;
    }
    let name = folded(written);
    if is_chinese_full_name(&name) {
        return true;
    }
    if NOT_A_NAME.contains(name.as_str()) {
        return false;
    }
    if surname_and_title(&name).is_some_and(|(_, title, _)| title != "老") {
        return true;
    }
    // 孙鹏经理, 王芳老师
    if let Some((rest, _)) = TITLES.iter().find_map(|(title, _)| name.strip_suffix(title).map(|rest| (rest, title)))
        && is_chinese_full_name(rest)
    {
        return true;
    }
    if nickname(&name).is_some_and(|(first, rest)| first != '大' && rest.chars().all(|c| SINGLE.contains(&c))) {
        return true;
    }
    is_english_name(written)
}

/// Whether this names a department, a team or a firm rather than a person: 市场部, 采购组, `Finance team`.
pub fn looks_like_department(written: &str) -> bool {
    let name = folded(written.trim().trim_start_matches('@'));
    if name.is_empty() || name.chars().count() > 24 || NOT_A_DEPARTMENT.contains(name.as_str()) {
        return false;
    }
    if name.is_ascii() {
        return name.split([' ', '/', '-']).next_back().is_some_and(|last| DEPARTMENT_WORDS_EN.contains(&last))
            || name.split(' ').next().is_some_and(|first| DEPARTMENT_WORDS_EN.contains(&first));
    }
    if name.chars().count() < 2 {
        return false;
    }
    // 我的待办 is no office; 总经办 is one.
    let list = ["待办", "怎么办", "交办", "照办", "代办"].iter().any(|word| name.ends_with(word));
    !list && DEPARTMENT_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// A bare address: one `@`, no blank.
pub fn is_address(text: &str) -> bool {
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && domain.len() > 2
                && domain.contains('.')
                && text.bytes().filter(|&b| b == b'@').count() == 1
                && !text.contains(|c: char| c.is_whitespace() || is_cjk(c) || "<>,;:()".contains(c))
        }
        None => false,
    }
}

/// `leo` after `assign to`: one word of letters that is no common word.
pub fn may_be_lower_case_name(word: &str) -> bool {
    (2..=20).contains(&word.len())
        && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || c == '.')
        && !NOT_A_NAME_EN.contains(word)
}

/// How many characters at the head of `text` are a name, in characters: the longest known one, else one that has the shape
/// of a name. `text` is as written.
pub fn name_at_start(text: &str, lexicon: &Lexicon) -> Option<usize> {
    let chars: Vec<char> = text.chars().take(80).collect();
    let fold: String = chars.iter().map(|c| fold_char(*c)).collect();
    if let Some(length) = lexicon.at_start(&fold) {
        return Some(length);
    }
    let first = *chars.first()?;
    let skip = usize::from(first == '@' || first == '＠');
    let head = chars.get(skip..)?;
    if head.first().is_some_and(|c| is_cjk(*c)) {
        let run = head.iter().take_while(|c| is_cjk(**c)).count();
        // The longest shape wins: 孙鹏飞 before 孙鹏; the caller knows what follows.
        return (2..=run.min(6)).rev().find_map(|length| {
            let candidate: String = head.iter().take(length).collect();
            looks_like_person(&candidate).then_some(length + skip)
        });
    }
    if head.first().is_some_and(|c| c.is_alphanumeric()) {
        let word: usize = head.iter().take_while(|c| !c.is_whitespace() && !",;:()，；：。、".contains(**c)).count();
        let candidate: String = head.iter().take(word).collect();
        if is_address(candidate.trim_end_matches('.')) {
            return Some(candidate.trim_end_matches('.').chars().count() + skip);
        }
        let word = head
            .iter()
            .take_while(|c| c.is_alphabetic() && !is_cjk(**c) || matches!(c, '-' | '\'' | '.' | '’'))
            .count();
        let first: String = head.iter().take(word).collect();
        let first_trimmed = first.trim_end_matches('.');
        if !is_english_name(first_trimmed) {
            return None;
        }
        let mut length = first_trimmed.chars().count();
        // Further capitalised words belong to it: Helen Brook.
        for _ in 0..2 {
            if head.get(length) != Some(&' ') {
                break;
            }
            let next: String = head
                .iter()
                .skip(length + 1)
                .take_while(|c| c.is_alphabetic() && !is_cjk(**c) || matches!(c, '-' | '\''))
                .collect();
            if !is_english_name(&next) {
                break;
            }
            length += 1 + next.chars().count();
        }
        return Some(length + skip);
    }
    None
}

/// What a hit in a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    Person,
    Department,
}

/// The names we know, for the quick question whether words name somebody. Built once per directory, cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    inner: Option<Arc<LexiconInner>>,
}

#[derive(Debug)]
struct LexiconInner {
    automaton: AhoCorasick,
    kinds: Vec<NameKind>,
    exact: HashMap<String, NameKind>,
}

impl Lexicon {
    /// Knows nobody: names are told by their shape alone.
    pub fn empty() -> Self {
        Lexicon::default()
    }

    /// Names, aliases and departments of a directory.
    pub fn of(directory: &Directory) -> Self {
        let mut people: Vec<&str> = Vec::new();
        let mut departments: Vec<&str> = Vec::new();
        for person in directory.people() {
            let list = if person.is_human() { &mut people } else { &mut departments };
            list.push(&person.name);
            list.extend(person.aliases.iter().map(String::as_str));
            departments.push(&person.department);
        }
        Lexicon::new(people, departments)
    }

    pub fn new<'a>(people: impl IntoIterator<Item = &'a str>, departments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut exact: HashMap<String, NameKind> = HashMap::new();
        for name in departments {
            let name = folded(name.trim());
            if name.chars().count() >= 2 && !name.contains('@') {
                exact.insert(name, NameKind::Department);
            }
        }
        for name in people {
            let name = folded(name.trim());
            if name.chars().count() >= 2 && !name.contains('@') {
                exact.insert(name, NameKind::Person);
            }
        }
        if exact.is_empty() {
            return Lexicon::default();
        }
        let mut patterns: Vec<(&String, NameKind)> = exact.iter().map(|(name, kind)| (name, *kind)).collect();
        patterns.sort_unstable_by(|a, b| a.0.cmp(b.0));
        let kinds = patterns.iter().map(|(_, kind)| *kind).collect();
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(aho_corasick::StartKind::Both)
            .build(patterns.iter().map(|(name, _)| name.as_str()));
        match built {
            Ok(automaton) => Lexicon { inner: Some(Arc::new(LexiconInner { automaton, kinds, exact })) },
            Err(_) => Lexicon::default(),
        }
    }

    /// What these very words name, if we know them.
    pub fn kind_of(&self, written: &str) -> Option<NameKind> {
        let inner = self.inner.as_ref()?;
        inner.exact.get(&folded(written.trim().trim_start_matches(['@', '＠']).trim())).copied()
    }

    pub fn is_person(&self, written: &str) -> bool {
        self.kind_of(written) == Some(NameKind::Person)
    }

    pub fn is_department(&self, written: &str) -> bool {
        self.kind_of(written) == Some(NameKind::Department)
    }

    /// How many characters at the head of `fold` (folded text) are a known name.
    pub fn at_start(&self, fold: &str) -> Option<usize> {
        let inner = self.inner.as_ref()?;
        let skip = usize::from(fold.starts_with('@'));
        let input = aho_corasick::Input::new(fold).span(skip..fold.len()).anchored(aho_corasick::Anchored::Yes);
        let hit = inner.automaton.find(input)?;
        let ends_in_word =
            fold.get(..hit.end()).and_then(|s| s.chars().next_back()).is_some_and(|c| c.is_ascii_alphanumeric())
                && fold.get(hit.end()..).and_then(|s| s.chars().next()).is_some_and(|c| c.is_ascii_alphanumeric());
        (!ends_in_word).then(|| fold.get(..hit.end()).map_or(0, |s| s.chars().count()))
    }

    /// Known names in a folded text, left to right, longest first: byte range and kind.
    pub fn find_in<'t>(&'t self, fold: &'t str) -> impl Iterator<Item = (std::ops::Range<usize>, NameKind)> + 't {
        self.inner.iter().flat_map(move |inner| {
            inner.automaton.find_iter(fold).filter_map(move |hit| {
                let kind = inner.kinds.get(hit.pattern().as_usize()).copied()?;
                let boundary = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
                let word = fold.get(hit.range())?;
                let latin = word.is_ascii();
                let free = !latin
                    || (boundary(fold.get(..hit.start())?.chars().next_back())
                        && boundary(fold.get(hit.end()..)?.chars().next()));
                free.then(|| (hit.range(), kind))
            })
        })
    }
}

/// Finds people by written names, as SPEC 3.6 orders.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameRules;

impl Names for NameRules {
    fn resolve(&self, written: &str, concerned: &[String], directory: &Directory) -> Resolved {
        resolve(written, concerned, directory)
    }

    fn is_department(&self, written: &str, directory: &Directory) -> bool {
        let name = written.trim().trim_start_matches('@');
        directory.is_department(name) || directory.is_department(&folded(name)) || looks_like_department(name)
    }

    fn expand(&self, written: &str, directory: &Directory) -> Vec<String> {
        expand(written, directory)
    }
}

/// Words after a department that mean everybody in it, and words that mean one person of every department (O6).
const EVERYBODY: [&str; 12] = [
    "全体人员",
    "全体成员",
    "全体同事",
    "全体员工",
    "全体",
    "全员",
    "所有人",
    "所有成员",
    "各位同事",
    " all",
    " team",
    " everyone",
];
const EVERY_DEPARTMENT: [&str; 6] = ["各部门", "所有部门", "各个部门", "相关部门", "all department ", "all "];
const HEADS: [&str; 9] = ["负责人", "部门负责人", "经理", "主管", "领导", "部长", "head", "heads", "department heads"];
const CONTACTS: [&str; 6] = ["接口人", "对接人", "联系人", "contact", "contacts", "department contacts"];

/// 研发部全体, 各部门负责人, 市场部负责人, 接口人: the addresses they stand for; a group of the directory by its name.
fn expand(written: &str, directory: &Directory) -> Vec<String> {
    let name = folded(written.trim().trim_start_matches(['@', '＠']));
    let humans = || everybody(directory).filter(|one| one.person.is_human());
    let is = |one: &Known<'_>, wanted: &str| !wanted.is_empty() && one.spelt.department == wanted;
    let group = directory.people().iter().find(|person| {
        person.kind == "group"
            && (folded(&person.name) == name || person.aliases.iter().any(|alias| folded(alias) == name))
    });
    if let Some(group) = group {
        return group.members.clone();
    }
    let whole = EVERYBODY.iter().find_map(|word| name.strip_suffix(word)).or_else(|| name.strip_prefix("all of "));
    if let Some(department) = whole.map(|department| department.trim().trim_end_matches('的')) {
        let members = humans().filter(|one| is(one, department));
        return members.map(|one| one.person.address.clone()).collect();
    }
    let (every, rest) = match EVERY_DEPARTMENT.iter().find_map(|word| name.strip_prefix(word)) {
        Some(rest) => (true, rest.trim_start_matches('的')),
        None => (false, name.as_str()),
    };
    let roles = [("head", &HEADS[..]), ("contact", &CONTACTS[..])];
    for (role, words) in roles {
        if (every || role == "contact") && words.contains(&rest) {
            return humans().filter(|one| one.person.role == role).map(|one| one.person.address.clone()).collect();
        }
        let of_one =
            words.iter().find_map(|word| name.strip_suffix(word)).map(|rest| rest.trim_end_matches('的').trim());
        if let Some(department) = of_one.filter(|department| everybody(directory).any(|one| is(&one, department))) {
            let found = humans().find(|one| one.person.role == role && is(one, department));
            return found.map(|one| one.person.address.clone()).into_iter().collect();
        }
    }
    Vec::new()
}

/// A written name, taken apart once.
struct Wanted {
    /// Folded, without `@`, hints and honorifics that say nothing.
    name: String,
    /// 市场部 in 李雷(市场部) or 市场部李雷.
    department: Option<String>,
}

/// A person and how the names are spelt.
#[derive(Clone, Copy)]
struct Known<'d> {
    person: &'d Person,
    spelt: &'d Spellings,
}

impl Known<'_> {
    /// Surname and given name of a Chinese full name.
    fn halves(&self) -> Option<(&str, &str)> {
        (self.spelt.surname > 0).then(|| self.spelt.name.split_at(self.spelt.surname))
    }

    /// Whether these letters are a local part made of the Chinese name.
    fn may_be_written(&self, letters: &str) -> bool {
        let name = self.spelt.name.as_str();
        let forms = self.spelt.pinyin.get_or_init(|| {
            let chinese = name.chars().next().is_some_and(is_cjk);
            let mut forms: Vec<String> = if chinese { pinyin_forms(name).into_iter().collect() } else { Vec::new() };
            forms.sort_unstable();
            forms
        });
        forms.binary_search_by(|form| form.as_str().cmp(letters)).is_ok()
    }
}

fn spell(person: &Person) -> Spellings {
    let name = folded(&person.name);
    Spellings {
        surname: split_surname(&name).map_or(0, |(surname, _)| surname.len()),
        aliases: person.aliases.iter().map(|alias| folded(alias.trim())).collect(),
        department: folded(&person.department),
        title: folded(&person.title),
        name_letters: squeeze(&name),
        local_letters: squeeze(local_part(&person.address)),
        alias_letters: person.aliases.iter().filter(|a| a.contains('@')).map(|a| squeeze(local_part(a))).collect(),
        pinyin: OnceLock::new(),
        name,
    }
}

fn known(directory: &Directory, place: usize) -> Option<Known<'_>> {
    let person = directory.people().get(place)?;
    Some(Known { person, spelt: directory.spellings(place, spell)? })
}

fn everybody(directory: &Directory) -> impl Iterator<Item = Known<'_>> {
    (0..directory.people().len()).filter_map(|place| known(directory, place))
}

fn wanted(written: &str, directory: &Directory) -> Wanted {
    let name = folded(written.trim().trim_start_matches(['@', '＠']).trim());
    let mut department = None;
    let mut name = match name.find(['(', '[', '<']) {
        Some(at) if at > 0 => {
            let hint = name.get(at..).unwrap_or_default().trim_matches(|c| "()[]<> ".contains(c)).to_string();
            department = Some(hint);
            name.get(..at).unwrap_or_default().trim().to_string()
        }
        _ => name,
    };
    // 市场部李雷, 市场部的李雷, 市场部-李雷: the longest department of the directory at the head.
    if department.is_none() && name.chars().next().is_some_and(is_cjk) {
        let mut best = 0;
        for one in everybody(directory) {
            let d = &one.spelt.department;
            if !d.is_empty() && d.len() > best && name.len() > d.len() && name.starts_with(d.as_str()) {
                best = d.len();
            }
        }
        if best > 0 {
            department = name.get(..best).map(str::to_string);
            name = name.get(best..).unwrap_or_default().trim_start_matches(['的', '-', ' ', ':']).to_string();
        }
    }
    Wanted { name, department }
}

fn resolve(written: &str, concerned: &[String], directory: &Directory) -> Resolved {
    let bare = written.trim().trim_matches(['<', '>']).trim();
    let address = bare.rsplit_once('<').map_or(bare, |(_, rest)| rest.trim_end_matches('>').trim());
    if is_address(address) {
        return match directory.by_address(address) {
            Some(person) => Resolved::One(person.address.clone()),
            None => Resolved::Nobody,
        };
    }
    let wanted = wanted(bare, directory);
    if wanted.name.is_empty() {
        return Resolved::Nobody;
    }
    // `@zhangsan`: the local part of an address, before any name.
    if bare.starts_with(['@', '＠']) {
        let hits = collect(everybody(directory), |one| local_part(&one.person.address) == wanted.name);
        if let [only] = hits.as_slice() {
            return Resolved::One(only.clone());
        }
    }
    let near: Vec<Known<'_>> = concerned
        .iter()
        .filter_map(|address| directory.place_of(address))
        .filter_map(|place| known(directory, place))
        .collect();
    match among(&wanted, &near) {
        Resolved::Nobody => among(&wanted, &everybody(directory).collect::<Vec<_>>()),
        found => found,
    }
}

fn local_part(address: &str) -> &str {
    address.split('@').next().unwrap_or_default()
}

/// Primary addresses of those who fit, each once, in the order given.
fn collect<'d>(people: impl Iterator<Item = Known<'d>>, fits: impl Fn(Known<'d>) -> bool) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for one in people.filter(|one| one.person.is_human()) {
        if fits(one) && !seen.contains(&one.person.address) {
            seen.push(one.person.address.clone());
        }
    }
    seen
}

/// Those of the group who fit, told apart by the department where one is named; `None` where nobody fits.
fn fitting<'d>(wanted: &Wanted, group: &[Known<'d>], fits: impl Fn(Known<'d>) -> bool) -> Option<Resolved> {
    let mut hits = collect(group.iter().copied(), fits);
    if hits.len() > 1
        && let Some(department) = &wanted.department
    {
        let of_department = |address: &String| {
            group.iter().any(|one| {
                one.person.address == *address
                    && (one.spelt.department.contains(department.as_str()) || one.person.address == *department)
            })
        };
        let narrowed: Vec<String> = hits.iter().filter(|address| of_department(address)).cloned().collect();
        if !narrowed.is_empty() {
            hits = narrowed;
        }
    }
    match hits.len() {
        0 => None,
        1 => hits.pop().map(Resolved::One),
        _ => Some(Resolved::Several(hits)),
    }
}

/// The rules of SPEC 3.6 in their order; the first that fits anybody decides.
fn among(wanted: &Wanted, group: &[Known<'_>]) -> Resolved {
    let name = wanted.name.as_str();
    let exact = fitting(wanted, group, |one| one.spelt.name == name)
        .or_else(|| fitting(wanted, group, |one| one.spelt.aliases.iter().any(|alias| alias == name)));
    let found = exact
        .or_else(|| by_title(wanted, group))
        .or_else(|| by_part(wanted, group))
        .or_else(|| if name.is_ascii() { by_latin(wanted, group) } else { by_pinyin(wanted, group) });
    found.unwrap_or(Resolved::Nobody)
}

/// 孙鹏经理, 王总: a full name or a surname with a form of address.
fn by_title(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    let full = TITLES.iter().filter_map(|(title, _)| name.strip_suffix(title));
    let mut full = full.filter(|rest| rest.chars().count() >= 2 && is_chinese_full_name(rest));
    if let Some(found) = full.find_map(|rest| fitting(wanted, group, |one| one.spelt.name == rest)) {
        return Some(found);
    }
    let (surname, _, fits) = surname_and_title(name)?;
    let has_surname = |one: Known<'_>| one.halves().is_some_and(|(s, _)| s == surname);
    // The title must not contradict: 王总 is not 王芳 the clerk.
    fitting(wanted, group, |one| {
        has_surname(one) && (fits.is_empty() || fits.iter().any(|word| one.spelt.title.contains(word)))
    })
    .or_else(|| fitting(wanted, group, |one| has_surname(one) && one.person.title.is_empty()))
}

/// 老王, 小李, 阿强, 建国: a nickname, or the given name alone.
fn by_part(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    if let Some((first, rest)) = nickname(name) {
        let of_given = rest.chars().count() == 1 && !rest.chars().any(|c| SINGLE.contains(&c));
        let found = fitting(wanted, group, |one| {
            one.halves().is_some_and(|(surname, given)| {
                (surname == rest && first != '阿')
                    || (first != '老' && (given == rest || given.ends_with(rest) && of_given))
            })
        });
        if found.is_some() {
            return found;
        }
    }
    if !name.chars().all(is_cjk) || name.chars().count() > 2 {
        return None;
    }
    fitting(wanted, group, |one| one.halves().is_some_and(|(_, given)| given == name))
}

/// Leo, Leo P., Mr Park, zhangsan.
fn by_latin(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    let without_title = ["mr ", "mr. ", "ms ", "ms. ", "mrs ", "mrs. ", "dr ", "dr. ", "miss "]
        .iter()
        .find_map(|title| name.strip_prefix(title));
    if let Some(surname) = without_title {
        return fitting(wanted, group, |one| {
            let of_name = one.spelt.name.as_str();
            let latin = of_name.split(' ').next_back() == Some(surname) && of_name.contains(' ');
            latin || of_name == surname || surname_readings_of(of_name).iter().any(|reading| reading == surname)
        });
    }
    // The first name, or first name and initial: Leo, Leo P.
    let mut asked = name.split(' ');
    let (asked_first, asked_last) = (asked.next().unwrap_or_default(), asked.next());
    let first = |one: Known<'_>| {
        let mut parts = one.spelt.name.split(' ');
        let first = parts.next().unwrap_or_default();
        let last = parts.next_back().unwrap_or_default();
        first == asked_first
            && asked_last.is_none_or(|initial| {
                let initial = initial.trim_end_matches('.');
                initial.chars().count() == 1 && last.starts_with(initial)
            })
    };
    let last = |one: Known<'_>| {
        let of_name = one.spelt.name.as_str();
        of_name.contains(' ') && of_name.split(' ').next_back() == Some(name)
    };
    let squeezed = squeeze(name);
    fitting(wanted, group, first)
        .or_else(|| fitting(wanted, group, last))
        .or_else(|| fitting(wanted, group, |one| one.spelt.local_letters == squeezed || one.may_be_written(&squeezed)))
}

/// 张三 ↔ zhangsan@: only for somebody whose Chinese name we do not know; 张姗 at zhangshan@ is somebody else.
fn by_pinyin(wanted: &Wanted, group: &[Known<'_>]) -> Option<Resolved> {
    let name = wanted.name.as_str();
    if !is_chinese_full_name(name) {
        return None;
    }
    let forms = LazyCell::new(|| pinyin_forms(name));
    fitting(wanted, group, |one| {
        let of_name = one.spelt.name.as_str();
        !of_name.chars().any(is_cjk)
            && (forms.contains(&one.spelt.local_letters)
                || of_name.contains(' ') && forms.contains(&one.spelt.name_letters)
                || one.spelt.alias_letters.iter().any(|letters| forms.contains(letters)))
    })
}

/// Lower case letters alone: `san.zhang01` → `sanzhang`.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphabetic()).map(|c| c.to_ascii_lowercase()).collect()
}

fn readings(c: char) -> Vec<String> {
    let mut list = Vec::new();
    if let Some(all) = c.to_pinyin_multi() {
        for reading in all {
            let plain = reading.plain();
            for form in if plain.contains('ü') {
                vec![plain.replace('ü', "v"), plain.replace('ü', "u"), plain.replace('ü', "yu")]
            } else {
                vec![plain.to_string()]
            } {
                if !list.contains(&form) && list.len() < 6 {
                    list.push(form);
                }
            }
        }
    }
    list
}

fn joined(text: &str) -> Vec<String> {
    text.chars().fold(vec![String::new()], |heads, c| {
        let tails = readings(c);
        heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).take(64).collect()
    })
}

fn surname_readings(surname: &str) -> Vec<String> {
    match SURNAME_READINGS.iter().find(|(known, _)| *known == surname) {
        Some((_, forms)) => forms.iter().map(|form| form.to_string()).collect(),
        None => joined(surname),
    }
}

fn surname_readings_of(name: &str) -> Vec<String> {
    match split_surname(name) {
        Some((surname, _)) if name.chars().all(is_cjk) => surname_readings(surname),
        _ => Vec::new(),
    }
}

/// The local parts that providers make of a Chinese name: zhangsan, sanzhang, zhangs, zsan, szhang.
fn pinyin_forms(name: &str) -> HashSet<String> {
    let mut forms = HashSet::new();
    let Some((surname, given)) = split_surname(name) else { return forms };
    for s in surname_readings(surname) {
        let s_initial = s.get(..1).unwrap_or_default();
        for g in joined(given) {
            let g_first = g.get(..1).unwrap_or_default();
            forms.insert(format!("{s}{g}"));
            forms.insert(format!("{g}{s}"));
            forms.insert(format!("{s_initial}{g}"));
            forms.insert(format!("{g}{s_initial}"));
            forms.insert(format!("{s}{g_first}"));
            forms.insert(format!("{g_first}{s}"));
        }
        // Initials of each character of the given name: zhangxm, xmzhang.
        for initials in given.chars().fold(vec![String::new()], |heads, c| {
            let tails: BTreeSet<String> =
                readings(c).iter().filter_map(|reading| reading.get(..1).map(str::to_string)).collect();
            heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).take(16).collect()
        }) {
            forms.insert(format!("{s}{initials}"));
            forms.insert(format!("{initials}{s}"));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

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
}
