//! Documents beside a store, of years that were destroyed there (FORMAT.md §10.10, §11.10).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use fuin_core::{Attachment, EventBody, Jws, Ledger, Register, Request, RuleSet, example_request, sha256};
use fuin_store::{Books, DocumentName, Documents, MemoryStore, Piece, Store};
use fuin_tests::{
    day, desk,
    signing_desk::{SigningDesk, destroy_year, id},
};

/// What a desk sealed for its office of a scan of this text, sent to a server.
async fn deposit(books: &Books, text: &str) -> DocumentName {
    let name = DocumentName::parse(&Attachment::of("申請書.pdf".into(), text.as_bytes()).sha256).unwrap();
    let bytes = text.as_bytes().to_vec();
    let piece = Piece { at: 0, of: bytes.len() as u64, sha256: sha256(&bytes), bytes };
    assert!(books.add_document(&id(0), &name, piece).await.unwrap().unwrap().is_whole);
    name
}

/// A request that came with a scan of this text, and was withdrawn.
async fn withdrawn_request(desk: &mut SigningDesk, today: &'static str, text: &str) {
    desk.today = today;
    desk.read_on().await;
    let number = Register::project(desk.ledger.events()).next_number();
    let rules = RuleSet::builtin("fujisawa").unwrap();
    let mut request = Request::from_toml(&example_request(&rules)).unwrap();
    request.received_on = day(today);
    request.return_due = day(today).plus_days(60);
    let attachments = vec![Attachment::of("申請書.pdf".into(), text.as_bytes())];
    let request = Box::new(request);
    desk.record(EventBody::Requested { number, request, attachments, recipient_keys: None }).await;
    desk.record(desk::withdrawn(number, today)).await;
}

fn came_in_2050(file: &Path) {
    let in_2050 = UNIX_EPOCH + Duration::from_secs(day("2050-01-01").start().unix_secs() as u64);
    fs::File::options().append(true).open(file).unwrap().set_modified(in_2050).unwrap();
}

async fn listed(books: &Books) -> Vec<DocumentName> {
    let listed = books.documents().unwrap().list(&id(0)).await.unwrap();
    listed.into_iter().map(|(name, _)| name).collect()
}

/// Of two servers on one store one destroys a year, and knows of no documents.
#[tokio::test]
async fn documents_of_a_destroyed_year_go_whoever_destroyed_it() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let folder = tempfile::tempdir().unwrap();
    let with_documents = || {
        let documents = Documents::open(folder.path(), 1 << 30).unwrap();
        Books::new(Arc::clone(&store)).with_documents(documents)
    };
    let mut desk = SigningDesk::founded(&Arc::new(Books::new(Arc::clone(&store))), 0).await;
    withdrawn_request(&mut desk, "2030-05-01", "古い申請書").await;
    withdrawn_request(&mut desk, "2039-05-01", "新しい申請書").await;
    let books = with_documents();
    let (old, new) = (deposit(&books, "古い申請書").await, deposit(&books, "新しい申請書").await);
    // Of what came after the year was destroyed, a ledger that was set back may not know.
    let later = folder.path().join(id(0).as_str()).join("a".repeat(64));
    fs::write(&later, "later").unwrap();
    came_in_2050(&later);
    let later = DocumentName::parse(&"a".repeat(64)).unwrap();
    let all = |names: [&DocumentName; 3]| {
        let mut all = names.map(Clone::clone).to_vec();
        all.sort();
        all
    };
    books.sweep_documents(&id(0), day(desk.today).start()).await.unwrap();
    assert_eq!(listed(&books).await, all([&old, &new, &later]));
    desk.today = "2041-04-02";
    destroy_year(&mut desk, 2030).await;
    // One that was there meanwhile, and one that comes later.
    for books in [books, with_documents()] {
        books.sweep_documents(&id(0), day(desk.today).start()).await.unwrap();
        let left = listed(&books).await;
        assert!(!left.contains(&old), "its year was destroyed");
        assert_eq!(left.len(), 2, "{left:?}");
        fs::write(folder.path().join(id(0).as_str()).join(old.as_str()), "brought back").unwrap();
    }
}

/// A store that was set back behind the destruction, to which a desk gives the rest back.
#[tokio::test]
async fn what_is_given_back_destroys_what_it_says() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let mut desk = SigningDesk::founded(&Arc::new(Books::new(Arc::clone(&store))), 0).await;
    withdrawn_request(&mut desk, "2030-05-01", "古い申請書").await;
    let before = desk.ledger.lines().len();
    desk.today = "2041-04-02";
    destroy_year(&mut desk, 2030).await;
    let head = desk.ledger.signed_head(desk.key());

    let set_back: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::open(folder.path(), 1 << 30).unwrap();
    let books = Books::new(Arc::clone(&set_back)).with_documents(documents);
    let mut early = Ledger::default();
    for line in &desk.ledger.lines()[..before] {
        early.commit(Jws::new(line.as_str())).unwrap();
    }
    let early_head = early.signed_head(desk.key());
    books.take_over(&id(0), early.lines().to_vec(), &early_head).await.unwrap();
    // A desk that does not know of the destruction sends it after that was recorded.
    let name = deposit(&books, "古い申請書").await;
    came_in_2050(&folder.path().join(id(0).as_str()).join(name.as_str()));
    let rest = desk.ledger.lines()[before..].to_vec();
    books.take_over(&id(0), rest, &head).await.unwrap();
    let stored = set_back.read(&id(0), 0).await.unwrap().lines;
    assert_eq!(stored.len(), desk.ledger.lines().len());
    assert!(stored.iter().any(|line| line.contains("fuin-destroyed/1")), "its lines go at once");
    books.sweep_documents(&id(0), day(desk.today).start()).await.unwrap();
    assert_eq!(listed(&books).await, vec![]);
}
