use yishi_kernel::Register;
use yishi_proto::admin::v1::{JournalVerdict, NodeStatus, ServiceStatus};

use super::{
    super::{
        count::{Appraisal, Escalation, Funding, Intake},
        heads::Likeness,
    },
    *,
};

fn row(published: Option<i64>, wanted: Option<i64>, said: [Option<i64>; 2]) -> Verdict {
    let mut table =
        Table { rows: Vec::new(), published: true, lang: Lang::En, stage: Stage::Determined, group: "" };
    table.row("", Kind::Count, published, wanted, said);
    table.rows[0].verdict()
}

#[test]
fn a_row_is_good_when_all_agree() {
    assert_eq!(row(Some(5), Some(5), [Some(5), Some(5)]), Verdict::Good);
    assert_eq!(row(None, None, [Some(5), Some(5)]), Verdict::Good);
    assert_eq!(row(None, Some(5), [None, Some(5)]), Verdict::Good);
}

#[test]
fn any_disagreement_shows() {
    assert_eq!(row(Some(5), Some(5), [Some(5), Some(4)]), Verdict::Differs);
    assert_eq!(row(Some(5), Some(5), [Some(4), Some(4)]), Verdict::Differs);
    assert_eq!(row(None, None, [Some(4), Some(5)]), Verdict::Differs);
    assert_eq!(row(Some(5), Some(5), [None, Some(4)]), Verdict::Differs);
}

#[test]
fn only_the_one_known_difference_is_excused() {
    assert_eq!(row(Some(2_207), Some(2_214), [None, Some(2_214)]), Verdict::Known);
    assert_eq!(row(Some(2_207), Some(2_214), [None, Some(2_207)]), Verdict::Differs);
}

#[test]
fn what_nobody_says_is_missing() {
    assert_eq!(row(Some(5), Some(5), [None, None]), Verdict::Missing);
}

#[test]
fn known_published_figures_are_written_down_right() {
    assert_eq!(UNITS.map(|(_, _, registered)| registered).iter().sum::<i64>(), 2_442);
}

/// A region of one village, and totals for it that are easy to follow.
fn small() -> (Units, Totals) {
    let divisions = "code,parent,level,name\n640000000000,,region,区\n640100000000,640000000000,county,县\n\
                     640100000001,640100000000,village,甲\n";
    let units = Units::of(Register::parse(divisions, "").unwrap());
    let mut totals = Totals::for_villages(2_214);
    totals.categories = totals.categories.map(|total| CategoryTotal { matters: 1, ..total });
    totals.handling = [1, 1, 3];
    (units, totals)
}

fn same<K: Ord + Copy>(sums: impl Into<Sums<K>>) -> Figures<K> {
    let sums = sums.into();
    Figures { reported: sums.clone(), recounted: sums, unequal: 0 }
}

/// What a node says on which all went as it should.
fn good(totals: &Totals) -> Findings {
    let paid =
        totals.categories.map(|total| (total.category, Sum { number: 1, fen: total.investment.get() }));
    let whole = Sum { number: 5, fen: totals.investment().get() };
    let closed = paid.map(|(category, sum)| (Cell::Of(MatterState::Closed.into(), category.into()), sum));
    let cells: Sums<Cell> = closed.into_iter().chain([(Cell::Determined, whole)]).collect();
    let one = Sum { number: 1, fen: 0 };
    let rewards = Sum { number: 1_200, fen: 3 * totals.rewards_a_year().get() };
    let forms = [((), Sum { number: 500_000, fen: 0 })];
    use escalation::Level::{City, County, Region, Township, Village};
    Findings {
        intake: Intake { matters: same(cells), ..Intake::default() },
        escalation: Some(Escalation {
            matters: same([Village, Township, County, City, Region].map(|level| (level, one))),
        }),
        funding: Some(Funding { investment: same(paid), rewards, ..Funding::default() }),
        appraisal: Some(Appraisal { forms: same(forms), rewarded: rewards, misjudged: 0 }),
        status: NodeStatus {
            units: 3,
            services: vec![ServiceStatus { units: 1, entries: 9, ..ServiceStatus::default() }],
            ..NodeStatus::default()
        },
        verdicts: vec![JournalVerdict { entries_checked: 9, chains_verified: 1, ..Default::default() }],
        many: None,
    }
}

fn verdicts(spoil: impl Fn(&mut Findings)) -> Vec<(String, Stage, Verdict)> {
    let (units, totals) = small();
    let mut findings = good(&totals);
    spoil(&mut findings);
    let rows = of(&findings, &totals, &units, Lang::En);
    let not_good = rows.iter().filter(|row| row.verdict() != Verdict::Good);
    not_good.map(|row| (format!("{}: {}", row.group, row.name), row.stage, row.verdict())).collect()
}

#[test]
fn all_rows_are_good_when_all_went_well() {
    assert_eq!(verdicts(|_| {}), []);
}

/// Something that goes wrong in what a node says.
type Spoil = fn(&mut Findings);

#[test]
fn each_thing_that_is_off_shows_in_its_row() {
    let off: [(&str, Spoil); 14] = [
        ("matters: all", |found| {
            found.intake.matters.reported.get_mut(&Cell::Determined).unwrap().number = 4;
        }),
        ("handled by: cities", |found| {
            let handled = found.escalation.as_mut().unwrap();
            handled.matters.recounted.remove(&escalation::Level::City);
        }),
        ("paid (yuan): industry", |found| {
            let funding = found.funding.as_mut().unwrap();
            funding.investment.recounted.get_mut(&Category::Industry).unwrap().fen += 1;
            funding.investment.recounted.get_mut(&Category::Governance).unwrap().fen -= 1;
        }),
        ("appraisal: rewarded villages", |found| found.funding.as_mut().unwrap().rewards.number -= 1),
        ("appraisal: rewards (yuan)", |found| found.appraisal.as_mut().unwrap().rewarded.fen -= 1),
        ("appraisal: survey forms", |found| found.appraisal.as_mut().unwrap().forms.recounted.clear()),
        ("books: years with two matters", |found| found.intake.crowded_years = 1),
        ("books: wrong project numbers", |found| found.intake.misnumbered = 1),
        ("books: reports unlike their parts", |found| found.funding.as_mut().unwrap().investment.unequal = 1),
        ("books: unbalanced postings", |found| found.funding.as_mut().unwrap().unbalanced = 1),
        ("books: fen in transit", |found| found.funding.as_mut().unwrap().in_transit = -1),
        ("books: closed unlike the ledger", |found| found.funding.as_mut().unwrap().unlike_intake = 1),
        ("books: scores unlike the books", |found| found.appraisal.as_mut().unwrap().misjudged = 1),
        ("books: chains verified", |found| found.verdicts[0].chains_verified = 0),
    ];
    for (row, spoil) in off {
        let shown = verdicts(spoil);
        assert!(
            shown.iter().any(|(name, _, verdict)| name == row && *verdict == Verdict::Differs),
            "{row}: {shown:?}"
        );
        assert!(shown.len() <= 2, "{row}: {shown:?}");
    }
}

/// Something that goes wrong between nodes.
type SpoilMany = fn(&mut Many);

#[test]
fn a_federation_has_rows_of_its_own() {
    let likeness = || Likeness { compared: 9, alike: 9, ..Likeness::default() };
    let many = || Many {
        nodes: 28,
        kills: 2,
        restarts: 2,
        cuts: 3,
        proposals: [7, 7],
        likeness: likeness(),
        ..Many::default()
    };
    assert_eq!(verdicts(|found| found.many = Some(many())), []);
    let off: [(&str, SpoilMany); 7] = [
        ("killed and back", |many| many.restarts = 3),
        ("proposals, each once", |many| many.proposals[1] += 1),
        ("ends alike at all holders", |many| many.likeness.alike = 8),
        ("entries lost", |many| many.likeness.lost = 1),
        ("entries doubled", |many| many.likeness.doubled = 1),
        ("links down", |many| many.links_down = 1),
        ("chains broken anywhere", |many| many.broken = 1),
    ];
    for (row, spoil) in off {
        let mut many = many();
        spoil(&mut many);
        let shown = verdicts(|found| found.many = Some(many.clone()));
        assert_eq!(shown.len(), 1, "{row}: {shown:?}");
        assert_eq!((&*shown[0].0, shown[0].2), (&*format!("federation: {row}"), Verdict::Differs));
    }
}

#[test]
fn what_is_not_served_is_missing_in_its_stage() {
    let missing = verdicts(|found| (found.escalation, found.funding, found.appraisal) = (None, None, None));
    assert!(
        missing.iter().all(|(_, stage, verdict)| *stage > Stage::Determined && *verdict == Verdict::Missing)
    );
    let of = |wanted: Stage| missing.iter().filter(|(_, stage, _)| *stage == wanted).count();
    assert_eq!((of(Stage::Closed), of(Stage::Rewarded)), (13, 4));
}
