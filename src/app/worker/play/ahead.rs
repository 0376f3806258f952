//! The first clip, read while the page still makes room for it: its tables, and its first picture, checked and decoded.
//!
//! Entry points: [`look_ahead`] as soon as watching is allowed, [`Ahead::take`] when the clip is asked for.
//! Whatever goes wrong here happens again, and is said, when the clip is loaded. Absent: a canvas; nothing is
//! shown.

use std::{cell::Cell, rc::Rc};

use fuin_core::{Index, PictureKind, Timestamp};
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::{
    decoder::{Backend, key_picture},
    easel,
    source::ClipSource,
    tables::read_index,
};
use crate::{fault::Fault, platform::video::Frame, worker::vault::Vault};

/// A clip, its tables, and perhaps its first picture.
pub struct Tables {
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
    over: Rc<Cell<bool>>,
    read: oneshot::Receiver<Tables>,
}

/// Begins to read a clip.
pub fn look_ahead(vault: &Rc<Vault>, clip: usize, now: Timestamp) -> Ahead {
    let (made, read) = oneshot::channel();
    let over = Rc::new(Cell::new(false));
    let ahead = Ahead { clip, over: over.clone(), read };
    let vault = vault.clone();
    spawn_local(async move {
        let Ok((source, index)) = read_tables(&vault, clip, now).await else { return };
        if over.get() {
            return;
        }
        let (came, first) = oneshot::channel();
        let picture = begin_first_picture(&vault, &source, &index).await.ok().flatten();
        // Fails when no camera waits any more.
        let _ =
            made.send(Tables { source: source.clone(), index, first: picture.is_some().then_some(first) });
        let Some(picture) = picture.filter(|_| !over.get()) else { return };
        // While the decoder works, everything used so far is checked; before that is good, the picture is not
        // passed on.
        if source.settle().await.is_ok()
            && let Ok(first) = picture.await
        {
            let _ = came.send(first);
        }
    });
    ahead
}

async fn read_tables(vault: &Vault, clip: usize, now: Timestamp) -> Result<(Rc<ClipSource>, Index), Fault> {
    let source = Rc::new(ClipSource::open(vault, clip, now).await?);
    Ok((source, read_index(vault, clip)?))
}

/// Gives a decoder the first picture of the first track, if it is the one that decoding begins with and the
/// browser decodes it. Ends when the decoder is at work.
async fn begin_first_picture(
    vault: &Vault,
    source: &ClipSource,
    index: &Index,
) -> Result<Option<oneshot::Receiver<(Frame, PictureKind)>>, Fault> {
    let Some(track) = index.videos.first() else { return Ok(None) };
    let Some(first) = track.samples.first().copied().filter(|first| !first.is_missing) else {
        return Ok(None);
    };
    let (offset, bytes) = track.span(&first);
    let data = track.gather(&first, source.read(offset, bytes).await?);
    let backend = Backend::of(track.codec());
    let is_earliest = track.samples.iter().all(|sample| sample.pts >= first.pts);
    let Ok(Some(decodable)) = track.codec().prepare(data, first.is_sync) else { return Ok(None) };
    if !is_earliest || !decodable.is_key() || !backend.is_supported().await {
        return Ok(None);
    }
    let (came, picture) = oneshot::channel();
    let (taken, is_taken) = oneshot::channel();
    let taken = Cell::new(Some(taken));
    let codec = track.codec().clone();
    spawn_local(async move {
        let on_taken = move || {
            // Only the first time is waited for.
            taken.take().map(|taken| taken.send(()));
        };
        if let Ok(Some(frame)) = key_picture((&backend, &codec), &decodable, 0, on_taken).await {
            // Fails when no camera waits any more.
            let _ = came.send((frame, decodable.kind));
        }
    });
    // Ends too when the decoder failed before.
    let _ = is_taken.await;
    // While it works, the marks can be written.
    easel::prepare_marks(&vault.admitted()?.0, track.codec(), track.turn);
    Ok(Some(picture))
}

impl Ahead {
    /// What was read of this clip. Returns `None` when it was another clip, or when it could not be read.
    pub async fn take(mut self, clip: usize) -> Option<Tables> {
        if self.clip != clip {
            return None;
        }
        let read = (&mut self.read).await.ok();
        // From now on the camera that asked decides how long it is wanted.
        self.over = Rc::default();
        read
    }
}

impl Drop for Ahead {
    /// It is not wanted any more: the bundle was closed, or another clip came first.
    fn drop(&mut self) {
        self.over.set(true);
    }
}
