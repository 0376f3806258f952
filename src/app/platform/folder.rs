//! A folder that the user chose, where the browser can write into one. The handle is kept over restarts; the
//! permission is asked for again by the browser.
//!
//! Entry points: [`choose`], [`Folder::restore`]. Absent: what is written.

use js_sys::{JsString, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemHandlePermissionDescriptor, FileSystemPermissionMode,
};

use super::{
    BrowserError,
    db::{self, StoreName},
    file_system::{self, open_stream, settled, write_at},
};

/// The name of the error for what is not there.
const NOT_FOUND: &str = "NotFoundError";

/// A folder.
#[derive(Clone)]
pub struct Folder(FileSystemDirectoryHandle);

/// Lets the person choose a folder and remembers it under `name`. Must be called while a button is pressed.
pub async fn choose(name: &str) -> Result<Folder, BrowserError> {
    let handle = file_system::choose_folder().await?;
    db::write(StoreName::Settings, name, &handle).await?;
    Ok(Folder(handle))
}

fn read_and_write() -> FileSystemHandlePermissionDescriptor {
    let wanted = FileSystemHandlePermissionDescriptor::new();
    wanted.set_mode(FileSystemPermissionMode::Readwrite);
    wanted
}

async fn is_granted(answer: Promise<JsString>) -> bool {
    JsFuture::from(answer).await.is_ok_and(|state| state == "granted")
}

impl Folder {
    /// The folder that was chosen under this name.
    pub async fn restore(name: &str) -> Result<Option<Self>, BrowserError> {
        let stored = db::read(StoreName::Settings, name).await?;
        Ok(stored.and_then(|handle: JsValue| handle.dyn_into().ok()).map(Self))
    }

    /// Whether it may be written without asking.
    pub async fn is_permitted(&self) -> bool {
        is_granted(self.0.query_permission_with_descriptor(&read_and_write())).await
    }

    /// Asks the person. Must be called while a button is pressed.
    pub async fn ask(&self) -> bool {
        is_granted(self.0.request_permission_with_descriptor(&read_and_write())).await
    }

    /// Its name, as the person knows it.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// A folder in it, made if it is not there.
    pub async fn folder(&self, name: &str) -> Result<Self, BrowserError> {
        let made = FileSystemGetDirectoryOptions::new();
        made.set_create(true);
        settled(self.0.get_directory_handle_with_options(name, &made)).await.map(Self)
    }

    /// The bytes of a file; `None` if there is no such file.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, BrowserError> {
        let handle: FileSystemFileHandle = match settled(self.0.get_file_handle(name)).await {
            Ok(handle) => handle,
            // Any other failure is no sign that there is no file.
            Err(error) if error.words.starts_with(NOT_FOUND) => return Ok(None),
            Err(error) => return Err(error),
        };
        let file: File = settled(handle.get_file()).await?;
        Ok(Some(Uint8Array::new(&JsFuture::from(file.array_buffer()).await?).to_vec()))
    }

    /// Deletes a file, if it is there.
    pub async fn remove(&self, name: &str) -> Result<(), BrowserError> {
        match settled::<JsValue>(self.0.remove_entry(name)).await {
            Err(error) if !error.words.starts_with(NOT_FOUND) => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Writes a file: whole, or, with `behind`, only what comes behind that many bytes of it. The browser
    /// writes beside and renames.
    pub async fn write(&self, name: &str, behind: Option<u64>, bytes: &[u8]) -> Result<(), BrowserError> {
        let made = FileSystemGetFileOptions::new();
        made.set_create(true);
        let handle: FileSystemFileHandle = settled(self.0.get_file_handle_with_options(name, &made)).await?;
        let stream = open_stream(&handle, behind.is_some()).await?;
        let written = write_at(&stream, behind.unwrap_or(0), bytes).await;
        // A stream that failed is given up, and the file stays as it was.
        let ending = if written.is_ok() { stream.close() } else { stream.abort() };
        written.and(settled::<JsValue>(ending).await.map(drop))
    }
}
