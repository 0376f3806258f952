//! The module that decodes H.264.

fn main() {
    fuin_decoders::serve::<fuin_decoders::Avc>();
}
