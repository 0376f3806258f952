//! 練習の手引き: five steps through both sides, ticked by what the practice's ledger says.
//!
//! Entry points: [`Guide`], [`sample_clip`]. Absent: the invented requests (`samples.rs`).

use fuin_core::{Disclosure, DisclosureStatus, Register};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    office::desk::use_desk,
    platform::{
        files::{PickedFile, file_of},
        profile::is_practice,
    },
};

/// Six seconds of a camera that never was, with a clock in the picture.
const CLIP: &[u8] = include_bytes!("../practice.mp4");

/// That clip as a file that somebody picked.
pub fn sample_clip() -> Option<PickedFile> {
    // A browser that makes no files takes none either.
    file_of("practice.mp4", CLIP).ok()
}

/// How a step is told, and whether it is done.
type Step = (Key, fn(&Register) -> bool);

const STEPS: [Step; 5] = [
    (k::GUIDE_REVIEW, |register| register.cases.get(&1).is_some_and(|case| case.decision.is_some())),
    (k::GUIDE_SEAL, |register| sealed(register).next().is_some()),
    (k::GUIDE_WATCH, |register| sealed(register).any(|disclosure| !disclosure.reports.is_empty())),
    (k::GUIDE_CONFIRM, |register| sealed(register).any(|disclosure| !disclosure.status.is_open())),
    (k::GUIDE_CLOSE, |register| {
        sealed(register).any(|disclosure| disclosure.status == DisclosureStatus::Closed)
    }),
];

/// What was really sealed; the invented bundles have no clips.
fn sealed(register: &Register) -> impl Iterator<Item = &Disclosure> {
    register.disclosures.values().filter(|disclosure| !disclosure.sealed.clips.is_empty())
}

/// The steps with their ticks.
#[component]
pub fn Guide() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let step = move |(words, is_done): Step| {
        let done = move || desk.register.with(is_done);
        view! {
            <li>
                <strong>
                    {move || if done() { "☑ " } else { "☐ " }}
                    <span class="visually-hidden">
                        {move || l.t(if done() { k::GUIDE_DONE } else { k::GUIDE_OPEN })}
                    </span>
                </strong>
                {move || l.t(words)}
            </li>
        }
    };
    is_practice().then(|| {
        view! {
            <section id="guide" aria-labelledby="guide-title">
                <h3 id="guide-title">{move || l.t(k::GUIDE_TITLE)}</h3>
                <ol>{STEPS.map(step).collect_view()}</ol>
            </section>
        }
    })
}
