//! The two long jobs on several cores: sealing a clip as reader, hasher, sealer and writer, and checking one with
//! every core taking the next piece.
//!
//! Buffers of one piece go from thread to thread and come back, so memory does not depend on the clip's size.

use std::{
    io::Read,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use fuin_core::{
    BundleWriter, ClipCheck, ClipDigest, ClipError, ClipHash, ClipSealer, DecryptError, EntryPlace,
    PIECE_BYTES, PIECE_SEGMENTS, PieceCrc, RandomAccess, SEALED_CHUNK_BYTES, SEGMENT_CHUNKS, WriteError,
};
use indicatif::ProgressBar;
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::{failure::Failure, files::PendingFile, words::said};

/// Buffers under way between two threads.
const DEPTH: usize = 4;

/// A sealed piece, with a chunk to spare for what the encryptor held back.
const SEALED_PIECE_BYTES: usize = ((PIECE_SEGMENTS * SEGMENT_CHUNKS) as usize + 1) * SEALED_CHUNK_BYTES;

type Lane = (SyncSender<Vec<u8>>, Receiver<Vec<u8>>);

fn lane() -> Lane {
    sync_channel(DEPTH)
}

/// A lane on which empty buffers come back, filled with all there are.
fn pool(capacity: usize) -> Lane {
    let (back, spare) = sync_channel(DEPTH + 2);
    for _ in 0..DEPTH + 1 {
        let _ = back.send(Vec::with_capacity(capacity));
    }
    (back, spare)
}

/// Where in a buffer the bytes of a piece begin. The allocator puts large buffers 16 bytes behind the begin of a page
/// of memory, and processors copy from one page to 16 bytes behind another three times as slowly as elsewhere.
const INSET: usize = 2048;

/// Reads until the buffer is full or the file ends.
fn read_full(file: &mut impl Read, buf: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match file.read(&mut buf[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn stopped<T>(_: T) -> Failure {
    Failure::new("internal", said!("処理の一部が止まりました", "a worker thread stopped"))
}

/// A piece of a clip for several threads. Its buffer goes back when the last of them drops it, also where one has
/// failed and drops what waits for it.
struct Piece {
    buffer: Vec<u8>,
    back: SyncSender<Vec<u8>>,
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        &self.buffer[INSET..]
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let _ = self.back.send(std::mem::take(&mut self.buffer));
    }
}

/// Reads a clip into the buffers that come back, and gives each to both takers.
fn read_clip(
    clip: &mut impl Read,
    (back, spare): &Lane,
    takers: [SyncSender<Arc<Piece>>; 2],
) -> std::io::Result<()> {
    while let Ok(mut buffer) = spare.recv() {
        buffer.resize(INSET + PIECE_BYTES, 0);
        let len = read_full(clip, &mut buffer[INSET..])?;
        buffer.truncate(INSET + len);
        if len == 0 {
            break;
        }
        let piece = Arc::new(Piece { buffer, back: back.clone() });
        if takers.iter().any(|taker| taker.send(piece.clone()).is_err()) || len < PIECE_BYTES {
            break;
        }
    }
    Ok(())
}

/// Reads one clip, hashes, seals and writes it. Hashing takes longest and cannot be divided: it has a thread for
/// itself.
pub(crate) fn seal_clip(
    clip: &mut (impl Read + Send),
    mut sealer: ClipSealer,
    writer: &mut BundleWriter<PendingFile>,
    bar: &ProgressBar,
) -> Result<(ClipDigest, u32), Failure> {
    let (hash_out, hash_in) = sync_channel::<Arc<Piece>>(DEPTH);
    let (plain_out, plain_in) = sync_channel::<Arc<Piece>>(DEPTH);
    let (sealed_out, sealed_in) = lane();
    let (sealed_back, sealed_spare) = pool(SEALED_PIECE_BYTES);
    // A lane whose other end is gone means that the other end failed; its own error is what counts then.
    thread::scope(|scope| {
        let reading = scope.spawn(move || read_clip(clip, &pool(INSET + PIECE_BYTES), [hash_out, plain_out]));
        let hashing = scope.spawn(move || {
            let mut hash = ClipHash::default();
            hash_in.iter().for_each(|plain| hash.update(plain.bytes()));
            hash.finish()
        });
        let sealing = scope.spawn(move || {
            for plain in plain_in {
                let Ok(mut out) = sealed_spare.recv() else { break };
                out.clear();
                sealer.update(plain.bytes(), &mut out);
                drop(plain);
                if sealed_out.send(out).is_err() {
                    break;
                }
            }
            let mut last = Vec::new();
            let crc32 = sealer.finish(&mut last);
            let _ = sealed_out.send(last);
            crc32
        });
        let written: Result<(), WriteError> = sealed_in.iter().try_for_each(|sealed| {
            writer.append(&sealed)?;
            bar.inc(sealed.len() as u64);
            let _ = sealed_back.send(sealed);
            Ok(())
        });
        // On failure the sealer waits for a buffer that will not come back, and for room in a lane that is full;
        // ending both lanes ends it.
        drop((sealed_back, sealed_in));
        let crc32 = sealing.join().map_err(stopped)?;
        let read = reading.join().map_err(stopped)?;
        let digest = hashing.join().map_err(stopped)?;
        written?;
        read.map_err(|error| {
            Failure::new(
                "read_failed",
                said!("映像を読めませんでした：{error}", "the clip could not be read: {error}"),
            )
        })?;
        Ok((digest, crc32))
    })
}

/// Decrypts and checks one clip on all cores; `keep` gets every piece of plaintext with its offset, in any order.
pub(crate) fn check_clip(
    source: &(impl RandomAccess + Sync),
    check: ClipCheck<'_>,
    place: EntryPlace,
    bar: &ProgressBar,
    keep: impl Fn(u64, &[u8]) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    // Handed out one after the other, so that a slow medium is read from front to back.
    let spans = (0..).map_while(|index| Some((index, check.span(index)?)));
    let open = |buf: &mut Vec<u8>, (index, (offset, len)): (u64, (u64, usize))| {
        buf.resize(len, 0);
        source
            .read_exact_at(place.offset + offset, buf)
            .map_err(DecryptError::from)
            .map_err(ClipError::from)?;
        let piece = check.open(index, buf)?;
        keep(index * PIECE_BYTES as u64, buf)?;
        bar.inc(len as u64);
        Ok((index, piece))
    };
    let pieces = spans.par_bridge().map_init(Vec::new, open);
    let mut pieces: Vec<(u64, PieceCrc)> = pieces.collect::<Result<_, Failure>>()?;
    pieces.sort_unstable_by_key(|(index, _)| *index);
    Ok(check.finish(pieces.into_iter().map(|(_, piece)| piece), place.crc32)?)
}
