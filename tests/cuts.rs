//! 必要な範囲の切り出し: every part of every clip of the corpus has the pictures of the clip, byte for byte, at the same
//! distances, and other programs read it (FORMAT.md §7.12).
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says what it skips"
)]

use std::{collections::BTreeMap, path::Path, process::Command};

use fuin_core::{
    Coded, Cut, CutError, CutOrder, CutRecord, CutSource, Index, Pictures, RandomAccess, VideoTrack,
    sha256_hex,
};
use fuin_tests::{corpus, targets::read_index};

/// What is not cut, and why: `media_…` where there is no picture at all.
const REFUSED: [(&str, &str); 7] = [
    ("adpcm.avi", "cut_sound"),
    ("g726.avi", "cut_sound"),
    ("ima-wave.mov", "cut_sound"),
    ("ima.avi", "cut_sound"),
    ("ima.mov", "cut_sound"),
    ("audio-only.mp4", "media_no_video"),
    ("wmv.avi", "media_codec"),
];

fn clips() -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(corpus()).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| path.file_name().unwrap() != "ten-minutes.mp4")
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap()))
        .collect()
}

fn cut(clip: &[u8], order: &CutOrder) -> Result<(Vec<u8>, CutRecord), CutError> {
    let cut = Cut::new(clip, read_index(clip), order, &mut |_| true)?;
    let source =
        CutSource { file_name: "cam.mp4".into(), bytes: clip.len() as u64, sha256: sha256_hex(clip) };
    let mut bytes = vec![0; cut.len() as usize];
    // In pieces that end anywhere.
    let mut at = 0;
    for piece in bytes.chunks_mut(10_007) {
        cut.read_exact_at(at, piece).unwrap();
        at += piece.len() as u64;
    }
    let mut again = vec![0; bytes.len() / 2];
    cut.read_exact_at(bytes.len() as u64 / 3, &mut again).unwrap();
    assert_eq!(again, bytes[bytes.len() / 3..][..again.len()], "a second reading from anywhere");
    assert!(cut.read_exact_at(bytes.len() as u64 - 1, &mut [0, 0]).is_err(), "nothing lies behind its end");
    Ok((bytes, cut.record(source)))
}

/// The middle of a clip.
fn middle(index: &Index, sound: bool) -> CutOrder {
    let pictures = Pictures::new(index.videos[0].clone());
    let (begin, end) = (pictures.micros(0), pictures.end_micros());
    CutOrder { from: begin + (end - begin) * 4 / 10, to: begin + (end - begin) * 7 / 10, sound }
}

/// A picture as a decoder gets it.
fn picture(clip: &[u8], track: &VideoTrack, n: usize) -> Option<Vec<u8>> {
    let sample = &track.samples[n];
    let (offset, span) = track.span(sample);
    let data = track.gather(sample, clip[offset as usize..][..span].to_vec());
    track.codec_of(sample).prepare(data, sample.is_sync).ok().flatten().map(|ready| ready.data)
}

fn sound(clip: &[u8], index: &Index) -> Vec<u8> {
    let Some(audio) = &index.audio else { return Vec::new() };
    let bytes = |packet| {
        let (offset, span) = audio.span(packet);
        audio.gather(packet, clip[offset as usize..][..span].to_vec())
    };
    audio.packets.iter().flat_map(bytes).collect()
}

fn is_same(name: &str, clip: &[u8], part: &[u8], record: &CutRecord) {
    let (whole, index) = (read_index(clip), read_index(part));
    assert_eq!(index.videos.len(), record.videos.len(), "{name}: {:?}", index.unused);
    for (ours, said) in index.videos.iter().zip(&record.videos) {
        let theirs = &whole.videos[said.of as usize];
        assert_eq!(ours.samples.len(), said.pictures as usize, "{name}");
        let first = &theirs.samples[said.first as usize];
        let kept = (said.first..=said.last).filter(|&n| {
            theirs.samples[n as usize].pts >= first.pts && !theirs.samples[n as usize].is_missing
        });
        let kept: Vec<usize> = kept.map(|n| n as usize).collect();
        assert_eq!(kept.len(), ours.samples.len(), "{name}");
        assert!(first.is_sync && ours.samples[0].is_sync, "{name} begins with a key picture");
        let before = |n: &usize| theirs.samples[*n].pts - first.pts;
        let times: Vec<i64> = kept.iter().map(before).collect();
        let own: Vec<i64> = ours.samples.iter().map(|s| s.pts - ours.samples[0].pts).collect();
        assert_eq!(own, times, "{name}: the distances of pictures");
        assert_eq!(ours.turn, theirs.turn, "{name}");
        for (n, &of) in kept.iter().enumerate() {
            assert_eq!(picture(part, ours, n), picture(clip, theirs, of), "{name}: picture {of}");
            let (a, b) = (ours.codec_of(&ours.samples[n]), theirs.codec_of(&theirs.samples[of]));
            assert_eq!(
                (a.family(), a.width, a.height, a.pixel_aspect, a.colour),
                (b.family(), b.width, b.height, b.pixel_aspect, b.colour),
                "{name}"
            );
        }
    }
    assert_eq!(index.audio.is_some(), record.sound, "{name}: {:?}", index.unused);
    if let (Some(ours), Some(theirs)) = (&index.audio, &whole.audio) {
        assert_eq!((ours.rate, ours.channels), (theirs.rate, theirs.channels), "{name}");
        let (part, all) = (sound(part, &index), sound(clip, &whole));
        assert!(memchr_find(&all, &part), "{name}: the sound is a part of the clip's");
    }
}

fn memchr_find(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

#[test]
fn every_kind_of_clip_is_cut_and_read_again() {
    let mut done = 0;
    for (name, clip) in clips() {
        let index = read_index(&clip);
        let order = match index.videos.is_empty() {
            true => CutOrder { from: 0, to: 1, sound: true },
            false => middle(&index, true),
        };
        let refused = REFUSED.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
        match cut(&clip, &order) {
            Ok((part, record)) => {
                assert_eq!(refused, None, "{name}");
                is_same(&name, &clip, &part, &record);
                done += 1;
            }
            Err(error) if index.videos.is_empty() => {
                assert!(error.code().starts_with("media_"), "{name}: {error}")
            }
            Err(error) => {
                assert_eq!(Some(error.code()), refused, "{name}: {error}");
                let (part, record) = cut(&clip, &CutOrder { sound: false, ..order }).unwrap();
                is_same(&name, &clip, &part, &record);
                assert!(!record.sound);
            }
        }
    }
    assert!(done > 60, "{done}");
}

/// The pictures that ffmpeg decodes of a file, in order of presentation.
fn decoded_by_ffmpeg(path: &Path) -> Vec<String> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "quiet", "-noautorotate", "-i"]).arg(path);
    ffmpeg.args(["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"]);
    let text = String::from_utf8(ffmpeg.output().unwrap().stdout).unwrap();
    let hash = |line: &str| line.rsplit(',').next().map(|hash| hash.trim().to_owned());
    text.lines().filter(|line| !line.starts_with('#')).filter_map(hash).collect()
}

/// What ffmpeg, which knows nothing of us, decodes of a part is what it decodes of the clip there.
#[test]
fn other_programs_decode_the_same_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.mp4");
    // One of each kind of file and coding.
    for name in [
        "b-frames.mp4",
        "h264.ts",
        "h264.avi",
        "h264.mkv",
        "h264.dav",
        "h264.mpg",
        "h264.m2ts",
        "bare.h264",
        "bare.h265",
        "hevc.ts",
        "hevc.mkv",
        "hevc-10bit.mp4",
        "fragmented.mp4",
        "mjpeg.avi",
        "mjpeg.mov",
        "multipart.mjpeg",
        "mpeg2.ts",
        "mpeg4.ts",
        "av1.mp4",
        "vp9-odd.webm",
        "interlaced.ts",
        "rotated-90.mp4",
        "vfr.mp4",
        "wide-pixels.mp4",
        "g711-a.mov",
        "pcm-96k.mov",
        "aac.ts",
        "opus.ts",
        "mp2.mpg",
    ] {
        let clip = std::fs::read(corpus().join(name)).unwrap();
        let (part, record) = cut(&clip, &middle(&read_index(&clip), true)).unwrap();
        std::fs::write(&path, part).unwrap();
        let whole = decoded_by_ffmpeg(&corpus().join(name));
        let ours = decoded_by_ffmpeg(&path);
        assert_eq!(ours.len(), record.videos[0].pictures as usize, "{name}");
        let place = whole.windows(ours.len()).position(|window| window == ours);
        let alike = ours.iter().filter(|hash| whole.contains(hash)).count();
        assert!(
            place.is_some(),
            "{name}: {alike} of {} pictures stand in the clip's {}",
            ours.len(),
            whole.len()
        );
    }
}

/// What others wrote, spoiled files among them: each is cut, or refused by a name.
#[test]
fn files_from_elsewhere_are_cut_or_refused_by_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/foreign");
    let Ok(files) = std::fs::read_dir(&folder) else {
        return eprintln!("skipped: {} is not here", folder.display());
    };
    for file in files.map(|file| file.unwrap().path()).filter(|path| path.extension().unwrap() != "tsv") {
        let clip = std::fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let index = read_index(&clip);
        if index.videos.is_empty() {
            continue;
        }
        match cut(&clip, &middle(&index, true)) {
            Ok((part, record)) => is_same(&name, &clip, &part, &record),
            Err(error) => assert!(error.code().starts_with("cut_"), "{name}: {error}"),
        }
    }
}
