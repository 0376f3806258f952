//! The module that decodes H.265.

fn main() {
    fuin_decoders::serve::<fuin_decoders::Hevc>();
}
