//! A 年度 as pictures: requests a month, days until something came back, and what falls due when.
//!
//! Entry point: [`Plots`]. Absent: the counts (`fuin_model`).

use fuin_core::Day;
use fuin_model::{DAYS_TO_RETURN, YEARS, YearInFigures};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    office::desk::use_desk,
};

/// Width of a picture, height of the longest bar, and room for words below and above.
const WIDE: f64 = 12.0 * 44.0;
const HIGH: f64 = 90.0;
const WORDS: f64 = 22.0;

/// The pictures of a year.
#[component]
pub fn Plots(
    /// The Gregorian year in which the 年度 begins.
    #[prop(into)]
    year: Signal<Option<i32>>,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let figures =
        Memo::new(move |_| desk.register.with(|register| Some(YearInFigures::of(register, year.get()?))));
    let months = move || (0..12).map(move |n| l.f(k::PLOTS_MONTH, &[("n", &((n + 3) % 12 + 1).to_string())]));
    let days = move || {
        let up_to = DAYS_TO_RETURN.map(|days| l.f(k::PLOTS_DAYS, &[("n", &days.to_string())]));
        up_to.into_iter().chain([l.t(k::PLOTS_LONGER).to_owned()])
    };
    let years = move || {
        let last = year.get().unwrap_or_default();
        (0..YEARS as i32)
            .map(move |n| Day::name_of_fiscal_year(last - (YEARS as i32 - 1) + n).unwrap_or_default())
    };
    move || {
        let figures = figures.get()?;
        Some(view! {
            <section id="plots" class="plots">
                <Bars title=k::PLOTS_REQUESTS bars=months().zip(figures.requests).collect() />
                <Bars title=k::PLOTS_RETURNS bars=days().zip(figures.days_to_return).collect() />
                <Bars title=k::PLOTS_DUE bars=months().zip(figures.due).collect() />
                <Bars title=k::PLOTS_YEARS bars=years().zip(figures.requests_by_year).collect() />
            </section>
        })
    }
}

/// Bars side by side, each with its figure above and its name below.
#[component]
fn Bars(title: Key, bars: Vec<(String, u32)>) -> impl IntoView {
    let l = use_locale();
    let longest = bars.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    // Few bars are wider, so that words have one size in all pictures.
    let step = WIDE / bars.len().max(1) as f64;
    let spoken = bars.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join("、");
    let bars = bars.into_iter().enumerate().map(|(n, (name, count))| {
        let high = f64::from(count) / f64::from(longest) * HIGH;
        let (left, middle) = (n as f64 * step, (n as f64 + 0.5) * step);
        view! {
            <rect class="mark" x=left + 8.0 y=WORDS + HIGH - high width=step - 16.0 height=high />
            <text x=middle y=WORDS + HIGH - high - 4.0 text-anchor="middle">
                {(count > 0).then_some(count)}
            </text>
            <text x=middle y=WORDS + HIGH + 16.0 text-anchor="middle">
                {name}
            </text>
        }
    });
    view! {
        <figure>
            <figcaption>{move || l.t(title)}</figcaption>
            <svg
                class="log-picture"
                role="img"
                aria-label=move || format!("{}：{spoken}", l.t(title))
                viewBox=format!("0 0 {WIDE} {}", HIGH + 2.0 * WORDS)
            >
                {bars.collect_view()}
                <line x1="0" x2=WIDE y1=WORDS + HIGH y2=WORDS + HIGH />
            </svg>
        </figure>
    }
}
