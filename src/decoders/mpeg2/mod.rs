//! MPEG-1 and MPEG-2 video (ISO/IEC 11172-2, 13818-2), picture by picture, by the parts of `oxideav-mpeg12video`: its
//! own driver decodes whole streams only.

use oxideav_mpeg12video::{
    ChromaFormat, Error, FrameBuffer, IntraDecodeContext, IntraPictureParams, Mpeg1PictureParams,
    Mpeg2PictureHeader, Mpeg2Sequence, Mpeg2SequenceHeader, PictureCodingExtension, PictureCodingType,
    PicturePredictionParams, PictureStructure, Plane, QuantMatrixExtension, QuantiserMatrixPayload,
    QuantiserMatrixState, ReferenceFrames, assemble_frame_from_fields, decode_field_picture_with_matrices,
    decode_inter_picture_with_matrices,
    dequantize::DEFAULT_INTRA_QUANT,
    frame_assembly::decode_intra_picture_with_context,
    mpeg1_picture::{
        Mpeg1InterParams, decode_mpeg1_d_picture, decode_mpeg1_inter_picture, decode_mpeg1_intra_picture,
    },
};

use crate::{Chroma, Decode, Planes, Trouble, planes::Depth};

const PICTURE: u8 = 0x00;
const SEQUENCE: u8 = 0xB3;
const EXTENSION: u8 = 0xB5;
const GROUP: u8 = 0xB8;
/// sequence_end_code: a picture's slices are read up to a start code. A slice may end in zeros that a container
/// counts to the next start code; stuffing (§5.2.3) gives them back.
const END: [u8; 7] = [0, 0, 0, 0, 0, 1, 0xB7];

/// A decoder of both.
pub struct Mpeg2 {
    sequence: Option<Sequence>,
    /// The two latest pictures that others are made from.
    past: Option<FrameBuffer>,
    future: Option<FrameBuffer>,
    /// The first field of a frame, and which it is.
    field: Option<(FrameBuffer, PictureStructure)>,
}

/// What pictures have in common.
enum Sequence {
    /// MPEG-1.
    First(Mpeg1PictureParams),
    /// MPEG-2.
    Second(IntraPictureParams, Box<QuantiserMatrixState>),
}

impl Sequence {
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let payload = |bytes| QuantiserMatrixPayload { bytes };
        let Ok(sequence) = Mpeg2Sequence::from_buf(bytes) else {
            let header = Mpeg2SequenceHeader::parse(bytes)?;
            return Ok(Self::First(Mpeg1PictureParams {
                width: header.width as usize,
                height: header.height as usize,
                intra_quant: header
                    .intra_quant
                    .map_or(DEFAULT_INTRA_QUANT, |quant| payload(quant).to_matrix()),
                non_intra_quant: header
                    .non_intra_quant
                    .map_or([[16; 8]; 8], |quant| payload(quant).to_matrix()),
            }));
        };
        let mut matrices = QuantiserMatrixState::default();
        let said = QuantMatrixExtension {
            intra: sequence.header.intra_quant.map(payload),
            non_intra: sequence.header.non_intra_quant.map(payload),
            chroma_intra: None,
            chroma_non_intra: None,
        };
        said.apply(&mut matrices, sequence.extension.chroma_format);
        let pictures = IntraPictureParams {
            width: sequence.horizontal_size as usize,
            height: sequence.vertical_size as usize,
            chroma_format: sequence.extension.chroma_format,
            frame_pred_frame_dct: true,
            intra_dc_precision: 0,
            intra_vlc_format: false,
            alternate_scan: false,
            q_scale_type: false,
            progressive_sequence: sequence.extension.progressive_sequence,
        };
        Ok(Self::Second(pictures, Box::new(matrices)))
    }
}

/// A decoded picture or field, and how many macroblocks of it came.
type Decoded = Result<(FrameBuffer, usize), Error>;

impl Decode for Mpeg2 {
    fn begin(configuration: &[u8]) -> Result<Self, String> {
        let mut decoder = Self { sequence: None, past: None, future: None, field: None };
        for (code, region) in units(configuration) {
            if code == SEQUENCE {
                decoder.sequence = Some(Sequence::read(region).map_err(|error| format!("{error:?}"))?);
            }
        }
        Ok(decoder)
    }

    /// picture_coding_type is I (table 6-12).
    fn is_key(&self, sample: &[u8]) -> bool {
        let picture = units(sample).into_iter().find(|(code, _)| *code == PICTURE);
        picture.and_then(|(_, region)| region.get(5).copied()).is_some_and(|byte| byte >> 3 & 7 == 1)
    }

    fn decode(&mut self, sample: &[u8], _: i64) -> Result<Option<Planes>, Trouble> {
        let bytes = [sample, &END].concat();
        let (mut picture, mut field_lost) = (None, false);
        self.field = None;
        for (code, region) in units(&bytes) {
            let outcome = match code {
                SEQUENCE => Sequence::read(region).map(|sequence| {
                    self.sequence = Some(sequence);
                    None
                }),
                PICTURE => self.picture(region),
                _ => continue,
            };
            match outcome {
                Ok(decoded) => picture = decoded.or(picture),
                Err(Error::NotImplemented) => return Err(Trouble::Unsupported("MPEG-2 syntax".into())),
                Err(_) => field_lost = true,
            }
        }
        match picture {
            Some(frame) if !field_lost => planes(&frame).map(Some).ok_or(Trouble::Damaged),
            _ if field_lost => Err(Trouble::Damaged),
            _ => Ok(None),
        }
    }
}

impl Mpeg2 {
    /// Decodes a picture; gives the frame that is whole with it. One that is made from pictures before the first key is
    /// none.
    fn picture(&mut self, region: &[u8]) -> Result<Option<FrameBuffer>, Error> {
        let header = Mpeg2PictureHeader::parse(region)?;
        let kind = header.picture_coding_type;
        if kind == PictureCodingType::Bidirectional && self.past.is_none() {
            return Ok(None);
        }
        let frame = match &self.sequence {
            None => return Err(Error::ShortHeader),
            Some(Sequence::First(pictures)) => whole(self.first(region, &header, pictures), false)?,
            Some(Sequence::Second(..)) => match self.second(region)? {
                Some(frame) => frame,
                None => return Ok(None),
            },
        };
        if matches!(kind, PictureCodingType::Intra | PictureCodingType::Predictive) {
            self.past = self.future.replace(frame.clone());
        }
        Ok(Some(frame))
    }

    /// What a picture of this kind is made from.
    fn references(&self, kind: PictureCodingType) -> ReferenceFrames<'_> {
        match kind {
            PictureCodingType::Bidirectional => {
                ReferenceFrames { forward: self.past.as_ref(), backward: self.future.as_ref() }
            }
            PictureCodingType::Predictive => {
                ReferenceFrames { forward: self.future.as_ref(), backward: None }
            }
            _ => ReferenceFrames { forward: None, backward: None },
        }
    }

    /// A picture of MPEG-1.
    fn first(&self, region: &[u8], header: &Mpeg2PictureHeader, pictures: &Mpeg1PictureParams) -> Decoded {
        match header.picture_coding_type {
            PictureCodingType::Intra => decode_mpeg1_intra_picture(region, pictures),
            PictureCodingType::DcIntra => decode_mpeg1_d_picture(region, pictures),
            kind => {
                let references = self.references(kind);
                references.forward.ok_or(Error::ShortHeader)?;
                let params = Mpeg1InterParams {
                    base: *pictures,
                    picture_coding_type: kind,
                    forward_f_code: header.fwd_f_code.ok_or(Error::ShortHeader)?,
                    full_pel_forward_vector: header.full_pel_forward_vector.unwrap_or(false),
                    backward_f_code: header.bwd_f_code.unwrap_or(1),
                    full_pel_backward_vector: header.full_pel_backward_vector.unwrap_or(false),
                };
                decode_mpeg1_inter_picture(region, &params, references)
            }
        }
    }

    /// A picture or field of MPEG-2; gives the frame if it is whole.
    fn second(&mut self, region: &[u8]) -> Result<Option<FrameBuffer>, Error> {
        let (header, extension) = Mpeg2PictureHeader::parse_with_extension(region)?;
        let kind = header.picture_coding_type;
        let Some(Sequence::Second(pictures, matrices)) = &mut self.sequence else {
            return Err(Error::ShortHeader);
        };
        take_matrices(region, pictures.chroma_format, matrices)?;
        let (pictures, matrices) = (*pictures, matrices.clone());
        if kind == PictureCodingType::Predictive && self.future.is_none() && self.field.is_none() {
            return Err(Error::ShortHeader);
        }
        let is_frame = extension.picture_structure == PictureStructure::Frame;
        let geometry = geometry(pictures, &extension, is_frame);
        let params = prediction(kind, &extension, geometry);
        if is_frame {
            let decoded = if kind == PictureCodingType::Intra {
                let context = IntraDecodeContext {
                    concealment_motion_vectors: extension.concealment_motion_vectors,
                    f_code_fwd_horiz: extension.f_code_fwd_horiz,
                    f_code_fwd_vert: extension.f_code_fwd_vert,
                };
                decode_intra_picture_with_context(region, geometry, &matrices, context)
            } else {
                decode_inter_picture_with_matrices(region, params, self.references(kind), &matrices)
            };
            return whole(decoded, !pictures.progressive_sequence).map(Some);
        }
        let structure = extension.picture_structure;
        // The second field of a frame may be made from the first.
        let own = match (&self.field, kind, &self.future) {
            (Some((first, parity)), PictureCodingType::Predictive, before) => {
                Some(beside(first, *parity, before.as_ref())?)
            }
            _ => None,
        };
        let references = match &own {
            Some(frame) => ReferenceFrames { forward: Some(frame), backward: None },
            None => self.references(kind),
        };
        let decoded = decode_field_picture_with_matrices(region, params, structure, references, &matrices);
        let field = whole(decoded, false)?;
        match self.field.take() {
            None => {
                self.field = Some((field, structure));
                Ok(None)
            }
            Some((first, PictureStructure::TopField)) => assemble_frame_from_fields(&first, &field).map(Some),
            Some((first, _)) => assemble_frame_from_fields(&field, &first).map(Some),
        }
    }
}

/// A picture of which every macroblock came; its rows of macroblocks come in pairs where it may have fields (§6.3.3).
fn whole(decoded: Decoded, in_pairs: bool) -> Result<FrameBuffer, Error> {
    let (frame, placed) = decoded?;
    let rows = if in_pairs { 2 * frame.height.div_ceil(32) } else { frame.height.div_ceil(16) };
    if placed == frame.width.div_ceil(16) * rows { Ok(frame) } else { Err(Error::ShortHeader) }
}

/// How the macroblocks of a picture are coded.
fn geometry(
    pictures: IntraPictureParams,
    extension: &PictureCodingExtension,
    is_frame: bool,
) -> IntraPictureParams {
    IntraPictureParams {
        height: if is_frame { pictures.height } else { pictures.height.div_ceil(2) },
        frame_pred_frame_dct: is_frame && extension.frame_pred_frame_dct,
        intra_dc_precision: extension.intra_dc_precision,
        intra_vlc_format: extension.intra_vlc_format,
        alternate_scan: extension.alternate_scan,
        q_scale_type: extension.q_scale_type,
        progressive_sequence: !is_frame || pictures.progressive_sequence,
        ..pictures
    }
}

fn prediction(
    kind: PictureCodingType,
    extension: &PictureCodingExtension,
    geometry: IntraPictureParams,
) -> PicturePredictionParams {
    PicturePredictionParams {
        geometry,
        picture_coding_type: kind,
        f_code_fwd_horiz: extension.f_code_fwd_horiz,
        f_code_fwd_vert: extension.f_code_fwd_vert,
        f_code_bwd_horiz: extension.f_code_bwd_horiz,
        f_code_bwd_vert: extension.f_code_bwd_vert,
        concealment_motion_vectors: extension.concealment_motion_vectors,
        top_field_first: extension.top_field_first,
    }
}

/// A frame of a field and of the other field of the frame before, or of the same field twice.
fn beside(
    field: &FrameBuffer,
    structure: PictureStructure,
    before: Option<&FrameBuffer>,
) -> Result<FrameBuffer, Error> {
    let is_top = structure == PictureStructure::TopField;
    let other = before.map_or_else(|| field.clone(), |frame| field_of(frame, field, usize::from(is_top)));
    match is_top {
        true => assemble_frame_from_fields(field, &other),
        false => assemble_frame_from_fields(&other, field),
    }
}

/// Every second line of a frame, from `parity` on, in the form of another field.
fn field_of(frame: &FrameBuffer, like: &FrameBuffer, parity: usize) -> FrameBuffer {
    let lines = |from: &Plane, like: &Plane| {
        let mut plane = Plane::new(like.width(), like.height());
        for y in 0..plane.height() {
            for x in 0..plane.width() {
                if let Some(sample) = from.get(x, 2 * y + parity) {
                    plane.put_sample(x, y, sample);
                }
            }
        }
        plane
    };
    FrameBuffer {
        y: lines(&frame.y, &like.y),
        cb: lines(&frame.cb, &like.cb),
        cr: lines(&frame.cr, &like.cr),
        ..like.clone()
    }
}

/// quant_matrix_extension before the first slice (§6.2.3.2).
fn take_matrices(
    region: &[u8],
    chroma: ChromaFormat,
    matrices: &mut QuantiserMatrixState,
) -> Result<(), Error> {
    const QUANT_MATRIX: u8 = 3;
    for at in start_codes(region) {
        let Some(&[code, identifier]) = region.get(at + 3..at + 5) else { break };
        if (0x01..=0xAF).contains(&code) {
            break;
        }
        if code == EXTENSION && identifier >> 4 == QUANT_MATRIX {
            QuantMatrixExtension::parse(&region[at..], chroma)?.apply(matrices, chroma);
        }
    }
    Ok(())
}

/// Where start codes are.
fn start_codes(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes.windows(3).enumerate().filter(|(_, three)| *three == [0, 0, 1]).map(|(at, _)| at)
}

/// Sequence headers and pictures, each with its code and with what follows up to the next one, the code of which is
/// included.
fn units(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let begins = |code: u8| matches!(code, PICTURE | SEQUENCE | GROUP | 0xB7);
    let code_at = |at: usize| Some((at, *bytes.get(at + 3)?));
    let heads: Vec<(usize, u8)> =
        start_codes(bytes).filter_map(code_at).filter(|(_, code)| begins(*code)).collect();
    let end = |n: usize| heads.get(n + 1).map_or(bytes.len(), |(next, _)| next + 4);
    heads.iter().enumerate().filter_map(|(n, &(at, code))| Some((code, bytes.get(at..end(n))?))).collect()
}

fn planes(frame: &FrameBuffer) -> Option<Planes> {
    let chroma = match frame.chroma_format {
        ChromaFormat::Yuv420 => Chroma::Quarter,
        ChromaFormat::Yuv422 => Chroma::Half,
        ChromaFormat::Yuv444 => Chroma::Full,
    };
    let all = [&frame.y, &frame.cb, &frame.cr].map(|plane| (plane.width(), plane.samples()));
    Planes::of((frame.width, frame.height), chroma, Depth(8, 8), all)
}
