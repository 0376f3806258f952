//! What this browser remembers of a bundle, and the highest time it has seen.

use fuin_core::{B64, BundleId, Day, OfficeLabel, ReceiptKind, Report, Timestamp, ViewingLog};
use serde::{Deserialize, Serialize};

use crate::platform::{
    BrowserError,
    db::{self, StoreName},
    device,
};

/// One bundle that was opened here.
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
    /// What goes into receipts.
    pub log: ViewingLog,
    /// しおり, in order of their places.
    #[serde(default)]
    pub bookmarks: Vec<Bookmark>,
}

fn key_of(header_sha256: &B64<32>) -> String {
    data_encoding::HEXLOWER.encode(&header_sha256.0)
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

/// An office's key as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownKey {
    /// The office's name as it was written then.
    pub name: String,
    /// RFC 7638 thumbprint.
    pub thumbprint: String,
    /// Its words.
    pub words: String,
    /// Its words in Latin letters.
    pub words_latin: String,
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
}

impl BundleRecord {
    /// Reads the record of the bundle with this header.
    pub async fn read(header_sha256: &B64<32>) -> Result<Option<Self>, BrowserError> {
        Self::read_key(&key_of(header_sha256)).await
    }

    /// Reads the record under a key.
    pub async fn read_key(key: &str) -> Result<Option<Self>, BrowserError> {
        db::read_json(StoreName::Bundles, key).await
    }

    /// The key of this record.
    pub fn key(&self) -> String {
        key_of(&self.header_sha256)
    }

    /// Changes what is stored, or this where nothing is, and becomes it: nothing is lost that another window
    /// wrote meanwhile.
    pub async fn change(&mut self, change: impl FnOnce(&mut Self)) -> Result<(), BrowserError> {
        let (key, fresh) = (self.key(), self.clone());
        *self = db::change_json(StoreName::Bundles, &key, |stored| {
            let mut record = stored.unwrap_or(fresh);
            change(&mut record);
            record
        })
        .await?;
        Ok(())
    }

    /// All records.
    pub async fn all() -> Result<Vec<Self>, BrowserError> {
        db::read_all_json(StoreName::Bundles).await
    }

    /// Keeps the last report and takes away what else belongs to the bundle.
    pub fn erase(&mut self, made: MadeReceipt) {
        self.receipts.push(made);
        self.erased = true;
        self.bookmarks.clear();
        self.log = ViewingLog::default();
    }

    /// Whether nothing is left but the reports.
    pub fn is_erased(&self) -> bool {
        self.erased && self.bookmarks.is_empty() && self.log == ViewingLog::default()
    }

    /// Notes that it was opened.
    pub fn opened(&mut self, at: Timestamp) {
        self.log.first_opened.get_or_insert(at);
        self.log.last_opened = Some(at);
        self.log.times_opened += 1;
    }
}

/// Erases the key of this browser, unless another bundle that is still in use was opened with it.
pub async fn erase_device_key() -> bool {
    let Ok(records) = BundleRecord::all().await else { return false };
    let needed = records.iter().any(|record| record.by_device_key && !record.erased);
    !needed && device::erase_agreement_key().await
}
