use std::ops::RangeInclusive;

/// Characters of a title.
pub const TITLE_CHARS: usize = 100;
/// Characters of a description.
pub const DESCRIPTION_CHARS: usize = 2_000;
/// Characters of a subcategory's code.
pub const SUBCATEGORY_CHARS: usize = 40;
/// Activities that a unit may record for a year; a bound, not a rule of the programme.
pub const ACTIVITIES: u32 = 10_000;
/// Those who took part in one of them.
pub const PARTICIPANTS: RangeInclusive<i64> = 0..=1_000_000;
/// Those who spoke there.
pub const SPEAKERS: usize = 50;
/// Characters of what came of it.
pub const ACTIVITY_CHARS: usize = 1_000;
/// Subcategories of one taxonomy.
pub const TAXONOMY_CODES: usize = 500;
/// Characters of what a category or subcategory is called.
pub const TAXONOMY_NAME_CHARS: usize = 40;
/// Characters of a place.
pub const PLACE_CHARS: usize = 100;
/// Characters of a reason to decline or withdraw.
pub const REASON_CHARS: usize = 500;
/// Characters of an objection.
pub const OBJECTION_CHARS: usize = 1_000;
/// Characters of an answer to an objection.
pub const ANSWER_CHARS: usize = 1_000;
/// Characters of a report on the work, or of what was achieved.
pub const WORK_CHARS: usize = 1_000;
/// Characters of a finding, of its answer, or of a correction.
pub const BOOK_CHARS: usize = 1_000;
/// Villages of one joint matter, the lead among them.
pub const JOINT_VILLAGES: RangeInclusive<usize> = 2..=3;
/// Units right below that one unit can have, and so those that can be named as missing.
pub const MISSING: usize = 1_000;
/// An entry's number in its journal.
pub const SEQ: RangeInclusive<i64> = 1..=1_000_000_000_000_000;
/// Photographs and papers of one report.
pub const PAPERS: usize = 20;

/// A cost estimate in fen. A matter that needs no money costs 0.
pub const COST_ESTIMATE_FEN: RangeInclusive<i64> = 0..=1_000_000_000_000;
/// Money spent on a matter, in fen.
pub const SPENT_FEN: RangeInclusive<i64> = 0..=1_000_000_000_000;
/// How much of the work is done.
pub const PERCENT: RangeInclusive<i64> = 0..=100;
/// Households that benefit.
pub const HOUSEHOLDS: RangeInclusive<i64> = 1..=100_000;
/// Persons who benefit.
pub const PERSONS: RangeInclusive<i64> = 1..=1_000_000;
/// Those entitled to vote in a meeting.
pub const ENTITLED: RangeInclusive<i64> = 1..=1_000_000;
/// Those present, for, against or abstaining in a meeting.
pub const VOTES: RangeInclusive<i64> = 0..=1_000_000;
/// Bytes of a photograph or paper.
pub const PAPER_BYTES: RangeInclusive<i64> = 1..=1_000_000_000;
/// Findings of one inspection.
pub const FINDINGS: usize = 10;
/// Conditions of one opinion.
pub const CONDITIONS: usize = 10;
