//! The ledger of one office in a folder, as the command line keeps it: `ledger.jsonl`, `ledger.head`, `office.lock`.
//!
//! Entry point: [`FolderStore::open`]. The command line may work on the same folder meanwhile: both take the lock.
//! Beside it, `accounts.json`: who may sign in
//! where a server works on the folder. Absent: keys; documents.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use fuin_core::{Jws, Ledger, LedgerLine, Typ};
use tokio::{sync::mpsc, task, time};

use crate::{
    account::Account,
    fault::StoreFault,
    ledger_file::{Found, append_lines, mend},
    memory::Listeners,
    office_id::OfficeId,
    store::{Growth, Record, Store, Stored, Turn},
};

/// How often it is looked whether the command line appended something.
const LOOK: Duration = Duration::from_millis(250);

/// A folder.
pub struct FolderStore {
    paths: Arc<Paths>,
    listeners: Arc<Listeners>,
}

struct Paths {
    dir: PathBuf,
    ledger: PathBuf,
    head: PathBuf,
    /// The head of a line that is being written.
    head_next: PathBuf,
    card: PathBuf,
    lock: PathBuf,
    accounts: PathBuf,
}

impl FolderStore {
    /// The folder, which is made if it is not there.
    pub fn open(dir: &Path) -> Result<Self, StoreFault> {
        fs::create_dir_all(dir)?;
        let paths = Paths {
            dir: dir.to_owned(),
            ledger: dir.join("ledger.jsonl"),
            head: dir.join("ledger.head"),
            head_next: dir.join("ledger.head.next"),
            card: dir.join("office-card.jws"),
            lock: dir.join("office.lock"),
            accounts: dir.join("accounts.json"),
        };
        Ok(Self { paths: Arc::new(paths), listeners: Arc::default() })
    }
}

/// Does something that waits for the disk, or for the lock.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreFault> + Send + 'static,
) -> Result<T, StoreFault> {
    task::spawn_blocking(work).await.map_err(|error| io::Error::other(error.to_string()))?
}

fn there_or_nothing(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Paths {
    /// The ledger as it is, and how long its file is.
    fn found(&self) -> io::Result<(Found, u64)> {
        let bytes = there_or_nothing(&self.ledger)?.unwrap_or_default();
        Ok((Found::of(&bytes), bytes.len() as u64))
    }

    fn stored(&self, from: u64) -> Result<Stored, StoreFault> {
        // The head first: outside of a turn a line may be appended in between.
        let head = there_or_nothing(&self.head)?.map(|head| String::from_utf8_lossy(&head).trim().to_owned());
        let (found, _) = self.found()?;
        let text = String::from_utf8_lossy(&found.lines);
        let skipped = usize::try_from(from).unwrap_or(usize::MAX);
        let lines = text.lines().skip(skipped).map(str::to_owned).collect();
        Ok(Stored { lines, head })
    }

    /// Temporary files are readable for their owner alone, and keep that when they get their name.
    fn accounts(&self) -> Result<Vec<Account>, StoreFault> {
        let Some(text) = there_or_nothing(&self.accounts)? else { return Ok(Vec::new()) };
        Ok(serde_json::from_slice(&text).map_err(io::Error::other)?)
    }

    fn office(&self) -> Result<Option<OfficeId>, StoreFault> {
        let first = self.stored(0)?.lines.into_iter().next();
        Ok(first.and_then(|line| OfficeId::of_first(&Jws::new(&line))))
    }

    /// Whole or not at all: beside it, to the disk, and then its name.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut beside = tempfile::NamedTempFile::new_in(&self.dir)?;
        beside.write_all(content)?;
        beside.as_file().sync_all()?;
        beside.persist(path).map_err(|failed| failed.error)?;
        // The name outlives a power cut only with the folder.
        if cfg!(unix) { File::open(&self.dir)?.sync_all() } else { Ok(()) }
    }

    /// Waits for whoever works on the folder.
    fn take_lock(&self) -> io::Result<File> {
        let file = File::create(&self.lock)?;
        file.lock()?;
        self.finish()?;
        Ok(file)
    }

    /// An append that was cut off between its line and its head: the head counts where the line is there.
    fn finish(&self) -> io::Result<()> {
        let Some(head) = there_or_nothing(&self.head_next)? else { return Ok(()) };
        let head = Jws::new(String::from_utf8_lossy(&head).trim());
        let fits = head.verify(Typ::LedgerHead).is_ok_and(|verified| {
            let lines = self.found().map(|(found, _)| found.lines).unwrap_or_default();
            Ledger::read_own(&lines, Some(&head), &verified.signer).1.is_empty()
        });
        if fits { fs::rename(&self.head_next, &self.head) } else { fs::remove_file(&self.head_next) }
    }

    fn append(
        &self,
        (at, after): (u64, Option<&str>),
        added: &[LedgerLine],
        head: &Jws,
        card: Option<&Jws>,
    ) -> Result<(), StoreFault> {
        let (found, on_disk) = self.found()?;
        let all = || found.lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let lines = all().count() as u64;
        // Another last line than the one that is known: it was altered, or destroyed with its year. Reading tells.
        if lines != at || all().next_back() != after.map(str::as_bytes) {
            return Err(StoreFault::Overtaken { lines });
        }
        if found.bytes < on_disk || found.lacks_line_end {
            mend(&self.ledger, &found)?;
        }
        if lines == 0 {
            self.write(&self.ledger, b"")?;
        }
        // The head first, beside its place: what is cut off after the line is finished by the next turn.
        self.write(&self.head_next, head.as_str().as_bytes())?;
        append_lines(&self.ledger, added)?;
        fs::rename(&self.head_next, &self.head)?;
        if let Some(card) = card {
            self.write(&self.card, card.as_str().as_bytes())?;
        }
        Ok(())
    }

    fn destroy(&self, left: &[(u64, String)], documents: &[String]) -> Result<(), StoreFault> {
        for document in documents {
            match fs::remove_file(self.dir.join("attachments").join(document)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        let mut lines = self.stored(0)?.lines;
        for (place, text) in left {
            let line = usize::try_from(*place).ok().and_then(|place| lines.get_mut(place));
            line.ok_or(StoreFault::Office)?.clone_from(text);
        }
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        Ok(self.write(&self.ledger, text.as_bytes())?)
    }
}

struct FolderTurn {
    paths: Arc<Paths>,
    office: OfficeId,
    listeners: Arc<Listeners>,
    /// Held until the turn is over.
    lock: File,
}

#[async_trait]
impl Store for FolderStore {
    async fn offices(&self) -> Result<Vec<OfficeId>, StoreFault> {
        let paths = Arc::clone(&self.paths);
        blocking(move || Ok(paths.office()?.into_iter().collect())).await
    }

    async fn read(&self, office: &OfficeId, from: u64) -> Result<Stored, StoreFault> {
        let (paths, office) = (Arc::clone(&self.paths), office.clone());
        blocking(move || match paths.office()? {
            Some(ours) if ours == office => paths.stored(from),
            _ => Ok(Stored::default()),
        })
        .await
    }

    async fn turn(&self, office: &OfficeId) -> Result<Box<dyn Turn>, StoreFault> {
        let (paths, office) = (Arc::clone(&self.paths), office.clone());
        let listeners = Arc::clone(&self.listeners);
        blocking(move || {
            let lock = paths.take_lock()?;
            // A folder holds one office.
            match paths.office()? {
                Some(other) if other != office => Err(StoreFault::Office),
                _ => Ok(Box::new(FolderTurn { paths, office, listeners, lock }) as Box<dyn Turn>),
            }
        })
        .await
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreFault> {
        let paths = Arc::clone(&self.paths);
        blocking(move || paths.accounts()).await
    }

    async fn keep_account(&self, account: &Account) -> Result<(), StoreFault> {
        let (paths, account) = (Arc::clone(&self.paths), account.clone());
        blocking(move || {
            let _lock = paths.take_lock()?;
            let mut all = paths.accounts()?;
            all.retain(|known| known.id != account.id);
            all.push(account);
            let text = serde_json::to_vec_pretty(&all).map_err(io::Error::other)?;
            Ok(paths.write(&paths.accounts, &text)?)
        })
        .await
    }

    async fn watch(&self) -> Result<Growth, StoreFault> {
        let growth = self.listeners.add();
        let (paths, listeners) = (Arc::clone(&self.paths), Arc::clone(&self.listeners));
        let (alive, hears) = mpsc::unbounded_channel();
        let mut told = growth;
        // What the command line appends is seen by the length of the file.
        task::spawn(async move {
            let length =
                |paths: &Paths| fs::metadata(&paths.ledger).map(|file| file.len()).unwrap_or_default();
            let mut known = length(&paths);
            let mut looks = time::interval(LOOK);
            loop {
                tokio::select! {
                    office = told.recv() => match office {
                        Some(office) => {
                            known = length(&paths);
                            if alive.send(office).is_err() {
                                return;
                            }
                        }
                        None => return,
                    },
                    _ = looks.tick() => {
                        let now = length(&paths);
                        if alive.is_closed() {
                            return;
                        }
                        if now != known {
                            known = now;
                            if let Ok(Some(office)) = paths.office() {
                                listeners.tell(&office);
                            }
                        }
                    }
                }
            }
        });
        Ok(hears)
    }
}

#[async_trait]
impl Turn for FolderTurn {
    async fn read(&mut self, from: u64) -> Result<Stored, StoreFault> {
        let paths = Arc::clone(&self.paths);
        blocking(move || paths.stored(from)).await
    }

    async fn append(self: Box<Self>, record: Record<'_>) -> Result<(), StoreFault> {
        let Self { paths, office, listeners, lock } = *self;
        let (at, lines, head) = (record.at, record.lines.to_vec(), record.head.clone());
        let (card, after) = (record.card.cloned(), record.after.map(|line| line.as_str().to_owned()));
        blocking(move || {
            paths.append((at, after.as_deref()), &lines, &head, card.as_ref())?;
            drop(lock);
            Ok(())
        })
        .await?;
        listeners.tell(&office);
        Ok(())
    }

    async fn destroy(
        self: Box<Self>,
        left: &[(u64, String)],
        documents: &[String],
    ) -> Result<(), StoreFault> {
        let Self { paths, lock, .. } = *self;
        let (left, documents) = (left.to_vec(), documents.to_vec());
        blocking(move || {
            paths.destroy(&left, &documents)?;
            drop(lock);
            Ok(())
        })
        .await
    }
}
