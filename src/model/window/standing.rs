//! Which picture a camera shows, and which it goes to.
//!
//! Entry point: [`Standing`]. Absent: the pictures.

use super::outcome::Place;

/// Where a camera stands.
#[derive(Debug, Default)]
pub struct Standing {
    /// The picture where the camera stands.
    pub(super) current: Option<usize>,
    /// The picture on the canvas, if another one stands in for it.
    pub(super) stands_in: Option<usize>,
    /// The picture to go to.
    pub(super) target: Option<usize>,
    /// Pictures that painting was too late for.
    pub(super) passed_over: u64,
    /// The canvas is black.
    pub(super) hidden: bool,
}

impl Standing {
    /// The picture where the camera stands, or goes to.
    pub fn here(&self) -> usize {
        self.target.or(self.current).unwrap_or(0)
    }

    /// The picture where the camera stands.
    pub fn current(&self) -> Option<usize> {
        self.current
    }

    /// The picture that stands in for the current one.
    pub fn stands_in(&self) -> Option<usize> {
        self.stands_in
    }

    /// The picture on the canvas, if there is one.
    pub fn shown(&self) -> Option<usize> {
        self.stands_in.or(self.current).filter(|_| !self.hidden)
    }

    /// Whether the picture that was asked for is not there yet.
    pub fn is_settling(&self) -> bool {
        self.target.is_some()
    }

    /// Whether the canvas is black for want of a picture.
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Pictures passed over because painting was late, so far.
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// A picture was painted.
    pub fn painted(&mut self) {
        self.hidden = false;
    }

    /// There is no picture at this time. Whether there was one before.
    pub fn hide(&mut self) -> bool {
        self.target = None;
        !std::mem::replace(&mut self.hidden, true)
    }

    /// Where a picture stands beside the one that is asked for; `behind` is how many before it are kept.
    pub fn place(&self, number: usize, behind: usize) -> Place {
        match self.target {
            Some(target) if number + behind < target => Place::Passing,
            Some(target) if number < target => Place::Before,
            Some(target) if number == target => Place::There,
            _ => Place::Behind,
        }
    }
}
