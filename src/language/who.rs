//! Where in a sentence a person or a department stands. Told by the names that the mail itself shows (attendees, sender,
//! `@name`), by the directory, and else by shape: a surname with a given name before a word that may follow a name, a
//! capital word that is no common word, an ending such as 部 or `team`.

use super::scan::{ByCharacter, Scan, WordSet, is_han};
use crate::mail::phrases::{Characters, Firsts};
use std::ops::Range;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Person,
    Department,
    /// 各部门, all: nobody in particular.
    Everyone,
    /// 我, I: who wrote it.
    Writer,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Who {
    pub names: Vec<String>,
    pub kind: Kind,
    /// All of what names them: department, name, title.
    pub range: Range<usize>,
    /// Every name is one that the mail or the directory knows.
    pub known: bool,
}

/// What has to stand behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// A verb, a preposition, a date, or nothing more.
    Words,
    /// Nothing more, or a sign.
    End,
}

/// The names that one mail is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Cast {
    by_first: ByCharacter<Vec<Known>>,
    count: usize,
    pub writer: Option<String>,
}

#[derive(Clone, Debug)]
struct Known {
    folded: Vec<char>,
    department: bool,
}

/// Names of one mail that are kept.
const CAST_MAX: usize = 400;

impl Cast {
    /// Only the writer is known.
    pub fn of_writer(writer: Option<&str>) -> Cast {
        let mut cast = Cast { writer: writer.map(str::to_owned), ..Cast::default() };
        if let Some(writer) = writer {
            cast.add(writer);
        }
        cast
    }

    pub fn add(&mut self, name: &str) {
        self.put(name, false);
        // English people are called by their first names.
        let mut words = name.split_whitespace();
        if let (Some(first), Some(_)) = (words.next(), words.next())
            && name.is_ascii()
            && first.len() >= 3
            && !first.ends_with('.')
        {
            self.put(first, false);
        }
    }

    pub fn add_department(&mut self, name: &str) {
        self.put(name, true);
    }

    fn put(&mut self, name: &str, department: bool) {
        let scan = Scan::new(name.trim());
        let folded = scan.slice(0..scan.len()).to_vec();
        let wide = folded.first().copied().is_some_and(is_han);
        if self.count >= CAST_MAX || folded.len() < 2 || folded.len() > 40 || (wide && folded.len() > 12) {
            return;
        }
        let Some(first) = folded.first() else { return };
        let list = self.by_first.entry(*first).or_default();
        if !list.iter().any(|known| known.folded == folded) {
            list.push(Known { folded, department });
            list.sort_by_key(|known| std::cmp::Reverse(known.folded.len()));
            self.count += 1;
        }
    }

    /// The longest known name there: where it ends, and whether it is a department.
    fn at(&self, scan: &Scan, i: usize) -> Option<(usize, bool)> {
        let latin = scan.at(i).is_ascii_alphanumeric();
        if latin && scan.before(i).is_ascii_alphanumeric() {
            return None;
        }
        self.by_first.get(&scan.at(i))?.iter().find_map(|known| {
            let end = i + known.folded.len();
            let stands = scan.stands(i, &known.folded);
            let whole = !(latin && scan.at(end).is_ascii_alphanumeric());
            (stands && whole).then_some((end, known.department))
        })
    }

    pub fn knows(&self, name: &str) -> bool {
        let scan = Scan::new(name.trim());
        self.at(&scan, 0).is_some_and(|(end, _)| end == scan.len())
    }
}

static SURNAMES: Characters = Characters::new(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管符辛苗詹曲靳祁路涂兰甘裴梅童翁霍游阮尤岳柯牟滕谷舒卜成饶宁凌盛查单冉鲍华包屈房喻解蒲卫简时连车项闵邬吉党阳司费蒙席晏隋古强穆宫景米麦谈柏瞿艾沙鄢桂窦郁缪畅巩卓褚栾戚娄甄郎池丛边岑迟商臧佘卞虞刁冷应匡栗仇楚揭师官佟燕桑巫仲荆储宗楼苑寇南屠鞠荣乐明麻雍花冼和占帅利巴仰况习鹿晋肖付代支初闫由平水封蔺阚荀晁敖谌邸冀粟亓逄郜阙闻芮郗厉戎韶邰胥莘姬郦濮扈茹宦蔚巢蒯竺桓苟谯宓糜练植奚邝茅萨琚矫郅尧",
);
const COMPOUND_SURNAMES: &str = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 轩辕 端木 百里 东郭 南宫 西门 呼延 长孙 宇文 独孤 拓跋 澹台 濮阳 淳于 单于 申屠 钟离 鲜于 赫连 纳兰 完颜 张简 范姜 欧";
/// Surnames that are more often something else: only with care.
static DOUBTFUL_SURNAMES: Characters = Characters::new(
    "于和由时成应向单解查费席应文安方高金石古平水乐明利况支初代常全任项关申管路白车连党商官华边谈谷米花占包司师封卫房游左南",
);
const TITLES: &str = "总经理 副总经理 经理 总监 副总 主任 主管 部长 副部长 老师 工程师 院长 处长 科长 局长 书记 董事长 董 博士 教授 所长 组长 队长 秘书 厂长 店长 校长 站长 总工 总 工 哥 姐 先生 女士 小姐 同学 同志 律师 会计 协理 副理 课长 襄理 專員 专员";

/// Words that look like a surname with a given name and are none.
static NO_NAMES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "纪要 纪律 纪念 周一 周二 周三 周四 周五 周六 周日 周天 周末 周期 周报 周会 周边 周年 周内 周转 周例会 方案 方面 方向 方式 方法 方便 高度 高效 高峰 \
         高层 高管 高铁 高于 高质量 高风险 高优 金额 金融 金属 安排 安全 安装 成本 成员 成果 成立 成功 成品 成交 马上 石油 江苏 常规 常见 全面 全部 全体 \
         文件 文档 文化 文本 文案 文字 车辆 车间 车位 任务 任何 任意 任命 任职 项目 余下 余额 白天 白皮书 陈述 陈列 许可 许多 严格 严重 严禁 严肃 平台 平均 平时 \
         平面 平稳 万元 万一 关于 关键 关注 关闭 关系 关联 关停 程序 程度 房间 房屋 房租 温度 申请 申报 申诉 申领 单位 单独 单元 单价 单据 单品 单独 支持 支付 支部 支出 \
         管理 管控 管线 管道 管辖 容易 计划 计算 计入 路线 路由 路径 段落 于是 明确 明天 明日 明年 明早 明晚 明细 应该 应当 应急 应用 应对 应收 应付 应于 时间 时限 时候 时期 \
         和谐 向各 向全 向客 向供 华东 华南 华北 华中 江南 武汉 沈阳 南京 南方 北京 广州 司机 司法 包括 包装 包含 包干 商务 商品 商城 商户 商业 商定 商讨 商议 \
         官网 官方 边界 谈判 米数 花费 花名册 占比 占用 解决 解释 解除 查询 查看 查找 查验 查清 费用 费率 席位 古建 乐观 利用 利润 利益 况且 初步 初稿 初版 初审 \
         代码 代理 代表 代办 代发 常委 常态 连接 连续 连同 党建 党委 党组 党员 师傅 师资 封装 封闭 封面 卫生 游戏 左右 水平 水电 水费 段时间 经理 施工 施行 谢谢 曾经 万事 \
         安保 安监 安防 安置 许诺 毕业 毕竟 易用 易耗 金蝶 田间 强化 强调 强制 习惯 景观 童装 景区 麻烦 师生 严控 连锁 谈话 储备 储存 荣誉 桑拿 官司 冷却 冷链 \
         温馨 雷达 石材 牛奶 钱款 康复 武装 顾客 顾问 顾虑 毛利 史料 常用 常务 常驻 龙头 白酒 江西 方能 方可 胡乱 何时 何人 何种 何况 林业 高校 高新 高级 高压 高温 高空 高清 梁柱 \
         罗列 宋体 唐突 韩国 曹操 邓小平 冯 程式 蔡 彭 潘 袁 董事 董事会 董事长 余量 叶片 吕 魏 蒋 田地 杜绝 丁 沈 姜 范围 范例 范本 江 傅 钟 卢 汪 戴 崔 陆续 廖 姚 邱 夏季 夏天 谭 \
         季度 季末 季报 左侧 项下 项目组 项目部 向前 利率 文员 文书 成效 成为 成熟 时长 时段 时效 时间节点 安全生产 解读 解析 解答 应届 应聘 单号 单证 查收 查处 查实 查阅 关怀 关切 关税 \
         和解 明示 明文 明显 明白 平行 平方 平衡 平安 水准 水泥 水管 由于 由此 华为 连夜 车队 车险 车票 房产 房源 谷歌 米饭 支行 支撑 支援 支票 初期 初始 代价 代替 代收 代付 \
         商标 商机 商家 商会 官微 边缘 边坡 花卉 占地 包材 包裹 司令 师范 封存 封板 封样 卫星 南北 左边 游客 党支部 全年 全员 全国 全省 全市 全天 全程 全新 全套 全力 全厂 全区 全公司 全项目 \
         万科 常州 金华 温州 石家庄 江阴 陈旧 严谨 严防 庄园 章程 章节 文稿 白班 高价 高低 高速 高等 方形 方圆 方针 安徽 安卓 成都 成文 成型 成分 成绩 路段 路演 路面 路灯 申购 申办 申明 \
         管委会 管网 管材 任期 任免 项数 关口 关机 关卡 时机 时刻 时差 解散 解约 解冻 解锁 查重 费控",
    ])
});

/// What may follow a Chinese name: verbs, prepositions, adverbs.
static FOLLOWERS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "负责 牵头 主导 主责 跟进 跟踪 盯紧 盯着 盯 落实 承担 承办 主办 主持 组织 协调 统筹 在 于 将 会 需 须 应 要 来 去 前往 同意 承诺 答应 继续 尽快 抓紧 立即 马上 同 协助 配合 支持 参与 \
         与 和 及 则 再 也 并 按 根据 针对 就 对 把 向 给 为 从 跟 每 共同 一起 一并 分别 同步 提前 必须 具体 全面 重点 主要 务必 尽量 先 另 还 都 已 已经 正在 未 没 不 可 拟 带领 率 率领 \
         作为 兼 代 代表 认领 接手 接管 继续 进一步 尽早 争取 力争 最迟 最晚 不晚于 务必 即日 会后 会同 联合 以 用 通过 利用 至 到 由 统一 拿出 集中 逐一 逐项 逐个 全力 积极 及时 认真 着手 开始 自行 直接 单独 独立 亲自 带队 全程 随时 你 您 会后 今后 统筹 再次 重点 ",
        "提交 完成 整理 更新 发送 编写 确认 评审 输出 补充 制定 制订 起草 编制 撰写 修订 修改 修复 修缮 优化 改进 改善 完善 汇总 汇编 统计 收集 收齐 搜集 征集 采集 梳理 准备 备齐 提供 提出 提报 提请 上报 呈报 报送 报 报价 \
         发布 发出 发放 发 公布 公示 通知 告知 联系 沟通 对接 协商 谈判 洽谈 签订 签署 签 采购 购买 购置 订购 订 下单 预订 预定 预约 安排 召开 召集 开展 推进 推动 启动 实施 执行 部署 上线 开发 设计 \
         测试 试用 试运行 验证 验收 检查 核查 核对 核实 核算 审核 审查 审批 审定 审阅 复核 复查 复盘 评估 评价 调研 调查 分析 研究 研判 论证 盘点 清点 清理 清查 清退 归档 存档 归集 备份 迁移 升级 配置 安装 装配 调试 维修 维护 \
         更换 替换 置换 搬迁 布置 布展 装修 招聘 面试 培训 考核 考察 邀请 接待 拜访 走访 回访 回复 答复 回覆 反馈 回传 跟催 催 催办 催收 督办 督促 监督 监控 申请 申报 申领 办理 登记 注册 备案 投放 投递 拍摄 录制 录音 制作 \
         打印 印制 印刷 复印 扫描 寄 寄送 邮寄 寄出 发货 送货 送 交付 移交 交接 转交 交 上传 下载 导出 导入 录入 填写 填报 填 补签 补齐 补办 补 续签 续保 续费 退回 退还 归还 退 结算 结清 决算 预算 支付 付款 付 收取 收 报销 核销 对账 开票 开具 开通 开 \
         调整 调配 调拨 调 变更 增加 增设 新增 减少 降低 提高 提升 取消 关闭 关停 恢复 排查 排除 排期 排 处理 处置 解决 整改 演练 演示 汇报 讲解 讲 宣讲 宣贯 分享 拟定 拟订 出具 出 给出 给 敲定 确定 明确 选定 选择 选 挑选 筛选 定 定稿 写 做 画 绘制 \
         查看 查询 查 看 找 搭建 建立 建设 建 创建 构建 组建 编排 编 细化 拆分 拆除 分解 量化 校对 校准 翻译 润色 改造 改 加 加急 加强 加快 联调 联络 打通 接入 集成 封装 重构 压测 回归 提测 发版 打包 巡检 巡查 值班 值守 保养 检修 检测 丈量 测量 测算 测 勘察 勘查 施工 \
         送检 送审 带 陪同 协同 提 约 问 询价 询问 咨询 比价 招标 投标 评标 盖章 用印 备货 补货 铺货 宣传 推广 策划 筹备 筹划 筹集 筹措 筹 商定 商谈 商议 洽商 签收 签约 签批 签字 引进 引入 选型 选址 租赁 租 借 领取 领 申购 请购 报批 报备 报名 报审 送达 \
         核定 核准 核发 整合 整理 归纳 总结 提炼 摸底 摸排 走查 抽查 自查 督查 督导 指导 辅导 培养 带教 跑通 跑 试 试点 试产 量产 投产 生产 加工 包装 装车 装箱 运输 配送 发运 入库 出库 盘库 建档 建账 建群 拉通 拉群 同步 对齐 讨论 商讨 探讨 答辩 \
         撤换 撤销 注销 停用 启用 换 换发 更正 纠正 修正 标注 标记 标识 划分 分配 分发 派发 派 指派 委派 聘请 聘 邀约 对比 比对 比选 梳 压缩 释放 冻结 解冻 限制 封存 封 取 取得 获取 争取 追踪 追 追缴 排版 校验 校核 抄送 转发 转 转达 传达 学习 落地 收尾 收口 闭环 关注 留意 \
         补录 补发 补交 补缴 缴纳 缴交 缴 验 复测 复检 复验 复训 轮训 拆 拆解 布 布设 铺设 铺 敷设 浇筑 粉刷 清洗 清扫 打扫 消毒 种植 修剪 修 组装 调 联系 拜会 约见 会见 会签 会审 陈列 展示 展出 参加 出席 列席 主讲 主笔 编审 编订 编译 重做 重新 重写 重 新建 添加 添置 增补 扩容 扩建 缩减 精简 \
         提出 繳交 彙整 匯總 查核 確認 制訂 佈置 追蹤 規劃 规划 策 统整 回报 回復 寻找 寻 物色 摸清 弄清 搞定 查明 查清 说明 解释 澄清 答疑 公告 刊登 登 播放 播 推送 推 群发 下发 印发 签发 核签 会稽 呈送 呈 呈签 签呈 拟稿 拟 缮写 缮",
    ])
});

/// Kinds of work that are departments without saying so.
const FUNCTIONS: &str = "法务 财务 行政 人事 人力资源 人力 研发 产品 市场 销售 运营 客服 采购 后勤 设计 测试 运维 技术 生产 质量 品质 仓储 物流 售后 工程 审计 公关 品牌 前端 后端 供应链 信息 安保 物业 党办 综合办 总经办 工会 商务 质检 品控 厨房 后厨 前厅 前台 保洁 收银 客房 仓库 门店 总部 秘书处 乙方 甲方 施工方 监理 监理方 设计院 承包商 厂家 总办 企管 信息办 信息安全办 教务 总务 学生处";
const DEPARTMENT_ENDS: &str = "事业部 项目部 部门 部 项目组 工作组 专班 小组 组 中心 办公室 委员会 委 事业群 团队 公司 厂 车间 科 处 室 院 局 所 站 办 班 队 课 店 处室 科室 工会 支部 党委 银行 集团 学院 大队 单位 小队 方";
/// Words with such an ending that are no departments.
static NO_DEPARTMENTS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "全部 内部 外部 局部 大部 细部 头部 底部 顶部 中部 东部 西部 南部 北部 到处 好处 用处 此处 何处 各处 处处 会议室 教室 分组 数组 机组 多组 一组 网站 车站 待办 承办 主办 协办 督办 举办 开办 补办 代办 上班 下班 加班 值班 排班 夜班 早班 场所 厕所 有所 无所 医院 住院 法院 商店 酒店 饭店 网店 对方 双方 各方 我方 三方 多方 地方 官方 平方 立方 大方 后方 前方 \
     排队 车队 一队 功课 上课 下课 布局 格局 结局 当局 邮局 公安局 课 本处 委 科 办 所 处 部 组 室 院 局 站 厂 店 班 队 方 房间 部署 组织 组成 组长 处理 科学 办理 办法 办公 所有 所以 所需 所在 院长 局面 站点 站会 厂长 店长 班车 班长 队伍 队长 方案 方式 方向 方便",
    ])
});
const EVERYONE: &str = "各部门负责人 各部门经理 各部门主管 各单位负责人 各科室负责人 各班组长 各项目负责人 各区域负责人 各部门 各单位 各位同事 各位同仁 各位 各小组 各组 各科室 各分公司 各团队 各门店 各项目组 各负责人 各区域 各中心 各处室 全体人员 全体员工 全体同事 全体成员 全体 所有人员 所有人 所有部门 大家 相关部门 相关人员 有关部门 相关负责人 相关同事 与会人员 参会人员 参会各方 各方 各相关部门 各責任人 各责任人 各家";

struct Words {
    compound: WordSet,
    titles: WordSet,
    functions: WordSet,
    department_ends: WordSet,
    everyone: WordSet,
    english_departments: WordSet,
    english_no_names: WordSet,
    english_everyone: WordSet,
    first_names: WordSet,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    compound: WordSet::new(&[COMPOUND_SURNAMES]),
    titles: WordSet::new(&[TITLES]),
    functions: WordSet::new(&[FUNCTIONS]),
    department_ends: WordSet::new(&[DEPARTMENT_ENDS]),
    everyone: WordSet::new(&[EVERYONE]),
    english_departments: WordSet::new(&[
        "marketing sales finance hr it qa engineering legal operations ops procurement support product design purchasing facilities r&d accounting accounts \
         logistics production manufacturing quality security devops ux pr compliance payroll research development admin administration customer_support customer_service customer_success \
         human_resources information_technology quality_assurance supply_chain the_marketing_team management pmo infrastructure communications comms training warehouse",
    ]),
    english_no_names: WordSet::new(&[
        "the a an this that these those it they he she we you there here if when while once unless until after before because since although though as at by for from in into of off on onto out over to under up with without \
         and or but nor so yet not no yes all any both each every either everyone everybody someone anyone nobody none some many most more few several other another such same own new next last first second third final \
         what which who whom whose why how where whether please thanks thank note notes action actions item items agenda minutes meeting meetings decision decisions discussion discussions agreed agree resolved approved noted risk risks issue issues question questions \
         summary background update updates status report reports task tasks todo to-do deadline due date time owner deliverable deliverables attendees present absent apologies chair project projects budget plan plans planning goal goals objective objectives scope timeline schedule scheduling \
         need needs want wants able going welcome according due back close prior regarding re fwd subject back-up backup follow following follow-up followup remember remind reminder try aim plan proposal proposed offer intend \
         let let's lets do does did done is are was were be been being has have had will would shall should can could may might must get got give given make made take taken see seen keep kept ask asked send sent prepare update review submit draft confirm finalize finalise \
         create write read check test fix add remove change move set start stop begin end finish complete call contact email mail arrange organise organize book order buy sell pay collect gather find look investigate research analyse analyze discuss decide define describe design develop deploy deliver \
         document evaluate explore file implement improve install invite issue launch list measure meet migrate monitor negotiate obtain open outline present print produce propose provide publish purchase reach recruit reduce refine register release renew repair replace reply reschedule resolve return revise roll run schedule secure share sign study summarise summarize support talk tell track train translate upgrade upload validate verify visit work \
         mon tue tues wed thu thur thurs fri sat sun feb apr jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december today tomorrow yesterday week month quarter year morning afternoon evening \
         customer customers client clients vendor vendors supplier suppliers user users team teams staff people company department office system server service website site page app application version feature bug ticket release launch campaign contract invoice order stock price prices cost costs revenue \
         parking heating lighting catering venue room building everything nothing something anything hello hi dear regards best cheers sincerely attached attachment enclosed however therefore also then otherwise still currently overall finally additionally moreover meanwhile furthermore hence thus instead later soon now \
         q1 q2 q3 q4 h1 h2 fy eod eom eoy asap tbd tbc fyi n/a ok api ui ai ap ar todo's pilot phase sprint milestone testing development documentation training hiring infrastructure feedback migration onboarding integration",
    ]),
    english_everyone: WordSet::new(&[
        "everyone everybody all all_teams all_staff the_team team all_departments all_attendees all_members",
    ]),
    first_names: WordSet::new(&[
        "aaron adam adrian alan albert alex alexander alexandra alice alison amanda amy ana andrea andrew andy angela anita ann anna anne anthony antonio arthur barbara ben benjamin beth betty bill bob brad brandon brian bruce carl carla carlos carol caroline catherine charles charlie charlotte chen chloe chris christian christina christine christopher cindy claire clara colin connor craig cynthia dan daniel daniela dave david dawn dean debbie deborah denise dennis derek diana diane diego dominic don donald donna dorothy doug douglas dylan ed eddie edward elaine elena eli elizabeth ella ellen emily emma eric erica erik ethan eva evan eve fatima felix fernando fiona frank fred gabriel gary george gerald gina giulia gloria gordon grace graham greg gregory hannah harry heather hector heidi helen helena henry holly howard hugo ian ida igor irene iris isaac isabel ivan jack jackie jacob jake james jamie jan jane janet jason jay jean jeff jeffrey jen jennifer jenny jeremy jerry jesse jessica jill jim jimmy joan joanna joe joel john johnny jon jonathan jordan jorge jose joseph josh joshua joy juan judith judy julia julian julie justin karen karl kate katherine kathleen kathy katie keith kelly ken kenneth kevin kim kurt kyle larry laura lauren lee leo leon leonard lewis liam lily linda lisa liz logan louis louise lucas lucy luis luke lynn madison maggie marc marcus margaret maria marie mario mark marta martha martin mary mateo matt matthew max maya megan mei melissa mia michael michelle miguel mike miranda mohamed molly monica nadia nancy naomi natalie natasha nathan neil nicholas nick nicole nina noah nora norman oliver olivia omar oscar otto owen pablo pam pamela patricia patrick paul paula pedro penny peter phil philip priya rachel ralph raj ravi ray raymond rebecca rene richard rick rita rob robert robin roger ron ronald rosa rose ross roy russell ruth ryan sam samantha samuel sandra sara sarah scott sean sebastian sergio sharon sheila shirley simon sofia sophia sophie stacy stan stefan stella stephanie stephen steve steven stuart sue susan suzanne sylvia tamara tanya tara ted teresa terry theo theresa thomas tim timothy tina todd tom tommy tony tracy trevor tyler ursula valerie vanessa vera veronica victor victoria vincent violet virginia walter wang wayne wendy will william yan yuki yusuf zach zoe zhang li wei jun ming ling fang lei hui",
    ]),
});

pub(super) fn is_surname(c: char) -> bool {
    SURNAMES.hold(c)
}

/// The place is an end of words: text ends, or a sign or blank follows.
fn is_end(scan: &Scan, i: usize) -> bool {
    let c = scan.at(i);
    c == '\0' || !(is_han(c) || c.is_alphanumeric())
}

/// Chinese that begins a date: 今天, 明早, 本周, 下周三, 月底, 三天内.
pub(super) fn begins_date(scan: &Scan, i: usize) -> bool {
    let next = scan.at(i + 1);
    match scan.at(i) {
        '0'..='9' => true,
        '今' => matches!(next, '天' | '日' | '晚' | '早' | '年' | '明'),
        '明' => matches!(next, '天' | '日' | '早' | '晚' | '年' | '后'),
        '后' => matches!(next, '天' | '日' | '年'),
        '大' => next == '后',
        '本' | '这' => matches!(next, '周' | '月' | '季' | '年' | '星' | '礼' | '个' | '旬'),
        '下' if next == '班' => matches!(scan.at(i + 2), '前' | '之'),
        '下' | '次' => matches!(next, '周' | '月' | '季' | '年' | '星' | '礼' | '个' | '旬' | '半' | '下' | '日'),
        '上' => matches!(next, '半'),
        '周' => matches!(next, '一' | '二' | '三' | '四' | '五' | '六' | '日' | '天' | '末' | '内'),
        '星' => next == '期',
        '礼' => next == '拜',
        '月' => matches!(next, '底' | '末' | '中' | '初' | '内'),
        '年' => matches!(next, '底' | '末' | '内' | '中'),
        '季' => matches!(next, '度' | '末'),
        '国' | '春' | '元' | '五' | '中' | '清' | '端' | '节'
            if matches!(
                (scan.at(i), next),
                ('国', '庆')
                    | ('春', '节')
                    | ('元', '旦')
                    | ('中', '秋')
                    | ('清', '明')
                    | ('端', '午')
                    | ('节', '前' | '后')
            ) =>
        {
            true
        }
        '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '半' => (1..4)
            .any(|n| matches!(scan.at(i + n), '天' | '日' | '月' | '号' | '周' | '个' | '小' | '季' | '年' | '工')),
        '当' => matches!(next, '天' | '日' | '周' | '月'),
        '第' => true,
        '民' => next == '国',
        'q' => next.is_ascii_digit(),
        _ => false,
    }
}

/// Whether a name may end here and what follows be said of it.
fn follows(scan: &Scan, i: usize, follow: Follow) -> bool {
    if is_end(scan, i) {
        return true;
    }
    match follow {
        Follow::End => false,
        Follow::Words => {
            scan.at(i).is_ascii_alphabetic()
                || begins_date(scan, i)
                || FOLLOWERS.at(scan, i).is_some()
                || PAST.iter().any(|word| scan.lit(i, word).is_some())
        }
    }
}

/// Days gone by, which may follow a name too.
pub(super) const PAST: &[&str] = &["昨天", "昨日", "昨晚", "前天", "上周", "上月", "上个"];

/// A verb or preposition of the kind that follows names stands here.
pub(super) fn is_follower(scan: &Scan, i: usize) -> bool {
    FOLLOWERS.at(scan, i).is_some() || begins_date(scan, i)
}

/// One Chinese name: where it ends, where its title ends, whether it is a known one.
fn chinese_person(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<(usize, usize, bool)> {
    let words = &*WORDS;
    if let Some((end, false)) = cast.at(scan, i)
        && is_han(scan.at(i))
    {
        let titled = words.titles.at(scan, end).filter(|t| follows(scan, *t, follow)).unwrap_or(end);
        return Some((end, titled, true));
    }
    let first = scan.at(i);
    if !is_han(first) {
        return None;
    }
    let no_name = NO_NAMES.at(scan, i);
    // 老王, 小李, 阿强
    if matches!(first, '老' | '小' | '阿' | '大') && is_surname(scan.at(i + 1)) && follows(scan, i + 2, follow) {
        return Some((i + 2, i + 2, false));
    }
    // 阿杰; 阿里 and 阿姨 are others.
    if first == '阿'
        && is_han(scan.at(i + 1))
        && !matches!(scan.at(i + 1), '里' | '姨' | '尔' | '拉' | '根' | '富' | '联' | '司' | '胶')
        && (is_end(scan, i + 2) || follows(scan, i + 2, follow))
    {
        return Some((i + 2, i + 2, false));
    }
    let (surname, lengths): (usize, [usize; 2]) = match words.compound.at(scan, i) {
        Some(end) if end > i + 1 => (end, [1, 2]),
        _ if is_surname(first) => (i + 1, [1, 2]),
        _ => return None,
    };
    // 王总, 李经理
    if let Some(titled) = words.titles.at(scan, surname)
        && follows(scan, titled, follow)
        && no_name.is_none()
        && !(titled == surname + 1 && matches!(scan.at(surname), '工' | '董') && FOLLOWERS.at(scan, surname).is_some())
    {
        return Some((titled, titled, false));
    }
    let doubtful = surname == i + 1 && DOUBTFUL_SURNAMES.hold(first);
    // 于本周五: the preposition and its date.
    if doubtful && begins_date(scan, i + 1) {
        return None;
    }
    let mut best: Option<(usize, usize, u8)> = None;
    for length in lengths {
        let end = surname + length;
        if (surname..end).any(|at| !is_han(scan.at(at))) || no_name.is_some_and(|n| n >= end) {
            continue;
        }
        if no_name.is_some_and(|n| n == end || n > surname && length == 1) {
            continue;
        }
        let titled = words.titles.at(scan, end).filter(|t| follows(scan, *t, follow));
        let ends = titled.unwrap_or(end);
        if !follows(scan, ends, follow) {
            continue;
        }
        // How surely the rest is not part of the name: nothing left, a long word, a single character.
        let strength = if is_end(scan, ends) || titled.is_some() || begins_date(scan, ends) {
            3
        } else {
            match FOLLOWERS.at(scan, ends) {
                Some(stop) if stop >= ends + 2 => 3,
                Some(_) if matches!(scan.at(ends), '于' | '在' | '将' | '需' | '须' | '和' | '与' | '及') => 3,
                Some(_) => 2,
                None => 2,
            }
        };
        // A given name that begins with a verb's character is the verb more often than not: 高提交.
        let given_is_verb = FOLLOWERS.at(scan, surname).is_some_and(|stop| stop >= end && stop >= surname + 2);
        if given_is_verb || (doubtful && strength < 3) {
            continue;
        }
        if best.is_none_or(|(.., before)| strength > before) {
            best = Some((end, ends, strength));
        }
    }
    best.map(|(end, ends, _)| (end, ends, false))
}

/// One English name: where it ends, whether it is known.
fn english_person(scan: &Scan, i: usize, cast: &Cast) -> Option<(usize, bool)> {
    if scan.before(i).is_ascii_alphanumeric() {
        return None;
    }
    if let Some((end, false)) = cast.at(scan, i) {
        // More capital words may follow the known first name.
        let mut stop = end;
        while scan.at(stop) == ' ' && scan.is_capital(stop + 1) && stop < end + 30 {
            let word = word_end(scan, stop + 1);
            if word <= stop + 2 && scan.at(word) != '.' || WORDS.english_no_names.word_at(scan, stop + 1).is_some() {
                break;
            }
            stop = word;
        }
        return Some((stop, true));
    }
    if !scan.is_capital(i) {
        return None;
    }
    let words = &*WORDS;
    let mut end = i;
    let mut at = i;
    for count in 0..4 {
        if !scan.is_capital(at) {
            break;
        }
        let stop = word_end(scan, at);
        let length = stop - at;
        let initial = length == 1 && scan.at(stop) == '.';
        if length < 2 && !initial {
            break;
        }
        if words.english_no_names.word_at(scan, at).is_some_and(|w| w >= stop) {
            if count == 0 {
                return None;
            }
            break;
        }
        end = if initial { stop + 1 } else { stop };
        let title = matches!(scan.folded(at..stop).as_str(), "mr" | "ms" | "mrs" | "dr" | "prof");
        if title && scan.at(stop) == '.' {
            end = stop + 1;
        }
        if scan.at(end) != ' ' {
            break;
        }
        at = end + 1;
    }
    if end <= i {
        return None;
    }
    // AGREED, ACTION: words that shout are not names; two or three letters are a role (QA, CTO).
    let letters = scan.slice(i..end).iter().filter(|c| c.is_ascii_alphabetic()).count();
    let shouting = letters > 3 && (i..end).all(|at| !scan.at(at).is_ascii_alphabetic() || scan.is_capital(at));
    let known = words.first_names.word_at(scan, i).is_some();
    if (shouting && !known) || letters < 2 {
        return None;
    }
    Some((end, known))
}

fn word_end(scan: &Scan, i: usize) -> usize {
    let mut at = i;
    while scan.at(at).is_alphanumeric() && !is_han(scan.at(at))
        || (matches!(scan.at(at), '\'' | '-') && scan.at(at + 1).is_ascii_alphabetic() && at > i)
    {
        // 's is no part of the name.
        if scan.at(at) == '\'' && scan.at(at + 1) == 's' && !scan.at(at + 2).is_ascii_alphanumeric() {
            break;
        }
        at += 1;
    }
    at
}

/// A department that begins here: where it ends.
fn department(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<(usize, Kind)> {
    let words = &*WORDS;
    if let Some((end, true)) = cast.at(scan, i) {
        return Some((end, Kind::Department));
    }
    if let Some(end) = words.everyone.at(scan, i) {
        return Some((end, Kind::Everyone));
    }
    let c = scan.at(i);
    if follow == Follow::End
        && let Some(end) =
            scan.any_word(i, &["all", "everyone", "everybody"]).filter(|end| is_end(scan, *end) && scan.at(*end) != ' ')
    {
        return Some((end, Kind::Everyone));
    }
    if c.is_ascii_alphabetic() && scan.is_capital(i) {
        if let Some(end) = words.english_everyone.word_at(scan, i) {
            return Some((end, Kind::Everyone));
        }
        let mut end = words.english_departments.word_at(scan, i);
        let mut team = false;
        // `Platform team`, `Sales department`
        let mut at = i;
        for _ in 0..4 {
            let stop = word_end(scan, at);
            if stop == at || scan.at(stop) != ' ' {
                break;
            }
            at = stop + 1;
            if let Some(stop) =
                scan.any_word(at, &["team", "department", "dept", "group", "office", "committee", "squad"])
            {
                end = Some(stop);
                team = true;
                break;
            }
            if !scan.is_capital(at) {
                break;
            }
        }
        if let Some(end) = end
            && !is_han(scan.at(end))
        {
            // IT is a department, `It` is not.
            let shouted = end - i >= 2 && (i..end).all(|at| scan.is_capital(at) || !scan.at(at).is_ascii_alphabetic());
            // `Site team` is one, `Our team` is whoever.
            let the = if team {
                scan.any_word(i, DETERMINERS).is_some()
            } else {
                WORDS.english_no_names.word_at(scan, i).is_some() && scan.word(i, "the").is_none() && !shouted
            };
            if !the {
                return Some((end, Kind::Department));
            }
        }
    }
    if scan.word(i, "the").is_some() {
        let at = i + 4;
        if let Some(end) = department_after_the(scan, at) {
            return Some((end, Kind::Department));
        }
    }
    // 与业务部门同步: the preposition is no part of the name.
    if matches!(c, '与' | '跟' | '向' | '按' | '从' | '据' | '随' | '经') && words.functions.at(scan, i).is_none()
    {
        return None;
    }
    if !(is_han(c) || c.is_ascii_alphanumeric()) || NO_NAMES.at(scan, i).is_some_and(|n| n > i + 2) {
        return None;
    }
    // 技术支持组: the kind of work goes on.
    if let Some(end) = words.functions.at(scan, i)
        && let Some(stop) = scan.any(end, KINDS_OF_WORK).and_then(|work| words.department_ends.at(scan, work))
        && follows(scan, stop, follow)
    {
        return Some((stop, Kind::Department));
    }
    if let Some(end) = words.functions.at(scan, i)
        && follows(scan, end, follow)
        && !(is_deed(scan, i) && follow == Follow::Words && !may_follow_deed(scan, end))
        && words.department_ends.at(scan, end).is_none()
    {
        return Some((end, Kind::Department));
    }
    // A verb begins no department: 提供各部门.
    if FOLLOWERS.at(scan, i).is_some_and(|stop| stop >= i + 2) && words.functions.at(scan, i).is_none() {
        return None;
    }
    if !words.department_ends.may_begin_in(scan, i + 1..i + 13) {
        return None;
    }
    let mut best = None;
    for at in i + 1..i + 13 {
        let c = scan.at(at);
        if !(is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '&' | '-')) {
            break;
        }
        // Little words stand in no department's name: 一是由综合办.
        if matches!(scan.at(at - 1), '由' | '请' | '是' | '的' | '在' | '于' | '把' | '将' | '须' | '让' | '为' | '从' | '向' | '了' | '被' | '给' | '到' | '使' | '已' | '未' | '各' if at - 1 > i || scan.at(at - 1) != '各')
        {
            break;
        }
        // Nor does a verb, unless it is a kind of work: 张伟牵头成立小组, but 销售支持部.
        if FOLLOWERS.at(scan, at).is_some_and(|stop| stop >= at + 2)
            && words.functions.at(scan, at).is_none()
            && !(KINDS_BEGIN.may_hold(c) && scan.any(at, KINDS_OF_WORK).is_some())
        {
            break;
        }
        let Some(end) = words.department_ends.at(scan, at) else { continue };
        if end - i < 2 || NO_DEPARTMENTS.at(scan, at.saturating_sub(1)).is_some_and(|stop| stop >= end) {
            continue;
        }
        if NO_DEPARTMENTS.at(scan, at).is_some_and(|stop| stop > end) {
            continue;
        }
        if follows(scan, end, follow) {
            best = Some(end);
            break;
        }
        // 市场部张三: the name behind it will be found by who asks.
        if is_surname(scan.at(end)) && best.is_none() {
            best = Some(end);
        }
    }
    // 各站所: nobody in particular.
    let kind = if c == '各' { Kind::Everyone } else { Kind::Department };
    best.map(|end| (end, kind))
}

/// Who is called by what he does: HR经理, 培训主管, `Facilities manager`, `the treasurer`: where the name begins and ends.
fn role(scan: &Scan, i: usize, follow: Follow) -> Option<(usize, usize)> {
    #[rustfmt::skip]
    const TITLES: &[&str] = &[
        "总经理", "副经理", "经理", "主管", "总监", "主任", "专员", "負責人", "负责人", "组长", "工程师", "店长", "库管", "会计", "出纳", "秘书", "助理",
        "讲师", "班长", "队长", "管理员", "协调员", "接口人", "联络人", "内勤", "采购员", "质检员", "安全员", "资料员", "文员", "律师",
    ];
    #[rustfmt::skip]
    const FIELDS: &[&str] = &[
        "项目", "產品", "产品", "客户", "区域", "大区", "渠道", "招商", "车间", "班组", "值班", "网络", "系统", "数据", "安全", "招聘", "培训", "薪酬",
        "成本", "预算", "税务", "合同", "档案", "设备", "现场", "宣传", "新媒体", "活动", "品类", "门店", "片区", "信息", "物业", "仓库", "食堂", "车队",
    ];
    static FIELDS_BEGIN: Firsts = Firsts::of(FIELDS);
    let c = scan.at(i);
    if is_han(c) || c.is_ascii_alphabetic() && !scan.before(i).is_ascii_alphanumeric() {
        let latin = (i..i + 5).take_while(|at| scan.is_capital(*at)).count();
        let field = WORDS
            .functions
            .at(scan, i)
            .or_else(|| FIELDS_BEGIN.may_hold(c).then(|| scan.any(i, FIELDS)).flatten())
            .or((2..=4).contains(&latin).then_some(i + latin));
        if let Some(end) = field.and_then(|field| scan.any(field, TITLES)) {
            return Some((i, end));
        }
        // 店长, 会计: there is one of them.
        #[rustfmt::skip]
        const ALONE: &[&str] = &[
            "店长", "厂长", "副总经理", "总经理", "会计", "出纳", "库管", "班长", "组长", "队长", "校长", "园长", "站长", "馆长", "厨师长", "秘书长",
            "车间主任",
        ];
        let begins = !is_han(scan.before(i)) || matches!(scan.before(i), '由' | '请' | '让' | '和' | '与');
        if let Some(end) = scan.any(i, ALONE).filter(|end| begins && follows(scan, *end, follow)) {
            return Some((i, end));
        }
        if is_han(c) {
            return None;
        }
    }
    #[rustfmt::skip]
    const ROLES: &[&str] = &[
        "manager", "director", "officer", "engineer", "coordinator", "co-ordinator", "treasurer", "secretary", "chair",
        "chairman", "chairwoman", "chairperson", "president", "accountant", "architect", "designer", "administrator",
        "supervisor", "analyst", "controller", "clerk", "caretaker", "assistant", "recruiter", "developer", "buyer",
        "planner", "lead", "head", "bursar", "webmaster", "organiser", "organizer", "librarian", "technician",
    ];
    let the = scan.word(i, "the").map(|end| scan.skip(end, " "));
    if the.is_none() && !scan.is_capital(i) || scan.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let from = the.unwrap_or(i);
    let mut at = from;
    for count in 0..4 {
        let stop = word_end(scan, at);
        if stop == at || scan.any_word(at, DETERMINERS).is_some() {
            return None;
        }
        let word = scan.folded(at..stop);
        if ROLES.contains(&word.as_str()) {
            // `Lead time`, `Head office`: alone these are other things.
            let alone = count == 0
                && the.is_none()
                && matches!(word.as_str(), "lead" | "head" | "chair" | "assistant" | "buyer");
            let goes_on = follow == Follow::Words && scan.at(stop) == ' ' && scan.word(stop + 1, "of").is_some();
            return (!alone && !goes_on).then_some((from, stop));
        }
        if scan.at(stop) != ' ' || !scan.at(stop + 1).is_ascii_alphabetic() {
            return None;
        }
        at = stop + 1;
    }
    None
}

/// What stands before a noun and names nobody.
#[rustfmt::skip]
const DETERMINERS: &[&str] = &[
    "a", "an", "our", "your", "my", "his", "her", "their", "this", "that", "these", "those", "each", "every", "any",
    "all", "both", "some", "no", "another", "other", "which", "what", "if", "when", "please", "ask", "have", "let",
    "tell", "help", "and", "or", "for", "with", "by", "to", "in", "on", "as",
];

/// Verbs that departments are named by.
#[rustfmt::skip]
const KINDS_OF_WORK: &[&str] = &[
    "支持", "检测", "维护", "安装", "培训", "招聘", "推广", "宣传", "策划", "检验", "维修", "运输", "配送", "监控",
    "评审", "督查", "监督", "保养", "考核", "测试", "开发", "设计", "对外", "加工", "包装", "结算", "预算", "审核",
    "合同", "准备", "筹备", "调研",
];

static KINDS_BEGIN: Firsts = Firsts::of(KINDS_OF_WORK);

/// 采购, 测试, 设计: a department and a deed in one word.
#[rustfmt::skip]
fn is_deed(scan: &Scan, i: usize) -> bool {
    scan.any(
        i,
        &[
            "采购", "测试", "设计", "开发", "销售", "生产", "审计", "研发", "运维", "质检", "品控", "运营", "公关",
            "监理",
        ],
    )
    .is_some()
}

/// What makes such a word the department: 采购负责, 测试：, 设计于.
fn may_follow_deed(scan: &Scan, end: usize) -> bool {
    matches!(scan.at(end), '\0' | ':' | ',' | ')' | ']' | '(' | '。' | ';' | '/' | '|')
        || scan
            .any(end, &["负责", "牵头", "主导", "在", "于", "将", "需", "须", "同事", "来", "配合", "协助"])
            .is_some()
        || scan.at(end) == ' ' && matches!(scan.at(end + 1), ':' | '-' | '(' | '|')
}

fn department_after_the(scan: &Scan, i: usize) -> Option<usize> {
    let mut at = i;
    for _ in 0..4 {
        let stop = word_end(scan, at);
        if stop == at {
            return None;
        }
        if let Some(end) = scan.any_word(at, &["team", "department", "dept", "committee", "office", "squad", "group"]) {
            return Some(end);
        }
        if scan.at(stop) != ' ' {
            return None;
        }
        at = stop + 1;
    }
    None
}

/// Blanks and a bracket with a department or a role behind a name: 张三（市场部）.
fn skip_note(scan: &Scan, end: usize) -> usize {
    let at = scan.skip(end, " ");
    if scan.at(at) != '(' {
        return end;
    }
    let Some(close) = scan.find_char(at + 1..at + 16, ")") else { return end };
    let inside = scan.slice(at + 1..close);
    let plain = inside.iter().all(|c| is_han(*c) || c.is_ascii_alphabetic() || matches!(c, ' ' | '&' | '/'));
    let noted = plain
        && !begins_date(scan, at + 1)
        && (WORDS.functions.at(scan, at + 1) == Some(close)
            || (2..8).any(|back| close > at + back && WORDS.department_ends.at(scan, close - back + 1) == Some(close))
            || WORDS.department_ends.at(scan, close.saturating_sub(1)) == Some(close)
            || WORDS.english_departments.word_at(scan, at + 1) == Some(close)
            || WORDS.titles.at(scan, at + 1) == Some(close));
    if noted { close + 1 } else { end }
}

/// Who is named at this place: one or several people, a department, everyone, the writer.
pub(super) fn at(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<Who> {
    let first = one_at(scan, i, cast, follow)?;
    if first.kind != Kind::Person && first.kind != Kind::Department {
        return Some(first);
    }
    let mut who = first;
    for _ in 0..12 {
        let end = who.range.end;
        let blank = scan.skip(end, " ");
        let next = match scan.at(blank) {
            '、' | '/' | '&' | '+' => scan.skip(blank + 1, " "),
            '和' | '与' | '及' | '跟' if blank == end => scan.skip(blank + 1, " "),
            '以' if scan.at(blank + 1) == '及' => blank + 2,
            // A comma joins only people we know, or an English list that ends in `and`.
            ',' => {
                let next = scan.skip(blank + 1, " ");
                let next = scan.word(next, "and").map_or(next, |after| scan.skip(after, " "));
                let Some(other) = one_at(scan, next, cast, follow) else { break };
                let tail = scan.skip(other.range.end, " ");
                let listed = scan.word(tail, "and").is_some() || scan.at(tail) == '&';
                let after_and = scan.before(next) == ' ' && scan.word(scan.skip(blank + 1, " "), "and").is_some();
                if !(listed || after_and || (who.known && other.known && scan.at(next).is_ascii_alphabetic())) {
                    break;
                }
                next
            }
            '@' if who.range.start > 0 && scan.before(who.range.start) == '@' => blank,
            _ => match scan.word(blank, "and") {
                Some(after) => scan.skip(after, " "),
                None => break,
            },
        };
        let next = if scan.at(next) == '@' { next + 1 } else { next };
        let Some(other) = one_at(scan, next, cast, follow) else { break };
        if !matches!(other.kind, Kind::Person | Kind::Department) {
            break;
        }
        if other.kind == Kind::Person
            && who.kind == Kind::Department
            && who.names.len() == 1
            && !matches!(scan.at(blank), '、' | '和' | '与' | '及')
            && scan.word(blank, "and").is_none()
        {
            break;
        }
        who.names.extend(other.names);
        who.range.end = other.range.end;
        who.known &= other.known;
    }
    Some(who)
}

fn one_at(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<Who> {
    let person = |name: Range<usize>, end: usize, known: bool, start: usize| {
        let end = skip_note(scan, end);
        Some(Who { names: vec![scan.written(name)], kind: Kind::Person, range: start..end, known })
    };
    // The writer.
    for word in ["本人", "我本人", "我"] {
        if let Some(end) = scan.lit(i, word)
            && scan.at(end) != '们'
            && !matches!(scan.at(end), '司' | '方' | '部' | '公' | '国' | '院' | '校' | '局')
            && (follows(scan, end, Follow::Words) || scan.at(end) == '这')
        {
            return Some(Who {
                names: cast.writer.clone().into_iter().collect(),
                kind: Kind::Writer,
                range: i..end,
                known: true,
            });
        }
    }
    // Me - I'll draft …
    if let Some(end) =
        scan.word(i, "me").filter(|end| scan.is_capital(i) && matches!(scan.at(scan.skip(*end, " ")), '-' | ':'))
    {
        return Some(Who {
            names: cast.writer.clone().into_iter().collect(),
            kind: Kind::Writer,
            range: i..end,
            known: true,
        });
    }
    if scan.at(i) == 'i' && scan.is_capital(i) && scan.word(i, "i").is_some() {
        return Some(Who {
            names: cast.writer.clone().into_iter().collect(),
            kind: Kind::Writer,
            range: i..i + 1,
            known: true,
        });
    }
    // HR经理, the property manager; 项目经理李雷 is Li Lei.
    if let Some((name, end)) = role(scan, i, follow) {
        let next = scan.skip(end, " ");
        if let Some((name_end, titled, known)) = chinese_person(scan, end, cast, follow).filter(|_| is_han(scan.at(i)))
        {
            return person(end..name_end, titled, known, i);
        }
        if let Some((name_end, known)) = english_person(scan, next, cast).filter(|_| next == end + 1) {
            return person(next..name_end, name_end, known, i);
        }
        if follows(scan, end, follow) {
            return Some(Who { names: vec![scan.written(name..end)], kind: Kind::Person, range: i..end, known: false });
        }
    }
    // 行政小王, 法务老周
    if let Some(end) = WORDS.functions.at(scan, i)
        && matches!(scan.at(end), '小' | '老')
        && let Some((name_end, titled, known)) = chinese_person(scan, end, cast, follow)
    {
        return person(end..name_end, titled, known, i);
    }
    // 市场部张三, 市场部的张三, 市场部-张三: the person.
    if let Some((end, kind)) = department(scan, i, cast, follow) {
        if kind == Kind::Department && is_han(scan.before(end)) {
            let next = scan.skip(end, " -/:的");
            if next - end <= 2
                && let Some((name_end, titled, known)) = chinese_person(scan, next, cast, follow)
                && (next > end && is_end(scan, titled) || next == end || known)
            {
                return person(next..name_end, titled, known, i);
            }
            // 市场部（张三）
            let open = scan.skip(end, " ");
            if scan.at(open) == '('
                && let Some((name_end, titled, known)) = chinese_person(scan, open + 1, cast, Follow::End)
                && scan.at(titled) == ')'
            {
                return Some(Who {
                    names: vec![scan.written(open + 1..name_end)],
                    kind: Kind::Person,
                    range: i..titled + 1,
                    known,
                });
            }
            if !follows(scan, end, follow) {
                return chinese_person(scan, i, cast, follow)
                    .and_then(|(name, titled, known)| person(i..name, titled, known, i));
            }
        }
        // A person whose name only looks like a department: 方中心 hardly; known people go first.
        if let Some((name_end, titled, true)) = chinese_person(scan, i, cast, follow) {
            return person(i..name_end, titled, true, i);
        }
        // The marketing team is called marketing team.
        let name = scan.word(i, "the").filter(|stop| *stop < end).map_or(i, |stop| scan.skip(stop, " "));
        return Some(Who {
            names: vec![scan.written(name..end)],
            kind,
            range: i..end,
            known: kind == Kind::Department,
        });
    }
    if let Some((name_end, titled, known)) = chinese_person(scan, i, cast, follow) {
        let name = if titled > name_end { i..name_end } else { i..titled };
        return person(name, titled, known, i);
    }
    if let Some((end, known)) = english_person(scan, i, cast) {
        return person(i..end, end, known, i);
    }
    None
}

/// Who is named behind an `@` at `i`: `@张三`, `@bob.carter`, `@Bob Carter`, `@所有人`.
pub(super) fn after_at_sign(scan: &Scan, i: usize, cast: &Cast) -> Option<Who> {
    if scan.at(i) != '@' || scan.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let start = scan.skip(i + 1, " ");
    if let Some(mut who) = at(scan, start, cast, Follow::Words) {
        who.range.start = i;
        who.known = true;
        return Some(who);
    }
    // A handle, or Chinese up to the next blank or sign.
    let mut end = start;
    while end < start + 30
        && (scan.at(end).is_alphanumeric()
            || matches!(scan.at(end), '.' | '_' | '-' | '(' | ')') && !is_han(scan.at(start)))
    {
        end += 1;
    }
    let end = scan.trim_end(start..end, ".-_()");
    let wide = is_han(scan.at(start));
    if end == start || (wide && end - start > 6) {
        return None;
    }
    Some(Who { names: vec![scan.written(start..end)], kind: Kind::Person, range: i..end, known: true })
}

/// All of a text is names: a cell, a bracket, the value of 负责人. Titles and departments beside names go.
pub(super) fn list(text: &str, cast: &Cast) -> Option<Who> {
    let scan = Scan::new(text.trim());
    let mut at_place = scan.skip(0, " @*:-(");
    let mut out: Option<Who> = None;
    let mut rounds = 0;
    while at_place < scan.len() && rounds < 40 {
        rounds += 1;
        // 张三，月底前: the names end where the date begins.
        if out.is_some() && begins_date(&scan, at_place) {
            break;
        }
        let mut who = at(&scan, at_place, cast, Follow::End);
        if who.is_none() {
            who = whole_piece(&scan, at_place);
        }
        let who = who?;
        at_place = scan.skip(who.range.end, " 、,;/&+@和与及|\n()。.·-");
        if let Some(after) = scan.word(at_place, "and") {
            at_place = scan.skip(after, " ");
        }
        match &mut out {
            Some(all) => {
                if who.kind == Kind::Person && all.kind == Kind::Department && all.names.len() == 1 {
                    // 市场部 张三
                    *all = who;
                } else if !(who.kind == Kind::Department && all.kind == Kind::Person) {
                    for name in who.names {
                        if !all.names.contains(&name) {
                            all.names.push(name);
                        }
                    }
                    all.known &= who.known;
                }
            }
            None => out = Some(who),
        }
    }
    out
}

/// A piece between separators that has the length of a name although its shape is unknown: 阿依古丽, Nguyễn, bob.
fn whole_piece(scan: &Scan, start: usize) -> Option<Who> {
    let end = scan.find_char(start..scan.len(), "、,;/&+|\n()").unwrap_or(scan.len());
    let end = scan.trim_end(start..end, " 。.@");
    let count = end.checked_sub(start).filter(|n| *n > 0)?;
    let slice = scan.slice(start..end);
    let han = slice.iter().filter(|c| is_han(**c)).count();
    let fits = if han > 0 {
        count <= 8 && slice.iter().all(|c| is_han(*c) || *c == '·' || c.is_ascii_alphanumeric())
    } else {
        count <= 30
            && slice.iter().filter(|c| **c == ' ').count() <= 3
            && slice.iter().all(|c| {
                c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '_' | '@' | '·') || c.is_ascii_digit()
            })
            && slice.iter().any(|c| c.is_alphabetic())
    };
    fits.then(|| Who { names: vec![scan.written(start..end)], kind: Kind::Person, range: start..end, known: false })
}

/// Whether a whole text is the name of a department.
pub(super) fn is_department(text: &str, cast: &Cast) -> bool {
    let scan = Scan::new(text.trim());
    department(&scan, 0, cast, Follow::End).is_some_and(|(end, kind)| end == scan.len() && kind == Kind::Department)
}

/// Whether a whole text is a name by shape or known, nothing else beside it.
pub(super) fn is_who(text: &str, cast: &Cast) -> bool {
    let scan = Scan::new(text.trim());
    at(&scan, 0, cast, Follow::End).is_some_and(|who| who.range.end == scan.len())
}

/// A first name that everybody knows, or one this mail knows.
pub(super) fn is_first_name(scan: &Scan, i: usize) -> bool {
    WORDS.first_names.word_at(scan, i).is_some()
}
