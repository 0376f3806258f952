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
    /// The next table, of `count` rows in `bytes` bytes.
    fn next(&mut self, bytes: usize, count: usize, base: Base) -> Result<Rows, MediaError> {
        let cut_off = MediaError::Index("a table is cut off");
        let (packed, rest) = self.packed.split_at_checked(bytes).ok_or(cut_off)?;
        if base.step == 0 {
            return Err(MediaError::Index("a track's head"));
        }
        let table = unpack(packed, self.room)?;
        self.packed = rest;
        self.room -= table.len().min(self.room);
        let rows = read_rows(&table, count, base)?;
        if base.is_of(&rows.rows) { Ok(rows) } else { Err(MediaError::Index("the unit of a track's times")) }
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

/// Adds a table to those before it. Gives what it was written against, and its bytes.
fn put_table(rows: &Rows, tables: &mut Vec<u8>) -> (Base, usize) {
    let base = Base::of(&rows.rows);
    let bytes = pack(&write_rows(rows, base));
    tables.extend_from_slice(&bytes);
    (base, bytes.len())
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
    let (base, table_bytes) = put_table(&rows, tables);
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
        table_bytes,
    }
}

pub(super) fn read_video(
    head: VideoHead,
    tables: &mut PackedTables<'_>,
    clip_bytes: u64,
) -> Result<VideoTrack, MediaError> {
    let base = Base { first: head.first, step: head.step };
    let Rows { rows, runs } = tables.next(head.table_bytes, head.pictures, base)?;
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
    let (base, table_bytes) = put_table(&rows, tables);
    SoundHead {
        codec: audio.codec.clone(),
        timescale: audio.timescale,
        rate: audio.rate,
        channels: audio.channels,
        packets: rows.rows.len(),
        first: base.first,
        step: base.step,
        table_bytes,
    }
}

pub(super) fn read_sound(
    head: SoundHead,
    tables: &mut PackedTables<'_>,
    clip_bytes: u64,
) -> Result<AudioTrack, MediaError> {
    let SoundHead { codec, timescale, rate, channels, packets, first, step, table_bytes } = head;
    if packets > MAX_PICTURES {
        return Err(MediaError::Index("the head of the sound"));
    }
    let Rows { rows, runs } = tables.next(table_bytes, packets, Base { first, step })?;
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
