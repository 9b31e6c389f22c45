//! A running `yishi-node`.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};
use tonic::Request;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use yishi_proto::admin::v1::admin_service_client::AdminServiceClient;
use yishi_proto::intake::v1::intake_service_client::IntakeServiceClient;

/// Nothing in these tests takes this long unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A folder with a configuration, and what the node keeps there.
pub(crate) struct Home(TempDir);

impl Home {
    /// With the region's register, a manual clock in the season of 2022, and these lines besides.
    pub(crate) fn with(lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let divisions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/divisions");
        let settings = format!(
            "[node]\nunit = \"640000000000\"\ndivisions = {:?}\nneighbours = {:?}\ndata_dir = {:?}\n\
             [listen]\naddress = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n\
             [clock]\nkind = \"manual\"\nstart = \"2021-12-01\"\n{lines}",
            divisions.join("ningxia.csv"),
            divisions.join("ningxia-neighbours.csv"),
            folder.path().join("data"),
        );
        std::fs::write(folder.path().join("node.toml"), settings).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The binary on this folder, not started yet.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yishi-node"));
        command
            .arg("all")
            .arg("--config")
            .arg(self.file("node.toml"))
            .arg("--ready-file")
            .arg(self.file("ready"));
        command.arg("--ends-with-stdin").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        command
    }

    /// Starts the binary and waits until it serves.
    pub(crate) async fn start(&self) -> Program {
        let _none_yet = std::fs::remove_file(self.file("ready"));
        let mut command = self.command();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let late = Instant::now() + PATIENCE;
        let ready = loop {
            if let Ok(ready) = std::fs::read_to_string(self.file("ready")) {
                break ready;
            }
            assert_eq!(child.try_wait().unwrap(), None, "the node ended before it was ready");
            assert!(Instant::now() < late, "the node does not become ready");
            sleep(LOOK_EVERY).await;
        };
        let ready: serde_json::Value = serde_json::from_str(&ready).unwrap();
        let address = |key: &str| format!("http://{}", ready[key].as_str().unwrap());
        Program { child, address: address("address"), admin: address("admin") }
    }
}

pub(crate) struct Program {
    child: Child,
    address: String,
    admin: String,
}

pub(crate) type Intake = IntakeServiceClient<InterceptedService<Channel, Officer>>;

impl Program {
    /// An officer's client, on a connection of its own.
    pub(crate) fn officer(&self, unit: &str) -> Intake {
        IntakeServiceClient::with_interceptor(channel(&self.address), Officer(unit.to_owned()))
    }

    pub(crate) fn admin(&self) -> AdminServiceClient<Channel> {
        AdminServiceClient::new(channel(&self.admin))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// SIGKILL: no goodbye, no flush.
    pub(crate) async fn kill(mut self) {
        timeout(PATIENCE, self.child.kill()).await.unwrap().unwrap();
    }

    /// Waits until it has ended, without letting go of it.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        // Waiting for a child closes its standard input.
        let _held = self.child.stdin.take();
        timeout(PATIENCE, self.child.wait()).await.expect("it should have ended long ago").unwrap()
    }

    /// Closes its standard input, which asks it to end.
    pub(crate) async fn let_go(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.ended().await
    }
}

fn channel(address: &str) -> Channel {
    Channel::from_shared(address.to_owned()).unwrap().connect_lazy()
}

/// Says who calls: an officer of this unit.
#[derive(Clone)]
pub(crate) struct Officer(String);

impl Interceptor for Officer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, tonic::Status> {
        for (name, value) in [("yishi-unit", &*self.0), ("yishi-role", "officer"), ("yishi-actor", "clerk:7")]
        {
            request.metadata_mut().insert(name, value.parse().unwrap());
        }
        Ok(request)
    }
}
