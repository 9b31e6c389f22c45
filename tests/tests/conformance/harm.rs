//! What is wrong in each field, and how far it may go.

use prost_reflect::{DynamicMessage, Kind, Value};
use yishi_kernel::UnitCode;

use crate::contract::Input;
use crate::fields::{Holds, code, holds, name};
use Holds::{
    Anything, Bulletin, Choice, Choices, ChoicesOnce, Code, CountyMatter, Day, Department, Departments,
    Digest, Digests, Etag, Flag, Mask, Matter, MediaType, Name, Number, Numbered, Order, ParentMatter,
    Participation, Parts, Period, Referral, RequestId, Rows, RowsOnce, Share, Telephone, Text, Texts, Token,
    Unit, Units, Yearly,
};

/// A unit that there is.
pub(crate) const UNIT: UnitCode = UnitCode::new(640_000_000_000).unwrap();
const WHOLE: i64 = 10_000;

/// A request that is wrong in one field, and which one refusals name.
pub(crate) struct Harm {
    pub(crate) what: String,
    pub(crate) field: String,
    pub(crate) request: DynamicMessage,
}

/// Every way we know to get this field wrong.
pub(crate) fn harms(input: &Input, request: &DynamicMessage) -> Vec<Harm> {
    harms_of(holds(input), input, request)
}

/// The same of a field that holds this.
pub(crate) fn harms_of(held: Holds, input: &Input, request: &DynamicMessage) -> Vec<Harm> {
    let of = |what: &str, request| Harm {
        what: format!("{}: {what}", input.path()),
        field: input.path(),
        request,
    };
    let mut harms = Vec::new();
    if input.required && !matches!(held, Anything) {
        harms.push(of("missing", input.without(request)));
    }
    if input.required && matches!(held, Text(_)) {
        harms.push(of("blank", input.with(request, Value::String(" \n　".to_owned()))));
    }
    harms.extend(wrong(held, input, request).into_iter().map(|value| {
        let what: String = format!("{value:?}").chars().take(60).collect();
        of(&what, input.with(request, value))
    }));
    harms
}

fn wrong(held: Holds, input: &Input, request: &DynamicMessage) -> Vec<Value> {
    match held {
        Parts | Flag | Anything => Vec::new(),
        Units => panic!("{}: no request that changes something is about several units", input.path()),
        Rows(most) => vec![copies(input, request, most + 1)],
        RowsOnce(most) => vec![copies(input, request, 2), copies(input, request, most + 1)],
        Number(least, most) => outside(input, least, most),
        Share => outside(input, 1, WHOLE),
        Choice => vec![Value::EnumNumber(-1), Value::EnumNumber(99)],
        Choices => [-1, 0, 99].map(|number| choices(&[number])).to_vec(),
        ChoicesOnce(most) => {
            let too_many = vec![1; most + 1];
            [&[-1][..], &[0], &[99], &[1, 1], &too_many].map(choices).to_vec()
        }
        Digest => vec![Value::Bytes(vec![7; 31].into()), Value::Bytes(vec![7; 33].into())],
        Digests(most) => vec![
            Value::List(vec![Value::Bytes(vec![7; 31].into())]),
            Value::List(vec![Value::Bytes(vec![7; 32].into()); most + 1]),
        ],
        Texts(least, count, most) => {
            let wrong = texts(Text(most)).into_iter().map(|text| list([text]));
            let few = (least > 0).then(|| list([]));
            let wrong = wrong.chain([words("村".to_owned(), count + 1), list(["".to_owned()])]);
            wrong.chain(few).collect()
        }
        Departments(most) => {
            let wrong = texts(Department).into_iter().map(|text| list([text]));
            let twice = list([name(held, UNIT), name(held, UNIT)]);
            wrong.chain([twice, departments(most + 1)]).collect()
        }
        Mask => [&["name"][..], &["state"], &["*"], &["title", "matter.title"], &["title\0"], &[""]]
            .map(|paths| mask(input, paths))
            .to_vec(),
        Unit(_) | Matter | CountyMatter | ParentMatter | Participation | Referral | Numbered(_)
        | Yearly(..) | Department | RequestId | Etag | Token | Order(_) | Code | MediaType | Name
        | Telephone | Text(_) | Day | Bulletin | Period => {
            texts(held).into_iter().map(Value::String).collect()
        }
    }
}

/// The extremes that this field may have.
pub(crate) fn extremes(input: &Input, request: &DynamicMessage) -> Vec<Value> {
    extremes_of(holds(input), input, request)
}

/// The same of a field that holds this.
pub(crate) fn extremes_of(held: Holds, input: &Input, request: &DynamicMessage) -> Vec<Value> {
    let all = |texts: &[&str]| texts.iter().map(|text| Value::String((*text).to_owned())).collect();
    match held {
        Text(most) => all(&[&"村".repeat(most), "\n村\t"]),
        Texts(least, count, most) => [least, count].map(|so_many| words("村".repeat(most), so_many)).to_vec(),
        Name => all(&[&"村".repeat(50), "欧阳·阿卜杜拉", "Li Lei"]),
        Telephone => all(&["5012345", "+86-951-5012345", "123456789012345"]),
        MediaType => all(&["a/b", &format!("a/{}", "b".repeat(98))]),
        Number(least, most) => numbers(input, [least, most]),
        Token => all(&[&"a".repeat(64), "A.z_0:-"]),
        Order(most) => all(&[&"a".repeat(most), "A.z_0:/-"]),
        Code => all(&[&"a".repeat(40), "a"]),
        Department => all(&[&format!("departments/{UNIT}/{}", "a".repeat(40))]),
        Departments(most) => vec![list([]), departments(most)],
        Day => all(&["2020-02-29"]),
        Period => all(&["2020-02-A", "2020-02-B", "2020-12"]),
        Digests(most) => vec![Value::List(vec![Value::Bytes(vec![7; 32].into()); most])],
        Rows(most) => vec![copies(input, request, most)],
        Anything => match input.field().kind() {
            Kind::String => all(&["", "\0", "张三"]),
            _ => vec![Value::List(Vec::new()), Value::List([i32::MIN, 0, i32::MAX].map(Value::I32).to_vec())],
        },
        Parts | RowsOnce(_) | Unit(_) | Units | Matter | CountyMatter | ParentMatter | Participation
        | Referral | Numbered(_) | Yearly(..) | Bulletin | RequestId | Etag | Digest | Mask | Choice
        | Choices | ChoicesOnce(_) | Share | Flag => Vec::new(),
    }
}

/// Something else that this field may have, where it may be nearly anything.
pub(crate) fn another(input: &Input, request: &DynamicMessage) -> Option<Value> {
    let text = |text: &str| Some(Value::String(text.to_owned()));
    match holds(input) {
        Etag => text("0000ffff"),
        Text(_) => text("另一件事"),
        Order(_) => text("another"),
        held @ Numbered(_) => text(&format!("{}9999", name(held, UNIT))),
        Number(least, most) => {
            numbers(input, [least, most]).into_iter().find(|value| *value != input.read(request))
        }
        _ => None,
    }
}

fn outside(input: &Input, least: i64, most: i64) -> Vec<Value> {
    let (low, high) = (i64::from(i32::MIN), i64::from(i32::MAX));
    let tried = [least - 1, most + 1, low, high, i64::MIN, i64::MAX];
    numbers(input, tried.into_iter().filter(|number| !(least..=most).contains(number)))
}

/// The numbers that the field's type can hold.
fn numbers(input: &Input, numbers: impl IntoIterator<Item = i64>) -> Vec<Value> {
    let wide = matches!(input.field().kind(), Kind::Int64);
    let held =
        |number| if wide { Some(Value::I64(number)) } else { i32::try_from(number).ok().map(Value::I32) };
    numbers.into_iter().filter_map(held).collect()
}

fn choices(numbers: &[i32]) -> Value {
    Value::List(numbers.iter().copied().map(Value::EnumNumber).collect())
}

fn list<const N: usize>(texts: [String; N]) -> Value {
    Value::List(texts.map(Value::String).to_vec())
}

fn words(text: String, count: usize) -> Value {
    Value::List(vec![Value::String(text); count])
}

fn departments(count: usize) -> Value {
    Value::List((0..count).map(|nth| Value::String(format!("departments/{UNIT}/bureau_{nth}"))).collect())
}

/// So many of the first of what a request has there.
fn copies(input: &Input, request: &DynamicMessage, count: usize) -> Value {
    let rows = input.read(request);
    let first = rows.as_list().and_then(|rows| rows.first()).expect("what is ready has rows").clone();
    Value::List(vec![first; count])
}

fn mask(input: &Input, paths: &[&str]) -> Value {
    let Kind::Message(mask) = input.field().kind() else { panic!("a mask is a message") };
    let mut mask = DynamicMessage::new(mask);
    let paths = paths.iter().map(|path| Value::String((*path).to_owned())).collect();
    mask.set_field_by_name("paths", Value::List(paths));
    Value::Message(mask)
}

/// Texts that are none of this kind.
pub(crate) fn texts(held: Holds) -> Vec<String> {
    let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut wrong = match held {
        Unit(_) | Units | Matter | CountyMatter | ParentMatter | Participation | Referral | Numbered(_)
        | Yearly(..) => misspelt(&name(held, UNIT)),
        Department => {
            let long = "a".repeat(41);
            let kinds = ["", "Water", "_water", "2nd", "水利", "water supply", &long];
            let kinds = kinds.map(|kind| format!("departments/{UNIT}/{kind}"));
            [misspelt(&name(held, UNIT)), kinds.to_vec()].concat()
        }
        RequestId => of(&[
            "7",
            "00000000-0000-0000-0000-000000000000",
            "5F0F3C1E-8A54-4C7B-9D1E-2B7F60A4C9D3",
            "{5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3}",
            "5f0f3c1e8a544c7b9d1e2b7f60a4c9d3",
        ]),
        Etag => of(&["0", "0000000g", "W/\"00000001\"", "00000001 ", "+0000001"]),
        Token => of(&["张三", "two words", "a/b", "13912345678", "64032419900101123X"]),
        Order(most) => of(&["张三", "two words", "a\\b", &"x".repeat(most + 1)]),
        MediaType => of(&["jpeg", "/jpeg", "image/", "Image/jpeg", "image/jpeg/x", "image/jpeg; q=1"]),
        Code => of(&["Road", "1st", "_road", "village road", "道路"]),
        Text(most) => of(&[
            "电话13912345678",
            "身份证64032419900101123X",
            "６４０３２４１９９００１０１１２３４",
            "１３９１２３４５６７８",
            "铃\u{7}",
            &"村".repeat(most + 1),
        ]),
        Name => of(&["张三\n", " 张三", "张三8", "张三８", &"村".repeat(51)]),
        Telephone => {
            of(&["138", "1381234567x", "１３８１２３４５６７８", "-5012345", "5012345-", "1234567890123456"])
        }
        Bulletin => {
            let periods = ["", "2022", "2022-13", "2022-06-C", "2022-06-a", "2022-6-A"];
            let of_year = format!("units/{UNIT}/years/2022/bulletins");
            let periods = periods.map(|period| format!("{of_year}/{period}"));
            [misspelt(&name(held, UNIT)), periods.to_vec()].concat()
        }
        Period => {
            of(&["2022", "2022-6", "2022-13", "2022-00-A", "2022-06-C", "2022-06-a", "2022-06-15", "六月"])
        }
        Day => of(&["2021-02-29", "2021-1-3", "20211203", "2021-12-03T00:00:00Z", "明天"]),
        other => panic!("{other:?} is no text"),
    };
    // Nobody can want these in any text, and no engine could store the first.
    wrong.extend(["村\0道".to_owned(), "\0".to_owned(), "x".repeat(10_001)]);
    wrong
}

/// Everything that is nearly this name, and is none.
fn misspelt(right: &str) -> Vec<String> {
    let (collection, rest) = right.split_once('/').expect("names begin with a collection");
    let other = if collection == "units" { "villages" } else { "units" };
    let with_code = |wrong: &str| right.replacen(code(right), wrong, 1);
    let mut wrong = vec![
        rest.to_owned(),
        format!("{other}/{rest}"),
        format!("{}{}", collection[..1].to_uppercase(), &right[1..]),
        format!("/{right}"),
        format!("{right}/"),
        format!("{right} "),
        with_code("64032410020"),
        with_code("6403241002000"),
        with_code("６４０３２４１００２００"),
        with_code(""),
    ];
    if let Some(longer) = rest.split_once('/').map(|(_, own)| own) {
        wrong.push(right.replacen(&format!("/{longer}"), "", 1));
        wrong.push(right.replacen(longer, &longer.replace('/', "s/"), 1));
        wrong.extend(["22", "1822", "２０２２", "+022"].map(|year| right.replace("2022", year)));
    }
    if let Some(unnumbered) = right.strip_suffix("-1") {
        wrong.extend(["", "-", "-0", "-01", "-+1", "-4294967296"].map(|end| format!("{unnumbered}{end}")));
    }
    // Some names have no year, or nothing to be spelt in another way.
    wrong.retain(|text| text != right);
    wrong
}
