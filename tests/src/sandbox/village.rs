//! What the people of one village do.

use tonic::{Response, Status};
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;

use super::{Asks, Intake};

/// The people of a village, who are not refused anything. What may be refused is asked of the clients themselves.
#[derive(Clone, Debug)]
pub struct Village {
    /// Which.
    pub code: UnitCode,
    /// Its officer.
    pub office: Intake,
    /// Its supervision committee.
    pub committee: Intake,
    /// Matters of it that may be determined, where some were prepared.
    pub ripe: Vec<String>,
}

impl Village {
    /// 提事.
    pub async fn propose(&mut self, title: &str) -> pb::Matter {
        done(self.office.propose_matter(Asks::propose(self.code, title)).await)
    }

    /// A villager backs a matter.
    pub async fn support(&mut self, name: &str, supporter: &str) -> pb::Matter {
        done(self.office.support_matter(Asks::support(name, supporter)).await)
    }

    /// A duplicate is folded into another matter.
    pub async fn merge(&mut self, name: &str, into: &str) -> pb::Matter {
        done(self.office.merge_matter(Asks::merge(name, into)).await)
    }

    /// A meeting on a day; `votes` are entitled, present, and for it.
    pub async fn deliberate(&mut self, name: &str, held_on: &str, votes: (i32, i32, i32)) -> pb::Matter {
        done(self.office.record_deliberation(Asks::deliberate(name, held_on, votes)).await)
    }

    /// The village turns a matter down.
    pub async fn decline(&mut self, name: &str) -> pb::Matter {
        done(self.office.decline_matter(Asks::decline(name)).await)
    }

    /// The proposer takes a matter back.
    pub async fn withdraw(&mut self, name: &str) -> pb::Matter {
        done(self.office.withdraw_matter(Asks::withdraw(name)).await)
    }

    /// The decision is hung out.
    pub async fn publish(&mut self, name: &str) -> pb::Matter {
        done(self.office.publish_notice(Asks::publish(name)).await)
    }

    /// A villager objects.
    pub async fn object(&mut self, name: &str, objector: &str) -> pb::Matter {
        done(self.office.file_objection(Asks::object(name, objector)).await)
    }

    /// An objection is answered.
    pub async fn answer(&mut self, name: &str, objection: i32, upheld: bool) -> pb::Matter {
        done(self.office.answer_objection(Asks::answer(name, objection, upheld)).await)
    }

    /// 定事.
    pub async fn determine(&mut self, name: &str) -> pb::Matter {
        done(self.office.determine_matter(Asks::determine(name)).await)
    }

    /// A report that so much is done.
    pub async fn progress(&mut self, name: &str, percent: i32) -> pb::Matter {
        done(self.office.record_progress(Asks::progress(name, percent)).await)
    }

    /// All is done.
    pub async fn complete(&mut self, name: &str) -> pb::Matter {
        done(self.office.complete_matter(Asks::complete(name)).await)
    }

    /// The supervision committee agrees.
    pub async fn accept(&mut self, name: &str) -> pb::Matter {
        done(self.committee.accept_matter(Asks::accept(name)).await)
    }

    /// The matter is to be struck off.
    pub async fn close(&mut self, name: &str) -> pb::Matter {
        done(self.office.request_closing(Asks::close(name)).await)
    }

    /// The village asks for a matter to end without a strike-off.
    pub async fn end(&mut self, name: &str, state: pb::MatterState) -> pb::Matter {
        done(match state {
            pb::MatterState::Cancelled => self.office.cancel_matter(Asks::cancel(name)).await,
            _ => self.office.carry_over_matter(Asks::carry_over(name)).await,
        })
    }

    /// A matter as it is now.
    pub async fn get(&mut self, name: &str) -> pb::Matter {
        done(self.office.get_matter(pb::GetMatterRequest { name: name.to_owned() }).await)
    }
}

fn done(answer: Result<Response<pb::Matter>, Status>) -> pb::Matter {
    answer.expect("an office that does everything right is not refused").into_inner()
}
