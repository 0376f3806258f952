//! The window of decoded pictures of one camera.

mod missing;
mod outcome;
mod standing;
mod sync;
#[cfg(test)]
mod tests;
#[expect(clippy::module_inception, reason = "the folder is named after its one type")]
mod window;

pub use outcome::{Failed, Fed, Feed, Pace, Place, Settled};
pub use standing::Standing;
pub use window::Window;
