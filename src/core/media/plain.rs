//! Sound that is decoded here and not by the browser: G.711, G.726, ADPCM and PCM.
//!
//! Entry point: [`PlainSound`]. Absent: AAC and all else that browsers decode.

use oxideav_adpcm::g726::{BitOrder, BitUnpacker, Rate, State, decode_packet};

use super::audio::AudioCodec;

/// A decoder, which goes on from packet to packet.
pub struct PlainSound {
    codec: AudioCodec,
    channels: usize,
    /// What the next code word of G.726 is decoded by.
    adaptive: Option<(State, BitUnpacker)>,
}

impl PlainSound {
    /// A decoder of sound of so many channels, before its first packet. Of G.726 that need not be the first of the
    /// stream: it finds into it within milliseconds.
    pub fn new(codec: &AudioCodec, channels: u16) -> Self {
        let adaptive = match codec {
            AudioCodec::G726 { bits } => Rate::all()
                .iter()
                .find(|rate| rate.bits() == *bits)
                .map(|rate| (State::new(*rate), BitUnpacker::new(BitOrder::MsbFirst))),
            _ => None,
        };
        Self { codec: codec.clone(), channels: usize::from(channels), adaptive }
    }

    /// Interleaved samples between −1 and 1 of the next packet; none of what the browser decodes.
    pub fn samples(&mut self, bytes: &[u8]) -> Vec<f32> {
        match self.codec {
            AudioCodec::Coded { .. } => Vec::new(),
            AudioCodec::G726 { .. } => {
                let Some((state, unpacker)) = &mut self.adaptive else { return Vec::new() };
                let mut samples = Vec::new();
                decode_packet(bytes, state, unpacker, &mut samples);
                samples.into_iter().map(|sample| f32::from(sample) / 32768.0).collect()
            }
            AudioCodec::Adpcm { syntax, block } => bytes
                .chunks(usize::from(block).max(1))
                .flat_map(|block| syntax.decode(block, self.channels))
                .map(|sample| f32::from(sample) / 32768.0)
                .collect(),
            AudioCodec::ALaw => bytes.iter().map(|&code| f32::from(a_law(code)) / 32768.0).collect(),
            AudioCodec::MuLaw => bytes.iter().map(|&code| f32::from(mu_law(code)) / 32768.0).collect(),
            AudioCodec::Pcm { bits, big_endian, float, unsigned } => {
                let wide = |piece: &[u8]| {
                    let mut word = [0u8; 4];
                    for (to, from) in word.iter_mut().zip(piece) {
                        *to = *from;
                    }
                    if big_endian {
                        u32::from_be_bytes(word)
                    } else {
                        u32::from_le_bytes(word).rotate_left(32 - u32::from(bits))
                    }
                };
                let value = |piece: &[u8]| match (float, unsigned) {
                    (true, _) => f32::from_bits(wide(piece)).clamp(-1.0, 1.0),
                    (false, true) => (f32::from(piece[0]) - 128.0) / 128.0,
                    (false, false) => wide(piece).cast_signed() as f32 / 2_147_483_648.0,
                };
                bytes.chunks_exact(usize::from(bits / 8).max(1)).map(value).collect()
            }
        }
    }
}

/// ITU-T G.711 table 1: A-law code to 16-bit linear.
fn a_law(code: u8) -> i16 {
    let code = code ^ 0x55;
    let (segment, step) = (code >> 4 & 7, i16::from(code & 15));
    let magnitude = match segment {
        0 => (step << 4) + 8,
        _ => ((step << 4) + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// ITU-T G.711 table 2: µ-law code to 16-bit linear.
fn mu_law(code: u8) -> i16 {
    let code = !code;
    let magnitude = (((i16::from(code & 15) << 3) + 0x84) << (code >> 4 & 7)) - 0x84;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}
