//! Watches the worker: one that does not answer is replaced, and the page says so.
//!
//! Entry point: [`Watchdog::start`]. Key derivation may take its time; everything else answers between two pictures.

use leptos::prelude::*;

use super::link::Link;
use crate::{platform::clock, wire::ViewCommand};

/// Between two questions.
const EVERY_MS: f64 = 3_000.0;
/// Time for an answer; slow computers and sleeping tabs need some.
const PATIENCE_MS: f64 = 12_000.0;
/// After a long sleep the answer and the alarm arrive together; the answer goes first.
const SECOND_LOOK_MS: f64 = 1_000.0;

/// Whether the worker answered.
#[derive(Clone, Copy)]
pub struct Watchdog {
    answers: StoredValue<u64>,
    watch: StoredValue<u64>,
}

impl Watchdog {
    /// Watches no worker yet.
    pub fn new() -> Self {
        Self { answers: StoredValue::new(0), watch: StoredValue::new(0) }
    }

    /// The worker answered.
    pub fn heard(self) {
        self.answers.update_value(|answers| *answers += 1);
    }

    /// Watches the worker that was just started, until another one is; `is_busy` while it may rightly give no
    /// answer, `on_dead` when it gives none.
    pub fn start(self, link: Link, is_busy: impl Fn() -> bool + 'static, on_dead: impl Fn() + 'static) {
        self.watch.update_value(|watch| *watch += 1);
        let watch = self.watch.get_value();
        let is_busy = move || is_busy() || link.is_waited_for();
        leptos::task::spawn_local(async move {
            loop {
                clock::after_ms(EVERY_MS).await;
                if self.watch.get_value() != watch || !link.is_alive() {
                    return;
                }
                if is_busy() {
                    continue;
                }
                let before = self.answers.get_value();
                link.send(ViewCommand::Ping);
                let asked = clock::monotonic_ms();
                while self.answers.get_value() == before && clock::monotonic_ms() - asked < PATIENCE_MS {
                    clock::after_ms(SECOND_LOOK_MS).await;
                }
                clock::after_ms(SECOND_LOOK_MS).await;
                let silent = self.answers.get_value() == before && !is_busy();
                if silent && self.watch.get_value() == watch && link.is_alive() {
                    on_dead();
                    return;
                }
            }
        });
    }
}
