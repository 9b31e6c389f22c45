//! An object with the rows, in the columns' codes. Counts are numbers; money and shares are texts, for many readers make
//! floats of numbers.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use yishi_kernel::Timestamp;

use super::sheet::{Cell, Sheet, Word};

pub(super) fn json(sheet: &Sheet<'_>) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Document(sheet)).map(|text| text + "\n")
}

struct Document<'a>(&'a Sheet<'a>);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Sheet { bulletin, columns, rows } = self.0;
        let rows: Vec<Row<'_>> = rows.iter().map(|cells| Row { columns, cells }).collect();
        let cut: Vec<String> = bulletin
            .cut
            .iter()
            .map(|position| format!("{}:{}.{}", position.service, position.epoch, position.pos))
            .collect();
        let mut object = serializer.serialize_struct("Bulletin", 10)?;
        object.serialize_field("name", &bulletin.name)?;
        object.serialize_field("year", &bulletin.year)?;
        object.serialize_field("period", &bulletin.period)?;
        object.serialize_field("first_day", &bulletin.first_day)?;
        object.serialize_field("last_day", &bulletin.last_day)?;
        object.serialize_field("issue_time", &Timestamp::from_micros(bulletin.issue_time_us).to_string())?;
        object.serialize_field("cut", &cut)?;
        object.serialize_field("inputs_sha256", &yishi_store::to_hex(&bulletin.inputs_sha256))?;
        object.serialize_field("own_overdue_steps", &bulletin.own_overdue_steps)?;
        object.serialize_field("rows", &rows)?;
        object.end()
    }
}

struct Row<'a> {
    columns: &'a [Word],
    cells: &'a [Cell],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            match cell {
                Cell::Empty => object.serialize_entry(column.code, &())?,
                Cell::Word(word) => object.serialize_entry(column.code, word.code)?,
                Cell::Text(text) | Cell::Decimal(text) => object.serialize_entry(column.code, text)?,
                Cell::Count(count) => object.serialize_entry(column.code, count)?,
            }
        }
        object.end()
    }
}
