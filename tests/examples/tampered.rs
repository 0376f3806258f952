//! Writes the tamper matrix of a bundle with a clip: `tampered CLIP FOLDER`. Each file is named by its place and by the code
//! that refuses it; `good.fuin` is what they were made from. For the browser tests.
#![allow(clippy::unwrap_used, reason = "a tool of the tests: it stops at the first surprise")]

use std::{fs, path::PathBuf};

use fuin_tests::tampered::{Tampered, matrix, pair};

fn main() {
    let mut args = std::env::args().skip(1);
    let clip = fs::read(args.next().unwrap()).unwrap();
    let folder = PathBuf::from(args.next().unwrap());
    let (good, other) = pair(&clip);
    for (n, Tampered { code, way, region, bytes }) in matrix(&good, &other).into_iter().enumerate() {
        let told = format!("{way} {region}").replace(['/', ' ', ','], "_");
        fs::write(folder.join(format!("{n:03}--{code}--{told}.fuin")), bytes).unwrap();
    }
    fs::write(folder.join("good.fuin"), good).unwrap();
}
