//! Documents at the server, as this desk sealed them: what it lacks is sent, what is not here is fetched, what is over
//! is taken away.
//!
//! Entry points: [`watch`], [`fetch`]. Absent: opening them (`documents.rs`, `bundle_keys.rs`).

use fuin_core::{BundleId, sha256_hex};
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

fn path(name: &str) -> String {
    format!("/api/documents/{name}")
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
    let listed = match ask("GET", "/api/documents", Body::Nothing).await.map_err(DeskFault::from) {
        // This server has no place for documents: each desk keeps its own.
        Err(fault) if fault.code == Code::ServerMissing => return Ok(()),
        listed => read::<Vec<Listed>>(&listed?)?,
    };
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
    let over = |known: &&Listed| {
        let id = known.name.strip_suffix(".key").and_then(|id| BundleId::try_from(id.to_owned()).ok());
        id.is_some_and(|id| bundle_keys::is_over(server.desk, &id))
    };
    for known in listed.iter().filter(over) {
        ask("DELETE", &path(&known.name), Body::Nothing).await?;
    }
    Ok(())
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
        let path = format!("{}?at={at}&of={of}&sha256={sha256}", path(name));
        let Have { have, is_whole } = read(&ask("PUT", &path, Body::Bytes(piece)).await?)?;
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
