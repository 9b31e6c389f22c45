//! `yishi`: what an officer or an operator types.
//!
//! Architecture invariant: it reaches a node through the public contracts only, never through a database or
//! the services' own crates. What it says about a node, it asked the node, or the system about the node's process; only the
//! keys of persons, which no contract may tell, it reads where the node keeps them.

mod alike;
mod bulk;
mod bulletin;
mod dossier;
mod exchange;
mod failure;
mod federation;
mod figures;
mod history;
mod interruption;
mod lang;
mod matters;
mod node;
mod notice;
mod operator;
mod output;
mod person;
mod policy;
mod refusal;
mod remote;
mod replay;
mod scenario;
mod taxonomy;
mod unit;
mod units;
mod verify;
mod years;

use std::{
    future::Future,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use failure::{Exit, Failure};
use lang::Lang;

/// One village, one year, one matter: for officers and operators.
#[derive(Debug, Parser)]
#[command(
    name = "yishi",
    version,
    after_help = "Exit codes: 0 all is well, 1 differences were found, 2 wrong usage, 69 the node cannot be reached, 70 something else failed."
)]
struct Args {
    /// The language of answers and errors; by default that of LC_ALL, LC_MESSAGES or LANG.
    #[arg(long, value_enum, global = true, value_name = "LANG")]
    lang: Option<Lang>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Replay(Box<replay::Options>),
    /// Shows what runs in a node and how far it is.
    Status(operator::Address),
    Verify(verify::Options),
    Trust(operator::Trust),
    /// Prints a bulletin that a unit has issued.
    Bulletin(bulletin::Options),
    Import(bulk::Import),
    Export(bulk::Export),
    /// Prints all that was written about a matter, and checks that nothing of it was changed.
    Dossier(dossier::Options),
    /// Lists the matters of a unit and of all below it.
    Matters(matters::Options),
    /// Prints what a unit and all below it held for publicity and exchange.
    Exchange(exchange::Options),
    /// Prints under which codes a unit's matters of a year are filed, and how many are.
    Taxonomy(taxonomy::Options),
    /// Prints the notice of a village's decision, to be hung out.
    Notice(notice::Options),
    /// Prints which matters of the village and year are likely to be the same wish.
    Alike(alike::Options),
    /// Prints what became of a village's matters, year by year.
    Years(years::Options),
    /// Prints what a unit goes by in a year, and where each figure is from.
    Policy(policy::Options),
    #[command(subcommand)]
    Person(person::Command),
    #[command(subcommand)]
    Unit(unit::Command),
    #[command(subcommand)]
    Federation(federation::Command),
}

fn main() -> ExitCode {
    let args = Args::parse();
    let lang = args.lang.unwrap_or_else(|| Lang::of_environment(|name| std::env::var(name).ok()));
    let outcome = match args.command {
        Command::Replay(options) => run(replay::run(&options, lang)),
        Command::Status(node) => run(operator::status(&node, lang)),
        Command::Verify(options) => run(verify::run(&options, lang)),
        Command::Trust(options) => run(operator::trust(&options, lang)),
        Command::Bulletin(options) => run(bulletin::show(&options, lang)),
        Command::Import(options) => run(bulk::import(&options, lang)),
        Command::Export(options) => run(bulk::export(&options, lang)),
        Command::Dossier(options) => run(dossier::show(&options, lang)),
        Command::Matters(options) => run(matters::show(&options, lang)),
        Command::Exchange(options) => run(exchange::show(&options, lang)),
        Command::Taxonomy(options) => run(taxonomy::show(&options, lang)),
        Command::Notice(options) => run(notice::show(&options, lang)),
        Command::Person(command) => run(person::run(&command, lang)),
        Command::Alike(options) => run(alike::show(&options, lang)),
        Command::Years(options) => run(years::show(&options, lang)),
        Command::Policy(options) => run(policy::show(&options, lang)),
        Command::Unit(command) => run(unit::run(&command, lang)),
        Command::Federation(command) => run(federation::run(&command, lang)),
    };
    outcome
        .unwrap_or_else(|failure| {
            // A closed standard error leaves nobody to tell.
            let _ = writeln!(io::stderr(), "yishi: {failure}");
            failure.exit
        })
        .into()
}

fn run(command: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(Exit::Internal, format!("no runtime: {error}")))?.block_on(command)
}
