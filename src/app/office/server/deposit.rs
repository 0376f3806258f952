//! Documents at the server, as this desk sealed them: what it lacks is sent, what is not here is fetched, what is over
//! is taken away.
//!
//! Entry points: [`watch`], [`fetch`]. Absent: opening them (`documents.rs`, `bundle_keys.rs`).

use fuin_core::{BundleId, DisclosureStatus, sha256_hex};
use leptos::prelude::*;

use super::{
    Reach, Server,
    said::{Have, Listed, ask, read},
};
use crate::{
    fault::Code,
    office::{bundle_keys, fault::DeskFault},
    platform::{
        db::{self, StoreName},
        files,
        hosted::{self, Body},
    },
};

/// Bytes of a piece.
const PIECE: usize = 2 << 20;

pub(super) fn path(name: &str) -> String {
    format!("/api/documents/{name}")
}

/// What the server has; nothing, where it has no place for documents and each desk keeps its own.
pub(super) async fn there() -> Result<Vec<Listed>, DeskFault> {
    match ask("GET", "/api/documents", Body::Nothing).await.map_err(DeskFault::from) {
        Err(fault) if fault.code == Code::ServerMissing => Ok(Vec::new()),
        listed => read(&listed?),
    }
}

/// Sends a piece that begins at `at` of a document of `of` bytes and this SHA-256.
pub(super) async fn put(
    name: &str,
    (at, of): (f64, f64),
    sha256: &str,
    piece: &[u8],
) -> Result<Have, DeskFault> {
    let path = format!("{}?at={at}&of={of}&sha256={sha256}", path(name));
    read(&ask("PUT", &path, Body::Bytes(piece)).await?)
}

/// What is called so at the server, and where it is kept here: scans under their hash, keys of bundles.
fn key_name(id: &BundleId) -> String {
    format!("{id}.key")
}

/// Brings server and desk together whenever the ledger says something new.
pub(super) fn watch(server: Server) {
    let (runs, again) = (StoredValue::new(false), StoredValue::new(false));
    Effect::new(move |_| {
        server.desk.register.track();
        let is_ready = server.desk.unlocked.get()
            && server.who.with(Option::is_some)
            && server.reach.get() == Reach::There
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
                // Where it is out of reach that is said already; a desk that waits to be enrolled sends later.
                if let Err(fault) = done
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
    let listed = there().await?;
    let has = |name: &str| listed.iter().any(|known| known.name == name);
    let here = db::keys(StoreName::Attachments).await?;
    let scans: Vec<String> = server
        .desk
        .register
        .with_untracked(|register| register.attachments().map(|known| known.sha256.clone()).collect());
    for scan in scans {
        if !has(&scan) && here.contains(&scan) {
            give(&scan, &scan).await?;
        }
    }
    for id in bundle_keys::all().await? {
        let is_over = bundle_keys::is_over(server.desk, &id);
        if !is_over && !has(&key_name(&id)) {
            give(&key_name(&id), &bundle_keys::place(&id)).await?;
        }
    }
    let is_over = |known: &&Listed| match known.name.rsplit_once('.') {
        Some((id, kind)) => BundleId::try_from(id.to_owned()).is_ok_and(|id| match kind {
            "key" => bundle_keys::is_over(server.desk, &id),
            _ => was_handed_over(server, &id),
        }),
        None => false,
    };
    for known in listed.iter().filter(is_over) {
        ask("DELETE", &path(&known.name), Body::Nothing).await?;
    }
    Ok(())
}

/// Whether a bundle does not wait any more to be handed over.
fn was_handed_over(server: Server, id: &BundleId) -> bool {
    let status = server.desk.register.with_untracked(|r| r.disclosures.get(id).map(|d| d.status));
    status.is_some_and(|status| status != DisclosureStatus::Sealed)
}

/// Sends what is kept here at a place, from where an earlier try was cut off.
async fn give(name: &str, place: &str) -> Result<(), DeskFault> {
    let Some(stored) = db::read(StoreName::Attachments, place).await? else { return Ok(()) };
    let sealed = files::from_js(&stored);
    let (of, sha256) = (sealed.len(), sha256_hex(&sealed));
    let mut at: usize = 0;
    loop {
        let end = at.saturating_add(PIECE).min(of);
        let piece = sealed.get(at..end).unwrap_or_default();
        let Have { have, is_whole } = put(name, (at as f64, of as f64), &sha256, piece).await?;
        if is_whole {
            return Ok(());
        }
        at = usize::try_from(have).unwrap_or(of);
    }
}

/// What the server has under a name, sealed.
pub(super) async fn fetch(name: &str) -> Result<Option<Vec<u8>>, DeskFault> {
    let mut all = Vec::new();
    loop {
        let path = format!("{}?from={}", path(name), all.len());
        let piece = hosted::bytes(&path).await;
        let piece = piece.map_err(|error| DeskFault::about(Code::ServerUnreachable, error.words))?;
        match piece {
            None => return Ok(None),
            Some(piece) if piece.is_empty() => return Ok(Some(all)),
            Some(piece) => all.extend(piece),
        }
    }
}
