//! The frame around both doors: header, language, footer, the check of the viewer itself.

use leptos::prelude::*;

use crate::{
    fault::Code,
    locale::{k, provide_locale, use_locale},
    office::Office,
    platform::{files, page, profile},
    viewer::Viewer,
};

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let l = provide_locale();
    let door = RwSignal::new(page::door());
    page::on_door_change(move |new| {
        // Practice and real work share nothing, not even a page.
        if profile::is_practice() != (new == profile::PRACTICE_DOOR) {
            page::reload();
        } else {
            door.set(new);
        }
    });
    let at_office = Memo::new(move |_| ["#office", profile::PRACTICE_DOOR].contains(&door.get().as_str()));
    Effect::new(move |_| l.describe(if at_office.get() { k::APP_TITLE_OFFICE } else { k::APP_TITLE_VIEWER }));
    view! {
        <a
            class="skip"
            href="#main"
            on:click=move |event| {
                event.prevent_default();
                page::focus("main");
            }
        >
            {move || l.t(k::APP_SKIP)}
        </a>
        <header class="bar">
            <p class="brand">
                {move || l.t(if at_office.get() { k::APP_TITLE_OFFICE } else { k::APP_TITLE_VIEWER })}
            </p>
            <button
                class="quiet"
                lang=move || if l.is_english() { "ja" } else { "en" }
                on:click=move |_| l.switch()
            >
                {move || l.t(k::APP_LANGUAGE)}
            </button>
        </header>
        <main id="main" tabindex="-1">
            {move || {
                if at_office.get() {
                    view! { <Office /> }.into_any()
                } else {
                    view! { <Viewer /> }.into_any()
                }
            }}
        </main>
        <footer>
            <p>
                {move || l.t(k::APP_OFFLINE)} "　" {move || l.t(k::APP_VERSION)} " "
                {env!("CARGO_PKG_VERSION")}
            </p>
            <p>
                {move || {
                    if at_office.get() {
                        view! { <a href="#viewer">{move || l.t(k::APP_TO_VIEWER)}</a> }.into_any()
                    } else {
                        view! { <a href="#office">{move || l.t(k::APP_TO_OFFICE)}</a> }.into_any()
                    }
                }}
            </p>
            <CheckViewer />
        </footer>
    }
}

/// 「このビューアを確かめる」: the page cannot read its own file, so the user picks it.
#[component]
fn CheckViewer() -> impl IntoView {
    let l = use_locale();
    let digest = RwSignal::new(String::new());
    let on_pick = move |event: leptos::ev::Event| {
        let Some(file) = files::picked(&event) else { return };
        leptos::task::spawn_local(async move {
            digest.set(match files::read_bytes(&file).await {
                Ok(bytes) => fuin_core::sha256_hex(&bytes),
                Err(_) => l.error(Code::ReadFailed, "").0,
            });
        });
    };
    view! {
        <details>
            <summary>{move || l.t(k::APP_CHECK_VIEWER)}</summary>
            <p>{move || l.t(k::APP_CHECK_VIEWER_HELP)}</p>
            <input type="file" accept=".html" aria-label=move || l.t(k::APP_CHECK_VIEWER) on:change=on_pick />
            <p class="mono" aria-live="polite">
                {digest}
            </p>
        </details>
    }
}
