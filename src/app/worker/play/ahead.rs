//! A clip on its way to the screen: its tables, and its first picture, checked and decoded. The first clip is read
//! while the page still makes room for it.
//!
//! Entry points: [`look_ahead`] as soon as watching is allowed, [`Ahead::early`] and [`Ahead::take`] when the clip is
//! asked for. Absent: a canvas; nothing is shown.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use fuin_core::{Index, IndexBeginning, PictureKind, Timestamp, VideoTrack};
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::{
    decoder::Backend,
    easel,
    marking::marked_key_picture,
    session_mark::{Marked, SessionMarks},
    source::ClipSource,
    tables::IndexReader,
};
use crate::{
    fault::Fault,
    platform::{BrowserError, clock},
    worker::vault::Vault,
};

/// A decoded picture, and how it was coded.
pub type Decoded = (Marked, PictureKind);

/// A clip, its tables, and perhaps its first picture.
pub struct Tables {
    /// The clip.
    pub source: Rc<ClipSource>,
    /// Its tables.
    pub index: Index,
    /// The first picture of its first track, once it is decoded and everything used for it is checked.
    pub first: Option<oneshot::Receiver<Decoded>>,
}

/// What can be shown before long tables are read.
pub struct Early {
    /// What their beginning says.
    pub beginning: IndexBeginning,
    /// The first picture in decoding order; everything used for it is checked.
    pub picture: Decoded,
    back: oneshot::Sender<Decoded>,
}

impl Early {
    /// The picture was shown. As long as it is not given back or dropped, the rest is not read.
    pub fn give_back(self) {
        // Fails when nobody reads any more.
        let _ = self.back.send(self.picture);
    }
}

/// A clip that is being read.
pub struct Ahead {
    clip: usize,
    over: Rc<Cell<bool>>,
    early: RefCell<Option<oneshot::Receiver<Early>>>,
    read: oneshot::Receiver<Result<Tables, Fault>>,
}

/// Begins to read a clip.
pub fn look_ahead(vault: &Rc<Vault>, marks: &Rc<SessionMarks>, clip: usize, now: Timestamp) -> Ahead {
    let (made, read) = oneshot::channel();
    let (shown, early) = oneshot::channel();
    let over = Rc::new(Cell::new(false));
    let ahead = Ahead { clip, over: over.clone(), early: RefCell::new(Some(early)), read };
    let (vault, marks) = (vault.clone(), marks.clone());
    spawn_local(async move {
        let (source, reader) = match begin(&vault, clip, now).await {
            Ok(begun) => begun,
            // Fails when nobody waits any more.
            Err(fault) => return drop(made.send(Err(fault))),
        };
        let (index, shown) = match read_index((&vault, &marks), &source, reader, shown).await {
            Ok(read) => read,
            Err(fault) => return drop(made.send(Err(fault))),
        };
        if over.get() {
            return;
        }
        let (came, first) = oneshot::channel();
        let picture = match (index.videos.first(), &shown) {
            (Some(track), None) => begin_first_picture((&vault, &marks), &source, track).await.ok().flatten(),
            _ => None,
        };
        let first = (picture.is_some() || shown.is_some()).then_some(first);
        let _ = made.send(Ok(Tables { source: source.clone(), index, first }));
        // While the decoder works, everything used so far is checked; before that is good, the picture is not
        // passed on.
        let decoded = match picture.filter(|_| !over.get()) {
            Some(picture) => checked(&source, picture).await,
            None => shown,
        };
        if let Some(decoded) = decoded {
            let _ = came.send(decoded);
        }
    });
    ahead
}

async fn begin(vault: &Vault, clip: usize, now: Timestamp) -> Result<(Rc<ClipSource>, IndexReader), Fault> {
    let source = Rc::new(ClipSource::open(vault, clip, now).await?);
    Ok((source, IndexReader::open(vault, clip, now).await?))
}

/// Reads the tables. Long ones give their first picture before the rest of them is read; it comes back with the
/// tables if it was shown, and is the earliest.
async fn read_index(
    of: (&Vault, &SessionMarks),
    source: &ClipSource,
    mut reader: IndexReader,
    shown: oneshot::Sender<Early>,
) -> Result<(Index, Option<Decoded>), Fault> {
    let beginning = reader.beginning().await?;
    let (back, given_back) = oneshot::channel();
    let mut first = None;
    if let Some(beginning) = beginning
        && let Ok(Some(picture)) = begin_first_picture(of, source, &beginning.track).await
        && let Some(picture) = checked(source, picture).await
        // Fails when no camera waits any more.
        && shown.send(Early { beginning, picture, back }).is_ok()
    {
        // Reading the rest lets nobody else work for some time. Nothing comes back when what was sent was dropped.
        first = given_back.await.ok();
        clock::after_painting().await;
    }
    let index = reader.whole().await?;
    let first = first.filter(|_| index.videos.first().is_some_and(begins_earliest));
    Ok((index, first))
}

/// Whether the first picture in decoding order is shown first.
fn begins_earliest(track: &VideoTrack) -> bool {
    track.samples.first().is_some_and(|first| track.samples.iter().all(|sample| sample.pts >= first.pts))
}

/// The picture, if everything that was used for it is what the office signed.
async fn checked(source: &ClipSource, picture: oneshot::Receiver<Decoded>) -> Option<Decoded> {
    source.settle().await.ok()?;
    picture.await.ok()
}

/// Gives a decoder the first picture of the first track, if it is the one that decoding begins with and the
/// browser decodes it. Ends when the decoder is at work.
async fn begin_first_picture(
    (vault, marks): (&Vault, &SessionMarks),
    source: &ClipSource,
    track: &VideoTrack,
) -> Result<Option<oneshot::Receiver<Decoded>>, Fault> {
    let Some(first) = track.samples.first().copied().filter(|first| !first.is_missing) else {
        return Ok(None);
    };
    let (offset, bytes) = track.span(&first);
    let data = track.gather(&first, source.read(offset, bytes).await?);
    let backend = Backend::of(track.codec());
    let Ok(Some(decodable)) = track.codec().prepare(data, first.is_sync) else { return Ok(None) };
    if !begins_earliest(track) || !decodable.is_key() || !backend.is_supported().await {
        return Ok(None);
    }
    let (came, picture) = oneshot::channel();
    let (taken, is_taken) = oneshot::channel();
    let taken = Cell::new(Some(taken));
    let codec = track.codec().clone();
    let mark = marks.current()?;
    let (marks_it, turn) = (mark.clone(), track.turn);
    spawn_local(async move {
        let on_taken = move || {
            // Only the first time is waited for.
            taken.take().map(|taken| taken.send(()));
        };
        let picture = marked_key_picture((&backend, &codec), (&decodable, 0), (&marks_it, turn), on_taken);
        if let Ok(Some(picture)) = picture.await {
            // Fails when no camera waits any more.
            let _ = came.send((picture, decodable.kind));
        }
    });
    // Ends too when the decoder failed before.
    let _ = is_taken.await;
    // While it works, the marks can be written.
    easel::prepare_marks(vault.admitted()?.0, &mark, track.codec(), track.turn);
    Ok(Some(picture))
}

impl Ahead {
    /// Whether this clip is read.
    pub fn is_of(&self, clip: usize) -> bool {
        self.clip == clip
    }

    /// What can be shown before the tables are read, if they are long.
    pub async fn early(&self) -> Option<Early> {
        let early = self.early.take()?;
        early.await.ok()
    }

    /// What was read.
    pub async fn take(mut self) -> Result<Tables, Fault> {
        let read = (&mut self.read).await;
        // From now on the camera that asked decides how long it is wanted.
        self.over = Rc::default();
        read.map_err(|_| Fault::from(BrowserError::new("the clip is no longer read")))?
    }
}

impl Drop for Ahead {
    /// It is not wanted any more: the bundle was closed, or another clip came first.
    fn drop(&mut self) {
        self.over.set(true);
    }
}
