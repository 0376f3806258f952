//! Sequence parameter sets: hostile ones, and good ones against what ffprobe says of them.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::process::Command;

use fuin_core::Codec;
use fuin_tests::{corpus, seeds, targets::playable};

fn codec(clip: &[u8]) -> Codec {
    playable(clip).unwrap().videos.remove(0).configurations.remove(0)
}

/// F3: parameter sets that made crates panic. Each is a body of `avcC` or `hvcC` in a clip that is otherwise good.
#[test]
fn odd_parameter_sets_stop_nothing() {
    let good = seeds::small_clip();
    let at = good.windows(4).position(|name| name == b"avcC").unwrap() + 4;
    // A picture parameter set of no bytes; the set cut off at the end of the box; a set of zeros; of ones.
    let empty_pps = [1, 0x42, 0, 0x1e, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0, 0x1e, 1, 0, 0, 0, 0];
    let cut = [1, 0x42, 0, 0x1e, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0, 0x1e, 1, 0xff, 0xff, 0, 0];
    let zeros = [1, 0x42, 0, 0x1e, 0xff, 0xe1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let ones =
        [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    for set in [empty_pps, cut, zeros, ones] {
        let mut clip = good.clone();
        clip[at..at + set.len()].copy_from_slice(&set);
        let facts = codec(&clip);
        assert_eq!((facts.pixel_aspect, facts.interlaced, facts.colour), ((1, 1), false, None), "{set:02x?}");
    }
}

/// The same facts as ffprobe finds in the bare stream, where nothing but the sets says them.
#[test]
fn parameter_sets_say_what_ffprobe_reads_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut full_ranges = 0;
    for (name, format) in [
        ("wide-pixels.mp4", "h264"),
        ("upright.mp4", "h264"),
        ("interlaced.mp4", "h264"),
        ("hevc-full-range.mp4", "hevc"),
        ("hvc1.mp4", "hevc"),
    ] {
        let stream = folder.path().join(name).with_extension(format);
        let copied = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(corpus().join(name))
            .args(["-map", "0:v:0", "-c", "copy", "-f", format])
            .arg(&stream)
            .status()
            .unwrap();
        assert!(copied.success());
        let probed = Command::new("ffprobe")
            .args(["-v", "error", "-of", "default=nw=1"])
            .args(["-show_entries", "stream=sample_aspect_ratio,color_range,field_order"])
            .arg(&stream)
            .output()
            .unwrap();
        let said = String::from_utf8(probed.stdout).unwrap();
        let mut bytes = std::fs::read(corpus().join(name)).unwrap();
        for kind in [b"pasp", b"colr"] {
            while let Some(at) = bytes.windows(4).position(|name| name == kind) {
                bytes[at..at + 4].copy_from_slice(b"free");
            }
        }
        let facts = codec(&bytes);
        let (h, v) = facts.pixel_aspect;
        let unsaid = said.contains("sample_aspect_ratio=N/A") && (h, v) == (1, 1);
        assert!(
            unsaid || said.contains(&format!("sample_aspect_ratio={h}:{v}\n")),
            "{name}: {said} and {h}:{v}"
        );
        let progressive = said.contains("field_order=progressive") || said.contains("field_order=unknown");
        assert_eq!(facts.interlaced, !progressive, "{name}: {said}");
        let full = facts.colour.is_some_and(|colour| colour.full_range);
        assert_eq!(facts.is_hevc() && said.contains("color_range=pc"), full, "{name}: {said}");
        full_ranges += usize::from(full);
    }
    assert_eq!(full_ranges, 1);
}
