//! Every statement of intake, so that a test can prepare them all on both engines.

macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
        /// The statements by file name.
        pub const ALL: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

statements! {
    MATTER_FIND = "matter_find";
    MATTER_GET = "matter_get";
    MATTER_DETERMINED = "matter_determined";
    MATTER_LATEST = "matter_latest";
    MATTER_UPSERT = "matter_upsert";
    MATTER_LIST = "matter_list";
    MATTER_REPORT = "matter_report";
    DETERMINED_OF_YEAR = "determined_of_year";
    DETERMINED_YEARS = "determined_years";
    VILLAGE_YEARS = "village_years";
    VILLAGE_YEAR_FIND = "village_year_find";
    VILLAGE_YEAR_UPSERT = "village_year_upsert";
    SUPPORT_FIND = "support_find";
    SUPPORT_OF_MATTER = "support_of_matter";
    SUPPORT_INSERT = "support_insert";
    SUBCATEGORY_REPORT = "subcategory_report";
    SUBCATEGORY_UNSORTED = "subcategory_unsorted";
    TALLY_ADD = "tally_add";
    TALLY_REPORT = "tally_report";
    OPINION_UPSERT = "opinion_upsert";
    OPINION_LIST = "opinion_list";
    PHOTOGRAPH_INSERT = "photograph_insert";
    PHOTOGRAPH_SHARED = "photograph_shared";
    PHOTOGRAPH_SHARING = "photograph_sharing";
    ACTIVITY_FIND = "activity_find";
    ACTIVITY_LAST = "activity_last";
    ACTIVITY_LIST = "activity_list";
    ACTIVITY_REPORT = "activity_report";
    ACTIVITY_UPSERT = "activity_upsert";
    MARK_FIND = "mark_find";
    MARK_LIST = "mark_list";
    MARK_REPORT = "mark_report";
    MARK_UPSERT = "mark_upsert";
    SPEAKER_FORGET = "speaker_forget";
    SPEAKER_INSERT = "speaker_insert";
    SPEAKER_REPORT = "speaker_report";
    YEAR_BOOK_FIND = "year_book_find";
    YEAR_BOOK_GET = "year_book_get";
    YEAR_BOOK_LIST = "year_book_list";
    YEAR_BOOK_UPSERT = "year_book_upsert";
    YEAR_BOOK_OF_UNIT = "year_book_of_unit";
    SUCCESSION_FIND = "succession_find";
    SUCCESSION_OWN = "succession_own";
    SUCCESSION_UPSERT = "succession_upsert";
    PARTICIPATION_FIND = "participation_find";
    PARTICIPATION_LIST = "participation_list";
    PARTICIPATION_COUNT = "participation_count";
    PARTICIPATION_UPSERT = "participation_upsert";
}

/// PostgreSQL only: matters column by column.
pub(crate) const MATTER_UPSERT_COLUMNS: &str = include_str!("sql/matter_upsert_columns.sql");
