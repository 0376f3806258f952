//! The tamper matrix: every region of a bundle, flipped, cut, taken from another bundle, or swapped with its neighbour,
//! and the code by which core refuses each.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{BundleId, Coded, Index, Opened, Sealed};

use crate::{plan, recipient_key, seal, time, with_crc};

/// A region: what it is called, where it begins and ends.
type Region = (String, usize, usize);

/// A file that was tampered with.
pub struct Tampered {
    /// By which code core refuses it.
    pub code: &'static str,
    /// What was done.
    pub way: &'static str,
    /// To which region.
    pub region: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A bundle with this clip, and another one of the same form whose every content differs.
pub fn pair(clip: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let sealed = |number: &str, purpose: &str, last: u8| {
        let mut plan = plan(clip.len() as u64);
        plan.bundle_id = BundleId::try_from(number.to_owned()).unwrap();
        (plan.purpose, plan.undertaking.purpose) = (purpose.into(), purpose.into());
        plan.terms.not_after = time("2098-12-31T23:59:59+09:00");
        let mut clip = clip.to_vec();
        *clip.last_mut().unwrap() ^= last;
        seal(plan, &[&clip]).unwrap()
    };
    (sealed("R8-0001-7K3Q", "捜査", 0), sealed("R8-0002-7K3Q", "公判", 1))
}

/// All that is done to `good`; `other` is where contents are taken from.
pub fn matrix(good: &[u8], other: &[u8]) -> Vec<Tampered> {
    let all = regions(good);
    let of_region = |n: usize| {
        let region = all[n].0.clone();
        tampered(good, other, &all, n).into_iter().map(move |(way, bytes)| Tampered {
            code: fault(&bytes).unwrap_or("accepted"),
            way,
            region: region.clone(),
            bytes,
        })
    };
    (0..all.len()).flat_map(of_region).collect()
}

fn regions(bytes: &[u8]) -> Vec<Region> {
    let sealed = Sealed::read(bytes.to_vec()).unwrap();
    let mut all = Vec::new();
    for entry in sealed.container().entries() {
        let (at, len, name) = (entry.offset as usize, entry.len as usize, &entry.name);
        let local = at - 20 - name.len() - 30;
        all.push((format!("{name} local header"), local, local + 30));
        all.push((format!("{name} local name"), local + 30, at - 20));
        all.push((format!("{name} local extra"), at - 20, at));
        if name.ends_with(".cob") {
            all.push((format!("{name} salt"), at, at + 24));
            all.push((format!("{name} commitment"), at + 24, at + 56));
            all.push((format!("{name} chunks"), at + 56, at + len));
        } else {
            all.push((format!("{name} content"), at, at + len));
        }
    }
    let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let mut at = directory;
    for entry in sealed.container().entries() {
        let len = 46 + entry.name.len() + 28;
        all.push((format!("{} central record", entry.name), at, at + len));
        at += len;
    }
    for (name, len) in [("zip64 end record", 56), ("zip64 locator", 20), ("end record", 22)] {
        all.push((name.to_owned(), at, at + len));
        at += len;
    }
    assert_eq!(at, bytes.len(), "regions cover the file");
    all
}

/// The same file with the CRC-32 of every entry made right.
fn with_crcs(bytes: Vec<u8>, good: &[u8]) -> Vec<u8> {
    let count = Sealed::read(good.to_vec()).unwrap().container().entries().len();
    (0..count).fold(bytes, |bytes, index| with_crc(bytes, good, index))
}

/// What is done to a region of `good`.
fn tampered(good: &[u8], other: &[u8], all: &[Region], n: usize) -> Vec<(&'static str, Vec<u8>)> {
    let (ref name, begin, end) = all[n];
    let replaced = |with: &[u8]| [&good[..begin], with, &good[end..]].concat();
    let mut flipped = good.to_vec();
    flipped[begin + (end - begin) / 2] ^= 1;
    let is_content = ["content", "salt", "commitment", "chunks"].iter().any(|kind| name.ends_with(kind));
    let mut ways =
        vec![("flip", flipped.clone()), ("cut", replaced(&good[begin..end - 1])), ("drop", replaced(&[]))];
    if other[begin..end] != good[begin..end] {
        ways.push(("replay", replaced(&other[begin..end])));
        if is_content {
            ways.push(("replay, CRC right", with_crcs(replaced(&other[begin..end]), good)));
        }
    }
    if is_content {
        ways.push(("flip, CRC right", with_crcs(flipped, good)));
    }
    if let Some((_, next, next_end)) = all.get(n + 1).filter(|(_, next, _)| *next == end) {
        let swapped =
            [&good[..begin], &good[*next..*next_end], &good[begin..end], &good[*next_end..]].concat();
        ways.push(("swap", swapped));
    }
    ways
}

/// The code of the first fault; `None` if every byte is as it was sealed.
pub fn fault(bytes: &[u8]) -> Option<&'static str> {
    let opened = Sealed::read(bytes.to_vec()).and_then(|sealed| sealed.open_with_key(&recipient_key()));
    let verified = match opened.and_then(Opened::verify) {
        Ok(verified) => verified,
        Err(error) => return Some(error.code()),
    };
    let index = match verified.index(0) {
        Ok(index) => index,
        Err(error) => return Some(error.code()),
    };
    if let Err(error) = Index::parse(&index, verified.manifest().clips[0].content.bytes) {
        return Some(error.code());
    }
    let (check, place) = match verified.check_clip(0) {
        Ok(check) => check,
        Err(error) => return Some(error.code()),
    };
    let mut pieces = Vec::new();
    for piece in 0..check.piece_count() {
        let (offset, len) = check.span(piece).unwrap();
        let at = (place.offset + offset) as usize;
        match check.open(piece, &mut bytes[at..at + len].to_vec()) {
            Ok(piece) => pieces.push(piece),
            Err(error) => return Some(error.code()),
        }
    }
    check.finish(pieces, place.crc32).err().map(|error| error.code())
}
