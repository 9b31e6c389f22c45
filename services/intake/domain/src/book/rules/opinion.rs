//! A department of the county says how it stands to a matter of a village. It sees the matter in the county's copy of the
//! village's journal; if its word crosses another asking, the village does not count it, and it is asked still.

use yishi_kernel::MatterId;

use super::{Fact, Refusal};
use crate::World;
use crate::align::{Department, Stand, asked_about};

pub(super) fn give(
    world: &World,
    id: MatterId,
    version: Option<u32>,
    department: &Department,
    stand: Option<&Stand>,
    text: &str,
) -> Result<Fact, Refusal> {
    let matter = world.matter(id).ok_or(Refusal::UnknownMatter { matter: id })?;
    if let Some(seen) = version.filter(|seen| *seen != matter.version) {
        return Err(Refusal::Stale { seen, current: matter.version });
    }
    let round = asked_about(matter, department)
        .ok_or_else(|| Refusal::OpinionNotAsked { matter: id, department: department.clone() })?;
    let (department, stand, text) = (department.clone(), stand.cloned(), text.to_owned());
    Ok(Fact::OpinionGiven { matter: id, round, department, stand, text })
}

#[cfg(test)]
mod tests {
    use super::super::township::{TOWNSHIP, Township, VILLAGE, code};
    use super::*;
    use crate::align::Row;
    use crate::book::Command;

    #[test]
    fn only_who_is_asked_gives_an_opinion() {
        let mut township = Township::on("2021-12-01");
        let departments = ["water".parse().unwrap()].into();
        let row = Row { unit: None, year: None, category: None, subcategory: None, departments };
        township.village.policy.opinions.rows = vec![row];
        let matter = township.village.determine();
        let give = |department: &str, version| Command::GiveOpinion {
            by: code(TOWNSHIP),
            matter,
            version,
            department: department.parse().unwrap(),
            stand: Some(Stand::Consent),
            text: "同意".into(),
        };
        let department = "energy".parse().unwrap();
        let nobody = Err(Refusal::OpinionNotAsked { matter, department });
        assert_eq!(township.follows(&give("energy", None)), nobody);
        let current = township.village.matter(matter).version;
        let stale = Err(Refusal::Stale { seen: current - 1, current });
        assert_eq!(township.follows(&give("water", Some(current - 1))), stale);
        let events = township.follows(&give("water", Some(current))).unwrap();
        assert_eq!((events.len(), events[0].to), (1, Some(code(VILLAGE))));
    }
}
