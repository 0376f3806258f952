//! Recordings one behind another in one file, and files that are damaged in the middle: nothing is lost without a word,
//! and what can be seen is seen.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{Family, Index, Pictures, builders::build};
use fuin_tests::{corpus, targets::playable};

fn clip(name: &str) -> Vec<u8> {
    std::fs::read(corpus().join(name)).unwrap()
}

fn pictures(index: &Index) -> usize {
    index.videos[0].samples.len()
}

fn says(index: &Index, what: &str) -> Option<String> {
    index.unused.iter().find(|unused| unused.what == what).map(|unused| unused.why.clone())
}

/// Whether every picture of a file is shown once, later than the one before.
fn goes_on(index: &Index) -> bool {
    let pictures = Pictures::new(index.videos[0].clone());
    (1..pictures.count()).all(|n| pictures.micros(n) > pictures.micros(n - 1))
}

#[test]
fn two_recordings_are_both_there() {
    for name in ["h264.mkv", "live.mkv", "h264.ts", "h264.mpg", "h264.dav", "bare.h264"] {
        let one = clip(name);
        let (once, twice) = (playable(&one).unwrap(), playable(&[&one[..], &one].concat()).unwrap());
        assert_eq!(pictures(&twice), 2 * pictures(&once), "{name}");
        // In these packets of a program stream lie ten pictures each, of which one has a time.
        assert!(name == "h264.mpg" || goes_on(&twice), "{name}");
        if name != "bare.h264" {
            assert_eq!(says(&twice, "joins").as_deref(), Some("1"), "{name}");
        }
        // Each picture of the second is one of the first, as far behind.
        let (first, second) = twice.videos[0].samples.split_at(pictures(&once));
        for (a, b) in first.iter().zip(second) {
            assert_eq!((a.size, a.is_sync), (b.size, b.is_sync), "{name}");
        }
    }
}

#[test]
fn recordings_of_other_shapes_go_on_and_other_codecs_are_named() {
    let (one, other) = (clip("h264.mkv"), clip("live.mkv"));
    let both = playable(&[&one[..], &other].concat()).unwrap();
    assert_eq!(pictures(&both), pictures(&playable(&one).unwrap()) + pictures(&playable(&other).unwrap()));
    assert!(goes_on(&both));
    let last = *both.videos[0].samples.last().unwrap();
    assert_eq!(both.videos[0].codec_of(&last), playable(&other).unwrap().videos[0].codec());
    // H.265 behind H.264 is no part of its track.
    let hevc = clip("hevc.mkv");
    let both = playable(&[&one[..], &hevc].concat()).unwrap();
    assert_eq!(pictures(&both), pictures(&playable(&one).unwrap()));
    let count = pictures(&playable(&hevc).unwrap());
    assert_eq!(says(&both, "pictures"), Some(format!("{count} of another codec, further on")));
    // Of an MP4 whose tables are its own, the number is said.
    let mp4 = clip("b-frames.mp4");
    let both = playable(&[&mp4[..], &mp4].concat()).unwrap();
    let count = pictures(&playable(&mp4).unwrap());
    assert_eq!(pictures(&both), count);
    assert_eq!(
        says(&both, "pictures"),
        Some(format!("{count} of a recording further on, by tables of its own"))
    );
    // In a transport stream it is a track of its own.
    let both = playable(&[clip("h264.ts"), clip("hevc.ts")].concat()).unwrap();
    let families: Vec<Family> = both.videos.iter().map(|video| video.codec().family()).collect();
    assert_eq!(families, [Family::Avc, Family::Hevc]);
    for (video, name) in both.videos.iter().zip(["h264.ts", "hevc.ts"]) {
        assert_eq!(video.samples.len(), pictures(&playable(&clip(name)).unwrap()), "{name}");
    }
}

/// Where the picture in the middle of a file stands.
fn middle(index: &Index) -> usize {
    let mut offsets: Vec<u64> = index.videos[0].samples.iter().map(|sample| sample.offset).collect();
    offsets.sort_unstable();
    offsets[offsets.len() / 2] as usize
}

/// Zeros and other bytes over the head and the beginning of a picture in the middle.
#[test]
fn a_damaged_file_goes_on_behind_the_damage() {
    let junk: Vec<u8> = (0u32..64).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for name in
        ["h264.mkv", "live.mkv", "h264.avi", "mjpeg.avi", "pcm.avi", "h264.ts", "h264.mpg", "h264.dav"]
    {
        let whole = clip(name);
        let undamaged = playable(&whole).unwrap();
        let from = middle(&undamaged) - 8;
        for bytes in [&junk[..], &[0; 64]] {
            let mut damaged = whole.clone();
            damaged[from..from + bytes.len()].copy_from_slice(bytes);
            let index = playable(&damaged).unwrap();
            let (left, all) = (pictures(&index), pictures(&undamaged));
            // Of the tiny pictures of this corpus several lie in a packet.
            assert!(left + 12 >= all && left <= all, "{name}: {left} of {all}");
            let last = |index: &Index| index.videos[0].samples.iter().map(|sample| sample.offset).max();
            assert_eq!(last(&index), last(&undamaged), "{name}: its end is lost");
        }
    }
}

#[test]
fn what_is_passed_over_is_counted() {
    for (name, wanted) in [("h264.mkv", "in no element"), ("mjpeg.avi", "between chunks")] {
        let mut damaged = clip(name);
        let from = middle(&playable(&damaged).unwrap()) - 8;
        damaged[from..from + 64].fill(0);
        let said = says(&playable(&damaged).unwrap(), "bytes").unwrap();
        assert!(said.ends_with(wanted), "{name}: {said}");
    }
    let mut scrambled = clip("h264.ts");
    let half = scrambled.len() / 2 / 188 * 188;
    for packet in scrambled[half..].chunks_exact_mut(188) {
        packet[3] |= 0x80;
    }
    let said = says(&playable(&scrambled).unwrap(), "bytes").unwrap();
    assert!(said.ends_with("in scrambled packets"), "{said}");
}

/// Some recorders leave out the byte behind a chunk of odd length.
#[test]
fn chunks_without_padding_are_found() {
    let whole = clip("mjpeg.avi");
    let find = |what: &[u8]| whole.windows(4).position(|here| here == what).unwrap();
    let (begin, end) = (find(b"movi") + 4, find(b"idx1"));
    let (mut at, mut without) = (begin, whole[..begin].to_vec());
    while at < end {
        let size = u32::from_le_bytes(whole[at + 4..at + 8].try_into().unwrap()) as usize;
        without.extend(&whole[at..at + 8 + size]);
        at += 8 + size + size % 2;
    }
    assert!(without.len() < end, "no chunk is of odd length");
    assert_eq!(pictures(&playable(&without).unwrap()), pictures(&playable(&whole).unwrap()));
}

/// A recording that begins in the middle: what comes before the first sets is counted.
#[test]
fn a_recording_that_begins_anywhere_is_told() {
    let raw = clip("bare.h264");
    let zeros = [&[0; 5][..], &raw].concat();
    assert_eq!(pictures(&playable(&zeros).unwrap()), pictures(&playable(&raw).unwrap()));
    let index = playable(&raw).unwrap();
    let slice = index.videos[0].samples[3];
    let cut = &raw[slice.offset as usize..];
    let begin = cut.windows(3).position(|code| code == [0, 0, 1]).unwrap();
    let index = playable(&cut[begin..]).unwrap();
    assert!((50..88).contains(&pictures(&index)), "{}", pictures(&index));
    assert!(says(&index, "bytes").is_some_and(|said| said.ends_with("in no whole picture")));
    for name in ["mp2.mpg", "mpeg1.mpg"] {
        let whole = clip(name);
        for from in [777, 2048, whole.len() / 3] {
            let index = playable(&whole[from..]).unwrap();
            assert!(4 * pictures(&index) > pictures(&playable(&whole).unwrap()), "{name} from {from}");
        }
    }
}

/// Units of Matroska whose second is no whole number of them.
#[test]
fn a_unit_that_divides_no_second_is_counted_right() {
    const SCALE: [u8; 7] = [0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x40];
    let mut slow = clip("h264.mkv");
    let plain = playable(&slow).unwrap();
    let at = slow.windows(SCALE.len()).position(|here| here == SCALE).unwrap();
    // A third more: 1,333,333 ns.
    slow[at + 4..at + 7].copy_from_slice(&1_333_333u32.to_be_bytes()[1..]);
    let slow = playable(&slow).unwrap();
    let end = |index: &Index| {
        let pictures = Pictures::new(index.videos[0].clone());
        pictures.micros(pictures.count() - 1) as f64
    };
    let ratio = end(&slow) / end(&plain);
    assert!((ratio - 1.333_333).abs() < 1e-4, "{ratio}");
}

/// Marks of keys that are all alike are not believed.
#[test]
fn keys_of_matroska_are_seen_in_its_pictures() {
    let whole = clip("h264.mkv");
    let plain = playable(&whole).unwrap();
    let keys = |index: &Index| index.videos[0].samples.iter().filter(|sample| sample.is_sync).count();
    assert!((2..pictures(&plain) / 2).contains(&keys(&plain)));
    for all_are in [true, false] {
        let mut changed = whole.clone();
        for sample in &plain.videos[0].samples {
            // Flags stand before the frame.
            let flags = &mut changed[sample.offset as usize - 1];
            *flags = if all_are { *flags | 0x80 } else { *flags & 0x7F };
        }
        assert_eq!(keys(&playable(&changed).unwrap()), keys(&plain), "all are: {all_are}");
    }
}

/// A file of nothing but beginnings of pictures is gone through a few times at most.
#[test]
fn beginnings_of_pictures_without_an_end_are_given_up() {
    let file: Vec<u8> = [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF].repeat(1_400_000);
    let mut looks = 0u32;
    let index = build(&&file[..], &mut |_| {
        looks += 1;
        true
    });
    assert!(index.unwrap().refusal.is_some());
    assert!(looks < 1000, "{looks} looks");
}

#[test]
fn an_empty_file_is_called_empty() {
    let refusal = playable(&[]).unwrap_err().to_string();
    assert!(refusal.contains("empty"), "{refusal}");
}
