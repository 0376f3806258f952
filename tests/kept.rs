//! One document of each kind, kept for ever in `vectors/kept`: what was once written opens in every later version, and in
//! the second implementation (`interop/`). `FUIN_BLESS=1 cargo test --test kept` writes them anew, as long as the format
//! may change.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use fuin_core::{
    B64, BundleId, BundleWriter, CertificateStanding, CertificationRecord, Coded, EventBody, ExtensionCode,
    Happening, Holder, Jws, KeptKey, Ledger, LedgerEvent, LedgerReading, Lock, LogEntry, Office, OfficeCard,
    OfficeKeyFile, OfficeLabel, Opened, Passphrase, PictureTaken, Receipt, ReceiptCode, ReceiptFacts,
    ReceiptKind, RecipientKeyFile, RecipientKeys, RecipientPublicKeys, Register, Report, Reported, Reporting,
    RequestFile, Roots, Sealed, Secret32, Slot, SlotKeys, TicketOf, Typ, VerifiedReceipt,
    VerifiedRequestFile, ViewingLog, sha256,
};
use fuin_tests::{
    PASSPHRASE, TestEntropy,
    all_events::{closing, complaint, destruction, events, request, united},
    authority::Authority,
    bundle_id, day, desk_key, noon, plan, seal_signed, sealed_event, seeds,
};
use serde_json::{Value, json};

const OFFICE_WORDS: &str = "a long office passphrase";
const NEW_OFFICE_WORDS: &str = "words of the office's second key";
const KEY_WORDS: &str = "a recipient's own words";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/kept")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

fn expected() -> Value {
    serde_json::from_str(&read("expected.json")).unwrap()
}

fn ticket_id() -> BundleId {
    BundleId::try_from("R8-0002-ABCD".to_owned()).unwrap()
}

fn office() -> Office {
    let label = OfficeLabel { name: "港区防災課".into(), contact: "03-0000-0000".into() };
    Office::found(&TestEntropy::new(70), label, "minato", Passphrase::new(OFFICE_WORDS), noon()).unwrap()
}

/// The office with its second key, and what the first says of it.
fn office_later(office: &Office) -> (Office, Jws) {
    let card = OfficeCard::verify(&office.key_file.card).unwrap().0;
    let words = Passphrase::new(NEW_OFFICE_WORDS);
    Office::with_new_key(&TestEntropy::new(77), &office.keys, &card, words, (noon(), false)).unwrap()
}

fn key_file(keys: &RecipientKeys) -> RecipientKeyFile {
    RecipientKeyFile::seal(&TestEntropy::new(74), keys, Passphrase::new(KEY_WORDS)).unwrap()
}

/// The certification of an office's key, with what was said of the certificates.
fn certification(office: &Office) -> CertificationRecord {
    let authority = Authority::get("p256");
    let key = office.keys.signing.public();
    let record = authority.certify("chain.pem", "office", ("港区防災課", &key), noon()).unwrap();
    CertificationRecord::new(record.document, &authority.said(&["root.crl", "good.ocsp", "clean.crl"]))
}

/// A certified and time-stamped bundle with a slot of each kind, and one of a later version; a clip of one segment and a
/// clip of two.
fn bundle(office: &Office, keys: &RecipientKeys, certification: &CertificationRecord) -> Vec<u8> {
    let bundle = unstamped(office, keys, certification);
    let opened = Sealed::read(bundle.as_slice()).unwrap().open_with_key(&keys.agreement).unwrap();
    let manifest = opened.verify().unwrap().signed_manifest().clone();
    let stamp = Authority::get("p256").stamp(&manifest);
    let (kept, tail) = Sealed::read(bundle.as_slice()).unwrap().with_time_stamp(&manifest, &stamp).unwrap();
    [&bundle[..kept as usize], &tail].concat()
}

fn unstamped(office: &Office, keys: &RecipientKeys, certification: &CertificationRecord) -> Vec<u8> {
    let clips = [seeds::small_clip(), fuin_tests::clip((1 << 18) + 1)];
    let mut plan = plan(0);
    plan.standing.certification = Some(certification.clone());
    plan.extension = office.keys.master().extensions(&bundle_id()).anchor();
    let mut second = plan.clips[0].clone();
    second.note.file_name = "二番.mp4".into();
    plan.clips.push(second);
    for (planned, clip) in plan.clips.iter_mut().zip(&clips) {
        planned.bytes = clip.len() as u64;
    }
    let pairs: Vec<(&[u8], &[u8])> = clips.iter().map(|clip| (clip.as_slice(), clip.as_slice())).collect();
    let slots = |id: &str, bundle_key: &Secret32| {
        let device = RecipientPublicKeys::parse(&key_file(keys).public_keys().to_json()).unwrap();
        let locks = [Lock::Passphrase(Passphrase::new(PASSPHRASE)), Lock::for_device(&device).unwrap()];
        let id = BundleId::try_from(id.to_owned()).unwrap();
        let shut = |(slot, lock): (u32, &Lock)| {
            let receipt_secret = office.keys.master().receipt_secret(&id, &Holder::of_slot(slot));
            let keys = SlotKeys { bundle_key: bundle_key.clone(), receipt_secret };
            lock.shut(&TestEntropy::new(71 + u64::from(slot)), &id, &keys).unwrap()
        };
        let mut slots: Vec<_> = (0..).zip(&locks).map(shut).collect();
        slots.push(serde_json::from_str(r#"{"type":"recipient_key_mlkem768p256","sealed":"…"}"#).unwrap());
        slots
    };
    seal_signed(plan, &pairs, &office.keys.signing, slots, |payload, key| key.sign(Typ::Manifest, &payload))
        .unwrap()
}

/// A ticket for that bundle by the office's second key, for the recipient's key, to the end of the next year.
fn ticket(
    (office, change): (&Office, &Jws),
    keys: &RecipientKeys,
    bundle_key: &Secret32,
    manifest_sha256: [u8; 32],
) -> Vec<u8> {
    let entropy = TestEntropy::new(75);
    let mut plan = plan(1);
    let of = std::mem::replace(&mut plan.bundle_id, ticket_id());
    plan.extension = office.keys.master().extensions(&plan.bundle_id).anchor();
    plan.ticket_of = Some(TicketOf { bundle_id: of, manifest_sha256: B64(manifest_sha256) });
    plan.clips.clear();
    plan.standing.key_changes = vec![change.clone()];
    plan.terms.not_after = day("2027-12-31").end();
    let receipt_secret = office.keys.master().receipt_secret(&ticket_id(), &Holder::of_slot(0));
    let wrapped = SlotKeys { bundle_key: bundle_key.clone(), receipt_secret };
    let slot = Slot::for_recipient(&entropy, &keys.agreement.public(), plan.bundle_id.as_str(), &wrapped);
    let key = bundle_key.clone();
    let signer = office.keys.signing.public();
    let writer = BundleWriter::new(Vec::new(), &entropy, plan, key, vec![slot], signer).unwrap();
    let unsigned = writer.unsigned_manifest().unwrap();
    let signature = office.keys.signing.sign_bytes(unsigned.signing_input());
    writer.finish(&entropy, &unsigned.attach(&signature).unwrap()).unwrap()
}

fn facts<'a>(id: &'a BundleId, manifest_sha256: [u8; 32], secret: &'a Secret32) -> ReceiptFacts<'a> {
    ReceiptFacts { bundle_id: id, manifest_sha256, secret }
}

fn receipt(
    kind: ReceiptKind,
    manifest_sha256: [u8; 32],
    secret: &Secret32,
    keys: &RecipientKeys,
) -> (Jws, ReceiptCode) {
    let mut log = ViewingLog::default();
    let sha256 = || fuin_core::sha256_hex(b"png");
    let picture = || PictureTaken { clip: 0, picture: 3, sha256: sha256() };
    let all = [
        Happening::Began,
        Happening::Opened { by: "例示花子".into(), session: "K3Q7ABCD".parse().unwrap() },
        Happening::Played { clip: 0, from_ms: 0, to_ms: 1500 },
        Happening::Still(picture()),
        Happening::Printed(picture()),
        Happening::Exported { clip: 1, sha256: sha256() },
        Happening::ExportUndone { clip: 1 },
        Happening::Extended { until: day("2027-02-28") },
        Happening::Refused { code: "expired".into() },
        Happening::Anomaly { code: "clock_backwards".into() },
        Happening::Reported { kind: ReceiptKind::Delivery },
    ];
    for what in all {
        log.push(&manifest_sha256, &LogEntry { at: noon(), what });
    }
    let report = Report { reporter: "例示花子".into(), copies: "なし".into(), ..Report::default() };
    let holder = Holder::of_slot(1);
    let reporting = Reporting {
        holder,
        ledger_head: B64([0; 32]),
        kind,
        at: noon().plus_secs(60),
        ordinal: 2,
        report,
        log,
    };
    let (unsigned, code) =
        Receipt::unsigned(&facts(&bundle_id(), manifest_sha256, secret), reporting, &keys.signing.public())
            .unwrap();
    let signature = keys.signing.sign_bytes(unsigned.signing_input());
    (unsigned.attach(&signature).unwrap(), code)
}

fn bless() {
    fs::create_dir_all(folder()).unwrap();
    let write = |name: &str, content: &[u8]| fs::write(folder().join(name), content).unwrap();
    let office = office();
    let keys = RecipientKeys::generate(&TestEntropy::new(73));
    let key_file = key_file(&keys);
    let certification = certification(&office);
    let bundle = bundle(&office, &keys, &certification);
    let opened = Sealed::read(bundle.as_slice())
        .unwrap()
        .open_with_key(&keys.agreement)
        .and_then(Opened::verify)
        .unwrap();
    let (manifest_sha256, secret) = (opened.manifest_sha256(), opened.receipt_secret().clone());
    write("bundle.fuin", &bundle);
    write("certification.jws", certification.document.as_str().as_bytes());
    let stamp = opened.time_stamp().unwrap();
    write("manifest.tst", stamp.der());
    for name in ["root.pem", "root.crl", "good.ocsp"] {
        write(name, &Authority::get("p256").file(name));
    }
    // The key that `seal_signed` draws.
    let bundle_key = Secret32::random(&TestEntropy::new(1));
    let (later, change) = office_later(&office);
    write("ticket.ticket", &ticket((&later, &change), &keys, &bundle_key, manifest_sha256));
    let kept =
        KeptKey::seal(&TestEntropy::new(76), &office.keys.master().keeper(), &bundle_id(), &bundle_key);
    write("bundle.key", kept.to_json().as_bytes());
    write("office.key", office.key_file.to_json().as_bytes());
    write("office-2.key", later.key_file.to_json().as_bytes());
    write("card.jws", office.key_file.card.as_str().as_bytes());
    write("recipient.key", key_file.to_json().as_bytes());
    write("recipient.key.pub", key_file.public_keys().to_json().as_bytes());
    let (agreement, signing) = (keys.agreement.public(), keys.signing.public());
    let unsigned =
        RequestFile::unsigned(request(), "minato", &[], noon(), Some(&agreement), &signing).unwrap();
    let signature = keys.signing.sign_bytes(unsigned.signing_input());
    let wish = unsigned.attach(&signature).unwrap();
    write("request.jws", wish.as_str().as_bytes());
    let mut codes = serde_json::Map::new();
    for kind in ReceiptKind::ALL {
        let (jws, code) = receipt(*kind, manifest_sha256, &secret, &keys);
        write(&format!("receipt-{}.jws", kind.name()), jws.as_str().as_bytes());
        codes.insert(kind.name().into(), code.to_string().into());
    }
    let mut ledger = Ledger::default();
    let (returned, _) = receipt(ReceiptKind::Return, manifest_sha256, &secret, &keys);
    for event in events(&office, sealed_event(manifest_sha256), &returned, &certification) {
        // One line is by the desk that was enrolled before.
        let by_desk = matches!(event, EventBody::Claimed { .. });
        let key = if by_desk { &desk_key() } else { &office.keys.signing };
        ledger.append(noon(), "取扱者", event, key).unwrap();
    }
    let union = united(&ledger, &office.keys.signing);
    for event in union.into_iter().chain([complaint(), closing()]) {
        ledger.append(noon(), "取扱者", event, &office.keys.signing).unwrap();
    }
    // The complaint is the line before the closing.
    let line = ledger.lines().len() - 1;
    let hash = sha256(&sha256(ledger.lines()[line - 1].as_str().as_bytes()));
    ledger.append(noon(), "取扱者", destruction(line as u64, hash), &office.keys.signing).unwrap();
    let card = later.key_file.card.clone();
    let changed = EventBody::KeyChanged { card, change, reason: "担当者の異動".into() };
    ledger.append(noon(), "管理責任者", changed, &office.keys.signing).unwrap();
    let ledger = ledger.without_destroyed().unwrap();
    let head = ledger.signed_head(&later.keys.signing);
    write("ledger.jsonl", ledger.export(&head).as_bytes());
    let expected = json!({
        "passphrases": { "bundle": PASSPHRASE, "office": OFFICE_WORDS, "office-2": NEW_OFFICE_WORDS, "recipient": KEY_WORDS },
        "bundle_id": bundle_id(),
        "manifest_sha256": B64(manifest_sha256),
        "ticket_id": ticket_id(),
        "extension": { "days": 30, "code": office.keys.master().extensions(&bundle_id()).code(30).unwrap().to_string() },
        "clips": opened.manifest().clips.iter().map(|clip| clip.content.sha256.clone()).collect::<Vec<_>>(),
        "recipient": opened.manifest().recipient.line(),
        "office_key": office.keys.signing.public().thumbprint(),
        "office_key_2": later.keys.signing.public().thumbprint(),
        "request_number": VerifiedRequestFile::number(&wish),
        "codes": codes,
        "receipt": { "at": noon().plus_secs(60), "ordinal": 2, "holder": "slot/2" },
        "certified": { "path": ["例示市長", "試験 組織認証局", "試験 ルート認証局"], "stamped": stamp.at() },
        "events": ledger.events().len(),
        "head": ledger.last_line_sha256(),
        "qr": ReceiptCode::qr_text(&bundle_id(), "0000-0000-0000-0000-0000"),
    });
    write("expected.json", serde_json::to_string_pretty(&expected).unwrap().as_bytes());
}

#[test]
fn what_was_once_written_is_read() {
    if std::env::var_os("FUIN_BLESS").is_some() {
        bless();
    }
    let expected = expected();
    let file = RecipientKeyFile::parse(&read("recipient.key")).unwrap();
    let keys = file.open(&Passphrase::new(KEY_WORDS)).unwrap();
    let sealed = || Sealed::read(fs::read(folder().join("bundle.fuin")).unwrap()).unwrap();
    let by_passphrase =
        sealed().open_with_passphrase(&Passphrase::new(PASSPHRASE)).and_then(Opened::verify).unwrap();
    let by_key = sealed().open_with_key(&keys.agreement).and_then(Opened::verify).unwrap();
    assert_eq!((by_passphrase.slot(), by_key.slot()), (0, 1));
    assert_eq!(json!(B64(by_key.manifest_sha256())), expected["manifest_sha256"]);
    assert_eq!(json!(by_key.office_key().thumbprint()), expected["office_key"]);
    let clips: Vec<_> = by_key.manifest().clips.iter().map(|clip| clip.content.sha256.clone()).collect();
    assert_eq!(json!(clips), expected["clips"]);

    let roots = Roots::read([read("root.pem").as_bytes()]).unwrap();
    let stamp = by_key.time_stamp().unwrap();
    assert!(stamp.vouched_by(&roots, &[]).is_ok());
    assert_eq!(json!(stamp.at()), expected["certified"]["stamped"]);
    let identity = by_key
        .certification()
        .unwrap()
        .judge(&roots, &[], by_key.manifest().issued_at, Some(stamp.at()))
        .unwrap();
    assert_eq!(identity.standing, CertificateStanding::Good);
    assert_eq!(json!(identity.path), expected["certified"]["path"]);

    let ticket = Sealed::read(fs::read(folder().join("ticket.ticket")).unwrap()).unwrap();
    let ticket = ticket.open_with_key(&keys.agreement).and_then(Opened::verify).unwrap();
    assert_eq!(json!(ticket.office_key().thumbprint()), expected["office_key_2"]);
    assert!(ticket.keys_before().end_of(by_key.office_key()).is_some_and(|change| !change.exposed));
    let mut shown = ticket.with_bundle(sealed()).unwrap();
    assert_eq!(shown.manifest().clips, by_key.manifest().clips);
    assert_eq!(json!(shown.manifest().bundle_id), expected["ticket_id"]);

    let (office, card) =
        OfficeKeyFile::parse(&read("office.key")).unwrap().open(&Passphrase::new(OFFICE_WORDS)).unwrap();
    assert_eq!(OfficeCard::verify(&Jws::new(&read("card.jws"))).unwrap().0, card);
    let (later, _) = OfficeKeyFile::parse(&read("office-2.key"))
        .unwrap()
        .open(&Passphrase::new(NEW_OFFICE_WORDS))
        .unwrap();
    assert_eq!(later.masters()[0].secret(), office.master().secret());
    let wish = Jws::new(&read("request.jws"));
    let asked = VerifiedRequestFile::verify(&wish).unwrap();
    assert_eq!(json!(VerifiedRequestFile::number(&wish)), expected["request_number"]);
    assert_eq!(asked.device_keys(), Some(RecipientPublicKeys::parse(&read("recipient.key.pub")).unwrap()));

    let kept = KeptKey::parse(&read("bundle.key")).unwrap();
    assert_eq!(
        kept.open(&office.master().keeper(), &bundle_id()),
        Ok(Secret32::random(&TestEntropy::new(1)))
    );
    let code = ExtensionCode::parse(expected["extension"]["code"].as_str().unwrap()).unwrap();
    assert_eq!(office.master().extensions(&bundle_id()).code(30), Some(code));
    let mut extended = by_passphrase;
    assert_eq!(extended.extend(&code), Ok(day("2027-02-28")));
    assert_eq!(shown.extend(&code).unwrap_err().code(), "extension_other");

    let secret = office.master().receipt_secret(&bundle_id(), &Holder::of_slot(1));
    for kind in ReceiptKind::ALL {
        let bytes = fs::read(folder().join(format!("receipt-{}.jws", kind.name()))).unwrap();
        let (_, read) = VerifiedReceipt::read(&bytes).unwrap();
        let said = Reported { kind: *kind, day: noon().day(), ordinal: 2 };
        assert_eq!((read.receipt.reported(), read.signer), (said, keys.signing.public()));
        let log = &read.receipt.log;
        assert_eq!((log.count, log.happenings().count()), (11, 11), "an entry of every kind");
        let code = ReceiptCode::parse(expected["codes"][kind.name()].as_str().unwrap()).unwrap();
        assert_eq!(code.verify(&facts(&bundle_id(), by_key.manifest_sha256(), &secret)), Ok(said));
    }
    let (ledger, head) = Ledger::read_export(
        LedgerReading::new(read("ledger.jsonl").as_bytes(), None),
        &later.signing.public(),
    )
    .unwrap();
    assert_eq!(json!(ledger.events().len()), expected["events"]);
    assert!(head.verify(Typ::LedgerHead).is_ok());
    let disclosure = &Register::project(ledger.events()).disclosures[&bundle_id()];
    assert!(
        disclosure.reports[0].time_stamp.as_ref().is_some_and(|stamp| stamp.authority == "試験 時刻認証局")
    );
    // Reports that are owed are of three kinds.
    let kind = |event: &LedgerEvent| {
        let said = json!(event.event);
        format!("{} {}", said["kind"], said["report"]["of"])
    };
    let kinds: BTreeSet<String> = ledger.events().iter().map(kind).collect();
    assert_eq!(kinds.len(), ledger.events().len(), "an event of every kind");
}
