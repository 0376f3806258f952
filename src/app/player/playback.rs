//! Playing one clip: samples in, pictures out, one after the other and at their time.
//!
//! Everything happens in [`Playback::pump`], which is called whenever something changed: a command, a decoded
//! picture, an arrived piece of data, a tick of the clock. Queues are bounded; every picture is closed.
//! Absent: sound, and speeds other than 1.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
};

use fuin_core::{
    Coded,
    bundle::Admitted,
    calendar::Timestamp,
    media::{Decodable, VideoTrack},
    watermark::{self, Layout},
};
use wasm_bindgen_futures::spawn_local;

use super::{
    Event,
    clip::{ClipFault, ClipSource},
};
use crate::platform::{
    BrowserError, clock,
    files::BlobSource,
    surface::Surface,
    video::{Config, Decoder, Frame},
    worker::report,
};

/// Decoded pictures that wait to be shown.
const MAX_FRAMES: usize = 6;
/// Samples inside the decoder. Pictures may come out of order, so it is never starved below the reorder depth.
const MAX_DECODING: usize = 20;

/// A clock may be corrected by so much without being called wrong.
const CLOCK_TOLERANCE_SECS: i64 = 300;

/// A clip being played.
pub struct Playback {
    source: Rc<ClipSource>,
    track: VideoTrack,
    /// Sample numbers in order of presentation, and the reverse.
    shown_order: Vec<u32>,
    config: Config,
    surface: Rc<Surface>,
    admitted: Rc<Admitted<BlobSource>>,
    /// The latest time known.
    latest: Cell<Timestamp>,
    decoder: RefCell<Option<Decoder>>,
    state: RefCell<State>,
    me: Weak<Self>,
}

#[derive(Default)]
struct State {
    /// Changes with every seek; what belongs to an older run is dropped.
    run: u64,
    /// The sample that was sought, and the sync sample that decoding began with.
    target: usize,
    start: usize,
    /// Next sample to give to the decoder.
    next_sample: usize,
    /// Samples given minus pictures got.
    decoding: usize,
    fetching: bool,
    flushed: bool,
    /// All pictures have come out after a flush.
    drained: bool,
    /// The last picture before the wanted one, in case the wanted one never comes: some samples hold no picture.
    fallback: Option<Frame>,
    frames: VecDeque<Frame>,
    /// Pictures before this time are only decoded, not shown.
    show_from: i64,
    /// Nothing was shown yet since the last seek.
    seeking: bool,
    playing: bool,
    /// Clock and clip time at the moment it began to run.
    began: Option<(f64, i64)>,
    shown_micros: i64,
    ticking: bool,
    ended: bool,
}

impl Playback {
    /// Prepares a clip and shows its first picture.
    pub fn start(
        source: Rc<ClipSource>,
        track: VideoTrack,
        surface: Rc<Surface>,
        admitted: Rc<Admitted<BlobSource>>,
        now: Timestamp,
    ) -> Result<Rc<Self>, ClipFault> {
        let config = Config {
            codec: track.codec.name.clone(),
            description: track.codec.description.clone(),
            size: (track.codec.width, track.codec.height),
        };
        let mut shown_order: Vec<u32> = (0..track.samples.len() as u32).collect();
        shown_order.sort_by_key(|&i| track.samples.get(i as usize).map(|sample| sample.pts));
        let playback = Rc::new_cyclic(|me| Self {
            source,
            track,
            shown_order,
            config,
            surface,
            admitted,
            latest: Cell::new(now),
            decoder: RefCell::default(),
            state: RefCell::default(),
            me: me.clone(),
        });
        playback.seek(0)?;
        Ok(playback)
    }

    /// Goes to a time and shows the picture there.
    pub fn seek(&self, micros: i64) -> Result<(), ClipFault> {
        let micros = micros.clamp(0, self.track.duration_micros());
        let target = self.track.sample_at(micros);
        self.seek_to_sample(target, self.track.sync_before(target))
    }

    /// A decoder that failed cannot be used again, so every start gets one that surely works.
    fn restart_decoder(&self) -> Result<(), ClipFault> {
        let (frame_to, error_to, dequeue_to) = (self.me.clone(), self.me.clone(), self.me.clone());
        let mut slot = self.decoder.borrow_mut();
        if slot.as_ref().is_none_or(|decoder| decoder.restart(&self.config).is_err()) {
            let decoder = Decoder::new(
                move |frame| {
                    if let Some(playback) = frame_to.upgrade() {
                        playback.on_frame(frame);
                    }
                },
                move |error| {
                    if let Some(playback) = error_to.upgrade() {
                        playback.stop();
                        report(&Event::Refused { code: "decoder_failed".into(), cause: error.0 });
                    }
                },
                move || {
                    if let Some(playback) = dequeue_to.upgrade() {
                        playback.pump();
                    }
                },
            )?;
            decoder.restart(&self.config)?;
            *slot = Some(decoder);
        }
        Ok(())
    }

    /// Decoding starts at `start`, a sync sample; what comes before `target` is not shown.
    fn seek_to_sample(&self, target: usize, start: usize) -> Result<(), ClipFault> {
        self.restart_decoder()?;
        {
            let mut state = self.state.borrow_mut();
            state.run += 1;
            state.target = target;
            state.start = start;
            state.next_sample = start;
            state.fallback = None;
            state.drained = false;
            state.decoding = 0;
            state.fetching = false;
            state.flushed = false;
            state.frames.clear();
            state.show_from = self.sample_micros(target);
            state.seeking = true;
            state.began = None;
            state.ended = false;
        }
        self.pump();
        Ok(())
    }

    /// Goes so many pictures forward or back.
    pub fn step(&self, by: i64) -> Result<(), ClipFault> {
        self.pause();
        let here = self.picture_at(self.state.borrow().shown_micros) as i64;
        let last = self.shown_order.len() as i64 - 1;
        let target = self.shown_order.get((here + by).clamp(0, last) as usize).copied().unwrap_or(0);
        let target = target as usize;
        self.seek_to_sample(target, self.track.sync_before(target))
    }

    /// Runs; from the beginning, if it stands at the end.
    pub fn play(&self) -> Result<(), ClipFault> {
        let ended = {
            let mut state = self.state.borrow_mut();
            state.playing = true;
            state.began = None;
            state.ended
        };
        if ended {
            self.seek(0)?;
        }
        self.pump();
        Ok(())
    }

    /// Stands still.
    pub fn pause(&self) {
        self.state.borrow_mut().playing = false;
        self.report_shown();
    }

    /// Stops for good: nothing is shown any more.
    pub fn stop(&self) {
        let mut state = self.state.borrow_mut();
        state.run += 1;
        state.playing = false;
        state.frames.clear();
        state.fallback = None;
        self.surface.clear();
    }

    fn sample_micros(&self, index: usize) -> i64 {
        self.track.samples.get(index).map_or(0, |sample| self.track.micros(sample.pts))
    }

    /// Number, in order of presentation, of the picture shown at a time.
    fn picture_at(&self, micros: i64) -> usize {
        self.shown_order.partition_point(|&i| self.sample_micros(i as usize) <= micros).saturating_sub(1)
    }

    fn on_frame(&self, frame: Frame) {
        let mut state = self.state.borrow_mut();
        state.decoding = state.decoding.saturating_sub(1);
        if frame.micros() >= state.show_from {
            let at = state.frames.partition_point(|queued| queued.micros() <= frame.micros());
            state.frames.insert(at, frame);
        } else if state.seeking && state.fallback.as_ref().is_none_or(|known| known.micros() < frame.micros())
        {
            state.fallback = Some(frame);
        }
        drop(state);
        self.pump();
    }

    /// Does what can be done now: show, fetch, feed, and arrange to be called again.
    fn pump(&self) {
        self.show_due();
        self.feed();
    }

    fn show_due(&self) {
        let now = clock::monotonic_ms();
        let mut next_tick = None;
        loop {
            let mut state = self.state.borrow_mut();
            let Some(front) = state.frames.front().map(Frame::micros) else {
                if state.drained && state.seeking {
                    state.seeking = false;
                    if let Some(frame) = state.fallback.take() {
                        state.shown_micros = frame.micros();
                        drop(state);
                        self.paint(&frame);
                    }
                } else if state.drained && !state.ended {
                    state.ended = true;
                    state.playing = false;
                    drop(state);
                    self.report_shown();
                }
                break;
            };
            let due = if state.seeking {
                // After a seek the wanted picture itself is shown, not an earlier-coded later one.
                front == state.show_from || state.frames.len() >= MAX_FRAMES || state.drained
            } else if state.playing {
                let (began_ms, began_micros) = *state.began.get_or_insert((now, front));
                let due_ms = began_ms + (front - began_micros) as f64 / 1000.0;
                if due_ms > now {
                    next_tick = Some(due_ms - now);
                }
                due_ms <= now
            } else {
                false
            };
            if !due {
                break;
            }
            let Some(frame) = state.frames.pop_front() else { break };
            state.seeking = false;
            state.shown_micros = frame.micros();
            drop(state);
            self.paint(&frame);
        }
        if let Some(ms) = next_tick {
            self.tick_after(ms);
        }
    }

    fn tick_after(&self, ms: f64) {
        if std::mem::replace(&mut self.state.borrow_mut().ticking, true) {
            return;
        }
        let me = self.me.clone();
        spawn_local(async move {
            clock::after_ms(ms).await;
            if let Some(playback) = me.upgrade() {
                playback.state.borrow_mut().ticking = false;
                playback.pump();
            }
        });
    }

    /// Nothing is shown outside the period, however long this page stays open, nor by a clock that was turned back.
    fn may_show(&self) -> Result<(), ClipFault> {
        let clock = clock::now();
        let latest = clock.max(self.latest.get());
        self.latest.set(latest);
        if clock.plus_secs(CLOCK_TOLERANCE_SECS) < latest {
            return Err(ClipFault {
                code: "clock_backwards",
                cause: "the clock ran backwards while watching".into(),
            });
        }
        let window = self.admitted.verified().check_window(latest);
        window.map_err(|error| ClipFault { code: error.code(), cause: error.to_string() })
    }

    fn paint(&self, frame: &Frame) {
        if let Err(fault) = self.may_show() {
            self.stop();
            report(&Event::Refused { code: fault.code.into(), cause: fault.cause });
            return;
        }
        let (width, height) = Surface::size(frame.display_size(), self.track.rotation);
        let name = &self.admitted.affirmation().name;
        let words = watermark::words(self.admitted.verified().manifest(), name, clock::now());
        let marks: Layout = watermark::layout(&words, width, height);
        if let Err(error) = self.surface.paint(frame, self.track.rotation, &marks) {
            // A picture whose marks could not be painted must not stay visible.
            self.surface.clear();
            report(&Event::Refused { code: "paint_failed".into(), cause: error.0 });
            return;
        }
        self.report_shown();
    }

    fn report_shown(&self) {
        let state = self.state.borrow();
        let picture = self.picture_at(state.shown_micros);
        report(&Event::Shown { micros: state.shown_micros, picture, playing: state.playing });
    }

    /// Gives the decoder the next samples, if it has room.
    fn feed(&self) {
        let (run, first) = {
            let mut state = self.state.borrow_mut();
            let room = state.frames.len() < MAX_FRAMES && state.decoding < MAX_DECODING;
            // A picture at hand, and the clip standing still: more would only fill memory.
            let wanted = state.playing || state.seeking;
            if state.fetching || state.flushed || !room || !wanted {
                return;
            }
            if state.next_sample >= self.track.samples.len() {
                state.flushed = true;
                let run = state.run;
                drop(state);
                self.drain(run);
                return;
            }
            state.fetching = true;
            (state.run, state.next_sample)
        };
        let me = self.me.clone();
        spawn_local(async move {
            let Some(playback) = me.upgrade() else { return };
            if let Err(fault) = playback.feed_from(run, first).await {
                playback.stop();
                report(&Event::Refused { code: fault.code.into(), cause: fault.cause });
            }
        });
    }

    /// Gets the pictures that the decoder still holds back, at the end of the clip.
    fn drain(&self, run: u64) {
        let Some(flushed) = self.decoder.borrow().as_ref().map(Decoder::flush) else { return };
        let me = self.me.clone();
        spawn_local(async move {
            let all_came = flushed.await.is_ok();
            if let Some(playback) = me.upgrade() {
                let mut state = playback.state.borrow_mut();
                if all_came && state.run == run {
                    state.drained = true;
                    state.decoding = 0;
                    drop(state);
                    playback.pump();
                }
            }
        });
    }

    async fn feed_from(&self, run: u64, first: usize) -> Result<(), ClipFault> {
        let room = MAX_DECODING.saturating_sub(self.state.borrow().decoding).max(1);
        for index in first..self.track.samples.len().min(first + room) {
            let Some(sample) = self.track.samples.get(index).copied() else { break };
            let data = self.source.read(sample.offset, sample.size as usize).await?;
            let decodable = self.track.codec.prepare(data, sample.is_sync);
            let mut state = self.state.borrow_mut();
            if state.run != run {
                return Ok(());
            }
            state.next_sample = index + 1;
            // What is marked as sync may hold nothing to start with; then the sync sample before it is tried.
            let (target, start) = (state.target, state.start);
            let is_key = decodable.as_ref().is_some_and(|decodable| decodable.is_key);
            if index == start && start > 0 && !is_key {
                drop(state);
                return self.seek_to_sample(target, self.track.sync_before(start - 1));
            }
            let Some(Decodable { data, is_key }) = decodable else { continue };
            state.decoding += 1;
            drop(state);
            let decoder = self.decoder.borrow();
            let decoder = decoder.as_ref().ok_or(BrowserError("no decoder".into()))?;
            decoder.decode(&data, self.track.micros(sample.pts), is_key)?;
        }
        let mut state = self.state.borrow_mut();
        if state.run == run {
            state.fetching = false;
            drop(state);
            self.pump();
        }
        Ok(())
    }
}
