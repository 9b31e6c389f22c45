//! What is read from the journal: the way back from what `event` wrote.

use prost::Message;
use yishi_appraisal_domain::{
    Event, Fact, FormsCounted, Ranked, Reward, RewardTerms, Score, Scored, UnitYear,
};
use yishi_kernel::{Fen, Timestamp, UnitCode, Year};
use yishi_proto::appraisal::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::bulletin::{bulletin_from, checkpoint_from};
use super::names::REWARD_LIST;
use super::result::{figure, inputs_from, points_from, survey_from};
use super::scheme::scheme_from;

/// The event of an entry, or what is wrong with it.
pub(crate) fn event_from(entry: &Entry) -> Result<Event, String> {
    let told = pb::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let year = Year::try_from(told.year).map_err(|error| error.to_string())?;
    let about = UnitYear { unit: entry.unit, year };
    let fact = told.kind.and_then(|kind| fact(about, kind)).ok_or("what it holds cannot be read")?;
    if let Some(kind) = fact.kind().filter(|kind| *kind != entry.kind) {
        return Err(format!("it holds {kind}"));
    }
    let event = Event { about, at: entry.at, fact };
    if event.to() == entry.to.map(|(unit, _)| unit) {
        Ok(event)
    } else {
        Err("it is addressed to somebody else".to_owned())
    }
}

fn fact(about: UnitYear, kind: Kind) -> Option<Fact> {
    Some(match kind {
        Kind::SchemeFrozen(pb::SchemeFrozen { weights, tie_break, min_forms }) => {
            let scheme = pb::Scheme { weights, tie_break, min_forms, ..pb::Scheme::default() };
            Fact::SchemeFrozen(scheme_from(&scheme).ok()?)
        }
        Kind::FormsCounted(told) => Fact::FormsCounted(FormsCounted {
            survey: survey_from(&told.answers)?,
            repeated: count(told.repeated_forms)?,
            malformed_tokens: count(told.malformed_tokens)?,
            wrong_answers: count(told.wrong_answers)?,
            tokens_sha256: digest(told.tokens_sha256)?,
        }),
        Kind::Ranked(told) => Fact::Ranked {
            villages: count(told.villages)?,
            inputs_sha256: digest(told.inputs_sha256)?,
            ranking_sha256: digest(told.ranking_sha256)?,
        },
        Kind::StandingsListed(told) => {
            Fact::StandingsListed(told.standings.iter().map(standing).collect::<Option<_>>()?)
        }
        Kind::RewardListed(told) => Fact::RewardListed {
            terms: RewardTerms {
                winners: count(told.winners)?,
                each: money(told.each_fen)?,
                pool: money(told.pool_fen)?,
            },
            lines: told.lines.iter().map(line).collect::<Option<_>>()?,
            list_sha256: digest(told.list_sha256)?,
            earliest_confirm: Timestamp::from_micros(told.earliest_confirm_time_us),
        },
        Kind::RewardOrdered(told) if told.order == REWARD_LIST.name(about) => Fact::RewardOrdered {
            each: money(told.each_fen)?,
            villages: told.villages.iter().map(|code| code.parse().ok()).collect::<Option<_>>()?,
            list_sha256: digest(told.list_sha256)?,
        },
        Kind::RewardOrdered(_) => return None,
        Kind::RewardPaid(told) => {
            Fact::RewardPaid { village: told.village.parse().ok()?, amount: money(told.paid_fen)? }
        }
        Kind::BulletinIssued(told) => Fact::BulletinIssued(bulletin_from(about, told.bulletin.as_ref()?)?),
        Kind::CheckpointSigned(told) => {
            let (of, checkpoint) = checkpoint_from(told.checkpoint.as_ref()?)?;
            Some(Fact::CheckpointSigned(checkpoint)).filter(|_| of == about)?
        }
    })
}

fn standing(told: &pb::Standing) -> Option<Ranked> {
    let (village, position, rank) = place(&told.village, told.position, told.rank)?;
    let score = Score::new(points_from(&told.points)?, figure(told.total)?);
    let scored = Scored { village, inputs: inputs_from(told.inputs.as_ref()?)?, score };
    Some(Ranked { scored, position, rank })
}

fn line(told: &pb::RewardLine) -> Option<Reward> {
    let (village, position, rank) = place(&told.village, told.position, told.rank)?;
    Some(Reward { village, position, rank, paid: None })
}

/// A village's place and rank, both from 1: who shares a rank comes after the first that has it.
fn place(village: &str, position: i32, rank: i32) -> Option<(UnitCode, u32, u32)> {
    let (position, rank) = (count(position)?, count(rank)?);
    let place = (village.parse().ok()?, position, rank);
    (1..=position).contains(&rank).then_some(place)
}

fn count(value: i32) -> Option<u32> {
    u32::try_from(value).ok()
}

fn digest(bytes: Vec<u8>) -> Option<[u8; 32]> {
    bytes.try_into().ok()
}

/// More than nothing.
fn money(fen: i64) -> Option<Fen> {
    Some(Fen::new(fen)).filter(|amount| *amount > Fen::ZERO)
}

#[cfg(test)]
mod tests;
