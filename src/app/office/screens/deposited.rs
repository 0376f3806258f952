//! A sealed bundle at the server, until its medium is handed over.
//!
//! Entry point: [`Deposited`]. Absent: sending and fetching it (`office/server/bundles.rs`).

use fuin_core::BundleId;
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        fault::DeskFault,
        server::{bundles, use_server},
    },
    platform::files,
};

/// Gives the file to the server, or takes it from there.
#[component]
pub fn Deposited(id: BundleId) -> impl IntoView {
    let (l, desk, server) = (use_locale(), use_desk(), use_server());
    // Whether the server has it; nothing while that is not known, or where it keeps no documents.
    let is_there = RwSignal::new(None::<bool>);
    let part = RwSignal::new(None::<f64>);
    let stops = StoredValue::new(false);
    let id = StoredValue::new(id);
    let on_part = move |done: f64| {
        part.set(Some(done));
        !stops.get_value()
    };
    let look = move || async move {
        part.set(None);
        is_there.set(Some(bundles::is_there(&id.get_value()).await?));
        Ok::<_, DeskFault>(())
    };
    if server.is_hosted {
        desk.run_aside(look());
    }
    let give = move |event: leptos::ev::Event| {
        let Some(file) = files::picked(&event) else { return };
        stops.set_value(false);
        desk.run(async move {
            let given = bundles::give(&id.get_value(), &file, on_part).await;
            look().await?;
            given.map(drop)
        });
    };
    let take = move |_| {
        stops.set_value(false);
        desk.run(async move {
            let taken = bundles::take(&id.get_value(), on_part).await;
            look().await?;
            taken.map(drop)
        });
    };
    view! {
        <Show when=move || server.is_hosted && is_there.get().is_some()>
            <p id="deposited" role="status">
                {move || match is_there.get() {
                    Some(true) => l.t(k::HAND_OVER_DEPOSITED),
                    _ => l.t(k::HAND_OVER_NOT_DEPOSITED),
                }}
            </p>
            <p class="actions">
                {move || match (part.get(), is_there.get()) {
                    (Some(done), _) => {
                        view! {
                            <progress max=1 value=done aria-label=l.t(k::HAND_OVER_DEPOSIT)></progress>
                            <button type="button" id="stop-deposit" on:click=move |_| stops.set_value(true)>
                                {l.t(k::PLAY_CANCEL)}
                            </button>
                        }
                            .into_any()
                    }
                    (None, Some(true)) => {
                        view! {
                            <button type="button" id="take-deposited" on:click=take>
                                {l.t(k::HAND_OVER_TAKE)}
                            </button>
                        }
                            .into_any()
                    }
                    (None, _) => {
                        view! {
                            <span class="picker">
                                <input id="pick-deposit" type="file" accept=".fuin" on:change=give />
                                <label for="pick-deposit" class="button">
                                    {l.t(k::HAND_OVER_DEPOSIT)}
                                </label>
                            </span>
                        }
                            .into_any()
                    }
                }}
            </p>
        </Show>
    }
}
