//! Who works at the desk, for the record: kept sealed beside the ledger, and asked anew each day.
//!
//! Entry points: [`remember`] when the desk was opened, [`works_now`]. Absent: proof of it. A name is what was typed.

use fuin_core::Day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    desk::Desk,
    fault::DeskFault,
    stored::{read_setting, write_setting},
};
use crate::{
    fault::Code,
    platform::{clock, kept, profile},
};

/// The place for which it is sealed.
const PLACE: &str = "actor";

/// Who said on which day that he works here.
#[derive(Serialize, Deserialize)]
struct Said {
    name: String,
    on: Day,
}

/// Reads who worked here last; who said so today still does.
pub async fn remember(desk: Desk) -> Result<(), DeskFault> {
    if profile::is_practice() {
        desk.actor.set(Some("練習".into()));
        return Ok(());
    }
    let said: Option<Said> = read_setting(&desk.keys()?.storage, kept::OFFICE_ACTOR, PLACE).await?;
    if let Some(said) = said {
        if said.on == clock::now().day() {
            desk.actor.set(Some(said.name.clone()));
        }
        desk.actor_before.set(Some(said.name));
    }
    Ok(())
}

/// Somebody says that he works here now.
pub async fn works_now(desk: Desk, name: String) -> Result<(), DeskFault> {
    if name.is_empty() {
        return Err(Code::ActorMissing.into());
    }
    let said = Said { name: name.clone(), on: clock::now().day() };
    write_setting(&desk.keys()?.storage, kept::OFFICE_ACTOR, PLACE, &said).await?;
    desk.actor_before.set(Some(name.clone()));
    desk.actor.set(Some(name));
    Ok(())
}
