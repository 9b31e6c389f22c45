//! The nodes of a replay, and which of them is asked about which unit.

use std::{
    collections::BTreeMap,
    future::Future,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::sleep;
use yishi_kernel::{Register, Timestamp, UnitCode};
use yishi_proto::admin::v1 as admin;

use super::heads::{Held, Likeness};
use crate::{
    failure::{Exit, Failure},
    federation::{Federation, Shape},
    lang::Lang,
    node::Node,
    operator,
    remote::Remote,
};

/// A node bounds the calls at once on one connection; all villages' share these.
const CONNECTIONS: usize = 4;
/// Villages are spread over the nodes of a federation.
const CONNECTIONS_EACH: usize = 2;
/// Nodes that are asked the same at once.
const ASKED_AT_ONCE: usize = 32;
/// Nodes that walk their journals at once.
const WALKS_AT_ONCE: usize = 4;
/// How long links may take to come back when nothing cuts them any more.
const LINKS_MAX: Duration = Duration::from_secs(60);
const LINKS_POLL: Duration = Duration::from_millis(50);
/// In each of these rounds every node is waited for; what passes between so few levels has arrived long before.
const ROUNDS_MAX: usize = 1_000;

/// All nodes that take part.
pub(super) struct Nodes<'a> {
    shape: &'a Shape,
    /// In the order of the shape, the topmost one first.
    nodes: Vec<Reached>,
    federation: Option<&'a Federation>,
    lang: Lang,
}

/// A node's listeners.
struct Reached {
    unit: UnitCode,
    callers: Remote,
    admin: Remote,
}

/// What is said of several nodes together.
#[derive(Debug, Clone, Default)]
pub(super) struct Many {
    /// How many serve.
    pub(super) nodes: usize,
    /// How often one was killed on purpose.
    pub(super) kills: usize,
    /// How often a link was cut.
    pub(super) cuts: usize,
    /// How many matters were put forward, and how many the villages list.
    pub(super) proposals: [usize; 2],
    /// How often one was started again.
    pub(super) restarts: u64,
    /// Ends of links, of each service, that are not up.
    pub(super) links_down: usize,
    /// Whether what holds copies holds the same as the writer.
    pub(super) likeness: Likeness,
    /// Services of a node whose journals do not hold.
    pub(super) broken: usize,
    /// Entries of all nodes, copies included.
    pub(super) entries_held: i64,
    /// From the last act or the last heal, whichever was later, until all nodes held the same.
    pub(super) converged: Duration,
}

impl<'a> Nodes<'a> {
    pub(super) fn single(node: &Node, shape: &'a Shape, lang: Lang) -> Result<Self, Failure> {
        let reached = Reached {
            unit: shape.places()[0].unit,
            callers: Remote::new(&node.address, CONNECTIONS, lang)?,
            admin: Remote::new(&node.admin, 1, lang)?,
        };
        Ok(Self { shape, nodes: vec![reached], federation: None, lang })
    }

    pub(super) fn many(federation: &'a Federation, shape: &'a Shape, lang: Lang) -> Result<Self, Failure> {
        let reached = federation.members().iter().map(|member| {
            Ok(Reached {
                unit: member.place.unit,
                callers: Remote::new(&member.ports.address.to_string(), CONNECTIONS_EACH, lang)?.patient(),
                admin: Remote::new(&member.ports.admin.to_string(), 1, lang)?.patient(),
            })
        });
        Ok(Self {
            shape,
            nodes: reached.collect::<Result<_, Failure>>()?,
            federation: Some(federation),
            lang,
        })
    }

    /// The node that hosts a unit; the topmost one answers for what nobody hosts.
    pub(super) fn at(&self, unit: UnitCode) -> &Remote {
        &self.nodes[self.shape.host(unit).unwrap_or(0)].callers
    }

    /// Whether the same node hosts both units.
    pub(super) fn are_together(&self, one: UnitCode, other: UnitCode) -> bool {
        self.shape.host(one) == self.shape.host(other)
    }

    /// The topmost unit of each node.
    pub(super) fn tops(&self) -> Vec<UnitCode> {
        self.nodes.iter().map(|node| node.unit).collect()
    }

    /// Calls to all nodes.
    pub(super) fn rpcs(&self) -> u64 {
        self.nodes.iter().map(|node| node.callers.rpcs() + node.admin.rpcs()).sum()
    }

    /// Waits until every service of every node knows what it is to know of all others. A node waits for its own services
    /// and for its neighbours; once a whole round of this has moved nobody, nothing is on its way any more.
    pub(super) async fn barrier(&self) -> Result<(), Failure> {
        let round = async || {
            let mut stand =
                self.each(ASKED_AT_ONCE, async |node| operator::barrier(&node.admin).await).await?;
            stand.sort_unstable_by_key(|(unit, _)| *unit);
            Ok(stand)
        };
        // One node has nobody to wait for but itself.
        if self.nodes.len() == 1 { round().await.map(drop) } else { at_rest(round, self.lang).await }
    }

    /// Moves all clocks. A node that is away at the moment is started with this instant.
    pub(super) async fn advance(&self, to: Timestamp) -> Result<(), Failure> {
        if let Some(federation) = self.federation {
            federation.set_clock(to);
        }
        self.each(ASKED_AT_ONCE, async |node| operator::advance_clock(&node.admin, to).await).await.map(drop)
    }

    /// What each node says about itself, the topmost one first.
    pub(super) async fn statuses(&self) -> Result<Vec<admin::NodeStatus>, Failure> {
        let said = self.each(ASKED_AT_ONCE, async |node| operator::get_status(&node.admin).await).await?;
        let mut said: BTreeMap<UnitCode, admin::NodeStatus> = said.into_iter().collect();
        Ok(self.nodes.iter().filter_map(|node| said.remove(&node.unit)).collect())
    }

    /// The same, once all links are up. A link that was cut when it had nothing to carry comes back after the barrier.
    async fn settled(&self) -> Result<Vec<admin::NodeStatus>, Failure> {
        let late = Instant::now() + LINKS_MAX;
        loop {
            let statuses = self.statuses().await?;
            if statuses.iter().all(|status| status.links.iter().all(is_up)) || Instant::now() > late {
                return Ok(statuses);
            }
            sleep(LINKS_POLL).await;
        }
    }

    /// Waits until every link is up and its two nodes hold the same; answers how long that took. What never becomes the
    /// same is found when it is counted.
    pub(super) async fn converge(&self, register: &Register) -> Result<Duration, Failure> {
        let began = Instant::now();
        loop {
            self.settled().await?;
            self.barrier().await?;
            let Likeness { compared, alike, .. } = self.likeness(register).await?;
            if alike == compared || began.elapsed() > LINKS_MAX {
                return Ok(began.elapsed());
            }
            sleep(LINKS_POLL).await;
        }
    }

    /// Has all journals walked: what the topmost node holds, and what is to be said of all nodes together.
    pub(super) async fn books(
        &self,
        register: &Register,
    ) -> Result<(admin::NodeStatus, Vec<admin::JournalVerdict>, Option<Many>), Failure> {
        let statuses = self.settled().await?;
        let walked =
            self.each(WALKS_AT_ONCE, async |node| operator::verify_journals(&node.admin).await).await?;
        let mut verdicts: BTreeMap<UnitCode, _> =
            walked.into_iter().map(|(unit, answer)| (unit, answer.verdicts)).collect();
        let mut many = None;
        if let Some(federation) = self.federation {
            let verdicts = verdicts.values().flatten();
            many = Some(Many {
                nodes: statuses.len(),
                restarts: federation.restarts(),
                links_down: statuses
                    .iter()
                    .flat_map(|status| &status.links)
                    .filter(|link| !is_up(link))
                    .count(),
                likeness: self.likeness(register).await?,
                broken: verdicts.clone().filter(|verdict| verdict.first_bad_entry.is_some()).count(),
                entries_held: verdicts.map(|verdict| verdict.entries_checked).sum(),
                ..Many::default()
            });
        }
        let units = statuses.iter().map(|status| status.units).sum();
        let top = statuses.into_iter().next().unwrap_or_default();
        let verdicts = verdicts.remove(&self.nodes[0].unit).unwrap_or_default();
        Ok((admin::NodeStatus { units, ..top }, verdicts, many))
    }

    /// Compares what the two nodes of each link hold of what is below it.
    async fn likeness(&self, register: &Register) -> Result<Likeness, Failure> {
        let held = self.each(WALKS_AT_ONCE, async |node| operator::list_heads(&node.admin).await).await?;
        let held: BTreeMap<UnitCode, BTreeMap<String, Held>> =
            held.into_iter().map(|(unit, parts)| (unit, Held::of(parts))).collect();
        let mut likeness = Likeness::default();
        for place in self.shape.places() {
            let above = place.parent.and_then(|parent| held.get(&parent));
            if let (Some(above), Some(below)) = (above, held.get(&place.unit)) {
                likeness.compare(register, place.unit, below, above);
            }
        }
        Ok(likeness)
    }

    /// Asks all nodes the same, so many of them at once.
    async fn each<A, F: Future<Output = Result<A, Failure>>>(
        &'a self,
        at_once: usize,
        ask: impl Fn(&'a Reached) -> F,
    ) -> Result<Vec<(UnitCode, A)>, Failure> {
        stream::iter(&self.nodes)
            .map(|node| {
                let asked = ask(node);
                async move {
                    let answer = asked.await.map_err(|failure| failure.about(node.unit))?;
                    Ok((node.unit, answer))
                }
            })
            .buffer_unordered(at_once)
            .try_collect()
            .await
    }
}

/// Asks in rounds until one finds what the round before it found.
async fn at_rest<T: PartialEq>(
    round: impl AsyncFn() -> Result<T, Failure>,
    lang: Lang,
) -> Result<(), Failure> {
    let mut before = round().await?;
    for _ in 0..ROUNDS_MAX {
        let now = round().await?;
        if now == before {
            return Ok(());
        }
        before = now;
    }
    Err(Failure::new(Exit::Internal, lang.pick("各节点始终没有静下来", "the nodes do not come to rest")))
}

fn is_up(link: &admin::LinkStatus) -> bool {
    link.state() == admin::LinkState::Up
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Rounds until all is at rest, when positions move in so many of them.
    async fn rounds(moving: usize) -> (Result<(), Failure>, usize) {
        let asked = Cell::new(0);
        let outcome = at_rest(
            async || {
                asked.set(asked.get() + 1);
                Ok(asked.get().min(moving))
            },
            Lang::En,
        )
        .await;
        (outcome, asked.get())
    }

    #[tokio::test]
    async fn nodes_are_at_rest_when_a_whole_round_moved_nobody() {
        for (moving, wanted) in [(1, 2), (2, 3), (5, 6)] {
            let (outcome, asked) = rounds(moving).await;
            outcome.unwrap();
            assert_eq!(asked, wanted);
        }
        let (outcome, asked) = rounds(usize::MAX).await;
        assert_eq!((outcome.unwrap_err().exit, asked), (Exit::Internal, ROUNDS_MAX + 1));
    }

    #[tokio::test]
    async fn a_node_that_cannot_be_asked_ends_the_wait() {
        let refuse = async || Err::<(), _>(Failure::new(Exit::Unavailable, "away"));
        assert_eq!(at_rest(refuse, Lang::Zh).await.unwrap_err().exit, Exit::Unavailable);
    }
}
