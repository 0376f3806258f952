//! The clock of this computer, and waiting.

use fuin_core::Timestamp;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;

/// Now, as this computer tells it.
pub fn now() -> Timestamp {
    Timestamp::from_unix_secs((js_sys::Date::now() / 1000.0) as i64)
}

/// Milliseconds since 1970, as this computer tells it.
pub fn wall_ms() -> f64 {
    js_sys::Date::now()
}

/// Milliseconds since this page or worker began; never runs backwards.
pub fn monotonic_ms() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into()).unwrap_or(JsValue::NULL);
    performance.dyn_into::<web_sys::Performance>().map_or_else(|_| js_sys::Date::now(), |clock| clock.now())
}

/// Milliseconds on a clock that the page and its worker share.
pub fn shared_ms() -> f64 {
    shared_origin_ms() + monotonic_ms()
}

/// What [`shared_ms`] and [`monotonic_ms`] differ by.
pub fn shared_origin_ms() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into()).unwrap_or(JsValue::NULL);
    performance.dyn_into::<web_sys::Performance>().map_or(0.0, |clock| clock.time_origin())
}

/// Lets other tasks run, and comes back after `ms` milliseconds.
pub async fn after_ms(ms: f64) {
    let promise = js_sys::Promise::new(&mut |resolve, _| call_later(&resolve, ms));
    let _ = JsFuture::from(promise).await;
}

/// Lets the browser put on the screen what was painted. Where it shows nothing, as behind another window, it calls
/// nobody: then this comes back all the same.
pub async fn after_painting() {
    const HIDDEN_MS: f64 = 100.0;
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        call_later(&resolve, HIDDEN_MS);
        let request = js_sys::Reflect::get(&js_sys::global(), &"requestAnimationFrame".into());
        if let Ok(request) = request.and_then(JsCast::dyn_into::<js_sys::Function>) {
            // What was painted goes to the screen behind the functions that are called for it.
            let painted = Closure::once_into_js(move || call_later(&resolve, 0.0));
            let _ = request.call1(&JsValue::NULL, &painted);
        }
    });
    let _ = JsFuture::from(promise).await;
}

fn call_later(work: &js_sys::Function, ms: f64) {
    let set_timeout = js_sys::Reflect::get(&js_sys::global(), &"setTimeout".into());
    if let Ok(set_timeout) = set_timeout.and_then(JsCast::dyn_into::<js_sys::Function>) {
        // Without a timer the promise would never resolve; every browser has one.
        let _ = set_timeout.call2(&JsValue::NULL, work, &ms.into());
    }
}
