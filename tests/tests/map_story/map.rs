//! Maps for the stories: the repository's own register with some changes, in files as an operator would bring them in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tempfile::TempDir;
use yishi_kernel::UnitCode;
use yishi_tests::sandbox::divisions;

/// A register that changes.
pub(crate) struct Map {
    folder: TempDir,
    /// By code, the rows of a unit.
    rows: BTreeMap<String, Vec<[String; 6]>>,
    changes: Vec<String>,
}

impl Map {
    pub(crate) fn of_ningxia() -> Self {
        let csv = std::fs::read_to_string(divisions("ningxia.csv")).unwrap();
        let row = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            (
                fields[0].to_owned(),
                vec![[fields[0], fields[1], fields[2], fields[3], "", ""].map(str::to_owned)],
            )
        };
        let rows = csv.lines().skip(1).map(row).collect();
        Self { folder: TempDir::new().unwrap(), rows, changes: Vec::new() }
    }

    /// A village goes into another on a day; the day before is its last.
    pub(crate) fn merge(mut self, old: UnitCode, into: UnitCode, (last, day): (&str, &str)) -> Self {
        self.close(old, last);
        self.changes.push(format!("{day},merge,{old},{into},"));
        self
    }

    /// A village is divided into new ones, of which the first answers for it.
    pub(crate) fn split(mut self, old: UnitCode, parts: [UnitCode; 2], (last, day): (&str, &str)) -> Self {
        let township = self.rows[&old.to_string()][0][1].clone();
        self.close(old, last);
        for part in parts {
            let row = [
                part.to_string(),
                township.clone(),
                "village".into(),
                "新村".into(),
                day.into(),
                String::new(),
            ];
            self.rows.insert(part.to_string(), vec![row]);
        }
        self.changes.push(format!("{day},split,{old},{} {},{}", parts[0], parts[1], parts[0]));
        self
    }

    pub(crate) fn rename(mut self, unit: UnitCode, name: &str, (last, day): (&str, &str)) -> Self {
        self.close(unit, last);
        let rows = self.rows.get_mut(&unit.to_string()).unwrap();
        let mut row = rows.last().unwrap().clone();
        (row[3], row[4], row[5]) = (name.to_owned(), day.to_owned(), String::new());
        rows.push(row);
        self
    }

    fn close(&mut self, unit: UnitCode, last: &str) {
        last.clone_into(&mut self.rows.get_mut(&unit.to_string()).unwrap().last_mut().unwrap()[5]);
    }

    /// The divisions and the changes, written down.
    pub(crate) fn files(&self) -> (PathBuf, PathBuf) {
        let (divisions, changes) =
            (self.folder.path().join("divisions.csv"), self.folder.path().join("changes.csv"));
        let rows: String = self.rows.values().flatten().map(|row| row.join(",") + "\n").collect();
        std::fs::write(&divisions, format!("code,parent,level,name,valid_from,valid_to\n{rows}")).unwrap();
        let rows: String = self.changes.iter().map(|row| format!("{row}\n")).collect();
        std::fs::write(&changes, format!("effective,kind,old,new,answers\n{rows}")).unwrap();
        (divisions, changes)
    }
}
