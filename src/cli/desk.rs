//! `fuin desk`: the desk from an origin of its own, so that its browser storage is nobody else's.
//!
//! Entry point: [`serve`]. It gives out one page, to this PC, at an address that nobody can guess; it takes in
//! nothing and knows no secret. Absent: the desk's data, which stay in the browser under `http://127.0.0.1:PORT`.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use data_encoding::BASE64URL_NOPAD;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{HOST, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::{
    args::Desk,
    failure::{Failure, Outcome},
    platform::OsEntropy,
    terminal, viewer,
    words::said,
};
use fuin_core::Entropy;

/// Bytes of the part of the address that nobody can guess.
const TOKEN_BYTES: usize = 16;
/// What every answer says beside its text: no other page frames it, opens it, or reads it, and nothing keeps it.
const HEADERS: [(&str, &str); 8] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "frame-ancestors 'none'"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("content-language", "ja"),
];
/// Pause after a connection that was not taken: where no handle is free the next would fail at once.
const AFTER_A_FAULT: Duration = Duration::from_millis(100);
/// Said where the address is of an earlier start.
const MOVED: &str = "このアドレスは使えません。「fuin desk」を始め直すとアドレスが変わります。始めたときに開いた窓を使ってください。\n\
    This address is not in use. Every start of `fuin desk` has a new one: use the window that it opened.\n";

/// Serves the page until the command is stopped.
pub(crate) fn serve(args: &Desk) -> Outcome {
    let page = told_its_hash(viewer::page()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("desk_failed", error.to_string()))?;
    runtime.block_on(async {
        let listener = listen(args.port).await?;
        let address = listener.local_addr().map_err(|error| Failure::new("desk_failed", error.to_string()))?;
        let token = BASE64URL_NOPAD.encode(&OsEntropy.array::<TOKEN_BYTES>());
        let url = format!("http://{address}/{token}/#office");
        let told = said!(
            "発行側の画面：{url}\n\
             このコマンドが動いている間だけ使えます（Ctrl+C で終わります）。この PC からしか開けません。",
            "The desk is at {url}\nIt is there as long as this command runs; Ctrl+C ends it. Only this PC reaches it."
        );
        terminal::say(&told).map_err(|error| Failure::new("desk_failed", error.to_string()))?;
        if !args.no_browser && let Err(error) = open::that_detached(&url) {
            let told = said!(
                "ブラウザを開けませんでした（{error}）。上の場所を開いてください",
                "no browser could be opened ({error}); open the address yourself"
            );
            eprintln!("{told}");
        }
        let door = Arc::new(Door { host: host(address), path: format!("/{token}/"), page });
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // A browser that hung up, or no handle is free just now: the desk stays open.
                    eprintln!("{}", said!("接続を受けられませんでした：{error}", "a connection was not taken: {error}"));
                    tokio::time::sleep(AFTER_A_FAULT).await;
                    continue;
                }
            };
            let door = door.clone();
            tokio::spawn(async move {
                let answer = service_fn(|request| {
                    let response = door.answer(&request);
                    async move { Ok::<_, Infallible>(response) }
                });
                // A browser that hangs up has its reasons.
                let _ = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    })
}

/// The page, with the SHA-256 of its file in it: a page cannot read itself, and the desk prints it on cover letters.
fn told_its_hash(page: &[u8]) -> Bytes {
    fuin_server::with_meta(page, "fuin-sha256", &fuin_core::sha256_hex(page)).into()
}

async fn listen(port: u16) -> Result<TcpListener, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|error| {
        let code =
            if error.kind() == std::io::ErrorKind::AddrInUse { "desk_port_taken" } else { "desk_failed" };
        Failure::new(code, format!("{address}: {error}"))
    })
}

/// The address as a browser names it, which leaves the port of HTTP out.
fn host(address: SocketAddr) -> String {
    if address.port() == 80 { address.ip().to_string() } else { address.to_string() }
}

/// Where the page is, and what it is.
struct Door {
    host: String,
    path: String,
    page: Bytes,
}

impl Door {
    fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let (status, kind, text) = match self.judge(request) {
            Ok(()) => (StatusCode::OK, "text/html; charset=utf-8", self.page.clone()),
            Err(status) => (status, "text/plain; charset=utf-8", Bytes::from_static(MOVED.as_bytes())),
        };
        let mut response = Response::new(Full::new(text));
        *response.status_mut() = status;
        for (name, value) in HEADERS.into_iter().chain([("content-type", kind)]) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    /// Whether a request is this PC's own browser, sent by a person or by the page itself.
    fn judge(&self, request: &Request<Incoming>) -> Result<(), StatusCode> {
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
        let is_page =
            fuin_core::sha256(request.uri().path().as_bytes()) == fuin_core::sha256(self.path.as_bytes());
        if is_page { Ok(()) } else { Err(StatusCode::NOT_FOUND) }
    }
}
