//! Writes what fuzzing begins with, a folder for each target: `fuzz_seeds FOLDER`. For `make fuzz`.
#![allow(clippy::unwrap_used, reason = "a tool of the tests: it stops at the first surprise")]

use std::{fs, path::Path};

use fuin_core::RuleSet;
use fuin_tests::{corpus, sealed_bundle, seeds, unpacked::Unpacked};

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
    };
    write("header", "good", &seeds::header());
    write("container", "good", &sealed_bundle(300));
    for fault in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("faults")).unwrap() {
        let path = fault.unwrap().path();
        write("container", &path.file_name().unwrap().to_string_lossy(), &fs::read(&path).unwrap());
    }
    write("manifest", "good", &seeds::manifest());
    write("footage", "small", &seeds::small_clip());
    write("index", "small", &seeds::small_index());
    write("rows", "small", &Unpacked::of(&seeds::small_index()).rows);
    write("rows", "places", &seeds::PLACES);
    for clip in fs::read_dir(corpus()).unwrap() {
        let path = clip.unwrap().path();
        // libFuzzer cuts longer ones.
        if fs::metadata(&path).unwrap().len() < 1 << 20 {
            write("footage", &path.file_name().unwrap().to_string_lossy(), &fs::read(&path).unwrap());
        }
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/kept");
    for document in fs::read_dir(kept).unwrap() {
        let path = document.unwrap().path();
        let (name, bytes) =
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
        for target in seeds::targets_of(&name) {
            write(target, &name, &bytes);
        }
        for (target, payload) in seeds::payloads(&name, &bytes) {
            write(target, &name, &payload);
        }
    }
    for (name, typed) in seeds::TYPED {
        write("typed", name, typed.as_bytes());
    }
    for (name, bytes) in seeds::OUTSIDE {
        write("outside", name, bytes);
    }
    write("proof", "good", seeds::proof().as_bytes());
    write("message", "good", &seeds::message());
    for codec in 0..4 {
        write("decoders", &codec.to_string(), &[&[codec], &seeds::small_clip()[..]].concat());
    }
    let rules = RuleSet::builtin("minato").unwrap();
    write("toml", "request", fuin_core::example_request(&rules).as_bytes());
    write("toml", "rules", toml::to_string(&rules).unwrap().as_bytes());
    let (width, pixels) = seeds::symbol();
    write("qr", "good", &[pixels, vec![width]].concat());
}
