//! Playing: from sealed bytes to pictures on the canvas, with their marks.
//!
//! Entry points: [`obey`], [`look_ahead`], [`ClipSource`] for whoever reads a clip whole. From the outside
//! in: `setup` sets cameras up, `timeline` and `running` are time, `drive` and `feed` move one `camera`,
//! `decoder`, `marking` and `easel` are its way to the canvas, `source` is the decrypted and checked bytes. Absent:
//! buttons and words.

mod ahead;
mod camera;
mod decoder;
mod drive;
mod easel;
mod feed;
mod marker;
mod marking;
mod running;
mod session_mark;
mod setup;
mod sound;
mod source;
mod stage;
mod still;
mod tables;
mod thumbs;
mod timeline;
mod unchecked;
mod warm_up;

use fuin_core::Timestamp;

use crate::{
    fault::Fault,
    platform::{cargo::Cargo, clock},
    wire::PlayCommand,
};

use super::vault::wrong_order;

pub use decoder::first_of;
pub use setup::Playback;
pub use source::ClipSource;
pub use warm_up::warm_up;

/// Watching was allowed: the first clip is read before the page asks for it.
pub fn look_ahead(playback: &Playback, now: Timestamp) {
    let ahead = ahead::look_ahead(&playback.vault, &playback.marks, 0, now);
    *playback.ahead.borrow_mut() = Some(ahead);
}

/// What may no longer be shown goes.
pub fn check_time(playback: &Playback) -> Result<(), Fault> {
    playback.timeline.check_time()
}

/// Does what the page asks of the player.
pub async fn obey(playback: &Playback, command: PlayCommand, cargo: Option<Cargo>) -> Result<(), Fault> {
    let timeline = &playback.timeline;
    match command {
        PlayCommand::Clear => playback.clear(),
        PlayCommand::Load(wanted) => {
            let Some(Cargo::Canvas(canvas)) = cargo else { return Err(wrong_order()) };
            setup::load(playback, wanted, canvas).await?;
        }
        PlayCommand::Software { camera, small } => {
            let Some(Cargo::Port(port)) = cargo else { return Err(wrong_order()) };
            setup::software(playback, camera, small, port).await?;
        }
        PlayCommand::SoftwareDied { camera, cause } => setup::software_died(playback, camera, cause)?,
        PlayCommand::Thumbs { camera, count, now } => {
            let Some(Cargo::Canvas(canvas)) = cargo else { return Err(wrong_order()) };
            setup::thumbs(playback, camera, count, now, canvas).await?;
        }
        PlayCommand::Play => timeline.play()?,
        PlayCommand::Pause => timeline.pause(),
        PlayCommand::Speed { times } => timeline.set_speed(times)?,
        PlayCommand::Seek { micros } => {
            timeline.seek(micros)?;
            timeline.resume_sound();
        }
        PlayCommand::GoTo { camera, picture } => timeline.go_to(camera, picture)?,
        PlayCommand::Step { camera, by } => timeline.step(camera, by)?,
        PlayCommand::Repeat { range } => timeline.set_repeat(range.map(|(from, to)| from..to)),
        PlayCommand::SetLook { camera, look } => timeline.set_look(camera, look),
        PlayCommand::Heard { micros, shared_ms } => {
            timeline.heard(micros, shared_ms - clock::shared_origin_ms());
        }
        PlayCommand::Still { camera, print } => setup::still(playback, camera, print).await?,
    }
    Ok(())
}
