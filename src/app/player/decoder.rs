//! Decoding by the browser or in software, behind one type.
//!
//! Entry point: [`Decoding::new`]. Pictures come back with the number that was given with their sample, not always in
//! order. Absent: what to decode, and when.

use std::{pin::Pin, rc::Rc};

use fuin_core::media::{Codec, Decodable};

use wasm_bindgen_futures::spawn_local;

use super::clip::ClipFault;
use crate::platform::{
    BrowserError,
    hevc::{DecoderPort, SoftwareDecoder},
    video::{Config, Decoder, Frame},
};

/// With what a track is decoded.
#[derive(Clone)]
pub enum Means {
    /// WebCodecs.
    Browser(Config),
    /// Our own module, for H.265.
    Software {
        /// Where it listens.
        port: DecoderPort,
        /// What it is to decode.
        codec: Rc<Codec>,
    },
}

impl Means {
    /// What the browser itself needs to know of a codec.
    pub fn config(codec: &Codec) -> Config {
        Config {
            codec: codec.name.clone(),
            description: codec.description.clone(),
            size: (codec.width, codec.height),
        }
    }

    /// Whether decoding happens in software of ours.
    pub fn is_software(&self) -> bool {
        matches!(self, Self::Software { .. })
    }
}

/// Whom to tell.
#[derive(Clone)]
pub struct Hooks {
    /// A picture came.
    pub on_frame: Rc<dyn Fn(Frame)>,
    /// The decoder ended.
    pub on_error: Rc<dyn Fn(BrowserError)>,
    /// It took a sample; which one, if its picture would have come by now.
    pub on_dequeue: Rc<dyn Fn(Option<usize>)>,
}

/// One decoder.
pub enum Decoding {
    /// WebCodecs.
    Browser(Decoder, Config),
    /// Our own.
    Software(SoftwareDecoder, Rc<Codec>),
}

impl Decoding {
    /// Makes one, ready for a first sample.
    pub fn new(means: &Means, hooks: &Hooks) -> Result<Self, ClipFault> {
        let Hooks { on_frame, on_error, on_dequeue } = hooks.clone();
        let decoding = match means.clone() {
            Means::Browser(config) => {
                let decoder = Decoder::new(
                    move |frame| on_frame(frame),
                    move |error| on_error(error),
                    move || on_dequeue(None),
                )?;
                Self::Browser(decoder, config)
            }
            Means::Software { port, codec } => {
                let decoder = SoftwareDecoder::new(
                    port,
                    move |frame| on_frame(frame),
                    move |error| on_error(error),
                    move |number| on_dequeue(Some(number)),
                );
                Self::Software(decoder, codec)
            }
        };
        decoding.restart()?;
        Ok(decoding)
    }

    /// Forgets everything and starts anew at a picture with which decoding can start.
    pub fn restart(&self) -> Result<(), BrowserError> {
        match self {
            Self::Browser(decoder, config) => decoder.restart(config),
            Self::Software(decoder, codec) => decoder.restart(&codec.description, codec.colour),
        }
    }

    /// Whether it has nothing more to do, as far as it tells.
    pub fn is_idle(&self) -> bool {
        match self {
            Self::Browser(decoder, _) => decoder.is_idle(),
            Self::Software(..) => false,
        }
    }

    /// Gives it one sample.
    pub fn decode(&self, sample: &Decodable, number: usize) -> Result<(), BrowserError> {
        match self {
            Self::Browser(decoder, _) => decoder.decode(&sample.data, number, sample.is_key()),
            Self::Software(decoder, _) => decoder.decode(&sample.data, number),
        }
    }

    /// Gives it a key sample whose picture is awaited. Decoders hold pictures back to work on several at a time; asking for
    /// them at once costs this sample a second time, because only a key sample may follow.
    pub fn decode_at_once(&self, sample: &Decodable, number: usize) -> Result<(), BrowserError> {
        self.decode(sample, number)?;
        if let Self::Browser(decoder, _) = self {
            let flushed = decoder.flush();
            // Whether it was cut short by a restart matters to nobody.
            spawn_local(async move { drop(flushed.await) });
            self.decode(sample, number)?;
        }
        Ok(())
    }

    /// Asks for the pictures still held back. Ends when all have come: true, or when the decoder was restarted: false
    /// or never.
    pub fn flush(&self) -> Result<Pin<Box<dyn Future<Output = bool>>>, BrowserError> {
        Ok(match self {
            Self::Browser(decoder, _) => {
                let flushed = decoder.flush();
                Box::pin(async move { flushed.await.is_ok() })
            }
            Self::Software(decoder, _) => {
                let flushed = decoder.flush()?;
                Box::pin(async move { flushed.await.is_ok() })
            }
        })
    }
}
