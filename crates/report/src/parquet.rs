//! Writes tables as Parquet files. Amounts, rates and points are decimals, never floating-point numbers.

use std::io;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use rust_decimal::Decimal;

use crate::table::{Column, Kind, Table, Value};

/// The number of rows held in memory at a time, which is the size of a row group.
const GROUP: usize = 1 << 16;
/// Decimals are 128-bit integers of 38 digits, the most that readers accept.
const BYTES: i32 = 16;
const DIGITS: i32 = 38;

/// The number of decimals of a kind; [`None`] if its values are not decimals.
fn scale(kind: Kind) -> Option<u32> {
    match kind {
        Kind::Money | Kind::Amount => Some(6),
        Kind::Percent => Some(2),
        Kind::Points => Some(4),
        Kind::Text | Kind::Count | Kind::Year => None,
    }
}

/// Writes a table. The same table gives the same bytes.
///
/// # Errors
/// Returns an error if the Parquet writer fails.
pub fn write(table: Table<'_>) -> io::Result<Vec<u8>> {
    build(table).map_err(io::Error::other)
}

fn build(table: Table<'_>) -> Result<Vec<u8>, ParquetError> {
    let fields: Result<Vec<TypePtr>, ParquetError> = table.columns.iter().map(field).collect();
    let schema = Type::group_type_builder(table.id).with_fields(fields?).build()?;
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema.into(), WriterProperties::builder().build().into())?;
    let mut rows = table.rows;
    loop {
        let held: Vec<Vec<Value<'_>>> = rows.by_ref().take(GROUP).collect();
        if held.is_empty() {
            break;
        }
        let mut group = writer.next_row_group()?;
        for (index, column) in table.columns.iter().enumerate() {
            let values = held.iter().map(|row| row.get(index).unwrap_or(&Value::Empty));
            write_column(&mut group, column.kind, values)?;
        }
        group.close()?;
    }
    writer.into_inner()
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let of =
        |physical| Type::primitive_type_builder(&column.id, physical).with_repetition(Repetition::OPTIONAL);
    let field = match (scale(column.kind), column.kind) {
        (Some(scale), _) => {
            let scale = i32::try_from(scale).expect("at most six");
            of(Physical::FIXED_LEN_BYTE_ARRAY)
                .with_length(BYTES)
                .with_precision(DIGITS)
                .with_scale(scale)
                .with_logical_type(Some(LogicalType::decimal(scale, DIGITS)))
        }
        (None, Kind::Count | Kind::Year) => of(Physical::INT64),
        (None, _) => of(Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)),
    };
    field.build().map(Into::into)
}

fn write_column<'v>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    kind: Kind,
    values: impl Iterator<Item = &'v Value<'v>>,
) -> Result<(), ParquetError> {
    let Some(mut writer) = group.next_column()? else { return Ok(()) };
    // The definition level of each row: 1 if it has a value, else 0.
    let (mut levels, mut present) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(*value != Value::Empty));
        if *value != Value::Empty {
            present.push(value);
        }
    }
    match (scale(kind), kind) {
        (Some(scale), _) => {
            let numbers: Vec<FixedLenByteArray> = present
                .iter()
                .map(|value| ByteArray::from(count(value, scale).to_be_bytes().to_vec()).into())
                .collect();
            writer.typed::<FixedLenByteArrayType>().write_batch(&numbers, Some(&levels), None)?;
        }
        (None, Kind::Count | Kind::Year) => {
            let number = |value: &&Value<'_>| match value {
                Value::Count(count) => i64::try_from(*count).unwrap_or(i64::MAX),
                _ => 0,
            };
            let numbers: Vec<i64> = present.iter().map(number).collect();
            writer.typed::<Int64Type>().write_batch(&numbers, Some(&levels), None)?;
        }
        (None, _) => {
            let texts: Vec<ByteArray> =
                present.iter().map(|value| value.print().as_bytes().to_vec().into()).collect();
            writer.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
        }
    }
    writer.close()
}

/// Scales a number to an integer with `scale` decimals.
fn count(value: &Value<'_>, scale: u32) -> i128 {
    let scaled = |number: Decimal| {
        let number = if number.scale() > scale { number.round_dp(scale) } else { number };
        number.mantissa() * 10_i128.pow(scale - number.scale())
    };
    match value {
        Value::Money(money) => money.millionths(),
        Value::Amount(amount) => scaled(*amount),
        Value::Points(points) => scaled(points.decimal()),
        // Rates are printed with exactly two decimals.
        Value::Percent(rate) => rate.replace('.', "").parse().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_exactly() {
        let amount = |text: &str| count(&Value::Amount(text.parse().expect("a decimal")), 6);
        assert_eq!(amount("280.19"), 280_190_000);
        assert_eq!(amount("-0.000001"), -1);
        assert_eq!(count(&Value::Percent("99.97".into()), 2), 9_997);
    }
}
