//! Mutation fuzzing of every parser that meets bytes from outside: no panic, no endless loop, no huge allocation.
//! The mutants are the same in every run; `FUIN_MUTANTS` sets their number.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    BundleId, Jws, Ledger, OfficeKeyFile, Passphrase, ReceiptCode, Request, RequestFile, RuleSet, Typ,
    VerifiedRequestFile,
};
use fuin_tests::{
    TestEntropy, mutant::mutate, office_key, sealed_bundle, seeds, targets, unpacked::Unpacked,
};

fn mutants() -> usize {
    std::env::var("FUIN_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(3000)
}

fn fuzz(seed: &[u8], number: u64, parse: impl FnMut(Vec<u8>)) {
    fuzz_some(mutants(), seed, number, parse);
}

/// Less of what signs and verifies each time.
fn fuzz_slow(seed: &[u8], number: u64, parse: impl FnMut(Vec<u8>)) {
    fuzz_some(mutants() / 20, seed, number, parse);
}

fn fuzz_some(count: usize, seed: &[u8], number: u64, mut parse: impl FnMut(Vec<u8>)) {
    let entropy = TestEntropy::new(number);
    for _ in 0..count {
        parse(mutate(seed, &entropy));
    }
}

#[test]
fn containers() {
    fuzz(&sealed_bundle(300), 1, |bytes| targets::container(&bytes));
    fuzz(&seeds::manifest(), 13, |bytes| targets::manifest(&bytes));
}

#[test]
fn headers_and_documents() {
    fuzz(&seeds::header(), 2, |bytes| targets::header(&bytes));
    let key = office_key();
    let jws = key.sign(Typ::Receipt, br#"{"bundle_id":"R8-0001-7K3Q"}"#);
    fuzz(jws.as_str().as_bytes(), 3, |bytes| {
        let jws = Jws::new(&String::from_utf8_lossy(&bytes));
        if let Ok(verified) = jws.verify(Typ::Receipt) {
            assert_eq!(verified.payload, br#"{"bundle_id":"R8-0001-7K3Q"}"#, "a mutant verified");
        }
    });
}

#[test]
fn typed_texts() {
    fuzz("R8-0001-7K3Q".as_bytes(), 4, |bytes| drop(BundleId::parse_typed(&String::from_utf8_lossy(&bytes))));
    fuzz(b"0123-4567-89AB-CDEF-GHJK", 5, |bytes| {
        let _ = ReceiptCode::parse(&String::from_utf8_lossy(&bytes));
    });
    fuzz("１２３４ abcd".as_bytes(), 6, |bytes| drop(Passphrase::new(&String::from_utf8_lossy(&bytes))));
    let rules = RuleSet::builtin("minato").unwrap();
    let example = fuin_core::example_request(&rules);
    fuzz(example.as_bytes(), 7, |bytes| {
        if let Ok(request) = Request::from_toml(&String::from_utf8_lossy(&bytes)) {
            drop(rules.check(&request));
        }
    });
    fuzz(b"{\"format\":\"fuin-office-key/1\"}", 8, |bytes| {
        drop(OfficeKeyFile::parse(&String::from_utf8_lossy(&bytes)))
    });
}

#[test]
fn request_files_and_rule_files() {
    let rules = RuleSet::builtin("fujisawa").unwrap();
    let mut request = Request::from_toml(&fuin_core::example_request(&rules)).unwrap();
    (request.review, request.clip) = Default::default();
    request.undertaking = None;
    let key = office_key();
    let now = fuin_tests::noon();
    let unsigned = RequestFile::unsigned(
        request,
        &rules.id,
        &rules.undertaking.items,
        now,
        Some(&key.public()),
        &key.public(),
    )
    .unwrap();
    // What is mutated is what was signed: the signature is good every time.
    let payload = unsigned.signing_input().rsplit(|&byte| byte == b'.').next().unwrap().to_vec();
    let payload = data_encoding::BASE64URL_NOPAD.decode(&payload).unwrap();
    fuzz(&payload, 11, |bytes| drop(VerifiedRequestFile::verify(&key.sign(Typ::Request, &bytes))));
    let file = toml::to_string(&rules).unwrap();
    fuzz(file.as_bytes(), 12, |bytes| {
        if let Ok(mutant) = RuleSet::parse(&String::from_utf8_lossy(&bytes)) {
            let _ =
                mutant
                    .check(&Request::from_toml(&fuin_core::example_request(&mutant)).unwrap_or_else(|_| {
                        Request::from_toml(&fuin_core::example_request(&rules)).unwrap()
                    }));
        }
    });
}

#[test]
fn certificates_and_time_stamps() {
    for (number, (_, seed)) in (20..).zip(seeds::OUTSIDE) {
        fuzz_slow(seed, number, |bytes| targets::outside(&bytes));
        // The DER inside, where most mutants of the text do not get.
        let text = String::from_utf8_lossy(seed);
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        if let Ok(der) = data_encoding::BASE64.decode(body.as_bytes()) {
            fuzz_slow(&der, number, |bytes| targets::outside(&bytes));
        }
    }
}

#[test]
fn ledgers() {
    let key = office_key();
    let mut ledger = Ledger::default();
    let event = |n: u64| fuin_core::EventBody::Decided {
        number: n,
        granted: false,
        by: "課長".into(),
        reason: String::new(),
        findings: vec![],
        approvals: vec![],
        provides: None,
    };
    for n in 0..3 {
        ledger.append(fuin_tests::noon(), "取扱者", event(n), &key).unwrap();
    }
    let head = ledger.signed_head(&key);
    let text = ledger.export(&head);
    fuzz(text.as_bytes(), 9, |bytes| {
        let mutant = String::from_utf8_lossy(&bytes).into_owned();
        let (read, faults) = Ledger::read(mutant.as_bytes(), Some(&head), Some(&key.public()));
        // Whatever passes as sound holds exactly what was written.
        if faults.is_empty() {
            assert_eq!(read.lines(), ledger.lines(), "a mutant passed as sound");
        }
    });
    // The quick way trusts nothing more than the full one.
    let lines: String = ledger.lines().iter().map(|line| format!("{}\n", line.as_str())).collect();
    assert!(Ledger::read_own(lines.as_bytes(), Some(&head), &key.public()).1.is_empty());
    fuzz(lines.as_bytes(), 10, |bytes| {
        let mutant = String::from_utf8_lossy(&bytes).into_owned();
        let (read, faults) = Ledger::read_own(mutant.as_bytes(), Some(&head), &key.public());
        if faults.is_empty() {
            assert_eq!(read.lines(), ledger.lines(), "a mutant passed as our own");
        }
    });
}

#[test]
fn clips() {
    let good = targets::playable(&seeds::small_clip()).unwrap().videos.remove(0);
    assert_eq!((good.samples.len(), good.codec().name.as_str()), (3, "avc1.42001e"));
    fuzz(&seeds::small_clip(), 10, |bytes| targets::footage(&bytes));
}

#[test]
fn indexes() {
    fuzz(&seeds::small_index(), 15, |bytes| targets::index(&bytes));
    fuzz(&Unpacked::of(&seeds::small_index()).rows, 16, |bytes| targets::rows(&bytes));
    fuzz(&seeds::PLACES, 17, |bytes| targets::rows(&bytes));
}

fn kept(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/kept").join(name)).unwrap()
}

#[test]
fn what_comes_back_and_what_is_proved() {
    let (receipt, ledger) = (kept("receipt-return.jws"), kept("ledger.jsonl"));
    fuzz(&receipt, 18, |bytes| targets::receipt(&bytes));
    let (_, payload) = seeds::payloads("receipt-return.jws", &receipt).remove(0);
    fuzz_slow(&payload, 19, |bytes| targets::signed_receipt(&bytes));
    fuzz_slow(&ledger, 20, |bytes| targets::ledger(&bytes));
    let (_, events) = seeds::payloads("ledger.jsonl", &ledger).remove(0);
    fuzz_slow(&events, 21, |bytes| targets::events(&bytes));
    fuzz(seeds::proof().as_bytes(), 22, |bytes| targets::proof(&bytes));
}

#[test]
fn keys_tickets_and_messages() {
    for (number, name) in [(23, "office.key"), (24, "recipient.key"), (25, "bundle.key"), (26, "card.jws")] {
        fuzz(&kept(name), number, |bytes| targets::documents(&bytes));
    }
    fuzz_slow(&kept("ticket.ticket"), 27, |bytes| targets::ticket(&bytes));
    fuzz(&seeds::message(), 28, |bytes| targets::message(&bytes));
    for ((_, typed), number) in seeds::TYPED.iter().zip(30..) {
        fuzz(typed.as_bytes(), number, |bytes| targets::typed(&bytes));
    }
    fuzz(&[0; 400], 35, |bytes| targets::symbols(&bytes));
}

#[test]
fn symbols() {
    let (width, pixels) = seeds::symbol();
    fuzz(&pixels, 14, |bytes| targets::qr(width, &bytes));
}
