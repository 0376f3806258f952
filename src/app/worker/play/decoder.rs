//! Decoding by the browser or in software, behind one type.
//!
//! Entry points: [`Decoding::new`], [`key_picture`] for one alone. Pictures come back with the number that
//! was given with their sample, not always in order. Absent: what to decode, and when.

use std::{
    cell::RefCell,
    pin::{Pin, pin},
    rc::Rc,
};

use fuin_core::{Codec, Decodable, Family, Sample, VideoTrack};
use futures_util::future::select;

use crate::{
    fault::Fault,
    platform::{
        BrowserError, clock,
        jpeg::JpegDecoder,
        module::ModulePort,
        software::SoftwareDecoder,
        video::{Config, Decoder, Frame},
    },
};

/// What decodes a track.
#[derive(Clone)]
pub enum Backend {
    /// WebCodecs.
    Browser(Config),
    /// The browser too: pictures that are JPEG files.
    Jpeg,
    /// A module of ours: where it listens.
    Software(ModulePort),
}

impl Backend {
    /// The browser's own way with a codec.
    pub fn of(codec: &Codec) -> Self {
        if codec.family() == Family::Jpeg { Self::Jpeg } else { Self::Browser(Self::config(codec)) }
    }

    /// What the browser itself needs to know of a codec.
    pub fn config(codec: &Codec) -> Config {
        Config {
            codec: codec.name.clone(),
            description: codec.description.clone(),
            size: (codec.width, codec.height),
        }
    }

    /// Whether the browser can decode it, if it is the browser's work.
    pub async fn is_supported(&self) -> bool {
        match self {
            Self::Browser(config) => config.is_supported().await,
            Self::Jpeg | Self::Software(_) => true,
        }
    }

    /// Whether decoding happens in software of ours.
    pub fn is_software(&self) -> bool {
        matches!(self, Self::Software(_))
    }
}

/// What is called when something happens.
#[derive(Clone)]
pub struct Hooks {
    /// A picture came.
    pub on_frame: Rc<dyn Fn(Frame)>,
    /// The decoder ended.
    pub on_error: Rc<dyn Fn(BrowserError)>,
    /// It took a sample; which one, if its picture would have come by now.
    pub on_dequeue: Rc<dyn Fn(Option<usize>)>,
}

/// Ends when all pictures have come: true, or when the decoder was restarted: false or never.
pub type Flushed = Pin<Box<dyn Future<Output = bool>>>;

/// One decoder.
pub enum Decoding {
    /// WebCodecs.
    Browser(Decoder),
    /// JPEG files.
    Jpeg(JpegDecoder),
    /// Our own.
    Software(SoftwareDecoder),
}

impl Decoding {
    /// Makes one, ready for a first sample of this codec.
    pub fn new(backend: &Backend, codec: &Codec, hooks: &Hooks) -> Result<Self, Fault> {
        let Hooks { on_frame, on_error, on_dequeue } = hooks.clone();
        let decoding = match backend.clone() {
            Backend::Browser(_) => {
                let decoder = Decoder::new(
                    move |frame| on_frame(frame),
                    move |error| on_error(error),
                    move || on_dequeue(None),
                )?;
                Self::Browser(decoder)
            }
            Backend::Jpeg => {
                let decoder =
                    JpegDecoder::new(move |frame| on_frame(frame), move |number| on_dequeue(Some(number)));
                Self::Jpeg(decoder)
            }
            Backend::Software(port) => {
                let decoder = SoftwareDecoder::new(
                    port,
                    move |frame| on_frame(frame),
                    move |error| on_error(error),
                    move |number| on_dequeue(Some(number)),
                );
                Self::Software(decoder)
            }
        };
        decoding.restart(codec)?;
        Ok(decoding)
    }

    /// Forgets everything and starts anew at a picture of this codec with which decoding can start.
    pub fn restart(&self, codec: &Codec) -> Result<(), BrowserError> {
        match self {
            Self::Browser(decoder) => decoder.restart(&Backend::config(codec)),
            Self::Jpeg(decoder) => {
                decoder.restart();
                Ok(())
            }
            Self::Software(decoder) => decoder.restart(&codec.description, codec.colour),
        }
    }

    /// Whether it has nothing more to do, as far as it tells.
    pub fn is_idle(&self) -> bool {
        match self {
            Self::Browser(decoder) => decoder.is_idle(),
            Self::Jpeg(..) | Self::Software(..) => false,
        }
    }

    /// Gives it one sample.
    pub fn decode(&self, sample: &Decodable, number: usize) -> Result<(), BrowserError> {
        match self {
            Self::Browser(decoder) => decoder.decode(&sample.data, number, sample.is_key()),
            Self::Jpeg(decoder) => decoder.decode(&sample.data, number),
            Self::Software(decoder) => decoder.decode(&sample.data, number),
        }
    }

    /// Gives it a key sample whose picture is awaited. Decoders hold pictures back to work on several at a
    /// time; a browser's can be asked for this one at once. Then nothing may follow before the end of the
    /// future that comes back, and only a key sample after it.
    pub fn decode_at_once(&self, sample: &Decodable, number: usize) -> Result<Option<Flushed>, BrowserError> {
        self.decode(sample, number)?;
        match self {
            Self::Browser(..) => self.flush().map(Some),
            Self::Jpeg(..) | Self::Software(..) => Ok(None),
        }
    }

    /// Asks for the pictures still held back. Ends when all have come: true, or when the decoder was restarted: false
    /// or never.
    pub fn flush(&self) -> Result<Flushed, BrowserError> {
        Ok(match self {
            Self::Browser(decoder) => {
                let flushed = decoder.flush();
                Box::pin(async move { flushed.await.is_ok() })
            }
            Self::Jpeg(decoder) => {
                let flushed = decoder.flush();
                Box::pin(async move { flushed.await.is_ok() })
            }
            Self::Software(decoder) => {
                let flushed = decoder.flush()?;
                Box::pin(async move { flushed.await.is_ok() })
            }
        })
    }
}

/// How long one key picture may take.
const PATIENCE_MS: f64 = 5_000.0;

/// The picture of a sample that can be decoded alone, by the browser; `None` where it does not.
pub async fn first_of(track: &VideoTrack, sample: &Sample, data: Vec<u8>) -> Result<Option<Frame>, Fault> {
    let codec = track.codec_of(sample);
    let backend = Backend::of(codec);
    let Some(decodable) = codec.prepare(data, true)? else { return Ok(None) };
    if !backend.is_supported().await {
        return Ok(None);
    }
    key_picture((&backend, codec), &decodable, 0, || {}).await
}

/// One key picture by itself, from a decoder of its own; `None` if the decoder has no answer. `on_taken`
/// hears when the decoder is at work: a browser's begins only when this thread has nothing else to do.
pub async fn key_picture(
    (backend, codec): (&Backend, &Codec),
    sample: &Decodable,
    number: usize,
    on_taken: impl Fn() + 'static,
) -> Result<Option<Frame>, Fault> {
    let came = Rc::new(RefCell::new(None));
    let frame_to = came.clone();
    let hooks = Hooks {
        on_frame: Rc::new(move |frame: Frame| {
            if frame.number() == number {
                *frame_to.borrow_mut() = Some(frame);
            }
        }),
        // A browser's decoder that fails ends its flush too.
        on_error: Rc::new(|_| {}),
        on_dequeue: Rc::new(move |_| on_taken()),
    };
    let decoder = Decoding::new(backend, codec, &hooks)?;
    decoder.decode(sample, number)?;
    let flushed = decoder.flush()?;
    // Whichever ends first: all pictures have come, or there is none to be had.
    select(flushed, pin!(clock::after_ms(PATIENCE_MS))).await;
    Ok(came.take())
}
