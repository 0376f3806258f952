//! What a search says, for people: whose copy it is, how sure that is, and what it does not show.
//!
//! Entry points: [`Suspect::all`], [`Verdict::new`]. Absent: printing.

use fuin_core::{
    BundleId, Disclosure, Holder, MarkLayout, Register, Secret32, SessionId, Viewing, forensic_key,
};
use serde::Serialize;

use crate::search::Search;

/// Somebody whose mark is looked for: whoever opens one slot of a bundle or of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// 管理番号.
    pub bundle_id: BundleId,
    /// The slot.
    pub holder: Holder,
}

impl Suspect {
    /// Everybody who was given something by an office.
    pub fn all(register: &Register) -> Vec<Self> {
        let of = |(bundle_id, disclosure): (&BundleId, &Disclosure)| {
            let suspect = |holder| Self { bundle_id: bundle_id.clone(), holder };
            disclosure.holders().map(suspect).collect::<Vec<_>>()
        };
        register.disclosures.iter().flat_map(of).collect()
    }

    /// The pattern of his marks; `receipt_secret` is that of the slot (FORMAT.md §7.11).
    pub fn layout(receipt_secret: &Secret32) -> MarkLayout {
        MarkLayout::new(&forensic_key(receipt_secret))
    }
}

/// A clip with which a picture was compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beside {
    /// SHA-256 of the clip, in hexadecimal.
    pub sha256: String,
    /// How alike the nearest frame is ([`crate::Laid::likeness`]): about 1 for the same, and 0 for another scene; none
    /// where that could not be told.
    pub alike: Option<f32>,
    /// Whether all of its key pictures were compared.
    pub is_whole: bool,
}

/// A viewing whose mark is in a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    /// 管理番号.
    pub bundle_id: BundleId,
    /// The slot.
    pub holder: Holder,
    /// 提供先.
    pub recipient: String,
    /// The number of the viewing.
    pub session: SessionId,
    /// By how many standard deviations the pattern stands out.
    pub deviations: f32,
    /// What a report of the recipient's says of that viewing.
    pub viewing: Option<Viewing>,
    /// How alike the picture is to the clips of this bundle with which it was compared.
    pub alike: Option<f32>,
    /// The picture is like none of the bundle's clips, all of which it was compared with: the mark was copied into it,
    /// as it seems, and accuses nobody.
    pub transplant: bool,
    /// Whether any of the compared clips is the bundle's.
    #[serde(skip)]
    is_compared: bool,
}

/// Likeness from which a picture is one of the clip, and below which it is another one.
const SAME: f32 = 0.6;
const OTHER: f32 = 0.4;

impl Named {
    /// Beside those of the compared clips that are its bundle's.
    fn compare(&mut self, clips: &[Beside], register: &Register) {
        let bundle = register.disclosures.get(&self.bundle_id);
        let bundle = bundle.and_then(|disclosure| register.disclosures.get(disclosure.bundle()));
        let own: Vec<&str> =
            bundle.iter().flat_map(|bundle| &bundle.sealed.clips).map(|clip| clip.sha256.as_str()).collect();
        let compared: Vec<&Beside> =
            clips.iter().filter(|clip| own.contains(&clip.sha256.as_str())).collect();
        self.alike = compared.iter().filter_map(|clip| clip.alike).max_by(f32::total_cmp);
        let was_compared = |sha256: &&str| {
            compared.iter().any(|clip| clip.sha256 == **sha256 && clip.is_whole && clip.alike.is_some())
        };
        let is_complete = !own.is_empty() && own.iter().all(was_compared);
        self.transplant = is_complete && self.alike.is_some_and(|alike| alike < OTHER);
        self.is_compared = !compared.is_empty();
    }

    /// What the compared clips say.
    fn beside_clips(&self) -> String {
        let Some(alike) = self.alike else {
            return if self.is_compared {
                "この提供の原本とは、画像がどこに当たるか、または同じかどうかが分からず、比べられませんでした。"
            } else {
                "比べた原本は、この提供の映像ではありません。"
            }
            .into();
        };
        let (what, then) = match alike {
            SAME.. => ("の、いちばん近いコマと一致します", ""),
            OTHER.. => ("のコマと一致するとも、しないとも言えません", ""),
            _ if self.transplant => (
                "の、比べたコマとは一致しません",
                "模様がほかの画像に写し取られた疑いがあります。\
                 この模様だけから、提供先のしたことと判断しないでください。",
            ),
            _ => (
                "の、比べたコマとは一致しません",
                "この提供のすべての原本を --clip で示して、もう一度調べてください。",
            ),
        };
        format!("この提供の原本{what}（相関の平均 {alike:.2}）。{then}")
    }

    fn japanese(&self, was_compared: bool) -> Vec<String> {
        let mut lines = vec![format!(
            "管理番号 {}（{}）の閲覧番号 {} の模様があります。提供先 {}",
            self.bundle_id, self.holder, self.session, self.recipient
        )];
        lines.push(match &self.viewing {
            Some(viewing) => format!(
                "報告された視聴の記録では、{} に {} が開いた閲覧です。{}。",
                viewing.at.wareki(),
                viewing.by,
                viewing.maker.japanese()
            ),
            None => "この閲覧番号のある視聴の記録は、まだ届いていません。".into(),
        });
        lines.extend(was_compared.then(|| self.beside_clips()));
        lines
    }
}

/// What a search says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Whose viewings, the surest first.
    pub named: Vec<Named>,
    /// How many slots were tried.
    pub tried: usize,
    /// At most so often a picture without any of these marks is taken for one with a mark.
    pub false_alarm: f64,
    /// The clips with which the picture was compared.
    pub originals: Vec<Beside>,
}

impl Verdict {
    /// Of a search for the marks of `suspects`, in their order. Only what was read with a good MAC counts.
    pub fn new(search: &Search, suspects: &[Suspect], register: &Register) -> Self {
        let named = search.found.iter().filter_map(|found| {
            let (suspect, session) = (suspects.get(found.key)?, found.session?);
            let disclosure = register.disclosures.get(&suspect.bundle_id)?;
            Some(Named {
                bundle_id: suspect.bundle_id.clone(),
                holder: suspect.holder.clone(),
                recipient: disclosure.sealed.recipient.line(),
                session,
                deviations: found.deviations,
                viewing: disclosure.viewing(&suspect.holder, session),
                alike: None,
                transplant: false,
                is_compared: false,
            })
        });
        let false_alarm = f64::from(search.readings.max(1)) / f64::from(1u32 << 24);
        Self { named: named.collect(), tried: suspects.len(), false_alarm, originals: Vec::new() }
    }

    /// The same, with what originals say.
    pub fn compared(mut self, clips: Vec<Beside>, register: &Register) -> Self {
        self.named.iter_mut().for_each(|named| named.compare(&clips, register));
        Self { originals: clips, ..self }
    }

    /// What it shows and what not, line by line, as papers have it.
    pub fn japanese(&self) -> Vec<String> {
        if self.named.is_empty() {
            return vec![
                format!("提供先 {} 件の模様を探しましたが、見つかりませんでした。", self.tried),
                "模様がないことの証明にはなりません。\
                 小さい画像、強く圧縮された画像、斜めから撮った画像では、あっても読めないことがあります。"
                    .into(),
            ];
        }
        let mut lines: Vec<String> =
            self.named.iter().flat_map(|named| named.japanese(!self.originals.is_empty())).collect();
        let once_in = (1.0 / self.false_alarm / 1e4).floor();
        lines.push(format!(
            "模様のない画像をあると見誤ることは、{once_in} 万枚に 1 枚もありません（提供先 {} 件を調べました）。",
            self.tried
        ));
        lines.push("分かること：この画像に、その枠を開ける人と発行課にしか作れない模様があること。".into());
        lines.push(
            "分からないこと：だれが撮影し、複製し、公開したか。ほかの人がその画面を撮ったこと、媒体や合言葉が他人に渡ったこと、\
             模様がほかの画像から写し取られたことも考えられます。写し取りは、原本と比べれば分かることがあります。"
                .into(),
        );
        lines
    }
}
