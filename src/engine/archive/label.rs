//! What the fields of an object are called on the archive's pages, and the words of their values.

/// Field names of SPEC 9.8: name, Chinese, English.
#[rustfmt::skip]
const FIELDS: &[(&str, &str, &str)] = &[
    ("id", "编号", "ID"), ("name", "名称", "Name"), ("title", "标题", "Title"), ("kind", "类型", "Kind"), ("type", "类型", "Type"),
    ("objective", "目标", "Objective"), ("background", "背景", "Background"), ("current", "现状", "As it is"),
    ("expected", "期望", "As it should be"), ("scope_in", "范围", "Scope"), ("scope_out", "不包含", "Out of scope"),
    ("start", "开始", "Start"), ("end", "结束", "End"), ("minutes", "时长（分钟）", "Minutes"), ("time_zone", "时区", "Time zone"),
    ("place", "地点", "Place"), ("link", "链接", "Link"), ("sponsor", "分管领导", "Sponsor"), ("manager", "项目经理", "Manager"),
    ("organizer", "发起人", "Organizer"), ("chair", "主持人", "Chair"), ("recorder", "记录人", "Recorder"),
    ("members", "参与部门", "Members"), ("department", "部门", "Department"), ("departments", "部门", "Departments"),
    ("responsibility", "职责", "Responsibility"), ("person", "联系人", "Person"), ("attendees", "参会人", "Attendees"),
    ("role", "角色", "Role"), ("rsvp", "答复", "Answer"), ("attended", "到会", "Attended"), ("delegate", "代参加", "Delegate"),
    ("note", "说明", "Note"), ("agenda", "议程", "Agenda"), ("presenter", "主讲", "Presenter"),
    ("required_outcome", "必达结论", "Required outcome"), ("outcome", "结果", "Outcome"), ("materials", "材料", "Materials"),
    ("received", "已收到", "Received"), ("decisions", "决议", "Decisions"), ("risks", "风险", "Risks"), ("text", "内容", "Text"),
    ("line", "原文", "As written"), ("light", "灯", "Light"), ("plan", "应对", "Plan"), ("owner", "负责人", "Owner"),
    ("milestones", "里程碑", "Milestones"), ("reached", "已达成", "Reached"), ("subgoals", "子目标", "Sub-goals"),
    ("measure", "衡量/措施", "Measure"), ("sign_off", "签字", "Signature"), ("signed_by", "签字人", "Signed by"),
    ("sign_offs", "签字", "Signatures"), ("resources", "资源", "Resources"), ("granted", "同意", "Granted"),
    ("granted_by", "同意人", "Granted by"), ("released", "已释放", "Released"), ("tasks", "任务", "Tasks"), ("task", "任务", "Task"),
    ("state", "状态", "State"), ("due", "截止", "Due"), ("urgency", "紧急程度", "Urgency"), ("level", "级别", "Level"),
    ("initiator", "发起人", "Initiator"), ("contact", "接口人", "Contact"), ("informed", "知会", "Informed"),
    ("wanted_by", "期望完成", "Wanted by"), ("resolution", "处理结果", "Resolution"), ("solution", "方案", "Solution"),
    ("finished", "完成时间", "Finished"), ("rating", "满意度", "Rating"), ("log", "沟通记录", "Log"), ("time", "时间", "Time"),
    ("who", "人", "Who"), ("content", "内容", "Content"), ("result", "结果", "Result"), ("next", "下一步", "Next"),
    ("project", "项目", "Project"), ("series", "系列", "Series"), ("recurrence", "周期", "Recurrence"),
    ("deliverable", "交付物", "Deliverable"), ("criterion", "验收标准", "Criterion"), ("percent", "进度", "Progress"),
    ("reason", "原因", "Reason"), ("helpers", "配合人", "Helpers"), ("supervisor", "监督人", "Supervisor"),
    ("slips", "延期次数", "Postponed"), ("depends_on", "前置任务", "Waits for"), ("attachments", "附件", "Attachments"),
    ("blocked_on", "卡在", "Blocked by"), ("escalated", "已升级", "Escalated"), ("address", "邮箱", "Address"),
];

/// Fields that tell a reader nothing: our own bookkeeping, and addresses beside names.
pub fn is_inner(field: &str) -> bool {
    field.ends_with("_address")
        || matches!(field, "version" | "uid" | "sequence" | "confidential" | "due_phrase" | "source")
}

/// A field as the page calls it; one that is not known by its own name.
pub fn field(name: &str, chinese: bool) -> &str {
    FIELDS.iter().find(|row| row.0 == name).map_or(name, |row| if chinese { row.1 } else { row.2 })
}

/// Values that are words of ours.
#[rustfmt::skip]
const VALUES: &[(&str, &str)] = &[
    ("proposed", "待确认"), ("agreed", "已定"), ("running", "进行中"), ("closed", "已结束"), ("draft", "草稿"), ("announced", "已通知"),
    ("held", "已开"), ("minuted", "已有纪要"), ("cancelled", "已取消"), ("open", "待响应"), ("acknowledged", "已响应"),
    ("understood", "已理解"), ("in_progress", "进行中"), ("resolved", "已解决"), ("rated", "已评价"), ("confirmed", "已确认"),
    ("blocked", "阻塞"), ("done", "已完成"), ("accepted", "已接受"), ("declined", "已拒绝"), ("tentative", "暂定"), ("delegated", "已委托"),
    ("default", "默认参加"), ("none", "无"), ("lead", "主导"), ("support", "配合"), ("supervise", "监督"), ("signed", "已签"),
    ("refused", "不同意"), ("unsigned", "未签"), ("red", "红灯"), ("yellow", "黄灯"), ("green", "绿灯"), ("normal", "普通"),
    ("urgent", "紧急"), ("critical", "特急"), ("general", "一般"), ("key", "关键"), ("decider", "决策人"), ("doer", "执行人"),
    ("informed", "知会人"), ("reached", "达成"), ("deferred", "推迟"), ("dropped", "取消"), ("kickoff", "启动会"),
    ("problem", "问题分析会"), ("resource", "资源评审会"), ("retrospective", "复盘会"), ("weekly", "周例会"), ("other", "其他"),
    ("collaboration", "协作需求"), ("bottleneck", "流程卡点"), ("fault", "故障投诉"),
];

/// The fields whose values are words of ours and not of a mail.
pub fn value<'v>(field: &str, value: &'v str, chinese: bool) -> &'v str {
    let coded = matches!(
        field,
        "state"
            | "kind"
            | "type"
            | "urgency"
            | "level"
            | "role"
            | "rsvp"
            | "light"
            | "sign_off"
            | "responsibility"
            | "outcome"
    );
    if !chinese || !coded {
        return value;
    }
    VALUES.iter().find(|row| row.0 == value).map_or(value, |row| row.1)
}
