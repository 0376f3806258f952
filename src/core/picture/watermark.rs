//! The visible watermark: which words stand where on a picture. Pure geometry; the player paints it.
//!
//! Entry point: [`MarkLayout::new`]. The words repeat over the whole picture in staggered rows, so that no
//! useful part of it is without them. Absent: the forensic mark, which is not part of this version
//! (SECURITY.md).

use crate::{bundle::Manifest, text::Timestamp};

/// One line of words on the picture, in output pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkLabel {
    /// Left end of the baseline.
    pub x: f64,
    /// Baseline.
    pub y: f64,
    /// The words.
    pub text: String,
}

/// Where everything goes on a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkLayout {
    /// Height of the letters in output pixels.
    pub font_px: f64,
    /// The repeated faint words, the same in every place.
    pub labels: Vec<MarkLabel>,
    /// The line on a dark band below the picture, where it hides nothing; measured from the top left of the band.
    pub caption: MarkLabel,
    /// Height of the band; it begins where the picture ends.
    pub band_px: u32,
}

impl MarkLayout {
    /// The words of the mark: recipient, 管理番号, who watches, and when.
    pub fn words(manifest: &Manifest, viewer: &str, now: Timestamp) -> String {
        let recipient = manifest.recipient.line();
        format!("{recipient}／{}／{viewer}／{}", manifest.bundle_id, now.wareki())
    }

    /// Lays the words out on a picture of `width` × `height` output pixels.
    pub fn new(words: &str, width: u32, height: u32) -> Self {
        let (w, h) = (f64::from(width), f64::from(height));
        let font_px = (h / 24.0).clamp(9.0, 48.0);
        // A Japanese letter is as wide as it is high; taking all of them so errs towards fewer, never overlapping.
        let line_px = font_px * words.chars().count() as f64;
        // Small pictures have smaller gaps, so that each half of the height has a row.
        let row_px = (font_px * 5.0).min(h / 3.0).max(1.0);
        let column_px = (line_px + font_px * 4.0).max(1.0);
        let mut labels = Vec::new();
        let rows = (h / row_px).ceil().min(64.0) as u32;
        for row in 0..rows {
            let y = row_px * (f64::from(row) + 0.6);
            let mut x = if row % 2 == 0 { font_px } else { font_px - column_px / 2.0 };
            while x < w {
                labels.push(MarkLabel { x, y, text: words.to_owned() });
                x += column_px;
            }
        }
        let caption = MarkLabel { x: font_px * 0.5, y: font_px * 1.1, text: words.to_owned() };
        Self { font_px, labels, caption, band_px: (font_px * 1.6).ceil() as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quarter_of_a_picture_carries_words() {
        for (width, height) in [(320, 240), (768, 432), (1920, 1080), (3840, 2160), (17, 9)] {
            let words = "見本警察署 刑事課 例示花子／R8-0001-7K3Q／例示花子／令和8年11月22日 10:00";
            let layout = MarkLayout::new(words, width, height);
            let px = layout.font_px;
            let reach = px * words.chars().count() as f64;
            for (left, top) in [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)] {
                let (x0, y0) = (left * f64::from(width), top * f64::from(height));
                let (x1, y1) = (x0 + f64::from(width) / 2.0, y0 + f64::from(height) / 2.0);
                let touches = |l: &MarkLabel| l.x < x1 && l.x + reach > x0 && l.y - px < y1 && l.y > y0;
                assert!(layout.labels.iter().any(touches), "{width}×{height} {left} {top}");
            }
        }
    }
}
