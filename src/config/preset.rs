//! What is known about providers (O1, O45, O47): servers, ports, how one logs in, what proves a colleague there, and how
//! fast one may send. The caps stay well below what providers publish.

use super::{Envelope, Proof, Tls};

/// A provider, or a server of one's own.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    pub name: &'static str,
    pub title: &'static str,
    /// Domains of addresses that are there for certain.
    pub domains: &'static [&'static str],
    pub way: Way,
    pub proof: Proof,
    /// The name in Authentication-Results, where the provider writes them.
    pub authserv_id: Option<&'static str>,
    pub envelope: Envelope,
    pub per_minute: u32,
    pub per_hour: u32,
    pub per_day: u32,
    /// How the login is got.
    pub login: Login,
    /// A sentence for the administrator.
    pub hint: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// IMAP in, submission out.
    Hosted { imap: (&'static str, u16, Tls), smtp: (&'static str, u16, Tls) },
    /// LMTP in, the local server out.
    Own,
    /// IMAP and submission of a server whose name is asked.
    OwnImap,
    /// Folders: to try Duban without a server.
    Maildir,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// A password of its own for programs (授权码).
    Password,
    /// XOAUTH2.
    Token,
    None,
}

const fn hosted(imap: &'static str, smtp: &'static str) -> Way {
    Way::Hosted { imap: (imap, 993, Tls::Implicit), smtp: (smtp, 465, Tls::Implicit) }
}

/// All of them, in the order `init` shows them.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "own",
        title: "own Postfix or Exim on this machine (LMTP in, port 25 out)",
        domains: &[],
        way: Way::Own,
        proof: Proof::Results,
        authserv_id: None,
        envelope: Envelope::Verp,
        per_minute: 0,
        per_hour: 0,
        per_day: 0,
        login: Login::None,
        hint: "Postfix: in main.cf recipient_delimiter = +, in transport duban@YOUR-DOMAIN lmtp:inet:127.0.0.1:2424. \
               smtpd_sasl_authenticated_header = yes proves colleagues by their login; OpenDMARC or OpenDKIM, or verify = true \
               in [[intake]], all others. authserv_id is what `postconf myhostname` says.",
    },
    Preset {
        name: "own-imap",
        title: "own mail server elsewhere (Dovecot and submission)",
        domains: &[],
        way: Way::OwnImap,
        proof: Proof::Results,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 0,
        per_hour: 0,
        per_day: 0,
        login: Login::Password,
        hint: "authserv_id is the name your server writes into Authentication-Results: look into the head of any mail.",
    },
    Preset {
        name: "exmail",
        title: "腾讯企业邮箱 (exmail.qq.com)",
        domains: &[],
        way: hosted("imap.exmail.qq.com", "smtp.exmail.qq.com"),
        proof: Proof::Hosted,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 10,
        per_hour: 200,
        per_day: 500,
        login: Login::Password,
        hint: "在 exmail.qq.com → 设置 → 客户端设置 开启 IMAP/SMTP 服务并生成客户端专用密码。",
    },
    Preset {
        name: "qq",
        title: "QQ 邮箱",
        domains: &["qq.com", "foxmail.com", "vip.qq.com"],
        way: hosted("imap.qq.com", "smtp.qq.com"),
        proof: Proof::Hosted,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 5,
        per_hour: 50,
        per_day: 100,
        login: Login::Password,
        hint: "在 mail.qq.com → 设置 → 账号 开启 IMAP/SMTP 服务并生成授权码;密码处填授权码。",
    },
    Preset {
        name: "163",
        title: "网易 163 邮箱",
        domains: &["163.com", "vip.163.com"],
        way: hosted("imap.163.com", "smtp.163.com"),
        proof: Proof::Hosted,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 5,
        per_hour: 50,
        per_day: 150,
        login: Login::Password,
        hint: "在 mail.163.com → 设置 → POP3/SMTP/IMAP 开启 IMAP/SMTP 服务并新增授权密码。",
    },
    Preset {
        name: "126",
        title: "网易 126 邮箱",
        domains: &["126.com"],
        way: hosted("imap.126.com", "smtp.126.com"),
        proof: Proof::Hosted,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 5,
        per_hour: 50,
        per_day: 150,
        login: Login::Password,
        hint: "在 mail.126.com → 设置 → POP3/SMTP/IMAP 开启 IMAP/SMTP 服务并新增授权密码。",
    },
    Preset {
        name: "netease-qiye",
        title: "网易企业邮箱",
        domains: &[],
        way: hosted("imap.qiye.163.com", "smtp.qiye.163.com"),
        proof: Proof::Hosted,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 10,
        per_hour: 200,
        per_day: 500,
        login: Login::Password,
        hint: "在 qiye.163.com → 设置 → 客户端设置 开启 IMAP/SMTP 并生成授权码。",
    },
    Preset {
        name: "aliyun",
        title: "阿里企业邮箱",
        domains: &[],
        way: hosted("imap.qiye.aliyun.com", "smtp.qiye.aliyun.com"),
        proof: Proof::Hosted,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 10,
        per_hour: 200,
        per_day: 500,
        login: Login::Password,
        hint: "在 qiye.aliyun.com → 设置 → 账户与安全 生成三方客户端安全密码。",
    },
    Preset {
        name: "gmail",
        title: "Gmail, Google Workspace",
        domains: &["gmail.com", "googlemail.com"],
        way: hosted("imap.gmail.com", "smtp.gmail.com"),
        proof: Proof::Results,
        authserv_id: Some("mx.google.com"),
        envelope: Envelope::Own,
        per_minute: 20,
        per_hour: 200,
        per_day: 400,
        login: Login::Password,
        hint: "Make an app password at myaccount.google.com/apppasswords (needs 2-step verification), or set token_command.",
    },
    Preset {
        name: "exchange",
        title: "Exchange Online (Microsoft 365), Outlook",
        domains: &["outlook.com", "hotmail.com", "live.com"],
        way: Way::Hosted {
            imap: ("outlook.office365.com", 993, Tls::Implicit),
            smtp: ("smtp.office365.com", 587, Tls::Starttls),
        },
        proof: Proof::Exchange,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 25,
        per_hour: 1000,
        per_day: 5000,
        login: Login::Token,
        hint: "Register an application (public client flows allowed) with IMAP.AccessAsUser.All and SMTP.Send and sign in with \
               its client id: duban init --sign-in; or let token_command print its access token. Switch SMTP AUTH on for \
               the mailbox.",
    },
    Preset {
        name: "maildir",
        title: "folders only: try Duban without a mail server",
        domains: &[],
        way: Way::Maildir,
        proof: Proof::Results,
        authserv_id: None,
        envelope: Envelope::Own,
        per_minute: 0,
        per_hour: 0,
        per_day: 0,
        login: Login::None,
        hint: "Put mails into incoming/new; letters come out in outgoing/new.",
    },
];

impl Preset {
    pub fn named(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name.eq_ignore_ascii_case(name))
    }

    /// The provider that an address tells.
    pub fn of_address(address: &str) -> Option<&'static Preset> {
        let (_, domain) = address.rsplit_once('@')?;
        PRESETS.iter().find(|preset| preset.domains.iter().any(|known| known.eq_ignore_ascii_case(domain)))
    }
}

/// Everybody can have an address there: never an internal domain.
pub fn is_public(domain: &str) -> bool {
    const OTHERS: &[&str] = &[
        "sina.com",
        "sohu.com",
        "yeah.net",
        "139.com",
        "189.cn",
        "aliyun.com",
        "yahoo.com",
        "icloud.com",
        "gmx.de",
        "web.de",
    ];
    PRESETS.iter().flat_map(|preset| preset.domains).chain(OTHERS).any(|known| known.eq_ignore_ascii_case(domain))
}

/// Providers that want a word of their own for programs (O47).
pub fn app_password_page(server: &str) -> &'static str {
    let hints = [
        ("qq.com", "; QQ wants an 授权码: mail.qq.com → 设置 → 账号 → 开启 SMTP/IMAP 服务"),
        ("163.com", "; 163 wants an 授权码: mail.163.com → 设置 → POP3/SMTP/IMAP → 新增授权密码"),
        ("126.com", "; 126 wants an 授权码: mail.126.com → 设置 → POP3/SMTP/IMAP → 新增授权密码"),
        ("aliyun.com", "; 阿里邮箱 wants 三方客户端安全密码: 设置 → 账户与安全"),
        ("gmail.com", "; Gmail wants XOAUTH2 or an app password: myaccount.google.com/apppasswords"),
        (
            "office365.com",
            "; Exchange Online wants XOAUTH2 (duban init --sign-in, or token_command) and SMTP AUTH switched on for the mailbox",
        ),
        ("outlook.com", "; Outlook wants XOAUTH2 (duban init --sign-in, or token_command)"),
    ];
    hints.iter().find(|(name, _)| server.ends_with(name)).map_or("", |(_, hint)| hint)
}
