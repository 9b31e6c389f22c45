//! `yishi person`: how the proposer of a matter is reached, that it is forgotten, and the keys that go along with a unit.

use std::path::PathBuf;

use uuid::Uuid;
use yishi_kernel::{MatterId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_seal::Keyring;

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    operator::print,
    remote::{Caller, Persons, Remote},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Matter {
    /// The matter: villages/640324100200/matters/2022-7
    #[arg(value_name = "NAME")]
    matter: MatterId,
    /// For which unit to ask: the matter's village, if it is not closed; then its successor.
    #[arg(long = "as", value_name = "UNIT")]
    acting: Option<UnitCode>,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

impl Matter {
    fn caller(&self) -> Caller {
        Caller::officer(self.acting.unwrap_or(self.matter.village))
    }
}

/// Tells how the proposer of a matter is reached, erases that for good, or prints the keys of units for another node.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Shows the proposer's name and telephone number, masked.
    Show {
        #[command(flatten)]
        matter: Matter,
        /// All of it. The village's journal keeps that somebody looked.
        #[arg(long)]
        whole: bool,
    },
    /// Erases the proposer: the key of what is kept is destroyed, here and in every node above. Nobody can undo it.
    Erase {
        #[command(flatten)]
        matter: Matter,
    },
    /// Prints the keys of units, as lines for the file person.units of the node to which they were handed over.
    ///
    /// Whoever has them can read the contacts that were kept in these units until then, and those of no other unit.
    Keys {
        /// The villages: 12 digits each. Each has a key of its own.
        #[arg(value_name = "UNIT", required = true)]
        units: Vec<UnitCode>,
        /// Where the node that had the units keeps its files.
        #[arg(long, value_name = "DIR")]
        data_dir: PathBuf,
    },
}

pub(crate) async fn run(command: &Command, lang: Lang) -> Result<Exit, Failure> {
    print(&match command {
        Command::Show { matter, whole } => show(matter, *whole, lang).await?,
        Command::Erase { matter } => erase(matter, lang).await?,
        Command::Keys { units, data_dir } => keys(units, data_dir, lang)?,
    })?;
    Ok(Exit::Good)
}

async fn show(of: &Matter, whole: bool, lang: Lang) -> Result<String, Failure> {
    let Matter { matter, node, .. } = of;
    let (remote, caller) = (Remote::new(node, 1, lang)?, of.caller());
    let name = matter.to_string();
    let seen = if whole {
        let ask = pb::RevealContactRequest { name, request_id: fresh(), etag: String::new() };
        remote.ask(&caller, ask, Persons::reveal_contact).await
    } else {
        remote.ask(&caller, pb::GetContactRequest { name }, Persons::get_contact).await
    };
    let told = seen.map_err(|failure| failure.about(node))?.contact.unwrap_or_default();
    Ok(format!("{}  {}\n", told.name, told.telephone))
}

async fn erase(of: &Matter, lang: Lang) -> Result<String, Failure> {
    let Matter { matter, node, .. } = of;
    let (remote, caller) = (Remote::new(node, 1, lang)?, of.caller());
    let ask = pb::EraseContactRequest { name: matter.to_string(), request_id: fresh(), etag: String::new() };
    remote.ask(&caller, ask, Persons::erase_contact).await.map_err(|failure| failure.about(node))?;
    let done = lang.pick("的提事人联系方式已删除", "the proposer is erased");
    Ok(lang.pick(format!("{matter} {done}\n"), format!("{matter}: {done}\n")))
}

fn keys(units: &[UnitCode], data_dir: &std::path::Path, lang: Lang) -> Result<String, Failure> {
    if let Some(unit) = units.iter().find(|unit| unit.as_u64() % 1000 == 0) {
        let text = lang.pick(
            format!("{unit} 不是行政村：联系方式用各村的密钥封存，应逐个写出行政村"),
            format!(
                "{unit} is no village: contacts are sealed with the keys of villages, so write each of them"
            ),
        );
        return Err(Failure::new(Exit::Usage, text));
    }
    let there =
        Keyring::find_in(data_dir).map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
    let there = there.ok_or_else(|| {
        let folder = data_dir.display();
        let text = lang.pick(
            format!("{folder} 中没有 person.key：应为节点的 node.data_dir"),
            format!("there is no person.key in {folder}: it is the node's node.data_dir that is wanted"),
        );
        Failure::new(Exit::Usage, text)
    })?;
    Ok(units.iter().map(|unit| there.hand_over(*unit)).collect())
}

/// New for each request.
fn fresh() -> String {
    Uuid::new_v4().to_string()
}
