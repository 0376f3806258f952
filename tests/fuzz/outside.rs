//! libFuzzer on [`fuin_tests::targets::outside`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuin_tests::targets::outside(bytes));
