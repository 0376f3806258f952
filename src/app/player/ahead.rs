//! The first clip, read while the page still makes room for it: its tables, and its first picture, checked and decoded.
//!
//! Entry points: [`look_ahead`] as soon as watching is allowed, [`Ahead::take`] when the clip is asked for. Whatever goes wrong
//! here happens again, and is said, when the clip is loaded. Absent: a canvas; nothing is shown.

use std::{cell::Cell, rc::Rc};

use fuin_core::{Index, PictureKind, Timestamp};
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::{
    clip::{ClipFault, ClipSource},
    decoder::{Means, key_picture},
    easel,
    showing::{Asked, read_index},
    worker::{Shared, admitted, clip_source},
};
use crate::platform::video::Frame;

/// A clip, its tables, and perhaps its first picture.
pub struct Read {
    /// The clip.
    pub source: Rc<ClipSource>,
    /// Its tables.
    pub index: Index,
    /// The first picture of its first track, once it is decoded and everything used for it is checked.
    pub first: Option<oneshot::Receiver<(Frame, PictureKind)>>,
}

/// A clip that is being read.
pub struct Ahead {
    clip: usize,
    lane: Rc<Cell<Option<usize>>>,
    over: Rc<Cell<bool>>,
    read: oneshot::Receiver<Option<Read>>,
}

/// Begins to read a clip.
pub fn look_ahead(desk: &Shared, clip: usize, now: Timestamp) {
    let (made, read) = oneshot::channel();
    let (lane, over) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(false)));
    desk.borrow_mut().ahead = Some(Ahead { clip, lane: lane.clone(), over: over.clone(), read });
    let desk = desk.clone();
    spawn_local(async move {
        let Ok((source, index)) = read_tables(&desk, clip, &lane, &over, now).await else { return };
        if over.get() {
            return;
        }
        let (came, first) = oneshot::channel();
        let picture = begin_first_picture(&desk, &source, &index).await.ok().flatten();
        // Nobody may be waiting any more.
        let _ = made.send(Some(Read {
            source: source.clone(),
            index,
            first: picture.is_some().then_some(first),
        }));
        let Some(picture) = picture.filter(|_| !over.get()) else { return };
        // While the decoder works, everything used so far is checked; before that is good, nobody gets the picture.
        if source.settle().await.is_ok()
            && let Ok(Some(first)) = picture.await
        {
            let _ = came.send(first);
        }
    });
}

async fn read_tables(
    desk: &Shared,
    clip: usize,
    lane: &Cell<Option<usize>>,
    over: &Cell<bool>,
    now: Timestamp,
) -> Result<(Rc<ClipSource>, Index), ClipFault> {
    let source = Rc::new(clip_source(desk, clip, now).await?);
    let index = read_index(desk, &source, || {
        if over.get() { Asked::Over } else { lane.get().map_or(Asked::NotYet, Asked::By) }
    })
    .await?;
    Ok((source, index))
}

/// Gives a decoder the first picture of the first track, if it is the one that decoding begins with and the browser decodes it.
/// Ends when the decoder is at work.
async fn begin_first_picture(
    desk: &Shared,
    source: &ClipSource,
    index: &Index,
) -> Result<Option<oneshot::Receiver<Option<(Frame, PictureKind)>>>, ClipFault> {
    let Some(track) = index.videos.first() else { return Ok(None) };
    let Some(first) = track.samples.first().copied().filter(|first| !first.is_missing) else {
        return Ok(None);
    };
    let data = source.read(first.offset, first.size as usize).await?;
    let means = Means::Browser(Means::config(&track.codec));
    let is_earliest = track.samples.iter().all(|sample| sample.pts >= first.pts);
    let Ok(Some(decodable)) = track.codec.prepare(data, first.is_sync) else { return Ok(None) };
    if !is_earliest || !decodable.is_key() || !means.is_supported().await {
        return Ok(None);
    }
    let (came, picture) = oneshot::channel();
    let (taken, is_taken) = oneshot::channel();
    let taken = Cell::new(Some(taken));
    spawn_local(async move {
        let on_taken = move || {
            // Only the first time is waited for.
            taken.take().map(|taken| taken.send(()));
        };
        let decoded = key_picture(&means, &decodable, 0, on_taken).await;
        let _ = came.send(decoded.ok().flatten().map(|frame| (frame, decodable.kind)));
    });
    // Ends too when the decoder failed before.
    let _ = is_taken.await;
    // While it works, the marks can be written.
    easel::prepare_marks(&admitted(desk)?.0, &track.codec, track.rotation);
    Ok(Some(picture))
}

impl Ahead {
    /// What was read of this clip, for a camera that from now on hears how far it has come; nothing if it was another clip, or
    /// if it could not be read.
    pub async fn take(mut self, clip: usize, lane: usize) -> Option<Read> {
        if self.clip != clip {
            return None;
        }
        self.lane.set(Some(lane));
        let read = (&mut self.read).await.ok().flatten();
        // From now on the camera decides how long it is wanted.
        self.over = Rc::default();
        read
    }
}

impl Drop for Ahead {
    /// Nobody wants it any more: the bundle was closed, or another clip came first.
    fn drop(&mut self) {
        self.over.set(true);
    }
}
