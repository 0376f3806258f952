//! What is chosen and typed on the screen, and the order that it makes.
//!
//! Entry points: [`Draft::new`], [`Draft::order`], [`Draft::ticket`].

use fuin_core::{BundleId, Case, ClipNote, Day, Ledger, MarkStyle, Medium, OddClock, Register, Terms};
use fuin_model::{TypedTerms, WrongTerm, local_minute};
use leptos::prelude::*;

use super::clip_row::ChosenClip;
use crate::{
    locale::k,
    office::desk::Desk,
    page::WrongField,
    platform::{cargo::ClipCargo, clock},
    ui::typed as typed_text,
    wire::{SealOrder, TicketOrder},
};

/// Everything on the screen.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The clips.
    pub clips: RwSignal<Vec<ChosenClip>, LocalStorage>,
    /// First instant.
    pub from: RwSignal<String>,
    /// Last instant.
    pub until: RwSignal<String>,
    /// 返却期限.
    pub due: RwSignal<String>,
    /// The number of the medium.
    pub medium: RwSignal<String>,
    /// The bundle is written in parts for FAT32.
    pub small_parts: RwSignal<bool>,
    /// A viewer whose clock runs behind says so and goes on.
    pub warn_clock: RwSignal<bool>,
    /// How much of a picture the letters of the marks hide, in percent.
    pub mark_opacity: RwSignal<String>,
    /// How close the marks stand.
    pub mark_repeat: RwSignal<String>,
    /// How the marks will look.
    pub preview: RwSignal<Preview>,
    /// Also for the key of the recipient's device: a key that came in a file is only as sure as the call-back.
    pub for_device: RwSignal<bool>,
}

/// A picture that shows how the marks will look.
#[derive(Clone, PartialEq)]
pub enum Preview {
    /// Nobody asked for it.
    Unasked,
    /// It is being made.
    Waiting,
    /// Its address.
    Picture(String),
    /// The browser decodes no picture of the clip.
    Impossible,
}

/// What goes into a bundle, or which bundle's clips a ticket shows; and what that takes the place of.
struct Contents {
    clips: Vec<ClipNote>,
    ticket: Option<TicketOrder>,
    replaces: Option<BundleId>,
}

impl Draft {
    /// What a request suggests.
    pub fn new(case: &Case) -> Self {
        let no = || RwSignal::new(false);
        let due = case.request.return_due;
        Self {
            clips: RwSignal::new_local(Vec::new()),
            from: RwSignal::new(local_minute(clock::now())),
            until: RwSignal::new(local_minute(due.end())),
            due: RwSignal::new(due.to_string()),
            medium: RwSignal::new(case.request.medium.number.clone()),
            small_parts: no(),
            warn_clock: no(),
            mark_opacity: RwSignal::new(MarkStyle::default().opacity.to_string()),
            mark_repeat: RwSignal::new(MarkStyle::default().repeat.to_string()),
            preview: RwSignal::new(Preview::Unasked),
            for_device: no(),
        }
    }

    /// As due as what a ticket takes the place of.
    pub fn due_on(self, due: Day) {
        self.until.set(local_minute(due.end()));
        self.due.set(due.to_string());
    }

    /// How the marks are to look.
    pub fn marks(self) -> MarkStyle {
        let number = |text: RwSignal<String>, usual: u8| text.get().parse().unwrap_or(usual);
        let usual = MarkStyle::default();
        MarkStyle {
            opacity: number(self.mark_opacity, usual.opacity),
            repeat: number(self.mark_repeat, usual.repeat),
        }
    }

    /// The clips with their indexes.
    pub fn files(self) -> Vec<ClipCargo> {
        self.clips.get_untracked().iter().map(ChosenClip::cargo).collect()
    }

    /// Whether some clip is still looked at.
    pub fn is_looking(self) -> bool {
        self.clips.with(|clips| clips.iter().any(|clip| clip.facts.with(Option::is_none)))
    }

    /// The order, or the fields that cannot be used; `replaces` what the same request got before.
    pub fn order(
        self,
        case: &Case,
        desk: Desk,
        replaces: Option<BundleId>,
    ) -> Result<SealOrder, Vec<WrongField>> {
        let (mut clips, mut wrongs) = (Vec::new(), Vec::new());
        let chosen = self.clips.get_untracked();
        if chosen.is_empty() {
            wrongs.push(WrongField {
                id: "pick-clips".to_owned(),
                says: k::FORM_UNCHOSEN,
                label: k::SEAL_CLIPS,
            });
        }
        for clip in chosen {
            match clip.typed().read() {
                Ok(_) if untrack(|| clip.is_outside(&case.provides())) => wrongs.push(WrongField {
                    id: format!("clip-starts-{}", clip.id),
                    says: k::FORM_OUTSIDE,
                    label: k::SEAL_STARTS,
                }),
                Ok(note) => clips.push(ClipNote { cut: clip.record(), ..note }),
                Err(wrong) => {
                    wrongs.extend(wrong.into_iter().map(|wrong| field(wrong, "clip", Some(clip.id))))
                }
            }
        }
        match self.order_of(case, desk, "seal", Contents { clips, ticket: None, replaces }) {
            Ok(order) if wrongs.is_empty() => Ok(order),
            Ok(_) => Err(wrongs),
            Err(more) => Err(wrongs.into_iter().chain(more).collect()),
        }
    }

    /// The order of a ticket, or the fields that cannot be used.
    pub fn ticket(
        self,
        case: &Case,
        desk: Desk,
        name: &str,
        ticket: TicketOrder,
        replaces: Option<BundleId>,
    ) -> Result<SealOrder, Vec<WrongField>> {
        self.order_of(case, desk, name, Contents { clips: Vec::new(), ticket: Some(ticket), replaces })
    }

    fn order_of(
        self,
        case: &Case,
        desk: Desk,
        name: &str,
        Contents { clips, ticket, replaces }: Contents,
    ) -> Result<SealOrder, Vec<WrongField>> {
        let typed = TypedTerms {
            not_before: self.from.get_untracked(),
            not_after: self.until.get_untracked(),
            return_due: self.due.get_untracked(),
        };
        let fields = |wrongs: Vec<WrongTerm>| -> Vec<_> {
            wrongs.into_iter().map(|wrong| field(wrong, name, None)).collect()
        };
        let period = typed.read(clock::now()).map_err(fields)?;
        let without_office = || vec![WrongField::missing("nav-settings", k::OFFICE_NAME)];
        let (card, _) = desk.card.get_untracked().ok_or_else(without_office)?;
        let (request, provides) = (case.request.clone(), case.provides());
        Ok(SealOrder {
            number: case.number,
            replaces,
            office: card.office,
            rules: desk.rules.get_untracked().ok_or_else(without_office)?,
            running: desk.register.with_untracked(Register::next_bundle),
            standing: desk.ledger.with_untracked(Ledger::standing),
            terms: Terms {
                not_before: period.not_before,
                not_after: period.not_after,
                return_due: period.return_due,
                odd_clock: if self.warn_clock.get_untracked() { OddClock::Warn } else { OddClock::Refuse },
                marks: untrack(|| self.marks()),
                grants: provides.grants.clone(),
                conditions: request.conditions.clone(),
                medium: Medium { number: typed_text(self.medium), ..request.medium.clone() },
            },
            begins_now: period.not_before <= clock::now(),
            clips,
            ticket,
            small_parts: self.small_parts.get_untracked(),
            recipient_keys: case.recipient_keys.clone().filter(|_| self.for_device.get_untracked()),
            request,
            provides,
        })
    }
}

/// The field on the page, among those whose ids begin with `name`; of a clip, the one with this number.
fn field(wrong: WrongTerm, name: &str, clip: Option<usize>) -> WrongField {
    let (field, label) = match wrong {
        WrongTerm::NotBefore => ("from", k::SEAL_FROM),
        WrongTerm::NotAfter => ("until", k::SEAL_UNTIL),
        WrongTerm::ReturnDue => ("due", k::REQUEST_DUE),
        WrongTerm::StartsAt => ("starts", k::SEAL_STARTS),
        WrongTerm::ClockError => ("error", k::SEAL_CLOCK_ERROR),
    };
    let of_clip = clip.map(|id| format!("-{id}")).unwrap_or_default();
    WrongField::odd(format!("{name}-{field}{of_clip}"), label)
}
