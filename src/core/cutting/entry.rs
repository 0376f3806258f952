//! Sample entries of `stsd`: how the samples of a track are coded, as whoever reads an MP4 file wants it said (ISO/IEC
//! 14496-12 §12.1.3, §12.2.3).
//!
//! Entry points: [`video_entry`], [`sound_entry`], [`full`] and [`closed`], which put boxes together. The counterpart
//! of `builders/mp4/entry.rs` and `sound.rs`, which read them.

use super::order::CutError;
use crate::media::{AudioCodec, AudioTrack, Codec, Family, MediaError};

/// One box with this content.
pub(super) fn closed(kind: &[u8; 4], content: &[&[u8]]) -> Result<Vec<u8>, MediaError> {
    let bytes = content.iter().map(|part| part.len()).sum::<usize>() + 8;
    let size = u32::try_from(bytes).map_err(|_| MediaError::Malformed("too many pictures for one table"))?;
    let mut out = Vec::with_capacity(bytes);
    out.extend_from_slice(&size.to_be_bytes());
    out.extend_from_slice(kind);
    content.iter().for_each(|part| out.extend_from_slice(part));
    Ok(out)
}

/// One box with version, flags and this content.
pub(super) fn full(
    kind: &[u8; 4],
    version: u8,
    flags: u32,
    content: &[&[u8]],
) -> Result<Vec<u8>, MediaError> {
    let head = (u32::from(version) << 24 | flags).to_be_bytes();
    closed(kind, &[&[head.as_slice()], content].concat())
}

/// The entry of pictures that are coded so.
pub(super) fn video_entry(codec: &Codec) -> Result<Vec<u8>, CutError> {
    let unknown = || CutError::Codec(codec.family().name().to_owned());
    let object_type = |text: &str| u8::from_str_radix(text, 16).map_err(|_| unknown());
    let (kind, configuration) = match codec.family() {
        Family::Avc => (fourcc(&codec.name), (!codec.description.is_empty()).then_some((b"avcC", None))),
        Family::Hevc => (fourcc(&codec.name), (!codec.description.is_empty()).then_some((b"hvcC", None))),
        Family::Av1 => (fourcc(&codec.name), Some((b"av1C", None))),
        Family::Vp9 => (fourcc(&codec.name), Some((b"vpcC", Some(vp9(codec).ok_or_else(unknown)?)))),
        Family::Visual | Family::Mpeg2 | Family::Mpeg1 | Family::Jpeg => {
            let object = object_type(codec.name.get(5..7).unwrap_or_default())?;
            (Some(*b"mp4v"), Some((b"esds", Some(descriptors(object, 4, &codec.description)))))
        }
        Family::Vp8 | Family::Unknown => (None, None),
    };
    let (kind, (name, body)) = kind.zip(configuration).ok_or_else(unknown)?;
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_| unknown());
    let (width, height) = (side(codec.width)?.to_be_bytes(), side(codec.height)?.to_be_bytes());
    let inch = [0, 72, 0, 0, 0, 72, 0, 0];
    let fixed = [&[0; 6], [0, 1].as_slice(), &[0; 16], &width, &height, &inch, &[0; 4], &[0, 1], &[0; 32]];
    let mut entry = [fixed.concat(), vec![0, 24, 0xFF, 0xFF]].concat();
    entry.extend(closed(name, &[body.as_deref().unwrap_or(&codec.description)])?);
    if codec.pixel_aspect != (1, 1) {
        let (h, v) = codec.pixel_aspect;
        entry.extend(closed(b"pasp", &[&h.to_be_bytes(), &v.to_be_bytes()])?);
    }
    if let Some(colour) = codec.colour {
        let range = if colour.full_range { 0x80 } else { 0 };
        let said = [0, colour.primaries, 0, colour.transfer, 0, colour.matrix, range];
        entry.extend(closed(b"colr", &[b"nclx", &said])?);
    }
    Ok(closed(&kind, &[&entry])?)
}

/// The first four letters of a codec's name.
fn fourcc(name: &str) -> Option<[u8; 4]> {
    name.as_bytes().first_chunk().copied()
}

/// The body of `vpcC` (VP Codec ISO Media File Format Binding): profile, level and depth from the codec's name
/// (`vp09.00.31.08`), 4:2:0, and the colours.
fn vp9(codec: &Codec) -> Option<Vec<u8>> {
    let mut numbers = codec.name.split('.').skip(1).map(|number| number.parse::<u8>().ok());
    let (profile, level, depth) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let unsaid = [2, 2, 2, 0];
    let [primaries, transfer, matrix, range] =
        codec.colour.map_or(unsaid, |c| [c.primaries, c.transfer, c.matrix, u8::from(c.full_range)]);
    let packed = depth.checked_mul(16)? | 1 << 1 | range;
    Some(vec![1, 0, 0, 0, profile, level, packed, primaries, transfer, matrix, 0, 0])
}

/// The body of `esds` (ISO/IEC 14496-1 §7.2.6): objectTypeIndication, streamType, and what the decoder begins with.
fn descriptors(object: u8, stream: u8, specific: &[u8]) -> Vec<u8> {
    fn descriptor(tag: u8, content: &[&[u8]]) -> Vec<u8> {
        let content = content.concat();
        let length = content.len();
        let sevens = [length >> 21, length >> 14, length >> 7].map(|n| n as u8 & 127 | 128);
        [[tag].as_slice(), &sevens, &[length as u8 & 127], &content].concat()
    }
    let specific = if specific.is_empty() { Vec::new() } else { descriptor(5, &[specific]) };
    // Buffer and rates: not said.
    let decoder = descriptor(4, &[&[object, stream << 2 | 1], &[0; 11], &specific]);
    [vec![0; 4], descriptor(3, &[&[0; 3], &decoder, &descriptor(6, &[&[2]])])].concat()
}

/// The entry of sound that is coded so.
pub(super) fn sound_entry(audio: &AudioTrack) -> Result<Vec<u8>, CutError> {
    let unknown = || CutError::Sound(audio.codec.name());
    let (kind, bits, boxes): (&[u8; 4], u16, Vec<u8>) = match &audio.codec {
        AudioCodec::Coded { name, config } => coded(name, config)?.ok_or_else(unknown)?,
        AudioCodec::ALaw => (b"alaw", 16, Vec::new()),
        AudioCodec::MuLaw => (b"ulaw", 16, Vec::new()),
        AudioCodec::Pcm { bits, big_endian, float, unsigned } => match (bits, big_endian, float, unsigned) {
            (16, false, false, false) => (b"sowt", 16, Vec::new()),
            (16, true, false, false) => (b"twos", 16, Vec::new()),
            (8, _, false, true) => (b"raw ", 8, Vec::new()),
            _ => return Ok(linear(audio, *bits, [*float, *big_endian, !*unsigned])?),
        },
        AudioCodec::G726 { .. } | AudioCodec::Adpcm { .. } => return Err(unknown()),
    };
    // Rates of 65,536 and more have no room there; what decodes such sound finds them in its configuration.
    let rate = u16::try_from(audio.rate).unwrap_or_default().to_be_bytes();
    let (channels, bits) = (audio.channels.to_be_bytes(), bits.to_be_bytes());
    let fixed: [&[u8]; 7] = [&[0; 6], &[0, 1], &[0; 8], &channels, &bits, &[0; 4], &rate];
    Ok(closed(kind, &[&fixed.concat(), &[0, 0], &boxes])?)
}

/// What coded sound is called, and its configuration; nothing for what is unknown.
#[expect(clippy::type_complexity, reason = "three parts of an entry")]
fn coded(name: &str, config: &[u8]) -> Result<Option<(&'static [u8; 4], u16, Vec<u8>)>, MediaError> {
    let esds =
        |object: u8| full(b"esds", 0, 0, &[descriptors(object, 5, config).get(4..).unwrap_or_default()]);
    Ok(Some(match name {
        "mp3" => (b"mp4a", 16, esds(0x6B)?),
        "vorbis" => (b"mp4a", 16, esds(0xDD)?),
        "opus" => match opus(config) {
            Some(body) => (b"Opus", 16, closed(b"dOps", &[&body])?),
            None => return Ok(None),
        },
        "flac" => match config.strip_prefix(b"fLaC") {
            Some(blocks) => (b"fLaC", 16, full(b"dfLa", 0, 0, &[blocks])?),
            None => return Ok(None),
        },
        name if name.starts_with("mp4a.40") && !config.is_empty() => (b"mp4a", 16, esds(0x40)?),
        _ => return Ok(None),
    }))
}

/// `dOps` of an OpusHead (RFC 7845 §5.1), whose numbers are little-endian.
fn opus(head: &[u8]) -> Option<Vec<u8>> {
    let [channels, skip_low, skip_high, d, c, b, a, gain_low, gain_high, rest @ ..] =
        head.strip_prefix(b"OpusHead\x01")?
    else {
        return None;
    };
    let fixed = [0, *channels, *skip_high, *skip_low, *a, *b, *c, *d, *gain_high, *gain_low];
    Some([fixed.as_slice(), rest].concat())
}

/// Linear PCM that has no name of its own (QuickTime File Format Specification, "Sound Sample Description (Version
/// 2)"): floating point, big-endian, signed.
fn linear(
    audio: &AudioTrack,
    bits: u8,
    [float, big_endian, signed]: [bool; 3],
) -> Result<Vec<u8>, MediaError> {
    let flags = u32::from(float) | u32::from(big_endian) << 1 | u32::from(signed && !float) << 2;
    let frame = u32::from(bits / 8) * u32::from(audio.channels);
    let fixed: [&[u8]; 6] =
        [&[0; 6], &[0, 1], &[0, 2, 0, 0, 0, 0, 0, 0], &[0, 3, 0, 16, 0xFF, 0xFE, 0, 0], &[0, 1, 0, 0], &[]];
    let second: [&[u8]; 8] = [
        &72u32.to_be_bytes(),
        &f64::from(audio.rate).to_be_bytes(),
        &u32::from(audio.channels).to_be_bytes(),
        &[0x7F, 0, 0, 0],
        &u32::from(bits).to_be_bytes(),
        // Packed.
        &(flags | 8).to_be_bytes(),
        &frame.to_be_bytes(),
        &1u32.to_be_bytes(),
    ];
    closed(b"lpcm", &[&fixed.concat(), &second.concat()])
}
