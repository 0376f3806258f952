//! What the pattern of a key is: a tile of cells, some of which are always the same and say where the tile lies
//! (pilots), the others carry the coded payload.

use super::code::{CODE_BITS, decode, encode};
use crate::{bundle::SessionId, crypto::Secret32, picture::drawn::Drawn};

/// Cells along each side of a tile.
pub const TILE_CELLS: usize = 48;
const CELLS: usize = TILE_CELLS * TILE_CELLS;
/// Cells for each coded bit; the others are pilots.
const CELLS_PER_BIT: usize = 6;

/// What a cell is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Pilot,
    /// The coded bit with this number.
    Data(usize),
}

/// The pattern of a key.
pub struct MarkLayout {
    key: Secret32,
    roles: Vec<Role>,
    /// Light or dark, for a pilot and for a one.
    lights: Vec<bool>,
}

impl MarkLayout {
    /// That of `key`, the key of one slot's marks (record 39).
    pub fn new(key: &Secret32) -> Self {
        let mut drawn = Drawn::new(key, &[b"tile"]);
        let mut roles: Vec<Role> =
            (0..CODE_BITS * CELLS_PER_BIT).map(|cell| Role::Data(cell % CODE_BITS)).collect();
        roles.resize(CELLS, Role::Pilot);
        for last in (1..CELLS).rev() {
            roles.swap(last, drawn.below(last + 1));
        }
        let lights = (0..CELLS).map(|_| drawn.byte() & 1 == 1).collect();
        Self { key: key.clone(), roles, lights }
    }

    /// Which cells of a tile are light, row by row.
    pub fn tile(&self, session: SessionId) -> Vec<bool> {
        let coded = encode(session.payload(&self.key));
        let is_light = |(role, light): (&Role, &bool)| match role {
            Role::Pilot => *light,
            Role::Data(bit) => *light == coded[*bit],
        };
        self.roles.iter().zip(&self.lights).map(is_light).collect()
    }

    /// The pilots: 1 for light, −1 for dark, and 0 for what carries the payload.
    pub fn pilots(&self) -> Vec<f32> {
        let pilot = |(role, light): (&Role, &bool)| match role {
            Role::Pilot => sign(*light),
            Role::Data(_) => 0.0,
        };
        self.roles.iter().zip(&self.lights).map(pilot).collect()
    }

    /// The session that is read from how light each cell of a tile is; none if its MAC is not this key's.
    pub fn read(&self, cells: &[f32]) -> Option<SessionId> {
        let mut soft = [0.0; CODE_BITS];
        for ((role, light), seen) in self.roles.iter().zip(&self.lights).zip(cells) {
            if let Role::Data(bit) = role {
                soft[*bit] += seen * sign(*light);
            }
        }
        SessionId::of_payload(decode(&soft), &self.key)
    }
}

fn sign(light: bool) -> f32 {
    if light { 1.0 } else { -1.0 }
}
