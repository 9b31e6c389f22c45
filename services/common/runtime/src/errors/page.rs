use std::fmt::Write as _;

use super::{DOMAIN, reasons};
use crate::telemetry::code_name;

/// The page for people: every reason with its code, its texts and what to do. Generated into `services/errors.md`.
pub fn page() -> String {
    let mut page = format!(
        "# Errors\n\n\
         Generated from the table in `services/common/runtime/src/errors/reasons.rs` by \
         `YISHI_WRITE_GENERATED=1 cargo test -p yishi-runtime --test errors`. Do not edit.\n\n\
         Every refusal carries a `google.rpc.ErrorInfo` with `domain` = `{DOMAIN}` and the `reason` below; facts in braces \
         are its metadata. `LocalizedMessage` follows the `accept-language` of the call (`zh-CN`, or `en`), the status \
         message is English. Field and precondition details say everything in both languages. `RequestInfo.request_id` is \
         the trace id.\n\n\
         | reason | code | 中文 | English | what to do |\n|---|---|---|---|---|\n"
    );
    for reason in reasons::all() {
        writeln!(
            page,
            "| `{}` | `{}` | {} | {} | {} |",
            reason.name,
            code_name(reason.code),
            reason.zh,
            reason.en,
            reason.remedy
        )
        .expect("a String takes what it is given");
    }
    page
}
