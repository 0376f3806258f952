//! What a scan may be: told by its first bytes, never by its name. A browser runs what is in an HTML or SVG file, so
//! none is taken, and what is handed out has the ending of what it is.
//!
//! Entry points: [`ScanKind::of`], [`ScanKind::named`]. Absent: whether the rest of the file is good.

use strum::VariantArray;

/// Kinds of scans that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum ScanKind {
    /// ISO 32000-1 §7.5.2.
    Pdf,
    /// ISO/IEC 15948 §5.2.
    Png,
    /// ISO/IEC 10918-1 annex B: SOI and the first marker.
    Jpeg,
}

impl ScanKind {
    /// The kind of a file that begins with these bytes, if it is one of them.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|kind| bytes.starts_with(kind.magic()))
    }

    /// The bytes that such a file begins with.
    fn magic(self) -> &'static [u8] {
        match self {
            Self::Pdf => b"%PDF-",
            Self::Png => b"\x89PNG\r\n\x1a\n",
            Self::Jpeg => b"\xff\xd8\xff",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }

    /// The media type (IANA).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// The name under which a scan is handed out: as it came, with the ending of what it is.
    pub fn named(self, name: &str) -> String {
        let same = |ending: &str| ending.eq_ignore_ascii_case(self.ending());
        match name.rsplit_once('.') {
            Some((stem, ending)) if same(ending) && !stem.is_empty() => name.to_owned(),
            _ => format!("{name}.{}", self.ending()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ScanKind;

    #[test]
    fn f01_a_scan_is_what_its_bytes_say() {
        assert_eq!(ScanKind::of(b"%PDF-1.7\n"), Some(ScanKind::Pdf));
        assert_eq!(ScanKind::of(b"\x89PNG\r\n\x1a\n\0"), Some(ScanKind::Png));
        assert_eq!(ScanKind::of(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some(ScanKind::Jpeg));
        for other in [
            b"<svg xmlns=".as_slice(),
            b"<!DOCTYPE html>",
            b" %PDF-1.7",
            b"\xef\xbb\xbf%PDF-",
            b"GIF89a",
            b"",
        ] {
            assert_eq!(ScanKind::of(other), None, "{other:?}");
        }
        assert_eq!(ScanKind::Pdf.named("照会書.PDF"), "照会書.PDF");
        assert_eq!(ScanKind::Pdf.named("照会書.svg"), "照会書.svg.pdf");
        assert_eq!(ScanKind::Jpeg.named("scan.jpeg"), "scan.jpeg.jpg");
        assert_eq!(ScanKind::Png.named(".png"), ".png.png");
    }
}
