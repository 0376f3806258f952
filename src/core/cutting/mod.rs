//! 必要な範囲の切り出し: a part of a clip as a file of its own, from one key picture on, without coding anything anew
//! (FORMAT.md §7.12).
//!
//! Entry point: [`Cut::new`], from a clip of any kind and its index. The result is an MP4 file that is read like any
//! other; it is never held in memory, since its samples are the clip's bytes. Layers: `choice` says which samples
//! belong to it, `movie` writes its tables, `entry` names its codecs. Absent: where an index comes from
//! ([`crate::builders`]), and hashes.

use std::{cell::RefCell, io};

use crate::{
    bundle::{CutRecord, CutSource},
    media::{Index, MediaError},
    port::RandomAccess,
};

mod ahead;
mod choice;
mod entry;
mod movie;
mod order;

use ahead::ReadAhead;
use choice::{CutSample, CutTrack};
pub use order::{CutError, CutOrder};

/// A part of a clip, as the bytes of an MP4 file.
pub struct Cut<S> {
    source: ReadAhead<S>,
    index: Index,
    order: CutOrder,
    parts: Vec<CutTrack>,
    /// Everything before the first sample.
    head: Vec<u8>,
    /// Its samples in the order in which they lie in the file.
    places: Vec<CutSample>,
    len: u64,
    /// The sample that was read last, and its bytes: reading goes on in it.
    read: RefCell<(usize, Vec<u8>)>,
}

impl<S: RandomAccess> Cut<S> {
    /// Cuts a part out of a clip. `go_on` hears which part of the samples was gone through, from 0 to 1, and may end
    /// it ([`MediaError::Stopped`]): where units stand behind start codes, their lengths are found by reading.
    pub fn new(
        source: S,
        index: Index,
        order: &CutOrder,
        go_on: &mut dyn FnMut(f64) -> bool,
    ) -> Result<Self, CutError> {
        let source = ReadAhead::new(source);
        let index = index.playable()?;
        let parts = choice::parts(&index, order)?;
        let mut places = choice::places(&parts, &index);
        let (count, mut end) = (places.len(), 0);
        for (n, place) in places.iter_mut().enumerate() {
            if !go_on(n as f64 / count as f64) {
                return Err(MediaError::Stopped.into());
            }
            place.at = end;
            place.bytes = place.measured(&source, &parts, &index)?;
            end += u64::from(place.bytes);
        }
        let head = movie::head(&parts, &places, &index)?;
        let len = head.len() as u64 + end;
        let read = RefCell::new((usize::MAX, Vec::new()));
        Ok(Self { source, index, order: *order, parts, head, places, len, read })
    }

    /// What is written down of it; `source` is the clip that it was cut out of.
    pub fn record(&self, source: CutSource) -> CutRecord {
        choice::record(&self.parts, &self.index, &self.order, source)
    }

    /// How much later its first picture is shown than the first one of the clip, in microseconds.
    pub fn micros_cut_off(&self) -> i64 {
        choice::micros_cut_off(&self.parts, &self.index)
    }

    /// Reads of a sample from its byte `skip` on; gives how many bytes were had.
    fn read_sample(&self, n: usize, skip: usize, buf: &mut [u8]) -> io::Result<usize> {
        let mut kept = self.read.borrow_mut();
        if kept.0 != n {
            let place = self.places.get(n).ok_or(io::ErrorKind::UnexpectedEof)?;
            let bytes = place.read(&self.source, &self.parts, &self.index).map_err(io::Error::other)?;
            // What is written was measured before: a file that changed in between must not move what follows.
            if bytes.len() as u64 != u64::from(place.bytes) {
                return Err(io::Error::other("the file changed while it was read"));
            }
            *kept = (n, bytes);
        }
        let rest = kept.1.get(skip..).ok_or(io::ErrorKind::UnexpectedEof)?;
        let had = rest.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(rest) {
            *to = *from;
        }
        Ok(had)
    }
}

impl<S: RandomAccess> RandomAccess for Cut<S> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let ends = |part: usize| offset.checked_add(part as u64).is_some_and(|end| end <= self.len);
        if !ends(buf.len()) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let head = self.head.len() as u64;
        let (from_head, mut rest) =
            buf.split_at_mut(head.saturating_sub(offset).min(buf.len() as u64) as usize);
        if !from_head.is_empty() {
            self.head.as_slice().read_exact_at(offset, from_head)?;
        }
        let mut at = (offset + from_head.len() as u64).saturating_sub(head);
        let mut n = self.places.partition_point(|place| place.at <= at).saturating_sub(1);
        while !rest.is_empty() {
            let begin = self.places.get(n).map_or(at, |place| place.at);
            let had = self.read_sample(n, (at - begin) as usize, rest)?;
            rest = rest.split_at_mut(had).1;
            at += had as u64;
            n += 1;
        }
        Ok(())
    }
}
