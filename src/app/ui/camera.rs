//! A camera on the page that looks for a QR symbol, with a button that switches it on and off.

use leptos::prelude::*;

use crate::platform::webcam::{self, Webcam};

/// Looks until a symbol says what `accept` takes; then it is switched off and `on_text` gets the words.
#[component]
pub fn QrCamera(
    /// For tests and the `video` element.
    id: &'static str,
    /// Switches it on.
    #[prop(into)]
    on: Signal<String>,
    /// Switches it off.
    #[prop(into)]
    off: Signal<String>,
    /// What is said where there is no camera, or its use is not allowed.
    #[prop(into)]
    refused: Signal<String>,
    /// Whether a symbol is one of those looked for.
    accept: impl Fn(&str) -> bool + Copy + Send + Sync + 'static,
    /// Called with what it says.
    on_text: impl Fn(String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    // Which look it is, so that an earlier one ends when another begins or the page changes.
    let (running, failed) = (RwSignal::new(0u64), RwSignal::new(false));
    let looks = StoredValue::new(0u64);
    let begin = move |_| {
        looks.update_value(|looks| *looks += 1);
        let this = looks.get_value();
        running.set(this);
        failed.set(false);
        let wanted = move || running.try_get_untracked() == Some(this);
        leptos::task::spawn_local(async move {
            let text = match Webcam::open(id).await {
                Ok(camera) => camera.read(accept, wanted).await,
                Err(error) => Err(error),
            };
            if wanted() {
                running.set(0);
                match text {
                    Ok(Some(text)) => on_text(text),
                    Ok(None) => {}
                    Err(_) => failed.set(true),
                }
            }
        });
    };
    let video_id = id;
    webcam::is_possible().then(|| {
        view! {
            <div class="camera">
                <video id=video_id playsinline="" hidden=move || running.get() == 0></video>
                <p class="actions">
                    <Show
                        when=move || running.get() == 0
                        fallback=move || {
                            view! {
                                <button type="button" on:click=move |_| running.set(0)>
                                    {off}
                                </button>
                            }
                        }
                    >
                        <button type="button" id=format!("{id}-on") on:click=begin>
                            {on}
                        </button>
                    </Show>
                </p>
                <p role="status">{move || failed.get().then(|| refused.get())}</p>
            </div>
        }
    })
}
