//! libFuzzer on [`fuin_tests::targets::symbols`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuin_tests::targets::symbols(bytes));
