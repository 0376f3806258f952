//! Receipts and ledger: what is accepted, what is refused, and which damage is found.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use fuin_core::{
    B64, BundleId, Coded, Concern, DisclosureStatus, EventBody, Happening, Holder, Jws, Ledger,
    LedgerReading, LogEntry, Maker, Office, OfficeKeyFile, OfficeLabel, OpensWith, Passphrase, Proof,
    Receipt, ReceiptCheck, ReceiptCode, ReceiptFacts, ReceiptKind, Register, Report, Reported, Reporting,
    SealedSlot, Secret32, SigningKey, SymbolSet, Timestamp, Typ, VerifiedReceipt, ViewingLog, symbols_of,
};
use fuin_tests::{TestEntropy, day, noon, sealed_event, time};

struct Case {
    office: Office,
    ledger: Ledger,
}

fn id(text: &str) -> BundleId {
    BundleId::try_from(text.to_owned()).unwrap()
}

/// The recipient's own signing key.
fn device() -> SigningKey {
    SigningKey::generate(&TestEntropy::new(51))
}

const PASSPHRASE_SLOT: u32 = 0;
const KEY_SLOT: u32 = 1;

fn sealed(bundle_id: &str) -> EventBody {
    let mut sealed = sealed_event([1; 32]);
    sealed.bundle_id = id(bundle_id);
    let signer = Some(B64(device().public().thumbprint_bytes()));
    sealed.slots.push(SealedSlot { opens_with: OpensWith::RecipientKey, signer });
    EventBody::Sealed(Box::new(sealed))
}

fn case() -> Case {
    let label = OfficeLabel { name: "港区防災課".into(), contact: "03".into() };
    let office = Office::found(
        &TestEntropy::new(1),
        label,
        "minato",
        Passphrase::new("a long office passphrase"),
        noon(),
    )
    .unwrap();
    let mut ledger = Ledger::default();
    let founded = EventBody::OfficeFounded { card: office.key_file.card.clone() };
    let at = time("2026-11-22T10:00:00+09:00");
    for event in [founded, sealed("R8-0001-7K3Q"), sealed("R8-0002-AAAA")] {
        ledger.append(at, "取扱者", event, &office.keys.signing).unwrap();
    }
    Case { office, ledger }
}

fn reporting(kind: ReceiptKind, at: Timestamp) -> Reporting {
    Reporting {
        holder: Holder::of_slot(PASSPHRASE_SLOT),
        ledger_head: B64([0; 32]),
        kind,
        at,
        ordinal: 1,
        report: Report { reporter: "例示花子".into(), ..Report::default() },
        log: ViewingLog::default(),
    }
}

impl Case {
    fn receipt(&self, bundle: &str, kind: ReceiptKind, at: Timestamp, secret: &Secret32) -> Jws {
        let reporting = reporting(kind, at);
        self.signed(bundle, reporting, secret, &SigningKey::generate(&TestEntropy::new(50)))
    }

    fn signed(&self, bundle: &str, reporting: Reporting, secret: &Secret32, key: &SigningKey) -> Jws {
        let facts = ReceiptFacts { bundle_id: &id(bundle), manifest_sha256: [1; 32], secret };
        let (unsigned, _) = Receipt::unsigned(&facts, reporting, &key.public()).unwrap();
        let signature = key.sign_bytes(unsigned.signing_input());
        unsigned.attach(&signature).unwrap()
    }

    fn secret(&self, bundle: &str) -> Secret32 {
        self.secret_of(bundle, PASSPHRASE_SLOT)
    }

    fn secret_of(&self, bundle: &str, slot: u32) -> Secret32 {
        self.office.keys.master().receipt_secret(&id(bundle), &Holder::of_slot(slot))
    }

    fn check<T>(&self, bundle: &BundleId, now: Timestamp, check: impl FnOnce(ReceiptCheck<'_>) -> T) -> T {
        let register = Register::project(self.ledger.events());
        let of_slot = |slot| {
            let holder = Holder::of_slot(slot);
            (holder.clone(), self.office.keys.master().receipt_secret(bundle, &holder))
        };
        let secrets = [PASSPHRASE_SLOT, KEY_SLOT].map(of_slot);
        let office = &[self.office.keys.signing.public()];
        check(ReceiptCheck { register: &register, office, secrets: &secrets, now })
    }

    fn confirm(
        &mut self,
        jws: &Jws,
        expected: Option<&str>,
        now: Timestamp,
    ) -> Result<DisclosureStatus, &'static str> {
        let receipt = VerifiedReceipt::verify(jws).map_err(|error| error.code())?;
        let bundle = receipt.receipt.bundle_id.clone();
        let expected = expected.map(id);
        let accepted = self
            .check(&bundle, now, |check| check.file(jws, &receipt, expected.as_ref()))
            .map_err(|error| error.code())?;
        self.ledger.append(now, "取扱者", accepted.event(), &self.office.keys.signing).unwrap();
        Ok(Register::project(self.ledger.events()).disclosures[&bundle].status)
    }
}

#[test]
fn a_return_is_confirmed_once_and_only_for_its_bundle() {
    let mut case = case();
    let jws = case.receipt("R8-0001-7K3Q", ReceiptKind::Return, noon(), &case.secret("R8-0001-7K3Q"));
    assert_eq!(case.confirm(&jws, Some("R8-0002-AAAA"), noon()), Err("receipt_other_bundle"));
    assert_eq!(case.confirm(&jws, None, noon()), Ok(DisclosureStatus::Returned));
    assert_eq!(case.confirm(&jws, None, noon()), Err("receipt_duplicate"));
}

#[test]
fn a_receipt_that_is_not_right_is_refused_with_its_reason() {
    let mut case = case();
    let good = case.secret("R8-0001-7K3Q");
    let other = case.secret("R8-0002-AAAA");
    let make = |case: &Case, bundle, at, secret| case.receipt(bundle, ReceiptKind::Return, at, secret);
    let stranger = make(&case, "R8-0001-7K3Q", noon(), &other);
    assert_eq!(case.confirm(&stranger, None, noon()), Err("receipt_no_access"));
    let unknown = make(&case, "R8-0009-ZZZZ", noon(), &good);
    assert_eq!(case.confirm(&unknown, None, noon()), Err("receipt_unknown_bundle"));
    let early = make(&case, "R8-0001-7K3Q", time("2026-11-21T10:00:00+09:00"), &good);
    assert_eq!(case.confirm(&early, None, noon()), Err("receipt_too_early"));
    let future = make(&case, "R8-0001-7K3Q", time("2026-12-24T10:00:00+09:00"), &good);
    assert_eq!(case.confirm(&future, None, noon()), Err("receipt_future"));
    let jws = make(&case, "R8-0001-7K3Q", noon(), &good);
    let altered = Jws::new(&jws.as_str().replacen("ey", "ez", 1));
    assert_eq!(case.confirm(&altered, None, noon()), Err("jws_form"));
    let mut parts: Vec<&str> = jws.as_str().split('.').collect();
    let forged = data_encoding::BASE64URL_NOPAD.encode(
        String::from_utf8(data_encoding::BASE64URL_NOPAD.decode(parts[1].as_bytes()).unwrap())
            .unwrap()
            .replace("0001-7K3Q", "0002-AAAA")
            .as_bytes(),
    );
    parts[1] = &forged;
    assert_eq!(case.confirm(&Jws::new(&parts.join(".")), None, noon()), Err("jws_signature"));
}

#[test]
fn a_typed_code_is_enough() {
    let case = case();
    let bundle = id("R8-0001-7K3Q");
    let secret = case.secret("R8-0001-7K3Q");
    let facts = ReceiptFacts { bundle_id: &bundle, manifest_sha256: [1; 32], secret: &secret };
    let said = Reported { kind: ReceiptKind::Erasure, day: day("2026-11-23"), ordinal: 1 };
    let code = ReceiptCode::new(&facts, said).unwrap().to_string();
    assert_eq!(code.len(), 24, "{code}: five groups of four");
    let check = |bundle: &BundleId, typed: &str| {
        let checked = case.check(bundle, noon(), |check| check.code(bundle, typed));
        checked.map(|a| a.said.kind).map_err(|e| e.code())
    };
    assert_eq!(check(&bundle, &code), Ok(ReceiptKind::Erasure));
    let full_width: String = code
        .chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
        .collect();
    assert_eq!(check(&bundle, &full_width), Ok(ReceiptKind::Erasure));
    assert_eq!(check(&id("R8-0002-AAAA"), &code), Err("code_wrong"));
    assert_eq!(check(&bundle, &code[..20]), Err("code_form"));
    assert_eq!(BundleId::parse_typed("ｒ８－０００１－７k3q"), Some(bundle));
}

#[test]
fn every_damage_to_a_ledger_is_found_and_named() {
    let mut case = case();
    let jws = case.receipt("R8-0001-7K3Q", ReceiptKind::Return, noon(), &case.secret("R8-0001-7K3Q"));
    case.confirm(&jws, None, noon()).unwrap();
    let key = &case.office.keys.signing;
    let head = case.ledger.signed_head(key);
    let text = case.ledger.export(&head);
    let lines: Vec<&str> = text.lines().collect();
    let faults = |text: &str, head: Option<&Jws>| -> Vec<String> {
        Ledger::read(text.as_bytes(), head, Some(&key.public()))
            .1
            .iter()
            .map(|f| format!("{}: {f}", f.code()))
            .collect()
    };
    let codes = |text: &str, head: Option<&Jws>| -> Vec<&'static str> {
        Ledger::read(text.as_bytes(), head, Some(&key.public())).1.iter().map(Coded::code).collect()
    };
    assert_eq!(faults(&text, None), Vec::<String>::new());
    assert_eq!(lines.len(), 5);
    // A flipped byte in the second line: that line, and the link from the third.
    let mut flipped = text.clone().into_bytes();
    let at = lines[0].len() + 1 + lines[1].len() / 2;
    flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).unwrap();
    assert_eq!(codes(&flipped, None), ["ledger_line", "ledger_chain"]);
    assert!(Ledger::read(flipped.as_bytes(), None, None).0.events().len() == 3, "the rest stays readable");
    // A removed line, two swapped lines.
    let without = [lines[0], lines[2], lines[3], lines[4]].join("\n");
    assert_eq!(codes(&without, None)[0], "ledger_chain");
    let swapped = [lines[0], lines[2], lines[1], lines[3], lines[4]].join("\n");
    assert_eq!(codes(&swapped, None)[0], "ledger_chain");
    // A cut tail is only found by the head.
    let cut = lines[..3].join("\n");
    assert_eq!(codes(&cut, Some(&head)), ["ledger_tail_lost"]);
    // Two branches from the same line.
    let mut fork = Ledger::read(cut.as_bytes(), None, None).0;
    fork.append(noon(), "別の人", sealed("R8-0003-BBBB"), key).unwrap();
    let forked: String = fork.lines().iter().map(|line| format!("{}\n", line.as_str())).collect();
    assert_eq!(codes(&forked, Some(&head)), ["ledger_fork"]);
    // Somebody else's line.
    let mut foreign = Ledger::read(cut.as_bytes(), None, None).0;
    foreign
        .append(noon(), "別の課", sealed("R8-0003-BBBB"), &SigningKey::generate(&TestEntropy::new(60)))
        .unwrap();
    let foreign: String = foreign.lines().iter().map(|line| format!("{}\n", line.as_str())).collect();
    assert_eq!(codes(&foreign, None), ["ledger_signer"]);
    // An export must end with the head of exactly its lines: an older head, or none, could hide a lost tail.
    assert!(Ledger::read_export(LedgerReading::new(text.as_bytes(), None), &key.public()).is_ok());
    let mut shorter = Ledger::read(cut.as_bytes(), None, None).0;
    let old_head = shorter.signed_head(key);
    shorter.append(noon(), "取扱者", sealed("R8-0003-BBBB"), key).unwrap();
    for export in [shorter.export(&old_head), cut.clone(), format!("{cut}\n{}\n", head.as_str())] {
        assert!(Ledger::read_export(LedgerReading::new(export.as_bytes(), None), &key.public()).is_err());
    }
    // An altered head.
    assert_eq!(codes(&cut, Some(&Jws::new("a.b.c"))), ["ledger_head"]);
}

#[test]
fn a_line_is_committed_only_where_it_was_prepared_for() {
    let case = case();
    let key = &case.office.keys.signing;
    let unsigned = case.ledger.prepare(noon(), "取扱者", sealed("R8-0003-BBBB"), &key.public());
    let signature = key.sign_bytes(unsigned.signing_input());
    let line = unsigned.attach(&signature).unwrap();
    let mut ledger = case.ledger.clone();
    ledger.commit(line.clone()).unwrap();
    assert_eq!(ledger.commit(line).unwrap_err().code(), "ledger_chain");
}

#[test]
fn the_office_key_file_opens_only_with_its_passphrase() {
    let case = case();
    let file = OfficeKeyFile::parse(&case.office.key_file.to_json()).unwrap();
    let (keys, card) = file.open(&Passphrase::new("A LONG office-passphrase")).unwrap();
    assert_eq!(keys.signing.public(), case.office.keys.signing.public());
    assert_eq!(card.office.name, "港区防災課");
    let wrong = file.open(&Passphrase::new("another passphrase")).err().unwrap();
    assert_eq!(wrong.code(), "office_passphrase_wrong");
    // The card of another office on these keys is noticed.
    let mut other = file.clone();
    other.card = SigningKey::generate(&TestEntropy::new(61)).sign(
        Typ::OfficeCard,
        br#"{"format":"fuin-office-card/1","office":{"name":"x","contact":"y"},"rules":"minato","created_at":"2026-11-23T12:00:00+09:00"}"#,
    );
    assert!(other.open(&Passphrase::new("a long office passphrase")).is_err());
    let label = OfficeLabel { name: "a".into(), contact: "b".into() };
    let short =
        Office::found(&TestEntropy::new(2), label, "minato", Passphrase::new("short"), noon()).err().unwrap();
    assert_eq!(short.code(), "passphrase_too_short");
}

#[test]
fn a_document_of_one_kind_is_never_taken_for_another() {
    let key = SigningKey::generate(&TestEntropy::new(1));
    let all = [Typ::Manifest, Typ::Receipt, Typ::Event, Typ::LedgerHead, Typ::OfficeCard];
    for made in all {
        let jws = key.sign(made, b"{}");
        for asked in all {
            assert_eq!(jws.verify(asked).is_ok(), made == asked, "{made:?} as {asked:?}");
        }
    }
}

#[test]
fn a_recipient_who_saw_more_than_the_ledger_has_is_a_witness() {
    let mut case = case();
    let secret = case.secret("R8-0001-7K3Q");
    let seen = |case: &Case, head: B64<32>, ordinal: u8| {
        let reporting =
            Reporting { ledger_head: head, ordinal, ..reporting(ReceiptKind::PartialReturn, noon()) };
        case.signed("R8-0001-7K3Q", reporting, &secret, &SigningKey::generate(&TestEntropy::new(50)))
    };
    let known = case.ledger.last_line_sha256();
    let good = seen(&case, known, 1);
    case.confirm(&good, None, noon()).unwrap();
    let findings = |case: &Case| Register::project(case.ledger.events()).findings.len();
    assert_eq!(findings(&case), 0, "a head that is the ledger's own");
    let ahead = seen(&case, B64([7; 32]), 2);
    case.confirm(&ahead, None, noon()).unwrap();
    assert_eq!(findings(&case), 1, "a head that this ledger never had");
    // The ledger lost the sealing itself: only the office's own master gives such a proof.
    let lost = case.receipt("R8-0009-ZZZZ", ReceiptKind::Return, noon(), &case.secret("R8-0009-ZZZZ"));
    assert_eq!(case.confirm(&lost, None, noon()), Err("receipt_lost_bundle"));
}

#[test]
fn who_can_have_made_a_report_is_told_apart() {
    let mut case = case();
    let of_slot = |slot, ordinal| Reporting {
        holder: Holder::of_slot(slot),
        ordinal,
        ..reporting(ReceiptKind::Retention, noon())
    };
    let stranger = SigningKey::generate(&TestEntropy::new(52));
    let (passphrase, key) = (case.secret("R8-0001-7K3Q"), case.secret_of("R8-0001-7K3Q", KEY_SLOT));
    let receipts = [
        case.signed("R8-0001-7K3Q", of_slot(PASSPHRASE_SLOT, 1), &passphrase, &stranger),
        case.signed("R8-0001-7K3Q", of_slot(KEY_SLOT, 1), &key, &device()),
        case.signed("R8-0001-7K3Q", of_slot(KEY_SLOT, 2), &key, &stranger),
    ];
    for receipt in receipts {
        case.confirm(&receipt, None, noon()).unwrap();
    }
    let register = Register::project(case.ledger.events());
    let disclosure = &register.disclosures[&id("R8-0001-7K3Q")];
    let makers: Vec<Maker> = disclosure.reports.iter().map(|report| report.maker).collect();
    assert_eq!(makers, [Maker::Passphrase, Maker::RecipientKey, Maker::OtherKey]);
    assert!(disclosure.concerns().contains(&Concern::OtherKey), "which must be answered");
    // Whoever opens one slot cannot report for the other, and the office for nobody.
    let forged = case.signed("R8-0001-7K3Q", of_slot(KEY_SLOT, 3), &passphrase, &device());
    assert_eq!(case.confirm(&forged, None, noon()), Err("receipt_no_access"));
    let own = case.signed("R8-0001-7K3Q", of_slot(KEY_SLOT, 3), &key, &case.office.keys.signing);
    assert_eq!(case.confirm(&own, None, noon()), Err("receipt_office_key"));
}

/// Two parts come back on one day, and each is a report.
#[test]
fn several_reports_of_one_kind_and_day_are_told_apart() {
    let mut case = case();
    let secret = case.secret("R8-0001-7K3Q");
    let part = |case: &Case, ordinal, note: &str| {
        let mut part = reporting(ReceiptKind::PartialReturn, noon());
        part.ordinal = ordinal;
        part.report.note = note.into();
        case.signed("R8-0001-7K3Q", part, &secret, &SigningKey::generate(&TestEntropy::new(50)))
    };
    let (first, second) = (part(&case, 1, "USB-07"), part(&case, 2, "USB-08"));
    assert!(case.confirm(&first, None, noon()).is_ok());
    assert!(case.confirm(&second, None, noon()).is_ok());
    assert_eq!(case.confirm(&second, None, noon()), Err("receipt_duplicate"));
    let other = part(&case, 2, "USB-09");
    assert_eq!(case.confirm(&other, None, noon()), Err("receipt_conflict"));
}

#[test]
fn a_receipt_goes_through_symbols_in_any_order_and_not_altered() {
    let case = case();
    let mut said = reporting(ReceiptKind::Return, noon());
    for n in 0..200 {
        let what = Happening::Played { clip: 0, from_ms: n * 7919 % 100_000, to_ms: n * 104_729 % 200_000 };
        said.log.push(&[1; 32], &LogEntry { at: noon().plus_secs(n), what });
    }
    let secret = case.secret("R8-0001-7K3Q");
    let jws = case.signed("R8-0001-7K3Q", said, &secret, &SigningKey::generate(&TestEntropy::new(50)));
    let symbols = symbols_of(&jws).unwrap();
    assert!((2..=16).contains(&symbols.len()), "{}", symbols.len());
    let allowed = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || "/:".contains(c);
    assert!(symbols.iter().all(|text| text.chars().all(allowed)), "letters that a symbol packs tightly");
    let mut set = SymbolSet::default();
    let read: Vec<_> = symbols.iter().rev().map(|text| set.add(text).unwrap()).collect();
    assert_eq!(read.into_iter().flatten().collect::<Vec<_>>(), [jws]);
    assert_eq!(set.add(&symbols[0]), Ok(None), "what is read once more begins anew");
    assert_eq!(set.progress(), (1, symbols.len()));
    // Another document's symbols do not mix with it.
    let other = case.receipt("R8-0001-7K3Q", ReceiptKind::Return, noon(), &secret);
    let others = symbols_of(&other).unwrap();
    assert_eq!(set.add(&others[0]).unwrap().is_some(), others.len() == 1);
    let code = |text: &str| SymbolSet::default().add(text).map(|_| ()).map_err(|error| error.code());
    assert_eq!(code("FUIN1:R8-0001-7K3Q:0000"), Err("symbol_form"));
    assert_eq!(code(&symbols[0].replace("1/", "99/")), Err("symbol_form"));
    let mut set = SymbolSet::default();
    let bent = symbols.iter().enumerate().map(|(n, text)| {
        let last = if text.ends_with('A') { 'B' } else { 'A' };
        if n == 0 { format!("{}{last}", &text[..text.len() - 1]) } else { text.clone() }
    });
    let ends: Vec<_> = bent.map(|text| set.add(&text).map_err(|error| error.code())).collect();
    assert_eq!(ends.last(), Some(&Err("symbol_content")));
}

#[test]
fn one_line_is_proved_without_the_others() {
    let case = case();
    let key = &case.office.keys.signing;
    let proof = Proof::make(&case.ledger, 1, key).unwrap();
    let read = Proof::check(&proof).unwrap();
    assert_eq!((read.event.seq, read.lines, read.signer), (1, 3, key.public()));
    assert!(proof.len() < 3000, "{} bytes", proof.len());
    for (n, line) in case.ledger.lines().iter().enumerate().filter(|(n, _)| *n != 1) {
        let shown = data_encoding::BASE64.encode(line.as_str().as_bytes());
        assert!(!proof.contains(&shown), "line {n} is not shown");
    }
    assert!(Proof::make(&case.ledger, 3, key).is_none());
    let code = |text: &str| Proof::check(text).err().map(|error| error.code());
    assert_eq!(code(&proof.replace("index 1", "index 2")), Some("proof_path"));
    assert_eq!(code(&proof.replace("index 1", "index 01")), Some("proof_form"));
    assert_eq!(code(&proof.replace("\n3\n", "\n4\n")), Some("proof_checkpoint"), "the size is signed");
    assert_eq!(code(&proof.replace("tlog-proof@v1", "tlog-proof@v2")), Some("proof_form"));
    let lines: Vec<&str> = proof.lines().collect();
    let without = |n: usize| [&lines[..n], &lines[n + 1..]].concat().join("\n") + "\n";
    assert_eq!(code(&without(3)), Some("proof_path"), "a hash less");
    // Another office's checkpoint over the same lines.
    let stranger = SigningKey::generate(&TestEntropy::new(60));
    assert_eq!(code(&Proof::make(&case.ledger, 1, &stranger).unwrap()), Some("proof_checkpoint"));
    let other = Proof::make(&case.ledger, 2, key).unwrap();
    let mixed =
        [proof.split_once("index").unwrap().0, "index", other.split_once("index").unwrap().1].concat();
    assert_eq!(code(&mixed), Some("proof_path"), "another line under a good path");
    // A cosignature of somebody else beside the office's says nothing, and harms nothing.
    assert_eq!(code(&format!("{proof}— witness.example AAAAAAAA\n")), None);
}
