//! How fast a ledger of many lines is appended to and searched, beside pgbench on the same database; and many desks at
//! once over loopback: nothing lost, doubled or forked. `desks [LINES [DESKS]]` prints JSON.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    reason = "a measurement stops at the first surprise, and prints"
)]

use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use fuin_core::{EventBody, Jws, Ledger, Office, OfficeLabel, Passphrase, Register, Review, SigningKey};
use fuin_server::{Lifetime, Options, invite};
use fuin_store::{Author, Books, OfficeId, PostgresStore, Store};
use fuin_tests::{TestEntropy, all_events::request, cluster::Cluster, house::now};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    runtime::Runtime,
    sync::oneshot,
};

const ROUNDS: usize = 300;
/// Turns of appending and pgbench, of which the median counts: how long the disk takes changes.
const TURNS: usize = 5;
const LINES_EACH: usize = 5;

fn office() -> Office {
    let label = OfficeLabel { name: "見本課".into(), contact: "03-0000-0000".into() };
    let words = Passphrase::new("課の合言葉 2026 とても長い");
    Office::found(&TestEntropy::new(801), label, "minato", words, now()).unwrap()
}

/// Ten lines for each request.
fn event(place: usize) -> EventBody {
    let number = (place / 10 + 1) as u64;
    match place % 10 {
        0 => {
            let mut request = request();
            request.document_number = format!("刑捜第{number}号");
            request.range[0].camera = format!("カメラ{}番", number % 100);
            EventBody::Requested {
                number,
                request: Box::new(request),
                attachments: vec![],
                recipient_keys: None,
            }
        }
        1 => EventBody::Reviewed { number, review: Review::default(), undertaking: None },
        _ => EventBody::Claimed { number, by: Some(format!("係員{}", place % 7)) },
    }
}

fn p95(mut all: Vec<Duration>) -> f64 {
    all.sort_unstable();
    all[all.len() * 95 / 100].as_secs_f64() * 1000.0
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// A ledger of many lines, put into the database as its owner: the triggers look at what is measured only.
fn filled(cluster: &Cluster, office: &Office, lines: usize) -> Ledger {
    let key = &office.keys.signing;
    let mut ledger = Ledger::default();
    let card = office.key_file.card.clone();
    ledger.append(now(), "係員", EventBody::OfficeFounded { card }, key).unwrap();
    for place in 0..lines - 1 {
        ledger.append(now(), "係員", event(place), key).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let file = folder.path().join("lines");
    let mut text = String::new();
    for (seq, line) in ledger.lines().iter().enumerate() {
        writeln!(text, "{seq}\t{}", line.as_str()).unwrap();
    }
    fs::write(&file, text).unwrap();
    let id = key.public().thumbprint();
    let head = ledger.signed_head(key);
    let sql = format!(
        "CREATE TEMP TABLE came (seq bigint, line text); COPY came FROM '{}';
         ALTER TABLE ledger_line DISABLE TRIGGER USER; ALTER TABLE ledger_head DISABLE TRIGGER USER;
         INSERT INTO office (id) VALUES ('{id}');
         INSERT INTO ledger_line (office, seq, line, sha256, kind)
             SELECT '{id}', seq, line, sha256(convert_to(line, 'UTF8')), 'claimed' FROM came ORDER BY seq;
         INSERT INTO ledger_head (office, lines, head) VALUES ('{id}', {lines}, '{}');
         ALTER TABLE ledger_line ENABLE TRIGGER USER; ALTER TABLE ledger_head ENABLE TRIGGER USER;
         ANALYZE",
        file.display(),
        head.as_str()
    );
    cluster.sql("bench", &sql).unwrap();
    ledger
}

/// As many lines, one after the other; 95 of 100 took no longer, in milliseconds.
async fn appends(books: &Books, office: &Office, ledger: &mut Ledger) -> f64 {
    let key = &office.keys.signing;
    let id = OfficeId::parse(&key.public().thumbprint()).unwrap();
    let author = Author { name: "係員".into(), desk: None };
    let mut took = Vec::new();
    for round in 0..ROUNDS {
        let by = Some(format!("係員{round}"));
        let line = ledger.append(now(), "係員", EventBody::Claimed { number: 1, by }, key).unwrap();
        let head = ledger.signed_head(key);
        let begun = Instant::now();
        books.append(&id, (line, &head), &author, now()).await.unwrap();
        took.push(begun.elapsed());
    }
    p95(took)
}

/// The same bytes into a table without anything, one transaction each.
fn pgbench(cluster: &Cluster, line: &str) -> f64 {
    let millis = cluster.pgbench("bench", &format!("INSERT INTO plain (line) VALUES ('{line}')"), ROUNDS);
    p95(millis.into_iter().map(Duration::from_micros).collect())
}

fn searches(register: &Register) -> f64 {
    let took = (0..ROUNDS).map(|round| {
        let begun = Instant::now();
        let found = register.search(&format!("刑捜第{}号 カメラ", round * 37 % 5000 + 1));
        std::hint::black_box(found.len());
        begun.elapsed()
    });
    p95(took.collect())
}

/// A desk over HTTP/1.1, with a connection of its own.
struct Desk {
    stream: TcpStream,
    cookie: String,
    ledger: Ledger,
    name: String,
}

impl Desk {
    async fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let asked = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-fuin: 1\r\ncookie: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        self.stream.write_all(asked.as_bytes()).await.unwrap();
        let (mut got, mut piece) = (Vec::new(), [0; 16384]);
        loop {
            let read = self.stream.read(&mut piece).await.unwrap();
            assert!(read > 0, "the server hung up");
            got.extend_from_slice(&piece[..read]);
            let Some(end) = got.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&got[..end]).to_lowercase();
            let said = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            let length = said("content-length: ").unwrap_or_else(|| unreachable!("{head}"));
            let length: usize = length.parse().unwrap();
            if got.len() < end + 4 + length {
                continue;
            }
            let head = String::from_utf8_lossy(&got[..end]).into_owned();
            if let Some(at) = head.find("fuin-session=") {
                self.cookie = head[at..].split(';').next().unwrap().to_owned();
            }
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            return (status, serde_json::from_slice(&got[end + 4..end + 4 + length]).unwrap_or(Value::Null));
        }
    }

    async fn read_on(&mut self) {
        let known = self.ledger.lines().len();
        let (status, more) = self.ask("GET", &format!("/api/ledger?from={known}"), None).await;
        // One that asks too often (429) tries again.
        for line in more["lines"].as_array().into_iter().filter(|_| status == 200).flatten() {
            self.ledger.commit(Jws::new(line.as_str().unwrap())).unwrap();
        }
    }

    async fn record(&mut self, key: &SigningKey, nth: usize) -> Duration {
        let begun = Instant::now();
        loop {
            let event = EventBody::Claimed { number: 1, by: Some(format!("{} {nth}", self.name)) };
            let mut longer = self.ledger.clone();
            let line = longer.append(now(), &self.name, event, key).unwrap();
            let head = longer.signed_head(key);
            let sent = json!({ "line": line.as_str(), "head": head.as_str() });
            match self.ask("POST", "/api/ledger", Some(sent)).await {
                (200, _) => {
                    self.ledger = longer;
                    return begun.elapsed();
                }
                (409 | 429, _) => self.read_on().await,
                (status, said) => unreachable!("{status} {said}"),
            }
        }
    }
}

/// Many desks at once: each records a few lines and searches. Gives how long a line took with all that came before it.
async fn many(store: Arc<dyn Store>, desks: usize) -> Value {
    let (ready, is_ready) = oneshot::channel();
    let options = Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        host: None,
        tls: None,
        metrics: None,
        lifetime: Lifetime::default(),
    };
    let served = Arc::clone(&store);
    tokio::spawn(async move {
        fuin_server::serve(Books::new(served), b"<html></html>", options, |origin| {
            ready.send(origin.to_owned()).unwrap()
        })
        .await
        .unwrap();
    });
    let address = is_ready.await.unwrap().trim_start_matches("http://").to_owned();
    let label = OfficeLabel { name: "混雑課".into(), contact: "03".into() };
    let words = Passphrase::new("課の合言葉 2026 とても長い");
    let office = Office::found(&TestEntropy::new(803), label, "minato", words, now()).unwrap();
    let key: &'static SigningKey = Box::leak(Box::new(office.keys.signing));
    let id = OfficeId::parse(&key.public().thumbprint()).unwrap();
    let mut first = Ledger::default();
    let card = office.key_file.card;
    first.append(now(), "係員", EventBody::OfficeFounded { card }, key).unwrap();
    first.append(now(), "係員", event(0), key).unwrap();
    let books = Books::new(Arc::clone(&store));
    let lines = first.lines().to_vec();
    books.take_over(&id, lines, &first.signed_head(key)).await.unwrap();
    let mut all = Vec::new();
    for nth in 0..desks {
        let name = format!("係員{nth}");
        let word = invite(&*store, &name, Some(&id), false).await.unwrap().word;
        // Each is another PC: what limits guessing goes by address.
        let socket = TcpSocket::new_v4().unwrap();
        let [high, low] = (nth as u16 + 1).to_be_bytes();
        socket.bind(SocketAddr::from(([127, 1, high, low], 0))).unwrap();
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        let mut desk = Desk { stream, cookie: String::new(), ledger: first.clone(), name };
        let body = json!({ "word": word, "password": "とても長いパスワード一番" });
        assert_eq!(desk.ask("POST", "/api/invitation", Some(body)).await.0, 200);
        all.push(desk);
    }
    let begun = Instant::now();
    let tasks: Vec<_> = all
        .into_iter()
        .map(|mut desk| {
            tokio::spawn(async move {
                let mut took = Vec::new();
                for nth in 0..LINES_EACH {
                    took.push(desk.record(key, nth).await);
                    let register = Register::project(desk.ledger.events());
                    assert_eq!(register.search("刑捜第1号").len(), 1);
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    let whole = begun.elapsed();
    let kept = books.store().read(&id, 0).await.unwrap();
    let text = kept.lines.join("\n");
    let (ledger, faults) =
        Ledger::read(text.as_bytes(), kept.head.as_deref().map(Jws::new).as_ref(), Some(&key.public()));
    assert_eq!(faults, vec![]);
    let said: BTreeSet<String> = ledger.events().iter().map(|event| format!("{:?}", event.event)).collect();
    assert_eq!((ledger.lines().len(), said.len()), (2 + desks * LINES_EACH, 2 + desks * LINES_EACH));
    json!({ "desks": desks, "lines": desks * LINES_EACH, "seconds": whole.as_secs_f64(), "line_p95_ms": p95(took) })
}

fn main() {
    let number = |nth: usize, usual: usize| env::args().nth(nth).map_or(usual, |text| text.parse().unwrap());
    let (lines, desks) = (number(1, 1_000_000), number(2, 200));
    let runtime = Runtime::new().unwrap();
    let cluster = Cluster::start();
    let url = cluster.database("bench");
    runtime.block_on(PostgresStore::migrate(&url)).unwrap();
    cluster.sql("bench", "CREATE ROLE desk LOGIN IN ROLE fuin_service").unwrap();
    let store: Arc<dyn Store> =
        Arc::new(runtime.block_on(PostgresStore::connect(&cluster.url("desk", "bench"))).unwrap());
    let office = office();
    eprintln!("a ledger of {lines} lines");
    let mut ledger = filled(&cluster, &office, lines);
    let books = Books::new(Arc::clone(&store));
    let id = OfficeId::parse(&office.keys.signing.public().thumbprint()).unwrap();
    let begun = Instant::now();
    runtime.block_on(books.refresh(&id)).unwrap();
    let read = begun.elapsed().as_secs_f64();
    eprintln!("read in {read:.1} s; appending, pgbench, searching");
    let line = ledger.lines()[lines - 1].as_str().to_owned();
    cluster.sql("bench", "CREATE TABLE plain (id bigserial PRIMARY KEY, line text NOT NULL)").unwrap();
    let both: Vec<_> = (0..TURNS)
        .map(|_| (runtime.block_on(appends(&books, &office, &mut ledger)), pgbench(&cluster, &line)))
        .collect();
    let (append, plain) = both.into_iter().unzip();
    let (append, plain) = (median(append), median(plain));
    let search = searches(&Register::project(ledger.events()));
    drop((books, ledger));
    eprintln!("{desks} desks at once");
    let load = runtime.block_on(many(store, desks));
    println!(
        "{}",
        json!({ "lines": lines, "read_seconds": read, "append_p95_ms": append, "pgbench_p95_ms": plain,
            "search_p95_ms": search, "load": load })
    );
}
