//! 切り出しの記録: of which file a clip is a part, and which part (FORMAT.md §7.12).
//!
//! Entry point: [`CutRecord`], a member of the clip in the manifest and in the ledger. Absent: cutting
//! ([`crate::Cut`]).

use serde::{Deserialize, Serialize};

use crate::{
    crypto::read_sha256_hex,
    text::{MAX_FILE_NAME, check_shown, is_file_name},
};

/// The file that a clip was cut out of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutSource {
    /// Its name, without folders.
    pub file_name: String,
    /// Its bytes.
    pub bytes: u64,
    /// Its SHA-256, as `sha256sum` prints it.
    #[serde(deserialize_with = "read_sha256_hex")]
    pub sha256: String,
}

impl CutSource {
    /// The usual name of a part of it.
    pub fn part_name(&self) -> String {
        const ENDING: &str = "_切り出し.mp4";
        let stem = self.file_name.rsplit_once('.').map_or(self.file_name.as_str(), |(stem, _)| stem);
        let room = MAX_FILE_NAME - ENDING.chars().count();
        stem.chars().take(room).chain(ENDING.chars()).collect()
    }
}

/// Which pictures of a video of the source a clip has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutVideo {
    /// Which video of the source's index, from 0.
    pub of: u32,
    /// The first picture, a key picture: its number in order of decoding, from 0.
    pub first: u32,
    /// The last one in order of decoding.
    pub last: u32,
    /// How many of them there are: those that are shown before the first one, or that the source does not hold, are
    /// left out.
    pub pictures: u32,
}

/// 切り出しの記録.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutRecord {
    /// The file that it was cut out of.
    pub source: CutSource,
    /// When its first picture is shown, in microseconds of the source's own time (§12).
    pub from: i64,
    /// When its last picture ends.
    pub to: i64,
    /// What was asked for: it begins with the last key picture at or before this time.
    pub asked_from: i64,
    /// And ends behind the last picture that begins before this time.
    pub asked_to: i64,
    /// The videos of the source that it has.
    pub videos: Vec<CutVideo>,
    /// Whether it has the source's sound.
    pub sound: bool,
    /// The program that cut it, and its version.
    pub tool: String,
}

impl CutRecord {
    /// In the words of papers.
    pub fn japanese(&self) -> String {
        format!("元の映像「{}」から切り出したもの", self.source.file_name)
    }

    /// Whether it can be (§7.12).
    pub(super) fn is_consistent(&self) -> bool {
        let spans = |video: &CutVideo| {
            let span = u64::from(video.last).checked_sub(u64::from(video.first)).map(|more| more + 1);
            span.is_some_and(|span| (1..=span).contains(&u64::from(video.pictures)))
        };
        let follow = |pair: &[CutVideo]| matches!(pair, [a, b] if a.of < b.of);
        is_file_name(&self.source.file_name)
            && self.source.bytes > 0
            && self.from < self.to
            && self.asked_from < self.asked_to
            && !self.videos.is_empty()
            && self.videos.iter().all(spans)
            && self.videos.windows(2).all(follow)
            && !self.tool.is_empty()
            && check_shown(&self.tool).is_ok()
    }
}
