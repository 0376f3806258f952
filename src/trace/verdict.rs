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
}

/// What the original says of a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// SHA-256 of the nearest clip, in hexadecimal.
    pub sha256: String,
    /// Whether it was compared with every clip of the bundles that are named.
    pub is_complete: bool,
    /// How alike picture and frame are ([`crate::Laid::likeness`]): about 1 for the same, and 0 for another scene.
    pub alike: Option<(f32, usize)>,
}

/// Likeness from which a picture is one of the clip, and below which it is another one.
const SAME: f32 = 0.6;
const OTHER: f32 = 0.4;

impl Comparison {
    /// Whether the picture is of another scene than the clip.
    pub fn is_other(&self) -> bool {
        self.alike.is_some_and(|(share, _)| share < OTHER)
    }

    fn japanese(&self) -> String {
        match self.alike {
            None => "原本のコマには見分けるものが少なく、この画像が原本の映像かどうかは分かりません。".into(),
            Some((share, blocks)) => {
                let of = format!("{blocks} 区画の相関の平均 {share:.2}");
                match share {
                    share if share >= SAME => format!("原本の、いちばん近いコマと一致します（{of}）。"),
                    share if share < OTHER => format!("原本のどのコマとも一致しません（{of}）。"),
                    _ => format!("原本のコマと一致するとも、しないとも言えません（{of}）。"),
                }
            }
        }
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
    /// What the original says, where it was at hand.
    pub original: Option<Comparison>,
    /// The mark was copied into a picture that is none of the original: it accuses nobody.
    pub transplant: bool,
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
            })
        });
        let false_alarm = f64::from(search.readings.max(1)) / f64::from(1u32 << 24);
        let named = named.collect();
        Self { named, tried: suspects.len(), false_alarm, original: None, transplant: false }
    }

    /// The same, with what originals say: `clips` are the SHA-256 of all that it was compared with, the nearest first;
    /// `alike` comes from [`crate::Laid::likeness`].
    pub fn compared(self, clips: &[&str], alike: Option<(f32, usize)>, register: &Register) -> Self {
        let is_complete = self.named.iter().all(|named| {
            let bundle = register.disclosures.get(&named.bundle_id);
            let bundle = bundle.and_then(|disclosure| register.disclosures.get(disclosure.bundle()));
            bundle.is_some_and(|bundle| {
                bundle.sealed.clips.iter().all(|clip| clips.contains(&clip.sha256.as_str()))
            })
        });
        let sha256 = clips.first().copied().unwrap_or_default().to_owned();
        let original = Comparison { sha256, is_complete, alike };
        let transplant = !self.named.is_empty() && is_complete && original.is_other();
        Self { original: Some(original), transplant, ..self }
    }

    /// What it shows and what not, line by line, as papers have it.
    pub fn japanese(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.named.is_empty() {
            lines.push(format!("提供先 {} 件の模様を探しましたが、見つかりませんでした。", self.tried));
            lines.push(
                "模様がないことの証明にはなりません。小さい画像、強く圧縮された画像、斜めから撮った画像では、あっても読めないことがあります。"
                    .into(),
            );
            return lines;
        }
        for named in &self.named {
            lines.push(format!(
                "管理番号 {}（{}）の閲覧番号 {} の模様があります。提供先 {}",
                named.bundle_id, named.holder, named.session, named.recipient
            ));
            lines.push(match &named.viewing {
                Some(viewing) => {
                    format!(
                        "報告された視聴の記録では、{} に {} が開いた閲覧です。",
                        viewing.at.wareki(),
                        viewing.by
                    )
                }
                None => "この閲覧番号のある視聴の記録は、まだ届いていません。".into(),
            });
        }
        if let Some(original) = &self.original {
            lines.push(original.japanese());
            if original.is_other() && !original.is_complete {
                lines.push(
                    "この提供には、比べていない映像があります。すべての原本を --clip で示して、もう一度調べてください。"
                        .into(),
                );
            }
        }
        if self.transplant {
            lines.push(
                "模様が、ほかの画像に写し取られたと見られます。この模様から、提供先のしたことと判断しないでください。".into(),
            );
        }
        let once_in = (1.0 / self.false_alarm / 1e4).floor();
        lines.push(format!(
            "模様のない画像をあると見誤ることは、{once_in} 万枚に 1 枚もありません（提供先 {} 件を調べました）。",
            self.tried
        ));
        lines.push("分かること：この画像に、その閲覧のときに画面に描かれた模様があること。".into());
        lines.push(
            "分からないこと：だれが撮影し、複製し、公開したか。ほかの人がその画面を撮ったこと、媒体や合言葉が他人に渡ったことも考えられます。"
                .into(),
        );
        lines
    }
}
