//! The drill of docs/operate.md §9: the database's machine is lost under load, and the stand-by takes its place.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use fuin_core::{EventBody, Jws, Ledger, Office, OfficeLabel, Passphrase};
use fuin_store::{Author, Books, OfficeId, PostgresStore, Store};
use fuin_tests::{TestEntropy, cluster::Cluster, day, desk::complaint, noon};
use tokio::runtime::Runtime;

/// Lines that are acknowledged before the machine is lost.
const LINES: usize = 60;

#[test]
fn a_machine_that_is_lost_takes_no_acknowledged_line_with_it() {
    let primary = Cluster::start();
    let owner = primary.database("office");
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async { PostgresStore::migrate(&owner).await.unwrap() });
    primary.sql("postgres", "CREATE ROLE desk_server LOGIN IN ROLE fuin_service").unwrap();
    let standby = primary.standby();
    let url = primary.url("desk_server", "office");
    let label = OfficeLabel { name: "見本課".into(), contact: "03-0000-0000".into() };
    let words = Passphrase::new("課の合言葉 2026 とても長い");
    let office = Office::found(&TestEntropy::new(905), label, "fujisawa", words, noon()).unwrap();
    let id = OfficeId::parse(&office.keys.signing.public().thumbprint()).unwrap();

    let (done, told) = mpsc::channel::<String>();
    let work = runtime.spawn({
        let (id, key, card) = (id.clone(), office.keys.signing, office.key_file.card);
        async move {
            let store: Arc<dyn Store> = Arc::new(PostgresStore::connect(&url).await.unwrap());
            let (books, mut ledger) = (Books::new(store), Ledger::default());
            let author = Author { name: "取扱者".into(), desk: None };
            let now = day("2026-11-24").start();
            for n in 0.. {
                let event = match n {
                    0 => EventBody::OfficeFounded { card: card.clone() },
                    n => complaint("2026-11-24", &format!("{n}番目")),
                };
                let line = ledger.append(now, "取扱者", event, &key).unwrap();
                let head = ledger.signed_head(&key);
                if books.append(&id, (line.clone(), &head), &author, now).await.is_err() {
                    return;
                }
                done.send(line.as_str().to_owned()).unwrap();
            }
        }
    });
    let mut acknowledged: Vec<String> =
        (0..LINES).map(|_| told.recv_timeout(Duration::from_secs(60)).unwrap()).collect();
    primary.is_lost();
    runtime.block_on(work).unwrap();
    acknowledged.extend(told.try_iter());

    standby.promote();
    let url = standby.url("desk_server", "office");
    runtime.block_on(async {
        let store: Arc<dyn Store> = Arc::new(PostgresStore::connect(&url).await.unwrap());
        let stored = store.read(&id, 0).await.unwrap();
        assert!(stored.lines.starts_with(&acknowledged), "every acknowledged line is there, in its place");
        assert!(stored.lines.len() <= acknowledged.len() + 1, "and at most one that nobody heard of");
        // It goes on there.
        let books = Books::new(store);
        let ledger = books.ledger(&id).await.unwrap();
        assert!(ledger.is_counted_by(&Jws::new(&stored.head.unwrap())));
    });
}
