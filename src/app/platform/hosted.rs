//! The server from which the page came, where it came from one (`fuin serve`). A page that is a file speaks to nobody.
//!
//! Entry points: [`is_hosted`], [`ask`], [`News::listen`], [`keep_page`]. Absent: what is asked (`office/server`).

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, EventSource, MessageEvent, RequestInit, Response};

use super::{BrowserError, page};

/// Milliseconds after which a server that does not answer counts as out of reach.
const PATIENCE: u32 = 20_000;
/// What the server's answers to other pages' questions would lack (`src/server/guard.rs`).
const OWN: &str = "x-fuin";
/// The script that keeps the page (`src/server/service-worker.js`).
const SERVICE_WORKER: &str = "/service-worker.js";

/// Whether a server gave the page out, and says so.
pub fn is_hosted() -> bool {
    page::served_by().is_some()
}

/// What the server answered.
pub struct Answer {
    /// RFC 9110 §15.
    pub status: u16,
    /// The text.
    pub text: String,
}

/// What goes along with a question.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// Nothing.
    Nothing,
    /// JSON.
    Json(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

fn request(method: &str, body: Body<'_>) -> Result<RequestInit, BrowserError> {
    let init = RequestInit::new();
    init.set_method(method);
    let headers = web_sys::Headers::new()?;
    headers.set(OWN, "1")?;
    match body {
        Body::Nothing => {}
        Body::Json(text) => {
            headers.set("content-type", "application/json")?;
            init.set_body(&text.into());
        }
        Body::Bytes(bytes) => init.set_body(&Uint8Array::from(bytes)),
    }
    init.set_headers(&headers);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    Ok(init)
}

async fn answer(method: &str, path: &str, body: Body<'_>) -> Result<Response, BrowserError> {
    let window = page::window().ok_or(BrowserError::new("no window"))?;
    let answered = window.fetch_with_str_and_init(path, &request(method, body)?);
    JsFuture::from(answered).await?.dyn_into().map_err(|_| BrowserError::new("no answer"))
}

/// Asks the server; an error where it cannot be reached.
pub async fn ask(method: &str, path: &str, body: Body<'_>) -> Result<Answer, BrowserError> {
    let response = answer(method, path, body).await?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer { status: response.status(), text })
}

/// Bytes that the server gives out; none where it gives none.
pub async fn bytes(path: &str) -> Result<Option<Vec<u8>>, BrowserError> {
    let response = answer("GET", path, Body::Nothing).await?;
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    Ok(response.ok().then(|| Uint8Array::new(&bytes).to_vec()))
}

/// The file that the page is, as it goes onto sticks.
pub async fn page_file() -> Result<String, BrowserError> {
    Ok(ask("GET", "/fuin.html", Body::Nothing).await?.text)
}

/// What the server tells by itself.
pub enum Told {
    /// The ledger has this many lines.
    Lines(u64),
    /// Desks wait to be enrolled, or do not any more.
    Desks,
    /// The server is there again.
    Open,
    /// The server is out of reach; the browser goes on trying.
    Lost,
    /// The server has nothing to tell to this session any more.
    Ended,
}

/// Listens, until dropped.
pub struct News {
    source: EventSource,
    _closures: Vec<Closure<dyn FnMut(MessageEvent)>>,
}

impl News {
    /// Listens to the server.
    pub fn listen(on_news: impl Fn(Told) + Clone + 'static) -> Result<Self, BrowserError> {
        let source = EventSource::new("/api/news")?;
        let mut closures = Vec::new();
        let mut on = |name: &str, tell: Box<dyn Fn(MessageEvent) -> Option<Told>>| {
            let on_news = on_news.clone();
            let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(told) = tell(event) {
                    on_news(told);
                }
            });
            let added = source.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
            closures.push(closure);
            added
        };
        let lines = |event: MessageEvent| event.data().as_string()?.parse().ok().map(Told::Lines);
        on("lines", Box::new(lines))?;
        on("desks", Box::new(|_| Some(Told::Desks)))?;
        on("open", Box::new(|_| Some(Told::Open)))?;
        let asked = source.clone();
        let lost = move |_| {
            let has_ended = asked.ready_state() == EventSource::CLOSED;
            Some(if has_ended { Told::Ended } else { Told::Lost })
        };
        on("error", Box::new(lost))?;
        Ok(Self { source, _closures: closures })
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Has the browser keep the page, so that it opens without the server. A browser without service workers, or one that
/// refuses, asks the server each time.
pub fn keep_page() {
    let Some(window) = page::window() else { return };
    let navigator: JsValue = window.navigator().into();
    if Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false) {
        let _ = window.navigator().service_worker().register(SERVICE_WORKER);
    }
}
