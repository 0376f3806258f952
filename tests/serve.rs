//! What `fuin serve` answers: the page, signing in, and what is told at once.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use fuin_server::{Lifetime, invite};
use fuin_tests::house::{House, ORIGIN, PAGE, PASSWORD, Person, backup, read};
use futures_util::StreamExt as _;
use serde_json::json;

#[tokio::test]
async fn the_page_may_speak_to_its_server_alone_and_nobody_frames_it() {
    let house = House::opened();
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let page = house.send(get("/")).await;
    let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(policy.contains("connect-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(header("strict-transport-security"), "max-age=31536000");
    let body = to_bytes(page.into_body(), 1 << 20).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("name=\"fuin-server\""));
    // The file for sticks is the one that was built: it speaks to nobody.
    let file = to_bytes(house.send(get("/fuin.html")).await.into_body(), 1 << 20).await.unwrap();
    assert_eq!(file, PAGE);
    assert_eq!(house.send(get("/healthz")).await.status(), StatusCode::OK);
    assert_eq!(house.send(get("/nothing")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn another_page_asks_for_nothing() {
    let house = House::opened();
    let (founder, _) = house.founded().await;
    let ask = |name: &'static str, value: &'static str| {
        let request = Request::get("/api/session").header("cookie", &founder.cookie).header("x-fuin", "1");
        house.send(request.header(name, value).body(Body::empty()).unwrap())
    };
    assert_eq!(ask("origin", ORIGIN).await.status(), StatusCode::OK);
    assert_eq!(ask("sec-fetch-site", "same-origin").await.status(), StatusCode::OK);
    assert_eq!(read(ask("origin", "https://evil.example").await).await.code(), "server_foreign");
    assert_eq!(read(ask("origin", "null").await).await.code(), "server_foreign");
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(read(ask("sec-fetch-site", site).await).await.code(), "server_foreign", "{site}");
    }
    // A form of another page sends the cookie of a careless browser, and cannot send the header.
    let form = Request::delete("/api/session").header("cookie", &founder.cookie).body(Body::empty()).unwrap();
    assert_eq!(read(house.send(form).await).await.code(), "server_foreign");
    assert_eq!(founder.ask("GET", "/api/session", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_word_is_good_once_and_a_password_signs_in() {
    let house = House::opened();
    let invited = invite(&*house.store, "見本花子", None, false).await.unwrap();
    let nobody = Person { house: &house, name: "見本花子".into(), cookie: String::new() };
    let take = |password: &str| json!({ "word": invited.word, "password": password });
    let short = nobody.ask("POST", "/api/invitation", Some(take("短い"))).await;
    assert_eq!(short.code(), "server_password_short");
    let taken = house
        .send(
            Request::post("/api/invitation")
                .header("x-fuin", "1")
                .header("content-type", "application/json")
                .body(Body::from(take(PASSWORD).to_string()))
                .unwrap(),
        )
        .await;
    let cookie = taken.headers()["set-cookie"].to_str().unwrap().to_owned();
    for flag in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert_eq!(nobody.ask("POST", "/api/invitation", Some(take(PASSWORD))).await.code(), "server_invitation");

    let sign_in = |name: &str, password: &str| json!({ "name": name, "password": password });
    let wrong = nobody.ask("POST", "/api/session", Some(sign_in("見本花子", "別のパスワードでした一"))).await;
    assert_eq!((wrong.status, wrong.code()), (StatusCode::UNAUTHORIZED, "server_wrong"));
    let unknown = nobody.ask("POST", "/api/session", Some(sign_in("誰か", PASSWORD))).await;
    assert_eq!(unknown.said, wrong.said, "a name that is not known looks like a wrong password");
    let good = nobody.ask("POST", "/api/session", Some(sign_in("見本花子", PASSWORD))).await;
    let person = Person { cookie: good.cookie.unwrap(), ..nobody };
    assert_eq!(person.ask("GET", "/api/session", None).await.said["name"], "見本花子");

    let change = json!({ "password": PASSWORD, "new_password": "まったく別の新しいパスワード" });
    let changed = person.ask("POST", "/api/password", Some(change)).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert!(person.ask("GET", "/api/session", None).await.said.is_null(), "all others end");
    let old = person.ask("POST", "/api/session", Some(sign_in("見本花子", PASSWORD))).await;
    assert_eq!(old.code(), "server_wrong");

    let person = Person { cookie: changed.cookie.unwrap(), ..person };
    assert_eq!(person.ask("DELETE", "/api/session", None).await.status, StatusCode::OK);
    assert!(person.ask("GET", "/api/session", None).await.said.is_null());
    assert_eq!(person.ask("GET", "/api/ledger", None).await.code(), "server_signed_out");
}

#[tokio::test]
async fn whoever_tries_passwords_waits() {
    let house = House::opened();
    let nobody = Person { house: &house, name: String::new(), cookie: String::new() };
    let mut codes = Vec::new();
    for _ in 0..12 {
        let tried = json!({ "name": "見本花子", "password": "推測した何かのパスワード" });
        codes.push(nobody.ask("POST", "/api/session", Some(tried)).await.code().to_owned());
    }
    assert_eq!((codes[0].as_str(), codes[11].as_str()), ("server_wrong", "server_limited"), "{codes:?}");
}

#[tokio::test]
async fn a_session_that_rests_ends() {
    let house = House::lasting(Lifetime { idle: Duration::ZERO, whole: Duration::from_secs(60) });
    let invited = invite(&*house.store, "見本花子", None, false).await.unwrap();
    let nobody = Person { house: &house, name: String::new(), cookie: String::new() };
    let word = json!({ "word": invited.word, "password": PASSWORD });
    assert_eq!(nobody.ask("POST", "/api/invitation", Some(word)).await.code(), "server_signed_out");
}

#[tokio::test]
async fn what_one_desk_records_the_others_hear_at_once() {
    let house = House::opened();
    let (founder, mut desk) = house.founded().await;
    let clerk = house.signs_up("見本太郎", Some(&house.id()), false).await;
    let request = Request::get("/api/news").header("cookie", &clerk.cookie).body(Body::empty()).unwrap();
    let mut news = house.send(request).await.into_body().into_data_stream();
    let mut next = async || {
        let heard = tokio::time::timeout(Duration::from_secs(1), news.next()).await.ok().flatten();
        heard.map(|bytes| String::from_utf8_lossy(&bytes.unwrap()).into_owned())
    };
    assert_eq!(next().await.unwrap(), "event: lines\ndata: 1\n\n");
    assert_eq!(desk.records(&founder, backup()).await.status, StatusCode::OK);
    assert_eq!(next().await.unwrap(), "event: lines\ndata: 2\n\n");
    desk.proves(&founder, "一号機").await;
    assert_eq!(next().await.unwrap(), "event: desks\ndata: changed\n\n");
    // Whoever was closed hears nothing more.
    let closed = founder.ask("POST", "/api/people/close", Some(json!({ "name": "見本太郎" }))).await;
    assert_eq!(closed.status, StatusCode::OK);
    assert_eq!(desk.records(&founder, backup()).await.status, StatusCode::OK);
    assert_eq!(next().await, None);
    drop(house.server);
}
