//! Sets cameras up: clip, tracks, decoder, canvas; small pictures; stills.
//!
//! Entry points: [`load`], [`software`], [`thumbs`], [`still`]. A camera whose codec the browser lacks waits here until the
//! page has started the decoder in software. Absent: playing (`deck`).

use std::rc::Rc;

use fuin_core::{
    AudioTrack, Clip, Index, Manifest, MediaError, PictureKind, Pictures, Timestamp, VideoTrack,
};
use futures_channel::oneshot;
use wasm_bindgen::JsValue;

use super::{
    ClipFacts, Event,
    ahead::Read,
    clip::{ClipFault, ClipSource},
    decoder::Means,
    easel::Easel,
    lane::Lane,
    sound::Sound,
    still, thumbs as strip,
    worker::{Refused, Shared, admitted, clip_source, wrong_order},
};
use crate::platform::{BrowserError, clock, hevc::as_port, surface::Surface, video::Frame, worker::report};

const PROGRESS_EVERY_MS: f64 = 100.0;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Number of the camera; the page never uses one twice.
    pub lane: usize,
    /// Which clip.
    pub clip: usize,
    /// Which of its picture tracks.
    pub track: usize,
    /// Whether several cameras share one time line.
    pub together: bool,
    /// Whether its sound is heard.
    pub heard: bool,
    /// The latest time known.
    pub now: Timestamp,
}

/// One camera: its canvas, and what is on it or on its way there. As long as the desk has it, it is wanted.
pub struct Camera {
    surface: Rc<Surface>,
    shown: Option<Shown>,
    /// Waits for the decoder in software.
    waiting: Option<(Load, Prepared)>,
    waiting_strip: Option<(usize, Timestamp, JsValue)>,
}

struct Shown {
    source: Rc<ClipSource>,
    pictures: Rc<Pictures>,
    means: Means,
    clip: usize,
    track: usize,
}

/// A clip whose tables were read.
struct Prepared {
    source: Rc<ClipSource>,
    track: VideoTrack,
    audio: Option<AudioTrack>,
    facts: Box<ClipFacts>,
    /// A picture of it that is being decoded already.
    first: Option<oneshot::Receiver<(Frame, PictureKind)>>,
}

/// Takes all cameras away.
pub fn clear(desk: &Shared) {
    let mut desk = desk.borrow_mut();
    desk.cameras.clear();
    let deck = desk.deck.clone();
    drop(desk);
    deck.clear();
}

/// Shows a clip. Alone, one that cannot be shown stops everything; beside others, it stays dark.
pub async fn load(desk: &Shared, wanted: Load, canvas: Option<JsValue>) -> Result<(), ClipFault> {
    let surface = Rc::new(Surface::new(canvas.ok_or_else(wrong_order)?)?);
    // The way from this canvas to the screen is made when it is painted for the first time: better now than with the picture.
    surface.clear();
    let camera = Camera { surface, shown: None, waiting: None, waiting_strip: None };
    desk.borrow_mut().cameras.insert(wanted.lane, camera);
    let outcome = match prepare(desk, wanted).await {
        Ok(prepared) => start(desk, wanted, prepared).await,
        Err(fault) => Err(fault),
    };
    refuse_alone(desk, wanted, outcome)
}

/// Whether the page still shows this camera.
fn is_wanted(desk: &Shared, lane: usize) -> bool {
    desk.borrow().cameras.contains_key(&lane)
}

fn refuse_alone(desk: &Shared, wanted: Load, outcome: Result<(), ClipFault>) -> Result<(), ClipFault> {
    match outcome {
        // Another choice was made meanwhile: nobody asks for this clip any more.
        Err(_) if !is_wanted(desk, wanted.lane) => Ok(()),
        Err(fault) if wanted.together => {
            report(&Event::NotShown { lane: wanted.lane, code: fault.code.into(), cause: fault.cause });
            Ok(())
        }
        outcome => outcome,
    }
}

/// Who waits for the tables of a clip.
pub enum Asked {
    /// Nobody, so far.
    NotYet,
    /// This camera.
    By(usize),
    /// Nobody any more.
    Over,
}

/// Reads the tables of a clip; the camera that waits for them, once there is one, hears how far it has come, and reading ends
/// when it is not wanted any more.
pub async fn read_index(
    desk: &Shared,
    source: &ClipSource,
    asked: impl Fn() -> Asked,
) -> Result<Index, ClipFault> {
    let mut told = clock::monotonic_ms();
    let index = source.index(|part| {
        let lane = match asked() {
            Asked::NotYet => return true,
            Asked::By(lane) => lane,
            Asked::Over => return false,
        };
        if clock::monotonic_ms() - told > PROGRESS_EVERY_MS {
            told = clock::monotonic_ms();
            report(&Event::Indexing { lane, part });
        }
        is_wanted(desk, lane)
    });
    match index.await {
        Ok(index) => Ok(index),
        Err(fault) => {
            // An index of altered bytes is no index; that they were altered is what must be said.
            source.settle().await?;
            Err(fault)
        }
    }
}

async fn prepare(desk: &Shared, wanted: Load) -> Result<Prepared, ClipFault> {
    let ahead = desk.borrow_mut().ahead.take();
    let read = match ahead {
        Some(ahead) => ahead.take(wanted.clip, wanted.lane).await,
        None => None,
    };
    let Read { source, index, first } = match read {
        Some(read) => {
            admitted(desk)?.0.verified().check_window(wanted.now).map_err(Refused)?;
            read
        }
        None => {
            let source = Rc::new(clip_source(desk, wanted.clip, wanted.now).await?);
            let index = read_index(desk, &source, || Asked::By(wanted.lane)).await?;
            Read { source, index, first: None }
        }
    };
    let Index { mut videos, audio, audio_refused, cut_off, .. } = index;
    let tracks = videos.len();
    let track = videos.drain(..).nth(wanted.track).ok_or(MediaError::NoVideo)?;
    let (admitted, _) = admitted(desk)?;
    let manifest = admitted.verified().manifest();
    let codec = &track.codec;
    let facts = Box::new(ClipFacts {
        offset: if wanted.together { offset(manifest, wanted.clip) } else { 0 },
        span: (0, 0),
        begins: 0,
        pictures: track.samples.len(),
        timescale: track.timescale,
        codec: codec.name.clone(),
        size: Surface::size((codec.width, codec.height), track.rotation),
        pixel_aspect: track.pixel_aspect(),
        interlaced: codec.interlaced,
        software: false,
        gaps: Vec::new(),
        tracks,
        missing: track.missing,
        cut_off,
        left_out: track.left_out,
        has_cuts: track.has_cuts,
        audio: audio.as_ref().map(|audio| audio.codec.name()),
        audio_refused,
    });
    let first = first.filter(|_| wanted.track == 0);
    Ok(Prepared { source, track, audio, facts, first })
}

/// Microseconds from the first picture of the earliest clip to that of this one, by true time. A clip whose beginning
/// is unknown stands at the beginning, which the page says.
fn offset(manifest: &Manifest, clip: usize) -> i64 {
    let start = |clip: &Clip| Some(clip.note.clocks(0)?.1.unix_secs());
    let first = manifest.clips.iter().filter_map(start).min();
    let this = manifest.clips.get(clip).and_then(start);
    this.zip(first).map_or(0, |(this, first)| (this - first).saturating_mul(1_000_000))
}

async fn start(desk: &Shared, wanted: Load, prepared: Prepared) -> Result<(), ClipFault> {
    let config = Means::config(&prepared.track.codec);
    if config.is_supported().await {
        return show(desk, wanted, prepared, Means::Browser(config)).await;
    }
    if !prepared.track.codec.is_hevc() {
        return Err(ClipFault { code: "media_codec", cause: config.codec });
    }
    let mut desk = desk.borrow_mut();
    let Some(camera) = desk.cameras.get_mut(&wanted.lane) else { return Ok(()) };
    camera.waiting = Some((wanted, prepared));
    report(&Event::NeedsSoftware { lane: wanted.lane, small: false });
    Ok(())
}

/// The decoder in software is ready.
pub async fn software(
    desk: &Shared,
    lane: usize,
    small: bool,
    port: Option<JsValue>,
) -> Result<(), ClipFault> {
    let port = port.as_ref().and_then(as_port).ok_or_else(wrong_order)?;
    if small {
        let waiting = desk.borrow_mut().cameras.get_mut(&lane).and_then(|camera| camera.waiting_strip.take());
        let Some((count, now, canvas)) = waiting else { return Ok(()) };
        let codec = {
            let desk = desk.borrow();
            let shown = desk.cameras.get(&lane).and_then(|camera| camera.shown.as_ref());
            shown.map(|shown| shown.pictures.track().codec.clone())
        };
        let Some(codec) = codec else { return Ok(()) };
        let means = Means::Software { port, codec: Rc::new(codec) };
        return paint_strip(desk, lane, count, now, canvas, means).await;
    }
    let waiting = desk.borrow_mut().cameras.get_mut(&lane).and_then(|camera| camera.waiting.take());
    let Some((wanted, mut prepared)) = waiting else { return Ok(()) };
    prepared.facts.software = true;
    let codec = Rc::new(prepared.track.codec.clone());
    let outcome = show(desk, wanted, prepared, Means::Software { port, codec }).await;
    refuse_alone(desk, wanted, outcome)
}

/// The decoder in software died: what it was to decode is not shown.
pub fn software_died(desk: &Shared, lane: usize, cause: String) -> Result<(), ClipFault> {
    let fault = ClipFault { code: "decoder_failed", cause };
    let (deck, waiting) = {
        let mut desk = desk.borrow_mut();
        let waiting = desk.cameras.get_mut(&lane).and_then(|camera| camera.waiting.take());
        (desk.deck.clone(), waiting.map(|(wanted, _)| wanted))
    };
    match waiting {
        Some(wanted) => refuse_alone(desk, wanted, Err(fault)),
        None => {
            deck.fail(Some(lane), fault);
            Ok(())
        }
    }
}

async fn show(desk: &Shared, wanted: Load, prepared: Prepared, means: Means) -> Result<(), ClipFault> {
    let (admitted, _) = admitted(desk)?;
    let Prepared { source, track, audio, mut facts, first } = prepared;
    let rotation = track.rotation;
    let pictures = Rc::new(Pictures::new(track));
    facts.span = (pictures.micros(0), pictures.end_micros());
    facts.begins = pictures.begin_micros();
    if wanted.together {
        facts.offset -= facts.begins;
    }
    facts.gaps = pictures.gaps().into_iter().map(|gap| (gap.start, gap.end)).collect();
    let (deck, surface) = {
        let mut desk = desk.borrow_mut();
        let deck = desk.deck.clone();
        // Another clip was asked for meanwhile; it is the one to show.
        let Some(camera) = desk.cameras.get_mut(&wanted.lane) else { return Ok(()) };
        camera.shown = Some(Shown {
            source: source.clone(),
            pictures: pictures.clone(),
            means: means.clone(),
            clip: wanted.clip,
            track: wanted.track,
        });
        (deck, camera.surface.clone())
    };
    let offset = facts.offset;
    report(&Event::Facts { lane: wanted.lane, facts });
    // The page makes room for it meanwhile.
    let first = match first {
        Some(first) => first.await.ok(),
        None => None,
    };
    if !is_wanted(desk, wanted.lane) {
        return Ok(());
    }
    report(&Event::Ready { lane: wanted.lane });
    let easel = Easel::new(surface, admitted, rotation, wanted.now);
    let lane = Lane::new(wanted.lane, source.clone(), pictures, means, easel, deck.bell(wanted.lane), first);
    if wanted.heard {
        deck.set_sound(audio.map(|audio| Sound::new(source, audio, offset)));
    }
    deck.place(lane, offset, wanted.together)
}

/// Paints small pictures for the time bar.
pub async fn thumbs(
    desk: &Shared,
    lane: usize,
    count: usize,
    now: Timestamp,
    canvas: Option<JsValue>,
) -> Result<(), ClipFault> {
    let canvas = canvas.ok_or_else(wrong_order)?;
    let means = {
        let desk = desk.borrow();
        desk.cameras.get(&lane).and_then(|camera| camera.shown.as_ref()).map(|shown| shown.means.clone())
    };
    match means {
        None => Ok(()),
        Some(Means::Software { .. }) => {
            if let Some(camera) = desk.borrow_mut().cameras.get_mut(&lane) {
                camera.waiting_strip = Some((count, now, canvas));
            }
            report(&Event::NeedsSoftware { lane, small: true });
            Ok(())
        }
        Some(means) => paint_strip(desk, lane, count, now, canvas, means).await,
    }
}

async fn paint_strip(
    desk: &Shared,
    lane: usize,
    count: usize,
    now: Timestamp,
    canvas: JsValue,
    means: Means,
) -> Result<(), ClipFault> {
    let (admitted, _) = admitted(desk)?;
    let surface = Rc::new(Surface::new(canvas)?);
    let (source, pictures) = {
        let desk = desk.borrow();
        let Some(camera) = desk.cameras.get(&lane) else { return Ok(()) };
        let Some(shown) = &camera.shown else { return Ok(()) };
        (shown.source.clone(), shown.pictures.clone())
    };
    let easel = Easel::new(surface, admitted, pictures.track().rotation, now);
    let wanted = {
        let desk = desk.clone();
        move || is_wanted(&desk, lane)
    };
    source.settle().await?;
    if strip::paint_strip(source, pictures, means, easel, count, wanted).await? {
        report(&Event::Strip { lane });
    }
    Ok(())
}

/// Saves what a camera shows.
pub async fn still(desk: &Shared, lane: usize) -> Result<(), ClipFault> {
    let (admitted, _) = admitted(desk)?;
    let (deck, shown) = {
        let desk = desk.borrow();
        let shown = desk.cameras.get(&lane).and_then(|camera| camera.shown.as_ref());
        (desk.deck.clone(), shown.map(|shown| (shown.clip, shown.track)))
    };
    let (Some(lane_shown), Some((clip, track))) = (deck.lane(lane), shown) else { return Err(wrong_order()) };
    let manifest = admitted.verified().manifest();
    let entry = manifest.clips.get(clip).ok_or(BrowserError("no such clip".into()))?;
    match still::take(&lane_shown, manifest, (entry, track), admitted.affirmation().name()).await {
        Ok(still) => {
            let png = data_encoding::BASE64.encode(&still.png);
            let still::Still { json, sha256, picture, at, .. } = still;
            report(&Event::Still { clip, picture, at, sha256, json, png });
        }
        Err(fault) => {
            report(&Event::NoStill { code: fault.code.into() });
            deck.check_time()?;
        }
    }
    Ok(())
}
