//! Reading small CSV tables so that every complaint has an address.

use std::fmt;

use csv::StringRecord;

/// Where in a table a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which table.
    pub table: &'static str,
    /// Its line, from 1.
    pub line: usize,
    /// Its column.
    pub column: &'static str,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}, column {}", self.table, self.line, self.column)
    }
}

/// A table that is not laid out as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The first line names other columns.
    #[error("{table}, line {line}: the header is {found:?}, it should be {expected:?}")]
    Header {
        /// Which table.
        table: &'static str,
        /// Its line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// A line has too few or too many columns.
    #[error("{table}, line {line}: {found} columns, the header has {expected}")]
    Width {
        /// Which table.
        table: &'static str,
        /// Its line, from 1.
        line: usize,
        /// How many columns stand there.
        found: usize,
        /// How many should.
        expected: usize,
    },
}

/// The shape of a table: its name in messages, the columns it must have, and those that may follow.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) optional: &'static [&'static str],
}

pub(crate) struct Row {
    shape: &'static Shape,
    line: usize,
    fields: StringRecord,
}

impl Row {
    /// The text of a column; an optional column that is missing is empty.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.fields.get(column).unwrap_or_default()
    }

    pub(crate) fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn place(&self, column: usize) -> Place {
        let name =
            self.shape.columns.iter().chain(self.shape.optional).nth(column).expect("a column of the shape");
        Place { table: self.shape.name, line: self.line, column: name }
    }
}

impl Shape {
    /// The header as a message shows it, with what may be left out in brackets.
    fn header(&self) -> String {
        match self.optional {
            [] => self.columns.join(","),
            optional => format!("{}[,{}]", self.columns.join(","), optional.join(",")),
        }
    }

    /// The rows of a text, without header, blank lines and `#` comments.
    pub(crate) fn read(&'static self, text: &str) -> Result<Vec<Row>, TableError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let kept: Vec<(usize, &str)> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
            .collect();
        // The reader's own line numbers go wrong after lines it skips, so it gets none to skip.
        let body: String = kept.iter().flat_map(|(_, line)| [line, "\n"]).collect();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
        let mut records = reader.records().map(|record| {
            let fields = record.expect("text in memory is readable and UTF-8");
            let line = fields.position().and_then(|position| usize::try_from(position.line()).ok());
            let line = line.and_then(|line| kept.get(line - 1)).map_or(1, |(line, _)| *line);
            (line, fields)
        });

        let (line, header) = records.next().unwrap_or((1, StringRecord::new()));
        let columns: Vec<&str> = self.columns.iter().chain(self.optional).copied().collect();
        if header != columns && header != *self.columns {
            let found = header.iter().collect::<Vec<_>>().join(",");
            return Err(TableError::Header { table: self.name, line, found, expected: self.header() });
        }
        let expected = header.len();
        records
            .map(|(line, fields)| match fields.len() {
                found if found == expected => Ok(Row { shape: self, line, fields }),
                found => Err(TableError::Width { table: self.name, line, found, expected }),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PETS: Shape = Shape { name: "pets", columns: &["name", "legs"], optional: &["colour"] };

    fn lines(text: &str) -> Vec<(usize, String)> {
        PETS.read(text).unwrap().iter().map(|row| (row.line(), row.get(0).to_owned())).collect()
    }

    #[test]
    fn rows_keep_the_line_they_stand_on() {
        let text = "# pets\r\n\r\nname,legs\r\ncat,4\r\n\r\n# none\r\n\"a \"\"b\"\", c\",2\r\nhen,2";
        let expected =
            [(4, "cat"), (7, "a \"b\", c"), (8, "hen")].map(|(line, name)| (line, name.to_owned()));
        assert_eq!(lines(text), expected);
        assert_eq!(lines("\u{feff}name,legs,colour\n"), []);
        let row = &PETS.read("name,legs\ncat,4\n").unwrap()[0];
        assert_eq!((row.get(2), row.place(1).to_string().as_str()), ("", "pets, line 2, column legs"));
    }

    #[test]
    fn a_table_of_another_shape_is_refused() {
        let complaint = |text| PETS.read(text).err().unwrap().to_string();
        assert_eq!(
            complaint("# pets\nlegs,name\n"),
            "pets, line 2: the header is \"legs,name\", it should be \"name,legs[,colour]\""
        );
        assert_eq!(complaint("name,legs\ncat,4\n\nhen\n"), "pets, line 4: 1 columns, the header has 2");
        assert_eq!(complaint("name,legs,colour\ncat,4\n"), "pets, line 2: 2 columns, the header has 3");
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "(name,legs\n)?([a-z\",#\r\n]|\\PC){0,60}") {
            let total = text.lines().count();
            for row in PETS.read(&text).unwrap_or_default() {
                prop_assert!((2..=total).contains(&row.line()));
            }
        }
    }
}
