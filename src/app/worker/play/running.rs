//! Running: what is due now is shown, the clock waits for what is not there, and calls again in time.
//!
//! Entry point: [`pump`]. Absent: what people ask for (`timeline`).

use fuin_model::Pace;
use wasm_bindgen_futures::spawn_local;

use super::{
    drive,
    timeline::{Placed, Timeline},
};
use crate::{
    fault::{Code, Fault},
    platform::clock,
};

const BACK_TICK_MS: f64 = 30.0;
/// No tick is longer: the page wants to know where we are.
const MAX_TICK_MS: f64 = 250.0;

/// Does what is due now, and arranges to be called again.
pub fn pump(timeline: &Timeline) {
    let settling = watch_settling(timeline);
    let is_forward = timeline.state.borrow().clock.is_forward();
    let outcome = if is_forward { run_forward(timeline) } else { run_back(timeline) };
    match outcome {
        Ok(Some(ms)) => tick_after(timeline, ms),
        Ok(None) if settling => tick_after(timeline, MAX_TICK_MS),
        Ok(None) => {}
        Err(fault) => timeline.fail(None, fault),
    }
}

fn is_settling(timeline: &Timeline) -> bool {
    timeline.state.borrow().cameras.iter().any(|placed| placed.camera.is_settling())
}

/// Whether a picture that was asked for is not there yet. If one is awaited for a moment, also while running,
/// the page hears of it, and what is kept only for comfort goes: a decoder with few buffers may be waiting
/// for them.
fn watch_settling(timeline: &Timeline) -> bool {
    let now = clock::monotonic_ms();
    let settling = is_settling(timeline);
    let (changed, waiting, cameras) = {
        let mut state = timeline.state.borrow_mut();
        let changed = state.clock.watch(settling, now);
        (changed, state.clock.is_waiting(), state.cameras.clone())
    };
    if changed && waiting {
        cameras.iter().for_each(|placed| placed.camera.release());
    }
    if changed {
        timeline.tell();
    }
    if waiting {
        for Placed { camera, .. } in cameras.iter().filter(|placed| placed.camera.is_stuck(now)) {
            let cause = "the decoder in software does not answer";
            timeline.fail(Some(camera.id()), Fault::new(Code::DecoderFailed, cause));
        }
    }
    settling
}

/// The position now, if it runs and nothing has to be waited for.
fn read_clock(timeline: &Timeline) -> Option<f64> {
    let settling = is_settling(timeline);
    let mut state = timeline.state.borrow_mut();
    if state.cameras.is_empty() {
        return None;
    }
    state.clock.read(clock::monotonic_ms(), settling)
}

/// The earliest times at which something is to be shown.
#[derive(Default)]
struct Due {
    next: Option<i64>,
    starving: Option<i64>,
}

fn earlier(known: Option<i64>, due: i64) -> Option<i64> {
    Some(known.map_or(due, |known| known.min(due)))
}

fn run_forward(timeline: &Timeline) -> Result<Option<f64>, Fault> {
    let Some(position) = read_clock(timeline) else { return Ok(None) };
    let repeat = timeline.state.borrow().clock.repeat().cloned();
    if let Some(range) = repeat.filter(|range| position as i64 >= range.end) {
        timeline.seek(range.start)?;
        timeline.changed_direction()?;
        return Ok(None);
    }
    let here = position as i64;
    let mut due = Due::default();
    let mut all_ended = true;
    for (placed, out_of_sight) in timeline.cameras_at(here) {
        let (Placed { camera, offset }, span) = (&placed, placed.span());
        all_ended &= here >= span.end;
        if out_of_sight {
            camera.hide();
            if here < span.start {
                due.next = earlier(due.next, span.start);
            }
        } else if camera.is_hidden() {
            // It comes into sight; the clock waits until it is there.
            drive::go_to(camera, placed.picture_at(here))?;
        } else {
            match drive::advance(camera, here - offset) {
                Pace::NextDue(micros) => due.next = earlier(due.next, offset + micros),
                Pace::Starving(micros) => {
                    due.starving = earlier(due.starving, offset + micros);
                    all_ended = false;
                }
                Pace::Ended => {}
            }
        }
    }
    timeline.tell_sometimes();
    if all_ended {
        let end = timeline.end();
        timeline.state.borrow_mut().clock.end_at(end);
        timeline.pause();
        return Ok(None);
    }
    wait_and_plan(timeline, position, &due)
}

/// Holds the clock at a picture that is due and not there; milliseconds until something is due next.
fn wait_and_plan(timeline: &Timeline, position: f64, due: &Due) -> Result<Option<f64>, Fault> {
    let late = due.starving.filter(|&due| due as f64 <= position);
    let too_slow = timeline.state.borrow_mut().clock.hold(late, clock::monotonic_ms());
    if too_slow {
        timeline.changed_direction()?;
    }
    let speed = timeline.state.borrow().clock.speed();
    // A picture that is not there when it is due stops the clock at that moment.
    let soon = due.starving.filter(|&due| due as f64 > position);
    let next = due.next.into_iter().chain(soon).min();
    let until = next.map_or(MAX_TICK_MS, |due| (due as f64 - position) / 1000.0 / speed);
    Ok(Some(until.clamp(1.0, MAX_TICK_MS)))
}

fn run_back(timeline: &Timeline) -> Result<Option<f64>, Fault> {
    let Some(position) = read_clock(timeline) else { return Ok(None) };
    let start = timeline.start();
    let (keys, from) = {
        let state = timeline.state.borrow();
        (state.clock.steps_back_by_keys(), state.clock.repeat().map_or(start, |range| range.start))
    };
    if position as i64 <= from {
        timeline.pause();
        timeline.seek(from)?;
        return Ok(None);
    }
    for (placed, out_of_sight) in timeline.cameras_at(position as i64) {
        let (camera, pictures) = (&placed.camera, placed.camera.pictures());
        if out_of_sight {
            camera.hide();
        } else if !camera.is_settling() {
            let mut target = placed.picture_at(position as i64);
            if keys {
                let sync = pictures.last_sync_before(pictures.sample_of(target));
                target = pictures.number_of(sync).min(target);
            }
            if target < camera.here() || camera.is_hidden() {
                if !keys {
                    camera.pass_over(target + 1..camera.here());
                }
                drive::go_to(camera, target)?;
            }
        }
    }
    timeline.tell_sometimes();
    Ok(Some(BACK_TICK_MS))
}

fn tick_after(timeline: &Timeline, ms: f64) {
    let due = clock::monotonic_ms() + ms;
    let mut state = timeline.state.borrow_mut();
    if state.next_tick.is_some_and(|next| next <= due) {
        return;
    }
    state.next_tick = Some(due);
    drop(state);
    let me = timeline.me.clone();
    spawn_local(async move {
        clock::after_ms(ms).await;
        let Some(timeline) = me.upgrade() else { return };
        // An earlier one was arranged meanwhile, and did what was due.
        if timeline.state.borrow().next_tick == Some(due) {
            timeline.state.borrow_mut().next_tick = None;
            pump(&timeline);
        }
    });
}
