//! `fuin`: the issuing office's work from a terminal, for batches, big files and experts.
//!
//! Exit codes: 0 done, 1 refused (with a stable error code), 2 wrong usage. `--json` makes every report
//! machine-readable. Passphrases come from a file, the environment or a prompt, never from an argument.
//! Absent: rules of its own. Everything that decides is in `fuin_core`.
#![allow(clippy::print_stderr, reason = "printing is what a command line does")]

mod args;
mod confirm;
mod extract;
mod failure;
mod files;
mod inspect;
mod ledger;
mod office;
mod passphrase;
mod pipeline;
mod platform;
mod progress;
mod receipt;
mod recipient_key;
mod record;
mod report;
mod rules;
mod seal;
mod verify;
mod viewer;

use std::{io::Write as _, process::ExitCode};

use clap::Parser;

use args::{Args, Command, KeyCommand, OfficeCommand, RequestCommand, RulesCommand};
use failure::Outcome;

fn main() -> ExitCode {
    let Args { json, quiet, command } = Args::parse();
    match run(command, quiet || json) {
        Ok(report) => {
            if json {
                say(&report.json);
            } else if !report.text.is_empty() {
                say(&report.text.trim_end());
            }
            ExitCode::SUCCESS
        }
        Err(failure) => {
            if json {
                say(&failure.to_json());
            }
            eprintln!("{failure}");
            ExitCode::from(1)
        }
    }
}

/// Prints a report. A reader that went away (`| head`) is no error of ours.
fn say(words: &dyn std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn run(command: Command, quiet: bool) -> Outcome {
    match command {
        Command::Office { command: OfficeCommand::New(new) } => office::new(&new),
        Command::Office { command: OfficeCommand::Rules { office, passphrase, operator, file } } => {
            rules::adopt(&office, &passphrase, &operator, &file)
        }
        Command::Request { command: RequestCommand::Example { rules } } => seal::example(&rules),
        Command::Rules { command: RulesCommand::List } => rules::list(),
        Command::Rules { command: RulesCommand::Show { name, toml } } => rules::show(&name, toml),
        Command::Rules { command: RulesCommand::Check { file } } => rules::check(&file),
        Command::Key { command: KeyCommand::New { out } } => recipient_key::new(&out),
        Command::Passphrase => Ok(passphrase::generate()),
        Command::Seal(seal) => seal::seal(&seal, quiet),
        Command::Inspect { bundle } => inspect::inspect(&bundle),
        Command::Verify(verify) => verify::verify(&verify, quiet),
        Command::Extract(extract) => extract::extract(&extract, quiet),
        Command::Receipt(report) => receipt::make(&report),
        Command::Confirm(confirm) => confirm::confirm(&confirm),
        Command::Close(close) => confirm::close(&close),
        Command::Record(args) => record::record(args),
        Command::Ledger { command } => ledger::run(&command),
        Command::Viewer { out } => viewer::write(&out),
    }
}
