use clap::ValueEnum;

/// The languages the suite speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// What a shell's environment asks for.
    pub(crate) fn of_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let wish =
            ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(get).find(|wish| !wish.is_empty());
        if wish.is_some_and(|wish| wish.starts_with("zh")) { Lang::Zh } else { Lang::En }
    }

    /// The text of this language.
    pub(crate) fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The tag of `accept-language`.
    pub(crate) fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_something_counts() {
        let lang = |set: &[(&str, &str)]| {
            Lang::of_environment(|name| {
                set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C.UTF-8")]), Lang::En);
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")]), Lang::Zh);
        assert_eq!(lang(&[]), Lang::En);
    }
}
