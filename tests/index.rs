//! The index of a clip (FORMAT.md §12): one form for one content, small, and refused where it breaks a clause.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{Coded, Index, MediaError, Pieces, Sample};
use fuin_tests::{
    TestEntropy, corpus, seeds,
    targets::read_index,
    unpacked::{Unpacked, deflated},
};

const CLIP: &[u8] = include_bytes!("../src/app/worker/play/warm-up.mp4");

const OWN_INDEX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/app/worker/play/warm-up.index");

/// `FUIN_BLESS=1 cargo test --test index` writes the vector, and the index of the page's own clip, anew.
#[test]
fn an_index_has_one_form() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/small.index");
    let made = seeds::small_index();
    if std::env::var_os("FUIN_BLESS").is_some() {
        std::fs::write(path, &made).unwrap();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/small.mp4"), seeds::small_clip())
            .unwrap();
        std::fs::write(OWN_INDEX, read_index(CLIP).to_bytes()).unwrap();
    }
    assert_eq!(made, std::fs::read(path).unwrap());
    assert_eq!(seeds::small_clip(), std::fs::read(path.replace("index", "mp4")).unwrap());
    // The page has its own clip's index, as it has no builder there.
    assert_eq!(read_index(CLIP).to_bytes(), std::fs::read(OWN_INDEX).unwrap());
}

#[test]
fn every_index_comes_back_from_its_bytes() {
    let mut seen = 0;
    for entry in std::fs::read_dir(corpus()).unwrap() {
        let path = entry.unwrap().path();
        let clip = std::fs::read(&path).unwrap();
        let index = read_index(&clip);
        let again = Index::parse(&index.to_bytes(), clip.len() as u64).unwrap();
        assert_eq!(again, index, "{}", path.display());
        seen += 1;
    }
    assert!(seen > 25, "{seen}");
}

/// 24 hours at 30 pictures a second, with pictures of changing size, sound between them, and pictures that are shown in
/// another order than they are decoded.
#[test]
fn a_day_of_footage_has_a_small_index() {
    const PICTURES: usize = 24 * 3600 * 30;
    let mut index = read_index(CLIP);
    let random = |n: usize| (n as u32).wrapping_mul(2_654_435_761) >> 16;
    let mut offset = 4096u64;
    let sample = |n: usize| {
        let size =
            if n.is_multiple_of(30) { 60_000 + random(n) % 30_000 } else { 3_000 + random(n) % 14_000 };
        let at = offset;
        // A packet of sound every fifth picture.
        offset += u64::from(size) + if n.is_multiple_of(5) { 160 } else { 0 };
        let shift = [0, 3, -1, -1, 0][n % 5];
        Sample {
            offset: at,
            size,
            pts: (n as i64 + shift) * 3000,
            duration: 3000,
            configuration: 0,
            is_sync: n.is_multiple_of(30),
            is_missing: false,
            pieces: Pieces::default(),
        }
    };
    index.videos[0].samples = (0..PICTURES).map(sample).collect();
    index.clip_bytes = offset;
    let bytes = index.to_bytes();
    assert!(bytes.len() <= 16 << 20, "{} bytes", bytes.len());
    assert_eq!(Index::parse(&bytes, offset).unwrap(), index);
}

/// The index of a small clip with another head or other rows. `change` gets the head as text and the rows.
fn changed(change: impl FnOnce(&mut String, &mut Vec<u8>)) -> Result<Index, MediaError> {
    let mut unpacked = Unpacked::of(&seeds::small_index());
    change(&mut unpacked.head, &mut unpacked.rows);
    Index::parse(&unpacked.index(), seeds::small_clip().len() as u64)
}

#[test]
fn what_breaks_a_clause_is_refused() {
    let put = |from: &'static str, to: &'static str| {
        changed(move |head, _| {
            assert!(head.contains(from), "{head}");
            *head = head.replacen(from, to, 1);
        })
    };
    assert!(changed(|_, _| ()).is_ok());
    let later = [put("fuin-index/1", "fuin-index/2"), put("\"unused\":", "\"more\":1,\"unused\":")];
    for read in later {
        assert_eq!(read.err().map(|error| error.code()), Some("later_version"));
    }
    let faults = [
        ("another document", put("fuin-index/1", "fuin-card/1")),
        ("a member left out", put("\"created\":null,", "")),
        ("another clip", put("\"clip_bytes\":", "\"clip_bytes\":1")),
        ("no timescale", put("\"timescale\":100", "\"timescale\":0")),
        ("half a turn", put("\"degrees\":0", "\"degrees\":45")),
        (
            "another unit",
            changed(|head, rows| {
                *head = head.replacen("\"step\":10", "\"step\":5", 1);
                rows[3] = 2;
            }),
        ),
        ("no unit", put("\"step\":10", "\"step\":0")),
        ("fewer pictures", put("\"pictures\":3", "\"pictures\":2")),
        ("more pictures", put("\"pictures\":3", "\"pictures\":8000000")),
        ("a refusal beside pictures", put("\"refusal\":null", "\"refusal\":{\"code\":\"no_video\"}")),
        ("a longer table", put("\"table_bytes\":", "\"table_bytes\":1")),
        ("bytes behind", changed(|_, rows| rows.push(0))),
        ("a flag of later", changed(|_, rows| rows[0] |= 64)),
        ("a configuration that is not there", changed(|_, rows| rows[0] |= 32)),
        ("missing, and there", changed(|_, rows| rows[0] |= 2)),
        (
            "a number in more bytes",
            changed(|_, rows| {
                rows[1] |= 128;
                rows.insert(2, 0);
            }),
        ),
    ];
    // The clip ends in the middle of its second picture.
    let bytes = seeds::small_index();
    let at = bytes.windows(16).position(|window| window == b"\"clip_bytes\":674").unwrap();
    let short = [&bytes[..at], b"\"clip_bytes\":45 ", &bytes[at + 16..]].concat();
    let faults = faults.into_iter().chain([("a picture outside", Index::parse(&short, 45))]);
    for (fault, read) in faults {
        assert_eq!(read.err().map(|error| error.code()), Some("media_index"), "{fault}");
    }
}

/// Tables that are not packed as §12.4 says, or unpack to something else than they are.
#[test]
fn a_table_is_packed_in_one_stream() {
    let good = Unpacked::of(&seeds::small_index());
    let with = |table: &[u8]| Index::parse(&good.with_table(table), seeds::small_clip().len() as u64);
    let table = &deflated(&good.rows);
    assert!(with(table).is_ok());
    let bomb = deflated(&vec![0; 200 << 20]);
    let behind = [table.as_slice(), &[0]].concat();
    for (fault, table) in [
        ("cut off", &table[..table.len() - 1]),
        ("a byte behind", &behind),
        ("not packed", b"\x01\x02\x03\x04\x05"),
        ("nothing", b""),
        ("more than 128 MiB", &bomb),
    ] {
        assert_eq!(with(table).err().map(|error| error.code()), Some("media_index"), "{fault}");
    }
}

/// Pictures in the packets of a stream: one run says how all of them lie, and there is no second way to say it.
#[test]
fn places_in_packets_are_said_in_one_run() {
    let runs = |pieces: &[[u32; 3]]| -> Vec<u8> {
        pieces
            .iter()
            .flatten()
            .flat_map(|&n| if n < 128 { vec![n as u8] } else { vec![n as u8 | 128, 1] })
            .collect()
    };
    // One picture of 400 bytes in packets of 188: 170 bytes of the first, 184, and 46 at the end of the third.
    let head = |pieces: &[[u32; 3]]| {
        one_picture(&[&[1 | 4 | 16 | 64, 0x90, 3, 28, 1, pieces.len() as u8][..], &runs(pieces)].concat())
    };
    assert!(head(&[[170, 4, 1], [184, 4, 0]]).is_ok());
    for (fault, read) in [
        ("in more runs", head(&[[170, 4, 1], [184, 142, 1], [46, 0, 1]])),
        ("a place that is never filled", head(&[[170, 4, 1], [240, 4, 0]])),
        ("no bytes", head(&[[170, 4, 1], [0, 4, 0]])),
        ("a run behind it", head(&[[170, 4, 0], [184, 4, 1]])),
        ("more than the picture", head(&[[200, 4, 2], [184, 4, 0]])),
    ] {
        assert_eq!(read.err().map(|error| error.code()), Some("media_index"), "{fault}");
    }
}

/// An index of one picture with these rows, of a clip of 674 bytes.
fn one_picture(rows: &[u8]) -> Result<Index, MediaError> {
    let mut unpacked = Unpacked::of_one_picture(&seeds::small_index());
    unpacked.rows = rows.to_vec();
    Index::parse(&unpacked.index(), seeds::small_clip().len() as u64)
}

#[test]
fn kinds_without_a_builder_are_named_and_not_called_damaged() {
    let padded = |head: &[u8]| [head, &[0; 600]].concat();
    let asf = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11];
    let kinds =
        [(padded(b"RIFF\x10\0\0\0WAVEfmt "), "WAV"), (padded(&asf), "ASF/WMV"), (padded(b"FLV\x01"), "FLV")];
    for (bytes, name) in kinds {
        let error = read_index(&bytes).playable().unwrap_err();
        assert_eq!((error.code(), error.names().as_deref()), ("media_format", Some(name)));
    }
    let noise: Vec<u8> = (0..999).map(|_| fuin_core::Entropy::array::<1>(&TestEntropy::new(5))[0]).collect();
    assert_eq!(read_index(&noise).playable().unwrap_err().code(), "media_malformed");
}
