//! IndexedDB through `rexie`: what this browser remembers. One transaction per change; nothing else is awaited
//! inside one, or it would commit early.

use rexie::{ObjectStore, Rexie, Store, Transaction, TransactionMode};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use super::{BrowserError, profile};

/// What is store, each in its own object store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreName {
    /// Bundles that were opened here, by 管理番号 (JSON).
    Bundles,
    /// Keys that cannot be taken out (structured clones).
    Keys,
    /// Settings and the highest time seen (JSON).
    Settings,
    /// The office's ledger lines, by number (JSON strings).
    Ledger,
    /// Documents that came with requests, by SHA-256 (bytes).
    Attachments,
}

impl StoreName {
    const ALL: [Self; 5] = [Self::Bundles, Self::Keys, Self::Settings, Self::Ledger, Self::Attachments];

    /// Documents have a database of their own: a new store in the first one would raise its version, and lock
    /// out every viewer that was handed out before.
    fn is_apart(self) -> bool {
        self == Self::Attachments
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bundles => "bundles",
            Self::Keys => "keys",
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
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadOnly)?;
    let value = transaction.store(store.name())?.get(key.into()).await?;
    Ok(value.filter(|value| !value.is_undefined() && !value.is_null()))
}

/// Writes one value; it is the browser's to keep when this returns (it may not be on the disk yet: browsers
/// flush a little later).
pub async fn write(store: StoreName, key: &str, value: &JsValue) -> Result<(), BrowserError> {
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
    let Some(text) = read(store, key).await?.and_then(|value| value.as_string()) else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| BrowserError::new(error.to_string()))
}

/// Writes a document.
pub async fn write_json<T: Serialize>(store: StoreName, key: &str, value: &T) -> Result<(), BrowserError> {
    let text = serde_json::to_string(value).map_err(|error| BrowserError::new(error.to_string()))?;
    write(store, key, &text.into()).await
}

/// Changes a document, or makes it from nothing, in one transaction: what another window wrote meanwhile is
/// in what `change` gets. Gives what is stored then.
pub async fn change_json<T: Serialize + DeserializeOwned>(
    store: StoreName,
    key: &str,
    change: impl FnOnce(Option<T>) -> T,
) -> Result<T, BrowserError> {
    let broken = |error: serde_json::Error| BrowserError::new(error.to_string());
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadWrite)?;
    let store = transaction.store(store.name())?;
    let stored = store.get(key.into()).await?.and_then(|value| value.as_string());
    let changed = change(stored.map(|text| serde_json::from_str(&text)).transpose().map_err(broken)?);
    let text = serde_json::to_string(&changed).map_err(broken)?;
    store.put(&text.into(), Some(&key.into())).await?;
    transaction.done().await?;
    Ok(changed)
}

/// All documents of a store, in the order of their keys.
pub async fn read_all_json<T: DeserializeOwned>(store: StoreName) -> Result<Vec<T>, BrowserError> {
    let transaction = open(store).await?.transaction(&[store.name()], TransactionMode::ReadOnly)?;
    let values = transaction.store(store.name())?.get_all(None, None).await?;
    values
        .into_iter()
        .filter_map(|value| value.as_string())
        .map(|text| serde_json::from_str(&text).map_err(|error| BrowserError::new(error.to_string())))
        .collect()
}

/// Key of a ledger line: numbers sort as text.
fn line_key(index: usize) -> String {
    format!("{index:012}")
}

/// All ledger lines and the head that was written with the last of them.
pub async fn read_ledger() -> Result<(Vec<String>, Option<String>), BrowserError> {
    let name = StoreName::Ledger.name();
    let transaction = open(StoreName::Ledger).await?.transaction(&[name], TransactionMode::ReadOnly)?;
    read_lines(&transaction.store(name)?).await
}

async fn read_lines(store: &Store) -> Result<(Vec<String>, Option<String>), BrowserError> {
    let head = store.get("head".into()).await?.and_then(|value| value.as_string());
    let range = rexie::KeyRange::upper_bound(&"999999999999".into(), Some(false))
        .map_err(|error| BrowserError::new(error.to_string()))?;
    let lines = store.get_all(Some(range), None).await?;
    Ok((lines.into_iter().filter_map(|value| value.as_string()).collect(), head))
}

/// Appends lines behind the first `known` ones, of which `last` is the last, with the new head, in one
/// transaction. Refused when another tab wrote in between: a line is only ever added, behind the one that it
/// continues, and never replaced.
pub async fn append_ledger(
    known: usize,
    last: Option<&str>,
    lines: &[String],
    head: &str,
) -> Result<(), BrowserError> {
    let name = StoreName::Ledger.name();
    let transaction = open(StoreName::Ledger).await?.transaction(&[name], TransactionMode::ReadWrite)?;
    let store = transaction.store(name)?;
    let stored = match known.checked_sub(1) {
        Some(before) => store.get(line_key(before).into()).await?.and_then(|value| value.as_string()),
        None => None,
    };
    let is_free = store.get(line_key(known).into()).await?.and_then(|value| value.as_string()).is_none();
    if stored.as_deref() != last || !is_free {
        return Err(BrowserError::clash("the ledger was written by another window"));
    }
    for (i, line) in lines.iter().enumerate() {
        store.add(&line.as_str().into(), Some(&line_key(known + i).into())).await?;
    }
    store.put(&head.into(), Some(&"head".into())).await?;
    transaction.done().await?;
    Ok(())
}

/// Puts a whole ledger in the place of a damaged one, in one transaction. Refused if what is stored is not
/// `damaged` any more, as [`read_ledger`] gave it: another tab may have mended it.
pub async fn replace_ledger(
    damaged: &(Vec<String>, Option<String>),
    lines: &[String],
    head: &str,
) -> Result<(), BrowserError> {
    let name = StoreName::Ledger.name();
    let transaction = open(StoreName::Ledger).await?.transaction(&[name], TransactionMode::ReadWrite)?;
    let store = transaction.store(name)?;
    if read_lines(&store).await? != *damaged {
        return Err(BrowserError::clash("the ledger was written by another window"));
    }
    store.clear().await?;
    for (i, line) in lines.iter().enumerate() {
        store.add(&line.as_str().into(), Some(&line_key(i).into())).await?;
    }
    store.put(&head.into(), Some(&"head".into())).await?;
    transaction.done().await?;
    Ok(())
}
