//! What letters say at first: the text of the program or of the office, with what the register knows in its places.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    EventBody, Letter, LetterKind, Provides, Sender, draft_letter, letter_places, letter_text, letters_of,
};
use fuin_tests::desk::{Desk, decided};

const SENDER: Sender<'_> = Sender { from: "例示市　課長", contact: "例示課　000-0000" };

fn draft(desk: &Desk, number: u64, kind: LetterKind) -> Letter {
    let case = &desk.register.cases[&number];
    draft_letter(kind, &desk.register, case, &desk.rules, (SENDER, desk.today))
}

fn text(letter: LetterKind, body: &str) -> EventBody {
    EventBody::LetterTextSet { letter, title: "件名".into(), body: body.into() }
}

#[test]
fn every_letter_is_whole_and_numbers_what_it_knows() {
    let mut desk = Desk::new("fujisawa");
    let number = desk.request(|_| {});
    desk.grant(number);
    let id = desk.seal(number);
    for kind in LetterKind::ALL {
        let body = draft(&desk, number, *kind).body;
        assert!(!body.contains(['｛', '｝']), "{kind:?}: {body}");
        assert!(body.contains("\n記\n") && body.ends_with("問合せ先　例示課　000-0000"), "{kind:?}: {body}");
    }
    let answer = draft(&desk, number, LetterKind::Answer).body;
    let asked = desk.register.cases[&number].request.document_number.clone();
    for said in [&*asked, "下記のとおり画像を提供します。", "1　提供する画像の範囲　　", id.as_str()]
    {
        assert!(answer.contains(said), "{said}: {answer}");
    }
    assert!(!answer.contains("一部"), "{answer}");
    let kinds = letters_of(&desk.register, &desk.register.cases[&number], &desk.rules);
    assert!(kinds.contains(&LetterKind::Reminder) && !kinds.contains(&LetterKind::Refusal), "{kinds:?}");
}

#[test]
fn less_than_was_asked_for_is_said_with_its_reason() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|_| {});
    let watched = Provides { delivery_method: "画像閲覧".into(), ..desk.all(number) };
    desk.on(decided(number, "閲覧で足りる", Some(watched)));
    let answer = draft(&desk, number, LetterKind::Answer).body;
    assert!(answer.contains("下記のとおり一部を提供します。"), "{answer}");
    assert!(answer.contains("一部を提供しない理由　　閲覧で足りる"), "{answer}");
}

#[test]
fn an_office_has_texts_of_its_own_and_can_go_back() {
    let mut desk = Desk::new("tajimi");
    let number = desk.request(|_| {});
    desk.grant(number);
    let id = desk.seal(number);
    let usual = draft(&desk, number, LetterKind::Reminder);
    desk.on(text(LetterKind::Reminder, "｛管理番号｝を｛返却期限｝までに。｛一覧｝"));
    let own = draft(&desk, number, LetterKind::Reminder);
    assert_eq!(own.title, "件名");
    assert!(own.body.starts_with(&format!("{id}を令和")), "{}", own.body);
    assert!(own.body.contains("までに。1　管理番号　　"), "{}", own.body);
    assert_eq!(draft(&desk, number, LetterKind::Answer).title, "防犯カメラ画像の提供について（回答）");
    desk.is_what_the_ledger_says();
    desk.on(EventBody::LetterTextSet {
        letter: LetterKind::Reminder,
        title: String::new(),
        body: String::new(),
    });
    assert_eq!(draft(&desk, number, LetterKind::Reminder), usual);
}

/// What somebody typed into a request is no place of the text.
#[test]
fn what_is_filled_in_is_not_read_as_a_text() {
    let mut desk = Desk::new("tajimi");
    let number = desk.request(|request| request.purpose = "｛管理番号｝のため".into());
    desk.grant(number);
    desk.on(text(LetterKind::Answer, "｛利用目的｝"));
    assert_eq!(draft(&desk, number, LetterKind::Answer).body, "｛管理番号｝のため");
}

#[test]
fn a_place_that_nothing_fills_in_is_refused_and_the_others_are_named() {
    let desk = Desk::new("tajimi");
    desk.refuses(text(LetterKind::Answer, "｛管理番号｝と｛電話｝"), "letter_place");
    desk.refuses(text(LetterKind::Answer, "｛審議会の条項｝"), "letter_place");
    assert_eq!(desk.code(&text(LetterKind::CouncilInquiry, "｛審議会の条項｝")), Ok(()));
    // An open brace alone is a letter like another.
    assert_eq!(desk.code(&text(LetterKind::Answer, "｛管理番号")), Ok(()));
    for kind in LetterKind::ALL {
        let places: Vec<_> = letter_places(*kind).map(|place| format!("｛{place}｝")).collect();
        assert_eq!(desk.code(&text(*kind, &places.join(""))), Ok(()), "{kind:?}");
        let (title, body) = letter_text(*kind, &desk.register);
        assert!(!title.is_empty());
        assert_eq!(desk.code(&text(*kind, &body)), Ok(()), "{kind:?}");
    }
}
