//! A server in memory with its office, people who sign in there, and PCs: for what `fuin serve` answers.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise, and says by its name what it does"
)]

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::connect_info::MockConnectInfo,
    http::{Request, Response, StatusCode},
};
use fuin_core::{
    DeskProof, EventBody, Jws, Ledger, Office, OfficeLabel, Passphrase, PersonRole, SigningKey, Timestamp,
};
use fuin_server::{Lifetime, Server, Settings, invite, router};
use fuin_store::{Books, Documents, MemoryStore, OfficeId, Store};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::{TestEntropy, signed};

pub const ORIGIN: &str = "https://fuin.example";
pub const PAGE: &str = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                        worker-src blob:; connect-src 'none'\"><title>Fuin</title></head></html>";
pub const PASSWORD: &str = "とても長いパスワード一番";

pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_secs(i64::try_from(since.as_secs()).unwrap())
}

/// Bytes that the documents of an office may have together.
pub const DOCUMENTS_ROOM: u64 = 200 << 30;

pub struct House {
    pub store: Arc<dyn Store>,
    pub server: Arc<Server>,
    pub app: Router,
    pub office: Office,
    /// Where documents are kept.
    pub documents: TempDir,
}

impl House {
    pub fn opened() -> Self {
        Self::lasting(Lifetime::default())
    }

    pub fn lasting(lifetime: Lifetime) -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let settings = Settings { origin: ORIGIN.into(), lifetime };
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::open(folder.path(), DOCUMENTS_ROOM).unwrap();
        let books = Books::new(Arc::clone(&store)).with_documents(documents);
        let server = Server::new(books, PAGE.as_bytes(), settings).unwrap();
        let from = SocketAddr::from(([10, 0, 0, 9], 40_000));
        let app = router(Arc::clone(&server)).layer(MockConnectInfo(from));
        let label = OfficeLabel { name: "見本課".into(), contact: "03-0000-0000".into() };
        let words = Passphrase::new("課の合言葉 2026 とても長い");
        let office = Office::found(&TestEntropy::new(71), label, "minato", words, now()).unwrap();
        Self { store, server, app, office, documents: folder }
    }

    pub fn id(&self) -> OfficeId {
        OfficeId::parse(&self.office.keys.signing.public().thumbprint()).unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.app.clone().oneshot(request).await.unwrap()
    }

    /// Takes an invitation.
    pub async fn signs_up(&self, name: &str, office: Option<&OfficeId>, is_operator: bool) -> Person<'_> {
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
    pub async fn founded(&self) -> (Person<'_>, Desk) {
        let founder = self.signs_up("見本花子", None, false).await;
        let mut desk = Desk { ledger: Ledger::default(), key: SigningKey::generate(&TestEntropy::new(72)) };
        let card = self.office.key_file.card.clone();
        let answer = desk.records(&founder, EventBody::OfficeFounded { card }).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.said);
        (founder, desk)
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub said: Value,
    pub cookie: Option<String>,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.said["code"].as_str().unwrap_or("none")
    }
}

pub struct Person<'a> {
    pub house: &'a House,
    pub name: String,
    pub cookie: String,
}

impl Person<'_> {
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
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

pub async fn read(response: Response<Body>) -> Answer {
    let status = response.status();
    let cookie = response.headers().get("set-cookie").map(|value| value.to_str().unwrap().to_owned());
    let cookie = cookie.map(|text| text.split(';').next().unwrap().to_owned());
    let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    Answer { status, said: serde_json::from_slice(&body).unwrap_or(Value::Null), cookie }
}

/// A PC with the office's key, one of its own, and a copy of the ledger.
pub struct Desk {
    pub ledger: Ledger,
    pub key: SigningKey,
}

impl Desk {
    /// A line by this key, and the head that counts it, by the office's.
    pub fn line(&self, house: &House, actor: &str, event: EventBody, key: &SigningKey) -> (Jws, Jws) {
        let unsigned = self.ledger.prepare(now(), actor, event, &key.public());
        let line = signed(unsigned, key);
        let office = &house.office.keys.signing;
        let unsigned = self.ledger.unsigned_head_with(&line, &office.public()).unwrap();
        let head = signed(unsigned, office);
        (line, head)
    }

    /// By the desk's key where it is enrolled, by the office's otherwise.
    pub async fn records(&mut self, person: &Person<'_>, event: EventBody) -> Answer {
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

    pub async fn proves(&self, person: &Person<'_>, name: &str) -> Answer {
        let who = person.ask("GET", "/api/session", None).await;
        self.answers(person, who.said["challenge"].as_str().unwrap(), ORIGIN, name).await
    }

    pub async fn answers(&self, person: &Person<'_>, challenge: &str, origin: &str, name: &str) -> Answer {
        let unsigned = DeskProof::unsigned(challenge, origin, name, &self.key.public());
        let proof = signed(unsigned, &self.key);
        person.ask("POST", "/api/desk", Some(json!({ "proof": proof.as_str() }))).await
    }
}

pub fn backup() -> EventBody {
    EventBody::BackedUp { lines: 1 }
}

pub fn person_set(name: &str, roles: &[PersonRole]) -> EventBody {
    EventBody::PersonSet { name: name.into(), roles: roles.to_vec() }
}
