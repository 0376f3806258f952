//! The pictures of one camera that are decoded, on their way, or known not to come; and which of them is shown.
//!
//! Entry points: [`Window::settle`] and [`Window::advance`] for what to show, [`Window::next_to_feed`] and
//! [`Window::take_sample`] for what to decode. `F` is a decoded picture. Absent: the decoder, the canvas, time.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use fuin_core::{Decodable, MediaError, PictureKind, Pictures};

use super::{
    missing::Missing,
    outcome::{Failed, Fed, Feed, Pace, Place, Settled},
    standing::Standing,
    sync::{next_key, next_sync},
};

/// Decoded pictures that wait to be shown.
const MAX_AHEAD: usize = 6;
/// A wanted picture is given up when this many later ones have come; pictures may come out of order.
const MAX_REORDER: usize = 16;
/// Samples inside the decoder. Pictures may come out of order, so it is never starved below the reorder depth.
const MAX_DECODING: usize = 20;
/// A decoder that holds this many samples without giving a picture is taken for broken.
const MAX_HELD: usize = 64;
/// How often in a row a new decoder is tried.
const MAX_FAILURES: usize = 4;
/// A picture still missing when one from this many samples later came out is lost.
const LOST_AFTER: usize = 32;

/// The first picture of a run, if it is a key picture that is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum First {
    #[default]
    NotAsked,
    Awaited,
    Over,
}

/// The pictures of one camera.
#[derive(Debug)]
pub struct Window<F> {
    /// Which picture is shown.
    pub at: Standing,
    /// Changes with every restart; what belongs to an older run is dropped.
    run: u64,
    /// The sample that decoding began with.
    start: usize,
    /// Next sample to give to the decoder.
    next_sample: usize,
    /// Samples are being read.
    reading: bool,
    flushed: bool,
    first: First,
    /// All pictures have come out after a flush.
    drained: bool,
    /// Pictures given to the decoder that have not come out.
    given: BTreeSet<usize>,
    missing: Missing,
    /// The decoder is emptied before this sync sample: it failed on what lies around it.
    stop_before: Option<usize>,
    /// How often decoders failed since the last picture came.
    failures: usize,
    /// After a torn sample nothing can be trusted until the next key picture.
    torn: bool,
    /// The last key picture given to the decoder is still the first.
    at_first_key: bool,
    kinds: BTreeMap<usize, PictureKind>,
    decoded: BTreeMap<usize, F>,
    /// More pictures are wanted than the one shown.
    running: bool,
    /// Only pictures with which decoding can start.
    keys_only: bool,
    /// The time of the clip that was last asked for, which tells what need not be decoded any more.
    clock_micros: i64,
}

impl<F> Default for Window<F> {
    fn default() -> Self {
        Self {
            at: Standing::default(),
            run: 0,
            start: 0,
            next_sample: 0,
            reading: false,
            flushed: false,
            first: First::default(),
            drained: false,
            given: BTreeSet::new(),
            missing: Missing::default(),
            stop_before: None,
            failures: 0,
            torn: false,
            at_first_key: false,
            kinds: BTreeMap::new(),
            decoded: BTreeMap::new(),
            running: false,
            keys_only: false,
            clock_micros: 0,
        }
    }
}

impl<F> Window<F> {
    /// Takes in a picture that was decoded before there was a window.
    pub fn begin_with(&mut self, number: usize, picture: F, kind: PictureKind) {
        self.kinds.insert(number, kind);
        self.decoded.insert(number, picture);
    }

    /// The number of this run of the decoder.
    pub fn run(&self) -> u64 {
        self.run
    }

    /// A decoded picture.
    pub fn picture(&self, number: usize) -> Option<&F> {
        self.decoded.get(&number)
    }

    /// How a picture was coded, as far as it is known.
    pub fn kind(&self, number: usize) -> Option<PictureKind> {
        self.kinds.get(&number).copied()
    }

    /// Whether the decoder has something to do.
    pub fn is_decoding(&self) -> bool {
        !self.given.is_empty()
    }

    /// Pictures that cannot be shown, so far.
    pub fn lost_count(&self) -> usize {
        self.missing.count()
    }

    /// Whether only key pictures are wanted now.
    fn wants_keys(&self) -> bool {
        self.keys_only && self.at.target.is_none()
    }

    /// Forgets every picture; nothing is wanted any more.
    pub fn stop(&mut self) {
        self.run += 1;
        self.running = false;
        self.at.target = None;
        self.decoded.clear();
    }

    /// Forgets the decoded pictures.
    pub fn clear(&mut self) {
        self.decoded.clear();
    }

    /// Says whether pictures are wanted one after the other, and which. Whether that changes the way of feeding.
    pub fn set_running(&mut self, running: bool, keys_only: bool) -> bool {
        self.running = running;
        let keys_only = keys_only && running;
        std::mem::replace(&mut self.keys_only, keys_only) != keys_only
    }

    /// Begins anew at a sync sample; the picture `target` is to be shown.
    pub fn restart(&mut self, start: usize, target: usize) {
        self.run += 1;
        self.start = start;
        self.next_sample = start;
        self.reading = false;
        self.flushed = false;
        self.first = First::NotAsked;
        self.drained = false;
        self.torn = false;
        self.stop_before = None;
        self.given.clear();
        self.decoded.clear();
        // It gets another chance.
        self.missing.forgive(target);
        self.at.target = Some(target);
    }

    /// Another decoder takes over: what the one before could not do says nothing of it.
    pub fn forgive_all(&mut self) {
        (self.failures, self.missing) = (0, Missing::default());
    }

    /// Goes to a picture without a restart, if it is here, on its way, or next to one that is; `behind` is
    /// how many pictures are kept.
    pub fn reach(&mut self, pictures: &Pictures, picture: usize, behind: usize, has_decoder: bool) -> bool {
        let sample = pictures.sample_of(picture);
        let start = pictures.start_for(sample);
        let on_the_way = self.given.contains(&picture) || sample >= self.next_sample;
        let nearer = !self.flushed && !self.keys_only && start <= self.next_sample;
        let before_is_here =
            self.decoded.range(..picture).next_back().is_some_and(|(&n, _)| n + 1 == picture);
        let near_missing = self.missing.contains(picture) && before_is_here;
        // On the way to a far picture not everything was decoded: what lies before it may have holes.
        let has_holes = self.at.target.is_some_and(|target| picture + behind < target);
        let reachable = has_decoder && on_the_way && nearer;
        let here = !has_holes && (self.decoded.contains_key(&picture) || reachable || near_missing);
        if here {
            self.at.target = Some(picture);
        }
        here
    }

    /// What became of the picture that was asked for.
    pub fn settle(&mut self, pictures: &Pictures) -> Settled {
        let Some(target) = self.at.target else { return Settled::Waiting };
        // Of what is known not to come, the nearest picture before it is awaited; of what is only late, many
        // later ones.
        let passed =
            self.next_sample > pictures.sample_of(target) && self.given.range(..target).next().is_none();
        let later = self.decoded.range(target + 1..).count();
        let missing =
            self.drained || later >= MAX_REORDER || (self.missing.contains(target) && (passed || later > 0));
        let shown = if self.decoded.contains_key(&target) {
            target
        } else if missing {
            let before = self.decoded.range(..target).next_back();
            match before.or_else(|| self.decoded.range(target..).next()) {
                Some((&nearest, _)) => nearest,
                // Perhaps something before this group can be shown.
                None if self.drained && self.start > 0 => {
                    return Settled::Earlier { start: pictures.last_sync_before(self.start - 1), target };
                }
                None if self.drained => {
                    self.at.target = None;
                    return Settled::Nothing;
                }
                None => return Settled::Waiting,
            }
        } else {
            return Settled::Waiting;
        };
        self.at.target = None;
        self.at.current = Some(target);
        self.at.stands_in = (shown != target).then_some(shown);
        Settled::Show(shown)
    }

    /// The next picture after the current one that is not known to be missing.
    fn next_present(&self) -> usize {
        let mut next = self.at.current.map_or(0, |n| n + 1);
        while self.missing.contains(next) {
            next += 1;
        }
        next
    }

    /// Counts pictures that are not shown although they could be.
    pub fn pass_over(&mut self, pictures: Range<usize>) {
        self.at.passed_over += pictures.filter(|n| !self.missing.contains(*n)).count() as u64;
    }

    /// The first picture that is still on its way while later ones are here: decoders need not give them in
    /// order. With too many later ones it is not waited for.
    fn awaited(&self, pictures: &Pictures) -> Option<usize> {
        if self.keys_only || self.drained {
            return None;
        }
        let next = self.at.current.map_or(0, |n| n + 1);
        let last = *self.decoded.keys().next_back()?;
        let is_on_its_way = |n: &usize| {
            let is_fed = pictures.sample_of(*n) < self.next_sample;
            !self.decoded.contains_key(n) && (self.given.contains(n) || !is_fed)
        };
        let first = (next..last).find(is_on_its_way)?;
        (self.decoded.range(first..).count() < MAX_AHEAD).then_some(first)
    }

    /// Goes on to a time of the clip: the latest picture that is due then, if a new one is to be shown.
    pub fn advance(&mut self, pictures: &Pictures, micros: i64) -> Option<usize> {
        self.clock_micros = micros;
        let next = self.at.current.map_or(0, |n| n + 1);
        let up_to = self.awaited(pictures).unwrap_or(usize::MAX);
        let due = self.decoded.range(next..up_to).map(|(&n, _)| n);
        let due: Vec<usize> = due.take_while(|&n| pictures.micros(n) <= micros).collect();
        let &last = due.last()?;
        self.at.current = Some(last);
        self.at.stands_in = None;
        if self.keys_only {
            self.at.passed_over += due.len() as u64 - 1;
        } else {
            self.pass_over(next..last);
        }
        Some(last)
    }

    /// When the next picture is due, and whether it is there.
    pub fn pace(&self, pictures: &Pictures) -> Pace {
        let next = self.next_present();
        match (self.decoded.range(next..).next(), self.awaited(pictures)) {
            (Some((&n, _)), Some(awaited)) if awaited < n => Pace::Starving(pictures.micros(awaited)),
            (Some((&n, _)), _) => Pace::NextDue(pictures.micros(n)),
            (None, _) if self.drained || next >= pictures.count() => Pace::Ended,
            (None, _) => Pace::Starving(pictures.micros(next)),
        }
    }

    /// Forgets pictures that lie more than `behind` behind.
    pub fn trim(&mut self, behind: usize) {
        let here = self.at.here();
        let from = here.saturating_sub(behind);
        let kept = self.decoded.split_off(&from);
        let gone = std::mem::replace(&mut self.decoded, kept);
        // On the way to a picture that may not come, the nearest before it may have to stand in.
        if self.at.target.is_some() && self.decoded.range(..here).next().is_none() {
            self.decoded.extend(gone.into_iter().next_back());
        }
        self.kinds = self.kinds.split_off(&from.saturating_sub(MAX_REORDER));
    }

    /// What the decoder is to get next; `idle` if it has taken everything and has nothing to do.
    pub fn next_to_feed(&mut self, pictures: &Pictures, idle: bool) -> Feed {
        let most_ahead = if self.at.target.is_some() { MAX_REORDER + 1 } else { MAX_AHEAD };
        // A decoder that has taken everything and gives nothing may need more before it does.
        let most_decoding = if idle { MAX_HELD } else { MAX_DECODING };
        if idle && self.given.len() >= MAX_HELD {
            return Feed::Broken;
        }
        let here = self.at.target.or(self.at.current).map_or(0, |n| n + 1);
        let room = self.decoded.range(here..).count() < most_ahead && self.given.len() < most_decoding;
        // A picture at hand, and the clip standing still: more would only fill memory.
        let wanted = self.running || self.at.target.is_some();
        if self.reading || self.flushed || self.first == First::Awaited || !room || !wanted {
            return Feed::Wait;
        }
        let next = if self.wants_keys() {
            next_key(pictures, self.next_sample, self.clock_micros)
        } else {
            Some(self.next_sample).filter(|&next| next < self.end(pictures))
        };
        match next {
            Some(first) => {
                self.reading = true;
                let room = MAX_DECODING.saturating_sub(self.given.len()).max(1);
                let count = if self.wants_keys() { 1 } else { room.min(self.end(pictures) - first) };
                Feed::Read { first, count }
            }
            None => {
                self.flushed = true;
                Feed::Drain
            }
        }
    }

    /// The sample before which the decoder is emptied.
    fn end(&self, pictures: &Pictures) -> usize {
        self.stop_before.unwrap_or(pictures.track().samples.len())
    }

    /// Reading is over for now.
    pub fn stop_reading(&mut self) {
        self.reading = false;
    }

    /// What is done with a sample of this run, as [`fuin_core::Codec::prepare`] prepared it; `behind` is how
    /// many pictures are kept.
    pub fn take_sample(
        &mut self,
        pictures: &Pictures,
        index: usize,
        prepared: Result<Option<Decodable>, MediaError>,
        behind: usize,
    ) -> Fed {
        let number = pictures.number_of(index);
        self.next_sample = index + 1;
        let is_start = index == self.start;
        let starts_here = matches!(&prepared, Ok(Some(sample)) if sample.is_key());
        let sample = match prepared {
            // What is marked as sync may hold nothing to start with; then the sync sample before it is tried.
            prepared if is_start && index > 0 && !starts_here => {
                self.missing.note(number, &prepared);
                let target = self.at.target.or(self.at.current).unwrap_or(number);
                return Fed::Earlier { start: pictures.last_sync_before(index - 1), target };
            }
            Ok(Some(sample)) => sample,
            missing => {
                self.missing.note(number, &missing);
                self.torn |= missing.is_err();
                return Fed::Skip;
            }
        };
        let is_key = sample.is_key();
        // Not even the first sample of all is one to start with; or the one before was torn.
        if !is_key && (is_start || self.torn) {
            self.torn = true;
            self.missing.lose(number);
            return Fed::Skip;
        }
        if (sample.skipped_at_start && self.at_first_key) || (self.wants_keys() && !is_key) {
            return Fed::Skip;
        }
        // On the way to a far picture, what no other picture needs is not decoded.
        if sample.discardable && self.at.place(number, behind) == Place::Passing {
            return Fed::Skip;
        }
        if is_key {
            self.at_first_key = is_start;
            self.torn = false;
        }
        self.given.insert(number);
        self.kinds.insert(number, sample.kind);
        let at_once = is_start
            && self.at.target == Some(number)
            && std::mem::replace(&mut self.first, First::Over) == First::NotAsked;
        Fed::Decode { sample, number, at_once }
    }

    /// Nothing is given to the decoder before the first picture is out: it would only keep it waiting. After
    /// it, the decoder begins anew with the same sample.
    pub fn await_first(&mut self, index: usize) {
        self.first = First::Awaited;
        self.next_sample = index;
    }

    /// The first picture is out, or will not come.
    pub fn first_is_over(&mut self) {
        self.first = First::Over;
    }

    /// A picture came out of the decoder, to be kept. Whether it was one of those given to it.
    pub fn came(&mut self, pictures: &Pictures, number: usize, picture: F) -> bool {
        let is_ours = self.passed(pictures, number);
        if is_ours {
            self.decoded.insert(number, picture);
        }
        is_ours
    }

    /// As [`Self::came`], of a picture that is not kept.
    pub fn passed(&mut self, pictures: &Pictures, number: usize) -> bool {
        if !self.given.remove(&number) {
            return false;
        }
        let sample = pictures.sample_of(number);
        let is_overdue = |n: &usize| *n < number && pictures.sample_of(*n) + LOST_AFTER < sample;
        self.given.iter().filter(|n| is_overdue(n)).for_each(|&lost| self.missing.lose(lost));
        self.given.retain(|n| !is_overdue(n));
        self.missing.forgive(number);
        self.failures = 0;
        true
    }

    /// The decoder is done with a sample: if its picture has not come, it will not.
    pub fn done_with(&mut self, number: usize) {
        if self.given.remove(&number) {
            self.missing.lose(number);
        }
    }

    /// All pictures that the decoder held have come.
    pub fn all_came(&mut self) {
        for number in std::mem::take(&mut self.given) {
            self.missing.lose(number);
        }
        match self.stop_before.take() {
            Some(next) => (self.start, self.next_sample, self.flushed) = (next, next, false),
            None => self.drained = true,
        }
    }

    /// The decoder gave up over something that it was given. If that was of several groups, the first is
    /// tried alone; if of one, what it has not given of it is lost, and the next group is tried. Without any
    /// picture in between, it is no accident of one group.
    pub fn fail(&mut self, pictures: &Pictures) -> Failed {
        self.failures += 1;
        let given = std::mem::take(&mut self.given);
        let first = given.iter().map(|&number| pictures.sample_of(number)).min();
        let (Some(first), true) = (first, self.failures <= MAX_FAILURES) else { return Failed::Hopeless };
        let next = next_sync(pictures, first + 1);
        let several = next.filter(|&next| next < self.next_sample);
        self.run += 1;
        self.reading = false;
        self.first = First::Over;
        self.stop_before = several;
        if several.is_some() {
            let start = pictures.last_sync_before(first);
            (self.start, self.next_sample) = (start, start);
            return Failed::TryAgain;
        }
        for sample in first..next.unwrap_or(pictures.track().samples.len()) {
            let number = pictures.number_of(sample);
            if !self.decoded.contains_key(&number) {
                self.missing.lose(number);
            }
        }
        match next {
            Some(next) => (self.start, self.next_sample) = (next, next),
            None => (self.flushed, self.drained) = (true, true),
        }
        Failed::TryAgain
    }
}
