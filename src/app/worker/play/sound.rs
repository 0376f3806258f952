//! Sound beside the pictures: read, decoded and sent to the page a little ahead of what is heard.
//!
//! Entry points: [`Sound::play`], [`Sound::pause`]. Sound is heard at normal speed only. The page tells what is heard
//! ([`crate::wire::PlayCommand::Heard`]), and the pictures follow. Absent: the loudspeaker.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use fuin_core::{AudioCodec, AudioTrack, PlainSound};
use wasm_bindgen_futures::spawn_local;

use super::source::ClipSource;
use crate::{
    fault::Fault,
    platform::{
        BrowserError, clock,
        sound::{Chunk, SoundDecoder, post},
        worker::report,
    },
    wire::{Event, PlayEvent},
    worker::run::{Run, Turn},
};

/// Sound is sent so far ahead of the clock.
const AHEAD_MICROS: i64 = 1_500_000;
const REST_MS: f64 = 200.0;

/// The sound of one clip.
pub struct Sound {
    source: Rc<ClipSource>,
    track: AudioTrack,
    /// Where the clip's first moment stands on the time line, in microseconds.
    offset: i64,
    /// Changes whenever what was sent before no longer counts.
    run: Run,
    playing: Cell<bool>,
    decoder: RefCell<Option<SoundDecoder>>,
    me: Weak<Self>,
}

impl Sound {
    /// The sound track of a clip.
    pub fn new(source: Rc<ClipSource>, track: AudioTrack, offset: i64) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            source,
            track,
            offset,
            run: Run::default(),
            playing: Cell::new(false),
            decoder: RefCell::default(),
            me: me.clone(),
        })
    }

    /// Sends sound from a time of the time line on.
    pub fn play(&self, micros: i64) {
        self.playing.set(true);
        let (me, turn) = (self.me.clone(), self.run.begin());
        spawn_local(async move {
            if let Some(sound) = me.upgrade()
                && let Err(fault) = sound.send_from(turn, micros).await
            {
                // Pictures go on without sound, and the page says so.
                sound.pause();
                report(&Event::from(PlayEvent::SoundFailed { cause: fault.cause }));
            }
        });
    }

    /// Sends no more; the page silences what it has.
    pub fn pause(&self) {
        self.run.call_off();
        if self.playing.replace(false) {
            report(&Event::from(PlayEvent::Silence));
        }
        self.decoder.borrow_mut().take();
    }

    async fn send_from(&self, turn: Turn, from: i64) -> Result<(), Fault> {
        if let AudioCodec::Coded { name, config } = &self.track.codec {
            let (rate, channels) = (self.track.rate, u32::from(self.track.channels));
            let wanted = turn.clone();
            let on_chunk = move |chunk: Chunk| {
                if wanted.is_wanted() {
                    // Fails only when the page is gone.
                    let _ = post(wanted.number(), &chunk);
                }
            };
            let on_error =
                |error: BrowserError| report(&Event::from(PlayEvent::SoundFailed { cause: error.words }));
            *self.decoder.borrow_mut() =
                Some(SoundDecoder::new(name, config, rate, channels, on_chunk, on_error)?);
        }
        self.source.settle().await?;
        let began = clock::monotonic_ms();
        let first = self.track.packet_at(from - self.offset);
        let mut plain = PlainSound::new(&self.track.codec, self.track.channels);
        for packet in self.track.packets.iter().skip(first) {
            let micros = self.offset + self.track.micros(packet.pts);
            while turn.is_wanted()
                && micros > from + AHEAD_MICROS + ((clock::monotonic_ms() - began) * 1000.0) as i64
            {
                clock::after_ms(REST_MS).await;
            }
            let (offset, bytes) = self.track.span(packet);
            let data = self.track.gather(packet, self.source.read(offset, bytes).await?);
            if !turn.is_wanted() {
                return Ok(());
            }
            if let Some(decoder) = self.decoder.borrow().as_ref() {
                decoder.decode(&data, micros)?;
            } else {
                post(turn.number(), &self.chunk(micros, &plain.samples(&data)))?;
            }
        }
        Ok(())
    }

    /// Interleaved samples as the page takes them.
    fn chunk(&self, micros: i64, samples: &[f32]) -> Chunk {
        let width = usize::from(self.track.channels);
        let row = |channel: usize| samples.iter().copied().skip(channel).step_by(width).collect();
        Chunk { micros, rate: self.track.rate, channels: (0..width).map(row).collect() }
    }
}
