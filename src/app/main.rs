//! The browser app. The page and its worker are the same module with two entries.
//!
//! Page: [`app::App`], behind two doors, `#viewer` and `#office`. Worker: [`player::worker::run`].
#![allow(
    unreachable_pub,
    reason = "Leptos gives the properties of a component the component's own visibility"
)]

mod app;
mod locale;
mod office;
mod papers;
mod platform;
mod player;
mod request_form;
mod ui;
mod viewer;

fn main() {
    console_error_panic_hook::set_once();
    if platform::worker::is_worker() {
        // A worker that cannot listen never answers «ready», and the page says that it stopped.
        let _ = player::worker::run();
    } else if let Some(element) = platform::page::mount_point() {
        leptos::mount::mount_to(element, app::App).forget();
    }
}
