//! What the recipient sees, one file or folder for each [`super::state::Stage`]. Absent: what the screens do, which
//! [`super::session`] and [`super::player`] have.

pub mod clock;
mod device;
mod extend;
pub mod key;
mod outside;
pub mod play;
pub mod procedure;
pub mod request;
pub mod start;
pub mod stop;
pub mod undertaking;
pub mod verdict;
