//! `fuin ledger`: show, verify, export, import.

use fuin_core::{
    Coded,
    records::{disclosure::Disclosure, ledger::Ledger},
};
use serde_json::json;

use crate::{
    Report,
    args::LedgerCommand,
    failure::{Failure, Outcome},
    files::{read_text, write_file},
    office::OpenOffice,
};

/// Runs a ledger command.
pub fn run(command: &LedgerCommand) -> Outcome {
    match command {
        LedgerCommand::Show { office } => Ok(show(&OpenOffice::read(office)?)),
        LedgerCommand::Verify { office } => verify(&OpenOffice::read(office)?),
        LedgerCommand::Export { office, out } => {
            let office = OpenOffice::read(office)?.sound()?;
            write_file(out, office.ledger.export(&office.head()?).as_bytes(), true)?;
            let count = office.ledger.events().len();
            Ok(Report::new(
                format!("{count} events written to {}", out.display()),
                json!({ "ok": true, "events": count }),
            ))
        }
        LedgerCommand::Import { office, file } => {
            import(&OpenOffice::read(office)?.sound()?, &read_text(file)?)
        }
    }
}

fn show(office: &OpenOffice) -> Report {
    let all = Disclosure::project(office.ledger.events());
    let mut text = String::new();
    for (id, disclosure) in &all {
        let sealed = &disclosure.sealed;
        text.push_str(&format!(
            "{id}  {}  {}  期限 {}  {}\n",
            disclosure.sealed_at.day().wareki(),
            disclosure.status.japanese(),
            sealed.return_due.wareki(),
            sealed.recipient.line()
        ));
    }
    if all.is_empty() {
        text.push_str("まだ提供の記録はありません。\n");
    }
    for fault in &office.faults {
        text.push_str(&format!("! {fault}\n"));
    }
    let faults: Vec<_> = office.faults.iter().map(Coded::code).collect();
    let list: Vec<_> = all.values().collect();
    Report::new(
        text,
        json!({ "ok": true, "disclosures": list, "events": office.ledger.events().len(), "faults": faults }),
    )
}

fn verify(office: &OpenOffice) -> Outcome {
    if let Some(first) = office.faults.first() {
        let all: Vec<String> = office.faults.iter().map(ToString::to_string).collect();
        return Err(Failure::new(first.code(), all.join("\n")));
    }
    let count = office.ledger.events().len();
    let words = office.key.fingerprint_words();
    Ok(Report::new(
        format!("検証できました。{count} 件の記録がつながっています。鍵の指紋 {words}"),
        json!({ "ok": true, "events": count, "key": office.key.thumbprint() }),
    ))
}

fn import(office: &OpenOffice, text: &str) -> Outcome {
    let (other, head) = Ledger::read_export(text, &office.key)?;
    let ours = office.ledger.lines();
    if other.lines().get(..ours.len()) != Some(ours) {
        let cause = "the file does not continue this ledger; the two went different ways";
        return Err(Failure::new("ledger_fork", cause));
    }
    let lines: String = other.lines().iter().map(|line| format!("{}\n", line.as_str())).collect();
    office.replace(&lines, &head)?;
    let added = other.lines().len() - ours.len();
    Ok(Report::new(format!("{added} events added"), json!({ "ok": true, "added": added })))
}
