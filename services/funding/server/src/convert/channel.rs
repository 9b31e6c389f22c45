//! Channels as they are served and written down, and back.

use yishi_funding_domain::{Category, Channel, Earmark, Terms};
use yishi_kernel::{BasisPoints, Fen, Timestamp, Year};
use yishi_proto::funding::v1 as pb;

use super::codes;
use super::names::{unit, unit_of};

/// The channel as it is served.
pub(crate) fn channel(channel: &Channel) -> pb::Channel {
    let Terms { title, kind, earmark, remainder } = &channel.terms;
    pb::Channel {
        name: channel.id.to_string(),
        title: title.clone(),
        kind: codes::kind(*kind) as i32,
        year: channel.id.year.get().into(),
        earmark: Some(pb::Earmark {
            categories: earmark.categories.iter().map(|one| codes::category(*one) as i32).collect(),
            area: unit(earmark.area),
            ceiling_per_matter_fen: earmark.ceiling_per_matter.map_or(0, Fen::get),
            ceiling_share_bp: earmark.ceiling_share.map_or(0, |share| share.get().into()),
        }),
        remainder: codes::remainder(*remainder) as i32,
        create_time_us: channel.opened.as_micros(),
    }
}

/// The channel that [`channel`] wrote, or what in it cannot be read.
pub(crate) fn channel_from(told: &pb::Channel) -> Result<Channel, String> {
    let no = |what: &str| format!("channel {}: {what} cannot be read", told.name);
    let earmark = told.earmark.as_ref().ok_or_else(|| no("earmark"))?;
    let categories: Option<_> = earmark.categories().map(codes::category_from).collect();
    let ceiling_share = match earmark.ceiling_share_bp {
        0 => None,
        share => {
            let share = u16::try_from(share).ok().and_then(BasisPoints::new);
            Some(share.ok_or_else(|| no("ceiling_share_bp"))?)
        }
    };
    let channel = Channel {
        id: told.name.parse().map_err(|_| no("name"))?,
        terms: Terms {
            title: told.title.clone(),
            kind: codes::kind_from(told.kind()).ok_or_else(|| no("kind"))?,
            earmark: Earmark {
                categories: categories.ok_or_else(|| no("categories"))?,
                area: unit_of("units", &earmark.area).ok_or_else(|| no("area"))?,
                ceiling_per_matter: Some(Fen::new(earmark.ceiling_per_matter_fen))
                    .filter(|fen| *fen != Fen::ZERO),
                ceiling_share,
            },
            remainder: codes::remainder_from(told.remainder()).ok_or_else(|| no("remainder"))?,
        },
        opened: Timestamp::from_micros(told.create_time_us),
    };
    if Year::try_from(told.year) == Ok(channel.id.year) { Ok(channel) } else { Err(no("year")) }
}

/// The category that a message says.
pub(super) fn category_of(number: i32) -> Option<Category> {
    number.try_into().ok().and_then(codes::category_from)
}

#[cfg(test)]
pub(super) mod tests {
    use prost::Message;
    use yishi_funding_domain::{ChannelKind, Remainder};

    use super::*;

    /// A channel with an earmark of every sort.
    pub(crate) fn earmarked() -> Channel {
        Channel {
            id: "units/640300000000/channels/2022-3".parse().unwrap(),
            terms: Terms {
                title: "美丽村庄建设资金".into(),
                kind: ChannelKind::BeautifulVillages,
                earmark: Earmark {
                    categories: [Category::Infrastructure, Category::Governance].into(),
                    area: "640324000000".parse().unwrap(),
                    ceiling_per_matter: Some(Fen::new(1)),
                    ceiling_share: BasisPoints::new(10_000),
                },
                remainder: Remainder::CarryOver,
            },
            opened: Timestamp::from_micros(7),
        }
    }

    fn plain() -> Channel {
        let mut plain = earmarked();
        plain.terms.earmark = Earmark {
            categories: [].into(),
            ceiling_per_matter: None,
            ceiling_share: None,
            ..plain.terms.earmark
        };
        plain
    }

    #[test]
    fn a_channel_goes_there_and_back() {
        for there in [earmarked(), plain()] {
            let bytes = channel(&there).encode_to_vec();
            assert_eq!(channel_from(&pb::Channel::decode(bytes.as_slice()).unwrap()), Ok(there));
        }
    }

    #[test]
    fn what_says_no_channel_is_told() {
        let right = channel(&earmarked());
        let earmark = right.earmark.clone().unwrap();
        let with = |earmark| pb::Channel { earmark: Some(earmark), ..right.clone() };
        for (what, wrong) in [
            ("name", pb::Channel { name: "units/64".into(), ..right.clone() }),
            ("year", pb::Channel { year: 2021, ..right.clone() }),
            ("kind", pb::Channel { kind: 11, ..right.clone() }),
            ("remainder", pb::Channel { remainder: 0, ..right.clone() }),
            ("earmark", pb::Channel { earmark: None, ..right.clone() }),
            ("area", with(pb::Earmark { area: String::new(), ..earmark.clone() })),
            ("categories", with(pb::Earmark { categories: vec![0], ..earmark.clone() })),
            ("ceiling_share_bp", with(pb::Earmark { ceiling_share_bp: 10_001, ..earmark })),
        ] {
            let error = channel_from(&wrong).unwrap_err();
            assert!(error.contains(&format!(": {what} ")), "{error}");
        }
    }
}
