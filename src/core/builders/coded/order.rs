//! When pictures are shown: by the times that their container says, or by the order that they say themselves.
//!
//! Entry points: [`times`], [`durations`]. Absent: where times come from.

/// What is known of when a picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// The time that the container says, in units.
    pub pts: Option<i64>,
    /// The time at which the container says that it is decoded: then it has no other.
    pub decoded: Option<i64>,
    /// How often orders were counted anew before, and the order.
    pub order: Option<(u32, i64)>,
}

/// Times of pictures in decoding order. Without any time they follow each other after `rate` units, or at the times at
/// which they are decoded, in the order in which they are shown; where only some have one, the others stand evenly
/// between them.
pub(super) fn times(pictures: &[Shown], rate: i64) -> Vec<i64> {
    let mut order: Vec<usize> = (0..pictures.len()).collect();
    let is_said = pictures.iter().all(|picture| picture.pts.is_some());
    if !is_said && pictures.iter().all(|picture| picture.order.is_some()) {
        order.sort_by_key(|&n| pictures.get(n).and_then(|picture| picture.order));
    }
    let decoded = |(rank, picture): (i64, &Shown)| picture.decoded.unwrap_or(rank.saturating_mul(rate));
    let mut decoded: Vec<i64> = (0..).zip(pictures).map(decoded).collect();
    decoded.sort_unstable();
    let said: Vec<Option<i64>> =
        order.iter().map(|&n| pictures.get(n).and_then(|picture| picture.pts)).collect();
    let shown = if said.iter().all(Option::is_none) { decoded } else { filled(&said, rate) };
    let mut times = vec![0; pictures.len()];
    for (n, time) in order.into_iter().zip(shown) {
        if let Some(place) = times.get_mut(n) {
            *place = time;
        }
    }
    times
}

/// Times in order of presentation, some of which are not said: they stand evenly between those that are.
fn filled(said: &[Option<i64>], rate: i64) -> Vec<i64> {
    let known: Vec<(i64, i64)> = (0..).zip(said).filter_map(|(rank, time)| Some((rank, (*time)?))).collect();
    let steps = known.windows(2).filter_map(|pair| {
        let ((from, early), (to, late)) = (*pair.first()?, *pair.last()?);
        late.checked_sub(early)?.checked_div(to - from).filter(|step| *step > 0)
    });
    let mut steps: Vec<i64> = steps.collect();
    let middle = steps.len() / 2;
    let usual = if steps.is_empty() { rate } else { *steps.select_nth_unstable(middle).1 };
    let time = |rank: i64| {
        let next = known.partition_point(|(known, _)| *known < rank);
        let (before, after) = (next.checked_sub(1).and_then(|n| known.get(n)), known.get(next));
        match (before, after) {
            (_, Some(&(at, time))) if at == rank => time,
            (Some(&(from, early)), Some(&(to, late))) => {
                let part = i128::from(late - early) * i128::from(rank - from) / i128::from(to - from);
                early.saturating_add(part as i64)
            }
            (Some(&(from, early)), None) => early.saturating_add(usual.saturating_mul(rank - from)),
            (None, Some(&(to, late))) => late.saturating_sub(usual.saturating_mul(to - rank)),
            (None, None) => rank.saturating_mul(usual),
        }
    };
    (0..said.len() as i64).map(time).collect()
}

/// Durations of pictures in decoding order: until the next one is shown; the last one's is the usual one.
pub(super) fn durations(times: &[i64], usual: i64) -> Vec<u32> {
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by_key(|&n| times.get(n).copied());
    let sorted: Vec<i64> = order.iter().filter_map(|&n| times.get(n).copied()).collect();
    let fit = |duration: i64| u32::try_from(duration.clamp(0, i64::from(u32::MAX))).unwrap_or_default();
    let mut durations = vec![fit(usual); times.len()];
    for (pair, &n) in sorted.windows(2).zip(&order) {
        if let (&[this, next], Some(duration)) = (pair, durations.get_mut(n)) {
            *duration = fit(next.saturating_sub(this));
        }
    }
    durations
}

/// The usual distance of two pictures: the middle one.
pub(super) fn usual(times: &[i64]) -> Option<i64> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let mut steps: Vec<i64> =
        sorted.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).filter(|step| *step > 0).collect();
    let middle = steps.len() / 2;
    if steps.is_empty() { None } else { Some(*steps.select_nth_unstable(middle).1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_become_times_where_nothing_else_says_them() {
        let order = |counts: &[(u32, i64)]| {
            let shown: Vec<Shown> =
                counts.iter().map(|&order| Shown { pts: None, decoded: None, order: Some(order) }).collect();
            times(&shown, 10)
        };
        // I P B B, twice.
        assert_eq!(
            order(&[(1, 0), (1, 6), (1, 2), (1, 4), (2, 0), (2, 6), (2, 2), (2, 4)]),
            [0, 30, 10, 20, 40, 70, 50, 60]
        );
        assert_eq!(durations(&[0, 30, 10, 20], 10), [10, 10, 10, 10]);
        let some =
            [None, Some(100), None, Some(140), None].map(|pts| Shown { pts, decoded: None, order: None });
        assert_eq!(times(&some, 7), [80, 100, 120, 140, 160]);
        // Only the first of each group has a time, and two are shown before the second.
        let order = [(0, Some(0)), (6, None), (2, None), (4, None), (8, Some(40))];
        let shown = order.map(|(order, pts)| Shown { pts, decoded: None, order: Some((1, order)) });
        assert_eq!(times(&shown, 7), [0, 30, 10, 20, 40]);
        assert_eq!(usual(&[0, 30, 10, 20, 90]), Some(10));
    }
}
