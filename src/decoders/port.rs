//! The channel to the player's worker, and «later» (a message to ourselves, so that others come in between).

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    MessageChannel, MessageEvent, MessagePort, VideoColorPrimaries, VideoColorSpaceInit, VideoFrame,
    VideoFrameBufferInit, VideoMatrixCoefficients, VideoPixelFormat, VideoTransferCharacteristics,
};

use crate::planes::{Chroma, Planes};

/// A picture's number becomes its time (`platform/video.rs`).
const MICROS_PER_NUMBER: f64 = 1000.0;
/// From this height on, video that does not say otherwise is BT.709; below, BT.601.
const HD_HEIGHT: u32 = 720;

/// Code points of ISO/IEC 23091-2.
#[derive(Clone, Copy)]
pub(crate) struct Colour {
    primaries: u8,
    transfer: u8,
    matrix: u8,
    full_range: bool,
}

/// What the player asks for.
pub(crate) enum Task {
    /// Start anew.
    Configure { run: f64, description: Vec<u8>, colour: Option<Colour> },
    /// Decode one sample.
    Decode { run: f64, data: Vec<u8>, number: f64 },
    /// Say when everything before this is done.
    Flush { run: f64 },
}

/// This worker's end of the channel.
#[derive(Clone)]
pub(crate) struct Port {
    outside: MessagePort,
    to_self: MessagePort,
    from_self: MessagePort,
}

impl Port {
    /// The port that the page put into `fuinPort` before it started this module.
    pub(crate) fn of_this_worker() -> Option<Self> {
        let outside = Reflect::get(&js_sys::global(), &"fuinPort".into()).ok()?.dyn_into().ok()?;
        let own = MessageChannel::new().ok()?;
        Some(Self { outside, to_self: own.port1(), from_self: own.port2() })
    }

    /// Calls back with every task.
    pub(crate) fn listen(&self, mut on_task: impl FnMut(Task) + 'static) {
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
    pub(crate) fn on_later(&self, work: impl FnMut() + 'static) {
        let closure = Closure::<dyn FnMut()>::new(work);
        self.from_self.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
    }

    /// Lets waiting messages in, then calls.
    pub(crate) fn call_later(&self) {
        // A channel inside one worker takes messages as long as the worker lives.
        let _ = self.to_self.post_message(&JsValue::NULL);
    }

    fn send(&self, run: f64, name: &str, value: &JsValue, transfer: &Array) {
        let message = Object::new();
        let filled = Reflect::set(&message, &"run".into(), &run.into())
            .and_then(|_| Reflect::set(&message, &name.into(), value));
        if filled.is_ok() {
            // If the other end is gone, there is no one to tell.
            let _ = self.outside.post_message_with_transferable(&message, transfer);
        }
    }

    /// A sample is done with; its picture, if any, was sent.
    pub(crate) fn took(&self, run: f64, number: f64) {
        self.send(run, "took", &number.into(), &Array::new());
    }

    /// Everything before the flush is done.
    pub(crate) fn flushed(&self, run: f64) {
        self.send(run, "flushed", &JsValue::TRUE, &Array::new());
    }

    /// This stream cannot be decoded.
    pub(crate) fn error(&self, run: f64, text: &str) {
        self.send(run, "error", &text.into(), &Array::new());
    }

    /// A picture.
    pub(crate) fn frame(&self, run: f64, number: f64, planes: Planes, colour: Option<Colour>) {
        match video_frame(number, &planes, colour) {
            Ok(frame) => self.send(run, "frame", &frame, &Array::of1(&frame)),
            Err(_) => self.error(run, "the browser refused the picture"),
        }
    }
}

fn video_frame(number: f64, planes: &Planes, colour: Option<Colour>) -> Result<VideoFrame, JsValue> {
    let format = match planes.chroma {
        Chroma::Grey | Chroma::Quarter => VideoPixelFormat::I420,
        Chroma::Half => VideoPixelFormat::I422,
        Chroma::Full => VideoPixelFormat::I444,
    };
    let init = VideoFrameBufferInit::new(planes.height, planes.width, format, 0);
    init.set_timestamp_f64(number * MICROS_PER_NUMBER);
    let space = colour_space(planes, colour);
    init.set_color_space(&space);
    VideoFrame::new_with_u8_array_and_video_frame_buffer_init(
        &Uint8Array::from(planes.bytes.as_slice()),
        &init,
    )
}

/// What is not said, or not in a way that browsers know, is what is usual for pictures of this size.
fn colour_space(planes: &Planes, colour: Option<Colour>) -> VideoColorSpaceInit {
    let hd = planes.height >= HD_HEIGHT;
    let matrix = match colour.map(|colour| colour.matrix) {
        Some(0) => VideoMatrixCoefficients::Rgb,
        Some(1) => VideoMatrixCoefficients::Bt709,
        Some(5) => VideoMatrixCoefficients::Bt470bg,
        Some(6) => VideoMatrixCoefficients::Smpte170m,
        Some(9) => VideoMatrixCoefficients::Bt2020Ncl,
        _ if hd => VideoMatrixCoefficients::Bt709,
        _ => VideoMatrixCoefficients::Smpte170m,
    };
    let primaries = match colour.map(|colour| colour.primaries) {
        Some(1) => VideoColorPrimaries::Bt709,
        Some(5) => VideoColorPrimaries::Bt470bg,
        Some(6) => VideoColorPrimaries::Smpte170m,
        Some(9) => VideoColorPrimaries::Bt2020,
        _ if hd => VideoColorPrimaries::Bt709,
        _ => VideoColorPrimaries::Smpte170m,
    };
    let transfer = match colour.map(|colour| colour.transfer) {
        Some(1) => VideoTransferCharacteristics::Bt709,
        Some(13) => VideoTransferCharacteristics::Iec6196621,
        Some(16) => VideoTransferCharacteristics::Pq,
        Some(18) => VideoTransferCharacteristics::Hlg,
        _ if hd => VideoTransferCharacteristics::Bt709,
        _ => VideoTransferCharacteristics::Smpte170m,
    };
    let space = VideoColorSpaceInit::new();
    space.set_full_range(Some(colour.is_some_and(|colour| colour.full_range)));
    space.set_matrix(Some(matrix));
    space.set_primaries(Some(primaries));
    space.set_transfer(Some(transfer));
    space
}

fn task(data: &JsValue) -> Option<Task> {
    let field = |name: &str| Reflect::get(data, &name.into()).ok();
    let bytes = |name: &str| field(name)?.dyn_into::<Uint8Array>().ok().map(|array| array.to_vec());
    let run = field("run")?.as_f64()?;
    if let Some(description) = bytes("configure") {
        let colour = bytes("colour").and_then(|points| match points.as_slice() {
            &[primaries, transfer, matrix, range] => {
                Some(Colour { primaries, transfer, matrix, full_range: range != 0 })
            }
            _ => None,
        });
        Some(Task::Configure { run, description, colour })
    } else if let Some(data) = bytes("decode") {
        Some(Task::Decode { run, data, number: field("number")?.as_f64()? })
    } else {
        field("flush")?.is_truthy().then_some(Task::Flush { run })
    }
}
