//! Why a letter was written, in one sentence for its reader: the answer to 为什么 (SPEC 4.7).

use crate::domain::letter::LetterName;

/// The sentence for a letter by its name.
pub fn of(chinese: bool, letter: &str) -> Option<&'static str> {
    let (zh, en) = sentence(LetterName::parse(letter)?);
    Some(if chinese { zh } else { en })
}

/// Chinese and English.
fn sentence(letter: LetterName) -> (&'static str, &'static str) {
    use LetterName::*;
    match letter {
        CallPreview => ("您召集的会议要先请您看一眼", "the meeting you call is shown to you first"),
        CallGaps => ("您召集的会议还缺几样", "something is missing in your call for a meeting"),
        MeetingNotice => ("您是这场会议的参会人", "you are asked to this meeting"),
        MeetingUpdate => ("您参加的会议有改动", "a meeting of yours has changed"),
        MeetingCancelled => ("您参加的会议取消了", "a meeting of yours was called off"),
        MaterialsChase => ("会前要的材料还没收到", "materials you were asked for are missing"),
        RsvpChase => {
            ("您是决策人、主讲或要带材料，还没答复", "you decide, present or bring something and have not answered")
        }
        MaterialsPack => ("明天的会前材料到齐了，发给参会人", "materials go to all who come, a working day ahead"),
        Readiness => {
            ("明天开会，请发起人看一眼准备情况", "the organizer sees how a meeting stands, a working day ahead")
        }
        RunSheet => ("马上开会，这是给主持人的流程单", "the chair gets the run sheet before the meeting"),
        MinutesChase => ("会议结束了，还没收到纪要", "minutes of a meeting are missing"),
        MinutesReview => ("纪要发出之前请主持人过目", "the chair sees the minutes before they go out"),
        MinutesGaps => ("纪要里有几处没写明白", "something in the minutes is not clear"),
        Summary => ("您参加了会议，或者会上定的事与您有关", "you were at the meeting, or it concerns you"),
        SummaryCorrection => ("纪要有更正，与您有关", "a correction of the minutes concerns you"),
        Confirmation => ("有事项交给了您，请您确认", "an item was given to you to confirm"),
        Digest => (
            "有事项等您、快到期、已逾期或有了记录；每个工作日最多一封",
            "something of yours waits, is due, late or recorded; one such mail a working day at most",
        ),
        ReminderUrgent => ("您名下有紧急事项", "an urgent item is yours"),
        Receipt => {
            ("您改了日期或负责人，或者有一处没读准", "you changed a date or an owner, or something was in doubt")
        }
        ApprovalRequest => ("有人请求改期或换人，要您定", "a new date or owner waits for your approval"),
        ApprovalOutcome => ("您的请求有了结果", "your request was decided"),
        EscalationPreview => ("有事项要升级，先请您看", "something is about to be escalated"),
        Escalation => ("有事项逾期没有进展，按约定告知您", "something is late without a word, and the rule tells you"),
        Dependency => ("您的事项要等的那一项有了变化", "what your item waits for has changed"),
        AcceptanceRequest => ("有事项完成了，等您验收", "finished work waits for your acceptance"),
        RatingRequest => ("您提的问题解决了，请您评价", "the issue you raised was resolved"),
        SignOffRequest => ("有目标或处理结果要您签字", "a goal or resolution waits for your signature"),
        FeedbackRequest => ("项目收尾，想听您的意见", "a project closes and asks for your view"),
        IssueOpened => ("有协作问题与您的部门有关", "an issue concerns your department"),
        IssueGaps => ("您提的问题还缺几样", "something is missing in the issue you raised"),
        IssueUpdate => ("与您有关的问题有了新情况", "an issue of yours has news"),
        StatusRequest => ("问题还没解决，请您说一下进展", "an issue waits for your word"),
        IssueClosed => ("与您有关的问题关闭了", "an issue of yours was closed"),
        ProjectOpened => ("您在这个项目里", "you are in this project"),
        NeedsRequest => ("项目立项，想知道您部门的资源、时间和风险", "a project asks what your department needs"),
        TablesAgreed => ("项目的分工表定了，有您的事", "the division of work names you"),
        ProjectUpdate => ("您的项目有改动", "a project of yours has changed"),
        WeeklyReport => (
            "您负责、参与或分管这个项目，或者这些事是您交办的；每周一封",
            "you run, share or sponsor the project, or gave out these items; once a week",
        ),
        ClosingReport => ("您的项目结束了", "a project of yours has closed"),
        PassedOn => ("有人在回信里写了几句话，要转给您", "somebody wrote a sentence that is for you"),
        OrganizerNote => ("您的会议或事项有情况", "something happened around your meeting or item"),
        VerifySender => ("有一封以您的名义写来的邮件，要请您确认", "a mail in your name waits for your word"),
        Answer => ("您来信问过", "you asked"),
        Help => ("您要过帮助", "you asked for help"),
        Error => ("您的来信里有一处没有办成", "something in your mail could not be done"),
        AdminAlert => ("您是管理员", "you are the administrator"),
    }
}
