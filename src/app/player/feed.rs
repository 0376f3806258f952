//! From samples to decoded pictures: reading, preparing, decoding, and noticing what does not come out.
//!
//! Entry point: [`Lane::feed`], which is called whenever there may be room. At most one read is under way for a lane.

use std::rc::Rc;

use fuin_core::MediaError;
use wasm_bindgen_futures::spawn_local;

use super::{
    clip::ClipFault,
    decoder::{Decoding, Flushed, Hooks},
    lane::{AHEAD, AtOnce, Check, Lane, OUT_OF_ORDER},
};
use crate::platform::{BrowserError, clock, video::Frame};

/// Samples inside the decoder. Pictures may come out of order, so it is never starved below the reorder depth.
const MAX_DECODING: usize = 20;
/// So many samples without a picture, and the decoder is taken for broken.
const MAX_KEPT: usize = 64;
/// So often in a row a new decoder is tried.
const MOST_FAILURES: usize = 4;
/// A picture still missing when one from so many samples later came out is lost.
const LOST_AFTER: usize = 32;

impl Lane {
    /// Decoding starts at a sync sample; the picture `target` is to be shown.
    pub(super) fn restart(&self, start: usize, target: usize) -> Result<(), ClipFault> {
        self.renew_decoder()?;
        {
            let mut state = self.state.borrow_mut();
            state.run += 1;
            state.start = start;
            state.next_sample = start;
            state.fetching = false;
            state.flushed = false;
            state.at_once = AtOnce::NotAsked;
            state.drained = false;
            state.torn = false;
            state.stop_before = None;
            state.given.clear();
            state.window.clear();
            // It gets another chance.
            state.lost.remove(&target);
            state.target = Some(target);
        }
        self.pump();
        Ok(())
    }

    /// A decoder that failed cannot be used again, so every start gets one that surely works.
    fn renew_decoder(&self) -> Result<(), ClipFault> {
        let mut slot = self.decoder.borrow_mut();
        if slot.as_ref().is_none_or(|decoder| decoder.restart().is_err()) {
            let (frame_to, error_to, dequeue_to) = (self.me.clone(), self.me.clone(), self.me.clone());
            let hooks = Hooks {
                on_frame: Rc::new(move |frame| {
                    if let Some(lane) = frame_to.upgrade() {
                        lane.on_frame(frame);
                    }
                }),
                on_error: Rc::new(move |error| {
                    let Some(lane) = error_to.upgrade() else { return };
                    if lane.means.is_software() {
                        return (lane.bell.fault)(ClipFault { code: "media_codec", cause: error.0 });
                    }
                    // The decoder that calls must not be dropped in its own call.
                    let run = lane.state.borrow().run;
                    spawn_local(async move { lane.decoder_failed(run, error) });
                }),
                on_dequeue: Rc::new(move |number| {
                    if let Some(lane) = dequeue_to.upgrade() {
                        lane.on_dequeue(number);
                    }
                }),
            };
            // The old one goes first: both would listen on the same port.
            slot.take();
            *slot = Some(Decoding::new(&self.means, &hooks)?);
        }
        Ok(())
    }

    /// A sample was taken. What has not come of one that is done will not come.
    fn on_dequeue(&self, done: Option<usize>) {
        self.answered.set(clock::monotonic_ms());
        self.check_what_was_used();
        if let Some(number) = done {
            let mut state = self.state.borrow_mut();
            if state.given.remove(&number) {
                state.lost.insert(number);
            }
        }
        self.pump();
        if done.is_some() {
            (self.bell.wake)();
        }
    }

    /// The decoder gave up over something that it was given. If that was of several groups, the first is tried alone; if
    /// of one, what it has not given of it is lost, and the next group is tried. Without any picture in between, it is
    /// no accident of one group.
    fn decoder_failed(&self, run: u64, error: BrowserError) {
        self.check_what_was_used();
        let mut state = self.state.borrow_mut();
        if state.run != run {
            return;
        }
        state.failures += 1;
        let given = std::mem::take(&mut state.given);
        let first = given.iter().map(|&number| self.pictures.sample_of(number)).min();
        let (Some(first), true) = (first, state.failures <= MOST_FAILURES) else {
            drop(state);
            return (self.bell.fault)(ClipFault { code: "decoder_failed", cause: error.0 });
        };
        let samples = self.pictures.track().samples.len();
        let next = self.next_sync(first + 1);
        let several = next.filter(|&next| next < state.next_sample);
        state.run += 1;
        state.fetching = false;
        state.at_once = AtOnce::Over;
        state.stop_before = several;
        if several.is_some() {
            let start = self.pictures.last_sync_before(first);
            (state.start, state.next_sample) = (start, start);
        } else {
            for sample in first..next.unwrap_or(samples) {
                let number = self.pictures.number_of(sample);
                if !state.window.contains_key(&number) {
                    state.lost.insert(number);
                }
            }
            match next {
                Some(next) => (state.start, state.next_sample) = (next, next),
                None => (state.flushed, state.drained) = (true, true),
            }
        }
        drop(state);
        self.decoder.borrow_mut().take();
        if let Err(fault) = self.renew_decoder() {
            return (self.bell.fault)(fault);
        }
        self.pump();
        self.tell();
        (self.bell.wake)();
    }

    /// The first sync sample from one on.
    fn next_sync(&self, from: usize) -> Option<usize> {
        let samples = &self.pictures.track().samples;
        (from..samples.len()).find(|&index| samples[index].is_sync)
    }

    fn on_frame(&self, frame: Frame) {
        self.answered.set(clock::monotonic_ms());
        self.check_what_was_used();
        let number = frame.number();
        {
            let mut state = self.state.borrow_mut();
            if !state.given.remove(&number) {
                // Nobody asked for it.
                return;
            }
            let sample = self.pictures.sample_of(number);
            let overdue = |n: &usize| *n < number && self.pictures.sample_of(*n) + LOST_AFTER < sample;
            let overdue: Vec<usize> = state.given.iter().copied().filter(overdue).collect();
            for lost in overdue {
                state.given.remove(&lost);
                state.lost.insert(lost);
            }
            state.lost.remove(&number);
            state.failures = 0;
            state.window.insert(number, frame);
        }
        self.trim();
        self.pump();
        (self.bell.wake)();
    }

    /// Gives the decoder the next samples, if it has room.
    pub(super) fn feed(&self) {
        let (run, first) = {
            let mut state = self.state.borrow_mut();
            let most_ahead = if state.target.is_some() { OUT_OF_ORDER + 1 } else { AHEAD };
            // A decoder that has taken everything and gives nothing may need more before it does.
            let idle = self.decoder.borrow().as_ref().is_some_and(Decoding::is_idle);
            let most_decoding = if idle { MAX_KEPT } else { MAX_DECODING };
            let room = state.ahead() < most_ahead && state.given.len() < most_decoding;
            if idle && state.given.len() >= MAX_KEPT {
                let run = state.run;
                drop(state);
                return self.decoder_failed(run, BrowserError("it gives no pictures".into()));
            }
            // A picture at hand, and the clip standing still: more would only fill memory.
            let wanted = state.running || state.target.is_some();
            let busy = state.fetching || state.flushed || state.at_once == AtOnce::Awaited;
            if busy || !room || !wanted || self.decoder.borrow().is_none() {
                return;
            }
            let next = if state.keys_only && state.target.is_none() {
                self.next_key(state.next_sample, state.clock_micros)
            } else {
                let end = state.stop_before.unwrap_or(self.pictures.track().samples.len());
                Some(state.next_sample).filter(|&next| next < end)
            };
            let Some(next) = next else {
                state.flushed = true;
                let run = state.run;
                drop(state);
                return self.drain(run);
            };
            state.fetching = true;
            (state.run, next)
        };
        let me = self.me.clone();
        spawn_local(async move {
            let Some(lane) = me.upgrade() else { return };
            if let Err(fault) = lane.feed_from(run, first).await {
                (lane.bell.fault)(fault);
            }
        });
    }

    /// The next sync sample that is not already past.
    fn next_key(&self, from: usize, clock_micros: i64) -> Option<usize> {
        let here = self.pictures.sample_of(self.pictures.picture_at(clock_micros));
        self.next_sync(self.pictures.last_sync_before(here).max(from))
    }

    /// Gets the pictures that the decoder still holds back, at the end of the clip.
    fn drain(&self, run: u64) {
        let flushed = self.decoder.borrow().as_ref().map(Decoding::flush);
        let Some(Ok(flushed)) = flushed else { return };
        let me = self.me.clone();
        spawn_local(async move {
            let all_came = flushed.await;
            if let Some(lane) = me.upgrade() {
                let mut state = lane.state.borrow_mut();
                if all_came && state.run == run {
                    lane.check_what_was_used();
                    let missing = std::mem::take(&mut state.given);
                    state.lost.extend(missing);
                    if let Some(next) = state.stop_before.take() {
                        (state.start, state.next_sample, state.flushed) = (next, next, false);
                    } else {
                        state.drained = true;
                    }
                    drop(state);
                    lane.pump();
                    lane.tell();
                    (lane.bell.wake)();
                }
            }
        });
    }

    async fn feed_from(&self, run: u64, first: usize) -> Result<(), ClipFault> {
        let track = self.pictures.track();
        let (room, one_key) = {
            let state = self.state.borrow();
            (MAX_DECODING.saturating_sub(state.given.len()).max(1), state.keys_only && state.target.is_none())
        };
        let room = if one_key { 1 } else { room };
        let end = self.state.borrow().stop_before.unwrap_or(track.samples.len());
        for index in first..end.min(first + room) {
            let Some(sample) = track.samples.get(index).copied() else { break };
            let prepared = if sample.is_missing {
                Err(MediaError::Malformed("a picture lies outside the file"))
            } else {
                let data = self.source.read(sample.offset, sample.size as usize).await?;
                track.codec.prepare(data, sample.is_sync)
            };
            let number = self.pictures.number_of(index);
            let mut state = self.state.borrow_mut();
            if state.run != run {
                return Ok(());
            }
            state.next_sample = index + 1;
            let starts_here = matches!(&prepared, Ok(Some(decodable)) if decodable.is_key());
            let decodable = match prepared {
                // What is marked as sync may hold nothing to start with; then the sync sample before it is tried.
                prepared if index == state.start && index > 0 && !starts_here => {
                    match prepared {
                        Ok(None) => state.empty.insert(number),
                        Err(_) => state.lost.insert(number),
                        Ok(Some(_)) => false,
                    };
                    let target = state.target.or(state.current).unwrap_or(number);
                    drop(state);
                    return self.restart(self.pictures.last_sync_before(index - 1), target);
                }
                Ok(Some(decodable)) => decodable,
                Ok(None) => {
                    state.empty.insert(number);
                    continue;
                }
                Err(_) => {
                    state.lost.insert(number);
                    state.torn = true;
                    continue;
                }
            };
            let is_key = decodable.is_key();
            // Not even the first sample of all is one to start with.
            if index == state.start && !is_key {
                state.lost.insert(number);
                state.torn = true;
                continue;
            }
            if state.torn && !is_key {
                state.lost.insert(number);
                continue;
            }
            if (decodable.skipped_at_start && state.at_first_key) || (one_key && !is_key) {
                continue;
            }
            // On the way to a far picture, what no other picture needs is not decoded.
            let far = state.target.is_some_and(|target| number + self.behind() < target);
            if far && decodable.discardable {
                continue;
            }
            if is_key {
                state.at_first_key = index == state.start;
                state.torn = false;
            }
            if state.given.is_empty() {
                self.answered.set(clock::monotonic_ms());
            }
            state.given.insert(number);
            state.kinds.insert(number, decodable.kind);
            let at_once = index == state.start
                && state.target == Some(number)
                && std::mem::replace(&mut state.at_once, AtOnce::Over) == AtOnce::NotAsked;
            drop(state);
            let given = self.decoder.borrow().as_ref().map(|decoder| match at_once {
                true => decoder.decode_at_once(&decodable, number),
                false => decoder.decode(&decodable, number).map(|()| None),
            });
            match given {
                Some(Err(error)) => {
                    self.decoder_failed(run, error);
                    return Ok(());
                }
                Some(Ok(Some(flushed))) => {
                    self.await_at_once(run, index, flushed);
                    break;
                }
                Some(Ok(None)) | None => {}
            }
        }
        let mut state = self.state.borrow_mut();
        if state.run == run {
            state.fetching = false;
            drop(state);
            if self.means.is_software() {
                self.check_what_was_used();
            }
            self.pump();
        }
        Ok(())
    }

    /// Nothing is read or given to the decoder before the first picture is out: both would only keep it waiting. After it,
    /// the decoder begins anew with the same sample.
    fn await_at_once(&self, run: u64, index: usize, flushed: Flushed) {
        {
            let mut state = self.state.borrow_mut();
            state.at_once = AtOnce::Awaited;
            state.next_sample = index;
        }
        let me = self.me.clone();
        spawn_local(async move {
            // Whether it was cut short by a restart is known by the run.
            let _ = flushed.await;
            let Some(lane) = me.upgrade() else { return };
            if lane.state.borrow().run == run {
                lane.state.borrow_mut().at_once = AtOnce::Over;
                lane.pump();
            }
        });
    }

    /// The decoder works on the first samples; now, and not before, there is time to check what was used for them and to write
    /// the marks. A browser's decoder begins only when this thread has nothing else to do, and says so by a dequeued sample.
    fn check_what_was_used(&self) {
        if self.checked.get() != Check::Owed {
            return;
        }
        self.checked.set(Check::Running);
        let me = self.me.clone();
        spawn_local(async move {
            let Some(lane) = me.upgrade() else { return };
            lane.easel.prepare(&lane.pictures.track().codec);
            match lane.source.settle().await {
                Ok(()) => {
                    lane.checked.set(Check::Done);
                    lane.pump();
                }
                Err(fault) => (lane.bell.fault)(fault),
            }
        });
    }
}
