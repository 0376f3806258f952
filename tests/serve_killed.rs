//! `fuin serve` is killed under load, and its database as well: what a desk was told of is there once, all else is
//! whole or absent. `FUIN_ROUNDS` says how often.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use fuin_core::{EventBody, Jws, Ledger, Office, OfficeLabel, Passphrase, SigningKey};
use fuin_server::invite;
use fuin_store::{Books, FolderStore, OfficeId, PostgresStore, Store};
use fuin_tests::{
    TestEntropy,
    cluster::Cluster,
    desk::complaint,
    house::{PASSWORD, now},
    wire::Wire,
};
use serde_json::json;
use tokio::runtime::Runtime;

const DESKS: usize = 3;

fn rounds() -> usize {
    env::var("FUIN_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(30)
}

/// A server in a process of its own.
struct Server {
    store: String,
    child: Child,
    address: SocketAddr,
}

/// Starts it, and hears where it is. `cargo test` built it.
fn start(store: &str, listen: &str) -> (Child, SocketAddr) {
    let target = env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
    let mut child = Command::new(target.join("examples/served"))
        .args([store, listen])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let at = said.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    let address = at.unwrap_or_else(|| unreachable!("it does not start: {said}")).parse().unwrap();
    (child, address)
}

impl Server {
    fn start(store: &str) -> Self {
        let (child, address) = start(store, "127.0.0.1:0");
        Self { store: store.to_owned(), child, address }
    }

    fn is_killed_and_comes_again(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = start(&self.store, &self.address.to_string()).0;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A desk that records one thing after the other until it is told to stop.
struct Desk {
    wire: Wire,
    name: String,
    key: Arc<SigningKey>,
    ledger: Ledger,
}

impl Desk {
    /// Signs in, reads on, sends the next line. Whether it was told that the line stands there.
    fn records(&mut self, reason: &str) -> Option<bool> {
        let known = self.ledger.lines().len();
        let (status, more) = self.wire.ask("GET", &format!("/api/ledger?from={known}"), None).ok()?;
        if status == 401 {
            let proof = json!({ "name": self.name, "password": PASSWORD });
            self.wire.ask("POST", "/api/session", Some(&proof)).ok()?;
            return None;
        }
        for line in more["lines"].as_array()? {
            self.ledger.commit_of_office(Jws::new(line.as_str()?)).unwrap();
        }
        let mut longer = self.ledger.clone();
        let line = longer.append(now(), &self.name, complaint("2026-11-24", reason), &self.key).ok()?;
        let sent = json!({ "line": line.as_str(), "head": longer.signed_head(&self.key).as_str() });
        match self.wire.ask("POST", "/api/ledger", Some(&sent)) {
            Ok((200, _)) => Some(true),
            // Another desk was quicker.
            Ok((409, _)) => Some(false),
            // The server or its database is away: it may be there all the same.
            _ => None,
        }
    }

    fn works(mut self, stop: &AtomicBool, told: &Sender<String>) {
        for n in 0.. {
            let reason = format!("{}の{n}", self.name);
            if stop.load(Ordering::Relaxed) {
                return;
            }
            match self.records(&reason) {
                Some(true) => told.send(reason).unwrap(),
                // Whoever hears nothing tries again a little later, with something new.
                _ => thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

/// People sign up, the first one founds the office.
fn opened(server: &Server, store: &dyn Store, seed: u64) -> (Vec<Desk>, OfficeId) {
    let runtime = Runtime::new().unwrap();
    let label = OfficeLabel { name: "見本課".into(), contact: "03-0000-0000".into() };
    let words = Passphrase::new("課の合言葉 2026 とても長い");
    let office = Office::found(&TestEntropy::new(seed), label, "fujisawa", words, now()).unwrap();
    let key = Arc::new(office.keys.signing);
    let id = OfficeId::parse(&key.public().thumbprint()).unwrap();
    let sign_up = |name: &str, office: Option<&OfficeId>| {
        let word = runtime.block_on(async { invite(store, name, office, false).await.unwrap().word });
        let mut wire = Wire::new(server.address);
        let (status, said) = wire
            .ask("POST", "/api/invitation", Some(&json!({ "word": word, "password": PASSWORD })))
            .unwrap();
        assert_eq!(status, 200, "{said}");
        Desk { wire, name: name.to_owned(), key: Arc::clone(&key), ledger: Ledger::default() }
    };
    let mut first = sign_up("係員0", None);
    let card = office.key_file.card;
    let mut ledger = Ledger::default();
    let line = ledger.append(now(), "係員0", EventBody::OfficeFounded { card }, &key).unwrap();
    let sent = json!({ "line": line.as_str(), "head": ledger.signed_head(&key).as_str() });
    let (status, said) = first.wire.ask("POST", "/api/ledger", Some(&sent)).unwrap();
    assert_eq!(status, 200, "{said}");
    let others = (1..DESKS).map(|n| sign_up(&format!("係員{n}"), Some(&id)));
    (std::iter::once(first).chain(others.collect::<Vec<_>>()).collect(), id)
}

/// Desks record, something is killed in the middle of it, again and again. Gives what was acknowledged.
fn under_load(
    server: &mut Server,
    desks: Vec<Desk>,
    mut kill: impl FnMut(usize, &mut Server),
) -> Vec<String> {
    let (told, hears) = mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    let working: Vec<_> = desks
        .into_iter()
        .map(|desk| {
            let (stop, told) = (Arc::clone(&stop), told.clone());
            thread::spawn(move || desk.works(&stop, &told))
        })
        .collect();
    let mut acknowledged = Vec::new();
    for round in 0..rounds() {
        for _ in 0..1 + 7 * round % 11 {
            acknowledged.push(hears.recv_timeout(Duration::from_secs(60)).unwrap());
        }
        kill(round, server);
    }
    // It goes on after the last one, too.
    acknowledged.push(hears.recv_timeout(Duration::from_secs(60)).unwrap());
    stop.store(true, Ordering::Relaxed);
    working.into_iter().for_each(|desk| desk.join().unwrap());
    acknowledged.extend(hears.try_iter());
    acknowledged
}

/// Each once; and beside them, at most one line of each desk for each cut.
fn stands(ledger: &Ledger, acknowledged: &[String]) {
    let reasons: Vec<&str> = ledger
        .events()
        .iter()
        .filter_map(|event| match &event.event {
            EventBody::Operation(line) => Some(line.reason.as_str()),
            _ => None,
        })
        .collect();
    for reason in acknowledged {
        assert_eq!(reasons.iter().filter(|known| *known == reason).count(), 1, "{reason}");
    }
    assert!(reasons.len() <= acknowledged.len() + (rounds() + 1) * DESKS, "{}", reasons.len());
}

fn read(store: Arc<dyn Store>, id: &OfficeId) -> Ledger {
    // As if it came from elsewhere: every signature.
    let runtime = Runtime::new().unwrap();
    let (stored, known) = runtime.block_on(async {
        (store.read(id, 0).await.unwrap(), Books::new(Arc::clone(&store)).ledger(id).await.unwrap())
    });
    let head = Jws::new(&stored.head.unwrap());
    let key = head.verify(fuin_core::Typ::LedgerHead).unwrap().signer;
    let (ledger, faults) = Ledger::read(stored.lines.join("\n").as_bytes(), Some(&head), Some(&key));
    assert_eq!((faults, ledger.lines().len()), (vec![], known.lines().len()));
    ledger
}

#[test]
fn a_server_on_a_folder_that_is_killed_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("office");
    let mut server = Server::start(&format!("folder:{}", place.display()));
    let store: Arc<dyn Store> = Arc::new(FolderStore::open(&place).unwrap());
    let (desks, id) = opened(&server, &*store, 906);
    let acknowledged = under_load(&mut server, desks, |_, server| server.is_killed_and_comes_again());
    drop(server);
    stands(&read(store, &id), &acknowledged);
}

#[test]
fn a_server_and_its_database_that_are_killed_lose_nothing_they_acknowledged() {
    let mut cluster = Cluster::start();
    let owner = cluster.database("office");
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async { PostgresStore::migrate(&owner).await.unwrap() });
    cluster.sql("postgres", "CREATE ROLE desk_server LOGIN IN ROLE fuin_service").unwrap();
    let url = cluster.url("desk_server", "office");
    let mut server = Server::start(&url);
    let store = runtime.block_on(async { PostgresStore::connect(&url).await.unwrap() });
    let (desks, id) = opened(&server, &store, 907);
    drop(store);
    let acknowledged = under_load(&mut server, desks, |round, server| match round % 2 {
        0 => server.is_killed_and_comes_again(),
        _ => cluster.power_cut(),
    });
    drop(server);
    let store = runtime.block_on(async { PostgresStore::connect(&url).await.unwrap() });
    stands(&read(Arc::new(store), &id), &acknowledged);
}
