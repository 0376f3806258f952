//! Opening a good bundle: both keys, the viewing period, the clip byte for byte.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{Affirmation, Coded, Manifest, Passphrase, RecipientKey, Sealed, Timestamp, Verified};
use fuin_tests::{PASSPHRASE, TestEntropy, clip, noon, plan, recipient_key, seal, sealed_bundle, time};

fn verified(bytes: Vec<u8>) -> Verified<Vec<u8>> {
    Sealed::read(bytes).unwrap().open_with_passphrase(&Passphrase::new(PASSPHRASE)).unwrap().verify().unwrap()
}

fn affirmation(at: Timestamp) -> Affirmation {
    Affirmation::new(" 例示花子 ", at).unwrap()
}

#[test]
fn the_clip_comes_out_byte_for_byte() {
    for len in [1, 16_383, 16_384, 16_385, 1 << 20, (1 << 20) + 1, 3_000_000] {
        let bytes = sealed_bundle(len);
        let bundle = verified(bytes.clone());
        let (check, place) = bundle.check_clip(0).unwrap();
        let mut out = Vec::new();
        let mut pieces = Vec::new();
        for index in 0..check.piece_count() {
            let (offset, n) = check.span(index).unwrap();
            let start = (place.offset + offset) as usize;
            let mut span = bytes[start..start + n].to_vec();
            pieces.push(check.open(index, &mut span).unwrap());
            out.extend_from_slice(&span);
        }
        assert_eq!(check.span(check.piece_count()), None);
        assert!(out == clip(len), "{len}");
        check.finish(pieces, place.crc32).unwrap();
    }
}

#[test]
fn either_key_opens_it_and_no_other() {
    let open = |key: &RecipientKey| Sealed::read(sealed_bundle(100)).unwrap().open_with_key(key).map(|_| ());
    open(&recipient_key()).unwrap();
    assert_eq!(open(&RecipientKey::generate(&TestEntropy::new(9))).unwrap_err().code(), "no_slot");
    let wrong =
        Sealed::read(sealed_bundle(100)).unwrap().open_with_passphrase(&Passphrase::new("1234-5678-9013"));
    assert_eq!(wrong.unwrap_err().code(), "wrong_key");
}

#[test]
fn it_may_be_watched_only_within_the_period() {
    let cases = [
        ("2026-11-22T09:59:59+09:00", Some("not_yet_valid")),
        ("2026-11-22T10:00:00+09:00", None),
        ("2027-01-29T23:59:59+09:00", None),
        ("2027-01-30T00:00:00+09:00", Some("expired")),
    ];
    for (now, expected) in cases {
        let now = time(now);
        let admitted = verified(sealed_bundle(100)).admit(now, affirmation(now));
        assert_eq!(admitted.err().map(|(_, error)| error.code()), expected, "{now}");
    }
    // Admission does not outlive the period.
    let admitted = verified(sealed_bundle(100)).admit(noon(), affirmation(noon())).ok().unwrap();
    assert!(admitted.clip(0, noon()).is_ok());
    assert_eq!(admitted.clip(0, time("2027-02-01T00:00:00+09:00")).err().unwrap().code(), "expired");
    assert_eq!(admitted.export(0, noon()).err().unwrap().code(), "not_granted");
}

#[test]
fn only_a_name_that_the_marks_can_show_affirms() {
    let is_name = |name: &str| Affirmation::new(name, noon()).is_some();
    assert!(is_name("巡査部長 例示花子") && is_name("葛󠄀城 A. Example") && is_name(&"長".repeat(60)));
    let long = "長".repeat(61);
    let blank = format!("a{}b", "　".repeat(400));
    for name in ["", " 　", "―", "\u{200B}", "花\u{202E}子", "a\nb", "\u{3164}", &long, &blank] {
        assert!(!is_name(name), "{name:?}");
    }
    // Whoever goes on with an open bundle is the one who is named.
    let admitted = verified(sealed_bundle(100)).admit(noon(), affirmation(noon())).ok().unwrap();
    let other = Affirmation::new("例示一郎", noon()).unwrap();
    let next = admitted.admit_next(noon(), other.clone()).unwrap();
    assert_eq!((admitted.affirmation().name(), next.affirmation().name()), ("例示花子", "例示一郎"));
    assert!(admitted.admit_next(time("2027-02-01T00:00:00+09:00"), other).is_err());
}

#[test]
fn a_plan_that_makes_no_sense_is_refused() {
    let refused = |change: fn(&mut fuin_core::Plan)| {
        let mut plan = plan(100);
        change(&mut plan);
        seal(plan, &[&clip(100)]).err().map(|error| error.code())
    };
    assert_eq!(
        refused(|plan| plan.terms.not_after = plan.terms.not_before.plus_secs(-1)),
        Some("manifest_dates")
    );
    assert_eq!(refused(|plan| plan.clips.clear()), Some("clip_count"));
    assert_eq!(refused(|plan| plan.clips[0].bytes = 0), Some("clip_length"));
    assert_eq!(refused(|plan| plan.clips[0].bytes = 99), Some("clip_length"));
    assert_eq!(refused(|_| {}), None);
}

#[test]
fn the_outside_tells_neither_recipient_nor_case() {
    let bytes = sealed_bundle(100);
    for secret in ["見本警察署", "例示花子", "窃盗", "港刑", "正面出入口", "clip.mp4", "2026-11-18"]
    {
        let hit = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!hit, "{secret} is readable");
    }
}

#[test]
fn secrets_print_nothing() {
    let secret = fuin_core::Secret32::new([0xAB; 32]);
    assert_eq!(format!("{secret:?}"), "Secret32(..)");
    assert_eq!(format!("{:?}", Passphrase::new("hunter22")), "Passphrase(..)");
    let opened = Sealed::read(sealed_bundle(100)).unwrap().open_with_key(&recipient_key()).unwrap();
    assert_eq!(format!("{opened:?}"), "Opened(..)");
}

/// Members of the manifest that stand in groups in the code stand flat in the file (FORMAT.md §7.1), and
/// nothing else may stand there.
#[test]
fn a_manifest_has_exactly_its_members() {
    let bundle = sealed_bundle(100);
    let verified = verified(bundle);
    let json = serde_json::to_string(verified.manifest()).unwrap();
    let read = |json: &str| serde_json::from_str::<Manifest>(json).map_err(|error| error.to_string());
    assert_eq!(read(&json).as_ref(), Ok(verified.manifest()));
    let order: Vec<_> =
        ["\"range\"", "\"not_before\"", "\"grants\"", "\"conditions\"", "\"medium\"", "\"undertaking\""]
            .iter()
            .map(|member| json.find(member).unwrap())
            .collect();
    assert!(order.is_sorted(), "the order in which members are written: {order:?}");
    for (member, twice) in [
        ("\"grants\":", "\"grants\":[],"),
        ("\"camera\":", "\"camera\":\"2番\","),
        ("\"rules\":", "\"rules\":\"\","),
    ] {
        let unknown = json.replacen(member, &format!("\"x\":1,{member}"), 1);
        assert!(read(&unknown).unwrap_err().contains("unknown field"), "{member}");
        let doubled = json.replacen(member, &format!("{twice}{member}"), 1);
        assert!(read(&doubled).unwrap_err().contains("duplicate field"), "{member}");
        let missing = json.replacen(member, "\"rules\":\"\",\"x\":", 1);
        assert!(read(&missing).is_err(), "{member}");
    }
}

#[test]
fn what_was_opened_prints_no_secret() {
    let opened = Sealed::read(sealed_bundle(10)).unwrap().open_with_key(&recipient_key()).unwrap();
    let verified = opened.verify().unwrap();
    let secret = verified.receipt_secret();
    let printed = format!("{:?} {:?}", verified, verified.manifest());
    // The receipt secret of the tests is 32 times 42: in decimal, in base64url, in hexadecimal.
    assert_eq!(secret.expose(), &[42; 32]);
    assert!(printed.contains("R8-0001-7K3Q"), "the manifest prints what it may");
    for form in ["42, 42", "KioqKioq", "2a2a2a", "2A2A2A"] {
        assert!(!printed.contains(form), "{printed}");
    }
}
