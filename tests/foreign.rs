//! Footage from elsewhere (`../shared/foreign`): what other programs and cameras write. Skipped, saying so, where it is not
//! there.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says what it skips"
)]

use std::path::Path;

use fuin_core::{Coded, Index, Pictures, Turn};
use fuin_tests::targets::{playable, read_index};

/// File, pictures that ffmpeg or Chromium gives.
const PLAYED: [(&str, usize); 48] = [
    ("a-ac3.mp4", 60),
    ("a-mp3.mp4", 60),
    ("a-mulaw.mov", 60),
    ("a-opus.mp4", 60),
    ("a-vorbis.mp4", 60),
    ("avc1-annexb-empty-avcC.mp4", 60),
    ("avc1-annexb-good-avcC.mp4", 60),
    ("bf-no-ctts.mp4", 60),
    ("bf1-android.mp4", 60),
    ("durations-0.mp4", 60),
    ("elst-count.mp4", 60),
    ("elst-delay-3h.mp4", 60),
    ("entry-junk4.mp4", 60),
    ("entry-size0.mp4", 60),
    ("entry-zeros4.mp4", 60),
    ("frag-concat-res.mp4", 120),
    ("frag-concat-same.mp4", 120),
    ("frag-moof-broken.mp4", 45),
    ("hflip.mp4", 60),
    ("hi422-10.mp4", 60),
    ("jpeg.mov", 60),
    ("k-h264.avi", 60),
    ("k-h264.mkv", 60),
    ("k-h264.ts", 60),
    ("k-vp9.webm", 60),
    ("m4p2.mp4", 60),
    ("moov-zeros.mp4", 60),
    ("mvhd-rot90.mp4", 60),
    ("mvhd-ts0.mp4", 60),
    ("nal-pad2.mp4", 60),
    ("nal-prefix-annexb.mp4", 60),
    ("nal-zero.mp4", 60),
    ("no-ftyp.mov", 60),
    ("rot180.mp4", 60),
    ("rot90-mirror.mp4", 60),
    ("stsd-junk.mp4", 60),
    ("stsd2-res.mp4", 120),
    ("stsd2-same.mp4", 120),
    ("stss-empty.mp4", 60),
    ("stss-none-hevc.mp4", 60),
    ("stss-none-vp9.mp4", 60),
    ("stsz-plus1.mp4", 60),
    ("stts-zero.mp4", 60),
    ("tfdt-20s.mp4", 60),
    ("tfdt-3h.mp4", 60),
    ("tkhd-wide.mp4", 60),
    ("trail-text.mp4", 60),
    ("trak-zeros.mp4", 60),
];

/// File, and the code and name of why it is not played.
const REFUSED: [(&str, &str, Option<&str>); 2] =
    [("moovlast-cut.mp4", "media_not_closed", None), ("hik-imkh.mp4", "media_codec", Some("unknown"))];

/// What is in a file; nothing without the folder.
fn read(name: &str) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/foreign");
    if !folder.exists() {
        eprintln!("skipped: {} is not here", folder.display());
        return None;
    }
    Some(std::fs::read(folder.join(name)).unwrap())
}

/// Of every picture the bytes are whole, and each is shown at a time of its own, the first at 0.
#[test]
fn pictures_are_found_whole_and_in_order() {
    for (name, count) in PLAYED {
        let Some(clip) = read(name) else { return };
        let index = playable(&clip).unwrap();
        let track = &index.videos[0];
        assert_eq!(track.samples.len(), count, "{name}");
        for sample in &track.samples {
            let (offset, span) = track.span(sample);
            let data = track.gather(sample, clip[offset as usize..offset as usize + span].to_vec());
            let prepared = track.codec_of(sample).prepare(data, sample.is_sync);
            assert!(matches!(prepared, Ok(Some(_))), "{name}: a sample at {offset} holds no picture");
        }
        let pictures = Pictures::new(track.clone());
        let times: Vec<i64> = (0..pictures.count()).map(|picture| pictures.micros(picture)).collect();
        // A second behind the beginning is nothing odd in an MP4; a step back of a recorder's clock takes no time.
        assert!((-1_000_000..=1_000_000).contains(&times[0]), "{name}: begins at {}", times[0]);
        assert!(
            times.windows(2).all(|pair| pair[0] <= pair[1] && pair[1] - pair[0] < 1_100_000),
            "{name}: {times:?}"
        );
    }
}

#[test]
fn what_is_not_played_is_named() {
    for (name, code, about) in REFUSED {
        let Some(clip) = read(name) else { return };
        let error = read_index(&clip).playable().unwrap_err();
        assert_eq!((error.code(), error.names().as_deref()), (code, about), "{name}");
    }
}

#[test]
fn pictures_have_their_shape_and_their_way_up() {
    let track = |name: &str| Some(playable(&read(name)?).unwrap().videos.remove(0));
    let turns = [("hflip.mp4", 0, true), ("mvhd-rot90.mp4", 90, false), ("rot180.mp4", 180, false)];
    for (name, degrees, mirrored) in turns {
        let Some(track) = track(name) else { return };
        assert_eq!(track.turn, Turn { degrees, mirrored }, "{name}");
    }
    let Some(both) = track("rot90-mirror.mp4") else { return };
    assert!(both.turn.mirrored && both.turn.degrees % 180 == 90, "{:?}", both.turn);
    let Some(wide) = track("tkhd-wide.mp4") else { return };
    assert_eq!(wide.codec().pixel_aspect, (2, 1));
    let Some(sized) = track("entry-size0.mp4") else { return };
    assert_eq!((sized.codec().width, sized.codec().height), (320, 240));
}

#[test]
fn what_was_passed_over_is_said() {
    let index = |name: &str| -> Option<Index> { Some(playable(&read(name)?).unwrap()) };
    let noted =
        [("trail-text.mp4", "bytes"), ("moov-zeros.mp4", "bytes"), ("frag-moof-broken.mp4", "fragments")];
    for (name, what) in noted {
        let Some(index) = index(name) else { return };
        assert!(index.unused.iter().any(|unused| unused.what == what), "{name}: {:?}", index.unused);
        assert!(!index.cut_off, "{name}");
    }
    let Some(late) = index("tfdt-3h.mp4") else { return };
    assert!(late.origin > 3 * 3_600_000_000 - 2_000_000, "{}", late.origin);
    let Some(two) = index("stsd2-res.mp4") else { return };
    assert_eq!(two.videos[0].configurations.len(), 2);
    assert!(two.videos[0].samples.iter().any(|sample| sample.configuration == 1));
}
