//! Writes JSON that people can read: the upper levels are indented, and each row is on one line.

pub mod consolidation;

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// Writes a value and a line break. The first `levels` levels are indented, deeper ones are on one line.
///
/// # Errors
/// Returns an error if serializing or writing fails.
pub fn write(out: impl Write, value: &impl Serialize, levels: usize) -> io::Result<()> {
    let mut out = buffered(out);
    write_directly(&mut out, value, levels)?;
    out.flush()
}

/// Writes a value without a buffer.
fn write_directly(out: &mut impl Write, value: &impl Serialize, levels: usize) -> io::Result<()> {
    let mut writer = serde_json::Serializer::with_formatter(&mut *out, Upper::new(levels));
    value.serialize(&mut writer)?;
    out.write_all(b"\n")
}

/// A serializer writes a few bytes at a time. The caller's writer may be behind a pointer, which would cost more than
/// copying them.
fn buffered<W: Write>(out: W) -> BufWriter<W> {
    BufWriter::with_capacity(1 << 16, out)
}

/// Writes values, one to a line.
///
/// # Errors
/// Returns an error if serializing or writing fails.
pub fn write_lines<T: Serialize>(out: impl Write, values: impl IntoIterator<Item = T>) -> io::Result<()> {
    let mut out = buffered(out);
    for value in values {
        serde_json::to_writer(&mut out, &value)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// A formatter that indents only the first levels.
struct Upper {
    levels: usize,
    depth: usize,
    pretty: PrettyFormatter<'static>,
}

impl Upper {
    fn new(levels: usize) -> Self {
        Self { levels, depth: 0, pretty: PrettyFormatter::new() }
    }

    fn is_upper(&self) -> bool {
        self.depth <= self.levels
    }
}

macro_rules! by_level {
    ($($name:ident($($arg:ident: $type:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W, $($arg: $type),*) -> io::Result<()> {
            if self.is_upper() { self.pretty.$name(writer, $($arg),*) } else { CompactFormatter.$name(writer, $($arg),*) }
        })*
    };
}

impl Formatter for Upper {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.is_upper() { self.pretty.begin_array(writer) } else { CompactFormatter.begin_array(writer) }
    }
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.is_upper() { self.pretty.begin_object(writer) } else { CompactFormatter.begin_object(writer) }
    }
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let done =
            if self.is_upper() { self.pretty.end_array(writer) } else { CompactFormatter.end_array(writer) };
        self.depth -= 1;
        done
    }
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let done = if self.is_upper() {
            self.pretty.end_object(writer)
        } else {
            CompactFormatter.end_object(writer)
        };
        self.depth -= 1;
        done
    }
    by_level! {
        begin_array_value(first: bool);
        end_array_value();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn each_row_is_on_one_line() {
        let value = json!({ "a": [{ "x": 1, "y": [1, 2] }, { "x": 2 }], "b": {}, "c": { "d": 1 } });
        let mut out = Vec::new();
        super::write(&mut out, &value, 2).unwrap();
        let expected = "{\n  \"a\": [\n    {\"x\":1,\"y\":[1,2]},\n    {\"x\":2}\n  ],\n  \"b\": {},\n  \"c\": {\n    \"d\": 1\n  }\n}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
