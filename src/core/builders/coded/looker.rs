//! Looks into pictures that a container delimits: whether decoding can start at one, and its order.
//!
//! Entry point: [`Looker::look`]. Absent: places.

use super::{
    sets::Sets,
    slices::Counter,
    syntax::{CodedSyntax, Role},
};

/// What a picture says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builders) struct Seen {
    /// Decoding can start at it.
    pub is_key: bool,
    /// How often orders were counted anew before, and its order.
    pub order: Option<(u32, i64)>,
}

/// Looks into pictures in decoding order.
#[derive(Debug)]
pub(in crate::builders) struct Looker {
    syntax: CodedSyntax,
    sets: Sets,
    counter: Counter,
    restarts: u32,
}

impl Looker {
    /// With the sets that a decoder's configuration holds.
    pub(in crate::builders) fn new(syntax: CodedSyntax, description: &[u8]) -> Self {
        let sets = Sets::of(syntax, description);
        Self { syntax, sets, counter: Counter::default(), restarts: 0 }
    }

    /// Looks into the next picture, unit by unit; nothing if its first slice is not among them, or its sets are
    /// missing.
    pub(in crate::builders) fn look<'a>(
        &mut self,
        units: impl IntoIterator<Item = &'a [u8]>,
    ) -> Option<Seen> {
        for unit in units {
            if self.syntax.role(unit) != Role::Slice {
                self.sets.take(self.syntax, unit);
                continue;
            }
            let (slice, _) = self.sets.slice(self.syntax, unit)?;
            self.restarts += u32::from(slice.restarts);
            let order = self.counter.order(self.syntax, self.restarts, &slice);
            return Some(Seen { is_key: slice.is_key, order });
        }
        None
    }
}
