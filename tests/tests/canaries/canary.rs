//! A thousand names and numbers that nobody has, and how to find them again in whatever somebody wrote.

/// How many there are.
pub(crate) const CANARIES: u32 = 1_000;
/// The family of all of them; a mask shows it, so that alone it is no find.
const FAMILY: char = '龘';
/// How numbers begin; a mask shows three digits and the last four.
const PREFIX: &str = "1997";
const FIRST: u32 = 3_141_593;
const STEP: u32 = 5_003;

/// The name and the number of the n-th.
pub(crate) fn canary(nth: u32) -> (String, String) {
    // Letters that no word of the house has: of extension A, which is E3 or E4 in UTF-8.
    let letter = |block: u32| char::from_u32(block + nth).expect("a letter");
    let name = [FAMILY, letter(0x3400), letter(0x3900)].iter().collect();
    (name, format!("{PREFIX}{:07}", FIRST + nth * STEP))
}

/// The first of them that stands somewhere: as it is, in hexadecimal digits, or as programs print bytes.
pub(crate) fn found(hay: &[u8]) -> Option<String> {
    let at = |from: usize, needle: &[u8]| hay[from..].starts_with(needle);
    for from in 0..hay.len() {
        let name = match hay[from] {
            0xE9 => at(from, b"\xE9\xBE\x98\xE3"),
            b'e' => at(from, b"e9be98e3"),
            b'E' => at(from, b"E9BE98E3"),
            b'\\' => at(from, br"\xe9\xbe\x98\xe3") || at(from, br"\u9f98\u3"),
            b'2' => at(from, b"233, 190, 152, 227"),
            _ => false,
        };
        let number = match hay[from] {
            b'1' => is_number(&hay[..from], &hay[from..]),
            b'3' => at(from, b"31393937") && is_number_in_hex(&hay[from..]),
            _ => false,
        };
        if name || number {
            let around = &hay[from.saturating_sub(80)..(from + 80).min(hay.len())];
            return Some(String::from_utf8_lossy(around).into_owned());
        }
    }
    None
}

/// Eleven digits and no more: a longer number is something else.
fn is_number(before: &[u8], rest: &[u8]) -> bool {
    let Some((digits, after)) = rest.split_at_checked(11) else { return false };
    let alone =
        !before.last().is_some_and(u8::is_ascii_digit) && !after.first().is_some_and(u8::is_ascii_digit);
    alone && is_one(digits)
}

fn is_number_in_hex(rest: &[u8]) -> bool {
    let digits = rest.get(..22).and_then(|digits| hex::decode(digits).ok());
    digits.is_some_and(|digits| is_one(&digits))
}

fn is_one(digits: &[u8]) -> bool {
    let rest = str::from_utf8(digits).ok().and_then(|digits| digits.strip_prefix(PREFIX));
    let number = rest.and_then(|rest| rest.parse::<u32>().ok()).and_then(|number| number.checked_sub(FIRST));
    number.is_some_and(|number| number % STEP == 0 && number / STEP < CANARIES)
}

#[test]
fn a_canary_is_found_in_every_dress_and_a_mask_is_none() {
    for nth in [0, 7, CANARIES - 1] {
        let (name, number) = canary(nth);
        for hay in [
            format!("a {name} b"),
            format!("tel:{number};"),
            hex::encode(&name),
            hex::encode_upper(&name),
            format!("0a{}12", hex::encode(&number)),
            format!("{:?}", name.as_bytes()),
            r"b\xe9\xbe\x98\xe3".to_owned(),
            number.clone(),
        ] {
            assert!(found(hay.as_bytes()).is_some(), "{hay}");
        }
        let masked = format!("龘** {}****{}", &number[..3], &number[7..]);
        for hay in [masked, format!("9{number}"), format!("{number}0"), "19973141594".into(), "1997".into()] {
            assert_eq!(found(hay.as_bytes()), None, "{hay}");
        }
    }
}
