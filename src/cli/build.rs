//! Builds the viewer page into the command line, if it was made before.

use std::{env, fs, path::Path};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let page = Path::new(&root).join("../../dist/fuin.html");
    println!("cargo::rerun-if-changed={}", page.display());
    let out = env::var("OUT_DIR").unwrap_or_default();
    let bytes = fs::read(&page).unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&out).join("fuin.html"), bytes) {
        println!("cargo::error=the viewer page could not be copied: {error}");
    }
}
