//! `fuin serve` and `fuin server`: one ledger for several desks.
//!
//! Entry points: [`serve`], [`run`]. Absent: what is served and checked (`src/server`, `src/store`).

use std::{path::Path, sync::Arc, time::Duration};

use fuin_core::{Jws, Ledger};
use fuin_server::{Lifetime, Options, Tls};
use fuin_store::{Books, Documents, FolderStore, OfficeId, PostgresStore, Store, office_name};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::{
    args::{Serve, ServerCommand, StoreAt},
    failure::{Failure, Outcome},
    files::write_private_file,
    office::OpenOffice,
    report::Report,
    terminal, viewer,
    words::said,
};

fn runtime() -> Result<Runtime, Failure> {
    let made = Builder::new_multi_thread().enable_all().build();
    made.map_err(|error| Failure::new("serve_ended", error.to_string()))
}

/// What a store is called on the command line; its password is in no message.
enum Place<'a> {
    Folder(&'a Path),
    Database(&'a str),
}

impl<'a> Place<'a> {
    fn of(at: &'a StoreAt) -> Result<Self, Failure> {
        let store = at.store.as_str();
        if let Some(folder) = store.strip_prefix("folder:").filter(|folder| !folder.is_empty()) {
            return Ok(Self::Folder(Path::new(folder)));
        }
        if store.starts_with("postgres://") || store.starts_with("postgresql://") {
            return Ok(Self::Database(store));
        }
        let cause = said!(
            "--store は folder: か postgres:// で始まります",
            "--store begins with folder: or with postgres://"
        );
        Err(Failure::new("serve_store", cause))
    }
}

async fn open(at: &StoreAt) -> Result<Arc<dyn Store>, Failure> {
    Ok(match Place::of(at)? {
        Place::Folder(folder) => Arc::new(FolderStore::open(folder)?),
        Place::Database(url) => Arc::new(PostgresStore::connect(url).await?),
    })
}

/// Serves until it is told to end.
pub(crate) fn serve(args: &Serve) -> Outcome {
    let page = viewer::page()?;
    fuin_server::log_to_stderr();
    let minutes = |minutes: u64| Duration::from_secs(minutes.saturating_mul(60));
    let tls = args.tls_certificate.clone().zip(args.tls_key.clone());
    let options = Options {
        listen: args.listen,
        host: args.host.clone(),
        tls: tls.map(|(certificate, key)| Tls { certificate, key }),
        metrics: args.metrics,
        lifetime: Lifetime { idle: minutes(args.idle_minutes), whole: minutes(args.session_minutes) },
    };
    let tell = |origin: &str| {
        let told = said!(
            "{origin}/ で動いています（Ctrl+C で終わります）。",
            "Serving at {origin}/; Ctrl+C ends it."
        );
        // Whoever started it may not be listening.
        let _ = terminal::say(&told);
    };
    runtime()?.block_on(async {
        let books = Books::new(open(&args.at).await?);
        // Beside the folder of an office there is always a place.
        let beside = match Place::of(&args.at)? {
            Place::Folder(folder) => Some(folder.join("documents")),
            Place::Database(_) => None,
        };
        let books = match args.documents.clone().or(beside) {
            Some(place) => {
                books.with_documents(Documents::open(&place, u64::from(args.documents_room) << 30)?)
            }
            None => books,
        };
        fuin_server::serve(books, page, options, tell).await?;
        Ok(Report::new("", json!({ "ok": true })))
    })
}

/// What is done with a store while nobody needs to serve it.
pub(crate) fn run(command: &ServerCommand) -> Outcome {
    runtime()?.block_on(async {
        match command {
            ServerCommand::Migrate { at } => migrate(at).await,
            ServerCommand::Invite { at, name, office, operator } => {
                invite(at, name, office.as_deref(), *operator).await
            }
            ServerCommand::Offices { at } => offices(at).await,
            ServerCommand::Import { at, office } => import(at, office).await,
            ServerCommand::Export { at, office, out } => export(at, office, out).await,
        }
    })
}

async fn migrate(at: &StoreAt) -> Outcome {
    match Place::of(at)? {
        Place::Folder(_) => {
            let text = said!("フォルダーには準備は要りません。", "A folder needs no preparation.");
            Ok(Report::new(text, json!({ "ok": true })))
        }
        Place::Database(url) => {
            PostgresStore::migrate(url).await?;
            let text =
                said!("データベースをこの版に合わせました。", "The database has the tables of this version.");
            Ok(Report::new(text, json!({ "ok": true })))
        }
    }
}

/// The office of an id that is kept there.
async fn known(store: &dyn Store, office: &str) -> Result<OfficeId, Failure> {
    let kept = store.offices().await?;
    kept.into_iter()
        .find(|id| id.as_str() == office)
        .ok_or_else(|| Failure::new("store_office", said!("{office} はありません", "there is no {office}")))
}

async fn invite(at: &StoreAt, name: &str, office: Option<&str>, operator: bool) -> Outcome {
    let store = open(at).await?;
    let office = match office {
        Some(office) => Some(known(&*store, office).await?),
        None => None,
    };
    let invited = fuin_server::invite(&*store, name, office.as_ref(), operator).await?;
    let text = said!(
        "招待の言葉：{}\n{} に渡してください。{} まで、一度だけ使えます。",
        "The word: {}\nHand it to {}. It is good once, until {}.",
        invited.word,
        invited.name,
        invited.until.wareki_exact()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "name": invited.name, "word": invited.word, "until": invited.until }),
    ))
}

async fn offices(at: &StoreAt) -> Outcome {
    let store = open(at).await?;
    let books = Books::new(Arc::clone(&store));
    let (mut lines, mut listed) = (Vec::new(), Vec::new());
    for id in store.offices().await? {
        let ledger = books.ledger(&id).await?;
        let name = office_name(&ledger);
        lines.push(said!("{name}　{} 行　{id}", "{name}  {} lines  {id}", ledger.lines().len()));
        listed.push(json!({ "id": id.as_str(), "name": name, "lines": ledger.lines().len() }));
    }
    let text = if lines.is_empty() {
        said!("課はまだありません。", "There is no office yet.")
    } else {
        lines.join("\n")
    };
    Ok(Report::new(text, json!({ "ok": true, "offices": listed })))
}

async fn import(at: &StoreAt, folder: &Path) -> Outcome {
    let office = OpenOffice::read(folder)?.sound()?;
    let head = office.head()?;
    let lines = office.ledger.lines();
    let id = lines
        .first()
        .and_then(|first| OfficeId::of_first(&Jws::new(first.as_str())))
        .ok_or_else(|| Failure::new("store_office", said!("記録簿が空です", "the ledger is empty")))?;
    let store = open(at).await?;
    let books = Books::new(store);
    let there = books.ledger(&id).await?;
    let mine = &office.ledger;
    if let Some(line) = there.parts_from(mine) {
        return Err(fuin_core::LedgerFault::Fork { line }.into());
    }
    let missing: Vec<_> = lines.iter().skip(there.lines().len()).cloned().collect();
    let count = if missing.is_empty() {
        mine.lines().len() as u64
    } else {
        books.take_over(&id, missing, &head).await?
    };
    let text = said!(
        "{count} 行になりました。課の番号 {id}",
        "{count} lines are there now. The office's id is {id}"
    );
    Ok(Report::new(text, json!({ "ok": true, "office": id.as_str(), "lines": count })))
}

async fn export(at: &StoreAt, office: &str, out: &Path) -> Outcome {
    let store = open(at).await?;
    let id = known(&*store, office).await?;
    let head = store.read(&id, u64::MAX).await?.head;
    let ledger: Ledger = Books::new(Arc::clone(&store)).ledger(&id).await?;
    let head = head.map(|head| Jws::new(&head)).filter(|head| ledger.is_counted_by(head));
    // A desk may have appended in between: the next try reads both.
    let head = head.ok_or_else(|| {
        Failure::new(
            "store_overtaken",
            said!("書き出す間に記録が増えました", "a line was appended meanwhile"),
        )
    })?;
    write_private_file(out, ledger.export(&head).as_bytes(), false)?;
    let lines = ledger.lines().len();
    let text = said!("{lines} 行を {} に書きました。", "{lines} lines are in {}.", out.display());
    Ok(Report::new(text, json!({ "ok": true, "lines": lines })))
}
