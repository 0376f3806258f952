//! The canvases, one for each camera, and what must be said beside a picture.

use fuin_core::Clip;
use leptos::{html, prelude::*};

use super::{badges::badges, pointer::Pointer};
use crate::{
    fault::{Code, Fault},
    locale::{k, use_locale},
    platform::page,
    viewer::{
        camera::{CameraView, canvas_size, columns},
        session::use_session,
    },
};

/// All cameras.
#[component]
pub fn Views() -> impl IntoView {
    let session = use_session();
    let player = session.player;
    let cameras = move || {
        let epoch = player.epoch.get();
        player.cameras.get().into_iter().map(move |camera| (epoch, camera)).collect::<Vec<_>>()
    };
    let columns = move || columns(player.cameras.with(Vec::len)).to_string();
    view! {
        <div
            class="stage"
            class:together=move || player.together.get()
            class:own-size=move || player.at_own_size.get()
            style=("--columns", columns)
        >
            <For each=cameras key=|(epoch, camera)| (*epoch, camera.id) let:((_, camera))>
                <View camera=camera/>
            </For>
        </div>
    }
}

/// One camera.
#[component]
fn View(camera: CameraView) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let canvas = NodeRef::<html::Canvas>::new();
    // Layout, window and magnification of the page change how large a pixel of the camera is on the screen.
    let laid_out = Trigger::new();
    let size_watch = StoredValue::new_local(None);
    let resized = window_event_listener(leptos::ev::resize, move |_| laid_out.notify());
    on_cleanup(move || resized.remove());
    canvas.on_load(move |element| {
        size_watch.set_value(page::SizeWatch::new(&element, move || laid_out.notify()));
        match element.transfer_control_to_offscreen() {
            Ok(offscreen) => session.with_time(move |now| player.attach(camera, offscreen, now)),
            Err(_) => session.stop(Fault::new(Code::PaintFailed, "no canvas for the worker")),
        }
    });
    let id = camera.canvas_id();
    let painted = Memo::new(move |_| camera.painted_size());
    let size = move || camera.facts.get().map(|facts| canvas_size(&facts, painted.get()));
    Effect::new(move |_| {
        laid_out.track();
        let Some((_, high)) = size() else { return };
        if let Some(shown_high) = page::height_of(&camera.canvas_id()) {
            camera.scale.set(shown_high * page::pixel_ratio() / high);
        }
    });
    // One pixel of the camera on one pixel of the screen, whatever the size of a CSS pixel is.
    let width = move || {
        let facts = camera.facts.get()?;
        let (h, v) = facts.pixel_aspect;
        let wide = canvas_size(&facts, painted.get()).0 * f64::from(h) / f64::from(v) / page::pixel_ratio();
        Some(format!("{wide}px"))
    };
    let ratio = move || {
        let facts = camera.facts.get()?;
        let ((wide, high), (h, v)) = (size()?, facts.pixel_aspect);
        Some((wide * f64::from(h) / f64::from(v) / high).to_string())
    };
    let look = move || camera.look.get();
    let clip = move || session.clip(camera.clip);
    let pointer = Pointer::new(player, camera);
    let name = move || clip().map(|clip| l.f(k::PLAY_PICTURE_OF, &[("camera", &clip.note.camera)]));
    let badges = move || {
        let unknown = player.together.get() && clip().is_some_and(|clip| clip.note.starts_at.is_none());
        let badges = badges(l, camera, player.time.get(), unknown);
        badges.into_iter().map(|(id, text)| view! { <li data-badge=id>{text}</li> }).collect_view()
    };
    view! {
        <figure
            class="view"
            class:focused=move || player.together.get() && player.focus.get() == camera.place
        >
            <div
                class="picture"
                id=camera.frame_id()
                tabindex=move || player.at_own_size.get().then_some("0")
            >
                <canvas
                    id=id
                    node_ref=canvas
                    width="16"
                    height="9"
                    role="img"
                    aria-label=name
                    draggable="false"
                    style=("--own", width)
                    style=("--ratio", ratio)
                    class:movable=move || { look().zoom > 1.0 || player.at_own_size.get() }
                    on:contextmenu=|event| event.prevent_default()
                    on:pointerdown=move |event| pointer.down(&event)
                    on:pointermove=move |event| pointer.moved(&event)
                    on:pointerup=move |_| pointer.up()
                    on:pointerleave=move |_| pointer.up()
                    on:click=move |_| pointer.pressed()
                    on:dblclick=move |_| page::toggle_fullscreen(".player")
                    on:wheel=move |event| pointer.wheeled(&event)
                ></canvas>
            </div>
            <figcaption>
                <Show when=move || player.together.get()>
                    <span class="camera-name">{move || clip().map(|clip| clip.note.camera)}</span>
                    " "
                </Show>
                <Clocks camera=camera clip=Signal::derive(clip) />
                <span class="number">
                    {move || l.t(k::PLAY_FRAME)} " "
                    {move || camera.number()}
                </span>
                <ul class="badges">{badges}</ul>
            </figcaption>
            <Loading camera=camera />
        </figure>
    }
}

/// What the camera's clock showed, and the true time where that differs.
#[component]
fn Clocks(camera: CameraView, clip: Signal<Option<Clip>>) -> impl IntoView {
    let l = use_locale();
    let clocks = move || {
        // A dark camera shows no time: the last picture's would be taken for this one's.
        clip.get()?.note.clocks(camera.seen()?.micros - camera.facts.get()?.begins)
    };
    move || {
        clocks().map(|(camera_clock, true_time)| {
            view! {
                <span class="camera-clock">
                    {move || l.t(k::PLAY_CAMERA_CLOCK)} " " {camera_clock.plain()}
                </span>
                {(camera_clock != true_time)
                    .then(|| {
                        view! {
                            " "
                            <span class="true-time">
                                {move || l.t(k::PLAY_TRUE_TIME)} " " {true_time.clock()}
                            </span>
                        }
                    })}
            }
        })
    }
}

/// That it is being loaded, or why it cannot be shown.
#[component]
fn Loading(camera: CameraView) -> impl IntoView {
    let l = use_locale();
    view! {
        <div role="status">
            <Show when=move || camera.facts.get().is_none() && camera.refused.get().is_none()>
                <p class="loading">{move || l.t(k::PLAY_LOADING)}</p>
            </Show>
            {move || {
                camera
                    .refused
                    .get()
                    .map(|refusal| {
                        view! { <p class="stop-text">{l.error(refusal.code, &refusal.cause).0}</p> }
                    })
            }}
        </div>
    }
}
