//! The rules of Fuin as pure code: bytes in, values out.
//!
//! A city hall seals clips of security cameras for one named recipient, who opens them offline and reports
//! their return; the office keeps a ledger of all of it. This crate is what both front-ends, the command line
//! and the page, do it with. The bundle format is specified in `FORMAT.md` beside this file; code cites its
//! clauses as `§n.m`.
//!
//! Absent on purpose: files, the DOM, the clock, randomness and global state. They come in through
//! [`RandomAccess`], [`Sink`] and [`Entropy`], or as arguments. Every error has a stable code ([`Coded`]),
//! which the front-ends translate.
//!
//! # Sealing
//!
//! A [`Plan`] says everything that is known before the clips are read. [`BundleWriter`] writes the bundle
//! while the clips stream through a [`ClipSealer`] and a [`ClipHash`]; the office signs the manifest last.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples.in"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (office, bundle_key) = (SigningKey::generate(&Random), Secret32::random(&Random));
//! let clip = vec![7; 1000];
//! let plan = plan(clip.len() as u64);
//! let id = plan.bundle_id.to_string();
//! let keys = SlotKeys { bundle_key: bundle_key.clone(), receipt_secret: Secret32::random(&Random) };
//! let slot = Slot::for_passphrase(&Random, &Passphrase::new("1234-5678-9012"), &id, &keys)?;
//!
//! let mut writer = BundleWriter::new(Vec::new(), &Random, plan, bundle_key, vec![slot], office.public())?;
//! let (mut sealer, mut hash) = (writer.begin_clip(&Random)?, ClipHash::default());
//! for segment in clip.chunks(SEGMENT_BYTES) {
//!     let mut sealed = Vec::new();
//!     sealer.update(segment, &mut sealed);
//!     hash.update(segment);
//!     writer.append(&sealed)?;
//! }
//! let mut last = Vec::new();
//! let crc32 = sealer.finish(&mut last);
//! writer.append(&last)?;
//! writer.end_clip(hash.finish(), crc32)?;
//!
//! let unsigned = writer.unsigned_manifest()?;
//! let signature = office.sign_bytes(unsigned.signing_input());
//! let bundle = writer.finish(&Random, &unsigned.attach(&signature)?)?;
//! assert!(bundle.starts_with(b"PK"));
//! # Ok(())
//! # }
//! ```
//!
//! # Opening
//!
//! A bundle goes through the steps [`Sealed`] → [`Opened`] → [`Verified`] → [`Admitted`]; each consumes the
//! one before, so no check can be forgotten. A wrong key is refused from the header, before any of the
//! footage is read.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples.in"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let file = bundle()?;
//! let sealed = Sealed::read(file)?;
//! assert_eq!(sealed.header().office.name, "港区防災課");
//! let refused = Sealed::read(bundle()?)?.open_with_passphrase(&Passphrase::new("0000-0000-0000"));
//! assert_eq!(refused.map(drop).map_err(|error| error.code()), Err("wrong_key"));
//!
//! let verified = sealed.open_with_passphrase(&Passphrase::new("1234-5678-9012"))?.verify()?;
//! println!("compare with the cover letter: {}", verified.office_key().fingerprint_words());
//! let affirmed = Affirmation::new("例示花子", now()).ok_or("not a name")?;
//! let admitted = Admitted::new(verified, now(), affirmed).map_err(|(_, error)| error)?;
//! let (_key, place, clip) = admitted.clip(0, now())?;
//! assert_eq!((clip.content.bytes, clip.note.camera.as_str()), (1000, "正面出入口 1番"));
//! # let _ = place;
//! # Ok(())
//! # }
//! ```
//!
//! # Verifying every byte
//!
//! The signed manifest holds the state of SHA-256 after every 256 KiB of a clip, so pieces can be checked in
//! any order, on any core, and at any time: nothing is shown, so the period does not matter.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples.in"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let file = bundle()?;
//! let verified =
//!     Sealed::read(file.as_slice())?.open_with_passphrase(&Passphrase::new("1234-5678-9012"))?.verify()?;
//! let (check, place) = verified.check_clip(0)?;
//! let mut pieces = Vec::new();
//! for piece in 0..check.piece_count() {
//!     let (offset, len) = check.span(piece).ok_or("behind the clip")?;
//!     let mut bytes = vec![0; len];
//!     file.read_exact_at(place.offset + offset, &mut bytes)?;
//!     pieces.push(check.open(piece, &mut bytes)?);
//! }
//! check.finish(pieces, place.crc32)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Receipts
//!
//! A recipient reports 受領, 返却, 消去 and so on as a signed file, and as a code of 20 letters that can be
//! read out on the telephone. Only who could open the bundle can make one; it is a report by a named person,
//! not a proof.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples.in"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let verified = Sealed::read(bundle()?)?.open_with_passphrase(&Passphrase::new("1234-5678-9012"))?.verify()?;
//! let device = SigningKey::generate(&Random);
//! let id = &verified.manifest().bundle_id;
//! let facts = ReceiptFacts {
//!     bundle_id: id,
//!     manifest_sha256: verified.manifest_sha256(),
//!     secret: verified.receipt_secret(),
//! };
//! let reporting = Reporting {
//!     holder: Holder::of_slot(verified.slot()),
//!     ledger_head: verified.manifest().ledger_head,
//!     kind: ReceiptKind::Erasure,
//!     at: now(),
//!     ordinal: 1,
//!     report: Report { reporter: "例示花子".into(), ..Report::default() },
//!     log: ViewingLog::default(),
//! };
//! let (unsigned, code) = Receipt::unsigned(&facts, reporting, &device.public())?;
//! let signature = device.sign_bytes(unsigned.signing_input());
//! let file = unsigned.attach(&signature)?;
//! assert_eq!(VerifiedReceipt::verify(&file)?.receipt.kind, ReceiptKind::Erasure);
//!
//! // Read out on the telephone, and typed in full-width letters.
//! let typed = code.to_string().to_lowercase().replace('-', "　");
//! let said = ReceiptCode::parse(&typed)?.verify(&facts)?;
//! assert_eq!((said.kind, said.day), (ReceiptKind::Erasure, now().day()));
//! # Ok(())
//! # }
//! ```
//!
//! # The ledger and what follows from it
//!
//! The office's [`Ledger`] is a chain of signed events; nothing in it is changed. [`Register`] is what the
//! events tell, [`admits`] whether one more may follow, [`ReceiptCheck`] judges a
//! receipt.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples.in"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let office = SigningKey::generate(&Random);
//! let rules = RuleSet::builtin("minato")?;
//! let mut ledger = Ledger::default();
//! let request = Request::from_toml(&example_request(&rules))?;
//! let requested =
//!     EventBody::Requested { number: 1, request: Box::new(request), attachments: vec![], recipient_keys: None };
//!
//! admits(&Register::project(ledger.events()), ("取扱者", &requested), &rules, now().day())?;
//! ledger.append(now(), "取扱者", requested, &office)?;
//! let register = Register::project(ledger.events());
//! assert_eq!(Today::of(&register, now().day(), &rules).to_review[0].0, 1);
//!
//! // A flipped letter is found and named.
//! let text = ledger.export(&ledger.signed_head(&office)).replacen("eyJ", "eyK", 1);
//! let (_, faults) = Ledger::read(text.as_bytes(), None, Some(&office.public()));
//! assert_eq!(faults[0].code(), "ledger_line");
//! # Ok(())
//! # }
//! ```
//!
//! # Rules
//!
//! Each city's rules are a TOML file with an article for every field ([`RuleSet`]); an office may write its
//! own. [`RuleSet::check`] says what they have against a request.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples.in"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rules = RuleSet::builtin("minato")?;
//! let mut request = Request::from_toml(&example_request(&rules))?;
//! assert!(!rules.check(&request).iter().any(Finding::blocks));
//!
//! request.undertaking = None;
//! let finding = rules.check(&request).into_iter().find(Finding::blocks).ok_or("nothing found")?;
//! assert_eq!((finding.code.as_str(), finding.article.as_str()), ("undertaking_required", "8条3項"));
//! # Ok(())
//! # }
//! ```
//!
//! # Footage
//!
//! [`Index`] is what a clip holds: tracks, samples, times; [`builders`] make it of a file when it is sealed.
//! [`Pictures`] is their order of presentation, [`Look`] how a picture is shown, [`MarkPattern`] where its marks
//! stand. No picture is decoded here.
#![deny(missing_docs)]

pub mod builders;
mod bundle;
mod crypto;
mod cutting;
mod documents;
mod ledger;
mod media;
mod picture;
mod port;
mod register;
mod rules;
mod text;
mod x509;

pub use bundle::{
    Admitted, Affirmation, BundleId, BundleWriter, Clip, ClipCheck, ClipDigest, ClipError, ClipHash,
    ClipNote, ClipPlan, ClipSealer, Content, CutRecord, CutSource, EntryPlace, ExtensionCode, Extensions,
    Grant, Header, Holder, KeptKey, KeyChange, KeyHistory, Manifest, MarkStyle, Medium, NoSession, OddClock,
    OfficeLabel, Opened, Origin, PIECE_BYTES, PIECE_SEGMENTS, PieceCrc, Plan, Recipient, SEGMENT_BYTES,
    SEGMENT_CHUNKS, Sealed, SessionId, Standing, Submission, Terms, TicketOf, UndertakingDocument, Verified,
    WriteError, extension_seed_input, forensic_key, segments_span,
};
pub use crypto::{
    B64, CHUNK_BYTES, DecryptError, Encryptor, Jwk, Jws, MessageKey, PREFIX_BYTES, Passphrase, PublicKey,
    RecipientKey, SEALED_CHUNK_BYTES, Secret32, SigningKey, Slot, SlotKeys, TAG_BYTES, Typ, Unsigned, danger,
    decrypt_message, encrypt_message, message_len, sealed_span, sha256, sha256_hex,
};
pub use cutting::{Cut, CutError, CutOrder};
pub use documents::{
    Anomaly, Applicant, DeskProof, DeviceKeys, Field, FootageRange, Happening, KEEPER_INPUT, LEGAL_BASES,
    LogEntry, OTHER_BASIS, Office, OfficeCard, OfficeKeyFile, OfficeKeys, PictureTaken, Receipt, ReceiptCode,
    ReceiptFacts, ReceiptKind, ReceiptMaster, RecipientKeyFile, RecipientKeys, RecipientPublicKeys, Report,
    Reported, Reporting, Request, RequestFile, Review, ReviewField, ScanKind, SymbolSet, UndertakingFields,
    VerifiedReceipt, VerifiedRequestFile, ViewingLog, clip_time, legal_basis_name, receipt_secret_input,
    symbols_of,
};
pub use ledger::{
    Approval, Attachment, BroughtLine, CheckedLine, Covers, Desks, EnrolledDesk, EventBody, Incident, Ledger,
    LedgerEvent, LedgerFault, LedgerHead, LedgerLine, LedgerReading, Letter, LetterKind, OpensWith,
    Operation, OperationKind, OwedReport, PersonRole, Proof, Provides, Provision, Renumbered, Restoration,
    SealedClipRecord, SealedEvent, SealedSlot, Union, UnsignedProof, Via, YearClosing, YearDestruction,
};
pub use media::{
    AudioCodec, AudioTrack, Codec, Colour, Decodable, Family, Index, IndexBeginning, MediaError, PictureKind,
    Pictures, Pieces, PlainSound, Refusal, Sample, Turn, VideoTrack,
};
pub use picture::{
    ForensicMark, Lines, Look, MarkBlock, MarkLayout, MarkPattern, MarkPlace, MarkStamp, MarkWords, STAMPS,
    TILE_CELLS, elapsed, parse_elapsed, parse_picture, parse_time_of_day,
};
pub use port::{Coded, Entropy, RandomAccess, Sink};
pub use register::{
    AcceptedReceipt, BY_FILE, Book, BookTable, Case, CaseState, Concern, Correction, Decision, Disclosure,
    DisclosureStatus, Footage, Known, LedgerFinding, Lock, Maker, Outcome, ReceiptCheck, ReceiptRefusal,
    ReceivedReport, Recorded, Register, Sealing, Sender, Stamped, StepError, Today, UnionError, UnionPlan,
    Viewing, WITHOUT_FILE, Yearly, admits, admits_next, attachments_gone, closing_of, covered, decided_part,
    destruction_of, draft_letter, evidence_of, first_unruly, is_decided, letter_places, letter_text,
    letters_of, may_decide, refusal_event, union_of,
};
pub use rules::{DocumentRule, Finding, Form, Rule, RuleSet, RulesError, Weight, example_request};
pub use text::{Day, SeenTime, Timestamp, csv_table, half_width, name_skeleton};
pub use x509::{
    Certificate, CertificateStanding, Certification, CertificationRecord, Identity, Revocation, Roots,
    TimeStamp, TimeStampRecord, UnsignedCertification, X509Error,
};
