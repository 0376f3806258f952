//! The module that decodes MPEG-4 part 2.

fn main() {
    fuin_decoders::serve::<fuin_decoders::Mpeg4>();
}
