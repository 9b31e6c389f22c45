use std::future::Future;

use http::{HeaderMap, header::ACCEPT_LANGUAGE};

tokio::task_local! {
    static CURRENT: Lang;
}

/// The languages the suite speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese, for whoever does not say.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The tag of `google.rpc.LocalizedMessage.locale`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The language of the request being served by this task.
    pub fn current() -> Self {
        CURRENT.try_with(|lang| *lang).unwrap_or_default()
    }

    /// Serves a request in this language.
    pub(crate) fn scope<F: Future>(self, serving: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, serving)
    }

    /// What a caller's `accept-language` likes best of what we speak.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let wishes = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0, Lang::default());
        for wish in wishes.split(',') {
            let (tag, weight) = wish.split_once(";q=").unwrap_or((wish, "1"));
            let lang = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => Lang::Zh,
                Some("en") => Lang::En,
                _ => continue,
            };
            let weight = thousandths(weight.trim());
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }
}

/// A weight such as `0.8`, as 800; what is no weight weighs nothing.
fn thousandths(weight: &str) -> u32 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let fraction = format!("{fraction:0<3}");
    match (whole.parse::<u32>(), fraction.get(..3).map(str::parse::<u32>)) {
        (Ok(whole @ 0..=1), Some(Ok(fraction))) => whole * 1000 + fraction,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn chosen(wishes: &str) -> Lang {
        Lang::of(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_str(wishes).unwrap())]))
    }

    #[test]
    fn the_best_liked_language_wins() {
        assert_eq!(chosen("en"), Lang::En);
        assert_eq!(chosen("en-GB,en;q=0.9,zh;q=0.8"), Lang::En);
        assert_eq!(chosen("fr, en;q=0.2, zh-Hans-CN;q=0.25"), Lang::Zh);
        assert_eq!(chosen("zh;q=0.5, en;q=0.501"), Lang::En);
    }

    #[test]
    fn who_says_nothing_useful_gets_chinese() {
        for wishes in ["", "*", "fr", "en;q=0", "en;q=much", "é", ";q=1", "e", "en;q=0.x"] {
            assert_eq!(chosen(wishes), Lang::Zh, "{wishes}");
        }
        assert_eq!(Lang::of(&HeaderMap::new()), Lang::Zh);
    }
}
