//! Which lines `fuin serve` takes: from whom, at which desk, and in which role.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use axum::http::StatusCode;
use fuin_core::{B64, EventBody, Jws, Ledger, Office, OfficeLabel, Passphrase, PersonRole, SigningKey};
use fuin_server::invite;
use fuin_tests::{
    TestEntropy,
    house::{DOCUMENTS_ROOM, Desk, House, ORIGIN, PASSWORD, Person, backup, now, person_set},
};
use serde_json::json;

#[tokio::test]
async fn two_desks_record_at_once_and_both_succeed() {
    let house = House::opened();
    let (founder, mut first) = house.founded().await;
    let other = house.signs_up("見本太郎", Some(&house.id()), false).await;
    let mut second = Desk { ledger: first.ledger.clone(), key: SigningKey::generate(&TestEntropy::new(73)) };
    assert_eq!(first.records(&founder, backup()).await.status, StatusCode::OK);
    let overtaken = second.records(&other, backup()).await;
    assert_eq!((overtaken.status, overtaken.code()), (StatusCode::CONFLICT, "store_overtaken"));
    assert_eq!(overtaken.said["lines"], 2);
    let more = other.ask("GET", "/api/ledger?from=1", None).await.said;
    assert_eq!((more["total"].clone(), more["lines"].as_array().unwrap().len()), (json!(2), 1));
    second.ledger.commit_of_office(Jws::new(more["lines"][0].as_str().unwrap())).unwrap();
    assert!(second.ledger.is_counted_by(&Jws::new(more["head"].as_str().unwrap())));
    assert_eq!(second.records(&other, backup()).await.said["lines"], 3);
    // What is sent again because its answer was lost is taken once.
    let (line, head) = second.line(&house, "見本太郎", backup(), &house.office.keys.signing);
    let sent = json!({ "line": line.as_str(), "head": head.as_str() });
    let answers = [
        other.ask("POST", "/api/ledger", Some(sent.clone())).await.said,
        other.ask("POST", "/api/ledger", Some(sent)).await.said,
    ];
    assert_eq!(answers, [json!({ "lines": 4, "again": false }), json!({ "lines": 4, "again": true })]);
}

#[tokio::test]
async fn a_line_names_who_signed_in_and_when() {
    let house = House::opened();
    let (founder, desk) = house.founded().await;
    let send = async |line: &Jws, head: &Jws| {
        let sent = json!({ "line": line.as_str(), "head": head.as_str() });
        founder.ask("POST", "/api/ledger", Some(sent)).await.code().to_owned()
    };
    let office = &house.office.keys.signing;
    let (line, head) = desk.line(&house, "課長", backup(), office);
    assert_eq!(send(&line, &head).await, "store_actor");
    let mut longer = desk.ledger.clone();
    let late = longer.append(now().plus_secs(-301), "見本花子", backup(), office).unwrap();
    assert_eq!(send(&late, &longer.signed_head(office)).await, "store_clock");
    let stranger = SigningKey::generate(&TestEntropy::new(74));
    let (line, _) = desk.line(&house, "見本花子", backup(), &stranger);
    let mut longer = desk.ledger.clone();
    longer.commit(line.clone()).unwrap();
    assert_eq!(send(&line, &longer.signed_head(office)).await, "ledger_signer");
    assert_eq!(send(&Jws::new("nothing"), &head).await, "ledger_line");
}

#[tokio::test]
async fn a_desk_is_enrolled_by_another_and_a_lost_one_is_struck_off() {
    let house = House::opened();
    let (founder, mut first) = house.founded().await;
    let clerk = house.signs_up("見本太郎", Some(&house.id()), false).await;
    assert_eq!(first.answers(&founder, "an older question", ORIGIN, "一号機").await.code(), "server_proof");
    let asked = founder.ask("GET", "/api/session", None).await.said["challenge"].clone();
    let elsewhere = first.answers(&founder, asked.as_str().unwrap(), "https://evil.example", "一号機").await;
    assert_eq!(elsewhere.code(), "server_proof", "a proof for another server");
    assert_eq!(
        first.proves(&founder, "一号機").await.said,
        json!({ "is_enrolled": true }),
        "there are none yet"
    );
    let again = first.answers(&founder, asked.as_str().unwrap(), ORIGIN, "一号機").await;
    assert_eq!(again.code(), "server_proof", "a question is answered once");
    let enrol =
        |key: &SigningKey, name: &str| EventBody::DeskEnrolled { key: key.public().jwk(), name: name.into() };
    let own = enrol(&first.key, "一号機");
    assert_eq!(first.records(&founder, own).await.status, StatusCode::OK);

    // Another PC has the office's key, and may not record with it.
    let mut second = Desk { ledger: first.ledger.clone(), key: SigningKey::generate(&TestEntropy::new(73)) };
    assert_eq!(second.records(&clerk, backup()).await.code(), "store_desk");
    assert_eq!(second.proves(&clerk, "二号機").await.said, json!({ "is_enrolled": false }));
    let own = enrol(&second.key, "二号機");
    assert_eq!(second.records(&clerk, own.clone()).await.code(), "store_desk", "nobody enrols himself");
    let waiting = founder.ask("GET", "/api/desks", None).await.said;
    assert_eq!((&waiting[0]["name"], &waiting[0]["person"]), (&json!("二号機"), &json!("見本太郎")));
    assert_eq!(waiting[0]["words"], second.key.public().fingerprint_words());
    let key = serde_json::from_value(
        json!({ "kind": "desk_enrolled", "key": waiting[0]["key"], "name": "二号機" }),
    );
    assert_eq!(first.records(&founder, key.unwrap()).await.status, StatusCode::OK);
    assert_eq!(founder.ask("GET", "/api/desks", None).await.said, json!([]));
    second.ledger = first.ledger.clone();
    assert_eq!(second.records(&clerk, backup()).await.status, StatusCode::OK);
    // The office's key alone records nothing there any more.
    let (line, head) = second.line(&house, "見本太郎", backup(), &house.office.keys.signing);
    let sent = json!({ "line": line.as_str(), "head": head.as_str() });
    assert_eq!(clerk.ask("POST", "/api/ledger", Some(sent)).await.code(), "store_desk");

    first.ledger = second.ledger.clone();
    let lost = EventBody::DeskStruckOff {
        key: B64(second.key.public().thumbprint_bytes()),
        reason: "紛失".into(),
    };
    assert_eq!(first.records(&founder, lost).await.status, StatusCode::OK);
    second.ledger = first.ledger.clone();
    assert_eq!(second.records(&clerk, backup()).await.code(), "store_desk");
    assert_eq!(second.records(&clerk, enrol(&first.key, "一号機")).await.code(), "store_desk");
}

#[tokio::test]
async fn a_session_alone_records_nothing() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    assert_eq!(desk.proves(&founder, "一号機").await.status, StatusCode::OK);
    let own = EventBody::DeskEnrolled { key: desk.key.public().jwk(), name: "一号機".into() };
    assert_eq!(desk.records(&founder, own).await.status, StatusCode::OK);
    // Whoever has the cookie and no key signs with one of his own: line, head, proof of a desk.
    let thief = Person { house: &house, name: founder.name.clone(), cookie: founder.cookie.clone() };
    let key = SigningKey::generate(&TestEntropy::new(76));
    let (line, _) = desk.line(&house, &thief.name, backup(), &key);
    let mut longer = desk.ledger.clone();
    longer.commit(line.clone()).unwrap();
    for head in [longer.signed_head(&key), longer.signed_head(&desk.key)] {
        let sent = json!({ "line": line.as_str(), "head": head.as_str() });
        assert_eq!(thief.ask("POST", "/api/ledger", Some(sent)).await.code(), "ledger_signer");
    }
    let own = Desk { ledger: desk.ledger.clone(), key };
    assert_eq!(own.proves(&thief, "泥棒").await.said, json!({ "is_enrolled": false }));
    let enrol = EventBody::DeskEnrolled { key: own.key.public().jwk(), name: "泥棒".into() };
    let (line, _) = desk.line(&house, &thief.name, enrol, &own.key);
    let sent = json!({ "line": line.as_str(), "head": longer.signed_head(&own.key).as_str() });
    assert_eq!(thief.ask("POST", "/api/ledger", Some(sent)).await.code(), "ledger_signer");
    // He reads, as the person may.
    assert_eq!(thief.ask("GET", "/api/ledger", None).await.said["total"], 2);
}

#[tokio::test]
async fn a_struck_off_desk_reads_nothing_and_brings_nothing() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    let clerk = house.signs_up("見本太郎", Some(&house.id()), false).await;
    assert_eq!(desk.proves(&founder, "一号機").await.status, StatusCode::OK);
    let own = EventBody::DeskEnrolled { key: desk.key.public().jwk(), name: "一号機".into() };
    assert_eq!(desk.records(&founder, own).await.status, StatusCode::OK);
    let lost = Desk { ledger: desk.ledger.clone(), key: SigningKey::generate(&TestEntropy::new(77)) };
    let enrol = EventBody::DeskEnrolled { key: lost.key.public().jwk(), name: "二号機".into() };
    assert_eq!(desk.records(&founder, enrol).await.status, StatusCode::OK);
    assert_eq!(lost.proves(&clerk, "二号機").await.said, json!({ "is_enrolled": true }));
    assert_eq!(clerk.ask("GET", "/api/ledger", None).await.status, StatusCode::OK);
    let key = B64(lost.key.public().thumbprint_bytes());
    let strike = EventBody::DeskStruckOff { key, reason: "紛失".into() };
    assert_eq!(desk.records(&founder, strike).await.status, StatusCode::OK);
    for path in ["/api/ledger", "/api/desks", "/api/news"] {
        assert_eq!(clerk.ask("GET", path, None).await.code(), "store_desk", "{path}");
    }
    // It has the office's key: a ledger from elsewhere is no way around, in whatever session.
    let mut longer = desk.ledger.clone();
    let line = longer.append(now(), "見本花子", backup(), &house.office.keys.signing).unwrap();
    let head = longer.signed_head(&house.office.keys.signing);
    let sent = json!({ "lines": [line.as_str()], "head": head.as_str() });
    assert_eq!(clerk.ask("POST", "/api/ledger/lines", Some(sent.clone())).await.code(), "store_desk");
    let other = house.signs_up("見本次郎", Some(&house.id()), false).await;
    assert_eq!(other.ask("POST", "/api/ledger/lines", Some(sent.clone())).await.code(), "store_desk");
    // Nor is somebody who was invited to found an office.
    let nobody = house.signs_up("部外者", None, false).await;
    let whole: Vec<&str> = longer.lines().iter().map(|line| line.as_str()).collect();
    let all = json!({ "lines": whole, "head": head.as_str() });
    assert_eq!(nobody.ask("POST", "/api/ledger/lines", Some(all)).await.code(), "server_role");
    let first = longer.lines()[0].as_str();
    let again = json!({ "line": first, "head": head.as_str() });
    assert_eq!(nobody.ask("POST", "/api/ledger", Some(again)).await.said["again"], true);
    assert!(nobody.ask("GET", "/api/session", None).await.said["office"].is_null());
    // A desk in force gives back what the server lacks.
    assert_eq!(founder.ask("POST", "/api/ledger/lines", Some(sent)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn people_see_and_do_what_their_roles_allow() {
    use PersonRole::{Auditor, Decider, Handler};
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    let set = [
        person_set("見本花子", &[Decider, Handler]),
        person_set("見本太郎", &[Handler]),
        person_set("監査三郎", &[Auditor]),
    ];
    for event in set {
        assert_eq!(desk.records(&founder, event).await.status, StatusCode::OK);
    }
    let clerk = house.signs_up("見本太郎", Some(&house.id()), false).await;
    let auditor = house.signs_up("監査三郎", Some(&house.id()), false).await;
    let operator = house.signs_up("情報四郎", None, true).await;
    assert_eq!(clerk.ask("GET", "/api/session", None).await.said["roles"], json!(["handler"]));
    assert_eq!(desk.records(&clerk, person_set("友人", &[Decider])).await.code(), "step_role");
    assert_eq!(auditor.ask("GET", "/api/ledger", None).await.status, StatusCode::OK);
    assert_eq!(desk.records(&auditor, backup()).await.code(), "step_role");
    for path in ["/api/ledger", "/api/desks", "/api/documents", "/api/news"] {
        assert_eq!(operator.ask("GET", path, None).await.code(), "server_role", "{path}");
    }
    assert_eq!(clerk.ask("GET", "/api/people", None).await.code(), "server_role");
    assert_eq!(clerk.ask("POST", "/api/people", Some(json!({ "name": "友人" }))).await.code(), "server_role");
    // Whoever is not named in the ledger reads nothing of it.
    let invited = invite(&*house.store, "部外者", Some(&house.id()), false).await.unwrap();
    let nobody = Person { house: &house, name: String::new(), cookie: String::new() };
    let word = json!({ "word": invited.word, "password": PASSWORD });
    assert_eq!(nobody.ask("POST", "/api/invitation", Some(word)).await.code(), "server_role");

    let listed = founder.ask("GET", "/api/people", None).await.said;
    assert_eq!(listed.as_array().unwrap().len(), 4);
    assert_eq!(
        founder.ask("POST", "/api/people/close", Some(json!({ "name": "見本花子" }))).await.code(),
        "server_role"
    );
    let closed = founder.ask("POST", "/api/people/close", Some(json!({ "name": "見本太郎" }))).await;
    assert_eq!(closed.status, StatusCode::OK);
    assert_eq!(clerk.ask("GET", "/api/ledger", None).await.code(), "server_signed_out", "at once");
    let sign_in = json!({ "name": "見本太郎", "password": PASSWORD });
    assert_eq!(clerk.ask("POST", "/api/session", Some(sign_in)).await.code(), "server_wrong");
    // One who has left the ledger reads nothing either, whatever his session says.
    assert_eq!(desk.records(&founder, person_set("監査三郎", &[])).await.status, StatusCode::OK);
    assert_eq!(auditor.ask("GET", "/api/ledger", None).await.code(), "server_role");
}

#[tokio::test]
async fn whoever_runs_the_server_sees_its_state_and_lets_offices_begin() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    assert_eq!(desk.records(&founder, backup()).await.status, StatusCode::OK);
    let operator = house.signs_up("情報四郎", None, true).await;
    let seen = operator.ask("GET", "/api/overview", None).await.said;
    assert_eq!((&seen["version"], &seen["sessions"]), (&json!(env!("CARGO_PKG_VERSION")), &json!(2)));
    let office = &seen["offices"][0];
    assert_eq!((&office["name"], &office["lines"]), (&json!("見本課"), &json!(2)));
    assert_eq!(office["documents"], json!({ "documents": 0, "bytes": 0, "room": DOCUMENTS_ROOM }));
    assert_eq!((&office["fault"], seen["offices"].as_array().unwrap().len()), (&json!(null), 1));
    assert_eq!(founder.ask("GET", "/api/overview", None).await.code(), "server_role");

    let named = |name: &str| Some(json!({ "name": name, "password": PASSWORD }));
    // An account outlasts the session, whoever has that.
    for path in ["/api/people", "/api/people/close"] {
        let nothing = Some(json!({ "name": "港区 太郎" }));
        assert_eq!(operator.ask("POST", path, nothing).await.code(), "server_wrong", "{path}");
    }
    let invited = operator.ask("POST", "/api/people", named("港区 太郎")).await.said;
    let word = json!({ "word": invited["word"], "password": PASSWORD });
    let other = operator.ask("POST", "/api/invitation", Some(word)).await;
    assert_eq!((other.status, &other.said["office"]), (StatusCode::OK, &json!(null)));
    let listed = operator.ask("GET", "/api/people", None).await.said;
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(!names.contains(&&json!("見本花子")), "she has an office");
    // Others who run the server, and people of an office, are none of his.
    let another = json!({ "name": "情報五郎", "is_operator": true, "password": PASSWORD });
    assert_eq!(operator.ask("POST", "/api/people", Some(another)).await.code(), "server_role");
    assert_eq!(operator.ask("POST", "/api/people/close", named("見本花子")).await.code(), "server_missing");
    let own = json!({ "name": "情報四郎", "is_operator": true, "password": PASSWORD });
    assert_eq!(operator.ask("POST", "/api/people/close", Some(own)).await.code(), "server_role");
    assert_eq!(operator.ask("POST", "/api/people/close", named("港区 太郎")).await.status, StatusCode::OK);
    let cookie = other.cookie.unwrap();
    let gone = Person { house: &house, name: "港区 太郎".into(), cookie };
    assert_eq!(gone.ask("PUT", "/api/session", None).await.code(), "server_signed_out", "at once");
}

/// Whoever runs the server keeps a second word of whoever will found an office.
#[tokio::test]
async fn a_word_from_before_an_office_was_founded_lets_nobody_into_it() {
    let house = House::opened();
    let founder = house.signs_up("見本花子", None, false).await;
    let kept = invite(&*house.store, "見本花子", None, false).await.unwrap();
    let mut desk = Desk { ledger: Ledger::default(), key: SigningKey::generate(&TestEntropy::new(72)) };
    let card = house.office.key_file.card.clone();
    assert_eq!(
        desk.records(&founder, EventBody::OfficeFounded { card }).await.status,
        StatusCode::OK,
        "her session goes on"
    );
    let word = json!({ "word": kept.word, "password": PASSWORD });
    assert_eq!(founder.ask("POST", "/api/invitation", Some(word)).await.code(), "server_invitation");
    assert_eq!(founder.ask("GET", "/api/ledger", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_ledger_from_a_single_pc_is_taken_over_whole_and_given_back() {
    let house = House::opened();
    let office = &house.office.keys.signing;
    let mut alone = Ledger::default();
    let card = house.office.key_file.card.clone();
    alone.append(now(), "一人", EventBody::OfficeFounded { card }, office).unwrap();
    alone.append(now(), "一人", backup(), office).unwrap();
    let founder = house.signs_up("一人", None, false).await;
    let lines = |from: usize| alone.lines().iter().skip(from).map(|line| line.as_str()).collect::<Vec<_>>();
    let head = alone.signed_head(office);
    let sent = |lines: Vec<&str>| json!({ "lines": lines, "head": head.as_str() });
    let part = founder.ask("POST", "/api/ledger/lines", Some(sent(lines(1)))).await;
    assert_eq!(part.code(), "ledger_chain", "its beginning is missing");
    let taken = founder.ask("POST", "/api/ledger/lines", Some(sent(lines(0)))).await;
    assert_eq!(taken.said, json!({ "lines": 2, "again": false }), "{:?}", taken.said);
    assert_eq!(founder.ask("GET", "/api/session", None).await.said["office"], json!(house.id().as_str()));
    let stored = founder.ask("GET", "/api/ledger", None).await.said;
    assert_eq!(stored["lines"], json!(lines(0)));
    assert_eq!(stored["head"], head.as_str());
    // Another office's ledger does not come into this one.
    let label = OfficeLabel { name: "別の課".into(), contact: "03".into() };
    let words = Passphrase::new("別の課の合言葉 2026 とても長い");
    let other = Office::found(&TestEntropy::new(75), label, "minato", words, now()).unwrap();
    let mut theirs = Ledger::default();
    let card = other.key_file.card.clone();
    theirs.append(now(), "一人", EventBody::OfficeFounded { card }, &other.keys.signing).unwrap();
    let head = theirs.signed_head(&other.keys.signing);
    let lines: Vec<&str> = theirs.lines().iter().map(|line| line.as_str()).collect();
    let refused = founder
        .ask("POST", "/api/ledger/lines", Some(json!({ "lines": lines, "head": head.as_str() })))
        .await;
    assert_ne!(refused.status, StatusCode::OK);
}
