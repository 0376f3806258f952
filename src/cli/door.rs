//! The page at an address of this PC that nobody can guess: what `fuin desk` and `fuin view` have in common.
//!
//! Entry points: [`Page`], [`open`]. It takes in nothing and knows no secret. Absent: what the page keeps, which stays
//! in the browser under the address's name and port.

use std::{
    convert::Infallible,
    io::{Error, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use data_encoding::BASE64URL_NOPAD;
use fuin_core::{Entropy, RandomAccess};
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_RANGE, HOST, HeaderMap, HeaderValue, RANGE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet};

use crate::{
    failure::{Failure, Outcome},
    files::FileSource,
    platform::OsEntropy,
    words::said,
};

/// Bytes of the part of the address that nobody can guess.
const TOKEN_BYTES: usize = 16;
/// What every answer says beside its text: no other page frames it, opens it, or reads it, and nothing keeps it. Pages
/// that load nothing of others may share memory between threads (HTML, cross-origin isolation).
const HEADERS: [(&str, &str); 9] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "frame-ancestors 'none'"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("content-language", "ja"),
];
/// Pause after a connection that was not taken: where no handle is free the next would fail at once.
const AFTER_A_FAULT: Duration = Duration::from_millis(100);
/// Bytes that one question gets at most (`src/blobs`).
const MAX_RANGE: u64 = 16 << 20;
/// Connections at once; each holds one answer at most.
const MAX_CONNECTIONS: usize = 32;
/// Said where the address is of an earlier start.
const MOVED: &str = "このアドレスは使えません。fuin を始め直すとアドレスが変わります。始めたときに開いた窓を使ってください。\n\
    This address is not in use. Every start of fuin has a new one: use the window that it opened.\n";

/// What is given out.
pub(crate) struct Page {
    /// How the browser names this PC: what it keeps belongs to this name and the port.
    pub name: &'static str,
    /// The page itself.
    pub text: Bytes,
    /// Behind the page's address, e.g. `#office`.
    pub part: &'static str,
    /// What the page reads beside itself, as `bundle`.
    pub bundle: Option<FileSource>,
}

/// A place where this PC can be reached by itself alone, by both of its addresses: `localhost` means either, and on the
/// other one another person's program could stand in for this one.
struct Place {
    port: u16,
    listeners: Vec<TcpListener>,
}

/// A place at this port; 0 is any free one.
async fn listen(port: u16) -> Result<Place, Failure> {
    let failed = |address: &str, error: &Error| {
        let code = if error.kind() == ErrorKind::AddrInUse { "desk_port_taken" } else { "desk_failed" };
        Failure::new(code, format!("{address}, {port}: {error}"))
    };
    let at = |address: IpAddr, port| TcpListener::bind(SocketAddr::from((address, port)));
    let first = at(Ipv4Addr::LOCALHOST.into(), port).await.map_err(|error| failed("127.0.0.1", &error))?;
    let port = first.local_addr().map_err(|error| failed("127.0.0.1", &error))?.port();
    let mut listeners = vec![first];
    match at(Ipv6Addr::LOCALHOST.into(), port).await {
        Ok(second) => listeners.push(second),
        Err(error) if is_without_ipv6(&error) => {}
        Err(error) => return Err(failed("[::1]", &error)),
    }
    Ok(Place { port, listeners })
}

/// Whether the PC has no such address; whatever else hinders may be somebody who has it.
fn is_without_ipv6(error: &Error) -> bool {
    // "Address family not supported" of Linux, macOS and Windows, for which there is no kind.
    const NO_FAMILY: [i32; 3] = [97, 47, 10_047];
    let has_no_family = error.raw_os_error().is_some_and(|code| NO_FAMILY.contains(&code));
    has_no_family || error.kind() == ErrorKind::AddrNotAvailable
}

/// Says where the page is by `tell`, opens a browser there unless it shall not, and gives the page out at a port until
/// the command is stopped.
pub(crate) fn open(
    port: u16,
    page: Page,
    opens_browser: bool,
    tell: impl FnOnce(&str) -> Result<(), Error>,
) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("desk_failed", error.to_string()))?;
    runtime.block_on(async { give_out(listen(port).await?, page, opens_browser, tell).await })
}

async fn give_out(
    Place { port, listeners }: Place,
    page: Page,
    opens_browser: bool,
    tell: impl FnOnce(&str) -> Result<(), Error>,
) -> Outcome {
    let host = host(page.name, port);
    let path = format!("/{}/", BASE64URL_NOPAD.encode(&OsEntropy.array::<TOKEN_BYTES>()));
    let url = format!("http://{host}{path}{}", page.part);
    tell(&url).map_err(|error| Failure::new("desk_failed", error.to_string()))?;
    if opens_browser && let Err(error) = open::that_detached(&url) {
        let told = said!(
            "ブラウザを開けませんでした（{error}）。上の場所を開いてください",
            "no browser could be opened ({error}); open the address yourself"
        );
        eprintln!("{told}");
    }
    let door = Arc::new(Door { host, path, page });
    let mut serving = JoinSet::new();
    for listener in listeners {
        serving.spawn(serve(listener, door.clone()));
    }
    // None of them ends by itself.
    serving.join_all().await;
    Err(Failure::new("desk_failed", "nothing listens"))
}

async fn serve(listener: TcpListener, door: Arc<Door>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        // It is never closed.
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // A browser that hung up, or no handle is free just now: the page stays there.
                eprintln!(
                    "{}",
                    said!("接続を受けられませんでした：{error}", "a connection was not taken: {error}")
                );
                tokio::time::sleep(AFTER_A_FAULT).await;
                continue;
            }
        };
        let door = door.clone();
        tokio::spawn(async move {
            let _place = place;
            let answer = service_fn(|request| {
                let door = door.clone();
                async move { Ok::<_, Infallible>(door.answer(&request).await) }
            });
            // A browser that hangs up has its reasons.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

/// The address as a browser names it, which leaves the port of HTTP out.
fn host(name: &str, port: u16) -> String {
    if port == 80 { name.to_owned() } else { format!("{name}:{port}") }
}

/// Where the page is, and what it is.
struct Door {
    host: String,
    path: String,
    page: Page,
}

/// What an answer consists of.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    /// Which bytes of which number these are (RFC 9110 §14.4).
    range: Option<String>,
    bytes: Bytes,
}

impl Answer {
    fn refusal(status: StatusCode) -> Self {
        let bytes = Bytes::from_static(MOVED.as_bytes());
        Self { status, kind: "text/plain; charset=utf-8", range: None, bytes }
    }
}

impl Door {
    async fn answer(self: Arc<Self>, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let Answer { status, kind, range, bytes } = match self.judge(request) {
            Ok("") => {
                let kind = "text/html; charset=utf-8";
                Answer { status: StatusCode::OK, kind, range: None, bytes: self.page.text.clone() }
            }
            Ok(_) => self.clone().part(request.headers()).await,
            Err(status) => Answer::refusal(status),
        };
        let mut response = Response::new(Full::new(bytes));
        *response.status_mut() = status;
        for (name, value) in HEADERS.into_iter().chain([("content-type", kind)]) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        if let Some(range) = range.and_then(|range| HeaderValue::from_str(&range).ok()) {
            response.headers_mut().insert(CONTENT_RANGE, range);
        }
        response
    }

    /// A part of the bundle. It is read beside the others that are asked for.
    async fn part(self: Arc<Self>, headers: &HeaderMap) -> Answer {
        let wanted = headers.get(RANGE).and_then(|range| wanted(range.to_str().ok()?));
        let read = move || {
            let bundle = self.page.bundle.as_ref()?;
            let (first, last) = wanted.filter(|&(_, last)| last < bundle.len())?;
            let mut bytes = vec![0; usize::try_from(last - first + 1).ok()?];
            Some(bundle.read_exact_at(first, &mut bytes).map(|()| (first, last, bundle.len(), bytes)))
        };
        match tokio::task::spawn_blocking(read).await {
            Ok(Some(Ok((first, last, len, bytes)))) => Answer {
                status: StatusCode::PARTIAL_CONTENT,
                kind: "application/octet-stream",
                range: Some(format!("bytes {first}-{last}/{len}")),
                bytes: bytes.into(),
            },
            Ok(None) => Answer::refusal(StatusCode::RANGE_NOT_SATISFIABLE),
            // The stick was pulled out, or the file was cut.
            Ok(Some(Err(_))) | Err(_) => Answer::refusal(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// What is asked for behind the page's path, by this PC's own browser, sent by a person or by the page itself.
    fn judge(&self, request: &Request<Incoming>) -> Result<&'static str, StatusCode> {
        let header = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
        // Another name that leads here is somebody else's, who means to read the page as his own (DNS rebinding).
        if header(HOST.as_str()) != Some(self.host.as_bytes()) {
            return Err(StatusCode::MISDIRECTED_REQUEST);
        }
        // Fetch Metadata: a link or a frame on another site.
        if !matches!(header("sec-fetch-site"), None | Some(b"none" | b"same-origin")) {
            return Err(StatusCode::FORBIDDEN);
        }
        if request.method() != Method::GET {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        let asked = fuin_core::sha256(request.uri().path().as_bytes());
        let is = |part: &str| asked == fuin_core::sha256(format!("{}{part}", self.path).as_bytes());
        let parts: &[_] = if self.page.bundle.is_some() { &["", "bundle"] } else { &[""] };
        parts.iter().copied().find(|part| is(part)).ok_or(StatusCode::NOT_FOUND)
    }
}

/// The first and last byte of `bytes=FIRST-LAST` (RFC 9110 §14.1.2), at most [`MAX_RANGE`]; no other form is needed.
fn wanted(range: &str) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    // Digits alone: a number is also read with a sign.
    let number = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten()
    };
    let (first, last) = (number(first)?, number(last)?);
    (first <= last && last - first < MAX_RANGE).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_two_ends_and_a_limit() {
        assert_eq!(wanted("bytes=5-104"), Some((5, 104)));
        assert_eq!(wanted(&format!("bytes=7-{}", MAX_RANGE + 6)), Some((7, MAX_RANGE + 6)));
        let last = u64::MAX;
        for range in [
            "bytes=5-",
            "bytes=-5",
            "bytes=9-8",
            "bytes=0-1,3-4",
            "lines=1-2",
            "bytes=+1-2",
            "bytes=0-99999999999999999999",
            &format!("bytes=7-{}", MAX_RANGE + 7),
            &format!("bytes=0-{last}"),
            "",
        ] {
            assert_eq!(wanted(range), None, "{range}");
        }
    }
}
