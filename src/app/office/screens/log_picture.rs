//! A viewing log as a picture over time: when it was opened, watched, saved, printed, taken out or stopped.

use fuin_core::{Happening, LogEntry, Timestamp};
use leptos::prelude::*;

use crate::locale::{Key, k, use_locale};

/// Width of the part that time runs along, and where it begins.
const WIDTH: f64 = 560.0;
const LEFT: f64 = 150.0;
const ROW: f64 = 26.0;

/// A row: its name, and which entries are in it.
type Row = (Key, fn(&Happening) -> bool);

/// The rows, from above.
const ROWS: [Row; 5] = [
    (k::HAPPENING_ROW_OPENED, |what| matches!(what, Happening::Opened { .. } | Happening::Began)),
    (k::HAPPENING_ROW_PLAYED, |what| matches!(what, Happening::Played { .. })),
    (k::HAPPENING_ROW_PICTURES, |what| matches!(what, Happening::Still(_) | Happening::Printed(_))),
    (k::HAPPENING_ROW_EXPORTS, |what| {
        matches!(what, Happening::Exported { .. } | Happening::ExportUndone { .. })
    }),
    (k::HAPPENING_ROW_ODD, |what| matches!(what, Happening::Refused { .. } | Happening::Anomaly { .. })),
];

/// Seconds of watching that an entry tells of; it was noted at their end.
fn seconds(what: &Happening) -> f64 {
    match what {
        Happening::Played { from_ms, to_ms, .. } => (to_ms - from_ms).max(0) as f64 / 1000.0,
        _ => 0.0,
    }
}

/// The picture. Time runs from the sealing to the report, or further where entries lie outside.
#[component]
pub fn LogPicture(
    /// What was noted.
    entries: Vec<LogEntry>,
    /// When it was sealed.
    from: Timestamp,
    /// When it was reported.
    to: Timestamp,
) -> impl IntoView {
    let l = use_locale();
    let times = || entries.iter().map(|entry| entry.at).chain([from, to]);
    let (first, last) = (times().min().unwrap_or(from), times().max().unwrap_or(to));
    let span = ((last.unix_secs() - first.unix_secs()) as f64).max(1.0);
    let x = move |at: Timestamp| LEFT + (at.unix_secs() - first.unix_secs()) as f64 / span * WIDTH;
    let rows = ROWS.iter().enumerate().map(|(row, (label, is_in))| {
        let y = row as f64 * ROW;
        let marks = entries.iter().filter(|entry| is_in(&entry.what)).map(|entry| {
            let width = (seconds(&entry.what) / span * WIDTH).max(4.0);
            view! { <rect class="mark" x=x(entry.at) - width y=y + 6.0 width=width height=ROW - 10.0 /> }
        });
        view! {
            <text x=0 y=y + 18.0>
                {move || l.t(*label)}
            </text>
            <line x1=LEFT x2=LEFT + WIDTH y1=y + ROW y2=y + ROW />
            {marks.collect_view()}
        }
    });
    let height = (ROWS.len() as f64 + 1.0) * ROW;
    let count = entries.len().to_string();
    let label = move || {
        l.f(k::HAPPENING_PICTURE, &[("count", &count), ("from", &l.time(first)), ("to", &l.time(last))])
    };
    view! {
        <svg class="log-picture" role="img" aria-label=label viewBox=format!("0 0 {} {height}", LEFT + WIDTH)>
            {rows.collect_view()}
            <text x=LEFT y=height - 6.0>
                {move || l.time(first)}
            </text>
            <text x=LEFT + WIDTH y=height - 6.0 text-anchor="end">
                {move || l.time(last)}
            </text>
        </svg>
    }
}
