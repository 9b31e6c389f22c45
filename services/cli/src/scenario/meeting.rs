use sha2::{Digest as _, Sha256};
use yishi_kernel::{Date, Seeded};
use yishi_proto::intake::v1::MeetingKind;

use super::act::Meeting;

/// A meeting to which two thirds came, and more than half of them were for it.
pub(super) fn carried(chance: &mut Seeded, held_on: Date) -> Meeting {
    let (kind, entitled) = convened(chance);
    let present = chance.range(quorum(entitled)..=entitled);
    let in_favour = chance.range(present / 2 + 1..=present);
    minuted(chance, kind, held_on, [entitled, present, in_favour])
}

/// A meeting to which too few came, or of which too few were for it.
pub(super) fn failed(chance: &mut Seeded, held_on: Date) -> Meeting {
    let (kind, entitled) = convened(chance);
    let (present, in_favour) = if chance.below(2) == 0 {
        let present = chance.below(quorum(entitled));
        (present, chance.range(0..=present))
    } else {
        let present = chance.range(quorum(entitled)..=entitled);
        (present, chance.range(0..=present / 2))
    };
    minuted(chance, kind, held_on, [entitled, present, in_favour])
}

fn convened(chance: &mut Seeded) -> (MeetingKind, u64) {
    if chance.below(3) == 0 {
        (MeetingKind::VillagersAssembly, chance.range(180..=900))
    } else {
        (MeetingKind::VillagersRepresentatives, chance.range(20..=60))
    }
}

/// Two thirds, rounded up.
fn quorum(entitled: u64) -> u64 {
    (entitled * 2).div_ceil(3)
}

fn minuted(
    chance: &mut Seeded,
    kind: MeetingKind,
    held_on: Date,
    [entitled, present, in_favour]: [u64; 3],
) -> Meeting {
    let against = chance.range(0..=present - in_favour);
    let abstaining = present - in_favour - against;
    let minutes = format!("{kind:?} {held_on}: {entitled} {present} {in_favour} {against} {abstaining}");
    let small = |number: u64| i32::try_from(number).expect("a village has fewer than 2^31 voters");
    Meeting {
        kind,
        held_on,
        entitled: small(entitled),
        present: small(present),
        in_favour: small(in_favour),
        against: small(against),
        abstaining: small(abstaining),
        minutes_sha256: Sha256::digest(minutes).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::phase::day;
    use super::*;

    /// By the programme's own figures, written down a second time.
    fn decides(meeting: &Meeting) -> bool {
        let votes = meeting.in_favour + meeting.against + meeting.abstaining;
        assert!(votes == meeting.present && meeting.present <= meeting.entitled, "{meeting:?}");
        assert!([meeting.in_favour, meeting.against, meeting.abstaining].iter().all(|votes| *votes >= 0));
        meeting.present * 3 >= meeting.entitled * 2 && meeting.in_favour * 2 > meeting.present
    }

    #[test]
    fn meetings_end_as_they_are_meant_to() {
        let mut chance = Seeded::new(1, "meetings");
        for _ in 0..2_000 {
            assert!(decides(&carried(&mut chance, day(2022, 2, 1))));
            assert!(!decides(&failed(&mut chance, day(2022, 2, 1))));
        }
    }
}
