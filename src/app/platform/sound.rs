//! Sound: the browser's decoder (in the worker) and its loudspeaker (in the page).
//!
//! The worker posts [`Chunk`]s, the page schedules them one behind the other on the clock of the loudspeaker. Absent:
//! which sound, and when.

use std::{cell::RefCell, collections::VecDeque};

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    AudioBufferSourceNode, AudioContext, AudioData, AudioDataCopyToOptions, AudioDecoder, AudioDecoderConfig,
    AudioDecoderInit, AudioSampleFormat, CodecState, DedicatedWorkerGlobalScope, EncodedAudioChunk,
    EncodedAudioChunkInit, EncodedAudioChunkType, GainNode,
};

use super::{BrowserError, clock, support::is_webkit};

/// A piece of sound, ready to be heard.
pub struct Chunk {
    /// Where it belongs in the clip, in microseconds.
    pub micros: i64,
    /// Samples a second.
    pub rate: u32,
    /// One row of samples per channel, from −1 to 1.
    pub channels: Vec<Vec<f32>>,
}

/// The browser's decoder of coded sound.
pub struct SoundDecoder {
    raw: AudioDecoder,
    _on_data: Closure<dyn FnMut(AudioData)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

impl SoundDecoder {
    /// Makes a decoder; `codec` is its name (WebCodecs Codec Registry), `config` what it begins with, if
    /// anything.
    pub fn new(
        codec: &str,
        config: &[u8],
        rate: u32,
        channels: u32,
        mut on_chunk: impl FnMut(Chunk) + 'static,
        mut on_error: impl FnMut(BrowserError) + 'static,
    ) -> Result<Self, BrowserError> {
        // WebKitGTK 2.50 dies of copying samples as they are; of rounding them to 16 bits it does not.
        let rounds = is_webkit();
        let on_data = Closure::<dyn FnMut(AudioData)>::new(move |data: AudioData| {
            let chunk = copy(&data, rounds);
            data.close();
            // A piece that cannot be copied is not heard; the next one may.
            if let Ok(chunk) = chunk {
                on_chunk(chunk);
            }
        });
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |error: JsValue| on_error(error.into()));
        let raw = AudioDecoder::new(&AudioDecoderInit::new(
            on_error.as_ref().unchecked_ref(),
            on_data.as_ref().unchecked_ref(),
        ))?;
        let wanted = AudioDecoderConfig::new(codec, channels, rate);
        if !config.is_empty() {
            wanted.set_description_u8_array(&Uint8Array::from(config));
        }
        raw.configure(&wanted)?;
        Ok(Self { raw, _on_data: on_data, _on_error: on_error })
    }

    /// Gives it one packet. One that has failed, which `on_error` was told, takes none.
    pub fn decode(&self, data: &[u8], micros: i64) -> Result<(), BrowserError> {
        if self.raw.state() == CodecState::Closed {
            return Ok(());
        }
        let init =
            EncodedAudioChunkInit::new_with_u8_array(&Uint8Array::from(data), 0, EncodedAudioChunkType::Key);
        init.set_timestamp_f64(micros as f64);
        Ok(self.raw.decode(&EncodedAudioChunk::new(&init)?)?)
    }
}

impl Drop for SoundDecoder {
    fn drop(&mut self) {
        if self.raw.state() != CodecState::Closed {
            // Closing a decoder that failed on its own is no error worth telling.
            let _ = self.raw.close();
        }
    }
}

fn copy(data: &AudioData, rounds: bool) -> Result<Chunk, BrowserError> {
    let rounded = || rows(data, AudioSampleFormat::S16Planar, sixteen_bits).ok();
    let channels = match rounds.then(rounded).flatten() {
        Some(channels) => channels,
        None => rows(data, AudioSampleFormat::F32Planar, f32::from_le_bytes)?,
    };
    Ok(Chunk { micros: data.timestamp() as i64, rate: data.sample_rate() as u32, channels })
}

fn sixteen_bits(bytes: [u8; 2]) -> f32 {
    f32::from(i16::from_le_bytes(bytes)) / 32_768.0
}

/// The samples of each channel, in a format whose samples are `BYTES` long.
fn rows<const BYTES: usize>(
    data: &AudioData,
    format: AudioSampleFormat,
    sample: fn([u8; BYTES]) -> f32,
) -> Result<Vec<Vec<f32>>, BrowserError> {
    let mut channels = Vec::new();
    for plane in 0..data.number_of_channels() {
        let options = AudioDataCopyToOptions::new(plane);
        options.set_format(format);
        let mut bytes = vec![0u8; data.number_of_frames() as usize * BYTES];
        data.copy_to_with_u8_slice(&mut bytes, &options)?;
        let (samples, _) = bytes.as_chunks::<BYTES>();
        channels.push(samples.iter().map(|bytes| sample(*bytes)).collect());
    }
    Ok(channels)
}

/// Posts a piece of sound to the page, from the worker. `run` changes whenever earlier pieces no longer count.
pub fn post(run: u64, chunk: &Chunk) -> Result<(), BrowserError> {
    let message = Object::new();
    let rows = Array::new();
    for row in &chunk.channels {
        rows.push(&Float32Array::from(row.as_slice()));
    }
    for (name, value) in
        [("run", run as f64), ("micros", chunk.micros as f64), ("rate", f64::from(chunk.rate))]
    {
        Reflect::set(&message, &name.into(), &value.into())?;
    }
    Reflect::set(&message, &"sound".into(), &rows)?;
    let scope: DedicatedWorkerGlobalScope =
        js_sys::global().dyn_into().map_err(|_| BrowserError::new("not a worker"))?;
    Ok(scope.post_message(&message)?)
}

/// A piece of sound as the page receives it.
pub struct Heard {
    run: u64,
    micros: f64,
    rate: f32,
    rows: Array,
}

/// A message that is a piece of sound.
pub fn as_sound(data: &JsValue) -> Option<Heard> {
    let field = |name: &str| Reflect::get(data, &name.into()).ok();
    let number = |name: &str| field(name)?.as_f64();
    let rows: Array = field("sound")?.dyn_into().ok()?;
    Some(Heard { run: number("run")? as u64, micros: number("micros")?, rate: number("rate")? as f32, rows })
}

/// Pieces begin so long after they were scheduled.
const LEAD_SECS: f64 = 0.05;

/// The loudspeaker.
pub struct Speaker {
    context: AudioContext,
    volume: GainNode,
    line: RefCell<Line>,
}

#[derive(Default)]
struct Line {
    run: u64,
    /// Loudspeaker time and clip time of the run's first piece.
    began: Option<(f64, f64)>,
    pending: VecDeque<AudioBufferSourceNode>,
}

impl Speaker {
    /// Opens it. Browsers allow that only while a key or button is being pressed.
    pub fn open() -> Result<Self, BrowserError> {
        let context = AudioContext::new()?;
        let volume = context.create_gain()?;
        volume.connect_with_audio_node(&context.destination())?;
        Ok(Self { context, volume, line: RefCell::default() })
    }

    /// Silent or not.
    pub fn set_muted(&self, muted: bool) {
        self.volume.gain().set_value(if muted { 0.0 } else { 1.0 });
    }

    /// Puts a piece behind the others.
    pub fn play(&self, piece: &Heard) -> Result<(), BrowserError> {
        let mut line = self.line.borrow_mut();
        if line.run != piece.run {
            line.silence();
            line.run = piece.run;
            line.began = None;
        }
        let first: Float32Array = piece.rows.get(0).dyn_into().map_err(|_| BrowserError::new("no sound"))?;
        let buffer =
            self.context.create_buffer(piece.rows.length().max(1), first.length().max(1), piece.rate)?;
        for (channel, row) in piece.rows.iter().enumerate() {
            let row: Float32Array = row.dyn_into().map_err(|_| BrowserError::new("no sound"))?;
            buffer.copy_to_channel_with_f32_array(&row, channel as i32)?;
        }
        let now = self.context.current_time();
        let (at, from) = *line.began.get_or_insert((now + LEAD_SECS, piece.micros));
        let due = at + (piece.micros - from) / 1e6;
        if due < now {
            // Came too late to be heard in its place.
            return Ok(());
        }
        let source = self.context.create_buffer_source()?;
        source.set_buffer(Some(&buffer));
        source.connect_with_audio_node(&self.volume)?;
        source.start_with_when(due)?;
        line.pending.push_back(source);
        while line.pending.len() > 200 {
            line.pending.pop_front();
        }
        Ok(())
    }

    /// Stops what is heard and what waits.
    pub fn stop(&self) {
        let mut line = self.line.borrow_mut();
        line.silence();
        line.began = None;
    }

    /// The clip time that is heard now, with the clock that page and worker share.
    pub fn heard(&self) -> Option<(f64, f64)> {
        let (at, from) = self.line.borrow().began?;
        let latency = Reflect::get(&self.context, &"outputLatency".into()).ok().and_then(|v| v.as_f64());
        let secs = self.context.current_time() - at - latency.unwrap_or(0.0);
        (secs > 0.0).then(|| (from + secs * 1e6, clock::shared_ms()))
    }
}

impl Line {
    fn silence(&mut self) {
        for source in self.pending.drain(..) {
            // One that has ended already cannot be stopped again, and need not be.
            #[expect(deprecated, reason = "web-sys has no other name for it")]
            let _ = source.stop();
        }
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // A page that goes away closes it in any case.
        let _ = self.context.close();
    }
}
