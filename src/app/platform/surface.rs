//! The canvas, painted in the worker: picture and watermark on one surface, so that removing an element of the
//! page removes both or neither.

use fuin_core::watermark::Layout;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::{BrowserError, video::Frame};

/// A canvas that was handed to the worker.
pub struct Surface {
    canvas: OffscreenCanvas,
    context: OffscreenCanvasRenderingContext2d,
}

impl Surface {
    /// Takes over the canvas.
    pub fn new(canvas: JsValue) -> Result<Self, BrowserError> {
        let canvas: OffscreenCanvas = canvas.dyn_into().map_err(|_| BrowserError("no canvas".into()))?;
        let context = canvas.get_context("2d")?.ok_or(BrowserError("no 2d context".into()))?;
        let context = context.dyn_into().map_err(|_| BrowserError("no 2d context".into()))?;
        Ok(Self { canvas, context })
    }

    /// Size of the canvas for pictures of this size, turned clockwise by `rotation` degrees.
    pub fn size(frame: (u32, u32), rotation: u16) -> (u32, u32) {
        if matches!(rotation, 90 | 270) { (frame.1, frame.0) } else { frame }
    }

    /// Paints a picture and its marks, at the picture's own pixels.
    pub fn paint(&self, frame: &Frame, rotation: u16, marks: &Layout) -> Result<(), BrowserError> {
        let (width, height) = frame.display_size();
        let (out_width, out_height) = Self::size((width, height), rotation);
        let full_height = out_height + marks.band_px;
        if (self.canvas.width(), self.canvas.height()) != (out_width, full_height) {
            self.canvas.set_width(out_width);
            self.canvas.set_height(full_height);
        }
        let (w, h) = (f64::from(width), f64::from(height));
        let context = &self.context;
        match rotation {
            90 => context.set_transform(0.0, 1.0, -1.0, 0.0, h, 0.0)?,
            180 => context.set_transform(-1.0, 0.0, 0.0, -1.0, w, h)?,
            270 => context.set_transform(0.0, -1.0, 1.0, 0.0, 0.0, w)?,
            _ => context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)?,
        }
        context.draw_image_with_video_frame_and_dw_and_dh(frame.raw(), 0.0, 0.0, w, h)?;
        context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)?;
        self.paint_marks(marks)
    }

    fn paint_marks(&self, marks: &Layout) -> Result<(), BrowserError> {
        let context = &self.context;
        context.set_font(&format!(
            "{}px 'Noto Sans JP','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif",
            marks.font_px
        ));
        for label in &marks.labels {
            // Dark beside light: readable on any picture, and faint enough to look through.
            context.set_fill_style_str("rgba(0,0,0,0.28)");
            context.fill_text(&label.text, label.x + 1.0, label.y + 1.0)?;
            context.set_fill_style_str("rgba(255,255,255,0.34)");
            context.fill_text(&label.text, label.x, label.y)?;
        }
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        context.set_fill_style_str("#1a1a1a");
        let band_top = height - f64::from(marks.band_px);
        context.fill_rect(0.0, band_top, width, height - band_top);
        context.set_fill_style_str("#ffffff");
        let caption = &marks.caption;
        context.fill_text_with_max_width(
            &caption.text,
            caption.x,
            caption.y,
            (width - 2.0 * caption.x).max(1.0),
        )?;
        Ok(())
    }

    /// Blackens the canvas.
    pub fn clear(&self) {
        self.context.set_fill_style_str("#000000");
        self.context.fill_rect(0.0, 0.0, f64::from(self.canvas.width()), f64::from(self.canvas.height()));
    }
}
