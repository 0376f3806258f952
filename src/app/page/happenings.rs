//! What the viewing log says, in words: for the recipient, who must know what is sent, and for the office.

use fuin_core::{Anomaly, Happening, LogEntry, PictureTaken, clip_time};
use leptos::prelude::*;

use crate::locale::{Locale, k, use_locale};

/// One entry, without its time.
fn words(l: Locale, what: &Happening) -> String {
    let clip = |clip: u32| (clip + 1).to_string();
    let picture = |key, taken: &PictureTaken| {
        let (n, picture) = (clip(taken.clip), taken.picture.to_string());
        l.f(key, &[("clip", &n), ("picture", &picture), ("sha256", &taken.sha256)])
    };
    match what {
        Happening::Began => l.t(k::HAPPENING_BEGAN).to_owned(),
        Happening::Opened { by, session } => {
            l.f(k::HAPPENING_OPENED, &[("by", by), ("session", &session.to_string())])
        }
        Happening::Played { clip: n, from_ms, to_ms } => l.f(
            k::HAPPENING_PLAYED,
            &[("clip", &clip(*n)), ("from", &clip_time(*from_ms)), ("to", &clip_time(*to_ms))],
        ),
        Happening::Still(taken) => picture(k::HAPPENING_STILL, taken),
        Happening::Printed(taken) => picture(k::HAPPENING_PRINTED, taken),
        Happening::Exported { clip: n, sha256 } => {
            l.f(k::HAPPENING_EXPORTED, &[("clip", &clip(*n)), ("sha256", sha256)])
        }
        Happening::ExportUndone { clip: n } => l.f(k::HAPPENING_EXPORT_UNDONE, &[("clip", &clip(*n))]),
        Happening::Extended { until } => l.f(k::HAPPENING_EXTENDED, &[("day", &l.day(*until))]),
        Happening::Refused { code } => l.f(k::HAPPENING_REFUSED, &[("code", code)]),
        Happening::Anomaly { code } => {
            let known = Anomaly::named(code).map_or(code.as_str(), |anomaly| anomaly.japanese());
            l.f(k::HAPPENING_ANOMALY, &[("what", known)])
        }
        Happening::Reported { kind } => l.f(k::HAPPENING_REPORTED, &[("kind", kind.japanese())]),
    }
}

/// The entries, in their order.
#[component]
pub fn Happenings(#[prop(into)] entries: Signal<Vec<LogEntry>>) -> impl IntoView {
    let l = use_locale();
    view! {
        <ol class="happenings" id="viewing-log">
            {move || {
                entries
                    .get()
                    .iter()
                    .map(|entry| view! { <li><time>{l.time(entry.at)}</time> " " {words(l, &entry.what)}</li> })
                    .collect_view()
            }}
        </ol>
    }
}
