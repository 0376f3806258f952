//! Changing the lightness of decoded pictures: their planes are copied out, changed, and made a picture again, without
//! a way over colours where the browser gives planes.
//!
//! Entry point: [`Relighter::change`]. Absent: how it is changed.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{PlaneLayout, VideoFrame, VideoFrameBufferInit, VideoFrameInit, VideoPixelFormat as Format};

use super::{BrowserError, surface::Surface, video::Frame};

/// A picture's bytes, to be changed.
pub enum Pixels<'a> {
    /// Of its plane of lightness.
    Luma(&'a mut [u8]),
    /// Four for each pixel, the second of which is green and the last one no colour.
    Packed(&'a mut [u8]),
}

/// Memory for one picture, used again for the next.
#[derive(Default)]
pub struct Relighter {
    picture: RefCell<Option<Uint8Array>>,
    plane: RefCell<Vec<u8>>,
}

impl Relighter {
    /// The picture, changed by `change`, which gets its bytes and how many a line has.
    pub async fn change(
        &self,
        frame: Frame,
        change: impl FnOnce(Pixels<'_>, usize),
    ) -> Result<Frame, BrowserError> {
        match frame.raw().format() {
            Some(Format::I420 | Format::I420a | Format::I422 | Format::I444 | Format::Nv12) => {
                self.by_bytes(&frame, |bytes, stride| change(Pixels::Luma(bytes), stride)).await
            }
            Some(Format::Rgba | Format::Rgbx | Format::Bgra | Format::Bgrx) => {
                self.by_bytes(&frame, |bytes, stride| change(Pixels::Packed(bytes), stride)).await
            }
            // More than eight bits, or bytes that the browser does not give.
            _ => by_canvas(&frame, |bytes, stride| change(Pixels::Packed(bytes), stride)),
        }
    }

    async fn by_bytes(
        &self,
        frame: &Frame,
        change: impl FnOnce(&mut [u8], usize),
    ) -> Result<Frame, BrowserError> {
        let raw = frame.raw();
        let size = raw.allocation_size()?;
        let kept = self.picture.take().filter(|kept| kept.length() == size);
        let picture = kept.unwrap_or_else(|| Uint8Array::new_with_length(size));
        let layout: Array<PlaneLayout> = JsFuture::from(raw.copy_to_with_buffer_source(&picture)).await?;
        let first = layout.get(0);
        let (width, height) = frame.size();
        let begin = first.get_offset();
        let bytes = picture.subarray(begin, begin + first.get_stride() * height);
        let mut plane = self.plane.take();
        plane.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut plane);
        change(&mut plane, first.get_stride() as usize);
        bytes.copy_from(&plane);
        let format = raw.format().ok_or(BrowserError::new("a picture without a format"))?;
        let init = VideoFrameBufferInit::new_with_f64(height, width, format, raw.timestamp());
        init.set_layout(&layout.iter().collect::<Vec<_>>());
        let (display_width, display_height) = frame.display_size();
        init.set_display_width(display_width as u32);
        init.set_display_height(display_height as u32);
        init.set_color_space(&raw.color_space().to_json());
        let made = VideoFrame::new_with_buffer_source_and_video_frame_buffer_init(&picture, &init)?;
        self.picture.replace(Some(picture));
        self.plane.replace(plane);
        Ok(Frame::from_raw(made))
    }
}

/// By a canvas, in colours of eight bits.
fn by_canvas(frame: &Frame, change: impl FnOnce(&mut [u8], usize)) -> Result<Frame, BrowserError> {
    let canvas = Surface::of_frame(frame, change)?;
    let init = VideoFrameInit::new();
    init.set_timestamp_f64(frame.raw().timestamp());
    Ok(Frame::from_raw(VideoFrame::new_with_offscreen_canvas_and_video_frame_init(&canvas, &init)?))
}
