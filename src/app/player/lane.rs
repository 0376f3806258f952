//! One camera: its pictures, decoded around where it stands, and the one that is shown.
//!
//! A lane knows no clock. [`Lane::go_to`] shows one picture, [`Lane::advance`] whatever is due at a time; `wake` is called
//! whenever something changed. The window of decoded pictures is bounded, and what leaves it is closed.
//! `feed.rs` is the way from samples to the window. Absent: time, speed, sound.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    rc::{Rc, Weak},
};

use fuin_core::{Look, PictureKind, Pictures};

use super::{
    Event,
    clip::{ClipFault, ClipSource},
    decoder::{Decoding, Means},
    easel::Easel,
};
use crate::platform::{video::Frame, worker::report};

/// Decoded pictures that wait to be shown.
pub(super) const AHEAD: usize = 6;
/// A wanted picture is given up when so many later ones have come; pictures may come out of order.
pub(super) const OUT_OF_ORDER: usize = 16;
/// Decoded pictures kept behind, so that stepping back is quick: at most so many, in at most so many bytes.
const BEHIND: usize = 10;
const BEHIND_BYTES: usize = 64 << 20;

/// A decoder that gives no answer for so long is taken for dead.
const STUCK_MS: f64 = 20_000.0;

/// What the deck hears from a lane.
#[derive(Clone)]
pub struct Bell {
    /// Something changed: look again.
    pub wake: Rc<dyn Fn()>,
    /// It cannot go on.
    pub fault: Rc<dyn Fn(ClipFault)>,
}

/// Where a lane is after [`Lane::advance`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// The next picture is due at this time, in microseconds of the clip.
    NextDue(i64),
    /// The next picture should have been shown at this time and is not decoded yet.
    Starving(i64),
    /// There is no later picture.
    Ended,
}

/// Whether what was used before it was checked is checked by now ([`ClipSource::settle`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    Owed,
    Running,
    Done,
}

/// One camera.
pub struct Lane {
    pub(super) id: usize,
    pub(super) source: Rc<ClipSource>,
    pub(super) pictures: Rc<Pictures>,
    pub(super) means: Means,
    pub(super) easel: Easel,
    pub(super) decoder: RefCell<Option<Decoding>>,
    pub(super) state: RefCell<State>,
    pub(super) bell: Bell,
    /// Pictures behind that may be kept.
    behind: Cell<usize>,
    /// When the decoder last gave an answer, or got something to do.
    pub(super) answered: Cell<f64>,
    /// Nothing may be painted before everything used so far was checked.
    pub(super) checked: Cell<Check>,
    pub(super) me: Weak<Self>,
}

#[derive(Default)]
pub(super) struct State {
    /// Changes with every restart; what belongs to an older run is dropped.
    pub run: u64,
    /// The sample that decoding began with.
    pub start: usize,
    /// Next sample to give to the decoder.
    pub next_sample: usize,
    pub fetching: bool,
    pub flushed: bool,
    /// The decoder was asked for its first picture and gets nothing else meanwhile; or it was, and began anew with the same sample.
    pub at_once: AtOnce,
    /// All pictures have come out after a flush.
    pub drained: bool,
    /// Pictures given to the decoder that have not come out.
    pub given: BTreeSet<usize>,
    /// Pictures that the decoder kept, or whose sample is torn.
    pub lost: BTreeSet<usize>,
    /// The decoder is emptied before this sync sample: it failed on what lies around it.
    pub stop_before: Option<usize>,
    /// How often decoders failed since the last picture came.
    pub failures: usize,
    /// Samples without a picture.
    pub empty: BTreeSet<usize>,
    /// After a torn sample nothing can be trusted until the next key picture.
    pub torn: bool,
    /// The last key picture given to the decoder is still the first.
    pub at_first_key: bool,
    pub kinds: BTreeMap<usize, PictureKind>,
    pub window: BTreeMap<usize, Frame>,
    /// The picture where the lane stands.
    pub current: Option<usize>,
    /// The picture on the canvas, if another one stands in for it.
    pub stands_in: Option<usize>,
    /// The picture to go to.
    pub target: Option<usize>,
    /// More pictures are wanted than the one shown.
    pub running: bool,
    /// Only pictures with which decoding can start.
    pub keys_only: bool,
    /// The time of the clip that was last asked for, which tells what need not be decoded any more.
    pub clock_micros: i64,
    /// Pictures passed over because painting was late.
    pub passed_over: u64,
    hidden: bool,
}

/// The first picture of a run, if it is a key picture that is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum AtOnce {
    #[default]
    NotAsked,
    Awaited,
    Over,
}

impl State {
    /// The next picture after the current one that is not known to be missing.
    fn next_present(&self) -> usize {
        let mut next = self.current.map_or(0, |n| n + 1);
        while self.lost.contains(&next) || self.empty.contains(&next) {
            next += 1;
        }
        next
    }

    /// Counts pictures that are not shown although they could be.
    fn pass_over(&mut self, pictures: Range<usize>) {
        let could_be = |n: &usize| !self.lost.contains(n) && !self.empty.contains(n);
        self.passed_over += pictures.filter(could_be).count() as u64;
    }

    pub(super) fn ahead(&self) -> usize {
        let here = self.target.or(self.current).map_or(0, |n| n + 1);
        self.window.range(here..).count()
    }
}

impl Lane {
    /// A lane that shows nothing yet; `first` is a picture that was decoded already.
    pub fn new(
        id: usize,
        source: Rc<ClipSource>,
        pictures: Rc<Pictures>,
        means: Means,
        easel: Easel,
        bell: Bell,
        first: Option<(Frame, PictureKind)>,
    ) -> Rc<Self> {
        let codec = &pictures.track().codec;
        let picture_bytes = codec.width as usize * codec.height as usize * 3 / 2;
        let behind = (BEHIND_BYTES / picture_bytes.max(1)).clamp(2, BEHIND);
        let checked = if source.is_settled() { Check::Done } else { Check::Owed };
        let mut state = State::default();
        if let Some((frame, kind)) = first {
            state.kinds.insert(frame.number(), kind);
            state.window.insert(frame.number(), frame);
        }
        Rc::new_cyclic(|me| Self {
            id,
            source,
            pictures,
            means,
            easel,
            decoder: RefCell::default(),
            state: RefCell::new(state),
            bell,
            behind: Cell::new(behind),
            answered: Cell::default(),
            checked: Cell::new(checked),
            me: me.clone(),
        })
    }

    /// The pictures of the track.
    pub fn pictures(&self) -> &Rc<Pictures> {
        &self.pictures
    }

    /// The easel, for stills.
    pub fn easel(&self) -> &Easel {
        &self.easel
    }

    /// The picture where it stands.
    pub fn current(&self) -> usize {
        let state = self.state.borrow();
        state.target.or(state.current).unwrap_or(0)
    }

    /// The picture on the canvas, if there is one.
    pub fn shown(&self) -> Option<usize> {
        let state = self.state.borrow();
        state.stands_in.or(state.current).filter(|_| !state.hidden)
    }

    /// Whether the picture that was asked for is not there yet.
    pub fn is_settling(&self) -> bool {
        self.state.borrow().target.is_some()
    }

    /// Goes to one picture and shows it as soon as it is there.
    pub fn go_to(&self, picture: usize) -> Result<(), ClipFault> {
        let picture = picture.min(self.pictures.count() - 1);
        let sample = self.pictures.sample_of(picture);
        let start = self.pictures.start_for(sample);
        let mut state = self.state.borrow_mut();
        let on_the_way = state.given.contains(&picture) || sample >= state.next_sample;
        let nearer = !state.flushed && !state.keys_only && start <= state.next_sample;
        let known_missing = state.lost.contains(&picture) || state.empty.contains(&picture);
        let before_is_here =
            state.window.range(..picture).next_back().is_some_and(|(&n, _)| n + 1 == picture);
        let near_missing = known_missing && before_is_here;
        let reachable = self.decoder.borrow().is_some() && on_the_way && nearer;
        // On the way to a far picture not everything was decoded: what lies before it may have holes.
        let has_holes = state.target.is_some_and(|target| picture + self.behind() < target);
        if !has_holes && (state.window.contains_key(&picture) || reachable || near_missing) {
            state.target = Some(picture);
            drop(state);
            self.pump();
            Ok(())
        } else {
            drop(state);
            self.restart(start, picture)
        }
    }

    /// Says whether pictures are wanted one after the other, and which.
    pub fn run(&self, running: bool, keys_only: bool) -> Result<(), ClipFault> {
        let mut state = self.state.borrow_mut();
        state.running = running;
        let changed = std::mem::replace(&mut state.keys_only, keys_only && running) != (keys_only && running);
        let here = state.target.or(state.current).unwrap_or(0);
        if state.hidden && state.target.is_none() {
            // There is no picture of it at this time. When it comes into sight, it begins anew.
            state.window.clear();
            drop(state);
            self.decoder.borrow_mut().take();
            return Ok(());
        }
        drop(state);
        if changed || (running && self.decoder.borrow().is_none()) {
            // Between the two ways of feeding, the decoder has to begin anew; for the first picture alone there was none.
            let sample = self.pictures.sample_of(here);
            self.restart(self.pictures.start_for(sample), here)?;
        }
        self.pump();
        Ok(())
    }

    /// Shows the latest picture that is due at a time of the clip.
    pub fn advance(&self, micros: i64) -> Pace {
        let mut state = self.state.borrow_mut();
        state.clock_micros = micros;
        let next = state.current.map_or(0, |n| n + 1);
        let is_due = |n: &usize| self.pictures.micros(*n) <= micros;
        let awaited = self.awaited(&state);
        let up_to = awaited.unwrap_or(usize::MAX);
        let due: Vec<usize> = state.window.range(next..up_to).map(|(&n, _)| n).take_while(is_due).collect();
        if let Some(&last) = due.last() {
            state.current = Some(last);
            state.stands_in = None;
            if state.keys_only {
                state.passed_over += due.len() as u64 - 1;
            } else {
                state.pass_over(next..last);
            }
            drop(state);
            self.present(last);
            state = self.state.borrow_mut();
        }
        let next = state.next_present();
        let pace = match (state.window.range(next..).next(), awaited) {
            (Some((&n, _)), Some(awaited)) if awaited < n => Pace::Starving(self.pictures.micros(awaited)),
            (Some((&n, _)), _) => Pace::NextDue(self.pictures.micros(n)),
            (None, _) if state.drained || next >= self.pictures.count() => Pace::Ended,
            (None, _) => Pace::Starving(self.pictures.micros(next)),
        };
        drop(state);
        self.feed();
        pace
    }

    /// The first picture that is still on its way while later ones are here: decoders need not give them in order. With too
    /// many later ones it is not waited for.
    fn awaited(&self, state: &State) -> Option<usize> {
        if state.keys_only || state.drained {
            return None;
        }
        let next = state.current.map_or(0, |n| n + 1);
        let last = *state.window.keys().next_back()?;
        let is_on_its_way = |n: &usize| {
            let is_fed = self.pictures.sample_of(*n) < state.next_sample;
            !state.window.contains_key(n) && (state.given.contains(n) || !is_fed)
        };
        let first = (next..last).find(is_on_its_way)?;
        (state.window.range(first..).count() < AHEAD).then_some(first)
    }

    /// These pictures are not shown, for want of time.
    pub fn pass_over(&self, pictures: Range<usize>) {
        self.state.borrow_mut().pass_over(pictures);
    }

    /// Black: there is no picture of this camera at this time.
    pub fn hide(&self) {
        let was_hidden = {
            let mut state = self.state.borrow_mut();
            state.target = None;
            std::mem::replace(&mut state.hidden, true)
        };
        if !was_hidden {
            let codec = &self.pictures.track().codec;
            if let Err(fault) = self.easel.blank(codec.width, codec.height) {
                (self.bell.fault)(fault);
            }
            self.tell();
        }
    }

    /// Whether it is black for want of a picture. Only a picture that is painted changes that.
    pub fn is_hidden(&self) -> bool {
        self.state.borrow().hidden
    }

    /// Another look at the same picture.
    pub fn set_look(&self, look: Look) {
        self.easel.set_look(look);
        let shown = {
            let state = self.state.borrow();
            state.stands_in.or(state.current).filter(|n| !state.hidden && state.window.contains_key(n))
        };
        if let Some(n) = shown {
            self.present(n);
        }
    }

    /// Stops for good: nothing is shown any more.
    pub fn stop(&self) {
        let mut state = self.state.borrow_mut();
        state.run += 1;
        state.running = false;
        state.target = None;
        state.window.clear();
        drop(state);
        self.decoder.borrow_mut().take();
        self.easel.empty();
    }

    /// Whether the decoder in software has had something to do for so long without an answer that none will come. It is in a worker of
    /// its own, which nobody else watches.
    pub fn is_stuck(&self, now_ms: f64) -> bool {
        let busy = !self.state.borrow().given.is_empty();
        self.means.is_software() && busy && now_ms - self.answered.get() > STUCK_MS
    }

    /// Frees what is kept only for comfort: a decoder with few buffers may be waiting for them.
    pub fn let_go(&self) {
        let before = self.behind.replace(0);
        self.trim();
        self.behind.set(before / 2);
    }

    pub(super) fn behind(&self) -> usize {
        self.behind.get()
    }

    pub(super) fn trim(&self) {
        let mut state = self.state.borrow_mut();
        let here = state.target.or(state.current).unwrap_or(0);
        let from = here.saturating_sub(self.behind.get());
        let kept = state.window.split_off(&from);
        let gone = std::mem::replace(&mut state.window, kept);
        // On the way to a picture that may not come, the nearest before it may have to stand in.
        if state.target.is_some() && state.window.range(..here).next().is_none() {
            state.window.extend(gone.into_iter().next_back());
        }
        state.kinds = state.kinds.split_off(&from.saturating_sub(OUT_OF_ORDER));
    }

    /// Does what can be done now.
    pub(super) fn pump(&self) {
        self.settle();
        self.feed();
    }

    /// Shows the wanted picture if it is there, or the nearest one if it will not come.
    fn settle(&self) {
        if self.checked.get() != Check::Done {
            return;
        }
        let mut state = self.state.borrow_mut();
        let Some(target) = state.target else { return };
        // Of what is known not to come, the nearest picture before it is awaited; of what is only late, many later ones.
        let known_missing = state.lost.contains(&target) || state.empty.contains(&target);
        let passed = state.next_sample > self.pictures.sample_of(target)
            && state.given.range(..target).next().is_none();
        let later = state.window.range(target + 1..).count();
        let missing = state.drained || later >= OUT_OF_ORDER || (known_missing && (passed || later > 0));
        let before = || state.window.range(..target).next_back();
        let shown = match state.window.get_key_value(&target) {
            Some((&n, _)) => n,
            None if missing => match before().or_else(|| state.window.range(target..).next()) {
                Some((&n, _)) => n,
                // Nothing of this group can be shown: perhaps something before it can.
                None if state.drained && state.start > 0 => {
                    let before = self.pictures.last_sync_before(state.start - 1);
                    drop(state);
                    if let Err(fault) = self.restart(before, target) {
                        (self.bell.fault)(fault);
                    }
                    return;
                }
                None if state.drained => {
                    state.target = None;
                    drop(state);
                    (self.bell.fault)(ClipFault {
                        code: "decoder_failed",
                        cause: "the decoder gave no picture".into(),
                    });
                    return;
                }
                None => return,
            },
            None => return,
        };
        state.target = None;
        state.current = Some(target);
        state.stands_in = (shown != target).then_some(shown);
        drop(state);
        self.present(shown);
        self.trim();
        (self.bell.wake)();
    }

    fn present(&self, picture: usize) {
        if self.checked.get() != Check::Done {
            return;
        }
        let state = self.state.borrow();
        let painted = state.window.get(&picture).map(|frame| self.easel.paint(frame));
        drop(state);
        match painted {
            Some(Err(fault)) => return (self.bell.fault)(fault),
            Some(Ok(())) => self.state.borrow_mut().hidden = false,
            None => {}
        }
        self.tell();
        self.trim();
    }

    /// Reports what is on the canvas.
    pub(super) fn tell(&self) {
        let state = self.state.borrow();
        let picture = match state.current {
            Some(picture) => picture,
            None if state.hidden => 0,
            None => return,
        };
        report(&Event::Shown {
            lane: self.id,
            size: self.easel.painted_size(),
            picture,
            micros: self.pictures.micros(picture),
            pts: self.pictures.pts(picture),
            kind: state
                .kinds
                .get(&picture)
                .map(|kind| format!("{kind:?}").to_lowercase())
                .unwrap_or_default(),
            stands_in: state.stands_in,
            hidden: state.hidden,
            lost: state.lost.len() + state.empty.len(),
            passed_over: state.passed_over as f64,
        });
    }
}
