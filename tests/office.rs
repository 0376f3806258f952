//! An office that lives on the command line, for tests of it.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use serde_json::Value;

/// The program that `FUIN_PROGRAM` names. Without one it is built, once: it is in another package, so cargo does not do
/// it by itself.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(program) = std::env::var_os("FUIN_PROGRAM") {
            return program.into();
        }
        let status =
            Command::new(env!("CARGO")).args(["build", "--quiet", "-p", "fuin_cli"]).status().unwrap();
        assert!(status.success());
        let target = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
        target.join(format!("fuin{}", std::env::consts::EXE_SUFFIX))
    })
}

/// What the command line reports, wherever it is run.
pub fn fuin(args: &[&str]) -> Value {
    let output = Command::new(program()).env("LC_ALL", "C").arg("--json").args(args).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// An office in a folder of its own, worked on by the command line.
pub struct Office(tempfile::TempDir);

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}

impl Office {
    /// Founded under the rules of 港区, with an example request.
    pub fn new() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        office.write("office.txt", "the office passphrase\n");
        office.write("recipient.txt", "1234-5678-9012\n");
        let request = office.run(&["request", "example", "--rules", "minato"]);
        office.write("request.toml", request["request"].as_str().unwrap());
        let founded = office.run(&office.found_args("office"));
        assert_eq!(founded["ok"], true, "{founded}");
        office
    }

    /// A file of the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Runs a command; its reports are JSON. What it remembers of the user stays in the folder.
    pub fn raw(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The command, to be run otherwise.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .current_dir(self.0.path())
            .env("LC_ALL", "C")
            .env("XDG_STATE_HOME", self.path("state"))
            .env("HOME", self.0.path())
            .env_remove("FUIN_OFFICE_PASSPHRASE")
            .env_remove("FUIN_RECIPIENT_PASSPHRASE");
        command.arg("--json").args(args);
        command
    }

    /// What a command reports; what it says on standard error, if that is no JSON.
    pub fn run(&self, args: &[&str]) -> Value {
        let output = self.raw(args);
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&output.stderr).into()))
    }

    /// The code of a refusal.
    pub fn code(&self, args: &[&str]) -> String {
        let output = self.raw(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["error"]["code"].as_str().unwrap().to_owned()
    }

    /// A command that founds an office in a folder.
    pub fn found_args<'a>(&self, folder: &'a str) -> Vec<&'a str> {
        vec![
            "office",
            "new",
            "--rules",
            "minato",
            "--name",
            "港区防災課",
            "--contact",
            "03",
            "--passphrase-file",
            "office.txt",
            folder,
        ]
    }

    /// `fuin record …`, without its shared arguments.
    pub fn record<'a>(&self, words: &[&'a str]) -> Vec<&'a str> {
        [&["record", "--office", "office", "--passphrase-file", "office.txt"], words].concat()
    }

    /// A command that seals `clip.mp4` for the example request.
    pub fn seal_args<'a>(&self, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut args = vec![
            "seal",
            "--office",
            "office",
            "--passphrase-file",
            "office.txt",
            "--request",
            "request.toml",
            "--clip",
            "clip.mp4",
            "--out",
            out,
        ];
        if !more.iter().any(|arg| arg.starts_with("--recipient-")) {
            args.extend(["--recipient-passphrase-file", "recipient.txt"]);
        }
        args.extend(more);
        args
    }
}

/// Opens what [`Office::seal_args`] seals.
pub const UNLOCK: [&str; 2] = ["--recipient-passphrase-file", "recipient.txt"];
