//! Certificates and a time-stamping authority that openssl made (`authority.sh`): another hand than ours.
//!
//! Entry point: [`Authority::get`]. Absent: anything kept; they are made anew for every run, and are valid now.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

use fuin_core::{
    Certificate, Certification, CertificationRecord, Jws, PublicKey, Revocation, Roots, TimeStamp, Timestamp,
    X509Error,
};
use tempfile::TempDir;

/// A folder of certificates.
pub struct Authority(TempDir);

impl Authority {
    /// One whose keys are `rsa` or `p256`.
    pub fn get(algorithm: &str) -> &'static Self {
        static RSA: OnceLock<Authority> = OnceLock::new();
        static P256: OnceLock<Authority> = OnceLock::new();
        let place = if algorithm == "rsa" { &RSA } else { &P256 };
        place.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("authority.sh");
            let made = Command::new(script).arg(algorithm).arg(folder.path()).status().unwrap();
            let log = || fs::read_to_string(folder.path().join("openssl.log"));
            assert!(made.success(), "{:?}", log());
            Self(folder)
        })
    }

    /// Both kinds.
    pub fn both() -> [&'static Self; 2] {
        ["rsa", "p256"].map(Self::get)
    }

    /// The path of a file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The bytes of a file.
    pub fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// One of its roots.
    pub fn roots(&self, name: &str) -> Roots {
        Roots::read([self.file(name).as_slice()]).unwrap()
    }

    /// What its authorities said of certificates.
    pub fn said(&self, names: &[&str]) -> Vec<Revocation> {
        names.iter().flat_map(|name| Revocation::read_all(&self.file(name)).unwrap()).collect()
    }

    fn openssl(&self, arguments: &[&str]) {
        let done = Command::new("openssl").current_dir(self.0.path()).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// The signature of a private key over bytes, with SHA-256.
    pub fn sign(&self, key: &str, bytes: &[u8]) -> Vec<u8> {
        let folder = tempfile::tempdir_in(self.0.path()).unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::write(at("input"), bytes).unwrap();
        self.openssl(&[
            "dgst",
            "-sha256",
            "-sign",
            &format!("{key}.key"),
            "-out",
            &at("signature"),
            &at("input"),
        ]);
        fs::read(at("signature")).unwrap()
    }

    /// A certification of an office's key by the holder of a chain, whose private key is `key`.
    pub fn certify(
        &self,
        chain: &str,
        key: &str,
        office: (&str, &PublicKey),
        at: Timestamp,
    ) -> Result<CertificationRecord, X509Error> {
        let chain = Certificate::read_all(&self.file(chain))?;
        let unsigned = Certification::prepare(&chain, office.0, office.1, at)?;
        let document = unsigned.attach(&self.sign(key, unsigned.signing_input()))?;
        Ok(CertificationRecord::new(document, &[]))
    }

    /// What the time-stamping authority answers, with this certificate and configuration.
    pub fn reply(&self, query: &[u8], signer: &str, config: &str) -> Vec<u8> {
        let folder = tempfile::tempdir_in(self.0.path()).unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::write(at("query"), query).unwrap();
        let signer = (format!("{signer}.pem"), format!("{signer}.key"));
        self.openssl(&[
            "ts",
            "-reply",
            "-config",
            config,
            "-signer",
            &signer.0,
            "-inkey",
            &signer.1,
            "-queryfile",
            &at("query"),
            "-out",
            &at("reply"),
        ]);
        fs::read(at("reply")).unwrap()
    }

    /// A time stamp of a document.
    pub fn stamp(&self, document: &Jws) -> TimeStamp {
        TimeStamp::from_reply(&self.reply(&TimeStamp::query(document), "tsa", "tsa.cnf")).unwrap()
    }
}

/// This computer's time.
pub fn this_moment() -> Timestamp {
    let secs = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Timestamp::from_unix_secs(secs as i64)
}
