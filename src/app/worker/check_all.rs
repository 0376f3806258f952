//! Reads every byte of every clip and of its index: to check them against the office's signature, or to measure.
//!
//! Entry points: [`check_all`], [`measure`]. Nothing is shown.

use fuin_core::Index;

use super::{checked::CheckedClip, play::ClipSource, run::Turn, vault::Vault};
use crate::{
    fault::Fault,
    platform::{clock, worker::report},
    wire::{Event, ViewEvent},
};

/// Checks every byte of every clip and index, as long as the turn is wanted.
pub async fn check_all(vault: &Vault, turn: Turn) -> Result<(), Fault> {
    let (admitted, _) = vault.admitted()?;
    let verified = admitted.verified();
    let clips = &verified.manifest().clips;
    let total: f64 = clips.iter().map(|clip| clip.content.bytes as f64).sum();
    let mut done = 0.0;
    for (index, entry) in clips.iter().enumerate() {
        Index::parse(&verified.index(index)?, entry.content.bytes)?;
        let mut clip = CheckedClip::open(vault, index, verified.check_clip(index)?).await?;
        while let Some(plain) = clip.next().await? {
            done += plain.len() as f64;
            if !turn.is_wanted() {
                return Ok(());
            }
            report(&Event::from(ViewEvent::Checking { done, total }));
            // Lets pictures and commands through.
            clock::after_ms(0.0).await;
        }
    }
    report(&Event::from(ViewEvent::Checked));
    Ok(())
}

/// Decrypts one clip as fast as possible and throws the result away.
pub async fn measure(vault: &Vault, clip: usize) -> Result<(), Fault> {
    let source = ClipSource::open(vault, clip, clock::now()).await?;
    let began = clock::monotonic_ms();
    for piece in 0..source.piece_count() {
        source.piece(piece).await?;
    }
    let ms = clock::monotonic_ms() - began;
    report(&Event::from(ViewEvent::Measured { bytes: source.len() as f64, ms }));
    Ok(())
}
