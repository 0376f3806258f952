//! Where the ledgers of offices are kept for several desks at once, and what checks a line before it is appended.
//!
//! Entry points: [`Books::append`], which checks signature, chain, head and `Register::admits`; [`Store`] with
//! [`MemoryStore`], [`FolderStore`] and [`PostgresStore`]. A store has no key and judges nothing: it gives turns, and
//! appends all or nothing. Absent: who may append (sessions, roles), HTTP.

mod account;
mod books;
mod documents;
mod fault;
mod folder;
mod ledger_file;
mod memory;
mod named;
mod office_id;
mod postgres;
mod store;

pub use account::{Account, Invitation};
pub use books::{Appended, Author, Books};
pub use documents::{DocumentKind, DocumentName, Documents, PIECE_BYTES, Piece, Standing, Usage};
pub use fault::StoreFault;
pub use folder::FolderStore;
pub use ledger_file::{Found, Oddity, append_lines, mend, text_of};
pub use memory::MemoryStore;
pub use office_id::{OfficeId, office_name};
pub use postgres::PostgresStore;
pub use store::{Growth, Record, Store, Stored, Turn};
