//! A folder that the user chose, where the browser can write into one (File System Access). The handle is kept over restarts; the
//! permission is asked for again by the browser.
//!
//! Entry points: [`choose`], [`Folder::restore`]. Absent: what is written.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{
    BrowserError,
    db::{self, Kept},
    page,
};

/// The name of the error for what is not there.
const NOT_FOUND: &str = "NotFoundError";

/// A folder.
#[derive(Clone)]
pub struct Folder(JsValue);

async fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, BrowserError> {
    let method: Function = Reflect::get(object, &method.into())?
        .dyn_into()
        .map_err(|_| BrowserError("no such method".into()))?;
    let promise: Promise = method.apply(object, &arguments.iter().collect::<Array>())?.unchecked_into();
    JsFuture::from(promise).await.map_err(|error| {
        let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        BrowserError(format!("{}: {}", name.unwrap_or_default(), BrowserError::from(error).0))
    })
}

fn options(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a field of a fresh object does not fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// Whether this browser lets a page write into folders.
pub fn is_possible() -> bool {
    let picker = page::window().and_then(|window| Reflect::get(&window, &"showDirectoryPicker".into()).ok());
    picker.is_some_and(|picker| picker.is_function())
}

/// Lets the person choose a folder and remembers it under `name`. Must be called while a button is pressed.
pub async fn choose(name: &str) -> Result<Folder, BrowserError> {
    let window: JsValue = page::window().ok_or(BrowserError("no window".into()))?.into();
    let wanted = options(&[("mode", "readwrite".into()), ("id", "fuin".into())]);
    let folder = Folder(call(&window, "showDirectoryPicker", &[wanted]).await?);
    db::write(Kept::Settings, name, &folder.0).await?;
    Ok(folder)
}

impl Folder {
    /// The folder that was chosen under this name.
    pub async fn restore(name: &str) -> Result<Option<Self>, BrowserError> {
        Ok(db::read(Kept::Settings, name).await?.filter(JsValue::is_object).map(Self))
    }

    /// Whether it may be written without asking.
    pub async fn is_permitted(&self) -> bool {
        self.permission("queryPermission").await
    }

    /// Asks the person. Must be called while a button is pressed.
    pub async fn ask(&self) -> bool {
        self.permission("requestPermission").await
    }

    async fn permission(&self, method: &str) -> bool {
        let wanted = options(&[("mode", "readwrite".into())]);
        let state = call(&self.0, method, &[wanted]).await.ok().and_then(|state| state.as_string());
        state.as_deref() == Some("granted")
    }

    /// Its name, as the person knows it.
    pub fn name(&self) -> String {
        Reflect::get(&self.0, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
    }

    /// A folder in it, made if it is not there.
    pub async fn folder(&self, name: &str) -> Result<Self, BrowserError> {
        let made = options(&[("create", true.into())]);
        Ok(Self(call(&self.0, "getDirectoryHandle", &[name.into(), made]).await?))
    }

    /// The bytes of a file; nothing if there is none.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, BrowserError> {
        let handle = match call(&self.0, "getFileHandle", &[name.into()]).await {
            Ok(handle) => handle,
            // Any other failure is no sign that there is no file.
            Err(error) if error.0.starts_with(NOT_FOUND) => return Ok(None),
            Err(error) => return Err(error),
        };
        let file = call(&handle, "getFile", &[]).await?;
        let buffer = call(&file, "arrayBuffer", &[]).await?;
        Ok(Some(Uint8Array::new(&buffer).to_vec()))
    }

    /// Writes a file: whole, or, with `behind`, only what comes behind so many bytes of it. The browser writes beside and renames.
    pub async fn write(&self, name: &str, behind: Option<u64>, bytes: &[u8]) -> Result<(), BrowserError> {
        let made = options(&[("create", true.into())]);
        let handle = call(&self.0, "getFileHandle", &[name.into(), made]).await?;
        let keep = options(&[("keepExistingData", behind.is_some().into())]);
        let stream = call(&handle, "createWritable", &[keep]).await?;
        let what = options(&[
            ("type", "write".into()),
            ("position", (behind.unwrap_or(0) as f64).into()),
            ("data", Uint8Array::from(bytes).into()),
        ]);
        let written = call(&stream, "write", &[what]).await;
        // A stream that failed is given up, and the file stays as it was.
        let end = if written.is_ok() { "close" } else { "abort" };
        let ended = call(&stream, end, &[]).await;
        written.and(ended).map(drop)
    }
}
