//! What a process takes of the machine, as the system says.

use std::fs;

/// Bytes that a process holds in memory; nothing when there is no such process.
pub(super) fn resident(pid: u32) -> Option<u64> {
    resident_in(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// `VmRSS:     17920 kB`
fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_words_are_read() {
        let status = "Name:\tyishi-node\nVmPeak:\t  99 kB\nVmRSS:\t   17920 kB\nThreads:\t4\n";
        assert_eq!(resident_in(status), Some(17_920 * 1024));
        for odd in ["", "Name:\tx\n", "VmRSS:\t12 MB\n", "VmRSS:\t-1 kB\n"] {
            assert_eq!(resident_in(odd), None);
        }
    }

    #[test]
    fn this_process_takes_something_and_one_that_is_not_there_nothing() {
        assert!(resident(std::process::id()).is_some_and(|bytes| bytes > 1 << 20));
        assert_eq!(resident(u32::MAX), None);
    }
}
