//! IndexedDB through `rexie`: what this browser remembers. One transaction per change; nothing else is awaited
//! inside one, or it would commit early.

use js_sys::Array;
use rexie::{ObjectStore, Rexie, Store, Transaction, TransactionMode};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use super::{BrowserError, files, json, profile, proxy};

/// What is stored, each in its own object store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreName {
    /// Bundles that were opened here, by the SHA-256 of their header (JSON).
    Bundles,
    /// Settings, key files and the highest time seen (JSON).
    Settings,
    /// The office's ledger lines, by number (sealed).
    Ledger,
    /// Documents that came with requests, by SHA-256, and the keys of bundles (sealed).
    Attachments,
}

impl StoreName {
    const ALL: [Self; 4] = [Self::Bundles, Self::Settings, Self::Ledger, Self::Attachments];

    /// Documents have a database of their own: a new store in the first one would raise its version, and lock
    /// out every viewer that was handed out before.
    fn is_apart(self) -> bool {
        self == Self::Attachments
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bundles => "bundles",
            Self::Settings => "settings",
            Self::Ledger => "ledger",
            Self::Attachments => "attachments",
        }
    }
}

/// An open database; closed when dropped, so that no tab keeps another from opening a newer version.
/// Transactions that were begun still come to their end.
struct Connection(Option<Rexie>);

impl Connection {
    fn transaction(&self, stores: &[&str], mode: TransactionMode) -> Result<Transaction, BrowserError> {
        let database = self.0.as_ref().ok_or(BrowserError::new("the database is closed"))?;
        Ok(database.transaction(stores, mode)?)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(database) = self.0.take() {
            database.close();
        }
    }
}

/// The database that has a store.
async fn open(store: StoreName) -> Result<Connection, BrowserError> {
    let apart = store.is_apart();
    let name = format!("{}{}", profile::database(), if apart { "-documents" } else { "" });
    let stores = StoreName::ALL.iter().filter(|store| store.is_apart() == apart);
    let builder = stores.fold(Rexie::builder(&name).version(1), |builder, store| {
        builder.add_object_store(ObjectStore::new(store.name()))
    });
    Ok(Connection(Some(builder.build().await?)))
}

/// Reads one value.
pub async fn read(store: StoreName, key: &str) -> Result<Option<JsValue>, BrowserError> {
    let value = if proxy::is_needed() {
        Some(proxy::ask(&Array::of2(&store.name().into(), &key.into())).await?)
    } else {
        let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadOnly)?;
        transaction.store(store.name())?.get(key.into()).await?
    };
    Ok(value.filter(|value| !value.is_undefined() && !value.is_null()))
}

/// Writes one value; it is the browser's to keep when this returns (it may not be on the disk yet: browsers
/// flush a little later).
pub async fn write(store: StoreName, key: &str, value: &JsValue) -> Result<(), BrowserError> {
    if proxy::is_needed() {
        return proxy::ask(&Array::of3(&store.name().into(), &key.into(), value)).await.map(drop);
    }
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadWrite)?;
    transaction.store(store.name())?.put(value, Some(&key.into())).await?;
    transaction.done().await?;
    Ok(())
}

/// Removes one value.
pub async fn remove(store: StoreName, key: &str) -> Result<(), BrowserError> {
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadWrite)?;
    transaction.store(store.name())?.delete(key.into()).await?;
    transaction.done().await?;
    Ok(())
}

/// The keys of a store.
pub async fn keys(store: StoreName) -> Result<Vec<String>, BrowserError> {
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadOnly)?;
    let keys = transaction.store(store.name())?.get_all_keys(None, None).await?;
    Ok(keys.into_iter().filter_map(|key| key.as_string()).collect())
}

/// Empties the databases of this profile, each wholly or not at all.
pub async fn clear() -> Result<(), BrowserError> {
    for apart in [true, false] {
        let stores: Vec<StoreName> =
            StoreName::ALL.into_iter().filter(|store| store.is_apart() == apart).collect();
        let Some(&first) = stores.first() else { continue };
        let names: Vec<&str> = stores.iter().map(|store| store.name()).collect();
        let transaction = open(first).await?.transaction(&names, TransactionMode::ReadWrite)?;
        for name in names {
            transaction.store(name)?.clear().await?;
        }
        transaction.done().await?;
    }
    Ok(())
}

/// Reads a document.
pub async fn read_json<T: DeserializeOwned>(store: StoreName, key: &str) -> Result<Option<T>, BrowserError> {
    let Some(text) = read_text(store, key).await? else { return Ok(None) };
    Ok(Some(json::read(&text)?))
}

/// Reads a text.
pub async fn read_text(store: StoreName, key: &str) -> Result<Option<String>, BrowserError> {
    Ok(read(store, key).await?.and_then(|value| value.as_string()))
}

/// Writes a document.
pub async fn write_json<T: Serialize>(store: StoreName, key: &str, value: &T) -> Result<(), BrowserError> {
    let text = serde_json::to_string(value)?;
    write(store, key, &text.into()).await
}

/// Puts a text in the place of `seen`, what was read there before, in one transaction. Says whether it did: not if
/// another window wrote meanwhile.
pub async fn replace_text(
    store: StoreName,
    key: &str,
    seen: Option<&str>,
    text: &str,
) -> Result<bool, BrowserError> {
    change_if(store, key, seen, &[(key, Some(text.to_owned()))]).await
}

/// Puts several texts under their keys, or takes them away, in one transaction, if under `guard` there is still `seen`.
/// Says whether it did: not if another window wrote meanwhile.
pub async fn change_if(
    store: StoreName,
    guard: &str,
    seen: Option<&str>,
    changes: &[(&str, Option<String>)],
) -> Result<bool, BrowserError> {
    if proxy::is_needed() {
        let changes = serde_json::to_string(changes)?;
        let question = Array::of4(&store.name().into(), &guard.into(), &seen.into(), &changes.into());
        return Ok(proxy::ask(&question).await?.is_truthy());
    }
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadWrite)?;
    let store = transaction.store(store.name())?;
    let stored = store.get(guard.into()).await?.and_then(|value| value.as_string());
    if stored.as_deref() != seen {
        return Ok(false);
    }
    for (key, text) in changes {
        match text {
            Some(text) => drop(store.put(&text.into(), Some(&(*key).into())).await?),
            None => store.delete((*key).into()).await?,
        }
    }
    transaction.done().await?;
    Ok(true)
}

/// All documents of a store, in the order of their keys.
pub async fn read_all_json<T: DeserializeOwned>(store: StoreName) -> Result<Vec<T>, BrowserError> {
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadOnly)?;
    let values = transaction.store(store.name())?.get_all(None, None).await?;
    values.into_iter().filter_map(|value| value.as_string()).map(|text| Ok(json::read(&text)?)).collect()
}

/// Does for a worker what it cannot (`proxy.rs`): reads with a store and a key, writes with a value as well, and
/// changes with a guard, what was seen there, and JSON of the changes.
pub(super) async fn answer(question: Array) -> Result<JsValue, BrowserError> {
    let text = |n: u32| question.get(n).as_string();
    let store = StoreName::ALL.into_iter().find(|store| text(0).as_deref() == Some(store.name()));
    let (Some(store), Some(key)) = (store, text(1)) else { return Err(BrowserError::new("no such store")) };
    match question.length() {
        2 => Ok(read(store, &key).await?.unwrap_or(JsValue::NULL)),
        3 => write(store, &key, &question.get(2)).await.map(|()| JsValue::NULL),
        _ => {
            let changes: Vec<(String, Option<String>)> = json::read(&text(3).unwrap_or_default())?;
            let changes: Vec<_> = changes.iter().map(|(key, text)| (key.as_str(), text.clone())).collect();
            Ok(change_if(store, &key, text(2).as_deref(), &changes).await?.into())
        }
    }
}

/// A ledger as it is stored: its lines and its head, each sealed. The head is sealed anew with every change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedLedger {
    /// The lines.
    pub lines: Vec<Vec<u8>>,
    /// The head.
    pub head: Option<Vec<u8>>,
}

/// Key of a ledger line: numbers sort as text.
fn line_key(index: usize) -> String {
    format!("{index:012}")
}

/// Reads the office's ledger.
pub async fn read_ledger() -> Result<SealedLedger, BrowserError> {
    let name = StoreName::Ledger.name();
    let transaction = open(StoreName::Ledger).await?.transaction(&[name], TransactionMode::ReadOnly)?;
    read_sealed(&transaction.store(name)?).await
}

async fn read_head(store: &Store) -> Result<Option<Vec<u8>>, BrowserError> {
    Ok(store.get("head".into()).await?.map(|value| files::from_js(&value)))
}

async fn read_sealed(store: &Store) -> Result<SealedLedger, BrowserError> {
    let head = read_head(store).await?;
    let range = rexie::KeyRange::upper_bound(&"999999999999".into(), Some(false))
        .map_err(|error| BrowserError::new(error.to_string()))?;
    let lines = store.get_all(Some(range), None).await?.iter().map(files::from_js).collect();
    Ok(SealedLedger { lines, head })
}

/// Writes lines behind the first `known` ones, with the new head, in one transaction, and with them texts among the
/// settings. Refused when another tab wrote since `seen` was read as the head: a line is only ever added, behind the
/// one that it continues, and never replaced.
pub async fn append_ledger(
    known: usize,
    seen: Option<&[u8]>,
    added: &SealedLedger,
    settings: &[(&str, String)],
) -> Result<(), BrowserError> {
    let names = [StoreName::Ledger.name(), StoreName::Settings.name()];
    let transaction = open(StoreName::Ledger).await?.transaction(&names, TransactionMode::ReadWrite)?;
    let store = transaction.store(StoreName::Ledger.name())?;
    let is_free = store.get(line_key(known).into()).await?.is_none_or(|value| value.is_undefined());
    if read_head(&store).await?.as_deref() != seen || !is_free {
        return Err(BrowserError::clash("the ledger was written by another window"));
    }
    write_sealed(&store, known, added).await?;
    write_settings(&transaction.store(StoreName::Settings.name())?, settings).await?;
    transaction.done().await?;
    Ok(())
}

async fn write_settings(store: &Store, settings: &[(&str, String)]) -> Result<(), BrowserError> {
    for (key, text) in settings {
        store.put(&text.into(), Some(&(*key).into())).await?;
    }
    Ok(())
}

/// Puts a whole ledger in the place of another one, in one transaction, and with it texts among the settings. Refused
/// if what is stored is not `before` any more, as [`read_ledger`] gave it: another tab may have written.
pub async fn replace_ledger(
    before: &SealedLedger,
    good: &SealedLedger,
    settings: &[(&str, String)],
) -> Result<(), BrowserError> {
    let names = [StoreName::Ledger.name(), StoreName::Settings.name()];
    let transaction = open(StoreName::Ledger).await?.transaction(&names, TransactionMode::ReadWrite)?;
    let store = transaction.store(StoreName::Ledger.name())?;
    if read_sealed(&store).await? != *before {
        return Err(BrowserError::clash("the ledger was written by another window"));
    }
    store.clear().await?;
    write_sealed(&store, 0, good).await?;
    write_settings(&transaction.store(StoreName::Settings.name())?, settings).await?;
    transaction.done().await?;
    Ok(())
}

async fn write_sealed(store: &Store, from: usize, sealed: &SealedLedger) -> Result<(), BrowserError> {
    for (i, line) in sealed.lines.iter().enumerate() {
        store.add(&files::to_js(line), Some(&line_key(from + i).into())).await?;
    }
    if let Some(head) = &sealed.head {
        store.put(&files::to_js(head), Some(&"head".into())).await?;
    }
    Ok(())
}
