//! What every request passes through: only this server's own page asks for anything that changes or tells something;
//! every answer says that nobody frames, keeps or reads it elsewhere; the log has no names in it.
//!
//! Entry points: [`guard`], [`SignedIn`]. Absent: what a session may do.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, ORIGIN, STRICT_TRANSPORT_SECURITY},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{refusal::Refusal, sessions::Session, state::Server};

/// The cookie of a session.
pub(crate) const COOKIE_NAME: &str = "fuin-session";
/// What the page's own requests carry: no form and no link of another page can send it.
const OWN: HeaderName = HeaderName::from_static("x-fuin");
/// What every answer says.
const HEADERS: [(&str, &str); 6] = [
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("permissions-policy", "geolocation=(), microphone=()"),
];

/// Guards what is served.
pub(crate) async fn guard(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let mut response = match is_own(&server, &request, &route) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    if server.settings.origin.starts_with("https:") {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    server.metrics.count(&route, status, took);
    tracing::info!(%method, route, status, millis = took.as_millis() as u64, "answered");
    response
}

/// Whether a request is of this server's own page, where that matters: all under `/api`.
fn is_own(server: &Server, request: &Request, route: &str) -> Result<(), Refusal> {
    if !route.starts_with("/api/") {
        return Ok(());
    }
    let headers = request.headers();
    let said = |name: &HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let origin = server.settings.origin.as_bytes();
    // Browsers say where a request comes from: Origin, and Fetch Metadata where it is none.
    if said(&ORIGIN).is_some_and(|said| said != origin) {
        return Err(Refusal::Foreign);
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin") {
        return Err(Refusal::Foreign);
    }
    let is_event_stream = route == "/api/news" && request.method() == Method::GET;
    if said(&OWN).is_none() && !is_event_stream {
        return Err(Refusal::Foreign);
    }
    Ok(())
}

/// The value of the session's cookie.
pub(crate) fn token_of(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value.to_owned())
}

/// The session of a request.
pub(crate) struct SignedIn(pub(crate) Session);

impl FromRequestParts<Arc<Server>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Self::Rejection> {
        let token = token_of(&parts.headers).ok_or(Refusal::SignedOut)?;
        // A page that stays open and looks by itself is nobody at work.
        let acts = parts.method != Method::GET;
        let session = server.sessions.of(&token, acts).ok_or(Refusal::SignedOut)?;
        server.limits.asks(&session.id)?;
        Ok(Self(session))
    }
}
