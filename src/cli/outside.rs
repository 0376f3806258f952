//! What a bundle says of the world outside, checked with what the reader trusts: who certified the office's key, and
//! who says when the bundle existed.
//!
//! Entry point: [`look`]. Absent: roots of our own.

use fuin_core::{CertificateStanding, Revocation, TimeStamp, Timestamp, Verified};
use serde_json::{Value, json};

use crate::{
    args,
    certify::{read_revocation, read_roots},
    failure::Failure,
    files::FileSource,
    words::said,
};

/// What was found.
pub(crate) struct Looked {
    /// In words, line by line.
    pub text: String,
    pub certification: Value,
    pub time_stamp: Value,
}

/// Looks at certification and time stamp. What the reader gave a root for must lead to it.
pub(crate) fn look(verified: &Verified<FileSource>, args: &args::Outside) -> Result<Looked, Failure> {
    let lists = read_revocation(&args.revocation)?;
    let (mut text, time_stamp, vouched) = stamp(verified.time_stamp(), args, &lists)?;
    let (said, certification) = certification(verified, args, &lists, vouched)?;
    text.insert_str(0, &said);
    Ok(Looked { text, certification, time_stamp })
}

/// The time stamp, and the time that it vouches for.
fn stamp(
    stamp: Option<&TimeStamp>,
    args: &args::Outside,
    lists: &[Revocation],
) -> Result<(String, Value, Option<Timestamp>), Failure> {
    let Some(stamp) = stamp else {
        if args.time_root.is_empty() {
            return Ok((String::new(), Value::Null, None));
        }
        return Err(Failure::new(
            "time_stamp_missing",
            said!("この封印ファイルには時刻認証がありません", "this bundle has no time stamp"),
        ));
    };
    let is_trusted = !args.time_root.is_empty();
    let standing = match is_trusted {
        true => Some(stamp.vouched_by(&read_roots(&args.time_root)?, lists)?),
        false => None,
    };
    let (standing, word) = match &standing {
        None => ("unchecked", "誰の証明かは未確認（--time-root に認証局の証明書を）"),
        Some(CertificateStanding::Good) => ("good", "与えられた認証局まで確認、失効していない"),
        Some(CertificateStanding::Unknown { .. }) => (
            "unknown",
            "与えられた認証局まで確認。失効していたかは、手元の資料では分からない（--revocation）",
        ),
        Some(CertificateStanding::Revoked { holder, at }) => return Err(revoked(holder, *at)),
    };
    let text = format!("時刻認証 {}（{}）: {word}\n", stamp.at().wareki_exact(), stamp.authority());
    let json = json!({ "at": stamp.at(), "authority": stamp.authority(), "serial": stamp.serial(),
        "trusted": is_trusted, "standing": standing });
    Ok((text, json, is_trusted.then(|| stamp.at())))
}

fn certification(
    verified: &Verified<FileSource>,
    args: &args::Outside,
    lists: &[Revocation],
    vouched: Option<Timestamp>,
) -> Result<(String, Value), Failure> {
    let Some(certification) = verified.certification() else {
        if args.root.is_empty() {
            return Ok((String::new(), Value::Null));
        }
        return Err(Failure::new(
            "certification_missing",
            said!(
                "この封印ファイルの提供元の鍵は、だれにも証明されていません",
                "nobody certified the key of this bundle's office"
            ),
        ));
    };
    let (holder, issuer) = certification.claims();
    if args.root.is_empty() {
        let text = format!(
            "鍵の証明 {holder}（発行者 {issuer}）と書かれています。未確認です（--root に認証局の証明書を）\n"
        );
        return Ok((text, json!({ "holder": holder, "issuer": issuer, "trusted": false })));
    }
    let identity =
        certification.judge(&read_roots(&args.root)?, lists, verified.manifest().issued_at, vouched)?;
    let when = match (identity.vouched, vouched) {
        (true, _) => "時刻認証の時刻",
        (false, Some(_)) => "封印ファイルに書かれた時刻。時刻認証は、この証明を裏付けるには遅すぎる",
        (false, None) => "封印ファイルに書かれた時刻",
    };
    let (standing, word) = match &identity.standing {
        CertificateStanding::Good => ("good", "失効していない".to_owned()),
        CertificateStanding::Unknown { holder } => {
            ("unknown", format!("{holder} が失効していたかは、手元の資料では分からない（--revocation）"))
        }
        CertificateStanding::Revoked { holder, at } => return Err(revoked(holder, *at)),
    };
    let path = identity.path.join(" ← ");
    let text = format!("鍵の証明 {path}: {when}（{}）に有効、{word}\n", identity.at.wareki_exact());
    let json = json!({ "holder": holder, "issuer": issuer, "trusted": true, "path": identity.path, "at": identity.at,
        "vouched": identity.vouched, "standing": standing });
    Ok((text, json))
}

fn revoked(holder: &str, at: Timestamp) -> Failure {
    Failure::new(
        "certificate_revoked",
        said!("{holder} の証明書は {at} に失効しています", "the certificate of {holder} was revoked at {at}"),
    )
}
