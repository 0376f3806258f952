//! A still of the picture on the canvas: a PNG with a strip of facts below, and the same facts as JSON beside it.
//!
//! Entry point: [`take`]. Refused without the grant. The still bears the visible marks, because it is taken from the
//! canvas. Absent: the viewing log, which the page keeps.

use fuin_core::{Clip, Grant, Look, Manifest, Timestamp, sha256};
use serde::Serialize;

use super::{clip::ClipFault, lane::Lane};
use crate::platform::{clock, surface::Surface};

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
const LEAST_LINE_PX: f64 = 12.0;

/// Takes a still of what one camera shows.
pub async fn take(
    lane: &Lane,
    manifest: &Manifest,
    (clip, track): (&Clip, usize),
    taken_by: &str,
) -> Result<Still, ClipFault> {
    if !manifest.terms.permits(Grant::Still) {
        return Err(ClipFault { code: "not_granted", cause: "stills were not granted".into() });
    }
    lane.easel().may_show()?;
    let at = clock::now();
    let pictures = lane.pictures();
    let picture = lane.shown().ok_or(ClipFault { code: "no_picture", cause: "nothing is shown".into() })?;
    let micros = pictures.micros(picture);
    let clocks = clip.note.clocks(micros - pictures.begin_micros());
    let exact = |time: Option<Timestamp>| time.map_or_else(|| "—".into(), Timestamp::wareki_exact);
    let (camera_clock, true_time) = clocks.unzip();
    let (width, height) = lane.easel().surface().extent();
    let line_px = (f64::from(width) * LINE_PART).max(LEAST_LINE_PX);
    let strip = Surface::hidden(width, height + (line_px * (LINES as f64 + 0.4)).ceil() as u32)?;
    strip.copy(lane.easel().surface())?;
    let look = lane.easel().painted_look();
    let tones = if look.is_adjusted() {
        let Look { brightness, contrast, gamma, .. } = look;
        format!("明るさ {brightness:+.2}、コントラスト {contrast:.2}、ガンマ {gamma:.2}（調整あり）")
    } else {
        "色調の調整なし".to_owned()
    };
    let size = if look.zoom > 1.0 { format!("{:.1}倍に拡大", look.zoom) } else { "等倍".to_owned() };
    let (h, v) = pictures.track().pixel_aspect();
    // The still has the camera's pixels; who looks at it must know that they are not square.
    let shape = if h == v {
        String::new()
    } else {
        format!("、画素の縦横比 {h}:{v}（引き伸ばしていない）")
    };
    let lines: [String; LINES] = [
        format!("管理番号 {}　提供先 {}", manifest.bundle_id, manifest.recipient.line()),
        format!("カメラ {}　ファイル {}", clip.note.camera, clip.note.file_name),
        format!(
            "カメラの時計 {}（誤差 {:+}秒）　正しい時刻 {}",
            exact(camera_clock),
            clip.note.clock_error_secs,
            exact(true_time)
        ),
        format!("映像トラック {}　コマ {}　{:.3}秒", track + 1, picture + 1, micros as f64 / 1e6),
        format!("表示: {size}、{tones}{shape}"),
        format!("作成 {}　{taken_by}", at.wareki()),
        format!("映像の SHA-256 {}", clip.sha256),
    ];
    strip.write_band(f64::from(height), line_px, &lines)?;
    let png = strip.png().await?;
    let digest = data_encoding::HEXLOWER.encode(&sha256(&png));
    let (still_width, still_height) = strip.extent();
    let sidecar = Sidecar {
        format: "fuin-still/1",
        bundle_id: manifest.bundle_id.as_str(),
        recipient: manifest.recipient.line(),
        taken_by,
        taken_at: at,
        camera: &clip.note.camera,
        file_name: &clip.note.file_name,
        clip_sha256: &clip.sha256,
        track: track + 1,
        picture: picture + 1,
        pts: pictures.pts(picture),
        timescale: pictures.track().timescale,
        camera_clock,
        clock_error_secs: clip.note.clock_error_secs,
        true_time,
        pixel_aspect: (h, v),
        look,
        width: still_width,
        height: still_height,
        png_sha256: digest.clone(),
    };
    let json = serde_json::to_string_pretty(&sidecar)
        .map_err(|error| ClipFault { code: "paint_failed", cause: error.to_string() })?;
    Ok(Still { png, json, sha256: digest, picture: picture + 1, at })
}
