"""Text that somebody else typed, made safe for the place where it is put; pure."""

import unicodedata

_INERT = str.maketrans({"<": "‹", ">": "›"})


def visible(text: str) -> str:
    """The text without characters that nobody sees (zero width, direction, tags); controls become spaces."""
    return text.replace("\r\n", "\n").translate(_VISIBLE)


def one_line(text: str, limit: int) -> str:
    """The visible text on one line, cut at this many characters."""
    return " ".join(visible(text[: 4 * limit]).split())[:limit].rstrip()


def inert(text: str) -> str:
    """Text as data inside a prompt: look-alikes made plain and no angle bracket left that could close an element."""
    return unicodedata.normalize("NFKC", visible(text)).translate(_INERT)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp"):
        return "\n"
    if category == "Cc":
        return character if character == "\n" else " "
    hidden = category in ("Cf", "Cn", "Co", "Cs") or "VARIATION SELECTOR" in unicodedata.name(character, "")
    return "" if hidden else character


class _Visible(dict[int, str]):
    """What becomes of each character, found out once: prompts are long and their alphabet is short."""

    def __missing__(self, code: int) -> str:
        shown = self[code] = _shown(chr(code))
        return shown


_VISIBLE = _Visible()
