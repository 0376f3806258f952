//! The page around the app: address, title, language, printing, focus.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, HtmlElement, Window};

/// The window, absent in a worker.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document, absent in a worker.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// What stands behind `#` in the address.
pub fn door() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Calls back when the part behind `#` changes.
pub fn on_door_change(mut callback: impl FnMut(String) + 'static) {
    let closure = Closure::<dyn FnMut()>::new(move || callback(door()));
    if let Some(window) = window() {
        window.set_onhashchange(Some(closure.as_ref().unchecked_ref()));
    }
    // Lives as long as the page.
    closure.forget();
}

/// Sets the document's language and title.
pub fn describe(language: &str, title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute("lang", language);
        }
    }
}

/// Arrives at a new screen: from its top, with the focus on the element, so that a screen reader says where we are.
pub fn arrive(id: &str) {
    focus(id);
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Opens the print dialog.
pub fn print() {
    if let Some(window) = window() {
        // A browser without printing has no dialog to show.
        let _ = window.print();
    }
}

/// Moves the focus to an element.
pub fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The element that the app fills.
pub fn mount_point() -> Option<HtmlElement> {
    document()?.get_element_by_id("app")?.dyn_into().ok()
}
