//! What was used of a clip's segments before they were checked against the manifest.
//!
//! Entry points: [`Unchecked::may_use`], [`Unchecked::agree`]. Absent: the check itself (`source`).

use std::{cell::RefCell, collections::BTreeMap};

/// The most segments that may be used before they are checked.
const MAX_UNCHECKED: usize = 24;

/// Pieces of a segment, and where in it they begin.
type Pieces = Vec<(usize, Vec<u8>)>;

/// Segments that were used before their check, with what was used of them; `None` once everything is checked first.
pub(super) struct Unchecked(RefCell<Option<BTreeMap<u64, Pieces>>>);

impl Unchecked {
    /// Nothing was used yet, and may be.
    pub(super) fn new() -> Self {
        Self(RefCell::new(Some(BTreeMap::new())))
    }

    /// Whether a segment may be used before it is checked, which is noted.
    pub(super) fn may_use(&self, index: u64) -> bool {
        match self.0.borrow_mut().as_mut() {
            Some(used) if used.len() < MAX_UNCHECKED || used.contains_key(&index) => {
                used.entry(index).or_default();
                true
            }
            _ => false,
        }
    }

    /// At most `len` bytes of a segment from `from` on, if they were used before.
    pub(super) fn used(&self, index: u64, from: usize, len: usize) -> Option<Vec<u8>> {
        let used = self.0.borrow();
        used.as_ref()?.get(&index)?.iter().find_map(|(start, bytes)| {
            let rest = bytes.get(from.checked_sub(*start)?..).filter(|rest| !rest.is_empty())?;
            Some(rest.get(..len).unwrap_or(rest).to_vec())
        })
    }

    /// Notes a piece that is used. If the check was over before it came, it is not noted, and not to be used.
    pub(super) fn note(&self, index: u64, start: usize, piece: Vec<u8>) {
        if let Some(pieces) = self.0.borrow_mut().as_mut().and_then(|used| used.get_mut(&index)) {
            pieces.push((start, piece));
        }
    }

    /// The segments that are to be checked.
    pub(super) fn segments(&self) -> Vec<u64> {
        self.0.borrow().iter().flat_map(BTreeMap::keys).copied().collect()
    }

    /// Whether everything that was used of a segment is as in its checked bytes; then it is settled.
    pub(super) fn agree(&self, index: u64, checked: &[u8]) -> bool {
        let same = |(from, bytes): &(usize, Vec<u8>)| {
            checked.get(*from..from + bytes.len()) == Some(bytes.as_slice())
        };
        let fits = self.0.borrow().iter().filter_map(|used| used.get(&index)).flatten().all(same);
        if fits && let Some(used) = self.0.borrow_mut().as_mut() {
            used.remove(&index);
        }
        fits
    }

    /// From now on everything is checked before it is used.
    pub(super) fn end(&self) {
        self.0.borrow_mut().take();
    }

    /// Whether everything is checked before it is used.
    pub(super) fn is_over(&self) -> bool {
        self.0.borrow().is_none()
    }
}
