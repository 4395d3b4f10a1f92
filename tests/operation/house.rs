//! A house with a daemon in it: mail in by LMTP, letters out as files.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take; a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(90);

pub struct House {
    pub folder: tempfile::TempDir,
    pub lmtp: u16,
    pub web: u16,
    pub child: Option<Child>,
    /// For `DUBAN_LOG`.
    pub level: &'static str,
    /// Put before the program: `ulimit …; exec "$0" "$@"`.
    pub limits: Option<&'static str>,
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl House {
    /// `more` goes to the end of the configuration.
    pub fn new(more: &str) -> House {
        let house = House {
            folder: tempfile::tempdir().unwrap(),
            lmtp: free_port(),
            web: free_port(),
            child: None,
            level: "info",
            limits: None,
        };
        let text = format!(
            "data_dir = \"data\"\n[assistant]\naddress = \"duban@example.com\"\nadmin = \"admin@example.com\"\n\
             language = \"en\"\ntime_zone = \"{}\"\n[directory]\npeople = \"people.csv\"\ninternal_domains = [\"example.com\"]\n\
             [policy]\nminutes_review = \"none\"\npreview = \"never\"\nstart_wait = 0\nreceipt_merge = 0\n\
             [calendar.default]\nbase = \"mon-fri\"\ndays = \"days.csv\"\n\
             [web]\nlisten = \"127.0.0.1:{}\"\n[[intake]]\nkind = \"lmtp\"\nlisten = \"127.0.0.1:{}\"\ntrusted = true\n{more}",
            house.office_hours(),
            house.web,
            house.lmtp
        );
        std::fs::write(house.path("duban.toml"), text).unwrap();
        let people = "name,address\nAlice Wang,alice@example.com\nBob Li,bob@example.com\nDan Zhao,dan@example.com\n";
        std::fs::write(house.path("people.csv"), people).unwrap();
        house
    }

    /// A zone in which it is between ten and eleven in the morning, and a calendar in which every day is worked: letters
    /// wait for no hour, whenever this runs.
    fn office_hours(&self) -> String {
        let now = chrono::Utc::now();
        let mut east = 10 - i64::from(chrono::Timelike::hour(&now));
        if east < -12 {
            east += 24;
        }
        let days = (-5..60).map(|offset| format!("{},work,\n", (now + chrono::Duration::days(offset)).date_naive()));
        std::fs::write(self.path("days.csv"), days.collect::<String>()).unwrap();
        // POSIX signs are the other way round.
        match east {
            0 => "Etc/GMT".to_string(),
            east if east > 0 => format!("Etc/GMT-{east}"),
            west => format!("Etc/GMT+{}", -west),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn command(&self) -> Command {
        let program = env!("CARGO_BIN_EXE_duban");
        let mut command = match self.limits {
            Some(limits) => {
                let mut command = Command::new("sh");
                command.args(["-c", &format!("{limits}; exec \"$0\" \"$@\""), program]);
                command
            }
            None => Command::new(program),
        };
        command.arg("--config").arg(self.path("duban.toml")).env("DUBAN_LOG", self.level);
        // Ours, not the program's: it takes every DUBAN_ for a setting.
        command.env_remove("DUBAN_LONG");
        command
    }

    pub fn start(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        let child = self.command().arg("serve").stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.child = Some(child);
        self.wait_for("the daemon to listen", |house| {
            [house.lmtp, house.web].iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        });
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// What a command prints; it must end well.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {said}{wrong}");
        said.into_owned()
    }

    pub fn json(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let text = self.ok(&[&["--json"], arguments].concat());
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn signal(&mut self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// SIGTERM; gives how long the end took.
    pub fn stop(&mut self) -> Duration {
        self.signal("-TERM");
        let begun = Instant::now();
        let status = self.child.take().unwrap().wait().unwrap();
        assert!(status.success(), "{status}: {}", self.log());
        begun.elapsed()
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn wait_for(&self, what: &str, fits: impl Fn(&House) -> bool) {
        let begun = Instant::now();
        while !fits(self) {
            assert!(begun.elapsed() < PATIENCE, "waited for {what}; the log says\n{}", self.log());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Letters that went out, as files.
    pub fn letters(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path("outgoing/new")) else { return Vec::new() };
        let bytes = entries.flatten().filter_map(|entry| std::fs::read(entry.path()).ok());
        bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
    }

    /// One mail by LMTP; the answer to its data, or to what was refused before.
    pub fn deliver(&self, from: &str, mail: &str) -> std::io::Result<String> {
        let mut session = Session::open(self.lmtp)?;
        session.deliver(from, mail)
    }

    /// A page of the web listener: status and body.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.web)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_string())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An LMTP conversation.
pub struct Session {
    reader: BufReader<TcpStream>,
    stream: TcpStream,
}

impl Session {
    pub fn open(port: u16) -> std::io::Result<Session> {
        Session::greeting(port, "LHLO client\r\n")
    }

    pub fn greeting(port: u16, hello: &str) -> std::io::Result<Session> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut session = Session { reader: BufReader::new(stream.try_clone()?), stream };
        session.read()?;
        session.say(hello)?;
        Ok(session)
    }

    fn read(&mut self) -> std::io::Result<String> {
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(line);
            }
        }
    }

    fn say(&mut self, text: &str) -> std::io::Result<String> {
        self.stream.write_all(text.as_bytes())?;
        self.read()
    }

    pub fn deliver(&mut self, from: &str, mail: &str) -> std::io::Result<String> {
        self.deliver_to(from, "duban@example.com", mail)
    }

    pub fn deliver_to(&mut self, from: &str, to: &str, mail: &str) -> std::io::Result<String> {
        self.say(&format!("MAIL FROM:<{from}>\r\n"))?;
        self.say(&format!("RCPT TO:<{to}>\r\n"))?;
        let ready = self.say("DATA\r\n")?;
        // A listener that ends says so at any of the three.
        if !ready.starts_with("354") {
            return Ok(ready);
        }
        self.say(&format!("{}\r\n.\r\n", mail.replace("\r\n", "\n").replace('\n', "\r\n")))
    }
}

/// Minutes by Dan with items for Bob and Alice.
pub fn minutes(id: &str, task: &str) -> String {
    let date = chrono::Utc::now().to_rfc2822();
    format!(
        "From: Dan Zhao <dan@example.com>\nTo: duban@example.com, Alice Wang <alice@example.com>, Bob Li <bob@example.com>\n\
         Subject: Launch weekly - minutes {id}\nMessage-ID: <{id}@example.com>\nDate: {date}\n\n\
         Decisions:\n- Launch on June 18\nAction items:\n\
         1. Owner: Bob Li; Task: {task}; Deliverable: plan V1; Due: December 28\n\
         2. Owner: Alice Wang; Task: finish the payment interface; Due: December 30\n"
    )
}

/// Whether any file below a folder holds these bytes, letter case aside: their names.
pub fn holding(folder: &Path, what: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    let what = what.to_ascii_lowercase().into_bytes();
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                let bytes = std::fs::read(entry.path()).unwrap_or_default().to_ascii_lowercase();
                if bytes.windows(what.len()).any(|piece| piece == what) {
                    found.push(entry.path().display().to_string());
                }
            }
        }
    }
    found
}
