//! Connections: HTTPS with the office's own certificate, or plain HTTP for this PC alone.
//!
//! Entry point: [`serve`]. It ends when it is told to (SIGTERM, Ctrl+C), after what was asked is answered. Absent: what
//! is served ([`crate::router`]).

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use axum_server::{Handle, tls_rustls::RustlsConfig};
use fuin_store::{Books, StoreFault};
use tokio::task;

use crate::{
    refusal::Refusal,
    routes::{router, watching},
    sessions::Lifetime,
    state::{Server, Settings},
};

/// How long what was asked may still be answered when the server ends.
const GRACE: Duration = Duration::from_secs(10);

/// A certificate and its key, as PEM files.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate, with those that lead to the root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// How a server is reached.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its name in addresses, as the certificate has it; the address itself where it has none.
    pub host: Option<String>,
    /// Without one it listens on this PC alone.
    pub tls: Option<Tls>,
    /// Where figures are read; nowhere without one.
    pub metrics: Option<SocketAddr>,
    /// How long somebody stays signed in.
    pub lifetime: Lifetime,
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Passwords and ledgers would pass over the network in the clear.
    #[error("{0} is not this PC alone: plain HTTP there would show everybody what is said")]
    Plain(SocketAddr),
    /// The certificate or its key cannot be read.
    #[error("the certificate cannot be used: {0}")]
    Certificate(io::Error),
    /// Nothing can listen there.
    #[error("{0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The connections ended.
    #[error("the server ended: {0}")]
    Ended(io::Error),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// It could not be made ready.
    #[error(transparent)]
    Ready(#[from] Refusal),
}

impl fuin_core::Coded for ServeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Plain(_) => "serve_plain",
            Self::Certificate(_) => "serve_certificate",
            Self::Listen(..) => "serve_listen",
            Self::Ended(_) => "serve_ended",
            Self::Store(fault) => fault.code(),
            Self::Ready(refusal) => refusal.code(),
        }
    }
}

fn listener(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| ServeError::Listen(address, error))
}

/// The origin as browsers write it: without the port of its scheme.
fn origin(options: &Options, bound: SocketAddr) -> String {
    let (scheme, usual) = if options.tls.is_some() { ("https", 443) } else { ("http", 80) };
    let host = options.host.clone().unwrap_or_else(|| match bound.ip() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    });
    match bound.port() {
        port if port == usual => format!("{scheme}://{host}"),
        port => format!("{scheme}://{host}:{port}"),
    }
}

/// Serves until it is told to end. `ready` hears the address once it is there.
pub async fn serve(
    books: Books,
    page: &[u8],
    options: Options,
    ready: impl FnOnce(&str),
) -> Result<(), ServeError> {
    if options.tls.is_none() && !options.listen.ip().is_loopback() {
        return Err(ServeError::Plain(options.listen));
    }
    let listening = listener(options.listen)?;
    let bound = listening.local_addr().map_err(|error| ServeError::Listen(options.listen, error))?;
    let settings = Settings { origin: origin(&options, bound), lifetime: options.lifetime };
    // Whether it answers is known before anybody asks.
    books.store().offices().await?;
    let server = Server::new(books, page, settings)?;
    task::spawn(Arc::clone(&server).follow_store());
    if let Some(address) = options.metrics {
        let listening = listener(address)?;
        let app = watching(Arc::clone(&server)).into_make_service();
        let watched = axum_server::from_tcp(listening).map_err(|error| ServeError::Listen(address, error))?;
        task::spawn(watched.serve(app));
    }
    let handle = Handle::new();
    task::spawn(end_when_told(handle.clone()));
    let app = router(Arc::clone(&server)).into_make_service_with_connect_info::<SocketAddr>();
    let at = |error| ServeError::Listen(bound, error);
    let served = match &options.tls {
        Some(tls) => {
            // Another part of the program may have chosen the same one.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let config = RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await;
            let config = config.map_err(ServeError::Certificate)?;
            task::spawn(renew_when_told(config.clone(), tls.clone()));
            let listening = axum_server::from_tcp_rustls(listening, config).map_err(at)?;
            ready(&server.settings.origin);
            listening.handle(handle).serve(app).await
        }
        None => {
            let listening = axum_server::from_tcp(listening).map_err(at)?;
            ready(&server.settings.origin);
            listening.handle(handle).serve(app).await
        }
    };
    served.map_err(ServeError::Ended)
}

/// Ends after SIGTERM (systemd) or Ctrl+C. News streams never end by themselves, so there is a limit.
async fn end_when_told(handle: Handle<SocketAddr>) {
    told_to_end().await;
    tracing::info!("told to end");
    handle.graceful_shutdown(Some(GRACE));
}

#[cfg(unix)]
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_end() {
    let _ = tokio::signal::ctrl_c().await;
}

/// SIGHUP: the certificate was renewed.
#[cfg(unix)]
async fn renew_when_told(config: RustlsConfig, tls: Tls) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        match config.reload_from_pem_file(&tls.certificate, &tls.key).await {
            Ok(()) => tracing::info!("the certificate was read anew"),
            Err(error) => tracing::error!(%error, "the new certificate cannot be used; the old one stays"),
        }
    }
}

#[cfg(not(unix))]
async fn renew_when_told(_: RustlsConfig, _: Tls) {}

/// Writes the log to the error output, a line of JSON each: `FUIN_LOG` says how much (`warn,fuin_server=info`).
pub fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("FUIN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,fuin_server=info"));
    let log = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(io::stderr);
    // Another log may be there already.
    let _ = log.try_init();
}
