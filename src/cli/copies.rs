//! `fuin ledger import` and `unite`: what another copy of the ledger has.
//!
//! Entry points: [`import`], [`unite`]. Absent: the desk's way of it, in the page.

use std::{fs, path::Path};

use fuin_core::{
    EventBody, Ledger, LedgerReading, OfficeKeyFile, PublicKey, Renumbered, UnionError, UnionPlan,
    first_unruly, union_of,
};
use serde_json::json;

use crate::{
    args::{OfficePassphrase, Unite},
    failure::{Failure, Outcome},
    files::{read_bytes, read_text},
    ledger_file::MAX_LEDGER,
    office::OpenOffice,
    passphrase::{self, Whose},
    platform::now,
    report::Report,
    words::said,
};

/// Reads an exported ledger.
pub(crate) fn read_export(file: &Path) -> Result<Vec<u8>, Failure> {
    let content = read_bytes(file, MAX_LEDGER)?;
    Ok(content.strip_prefix("\u{FEFF}".as_bytes()).map(<[u8]>::to_vec).unwrap_or(content))
}

/// Brings the lines of another ledger of this office in, with the documents and bundle keys of its folder.
pub(crate) fn unite(args: &Unite) -> Outcome {
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let (theirs, folder) = other_ledger(&office, &args.other)?;
    let why = (args.reason.as_str(), args.by.as_str());
    let plan = union_of(&office.ledger, &theirs, office.rules()?, why, now())?;
    let report = foretold(&plan, args.check);
    if args.check {
        return Ok(report);
    }
    let keys = office.unlock(&args.passphrase)?;
    // Before the lines that name them: what is there without a line harms nothing.
    if let Some(folder) = folder {
        let longer = office.with_events(&keys, &args.operator, &plan.events)?;
        office.take_files_of(&folder, &longer)?;
    }
    office.record_all(&keys, &args.operator, &plan.events)?;
    Ok(report)
}

/// The other ledger, which has to be sound: an export, or the folder of an office.
fn other_ledger(office: &OpenOffice, other: &Path) -> Result<(Ledger, Option<OpenOffice>), Failure> {
    if other.is_dir() {
        // It would wait for itself for ever.
        let real = |path: &Path| fs::canonicalize(path).map_err(|error| Failure::file(path, &error));
        if real(other)? == office.folder()? {
            return Err(UnionError::Known.into());
        }
        let folder = OpenOffice::read(other)?.sound()?;
        if folder.key != office.key {
            let is_ours = office.ledger.had_key(&folder.key) || folder.ledger.had_key(&office.key);
            return Err(if is_ours { UnionError::Key } else { UnionError::Office }.into());
        }
        return Ok((folder.ledger.clone(), Some(folder)));
    }
    let content = read_export(other)?;
    let mut reading = LedgerReading::new(&content, None);
    reading.go_on(usize::MAX);
    match Ledger::read_export(reading.clone(), &office.key) {
        Ok((ledger, _)) => Ok((ledger, None)),
        Err(fault) => {
            let mut before = office.ledger.key_changes().iter().map(|change| &change.from);
            let is_of_before = before.any(|key| Ledger::read_export(reading.clone(), key).is_ok());
            let is_of_later = || Ledger::of(reading.clone(), None).0.had_key(&office.key);
            Err(if is_of_before || is_of_later() { UnionError::Key.into() } else { fault.into() })
        }
    }
}

/// What is recorded by it, or would be.
fn foretold(UnionPlan { events, numbers, set_aside }: &UnionPlan, is_check: bool) -> Report {
    let lines = events.iter().filter(|event| matches!(event, EventBody::Brought(_))).count();
    let mut text = match is_check {
        true => said!("統合すると、{lines} 行を取り込みます。\n", "a union would bring in {lines} lines\n"),
        false => said!("統合しました。{lines} 行を取り込みました。\n", "{lines} lines were brought in\n"),
    };
    for Renumbered { was, number, .. } in numbers {
        text.push_str(&said!("申請 第{was}号 → 第{number}号\n", "request {was} is {number} here\n"));
    }
    for (line, what) in set_aside {
        text.push_str(&said!(
            "もう一方の {line}行目「{what}」は保存しますが、この記録簿では効力がありません\n",
            "line {line} of the other one ({what}) is kept and counts for nothing here\n"
        ));
    }
    let aside: Vec<_> = set_aside.iter().map(|(line, what)| json!({ "line": line, "what": what })).collect();
    Report::new(
        text.trim_end().to_owned(),
        json!({ "ok": true, "recorded": !is_check, "lines": lines, "numbers": numbers, "set_aside": aside }),
    )
}

/// The key file that another PC made, which opens.
pub(crate) fn new_key_file(
    path: &Path,
    passphrase: &OfficePassphrase,
) -> Result<(OfficeKeyFile, PublicKey), Failure> {
    let file = OfficeKeyFile::parse(&read_text(path)?)?;
    let passphrase = passphrase::read(Whose::Office, passphrase.passphrase_file.as_deref())?;
    let key = file.open(&passphrase)?.0.signing.public();
    Ok((file, key))
}

pub(crate) fn import(
    office: &OpenOffice,
    content: &[u8],
    anyway: bool,
    new: Option<&(OfficeKeyFile, PublicKey)>,
) -> Outcome {
    let key = new.map_or(&office.key, |(_, key)| key);
    let mut reading = LedgerReading::new(content, None);
    reading.go_on(usize::MAX);
    let (other, head) = Ledger::read_export(reading.clone(), key).map_err(|fault| {
        match Ledger::of(reading, None).0.had_key(&office.key) {
            true => Failure::new(
                "office_key_changed",
                said!(
                    "ほかの PC で課の鍵が更新されています（--key-file で新しい office.key を）",
                    "the office's key was changed on another PC: give its office.key with --key-file"
                ),
            ),
            false => fault.into(),
        }
    })?;
    if *key != office.key && !other.had_key(&office.key) {
        return Err(Failure::new(
            "office_key_other",
            said!(
                "この課の鍵の後を継がない鍵のファイルです",
                "the key file is of a key that does not follow this office's"
            ),
        ));
    }
    let ours = office.ledger.lines().len();
    // What a union brought into the other one is there whole.
    let parts = office.ledger.parts_from(&other);
    if let Some(line) = parts.filter(|_| other.known_of(&office.ledger) < ours as u64) {
        let cause = said!(
            "このファイルは、この記録簿の続きではありません。{line}行目から分かれています",
            "the file does not continue this ledger; the two went different ways from line {line} on"
        );
        return Err(Failure::new("ledger_fork", cause));
    }
    let common = parts.and_then(|line| usize::try_from(line - 1).ok()).unwrap_or(ours);
    if let Some((line, error)) = first_unruly(other.events(), common, &office.card.rules).filter(|_| !anyway)
    {
        let cause = said!(
            "{line}行目は、その場所には記録できないはずのものです：{error}",
            "line {line} could not have been recorded where it stands: {error}"
        );
        return Err(Failure::new("import_unruly", cause));
    }
    office.replace(&other, &head, new.map(|(file, _)| file))?;
    let added = other.lines().len() - common;
    Ok(Report::new(
        said!("{added} 件を取り込みました。", "{added} events added"),
        json!({ "ok": true, "added": added }),
    ))
}
