//! Signing in at `fuin serve` with a passkey (WebAuthn Level 3).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use axum::http::StatusCode;
use fuin_core::SigningKey;
use fuin_tests::{
    TestEntropy,
    authenticator::{Device, Odd},
    house::{Answer, House, ORIGIN, PASSWORD, Person},
};
use serde_json::{Value, json};

const ES256: i64 = -7;

fn device(seed: u64) -> Device {
    Device::new(SigningKey::generate(&TestEntropy::new(seed)), ORIGIN)
}

/// Makes a passkey for whoever is signed in.
async fn makes(person: &Person<'_>, device: &mut Device, algorithm: i64, odd: Odd) -> Answer {
    let asked = person.ask("POST", "/api/passkey/new", Some(json!({ "password": PASSWORD }))).await;
    assert_eq!(asked.status, StatusCode::OK, "{:?}", asked.said);
    let made = device.creates(&question_in(&asked.said), algorithm, odd);
    person.ask("POST", "/api/passkey", Some(json!({ "word": "", "passkey": made.to_string() }))).await
}

fn question_in(said: &Value) -> Value {
    serde_json::from_str(said["question"].as_str().unwrap()).unwrap()
}

fn nobody(house: &House) -> Person<'_> {
    Person { house, name: String::new(), cookie: String::new() }
}

async fn question(house: &House) -> Value {
    nobody(house).ask("POST", "/api/session/question", None).await.said
}

async fn signs_in(house: &House, device: &mut Device, odd: Odd) -> Answer {
    let asked = question(house).await;
    let passkey = device.answers(&question_in(&asked), odd);
    let sent = json!({ "word": asked["word"], "passkey": passkey.to_string() });
    nobody(house).ask("POST", "/api/session/passkey", Some(sent)).await
}

#[tokio::test]
async fn a_passkey_signs_in_whom_it_belongs_to() {
    let house = House::opened();
    let (founder, _) = house.founded().await;
    let mut device = device(90);
    let asked = question_in(
        &founder.ask("POST", "/api/passkey/new", Some(json!({ "password": PASSWORD }))).await.said,
    );
    assert_eq!(asked["pubKeyCredParams"], json!([{ "alg": ES256, "type": "public-key" }]));
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(makes(&founder, &mut device, ES256, Odd::Nothing).await.said["passkeys"], 1);
    let signed_in = signs_in(&house, &mut device, Odd::Nothing).await;
    assert_eq!((signed_in.status, &signed_in.said["name"]), (StatusCode::OK, &json!("見本花子")));
    assert!(signed_in.cookie.unwrap().starts_with("fuin-session="));
    // Again, with what its counter is by now.
    assert_eq!(signs_in(&house, &mut device, Odd::Nothing).await.status, StatusCode::OK);
    // All of them go at once: a device was lost.
    assert_eq!(founder.ask("DELETE", "/api/passkey", None).await.said["passkeys"], 0);
    assert_eq!(signs_in(&house, &mut device, Odd::Nothing).await.code(), "server_passkey");
}

#[tokio::test]
async fn an_answer_that_is_not_good_signs_in_nobody() {
    let house = House::opened();
    let (founder, _) = house.founded().await;
    let mut good = device(91);
    for odd in [Odd::Origin, Odd::Challenge, Odd::Party, Odd::Unverified, Odd::Type] {
        assert_eq!(makes(&founder, &mut good, ES256, odd).await.code(), "server_passkey", "{odd:?}");
    }
    assert_eq!(
        makes(&founder, &mut good, -8, Odd::Nothing).await.code(),
        "server_passkey",
        "another algorithm"
    );
    assert_eq!(founder.ask("GET", "/api/passkey", None).await.said["passkeys"], 0);
    assert_eq!(makes(&founder, &mut good, ES256, Odd::Nothing).await.said["passkeys"], 1);
    assert_eq!(signs_in(&house, &mut good, Odd::Nothing).await.status, StatusCode::OK);
    // The counter first: every other one counts on.
    let odd =
        [Odd::Counter, Odd::Origin, Odd::Challenge, Odd::Party, Odd::Unverified, Odd::Signature, Odd::Type];
    for odd in odd {
        assert_eq!(signs_in(&house, &mut good, odd).await.code(), "server_passkey", "{odd:?}");
    }
    // A question is answered once, and each by its own.
    let asked = question(&house).await;
    let passkey = good.answers(&question_in(&asked), Odd::Nothing);
    let sent = json!({ "word": asked["word"], "passkey": passkey.to_string() });
    let send =
        async |sent: &Value| nobody(&house).ask("POST", "/api/session/passkey", Some(sent.clone())).await;
    assert_eq!(send(&sent).await.status, StatusCode::OK);
    assert_eq!(send(&sent).await.code(), "server_passkey");
    let other = json!({ "word": "another", "passkey": sent["passkey"] });
    assert_eq!(send(&other).await.code(), "server_passkey");
    assert_eq!(send(&json!({ "word": "another", "passkey": "[]" })).await.code(), "server_passkey");
    // Another device under the same id, and one whose handle is another's.
    let mut stranger = device(92);
    stranger.handle.clone_from(&good.handle);
    assert_eq!(signs_in(&house, &mut stranger, Odd::Nothing).await.code(), "server_passkey");
    good.handle = b"0123456789abcdef0123456789abcdef".to_vec();
    assert_eq!(signs_in(&house, &mut good, Odd::Nothing).await.code(), "server_passkey");
}

#[tokio::test]
async fn who_was_closed_signs_in_with_nothing() {
    let house = House::opened();
    let (founder, _) = house.founded().await;
    let clerk = house.signs_up("見本太郎", Some(&house.id()), false).await;
    let mut device = device(93);
    assert_eq!(makes(&clerk, &mut device, ES256, Odd::Nothing).await.said["passkeys"], 1);
    let closed = founder.ask("POST", "/api/people/close", Some(json!({ "name": "見本太郎" }))).await;
    assert_eq!(closed.status, StatusCode::OK, "{:?}", closed.said);
    assert_eq!(signs_in(&house, &mut device, Odd::Nothing).await.code(), "server_passkey");
    let again = clerk.ask("POST", "/api/passkey/new", Some(json!({ "password": PASSWORD }))).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

/// Whoever has a cookie does not stay for ever, and an invitation ends what was registered before.
#[tokio::test]
async fn a_session_alone_makes_no_passkey() {
    let house = House::opened();
    let (founder, _) = house.founded().await;
    for sent in [None, Some(json!({})), Some(json!({ "password": "何か別のパスワード" }))] {
        let refused = founder.ask("POST", "/api/passkey/new", sent).await;
        assert!(refused.status.is_client_error(), "{:?}", refused.said);
    }
    let clerk = house.signs_up("見本太郎", Some(&house.id()), false).await;
    let mut device = device(94);
    assert_eq!(makes(&clerk, &mut device, ES256, Odd::Nothing).await.said["passkeys"], 1);
    house.signs_up("見本太郎", Some(&house.id()), false).await;
    assert_eq!(signs_in(&house, &mut device, Odd::Nothing).await.code(), "server_passkey");
}
