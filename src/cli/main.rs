//! `fuin`: the issuing office's work from a terminal, for batches, big files and experts.
//!
//! Exit codes: 0 done, 1 refused (with a stable error code), 2 wrong usage. `--json` makes every report
//! machine-readable. Passphrases come from a file, the environment or a prompt, never from an argument.
//! Absent: rules of its own. Everything that decides is in `fuin_core`.
#![allow(clippy::print_stderr, reason = "printing is what a command line does")]

mod args;
mod certify;
mod clip;
mod confirm;
mod copies;
mod desk;
mod door;
mod extract;
mod failure;
mod files;
mod footage;
mod help;
mod index;
mod inspect;
mod interrupt;
mod latest;
mod ledger;
mod ledger_file;
mod office;
mod office_key;
mod original;
mod outside;
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
mod serve;
mod stamp;
mod terminal;
mod ticket;
mod trace;
mod verify;
mod view;
mod viewer;
mod words;

use std::process::ExitCode;

use args::{Args, Command, KeyCommand, OfficeCommand, RequestCommand, RulesCommand};
use failure::Outcome;
use words::said;

/// The licences of all that this program is made of.
const NOTICE: &str = include_str!("../../NOTICE");

fn main() -> ExitCode {
    words::choose();
    let Args { json, quiet, command, .. } = help::read();
    // A server ends, or reads its certificate anew, as it is told; what it writes it writes whole.
    if !matches!(command, Command::Serve(_)) {
        interrupt::listen();
    }
    let outcome = run(command, quiet || json);
    let warnings = terminal::warnings();
    let words = match &outcome {
        Ok(report) if json => Some(report.to_json(&warnings).to_string()),
        Ok(report) => Some(report.text.trim_end().to_owned()).filter(|text| !text.is_empty()),
        Err(failure) => json.then(|| failure.to_json().to_string()),
    };
    let printed = words.map_or(Ok(()), |words| terminal::say(&words));
    for warning in &warnings {
        eprintln!("{}: {}", said!("注意", "warning"), terminal::escape(warning));
    }
    if let Err(failure) = &outcome {
        eprintln!("{}", terminal::escape(&failure.to_string()));
    }
    if let Err(error) = &printed {
        eprintln!(
            "{}",
            said!(
                "作業は終わりましたが、結果を表示できませんでした：{error}",
                "the work is done, but its report could not be written: {error}"
            )
        );
    }
    ExitCode::from(u8::from(outcome.is_err() || printed.is_err()))
}

fn run(command: Command, quiet: bool) -> Outcome {
    match command {
        Command::Office { command: OfficeCommand::New(new) } => office::new(&new),
        Command::Office { command: OfficeCommand::Rules { office, passphrase, operator, file } } => {
            rules::adopt(&office, &passphrase, &operator, &file)
        }
        Command::Office {
            command: OfficeCommand::Rename { office, passphrase, name, contact, operator },
        } => office_key::rename(&office, &passphrase, (name, contact), &operator),
        Command::Office { command: OfficeCommand::ChangeKey(args) } => office_key::change(&args),
        Command::Office { command: OfficeCommand::Certify { command } } => certify::run(&command),
        Command::Request { command: RequestCommand::Example { rules } } => seal::example(&rules),
        Command::Rules { command: RulesCommand::List } => rules::list(),
        Command::Rules { command: RulesCommand::Show { name, toml } } => rules::show(&name, toml),
        Command::Rules { command: RulesCommand::Check { file } } => rules::check(&file),
        Command::Key { command: KeyCommand::New { out, passphrase } } => {
            recipient_key::new(&out, &passphrase)
        }
        Command::Passphrase => Ok(passphrase::generate()),
        Command::Seal(seal) => seal::seal(&seal, quiet),
        Command::Ticket(args) => ticket::issue(&args),
        Command::Clip(args) => clip::clip(&args, quiet),
        Command::Index(args) => index::index(&args, quiet),
        Command::Inspect { bundle } => inspect::inspect(&bundle),
        Command::Verify(verify) => verify::verify(&verify, quiet),
        Command::Extract(extract) => extract::extract(&extract, quiet),
        Command::Receipt(report) => receipt::make(&report),
        Command::Stamp { command } => stamp::run(&command, quiet),
        Command::Confirm(confirm) => confirm::confirm(&confirm),
        Command::Close(close) => confirm::close(&close),
        Command::Record(args) => record::record(args),
        Command::Trace(args) => trace::trace(&args, quiet),
        Command::Ledger { command } => ledger::run(&command),
        Command::Viewer { out } => viewer::write(&out),
        Command::Notice => {
            Ok(report::Report::new(NOTICE, serde_json::json!({ "ok": true, "notice": NOTICE })))
        }
        Command::View(args) => view::serve(&args),
        Command::Desk(args) => desk::serve(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Server { command } => serve::run(&command),
    }
}
