//! 情報: what is known about the clip and about the picture that is shown.

use fuin_core::{Clip, CutRecord, PictureKind, elapsed};
use leptos::prelude::*;

use crate::{
    locale::{Key, Locale, k, use_locale},
    viewer::session::use_session,
    wire::ClipFacts,
};

/// One fact.
fn row(l: Locale, label: Key, value: String) -> impl IntoView {
    view! {
        <dt>{move || l.t(label)}</dt>
        <dd>{value}</dd>
    }
}

/// What a kind of picture is called.
fn kind_name(l: Locale, kind: Option<PictureKind>) -> &'static str {
    match kind {
        Some(PictureKind::Key) => l.t(k::PLAY_KIND_KEY),
        Some(PictureKind::Intra) => "I",
        Some(PictureKind::Predicted) => "P",
        Some(PictureKind::Bipredicted) => "B",
        Some(PictureKind::Dependent) => l.t(k::PLAY_KIND_DEPENDENT),
        None => "—",
    }
}

/// What a clip was cut out of.
fn cut_facts(l: Locale, cut: CutRecord) -> impl IntoView {
    let (from, to) = (elapsed(cut.from), elapsed(cut.to));
    let words = [("file", cut.source.file_name.as_str()), ("from", &from), ("to", &to)];
    view! {
        {row(l, k::PLAY_CUT, l.f(k::PLAY_CUT_FROM, &words))}
        <dt>{l.t(k::PLAY_CUT_SOURCE)}</dt>
        <dd class="mono">{cut.source.sha256}</dd>
    }
}

/// What is unusual about a clip.
fn notes(l: Locale, facts: &ClipFacts) -> Vec<String> {
    let yes_if = |what: bool, label: Key| what.then(|| l.t(label).to_owned());
    [
        yes_if(facts.software, k::PLAY_SOFTWARE),
        yes_if(facts.interlaced, k::PLAY_INTERLACED),
        yes_if(facts.cut_off, k::PLAY_CUT_OFF),
        (facts.missing > 0).then(|| l.f(k::PLAY_MISSING, &[("n", &facts.missing.to_string())])),
        yes_if(facts.has_cuts, k::PLAY_HAS_CUTS),
        (facts.left_out > 0).then(|| l.f(k::PLAY_LEFT_OUT, &[("n", &facts.left_out.to_string())])),
        (!facts.gaps.is_empty()).then(|| l.f(k::PLAY_GAPS, &[("n", &facts.gaps.len().to_string())])),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is known about the picture that is shown.
#[component]
fn PictureFacts(clip: Signal<Option<Clip>>) -> impl IntoView {
    let l = use_locale();
    let player = use_session().player;
    move || {
        let camera = player.focused()?;
        let facts = camera.facts.get()?;
        if camera.is_hidden() {
            return Some(
                view! { <dd id="no-picture">{move || l.t(k::PLAY_NOT_AT_THIS_TIME)}</dd> }.into_any(),
            );
        }
        let (clip, shown) = (clip.get()?, camera.seen()?);
        let clocks = clip.note.clocks(shown.micros - facts.begins);
        Some(view! {
            <dt>{move || l.t(k::PLAY_FRAME)}</dt>
            <dd>{format!("{} / {}", shown.picture + 1, facts.pictures)}</dd>
            <dt>"PTS"</dt>
            <dd id="pts">
                {format!("{} / {}", shown.pts, facts.timescale)} {format!("（{}）", elapsed(shown.micros))}
            </dd>
            <dt>{move || l.t(k::PLAY_KIND)}</dt>
            <dd id="kind">{kind_name(l, shown.kind)}</dd>
            {clocks
                .map(|(shown, true_time)| {
                    view! {
                        {row(l, k::PLAY_CAMERA_CLOCK, l.time_exact(shown))}
                        {row(l, k::PLAY_TRUE_TIME, l.time_exact(true_time))}
                    }
                })}
            {(shown.lost > 0)
                .then(|| {
                    view! {
                        <dt>{move || l.t(k::PLAY_LOST)}</dt>
                        <dd class="stop-text" id="lost">
                            {shown.lost}
                        </dd>
                    }
                })}
            {(shown.passed_over > 0)
                .then(|| {
                    view! {
                        <dt>{move || l.t(k::PLAY_PASSED_OVER)}</dt>
                        <dd id="passed-over">{shown.passed_over}</dd>
                    }
                })}
        }.into_any())
    }
}

/// The tab.
#[component]
pub fn Facts() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let clip = move || {
        let camera = player.focused()?;
        session.clip(camera.clip)
    };
    let media = move || {
        let facts = player.focused()?.facts.get()?;
        let none = || l.t(k::PLAY_NO_AUDIO).to_owned();
        let audio = match (&facts.audio, &facts.audio_refused) {
            (Some(audio), _) => audio.clone(),
            (None, Some(refused)) => l.f(k::PLAY_AUDIO_REFUSED, &[("codec", refused)]),
            (None, None) => none(),
        };
        let notes = notes(l, &facts);
        Some(view! {
            {row(l, k::PLAY_CODEC, facts.codec.clone())}
            {row(l, k::PLAY_INDEX, l.f(k::PLAY_INDEX_MADE, &[("format", &facts.format.to_uppercase())]))}
            {row(
                l,
                k::PLAY_SIZE,
                format!(
                    "{} × {}（{}:{}）",
                    facts.size.0,
                    facts.size.1,
                    facts.pixel_aspect.0,
                    facts.pixel_aspect.1,
                ),
            )}
            {row(l, k::PLAY_LENGTH, elapsed(facts.span.1 - facts.span.0))}
            {row(l, k::PLAY_AUDIO, audio)}
            {(!notes.is_empty())
                .then(|| {
                    view! {
                        <dt>{move || l.t(k::PLAY_NOTES)}</dt>
                        <dd id="clip-notes">
                            {notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view()}
                        </dd>
                    }
                })}
        })
    };
    view! {
        <dl>
            <PictureFacts clip=Signal::derive(clip) />
        </dl>
        <dl>
            {move || {
                clip()
                    .map(|clip| {
                        view! {
                            {row(l, k::PLAY_FILE, clip.note.file_name)}
                            {row(l, k::PLAY_CAMERA, clip.note.camera)}
                            {row(
                                l,
                                k::PLAY_CLOCK_ERROR,
                                l.f(k::PLAY_SECONDS, &[("n", &clip.note.clock_error_secs.to_string())]),
                            )}
                            <dt>"SHA-256"</dt>
                            <dd class="mono">{clip.content.sha256}</dd>
                            {clip.note.cut.map(|cut| cut_facts(l, cut))}
                        }
                    })
            }} {media}
        </dl>
    }
}
