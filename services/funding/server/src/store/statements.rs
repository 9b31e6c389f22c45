//! Every statement of funding, so that a test can prepare them all on both engines.

macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
        /// The statements by file name.
        pub const ALL: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

statements! {
    ACCOUNT_FIND = "account_find";
    ACCOUNT_OF_YEAR = "account_of_year";
    ACCOUNT_LIST = "account_list";
    ACCOUNT_UPSERT = "account_upsert";
    BOOK_FIND = "book_find";
    BOOK_UPSERT = "book_upsert";
    CHANNEL_FIND = "channel_find";
    CHANNEL_INSERT = "channel_insert";
    CHANNEL_LIST = "channel_list";
    INVESTMENT_BELOW = "investment_below";
    MATTER_FIND = "matter_find";
    MATTER_OF_YEAR = "matter_of_year";
    MATTER_UPSERT = "matter_upsert";
    REWARD_FIND = "reward_find";
    REWARD_UPSERT = "reward_upsert";
    TALLY_ADD = "tally_add";
    TALLY_REPORT = "tally_report";
    TRANSFER_FIND = "transfer_find";
    TRANSFER_UPSERT = "transfer_upsert";
}
