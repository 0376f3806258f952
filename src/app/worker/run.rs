//! Long work that may be called off: each start, and each call to stop, makes what began before worthless.
//!
//! Entry points: [`Run::begin`], [`Run::call_off`]. Absent: the work.

use std::{cell::Cell, rc::Rc};

/// Which piece of work is the one that is wanted.
#[derive(Debug, Clone, Default)]
pub struct Run(Rc<Cell<u64>>);

/// One piece of work.
#[derive(Debug, Clone)]
pub struct Turn {
    run: Run,
    number: u64,
}

impl Run {
    /// Begins a new piece of work; an earlier one is not wanted any more.
    pub fn begin(&self) -> Turn {
        self.call_off();
        Turn { run: self.clone(), number: self.0.get() }
    }

    /// Nothing that was begun is wanted any more.
    pub fn call_off(&self) {
        self.0.set(self.0.get() + 1);
    }
}

impl Turn {
    /// Whether the work is still wanted.
    pub fn is_wanted(&self) -> bool {
        self.run.0.get() == self.number
    }

    /// Its number: later work has a higher one.
    pub fn number(&self) -> u64 {
        self.number
    }
}
