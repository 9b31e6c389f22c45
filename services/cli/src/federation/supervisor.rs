//! Answers the commands that reach a federation.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::{mpsc, oneshot};
use yishi_kernel::{Timestamp, UnitCode};

use super::{
    control::{Answer, Desk, NodeReport, Question, Refusal},
    member::Member,
    memory,
    proxy::Cut,
    running::Federation,
    shape::Shape,
};
use crate::{failure::Failure, units::Units};

/// Whoever asked to stop everything waits here for the outcome.
pub(super) type Down = oneshot::Sender<Result<(), String>>;

/// A federation at its control socket.
pub(super) struct Supervisor {
    pub(super) federation: Arc<Federation>,
    pub(super) shape: Shape,
    names: HashMap<UnitCode, String>,
    down: mpsc::Sender<Down>,
}

impl Supervisor {
    pub(super) fn new(
        federation: Arc<Federation>,
        shape: Shape,
        units: &Units,
        down: mpsc::Sender<Down>,
    ) -> Self {
        let name = |unit| units.register.get(unit).map(|unit| unit.name.clone()).unwrap_or_default();
        let names = shape.places().iter().map(|place| (place.unit, name(place.unit))).collect();
        Self { federation, shape, names, down }
    }

    async fn act(&self, question: Question) -> Result<Answer, Refusal> {
        match question {
            Question::Status => {
                let nodes = self.federation.members().iter().map(|member| self.report(member)).collect();
                return Ok(Answer::Nodes { nodes });
            }
            Question::Kill { unit, stay } => {
                self.member(unit)?.kill(stay).await.map_err(|failure| failed(&failure))?;
            }
            Question::Start { unit } => {
                self.member(unit)?.start().await.map_err(|failure| failed(&failure))?;
            }
            Question::Cut { unit, way } => set(self.member(unit)?, Cut::of(way))?,
            Question::Heal { unit: Some(unit) } => set(self.member(unit)?, Cut::None)?,
            Question::Heal { unit: None } => {
                self.federation
                    .members()
                    .iter()
                    .filter_map(|member| member.proxy.as_ref())
                    .for_each(|proxy| proxy.set(Cut::None));
            }
            Question::Advance { .. } if !self.federation.has_manual_clock() => {
                return Err(Refusal::NoManualClock);
            }
            Question::Advance { to_us } => {
                self.federation
                    .advance(Timestamp::from_micros(to_us))
                    .await
                    .map_err(|failure| failed(&failure))?;
            }
            Question::Down => {
                let (asked, outcome) = oneshot::channel();
                let heard = self.down.send(asked).await.is_ok();
                // Whoever is to stop everything already does when nobody hears this.
                if heard && let Ok(Err(problem)) = outcome.await {
                    return Err(Refusal::Failed { problem });
                }
            }
        }
        Ok(Answer::Done)
    }

    fn member(&self, unit: UnitCode) -> Result<&Member, Refusal> {
        self.federation.member(unit).ok_or_else(|| {
            let host = self.shape.host(unit).map(|host| self.shape.places()[host].unit);
            Refusal::NoNode { unit, host }
        })
    }

    fn report(&self, member: &Member) -> NodeReport {
        let (place, standing) = (&member.place, member.standing());
        NodeReport {
            unit: place.unit,
            name: self.names.get(&place.unit).cloned().unwrap_or_default(),
            parent: place.parent,
            address: member.ports.address.to_string(),
            admin: member.ports.admin.to_string(),
            state: standing.state,
            pid: standing.pid,
            starts: standing.starts,
            resident_bytes: standing.pid.and_then(memory::resident),
            cut: member.proxy.as_ref().map(super::proxy::Proxy::cut),
        }
    }
}

impl Desk for Supervisor {
    async fn answer(self: Arc<Self>, question: Question) -> Answer {
        self.act(question).await.unwrap_or_else(|why| Answer::Refused { why })
    }
}

fn set(member: &Member, cut: Cut) -> Result<(), Refusal> {
    let proxy = member.proxy.as_ref().ok_or(Refusal::NoWayUp { unit: member.place.unit })?;
    proxy.set(cut);
    Ok(())
}

fn failed(failure: &Failure) -> Refusal {
    Refusal::Failed { problem: failure.to_string() }
}
