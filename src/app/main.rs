//! The browser app. The page and its worker are the same module with two entries.
//!
//! Page: [`app::App`], behind two doors, `#viewer` and `#office`. Worker: [`worker::run`].
#![allow(
    unreachable_pub,
    reason = "Leptos gives the properties of a component the component's own visibility"
)]

mod app;
mod fault;
mod locale;
mod office;
mod page;
mod platform;
mod ui;
mod viewer;
mod wire;
mod worker;

fn main() {
    console_error_panic_hook::set_once();
    if platform::worker::is_worker() {
        // A worker that cannot listen never answers «ready», and the page says that it stopped.
        let _ = worker::run();
    } else if let Some(element) = platform::page::mount_point() {
        leptos::mount::mount_to(element, app::App).forget();
    }
}
