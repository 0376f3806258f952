//! `fuin serve`: the page and one ledger for several desks, over HTTPS (record 43).
//!
//! Entry points: [`serve`] with [`Options`]; [`router`] for what is served, without a connection; [`invite`], by which
//! the first people of an office may sign in. What a desk and a server say to each other is in `API.md`. Absent: keys
//! of an office. The server appends what a desk signed, and could sign nothing.

mod accounts;
mod guard;
mod limits;
mod metrics;
mod page;
mod passkeys;
mod password;
mod refusal;
mod routes;
mod serve;
mod sessions;
mod state;

pub use accounts::{Invited, invite};
pub use page::{speaking, with_meta};
pub use refusal::Refusal;
pub use routes::router;
pub use serve::{Options, ServeError, Tls, log_to_stderr, serve};
pub use sessions::Lifetime;
pub use state::{Server, Settings};
