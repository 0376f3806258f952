//! `fuin key`: a recipient's key pair in two files, for those who want no passphrase.

use std::path::Path;

use fuin_core::{B64, Jwk, PublicKey, RecipientKey, Secret32};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    failure::{Failure, Outcome},
    files::{read_text, write_file, write_private_file},
    platform::OsEntropy,
    report::Report,
};

/// A recipient's key as it is stored: a JSON Web Key, with `d` in the secret file.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    #[serde(flatten)]
    public: serde_json::Map<String, serde_json::Value>,
}

/// Makes a recipient key pair.
pub(crate) fn new(out: &Path) -> Outcome {
    let key = RecipientKey::generate(&OsEntropy);
    let public = key.public();
    let form = |error: serde_json::Error| Failure::new("key_form", error.to_string());
    let public_json = serde_json::to_value(public.jwk()).map_err(form)?;
    let mut secret: KeyFile = serde_json::from_value(public_json.clone()).map_err(form)?;
    secret.public.insert("d".into(), serde_json::to_value(B64(*key.scalar().expose())).map_err(form)?);
    let secret = zeroize::Zeroizing::new(serde_json::to_string(&secret).map_err(form)?);
    let mut public_path = out.as_os_str().to_owned();
    public_path.push(".pub");
    write_private_file(out, secret.as_bytes(), false)?;
    write_file(Path::new(&public_path), public_json.to_string().as_bytes(), false)?;
    let text = format!("Secret key: {}\nPublic key: {}", out.display(), Path::new(&public_path).display());
    Ok(Report::new(text, json!({ "ok": true, "kid": public.thumbprint() })))
}

/// Reads a recipient's public key.
pub(crate) fn read_public(path: &Path) -> Result<PublicKey, Failure> {
    let jwk: Jwk = serde_json::from_str(&read_text(path)?)
        .map_err(|_| Failure::new("key_form", format!("{} is no public key file", path.display())))?;
    Ok(PublicKey::from_jwk(&jwk)?)
}

/// Reads a recipient's secret key.
pub(crate) fn read_secret(path: &Path) -> Result<RecipientKey, Failure> {
    #[derive(Deserialize)]
    struct Secret {
        d: B64<32>,
    }
    let text = zeroize::Zeroizing::new(read_text(path)?);
    let secret: Secret = serde_json::from_str(&text)
        .map_err(|_| Failure::new("key_form", format!("{} is no secret key file", path.display())))?;
    Ok(RecipientKey::from_scalar(&Secret32::new(secret.d.0))?)
}
