//! Rankings and scores, as they are served and kept.

use yishi_appraisal_domain::{
    Indicator, Inputs, Points, Ranked, Ranking, Scheme, Score, Scored, Survey, UnitYear,
};
use yishi_kernel::{Fen, Timestamp};
use yishi_proto::appraisal::v1 as pb;

use super::codes::{indicator, indicator_from};
use super::fields::wire;
use super::names::{RANKING, SCHEME, SCORE};

/// The ranking as it is served.
pub(crate) fn ranking(about: UnitYear, ranking: &Ranking) -> pb::Ranking {
    pb::Ranking {
        name: RANKING.name(about),
        scheme: SCHEME.name(about),
        villages: wire(ranking.villages),
        inputs_sha256: ranking.inputs_sha256.to_vec(),
        ranking_sha256: ranking.ranking_sha256.to_vec(),
        rank_time_us: ranking.at.as_micros(),
    }
}

/// The ranking as it was kept.
pub(crate) fn ranking_from(kept: pb::Ranking) -> Option<Ranking> {
    Some(Ranking {
        villages: u32::try_from(kept.villages).ok()?,
        inputs_sha256: kept.inputs_sha256.try_into().ok()?,
        ranking_sha256: kept.ranking_sha256.try_into().ok()?,
        at: Timestamp::from_micros(kept.rank_time_us),
    })
}

/// A village's score as it is served.
pub(crate) fn score(about: UnitYear, scheme: &Scheme, standing: &Ranked) -> pb::Score {
    let Ranked { scored, position, rank } = standing;
    pb::Score {
        name: SCORE.name(UnitYear { unit: scored.village, year: about.year }),
        ranking: RANKING.name(about),
        position: wire(*position),
        rank: wire(*rank),
        total: wire(scored.score.total.get()),
        points: points(scheme, &scored.score),
        inputs: Some(inputs(&scored.inputs)),
    }
}

/// The score as it was kept.
pub(crate) fn score_from(kept: &pb::Score) -> Option<Ranked> {
    let scored = Scored {
        village: SCORE.parse(&kept.name)?.unit,
        inputs: inputs_from(kept.inputs.as_ref()?)?,
        score: Score::new(points_from(&kept.points)?, figure(kept.total)?),
    };
    Some(Ranked { scored, position: kept.position.try_into().ok()?, rank: kept.rank.try_into().ok()? })
}

pub(super) fn points(scheme: &Scheme, score: &Score) -> Vec<pb::IndicatorPoints> {
    let point = |&one: &Indicator| pb::IndicatorPoints {
        indicator: indicator(one) as i32,
        weight_bp: scheme.weight(one).get().into(),
        points: score.points(one).map(|points| wire(points.get())),
    };
    Indicator::ALL.iter().map(point).collect()
}

/// The points of the indicators in their order.
pub(super) fn points_from(told: &[pb::IndicatorPoints]) -> Option<[Option<Points>; Indicator::COUNT]> {
    let mut points = [None; Indicator::COUNT];
    for told in told {
        let of = indicator_from(told.indicator())?;
        let place = Indicator::ALL.iter().position(|&one| one == of)?;
        points[place] = told.points.map(figure).map_or(Some(None), |figure| figure.map(Some))?;
    }
    Some(points)
}

pub(super) fn figure(points: i32) -> Option<Points> {
    u32::try_from(points).ok().and_then(Points::new)
}

pub(super) fn inputs(inputs: &Inputs) -> pb::ScoreInputs {
    pb::ScoreInputs {
        determined: wire(inputs.determined),
        completed_on_time: wire(inputs.on_time),
        completed_late: wire(inputs.late),
        closed: wire(inputs.closed),
        settled: wire(inputs.settled),
        paid_fen: inputs.paid.get(),
        committed_fen: inputs.committed.get(),
        answers: answers(&inputs.survey),
    }
}

pub(super) fn inputs_from(kept: &pb::ScoreInputs) -> Option<Inputs> {
    let count = |count: i32| u32::try_from(count).ok();
    Some(Inputs {
        determined: count(kept.determined)?,
        on_time: count(kept.completed_on_time)?,
        late: count(kept.completed_late)?,
        closed: count(kept.closed)?,
        settled: count(kept.settled)?,
        paid: Fen::new(kept.paid_fen),
        committed: Fen::new(kept.committed_fen),
        survey: survey_from(&kept.answers)?,
    })
}

/// 25 numbers, or none if there are no forms.
pub(super) fn answers(survey: &Survey) -> Vec<i32> {
    if survey.forms() == 0 {
        return Vec::new();
    }
    survey.counts().iter().flatten().map(|&count| wire(count)).collect()
}

pub(super) fn survey_from(answers: &[i32]) -> Option<Survey> {
    let mut counts = [[0; 5]; 5];
    if !answers.is_empty() && answers.len() != 25 {
        return None;
    }
    for (count, &answer) in counts.iter_mut().flatten().zip(answers) {
        *count = u32::try_from(answer).ok()?;
    }
    Survey::from_counts(counts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use yishi_appraisal_domain::appraise;
    use yishi_kernel::{UnitCode, Year};

    use super::*;

    fn village(nth: u64) -> UnitCode {
        UnitCode::new(640_324_100_200 + nth).unwrap()
    }

    fn about() -> UnitYear {
        UnitYear { unit: "640000000000".parse().unwrap(), year: Year::try_from(2022).unwrap() }
    }

    /// One village with all figures, one with none.
    fn standings() -> Vec<Ranked> {
        let full = Inputs {
            determined: 4,
            on_time: 2,
            late: 1,
            closed: 3,
            settled: 2,
            paid: Fen::new(90),
            committed: Fen::new(100),
            survey: Survey::from_counts([[1, 2, 3, 4, 20]; 5]).unwrap(),
        };
        let figures = BTreeMap::from([(village(0), full), (village(1), Inputs::default())]);
        appraise(&Scheme::default(), about().year, &figures).standings
    }

    #[test]
    fn scores_go_there_and_back() {
        for standing in standings() {
            let kept = score(about(), &Scheme::default(), &standing);
            assert_eq!(score_from(&kept), Some(standing));
        }
        let best = score(about(), &Scheme::default(), &standings()[0]);
        assert_eq!(best.name, "villages/640324100200/scores/2022");
        assert_eq!(best.ranking, "units/640000000000/rankings/2022");
        assert_eq!((best.position, best.rank, best.points.len()), (1, 1, 5));
        assert_eq!(best.inputs.unwrap().answers[..6], [1, 2, 3, 4, 20, 1]);
        let last = score(about(), &Scheme::default(), &standings()[1]);
        assert_eq!(last.points.last().unwrap().points, None, "no figure is not nothing");
        assert!(last.inputs.unwrap().answers.is_empty());
    }

    #[test]
    fn what_no_score_can_be_is_told() {
        let good = score(about(), &Scheme::default(), &standings()[0]);
        let mut few = good.clone();
        few.inputs.as_mut().unwrap().answers.pop();
        let mut less = good.clone();
        less.points[0].points = Some(-1);
        for wrong in
            [few, less, pb::Score { name: String::new(), ..good.clone() }, pb::Score { total: -1, ..good }]
        {
            assert_eq!(score_from(&wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_ranking_goes_there_and_back() {
        let made = Ranking {
            villages: 2_214,
            inputs_sha256: [1; 32],
            ranking_sha256: [2; 32],
            at: Timestamp::from_micros(9),
        };
        let kept = ranking(about(), &made);
        assert_eq!(kept.scheme, "units/640000000000/schemes/2022");
        assert_eq!(ranking_from(kept.clone()), Some(made));
        assert_eq!(ranking_from(pb::Ranking { inputs_sha256: vec![1; 31], ..kept }), None);
    }
}
