//! One node of a federation, and whoever keeps it running.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::{
    pin,
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use yishi_kernel::Timestamp;

use super::{ports::Ports, proxy::Proxy, shape::Place};
use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    node::{Node, Spec},
};

/// Between two attempts to start a node that does not come up; doubled each time.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// Orders that may wait for a keeper.
const ORDERS: usize = 8;

/// How a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It serves.
    Up,
    /// It is being started, again and again if need be.
    Starting,
    /// It was killed and is to stay away.
    Away,
}

/// How a node is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) state: State,
    /// While it serves.
    pub(crate) pid: Option<u32>,
    /// How often it came to serve.
    pub(crate) starts: u32,
}

/// Told what happens to nodes beside what was asked for.
#[derive(Clone)]
pub(crate) struct Events(Arc<dyn Fn(&str) + Send + Sync>);

impl Events {
    pub(crate) fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn tell(&self, text: &str) {
        (self.0)(text);
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

/// A node of a federation.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) place: Place,
    pub(crate) ports: Ports,
    /// The way to the node above; the topmost one has none.
    pub(crate) proxy: Option<Proxy>,
    orders: mpsc::Sender<Order>,
    standing: watch::Receiver<Standing>,
    lang: Lang,
}

/// What a keeper is to do; it says when it has.
#[derive(Debug)]
enum Order {
    Kill { stay: bool, done: Done },
    Start { done: Done },
    Stop { done: Done },
}

type Done = oneshot::Sender<Result<(), Failure>>;

impl Member {
    /// Keeps a node that serves.
    pub(crate) fn keep(
        (place, ports, proxy): (Place, Ports, Option<Proxy>),
        node: Node,
        spec: Spec,
        clock: watch::Receiver<Option<Timestamp>>,
        (events, lang): (Events, Lang),
    ) -> Self {
        let standing = watch::Sender::new(Standing { state: State::Up, pid: node.pid(), starts: 0 });
        let ((orders, heard), seen) = (mpsc::channel(ORDERS), standing.subscribe());
        let keeper = Keeper { spec, clock, orders: heard, standing, events, lang };
        tokio::spawn(keeper.run(node));
        Self { place, ports, proxy, orders, standing: seen, lang }
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// SIGKILL. The node is started again unless it is to stay away.
    pub(crate) async fn kill(&self, stay: bool) -> Result<(), Failure> {
        self.order(|done| Order::Kill { stay, done }).await
    }

    /// Starts a node that stays away.
    pub(crate) async fn start(&self) -> Result<(), Failure> {
        self.order(|done| Order::Start { done }).await
    }

    /// Waits until it serves, or is to be stopped.
    pub(crate) async fn serves(&self) {
        drop(self.standing.clone().wait_for(|standing| standing.state == State::Up).await);
    }

    /// Asks the node to stop for good, and says how it ended if not well.
    pub(crate) async fn stop(&self) -> Result<(), Failure> {
        self.order(|done| Order::Stop { done }).await
    }

    async fn order(&self, order: impl FnOnce(Done) -> Order) -> Result<(), Failure> {
        let (done, heard) = oneshot::channel();
        let sent = self.orders.send(order(done)).await;
        let outcome = match sent {
            Ok(()) => heard.await.ok(),
            Err(_) => None,
        };
        let stopped = || Err(Failure::new(Exit::Internal, self.lang.pick("已停止", "it was stopped")));
        outcome.unwrap_or_else(stopped).map_err(|failure| failure.about(self.place.unit))
    }
}

struct Keeper {
    spec: Spec,
    /// What manual clocks show: a node goes on from there, not from where the federation began.
    clock: watch::Receiver<Option<Timestamp>>,
    orders: mpsc::Receiver<Order>,
    standing: watch::Sender<Standing>,
    events: Events,
    lang: Lang,
}

/// What becomes of a node.
enum Next {
    Serve(Box<Node>),
    Again,
    StayAway,
    Stop,
}

impl Keeper {
    /// Ends when it is told to, or when nobody can give orders any more.
    async fn run(mut self, node: Node) {
        let mut next = Next::Serve(Box::new(node));
        loop {
            next = match next {
                Next::Serve(node) => self.serve(*node).await,
                Next::Again => self.start().await,
                Next::StayAway => self.stay_away().await,
                Next::Stop => return,
            };
        }
    }

    /// As long as it serves.
    async fn serve(&mut self, mut node: Node) -> Next {
        let pid = node.pid();
        self.standing.send_modify(|standing| {
            *standing = Standing { state: State::Up, pid, starts: standing.starts + 1 };
        });
        loop {
            let order = tokio::select! {
                gone = node.gone(self.lang) => {
                    self.events.tell(&gone.about(self.spec.unit).to_string());
                    self.stands(State::Starting);
                    return Next::Again;
                }
                order = self.orders.recv() => order,
            };
            match order {
                Some(Order::Start { done }) => say(done, Ok(())),
                Some(Order::Kill { stay, done }) => {
                    let killed = node.kill().await;
                    return self.killed(stay, done, killed);
                }
                Some(Order::Stop { done }) => {
                    say(done, node.stop(self.lang).await);
                    return Next::Stop;
                }
                None => {
                    if let Err(failure) = node.stop(self.lang).await {
                        self.events.tell(&failure.about(self.spec.unit).to_string());
                    }
                    return Next::Stop;
                }
            }
        }
    }

    /// Tries until it serves, or until it is wanted no more.
    async fn start(&mut self) -> Next {
        let mut pause = PAUSE_FIRST;
        loop {
            let start = self.clock.borrow().or(self.spec.start);
            let spec = Spec { start, ..self.spec.clone() };
            let starting = Node::start(&spec, self.lang);
            pin!(starting);
            let failure = loop {
                tokio::select! {
                    started = &mut starting => match started {
                        Ok(node) => return Next::Serve(Box::new(node)),
                        Err(failure) => break failure,
                    },
                    // Given up, it is killed.
                    order = self.orders.recv() => if let Some(next) = self.heed(order) {
                        return next;
                    },
                }
            };
            self.events.tell(&failure.about(self.spec.unit).to_string());
            match timeout(pause, self.orders.recv()).await {
                Err(_) => pause = (pause * 2).min(PAUSE_MAX),
                Ok(order) => {
                    if let Some(next) = self.heed(order) {
                        return next;
                    }
                }
            }
        }
    }

    async fn stay_away(&mut self) -> Next {
        loop {
            match self.orders.recv().await {
                Some(Order::Start { done }) => {
                    self.stands(State::Starting);
                    say(done, Ok(()));
                    return Next::Again;
                }
                Some(Order::Kill { done, .. }) => say(done, Ok(())),
                Some(Order::Stop { done }) => {
                    say(done, Ok(()));
                    return Next::Stop;
                }
                None => return Next::Stop,
            }
        }
    }

    /// What an order changes while the node is being started.
    fn heed(&self, order: Option<Order>) -> Option<Next> {
        match order {
            Some(Order::Start { done }) => {
                say(done, Ok(()));
                None
            }
            Some(Order::Kill { stay, done }) => Some(self.killed(stay, done, Ok(()))),
            Some(Order::Stop { done }) => {
                say(done, Ok(()));
                Some(Next::Stop)
            }
            None => Some(Next::Stop),
        }
    }

    fn killed(&self, stay: bool, done: Done, outcome: Result<(), Failure>) -> Next {
        let (state, next) = if stay { (State::Away, Next::StayAway) } else { (State::Starting, Next::Again) };
        self.stands(state);
        say(done, outcome);
        next
    }

    fn stands(&self, state: State) {
        self.standing.send_modify(|standing| (standing.state, standing.pid) = (state, None));
    }
}

fn say(done: Done, outcome: Result<(), Failure>) {
    // Whoever gave the order may have gone.
    drop(done.send(outcome));
}
