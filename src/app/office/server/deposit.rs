//! Documents at the server, as this desk sealed them: what it lacks is sent, what is not here is fetched, what is over
//! is taken away.
//!
//! Entry points: [`watch`], [`fetch`]. Absent: opening them (`documents.rs`, `bundle_keys.rs`).

use fuin_core::{BundleId, Disclosure, PIECE_BYTES, Register, sha256_hex};
use leptos::prelude::*;

use super::{
    Reach, Server,
    said::{Have, Listed, ask, read},
};
use crate::{
    fault::Code,
    office::{bundle_keys, documents, fault::DeskFault},
    platform::hosted::{self, Body},
};

fn path(name: &str) -> String {
    format!("/api/documents/{name}")
}

/// What the server has; nothing, where it has no place for documents and each desk keeps its own.
pub(super) async fn there() -> Result<Vec<Listed>, DeskFault> {
    match ask("GET", "/api/documents", Body::Nothing).await.map_err(DeskFault::from) {
        Err(fault) if fault.code == Code::ServerMissing => Ok(Vec::new()),
        listed => read(&listed?),
    }
}

/// Sends a document of `of` bytes and this SHA-256, from where an earlier try was cut off. `piece_from` gives the bytes
/// of a piece that begins there; `on_part` hears how far it is, from 0 to 1, and says whether to go on. Gives whether
/// all of it is there.
pub(super) async fn send(
    (name, of, sha256): (&str, f64, &str),
    piece_from: impl AsyncFn(f64) -> Result<Vec<u8>, DeskFault>,
    on_part: impl Fn(f64) -> bool,
) -> Result<bool, DeskFault> {
    let mut at = 0.0;
    while on_part(at / of) {
        let path = format!("{}?at={at}&of={of}&sha256={sha256}", path(name));
        let piece = piece_from(at).await?;
        let Have { have, is_whole } = read(&ask("PUT", &path, Body::Bytes(&piece)).await?)?;
        if is_whole {
            return Ok(true);
        }
        if have as f64 == at {
            return Err(Code::DocumentHash.into());
        }
        at = have as f64;
    }
    Ok(false)
}

/// The bytes of a document at the server from some place on, as many as it gives at a time; none where there is no such
/// document.
pub(super) async fn piece_of(name: &str, from: f64) -> Result<Option<Vec<u8>>, DeskFault> {
    let piece = hosted::bytes(&format!("{}?from={from}", path(name))).await;
    piece.map_err(|error| DeskFault::about(Code::ServerUnreachable, error.words))
}

/// Brings server and desk together whenever the ledger says something new.
pub(super) fn watch(server: Server) {
    let (runs, again) = (StoredValue::new(false), StoredValue::new(false));
    // What was told last, until all goes well: it is not told with every line.
    let told = StoredValue::new(None::<Code>);
    Effect::new(move |_| {
        server.desk.register.track();
        let is_ready = server.desk.unlocked.get()
            && server.who.with(|who| who.as_ref().is_some_and(|who| who.office.is_some()))
            && server.reach.get() == Reach::There
            && !server.is_behind.get()
            && !server.desk.reads_only.get();
        if !is_ready {
            return;
        }
        if runs.get_value() {
            return again.set_value(true);
        }
        runs.set_value(true);
        leptos::task::spawn_local(async move {
            loop {
                again.set_value(false);
                let done = bring_together(server).await;
                if again.get_value() && done.is_ok() {
                    continue;
                }
                runs.set_value(false);
                let before = told.get_value();
                told.set_value(done.as_ref().err().map(|fault| fault.code));
                // Where it is out of reach that is said already; a desk that waits to be enrolled sends later.
                if let Err(fault) = done
                    && before != Some(fault.code)
                    && !matches!(
                        fault.code,
                        Code::ServerUnreachable
                            | Code::ServerSignedOut
                            | Code::StoreDesk
                            | Code::OfficeLocked
                    )
                {
                    server.desk.refuse(&fault);
                }
                return;
            }
        });
    });
}

async fn bring_together(server: Server) -> Result<(), DeskFault> {
    let (desk, listed) = (server.desk, there().await?);
    let has = |name: &str| listed.iter().any(|known| known.name == name);
    // First what makes room.
    let is_over = |known: &&Listed| match known.name.rsplit_once('.') {
        Some((id, kind)) => BundleId::try_from(id.to_owned()).is_ok_and(|id| match kind {
            "key" => bundle_keys::is_over(desk, &id),
            _ => was_handed_over(server, &id),
        }),
        None => false,
    };
    for known in listed.iter().filter(is_over) {
        match ask("DELETE", &path(&known.name), Body::Nothing).await.map_err(DeskFault::from) {
            // The server knows that it is waited for: this desk reads on first.
            Err(fault) if fault.code == Code::ServerRole => {}
            gone => drop(gone?),
        }
    }
    let mut done = Ok(());
    let mut give = async |name: &str, sealed: &[u8]| match give(name, sealed).await {
        // Here is another ledger than there: what this desk has is sent once they are the same.
        Err(fault) if fault.code == Code::DocumentUnnamed => Ok(()),
        Err(fault) if fault.code == Code::DocumentRoom => Err(fault),
        given => {
            if done.is_ok() {
                done = given;
            }
            Ok(())
        }
    };
    let scans: Vec<String> =
        desk.register.with_untracked(|register| register.documents.keys().cloned().collect());
    // One that cannot be sent keeps no other back, but where there is no room at all.
    for scan in scans.into_iter().filter(|scan| !has(scan)) {
        if let Some(sealed) = documents::sealed(desk, &scan).await? {
            give(&scan, &sealed).await?;
        }
    }
    let is_recorded = |id: &BundleId| desk.register.with_untracked(|r| r.disclosures.contains_key(id));
    for id in bundle_keys::all().await? {
        let name = bundle_keys::shared_name(&id);
        if !has(&name)
            && is_recorded(&id)
            && !bundle_keys::is_over(desk, &id)
            && let Some(sealed) = bundle_keys::sealed(desk, &id).await?
        {
            give(&name, &sealed).await?;
        }
    }
    done
}

/// Whether a bundle does not wait any more to be handed over.
fn was_handed_over(server: Server, id: &BundleId) -> bool {
    let awaits = |register: &Register| register.disclosures.get(id).map(Disclosure::awaits_handing_over);
    server.desk.register.with_untracked(awaits) == Some(false)
}

/// Sends a document that is here.
async fn give(name: &str, sealed: &[u8]) -> Result<(), DeskFault> {
    let piece_from = async |at: f64| {
        let rest = sealed.get(at as usize..).unwrap_or_default();
        Ok(rest.chunks(PIECE_BYTES).next().unwrap_or_default().to_vec())
    };
    send((name, sealed.len() as f64, &sha256_hex(sealed)), piece_from, |_| true).await.map(drop)
}

/// What the server has under a name, sealed.
pub(super) async fn fetch(name: &str) -> Result<Option<Vec<u8>>, DeskFault> {
    let mut all = Vec::new();
    loop {
        match piece_of(name, all.len() as f64).await? {
            None => return Ok(None),
            Some(piece) if piece.is_empty() => return Ok(Some(all)),
            Some(piece) => all.extend(piece),
        }
    }
}
