//! A day with real servers: Postfix takes and hands on, Dovecot keeps the mailboxes, `duban serve` stands between them.
//!
//! Needs root (Postfix), and the packages that `tests/run` installs; elsewhere it says so and does nothing, unless
//! TEST_SERVERS=required.

use async_imap::Session;
use chrono::{Datelike, Timelike};
use duban::intake::tls;
use futures::TryStreamExt;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Postfix and Dovecot, each stopped once in the middle.
const STOPPED_SERVERS: usize = 2;

/// How long anything may take here; a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(450);

pub(crate) fn have_servers() -> bool {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    let programs = [
        "/usr/sbin/dovecot",
        "/usr/sbin/postfix",
        "/usr/bin/openssl",
        "/usr/lib/dovecot/lmtp",
        "/usr/lib/dovecot/imap",
    ];
    let missing: Vec<&str> = programs.into_iter().filter(|program| !Path::new(program).exists()).collect();
    if root && missing.is_empty() {
        return true;
    }
    let why = if root { format!("{} missing", missing.join(", ")) } else { "not root".to_string() };
    assert!(std::env::var("TEST_SERVERS").as_deref() != Ok("required"), "the mail servers cannot run: {why}");
    eprintln!("SKIPPED: the tests with Dovecot and Postfix ({why}); tests/run installs what they need");
    false
}

/// A port that nobody has now.
pub(crate) fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(crate) fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) fn wait_for_port(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "nobody listens on {port}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn wait_for_silence(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "somebody still listens on {port}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Dovecot and Postfix in a folder of their own.
pub(crate) struct Servers {
    folder: tempfile::TempDir,
    imaps: u16,
    lmtp: u16,
    sasl: u16,
    smtp: u16,
    submission: u16,
    dovecot: Option<Child>,
}

impl Servers {
    /// `assistant_lmtp`: Postfix hands the assistant's mail to this port instead of Dovecot.
    pub(crate) fn start(assistant_lmtp: Option<u16>) -> Servers {
        let folder = tempfile::Builder::new().prefix("duban-servers").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut servers = Servers {
            folder,
            imaps: port(),
            lmtp: port(),
            sasl: port(),
            smtp: port(),
            submission: port(),
            dovecot: None,
        };
        crate::secure::certificates(&servers.path("tls"));
        servers.configure_dovecot();
        servers.configure_postfix(assistant_lmtp);
        servers.up();
        servers
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn configure_dovecot(&self) {
        let dir = self.folder.path().display();
        let (imaps, lmtp, sasl) = (self.imaps, self.lmtp, self.sasl);
        for part in ["run", "state", "mail"] {
            fs::create_dir_all(self.path(part)).unwrap();
        }
        let users: String = ["duban", "zhangsan", "lilei", "wangfang"]
            .iter()
            .map(|user| format!("{user}@corp.test:{{PLAIN}}secret::::::\n"))
            .collect();
        fs::write(self.path("users"), users).unwrap();
        let text = format!(
            "base_dir = {dir}/run\nstate_dir = {dir}/state\nlog_path = {dir}/dovecot.log\ninstance_name = duban-test-{imaps}\n\
             listen = 127.0.0.1\nprotocols = imap lmtp\ndefault_internal_user = nobody\ndefault_internal_group = nogroup\n\
             default_login_user = nobody\nfirst_valid_uid = 1\nfirst_valid_gid = 1\nmail_home = {dir}/mail/%u\n\
             mail_location = maildir:~/Maildir\ndisable_plaintext_auth = no\nauth_mechanisms = plain login\n\
             auth_username_format = %Lu\nrecipient_delimiter = +\nssl = yes\nssl_cert = <{dir}/tls/server.pem\nssl_key = <{dir}/tls/server.key\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN username_format=%u {dir}/users\n}}\n\
             userdb {{\n driver = static\n args = uid=nobody gid=nogroup home={dir}/mail/%u allow_all_users=yes\n}}\n\
             namespace inbox {{\n inbox = yes\n separator = /\n mailbox Junk {{\n auto = create\n special_use = \\Junk\n }}\n}}\n\
             service anvil {{\n chroot =\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = 0\n }}\n inet_listener imaps {{\n port = {imaps}\n ssl = yes\n }}\n}}\n\
             service lmtp {{\n inet_listener lmtp {{\n address = 127.0.0.1\n port = {lmtp}\n }}\n}}\n\
             service auth {{\n inet_listener {{\n address = 127.0.0.1\n port = {sasl}\n }}\n}}\n\
             service stats {{\n chroot =\n unix_listener stats-writer {{\n mode = 0666\n }}\n}}\n\
             protocol lmtp {{\n postmaster_address = postmaster@corp.test\n}}\n"
        );
        fs::write(self.path("dovecot.conf"), text).unwrap();
        run("chown", &["-R", "nobody:nogroup", &self.folder.path().display().to_string()]);
    }

    fn configure_postfix(&self, assistant_lmtp: Option<u16>) {
        let dir = self.folder.path().display();
        let (lmtp, sasl, smtp, submission) = (self.lmtp, self.sasl, self.smtp, self.submission);
        for part in ["etc", "spool", "postfix-data"] {
            fs::create_dir_all(self.path(part)).unwrap();
        }
        run("chown", &["root", &self.path("etc").display().to_string(), &self.path("spool").display().to_string()]);
        run("chown", &["postfix", &self.path("postfix-data").display().to_string()]);
        // Postfix's own programs write to it as different users.
        let log = self.path("postfix.log");
        fs::write(&log, "").unwrap();
        fs::set_permissions(&log, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
        let transport = assistant_lmtp.map_or(String::new(), |port| {
            fs::write(self.path("etc/transport"), format!("duban@corp.test lmtp:inet:127.0.0.1:{port}\n")).unwrap();
            format!("transport_maps = texthash:{dir}/etc/transport\n")
        });
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {dir}/spool\ndata_directory = {dir}/postfix-data\n\
             command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmaillog_file = {dir}/postfix.log\n\
             maillog_file_prefixes = {dir}\nmail_owner = postfix\nsetgid_group = postdrop\ninet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\nmyhostname = mx.corp.test\nmydestination =\nvirtual_mailbox_domains = corp.test\n\
             virtual_transport = lmtp:inet:127.0.0.1:{lmtp}\n{transport}mynetworks = 127.0.0.0/8\n\
             default_transport = error:no outside mail from the test server\nrelay_transport = error:no outside mail\n\
             recipient_delimiter = +\nsmtputf8_enable = yes\nsmtpd_tls_security_level = may\n\
             smtpd_tls_cert_file = {dir}/tls/server.pem\nsmtpd_tls_key_file = {dir}/tls/server.key\n\
             smtpd_sasl_type = dovecot\nsmtpd_sasl_path = inet:127.0.0.1:{sasl}\n\
             smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject\nalias_maps =\nalias_database =\n\
             smtpd_peername_lookup = no\ndisable_dns_lookups = yes\n\
             minimal_backoff_time = 1s\nmaximal_backoff_time = 2s\nqueue_run_delay = 1s\n"
        );
        fs::write(self.path("etc/main.cf"), main).unwrap();
        let services = "pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
            tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
            defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nverify unix - - n - 1 verify\n\
            flush unix n - n 1000? 0 flush\nproxymap unix - - n - - proxymap\nshowq unix n - n - - showq\n\
            error unix - - n - - error\nretry unix - - n - - error\ndiscard unix - - n - - discard\nlmtp unix - - n - - lmtp\n\
            smtp unix - - n - - smtp\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\npostlog unix-dgram n - n - 1 postlogd\n";
        let master = format!(
            "{smtp} inet n - n - - smtpd\n{submission} inet n - n - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  \
             -o smtpd_sasl_auth_enable=yes\n  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n{services}"
        );
        fs::write(self.path("etc/master.cf"), master).unwrap();
    }

    fn up(&mut self) {
        let conf = self.path("dovecot.conf").display().to_string();
        let child = Command::new("setpriv")
            .args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "dovecot", "-F", "-c", &conf])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.dovecot = Some(child);
        let etc = self.path("etc").display().to_string();
        // `check` makes the folders of a new queue.
        let _ = Command::new("postfix").args(["-c", &etc, "check"]).output();
        run("postfix", &["-c", &etc, "start"]);
        for port in [self.imaps, self.lmtp, self.sasl, self.smtp, self.submission] {
            wait_for_port(port);
        }
    }

    fn down(&mut self) {
        let etc = self.path("etc").display().to_string();
        let _ = Command::new("postfix").args(["-c", &etc, "stop"]).output();
        if let Some(mut child) = self.dovecot.take() {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
        for port in [self.imaps, self.lmtp, self.smtp, self.submission] {
            wait_for_silence(port);
        }
    }

    /// Hands a mail to Postfix as a person's client does.
    pub(crate) fn send(&self, from: &str, to: &[&str], text: &str) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.smtp)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut say = |line: &str| {
            stream.write_all(line.as_bytes()).unwrap();
            let mut reply = String::new();
            loop {
                reply.clear();
                reader.read_line(&mut reply).unwrap();
                if reply.as_bytes().get(3) != Some(&b'-') {
                    break;
                }
            }
            assert!(reply.starts_with(['2', '3']), "{line:?}: {reply}");
        };
        say("");
        say("EHLO client\r\n");
        say(&format!("MAIL FROM:<{from}>\r\n"));
        for to in to {
            say(&format!("RCPT TO:<{to}>\r\n"));
        }
        say("DATA\r\n");
        say(&format!("{}\r\n.\r\n", text.replace('\n', "\r\n")));
    }

    /// Everything in a person's INBOX, over IMAPS.
    async fn mailbox(&self, user: &str) -> Vec<String> {
        let connector = tls::connector(Some(&self.path("tls/ca.pem"))).unwrap();
        let tcp = tokio::net::TcpStream::connect(("127.0.0.1", self.imaps)).await.unwrap();
        let stream = connector.connect(tls::server_name("localhost").unwrap(), tcp).await.unwrap();
        let mut client = async_imap::Client::new(stream);
        client.read_response().await.unwrap();
        let mut session: Session<_> =
            client.login(format!("{user}@corp.test"), "secret").await.map_err(|(e, _)| e).unwrap();
        let selected = session.examine("INBOX").await.unwrap();
        let mut mails = Vec::new();
        if selected.exists > 0 {
            let fetched: Vec<_> = session.fetch("1:*", "BODY.PEEK[]").await.unwrap().try_collect().await.unwrap();
            mails.extend(fetched.iter().filter_map(|f| f.body()).map(|raw| String::from_utf8_lossy(raw).into_owned()));
        }
        session.logout().await.unwrap();
        mails
    }

    /// Waits until a mail in the person's INBOX fits.
    async fn wait_mail(&self, user: &str, what: &str, fits: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let mails = self.mailbox(user).await;
            if let Some(mail) = mails.iter().find(|mail| fits(mail)) {
                return mail.clone();
            }
            if begun.elapsed() > PATIENCE {
                let heads: Vec<String> =
                    mails.iter().map(|mail| format!("{} | {}", field(mail, "From"), subject(mail))).collect();
                let log = fs::read_to_string(self.path("duban.log")).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(30).collect();
                panic!(
                    "{user} never got {what}; there is {heads:#?}\n{}",
                    tail.into_iter().rev().collect::<Vec<_>>().join("\n")
                );
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let etc = self.path("etc").display().to_string();
        let _ = Command::new("postfix").args(["-c", &etc, "stop"]).output();
        if let Some(mut child) = self.dovecot.take() {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// An unfolded field of a mail's head, as it stands there.
fn field(mail: &str, name: &str) -> String {
    let head = mail.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
    head.lines()
        .find_map(|line| line.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case(name)))
        .map(|(_, value)| value.trim().to_string())
        .unwrap_or_default()
}

fn subject(mail: &str) -> String {
    let parsed = mail_parser::MessageParser::default().parse(mail.as_bytes()).unwrap();
    parsed.subject().unwrap_or_default().to_string()
}

fn body(mail: &str) -> String {
    let parsed = mail_parser::MessageParser::default().parse(mail.as_bytes()).unwrap();
    parsed.body_text(0).unwrap_or_default().into_owned()
}

/// The daemon as a child process.
pub(crate) struct Daemon {
    pub(crate) child: Child,
    pub(crate) config: PathBuf,
}

impl Daemon {
    pub(crate) fn start(config: &Path, log: &Path) -> Daemon {
        let log = fs::File::options().create(true).append(true).open(log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_duban"))
            .args(["--config", &config.display().to_string(), "serve"])
            .env_remove("DUBAN_LOG")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Daemon { child, config: config.to_path_buf() }
    }

    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        let config = self.config.display().to_string();
        let output =
            Command::new(env!("CARGO_BIN_EXE_duban")).args(["--config", &config]).args(arguments).output().unwrap();
        assert!(output.status.success(), "duban {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Asks again until the answer fits.
    fn wait_for(&self, arguments: &[&str], fits: impl Fn(&serde_json::Value) -> bool) {
        let begun = Instant::now();
        loop {
            let answer = self.ask(arguments);
            let value = serde_json::from_str(&answer).unwrap_or_default();
            if fits(&value) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "duban {arguments:?} still says {answer}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// TRUST D20: SIGTERM ends it well within ten seconds.
    fn stop(mut self) {
        let begun = Instant::now();
        run("kill", &[&self.child.id().to_string()]);
        assert!(self.child.wait().unwrap().success());
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A zone in which it is between ten and eleven in the morning, and a calendar in which every day is worked: letters wait
/// for nothing but the servers.
fn office_hours(folder: &Path) -> (String, chrono::DateTime<chrono::FixedOffset>) {
    let now = chrono::Utc::now();
    // -13 … +10 would do; POSIX signs are the other way round, and Etc goes from +12 to -14.
    let mut east = 10 - i64::from(now.hour());
    if east < -12 {
        east += 24;
    }
    let zone = match east {
        0 => "Etc/GMT".to_string(),
        east if east > 0 => format!("Etc/GMT-{east}"),
        west => format!("Etc/GMT+{}", -west),
    };
    let local = now.with_timezone(&chrono::FixedOffset::east_opt((east * 3600) as i32).unwrap());
    let days: String =
        (-5..60).map(|offset| format!("{},work,\n", (local + chrono::Duration::days(offset)).date_naive())).collect();
    fs::write(folder.join("days.csv"), days).unwrap();
    (zone, local)
}

/// What all stories share of the configuration.
pub(crate) fn configuration(servers: &Servers, intake: &str) -> (PathBuf, chrono::DateTime<chrono::FixedOffset>) {
    let folder = servers.path("duban");
    fs::create_dir_all(&folder).unwrap();
    let (zone, local) = office_hours(&folder);
    let people = "姓名,邮箱,部门,职务,上级,角色\n张三,zhangsan@corp.test,市场部,经理,,head\n\
        李雷,lilei@corp.test,研发部,工程师,张三,contact\n王芳,wangfang@corp.test,测试部,工程师,张三,contact\n";
    fs::write(folder.join("people.csv"), people).unwrap();
    fs::write(folder.join("password"), "secret\n").unwrap();
    fs::set_permissions(folder.join("password"), fs::Permissions::from_mode(0o600)).unwrap();
    let (ca, submission) = (servers.path("tls/ca.pem").display().to_string(), servers.submission);
    let text = format!(
        "data_dir = \"data\"\n[assistant]\naddress = \"duban@corp.test\"\nadmin = \"zhangsan@corp.test\"\ntime_zone = \"{zone}\"\n\
         [directory]\npeople = \"people.csv\"\ninternal_domains = [\"corp.test\"]\n{intake}\n\
         [delivery]\nkind = \"smtp\"\nserver = \"localhost\"\nport = {submission}\ntls = \"starttls\"\nca_file = \"{ca}\"\n\
         user = \"duban@corp.test\"\npassword_file = \"password\"\ntimeout_seconds = 20\n\
         [policy]\npreview = \"never\"\nminutes_review = \"none\"\nstart_wait = 0\nreceipt_merge = 0\n\
         [calendar.default]\nbase = \"mon-fri\"\ndays = \"days.csv\"\n"
    );
    let config = folder.join("duban.toml");
    fs::write(&config, text).unwrap();
    (config, local)
}

/// Where the time goes, for whoever waits.
fn phase(begun: Instant, what: &str) {
    eprintln!("{:>6} ms  {what}", begun.elapsed().as_millis());
}

/// The story: a call goes in, notices arrive, answers change the meeting; both servers stop in the middle of the minutes;
/// when they are back everything arrives, once.
async fn a_meeting(servers: &mut Servers, config: &Path, local: chrono::DateTime<chrono::FixedOffset>) {
    let begun = Instant::now();
    let log = servers.path("duban.log");
    let daemon = Daemon::start(config, &log);
    let day = local.date_naive() + chrono::Duration::days(3);
    let call = format!(
        "From: =?utf-8?B?5byg5LiJ?= <zhangsan@corp.test>\nTo: <duban@corp.test>\nSubject: =?utf-8?B?5paw5ZOB5ZCv5Yqo5Lya?=\n\
         Message-ID: <call-1@corp.test>\nDate: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
         主题：新品启动会\n时间：{}年{}月{}日 14:00-15:00\n地点：三号会议室\n目标：确定上市时间\n主持人：张三\n参会人：张三、李雷、王芳\n\
         议题：\n1. 上市时间（20分钟，主讲：李雷，必达结论：确定日期）\n2. 测试资源（20分钟，主讲：王芳，必达结论：确认到位时间）\n\
         3. 预算（20分钟，主讲：张三，必达结论：批准预算）\n",
        local.to_rfc2822(),
        day.year(),
        day.month(),
        day.day(),
    );
    servers.send("zhangsan@corp.test", &["duban@corp.test"], &call);
    let mut notices = Vec::new();
    for user in ["zhangsan", "lilei", "wangfang"] {
        let notice = servers
            .wait_mail(user, "the notice", |mail| {
                field(mail, "From").contains("duban@corp.test") && subject(mail).contains("新品启动会")
            })
            .await;
        notices.push((user, notice));
    }
    phase(begun, "notices");
    for (user, words, expected) in [("lilei", "参加", "accepted"), ("wangfang", "不参加，当天出差", "declined")]
    {
        let notice = &notices.iter().find(|(u, _)| *u == user).unwrap().1;
        let id = field(notice, "Message-ID");
        let reply = format!(
            "From: <{user}@corp.test>\nTo: <duban@corp.test>\nSubject: Re: {}\nMessage-ID: <reply-{user}@corp.test>\n\
             In-Reply-To: {id}\nReferences: {id}\nDate: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\n{words}\n",
            field(notice, "Subject"),
            local.to_rfc2822(),
        );
        servers.send(&format!("{user}@corp.test"), &["duban@corp.test"], &reply);
        let address = format!("{user}@corp.test");
        daemon.wait_for(&["show", "M-1", "--json"], |meeting| {
            let attendees = meeting.get("attendees").and_then(|a| a.as_array()).cloned().unwrap_or_default();
            attendees.iter().any(|a| a["address"] == address.as_str() && a["rsvp"] == expected)
        });
    }

    phase(begun, "answers");
    // Minutes go in, and at once both servers stop; the daemon is stopped and started among the ruins.
    let minutes = format!(
        "From: <zhangsan@corp.test>\nTo: <duban@corp.test>\nSubject: =?utf-8?B?5Lya6K6u57qq6KaBIOaWsOWTgeWQr+WKqOS8mg==?= [M-1]\n\
         Message-ID: <minutes-1@corp.test>\nDate: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
         会议纪要\n出席：张三、李雷\n决议：\n1. 上市时间定为下月初\n行动项：\n1. 李雷 完成上市方案，交付物：方案文档，截止时间：{}月{}日\n\
         2. 王芳 提交测试计划，交付物：测试计划，截止时间：{}月{}日\n",
        local.to_rfc2822(),
        day.month(),
        day.day(),
        day.month(),
        day.day(),
    );
    servers.send("zhangsan@corp.test", &["duban@corp.test"], &minutes);
    servers.down();
    phase(begun, "servers down");
    daemon.stop();
    let daemon = Daemon::start(config, &log);
    std::thread::sleep(Duration::from_secs(2));
    servers.up();
    phase(begun, "servers up again");
    for (user, task) in [("lilei", "上市方案"), ("wangfang", "测试计划")] {
        let summary = servers
            .wait_mail(user, "the summary", |mail| {
                field(mail, "From").contains("duban@corp.test")
                    && body(mail).contains(task)
                    && !subject(mail).contains("通知")
            })
            .await;
        let id = field(&summary, "Message-ID");
        let reply = format!(
            "From: <{user}@corp.test>\nTo: <duban@corp.test>\nSubject: Re: {}\nMessage-ID: <done-{user}@corp.test>\n\
             In-Reply-To: {id}\nReferences: {id}\nDate: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\n完成\n",
            field(&summary, "Subject"),
            local.to_rfc2822(),
        );
        servers.send(&format!("{user}@corp.test"), &["duban@corp.test"], &reply);
    }
    phase(begun, "summaries");
    for id in ["A-1", "A-2"] {
        daemon
            .wait_for(&["show", id, "--json"], |action| matches!(action["state"].as_str(), Some("done" | "accepted")));
    }
    phase(begun, "done");
    daemon.stop();
    // Nothing twice, but for the one letter that was in flight when a server was stopped: its 250 may be lost with the
    // connection (RFC 1047, TRUST D3), and it comes again with the same Message-ID and the same words.
    let mut repeated = 0;
    for user in ["zhangsan", "lilei", "wangfang"] {
        let mails = servers.mailbox(user).await;
        let ids: Vec<String> = mails.iter().map(|mail| field(mail, "Message-ID")).collect();
        let different: BTreeSet<&String> = ids.iter().collect();
        repeated += ids.len() - different.len();
        assert!(repeated <= STOPPED_SERVERS, "{user} has letters twice: {ids:#?}");
        let said: BTreeSet<(String, String)> =
            mails.iter().map(|mail| (field(mail, "Message-ID"), body(mail))).collect();
        assert_eq!(said.len(), different.len(), "a letter that came again says something else: {ids:#?}");
        let is_notice = |mail: &&String| mail.contains("METHOD:REQUEST") || mail.contains("method=REQUEST");
        let notices: BTreeSet<String> = mails.iter().filter(is_notice).map(|mail| field(mail, "Message-ID")).collect();
        assert!(notices.len() <= 1, "{user} was invited {} times", notices.len());
    }
    let log = fs::read_to_string(&log).unwrap();
    assert!(!log.contains("新品启动会") && !log.contains("出差"), "content of mails in the log");
}

/// The mailbox at a server: IMAP in, submission with STARTTLS and login out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_over_imap() {
    if !have_servers() {
        return;
    }
    let mut servers = Servers::start(None);
    let intake = format!(
        "[[intake]]\nkind = \"imap\"\nserver = \"localhost\"\nport = {}\nca_file = \"{}\"\nuser = \"duban@corp.test\"\n\
         password_file = \"password\"\ntrusted = true\n",
        servers.imaps,
        servers.path("tls/ca.pem").display()
    );
    let (config, local) = configuration(&servers, &intake);
    a_meeting(&mut servers, &config, local).await;
    // What was read is put away.
    let left = servers.mailbox("duban").await;
    assert!(left.is_empty(), "{} mails are left in the assistant's INBOX", left.len());
}

/// Our own mail server: Postfix hands over by LMTP.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_over_lmtp() {
    if !have_servers() {
        return;
    }
    let lmtp = port();
    let mut servers = Servers::start(Some(lmtp));
    let intake = format!("[[intake]]\nkind = \"lmtp\"\nlisten = \"127.0.0.1:{lmtp}\"\ntrusted = true\n");
    let (config, local) = configuration(&servers, &intake);
    a_meeting(&mut servers, &config, local).await;
}

/// `duban doctor` finds these servers well, and says what is wrong when they are not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_visits() {
    if !have_servers() {
        return;
    }
    let mut servers = Servers::start(None);
    let intake = format!(
        "[[intake]]\nkind = \"imap\"\nserver = \"localhost\"\nport = {}\nca_file = \"{}\"\nuser = \"duban@corp.test\"\n\
         password_file = \"password\"\ntrusted = true\n",
        servers.imaps,
        servers.path("tls/ca.pem").display()
    );
    let (config, _) = configuration(&servers, &intake);
    let doctor = |more: &[&str]| {
        let file = config.display().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_duban"))
            .args(["--config", &file, "doctor", "--no-dns"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut told = String::new();
        child.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        (child.wait().unwrap().code(), told)
    };
    let (code, told) = doctor(&["--probe", "--wait", "30"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("came back by its plus address") && told.contains("IDLE yes, MOVE yes"), "{told}");
    servers.down();
    let (code, told) = doctor(&[]);
    assert_eq!(code, Some(69), "{told}");
    assert!(
        told.contains("FAILED   smtp:localhost") && told.contains("FAILED   imap:duban@corp.test@localhost"),
        "{told}"
    );
}
