//! The canvas, painted in the worker: picture and watermark on one surface, so that removing an element of the
//! page removes both or neither.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use fuin_core::{
    ForensicMark, Lines, Look, MarkBlock, MarkPattern, MarkPlace, MarkStamp, MarkStyle, MarkWords, STAMPS,
    Secret32, Turn,
};
use wasm_bindgen::{Clamped, JsCast};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageEncodeOptions, OffscreenCanvas, OffscreenCanvasRenderingContext2d as Context};

use super::{
    BrowserError,
    letters::{self, FONTS},
    video::Frame,
};

/// A canvas of the page whose painting was handed over.
pub type HandedCanvas = OffscreenCanvas;

/// A canvas that was handed to the worker, or made in it.
pub struct Surface {
    canvas: OffscreenCanvas,
    context: Context,
}

thread_local! {
    /// The stamps last written, for all canvases of this worker: letters are slow.
    static STAMPED: RefCell<VecDeque<Stamps>> = const { RefCell::new(VecDeque::new()) };
}

/// Number of written blocks that are kept: several cameras of different sizes, and the strip.
const STAMPS_KEPT: usize = 6;
/// Side of a grain of a stamp, in pixels.
const GRAIN_PX: usize = 2;

/// The marks of one picture.
pub struct Marks {
    /// The words.
    pub block: Rc<MarkBlock>,
    /// By which they are tinted.
    pub secret: Rc<Secret32>,
    /// Where they stand.
    pub places: Vec<MarkPlace>,
    /// Whether there is a band below the picture.
    pub has_band: bool,
}

impl Marks {
    /// As some secret would place them: for pictures that no recipient sees.
    pub fn sample(words: &MarkWords, size: (u32, u32), style: MarkStyle) -> Self {
        let secret = Rc::new(Secret32::new([0; 32]));
        let block = Rc::new(MarkBlock::new(words, size, style, letters::ems));
        let places = MarkPattern::new(&secret, size, &block, style).places(0);
        Self { block, secret, places, has_band: true }
    }

    /// Height of the band.
    pub fn band_px(&self) -> u32 {
        if self.has_band { self.block.band_px } else { 0 }
    }
}

/// Marks as pictures of their own, to be stamped.
struct Stamps {
    block: Rc<MarkBlock>,
    secret: Rc<Secret32>,
    width: u32,
    stamps: [OffscreenCanvas; STAMPS],
    band: OffscreenCanvas,
}

/// What paints a canvas.
pub(super) fn context_of(canvas: &OffscreenCanvas) -> Result<Context, BrowserError> {
    let context = canvas.get_context("2d")?.ok_or(BrowserError::new("no 2d context"))?;
    context.dyn_into().map_err(|_| BrowserError::new("no 2d context"))
}

impl Surface {
    /// Takes over the canvas.
    pub fn new(canvas: OffscreenCanvas) -> Result<Self, BrowserError> {
        Ok(Self { context: context_of(&canvas)?, canvas })
    }

    /// A canvas that is not on the page.
    pub fn hidden(width: u32, height: u32) -> Result<Self, BrowserError> {
        let canvas = OffscreenCanvas::new(width, height)?;
        Ok(Self { context: context_of(&canvas)?, canvas })
    }

    /// Size of the canvas for pictures of this size.
    pub fn size(frame: (u32, u32), turn: Turn) -> (u32, u32) {
        if turn.is_sideways() { (frame.1, frame.0) } else { frame }
    }

    /// Makes it so large, if it is not; that blackens it.
    pub fn resize(&self, width: u32, height: u32) {
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
    }

    /// Paints a picture and its marks, at the picture's own pixels. What is made larger gets `larger` as its forensic
    /// mark: the picture's own is too large then.
    pub fn paint(
        &self,
        frame: &Frame,
        turn: Turn,
        look: &Look,
        (marks, larger): (&Marks, Option<&ForensicMark>),
    ) -> Result<(), BrowserError> {
        let (width, height) = Self::size(frame.size(), turn);
        self.resize(width, height + marks.band_px());
        let context = &self.context;
        let (w, h) = (f64::from(width), f64::from(height));
        let field = (look.lines != Lines::All).then(|| field_of(frame, look.lines)).transpose()?;
        let (left, top) = look.corner();
        context.set_transform(look.zoom, 0.0, 0.0, look.zoom, -left * w * look.zoom, -top * h * look.zoom)?;
        context.set_image_smoothing_enabled(look.zoom < 2.0);
        self.draw_turned(frame, field.as_ref(), turn)?;
        context.reset_transform()?;
        let table = look.is_adjusted().then(|| look.table());
        if table.is_some() || larger.is_some() {
            self.change((width, height), |pixels| {
                if let Some(table) = table {
                    for pixel in pixels.chunks_exact_mut(4) {
                        for channel in pixel.iter_mut().take(3) {
                            *channel = table[usize::from(*channel)];
                        }
                    }
                }
                if let Some(mark) = larger {
                    mark.mark_packed(pixels, 4 * width as usize);
                }
            })?;
        }
        self.paint_marks(marks)
    }

    /// Draws a picture, or its `field` in its place.
    fn draw_turned(
        &self,
        frame: &Frame,
        field: Option<&OffscreenCanvas>,
        turn: Turn,
    ) -> Result<(), BrowserError> {
        let (width, height) = frame.size();
        let (w, h) = (f64::from(width), f64::from(height));
        let context = &self.context;
        match turn.degrees {
            90 => context.transform(0.0, 1.0, -1.0, 0.0, h, 0.0)?,
            180 => context.transform(-1.0, 0.0, 0.0, -1.0, w, h)?,
            270 => context.transform(0.0, -1.0, 1.0, 0.0, 0.0, w)?,
            _ => {}
        }
        if turn.mirrored {
            context.transform(-1.0, 0.0, 0.0, 1.0, w, 0.0)?;
        }
        if let Some(field) = field {
            return Ok(context.draw_image_with_offscreen_canvas(field, 0.0, 0.0)?);
        }
        let (display_w, display_h) = frame.display_size();
        Ok(context.draw_image_with_video_frame_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            frame.raw(),
            0.0,
            0.0,
            display_w,
            display_h,
            0.0,
            0.0,
            w,
            h,
        )?)
    }

    /// Changes the pixels at the top left, in rows of four bytes each.
    fn change(
        &self,
        (width, height): (u32, u32),
        change: impl FnOnce(&mut [u8]),
    ) -> Result<(), BrowserError> {
        let mut pixels = self.context.get_image_data(0, 0, width as i32, height as i32)?.data();
        change(&mut pixels);
        let changed = web_sys::ImageData::new_with_u8_clamped_array(Clamped(&pixels), width)?;
        Ok(self.context.put_image_data(&changed, 0, 0)?)
    }

    fn paint_marks(&self, marks: &Marks) -> Result<(), BrowserError> {
        with_stamps(self.canvas.width(), marks, |stamps| {
            let context = &self.context;
            for place in &marks.places {
                let Some(stamp) = stamps.stamps.get(place.stamp) else { continue };
                context.set_global_alpha(place.opacity);
                let (left, top) = (place.x.round() - MARGIN_PX, place.y.round() - MARGIN_PX);
                context.draw_image_with_offscreen_canvas(stamp, left, top)?;
            }
            context.set_global_alpha(1.0);
            if marks.has_band {
                // Marks that reach below the picture are covered.
                let top = f64::from(self.canvas.height()) - f64::from(marks.band_px());
                context.draw_image_with_offscreen_canvas(&stamps.band, 0.0, top)?;
            }
            Ok(())
        })
    }

    /// Writes the marks of a canvas of this width, unless they are kept.
    pub fn prepare_marks(width: u32, marks: &Marks) -> Result<(), BrowserError> {
        with_stamps(width, marks, |_| Ok(()))
    }

    /// Nothing to see at this time: black, with the marks of a picture of this size.
    pub fn blank(&self, width: u32, height: u32, marks: &Marks) -> Result<(), BrowserError> {
        self.resize(width, height + marks.band_px());
        self.clear();
        self.paint_marks(marks)
    }

    /// Paints a picture small into a frame of a strip, as large as its shape allows.
    pub fn paint_tile(
        &self,
        frame: &Frame,
        turn: Turn,
        at: (f64, f64),
        size: (f64, f64),
    ) -> Result<(), BrowserError> {
        let (width, height) = Self::size(frame.size(), turn);
        let scale = (size.0 / f64::from(width)).min(size.1 / f64::from(height));
        let left = at.0 + (size.0 - f64::from(width) * scale) / 2.0;
        let top = at.1 + (size.1 - f64::from(height) * scale) / 2.0;
        self.context.set_transform(scale, 0.0, 0.0, scale, left, top)?;
        self.context.set_image_smoothing_enabled(true);
        self.draw_turned(frame, None, turn)?;
        Ok(self.context.reset_transform()?)
    }

    /// Puts a forensic mark on all of it.
    pub fn mark_forensic(&self, mark: &ForensicMark) -> Result<(), BrowserError> {
        let (width, height) = self.extent();
        self.change((width, height), |pixels| mark.mark_packed(pixels, 4 * width as usize))
    }

    /// A canvas with a picture, changed by what gets its pixels and how many bytes a line has.
    pub(super) fn of_frame(
        frame: &Frame,
        change: impl FnOnce(&mut [u8], usize),
    ) -> Result<OffscreenCanvas, BrowserError> {
        let (width, height) = frame.size();
        let whole = Self::hidden(width, height)?;
        whole.draw_turned(frame, None, Turn::default())?;
        whole.change((width, height), |pixels| change(pixels, 4 * width as usize))?;
        Ok(whole.canvas)
    }

    /// Copies another surface to the top left.
    pub fn copy(&self, other: &Self) -> Result<(), BrowserError> {
        Ok(self.context.draw_image_with_offscreen_canvas(&other.canvas, 0.0, 0.0)?)
    }

    /// Writes lines of words on a band from `top` down.
    pub fn write_band(&self, top: f64, line_px: f64, lines: &[String]) -> Result<(), BrowserError> {
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        let context = &self.context;
        context.set_fill_style_str("#ffffff");
        context.fill_rect(0.0, top, width, height - top);
        context.set_fill_style_str("#1a1a1a");
        context.set_font(&format!("{}px {FONTS}", line_px * 0.75));
        for (n, line) in lines.iter().enumerate() {
            let baseline = top + line_px * (n as f64 + 0.8);
            context.fill_text_with_max_width(
                line,
                line_px * 0.4,
                baseline,
                (width - line_px * 0.8).max(1.0),
            )?;
        }
        Ok(())
    }

    /// Width and height.
    pub fn extent(&self) -> (u32, u32) {
        (self.canvas.width(), self.canvas.height())
    }

    /// Marks on what was painted by other means than [`Self::paint`].
    pub fn mark(&self, marks: &Marks) -> Result<(), BrowserError> {
        self.paint_marks(marks)
    }

    /// The canvas as a JPEG file, to be looked at once.
    pub async fn jpeg(&self) -> Result<Vec<u8>, BrowserError> {
        self.file("image/jpeg").await
    }

    /// The canvas as a PNG file (ISO/IEC 15948).
    pub async fn png(&self) -> Result<Vec<u8>, BrowserError> {
        self.file("image/png").await
    }

    async fn file(&self, media_type: &str) -> Result<Vec<u8>, BrowserError> {
        let options = ImageEncodeOptions::new();
        options.set_type(media_type);
        let blob = JsFuture::from(self.canvas.convert_to_blob_with_options(&options)?).await?;
        let blob: Blob = blob.dyn_into().map_err(|_| BrowserError::new("no picture file"))?;
        super::files::bytes_of(&blob).await
    }

    /// Blackens the canvas.
    pub fn clear(&self) {
        self.context.set_fill_style_str("#000000");
        self.context.fill_rect(0.0, 0.0, f64::from(self.canvas.width()), f64::from(self.canvas.height()));
    }
}

/// One field of a picture, in the picture's size.
fn field_of(frame: &Frame, lines: Lines) -> Result<OffscreenCanvas, BrowserError> {
    Surface::of_frame(frame, |pixels, row_bytes| lines.fill(pixels, row_bytes))
}

/// Does something with the stamps of a canvas of this width, which are written if they are not kept.
fn with_stamps(
    width: u32,
    marks: &Marks,
    work: impl FnOnce(&Stamps) -> Result<(), BrowserError>,
) -> Result<(), BrowserError> {
    STAMPED.with_borrow_mut(|kept| {
        let is_it = |known: &&Stamps| {
            known.width == width && known.block == marks.block && known.secret == marks.secret
        };
        if let Some(stamps) = kept.iter().find(is_it) {
            return work(stamps);
        }
        let stamps = Stamps::write(marks, width)?;
        if kept.len() == STAMPS_KEPT {
            kept.pop_front();
        }
        let done = work(&stamps);
        kept.push_back(stamps);
        done
    })
}

/// Room around a block for the dark edge of its letters.
const MARGIN_PX: f64 = 4.0;

impl Stamps {
    fn write(marks: &Marks, width: u32) -> Result<Self, BrowserError> {
        let Marks { block, secret, .. } = marks;
        let [first, second, third] = MarkPattern::stamps(secret);
        let write = |stamp| write_stamp(block, stamp);
        let stamps = [write(first)?, write(second)?, write(third)?];
        let band = write_band(block, width)?;
        Ok(Self { block: block.clone(), secret: secret.clone(), width, stamps, band })
    }
}

/// The block in light letters with a dark edge, readable on any picture, and grained, so that nobody knows what a pixel
/// of it hides.
fn write_stamp(block: &MarkBlock, stamp: MarkStamp) -> Result<OffscreenCanvas, BrowserError> {
    // However long the words are, no picture is wider or higher than this.
    let side = |px: f64| (px.ceil().min(16_000.0) + 2.0 * MARGIN_PX) as u32;
    let (width, height) = (side(block.size.0), side(block.size.1));
    let canvas = OffscreenCanvas::new(width, height)?;
    let ink = context_of(&canvas)?;
    ink.set_font(&format!("{}px {FONTS}", block.font_px));
    ink.set_line_width((block.font_px / 9.0).max(1.0));
    ink.set_line_join("round");
    ink.set_stroke_style_str("rgba(0,0,0,0.7)");
    let [red, green, blue] = stamp.tint;
    ink.set_fill_style_str(&format!("rgb({red},{green},{blue})"));
    for (n, line) in block.lines.iter().enumerate() {
        let baseline = MARGIN_PX + block.font_px * (MarkBlock::LINE * n as f64 + 1.0);
        ink.stroke_text(line, MARGIN_PX, baseline)?;
        ink.fill_text(line, MARGIN_PX, baseline)?;
    }
    let mut pixels = ink.get_image_data(0, 0, width as i32, height as i32)?.data();
    let row = width as usize;
    let grains: Vec<u8> =
        stamp.grain().take(row.div_ceil(GRAIN_PX) * (height as usize).div_ceil(GRAIN_PX)).collect();
    for (at, pixel) in pixels.chunks_exact_mut(4).enumerate() {
        let (x, y) = (at % row / GRAIN_PX, at / row / GRAIN_PX);
        let less = grains.get(y * row.div_ceil(GRAIN_PX) + x).copied().unwrap_or(0);
        if let Some(alpha) = pixel.get_mut(3) {
            *alpha = (u16::from(*alpha) * (255 - u16::from(less)) / 255) as u8;
        }
    }
    let grained = web_sys::ImageData::new_with_u8_clamped_array(Clamped(&pixels), width)?;
    ink.put_image_data(&grained, 0, 0)?;
    Ok(canvas)
}

fn write_band(block: &MarkBlock, width: u32) -> Result<OffscreenCanvas, BrowserError> {
    let band = OffscreenCanvas::new(width, block.band_px)?;
    let ink = context_of(&band)?;
    let (w, h) = (f64::from(width), f64::from(block.band_px));
    ink.set_fill_style_str("#1a1a1a");
    ink.fill_rect(0.0, 0.0, w, h);
    ink.set_font(&format!("{}px {FONTS}", block.caption_px));
    ink.set_fill_style_str("#ffffff");
    let left = block.caption_px * 0.5;
    let baseline = (h + block.caption_px * 0.75) / 2.0;
    ink.fill_text_with_max_width(&block.caption, left, baseline, (w - 2.0 * left).max(1.0))?;
    Ok(band)
}
