//! Pictures as BITMAPINFOHEADER describes them: in AVI, and in Matroska files that were made from AVI.
//!
//! Entry point: [`BitmapFormat`].

use super::coded::CodedSyntax;

/// Bytes of the header before what a codec adds.
const HEADER_BYTES: usize = 40;

/// Pictures, as they are described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BitmapFormat<'a> {
    /// FOURCC of the compression, in capitals; zeros if it does not say.
    pub compression: [u8; 4],
    /// Width and height.
    pub size: (u32, u32),
    /// A configuration, as in MP4, or nothing.
    pub extra: &'a [u8],
}

/// How pictures are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    /// In a stream of this syntax.
    Coded(CodedSyntax),
    /// Each as a JPEG file.
    Jpeg,
}

impl<'a> BitmapFormat<'a> {
    /// Reads it; what is cut off is 0.
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        let four =
            |at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk::<4>().copied()).unwrap_or_default();
        let side = |at: usize| u32::from_le_bytes(four(at));
        Self {
            compression: four(16).map(|byte| byte.to_ascii_uppercase()),
            // A negative height says that rows begin at the top.
            size: (side(4), side(8).cast_signed().unsigned_abs()),
            extra: bytes.get(HEADER_BYTES..).unwrap_or_default(),
        }
    }
}

impl Compression {
    /// By a FOURCC in capitals.
    pub(super) fn of(name: &[u8; 4]) -> Option<Self> {
        Some(match name {
            b"H264" | b"X264" | b"AVC1" | b"DAVC" | b"VSSH" => Self::Coded(CodedSyntax::Avc),
            b"H265" | b"X265" | b"HEVC" | b"HEV1" | b"HVC1" => Self::Coded(CodedSyntax::Hevc),
            b"XVID" | b"DIVX" | b"DX50" | b"MP4V" | b"FMP4" | b"M4S2" | b"MP4S" | b"3IV2" => {
                Self::Coded(CodedSyntax::Visual)
            }
            b"MPG1" | b"MPG2" | b"MPEG" | b"MP2V" => Self::Coded(CodedSyntax::Mpeg2),
            b"MJPG" | b"JPEG" | b"AVRN" | b"DMB1" | b"AVDJ" | b"IJPG" => Self::Jpeg,
            _ => return None,
        })
    }
}
