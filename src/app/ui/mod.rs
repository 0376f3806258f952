//! Building blocks that know no domain type: fields, notices, file pickers, QR symbols.

mod camera;
mod field;
mod icon;
mod notice;
mod picker;
mod qr;
mod submit;
mod wrongs;

pub use camera::QrCamera;
pub use field::{Area, Field, Offers, Select, Tick, TypedTwice, choices, typed};
pub use icon::{Icon, shape};
pub use notice::Notice;
pub use picker::{FilePicker, FilesPicker};
pub use qr::Qr;
pub use submit::Submit;
pub use wrongs::Wrongs;
