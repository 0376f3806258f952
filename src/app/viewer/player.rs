//! What the page knows of the player: cameras, time, look, marks. Components read signals and call methods.
//!
//! Entry points: [`Player::new`], [`Player::set_up`]. Absent: pictures, which the worker paints.

use super::{
    camera::CameraView,
    link::Link,
    state::{Exhibits, Printed, SetUp, Then},
};
use crate::{
    fault::{Code, Fault},
    platform::{
        cargo::Cargo,
        clock,
        module::{self, ModuleWorker},
        page,
        sound::{Heard, Speaker},
        surface::HandedCanvas,
    },
    wire::{Load, Module, PlayCommand, PlayEvent, Time},
};
use fuin_core::{Clip, Look, Timestamp};
use fuin_model::{Activity, Destination, Extent, GoTo, Spans, destination};
use leptos::prelude::*;

/// The player's state on the page.
#[derive(Clone, Copy)]
pub struct Player {
    /// What is shown: a new list for every new set-up.
    pub cameras: RwSignal<Vec<CameraView>>,
    /// Changes with every set-up.
    pub epoch: RwSignal<u64>,
    /// Several cameras on one time line.
    pub together: RwSignal<bool>,
    /// The time line.
    pub time: RwSignal<Time>,
    /// The place of the camera that steps and is described.
    pub focus: RwSignal<usize>,
    /// Beginning and end of the stretch that is repeated.
    pub repeat: RwSignal<(Option<i64>, Option<i64>)>,
    /// Silent.
    pub muted: RwSignal<bool>,
    /// Why there is no sound.
    pub sound_failed: RwSignal<Option<String>>,
    /// One pixel of the camera on one pixel of the screen, instead of as large as fits.
    pub at_own_size: RwSignal<bool>,
    /// 上映: only the picture, its clock and number.
    pub screening: RwSignal<bool>,
    /// Nothing moved when the next activity was looked for.
    pub all_quiet: RwSignal<bool>,
    /// Clips during whose set-up the worker died: they are not set up again.
    pub killed: RwSignal<Vec<usize>>,
    /// What became of the last still.
    pub still: RwSignal<Option<Result<String, Fault>>>,
    /// The pictures of the bookmarks, on their way to a table.
    pub exhibits: RwSignal<Exhibits>,
    /// The picture that is to be printed.
    pub printed: RwSignal<Option<Printed>>,
    /// What was asked for last, 0 after a pause: the next press may come before the worker's answer.
    link: Link,
    wanted_speed: StoredValue<f64>,
    then: StoredValue<Option<Then>>,
    cameras_made: StoredValue<usize>,
    /// Cameras outlive the button that set them up.
    owner: StoredValue<Owner>,
    speaker: StoredValue<Option<Speaker>, LocalStorage>,
    decoders: StoredValue<Vec<ModuleWorker>, LocalStorage>,
    /// What was shown and is not in the viewing log yet.
    spans: StoredValue<Spans>,
}

impl Player {
    /// No cameras; the worker is at the end of `link`.
    pub fn new(link: Link) -> Self {
        Self {
            link,
            cameras: RwSignal::new(Vec::new()),
            epoch: RwSignal::new(0),
            together: RwSignal::new(false),
            time: RwSignal::new(Time::START),
            focus: RwSignal::new(0),
            repeat: RwSignal::new((None, None)),
            muted: RwSignal::new(false),
            sound_failed: RwSignal::new(None),
            at_own_size: RwSignal::new(false),
            screening: RwSignal::new(false),
            all_quiet: RwSignal::new(false),
            killed: RwSignal::new(Vec::new()),
            still: RwSignal::new(None),
            exhibits: RwSignal::default(),
            printed: RwSignal::new(None),
            wanted_speed: StoredValue::new(0.0),
            then: StoredValue::new(None),
            cameras_made: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            speaker: StoredValue::new_local(None),
            decoders: StoredValue::new_local(Vec::new()),
            spans: StoredValue::default(),
        }
    }

    /// What was shown and is not in the viewing log yet: clip, first and last picture in milliseconds.
    pub fn spans(self) -> Vec<(u32, i64, i64)> {
        self.spans.with_value(Spans::stretches)
    }

    /// The same, which is written into the viewing log now.
    pub fn take_spans(self) -> Vec<(u32, i64, i64)> {
        let mut taken = Vec::new();
        self.spans.update_value(|spans| taken = spans.take());
        taken
    }

    /// Shows these clips and tracks, but for those that killed the worker. Their canvases follow ([`Self::attach`]).
    pub fn set_up(self, wanted: &SetUp) {
        let killed = self.killed.get_untracked();
        let clips: Vec<_> = wanted.clips.iter().copied().filter(|(clip, _)| !killed.contains(clip)).collect();
        self.link.send(PlayCommand::Clear);
        self.decoders.set_value(Vec::new());
        self.silence();
        self.together.set(wanted.together);
        self.then.set_value(wanted.then);
        self.focus.set(0);
        self.repeat.set((None, None));
        self.sound_failed.set(None);
        self.all_quiet.set(false);
        self.time.set(Time::START);
        let made = self.cameras_made.get_value();
        self.cameras_made.set_value(made + clips.len());
        let camera = |(place, &(clip, track)): (usize, &(usize, usize))| CameraView {
            id: made + place,
            place,
            clip,
            track,
            facts: RwSignal::new(None),
            settled: RwSignal::new(false),
            shown: RwSignal::new(None),
            refused: RwSignal::new(None),
            look: RwSignal::new(Look::default()),
            scale: RwSignal::new(1.0),
            strip: RwSignal::new(false),
        };
        let cameras = self.owner.get_value().with(|| clips.iter().enumerate().map(camera).collect());
        self.cameras.set(cameras);
        self.epoch.update(|epoch| *epoch += 1);
    }

    /// What is shown now, to be set up again.
    pub fn as_set_up(self) -> SetUp {
        let clips =
            self.cameras.with_untracked(|cameras| cameras.iter().map(|c| (c.clip, c.track)).collect());
        let then = self.then.get_value().unwrap_or(Then::Time(self.time.get_untracked().micros));
        SetUp { clips, together: self.together.get_untracked(), then: Some(then) }
    }

    /// The worker died: what was being set up may have done it, and is left alone from now on.
    pub fn blame(self) {
        let begun = self.cameras.with_untracked(|cameras| {
            let begun = cameras.iter().filter(|camera| !camera.settled.get_untracked());
            begun.map(|camera| camera.clip).collect::<Vec<_>>()
        });
        if !begun.is_empty() {
            self.killed.update(|killed| killed.extend(begun));
        }
    }

    /// Asks the worker for something that changes nothing here.
    pub fn send(self, command: PlayCommand) {
        self.link.send(command);
    }

    /// Everything away.
    pub fn clear(self) {
        self.cameras.set(Vec::new());
        self.printed.set(None);
        self.exhibits.set(Exhibits::None);
        self.screening.set(false);
        self.decoders.set_value(Vec::new());
        self.silence();
    }

    /// A canvas is there for a camera.
    pub fn attach(self, camera: CameraView, canvas: HandedCanvas, now: Timestamp) {
        let CameraView { id, place, clip, track, .. } = camera;
        let (together, heard) = (self.together.get_untracked(), place == 0);
        let load = Load { camera: id, clip, track, together, heard, now };
        self.link.send_with(PlayCommand::Load(load), Cargo::Canvas(canvas));
    }

    /// The camera that steps and is described.
    pub fn focused(self) -> Option<CameraView> {
        let focus = self.focus.get();
        self.cameras.with(|cameras| cameras.get(focus).or(cameras.first()).copied())
    }

    fn camera(self, id: usize) -> Option<CameraView> {
        self.cameras.with_untracked(|cameras| cameras.iter().find(|camera| camera.id == id).copied())
    }

    /// Beginning and end of the time line in microseconds.
    pub fn span(self) -> (i64, i64) {
        self.cameras.with(|cameras| {
            let facts = cameras.iter().filter_map(|camera| camera.facts.get());
            let ends: Vec<(i64, i64)> = facts.map(|f| (f.offset + f.span.0, f.offset + f.span.1)).collect();
            let start = ends.iter().map(|end| end.0).min().unwrap_or(0).min(0);
            (start, ends.iter().map(|end| end.1).max().unwrap_or(0))
        })
    }

    /// Plays or pauses; called while a key or button is pressed, so the loudspeaker may open.
    pub fn toggle(self) {
        self.wanted_speed.set_value(0.0);
        if self.time.get_untracked().playing {
            self.link.send(PlayCommand::Pause);
        } else {
            self.open_speaker();
            self.link.send(PlayCommand::Play);
        }
    }

    fn open_speaker(self) {
        let first = self.cameras.with_untracked(|cameras| cameras.first().copied());
        let has_sound = first.is_some_and(|camera| {
            camera.facts.with_untracked(|facts| facts.as_ref().is_some_and(|f| f.audio.is_some()))
        });
        if has_sound && self.speaker.with_value(Option::is_none) {
            match Speaker::open() {
                Ok(speaker) => {
                    speaker.set_muted(self.muted.get_untracked());
                    self.speaker.set_value(Some(speaker));
                }
                Err(error) => self.sound_failed.set(Some(error.words)),
            }
        }
    }

    /// Silent or not.
    pub fn toggle_muted(self) {
        self.muted.update(|muted| *muted = !*muted);
        let muted = self.muted.get_untracked();
        self.speaker.with_value(|speaker| {
            if let Some(speaker) = speaker {
                speaker.set_muted(muted);
            }
        });
    }

    fn silence(self) {
        self.speaker.with_value(|speaker| {
            if let Some(speaker) = speaker {
                speaker.stop();
            }
        });
    }

    /// Runs forwards (1) or backwards (−1); twice as fast as before, if it ran that way already.
    pub fn faster(self, way: f64) {
        let before = self.wanted_speed.get_value();
        let times = if before * way > 0.0 { (before * 2.0).clamp(-MAX_SPEED, MAX_SPEED) } else { way };
        self.shuttle(times);
    }

    /// Stands still, at normal speed.
    pub fn stand(self) {
        self.wanted_speed.set_value(0.0);
        self.link.send(PlayCommand::Pause);
        self.link.send(PlayCommand::Speed { times: 1.0 });
    }

    /// So fast; backwards, if negative. Runs at once.
    fn shuttle(self, times: f64) {
        self.link.send(PlayCommand::Speed { times });
        if !self.time.get_untracked().playing {
            self.open_speaker();
            self.link.send(PlayCommand::Play);
        }
        self.wanted_speed.set_value(times);
    }

    /// Marks beginning (A) or end (B) of the stretch to repeat here, or forgets both.
    pub fn mark_repeat(self, end: Option<bool>) {
        let here = self.time.get_untracked().micros;
        self.repeat.update(|(a, b)| match end {
            Some(false) => *a = Some(here),
            Some(true) => *b = Some(here),
            None => (*a, *b) = (None, None),
        });
        let range = match self.repeat.get_untracked() {
            (Some(a), Some(b)) if a != b => Some((a.min(b), a.max(b))),
            _ => None,
        };
        self.link.send(PlayCommand::Repeat { range });
    }

    /// As large as fits, or one pixel of the camera on one of the screen.
    pub fn toggle_own_size(self) {
        self.at_own_size.update(|own| *own = !*own);
    }

    /// 上映: fills the screen with the pictures, their clocks and numbers, and nothing else.
    pub fn screen(self) {
        self.screening.set(true);
        if !page::is_fullscreen() {
            page::toggle_fullscreen(".player");
        }
    }

    /// As before it.
    pub fn end_screening(self) {
        self.screening.set(false);
        if page::is_fullscreen() {
            page::toggle_fullscreen(".player");
        }
    }

    /// Goes to where something next begins to happen before the focused camera; says so if nothing does.
    pub fn go_to_activity(self) {
        let Some(camera) = self.focused_untracked() else { return };
        let Some(facts) = camera.facts.get_untracked() else { return };
        let here = self.time.get_untracked().micros - facts.offset;
        let next = Activity { levels: facts.activity }.next(facts.span, here);
        self.all_quiet.set(next.is_none());
        if let Some(micros) = next {
            self.link.send(PlayCommand::Seek { micros: micros + facts.offset });
        }
    }

    /// Another look at the focused camera.
    pub fn change_look(self, change: impl FnOnce(&mut Look)) {
        let Some(camera) = self.focused_untracked() else { return };
        let mut look = camera.look.get_untracked();
        change(&mut look);
        let look = look.clamped();
        camera.look.set(look);
        self.link.send(PlayCommand::SetLook { camera: camera.id, look });
    }

    /// As [`Self::focused`], without following changes.
    pub fn focused_untracked(self) -> Option<CameraView> {
        untrack(move || self.focused())
    }

    /// Goes to what was typed. `false`: it names no place of this clip.
    pub fn go_to(self, what: GoTo, text: &str, clip: Option<&Clip>) -> bool {
        let Some(camera) = self.focused_untracked() else { return false };
        let Some(facts) = camera.facts.get_untracked() else { return false };
        let extent = Extent {
            pictures: facts.pictures,
            offset: facts.offset,
            end: facts.span.1,
            begins: facts.begins,
            starts_at: clip.and_then(|clip| clip.note.starts_at),
            together: self.together.get_untracked().then(|| untrack(|| self.span().1)),
        };
        let command = match destination(what, text, &extent) {
            Some(Destination::Picture(picture)) => PlayCommand::GoTo { camera: camera.id, picture },
            Some(Destination::Time(micros)) => PlayCommand::Seek { micros },
            None => return false,
        };
        self.link.send(command);
        true
    }

    /// Sound from the worker.
    pub fn on_sound(self, piece: &Heard) {
        self.speaker.with_value(|speaker| {
            if let Some(Err(error)) = speaker.as_ref().map(|speaker| speaker.play(piece)) {
                self.sound_failed.set(Some(error.words));
            }
        });
    }

    /// Tells the worker what is heard, so that pictures keep to it.
    fn tell_heard(self) {
        let heard = self.speaker.with_value(|speaker| speaker.as_ref().and_then(Speaker::heard));
        if let Some((micros, shared_ms)) = heard.filter(|_| self.time.get_untracked().playing) {
            self.link.send(PlayCommand::Heard { micros, shared_ms });
        }
    }

    /// What the worker reports of cameras and time. Fails when the decoder in software cannot be started.
    pub fn on_event(self, event: PlayEvent) -> Result<(), Fault> {
        match event {
            PlayEvent::Facts { camera, facts } => self.with(camera, |view| view.facts.set(Some(*facts))),
            PlayEvent::Ready { camera } => self.with(camera, |view| self.on_ready(view)),
            PlayEvent::NotShown { camera, code, cause } => self.with(camera, |view| {
                view.settled.set(true);
                view.refused.set(Some(Fault { code, cause }));
            }),
            PlayEvent::NeedsSoftware { camera, small, module } => {
                self.start_software(camera, small, module)?;
            }
            PlayEvent::Shown { camera, shown } => self.with(camera, |view| {
                if !shown.hidden {
                    self.spans
                        .update_value(|spans| spans.see(view.clip as u32, shown.micros.div_euclid(1000)));
                }
                view.shown.set(Some(shown));
            }),
            PlayEvent::Time(time) => self.on_time(time),
            PlayEvent::Strip { camera } => self.with(camera, |view| view.strip.set(true)),
            PlayEvent::Silence => self.silence(),
            PlayEvent::SoundFailed { cause } => self.sound_failed.set(Some(cause)),
            // The viewing log keeps them first.
            PlayEvent::Still { .. } | PlayEvent::NoStill { .. } => {}
        }
        Ok(())
    }

    /// What is done with a camera that is still shown.
    fn with(self, id: usize, work: impl FnOnce(CameraView)) {
        if let Some(camera) = self.camera(id) {
            work(camera);
        }
    }

    fn on_ready(self, camera: CameraView) {
        camera.settled.set(true);
        let then = (camera.place == 0).then(|| self.then.get_value()).flatten();
        let Some(then) = then else { return };
        self.then.set_value(None);
        self.link.send(match then {
            Then::Picture(picture) => PlayCommand::GoTo { camera: camera.id, picture },
            Then::Time(micros) => PlayCommand::Seek { micros },
        });
    }

    fn on_time(self, time: Time) {
        let before = self.time.get_untracked();
        if before.playing && !time.playing {
            self.wanted_speed.set_value(0.0);
        }
        if before != time {
            self.time.set(time);
        }
    }

    fn start_software(self, camera: usize, small: bool, decoder: Module) -> Result<(), Fault> {
        if self.camera(camera).is_none() {
            return Ok(());
        }
        let on_death = move |cause| {
            // Without its small pictures the bar still works.
            if !small {
                self.link.send(PlayCommand::SoftwareDied { camera, cause });
            }
        };
        let (worker, port) = module::start(decoder.element(), on_death)
            .map_err(|error| Fault::new(Code::WorkerMissing, error.words))?;
        self.decoders.update_value(|decoders| decoders.push(worker));
        self.link.send_with(PlayCommand::Software { camera, small }, Cargo::Port(port));
        Ok(())
    }
}

/// One press of J or L more doubles the speed, up to this.
const MAX_SPEED: f64 = 16.0;
/// How often the page tells what is heard.
const HEARD_EVERY_MS: f64 = 400.0;

/// Keeps pictures and sound together as long as `wanted` says so.
pub fn keep_in_step(player: Player, wanted: impl Fn() -> bool + 'static) {
    leptos::task::spawn_local(async move {
        while wanted() {
            clock::after_ms(HEARD_EVERY_MS).await;
            player.tell_heard();
        }
    });
}
