//! From samples to decoded pictures: reading, preparing, decoding, and noticing what does not come out.
//!
//! Entry points: [`pump`], which is called whenever something may be possible, and [`restart`]. What is
//! decoded next, and what follows from what comes or fails, the camera's [`fuin_model::Window`] decides. At
//! most one read is under way for a camera.

use std::rc::Rc;

use fuin_core::{Codec, MediaError};
use fuin_model::{Failed, Fed, Feed, Place, Settled};
use wasm_bindgen_futures::spawn_local;

use super::{
    camera::{Camera, Checked},
    decoder::{Backend, Flushed},
    marking::{MarkedDecoding, MarkedHooks},
    session_mark::Marked,
};
use crate::{
    fault::{Code, Fault},
    platform::{BrowserError, clock, worker::report},
    wire::{Event, Module, PlayEvent},
};

/// Does what can be done now.
pub fn pump(camera: &Camera) {
    settle(camera);
    feed(camera);
}

/// Decoding starts at a sync sample; the picture `target` is to be shown.
pub fn restart(camera: &Camera, start: usize, target: usize) -> Result<(), Fault> {
    camera.configuration.set(configuration_of(camera, start));
    renew_decoder(camera)?;
    camera.window.borrow_mut().restart(start, target);
    pump(camera);
    Ok(())
}

/// Shows the wanted picture if it is there, or the nearest one if it will not come.
fn settle(camera: &Camera) {
    if camera.checked.get() != Checked::Done {
        return;
    }
    let settled = camera.window.borrow_mut().settle(&camera.pictures);
    match settled {
        Settled::Waiting => {}
        Settled::Show(picture) => {
            camera.present(picture);
            camera.trim();
            (camera.signal.wake)();
        }
        Settled::Earlier { start, target } => {
            if let Err(fault) = restart(camera, start, target) {
                (camera.signal.fail)(fault);
            }
        }
        Settled::Nothing => give_up(camera, Fault::new(Code::DecoderFailed, "the decoder gave no picture")),
    }
}

/// Which of the track's configurations a sample needs.
fn configuration_of(camera: &Camera, sample: usize) -> u16 {
    camera.pictures.track().samples.get(sample).map_or(0, |sample| sample.configuration)
}

/// A decoder that failed cannot be used again, so every start gets one that surely works.
fn renew_decoder(camera: &Camera) -> Result<(), Fault> {
    let codec = camera.pictures.told(camera.configuration.get());
    let mut slot = camera.decoder.borrow_mut();
    if slot.as_ref().is_none_or(|decoder| decoder.restart(codec).is_err()) {
        // The old one goes first: both would listen on the same port.
        slot.take();
        let (mark, turn) = camera.easel.session_mark();
        let hooks = hooks(camera);
        *slot = Some(MarkedDecoding::new((&camera.backend.borrow(), codec), mark.clone(), turn, hooks)?);
    }
    Ok(())
}

fn hooks(camera: &Camera) -> MarkedHooks {
    let (me, fail) = (camera.me.clone(), camera.signal.fail.clone());
    MarkedHooks {
        on_picture: Box::new(telling(camera, on_picture)),
        place: Box::new(move |number| me.upgrade().map_or(Place::Behind, |camera| place(&camera, number))),
        on_passed: Box::new(telling(camera, on_passed)),
        on_error: Box::new(telling(camera, on_error)),
        on_fault: Box::new(move |fault| fail(fault)),
        on_dequeue: Rc::new(telling(camera, on_dequeue)),
    }
}

/// What a decoder says, told to the camera as long as there is one.
fn telling<T, F: Fn(&Rc<Camera>, T)>(camera: &Camera, tell: F) -> impl Fn(T) + use<T, F> {
    let me = camera.me.clone();
    move |said| {
        if let Some(camera) = me.upgrade() {
            tell(&camera, said);
        }
    }
}

/// The decoder ended.
fn on_error(camera: &Rc<Camera>, error: BrowserError) {
    if camera.backend.borrow().is_software() {
        return (camera.signal.fail)(Fault::new(Code::MediaCodec, error.words));
    }
    // The decoder that calls must not be dropped in its own call.
    let run = camera.window.borrow().run();
    let camera = camera.clone();
    spawn_local(async move { decoder_failed(&camera, run, error) });
}

/// Where a picture stands. A decoder of ours says of each sample when it is done with it, and would say so before a
/// picture that waits.
fn place(camera: &Camera, number: usize) -> Place {
    match *camera.backend.borrow() {
        Backend::Browser(_) => camera.window.borrow().at.place(number, camera.behind()),
        Backend::Jpeg | Backend::Software(_) => Place::Behind,
    }
}

/// The decoder is at work, and so there is time for what else is to be done.
fn has_answered(camera: &Camera) {
    camera.answered_ms.set(clock::monotonic_ms());
    check_what_was_used(camera);
}

/// A sample was taken. What has not come of one that is done will not come.
fn on_dequeue(camera: &Rc<Camera>, done: Option<usize>) {
    has_answered(camera);
    if let Some(number) = done {
        camera.window.borrow_mut().done_with(number);
    }
    pump(camera);
    if done.is_some() {
        (camera.signal.wake)();
    }
}

fn decoder_failed(camera: &Camera, run: u64, error: BrowserError) {
    check_what_was_used(camera);
    if camera.window.borrow().run() != run {
        return;
    }
    let outcome = camera.window.borrow_mut().fail(&camera.pictures);
    if outcome == Failed::Hopeless {
        return give_up(camera, Fault::new(Code::DecoderFailed, error.words));
    }
    camera.decoder.borrow_mut().take();
    if let Err(fault) = renew_decoder(camera) {
        return (camera.signal.fail)(fault);
    }
    pump(camera);
    camera.tell();
    (camera.signal.wake)();
}

/// The decoder cannot do it. Browsers say of more that they decode it than they do: where there is a decoder of ours,
/// it is asked for.
fn give_up(camera: &Camera, fault: Fault) {
    match Module::of(camera.pictures.track().codec()) {
        Some(module) if !camera.backend.borrow().is_software() => {
            camera.decoder.borrow_mut().take();
            let (camera, small) = (camera.id, false);
            report(&Event::from(PlayEvent::NeedsSoftware { camera, small, module }));
        }
        _ => (camera.signal.fail)(fault),
    }
}

/// Another decoder goes on where the camera stands.
pub(super) fn take_over(camera: &Camera, backend: Backend) -> Result<(), Fault> {
    *camera.backend.borrow_mut() = backend;
    camera.decoder.borrow_mut().take();
    let here = camera.here();
    let start = {
        let mut window = camera.window.borrow_mut();
        window.forgive_all();
        camera.pictures.start_for(camera.pictures.sample_of(here))
    };
    restart(camera, start, here)
}

/// Nobody would see this picture.
fn on_passed(camera: &Rc<Camera>, number: usize) {
    has_answered(camera);
    if camera.window.borrow_mut().passed(&camera.pictures, number) {
        pump(camera);
    }
}

fn on_picture(camera: &Rc<Camera>, picture: Marked) {
    has_answered(camera);
    if !camera.window.borrow_mut().came(&camera.pictures, picture.frame().number(), picture) {
        return;
    }
    camera.trim();
    pump(camera);
    (camera.signal.wake)();
}

/// Gives the decoder the next samples, if it has room.
pub fn feed(camera: &Camera) {
    let idle = match camera.decoder.borrow().as_ref() {
        Some(decoder) => decoder.is_idle(),
        None => return,
    };
    let (run, next) = {
        let mut window = camera.window.borrow_mut();
        (window.run(), window.next_to_feed(&camera.pictures, idle))
    };
    match next {
        Feed::Wait => {}
        Feed::Broken => decoder_failed(camera, run, BrowserError::new("it gives no pictures")),
        Feed::Drain => drain(camera, run),
        Feed::Read { first, count } => {
            let me = camera.me.clone();
            spawn_local(async move {
                let Some(camera) = me.upgrade() else { return };
                if let Err(fault) = feed_from(&camera, run, first, count).await {
                    (camera.signal.fail)(fault);
                }
            });
        }
    }
}

/// Gets the pictures that the decoder still holds back, at the end of the clip.
fn drain(camera: &Camera, run: u64) {
    let flushed = camera.decoder.borrow().as_ref().map(MarkedDecoding::flush);
    let Some(Ok(flushed)) = flushed else { return };
    let me = camera.me.clone();
    spawn_local(async move {
        let all_came = flushed.await;
        let Some(camera) = me.upgrade() else { return };
        if all_came && camera.window.borrow().run() == run {
            check_what_was_used(&camera);
            camera.window.borrow_mut().all_came();
            pump(&camera);
            camera.tell();
            (camera.signal.wake)();
        }
    });
}

async fn feed_from(camera: &Camera, run: u64, first: usize, count: usize) -> Result<(), Fault> {
    let track = camera.pictures.track();
    for index in first..first + count {
        let Some(sample) = track.samples.get(index).copied() else { break };
        let prepared = if sample.is_missing {
            Err(MediaError::Malformed("a picture lies outside the file"))
        } else {
            let (offset, bytes) = track.span(&sample);
            let data = track.gather(&sample, camera.source.read(offset, bytes).await?);
            track.codec_of(&sample).prepare(data, sample.is_sync)
        };
        let fed = {
            let mut window = camera.window.borrow_mut();
            if window.run() != run {
                return Ok(());
            }
            if !window.is_decoding() {
                camera.answered_ms.set(clock::monotonic_ms());
            }
            window.take_sample(&camera.pictures, index, prepared, camera.behind())
        };
        match fed {
            Fed::Skip => {}
            Fed::Earlier { start, target } => return restart(camera, start, target),
            Fed::Decode { sample, number, at_once } => {
                if configuration_of(camera, index) != camera.configuration.get() {
                    change_configuration(camera, run, index).await?;
                    if camera.window.borrow().run() != run {
                        return Ok(());
                    }
                }
                let given = camera.decoder.borrow().as_ref().map(|decoder| match at_once {
                    true => decoder.decode_at_once(&sample, number),
                    false => decoder.decode(&sample, number).map(|()| None),
                });
                match given {
                    Some(Err(error)) => {
                        decoder_failed(camera, run, error);
                        return Ok(());
                    }
                    Some(Ok(Some(flushed))) => {
                        await_first(camera, run, index, flushed);
                        break;
                    }
                    Some(Ok(None)) | None => {}
                }
            }
        }
    }
    if camera.window.borrow().run() == run {
        camera.window.borrow_mut().stop_reading();
        if camera.backend.borrow().is_software() {
            check_what_was_used(camera);
        }
        pump(camera);
    }
    Ok(())
}

/// From a sample on the decoder must be told something else. It gives what it still holds back before.
async fn change_configuration(camera: &Camera, run: u64, sample: usize) -> Result<(), Fault> {
    let flushed = camera.decoder.borrow().as_ref().map(MarkedDecoding::flush).transpose()?;
    if let Some(flushed) = flushed {
        // Whether it was cut short by a restart is known by the run.
        let _ = flushed.await;
    }
    if camera.window.borrow().run() == run {
        camera.configuration.set(configuration_of(camera, sample));
        renew_decoder(camera)?;
    }
    Ok(())
}

/// Nothing is read or given to the decoder before the first picture is out.
fn await_first(camera: &Camera, run: u64, index: usize, flushed: Flushed) {
    camera.window.borrow_mut().await_first(index);
    let me = camera.me.clone();
    spawn_local(async move {
        // Whether it was cut short by a restart is known by the run.
        let _ = flushed.await;
        let Some(camera) = me.upgrade() else { return };
        if camera.window.borrow().run() == run {
            camera.window.borrow_mut().first_is_over();
            pump(&camera);
        }
    });
}

/// The decoder works on the first samples; now, and not before, there is time to check what was used for them
/// and to write the marks. A browser's decoder begins only when this thread has nothing else to do, and says
/// so by a dequeued sample.
fn check_what_was_used(camera: &Camera) {
    if camera.checked.get() != Checked::NotYet {
        return;
    }
    camera.checked.set(Checked::Running);
    let me = camera.me.clone();
    spawn_local(async move {
        let Some(camera) = me.upgrade() else { return };
        let codec: &Codec = camera.pictures.track().codec();
        camera.easel.prepare(codec);
        match camera.source.settle().await {
            Ok(()) => {
                camera.checked.set(Checked::Done);
                pump(&camera);
            }
            Err(fault) => (camera.signal.fail)(fault),
        }
    });
}
