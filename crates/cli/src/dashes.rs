//! Options whose hyphens became dashes, as word processors and phones make them.

use std::ffi::OsString;
use std::path::Path;

use crate::exit::Error;

const DASHES: [char; 6] = ['—', '–', '－', '―', '−', '‐'];

/// Refuses an option that begins with a dash, unless a file is called so.
pub(crate) fn refuse_dashes(arguments: &[OsString], directory: &Path) -> Result<(), Error> {
    for argument in arguments {
        let shown = argument.to_string_lossy();
        let is_dash = |c: char| DASHES.contains(&c);
        let name = shown.trim_start_matches(|c| c == '-' || is_dash(c));
        let head = &shown[..shown.len() - name.len()];
        let is_option = head.contains(is_dash) && name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !is_option || directory.join(argument).symlink_metadata().is_ok() {
            continue;
        }
        let letters = name.split('=').next().unwrap_or_default().chars().count();
        let meant = if letters == 1 { format!("-{name}") } else { format!("--{name}") };
        return Err(Error::new(
            format!("“{shown}”开头是中文的破折号，请改成英文减号：{meant}"),
            format!("\"{shown}\" begins with a dash that is no hyphen: write {meant}"),
        ));
    }
    Ok(())
}
