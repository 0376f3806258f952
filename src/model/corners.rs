//! The corners of a screen in a photograph, and the picture as it would be from the front.
//!
//! Entry point: [`Corners`]. Absent: finding them.

/// The four corners of a quadrilateral in a picture, as shares of its width and height: top left, top right, bottom
/// right, bottom left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corners([(f64, f64); 4]);

/// How near two corners may come, as a share of the picture.
const APART: f64 = 0.02;

impl Default for Corners {
    /// The whole picture.
    fn default() -> Self {
        Self([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    }
}

impl Corners {
    /// Where a corner is, from 0.
    pub fn at(&self, corner: usize) -> (f64, f64) {
        self.0.get(corner).copied().unwrap_or_default()
    }

    /// Moves a corner, as far as the four stay a quadrilateral without inward corners.
    pub fn moved(self, corner: usize, to: (f64, f64)) -> Self {
        let mut moved = self;
        if let Some(at) = moved.0.get_mut(corner) {
            *at = (to.0.clamp(0.0, 1.0), to.1.clamp(0.0, 1.0));
        }
        if moved.is_convex() { moved } else { self }
    }

    fn is_convex(&self) -> bool {
        (0..4).all(|n| {
            let [a, b, c] = [self.at(n), self.at((n + 1) % 4), self.at((n + 2) % 4)];
            (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0) > APART * APART
        })
    }

    /// What lies inside of them, made rectangular: width, height and lightness. `luma` has a byte for each pixel of a
    /// picture of `size`.
    pub fn flatten(&self, luma: &[u8], size: (usize, usize)) -> (usize, usize, Vec<u8>) {
        if *self == Self::default() {
            return (size.0, size.1, luma.to_vec());
        }
        let pixel = |n| {
            let (x, y) = self.at(n);
            (x * size.0 as f64, y * size.1 as f64)
        };
        let corners = [pixel(0), pixel(1), pixel(2), pixel(3)];
        let length = |a: usize, b: usize| (corners[a].0 - corners[b].0).hypot(corners[a].1 - corners[b].1);
        let width = ((length(0, 1) + length(3, 2)) / 2.0).round().max(1.0) as usize;
        let height = ((length(0, 3) + length(1, 2)) / 2.0).round().max(1.0) as usize;
        let map = Perspective::of(corners);
        let read = |n: usize| {
            let (across, down) = ((n % width) as f64 + 0.5, (n / width) as f64 + 0.5);
            between(luma, size, map.at(across / width as f64, down / height as f64))
        };
        (width, height, (0..width * height).map(read).collect())
    }
}

/// From shares of a rectangle to places in a picture: a projective map.
struct Perspective {
    origin: (f64, f64),
    across: (f64, f64),
    down: (f64, f64),
    tilt: (f64, f64),
}

impl Perspective {
    /// The map of the unit square onto four corners.
    fn of([a, b, c, d]: [(f64, f64); 4]) -> Self {
        let (right, below) = ((b.0 - c.0, b.1 - c.1), (d.0 - c.0, d.1 - c.1));
        let sum = (a.0 - b.0 + c.0 - d.0, a.1 - b.1 + c.1 - d.1);
        // The four stay a quadrilateral, so this is not zero.
        let area = right.0 * below.1 - right.1 * below.0;
        let tilt = ((sum.0 * below.1 - sum.1 * below.0) / area, (right.0 * sum.1 - right.1 * sum.0) / area);
        let side = |to: (f64, f64), tilt: f64| (to.0 - a.0 + tilt * to.0, to.1 - a.1 + tilt * to.1);
        Self { origin: a, across: side(b, tilt.0), down: side(d, tilt.1), tilt }
    }

    fn at(&self, across: f64, down: f64) -> (f64, f64) {
        let far = 1.0 / (1.0 + self.tilt.0 * across + self.tilt.1 * down);
        (
            (self.origin.0 + self.across.0 * across + self.down.0 * down) * far,
            (self.origin.1 + self.across.1 * across + self.down.1 * down) * far,
        )
    }
}

/// Lightness between pixels; the edge goes on for ever.
fn between(luma: &[u8], (width, height): (usize, usize), (x, y): (f64, f64)) -> u8 {
    let (x, y) = (x - 0.5, y - 0.5);
    let read = |column: f64, row: f64| {
        let inside = |n: f64, side: usize| (n.max(0.0) as usize).min(side.saturating_sub(1));
        luma.get(inside(row, height) * width + inside(column, width)).copied().map_or(0.0, f64::from)
    };
    let (left, top) = (x.floor(), y.floor());
    let (along, down) = (x - left, y - top);
    let line = |row: f64| read(left, row) * (1.0 - along) + read(left + 1.0, row) * along;
    (line(top) * (1.0 - down) + line(top + 1.0) * down).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chequered screen that was photographed from the side is square again.
    #[test]
    fn a_slanted_screen_is_made_rectangular() {
        let size = (200usize, 160usize);
        let corners = Corners([(0.1, 0.2), (0.9, 0.05), (0.95, 0.9), (0.15, 0.75)]);
        let map = Perspective::of([0, 1, 2, 3].map(|n| {
            let (x, y) = corners.at(n);
            (x * 200.0, y * 160.0)
        }));
        // Eight fields by six, painted through the same map from far more places than there are pixels.
        let mut luma = vec![0u8; size.0 * size.1];
        for n in 0..800 * 800 {
            let (across, down) = ((n % 800) as f64 / 800.0, (n / 800) as f64 / 800.0);
            let (x, y) = map.at(across, down);
            let is_light = ((across * 8.0) as usize + (down * 6.0) as usize).is_multiple_of(2);
            luma[y as usize * size.0 + x as usize] = if is_light { 200 } else { 60 };
        }
        let (width, height, flat) = corners.flatten(&luma, size);
        assert!((150..=180).contains(&width) && (100..=130).contains(&height), "{width} {height}");
        for field in 0..48 {
            let (column, row) = (field % 8, field / 8);
            let (x, y) = ((2 * column + 1) * width / 16, (2 * row + 1) * height / 12);
            let wanted = if (column + row) % 2 == 0 { 200 } else { 60 };
            assert!(flat[y * width + x].abs_diff(wanted) < 20, "field {column} {row}");
        }
    }

    #[test]
    fn corners_stay_a_quadrilateral_and_the_whole_is_left_alone() {
        let whole = Corners::default();
        let luma: Vec<u8> = (0..12).collect();
        assert_eq!(whole.flatten(&luma, (4, 3)), (4, 3, luma));
        assert_eq!(whole.moved(0, (0.2, 0.3)).at(0), (0.2, 0.3));
        assert_eq!(whole.moved(1, (7.0, -2.0)).at(1), (1.0, 0.0));
        for folded in [(0.9, 0.9), (1.0, 0.0), (f64::NAN, 0.5)] {
            assert_eq!(whole.moved(0, folded), whole);
        }
    }
}
