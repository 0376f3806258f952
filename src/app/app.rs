//! The frame around both doors: header, language, footer, the check of the viewer itself.

use leptos::prelude::*;

use crate::{
    fault::Code,
    locale::{k, provide_locale, use_locale},
    office::Office,
    platform::{
        db::{self, StoreName},
        files, hosted, kept, page, profile,
    },
    viewer::Viewer,
};

/// What a page is for; it does not change while the page lives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Viewer,
    Office,
    Practice,
    /// 操作説明書, by the name of its text. It has a page of its own, so that nothing that is open goes.
    Manual(&'static str),
}

/// Where the manuals are, and their texts.
const MANUALS: [(&str, &str); 2] =
    [("#manual-clerk", "manual-clerk"), ("#manual-recipient", "manual-recipient")];

impl Door {
    /// Where the address leads.
    fn here() -> Self {
        match page::door().as_str() {
            // A desk is not begun by the way, where `fuin desk` does not find it.
            "#office" | profile::PRACTICE_DOOR if page::is_view() => Self::Viewer,
            "#office" => Self::Office,
            profile::PRACTICE_DOOR => Self::Practice,
            other => match MANUALS.into_iter().find(|(door, _)| *door == other) {
                Some((_, text)) => Self::Manual(text),
                None => Self::Viewer,
            },
        }
    }
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let l = provide_locale();
    let here = Door::here();
    // Viewer, desk and practice share nothing, not even a page: what was open goes, and where something would be lost
    // the browser asks.
    let leave_if_elsewhere = move || {
        if Door::here() != here {
            page::reload();
        }
    };
    page::on_door_change(leave_if_elsewhere);
    // A file that is dropped beside what takes it would take the place of the page.
    window_event_listener(leptos::ev::dragover, |event| event.prevent_default());
    window_event_listener(leptos::ev::drop, |event| event.prevent_default());
    let (title, other, to_other) = match here {
        Door::Viewer => (k::APP_TITLE_VIEWER, "#office", k::APP_TO_OFFICE),
        Door::Office | Door::Practice => (k::APP_TITLE_OFFICE, "#viewer", k::APP_TO_VIEWER),
        Door::Manual("manual-clerk") => (k::APP_MANUAL, "#office", k::APP_TO_OFFICE),
        Door::Manual(_) => (k::APP_MANUAL, "#viewer", k::APP_TO_VIEWER),
    };
    let manual = match here {
        Door::Viewer => Some("#manual-recipient"),
        Door::Office | Door::Practice => Some("#manual-clerk"),
        Door::Manual(_) => None,
    };
    let speaks = match (hosted::is_hosted(), page::served_bundle()) {
        (true, _) => k::APP_HOSTED,
        (false, Some(_)) => k::APP_VIEWED,
        (false, None) => k::APP_OFFLINE,
    };
    Effect::new(move |_| l.describe(title));
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
            <p class="brand">{move || l.t(title)}</p>
            <button
                class="quiet"
                lang=move || if l.is_english() { "ja" } else { "en" }
                on:click=move |_| l.switch()
            >
                {move || l.t(k::APP_LANGUAGE)}
            </button>
        </header>
        <main id="main" tabindex="-1">
            {match here {
                Door::Viewer => view! { <Viewer /> }.into_any(),
                Door::Office | Door::Practice => view! { <Office /> }.into_any(),
                Door::Manual(text) => view! { <Manual text=text /> }.into_any(),
            }}
        </main>
        <footer>
            <p>
                {move || l.t(speaks)} "　"
                {move || l.t(k::APP_VERSION)} " "
                {env!("CARGO_PKG_VERSION")}
            </p>
            {(!page::is_view())
                .then(|| {
                    view! {
                        <p class="to-other-door">
                            // Who was asked and stayed has the other door in the address already.
                            <a href=other on:click=move |_| leave_if_elsewhere()>
                                {move || l.t(to_other)}
                            </a>
                        </p>
                    }
                })}
            {manual
                .map(|address| {
                    view! {
                        <p>
                            <a id="manual" href=address target="_blank" rel="noopener">
                                {move || l.t(k::APP_MANUAL_OPEN)}
                            </a>
                        </p>
                    }
                })}
            <CheckViewer />
            <Licences />
        </footer>
    }
}

/// 操作説明書: a sheet of the page's own text, to read and to print.
#[component]
fn Manual(
    /// Its name.
    text: &'static str,
) -> impl IntoView {
    let l = use_locale();
    let html = RwSignal::new(String::new());
    leptos::task::spawn_local(async move {
        html.set(page::text(text).await.unwrap_or_else(|_| l.error(Code::ReadFailed, "").0));
    });
    view! {
        <p class="actions no-print">
            <button id="print-manual" class="primary" on:click=move |_| page::print()>
                {move || l.t(k::APP_PRINT)}
            </button>
        </p>
        <article class="sheet manual" id="sheet" lang="ja" inner_html=html></article>
    }
}

/// What the page is made of, and under which licences.
#[component]
fn Licences() -> impl IntoView {
    let l = use_locale();
    let text = RwSignal::new(String::new());
    let open = move |_| {
        leptos::task::spawn_local(async move {
            text.set(page::text("notice").await.unwrap_or_else(|_| l.error(Code::ReadFailed, "").0));
        });
    };
    view! {
        <details id="licences" on:toggle=open>
            <summary>{move || l.t(k::APP_LICENCES)}</summary>
            <pre class="scroll" tabindex="0" lang="en">
                {text}
            </pre>
        </details>
    }
}

/// Bytes of the largest file that can be this page.
const MAX_PAGE: u32 = 64 << 20;

/// 「このビューアを確かめる」: the page cannot read its own file, so the user picks it.
#[component]
fn CheckViewer() -> impl IntoView {
    let l = use_locale();
    let (digest, other) = (RwSignal::new(String::new()), RwSignal::new(false));
    let on_pick = move |event: leptos::ev::Event| {
        let Some(file) = files::picked(&event) else { return };
        leptos::task::spawn_local(async move {
            let Ok(Some(bytes)) = files::read_bytes(&file, MAX_PAGE).await else {
                return digest.set(l.error(Code::ReadFailed, "").0);
            };
            let sha256 = fuin_core::sha256_hex(&bytes);
            other.set(!page::is_this_page(&bytes));
            if !other.get_untracked() {
                // The desk prints it on its cover letters. Where it cannot be kept, it is shown all the same.
                let _ = db::write_json(StoreName::Settings, kept::VIEWER_SHA256, &sha256).await;
            }
            digest.set(sha256);
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
            <p aria-live="polite">
                {move || other.get().then(|| format!("× {}", l.t(k::APP_CHECK_VIEWER_OTHER)))}
            </p>
        </details>
    }
}
