//! A folder that somebody alters while a server works on it: nothing is appended behind what is not the known last line.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, sync::Arc};

use fuin_core::{Coded as _, EventBody, Ledger, Office, OfficeLabel, Passphrase};
use fuin_store::{Author, Books, FolderStore, OfficeId};
use fuin_tests::{TestEntropy, day, desk::complaint, noon};

#[tokio::test]
async fn nothing_is_appended_behind_a_line_that_was_altered() {
    let folder = tempfile::tempdir().unwrap();
    let label = OfficeLabel { name: "見本課".into(), contact: "03-0000-0000".into() };
    let words = Passphrase::new("課の合言葉 2026 とても長い");
    let office = Office::found(&TestEntropy::new(908), label, "fujisawa", words, noon()).unwrap();
    let key = office.keys.signing;
    let id = OfficeId::parse(&key.public().thumbprint()).unwrap();
    let books = Books::new(Arc::new(FolderStore::open(folder.path()).unwrap()));
    let author = Author { name: "取扱者".into(), desk: None };
    let now = day("2026-11-24").start();
    let mut ledger = Ledger::default();
    let mut record = async |event: EventBody| {
        let line = ledger.append(now, "取扱者", event, &key).unwrap();
        let head = ledger.signed_head(&key);
        books.append(&id, (line, &head), &author, now).await.map_err(|fault| fault.code())
    };
    record(EventBody::OfficeFounded { card: office.key_file.card }).await.unwrap();
    record(complaint("2026-11-24", "苦情")).await.unwrap();
    let path = folder.path().join("ledger.jsonl");
    let good = fs::read_to_string(&path).unwrap();
    // As many lines, and another last one.
    let mut altered = good.clone().into_bytes();
    let at = altered.len() - 10;
    altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
    fs::write(&path, &altered).unwrap();
    assert_eq!(record(complaint("2026-11-24", "その後")).await.unwrap_err(), "store_damaged");
    assert_eq!(fs::read(&path).unwrap(), altered, "nothing was written");
}
