//! How services and links stand.

use std::collections::HashMap;

use yishi_link::protocol::Standing;
use yishi_link::{LinkEnd, LinkState};
use yishi_proto::admin::v1 as pb;
use yishi_runtime::desk::unreadable;
use yishi_runtime::errors::Failure;

use super::Admin;

/// How the node above is named, whose unit this node need not know.
const PARENT: &str = "units/parent";

impl Admin {
    pub(super) async fn statuses(&self) -> Result<Vec<pb::ServiceStatus>, Failure> {
        let mut services = Vec::with_capacity(self.shelves.len());
        for shelf in &self.shelves {
            let (units, entries) = shelf.extent().await.map_err(unreadable)?;
            let position = shelf.position();
            let (recovery, recovery_waits_for) = self.recovery(shelf.service());
            services.push(pb::ServiceStatus {
                service: shelf.service().to_owned(),
                epoch: position.epoch,
                pos: position.pos,
                units,
                entries,
                recovery: recovery as i32,
                recovery_waits_for,
            });
        }
        Ok(services)
    }

    /// How far a service is after a restore, and whom it waits for.
    pub(super) fn recovery(&self, service: &str) -> (pb::Recovery, Vec<String>) {
        let Some((_, recovery)) = self.ties.recoveries.iter().find(|(known, _)| *known == service) else {
            return (pb::Recovery::Whole, Vec::new());
        };
        let standing = *recovery.standing().borrow();
        match standing {
            Standing::Whole => (pb::Recovery::Whole, Vec::new()),
            Standing::Returning => (pb::Recovery::Returning, vec![PARENT.to_owned()]),
            Standing::Gathering => {
                let waiting = recovery.waiting().iter().map(|unit| format!("units/{unit}")).collect();
                (pb::Recovery::Gathering, waiting)
            }
        }
    }

    pub(super) async fn link_statuses(&self) -> Result<Vec<pb::LinkStatus>, Failure> {
        let mut known = HashMap::new();
        for shelf in &self.shelves {
            let trusted = shelf.trusted().await.map_err(unreadable)?;
            known.extend(trusted.into_iter().map(|one| ((shelf.service(), Some(one.unit)), one)));
        }
        let status = |link: &LinkEnd| {
            let trusted = known.get(&(link.service, link.delegate));
            let (state, detail) = match &*link.state.borrow() {
                LinkState::Up => (pb::LinkState::Up, String::new()),
                LinkState::Down(why) => (pb::LinkState::Down, why.clone()),
                LinkState::Alarm(why) => (pb::LinkState::Alarm, why.clone()),
            };
            pb::LinkStatus {
                service: link.service.to_owned(),
                delegate: link.delegate.map(|unit| format!("units/{unit}")).unwrap_or_default(),
                state: state as i32,
                detail,
                delivered_pos: *link.delivered.borrow(),
                pos: link.come.borrow().pos,
                trusted_key: trusted.map(|trusted| trusted.key.to_vec()).unwrap_or_default(),
                testimony_time_us: trusted.and_then(|trusted| trusted.testified_us).unwrap_or_default(),
            }
        };
        Ok(self.ties.links.now().iter().map(status).collect())
    }
}
