//! `duban init`: asks a few questions and writes a configuration that works.

use super::{EX_CANTCREAT, EX_CONFIG, EX_DATAERR, EX_UNAVAILABLE, Exit, Globals};
use crate::config::preset::{self, Login, PRESETS, Preset, Way};
use crate::config::{Config, Tls, is_address};
use crate::intake::oauth::{SignIn, Trouble};
use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Where the assistant's mailbox is: own, own-imap, exmail, qq, 163, 126, netease-qiye, aliyun, gmail, exchange, maildir
    #[arg(long)]
    preset: Option<String>,
    /// The assistant's address
    #[arg(long)]
    address: Option<String>,
    /// Who gets alerts, and the first letters
    #[arg(long)]
    admin: Option<String>,
    /// Mail server (for own-imap)
    #[arg(long)]
    server: Option<String>,
    /// Time zone, like Asia/Shanghai
    #[arg(long)]
    time_zone: Option<String>,
    /// Language of letters: zh-CN, zh-TW or en
    #[arg(long)]
    language: Option<String>,
    /// Application (client) id registered at Microsoft, for exchange: signs in with a device code
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Tenant of that registration
    #[arg(long, default_value = "common")]
    tenant: String,
    /// Sign in again with a device code, and change nothing else
    #[arg(long)]
    sign_in: bool,
    /// Ask nothing: take what is given, and defaults
    #[arg(long)]
    yes: bool,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
    /// The folder to write duban.toml into
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

/// Everything that `init` wants to know.
struct Answers {
    preset: &'static Preset,
    address: String,
    admin: String,
    server: String,
    time_zone: String,
    language: String,
    internal_domains: Vec<String>,
    /// For a provider that wants OAuth 2.
    sign_in: Option<SignIn>,
}

/// Where the sign-in is kept, beside the configuration.
const SIGN_IN_FILE: &str = "sign-in.json";

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let file = globals.config.clone().unwrap_or_else(|| args.dir.join("duban.toml"));
    let folder = file.parent().unwrap_or(Path::new(".")).to_path_buf();
    if args.sign_in && file.exists() {
        return sign_in_again(&file);
    }
    if file.exists() && !args.force {
        return Err(Exit::new(EX_CANTCREAT, format!("{} is there already (--force overwrites)", file.display())).into());
    }
    let ask = !args.yes && std::io::stdin().is_terminal();
    let answers = answers(&args, ask)?;
    let text = write_config(&answers);
    // Our own configuration must be readable by ourselves.
    Config::read(Some(&file), &text, []).map_err(|error| Exit::new(EX_CONFIG, error.to_string()))?;
    let wrong = |path: &Path, error: std::io::Error| Exit::new(EX_CANTCREAT, format!("{}: {error}", path.display()));
    std::fs::create_dir_all(&folder).map_err(|error| wrong(&folder, error))?;
    std::fs::write(&file, text).map_err(|error| wrong(&file, error))?;
    println!("wrote {}", file.display());
    let people = folder.join("people.csv");
    if !people.exists() {
        std::fs::write(&people, "name,address,aliases,department,title,manager,role,language,time_zone,working_hours,calendar,phone,assistant,deputy,may_approve,kind\n")
            .map_err(|error| wrong(&people, error))?;
        println!(
            "wrote {} (empty; `duban people import FILE` takes a table saved as CSV, Chinese headers too)",
            people.display()
        );
    }
    if answers.preset.login == Login::Password {
        let path = folder.join("mail-password");
        if !path.exists() || args.force {
            let password = if ask {
                ask_secret("Password of the mailbox (授权码), empty to fill the file in later")?
            } else {
                String::new()
            };
            write_secret(&path, &password).map_err(|error| wrong(&path, error))?;
            println!(
                "wrote {} (readable by you alone){}",
                path.display(),
                if password.is_empty() { ": put the password in it" } else { "" }
            );
        }
    }
    if let Some(sign_in) = &answers.sign_in {
        let path = folder.join(SIGN_IN_FILE);
        sign_in.keep(&path).map_err(|error| wrong(&path, error))?;
        println!("wrote {} (readable by you alone)", path.display());
        if ask {
            sign_in_now(&path, sign_in.clone())?;
        } else {
            println!("`duban init --sign-in` asks for a device code and keeps the sign-in there");
        }
    }
    println!("\n{}\n", answers.preset.hint);
    println!(
        "Duban now writes to {} alone and holds all other letters (delivery.mode = \"pilot\"). Next:",
        answers.admin
    );
    println!("  duban doctor     tries every server and file");
    println!("  duban serve      runs; letters held are seen with `duban outbox list`");
    println!("When you like what you see, write mode = \"live\" into [delivery] and start it again.");
    Ok(ExitCode::SUCCESS)
}

/// Renews the sign-in that the configuration names.
fn sign_in_again(file: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load(Some(file)).map_err(|error| Exit::new(EX_CONFIG, error.to_string()))?;
    let intakes = config.intake.iter().filter_map(|intake| intake.oauth_file.as_ref());
    let Some(path) = intakes.chain(&config.delivery.oauth_file).next() else {
        let what = "no oauth_file in [[intake]] or [delivery]: there is nothing to sign in to";
        return Err(Exit::new(EX_CONFIG, format!("{}: {what}", file.display())).into());
    };
    let sign_in = SignIn::read(path).map_err(|why| Exit::new(EX_CONFIG, why))?;
    sign_in_now(path, sign_in)?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the code and waits until somebody has typed it in (RFC 8628).
fn sign_in_now(path: &Path, mut sign_in: SignIn) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done: Result<(), Trouble> = runtime.block_on(async {
        let code = sign_in.begin().await?;
        println!("\nOpen {} in a browser, type the code {}", code.page, code.user_code);
        println!("and sign in as the assistant. Waiting …");
        sign_in.wait(&code).await
    });
    runtime.shutdown_background();
    let again = "what is written stays; try again with `duban init --sign-in`";
    done.map_err(|trouble| Exit::new(EX_UNAVAILABLE, format!("no sign-in: {}; {again}", trouble.text())))?;
    sign_in.keep(path).map_err(|error| Exit::new(EX_CANTCREAT, format!("{}: {error}", path.display())))?;
    println!("signed in; {} is readable by you alone", path.display());
    Ok(())
}

fn answers(args: &Args, ask: bool) -> anyhow::Result<Answers> {
    let need = |what: &str| -> anyhow::Error { Exit::new(EX_DATAERR, format!("--{what} is missing")).into() };
    let given = match &args.preset {
        Some(name) => Some(Preset::named(name).ok_or_else(|| {
            let known: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
            Exit::new(EX_DATAERR, format!("preset {name:?} is not known; there are {}", known.join(", ")))
        })?),
        None => None,
    };
    let address = match (&args.address, ask) {
        (Some(address), _) => address.clone(),
        (None, true) => question("The assistant's address (people write to it)", "", is_address)?,
        (None, false) => return Err(need("address")),
    };
    if !is_address(&address) {
        return Err(Exit::new(EX_DATAERR, format!("{address:?} is no mail address")).into());
    }
    let preset = match (given, Preset::of_address(&address), ask) {
        (Some(preset), ..) => preset,
        (None, Some(preset), _) => preset,
        (None, None, true) => {
            println!("Where is its mailbox?");
            for preset in PRESETS {
                println!("  {:<13} {}", preset.name, preset.title);
            }
            let name = question("Name", "own", |name| Preset::named(name).is_some())?;
            Preset::named(&name).ok_or_else(|| need("preset"))?
        }
        (None, None, false) => return Err(need("preset")),
    };
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
    let server = match (&args.server, preset.way, ask) {
        (Some(server), ..) => server.clone(),
        (None, Way::OwnImap, true) => {
            question("Name of the mail server", &format!("mail.{domain}"), |s| !s.is_empty())?
        }
        (None, Way::Own, true) => {
            let own = own_name().unwrap_or_else(|| format!("mail.{domain}"));
            question("Name of this server, as it writes it into Received (postconf myhostname)", &own, |s| {
                !s.is_empty()
            })?
        }
        (None, Way::Own, false) => own_name().unwrap_or_else(|| format!("mail.{domain}")),
        _ => format!("mail.{domain}"),
    };
    let admin = match (&args.admin, ask) {
        (Some(admin), _) => admin.clone(),
        (None, true) => question(
            "Your own address (alerts, and the only letters at first)",
            &format!("admin@{domain}"),
            is_address,
        )?,
        (None, false) => format!("admin@{domain}"),
    };
    if !is_address(&admin) {
        return Err(Exit::new(EX_DATAERR, format!("{admin:?} is no mail address")).into());
    }
    let valid_zone = |zone: &str| zone.parse::<chrono_tz::Tz>().is_ok();
    let time_zone = match (&args.time_zone, ask) {
        (Some(zone), _) => zone.clone(),
        (None, true) => question("Time zone", "Asia/Shanghai", valid_zone)?,
        (None, false) => "Asia/Shanghai".into(),
    };
    if !valid_zone(&time_zone) {
        return Err(Exit::new(EX_DATAERR, format!("time zone {time_zone:?} is not known")).into());
    }
    let language = match (&args.language, ask) {
        (Some(language), _) => language.clone(),
        (None, true) => {
            question("Language of letters (zh-CN, zh-TW, en)", "zh-CN", |l| ["zh-CN", "zh-TW", "en"].contains(&l))?
        }
        (None, false) => "zh-CN".into(),
    };
    let internal_domains = if preset::is_public(&domain) { Vec::new() } else { vec![domain] };
    let client_id = match (&args.client_id, preset.login, ask) {
        (Some(id), Login::Token, _) => id.clone(),
        (None, Login::Token, true) => {
            let what = "Client id of the application registered at Microsoft (empty: a token_command of your own)";
            question(what, "", |_| true)?
        }
        _ => String::new(),
    };
    let sign_in = (!client_id.is_empty()).then(|| SignIn::microsoft(&args.tenant, &client_id));
    Ok(Answers { preset, address, admin, server, time_zone, language, internal_domains, sign_in })
}

/// What the Postfix of this machine calls itself.
fn own_name() -> Option<String> {
    let output = std::process::Command::new("postconf").args(["-h", "myhostname"]).output().ok()?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_string();
    (output.status.success() && name.contains('.') && !name.contains(char::is_whitespace)).then_some(name)
}

/// The configuration, with the sentences that an administrator needs first.
fn write_config(answers: &Answers) -> String {
    let quoted = |text: &str| serde_json::Value::String(text.to_string()).to_string();
    let list = |items: &[String]| format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "));
    let tls = |tls: Tls| match tls {
        Tls::Implicit => "implicit",
        Tls::Starttls => "starttls",
        Tls::None => "none",
    };
    let preset = answers.preset;
    let mut out = String::new();
    // Writing to a string does not fail.
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    line(format!("# Duban at {}. Every setting with its default: config/example.toml.", preset.title));
    line("data_dir = \"data\"\n".into());
    line("[assistant]".into());
    line(format!("address = {}", quoted(&answers.address)));
    if answers.language == "en" {
        line("name = \"Duban\"".into());
    }
    line(format!("admin = {}", quoted(&answers.admin)));
    line(format!("language = {}", quoted(&answers.language)));
    line(format!("time_zone = {}\n", quoted(&answers.time_zone)));
    line("[directory]".into());
    line("people = \"people.csv\"".into());
    if answers.internal_domains.is_empty() {
        line("# Everybody can have an address at this provider: colleagues are only those in people.csv.".into());
    }
    line(format!("internal_domains = {}\n", list(&answers.internal_domains)));
    line("[trust]".into());
    match preset.proof {
        crate::config::Proof::Results => {
            let id = preset.authserv_id.map_or_else(|| answers.server.clone(), str::to_string);
            line("# The name your server writes into Received and Authentication-Results; `duban doctor --probe` says what it".into());
            line("# found. With Postfix, smtpd_sasl_authenticated_header = yes lets a colleague's own login be the proof.".into());
            line(format!("authserv_id = {}\n", quoted(&id)));
        }
        crate::config::Proof::Exchange => {
            line("# Mail inside the organization carries X-MS-Exchange-Organization-AuthAs: Internal.".into());
            line("proof = \"exchange\"\n".into());
        }
        crate::config::Proof::Hosted => {
            line(
                "# Mail inside this provider carries no results: a colleague is believed when no Received field shows"
                    .into(),
            );
            line("# that the mail came from outside. Anybody else is asked at the known address.".into());
            line("proof = \"hosted\"\n".into());
        }
    }
    line("[[intake]]".into());
    let login = |line: &mut dyn FnMut(String)| {
        line(format!("user = {}", quoted(&answers.address)));
        match preset.login {
            Login::Password => line("password_file = \"mail-password\"".into()),
            Login::Token if answers.sign_in.is_some() => line(format!("oauth_file = {}", quoted(SIGN_IN_FILE))),
            Login::Token => line("token_command = \"./token\"     # prints an access token".into()),
            Login::None => {}
        }
    };
    match preset.way {
        Way::Hosted { imap: (server, port, security), .. } => {
            line("kind = \"imap\"".into());
            line(format!("server = {}", quoted(server)));
            line(format!("port = {port}"));
            line(format!("tls = \"{}\"", tls(security)));
            login(&mut line);
        }
        Way::OwnImap => {
            line("kind = \"imap\"".into());
            line(format!("server = {}", quoted(&answers.server)));
            login(&mut line);
        }
        Way::Own => {
            line("kind = \"lmtp\"".into());
            line("listen = \"127.0.0.1:2424\"".into());
        }
        Way::Maildir => {
            line("kind = \"maildir\"".into());
            line("path = \"incoming\"".into());
            line("# Whoever can write into that folder is believed.".into());
            line("trusted = true".into());
        }
    }
    line("\n[delivery]".into());
    match preset.way {
        Way::Hosted { smtp: (server, port, security), .. } => {
            line("kind = \"smtp\"".into());
            line(format!("server = {}", quoted(server)));
            line(format!("port = {port}"));
            line(format!("tls = \"{}\"", tls(security)));
            login(&mut line);
        }
        Way::OwnImap => {
            line("kind = \"smtp\"".into());
            line(format!("server = {}", quoted(&answers.server)));
            login(&mut line);
        }
        Way::Own => {
            line("kind = \"smtp\"".into());
            line("server = \"127.0.0.1\"".into());
            line("port = 25".into());
            line("tls = \"none\"     # allowed to loopback only".into());
        }
        Way::Maildir => {
            line("kind = \"maildir\"".into());
            line("path = \"outgoing\"".into());
        }
    }
    let envelope = match preset.envelope {
        crate::config::Envelope::Own => "own",
        crate::config::Envelope::Verp => "verp",
        crate::config::Envelope::Null => "null",
    };
    line(format!("envelope = \"{envelope}\""));
    for (key, value) in [("per_minute", preset.per_minute), ("per_hour", preset.per_hour), ("per_day", preset.per_day)]
    {
        if value > 0 {
            line(format!("{key} = {value}"));
        }
    }
    line(
        "# Pilot: only these people get letters, all others are held (`duban outbox list`). To leave it, write".into(),
    );
    line("# mode = \"live\" and start Duban again; what is held then waits for `duban outbox release`.".into());
    line("mode = \"pilot\"".into());
    line(format!("pilot = {}", list(std::slice::from_ref(&answers.admin))));
    out
}

/// Asks until the answer fits.
fn question(what: &str, default: &str, fits: impl Fn(&str) -> bool) -> anyhow::Result<String> {
    let mut lines = std::io::stdin().lock().lines();
    loop {
        if default.is_empty() {
            print!("{what}: ");
        } else {
            print!("{what} [{default}]: ");
        }
        std::io::stdout().flush()?;
        let Some(line) = lines.next() else { return Err(Exit::new(EX_DATAERR, "no answer").into()) };
        let line = line?;
        let answer = if line.trim().is_empty() { default } else { line.trim() };
        if fits(answer) {
            return Ok(answer.to_string());
        }
        println!("  {answer:?} does not fit.");
    }
}

/// Asks without showing what is typed.
fn ask_secret(what: &str) -> anyhow::Result<String> {
    let echo = |on: &str| {
        // Where there is no stty the password is shown; nothing else is lost.
        let _ = std::process::Command::new("stty").arg(on).status();
    };
    print!("{what}: ");
    std::io::stdout().flush()?;
    echo("-echo");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    echo("echo");
    println!();
    read?;
    Ok(line.trim().to_string())
}

/// Readable by its owner from its first moment on.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::config::{DeliveryKind, IntakeKind, Mode};

    /// Every preset writes a configuration that is read without a fault, starts as a pilot and never speaks plainly to
    /// another machine.
    #[test]
    fn every_preset_is_a_configuration() {
        for preset in PRESETS {
            let answers = Answers {
                preset,
                address: "duban@corp.test".into(),
                admin: "admin@corp.test".into(),
                server: "mail.corp.test".into(),
                time_zone: "Asia/Shanghai".into(),
                language: "zh-CN".into(),
                internal_domains: vec!["corp.test".into()],
                sign_in: None,
            };
            let text = write_config(&answers);
            let config = Config::read(Some(Path::new("/etc/duban/duban.toml")), &text, [])
                .unwrap_or_else(|error| panic!("{}: {error}\n{text}", preset.name));
            assert_eq!(config.delivery.mode, Mode::Pilot);
            assert_eq!(config.delivery.pilot, ["admin@corp.test"]);
            assert_eq!(config.intake.len(), 1);
            if config.delivery.kind == DeliveryKind::Smtp {
                let loopback = config.delivery.server.as_deref().is_some_and(crate::config::is_loopback);
                assert!(loopback || config.delivery.tls != Tls::None);
            }
            if config.intake[0].kind == IntakeKind::Imap {
                assert!(config.intake[0].password_file.is_some() || config.intake[0].token_command.is_some());
            }
        }
    }

    #[test]
    fn public_providers_make_nobody_a_colleague() {
        let args = |address: &str| Args {
            preset: None,
            address: Some(address.into()),
            admin: None,
            server: None,
            time_zone: None,
            language: None,
            client_id: None,
            tenant: "common".into(),
            sign_in: false,
            yes: true,
            force: false,
            dir: ".".into(),
        };
        let found = answers(&args("meeting@163.com"), false).unwrap();
        assert_eq!(found.preset.name, "163");
        assert!(found.internal_domains.is_empty());
        assert!(answers(&args("nobody"), false).is_err());
        assert!(answers(&args("duban@corp.test"), false).is_err(), "the preset cannot be told from the address");
    }
}
