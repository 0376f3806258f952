//! What waits its turn on its way to a worker: until that begins, or until files were read for it.
//!
//! Entry point: [`InTurn`]. Absent: what is done with each, which a task of its own does.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

/// What waits, first come first served; shared by who adds to it and the task that works on it.
pub struct InTurn<T>(Rc<RefCell<Option<VecDeque<T>>>>);

impl<T> Clone for InTurn<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> InTurn<T> {
    /// Nothing waits, and nobody works on it.
    pub fn idle() -> Self {
        Self(Rc::new(RefCell::new(None)))
    }

    /// Nothing waits yet, but whatever is added does.
    pub fn waiting() -> Self {
        Self(Rc::new(RefCell::new(Some(VecDeque::new()))))
    }

    /// Whether somebody works on it, or will.
    pub fn is_worked_on(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Adds one; says whether somebody has to begin to work on it.
    pub fn add(&self, item: T) -> bool {
        let mut waiting = self.0.borrow_mut();
        let is_first = waiting.is_none();
        waiting.get_or_insert_default().push_back(item);
        is_first
    }

    /// The next one; without one the work is over.
    pub fn next(&self) -> Option<T> {
        let mut waiting = self.0.borrow_mut();
        let next = waiting.as_mut().and_then(VecDeque::pop_front);
        if next.is_none() {
            *waiting = None;
        }
        next
    }

    /// Drops all that waits, and ends the work.
    pub fn end(&self) {
        *self.0.borrow_mut() = None;
    }
}
