//! The sample index of real clips, against what ffprobe says of them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says what it skips"
)]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use fuin_core::{
    Coded,
    media::{Index, MediaError},
};

fn index(bytes: &[u8]) -> Result<Index, MediaError> {
    Index::read(bytes.len() as u64, |offset, len| Ok(bytes[offset as usize..offset as usize + len].to_vec()))
}

fn make(folder: &Path, name: &str, options: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let input =
        ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=3"];
    let status = Command::new("ffmpeg").args(input).args(options).arg(&path).status().unwrap();
    assert!(status.success(), "{name}");
    path
}

/// Packets of the picture track: position, size, pts, key; as ffprobe lists them in decoding order.
fn probe(path: &Path) -> Vec<(u64, u32, i64, bool)> {
    let entries = "packet=pts,size,pos,flags";
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "json"])
        .arg(path)
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let number =
        |packet: &serde_json::Value, name: &str| packet[name].as_str().unwrap().parse::<i64>().unwrap();
    json["packets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            let key = p["flags"].as_str().unwrap().starts_with('K');
            (number(p, "pos") as u64, number(p, "size") as u32, p["pts"].as_i64().unwrap(), key)
        })
        .collect()
}

fn agrees_with_ffprobe(path: &Path) {
    let video = index(&std::fs::read(path).unwrap()).unwrap().video;
    let theirs = probe(path);
    assert_eq!(video.samples.len(), theirs.len(), "{}", path.display());
    for (i, (ours, theirs)) in video.samples.iter().zip(theirs).enumerate() {
        assert_eq!(
            (ours.offset, ours.size, ours.pts),
            (theirs.0, theirs.1, theirs.2),
            "{} {i}",
            path.display()
        );
        // ffprobe looks into the picture and takes back the mark of a sync sample that is none; stss is what we read.
        assert!(ours.is_sync || !theirs.3, "{} {i}", path.display());
    }
}

#[test]
fn generated_clips_agree_with_ffprobe() {
    let folder = tempfile::tempdir().unwrap();
    let x264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p"];
    for (name, more) in [
        ("plain.mp4", vec!["-g", "10"]),
        ("moov-first.mp4", vec!["-movflags", "+faststart"]),
        ("b-frames.mp4", vec!["-bf", "3", "-g", "12"]),
        ("key-frames-only.mp4", vec!["-g", "1"]),
        ("no-key-but-first.mp4", vec!["-g", "250"]),
    ] {
        agrees_with_ffprobe(&make(folder.path(), name, &[&x264[..], &more].concat()));
    }
}

#[test]
fn shared_clips_agree_with_ffprobe() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/clips");
    let Ok(files) = std::fs::read_dir(&folder) else {
        return eprintln!("skipped: {} is not here", folder.display());
    };
    for file in files {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "mp4") {
            agrees_with_ffprobe(&path);
        }
    }
}

#[test]
fn what_cannot_be_played_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let code = |path: PathBuf| index(&std::fs::read(path).unwrap()).err().map(|error| error.code());
    let fragmented = ["-c:v", "libx264", "-movflags", "+frag_keyframe+empty_moov"];
    assert_eq!(code(make(folder.path(), "fragmented.mp4", &fragmented)), Some("media_fragmented"));
    assert_eq!(code(make(folder.path(), "mpeg4.mp4", &["-c:v", "mpeg4"])), Some("media_codec"));
    assert_eq!(index(b"not a clip at all").unwrap_err().code(), "media_malformed");
    assert_eq!(index(b"").unwrap_err().code(), "media_malformed");
}

#[test]
fn a_picture_is_found_by_time_and_its_sync_sample_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path =
        make(folder.path(), "seek.mp4", &["-c:v", "libx264", "-g", "10", "-bf", "2", "-pix_fmt", "yuv420p"]);
    let video = index(&std::fs::read(path).unwrap()).unwrap().video;
    assert_eq!(video.duration_micros(), 3_000_000);
    for (n, micros) in (0..30).map(|n| (n, n * 100_000)) {
        let found = video.sample_at(micros + 50_000);
        assert_eq!(video.micros(video.samples[found].pts), micros, "picture {n}");
        let sync = video.sync_before(found);
        assert!(sync <= found && video.samples[sync].is_sync);
    }
    assert_eq!(video.sample_at(-5), video.sample_at(0));
}

#[test]
fn a_sample_is_what_it_holds_and_not_what_it_is_marked_as() {
    use fuin_core::media::codec::Codec;
    let codec = Codec {
        name: "avc1.42001e".into(),
        description: vec![1, 0x42, 0, 0x1e, 0xff],
        width: 64,
        height: 48,
    };
    let unit = |kind: u8| vec![0, 0, 0, 2, kind, 0x88];
    let cases = [
        (vec![7, 8, 5], true, Some((vec![7, 8, 5], true))),
        (vec![6, 1], true, Some((vec![1], false))),
        (vec![6], true, None),
        (vec![1], false, Some((vec![1], false))),
        (vec![], false, None),
    ];
    for (kinds, is_sync, expected) in cases {
        let join = |kinds: &[u8]| kinds.iter().flat_map(|&kind| unit(kind)).collect::<Vec<u8>>();
        let found = codec.prepare(join(&kinds), is_sync).map(|decodable| (decodable.data, decodable.is_key));
        assert_eq!(found, expected.map(|(kept, is_key)| (join(&kept), is_key)), "{kinds:?}");
    }
    // A unit that claims more than there is ends the walk.
    assert_eq!(codec.prepare(vec![0xff, 0xff, 0xff, 0xff, 5], true), None);
}
