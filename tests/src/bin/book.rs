//! `book FOLDER`: writes the source of the book for mdBook, in both languages.

#![allow(clippy::print_stderr, reason = "a program for maintainers")]

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use huizong_core::Lang;
use huizong_tests::book::files;
use huizong_tests::top;

fn write(folder: &Path) -> io::Result<()> {
    let pictures = top().join("crates/book/pictures");
    for (name, lang) in [("zh", Lang::Zh), ("en", Lang::En)] {
        let folder = folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for (path, text) in files(lang) {
            let path = folder.join(path);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, text)?;
        }
        fs::create_dir_all(folder.join("src/pictures"))?;
        for picture in fs::read_dir(&pictures)? {
            let picture = picture?;
            fs::copy(picture.path(), folder.join("src/pictures").join(picture.file_name()))?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: book FOLDER");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", Path::new(&folder).display());
            ExitCode::FAILURE
        }
    }
}
