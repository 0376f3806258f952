//! One rule for every name: of a recipient, of whoever watches, of an office (FORMAT.md §1.5). A name stands on the
//! marks of every picture, so it has to be seen, to fit, and to change nothing around it.
//!
//! Entry point: [`check_name`]. Absent: whether there is such a person.

use unicode_normalization::char::is_combining_mark;

/// The most letters of one name.
const MAX_NAME: usize = 60;
/// The most combining marks behind one letter: a tower of them covers its neighbours.
const MAX_MARKS: usize = 2;

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing in it tells anybody from anybody else: at least two letters, or one ideograph.
    #[error("a name has at least two letters, or one kanji")]
    Empty,
    /// More letters than fit on a picture.
    #[error("a name has at most {MAX_NAME} letters")]
    TooLong,
    /// A letter that cannot be seen, hides others, or turns their order.
    #[error("U+{:04X} has no place in a name: it is not seen everywhere, or changes what is beside it", *.0 as u32)]
    Letter(char),
}

/// Whether a letter shows nothing of itself: Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt), and the
/// blanks that are no white space.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{13441}'..='\u{13446}'
        | '\u{16FE4}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Letters of scripts that are written from right to left: they would turn the order of a mark.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

/// Signs that stand in names of people and offices: Latin, general and CJK punctuation, signs of abbreviation (㈱, ℡, ①)
/// and their full-width forms.
fn is_sign(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{A1}'..='\u{BF}' | '×' | '÷' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}'
        | '\u{2100}'..='\u{214F}' | '\u{2190}'..='\u{21FF}' | '\u{2460}'..='\u{25FF}' | '\u{3000}'..='\u{303F}'
        | '\u{30A0}' | '\u{30FB}'..='\u{30FE}' | '\u{3200}'..='\u{33FF}' | '\u{FE30}'..='\u{FE6B}'
        | '\u{FF01}'..='\u{FFEE}')
}

fn is_allowed(c: char) -> bool {
    // Beyond the first plane only ideographs: what else is there, few computers can show.
    let shown_everywhere = (c as u32) < 0x1_0000 || matches!(c, '\u{20000}'..='\u{3FFFD}');
    let letter = c.is_alphanumeric() || is_combining_mark(c) || is_sign(c);
    shown_everywhere && letter && !is_invisible(c) && !is_right_to_left(c)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Selectors of the variants of an ideograph (Unicode UTS #37), as names in a family register need them: 葛󠄀. Behind one
/// they change what is seen; anywhere else they are invisible.
fn is_variation(c: char) -> bool {
    matches!(c, '\u{E0100}'..='\u{E01EF}')
}

/// Whether a text may stand on marks and papers as a name or a part of one. White space around it does not count.
pub(crate) fn check_name(text: &str) -> Result<(), NameError> {
    let text = text.trim();
    if text.chars().count() > MAX_NAME {
        return Err(NameError::TooLong);
    }
    let (mut marks, mut before) = (0, ' ');
    for c in text.chars() {
        let variant = is_variation(c) && is_ideograph(before);
        marks = if is_combining_mark(c) && !variant { marks + 1 } else { 0 };
        if !(is_allowed(c) || variant) || marks > MAX_MARKS {
            return Err(NameError::Letter(c));
        }
        before = c;
    }
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    if letters >= 2 || text.chars().any(is_ideograph) { Ok(()) } else { Err(NameError::Empty) }
}

/// Signs that look like another one in the fonts of Japanese computers: the sign, and what stands for both.
const ALIKE: [(char, char); 22] = [
    ('ロ', '口'),
    ('カ', '力'),
    ('ニ', '二'),
    ('エ', '工'),
    ('夕', 'タ'),
    ('ト', '卜'),
    ('ハ', '八'),
    ('ヘ', 'へ'),
    ('ベ', 'べ'),
    ('ペ', 'ぺ'),
    ('リ', 'り'),
    ('ミ', '三'),
    ('ム', '厶'),
    ('ヌ', '又'),
    ('オ', '才'),
    ('千', 'チ'),
    ('一', 'ー'),
    ('―', 'ー'),
    ('—', 'ー'),
    ('‐', 'ー'),
    ('-', 'ー'),
    ('l', 'i'),
];

/// What is left of a name of which only the look counts. Two names with one skeleton look alike. `normalized` is the
/// name in NFKC, which the caller makes: browsers have it built in.
pub fn name_skeleton(normalized: &str) -> String {
    let plain = normalized.chars().flat_map(char::to_lowercase);
    let seen = plain.filter(|&c| !c.is_whitespace() && !is_invisible(c) && !c.is_control());
    seen.map(|c| ALIKE.iter().find(|(sign, _)| *sign == c).map_or(c, |(_, other)| *other)).collect()
}

/// Whether a line that stands beside names, such as an address, has no letters that a name may not have. It may be
/// empty.
pub(crate) fn check_shown(text: &str) -> Result<(), NameError> {
    const MAX_LINE: usize = 200;
    if text.chars().count() > MAX_LINE {
        return Err(NameError::TooLong);
    }
    text.chars().find(|&c| !is_allowed(c)).map_or(Ok(()), |c| Err(NameError::Letter(c)))
}

/// The most letters in the name of a file: as many as file systems take.
pub(crate) const MAX_FILE_NAME: usize = 255;

/// Whether a file can have this name.
pub(crate) fn is_file_name(name: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '/' | '\\');
    !name.is_empty() && name.chars().count() <= MAX_FILE_NAME && !name.chars().any(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f12_names_that_look_alike_have_one_skeleton() {
        let nfkc = |name: &str| unicode_normalization::UnicodeNormalization::nfkc(name).collect::<String>();
        let skeleton = |name: &str| name_skeleton(&nfkc(name));
        let office = skeleton("港区防災課カメラ係");
        for alike in [
            "港区防災課\u{200B}カメラ係",
            "港区防災課\u{2060}カメラ係",
            " 港区防災課 カメラ係　",
            "港区防災課力メラ係",
            "港区防災課ｶﾒﾗ係",
            "港区防災課カメラ\u{2F00}係".replace('\u{2F00}', "").as_str(),
            "港区\u{202E}防災課カメラ係",
        ] {
            assert_eq!(skeleton(alike), office, "{alike:?}");
        }
        // A Kangxi radical is another letter that looks the same.
        assert_eq!(skeleton("\u{2F2D}形市"), skeleton("山形市"));
        assert_ne!(skeleton("港区防災課"), skeleton("港区総務課"));
        assert_ne!(skeleton("第1係"), skeleton("第2係"));
    }

    #[test]
    fn names_of_people_and_offices_are_names() {
        for name in [
            "例示花子",
            "林",
            "葛\u{E0100}城",
            "見本警察署 刑事課　巡査部長 例示・花子",
            "㈱見本（代表取締役）",
            "𠮷田　髙橋",
            "O’Neill, Seán",
            "Nguyễn Thị Ánh",
            "e\u{301}\u{323}a",
            "ﾔﾏﾀﾞ ﾀﾛｳ",
            "か\u{3099}く",
            "김철수",
            "สมชาย",
        ] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_seen_or_turns_or_covers_is_refused() {
        let unseen = "\u{200B}\u{2060}\u{3164}\u{115F}\u{1160}\u{FFA0}\u{2800}";
        let joined = "\u{E0041}\u{34F}\u{FE0F}\u{AD}\u{180E}\u{17B4}";
        let turning = "\u{202E}\u{2066}\u{5D0}\u{627}";
        let elsewhere = "\u{E000}\u{1D159}\u{13441}\u{0}\u{85}\u{2028}\u{2007}";
        for c in [unseen, joined, turning, elsewhere].concat().chars() {
            assert_eq!(check_name(&format!("例示{c}花子")), Err(NameError::Letter(c)), "U+{:04X}", c as u32);
        }
        let variant = NameError::Letter('\u{E0100}');
        assert_eq!(check_name("花 \u{E0100}子"), Err(variant), "behind no ideograph");
        assert_eq!(check_name("花\u{E0100}\u{E0100}子"), Err(variant), "one is enough");
        assert_eq!(check_name(&format!("例{}示", "\u{301}".repeat(3))), Err(NameError::Letter('\u{301}')));
        assert_eq!(check_name(&format!("ก{}", "\u{E34}".repeat(29))), Err(NameError::Letter('\u{E34}')));
        assert_eq!(check_name(&"あ".repeat(61)), Err(NameError::TooLong));
        assert_eq!(check_name(&"あ".repeat(60)), Ok(()));
        for nobody in ["", " 　", "a", "ー", "。。。", "1"] {
            assert_eq!(check_name(nobody), Err(NameError::Empty), "{nobody:?}");
        }
    }
}
