//! Running: what is due now is shown, the clock waits for what is not there, and calls again in time.
//!
//! Entry point: [`Deck::pump`]. Absent: what people ask for (`deck.rs`).

use wasm_bindgen_futures::spawn_local;

use super::{
    clip::ClipFault,
    deck::{Deck, KEYS_BACK_FROM_SPEED, KEYS_FROM_SPEED, Placed},
    lane::Pace,
};
use crate::platform::clock;

/// So often the deck looks whether decoding keeps up; if the clock waited longer than the second, a third of the time, it does not.
const PATIENCE_MS: f64 = 3_000.0;
const MAX_WAITED_MS: f64 = 1_000.0;
/// So long without a picture: the page says so, and a decoder may be waiting for buffers.
const STALLED_MS: f64 = 1_000.0;
const BACK_TICK_MS: f64 = 30.0;
/// No tick is longer: the page wants to know where we are.
const LONGEST_TICK_MS: f64 = 250.0;

impl Deck {
    /// Does what is due now, and arranges to be called again.
    pub fn pump(&self) {
        let settling = self.watch_settling();
        let outcome = if self.state.borrow().speed < 0.0 { self.run_back() } else { self.run_forward() };
        match outcome {
            Ok(Some(ms)) => self.tick_after(ms),
            Ok(None) if settling => self.tick_after(LONGEST_TICK_MS),
            Ok(None) => {}
            Err(fault) => self.fail(None, fault),
        }
    }

    /// Whether a picture that was asked for is not there yet. If one is awaited for a moment, also while running, the page hears of
    /// it, and what is kept only for comfort goes: a decoder with few buffers may be waiting for them.
    fn watch_settling(&self) -> bool {
        let now = clock::monotonic_ms();
        let mut state = self.state.borrow_mut();
        let settling = state.lanes.iter().any(|placed| placed.lane.is_settling());
        let since = match settling {
            true => *state.settling_since.get_or_insert(now),
            false => state.waiting_since.filter(|_| state.playing).unwrap_or(now),
        };
        if !settling {
            state.settling_since = None;
        }
        let waiting = now - since > STALLED_MS;
        let changed = std::mem::replace(&mut state.waiting, waiting) != waiting;
        let lanes = if changed && waiting { state.lanes.clone() } else { Vec::new() };
        drop(state);
        lanes.iter().for_each(|placed| placed.lane.let_go());
        if changed {
            self.tell();
        }
        if waiting {
            self.give_up_stuck(now);
        }
        settling
    }

    fn give_up_stuck(&self, now_ms: f64) {
        let lanes = self.state.borrow().lanes.clone();
        for Placed { lane, .. } in lanes.iter().filter(|placed| placed.lane.is_stuck(now_ms)) {
            let cause = "the decoder in software does not answer".into();
            self.fail(Some(lane.id), ClipFault { code: "decoder_failed", cause });
        }
    }

    /// The position now, if it runs and nothing has to be waited for.
    fn run_clock(&self) -> Option<f64> {
        let now = clock::monotonic_ms();
        let mut state = self.state.borrow_mut();
        if !state.playing || state.lanes.is_empty() {
            return None;
        }
        if state.speed > 0.0 && state.lanes.iter().any(|placed| placed.lane.is_settling()) {
            state.began = None;
            return None;
        }
        let position = state.position;
        if state.waiting_since.is_some() {
            // The picture that was awaited when we last looked is the next one, however many have come since.
            let (ms, _) = state.began.replace((now, position)).unwrap_or((now, position));
            state.watch.1 += now - ms;
            return Some(position);
        }
        let (ms, from) = *state.began.get_or_insert((now, position));
        state.position = from + (now - ms) * 1000.0 * state.speed;
        Some(state.position)
    }

    fn run_forward(&self) -> Result<Option<f64>, ClipFault> {
        let Some(position) = self.run_clock() else { return Ok(None) };
        let repeat = self.state.borrow().repeat.clone();
        if let Some(range) = repeat.filter(|range| position as i64 >= range.end) {
            self.seek(range.start)?;
            self.changed_way()?;
            return Ok(None);
        }
        let here = position as i64;
        let (mut next_due, mut starving) = (None::<i64>, None::<i64>);
        let mut all_ended = true;
        let earlier = |known: Option<i64>, due: i64| Some(known.map_or(due, |known| known.min(due)));
        for (placed, out_of_sight) in self.lanes_at(here) {
            let (Placed { lane, offset }, span) = (&placed, placed.span());
            all_ended &= here >= span.end;
            if out_of_sight {
                lane.hide();
                if here < span.start {
                    next_due = earlier(next_due, span.start);
                }
            } else if lane.is_hidden() {
                // It comes into sight; the clock waits until it is there.
                lane.go_to(placed.picture_at(here))?;
            } else {
                match lane.advance(here - offset) {
                    Pace::NextDue(micros) => next_due = earlier(next_due, offset + micros),
                    Pace::Starving(micros) => {
                        starving = earlier(starving, offset + micros);
                        all_ended = false;
                    }
                    Pace::Ended => {}
                }
            }
        }
        self.tell_sometimes();
        if all_ended {
            let end = self.end() as f64;
            let mut state = self.state.borrow_mut();
            state.position = state.position.min(end);
            drop(state);
            self.pause();
            return Ok(None);
        }
        self.wait_for(starving.filter(|&due| due as f64 <= position))?;
        let speed = self.state.borrow().speed;
        // A picture that is not there when it is due stops the clock at that moment.
        let soon = starving.filter(|&due| due as f64 > position);
        let next = next_due.into_iter().chain(soon).min();
        let until = next.map_or(LONGEST_TICK_MS, |due| (due as f64 - position) / 1000.0 / speed);
        Ok(Some(until.clamp(1.0, LONGEST_TICK_MS)))
    }

    /// Holds the clock at a picture that is due and not there. Too much of that, and only key pictures are shown.
    fn wait_for(&self, due: Option<i64>) -> Result<(), ClipFault> {
        let now = clock::monotonic_ms();
        let mut state = self.state.borrow_mut();
        let keys_only = state.slow || state.speed >= KEYS_FROM_SPEED;
        match due.filter(|_| !keys_only) {
            Some(due) => {
                state.watch.1 += (state.position - due as f64) / 1000.0 / state.speed;
                state.position = due as f64;
                state.began = Some((now, due as f64));
                state.waiting_since.get_or_insert(now);
            }
            None => state.waiting_since = None,
        }
        if now - state.watch.0 > PATIENCE_MS {
            let slow = !keys_only && state.watch.1 > MAX_WAITED_MS;
            state.watch = (now, 0.0);
            if slow {
                state.slow = true;
                drop(state);
                return self.changed_way();
            }
        }
        Ok(())
    }

    fn run_back(&self) -> Result<Option<f64>, ClipFault> {
        let Some(position) = self.run_clock() else { return Ok(None) };
        let keys = -self.state.borrow().speed >= KEYS_BACK_FROM_SPEED;
        let start = self.start();
        let from = self.state.borrow().repeat.as_ref().map_or(start, |range| range.start);
        if position as i64 <= from {
            self.pause();
            self.seek(from)?;
            return Ok(None);
        }
        for (placed, out_of_sight) in self.lanes_at(position as i64) {
            let (lane, pictures) = (&placed.lane, placed.lane.pictures());
            if out_of_sight {
                lane.hide();
            } else if !lane.is_settling() {
                let mut target = placed.picture_at(position as i64);
                if keys {
                    let sync = pictures.last_sync_before(pictures.sample_of(target));
                    target = pictures.number_of(sync).min(target);
                }
                if target < lane.current() || lane.is_hidden() {
                    if !keys {
                        lane.pass_over(target + 1..lane.current());
                    }
                    lane.go_to(target)?;
                }
            }
        }
        self.tell_sometimes();
        Ok(Some(BACK_TICK_MS))
    }

    fn tick_after(&self, ms: f64) {
        let due = clock::monotonic_ms() + ms;
        let mut state = self.state.borrow_mut();
        if state.next_tick.is_some_and(|next| next <= due) {
            return;
        }
        state.next_tick = Some(due);
        drop(state);
        let me = self.me.clone();
        spawn_local(async move {
            clock::after_ms(ms).await;
            let Some(deck) = me.upgrade() else { return };
            // An earlier one was arranged meanwhile, and did what was due.
            if deck.state.borrow().next_tick == Some(due) {
                deck.state.borrow_mut().next_tick = None;
                deck.pump();
            }
        });
    }
}
