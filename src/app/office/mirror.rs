//! The mirror: the ledger, its head, the office's card, the documents and the keys of bundles, in a folder that the
//! office chose. It has the layout of a command line office's folder, so `fuin ledger … --office FOLDER` reads it.
//!
//! Entry points: [`Mirror::open`] at the start; as the desk's [`Witness`] it hears of every event. What is in
//! the folder is never overwritten by another ledger or by a shorter one. Absent: reading it back, which is
//! the import's work.

use std::{collections::BTreeSet, rc::Rc};

use fuin_core::{BundleId, Jws, Ledger, attachments_gone, sha256_hex};
use leptos::prelude::*;

use super::{bundle_keys, desk::Desk, documents, fault::DeskFault, shared::Witness, stored};
use crate::{
    fault::Code,
    platform::{
        BrowserError,
        folder::{self, Folder},
        kept, profile,
    },
};

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
    Failed(Code),
}

/// What is to be in the folder, in bytes.
struct Wanted {
    ledger: String,
    head: Option<Jws>,
    card: String,
}

/// The mirror.
#[derive(Clone, Copy)]
pub struct Mirror {
    desk: Desk,
    /// Where it stands.
    pub state: RwSignal<MirrorState>,
    folder: StoredValue<Option<Folder>, LocalStorage>,
    /// Something was recorded while the folder was being written.
    again: StoredValue<bool>,
    /// Documents known to be in the folder, and which folder it is, counted from the first.
    mirrored: StoredValue<(u64, BTreeSet<String>)>,
}

/// Makes the mirror known, and lets it look on.
pub fn provide_mirror(desk: Desk) -> Mirror {
    let mirror = Mirror {
        desk,
        state: RwSignal::new(MirrorState::Off),
        folder: StoredValue::new_local(None),
        again: StoredValue::new(false),
        mirrored: StoredValue::new((0, BTreeSet::new())),
    };
    provide_context(mirror);
    desk.set_witness(Rc::new(mirror));
    mirror
}

/// The mirror.
pub fn use_mirror() -> Mirror {
    expect_context()
}

/// How it is noted that the folder has the key of a bundle.
fn key_of(id: &BundleId) -> String {
    format!("key of {id}")
}

/// How it is noted that the folder has the key no longer.
fn no_key_of(id: &BundleId) -> String {
    format!("no key of {id}")
}

fn failed(error: BrowserError) -> DeskFault {
    DeskFault::about(Code::MirrorFailed, error.words)
}

impl Witness for Mirror {
    fn may_append(&self) -> Result<(), DeskFault> {
        match self.state.get_untracked() {
            // The folder has lines that this browser lost, or another PC wrote: a line of ours would be a fork.
            MirrorState::Failed(Code::MirrorNewer) => Err(Code::MirrorNewer.into()),
            _ => Ok(()),
        }
    }

    /// Brings the folder up to date, if one was chosen and may be written to.
    fn changed(&self) {
        if !matches!(self.state.get_untracked(), MirrorState::Off | MirrorState::Asks) {
            self.write_now();
        }
    }
}

impl Mirror {
    /// Looks for the folder that was chosen before. Where it is known already, a desk that was locked goes on with it.
    pub async fn open(self) -> Result<(), DeskFault> {
        if profile::is_practice() {
            return Ok(());
        }
        if self.state.get_untracked() == MirrorState::Failed(Code::MirrorNewer) {
            // Only the folder's own lines end that it is ahead; they may have come with a key that was changed. Until
            // that is known nothing is recorded.
            if self.write().await.is_ok() {
                self.state.set(MirrorState::Current);
            }
            return Ok(());
        }
        if self.folder.with_value(Option::is_some) && self.state.get_untracked() != MirrorState::Asks {
            self.write_now();
            return Ok(());
        }
        let Some(folder) = Folder::restore(kept::MIRROR).await? else { return Ok(()) };
        let permitted = folder.is_permitted().await;
        self.folder.set_value(Some(folder));
        self.state.set(MirrorState::Asks);
        if permitted {
            self.write_now();
        }
        Ok(())
    }

    /// Lets the person choose a folder. Must be called while a button is pressed.
    pub async fn choose(self) -> Result<(), DeskFault> {
        let called_off = |_| Code::MirrorCalledOff;
        let folder = folder::choose(kept::MIRROR).await.map_err(called_off)?;
        // Of another folder nothing is known yet.
        self.mirrored.update_value(|mirrored| *mirrored = (mirrored.0 + 1, BTreeSet::new()));
        self.folder.set_value(Some(folder));
        self.write_now();
        Ok(())
    }

    /// The folder's name, as the person knows it.
    pub fn folder_name(self) -> Option<String> {
        self.folder.with_value(|folder| folder.as_ref().map(Folder::name))
    }

    /// Goes on after the browser was restarted. Must be called while a button is pressed.
    pub async fn resume(self) -> Result<(), DeskFault> {
        let Some(folder) = self.folder.get_value() else { return Ok(()) };
        if folder.ask().await {
            self.write_now();
        }
        Ok(())
    }

    fn write_now(self) {
        if self.state.get_untracked() == MirrorState::Writing {
            // One at a time; it goes round once more, with whatever folder there is then.
            return self.again.set_value(true);
        }
        self.state.set(MirrorState::Writing);
        leptos::task::spawn_local(async move {
            loop {
                self.again.set_value(false);
                let written = self.write().await;
                // What was recorded meanwhile goes there too.
                if self.again.get_value() {
                    continue;
                }
                return self.state.set(match written {
                    Ok(()) => MirrorState::Current,
                    Err(fault) => MirrorState::Failed(fault.code),
                });
            }
        });
    }

    async fn write(self) -> Result<(), DeskFault> {
        let which = self.mirrored.with_value(|mirrored| mirrored.0);
        let Some(folder) = self.folder.get_value() else { return Ok(()) };
        if !self.desk.sound.get_untracked() {
            // A damaged ledger must not replace a good copy.
            return Err(Code::MirrorDamaged.into());
        }
        let wanted = self.wanted().await?;
        let there = folder.read("ledger.jsonl").await.map_err(failed)?.unwrap_or_default();
        let ours = wanted.ledger.as_bytes();
        match ours.strip_prefix(there.as_slice()) {
            Some([]) => {}
            Some(new) => {
                folder.write("ledger.jsonl", Some(there.len() as u64), new).await.map_err(failed)?;
            }
            None if there.starts_with(ours) => return Err(Code::MirrorNewer.into()),
            None => self.write_without_destroyed(&folder, &there, ours).await?,
        }
        if let Some(head) = &wanted.head {
            folder.write("ledger.head", None, head.as_str().as_bytes()).await.map_err(failed)?;
        }
        // It is this office's folder, and the office may have another key by now.
        if folder.read("office-card.jws").await.map_err(failed)?.as_deref() != Some(wanted.card.as_bytes()) {
            folder.write("office-card.jws", None, wanted.card.as_bytes()).await.map_err(failed)?;
        }
        self.write_documents(&folder, which).await?;
        self.write_keys(&folder, which).await
    }

    /// Puts our ledger in the place of the folder's, if that is the same but for lines that were destroyed here; then
    /// their documents go as well.
    async fn write_without_destroyed(
        self,
        folder: &Folder,
        there: &[u8],
        ours: &[u8],
    ) -> Result<(), DeskFault> {
        let (theirs, faults) = Ledger::read(there, None, None);
        let (ours_read, _) = Ledger::read(ours, None, None);
        // What is no sound ledger is none of ours.
        if !faults.is_empty() || theirs.lines().is_empty() {
            return Err(Code::MirrorOther.into());
        }
        let parts = theirs.parts_from(&ours_read);
        match (parts, ours_read.parts_from(&theirs)) {
            (None, _) => {}
            (Some(_), None) => return Err(Code::MirrorNewer.into()),
            // What the folder has was brought in by a union.
            (Some(_), Some(_)) if ours_read.known_of(&theirs) == theirs.lines().len() as u64 => {}
            (Some(_), Some(_)) => return Err(Code::MirrorOther.into()),
        }
        let attachments = folder.folder("attachments").await.map_err(failed)?;
        for gone in attachments_gone(&theirs, &ours_read) {
            attachments.remove(&gone).await.map_err(failed)?;
        }
        folder.write("ledger.jsonl", None, ours).await.map_err(failed)
    }

    /// Whether the folder is known to have it.
    fn has(self, what: &str) -> bool {
        self.mirrored.with_value(|mirrored| mirrored.1.contains(what))
    }

    /// The folder with that number has it now.
    fn note(self, which: u64, what: String) {
        self.mirrored.update_value(|mirrored| {
            // Another folder may have been chosen meanwhile.
            if mirrored.0 == which {
                mirrored.1.insert(what);
            }
        });
    }

    /// Keys of bundles that are not there yet; and takes away those that are over.
    async fn write_keys(self, folder: &Folder, which: u64) -> Result<(), DeskFault> {
        let here = bundle_keys::all().await?;
        let over = self.desk.register.with_untracked(|register| {
            let bundles = register.disclosures.values().filter(|d| d.sealed.ticket.is_none());
            let new = bundles.map(|d| &d.sealed.bundle_id).filter(|id| !self.has(&no_key_of(id)));
            new.filter(|id| bundle_keys::is_over(self.desk, id)).cloned().collect::<Vec<_>>()
        });
        let new = here.into_iter().filter(|id| !self.has(&key_of(id)));
        let waiting: Vec<_> =
            new.map(|id| (id, false)).chain(over.into_iter().map(|id| (id, true))).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let keys = folder.folder("bundle-keys").await.map_err(failed)?;
        for (id, is_over) in waiting {
            let name = format!("{id}.key");
            if is_over {
                keys.remove(&name).await.map_err(failed)?;
                self.note(which, no_key_of(&id));
            } else {
                let Ok(kept) = bundle_keys::read(self.desk, &id).await else { continue };
                keys.write(&name, None, kept.to_json().as_bytes()).await.map_err(failed)?;
                self.note(which, key_of(&id));
            }
        }
        Ok(())
    }

    /// Documents that are not there yet. Those that this browser does not have are the other PC's to write.
    async fn write_documents(self, folder: &Folder, which: u64) -> Result<(), DeskFault> {
        let all = self
            .desk
            .register
            .with_untracked(|register| register.documents.values().cloned().collect::<Vec<_>>());
        if all.is_empty() {
            return Ok(());
        }
        let documents = folder.folder("attachments").await.map_err(failed)?;
        for known in all {
            if self.has(&known.sha256) {
                continue;
            }
            // A file whose writing was cut off is there, and empty.
            let there = documents.read(&known.sha256).await.map_err(failed)?;
            if there.is_none_or(|there| sha256_hex(&there) != known.sha256) {
                let Ok(bytes) = documents::read(self.desk, &known).await else { continue };
                documents.write(&known.sha256, None, &bytes).await.map_err(failed)?;
            }
            self.note(which, known.sha256);
        }
        Ok(())
    }

    async fn wanted(self) -> Result<Wanted, DeskFault> {
        // Another window may have recorded something that this one does not know yet.
        let stored = stored::read(&self.desk.keys()?.storage).await?;
        let ledger = stored.lines.iter().map(|line| format!("{line}\n")).collect();
        // The card too: another window may have changed the key.
        let key_file = stored::key_file().await?.ok_or(Code::OfficeMissing)?;
        Ok(Wanted { ledger, head: stored.head, card: key_file.card.as_str().to_owned() })
    }
}
