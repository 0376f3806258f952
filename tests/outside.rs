//! Bundles whose time stamp or certification is another's, or was altered: fault files for `container.rs`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use fuin_core::{
    CertificationRecord, Jws, OfficeKeyFile, Passphrase, Sealed, Secret32, Typ, decrypt_message,
    encrypt_message,
};

use crate::{TestEntropy, plan, replace, seal, seeds};

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/kept").join(name)
}

/// The certified and stamped bundle that is kept for ever, and the place of its stamp among the entries.
fn kept_bundle() -> (Vec<u8>, usize) {
    let bundle = fs::read(kept("bundle.fuin")).unwrap();
    let last = Sealed::read(bundle.clone()).unwrap().container().entries().len() - 1;
    (bundle, last)
}

/// Faults of time stamps, and of certifications.
pub fn faults() -> Vec<(&'static str, Vec<u8>)> {
    let (bundle, stamp) = kept_bundle();
    let stamp = |change: fn(&mut [u8])| replace(bundle.clone(), stamp, change);
    let certified = |change: fn(&str) -> String| {
        let document = Jws::new(&change(seeds::certification().as_str()));
        let mut plan = plan(seeds::small_clip().len() as u64);
        plan.standing.certification = Some(CertificationRecord::new(document, &[]));
        seal(plan, &[&seeds::small_clip()]).unwrap()
    };
    vec![
        ("x509_form--stamp", stamp(|der| der[0] = 0x31)),
        ("x509_signature--stamp", stamp(|der| *der.last_mut().unwrap() ^= 1)),
        ("time_stamp_other", signed_anew(&bundle)),
        // It is of the office of the kept bundle.
        ("certification_other", certified(str::to_owned)),
        ("x509_form--certification", certified(|document| document.replacen("eyJ", "e.J", 1))),
        (
            "x509_signature--certification",
            certified(|document| format!("{}AA", &document[..document.len() - 2])),
        ),
    ]
}

/// The kept bundle with another manifest by the same office: its stamp is of the one before.
fn signed_anew(bundle: &[u8]) -> Vec<u8> {
    let key = OfficeKeyFile::parse(&fs::read_to_string(kept("office.key")).unwrap());
    let (office, _) = key.unwrap().open(&Passphrase::new("a long office passphrase")).unwrap();
    let (bundle_key, context) =
        (Secret32::random(&TestEntropy::new(1)), b"fuin/1\0R8-0001-7K3Q\0manifest.cob");
    replace(bundle.to_vec(), 2, |message| {
        let jws = String::from_utf8(decrypt_message(&bundle_key, context, message).unwrap()).unwrap();
        let payload =
            data_encoding::BASE64URL_NOPAD.decode(jws.split('.').nth(1).unwrap().as_bytes()).unwrap();
        let other = String::from_utf8(payload).unwrap().replacen("第123号", "第124号", 1);
        let signed = office.signing.sign(Typ::Manifest, other.as_bytes());
        message.copy_from_slice(&encrypt_message(
            &TestEntropy::new(98),
            &bundle_key,
            context,
            signed.as_str().as_bytes(),
        ));
    })
}
