//! One vector, one fault: every file in `faults/` breaks one clause of FORMAT.md, and its name is the error code
//! that it must give. `FUIN_BLESS=1 cargo test --test container` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{fs, path::PathBuf};

use fuin_core::{
    Coded, Index, Jws, KeyChange, Passphrase, Sealed, Secret32, SigningKey, Slot, Typ, Verified,
    decrypt_message, encrypt_message,
};
use fuin_tests::{
    PASSPHRASE, TestEntropy, entry, noon, office_key, outside, plan, recipient_key, replace, seal,
    seal_signed, seal_with, sealed_bundle, seeds, slot_keys, targets::read_index,
};

/// Places of the clip's two entries.
const INDEX: usize = 4;
const CLIP: usize = 5;

/// Name of the fault and the file that has it.
type Fault = (&'static str, Vec<u8>);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("faults")
}

/// Where a byte pattern begins, counted from the front or from the back.
fn at(bytes: &[u8], pattern: &[u8]) -> usize {
    bytes.windows(pattern.len()).position(|window| window == pattern).unwrap()
}

fn last(bytes: &[u8], pattern: &[u8]) -> usize {
    bytes.windows(pattern.len()).rposition(|window| window == pattern).unwrap()
}

fn put(mut bytes: Vec<u8>, offset: usize, new: &[u8]) -> Vec<u8> {
    bytes[offset..offset + new.len()].copy_from_slice(new);
    bytes
}

/// A bundle of a clip that can be played.
fn good_bundle() -> Vec<u8> {
    let clip = seeds::small_clip();
    seal(plan(clip.len() as u64), &[&clip]).unwrap()
}

/// Offset of the central directory's record `index`.
fn central(bytes: &[u8], index: usize) -> usize {
    let hits: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x01\x02").map(|(i, _)| i).collect();
    hits[index]
}

fn container_faults() -> Vec<Fault> {
    let good = good_bundle;
    let len = good().len();
    let end = len - 22;
    let (header, header_len) = entry(&good(), 1);
    let (clip, clip_len) = entry(&good(), CLIP);
    let central_clip = central(&good(), CLIP);
    let local_clip = clip - 20 - "clips/1.cob".len() - 30;
    let mut commented = put(good(), end + 20, &4u16.to_le_bytes());
    commented.extend_from_slice(b"note");
    let mut zero_comment = good();
    zero_comment.extend_from_slice(b"PK");
    // A gap: four bytes between the last entry and the directory, with every offset corrected.
    let directory = central(&good(), 0);
    let mut gap = good();
    gap.splice(directory..directory, *b"gap!");
    let end64 = last(&gap, b"PK\x06\x06");
    let gap = put(gap, end64 + 48, &(directory as u64 + 4).to_le_bytes());
    let locator = last(&gap, b"PK\x06\x07");
    let gap = put(gap, locator + 8, &(end64 as u64).to_le_bytes());
    let count = at(&good(), b"PK\x06\x06") + 24;
    let counted = |n: u64| put(put(good(), count, &n.to_le_bytes()), count + 8, &n.to_le_bytes());
    vec![
        ("container_truncated", good()[..len - 30].to_vec()),
        ("container_trailing_data", zero_comment),
        ("container_comment", commented),
        ("container_end_record", put(good(), end + 8, &5u16.to_le_bytes())),
        ("container_end_record--locator", put(good(), end - 20 + 8, &0u64.to_le_bytes())),
        ("container_central", put(good(), central_clip, b"PK\x01\x03")),
        ("container_compressed", put(good(), central_clip + 10, &8u16.to_le_bytes())),
        ("container_flags--encrypted", put(good(), central_clip + 8, &1u16.to_le_bytes())),
        ("container_flags--descriptor", put(good(), central_clip + 8, &8u16.to_le_bytes())),
        ("container_decorated--date", put(good(), central_clip + 12, &0x6C77_5A21u32.to_le_bytes())),
        ("container_decorated--comment", put(good(), central_clip + 32, &1u16.to_le_bytes())),
        ("container_extra", put(good(), central_clip + 46 + 11, &2u16.to_le_bytes())),
        ("container_name--traversal", put(good(), central_clip + 46, b"../../a.cob")),
        ("container_name--duplicate", put(good(), central(&good(), 2) + 46, b"mimetypetype")),
        ("container_count", counted(3)),
        ("container_name--odd", counted(5)),
        ("container_local_mismatch--name", put(good(), local_clip + 30, b"clips/2.cob")),
        ("container_local_mismatch--size", put(good(), clip - 8, &1u64.to_le_bytes())),
        ("container_gap", gap),
        (
            "container_gap--overlap",
            put(good(), central_clip + 46 + 11 + 20, &(local_clip as u64 - 1).to_le_bytes()),
        ),
        ("container_mimetype", replace(good(), 0, |mime| mime[0] = b'A')),
        ("container_crc", put(good(), header + header_len - 1, b"!")),
        ("header_form", replace(good(), 1, |json| *json.last_mut().unwrap() = b']')),
        (
            "header_version",
            replace(good(), 1, |json| {
                let version = at(json, b"fuin/1");
                json[version + 5] = b'2';
            }),
        ),
        (
            "wrong_key",
            replace(good(), 1, |json| {
                let sealed = at(json, br#""sealed":""#) + 10;
                json[sealed] = if json[sealed] == b'A' { b'B' } else { b'A' };
            }),
        ),
        (
            "manifest_header",
            replace(good(), 1, |json| {
                let name = at(json, "03-0000".as_bytes());
                json[name] = b'9';
            }),
        ),
        (
            "header_form--name",
            replace(good(), 1, |json| {
                // A letter that turns the order of what follows, of as many bytes.
                let name = at(json, "港".as_bytes());
                json[name..name + 3].copy_from_slice("\u{202E}".as_bytes());
            }),
        ),
        // The number of a slot's key, and what it wraps, have one length each.
        ("header_form--kid", replace(good(), 1, |json| shorten(json, br#""kid":""#))),
        ("header_form--sealed", replace(good(), 1, |json| shorten(json, br#""sealed":""#))),
        ("header_form--salt", replace(good(), 1, |json| shorten(json, br#""salt":""#))),
        (
            "header_version--member",
            replace(good(), 1, |json| {
                let said = at(json, b"\"03-0000-0000\"");
                json[said..said + 14].copy_from_slice(b"\"03\",\"x\":1    ");
            }),
        ),
        (
            "later_version--slots",
            replace(good(), 1, |json| {
                rename(json, br#""passphrase"#);
                rename(json, br#""recipient_key"#);
            }),
        ),
        (
            "slot_parameters--point",
            replace(good(), 1, |json| {
                let x = at(json, br#""enc":""#) + 20;
                json[x..x + 4].copy_from_slice(b"AAAA");
            }),
        ),
        (
            "slot_parameters",
            replace(good(), 1, |json| {
                let lanes = at(json, br#""p":4"#) + 4;
                json[lanes] = b'9';
            }),
        ),
        ("entry_commitment--manifest", replace(good(), 2, |message| message[30] ^= 1)),
        ("entry_altered--manifest", replace(good(), 2, |message| message[60] ^= 1)),
        ("entry_altered--undertaking", replace(good(), 3, |message| message[60] ^= 1)),
        ("entry_altered--index", replace(good(), INDEX, |message| message[60] ^= 1)),
        ("entry_commitment--clip", put(good(), clip + 3, &[good()[clip + 3] ^ 1])),
        ("entry_altered--clip", put(good(), clip + clip_len - 1, &[good()[clip + clip_len - 1] ^ 1])),
    ]
}

/// Takes four letters from the front of a text in JSON, and puts as many blanks behind it.
fn shorten(json: &mut [u8], member: &[u8]) {
    let begin = at(json, member) + member.len();
    let end = begin + at(&json[begin..], b"\"");
    json.copy_within(begin + 4..=end, begin);
    json[end - 3..=end].fill(b' ');
}

/// Another last letter for a word in JSON.
fn rename(json: &mut [u8], word: &[u8]) {
    let last = at(json, word) + word.len() - 1;
    json[last] += 1;
}

/// Faults of manifests that the office signed, and of undertakings that it sealed with them.
fn signed_faults() -> Vec<Fault> {
    let said = |from: &'static str, to: &'static str| signed_otherwise(move |good| replaced(good, from, to));
    vec![
        ("manifest_name", said("例示花子", "\u{3164}\u{3164}\u{3164}\u{3164}")),
        ("manifest_checkpoints--longer", longer_index()),
        (
            "manifest_form--hash",
            signed_otherwise(|good| {
                let digit = good.find("\"sha256\":\"").unwrap() + 10;
                let clips = digit + good[digit..].find("\"bytes\"").unwrap();
                let digit = clips + good[clips..].find("\"sha256\":\"").unwrap() + 10;
                [&good[..digit], "G", &good[digit + 1..]].concat()
            }),
        ),
        ("manifest_form--legal-basis", said(r#""CCP_197_2""#, r#""""#)),
        ("manifest_form--grants", said(r#"["print"]"#, r#"["print","print"]"#)),
        ("manifest_form--file-name", said("clip.mp4", "cli/.mp4")),
        ("manifest_form--clock", said(":-3", ":-9999999999")),
        ("manifest_form--minus-zero", said(":-3", ":-0")),
        ("manifest_form--left-out", said(r#""legal_basis":"CCP_197_2","#, "")),
        ("manifest_form--twice", said(r#""rules":"minato","#, r#""rules":"minato","rules":"","#)),
        ("manifest_form--time", said("T10:00:00+09:00", "T10:00:60+09:00")),
        ("manifest_key_changes", with_key_change(elsewhere())),
        ("manifest_key_changes--none", with_key_change(Jws::new("a.b.c"))),
        ("manifest_dates--due", said(r#""return_due":"2027"#, r#""return_due":"2025"#)),
        ("manifest_dates--order", said(r#""not_after":"2027"#, r#""not_after":"2025"#)),
        ("later_version--manifest", said(r#""format":"fuin/1""#, r#""format":"fuin/2""#)),
        ("later_version--member", said(r#""purpose":"#, r#""mood":1,"purpose":"#)),
        ("later_version--grant", said(r#"["print"]"#, r#"["prinu"]"#)),
        ("undertaking_other--person", said("例示花子", "例示太郎")),
        ("undertaking_other--purpose", said("窃盗被疑", "強盗被疑")),
        ("undertaking_form--items", other_undertaking(r#"["適正に管理すること。"]"#, "[]")),
        ("undertaking_form--origin", other_undertaking(r#""paper""#, r#"7"#)),
        ("later_version--undertaking", other_undertaking("fuin-undertaking/1", "fuin-undertaking/2")),
        (
            "jws_form--blank",
            signed_as(|good, office| {
                let jws = office.sign(Typ::Manifest, &good.into_bytes()[..]).as_str().to_owned();
                // Four letters fewer, and as many blanks.
                let (head, rest) = jws.split_once('.').unwrap();
                format!("{head}.{}    ", &rest[4..])
            }),
        ),
        (
            "jws_signature--high-s",
            signed_as(|good, office| {
                let jws = office.sign(Typ::Manifest, good.as_bytes()).as_str().to_owned();
                high_s(&jws)
            }),
        ),
        ("jws_algorithm", signed_as(|good, office| other_header(&good, office, "ES256", "ES384"))),
        (
            "later_version--header",
            signed_as(|good, office| {
                // Twelve bytes more in the header, and as many fewer below it.
                let good = good.replacen("正面出入口", "正", 1);
                other_header(&good, office, "\"typ\"", "\"x5u\":\"xyz\",\"typ\"")
            }),
        ),
    ]
}

/// Puts one text in the place of another, and keeps the length: with blanks, or by saying less of the range.
fn replaced(good: String, from: &str, to: &str) -> String {
    assert!(good.contains(from), "{from}");
    let mut said = good.replacen(from, to, 1);
    if said.len() > good.len() {
        said = said.replacen("正面出入口", "", 1);
    }
    said.push_str(&" ".repeat(good.len() - said.len()));
    said
}

/// The other signature that is good for the same text: r ‖ n − s.
fn high_s(jws: &str) -> String {
    let (input, signature) = jws.rsplit_once('.').unwrap();
    let bytes = data_encoding::BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    let low = p256::ecdsa::Signature::from_slice(&bytes).unwrap();
    let high = p256::ecdsa::Signature::from_scalars(low.r().to_bytes(), (-low.s()).to_bytes()).unwrap();
    format!("{input}.{}", data_encoding::BASE64URL_NOPAD.encode(&high.to_bytes()))
}

/// Signed under a protected header in which one text stands in the place of another of the same length.
fn other_header(good: &str, office: &SigningKey, from: &str, to: &str) -> String {
    let jws = office.sign(Typ::Manifest, good.as_bytes()).as_str().to_owned();
    let (header, payload) = jws.rsplit_once('.').unwrap().0.split_once('.').unwrap();
    let header = data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap();
    let header = String::from_utf8(header).unwrap().replacen(from, to, 1);
    let input = format!("{}.{payload}", data_encoding::BASE64URL_NOPAD.encode(header.as_bytes()));
    let signature = office.sign_bytes(input.as_bytes());
    format!("{input}.{}", data_encoding::BASE64URL_NOPAD.encode(&signature))
}

/// Sealed by the office with an undertaking in which one text stands in the place of another.
fn other_undertaking(from: &str, to: &str) -> Vec<u8> {
    let (bundle_key, context) =
        (Secret32::random(&TestEntropy::new(1)), b"fuin/1\0R8-0001-7K3Q\0undertaking.cob");
    let good = seal_for_passphrase(|good, office| office.sign(Typ::Manifest, good.as_bytes()));
    let (offset, len) = entry(&good, 3);
    let json = decrypt_message(&bundle_key, context, &good[offset..offset + len]).unwrap();
    let said = String::from_utf8(json.clone()).unwrap().replacen(from, to, 1);
    let said = format!("{said}{}", " ".repeat(json.len() - said.len()));
    let digest = |json: &[u8]| data_encoding::BASE64URL_NOPAD.encode(&fuin_core::sha256(json));
    let (known, other) = (digest(&json), digest(said.as_bytes()));
    let bundle = signed_otherwise(move |good| replaced(good, &known, &other));
    replace(bundle, 3, |message| {
        message.copy_from_slice(&encrypt_message(
            &TestEntropy::new(99),
            &bundle_key,
            context,
            said.as_bytes(),
        ));
    })
}

/// Faults that only somebody with the keys can make.
fn insider_faults() -> Vec<Fault> {
    let bundle_key = Secret32::random(&TestEntropy::new(1));
    let context = |entry: &str| format!("fuin/1\0R8-0001-7K3Q\0{entry}").into_bytes();
    let reseal = |index: usize, name: &'static str, change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        replace(good_bundle(), index, |message| {
            let plain = change(decrypt_message(&bundle_key, &context(name), message).unwrap());
            message.copy_from_slice(&encrypt_message(
                &TestEntropy::new(99),
                &bundle_key,
                &context(name),
                &plain,
            ));
        })
    };
    let flip = |position: usize| {
        move |mut plain: Vec<u8>| {
            let end = plain.len() - position;
            plain[end] = if plain[end] == b'A' { b'B' } else { b'A' };
            plain
        }
    };
    vec![
        ("jws_signature", reseal(2, "manifest.cob", &flip(20))),
        ("jws_form", reseal(2, "manifest.cob", &|plain| vec![b'.'; plain.len()])),
        ("manifest_index", reseal(INDEX, "index/1.cob", &flip(2))),
        ("media_index", other_index()),
        (
            "manifest_undertaking",
            reseal(3, "undertaking.cob", &|plain| {
                String::from_utf8(plain).unwrap().replace("8条3項", "8条9項").into_bytes()
            }),
        ),
    ]
}

/// Signed by the office, with an index that is longer than its entry.
fn longer_index() -> Vec<u8> {
    signed_otherwise(|mut good| {
        let index = good.find("index/1.cob").unwrap();
        let digits = index + good[index..].find("\"bytes\":").unwrap() + 8;
        good.replace_range(digits..=digits, "9");
        good
    })
}

/// A good bundle but for its manifest, which says as many letters otherwise.
fn signed_otherwise(change: impl Fn(String) -> String) -> Vec<u8> {
    seal_for_passphrase(|good, office| office.sign(Typ::Manifest, change(good).as_bytes()))
}

/// A good bundle but for the signed form of its manifest.
fn signed_as(sign: impl Fn(String, &SigningKey) -> String) -> Vec<u8> {
    seal_for_passphrase(|good, office| Jws::new(&sign(good, office)))
}

fn seal_for_passphrase(sign: impl Fn(String, &SigningKey) -> Jws) -> Vec<u8> {
    let clip = fuin_tests::clip(100);
    let slots = |id: &str, key: &Secret32| {
        let keys = slot_keys(key);
        vec![Slot::for_passphrase(&TestEntropy::new(2), &Passphrase::new(PASSPHRASE), id, &keys).unwrap()]
    };
    let sign = |good: Vec<u8>, office: &SigningKey| sign(String::from_utf8(good).unwrap(), office);
    seal_signed(plan(100), &[(&clip, &clip)], &office_key(), slots, sign).unwrap()
}

/// Signed by the office, with an index of another clip.
fn other_index() -> Vec<u8> {
    let clip = seeds::small_clip();
    let mut plan = plan(clip.len() as u64);
    plan.clips[0].index = read_index(&fuin_tests::clip(100)).to_bytes();
    seal(plan, &[&clip]).unwrap()
}

/// A change of the office's key to one that did not sign the bundle.
fn elsewhere() -> Jws {
    let key = |seed| SigningKey::generate(&TestEntropy::new(seed));
    KeyChange::sign(&key(90), &key(91).public(), noon(), false)
}

/// A bundle that says so of its key.
fn with_key_change(change: Jws) -> Vec<u8> {
    let clip = seeds::small_clip();
    let mut plan = plan(clip.len() as u64);
    plan.standing.key_changes = vec![change];
    seal(plan, &[&clip]).unwrap()
}

#[test]
fn a_good_bundle_is_good() {
    assert_eq!(check(good_bundle()), None);
}

#[test]
fn every_fault_is_refused_by_its_own_name() {
    if std::env::var_os("FUIN_BLESS").is_some() {
        fs::create_dir_all(folder()).unwrap();
        for (name, bytes) in all_faults() {
            fs::write(folder().join(format!("{name}.fuin")), bytes).unwrap();
        }
    }
    let mut cases = 0;
    for file in fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = stem.split("--").next().unwrap();
        let bytes = fs::read(&path).unwrap();
        let found = check(bytes).unwrap_or_else(|| panic!("{stem}: accepted"));
        assert_eq!(found, expected, "{stem}");
        cases += 1;
    }
    assert!(cases >= 70, "{cases} files");
}

fn all_faults() -> Vec<Fault> {
    [container_faults(), signed_faults(), insider_faults(), outside::faults()].concat()
}

/// The code of the first fault, looking into the clip as well.
fn check(bytes: Vec<u8>) -> Option<&'static str> {
    let copy = bytes.clone();
    match Sealed::read(bytes)
        .and_then(|s| s.open_with_passphrase(&Passphrase::new(PASSPHRASE)))
        .and_then(fuin_core::Opened::verify)
    {
        Err(error) => Some(error.code()),
        Ok(verified) => match verified.check_clip(0) {
            _ if index_fault(&verified).is_some() => index_fault(&verified),
            Err(error) => Some(error.code()),
            Ok((check, place)) => {
                let (offset, len) = check.span(0).unwrap();
                let start = (place.offset + offset) as usize;
                let mut span = copy[start..start + len].to_vec();
                check.open(0, &mut span).err().map(|error| error.code())
            }
        },
    }
}

fn index_fault(verified: &Verified<Vec<u8>>) -> Option<&'static str> {
    match verified.index(0) {
        Err(error) => Some(error.code()),
        Ok(bytes) => {
            Index::parse(&bytes, verified.manifest().clips[0].content.bytes).err().map(|error| error.code())
        }
    }
}

/// Whoever has the key may alter a segment and seal it again; the signed checkpoints tell.
#[test]
fn a_segment_altered_with_the_key_is_found() {
    let bundle_key = Secret32::random(&TestEntropy::new(1));
    let context = b"fuin/1\0R8-0001-7K3Q\0clips/1.cob";
    let bytes = replace(sealed_bundle(3 << 20), CLIP, |message| {
        let mut plain = decrypt_message(&bundle_key, context, message).unwrap();
        plain[(1 << 20) + 5] ^= 1;
        message.copy_from_slice(&encrypt_message(&TestEntropy::new(98), &bundle_key, context, &plain));
    });
    let verified = Sealed::read(bytes.clone())
        .unwrap()
        .open_with_passphrase(&Passphrase::new(PASSPHRASE))
        .unwrap()
        .verify()
        .unwrap();
    let (check, place) = verified.check_clip(0).unwrap();
    let codes: Vec<_> = (0..check.piece_count())
        .map(|index| {
            let (offset, len) = check.span(index).unwrap();
            let start = (place.offset + offset) as usize;
            let mut span = bytes[start..start + len].to_vec();
            check.open(index, &mut span).err().map(|error| error.code())
        })
        .collect();
    assert_eq!(codes, [None, Some("segment_altered"), None, None]);
}

/// A bundle signed by somebody else is verified, and shows the other key: trust is the reader's comparison.
#[test]
fn another_office_has_another_fingerprint() {
    let other = SigningKey::generate(&TestEntropy::new(77));
    let bytes = seal_with(plan(100), &[&fuin_tests::clip(100)], &other, &recipient_key().public()).unwrap();
    let verified = Sealed::read(bytes).unwrap().open_with_key(&recipient_key()).unwrap().verify().unwrap();
    assert_ne!(verified.office_key(), &office_key().public());
    assert_ne!(verified.office_key().fingerprint_words(), office_key().public().fingerprint_words());
}
