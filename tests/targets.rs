//! What is fuzzed: one function for each parser that meets bytes from outside. `mutation.rs` gives them the same
//! mutants in every run; `fuzz/` gives them to libFuzzer, which looks for new paths (`make fuzz`).
//!
//! Each stops the process when a promise is broken; a refusal is a right answer.

use fuin_core::{Header, Index, MediaError, Opened, Sealed, SigningKey, Typ};

use crate::{
    clip, office_key, plan, recipient_key, seal_signed,
    seeds::{self, SMALL, recipient_slot},
    unpacked::Unpacked,
};

/// `header.json`: what anybody can write who finds a stick.
pub fn header(bytes: &[u8]) {
    let _ = Header::parse(bytes);
}

/// A whole file, opened with the recipient's key as far as it lets itself be opened. The recipient's key is quick; a
/// changed passphrase slot would ask for real work each time.
pub fn container(bytes: &[u8]) {
    if let Ok(sealed) = Sealed::read(bytes) {
        let _ = sealed.open_with_key(&recipient_key()).and_then(Opened::verify);
    }
}

/// A manifest that the office's key signed and that says something else: what an insider could write. The manifest of
/// [`crate::sealed_bundle`] is replaced by `payload`, cut or filled with white space to its length.
pub fn manifest(payload: &[u8]) {
    let plain = clip(SMALL);
    let sign = |good: Vec<u8>, office: &SigningKey| {
        let mut payload = payload.to_vec();
        payload.resize(good.len(), b' ');
        office.sign(Typ::Manifest, &payload)
    };
    let bundle = seal_signed(plan(SMALL as u64), &[(&plain, &plain)], &office_key(), recipient_slot, sign);
    if let Ok(bundle) = bundle {
        container(&bundle);
    }
}

/// A clip: what an index says lies inside the file, a sample that is read is prepared for its decoder, and the index
/// comes back from its bytes.
pub fn footage(bytes: &[u8]) {
    let index = read_index(bytes);
    let again = Index::parse(&index.to_bytes(), bytes.len() as u64);
    assert!(
        again.as_ref().is_ok_and(|again| *again == index),
        "an index comes back from its bytes: {:?}",
        again.err()
    );
    for video in &index.videos {
        for sample in video.samples.iter().filter(|sample| !sample.is_missing) {
            let (offset, span) = video.span(sample);
            let data = bytes.get(offset as usize..offset as usize + span);
            #[expect(clippy::expect_used, reason = "this is what is tested")]
            let data = video.gather(sample, data.expect("a sample lies inside the file").to_vec());
            assert_eq!(data.len(), sample.size as usize, "its pieces are all of it");
            let _ = video.codec_of(sample).prepare(data, sample.is_sync);
        }
    }
}

/// The bytes of an index: what is read is what its bytes say, and nothing else says it.
pub fn index(bytes: &[u8]) {
    let clip_bytes = seeds::small_clip().len() as u64;
    if let Ok(index) = Index::parse(bytes, clip_bytes) {
        assert!(
            Index::parse(&index.to_bytes(), clip_bytes).is_ok_and(|again| again == index),
            "it comes back from its bytes"
        );
        for video in &index.videos {
            let inside = |s: &fuin_core::Sample| s.offset + video.span(s).1 as u64 <= clip_bytes;
            assert!(video.samples.iter().all(|s| s.is_missing || inside(s)), "inside the clip");
        }
    }
}

/// The rows of an index, of three pictures or of one, packed as they are in a file: what [`index`] mostly does not
/// reach, because what is packed seldom survives a change.
pub fn rows(bytes: &[u8]) {
    let good = seeds::small_index();
    for mut unpacked in [Unpacked::of(&good), Unpacked::of_one_picture(&good)] {
        unpacked.rows = bytes.to_vec();
        index(&unpacked.index());
    }
}

/// The index of a clip in memory. It asks for no byte outside the file.
#[expect(clippy::expect_used, reason = "this is what is tested")]
pub fn read_index(bytes: &[u8]) -> Index {
    fuin_core::builders::build(&bytes, &mut |_| true).expect("what is asked for lies inside the file")
}

/// The index of a clip that can be played; otherwise why it cannot.
pub fn playable(bytes: &[u8]) -> Result<Index, MediaError> {
    read_index(bytes).playable()
}

/// A picture with a QR symbol, in rows of `width` pixels, and what is typed from it.
pub fn qr(width: u8, pixels: &[u8]) {
    let width = usize::from(width).max(1);
    let height = pixels.len() / width;
    let grey = |x: usize, y: usize| pixels.get(y * width + x).copied().unwrap_or_default();
    if let Some(text) = fuin_model::read_qr(width as u32, height as u32, grey) {
        let _ = fuin_core::ReceiptCode::parse(&text);
        let _ = fuin_core::BundleId::parse_typed(&text);
    }
}
