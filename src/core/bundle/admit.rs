//! Who watches, and the state that lets them: the only one that gives out clip keys (FORMAT.md §9.4).
//!
//! Entry point: [`Admitted::new`]. Absent: any way to it around a verified signature.

use std::sync::Arc;

use super::{
    clip::ClipCheck,
    content::Content,
    manifest::Clip,
    open::{EntryPlace, Verified},
    part::Part,
    refusal::WindowError,
    terms::Grant,
};
use crate::{
    crypto::{DecryptError, MessageKey},
    port::{Coded, RandomAccess},
    text::{Timestamp, check_name},
};

/// Who is about to watch, and that she affirmed the undertaking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affirmation {
    name: String,
    at: Timestamp,
}

impl Affirmation {
    /// Returns `None` when the text is no name (§1.5).
    pub fn new(name: &str, at: Timestamp) -> Option<Self> {
        let name = name.trim();
        check_name(name).ok()?;
        Some(Self { name: name.to_owned(), at })
    }

    /// Name as typed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// A bundle that may be watched: the only state that gives out clip keys.
pub struct Admitted<R> {
    verified: Arc<Verified<R>>,
    affirmation: Affirmation,
}

impl<R: RandomAccess> Admitted<R> {
    /// Lets one named person watch, within the period and after she affirmed the undertaking (§9.4).
    pub fn new(
        verified: Verified<R>,
        now: Timestamp,
        affirmation: Affirmation,
    ) -> Result<Self, (Box<Verified<R>>, WindowError)> {
        match verified.check_window(now) {
            Ok(()) => Ok(Self { verified: Arc::new(verified), affirmation }),
            Err(error) => Err((Box::new(verified), error)),
        }
    }

    /// The verified bundle.
    pub fn verified(&self) -> &Verified<R> {
        &self.verified
    }

    /// The same bundle for whoever affirms next.
    pub fn admit_next(&self, now: Timestamp, affirmation: Affirmation) -> Result<Self, WindowError> {
        self.verified.check_window(now)?;
        Ok(Self { verified: self.verified.clone(), affirmation })
    }

    /// The bundle as it was before it was admitted, if nobody else holds it.
    pub fn into_verified(self) -> Option<Verified<R>> {
        Arc::into_inner(self.verified)
    }

    /// Who watches.
    pub fn affirmation(&self) -> &Affirmation {
        &self.affirmation
    }

    /// The key of one clip's message, with its place and its manifest entry. Asked again for every clip and at
    /// every resumption, so that a session does not outlive the period.
    pub fn clip(&self, index: usize, now: Timestamp) -> Result<(MessageKey, EntryPlace, &Clip), AccessError> {
        self.verified.check_window(now)?;
        let (clip, place) = self.verified.clip_place(index)?;
        let (key, _) = self.verified.key(Part::Clip(index), &place)?;
        Ok((key, place, clip))
    }

    /// As [`Self::clip`], for its index: whoever reads it segment by segment has the first pictures before the rest.
    pub fn index(
        &self,
        index: usize,
        now: Timestamp,
    ) -> Result<(MessageKey, EntryPlace, &Content), AccessError> {
        self.verified.check_window(now)?;
        let clip = self.verified.manifest().clips.get(index).ok_or(DecryptError::Length)?;
        let place = self.verified.place(Part::Index(index))?;
        let (key, _) = self.verified.key(Part::Index(index), &place)?;
        Ok((key, place, &clip.index.content))
    }

    /// As [`Self::clip`], for taking the clip out of the bundle; refused without [`Grant::Export`].
    pub fn export(&self, index: usize, now: Timestamp) -> Result<(ClipCheck<'_>, EntryPlace), AccessError> {
        if !self.verified.manifest().terms.permits(Grant::Export) {
            return Err(AccessError::NotGranted);
        }
        self.verified.check_window(now)?;
        Ok(self.verified.check_clip(index)?)
    }
}

/// Why a clip's key was not given out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// Outside the period.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// The disclosure does not permit this.
    #[error("the issuing office did not permit taking the clip out")]
    NotGranted,
    /// The message's prefix does not fit.
    #[error(transparent)]
    Decrypt(#[from] DecryptError),
}

impl Coded for AccessError {
    fn code(&self) -> &'static str {
        match self {
            Self::Window(error) => error.code(),
            Self::NotGranted => "not_granted",
            Self::Decrypt(error) => error.code(),
        }
    }
}
