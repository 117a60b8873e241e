"""What each character of a text means to a portal: a line break, a blank, nothing at all, or none that can be shown.

Unicode changes slowly, and what Python's tables do not tell (what is part of an emoji, what a control is called) stands
here as patterns that look at each character once.
"""

import re
import unicodedata

LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Separators, the tab, and letters of some scripts that are drawn as a blank.
BLANK = re.compile("[\t\xa0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]")
# Office programs write the dot of a list as a character of their own font.
OFFICE_BULLET, BULLET = "\uf0b7", "\u2022"

# Nothing is seen of these: soft hyphen, joiners, direction marks, variation selectors, tags, fillers.
INVISIBLE = re.compile(
    "[\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U00013438"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What Unicode calls Extended_Pictographic, with its skin tone or the mark that gives it colour.
_PICTURE = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714"
    "\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1"
    "\u27b0\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f0ff"
    "\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f201-\U0001f20f\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f23c-\U0001f23f\U0001f249-\U0001f3fa"
    "\U0001f400-\U0001f64f\U0001f680-\U0001f6ff\U0001f7d5-\U0001f7ff\U0001f90c-\U0001faff\U0001fc00-\U0001fffd]"
    "(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
)
# The flags of England, Scotland and Wales are spelt with invisible letters.
_FLAG = (
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|"
    "\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_KEYCAP = "[0-9#*]\ufe0f\u20e3"
EMOJI = re.compile(f"{_FLAG}|{_KEYCAP}|{_PICTURE}(?:\u200d{_PICTURE})*")

# No text of a living language has more marks on one letter; sorting them costs the square of their number.
MOST_MARKS = 30

_CONTROLS = [
    "NULL",
    "START OF HEADING",
    "START OF TEXT",
    "END OF TEXT",
    "END OF TRANSMISSION",
    "ENQUIRY",
    "ACKNOWLEDGE",
    "ALERT",
    "BACKSPACE",
    "CHARACTER TABULATION",
    "LINE FEED",
    "LINE TABULATION",
    "FORM FEED",
    "CARRIAGE RETURN",
    "SHIFT OUT",
    "SHIFT IN",
    "DATA LINK ESCAPE",
    "DEVICE CONTROL ONE",
    "DEVICE CONTROL TWO",
    "DEVICE CONTROL THREE",
    "DEVICE CONTROL FOUR",
    "NEGATIVE ACKNOWLEDGE",
    "SYNCHRONOUS IDLE",
    "END OF TRANSMISSION BLOCK",
    "CANCEL",
    "END OF MEDIUM",
    "SUBSTITUTE",
    "ESCAPE",
    "INFORMATION SEPARATOR FOUR",
    "INFORMATION SEPARATOR THREE",
    "INFORMATION SEPARATOR TWO",
    "INFORMATION SEPARATOR ONE",
]
_LATE_CONTROLS = [
    "DELETE",
    "PADDING CHARACTER",
    "HIGH OCTET PRESET",
    "BREAK PERMITTED HERE",
    "NO BREAK HERE",
    "INDEX",
    "NEXT LINE",
    "START OF SELECTED AREA",
    "END OF SELECTED AREA",
    "CHARACTER TABULATION SET",
    "CHARACTER TABULATION WITH JUSTIFICATION",
    "LINE TABULATION SET",
    "PARTIAL LINE FORWARD",
    "PARTIAL LINE BACKWARD",
    "REVERSE LINE FEED",
    "SINGLE SHIFT TWO",
    "SINGLE SHIFT THREE",
    "DEVICE CONTROL STRING",
    "PRIVATE USE ONE",
    "PRIVATE USE TWO",
    "SET TRANSMIT STATE",
    "CANCEL CHARACTER",
    "MESSAGE WAITING",
    "START OF GUARDED AREA",
    "END OF GUARDED AREA",
    "START OF STRING",
    "SINGLE GRAPHIC CHARACTER INTRODUCER",
    "SINGLE CHARACTER INTRODUCER",
    "CONTROL SEQUENCE INTRODUCER",
    "STRING TERMINATOR",
    "OPERATING SYSTEM COMMAND",
    "PRIVACY MESSAGE",
    "APPLICATION PROGRAM COMMAND",
]
_CONTROL_NAMES = dict(enumerate(_CONTROLS)) | dict(enumerate(_LATE_CONTROLS, start=0x7F))
_OTHER_NAMES = {"Cs": "SURROGATE", "Co": "PRIVATE USE", "Cn": "NONCHARACTER"}


def is_showable(character: str) -> bool:
    """Whether the character can stand in a text: no control, no half of a pair, none of a private font.

    One that this Python does not know yet may be an emoji of next year.
    """
    category = unicodedata.category(character)
    return category not in ("Cc", "Cs", "Co") and not (category == "Cn" and _is_noncharacter(ord(character)))


def name_of(character: str) -> str:
    """The Unicode name and code point of a character, for instance `ESCAPE (U+001B)`."""
    other = _OTHER_NAMES.get(unicodedata.category(character), "UNNAMED")
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(ord(character), other)
    return f"{name} (U+{ord(character):04X})"


def without_invisible(text: str) -> str:
    """The text without all that is not seen, but for what holds an emoji together."""
    kept, end = [], 0
    for emoji in EMOJI.finditer(text):
        kept += [INVISIBLE.sub("", text[end : emoji.start()]), emoji.group()]
        end = emoji.end()
    return "".join([*kept, INVISIBLE.sub("", text[end:])])


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004  They are fixed by Unicode.
