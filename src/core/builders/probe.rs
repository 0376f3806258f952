//! What the tables of an MP4 or Matroska file get wrong, and the pictures themselves say: how their units are told
//! apart, at which of them decoding can start, and in which order they are shown.
//!
//! Entry point: [`probe`]. Of most files a few pictures are looked at, of the others all. Absent: VP9 and AV1, whose
//! samples say whether they are keys when they are played.

use crate::{
    builders::{
        Footage,
        coded::{CodedSyntax, Looker, Seen, Stream, times_by_order},
    },
    media::{Codec, Family, MediaError, Sample, VideoTrack, by_length, start_codes},
};

/// Bytes of a picture in which its first slice mostly begins.
const HEAD_BYTES: usize = 512;
/// Pictures that are looked at before all are.
const SOME: usize = 64;

/// Looks into pictures of a track and mends what its tables say of them.
pub(super) fn probe(footage: &mut Footage<'_>, video: &mut VideoTrack) -> Result<(), MediaError> {
    let Some(syntax) = syntax_of(video.codec()) else { return Ok(()) };
    mend_framing(footage, video, syntax)?;
    let has_units = matches!(syntax, CodedSyntax::Avc | CodedSyntax::Hevc);
    if has_units && video.codec().nal_length_bytes().is_none() {
        // Neither the table nor the first picture has what a decoder begins with.
        return Err(MediaError::Malformed("there is no configuration of the decoder"));
    }
    let first = look(footage, video, syntax, SOME)?;
    let mut doubt = Doubt::of(video, &first);
    // QuickTime names the keys of open groups in a table of their own.
    doubt.keys |= syntax == CodedSyntax::Mpeg2;
    if doubt == Doubt::default() {
        return Ok(());
    }
    let all = look(footage, video, syntax, usize::MAX)?;
    if doubt.keys {
        for (sample, seen) in video.samples.iter_mut().zip(&all) {
            sample.is_sync = seen.is_some_and(|seen| seen.is_key);
        }
    }
    let seen: Option<Vec<Seen>> = all.into_iter().collect();
    if let Some(seen) = seen.filter(|_| doubt.order) {
        let decoded: Vec<i64> = video.samples.iter().map(|sample| sample.pts).collect();
        for (sample, pts) in video.samples.iter_mut().zip(times_by_order(&decoded, &seen)) {
            sample.pts = pts;
        }
    }
    Ok(())
}

fn syntax_of(codec: &Codec) -> Option<CodedSyntax> {
    match codec.family() {
        Family::Avc => Some(CodedSyntax::Avc),
        Family::Hevc => Some(CodedSyntax::Hevc),
        Family::Visual => Some(CodedSyntax::Visual),
        Family::Mpeg2 | Family::Mpeg1 => Some(CodedSyntax::Mpeg2),
        Family::Jpeg | Family::Vp8 | Family::Vp9 | Family::Av1 | Family::Unknown => None,
    }
}

/// What the pictures contradict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Doubt {
    /// Pictures that are marked as keys are none.
    keys: bool,
    /// Pictures are shown in another order than the times say.
    order: bool,
}

impl Doubt {
    fn of(video: &VideoTrack, seen: &[Option<Seen>]) -> Self {
        let known = || video.samples.iter().zip(seen).filter_map(|(sample, seen)| Some((sample, (*seen)?)));
        // Marks that are all alike, which the pictures are not, mark none.
        let marked = video.samples.iter().filter(|sample| sample.is_sync).count();
        let keys = (marked == video.samples.len() && known().any(|(_, seen)| !seen.is_key))
            || (marked == 0 && known().any(|(_, seen)| seen.is_key));
        let is_in_order = video.samples.windows(2).all(|pair| pair[0].pts < pair[1].pts);
        let orders: Vec<_> = known().filter_map(|(_, seen)| seen.order).collect();
        let order = is_in_order && orders.windows(2).any(|pair| pair[0] > pair[1]);
        Self { keys, order }
    }
}

/// Some recorders write start codes into samples, with or without a configuration beside them.
fn mend_framing(
    footage: &Footage<'_>,
    video: &mut VideoTrack,
    syntax: CodedSyntax,
) -> Result<(), MediaError> {
    let Some(sample) = video.samples.iter().find(|sample| !sample.is_missing && sample.size > 0).copied()
    else {
        return Ok(());
    };
    let bytes = footage.read(sample.offset, sample.size as usize)?;
    let length = video.codec().nal_length_bytes();
    let adds_up = length.is_some_and(|length| by_length(length, &bytes).is_some());
    if adds_up || !matches!(bytes.as_slice(), [0, 0, 1, ..] | [0, 0, 0, 1, ..]) {
        return Ok(());
    }
    let known = (video.codec().width, video.codec().height, video.codec().pixel_aspect);
    if length.is_none() {
        let mut stream = Stream::new(syntax);
        stream.feed(&bytes, 0, None)?;
        if let Ok(found) = stream.track(1)
            && let Some(codec) = found.configurations.into_iter().next()
        {
            let (width, height) = if known.0 > 0 { (known.0, known.1) } else { (codec.width, codec.height) };
            let pixel_aspect = if known.2 == (1, 1) { codec.pixel_aspect } else { known.2 };
            video.configurations = vec![Codec { width, height, pixel_aspect, ..codec }];
            video.samples.iter_mut().for_each(|sample: &mut Sample| sample.configuration = 0);
        }
    }
    video.configurations.iter_mut().for_each(|codec| codec.start_codes = true);
    Ok(())
}

/// What the first `count` pictures say; nothing for one that is missing or says nothing.
fn look(
    footage: &mut Footage<'_>,
    video: &VideoTrack,
    syntax: CodedSyntax,
    count: usize,
) -> Result<Vec<Option<Seen>>, MediaError> {
    let mut looker = Looker::new(syntax, &video.codec().description);
    let mut all = Vec::new();
    for sample in video.samples.iter().take(count) {
        if sample.is_missing {
            all.push(None);
            continue;
        }
        if all.len().is_multiple_of(SOME) {
            footage.came_to(sample.offset)?;
        }
        let size = sample.size as usize;
        let head = footage.read(sample.offset, size.min(HEAD_BYTES))?;
        let codec = video.codec_of(sample);
        let seen = looker.look(units(codec, &head));
        // A long message may stand before the picture.
        let seen = match seen {
            None if size > HEAD_BYTES => looker.look(units(codec, &footage.read(sample.offset, size)?)),
            seen => seen,
        };
        all.push(seen);
    }
    Ok(all)
}

/// The units in the beginning of a picture; the last one may be cut off.
fn units<'a>(codec: &Codec, head: &'a [u8]) -> Vec<&'a [u8]> {
    let length_bytes = match codec.nal_length_bytes() {
        Some(length) if !codec.start_codes => length,
        _ => return start_codes::units(head).collect(),
    };
    let (mut units, mut rest) = (Vec::new(), head);
    while let Some((prefix, tail)) = rest.split_at_checked(length_bytes) {
        let length = prefix.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
        let (unit, tail) = tail.split_at(length.min(tail.len()));
        if !unit.is_empty() {
            units.push(unit);
        }
        rest = tail;
    }
    units
}
