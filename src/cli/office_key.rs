//! `fuin office change-key`: a new key for the office, which the old one vouches for. `fuin office rename`: another
//! name under the same key.

use std::path::Path;

use fuin_core::{EventBody, Office, OfficeLabel};
use serde_json::json;

use crate::{
    args::{ChangeKey, OfficePassphrase},
    failure::{Failure, Outcome},
    office::OpenOffice,
    passphrase::{self, Whose},
    platform::{OsEntropy, now},
    report::Report,
};

/// Signs a card with another name or contact, and records it.
pub(crate) fn rename(
    office: &Path,
    passphrase: &OfficePassphrase,
    (name, contact): (Option<String>, Option<String>),
    operator: &str,
) -> Outcome {
    let mut office = OpenOffice::read(office)?.sound()?;
    let keys = office.unlock(passphrase)?;
    let or = |new: Option<String>, old: &str| new.unwrap_or_else(|| old.to_owned()).trim().to_owned();
    let known = &office.card.office;
    let label = OfficeLabel { name: or(name, &known.name), contact: or(contact, &known.contact) };
    let unsigned = office
        .card
        .renamed(label.clone(), now(), &keys.signing.public())
        .map_err(|error| Failure::new("office_name", error.to_string()))?;
    let signature = keys.signing.sign_bytes(unsigned.signing_input());
    let card = unsigned.attach(&signature)?;
    office.record(&keys, operator, EventBody::OfficeRenamed { card })?;
    let text = format!(
        "課の名称・連絡先を「{}」（{}）にしました。\noffice.key の写しを作り直し、提供元カードを渡し直してください。",
        label.name, label.contact
    );
    Ok(Report::new(text, json!({ "ok": true, "office": label })))
}

/// Makes a new key and puts it in the old one's place, which signs that in the ledger.
pub(crate) fn change(args: &ChangeKey) -> Outcome {
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let old = office.unlock(&args.passphrase)?;
    let passphrase = passphrase::choose(Whose::NewOffice, args.new_passphrase_file.as_deref())?;
    let when = (now(), args.exposed);
    let (new, change) = Office::with_new_key(&OsEntropy, &old, &office.card, passphrase, when)?;
    let card = new.key_file.card.clone();
    let reason = args.reason.trim().to_owned();
    office.change_key(&old, &new, &args.operator, EventBody::KeyChanged { card, change, reason })?;
    let (before, key) = (old.signing.public(), new.keys.signing.public());
    let text = format!(
        "鍵を替えました。これまでの鍵（{}）が新しい鍵を証明しています。\n新しい確認の言葉 {}\n                 {}\n\
         office.key の写しを作り直し、前の写しは処分してください。",
        before.fingerprint_words(),
        key.fingerprint_words(),
        key.fingerprint_words_latin()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "key": key.thumbprint(), "words": key.fingerprint_words(),
            "before": before.thumbprint(), "exposed": args.exposed }),
    ))
}
