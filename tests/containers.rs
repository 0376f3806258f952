//! The same pictures in other containers: each is found, once, whole, and in its order.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{Index, Pictures, VideoTrack};
use fuin_tests::{corpus, targets::playable};

/// A clip, and the MP4 that it was made from.
const MADE: [(&str, &str); 33] = [
    ("h264.ts", "b-frames.mp4"),
    ("h264.m2ts", "b-frames.mp4"),
    ("aac.ts", "aac.mp4"),
    ("interlaced.ts", "interlaced.mp4"),
    ("hevc.ts", "hvc1.mp4"),
    ("flac.m2ts", "b-frames.mp4"),
    ("h264.mpg", "b-frames.mp4"),
    ("imkh.mp4", "b-frames.mp4"),
    ("h264.avi", "b-frames.mp4"),
    ("avc1.avi", "moov-last.mp4"),
    ("pcm.avi", "pcm.mov"),
    ("h264.mkv", "b-frames.mp4"),
    ("hevc.mkv", "hvc1.mp4"),
    ("live.mkv", "aac.mp4"),
    ("bare.h264", "b-frames.mp4"),
    ("bare.h265", "hvc1.mp4"),
    ("h264.dav", "moov-last.mp4"),
    // The same pictures beside other sound.
    ("upright.mp4", "aac.mp4"),
    ("g711-a.mov", "aac.mp4"),
    ("g711-mu.mov", "aac.mp4"),
    ("pcm.mov", "aac.mp4"),
    ("pcm-96k.mov", "aac.mp4"),
    ("ima.mov", "aac.mp4"),
    ("ima-wave.mov", "aac.mp4"),
    ("opus.ts", "aac.mp4"),
    ("ima.avi", "aac.mp4"),
    ("g726.avi", "aac.mp4"),
    ("adpcm.avi", "aac.mp4"),
    ("mp2.ts", "aac.mp4"),
    ("mp2.avi", "aac.mp4"),
    ("av1.webm", "av1.mp4"),
    ("mjpeg.mov", "mjpeg.avi"),
    ("mjpeg.dav", "mjpeg.avi"),
];

fn open(name: &str) -> (Vec<u8>, Index) {
    let bytes = std::fs::read(corpus().join(name)).unwrap();
    let index = playable(&bytes).unwrap();
    (bytes, index)
}

/// What a decoder gets of a sample that is part of its picture: the slices; of Motion JPEG all.
fn slices(clip: &[u8], track: &VideoTrack, sample: usize) -> Vec<Vec<u8>> {
    let sample = &track.samples[sample];
    let (offset, span) = track.span(sample);
    let data = track.gather(sample, clip[offset as usize..offset as usize + span].to_vec());
    let codec = track.codec_of(sample);
    let ready = codec.prepare(data, sample.is_sync).unwrap().unwrap().data;
    let Some(length_bytes) = codec.nal_length_bytes() else { return vec![ready] };
    let (mut units, mut rest) = (Vec::new(), ready.as_slice());
    while let Some((length, tail)) = rest.split_at_checked(length_bytes) {
        let length = length.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
        let (unit, tail) = tail.split_at(length);
        let is_slice = if codec.is_hevc() { unit[0] >> 1 < 32 } else { matches!(unit[0] & 31, 1 | 5) };
        if is_slice {
            units.push(unit.to_vec());
        }
        rest = tail;
    }
    units
}

#[test]
fn every_picture_is_found_once_whole_and_in_its_order() {
    for (name, source) in MADE {
        let ((clip, made), (original, source)) = (open(name), open(source));
        let (made, source) = (&made.videos[0], &source.videos[0]);
        assert_eq!(made.samples.len(), source.samples.len(), "{name}");
        let (ours, theirs) = (Pictures::new(made.clone()), Pictures::new(source.clone()));
        for picture in 0..ours.count() {
            let (sample, other) = (ours.sample_of(picture), theirs.sample_of(picture));
            assert_eq!(sample, other, "{name}: picture {picture}");
            assert_eq!(
                slices(&clip, made, sample),
                slices(&original, source, other),
                "{name}: picture {picture}"
            );
            assert_eq!(
                made.samples[sample].is_sync, source.samples[other].is_sync,
                "{name}: picture {picture}"
            );
        }
        let size =
            |track: &VideoTrack| (track.codec().width, track.codec().height, track.codec().pixel_aspect);
        assert_eq!(size(made), size(source), "{name}");
        assert_eq!(made.codec().interlaced, source.codec().interlaced, "{name}");
    }
}

#[test]
fn times_begin_with_the_first_picture_and_keep_their_distances() {
    for (name, source) in MADE {
        let (made, source) = (open(name).1, open(source).1);
        let (ours, theirs) = (Pictures::new(made.videos[0].clone()), Pictures::new(source.videos[0].clone()));
        assert_eq!(ours.micros(0), 0, "{name}");
        for picture in 1..ours.count() {
            let wanted = theirs.micros(picture) - theirs.micros(0);
            let difference = (ours.micros(picture) - wanted).abs();
            // Matroska and DHAV count milliseconds.
            assert!(difference <= 1000, "{name}: picture {picture} is {difference} µs away");
        }
    }
}

#[test]
fn sound_is_found_as_well() {
    for (name, source) in [("aac.ts", "aac.mp4"), ("live.mkv", "aac.mp4"), ("pcm.avi", "pcm.mov")] {
        let ((clip, made), (original, source)) = (open(name), open(source));
        let (made, source) = (made.audio.unwrap(), source.audio.unwrap());
        assert_eq!((made.rate, made.channels), (source.rate, source.channels), "{name}");
        assert_eq!(made.codec.name(), source.codec.name(), "{name}");
        let bytes = |clip: &[u8], track: &fuin_core::AudioTrack| -> Vec<u8> {
            let one = |packet| {
                let (offset, span) = track.span(packet);
                track.gather(packet, clip[offset as usize..offset as usize + span].to_vec())
            };
            track.packets.iter().flat_map(one).collect()
        };
        let (ours, theirs) = (bytes(&clip, &made), bytes(&original, &source));
        assert!(theirs.starts_with(&ours) || ours.starts_with(&theirs), "{name}: other bytes");
        assert!(ours.len().abs_diff(theirs.len()) < 2000, "{name}: {} and {}", ours.len(), theirs.len());
    }
}

/// A file that ends anywhere, or begins in the middle of a packet, shows what it has.
#[test]
fn a_piece_of_a_file_shows_what_it_has() {
    for name in ["h264.ts", "h264.m2ts", "h264.mpg", "h264.avi", "h264.mkv", "bare.h264", "h264.dav"] {
        let (clip, whole) = open(name);
        let half = playable(&clip[..clip.len() / 2]).unwrap();
        let (half, whole) = (&half.videos[0], &whole.videos[0]);
        assert!(half.samples.len() > 20 && half.samples.len() < whole.samples.len(), "{name}");
        let same =
            |(a, b): (&fuin_core::Sample, &fuin_core::Sample)| a.offset == b.offset && a.is_sync == b.is_sync;
        // The last picture may be cut.
        let pairs = half.samples.iter().zip(&whole.samples).take(half.samples.len() - 1);
        assert!(pairs.into_iter().all(same), "{name}");
    }
    for name in ["h264.ts", "h264.mpg", "h264.dav"] {
        let (clip, whole) = open(name);
        // From the second key picture on, and some bytes more.
        let whole = &whole.videos[0];
        let second = whole.samples.iter().filter(|sample| sample.is_sync).nth(1).unwrap();
        let from = second.offset as usize - 1500;
        let rest = playable(&clip[from..]).map(|rest| rest.videos[0].samples.len());
        assert!(rest.as_ref().is_ok_and(|count| *count > 30), "{name}: {rest:?}");
    }
}

/// A packet of a program stream (ISO/IEC 13818-1 §2.4.3.6); a time in units of 1/90,000 of a second.
fn pes(stream: u8, pts: Option<u64>, payload: &[u8]) -> Vec<u8> {
    let stamp = pts.map(|t| {
        let part = |shift: u32, bits: u32| (t >> shift & ((1 << bits) - 1)) as u8;
        [0x21 | part(30, 3) << 1, part(22, 8), part(15, 7) << 1 | 1, part(7, 8), part(0, 7) << 1 | 1]
    });
    let stamp = stamp.map(|bytes| bytes.to_vec()).unwrap_or_default();
    let length = (3 + stamp.len() + payload.len()) as u16;
    let flags = if stamp.is_empty() { 0 } else { 0x80 };
    let head = [&[0, 0, 1, stream], &length.to_be_bytes()[..], &[0x80, flags, stamp.len() as u8]].concat();
    [&head[..], &stamp, payload].concat()
}

/// As recorders write it that name G.711 in their stream map.
#[test]
fn g711_of_a_program_stream_is_heard() {
    let video = std::fs::read(corpus().join("bare.h264")).unwrap();
    let pack = [0, 0, 1, 0xBA, 0x44, 0, 4, 0, 4, 1, 0, 0, 3, 0xF8];
    let map = [0, 0, 1, 0xBC, 0, 18, 0xE1, 0xFF, 0, 0, 0, 8, 0x1B, 0xE0, 0, 0, 0x91, 0xC0, 0, 0, 0, 0, 0, 0];
    let mut file = [&pack[..], &map].concat();
    let sound: Vec<u8> = (0..=255).cycle().take(48_100).collect();
    let mut pieces = video.chunks(2000);
    for (n, piece) in (0u64..).zip(sound.chunks(321)) {
        file.extend(pes(0xC0, Some(90_000 * 321 * n / 8000), piece));
        file.extend(pieces.next().map(|piece| pes(0xE0, (n == 0).then_some(0), piece)).unwrap_or_default());
    }
    pieces.for_each(|piece| file.extend(pes(0xE0, None, piece)));
    let index = playable(&file).unwrap();
    let audio = index.audio.unwrap();
    assert_eq!((audio.codec.name().as_str(), audio.rate, audio.channels), ("G.711 µ-law", 8000, 1));
    let one = |packet| {
        let (offset, span) = audio.span(packet);
        audio.gather(packet, file[offset as usize..offset as usize + span].to_vec())
    };
    let heard: Vec<u8> = audio.packets.iter().flat_map(one).collect();
    assert_eq!(heard, sound);
    let end = audio.packets.last().map(|p| audio.micros(p.pts + i64::from(p.duration))).unwrap();
    assert!((5_970_000..6_060_000).contains(&end), "{end}");
    assert_eq!(index.videos[0].samples.len(), 90);
}

/// Opus in a transport stream: the same packets as in Matroska.
#[test]
fn opus_of_a_transport_stream_has_its_packets() {
    let (clip, index) = open("opus.ts");
    let audio = index.audio.unwrap();
    assert_eq!((audio.codec.name().as_str(), audio.rate), ("Opus", 48_000));
    assert!((300..305).contains(&audio.packets.len()), "{}", audio.packets.len());
    for packet in &audio.packets {
        let (offset, span) = audio.span(packet);
        let bytes = audio.gather(packet, clip[offset as usize..offset as usize + span].to_vec());
        // One frame of 20 ms; a control header would begin with 0x7F.
        assert!(bytes[0] != 0x7F && bytes[0] & 3 == 0, "{:02x?}", &bytes[..2]);
        assert_eq!(audio.micros(packet.duration.into()), 20_000);
    }
}

/// Matroska that was made from AVI names its pictures as AVI does.
#[test]
fn matroska_of_avi_plays() {
    const ID: &[u8] = b"\x86\x87V_MPEG2";
    let mkv = std::fs::read(corpus().join("mpeg2.mkv")).unwrap();
    let find = |what: &[u8]| mkv.windows(what.len()).position(|here| here == what).unwrap();
    // Tracks, of 81 bytes, and the one entry in it.
    let (tracks, entry, id) = (find(b"\x16\x54\xAE\x6B\xD1") + 4, find(b"\xAE\x01") + 1, find(ID));
    // The beginning of a BITMAPINFOHEADER, up to its compression, as CodecPrivate.
    let mut named = b"\x86\x8FV_MS/VFW/FOURCC\x63\xA2\x94".to_vec();
    named.extend([0; 16]);
    named.extend(b"mpg2");
    let more = named.len() - ID.len();
    let mut changed = mkv.clone();
    changed.splice(id..id + ID.len(), named);
    // What is around it is longer now: lengths of one byte and of eight.
    changed[tracks] += more as u8;
    changed[entry + 7] += more as u8;
    let (ours, plain) = (playable(&changed).unwrap(), playable(&mkv).unwrap());
    assert_eq!(ours.videos[0].samples.len(), plain.videos[0].samples.len());
    assert_eq!(ours.videos[0].codec(), plain.videos[0].codec());
}
