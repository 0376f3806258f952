//! The messages between page and worker: the only types that both sides share.
//!
//! Entry points: [`Command`] and [`Event`]. Messages are JSON text. Absent: how they travel (`platform/worker.rs`).

mod command;
mod event;
mod facts;
mod module;
mod order;
mod secret;

pub use command::{Command, KeyCommand, Load, PlayCommand, SealCommand, ViewCommand};
pub use event::{Event, KeyEvent, PlayEvent, SealEvent, ViewEvent};
pub use facts::{ClipFacts, Inside, KeyBefore, LookedAt, Outside, Shown, Time};
pub use module::Module;
pub use order::{PreviewOrder, ReportOrder, RequestOrder, SealOrder, TicketOrder};
pub use secret::Typed;
