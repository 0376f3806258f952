//! The latest time that this computer has seen, kept for the user (FORMAT.md §9.4): a clock that was set back does not
//! open what has expired.
//!
//! Entry point: [`see`]. Absent: proof. Whoever deletes the file, or works as another user, starts anew.

use std::{fs, path::PathBuf};

use etcetera::BaseStrategy;
use fuin_core::{Manifest, SeenTime, Timestamp};

use crate::{
    failure::Failure,
    files::{read_text, write_private_file},
    platform::now,
    terminal::warn,
    words::said,
};

fn path() -> Result<PathBuf, Failure> {
    let missing = |_| {
        Failure::new(
            "file_error",
            said!(
                "最後に見た時刻を置くホームフォルダーがありません",
                "this user has no home folder, where the latest time is kept"
            ),
        )
    };
    let base = etcetera::choose_base_strategy().map_err(missing)?;
    Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join("fuin/latest-time"))
}

/// The time to judge by: this computer's, which must not be behind what was seen before or what the bundle says,
/// unless the office lets such a clock pass; then the latest time counts, and it is said. With `checked`, a person
/// has looked at the clock: a jump ahead is kept, and a mark that lies ahead is reset to now.
pub(crate) fn see(manifest: &Manifest, checked: bool) -> Result<Timestamp, Failure> {
    let (signed, terms) = (manifest.issued_at, &manifest.terms);
    let (path, now) = (path()?, now());
    let mark = match read_text(&path) {
        Ok(text) => Timestamp::parse(text.trim()).ok(),
        Err(_) if !path.exists() => None,
        Err(failure) => return Err(failure),
    };
    if terms.stop_by_clock(SeenTime::of(now, Some(signed)).backwards) {
        let cause = said!(
            "この端末の時計は {} ですが、封印ファイルは {} につくられています",
            "this computer's clock says {}, but the bundle was made on {}",
            now.wareki(),
            signed.wareki()
        );
        return Err(Failure::new("clock_backwards", cause));
    }
    if let Some(mark) = mark.filter(|_| !checked) {
        let seen = SeenTime::of(now, Some(mark));
        if seen.backwards {
            let cause = said!(
                "この端末の時計は {} ですが、前に {} を示しています",
                "this computer's clock says {}, but it has said {}",
                now.wareki(),
                mark.wareki()
            );
            if terms.stop_by_clock(true) {
                return Err(Failure::new("clock_backwards", cause));
            }
            warn(cause);
        }
        if seen.far_ahead_of.is_some() {
            let cause = said!(
                "この端末の時計は {} ですが、最後に見た時刻は {} です",
                "this computer's clock says {}; it was last seen at {}",
                now.wareki(),
                mark.wareki()
            );
            return Err(Failure::new("clock_ahead", cause));
        }
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    let kept = if checked { now } else { mark.map_or(now, |mark| mark.max(now)) };
    write_private_file(&path, kept.to_string().as_bytes(), true)?;
    Ok(kept.max(if checked { now } else { signed }))
}
