//! `OpenChannel`: what a channel is to be.

use yishi_funding_domain::{Earmark, Terms, limits};
use yishi_kernel::{BasisPoints, Fen, UnitCode};
use yishi_proto::{funding::v1 as pb, intake::v1 as intake};
use yishi_runtime::check::Checker;

use super::super::codes;

/// The kinds of channels, by number from 1.
pub(crate) const CHANNEL_KINDS: &[&str] = &[
    "POVERTY_ALLEVIATION_LINK",
    "HIGH_STANDARD_FARMLAND",
    "LIVING_ENVIRONMENT",
    "COLLECTIVE_ECONOMY",
    "BEAUTIFUL_VILLAGES",
    "ONE_CASE_ONE_MEETING",
    "PARTY_BUILDING",
    "LIVELIHOOD",
    "SOCIAL_CAPITAL",
    "REWARD",
];
const REMAINDERS: &[&str] = &["LAPSE", "CARRY_OVER"];
const CATEGORIES: &[&str] =
    &["INFRASTRUCTURE", "INDUSTRY", "PUBLIC_SERVICE", "GOVERNANCE", "REFORM_AND_OTHER"];

pub(super) fn terms(check: &mut Checker, owner: Option<UnitCode>, told: &pb::Channel) -> Option<Terms> {
    let title = check.required_text("channel.title", &told.title, limits::TITLE_CHARS);
    let kind = check.enumeration("channel.kind", told.kind, CHANNEL_KINDS).and_then(codes::kind_from);
    let remainder =
        check.enumeration("channel.remainder", told.remainder, REMAINDERS).and_then(codes::remainder_from);
    let none = pb::Earmark::default();
    let earmark = earmark(check, owner, told.earmark.as_ref().unwrap_or(&none));
    Some(Terms { title: title?, kind: kind?, earmark: earmark?, remainder: remainder? })
}

fn earmark(check: &mut Checker, owner: Option<UnitCode>, told: &pb::Earmark) -> Option<Earmark> {
    let categories: Option<_> = told
        .categories
        .iter()
        .map(|category| {
            let category = check.enumeration("channel.earmark.categories", *category, CATEGORIES);
            category.and_then(|category: intake::Category| codes::category_from(category))
        })
        .collect();
    let area = match told.area.as_str() {
        "" => owner,
        area => check.unit_name("channel.earmark.area", "units", area),
    };
    let per_matter = match told.ceiling_per_matter_fen {
        0 => Some(None),
        fen => check.fen("channel.earmark.ceiling_per_matter_fen", fen, limits::AMOUNT_FEN).map(Some),
    };
    let share: Option<Option<u16>> = match told.ceiling_share_bp {
        0 => Some(None),
        share => check.count("channel.earmark.ceiling_share_bp", share, 1..=10_000).map(Some),
    };
    let ceiling_per_matter: Option<Fen> = per_matter?;
    Some(Earmark {
        categories: categories?,
        area: area?,
        ceiling_per_matter,
        ceiling_share: share?.and_then(BasisPoints::new),
    })
}
