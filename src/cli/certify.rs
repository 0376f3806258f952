//! `fuin office certify`: the office's key, certified by the holder of a certificate whose private key is elsewhere.

use std::path::{Path, PathBuf};

use fuin_core::{
    Certificate, Certification, CertificationRecord, EventBody, Revocation, Roots, UnsignedCertification,
};
use serde_json::json;

use crate::{
    args::{CertifyCommand, CertifyRecord},
    failure::{Failure, Outcome},
    files::{read_bytes, write_file},
    office::OpenOffice,
    platform::now,
    report::Report,
    words::said,
};

/// Bytes of the longest file of certificates, or of a signature.
const MAX_CERTIFICATES: u64 = 256 << 10;

pub(crate) fn run(command: &CertifyCommand) -> Outcome {
    match command {
        CertifyCommand::Prepare { office, certificate, out } => prepare(office, certificate, out),
        CertifyCommand::Record(args) => record(args),
    }
}

fn prepare(office: &Path, certificate: &Path, out: &Path) -> Outcome {
    let office = OpenOffice::read(office)?.sound()?;
    let chain = Certificate::read_all(&read_bytes(certificate, MAX_CERTIFICATES)?)?;
    let unsigned = Certification::prepare(&chain, &office.card.office.name, &office.key, now())?;
    write_file(out, unsigned.signing_input(), false)?;
    let holder = chain.first().map(Certificate::holder).unwrap_or_default();
    let text = format!(
        "{holder} の秘密鍵で {} に署名してください（SHA-256）。例:\n\
         openssl dgst -sha256 -sign 秘密鍵 -out 署名 {}\n\
         そのあと fuin office certify record --signed {} --signature 署名",
        out.display(),
        out.display(),
        out.display()
    );
    Ok(Report::new(text, json!({ "ok": true, "holder": holder, "file": out })))
}

fn record(args: &CertifyRecord) -> Outcome {
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let document = match (&args.signed, &args.signature) {
        (Some(signed), Some(signature)) => {
            let unsigned = UnsignedCertification::resume(&read_bytes(signed, MAX_CERTIFICATES)?)?;
            unsigned.attach(&read_bytes(signature, MAX_CERTIFICATES)?)?
        }
        _ if args.revocation.is_empty() => {
            let cause = said!(
                "--signed と --signature がないときは、新しい一覧又は応答が必要です（--revocation）",
                "without --signed and --signature, give new lists or answers: --revocation"
            );
            return Err(Failure::new("revocation_missing", cause));
        }
        _ => {
            let present = office.ledger.standing().certification;
            let cause = said!(
                "この課の鍵はまだ証明されていません（--signed と --signature）",
                "this office's key is not certified yet: give --signed and --signature"
            );
            present.ok_or_else(|| Failure::new("certification_missing", cause))?.document
        }
    };
    let certification = CertificationRecord::new(document, &read_revocation(&args.revocation)?);
    let certified = certification.verify()?;
    certified.ensure_of(&office.key, &office.card.office.name)?;
    let keys = office.unlock(&args.passphrase)?;
    office.record(&keys, &args.operator, EventBody::OfficeCertified { certification })?;
    let (holder, issuer) = certified.claims();
    let text = format!(
        "{holder}（発行者 {issuer}）が証明した鍵として記録しました。これから封印するファイルに入ります。"
    );
    Ok(Report::new(text, json!({ "ok": true, "holder": holder, "issuer": issuer, "at": certified.at })))
}

/// Roots that a person gave.
pub(crate) fn read_roots(paths: &[PathBuf]) -> Result<Roots, Failure> {
    let files: Vec<Vec<u8>> =
        paths.iter().map(|path| read_bytes(path, MAX_CERTIFICATES)).collect::<Result<_, _>>()?;
    Ok(Roots::read(files.iter().map(Vec::as_slice))?)
}

/// Lists of revoked certificates and OCSP answers that a person gave.
pub(crate) fn read_revocation(paths: &[PathBuf]) -> Result<Vec<Revocation>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        all.extend(Revocation::read_all(&read_bytes(path, CertificationRecord::MAX_REVOCATION as u64)?)?);
    }
    Ok(all)
}
