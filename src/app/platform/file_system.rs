//! The File System Access API behind plain functions: choosing files and folders, and writing through a stream.
//!
//! Entry points: [`choose_file`], [`choose_folder`], [`open_stream`], [`write_at`]. A browser without it says
//! so by [`Choice::Impossible`] or [`can_choose_folders`]. Absent: what is written, and when.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DirectoryPickerOptions, DomException, FileSystemCreateWritableOptions, FileSystemDirectoryHandle,
    FileSystemFileHandle, FileSystemPermissionMode, FileSystemWritableFileStream, SaveFilePickerOptions,
    WriteCommandType, WriteParams,
};

use super::{BrowserError, page};

/// A file that the person chose to write into.
pub type FileHandle = FileSystemFileHandle;

/// What became of asking where a file goes.
pub enum Choice {
    /// Into this file.
    File(FileHandle),
    /// This browser does not ask; files become downloads.
    Impossible,
    /// The person called it off.
    CalledOff,
}

fn is_there(name: &str) -> bool {
    page::window()
        .and_then(|window| Reflect::get(&window, &name.into()).ok())
        .is_some_and(|picker| picker.is_function())
}

/// Lets the person choose where a file goes. Must be called while a button is pressed.
pub async fn choose_file(name: &str) -> Choice {
    let Some(window) = page::window().filter(|_| is_there("showSaveFilePicker")) else {
        return Choice::Impossible;
    };
    let options = SaveFilePickerOptions::new();
    options.set_suggested_name(Some(name));
    let Ok(choosing) = window.show_save_file_picker_with_options(&options) else { return Choice::CalledOff };
    JsFuture::from(choosing).await.map_or(Choice::CalledOff, Choice::File)
}

/// Whether this browser lets a page write into folders.
pub fn can_choose_folders() -> bool {
    is_there("showDirectoryPicker")
}

/// Lets the person choose a folder to write into. Must be called while a button is pressed.
pub async fn choose_folder() -> Result<FileSystemDirectoryHandle, BrowserError> {
    let window = page::window().ok_or(BrowserError::new("no window"))?;
    let options = DirectoryPickerOptions::new();
    options.set_mode(FileSystemPermissionMode::Readwrite);
    options.set_id("fuin");
    Ok(JsFuture::from(window.show_directory_picker_with_options(&options)?).await?)
}

/// A promise of the file system, as the type that its specification names; the error has its name in front.
pub async fn settled<T: JsCast>(promise: Promise) -> Result<T, BrowserError> {
    let value = JsFuture::from(promise).await.map_err(|error| {
        let name = error.dyn_ref::<DomException>().map(DomException::name);
        BrowserError::new(format!("{}: {}", name.unwrap_or_default(), BrowserError::from(error).words))
    })?;
    Ok(value.unchecked_into())
}

/// A stream into a file: the browser writes beside it and renames when the stream is closed. With `keep`,
/// what the file holds stays.
pub async fn open_stream(
    handle: &FileSystemFileHandle,
    keep: bool,
) -> Result<FileSystemWritableFileStream, BrowserError> {
    let options = FileSystemCreateWritableOptions::new();
    options.set_keep_existing_data(keep);
    settled(handle.create_writable_with_options(&options)).await
}

/// Writes bytes at an offset of the file.
pub async fn write_at(
    stream: &FileSystemWritableFileStream,
    offset: u64,
    bytes: &[u8],
) -> Result<(), BrowserError> {
    let what = WriteParams::new(WriteCommandType::Write);
    what.set_position(Some(offset as f64));
    what.set_data(&Uint8Array::from(bytes));
    settled::<JsValue>(stream.write_with_write_params(&what)?).await.map(drop)
}
