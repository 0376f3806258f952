//! Documents that came with a request: scans, and the recipient's own file. The ledger has their names and
//! SHA-256; their bytes are kept beside it in this browser, sealed, and in the mirror folder where there is one.
//!
//! Entry points: [`keep`], [`read`], [`attach`], [`take_in`] for another PC's.

use fuin_core::{Attachment, KeptKey, ScanKind, sha256_hex};
use leptos::prelude::*;

use super::{beside::KeptBeside, bundle_keys, desk::Desk, fault::DeskFault};
use crate::{
    fault::Code,
    locale::k,
    platform::{
        db::{self, StoreName},
        files,
    },
};

fn place(sha256: &str) -> String {
    format!("document {sha256}")
}

/// Keeps a document under its hash.
pub async fn keep(desk: Desk, name: &str, bytes: &[u8]) -> Result<Attachment, DeskFault> {
    let attachment = Attachment::of(name.to_owned(), bytes);
    let sealed = desk.keys()?.storage.seal(&place(&attachment.sha256), bytes).await?;
    db::write(StoreName::Attachments, &attachment.sha256, &files::to_js(&sealed)).await?;
    Ok(attachment)
}

/// A document, if it is here or at the server and still what the ledger says.
pub async fn read(desk: Desk, attachment: &Attachment) -> Result<Vec<u8>, DeskFault> {
    let sha256 = attachment.sha256.as_str();
    let beside = KeptBeside { key: sha256, place: &place(sha256), name: sha256 };
    if let Some(bytes) = beside.read(desk, |bytes| sha256_hex(bytes) == sha256).await? {
        return Ok(bytes);
    }
    let code = if beside.is_here().await? { Code::AttachmentAltered } else { Code::AttachmentMissing };
    Err(DeskFault::about(code, attachment.name.clone()))
}

/// A document as it is sealed here; none, where it is not here or is altered.
pub async fn sealed(desk: Desk, sha256: &str) -> Result<Option<Vec<u8>>, DeskFault> {
    let beside = KeptBeside { key: sha256, place: &place(sha256), name: sha256 };
    let here = beside.here(desk, |bytes| sha256_hex(bytes) == sha256).await?;
    Ok(here.map(|(sealed, _)| sealed))
}

/// Under which name and as what a document is handed out: never as something that a browser opens as a page.
pub fn hand_out(attachment: &Attachment, bytes: &[u8]) -> Result<(), DeskFault> {
    let (name, media_type) = match ScanKind::of(bytes) {
        Some(kind) => (kind.named(&attachment.name), kind.media_type()),
        // The recipient's own request file; whatever an older version took.
        None if attachment.name.ends_with(".jws") => (attachment.name.clone(), "application/jose"),
        None => (format!("{}.bin", attachment.name), "application/octet-stream"),
    };
    Ok(files::download(&name, media_type, bytes)?)
}

/// Keeps a picked scan.
pub async fn attach(desk: Desk, file: files::PickedFile) -> Result<Attachment, DeskFault> {
    let bytes = files::read_bytes(&file, Attachment::MAX_BYTES).await?;
    let bytes = bytes.ok_or_else(|| DeskFault::about(Code::AttachmentLarge, file.name()))?;
    // A browser runs what is in an HTML or SVG file, whatever its name.
    let kind = ScanKind::of(&bytes).ok_or_else(|| DeskFault::about(Code::AttachmentKind, file.name()))?;
    keep(desk, &kind.named(&file.name()), &bytes).await
}

/// The key of a bundle that the office keeps, if that is what the file is.
fn kept_key(desk: Desk, bytes: &[u8]) -> Option<KeptKey> {
    let kept = KeptKey::parse(std::str::from_utf8(bytes).ok()?).ok()?;
    let is_known =
        desk.register.with_untracked(|register| register.disclosures.contains_key(&kept.bundle_id));
    (is_known && !bundle_keys::is_over(desk, &kept.bundle_id)).then_some(kept)
}

/// Takes over documents that the ledger names, and keys of its bundles, as files picked from a folder; what it does not
/// name is left.
pub async fn take_in(desk: Desk, picked: Vec<files::PickedFile>) -> Result<(), DeskFault> {
    let (mut taken, mut unknown) = (0, 0);
    for file in picked {
        let Some(bytes) = files::read_bytes(&file, Attachment::MAX_BYTES).await? else {
            unknown += 1;
            continue;
        };
        if let Some(kept) = kept_key(desk, &bytes) {
            bundle_keys::keep(desk, &kept).await?;
            taken += 1;
            continue;
        }
        let hash = sha256_hex(&bytes);
        if desk.register.with_untracked(|register| register.documents.contains_key(&hash)) {
            keep(desk, &file.name(), &bytes).await?;
            taken += 1;
        } else {
            unknown += 1;
        }
    }
    desk.changed();
    let l = desk.locale;
    desk.tell(l.f(k::ATTACH_TAKEN, &[("n", &taken.to_string()), ("other", &unknown.to_string())]));
    Ok(())
}
