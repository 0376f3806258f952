//! What the page knows of the player: cameras, time, look, marks. Components read signals and call methods.
//!
//! Entry points: [`use_player`], [`Player::set_up`]. Absent: pictures, which the worker paints.

use fuin_core::{Clip, Look, parse_elapsed, parse_picture, parse_time_of_day};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::session::{Refusal, Session};
use crate::{
    platform::{clock, hevc, hevc::HevcWorker, sound::Heard, sound::Speaker},
    player::{ClipFacts, Command, Event},
};

/// What is on a canvas.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// Width and height of the picture, without the band of marks.
    pub size: (u32, u32),
    /// The picture's number, from 0.
    pub picture: usize,
    /// Its time in microseconds of the clip.
    pub micros: i64,
    /// Its time in the clip's own units.
    pub pts: i64,
    /// How it was coded.
    pub kind: String,
    /// The picture that is seen because this one cannot be.
    pub stands_in: Option<usize>,
    /// There is no picture at this time.
    pub hidden: bool,
    /// Pictures that the decoder did not give, so far.
    pub lost: usize,
    /// Pictures passed over, so far.
    pub passed_over: u64,
}

/// Where the time line stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time {
    /// Microseconds.
    pub micros: i64,
    /// Whether it runs.
    pub playing: bool,
    /// How fast.
    pub speed: f64,
    /// Only key pictures are shown.
    pub keys_only: bool,
    /// Because this computer is too slow.
    pub slow: bool,
    /// A picture is being waited for.
    pub waiting: bool,
}

impl Time {
    const START: Self =
        Self { micros: 0, playing: false, speed: 1.0, keys_only: false, slow: false, waiting: false };
}

/// Where to go as soon as the first camera is ready.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Then {
    /// To a picture of it.
    Picture(usize),
    /// To a time of the time line, in microseconds.
    Time(i64),
}

/// Which clips and tracks are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct SetUp {
    /// Clip and track of each camera.
    pub clips: Vec<(usize, usize)>,
    /// On one time line.
    pub together: bool,
    /// Where to go first.
    pub then: Option<Then>,
}

impl SetUp {
    /// One clip.
    pub fn alone(clip: usize, track: usize) -> Self {
        Self { clips: vec![(clip, track)], together: false, then: None }
    }
}

/// One camera on the page.
#[derive(Clone, Copy, PartialEq)]
pub struct Camera {
    /// Its number in the worker; no other camera ever had it.
    pub lane: usize,
    /// Its place on the page.
    pub place: usize,
    /// Which clip, and which of its tracks.
    pub clip: usize,
    /// Which track.
    pub track: usize,
    /// What is in the clip.
    pub facts: RwSignal<Option<ClipFacts>>,
    /// The picture on the canvas.
    pub shown: RwSignal<Shown>,
    /// Why it stays dark.
    pub refused: RwSignal<Option<Refusal>>,
    /// How far the reading of its tables has come.
    pub part: RwSignal<f64>,
    /// How it is shown.
    pub look: RwSignal<Look>,
    /// On the screen smaller or larger than its own pixels: by this factor.
    pub scale: RwSignal<f64>,
}

impl Camera {
    /// Id of its canvas.
    pub fn canvas_id(self) -> String {
        if self.place == 0 { "picture".to_owned() } else { format!("picture-{}", self.place) }
    }
}

impl ClipFacts {
    /// Width and height of the canvas: the picture, as the file claims or as it was painted, and the band below it.
    pub fn canvas(&self, painted: (u32, u32)) -> (f64, f64) {
        let (width, height) = if painted == (0, 0) { self.size } else { painted };
        let band = fuin_core::MarkLayout::new("", width, height).band_px;
        (f64::from(width), f64::from(height + band))
    }
}

/// The player's state on the page.
#[derive(Clone, Copy)]
pub struct Player {
    /// What is shown: a new list for every new set-up.
    pub cameras: RwSignal<Vec<Camera>>,
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
    /// The small pictures of this set-up are painted.
    pub strip: RwSignal<bool>,
    /// What became of the last still.
    pub still: RwSignal<Option<Result<String, String>>>,
    /// What was asked for last, 0 after a pause: the next press may come before the worker's answer.
    wanted_speed: StoredValue<f64>,
    then: StoredValue<Option<Then>>,
    cameras_made: StoredValue<usize>,
    /// Cameras outlive the button that set them up.
    owner: StoredValue<Owner>,
    speaker: StoredValue<Option<Speaker>, LocalStorage>,
    decoders: StoredValue<Vec<HevcWorker>, LocalStorage>,
}

impl Player {
    /// No cameras.
    pub fn new() -> Self {
        Self {
            cameras: RwSignal::new(Vec::new()),
            epoch: RwSignal::new(0),
            together: RwSignal::new(false),
            time: RwSignal::new(Time::START),
            focus: RwSignal::new(0),
            repeat: RwSignal::new((None, None)),
            muted: RwSignal::new(false),
            sound_failed: RwSignal::new(None),
            strip: RwSignal::new(false),
            still: RwSignal::new(None),
            wanted_speed: StoredValue::new(0.0),
            then: StoredValue::new(None),
            cameras_made: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            speaker: StoredValue::new_local(None),
            decoders: StoredValue::new_local(Vec::new()),
        }
    }

    /// Shows these clips and tracks. Their canvases follow ([`Self::attach`]).
    pub fn set_up(self, session: Session, wanted: &SetUp) {
        session.command(&Command::Clear);
        self.decoders.set_value(Vec::new());
        self.silence();
        self.together.set(wanted.together);
        self.then.set_value(wanted.then);
        self.focus.set(0);
        self.repeat.set((None, None));
        self.sound_failed.set(None);
        self.strip.set(false);
        self.time.set(Time::START);
        let made = self.cameras_made.get_value();
        self.cameras_made.set_value(made + wanted.clips.len());
        let camera = |(place, &(clip, track)): (usize, &(usize, usize))| Camera {
            lane: made + place,
            place,
            clip,
            track,
            facts: RwSignal::new(None),
            shown: RwSignal::new(Shown::default()),
            refused: RwSignal::new(None),
            part: RwSignal::new(0.0),
            look: RwSignal::new(Look::default()),
            scale: RwSignal::new(1.0),
        };
        let cameras = self.owner.get_value().with(|| wanted.clips.iter().enumerate().map(camera).collect());
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

    /// Everything away.
    pub fn clear(self) {
        self.cameras.set(Vec::new());
        self.decoders.set_value(Vec::new());
        self.silence();
    }

    /// A canvas is there for a camera.
    pub fn attach(self, session: Session, camera: Camera, canvas: JsValue) {
        let Camera { lane, place, clip, track, .. } = camera;
        let (together, heard) = (self.together.get_untracked(), place == 0);
        session.with_time(move |now| {
            session.send(&Command::Load { lane, clip, track, together, heard, now }, Some(canvas));
        });
    }

    /// The camera that steps and is described.
    pub fn focused(self) -> Option<Camera> {
        let focus = self.focus.get();
        self.cameras.with(|cameras| cameras.get(focus).or(cameras.first()).copied())
    }

    fn camera(self, lane: usize) -> Option<Camera> {
        self.cameras.with_untracked(|cameras| cameras.iter().find(|camera| camera.lane == lane).copied())
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
    pub fn toggle(self, session: Session) {
        self.wanted_speed.set_value(0.0);
        if self.time.get_untracked().playing {
            session.command(&Command::Pause);
        } else {
            self.open_speaker();
            session.command(&Command::Play);
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
                Err(error) => self.sound_failed.set(Some(error.0)),
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
    pub fn faster(self, session: Session, way: f64) {
        let before = self.wanted_speed.get_value();
        let times = if before * way > 0.0 { (before * 2.0).clamp(-FASTEST, FASTEST) } else { way };
        self.shuttle(session, times);
    }

    /// Stands still, at normal speed.
    pub fn stand(self, session: Session) {
        self.wanted_speed.set_value(0.0);
        session.command(&Command::Pause);
        session.command(&Command::Speed { times: 1.0 });
    }

    /// So fast; backwards, if negative. Runs at once.
    fn shuttle(self, session: Session, times: f64) {
        session.command(&Command::Speed { times });
        if !self.time.get_untracked().playing {
            self.open_speaker();
            session.command(&Command::Play);
        }
        self.wanted_speed.set_value(times);
    }

    /// Marks beginning (A) or end (B) of the stretch to repeat here, or forgets both.
    pub fn mark_repeat(self, session: Session, end: Option<bool>) {
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
        session.command(&Command::Repeat { range });
    }

    /// Another look at the focused camera.
    pub fn change_look(self, session: Session, change: impl FnOnce(&mut Look)) {
        let Some(camera) = self.focused_untracked() else { return };
        let mut look = camera.look.get_untracked();
        change(&mut look);
        let look = look.clamped();
        camera.look.set(look);
        session.command(&Command::SetLook { lane: camera.lane, look });
    }

    /// As [`Self::focused`], without following changes.
    pub fn focused_untracked(self) -> Option<Camera> {
        untrack(move || self.focused())
    }

    /// Goes to what was typed: a picture number, a time of the clip or a time of day. `false`: it is none of this clip.
    pub fn go_to(self, session: Session, kind: &str, text: &str, clip: Option<&Clip>) -> bool {
        let Some(camera) = self.focused_untracked() else { return false };
        let Some(facts) = camera.facts.get_untracked() else { return false };
        let seek =
            |micros: i64| (micros <= facts.span.1).then_some(Command::Seek { micros: facts.offset + micros });
        let command = match kind {
            "picture" => parse_picture(text)
                .filter(|&picture| picture < facts.pictures)
                .map(|picture| Command::GoTo { lane: camera.lane, picture }),
            "clock" => clip.and_then(|clip| clip.note.starts_at).and_then(|start| {
                let wanted = parse_time_of_day(text)?;
                let began = start.unix_secs() - start.day().start().unix_secs();
                let since = (wanted - began * 1_000_000).rem_euclid(86_400_000_000);
                seek(facts.begins + since)
            }),
            // Together, what the bar shows is the time of all.
            _ if self.together.get_untracked() => parse_elapsed(text)
                .filter(|&micros| micros <= self.span().1)
                .map(|micros| Command::Seek { micros }),
            _ => parse_elapsed(text).and_then(seek),
        };
        command.inspect(|command| session.command(command)).is_some()
    }

    /// Sound from the worker.
    pub fn on_sound(self, piece: &Heard) {
        self.speaker.with_value(|speaker| {
            if let Some(Err(error)) = speaker.as_ref().map(|speaker| speaker.play(piece)) {
                self.sound_failed.set(Some(error.0));
            }
        });
    }

    /// Tells the worker what is heard, so that pictures keep to it.
    pub fn tell_heard(self, session: Session) {
        let heard = self.speaker.with_value(|speaker| speaker.as_ref().and_then(Speaker::heard));
        if let Some((micros, shared_ms)) = heard.filter(|_| self.time.get_untracked().playing) {
            session.command(&Command::Heard { micros, shared_ms });
        }
    }

    /// What the worker reports of cameras and time.
    pub fn on_event(self, session: Session, event: Event) {
        match event {
            Event::Indexing { lane, part } => {
                if let Some(camera) = self.camera(lane) {
                    camera.part.set(part);
                }
            }
            Event::Facts { lane, facts } => {
                if let Some(camera) = self.camera(lane) {
                    camera.facts.set(Some(*facts));
                }
            }
            Event::Ready { lane } => {
                if let Some(camera) = self.camera(lane) {
                    let then = (camera.place == 0).then(|| self.then.get_value()).flatten();
                    if let Some(then) = then {
                        self.then.set_value(None);
                        session.command(&match then {
                            Then::Picture(picture) => Command::GoTo { lane, picture },
                            Then::Time(micros) => Command::Seek { micros },
                        });
                    }
                }
            }
            Event::NotShown { lane, code, cause } => {
                if let Some(camera) = self.camera(lane) {
                    camera.refused.set(Some(Refusal { code, cause }));
                }
            }
            Event::NeedsSoftware { lane, .. } if self.camera(lane).is_none() => {}
            Event::NeedsSoftware { lane, small } => match hevc::start(move |cause| {
                // Without its small pictures the bar still works.
                if !small {
                    session.command(&Command::SoftwareDied { lane, cause });
                }
            }) {
                Ok((worker, port)) => {
                    self.decoders.update_value(|decoders| decoders.push(worker));
                    session.send(&Command::Software { lane, small }, Some(port));
                }
                Err(error) => session.stop("worker_missing", &error.0),
            },
            Event::Shown { lane, size, picture, micros, pts, kind, stands_in, hidden, lost, passed_over } => {
                if let Some(camera) = self.camera(lane) {
                    let passed_over = passed_over as u64;
                    let shown =
                        Shown { size, picture, micros, pts, kind, stands_in, hidden, lost, passed_over };
                    camera.shown.set(shown);
                }
            }
            Event::Time { micros, playing, speed, keys_only, slow, waiting } => {
                let time = Time { micros, playing, speed, keys_only, slow, waiting };
                let before = self.time.get_untracked();
                if before.playing && !playing {
                    self.wanted_speed.set_value(0.0);
                }
                if before != time {
                    self.time.set(time);
                }
            }
            Event::Strip { lane } if self.camera(lane).is_some() => self.strip.set(true),
            Event::Silence => self.silence(),
            Event::SoundFailed { cause } => self.sound_failed.set(Some(cause)),
            _ => {}
        }
    }
}

/// One press of J or L more doubles the speed, up to this.
const FASTEST: f64 = 16.0;
/// So often the page tells what is heard.
const HEARD_EVERY_MS: f64 = 400.0;

/// Keeps pictures and sound together as long as `wanted` says so.
pub fn keep_in_step(player: Player, session: Session, wanted: impl Fn() -> bool + 'static) {
    leptos::task::spawn_local(async move {
        while wanted() {
            clock::after_ms(HEARD_EVERY_MS).await;
            player.tell_heard(session);
        }
    });
}
