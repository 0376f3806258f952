//! The page's line to its worker.
//!
//! Entry points: [`Link::send`], [`Link::send_with`]. Absent: what is sent, and what comes back.

use leptos::prelude::*;

use crate::{
    platform::{cargo::Cargo, worker::WorkerHandle},
    wire::Command,
};

/// The line; copies lead to the same worker.
#[derive(Clone, Copy)]
pub struct Link {
    worker: StoredValue<Option<WorkerHandle>, LocalStorage>,
}

impl Link {
    /// Leads nowhere yet.
    pub fn new() -> Self {
        Self { worker: StoredValue::new_local(None) }
    }

    /// Leads to a new worker; an earlier one, and all it knows, is gone.
    pub fn connect(self, worker: WorkerHandle) {
        self.worker.set_value(Some(worker));
    }

    /// Ends the worker.
    pub fn cut(self) {
        self.worker.set_value(None);
    }

    /// Whether there is a worker.
    pub fn is_alive(self) -> bool {
        self.worker.with_value(Option::is_some)
    }

    /// Whether something waits on its way to the worker.
    pub fn is_waited_for(self) -> bool {
        self.worker.with_value(|worker| worker.as_ref().is_some_and(WorkerHandle::is_waited_for))
    }

    /// Sends a command.
    pub fn send(self, command: impl Into<Command>) {
        self.pass(&command.into(), None);
    }

    /// Sends a command with a file, a canvas or a port beside it.
    pub fn send_with(self, command: impl Into<Command>, cargo: Cargo) {
        self.pass(&command.into(), Some(cargo));
    }

    fn pass(self, command: &Command, cargo: Option<Cargo>) {
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.send(command, cargo);
            }
        });
    }
}
