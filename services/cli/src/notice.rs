//! `yishi notice`: the notice of a decision, to be printed and hung out.

use clap::ValueEnum;
use yishi_kernel::MatterId;
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    operator::print,
    remote::{Caller, Dossiers, Remote},
};

/// How a notice is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Lines of text.
    Text,
    /// A page for a browser or a printer.
    Html,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The matter: villages/640324100200/matters/2022-7
    #[arg(value_name = "NAME")]
    matter: MatterId,
    /// How to write it.
    #[arg(short, long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    output: Format,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let format = match options.output {
        Format::Text => pb::NoticeFormat::Text,
        Format::Html => pb::NoticeFormat::Html,
    };
    let ask = pb::RenderNoticeRequest { name: options.matter.to_string(), format: format as i32 };
    let caller = Caller::officer(options.matter.village);
    let written = remote.ask(&caller, ask, Dossiers::render_notice).await;
    print(&written.map_err(|failure| failure.about(&options.node))?.text)?;
    Ok(Exit::Good)
}
