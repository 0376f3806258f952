//! The viewing log: what a recipient's viewer noted while a bundle was in use, each entry chained to the one before, so
//! that none can be taken out or changed unseen between two reports (FORMAT.md §8.6).
//!
//! Entry points: [`ViewingLog::push`], [`ViewingLog::happenings`]. Absent: proof. It is the word of the recipient's own
//! device.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::code::ReceiptKind;
use crate::{
    bundle::SessionId,
    crypto::{B64, read_sha256_hex, sha256},
    text::{Day, Timestamp},
};

/// The most entries that a log lists. Older ones leave their number and what they were.
const MAX_ENTRIES: usize = 500;

/// Something that was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When, by the clock of the recipient's device.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: Happening,
}

/// What can be noted (§8.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happening {
    /// This browser had not noted anything of the bundle before.
    Began,
    /// Somebody opened it to watch.
    Opened {
        /// Who, as the marks name them.
        by: String,
        /// The number in the forensic marks of what was shown from then on.
        session: SessionId,
    },
    /// Pictures were shown.
    Played {
        /// Which clip, from 0.
        clip: u32,
        /// Beginning of the first picture, in milliseconds of the clip.
        from_ms: i64,
        /// Beginning of the last one.
        to_ms: i64,
    },
    /// A still was saved under the grant.
    Still(PictureTaken),
    /// A picture was printed under the grant.
    Printed(PictureTaken),
    /// An original is taken out under the grant.
    Exported {
        /// Which clip, from 0.
        clip: u32,
        /// SHA-256 of the original, in hexadecimal.
        #[serde(deserialize_with = "read_sha256_hex")]
        sha256: String,
    },
    /// It was called off, or failed.
    ExportUndone {
        /// Which clip, from 0.
        clip: u32,
    },
    /// The office extended the period.
    Extended {
        /// To the end of this day.
        until: Day,
    },
    /// The viewer stopped.
    Refused {
        /// Why: a stable code.
        code: String,
    },
    /// Something odd: an [`Anomaly`], or a code of another version.
    Anomaly {
        /// Its code.
        code: String,
    },
    /// A report was made.
    Reported {
        /// Of what.
        kind: ReceiptKind,
    },
}

/// One picture that was saved or printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureTaken {
    /// Which clip, from 0.
    pub clip: u32,
    /// Picture number in order of presentation, from 1.
    pub picture: u64,
    /// SHA-256 of the PNG file, in hexadecimal.
    #[serde(deserialize_with = "read_sha256_hex")]
    pub sha256: String,
}

/// Something odd while a bundle was in use (§8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Anomaly {
    /// The clock ran behind a time that was seen before.
    ClockBackwards,
    /// A person said that a clock which jumped far ahead is right.
    ClockJump,
    /// A person took back a time that was seen before.
    ClockReset,
    /// A person compared the words of an office's other key, and went on.
    OfficeKeyChanged,
    /// What the viewer had noted of the bundle was altered from outside, and is lost.
    LogLost,
}

impl Anomaly {
    /// Its code.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// The anomaly with a code; `None` for one of another version.
    pub fn named(code: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|anomaly| anomaly.code() == code)
    }

    /// In words, as papers have it.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::ClockBackwards => "時計が戻っていた",
            Self::ClockJump => "時計が半年以上進み、正しいと確かめた",
            Self::ClockReset => "覚えた時刻を戻した",
            Self::OfficeKeyChanged => "提供元の鍵が替わったことを確かめた",
            Self::LogLost => "閲覧の記録が外から書き換えられ、失われた",
        }
    }
}

/// How many entries of a kind a log has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Openings.
    pub opened: u32,
    /// Stills.
    pub stills: u32,
    /// Prints.
    pub prints: u32,
    /// Originals taken out, without those that were called off.
    pub exports: u32,
    /// Anomalies.
    pub anomalies: u32,
}

impl Tally {
    fn count(&mut self, what: &Happening) {
        match what {
            Happening::Opened { .. } => self.opened += 1,
            Happening::Still(_) => self.stills += 1,
            Happening::Printed(_) => self.prints += 1,
            Happening::Exported { .. } => self.exports += 1,
            Happening::ExportUndone { .. } => self.exports = self.exports.saturating_sub(1),
            Happening::Anomaly { .. } => self.anomalies += 1,
            Happening::Began
            | Happening::Played { .. }
            | Happening::Extended { .. }
            | Happening::Refused { .. }
            | Happening::Reported { .. } => {}
        }
    }
}

/// What the viewer noted while the bundle was in use, as receipts have it (§8.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewingLog {
    /// How many entries there are.
    pub count: u64,
    /// The chain's value behind the last of them.
    pub head: B64<32>,
    /// How many of them are not listed any more: the oldest ones.
    pub cut: u64,
    /// The chain's value behind those.
    pub before: B64<32>,
    /// What those were.
    pub tally: Tally,
    /// The others, each as the JSON text that is chained.
    pub entries: Vec<String>,
}

impl Default for ViewingLog {
    fn default() -> Self {
        let start = B64([0; 32]);
        Self { count: 0, head: start, cut: 0, before: start, tally: Tally::default(), entries: Vec::new() }
    }
}

/// The chain's value behind an entry: SHA-256(label ‖ 0 ‖ manifest's name ‖ value before ‖ entry).
fn link(manifest_sha256: &[u8; 32], before: &B64<32>, entry: &str) -> B64<32> {
    B64(sha256(&[b"fuin/1 viewing log\0".as_slice(), manifest_sha256, &before.0, entry.as_bytes()].concat()))
}

impl ViewingLog {
    /// Notes one more thing of the bundle whose manifest has this name.
    pub fn push(&mut self, manifest_sha256: &[u8; 32], entry: &LogEntry) {
        let text = serde_json::to_string(entry).unwrap_or_default();
        self.head = link(manifest_sha256, &self.head, &text);
        self.count += 1;
        self.entries.push(text);
        while self.entries.len() > MAX_ENTRIES {
            let oldest = self.entries.remove(0);
            self.before = link(manifest_sha256, &self.before, &oldest);
            self.cut += 1;
            if let Some(entry) = read(&oldest) {
                self.tally.count(&entry.what);
            }
        }
    }

    /// Notes an anomaly, once each.
    pub fn note(&mut self, manifest_sha256: &[u8; 32], at: Timestamp, anomaly: Anomaly) {
        let what = Happening::Anomaly { code: anomaly.code().to_owned() };
        if !self.happenings().any(|known| known.what == what) {
            self.push(manifest_sha256, &LogEntry { at, what });
        }
    }

    /// The entries that are listed; what this version does not know is passed over.
    pub fn happenings(&self) -> impl Iterator<Item = LogEntry> {
        self.entries.iter().filter_map(|text| read(text))
    }

    /// Whether every entry that is listed is understood.
    pub(crate) fn is_understood(&self) -> bool {
        self.entries.iter().all(|text| read(text).is_some())
    }

    /// How many there are of each kind, listed or not.
    pub fn tally(&self) -> Tally {
        let mut tally = self.tally;
        self.happenings().for_each(|entry| tally.count(&entry.what));
        tally
    }

    /// When it was first and last opened, as far as that is listed.
    pub fn opened(&self) -> Option<(Timestamp, Timestamp)> {
        let opened = self.happenings().filter(|entry| matches!(entry.what, Happening::Opened { .. }));
        let mut times = opened.map(|entry| entry.at);
        let first = times.next()?;
        Some((first, times.last().unwrap_or(first)))
    }

    /// Whether the entries are all there and chained (§8.6).
    pub(crate) fn is_chained(&self, manifest_sha256: &[u8; 32]) -> bool {
        let listed = self.count.checked_sub(self.cut) == Some(self.entries.len() as u64);
        let begins = self.cut > 0 || (self.before.0 == [0; 32] && self.tally == Tally::default());
        listed && begins && self.value_behind(manifest_sha256, self.count) == Some(self.head)
    }

    /// The chain's value behind the first `count` entries, if that can be told.
    pub(crate) fn value_behind(&self, manifest_sha256: &[u8; 32], count: u64) -> Option<B64<32>> {
        let listed = usize::try_from(count.checked_sub(self.cut)?).ok()?;
        let entries = self.entries.get(..listed)?;
        Some(entries.iter().fold(self.before, |value, entry| link(manifest_sha256, &value, entry)))
    }
}

fn read(text: &str) -> Option<LogEntry> {
    serde_json::from_str(text).ok()
}

impl fmt::Display for LogEntry {
    /// In one line, as papers have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}　", self.at.wareki())?;
        let clip = |clip: &u32| clip + 1;
        match &self.what {
            Happening::Began => f.write_str("この端末での記録の始まり"),
            Happening::Opened { by, session } => write!(f, "開いた（{by}、閲覧番号 {session}）"),
            Happening::Played { clip: n, from_ms, to_ms } => {
                write!(f, "映像{} の {}～{} を見た", clip(n), clip_time(*from_ms), clip_time(*to_ms))
            }
            Happening::Still(PictureTaken { clip: n, picture, sha256 }) => {
                write!(f, "静止画を保存した（映像{} 第{picture}コマ、SHA-256 {sha256}）", clip(n))
            }
            Happening::Printed(PictureTaken { clip: n, picture, sha256 }) => {
                write!(f, "印刷した（映像{} 第{picture}コマ、SHA-256 {sha256}）", clip(n))
            }
            Happening::Exported { clip: n, sha256 } => {
                write!(f, "原本を取り出した（映像{}、SHA-256 {sha256}）", clip(n))
            }
            Happening::ExportUndone { clip: n } => write!(f, "原本の取出しをやめた（映像{}）", clip(n)),
            Happening::Extended { until } => write!(f, "期間を {} まで延ばした", until.wareki()),
            Happening::Refused { code } => write!(f, "ビューアが止めた（{code}）"),
            Happening::Anomaly { code } => {
                f.write_str(Anomaly::named(code).map_or(code, |anomaly| anomaly.japanese()))
            }
            Happening::Reported { kind } => write!(f, "「{}」を報告した", kind.japanese()),
        }
    }
}

/// Minutes and seconds of a clip: `12:03.5`.
pub fn clip_time(ms: i64) -> String {
    let tenths = ms.div_euclid(100);
    format!("{}:{:02}.{}", tenths.div_euclid(600), tenths.rem_euclid(600) / 10, tenths.rem_euclid(10))
}
