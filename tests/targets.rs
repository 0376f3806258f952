//! What is fuzzed: one function for each parser that meets bytes from outside. `mutation.rs` gives them the same
//! mutants in every run; `fuzz/` gives them to libFuzzer, which looks for new paths (`make fuzz`).
//!
//! Each stops the process when a promise is broken; a refusal is a right answer.

use data_encoding::BASE32_NOPAD;
use fuin_core::{
    BundleId, CertificationRecord, Cut, CutOrder, EventBody, ExtensionCode, Header, Index, Jws, KeptKey,
    KeyChange, KeyHistory, Ledger, LedgerReading, MediaError, OfficeCard, OfficeKeyFile, Opened, Passphrase,
    Proof, RandomAccess, ReceiptCode, RecipientKeyFile, RecipientPublicKeys, Register, Request, Revocation,
    Roots, RuleSet, Sealed, Secret32, SigningKey, SymbolSet, TimeStamp, Typ, UnsignedCertification,
    VerifiedReceipt, VerifiedRequestFile, Via, Yearly, symbols_of,
};
use fuin_decoders::{Avc, Decode, Hevc, Mpeg2, Mpeg4};

use crate::{
    clip, office_key, plan, recipient_key, seal_signed,
    seeds::{self, SMALL, recipient_slot},
    unpacked::Unpacked,
};

/// `header.json`: what anybody can write who finds a stick.
pub fn header(bytes: &[u8]) {
    let _ = Header::parse(bytes);
}

/// A whole file, opened with the recipient's key as far as it lets itself be opened. The recipient's key is quick; a
/// changed passphrase slot would ask for real work each time.
pub fn container(bytes: &[u8]) {
    if let Ok(sealed) = Sealed::read(bytes) {
        let _ = sealed.open_with_key(&recipient_key()).and_then(Opened::verify);
    }
}

/// A manifest that the office's key signed and that says something else: what an insider could write. The manifest of
/// [`crate::sealed_bundle`] is replaced by `payload`, cut or filled with white space to its length.
pub fn manifest(payload: &[u8]) {
    let plain = clip(SMALL);
    let sign = |good: Vec<u8>, office: &SigningKey| {
        let mut payload = payload.to_vec();
        payload.resize(good.len(), b' ');
        office.sign(Typ::Manifest, &payload)
    };
    let bundle = seal_signed(plan(SMALL as u64), &[(&plain, &plain)], &office_key(), recipient_slot, sign);
    if let Ok(bundle) = bundle {
        container(&bundle);
    }
}

/// A clip: what an index says lies inside the file, a sample that is read is prepared for its decoder, and the index
/// comes back from its bytes.
pub fn footage(bytes: &[u8]) {
    let index = read_index(bytes);
    let again = Index::parse(&index.to_bytes(), bytes.len() as u64);
    assert!(
        again.as_ref().is_ok_and(|again| *again == index),
        "an index comes back from its bytes: {:?}",
        again.err()
    );
    for video in &index.videos {
        for sample in video.samples.iter().filter(|sample| !sample.is_missing) {
            let (offset, span) = video.span(sample);
            let data = bytes.get(offset as usize..offset as usize + span);
            #[expect(clippy::expect_used, reason = "this is what is tested")]
            let data = video.gather(sample, data.expect("a sample lies inside the file").to_vec());
            assert_eq!(data.len(), sample.size as usize, "its pieces are all of it");
            let _ = video.codec_of(sample).prepare(data, sample.is_sync);
        }
    }
    cut(bytes, index);
}

/// A part of a clip, whatever its index says: it can be read from its first byte to its last, and is read again.
fn cut(bytes: &[u8], index: Index) {
    let order = CutOrder { from: 500_000, to: 2_000_000, sound: true };
    let Ok(cut) = Cut::new(bytes, index, &order, &mut |_| true) else { return };
    let mut part = vec![0; cut.len() as usize];
    assert!(cut.read_exact_at(0, &mut part).is_ok(), "what was measured can be read");
    let again = read_index(&part);
    assert!(!again.videos.is_empty(), "a part has pictures: {:?}", again.refusal);
}

/// The bytes of an index: what is read is what its bytes say, and nothing else says it.
pub fn index(bytes: &[u8]) {
    let clip_bytes = seeds::small_clip().len() as u64;
    if let Ok(index) = Index::parse(bytes, clip_bytes) {
        assert!(
            Index::parse(&index.to_bytes(), clip_bytes).is_ok_and(|again| again == index),
            "it comes back from its bytes"
        );
        for video in &index.videos {
            let inside = |s: &fuin_core::Sample| s.offset + video.span(s).1 as u64 <= clip_bytes;
            assert!(video.samples.iter().all(|s| s.is_missing || inside(s)), "inside the clip");
        }
    }
}

/// The rows of an index, of three pictures or of one, packed as they are in a file: what [`index`] mostly does not
/// reach, because what is packed seldom survives a change.
pub fn rows(bytes: &[u8]) {
    let good = seeds::small_index();
    for mut unpacked in [Unpacked::of(&good), Unpacked::of_one_picture(&good)] {
        unpacked.rows = bytes.to_vec();
        index(&unpacked.index());
    }
}

/// The index of a clip in memory. It asks for no byte outside the file.
#[expect(clippy::expect_used, reason = "this is what is tested")]
pub fn read_index(bytes: &[u8]) -> Index {
    fuin_core::builders::build(&bytes, &mut |_| true).expect("what is asked for lies inside the file")
}

/// The index of a clip that can be played; otherwise why it cannot.
pub fn playable(bytes: &[u8]) -> Result<Index, MediaError> {
    read_index(bytes).playable()
}

/// A picture with a QR symbol, in rows of `width` pixels, and what is typed from it.
pub fn qr(width: u8, pixels: &[u8]) {
    let width = usize::from(width).max(1);
    let height = pixels.len() / width;
    for text in fuin_model::read_qrs(width as u32, height as u32, pixels[..width * height].to_vec()) {
        typed(text.as_bytes());
    }
}

/// What people type or symbols say: numbers, codes, passphrases, pieces of a report.
pub fn typed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(id) = BundleId::parse_typed(&text) {
        assert_eq!(BundleId::parse_typed(id.as_str()), Some(id.clone()), "a number is read as it is written");
    }
    if let Ok(code) = ReceiptCode::parse(&text) {
        assert_eq!(ReceiptCode::parse(&code.to_string()), Ok(code), "a code is read as it is written");
    }
    if let Ok(code) = ExtensionCode::parse(&text) {
        assert_eq!(ExtensionCode::parse(&code.to_string()), Ok(code), "and so is this");
    }
    let _ = ReceiptCode::from_qr_text(&text);
    let _ = Passphrase::new(&text);
    let _ = SymbolSet::default().add(&text);
}

/// Pieces of a report that fit each other, whatever they say.
pub fn symbols(packed: &[u8]) {
    let packed = BASE32_NOPAD.encode(packed);
    let name = BASE32_NOPAD.encode(&fuin_core::sha256(packed.as_bytes())[..5]);
    let piece = |at: usize| packed.get(at..packed.len().min(at + 450));
    let pieces: Vec<&str> = (0..packed.len()).step_by(450).filter_map(piece).collect();
    let mut set = SymbolSet::default();
    for (n, piece) in pieces.iter().enumerate() {
        if let Ok(Some(jws)) = set.add(&format!("FUIN2:{name}:{}/{}:{piece}", n + 1, pieces.len())) {
            receipt(jws.as_str().as_bytes());
        }
    }
}

/// A file that came as a receipt.
pub fn receipt(bytes: &[u8]) {
    let _ = fuin_core::evidence_of(bytes);
    if let Ok((jws, receipt)) = VerifiedReceipt::read(bytes) {
        recorded(&jws, &receipt);
    }
}

/// A receipt that a key signed, whatever it says: what somebody could write who opened the bundle.
pub fn signed_receipt(payload: &[u8]) {
    let jws = office_key().sign(Typ::Receipt, payload);
    if let Ok(receipt) = VerifiedReceipt::verify(&jws) {
        recorded(&jws, &receipt);
    }
}

/// What the office says of a receipt that it took in.
fn recorded(jws: &Jws, VerifiedReceipt { receipt, .. }: &VerifiedReceipt) {
    let mut sealed = crate::sealed_event(receipt.manifest_sha256.0);
    sealed.bundle_id = receipt.bundle_id.clone();
    let reported = receipt.reported();
    let accepted = EventBody::ReceiptAccepted {
        bundle_id: receipt.bundle_id.clone(),
        receipt: reported.kind,
        day: reported.day,
        ordinal: reported.ordinal,
        holder: receipt.holder.clone(),
        via: Via::File,
        evidence: jws.as_str().to_owned(),
    };
    told(&[EventBody::Sealed(Box::new(sealed)), accepted.clone(), accepted]);
    let _ = symbols_of(jws);
}

/// What follows from events that were recorded one after the other.
fn told(events: &[EventBody]) {
    let (key, mut ledger) = (office_key(), Ledger::default());
    for event in events {
        let _ = ledger.append(crate::noon(), "取扱者", event.clone(), &key);
    }
    follows(&ledger);
}

fn follows(ledger: &Ledger) {
    let register = Register::project(ledger.events());
    for disclosure in register.disclosures.values() {
        for concern in disclosure.concerns() {
            let _ = concern.japanese();
        }
        for log in disclosure.reports.iter().filter_map(|report| report.log.as_ref()) {
            log.happenings().for_each(|entry| drop(entry.to_string()));
        }
    }
    let Ok(rules) = RuleSet::builtin("minato") else { return };
    let today = crate::noon().day();
    let _ = fuin_core::Today::of(&register, today, &rules);
    for book in fuin_core::Book::ALL {
        let table = book.table(&register, &rules, Some(2026));
        let _ = fuin_core::csv_table(&table.for_paper(*book).for_csv());
    }
    let _ = register.search("a 令和");
    let _ = Yearly::count(ledger.events(), &rules, 2026, today);
    let _ = fuin_core::first_unruly(ledger.events(), 0, "minato");
}

/// A ledger's text, from a folder or from another PC.
pub fn ledger(bytes: &[u8]) {
    let (read, _) = Ledger::read(bytes, None, None);
    follows(&read);
    let _ = Ledger::read_export(LedgerReading::new(bytes, None), &office_key().public());
}

/// Lines of a ledger that the office's key signed, whatever they say.
pub fn events(bytes: &[u8]) {
    let lines = bytes.split(|&byte| byte == b'\n');
    let signed: Vec<String> =
        lines.map(|line| format!("{}\n", office_key().sign(Typ::Event, line).as_str())).collect();
    let (read, _) = Ledger::read(signed.concat().as_bytes(), None, None);
    follows(&read);
}

/// A proof that somebody hands in.
pub fn proof(bytes: &[u8]) {
    let _ = Proof::check(&String::from_utf8_lossy(bytes));
}

/// Key files, cards, and whatever else is a document.
pub fn documents(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = KeptKey::parse(&text).map(|kept| kept.open(&Secret32::new([7; 32]), &crate::bundle_id()));
    let _ = OfficeKeyFile::parse(&text);
    let _ = RecipientKeyFile::parse(&text);
    let _ = RecipientPublicKeys::parse(&text);
    let jws = Jws::new(&text);
    let _ = OfficeCard::verify(&jws);
    let _ = VerifiedRequestFile::verify(&jws);
    // What any key can sign as a key change.
    let change = office_key().sign(Typ::KeyChange, bytes);
    let _ = (KeyChange::verify(&jws), KeyHistory::verify(&[change], &recipient_key().public()));
}

/// Certificates, lists of revoked ones, OCSP answers, time stamps and certifications, each led to itself as a root.
pub fn outside(bytes: &[u8]) {
    let roots = Roots::read([bytes]).unwrap_or_default();
    let said = Revocation::read_all(bytes).unwrap_or_default();
    if let Ok(stamp) = TimeStamp::from_reply(bytes) {
        let _ = (stamp.vouched_by(&roots, &said), stamp.authority(), stamp.serial());
    }
    let document = Jws::new(&String::from_utf8_lossy(bytes));
    let kept = seeds::certification();
    for record in [CertificationRecord::new(document, &[]), CertificationRecord::new(kept, &said)] {
        if let Ok(certification) = record.verify() {
            let _ = certification.judge(&seeds::kept_roots(), &said, crate::noon(), None);
        }
    }
    let _ = UnsignedCertification::resume(bytes);
}

/// A request file that a key signed, whatever it says.
pub fn request(payload: &[u8]) {
    let jws = office_key().sign(Typ::Request, payload);
    let read = VerifiedRequestFile::verify(&jws);
    if let (Ok(read), Ok(rules)) = (read, RuleSet::builtin("minato")) {
        let (request, _) = rules.request_of(&read);
        let _ = (rules.check(&request), request.range_text(), read.device_keys());
    }
}

/// Rule files and requests in TOML.
pub fn toml(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let request = Request::from_toml(&text);
    if let (Ok(request), Ok(rules)) = (&request, RuleSet::builtin("fujisawa")) {
        let _ = rules.check(request);
    }
    if let Ok(rules) = RuleSet::parse(&text) {
        let _ = fuin_core::example_request(&rules);
    }
}

/// A ticket beside the bundle that it should be for.
pub fn ticket(bytes: &[u8]) {
    let Ok(sealed) = Sealed::read(bytes) else { return };
    let Ok(verified) = sealed.open_with_key(&recipient_key()).and_then(Opened::verify) else { return };
    let good = crate::sealed_bundle(300);
    if let Ok(bundle) = Sealed::read(good.as_slice()) {
        let _ = verified.with_bundle(bundle);
    }
}

/// An encrypted message (FORMAT.md §4).
pub fn message(bytes: &[u8]) {
    let _ = fuin_core::decrypt_message(&Secret32::new([7; 32]), b"fuin/1", bytes);
}

/// Decoders in software, on samples of at most 256 bytes each.
pub fn decoders(bytes: &[u8]) {
    fn decode<D: Decode>(bytes: &[u8]) {
        let Ok(mut decoder) = D::begin(&[]) else { return };
        for (number, sample) in (0..).zip(bytes.chunks(256)) {
            let _ = decoder.is_key(sample);
            let _ = decoder.decode(sample, number);
        }
    }
    let Some((which, bytes)) = bytes.split_first() else { return };
    match which % 4 {
        0 => decode::<Avc>(bytes),
        1 => decode::<Hevc>(bytes),
        2 => decode::<Mpeg2>(bytes),
        _ => decode::<Mpeg4>(bytes),
    }
}
