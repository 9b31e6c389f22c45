//! How far a replay is: bars on a terminal, a line for each finished part elsewhere.

use std::{
    io::{self, Write as _},
    time::Instant,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::figures::columns;

/// Where progress is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    terminal: bool,
}

/// One part of the work.
#[derive(Debug)]
pub(super) struct Part {
    bar: ProgressBar,
    name: String,
    started: Instant,
    progress: Progress,
}

impl Progress {
    pub(super) fn new(terminal: bool) -> Self {
        Self { terminal }
    }

    pub(super) fn say(self, text: &str) {
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Begins a part of so many steps.
    pub(super) fn part(self, name: String, steps: usize) -> Part {
        let target = if self.terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style =
            ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}").expect("the template is right");
        let bar = ProgressBar::with_draw_target(u64::try_from(steps).ok(), target).with_style(style);
        bar.set_message(name.clone());
        Part { bar, name, started: Instant::now(), progress: self }
    }
}

impl Part {
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    /// The bar makes room for a line that stays.
    pub(super) fn done(self) {
        self.bar.finish_and_clear();
        let took = self.started.elapsed();
        let gap = " ".repeat(36_usize.saturating_sub(columns(&self.name)));
        self.progress.say(&format!("{}{gap} {:2}.{:03} s", self.name, took.as_secs(), took.subsec_millis()));
    }
}
