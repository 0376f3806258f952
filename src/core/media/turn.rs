//! How a picture is turned for display.
//!
//! Entry point: [`Turn`]. Absent: painting.

use serde::{Deserialize, Serialize};

/// First mirrored, left to right, and then turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// 0, 90, 180 or 270 degrees.
    pub degrees: u16,
    /// Whether left and right change places.
    pub mirrored: bool,
}

impl Turn {
    /// Of a matrix that turns and mirrors in steps of 90 degrees: x' = a·x + c·y, y' = b·x + d·y. Any other turns
    /// nothing.
    pub(crate) fn of_matrix([a, b, c, d]: [i64; 4]) -> Self {
        let (degrees, mirrored) = match [a.signum(), b.signum(), c.signum(), d.signum()] {
            [0, 1, -1, 0] => (90, false),
            [-1, 0, 0, -1] => (180, false),
            [0, -1, 1, 0] => (270, false),
            [-1, 0, 0, 1] => (0, true),
            [0, -1, -1, 0] => (90, true),
            [1, 0, 0, -1] => (180, true),
            [0, 1, 1, 0] => (270, true),
            _ => (0, false),
        };
        Self { degrees, mirrored }
    }

    /// Whether width and height change places.
    pub fn is_sideways(self) -> bool {
        matches!(self.degrees, 90 | 270)
    }

    /// Whether it is a turn that can be painted.
    pub(super) fn is_whole(self) -> bool {
        matches!(self.degrees, 0 | 90 | 180 | 270)
    }
}

#[cfg(test)]
mod tests {
    use super::Turn;

    #[test]
    fn a_matrix_turns_what_it_mirrored() {
        // Mirroring before turning is the product of both matrices.
        let turns = [[1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0]];
        for (n, [a, b, c, d]) in turns.into_iter().enumerate() {
            let degrees = 90 * n as u16;
            assert_eq!(Turn::of_matrix([a, b, c, d]), Turn { degrees, mirrored: false });
            assert_eq!(Turn::of_matrix([-a, -b, c, d]), Turn { degrees, mirrored: true });
        }
    }
}
