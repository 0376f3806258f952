//! Pictures from files of any kind: PNG, JPEG and WebP, and videos of those kinds that we index and decode ourselves.
//!
//! Entry points: [`planes`], [`Clip`]. The kind is told by content. Absent: colours.

use std::{io::Cursor, path::Path};

use fuin_core::{Family, MediaError, Pictures, RandomAccess};
use fuin_decoders::{Avc, Decode, Hevc, Mpeg2, Mpeg4, Planes};
use fuin_trace::Plane;
use image::{DynamicImage, ImageReader};

use crate::{
    failure::Failure,
    files::{FileSource, read_bytes},
    index,
    words::said,
};

/// The largest picture file.
const MAX_PICTURE: u64 = 256 << 20;
/// The most pixels of a picture.
const MAX_PIXELS: u64 = 64 << 20;
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
    let clip = Clip::open(path)?;
    let planes = clip.some()?;
    if planes.is_empty() {
        return Err(Failure::new(
            "trace_no_picture",
            said!("映像の画像を一つも復号できませんでした", "no picture of the video could be decoded"),
        ));
    }
    Ok(Footage { what: format!("{}の映像、{} コマ", clip.format, planes.len()), sha256, planes })
}

fn picture(path: &Path) -> Result<(String, Plane), Failure> {
    let bytes = read_bytes(path, MAX_PICTURE)?;
    let damaged = |cause: String| Failure::new("trace_picture", format!("{}: {cause}", path.display()));
    let open = || ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
    let reader = open().map_err(|error| damaged(error.to_string()))?;
    let (width, height) = reader.into_dimensions().map_err(|error| damaged(error.to_string()))?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(damaged(said!(
            "{width} × {height} 画素は、上限 {MAX_PIXELS} を超えています",
            "{width} × {height} pixels are more than {MAX_PIXELS}"
        )));
    }
    let image = open().map_err(|error| damaged(error.to_string()))?.decode();
    let plane = image.map(grey).map_err(|error| damaged(error.to_string()))?;
    Ok((format!("{width}×{height} の画像"), plane))
}

/// A clip whose pictures are decoded as they are wanted.
pub(crate) struct Clip {
    source: FileSource,
    pictures: Pictures,
    /// Its kind of file.
    format: String,
}

impl Clip {
    /// Reads what is in it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let index = index::of(path, true)?.playable()?;
        let track = index.videos.into_iter().next().ok_or(MediaError::NoVideo)?;
        let pictures = Pictures::new(track);
        Ok(Self { source: FileSource::open(path)?, pictures, format: index.format.to_string() })
    }

    /// The samples of its key pictures; of very many, as many as `most`, evenly.
    pub(crate) fn keys(&self, most: usize) -> Vec<usize> {
        let keys: Vec<usize> = self.pictures.key_pictures().map(|key| self.pictures.sample_of(key)).collect();
        let count = keys.len().min(most);
        (0..count).filter_map(|n| keys.get(n * keys.len() / count)).copied().collect()
    }

    /// Some of its pictures: key pictures, if it has enough of them.
    fn some(&self) -> Result<Vec<Plane>, Failure> {
        let keys = self.keys(PICTURES);
        let each = if keys.len() < KEYS { PICTURES.div_ceil(keys.len().max(1)) } else { 1 };
        let mut planes = Vec::new();
        for key in keys {
            self.decode_from(key, each, |plane| planes.push(plane))?;
        }
        Ok(planes)
    }

    /// Decodes so many samples from a key picture on; gives their pictures as they are shown. One that is damaged is
    /// left out.
    pub(crate) fn decode_from(
        &self,
        key: usize,
        count: usize,
        on_picture: impl FnMut(Plane),
    ) -> Result<(), Failure> {
        match self.pictures.track().codec().family() {
            Family::Avc => self.decode_by::<Avc>(key, count, on_picture),
            Family::Hevc => self.decode_by::<Hevc>(key, count, on_picture),
            Family::Mpeg2 | Family::Mpeg1 => self.decode_by::<Mpeg2>(key, count, on_picture),
            Family::Visual => self.decode_by::<Mpeg4>(key, count, on_picture),
            Family::Jpeg => self.decode_jpegs(key, count, on_picture),
            Family::Vp8 | Family::Vp9 | Family::Av1 | Family::Unknown => {
                let codec = &self.pictures.track().codec().name;
                Err(Failure::new(
                    "trace_codec",
                    said!(
                        "{codec} の映像は、ここでは復号できません",
                        "pictures coded as {codec} are not decoded here"
                    ),
                ))
            }
        }
    }

    /// Coded pictures, ready for a decoder, with the numbers of their samples.
    fn coded(&self, key: usize, count: usize) -> Result<Vec<(usize, Vec<u8>)>, Failure> {
        let track = self.pictures.track();
        let mut coded = Vec::new();
        let samples = track.samples.iter().enumerate().skip(key).take(count);
        for (n, sample) in samples.filter(|(_, sample)| !sample.is_missing) {
            let (offset, bytes) = track.span(sample);
            let mut data = vec![0; bytes];
            self.source.read_exact_at(offset, &mut data).map_err(MediaError::from)?;
            let prepared = track.codec_of(sample).prepare(track.gather(sample, data), sample.is_sync);
            if let Ok(Some(ready)) = prepared {
                coded.push((n, ready.data));
            }
        }
        Ok(coded)
    }

    fn decode_by<D: Decode>(
        &self,
        key: usize,
        count: usize,
        mut on_picture: impl FnMut(Plane),
    ) -> Result<(), Failure> {
        let turn = self.pictures.track().turn;
        let configuration = self.pictures.track().samples.get(key).map_or(0, |sample| sample.configuration);
        let began = D::begin(&self.pictures.told(configuration).description);
        let mut decoder = began.map_err(|why| Failure::new("trace_codec", why))?;
        for (n, data) in self.coded(key, count)? {
            if let Ok(Some(planes)) = decoder.decode(&data, n as i64) {
                on_picture(luma(&planes).turned(turn));
            }
        }
        Ok(())
    }

    fn decode_jpegs(
        &self,
        key: usize,
        count: usize,
        mut on_picture: impl FnMut(Plane),
    ) -> Result<(), Failure> {
        for (_, data) in self.coded(key, count)? {
            let decoded = image::load_from_memory_with_format(&data, image::ImageFormat::Jpeg);
            if let Ok(image) = decoded {
                on_picture(grey(image).turned(self.pictures.track().turn));
            }
        }
        Ok(())
    }
}

fn grey(image: DynamicImage) -> Plane {
    let luma = image.into_luma8();
    Plane::new(luma.width() as usize, luma.height() as usize, luma.as_raw())
}

fn luma(planes: &Planes) -> Plane {
    Plane::new(planes.width as usize, planes.height as usize, &planes.bytes)
}
