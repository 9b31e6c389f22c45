//! Reads the fields of a request and collects **everything** that is wrong with them, so that the caller mends a
//! form once and not field by field.
//!
//! ```
//! use yishi_kernel::{UnitCode, Year};
//! use yishi_runtime::check::Checker;
//!
//! struct Question { unit: UnitCode, year: Year }
//!
//! let mut check = Checker::default();
//! let (unit, year) = (check.unit("unit", "640324100200"), check.year("year", 1822));
//! let refused = check.finish(|| Some(Question { unit: unit?, year: year? })).err();
//! assert_eq!(refused.map(|failure| failure.reason().name), Some("INVALID_FIELDS"));
//! ```

use std::{fmt, ops::RangeInclusive};

use yishi_kernel::{
    Actor, Fen, MatterId, RequestId, TextProblem, UnitCode, Year, text, text::PersonalNumber,
};

use crate::errors::{Failure, FieldProblem, reasons};

const ETAG_BYTES_MAX: usize = 64;

/// What is wrong with a request so far. Each reader answers `None` and notes why when a field will not do.
#[derive(Debug, Default)]
pub struct Checker {
    problems: Vec<FieldProblem>,
}

impl Checker {
    /// Notes a problem that only the caller of this checker can see.
    pub fn refuse(&mut self, field: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.problems.push(FieldProblem::new(field, zh, en));
    }

    /// The checked value, or one failure that tells all problems.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Failure> {
        if self.problems.is_empty() {
            return build().ok_or_else(|| Failure::internal("checking a request", &Unexplained));
        }
        Err(Failure::new(&reasons::INVALID_FIELDS)
            .with("count", self.problems.len())
            .violations(self.problems))
    }

    /// A 12-digit unit code.
    pub fn unit(&mut self, field: &str, value: &str) -> Option<UnitCode> {
        let unit = value.parse().ok();
        self.need(
            field,
            unit,
            "应为 12 位数字的行政区划代码，如 640324100200",
            "write a 12-digit unit code, as in 640324100200",
        )
    }

    /// A unit by resource name: `collection/CODE`, as in `villages/640324100200`.
    pub fn unit_name(&mut self, field: &str, collection: &str, value: &str) -> Option<UnitCode> {
        let unit = value
            .strip_prefix(collection)
            .and_then(|rest| rest.strip_prefix('/'))
            .and_then(|code| code.parse().ok());
        self.need(
            field,
            unit,
            format!("应为 {collection}/ 加 12 位行政区划代码，如 {collection}/640324100200"),
            format!("write {collection}/ and a 12-digit unit code, as in {collection}/640324100200"),
        )
    }

    /// A matter by resource name.
    pub fn matter(&mut self, field: &str, value: &str) -> Option<MatterId> {
        let matter = value.parse().ok();
        self.need(
            field,
            matter,
            "应为事项名称，如 villages/640324100200/matters/2022-7",
            "write a matter's name, as in villages/640324100200/matters/2022-7",
        )
    }

    /// A year of the programme.
    pub fn year(&mut self, field: &str, value: i32) -> Option<Year> {
        let year = Year::try_from(value).ok();
        self.need(
            field,
            year,
            format!("应为 {} 至 {} 之间的年份", Year::MIN, Year::MAX),
            format!("write a year from {} to {}", Year::MIN, Year::MAX),
        )
    }

    /// The id that makes a request act once.
    pub fn request_id(&mut self, field: &str, value: &str) -> Option<RequestId> {
        let id = value.parse().ok();
        self.need(
            field,
            id,
            "应为小写带连字符的 UUID，如 5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3，每个新请求用新值",
            "write a UUID in lower case with hyphens, as in 5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3, a new one for each new request",
        )
    }

    /// An opaque id of a person or program.
    pub fn actor(&mut self, field: &str, value: &str) -> Option<Actor> {
        let actor = if text::is_personal_number(value) { None } else { value.parse().ok() };
        self.need(
            field,
            actor,
            "应为 1 至 64 个 ASCII 字母、数字或 . _ : - 组成的编号，不得是电话或身份证号码",
            "write 1 to 64 ASCII letters, digits or . _ : -, and no telephone or identity number",
        )
    }

    /// Free text that may be empty.
    pub fn text(&mut self, field: &str, value: &str, chars_max: usize) -> Option<String> {
        self.free_text(field, value, text::check(value, chars_max))
    }

    /// Free text with something in it.
    pub fn required_text(&mut self, field: &str, value: &str, chars_max: usize) -> Option<String> {
        self.free_text(field, value, text::required(value, chars_max))
    }

    /// An amount of money in fen.
    pub fn fen(&mut self, field: &str, value: i64, range: RangeInclusive<i64>) -> Option<Fen> {
        self.number(field, value, range, [" 分", " fen"]).map(Fen::new)
    }

    /// A number of things or persons.
    pub fn count<N: TryFrom<i64>>(
        &mut self,
        field: &str,
        value: impl Into<i64>,
        range: RangeInclusive<i64>,
    ) -> Option<N> {
        self.number(field, value.into(), range, ["", ""])
    }

    /// A SHA-256 digest.
    pub fn sha256(&mut self, field: &str, value: &[u8]) -> Option<[u8; 32]> {
        let digest = value.try_into().ok();
        self.need(
            field,
            digest,
            format!("应为 32 字节的 SHA-256 摘要，现为 {} 字节", value.len()),
            format!("write a SHA-256 digest of 32 bytes; there are {}", value.len()),
        )
    }

    /// The version the caller has seen; empty means any.
    pub fn etag(&mut self, field: &str, value: &str) -> Option<String> {
        let plain = value.len() <= ETAG_BYTES_MAX && value.bytes().all(|byte| byte.is_ascii_graphic());
        self.need(
            field,
            plain.then(|| value.to_owned()),
            "应原样填写读取对象时得到的 etag，或留空",
            "copy the etag as it was read with the object, or leave it empty",
        )
    }

    /// How many rows a page may have: 0 is the default, more than `max` counts as `max`.
    pub fn page_size(&mut self, field: &str, value: i32, default: u32, max: u32) -> Option<u32> {
        let size = u32::try_from(value).ok().map(|size| if size == 0 { default } else { size.min(max) });
        self.need(
            field,
            size,
            format!("不能为负：应为 1 至 {max}，或 0 表示 {default}"),
            format!("cannot be negative: write 1 to {max}, or 0 for {default}"),
        )
    }

    /// A value of an enumeration that is not its zero; `names` are the values to choose from.
    pub fn enumeration<E: TryFrom<i32>>(&mut self, field: &str, value: i32, names: &[&str]) -> Option<E> {
        let known = if value == 0 { None } else { E::try_from(value).ok() };
        let names = names.join(", ");
        self.need(field, known, format!("应为以下之一：{names}"), format!("choose one of {names}"))
    }

    fn number<N: TryFrom<i64>>(
        &mut self,
        field: &str,
        value: i64,
        range: RangeInclusive<i64>,
        [zh, en]: [&str; 2],
    ) -> Option<N> {
        let (low, high) = (range.start(), range.end());
        let number = if range.contains(&value) { N::try_from(value).ok() } else { None };
        self.need(
            field,
            number,
            format!("应为 {low} 至 {high}{zh}，现为 {value}"),
            format!("write {low} to {high}{en}; it is {value}"),
        )
    }

    fn free_text(&mut self, field: &str, value: &str, verdict: Result<(), TextProblem>) -> Option<String> {
        match verdict {
            Ok(()) => Some(value.to_owned()),
            Err(problem) => {
                self.refuse(field, in_chinese(problem), problem.to_string());
                None
            }
        }
    }

    fn need<T>(
        &mut self,
        field: &str,
        value: Option<T>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Option<T> {
        if value.is_none() {
            self.refuse(field, zh, en);
        }
        value
    }
}

fn in_chinese(problem: TextProblem) -> String {
    match problem {
        TextProblem::Empty => "不能为空：请填写内容".to_owned(),
        TextProblem::TooLong { max_chars } => format!("超过 {max_chars} 个字：请缩短"),
        TextProblem::Nul { position } => format!("第 {position} 个字符是 U+0000：请删除"),
        TextProblem::Control { character, position } => {
            format!("第 {position} 个字符是控制字符 U+{:04X}：请删除", u32::from(character))
        }
        TextProblem::PersonalNumber { kind, position } => {
            let kind = match kind {
                PersonalNumber::Telephone => "电话号码",
                PersonalNumber::Identity => "身份证号",
            };
            format!("第 {position} 个字符起疑似{kind}：请删除，个人信息另有专栏")
        }
    }
}

/// A builder gave up though no field was refused: a bug of the service.
#[derive(Debug)]
struct Unexplained;

impl fmt::Display for Unexplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request was not built though nothing is wrong with it")
    }
}

impl std::error::Error for Unexplained {}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::StatusExt;

    use super::*;
    use crate::errors::Lang;

    #[derive(Debug, PartialEq)]
    enum Colour {
        Red,
    }

    impl TryFrom<i32> for Colour {
        type Error = ();

        fn try_from(number: i32) -> Result<Self, ()> {
            if number == 1 { Ok(Colour::Red) } else { Err(()) }
        }
    }

    fn problems(check: Checker) -> Vec<(String, String)> {
        let status = check.finish(|| None::<()>).unwrap_err().into_status(Lang::En);
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "INVALID_FIELDS");
        let fields = details.bad_request().unwrap().field_violations.iter();
        fields.map(|problem| (problem.field.clone(), problem.description.clone())).collect()
    }

    #[test]
    fn good_fields_are_read() {
        let mut check = Checker::default();
        let village: UnitCode = "640324100200".parse().unwrap();
        assert_eq!(check.unit("unit", "640324100200"), Some(village));
        assert_eq!(check.unit_name("parent", "villages", "villages/640324100200"), Some(village));
        assert_eq!(
            check.matter("name", "villages/640324100200/matters/2022-7").map(|matter| matter.ordinal),
            Some(7)
        );
        assert_eq!(check.year("year", 2022).map(Year::get), Some(2022));
        assert!(check.request_id("request_id", "5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3").is_some());
        assert!(check.actor("actor", "clerk:7").is_some());
        assert_eq!(check.text("note", "", 5).as_deref(), Some(""));
        assert_eq!(check.required_text("title", "修路到田头", 5).as_deref(), Some("修路到田头"));
        assert_eq!(check.fen("cost_fen", 100, 1..=100), Some(Fen::new(100)));
        assert_eq!(check.count("persons", 7_i32, 0..=10), Some(7_u32));
        assert_eq!(check.sha256("minutes", &[7; 32]), Some([7; 32]));
        assert_eq!(check.etag("etag", "").as_deref(), Some(""));
        assert_eq!(check.page_size("page_size", 0, 50, 1000), Some(50));
        assert_eq!(check.page_size("page_size", 5000, 50, 1000), Some(1000));
        assert_eq!(check.enumeration("colour", 1, &["RED"]), Some(Colour::Red));
        assert_eq!(check.finish(|| Some(3)).unwrap(), 3);
    }

    #[test]
    fn every_wrong_field_is_told_at_once_in_both_languages() {
        let mut check = Checker::default();
        check.unit("unit", "64032410020");
        check.unit_name("parent", "villages", "units/640324100200");
        check.matter("name", "villages/640324100200/matters/2022-07");
        check.year("year", 1999);
        check.request_id("request_id", "");
        check.actor("actor", "张三");
        check.text("note", "找 13912345678 联系", 100);
        check.required_text("title", " ", 5);
        check.fen("cost_fen", 0, 1..=100);
        check.count::<u8>("persons", -1_i64, 0..=10);
        check.sha256("minutes", &[7; 31]);
        check.etag("etag", "a b");
        check.page_size("page_size", -1, 50, 1000);
        check.enumeration::<Colour>("colour", 0, &["RED"]);
        check.enumeration::<Colour>("shade", 9, &["RED"]);
        let problems = problems(check);
        assert_eq!(problems.len(), 15);
        for (field, description) in problems {
            let (zh, en) = description.split_once(" / ").unwrap();
            assert!(!zh.is_ascii() && en.is_ascii() && !en.is_empty(), "{field}: {description}");
        }
    }

    #[test]
    fn every_text_problem_is_told_in_both_languages() {
        for (value, zh, en) in [
            ("", "不能为空", "empty"),
            ("二十一世纪", "超过 4 个字", "more than 4 characters"),
            ("a\0b", "第 2 个字符是 U+0000", "character 2 of the text is U+0000"),
            ("a\u{7}", "U+0007", "U+0007"),
        ] {
            let mut check = Checker::default();
            assert_eq!(check.required_text("title", value, 4), None);
            let description = problems(check).remove(0).1;
            assert!(description.contains(zh) && description.contains(en), "{description}");
        }
        for (value, zh) in [("13912345678", "电话号码"), ("64032419900101123X", "身份证号")] {
            let mut check = Checker::default();
            check.text("note", value, 40);
            assert!(problems(check).remove(0).1.contains(zh));
        }
    }

    #[test]
    fn what_cannot_be_built_without_a_reason_is_the_servers_fault() {
        let failure = Checker::default().finish(|| None::<()>).unwrap_err();
        assert_eq!(failure.reason().name, "INTERNAL");
    }
}
