//! `fuin inspect`: the outside of a bundle, as the finder of a lost stick sees it.

use std::path::Path;

use fuin_core::{Sealed, Slot};
use serde_json::json;

use crate::{failure::Outcome, files::FileSource, report::Report, words::said};

/// Shows header and entries. They are not verified; `fuin verify` does that.
pub(crate) fn inspect(path: &Path) -> Outcome {
    let sealed = Sealed::read(FileSource::open(path)?)?;
    let header = sealed.header();
    let slots: Vec<&str> = header
        .slots
        .iter()
        .map(|slot| match slot {
            Slot::Passphrase(_) => "passphrase",
            Slot::RecipientKey(_) => "recipient_key",
            Slot::Later(_) => "later_version",
        })
        .collect();
    let entries: Vec<_> =
        sealed.container().entries().iter().map(|e| json!({ "name": e.name, "bytes": e.len })).collect();
    let ticket_of = header.ticket_of.as_ref().map(|id| format!("{id} のチケット\n")).unwrap_or_default();
    let text = said!(
        "管理番号 {}\n{ticket_of}提供元   {}\n連絡先   {}\n鍵穴     {}\n中身     {}\n\
         未確認です。外側は偽造できます。`fuin verify` で検証してください。",
        "管理番号 {}\n{ticket_of}提供元   {}\n連絡先   {}\nKey slots: {}\nEntries: {}\n\
         Not verified: the outside of a bundle can be forged. Use `fuin verify`.",
        header.bundle_id,
        header.office.name,
        header.office.contact,
        slots.join(", "),
        entries.len()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "verified": false, "format": header.format, "bundle_id": header.bundle_id,
            "ticket_of": header.ticket_of, "office": header.office, "slots": slots, "entries": entries }),
    ))
}
