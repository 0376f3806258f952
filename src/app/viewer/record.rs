//! What this browser remembers of a bundle. What a person did with it, and wrote of it, is sealed under a key that only
//! who opens the bundle has: it must be erased later, and a browser's files keep what was once written.
//!
//! Entry points: [`BundleRecord::all`] for the list, [`OpenRecord::open`] for the bundle that is open. Absent: the
//! highest time seen (`seen.rs`).

use fuin_core::{
    Anomaly, B64, BundleId, Clip, Day, Entropy, Happening, LogEntry, OfficeLabel, ReceiptKind, Report,
    Timestamp, ViewingLog,
};
use serde::{Deserialize, Serialize};

use crate::{
    platform::{
        BrowserError, clock,
        crypto::StorageKey,
        db::{self, StoreName},
        device,
        entropy::BrowserEntropy,
        json, kept,
    },
    wire::Inside,
};

/// One bundle that was opened here, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleRecord {
    /// SHA-256 of the bundle's header, by which it is known here.
    pub header_sha256: B64<32>,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// 発行課.
    pub office: OfficeLabel,
    /// 返却期限.
    pub return_due: Day,
    /// Whether the key of this browser opened it.
    pub by_device_key: bool,
    /// Reports made here, whole: each can be shown and handed over again.
    pub receipts: Vec<MadeReceipt>,
    /// Erased here: it is not opened again.
    pub erased: bool,
    /// The key of this browser is to be erased too, and that is not done yet.
    pub device_key_goes: bool,
    /// This device's part of the key that signs reports of the bundle (FORMAT.md §8.1).
    pub signing_salt: B64<32>,
    /// The [`Notes`], sealed, in base64url.
    pub notes: String,
}

/// What a person did with a bundle and wrote of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notes {
    /// What goes into receipts.
    pub log: ViewingLog,
    /// しおり, in order of their places.
    pub bookmarks: Vec<Bookmark>,
    /// The code by which the office extended the period last.
    pub extension: Option<String>,
    /// What was watched and is not in the log yet, as [`fuin_model::Spans`] has it: a crash takes little with it.
    pub pending: Vec<(u32, i64, i64)>,
}

/// The record of the bundle that is open, with what is sealed in it.
#[derive(Debug, Clone)]
pub struct OpenRecord {
    /// As it is stored.
    pub stored: BundleRecord,
    /// What is sealed in it.
    pub notes: Notes,
    key: StorageKey,
    manifest_sha256: [u8; 32],
}

/// A report that was made here, with what its sheet says of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeReceipt {
    /// 管理番号.
    pub bundle_id: BundleId,
    /// 発行課.
    pub office: String,
    /// When the bundle was issued.
    pub issued_at: Timestamp,
    /// 提供先.
    pub recipient: String,
    /// What it reports.
    pub kind: ReceiptKind,
    /// The signed file.
    pub jws: String,
    /// The typed code.
    pub code: String,
    /// The report in words.
    pub report: Report,
    /// When it was made.
    pub at: Timestamp,
    /// Whether this browser erased the bundle.
    pub erased: bool,
    /// Whether the device's key was erased with it.
    pub erased_device_key: bool,
}

/// A picture with a note: what a 証拠説明書 is written from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// Which clip, from 0.
    pub clip: usize,
    /// Which of its picture tracks, from 0.
    #[serde(default)]
    pub track: usize,
    /// Picture number, from 0.
    pub picture: usize,
    /// Its time in microseconds of the clip.
    pub micros: i64,
    /// The time of the clip's first picture, by which the clocks are known.
    #[serde(default)]
    pub begins: i64,
    /// The note.
    pub note: String,
}

impl Bookmark {
    /// Clip, track and picture.
    pub fn place(&self) -> (usize, usize, usize) {
        (self.clip, self.track, self.picture)
    }

    /// What the clip's camera showed then, and the true time, where they are known.
    pub fn clocks(&self, clip: &Clip) -> Option<(Timestamp, Timestamp)> {
        clip.note.clocks(self.micros - self.begins)
    }
}

impl BundleRecord {
    /// Reads the record of the bundle with this header.
    pub async fn read(header_sha256: &B64<32>) -> Result<Option<Self>, BrowserError> {
        db::read_json(StoreName::Bundles, &kept::bundle(header_sha256)).await
    }

    /// All records.
    pub async fn all() -> Result<Vec<Self>, BrowserError> {
        db::read_all_json(StoreName::Bundles).await
    }

    /// A bundle that was not opened here before.
    fn new(inside: &Inside) -> Self {
        let manifest = &inside.manifest;
        Self {
            header_sha256: manifest.header_sha256,
            bundle_id: manifest.bundle_id.clone(),
            office: manifest.office.clone(),
            return_due: manifest.terms.return_due,
            by_device_key: false,
            receipts: Vec::new(),
            erased: false,
            device_key_goes: false,
            signing_salt: B64(BrowserEntropy.array()),
            notes: String::new(),
        }
    }

    /// Ends an erasure, also one that was cut off after the report was kept: the device's key goes, unless another
    /// bundle needs it. Says whether it is gone.
    pub async fn finish_erasure(mut self) -> Result<bool, BrowserError> {
        let key = kept::bundle(&self.header_sha256);
        let seen = db::read_text(StoreName::Bundles, &key).await?;
        let is_gone = erase_device_key().await;
        self.device_key_goes = false;
        if let Some(made) = self.receipts.last_mut() {
            made.erased_device_key = is_gone;
        }
        let text = serde_json::to_string(&self)?;
        db::replace_text(StoreName::Bundles, &key, seen.as_deref(), &text).await?;
        Ok(is_gone)
    }

    /// The place for which its notes are sealed.
    fn place(&self) -> String {
        format!("notes {}", kept::bundle(&self.header_sha256))
    }
}

impl OpenRecord {
    /// The record of the bundle that was opened, or a new one, which is stored by the first change.
    pub async fn open(inside: &Inside, key: StorageKey) -> Result<Self, BrowserError> {
        match BundleRecord::read(&inside.manifest.header_sha256).await? {
            Some(stored) => Self::unseal(stored, key, inside.manifest_sha256.0).await,
            None => {
                let (stored, notes) = (BundleRecord::new(inside), Notes::default());
                let mut record = Self { stored, notes, key, manifest_sha256: inside.manifest_sha256.0 };
                record.log(Happening::Began);
                Ok(record)
            }
        }
    }

    async fn unseal(
        stored: BundleRecord,
        key: StorageKey,
        manifest_sha256: [u8; 32],
    ) -> Result<Self, BrowserError> {
        let sealed = data_encoding::BASE64URL_NOPAD.decode(stored.notes.as_bytes()).unwrap_or_default();
        let plain = key.open(&stored.place(), &sealed).await?;
        let notes = plain.and_then(|plain| serde_json::from_slice(&plain).ok()).unwrap_or_else(|| {
            // Somebody else wrote in it. The signed report says so.
            let mut notes = Notes::default();
            notes.log.note(&manifest_sha256, clock::now(), Anomaly::LogLost);
            notes
        });
        Ok(Self { stored, notes, key, manifest_sha256 })
    }

    /// What is stored now, which another window may have changed; this where nothing is.
    async fn latest(&self) -> Result<(Option<String>, Self), BrowserError> {
        let text = db::read_text(StoreName::Bundles, &kept::bundle(&self.stored.header_sha256)).await?;
        let record = match &text {
            Some(text) => Self::unseal(json::read(text)?, self.key.clone(), self.manifest_sha256).await?,
            None => self.clone(),
        };
        Ok((text, record))
    }

    /// Reads again what is stored.
    pub async fn again(&self) -> Result<Self, BrowserError> {
        self.latest().await.map(|(_, record)| record)
    }

    /// Changes what is stored, or this where nothing is, and becomes it: nothing is lost that another window
    /// wrote meanwhile.
    pub async fn change(&mut self, change: impl Fn(&mut Self)) -> Result<(), BrowserError> {
        loop {
            let (seen, mut record) = self.latest().await?;
            change(&mut record);
            let plain = serde_json::to_vec(&record.notes)?;
            let sealed = self.key.seal(&record.stored.place(), &plain).await?;
            record.stored.notes = data_encoding::BASE64URL_NOPAD.encode(&sealed);
            let text = serde_json::to_string(&record.stored)?;
            let key = kept::bundle(&record.stored.header_sha256);
            // Another window may have written since; then once more, behind it.
            if db::replace_text(StoreName::Bundles, &key, seen.as_deref(), &text).await? {
                *self = record;
                return Ok(());
            }
        }
    }

    /// Keeps the last report and takes away what else belongs to the bundle; notes whether the device's key is to go.
    pub fn erase(&mut self, made: MadeReceipt, device_key_goes: bool) {
        self.stored.receipts.push(made);
        self.stored.erased = true;
        self.stored.device_key_goes = device_key_goes;
        self.notes = Notes::default();
    }

    /// Whether this is the record of the same bundle.
    pub fn is_of(&self, other: &Self) -> bool {
        self.stored.header_sha256 == other.stored.header_sha256
    }

    /// Whether nothing is left but the reports.
    pub fn is_erased(&self) -> bool {
        self.stored.erased && self.notes == Notes::default()
    }

    /// Notes that something happened now.
    pub fn log(&mut self, what: Happening) {
        self.notes.log.push(&self.manifest_sha256, &LogEntry { at: clock::now(), what });
    }

    /// Writes down what was watched.
    pub fn log_played(&mut self, spans: &[(u32, i64, i64)]) {
        for &(clip, from_ms, to_ms) in spans {
            self.log(Happening::Played { clip, from_ms, to_ms });
        }
        self.notes.pending.clear();
    }

    /// Notes an anomaly, once each.
    pub fn note_anomaly(&mut self, anomaly: Anomaly) {
        self.notes.log.note(&self.manifest_sha256, clock::now(), anomaly);
    }
}

/// Erases the keys of this browser, unless another bundle that is still in use was opened with them.
async fn erase_device_key() -> bool {
    let Ok(records) = BundleRecord::all().await else { return false };
    let needed = records.iter().any(|record| record.by_device_key && !record.erased);
    !needed && device::erase().await
}
