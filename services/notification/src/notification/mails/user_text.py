"""Text that people wrote, as it may stand in a mail: on one line, without invisible marks, and no link. Pure."""

import re
import unicodedata

ZERO_WIDTH_SPACE = "\u200b"
ZERO_WIDTH_JOINER = "\u200d"
NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")

# Where programs that read mails see an address: behind a scheme, behind an @, and before a name of two letters or
# more that stands behind a full stop of any script.
_MAKES_LINK = re.compile(r"(?<=[A-Za-z]:)(?=\S)|(?<=\w[@\uff20])(?=\w)|(?<=\w[.\u3002\uff0e\uff61])(?=[^\W\d_]{2})")


def one_line(text: str) -> str:
    """Return ``text`` on one line: line breaks and controls become blanks, marks that nobody sees go.

    The joiner of emoji stays.
    """
    return " ".join("".join(map(_visible, NONCHARACTERS.sub("", text))).split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cf", "Cs"} and character != ZERO_WIDTH_JOINER:
        return ""
    return " " if category == "Cc" else character


def without_links(text: str) -> str:
    """Return ``text`` so that no program takes a part of it for an address; it looks the same to people."""
    return _MAKES_LINK.sub(ZERO_WIDTH_SPACE, text)
