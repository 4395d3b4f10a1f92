//! Labelled fields and table headers (负责人：… 截止时间：…): which words name which field, in both languages and any
//! order, and where in a text the labels stand.

pub(crate) mod form;

use super::scan::{ByWords, Scan, folds, is_han};
use crate::mail::phrases::{Firsts, Heads, Phrases};
use std::ops::Range;
use std::sync::LazyLock;

/// What a label or a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Label {
    Owner,
    Department,
    Task,
    Deliverable,
    Due,
    Start,
    Status,
    Percent,
    Helpers,
    Supervisor,
    Criterion,
    Urgency,
    Number,
    Note,
    DependsOn,
    Reason,
    Measure,
    // the meeting
    Title,
    Objective,
    When,
    Duration,
    Place,
    Link,
    Kind,
    Chair,
    Recorder,
    Attendees,
    Absent,
    Departments,
    Agenda,
    Presenter,
    Outcome,
    OutcomeState,
    Materials,
    Recurrence,
    Decision,
    // the issue
    Initiator,
    IssueKind,
    Background,
    Current,
    Expected,
    WantedBy,
    Project,
    Contact,
    Level,
    Informed,
    Description,
    // the project
    Sponsor,
    Manager,
    Scope,
    ScopeOut,
    Period,
    Members,
    Responsibility,
    Milestone,
    Risk,
    Light,
    Goal,
    Resource,
    Granted,
}

use Label::*;

/// Words for labels, simplified and lower case, blanks gone. The first list that holds a word decides.
static TABLE: &[(Label, &str)] = &[
    (
        Owner,
        "负责人 责任人 主责 主责人 牵头人 第一责任人 直接责任人 主要负责人 主要责任人 承办人 经办人 执行人 执行者 处理人 跟进人 跟进者 担当 担当者 担当人 指派给 指派 分配给 落实人 认领人 主办 主办人 负责 责任者 责任同事 责任方 实施人 完成人 主导人 负责同事 负责人员 责任人员 执行人员 落实责任人 任务负责人 对应人 owner assignee assignedto assigned responsible responsibleperson personresponsible responsibleparty personincharge pic who lead actionowner taskowner actionby bywhom incharge dri resp owners assignees ownedby handledby responsibility-person 负责人员姓名 责任人姓名 负责者 承办 经办 跟催人 權責人 权责人 权责人员 追踪人 办理人 owner(s) 谁 谁负责 谁来做 怎么分工 工程师 who's",
    ),
    (
        Department,
        "责任部门 负责部门 牵头部门 主责部门 承办部门 主办部门 责任单位 牵头单位 主责单位 承办单位 主办单位 部门 部门名称 所属部门 执行部门 归口部门 组别 小组 单位 department dept team function 权责单位 权责部门 责任科室 departments-owner 条线 所在部门 参与部门名称",
    ),
    (
        Task,
        "任务 任务内容 任务名称 任务描述 任务事项 工作任务 工作内容 工作事项 工作项 事项 待办 待办事项 待办内容 行动 行动项 行动内容 内容 具体内容 具体事项 具体任务 具体工作 具体行动 行动计划 跟进事项 后续行动 整改措施 职责 职责描述 职责内容 岗位职责 工作职责 项目事项 工作要求 重点工作 主要任务 关键任务 主要工作 交办事项 督办事项 办理事项 落实事项 议定事项 工作安排 下一步工作 下一步行动 改进项 问题整改 待办任务 追踪事项 待办项目 工作项目 处理事项 执行事项 执行内容 办理内容 事情 action actionitem actionitems task tasks item activity todo what description actionrequired nextstep nextsteps taskdescription actiondescription workitem deliverables/tasks taskname followup follow-up 要做什么 做什么 干什么 todoitem ai actions 任务项 任务清单 任务明细 子任务 工作 计划事项 会议要求 责任事项 分工内容 分工 任务分工 责任描述 行动方案 改善对策 后续事项 需办事项",
    ),
    (
        Deliverable,
        "交付物 输出物 交付成果 成果 产出 产出物 输出 输出成果 交付件 成果物 提交物 成果形式 交付内容 输出件 成果输出 交付文件 交付物名称 工作成果 预期成果 产出成果 交付 deliverable deliverables output outputs result expectedoutput workproduct product 可交付成果 交付品 提交材料 提交成果",
    ),
    (
        Due,
        "截止时间 截止日期 截止 截止日 截止到 截至 截至时间 截至日期 完成时间 完成日期 完成时限 时限 期限 完成期限 计划完成时间 计划完成 计划完成日期 要求完成时间 要求完成日期 要求完成 预计完成时间 预计完成 预计完成日期 预定完成日 预定完成日期 最晚完成时间 最迟完成时间 最迟 最晚 交付时间 交付日期 提交时间 提交日期 ddl deadline due duedate duetime dueby dueon when-due bywhen targetdate completiondate target completeby finishby enddate 结束时间 结束日期 结束 到期日 到期时间 到期 时间节点 节点 时间要求 完成节点 办结时限 办结时间 落实时间 落实时限 整改期限 整改时限 整改完成时间 eta finish due-date deadlinedate expectedcompletion expecteddate plannedcompletion plannedfinish 完成日 应完成日 预计时间 计划时间 dl 目标日期 目标完成日期 by 什么时候 何时完成 交期 期限日 限期 新截止日期 截止期限 截止时点 end ends ending forecast expectedfinish expectedend forecastdate revisedduedate newdue",
    ),
    (
        Start,
        "起始 开工 开工日期 开始时间 开始日期 启动时间 启动日期 起始时间 起始日期 计划开始 计划开始时间 开始 start startdate begin plannedstart",
    ),
    (
        Status,
        "状态 进度 完成情况 进展 当前状态 完成状态 任务状态 进展情况 落实情况 目前状态 执行情况 办理情况 当前进度 目前进度 办理状态 执行状态 是否完成 status progress state currentstatus 现况 目前进展 处理状态 跟进情况 完成与否 进度状态",
    ),
    (
        Percent,
        "完成率 完成百分比 完成度 完成比例 进度% 进度百分比 进度(%) %complete percent percentcomplete %done complete% completion% 进度（%） 完成进度",
    ),
    (
        Helpers,
        "配合 协助 配合人 协助人 配合部门 协助部门 支持 支持部门 支持人 协办 协办人 协办部门 协办单位 协作 协作人 协作部门 参与人 配合单位 协同 协同部门 协同人 协助方 配合方 配合人员 协助人员 支援 支援部门 support supportedby helpers helper supporting supportfrom contributors backup with 配合/协助 协助单位 配合协作",
    ),
    (
        Supervisor,
        "监督人 督办人 监督 督办 检查人 监督部门 验收人 督导人 跟踪人 supervisor supervisedby overseenby 督办领导 分管督办",
    ),
    (
        Criterion,
        "验收标准 交付标准 完成标准 衡量标准 标准 考核标准 质量要求 达成标准 验收要求 criterion criteria acceptancecriteria acceptancecriterion acceptedwhen acceptance definitionofdone donewhen dod 评价标准 完成要求 达标要求",
    ),
    (
        Urgency,
        "紧急程度 优先级 重要性 重要程度 紧急度 优先程度 优先顺序 priority urgency 级别 缓急 紧急级别 prio 急迫性",
    ),
    (Number, "序号 编号 no no. # id 号 任务编号 nr 项次 项目编号 index num number 任务号 s/n sn 序"),
    (Note, "备注 说明 注 备注说明 note notes remark remarks comment comments 补充说明 其他说明 备考"),
    (
        DependsOn,
        "依赖 前置任务 前置条件 依赖任务 依赖项 前序任务 dependson dependency dependencies predecessor predecessors 任务依赖 依赖关系 前置",
    ),
    (
        Reason,
        "滞后原因 延期原因 未完成原因 偏差原因 原因 原因分析 延误原因 阻塞原因 存在问题 存在的问题 主要问题 困难 难点 卡点 问题及原因 delayreason issues reason reasonfordelay cause rootcause 落后原因",
    ),
    (
        Measure,
        "解决措施 纠偏措施 应对措施 改进措施 措施 补救措施 赶工措施 应对方案 应对 解决方案 measure measures countermeasure countermeasures mitigation 应对计划 改善措施 plan-measure responseplan response correctiveaction 风险应对 应对策略 预案 fix remedy recovery plantorecover",
    ),
    (
        Title,
        "会议主题 主题 会议名称 会议议题名称 会议标题 标题 会议 subject topic title meeting meetingtitle meetingname meetingtopic meetingsubject 會議名稱 问题标题 问题名称 会名",
    ),
    (
        Objective,
        "会议目标 目标 会议目的 目的 核心目标 项目目标 总体目标 objective objectives goal goals purpose aim meetingobjective meetinggoal 会议宗旨 预期目标 总目标 整体目标",
    ),
    (
        When,
        "会议时间 时间 开会时间 会议日期 日期 会议时间地点 when time date dateandtime datetime meetingtime meetingdate date/time 召开时间 开始时刻 拟开会时间",
    ),
    (
        Duration,
        "时长 会议时长 用时 预计时长 时间分配 duration length minutes mins timeallotted timebox allotted 预计用时 计划时长 所需时间 时间(分钟) 分钟",
    ),
    (
        Place,
        "地点 会议地点 会议室 开会地点 地点/线上 场地 位置 where place location venue room meetingroom 会场 地点/方式 会议地点/线上 会议形式",
    ),
    (
        Link,
        "线上 线上会议 会议链接 会议号 链接 腾讯会议 飞书会议 钉钉会议 zoom link url meetinglink online dialin dial-in 线上链接 入会链接 会议id 视频会议 joinlink teams webex",
    ),
    (Kind, "会议类型 类型 会议类别 kind type meetingtype 会议性质 问题类型-kind"),
    (
        Chair,
        "主持人 主持 会议主持 会议主持人 主席 召集人 chair chairperson facilitator host moderator chairedby 會議主席 主持者 ledby",
    ),
    (
        Recorder,
        "记录人 记录 纪要人 会议记录 会议记录人 记录员 纪要 书记员 记录者 recorder scribe minutetaker notetaker note-taker secretary minutesby minute-taker takenby notesby recordedby 纪录 纪录人",
    ),
    (
        Attendees,
        "参会人 参会人员 参加人 参加人员 与会人 与会人员 出席 出席人 出席人员 参会 参会者 与会者 到会人员 到会 参会名单 参与人员 实到 实到人员 出席者 参会同事 attendees participants present attendance inattendance attended invitees invited people members-present participant attending who-attends 应到 应到人员 应参会人员 必须参加 必须参会 拟参会人 参会对象 参加 与会",
    ),
    (
        Absent,
        "缺席 请假 缺席人员 请假人员 未到 未出席 缺席人 请假人 未参会 缺席/请假 请假/缺席 未到会 absent apologies regrets absentees notpresent excused apologiesforabsence 缺勤",
    ),
    (
        Departments,
        "参会部门 与会部门 参与部门 涉及部门 接收部门 需配合部门 相关部门 配合部门(可多选) 涉及部门/人员 协作部门列表 departments teams-involved involveddepartments 责任接收部门 需协作部门 受理部门 departmentsinvolved teamsinvolved affecteddepartments 主送部门 待配合部门 被反馈部门 协调部门",
    ),
    (
        Agenda,
        "议程 会议议程 议题 会议议题 讨论议题 议题名称 议程安排 讨论主题 agenda agendaitem agendaitems topics topicname 会议内容安排 讨论事项 议题/内容",
    ),
    (
        Presenter,
        "主讲 主讲人 汇报人 发言人 讲解人 演讲人 报告人 分享人 负责讲解 主讲者 presenter speaker presentedby 引导人 主导发言 议题负责人 汇报 by-presenter",
    ),
    (
        Outcome,
        "必达结论 预期结论 期望结论 结论要求 需达成结论 必达成果 预期输出 期望产出 必须达成 requiredoutcome outcome expectedoutcome desiredoutcome must-have conclusion requiredconclusion 预期结果 须达成结论 必达结果 达成结论 需要的结论 目标结论",
    ),
    (OutcomeState, "达成情况 结论达成 是否达成 达成 达成与否 结果 结论 reached outcomestatus achieved 结论达成情况"),
    (
        Materials,
        "材料 会前材料 会议材料 资料 会议资料 准备材料 所需材料 会前准备 需准备材料 需提交材料 materials material pre-read preread pre-reads pleasebring pleaseprepare tobring toprepare documents handouts prep preparation papers 待准备材料 会前资料 参会准备",
    ),
    (Recurrence, "周期 重复 频率 会议频率 循环 recurrence repeats repeat frequency every 例会周期 召开频率"),
    (Decision, "决议 决定 决议事项 会议决议 会议决定 decision decisions resolution agreed 议定结论 形成决议"),
    (
        Initiator,
        "发起人 反馈人 提出人 提交人 申请人 提报人 发起人员 填表人 报告者 initiator raisedby reportedby submittedby reporter requester requestedby from-person 联系人姓名 提出者 发起同事",
    ),
    (
        Department,
        "发起部门 反馈部门 提出部门 申请部门 提报部门 提交部门 originatingdepartment initiatingdepartment raisedbydepartment fromdepartment 本部门 发起单位",
    ),
    (
        IssueKind,
        "问题类型 问题类别 反馈类型 需求类型 诉求类型 issuetype problemtype category issuekind 问题分类 类别 反馈类别",
    ),
    (
        Background,
        "背景 项目背景 问题背景 背景说明 背景描述 背景情况 background context 事情背景 事件背景 缘由 立项背景",
    ),
    (
        Current,
        "现状 目前状况 现状描述 当前现状 目前现状 当前情况 问题现状 问题描述 current currentstate currentsituation situation problem 目前情况 现状/问题 problemdescription impact 影响",
    ),
    (
        Expected,
        "期望 期望结果 期望目标 诉求 期望解决方案 期望支持 具体诉求 期望达成 预期 需求 expected expectation expectations expectedresult desired request need ask desiredoutcome-issue 希望 期望效果 期望描述 期望诉求 具体需求 协作诉求 希望结果 wanted whatweneed whatisneeded weneed ourneed wewant needed whatwewant whatiwant requestedaction",
    ),
    (
        WantedBy,
        "期望完成时间 希望完成时间 期望解决时间 期望时间 期望完成日期 需求时间 期望答复时间 期望回复时间 期望反馈时间 wantedby neededby needby requiredby expectedby desireddate resolveby 希望解决时间 期望解决日期 要求解决时间 期望完成时限 expectedcompletiondate",
    ),
    (
        Project,
        "项目 关联项目 所属项目 关联项目/事项名称 关联事项 关联项目/事项 相关项目 关联项目名称 项目名称 项目名 project projectname relatedproject relatedto linkedproject 项目/事项 关联事项名称 项目主题",
    ),
    (
        Contact,
        "接口人 对接人 联系人 部门接口人 联络人 窗口 contact contactperson liaison pointofcontact poc 接洽人 窗口人",
    ),
    (Level, "问题级别 问题等级 重要级别 等级 level severity issuelevel 事件等级 问题层级"),
    (Informed, "知会部门 知会 抄送部门 抄送 知会人 informed fyi cc keepinformed 知悉部门 知会对象"),
    (
        Description,
        "详细描述 问题详述 详情 描述 问题详细描述 详细说明 details detail issuedescription 具体描述 问题说明 情况说明",
    ),
    (
        Sponsor,
        "分管领导 项目发起人 项目分管领导 发起领导 赞助人 主管领导 项目总负责 sponsor projectsponsor executivesponsor 项目指导人 分管副总",
    ),
    (
        Manager,
        "项目经理 项目负责人 项目主管 pm projectmanager manager projectlead projectowner 项目组长 项目牵头人 项目pm 项目统筹",
    ),
    (
        Scope,
        "项目范围 范围 包含 包含范围 范围内 scope inscope included projectscope scopein 实施范围 范围说明 范围包含 in-scope",
    ),
    (
        ScopeOut,
        "不包含 不含 范围外 排除范围 不包括 outofscope excluded scopeout exclusions 除外范围 范围不包含 out-of-scope 不在范围",
    ),
    (
        Period,
        "起止时间 项目周期 项目起止时间 起止日期 周期时间 实施周期 项目时间 项目工期 工期 period projectperiod duration-project timeframe 项目起止 执行周期 time-frame startandend start/end 起讫时间 起讫日期 timeline schedule projectdates dates",
    ),
    (
        Members,
        "参与部门及职责 成员部门 项目成员 项目组成员 团队成员 核心成员 成员 members teammembers projectteam projectmembers 参与单位 协同团队 teams",
    ),
    (
        Responsibility,
        "责任类型 角色 职责类型 参与方式 责任角色 职责分类 角色定位 责任 role responsibility responsibilitytype involvement 分工角色 责任性质 参与角色",
    ),
    (
        Milestone,
        "里程碑 关键节点 里程碑节点 里程碑名称 关键里程碑 阶段 阶段节点 milestone milestones keymilestone phase 重要节点 项目里程碑",
    ),
    (
        Risk,
        "风险 风险描述 风险项 风险点 潜在风险 风险名称 风险内容 主要风险 风险事项 risk risks riskdescription 项目风险 风险说明",
    ),
    (
        Light,
        "风险等级 红黄绿灯 灯 预警 风险级别 风险灯 灯号 预警等级 风险状态 light rag ragstatus riskrating riskstatus riskllevel risklevel 状态灯 红绿灯 颜色",
    ),
    (
        Goal,
        "子目标 部门目标 部门子目标 分目标 目标分解 分解目标 各部门目标 subgoal sub-goal departmentgoal departmentobjective 承接目标 目标描述 目标内容 部门目标承诺 对应目标",
    ),
    (
        Resource,
        "资源需求 所需资源 资源 需要资源 需求资源 人力需求 资源支持 所需支持 resource resources resourcesneeded resourceneeds 资源内容 需协调资源 需求人数 资源诉求",
    ),
    (Granted, "是否同意 是否批准 批复 资源确认 确认情况 批准情况 granted approved confirmed 审批意见"),
];

static LABELS: LazyLock<ByWords<&'static str, Label>> = LazyLock::new(|| {
    let mut map = ByWords::default();
    for (label, words) in TABLE {
        for word in words.split_whitespace() {
            map.entry(word).or_insert(*label);
        }
    }
    map
});

/// Longest label in characters, blanks left out.
const LABEL_CHARS_MAX: usize = 24;

/// A label's spelling for the table: folded, no blanks, no marks around it.
fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in folds(text) {
        if !matches!(
            c,
            ' ' | '\n'
                | '*'
                | '"'
                | '['
                | ']'
                | ':'
                | '_'
                | '?'
                | '。'
                | '★'
                | '☆'
                | '●'
                | '■'
                | '◆'
                | '\''
                | '・'
                | '·'
        ) {
            key.push(c);
        }
    }
    key
}

/// Labels that are put together from a stem and an ending: 反馈人, 提报部门, 计划办结日期. The table above need not hold each.
#[rustfmt::skip]
static COMPOSED: &[(Label, &str, &str)] = &[
    (Initiator, "发起 提出 反馈 填报 填写 提报 报告 上报 申请 提交 报修 投诉 登记 报送 反映", "人 人员 者 人姓名 同事"),
    (Department, "发起 提出 反馈 填报 提报 上报 申请 提交 报修 投诉 登记 报送 反映 负责 责任 牵头 主责 承办 主办 执行 落实 实施 归口 主导", "部门 单位 科室 团队 处室 车间 班组 部"),
    (Owner, "负责 责任 牵头 主责 承办 主办 执行 经办 跟进 落实 实施 整改 办理 认领 主导", "人 人员 者 同事 人姓名"),
    (Helpers, "配合 协助 支持 协同 协办 协作 支援 参与配合", "人 人员 者 方 部门 单位 科室 团队 同事 处室"),
    (Departments, "涉及 接收 受理 协调 相关 对接 需配合 需协作 需协同 需协调 参会 与会 参加 参与 列席 受影响", "部门 单位 科室 团队 方 处室"),
    (Attendees, "参会 与会 参加 出席 应到 实到 参与 邀请 拟邀 受邀", "人 人员 者 名单 对象 范围 同事 人名单 人员名单"),
    (Absent, "缺席 请假 未到 缺勤 未参会", "人 人员 者 名单 情况"),
    (Presenter, "主讲 汇报 发言 讲解 演讲 报告 分享 介绍 引导 主述 讲述", "人 者 人员 部门 同事"),
    (Chair, "主持 召集 会议主持 会议召集", "人 者"),
    (Recorder, "记录 纪要 会议记录 会议纪要 速记 整理", "人 员 者 人员"),
    (WantedBy, "期望 希望 期望完成 希望完成 期望解决 希望解决 期望答复 希望答复 期望处理 希望处理 期望回复 希望回复 期望反馈 期望到位 希望到位 要求解决 要求答复 需求", "时间 日期 时限 期限 节点 日"),
    (Due, "完成 截止 提交 交付 办结 整改完成 整改 落实 到期 交付完成 交付截止 提交截止", "时间 日期 时限 期限 节点 日 时点 时间点 时间节点"),
    (Start, "开始 启动 起始 开工", "时间 日期 日 节点"),
    (Reason, "滞后 延期 延误 未完成 阻塞 偏差 逾期 落后 超期 卡点 受阻 存在问题", "原因 原因说明 说明 原因分析"),
    (Measure, "因应 应对 解决 改进 整改 纠偏 补救 赶工 后续 拟采取 防范 预防 改善 追赶 纠正 处置", "措施 方案 对策 办法 计划 行动 举措"),
    (Outcome, "必达 预期 期望 需达成 应达成 须达成 拟形成 需形成 拟达成 要求 必须达成 需得出 需明确", "结论 决议 结果 结论要求"),
    (Deliverable, "交付 提交 输出 产出 成果", "物 件 成果 内容 文件 材料 资料 形式 名称"),
    (Percent, "完成 进度 工作完成 任务完成", "率 百分比 比例 度 百分率"),
    (Status, "完成 进展 落实 执行 办理 推进 整改 任务 工作 当前 目前", "情况 状态 进展 进度 状况"),
    (Urgency, "紧急 优先 重要 缓急", "程度 级别 级 等级 度"),
    (IssueKind, "问题 反馈 诉求 需求 事项", "类型 类别 分类 种类"),
    (Sponsor, "分管 主管 发起 项目发起", "领导 副总 高管 负责领导"),
    (WantedBy, "expected desired requested wanted needed required", "resolutiondate resolutiontime resolution resolutionby completion completionby completiontime responsedate responseby deliverydate deliveryby fixdate fixby date by time deadline"),
    (Departments, "involved affected concerned relevant related receiving responding", "teams team departments department units parties functions"),
    (Departments, "teams departments units parties functions", "involved affected concerned needed"),
    (Helpers, "supporting assisting helping backup", "teams team departments department units people functions"),
    (IssueKind, "typeof kindof categoryof", "issue problem request feedback"),
    (Current, "current present existing", "state status situation condition impact"),
    (Materials, "materials documents papers things files what", "toprepare tobring toread toreview tosubmit needed required requested inadvance beforehand"),
    (Agenda, "topics points issues", "todiscuss tocover fordiscussion ontheagenda toaddress"),
    (Objective, "建设 实施 本期 总体 主要 立项 改造 工作", "目标 目的"),
    (Objective, "meeting project main overall", "goal goals aim aims purpose objective objectives target"),
];

/// Words before a label that do not change what it is about.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "本次会议", "本项目", "本次", "此次", "本周", "计划", "预计", "要求", "最迟", "最晚", "预定", "拟定", "拟", "目标", "具体", "主要", "相关", "所需", "会议",
    "项目", "问题", "工作", "任务", "会前", "当前", "需求", "事件", "立项", "诉求", "proposed", "planned", "meeting", "project", "current", "the", "our",
];

/// Words behind it.
const BEHIND: &[&str] =
    &["如下", "包括", "分别为", "清单", "列表", "一览", "安排", "填写", "必填", "为", "是", "details", "list"];

/// The label that a folded key names: in the table, from its parts, or without what stands around it.
fn find(key: &str) -> Option<Label> {
    named(key).or_else(|| {
        // 项目发起人(分管领导), 议题如下
        let bracket = key.strip_suffix(')').and_then(|open| open.split_once('('));
        let bracket = bracket.filter(|(_, inside)| {
            inside.chars().count() <= 12 && !inside.contains(|c: char| c.is_ascii_digit() || ",、;".contains(c))
        });
        let (head, inside) = bracket.unwrap_or((key, ""));
        static ENDS: Firsts = Firsts::ending(BEHIND);
        let ends = head.chars().next_back().is_some_and(|c| ENDS.may_hold(c));
        let bare = BEHIND.iter().filter(|_| ends).find_map(|word| head.strip_suffix(word)).unwrap_or(head);
        if bare.len() < key.len() && !bare.is_empty() {
            if let Some(label) = named(bare) {
                return Some(label);
            }
            if let Some(label) = (!inside.is_empty()).then(|| named(inside)).flatten() {
                return Some(label);
            }
        }
        // 现状/影响, `Impact / current state`; `Rosa / Task` is a name and another label.
        if let Some(label) = key.split_once('/').and_then(|(first, _)| named(first)) {
            return Some(label);
        }
        // 责任人 Owner, Due Date 截止: both languages say the same.
        let twice = || {
            let latin = key.find(|c: char| c.is_ascii_alphabetic())?;
            let han = key.find(is_han)?;
            let (first, second) = key.split_at_checked(latin.max(han))?;
            let first = named(first.trim_end_matches(['/', '-', '(']))?;
            named(second.trim_end_matches(')')).is_some().then_some(first)
        };
        if let Some(label) = twice().or_else(|| relative(bare)) {
            return Some(label);
        }
        let fits = |rest: &&str| rest.chars().count() >= 2;
        static HEADS: Heads = Heads::of(BEFORE);
        if !HEADS.may_lead(bare) {
            return None;
        }
        BEFORE.iter().find_map(|word| bare.strip_prefix(word).filter(fits).and_then(named))
    })
}

/// 需要提前准备的材料, 拟讨论的议题, 请各位携带资料: what is to be done with it stands before the label.
#[rustfmt::skip]
fn relative(key: &str) -> Option<Label> {
    const DEEDS: &[&str] = &[
        "准备好", "准备", "提交", "提供", "携带", "带来", "带上", "带", "阅读", "预读", "报送", "上传", "讨论", "研究", "审议", "商议", "汇报", "参加", "出席",
        "参会", "达成", "形成", "得出", "解决", "协调", "完成", "配合", "协助", "支持", "涉及", "协同",
    ];
    const LEADS: &[&str] = &[
        "本次会议", "此次会议", "本次", "此次", "会议", "需要", "需", "须", "请", "应", "拟", "待", "要", "希望", "期望", "提前", "会前", "会上", "事先", "预先", "各位",
        "大家", "参会人员", "参会人", "各部门", "各方", "所", "主要", "共同", "必须",
    ];
    static HEADS: Heads = Heads::of(LEADS).and(DEEDS);
    if !HEADS.may_lead(key) {
        return None;
    }
    let mut rest = key;
    while let Some(more) = LEADS.iter().find_map(|lead| rest.strip_prefix(lead)) {
        rest = more;
    }
    let (deed, told) = DEEDS.iter().find_map(|deed| rest.strip_prefix(deed).map(|told| (deed, told)))?;
    let bare = told.strip_prefix('的').unwrap_or(told);
    let led = rest.len() < key.len();
    // 请提前准备： what is to be brought follows; 会议要解决的问题 are its topics.
    if bare.is_empty() && led && key.contains(['请', '需']) && (deed.starts_with("准备") || deed.starts_with(['携', '带'])) {
        return Some(Label::Materials);
    }
    let talks = key.starts_with("会议") || key.starts_with("本次会议") || matches!(*deed, "讨论" | "研究" | "审议" | "商议");
    if led && talks && matches!(bare, "问题" | "事项" | "内容" | "议题") {
        return Some(Label::Agenda);
    }
    // 需要参加的人员 are 参加人员.
    let label = named(bare).or_else(|| named(&format!("{deed}{bare}")))?;
    // 提交材料 alone is what is handed in; 需完成时间 is no label of the time.
    let apart = rest.len() < key.len() || told.starts_with('的');
    (apart && matches!(label, Label::Materials | Label::Agenda | Label::Outcome | Label::Attendees | Label::Departments | Label::Description))
        .then_some(label)
}

fn named(key: &str) -> Option<Label> {
    if key.len() > LABEL_CHARS_MAX * 4 {
        return None;
    }
    WHOLE.get(key).copied()
}

/// The table, and [`COMPOSED`] written out, for it is asked of every line; the first row that gives a label has it.
static WHOLE: LazyLock<ByWords<String, Label>> = LazyLock::new(|| {
    let mut map: ByWords<String, Label> = LABELS.iter().map(|(word, label)| ((*word).to_owned(), *label)).collect();
    for (label, stems, ends) in COMPOSED {
        for (stem, end) in stems.split(' ').flat_map(|stem| ends.split(' ').map(move |end| (stem, end))) {
            let whole = format!("{stem}{end}");
            if whole.chars().count() <= LABEL_CHARS_MAX {
                map.entry(whole).or_insert(*label);
            }
        }
    }
    map
});

/// What a whole cell or label says, in exactly these words.
pub fn label_of_exactly(text: &str) -> Option<Label> {
    // 日期: 2026-03-24 is a label with its value.
    if text.len() > 160 || text.trim_end().trim_end_matches([':', '：']).contains([':', '：']) {
        return None;
    }
    let key = key(text);
    if key.is_empty() || key.chars().count() > LABEL_CHARS_MAX {
        return None;
    }
    if let Some(label) = find(&key) {
        return Some(label);
    }
    // 任务1, 行动项一, Action 3
    let bare = key.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十.、#-".contains(c));
    if bare.len() < key.len()
        && key.chars().count() - bare.chars().count() <= 4
        && let Some(label) = named(bare)
    {
        return Some(label);
    }
    let bare = key.trim_start_matches(|c: char| c.is_ascii_digit() || ".、)(-#".contains(c));
    let bare = bare
        .strip_prefix(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'])
        .map_or(bare, |b| b.trim_start_matches('、'));
    if bare.len() < key.len()
        && let Some(label) = find(bare)
    {
        return Some(label);
    }
    None
}

/// What a header cell says: exactly, by one of its parts (`任务/事项`, `Owner (DRI)`), or by a word within it.
pub fn label_of(text: &str) -> Option<Label> {
    label_of_exactly(text).or_else(|| label_within(text))
}

/// What a header cell says that is not exactly a label.
pub fn label_within(text: &str) -> Option<Label> {
    let key = key(text);
    if key.is_empty() || key.chars().count() > LABEL_CHARS_MAX {
        return None;
    }
    for part in key.split(['/', '(', ')', '、', ',', '|', '&', '-', '~']).filter(|p| !p.is_empty()) {
        if let Some(label) = named(part) {
            return Some(label);
        }
    }
    // Headings that hold a telling word. Order matters: 责任部门 before 责任, 完成情况 before 完成.
    #[rustfmt::skip]
    const WITHIN: &[(Label, &[&str])] = &[
        (WantedBy, &["期望完成时间", "期望解决时间", "wantedby", "neededby"]),
        (Percent, &["完成率", "百分比", "percent", "%"]),
        (Light, &["红黄绿", "红绿灯", "风险等级", "risklevel", "ragstatus"]),
        (Reason, &["滞后原因", "延期原因", "未完成原因", "reason"]),
        (Measure, &["应对", "解决措施", "改进措施", "纠偏", "mitigation", "countermeasure"]),
        (
            Due,
            &[
                "截止", "截至", "完成时限", "完成时间", "完成日期", "完成日", "完成期限", "时限", "deadline", "duedate", "ddl", "bywhen",
                "期限", "到期", "due",
            ],
        ),
        (Start, &["开始时间", "开始日期", "启动时间", "startdate"]),
        (Helpers, &["配合", "协助", "协办", "协同部门", "support"]),
        (Supervisor, &["监督", "督办", "supervis"]),
        (Department, &["责任部门", "责任单位", "牵头部门", "负责部门", "承办部门", "department"]),
        (Criterion, &["验收标准", "完成标准", "标准", "criteria", "criterion"]),
        (Deliverable, &["交付物", "输出物", "交付成果", "成果", "deliverable", "output"]),
        (Manager, &["项目经理", "项目负责人", "projectmanager"]),
        (Owner, &["负责人", "责任人", "牵头人", "执行人", "owner", "assignee", "responsible"]),
        (Status, &["状态", "完成情况", "进展", "status"]),
        (Urgency, &["优先级", "紧急程度", "priority"]),
        (Outcome, &["必达结论", "预期结论", "requiredoutcome"]),
        (Presenter, &["主讲", "汇报人", "presenter", "speaker"]),
        (Milestone, &["里程碑", "milestone"]),
        (Risk, &["风险"]),
        (Attendees, &["参会人", "与会人", "出席人", "attendees"]),
        (Departments, &["参会部门", "涉及部门", "接收部门"]),
        (Agenda, &["议题", "议程", "agenda"]),
        (Task, &["待办", "行动项", "任务", "工作内容", "事项", "actionitem", "task", "action"]),
        (Objective, &["目标"]),
        (Background, &["背景"]),
    ];
    static HEADS: Heads = {
        let mut heads = Heads::of(&[]);
        let mut i = 0;
        while i < WITHIN.len() {
            heads = heads.and(WITHIN[i].1);
            i += 1;
        }
        heads
    };
    if !HEADS.may_stand_in(&key) {
        return None;
    }
    WITHIN.iter().find(|(_, words)| words.iter().any(|word| key.contains(word))).map(|(label, _)| *label)
}

/// A label found in a text, and where its value stands.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub label: Label,
    /// All of it: label, colon, value.
    pub whole: Range<usize>,
    pub value: Range<usize>,
}

/// A quick look whether [`fields`] may find anything: a colon, or a label that needs none.
#[rustfmt::skip]
pub(super) fn may_have_fields(text: &str) -> bool {
    static BARE: Phrases = Phrases::new(&[
        "负责人", "责任人", "牵头人", "主责人", "截止", "完成时", "交付物", "输出物", "配合人", "协助人", "負責人", "責任人",
        "牽頭人", "完成時",
    ]);
    holds_sign(text)
        || BARE.within(text)
        || text.is_ascii() && {
            let lower = text.to_ascii_lowercase();
            ["owner", "assign", "deadline", "due", "deliverable"].iter().any(|word| lower.contains(word))
        }
}

/// A quick look whether a line may begin with a label: a colon near its head.
pub(super) fn may_be_labelled(text: &str) -> bool {
    holds_sign(text) && text.chars().take(44).any(|c| matches!(c, ':' | '：' | '=' | '＝' | '︰' | '﹕'))
}

/// Whether one of `:` `：` `=` `＝` `︰` `﹕` stands in the text. Whole walks without a way out: the compiler makes sixteen
/// bytes at once of them.
fn holds_sign(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.iter().fold(0, |found, byte| found | u8::from(*byte == b':') | u8::from(*byte == b'=')) > 0 {
        return true;
    }
    let (second, third) = (bytes.get(1..).unwrap_or_default(), bytes.get(2..).unwrap_or_default());
    let found = bytes.iter().zip(second).zip(third).fold(0, |found, ((a, b), c)| {
        let full = u8::from(*b == 0xbc) & (u8::from(*c == 0x9a) | u8::from(*c == 0x9d));
        let small = u8::from(*b == 0xb8) & u8::from(*c == 0xb0) | u8::from(*b == 0xb9) & u8::from(*c == 0x95);
        found | u8::from(*a == 0xef) & (full | small)
    });
    found > 0
}

/// `负责人：张三` alone: the label and where the value begins, for any word of the table.
pub(super) fn labelled(scan: &Scan) -> Option<(Label, usize)> {
    let colon = (1..scan.len().min(40)).find(|at| scan.at(*at) == ':' || scan.at(*at) == '=')?;
    if scan.at(colon + 1) == '/' {
        return None;
    }
    let label = label_of_exactly(&scan.folded(0..colon))?;
    Some((label, scan.skip(colon + 1, " ")))
}

/// A label of the table that ends exactly at a colon at or behind `i`: its kind, and where the value begins.
pub(super) fn label_at(scan: &Scan, i: usize) -> Option<(Label, usize)> {
    let mut key = String::new();
    let mut at = i;
    let first = scan.at(i);
    let latin = first.is_ascii_alphabetic();
    if !(is_han(first) || latin) || (latin && scan.before(i).is_ascii_alphanumeric()) {
        return None;
    }
    while at < i + LABEL_CHARS_MAX + 8 {
        let c = scan.at(at);
        match c {
            ':' => {
                let label = find(&key)?;
                return Some((label, scan.skip(at + 1, " ")));
            }
            '=' if latin => {
                let label = LABELS.get(key.as_str()).copied()?;
                return Some((label, scan.skip(at + 1, " ")));
            }
            ' ' => {}
            c if is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '(' | ')' | '\'') => {
                if c != '\'' {
                    key.push(c);
                }
            }
            _ => return None,
        }
        at += 1;
    }
    None
}

/// Strong labels that stand without a colon where the value shows what they are: `负责人 张三`, `截止 7月20日`, `due July 3`.
fn bare_label_at(scan: &Scan, i: usize) -> Option<(Label, usize)> {
    const CHINESE: &[(&str, Label)] = &[
        ("负责人", Owner),
        ("责任人", Owner),
        ("牵头人", Owner),
        ("主责人", Owner),
        ("截止时间", Due),
        ("截止日期", Due),
        ("完成时间", Due),
        ("完成时限", Due),
        ("完成日期", Due),
        ("时限", Due),
        ("期限", Due),
        ("交付物", Deliverable),
        ("输出物", Deliverable),
        ("配合人", Helpers),
        ("协助人", Helpers),
    ];
    for (word, label) in CHINESE {
        if let Some(end) = scan.lit(i, word) {
            let value = scan.skip(end, " 为是-");
            let next = scan.at(value);
            let fits = match label {
                Owner | Helpers => is_han(next) || next.is_ascii_alphabetic() || next == '@',
                Due => super::who::begins_date(scan, value),
                _ => value > end,
            };
            return (fits && !matches!(next, '的' | '和' | '不' | '会' | '前' | '内' | '及'))
                .then_some((*label, value));
        }
    }
    for (word, label) in [
        ("owner", Owner),
        ("assignee", Owner),
        ("assigned to", Owner),
        ("deadline", Due),
        ("due date", Due),
        ("due", Due),
        ("deliverable", Deliverable),
    ] {
        if let Some(end) = scan.word(i, word) {
            let value = scan.skip(end, " -");
            let fits = match label {
                Owner => scan.is_capital(value) || scan.at(value) == '@',
                Due => false,
                _ => false,
            };
            return (fits && value > end).then_some((label, value));
        }
    }
    None
}

/// Labels that make a text a record of an action, wherever they stand.
fn is_strong(label: Label) -> bool {
    matches!(
        label,
        Owner
            | Task
            | Deliverable
            | Due
            | Status
            | Helpers
            | Criterion
            | Supervisor
            | Start
            | Urgency
            | DependsOn
            | Department
            | Note
            | Percent
            | WantedBy
    )
}

/// The labelled fields of a text about an action, in order. A value runs to the next label or to the end of its
/// sentence; the separator before a label is no part of the value.
pub(super) fn fields(scan: &Scan) -> Vec<Field> {
    let mut found: Vec<(Label, usize, usize)> = Vec::new();
    let mut at = 0;
    let mut may_begin = true;
    while at < scan.len() {
        if may_begin {
            let hit = label_at(scan, at)
                .filter(|(label, _)| is_strong(*label) || (*label == When && !found.is_empty()))
                .or_else(|| bare_label_at(scan, at));
            if let Some((label, value)) = hit {
                found.push((label, at, value));
                at = value.max(at + 1);
                may_begin = false;
                continue;
            }
        }
        let c = scan.at(at);
        may_begin = matches!(
            c,
            ' ' | '\n'
                | ','
                | ';'
                | '。'
                | '.'
                | '|'
                | '/'
                | '('
                | '['
                | '{'
                | '<'
                | '-'
                | '、'
                | '!'
                | ')'
                | ']'
                | '>'
                | '*'
                | '~'
                | '"'
                | '—'
                | '+'
                | '&'
        );
        at += 1;
    }
    let mut fields = Vec::with_capacity(found.len());
    for (index, (label, start, value)) in found.iter().enumerate() {
        let limit = found.get(index + 1).map_or(scan.len(), |next| next.1);
        let mut end = limit;
        // The end of the sentence ends it, or the bracket it stands in.
        let bracketed = (0..*start)
            .rev()
            .take(60)
            .find(|at| matches!(scan.at(*at), '(' | ')'))
            .is_some_and(|at| scan.at(at) == '(');
        let mut depth = 0usize;
        for at in *value..limit {
            let c = scan.at(at);
            let stops = match c {
                '。' | '\n' | ';' | '|' => true,
                '.' => {
                    scan.at(at + 1) == ' '
                        && !scan.before(at).is_ascii_digit()
                        && at + 1 < limit
                        && scan.is_capital(at + 2)
                }
                '(' => {
                    depth += 1;
                    false
                }
                ')' if depth > 0 => {
                    depth -= 1;
                    false
                }
                ')' => bracketed,
                // 输出物：复核表 @何俊
                '@' => scan.before(at) == ' ' && at > *value && !matches!(label, Owner | Helpers | Supervisor),
                // A due date ends at the comma, names end where a sentence goes on.
                ',' => {
                    matches!(label, Due | Owner | Status | Start | Urgency)
                        && is_han(scan.at(scan.skip(at + 1, " ")))
                        && *label != Owner
                }
                _ => false,
            };
            if stops {
                end = at;
                break;
            }
        }
        let trimmed = scan.trim_end(*value..end, " ,;、/|-.。([{<+&*~");
        fields.push(Field { label: *label, whole: *start..end, value: *value..trimmed.max(*value) });
    }
    fields
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn header_words() {
        for (text, label) in [
            ("负责人", Owner),
            ("責任人", Owner),
            ("Action Owner", Owner),
            ("任务/事项", Task),
            ("截止时间（DDL）", Due),
            ("完成时限", Due),
            ("Due Date (UTC)", Due),
            ("配合部门", Helpers),
            ("輸出物", Deliverable),
            ("进度%", Percent),
            ("必达结论", Outcome),
            ("任务1", Task),
            ("计划完成时间（年月日）", Due),
        ] {
            assert_eq!(label_of(text), Some(label), "{text}");
        }
        for text in ["", "张三", "2026-07-17", "提交测试报告"] {
            assert_eq!(label_of(text), None, "{text}");
        }
    }

    #[test]
    fn fields_in_a_line() {
        let read = |text: &str| -> Vec<(Label, String)> {
            let scan = Scan::new(text);
            fields(&scan).iter().map(|f| (f.label, scan.written(f.value.clone()))).collect()
        };
        assert_eq!(
            read("负责人：赵敏；任务：签订展位合同；交付物：合同扫描件；截止时间：7月17日"),
            [
                (Owner, "赵敏".into()),
                (Task, "签订展位合同".into()),
                (Deliverable, "合同扫描件".into()),
                (Due, "7月17日".into())
            ]
        );
        assert_eq!(
            read("send it - owner: Bob Carter - deadline: July 3"),
            [(Owner, "Bob Carter".into()), (Due, "July 3".into())]
        );
        assert_eq!(read("提交报告（负责人：张三，截止时间：周五）。"), [(Owner, "张三".into()), (Due, "周五".into())]);
        assert_eq!(read("完成保险续保，交付物：续保单"), [(Deliverable, "续保单".into())]);
        assert_eq!(read("会议主题：预算"), []);
    }
}
