//! Pictures from files of any kind: PNG, JPEG and WebP, and videos of those kinds that we index and decode ourselves.
//!
//! Entry point: [`planes`]. The kind is told by content. Absent: colours.

use std::{io::Cursor, path::Path};

use fuin_core::{Family, MediaError, Pictures, RandomAccess, VideoTrack};
use fuin_decoders::{Avc, Decode, Hevc, Mpeg2, Mpeg4, Planes};
use fuin_trace::Plane;
use image::{DynamicImage, ImageReader};

use crate::{
    failure::Failure,
    files::{FileSource, read_bytes},
    index,
};

/// The largest picture file.
const MAX_PICTURE: u64 = 256 << 20;
/// So many pictures of a video are looked at together.
const PICTURES: usize = 12;
/// From so many pictures on that can be decoded alone, only these are decoded: they lie farther apart.
const KEYS: usize = 4;

/// What of a file is looked at.
pub(crate) struct Footage {
    /// What it is.
    pub what: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Pictures of one size.
    pub planes: Vec<Plane>,
}

/// Its pictures in lightness.
pub(crate) fn planes(path: &Path) -> Result<Footage, Failure> {
    let sha256 = index::sha256_of(path)?;
    let source = FileSource::open(path)?;
    let mut head = [0; 16];
    let begin = &mut head[..source.len().min(16) as usize];
    source.read_exact_at(0, begin).map_err(|error| Failure::file(path, &error))?;
    if image::guess_format(begin).is_ok() {
        let (what, plane) = picture(path)?;
        return Ok(Footage { what, sha256, planes: vec![plane] });
    }
    let index = index::of(path, true)?.playable()?;
    let track = index.videos.into_iter().next().ok_or(MediaError::NoVideo)?;
    let planes = video(&source, track)?;
    Ok(Footage { what: format!("{}の映像、{} コマ", index.format, planes.len()), sha256, planes })
}

fn picture(path: &Path) -> Result<(String, Plane), Failure> {
    let bytes = read_bytes(path, MAX_PICTURE)?;
    let damaged = |cause: String| Failure::new("trace_picture", format!("{}: {cause}", path.display()));
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let image = reader.map_err(|error| damaged(error.to_string()))?.decode();
    let luma = image.map(DynamicImage::into_luma8).map_err(|error| damaged(error.to_string()))?;
    let (width, height) = luma.dimensions();
    let plane = Plane::new(width as usize, height as usize, luma.as_raw());
    Ok((format!("{width}×{height} の画像"), plane))
}

fn video(source: &FileSource, track: VideoTrack) -> Result<Vec<Plane>, Failure> {
    let pictures = Pictures::new(track);
    let decoded = match pictures.track().codec().family() {
        Family::Avc => decode::<Avc>(source, &pictures),
        Family::Hevc => decode::<Hevc>(source, &pictures),
        Family::Mpeg2 | Family::Mpeg1 => decode::<Mpeg2>(source, &pictures),
        Family::Visual => decode::<Mpeg4>(source, &pictures),
        Family::Jpeg => jpegs(source, &pictures),
        Family::Vp8 | Family::Vp9 | Family::Av1 | Family::Unknown => {
            let codec = &pictures.track().codec().name;
            return Err(Failure::new(
                "trace_codec",
                format!("pictures coded as {codec} are not decoded here"),
            ));
        }
    }?;
    if decoded.is_empty() {
        return Err(Failure::new("trace_no_picture", "no picture of the video could be decoded"));
    }
    Ok(decoded)
}

/// The samples to begin at, and how many to decode from each.
fn chosen(pictures: &Pictures) -> Vec<(usize, usize)> {
    let keys: Vec<usize> = pictures.key_pictures().map(|key| pictures.sample_of(key)).collect();
    if keys.len() < KEYS {
        let each = PICTURES.div_ceil(keys.len().max(1));
        return keys.into_iter().map(|key| (key, each)).collect();
    }
    let count = keys.len().min(PICTURES);
    (0..count).filter_map(|n| keys.get(n * keys.len() / count)).map(|key| (*key, 1)).collect()
}

/// The coded pictures that are chosen, ready for a decoder; the first of each run begins decoding anew.
fn coded(source: &FileSource, pictures: &Pictures) -> Result<Vec<(usize, bool, Vec<u8>)>, Failure> {
    let track = pictures.track();
    let mut coded = Vec::new();
    for (first, count) in chosen(pictures) {
        let samples = track.samples.iter().enumerate().skip(first).take(count);
        for (n, sample) in samples.filter(|(_, sample)| !sample.is_missing) {
            let (offset, bytes) = track.span(sample);
            let mut data = vec![0; bytes];
            source.read_exact_at(offset, &mut data).map_err(MediaError::from)?;
            let prepared = track.codec_of(sample).prepare(track.gather(sample, data), sample.is_sync);
            // One that is damaged is left out; others are enough.
            if let Ok(Some(ready)) = prepared {
                coded.push((n, n == first, ready.data));
            }
        }
    }
    Ok(coded)
}

fn decode<D: Decode>(source: &FileSource, pictures: &Pictures) -> Result<Vec<Plane>, Failure> {
    let mut decoder = None;
    let mut planes = Vec::new();
    for (n, begins, data) in coded(source, pictures)? {
        let sample = pictures.track().samples.get(n).map_or(0, |sample| sample.configuration);
        if begins || decoder.is_none() {
            let began = D::begin(&pictures.told(sample).description);
            decoder = Some(began.map_err(|why| Failure::new("trace_codec", why))?);
        }
        let decoded = decoder.as_mut().and_then(|decoder| decoder.decode(&data, n as i64).ok().flatten());
        planes.extend(decoded.as_ref().map(luma));
    }
    Ok(planes)
}

fn luma(planes: &Planes) -> Plane {
    Plane::new(planes.width as usize, planes.height as usize, &planes.bytes)
}

fn jpegs(source: &FileSource, pictures: &Pictures) -> Result<Vec<Plane>, Failure> {
    let coded = coded(source, pictures)?;
    let plane = |data: &Vec<u8>| {
        let luma = image::load_from_memory_with_format(data, image::ImageFormat::Jpeg).ok()?.into_luma8();
        Some(Plane::new(luma.width() as usize, luma.height() as usize, luma.as_raw()))
    };
    Ok(coded.iter().filter_map(|(_, _, data)| plane(data)).collect())
}
