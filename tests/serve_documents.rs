//! Documents that `fuin serve` keeps beside the ledger, as their desks sealed them (FORMAT.md §11.10).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use fuin_core::{
    Attachment, BundleId, EventBody, PersonRole, Provides, ReceiptKind, Register, Request as Wish, RuleSet,
    example_request, sha256_hex,
};
use fuin_tests::{
    TestEntropy, desk,
    house::{Answer, DOCUMENTS_ROOM, Desk, House, Person, now, person_set, read},
};
use serde_json::json;

/// What a desk sealed, to whoever cannot open it.
fn sealed(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n * 7 % 251) as u8).collect()
}

/// The scan of this text, as the ledger names it.
fn scan(text: &str) -> Attachment {
    Attachment::of(format!("{text}.pdf"), text.as_bytes())
}

/// Records a request that came with scans of these texts.
async fn requests(person: &Person<'_>, desk: &mut Desk, texts: &[&str]) -> u64 {
    let number = Register::project(desk.ledger.events()).next_number();
    let mut request = Wish::from_toml(&example_request(&RuleSet::builtin("minato").unwrap())).unwrap();
    request.received_on = now().day();
    request.return_due = now().day().plus_days(60);
    let attachments = texts.iter().map(|text| scan(text)).collect();
    let request = Box::new(request);
    records(person, desk, EventBody::Requested { number, request, attachments, recipient_keys: None }).await;
    number
}

/// Records what must be taken.
async fn records(person: &Person<'_>, desk: &mut Desk, event: EventBody) {
    let answer = desk.records(person, event).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.said);
}

/// Grants a request and seals a bundle for it.
async fn seals(person: &Person<'_>, desk: &mut Desk, number: u64) -> BundleId {
    let request = Register::project(desk.ledger.events()).cases[&number].request.clone();
    records(person, desk, desk::decided(number, "", Some(Provides::all_of(&request)))).await;
    let id = BundleId::generate(&TestEntropy::new(number), now().day(), number);
    let mut office = desk::Desk::new("minato");
    office.today = now().day();
    records(person, desk, EventBody::Sealed(Box::new(office.sealed(number, &id, vec![])))).await;
    id
}

async fn put(
    person: &Person<'_>,
    name: &str,
    (at, of): (usize, usize),
    sha256: &str,
    bytes: &[u8],
) -> Answer {
    let path = format!("/api/documents/{name}?at={at}&of={of}&sha256={sha256}");
    let request = Request::builder().method("PUT").uri(path).header("x-fuin", "1");
    let request = request.header("cookie", person.cookie.clone());
    read(person.house.send(request.body(Body::from(bytes.to_vec())).unwrap()).await).await
}

async fn get(person: &Person<'_>, name: &str, from: usize) -> (StatusCode, Vec<u8>) {
    let path = format!("/api/documents/{name}?from={from}");
    let request = Request::builder().uri(path).header("x-fuin", "1").header("cookie", person.cookie.clone());
    let response = person.house.send(request.body(Body::empty()).unwrap()).await;
    let status = response.status();
    (status, to_bytes(response.into_body(), 1 << 24).await.unwrap().to_vec())
}

/// Sends it whole.
async fn deposits(person: &Person<'_>, name: &str, bytes: &[u8]) -> Answer {
    put(person, name, (0, bytes.len()), &sha256_hex(bytes), bytes).await
}

async fn enrols(person: &Person<'_>, desk: &mut Desk) {
    assert_eq!(desk.proves(person, "一号機").await.status, StatusCode::OK);
    let own = EventBody::DeskEnrolled { key: desk.key.public().jwk(), name: "一号機".into() };
    assert_eq!(desk.records(person, own).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_document_comes_in_pieces_and_one_that_was_cut_off_goes_on() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    requests(&founder, &mut desk, &["誓約書"]).await;
    let (bytes, name) = (sealed(5000), scan("誓約書").sha256);
    let (of, hash) = (bytes.len(), sha256_hex(&bytes));
    let first = put(&founder, &name, (0, of), &hash, &bytes[..2000]).await;
    assert_eq!(first.said, json!({ "have": 2000, "is_whole": false }));
    // What is not the next piece changes nothing, and says which is.
    for at in [0, 1999, 2001] {
        let other = put(&founder, &name, (at, of), &hash, &bytes[at..at + 10]).await;
        assert_eq!(other.said, json!({ "have": 2000, "is_whole": false }), "{at}");
    }
    // Another desk that seals the same document for itself does not get between.
    let others = sealed(4000);
    let half = put(&founder, &name, (0, 4000), &sha256_hex(&others), &others[..100]).await;
    assert_eq!(half.said["have"], 100);
    assert_eq!(founder.ask("GET", "/api/documents", None).await.said, json!([]), "nothing is whole");
    let last = put(&founder, &name, (2000, of), &hash, &bytes[2000..]).await;
    assert_eq!(last.said, json!({ "have": 5000, "is_whole": true }));
    assert_eq!(
        founder.ask("GET", "/api/documents", None).await.said,
        json!([{ "name": name, "bytes": 5000 }])
    );
    assert_eq!(get(&founder, &name, 0).await, (StatusCode::OK, bytes.clone()));
    assert_eq!(get(&founder, &name, 4990).await.1, bytes[4990..]);
    assert_eq!(get(&founder, &name, 5000).await, (StatusCode::OK, vec![]));
    // It is there: another copy is not needed.
    assert_eq!(deposits(&founder, &name, &others).await.said, json!({ "have": 5000, "is_whole": true }));
    assert_eq!(get(&founder, &name, 0).await.1, bytes);
}

/// All of it came, and the server was killed before it got its name.
#[tokio::test]
async fn a_document_that_only_lacks_its_name_gets_it() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    requests(&founder, &mut desk, &["誓約書", "other"]).await;
    let (bytes, name) = (sealed(100), scan("誓約書").sha256);
    let (hash, place) = (sha256_hex(&bytes), house.documents.path().join(house.id().as_str()));
    std::fs::create_dir_all(&place).unwrap();
    let part = place.join(format!("{name}.100.{hash}.part"));
    std::fs::write(&part, &bytes).unwrap();
    assert_eq!(put(&founder, &name, (0, 100), &hash, &bytes).await.said["is_whole"], true);
    assert_eq!(get(&founder, &name, 0).await.1, bytes);
    // What is not what was said is none of it, and begins anew.
    let other = scan("other").sha256;
    std::fs::write(place.join(format!("{other}.100.{hash}.part")), sealed(99)).unwrap();
    assert_eq!(put(&founder, &other, (99, 100), &hash, &[0]).await.code(), "document_hash");
    assert_eq!(put(&founder, &other, (0, 100), &hash, &bytes).await.said["is_whole"], true);
}

#[tokio::test]
async fn what_did_not_come_as_it_was_sent_or_is_no_document_is_refused() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    let number = requests(&founder, &mut desk, &["誓約書", "other"]).await;
    let id = seals(&founder, &mut desk, number).await;
    let (bytes, name, other) = (sealed(100), scan("誓約書").sha256, scan("other").sha256);
    assert_eq!(put(&founder, &name, (0, 100), &other, &bytes).await.code(), "document_hash");
    assert_eq!(founder.ask("GET", "/api/documents", None).await.said, json!([]));
    assert_eq!(deposits(&founder, &name, &bytes).await.said["is_whole"], true);
    for of in [0, (64 << 20) + 65] {
        assert_eq!(put(&founder, &other, (0, of), &other, &bytes).await.code(), "document_size", "{of}");
    }
    let key = format!("{id}.key");
    assert_eq!(put(&founder, &key, (0, 5000), &other, &bytes).await.code(), "document_size");
    // A bundle that waits to be handed over is as it is; it has 64 GiB at most.
    let bundle = format!("{id}.fuin");
    assert_eq!(put(&founder, &bundle, (0, (64 << 30) + 1), &other, &bytes).await.code(), "document_size");
    assert_eq!(deposits(&founder, &bundle, &bytes).await.said["is_whole"], true);
    let path = format!("/api/documents/{bundle}");
    assert_eq!(founder.ask("DELETE", &path, None).await.code(), "server_role", "it waits");
    records(&founder, &mut desk, desk::reported(&id, ReceiptKind::Delivery, now().day())).await;
    assert_eq!(founder.ask("DELETE", &path, None).await.status, StatusCode::OK);
    assert_eq!(get(&founder, &bundle, 0).await.0, StatusCode::NOT_FOUND);
    for odd in [
        "..%2f..%2fledger.jsonl",
        "ledger.jsonl",
        "accounts.json",
        "R8-0001-7K3Q.exe",
        &"A".repeat(64),
        ".key",
    ] {
        assert_eq!(
            put(&founder, odd, (0, 100), &sha256_hex(&bytes), &bytes).await.code(),
            "server_missing",
            "{odd}"
        );
        assert_eq!(get(&founder, odd, 0).await.0, StatusCode::NOT_FOUND, "{odd}");
    }
    assert_eq!(put(&founder, &other, (0, 100), "nothing", &bytes).await.code(), "server_form");
}

#[tokio::test]
async fn documents_are_for_whoever_reads_the_ledger_and_changed_at_enrolled_desks_alone() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    enrols(&founder, &mut desk).await;
    let number = requests(&founder, &mut desk, &["誓約書", "other"]).await;
    let id = seals(&founder, &mut desk, number).await;
    let key = format!("{id}.key");
    let (bytes, name, other) = (sealed(100), scan("誓約書").sha256, scan("other").sha256);
    assert_eq!(deposits(&founder, &name, &bytes).await.said["is_whole"], true);
    assert_eq!(deposits(&founder, &key, &bytes).await.said["is_whole"], true);

    let both = [PersonRole::Handler, PersonRole::Decider];
    assert_eq!(desk.records(&founder, person_set(&founder.name, &both)).await.status, StatusCode::OK);
    for (who, roles) in [("係長", PersonRole::Handler), ("監査委員", PersonRole::Auditor)] {
        assert_eq!(desk.records(&founder, person_set(who, &[roles])).await.status, StatusCode::OK);
    }
    let auditor = house.signs_up("監査委員", Some(&house.id()), false).await;
    assert_eq!(get(&auditor, &name, 0).await, (StatusCode::OK, bytes.clone()));
    assert_eq!(deposits(&auditor, &other, &bytes).await.code(), "store_desk");
    assert_eq!(desk.proves(&auditor, "監査の PC").await.status, StatusCode::OK);
    assert_eq!(deposits(&auditor, &other, &bytes).await.code(), "server_role");
    // A clerk at a PC that nobody enrolled reads, and changes nothing.
    let clerk = house.signs_up("係長", Some(&house.id()), false).await;
    assert_eq!(get(&clerk, &name, 0).await.0, StatusCode::OK);
    assert_eq!(deposits(&clerk, &other, &bytes).await.code(), "store_desk");
    let gone = format!("/api/documents/{name}");
    assert_eq!(founder.ask("DELETE", &gone, None).await.code(), "server_role", "scans go with their year");
    let path = format!("/api/documents/{key}");
    assert_eq!(clerk.ask("DELETE", &path, None).await.code(), "store_desk");
    assert_eq!(founder.ask("DELETE", &path, None).await.code(), "server_role", "the bundle is waited for");
    let voided = EventBody::Voided { bundle_id: id, reason: "封印し直す".into() };
    records(&founder, &mut desk, voided).await;
    let done = founder.ask("DELETE", &path, None).await;
    assert_eq!(done.status, StatusCode::OK);
    // Neither the operator nor another office sees any of it.
    let operator = house.signs_up("情報 四郎", None, true).await;
    assert_eq!(get(&operator, &name, 0).await.0, StatusCode::FORBIDDEN);
    let nobody = Person { house: &house, name: String::new(), cookie: String::new() };
    assert_eq!(get(&nobody, &name, 0).await.0, StatusCode::UNAUTHORIZED);
    let listed = founder.ask("GET", "/api/documents", None).await.said;
    assert_eq!(listed, json!([{ "name": name, "bytes": 100 }]));
}

/// A desk that is behind, or that lies, fills no folder and brings nothing back that was destroyed or handed over.
#[tokio::test]
async fn what_the_ledger_does_not_name_or_not_any_more_is_not_taken() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    let (bytes, scanned, other) = (sealed(100), scan("誓約書").sha256, scan("other").sha256);
    let id = BundleId::generate(&TestEntropy::new(9), now().day(), 9);
    let (key, bundle) = (format!("{id}.key"), format!("{id}.fuin"));
    for name in [&scanned, &key, &bundle] {
        let answer = deposits(&founder, name, &bytes).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "document_unnamed"),
            "{name}"
        );
    }
    let number = requests(&founder, &mut desk, &["誓約書"]).await;
    assert_eq!(deposits(&founder, &scanned, &bytes).await.said["is_whole"], true);
    assert_eq!(deposits(&founder, &other, &bytes).await.code(), "document_unnamed");
    let id = seals(&founder, &mut desk, number).await;
    let (key, bundle) = (format!("{id}.key"), format!("{id}.fuin"));
    assert_eq!(deposits(&founder, &bundle, &bytes).await.said["is_whole"], true);
    records(&founder, &mut desk, desk::reported(&id, ReceiptKind::Delivery, now().day())).await;
    let path = format!("/api/documents/{bundle}");
    assert_eq!(founder.ask("DELETE", &path, None).await.status, StatusCode::OK);
    assert_eq!(deposits(&founder, &bundle, &bytes).await.code(), "document_unnamed", "it was handed over");
    assert_eq!(deposits(&founder, &key, &bytes).await.said["is_whole"], true);
    let number = requests(&founder, &mut desk, &[]).await;
    let id = seals(&founder, &mut desk, number).await;
    let key = format!("{id}.key");
    assert_eq!(deposits(&founder, &key, &bytes).await.said["is_whole"], true);
    let voided = EventBody::Voided { bundle_id: id, reason: "誤って封印した".into() };
    records(&founder, &mut desk, voided).await;
    assert_eq!(founder.ask("DELETE", &format!("/api/documents/{key}"), None).await.status, StatusCode::OK);
    assert_eq!(deposits(&founder, &key, &bytes).await.code(), "document_unnamed", "its bundle was voided");
}

#[tokio::test]
async fn an_office_has_its_part_of_the_disk_and_no_more() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    let mut bundles = Vec::new();
    for _ in 0..4 {
        let number = requests(&founder, &mut desk, &[]).await;
        bundles.push(format!("{}.fuin", seals(&founder, &mut desk, number).await));
    }
    let (bytes, most) = (sealed(100), 64usize << 30);
    for bundle in &bundles[..3] {
        assert_eq!(put(&founder, bundle, (0, most), &sha256_hex(b"x"), &bytes).await.said["have"], 100);
    }
    // What began has its room, whoever else begins meanwhile.
    let left = DOCUMENTS_ROOM as usize - 3 * most - bytes.len();
    let last = &bundles[3];
    let begin = async |of: usize, what: &[u8]| put(&founder, last, (0, of), &sha256_hex(what), &bytes).await;
    assert_eq!(begin(left + bytes.len() + 1, b"y").await.code(), "document_room");
    assert_eq!(begin(left, b"y").await.said["have"], 100);
    assert_eq!(begin(101, b"z").await.code(), "document_room");
    // What is sent under another size is another one.
    let more = put(&founder, last, (100, left + 1), &sha256_hex(b"y"), &bytes).await;
    assert_eq!(more.said["have"], 0);
    let more = put(&founder, last, (100, left), &sha256_hex(b"y"), &bytes).await;
    assert_eq!(more.said["have"], 200);
    // The file is there: the room of all its parts comes back.
    let place = house.documents.path().join(house.id().as_str());
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 4);
    let (founder, first) = (&founder, &bundles[0]);
    assert_eq!(deposits(founder, first, &bytes).await.said["is_whole"], true);
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 4);
    // Nobody sends one document in a thousand ways.
    let mut refused = 0;
    for n in 0..20_u8 {
        let answer = put(founder, &bundles[1], (0, 101), &sha256_hex(&[n]), &bytes).await;
        refused += u32::from(answer.code() == "document_room");
    }
    assert_eq!(refused, 20 - 7);
}
