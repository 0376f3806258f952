//! What may leave the player beside stills: a picture on paper, and an original, each under its grant, noted in the
//! viewing log before it leaves.
//!
//! Entry points: [`TakeOut`], and [`OnPaper`] for the sheet. Absent: stills, which have their button beside
//! the picture.

use fuin_core::{Grant, Manifest};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    page::papers::{head, row},
    platform::{
        file_system::{Choice, choose_file},
        page,
    },
    viewer::{
        exporting,
        session::use_session,
        state::{Export, Printed},
    },
    wire::PlayCommand,
};

/// The buttons, where something is granted, and what comes of them.
#[component]
pub fn TakeOut() -> impl IntoView {
    let session = use_session();
    let manifest = session.manifest()?;
    let (print, export) = (manifest.terms.permits(Grant::Print), manifest.terms.permits(Grant::Export));
    (print || export).then(|| {
        view! {
            <section id="take-out">
                {print.then(|| view! { <Print /> })}
                {export.then(|| view! { <Original manifest=manifest /> })}
            </section>
        }
    })
}

/// 印刷する: the picture that is shown, as a sheet of A4 with its marks and facts.
#[component]
fn Print() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let make = move |_| {
        player.still.set(None);
        if let Some(camera) = player.focused_untracked() {
            player.send(PlayCommand::Still { camera: camera.id, print: true });
        }
    };
    view! {
        <p class="actions">
            <button id="print-picture" on:click=make>
                {move || l.t(k::TAKE_OUT_PRINT)}
            </button>
            <span class="help">{move || l.t(k::TAKE_OUT_PRINT_HELP)}</span>
        </p>
    }
}

/// The sheet that was asked for.
#[component]
pub fn OnPaper() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    Effect::new(move |_| {
        if player.printed.with(Option::is_some) {
            request_animation_frame(|| page::show("print-sheet"));
        }
    });
    move || {
        let (printed, manifest) = (player.printed.get()?, session.manifest()?);
        Some(view! {
            <p class="actions no-print">
                <button id="print-sheet" class="primary" on:click=move |_| page::print()>
                    {move || l.t(k::APP_PRINT)}
                </button>
                <button on:click=move |_| {
                    player.printed.set(None);
                    page::arrive("player");
                }>{move || l.t(k::TAKE_OUT_CLOSE)}</button>
            </p>
            <Sheet manifest=manifest printed=printed />
        })
    }
}

#[component]
fn Sheet(manifest: Manifest, printed: Printed) -> impl IntoView {
    let Printed { png, sha256, at, by } = printed;
    let source = format!("data:image/png;base64,{png}");
    let due = manifest.terms.return_due.wareki();
    view! {
        <article class="sheet" id="sheet">
            {head(&at.day().wareki(), &manifest.recipient.line(), "", "映像の印刷", None)}
            <img class="printed" src=source alt="印刷する映像" />
            <table>
                <tbody>
                    {row("管理番号", manifest.bundle_id.to_string())}
                    {row("提供元", manifest.office.name.clone())} {row("印刷した人", by)}
                    {row("印刷した時刻", at.wareki_exact())} {row("画像の SHA-256", sha256)}
                    {row("返却期限", due)}
                </tbody>
            </table>
            <p>
                "提供を受けた目的の外に使わず、返却・消去の報告で処理を報告してください。"
            </p>
        </article>
    }
}

/// 原本を取り出す: the clip of the camera that has the keyboard.
#[component]
fn Original(manifest: Manifest) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let clips = StoredValue::new(manifest.clips);
    let clip = move || session.player.focused().map(|camera| camera.clip);
    let name = move || {
        let name = |clip: usize| clips.with_value(|clips| clips.get(clip).map(|c| c.note.file_name.clone()));
        clip().and_then(name).unwrap_or_default()
    };
    let begin = move || {
        let Some(clip) = untrack(clip) else { return };
        leptos::task::spawn_local(async move {
            let name = clips.with_value(|clips| clips.get(clip).map(|entry| entry.export_name(clip)));
            match choose_file(&name.unwrap_or_default()).await {
                Choice::File(handle) => exporting::begin(session, clip, Some(handle)),
                Choice::Impossible => exporting::begin(session, clip, None),
                Choice::CalledOff => session.export.set(Export::Idle),
            }
        });
    };
    view! {
        <p class="actions no-print">
            <button
                id="export-original"
                disabled=move || session.export.with(Export::is_on_its_way)
                on:click=move |_| session.export.set(Export::Asked)
            >
                {move || l.t(k::TAKE_OUT_ORIGINAL)}
            </button>
            <span class="help">{name}</span>
        </p>
        <How name=Signal::derive(name) on_begin=begin />
    }
}

/// How far it is: asked, running, done, or why not.
#[component]
fn How(name: Signal<String>, on_begin: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    // The way to call it off keeps the keyboard while the part grows.
    let standing = Memo::new(move |_| match session.export.get() {
        Export::Running { taken, .. } => Export::Running { part: 0.0, taken },
        other => other,
    });
    let part = move || session.export.with(|export| export.part());
    move || match standing.get() {
        Export::Idle => None,
        Export::Asked => Some(
            view! {
                <div class="notice stop" role="alert">
                    <p>{move || l.f(k::TAKE_OUT_ASK, &[("name", &name.get())])}</p>
                    <p class="actions">
                        <button id="export-now" on:click=move |_| on_begin()>
                            {move || l.t(k::TAKE_OUT_NOW)}
                        </button>
                        <button on:click=move |_| {
                            session.export.set(Export::Idle)
                        }>{move || l.t(k::TAKE_OUT_NOT)}</button>
                    </p>
                </div>
            }
            .into_any(),
        ),
        Export::Running { .. } => Some(
            view! {
                <p role="status">{move || l.t(k::TAKE_OUT_RUNNING)}</p>
                <progress max="1" prop:value=part aria-label=move || l.t(k::TAKE_OUT_RUNNING)></progress>
                <p>
                    <button id="cancel-export" on:click=move |_| session.cancel_export()>
                        {move || l.t(k::PLAY_CANCEL)}
                    </button>
                </p>
            }
            .into_any(),
        ),
        Export::Stopping { .. } => {
            Some(view! { <p role="status">{move || l.t(k::TAKE_OUT_STOPPING)}</p> }.into_any())
        }
        Export::Done { name, sha256 } => Some(
            view! {
                <p role="status" id="exported">
                    {move || l.f(k::TAKE_OUT_DONE, &[("name", &name)])}
                    " "
                    <span class="mono">{sha256}</span>
                </p>
            }
            .into_any(),
        ),
        Export::Failed(code) => {
            let (cause, advice) = l.error(code, "");
            Some(view! { <p role="alert">"× " {cause} " " {advice}</p> }.into_any())
        }
    }
}
