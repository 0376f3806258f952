//! WebCodecs: one video decoder, with its frames.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CodecState, EncodedVideoChunk, EncodedVideoChunkInit, EncodedVideoChunkType, VideoDecoder,
    VideoDecoderConfig, VideoDecoderInit, VideoFrame,
};

use super::BrowserError;

/// A picture's number becomes its time in the decoder, because two pictures of a clip may have the same time.
pub(super) const MICROS_PER_NUMBER: f64 = 1000.0;

/// A decoded picture; closed when dropped, since the browser has only a few.
pub struct Frame(VideoFrame);

impl Frame {
    /// The picture's number, as it was given to the decoder.
    pub fn number(&self) -> usize {
        (self.0.timestamp() / MICROS_PER_NUMBER).round().max(0.0) as usize
    }

    /// Width and height in the camera's own pixels, without what the codec added.
    pub fn size(&self) -> (u32, u32) {
        let visible = self.0.visible_rect().map(|rect| (rect.width() as u32, rect.height() as u32));
        visible.unwrap_or((self.0.coded_width(), self.0.coded_height()))
    }

    /// The size that the browser believes it should be shown at; source rectangles are measured in it.
    pub(super) fn display_size(&self) -> (f64, f64) {
        (f64::from(self.0.display_width()), f64::from(self.0.display_height()))
    }

    pub(super) fn raw(&self) -> &VideoFrame {
        &self.0
    }

    /// Takes over a picture that another worker decoded.
    pub(super) fn from_raw(raw: VideoFrame) -> Self {
        Self(raw)
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// What a decoder needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// RFC 6381 name.
    pub codec: String,
    /// `avcC` and the like; empty if none.
    pub description: Vec<u8>,
    /// Coded size.
    pub size: (u32, u32),
}

impl Config {
    fn raw(&self) -> VideoDecoderConfig {
        let config = VideoDecoderConfig::new(&self.codec);
        config.set_coded_width(self.size.0);
        config.set_coded_height(self.size.1);
        if !self.description.is_empty() {
            config.set_description_u8_array(&Uint8Array::from(self.description.as_slice()));
        }
        config
    }

    /// Whether this browser can decode it.
    pub async fn is_supported(&self) -> bool {
        let constructor = Reflect::get(&js_sys::global(), &"VideoDecoder".into());
        if constructor.is_ok_and(|constructor| constructor.is_undefined()) {
            return false;
        }
        match JsFuture::from(VideoDecoder::is_config_supported(&self.raw())).await {
            Ok(support) => {
                Reflect::get(&support, &"supported".into()).is_ok_and(|supported| supported.is_truthy())
            }
            Err(_) => false,
        }
    }
}

/// One decoder.
pub struct Decoder {
    raw: VideoDecoder,
    _on_frame: Closure<dyn FnMut(VideoFrame)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
    _on_dequeue: Closure<dyn FnMut()>,
}

impl Decoder {
    /// Makes a decoder; `on_frame` gets its pictures, `on_error` its end, `on_dequeue` says that it took a sample.
    pub fn new(
        mut on_frame: impl FnMut(Frame) + 'static,
        mut on_error: impl FnMut(BrowserError) + 'static,
        on_dequeue: impl FnMut() + 'static,
    ) -> Result<Self, BrowserError> {
        let on_frame = Closure::<dyn FnMut(VideoFrame)>::new(move |frame| on_frame(Frame(frame)));
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |error: JsValue| on_error(error.into()));
        let on_dequeue = Closure::<dyn FnMut()>::new(on_dequeue);
        let init =
            VideoDecoderInit::new(on_error.as_ref().unchecked_ref(), on_frame.as_ref().unchecked_ref());
        let raw = VideoDecoder::new(&init)?;
        raw.set_ondequeue(Some(on_dequeue.as_ref().unchecked_ref()));
        Ok(Self { raw, _on_frame: on_frame, _on_error: on_error, _on_dequeue: on_dequeue })
    }

    /// Forgets everything and starts anew at a sync sample.
    pub fn restart(&self, config: &Config) -> Result<(), BrowserError> {
        if self.raw.state() == CodecState::Configured {
            self.raw.reset()?;
        }
        Ok(self.raw.configure(&config.raw())?)
    }

    /// Gives it one sample.
    pub fn decode(&self, data: &[u8], number: usize, is_key: bool) -> Result<(), BrowserError> {
        let kind = if is_key { EncodedVideoChunkType::Key } else { EncodedVideoChunkType::Delta };
        // The constructor's time is 32 bits of microseconds, 35 minutes; the setter's is not.
        let init = EncodedVideoChunkInit::new_with_u8_array(&Uint8Array::from(data), 0, kind);
        init.set_timestamp_f64(number as f64 * MICROS_PER_NUMBER);
        Ok(self.raw.decode(&EncodedVideoChunk::new(&init)?)?)
    }

    /// Whether every sample was taken.
    pub fn is_idle(&self) -> bool {
        self.raw.decode_queue_size() == 0
    }

    /// Asks for the pictures still held back, at the end of the clip; they come through `on_frame`. The future ends
    /// when all have come, or with an error when the decoder was restarted in between.
    pub fn flush(&self) -> impl Future<Output = Result<(), BrowserError>> + use<> {
        let flushed = self.raw.flush();
        async move {
            JsFuture::from(flushed).await?;
            Ok(())
        }
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // An event that is already on its way must not reach a closure that is gone.
        self.raw.set_ondequeue(None);
        if self.raw.state() != CodecState::Closed {
            // Closing a decoder that failed on its own is no error worth telling.
            let _ = self.raw.close();
        }
    }
}
