//! Pictures that are JPEG files, decoded by the browser as it decodes every image.
//!
//! Entry point: [`JpegDecoder`], which is used like [`super::video::Decoder`]. A picture depends on no other.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, ImageBitmap, VideoFrame, VideoFrameInit, WorkerGlobalScope};

use super::{
    BrowserError,
    video::{Frame, MICROS_PER_NUMBER},
};

/// What is shared with pictures on their way.
struct Shared {
    /// Pictures on their way. The browser decodes several at once; they come out in the order in which they went in.
    under_way: RefCell<VecDeque<Rc<Picture>>>,
    /// Those who wait until there are none.
    waiting: RefCell<Vec<js_sys::Function>>,
    on_frame: Box<dyn Fn(Frame)>,
    on_dequeue: Box<dyn Fn(usize)>,
}

/// A picture that is decoded.
struct Picture {
    number: usize,
    /// None until the browser has answered.
    decoded: RefCell<Option<Result<Frame, BrowserError>>>,
    /// Nobody waits for it any more.
    is_forgotten: Cell<bool>,
}

/// One decoder.
pub struct JpegDecoder(Rc<Shared>);

impl JpegDecoder {
    /// The closures are those of [`super::video::Decoder::new`]; `on_dequeue` gets the number of a picture that is
    /// done with, whether it came or not.
    pub fn new(on_frame: impl Fn(Frame) + 'static, on_dequeue: impl Fn(usize) + 'static) -> Self {
        let (on_frame, on_dequeue) = (Box::new(on_frame), Box::new(on_dequeue));
        let (under_way, waiting) = (RefCell::default(), RefCell::default());
        Self(Rc::new(Shared { under_way, waiting, on_frame, on_dequeue }))
    }

    /// Forgets what is on its way.
    pub fn restart(&self) {
        self.0.under_way.borrow().iter().for_each(|picture| picture.is_forgotten.set(true));
    }

    /// Gives it one picture.
    pub fn decode(&self, data: &[u8], number: usize) -> Result<(), BrowserError> {
        let options = BlobPropertyBag::new();
        options.set_type("image/jpeg");
        let parts = Array::of1(&Uint8Array::from(data));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
        let bitmap = scope.create_image_bitmap_with_blob(&blob)?;
        let (decoded, is_forgotten) = (RefCell::default(), Cell::default());
        let picture = Rc::new(Picture { number, decoded, is_forgotten });
        self.0.under_way.borrow_mut().push_back(picture.clone());
        let shared = self.0.clone();
        spawn_local(async move {
            *picture.decoded.borrow_mut() = Some(frame(bitmap, number).await);
            shared.pass_on();
        });
        Ok(())
    }

    /// Ends when nothing is on its way.
    pub fn flush(&self) -> JsFuture<JsValue> {
        let shared = self.0.clone();
        let promise = Promise::new(&mut move |resolve, _| match shared.under_way.borrow().is_empty() {
            // Resolving a promise does not fail.
            true => drop(resolve.call0(&JsValue::NULL)),
            false => shared.waiting.borrow_mut().push(resolve),
        });
        JsFuture::from(promise)
    }
}

impl Shared {
    /// The next picture, if it is decoded.
    fn next(&self) -> Option<(Rc<Picture>, Result<Frame, BrowserError>)> {
        let mut under_way = self.under_way.borrow_mut();
        let decoded = under_way.front()?.decoded.borrow_mut().take()?;
        under_way.pop_front().map(|picture| (picture, decoded))
    }

    /// Passes on what is decoded up to the first picture that is not.
    fn pass_on(&self) {
        while let Some((picture, decoded)) = self.next() {
            if picture.is_forgotten.get() {
                continue;
            }
            // One that is damaged does not come, which the player notices.
            if let Ok(frame) = decoded {
                (self.on_frame)(frame);
            }
            (self.on_dequeue)(picture.number);
        }
        if self.under_way.borrow().is_empty() {
            for resolve in self.waiting.take() {
                // Resolving a promise does not fail.
                let _ = resolve.call0(&JsValue::NULL);
            }
        }
    }
}

impl Drop for JpegDecoder {
    fn drop(&mut self) {
        self.restart();
    }
}

async fn frame(bitmap: Promise, number: usize) -> Result<Frame, BrowserError> {
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await?.unchecked_into();
    let init = VideoFrameInit::new();
    init.set_timestamp_f64(number as f64 * MICROS_PER_NUMBER);
    let frame = VideoFrame::new_with_image_bitmap_and_video_frame_init(&bitmap, &init);
    bitmap.close();
    Ok(Frame::from_raw(frame?))
}
