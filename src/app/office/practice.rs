//! 練習: an office with invented requests in every state, in a database of its own that can be thrown away.

use fuin_core::{
    Approval, B64, BundleId, EventBody, OfficeLabel, Request, RuleSet, SealedEvent, Timestamp,
    example_request,
};
use leptos::prelude::*;

use super::desk::{Desk, Fault, use_desk};
use crate::{
    locale::{k, use_locale},
    platform::{clock, entropy::BrowserEntropy, page, practice},
    ui::Select,
};

/// It protects nothing: there is nothing to protect.
const PASSPHRASE: &str = "renshu renshu renshu";

/// Said on every page of the practice.
#[component]
pub fn Banner() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let throw_away = move |_| {
        desk.run(async move {
            practice::throw_away().await?;
            page::reload();
            Ok(())
        })
    };
    practice::is_on().then(|| {
        view! {
            <p class="warn" id="practising"><strong>{move || l.t(k::PRACTICE_ON)}</strong> " "
                <button id="throw-away" on:click=throw_away>{move || l.t(k::PRACTICE_THROW)}</button> " "
                <a href="#office">{move || l.t(k::PRACTICE_LEAVE)}</a></p>
        }
    })
}

/// Offers the practice, or, in it, an office to practise with.
#[component]
pub fn Offer() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let rules = RwSignal::new("midori".to_owned());
    let all = RuleSet::all_builtin().unwrap_or_default();
    let options: Vec<(String, String)> = all.into_iter().map(|rules| (rules.id, rules.name)).collect();
    let label = Signal::derive(move || l.t(k::OFFICE_RULES).to_owned());
    let begin = move |_| {
        let office = OfficeLabel { name: "練習の課（練習）".into(), contact: "練習".into() };
        desk.found(office, rules.get_untracked(), None, PASSPHRASE.into());
    };
    view! {
        <section aria-labelledby="practice-title">
            <h2 id="practice-title">{move || l.t(k::PRACTICE_TITLE)}</h2>
            <p>{move || l.t(k::PRACTICE_HELP)}</p>
            {if practice::is_on() {
                view! {
                    <Select id="practice-rules" label=label value=rules options=options/>
                    <p class="actions"><button id="practise" class="primary" disabled=desk.working on:click=begin>{move || l.t(k::PRACTICE_BEGIN)}</button></p>
                }.into_any()
            } else {
                view! { <p><a id="to-practice" class="button" href=practice::DOOR>{move || l.t(k::PRACTICE_BEGIN)}</a></p> }.into_any()
            }}
        </section>
    }
}

impl Desk {
    /// Four invented requests: to review, to seal, disclosed, overdue.
    pub(super) async fn add_samples(self) -> Result<(), Fault> {
        let Some(rules) = self.rules.get_untracked() else { return Ok(()) };
        let invented = Request::from_toml(&example_request(&rules))
            .map_err(|error| Fault("request_form".into(), error.to_string()))?;
        let today = clock::now().day();
        let roles = ["係", "係長", "課長"].map(|role| Approval { role: role.into(), name: String::new() });
        self.append(EventBody::OfficeSet { roles: roles.to_vec() }).await?;
        for (number, days_left) in [(1, None), (2, None), (3, Some(30)), (4, Some(-5))] {
            let mut request = invented.clone();
            request.received_on = today.plus_days(-20);
            request.remarks = "練習".into();
            request.return_due = today.plus_days(days_left.unwrap_or(60));
            self.append(EventBody::Requested {
                number,
                request: Box::new(request.clone()),
                attachments: Vec::new(),
                recipient_key: None,
            })
            .await?;
            if number == 1 {
                continue;
            }
            let decision = EventBody::Decided {
                number,
                granted: true,
                by: "課長（練習）".into(),
                reason: "練習".into(),
                findings: rules.check(&request),
                approvals: roles.to_vec(),
            };
            self.append(decision).await?;
            if days_left.is_some() {
                self.append(EventBody::Sealed(Box::new(sample_bundle(number, &request, clock::now()))))
                    .await?;
            }
        }
        Ok(())
    }
}

/// A bundle that exists only on paper.
fn sample_bundle(number: u64, request: &Request, now: Timestamp) -> SealedEvent {
    SealedEvent {
        number,
        bundle_id: BundleId::generate(&BrowserEntropy, now.day(), number),
        manifest_sha256: B64([0; 32]),
        recipient: request.recipient(),
        range: request.range_text(),
        not_before: now,
        not_after: request.return_due.end(),
        return_due: request.return_due,
        medium: request.medium.clone(),
        clips: Vec::new(),
    }
}
