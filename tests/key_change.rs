//! A new key of an office: what the old one vouches for, what both of them name each other for, and what a reader
//! takes and refuses (FORMAT.md §6.7, §10.2, §11.7).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    B64, BundleId, Coded, EventBody, Holder, Jws, KeptKey, KeyChange, KeyHistory, Ledger, LedgerReading,
    Office, OfficeCard, OfficeKeyFile, OfficeLabel, Opened, Passphrase, Proof, PublicKey, Register, Sealed,
    Secret32, SigningKey, Slot, Standing, TicketOf, Typ,
};
use fuin_tests::{
    PASSPHRASE, TestEntropy, bundle_id, clip, noon, plan, seal_signed, sealed_event, slot_keys,
};

const WORDS: &str = "a long office passphrase";

fn id(n: u8) -> BundleId {
    BundleId::try_from(format!("R8-000{n}-AAAA")).unwrap()
}

fn office() -> Office {
    let label = OfficeLabel { name: "港区防災課".into(), contact: "03".into() };
    Office::found(&TestEntropy::new(1), label, "minato", Passphrase::new(WORDS), noon()).unwrap()
}

fn card(office: &Office) -> OfficeCard {
    OfficeCard::verify(&office.key_file.card).unwrap().0
}

/// The same office with another key.
fn changed(office: &Office, seed: u64, exposed: bool) -> (Office, EventBody) {
    let when = (noon(), exposed);
    let (new, change) = Office::with_new_key(
        &TestEntropy::new(seed),
        &office.keys,
        &card(office),
        Passphrase::new("another long passphrase"),
        when,
    )
    .unwrap();
    let card = new.key_file.card.clone();
    (new, EventBody::KeyChanged { card, change, reason: "担当者の異動".into() })
}

/// A ledger of three keys, one line by each beside those of the changes, and the offices that signed it.
fn ledger() -> (Ledger, [Office; 3]) {
    let first = office();
    let (second, to_second) = changed(&first, 2, false);
    let (third, to_third) = changed(&second, 3, true);
    let mut ledger = Ledger::default();
    let founded = EventBody::OfficeFounded { card: first.key_file.card.clone() };
    let sealed = |n: u8| {
        let mut event = sealed_event([n; 32]);
        event.bundle_id = id(n);
        EventBody::Sealed(Box::new(event))
    };
    for (event, office) in [
        (founded, &first),
        (sealed(1), &first),
        (to_second, &first),
        (sealed(2), &second),
        (to_third, &second),
        (sealed(3), &third),
    ] {
        ledger.append(noon(), "管理責任者", event, &office.keys.signing).unwrap();
    }
    (ledger, [first, second, third])
}

fn text(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn codes(text: &str, head: Option<&Jws>, key: &PublicKey) -> Vec<&'static str> {
    Ledger::read(text.as_bytes(), head, Some(key)).1.iter().map(Coded::code).collect()
}

#[test]
fn a_ledger_is_read_across_changes_of_its_key() {
    let (ledger, offices) = ledger();
    let [first, second, third] = offices.each_ref().map(|office| office.keys.signing.public());
    let head = ledger.signed_head(&offices[2].keys.signing);
    let export = ledger.export(&head);
    let (read, by) = Ledger::read_export(LedgerReading::new(export.as_bytes(), None), &third).unwrap();
    assert_eq!(by, head);
    assert_eq!(read.office_keys(&third), [first.clone(), second.clone(), third.clone()]);
    assert_eq!(read.key_changes().iter().map(|change| change.exposed).collect::<Vec<_>>(), [false, true]);
    // A device that wrote it itself sees the same, without checking every signature.
    let lines = export.lines().take(6).collect::<Vec<_>>();
    let (own, faults) = Ledger::read_own(text(&lines).as_bytes(), Some(&head), &third);
    assert_eq!((own.key_changes(), faults.len()), (read.key_changes(), 0));
    // Each bundle stays with the receipt master under which it was sealed.
    let register = Register::project(read.events());
    let numbers = [1, 2, 3].map(|n| register.key_number(&id(n)));
    assert_eq!(numbers, [Some(0), Some(1), Some(2)]);
    // To a reader who has an old key, what follows is signed by another.
    assert_eq!(codes(&export, None, &first)[0], "ledger_signer");
    // A head of before a change is good by the key of then, and by no other; but the new key must have signed
    // something behind the change, or whoever has the old one could have written all of it.
    let before = text(&lines[..3]);
    let mut short = Ledger::read(text(&lines[..2]).as_bytes(), None, None).0;
    let old_head = short.signed_head(&offices[0].keys.signing);
    assert_eq!(codes(&text(&lines[..4]), Some(&old_head), &second), Vec::<&str>::new());
    assert_eq!(codes(&before, Some(&old_head), &second), ["ledger_head"]);
    assert_eq!(codes(&before, None, &second), ["ledger_head"]);
    let counted = Ledger::read(before.as_bytes(), None, None).0;
    assert_eq!(
        codes(&before, Some(&counted.signed_head(&offices[1].keys.signing)), &second),
        Vec::<&str>::new()
    );
    let wrong = short.signed_head(&offices[1].keys.signing);
    assert_eq!(codes(&before, Some(&wrong), &second), ["ledger_head", "ledger_head"]);
    // The old key signs nothing behind the change.
    short.commit(Jws::new(lines[2])).unwrap();
    short.append(noon(), "だれか", EventBody::BackedUp { lines: 3 }, &offices[0].keys.signing).unwrap();
    let late: Vec<&str> = short.lines().iter().map(fuin_core::LedgerLine::as_str).collect();
    assert_eq!(codes(&text(&late), None, &second), ["ledger_signer"]);
    // A change that leads nowhere is a fault, also to a device that reads by the head.
    let (_, elsewhere) = changed(&offices[0], 8, false);
    let mut astray = Ledger::read(text(&lines[..2]).as_bytes(), None, None).0;
    let (second_office, to_second) = changed(&offices[0], 2, false);
    for event in [elsewhere, to_second] {
        astray.append(noon(), "管理責任者", event, &offices[0].keys.signing).unwrap();
    }
    let all: Vec<&str> = astray.lines().iter().map(fuin_core::LedgerLine::as_str).collect();
    let head = astray.signed_head(&second_office.keys.signing);
    assert_eq!(codes(&text(&all), Some(&head), &second), ["ledger_signer"]);
    let own = Ledger::read_own(text(&all).as_bytes(), Some(&head), &second).1;
    assert_eq!(own.iter().map(Coded::code).collect::<Vec<_>>(), ["ledger_signer"]);
}

#[test]
fn a_change_that_either_key_did_not_sign_is_refused() {
    let (first, stranger) = (office(), SigningKey::generate(&TestEntropy::new(9)));
    let (second, event) = changed(&first, 2, false);
    let EventBody::KeyChanged { card, change, reason } = event else { return };
    let begun = || {
        let mut ledger = Ledger::default();
        let founded = EventBody::OfficeFounded { card: first.key_file.card.clone() };
        ledger.append(noon(), "管理責任者", founded, &first.keys.signing).unwrap();
        ledger
    };
    let fault = |card: &Jws, change: &Jws| {
        let (card, change, reason) = (card.clone(), change.clone(), reason.clone());
        let event = EventBody::KeyChanged { card, change, reason };
        begun().append(noon(), "だれか", event, &first.keys.signing).err().map(|fault| fault.to_string())
    };
    assert_eq!(fault(&card, &change), None);
    let is_refused = |card: &Jws, change: &Jws| fault(card, change).unwrap().contains("ledger_key_change");
    // Another key's word, another new key, a card that follows nobody, and one that follows somebody else.
    let by_stranger = KeyChange::sign(&stranger, &second.keys.signing.public(), noon(), false);
    assert!(is_refused(&card, &by_stranger));
    let to_stranger = KeyChange::sign(&first.keys.signing, &stranger.public(), noon(), false);
    assert!(is_refused(&card, &to_stranger));
    let mut said = OfficeCard::verify(&card).unwrap().0;
    for follows in [None, Some(B64(stranger.public().thumbprint_bytes()))] {
        said.follows = follows;
        let payload = serde_json::to_vec(&said).unwrap();
        assert!(is_refused(&second.keys.signing.sign(Typ::OfficeCard, &payload), &change));
    }
    // A key that takes its own place.
    let own = KeyChange::sign(&first.keys.signing, &first.keys.signing.public(), noon(), false);
    assert_eq!(KeyChange::verify(&own).unwrap_err().code(), "jws_payload");
    // Whoever has a stolen key can name a key of his own, and leads nobody who knows the true one to it.
    let (theirs, event) = changed(&first, 4, false);
    let mut forged = begun();
    forged.append(noon(), "盗んだ人", event, &first.keys.signing).unwrap();
    let forged_head = forged.signed_head(&theirs.keys.signing);
    let found = codes(&forged.export(&forged_head), None, &second.keys.signing.public());
    assert_eq!(found, ["ledger_signer", "ledger_signer", "ledger_signer", "ledger_head"]);
}

#[test]
fn a_key_file_keeps_the_secrets_of_all_keys_before() {
    let (_, offices) = ledger();
    let words = [WORDS, "another long passphrase", "another long passphrase"];
    let secret = |office: &Office, number: usize| {
        office.keys.masters()[number].receipt_secret(&bundle_id(), &Holder::of_slot(0))
    };
    for (number, (office, words)) in offices.iter().zip(words).enumerate() {
        let file = OfficeKeyFile::parse(&office.key_file.to_json()).unwrap();
        let (keys, _) = file.open(&Passphrase::new(words)).unwrap();
        assert_eq!(keys.masters().len(), number + 1);
        let read = keys.masters().iter().map(|m| m.receipt_secret(&bundle_id(), &Holder::of_slot(0)));
        assert!(read.eq((0..=number).map(|n| secret(&offices[n], n))));
        // What a desk keeps is read under every key; each key has a master of its own.
        assert_eq!(keys.storage_key(), offices[0].keys.storage_key());
        assert_eq!(keys.master().keeper(), office.keys.master().keeper());
    }
    assert_ne!(offices[0].keys.master().keeper(), offices[1].keys.master().keeper());
    // A kept key opens under the master of its bundle alone.
    let kept = KeptKey::seal(
        &TestEntropy::new(5),
        &offices[0].keys.master().keeper(),
        &bundle_id(),
        &Secret32::new([7; 32]),
    );
    let open = |number: usize| kept.open(&offices[2].keys.masters()[number].keeper(), &bundle_id());
    assert_eq!((open(0).is_ok(), open(1).is_ok(), open(2).is_ok()), (true, false, false));
    // Masters that are missing, or out of their order.
    let bent = |change: fn(&mut OfficeKeyFile)| {
        let mut file = offices[2].key_file.clone();
        change(&mut file);
        file.open(&Passphrase::new(words[2])).err().map(|error| error.code())
    };
    assert_eq!(bent(|_| ()), None);
    assert_eq!(bent(|file| file.former.clear()), Some("office_card"));
    assert_eq!(bent(|file| file.former.reverse()), Some("office_card"));
    assert_eq!(bent(|file| file.former[1].0[90] ^= 1), Some("office_card"));
}

fn slots(id: &str, bundle_key: &Secret32) -> Vec<Slot> {
    let (entropy, words) = (TestEntropy::new(6), Passphrase::new(PASSPHRASE));
    vec![Slot::for_passphrase(&entropy, &words, id, &slot_keys(bundle_key)).unwrap()]
}

fn sealed_by(office: &Office, standing: Standing) -> Vec<u8> {
    let clip = clip(1000);
    let mut plan = plan(1000);
    plan.standing = standing;
    seal_signed(plan, &[(&clip, &clip)], &office.keys.signing, slots, |payload, key| {
        key.sign(Typ::Manifest, &payload)
    })
    .unwrap()
}

fn opened(bundle: &[u8]) -> Result<fuin_core::Verified<&[u8]>, &'static str> {
    Sealed::read(bundle)
        .and_then(|sealed| sealed.open_with_passphrase(&Passphrase::new(PASSPHRASE)))
        .and_then(Opened::verify)
        .map_err(|error| error.code())
}

#[test]
fn a_bundle_brings_along_how_its_key_came_to_be() {
    let (ledger, offices) = ledger();
    let standing = ledger.standing();
    let [first, second, third] = offices.each_ref().map(|office| office.keys.signing.public());
    let bundle = sealed_by(&offices[2], standing.clone());
    let verified = opened(&bundle).unwrap();
    let before = verified.keys_before();
    assert_eq!(verified.office_key(), &third);
    assert_eq!(before.end_of(&first).map(|change| change.exposed), Some(false));
    assert_eq!(before.end_of(&second).map(|change| change.exposed), Some(true));
    assert_eq!(before.end_of(&third), None);
    let with = |key_changes: Vec<Jws>| {
        let standing = Standing { key_changes, ..standing.clone() };
        opened(&sealed_by(&offices[2], standing)).err()
    };
    let changes = &standing.key_changes;
    assert_eq!(with(vec![]), None, "an office's first key follows none");
    assert_eq!(with(vec![changes[1].clone()]), None);
    // A gap, another order, a change to somebody else, no change at all, and more than there can be.
    for wrong in [
        vec![changes[0].clone()],
        vec![changes[1].clone(), changes[0].clone()],
        vec![changes[0].clone(), changes[0].clone(), changes[1].clone()],
        vec![Jws::new("a.b.c"), changes[1].clone()],
        vec![changes[1].clone(); 65],
    ] {
        assert_eq!(with(wrong), Some("manifest_key_changes"));
    }
    assert_eq!(KeyHistory::verify(changes, &second), None);
}

#[test]
fn a_ticket_of_a_later_key_opens_the_bundle_of_an_earlier_one() {
    let (ledger, offices) = ledger();
    let bundle = sealed_by(&offices[0], Standing { key_changes: Vec::new(), ..ledger.standing() });
    let manifest_sha256 = B64(opened(&bundle).unwrap().manifest_sha256());
    let ticket = |office: &Office, standing: Standing| {
        let mut plan = plan(1);
        let of = std::mem::replace(&mut plan.bundle_id, id(4));
        plan.ticket_of = Some(TicketOf { bundle_id: of, manifest_sha256 });
        plan.standing = standing;
        plan.clips.clear();
        seal_signed(plan, &[], &office.keys.signing, slots, |payload, key| key.sign(Typ::Manifest, &payload))
            .unwrap()
    };
    let show = |ticket: &[u8]| {
        let bundle = Sealed::read(bundle.as_slice()).unwrap();
        opened(ticket)?.with_bundle(bundle).map(drop).map_err(|error| error.code())
    };
    assert_eq!(show(&ticket(&offices[2], ledger.standing())), Ok(()));
    assert_eq!(show(&ticket(&offices[0], Standing { key_changes: Vec::new(), ..ledger.standing() })), Ok(()));
    // A key that nothing leads to from the bundle's.
    let standing = Standing { key_changes: Vec::new(), ..ledger.standing() };
    assert_eq!(show(&ticket(&offices[2], standing)), Err("ticket_other"));
}

#[test]
fn a_line_of_an_earlier_key_is_proved_under_the_one_in_force() {
    let (ledger, offices) = ledger();
    let [first, second, third] = offices.each_ref().map(|office| office.keys.signing.public());
    for (index, of_line) in [(1, &first), (2, &first), (3, &second), (5, &third)] {
        let proof = Proof::make(&ledger, index, &offices[2].keys.signing).unwrap();
        let read = Proof::check(&proof).unwrap();
        assert_eq!((read.event.seq, &read.signer), (index as u64, &third));
        let begins = read.before.changes().first().map_or(&third, |change| &change.from);
        assert_eq!(begins, of_line);
    }
    // A proof by a key that was followed is not made any more.
    let old = Proof::make(&ledger, 1, &offices[0].keys.signing).unwrap();
    assert_eq!(Proof::check(&old).unwrap_err().code(), "proof_checkpoint");
    // Without the changes, the key of the checkpoint is a stranger's.
    let (read, _) = Ledger::read(ledger.lines()[1].as_str().as_bytes(), None, None);
    assert!(Proof::make(&read, 0, &offices[2].keys.signing).is_some_and(|p| Proof::check(&p).is_err()));
}

#[test]
fn no_office_has_more_keys_than_bundles_bring_along() {
    let mut keys = office().keys;
    for seed in 0..64 {
        keys = keys.next(&TestEntropy::new(100 + seed)).unwrap();
    }
    assert_eq!(keys.masters().len(), 65);
    assert_eq!(keys.next(&TestEntropy::new(200)).err().map(|error| error.code()), Some("office_keys"));
}
