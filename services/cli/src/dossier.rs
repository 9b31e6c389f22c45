//! `yishi dossier`: all that was written about a matter, checked as it is printed.

mod proof;
mod words;

use serde_json::json;
use yishi_kernel::{MatterId, Timestamp};
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    figures::{columns, table},
    lang::Lang,
    operator::print,
    output::Output,
    remote::{Caller, Dossiers, Remote},
};
use proof::{Broken, Proof};

/// Steps asked for at once: as many as a node gives.
const PAGE: i32 = 100;
/// Columns of a terminal that the words of an entry take at the most.
const WORDS: usize = 60;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// villages/640324100200/matters/2022-7
    #[arg(value_name = "NAME")]
    matter: MatterId,
    /// How to print it.
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    output: Output,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

/// All pages of a dossier, and what came of checking them.
#[derive(Debug)]
struct Read {
    matter: pb::Matter,
    steps: Vec<pb::DossierStep>,
    proof: Proof,
    verdict: Result<(), Broken>,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let read = read(&remote, options.matter).await.map_err(|failure| failure.about(&options.node))?;
    print(&match options.output {
        Output::Text => text(&read, lang),
        Output::Json => json(&read, lang),
    })?;
    Ok(if read.verdict.is_ok() { Exit::Good } else { Exit::Differences })
}

async fn read(remote: &Remote, matter: MatterId) -> Result<Read, Failure> {
    let caller = Caller::officer(matter.village);
    let proof = Proof::of(matter.village);
    let mut read = Read { matter: pb::Matter::default(), steps: Vec::new(), proof, verdict: Ok(()) };
    let mut page_token = String::new();
    loop {
        let ask = pb::GetDossierRequest { name: matter.to_string(), page_size: PAGE, page_token };
        let page = remote.ask(&caller, ask, Dossiers::get_dossier).await?;
        // What follows a page that does not hold proves nothing, and is printed all the same.
        if read.verdict.is_ok() {
            read.verdict = read.proof.add(&page);
        }
        read.steps.extend(page.steps);
        read.matter = page.matter.unwrap_or_default();
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(read);
        }
    }
}

fn text(read: &Read, lang: Lang) -> String {
    let Read { matter, steps, proof, verdict } = read;
    let mut rows = vec![
        lang.pick(
            ["序号", "时间", "事", "办理人", "内容", "摘要"],
            ["SEQ", "TIME", "WHAT", "BY", "WORDS", "HASH"],
        )
        .map(str::to_owned)
        .to_vec(),
    ];
    for step in steps {
        let Some(entry) = &step.entry else { continue };
        let (hash, time) = (hex::encode(&entry.entry_hash), Timestamp::from_micros(entry.at_us).to_string());
        rows.push(vec![
            entry.seq.to_string(),
            time.get(..19).unwrap_or(&time).replace('T', " "),
            words::kind(entry, lang),
            entry.actor.clone(),
            short(&words::detail(entry, &matter.name, lang)),
            hash.get(..12).unwrap_or(&hash).to_owned(),
        ]);
    }
    let mut text = format!("{}  {}\n", matter.name, matter.title);
    text += &lang
        .pick(format!("支持 {} 人\n\n", matter.supporters), format!("backed by {}\n\n", matter.supporters));
    text += &table(&rows);
    let Proof { first, last, whole, hashes, .. } = proof;
    text += &match verdict {
        Ok(()) => lang.pick(
            format!(
                "\n已核对：账簿第 {first} 至 {last} 条，全文 {whole} 条、仅摘要 {hashes} 条，链完好，止于 {}\n",
                hex::encode(proof.chain)
            ),
            format!(
                "\nchecked: entries {first} to {last} of the journal, {whole} of them whole and {hashes} by their hashes; the chain holds and ends at {}\n",
                hex::encode(proof.chain)
            ),
        ),
        Err(broken) => lang.pick(
            format!("\n第 {} 条与摘要链不符：{}\n", broken.seq, broken.problem.0),
            format!("\nentry {} does not hold: {}\n", broken.seq, broken.problem.1),
        ),
    };
    text
}

fn json(read: &Read, lang: Lang) -> String {
    let Read { matter, steps, proof, verdict } = read;
    let entries: Vec<_> = steps
        .iter()
        .filter_map(|step| {
            let entry = step.entry.as_ref()?;
            Some(json!({
                "unit": entry.unit,
                "epoch": entry.epoch,
                "seq": entry.seq,
                "at_us": entry.at_us,
                "time": Timestamp::from_micros(entry.at_us).to_string(),
                "actor": entry.actor,
                "kind": entry.kind,
                "to": entry.to,
                "to_seq": entry.to_seq,
                "payload": hex::encode(&entry.payload),
                "words": words::detail(entry, &matter.name, lang),
                "entry_hash": hex::encode(&entry.entry_hash),
                "chain": hex::encode(&entry.chain),
                "supports_before": step.supports,
                "hashes_before": step.between_sha256.iter().map(hex::encode).collect::<Vec<_>>(),
            }))
        })
        .collect();
    let broken = verdict.as_ref().err();
    let whole = json!({
        "matter": matter.name,
        "title": matter.title,
        "state": matter.state().as_str_name().trim_start_matches("MATTER_STATE_"),
        "supporters": matter.supporters,
        "entries": entries,
        "proof": {
            "holds": broken.is_none(),
            "first_seq": proof.first,
            "last_seq": proof.last,
            "whole": proof.whole,
            "by_hash": proof.hashes,
            "chain_before": hex::encode(proof.before),
            "chain": hex::encode(proof.chain),
            "first_bad_seq": broken.map(|broken| broken.seq),
            "problem": broken.map(|broken| lang.pick(broken.problem.0, broken.problem.1)),
        },
    });
    format!("{whole:#}\n")
}

/// A line of a table, as far as it goes.
fn short(words: &str) -> String {
    let line = words.replace(['\n', '\t'], " ");
    if columns(&line) <= WORDS {
        return line;
    }
    let mut kept = String::new();
    for letter in line.chars() {
        if columns(&kept) + columns(letter.encode_utf8(&mut [0; 4])) > WORDS - 1 {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_where_the_column_ends() {
        assert_eq!(short("修\n路"), "修 路");
        assert_eq!(short(&"路".repeat(30)), "路".repeat(30));
        assert_eq!(short(&"路".repeat(31)), format!("{}…", "路".repeat(29)));
    }
}
