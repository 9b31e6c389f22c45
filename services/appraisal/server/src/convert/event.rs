//! What is written into the journal.

use yishi_appraisal_domain::{Event, Fact, Ranked, Reward, Scheme, World};
use yishi_proto::appraisal::v1::{self as pb, event::Kind};

use super::bulletin::{bulletin, checkpoint};
use super::fields::wire;
use super::names::REWARD_LIST;
use super::result::{answers, inputs, points};
use super::scheme::{tie_break, weights};

/// The payload of the event's entry; none for what makes no entry.
pub(crate) fn event(world: &World, event: &Event) -> Option<pb::Event> {
    let kind = match &event.fact {
        Fact::SchemeFrozen(scheme) => Kind::SchemeFrozen(pb::SchemeFrozen {
            weights: weights(scheme),
            tie_break: tie_break(scheme),
            min_forms: wire(scheme.min_forms()),
        }),
        Fact::FormsCounted(counted) => Kind::FormsCounted(pb::FormsCounted {
            answers: answers(&counted.survey),
            repeated_forms: wire(counted.repeated),
            malformed_tokens: wire(counted.malformed_tokens),
            wrong_answers: wire(counted.wrong_answers),
            tokens_sha256: counted.tokens_sha256.to_vec(),
        }),
        Fact::Ranked { villages, inputs_sha256, ranking_sha256 } => Kind::Ranked(pb::Ranked {
            villages: wire(*villages),
            inputs_sha256: inputs_sha256.to_vec(),
            ranking_sha256: ranking_sha256.to_vec(),
        }),
        Fact::StandingsListed(standings) => {
            let scheme =
                world.scheme(event.about).expect("a ranking is made by the scheme that its command reads");
            let standings = standings.iter().map(|one| standing(scheme, one)).collect();
            Kind::StandingsListed(pb::StandingsListed { standings })
        }
        Fact::RewardListed { terms, lines, list_sha256, earliest_confirm } => {
            Kind::RewardListed(pb::RewardListed {
                winners: wire(terms.winners),
                each_fen: terms.each.get(),
                pool_fen: terms.pool.get(),
                lines: lines.iter().map(line).collect(),
                list_sha256: list_sha256.to_vec(),
                earliest_confirm_time_us: earliest_confirm.as_micros(),
            })
        }
        Fact::RewardOrdered { each, villages, list_sha256 } => Kind::RewardOrdered(pb::RewardOrdered {
            order: REWARD_LIST.name(event.about),
            list_sha256: list_sha256.to_vec(),
            each_fen: each.get(),
            villages: villages.iter().map(ToString::to_string).collect(),
        }),
        Fact::RewardPaid { village, amount } => {
            Kind::RewardPaid(pb::RewardPaid { village: village.to_string(), paid_fen: amount.get() })
        }
        Fact::BulletinIssued(issued) => {
            Kind::BulletinIssued(pb::BulletinIssued { bulletin: Some(bulletin(event.about, issued)) })
        }
        Fact::CheckpointSigned(signed) => {
            Kind::CheckpointSigned(pb::CheckpointSigned { checkpoint: Some(checkpoint(event.about, signed)) })
        }
        Fact::Noted { .. }
        | Fact::PutForward { .. }
        | Fact::StepNoted { .. }
        | Fact::ReportNoted { .. }
        | Fact::TokensSpent(_) => {
            return None;
        }
    };
    Some(pb::Event { year: event.about.year.get().into(), kind: Some(kind) })
}

fn standing(scheme: &Scheme, standing: &Ranked) -> pb::Standing {
    let Ranked { scored, position, rank } = standing;
    pb::Standing {
        village: scored.village.to_string(),
        position: wire(*position),
        rank: wire(*rank),
        total: wire(scored.score.total.get()),
        points: points(scheme, &scored.score),
        inputs: Some(inputs(&scored.inputs)),
    }
}

fn line(line: &Reward) -> pb::RewardLine {
    pb::RewardLine { village: line.village.to_string(), position: wire(line.position), rank: wire(line.rank) }
}
