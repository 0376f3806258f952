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

/// What a search says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Whose viewings, the surest first.
    pub named: Vec<Named>,
    /// How many slots were tried.
    pub tried: usize,
    /// At most so often a picture without any of these marks is taken for one with a mark.
    pub false_alarm: f64,
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
        Self { named: named.collect(), tried: suspects.len(), false_alarm }
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
        let once_in = (1.0 / self.false_alarm).floor();
        lines.push(format!(
            "模様のない画像をあると見誤ることは、{once_in} 枚に 1 枚もありません（提供先 {} 件を調べました）。",
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
