//! `fuin ledger`: show, verify, export, prove, check, import, due, year.

use std::path::Path;

use fuin_core::{
    Book, BundleId, Coded, Day, LedgerEvent, LetterKind, OwedReport, PersonRole, Proof, Register, StepError,
    Today, Yearly, csv_table, letter_places, letter_text,
};
use serde_json::json;

use crate::{
    args::{LedgerCommand, OfficePassphrase},
    confirm::{report_lines, typed_id},
    copies::{import, new_key_file, read_export, unite},
    failure::{Failure, Outcome},
    files::{read_text, write_private_file},
    office::OpenOffice,
    platform::now,
    report::Report,
    verify::is_of_card,
    words::said,
};

/// Runs a ledger command.
pub(crate) fn run(command: &LedgerCommand) -> Outcome {
    match command {
        LedgerCommand::Show { office } => Ok(show(&OpenOffice::read(office)?)),
        LedgerCommand::Verify { office } => verify(OpenOffice::read(office)?),
        LedgerCommand::Export { office, out } => {
            let office = OpenOffice::read(office)?.sound()?;
            write_private_file(out, office.ledger.export(&office.head()?).as_bytes(), true)?;
            let count = office.ledger.events().len();
            Ok(Report::new(
                said!(
                    "記録 {count} 件を {} に書き出しました。",
                    "{count} events written to {}",
                    out.display()
                ),
                json!({ "ok": true, "events": count }),
            ))
        }
        LedgerCommand::Import { office, file, anyway, key_file, passphrase } => {
            let new = key_file.as_deref().map(|path| new_key_file(path, passphrase)).transpose()?;
            import(&OpenOffice::read(office)?.sound()?, &read_export(file)?, *anyway, new.as_ref())
        }
        LedgerCommand::Unite(args) => unite(args),
        LedgerCommand::Prove { office, passphrase, bundle, out } => {
            prove(&OpenOffice::read(office)?.sound()?, passphrase, bundle, out)
        }
        LedgerCommand::Check { proof, office_card } => check(proof, office_card.as_deref()),
        LedgerCommand::Due { office } => due(&OpenOffice::read(office)?),
        LedgerCommand::Lines { office } => Ok(lines(&OpenOffice::read(office)?)),
        LedgerCommand::Letter { office, kind } => Ok(letter(&OpenOffice::read(office)?, *kind)),
        LedgerCommand::Desks { office } => Ok(desks(&OpenOffice::read(office)?)),
        LedgerCommand::Book { office, book, year, out } => {
            write_book(&OpenOffice::read(office)?, *book, *year, out.as_deref())
        }
        LedgerCommand::Year { office, year } => fiscal_year(&OpenOffice::read(office)?, *year),
    }
}

fn show(office: &OpenOffice) -> Report {
    let register = office.register();
    let all = &register.disclosures;
    let mut text = String::new();
    for (id, disclosure) in all {
        let sealed = &disclosure.sealed;
        text.push_str(&format!(
            "{id}  {}  {}  期限 {}  {}\n",
            disclosure.sealed_at.day().wareki(),
            disclosure.status.japanese(),
            disclosure.due.wareki(),
            sealed.recipient.line()
        ));
        text.push_str(&report_lines(disclosure));
    }
    if all.is_empty() {
        text.push_str("まだ提供の記録はありません。\n");
    }
    for fault in &office.faults {
        text.push_str(&format!("! {fault}\n"));
    }
    text.push_str(&finding_lines(&register));
    let faults: Vec<_> = office.faults.iter().map(Coded::code).collect();
    let list: Vec<_> = all.values().collect();
    Report::new(
        text,
        json!({ "ok": true, "disclosures": list, "events": office.ledger.events().len(), "faults": faults,
            "findings": register.findings }),
    )
}

/// Every line, so that one can be named.
fn lines(office: &OpenOffice) -> Report {
    let register = office.register();
    let line = |event: &LedgerEvent| {
        let (number, bundle) = event.event.concerns();
        let about = match (number, bundle) {
            (Some(number), _) => format!("申請 第{number}号"),
            (None, Some(id)) => id.to_string(),
            (None, None) => String::new(),
        };
        let struck = if register.taken_back.contains(&event.line()) { "（取消し）" } else { "" };
        let word = event.event.japanese();
        format!("{:>5}  {}  {word}{struck}  {about}  {}\n", event.line(), event.at.wareki(), event.actor)
    };
    let text: String = office.ledger.events().iter().map(line).collect();
    Report::new(text, json!({ "ok": true, "lines": office.ledger.events() }))
}

/// 文例.
fn letter(office: &OpenOffice, kind: LetterKind) -> Report {
    let (title, body) = letter_text(kind, &office.register());
    let places: Vec<_> = letter_places(kind).collect();
    let text = format!("件名　{title}\n\n{body}\n\n差し込める語　{}\n", places.join("、"));
    Report::new(text, json!({ "ok": true, "title": title, "body": body, "places": places }))
}

/// A book as a table for spreadsheets.
fn write_book(office: &OpenOffice, book: Book, year: Option<i32>, out: Option<&Path>) -> Outcome {
    let year = year.unwrap_or(now().day().fiscal_year());
    let table = book.table(&office.register(), office.rules()?, Some(year));
    let csv = csv_table(&table.for_csv());
    let rows = table.rows.len();
    let text = match out {
        Some(path) => {
            write_private_file(path, csv.as_bytes(), true)?;
            format!("{} {rows} 件を {} に書きました。", book.japanese(), path.display())
        }
        None => csv,
    };
    Ok(Report::new(text, json!({ "ok": true, "heads": table.heads, "rows": table.rows })))
}

/// What is odd about what was recorded, line by line.
fn finding_lines(register: &Register) -> String {
    register.findings.iter().map(|finding| format!("! {}\n", finding.japanese())).collect()
}

/// What is to be done today.
fn due(office: &OpenOffice) -> Outcome {
    let register = office.register();
    let list = Today::of(&register, now().day(), office.rules()?);
    let mut text = String::new();
    let days = |rows: &[(BundleId, i64)], words: &str| -> String {
        rows.iter().map(|(id, n)| format!("{id}  {n}{words}\n")).collect()
    };
    text.push_str(&days(&list.overdue, "日経過"));
    text.push_str(&days(&list.due_soon, "日で期限です"));
    for (ids, words) in [(&list.lost, "紛失"), (&list.to_close, "媒体照合待ち")] {
        text.extend(ids.iter().map(|id| format!("{id}  {words}\n")));
    }
    for (cases, words) in [(&list.to_review, "受付、審査待ち"), (&list.to_seal, "決定、提供待ち")]
    {
        let row = |(number, day): &(u64, Day)| format!("申請 第{number}号  {} {words}\n", day.wareki());
        text.extend(cases.iter().map(row));
    }
    text.extend(list.footage.iter().map(|(number, left)| {
        let words = if *left < 0 {
            "保管期間を経過".to_owned()
        } else {
            format!("あと{left}日で上書き")
        };
        format!("申請 第{number}号  画像は{words}\n")
    }));
    text.extend(
        list.owed
            .iter()
            .map(|(report, since)| format!("{} {}から未提出\n", owed_name(*report), since.wareki())),
    );
    text.extend(list.watched_over.iter().map(|(number, until)| {
        format!("申請 第{number}号  閲覧に供した画像の保存期間は{}まででした\n", until.wareki())
    }));
    text.extend(
        list.copies_over.iter().map(|(id, until)| {
            format!("{id}  所管課保存分（控え）の保存期間は{}まででした\n", until.wareki())
        }),
    );
    if list.is_empty() {
        text.push_str("今日することはありません。\n");
    }
    Ok(Report::new(text, json!({ "ok": true, "due": list })))
}

fn owed_name(report: OwedReport) -> String {
    match report {
        OwedReport::Disclosure { number } => format!("申請 第{number}号の提供報告書"),
        OwedReport::Incident { line } => format!("事故報告書（記録簿 {line} 行目）"),
        OwedReport::Yearly { year } => {
            let name = Day::name_of_fiscal_year(year);
            format!("{}の運用状況の報告", name.unwrap_or_else(|| year.to_string()))
        }
    }
}

/// The counts of a fiscal year.
fn fiscal_year(office: &OpenOffice, year: Option<i32>) -> Outcome {
    let today = now().day();
    let counts =
        Yearly::count(office.ledger.events(), office.rules()?, year.unwrap_or(today.fiscal_year()), today);
    let mut text = format!("{}\n", counts.year);
    text.extend(counts.rows().map(|(label, n)| format!("{label}: {n} 件\n")));
    text.extend(counts.by_ground.iter().map(|(article, words, n)| format!("{article} {words}: {n} 件\n")));
    text.extend(counts.operations.iter().map(|(kind, n)| format!("{}: {n} 件\n", kind.japanese())));
    Ok(Report::new(text, json!({ "ok": true, "year": counts })))
}

fn verify(mut office: OpenOffice) -> Outcome {
    office.check_every_line()?;
    if let Some(first) = office.faults.first() {
        let all: Vec<String> = office.faults.iter().map(ToString::to_string).collect();
        return Err(Failure::new(first.code(), all.join("\n")));
    }
    let count = office.ledger.events().len();
    let words = office.key.fingerprint_words();
    let mut text = format!("検証できました。{count} 件の記録がつながっています。確認の言葉 {words}\n");
    let register = office.register();
    text.push_str(&finding_lines(&register));
    Ok(Report::new(
        text,
        json!({ "ok": true, "events": count, "key": office.key.thumbprint(), "findings": register.findings }),
    ))
}

/// Proves the line that says that a bundle was sealed.
fn prove(office: &OpenOffice, passphrase: &OfficePassphrase, typed: &str, out: &Path) -> Outcome {
    let id = typed_id(typed)?;
    let index = office.ledger.sealing_of(&id).ok_or_else(|| StepError::Bundle(id.clone()))?;
    let keys = office.unlock(passphrase)?;
    let proof =
        Proof::make(&office.ledger, index, &keys.signing).ok_or_else(|| StepError::Bundle(id.clone()))?;
    write_private_file(out, proof.as_bytes(), false)?;
    let text = format!(
        "{id} は、この記録簿の {} 行目にあります。証明（{} バイト）を {} に書きました。",
        index + 1,
        proof.len(),
        out.display()
    );
    Ok(Report::new(text, json!({ "ok": true, "bundle_id": id, "line": index + 1, "bytes": proof.len() })))
}

fn check(path: &Path, card: Option<&Path>) -> Outcome {
    let Proof { event, signer, before, lines, desk } = Proof::check(&read_text(path)?)?;
    let known = is_of_card(card, &signer, &before)?;
    let words = signer.fingerprint_words();
    let line = event.seq + 1;
    let said = serde_json::to_string_pretty(&event.event).unwrap_or_default();
    let by = desk.as_ref().map(|desk| format!("、端末「{desk}」")).unwrap_or_default();
    let text = format!(
        "検証できました。{lines} 行の記録簿の {line} 行目です（{}{by}）。確認の言葉 {words}\n{said}",
        event.at.wareki_exact()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "line": line, "lines": lines, "at": event.at, "event": event.event,
            "key": signer.thumbprint(), "desk": desk, "known": known, "words": words }),
    ))
}

/// 担当者 and 端末.
fn desks(office: &OpenOffice) -> Report {
    let register = office.register();
    let titles =
        |roles: &[PersonRole]| roles.iter().map(|role| role.japanese()).collect::<Vec<_>>().join("、");
    let people = register.people.iter().map(|(name, roles)| format!("担当者 {name}（{}）", titles(roles)));
    let desks = register.desks.all().iter().map(|desk| {
        let until = desk.struck_off.map(|at| format!("、{} 抹消", at.wareki())).unwrap_or_default();
        format!("端末 {}（{} 登録{until}） {}", desk.name, desk.since.wareki(), desk.key.thumbprint())
    });
    let lines: Vec<String> = people.chain(desks).collect();
    let text = if lines.is_empty() {
        "担当者・端末の登録はありません。".to_owned()
    } else {
        lines.join("\n")
    };
    let people: Vec<_> =
        register.people.iter().map(|(name, roles)| json!({ "name": name, "roles": roles })).collect();
    let desks = register.desks.all().iter().map(|desk| {
        json!({ "name": desk.name, "key": desk.key.thumbprint(), "since": desk.since,
            "struck_off": desk.struck_off })
    });
    Report::new(text, json!({ "ok": true, "people": people, "desks": desks.collect::<Vec<_>>() }))
}
