//! Which papers there are: for a case, and for the office as a whole.
//!
//! Entry points: [`papers_of_case`], [`papers_to_hand_over`], [`papers_of_office`]. Absent: how a paper looks,
//! and its words.

use fuin_core::{Book, Form};

/// A paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paper {
    /// 送付書.
    Cover,
    /// 合言葉の別紙.
    Passphrase,
    /// 開き方: one page for the recipient.
    HowTo,
    /// ハッシュ票.
    Hashes,
    /// 受領書.
    Delivery,
    /// 誓約書.
    Undertaking,
    /// みどり市 様式第1号.
    Midori1,
    /// みどり市 様式第2号, of the 年度 that began in this Gregorian year.
    Midori2(i32),
    /// 港区 第2号様式.
    Minato2,
    /// 港区 第3号様式, of a 年度.
    Minato3(i32),
    /// 返却・消去報告書, to be filled in by hand.
    Return,
    /// 報告の確認票: what was reported, for whoever decides.
    Reports,
    /// 事故報告書 about the incident on this line of the ledger.
    Incident(u64),
    /// A letter that was issued, by its line of the ledger.
    Letter(u64),
    /// A book of a 年度.
    Book(Book, i32),
    /// 申請書, undertaking and report without words, for the counter.
    Blank,
    /// 発行課カード: name, contact, fingerprint.
    Card,
    /// 年度の報告, of the year that began in this Gregorian year.
    Yearly(i32),
}

/// What is known of a case, as far as its papers depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CasePapers {
    /// A bundle was sealed for it that is not voided.
    pub is_sealed: bool,
    /// Footage was watched at the office.
    pub was_provided: bool,
    /// The recipient reported something by file or code.
    pub has_reports: bool,
    /// The passphrase of its bundle is still on this page.
    pub has_passphrase: bool,
}

/// The papers of one case, under rules with these forms, in the order of their buttons.
pub fn papers_of_case(forms: &[Form], case: CasePapers) -> Vec<Paper> {
    let mut papers = Vec::new();
    if forms.contains(&Form::Midori1) {
        papers.push(Paper::Midori1);
    }
    if forms.contains(&Form::Minato2) && (case.is_sealed || case.was_provided) {
        papers.push(Paper::Minato2);
    }
    papers.push(Paper::Undertaking);
    if case.is_sealed {
        papers.extend([Paper::Cover, Paper::HowTo, Paper::Hashes, Paper::Delivery, Paper::Return]);
    }
    if case.has_reports {
        papers.push(Paper::Reports);
    }
    if case.has_passphrase {
        papers.push(Paper::Passphrase);
    }
    papers
}

/// The papers that are printed when a bundle is handed over, in the order in which that is done: what is lost with this
/// page comes first.
pub fn papers_to_hand_over(case: CasePapers) -> Vec<Paper> {
    let all = [Paper::Passphrase, Paper::Cover, Paper::HowTo, Paper::Hashes, Paper::Delivery, Paper::Return];
    let is_there = |paper: &Paper| case.is_sealed && (*paper != Paper::Passphrase || case.has_passphrase);
    all.into_iter().filter(is_there).collect()
}

/// The papers of the office of one 年度, under rules with these forms; those of incidents, books and letters are chosen
/// where those stand.
pub fn papers_of_office(forms: &[Form], year: i32) -> Vec<Paper> {
    let of_form = |form: &Form| match form {
        Form::Midori2 => Some(Paper::Midori2(year)),
        Form::Minato3 => Some(Paper::Minato3(year)),
        Form::Midori1 | Form::Minato2 => None,
    };
    let forms = forms.iter().filter_map(of_form);
    forms.chain([Paper::Yearly(year), Paper::Blank]).collect()
}

#[cfg(test)]
mod tests {
    use fuin_core::RuleSet;

    use super::*;

    fn forms(city: &str) -> Vec<Form> {
        RuleSet::builtin(city).map(|rules| rules.forms).unwrap_or_default()
    }

    #[test]
    fn a_city_with_forms_of_its_own_has_them_first() {
        let open = CasePapers::default();
        let sealed = CasePapers { is_sealed: true, ..open };
        assert_eq!(papers_of_case(&forms("midori"), open), [Paper::Midori1, Paper::Undertaking]);
        assert_eq!(papers_of_case(&forms("minato"), open), [Paper::Undertaking]);
        assert_eq!(papers_of_case(&forms("minato"), sealed)[..2], [Paper::Minato2, Paper::Undertaking]);
        let watched = CasePapers { was_provided: true, ..open };
        assert_eq!(papers_of_case(&forms("minato"), watched), [Paper::Minato2, Paper::Undertaking]);
        for city in ["tajimi", "fujisawa", "asahikawa"] {
            assert_eq!(papers_of_case(&forms(city), open), [Paper::Undertaking], "{city}");
        }
    }

    #[test]
    fn the_set_to_hand_over_begins_with_what_is_lost_with_the_page() {
        assert_eq!(papers_to_hand_over(CasePapers::default()), []);
        let sealed = CasePapers { is_sealed: true, ..CasePapers::default() };
        let fresh = CasePapers { has_passphrase: true, ..sealed };
        assert_eq!(papers_to_hand_over(fresh)[..2], [Paper::Passphrase, Paper::Cover]);
        assert_eq!(papers_to_hand_over(fresh)[1..], papers_to_hand_over(sealed));
        // All of them can be had one by one as well.
        assert!(papers_to_hand_over(fresh).iter().all(|paper| papers_of_case(&[], fresh).contains(paper)));
    }

    #[test]
    fn the_passphrase_is_printed_only_while_it_is_known() {
        let sealed = CasePapers { is_sealed: true, ..CasePapers::default() };
        assert!(!papers_of_case(&[], sealed).contains(&Paper::Passphrase));
        let fresh = CasePapers { has_passphrase: true, ..sealed };
        assert_eq!(papers_of_case(&[], fresh).last(), Some(&Paper::Passphrase));
    }

    #[test]
    fn what_was_reported_is_printed_once_there_is_something() {
        let sealed = CasePapers { is_sealed: true, ..CasePapers::default() };
        assert!(!papers_of_case(&[], sealed).contains(&Paper::Reports));
        let reported = CasePapers { has_reports: true, ..sealed };
        assert_eq!(papers_of_case(&[], reported).last(), Some(&Paper::Reports));
    }

    #[test]
    fn the_office_has_the_registers_of_a_year() {
        let usual = [Paper::Yearly(2026), Paper::Blank];
        assert_eq!(papers_of_office(&forms("midori"), 2026), [&[Paper::Midori2(2026)], &usual[..]].concat());
        assert_eq!(papers_of_office(&forms("minato"), 2026), [&[Paper::Minato3(2026)], &usual[..]].concat());
        assert_eq!(papers_of_office(&forms("tajimi"), 2026), usual);
    }

    #[test]
    fn an_office_with_its_own_rules_may_use_the_forms_of_a_city() {
        let own = RuleSet::builtin("midori").map(|rules| RuleSet { id: "kiryu".into(), ..rules });
        let own = own.and_then(|rules| RuleSet::parse(&rules.to_toml()));
        let papers = own.map(|rules| papers_of_office(&rules.forms, 2026));
        assert_eq!(papers.map(|papers| papers[0]), Ok(Paper::Midori2(2026)));
    }
}
