//! Every statement of appraisal, so that a test can prepare them all on both engines.

macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
        /// The statements by file name.
        pub const ALL: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

statements! {
    BULLETIN_FIND = "bulletin_find";
    BULLETIN_GET = "bulletin_get";
    BULLETIN_INSERT = "bulletin_insert";
    BULLETIN_LIST = "bulletin_list";
    CHECKPOINT_FIND = "checkpoint_find";
    CHECKPOINT_GET = "checkpoint_get";
    CHECKPOINT_INSERT = "checkpoint_insert";
    CHECKPOINT_LIST = "checkpoint_list";
    FIGURES_FIND = "figures_find";
    FIGURES_UPSERT = "figures_upsert";
    RANKING_FIND = "ranking_find";
    RANKING_GET = "ranking_get";
    RANKING_INSERT = "ranking_insert";
    REPORT_FIND = "report_find";
    REPORT_UPSERT = "report_upsert";
    REWARD_FIND = "reward_find";
    REWARD_LIST_FIND = "reward_list_find";
    REWARD_LIST_GET = "reward_list_get";
    REWARD_LIST_UPSERT = "reward_list_upsert";
    REWARD_UPSERT = "reward_upsert";
    REWARDS_OF_LIST = "rewards_of_list";
    SCHEME_FIND = "scheme_find";
    SCHEME_INSERT = "scheme_insert";
    SCORE_FIND = "score_find";
    SCORE_GET = "score_get";
    SCORE_INSERT = "score_insert";
    SCORE_LIST = "score_list";
    STEP_FIND = "step_find";
    STEP_UPSERT = "step_upsert";
    STEPS_OF_UNIT = "steps_of_unit";
    SURVEY_FIND = "survey_find";
    SURVEY_REPORT = "survey_report";
    SURVEY_UPSERT = "survey_upsert";
    TOKEN_FIND = "token_find";
    TOKEN_INSERT = "token_insert";
    WORK_FIND = "work_find";
    WORK_PUT_FORWARD = "work_put_forward";
    WORK_UPSERT = "work_upsert";
    WORKS_OF_VILLAGE = "works_of_village";
}
