//! `fuin verify`: every byte of a bundle against what the office signed.

use std::path::Path;

use fuin_core::{
    ExtensionCode, Index, Jws, KeyHistory, OfficeCard, Opened, PublicKey, Sealed, SigningKey, Verified,
    elapsed,
};
use serde_json::json;

use crate::{
    args,
    failure::{Failure, Outcome},
    files::{FileSource, read_text},
    outside,
    passphrase::{self, Whose},
    pipeline,
    platform::now,
    progress, recipient_key,
    report::Report,
    words::said,
};

/// Opens a bundle with what the caller has and checks its signature.
pub(crate) fn open(path: &Path, unlock: &args::Unlock) -> Result<Verified<FileSource>, Failure> {
    Ok(open_signing(path, unlock)?.0)
}

/// Opens a bundle, and gives the key that signs what its recipient hands in, where a key file was used.
pub(crate) fn open_signing(
    path: &Path,
    unlock: &args::Unlock,
) -> Result<(Verified<FileSource>, Option<SigningKey>), Failure> {
    let bundle = Sealed::read(FileSource::open(path)?)?;
    let (sealed, bundle) = match &unlock.ticket {
        Some(ticket) => (Sealed::read(FileSource::open(ticket)?)?, Some(bundle)),
        None => (bundle, None),
    };
    let (opened, signing) = self::unlock(sealed, unlock.identity.as_deref(), &unlock.passphrase)?;
    let mut verified = opened.verify()?;
    if let Some(bundle) = bundle {
        verified = verified.with_bundle(bundle)?;
    }
    if let Some(bundle_id) = verified.wants_bundle() {
        let cause = said!(
            "これはチケットです。{bundle_id} を開き、--ticket で指定してください",
            "this is a ticket: open {bundle_id} and give it with --ticket"
        );
        return Err(Failure::new("ticket_alone", cause));
    }
    if let Some(code) = &unlock.extension {
        verified.extend(&ExtensionCode::parse(code)?)?;
    }
    Ok((verified, signing))
}

/// Opens a bundle by a recipient's key file, or else by a passphrase.
pub(crate) fn unlock(
    sealed: Sealed<FileSource>,
    identity: Option<&Path>,
    passphrase: &args::RecipientPassphrase,
) -> Result<(Opened<FileSource>, Option<SigningKey>), Failure> {
    match identity {
        Some(path) => {
            let keys = recipient_key::open(path, passphrase)?;
            Ok((sealed.open_with_key(&keys.agreement)?, Some(keys.signing)))
        }
        None => {
            let file = passphrase.recipient_passphrase_file.as_deref();
            Ok((sealed.open_with_passphrase(&passphrase::read(Whose::Recipient, file)?)?, None))
        }
    }
}

/// Whether there is a card to compare a key with; refused if it is another office's. `before` are the keys that led to
/// this one.
pub(crate) fn is_of_card(card: Option<&Path>, key: &PublicKey, before: &KeyHistory) -> Result<bool, Failure> {
    let Some(path) = card else { return Ok(false) };
    let (_, known) = OfficeCard::verify(&Jws::new(&read_text(path)?))?;
    if known != *key && before.end_of(&known).is_none() {
        let cause = said!(
            "署名した鍵は {} で、提供元カードのものではありません",
            "signed by {}, not by the office of the card",
            key.thumbprint()
        );
        return Err(Failure::new("office_unknown", cause));
    }
    Ok(true)
}

/// Checks container, signature, every chunk and every clip.
pub(crate) fn verify(args: &args::Verify, quiet: bool) -> Outcome {
    let verified = open(&args.bundle, &args.unlock)?;
    let known = is_of_card(args.office_card.as_deref(), verified.office_key(), verified.keys_before())?;
    let outside = outside::look(&verified, &args.outside)?;
    let manifest = verified.manifest();
    check_clips(&args.bundle, &verified, quiet)?;
    let window = verified.check_window(now()).err().map(|error| fuin_core::Coded::code(&error));
    let key = verified.office_key();
    let clips: Vec<_> = manifest
        .clips
        .iter()
        .map(|c| {
            json!({ "file_name": c.note.file_name, "bytes": c.content.bytes, "sha256": c.content.sha256,
                "cut": c.note.cut })
        })
        .collect();
    let mut text = format!(
        "検証できました。{}が{}に封印したままです。\n管理番号 {}\n提供先   {}\n閲覧期間 {} から {} まで{}\n",
        manifest.office.name,
        manifest.issued_at.day().wareki(),
        manifest.bundle_id,
        manifest.recipient.line(),
        manifest.terms.not_before.wareki(),
        manifest.terms.not_after.wareki(),
        if window.is_some() { "（いまは期間外）" } else { "" },
    );
    for clip in &manifest.clips {
        text.push_str(&format!("{}  {}\n", clip.content.sha256, clip.note.file_name));
        if let Some(cut) = &clip.note.cut {
            let (from, to) = (elapsed(cut.from), elapsed(cut.to));
            text.push_str(&format!("    {}（{from}〜{to}、{}）\n", cut.japanese(), cut.source.sha256));
        }
    }
    let trust = if known {
        "提供元の鍵は提供元カードと一致"
    } else {
        "提供元の確認の言葉を送付書と照らしてください"
    };
    text.push_str(&format!("{trust}: {}\n", key.fingerprint_words()));
    text.push_str(&outside.text);
    Ok(Report::new(
        text,
        json!({ "ok": true, "verified": true, "office_known": known, "bundle_id": manifest.bundle_id,
            "office": manifest.office, "key": key.thumbprint(), "words": key.fingerprint_words(),
            "recipient": manifest.recipient, "not_before": manifest.terms.not_before,
            "not_after": manifest.terms.not_after, "window": window, "return_due": manifest.terms.return_due,
            "grants": manifest.terms.grants, "marks": manifest.terms.marks, "clips": clips,
            "certification": outside.certification, "time_stamp": outside.time_stamp }),
    ))
}

/// Checks every byte of every clip, and what its index says.
fn check_clips(path: &Path, verified: &Verified<FileSource>, quiet: bool) -> Result<(), Failure> {
    let clips = &verified.manifest().clips;
    let bar = progress::bar(clips.iter().map(|clip| clip.length).sum(), quiet);
    // A second handle: the checker borrows the bundle, the reader the file.
    let source = FileSource::open(path)?;
    for (index, clip) in clips.iter().enumerate() {
        Index::parse(&verified.index(index)?, clip.content.bytes)?;
        let (check, place) = verified.check_clip(index)?;
        pipeline::check_clip(&source, check, place, &bar, |_, _| Ok(()))?;
    }
    bar.finish_and_clear();
    Ok(())
}
