//! 証拠説明書の下書き: the bookmarks as a table of A4, with pictures, both clocks, numbers, hashes and notes.
//!
//! Entry points: [`Ask`] beside the bookmarks, [`Exhibited`] for the sheet. Absent: how the pictures come
//! (`viewer/exhibits.rs`).

use fuin_core::{Manifest, Timestamp, elapsed};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    page::papers::blank_date,
    platform::{clock, page},
    viewer::{
        exhibits::begin,
        session::use_session,
        state::{Exhibit, Exhibits},
    },
};

/// The button, and how far it is.
#[component]
pub fn Ask() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let exhibits = session.player.exhibits;
    let none =
        move || session.record.with(|record| record.as_ref().is_none_or(|r| r.notes.bookmarks.is_empty()));
    let progress = move || match exhibits.get() {
        Exhibits::Fetching { done, left, .. } => Some((done.len(), done.len() + left.len())),
        Exhibits::None | Exhibits::Ready(_) => None,
    };
    view! {
        <p class="actions">
            <button
                id="make-exhibits"
                disabled=move || none() || progress().is_some()
                on:click=move |_| begin(session)
            >
                {move || l.t(k::EXHIBITS_MAKE)}
            </button>
        </p>
        <div role="status">
            {move || {
                progress()
                    .map(|(done, all)| {
                        let words = l
                            .f(k::EXHIBITS_FETCHING, &[("n", &done.to_string()), ("all", &all.to_string())]);
                        view! {
                            <p>
                                {words} " "
                                <button on:click=move |_| {
                                    exhibits.set(Exhibits::None)
                                }>{move || l.t(k::PLAY_CANCEL)}</button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// The sheet, once all pictures are there.
#[component]
pub fn Exhibited() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let exhibits = session.player.exhibits;
    Effect::new(move |_| {
        if matches!(exhibits.get(), Exhibits::Ready(_)) {
            request_animation_frame(|| page::show("print-exhibits"));
        }
    });
    let close = move |_| {
        exhibits.set(Exhibits::None);
        page::arrive("player");
    };
    move || {
        let Exhibits::Ready(all) = exhibits.get() else { return None };
        let manifest = session.manifest()?;
        Some(view! {
            <p class="actions no-print">
                <button id="print-exhibits" class="primary" on:click=move |_| page::print()>
                    {move || l.t(k::APP_PRINT)}
                </button>
                <button id="close-exhibits" on:click=close>
                    {move || l.t(k::TAKE_OUT_CLOSE)}
                </button>
            </p>
            <div class="scroll" tabindex="0" role="group" aria-label=move || l.t(k::EXHIBITS_MAKE)>
                <Sheet manifest=manifest exhibits=all />
            </div>
        })
    }
}

#[component]
fn Sheet(manifest: Manifest, exhibits: Vec<Exhibit>) -> impl IntoView {
    let by = use_session().viewer_name.get_untracked();
    let rows = exhibits.into_iter().enumerate().map(|(n, exhibit)| row(&manifest, n, exhibit)).collect_view();
    let id = manifest.bundle_id.to_string();
    let made = clock::now().wareki();
    view! {
        <article class="sheet landscape exhibits" id="sheet">
            <p class="sheet-date">{blank_date()}</p>
            <h2>"証拠説明書（案）"</h2>
            <p>"事件番号　　　　　年（　）第　　　　号　　　　　　提出者　　　　　　　　　　　　　　印"</p>
            <table>
                <thead>
                    <tr>
                        <th>"号証"</th>
                        <th>"画像"</th>
                        <th>"標目（写し）"</th>
                        <th>"撮影日時"</th>
                        <th>"作成者"</th>
                        <th>"立証趣旨"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="sheet-note">
                "管理番号 " {id} "　提供元 " {manifest.office.name.clone()} "　作成 " {made} "　" {by}
            </p>
            <p class="sheet-note">
                "画像には提供先を示す透かしが入っています。原本の映像は、映像の SHA-256 で確かめられます。"
            </p>
        </article>
    }
}

fn row(manifest: &Manifest, n: usize, Exhibit { mark, picture }: Exhibit) -> impl IntoView + use<> {
    let clip = manifest.clips.get(mark.clip).cloned();
    let clocks = clip.as_ref().and_then(|clip| mark.clocks(clip));
    let exact = |time: Option<Timestamp>| time.map_or_else(|| "不明".to_owned(), Timestamp::wareki_exact);
    let (shown, true_time) = clocks.unzip();
    let (camera, file, sha256) =
        clip.map(|clip| (clip.note.camera, clip.note.file_name, clip.content.sha256)).unwrap_or_default();
    let place = format!("コマ {}（{}）", mark.picture + 1, elapsed(mark.micros));
    view! {
        <tr>
            <td class="number">{n + 1}</td>
            <td>{picture.map(|picture| view! { <img src=picture alt=place.clone() /> })}</td>
            <td>
                <p>"防犯カメラ映像の静止画" "（" {camera} "）"</p>
                <p>{file}</p>
                <p>{place.clone()}</p>
                <p class="mono hash">{sha256}</p>
            </td>
            <td>
                <p>{exact(true_time)}</p>
                <p>"（カメラの時計 " {exact(shown)} "）"</p>
            </td>
            <td>{manifest.office.name.clone()}</td>
            <td>{mark.note}</td>
        </tr>
    }
}
