//! `yishi verify`: one node's books by themselves, or those of several nodes against each other and against what was signed.

mod finding;
mod node;
mod pair;

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use yishi_kernel::UnitCode;
use yishi_witness::PublicKey;

use crate::{
    failure::{Exit, Failure},
    federation,
    figures::count,
    lang::Lang,
    operator::print,
    remote::Remote,
};
use finding::{Finding, What};
use node::Known;
pub(crate) use node::proven;

/// Nodes that walk their books at once, and links that are compared at once.
const AT_ONCE: usize = 4;

/// Has nodes walk their journals, and names the first entry that does not hold. Of several nodes also what each of them
/// holds is compared with what the node above holds of it, and with what was signed.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The admin listener of a node; several times for several nodes.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18641")]
    admin: Vec<String>,
    /// All nodes of the federation that runs on this machine.
    #[arg(long, conflicts_with = "admin")]
    federation: bool,
    #[command(flatten)]
    folder: federation::Where,
    /// A public key that signed bulletins before a node was given another one; may be said several times.
    #[arg(long = "key", value_name = "HEX")]
    keys: Vec<PublicKey>,
}

/// What was looked at.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    nodes: usize,
    entries: i64,
    chains: i64,
    links: usize,
    alike: usize,
    /// Journals of which the node above does not hold all yet.
    on_the_way: usize,
    testimonies: usize,
    checkpoints: usize,
}

pub(crate) async fn run(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let addresses = match options.federation {
        true => federation::admins(&options.folder, lang).await?,
        false => options.admin.clone(),
    };
    let remotes = addresses.iter().map(|address| Remote::new(address, 1, lang));
    let remotes = remotes.collect::<Result<Vec<_>, _>>()?;
    let mut asked = Vec::new();
    let mut asking = stream::iter(remotes.iter().zip(&addresses))
        .map(async |(remote, address)| (address, node::ask(remote, address).await))
        .buffered(AT_ONCE);
    while let Some((address, answer)) = asking.next().await {
        asked.push(answer.map_err(|failure| failure.about(address)));
    }
    drop(asking);
    let (mut known, mut away) = (Vec::new(), Vec::new());
    for answer in asked {
        match answer {
            Ok(node) => known.push(node),
            Err(failure) => away.push(failure),
        }
    }
    if known.is_empty()
        && let Some(failure) = away.pop()
    {
        return Err(failure);
    }
    let (findings, tally) = walk(&known, &options.keys).await?;
    let mut text = String::new();
    for finding in &findings {
        text += &finding.text(lang);
    }
    for failure in &away {
        text += &lang.pick(format!("无法核对：{failure}\n"), format!("cannot be checked: {failure}\n"));
    }
    if addresses.len() == 1 {
        known.iter().for_each(|node| text += &node.text(lang));
    } else {
        text += &tally.text(lang);
    }
    print(&text)?;
    Ok(match (findings.is_empty(), away.is_empty()) {
        (false, _) => Exit::Differences,
        (true, false) => Exit::Unavailable,
        (true, true) => Exit::Good,
    })
}

async fn walk(known: &[Known<'_>], keys: &[PublicKey]) -> Result<(Vec<Finding>, Tally), Failure> {
    let mut tally = Tally { nodes: known.len(), ..Tally::default() };
    let mut findings = Vec::new();
    for node in known {
        for verdict in &node.verdicts {
            tally.entries += verdict.entries_checked;
            tally.chains += verdict.chains_verified;
            let bad = verdict.first_bad_entry.iter();
            findings.extend(bad.map(|bad| Finding::own(node.unit, &verdict.service, bad)));
        }
    }
    let pairs: Vec<(&Known<'_>, &Known<'_>)> = known
        .iter()
        .flat_map(|above| known.iter().map(move |below| (below, above)))
        .filter(|(below, above)| above.delegates.iter().any(|(_, unit)| *unit == below.unit))
        .collect();
    tally.links = pairs.len();
    let mut compared =
        stream::iter(&pairs).map(|(below, above)| pair::compare(below, above)).buffered(AT_ONCE);
    while let Some(outcome) = compared.next().await {
        let (found, of_pair) = outcome?;
        findings.extend(found);
        tally.alike += of_pair.alike;
        tally.on_the_way += of_pair.on_the_way;
        tally.testimonies += of_pair.testimonies;
    }
    for node in known {
        let (found, checkpoints) = bulletins(node, known, keys).await?;
        findings.extend(found);
        tally.checkpoints += checkpoints;
    }
    Ok((findings, tally))
}

/// Each checkpoint is signed by the node that it names. Whether journals are still as it says, each node has looked itself.
async fn bulletins(
    node: &Known<'_>,
    known: &[Known<'_>],
    keys: &[PublicKey],
) -> Result<(Vec<Finding>, usize), Failure> {
    let (mut findings, mut held) = (Vec::new(), 0);
    let mut after = String::new();
    loop {
        let page = node.checkpoints(&after).await?;
        let Some(last) = page.last() else { return Ok((findings, held)) };
        after.clone_from(&last.bulletin);
        for checkpoint in page {
            let bulletin = checkpoint.bulletin.clone();
            let wrong = |what| Finding::of_node(node.unit, "appraisal", what);
            let (key, statement) = match proven(&checkpoint) {
                Ok(proven) => proven,
                Err(problem) => {
                    findings.push(wrong(What::Unproven { of: bulletin, problem }));
                    continue;
                }
            };
            let signer: BTreeSet<PublicKey> =
                known.iter().filter(|one| one.unit == statement.node).map(|one| one.key).collect();
            // Of a node that is not among those asked nobody here knows the key.
            if signer.is_empty() || signer.contains(&key) || keys.contains(&key) {
                held += 1;
            } else {
                findings.push(wrong(What::StrangeKey { of: bulletin, node: statement.node, key }));
            }
        }
    }
}

impl Tally {
    fn text(&self, lang: Lang) -> String {
        let Self { nodes, entries, chains, links, alike, on_the_way, testimonies, checkpoints } = self;
        let (entries, chains) = (count(*entries), count(*chains));
        lang.pick(
            format!(
                "{nodes} 个节点：核对 {entries} 条，{chains} 条链；{links} 对上下级：{alike} 本账簿一致，{on_the_way} \
                 本尚在途中；{testimonies} 份节点签名、{checkpoints} 份通报签名有效\n"
            ),
            format!(
                "{nodes} nodes: {entries} entries and {chains} chains walked; {links} links: {alike} journals alike, \
                 {on_the_way} still on their way; {testimonies} signatures of nodes and {checkpoints} of bulletins hold\n"
            ),
        )
    }
}

/// A unit's code in `units/CODE`.
fn unit_of(name: &str) -> Option<UnitCode> {
    name.strip_prefix("units/")?.parse().ok()
}
