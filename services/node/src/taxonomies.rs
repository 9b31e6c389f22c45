//! Under which codes matters are filed, as it is set.

use std::sync::Arc;

use anyhow::{Context, Result};
use yishi_intake::Category;
use yishi_intake::taxonomy::{CategoryDraft, Draft, Fault, Name, Renamed, SubcategoryDraft, Taxonomies};
use yishi_kernel::Register;
use yishi_runtime::config::{CategoryTable, Intake, TaxonomyFile};

/// The taxonomies of the settings, or which file and entry cannot be meant.
pub(crate) fn taxonomies(settings: &Intake, register: &Register) -> Result<Arc<Taxonomies>> {
    let named = |place: usize| format!("intake.taxonomies, {:?}", settings.taxonomies[place]);
    let files = settings.taxonomy_files()?;
    let drafts: Vec<Draft> = (0..)
        .zip(&files)
        .map(|(place, file)| draft(file).with_context(|| named(place)))
        .collect::<Result<_>>()?;
    let built = Taxonomies::try_new(register, &drafts);
    Ok(Arc::new(built.map_err(|fault: Fault| {
        let place = fault.draft;
        let error = anyhow::Error::new(fault);
        match place {
            Some(place) => error.context(named(place)),
            None => error,
        }
    })?))
}

fn draft(file: &TaxonomyFile) -> Result<Draft> {
    let renamed = file.renamed.iter().map(|one| Renamed { old: one.old.clone(), new: one.new.clone() });
    Ok(Draft {
        unit: file.unit,
        version: file.version,
        from: file.from.try_into().context("from")?,
        open: file.open,
        categories: file.categories.iter().map(category).collect::<Result<_>>()?,
        renamed: renamed.collect(),
    })
}

fn category(table: &CategoryTable) -> Result<CategoryDraft> {
    let name = |zh: &str, en: &str| Name { zh: zh.to_owned(), en: en.to_owned() };
    let counts_as = table.counts_as.parse::<Category>();
    Ok(CategoryDraft {
        code: table.code.clone(),
        name: name(&table.zh, &table.en),
        counts_as: counts_as.with_context(|| format!("category {}: counts_as", table.code))?,
        subcategories: table
            .subcategories
            .iter()
            .map(|under| SubcategoryDraft {
                code: under.code.clone(),
                name: name(&under.zh, &under.en),
                counts_with: under.counts_with.clone(),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests;
