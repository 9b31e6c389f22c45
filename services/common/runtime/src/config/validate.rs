use std::net::SocketAddr;

use tracing_subscriber::EnvFilter;

use yishi_kernel::Level;

use super::{Clock, ClockKind, ConfigError, Database, Escalation, Grpc, Link, Node, Settings};
use crate::clock::parse_start;

impl Settings {
    /// The settings, if a node can work with them; all faults at once if not.
    pub(super) fn validated(self) -> Result<Self, ConfigError> {
        let listen = &self.listen;
        let faults: Vec<String> = loopback("listen.address", listen.address)
            .into_iter()
            .chain(loopback("listen.admin", listen.admin))
            .chain((listen.address == listen.admin && listen.address.port() != 0).then(|| {
                format!(
                    "listen.address and listen.admin are both {}; give each a port of its own",
                    listen.admin
                )
            }))
            .chain(self.database.faults())
            .chain(self.node.faults())
            .chain(self.link.faults())
            .chain(self.clock.faults())
            .chain(self.escalation.faults())
            .chain(self.grpc.faults())
            .chain(EnvFilter::try_new(&self.telemetry.log).err().map(|fault| {
                format!(
                    "telemetry.log = {:?}: {fault}; write a level such as info, or target=level",
                    self.telemetry.log
                )
            }))
            .collect();
        if faults.is_empty() { Ok(self) } else { Err(ConfigError::Unworkable(faults)) }
    }
}

/// Identity is believed and clocks are moved on loopback only, and there is no TLS to protect anything else.
fn loopback(key: &str, address: SocketAddr) -> Option<String> {
    (!address.ip().is_loopback()).then(|| {
        format!(
            "{key} = {address} can be reached from outside without TLS, which this version does not serve; \
             listen on a loopback address such as 127.0.0.1:{}",
            address.port()
        )
    })
}

impl Database {
    fn faults(&self) -> Vec<String> {
        let url = self.url.expose();
        let known = url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://");
        let mut faults = Vec::new();
        if !known {
            faults.push("database.url is neither empty (SQLite) nor postgres://user@host/name".to_owned());
        }
        if self.connections_max == 0 {
            faults.push("database.connections_max = 0; write 1 or more".to_owned());
        }
        faults
    }
}

impl Node {
    /// Whether they lie below the unit only the register tells (see [`Node::register`]).
    fn faults(&self) -> Option<String> {
        let named = |unit| self.delegates.iter().filter(|delegate| **delegate == unit).count();
        let twice = self.delegates.iter().find(|delegate| named(**delegate) > 1);
        twice.map(|unit| format!("node.delegates names {unit} twice; write each node below once"))
    }
}

impl Link {
    fn faults(&self) -> Option<String> {
        let parent = self.parent.as_str();
        let address = parent.strip_prefix("http://").and_then(|rest| rest.parse::<SocketAddr>().ok());
        let near = address.is_some_and(|address| address.ip().is_loopback() && address.port() != 0);
        (!parent.is_empty() && !near).then(|| {
            format!(
                "link.parent = {parent:?}: without TLS a parent is dialled on this machine only; write an address \
                 such as http://127.0.0.1:18640, or nothing for the topmost node"
            )
        })
    }
}

impl Clock {
    fn faults(&self) -> Option<String> {
        match (self.kind, self.start.as_deref()) {
            (ClockKind::System, None) => None,
            (ClockKind::System, Some(_)) => {
                Some("clock.start is for a manual clock; remove it or write clock.kind = \"manual\"".to_owned())
            }
            (ClockKind::Manual, None) => {
                Some("clock.kind = \"manual\" needs clock.start, as in clock.start = \"2019-11-01\"".to_owned())
            }
            (ClockKind::Manual, Some(start)) => parse_start(start).is_none().then(|| {
                format!("clock.start = {start:?} is neither a day (2019-11-01) nor an instant (2019-11-01T08:00:00+08:00)")
            }),
        }
    }
}

impl Escalation {
    fn faults(&self) -> Option<String> {
        self.raise_overdue
            .contains(&Level::Region)
            .then(|| "escalation.raise_overdue names region, which has nobody above; leave it out".to_owned())
    }
}

impl Grpc {
    fn faults(&self) -> Vec<String> {
        let zero = [
            ("connections_max", self.connections_max == 0),
            ("connection_age_max_s", self.connection_age_max_s == 0),
            ("handshake_max_ms", self.handshake_max_ms == 0),
            ("streams_per_connection_max", self.streams_per_connection_max == 0),
            ("streams_reset_pending_max", self.streams_reset_pending_max == 0),
            ("streams_reset_by_error_max", self.streams_reset_by_error_max == 0),
            ("header_bytes_max", self.header_bytes_max == 0),
            ("keepalive_interval_ms", self.keepalive_interval_ms == 0),
            ("keepalive_timeout_ms", self.keepalive_timeout_ms == 0),
            ("calls_in_flight_max", self.calls_in_flight_max == 0),
            ("message_in_bytes_max", self.message_in_bytes_max == 0),
            ("message_out_bytes_max", self.message_out_bytes_max == 0),
            ("drain_max_ms", self.drain_max_ms == 0),
        ];
        let mut faults: Vec<String> = zero
            .into_iter()
            .filter(|(_, is_zero)| *is_zero)
            .map(|(key, _)| format!("grpc.{key} = 0 would serve nobody; write 1 or more"))
            .collect();
        let (least, usual, most) = (self.deadline_min_ms, self.deadline_default_ms, self.deadline_max_ms);
        if !(least <= usual && usual <= most && usual > 0) {
            faults.push(format!(
                "grpc.deadline_min_ms = {least}, deadline_default_ms = {usual}, deadline_max_ms = {most}; \
                 write them in this order, the default above 0"
            ));
        }
        faults
    }
}
