//! Every statement of escalation, so that a test can prepare them all on both engines.

macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
        /// The statements by file name.
        pub const ALL: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

statements! {
    HEARD_FIND = "heard_find";
    HEARD_UPSERT = "heard_upsert";
    REFERRAL_COUNT = "referral_count";
    REFERRAL_FIND = "referral_find";
    REFERRAL_GET = "referral_get";
    REFERRAL_LIST_DUE = "referral_list_due";
    REFERRAL_LIST_REST = "referral_list_rest";
    REFERRAL_REPORT = "referral_report";
    REFERRAL_UPSERT = "referral_upsert";
    TALLY_ADD = "tally_add";
    TALLY_REPORT = "tally_report";
    TRAIL_INSERT = "trail_insert";
    TRAIL_LAST = "trail_last";
}
