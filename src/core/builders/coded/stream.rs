//! A stream of coded pictures that comes in pieces from anywhere in a file: it is cut into pictures, each with its
//! place, its time and its configuration.
//!
//! Entry points: [`Stream::feed`], [`Stream::end_picture`], [`Stream::track`]. At most one picture is held in memory.
//! Absent: the container that the pieces come from.

use super::{
    held::{Held, Place},
    order::{Shown, durations, times, usual},
    sets::Sets,
    slices::{Counter, Slice},
    syntax::{CodedSyntax, Role},
};
use crate::media::{
    Codec, MAX_PICTURES, MAX_SAMPLE_BYTES, MediaError, Sample, Turn, VideoTrack, by_length, start_codes,
};

/// Bytes of the longest parameter set that is looked at.
const MAX_SET: usize = 16 << 10;

/// A video object plane of so few bytes has nothing in it (vop_coded is 0).
const EMPTY_VOP: usize = 16;

/// A picture that was found.
#[derive(Debug, Clone, Copy)]
struct Found {
    place: Place,
    shown: Shown,
    is_key: bool,
    configuration: u16,
}

/// The picture that is being collected.
#[derive(Debug, Default)]
struct Current {
    slice: Option<Slice>,
    order: Option<(u32, i64)>,
    configuration: Option<u16>,
    /// Both fields of a frame are there.
    is_whole: bool,
}

/// A stream of one syntax.
#[derive(Debug)]
pub(in crate::builders) struct Stream {
    syntax: CodedSyntax,
    sets: Sets,
    counter: Counter,
    restarts: u32,
    /// What is not part of a finished picture yet.
    held: Held,
    /// Where in `held` the unit begins that is not over yet: behind its start code.
    open_unit: Option<usize>,
    /// Up to where `held` was searched for start codes.
    searched: usize,
    current: Current,
    /// When what is fed is decoded, if that is known.
    decoded: Option<i64>,
    found: Vec<Found>,
    configurations: Vec<(Vec<u8>, Codec)>,
    /// The container says the configuration; there is no other.
    is_configured: bool,
    /// Bytes that belong to no picture, or to one whose sets are missing.
    unused: u64,
}

impl Stream {
    /// An empty stream.
    pub(in crate::builders) fn new(syntax: CodedSyntax) -> Self {
        Self {
            syntax,
            sets: Sets::default(),
            counter: Counter::default(),
            restarts: 0,
            held: Held::default(),
            open_unit: None,
            searched: 0,
            current: Current::default(),
            decoded: None,
            found: Vec::new(),
            configurations: Vec::new(),
            is_configured: false,
            unused: 0,
        }
    }

    /// An empty stream whose configuration its container says; its units stand behind lengths, or behind start codes,
    /// as the configuration says.
    pub(in crate::builders) fn configured(syntax: CodedSyntax, codec: Codec) -> Self {
        let sets = Sets::of(syntax, &codec.description);
        Self { sets, configurations: vec![(Vec::new(), codec)], is_configured: true, ..Self::new(syntax) }
    }

    /// Takes a whole picture that lies at `offset` of the file and is decoded at this time.
    pub(in crate::builders) fn picture(
        &mut self,
        bytes: &[u8],
        offset: u64,
        decoded: i64,
    ) -> Result<(), MediaError> {
        self.decoded = Some(decoded);
        let length = self.configurations.first().filter(|_| self.is_configured);
        let length =
            length.filter(|(_, codec)| !codec.start_codes).and_then(|(_, codec)| codec.nal_length_bytes());
        let Some(length) = length else {
            if self.syntax == CodedSyntax::Visual && bytes.len() <= EMPTY_VOP && self.take_place(decoded) {
                self.unused += bytes.len() as u64;
                return Ok(());
            }
            self.feed(bytes, offset, None)?;
            return self.end_picture();
        };
        self.held.push(bytes, offset, None);
        for unit in by_length(length, bytes).unwrap_or_default() {
            if let Some((slice, set)) = self.sets.slice(self.syntax, unit).filter(|_| self.is_slice(unit)) {
                let set = set.to_vec();
                self.take_slice(slice, &set);
            }
        }
        self.cut(bytes.len())
    }

    /// Some encoders put two pictures into one place, and a picture of nothing into the next: the second of the two is
    /// meant there. Whether there is one.
    fn take_place(&mut self, decoded: i64) -> bool {
        let [.., first, second] = self.found.as_mut_slice() else { return false };
        let is_second = first.shown.decoded.is_some() && first.shown.decoded == second.shown.decoded;
        if is_second {
            second.shown.decoded = Some(decoded);
        }
        is_second
    }

    fn is_slice(&self, unit: &[u8]) -> bool {
        self.syntax.role(unit) == Role::Slice
    }

    /// Takes the next bytes of the stream, which lie at `offset` of the file. `pts` is the time of the picture that
    /// begins first in or behind them.
    pub(in crate::builders) fn feed(
        &mut self,
        bytes: &[u8],
        offset: u64,
        pts: Option<i64>,
    ) -> Result<(), MediaError> {
        self.held.push(bytes, offset, pts);
        while let Some(code) = start_codes::find(self.held.bytes(), self.searched) {
            self.searched = code + start_codes::BYTES;
            if let Some(begin) = self.open_unit.replace(self.searched) {
                // A cut takes bytes away from the front.
                let cut = self.end_unit(begin, code)?;
                self.open_unit = self.open_unit.map(|open| open - cut);
                self.searched -= cut;
            }
        }
        // A start code may be cut in two.
        let held = self.held.bytes().len();
        self.searched = self.searched.max(held.saturating_sub(start_codes::BYTES - 1));
        if held > MAX_SAMPLE_BYTES as usize {
            self.current = Current::default();
            (self.searched, self.open_unit) = (0, None);
            self.cut(held)?;
        }
        Ok(())
    }

    /// Says that a picture ends here, whatever follows.
    pub(in crate::builders) fn end_picture(&mut self) -> Result<(), MediaError> {
        if let Some(begin) = self.open_unit.take() {
            self.end_unit(begin, self.held.bytes().len())?;
        }
        self.cut(self.held.bytes().len())?;
        self.searched = 0;
        Ok(())
    }

    /// A unit is over: it lies at `begin..end` of the held bytes. Gives how many of them went with the picture before
    /// it.
    fn end_unit(&mut self, begin: usize, end: usize) -> Result<usize, MediaError> {
        let unit = start_codes::without_zeros(self.held.bytes().get(begin..end).unwrap_or_default());
        let role = self.syntax.role(unit);
        // Of a slice only the head is looked at; sets are short.
        let unit = unit.get(..unit.len().min(MAX_SET)).unwrap_or_default().to_vec();
        let slice = match role {
            Role::Slice => self.sets.slice(self.syntax, &unit).map(|(slice, set)| (slice, set.to_vec())),
            Role::Before | Role::Other => None,
        };
        let mut cut = 0;
        if self.current.slice.is_some() && self.begins_next(role, slice.as_ref().map(|(slice, _)| slice)) {
            // A zero before the start code belongs to it (ISO/IEC 14496-10 §B.1). Of MPEG video it belongs to the
            // picture before, and may be the end of its last code word (ISO/IEC 13818-2 §5.2.3).
            let code = begin - start_codes::BYTES;
            let before = code.checked_sub(1).filter(|_| self.syntax.is_nal());
            let zero = before.filter(|&before| self.held.bytes().get(before) == Some(&0));
            cut = zero.unwrap_or(code);
            self.cut(cut)?;
        }
        self.sets.take(self.syntax, &unit);
        match slice {
            Some((slice, set)) => self.take_slice(slice, &set),
            // Nothing says what it is made of: a stream may begin in the middle.
            None if role == Role::Slice && self.current.slice.is_none() => {
                cut = end;
                self.cut(cut)?;
            }
            None => {}
        }
        Ok(cut)
    }

    /// Whether a unit behind a picture begins the next one.
    fn begins_next(&self, role: Role, slice: Option<&Slice>) -> bool {
        match (role, slice, &self.current.slice) {
            (Role::Before, ..) => true,
            (Role::Slice, Some(next), Some(this)) if next.is_first => {
                // The second field of a frame has the same number and the other parity.
                let is_other_field = matches!((next.field, this.field), (Some((number, parity)), Some((other, before)))
                    if number == other && (parity.is_none() || parity != before));
                !is_other_field || self.current.is_whole
            }
            _ => false,
        }
    }

    fn take_slice(&mut self, slice: Slice, set: &[u8]) {
        if let Some(this) = &self.current.slice {
            let is_field =
                this.field.is_some_and(|(_, parity)| parity.is_none() || slice.field != this.field);
            self.current.is_whole |= slice.is_first && is_field;
            return;
        }
        self.restarts += u32::from(slice.restarts);
        self.current.order = self.counter.order(self.syntax, self.restarts, &slice);
        self.current.slice = Some(slice);
        self.current.configuration = self.configuration(set);
    }

    fn configuration(&mut self, set: &[u8]) -> Option<u16> {
        if self.is_configured {
            return Some(0);
        }
        if self.configurations.last().is_none_or(|(known, _)| known != set) {
            let known = self.configurations.iter().position(|(known, _)| known == set);
            if let Some(place) = known {
                return u16::try_from(place).ok();
            }
            let codec = self.sets.configuration(self.syntax, set)?;
            self.configurations.push((set.to_vec(), codec));
        }
        u16::try_from(self.configurations.len() - 1).ok()
    }

    /// The picture that was collected is the first `bytes` held bytes.
    fn cut(&mut self, bytes: usize) -> Result<(), MediaError> {
        let current = std::mem::take(&mut self.current);
        let (Some(slice), Some(configuration)) = (current.slice, current.configuration) else {
            self.held.skip(bytes);
            self.unused += bytes as u64;
            return Ok(());
        };
        let (place, pts) = self.held.take(0, bytes);
        let Some(place) = place else {
            self.unused += bytes as u64;
            return Ok(());
        };
        if self.found.len() == MAX_PICTURES {
            return Err(MediaError::TooLong(MAX_PICTURES));
        }
        let shown = Shown { pts, decoded: self.decoded, order: current.order };
        self.found.push(Found { place, shown, is_key: slice.is_key, configuration });
        Ok(())
    }

    /// Bytes of the stream that are in no picture.
    pub(in crate::builders) fn unused(&self) -> u64 {
        self.unused
    }

    /// The track, in units of `timescale` a second. Where no times were said, pictures follow each other at the rate
    /// that the stream says, or else 25 a second.
    pub(in crate::builders) fn track(mut self, timescale: u32) -> Result<VideoTrack, MediaError> {
        self.end_picture()?;
        if self.found.is_empty() {
            return Err(MediaError::NoVideo);
        }
        let rate = self.frame_units(timescale);
        let times = times(&self.found.iter().map(|found| found.shown).collect::<Vec<_>>(), rate);
        let usual = usual(&times).unwrap_or(rate);
        let durations = durations(&times, usual);
        let sample = |((found, pts), duration): ((&Found, &i64), &u32)| Sample {
            offset: found.place.offset,
            size: found.place.size,
            pts: *pts,
            duration: *duration,
            configuration: found.configuration,
            is_sync: found.is_key,
            pieces: found.place.pieces,
            is_missing: false,
        };
        Ok(VideoTrack {
            configurations: self.configurations.into_iter().map(|(_, codec)| codec).collect(),
            timescale,
            turn: Turn::default(),
            samples: self.found.iter().zip(&times).zip(&durations).map(sample).collect(),
            runs: self.held.runs,
            missing: 0,
            left_out: 0,
            edit_start: 0,
            has_cuts: false,
        })
    }

    /// Units of one picture by the stream's own rate.
    fn frame_units(&self, timescale: u32) -> i64 {
        let ticks = self.syntax.ticks_of_a_picture();
        let timing = self.configurations.first().and_then(|(set, _)| self.sets.timing(self.syntax, set));
        let (tick, scale) = timing.unwrap_or((1, 25 * ticks as u32));
        let units = u64::from(timescale) * u64::from(tick) * ticks / u64::from(scale.max(1));
        i64::try_from(units.clamp(1, u64::from(timescale) * 10)).unwrap_or(1)
    }
}
