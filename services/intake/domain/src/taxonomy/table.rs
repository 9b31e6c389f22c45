//! From what offices wrote down to what can be asked, or what of it cannot be meant.

use std::collections::BTreeMap;

use yishi_kernel::{Level, Register, UnitCode, Year};

use super::near::ranked;
use super::{
    Draft, Entry, FIRST, Fault, Jurisdiction, OwnCategory, Renamed, SubcategoryDraft, Taxonomies, Taxonomy,
    TaxonomyId, published,
};
use crate::Subcategory;
use crate::limits::{TAXONOMY_CODES, TAXONOMY_NAME_CHARS};

/// A draft, and its place among those that were handed in.
type Handed<'a> = (Option<usize>, &'a Draft);

/// The published categories alone.
pub(super) fn alone(region: UnitCode) -> Result<Taxonomies, Fault> {
    let draft = published::draft(region);
    let mut all = Taxonomies { jurisdictions: Vec::new(), of_unit: BTreeMap::new() };
    add(&mut all, None, &[(None, &draft)])?;
    Ok(all)
}

/// The table of a region.
pub(super) fn build(register: &Register, drafts: &[Draft]) -> Result<Taxonomies, Fault> {
    let region = register.root();
    let published = published::draft(region);
    let mut by_unit: BTreeMap<(usize, UnitCode), Vec<Handed<'_>>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        known(register, place, draft)?;
        let depth = register.ancestors(draft.unit).count();
        by_unit.entry((depth, draft.unit)).or_default().push((Some(place), draft));
    }
    let of_region = by_unit.entry((0, region)).or_default();
    if of_region.iter().all(|(_, draft)| draft.version != FIRST) {
        of_region.push((None, &published));
    }
    let mut all = Taxonomies { jurisdictions: Vec::new(), of_unit: BTreeMap::new() };
    let mut places: BTreeMap<UnitCode, usize> = BTreeMap::new();
    for ((_, unit), versions) in &mut by_unit {
        versions.sort_by_key(|(_, draft)| draft.version);
        let above = register.ancestors(*unit).find_map(|above| places.get(&above).copied());
        add(&mut all, above, versions)?;
        let place = places.len();
        places.insert(*unit, place);
        if above.is_some() {
            // Those below are named later than those above, and so go by their own.
            all.of_unit.extend(register.subtree(*unit).into_iter().map(|unit| (unit, place)));
        }
    }
    Ok(all)
}

fn known(register: &Register, place: usize, draft: &Draft) -> Result<(), Fault> {
    let at = (Some(place), id(draft));
    match register.level(draft.unit) {
        Some(Level::Region | Level::City | Level::County) => Ok(()),
        Some(level) => Err(Fault::new(
            at,
            "unit",
            format!("a {} has no taxonomy of its own", level.as_str()),
            "write the region's, a city's or a county's code",
        )),
        None => Err(Fault::new(
            at,
            "unit",
            format!("{} is not in node.divisions", draft.unit),
            "write the code of a unit that is",
        )),
    }
}

fn id(draft: &Draft) -> TaxonomyId {
    TaxonomyId { unit: draft.unit, version: draft.version }
}

/// Adds the versions of one unit, in their order. Those above it are there.
fn add(all: &mut Taxonomies, above: Option<usize>, versions: &[Handed<'_>]) -> Result<(), Fault> {
    let Some((_, first)) = versions.first() else { return Ok(()) };
    all.jurisdictions.push(Jurisdiction { unit: first.unit, above, versions: Vec::new() });
    let place = all.jurisdictions.len() - 1;
    for (nth, (draft, written)) in (FIRST..).zip(versions) {
        let at = (*draft, id(written));
        if written.version != nth {
            let (is, mend) =
                (written.version, format!("number them 1, 2, 3 and so on; this one would be {nth}"));
            return Err(Fault::new(at, "version", format!("{is} comes after version {}", nth - 1), mend));
        }
        let before = all.jurisdictions[place].versions.last();
        in_time(at, written, above, before)?;
        let over = above.map(|above| all.at(above, written.from));
        let mut taxonomy = taxonomy(at, written, over)?;
        if nth == FIRST && !written.renamed.is_empty() {
            let mend = "remove it: nothing was before the first version";
            return Err(Fault::new(at, "renamed", "the first version renames codes", mend));
        }
        taxonomy.from = written.from;
        if nth > FIRST {
            lead_on(all, place, at, &taxonomy, &written.renamed)?;
        }
        all.jurisdictions[place].versions.push(taxonomy);
        if nth > FIRST {
            same_end(all, place, at)?;
        }
    }
    Ok(())
}

type At = (Option<usize>, TaxonomyId);

/// One version holds in a year, and in every year one of the region's does.
fn in_time(at: At, draft: &Draft, above: Option<usize>, before: Option<&Taxonomy>) -> Result<(), Fault> {
    let from = draft.from;
    match before {
        Some(before) if from <= before.from => Err(Fault::new(
            at,
            "from",
            format!(
                "it holds from {from} on, and so would version {} from {} on",
                before.id.version, before.from
            ),
            format!("write a year after {}", before.from),
        )),
        None if above.is_none() && from > Year::MIN => Err(Fault::new(
            at,
            "from",
            format!("the region would have no taxonomy before {from}"),
            format!("let its first version hold from {} on", Year::MIN),
        )),
        _ => Ok(()),
    }
}

fn taxonomy(at: At, draft: &Draft, over: Option<&Taxonomy>) -> Result<Taxonomy, Fault> {
    let mut taxonomy = Taxonomy {
        id: at.1,
        from: draft.from,
        open: draft.open,
        categories: Vec::new(),
        entries: Vec::new(),
        by_code: BTreeMap::new(),
    };
    for (category, written) in draft.categories.iter().enumerate() {
        let what = format!("category {}", written.code);
        let code = code(at, &what, &written.code)?;
        named(at, &what, &written.name)?;
        if taxonomy.categories.iter().any(|other| other.code == code) {
            return Err(Fault::new(at, what, "it is written twice", "write each category once"));
        }
        let (name, counts_as) = (written.name.clone(), written.counts_as);
        taxonomy.categories.push(OwnCategory { code, name, counts_as });
        for subcategory in &written.subcategories {
            let entry = entry(at, category, subcategory)?;
            let place = taxonomy.entries.len();
            if taxonomy.by_code.insert(subcategory.code.as_str().into(), place).is_some() {
                let what = format!("subcategory {}", subcategory.code);
                let mend = "write each subcategory once, in one category";
                return Err(Fault::new(at, what, "it is written twice", mend));
            }
            let up = leads_up(at, &taxonomy.categories[category], subcategory, over)?;
            taxonomy.entries.push(Entry { place, up, ..entry });
        }
    }
    if taxonomy.entries.is_empty() || taxonomy.entries.len() > TAXONOMY_CODES {
        let problem = format!("it has {} subcategories", taxonomy.entries.len());
        return Err(Fault::new(at, "categories", problem, format!("write 1 to {TAXONOMY_CODES}")));
    }
    Ok(taxonomy)
}

fn entry(at: At, category: usize, written: &SubcategoryDraft) -> Result<Entry, Fault> {
    let what = format!("subcategory {}", written.code);
    let code = code(at, &what, &written.code)?;
    named(at, &what, &written.name)?;
    Ok(Entry { code, name: written.name.clone(), place: 0, category, next: 0, up: 0 })
}

fn code(at: At, what: &str, text: &str) -> Result<Subcategory, Fault> {
    text.parse().map_err(|_| {
        let mend = "write 1 to 40 of a-z, 0-9 and _, a letter first, as in village_road";
        Fault::new(at, what, "the code is none", mend)
    })
}

fn named(at: At, what: &str, name: &super::Name) -> Result<(), Fault> {
    let right = |text: &str| {
        let length = text.chars().count();
        (1..=TAXONOMY_NAME_CHARS).contains(&length)
            && !text.chars().any(char::is_control)
            && text.trim() == text
    };
    if right(&name.zh) && right(&name.en) {
        return Ok(());
    }
    let mend = format!("write zh and en, each 1 to {TAXONOMY_NAME_CHARS} characters without blanks around");
    Err(Fault::new(at, what, "its name cannot be printed", mend))
}

/// Where a code stands in the taxonomy above.
fn leads_up(
    at: At,
    category: &OwnCategory,
    written: &SubcategoryDraft,
    over: Option<&Taxonomy>,
) -> Result<usize, Fault> {
    let what = format!("subcategory {}", written.code);
    let Some(over) = over else {
        return match &written.counts_with {
            None => Ok(0),
            Some(_) => Err(Fault::new(at, what, "nothing is above the region", "remove counts_with")),
        };
    };
    let wanted = written.counts_with.as_deref().unwrap_or(&written.code);
    let Some(place) = over.by_code.get(wanted).copied() else {
        let near = ranked(over.entries.iter().map(|entry| entry.code.as_str()), wanted).join(", ");
        let mend = format!("write counts_with = one of its codes, such as {near}");
        return Err(Fault::new(at, what, format!("{} has no {wanted}", over.id), mend));
    };
    let counts_as = over.category_of(&over.entries[place]).counts_as;
    if counts_as != category.counts_as {
        let (own, id) = (category.counts_as, over.id);
        let problem = format!("its category counts as {own}, and {wanted} in {id} as {counts_as}");
        return Err(Fault::new(at, what, problem, format!("count it with a code of {own}")));
    }
    Ok(place)
}

/// Every code of the version before leads to one of this version.
fn lead_on(
    all: &mut Taxonomies,
    place: usize,
    at: At,
    taxonomy: &Taxonomy,
    renamed: &[Renamed],
) -> Result<(), Fault> {
    let Some(before) = all.jurisdictions[place].versions.last_mut() else { return Ok(()) };
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for Renamed { old, new } in renamed {
        let what = format!("renamed {old}");
        let no = |problem: String, mend: &str| Err(Fault::new(at, &what, problem, mend));
        if before.find(old).is_none() {
            return no(format!("{} has no {old}", before.id), "write a code of the version before as old");
        }
        if taxonomy.find(new).is_none() {
            return no(format!("there is no {new} here"), "write a code of this version as new");
        }
        if names.insert(old, new).is_some() {
            return no("it is written twice".into(), "write each old code once");
        }
    }
    let (id, categories) = (before.id, before.categories.clone());
    for entry in &mut before.entries {
        let old = entry.code.as_str();
        let what = format!("renamed {old}");
        let new = names.get(old).copied().unwrap_or(old);
        let Some(next) = taxonomy.by_code.get(new).copied() else {
            let near = ranked(taxonomy.entries.iter().map(|entry| entry.code.as_str()), old).join(", ");
            let mend = format!("say under renamed what it is now, such as {near}");
            return Err(Fault::new(at, what, format!("{id} has {old}, and nothing here follows it"), mend));
        };
        let (was, is) =
            (categories[entry.category].counts_as, taxonomy.category_of(&taxonomy.entries[next]).counts_as);
        if was != is {
            let problem = format!("{old} counted as {was}, and {new} counts as {is}");
            return Err(Fault::new(at, what, problem, format!("let a code of {was} follow it")));
        }
        entry.next = next;
    }
    Ok(())
}

/// Whether a code first becomes another and then goes up, or first goes up: at the region it comes to the same.
fn same_end(all: &Taxonomies, place: usize, at: At) -> Result<(), Fault> {
    let [.., before, taxonomy] = all.jurisdictions[place].versions.as_slice() else { return Ok(()) };
    for entry in &before.entries {
        let first_up = all.at_region(before, entry, taxonomy.from);
        let first_on = all.at_region(taxonomy, &taxonomy.entries[entry.next], taxonomy.from);
        if first_up != first_on {
            let told =
                |entry: Option<&Entry>| entry.map_or("nothing", |entry| entry.code.as_str()).to_owned();
            let (new, up, on) = (&taxonomy.entries[entry.next].code, told(first_up), told(first_on));
            return Err(Fault::new(
                at,
                format!("renamed {}", entry.code),
                format!("at the region {} of {} is {up}, and {new} is {on}", entry.code, before.id),
                format!("let {} become a code that counts with {up}", entry.code),
            ));
        }
    }
    Ok(())
}
