//! Locking when nobody works here: what is open signs, and shows, for whoever sits down.
//!
//! Entry points: [`watch`], [`LocksSoon`]. Absent: what locking takes away; each door knows its own.

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    platform::{clock, page},
};

/// Milliseconds before locking in which it is said.
const WARNING_MS: f64 = 60_000.0;
/// Milliseconds between two looks.
const EVERY_MS: f64 = 5_000.0;

/// Calls `lock` after so many minutes without a key or a press, while `can_lock`; `soon` says it a minute before.
pub fn watch(
    minutes: f64,
    soon: RwSignal<bool>,
    can_lock: impl Fn() -> bool + 'static,
    lock: impl Fn() + 'static,
) {
    let limit_ms = minutes * 60_000.0;
    // Of the wall clock: a PC that slept was left alone as long.
    let last = StoredValue::new(clock::wall_ms());
    let say = move |now: bool| {
        if soon.get_untracked() != now {
            soon.set(now);
        }
    };
    page::on_activity(move || {
        last.set_value(clock::wall_ms());
        say(false);
    });
    leptos::task::spawn_local(async move {
        loop {
            clock::after_ms(EVERY_MS).await;
            if !can_lock() {
                last.set_value(clock::wall_ms());
            }
            // A clock that was set back, or far ahead, tells nothing of idle time; then it locks.
            let idle = (clock::wall_ms() - last.get_value()).abs();
            say((limit_ms - WARNING_MS..limit_ms).contains(&idle));
            if idle >= limit_ms {
                lock();
                last.set_value(clock::wall_ms());
            }
        }
    });
}

/// Says that the keys are about to be locked.
#[component]
pub fn LocksSoon(soon: RwSignal<bool>) -> impl IntoView {
    let l = use_locale();
    view! {
        <Show when=move || soon.get()>
            <p class="notice afloat" role="alert" id="locks-soon">
                {move || l.t(k::KEY_LOCKS_SOON)}
            </p>
        </Show>
    }
}
