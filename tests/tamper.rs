//! The tamper matrix in core and on the command line: the same code for the same file. `vectors/tamper.txt` is the table;
//! `FUIN_BLESS=1` writes it anew. The browser goes through it in `e2e/viewer-altered`.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use fuin_tests::{
    clip,
    office::{Office, UNLOCK},
    tampered::{self, Tampered},
};

/// Bytes of the clip: two segments, of which the last is short.
const CLIP: usize = 300_000;

fn table() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/tamper.txt")
}

#[test]
fn every_region_that_was_tampered_with_is_refused_by_its_code() {
    let (good, other) = tampered::pair(&clip(CLIP));
    assert_eq!((good.len(), tampered::fault(&good)), (other.len(), None));
    let all = tampered::matrix(&good, &other);
    let line = |it: &Tampered| format!("{}\t{}\t{}\n", it.code, it.way, it.region);
    let found: String = all.iter().map(line).collect();
    assert!(!found.contains("accepted"), "{found}");
    if std::env::var_os("FUIN_BLESS").is_some() {
        fs::write(table(), &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(table()).unwrap());

    let office = Office::new();
    // The command line is asked once for each code and way.
    let mut asked = BTreeSet::new();
    for Tampered { code, way, region, bytes } in all {
        if !asked.insert((code, way)) {
            continue;
        }
        office.write("tampered.fuin", bytes);
        let said = office.code(&[&["verify", "tampered.fuin"], &UNLOCK[..]].concat());
        // A passphrase opens it here, whose slot may be what was tampered with.
        let is_slot = region == "header.json content" && said == "wrong_key";
        assert!(said == code || is_slot, "{way} {region} {code}: {said}");
    }
}
