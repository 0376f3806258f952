//! libFuzzer on [`fuin_tests::targets::qr`].
#![no_main]

#[derive(Debug, arbitrary::Arbitrary)]
struct Picture<'a> {
    width: u8,
    pixels: &'a [u8],
}

libfuzzer_sys::fuzz_target!(|picture: Picture<'_>| fuin_tests::targets::qr(picture.width, picture.pixels));
