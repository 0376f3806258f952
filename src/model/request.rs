//! 画像提供申請書 as typed text, and the request that it makes.
//!
//! Entry points: [`TypedRequest::of`] and [`TypedRequest::read`], each the other's way back; [`RequestTexts`] holds
//! one value for each field, a text here and a signal on the page; [`fitting_bases`]. Absent: labels and layout.

use fuin_core::{
    Applicant, BY_FILE, Day, FootageRange, LEGAL_BASES, Medium, OTHER_BASIS, Recipient, Request, Review,
    RuleSet, UndertakingFields, WITHOUT_FILE, half_width,
};

use crate::local_time::{local_second, parse_local};

/// 提供方法 of 様式第1号.
pub const METHODS: [&str; 4] = [BY_FILE, WITHOUT_FILE[0], WITHOUT_FILE[1], "その他"];
/// Kinds of medium.
pub const MEDIA: [&str; 4] = ["USBメモリ", "DVD", "SDカード", "その他"];

/// Names every field once; the rest follows.
macro_rules! request_texts {
    ($($(#[$doc:meta])* $field:ident),+ $(,)?) => {
        /// One value for each field of a request that is typed or chosen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct RequestTexts<T> {
            $($(#[$doc])* pub $field: T,)+
        }

        impl<T> RequestTexts<T> {
            /// Makes something of every field.
            pub fn map<U>(self, mut make: impl FnMut(T) -> U) -> RequestTexts<U> {
                RequestTexts { $($field: make(self.$field),)+ }
            }

            /// The fields of two side by side.
            pub fn zip<U>(self, other: RequestTexts<U>) -> RequestTexts<(T, U)> {
                RequestTexts { $($field: (self.$field, other.$field),)+ }
            }
        }
    };
}

request_texts! {
    /// 申請受付日, a day.
    received,
    /// 機関名.
    organization,
    /// 部署名.
    department,
    /// 住所.
    address,
    /// 代表者.
    representative,
    /// 担当者.
    person,
    /// 電話番号.
    phone,
    /// 視聴する者, if somebody else: 機関名.
    watcher_organization,
    /// Their 部署名.
    watcher_department,
    /// Their 職氏名.
    watcher_person,
    /// The id of a ground of the rules.
    ground,
    /// The code of a legal basis.
    basis,
    /// 法令・条項, where the code does not say it.
    basis_detail,
    /// 文書番号.
    document_number,
    /// 文書の日付, a day or empty.
    document_date,
    /// 申請理由.
    purpose,
    /// 提供方法.
    method,
    /// 記録媒体.
    medium_kind,
    /// 媒体番号.
    medium_number,
    /// 秘密保持命令の期限, a day or empty.
    secrecy,
    /// 返却期限, a day.
    due,
    /// 特記事項.
    remarks,
}

/// One line of 提供画像日時, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRange {
    /// The camera.
    pub camera: String,
    /// First moment, as in a `datetime-local` field.
    pub from: String,
    /// Last moment, likewise.
    pub to: String,
}

/// A request as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRequest {
    /// The fields.
    pub texts: RequestTexts<String>,
    /// 提供画像日時.
    pub ranges: Vec<TypedRange>,
    /// 誓約書, if it came with the request.
    pub undertaking: Option<UndertakingFields>,
}

/// A field that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongField {
    /// 申請受付日.
    Received,
    /// 機関名, which is needed.
    Organization,
    /// 担当者, which is needed.
    Person,
    /// A ground that the rules do not have.
    Ground,
    /// 法令・条項, which is needed where nothing else names the law.
    BasisDetail,
    /// 機関名 of whoever watches, which is needed if there is somebody.
    WatcherOrganization,
    /// Their 職氏名, likewise.
    WatcherPerson,
    /// 文書の日付.
    DocumentDate,
    /// 申請理由, which is needed.
    Purpose,
    /// The beginning of a line, counted from 0.
    From(usize),
    /// The end of a line.
    To(usize),
    /// An end before its beginning.
    ToBeforeFrom(usize),
    /// 秘密保持命令の期限.
    Secrecy,
    /// 返却期限.
    Due,
}

impl RequestTexts<String> {
    /// What stands in the form before anything is typed.
    pub fn empty(rules: &RuleSet, today: Day) -> Self {
        let first = rules.grounds.first();
        let basis = first.and_then(|ground| ground.legal_bases.first().cloned());
        let empty = String::new;
        Self {
            received: today.to_string(),
            organization: empty(),
            department: empty(),
            address: empty(),
            representative: empty(),
            person: empty(),
            phone: empty(),
            watcher_organization: empty(),
            watcher_department: empty(),
            watcher_person: empty(),
            ground: first.map(|ground| ground.id.clone()).unwrap_or_default(),
            basis: basis.unwrap_or_else(|| LEGAL_BASES[0].0.to_owned()),
            basis_detail: empty(),
            document_number: empty(),
            document_date: empty(),
            purpose: empty(),
            method: METHODS[0].to_owned(),
            medium_kind: MEDIA[0].to_owned(),
            medium_number: empty(),
            secrecy: empty(),
            due: empty(),
            remarks: empty(),
        }
    }
}

impl TypedRange {
    fn is_empty(&self) -> bool {
        [&self.camera, &self.from, &self.to].into_iter().all(|text| text.trim().is_empty())
    }

    /// The line at a place of the form.
    fn read(&self, at: usize, wrongs: &mut Vec<WrongField>) -> Option<FootageRange> {
        let mut moment = |text: &str, wrong: WrongField| {
            let moment = parse_local(text.trim());
            wrongs.extend(moment.is_none().then_some(wrong));
            moment
        };
        let (from, to) = (moment(&self.from, WrongField::From(at)), moment(&self.to, WrongField::To(at)));
        let (from, to) = from.zip(to)?;
        if to < from {
            wrongs.push(WrongField::ToBeforeFrom(at));
            return None;
        }
        Some(FootageRange { camera: self.camera.trim().to_owned(), from, to })
    }
}

impl TypedRequest {
    /// A request as it would be typed.
    pub fn of(request: &Request) -> Self {
        let applicant = request.applicant.clone();
        let watcher = request.watched_by.clone().unwrap_or_default();
        let range = |range: &FootageRange| TypedRange {
            camera: range.camera.clone(),
            from: local_second(range.from),
            to: local_second(range.to),
        };
        Self {
            texts: RequestTexts {
                received: request.received_on.to_string(),
                organization: applicant.organization,
                department: applicant.department,
                address: applicant.address,
                representative: applicant.representative,
                person: applicant.person,
                phone: applicant.phone,
                watcher_organization: watcher.organization,
                watcher_department: watcher.department,
                watcher_person: watcher.person,
                ground: request.ground.clone(),
                basis: request.legal_basis.clone(),
                basis_detail: request.basis_detail.clone(),
                document_number: request.document_number.clone(),
                document_date: request.document_date.map(|day| day.to_string()).unwrap_or_default(),
                purpose: request.purpose.clone(),
                method: request.delivery_method.clone(),
                medium_kind: request.medium.kind.clone(),
                medium_number: request.medium.number.clone(),
                secrecy: request.secrecy_until.map(|day| day.to_string()).unwrap_or_default(),
                due: request.return_due.to_string(),
                remarks: request.remarks.clone(),
            },
            ranges: request.range.iter().map(range).collect(),
            undertaking: request.undertaking.clone(),
        }
    }

    /// The request, under rules that have these grounds, by id; or all fields that cannot be used, in the order of the
    /// form.
    pub fn read(self, grounds: &[String]) -> Result<Request, Vec<WrongField>> {
        let texts = self.texts.map(|text| text.trim().to_owned());
        let mut wrongs = Vec::new();
        let needed = |text: &str, wrong: WrongField, wrongs: &mut Vec<WrongField>| {
            wrongs.extend(text.is_empty().then_some(wrong));
        };
        let received_on = day(&texts.received, WrongField::Received, &mut wrongs);
        needed(&texts.organization, WrongField::Organization, &mut wrongs);
        needed(&texts.person, WrongField::Person, &mut wrongs);
        // A file that was made under other rules may name a ground that these do not have.
        wrongs.extend((!grounds.contains(&texts.ground)).then_some(WrongField::Ground));
        wrongs.extend(
            (texts.basis == OTHER_BASIS && texts.basis_detail.is_empty()).then_some(WrongField::BasisDetail),
        );
        let watched_by = watcher(&texts, &mut wrongs);
        let document_date = day_or_none(&texts.document_date, WrongField::DocumentDate, &mut wrongs);
        needed(&texts.purpose, WrongField::Purpose, &mut wrongs);
        // A line that was added and left empty is left out.
        let lines = self.ranges.iter().enumerate().filter(|(at, line)| *at == 0 || !line.is_empty());
        let range: Vec<_> = lines.filter_map(|(at, line)| line.read(at, &mut wrongs)).collect();
        let secrecy_until = day_or_none(&texts.secrecy, WrongField::Secrecy, &mut wrongs);
        let return_due = day(&texts.due, WrongField::Due, &mut wrongs);
        let (Some(received_on), Some(return_due), []) = (received_on, return_due, wrongs.as_slice()) else {
            return Err(wrongs);
        };
        Ok(Request {
            received_on,
            applicant: Applicant {
                organization: texts.organization,
                department: texts.department,
                address: texts.address,
                representative: texts.representative,
                person: texts.person,
                phone: texts.phone.chars().map(half_width).collect(),
            },
            watched_by,
            legal_basis: texts.basis,
            basis_detail: texts.basis_detail,
            ground: texts.ground,
            document_number: texts.document_number,
            document_date,
            purpose: texts.purpose,
            range,
            delivery_method: texts.method,
            medium: Medium { kind: texts.medium_kind, number: texts.medium_number },
            secrecy_until,
            return_due,
            review: Review::default(),
            undertaking: self.undertaking,
            conditions: Vec::new(),
            remarks: texts.remarks,
            clip: Vec::new(),
        })
    }
}

/// A day that is needed.
fn day(text: &str, wrong: WrongField, wrongs: &mut Vec<WrongField>) -> Option<Day> {
    let day = Day::parse(text).ok();
    wrongs.extend(day.is_none().then_some(wrong));
    day
}

/// A day that may be left out.
fn day_or_none(text: &str, wrong: WrongField, wrongs: &mut Vec<WrongField>) -> Option<Day> {
    if text.is_empty() { None } else { day(text, wrong, wrongs) }
}

/// Who watches, if somebody else than who asks.
fn watcher(texts: &RequestTexts<String>, wrongs: &mut Vec<WrongField>) -> Option<Recipient> {
    let watcher = Recipient {
        organization: texts.watcher_organization.clone(),
        department: texts.watcher_department.clone(),
        person: texts.watcher_person.clone(),
    };
    if watcher == Recipient::default() {
        return None;
    }
    wrongs.extend(watcher.organization.is_empty().then_some(WrongField::WatcherOrganization));
    wrongs.extend(watcher.person.is_empty().then_some(WrongField::WatcherPerson));
    Some(watcher)
}

/// The legal bases, code and name, that fit a ground of the rules; all of them if the rules do not say.
pub fn fitting_bases(rules: &RuleSet, ground: &str) -> Vec<(&'static str, &'static str)> {
    let known = rules.grounds.iter().find(|known| known.id == ground);
    let fits = |code: &str| {
        known.is_none_or(|g| g.legal_bases.is_empty() || g.legal_bases.iter().any(|basis| basis == code))
    };
    LEGAL_BASES.iter().copied().filter(|(code, _)| fits(code)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use fuin_core::example_request;

    use super::*;

    fn rules() -> RuleSet {
        RuleSet::builtin("minato").unwrap()
    }

    fn grounds() -> Vec<String> {
        rules().grounds.into_iter().map(|ground| ground.id).collect()
    }

    /// A request as the form can hold it: without review, conditions and clips, which are asked elsewhere.
    fn request() -> Request {
        let request = Request::from_toml(&example_request(&rules())).unwrap();
        Request { review: Review::default(), conditions: Vec::new(), clip: Vec::new(), ..request }
    }

    #[test]
    fn a_request_comes_back_from_its_form() {
        let request = request();
        assert!(request.undertaking.is_some() && request.document_date.is_some());
        assert_eq!(TypedRequest::of(&request).read(&grounds()).unwrap(), request);
    }

    #[test]
    fn each_field_that_cannot_be_used_is_named() {
        let wrong = |change: fn(&mut TypedRequest)| {
            let mut typed = TypedRequest::of(&request());
            change(&mut typed);
            let wrongs = typed.read(&grounds()).unwrap_err();
            assert_eq!(wrongs.len(), 1, "{wrongs:?}");
            wrongs[0]
        };
        assert_eq!(wrong(|typed| typed.texts.received = "昨日".into()), WrongField::Received);
        assert_eq!(wrong(|typed| typed.texts.organization = "　 ".into()), WrongField::Organization);
        assert_eq!(wrong(|typed| typed.texts.person.clear()), WrongField::Person);
        assert_eq!(wrong(|typed| typed.texts.purpose.clear()), WrongField::Purpose);
        assert_eq!(wrong(|typed| typed.texts.ground = "其の他".into()), WrongField::Ground);
        assert_eq!(wrong(|typed| typed.texts.document_date = "11/22".into()), WrongField::DocumentDate);
        assert_eq!(wrong(|typed| typed.texts.due.clear()), WrongField::Due);
        assert_eq!(wrong(|typed| typed.ranges[0].from.clear()), WrongField::From(0));
        assert_eq!(wrong(|typed| typed.ranges[0].to.clear()), WrongField::To(0));
        assert_eq!(
            wrong(|typed| typed.ranges[0].to = "2020-01-01T00:00".into()),
            WrongField::ToBeforeFrom(0)
        );
    }

    #[test]
    fn an_empty_line_counts_only_where_there_is_no_other() {
        let empty = || TypedRange { camera: " ".into(), from: String::new(), to: String::new() };
        let mut typed = TypedRequest::of(&request());
        typed.ranges.push(empty());
        assert_eq!(typed.clone().read(&grounds()).unwrap().range.len(), 1);
        typed.ranges = vec![empty()];
        assert_eq!(typed.read(&grounds()), Err(vec![WrongField::From(0), WrongField::To(0)]));
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once_in_the_order_of_the_form() {
        let rules = rules();
        let empty = TypedRequest {
            texts: RequestTexts::empty(&rules, request().received_on),
            ranges: vec![TypedRange { camera: String::new(), from: String::new(), to: String::new() }],
            undertaking: None,
        };
        let wrongs = empty.read(&grounds()).unwrap_err();
        let expected = [
            WrongField::Organization,
            WrongField::Person,
            WrongField::Purpose,
            WrongField::From(0),
            WrongField::To(0),
            WrongField::Due,
        ];
        assert_eq!(wrongs, expected);
    }

    #[test]
    fn an_empty_form_has_the_first_ground_and_a_basis_that_fits_it() {
        for rules in RuleSet::all_builtin().unwrap() {
            let texts = RequestTexts::empty(&rules, request().received_on);
            assert_eq!(texts.ground, rules.grounds[0].id);
            let fitting = fitting_bases(&rules, &texts.ground);
            assert!(fitting.iter().any(|(code, _)| *code == texts.basis), "{}", rules.id);
        }
    }

    #[test]
    fn only_bases_that_fit_are_offered_and_all_where_the_rules_do_not_say() {
        let rules = rules();
        let bound = rules.grounds.iter().find(|ground| !ground.legal_bases.is_empty()).unwrap();
        let offered: Vec<_> = fitting_bases(&rules, &bound.id).into_iter().map(|(code, _)| code).collect();
        assert!(!offered.is_empty() && offered.len() < LEGAL_BASES.len());
        assert!(offered.iter().all(|code| bound.legal_bases.iter().any(|basis| basis == code)));
        assert_eq!(fitting_bases(&rules, "no such ground").len(), LEGAL_BASES.len());
    }
}
