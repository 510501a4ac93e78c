//! The boxes in which comments are shown.

use crate::read::office::name_of;

/// How each of our boxes begins.
pub(super) const SHAPE: &str = "<v:shape id=\"huizong_";
/// Some programs give these names other prefixes than everybody else does, so each of our pieces says what it means.
pub(super) const NAMES: &str = "xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
xmlns:x=\"urn:schemas-microsoft-com:office:excel\"";
pub(super) const SHAPE_TYPE: &str = "<v:shapetype id=\"huizong_t202\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
xmlns:o=\"urn:schemas-microsoft-com:office:office\" coordsize=\"21600,21600\" o:spt=\"202\" \
path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/>\
</v:shapetype>";

/// The box in which a comment is shown, to the right of its cell.
pub(super) fn shape((row, column): (u32, u32)) -> String {
    let name = name_of((row, column));
    let (left, top) = (column + 1, row.saturating_sub(1));
    format!(
        "{SHAPE}{name}\" {NAMES} type=\"#huizong_t202\" style=\"position:absolute;width:240pt;height:110pt;z-index:9;\
         visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" \
         color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox><div style=\"text-align:left\"></div>\
         </v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, \
         4, {}, 15, {}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>\
         </x:ClientData></v:shape>",
        left + 4,
        top + 6
    )
}
