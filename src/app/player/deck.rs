//! Time: where all cameras stand, how fast they run, and in which direction.
//!
//! The deck's time is in microseconds: of the clip, where there is one camera; since the earliest picture of all, by true
//! time, where there are several. [`Deck::pump`] is called whenever something changed and shows what is due. The
//! clock waits for pictures rather than passing over them; where that is too slow, key pictures must do.
//! Absent: decoding (`lane.rs`), sound's own work (`sound.rs`).

use std::{
    cell::RefCell,
    ops::Range,
    rc::{Rc, Weak},
};

use super::{
    Event,
    clip::ClipFault,
    lane::{Bell, Lane},
    sound::Sound,
};
use crate::platform::{clock, worker::report};
use fuin_core::Look;

/// From this speed on, only pictures with which decoding can start.
pub(super) const KEYS_FROM_SPEED: f64 = 3.0;
/// Backwards, every picture costs a run through its group; from this speed on only the first of each.
pub(super) const KEYS_BACK_FROM_SPEED: f64 = 2.0;
/// After a jump, so long passes until what is heard is surely of the new place.
const SOUND_SETTLES_MS: f64 = 300.0;
/// While it runs, the page is told not more often.
const TELL_EVERY_MS: f64 = 80.0;

/// A camera and where the beginning of its clip's time stands on the deck's.
#[derive(Clone)]
pub(super) struct Placed {
    pub lane: Rc<Lane>,
    pub offset: i64,
}

impl Placed {
    /// Beginning of its first and end of its last picture, on the deck's time.
    pub fn span(&self) -> Range<i64> {
        let pictures = self.lane.pictures();
        self.offset + pictures.micros(0)..self.offset + pictures.end_micros()
    }

    /// The picture of a time of the deck.
    pub fn picture_at(&self, micros: i64) -> usize {
        self.lane.pictures().picture_at(micros - self.offset)
    }
}

#[derive(Default)]
pub(super) struct State {
    pub lanes: Vec<Placed>,
    /// Several cameras share one time line, however many of them can be shown.
    pub together: bool,
    pub sound: Option<Rc<Sound>>,
    pub position: f64,
    pub speed: f64,
    pub playing: bool,
    /// Clock and position when it last began to run.
    pub began: Option<(f64, f64)>,
    pub repeat: Option<Range<i64>>,
    /// When it is looked at next, if that is arranged.
    pub next_tick: Option<f64>,
    /// Decoding does not keep up: key pictures only.
    pub slow: bool,
    /// Since when waiting is counted, and how long the clock waited.
    pub watch: (f64, f64),
    pub waiting_since: Option<f64>,
    /// Since when the sound plays what is wanted.
    pub sound_since: f64,
    /// Since when a picture that was asked for is not there, and whether it is said that one is awaited.
    pub settling_since: Option<f64>,
    pub waiting: bool,
    pub told_ms: f64,
}

impl State {
    /// Alone, a camera is never out of sight.
    fn is_out_of_sight(&self, placed: &Placed, micros: i64) -> bool {
        self.together && !placed.span().contains(&micros)
    }

    /// Whether pictures are wanted one after the other, and whether key pictures must do.
    fn way(&self) -> (bool, bool) {
        let forward = self.playing && self.speed > 0.0;
        (forward, forward && (self.speed >= KEYS_FROM_SPEED || self.slow))
    }
}

/// All cameras that are shown together.
pub struct Deck {
    pub(super) state: RefCell<State>,
    pub(super) me: Weak<Self>,
}

impl Deck {
    /// An empty deck.
    pub fn new() -> Rc<Self> {
        let state = State { speed: 1.0, ..State::default() };
        Rc::new_cyclic(|me| Self { state: RefCell::new(state), me: me.clone() })
    }

    /// What a lane calls.
    pub fn bell(&self, id: usize) -> Bell {
        let (wake_to, fault_to) = (self.me.clone(), self.me.clone());
        Bell {
            wake: Rc::new(move || {
                if let Some(deck) = wake_to.upgrade() {
                    deck.pump();
                }
            }),
            fault: Rc::new(move |fault| {
                if let Some(deck) = fault_to.upgrade() {
                    deck.fail(Some(id), fault);
                }
            }),
        }
    }

    /// Something cannot go on. A camera whose pictures cannot be decoded goes dark alone, if there are others; everything
    /// else concerns all.
    pub fn fail(&self, id: Option<usize>, fault: ClipFault) {
        let mut state = self.state.borrow_mut();
        let alone = state.lanes.len() < 2 || !matches!(fault.code, "decoder_failed" | "media_codec");
        match id.and_then(|id| state.lanes.iter().position(|placed| placed.lane.id == id)).filter(|_| !alone)
        {
            Some(at) => {
                let Placed { lane, .. } = state.lanes.remove(at);
                drop(state);
                lane.stop();
                report(&Event::NotShown { lane: lane.id, code: fault.code.into(), cause: fault.cause });
            }
            // It belongs to a camera that is not there any more.
            None if id.is_some_and(|id| state.lanes.iter().all(|placed| placed.lane.id != id)) => {}
            None => {
                drop(state);
                self.stop();
                report(&Event::Refused { code: fault.code.into(), cause: fault.cause });
            }
        }
    }

    /// Puts a camera in its place and shows where the deck stands; it runs, if the deck does.
    pub fn place(&self, lane: Rc<Lane>, offset: i64, together: bool) -> Result<(), ClipFault> {
        let mut state = self.state.borrow_mut();
        state.together = together;
        let (running, keys_only) = state.way();
        state.lanes.push(Placed { lane: lane.clone(), offset });
        state.lanes.sort_by_key(|placed| placed.lane.id);
        let position = state.position as i64;
        drop(state);
        self.seek(position)?;
        lane.run(running, keys_only)
    }

    /// The sound of the first camera.
    pub fn set_sound(&self, sound: Option<Rc<Sound>>) {
        self.state.borrow_mut().sound = sound;
    }

    /// Takes all cameras away.
    pub fn clear(&self) {
        self.stop();
        let mut state = self.state.borrow_mut();
        *state = State { speed: 1.0, ..State::default() };
    }

    /// Stops for good: nothing is shown any more.
    pub fn stop(&self) {
        let mut state = self.state.borrow_mut();
        state.playing = false;
        state.began = None;
        let lanes: Vec<_> = state.lanes.iter().map(|placed| placed.lane.clone()).collect();
        let sound = state.sound.take();
        drop(state);
        lanes.iter().for_each(|lane| lane.stop());
        if let Some(sound) = sound {
            sound.pause();
        }
    }

    /// One camera.
    pub fn lane(&self, id: usize) -> Option<Rc<Lane>> {
        self.state.borrow().lanes.iter().find(|placed| placed.lane.id == id).map(|placed| placed.lane.clone())
    }

    /// End of the last picture of all.
    pub(super) fn end(&self) -> i64 {
        self.state.borrow().lanes.iter().map(|placed| placed.span().end).max().unwrap_or(0)
    }

    /// Beginning of the first picture of all: before zero, where an edit list leaves pictures out.
    pub(super) fn start(&self) -> i64 {
        self.state.borrow().lanes.iter().map(|placed| placed.span().start).min().unwrap_or(0).min(0)
    }

    /// Goes to a time.
    pub fn seek(&self, micros: i64) -> Result<(), ClipFault> {
        let micros = micros.clamp(self.start(), self.end());
        {
            let mut state = self.state.borrow_mut();
            state.position = micros as f64;
            state.began = None;
            state.waiting_since = None;
        }
        self.place_all(micros, None)?;
        self.tell();
        self.pump();
        Ok(())
    }

    /// After a jump while running, sound goes on from there.
    pub fn resume_sound(&self) {
        let (sound, position) = {
            let state = self.state.borrow();
            let heard = state.playing && state.speed == 1.0 && !state.slow;
            (state.sound.clone().filter(|_| heard), state.position)
        };
        if let Some(sound) = sound {
            self.play_sound(&sound, position);
        }
    }

    fn play_sound(&self, sound: &Sound, position: f64) {
        self.state.borrow_mut().sound_since = clock::monotonic_ms();
        sound.play(position as i64);
    }

    /// All cameras, and whether they have no picture at a time of the deck.
    pub(super) fn lanes_at(&self, micros: i64) -> Vec<(Placed, bool)> {
        let state = self.state.borrow();
        state.lanes.iter().map(|placed| (placed.clone(), state.is_out_of_sight(placed, micros))).collect()
    }

    /// Lets every camera but one go to a time of the deck.
    fn place_all(&self, micros: i64, but: Option<usize>) -> Result<(), ClipFault> {
        for (placed, out_of_sight) in self.lanes_at(micros) {
            if Some(placed.lane.id) == but {
                continue;
            }
            if out_of_sight {
                placed.lane.hide();
            } else {
                placed.lane.go_to(placed.picture_at(micros))?;
            }
        }
        Ok(())
    }

    /// Goes to one picture of one camera, and with all others to its time.
    pub fn go_to(&self, id: usize, picture: usize) -> Result<(), ClipFault> {
        self.pause();
        let placed = {
            let state = self.state.borrow();
            state.lanes.iter().find(|p| p.lane.id == id).map(|p| (p.lane.clone(), p.offset))
        };
        let Some((lane, offset)) = placed else { return Ok(()) };
        let picture = picture.min(lane.pictures().count() - 1);
        let micros = offset + lane.pictures().micros(picture);
        self.state.borrow_mut().position = micros as f64;
        lane.go_to(picture)?;
        self.place_all(micros, Some(id))?;
        self.tell();
        Ok(())
    }

    /// Goes so many pictures of one camera forward or back.
    pub fn step(&self, id: usize, by: i64) -> Result<(), ClipFault> {
        let Some(lane) = self.lane(id) else { return Ok(()) };
        let target = lane.current().saturating_add_signed(by as isize);
        self.go_to(id, target)
    }

    /// Runs; from the beginning, if it stands at the end.
    pub fn play(&self) -> Result<(), ClipFault> {
        let (at_end, speed) = {
            let state = self.state.borrow();
            let last = |p: &Placed| p.offset + p.lane.pictures().micros(p.lane.pictures().count() - 1);
            let last = state.lanes.iter().map(last).max().unwrap_or(0);
            (state.position as i64 >= last, state.speed)
        };
        if at_end && speed > 0.0 {
            self.seek(self.start())?;
        }
        let mut state = self.state.borrow_mut();
        state.playing = true;
        state.slow = false;
        state.watch = (clock::monotonic_ms(), 0.0);
        drop(state);
        self.changed_way()
    }

    /// Stands still.
    pub fn pause(&self) {
        let mut state = self.state.borrow_mut();
        state.playing = false;
        state.began = None;
        state.slow = false;
        drop(state);
        // Standing still, a lane that fails says so by itself.
        let _ = self.changed_way();
    }

    /// So fast; backwards, if negative.
    pub fn set_speed(&self, speed: f64) -> Result<(), ClipFault> {
        let speed = if speed.is_finite() && speed != 0.0 { speed.clamp(-16.0, 16.0) } else { 1.0 };
        {
            let mut state = self.state.borrow_mut();
            state.speed = speed;
            state.began = None;
            state.slow = false;
            state.watch = (clock::monotonic_ms(), 0.0);
        }
        self.changed_way()
    }

    /// Repeats a stretch, or does not.
    pub fn set_repeat(&self, repeat: Option<Range<i64>>) {
        self.state.borrow_mut().repeat = repeat.filter(|range| range.start < range.end);
        self.tell();
    }

    /// Shows one camera in another way.
    pub fn set_look(&self, id: usize, look: Look) {
        if let Some(lane) = self.lane(id) {
            lane.set_look(look);
        }
    }

    /// What is heard at this moment, by the clock of the loudspeaker: the pictures follow it.
    pub fn heard(&self, micros: f64, at_ms: f64) {
        let mut state = self.state.borrow_mut();
        // What was heard before a jump, or just after it, was still of the place before.
        let is_of_now = at_ms > state.sound_since + SOUND_SETTLES_MS;
        if state.playing && state.began.is_some() && state.speed == 1.0 && is_of_now {
            state.began = Some((at_ms, micros));
        }
    }

    /// Tells lanes and sound how to run from now on.
    pub(super) fn changed_way(&self) -> Result<(), ClipFault> {
        let (lanes, (running, keys_only), sound, speed, position) = {
            let state = self.state.borrow();
            let lanes: Vec<_> = state.lanes.iter().map(|placed| placed.lane.clone()).collect();
            (lanes, state.way(), state.sound.clone(), state.speed, state.position)
        };
        let with_sound = running && !keys_only && speed == 1.0;
        for lane in &lanes {
            lane.run(running, keys_only)?;
        }
        match sound {
            Some(sound) if with_sound => self.play_sound(&sound, position),
            Some(sound) => sound.pause(),
            None => {}
        }
        self.tell();
        self.pump();
        Ok(())
    }

    pub(super) fn tell_sometimes(&self) {
        if clock::monotonic_ms() - self.state.borrow().told_ms > TELL_EVERY_MS {
            self.tell();
        }
    }

    /// What is shown may have to go, though nobody touches anything: the period ended.
    pub fn check_time(&self) -> Result<(), ClipFault> {
        let lanes: Vec<_> = self.state.borrow().lanes.iter().map(|placed| placed.lane.clone()).collect();
        for lane in lanes {
            if let Err(fault) = lane.easel().may_show() {
                self.stop();
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Reports where it stands.
    pub fn tell(&self) {
        self.state.borrow_mut().told_ms = clock::monotonic_ms();
        let state = self.state.borrow();
        let by_speed = state.speed >= KEYS_FROM_SPEED || -state.speed >= KEYS_BACK_FROM_SPEED;
        let keys_only = state.playing && (state.slow || by_speed);
        report(&Event::Time {
            micros: state.position as i64,
            playing: state.playing,
            speed: state.speed,
            keys_only,
            slow: state.slow,
            waiting: state.waiting,
        });
    }
}
