//! What would otherwise differ between systems.
//!
//! [`console`]: how text reaches whoever reads it. [`archive`]: the mark of the system in zip archives.

pub mod archive;
pub mod console;
