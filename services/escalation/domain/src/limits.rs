/// Characters of a reason to raise, return, take back, deny or decline.
pub const REASON_CHARS: usize = 500;
/// Characters of a department's report, and of the outcome of a matter that is resolved.
pub const REPORT_CHARS: usize = 1_000;
/// Characters of a department's kind.
pub const DEPARTMENT_KIND_CHARS: usize = 40;
