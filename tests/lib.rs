//! What the tests share: repeatable randomness, and a small office that seals a small bundle.

pub mod all_events;
pub mod authenticator;
pub mod authority;
pub mod cluster;
pub mod decoded;
pub mod desk;
pub mod house;
pub mod mutant;
pub mod office;
pub mod outside;
pub mod seeds;
pub mod signing_desk;
pub mod tampered;
pub mod targets;
pub mod unpacked;
pub mod wire;

use std::{
    cell::Cell,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use fuin_core::{
    B64, BundleId, BundleWriter, CHUNK_BYTES, ClipHash, ClipNote, ClipPlan, Day, DecryptError, Entropy,
    Extensions, Grant, Incident, Jws, Lock, MarkStyle, Medium, MessageKey, OddClock, OfficeLabel, Origin,
    PREFIX_BYTES, Passphrase, Plan, PublicKey, Recipient, RecipientKey, Request, Review, RuleSet,
    SEALED_CHUNK_BYTES, SEGMENT_BYTES, Sealed, SealedEvent, Secret32, SigningKey, Slot, SlotKeys, Standing,
    Submission, TAG_BYTES, Terms, Timestamp, Typ, UndertakingDocument, Unsigned, WriteError, example_request,
    sealed_span, sha256, sha256_hex,
};

/// Random-looking bytes that are the same in every run.
#[derive(Debug, Default)]
pub struct TestEntropy(Cell<u64>);

impl TestEntropy {
    /// Starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed << 32))
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(32) {
            let block = sha256(&self.0.get().to_be_bytes());
            self.0.set(self.0.get() + 1);
            for (out, byte) in chunk.iter_mut().zip(block) {
                *out = byte;
            }
        }
    }
}

/// The passphrase of [`sealed_bundle`].
pub const PASSPHRASE: &str = "1234-5678-9012";

/// A time within the viewing period of [`plan`].
pub fn noon() -> Timestamp {
    time("2026-11-23T12:00:00+09:00")
}

/// Parses a time that is known to be one.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a literal time")
}

/// Parses a day that is known to be one.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a literal day")
}

/// The office's key.
pub fn office_key() -> SigningKey {
    SigningKey::generate(&TestEntropy::new(7))
}

/// The key of a desk of its own.
pub fn desk_key() -> SigningKey {
    SigningKey::generate(&TestEntropy::new(31))
}

/// A document with its signature.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn signed(unsigned: Unsigned, key: &SigningKey) -> Jws {
    let signature = key.sign_bytes(unsigned.signing_input());
    unsigned.attach(&signature).expect("a signature by the key that it names")
}

/// The recipient's key.
pub fn recipient_key() -> RecipientKey {
    RecipientKey::generate(&TestEntropy::new(8))
}

/// The number of the bundle of [`plan`].
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn bundle_id() -> BundleId {
    BundleId::try_from("R8-0001-7K3Q".to_owned()).expect("a literal number")
}

/// What is sealed: one clip of `clip_bytes` bytes.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn plan(clip_bytes: u64) -> Plan {
    let recipient = Recipient {
        organization: "見本警察署".into(),
        department: "刑事課".into(),
        person: "例示花子".into(),
    };
    Plan {
        bundle_id: bundle_id(),
        issued_at: time("2026-11-22T10:00:00+09:00"),
        standing: Standing { ledger_head: B64([0; 32]), key_changes: Vec::new(), certification: None },
        office: OfficeLabel { name: "港区防災課".into(), contact: "03-0000-0000".into() },
        rules: "minato".into(),
        recipient: recipient.clone(),
        legal_basis: "CCP_197_2".into(),
        document_number: "港刑第123号".into(),
        purpose: "窃盗被疑事件の捜査".into(),
        range: "正面出入口".into(),
        terms: Terms {
            not_before: time("2026-11-22T10:00:00+09:00"),
            not_after: time("2027-01-29T23:59:59+09:00"),
            return_due: day("2027-01-29"),
            odd_clock: OddClock::Refuse,
            marks: MarkStyle::default(),
            grants: vec![Grant::Print],
            conditions: vec![],
            medium: Medium { kind: "USBメモリ".into(), number: "USB-07".into() },
        },
        extension: Extensions::new(&bundle_id(), &[9; 32]).anchor(),
        ticket_of: None,
        clips: vec![ClipPlan {
            note: ClipNote {
                file_name: "clip.mp4".into(),
                camera: "1番".into(),
                starts_at: Some(time("2026-11-18T21:00:00+09:00")),
                clock_error_secs: -3,
                cut: None,
            },
            bytes: clip_bytes,
            index: Vec::new(),
        }],
        undertaking: UndertakingDocument {
            format: UndertakingDocument::FORMAT.into(),
            items: vec!["適正に管理すること。".into()],
            article: "8条3項".into(),
            addressed_to: "港区防災課".into(),
            recipient,
            purpose: "窃盗被疑事件の捜査".into(),
            submission: Some(Submission {
                submitted_on: day("2026-11-20"),
                signed_by: "署長".into(),
                origin: Origin::Paper,
            }),
            onward_to: String::new(),
            return_due: day("2027-01-29"),
        },
    }
}

/// What the ledger says of a bundle of [`plan`], with a slot for a passphrase.
pub fn sealed_event(manifest_sha256: [u8; 32]) -> SealedEvent {
    let plan = plan(1);
    SealedEvent {
        number: 1,
        bundle_id: plan.bundle_id,
        manifest_sha256: B64(manifest_sha256),
        recipient: plan.recipient,
        range: plan.range,
        not_before: plan.terms.not_before,
        not_after: plan.terms.not_after,
        return_due: plan.terms.return_due,
        medium: plan.terms.medium,
        clips: vec![],
        slots: vec![Lock::Passphrase(Passphrase::new(PASSPHRASE)).record()],
        ticket: None,
        replaces: None,
    }
}

/// An incident of which nothing is said yet.
pub fn incident() -> Incident {
    let empty = String::new;
    Incident {
        bundle_id: None,
        on: noon().day(),
        time: empty(),
        place: empty(),
        what: empty(),
        cause: empty(),
        people: empty(),
        measures: empty(),
        reported_to: empty(),
    }
}

/// The example request as a recipient hands it in: without what only the office may say, and without an undertaking.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn wish(rules: &RuleSet) -> Request {
    let mut request = Request::from_toml(&example_request(rules)).expect("an example");
    request.review = Review::default();
    request.conditions.clear();
    request.clip.clear();
    request.undertaking = None;
    request
}

/// What a slot of a test's bundle wraps.
pub fn slot_keys(bundle_key: &Secret32) -> SlotKeys {
    SlotKeys { bundle_key: bundle_key.clone(), receipt_secret: Secret32::new([42; 32]) }
}

/// Seals clips under a plan, with a passphrase slot and a recipient-key slot.
pub fn seal(plan: Plan, clips: &[&[u8]]) -> Result<Vec<u8>, WriteError> {
    seal_with(plan, clips, &office_key(), &recipient_key().public())
}

/// As [`seal`], with these keys.
pub fn seal_with(
    plan: Plan,
    clips: &[&[u8]],
    office: &SigningKey,
    recipient: &PublicKey,
) -> Result<Vec<u8>, WriteError> {
    let pairs: Vec<(&[u8], &[u8])> = clips.iter().map(|clip| (*clip, *clip)).collect();
    seal_forged(plan, &pairs, office, recipient)
}

/// Seals other bytes than the manifest promises: what somebody could do who knows the bundle's key. Pairs of
/// what is promised and what is sealed, of equal length.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn seal_forged(
    plan: Plan,
    clips: &[(&[u8], &[u8])],
    office: &SigningKey,
    recipient: &PublicKey,
) -> Result<Vec<u8>, WriteError> {
    let entropy = TestEntropy::new(2);
    let passphrase = Passphrase::new(PASSPHRASE);
    let slots = |id: &str, key: &Secret32| {
        let keys = slot_keys(key);
        vec![
            Slot::for_passphrase(&entropy, &passphrase, id, &keys).expect("a slot"),
            Slot::for_recipient(&entropy, recipient, id, &keys),
        ]
    };
    seal_signed(plan, clips, office, slots, |payload, office| office.sign(Typ::Manifest, &payload))
}

/// As [`seal_forged`], with other slots and a manifest that `sign` makes from the true one's payload; it must be as long.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn seal_signed(
    plan: Plan,
    clips: &[(&[u8], &[u8])],
    office: &SigningKey,
    slots: impl FnOnce(&str, &Secret32) -> Vec<Slot>,
    sign: impl FnOnce(Vec<u8>, &SigningKey) -> Jws,
) -> Result<Vec<u8>, WriteError> {
    let entropy = TestEntropy::new(1);
    let bundle_key = Secret32::random(&entropy);
    let slots = slots(plan.bundle_id.as_str(), &bundle_key);
    let mut plan = plan;
    for (clip, (promised, _)) in plan.clips.iter_mut().zip(clips).filter(|(clip, _)| clip.index.is_empty()) {
        clip.index = targets::read_index(promised).to_bytes();
    }
    let mut writer = BundleWriter::new(Vec::new(), &entropy, plan, bundle_key, slots, office.public())?;
    for (promised, sealed) in clips {
        let mut sealer = writer.begin_clip(&entropy)?;
        let mut hash = ClipHash::default();
        for (promised, sealed) in promised.chunks(SEGMENT_BYTES).zip(sealed.chunks(SEGMENT_BYTES)) {
            let mut out = Vec::new();
            hash.update(promised);
            sealer.update(sealed, &mut out);
            writer.append(&out)?;
        }
        let mut out = Vec::new();
        let crc32 = sealer.finish(&mut out);
        writer.append(&out)?;
        writer.end_clip(hash.finish(), crc32)?;
    }
    let unsigned = writer.unsigned_manifest()?;
    let payload = unsigned.signing_input().rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let payload = data_encoding::BASE64URL_NOPAD.decode(payload).expect("a JWS of our own");
    writer.finish(&entropy, &sign(payload, office))
}

/// Plaintext bytes `offset..offset + len` of an encrypted message, clipped to its end, by opening only the
/// chunks they lie in.
pub fn read_message(
    message: &[u8],
    key: &Secret32,
    context: &[u8],
    offset: u64,
    len: usize,
) -> Result<Vec<u8>, DecryptError> {
    let (prefix, body) = message.split_first_chunk::<PREFIX_BYTES>().ok_or(DecryptError::Length)?;
    let key = MessageKey::for_message(key, context, prefix)?;
    let chunks = body.len().div_ceil(SEALED_CHUNK_BYTES);
    let bytes = (body.len() - chunks * TAG_BYTES) as u64;
    let end = offset.saturating_add(len as u64).min(bytes);
    if offset >= end {
        return Ok(Vec::new());
    }
    let (first, last) = (offset / CHUNK_BYTES as u64, (end - 1) / CHUNK_BYTES as u64);
    let (start, sealed) = sealed_span(bytes, first, last).ok_or(DecryptError::Length)?;
    let mut buf = message[start as usize..start as usize + sealed].to_vec();
    key.open_run(first, &mut buf)?;
    let skip = (offset - first * CHUNK_BYTES as u64) as usize;
    Ok(buf[skip..skip + (end - offset) as usize].to_vec())
}

/// Bytes that look like a clip: no two segments alike.
pub fn clip(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()[i % 3]).collect()
}

/// A small bundle.
#[allow(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn sealed_bundle(clip_bytes: usize) -> Vec<u8> {
    seal(plan(clip_bytes as u64), &[&clip(clip_bytes)]).expect("a sealed bundle")
}

/// The generated corpus of clips, made once for each version of its script; the browser tests use the same folder.
pub fn corpus() -> PathBuf {
    // The tests of one program come at the same time.
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(make_corpus).clone()
}

#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
fn make_corpus() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let script = root.join("scripts/corpus.sh");
    let digest = sha256_hex(&std::fs::read(&script).unwrap());
    let folder = root.join("target").join(format!("corpus-{}", &digest[..8]));
    if !folder.exists() {
        let half = folder.with_extension(format!("{}", std::process::id()));
        assert!(Command::new(script).arg(&half).status().unwrap().success());
        // Another test may have been quicker; then its folder stays.
        if std::fs::rename(&half, &folder).is_err() {
            std::fs::remove_dir_all(&half).unwrap();
        }
    }
    folder
}

/// A bundle with the CRC-32 of an entry made right: it protects against damage, not against anybody. The entries are
/// where those of `good` are.
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
pub fn with_crc(mut bytes: Vec<u8>, good: &[u8], index: usize) -> Vec<u8> {
    let sealed = Sealed::read(good.to_vec()).unwrap();
    let entry = &sealed.container().entries()[index];
    let (at, len) = (entry.offset as usize, entry.len as usize);
    let local = at - 20 - entry.name.len() - 30;
    let mut records = (0..good.len()).filter(|&at| good[at..].starts_with(b"PK\x01\x02"));
    let central = records.nth(index).unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[at..at + len]);
    for place in [local + 14, central + 16] {
        bytes[place..place + 4].copy_from_slice(&crc.sum().to_le_bytes());
    }
    bytes
}

/// Content of an entry: offset and length.
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
pub fn entry(bytes: &[u8], index: usize) -> (usize, usize) {
    let sealed = Sealed::read(bytes.to_vec()).unwrap();
    let entry = &sealed.container().entries()[index];
    (entry.offset as usize, entry.len as usize)
}

/// Replaces an entry's content and makes the CRC-32 right again, so that only what is sealed can tell.
pub fn replace(bytes: Vec<u8>, index: usize, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let (offset, len) = entry(&bytes, index);
    let mut changed = bytes.clone();
    change(&mut changed[offset..offset + len]);
    with_crc(changed, &bytes, index)
}
