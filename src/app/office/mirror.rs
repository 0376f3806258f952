//! The mirror: the ledger, its head, the office's card and the documents, in a folder that the office chose. It has the layout of a
//! command line office's folder, so `fuin ledger … --office FOLDER` reads it.
//!
//! Entry points: [`Desk::open_mirror`] at the start, [`Desk::mirror`] after every event. What is in the folder is never overwritten
//! by another ledger or by a shorter one. Absent: reading it back, which is the import's work.

use std::collections::BTreeSet;

use fuin_core::{Jws, sha256};
use leptos::prelude::*;

use super::{
    attachments,
    desk::{Desk, Fault},
};
use crate::platform::{
    db::{self, Kept},
    folder::{self, Folder},
    practice,
};

const NAME: &str = "mirror";
/// The folder has more than we do.
pub const MIRROR_NEWER: &str = "mirror_newer";

/// Where the mirror stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorState {
    /// No folder was chosen.
    Off,
    /// The browser wants to ask again before writing.
    Asks,
    /// Something is being written.
    Writing,
    /// The folder has everything.
    Current,
    /// It could not be written; the code says why.
    Failed(String),
}

/// What is to be in the folder, in bytes.
struct Wanted {
    ledger: String,
    head: Option<String>,
    card: Option<Jws>,
}

impl Desk {
    /// Looks for the folder that was chosen before.
    pub async fn open_mirror(self) -> Result<(), Fault> {
        if practice::is_on() {
            return Ok(());
        }
        let Some(folder) = Folder::restore(NAME).await? else { return Ok(()) };
        let permitted = folder.is_permitted().await;
        self.mirror_folder.set_value(Some(folder));
        self.mirror.set(MirrorState::Asks);
        if permitted {
            self.mirror_now();
        }
        Ok(())
    }

    /// Lets the person choose a folder. Must be called while a button is pressed.
    pub async fn choose_mirror(self) -> Result<(), Fault> {
        let called_off = |_| Fault("mirror_called_off".into(), String::new());
        let folder = folder::choose(NAME).await.map_err(called_off)?;
        // Of another folder nothing is known yet.
        self.mirrored.update_value(|mirrored| *mirrored = (mirrored.0 + 1, BTreeSet::new()));
        self.mirror_folder.set_value(Some(folder));
        self.mirror_now();
        Ok(())
    }

    /// Goes on after the browser was restarted. Must be called while a button is pressed.
    pub async fn resume_mirror(self) -> Result<(), Fault> {
        let Some(folder) = self.mirror_folder.get_value() else { return Ok(()) };
        if folder.ask().await {
            self.mirror_now();
        }
        Ok(())
    }

    /// Brings the folder up to date, unless there is none or it waits for a permission.
    pub fn mirror(self) {
        if !matches!(self.mirror.get_untracked(), MirrorState::Off | MirrorState::Asks) {
            self.mirror_now();
        }
    }

    fn mirror_now(self) {
        if self.mirror.get_untracked() == MirrorState::Writing {
            // One at a time; it goes round once more, with whatever folder there is then.
            return self.mirror_again.set_value(true);
        }
        self.mirror.set(MirrorState::Writing);
        leptos::task::spawn_local(async move {
            loop {
                self.mirror_again.set_value(false);
                let written = self.write_mirror().await;
                // What was recorded meanwhile goes there too.
                if self.mirror_again.get_value() {
                    continue;
                }
                return self.mirror.set(match written {
                    Ok(()) => MirrorState::Current,
                    Err(Fault(code, _)) => MirrorState::Failed(code),
                });
            }
        });
    }

    async fn write_mirror(self) -> Result<(), Fault> {
        let failed = |error: crate::platform::BrowserError| Fault("mirror_failed".into(), error.0);
        let which = self.mirrored.with_value(|mirrored| mirrored.0);
        let Some(folder) = self.mirror_folder.get_value() else { return Ok(()) };
        if !self.sound.get_untracked() {
            // A damaged ledger must not replace a good copy.
            return Err(Fault("mirror_damaged".into(), String::new()));
        }
        let wanted = self.wanted().await?;
        let there = folder.read("ledger.jsonl").await.map_err(failed)?.unwrap_or_default();
        let ours = wanted.ledger.as_bytes();
        let behind = match ours.strip_prefix(there.as_slice()) {
            Some(_) => there.len() as u64,
            None if there.starts_with(ours) => return Err(Fault(MIRROR_NEWER.into(), String::new())),
            None => return Err(Fault("mirror_other".into(), String::new())),
        };
        let new = &ours[behind as usize..];
        if !new.is_empty() {
            folder.write("ledger.jsonl", Some(behind), new).await.map_err(failed)?;
        }
        if let Some(head) = &wanted.head {
            folder.write("ledger.head", None, head.as_bytes()).await.map_err(failed)?;
        }
        if let Some(card) = &wanted.card
            && folder.read("office-card.jws").await.map_err(failed)?.is_none_or(|there| there.is_empty())
        {
            folder.write("office-card.jws", None, card.as_str().as_bytes()).await.map_err(failed)?;
        }
        self.write_documents(&folder, which).await
    }

    /// Documents that are not there yet. Those that this browser does not have are the other PC's to write.
    async fn write_documents(self, folder: &Folder, which: u64) -> Result<(), Fault> {
        let failed = |error: crate::platform::BrowserError| Fault("mirror_failed".into(), error.0);
        let all =
            self.register.with_untracked(|register| register.attachments().cloned().collect::<Vec<_>>());
        if all.is_empty() {
            return Ok(());
        }
        let documents = folder.folder("attachments").await.map_err(failed)?;
        for known in all {
            let fresh = self.mirrored.with_value(|mirrored| !mirrored.1.contains(&known.sha256));
            if !fresh {
                continue;
            }
            // A file whose writing was cut off is there, and empty.
            let there = documents.read(&known.sha256).await.map_err(failed)?;
            if there.is_none_or(|there| data_encoding::HEXLOWER.encode(&sha256(&there)) != known.sha256) {
                let Ok(bytes) = attachments::read(&known).await else { continue };
                documents.write(&known.sha256, None, &bytes).await.map_err(failed)?;
            }
            self.mirrored.update_value(|mirrored| {
                // Another folder may have been chosen meanwhile.
                if mirrored.0 == which {
                    mirrored.1.insert(known.sha256);
                }
            });
        }
        Ok(())
    }

    async fn wanted(self) -> Result<Wanted, Fault> {
        let (lines, head) = db::read_ledger().await?;
        let card = db::read_json::<Jws>(Kept::Settings, "office-card").await?;
        Ok(Wanted { ledger: lines.iter().map(|line| format!("{line}\n")).collect(), head, card })
    }
}
