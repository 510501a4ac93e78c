//! Prints what is wrong in the forms of the example district, and the district's totals.
use std::{error::Error, fs, io::Write, path::Path};

use huizong_engine::{Options, Round, read, roster};

/// Reads and adds up a district's forms.
pub(crate) fn report(district: &Path) -> Result<String, Box<dyn Error>> {
    let roster = roster("roster.csv", &fs::read(district.join("roster.csv"))?)?.list;
    let options = Options::default().fiscal_year(2022).roster(roster).accept(["12-fulian-revised.txt"]);
    let mut paths: Vec<_> = fs::read_dir(district.join("forms"))?.flatten().map(|file| file.path()).collect();
    paths.sort();
    let mut round = Round::new(&options);
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        round.add(read(&name, &fs::read(&path)?, &options));
    }
    let (settled, place) = (round.settle(), |place: &Option<_>| place.as_ref().map(ToString::to_string));
    let finding = |found: &huizong_schema::findings::Finding| {
        format!("{} {}\n", place(&found.location).unwrap_or_default(), found.message.zh)
    };
    let sums = settled.consolidate().1;
    let sums = sums.sums().map(|(figure, sum)| format!("{} {}\n", figure.path(), sum.value));
    Ok(settled.findings().iter().map(finding).chain(sums).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let report = report(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/district"))?;
    Ok(std::io::stdout().write_all(report.as_bytes())?)
}
