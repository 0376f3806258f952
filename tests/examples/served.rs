//! `fuin serve` without its page, for a test that kills it: `served STORE LISTEN` says where it is.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and reads what it says"
)]

use std::{env, path::Path, sync::Arc, time::Duration};

use fuin_server::{Lifetime, Options, serve};
use fuin_store::{Books, FolderStore, PostgresStore, Store};

#[tokio::main]
async fn main() {
    let args: Vec<String> = env::args().collect();
    let store: Arc<dyn Store> = match args[1].strip_prefix("folder:") {
        Some(folder) => Arc::new(FolderStore::open(Path::new(folder)).unwrap()),
        None => Arc::new(PostgresStore::connect(&args[1]).await.unwrap()),
    };
    let hour = Duration::from_secs(3600);
    let options = Options {
        listen: args[2].parse().unwrap(),
        host: None,
        tls: None,
        metrics: None,
        lifetime: Lifetime { idle: hour, whole: hour },
    };
    let page = b"<html><head><title>Fuin</title></head></html>";
    serve(Books::new(store), page, options, |origin| println!("{origin}/")).await.unwrap();
}
