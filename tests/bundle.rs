//! Opening a good bundle: both keys, the viewing period, the clip byte for byte.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{cell::RefCell, ops::Range, rc::Rc};

use fuin_core::{
    Admitted, Affirmation, Coded, Manifest, Opened, Passphrase, RandomAccess, RecipientKey, Sealed, Secret32,
    SigningKey, Slot, Timestamp, Typ, Verified,
};
use fuin_tests::{
    PASSPHRASE, TestEntropy, clip, noon, office_key, plan, recipient_key, seal, seal_signed, sealed_bundle,
    slot_keys, time,
};

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

/// A bundle that notes what is read of it.
struct Watched {
    bytes: Vec<u8>,
    read: Rc<RefCell<Vec<Range<u64>>>>,
}

impl RandomAccess for Watched {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<()> {
        self.read.borrow_mut().push(offset..offset + buf.len() as u64);
        self.bytes.read_exact_at(offset, buf)
    }
}

#[test]
fn no_media_is_read_before_somebody_was_admitted() {
    let bytes = sealed_bundle(300_000);
    let place = verified(bytes.clone()).check_clip(0).map(|(_, place)| place).unwrap();
    let media = place.offset..place.offset + place.len;
    let read = Rc::new(RefCell::new(Vec::new()));
    let watched = || Watched { bytes: bytes.clone(), read: read.clone() };
    let seen = || read.borrow().iter().any(|part| part.start < media.end && media.start < part.end);
    let wrong = Sealed::read(watched()).unwrap().open_with_passphrase(&Passphrase::new("1234-5678-9013"));
    assert_eq!(wrong.map(drop).map_err(|error| error.code()), Err("wrong_key"));
    assert!(!seen(), "a wrong key is refused without any of the footage");
    let opened = Sealed::read(watched()).unwrap().open_with_key(&recipient_key()).unwrap();
    let admitted = Admitted::new(opened.verify().unwrap(), noon(), affirmation(noon())).ok().unwrap();
    assert!(!seen(), "nor is any of it read for the verdict");
    admitted.clip(0, noon()).unwrap();
    assert!(seen(), "the clip's own prefix is the first of it");
}

#[test]
fn f18_a_clip_is_taken_out_under_a_name_that_every_file_system_takes() {
    let sealed = |name: &str| {
        let mut plan = plan(100);
        plan.clips[0].note.file_name = name.into();
        seal(plan, &[&clip(100)]).map_err(|error| error.code())
    };
    let named = |name: &str| verified(sealed(name).unwrap()).manifest().clips[0].export_name(0);
    for none in ["", "../../etc/passwd", "C:\\clips\\a.mp4", "a\u{1b}[2J.mp4", &"映".repeat(256)] {
        assert_eq!(sealed(none).map(drop), Err("manifest_form"), "{none:?} is no name of a file");
    }
    assert_eq!(named("正面 1番.mp4"), "1-正面 1番.mp4");
    assert_eq!(named("pass:wd.mp4"), "1-pass_wd.mp4");
    assert_eq!(named("...hidden"), "1-hidden");
    assert_eq!(named("..."), "clip-1.mp4");
    assert_eq!(named("a\u{202E}4pm.exe"), "1-a_4pm.exe", "nothing turns the order of its letters");
    // 80 kanji and more: 240 bytes would leave no room for the number and a temporary ending.
    let long = named(&format!("{}.mp4", "映".repeat(120)));
    assert!(long.len() <= 210 && long.starts_with("1-映映") && long.ends_with("映.mp4"), "{long}");
    let no_ending = named(&"映".repeat(120));
    assert!(
        no_ending.len() <= 210 && no_ending.starts_with("1-映映") && no_ending.ends_with('映'),
        "{no_ending}"
    );
    // Windows would take points and spaces from the end of a name.
    assert_eq!(named("a. ."), "1-a");
    assert_eq!(named(&format!("{}.", "映".repeat(120))), no_ending);
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
        let admitted = Admitted::new(verified(sealed_bundle(100)), now, affirmation(now));
        assert_eq!(admitted.err().map(|(_, error)| error.code()), expected, "{now}");
    }
    // Admission does not outlive the period.
    let admitted = Admitted::new(verified(sealed_bundle(100)), noon(), affirmation(noon())).ok().unwrap();
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
    let admitted = Admitted::new(verified(sealed_bundle(100)), noon(), affirmation(noon())).ok().unwrap();
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
    let secret = Secret32::new([0xAB; 32]);
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

/// Seals with slots that may lie; gives the slot with which a passphrase opens it, or why none does.
fn opened_with(slots: impl Fn(&str, &Secret32) -> Vec<Slot>) -> Result<u32, &'static str> {
    let plain = clip(10);
    let sign = |good: Vec<u8>, office: &SigningKey| office.sign(Typ::Manifest, &good);
    let bundle = seal_signed(plan(10), &[(&plain, &plain)], &office_key(), slots, sign).unwrap();
    let opened = Sealed::read(bundle)
        .and_then(|sealed| sealed.open_with_passphrase(&Passphrase::new(PASSPHRASE)))
        .and_then(Opened::verify);
    opened.map(|verified| verified.slot()).map_err(|error| error.code())
}

fn passphrase_slot(id: &str, key: &Secret32) -> Slot {
    let passphrase = Passphrase::new(PASSPHRASE);
    Slot::for_passphrase(&TestEntropy::new(2), &passphrase, id, &slot_keys(key)).unwrap()
}

#[test]
fn a_slot_that_lies_does_not_stop_the_next() {
    let lie = Secret32::new([0; 32]);
    assert_eq!(opened_with(|id, key| vec![passphrase_slot(id, &lie), passphrase_slot(id, key)]), Ok(1));
    assert_eq!(opened_with(|id, _| vec![passphrase_slot(id, &lie)]), Err("entry_commitment"));
    let later = |_: &str, _: &Secret32| {
        let slot = r#"{"type":"recipient_key_pq","kem":"mlkem768p256","sealed":"…"}"#;
        serde_json::from_str::<Slot>(slot).unwrap()
    };
    assert_eq!(opened_with(|id, key| vec![later(id, key), passphrase_slot(id, key)]), Ok(1));
    assert_eq!(opened_with(|id, key| vec![later(id, key)]), Err("later_version"));
    // Two slots for one key, the first of them spoilt.
    let spoilt = |id: &str, key: &Secret32| {
        let good = Slot::for_recipient(&TestEntropy::new(3), &recipient_key().public(), id, &slot_keys(key));
        let mut spoilt = good.clone();
        if let Slot::RecipientKey(slot) = &mut spoilt {
            slot.sealed.0[0] ^= 1;
        }
        vec![spoilt, good]
    };
    let plain = clip(10);
    let sign = |good: Vec<u8>, office: &SigningKey| office.sign(Typ::Manifest, &good);
    let bundle = seal_signed(plan(10), &[(&plain, &plain)], &office_key(), spoilt, sign).unwrap();
    assert_eq!(
        Sealed::read(bundle).unwrap().open_with_key(&recipient_key()).unwrap().verify().unwrap().slot(),
        1
    );
}

/// Who finds two sticks does not learn that they are for one person.
#[test]
fn the_name_of_a_key_in_the_header_is_another_in_each_bundle() {
    let kid = |id: &str| {
        let keys = slot_keys(&Secret32::new([1; 32]));
        match Slot::for_recipient(&TestEntropy::new(3), &recipient_key().public(), id, &keys) {
            Slot::RecipientKey(slot) => slot.kid,
            _ => unreachable!(),
        }
    };
    assert_ne!(kid("R8-0001-7K3Q"), kid("R8-0002-7K3Q"));
    assert_ne!(kid("R8-0001-7K3Q").0, recipient_key().public().thumbprint_bytes());
}
