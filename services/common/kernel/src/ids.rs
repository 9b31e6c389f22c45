use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::{UnitCode, Year, serde_text::serde_as_text};

/// Which matter: the n-th proposal of a village for a year, from 1.
///
/// Its text is the resource name `villages/640324100200/matters/2022-7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatterId {
    /// The village that proposed it.
    pub village: UnitCode,
    /// The year it is proposed for.
    pub year: Year,
    /// Which proposal of the village for that year, from 1.
    pub ordinal: u32,
}

impl fmt::Display for MatterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "villages/{}/matters/{}-{}", self.village, self.year, self.ordinal)
    }
}

/// A text that is no resource name of a matter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a matter: write villages/CODE/matters/YEAR-ORDINAL, as in villages/640324100200/matters/2022-7"
)]
pub struct MatterIdError(String);

impl FromStr for MatterId {
    type Err = MatterIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (village, rest) = text.strip_prefix("villages/")?.split_once("/matters/")?;
            let (year, ordinal) = rest.split_once('-')?;
            let one_way = ordinal.bytes().all(|byte| byte.is_ascii_digit()) && !ordinal.starts_with('0');
            let ordinal = if one_way { ordinal.parse().ok()? } else { return None };
            Some(MatterId { village: village.parse().ok()?, year: year.parse().ok()?, ordinal })
        };
        read().ok_or_else(|| MatterIdError(text.to_owned()))
    }
}

/// Who acted: an opaque id that says nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(Box<str>);

impl Actor {
    const MAX_CHARS: usize = 64;

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an actor: write 1 to 64 characters, ASCII letters and digits, dots, colons, dashes and underscores"
)]
pub struct ActorError(String);

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        if (1..=Self::MAX_CHARS).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(ActorError(text.to_owned()))
        }
    }
}

/// The caller's own id of one request; the same id acts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(Uuid);

impl RequestId {
    /// The id made of 16 random bytes: a version 4 UUID.
    pub const fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    /// The id as a UUID.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// A text that is no request id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a request id: write a UUID that is not zero, in lower case with hyphens, as in 5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3"
)]
pub struct RequestIdError(String);

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text)
            .ok()
            .filter(|uuid| !uuid.is_nil())
            .map(RequestId)
            // The parser also takes braces, URNs, bare hex and capitals.
            .filter(|id| id.to_string() == text)
            .ok_or_else(|| RequestIdError(text.to_owned()))
    }
}

serde_as_text!(MatterId, Actor, RequestId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_matter_has_one_name(village in 0..1_000_000_000_000_u64, year in 2000..=2100_i32, ordinal in 1..=u32::MAX) {
            let id = MatterId { village: UnitCode::new(village).unwrap(), year: Year::try_from(year).unwrap(), ordinal };
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<MatterId>(&json).unwrap(), id);
        }

        #[test]
        fn random_bytes_make_a_canonical_id(bytes: [u8; 16]) {
            let id = RequestId::from_random_bytes(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(id.as_uuid().get_version_num(), 4);
        }

        #[test]
        fn what_an_actor_may_be(text in "[A-Za-z0-9._:-]{1,64}") {
            let actor: Actor = text.parse().unwrap();
            prop_assert_eq!(actor.as_str(), text);
        }
    }

    #[test]
    fn other_texts_are_no_matters() {
        assert_eq!(
            "villages/640324100200/matters/2022-7".parse::<MatterId>().map(|id| (
                id.village.as_u64(),
                id.year.get(),
                id.ordinal
            )),
            Ok((640_324_100_200, 2022, 7))
        );
        for wrong in [
            "",
            "villages/640324100200/matters/2022-",
            "villages/640324100200/matters/2022-0",
            "villages/640324100200/matters/2022-07",
            "villages/640324100200/matters/2022-+7",
            "villages/640324100200/matters/2022-4294967296",
            "villages/640324100200/matters/1999-7",
            "villages/64032410020/matters/2022-7",
            "villages/640324100200/matters/2022-7/",
            "/villages/640324100200/matters/2022-7",
            "matters/2022-7",
        ] {
            assert_eq!(wrong.parse::<MatterId>(), Err(MatterIdError(wrong.to_owned())));
        }
    }

    #[test]
    fn other_texts_are_no_actors() {
        for wrong in ["", "张三", "a b", "a/b", "a\n", &"a".repeat(65)] {
            assert_eq!(wrong.parse::<Actor>(), Err(ActorError(wrong.to_owned())));
        }
    }

    #[test]
    fn only_the_canonical_uuid_is_a_request_id() {
        assert!("5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3".parse::<RequestId>().is_ok());
        for wrong in [
            "",
            "00000000-0000-0000-0000-000000000000",
            "5F0F3C1E-8A54-4C7B-9D1E-2B7F60A4C9D3",
            "5f0f3c1e8a544c7b9d1e2b7f60a4c9d3",
            "{5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3}",
            "urn:uuid:5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3",
            "5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d",
        ] {
            assert_eq!(wrong.parse::<RequestId>(), Err(RequestIdError(wrong.to_owned())));
        }
    }
}
