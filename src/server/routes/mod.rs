//! What is served, and where.
//!
//! Entry point: [`router`]. Absent: connections ([`crate::serve()`]).

mod desks;
mod documents;
mod ledger;
mod overview;
mod passkeys;
mod people;
mod session;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use crate::{guard::guard, refusal::Refusal, state::Server};

/// Bytes of a request at most.
const BODY_BYTES: usize = 64 << 10;
/// Of a line: it may have a report with its viewing log in it.
const LINE_BYTES: usize = 4 << 20;
/// Of a ledger that is taken over.
const LEDGER_BYTES: usize = 16 << 20;

/// Of a piece of a document.
const PIECE_BYTES: usize = (4 << 20) + 1;

/// Everything that is served.
pub fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/fuin.html", get(file))
        .route("/service-worker.js", get(service_worker))
        .route("/manifest.webmanifest", get(manifest))
        .route("/healthz", get(healthz))
        .route("/api/session", get(session::who).post(session::begin).put(session::stay).delete(session::end))
        .route("/api/invitation", post(session::accept))
        .route("/api/password", post(session::change_password))
        .route("/api/passkey", get(passkeys::count).post(passkeys::add).delete(passkeys::remove))
        .route("/api/passkey/new", post(passkeys::ask_new))
        .route("/api/session/question", post(passkeys::ask))
        .route("/api/session/passkey", post(passkeys::begin))
        .route("/api/people", get(people::list).post(people::invite))
        .route("/api/people/close", post(people::close))
        .route("/api/overview", get(overview::overview))
        .route("/api/desk", post(desks::prove))
        .route("/api/desks", get(desks::waiting))
        .route("/api/ledger", get(ledger::read).post(ledger::append).layer(DefaultBodyLimit::max(LINE_BYTES)))
        .route("/api/ledger/lines", post(ledger::take_over).layer(DefaultBodyLimit::max(LEDGER_BYTES)))
        .route("/api/documents", get(documents::list))
        .route(
            "/api/documents/{name}",
            get(documents::read)
                .put(documents::add)
                .delete(documents::remove)
                .layer(DefaultBodyLimit::max(PIECE_BYTES)),
        )
        .route("/api/news", get(ledger::news))
        .fallback(async || Refusal::Missing("such page"))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&server), guard))
        .with_state(server)
}

/// What is for whoever watches the server, at an address of its own.
pub(crate) fn watching(server: Arc<Server>) -> Router {
    Router::new().route("/metrics", get(metrics)).route("/healthz", get(healthz)).with_state(server)
}

/// A part of the page, which a browser asks for anew every time.
fn part(
    content_type: &'static str,
    body: axum::body::Bytes,
) -> ([(HeaderName, &'static str); 2], axum::body::Bytes) {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")], body)
}

async fn page(State(server): State<Arc<Server>>) -> Response {
    let policy = [(CONTENT_SECURITY_POLICY, server.page.policy.clone())];
    (policy, part("text/html; charset=utf-8", server.page.hosted.clone())).into_response()
}

async fn file(State(server): State<Arc<Server>>) -> impl IntoResponse {
    part("application/octet-stream", server.page.file.clone())
}

async fn service_worker(State(server): State<Arc<Server>>) -> impl IntoResponse {
    let policy = [(CONTENT_SECURITY_POLICY, "default-src 'none'; connect-src 'self'")];
    (policy, part("text/javascript; charset=utf-8", server.page.service_worker.clone()))
}

async fn manifest(State(server): State<Arc<Server>>) -> impl IntoResponse {
    part("application/manifest+json", server.page.manifest.clone())
}

/// Whether the store answers.
async fn healthz(State(server): State<Arc<Server>>) -> Result<&'static str, Refusal> {
    server.store().offices().await?;
    Ok("ok\n")
}

async fn metrics(State(server): State<Arc<Server>>) -> Result<Response, Refusal> {
    server.metrics.sessions.set(i64::try_from(server.sessions.count()).unwrap_or(i64::MAX));
    let kind = [(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    Ok((kind, server.metrics.text()?).into_response())
}
