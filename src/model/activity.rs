//! Where something happens in a clip, by the sizes of its coded pictures: nothing is decoded.
//!
//! Entry points: [`Activity::of`], [`Activity::next`]. A picture that was predicted from others is large where much
//! changed. Absent: what happened, which nobody can tell from sizes.

/// Most stretches that a clip is cut into.
const MAX_STRETCHES: usize = 240;
/// Shortest stretch in microseconds: shorter ones follow single pictures.
const MIN_STRETCH_MICROS: i64 = 500_000;
/// Fewest stretches that say anything.
const MIN_STRETCHES: usize = 4;
/// From this level on something happens.
const MIN_LEVEL: u8 = 64;

/// One coded picture.
#[derive(Debug, Clone, Copy)]
pub struct CodedSize {
    /// When it is shown, in microseconds of the clip.
    pub micros: i64,
    /// Bytes.
    pub bytes: u32,
    /// Whether it was coded without others: its size says how much is in the picture, not how much changed.
    pub is_key: bool,
}

/// How much happens, stretch by stretch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Level of each stretch, all of one length: 0 is as quiet as the clip mostly is. Empty for short clips.
    pub levels: Vec<u8>,
}

impl Activity {
    /// Of a clip from its beginning to its end in microseconds. Key pictures do not count, unless there are only those.
    pub fn of(pictures: impl Iterator<Item = CodedSize> + Clone, span: (i64, i64)) -> Self {
        let length = span.1.saturating_sub(span.0);
        let count = usize::try_from(length / MIN_STRETCH_MICROS).unwrap_or(0).min(MAX_STRETCHES);
        if count < MIN_STRETCHES {
            return Self::default();
        }
        let only_keys = pictures.clone().all(|picture| picture.is_key);
        let mut sums = vec![(0u64, 0u64); count];
        for picture in pictures.filter(|picture| only_keys || !picture.is_key) {
            let at = (i128::from(picture.micros) - i128::from(span.0)) * count as i128 / i128::from(length);
            let place = usize::try_from(at).unwrap_or(0).min(count - 1);
            sums[place].0 += u64::from(picture.bytes);
            sums[place].1 += 1;
        }
        let means: Vec<Option<f64>> =
            sums.into_iter().map(|(bytes, n)| (n > 0).then(|| bytes as f64 / n as f64)).collect();
        Self { levels: levels(&means) }
    }

    /// Where something next begins to happen after a moment, in microseconds of the clip.
    pub fn next(&self, span: (i64, i64), micros: i64) -> Option<i64> {
        let begin = |place: usize| {
            let at = (i128::from(span.1) - i128::from(span.0)) * place as i128 / self.levels.len() as i128;
            i64::try_from(i128::from(span.0) + at).unwrap_or(i64::MAX)
        };
        let happens = |place: usize| self.levels[place] >= MIN_LEVEL;
        (0..self.levels.len())
            .filter(|&place| happens(place) && (place == 0 || !happens(place - 1)))
            .map(begin)
            .find(|&begins| begins > micros)
    }
}

/// Above what is usual in the clip's quieter half; one that doubles is as high as can be, or the highest there is.
fn levels(means: &[Option<f64>]) -> Vec<u8> {
    let mut known: Vec<f64> = means.iter().flatten().copied().collect();
    known.sort_by(f64::total_cmp);
    let quiet = known.get(known.len() / 4).copied().unwrap_or(0.0);
    let highest = known.last().copied().unwrap_or(0.0);
    let full = (highest - quiet).max(quiet).max(1.0);
    let level = |mean: f64| (255.0 * ((mean - quiet) / full).clamp(0.0, 1.0)) as u8;
    means.iter().map(|mean| mean.map_or(0, level)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten pictures a second for a minute, keys of 50,000 bytes each second, others of 400; larger from 20 s to 25 s.
    fn night() -> impl Iterator<Item = CodedSize> + Clone {
        (0..600).map(|n| {
            let micros = n * 100_000;
            let is_key = n % 10 == 0;
            let moves = (20_000_000..25_000_000).contains(&micros);
            let bytes = if is_key {
                50_000
            } else {
                400 + u32::try_from(n % 7).unwrap_or(0) + if moves { 4000 } else { 0 }
            };
            CodedSize { micros, bytes, is_key }
        })
    }

    #[test]
    fn a_quiet_night_shows_where_somebody_comes() {
        let span = (0, 60_000_000);
        let activity = Activity::of(night(), span);
        assert_eq!(activity.levels.len(), 120);
        for (place, &level) in activity.levels.iter().enumerate() {
            assert_eq!(level >= MIN_LEVEL, (40..50).contains(&place), "{place}: {level}");
        }
        assert_eq!(activity.next(span, 0), Some(20_000_000));
        assert_eq!(activity.next(span, 20_000_000), None);
    }

    #[test]
    fn a_night_in_which_nothing_happens_stays_flat() {
        let pictures = night().filter(|picture| picture.micros < 20_000_000);
        let activity = Activity::of(pictures, (0, 20_000_000));
        assert!(activity.levels.iter().all(|&level| level < MIN_LEVEL), "{:?}", activity.levels);
        assert_eq!(activity.next((0, 20_000_000), 0), None);
    }

    #[test]
    fn pictures_that_are_all_keys_count_by_their_sizes() {
        let pictures = (0..100).map(|n| CodedSize {
            micros: n * 100_000,
            bytes: if n >= 80 { 90_000 } else { 30_000 },
            is_key: true,
        });
        assert_eq!(Activity::of(pictures, (0, 10_000_000)).next((0, 10_000_000), 0), Some(8_000_000));
    }

    #[test]
    fn hostile_times_and_short_clips_say_nothing() {
        let odd = [i64::MIN, i64::MAX, 0].map(|micros| CodedSize { micros, bytes: u32::MAX, is_key: false });
        for span in [(0, 0), (0, 1_000_000), (i64::MIN, i64::MAX), (5_000_000, 0), (0, 60_000_000)] {
            let activity = Activity::of(odd.into_iter(), span);
            let _ = activity.next(span, 0);
        }
        assert_eq!(Activity::of(night(), (0, 1_000_000)), Activity::default());
    }
}
