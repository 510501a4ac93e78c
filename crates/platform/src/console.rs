//! The console that a program runs in, and text in its code page.
//!
//! A console of Windows shows Unicode, whatever its code page is. What is written to a file or another program instead is taken for
//! text in that code page by `cmd`, PowerShell and whatever reads it next.

use std::borrow::Cow;

use encoding_rs::{BIG5, EncoderResult, Encoding, GB18030, GBK, UTF_8};

/// The encoding of text that is written to a file or another program: that of the console's code page.
pub fn redirected() -> &'static Encoding {
    match system::code_page() {
        936 => GBK,
        950 => BIG5,
        54936 => GB18030,
        // Another code page has no Chinese characters, and nothing would be left of a text.
        _ => UTF_8,
    }
}

/// Whether this program is the only one in its console, so that the window closes when it ends: it was double-clicked, or a file
/// was dragged onto it.
pub fn closes_at_the_end() -> bool {
    system::programs_in_the_console() == 1
}

/// Text in an encoding, with `?` for each character that the encoding lacks.
pub fn encode<'t>(text: &'t str, encoding: &'static Encoding) -> Cow<'t, [u8]> {
    let (whole, _, has_unmappable) = encoding.encode(text);
    if !has_unmappable {
        return whole;
    }
    let mut encoder = encoding.new_encoder();
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut rest = text;
    loop {
        let needed = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(0);
        out.reserve(needed);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut out, true);
        rest = &rest[read..];
        match result {
            EncoderResult::Unmappable(_) => out.push(b'?'),
            EncoderResult::InputEmpty => return Cow::Owned(out),
            EncoderResult::OutputFull => {}
        }
    }
}

#[cfg(windows)]
mod system {
    #![allow(unsafe_code, reason = "calls of the system without a safe counterpart")]

    use windows_sys::Win32::System::Console::{GetConsoleOutputCP, GetConsoleProcessList};

    /// The console's code page for output; 0 without a console.
    pub(crate) fn code_page() -> u32 {
        // SAFETY: the function takes nothing and only reads.
        unsafe { GetConsoleOutputCP() }
    }

    /// The number of programs that use this console; 0 without a console.
    pub(crate) fn programs_in_the_console() -> u32 {
        let mut ids = [0; 2];
        // SAFETY: the buffer has room for the two ids that the second argument says.
        unsafe { GetConsoleProcessList(ids.as_mut_ptr(), 2) }
    }
}

#[cfg(not(windows))]
mod system {
    pub(crate) fn code_page() -> u32 {
        0
    }

    pub(crate) fn programs_in_the_console() -> u32 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_an_encoding_lacks_become_question_marks() {
        let text = "检查 𠮷 ▸ 完";
        assert_eq!(encode(text, GBK), Cow::<[u8]>::Owned(GBK.encode("检查 ? ? 完").0.into_owned()));
        assert_eq!(encode(text, UTF_8), Cow::Borrowed(text.as_bytes()));
        let long = "𠮷".repeat(5000);
        assert_eq!(encode(&long, GBK).len(), 5000);
    }
}
