//! The channel to the player's worker, and «later» (a message to ourselves, so that others come in between).

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    MessageChannel, MessageEvent, MessagePort, VideoColorPrimaries, VideoColorSpaceInit, VideoFrame,
    VideoFrameBufferInit, VideoMatrixCoefficients, VideoPixelFormat, VideoTransferCharacteristics,
};

use crate::picture::Planes;

/// A picture's number becomes its time (`platform/video.rs`).
const MICROS_PER_NUMBER: f64 = 1000.0;
/// From this height on, video that does not say otherwise is BT.709; below, BT.601.
const HD_HEIGHT: u32 = 720;

/// What the player asks for.
pub enum Task {
    /// Start anew.
    Configure { run: f64, hvcc: Vec<u8> },
    /// Decode one sample.
    Decode { run: f64, data: Vec<u8>, number: f64 },
    /// Say when everything before this is done.
    Flush { run: f64 },
}

/// This worker's end of the channel.
#[derive(Clone)]
pub struct Port {
    outside: MessagePort,
    to_self: MessagePort,
    from_self: MessagePort,
}

impl Port {
    /// The port that the page put into `fuinPort` before it started this module.
    pub fn of_this_worker() -> Option<Self> {
        let outside = Reflect::get(&js_sys::global(), &"fuinPort".into()).ok()?.dyn_into().ok()?;
        let own = MessageChannel::new().ok()?;
        Some(Self { outside, to_self: own.port1(), from_self: own.port2() })
    }

    /// Calls back with every task.
    pub fn listen(&self, mut on_task: impl FnMut(Task) + 'static) {
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(task) = task(&message.data()) {
                on_task(task);
            }
        });
        self.outside.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        // Lives as long as the worker.
        closure.forget();
    }

    /// What [`Self::call_later`] calls.
    pub fn on_later(&self, work: impl FnMut() + 'static) {
        let closure = Closure::<dyn FnMut()>::new(work);
        self.from_self.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
    }

    /// Lets waiting messages in, then calls.
    pub fn call_later(&self) {
        // A channel inside one worker takes messages as long as the worker lives.
        let _ = self.to_self.post_message(&JsValue::NULL);
    }

    fn send(&self, run: f64, name: &str, value: &JsValue, transfer: &Array) {
        let message = Object::new();
        let filled = Reflect::set(&message, &"run".into(), &run.into())
            .and_then(|_| Reflect::set(&message, &name.into(), value));
        if filled.is_ok() {
            // Nobody is left to tell if the other end is gone.
            let _ = self.outside.post_message_with_transferable(&message, transfer);
        }
    }

    /// A sample was taken.
    pub fn took(&self, run: f64) {
        self.send(run, "took", &JsValue::TRUE, &Array::new());
    }

    /// Everything before the flush is done.
    pub fn flushed(&self, run: f64) {
        self.send(run, "flushed", &JsValue::TRUE, &Array::new());
    }

    /// This stream cannot be decoded.
    pub fn error(&self, run: f64, text: &str) {
        self.send(run, "error", &text.into(), &Array::new());
    }

    /// A picture.
    pub fn frame(&self, run: f64, number: f64, planes: Planes) {
        match video_frame(number, &planes) {
            Ok(frame) => self.send(run, "frame", &frame, &Array::of1(&frame)),
            Err(_) => self.error(run, "the browser refused the picture"),
        }
    }
}

fn video_frame(number: f64, planes: &Planes) -> Result<VideoFrame, JsValue> {
    let format = if planes.full_colour { VideoPixelFormat::I444 } else { VideoPixelFormat::I420 };
    let init = VideoFrameBufferInit::new(planes.height, planes.width, format, 0);
    init.set_timestamp_f64(number * MICROS_PER_NUMBER);
    let space = VideoColorSpaceInit::new();
    space.set_full_range(Some(false));
    if planes.height >= HD_HEIGHT {
        space.set_matrix(Some(VideoMatrixCoefficients::Bt709));
        space.set_primaries(Some(VideoColorPrimaries::Bt709));
        space.set_transfer(Some(VideoTransferCharacteristics::Bt709));
    } else {
        space.set_matrix(Some(VideoMatrixCoefficients::Smpte170m));
        space.set_primaries(Some(VideoColorPrimaries::Smpte170m));
        space.set_transfer(Some(VideoTransferCharacteristics::Smpte170m));
    }
    init.set_color_space(&space);
    VideoFrame::new_with_u8_array_and_video_frame_buffer_init(
        &Uint8Array::from(planes.bytes.as_slice()),
        &init,
    )
}

fn task(data: &JsValue) -> Option<Task> {
    let field = |name: &str| Reflect::get(data, &name.into()).ok();
    let bytes = |name: &str| field(name)?.dyn_into::<Uint8Array>().ok().map(|array| array.to_vec());
    let run = field("run")?.as_f64()?;
    if let Some(hvcc) = bytes("configure") {
        Some(Task::Configure { run, hvcc })
    } else if let Some(data) = bytes("decode") {
        Some(Task::Decode { run, data, number: field("number")?.as_f64()? })
    } else {
        field("flush")?.is_truthy().then_some(Task::Flush { run })
    }
}
