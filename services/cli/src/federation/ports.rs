//! The ports of a federation: fixed, so that a node comes back where it was.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};

/// Above this the kernel gives ports to whoever connects out: one could be taken while its node is away.
const FIRST_OF_THE_KERNEL: u32 = 32_768;
const EACH: u32 = 3;

/// The ports of one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ports {
    /// For callers.
    pub(crate) address: SocketAddr,
    /// For the operator.
    pub(crate) admin: SocketAddr,
    /// The near end of its way up.
    pub(crate) way: SocketAddr,
}

/// Three ports for each of so many nodes, one after the other.
pub(crate) fn assign(base: u16, nodes: usize, lang: Lang) -> Result<Vec<Ports>, Failure> {
    let end = u32::try_from(nodes).ok().and_then(|nodes| nodes.checked_mul(EACH)?.checked_add(base.into()));
    if base == 0 || end.is_none_or(|end| end > FIRST_OF_THE_KERNEL) {
        let text = lang.pick(
            format!("--base-port {base}：{nodes} 个节点各需 3 个端口，均须在 1 至 32767 之间"),
            format!("--base-port {base}: {nodes} nodes need 3 ports each, all of them from 1 to 32767"),
        );
        return Err(Failure::new(Exit::Usage, text));
    }
    let mut ports = (base..).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let mut next = || ports.next().expect("the last one lies below 32768");
    Ok((0..nodes).map(|_| Ports { address: next(), admin: next(), way: next() }).collect())
}

/// Names the first port that somebody else has.
pub(crate) fn check_free(ports: &[Ports], lang: Lang) -> Result<(), Failure> {
    for address in ports.iter().flat_map(|ports| [ports.address, ports.admin, ports.way]) {
        if let Err(error) = TcpListener::bind(address) {
            let text = lang.pick(
                format!("端口不可用：{address}（{error}）；请用 --base-port 换一段端口"),
                format!("{address} is not free ({error}); name other ports by --base-port"),
            );
            return Err(Failure::new(Exit::Usage, text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_node_has_three_ports_of_its_own() {
        let ports = assign(19_000, 28, Lang::En).unwrap();
        let mut all: Vec<u16> =
            ports.iter().flat_map(|one| [one.address, one.admin, one.way]).map(|one| one.port()).collect();
        assert_eq!((all[0], all.len()), (19_000, 84));
        all.dedup();
        assert_eq!((all.len(), all[83]), (84, 19_083));
        assert!(ports.iter().all(|one| one.admin.ip().is_loopback()));
    }

    #[test]
    fn ports_stay_below_those_of_the_kernel() {
        assert_eq!(assign(32_765, 1, Lang::En).unwrap()[0].way.port(), 32_767);
        for (base, nodes) in [(32_766, 1), (0, 1), (19_000, 10_000), (1, usize::MAX)] {
            let failure = assign(base, nodes, Lang::En).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage, "{base} {nodes}");
        }
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let ports = Ports { address: "127.0.0.1:0".parse().unwrap(), admin: address, way: address };
        let failure = check_free(&[ports], Lang::En).unwrap_err();
        assert!(failure.to_string().contains(&address.to_string()), "{failure}");
        drop(taken);
        check_free(&[Ports { way: ports.address, ..ports }], Lang::En).unwrap();
    }
}
