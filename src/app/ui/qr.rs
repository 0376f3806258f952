//! A QR symbol (ISO/IEC 18004) as an SVG picture.

use leptos::prelude::*;
use qrcode::{EcLevel, QrCode};

/// Draws `text`; nothing if it is too long for a symbol.
#[component]
pub fn Qr(
    /// What the symbol says.
    text: String,
    /// For those who cannot see it.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let side = code.width();
    // A quiet zone of four modules on every side.
    let view_box = format!("-4 -4 {0} {0}", side + 8);
    let mut path = String::new();
    for (i, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", i % side, i / side));
        }
    }
    Some(view! {
        <svg class="qr" viewBox=view_box role="img" aria-label=label>
            <path d=path fill="#000"></path>
        </svg>
    })
}
