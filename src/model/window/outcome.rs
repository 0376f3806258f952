//! What follows from a step of the [`super::Window`].

use fuin_core::Decodable;

/// Where a camera is after [`super::Window::advance`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The next picture is due at this time, in microseconds of the clip.
    NextDue(i64),
    /// The next picture should have been shown at this time and is not decoded yet.
    Starving(i64),
    /// There is no later picture.
    Ended,
}

/// What became of the picture that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// None was asked for, or it is still on its way.
    Waiting,
    /// This one is to be shown: the one asked for, or the nearest there is.
    Show(usize),
    /// Nothing of this group can be shown: decoding is to begin at this earlier sample, on the way to this picture.
    Earlier {
        /// The sample.
        start: usize,
        /// The picture.
        target: usize,
    },
    /// The decoder gave no picture at all.
    Nothing,
}

/// What the decoder is to get next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// Nothing now.
    Wait,
    /// It holds more than any decoder does, and gives nothing.
    Broken,
    /// There is no further sample: it gives out what it holds.
    Drain,
    /// Samples from this one on, at most this many.
    Read {
        /// The first sample.
        first: usize,
        /// How many.
        count: usize,
    },
}

/// What is done with one sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fed {
    /// It is not decoded.
    Skip,
    /// Decoding cannot begin here; it is to begin at an earlier sample.
    Earlier {
        /// The sample.
        start: usize,
        /// The picture on the way to which it begins.
        target: usize,
    },
    /// The decoder gets it.
    Decode {
        /// The sample.
        sample: Decodable,
        /// Number of its picture.
        number: usize,
        /// Its picture is awaited: the decoder is asked for it at once and gets nothing else meanwhile.
        at_once: bool,
    },
}

/// What follows from a decoder that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It is no accident of one group.
    Hopeless,
    /// A new decoder goes on.
    TryAgain,
}

/// Where a picture stands beside the one that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// So far before it that nobody will see it.
    Passing,
    /// Before it, and kept.
    Before,
    /// It is what is asked for.
    There,
    /// Behind it, or nothing is asked for.
    Behind,
}
