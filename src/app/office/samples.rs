//! Invented requests in every state, to practise with.
//!
//! Entry point: [`add_samples`]. Absent: where they are kept; practice has a database of its own.

use fuin_core::{
    Approval, B64, BundleId, EventBody, OpensWith, Provides, Request, SealedEvent, SealedSlot, Timestamp,
    example_request,
};
use leptos::prelude::*;

use super::{desk::Desk, fault::DeskFault};
use crate::{
    fault::Fault,
    platform::{clock, entropy::BrowserEntropy},
};

/// Seconds of footage that each of them asks for.
const SAMPLE_SECS: i64 = 24 * 60 * 60;

/// Four invented requests: to review, to seal, disclosed, overdue.
pub async fn add_samples(desk: Desk) -> Result<(), DeskFault> {
    let Some(rules) = desk.rules.get_untracked() else { return Ok(()) };
    let invented = Request::from_toml(&example_request(&rules)).map_err(Fault::from)?;
    let today = clock::now().day();
    let roles = ["係", "係長", "課長"].map(|role| Approval { role: role.into(), name: String::new() });
    desk.append(EventBody::OfficeSet { roles: roles.to_vec() }).await?;
    for (number, days_left) in [(1, None), (2, None), (3, Some(30)), (4, Some(-5))] {
        let mut request = invented.clone();
        let received = today.plus_days(-20);
        (request.received_on, request.document_date) = (received, Some(received));
        for range in &mut request.range {
            let earlier = received.plus_days(-2).start();
            (range.from, range.to) = (earlier, earlier.plus_secs(SAMPLE_SECS));
        }
        request.remarks = "練習".into();
        request.return_due = today.plus_days(days_left.unwrap_or(60));
        desk.append(EventBody::Requested {
            number,
            request: Box::new(request.clone()),
            attachments: Vec::new(),
            recipient_keys: None,
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
            provides: Some(Provides::all_of(&request)),
        };
        desk.append(decision).await?;
        if days_left.is_some() {
            desk.append(EventBody::Sealed(Box::new(sample_bundle(number, &request, clock::now())))).await?;
        }
    }
    Ok(())
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
        slots: vec![SealedSlot { opens_with: OpensWith::Passphrase, signer: None }],
        ticket: None,
        replaces: None,
    }
}
