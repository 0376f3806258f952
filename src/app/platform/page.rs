//! The page around the app: address, title, language, printing, focus.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, Document, Element, HtmlCanvasElement, HtmlElement, ResizeObserver, Window,
};

use super::BrowserError;

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

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        // A page that cannot be loaded anew stays as it is.
        let _ = window.location().reload();
    }
}

/// Calls back when the part behind `#` changes.
pub fn on_door_change(callback: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(callback);
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

/// As [`arrive`], at the first of these elements that is there.
pub fn arrive_at_first(ids: &[&str]) {
    let is_there = |id: &&&str| by_id::<Element>(id).is_some();
    if let Some(id) = ids.iter().find(is_there) {
        arrive(id);
    }
}

/// Lets the browser ask before this page goes, or not any more.
pub fn warn_before_leaving(warn: bool) {
    thread_local! {
        static ASK: Closure<dyn FnMut(web_sys::Event)> = Closure::new(|event: web_sys::Event| event.prevent_default());
    }
    if let Some(window) = window() {
        ASK.with(|ask| window.set_onbeforeunload(warn.then(|| ask.as_ref().unchecked_ref())));
    }
}

/// Calls back whenever somebody presses a key, or presses or turns something, on this page.
pub fn on_activity(callback: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(callback);
    if let Some(document) = document() {
        for event in ["keydown", "pointerdown", "wheel"] {
            // A page always lets itself be listened to.
            let _ = document.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        }
    }
    // Lives as long as the page.
    closure.forget();
}

/// SHA-256 of the file that this page is, in hexadecimal, where whoever serves it says so (`fuin desk`). A page
/// cannot read its own file.
pub fn served_sha256() -> Option<String> {
    meta("name", "fuin-sha256")
}

/// What says so (`src/cli/view.rs`).
const VIEW: &str = "fuin-view";

/// By whom the page was given out, where a server says so (`fuin serve`).
pub fn served_by() -> Option<String> {
    meta("name", "fuin-server")
}

/// Whether the command line gives the page out to view something (`fuin view`).
pub fn is_view() -> bool {
    meta("name", VIEW).is_some()
}

/// The bundle that it gives out beside the page: how many bytes it has, and its name.
pub fn served_bundle() -> Option<(f64, String)> {
    let said = meta("name", VIEW)?;
    let (bytes, name) = said.split_once(' ')?;
    Some((bytes.parse().ok()?, name.to_owned()))
}

fn meta(attribute: &str, value: &str) -> Option<String> {
    let meta = document()?.query_selector(&format!("meta[{attribute}='{value}']")).ok()??;
    meta.get_attribute("content")
}

/// Whether a file is the one that this page was loaded from: its policy names the hash of every script, so a file of
/// another build has another one. Whoever serves the page may change the policy, and says which file it was.
pub fn is_this_page(file: &[u8]) -> bool {
    if let Some(known) = served_sha256() {
        return known == fuin_core::sha256_hex(file);
    }
    let policy = meta("http-equiv", "Content-Security-Policy").unwrap_or_default();
    let is_in = |text: &str| text.contains(&policy);
    !policy.is_empty() && std::str::from_utf8(file).is_ok_and(is_in)
}

/// A text that the page carries packed, by the end of its element's id (`src/fold/boot.js`): `notice`, the licences of
/// all that the page is made of; `english`; `manual-clerk` and `manual-recipient`.
pub async fn text(name: &str) -> Result<String, BrowserError> {
    let missing = || BrowserError::new(format!("no {name}"));
    let unpack = Reflect::get(&js_sys::global(), &"fuinText".into())?;
    let unpack: Function = unpack.dyn_into().map_err(|_| missing())?;
    let unpacking = unpack.call1(&JsValue::NULL, &format!("fuin-{name}").into())?;
    let unpacking: Promise = unpacking.dyn_into().map_err(|_| missing())?;
    JsFuture::from(unpacking).await?.as_string().ok_or_else(missing)
}

/// Whether the page is a file of this PC. Then a browser may count it as one with every other such file.
pub fn is_file() -> bool {
    window().and_then(|window| window.location().protocol().ok()).is_some_and(|protocol| protocol == "file:")
}

/// Opens the print dialog.
pub fn print() {
    if let Some(window) = window() {
        // A browser without printing has no dialog to show.
        let _ = window.print();
    }
}

/// The element with this id, if it is of this kind.
fn by_id<E: JsCast>(id: &str) -> Option<E> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to an element.
pub fn focus(id: &str) {
    if let Some(element) = by_id::<HtmlElement>(id) {
        let _ = element.focus();
    }
}

/// Moves the focus among the elements that fit a selector, from the focused one (or the edge) by `step`.
pub fn focus_neighbour(selector: &str, step: i32) -> bool {
    let Some(document) = document() else { return false };
    let Ok(found) = document.query_selector_all(selector) else { return false };
    let active = document.active_element();
    let here = (0..found.length()).find(|&n| {
        let node: Option<Element> = found.get(n).and_then(|node| node.dyn_into().ok());
        node.is_some() && node == active
    });
    let next = match here {
        Some(n) => u32::checked_add_signed(n, step),
        None => Some(if step > 0 { 0 } else { found.length().saturating_sub(1) }),
    };
    let element = next.and_then(|n| found.get(n)).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// The element that the app fills.
pub fn mount_point() -> Option<HtmlElement> {
    by_id("app")
}

/// Pixels of the screen in one CSS pixel.
pub fn pixel_ratio() -> f64 {
    window().map_or(1.0, |window| window.device_pixel_ratio()).max(0.1)
}

/// Height of an element on the page.
pub fn height_of(id: &str) -> Option<f64> {
    let high = by_id::<Element>(id)?.get_bounding_client_rect().height();
    (high > 0.0).then_some(high)
}

/// Watches the size of an element, until dropped.
pub struct SizeWatch {
    observer: ResizeObserver,
    _on_change: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Calls back whenever the element has another size on the page; nothing where browsers cannot tell.
    pub fn new(element: &Element, on_change: impl FnMut() + 'static) -> Option<Self> {
        let on_change = Closure::<dyn FnMut()>::new(on_change);
        let observer = ResizeObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _on_change: on_change })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Width and height, on the page, of the element that an event happened on.
pub fn size_of(event: &web_sys::Event) -> Option<(f64, f64)> {
    let element: Element = event.target()?.dyn_into().ok()?;
    let rect = element.get_bounding_client_rect();
    (rect.width() > 0.0 && rect.height() > 0.0).then(|| (rect.width(), rect.height()))
}

/// Moves what is larger than its element by so many pixels; nothing where there is nothing to move.
pub fn scroll_by(id: &str, right: f64, down: f64) {
    if let Some(element) = by_id::<Element>(id) {
        element.scroll_by_with_x_and_y(right, down);
    }
}

/// Brings an element onto the screen, and the keyboard to it.
pub fn show(id: &str) {
    if let Some(element) = by_id::<HtmlElement>(id) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

/// Copies one of the equal parts in which a canvas lies side by side onto all of another. A canvas that cannot be
/// copied leaves the other as it is.
pub fn copy_tile(from: &str, (tile, of): (usize, usize), to: &HtmlCanvasElement) {
    let Some(from) = by_id::<HtmlCanvasElement>(from) else { return };
    let context = to.get_context("2d").ok().flatten().and_then(|it| it.dyn_into().ok());
    let Some(context): Option<CanvasRenderingContext2d> = context else { return };
    let wide = f64::from(from.width()) / of.max(1) as f64;
    let (high, size) = (f64::from(from.height()), (f64::from(to.width()), f64::from(to.height())));
    let _ = context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        &from,
        wide * tile as f64,
        0.0,
        wide,
        high,
        0.0,
        0.0,
        size.0,
        size.1,
    );
}

/// Brings an element onto the screen, if none of it is there.
pub fn reveal(element: &Element) {
    let rect = element.get_bounding_client_rect();
    let high = window().and_then(|window| window.inner_height().ok()).and_then(|high| high.as_f64());
    if rect.bottom() <= 0.0 || high.is_some_and(|high| rect.top() >= high) {
        element.scroll_into_view();
    }
}

/// Whether something fills the screen.
pub fn is_fullscreen() -> bool {
    document().is_some_and(|document| document.fullscreen_element().is_some())
}

/// Where a pointer is in the element that listens to it, as shares of its width and height.
pub fn share_of(event: &web_sys::MouseEvent) -> Option<(f64, f64)> {
    let element: Element = event.current_target()?.dyn_into().ok()?;
    let rect = element.get_bounding_client_rect();
    let (x, y) = (event.client_x() - rect.left(), event.client_y() - rect.top());
    (rect.width() > 0.0 && rect.height() > 0.0).then(|| (x / rect.width(), y / rect.height()))
}

/// Whether a key was pressed on something that uses keys itself: a field, a choice, or a button for space and enter.
pub fn is_control(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return false;
    };
    match element.tag_name().as_str() {
        "SELECT" | "TEXTAREA" => true,
        "INPUT" => {
            // A slider has its own arrows; letters are ours.
            let slider = element.get_attribute("type").as_deref() == Some("range");
            !slider || event.key().starts_with("Arrow") || matches!(event.key().as_str(), "Home" | "End")
        }
        "BUTTON" | "SUMMARY" => matches!(event.key().as_str(), " " | "Enter"),
        _ => false,
    }
}

/// Full screen for the first element that a selector finds, or back.
pub fn toggle_fullscreen(selector: &str) {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    } else if let Ok(Some(element)) = document.query_selector(selector) {
        // A browser that refuses leaves everything as it is.
        let _ = element.request_fullscreen();
    }
}
