//! Text as people write and read it: dates in 元号, what keyboards give, tables for spreadsheets; and JSON documents.

mod calendar;
pub(crate) mod crockford;
mod csv;
pub(crate) mod json;
mod name;
mod seen;
pub(crate) mod toml;
mod typed;

pub use calendar::{Day, Timestamp};
pub use csv::csv_table;
pub use name::name_skeleton;
pub(crate) use name::{MAX_FILE_NAME, NameError, check_name, check_shown, is_file_name, is_invisible};
pub use seen::SeenTime;
pub use typed::half_width;
pub(crate) use typed::letters;
