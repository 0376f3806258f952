//! Units between start codes: the byte stream format of H.264 and H.265 (ISO/IEC 14496-10 annex B, ISO/IEC 23008-2
//! annex B).
//!
//! Entry points: [`find`], [`units`]. Absent: what a unit is.

use memchr::memmem;

/// Bytes of a start code; a zero byte before it belongs to it, too.
pub(crate) const BYTES: usize = 3;

/// Where the next start code is, at or behind `from`.
pub(crate) fn find(bytes: &[u8], from: usize) -> Option<usize> {
    memmem::find(bytes.get(from..)?, &[0, 0, 1]).map(|at| from + at)
}

/// The units of a sample, without start codes and without the zeros around them.
pub(crate) fn units(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut next = find(bytes, 0);
    std::iter::from_fn(move || {
        let begin = next? + BYTES;
        next = find(bytes, begin);
        bytes.get(begin..next.unwrap_or(bytes.len())).map(without_zeros)
    })
}

/// A unit without the zeros behind it: they belong to the next start code, or are padding.
pub(crate) fn without_zeros(unit: &[u8]) -> &[u8] {
    unit.get(..unit.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::units;

    #[test]
    fn units_are_between_start_codes() {
        let stream = [9, 9, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 3, 0, 0, 1, 4, 0, 0, 0];
        assert_eq!(units(&stream).collect::<Vec<_>>(), [&[1, 2][..], &[3], &[4]]);
        assert_eq!(units(&[0, 0, 1]).collect::<Vec<_>>(), [&[] as &[u8]]);
        assert_eq!(units(&[7; 9]).count(), 0);
    }
}
