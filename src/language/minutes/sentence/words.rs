//! The words that tell, report, decide, introduce and thank.

use crate::language::scan::WordSet;
use std::sync::LazyLock;

pub(super) struct Lists {
    pub(super) reports: WordSet,
    pub(super) decisions: WordSet,
    pub(super) lead_ins: WordSet,
    pub(super) askers: WordSet,
    pub(super) takes: WordSet,
    pub(super) modals: WordSet,
    pub(super) helps: WordSet,
    pub(super) idle: WordSet,
    pub(super) courtesies: WordSet,
}

pub(super) static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    reports: WordSet::new(&[
        "汇报 报告了 介绍 认为 指出 表示 提出了 提出: 提出, 建议 反馈称 说明了 强调 通报 总结了 提到 补充道 补充说 询问 分享了 透露 称 说 汇总了 回顾 阐述 反映 提议 解释 质疑 担心 肯定 作了 做了 就 主持 出席 缺席 请假 介绍了 已 未 没 曾 完成了 提交了",
    ]),
    decisions: WordSet::new(&[
        "同意 一致同意 原则同意 决定 会议决定 会议同意 批准 通过 审议通过 一致通过 会议通过 会议批准 会议确定 会议明确 会议认为 会议指出 会议通报 会议强调 会议听取 会议讨论 议定 会议议定 商定 达成共识 一致认为 与会人员一致 不同意 否决 暂缓 不再 维持 采用 沿用 取消 保留 确认采用 最终确定 确定采用 经讨论 经研究 经表决",
    ]),
    lead_ins: WordSet::new(&[
        "会议要求 会议决定 会议明确 会议确定 会议议定 会议商定 会议同意 会议建议 会上要求 会上决定 会上明确 会上确定 会上商定 经讨论 经研究 经会议讨论 经讨论决定 经研究决定 决定 要求 明确 确定 议定 商定 一致同意 同意 会后 后续 下一步 另外 另 此外 同时 并 其中 首先 其次 再次 最后 现 一是 二是 三是 四是 五是 六是 一 二 三 其一 其二 其三 领导要求 王总要求 主持人要求 需 因此 故 为此 所以 还 也 且 然后 接下来 近期 本周 下周 具体 原则上 初步 暂定 散会后 对此 针对此问题 针对该问题 针对上述问题 关于此事 该项工作 此项工作 该工作 此事 该事项 最终 待办 行动 任务 达成一致 大家同意 大家一致同意 与会人员一致同意 经协商 经商议",
    ]),
    askers: WordSet::new(&[
        "由 请 交由 责成 安排 委托 指派 要求 让 烦请 麻烦 拜托 辛苦 还请 并由 并请 统一由 继续由 拟由 暂由 仍由 改由 交给 望 另请 再请 会后由 会后请 需要 需由 需请 应由 转由 分别由 均由 具体由 后续由 后续请 敬请 恳请 特请 也请 请由 得由 现由 会议要求 必须由 优先由 首先由 先由 再由 最后由 然后由 同时由 同时请 其中由 授权 派 委派 委请 劳烦 有劳 叮嘱 通知 指定 交办 推举 推荐 明确由 决定由 商定由",
    ]),
    takes: WordSet::new(&[
        "负责牵头 牵头负责 全权负责 总负责 主要负责 具体负责 统一负责 共同负责 分别负责 来负责 负责 牵头 主导 主责 领衔 总牵头 共同牵头 协同负责",
    ]),
    modals: WordSet::new(&[
        "将于 将在 将 会在 会于 会 需要 需在 需于 需 须在 须于 须 应在 应于 应当 应该 应 要在 要于 要 来 去 承诺 答应 同意 务必 继续 尽快 抓紧 计划 拟于 拟 预计 争取 力争 同步 立即 马上 今后 尽早 先 再 也 则 必须 最晚 最迟 即日起 已答应 已承诺 表示会 表示将 主动 愿意 自愿 认领 接手 接下来 能否 可否 能不能",
    ]),
    helps: WordSet::new(&[
        "负责配合 负责协助 予以配合 予以协助 全力配合 积极配合 做好配合 配合 协助 支持 协同 参与配合 参与 协办 辅助 提供支持 提供协助 给予支持 支援",
    ]),
    idle: WordSet::new(&[
        "完成 前完成 并完成 予以完成 要完成 需完成 全部完成 完成即可 办结 时间待定 具体时间待定 待定 完成办结 落实 落实完成 落实到位 搞定 做完 办理完毕 完毕 处理完 处理完毕 到位 完成此项工作 完成该工作 完成该项工作 完成该任务 跟进 执行 负责 牵头 处理 跟进落实 负责落实 负责跟进 负责处理 负责完成 跟进处理 跟进完成 推进 推动 负责推进 前 之前 内 以前 即可 完成落实 完成处理 完工 结束 实施 负责实施 前落实 去做 来做 去办 做 办理 组织实施 具体实施 前办结 承担 承办 负责执行 完成。 时间 为 是 日期待定 时间另定 时间未定 日期未定 时间另行通知 时间再定 期限待定 截止待定 date_tbd tbd tba tbc date_tba date_tbc date_to_be_confirmed date_to_be_decided date_open no_date no_date_yet deadline_tbd due_tbd due_date_tbd date_pending completed done finished complete completion it this",
    ]),
    courtesies: WordSet::new(&[
        "谢谢 感谢 多谢 以上 如有 若有 请各位查 请各位知悉 请知悉 请查收 请查阅 请大家查 请各位按 请按 请遵照 请参阅 请审阅 请批示 请悉知 请各位同事查 请各位领导 请各位审阅 请各位确认 请大家确认 请各位补充 特此 此致 祝 附件 详见 见附件 会议纪要如下 纪要如下 各位 大家好 大家下午好 大家上午好 您好 你好 dear hi hello thanks thank best regards kind_regards cheers please_reply please_let please_find please_see please_review_the_minutes please_note please_feel let_me_know attached see_attached as_discussed for_your minutes_approved 请回复 请及时回复 请届时 如对 请大家按 请各部门按 请各部门遵照 请相关人员按 请各责任人按 请各位责任人按 请责任人 望周知 请周知 烦请查收 请参考 请知会 请转发 请互相转告 抄送 主送 发件人 收件人 会议于 会议在 本次会议 会议由",
    ]),
});
