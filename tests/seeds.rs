//! What fuzzing begins with: a good one of each thing that [`crate::targets`] read.

use fuin_core::{Jws, Roots, Sealed, Secret32, SigningKey, Slot, Typ};

use crate::{
    TestEntropy, clip, noon, office_key, plan, recipient_key, seal_signed, sealed_bundle, slot_keys,
};

/// Bytes of the clip inside a fuzzed bundle.
pub const SMALL: usize = 10;

/// A slot for the recipient's key alone: a passphrase slot would ask for real work each time.
pub fn recipient_slot(id: &str, key: &Secret32) -> Vec<Slot> {
    vec![Slot::for_recipient(&TestEntropy::new(2), &recipient_key().public(), id, &slot_keys(key))]
}

/// The payload that [`crate::targets::manifest`] begins with: what the office signed.
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn manifest() -> Vec<u8> {
    let plain = clip(SMALL);
    let seen = std::cell::RefCell::new(Vec::new());
    let sign = |good: Vec<u8>, office: &SigningKey| {
        seen.replace(good.clone());
        office.sign(Typ::Manifest, &good)
    };
    seal_signed(plan(SMALL as u64), &[(&plain, &plain)], &office_key(), recipient_slot, sign)
        .expect("a sealed bundle");
    seen.into_inner()
}

/// The `header.json` of [`sealed_bundle`].
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn header() -> Vec<u8> {
    let sealed = Sealed::read(sealed_bundle(SMALL)).expect("a sealed bundle");
    serde_json::to_vec(sealed.header()).expect("a header")
}

/// The index of [`small_clip`].
pub fn small_index() -> Vec<u8> {
    crate::targets::read_index(&small_clip()).to_bytes()
}

/// Rows of one picture of 400 bytes in the packets of a stream (FORMAT.md §12.4).
pub const PLACES: [u8; 14] = [85, 0x90, 3, 28, 1, 2, 170, 1, 4, 1, 184, 1, 4, 0];

/// A small MP4 made of boxes by hand: one track, three pictures.
pub fn small_clip() -> Vec<u8> {
    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes(), kind.as_slice(), body].concat()
    }
    fn words(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_be_bytes()).collect()
    }
    let ftyp = boxed(b"ftyp", b"isom\0\0\0\0isomavc1");
    let mdat = boxed(b"mdat", &[7; 30]);
    let first = (ftyp.len() + 8) as u32;
    let avcc =
        boxed(b"avcC", &[1, 0x42, 0, 0x1e, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0, 0x1e, 1, 0, 2, 0x68, 0xce]);
    let mut entry = vec![0; 78];
    entry[7] = 1;
    entry[24..28].copy_from_slice(&[0, 64, 0, 48]);
    let avc1 = boxed(b"avc1", &[entry, avcc].concat());
    let stbl = [
        boxed(b"stsd", &[words(&[0, 1]), avc1].concat()),
        boxed(b"stts", &words(&[0, 1, 3, 10])),
        boxed(b"stss", &words(&[0, 1, 1])),
        boxed(b"stsc", &words(&[0, 1, 1, 3, 1])),
        boxed(b"stsz", &words(&[0, 0, 3, 10, 10, 10])),
        boxed(b"stco", &words(&[0, 1, first])),
    ]
    .concat();
    let dref = boxed(b"dref", &[words(&[0, 1]), boxed(b"url ", &words(&[1]))].concat());
    let minf = [boxed(b"vmhd", &words(&[1, 0, 0])), boxed(b"dinf", &dref), boxed(b"stbl", &stbl)].concat();
    let hdlr = [words(&[0, 0]), b"vide".to_vec(), words(&[0, 0, 0]), vec![0]].concat();
    let mdhd = words(&[0, 0, 0, 100, 30, 0x55c4_0000]);
    let mdia = [boxed(b"mdhd", &mdhd), boxed(b"hdlr", &hdlr), boxed(b"minf", &minf)].concat();
    let matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000];
    let tkhd =
        [words(&[3, 0, 0, 1, 0, 30, 0, 0, 0, 0]), words(&matrix), words(&[64 << 16, 48 << 16])].concat();
    let trak = [boxed(b"tkhd", &tkhd), boxed(b"mdia", &mdia)].concat();
    let mvhd = [
        words(&[0, 0, 0, 100, 30, 0x10000, 0x0100_0000, 0, 0]),
        words(&matrix),
        words(&[0, 0, 0, 0, 0, 0, 2]),
    ]
    .concat();
    let moov = [boxed(b"mvhd", &mvhd), boxed(b"trak", &trak)].concat();
    [ftyp, mdat, boxed(b"moov", &moov)].concat()
}

/// A picture with a QR symbol that carries a receipt code: the pixels in a row, and the pixels.
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn symbol() -> (u8, Vec<u8>) {
    let symbol = qrcode::QrCode::new("R8-0001-7K3Q 0123-4567-89AB-CDEF-GHJK").expect("a symbol");
    let picture = symbol.render::<char>().quiet_zone(true).module_dimensions(2, 2).build();
    let width = picture.lines().next().map_or(0, |row| row.chars().count());
    let pixels =
        picture.chars().filter(|&pixel| pixel != '\n').map(|pixel| if pixel == ' ' { 230 } else { 20 });
    (u8::try_from(width).expect("a small picture"), pixels.collect())
}

/// What people type, and symbols say.
pub const TYPED: [(&str, &str); 5] = [
    ("number", "R8-0001-7K3Q"),
    ("code", "0123-4567-89AB-CDEF-GHJK"),
    ("extension", "0000-0F23-4567-89AB-CDEF-GHJK"),
    ("symbol", "FUIN1:R8-0001-7K3Q:0123-4567-89AB-CDEF-GHJK"),
    ("piece", "FUIN2:ABCDEFGH:1/2:ABCDEFGH"),
];

/// The fuzz targets that a kept document is a seed of.
pub fn targets_of(name: &str) -> &'static [&'static str] {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "fuin" | "ticket" => &["ticket", "container"],
        "key" | "pub" => &["documents"],
        "jsonl" => &["ledger"],
        "jws" if name.starts_with("receipt") => &["receipt"],
        "jws" => &["documents"],
        _ => &[],
    }
}

/// What was signed in a kept document, for targets that sign it again.
pub fn payloads(name: &str, document: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let payload = |line: &[u8]| {
        let payload = line.split(|&byte| byte == b'.').nth(1).unwrap_or_default();
        data_encoding::BASE64URL_NOPAD.decode(payload).unwrap_or_default()
    };
    match name {
        "ledger.jsonl" => {
            let lines: Vec<Vec<u8>> = document.split(|&byte| byte == b'\n').map(payload).collect();
            vec![("events", lines.join(&b'\n'))]
        }
        "request.jws" => vec![("request", payload(document))],
        name if name.starts_with("receipt") => vec![("signed_receipt", payload(document))],
        _ => Vec::new(),
    }
}

/// A proof of the second of three lines of a ledger.
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
pub fn proof() -> String {
    let (key, mut ledger) = (office_key(), fuin_core::Ledger::default());
    for lines in 0..3 {
        let event = fuin_core::EventBody::BackedUp { lines };
        ledger.append(noon(), "取扱者", event, &key).unwrap();
    }
    fuin_core::Proof::make(&ledger, 1, &key).unwrap()
}

/// An encrypted message that [`crate::targets::message`] opens.
pub fn message() -> Vec<u8> {
    let key = Secret32::new([7; 32]);
    fuin_core::encrypt_message(&TestEntropy::new(1), &key, b"fuin/1", &[0; 100])
}

/// The certification that is kept for ever.
pub fn certification() -> Jws {
    Jws::new(include_str!("vectors/kept/certification.jws"))
}

/// The root to which it leads.
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn kept_roots() -> Roots {
    Roots::read([include_bytes!("vectors/kept/root.pem").as_slice()]).expect("a certificate")
}

/// What is fuzzed of [`crate::targets::outside`].
pub const OUTSIDE: [(&str, &[u8]); 5] = [
    ("certificate", include_bytes!("vectors/kept/root.pem")),
    ("list", include_bytes!("vectors/kept/root.crl")),
    ("answer", include_bytes!("vectors/kept/good.ocsp")),
    ("stamp", include_bytes!("vectors/kept/manifest.tst")),
    ("certification", include_bytes!("vectors/kept/certification.jws")),
];
