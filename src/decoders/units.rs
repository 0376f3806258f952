//! NAL units in samples and configurations.

/// The NAL units of a sample, each behind its length of so many bytes (ISO/IEC 14496-15 §4.3.2). What is cut off ends
/// the list.
pub(crate) fn length_prefixed(mut data: &[u8], length_bytes: u8) -> Vec<&[u8]> {
    let mut units = Vec::new();
    while let Some((length, rest)) =
        data.split_at_checked(usize::from(length_bytes)).filter(|_| !data.is_empty())
    {
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        let Some((unit, tail)) = rest.split_at_checked(length) else { break };
        if !unit.is_empty() {
            units.push(unit);
        }
        data = tail;
    }
    units
}

/// So many units, each behind its length of two bytes; gives what follows.
fn counted<'a>(mut rest: &'a [u8], count: u16, out: &mut Vec<&'a [u8]>) -> Option<&'a [u8]> {
    for _ in 0..count {
        let (length, tail) = rest.split_first_chunk::<2>()?;
        let (unit, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        out.push(unit);
        rest = tail;
    }
    Some(rest)
}

/// The NAL units of `avcC` (ISO/IEC 14496-15 §5.3.3.1.2): sequence, then picture parameter sets. What is cut off ends
/// the list; a missing set shows when the decoder asks for it.
pub(crate) fn avc_parameter_sets(avcc: &[u8]) -> Vec<&[u8]> {
    fn units<'a>(avcc: &'a [u8], out: &mut Vec<&'a [u8]>) -> Option<()> {
        let rest = counted(avcc.get(6..)?, u16::from(avcc.get(5)? & 31), out)?;
        let (&pictures, rest) = rest.split_first()?;
        counted(rest, pictures.into(), out).map(drop)
    }
    let mut out = Vec::new();
    let _ = units(avcc, &mut out);
    out
}

/// As [`avc_parameter_sets`], of `hvcC` (ISO/IEC 14496-15 §8.3.3.1.2): arrays behind 23 bytes.
pub(crate) fn hevc_parameter_sets(hvcc: &[u8]) -> Vec<&[u8]> {
    fn units<'a>(hvcc: &'a [u8], out: &mut Vec<&'a [u8]>) -> Option<()> {
        let (&arrays, mut rest) = hvcc.get(22..)?.split_first()?;
        for _ in 0..arrays {
            let (head, tail) = rest.split_first_chunk::<3>()?;
            rest = counted(tail, u16::from_be_bytes([head[1], head[2]]), out)?;
        }
        Some(())
    }
    let mut out = Vec::new();
    let _ = units(hvcc, &mut out);
    out
}
