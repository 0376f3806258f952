//! H.265 in software, in a worker of its own: beside the player it uses another core, costs nothing until a clip needs
//! it, and holds no key, whatever a hostile clip does to the decoder.
//!
//! Messages on the port, all with the number of the `run` they belong to. In: `{configure: hvcC, colour}`
//! starts a run, `{decode: sample, number}`, `{flush: true}`. Out: `{frame: VideoFrame}` whose time is 1000
//! µs × number, `{took: number}` when a sample is done with, `{flushed: true}`, `{error: text}`. Absent:
//! anything about bundles, files, the page.

mod picture;
mod port;

use std::{cell::RefCell, collections::VecDeque, rc::Rc, sync::Arc};

use rusty_h265::{Decoder, Error, Picture, decoder::DpbEntry};

use picture::planes;
use port::{Colour, Port, Task};

/// The beginning of a slice that begins a picture, and nothing more (ISO/IEC 23008-2 §7.3.6.1): it ends the picture
/// before it, so that each sample's picture can be had with that sample.
const DELIMITER: [u8; 3] = [0x02, 0x01, 0x80];

/// One run of the decoder, from a random access picture on.
struct Run {
    number: f64,
    hvcc: Vec<u8>,
    colour: Option<Colour>,
    decoder: Decoder,
    length_bytes: u8,
    /// Something could not be decoded. The decoder would go on and fill with grey what it does not know; no
    /// such picture is passed on, until the next random access picture.
    damaged: bool,
    /// Parameter sets were found wanting or the profile is not ours; said once.
    refused: bool,
}

impl Run {
    fn new(number: f64, hvcc: Vec<u8>, colour: Option<Colour>, port: &Port) -> Self {
        let length_bytes = hvcc.get(21).map_or(4, |byte| (byte & 3) + 1);
        let decoder = Decoder::new();
        let mut run = Self { number, hvcc, colour, decoder, length_bytes, damaged: false, refused: false };
        if let Err(error) = run.begin() {
            run.refused = true;
            port.error(number, &error);
        }
        run
    }

    /// A decoder that knows nothing but the parameter sets.
    fn begin(&mut self) -> Result<(), String> {
        self.decoder = Decoder::new();
        self.damaged = false;
        let mut begun = Ok(());
        for unit in parameter_sets(&self.hvcc) {
            if let Err(error) = self.decoder.push_nal(unit, None) {
                begun = Err(error.to_string());
            }
        }
        begun
    }

    fn decode(&mut self, data: &[u8], picture: f64, port: &Port) {
        let units = length_prefixed(data, self.length_bytes);
        // Behind damage, what is left in the decoder would come out with the wrong sample: it begins anew.
        if self.damaged && units.iter().any(|unit| is_random_access(unit)) {
            let _ = self.begin();
        }
        let invented = self.decoder.stats.generated_refs;
        for unit in units {
            if let Err(error) = self.decoder.push_nal(unit, Some(picture as i64)) {
                self.complain(&error, port);
            }
        }
        // It is cut off, which the decoder says.
        let _ = self.decoder.push_nal(&DELIMITER, None);
        if self.decoder.stats.generated_refs > invented {
            // A picture that this one is made from is missing; the decoder took grey for it.
            self.damaged = true;
        }
        match self.decoded(picture as i64).filter(|_| !self.damaged).as_deref().map(planes) {
            Some(Ok(planes)) => port.frame(self.number, picture, planes, self.colour),
            Some(Err(why)) if !self.refused => {
                self.refused = true;
                port.error(self.number, why);
            }
            _ => {}
        }
        port.took(self.number, picture);
    }

    /// The picture of a sample, if it is one that is shown. The decoder gives pictures in the order in which they are
    /// shown; this one may still wait for its turn.
    fn decoded(&mut self, picture: i64) -> Option<Arc<Picture>> {
        let mut given = None;
        while let Ok(frame) = self.decoder.next_frame() {
            given =
                Some(frame).filter(|frame| frame.pts == Some(picture)).map(|frame| frame.picture).or(given);
        }
        let waits = |entry: &&DpbEntry| entry.needed_for_output && entry.pts == Some(picture);
        given.or_else(|| self.decoder.dpb().iter().find(waits).map(|entry| entry.pic.clone()))
    }

    /// A damaged picture costs that picture: the player notices that it does not come. What the decoder cannot do at
    /// all is said.
    fn complain(&mut self, error: &Error, port: &Port) {
        self.damaged = true;
        if matches!(error, Error::Unsupported(_) | Error::Unimplemented(_)) && !self.refused {
            self.refused = true;
            port.error(self.number, &error.to_string());
        }
    }
}

/// Whether decoding can start at a NAL unit: types 16 to 23 (ISO/IEC 23008-2 table 7-1).
fn is_random_access(unit: &[u8]) -> bool {
    unit.first().is_some_and(|byte| (16..=23).contains(&(byte >> 1 & 0x3F)))
}

/// The NAL units of a sample, each behind its length of so many bytes (ISO/IEC 14496-15 §4.3.2). What is cut off ends
/// the list.
fn length_prefixed(mut data: &[u8], length_bytes: u8) -> Vec<&[u8]> {
    let mut units = Vec::new();
    while let Some((length, rest)) =
        data.split_at_checked(usize::from(length_bytes)).filter(|_| !data.is_empty())
    {
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        let Some((unit, tail)) = rest.split_at_checked(length) else { break };
        if !unit.is_empty() {
            units.push(unit);
        }
        data = tail;
    }
    units
}

/// The NAL units of `hvcC` (ISO/IEC 14496-15 §8.3.3.1.2): arrays behind 23 bytes. What is cut off ends the list.
fn parameter_sets(hvcc: &[u8]) -> Vec<&[u8]> {
    fn word(bytes: &mut &[u8]) -> Option<usize> {
        let (two, rest) = bytes.split_first_chunk::<2>()?;
        *bytes = rest;
        Some(usize::from(u16::from_be_bytes(*two)))
    }
    fn units<'a>(hvcc: &'a [u8], out: &mut Vec<&'a [u8]>) -> Option<()> {
        let (&arrays, mut rest) = hvcc.get(22..)?.split_first()?;
        for _ in 0..arrays {
            rest = rest.get(1..)?;
            for _ in 0..word(&mut rest)? {
                let length = word(&mut rest)?;
                let (unit, tail) = rest.split_at_checked(length)?;
                out.push(unit);
                rest = tail;
            }
        }
        Some(())
    }
    let mut out = Vec::new();
    // A list that is cut off is as good as it is: a missing set shows when the decoder asks for it.
    let _ = units(hvcc, &mut out);
    out
}

/// What waits to be done. Messages go in at once and are worked off one by one, so that a new run need not wait for
/// the old one's samples.
#[derive(Default)]
struct Work {
    run: Option<Run>,
    queue: VecDeque<Task>,
    busy: bool,
}

fn main() {
    console_error_panic_hook::set_once();
    let Some(port) = Port::of_this_worker() else { return };
    let work = Rc::new(RefCell::new(Work::default()));
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
            Some(Task::Configure { run, hvcc, colour }) => {
                work.run = Some(Run::new(run, hvcc, colour, &again));
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
