//! The visible watermark: which words stand where on a picture. Pure geometry; the player paints it.
//!
//! Entry points: [`MarkWords::new`], [`MarkLayout::new`]. The words repeat over the whole picture in
//! staggered rows, so that no useful part of it is without them. Absent: the forensic mark, which is not part of this
//! version (SECURITY.md).

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

/// What the marks say. Number, viewer and time always stand there; the recipient is shortened where there is no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkWords {
    /// 管理番号, who watches, when.
    pub lead: String,
    /// 提供先.
    pub recipient: String,
}

impl MarkWords {
    /// For a bundle, watched by `viewer` at `now`.
    pub fn new(manifest: &Manifest, viewer: &str, now: Timestamp) -> Self {
        Self {
            lead: format!("{}／{viewer}／{}", manifest.bundle_id, now.wareki()),
            recipient: manifest.recipient.line(),
        }
    }

    fn whole(&self) -> String {
        if self.recipient.is_empty() {
            self.lead.clone()
        } else {
            format!("{}／{}", self.lead, self.recipient)
        }
    }

    /// All of it, if it is no wider than `room`; else with a shorter recipient.
    fn within(&self, room: f64, width: impl Fn(&str) -> f64) -> String {
        let Self { lead, recipient } = self;
        let whole = self.whole();
        if recipient.is_empty() || width(&whole) <= room {
            return whole;
        }
        let cut = |letters: usize| {
            let head: String = recipient.chars().take(letters).collect();
            format!("{lead}／{head}…")
        };
        // The longest beginning that fits; nothing of it if not even one letter does.
        let (mut fits, mut too_long) = (0, recipient.chars().count());
        while too_long - fits > 1 {
            let middle = fits + (too_long - fits) / 2;
            if width(&cut(middle)) <= room {
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        if fits == 0 { lead.clone() } else { cut(fits) }
    }
}

impl MarkLayout {
    /// The smallest letters that can be read on a screen.
    const MIN_FONT_PX: f64 = 9.0;
    /// Letters become no smaller than this share of the usual ones for the recipient's sake.
    const MIN_SHARE: f64 = 0.7;

    fn usual_font_px(height: u32) -> f64 {
        (f64::from(height) / 24.0).clamp(Self::MIN_FONT_PX, 48.0)
    }

    /// Height of the band below a picture of this height.
    pub fn band_px(height: u32) -> u32 {
        (Self::usual_font_px(height) * 1.6).ceil() as u32
    }

    /// Lays the words out on a picture of `width` × `height` output pixels; `ems` gives the width of a text as it
    /// will be written, in heights of a letter.
    pub fn new(words: &MarkWords, width: u32, height: u32, ems: impl Fn(&str) -> f64) -> Self {
        let (w, h) = (f64::from(width), f64::from(height));
        let usual = Self::usual_font_px(height);
        let room = |font_px: f64| (w - font_px).max(1.0) / font_px;
        // Number, viewer and time are never cut: the letters become smaller. For the recipient they do so only as
        // long as they are well readable.
        let fitting = |text: &str| w / (ems(text) + 1.0);
        let whole = fitting(&words.whole()).max(usual * Self::MIN_SHARE);
        let font_px = usual.min(whole).min(fitting(&words.lead)).max(Self::MIN_FONT_PX);
        let text = words.within(room(font_px), &ems);
        let line_px = font_px * ems(&text);
        // Small pictures have smaller gaps, so that each half of the height has a row.
        let row_px = (font_px * 5.0).min(h / 3.0).max(1.0);
        let column_px = (line_px + font_px * 4.0).max(1.0);
        let mut labels = Vec::new();
        let rows = (h / row_px).ceil().min(64.0) as u32;
        for row in 0..rows {
            let y = row_px * (f64::from(row) + 0.6);
            let mut x = if row % 2 == 0 { font_px } else { font_px - column_px / 2.0 };
            while x < w {
                labels.push(MarkLabel { x, y, text: text.clone() });
                x += column_px;
            }
        }
        let caption = MarkLabel { x: font_px * 0.5, y: usual * 1.1, text };
        Self { font_px, labels, caption, band_px: Self::band_px(height) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(recipient: &str, viewer: &str) -> MarkWords {
        MarkWords {
            lead: format!("R8-0001-7K3Q／{viewer}／令和8年11月22日 10:00"),
            recipient: recipient.into(),
        }
    }

    /// As a font without proportions has it: ASCII half as wide as high.
    fn ems(text: &str) -> f64 {
        text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
    }

    #[test]
    fn every_quarter_of_a_picture_carries_words() {
        for (width, height) in [(320, 240), (768, 432), (1920, 1080), (3840, 2160), (17, 9)] {
            for recipient in ["見本警察署 刑事課 例示花子", "", &"長".repeat(182)] {
                let layout = MarkLayout::new(&words(recipient, "例示花子"), width, height, ems);
                let px = layout.font_px;
                for (left, top) in [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)] {
                    let (x0, y0) = (left * f64::from(width), top * f64::from(height));
                    let (x1, y1) = (x0 + f64::from(width) / 2.0, y0 + f64::from(height) / 2.0);
                    let touches =
                        |l: &MarkLabel| l.x < x1 && l.x + px * ems(&l.text) > x0 && l.y - px < y1 && l.y > y0;
                    assert!(layout.labels.iter().any(touches), "{width}×{height} {left} {top}");
                }
            }
        }
    }

    #[test]
    fn f05_number_viewer_and_time_stand_on_every_picture_whole() {
        let viewer = "あ".repeat(60);
        for (width, height) in [(352, 240), (640, 480), (768, 432), (1920, 1080)] {
            for (recipient, viewer) in [
                ("長".repeat(182), "例示花子"),
                ("見本警察署".into(), "例示花子"),
                ("長".repeat(182), viewer.as_str()),
            ] {
                let words = words(&recipient, viewer);
                let layout = MarkLayout::new(&words, width, height, ems);
                for label in layout.labels.iter().chain([&layout.caption]) {
                    assert!(label.text.starts_with(&words.lead), "{}", label.text);
                }
                let fits = layout.caption.x + layout.font_px * ems(&layout.caption.text) <= f64::from(width);
                // Sixty letters of a name on the smallest picture are the one thing that does not fit.
                let hopeless = layout.font_px == MarkLayout::MIN_FONT_PX && layout.caption.text == words.lead;
                assert!(fits || hopeless, "{width}×{height}: {}", layout.caption.text);
            }
        }
        // Slightly smaller letters are better than a recipient that is cut.
        let recipient = "見本警察署 刑事課 巡査部長 例示花子";
        for (width, height) in [(960, 540), (1280, 720), (1920, 1080)] {
            let layout = MarkLayout::new(&words(recipient, "例示花子"), width, height, ems);
            assert!(layout.caption.text.ends_with(recipient), "{}", layout.caption.text);
            assert!(layout.font_px >= 0.7 * f64::from(height) / 24.0, "{}", layout.font_px);
        }
    }
}
