//! The funding of a matter as it is served, and back.

use std::collections::BTreeMap;

use yishi_funding_domain::{ChannelId, MatterFunding, MatterShare};
use yishi_kernel::Fen;
use yishi_proto::funding::v1 as pb;

use super::channel::category_of;
use super::codes;
use super::fields::{etag, moment, moment_from, version};
use super::names::{unit, unit_of};

/// The funding as it is served.
pub(crate) fn matter(funding: &MatterFunding) -> pb::MatterFunding {
    let sum = |part: fn(&MatterShare) -> Fen| {
        let sum = Fen::checked_sum(funding.shares.values().map(part));
        sum.expect("a matter has no more than it costs").get()
    };
    let state = match funding.settled {
        None => pb::MatterFundingState::Open,
        Some(_) => pb::MatterFundingState::Settled,
    };
    let share = |(channel, share): (&ChannelId, &MatterShare)| pb::MatterShare {
        channel: channel.to_string(),
        committed_unpaid_fen: share.unpaid.get(),
        paid_fen: share.paid.get(),
    };
    pb::MatterFunding {
        matter: funding.matter.to_string(),
        county: unit(funding.county),
        category: codes::category(funding.category) as i32,
        cost_estimate_fen: funding.cost.get(),
        state: state as i32,
        shares: funding.shares.iter().map(share).collect(),
        committed_unpaid_fen: sum(|share| share.unpaid),
        paid_fen: sum(|share| share.paid),
        settle_time_us: moment(funding.settled),
        etag: etag(funding.version),
        outstanding_departments: funding.outstanding.iter().cloned().collect(),
        heard_seq: funding.heard,
    }
}

/// The funding that [`matter`] wrote, or what in it cannot be read.
pub(crate) fn matter_from(told: &pb::MatterFunding) -> Result<MatterFunding, String> {
    let no = |what: &str| format!("funding of {}: {what} cannot be read", told.matter);
    let mut shares = BTreeMap::new();
    for share in &told.shares {
        let (unpaid, paid) = (Fen::new(share.committed_unpaid_fen), Fen::new(share.paid_fen));
        shares.insert(share.channel.parse().map_err(|_| no("shares"))?, MatterShare { unpaid, paid });
    }
    let settled = moment_from(told.settle_time_us);
    if settled.is_some() != (told.state() == pb::MatterFundingState::Settled) {
        return Err(no("state"));
    }
    Ok(MatterFunding {
        matter: told.matter.parse().map_err(|_| no("matter"))?,
        county: unit_of("units", &told.county).ok_or_else(|| no("county"))?,
        category: category_of(told.category).ok_or_else(|| no("category"))?,
        cost: Fen::new(told.cost_estimate_fen),
        outstanding: told.outstanding_departments.iter().cloned().collect(),
        heard: told.heard_seq,
        shares,
        settled,
        version: version(&told.etag).ok_or_else(|| no("etag"))?,
    })
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use yishi_funding_domain::Category;
    use yishi_kernel::Timestamp;

    use super::*;

    fn funded() -> MatterFunding {
        let share = |unpaid, paid| MatterShare { unpaid: Fen::new(unpaid), paid: Fen::new(paid) };
        MatterFunding {
            matter: "villages/640324100200/matters/2022-7".parse().unwrap(),
            county: "640324000000".parse().unwrap(),
            category: Category::PublicService,
            cost: Fen::new(1_000),
            outstanding: ["water".to_owned()].into(),
            heard: 4,
            shares: [
                ("units/640324000000/channels/2022-1".parse().unwrap(), share(300, 100)),
                ("units/640000000000/channels/2022-2".parse().unwrap(), share(0, 600)),
            ]
            .into(),
            settled: None,
            version: 3,
        }
    }

    #[test]
    fn a_matter_goes_there_and_back() {
        let settled = MatterFunding { settled: Some(Timestamp::from_micros(9)), ..funded() };
        for there in [funded(), settled, MatterFunding { shares: [].into(), ..funded() }] {
            let bytes = matter(&there).encode_to_vec();
            assert_eq!(matter_from(&pb::MatterFunding::decode(bytes.as_slice()).unwrap()), Ok(there));
        }
        let served = matter(&funded());
        assert_eq!((served.committed_unpaid_fen, served.paid_fen), (300, 700));
        assert_eq!(served.shares[0].channel, "units/640000000000/channels/2022-2", "ordered by channel");
    }

    #[test]
    fn a_row_that_contradicts_itself_is_not_read() {
        let right = matter(&funded());
        let unnamed = pb::MatterShare { channel: "1".into(), ..right.shares[0].clone() };
        for (what, wrong) in [
            ("state", pb::MatterFunding { settle_time_us: 9, ..right.clone() }),
            ("state", pb::MatterFunding { state: 2, ..right.clone() }),
            ("category", pb::MatterFunding { category: 0, ..right.clone() }),
            ("county", pb::MatterFunding { county: "64".into(), ..right.clone() }),
            ("etag", pb::MatterFunding { etag: "3".into(), ..right.clone() }),
            ("matter", pb::MatterFunding { matter: "7".into(), ..right.clone() }),
            ("shares", pb::MatterFunding { shares: vec![unnamed], ..right }),
        ] {
            let error = matter_from(&wrong).unwrap_err();
            assert!(error.contains(&format!(": {what} ")), "{error}");
        }
    }
}
