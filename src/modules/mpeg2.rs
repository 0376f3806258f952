//! The module that decodes MPEG-1 and MPEG-2 video.

fn main() {
    fuin_decoders::serve::<fuin_decoders::Mpeg2>();
}
