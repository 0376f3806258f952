//! ADPCM as WAVE and QuickTime files have it: blocks that stand each for itself, four bits a sample. IMA (Interactive
//! Multimedia Association, Recommended Practices for Enhancing Digital Audio Compatibility, 1992), and Microsoft's.
//!
//! Entry point: [`Adpcm`]. Absent: G.726 (`plain`).

use serde::{Deserialize, Serialize};

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adpcm {
    /// IMA in WAVE format 0x11.
    Ima,
    /// IMA in QuickTime's `ima4`.
    Quicktime,
    /// WAVE format 0x02.
    Microsoft,
}

impl Adpcm {
    /// Bytes of a block's head, for each channel.
    fn head(self) -> usize {
        match self {
            Self::Ima => 4,
            Self::Quicktime => 2,
            Self::Microsoft => 7,
        }
    }

    /// Whether blocks of so many bytes hold such sound of so many channels.
    pub(super) fn is_sane(self, block: u16, channels: u16) -> bool {
        let (block, channels) = (usize::from(block), usize::from(channels));
        let fits = match self {
            Self::Quicktime => block == QUICKTIME_BLOCK * channels,
            Self::Ima | Self::Microsoft => block > self.head() * channels,
        };
        (1..=2).contains(&channels) && fits
    }

    /// Samples of one channel in a block of so many bytes, or in what is left of one.
    pub(super) fn samples_in(self, bytes: usize, channels: usize) -> usize {
        let Some(data) = bytes.checked_sub(self.head() * channels) else { return 0 };
        match self {
            Self::Ima => 1 + data / (4 * channels) * 8,
            Self::Quicktime => data * 2 / channels,
            Self::Microsoft => 2 + data * 2 / channels,
        }
    }

    /// Interleaved samples of a block.
    pub(super) fn decode(self, block: &[u8], channels: usize) -> Vec<i16> {
        let Some((head, data)) = block.split_at_checked(self.head() * channels) else { return Vec::new() };
        match self {
            Self::Ima => ima(head, data, channels),
            Self::Quicktime => quicktime(block, channels),
            Self::Microsoft => microsoft(head, data, channels),
        }
    }
}

/// Both halves of a byte, the lower first.
fn halves(byte: u8) -> [u8; 2] {
    [byte & 15, byte >> 4]
}

fn clamped(sample: i32) -> i16 {
    sample.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

fn word(bytes: &[u8], number: usize) -> i16 {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    i16::from_le_bytes([byte(2 * number), byte(2 * number + 1)])
}

const IMA_STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88,
    97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658,
    724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660,
    4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818,
    18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

/// What the next sample of IMA is made from.
struct Ima {
    sample: i16,
    index: usize,
}

impl Ima {
    fn new(sample: i16, index: u8) -> Self {
        Self { sample, index: usize::from(index).min(IMA_STEPS.len() - 1) }
    }

    /// As files of WAVE are decoded: rounded once.
    fn next(&mut self, code: u8) -> i16 {
        self.go(code, ((2 * i32::from(code & 7) + 1) * IMA_STEPS[self.index]) >> 3)
    }

    /// As files of QuickTime are decoded: every part of the step rounded, as the recommendation has it.
    fn next_by_parts(&mut self, code: u8) -> i16 {
        let step = IMA_STEPS[self.index];
        let part = |bit: u8, shift: u32| if code & bit == 0 { 0 } else { step >> shift };
        self.go(code, (step >> 3) + part(4, 0) + part(2, 1) + part(1, 2))
    }

    fn go(&mut self, code: u8, difference: i32) -> i16 {
        const INDEX_CHANGES: [i8; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];
        let signed = if code & 8 == 0 { difference } else { -difference };
        self.sample = clamped(i32::from(self.sample) + signed);
        let change = INDEX_CHANGES[usize::from(code & 7)];
        self.index = self.index.saturating_add_signed(change.into()).min(IMA_STEPS.len() - 1);
        self.sample
    }
}

/// The channels take turns, each with eight samples in four bytes.
fn ima(head: &[u8], data: &[u8], channels: usize) -> Vec<i16> {
    let mut state: Vec<Ima> = head.chunks_exact(4).map(|head| Ima::new(word(head, 0), head[2])).collect();
    let mut out: Vec<i16> = state.iter().map(|one| one.sample).collect();
    for group in data.chunks_exact(4 * channels) {
        let begin = out.len();
        out.resize(begin + 8 * channels, 0);
        for (channel, (four, one)) in group.chunks_exact(4).zip(&mut state).enumerate() {
            for (n, code) in four.iter().copied().flat_map(halves).enumerate() {
                out[begin + n * channels + channel] = one.next(code);
            }
        }
    }
    out
}

/// Bytes of a channel in a block of QuickTime's.
pub(crate) const QUICKTIME_BLOCK: usize = 34;

/// Each channel's bytes stand together, and begin with the upper nine bits of the sample before, and seven of the
/// step's number (QuickTime File Format Specification, "IMA 4:1").
fn quicktime(block: &[u8], channels: usize) -> Vec<i16> {
    let mut out = vec![0; block.len() / QUICKTIME_BLOCK * (QUICKTIME_BLOCK - 2) * 2];
    for (channel, block) in block.chunks_exact(QUICKTIME_BLOCK).enumerate() {
        let (high, low) = (block[0], block[1]);
        let mut one = Ima::new(i16::from_be_bytes([high, low & 0x80]), low & 0x7F);
        for (n, code) in block[2..].iter().copied().flat_map(halves).enumerate() {
            if let Some(place) = out.get_mut(n * channels + channel) {
                *place = one.next_by_parts(code);
            }
        }
    }
    out
}

/// What the next sample of a channel is made from.
#[derive(Clone, Copy)]
struct Predicted {
    coefficients: (i32, i32),
    delta: i32,
    latest: i16,
    before: i16,
}

/// The channels take turns with each sample, the higher half of a byte first.
fn microsoft(head: &[u8], data: &[u8], channels: usize) -> Vec<i16> {
    const COEFFICIENTS: [(i32, i32); 7] =
        [(256, 0), (512, -256), (0, 0), (192, 64), (240, 0), (460, -208), (392, -232)];
    const CHANGES: [i32; 16] =
        [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];
    let (predictors, words) = head.split_at(channels);
    let mut state: Vec<Predicted> = predictors
        .iter()
        .enumerate()
        .map(|(channel, predictor)| Predicted {
            coefficients: COEFFICIENTS.get(usize::from(*predictor)).copied().unwrap_or_default(),
            delta: word(words, channel).into(),
            latest: word(words, channels + channel),
            before: word(words, 2 * channels + channel),
        })
        .collect();
    let mut out: Vec<i16> = state.iter().map(|one| one.before).collect();
    out.extend(state.iter().map(|one| one.latest));
    for (n, code) in data.iter().flat_map(|byte| [byte >> 4, byte & 15]).enumerate() {
        let one = &mut state[n % channels];
        let signed = i32::from(code) - if code & 8 == 0 { 0 } else { 16 };
        let (first, second) = one.coefficients;
        let predicted = (i32::from(one.latest) * first + i32::from(one.before) * second) / 256;
        let sample = clamped(predicted.saturating_add(signed.saturating_mul(one.delta)));
        (one.before, one.latest) = (one.latest, sample);
        // Sixteen times the largest sample is more than any sound has.
        one.delta = ((CHANGES[usize::from(code)] * one.delta) >> 8).clamp(16, i32::from(i16::MAX) * 16);
        out.push(sample);
    }
    out.truncate(out.len() / channels * channels);
    out
}
