//! The policy: every RPC of every contract, with every role and every relation.

use std::collections::BTreeSet;

use time::macros::date;
use yishi_kernel::{Date, Register, UnitCode};
use yishi_runtime::{
    access::{Caller, Policy, Relation, Role},
    server::Methods,
};

const DIVISIONS: &str = "\
code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠
640324000000,640300000000,county,同心
640324100000,640324000000,township,豫海
640324100200,640324100000,village,甲
640324100201,640324100000,village,乙
640324101000,640324000000,township,河西
640324101200,640324101000,village,丙
";
const NEIGHBOURS: &str = "village,neighbour\n640324100200,640324100201\n";

const SUBJECT: &str = "640324100200";
const TODAY: Date = date!(2022 - 06 - 01);

fn register() -> Register {
    Register::parse(DIVISIONS, NEIGHBOURS).expect("a register")
}

fn unit(code: &str) -> UnitCode {
    code.parse().expect("a unit code")
}

fn caller(code: &str, role: Role) -> Caller {
    let department = (role == Role::Department).then(|| "water".parse().expect("a kind"));
    Caller { department, ..Caller::of(unit(code), role, "clerk".parse().expect("an actor")) }
}

/// A unit that stands so to [`SUBJECT`].
fn standing(relation: Relation) -> &'static str {
    match relation {
        Relation::Own => SUBJECT,
        Relation::Ancestor => "640324000000",
        Relation::Descendant => panic!("a village has nothing below it"),
        Relation::Neighbour => "640324100201",
        Relation::None => "640324101200",
    }
}

/// The RPCs that callers may reach; the admin service has a listener of its own and no policy, and the link asks who
/// is a node below by itself.
fn served() -> BTreeSet<String> {
    let methods = Methods::of([yishi_proto::DESCRIPTORS]);
    let others = ["yishi.admin.", "yishi.link."];
    let ours = methods.iter().filter(|rpc| !others.iter().any(|other| rpc.starts_with(other)));
    ours.map(str::to_owned).collect()
}

#[test]
fn relations_follow_the_register() {
    let register = register();
    for relation in [Relation::Own, Relation::Ancestor, Relation::Neighbour, Relation::None] {
        assert_eq!(Relation::between(&register, unit(standing(relation)), unit(SUBJECT)), relation);
    }
    assert_eq!(Relation::between(&register, unit(SUBJECT), unit("640300000000")), Relation::Descendant);
    let unknown = unit("999999999999");
    for (caller, subject) in [(unknown, unit(SUBJECT)), (unit(SUBJECT), unknown), (unknown, unknown)] {
        assert_eq!(Relation::between(&register, caller, subject), Relation::None);
    }
}

#[test]
fn the_policy_names_every_rpc_of_the_contracts_and_no_other() {
    let policy = Policy::embedded();
    assert_eq!(policy.rpcs().map(str::to_owned).collect::<BTreeSet<_>>(), served());
}

#[test]
fn every_rpc_is_open_to_whom_it_should_be_and_closed_to_all_others() {
    let (policy, register) = (Policy::embedded(), register());
    for rpc in served() {
        let method = rpc.split('/').nth(1).unwrap();
        let reads = ["Get", "List", "Render", "Watch", "Export"].iter().any(|verb| method.starts_with(verb));
        for role in Role::ALL {
            for relation in Relation::ALL {
                let accepts = ["AcceptMatter", "RefuseAcceptance"].contains(&method);
                let audits = method == "RecordFinding";
                let inspects = ["RecordInspection", "JudgeRework"].contains(&method);
                let speaks = ["AnswerAssignment", "ReportAssignment", "GiveOpinion", "WithdrawOpinion"];
                let speaks = speaks.contains(&method);
                let may = match (role, relation) {
                    (Role::Officer, Relation::Own) => !accepts && !audits && !inspects && !speaks,
                    (Role::Department, Relation::Own) => {
                        speaks || ["ListAssignments", "ListOpinions", "Watch"].contains(&method)
                    }
                    // A committee watches its own village, and need not know people elsewhere.
                    (Role::Supervisor, Relation::Ancestor) if method == "GetContact" => false,
                    // Who watches the work says whether it is good, and nobody else.
                    (Role::Supervisor, Relation::Own) if accepts || inspects => true,
                    (Role::Auditor, Relation::Own) if audits || inspects => true,
                    (
                        Role::Officer | Role::Supervisor | Role::Auditor,
                        Relation::Own | Relation::Ancestor,
                    ) => reads,
                    // What hangs out for objections is read by whoever may object, the terms of money by whoever may get
                    // it, bulletins go to all units below, with what was signed of them, and so does what matters are filed
                    // under.
                    (Role::Officer | Role::Supervisor | Role::Auditor, Relation::Descendant) => {
                        let told = ["GetTaxonomy", "ListTaxonomies", "GetTranslation"];
                        ["GetRewardList", "GetChannel", "GetCheckpoint"].contains(&method)
                            || told.contains(&method)
                            || reads && method.contains("Bulletin")
                    }
                    _ => false,
                };
                assert_eq!(policy.allows(&rpc, role, relation), may, "{rpc} {role:?} {relation:?}");
                let (from, about) = match relation {
                    Relation::Descendant => (SUBJECT, "640324100000"),
                    other => (standing(other), SUBJECT),
                };
                let verdict = policy.check(&rpc, &caller(from, role), unit(about), (&register, TODAY));
                assert_eq!(verdict.is_ok(), may, "{rpc} {role:?} {relation:?}");
            }
        }
    }
}

#[test]
fn to_a_closed_village_one_stands_as_to_who_answers_for_it() {
    let dated = |line: &str| match line {
        line if line.starts_with("code") => format!("{line},valid_from,valid_to\n"),
        line if line.starts_with(SUBJECT) => format!("{line},,2022-05-31\n"),
        line => format!("{line},,\n"),
    };
    let divisions: String = DIVISIONS.lines().map(dated).collect();
    let changes = format!("effective,kind,old,new,answers\n2022-06-01,merge,{SUBJECT},640324101200,\n");
    let register = Register::parse_with_changes(&divisions, NEIGHBOURS, &changes).expect("a register");
    let relation = |day, from| Relation::on(&register, day, unit(from), unit(SUBJECT));
    let (before, since) = (date!(2022 - 05 - 31), date!(2022 - 06 - 01));
    for (from, then, now) in [
        (SUBJECT, Relation::Own, Relation::Own),
        ("640324101200", Relation::None, Relation::Own),
        ("640324101000", Relation::None, Relation::Ancestor),
        ("640324100000", Relation::Ancestor, Relation::Ancestor),
        ("640324000000", Relation::Ancestor, Relation::Ancestor),
        ("640324100201", Relation::Neighbour, Relation::Neighbour),
    ] {
        assert_eq!((relation(before, from), relation(since, from)), (then, now), "{from}");
    }
    // Nobody stands otherwise to the successor, and the closed village to nobody else.
    assert_eq!(Relation::on(&register, since, unit(SUBJECT), unit("640324101200")), Relation::None);
}

#[test]
fn absent_and_forbidden_are_told_alike() {
    let (policy, register) = (Policy::embedded(), register());
    let rpc = "yishi.intake.v1.IntakeService/GetMatter";
    let refused = |rpc: &str, code: &str| {
        let failure = policy
            .check(rpc, &caller(SUBJECT, Role::Officer), unit(code), (&register, TODAY))
            .expect_err(code);
        format!("{:?}", tonic::Status::from(failure))
    };
    let forbidden = refused(rpc, "640324101200");
    assert!(forbidden.contains("PermissionDenied"), "{forbidden}");
    assert_eq!(refused(rpc, "999999999999"), forbidden);
    assert_eq!(refused("yishi.intake.v1.IntakeService/NoSuchMethod", SUBJECT), forbidden);
}

#[test]
fn a_policy_with_an_unknown_word_is_refused() {
    for wrong in [
        "[\"a/B\"]\nking = [\"own\"]\n",
        "[\"a/B\"]\nofficer = [\"friend\"]\n",
        "[\"a/B\"]\nofficer = \"own\"\n",
    ] {
        assert!(Policy::parse(wrong).is_err(), "{wrong}");
    }
}
