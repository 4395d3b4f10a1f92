//! The words that name people, departments and roles, and those that look like names and are none.

use crate::language::scan::WordSet;
use crate::mail::phrases::Characters;
use std::sync::LazyLock;

pub(super) static SURNAMES: Characters = Characters::new(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管符辛苗詹曲靳祁路涂兰甘裴梅童翁霍游阮尤岳柯牟滕谷舒卜成饶宁凌盛查单冉鲍华包屈房喻解蒲卫简时连车项闵邬吉党阳司费蒙席晏隋古强穆宫景米麦谈柏瞿艾沙鄢桂窦郁缪畅巩卓褚栾戚娄甄郎池丛边岑迟商臧佘卞虞刁冷应匡栗仇楚揭师官佟燕桑巫仲荆储宗楼苑寇南屠鞠荣乐明麻雍花冼和占帅利巴仰况习鹿晋肖付代支初闫由平水封蔺阚荀晁敖谌邸冀粟亓逄郜阙闻芮郗厉戎韶邰胥莘姬郦濮扈茹宦蔚巢蒯竺桓苟谯宓糜练植奚邝茅萨琚矫郅尧",
);
const COMPOUND_SURNAMES: &str = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 轩辕 端木 百里 东郭 南宫 西门 呼延 长孙 宇文 独孤 拓跋 澹台 濮阳 淳于 单于 申屠 钟离 鲜于 赫连 纳兰 完颜 张简 范姜 欧";
/// Surnames that are more often something else: only with care.
pub(super) static DOUBTFUL_SURNAMES: Characters = Characters::new(
    "于和由时成应向单解查费席应文安方高金石古平水乐明利况支初代常全任项关申管路白车连党商官华边谈谷米花占包司师封卫房游左南",
);
const TITLES: &str = "总经理 副总经理 经理 总监 副总 主任 主管 部长 副部长 老师 工程师 院长 处长 科长 局长 书记 董事长 董 博士 教授 所长 组长 队长 秘书 厂长 店长 校长 站长 总工 总 工 哥 姐 先生 女士 小姐 同学 同志 律师 会计 协理 副理 课长 襄理 專員 专员";

/// Words that look like a surname with a given name and are none.
pub(super) static NO_NAMES: LazyLock<WordSet> = LazyLock::new(|| {
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
pub(super) static FOLLOWERS: LazyLock<WordSet> = LazyLock::new(|| {
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
pub(super) static NO_DEPARTMENTS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "全部 内部 外部 局部 大部 细部 头部 底部 顶部 中部 东部 西部 南部 北部 到处 好处 用处 此处 何处 各处 处处 会议室 教室 分组 数组 机组 多组 一组 网站 车站 待办 承办 主办 协办 督办 举办 开办 补办 代办 上班 下班 加班 值班 排班 夜班 早班 场所 厕所 有所 无所 医院 住院 法院 商店 酒店 饭店 网店 对方 双方 各方 我方 三方 多方 地方 官方 平方 立方 大方 后方 前方 \
     排队 车队 一队 功课 上课 下课 布局 格局 结局 当局 邮局 公安局 课 本处 委 科 办 所 处 部 组 室 院 局 站 厂 店 班 队 方 房间 部署 组织 组成 组长 处理 科学 办理 办法 办公 所有 所以 所需 所在 院长 局面 站点 站会 厂长 店长 班车 班长 队伍 队长 方案 方式 方向 方便",
    ])
});
const EVERYONE: &str = "各部门负责人 各部门经理 各部门主管 各单位负责人 各科室负责人 各班组长 各项目负责人 各区域负责人 各部门 各单位 各位同事 各位同仁 各位 各小组 各组 各科室 各分公司 各团队 各门店 各项目组 各负责人 各区域 各中心 各处室 全体人员 全体员工 全体同事 全体成员 全体 所有人员 所有人 所有部门 大家 相关部门 相关人员 有关部门 相关负责人 相关同事 与会人员 参会人员 参会各方 各方 各相关部门 各責任人 各责任人 各家";

pub(super) struct Words {
    pub(super) compound: WordSet,
    pub(super) titles: WordSet,
    pub(super) functions: WordSet,
    pub(super) department_ends: WordSet,
    pub(super) everyone: WordSet,
    pub(super) english_departments: WordSet,
    pub(super) english_no_names: WordSet,
    pub(super) english_everyone: WordSet,
    pub(super) first_names: WordSet,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
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
