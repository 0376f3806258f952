//! The clock of the player: where the time line stands, how fast it runs, and when it waits for pictures.
//!
//! Entry points: [`PlayClock::read`] and [`PlayClock::hold`]. Every method that needs the present is told it,
//! in milliseconds of a clock that never runs backwards. Absent: pictures, sound and ticks.

use std::ops::Range;

/// From this speed on, only pictures with which decoding can start are shown.
const KEYS_FROM_SPEED: f64 = 3.0;
/// Backwards, every picture costs a run through its group; from this speed on only the first of each is shown.
const KEYS_BACK_FROM_SPEED: f64 = 2.0;
/// The fastest speed, forwards and backwards.
const MAX_SPEED: f64 = 16.0;
/// How long it takes after a jump until what is heard is surely of the new place.
const SOUND_SETTLES_MS: f64 = 300.0;
/// How often it is judged whether decoding keeps up.
const JUDGE_EVERY_MS: f64 = 3_000.0;
/// Decoding does not keep up if the clock waited longer than this in that time: a third of it.
const MAX_WAITED_MS: f64 = 1_000.0;
/// After this long without a picture the page says so, and a decoder may be waiting for buffers.
const STALLED_MS: f64 = 1_000.0;

/// How cameras are to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction {
    /// Pictures are wanted one after the other.
    pub forward: bool,
    /// Only pictures with which decoding can start.
    pub keys_only: bool,
}

/// The clock.
#[derive(Debug, Clone)]
pub struct PlayClock {
    /// Microseconds on the time line.
    position: f64,
    speed: f64,
    playing: bool,
    /// Milliseconds and position when it last began to run.
    began: Option<(f64, f64)>,
    repeat: Option<Range<i64>>,
    /// Decoding does not keep up: key pictures only.
    slow: bool,
    judged_ms: f64,
    /// How long it waited since then.
    waited_ms: f64,
    /// Since when a picture is awaited that is due.
    waiting_since: Option<f64>,
    /// Since when a picture that was asked for is not there.
    settling_since: Option<f64>,
    /// Whether it is said that a picture is awaited.
    waiting: bool,
    /// Since when the sound plays what is wanted.
    sound_since: f64,
}

impl Default for PlayClock {
    fn default() -> Self {
        Self {
            position: 0.0,
            speed: 1.0,
            playing: false,
            began: None,
            repeat: None,
            slow: false,
            judged_ms: 0.0,
            waited_ms: 0.0,
            waiting_since: None,
            settling_since: None,
            waiting: false,
            sound_since: 0.0,
        }
    }
}

impl PlayClock {
    /// Where it stood when it was last read, in microseconds.
    pub fn position(&self) -> f64 {
        self.position
    }

    /// How fast; backwards, if negative.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Whether it runs.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Whether it runs forwards or stands.
    pub fn is_forward(&self) -> bool {
        self.speed >= 0.0
    }

    /// Whether decoding does not keep up.
    pub fn is_slow(&self) -> bool {
        self.slow
    }

    /// Whether a picture has been awaited for more than a moment.
    pub fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// Whether only key pictures are shown, in either direction.
    pub fn shows_keys_only(&self) -> bool {
        self.playing && (self.slow || self.speed >= KEYS_FROM_SPEED || self.steps_back_by_keys())
    }

    /// Whether it runs backwards from key picture to key picture.
    pub fn steps_back_by_keys(&self) -> bool {
        -self.speed >= KEYS_BACK_FROM_SPEED
    }

    /// How cameras are to run.
    pub fn direction(&self) -> Direction {
        let forward = self.playing && self.speed > 0.0;
        Direction { forward, keys_only: forward && (self.speed >= KEYS_FROM_SPEED || self.slow) }
    }

    /// Whether sound is heard: at normal speed, with every picture.
    pub fn has_sound(&self) -> bool {
        let Direction { forward, keys_only } = self.direction();
        forward && !keys_only && self.speed == 1.0
    }

    /// The stretch that is repeated.
    pub fn repeat(&self) -> Option<&Range<i64>> {
        self.repeat.as_ref()
    }

    /// Repeats a stretch, or does not.
    pub fn set_repeat(&mut self, repeat: Option<Range<i64>>) {
        self.repeat = repeat.filter(|range| range.start < range.end);
    }

    /// Goes to a time.
    pub fn seek(&mut self, micros: i64) {
        self.position = micros as f64;
        self.began = None;
        self.waiting_since = None;
    }

    /// Stands at a time without running on from it.
    pub fn stand_at(&mut self, micros: i64) {
        self.position = micros as f64;
    }

    /// Does not stand behind a time.
    pub fn end_at(&mut self, micros: i64) {
        self.position = self.position.min(micros as f64);
    }

    fn judge_anew(&mut self, now_ms: f64) {
        self.slow = false;
        (self.judged_ms, self.waited_ms) = (now_ms, 0.0);
    }

    /// Runs.
    pub fn play(&mut self, now_ms: f64) {
        self.playing = true;
        self.judge_anew(now_ms);
    }

    /// Stands still.
    pub fn pause(&mut self) {
        self.playing = false;
        self.began = None;
        self.slow = false;
    }

    /// Runs at this speed; backwards, if negative. What is no speed counts as normal.
    pub fn set_speed(&mut self, speed: f64, now_ms: f64) {
        let is_speed = speed.is_finite() && speed != 0.0;
        self.speed = if is_speed { speed.clamp(-MAX_SPEED, MAX_SPEED) } else { 1.0 };
        self.began = None;
        self.judge_anew(now_ms);
    }

    /// Sound begins to play from where the clock stands.
    pub fn sound_begins(&mut self, now_ms: f64) {
        self.sound_since = now_ms;
    }

    /// What was heard at a moment, by the clock of the loudspeaker: the pictures follow it.
    pub fn heard(&mut self, micros: f64, at_ms: f64) {
        // What was heard before a jump, or just after it, was still of the place before.
        let is_of_now = at_ms > self.sound_since + SOUND_SETTLES_MS;
        if self.playing && self.began.is_some() && self.speed == 1.0 && is_of_now {
            self.began = Some((at_ms, micros));
        }
    }

    /// The position now, if it runs and nothing has to be waited for; `settling` if a camera is on its way to
    /// a picture.
    pub fn read(&mut self, now_ms: f64, settling: bool) -> Option<f64> {
        if !self.playing {
            return None;
        }
        if self.speed > 0.0 && settling {
            self.began = None;
            return None;
        }
        let position = self.position;
        if self.waiting_since.is_some() {
            // The picture that was awaited when we last looked is the next one, however many have come since.
            let (ms, _) = self.began.replace((now_ms, position)).unwrap_or((now_ms, position));
            self.waited_ms += now_ms - ms;
            return Some(position);
        }
        let (ms, from) = *self.began.get_or_insert((now_ms, position));
        self.position = from + (now_ms - ms) * 1000.0 * self.speed;
        Some(self.position)
    }

    /// Holds the clock at a picture that is due and not there, if there is one. Too much of that, and only
    /// key pictures are shown: `true` if that begins now.
    pub fn hold(&mut self, due: Option<i64>, now_ms: f64) -> bool {
        let keys_only = self.slow || self.speed >= KEYS_FROM_SPEED;
        match due.filter(|_| !keys_only) {
            Some(due) => {
                self.waited_ms += (self.position - due as f64) / 1000.0 / self.speed;
                self.position = due as f64;
                self.began = Some((now_ms, due as f64));
                self.waiting_since.get_or_insert(now_ms);
            }
            None => self.waiting_since = None,
        }
        if now_ms - self.judged_ms <= JUDGE_EVERY_MS {
            return false;
        }
        let slow = !keys_only && self.waited_ms > MAX_WAITED_MS;
        (self.judged_ms, self.waited_ms) = (now_ms, 0.0);
        self.slow |= slow;
        slow
    }

    /// Notes whether a camera is on its way to a picture that was asked for. Whether [`Self::is_waiting`] changed.
    pub fn watch(&mut self, settling: bool, now_ms: f64) -> bool {
        let since = match settling {
            true => *self.settling_since.get_or_insert(now_ms),
            false => self.waiting_since.filter(|_| self.playing).unwrap_or(now_ms),
        };
        if !settling {
            self.settling_since = None;
        }
        let waiting = now_ms - since > STALLED_MS;
        std::mem::replace(&mut self.waiting, waiting) != waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running() -> PlayClock {
        let mut clock = PlayClock::default();
        clock.play(0.0);
        assert_eq!(clock.read(0.0, false), Some(0.0));
        clock
    }

    #[test]
    fn it_runs_by_its_speed_and_stands_when_paused() {
        let mut clock = running();
        assert_eq!(clock.read(40.0, false), Some(40_000.0));
        clock.set_speed(-2.0, 40.0);
        assert_eq!(clock.read(50.0, false), Some(40_000.0));
        assert_eq!(clock.read(60.0, false), Some(20_000.0));
        clock.pause();
        assert_eq!((clock.read(100.0, false), clock.position()), (None, 20_000.0));
    }

    #[test]
    fn it_waits_for_a_picture_that_is_due() {
        let mut clock = running();
        clock.read(100.0, false);
        assert!(!clock.hold(Some(80_000), 100.0));
        assert_eq!(clock.position(), 80_000.0, "it stands where the picture should have come");
        assert_eq!(clock.read(140.0, false), Some(80_000.0));
        assert!(!clock.hold(None, 150.0));
        assert_eq!(clock.read(160.0, false), Some(100_000.0), "and goes on from there");
    }

    #[test]
    fn waiting_for_a_third_of_the_time_means_key_pictures_only() {
        let mut clock = running();
        let mut began = false;
        for ms in (0..=4_000).step_by(100) {
            clock.read(f64::from(ms), false);
            began |= clock.hold(Some(clock.position() as i64 - 50_000), f64::from(ms));
        }
        assert!(began && clock.is_slow() && clock.direction().keys_only);
        clock.set_speed(1.0, 4_000.0);
        assert!(!clock.is_slow(), "another speed is judged anew");
    }

    #[test]
    fn fast_speeds_show_key_pictures_in_both_directions() {
        let mut clock = running();
        for (speed, keys) in
            [(1.0, false), (2.0, false), (3.0, true), (16.0, true), (-1.0, false), (-2.0, true)]
        {
            clock.set_speed(speed, 0.0);
            assert_eq!(clock.shows_keys_only(), keys, "{speed}");
        }
        for (speed, taken) in [(f64::NAN, 1.0), (0.0, 1.0), (99.0, 16.0), (-99.0, -16.0)] {
            clock.set_speed(speed, 0.0);
            assert_eq!(clock.speed(), taken, "{speed}");
        }
    }

    #[test]
    fn pictures_follow_the_sound_but_not_what_was_heard_before_a_jump() {
        let mut clock = running();
        clock.sound_begins(1_000.0);
        clock.read(1_000.0, false);
        clock.heard(5_000_000.0, 1_200.0);
        assert_eq!(clock.read(1_400.0, false), Some(1_400_000.0));
        clock.heard(900_000.0, 1_400.0);
        assert_eq!(clock.read(1_500.0, false), Some(1_000_000.0));
    }

    #[test]
    fn waiting_is_said_after_a_second() {
        let mut clock = PlayClock::default();
        assert!(!clock.watch(true, 0.0));
        assert!(!clock.watch(true, 1_000.0));
        assert!(clock.watch(true, 1_001.0) && clock.is_waiting());
        assert!(clock.watch(false, 1_002.0) && !clock.is_waiting());
    }

    #[test]
    fn a_stretch_without_length_is_not_repeated() {
        let mut clock = PlayClock::default();
        for empty in [Some(5..5), Some(Range { start: 6, end: 5 }), None] {
            clock.set_repeat(empty);
            assert_eq!(clock.repeat(), None);
        }
        clock.set_repeat(Some(1..2));
        assert_eq!(clock.repeat(), Some(&(1..2)));
    }
}
