//! Schemes, as they are served and kept.

use yishi_appraisal_domain::{Indicator, Scheme, SchemeError, UnitYear, limits};
use yishi_kernel::{BasisPoints, Timestamp};
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::check::Checker;

use super::codes::{indicator, indicator_from};
use super::fields::wire;
use super::names::SCHEME;

const INDICATORS: &[&str] = &["DETERMINATION", "CLOSING", "ON_TIME", "INVESTMENT_USE", "SATISFACTION"];

/// The scheme as it is served.
pub(crate) fn scheme(about: UnitYear, scheme: &Scheme, frozen: Timestamp) -> pb::Scheme {
    pb::Scheme {
        name: SCHEME.name(about),
        weights: weights(scheme),
        tie_break: tie_break(scheme),
        min_forms: wire(scheme.min_forms()),
        freeze_time_us: frozen.as_micros(),
    }
}

/// What counts at all, in the order of the enumeration.
pub(super) fn weights(scheme: &Scheme) -> Vec<pb::IndicatorWeight> {
    let counting = Indicator::ALL.iter().filter(|&&one| scheme.weight(one).get() > 0);
    let weight = |&one: &Indicator| pb::IndicatorWeight {
        indicator: indicator(one) as i32,
        weight_bp: scheme.weight(one).get().into(),
    };
    counting.map(weight).collect()
}

pub(super) fn tie_break(scheme: &Scheme) -> Vec<i32> {
    scheme.tie_break().iter().map(|&one| indicator(one) as i32).collect()
}

/// The scheme as it was kept.
pub(crate) fn scheme_from(kept: &pb::Scheme) -> Result<Scheme, String> {
    let mut check = Checker::default();
    let scheme = read(&mut check, kept);
    check.finish(|| scheme).map_err(|failure| failure.to_string())
}

/// The scheme of a request.
pub(super) fn read(check: &mut Checker, given: &pb::Scheme) -> Option<Scheme> {
    let most = Indicator::COUNT;
    if given.weights.len() > most || given.tie_break.len() > most {
        check.refuse(
            if given.weights.len() > most { "scheme.weights" } else { "scheme.tie_break" },
            format!("至多 {most} 项，每个指标一项"),
            format!("give at most {most}: one for each indicator"),
        );
        return None;
    }
    let mut weights = Vec::with_capacity(given.weights.len());
    for (nth, one) in given.weights.iter().enumerate() {
        let counted = named(check, &format!("scheme.weights[{nth}].indicator"), one.indicator);
        let weight = check.count(&format!("scheme.weights[{nth}].weight_bp"), one.weight_bp, 1..=10_000);
        weights.push(counted.zip(weight.and_then(BasisPoints::new)));
    }
    let mut chain = Vec::with_capacity(given.tie_break.len());
    for (nth, &one) in given.tie_break.iter().enumerate() {
        chain.push(named(check, &format!("scheme.tie_break[{nth}]"), one));
    }
    let (least, most) = (i64::from(*limits::MIN_FORMS.start()), i64::from(*limits::MIN_FORMS.end()));
    let min_forms = check.count("scheme.min_forms", given.min_forms, least..=most);
    let (weights, chain) =
        (weights.into_iter().collect::<Option<Vec<_>>>()?, chain.into_iter().collect::<Option<Vec<_>>>()?);
    Scheme::new(&weights, &chain, min_forms?).map_err(|error| refuse(check, error)).ok()
}

fn named(check: &mut Checker, field: &str, value: i32) -> Option<Indicator> {
    check.enumeration::<pb::Indicator>(field, value, INDICATORS).and_then(indicator_from)
}

fn refuse(check: &mut Checker, error: SchemeError) {
    let (field, zh) = match error {
        SchemeError::WeightTwice(one) => ("scheme.weights", format!("{one} 出现两次，每个指标至多一次")),
        SchemeError::WeightsNotWhole(sum) => ("scheme.weights", format!("权重合计 {sum}，应为 10000")),
        SchemeError::TieBreakTwice(one) => ("scheme.tie_break", format!("{one} 出现两次，每个指标至多一次")),
        SchemeError::MinForms(forms) => ("scheme.min_forms", format!("{forms} 份不在允许范围内")),
    };
    check.refuse(field, zh, error.to_string());
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt;
    use yishi_kernel::Year;
    use yishi_runtime::errors::Lang;

    use super::*;

    fn served() -> pb::Scheme {
        let about = UnitYear { unit: "640000000000".parse().unwrap(), year: Year::try_from(2022).unwrap() };
        scheme(about, &Scheme::default(), Timestamp::from_micros(7))
    }

    fn wrong(given: &pb::Scheme) -> Vec<String> {
        let mut check = Checker::default();
        let scheme = read(&mut check, given);
        let status = check.finish(|| scheme).unwrap_err().into_status(Lang::En);
        let details = status.get_error_details();
        details.bad_request().unwrap().field_violations.iter().map(|one| one.field.clone()).collect()
    }

    #[test]
    fn a_scheme_goes_there_and_back() {
        let kept = served();
        assert_eq!((kept.name.as_str(), kept.freeze_time_us), ("units/640000000000/schemes/2022", 7));
        assert_eq!(scheme_from(&kept), Ok(Scheme::default()));
        let one = pb::IndicatorWeight { indicator: pb::Indicator::Closing as i32, weight_bp: 10_000 };
        let alone = pb::Scheme { weights: vec![one], tie_break: Vec::new(), ..kept };
        assert_eq!(weights(&scheme_from(&alone).unwrap()), alone.weights);
    }

    #[test]
    fn what_is_wrong_with_a_scheme_is_named() {
        let mut lighter = served();
        lighter.weights[0].weight_bp -= 1;
        assert_eq!(wrong(&lighter), ["scheme.weights"]);
        let mut twice = served();
        twice.weights[1].indicator = twice.weights[0].indicator;
        assert_eq!(wrong(&twice), ["scheme.weights"]);
        let tied = pb::Scheme { tie_break: vec![2, 2], ..served() };
        assert_eq!(wrong(&tied), ["scheme.tie_break"]);
        let mut odd = pb::Scheme { min_forms: 0, tie_break: vec![9], ..served() };
        odd.weights[2].weight_bp = 70_000;
        odd.weights[3].indicator = 0;
        let all = [
            "scheme.weights[2].weight_bp",
            "scheme.weights[3].indicator",
            "scheme.tie_break[0]",
            "scheme.min_forms",
        ];
        assert_eq!(wrong(&odd), all);
        let endless = pb::Scheme { tie_break: vec![0; 1_000], ..served() };
        assert_eq!(wrong(&endless), ["scheme.tie_break"]);
        assert_eq!(wrong(&pb::Scheme { weights: Vec::new(), ..served() }), ["scheme.weights"]);
    }
}
