//! Time: where all cameras stand, how fast they run, and in which direction.
//!
//! The time line is in microseconds: of the clip, where there is one camera; since the earliest picture of
//! all, by true time, where there are several. [`Timeline::wake`] is called whenever something changed and
//! shows what is due (`running`). The clock waits for pictures rather than passing over them; where that is
//! too slow, key pictures must do. Absent: the clock's own arithmetic ([`PlayClock`]), decoding (`camera`),
//! sound's own work (`sound`).

use std::{
    cell::RefCell,
    ops::Range,
    rc::{Rc, Weak},
};

use fuin_core::Look;
use fuin_model::{Direction, PlayClock};

use super::{
    camera::{Camera, Signal},
    drive,
    sound::Sound,
};
use crate::{
    fault::{Code, Fault},
    platform::{clock, worker::report},
    wire::{Event, PlayEvent, Time},
};

/// While it runs, the page is told not more often than this.
const REPORT_EVERY_MS: f64 = 80.0;

/// A camera, and where the beginning of its clip's time stands on the time line.
#[derive(Clone)]
pub(super) struct Placed {
    pub camera: Rc<Camera>,
    pub offset: i64,
}

impl Placed {
    /// Beginning of its first and end of its last picture, on the time line.
    pub fn span(&self) -> Range<i64> {
        let pictures = self.camera.pictures();
        self.offset + pictures.micros(0)..self.offset + pictures.end_micros()
    }

    /// The picture of a time of the time line.
    pub fn picture_at(&self, micros: i64) -> usize {
        self.camera.pictures().picture_at(micros - self.offset)
    }
}

#[derive(Default)]
pub(super) struct State {
    pub cameras: Vec<Placed>,
    /// Several cameras share one time line, however many of them can be shown.
    pub together: bool,
    pub sound: Option<Rc<Sound>>,
    pub clock: PlayClock,
    /// When it is looked at next, if that is arranged.
    pub next_tick: Option<f64>,
    pub last_report_ms: f64,
}

/// All cameras that are shown together, and their time.
pub struct Timeline {
    pub(super) state: RefCell<State>,
    /// Does what is due; `running` stands above this file and is not known here.
    pump: fn(&Self),
    pub(super) me: Weak<Self>,
}

impl Timeline {
    /// Without cameras; `pump` does what is due.
    pub fn new(pump: fn(&Self)) -> Rc<Self> {
        Rc::new_cyclic(|me| Self { state: RefCell::default(), pump, me: me.clone() })
    }

    /// Something changed: does what is due.
    pub fn wake(&self) {
        (self.pump)(self);
    }

    /// What a camera calls.
    pub fn signal(&self, id: usize) -> Signal {
        let (wake_to, fail_to) = (self.me.clone(), self.me.clone());
        Signal {
            wake: Rc::new(move || {
                if let Some(timeline) = wake_to.upgrade() {
                    timeline.wake();
                }
            }),
            fail: Rc::new(move |fault| {
                if let Some(timeline) = fail_to.upgrade() {
                    timeline.fail(Some(id), fault);
                }
            }),
        }
    }

    /// Something cannot go on. A camera whose pictures cannot be decoded goes dark alone, if there are
    /// others; everything else concerns all.
    pub fn fail(&self, id: Option<usize>, fault: Fault) {
        let mut state = self.state.borrow_mut();
        let at = id.and_then(|id| state.cameras.iter().position(|placed| placed.camera.id() == id));
        if id.is_some() && at.is_none() {
            // It belongs to a camera that is not there any more.
            return;
        }
        let of_one = state.cameras.len() > 1 && matches!(fault.code, Code::DecoderFailed | Code::MediaCodec);
        match at.filter(|_| of_one) {
            Some(at) => {
                let Placed { camera, .. } = state.cameras.remove(at);
                drop(state);
                camera.stop();
                let Fault { code, cause } = fault;
                report(&Event::from(PlayEvent::NotShown { camera: camera.id(), code, cause }));
            }
            None => {
                drop(state);
                self.stop();
                report(&Event::from(fault));
            }
        }
    }

    /// Puts a camera in its place and shows where the time line stands; it runs, if the time line does.
    pub fn place(&self, camera: Rc<Camera>, offset: i64, together: bool) -> Result<(), Fault> {
        let mut state = self.state.borrow_mut();
        state.together = together;
        let Direction { forward, keys_only } = state.clock.direction();
        state.cameras.push(Placed { camera: camera.clone(), offset });
        state.cameras.sort_by_key(|placed| placed.camera.id());
        let position = state.clock.position() as i64;
        drop(state);
        self.seek(position)?;
        drive::run(&camera, forward, keys_only)
    }

    /// The sound of the first camera.
    pub fn set_sound(&self, sound: Option<Rc<Sound>>) {
        self.state.borrow_mut().sound = sound;
    }

    /// Takes all cameras away.
    pub fn clear(&self) {
        self.stop();
        *self.state.borrow_mut() = State::default();
    }

    /// Stops for good: nothing is shown any more.
    pub fn stop(&self) {
        let mut state = self.state.borrow_mut();
        state.clock.pause();
        let sound = state.sound.take();
        drop(state);
        self.cameras().iter().for_each(|camera| camera.stop());
        if let Some(sound) = sound {
            sound.pause();
        }
    }

    fn cameras(&self) -> Vec<Rc<Camera>> {
        self.state.borrow().cameras.iter().map(|placed| placed.camera.clone()).collect()
    }

    fn placed(&self, id: usize) -> Option<Placed> {
        self.state.borrow().cameras.iter().find(|placed| placed.camera.id() == id).cloned()
    }

    /// One camera.
    pub fn camera(&self, id: usize) -> Option<Rc<Camera>> {
        self.placed(id).map(|placed| placed.camera)
    }

    /// End of the last picture of all.
    pub(super) fn end(&self) -> i64 {
        self.state.borrow().cameras.iter().map(|placed| placed.span().end).max().unwrap_or(0)
    }

    /// Beginning of the first picture of all: before zero, where an edit list leaves pictures out.
    pub(super) fn start(&self) -> i64 {
        self.state.borrow().cameras.iter().map(|placed| placed.span().start).min().unwrap_or(0).min(0)
    }

    /// Goes to a time.
    pub fn seek(&self, micros: i64) -> Result<(), Fault> {
        if self.state.borrow().cameras.is_empty() {
            // Where the first one begins that is on its way.
            self.state.borrow_mut().clock.seek(micros);
            return Ok(());
        }
        let micros = micros.clamp(self.start(), self.end());
        self.state.borrow_mut().clock.seek(micros);
        self.place_all(micros, None)?;
        self.tell();
        self.wake();
        Ok(())
    }

    /// After a jump while running, sound goes on from there.
    pub fn resume_sound(&self) {
        let sound = {
            let state = self.state.borrow();
            state.sound.clone().filter(|_| state.clock.has_sound())
        };
        if let Some(sound) = sound {
            self.play_sound(&sound);
        }
    }

    fn play_sound(&self, sound: &Sound) {
        let position = {
            let mut state = self.state.borrow_mut();
            state.clock.sound_begins(clock::monotonic_ms());
            state.clock.position()
        };
        sound.play(position as i64);
    }

    /// All cameras, and whether they have no picture at a time of the time line. Alone, a camera is never out of sight.
    pub(super) fn cameras_at(&self, micros: i64) -> Vec<(Placed, bool)> {
        let state = self.state.borrow();
        let out_of_sight = |placed: &Placed| state.together && !placed.span().contains(&micros);
        state.cameras.iter().map(|placed| (placed.clone(), out_of_sight(placed))).collect()
    }

    /// Lets every camera but one go to a time of the time line.
    fn place_all(&self, micros: i64, but: Option<usize>) -> Result<(), Fault> {
        for (placed, out_of_sight) in self.cameras_at(micros) {
            if Some(placed.camera.id()) == but {
                continue;
            }
            if out_of_sight {
                placed.camera.hide();
            } else {
                drive::go_to(&placed.camera, placed.picture_at(micros))?;
            }
        }
        Ok(())
    }

    /// Goes to one picture of one camera, and with all others to its time.
    pub fn go_to(&self, id: usize, picture: usize) -> Result<(), Fault> {
        self.pause();
        let Some(Placed { camera, offset }) = self.placed(id) else { return Ok(()) };
        let picture = picture.min(camera.pictures().count() - 1);
        let micros = offset + camera.pictures().micros(picture);
        self.state.borrow_mut().clock.stand_at(micros);
        drive::go_to(&camera, picture)?;
        self.place_all(micros, Some(id))?;
        self.tell();
        Ok(())
    }

    /// Goes `by` pictures of one camera forward, or back if negative.
    pub fn step(&self, id: usize, by: i64) -> Result<(), Fault> {
        let Some(camera) = self.camera(id) else { return Ok(()) };
        self.go_to(id, camera.here().saturating_add_signed(by as isize))
    }

    /// Runs; from the beginning, if it stands at the end.
    pub fn play(&self) -> Result<(), Fault> {
        let at_end = {
            let state = self.state.borrow();
            let last = |p: &Placed| p.offset + p.camera.pictures().micros(p.camera.pictures().count() - 1);
            let last = state.cameras.iter().map(last).max().unwrap_or(0);
            state.clock.is_forward() && state.clock.position() as i64 >= last
        };
        if at_end {
            self.seek(self.start())?;
        }
        self.state.borrow_mut().clock.play(clock::monotonic_ms());
        self.changed_direction()
    }

    /// Stands still.
    pub fn pause(&self) {
        self.state.borrow_mut().clock.pause();
        // Standing still, a camera that fails says so by itself.
        let _ = self.changed_direction();
    }

    /// Runs at this speed; backwards, if negative.
    pub fn set_speed(&self, speed: f64) -> Result<(), Fault> {
        self.state.borrow_mut().clock.set_speed(speed, clock::monotonic_ms());
        self.changed_direction()
    }

    /// Repeats a stretch, or does not.
    pub fn set_repeat(&self, repeat: Option<Range<i64>>) {
        self.state.borrow_mut().clock.set_repeat(repeat);
        self.tell();
    }

    /// Shows one camera in another way.
    pub fn set_look(&self, id: usize, look: Look) {
        if let Some(camera) = self.camera(id) {
            camera.set_look(look);
        }
    }

    /// What is heard at this moment, by the clock of the loudspeaker: the pictures follow it.
    pub fn heard(&self, micros: f64, at_ms: f64) {
        self.state.borrow_mut().clock.heard(micros, at_ms);
    }

    /// Tells cameras and sound how to run from now on.
    pub(super) fn changed_direction(&self) -> Result<(), Fault> {
        let (Direction { forward, keys_only }, sound, with_sound) = {
            let state = self.state.borrow();
            (state.clock.direction(), state.sound.clone(), state.clock.has_sound())
        };
        for camera in self.cameras() {
            drive::run(&camera, forward, keys_only)?;
        }
        match sound {
            Some(sound) if with_sound => self.play_sound(&sound),
            Some(sound) => sound.pause(),
            None => {}
        }
        self.tell();
        self.wake();
        Ok(())
    }

    /// Reports where it stands, unless it did a moment ago.
    pub(super) fn tell_sometimes(&self) {
        if clock::monotonic_ms() - self.state.borrow().last_report_ms > REPORT_EVERY_MS {
            self.tell();
        }
    }

    /// The period may end while a picture is shown and the controls are not touched.
    pub fn check_time(&self) -> Result<(), Fault> {
        for camera in self.cameras() {
            if let Err(fault) = camera.easel().may_show() {
                self.stop();
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Reports where it stands.
    pub fn tell(&self) {
        self.state.borrow_mut().last_report_ms = clock::monotonic_ms();
        let state = self.state.borrow();
        let clock = &state.clock;
        report(&Event::from(PlayEvent::Time(Time {
            micros: clock.position() as i64,
            playing: clock.is_playing(),
            speed: clock.speed(),
            keys_only: clock.shows_keys_only(),
            slow: clock.is_slow(),
            waiting: clock.is_waiting(),
        })));
    }
}
