//! A still of the picture on the canvas: a PNG with a strip of facts below, and the same facts as JSON beside it.
//!
//! Entry point: [`take`], for a file or for paper. Refused without the grant. The still bears the visible marks,
//! because it is taken from the canvas. Absent: the viewing log, which the page keeps.

use fuin_core::{Clip, Grant, Lines, Look, Manifest, Timestamp, sha256_hex};
use serde::Serialize;

use super::camera::Camera;
use crate::{
    fault::{Code, Fault},
    platform::{clock, surface::Surface},
};

/// What stands beside a still, in the words of FORMAT.md.
#[derive(Debug, Clone, Serialize)]
struct Sidecar<'a> {
    format: &'static str,
    bundle_id: &'a str,
    recipient: String,
    taken_by: &'a str,
    taken_at: Timestamp,
    camera: &'a str,
    file_name: &'a str,
    clip_sha256: &'a str,
    /// Picture track and picture, from 1, as the page counts.
    track: usize,
    picture: usize,
    pts: i64,
    timescale: u32,
    /// What the camera's clock showed, if known.
    camera_clock: Option<Timestamp>,
    clock_error_secs: i64,
    true_time: Option<Timestamp>,
    /// Width to height of one pixel; the still has the camera's own.
    pixel_aspect: (u32, u32),
    look: Look,
    width: u32,
    height: u32,
    png_sha256: String,
}

/// A still and its facts.
pub struct Still {
    /// The file.
    pub png: Vec<u8>,
    /// What stands beside it.
    pub json: String,
    /// Hash of the file.
    pub sha256: String,
    /// Picture number, from 1.
    pub picture: usize,
    /// When.
    pub at: Timestamp,
}

/// Lines of the strip, and their height as a part of the picture's width.
const LINES: usize = 7;
const LINE_PART: f64 = 1.0 / 44.0;
const MIN_LINE_PX: f64 = 12.0;

impl Sidecar<'_> {
    /// The lines of the strip; the picture is shown at `seconds`.
    fn lines(&self, seconds: f64) -> [String; LINES] {
        let exact = |time: Option<Timestamp>| time.map_or_else(|| "—".into(), Timestamp::wareki_exact);
        let Look { lines, brightness, contrast, gamma, zoom, .. } = self.look;
        let field = match lines {
            Lines::All => "",
            Lines::Upper => "、上のフィールドだけ",
            Lines::Lower => "、下のフィールドだけ",
        };
        let tones = if self.look.is_adjusted() {
            format!("明るさ {brightness:+.2}、コントラスト {contrast:.2}、ガンマ {gamma:.2}（調整あり）")
        } else {
            "色調の調整なし".to_owned()
        };
        let size = if zoom > 1.0 { format!("{zoom:.1}倍に拡大") } else { "等倍".to_owned() };
        let (h, v) = self.pixel_aspect;
        // The still has the camera's pixels; who looks at it must know that they are not square.
        let shape = if h == v {
            String::new()
        } else {
            format!("、画素の縦横比 {h}:{v}（引き伸ばしていない）")
        };
        [
            format!("管理番号 {}　提供先 {}", self.bundle_id, self.recipient),
            format!("カメラ {}　ファイル {}", self.camera, self.file_name),
            format!(
                "カメラの時計 {}（誤差 {:+}秒）　正しい時刻 {}",
                exact(self.camera_clock),
                self.clock_error_secs,
                exact(self.true_time)
            ),
            format!("映像トラック {}　コマ {}　{seconds:.3}秒", self.track, self.picture),
            format!("表示: {size}、{tones}{field}{shape}"),
            format!("作成 {}　{}", self.taken_at.wareki(), self.taken_by),
            format!("映像の SHA-256 {}", self.clip_sha256),
        ]
    }
}

/// Takes a still of what one camera shows.
pub async fn take(
    camera: &Camera,
    manifest: &Manifest,
    grant: Grant,
    (clip, track): (&Clip, usize),
    taken_by: &str,
) -> Result<Still, Fault> {
    if !manifest.terms.permits(grant) {
        return Err(Fault::new(Code::NotGranted, "this was not granted"));
    }
    camera.easel().may_show()?;
    let pictures = camera.pictures();
    let picture = camera.shown().ok_or(Fault::new(Code::NoPicture, "nothing is shown"))?;
    let micros = pictures.micros(picture);
    let (camera_clock, true_time) = clip.note.clocks(micros - pictures.begin_micros()).unzip();
    let (width, height) = camera.easel().surface().extent();
    let line_px = (f64::from(width) * LINE_PART).max(MIN_LINE_PX);
    let strip = Surface::hidden(width, height + (line_px * (LINES as f64 + 0.4)).ceil() as u32)?;
    strip.copy(camera.easel().surface())?;
    let (still_width, still_height) = strip.extent();
    let mut sidecar = Sidecar {
        format: "fuin-still/1",
        bundle_id: manifest.bundle_id.as_str(),
        recipient: manifest.recipient.line(),
        taken_by,
        taken_at: clock::now(),
        camera: &clip.note.camera,
        file_name: &clip.note.file_name,
        clip_sha256: &clip.content.sha256,
        track: track + 1,
        picture: picture + 1,
        pts: pictures.pts(picture),
        timescale: pictures.track().timescale,
        camera_clock,
        clock_error_secs: clip.note.clock_error_secs,
        true_time,
        pixel_aspect: pictures.track().pixel_aspect(),
        look: camera.easel().painted_look(),
        width: still_width,
        height: still_height,
        png_sha256: String::new(),
    };
    strip.write_band(f64::from(height), line_px, &sidecar.lines(micros as f64 / 1e6))?;
    let png = strip.png().await?;
    sidecar.png_sha256 = sha256_hex(&png);
    let json = serde_json::to_string_pretty(&sidecar)
        .map_err(|error| Fault::new(Code::PaintFailed, error.to_string()))?;
    Ok(Still { png, json, sha256: sidecar.png_sha256, picture: sidecar.picture, at: sidecar.taken_at })
}
