//! The code that protects a payload: a convolutional code of rate 1/4 with 256 states, whose end is joined to
//! its beginning (tail-biting), read with soft decisions (Viterbi, going round several times: Shao, Lin and Fossorier,
//! IEEE Trans. Commun. 51).
//!
//! The generators are those of the greatest free distance, 24 (Larsen, IEEE Trans. Inf. Theory 19).

/// Bits of a payload.
const PAYLOAD_BITS: usize = 64;
/// Generators, in octal as tables have them.
const GENERATORS: [u32; 4] = [0o463, 0o535, 0o733, 0o745];
/// Bits that the encoder remembers.
const MEMORY: u32 = 8;
const STATES: usize = 1 << MEMORY;
/// Bits of a coded payload.
pub(super) const CODE_BITS: usize = PAYLOAD_BITS * GENERATORS.len();
/// Times that the joined code is gone round: the path of the round in the middle has forgotten where it began.
const ROUNDS: usize = 3;

/// What the encoder gives for a bit that comes to a state: a bit of each generator, the first the highest.
fn output(state: usize, bit: usize) -> usize {
    let register = (bit << MEMORY | state) as u32;
    GENERATORS.iter().fold(0, |out, generator| out << 1 | ((register & generator).count_ones() & 1) as usize)
}

fn next(state: usize, bit: usize) -> usize {
    (bit << MEMORY | state) >> 1
}

fn bit_of(payload: u64, n: usize) -> usize {
    (payload >> (PAYLOAD_BITS - 1 - n) & 1) as usize
}

/// The coded payload.
pub(super) fn encode(payload: u64) -> [bool; CODE_BITS] {
    // The encoder begins as it will end: with the last bits in it.
    let last = PAYLOAD_BITS - MEMORY as usize..PAYLOAD_BITS;
    let mut state = last.fold(0, |state, n| next(state, bit_of(payload, n)));
    let mut coded = [false; CODE_BITS];
    for (n, four) in coded.chunks_exact_mut(GENERATORS.len()).enumerate() {
        let bit = bit_of(payload, n);
        let out = output(state, bit);
        for (k, coded) in four.iter_mut().enumerate() {
            *coded = out >> (GENERATORS.len() - 1 - k) & 1 == 1;
        }
        state = next(state, bit);
    }
    coded
}

/// The likeliest payload, from how likely each coded bit is one: positive if it is, the surer the larger.
pub(super) fn decode(soft: &[f32; CODE_BITS]) -> u64 {
    let steps = ROUNDS * PAYLOAD_BITS;
    let mut paths = vec![0.0f32; STATES];
    let mut from = vec![[false; STATES]; steps];
    for (step, from) in from.iter_mut().enumerate() {
        let at = step % PAYLOAD_BITS * GENERATORS.len();
        let four = &soft[at..at + GENERATORS.len()];
        // How well each of the sixteen outputs fits.
        let fits: [f32; 16] = std::array::from_fn(|out| {
            let signed = |(k, soft): (usize, &f32)| if out >> (3 - k) & 1 == 1 { *soft } else { -*soft };
            four.iter().enumerate().map(signed).sum()
        });
        let before = std::mem::replace(&mut paths, vec![f32::MIN; STATES]);
        for (state, length) in before.iter().enumerate() {
            for bit in [0, 1] {
                let (to, length) = (next(state, bit), length + fits[output(state, bit)]);
                if length > paths[to] {
                    // Of the two states before, they differ in the bit that falls out.
                    (paths[to], from[to]) = (length, state & 1 == 1);
                }
            }
        }
    }
    let best = (0..STATES).max_by(|a, b| paths[*a].total_cmp(&paths[*b])).unwrap_or(0);
    let (mut state, mut payload) = (best, 0u64);
    for step in (0..steps).rev() {
        let bit = state >> (MEMORY - 1) & 1;
        if step / PAYLOAD_BITS == ROUNDS / 2 {
            payload |= (bit as u64) << (PAYLOAD_BITS - 1 - step % PAYLOAD_BITS);
        }
        state = (state << 1 & (STATES - 1)) | usize::from(from[step][state]);
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soft(payload: u64) -> [f32; CODE_BITS] {
        encode(payload).map(|bit| if bit { 1.0 } else { -1.0 })
    }

    #[test]
    fn what_was_coded_is_read_again() {
        for payload in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef, 1 << 63] {
            assert_eq!(decode(&soft(payload)), payload);
        }
    }

    /// One coded bit in ten wrong, and as many that say nothing.
    #[test]
    fn damage_is_mended() {
        let mut seed = 1u32;
        for payload in [0xdead_beef_0123_4567, 42] {
            let mut soft = soft(payload);
            for bit in &mut soft {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *bit *= match seed >> 24 {
                    0..26 => -1.0,
                    26..52 => 0.0,
                    _ => 1.0,
                };
            }
            assert_eq!(decode(&soft), payload);
        }
    }
}
