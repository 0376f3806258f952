//! The sample index of real clips, against what ffprobe says of them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says what it skips"
)]

use std::{path::Path, process::Command};

use fuin_core::{Coded, Colour, Pictures, PlainSound};
use fuin_tests::{corpus, targets::playable};

fn read(name: &str) -> Vec<u8> {
    std::fs::read(corpus().join(name)).unwrap()
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
    let index = playable(&std::fs::read(path).unwrap()).unwrap();
    let video = &index.videos[0];
    let theirs = probe(path);
    assert_eq!(video.samples.len(), theirs.len(), "{}", path.display());
    // ffprobe moves pictures before an edit by half a picture more than the edit list says; their distances agree.
    let moved = if video.left_out > 0 { video.samples[0].pts - theirs[0].2 } else { 0 };
    for (i, (ours, theirs)) in video.samples.iter().zip(theirs).enumerate() {
        assert_eq!(
            (ours.offset, ours.size, ours.pts),
            (theirs.0, theirs.1, theirs.2 + moved),
            "{} {i}",
            path.display()
        );
        // ffprobe looks into the picture and takes back the mark of a sync sample that is none; stss is what we read.
        assert!(ours.is_sync || !theirs.3, "{} {i}", path.display());
    }
}

#[test]
fn generated_clips_agree_with_ffprobe() {
    let refused = ["audio-only.mp4", "cut-off.mp4", "torn.mp4", "torn-last-group.mp4", "imkh.mp4"];
    let mut seen = 0;
    for entry in std::fs::read_dir(corpus()).unwrap() {
        let path = entry.unwrap().path();
        let is_mp4 = path.extension().is_some_and(|ending| ending == "mp4" || ending == "mov");
        if is_mp4 && !refused.contains(&path.file_name().unwrap().to_str().unwrap()) {
            agrees_with_ffprobe(&path);
            seen += 1;
        }
    }
    assert!(seen > 25, "{seen}");
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
    let code = |name: &str| playable(&read(name)).err().map(|error| error.code());
    assert_eq!(code("audio-only.mp4"), Some("media_no_video"));
    assert_eq!(code("wmv.avi"), Some("media_codec"));
    assert_eq!(playable(b"not a clip at all").unwrap_err().code(), "media_malformed");
    assert_eq!(playable(b"").unwrap_err().code(), "media_malformed");
}

#[test]
fn a_file_that_was_cut_off_says_so_and_shows_the_rest() {
    let whole = playable(&read("fragmented.mp4")).unwrap();
    let cut = playable(&read("cut-off.mp4")).unwrap();
    assert!(cut.cut_off && !whole.cut_off);
    let (cut, whole) = (&cut.videos[0], &whole.videos[0]);
    assert!(!cut.samples.is_empty() && cut.samples.len() < whole.samples.len());
    assert_eq!(cut.samples[..], whole.samples[..cut.samples.len()]);
}

#[test]
fn geometry_is_read() {
    let video = |name: &str| playable(&read(name)).unwrap().videos.remove(0);
    assert_eq!(video("upright.mp4").turn.degrees, 0);
    assert_eq!(video("rotated-90.mp4").turn.degrees, 90);
    assert_eq!(video("rotated-180.mp4").turn.degrees, 180);
    assert_eq!(video("wide-pixels.mp4").codec().pixel_aspect, (4, 3));
    assert_eq!(video("upright.mp4").codec().pixel_aspect, (1, 1));
    assert!(video("interlaced.mp4").codec().interlaced && !video("upright.mp4").codec().interlaced);
    assert_eq!((video("odd-size.mp4").codec().width, video("odd-size.mp4").codec().height), (318, 238));
    assert_eq!(playable(&read("two-tracks.mp4")).unwrap().videos.len(), 2);
    assert!(video("edit-list.mp4").left_out > 0);
}

#[test]
fn colour_is_read_where_it_is_said() {
    let colour = |name: &str| playable(&read(name)).unwrap().videos.remove(0).codec().colour;
    let full = Colour { primaries: 6, transfer: 6, matrix: 6, full_range: true };
    assert_eq!(colour("hevc-full-range.mp4"), Some(full));
    // The container's word goes first: another box of the same size in the place of `colr` says nothing.
    let mut bytes = read("hevc-full-range.mp4");
    assert_eq!(colour("hvc1.mp4"), None);
    if let Some(at) = bytes.windows(8).position(|eight| eight == b"colrnclx") {
        bytes[at + 9] = 9;
        assert_eq!(playable(&bytes).unwrap().videos[0].codec().colour.unwrap().primaries, 9);
    }
}

/// Changes the four bytes at an offset behind the name of the first box of a kind.
fn with(mut bytes: Vec<u8>, kind: &[u8; 4], behind: usize, value: u32) -> Vec<u8> {
    let at = bytes.windows(4).position(|four| four == kind).unwrap() + 4 + behind;
    bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    bytes
}

#[test]
fn pictures_missing_in_the_middle_keep_their_numbers() {
    let whole = playable(&read("aac.mp4")).unwrap().videos.remove(0);
    // The second run of pictures is said to lie far behind the end of the file.
    let torn = playable(&with(read("aac.mp4"), b"stco", 12, 0x7FFF_FFFF)).unwrap().videos.remove(0);
    let missing = torn.samples.iter().filter(|sample| sample.is_missing).count();
    assert!(missing > 0 && missing == torn.missing, "{missing}");
    assert_eq!(torn.samples.len(), whole.samples.len());
    assert!(!torn.samples.last().unwrap().is_missing);
    for (torn, whole) in torn.samples.iter().zip(&whole.samples) {
        assert!(torn.is_missing || torn == whole);
        assert_eq!(torn.pts, whole.pts);
    }
}

#[test]
fn clocks_begin_with_the_first_picture_that_is_shown() {
    let begins = |name: &str| Pictures::new(playable(&read(name)).unwrap().videos.remove(0)).begin_micros();
    assert_eq!(begins("moov-first.mp4"), 0);
    assert_eq!(begins("late-picture.mp4"), 2_000_000);
    // It began a little before the cut, and is what players show first.
    assert_eq!(begins("edit-list.mp4"), -33_333);
}

#[test]
fn claims_beyond_every_camera_are_refused() {
    // Times so far away that microseconds would not hold them: an edit list that shows everything from the
    // year 2300 on.
    let far = playable(&with(read("edit-list.mp4"), b"elst", 8, 0xFFFF_FFFF));
    assert!(far.is_ok(), "a long first edit is no harm");
    let slow = with(read("upright.mp4"), b"mdhd", 12, 1);
    assert!(playable(&with(slow, b"stts", 12, 0x7FFF_FFFF)).is_err(), "6000 years");
    // A picture of 1 GiB.
    let at = |bytes: &[u8]| bytes.windows(4).position(|four| four == b"stsz").unwrap();
    let bytes = read("upright.mp4");
    assert!(u32::from_be_bytes(bytes[at(&bytes) + 12..][..4].try_into().unwrap()) == 90);
    assert!(playable(&with(bytes, b"stsz", 12, 1 << 30)).is_err());
}

#[test]
fn a_run_of_samples_that_costs_nothing_takes_no_time() {
    // The first run claims millions of samples, without a byte for any of them.
    let bytes = read("fragmented.mp4");
    let at = bytes.windows(4).position(|four| four == b"trun").unwrap();
    let mut changed = bytes.clone();
    changed[at + 5..at + 8].copy_from_slice(&[0, 0, 1]);
    changed[at + 8..at + 12].copy_from_slice(&3_999_999u32.to_be_bytes());
    // That fragment is passed over, and said.
    let index = playable(&changed).unwrap();
    assert_eq!((index.videos[0].samples.len(), index.unused[0].what.as_str()), (75, "fragments"));
}

#[test]
fn sound_is_indexed_to_the_last_sample() {
    for (name, codec, rate) in [
        ("aac.mp4", "AAC (mp4a.40.2)", 48_000),
        ("g711-a.mov", "G.711 A-law", 8_000),
        ("g711-mu.mov", "G.711 µ-law", 8_000),
        ("pcm.mov", "PCM 16 bit", 8_000),
        ("pcm-96k.mov", "PCM 24 bit", 96_000),
        ("ima.avi", "ADPCM (IMA)", 8_000),
        ("ima.mov", "ADPCM (IMA)", 8_000),
        ("ima-wave.mov", "ADPCM (IMA)", 8_000),
        ("h264.dav", "G.711 A-law", 8_000),
        ("g726.avi", "G.726 (32 kbit/s)", 8_000),
        ("mp2.ts", "MPEG audio", 48_000),
        ("mp2.mpg", "MPEG audio", 48_000),
        ("mp2.avi", "MPEG audio", 16_000),
    ] {
        let audio = playable(&read(name)).unwrap().audio.unwrap();
        assert_eq!((audio.codec.name().as_str(), audio.rate, audio.channels), (codec, rate, 1), "{name}");
        let end = audio.packets.last().map(|p| audio.micros(p.pts + i64::from(p.duration))).unwrap();
        assert!((5_900_000..6_200_000).contains(&end), "{name} {end}");
        assert!(audio.packets.windows(2).all(|w| w[0].pts + i64::from(w[0].duration) == w[1].pts), "{name}");
    }
}

#[test]
fn g711_adpcm_and_pcm_sound_as_ffmpeg_says() {
    for name in [
        "g711-a.mov",
        "g711-mu.mov",
        "pcm.mov",
        "pcm-96k.mov",
        "ima.avi",
        "ima.mov",
        "ima-wave.mov",
        "adpcm.avi",
        "g726.avi",
        "h264.dav",
    ] {
        let bytes = read(name);
        let audio = playable(&bytes).unwrap().audio.unwrap();
        let mut decoder = PlainSound::new(&audio.codec, audio.channels);
        let ours: Vec<f32> = audio
            .packets
            .iter()
            .flat_map(|p| {
                let bytes = &bytes[p.offset as usize..p.offset as usize + p.size as usize];
                decoder.samples(bytes)
            })
            .collect();
        let output = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-i"])
            .arg(corpus().join(name))
            .args(["-f", "f32le", "-c:a", "pcm_f32le", "-"])
            .output()
            .unwrap();
        let theirs: Vec<f32> =
            output.stdout.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let off = |limit: f32| ours.iter().zip(&theirs).filter(|(a, b)| (*a - *b).abs() > limit).count();
        if name == "ima.mov" {
            // Blocks say the upper nine bits of a sample; ffmpeg keeps the others of the block before.
            assert_eq!(off(128.0 / 32768.0), 0, "{name}");
        } else if name == "g726.avi" {
            // ffmpeg does not compute as the Recommendation says, bit for bit: nearly all samples agree.
            assert!(off(1e-6) < ours.len() / 10 && off(1.0 / 32.0) == 0, "{name}: {}", off(1e-6));
        } else {
            assert_eq!(off(1e-6), 0, "{name}");
        }
    }
}

#[test]
fn g711_in_samples_of_many_frames_is_the_same_sound() {
    let bytes = read("g711-a.mov");
    let heard = |bytes: &[u8]| -> Vec<u8> {
        let packets = playable(bytes).unwrap().audio.unwrap().packets;
        packets.iter().flat_map(|p| bytes[p.offset as usize..][..p.size as usize].to_vec()).collect()
    };
    let ends = |bytes: &[u8]| {
        let packets = playable(bytes).unwrap().audio.unwrap().packets;
        packets.last().map(|p| p.pts + i64::from(p.duration))
    };
    // The tables as a recorder writes them that makes a sample of 128 bytes, 16 ms.
    const FRAMES: u32 = 128;
    let mut many = bytes.clone();
    let sound = many.windows(4).rposition(|four| four == b"soun").unwrap();
    let find = |many: &[u8], kind: &[u8; 4]| {
        sound + many[sound..].windows(4).position(|four| four == kind).unwrap() + 4
    };
    let word = |many: &[u8], at: usize| u32::from_be_bytes(many[at..at + 4].try_into().unwrap());
    let set =
        |many: &mut Vec<u8>, at: usize, value: u32| many[at..at + 4].copy_from_slice(&value.to_be_bytes());
    let (stts, stsc, stsz) = (find(&many, b"stts"), find(&many, b"stsc"), find(&many, b"stsz"));
    let count = word(&many, stsz + 8);
    assert!(word(&many, stsz + 4) == 1 && count.is_multiple_of(FRAMES) && word(&many, stts + 4) == 1);
    set(&mut many, stsz + 4, FRAMES);
    set(&mut many, stsz + 8, count / FRAMES);
    set(&mut many, stts + 8, count / FRAMES);
    set(&mut many, stts + 12, FRAMES);
    for entry in 0..word(&many, stsc + 4) as usize {
        let at = stsc + 8 + 12 * entry + 4;
        let in_chunk = word(&many, at);
        assert!(in_chunk.is_multiple_of(FRAMES), "{in_chunk}");
        set(&mut many, at, in_chunk / FRAMES);
    }
    assert!(heard(&many) == heard(&bytes));
    assert_eq!(ends(&many), ends(&bytes));
}

#[test]
fn a_picture_is_found_by_time_and_decoding_starts_before_it() {
    for name in ["b-frames.mp4", "open-gop.mp4", "hevc-open-gop.mp4", "vfr.mp4", "fragmented.mp4"] {
        let pictures = Pictures::new(playable(&read(name)).unwrap().videos.remove(0));
        assert_eq!(pictures.count(), 90, "{name}");
        for n in 0..90 {
            assert_eq!(pictures.picture_at(pictures.micros(n) + 1), n, "{name} {n}");
            let sample = pictures.sample_of(n);
            assert_eq!(pictures.number_of(sample), n);
            let start = pictures.start_for(sample);
            assert!(start <= sample && pictures.track().samples[start].is_sync, "{name} {n}");
            assert!(pictures.number_of(start) <= n, "{name} {n}: a leading picture needs what came earlier");
        }
        assert_eq!(pictures.picture_at(-5), 0);
        assert!(pictures.key_pictures().count() >= 3, "{name}");
        assert!(pictures.gaps().is_empty(), "{name}");
    }
}

#[test]
fn a_gap_in_the_footage_is_found() {
    let pictures = Pictures::new(playable(&read("gap.mp4")).unwrap().videos.remove(0));
    // Picture 45 comes 60 pictures late: from 3.0 s to 7.0 s there is nothing.
    assert_eq!(pictures.gaps(), vec![3_000_000..7_000_000]);
    let late = Pictures::new(playable(&read("late-picture.mp4")).unwrap().videos.remove(0));
    assert_eq!(late.gaps(), vec![0..2_000_000]);
}

#[test]
fn compact_sizes_are_read_like_full_ones() {
    let bytes = read("upright.mp4");
    let whole = playable(&bytes).unwrap();
    // The sizes as 16-bit numbers (stz2), and the rest of the old box as padding.
    let at = bytes.windows(4).position(|four| four == b"stsz").unwrap();
    let size = u32::from_be_bytes(bytes[at - 4..at].try_into().unwrap()) as usize;
    let sizes = bytes[at + 16..at - 4 + size].chunks_exact(4);
    let mut compact: Vec<u8> =
        [b"stz2".as_slice(), &[0, 0, 0, 0, 0, 0, 0, 16], &bytes[at + 12..at + 16]].concat();
    sizes.for_each(|four| compact.extend_from_slice(&four[2..]));
    compact.resize(size - 4, 0);
    let mut changed = bytes.clone();
    changed.splice(at..at - 4 + size, compact);
    assert_eq!(playable(&changed).unwrap(), whole);
}

#[test]
fn a_sample_is_what_it_holds_and_not_what_it_is_marked_as() {
    use fuin_core::Codec;
    let codec = Codec {
        name: "avc1.42001e".into(),
        description: vec![1, 0x42, 0, 0x1e, 0xff],
        start_codes: false,
        width: 64,
        height: 48,
        pixel_aspect: (1, 1),
        interlaced: false,
        colour: None,
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
        let found = codec.prepare(join(&kinds), is_sync).unwrap();
        let found = found.map(|decodable| (decodable.data.clone(), decodable.is_key()));
        assert_eq!(found, expected.map(|(kept, is_key)| (join(&kept), is_key)), "{kinds:?}");
    }
    // A unit that claims more than there is was not written by an encoder.
    assert_eq!(codec.prepare(vec![0xff, 0xff, 0xff, 0xff, 5], true).unwrap_err().code(), "media_malformed");
}
