//! `fuin stamp`: questions for a time-stamping authority, and its answers. Asking is somebody else's: this program has
//! no network.

use std::path::{Path, PathBuf};

use fuin_core::{
    CertificateStanding, Coded, EventBody, Jws, RandomAccess, Sealed, Sink, TimeStamp, TimeStampRecord,
    VerifiedReceipt,
};
use serde_json::json;

use crate::{
    args::{Opened, StampBundle, StampCheck, StampCommand, StampReceipt},
    certify::{read_revocation, read_roots},
    failure::{Failure, Outcome},
    files::{FileSource, PendingFile, Readers, is_first_part, read_bytes, write_file},
    office::OpenOffice,
    progress,
    report::Report,
    verify,
    words::said,
};

pub(crate) fn run(command: &StampCommand, quiet: bool) -> Outcome {
    match command {
        StampCommand::Query { file, opened, out } => query(file, opened, out),
        StampCommand::Bundle(args) => bundle(args, quiet),
        StampCommand::Receipt(args) => receipt(args),
        StampCommand::Check(args) => check(args),
    }
}

fn query(file: &Path, opened: &Opened, out: &Path) -> Outcome {
    let document = match read_receipt(file) {
        Ok((jws, _)) => jws,
        Err(_) => signed_manifest(file, opened)?,
    };
    write_file(out, &TimeStamp::query(&document), false)?;
    let text = format!(
        "{} を時刻認証局に送ってください。例:\n\
         curl -H 'Content-Type: application/timestamp-query' --data-binary @{} 時刻認証局のURL -o 応答.tsr",
        out.display(),
        out.display()
    );
    Ok(Report::new(text, json!({ "ok": true, "file": out })))
}

fn read_receipt(path: &Path) -> Result<(Jws, VerifiedReceipt), Failure> {
    Ok(VerifiedReceipt::read(&read_bytes(path, VerifiedReceipt::MAX_BYTES as u64)?)?)
}

/// The manifest of a bundle or a ticket, by the key that its office keeps, or by a recipient's.
fn signed_manifest(path: &Path, opened: &Opened) -> Result<Jws, Failure> {
    let Some(folder) = &opened.office else {
        let sealed = Sealed::read(FileSource::open(path)?)?;
        return Ok(verify::unlock(sealed, opened.identity.as_deref(), &opened.passphrase)?
            .0
            .verify()?
            .signed_manifest()
            .clone());
    };
    let office = OpenOffice::read(folder)?.sound()?;
    let keys = office.unlock(&opened.office_passphrase)?;
    let sealed = Sealed::read(FileSource::open(path)?)?;
    let header = sealed.header();
    let key = office.kept_key(&keys, header.ticket_of.as_ref().unwrap_or(&header.bundle_id))?;
    Ok(sealed.manifest_for_office(&key)?)
}

/// A stamp from a reply; its authority has to lead to one of the roots, if any is given.
fn read_stamp(reply: &Path, roots: &[PathBuf]) -> Result<TimeStamp, Failure> {
    let stamp = TimeStamp::from_reply(&read_bytes(reply, TimeStamp::MAX_BYTES as u64)?)?;
    if !roots.is_empty() {
        stamp.vouched_by(&read_roots(roots)?, &[])?;
    }
    Ok(stamp)
}

fn bundle(args: &StampBundle, quiet: bool) -> Outcome {
    let stamp = read_stamp(&args.reply, &args.time_root)?;
    let manifest = signed_manifest(&args.bundle, &args.opened)?;
    if is_first_part(&args.bundle) {
        let cause = said!(
            "分割された封印ファイルです。一つにつないでから行い、必要なら再び分けてください",
            "this bundle is stored in parts: join them into one file first, and split it again"
        );
        return Err(Failure::new("bundle_in_parts", cause));
    }
    let source = FileSource::open(&args.bundle)?;
    let sealed = Sealed::read(&source)?;
    if let Some(known) = sealed.time_stamp().ok().flatten().filter(|_| !args.replace) {
        let cause = said!(
            "すでに {} の時刻認証（{}）があります",
            "it has one of {} by {}; --replace takes it out",
            known.at(),
            known.authority()
        );
        return Err(Failure::new("time_stamp_there", cause));
    }
    let (kept, tail) = sealed.with_time_stamp(&manifest, &stamp)?;
    let mut pending = PendingFile::create(&args.bundle, true, Readers::Usual)?;
    let failed = |error: std::io::Error| Failure::file(&args.bundle, &error);
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    let bar = progress::bar(kept, quiet);
    while done < kept {
        let now = buffer.len().min(usize::try_from(kept - done).unwrap_or(usize::MAX));
        source.read_exact_at(done, &mut buffer[..now]).map_err(failed)?;
        pending.append(&buffer[..now]).map_err(failed)?;
        done += now as u64;
        bar.set_position(done);
    }
    bar.finish_and_clear();
    pending.append(&tail).map_err(failed)?;
    pending.publish()?;
    Ok(report_of(&stamp, &args.bundle, "入れました", args.time_root.is_empty()))
}

fn receipt(args: &StampReceipt) -> Outcome {
    let stamp = read_stamp(&args.reply, &args.time_root)?;
    let (jws, receipt) = read_receipt(&args.receipt)?;
    stamp.ensure_of(&jws)?;
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let keys = office.unlock(&args.passphrase)?;
    let bundle_id = receipt.receipt.bundle_id;
    let time_stamp = TimeStampRecord::from(&stamp);
    office.record(&keys, &args.operator, EventBody::ReceiptStamped { bundle_id, time_stamp })?;
    Ok(report_of(&stamp, &args.receipt, "記録しました", args.time_root.is_empty()))
}

fn report_of(stamp: &TimeStamp, file: &Path, done: &str, unchecked: bool) -> Report {
    let doubt = if unchecked { "。誰の証明かは未確認（--time-root）" } else { "" };
    let text = format!(
        "{} の時刻認証を{done}: {}（{}、番号 {}）{doubt}",
        file.display(),
        stamp.at().wareki_exact(),
        stamp.authority(),
        stamp.serial()
    );
    Report::new(
        text,
        json!({ "ok": true, "at": stamp.at(), "authority": stamp.authority(), "serial": stamp.serial(),
            "trusted": !unchecked }),
    )
}

/// Every stamp that the ledger has of a receipt, and whether its authority leads to one of the roots.
fn check(args: &StampCheck) -> Outcome {
    let office = OpenOffice::read(&args.office)?.sound()?;
    let (roots, said) = (read_roots(&args.time_root)?, read_revocation(&args.revocation)?);
    let (mut text, mut list) = (String::new(), Vec::new());
    for event in office.ledger.events() {
        let EventBody::ReceiptStamped { bundle_id, time_stamp } = &event.event else { continue };
        let stamp = time_stamp.read()?;
        let (word, code) = match stamp.vouched_by(&roots, &said) {
            Ok(CertificateStanding::Good) => ("認証局まで確認、失効していない".to_owned(), "good"),
            Ok(CertificateStanding::Unknown { .. }) => ("認証局まで確認、失効は不明".to_owned(), "unknown"),
            Ok(CertificateStanding::Revoked { at, .. }) => (format!("{} に失効", at.wareki()), "revoked"),
            Err(error) => (error.to_string(), error.code()),
        };
        text.push_str(&format!(
            "{bundle_id} {}（{}）: {word}\n",
            stamp.at().wareki_exact(),
            stamp.authority()
        ));
        let (at, authority) = (stamp.at(), stamp.authority());
        list.push(json!({ "bundle_id": bundle_id, "at": at, "authority": authority, "standing": code }));
    }
    Ok(Report::new(text, json!({ "ok": true, "time_stamps": list })))
}
