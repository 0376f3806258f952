//! Files: reading at any offset, and writing so that a name holds a whole file or nothing.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use fuin_core::{RandomAccess, Sink};
use tempfile::{NamedTempFile, PersistError};

use crate::{failure::Failure, interrupt::Unfinished, words::said};

/// An open file with a fixed length, or a file in parts `NAME.001`, `NAME.002`… (FAT32 holds no file of 4
/// GiB), read as one.
pub(crate) struct FileSource {
    /// Where each part begins, and the part.
    parts: Vec<(u64, File)>,
    len: u64,
}

/// Whether others follow it that are of the same file (FORMAT.md §2.9).
pub(crate) fn is_first_part(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "001")
}

impl FileSource {
    /// Opens a file for reading; the first part opens all that follow it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let mut source = Self { parts: Vec::new(), len: 0 };
        source.add(path).map_err(|error| Failure::file(path, &error))?;
        if is_first_part(path) {
            for number in 2.. {
                let next = path.with_extension(format!("{number:03}"));
                match source.add(&next) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                    Err(error) => return Err(Failure::file(&next, &error)),
                }
            }
        }
        Ok(source)
    }

    fn add(&mut self, path: &Path) -> io::Result<()> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        self.parts.push((self.len, file));
        self.len += len;
        Ok(())
    }
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(windows)]
fn read_at(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

impl RandomAccess for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_exact_at(&self, mut offset: u64, mut buf: &mut [u8]) -> io::Result<()> {
        while !buf.is_empty() {
            let part = self.parts.partition_point(|(start, _)| *start <= offset).checked_sub(1);
            let (start, file) = part.and_then(|n| self.parts.get(n)).ok_or(io::ErrorKind::UnexpectedEof)?;
            match read_at(file, offset - start, buf) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buf = &mut buf[read..];
                    offset += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// A file that gets its name only when it is complete: written beside, synced, renamed. Dropped before
/// [`Self::publish`], it leaves nothing behind.
pub(crate) struct PendingFile {
    file: NamedTempFile,
    target: PathBuf,
    replace: bool,
    unfinished: Unfinished,
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever the system lets by default.
    Usual,
    /// Its owner alone.
    Owner,
}

impl PendingFile {
    /// Starts a new file. An existing one is never overwritten unless `replace` is set.
    pub(crate) fn create(target: &Path, replace: bool, readers: Readers) -> Result<Self, Failure> {
        if !replace && target.exists() {
            return Err(Failure::new(
                "file_exists",
                said!("{} は、すでにあります", "{} already exists", target.display()),
            ));
        }
        let prefix = format!(".{}.", target.file_name().unwrap_or_default().to_string_lossy());
        sweep(folder_of(target), &prefix);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        if readers == Readers::Usual {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder_of(target)).map_err(|error| Failure::file(target, &error))?;
        // Held until the file has its name; it tells a later command that this one is at work.
        let _ = file.as_file().try_lock();
        Ok(Self { unfinished: Unfinished::new(file.path()), file, target: target.to_owned(), replace })
    }

    /// Flushes everything to the disk; the name still holds what it held before.
    pub(crate) fn sync(&mut self) -> Result<(), Failure> {
        let Self { file, target, .. } = self;
        file.as_file().sync_all().map_err(|error| Failure::file(target, &error))
    }

    /// Gives the file its name. If somebody else took that meanwhile, both files stay, and the refusal says where.
    pub(crate) fn publish(mut self) -> Result<(), Failure> {
        self.sync()?;
        let Self { unfinished, file, target, replace } = self;
        let named = if replace { file.persist(&target) } else { file.persist_noclobber(&target) };
        match named {
            Ok(_) => sync_folder(&target).map_err(|error| Failure::file(&target, &error)),
            Err(PersistError { error, file }) if error.kind() == io::ErrorKind::AlreadyExists => {
                drop(unfinished);
                let (_, kept) = file.keep().map_err(|failed| Failure::file(&target, &failed.error))?;
                let (target, kept) = (target.display(), kept.display());
                let cause = said!(
                    "{target} は、その間にほかのソフトがつくりました。このファイルは {kept} に残しています",
                    "{target} was made by another program meanwhile; this file is kept as {kept}"
                );
                Err(Failure::new("file_exists", cause))
            }
            Err(PersistError { error, .. }) => Err(Failure::file(&target, &error)),
        }
    }
}

/// Removes what commands that were killed left of a file: parts that nobody holds locked.
fn sweep(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(prefix) && name.ends_with(".part") {
            let is_left = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
            if is_left {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

impl Sink for PendingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        use std::io::{Seek, SeekFrom};
        let file = self.file.as_file_mut();
        let end = file.stream_position()?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(())
    }
}

/// Writes a file whole that anybody may read; one that is there is overwritten if `replace` is set.
pub(crate) fn write_file(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Failure> {
    write_for(path, bytes, replace, Readers::Usual)
}

/// Writes a file whole that only its owner may read, because of keys or of people's names in it.
pub(crate) fn write_private_file(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Failure> {
    write_for(path, bytes, replace, Readers::Owner)
}

fn write_for(path: &Path, bytes: &[u8], replace: bool, readers: Readers) -> Result<(), Failure> {
    let mut pending = PendingFile::create(path, replace, readers)?;
    pending.append(bytes).map_err(|error| Failure::file(path, &error))?;
    pending.publish()
}

/// Bytes of the longest text that is read but a ledger: request, rule file, card, key, passphrase.
const MAX_TEXT: u64 = 8 << 20;

/// Reads a text file of at most 8 MiB.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = read_bytes(path, MAX_TEXT)?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|&byte| byte == b'\n').count();
        Failure::new(
            "file_text",
            said!(
                "{} の{line}行目に、UTF-8 でないバイトがあります",
                "{} has bytes in line {line} that are no UTF-8",
                path.display()
            ),
        )
    })
}

/// Reads a file of at most `max` bytes, whatever it says of its length: devices and pipes say 0.
pub(crate) fn read_bytes(path: &Path, max: u64) -> Result<Vec<u8>, Failure> {
    let fault = |error| Failure::file(path, &error);
    let mut bytes = Vec::new();
    File::open(path).map_err(fault)?.take(max + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > max {
        let cause = said!(
            "{} は、このファイルの上限 {max} バイトより大きいです",
            "{} is larger than the {max} bytes that such a file may have",
            path.display()
        );
        return Err(Failure::new("file_too_large", cause));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_that_appeared_meanwhile_is_not_overwritten_and_ours_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("R8-0001.fuin");
        let mut pending = PendingFile::create(&target, false, Readers::Usual).unwrap();
        pending.append(b"ours").unwrap();
        fs::write(&target, b"theirs").unwrap();
        let refusal = pending.publish().unwrap_err().to_string();
        assert_eq!(fs::read(&target).unwrap(), b"theirs");
        let ours = names(folder.path()).into_iter().find(|name| name != "R8-0001.fuin").unwrap();
        assert!(refusal.contains("[file_exists]") && refusal.contains(&ours), "{refusal}");
        assert_eq!(fs::read(folder.path().join(ours)).unwrap(), b"ours");
    }

    #[test]
    fn a_file_has_its_name_when_it_is_whole_and_leaves_nothing_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("ledger.jsonl");
        let mut pending = PendingFile::create(&target, true, Readers::Usual).unwrap();
        pending.append(b"half").unwrap();
        assert!(!target.exists());
        drop(pending);
        assert_eq!(names(folder.path()), Vec::<String>::new());
        write_file(&target, b"first", false).unwrap();
        write_file(&target, b"second", true).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["ledger.jsonl"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_a_secret_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (secret, open) = (folder.path().join("office.key"), folder.path().join("card"));
        write_private_file(&secret, b"{}", false).unwrap();
        fs::write(folder.path().join("usual"), b"").unwrap();
        write_file(&open, b"{}", false).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&secret), 0o600);
        assert_eq!(mode(&open), mode(&folder.path().join("usual")));
    }
}
