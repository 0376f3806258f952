//! What the decoders in software share. Each is a module and a worker of its own: beside the player it uses another
//! core, costs nothing until a clip needs it, and holds no key, whatever a hostile clip does to the decoder.
//!
//! Entry points: [`Decode`], one for each codec; [`serve`], which a module's `main` calls. Messages on the port, all
//! with the number of the `run` they belong to. In: `{configure: bytes, colour}` starts a run, `{decode: sample,
//! number}`, `{flush: true}`. Out: `{frame: VideoFrame}` whose time is 1000 µs × number, `{took: number}` when a sample
//! is done with, `{flushed: true}`, `{error: text}`. Absent: anything about bundles, files, the page.

mod avc;
mod hevc;
mod mpeg2;
mod mpeg4;
mod planes;
mod port;
mod units;

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

pub use avc::Avc;
pub use hevc::Hevc;
pub use mpeg2::Mpeg2;
pub use mpeg4::Mpeg4;
pub use planes::{Chroma, Planes};

use planes::Depth;
use port::{Colour, Port, Task};
use units::{avc_parameter_sets, hevc_parameter_sets, length_prefixed};

/// Why a sample gave no picture.
pub enum Trouble {
    /// It is damaged, or what it is made from is missing.
    Damaged,
    /// The decoder cannot do this at all; why.
    Unsupported(String),
}

/// A decoder of one codec.
pub trait Decode: Sized {
    /// One that knows nothing but the codec's configuration: the body of `avcC`, `hvcC` and the like.
    fn begin(description: &[u8]) -> Result<Self, String>;
    /// Whether decoding can start at a sample.
    fn is_key(&self, sample: &[u8]) -> bool;
    /// The picture of a sample, if it has one that is shown; every call has another number.
    fn decode(&mut self, sample: &[u8], number: i64) -> Result<Option<Planes>, Trouble>;
}

/// One run of a decoder, from a random access picture on.
struct Run<D> {
    number: f64,
    description: Vec<u8>,
    colour: Option<Colour>,
    decoder: Option<D>,
    /// Something could not be decoded. The decoder would go on and invent what it does not know; no such picture is
    /// passed on, until the next random access picture.
    damaged: bool,
    /// That the decoder cannot do it is said once.
    refused: bool,
}

impl<D: Decode> Run<D> {
    fn new(number: f64, description: Vec<u8>, colour: Option<Colour>, port: &Port) -> Self {
        let mut run = Self { number, description, colour, decoder: None, damaged: false, refused: false };
        run.begin(port);
        run
    }

    fn begin(&mut self, port: &Port) {
        self.damaged = false;
        match D::begin(&self.description) {
            Ok(decoder) => self.decoder = Some(decoder),
            Err(why) => self.refuse(&why, port),
        }
    }

    fn refuse(&mut self, why: &str, port: &Port) {
        if !std::mem::replace(&mut self.refused, true) {
            port.error(self.number, why);
        }
    }

    fn decode(&mut self, data: &[u8], picture: f64, port: &Port) {
        // Behind damage, what is left in the decoder would come out with the wrong sample: it begins anew.
        if self.damaged && self.decoder.as_ref().is_some_and(|decoder| decoder.is_key(data)) {
            self.begin(port);
        }
        let decoded = self.decoder.as_mut().map(|decoder| decoder.decode(data, picture as i64));
        match decoded {
            Some(Ok(Some(planes))) if !self.damaged => {
                port.frame(self.number, picture, planes, self.colour);
            }
            Some(Err(Trouble::Unsupported(why))) => {
                self.damaged = true;
                self.refuse(&why, port);
            }
            // The player notices that the picture does not come.
            Some(Err(Trouble::Damaged)) => self.damaged = true,
            _ => {}
        }
        port.took(self.number, picture);
    }
}

/// What waits to be done. Messages go in at once and are worked off one by one, so that a new run need not wait for
/// the old one's samples.
struct Work<D> {
    run: Option<Run<D>>,
    queue: VecDeque<Task>,
    busy: bool,
}

/// Decodes what comes through this worker's port, as long as the worker lives.
pub fn serve<D: Decode + 'static>() {
    console_error_panic_hook::set_once();
    let Some(port) = Port::of_this_worker() else { return };
    let work = Rc::new(RefCell::new(Work::<D> { run: None, queue: VecDeque::new(), busy: false }));
    let (later, todo) = (port.clone(), work.clone());
    port.listen(move |task| {
        let mut work = todo.borrow_mut();
        if matches!(task, Task::Configure { .. }) {
            work.queue.clear();
        }
        work.queue.push_back(task);
        if !std::mem::replace(&mut work.busy, true) {
            later.call_later();
        }
    });
    let again = port.clone();
    port.on_later(move || {
        let mut work = work.borrow_mut();
        match work.queue.pop_front() {
            Some(Task::Configure { run, description, colour }) => {
                work.run = Some(Run::new(run, description, colour, &again));
            }
            Some(Task::Decode { run, data, number }) => {
                if let Some(current) = work.run.as_mut().filter(|current| current.number == run) {
                    current.decode(&data, number, &again);
                }
            }
            Some(Task::Flush { run }) => again.flushed(run),
            None => {}
        }
        work.busy = !work.queue.is_empty();
        if work.busy {
            again.call_later();
        }
    });
}
