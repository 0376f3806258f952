//! The five rule sets against requests, straight from their articles.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{Request, Review, RuleSet, Weight, example_request};

fn request(rules: &RuleSet, change: impl FnOnce(&mut Request)) -> Vec<String> {
    let mut request = Request::from_toml(&example_request(rules)).unwrap();
    change(&mut request);
    rules
        .check(&request)
        .into_iter()
        .filter(|f| f.weight != Weight::Records)
        .map(|f| format!("{}@{}", f.code, f.article))
        .collect()
}

fn check(city: &str, ground: &str, basis: &str, change: impl FnOnce(&mut Request), expected: &[&str]) {
    let rules = RuleSet::builtin(city).unwrap();
    let found = request(&rules, |request| {
        request.ground = ground.into();
        request.legal_basis = basis.into();
        change(request);
    });
    assert_eq!(found, expected, "{city} {ground} {basis}");
}

fn no_document(request: &mut Request) {
    request.document_number.clear();
}

#[test]
fn every_city_allows_its_own_example() {
    for rules in RuleSet::all_builtin().unwrap() {
        assert_eq!(request(&rules, |_| {}), Vec::<String>::new(), "{}", rules.id);
    }
}

#[test]
fn minato() {
    check("minato", "investigation", "CCP_197_2", |_| {}, &[]);
    check("minato", "investigation", "CCP_197_2", no_document, &["document_required@8条1項1号"]);
    check("minato", "investigation", "ATTORNEY_ACT_23_2", |_| {}, &["legal_basis@8条1項1号"]);
    check("minato", "statute", "ATTORNEY_ACT_23_2", |_| {}, &[]);
    check("minato", "statute", "CIVPRO_223", no_document, &["document_required@8条1項2号"]);
    for basis in ["CCP_218", "CCP_102_2", "CIVPRO_226", "CIVPRO_186"] {
        check("minato", "statute", basis, |_| {}, &[]);
    }
    // 1号 is of crimes in the facilities; a 照会 about another one is a statute's, and somebody looks.
    check("minato", "statute", "CCP_197_2", |_| {}, &["legal_basis_unusual@8条1項2号"]);
    check("minato", "investigation", "CCP_197_2", |r| r.review.crime.clear(), &["review_missing@8条1項1号"]);
    check("minato", "statute", "CCP_279", |r| r.review.crime.clear(), &[]);
    check("minato", "emergency", "EMERGENCY", no_document, &[]);
    check("minato", "emergency", "CCP_197_2", |_| {}, &["legal_basis@8条1項3号"]);
    check(
        "minato",
        "consent",
        "SUBJECT_CONSENT",
        |_| {},
        &["ground_unknown@8条1項1号、8条1項2号、8条1項3号"],
    );
    check("minato", "emergency", "EMERGENCY", |r| r.undertaking = None, &["undertaking_required@8条3項"]);
    check("minato", "statute", "CCP_279", |r| r.review.necessity.clear(), &["review_missing@8条2項"]);
    check("minato", "statute", "CCP_279", |r| r.review.scope = " ".into(), &["review_missing@8条2項"]);
}

#[test]
fn tajimi() {
    check("tajimi", "statute", "CCP_218", no_document, &[]);
    // 7イ ただし書 is not walked around by another ground: what an investigator asks is asked in writing.
    let unusual = "legal_basis_unusual@7ア";
    check("tajimi", "statute", "CCP_197_2", no_document, &[unusual, "document_required@7ア"]);
    check("tajimi", "statute", "CCP_197_2", |_| {}, &[unusual]);
    check("tajimi", "investigation", "CCP_197_2", no_document, &["document_required@7イ"]);
    check("tajimi", "investigation", "CCP_197_2", |_| {}, &[]);
    check("tajimi", "emergency", "EMERGENCY", no_document, &[]);
    check("tajimi", "consent", "SUBJECT_CONSENT", no_document, &[]);
    check("tajimi", "subject_request", "SUBJECT_REQUEST", no_document, &[]);
    check("tajimi", "subject_request", "CCP_197_2", |_| {}, &["legal_basis@7オ"]);
    check("tajimi", "statute", "CIVPRO_223", |r| r.undertaking = None, &[]);
    check("tajimi", "investigation", "EMERGENCY", |_| {}, &["legal_basis@7イ"]);
    check("tajimi", "emergency", "SUBJECT_CONSENT", |_| {}, &["legal_basis@7ウ"]);
    // 7 names no review: an empty one stops nothing, and what a ground rests on is asked for.
    let empty = |r: &mut Request| r.review = Review::default();
    check("tajimi", "consent", "SUBJECT_CONSENT", empty, &["review_missing@7エ"]);
    check("tajimi", "subject_request", "SUBJECT_REQUEST", empty, &["review_missing@7オ"]);
    check("tajimi", "emergency", "EMERGENCY", empty, &[]);
    let rules = RuleSet::builtin("tajimi").unwrap();
    assert!(rules.review.iter().all(|review| review.weight == Weight::Warns));
    check("tajimi", "other", "OTHER", |_| {}, &["ground_unknown@7ア、7イ、7ウ、7エ、7オ"]);
}

#[test]
fn fujisawa() {
    check("fujisawa", "ordinance_12_1", "CCP_197_2", no_document, &[]);
    check("fujisawa", "ordinance_12_1_4", "OTHER", |_| {}, &[]);
    check("fujisawa", "ordinance_12_1_4", "OTHER", |r| r.review.council.clear(), &["review_missing@6条2項"]);
    check("fujisawa", "ordinance_12_2_4", "OTHER", |r| r.review.council.clear(), &["review_missing@6条2項"]);
    check(
        "fujisawa",
        "ordinance_12_1_4",
        "OTHER",
        |r| r.review.council_on = None,
        &["review_undated@6条2項"],
    );
    check("fujisawa", "ordinance_12_2", "OTHER", |r| r.review.council.clear(), &[]);
    check("fujisawa", "ordinance_12_2", "OTHER", |r| r.basis_detail.clear(), &["basis_detail@6条1項"]);
    check(
        "fujisawa",
        "ordinance_12_2",
        "OTHER",
        |r| r.review.subject_notice.clear(),
        &["review_missing@6条3項"],
    );
    // 6条1項 leaves the bases to the ordinance, whose text is not in the rules: any basis and any form is taken.
    check("fujisawa", "ordinance_12_2_4", "EMERGENCY", no_document, &[]);
    check("fujisawa", "ordinance_12_1", "SUBJECT_REQUEST", |r| r.undertaking = None, &[]);
    check("fujisawa", "ordinance_12_1", "CIVPRO_223", |r| r.review.council.clear(), &[]);
    check(
        "fujisawa",
        "ordinance_12_1_4",
        "OTHER",
        |r| r.review = Review::default(),
        &["review_missing@6条2項", "review_missing@6条3項"],
    );
    check("fujisawa", "other", "OTHER", |_| {}, &["ground_unknown@6条1項、6条1項・2項、6条1項、6条1項・2項"]);
}

#[test]
fn midori() {
    check("midori", "statute", "CIVPRO_223", |_| {}, &[]);
    check("midori", "investigation", "CCP_197_2", no_document, &[]);
    check("midori", "public_duty", "OTHER", |_| {}, &[]);
    check("midori", "consent", "SUBJECT_CONSENT", |_| {}, &[]);
    check("midori", "consent", "CCP_197_2", |_| {}, &["legal_basis@9条本文"]);
    // 10条2項 is the decision itself: it is not asked for before it.
    check("midori", "emergency", "EMERGENCY", |r| r.review.decided_by.clear(), &[]);
    check("midori", "statute", "EMERGENCY", |_| {}, &["legal_basis@9条1号"]);
    check("midori", "emergency", "CCP_197_2", |_| {}, &["legal_basis@9条2号"]);
    check("midori", "investigation", "ATTORNEY_ACT_23_2", |_| {}, &["legal_basis@9条4号"]);
    check("midori", "statute", "CCP_507", |r| r.undertaking = None, &[]);
    check(
        "midori",
        "subject_request",
        "SUBJECT_REQUEST",
        |_| {},
        &["ground_unknown@9条1号、9条2号、9条3号、9条4号、9条本文"],
    );
}

#[test]
fn asahikawa() {
    check("asahikawa", "investigation", "CCP_197_2", |_| {}, &[]);
    check("asahikawa", "investigation", "CCP_197_2", no_document, &["document_principle@7条1号"]);
    check("asahikawa", "statute", "ATTORNEY_ACT_23_2", no_document, &[]);
    let unusual = "legal_basis_unusual@7条2号";
    check("asahikawa", "statute", "CCP_197_2", no_document, &[unusual, "document_principle@7条2号"]);
    check("asahikawa", "emergency", "EMERGENCY", no_document, &[]);
    check("asahikawa", "consent", "SUBJECT_CONSENT", |_| {}, &["ground_unknown@7条1号、7条2号、7条3号"]);
    check("asahikawa", "statute", "CCP_507", |r| r.review.scope.clear(), &["review_missing@8条1号"]);
    check("asahikawa", "statute", "CCP_507", |r| r.review.decided_by.clear(), &["review_missing@8条"]);
    check("asahikawa", "investigation", "ATTORNEY_ACT_23_2", |_| {}, &["legal_basis@7条1号"]);
    check("asahikawa", "statute", "SUBJECT_CONSENT", |_| {}, &["legal_basis@7条2号"]);
    check("asahikawa", "emergency", "CIVPRO_223", |_| {}, &["legal_basis@7条3号"]);
    check("asahikawa", "emergency", "EMERGENCY", |r| r.undertaking = None, &[]);
}

#[test]
fn a_principle_warns_and_a_requirement_blocks() {
    let rules = RuleSet::builtin("asahikawa").unwrap();
    let mut request = Request::from_toml(&example_request(&rules)).unwrap();
    request.document_number.clear();
    assert!(rules.check(&request).iter().all(|finding| !finding.blocks()));
}

#[test]
fn facts_that_are_easy_to_get_wrong() {
    let rules = |id| RuleSet::builtin(id).unwrap();
    assert_eq!(rules("fujisawa").record_keeping.years_from_next_april, Some(5));
    assert!(rules("fujisawa").record_keeping.with_images);
    let days: Vec<u32> = RuleSet::all_builtin().unwrap().iter().map(|r| r.image_retention.days).collect();
    assert_eq!(days, [31, 14, 7, 14, 14]);
    let undertakings: Vec<bool> =
        RuleSet::all_builtin().unwrap().iter().map(|r| r.undertaking.required).collect();
    assert_eq!(undertakings, [false, false, true, false, false], "only 港区 8条3項 asks for one");
    assert!(rules("asahikawa").retention_extension.text.is_empty());
}

#[test]
fn every_article_that_is_only_read_stands_in_its_rule_set() {
    let expected: [(&str, &[(&str, &str)]); 5] = [
        (
            "tajimi",
            &[
                ("管理責任者", "4"),
                ("取扱者", "4"),
                ("秘密の保持", "6"),
                ("保管・施錠", "8イ"),
                ("持出し", "8イ"),
                ("保管期間経過後の消去", "8オ"),
                ("ネットワーク", "8キ"),
                ("苦情", "9"),
            ],
        ),
        (
            "fujisawa",
            &[
                ("管理責任者", "3条"),
                ("取扱者", "3条"),
                ("保管・施錠", "4条1号・5条7号"),
                ("持出し", "5条6号"),
                ("複製・印刷・加工", "5条2号・5号"),
                ("定期の報告", "7条"),
                ("個人情報の保護", "6条"),
            ],
        ),
        (
            "minato",
            &[
                ("管理責任者", "3条1項"),
                ("取扱者", "3条4項・4条"),
                ("秘密の保持", "3条5項"),
                ("保管・施錠", "7条5項"),
                ("持出し", "7条6項・10条1項3号"),
                ("保管期間経過後の消去", "7条1項"),
                ("事故の報告", "10条2項"),
            ],
        ),
        (
            "midori",
            &[
                ("管理責任者", "3条"),
                ("取扱者", "4条2項"),
                ("保管・施錠", "7条1項"),
                ("保管期間経過後の消去", "7条3項"),
                ("媒体の廃棄", "8条"),
                ("苦情", "12条"),
                ("秘密の保持", "13条"),
            ],
        ),
        (
            "asahikawa",
            &[
                ("管理責任者", "4条2項"),
                ("取扱者", "4条4項・6条2項1号"),
                ("保管・施錠", "5条3号"),
                ("ネットワーク", "5条1号・8条2号"),
                ("個人情報の保護", "6条3項"),
            ],
        ),
    ];
    for (city, wanted) in expected {
        let articles = RuleSet::builtin(city).unwrap().articles();
        for (label, article) in wanted {
            let (_, rule) = articles.iter().find(|(known, _)| known == label).unwrap();
            assert_eq!((&*rule.article, rule.text.is_empty()), (*article, false), "{city} {label}");
        }
        assert!(!RuleSet::builtin(city).unwrap().title.is_empty());
    }
}

/// A city's file, changed by replacing one piece of text.
fn own(city: &str, from: &str, to: &str) -> Result<RuleSet, &'static str> {
    let text = toml::to_string(&RuleSet::builtin(city).unwrap()).unwrap();
    assert!(text.contains(from), "{from} is not in {city}'s file");
    RuleSet::parse(&text.replacen(from, to, 1)).map_err(|error| fuin_core::Coded::code(&error))
}

#[test]
fn an_office_may_write_its_own_file_and_hears_what_is_wrong_with_it() {
    let ours = own("minato", "name = \"港区\"", "name = \"見本市\"").unwrap();
    assert_eq!(ours.name, "見本市");
    // What it says is what is checked.
    let text = toml::to_string(&ours).unwrap();
    assert_eq!(RuleSet::in_force("anything", Some(&text)).unwrap(), ours);
    assert_eq!(RuleSet::in_force("minato", None).unwrap(), RuleSet::builtin("minato").unwrap());
    assert!(RuleSet::in_force("anything", None).is_err());
    assert_eq!(own("minato", "id = \"minato\"", "id = \"Mi nato\""), Err("rules_content"));
    assert_eq!(own("minato", "name = \"港区\"", "name = \" \""), Err("rules_content"));
    assert_eq!(own("minato", "id = \"statute\"", "id = \"investigation\""), Err("rules_content"));
    assert_eq!(own("minato", "article = \"8条1項2号\"", "article = \"\""), Err("rules_content"));
    assert_eq!(own("minato", "article = \"8条3項\"", "article = \"\""), Err("rules_content"));
    assert_eq!(own("minato", "grounds = []", "grounds = [\"nobody\"]"), Err("rules_content"));
    assert_eq!(own("minato", "[secrecy]", "[secrecies]"), Err("rules_form"));
    assert_eq!(own("minato", "required = true", "required = 1"), Err("rules_form"));
}
