//! The formulas of a form, evaluated again: sums, differences and ratios of cells.

use huizong_schema::CellName;
use rust_decimal::Decimal;

/// The content of a cell that a formula refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// Blank.
    Blank,
    /// A number.
    Number(Decimal),
    /// Anything but a number: a sum passes over it, and any other formula has no value.
    Other,
}

/// Evaluates a formula, if it holds only cells of its own sheet, numbers, `+ - * /`, `%`, brackets, `SUM` and
/// `ROUND`. `None` if it holds anything else, or has no value, or refers to no cell: then it cannot be out of date.
pub(crate) fn value(formula: &str, cell: &dyn Fn(CellName) -> Operand) -> Option<Decimal> {
    evaluate(formula, cell).filter(|(_, named)| *named > 0).map(|(value, _)| value)
}

/// The value of a formula for which a file stores none: a number, or the text that texts and numbers make.
pub(crate) fn computed(formula: &str, cell: &dyn Fn(CellName) -> Operand) -> Option<Computed> {
    let number = evaluate(formula, cell).map(|(value, _)| Computed::Number(value));
    number.or_else(|| text(formula.trim().trim_start_matches('=')).map(Computed::Text))
}

/// The value of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Computed {
    Number(Decimal),
    Text(String),
}

/// The value, and how many cells it refers to.
fn evaluate(formula: &str, cell: &dyn Fn(CellName) -> Operand) -> Option<(Decimal, u64)> {
    let formula = formula.trim().trim_start_matches('=');
    if formula.len() > LONGEST || !formula.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut reader = FormulaReader { rest: formula, cell, depth: 0, named: 0 };
    let value = reader.sum()?;
    reader.space().is_empty().then_some((value, reader.named))
}

/// Texts in quotes joined by `&`.
fn text(formula: &str) -> Option<String> {
    if formula.len() > LONGEST {
        return None;
    }
    let mut text = String::new();
    let mut rest = formula.trim();
    loop {
        rest = rest.strip_prefix('"')?;
        // A quote within a text is written twice.
        loop {
            let end = rest.find('"')?;
            text.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    text.push('"');
                    rest = more;
                }
                None => break,
            }
        }
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(text);
        }
        rest = rest.strip_prefix('&')?.trim_start();
    }
}

/// A formula as it reads when it is moved from one cell to another. `None` if it would refer to a cell off the sheet.
pub(crate) fn moved(formula: &str, from: CellName, to: CellName) -> Option<String> {
    if formula.len() > LONGEST {
        return None;
    }
    let shift =
        |of: u32, from: u32, to: u32| u32::try_from(i64::from(of) + i64::from(to) - i64::from(from)).ok();
    let mut text = String::with_capacity(formula.len());
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
            text.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let word =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '$' | '_' | '.'))).unwrap_or(rest.len());
        if word == 0 {
            text.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (name, behind) = rest.split_at(word);
        rest = behind;
        let at = CellName::from_reference(name).filter(|_| !behind.starts_with(['(', '!']));
        let Some(CellName { row, column }) = at else {
            text.push_str(name);
            continue;
        };
        let (fixed_column, fixed_row) = (name.starts_with('$'), name[1..].contains('$'));
        let row = if fixed_row { row } else { shift(row, from.row, to.row)? };
        let column = if fixed_column { column } else { shift(column, from.column, to.column)? };
        text.push_str(&CellName::new(row, column).to_string());
    }
    Some(text)
}

const LONGEST: usize = 1000;
/// The most cells that a formula may refer to.
const CELLS: u64 = 10_000;
const DEEPEST: u32 = 32;

struct FormulaReader<'f> {
    rest: &'f str,
    cell: &'f dyn Fn(CellName) -> Operand,
    depth: u32,
    named: u64,
}

impl<'f> FormulaReader<'f> {
    fn space(&mut self) -> &'f str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    fn take(&mut self, mark: char) -> bool {
        match self.space().strip_prefix(mark) {
            Some(rest) => {
                self.rest = &self.rest[self.rest.len() - rest.len()..];
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> Option<Decimal> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value = value.checked_add(self.product()?)?;
            } else if self.take('-') {
                value = value.checked_sub(self.product()?)?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<Decimal> {
        let mut value = self.signed()?;
        loop {
            if self.take('*') {
                value = value.checked_mul(self.signed()?)?;
            } else if self.take('/') {
                value = value.checked_div(self.signed()?)?;
            } else {
                return Some(value);
            }
        }
    }

    fn signed(&mut self) -> Option<Decimal> {
        let mut negative = false;
        loop {
            if self.take('-') {
                negative = !negative;
            } else if !self.take('+') {
                break;
            }
        }
        let mut value = self.operand()?;
        while self.take('%') {
            value = value.checked_div(Decimal::ONE_HUNDRED)?;
        }
        Some(if negative { -value } else { value })
    }

    fn operand(&mut self) -> Option<Decimal> {
        if self.take('(') {
            let value = self.inner(Self::sum)?;
            return self.take(')').then_some(value);
        }
        let rest = self.space();
        let first = rest.chars().next()?;
        if first.is_ascii_digit() || first == '.' {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let value = Decimal::from_str_exact(&rest[..end]).ok()?;
            self.rest = &self.rest[end..];
            return Some(value);
        }
        let name = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        if rest[name.len()..].trim_start().starts_with('(') {
            let name = name.to_ascii_uppercase();
            self.rest = &self.rest[name.len()..];
            self.take('(');
            let value = self.inner(|reader| reader.function(&name))?;
            return self.take(')').then_some(value);
        }
        match (self.cell)(self.reference()?) {
            Operand::Blank => Some(Decimal::ZERO),
            Operand::Number(value) => Some(value),
            Operand::Other => None,
        }
    }

    fn inner<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        let value = if self.depth > DEEPEST { None } else { read(self) };
        self.depth -= 1;
        value
    }

    fn function(&mut self, name: &str) -> Option<Decimal> {
        match name {
            "SUM" => {
                let mut value = Decimal::ZERO;
                loop {
                    value = value.checked_add(self.addend()?)?;
                    if !self.take(',') && !self.take(';') {
                        return Some(value);
                    }
                }
            }
            "ROUND" => {
                let value = self.sum()?;
                if !self.take(',') && !self.take(';') {
                    return None;
                }
                let digits = u32::try_from(self.sum()?).ok().filter(|digits| *digits <= 28)?;
                let away = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
                Some(value.round_dp_with_strategy(digits, away))
            }
            _ => None,
        }
    }

    /// An argument of a sum: an expression, or cells; cells with text do not count.
    fn addend(&mut self) -> Option<Decimal> {
        let before = self.rest;
        if let Some(first) = self.reference() {
            let last = if self.take(':') { self.reference()? } else { first };
            if matches!(self.space().chars().next(), Some(')' | ',' | ';')) {
                return self.cells(first, last);
            }
        }
        self.rest = before;
        self.sum()
    }

    fn cells(&mut self, first: CellName, last: CellName) -> Option<Decimal> {
        let span = |a: u32, b: u32| a.min(b)..=a.max(b);
        let (rows, columns) = (span(first.row, last.row), span(first.column, last.column));
        let many = |range: &std::ops::RangeInclusive<u32>| u64::from(range.end() - range.start()) + 1;
        self.named += many(&rows).checked_mul(many(&columns))?;
        if self.named > CELLS {
            return None;
        }
        let mut value = Decimal::ZERO;
        for row in rows {
            for column in columns.clone() {
                if let Operand::Number(number) = (self.cell)(CellName::new(row, column)) {
                    value = value.checked_add(number)?;
                }
            }
        }
        Some(value)
    }

    /// A cell such as `B7` or `$B$7`.
    fn reference(&mut self) -> Option<CellName> {
        let rest = self.space();
        let letters = rest.strip_prefix('$').unwrap_or(rest);
        let many = letters.bytes().take_while(u8::is_ascii_alphabetic).count();
        let digits = letters[many..].strip_prefix('$').unwrap_or(&letters[many..]);
        let long = digits.bytes().take_while(u8::is_ascii_digit).count();
        let at = format!("{}{}", &letters[..many], &digits[..long]).parse().ok()?;
        let behind = &digits[long..];
        // A name, or a cell of another sheet.
        if behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '!' | '_' | '(')) {
            return None;
        }
        self.rest = &self.rest[self.rest.len() - behind.len()..];
        self.named += 1;
        Some(at)
    }
}

/// Whether a formula is worked out anew whenever its workbook is opened.
pub(crate) fn is_volatile(formula: &str) -> bool {
    const NAMES: [&str; 7] = ["TODAY(", "NOW(", "RAND(", "RANDBETWEEN(", "OFFSET(", "INDIRECT(", "CELL("];
    let formula = formula.to_ascii_uppercase();
    let is_call = |name: &str| {
        let before = |at: usize| formula[..at].chars().next_back();
        formula
            .match_indices(name)
            .any(|(at, _)| !before(at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.')))
    };
    NAMES.iter().any(|name| is_call(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(formula: &str) -> Option<String> {
        let cell = |at: CellName| match (at.row, at.column) {
            (0, 0) => Operand::Number("339.04".parse().unwrap()),
            (1, 0) => Operand::Number("280.19".parse().unwrap()),
            (2, 0) => Operand::Other,
            (0, 1) => Operand::Number("0.50".parse().unwrap()),
            _ => Operand::Blank,
        };
        value(formula, &cell).map(|value| value.normalize().to_string())
    }

    #[test]
    fn sums_differences_and_ratios_are_worked_out() {
        for (formula, expected) in [
            ("A1-A2", "58.85"),
            ("=SUM(A1:A3)", "619.23"),
            ("SUM(A1,B1,$A$2)+Z99", "619.73"),
            ("sum( A1 : A2 ) * 2", "1238.46"),
            ("ROUND((A1-A2)/A1*100,2)", "17.36"),
            ("-A1+(A2)", "-58.85"),
            ("A1*50%", "169.52"),
            ("SUM(A1-A2;1)", "59.85"),
        ] {
            assert_eq!(of(formula).as_deref(), Some(expected), "{formula}");
        }
    }

    #[test]
    fn a_formula_moves_with_its_cell() {
        for (formula, moved_to) in [
            ("A1-A2", Some("B3-B4")),
            ("SUM($A1:A$2)*LOG10(A1)", Some("SUM(A3:B2)*LOG10(B3)")),
            ("表!A1&\"A1\"", Some("表!B3&\"A1\"")),
        ] {
            assert_eq!(moved(formula, CellName::new(0, 0), CellName::new(2, 1)).as_deref(), moved_to);
        }
        assert_eq!(moved("A1", CellName::new(1, 1), CellName::new(0, 0)), None);
    }

    #[test]
    fn what_a_file_stores_no_value_for_is_worked_out() {
        let blank = |_: CellName| Operand::Blank;
        let of = |formula: &str| computed(formula, &blank);
        assert_eq!(of("=100+21.6"), Some(Computed::Number("121.6".parse().unwrap())));
        assert_eq!(of("=\"服务\" & \"不\"\"足\""), Some(Computed::Text("服务不\"足".into())));
        for formula in ["=IF(A1=\"\",\"\",\"\")", "=\"a\"&A1", "=\"a", "=VLOOKUP(A1,B1:C2,2)", "="] {
            assert_eq!(of(formula), None, "{formula}");
        }
    }

    #[test]
    fn nothing_else_is() {
        let deep = "(".repeat(500) + "A1" + &")".repeat(500);
        for formula in [
            "1+1",
            "A3+1",
            "IF(A1>0,1,0)",
            "Sheet2!A1+A2",
            "A1&A2",
            "A1/Z9",
            "SUM(A1:XFD1048576)",
            "A1 A2",
            "A1+",
            "",
            "ABC",
            "SUM(",
            "A1B",
            "#REF!+A1",
            &deep,
        ] {
            assert_eq!(of(formula), None, "{formula}");
        }
    }
}
