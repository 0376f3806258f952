//! O10: whose copy a picture shows. The picture and what was found are on the page only; nothing is recorded.
//!
//! Entry points: [`provide_tracing`], [`use_tracing`]. Absent: the search itself, which a module of its own does
//! (`src/modules/tracer.rs`).

use data_encoding::BASE64;
use fuin_core::{ScanKind, Timestamp, forensic_key, sha256_hex};
use fuin_model::Corners;
use fuin_trace::{Search, Suspect, Verdict};
use leptos::prelude::*;

use super::{desk::Desk, fault::DeskFault};
use crate::{
    fault::{Code, Fault},
    platform::{
        clock,
        files::{self, PickedFile},
        picture::{self, Luma},
        tracer::{Said, Tracer},
    },
};

/// Bytes of the largest picture.
const MAX_PICTURE: u32 = 64 << 20;

/// A picture that is looked at.
#[derive(Clone)]
pub struct Found {
    /// The name of its file.
    pub name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The file as an address.
    pub address: String,
    luma: Luma,
}

/// What was found, and when.
#[derive(Clone)]
pub struct Traced {
    /// What it says.
    pub verdict: Verdict,
    /// When it was looked for.
    pub at: Timestamp,
    /// Whether a part of the picture was chosen.
    pub is_part: bool,
}

/// The search.
#[derive(Clone, Copy)]
pub struct Tracing {
    desk: Desk,
    /// The picture.
    pub picture: RwSignal<Option<Found>>,
    /// What of it is the screen.
    pub corners: RwSignal<Corners>,
    /// How far the search is, from 0 to 1, while it runs.
    pub part: RwSignal<Option<f64>>,
    /// What was found.
    pub traced: RwSignal<Option<Traced>>,
    running: StoredValue<Option<Tracer>, LocalStorage>,
    /// Which search it is: what comes of an earlier one is dropped.
    turn: StoredValue<u32>,
}

/// Makes it known.
pub fn provide_tracing(desk: Desk) {
    let tracing = Tracing {
        desk,
        picture: RwSignal::new(None),
        corners: RwSignal::new(Corners::default()),
        part: RwSignal::new(None),
        traced: RwSignal::new(None),
        running: StoredValue::new_local(None),
        turn: StoredValue::new(0),
    };
    desk.on_lock(move || tracing.forget());
    provide_context(tracing);
}

/// The search.
pub fn use_tracing() -> Tracing {
    expect_context()
}

impl Tracing {
    fn forget(self) {
        self.stop();
        self.picture.set(None);
        self.traced.set(None);
    }

    /// Ends a search that runs.
    pub fn stop(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.running.set_value(None);
        self.part.set(None);
    }

    /// Takes a picture.
    pub async fn take(self, file: PickedFile) -> Result<(), DeskFault> {
        self.forget();
        let bytes = files::read_bytes(&file, MAX_PICTURE).await?.ok_or(Code::FileTooLarge)?;
        let kind = kind_of(&bytes).ok_or(Code::TracePicture)?;
        let luma = picture::read(&file).await.map_err(|error| Fault::new(Code::TracePicture, error.words))?;
        let address = format!("data:{kind};base64,{}", BASE64.encode(&bytes));
        self.corners.set(Corners::default());
        self.picture.set(Some(Found { name: file.name(), sha256: sha256_hex(&bytes), address, luma }));
        Ok(())
    }

    /// Moves a corner of the screen; what was found before is of another part.
    pub fn move_corner(self, corner: usize, to: (f64, f64)) {
        self.stop();
        self.corners.update(|corners| *corners = corners.moved(corner, to));
        self.traced.set(None);
    }

    /// Begins to look.
    pub async fn search(self) -> Result<(), DeskFault> {
        let Some(picture) = self.picture.get_untracked() else { return Ok(()) };
        self.stop();
        self.traced.set(None);
        self.part.set(Some(0.0));
        let turn = self.turn.get_value();
        let keys = self.keys().await;
        if self.turn.get_value() != turn {
            return Ok(());
        }
        let (suspects, keys) = keys.inspect_err(|_| self.stop())?;
        let (corners, luma) = (self.corners.get_untracked(), &picture.luma);
        let (width, height, flat) = corners.flatten(&luma.bytes, (luma.width, luma.height));
        let is_part = corners != Corners::default();
        let say = move |said| match said {
            _ if self.turn.get_value() != turn => {}
            Said::Part(part) => self.part.set(Some(part)),
            Said::Found(json) => match serde_json::from_str(&json) {
                Ok(search) => self.tell(&search, &suspects, is_part),
                Err(error) => self.fail(error.to_string()),
            },
            Said::Died(why) => self.fail(why),
        };
        let tracer = Tracer::start(&keys, (width, height), &flat, say);
        match tracer {
            Ok(tracer) => self.running.set_value(Some(tracer)),
            Err(error) => self.fail(error.words),
        }
        Ok(())
    }

    /// Everybody whose marks are looked for, with their keys one behind the other.
    async fn keys(self) -> Result<(Vec<Suspect>, Vec<u8>), DeskFault> {
        let keys = self.desk.keys()?;
        let all = self.desk.register.with_untracked(Suspect::all);
        let (mut suspects, mut marks) = (Vec::new(), Vec::new());
        for suspect in all {
            let id = &suspect.bundle_id;
            let masters =
                self.desk.register.with_untracked(|register| register.of_key(id, keys.masters()).to_vec());
            for master in masters {
                let secret = master.receipt_secret(id, &suspect.holder).await?;
                marks.extend_from_slice(forensic_key(&secret).expose());
                suspects.push(suspect.clone());
            }
        }
        Ok((suspects, marks))
    }

    fn tell(self, search: &Search, suspects: &[Suspect], is_part: bool) {
        self.stop();
        let verdict = self.desk.register.with_untracked(|register| Verdict::new(search, suspects, register));
        self.traced.set(Some(Traced { verdict, at: clock::now(), is_part }));
    }

    fn fail(self, why: String) {
        self.stop();
        self.desk.refuse(&Fault::new(Code::TraceFailed, why).into());
    }
}

/// The media type of a picture, by its first bytes.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match (ScanKind::of(bytes), bytes) {
        (Some(kind @ (ScanKind::Png | ScanKind::Jpeg)), _) => Some(kind.media_type()),
        (None, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..]) => Some("image/webp"),
        _ => None,
    }
}
