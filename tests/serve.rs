//! What `fuin serve` answers, and whom it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::connect_info::MockConnectInfo,
    http::{Request, Response, StatusCode},
};
use fuin_core::{
    B64, DeskProof, EventBody, Jws, Ledger, Office, OfficeLabel, Passphrase, PersonRole, SigningKey,
    Timestamp,
};
use fuin_server::{Lifetime, Server, Settings, invite, router};
use fuin_store::{MemoryStore, OfficeId, Store};
use fuin_tests::TestEntropy;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const ORIGIN: &str = "https://fuin.example";
const PAGE: &str = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; worker-src \
                    blob:; connect-src 'none'\"><title>Fuin</title></head></html>";
const PASSWORD: &str = "とても長いパスワード一番";

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_secs(i64::try_from(since.as_secs()).unwrap())
}

struct House {
    store: Arc<dyn Store>,
    server: Arc<Server>,
    app: Router,
    office: Office,
}

impl House {
    fn new() -> Self {
        Self::lasting(Lifetime::default())
    }

    fn lasting(lifetime: Lifetime) -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let settings = Settings { origin: ORIGIN.into(), lifetime };
        let server = Server::new(Arc::clone(&store), PAGE.as_bytes(), settings).unwrap();
        let from = SocketAddr::from(([10, 0, 0, 9], 40_000));
        let app = router(Arc::clone(&server)).layer(MockConnectInfo(from));
        let label = OfficeLabel { name: "見本課".into(), contact: "03-0000-0000".into() };
        let words = Passphrase::new("課の合言葉 2026 とても長い");
        let office = Office::found(&TestEntropy::new(71), label, "minato", words, now()).unwrap();
        Self { store, server, app, office }
    }

    fn id(&self) -> OfficeId {
        OfficeId::parse(&self.office.keys.signing.public().thumbprint()).unwrap()
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.app.clone().oneshot(request).await.unwrap()
    }

    /// Takes an invitation.
    async fn signs_up(&self, name: &str, office: Option<&OfficeId>, is_operator: bool) -> Person<'_> {
        let invited = invite(&*self.store, name, office, is_operator).await.unwrap();
        let mut person = Person { house: self, name: name.into(), cookie: String::new() };
        let answer = person
            .ask("POST", "/api/invitation", Some(json!({ "word": invited.word, "password": PASSWORD })))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.said);
        person.cookie = answer.cookie.unwrap();
        person
    }

    /// Somebody founds the office.
    async fn founded(&self) -> (Person<'_>, Desk) {
        let founder = self.signs_up("見本花子", None, false).await;
        let mut desk = Desk { ledger: Ledger::default(), key: SigningKey::generate(&TestEntropy::new(72)) };
        let card = self.office.key_file.card.clone();
        let answer = desk.records(&founder, EventBody::OfficeFounded { card }).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.said);
        (founder, desk)
    }
}

struct Answer {
    status: StatusCode,
    said: Value,
    cookie: Option<String>,
}

impl Answer {
    fn code(&self) -> &str {
        self.said["code"].as_str().unwrap_or("none")
    }
}

struct Person<'a> {
    house: &'a House,
    name: String,
    cookie: String,
}

impl Person<'_> {
    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("x-fuin", "1");
        if !self.cookie.is_empty() {
            request = request.header("cookie", format!("other=1; {}", self.cookie));
        }
        let body = match body {
            Some(json) => {
                request = request.header("content-type", "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        read(self.house.send(request.body(body).unwrap()).await).await
    }
}

async fn read(response: Response<Body>) -> Answer {
    let status = response.status();
    let cookie = response.headers().get("set-cookie").map(|value| value.to_str().unwrap().to_owned());
    let cookie = cookie.map(|text| text.split(';').next().unwrap().to_owned());
    let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    Answer { status, said: serde_json::from_slice(&body).unwrap_or(Value::Null), cookie }
}

/// A PC with the office's key, one of its own, and a copy of the ledger.
struct Desk {
    ledger: Ledger,
    key: SigningKey,
}

impl Desk {
    /// A line by this key, and the head that counts it, by the office's.
    fn line(&self, house: &House, actor: &str, event: EventBody, key: &SigningKey) -> (Jws, Jws) {
        let unsigned = self.ledger.prepare(now(), actor, event, &key.public());
        let signature = key.sign_bytes(unsigned.signing_input());
        let line = unsigned.attach(&signature).unwrap();
        let office = &house.office.keys.signing;
        let unsigned = self.ledger.unsigned_head_with(&line, &office.public()).unwrap();
        let signature = office.sign_bytes(unsigned.signing_input());
        let head = unsigned.attach(&signature).unwrap();
        (line, head)
    }

    /// By the desk's key where it is enrolled, by the office's otherwise.
    async fn records(&mut self, person: &Person<'_>, event: EventBody) -> Answer {
        let is_enrolled = self.ledger.desks().of_key(&self.key.public()).is_some();
        let of_office = event.is_of_office() || !is_enrolled;
        let key = if of_office { &person.house.office.keys.signing } else { &self.key };
        let (line, head) = self.line(person.house, &person.name, event, key);
        let sent = json!({ "line": line.as_str(), "head": head.as_str() });
        let answer = person.ask("POST", "/api/ledger", Some(sent)).await;
        if answer.status == StatusCode::OK {
            self.ledger.commit(line).unwrap();
        }
        answer
    }

    async fn proves(&self, person: &Person<'_>, name: &str) -> Answer {
        let who = person.ask("GET", "/api/session", None).await;
        self.answers(person, who.said["challenge"].as_str().unwrap(), ORIGIN, name).await
    }

    async fn answers(&self, person: &Person<'_>, challenge: &str, origin: &str, name: &str) -> Answer {
        let unsigned = DeskProof::unsigned(challenge, origin, name, &self.key.public());
        let signature = self.key.sign_bytes(unsigned.signing_input());
        let proof = unsigned.attach(&signature).unwrap();
        person.ask("POST", "/api/desk", Some(json!({ "proof": proof.as_str() }))).await
    }
}

fn backup() -> EventBody {
    EventBody::BackedUp { lines: 1 }
}

fn person_set(name: &str, roles: &[PersonRole]) -> EventBody {
    EventBody::PersonSet { name: name.into(), roles: roles.to_vec() }
}

#[tokio::test]
async fn the_page_may_speak_to_its_server_alone_and_nobody_frames_it() {
    let house = House::new();
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
    let house = House::new();
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
    let house = House::new();
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
    assert_eq!(person.ask("GET", "/api/session", None).await.code(), "server_signed_out", "all others end");
    let old = person.ask("POST", "/api/session", Some(sign_in("見本花子", PASSWORD))).await;
    assert_eq!(old.code(), "server_wrong");

    let person = Person { cookie: changed.cookie.unwrap(), ..person };
    assert_eq!(person.ask("DELETE", "/api/session", None).await.status, StatusCode::OK);
    assert_eq!(person.ask("GET", "/api/session", None).await.code(), "server_signed_out");
}

#[tokio::test]
async fn whoever_tries_passwords_waits() {
    let house = House::new();
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
async fn two_desks_record_at_once_and_both_succeed() {
    let house = House::new();
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
    let house = House::new();
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
    let house = House::new();
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
async fn people_see_and_do_what_their_roles_allow() {
    use PersonRole::{Auditor, Decider, Handler};
    let house = House::new();
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
    for path in ["/api/ledger", "/api/desks", "/api/people", "/api/news"] {
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
async fn a_ledger_from_a_single_pc_is_taken_over_whole_and_given_back() {
    let house = House::new();
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

#[tokio::test]
async fn what_one_desk_records_the_others_hear_at_once() {
    let house = House::new();
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
