//! The systemd unit in config/ (TRUST R8), the files beside it, and what an SBOM is made of.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// `systemd-analyze security` gives an exposure of 2.0 or less.
#[test]
fn the_unit_exposes_little() {
    let unit = root().join("config/duban.service");
    let asked = Command::new("systemd-analyze").args(["security", "--offline=yes", "--no-pager"]).arg(&unit).output();
    let Ok(output) = asked else {
        eprintln!("SKIPPED: the exposure of the systemd unit (systemd-analyze is not installed)");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let overall = said.lines().find(|line| line.contains("Overall exposure level"));
    let overall = overall.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)));
    let number = overall.split_whitespace().find_map(|word| word.parse::<f64>().ok()).unwrap();
    println!("{}", overall.trim());
    assert!(number <= 2.0, "{said}");
}

/// Every dependency is named by a licence that deny.toml allows, so that a new one is looked at.
#[test]
fn licences_are_allowed() {
    let deny: toml::Table = std::fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().unwrap().iter().map(|licence| licence.as_str().unwrap()).collect();
    let forbidden: Vec<&str> =
        deny["bans"]["deny"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    if !output.status.success() {
        eprintln!("SKIPPED: the licences of dependencies ({})", String::from_utf8_lossy(&output.stderr).trim());
        return;
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let name = package["name"].as_str().unwrap();
        assert!(!forbidden.contains(&name), "{name} must not come in");
        // A choice is enough; an AND needs all of its parts.
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
        let fits = |part: &str| {
            part.trim()
                .trim_matches(['(', ')'])
                .split(" AND ")
                .all(|one| allowed.contains(&one.trim().trim_matches(['(', ')'])))
        };
        let whole = licence.split(" AND (").all(|clause| clause.split(" OR ").any(fits));
        assert!(whole, "{name}: {licence:?} is not in deny.toml");
    }
}

/// `contrib/sbom` makes a CycloneDX document with every dependency in it.
#[test]
fn a_bill_of_materials() {
    let script = root().join("contrib/sbom");
    if Command::new("python3").arg("--version").output().is_err() || !Path::new("/bin/sh").exists() {
        eprintln!("SKIPPED: the bill of materials (python3 is not installed)");
        return;
    }
    let output = Command::new("python3").arg(&script).env("CARGO", env!("CARGO")).current_dir(root()).output().unwrap();
    if !output.status.success() {
        eprintln!("SKIPPED: the bill of materials ({})", String::from_utf8_lossy(&output.stderr).trim());
        return;
    }
    let bill: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(bill["bomFormat"], "CycloneDX");
    assert_eq!(bill["metadata"]["component"]["name"], "duban");
    let components = bill["components"].as_array().unwrap();
    let lettre = components.iter().find(|component| component["name"] == "lettre").unwrap();
    assert!(lettre["purl"].as_str().unwrap().starts_with("pkg:cargo/lettre@"));
    assert!(lettre["licenses"].is_array() && lettre["hashes"].is_array());
    assert!(components.len() > 100);
}
