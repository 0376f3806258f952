//! Coded pictures in a byte stream: where each begins, in which order they are shown, and what their decoder must be
//! told. For containers that say less than MP4.
//!
//! Entry points: [`Stream`], [`Looker`] where pictures are delimited already, and [`Frames`] for sound; [`Clock`] for
//! times that begin anew. `slices` reads heads of slices, `sets` parameter sets, `syntax` what units are for, `mpeg`
//! heads of MPEG video, `order` makes times. Absent: containers.

mod clock;
mod frames;
mod held;
mod looker;
mod mpeg;
mod order;
mod sets;
mod slices;
mod stream;
mod syntax;

pub(super) use clock::Clock;
pub(super) use frames::{Frames, SoundSyntax};
pub(super) use looker::{Looker, Seen};
pub(super) use mpeg::configuration as mpeg_configuration;
pub(super) use sets::hevc_name;
pub(super) use stream::Stream;
pub(super) use syntax::CodedSyntax;

/// Times of pictures that are decoded at these times, and shown in another order.
pub(super) fn times_by_order(decoded: &[i64], seen: &[Seen]) -> Vec<i64> {
    let shown = |(decoded, seen): (&i64, &Seen)| order::Shown {
        pts: None,
        decoded: Some(*decoded),
        order: seen.order,
    };
    order::times(&decoded.iter().zip(seen).map(shown).collect::<Vec<_>>(), 1)
}

/// Durations of pictures in decoding order at these times; the last one takes `said` units, or the usual time.
pub(super) fn durations_of(times: &[i64], said: i64) -> Vec<u32> {
    let usual = if said > 0 { said } else { order::usual(times).unwrap_or(1) };
    order::durations(times, usual)
}
