//! What the visible marks say, and how that is set in a block of lines.
//!
//! Entry points: [`MarkWords::new`], [`MarkBlock::new`]. Widths are measured by the caller: letters are not counted.
//! Absent: where the block stands on a picture ([`super::marks`]).

use std::{cell::RefCell, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::{
    bundle::{Manifest, MarkStyle},
    text::Timestamp,
};

/// What the marks say. Number, viewer and time always stand there whole; the recipient is shortened where there is no
/// room.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MarkWords {
    /// 管理番号, when, who watches.
    pub lead: Vec<String>,
    /// 提供先.
    pub recipient: String,
}

impl MarkWords {
    /// For a bundle, watched by `viewer` at `now`.
    pub fn new(manifest: &Manifest, viewer: &str, now: Timestamp) -> Self {
        let lead = vec![manifest.bundle_id.to_string(), now.wareki(), viewer.to_owned()];
        Self { lead, recipient: manifest.recipient.line() }
    }

    /// Everything, with so many letters of the recipient.
    fn pieces(&self, letters: usize) -> Vec<String> {
        let whole = self.recipient.chars().count() <= letters;
        let head: String = self.recipient.chars().take(letters).collect();
        let recipient = if whole { head } else { format!("{head}…") };
        let named = (letters > 0 && !self.recipient.is_empty()).then_some(recipient);
        self.lead.iter().cloned().chain(named).collect()
    }

    /// The most letters of the recipient with which `fits` holds; none, if it does not even hold without.
    fn most_letters(&self, fits: impl Fn(&[String]) -> bool) -> usize {
        let all = self.recipient.chars().count();
        if fits(&self.pieces(all)) {
            return all;
        }
        let (mut good, mut bad) = (0, all);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if fits(&self.pieces(middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        good
    }
}

/// The words set in lines, which the marks repeat, and the line on a band below the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkBlock {
    /// Height of the letters in output pixels.
    pub font_px: f64,
    /// The lines, from above.
    pub lines: Vec<String>,
    /// Width and height in output pixels.
    pub size: (f64, f64),
    /// All in one line, for the band, where it hides nothing.
    pub caption: String,
    /// Height of the letters on the band.
    pub caption_px: f64,
    /// Height of the band; it begins where the picture ends.
    pub band_px: u32,
}

impl MarkBlock {
    /// From one baseline to the next, in heights of a letter.
    pub const LINE: f64 = 1.25;
    /// The smallest letters that can be read on a screen, where small pictures are shown larger.
    const MIN_WHOLE_PX: f64 = 7.0;
    /// The smallest letters that can be read at all: for number, viewer and time on small pictures.
    const MIN_FONT_PX: f64 = 6.0;
    /// The share of a window's width and height that a block takes at most; the rest is what the marks need to move.
    const SHARE: f64 = 0.4;

    fn usual_font_px(height: u32) -> f64 {
        (f64::from(height) / 24.0).clamp(9.0, 48.0)
    }

    /// Height of the band below a picture of this height.
    pub fn band_px(height: u32) -> u32 {
        (Self::usual_font_px(height) * 1.6).ceil() as u32
    }

    /// Sets the words for a picture of `width` × `height` output pixels; `ems` gives the width of a text as it will be
    /// written, in heights of a letter.
    pub fn new(
        words: &MarkWords,
        (width, height): (u32, u32),
        style: MarkStyle,
        ems: impl Fn(&str) -> f64,
    ) -> Self {
        let ems = by_letters(ems);
        let per_side = f64::from(style.repeat);
        let room = (f64::from(width) / per_side * Self::SHARE, f64::from(height) / per_side * Self::SHARE);
        let set = |pieces: &[String], font_px: f64| set(pieces, room.0 / font_px, &ems);
        let fits = |pieces: &[String], font_px: f64| {
            let (lines, wide) = set(pieces, font_px);
            wide * font_px <= room.0 && lines.len() as f64 * Self::LINE * font_px <= room.1
        };
        let all = words.recipient.chars().count();
        let usual = Self::usual_font_px(height);
        let sizes = || std::iter::successors(Some(usual), |px| Some(px * 0.94));
        let readable = || sizes().take_while(|px| *px > Self::MIN_WHOLE_PX).chain([Self::MIN_WHOLE_PX]);
        let smaller =
            || sizes().filter(|px| *px < Self::MIN_WHOLE_PX).take_while(|px| *px > Self::MIN_FONT_PX);
        // The recipient makes the letters smaller, but not so small that they are hard to read; the others do.
        let (font_px, letters) = match readable().find(|px| fits(&words.pieces(all), *px)) {
            Some(px) => (px, all),
            None => {
                let lead = words.pieces(0);
                let px = readable().chain(smaller()).find(|px| fits(&lead, *px)).unwrap_or(Self::MIN_FONT_PX);
                let px = px.min(Self::MIN_WHOLE_PX);
                (px, words.most_letters(|pieces| fits(pieces, px)))
            }
        };
        let (lines, wide) = set(&words.pieces(letters), font_px);
        let size = (wide * font_px, lines.len() as f64 * Self::LINE * font_px);
        let (caption, caption_px) = caption(words, f64::from(width), usual, &ems);
        Self { font_px, lines, size, caption, caption_px, band_px: Self::band_px(height) }
    }
}

/// The width of a text as that of its letters, each of which is measured once: measuring is slow, and hundreds of texts
/// are tried.
fn by_letters(ems: impl Fn(&str) -> f64) -> impl Fn(&str) -> f64 {
    let known = RefCell::new(BTreeMap::new());
    move |text| {
        let width = |letter: char| {
            let mut known = known.borrow_mut();
            *known.entry(letter).or_insert_with(|| ems(letter.encode_utf8(&mut [0; 4])))
        };
        text.chars().map(width).sum()
    }
}

/// Everything in one line, with letters that are smaller where that is long, and a shorter recipient where it is very
/// long.
fn caption(words: &MarkWords, width: f64, usual: f64, ems: &impl Fn(&str) -> f64) -> (String, f64) {
    let line = |pieces: &[String]| pieces.join("／");
    let all = words.recipient.chars().count();
    // A letter of room at either end.
    let fitting = |pieces: &[String]| width / (ems(&line(pieces)) + 1.0);
    let px = usual.min(fitting(&words.pieces(all)).max(usual * 0.7)).min(fitting(&words.pieces(0)));
    let px = px.max(MarkBlock::MIN_WHOLE_PX);
    let letters = words.most_letters(|pieces| fitting(pieces) >= px);
    (line(&words.pieces(letters)), px)
}

/// Sets pieces in lines no wider than `room` ems: as many in a line as there is room for, and one that is longer over
/// several. Gives the lines and the width of the widest.
fn set(pieces: &[String], room: f64, ems: &impl Fn(&str) -> f64) -> (Vec<String>, f64) {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        let beside = lines.last().map(|last| format!("{last} {piece}"));
        match (beside, lines.last_mut()) {
            (Some(beside), Some(last)) if ems(&beside) <= room => *last = beside,
            _ => lines.extend(broken(piece, room, ems)),
        }
    }
    let wide = lines.iter().map(|line| ems(line)).fold(0.0, f64::max);
    (lines, wide)
}

/// A text over as many lines as it takes; a letter that is wider than a line has one for itself.
fn broken(text: &str, room: f64, ems: &impl Fn(&str) -> f64) -> Vec<String> {
    if ems(text) <= room {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for letter in text.chars() {
        let longer = lines.last().map(|line| format!("{line}{letter}")).unwrap_or_default();
        match lines.last_mut() {
            Some(line) if line.is_empty() || ems(&longer) <= room => *line = longer,
            _ => lines.push(letter.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(recipient: &str, viewer: &str) -> MarkWords {
        let lead = ["R8-0001-7K3Q", "令和8年11月22日 10:00", viewer].map(str::to_owned).to_vec();
        MarkWords { lead, recipient: recipient.into() }
    }

    /// As a font without proportions has it: ASCII half as wide as high.
    fn ems(text: &str) -> f64 {
        text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
    }

    #[test]
    fn f05_number_viewer_and_time_stand_in_every_block_whole() {
        let style = MarkStyle::default();
        for (width, height) in
            [(176, 144), (320, 240), (352, 240), (640, 480), (768, 432), (1920, 1080), (3840, 2160)]
        {
            for (recipient, viewer) in [
                ("見本警察署 刑事課 巡査部長 例示花子".to_owned(), "例示花子".to_owned()),
                ("長".repeat(182), "例示花子".into()),
                ("長".repeat(300), "あ".repeat(60)),
                (String::new(), "例示花子".into()),
            ] {
                let words = words(&recipient, &viewer);
                let block = MarkBlock::new(&words, (width, height), style, ems);
                let said: String = block.lines.concat().replace(' ', "");
                let lead: String = words.lead.concat().replace(' ', "");
                assert!(said.starts_with(&lead), "{width}×{height}: {:?}", block.lines);
                assert!(block.caption.starts_with(&words.lead.join("／")), "{}", block.caption);
                let room = (f64::from(width) * 0.2 + 0.01, f64::from(height) * 0.2 + 0.01);
                let fits = block.size.0 <= room.0 && block.size.1 <= room.1;
                // Sixty letters of a name on a small picture are the one thing that does not fit.
                assert!(fits || block.font_px == MarkBlock::MIN_FONT_PX, "{width}×{height}: {block:?}");
                assert!(fits || width < 400, "{width}×{height}: {block:?}");
            }
        }
    }

    #[test]
    fn a_usual_recipient_stands_there_whole_and_readable() {
        let recipient = "見本警察署 刑事課 巡査部長 例示花子";
        for (width, height) in [(640, 480), (960, 540), (1280, 720), (1920, 1080)] {
            let block =
                MarkBlock::new(&words(recipient, "例示花子"), (width, height), MarkStyle::default(), ems);
            assert!(
                block.lines.concat().contains("例示花子見本警察署")
                    || block.lines.join(" ").ends_with(recipient)
            );
            assert!(
                block.lines.concat().replace(' ', "").ends_with(&recipient.replace(' ', "")),
                "{:?}",
                block.lines
            );
            assert!(block.font_px >= 8.0, "{}", block.font_px);
            assert!(block.caption.ends_with(recipient), "{}", block.caption);
        }
    }
}
