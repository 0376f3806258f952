//! What an attack found (F numbers), each as a test that failed before it was mended. Others stand where their subject
//! is tested: F3 in `parameter_sets.rs`, F22 in core's `text/csv.rs`.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    Affirmation, Coded, Day, Passphrase, Request, RequestFile, RuleSet, Sealed, SigningKey, Slot, Timestamp,
    Typ, VerifiedRequestFile, example_request,
};
use fuin_tests::{
    TestEntropy, clip, noon, office_key, plan, recipient_key, seal, seal_signed, sealed_bundle, seeds,
    targets, time, wish,
};

/// Names that name nobody on a picture, or hide who it is.
fn nobodies() -> Vec<String> {
    let mut all: Vec<String> =
        ["\u{115F}", "\u{1160}", "\u{FFA0}", "\u{3164}", "a", "例示\u{202E}花子"].map(String::from).into();
    all.push("あ".repeat(300));
    all.push("\u{200B}".repeat(400));
    all.push(format!("i{}", "\u{2800}".repeat(50)));
    all.push(format!("花子{}", "\u{E0041}".repeat(59)));
    all.push(format!("花{}", "\u{301}".repeat(29)));
    all
}

#[test]
fn f05_a_viewer_who_cannot_be_named_does_not_watch() {
    for name in nobodies() {
        assert!(Affirmation::new(&name, noon()).is_none(), "{name:?}");
    }
}

#[test]
fn f05_a_recipient_who_cannot_be_named_is_refused_at_request_seal_and_verify() {
    let rules = RuleSet::builtin("minato").unwrap();
    let good = Request::from_toml(&example_request(&rules)).unwrap();
    let payload = String::from_utf8(seeds::manifest()).unwrap();
    for name in nobodies() {
        for part in ["organization", "department", "person"] {
            let mut request = good.clone();
            let mut plan = plan(10);
            let (asked, planned) = match part {
                "organization" => (&mut request.applicant.organization, &mut plan.recipient.organization),
                "department" => (&mut request.applicant.department, &mut plan.recipient.department),
                _ => (&mut request.applicant.person, &mut plan.recipient.person),
            };
            (*asked, *planned) = (name.clone(), name.clone());
            assert_eq!(request.check().unwrap_err().code(), "request_name", "{part} {name:?}");
            assert_eq!(seal(plan, &[&clip(10)]).unwrap_err().code(), "manifest_name", "{part} {name:?}");
        }
    }
    // Whoever has the office's key can write what our writer does not: the reader refuses it all the same.
    let altered = payload.replacen("例示花子", "例示\u{3164}", 1);
    assert_ne!(altered, payload);
    let plain = clip(seeds::SMALL);
    let sign = |good: Vec<u8>, office: &SigningKey| {
        let mut altered = altered.clone().into_bytes();
        altered.resize(good.len(), b' ');
        office.sign(Typ::Manifest, &altered)
    };
    let pieces = [(plain.as_slice(), plain.as_slice())];
    let bundle =
        seal_signed(plan(seeds::SMALL as u64), &pieces, &office_key(), seeds::recipient_slot, sign).unwrap();
    let opened = Sealed::read(bundle).unwrap().open_with_key(&recipient_key()).unwrap();
    assert_eq!(opened.verify().unwrap_err().code(), "manifest_name");
    targets::manifest(&seeds::manifest());
}

#[test]
fn f19_a_camera_clock_before_1970_is_shown_as_it_is() {
    let mut note = plan(10).clips.remove(0).note;
    note.clock_error_secs = 0;
    for text in ["1970-01-01T00:00:00+09:00", "1970-01-01T08:59:59+09:00", "1904-01-01T09:00:00+09:00"] {
        note.starts_at = Some(time(text));
        assert_eq!(note.clocks(0).unwrap().0.to_string(), text);
        assert_eq!(Timestamp::from_unix_secs(time(text).unix_secs()).to_string(), text);
    }
    note.starts_at = Some(time("1970-01-01T00:00:00+09:00"));
    assert_eq!(note.clocks(3_661_000_000).unwrap().0.to_string(), "1970-01-01T01:01:01+09:00");
}

#[test]
fn f20_key_slots_ask_for_no_more_than_four_times_the_usual_work() {
    let open = |change: &dyn Fn(&mut Vec<serde_json::Value>)| {
        let sealed = Sealed::read(sealed_bundle(10)).unwrap();
        let mut header: serde_json::Value = serde_json::to_value(sealed.header()).unwrap();
        change(header["slots"].as_array_mut().unwrap());
        fuin_core::Header::parse(&serde_json::to_vec(&header).unwrap())
            .map(drop)
            .map_err(|error| error.code())
    };
    let set = |slot: &mut serde_json::Value, m: u64, t: u64, p: u64| {
        (slot["m_kib"], slot["t"], slot["p"]) = (m.into(), t.into(), p.into());
    };
    assert_eq!(open(&|_| {}), Ok(()));
    assert_eq!(open(&|slots| set(&mut slots[0], 262_144, 3, 4)), Ok(()));
    for (m, t, p) in [
        (1 << 20, 16, 16),
        (262_145, 3, 4),
        (65_536, 13, 4),
        (65_536, 3, 5),
        (65_536, 0, 4),
        (65_536, 3, 0),
        (31, 3, 4),
        (u64::from(u32::MAX), u64::from(u32::MAX), 4),
    ] {
        assert_eq!(open(&|slots| set(&mut slots[0], m, t, p)), Err("slot_parameters"), "{m} {t} {p}");
    }
    let copies =
        |count: usize| move |slots: &mut Vec<serde_json::Value>| slots.extend(vec![slots[0].clone(); count]);
    assert_eq!(open(&copies(3)), Ok(()), "four of the usual slots");
    assert_eq!(open(&copies(4)), Err("slot_parameters"));
    let cheap = |slots: &mut Vec<serde_json::Value>| {
        set(&mut slots[0], 32, 1, 1);
        slots.extend(vec![slots[0].clone(); 4]);
    };
    assert_eq!(open(&cheap), Err("slot_parameters"), "five slots, however cheap");
}

#[test]
fn f24_days_and_clock_errors_of_any_size_stay_in_the_calendar() {
    let day = Day::parse("2026-11-22").unwrap();
    assert_eq!(day.plus_days(i64::MAX).to_string(), "9999-12-31");
    assert!(day.plus_days(i64::MIN) < day);
    let mut note = plan(10).clips.remove(0).note;
    for error in [i64::MIN, i64::MAX] {
        note.clock_error_secs = error;
        assert!(note.clocks(i64::MAX).is_some() && note.clocks(i64::MIN).is_some());
    }
}

#[test]
fn f24_a_passphrase_that_is_easily_guessed_seals_nothing() {
    for weak in
        ["12345678", "1111-1111-1111", "abcabcabcabc", "１２３４５６７８", "   ", "aaaaaaaaaaaaaaaaaaaaaaaa"]
    {
        assert_eq!(
            Passphrase::new(weak).strong_enough().unwrap_err().code(),
            "passphrase_too_short",
            "{weak}"
        );
    }
    let strong = Passphrase::new(&Passphrase::generate(&TestEntropy::new(3))).strong_enough().unwrap();
    assert!(
        Slot::for_passphrase(
            &TestEntropy::new(4),
            &strong,
            "R8-0001-7K3Q",
            &fuin_tests::slot_keys(&fuin_core::Secret32::new([1; 32]))
        )
        .is_ok()
    );
}

#[test]
fn f21_the_printed_number_of_a_request_file_has_160_bits() {
    let rules = RuleSet::builtin("minato").unwrap();
    let request = wish(&rules);
    let signer = SigningKey::generate(&TestEntropy::new(1));
    let file = RequestFile::unsigned(request, "minato", &[], noon(), None, &signer.public()).unwrap();
    let signature = signer.sign_bytes(file.signing_input());
    let jws = file.attach(&signature).unwrap();
    let number = VerifiedRequestFile::number(&jws);
    let digits: String = number.chars().filter(|c| *c != '-').collect();
    assert_eq!(digits.len() * 4, 160);
    // What was signed is numbered, not how: whoever signs it anew gives it no other number.
    let (signed, _) = jws.as_str().rsplit_once('.').unwrap();
    assert!(fuin_core::sha256_hex(signed.as_bytes()).starts_with(&digits));
    assert_eq!(number.split('-').count(), 10, "{number}: ten groups of four");
}

/// 「が」 is one letter in some systems' file names, and two in others'.
#[test]
fn a_clip_is_known_by_its_name_however_it_is_composed() {
    let text = example_request(&RuleSet::builtin("minato").unwrap())
        .replace("file = \"clip.mp4\"", "file = \"ガ.mp4\"");
    let request = Request::from_toml(&text).unwrap();
    assert_eq!(request.clip_of("カ\u{3099}.mp4"), Some(&request.clip[0]));
    assert_eq!(request.clip_of("clip.mp4"), None);
}
