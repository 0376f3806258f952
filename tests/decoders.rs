//! Our decoders in software give the pictures that ffmpeg gives, each with its own sample.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::process::Command;

use fuin_decoders::{Avc, Chroma, Decode, Hevc, Mpeg2, Mpeg4, Planes};
use fuin_tests::{TestEntropy, corpus, decoded::decoded, mutant::mutate};

/// ffmpeg's names of the forms that a browser takes.
fn form(chroma: Chroma) -> &'static str {
    match chroma {
        Chroma::Grey | Chroma::Quarter => "yuv420p",
        Chroma::Half => "yuv422p",
        Chroma::Full => "yuv444p",
    }
}

fn ours<D: Decode>(name: &str) -> Vec<Planes> {
    decoded::<D>(name, &std::fs::read(corpus().join(name)).unwrap())
}

/// What ffmpeg makes of it, in pictures of 8 bits; with `depth` its deeper samples, the lowest bits cut off.
fn theirs(name: &str, form: &str, depth: u32) -> Vec<u8> {
    let form = if depth > 8 { format!("{form}{depth}le") } else { form.to_owned() };
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(corpus().join(name))
        .args(["-map", "0:v:0", "-f", "rawvideo", "-fps_mode", "passthrough", "-pix_fmt", &form, "-"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    match depth {
        8 => made.stdout,
        depth => {
            let wide = made.stdout.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
            wide.map(|sample| (sample >> (depth - 8)) as u8).collect()
        }
    }
}

/// Every sample of every picture is at most `off` away.
fn compare<D: Decode>(name: &str, depth: u32, off: u8) {
    let ours = ours::<D>(name);
    let theirs = theirs(name, form(ours[0].chroma), depth);
    let bytes = ours[0].bytes.len();
    assert_eq!(theirs.len(), bytes * ours.len(), "{name}: {} pictures", ours.len());
    for (n, (ours, theirs)) in ours.iter().zip(theirs.chunks_exact(bytes)).enumerate() {
        let worst = ours.bytes.iter().zip(theirs).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(worst <= off, "{name}: picture {n} is {worst} away");
    }
}

#[test]
fn h264_is_exact() {
    for name in ["b-frames.mp4", "interlaced.mp4", "odd-size.mp4", "full-444.mp4", "h264.ts", "avc1.avi"] {
        compare::<Avc>(name, 8, 0);
    }
    compare::<Avc>("deep-422.mp4", 10, 0);
}

#[test]
fn grey_has_no_colours() {
    let ours = ours::<Avc>("grey.mp4");
    let theirs = theirs("grey.mp4", "gray", 8);
    let (light, colours) = ours[30].bytes.split_at(320 * 240);
    assert_eq!(light, &theirs[30 * 320 * 240..31 * 320 * 240]);
    assert!(colours.iter().all(|&sample| sample == 128));
}

#[test]
fn h265_is_exact() {
    compare::<Hevc>("hvc1.mp4", 8, 0);
    compare::<Hevc>("hevc-fragmented.mp4", 8, 0);
    compare::<Hevc>("hevc-10bit.mp4", 10, 0);
}

/// The standards leave the inverse transform a rounding (IEEE 1180), which adds up from picture to picture.
#[test]
fn mpeg_is_as_exact_as_its_standards() {
    for name in ["mpeg4.mp4", "mpeg4.avi", "mpeg4.ts"] {
        compare::<Mpeg4>(name, 8, 6);
    }
    for name in ["mpeg2.ts", "mpeg2.mkv", "mpeg2.mov", "mp2.mpg", "mpeg1.mpg", "mpeg2-422.mkv"] {
        compare::<Mpeg2>(name, 8, 3);
    }
}

fn footage(name: &str) -> String {
    format!("{}/footage/{name}.m2v", env!("CARGO_MANIFEST_DIR"))
}

/// Pictures that are fields, of two halves and from both parities, and frames that are predicted by fields: ffmpeg does
/// not write them (footage/README.md).
#[test]
fn mpeg2_of_fields_is_as_exact() {
    for name in ["fields", "fields-dual-prime", "frames-of-fields", "frames-dual-prime"] {
        compare::<Mpeg2>(&footage(name), 8, 3);
    }
}

/// Whatever is changed in a picture, it is decoded or refused, and so are the next ones.
#[test]
fn damaged_mpeg2_is_refused_and_stops_nothing() {
    let entropy = TestEntropy::new(61);
    let (mut refused, mut shown) = (0, 0);
    for name in ["fields-dual-prime", "frames-of-fields"] {
        let clip = std::fs::read(footage(name)).unwrap();
        for _ in 0..1500 {
            let mutant = mutate(&clip, &entropy);
            let Ok(mut decoder) = Mpeg2::begin(&clip[..64]) else { continue };
            let begins = |at: &usize| mutant[*at..].starts_with(&[0, 0, 1, 0]);
            let pictures: Vec<usize> = (0..mutant.len()).filter(begins).collect();
            for (n, &at) in pictures.iter().enumerate() {
                let end = pictures.get(n + 1).copied().unwrap_or(mutant.len());
                // Headers before the first picture belong to it.
                match decoder.decode(&mutant[if n == 0 { 0 } else { at }..end], n as i64) {
                    Ok(Some(_)) => shown += 1,
                    Ok(None) => {}
                    Err(_) => refused += 1,
                }
            }
        }
    }
    assert!(refused > 1000 && shown > 1000, "{refused} refused, {shown} shown");
}
