//! `fuin viewer`: the page that was built into this program.

use std::path::Path;

use serde_json::json;

use crate::{
    failure::{Failure, Outcome},
    files::write_file,
    report::Report,
    words::said,
};

/// Made by build.rs from `dist/fuin.html`; empty when the page was not built first.
const PAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fuin.html"));

/// Writes the page.
pub(crate) fn write(out: &Path) -> Outcome {
    write_to(out, true)?;
    let sha256 = fuin_core::sha256_hex(PAGE);
    let text = format!("{}  {}", sha256, out.display());
    Ok(Report::new(text, json!({ "ok": true, "bytes": PAGE.len(), "sha256": sha256 })))
}

/// Writes the page beside a bundle.
pub(crate) fn write_to(out: &Path, replace: bool) -> Result<(), Failure> {
    write_file(out, page()?, replace)
}

/// The page.
pub(crate) fn page() -> Result<&'static [u8], Failure> {
    if PAGE.is_empty() {
        return Err(Failure::new(
            "viewer_missing",
            said!(
                "このソフトにはビューアが入っていません",
                "this program was built without the viewer page; use `make build`"
            ),
        ));
    }
    Ok(PAGE)
}

/// The page, with the SHA-256 of its file in it: a page cannot read itself, shows it, and prints it on cover letters.
pub(crate) fn told_its_hash(page: &[u8]) -> Vec<u8> {
    fuin_server::with_meta(page, "fuin-sha256", &fuin_core::sha256_hex(page))
}
