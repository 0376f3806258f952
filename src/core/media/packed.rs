//! Tables in little room: raw DEFLATE (RFC 1951, FORMAT.md §12.4).
//!
//! Entry points: [`pack`], [`unpack`], [`unpack_beginning`]. Absent: what the bytes say.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::error::MediaError;

const BAD: MediaError = MediaError::Index("a table is packed wrongly");
/// Of the levels that bring a day of pictures and sound under 16 MiB, one of the quick ones.
const LEVEL: u32 = 5;
/// Room that is made at a time.
const STEP: usize = 1 << 18;

/// Packs bytes: the same bytes in the same way.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packer = Compress::new(Compression::new(LEVEL), false);
    let mut out = Vec::new();
    loop {
        out.reserve(STEP);
        let rest = bytes.get(packer.total_in() as usize..).unwrap_or_default();
        // Nothing fails but a wrong use: bytes are in memory, and there is room.
        match packer.compress_vec(rest, &mut out, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return out,
            Ok(Status::Ok | Status::BufError) => {}
        }
    }
}

/// Unpacks exactly these bytes, if they are no more than `most`.
pub(super) fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, MediaError> {
    let (out, is_over, used) = run(packed, most)?;
    if is_over && used == packed.len() { Ok(out) } else { Err(BAD) }
}

/// What the first bytes of something packed say, as far as they go; no more than `most` bytes and a little.
pub(super) fn unpack_beginning(packed: &[u8], most: usize) -> Result<Vec<u8>, MediaError> {
    run(packed, most).map(|(out, ..)| out)
}

/// Unpacks until the stream, the bytes or the room is over. Gives also whether the stream is over, and how many bytes
/// were used.
fn run(packed: &[u8], most: usize) -> Result<(Vec<u8>, bool, usize), MediaError> {
    let mut unpacker = Decompress::new(false);
    let mut out = Vec::new();
    loop {
        let before = (unpacker.total_in(), out.len());
        out.reserve(STEP);
        let rest = packed.get(unpacker.total_in() as usize..).unwrap_or_default();
        let status = unpacker.decompress_vec(rest, &mut out, FlushDecompress::None).map_err(|_| BAD)?;
        let used = unpacker.total_in() as usize;
        let is_stuck = (unpacker.total_in(), out.len()) == before;
        match status {
            Status::StreamEnd => return Ok((out, true, used)),
            _ if is_stuck || out.len() > most => return Ok((out, false, used)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_back_and_nothing_else_is_taken() {
        for length in [0, 1, 1000, 3 * STEP + 17] {
            let bytes: Vec<u8> = (0..length).map(|i| (i * i / 7) as u8).collect();
            let packed = pack(&bytes);
            assert_eq!(unpack(&packed, length).ok(), Some(bytes.clone()), "{length}");
            assert!(unpack(&[&packed[..], &[0]].concat(), length).is_err(), "{length}");
            assert!(unpack(&packed[..packed.len() - 1], length).is_err(), "{length}");
            let half = unpack_beginning(&packed[..packed.len() / 2], length).unwrap_or_default();
            assert!(bytes.starts_with(&half), "{length}");
        }
    }

    #[test]
    fn what_unpacks_to_more_than_it_may_is_refused() {
        let packed = pack(&vec![0; 64 << 20]);
        assert!(packed.len() < 100_000);
        assert!(unpack(&packed, 1 << 20).is_err());
        assert!(unpack_beginning(&packed, 1 << 20).is_ok_and(|out| out.len() <= 4 << 20));
    }
}
