//! Code that several rules share.

pub(super) mod indicators;
pub(super) mod rates;
pub(super) mod repeats;
pub(super) mod sources;
pub(super) mod targets;
