//! What must be said beside a picture: that it is not what the camera saw, pixel for pixel and moment for moment.

use fuin_core::Lines;
use leptos::prelude::*;

use crate::{
    locale::{Locale, k},
    viewer::camera::CameraView,
    wire::Time,
};

/// The badges of one camera; `start_unknown` if cameras run together and the start of this one is not known.
pub fn badges(l: Locale, camera: CameraView, time: Time, start_unknown: bool) -> Vec<(&'static str, String)> {
    let (facts, look, scale) = (camera.facts.get(), camera.look.get(), camera.scale.get());
    let mut badges = Vec::new();
    let mut say = |id: &'static str, text: String| badges.push((id, text));
    if look.zoom > 1.0 {
        say("zoomed", l.f(k::PLAY_ZOOMED, &[("times", &format!("{:.1}", look.zoom))]));
    }
    match look.lines {
        Lines::All => {}
        Lines::Upper => say("field", l.t(k::PLAY_UPPER).to_owned()),
        Lines::Lower => say("field", l.t(k::PLAY_LOWER).to_owned()),
    }
    if look.is_adjusted() {
        say("adjusted", l.t(k::PLAY_ADJUSTED).to_owned());
    }
    if (scale - 1.0).abs() > 0.01 {
        say("scaled", l.f(k::PLAY_SCALED, &[("percent", &format!("{:.0}", scale * 100.0))]));
    }
    if let Some(facts) = &facts {
        if facts.pixel_aspect.0 != facts.pixel_aspect.1 {
            say("stretched", l.t(k::PLAY_STRETCHED).to_owned());
        }
        if facts.reading {
            say("reading", l.t(k::PLAY_READING).to_owned());
        }
        if facts.software {
            say("software", l.t(k::PLAY_SOFTWARE).to_owned());
        }
        if facts.gaps.iter().any(|gap| (gap.0..gap.1).contains(&(time.micros - facts.offset))) {
            say("in-gap", l.t(k::PLAY_IN_GAP).to_owned());
        }
    }
    if time.waiting {
        say("waiting", l.t(k::PLAY_WAITING).to_owned());
    }
    if time.keys_only {
        say("keys-only", l.t(if time.slow { k::PLAY_TOO_SLOW } else { k::PLAY_KEYS_ONLY }).to_owned());
    }
    if let Some((picture, other)) = camera.seen().and_then(|shown| Some((shown.picture, shown.stands_in?))) {
        let (picture, other) = ((picture + 1).to_string(), (other + 1).to_string());
        say("stands-in", l.f(k::PLAY_STANDS_IN, &[("picture", &picture), ("other", &other)]));
    }
    if start_unknown {
        say("start-unknown", l.t(k::PLAY_START_UNKNOWN).to_owned());
    }
    if camera.is_hidden() {
        say("hidden", l.t(k::PLAY_NOT_AT_THIS_TIME).to_owned());
    }
    badges
}
