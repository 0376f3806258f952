//! Sets cameras up: clip, tracks, decoder, canvas; small pictures; stills.
//!
//! Entry points: [`load`], [`software`], [`thumbs`], [`still`]. A camera whose codec the browser lacks waits
//! here until the page has started the decoder in software. Absent: playing (`timeline`).

use std::{cell::RefCell, rc::Rc};

use fuin_core::{Clip, Grant, Index, IndexBeginning, Manifest, MediaError, Pictures, Timestamp, VideoTrack};
use fuin_model::{Activity, CodedSize};

use super::{
    ahead::{Ahead, Early, Tables, look_ahead},
    camera::Camera,
    decoder::Backend,
    easel::Easel,
    feed,
    running::pump,
    session_mark::SessionMarks,
    sound::Sound,
    stage::{OnScreen, Places, Prepared, Strip},
    still as stills, thumbs as strips,
    timeline::Timeline,
};
use crate::{
    fault::{Code, Fault},
    platform::{
        BrowserError,
        module::ModulePort,
        surface::{HandedCanvas, Surface},
        worker::report,
    },
    wire::{ClipFacts, Event, Load, Module, PlayEvent, Shown},
    worker::{
        erased,
        vault::{Vault, wrong_order},
    },
};

/// What playing needs: the bundle, the places on the page, time, the mark of this viewing, and the clip that is read
/// before it is asked for.
pub struct Playback {
    pub(super) vault: Rc<Vault>,
    pub(super) places: Rc<Places>,
    pub(super) timeline: Rc<Timeline>,
    pub(super) marks: Rc<SessionMarks>,
    pub(super) ahead: RefCell<Option<Ahead>>,
}

impl Playback {
    /// Without cameras.
    pub fn new(vault: Rc<Vault>) -> Self {
        let marks = Rc::new(SessionMarks::new(vault.clone()));
        Self { vault, places: Rc::default(), timeline: Timeline::new(pump), marks, ahead: RefCell::default() }
    }

    /// Takes all cameras away.
    pub fn clear(&self) {
        self.places.clear();
        self.timeline.clear();
    }

    /// As [`Self::clear`], and forgets what was read.
    pub fn close(&self) {
        self.clear();
        self.marks.forget();
        self.ahead.borrow_mut().take();
    }
}

/// Shows a clip. Alone, one that cannot be shown stops everything; beside others, it stays dark.
pub async fn load(playback: &Playback, wanted: Load, canvas: HandedCanvas) -> Result<(), Fault> {
    let surface = Rc::new(Surface::new(canvas)?);
    // The way from this canvas to the screen is made when it is painted for the first time: better now than
    // with the picture.
    surface.clear();
    playback.places.put(wanted.camera, surface);
    let outcome = match prepare(playback, wanted).await {
        Ok(prepared) => start(playback, wanted, prepared).await,
        Err(fault) => Err(fault),
    };
    refuse_alone(playback, wanted, outcome)
}

fn refuse_alone(playback: &Playback, wanted: Load, outcome: Result<(), Fault>) -> Result<(), Fault> {
    match outcome {
        // Another choice was made meanwhile: this clip is not wanted any more.
        Err(_) if !playback.places.has(wanted.camera) => Ok(()),
        Err(Fault { code, cause }) if wanted.together => {
            report(&Event::from(PlayEvent::NotShown { camera: wanted.camera, code, cause }));
            Ok(())
        }
        outcome => outcome,
    }
}

async fn prepare(playback: &Playback, wanted: Load) -> Result<Prepared, Fault> {
    let ahead = playback.ahead.borrow_mut().take().filter(|ahead| ahead.is_of(wanted.clip));
    let ahead =
        ahead.unwrap_or_else(|| look_ahead(&playback.vault, &playback.marks, wanted.clip, wanted.now));
    if let Some(early) = ahead.early().await.filter(|_| wanted.track == 0) {
        show_early(playback, wanted, &early)?;
        early.give_back();
    }
    let Tables { source, index, first } = ahead.take().await?;
    let (admitted, _) = playback.vault.admitted()?;
    admitted.verified().check_window(wanted.now)?;
    let audio_refused = index.sound_refused().map(str::to_owned);
    let Index { mut videos, audio, cut_off, format, .. } = index;
    let tracks = videos.len();
    let track = videos.drain(..).nth(wanted.track).ok_or(MediaError::NoVideo)?;
    let facts = ClipFacts {
        format,
        tracks,
        cut_off,
        reading: false,
        audio: audio.as_ref().map(|audio| audio.codec.name()),
        audio_refused,
        ..facts(admitted.verified().manifest(), wanted, &track, track.samples.len())
    };
    let first = first.filter(|_| wanted.track == 0);
    Ok(Prepared { source, track, audio, facts: Box::new(facts), first })
}

/// What a track says of itself.
fn facts(manifest: &Manifest, wanted: Load, track: &VideoTrack, pictures: usize) -> ClipFacts {
    let codec = track.codec();
    ClipFacts {
        offset: if wanted.together { offset(manifest, wanted.clip) } else { 0 },
        pictures,
        timescale: track.timescale,
        codec: codec.name.clone(),
        size: Surface::size((codec.width, codec.height), track.turn),
        pixel_aspect: track.pixel_aspect(),
        interlaced: codec.interlaced,
        missing: track.missing,
        left_out: track.left_out,
        has_cuts: track.has_cuts,
        reading: true,
        ..ClipFacts::default()
    }
}

/// Shows the first picture of a clip the tables of which are still read.
fn show_early(playback: &Playback, wanted: Load, early: &Early) -> Result<(), Fault> {
    let Some(surface) = playback.places.with(wanted.camera, |place| place.surface.clone()) else {
        return Ok(());
    };
    let IndexBeginning { track, pictures } = &early.beginning;
    let (admitted, _) = playback.vault.admitted()?;
    let facts = Box::new(facts(admitted.verified().manifest(), wanted, track, *pictures));
    report(&Event::from(PlayEvent::Facts { camera: wanted.camera, facts }));
    let easel = Easel::new(surface, admitted, playback.marks.current()?, track.turn, wanted.now);
    let (picture, kind) = &early.picture;
    easel.paint(picture)?;
    let shown = Shown { size: easel.painted_size(), kind: Some(*kind), ..Shown::default() };
    report(&Event::from(PlayEvent::Shown { camera: wanted.camera, shown }));
    Ok(())
}

/// Microseconds from the first picture of the earliest clip to that of this one, by true time. A clip whose beginning
/// is unknown stands at the beginning, which the page says.
fn offset(manifest: &Manifest, clip: usize) -> i64 {
    let start = |clip: &Clip| Some(clip.note.clocks(0)?.1.unix_secs());
    let first = manifest.clips.iter().filter_map(start).min();
    let this = manifest.clips.get(clip).and_then(start);
    this.zip(first).map_or(0, |(this, first)| (this - first).saturating_mul(1_000_000))
}

async fn start(playback: &Playback, wanted: Load, prepared: Prepared) -> Result<(), Fault> {
    let backend = Backend::of(prepared.track.codec());
    if backend.is_supported().await {
        return show(playback, wanted, prepared, backend).await;
    }
    let Some(module) = Module::of(prepared.track.codec()) else {
        return Err(Fault::new(Code::MediaCodec, prepared.track.codec().name.clone()));
    };
    let waits = playback.places.with(wanted.camera, |place| place.waiting = Some((wanted, prepared)));
    if waits.is_some() {
        report(&Event::from(PlayEvent::NeedsSoftware { camera: wanted.camera, small: false, module }));
    }
    Ok(())
}

/// The decoder in software is ready.
pub async fn software(
    playback: &Playback,
    camera: usize,
    small: bool,
    port: ModulePort,
) -> Result<(), Fault> {
    if small {
        let strip = playback.places.with(camera, |place| place.waiting_strip.take()).flatten();
        let (Some(strip), Some(_)) = (strip, playback.places.on_screen(camera)) else { return Ok(()) };
        return paint_strip(playback, camera, strip, Backend::Software(port)).await;
    }
    let waiting = playback.places.with(camera, |place| place.waiting.take()).flatten();
    let Some((wanted, mut prepared)) = waiting else { return go_on_in_software(playback, camera, port) };
    prepared.facts.software = true;
    let outcome = show(playback, wanted, prepared, Backend::Software(port)).await;
    refuse_alone(playback, wanted, outcome)
}

/// The browser's decoder gave up on a camera that is on the screen: ours goes on where it stands.
fn go_on_in_software(playback: &Playback, camera: usize, port: ModulePort) -> Result<(), Fault> {
    let backend = Backend::Software(port);
    let facts = playback.places.with(camera, |place| {
        place.on_screen.as_mut().map(|shown| {
            shown.backend = backend.clone();
            shown.facts.software = true;
            shown.facts.clone()
        })
    });
    let (Some(facts), Some(shown)) = (facts.flatten(), playback.timeline.camera(camera)) else {
        return Ok(());
    };
    report(&Event::from(PlayEvent::Facts { camera, facts }));
    feed::take_over(&shown, backend)
}

/// The decoder in software died: what it was to decode is not shown.
pub fn software_died(playback: &Playback, camera: usize, cause: String) -> Result<(), Fault> {
    let fault = Fault::new(Code::DecoderFailed, cause);
    match playback.places.with(camera, |place| place.waiting.take()).flatten() {
        Some((wanted, _)) => refuse_alone(playback, wanted, Err(fault)),
        None => {
            playback.timeline.fail(Some(camera), fault);
            Ok(())
        }
    }
}

async fn show(playback: &Playback, wanted: Load, prepared: Prepared, backend: Backend) -> Result<(), Fault> {
    let (admitted, _) = playback.vault.admitted()?;
    let Prepared { source, track, audio, mut facts, first } = prepared;
    let turn = track.turn;
    let pictures = Rc::new(Pictures::new(track));
    facts.span = (pictures.micros(0), pictures.end_micros());
    facts.begins = pictures.begin_micros();
    if wanted.together {
        facts.offset -= facts.begins;
    }
    facts.gaps = pictures.gaps().into_iter().map(|gap| (gap.start, gap.end)).collect();
    facts.activity = activity(&pictures, facts.span);
    let on_screen = OnScreen {
        source: source.clone(),
        pictures: pictures.clone(),
        backend: backend.clone(),
        clip: wanted.clip,
        track: wanted.track,
        facts: facts.clone(),
    };
    let surface = playback.places.with(wanted.camera, |place| {
        place.on_screen = Some(on_screen);
        place.surface.clone()
    });
    // Another clip was asked for meanwhile; it is the one to show.
    let Some(surface) = surface else { return Ok(()) };
    let offset = facts.offset;
    report(&Event::from(PlayEvent::Facts { camera: wanted.camera, facts }));
    // The page makes room for it meanwhile.
    let first = match first {
        Some(first) => first.await.ok(),
        None => None,
    };
    if !playback.places.has(wanted.camera) {
        return Ok(());
    }
    report(&Event::from(PlayEvent::Ready { camera: wanted.camera }));
    let easel = Easel::new(surface, admitted, playback.marks.current()?, turn, wanted.now);
    let signal = playback.timeline.signal(wanted.camera);
    let camera = Camera::new(wanted.camera, source.clone(), pictures, backend, easel, signal, first);
    if wanted.heard {
        playback.timeline.set_sound(audio.map(|audio| Sound::new(source, audio, offset)));
    }
    playback.timeline.place(camera, offset, wanted.together)
}

/// How much happens over a clip.
fn activity(pictures: &Pictures, span: (i64, i64)) -> Vec<u8> {
    let sizes = (0..pictures.count()).filter_map(|picture| {
        let sample = pictures.track().samples.get(pictures.sample_of(picture))?;
        Some(CodedSize { micros: pictures.micros(picture), bytes: sample.size, is_key: sample.is_sync })
    });
    Activity::of(sizes, span).levels
}

/// Paints small pictures for the time bar.
pub async fn thumbs(
    playback: &Playback,
    camera: usize,
    count: usize,
    now: Timestamp,
    canvas: HandedCanvas,
) -> Result<(), Fault> {
    let strip = Strip { count, now, canvas };
    let Some(shown) = playback.places.on_screen(camera) else { return Ok(()) };
    match (shown.backend, Module::of(shown.pictures.track().codec())) {
        (Backend::Software(_), Some(module)) => {
            playback.places.with(camera, |place| place.waiting_strip = Some(strip));
            report(&Event::from(PlayEvent::NeedsSoftware { camera, small: true, module }));
            Ok(())
        }
        (backend, _) => paint_strip(playback, camera, strip, backend).await,
    }
}

async fn paint_strip(
    playback: &Playback,
    camera: usize,
    strip: Strip,
    backend: Backend,
) -> Result<(), Fault> {
    let (admitted, _) = playback.vault.admitted()?;
    let Strip { count, now, canvas } = strip;
    let surface = Rc::new(Surface::new(canvas)?);
    let Some(OnScreen { source, pictures, .. }) = playback.places.on_screen(camera) else { return Ok(()) };
    let mark = playback.marks.current()?;
    let easel = Easel::new(surface, admitted, mark, pictures.track().turn, now);
    let places = playback.places.clone();
    source.settle().await?;
    let painted = strips::paint_strip(source, pictures, backend, easel, count, move || places.has(camera));
    if painted.await? {
        report(&Event::from(PlayEvent::Strip { camera }));
    }
    Ok(())
}

/// Makes a picture of what a camera shows, to be saved or printed.
pub async fn still(playback: &Playback, camera: usize, print: bool) -> Result<(), Fault> {
    erased::check(&playback.vault).await?;
    let (admitted, _) = playback.vault.admitted()?;
    let on_screen = playback.places.on_screen(camera);
    let (Some(shown), Some(OnScreen { clip, track, .. })) = (playback.timeline.camera(camera), on_screen)
    else {
        return Err(wrong_order());
    };
    let manifest = admitted.verified().manifest();
    let entry = manifest.clips.get(clip).ok_or(BrowserError::new("no such clip"))?;
    let grant = if print { Grant::Print } else { Grant::Still };
    match stills::take(&shown, manifest, grant, (entry, track), admitted.affirmation().name()).await {
        Ok(still) => {
            let png = data_encoding::BASE64.encode(&still.png);
            let stills::Still { json, sha256, picture, at, .. } = still;
            report(&Event::from(PlayEvent::Still { clip, picture, at, sha256, json, png, print }));
        }
        Err(fault) => {
            report(&Event::from(PlayEvent::NoStill { code: fault.code }));
            playback.timeline.check_time()?;
        }
    }
    Ok(())
}
