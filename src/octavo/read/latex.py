"""LaTeX as it stands in bibliographies, to escaped text with the markup that CSL-JSON knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape

#: Accents by their command, as combining characters.
ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327",
    "k": "\u0328", "b": "\u0331",
}  # fmt: skip

#: Commands that stand for a text.
SYMBOLS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
    "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textbar": "|",
    "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "textquoteright": "’", "textquoteleft": "‘",
    "textquotedblleft": "“", "textquotedblright": "”", "textquotesingle": "'", "textless": "<", "textgreater": ">",
    "textregistered": "®", "texttrademark": "™", "textcopyright": "©", "copyright": "©", "S": "§", "P": "¶",
    "pounds": "£", "euro": "€", "textdegree": "°", "textperiodcentered": "·", "slash": "/", "LaTeX": "LaTeX",
    "TeX": "TeX", "BibTeX": "BibTeX",
    "textunderscore": "_", "textasciigrave": "`", "newblock": "", "relax": "", "par": " ", "newline": " ", "quad": " ",
}  # fmt: skip

#: Commands whose argument is set in another way.
MARKUP = {
    **dict.fromkeys(("emph", "textit", "textsl", "it", "em", "sl", "itshape"), ("<i>", "</i>")),
    **dict.fromkeys(("textbf", "bf", "bfseries"), ("<b>", "</b>")),
    **dict.fromkeys(("textsuperscript",), ("<sup>", "</sup>")),
    **dict.fromkeys(("textsubscript",), ("<sub>", "</sub>")),
    **dict.fromkeys(("textsc", "sc", "scshape"), ('<span style="font-variant: small-caps;">', "</span>")),
}

#: Those of them that hold for the rest of their group: ``{\em word}``.
SWITCHES = ("it", "em", "sl", "itshape", "bf", "bfseries", "sc", "scshape")

#: Symbols that keep the space behind them, which TeX drops: ``\\textregistered is`` was hardly meant to be "®is".
SPACED = ("textregistered", "texttrademark", "textcopyright", "copyright")

#: In levels. Braces nested deeper are taken as text.
DEEPEST = 50

_TOKEN = re.compile(
    r"(?P<formula>\$[^$]+\$|\\\(.+?\\\))|(?P<command>\\(?:[a-zA-Z]+\*?[ \t\n]*|.|$))|(?P<brace>[{}])"
    r"|(?P<ligature>---|--|``|`|''|~)|(?P<text>[^\\${}\-`'~]+|.)",
    re.DOTALL,
)
#: What tells, besides a backslash, that a text has more than words.
_MARK = re.compile(r"[{}$~`'-]")
_SPACES = re.compile(r"[ \t\n]+")
_TAG = re.compile(r"<[^>]*>")

#: The arguments of ``\\href`` as jekyll-scholar's filter for Markdown wants them.
_ESCAPED_HREF = re.compile(r"\\href\\\{([^\\}]+)\\\}\\\{([^\\}]+)\\\}")

_LIGATURES = {"---": "—", "--": "–", "``": "“", "`": "‘", "''": "”", "~": "\N{NO-BREAK SPACE}"}


def decode_latex(text: str, protect_case: bool = False) -> str:
    """Turn LaTeX into escaped text with markup; see `octavo.model.reference.Item`.

    With ``protect_case`` braces become ``<span class="nocase">``, as in titles; otherwise they vanish. Formulas stay
    as they are; of commands that are not known the argument stays.
    """
    if "\\" not in text and not _MARK.search(text):
        return escape(" ".join(text.split()), quote=False)
    if "\\href\\{" in text:
        text = _ESCAPED_HREF.sub(r"\\href{\1}{\2}", text)
    reader = _Reader(text, protect_case)
    decoded = unicodedata.normalize("NFC", "".join(reader.group(0)))
    return _SPACES.sub(" ", decoded).strip()


def plain_text(latex: str) -> str:
    """Return the words of a LaTeX text alone, escaped."""
    return _TAG.sub("", decode_latex(latex)) if latex else ""


class _Reader:
    """Reads tokens from left to right; each method returns decoded parts."""

    def __init__(self, text: str, protect_case: bool) -> None:
        self._tokens = [(match.lastgroup or "text", match[0]) for match in _TOKEN.finditer(text)]
        self._place = 0
        self._protecting = {0} if protect_case else set()  # depths at which braces protect

    def group(self, depth: int) -> Iterator[str]:
        """Read to the brace that closes the group, or to the end of the text."""
        closing: list[str] = []
        while self._place < len(self._tokens):
            kind, token = self._tokens[self._place]
            self._place += 1
            if token == "}" and kind == "brace":
                if depth:
                    break
                continue
            name = token[1:].strip().rstrip("*")
            if kind == "command" and name in SWITCHES:
                start, end = MARKUP[name]
                closing.append(end)
                yield start
            elif kind == "brace":
                yield from self._braced(depth)
            else:
                yield from self._single(kind, token, depth)
        yield from reversed(closing)

    def _braced(self, depth: int) -> Iterator[str]:
        """Read a group that is no command's argument; ``{\\'e}`` is a letter and protects nothing."""
        if depth >= DEEPEST:
            return
        kind, token = self._tokens[self._place] if self._place < len(self._tokens) else ("", "")
        is_letter = kind == "command" and token[1:].strip() not in (*MARKUP, "url", "href")
        content = "".join(self.group(depth + 1))
        protects = depth in self._protecting and not is_letter and any(map(str.isalpha, content))
        yield f'<span class="nocase">{content}</span>' if protects else content

    def _single(self, kind: str, token: str, depth: int) -> Iterator[str]:
        if kind == "command":
            yield from self._command(token, depth)
        elif kind == "ligature":
            yield _LIGATURES[token]
        elif kind == "formula" and token.startswith("\\"):
            yield f"${escape(token[2:-2], quote=False)}$"
        else:  # a formula, or text; an apostrophe is one
            yield escape(token, quote=False) if token != "'" else "’"

    def _command(self, token: str, depth: int) -> Iterator[str]:
        name = token[1:].strip().rstrip("*") if token[1:2].isalpha() else token[1:]
        if name in ACCENTS:
            yield self._accented(ACCENTS[name], depth)
        elif name in SYMBOLS:
            yield escape(SYMBOLS[name], quote=False)
            yield " " if name in SPACED and token[-1].isspace() else ""
        elif name in MARKUP:
            start, end = MARKUP[name]
            outer = self._protecting
            self._protecting = outer | {depth + 1} if depth in outer else outer
            yield from (start, self._argument(depth), end)
            self._protecting = outer
        elif name == "$":
            yield "&#36;"  # a bare one would begin a formula
        elif name == "\\":
            yield " "
        elif name == "lowercase":
            yield self._argument(depth).lower()
        elif name == "href":
            self._argument(depth)
            yield self._argument(depth)
        elif name.isalpha():
            yield self._argument(depth) if self._at_brace() else ""
        else:  # an escaped sign, or a space
            yield escape(name, quote=False) if name.strip() and name not in "/-," else "" if name in "/-" else " "

    def _argument(self, depth: int) -> str:
        """Read what a command applies to: a group, or the next letter."""
        while self._place < len(self._tokens) and self._tokens[self._place][1].isspace():
            self._place += 1
        if self._place >= len(self._tokens) or depth >= DEEPEST:
            return ""
        kind, token = self._tokens[self._place]
        if kind == "brace" and token == "}":
            return ""
        self._place += 1
        if kind == "brace":
            return "".join(self.group(depth + 1))
        if kind == "text" and len(token) > 1:
            self._place -= 1
            self._tokens[self._place] = (kind, token[1:])
            return escape(token[0], quote=False)
        return "".join(self._single(kind, token, depth + 1))

    def _accented(self, accent: str, depth: int) -> str:
        letters = self._argument(depth)
        base = {"ı": "i", "ȷ": "j"}.get(letters[:1], letters[:1])
        return base + accent + letters[1:] if base else ""

    def _at_brace(self) -> bool:
        return self._place < len(self._tokens) and self._tokens[self._place] == ("brace", "{")
