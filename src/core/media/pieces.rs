//! Where a picture or packet lies when its container cuts it up: pieces with other bytes between them (FORMAT.md
//! §12.4).  Entry points: [`Run`], [`Pieces`]. Absent: reading; [`Pieces::gather`] takes what was read from the first
//! piece to the last.

/// Pieces of the same length, each with as many other bytes behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Run {
    /// Bytes of each piece, at least 1.
    pub bytes: u32,
    /// Bytes to pass over behind each.
    pub skip: u32,
    /// How many pieces, at least 1.
    pub count: u32,
}

/// Which of a track's runs a sample is made of. Most samples lie in one piece and have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pieces {
    /// The first run.
    pub first: u32,
    /// How many.
    pub count: u32,
}

impl Pieces {
    /// Its runs among those of its track; none where it lies in one piece.
    pub fn of<'a>(&self, runs: &'a [Run]) -> &'a [Run] {
        let first = self.first as usize;
        runs.get(first..first + self.count as usize).unwrap_or_default()
    }

    /// Bytes from the beginning of the first piece to the end of the last, for a sample of `size` bytes.
    pub fn span(&self, runs: &[Run], size: u32) -> u64 {
        span_of(self.of(runs)).unwrap_or(u64::from(size))
    }

    /// The sample's own bytes, out of everything from its first piece to its last.
    pub fn gather(&self, runs: &[Run], span: Vec<u8>) -> Vec<u8> {
        let runs = self.of(runs);
        if runs.is_empty() {
            return span;
        }
        let mut out = Vec::with_capacity(span.len());
        let mut rest = span.as_slice();
        for run in runs {
            for _ in 0..run.count {
                let (piece, tail) = rest.split_at(rest.len().min(run.bytes as usize));
                out.extend_from_slice(piece);
                rest = tail.get(run.skip as usize..).unwrap_or_default();
            }
        }
        out
    }
}

/// Bytes from the first piece to the last; `None` without pieces.
pub(super) fn span_of(runs: &[Run]) -> Option<u64> {
    let last = runs.last()?;
    let whole = |run: &Run| (u64::from(run.bytes) + u64::from(run.skip)) * u64::from(run.count);
    Some(runs.iter().map(whole).fold(0u64, u64::saturating_add).saturating_sub(u64::from(last.skip)))
}

/// Bytes of all pieces together.
pub(super) fn size_of(runs: &[Run]) -> u64 {
    runs.iter().map(|run| u64::from(run.bytes) * u64::from(run.count)).fold(0u64, u64::saturating_add)
}

/// Adds a piece that begins `gap` bytes behind the one before, to the runs of one sample from `first` on. Pieces that
/// touch become one, and those that follow each other alike one run.
pub(crate) fn push_piece(runs: &mut Vec<Run>, first: usize, gap: u32, bytes: u32) {
    if let Some(last) = runs.get_mut(first..).and_then(<[Run]>::last_mut) {
        if gap == 0 {
            // The last piece grows; if it was one of several, it leaves them.
            let grown = last.bytes + bytes;
            if last.count == 1 {
                last.bytes = grown;
            } else {
                last.count -= 1;
                runs.push(Run { bytes: grown, skip: 0, count: 1 });
            }
            return;
        }
        if last.count == 1 {
            last.skip = gap;
        }
        if last.skip == gap && last.bytes == bytes {
            last.count += 1;
            return;
        }
        if last.skip != gap {
            // The piece before this one stands out by what is behind it.
            last.count -= 1;
            let before = Run { bytes: last.bytes, skip: gap, count: 1 };
            runs.push(before);
        }
    }
    runs.push(Run { bytes, skip: 0, count: 1 });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs of pieces: each with the gap before it and its bytes.
    fn runs(pieces: &[(u32, u32)]) -> Vec<Run> {
        let mut runs = Vec::new();
        for &(gap, bytes) in pieces {
            push_piece(&mut runs, 0, gap, bytes);
        }
        runs
    }

    #[test]
    fn pieces_come_back_whatever_their_gaps() {
        let cases: [&[(u32, u32)]; 6] = [
            &[(0, 5)],
            &[(0, 5), (0, 5)],
            &[(0, 5), (4, 5), (4, 5), (4, 5)],
            &[(0, 3), (4, 5), (4, 5), (9, 5), (4, 5), (4, 2)],
            &[(0, 5), (4, 5), (4, 5), (0, 5), (4, 1)],
            &[(0, 1), (2, 1), (3, 1), (2, 1), (2, 1)],
        ];
        for pieces in cases {
            let runs = runs(pieces);
            let (mut span, mut own) = (Vec::new(), Vec::new());
            for (n, &(gap, bytes)) in pieces.iter().enumerate() {
                span.extend(std::iter::repeat_n(0xEE, gap as usize));
                span.extend(std::iter::repeat_n(n as u8, bytes as usize));
                own.extend(std::iter::repeat_n(n as u8, bytes as usize));
            }
            let all = Pieces { first: 0, count: runs.len() as u32 };
            assert_eq!(all.span(&runs, 0), span.len() as u64, "{pieces:?} {runs:?}");
            assert_eq!(size_of(&runs), own.len() as u64, "{pieces:?} {runs:?}");
            assert_eq!(all.gather(&runs, span), own, "{pieces:?} {runs:?}");
            assert!(runs.iter().all(|run| run.count > 0 && run.bytes > 0), "{runs:?}");
        }
    }
}
