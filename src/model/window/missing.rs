//! Pictures that cannot be shown.

use std::collections::BTreeSet;

use fuin_core::{Decodable, MediaError};

/// Numbers of pictures that are known not to come.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// The decoder kept them, or their sample is torn.
    lost: BTreeSet<usize>,
    /// Their sample holds no picture.
    empty: BTreeSet<usize>,
}

impl Missing {
    pub(super) fn contains(&self, number: usize) -> bool {
        self.lost.contains(&number) || self.empty.contains(&number)
    }

    pub(super) fn count(&self) -> usize {
        self.lost.len() + self.empty.len()
    }

    pub(super) fn lose(&mut self, number: usize) {
        self.lost.insert(number);
    }

    /// It came after all, or gets another chance.
    pub(super) fn forgive(&mut self, number: usize) {
        self.lost.remove(&number);
    }

    /// Notes a sample that gives no picture, and why.
    pub(super) fn note(&mut self, number: usize, prepared: &Result<Option<Decodable>, MediaError>) {
        match prepared {
            Ok(None) => self.empty.insert(number),
            Err(_) => self.lost.insert(number),
            Ok(Some(_)) => false,
        };
    }
}
