//! The worker's entry: takes commands one after the other and keeps the open bundle.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fuin_core::{Admitted, Coded, Timestamp, Verified};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use super::{
    Command, Event,
    ahead::{Ahead, look_ahead},
    clip::{ClipFault, ClipSource},
    deck::Deck,
    office_keys, opening, sealing,
    showing::{self, Camera, Load},
};
use crate::platform::{
    BrowserError, clock,
    crypto::ChunkCipher,
    files::BlobSource,
    worker::{listen, report},
};

/// How far a bundle has come. Each state holds what the next one needs, and nothing else.
#[derive(Default)]
pub(super) enum Stage {
    #[default]
    Empty,
    Verified(Box<Verified<BlobSource>>),
    Admitted(Rc<Admitted<BlobSource>>),
}

/// What the worker keeps.
pub(super) struct Desk {
    pub file: Option<web_sys::File>,
    pub stage: Stage,
    pub deck: Rc<Deck>,
    pub cameras: BTreeMap<usize, Camera>,
    /// The clip that is read before it is asked for.
    pub ahead: Option<Ahead>,
    /// Changes whenever a running check must stop.
    check: u64,
    /// Changes whenever sealing must stop.
    pub sealing: u64,
    /// A bundle that waits for its name.
    pub finished: Option<sealing::Finished>,
}

pub(super) type Shared = Rc<RefCell<Desk>>;

/// Starts listening.
pub fn run() -> Result<(), BrowserError> {
    let deck = Deck::new();
    let desk = Desk {
        file: None,
        stage: Stage::Empty,
        deck,
        cameras: BTreeMap::new(),
        ahead: None,
        check: 0,
        sealing: 0,
        finished: None,
    };
    let desk = Rc::new(RefCell::new(desk));
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

pub(super) fn wrong_order() -> ClipFault {
    ClipFault { code: "wrong_order", cause: "no bundle is in the state that this needs".into() }
}

async fn obey(desk: &Shared, command: Command, extra: Option<JsValue>) -> Result<(), ClipFault> {
    let deck = desk.borrow().deck.clone();
    match command {
        Command::Open => opening::open(desk, extra).await,
        Command::UnlockWithPassphrase { passphrase } => {
            opening::unlock(desk, Zeroizing::new(passphrase)).await
        }
        Command::UnlockWithDeviceKey => opening::unlock_with_device_key(desk).await,
        Command::Admit { name, now } => {
            opening::admit(desk, name, now)?;
            look_ahead(desk, 0, now);
            Ok(())
        }
        Command::Clear => {
            showing::clear(desk);
            Ok(())
        }
        Command::Load { lane, clip, track, together, heard, now } => {
            showing::load(desk, Load { lane, clip, track, together, heard, now }, extra).await
        }
        Command::Software { lane, small } => showing::software(desk, lane, small, extra).await,
        Command::SoftwareDied { lane, cause } => showing::software_died(desk, lane, cause),
        Command::Thumbs { lane, count, now } => showing::thumbs(desk, lane, count, now, extra).await,
        Command::Play => deck.play(),
        Command::Pause => {
            deck.pause();
            Ok(())
        }
        Command::Speed { times } => deck.set_speed(times),
        Command::Seek { micros } => {
            deck.seek(micros)?;
            deck.resume_sound();
            Ok(())
        }
        Command::GoTo { lane, picture } => deck.go_to(lane, picture),
        Command::Step { lane, by } => deck.step(lane, by),
        Command::Repeat { range } => {
            deck.set_repeat(range.map(|(from, to)| from..to));
            Ok(())
        }
        Command::SetLook { lane, look } => {
            deck.set_look(lane, look);
            Ok(())
        }
        Command::Heard { micros, shared_ms } => {
            deck.heard(micros, shared_ms - clock::shared_origin_ms());
            Ok(())
        }
        Command::Still { lane } => showing::still(desk, lane).await,
        Command::Ping => {
            report(&Event::Pong);
            deck.check_time()
        }
        Command::CheckAll => check_all(desk).await,
        Command::MeasureDecrypt { clip } => measure(desk, clip).await,
        Command::CancelCheck => {
            desk.borrow_mut().check += 1;
            Ok(())
        }
        Command::MakeReceipt { kind, at, report, log } => {
            opening::make_receipt(desk, kind, at, report, log).await
        }
        Command::LookAt { clip } => sealing::look_at(clip, extra),
        Command::Seal { order } => sealing::seal(desk, *order, extra).await,
        Command::CancelSeal => {
            desk.borrow_mut().sealing += 1;
            Ok(())
        }
        Command::PublishBundle => sealing::publish(desk).await,
        Command::Close => {
            close(desk);
            report(&Event::Closed);
            Ok(())
        }
        Command::ImportOfficeKey { key_file, passphrase } => {
            office_keys::import(&key_file, Zeroizing::new(passphrase)).await
        }
        Command::CheckOfficeKey { key_file, passphrase } => {
            office_keys::check(&key_file, Zeroizing::new(passphrase))
        }
        Command::FoundOffice { office, rules, passphrase } => {
            office_keys::found(office, &rules, Zeroizing::new(passphrase)).await
        }
    }
}

/// Forgets keys and pictures.
pub(super) fn close(desk: &Shared) {
    showing::clear(desk);
    let mut desk = desk.borrow_mut();
    desk.check += 1;
    desk.ahead = None;
    desk.stage = Stage::Empty;
    desk.file = None;
}

/// The admitted bundle, and a second handle on its file.
pub(super) fn admitted(desk: &Shared) -> Result<(Rc<Admitted<BlobSource>>, BlobSource), ClipFault> {
    let desk = desk.borrow();
    let Stage::Admitted(admitted) = &desk.stage else { return Err(wrong_order()) };
    let file = desk.file.clone().ok_or_else(wrong_order)?;
    Ok((admitted.clone(), BlobSource::new(file.into())?))
}

/// The bytes of one clip.
pub(super) async fn clip_source(desk: &Shared, clip: usize, now: Timestamp) -> Result<ClipSource, ClipFault> {
    let (admitted, blob) = admitted(desk)?;
    let (key, place, clip) = admitted.clip(clip, now).map_err(Refused)?;
    Ok(ClipSource::new(blob, ChunkCipher::new(key).await?, place, clip.clone()))
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
        let (check, place) = admitted.verified().check_clip(index).map_err(Refused)?;
        let mut pieces = Vec::new();
        for piece in 0..source.piece_count() {
            let (sealed, plain) = source.piece(piece).await?;
            pieces.push(check.opened(piece, &sealed.to_vec(), &plain).map_err(Refused)?);
            done += plain.len() as f64;
            if desk.borrow().check != run {
                return Ok(());
            }
            report(&Event::Checking { done, total });
            // Lets pictures and commands through.
            clock::after_ms(0.0).await;
        }
        check.finish(pieces, place.crc32).map_err(Refused)?;
    }
    report(&Event::Checked);
    Ok(())
}

async fn measure(desk: &Shared, clip: usize) -> Result<(), ClipFault> {
    let source = clip_source(desk, clip, clock::now()).await?;
    let began = clock::monotonic_ms();
    for piece in 0..source.piece_count() {
        source.piece(piece).await?;
    }
    report(&Event::Measured { bytes: source.len() as f64, ms: clock::monotonic_ms() - began });
    Ok(())
}
