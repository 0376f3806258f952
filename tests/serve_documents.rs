//! Documents that `fuin serve` keeps beside the ledger, as their desks sealed them (FORMAT.md §11.10).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use fuin_core::{EventBody, PersonRole, sha256_hex};
use fuin_tests::house::{Answer, Desk, House, Person, person_set, read};
use serde_json::json;

/// What a desk sealed, to whoever cannot open it.
fn sealed(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n * 7 % 251) as u8).collect()
}

fn name() -> String {
    sha256_hex("誓約書のスキャン".as_bytes())
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
    let (founder, _) = house.founded().await;
    let (bytes, name) = (sealed(5000), name());
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
    let (founder, _) = house.founded().await;
    let (bytes, name) = (sealed(100), name());
    let (hash, place) = (sha256_hex(&bytes), house.documents.path().join(house.id().as_str()));
    std::fs::create_dir_all(&place).unwrap();
    let part = place.join(format!("{name}.{hash}.part"));
    std::fs::write(&part, &bytes).unwrap();
    assert_eq!(put(&founder, &name, (0, 100), &hash, &bytes).await.said["is_whole"], true);
    assert_eq!(get(&founder, &name, 0).await.1, bytes);
    // What is not what was said is none of it, and begins anew.
    let other = sha256_hex(b"other");
    std::fs::write(place.join(format!("{other}.{hash}.part")), sealed(99)).unwrap();
    assert_eq!(put(&founder, &other, (99, 100), &hash, &[0]).await.code(), "document_hash");
    assert_eq!(put(&founder, &other, (0, 100), &hash, &bytes).await.said["is_whole"], true);
}

#[tokio::test]
async fn what_did_not_come_as_it_was_sent_or_is_no_document_is_refused() {
    let house = House::opened();
    let (founder, _) = house.founded().await;
    let (bytes, name) = (sealed(100), name());
    let other = sha256_hex(b"other");
    assert_eq!(put(&founder, &name, (0, 100), &other, &bytes).await.code(), "document_hash");
    assert_eq!(founder.ask("GET", "/api/documents", None).await.said, json!([]));
    assert_eq!(deposits(&founder, &name, &bytes).await.said["is_whole"], true);
    for of in [0, (64 << 20) + 65] {
        assert_eq!(put(&founder, &other, (0, of), &other, &bytes).await.code(), "document_size", "{of}");
    }
    assert_eq!(put(&founder, "R8-0001-7K3Q.key", (0, 5000), &other, &bytes).await.code(), "document_size");
    // A bundle that waits to be handed over is as it is; it has 64 GiB at most.
    let bundle = "R8-0001-7K3Q.fuin";
    assert_eq!(put(&founder, bundle, (0, (64 << 30) + 1), &other, &bytes).await.code(), "document_size");
    assert_eq!(deposits(&founder, bundle, &bytes).await.said["is_whole"], true);
    let path = format!("/api/documents/{bundle}");
    assert_eq!(founder.ask("DELETE", &path, None).await.status, StatusCode::OK);
    assert_eq!(get(&founder, bundle, 0).await.0, StatusCode::NOT_FOUND);
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
    let (bytes, name) = (sealed(100), name());
    assert_eq!(deposits(&founder, &name, &bytes).await.said["is_whole"], true);
    assert_eq!(deposits(&founder, "R8-0001-7K3Q.key", &bytes).await.said["is_whole"], true);

    let both = [PersonRole::Handler, PersonRole::Decider];
    assert_eq!(desk.records(&founder, person_set(&founder.name, &both)).await.status, StatusCode::OK);
    for (who, roles) in [("係長", PersonRole::Handler), ("監査委員", PersonRole::Auditor)] {
        assert_eq!(desk.records(&founder, person_set(who, &[roles])).await.status, StatusCode::OK);
    }
    let auditor = house.signs_up("監査委員", Some(&house.id()), false).await;
    assert_eq!(get(&auditor, &name, 0).await, (StatusCode::OK, bytes.clone()));
    assert_eq!(deposits(&auditor, &sha256_hex(b"x"), &bytes).await.code(), "store_desk");
    assert_eq!(desk.proves(&auditor, "監査の PC").await.status, StatusCode::OK);
    assert_eq!(deposits(&auditor, &sha256_hex(b"x"), &bytes).await.code(), "server_role");
    // A clerk at a PC that nobody enrolled reads, and changes nothing.
    let clerk = house.signs_up("係長", Some(&house.id()), false).await;
    assert_eq!(get(&clerk, &name, 0).await.0, StatusCode::OK);
    assert_eq!(deposits(&clerk, &sha256_hex(b"x"), &bytes).await.code(), "store_desk");
    let gone = format!("/api/documents/{name}");
    assert_eq!(founder.ask("DELETE", &gone, None).await.code(), "server_role", "scans go with their year");
    assert_eq!(clerk.ask("DELETE", "/api/documents/R8-0001-7K3Q.key", None).await.code(), "store_desk");
    let done = founder.ask("DELETE", "/api/documents/R8-0001-7K3Q.key", None).await;
    assert_eq!(done.status, StatusCode::OK);
    // Neither the operator nor another office sees any of it.
    let operator = house.signs_up("情報 四郎", None, true).await;
    assert_eq!(get(&operator, &name, 0).await.0, StatusCode::FORBIDDEN);
    let nobody = Person { house: &house, name: String::new(), cookie: String::new() };
    assert_eq!(get(&nobody, &name, 0).await.0, StatusCode::UNAUTHORIZED);
    let listed = founder.ask("GET", "/api/documents", None).await.said;
    assert_eq!(listed, json!([{ "name": name, "bytes": 100 }]));
}
