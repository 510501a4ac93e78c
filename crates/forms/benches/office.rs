//! Measures how long it takes to read workbooks into documents, as a multiple of calamine's time for the same values,
//! styles, merged cells and formulas. `cargo bench -p huizong-forms --bench office [-- FILE…]`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program for developers")]

use std::hint::black_box;
use std::io::Cursor;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};

const READ: usize = 100;
const ROUNDS: usize = 15;

fn calamine(bytes: &[u8]) {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    for name in workbook.sheet_names() {
        black_box(workbook.worksheet_range(&name).unwrap());
        black_box(workbook.worksheet_style(&name).unwrap());
        black_box(workbook.merge_cells_by_sheet_name(&name).unwrap());
        black_box(workbook.worksheet_formula(&name).unwrap());
    }
}

fn ours(bytes: &[u8]) {
    black_box(huizong_forms::read(bytes, "a.xlsx", &huizong_forms::Options::default()));
}

fn time(files: &[Vec<u8>], read: fn(&[u8])) -> Duration {
    let began = Instant::now();
    files.iter().cycle().take(READ.max(files.len())).for_each(|file| read(file));
    began.elapsed()
}

fn main() {
    let named = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let mut files: Vec<Vec<u8>> = named.map(|file| std::fs::read(file).unwrap()).collect();
    if files.is_empty() {
        files.push(include_bytes!("../src/read/office/fixtures/same.xlsx").to_vec());
    }
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let floor = time(&files, calamine);
            time(&files, ours).as_secs_f64() / floor.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{} workbooks: x {:.2} [{:.2}-{:.2}] of calamine",
        READ.max(files.len()),
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1]
    );
}
