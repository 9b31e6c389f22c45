//! What a node owes to moves: to give its units back when it is asked for them, to open an epoch of what has come to it,
//! and to be compared with the node above anew before its own unit comes back.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use yishi_kernel::UnitCode;
use yishi_store::{Directory, Order};

use crate::port::Port;
use crate::protocol::Standing;
use crate::recovery::Recovery;

/// The pauses between tries of an order that cannot be carried out yet.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// One service's.
pub(crate) struct Keeper {
    pub(crate) port: Arc<dyn Port>,
    pub(crate) recovery: Recovery,
}

impl Keeper {
    /// Keeps to the directory until told to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let root = self.port.house().root;
        let (mut moves, mut standing) = (self.port.house().hosting().follow(), self.recovery.standing());
        let mut pause = PAUSES.0;
        loop {
            let directory = Arc::clone(&moves.borrow_and_update());
            self.recovery.moved();
            let whole = *standing.borrow_and_update() == Standing::Whole;
            let mut again = false;
            if whole && !directory.decides(root) {
                self.recovery.depart();
            } else if let Some(order) = owed(&directory, root).filter(|_| whole) {
                let service = self.port.service();
                match self.port.order(order.clone()).await {
                    Ok(()) => {
                        tracing::info!(service, ?order, "a move has come so far");
                        pause = PAUSES.0;
                        continue;
                    }
                    Err(failure) => {
                        let why = failure.reason().name;
                        tracing::warn!(service, ?order, why, "a move cannot go on yet");
                        again = true;
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                moved = moves.changed() => if moved.is_err() { return },
                _ = standing.changed() => {}
                () = tokio::time::sleep(pause), if again => pause = (pause * 2).min(PAUSES.1),
            }
        }
    }
}

/// The next order that the directory asks of this node.
fn owed(directory: &Directory, root: UnitCode) -> Option<Order> {
    let own = directory.tenure(root).filter(|tenure| tenure.holder == root);
    if own.is_some_and(|tenure| tenure.recall.is_some()) {
        return Some(Order::GiveBack);
    }
    let mut tops = directory.tenures().map(|(top, _)| top);
    tops.find(|top| directory.is_awaited_here(*top)).map(|top| Order::TakeOver { top })
}
