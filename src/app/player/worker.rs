//! The worker's entry: takes commands one after the other and keeps the open bundle.

use std::{cell::RefCell, rc::Rc};

use fuin_core::{
    Coded,
    bundle::{Admitted, Affirmation, Sealed, Verified},
    calendar::Timestamp,
    crypto::envelope::{B64, Passphrase, Slot, recipient_slot},
    records::receipt::{Facts, Receipt, ReceiptKind, Report, ViewingLog},
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use super::{
    ClipFacts, Command, Event, Inside, Outside,
    clip::{ClipFault, ClipSource},
    office_keys,
    playback::Playback,
};
use crate::platform::{
    BrowserError, clock,
    crypto::{ChunkCipher, DeviceKey, DeviceSigningKey},
    db::{self, Kept},
    files::{BlobSource, as_file},
    surface::Surface,
    video::Config,
    worker::{listen, report},
};

/// How far a bundle has come. Each state holds what the next one needs, and nothing else.
#[derive(Default)]
enum Stage {
    #[default]
    Empty,
    Verified(Box<Verified<BlobSource>>),
    Admitted(Rc<Admitted<BlobSource>>),
}

#[derive(Default)]
struct Desk {
    file: Option<web_sys::File>,
    stage: Stage,
    surface: Option<Rc<Surface>>,
    playback: Option<Rc<Playback>>,
    /// Changes with every clip that is asked for.
    load: u64,
    /// Changes whenever a running check must stop.
    check: u64,
}

type Shared = Rc<RefCell<Desk>>;

/// Starts listening.
pub fn run() -> Result<(), BrowserError> {
    let desk = Shared::default();
    listen(move |command: Command, extra| {
        let desk = desk.clone();
        spawn_local(async move {
            if let Err(fault) = obey(&desk, command, extra).await {
                report(&Event::Refused { code: fault.code.into(), cause: fault.cause });
            }
        });
    })
}

impl<E: Coded + std::fmt::Display> From<Refused<E>> for ClipFault {
    fn from(Refused(error): Refused<E>) -> Self {
        Self { code: error.code(), cause: error.to_string() }
    }
}

/// A core error on its way to the page.
pub(super) struct Refused<E>(pub(super) E);

fn wrong_order() -> ClipFault {
    ClipFault { code: "wrong_order", cause: "no bundle is in the state that this needs".into() }
}

async fn obey(desk: &Shared, command: Command, extra: Option<JsValue>) -> Result<(), ClipFault> {
    match command {
        Command::Open => open(desk, extra).await,
        Command::UnlockWithPassphrase { passphrase } => unlock(desk, Zeroizing::new(passphrase)).await,
        Command::UnlockWithDeviceKey => unlock_with_device_key(desk).await,
        Command::Admit { name, now } => admit(desk, name, now, extra),
        Command::Load { clip, now } => load(desk, clip, now).await,
        Command::Play => with_playback(desk, Playback::play),
        Command::Pause => with_playback(desk, |playback| {
            playback.pause();
            Ok(())
        }),
        Command::Seek { micros } => with_playback(desk, |playback| playback.seek(micros)),
        Command::Step { by } => with_playback(desk, |playback| playback.step(by)),
        Command::CheckAll => check_all(desk).await,
        Command::MeasureDecrypt { clip } => measure(desk, clip).await,
        Command::CancelCheck => {
            desk.borrow_mut().check += 1;
            Ok(())
        }
        Command::MakeReceipt { kind, at, report, log } => make_receipt(desk, kind, at, report, log).await,
        Command::Close => {
            close(desk);
            report(&Event::Closed);
            Ok(())
        }
        Command::ImportOfficeKey { key_file, passphrase } => {
            office_keys::import(&key_file, Zeroizing::new(passphrase)).await
        }
        Command::FoundOffice { office, rules, passphrase } => {
            office_keys::found(office, &rules, Zeroizing::new(passphrase)).await
        }
    }
}

fn close(desk: &Shared) {
    let mut desk = desk.borrow_mut();
    if let Some(playback) = desk.playback.take() {
        playback.stop();
    }
    desk.check += 1;
    desk.stage = Stage::Empty;
    desk.file = None;
}

fn with_playback(
    desk: &Shared,
    act: impl FnOnce(&Playback) -> Result<(), ClipFault>,
) -> Result<(), ClipFault> {
    let playback = desk.borrow().playback.clone();
    // A key pressed before the first picture has nothing to act on.
    playback.map_or(Ok(()), |playback| act(&playback))
}

async fn open(desk: &Shared, extra: Option<JsValue>) -> Result<(), ClipFault> {
    close(desk);
    let file = extra.as_ref().and_then(as_file).ok_or_else(wrong_order)?;
    let sealed = Sealed::read(BlobSource::new(file.clone().into())?).map_err(Refused)?;
    let header = sealed.header();
    let device_key = read_device_key().await?;
    let kid = device_key.map(|key| key.public().thumbprint()).unwrap_or_default();
    let outside = Outside {
        bundle_id: header.bundle_id.clone(),
        office: header.office.clone(),
        takes_passphrase: header.slots.iter().any(|slot| matches!(slot, Slot::Passphrase(_))),
        takes_device_key: recipient_slot(&header.slots, &kid).is_some(),
    };
    let mut desk = desk.borrow_mut();
    desk.file = Some(file);
    report(&Event::Outside(outside));
    Ok(())
}

/// The key-agreement key of this browser, if one was made.
async fn read_device_key() -> Result<Option<DeviceKey>, BrowserError> {
    Ok(db::read(Kept::Keys, "agreement").await?.and_then(|stored| DeviceKey::restore(&stored)))
}

/// Reads the outside again: a wrong key leaves everything as it was.
fn sealed_again(desk: &Shared) -> Result<Sealed<BlobSource>, ClipFault> {
    let file = desk.borrow().file.clone().ok_or_else(wrong_order)?;
    Ok(Sealed::read(BlobSource::new(file.into())?).map_err(Refused)?)
}

async fn unlock(desk: &Shared, typed: Zeroizing<String>) -> Result<(), ClipFault> {
    report(&Event::Deriving);
    // Lets the message out before the derivation holds this thread.
    clock::after_ms(0.0).await;
    let opened = sealed_again(desk)?.open_with_passphrase(&Passphrase::new(&typed)).map_err(Refused)?;
    verified(desk, opened.verify().map_err(Refused)?);
    Ok(())
}

async fn unlock_with_device_key(desk: &Shared) -> Result<(), ClipFault> {
    report(&Event::Deriving);
    let key = read_device_key().await?.ok_or_else(wrong_order)?;
    let sealed = sealed_again(desk)?;
    let header = sealed.header();
    let slot = recipient_slot(&header.slots, &key.public().thumbprint()).ok_or_else(wrong_order)?;
    let shared = key.diffie_hellman(&slot.sender_key().map_err(Refused)?).await?;
    let bundle_key =
        slot.open_with_shared(key.public(), &shared, header.bundle_id.as_str()).map_err(Refused)?;
    verified(desk, sealed.open(bundle_key).map_err(Refused)?.verify().map_err(Refused)?);
    Ok(())
}

fn verified(desk: &Shared, verified: Verified<BlobSource>) {
    let mut manifest = verified.manifest().clone();
    manifest.receipt_secret = B64([0; 32]);
    // The page has no use for a megabyte of checkpoints.
    manifest.clips.iter_mut().for_each(|clip| clip.checkpoints.clear());
    let key = verified.office_key();
    let inside = Inside {
        manifest,
        manifest_sha256: B64(verified.manifest_sha256()),
        undertaking: verified.undertaking().clone(),
        office_key: key.thumbprint(),
        words: key.fingerprint_words(),
        words_latin: key.fingerprint_words_latin(),
    };
    desk.borrow_mut().stage = Stage::Verified(Box::new(verified));
    report(&Event::Inside(Box::new(inside)));
}

fn admit(desk: &Shared, name: String, now: Timestamp, extra: Option<JsValue>) -> Result<(), ClipFault> {
    let surface = Rc::new(Surface::new(extra.ok_or_else(wrong_order)?)?);
    let mut desk = desk.borrow_mut();
    let verified = match std::mem::take(&mut desk.stage) {
        Stage::Verified(verified) => verified,
        // Back at the picture after another screen: a new canvas, the same admission.
        Stage::Admitted(admitted) => {
            let window = admitted.verified().check_window(now);
            desk.stage = Stage::Admitted(admitted);
            window.map_err(Refused)?;
            desk.surface = Some(surface);
            report(&Event::Admitted);
            return Ok(());
        }
        stage => {
            desk.stage = stage;
            return Err(wrong_order());
        }
    };
    match verified.admit(now, Affirmation { name, at: now }) {
        Ok(admitted) => {
            desk.stage = Stage::Admitted(Rc::new(admitted));
            desk.surface = Some(surface);
            report(&Event::Admitted);
            Ok(())
        }
        Err((verified, error)) => {
            desk.stage = Stage::Verified(verified);
            Err(Refused(error).into())
        }
    }
}

/// The admitted bundle, and a second handle on its file.
fn admitted(desk: &Shared) -> Result<(Rc<Admitted<BlobSource>>, BlobSource), ClipFault> {
    let desk = desk.borrow();
    let Stage::Admitted(admitted) = &desk.stage else { return Err(wrong_order()) };
    let file = desk.file.clone().ok_or_else(wrong_order)?;
    Ok((admitted.clone(), BlobSource::new(file.into())?))
}

async fn clip_source(desk: &Shared, clip: usize, now: Timestamp) -> Result<ClipSource, ClipFault> {
    let (admitted, blob) = admitted(desk)?;
    let (key, place, clip) = admitted.clip(clip, now).map_err(Refused)?;
    Ok(ClipSource::new(blob, ChunkCipher::new(key).await?, place, clip.clone()))
}

async fn load(desk: &Shared, clip: usize, now: Timestamp) -> Result<(), ClipFault> {
    let (previous, load) = {
        let mut desk = desk.borrow_mut();
        desk.load += 1;
        (desk.playback.take(), desk.load)
    };
    if let Some(previous) = previous {
        previous.stop();
    }
    let source = Rc::new(clip_source(desk, clip, now).await?);
    let track = source.index().await?.video;
    let config = Config {
        codec: track.codec.name.clone(),
        description: track.codec.description.clone(),
        size: (track.codec.width, track.codec.height),
    };
    if !config.is_supported().await {
        return Err(ClipFault { code: "media_codec", cause: config.codec });
    }
    if desk.borrow().load != load {
        // Another clip was asked for meanwhile; it is the one to show.
        return Ok(());
    }
    let (admitted, _) = admitted(desk)?;
    let surface = desk.borrow().surface.clone().ok_or_else(wrong_order)?;
    report(&Event::Ready(ClipFacts {
        duration_micros: track.duration_micros(),
        pictures: track.samples.len(),
        codec: track.codec.name.clone(),
        size: config.size,
    }));
    let playback = Playback::start(source, track, surface, admitted, now)?;
    desk.borrow_mut().playback = Some(playback);
    Ok(())
}

async fn check_all(desk: &Shared) -> Result<(), ClipFault> {
    let (admitted, _) = admitted(desk)?;
    let clips = &admitted.verified().manifest().clips;
    let total: f64 = clips.iter().map(|clip| clip.bytes as f64).sum();
    let run = {
        let mut desk = desk.borrow_mut();
        desk.check += 1;
        desk.check
    };
    let mut done = 0.0;
    for index in 0..clips.len() {
        let source = clip_source(desk, index, clock::now()).await?;
        for segment in 0..source.segment_count() {
            let plain = source.segment(segment).await?;
            done += plain.len() as f64;
            if desk.borrow().check != run {
                return Ok(());
            }
            report(&Event::Checking { done, total });
            // Lets pictures and commands through.
            clock::after_ms(0.0).await;
        }
    }
    report(&Event::Checked);
    Ok(())
}

async fn measure(desk: &Shared, clip: usize) -> Result<(), ClipFault> {
    let source = clip_source(desk, clip, clock::now()).await?;
    let began = clock::monotonic_ms();
    for segment in 0..source.segment_count() {
        source.decrypt(segment).await?;
    }
    report(&Event::Measured { bytes: source.len() as f64, ms: clock::monotonic_ms() - began });
    Ok(())
}

async fn make_receipt(
    desk: &Shared,
    kind: ReceiptKind,
    at: Timestamp,
    words: Report,
    log: ViewingLog,
) -> Result<(), ClipFault> {
    let key =
        match db::read(Kept::Keys, "signing").await?.and_then(|stored| DeviceSigningKey::restore(&stored)) {
            Some(key) => key,
            None => {
                let key = DeviceSigningKey::generate().await?;
                db::write(Kept::Keys, "signing", &key.store()).await?;
                key
            }
        };
    let (unsigned, code) = {
        let desk = desk.borrow();
        let verified = match &desk.stage {
            Stage::Verified(verified) => verified,
            Stage::Admitted(admitted) => admitted.verified(),
            Stage::Empty => return Err(wrong_order()),
        };
        let secret = verified.receipt_secret();
        let bundle_id = &verified.manifest().bundle_id;
        let facts = Facts { bundle_id, manifest_sha256: verified.manifest_sha256(), secret: &secret };
        Receipt::unsigned(&facts, kind, at, words, log, key.public()).map_err(Refused)?
    };
    let jws = key.sign(unsigned).await?;
    report(&Event::Receipt { kind, jws: jws.as_str().to_owned(), code: code.to_string() });
    Ok(())
}
