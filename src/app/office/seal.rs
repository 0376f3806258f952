//! O4 封印: clips, what is known of them, period, permissions, medium; then progress, and the bundle in its file.
//!
//! Absent: keys and bytes, which stay in the worker; papers (`print.rs`).

use fuin_core::{Case, ClipNote, Day, EventBody, FootageRange, Grant, Terms, elapsed};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::desk::{Desk, Fault, use_desk};
use crate::{
    locale::{Key, k, use_locale},
    platform::{clock, files, files::PickedFile, page, worker::WorkerHandle},
    player::{Command, Event, sealing::SealOrder},
    request_form::local_time,
    ui::{Field, Notice, Tick},
};

/// How far sealing is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum SealState {
    /// Not begun.
    #[default]
    Idle,
    /// The key is being made.
    Deriving,
    /// Bytes done, bytes in all, and when it began.
    Running(f64, f64, f64),
}

/// A clip that was chosen.
#[derive(Clone)]
struct Clip {
    id: usize,
    file: PickedFile,
    camera: RwSignal<String>,
    starts: RwSignal<String>,
    error: RwSignal<String>,
    facts: RwSignal<Option<Event>>,
}

impl Desk {
    /// Starts a worker for files and sealing; it replaces the one before.
    fn seal_worker(self, mut on_fact: impl FnMut(Event) + 'static) {
        let started = WorkerHandle::start(
            move |event: Event| match event {
                Event::Deriving => self.sealing.set(SealState::Deriving),
                Event::SealingPart { done, total } => self.sealing.update(|state| {
                    let began = if let SealState::Running(_, _, began) = state {
                        *began
                    } else {
                        clock::monotonic_ms()
                    };
                    *state = SealState::Running(done, total, began);
                }),
                Event::SealCancelled => self.sealing.set(SealState::Idle),
                Event::BundleSealed { event, passphrase } => self.run(async move {
                    let id = event.bundle_id.clone();
                    // The ledger first: no bundle exists that it does not know. Another tab may have written in between; what
                    // it wrote is read, and this goes behind it.
                    if self.append(EventBody::Sealed(event.clone())).await.is_err()
                        && let Err(fault) = self.append(EventBody::Sealed(event)).await
                    {
                        self.sealing.set(SealState::Idle);
                        return Err(fault);
                    }
                    self.fresh.update(|fresh| fresh.push((id, passphrase)));
                    self.worker.with_value(|worker| {
                        if let Some(worker) = worker {
                            worker.send(&Command::PublishBundle, None);
                        }
                    });
                    Ok(())
                }),
                Event::BundlePublished => {
                    self.sealing.set(SealState::Idle);
                    self.tell(self.locale.t(k::SEAL_DONE).to_owned());
                }
                Event::Refused { code, cause } => {
                    self.sealing.set(SealState::Idle);
                    self.refuse(&code, &cause);
                }
                event => on_fact(event),
            },
            |_| {},
            move |_| {
                self.sealing.set(SealState::Idle);
                self.refuse("worker_stopped", "");
            },
        );
        match started {
            Ok(worker) => self.worker.set_value(Some(worker)),
            Err(error) => self.refuse("worker_missing", &error.0),
        }
    }

    fn to_worker(self, command: &Command, extra: Option<JsValue>) {
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.send(command, extra);
            }
        });
    }
}

/// The wizard.
#[component]
pub fn SealView(case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let clips = RwSignal::new_local(Vec::<Clip>::new());
    let next = StoredValue::new(0usize);
    let owner = Owner::current().unwrap_or_default();
    let on_fact = move |event| {
        if let Event::LookedAt { clip, .. } = &event {
            // The screen may be gone while its worker still looks.
            let found =
                clips.try_with_untracked(|clips| clips.iter().find(|known| known.id == *clip).cloned());
            if let Some(known) = found.flatten() {
                known.facts.set(Some(event));
            }
        }
    };
    let started = StoredValue::new(false);
    let only_camera = case.request.range.first().map(|range| range.camera.clone()).unwrap_or_default();
    let pick = move |event: leptos::ev::Event| {
        // A worker for this screen, unless another screen's is still sealing: then the picker is off.
        if !started.get_value() {
            started.set_value(true);
            desk.seal_worker(on_fact);
        }
        for file in files::picked_all(&event) {
            let id = next.get_value();
            next.set_value(id + 1);
            let clip = owner.with(|| Clip {
                id,
                file: file.clone(),
                camera: RwSignal::new(only_camera.clone()),
                starts: RwSignal::new(String::new()),
                error: RwSignal::new("0".to_owned()),
                facts: RwSignal::new(None),
            });
            clips.update(|clips| clips.push(clip));
            desk.to_worker(&Command::LookAt { clip: id }, Some(file.into()));
        }
    };
    let granted = StoredValue::new(case.request.range.clone());
    let due = RwSignal::new(case.request.return_due.to_string());
    let [from, until] = [
        RwSignal::new(clock::now().to_string().chars().take(16).collect::<String>()),
        RwSignal::new(case.request.return_due.end().to_string().chars().take(16).collect::<String>()),
    ];
    let [still, print, export, small] = std::array::from_fn(|_| RwSignal::new(false));
    // The passphrase goes another way than the medium; a key that came in a file is only as sure as the call-back.
    let for_device = RwSignal::new(false);
    let recipient_key = StoredValue::new(case.recipient_key.clone());
    let has_key = case.recipient_key.is_some();
    let wrong = RwSignal::new(None::<Key>);
    let number = case.number;
    let request = case.request.clone();
    let read = move || -> Result<SealOrder, Key> {
        let due = Day::parse(due.get_untracked().trim()).map_err(|_| k::REQUEST_DUE)?;
        let not_before = local_time(&from.get_untracked()).ok_or(k::SEAL_FROM)?;
        let not_after =
            local_time(&until.get_untracked()).filter(|end| *end > clock::now() && *end > not_before);
        let not_after = not_after.ok_or(k::SEAL_UNTIL)?;
        let chosen = clips.get_untracked();
        if chosen.is_empty() {
            return Err(k::SEAL_CLIPS);
        }
        let mut words = Vec::new();
        for clip in &chosen {
            let starts = clip.starts.get_untracked();
            let starts_at = match starts.trim().is_empty() {
                true => None,
                false => Some(local_time(starts.trim()).ok_or(k::SEAL_STARTS)?),
            };
            let clock_error_secs =
                clip.error.get_untracked().trim().parse().map_err(|_| k::SEAL_CLOCK_ERROR)?;
            words.push(ClipNote {
                file_name: String::new(),
                camera: clip.camera.get_untracked().trim().into(),
                starts_at,
                clock_error_secs,
            });
        }
        let grants = [(still, Grant::Still), (print, Grant::Print), (export, Grant::Export)];
        let (card, _) = desk.card.get_untracked().ok_or(k::OFFICE_NAME)?;
        Ok(SealOrder {
            number,
            request: request.clone(),
            office: card.office,
            rules: desk.rules.get_untracked().ok_or(k::OFFICE_RULES)?,
            running: desk.register.with_untracked(fuin_core::Register::next_bundle),
            terms: Terms {
                not_before,
                not_after,
                return_due: due,
                grants: grants
                    .into_iter()
                    .filter(|(ticked, _)| ticked.get_untracked())
                    .map(|(_, grant)| grant)
                    .collect(),
                conditions: request.conditions.clone(),
                medium: request.medium.clone(),
            },
            begins_now: not_before <= clock::now(),
            clips: words,
            small_parts: small.get_untracked(),
            recipient_key: recipient_key.get_value().filter(|_| for_device.get_untracked()),
        })
    };
    let begin = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match read() {
            Err(label) => wrong.set(Some(label)),
            Ok(order) => {
                wrong.set(None);
                let chosen: Vec<PickedFile> =
                    clips.get_untracked().into_iter().map(|clip| clip.file).collect();
                desk.run(async move {
                    let name = format!("fuin-{}.fuin", order.number);
                    let wanted = if order.small_parts {
                        Some(JsValue::UNDEFINED)
                    } else {
                        page::choose_destination(&name).await
                    };
                    let handle = wanted.ok_or(Fault("seal_called_off".into(), String::new()))?;
                    let extra = files::bundle_of(&chosen, &handle);
                    desk.to_worker(&Command::Seal { order: Box::new(order) }, Some(extra));
                    Ok(())
                });
            }
        }
    };
    let busy = move || desk.sealing.get() != SealState::Idle;
    view! {
           <form id="seal-form" class="wide" on:submit=begin>
               <h3>{move || l.t(k::SEAL_TITLE)}</h3>
               <fieldset><legend>{move || l.t(k::SEAL_CLIPS)}</legend>
                   <span class="picker"><input id="pick-clips" type="file" accept="video/mp4,.mp4,.mov,.m4v" multiple disabled=busy on:change=pick/>
                       <label for="pick-clips" class="button">{move || l.t(k::SEAL_PICK)}</label></span>
                   <ol class="clips">
                       <For each=move || clips.get() key=|clip| clip.id let:clip>
                           <ClipRow clip=clip.clone() granted=granted.get_value() on_remove=move |id| clips.update(|clips| clips.retain(|clip| clip.id != id))/>
                       </For>
                   </ol>
               </fieldset>
               <fieldset><legend>{move || l.t(k::SEAL_GRANTS)}</legend>
                   <p class="help">{move || desk.rules.get().map(|rules| format!("{}（{}）", rules.copying.text, rules.copying.article)).filter(|words| words != "（）")}</p>
                   <Tick id="grant-still" label=l.label(k::SEAL_STILL) value=still/>
                   <Tick id="grant-print" label=l.label(k::SEAL_PRINT) value=print/>
                   <Tick id="grant-export" label=l.label(k::SEAL_EXPORT) value=export/>
               </fieldset>
               <fieldset><legend>{move || l.t(k::SEAL_PERIOD)}</legend>
                   <Field id="seal-from" label=l.label(k::SEAL_FROM) kind="datetime-local" value=from/>
                   <Field id="seal-until" label=l.label(k::SEAL_UNTIL) kind="datetime-local" value=until/>
                   <Field id="seal-due" label=l.label(k::REQUEST_DUE) kind="date" value=due/>
    {has_key.then(|| view! { <Tick id="for-device" label=l.label(k::SEAL_FOR_DEVICE) value=for_device/> })}
                   <Tick id="small-parts" label=l.label(k::SEAL_SMALL_PARTS) value=small/>
               </fieldset>
               <Show when=move || wrong.get().is_some()>
                   <Notice stop=true cause=Signal::derive(move || l.f(k::REQUEST_WRONG, &[("field", wrong.get().map_or("", |key| l.t(key)))]))/>
               </Show>
               <p class="actions"><button id="seal" class="primary" type="submit" disabled=busy>{move || l.t(k::SEAL_BEGIN)}</button></p>
               <Progress/>
           </form>
       }
}

/// GB done, how fast, how long still; and a way out.
#[component]
fn Progress() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let words = move |done: f64, total: f64, began: f64| {
        let seconds = ((clock::monotonic_ms() - began) / 1000.0).max(0.001);
        let rate = done / seconds;
        let left = if rate > 0.0 { (total - done) / rate } else { 0.0 };
        let number = |bytes: f64| format!("{:.2}", bytes / 1e9);
        let (done, total) = (number(done), number(total));
        let (rate, left) = (format!("{:.0}", rate / 1e6), format!("{left:.0}"));
        l.f(k::SEAL_PROGRESS, &[("done", &done), ("total", &total), ("rate", &rate), ("left", &left)])
    };
    view! {
        <div role="status">
            {move || match desk.sealing.get() {
                SealState::Idle => None,
                SealState::Deriving => Some(view! { <p>{move || l.t(k::SEAL_DERIVING)}</p> }.into_any()),
                SealState::Running(done, total, began) => Some(view! {
                    <p><progress max=total value=done aria-label=move || l.t(k::SEAL_TITLE)></progress> " " {words(done, total, began)}</p>
                    <p class="actions"><button type="button" id="cancel-seal" on:click=move |_| desk.to_worker(&Command::CancelSeal, None)>{move || l.t(k::PLAY_CANCEL)}</button></p>
                }.into_any()),
            }}
        </div>
    }
}

#[component]
fn ClipRow(
    clip: Clip,
    granted: Vec<FootageRange>,
    on_remove: impl Fn(usize) + Copy + 'static,
) -> impl IntoView {
    let l = use_locale();
    let (id, name) = (clip.id, clip.file.name());
    let size = format!("{:.1} MB", clip.file.size() / 1e6);
    let facts = move || {
        match clip.facts.get() {
        Some(Event::LookedAt { error: Some(code), .. }) => {
            Some(view! { <p class="stop-text">"× " {l.error(&code, "").0} " " {move || l.t(k::SEAL_UNPLAYABLE)}</p> }.into_any())
        }
        Some(Event::LookedAt { codec, hevc, micros, created, .. }) => Some(view! {
            <p>{codec} "　" {elapsed(micros)}</p>
            {created.map(|created| view! {
                <p class="help">{l.f(k::SEAL_CREATED, &[("time", &l.time(created))])} " "
                    <button type="button" class="link" on:click=move |_| clip.starts.set(created.to_string().chars().take(19).collect())>{move || l.t(k::SEAL_USE_CREATED)}</button></p>
            })}
            {hevc.then(|| view! { <p class="warn">"△ " {move || l.t(k::SEAL_HEVC)}</p> })}
        }.into_any()),
        _ => None,
    }
    };
    // True time: the camera's clock less what it ran ahead.
    let outside = move || {
        let starts = local_time(clip.starts.get().trim())?;
        let ahead: i64 = clip.error.get().trim().parse().ok()?;
        let Some(Event::LookedAt { micros, .. }) = clip.facts.get() else { return None };
        let begin = starts.plus_secs(-ahead);
        let end = begin.plus_secs(micros / 1_000_000);
        let inside = granted.iter().any(|range| range.from <= begin && end <= range.to.plus_secs(60));
        (!inside).then(|| view! { <p class="warn">"△ " {move || l.t(k::SEAL_OUTSIDE)}</p> })
    };
    view! {
        <li class="clip-row">
            <p><strong>{name}</strong> "　" {size} " " <button type="button" on:click=move |_| on_remove(id)>{move || l.t(k::MARKS_REMOVE)}</button></p>
            {facts}
            <Field id=format!("clip-camera-{id}") label=l.label(k::PLAY_CAMERA) value=clip.camera/>
            <Field id=format!("clip-starts-{id}") label=l.label(k::SEAL_STARTS) kind="datetime-local" value=clip.starts/>
            <Field id=format!("clip-error-{id}") label=l.label(k::SEAL_CLOCK_ERROR) value=clip.error/>
            <div role="status">{outside}</div>
        </li>
    }
}
