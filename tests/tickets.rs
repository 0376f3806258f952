//! Tickets, extensions, and the keys that an office keeps for them (FORMAT.md §7.8, §7.9, §11.8).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    Admitted, Affirmation, B64, BundleId, BundleWriter, Coded, ExtensionCode, Extensions, KeptKey,
    OfficeKeys, Opened, Passphrase, Plan, Sealed, Secret32, SigningKey, Slot, SlotKeys, TicketOf, Verified,
    WriteError,
};
use fuin_tests::{PASSPHRASE, TestEntropy, bundle_id, clip, day, office_key, plan, seal, time};

const TICKET_WORDS: &str = "9999-8888-7777";

fn bundle() -> Vec<u8> {
    let clip = clip(300_000);
    seal(plan(clip.len() as u64), &[&clip]).unwrap()
}

fn open(bytes: &[u8], words: &str) -> Verified<Vec<u8>> {
    let sealed = Sealed::read(bytes.to_vec()).unwrap();
    sealed.open_with_passphrase(&Passphrase::new(words)).and_then(Opened::verify).unwrap()
}

/// The key of [`fuin_tests::seal`]'s bundles.
fn bundle_key() -> Secret32 {
    Secret32::random(&TestEntropy::new(1))
}

fn number(text: &str) -> BundleId {
    BundleId::try_from(text.to_owned()).unwrap()
}

/// A ticket for [`bundle`], for somebody else and for longer.
fn ticket_plan() -> Plan {
    let mut plan = plan(1);
    plan.bundle_id = number("R8-0002-ABCD");
    let manifest_sha256 = B64(open(&bundle(), PASSPHRASE).manifest_sha256());
    plan.ticket_of = Some(TicketOf { bundle_id: bundle_id(), manifest_sha256 });
    plan.clips.clear();
    plan.recipient.person = "見本太郎".into();
    plan.undertaking.recipient = plan.recipient.clone();
    plan.terms.not_after = time("2027-06-30T23:59:59+09:00");
    plan
}

fn write(plan: Plan, key: Secret32, office: &SigningKey) -> Result<Vec<u8>, WriteError> {
    let entropy = TestEntropy::new(5);
    let keys = SlotKeys { bundle_key: key.clone(), receipt_secret: Secret32::new([43; 32]) };
    let slot = Slot::for_passphrase(&entropy, &Passphrase::new(TICKET_WORDS), plan.bundle_id.as_str(), &keys);
    let writer = BundleWriter::new(Vec::new(), &entropy, plan, key, vec![slot.unwrap()], office.public())?;
    let unsigned = writer.unsigned_manifest()?;
    let signature = office.sign_bytes(unsigned.signing_input());
    writer.finish(&entropy, &unsigned.attach(&signature).unwrap())
}

#[test]
fn a_ticket_shows_the_clips_of_its_bundle_to_its_own_recipient() {
    let ticket = open(&write(ticket_plan(), bundle_key(), &office_key()).unwrap(), TICKET_WORDS);
    assert_eq!(ticket.wants_bundle(), Some(&bundle_id()));
    let name = ticket.manifest_sha256();
    let shown = ticket.with_bundle(Sealed::read(bundle()).unwrap()).unwrap();
    assert_eq!(shown.wants_bundle(), None);
    let manifest = shown.manifest();
    assert_eq!((manifest.recipient.person.as_str(), manifest.clips.len()), ("見本太郎", 1));
    assert_eq!((manifest.bundle_id.as_str(), shown.manifest_sha256()), ("R8-0002-ABCD", name));
    assert_eq!(shown.header().bundle_id, manifest.bundle_id);
    // The receipts are of whoever opens the ticket.
    assert_eq!(shown.receipt_secret(), &Secret32::new([43; 32]));
    assert_eq!(
        shown.index(0).map(|index| index.len() as u64).unwrap(),
        manifest.clips[0].index.content.bytes
    );
    let (check, place) = shown.check_clip(0).unwrap();
    let file = bundle();
    let pieces = (0..check.piece_count()).map(|piece| {
        let (offset, len) = check.span(piece).unwrap();
        let at = (place.offset + offset) as usize;
        check.open(piece, &mut file[at..at + len].to_vec()).unwrap()
    });
    let pieces: Vec<_> = pieces.collect();
    check.finish(pieces, place.crc32).unwrap();
    // The bundle's own period is over, the ticket's is not.
    let later = time("2027-05-01T10:00:00+09:00");
    assert!(open(&bundle(), PASSPHRASE).check_window(later).is_err());
    let affirmed = Affirmation::new("見本太郎", later).unwrap();
    assert!(Admitted::new(shown, later, affirmed).is_ok_and(|admitted| admitted.clip(0, later).is_ok()));
}

#[test]
fn a_ticket_belongs_to_one_bundle_of_one_office() {
    let refused = |plan: Plan, key: Secret32, office: &SigningKey, beside: Vec<u8>| {
        let ticket = open(&write(plan, key, office).unwrap(), TICKET_WORDS);
        let shown = ticket.with_bundle(Sealed::read(beside).unwrap());
        shown.map(drop).unwrap_err().code()
    };
    let other_number = |mut plan: Plan| {
        plan.bundle_id = number("R8-0009-ZZZZ");
        seal(plan, &[&clip(300_000)]).unwrap()
    };
    let mut of_other = ticket_plan();
    of_other.ticket_of.as_mut().unwrap().manifest_sha256 = B64([1; 32]);
    let stranger = SigningKey::generate(&TestEntropy::new(50));
    let whole = write(ticket_plan(), bundle_key(), &office_key()).unwrap();
    for (case, code) in [
        ("another number", refused(ticket_plan(), bundle_key(), &office_key(), other_number(plan(300_000)))),
        ("another manifest", refused(of_other, bundle_key(), &office_key(), bundle())),
        ("another key", refused(ticket_plan(), Secret32::new([8; 32]), &office_key(), bundle())),
        ("another office", refused(ticket_plan(), bundle_key(), &stranger, bundle())),
        ("a ticket beside it", refused(ticket_plan(), bundle_key(), &office_key(), whole)),
    ] {
        assert_eq!(code, "ticket_other", "{case}");
    }
    let no_ticket = open(&bundle(), PASSPHRASE).with_bundle(Sealed::read(bundle()).unwrap());
    assert_eq!(no_ticket.map(drop).unwrap_err().code(), "ticket_other");
}

#[test]
fn a_ticket_has_no_clips_and_a_bundle_has() {
    let mut with_clips = plan(300_000);
    with_clips.ticket_of = ticket_plan().ticket_of;
    assert!(matches!(seal(with_clips, &[&clip(300_000)]), Err(WriteError::ClipCount)));
    let mut empty = plan(1);
    empty.clips.clear();
    assert!(matches!(seal(empty, &[]), Err(WriteError::ClipCount)));
}

#[test]
fn an_extension_code_moves_the_end_and_gives_no_later_one() {
    let seed = [9; 32];
    let id = bundle_id();
    let extensions = Extensions::new(&id, &seed);
    let code = |days| extensions.code(days).unwrap();
    let mut opened = open(&bundle(), PASSPHRASE);
    let typed = code(40).to_string().to_lowercase().replace('-', "　");
    assert_eq!(typed.chars().filter(|c| !c.is_whitespace()).count(), 24);
    assert_eq!(opened.extend(&ExtensionCode::parse(&typed).unwrap()), Ok(day("2027-03-10")));
    let terms = &opened.manifest().terms;
    assert_eq!((terms.not_after, terms.return_due), (time("2027-03-10T23:59:59+09:00"), day("2027-03-10")));
    assert!(opened.check_window(time("2027-03-10T23:59:59+09:00")).is_ok());
    assert!(opened.check_window(time("2027-03-11T00:00:00+09:00")).is_err());
    let refused = |opened: &mut Verified<Vec<u8>>, code| opened.extend(&code).unwrap_err().code();
    assert_eq!(refused(&mut opened, code(39)), "extension_not_later");
    assert_eq!(refused(&mut opened, code(40)), "extension_not_later");
    assert_eq!(opened.extend(&code(41)), Ok(day("2027-03-11")));
    let other = Extensions::new(&id, &[10; 32]).code(50).unwrap();
    assert_eq!(refused(&mut opened, other), "extension_other");
    let foreign = number("R8-0009-ZZZZ");
    assert_eq!(refused(&mut opened, Extensions::new(&foreign, &seed).code(50).unwrap()), "extension_other");
    assert!(extensions.code(0).is_none() && extensions.code(3661).is_none() && extensions.code(-1).is_none());
    assert_eq!(opened.extend(&code(3660)).unwrap(), day("2027-01-29").plus_days(3660));
}

#[test]
fn a_mistyped_extension_code_is_told() {
    let id = bundle_id();
    let good = Extensions::new(&id, &[9; 32]).code(40).unwrap().to_string();
    let letters: Vec<char> = good.chars().filter(|&c| c != '-').collect();
    for place in 0..letters.len() {
        let mut typed = letters.clone();
        typed[place] = if typed[place] == 'A' { 'B' } else { 'A' };
        let error = ExtensionCode::parse(&typed.iter().collect::<String>()).unwrap_err();
        assert_eq!(error.code(), "extension_mistyped", "{place}");
    }
    for (typed, code) in [(&good[1..], "extension_form"), ("", "extension_form"), ("U234", "extension_form")]
    {
        assert_eq!(ExtensionCode::parse(typed).unwrap_err().code(), code);
    }
}

#[test]
fn a_kept_key_opens_for_its_office_and_bundle_alone() {
    let office = |seed| OfficeKeys::generate(&TestEntropy::new(seed));
    let (ours, theirs) = (office(60), office(61));
    let (ours, theirs) = (ours.master(), theirs.master());
    let kept = KeptKey::seal(&TestEntropy::new(62), &ours.keeper(), &bundle_id(), &bundle_key());
    let read = KeptKey::parse(&kept.to_json()).unwrap();
    assert_eq!(read.open(&ours.keeper(), &bundle_id()), Ok(bundle_key()));
    assert_eq!(read.open(&theirs.keeper(), &bundle_id()).unwrap_err().code(), "bundle_key_other");
    assert_eq!(read.open(&ours.keeper(), &number("R8-0009-ZZZZ")).unwrap_err().code(), "bundle_key_other");
    let mut moved = read.clone();
    moved.bundle_id = number("R8-0009-ZZZZ");
    assert_eq!(moved.open(&ours.keeper(), &moved.bundle_id).unwrap_err().code(), "bundle_key_other");
    let later = kept.to_json().replace("fuin-bundle-key/1", "fuin-bundle-key/2");
    assert_eq!(KeptKey::parse(&later).unwrap_err().code(), "later_version");
    assert_eq!(KeptKey::parse("{}").unwrap_err().code(), "bundle_key_form");
}
