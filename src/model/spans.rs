//! Which parts of a clip were shown, as few stretches: what the viewing log says of watching.
//!
//! Entry points: [`Spans::see`] for each picture that is shown, [`Spans::take`] when it is written down. Absent: when
//! that is.

use std::collections::BTreeMap;

/// Pictures that are shown this far apart belong to one stretch: at high speeds only key pictures are shown.
const GAP_MS: i64 = 5_000;

/// Stretches of clips that were shown, in milliseconds of each clip.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans(BTreeMap<u32, Vec<(i64, i64)>>);

impl Spans {
    /// A picture of a clip was shown.
    pub fn see(&mut self, clip: u32, ms: i64) {
        let spans = self.0.entry(clip).or_default();
        let is_near = |(from, to): &(i64, i64)| (from - GAP_MS..=to + GAP_MS).contains(&ms);
        // Usually the last one grows.
        match spans.iter().rposition(is_near) {
            Some(place) => {
                let (mut from, mut to) = spans.remove(place);
                (from, to) = (from.min(ms), to.max(ms));
                // It may have grown up to another one.
                spans.retain(|(other_from, other_to)| {
                    let touches = *other_from <= to + GAP_MS && from - GAP_MS <= *other_to;
                    if touches {
                        (from, to) = (from.min(*other_from), to.max(*other_to));
                    }
                    !touches
                });
                spans.push((from, to));
            }
            None => spans.push((ms, ms)),
        }
    }

    /// All stretches, by clip and then by time: clip, first and last picture.
    pub fn stretches(&self) -> Vec<(u32, i64, i64)> {
        let of_clip = |(clip, spans): (&u32, &Vec<(i64, i64)>)| {
            let clip = *clip;
            spans.iter().map(move |(from, to)| (clip, *from, *to)).collect::<Vec<_>>()
        };
        let mut all: Vec<_> = self.0.iter().flat_map(of_clip).collect();
        all.sort_unstable();
        all
    }

    /// The same; none are left.
    pub fn take(&mut self) -> Vec<(u32, i64, i64)> {
        std::mem::take(self).stretches()
    }
}

#[cfg(test)]
mod tests {
    use super::Spans;

    fn seen(pictures: &[(u32, i64)]) -> Vec<(u32, i64, i64)> {
        let mut spans = Spans::default();
        pictures.iter().for_each(|(clip, ms)| spans.see(*clip, *ms));
        spans.take()
    }

    #[test]
    fn pictures_one_after_the_other_are_one_stretch() {
        let steps: Vec<_> = (0..100).map(|n| (0, n * 40)).collect();
        assert_eq!(seen(&steps), [(0, 0, 3960)]);
        let back: Vec<_> = steps.iter().rev().copied().collect();
        assert_eq!(seen(&back), [(0, 0, 3960)]);
    }

    #[test]
    fn a_jump_begins_another_one_and_a_gap_that_is_filled_joins_them() {
        assert_eq!(seen(&[(0, 0), (0, 60_000)]), [(0, 0, 0), (0, 60_000, 60_000)]);
        let mut filled: Vec<_> = vec![(0, 0), (0, 12_000)];
        filled.extend((1..12).map(|n| (0, n * 1000)));
        assert_eq!(seen(&filled), [(0, 0, 12_000)]);
    }

    #[test]
    fn clips_are_kept_apart_and_nothing_is_left() {
        let mut spans = Spans::default();
        [(1, 5), (0, 7), (1, -40)].iter().for_each(|(clip, ms)| spans.see(*clip, *ms));
        assert_eq!(spans.take(), [(0, 7, 7), (1, -40, 5)]);
        assert_eq!(spans.take(), []);
    }
}
