//! One binary that hosts the services of a node: reads its settings, opens each service's database, serves until told
//! to stop, and says on the way out whether all went well.

mod ready;
mod stdin;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use mimalloc::MiMalloc;
use yishi_kernel::{Register, UnitCode};
use yishi_node::{Node, support_key};
use yishi_runtime::config::Settings;
use yishi_runtime::lifecycle::Signals;
use yishi_runtime::telemetry::{self, Process, Telemetry};

/// A call makes some hundred small things on one thread and drops them on another: what the C library's allocator is slow at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The exit code of a configuration that cannot work (sysexits EX_CONFIG).
const CONFIG_FAULT: u8 = 78;

/// Which services a node hosts.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    /// Every service.
    All,
}

/// Hosts the services of a node.
#[derive(Debug, Parser)]
#[command(name = "yishi-node", version)]
struct Args {
    /// Which services.
    role: Role,
    /// A TOML file of settings; later files win over earlier ones, `YISHI__SECTION__KEY` variables over all.
    #[arg(long = "config", value_name = "FILE", env = "YISHI_CONFIG")]
    config: Vec<PathBuf>,
    /// Write the addresses there as JSON once the node serves.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Print the key under which supporters are written down as it is for the node of a unit below, and end.
    #[arg(long, value_name = "UNIT")]
    support_key_for: Option<UnitCode>,
    /// Stop when standard input ends, so that a node never outlives the program that started it.
    #[arg(long)]
    ends_with_stdin: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let settings = match Settings::load(&args.config) {
        Ok(settings) => settings,
        Err(error) => return fault(&error, CONFIG_FAULT),
    };
    if let Some(unit) = args.support_key_for {
        return match print_support_key(&settings, unit) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fault(&format!("{error:#}"), 1),
        };
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fault(&error, 1),
    };
    let code = runtime.block_on(run(args, settings));
    // Everything has ended but the thread that may still be waiting for standard input: it never hears of the end.
    runtime.shutdown_background();
    code
}

/// Telemetry goes out however the node ends.
async fn run(args: Args, settings: Settings) -> ExitCode {
    let register = match settings.node.register() {
        Ok(register) => register,
        Err(error) => return fault(&error, CONFIG_FAULT),
    };
    let unit = settings.node.unit;
    let Some(level) = register.level(unit) else {
        return fault(&format!("node.unit = {unit} is not in the register of node.divisions"), CONFIG_FAULT);
    };
    let process = Process { service: "yishi-node", level, unit };
    let telemetry = match Telemetry::init(&process, &settings.telemetry, telemetry::environment) {
        Ok(telemetry) => telemetry,
        Err(error) => return fault(&error, CONFIG_FAULT),
    };
    let code = match serve(&args, settings, register).await {
        Ok(code) => code,
        Err(error) => fault(&format!("{error:#}"), 1),
    };
    telemetry.shutdown().await;
    code
}

async fn serve(args: &Args, settings: Settings, register: Register) -> anyhow::Result<ExitCode> {
    let signals = Signals::keep()?;
    let node = match args.role {
        Role::All => Node::start(settings, register).await?,
    };
    if args.ends_with_stdin {
        stdin::ends(node.lifecycle());
    }
    if let Some(file) = &args.ready_file {
        ready::announce(file, node.addresses())
            .with_context(|| format!("--ready-file {}", file.display()))?;
    }
    Ok(node.run(signals).await)
}

/// The key is made by what this node has, so that a unit keeps its supporters' digests when it moves.
fn print_support_key(settings: &Settings, unit: UnitCode) -> anyhow::Result<()> {
    let register = settings.node.register()?;
    anyhow::ensure!(
        register.is_within(unit, settings.node.unit),
        "{unit} is not below {}",
        settings.node.unit
    );
    let key = support_key::find(&settings.node.data_dir, settings.node.unit)?;
    io::stdout().write_all(key.below(&register, unit).expose().as_bytes())?;
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a node that cannot start has no log yet")]
fn fault(error: &dyn std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("yishi-node: {error}");
    ExitCode::from(code)
}
