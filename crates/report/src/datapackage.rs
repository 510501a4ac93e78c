//! Describes the tables of a result for programs: a Table Schema for each table, and a data package of the files.
//!
//! Both follow the Data Package standard, version 2 (datapackage.org).

use serde_json::{Value, json};

use crate::table::{Column, Kind, Table};

/// A table that was written to a file.
pub struct Written {
    /// The name of the file.
    pub file: String,
    /// The format of the file: `csv` or `parquet`, as its name ends.
    pub format: &'static str,
    /// The name of the table.
    pub table: &'static str,
    /// The columns of the table.
    pub columns: Vec<Column>,
}

impl Written {
    /// A table that is written in this format.
    pub fn new(table: &Table<'_>, format: &'static str) -> Self {
        let file = format!("{}.{format}", table.id);
        Self { file, format, table: table.id, columns: table.columns.clone() }
    }
}

/// The name of the file that describes the tables.
pub const FILE: &str = "datapackage.json";

/// The schema of a table: its fields are named as in Parquet files.
pub fn table_schema(columns: &[Column]) -> Value {
    let field = |column: &Column| json!({ "name": column.id, "title": column.zh, "type": kind(column.kind), "description": about(column.kind) });
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": columns.iter().map(field).collect::<Vec<_>>(),
        "missingValues": [""],
    })
}

/// The type of a field in the words of the standard.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Money | Kind::Amount | Kind::Percent | Kind::Points => "number",
        Kind::Count => "integer",
        Kind::Year => "year",
    }
}

fn about(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "文字。 Text.",
        Kind::Money => {
            "金额，单位为元，最多六位小数，精确值。 An exact amount in 元, with at most six decimals."
        }
        Kind::Amount => {
            "数值，单位见另一列，最多六位小数，精确值。 An exact amount in the unit that another column names, with at most six decimals."
        }
        Kind::Percent => "百分数，两位小数。 Percent, with two decimals.",
        Kind::Points => "分数，最多四位小数。 Points, with at most four decimals.",
        Kind::Count => "个数。 A count.",
        Kind::Year => "年度。 A year.",
    }
}

/// The package of the tables in a result.
///
/// A CSV file has headings for officials, so its fields are named by these; `id` is the field's name in the published schema.
pub fn package(tables: &[Written]) -> Value {
    let resource = |written: &Written| {
        let is_csv = written.format == "csv";
        let mut schema = table_schema(&written.columns);
        if is_csv {
            for field in schema["fields"].as_array_mut().into_iter().flatten() {
                let id = field["name"].take();
                field["name"] = field["title"].clone();
                field["id"] = id;
            }
        }
        let mut resource = json!({
            "name": written.file.replace(['_', '.'], "-"),
            "path": written.file,
            "table": written.table,
            "format": written.format,
            "mediatype": if is_csv { "text/csv" } else { "application/vnd.apache.parquet" },
            "schema": schema,
        });
        if is_csv {
            resource["encoding"] = "utf-8".into();
        }
        resource
    };
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "huizong-result",
        "title": "汇总结果的表格 / Tables of a consolidation",
        "resources": tables.iter().map(resource).collect::<Vec<_>>(),
    })
}
