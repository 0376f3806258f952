//! How a picture is shown: fields, zoom, pan, brightness, contrast, gamma. The clip itself is never changed.
//!
//! Entry point: [`Look`]; the formula of [`Look::table`] is what a report may cite. Absent: pixels.

use serde::{Deserialize, Serialize};

/// Which lines of a picture are shown. The two fields of interlaced footage were taken at different moments.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lines {
    /// All, as they were coded.
    #[default]
    All,
    /// The upper field: lines 0, 2, 4 …, each twice.
    Upper,
    /// The lower field: lines 1, 3, 5 …, each twice.
    Lower,
}

impl Lines {
    /// Puts the lines of a field in the place of the other's, in an image of rows of `row_bytes` bytes.
    pub fn fill(self, image: &mut [u8], row_bytes: usize) {
        let from = match self {
            Self::All => return,
            Self::Upper => 0,
            Self::Lower => 1,
        };
        for pair in image.chunks_exact_mut(2 * row_bytes.max(1)) {
            pair.copy_within(from * row_bytes..(from + 1) * row_bytes, (1 - from) * row_bytes);
        }
    }
}

/// How a picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Which lines.
    pub lines: Lines,
    /// 1 is one pixel of the camera on one pixel of the canvas; up to [`Look::MAX_ZOOM`].
    pub zoom: f64,
    /// What is in the middle, from 0 (left) to 1 (right).
    pub x: f64,
    /// And from 0 (top) to 1 (bottom).
    pub y: f64,
    /// Added, in parts of full white: −1 to 1.
    pub brightness: f64,
    /// Factor around middle grey: 0 to 4.
    pub contrast: f64,
    /// Exponent is 1 ÷ gamma: 0.2 to 5; above 1 lifts the shadows.
    pub gamma: f64,
}

impl Default for Look {
    fn default() -> Self {
        Self { lines: Lines::All, zoom: 1.0, x: 0.5, y: 0.5, brightness: 0.0, contrast: 1.0, gamma: 1.0 }
    }
}

impl Look {
    /// Largest zoom.
    pub const MAX_ZOOM: f64 = 16.0;

    /// The same, with everything inside its range and the picture never beyond its edge.
    pub fn clamped(self) -> Self {
        let sane = |value: f64, least: f64, most: f64, otherwise: f64| {
            if value.is_finite() { value.clamp(least, most) } else { otherwise }
        };
        let zoom = sane(self.zoom, 1.0, Self::MAX_ZOOM, 1.0);
        let half = 0.5 / zoom;
        Self {
            lines: self.lines,
            zoom,
            x: sane(self.x, half, 1.0 - half, 0.5),
            y: sane(self.y, half, 1.0 - half, 0.5),
            brightness: sane(self.brightness, -1.0, 1.0, 0.0),
            contrast: sane(self.contrast, 0.0, 4.0, 1.0),
            gamma: sane(self.gamma, 0.2, 5.0, 1.0),
        }
    }

    /// The same, larger by a factor; what is at a place of the view (parts of its width and height) stays there.
    pub fn magnified(self, by: f64, (x, y): (f64, f64)) -> Self {
        let zoom = Self { zoom: self.zoom * by, ..self }.clamped().zoom;
        let kept = |middle: f64, at: f64| middle + (at - 0.5) * (1.0 / self.zoom - 1.0 / zoom);
        Self { zoom, x: kept(self.x, x), y: kept(self.y, y), ..self }.clamped()
    }

    /// Whether tones are changed.
    pub fn is_adjusted(&self) -> bool {
        self.brightness != 0.0 || self.contrast != 1.0 || self.gamma != 1.0
    }

    /// Left and top of what is seen, in parts of the picture; its width and height are 1 ÷ zoom.
    pub fn corner(&self) -> (f64, f64) {
        (self.x - 0.5 / self.zoom, self.y - 0.5 / self.zoom)
    }

    /// What becomes of each of the 256 tones of a colour channel:
    /// out = clamp((in − 0.5) · contrast + 0.5 + brightness) ^ (1 ÷ gamma), tones from 0 to 1.
    pub fn table(&self) -> [u8; 256] {
        std::array::from_fn(|tone| {
            let value = (tone as f64 / 255.0 - 0.5) * self.contrast + 0.5 + self.brightness;
            (value.clamp(0.0, 1.0).powf(1.0 / self.gamma) * 255.0).round() as u8
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_look_changes_nothing() {
        let table = Look::default().table();
        assert!((0..256).all(|tone| usize::from(table[tone]) == tone));
        assert_eq!(Look::default().corner(), (0.0, 0.0));
        assert!(!Look::default().is_adjusted());
    }

    #[test]
    fn a_look_stays_inside_the_picture_and_its_ranges() {
        let wild = Look {
            zoom: 1e9,
            x: -4.0,
            y: f64::NAN,
            brightness: 9.0,
            contrast: -1.0,
            gamma: 0.0,
            ..Look::default()
        }
        .clamped();
        assert_eq!((wild.zoom, wild.corner()), (16.0, (0.0, 0.5 - 0.5 / 16.0)));
        assert_eq!((wild.brightness, wild.contrast, wild.gamma), (1.0, 0.0, 0.2));
    }

    #[test]
    fn what_is_under_the_pointer_stays_there_when_the_picture_grows() {
        let at = (0.75, 0.25);
        let under = |look: Look| {
            let (left, top) = look.corner();
            (left + at.0 / look.zoom, top + at.1 / look.zoom)
        };
        let mut look = Look::default();
        for by in [1.25, 2.0, 1.5, 0.8] {
            let next = look.magnified(by, at);
            let (before, after) = (under(look), under(next));
            assert!(
                (before.0 - after.0).abs() < 1e-9 && (before.1 - after.1).abs() < 1e-9,
                "{before:?} {after:?}"
            );
            look = next;
        }
        // All of the picture again, wherever the pointer is; and as large as can be, which is no larger.
        assert_eq!(look.magnified(0.001, (0.1, 0.9)).corner(), (0.0, 0.0));
        let largest = look.magnified(1e9, at);
        assert_eq!(largest.magnified(2.0, (0.0, 0.0)), largest);
    }

    #[test]
    fn a_field_takes_the_place_of_the_other() {
        let shown = |lines: Lines| {
            let mut image = *b"aabbccddee";
            lines.fill(&mut image, 2);
            image
        };
        assert_eq!(shown(Lines::All), *b"aabbccddee");
        assert_eq!(shown(Lines::Upper), *b"aaaaccccee");
        assert_eq!(shown(Lines::Lower), *b"bbbbddddee");
    }

    #[test]
    fn tones_rise_with_gamma_and_brightness() {
        let table = |look: Look| look.table();
        let plain = Look::default();
        assert!(table(Look { gamma: 2.2, ..plain })[64] > 64);
        assert!(table(Look { brightness: 0.1, ..plain })[64] > 64);
        assert_eq!(table(Look { contrast: 2.0, ..plain })[0], 0);
    }
}
