//! Where ledgers are kept for several desks: one suite for memory, folder and PostgreSQL; and what only a database has
//! to withstand.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fuin_core::{Coded, EventBody, Jws, Ledger, LedgerLine, OfficeKeyFile, Typ};
use fuin_store::{Appended, Books, FolderStore, MemoryStore, OfficeId, PostgresStore, Store, StoreFault};
use fuin_tests::{
    cluster::Cluster,
    desk::{self, complaint},
    noon,
    signing_desk::{SigningDesk, destroy_year, id, office},
};
use tokio::{runtime::Runtime, time::timeout};

/// How often the database is killed.
const ROUNDS: usize = 40;

fn code<T: std::fmt::Debug>(done: Result<T, StoreFault>) -> &'static str {
    done.unwrap_err().code()
}

/// Everything that each store must do.
async fn suite(store: Arc<dyn Store>) {
    let books = Arc::new(Books::new(Arc::clone(&store)));
    let mut hears = store.watch().await.unwrap();
    assert_eq!(store.offices().await.unwrap(), vec![]);
    let mut first = SigningDesk::founded(&books, 0).await;
    let heard = timeout(Duration::from_secs(1), hears.recv()).await.unwrap();
    assert_eq!((heard, store.offices().await.unwrap()), (Some(id(0)), vec![id(0)]));

    what_is_not_good_is_refused(&first).await;
    the_overtaken_reads_on(&mut first).await;
    many_at_once(&books, &first).await;
    first.read_on().await;

    // What is exported is the file ledger, byte for byte; another server on the same store goes on from there.
    let stored = first.stored().await;
    let head = Jws::new(&store.read(&id(0), 0).await.unwrap().head.unwrap());
    assert_eq!(stored.export(&head), first.ledger.export(&first.ledger.signed_head(first.key())));
    let other = Arc::new(Books::new(Arc::clone(&store)));
    let mut elsewhere = SigningDesk { books: other, ..first.clone() };
    elsewhere.record(complaint("2026-11-24", "別のサーバー")).await;
    first.record(complaint("2026-11-24", "元のサーバー")).await;
    assert_eq!(elsewhere.books.ledger(&id(0)).await.unwrap().lines(), first.stored().await.lines());

    a_year_goes(&mut first, &mut elsewhere).await;
    a_ledger_that_lost_a_year_moves(&first, Arc::new(MemoryStore::default())).await;
}

async fn what_is_not_good_is_refused(desk: &SigningDesk) {
    let (line, head) = desk.next(complaint("2026-11-24", "苦情"));
    // Another office's key, another head, an older head.
    let stranger = SigningDesk { office: 1, ..desk.clone() };
    let (foreign, foreign_head) = stranger.next(complaint("2026-11-24", "苦情"));
    assert_eq!(code(desk.send(&foreign, &foreign_head).await), "ledger_signer");
    assert_eq!(code(desk.send(&line, &foreign_head).await), "ledger_head");
    assert_eq!(code(desk.send(&line, &desk.ledger.signed_head(desk.key())).await), "ledger_head");
    // Altered after it was signed.
    let altered = Jws::new(&line.as_str().replacen('A', "B", 1));
    assert_eq!(code(desk.send(&altered, &head).await), "ledger_line");
    // What the rules of recording do not admit.
    let (early, early_head) = desk.next(desk::withdrawn(9, "2026-11-24"));
    assert_eq!(code(desk.send(&early, &early_head).await), "step_case");
    let (late, late_head) = desk.next(complaint("2026-11-25", "明日の苦情"));
    assert_eq!(code(desk.send(&late, &late_head).await), "step_day");
    // An office begins with its card.
    let nobody = SigningDesk { ledger: Ledger::default(), ..stranger };
    let (bare, bare_head) = nobody.next(complaint("2026-11-24", "苦情"));
    // (A folder holds one office, and says so first.)
    assert!(["ledger_signer", "store_office"].contains(&code(nobody.send(&bare, &bare_head).await)));
    assert_eq!(desk.books.ledger(&id(0)).await.unwrap().lines().len(), 1, "nothing of it was taken");
    // Twice the same is once: the answer to the first was lost.
    let (once, again) = (desk.send(&line, &head).await, desk.send(&line, &head).await);
    assert_eq!(
        (once.unwrap(), again.unwrap()),
        (Appended { lines: 2, again: false }, Appended { lines: 2, again: true })
    );
}

async fn the_overtaken_reads_on(first: &mut SigningDesk) {
    first.read_on().await;
    let mut second = first.clone();
    first.record(complaint("2026-11-24", "先")).await;
    let overtaken = second.try_once(complaint("2026-11-24", "後")).await;
    assert!(matches!(overtaken, Err(StoreFault::Overtaken { lines: 3 })), "{overtaken:?}");
    let (line, head) =
        (first.ledger.lines().last().unwrap().as_str().to_owned(), first.ledger.signed_head(first.key()));
    assert_eq!(second.record(complaint("2026-11-24", "後")).await, Appended { lines: 4, again: false });
    // What was taken is not taken twice, although others went on since.
    assert_eq!(first.send(&Jws::new(&line), &head).await.unwrap(), Appended { lines: 4, again: true });
}

/// Eight desks at once: nothing is lost, doubled or forked.
async fn many_at_once(books: &Arc<Books>, desk: &SigningDesk) {
    let before = books.ledger(&id(0)).await.unwrap().lines().len();
    let desks = (0..8).map(|number| {
        let mut desk = desk.clone();
        tokio::spawn(async move {
            for n in 0..6 {
                desk.record(complaint("2026-11-24", &format!("{number}の{n}"))).await;
            }
        })
    });
    for desk in desks.collect::<Vec<_>>() {
        desk.await.unwrap();
    }
    let stored = desk.stored().await;
    assert_eq!(stored.lines().len(), before + 48);
    let reasons = stored.events().iter().filter_map(|event| match &event.event {
        EventBody::Operation(line) => Some(line.reason.clone()),
        _ => None,
    });
    let mut reasons: Vec<_> = reasons.filter(|reason| reason.contains('の')).collect();
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons.len(), 48);
}

/// FORMAT.md §10.10: a year's lines go, here and for whoever reads the same store.
async fn a_year_goes(desk: &mut SigningDesk, elsewhere: &mut SigningDesk) {
    desk.read_on().await;
    desk.today = "2040-04-02";
    desk.record(complaint("2030-05-01", "消える苦情")).await;
    // The last line that the other server knows is one that goes.
    assert_eq!(elsewhere.books.ledger(&id(0)).await.unwrap().lines().len(), desk.ledger.lines().len());
    destroy_year(desk, 2030).await;
    let has =
        |ledger: &Ledger| ledger.events().iter().any(|event| format!("{event:?}").contains("消える苦情"));
    assert!(has(&desk.ledger), "the desk still has its copy");
    assert!(!has(&desk.stored().await));
    assert!(!has(&desk.books.ledger(&id(0)).await.unwrap()));
    assert!(!has(&elsewhere.books.ledger(&id(0)).await.unwrap()));
    assert_eq!(desk.stored().await.lines().len(), desk.ledger.lines().len(), "the chain holds");
}

/// What was destroyed in one store is no obstacle to moving into another.
async fn a_ledger_that_lost_a_year_moves(desk: &SigningDesk, to: Arc<dyn Store>) {
    let lines = desk.stored().await.lines().to_vec();
    let head = Jws::new(&desk.books.store().read(&id(0), 0).await.unwrap().head.unwrap());
    let books = Arc::new(Books::new(to));
    assert_eq!(books.take_over(&id(0), lines.clone(), &head).await.unwrap(), lines.len() as u64);
    let mut moved = SigningDesk { books, ..desk.clone() };
    assert_eq!(moved.stored().await.lines(), lines);
    moved.record(complaint("2040-04-01", "移った後")).await;
    // What is left of a line that no line says was destroyed is no ledger.
    let mut forged = lines;
    let last = forged.iter().rposition(|line| matches!(line, LedgerLine::Destroyed(_))).unwrap();
    forged[last - 1] = forged[last].clone();
    assert!(Books::new(Arc::<MemoryStore>::default()).take_over(&id(0), forged, &head).await.is_err());
}

fn run(work: impl Future<Output = ()>) {
    Runtime::new().unwrap().block_on(work);
}

#[test]
fn a_store_in_memory_keeps_ledgers() {
    run(suite(Arc::new(MemoryStore::default())));
}

#[test]
fn a_folder_keeps_a_ledger_that_the_command_line_reads() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        suite(Arc::new(FolderStore::open(folder.path()).unwrap())).await;
        a_folder_that_was_set_back_is_noticed(folder.path()).await;
    });
    let shown = fuin_tests::office::fuin(&["ledger", "verify", "--office", &folder.path().to_string_lossy()]);
    assert_eq!(shown["ok"], true, "{shown}");
}

async fn a_folder_that_was_set_back_is_noticed(folder: &Path) {
    let store = Arc::new(FolderStore::open(folder).unwrap());
    let books = Arc::new(Books::new(store));
    let known = books.ledger(&id(0)).await.unwrap();
    let path = folder.join("ledger.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let shorter: Vec<&str> = whole.lines().take(known.lines().len() - 2).collect();
    fs::write(&path, shorter.join("\n") + "\n").unwrap();
    assert_eq!(code(books.ledger(&id(0)).await), "store_damaged");
    fs::write(&path, whole).unwrap();
    assert!(books.ledger(&id(0)).await.is_ok());
    // Cut off between a line and its head: the head that waits counts, and one of a line that never came goes.
    let (head, next) = (folder.join("ledger.head"), folder.join("ledger.head.next"));
    let good = fs::read_to_string(&head).unwrap();
    fs::rename(&head, &next).unwrap();
    fs::write(&head, Ledger::default().signed_head(&office(0).keys.signing).as_str()).unwrap();
    assert!(books.ledger(&id(0)).await.is_ok());
    assert_eq!((fs::read_to_string(&head).unwrap(), next.exists()), (good.clone(), false));
    fs::write(&next, "eyJ").unwrap();
    assert!(books.ledger(&id(0)).await.is_ok());
    assert_eq!((fs::read_to_string(&head).unwrap(), next.exists()), (good, false));
    // A folder holds one office.
    let mut other = SigningDesk::new(&books, 1);
    let card = office(1).key_file.card.clone();
    assert_eq!(code(other.try_once(EventBody::OfficeFounded { card }).await), "store_office");
}

/// A cluster with a database, and where the service finds it.
fn served(cluster: &Cluster, name: &str) -> String {
    let owner = cluster.database(name);
    run(async { PostgresStore::migrate(&owner).await.unwrap() });
    run(async { PostgresStore::migrate(&owner).await.unwrap() });
    let _ = cluster.sql("postgres", "CREATE ROLE desk_server LOGIN IN ROLE fuin_service");
    cluster.url("desk_server", name)
}

#[test]
fn a_database_keeps_ledgers_and_lets_nobody_who_serves_change_them() {
    let mut cluster = Cluster::start();
    let url = served(&cluster, "suite");
    run(async { suite(Arc::new(PostgresStore::connect(&url).await.unwrap())).await });
    let moved = served(&cluster, "moved");
    run(async {
        let open = async |url: &str| Arc::new(PostgresStore::connect(url).await.unwrap());
        let desk = SigningDesk::new(&Arc::new(Books::new(open(&url).await)), 0);
        let desk = SigningDesk { ledger: desk.stored().await, today: "2040-04-02", ..desk };
        a_ledger_that_lost_a_year_moves(&desk, open(&moved).await).await;
    });
    the_service_cannot_change_what_stands(&cluster);
    offices_are_kept_apart(&cluster, &url);
    what_nobody_signed_is_found(&cluster);
    what_was_acknowledged_outlives_power_cuts(&mut cluster);
}

fn the_service_cannot_change_what_stands(cluster: &Cluster) {
    let office = id(0);
    let try_it = |user: &str, words: &str| {
        let words = format!("SET fuin.office = '{office}'; {words}");
        cluster.sql_as(user, "suite", &words).unwrap_err()
    };
    let count = || cluster.sql("suite", "SELECT count(*), sum(length(line)) FROM ledger_line").unwrap();
    let before = count();
    for words in [
        "UPDATE ledger_line SET line = 'x'",
        "DELETE FROM ledger_line",
        "TRUNCATE ledger_line",
        "UPDATE ledger_head SET head = 'x'",
        "DELETE FROM ledger_head",
        "UPDATE office SET began_at = now()",
        "DELETE FROM office",
        "TRUNCATE office",
        "ALTER TABLE ledger_line DISABLE TRIGGER ALL",
        "DROP TABLE ledger_line",
        "SET session_replication_role = replica",
        "SET ROLE owner",
    ] {
        assert!(try_it("desk_server", words).contains("ERROR"), "{words}");
        if words.starts_with(['U', 'D', 'T']) && !words.starts_with("DROP") {
            assert!(try_it("owner", words).contains("only ever added to"), "{words}");
        }
    }
    // A line that does not continue the one before, or stands in another place.
    let last = cluster.sql("suite", "SELECT max(seq) FROM ledger_line").unwrap().parse::<i64>().unwrap();
    let line = cluster.sql("suite", "SELECT line FROM ledger_line WHERE seq = 1").unwrap();
    for place in [last + 1, last + 2, 0] {
        let insert = format!("INSERT INTO ledger_line VALUES ('{office}', {place}, '{line}', '', '')");
        assert!(try_it("desk_server", &insert).contains("ERROR"), "{place}");
    }
    // The first line of an office that is none.
    let first =
        cluster.sql("suite", &format!("SELECT line FROM ledger_line WHERE office = '{office}' AND seq = 0"));
    let stranger = "A".repeat(43);
    let words = format!(
        "SET fuin.office = '{stranger}'; INSERT INTO ledger_line VALUES ('{stranger}', 0, '{}', '', '')",
        first.unwrap()
    );
    assert!(cluster.sql_as("desk_server", "suite", &words).unwrap_err().contains("there is no office"));
    // Tables of one's own in the place of these, and heads that count what is not there.
    for words in [
        "CREATE TEMP TABLE ledger_line (LIKE public.ledger_line)".to_owned(),
        format!("INSERT INTO ledger_head VALUES ('{office}', 9000000000, 'e30.e30.x')"),
        format!("INSERT INTO ledger_head VALUES ('{office}', {}, 'x')", last + 2),
    ] {
        assert!(try_it("desk_server", &words).contains("ERROR"), "{words}");
    }
    // Of another office, not even what is left of a line is put in its place.
    let other = format!("SET fuin.office = '{}'; SELECT fuin_destroy('{office}', 1, 'x')", id(1));
    assert!(cluster.sql_as("desk_server", "suite", &other).is_ok());
    // What no line says was destroyed stays; and what is left of a line is of that line.
    let left = |seq: i64| {
        format!(
            "SELECT fuin_destroy('{office}', {seq}, '{{\"format\":\"fuin-destroyed/1\",\"sha256\":\"x\",\"leaf\":\"x\"}}')"
        )
    };
    assert!(try_it("desk_server", &left(1)).contains("only ever added to"));
    assert_eq!(count(), before);
}

fn offices_are_kept_apart(cluster: &Cluster, url: &str) {
    run(async {
        let books = Arc::new(Books::new(Arc::new(PostgresStore::connect(url).await.unwrap())));
        let mut desk = SigningDesk::founded(&books, 1).await;
        desk.record(complaint("2026-11-24", "隣の課の苦情")).await;
    });
    let seen = |of: &OfficeId| {
        let words =
            format!("SET fuin.office = '{of}'; SELECT count(*) FROM ledger_line WHERE office <> '{of}'");
        cluster.sql_as("desk_server", "suite", &words).unwrap()
    };
    assert_eq!((seen(&id(0)), seen(&id(1))), ("0".into(), "0".into()));
    let unsaid = cluster.sql_as("desk_server", "suite", "SELECT count(*) FROM ledger_line").unwrap();
    assert_eq!(unsaid, "0", "who does not say of which office it is sees none");
    let into =
        format!("SET fuin.office = '{}'; INSERT INTO ledger_head VALUES ('{}', 900, 'x')", id(1), id(0));
    assert!(cluster.sql_as("desk_server", "suite", &into).is_err());
}

/// Whoever has the role that serves may add a line that nobody signed, with a head under a key of his own: it is found.
fn what_nobody_signed_is_found(cluster: &Cluster) {
    let url = served(cluster, "forged");
    run(async {
        let open = async || Arc::new(Books::new(Arc::new(PostgresStore::connect(&url).await.unwrap())));
        let books = open().await;
        let mut desk = SigningDesk::founded(&books, 0).await;
        desk.record(complaint("2026-11-24", "苦情")).await;
        let stranger = SigningDesk { office: 1, ..desk.clone() };
        let (line, head) = stranger.next(complaint("2026-11-24", "偽の苦情"));
        let words = format!(
            "SET fuin.office = '{0}'; INSERT INTO ledger_line VALUES ('{0}', 2, '{1}', '', ''); \
             INSERT INTO ledger_head VALUES ('{0}', 3, '{2}')",
            id(0),
            line.as_str(),
            head.as_str()
        );
        cluster.sql_as("desk_server", "forged", &words).unwrap();
        for books in [books, open().await] {
            assert_eq!(code(books.ledger(&id(0)).await), "store_damaged");
        }
    });
}

/// The server of the database is killed while desks record: every line that was acknowledged is there, every other is
/// whole or absent.
fn what_was_acknowledged_outlives_power_cuts(cluster: &mut Cluster) {
    let url = served(cluster, "cuts");
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let runtime = Runtime::new().unwrap();
        let (done, told) = std::sync::mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let work = {
            let (url, stop) = (url.clone(), Arc::clone(&stop));
            runtime.spawn(async move {
                let books = Arc::new(Books::new(Arc::new(PostgresStore::connect(&url).await.unwrap())));
                let mut desk = SigningDesk::new(&books, 0);
                desk.read_on().await;
                if desk.ledger.lines().is_empty() {
                    desk = SigningDesk::founded(&books, 0).await;
                }
                // It may also connect anew before it notices.
                for n in (0..).take_while(|_| !stop.load(Ordering::Relaxed)) {
                    let reason = format!("{round}回目の{n}");
                    if desk.try_once(complaint("2026-11-24", &reason)).await.is_err() {
                        return;
                    }
                    done.send(reason).unwrap();
                }
            })
        };
        // In the middle of it.
        for _ in 0..1 + 7 * round % 23 {
            acknowledged.push(told.recv_timeout(Duration::from_secs(30)).unwrap());
        }
        cluster.power_cut();
        stop.store(true, Ordering::Relaxed);
        runtime.block_on(work).unwrap();
        acknowledged.extend(told.try_iter());
        let stored = runtime.block_on(async {
            let books = Arc::new(Books::new(Arc::new(PostgresStore::connect(&url).await.unwrap())));
            SigningDesk::new(&books, 0).stored().await
        });
        let reasons: Vec<_> = stored.events().iter().map(|event| format!("{event:?}")).collect();
        for reason in &acknowledged {
            let count = reasons.iter().filter(|event| event.contains(&format!("\"{reason}\""))).count();
            assert_eq!(count, 1, "{reason}");
        }
        // Beside them: the first line, and at most one of each cut that nobody heard of.
        assert!(stored.lines().len() <= acknowledged.len() + 2 + round);
    }
}

/// An office that was founded elsewhere is no other for its key file.
#[test]
fn an_office_is_named_by_the_key_of_its_first_line() {
    let card = OfficeKeyFile::parse(&office(0).key_file.to_json()).unwrap().card;
    let mut ledger = Ledger::default();
    let line =
        ledger.append(noon(), "取扱者", EventBody::OfficeFounded { card }, &office(0).keys.signing).unwrap();
    assert_eq!(OfficeId::of_first(&line), Some(id(0)));
    assert_eq!(OfficeId::of_first(&ledger.signed_head(&office(0).keys.signing)), None);
    assert!(line.verify(Typ::Event).is_ok());
    for odd in ["", "x", "../../../etc/passwd-012345678901234567890123456789", &"あ".repeat(43)] {
        assert_eq!(OfficeId::parse(odd), None, "{odd}");
    }
}
