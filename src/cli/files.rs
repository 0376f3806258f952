//! Files: reading at any offset, and writing so that a name holds a whole file or nothing.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use fuin_core::{RandomAccess, Sink};

use crate::failure::Failure;

/// An open file with a fixed length, or a file in parts `NAME.001`, `NAME.002`… (FAT32 holds no file of 4
/// GiB), read as one.
pub(crate) struct FileSource {
    /// Where each part begins, and the part.
    parts: Vec<(u64, File)>,
    len: u64,
}

impl FileSource {
    /// Opens a file for reading; the first part opens all that follow it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let mut source = Self { parts: Vec::new(), len: 0 };
        source.add(path).map_err(|error| Failure::file(path, &error))?;
        if path.extension().is_some_and(|ending| ending == "001") {
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
    file: Option<File>,
    temporary: PathBuf,
    target: PathBuf,
}

impl PendingFile {
    /// Starts a new file. An existing one is never overwritten unless `replace` is set.
    pub(crate) fn create(target: &Path, replace: bool) -> Result<Self, Failure> {
        if !replace && target.exists() {
            return Err(Failure::new("file_exists", format!("{} already exists", target.display())));
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let temporary = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&temporary);
        let file = file.map_err(|error| Failure::file(&temporary, &error))?;
        Ok(Self { file: Some(file), temporary, target: target.to_owned() })
    }

    fn file(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Flushes everything to the disk; the name still holds what it held before.
    pub(crate) fn sync(&mut self) -> Result<(), Failure> {
        let path = self.temporary.clone();
        self.file().and_then(|file| file.sync_all()).map_err(|error| Failure::file(&path, &error))
    }

    /// Gives the file its name.
    pub(crate) fn publish(mut self) -> Result<(), Failure> {
        self.sync()?;
        // Windows does not rename an open file.
        self.file = None;
        let renamed = fs::rename(&self.temporary, &self.target).and_then(|()| sync_folder(&self.target));
        renamed.map_err(|error| Failure::file(&self.target, &error))
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

impl Drop for PendingFile {
    fn drop(&mut self) {
        self.file = None;
        // After a successful rename there is nothing to remove, and that is no error.
        let _ = fs::remove_file(&self.temporary);
    }
}

impl Sink for PendingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file()?.write_all(bytes)
    }

    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        use std::io::{Seek, SeekFrom};
        let file = self.file()?;
        let end = file.stream_position()?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(())
    }
}

/// Writes a small file whole.
pub(crate) fn write_file(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Failure> {
    let mut pending = PendingFile::create(path, replace)?;
    pending.append(bytes).map_err(|error| Failure::file(path, &error))?;
    pending.publish()
}

/// Writes a small file that only its owner may read.
pub(crate) fn write_secret_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut pending = PendingFile::create(path, false)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let owner_only = fs::Permissions::from_mode(0o600);
        pending
            .file()
            .and_then(|file| file.set_permissions(owner_only))
            .map_err(|error| Failure::file(path, &error))?;
    }
    pending.append(bytes).map_err(|error| Failure::file(path, &error))?;
    pending.publish()
}

/// Reads a text file of at most 64 MiB.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::file(path, &error))?;
    if metadata.len() > 64 << 20 {
        return Err(Failure::new("file_too_large", format!("{} is larger than 64 MiB", path.display())));
    }
    fs::read_to_string(path).map_err(|error| Failure::file(path, &error))
}
