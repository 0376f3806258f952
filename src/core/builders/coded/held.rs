//! Bytes of a stream that are not used up yet, and where in the file each of them lies.
//!
//! Entry points: [`Held::push`], [`Held::take`]. Absent: what the bytes are.

use std::collections::VecDeque;

use crate::media::{Pieces, Run, push_piece};

/// A time counts for what begins so many bytes before the place where it was said: a start code may reach back.
const REACH: u64 = 4;

/// Where something lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub offset: u64,
    pub size: u32,
    pub pieces: Pieces,
}

/// The bytes.
#[derive(Debug, Default)]
pub(super) struct Held {
    bytes: Vec<u8>,
    /// Where in the stream they begin.
    at: u64,
    /// Where they come from: place in the stream, offset in the file, number.
    places: VecDeque<(u64, u64, usize)>,
    /// Times, each with the place in the stream at which it was said.
    stamps: VecDeque<(u64, i64)>,
    /// What the pieces of everything that was taken are made of.
    pub runs: Vec<Run>,
}

impl Held {
    /// Takes the next bytes, which lie at `offset` of the file. `pts` is the time of what begins first in or behind
    /// them.
    pub(super) fn push(&mut self, bytes: &[u8], offset: u64, pts: Option<i64>) {
        let end = self.at + self.bytes.len() as u64;
        if let Some(pts) = pts {
            self.stamps.push_back((end, pts));
        }
        self.places.push_back((end, offset, bytes.len()));
        self.bytes.extend_from_slice(bytes);
    }

    /// What is held.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes the first `bytes` bytes away: the place of those from `skip` on, and the latest time that was said for
    /// what begins there. No place if there are none, or if they do not stand in the order of the file.
    pub(super) fn take(&mut self, skip: usize, bytes: usize) -> (Option<Place>, Option<i64>) {
        let (begin, end) = (self.at + skip as u64, self.at + bytes as u64);
        let mut pts = None;
        while let Some(&(_, stamp)) =
            self.stamps.front().filter(|(from, _)| *from <= begin.saturating_add(REACH))
        {
            pts = Some(stamp);
            self.stamps.pop_front();
        }
        let place = self.place(begin, end);
        while self.places.front().is_some_and(|(at, _, bytes)| *at + *bytes as u64 <= end) {
            self.places.pop_front();
        }
        self.bytes.drain(..bytes);
        self.at = end;
        (place, pts)
    }

    /// Takes the first `bytes` bytes away, of which nothing is made.
    pub(super) fn skip(&mut self, bytes: usize) {
        let runs = self.runs.len();
        self.take(0, bytes);
        self.runs.truncate(runs);
    }

    fn place(&mut self, begin: u64, end: u64) -> Option<Place> {
        let first = self.runs.len();
        let (mut offset, mut file_end, mut is_good) = (None, 0, end > begin);
        for &(at, from, bytes) in &self.places {
            let (piece, piece_end) = (at.max(begin), (at + bytes as u64).min(end));
            if piece >= piece_end {
                continue;
            }
            let (from, bytes) = (from + (piece - at), piece_end - piece);
            let gap = if offset.is_some() { from.checked_sub(file_end) } else { Some(0) };
            match (gap.and_then(|gap| u32::try_from(gap).ok()), u32::try_from(bytes)) {
                (Some(gap), Ok(bytes)) => push_piece(&mut self.runs, first, gap, bytes),
                _ => is_good = false,
            }
            offset.get_or_insert(from);
            file_end = from + bytes;
        }
        let is_one = matches!(self.runs.get(first..), Some([]) | Some([Run { count: 1, .. }]));
        if !is_good || is_one {
            self.runs.truncate(first);
        }
        let count = u32::try_from(self.runs.len() - first).ok()?;
        let pieces =
            if count == 0 { Pieces::default() } else { Pieces { first: u32::try_from(first).ok()?, count } };
        let size = u32::try_from(end - begin).ok()?;
        Some(Place { offset: offset.filter(|_| is_good)?, size, pieces })
    }
}
