//! Reading a QR symbol (ISO/IEC 18004) from the pixels of a picture. Absent: getting them, which the browser does.

use rxing::{
    Binarizer, Luma8LuminanceSource,
    common::{DetectorRXingResult, HybridBinarizer},
    qrcode::cpp_port::{
        decoder::Decode,
        detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
    },
};

/// What the symbols say in a picture of `width` × `height` pixels; `grey` is the brightness of each, row by row.
/// Those that cannot be read are passed over, also those whose bytes are no UTF-8.
///
/// The steps of the crate's own reader: that would bring tables of every encoding in the world into the page.
pub fn read_qrs(width: u32, height: u32, grey: Vec<u8>) -> Vec<String> {
    let Ok(picture) = Luma8LuminanceSource::new(grey, width, height) else { return Vec::new() };
    let binary = HybridBinarizer::new(picture);
    let Ok(bits) = binary.get_black_matrix() else { return Vec::new() };
    let (mut read, mut used) = (Vec::new(), Vec::new());
    for set in GenerateFinderPatternSets(&mut FindFinderPatterns(bits, true, 0)) {
        let corners = [set.bl, set.tl, set.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let symbol = SampleQR(bits, &set).and_then(|symbol| Decode(symbol.getBits()));
        let Some(symbol) = symbol.ok().filter(|symbol| symbol.isValid()) else { continue };
        used.extend(corners);
        read.extend(String::from_utf8(symbol.content().bytes().to_vec()));
    }
    read
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test stops at the first surprise")]

    use qrcode::{Color, EcLevel, QrCode};

    use super::read_qrs;

    /// Modules of white around a symbol (ISO/IEC 18004 asks for four).
    const QUIET: f64 = 4.0;
    /// In each direction this many points decide how bright a pixel is.
    const POINTS: usize = 4;

    /// A picture of symbols side by side, `columns` of them in a row, `module` pixels a module, as a browser paints
    /// them: a pixel is as dark as the part of it that is covered.
    fn picture(texts: &[String], columns: usize, module: f64) -> (u32, u32, Vec<u8>) {
        let code = |text: &String| QrCode::with_error_correction_level(text, EcLevel::M).expect("a symbol");
        let symbols: Vec<QrCode> = texts.iter().map(code).collect();
        let side = (symbols[0].width() as f64 + 2.0 * QUIET) * module;
        let (width, height) = (side * columns as f64, side * texts.len().div_ceil(columns) as f64);
        let is_dark = |x: f64, y: f64| {
            let (column, row) = ((x / side) as usize, (y / side) as usize);
            let place = |at: f64| (at % side / module - QUIET).floor();
            let Some(symbol) = symbols.get(row * columns + column) else { return false };
            let (x, y, width) = (place(x), place(y), symbol.width() as f64);
            (0.0..width).contains(&x)
                && (0.0..width).contains(&y)
                && symbol[(x as usize, y as usize)] == Color::Dark
        };
        let grey = |x: u32, y: u32| {
            let at = |n: u32, part: usize| f64::from(n) + (part as f64 + 0.5) / POINTS as f64;
            let dark = (0..POINTS * POINTS).filter(|n| is_dark(at(x, n % POINTS), at(y, n / POINTS))).count();
            255 - (dark * 255 / (POINTS * POINTS)) as u8
        };
        let (width, height) = (width as u32, height as u32);
        let pixels =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| grey(x, y)).collect();
        (width, height, pixels)
    }

    /// Bytes that look random and are the same in every run.
    fn bytes(mut state: u64) -> impl FnMut() -> u8 {
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        }
    }

    #[test]
    fn a_symbol_says_what_was_written() {
        let text = "R8-0001-7K3Q 0123-4567-89AB-CDEF-GHJK".to_owned();
        let (width, height, pixels) = picture(std::slice::from_ref(&text), 1, 4.0);
        assert_eq!(read_qrs(width, height, pixels), [text]);
    }

    /// A whole report is a page of symbols as fine as the screen shows them: each is read at one look.
    #[test]
    fn a_page_of_symbols_says_all_that_was_written() {
        let mut byte = bytes(1);
        let mut letter = || char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(byte() >> 3)]);
        for module in [2.48, 3.3] {
            let texts: Vec<String> = (0..12)
                .map(|n| format!("FUIN2:{n}/12:{}", (0..450).map(|_| letter()).collect::<String>()))
                .collect();
            let (width, height, pixels) = picture(&texts, 3, module);
            let mut read = read_qrs(width, height, pixels);
            read.sort_unstable();
            let mut written = texts;
            written.sort_unstable();
            assert_eq!(read, written, "{module} pixels a module");
        }
    }

    #[test]
    fn a_picture_without_a_symbol_says_nothing() {
        assert!(read_qrs(100, 80, (0..8000).map(|n| (n % 100) as u8).collect()).is_empty());
        assert!(read_qrs(1, 1, vec![0]).is_empty());
        assert!(read_qrs(0, 0, Vec::new()).is_empty());
        assert!(read_qrs(2, 2, vec![0; 3]).is_empty());
    }

    /// Whatever a symbol's codewords are, it is read or passed over (ISO/IEC 18004 7.4: modes, ECI, FNC1).
    #[test]
    fn hostile_codewords_are_read_or_passed_over() {
        let mut byte = bytes(7);
        for first in 0..=255_u8 {
            let version = qrcode::Version::Normal(2);
            let mut words: Vec<u8> = (0..28).map(|_| byte()).collect();
            words[0] = first;
            let (data, correction) =
                qrcode::ec::construct_codewords(&words, version, EcLevel::M).expect("codewords");
            let mut canvas = qrcode::canvas::Canvas::new(version, EcLevel::M);
            canvas.draw_all_functional_patterns();
            canvas.draw_data(&data, &correction);
            let modules = canvas.apply_best_mask().into_colors();
            let side = 4 * (25 + 8);
            let dark = |n: usize| {
                let place = |at: usize| (at / 4).checked_sub(4).filter(|&at| at < 25);
                place(n % side).zip(place(n / side)).is_some_and(|(x, y)| modules[y * 25 + x] == Color::Dark)
            };
            let pixels = (0..side * side).map(|n| if dark(n) { 0 } else { 255 }).collect();
            assert!(read_qrs(side as u32, side as u32, pixels).len() <= 1);
        }
    }
}
