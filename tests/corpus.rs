//! The generated corpus against what ffmpeg says of it (`corpus/KIND/expected.json`, written by `scripts/expected.mjs`): how many
//! pictures there are, at which times, and, of what our own decoders decode bit for bit, their pixels.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeMap, path::Path};

use fuin_core::{Pictures, sha256_hex};
use fuin_decoders::{Avc, Hevc};
use fuin_tests::{corpus, decoded::decoded, targets::read_index};
use serde::Deserialize;

/// What ffmpeg says of a clip.
#[derive(Debug, Deserialize)]
struct Expected {
    /// The clip itself: pixels are compared where it is the same.
    clip_sha256: String,
    codec: Option<String>,
    sound: Option<String>,
    #[serde(default)]
    pixels: String,
    pictures: Option<usize>,
    /// Unit of its times, in seconds.
    unit: Option<String>,
    /// From each picture to the next: units, and how often.
    steps: Option<Vec<(i64, usize)>>,
    pictures_sha256: Option<String>,
}

/// Where we say otherwise, and why (docs/formats.md): our pictures, if they are others.
const OTHERWISE: [(&str, Option<usize>, &str); 7] = [
    ("wmv.avi", None, "nobody here decodes it"),
    ("edit-list.mp4", Some(90), "pictures that an edit list leaves out are shown"),
    ("torn.mp4", Some(90), "a torn picture is in the file; whether it can be decoded, playing tells"),
    ("torn-last-group.mp4", Some(90), "as torn.mp4"),
    ("hevc-damaged.mp4", Some(90), "as torn.mp4"),
    ("spoiled-key.mp4", Some(90), "as torn.mp4"),
    ("cut-off.mp4", Some(57), "the same; its last picture is cut off"),
];

/// Sound that ffmpeg decodes and nobody here does.
const SILENT: [&str; 1] = ["flac.m2ts"];

fn all() -> BTreeMap<String, Expected> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let kinds = std::fs::read_dir(folder).unwrap().map(|kind| kind.unwrap().path().join("expected.json"));
    kinds
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            serde_json::from_str::<BTreeMap<String, Expected>>(&text).unwrap()
        })
        .collect()
}

#[test]
fn every_clip_of_the_corpus_has_its_expectations() {
    let made = std::fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().file_name());
    let made: Vec<String> =
        made.map(|name| name.into_string().unwrap()).filter(|n| !n.starts_with('.')).collect();
    let expected = all();
    assert!(made.len() > 60, "{} clips", made.len());
    for name in &made {
        assert!(expected.contains_key(name), "scripts/expected.mjs has not seen {name}");
    }
    assert_eq!(made.len(), expected.len());
}

#[test]
fn pictures_and_their_times_are_those_of_ffmpeg() {
    for (name, expected) in all() {
        let otherwise = OTHERWISE.iter().find(|(other, ..)| *other == name);
        let index = read_index(&std::fs::read(corpus().join(&name)).unwrap());
        let wanted = otherwise.map_or(expected.pictures, |(_, pictures, _)| *pictures);
        let Ok(index) = index.playable() else {
            assert_eq!(wanted, None, "{name}: no pictures");
            continue;
        };
        let has_sound = expected.sound.is_some() && !SILENT.contains(&name.as_str());
        assert_eq!(index.audio.is_some(), has_sound, "{name}: {:?}", index.unused);
        let pictures = Pictures::new(index.videos[0].clone());
        assert_eq!(Some(pictures.count()), wanted, "{name}");
        let (Some(steps), Some(unit), None) = (expected.steps, expected.unit, otherwise) else { continue };
        let (numerator, denominator) = unit.split_once('/').unwrap();
        let unit = numerator.parse::<f64>().unwrap() / denominator.parse::<f64>().unwrap() * 1e6;
        let mut units = 0;
        let times = steps.iter().flat_map(|&(step, times)| std::iter::repeat_n(step, times));
        let times = std::iter::once(0).chain(times.map(|step| {
            units += step;
            units
        }));
        for (n, theirs) in times.enumerate() {
            let ours = (pictures.micros(n) - pictures.micros(0)) as f64;
            let theirs = theirs as f64 * unit;
            assert!((ours - theirs).abs() <= 2.0, "{name}: picture {n} at {ours} and not at {theirs}");
        }
    }
}

#[test]
fn pixels_are_those_of_ffmpeg() {
    let mut compared = 0;
    for (name, expected) in all() {
        let exact = expected.pixels == "yuv420p" && OTHERWISE.iter().all(|(other, ..)| *other != name);
        let bytes = std::fs::read(corpus().join(&name)).unwrap();
        // Another version of ffmpeg writes another clip.
        if !exact || name == "ten-minutes.mp4" || sha256_hex(&bytes) != expected.clip_sha256 {
            continue;
        }
        let pictures = match expected.codec.as_deref() {
            Some("h264") => decoded::<Avc>(&name, &bytes),
            Some("hevc") => decoded::<Hevc>(&name, &bytes),
            _ => continue,
        };
        let pixels = pictures.into_iter().map(|picture| picture.bytes).collect::<Vec<_>>().concat();
        assert_eq!(Some(sha256_hex(&pixels)), expected.pictures_sha256, "{name}");
        compared += 1;
    }
    assert!(compared > 30, "{compared} clips compared: is this another ffmpeg than that of Debian 12?");
}
