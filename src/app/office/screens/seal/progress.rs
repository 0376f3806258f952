//! How far sealing is, and a way out.

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::sealing::{SealState, use_seal_work},
    platform::clock,
};

/// GB done, how fast, how long still; and a way out.
#[component]
pub fn Progress() -> impl IntoView {
    let l = use_locale();
    let work = use_seal_work();
    let words = move |done: f64, total: f64, began: f64| {
        let seconds = ((clock::monotonic_ms() - began) / 1000.0).max(0.001);
        let rate = done / seconds;
        let left = if rate > 0.0 { (total - done) / rate } else { 0.0 };
        let number = |bytes: f64| format!("{:.2}", bytes / 1e9);
        let (done, total) = (number(done), number(total));
        let (rate, left) = (format!("{:.0}", rate / 1e6), format!("{left:.0}"));
        l.f(k::SEAL_PROGRESS, &[("done", &done), ("total", &total), ("rate", &rate), ("left", &left)])
    };
    view! {
        <div role="status">
            {move || match work.state.get() {
                SealState::Idle => None,
                SealState::Deriving => Some(view! { <p>{move || l.t(k::SEAL_DERIVING)}</p> }.into_any()),
                SealState::Running(done, total, began) => {
                    Some(
                        view! {
                            <p>
                                <progress
                                    max=total
                                    value=done
                                    aria-label=move || l.t(k::SEAL_TITLE)
                                ></progress>
                                " "
                                {words(done, total, began)}
                            </p>
                            <p class="actions">
                                <button type="button" id="cancel-seal" on:click=move |_| work.cancel()>
                                    {move || l.t(k::PLAY_CANCEL)}
                                </button>
                            </p>
                        }
                            .into_any(),
                    )
                }
            }}
        </div>
    }
}
