//! Documents beside the ledgers: scans, kept keys of bundles, and bundles that wait to be handed over. Each is a file
//! that a desk sealed for its office, or a bundle: whoever keeps them can open none.
//!
//! Entry point: [`Documents`]. A document comes in pieces and is there when its SHA-256 is the one that was said first;
//! what is cut off goes on where it was. Absent: which documents an office has, which its ledger says
//! ([`crate::Books::add_document`]).

use std::{
    collections::{HashMap, HashSet},
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use fuin_core::BundleId;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::task;

use crate::{fault::StoreFault, office_id::OfficeId};

/// Bytes that are read at a time.
pub const PIECE_BYTES: u64 = 4 << 20;
/// A scan of 64 MiB, nonce and tag.
const SCAN_BYTES: u64 = (64 << 20) + 64;
const KEY_BYTES: u64 = 4 << 10;
/// 64 GiB.
const BUNDLE_BYTES: u64 = 64 << 30;
/// After this long without a piece, what was cut off goes.
const PATIENCE: Duration = Duration::from_secs(7 * 24 * 3600);

/// What a document is called: the SHA-256 of a scan as the ledger has it, in hexadecimal; `管理番号.key`, the kept key of
/// a bundle; `管理番号.fuin`, a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentName {
    text: String,
    kind: DocumentKind,
}

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// A scan that came with a request.
    Scan,
    /// The kept key of a bundle.
    Key(BundleId),
    /// A bundle.
    Bundle(BundleId),
}

impl DocumentName {
    /// Reads a name; no other is a file here.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let kind = match text.rsplit_once('.') {
            Some((id, "key")) => DocumentKind::Key(BundleId::try_from(id.to_owned()).ok()?),
            Some((id, "fuin")) => DocumentKind::Bundle(BundleId::try_from(id.to_owned()).ok()?),
            None if text.len() == 64 && text.bytes().all(is_hex) => DocumentKind::Scan,
            _ => return None,
        };
        Some(Self { text: text.to_owned(), kind })
    }

    /// What it is.
    pub fn kind(&self) -> &DocumentKind {
        &self.kind
    }

    fn most_bytes(&self) -> u64 {
        match self.kind {
            DocumentKind::Scan => SCAN_BYTES,
            DocumentKind::Key(_) => KEY_BYTES,
            DocumentKind::Bundle(_) => BUNDLE_BYTES,
        }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for DocumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A piece of a document.
#[derive(Debug)]
pub struct Piece {
    /// Where it begins.
    pub at: u64,
    /// Bytes of the whole document.
    pub of: u64,
    /// SHA-256 of the whole document.
    pub sha256: [u8; 32],
    /// The bytes; none only asks how much is there.
    pub bytes: Vec<u8>,
}

/// How far a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Bytes that are there; the next piece begins behind them.
    pub have: u64,
    /// All of it is there.
    pub is_whole: bool,
}

/// What the documents of an office take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// How many are there, whole.
    pub documents: u64,
    /// Bytes of these, and of those that began.
    pub bytes: u64,
    /// Bytes that they may have together.
    pub room: u64,
}

/// The documents of all offices.
pub struct Documents {
    dir: PathBuf,
    /// Bytes that those of one office may have together.
    room: u64,
    /// The turn of each office: what it writes, it writes one after the other, and no office waits for another one.
    turns: Mutex<HashMap<OfficeId, Arc<Mutex<()>>>>,
}

impl Documents {
    /// Those in a folder, which is made if it is not there. An office's may have `room` bytes together.
    pub fn open(dir: &Path, room: u64) -> Result<Self, StoreFault> {
        fs::create_dir_all(dir)?;
        Ok(Self { dir: dir.to_owned(), room, turns: Mutex::default() })
    }

    /// Does what reads. A document has its name only when it is whole, so nothing waits for whoever writes.
    async fn aside<T: Send + 'static>(
        &self,
        office: &OfficeId,
        work: impl FnOnce(PathBuf) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let dir = self.dir.join(office.as_str());
        let done = task::spawn_blocking(move || work(dir)).await;
        done.map_err(|error| io::Error::other(error.to_string()))?
    }

    /// Does what writes.
    async fn in_turn<T: Send + 'static>(
        &self,
        office: &OfficeId,
        work: impl FnOnce(PathBuf) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(office.clone()).or_default())
        };
        let work = move |dir| {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            work(dir)
        };
        self.aside(office, work).await
    }

    /// What an office has, whole, and how many bytes each.
    pub async fn list(&self, office: &OfficeId) -> Result<Vec<(DocumentName, u64)>, StoreFault> {
        self.aside(office, |dir| {
            let named = |file: Stored| Some((DocumentName::parse(&file.name)?, file.bytes));
            let mut all: Vec<_> = files(&dir)?.into_iter().filter_map(named).collect();
            all.sort();
            Ok(all)
        })
        .await
    }

    /// How much of its room an office has taken.
    pub async fn usage(&self, office: &OfficeId) -> Result<Usage, StoreFault> {
        let room = self.room;
        self.aside(office, move |dir| {
            let files = files(&dir)?;
            let whole = files.iter().filter(|file| DocumentName::parse(&file.name).is_some()).count();
            Ok(Usage { documents: whole as u64, bytes: taken(&files), room })
        })
        .await
    }

    /// Takes a piece, if it is the next one. A piece that is not changes nothing, and the answer says which is.
    pub async fn add(
        &self,
        office: &OfficeId,
        name: &DocumentName,
        piece: Piece,
    ) -> Result<Standing, StoreFault> {
        let name = name.clone();
        if piece.of == 0 || piece.of > name.most_bytes() {
            return Err(StoreFault::DocumentSize);
        }
        let room = self.room;
        self.in_turn(office, move |dir| add(&dir, &name, &piece, room)).await
    }

    /// Bytes of a document from some place on, at most [`PIECE_BYTES`]; `None` where there is none.
    pub async fn read(
        &self,
        office: &OfficeId,
        name: &DocumentName,
        from: u64,
    ) -> Result<Option<Vec<u8>>, StoreFault> {
        let name = name.clone();
        self.aside(office, move |dir| {
            let mut file = match File::open(dir.join(name.as_str())) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            file.seek(SeekFrom::Start(from))?;
            let mut bytes = Vec::new();
            file.take(PIECE_BYTES).read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        })
        .await
    }

    /// Takes documents away, and what came of them in part.
    pub async fn remove(
        &self,
        office: &OfficeId,
        names: impl IntoIterator<Item = DocumentName>,
    ) -> Result<(), StoreFault> {
        let names: HashSet<_> = names.into_iter().collect();
        let goes = move |file: &str, _| {
            DocumentName::parse(of_file(file).0).is_some_and(|name| names.contains(&name))
        };
        self.in_turn(office, move |dir| Ok(sweep(&dir, goes)?)).await
    }

    /// What came of an office's documents, in part or whole, and when the last piece did.
    pub async fn all(&self, office: &OfficeId) -> Result<Vec<(DocumentName, SystemTime)>, StoreFault> {
        self.aside(office, |dir| {
            let named = |file: Stored| Some((DocumentName::parse(of_file(&file.name).0)?, file.last_piece));
            Ok(files(&dir)?.into_iter().filter_map(named).collect())
        })
        .await
    }

    /// Takes away what was cut off long ago and did not go on.
    pub async fn forget_cut_off(&self, office: &OfficeId) -> Result<(), StoreFault> {
        let is_old = |last| SystemTime::now().duration_since(last).is_ok_and(|age| age > PATIENCE);
        self.in_turn(office, move |dir| Ok(sweep(&dir, |file, last| file.ends_with(PART) && is_old(last))?))
            .await
    }
}

/// How the name of a document ends that is not whole.
const PART: &str = ".part";

/// The document of a file, and of a part of it (`NAME.BYTES.SHA256.part`) how many bytes it is to have.
fn of_file(file: &str) -> (&str, Option<u64>) {
    let part = file.strip_suffix(PART).and_then(|part| part.rsplit_once('.')).map(|(part, _)| part);
    let part = part.and_then(|part| part.rsplit_once('.'));
    part.and_then(|(name, of)| Some((name, Some(of.parse().ok()?)))).unwrap_or((file, None))
}

/// Parts that different desks, or versions, may have of one document.
const MAX_PARTS: usize = 8;

/// Bytes that files take, or will once they are whole.
fn taken(files: &[Stored]) -> u64 {
    files.iter().fold(0, |sum, file| sum.saturating_add(of_file(&file.name).1.unwrap_or(file.bytes)))
}

/// Whether another part of a document may begin, of `of` bytes: all that is here, and all that began, has room.
fn has_room(dir: &Path, name: &DocumentName, of: u64, room: u64) -> io::Result<bool> {
    let files = files(dir)?;
    let is_part_of_it =
        |file: &&Stored| matches!(of_file(&file.name), (whole, Some(_)) if whole == name.as_str());
    Ok(taken(&files).saturating_add(of) <= room && files.iter().filter(is_part_of_it).count() < MAX_PARTS)
}

/// Takes the files away for which `goes` holds, by their names and when their last piece came.
fn sweep(dir: &Path, goes: impl Fn(&str, SystemTime) -> bool) -> io::Result<()> {
    for file in files(dir)? {
        if goes(&file.name, file.last_piece) {
            fs::remove_file(dir.join(file.name))?;
        }
    }
    Ok(())
}

/// A file of the folder of an office.
struct Stored {
    name: String,
    bytes: u64,
    last_piece: SystemTime,
}

/// The files of a folder; none where there is no folder.
fn files(dir: &Path) -> io::Result<Vec<Stored>> {
    let is_missing = |error: &io::Error| error.kind() == ErrorKind::NotFound;
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry?;
        // No other name is of a document.
        let Ok(name) = entry.file_name().into_string() else { continue };
        match entry.metadata() {
            Ok(there) => all.push(Stored { name, bytes: there.len(), last_piece: there.modified()? }),
            // It was taken away meanwhile.
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

fn add(dir: &Path, name: &DocumentName, piece: &Piece, room: u64) -> Result<Standing, StoreFault> {
    fs::create_dir_all(dir)?;
    let whole = dir.join(name.as_str());
    if let Ok(there) = fs::metadata(&whole) {
        return Ok(Standing { have: there.len(), is_whole: true });
    }
    // Two desks that send the same document sealed it each for itself.
    let hash: String = piece.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = dir.join(format!("{name}.{}.{hash}{PART}", piece.of));
    let have = fs::metadata(&part).map_or(0, |there| there.len());
    if have >= piece.of {
        // Cut off before it got its name.
        return complete(dir, name, &part, piece);
    }
    let end = have.saturating_add(piece.bytes.len() as u64);
    if piece.at != have || piece.bytes.is_empty() || end > piece.of {
        return Ok(Standing { have, is_whole: false });
    }
    if have == 0 && !has_room(dir, name, piece.of, room)? {
        return Err(StoreFault::DocumentRoom);
    }
    let mut file = OpenOptions::new().create(true).append(true).open(&part)?;
    let written = file.write_all(&piece.bytes);
    if let Err(error) = written {
        // A full disk: what was written of it is no piece.
        file.set_len(have)?;
        return Err(error.into());
    }
    if end < piece.of {
        return Ok(Standing { have: end, is_whole: false });
    }
    complete(dir, name, &part, piece)
}

/// Gives a document its name, if it is what was said first.
fn complete(dir: &Path, name: &DocumentName, part: &Path, piece: &Piece) -> Result<Standing, StoreFault> {
    File::open(part)?.sync_all()?;
    if sha256_of(part)? != piece.sha256 {
        fs::remove_file(part)?;
        return Err(StoreFault::DocumentHash);
    }
    // What others sent of it is of no use any more.
    let is_part = |file: &str| matches!(of_file(file), (of, Some(_)) if of == name.as_str());
    sweep(dir, |file, _| is_part(file) && !part.ends_with(file))?;
    fs::rename(part, dir.join(name.as_str()))?;
    // The name outlives a power cut only with the folder.
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(Standing { have: piece.of, is_whole: true })
}

fn sha256_of(path: &Path) -> io::Result<[u8; 32]> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(piece.get(..read).unwrap_or_default()),
        }
    }
}
