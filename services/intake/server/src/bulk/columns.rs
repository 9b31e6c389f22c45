//! Which value stands where: the first line of a file.

use csv::StringRecord;
use yishi_runtime::errors::Lang;

use super::Misread;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Village,
    Year,
    Title,
    Description,
    Category,
    Subcategory,
    CostYuan,
    CostWanYuan,
    CostFen,
    Households,
    Persons,
    Place,
    /// What an export tells and an import does not read.
    Name,
    /// As well.
    State,
    /// What became of a line.
    Result,
    /// The matter that came of it, or had come of it before.
    Matter,
    /// Why none did.
    Reason,
    /// The same in words.
    Message,
}
use Column::{
    Category, CostFen, CostWanYuan, CostYuan, Description, Households, Matter, Message, Name, Persons, Place,
    Reason, Result as Outcome, State, Subcategory, Title, Village, Year,
};

/// What columns are called: in English, in Chinese, and in other words that offices use.
const NAMES: [(Column, &str, &str, &[&str]); 18] = [
    (Village, "village", "村代码", &["行政村代码"]),
    (Year, "year", "年度", &["年份"]),
    (Title, "title", "标题", &["事项名称"]),
    (Description, "description", "内容", &["事项内容"]),
    (Category, "category", "类别", &[]),
    (Subcategory, "subcategory", "细类", &["子类"]),
    (CostYuan, "cost_yuan", "估算(元)", &["概算(元)"]),
    (CostWanYuan, "cost_wan_yuan", "估算(万元)", &["概算(万元)"]),
    (CostFen, "cost_fen", "估算(分)", &["概算(分)"]),
    (Households, "households", "受益户数", &["户数"]),
    (Persons, "persons", "受益人数", &["人数"]),
    (Place, "place", "地点", &[]),
    (Name, "name", "事项", &[]),
    (State, "state", "状态", &[]),
    (Outcome, "result", "导入结果", &[]),
    (Matter, "matter", "导入事项", &[]),
    (Reason, "reason", "原因代码", &[]),
    (Message, "message", "说明", &[]),
];
/// What a file must have. The cost has three columns to choose from.
const NEEDED: [Column; 8] = [Village, Year, Title, Description, Category, Subcategory, Households, Persons];
const COSTS: [Column; 3] = [CostYuan, CostWanYuan, CostFen];
/// What an export has.
const EXPORTED: [Column; 12] = [
    Village,
    Year,
    Title,
    Description,
    Category,
    Subcategory,
    CostYuan,
    Households,
    Persons,
    Place,
    Name,
    State,
];
/// What an import adds.
const ADDED: [Column; 4] = [Outcome, Matter, Reason, Message];

impl Column {
    /// What we call it.
    pub(super) fn name(self, lang: Lang) -> &'static str {
        let (_, en, zh, _) = NAMES[self as usize];
        if lang == Lang::En { en } else { zh }
    }

    fn called(name: &str) -> Option<Self> {
        // Full-width brackets, letters in capitals and spaces around are what hands add.
        let name = name.trim().replace('（', "(").replace('）', ")").to_ascii_lowercase();
        let known =
            NAMES.iter().find(|(_, en, zh, others)| *en == name || *zh == name || others.contains(&&*name));
        known.map(|(column, ..)| *column)
    }

    /// Whether it is of the cost estimate.
    pub(super) fn is_cost(self) -> bool {
        COSTS.contains(&self)
    }
}

/// The first line of an export.
pub(crate) fn exported(lang: Lang) -> StringRecord {
    EXPORTED.iter().map(|column| column.name(lang)).collect()
}

/// What an import adds to the first line.
pub(super) fn added(lang: Lang) -> impl Iterator<Item = &'static str> {
    ADDED.iter().map(move |column| column.name(lang))
}

/// The columns of a file by their places; none where the first line is empty.
#[derive(Debug)]
pub(crate) struct Columns {
    places: Vec<Option<Column>>,
    /// What the file calls them.
    names: StringRecord,
}

impl Columns {
    /// Reads a first line, or says everything that is wrong with it.
    pub(crate) fn of(header: &StringRecord) -> Result<Self, Vec<Misread>> {
        let (mut places, mut wrong) = (Vec::new(), Vec::new());
        for (nth, name) in (1..).zip(header) {
            let column = Column::called(name);
            if column.is_none() && !name.trim().is_empty() {
                let shown: String = name.chars().take(40).collect();
                wrong.push(Misread::new(
                    format!("第 {nth} 列“{shown}”不在可导入之列"),
                    format!("column {nth} is none that can be imported"),
                ));
            }
            if let Some(column) = column.filter(|column| places.contains(&Some(*column))) {
                let (zh, en) = (column.name(Lang::Zh), column.name(Lang::En));
                wrong.push(Misread::new(format!("“{zh}”出现了两次"), format!("column {en} is there twice")));
            }
            places.push(column);
        }
        for needed in NEEDED.into_iter().filter(|needed| !places.contains(&Some(*needed))) {
            let (zh, en) = (needed.name(Lang::Zh), needed.name(Lang::En));
            wrong.push(Misread::new(format!("缺少“{zh}”列"), format!("column {en} is missing")));
        }
        let costs = places.iter().flatten().filter(|column| column.is_cost()).count();
        if costs != 1 {
            wrong.push(Misread::new(
                format!("估算(元)、估算(万元)、估算(分) 应有且只有一列，现有 {costs} 列"),
                format!("one of cost_yuan, cost_wan_yuan and cost_fen must be there; there are {costs}"),
            ));
        }
        if wrong.is_empty() { Ok(Self { places, names: header.clone() }) } else { Err(wrong) }
    }

    /// What a line has in a column; nothing where it ends before.
    pub(super) fn cell<'a>(&self, line: &'a StringRecord, column: Column) -> &'a str {
        let place = self.places.iter().position(|place| *place == Some(column));
        place.and_then(|place| line.get(place)).unwrap_or_default()
    }

    /// The column of the cost estimate.
    pub(super) fn cost(&self) -> Column {
        self.places.iter().flatten().copied().find(|column| column.is_cost()).unwrap_or(CostYuan)
    }

    /// What the file calls a column; what we do, if it has none.
    pub(super) fn name(&self, column: Column, lang: Lang) -> &str {
        let place = self.places.iter().position(|place| *place == Some(column));
        place.and_then(|place| self.names.get(place)).unwrap_or(column.name(lang)).trim()
    }

    /// The first place of a line where something stands that no column is for.
    pub(super) fn stray(&self, line: &StringRecord) -> Option<usize> {
        let nameless = |place: usize| self.places.get(place).is_none_or(Option::is_none);
        line.iter()
            .enumerate()
            .find(|(place, cell)| nameless(*place) && !cell.trim().is_empty())
            .map(|(place, _)| place + 1)
    }

    /// Whether nothing stands in any column that is sent.
    pub(super) fn is_empty(&self, line: &StringRecord) -> bool {
        self.kept(line).all(|cell| cell.trim().is_empty())
    }

    /// A line without what an earlier import added to it.
    pub(super) fn kept<'a>(&self, line: &'a StringRecord) -> impl Iterator<Item = &'a str> {
        let added = |place: usize| {
            self.places.get(place).copied().flatten().is_some_and(|column| ADDED.contains(&column))
        };
        line.iter().enumerate().filter(move |(place, _)| !added(*place)).map(|(_, cell)| cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[&str]) -> StringRecord {
        cells.iter().collect()
    }

    fn wrong(cells: &[&str]) -> Vec<String> {
        Columns::of(&line(cells)).unwrap_err().into_iter().map(|wrong| wrong.en).collect()
    }

    const ENGLISH: [&str; 9] = [
        "village",
        "year",
        "title",
        "description",
        "category",
        "subcategory",
        "cost_yuan",
        "households",
        "persons",
    ];

    #[test]
    fn each_name_is_of_the_column_at_its_place() {
        for (nth, (column, en, zh, _)) in NAMES.iter().enumerate() {
            assert_eq!(
                (*column as usize, Column::called(en), Column::called(zh)),
                (nth, Some(*column), Some(*column))
            );
        }
    }

    #[test]
    fn columns_are_known_in_both_languages_and_any_order() {
        let chinese =
            ["受益人数", "村代码", " 估算（万元） ", "年度", "标题", "内容", "类别", "细类", "户数", ""];
        let columns = Columns::of(&line(&chinese)).unwrap();
        let cells = line(&["700", "640324100200", "12.5", "2022"]);
        assert_eq!(columns.cell(&cells, Village), "640324100200");
        assert_eq!((columns.cost(), columns.cell(&cells, columns.cost())), (CostWanYuan, "12.5"));
        assert_eq!((columns.cell(&cells, Title), columns.cell(&cells, Place)), ("", ""));
        assert_eq!(columns.name(CostWanYuan, Lang::En), "估算（万元）");
        assert!(Columns::of(&line(&ENGLISH.map(str::to_uppercase).each_ref().map(String::as_str))).is_ok());
    }

    #[test]
    fn everything_that_is_wrong_with_a_first_line_is_told_at_once() {
        assert_eq!(wrong(&ENGLISH[1..]), ["column village is missing"]);
        let (unknown, twice) =
            ([&ENGLISH[..], &["电话"]].concat(), [&ENGLISH[..], &["标题", "估算(分)"]].concat());
        assert_eq!(wrong(&unknown), ["column 10 is none that can be imported"]);
        let two = "one of cost_yuan, cost_wan_yuan and cost_fen must be there; there are 2";
        assert_eq!(wrong(&twice), ["column title is there twice", two]);
        assert_eq!(wrong(&[]).len(), 9);
    }

    #[test]
    fn what_an_import_added_is_left_out_and_what_stands_beside_is_found() {
        let columns = Columns::of(&line(&[&ENGLISH[..], &["result", "message", ""]].concat())).unwrap();
        let cells = line(&["", "2022", "", "", "", "", "", "", "", "REFUSED", "no", "", "x"]);
        assert_eq!(
            columns.kept(&cells).collect::<Vec<_>>(),
            ["", "2022", "", "", "", "", "", "", "", "", "x"]
        );
        assert_eq!(columns.stray(&cells), Some(13));
        assert!(
            !columns.is_empty(&cells)
                && columns.is_empty(&line(&["", " ", "", "", "", "", "", "", "", "REFUSED"]))
        );
    }
}
