//! A track in an index: what its head says, and its table (FORMAT.md §12.3, §12.4).
//!
//! Entry points: [`VideoHead`], [`SoundHead`], [`PackedTables`]. Absent: the head of the whole index.

use serde::{Deserialize, Serialize};

use super::{
    audio::{AudioCodec, AudioTrack, Packet},
    codec::Codec,
    error::MediaError,
    limits::MAX_PICTURES,
    packed::{pack, unpack, unpack_beginning},
    pieces::Run,
    rows::{Base, Row, Rows, read_rows, take_rows, write_rows},
    track::{Sample, VideoTrack},
    turn::Turn,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VideoHead {
    configurations: Vec<Codec>,
    timescale: u32,
    turn: Turn,
    missing: usize,
    left_out: usize,
    edit_start: i64,
    has_cuts: bool,
    pub pictures: usize,
    first: i64,
    step: u32,
    table_bytes: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SoundHead {
    codec: AudioCodec,
    timescale: u32,
    rate: u32,
    channels: u16,
    packets: usize,
    first: i64,
    step: u32,
    table_bytes: usize,
}

/// The tables of an index.
pub(super) struct PackedTables<'a> {
    /// What is left of them.
    pub packed: &'a [u8],
    /// Bytes that they may still unpack to.
    pub room: usize,
}

impl PackedTables<'_> {
    fn next(&mut self, bytes: usize) -> Result<Vec<u8>, MediaError> {
        let cut_off = MediaError::Index("a table is cut off");
        let (packed, rest) = self.packed.split_at_checked(bytes).ok_or(cut_off)?;
        let table = unpack(packed, self.room)?;
        self.packed = rest;
        self.room -= table.len().min(self.room);
        Ok(table)
    }
}

/// A track with its first picture alone, out of the first bytes of its table.
pub(super) fn read_first_picture(
    head: VideoHead,
    packed: &[u8],
    clip_bytes: u64,
) -> Result<VideoTrack, MediaError> {
    /// A row is no longer, unless its picture lies in thousands of pieces.
    const ROW: usize = 1 << 14;
    let base = Base { first: head.first, step: head.step };
    let packed = packed.get(..head.table_bytes.min(packed.len())).unwrap_or_default();
    let Rows { rows, runs } = take_rows(&mut unpack_beginning(packed, ROW)?.as_slice(), 1, base)?;
    video_track(head, rows, runs, clip_bytes)
}

/// Bytes of a table, unpacked.
pub(super) fn table_bytes(rows: &Rows) -> usize {
    write_rows(rows, Base::of(&rows.rows)).len()
}

pub(super) fn video_rows(video: &VideoTrack) -> Rows {
    let row = |s: &Sample| Row {
        offset: s.offset,
        size: s.size,
        pts: s.pts,
        duration: s.duration,
        configuration: s.configuration,
        is_sync: s.is_sync,
        is_missing: s.is_missing,
        pieces: s.pieces,
    };
    Rows { rows: video.samples.iter().map(row).collect(), runs: video.runs.clone() }
}

pub(super) fn video_head(video: &VideoTrack, tables: &mut Vec<u8>) -> VideoHead {
    let rows = video_rows(video);
    let base = Base::of(&rows.rows);
    let bytes = pack(&write_rows(&rows, base));
    tables.extend_from_slice(&bytes);
    VideoHead {
        configurations: video.configurations.clone(),
        timescale: video.timescale,
        turn: video.turn,
        missing: video.missing,
        left_out: video.left_out,
        edit_start: video.edit_start,
        has_cuts: video.has_cuts,
        pictures: rows.rows.len(),
        first: base.first,
        step: base.step,
        table_bytes: bytes.len(),
    }
}

pub(super) fn read_video(
    head: VideoHead,
    tables: &mut PackedTables<'_>,
    clip_bytes: u64,
) -> Result<VideoTrack, MediaError> {
    let base = Base { first: head.first, step: head.step };
    let table = tables.next(head.table_bytes)?;
    if head.step == 0 {
        return Err(MediaError::Index("a track's head"));
    }
    let Rows { rows, runs } = read_rows(&table, head.pictures, base)?;
    if !base.is_of(&rows) {
        return Err(MediaError::Index("the unit of its times"));
    }
    video_track(head, rows, runs, clip_bytes)
}

fn video_track(
    head: VideoHead,
    rows: Vec<Row>,
    runs: Vec<Run>,
    clip_bytes: u64,
) -> Result<VideoTrack, MediaError> {
    let sample = |row: Row| Sample {
        offset: row.offset,
        size: row.size,
        pts: row.pts,
        duration: row.duration,
        configuration: row.configuration,
        is_sync: row.is_sync,
        is_missing: row.is_missing,
        pieces: row.pieces,
    };
    let track = VideoTrack {
        configurations: head.configurations,
        timescale: head.timescale,
        turn: head.turn,
        samples: rows.into_iter().map(sample).collect(),
        runs,
        missing: head.missing,
        left_out: head.left_out,
        edit_start: head.edit_start,
        has_cuts: head.has_cuts,
    };
    match track.is_good(clip_bytes) {
        true => Ok(track),
        false => Err(MediaError::Index("a picture outside of the clip, or of every camera")),
    }
}

pub(super) fn sound_rows(audio: &AudioTrack) -> Rows {
    let row = |p: &Packet| Row {
        offset: p.offset,
        size: p.size,
        pts: p.pts,
        duration: p.duration,
        pieces: p.pieces,
        ..Row::default()
    };
    Rows { rows: audio.packets.iter().map(row).collect(), runs: audio.runs.clone() }
}

pub(super) fn sound_head(audio: &AudioTrack, tables: &mut Vec<u8>) -> SoundHead {
    let rows = sound_rows(audio);
    let base = Base::of(&rows.rows);
    let bytes = pack(&write_rows(&rows, base));
    tables.extend_from_slice(&bytes);
    SoundHead {
        codec: audio.codec.clone(),
        timescale: audio.timescale,
        rate: audio.rate,
        channels: audio.channels,
        packets: rows.rows.len(),
        first: base.first,
        step: base.step,
        table_bytes: bytes.len(),
    }
}

pub(super) fn read_sound(
    head: SoundHead,
    tables: &mut PackedTables<'_>,
    clip_bytes: u64,
) -> Result<AudioTrack, MediaError> {
    let base = Base { first: head.first, step: head.step };
    let table = tables.next(head.table_bytes)?;
    let SoundHead { codec, timescale, rate, channels, packets, .. } = head;
    if head.step == 0 || packets > MAX_PICTURES {
        return Err(MediaError::Index("the head of the sound"));
    }
    let Rows { rows, runs } = read_rows(&table, packets, base)?;
    if !base.is_of(&rows) {
        return Err(MediaError::Index("the unit of the sound's times"));
    }
    let packet = |row: Row| Packet {
        offset: row.offset,
        size: row.size,
        pts: row.pts,
        duration: row.duration,
        pieces: row.pieces,
    };
    let rows_are_plain =
        rows.iter().all(|row| (row.configuration, row.is_sync, row.is_missing) == (0, false, false));
    let packets = rows.into_iter().map(packet).collect();
    let track = AudioTrack { codec, timescale, rate, channels, packets, runs };
    match rows_are_plain && track.is_good(clip_bytes) {
        true => Ok(track),
        false => Err(MediaError::Index("a packet of sound outside of the clip, or of every recorder")),
    }
}
