//! The page as the server gives it out: the same file, told that it is served, and allowed to speak to its server.
//!
//! Entry points: [`with_meta`], [`speaking`], [`Page::new`]. The file for sticks is given out as it is (`/fuin.html`):
//! what goes to recipients must speak to nobody. Absent: any other page.

use axum::body::Bytes;

/// The service worker: the page and its parts are there without a connection, and nothing else is kept.
const SERVICE_WORKER: &str = include_str!("service-worker.js");
/// What makes the page one that can be installed (W3C Web Application Manifest).
const MANIFEST: &str = include_str!("manifest.webmanifest");
/// What the file's policy says of connections, and what the served page's says.
const SILENT: &str = "connect-src 'none'";
const TO_ITS_SERVER: &str = "connect-src 'self'; manifest-src 'self'";
/// Workers of the page come from blobs; the service worker cannot.
const BLOB_WORKERS: &str = "worker-src blob:";
const AND_THE_SERVICE_WORKER: &str = "worker-src blob: 'self'";
/// The page's own declaration of its policy.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"";

/// A page that may read from where it came, and from nowhere else.
pub fn speaking(page: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(page).replacen(SILENT, TO_ITS_SERVER, 1).into_bytes()
}

/// A page with one more `meta` in its head.
pub fn with_meta(page: &[u8], name: &str, content: &str) -> Vec<u8> {
    let content = content.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let meta = format!("<meta name=\"{name}\" content=\"{content}\">");
    let head = b"<head>";
    let at = page.windows(head.len()).position(|window| window == head).map_or(0, |at| at + head.len());
    let (before, after) = page.split_at(at);
    [before, meta.as_bytes(), after].concat()
}

/// What the server gives out.
pub(crate) struct Page {
    /// The page, served.
    pub hosted: Bytes,
    /// Its policy, which its answer says as well.
    pub policy: String,
    /// The file for sticks.
    pub file: Bytes,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
    /// Names this very page: a service worker of another one is renewed.
    pub service_worker: Bytes,
    pub manifest: Bytes,
}

impl Page {
    /// From the file.
    pub(crate) fn new(file: &[u8]) -> Self {
        let sha256 = fuin_core::sha256_hex(file);
        let text = String::from_utf8_lossy(&speaking(file)).replacen(BLOB_WORKERS, AND_THE_SERVICE_WORKER, 1);
        let policy = text.split_once(POLICY).and_then(|(_, after)| after.split_once('"'));
        let policy = policy.map_or("default-src 'none'", |(policy, _)| policy).to_owned();
        let hosted = with_meta(&with_meta(text.as_bytes(), "fuin-server", "1"), "fuin-sha256", &sha256);
        let hosted = String::from_utf8_lossy(&hosted)
            .replacen("</title>", "</title><link rel=\"manifest\" href=\"/manifest.webmanifest\">", 1)
            .into_bytes();
        Self {
            hosted: hosted.into(),
            policy: format!("{policy}; frame-ancestors 'none'"),
            file: Bytes::copy_from_slice(file),
            service_worker: SERVICE_WORKER.replace("PAGE-SHA256", &sha256).into_bytes().into(),
            manifest: Bytes::from_static(MANIFEST.as_bytes()),
            sha256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_served_page_may_speak_and_only_to_its_server() {
        let file = b"<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                     worker-src blob:; connect-src 'none'\"><title>Fuin</title></head></html>";
        let page = Page::new(file);
        let hosted = String::from_utf8_lossy(&page.hosted).into_owned();
        assert!(hosted.contains("connect-src 'self'") && !hosted.contains("connect-src 'none'"));
        assert!(hosted.contains("name=\"fuin-server\"") && hosted.contains("rel=\"manifest\""));
        assert!(page.policy.starts_with("default-src 'none'; worker-src blob: 'self'; connect-src 'self'"));
        assert!(page.policy.ends_with("frame-ancestors 'none'"));
        assert_eq!(page.file.as_ref(), file);
        assert!(String::from_utf8_lossy(&page.service_worker).contains(&fuin_core::sha256_hex(file)));
    }
}
