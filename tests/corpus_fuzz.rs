//! Mutation fuzzing of the clip index over the whole generated corpus: no panic, no endless loop, no
//! allocation above 64 MiB, and no bytes taken for a picture that the original does not hold as one.
//! `FUIN_CLIP_MUTANTS` sets the number.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::HashSet, ops::Range, path::PathBuf};

use fuin_core::Entropy;
use fuin_tests::{
    TestEntropy, corpus,
    targets::{self, playable},
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MAX_MEMORY: usize = 64 << 20;

/// Where the top-level boxes other than `mdat` are: what an index is made from.
fn headers(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 8 <= bytes.len() {
        let size = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let end = if size < 8 { bytes.len() } else { (at + size).min(bytes.len()) };
        // Of the media only its own header.
        found.push(if &bytes[at + 4..at + 8] == b"mdat" { at..at + 8 } else { at..end });
        at = end;
    }
    found
}

/// The NAL units of a sample.
fn units(mut data: &[u8], length_bytes: Option<usize>) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    while let Some((prefix, rest)) = length_bytes.and_then(|n| data.split_at_checked(n)) {
        let length = prefix.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
        let Some((unit, tail)) = rest.split_at_checked(length) else { break };
        // A unit of nothing is padding.
        out.extend((!unit.is_empty()).then(|| unit.to_vec()));
        data = tail;
    }
    out
}

fn mutate(seed: &[u8], headers: &[Range<usize>], entropy: &TestEntropy) -> Vec<u8> {
    let pick = |limit: usize| (u64::from_be_bytes(entropy.array()) % limit.max(1) as u64) as usize;
    let mut bytes = seed.to_vec();
    for _ in 0..=pick(3) {
        let range = &headers[pick(headers.len())];
        let at = range.start + pick(range.len());
        match pick(4) {
            0 => bytes[at] = pick(256) as u8,
            1 => bytes[at] ^= 1 << pick(8),
            2 => {
                let extreme =
                    [[0xFF; 4], [0; 4], [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1], [0, 0xFF, 0xFF, 0xFF]]
                        [pick(5)];
                for (byte, value) in bytes[at..range.end].iter_mut().zip(extreme) {
                    *byte = value;
                }
            }
            _ => {
                // One number of the tables takes another's place.
                let from = range.start + pick(range.len());
                let four: Vec<u8> = bytes[from..range.end].iter().copied().take(4).collect();
                for (byte, value) in bytes[at..range.end].iter_mut().zip(four) {
                    *byte = value;
                }
            }
        }
    }
    bytes
}

#[test]
fn no_mutant_of_any_clip_breaks_the_index() {
    let is_mp4 = |path: &PathBuf| {
        path.extension().is_some_and(|ending| ending == "mp4" || ending == "mov")
            && path.file_name().is_some_and(|name| name != "imkh.mp4")
    };
    let all = std::fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = all.filter(is_mp4).collect();
    paths.sort();
    let wanted = std::env::var("FUIN_CLIP_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000usize);
    let each = wanted.div_ceil(paths.len());
    let (mut mutants, mut indexed) = (0, 0);
    for (seed, path) in (1u64..).zip(&paths) {
        let entropy = TestEntropy::new(1000 + seed);
        let bytes = std::fs::read(path).unwrap();
        let headers = headers(&bytes);
        let sample = |s: &fuin_core::Sample| s.offset as usize..s.offset as usize + s.size as usize;
        let originals: HashSet<Vec<u8>> = playable(&bytes)
            .map(|index| {
                let all = index.videos.iter().flat_map(|video| video.samples.iter().map(move |s| (video, s)));
                all.flat_map(|(video, s)| units(&bytes[sample(s)], video.codec().nal_length_bytes()))
                    .collect()
            })
            .unwrap_or_default();
        for _ in 0..each {
            mutants += 1;
            let mutant = mutate(&bytes, &headers, &entropy);
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let read = playable(&mutant);
            let used = MEMORY.peak_usage().saturating_sub(before);
            assert!(used < MAX_MEMORY, "{}: {used} bytes", path.display());
            let Ok(read) = read else { continue };
            indexed += 1;
            for video in &read.videos {
                // What is marked as missing is never read; everything else lies inside.
                for s in video.samples.iter().filter(|s| !s.is_missing) {
                    let data = mutant[sample(s)].to_vec();
                    // VP9 and AV1 samples have no lengths inside that could be checked; their decoders do that.
                    let length_bytes = video.codec().nal_length_bytes();
                    if length_bytes.is_some()
                        && matches!(video.codec().prepare(data.clone(), s.is_sync), Ok(Some(_)))
                    {
                        let is_slice = |unit: &&Vec<u8>| match video.codec().is_hevc() {
                            true => unit[0] >> 1 & 63 < 22,
                            false => (1..=5).contains(&(unit[0] & 31)),
                        };
                        let slices = units(&data, length_bytes);
                        let known = slices.iter().filter(is_slice).all(|unit| originals.contains(unit));
                        assert!(known, "{}: other bytes pass for a picture", path.display());
                    }
                }
            }
        }
    }
    assert!(mutants >= wanted && indexed > mutants / 10, "{indexed} of {mutants} mutants had an index");
}

/// Every builder but MP4's, ten thousand times: it ends, in little memory, and names no byte outside the file.
#[test]
fn no_mutant_breaks_a_builder() {
    let files = [
        "h264.ts",
        "h264.m2ts",
        "h264.mpg",
        "h264.avi",
        "pcm.avi",
        "h264.mkv",
        "live.mkv",
        "bare.h264",
        "bare.h265",
        "h264.dav",
        "mpeg4.ts",
        "mp2.mpg",
        "mpeg1.mpg",
        "mpeg4.avi",
        "mpeg2.mkv",
        "mjpeg.avi",
        // Two halves of what a builder with one file gets.
        "multipart.mjpeg",
        "multipart.mjpeg",
    ];
    let wanted =
        std::env::var("FUIN_BUILDER_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000usize);
    // Where most of a file is about its form, and not pictures: its beginning.
    const SEED_BYTES: usize = 24_000;
    for (seed, name) in (1u64..).zip(files) {
        let mut bytes = std::fs::read(corpus().join(name)).unwrap();
        bytes.truncate(SEED_BYTES);
        let entropy = TestEntropy::new(9000 + seed);
        let everywhere = [0..bytes.len(), 0..512, 0..bytes.len()];
        let mut played = 0;
        for _ in 0..wanted / 2 {
            let mutant = mutate(&bytes, &everywhere, &entropy);
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            targets::footage(&mutant);
            let used = MEMORY.peak_usage().saturating_sub(before);
            assert!(used < MAX_MEMORY, "{name}: {used} bytes");
            played += usize::from(playable(&mutant).is_ok());
        }
        assert!(played > wanted / 20, "{name}: {played} mutants have pictures");
    }
}
