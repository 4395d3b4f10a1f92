//! Which person a name means (SPEC 3.6): titles, nicknames, pinyin.
//!
//! Two questions are answered here. *Is this a name at all?* — [`Lexicon`] for the people we know, [`looks_like_person`]
//! and [`looks_like_department`] for those we do not. *Who is it?* — [`NameRules`], in the order address → `@name` →
//! full name among those concerned → alias → surname and title → given name, 老王, 小李 → pinyin of the address → whole
//! directory. Two people who fit equally are both reported; nobody is ever guessed.

mod lexicon;
mod pinyin;
mod rules;

use super::command::fold::{fold_char, folded, is_cjk};
pub use lexicon::{Lexicon, NameKind};
pub use rules::NameRules;
use std::collections::HashSet;
use std::sync::LazyLock;

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

#[cfg(test)]
mod tests;
