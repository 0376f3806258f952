//! Reading a QR symbol (ISO/IEC 18004) from the pixels of a picture. Absent: getting them, which the browser does.

/// What the symbols say in a picture of `width` × `height` pixels; `grey` gives the brightness at a column and a row.
/// Those that cannot be read are passed over.
pub fn read_qrs(width: u32, height: u32, grey: impl FnMut(usize, usize) -> u8) -> Vec<String> {
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, grey);
    image.detect_grids().into_iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test stops at the first surprise")]

    use super::read_qrs;

    /// Pixels for one module of the symbol, and modules of white around it (ISO/IEC 18004 asks for four).
    const SCALE: usize = 4;
    const QUIET: usize = 4;

    #[test]
    fn a_symbol_says_what_was_written() {
        let text = "R8-0001-7K3Q 0123-4567-89AB-CDEF-GHJK";
        let symbol = qrcode::QrCode::new(text).expect("a symbol");
        let dark = symbol.to_colors();
        let side = (symbol.width() + 2 * QUIET) * SCALE;
        let grey = |x: usize, y: usize| {
            let module = |n: usize| (n / SCALE).checked_sub(QUIET).filter(|&n| n < symbol.width());
            let place = module(x).zip(module(y)).map(|(x, y)| y * symbol.width() + x);
            if place.is_some_and(|place| dark[place] == qrcode::Color::Dark) { 20 } else { 230 }
        };
        assert_eq!(read_qrs(side as u32, side as u32, grey), [text]);
    }

    #[test]
    fn a_picture_without_a_symbol_says_nothing() {
        assert!(read_qrs(100, 80, |x, _| x as u8).is_empty());
        assert!(read_qrs(1, 1, |_, _| 0).is_empty());
    }
}
