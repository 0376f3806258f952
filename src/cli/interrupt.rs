//! What happens when the command is stopped (Ctrl-C, SIGTERM, SIGHUP): half-written files go, plaintext among them.
//!
//! Entry points: [`listen`], [`Unfinished`], [`uninterrupted`]. Absent: SIGKILL and power cuts, after which the next
//! command that writes to the same name sweeps ([`super::files`]).

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, MutexGuard},
};

use crate::words::said;

/// Files that have no name of their own yet.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
/// Held while two things must happen both or not at all.
static UNINTERRUPTED: Mutex<()> = Mutex::new(());

/// The exit code of a command that was stopped (128 + SIGINT).
const STOPPED: i32 = 130;

/// Listens for being stopped. Where the system does not let us, files are swept by the next command.
pub(crate) fn listen() {
    let _ = ctrlc::set_handler(|| {
        let _whole = UNINTERRUPTED.lock();
        if let Ok(files) = UNFINISHED.lock() {
            for file in files.iter() {
                let _ = fs::remove_file(file);
            }
        }
        eprintln!(
            "{}",
            said!(
                "中止しました。書きかけのファイルは残っていません",
                "stopped; no half-written file is left"
            )
        );
        process::exit(STOPPED);
    });
}

/// Whoever stops the command waits until this is dropped.
pub(crate) fn uninterrupted() -> Option<MutexGuard<'static, ()>> {
    UNINTERRUPTED.lock().ok()
}

/// A file that goes when the command is stopped; dropped, it is left alone.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    /// Notes a file.
    pub(crate) fn new(path: &Path) -> Self {
        if let Ok(mut files) = UNFINISHED.lock() {
            files.insert(path.to_owned());
        }
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Ok(mut files) = UNFINISHED.lock() {
            files.remove(&self.0);
        }
    }
}
