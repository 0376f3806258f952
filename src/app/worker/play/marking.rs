//! A decoder whose pictures are marked before anybody gets them.
//!
//! Entry points: [`MarkedDecoding::new`], [`marked_key_picture`]. Marking takes a moment in which the thread does other
//! things; nothing that a decoder says overtakes a picture that it gave before. Absent: decoding (`decoder`).

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use fuin_core::{Codec, Decodable, Turn};
use fuin_model::Place;
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::{
    decoder::{Backend, Decoding, Flushed, Hooks, key_picture},
    session_mark::{Marked, SessionMark},
};
use crate::{
    fault::Fault,
    platform::{BrowserError, video::Frame},
};

/// What is called when something happens.
pub struct MarkedHooks {
    /// A picture came, and is marked.
    pub on_picture: Box<dyn Fn(Marked)>,
    /// Where the picture of this number stands beside the one that is asked for.
    pub place: Box<dyn Fn(usize) -> Place>,
    /// A picture came of which there is nothing to see.
    pub on_passed: Box<dyn Fn(usize)>,
    /// The decoder ended.
    pub on_error: Box<dyn Fn(BrowserError)>,
    /// A picture could not be marked: nothing is shown any more.
    pub on_fault: Box<dyn Fn(Fault)>,
    /// As [`Hooks::on_dequeue`].
    pub on_dequeue: Rc<dyn Fn(Option<usize>)>,
}

/// What a decoder said.
enum Said {
    Picture(Frame),
    /// A sample is done with.
    Done(usize),
    /// The decoder ended.
    Failed(BrowserError),
    /// All pictures have come.
    Flushed(oneshot::Sender<()>),
}

/// What was said and is not passed on yet.
struct Queue {
    waiting: RefCell<VecDeque<Said>>,
    /// Pictures before the one that is asked for, which is marked first.
    before: RefCell<VecDeque<Frame>>,
    /// Whether somebody passes on.
    is_busy: Cell<bool>,
    /// Whether a picture is being marked.
    is_marking: Cell<bool>,
    /// Which start of the decoder it is; what comes of an earlier one is dropped.
    run: Cell<u64>,
    mark: Rc<SessionMark>,
    turn: Turn,
    hooks: MarkedHooks,
}

impl Queue {
    fn put(self: &Rc<Self>, said: Said) {
        self.waiting.borrow_mut().push_back(said);
        if !self.is_busy.replace(true) {
            let queue = self.clone();
            spawn_local(async move { queue.pass_on().await });
        }
    }

    async fn pass_on(&self) {
        loop {
            let Some(said) = self.waiting.borrow_mut().pop_front() else { break };
            let run = self.run.get();
            if !matches!(said, Said::Picture(_)) {
                self.mark_before(run).await;
            }
            match said {
                // Whoever got a picture may have begun anew: what was said before does not count any more.
                _ if self.run.get() != run => {}
                // Fails when nobody waits any more.
                Said::Flushed(flushed) => drop(flushed.send(())),
                Said::Done(sample) => (self.hooks.on_dequeue)(Some(sample)),
                Said::Failed(error) => (self.hooks.on_error)(error),
                Said::Picture(frame) => self.take(frame, run).await,
            }
        }
        self.is_busy.set(false);
        // Whoever waited for the decoder to be idle looks again.
        (self.hooks.on_dequeue)(None);
    }

    async fn take(&self, frame: Frame, run: u64) {
        match (self.hooks.place)(frame.number()) {
            Place::Passing | Place::Before => {
                self.before.borrow_mut().push_back(frame);
                self.let_pass();
            }
            Place::There => {
                self.mark(frame, run).await;
                self.mark_before(run).await;
            }
            Place::Behind => {
                self.mark_before(run).await;
                self.mark(frame, run).await;
            }
        }
    }

    /// Lets go of pictures that nobody will see.
    fn let_pass(&self) {
        while let Some(frame) = self.take_passing() {
            (self.hooks.on_passed)(frame.number());
        }
    }

    /// The first that waits, if nobody will see it. The last is kept: it may have to stand in.
    fn take_passing(&self) -> Option<Frame> {
        let mut before = self.before.borrow_mut();
        let first = before.front().filter(|_| before.len() > 1)?.number();
        if (self.hooks.place)(first) == Place::Passing { before.pop_front() } else { None }
    }

    /// Marks what waits, the last first.
    async fn mark_before(&self, run: u64) {
        loop {
            let Some(frame) = self.before.borrow_mut().pop_back() else { break };
            self.mark(frame, run).await;
        }
    }

    /// Marks a picture and passes it on, if it is of the run that is under way.
    async fn mark(&self, frame: Frame, run: u64) {
        if self.run.get() != run {
            return;
        }
        self.is_marking.set(true);
        let marked = self.mark.mark(frame, self.turn).await;
        self.is_marking.set(false);
        match marked {
            _ if self.run.get() != run => {}
            Ok(marked) => (self.hooks.on_picture)(marked),
            Err(fault) => (self.hooks.on_fault)(fault),
        }
    }

    /// What is on its way is not wanted any more.
    fn forget(&self) {
        self.run.set(self.run.get() + 1);
        self.waiting.borrow_mut().clear();
        self.before.borrow_mut().clear();
    }
}

/// One decoder.
pub struct MarkedDecoding {
    decoding: Decoding,
    queue: Rc<Queue>,
}

impl Drop for MarkedDecoding {
    fn drop(&mut self) {
        self.queue.forget();
    }
}

impl MarkedDecoding {
    /// Makes one, ready for a first sample of this codec.
    pub fn new(
        (backend, codec): (&Backend, &Codec),
        mark: Rc<SessionMark>,
        turn: Turn,
        hooks: MarkedHooks,
    ) -> Result<Self, Fault> {
        let taken = hooks.on_dequeue.clone();
        let (waiting, before, is_busy, is_marking, run) = Default::default();
        let queue = Rc::new(Queue { waiting, before, is_busy, is_marking, run, mark, turn, hooks });
        let (pictures, done, failed) = (queue.clone(), queue.clone(), queue.clone());
        let hooks = Hooks {
            on_frame: Rc::new(move |frame| pictures.put(Said::Picture(frame))),
            on_error: Rc::new(move |error| failed.put(Said::Failed(error))),
            on_dequeue: Rc::new(move |number| match number {
                Some(number) => done.put(Said::Done(number)),
                None => taken(None),
            }),
        };
        Ok(Self { decoding: Decoding::new(backend, codec, &hooks)?, queue })
    }

    /// As [`Decoding::restart`].
    pub fn restart(&self, codec: &Codec) -> Result<(), BrowserError> {
        self.queue.forget();
        self.decoding.restart(codec)
    }

    /// Lets go of pictures that wait, but for the last, and gives their numbers. A decoder with few buffers may be
    /// waiting for them.
    pub fn release(&self) -> Vec<usize> {
        let mut before = self.queue.before.borrow_mut();
        let kept = before.len().saturating_sub(1);
        before.drain(..kept).map(|frame| frame.number()).collect()
    }

    /// As [`Decoding::is_idle`]; a picture that is being marked is still to come.
    pub fn is_idle(&self) -> bool {
        let queue = &self.queue;
        self.decoding.is_idle() && !queue.is_marking.get() && queue.waiting.borrow().is_empty()
    }

    /// As [`Decoding::decode`].
    pub fn decode(&self, sample: &Decodable, number: usize) -> Result<(), BrowserError> {
        self.decoding.decode(sample, number)
    }

    /// As [`Decoding::decode_at_once`].
    pub fn decode_at_once(&self, sample: &Decodable, number: usize) -> Result<Option<Flushed>, BrowserError> {
        let flushed = self.decoding.decode_at_once(sample, number)?;
        Ok(flushed.map(|flushed| self.behind_marking(flushed)))
    }

    /// As [`Decoding::flush`].
    pub fn flush(&self) -> Result<Flushed, BrowserError> {
        Ok(self.behind_marking(self.decoding.flush()?))
    }

    /// Ends when what came before is marked too.
    fn behind_marking(&self, flushed: Flushed) -> Flushed {
        let queue = self.queue.clone();
        Box::pin(async move {
            if !flushed.await {
                return false;
            }
            let (passed_on, all) = oneshot::channel();
            queue.put(Said::Flushed(passed_on));
            all.await.is_ok()
        })
    }
}

/// As [`key_picture`], marked.
pub async fn marked_key_picture(
    how: (&Backend, &Codec),
    (sample, number): (&Decodable, usize),
    (mark, turn): (&SessionMark, Turn),
    on_taken: impl Fn() + 'static,
) -> Result<Option<Marked>, Fault> {
    match key_picture(how, sample, number, on_taken).await? {
        Some(frame) => Ok(Some(mark.mark(frame, turn).await?)),
        None => Ok(None),
    }
}
