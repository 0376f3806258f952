//! The computer's camera, for reading a QR symbol from paper that is held in front of it. Nothing is recorded.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::{BrowserError, clock, page, qr, symbols::SymbolReader};

const LOOK_EVERY_MS: f64 = 150.0;

/// A camera that runs; it is switched off when dropped.
pub struct Webcam {
    stream: MediaStream,
    video: HtmlVideoElement,
}

impl Webcam {
    /// Asks for the camera and shows it in a `video` element of the page.
    pub async fn open(video_id: &str) -> Result<Self, BrowserError> {
        let window = page::window().ok_or(BrowserError::new("no window"))?;
        let devices = window.navigator().media_devices()?;
        let facing = Object::new();
        // The camera at the back of a tablet, if there are two.
        Reflect::set(&facing, &"facingMode".into(), &"environment".into())?;
        let wanted = MediaStreamConstraints::new();
        wanted.set_video(&facing);
        let stream = JsFuture::from(devices.get_user_media_with_constraints(&wanted)?).await?;
        let stream: MediaStream = stream.dyn_into().map_err(|_| BrowserError::new("no camera"))?;
        let element = page::document().and_then(|document| document.get_element_by_id(video_id));
        let video: Option<HtmlVideoElement> = element.and_then(|element| element.dyn_into().ok());
        let Some(video) = video else {
            stop(&stream);
            return Err(BrowserError::new("the camera's place on the page is gone"));
        };
        video.set_muted(true);
        video.set_src_object(Some(&stream));
        let camera = Self { stream, video };
        JsFuture::from(camera.video.play()?).await?;
        Ok(camera)
    }

    /// Looks until `accept` takes what a symbol says, or `wanted` becomes false.
    pub async fn read(
        &self,
        accept: impl Fn(&str) -> bool,
        wanted: impl Fn() -> bool,
    ) -> Result<Option<String>, BrowserError> {
        let mut reader = SymbolReader::start()?;
        while wanted() {
            if let Some(text) =
                qr::look(&mut reader, &self.video).await?.into_iter().find(|text| accept(text))
            {
                return Ok(Some(text));
            }
            clock::after_ms(LOOK_EVERY_MS).await;
        }
        Ok(None)
    }
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}

impl Drop for Webcam {
    fn drop(&mut self) {
        self.video.set_src_object(None);
        stop(&self.stream);
    }
}

/// Whether this browser has cameras at all.
pub fn is_possible() -> bool {
    let devices =
        page::window().and_then(|window| Reflect::get(&window.navigator(), &"mediaDevices".into()).ok());
    devices.is_some_and(|devices: JsValue| devices.is_object())
}
