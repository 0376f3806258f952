//! The text of a file that somebody picked, or why there is none.
//!
//! Entry point: [`text_of`].

use super::fault::DeskFault;
use crate::{
    fault::Code,
    platform::files::{self, PickedFile},
};

/// Its text.
pub async fn text_of(file: Option<PickedFile>) -> Result<String, DeskFault> {
    let file = file.ok_or(Code::PartsMissing)?;
    Ok(files::read_text(&file, files::MAX_TEXT).await?.ok_or(Code::FileTooLarge)?)
}
