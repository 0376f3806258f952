//! The original of a picture that was found: the frame that is nearest to it (`fuin trace --clip`).
//!
//! Entry point: [`Original::open`]. Absent: what follows from it (`fuin_trace`).

use std::path::Path;

use fuin_trace::{Beside, Found, Laid, Plane, Traced, without_frames};

use crate::{failure::Failure, footage::Clip, index};

/// Key pictures that are compared at most.
const KEYS: usize = 200;
/// Pictures of a video for which frames are looked for.
const PICTURES: usize = 4;
/// Pictures behind a key picture that are compared.
const BEHIND: usize = 120;
/// Frames by which it is told what stands still.
const STILLS: usize = 4;

/// A clip as the office sealed it.
pub(crate) struct Original {
    clip: Clip,
    /// SHA-256 of the file, in hexadecimal.
    sha256: String,
}

/// Pictures beside a clip.
pub(crate) struct Compared {
    /// What is left of them when their frames are taken away.
    pub left: Option<Traced>,
    /// What that says.
    pub beside: Beside,
}

/// A picture on the frame that is nearest to it.
struct Nearest {
    laid: Laid,
    key: usize,
    frame: Plane,
    closeness: f32,
}

impl Original {
    /// Reads a clip.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        Ok(Self { clip: Clip::open(path)?, sha256: index::sha256_of(path)? })
    }

    /// Pictures beside this clip. `marks` are those found without it: they say where the pictures lie.
    pub(crate) fn compare(&self, pictures: &[Plane], marks: &[Found]) -> Result<Compared, Failure> {
        let nearest = self.nearest(&pictures[..pictures.len().min(PICTURES)], marks)?;
        let stills = self.stills()?;
        let alike = nearest.iter().filter_map(|one| one.laid.likeness(&one.frame, &stills));
        let alike = alike.map(|(alike, _)| alike);
        let beside = Beside {
            sha256: self.sha256.clone(),
            alike: alike.max_by(f32::total_cmp),
            is_whole: self.clip.keys(usize::MAX).len() <= KEYS,
        };
        let pairs: Vec<(&Laid, &Plane)> = nearest.iter().map(|one| (&one.laid, &one.frame)).collect();
        Ok(Compared { left: without_frames(&pairs), beside })
    }

    /// Frames that lie apart: what is the same in them stands still.
    fn stills(&self) -> Result<Vec<Plane>, Failure> {
        let keys = self.clip.keys(STILLS);
        let mut stills = Vec::new();
        for key in &keys {
            self.clip.decode_from(*key, 1, |frame| stills.push(frame))?;
        }
        if let ([key], 1) = (keys.as_slice(), stills.len()) {
            let mut last = None;
            self.clip.decode_from(*key, BEHIND, |frame| last = Some(frame))?;
            stills.extend(last);
        }
        Ok(stills)
    }

    /// The nearest frame of each picture that lies on one in some way. A key picture is decoded once for all.
    fn nearest(&self, pictures: &[Plane], marks: &[Found]) -> Result<Vec<Nearest>, Failure> {
        let keys = self.clip.keys(KEYS);
        let mut best: Vec<Option<Nearest>> = pictures.iter().map(|_| None).collect();
        // How one lies is tried on a few frames, and kept for the others.
        let tried = [0, keys.len() / 2, keys.len().saturating_sub(1)];
        for key in tried.iter().filter_map(|n| keys.get(*n)) {
            self.clip.decode_from(*key, 1, |frame| {
                for (picture, best) in pictures.iter().zip(&mut best) {
                    let Some(laid) = Laid::on(picture, &frame, marks) else { continue };
                    let closeness = laid.closeness(&frame);
                    if best.as_ref().is_none_or(|best| closeness > best.closeness) {
                        *best = Some(Nearest { laid, key: *key, frame: frame.clone(), closeness });
                    }
                }
            })?;
        }
        let mut nearest: Vec<Nearest> = best.into_iter().flatten().collect();
        for key in keys {
            self.clip
                .decode_from(key, 1, |frame| nearest.iter_mut().for_each(|one| one.try_frame(key, &frame)))?;
        }
        for one in &mut nearest {
            let key = one.key;
            self.clip.decode_from(key, BEHIND, |frame| one.try_frame(key, &frame))?;
        }
        Ok(nearest)
    }
}

impl Nearest {
    /// Takes a frame that is nearer.
    fn try_frame(&mut self, key: usize, frame: &Plane) {
        let closeness = self.laid.closeness(frame);
        if closeness > self.closeness {
            (self.key, self.closeness, self.frame) = (key, closeness, frame.clone());
        }
    }
}
