//! Builders of the index: what of a file is footage, told from its content, whatever its name. They meet files of
//! anybody and run where no key is; who plays a clip reads the index and none of this.
//!
//! Entry point: [`build`]. One builder for each kind of file, behind [`Builder`]. Absent: decoding.

use crate::{
    media::{Index, MediaError, Unused, VideoTrack},
    port::RandomAccess,
};

mod avi;
mod bitmap;
mod coded;
mod dhav;
mod jpegs;
mod kinds;
mod mkv;
mod mp4;
mod pes;
mod probe;
mod ps;
mod raw;
mod stills;
mod ts;
mod wave;

/// Bytes at the beginning of a file from which its kind is told.
const HEAD_BYTES: u64 = 4096;

/// One kind of file.
trait Builder {
    /// Its name in an index.
    fn format(&self) -> &'static str;
    /// Whether a file that begins so is of this kind.
    fn fits(&self, head: &[u8]) -> bool;
    /// Microseconds behind 0 at which a first picture is nothing odd.
    fn may_begin_late(&self) -> i64 {
        0
    }
    /// What is in it.
    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError>;
}

/// In the order in which they are asked.
const BUILDERS: [&dyn Builder; 8] =
    [&mp4::Mp4, &avi::Avi, &mkv::Mkv, &jpegs::Jpegs, &raw::Raw, &ts::Ts, &dhav::Dhav, &ps::Ps];

/// The index of a file. One that cannot be played has an index too, which says why. `go_on` hears which part of the
/// file was gone through, from 0 to 1, and may end it ([`MediaError::Stopped`]). Fails only so, or where the file
/// cannot be read.
pub fn build(source: &dyn RandomAccess, go_on: &mut dyn FnMut(f64) -> bool) -> Result<Index, MediaError> {
    let mut footage = Footage { source, go_on };
    let len = footage.len();
    let head = footage.read(0, HEAD_BYTES.min(len) as usize)?;
    let builder = BUILDERS.into_iter().find(|builder| builder.fits(&head));
    let (format, built) = match builder {
        Some(builder) => (builder.format(), builder.build(&mut footage)),
        None => kinds::name(&head),
    };
    let built = built.and_then(|mut index| {
        index.begin_with_pictures(builder.map_or(0, Builder::may_begin_late));
        index.without_nonsense()?.fitting()
    });
    match built {
        Err(error @ (MediaError::Read(_) | MediaError::Stopped)) => Err(error),
        Err(error) => Ok(Index::refused(format, len, &error)),
        Ok(index) => Ok(index),
    }
}

/// A file that is gone through.
struct Footage<'a> {
    source: &'a dyn RandomAccess,
    go_on: &'a mut dyn FnMut(f64) -> bool,
}

impl Footage<'_> {
    fn len(&self) -> u64 {
        self.source.len()
    }

    /// These bytes, or an error if some of them are not in the file.
    fn read(&self, offset: u64, bytes: usize) -> Result<Vec<u8>, MediaError> {
        let mut buf = vec![0; bytes];
        self.source.read_exact_at(offset, &mut buf)?;
        Ok(buf)
    }

    /// Says how far the builder has come; ends it where nobody waits any more.
    fn came_to(&mut self, offset: u64) -> Result<(), MediaError> {
        let part = offset as f64 / self.len().max(1) as f64;
        if (self.go_on)(part) { Ok(()) } else { Err(MediaError::Stopped) }
    }
}

/// Puts a track into the index, or says there why it is not one; the first reason is kept in `refused`.
fn keep(index: &mut Index, refused: &mut Option<MediaError>, track: Result<VideoTrack, MediaError>) {
    match track {
        Ok(track) => index.videos.push(track),
        Err(error) => {
            index.unused.push(Unused::track("pictures", &error));
            refused.get_or_insert(error);
        }
    }
}
