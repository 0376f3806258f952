//! What whoever runs the server sees of it: what is served, and how much each office keeps. No line of a ledger is in
//! it.
//!
//! Entry point: [`overview`]. Absent: measurements (`/metrics`); who may sign in ([`super::people`]).

use std::sync::Arc;

use axum::{Json, extract::State};
use fuin_core::{Coded as _, Timestamp};
use fuin_store::{OfficeId, StoreFault, Usage, office_name};
use serde::Serialize;

use crate::{guard::SignedIn, refusal::Refusal, state::Server};

/// What is told.
#[derive(Serialize)]
pub(crate) struct Overview {
    version: &'static str,
    /// SHA-256 of the file that the page is.
    sha256: String,
    /// Since when it runs.
    since: Timestamp,
    /// How many people are signed in.
    sessions: usize,
    offices: Vec<OfficeLine>,
}

/// An office that is kept.
#[derive(Serialize)]
struct OfficeLine {
    id: OfficeId,
    /// As its card says; empty where it cannot be read.
    name: String,
    lines: u64,
    /// When the last line was recorded.
    last_at: Option<Timestamp>,
    /// Nothing where no place for documents is given.
    documents: Option<Usage>,
    /// Why its ledger or its documents cannot be read.
    fault: Option<&'static str>,
}

impl OfficeLine {
    async fn of(server: &Server, id: OfficeId) -> Self {
        // What is known from before says nothing of a store that was set back.
        let is_there = server.books.refresh(&id).await;
        let looked = server.books.look(&id, |ledger, _, _| {
            (office_name(ledger), ledger.lines().len() as u64, ledger.events().last().map(|event| event.at))
        });
        let (ledger, documents) = (looked.await, Self::usage(server, &id).await);
        let faults = [is_there.as_ref().err(), ledger.as_ref().err(), documents.as_ref().err()];
        let fault = faults.into_iter().flatten().next().map(StoreFault::code);
        let (name, lines, last_at) = ledger.unwrap_or_default();
        Self { id, name, lines, last_at, documents: documents.unwrap_or_default(), fault }
    }

    async fn usage(server: &Server, id: &OfficeId) -> Result<Option<Usage>, StoreFault> {
        match server.books.documents() {
            Some(documents) => documents.usage(id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The state of the server, for whoever runs it.
pub(crate) async fn overview(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Json<Overview>, Refusal> {
    if !session.is_operator {
        return Err(Refusal::Role);
    }
    let mut offices = Vec::new();
    for id in server.store().offices().await? {
        offices.push(OfficeLine::of(&server, id).await);
    }
    Ok(Json(Overview {
        version: env!("CARGO_PKG_VERSION"),
        sha256: server.page.sha256.clone(),
        since: server.since,
        sessions: server.sessions.count(),
        offices,
    }))
}
