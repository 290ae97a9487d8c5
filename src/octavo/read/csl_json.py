"""BibTeX's and biblatex's fields, mapped onto CSL-JSON.

Sources: *BibTeXing* (Patashnik 1988), the biblatex manual (section 2), the CSL 1.0.2 specification (appendices III and
IV) and the CSL-JSON schema. Where both name a thing, biblatex's field wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from octavo.memo import digest_of
from octavo.model.packing import encoded
from octavo.model.reference import BibliographySettings, Entry, Item, WrittenEntry
from octavo.read.addresses import Fields, addresses_of, arxiv_of, doi_of, links_of
from octavo.read.latex import decode_latex, plain_text
from octavo.read.names import parse_names
from octavo.read.scholar.filters import understood_latex
from octavo.read.titles import sentence_case, short_title

#: Entry types. What is not listed is a ``document``.
TYPES = {
    "article": "article-journal", "periodical": "periodical", "suppperiodical": "article-journal",
    "book": "book", "mvbook": "book", "collection": "book", "mvcollection": "book", "booklet": "pamphlet",
    "reference": "book", "mvreference": "book", "proceedings": "book", "mvproceedings": "book", "manual": "book",
    "inbook": "chapter", "bookinbook": "chapter", "suppbook": "chapter", "incollection": "chapter",
    "suppcollection": "chapter", "inreference": "entry-encyclopedia",
    "inproceedings": "paper-conference", "conference": "paper-conference",
    "thesis": "thesis", "phdthesis": "thesis", "mastersthesis": "thesis", "mathesis": "thesis", "bathesis": "thesis",
    "report": "report", "techreport": "report", "standard": "standard", "patent": "patent",
    "online": "webpage", "electronic": "webpage", "www": "webpage", "software": "software", "dataset": "dataset",
    "unpublished": "manuscript", "misc": "document", "image": "graphic", "video": "motion_picture", "audio": "song",
}  # fmt: skip

#: The kind of thesis that a type of its own names.
GENRES = {
    "phdthesis": "PhD thesis", "mastersthesis": "Master’s thesis", "mathesis": "Master’s thesis",
    "bathesis": "Bachelor’s thesis",
}  # fmt: skip
GENRE_WORDS = {
    "phdthesis": "PhD thesis", "mathesis": "Master’s thesis", "bathesis": "Bachelor’s thesis",
    "candthesis": "Candidate thesis", "techreport": "Technical report", "resreport": "Research report",
}  # fmt: skip

#: Names: CSL variable and the fields it is taken from, the first that there is.
NAMES = {
    "author": ("author",),
    "editor": ("editor",),
    "translator": ("translator",),
    "container-author": ("bookauthor",),
}

#: Text: CSL variable, the fields it is taken from, and whether case is protected by braces in it.
TEXTS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("title-short", ("shorttitle",), True),
    ("container-title", ("booktitle", "journaltitle", "journal", "maintitle"), True),
    ("container-title-short", ("shortjournal",), True),
    ("collection-title", ("series",), True),
    ("publisher", ("publisher", "institution", "school", "organization"), False),
    ("publisher-place", ("location", "address"), False),
    ("event-title", ("eventtitle",), True),
    ("event-place", ("venue",), False),
    ("volume", ("volume",), False),
    ("number-of-volumes", ("volumes",), False),
    ("number-of-pages", ("pagetotal",), False),
    ("chapter-number", ("chapter",), False),
    ("version", ("version",), False),
    ("status", ("pubstate", "status"), False),
    ("note", ("note", "addendum"), False),
    ("abstract", ("abstract",), False),
    ("keyword", ("keywords",), False),
    ("ISBN", ("isbn",), False),
    ("ISSN", ("issn",), False),
)

#: Fields that are titles of works; English ones are written in the case of a sentence.
TITLES = ("shorttitle", "booktitle", "maintitle")

#: What biblatex calls languages, as BCP 47 does.
LANGUAGES = {
    "english": "en-US", "american": "en-US", "usenglish": "en-US", "british": "en-GB", "ukenglish": "en-GB",
    "canadian": "en-US", "australian": "en-GB", "newzealand": "en-GB", "german": "de-DE", "ngerman": "de-DE",
    "germanb": "de-DE", "austrian": "de-AT", "naustrian": "de-AT", "swissgerman": "de-CH", "french": "fr-FR",
    "francais": "fr-FR", "acadian": "fr-CA", "canadien": "fr-CA", "spanish": "es-ES", "mexican": "es-MX",
    "italian": "it-IT", "portuguese": "pt-PT", "portuges": "pt-PT", "brazilian": "pt-BR", "brazil": "pt-BR",
    "dutch": "nl-NL", "danish": "da-DK", "swedish": "sv-SE", "norsk": "nb-NO", "nynorsk": "nn-NO",
    "norwegian": "nb-NO", "finnish": "fi-FI", "icelandic": "is-IS", "polish": "pl-PL", "czech": "cs-CZ",
    "slovak": "sk-SK", "slovene": "sl-SI", "croatian": "hr-HR", "serbian": "sr-RS", "russian": "ru-RU",
    "ukrainian": "uk-UA", "bulgarian": "bg-BG", "greek": "el-GR", "turkish": "tr-TR", "hungarian": "hu-HU",
    "magyar": "hu-HU", "romanian": "ro-RO", "estonian": "et-EE", "latvian": "lv-LV", "lithuanian": "lt-LT",
    "hebrew": "he-IL", "arabic": "ar", "japanese": "ja-JP", "chinese": "zh-CN", "korean": "ko-KR", "catalan": "ca-AD",
    "latin": "la",
}  # fmt: skip

#: Types whose ``number`` is that of the thing itself, not of an issue.
NUMBERED = (
    "report",
    "techreport",
    "manual",
    "patent",
    "standard",
    "misc",
    "online",
    "thesis",
    "unpublished",
    "dataset",
    "software",
)

#: Types whose ``number`` is that of an issue; of the others it is that in a series.
ISSUED = ("article", "periodical", "suppperiodical")

#: What biblatex's ``pubstate`` says.
STATES = {"inpress": "in press", "inpreparation": "in preparation", "prepublished": "prepublished"}

ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), start=1
    )
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def entry_of(written: WrittenEntry, settings: BibliographySettings) -> Entry:
    """Understand an entry: its LaTeX, names, dates and addresses."""
    fields = dict(written.fields)
    names = {
        variable: parse_names(next((fields[one] for one in sources if fields.get(one)), ""), settings.keeps_particles)
        for variable, sources in NAMES.items()
    }
    understood = {name: understood_latex(name, value, settings.filters) for name, value in fields.items()}
    item = item_of(written.citekey, written.kind, understood, names, settings.in_sentence_case)
    links = links_of(fields)
    digest = digest_of(encoded((item, links, fields)), written.bibtex.encode())
    return Entry(written.citekey, item, written.bibtex, links, digest, written.key, written.kind, fields, tuple(fields))


def item_of(
    citekey: str,
    kind: str,
    fields: Fields,
    names: Mapping[str, Sequence[Mapping[str, str]]],
    in_sentence_case: bool = True,
) -> Item:
    """Return an entry as CSL-JSON; ``kind`` is its type and ``fields`` its fields, both with lower-case names.

    ``names`` are the lists of names by CSL variable, each name a mapping as CSL-JSON has it. English titles are put
    into the case of a sentence, or stay as they are written.
    """
    item: Item = {"id": citekey, "type": _type(kind, fields)}
    item.update({variable: list(people) for variable, people in names.items() if people})
    item["language"] = _language(fields)
    lowers = in_sentence_case and item["language"][:2] in ("", "en")
    item["title"] = _title(fields, lowers)
    for variable, sources, protect_case in TEXTS:
        source = next((one for one in sources if fields.get(one)), "")
        text = decode_latex(fields.get(source, ""), protect_case)
        item[variable] = sentence_case(text) if source in TITLES and lowers else text
    item["title-short"] = item["title-short"] or short_title(item["title"])
    item["edition"] = _edition(fields.get("edition", ""))
    if item["container-title"] and fields.get("booksubtitle"):
        subtitle = decode_latex(fields["booksubtitle"], protect_case=True)
        whole = f"{item['container-title']}: {subtitle}"
        item["container-title"] = sentence_case(whole) if lowers else whole
    item["page"] = _pages(fields.get("pages", ""))
    number = "issue" if kind in ISSUED else "number" if kind in NUMBERED else "collection-number"
    item[number] = plain_text(fields.get("number", ""))
    item["issue"] = plain_text(fields.get("issue", "")) or item.get("issue", "")
    item["genre"] = _genre(kind, fields)
    item["issued"] = _issued(fields)
    item["accessed"] = parse_date(fields.get("urldate", ""))
    item["DOI"] = doi_of(fields)
    item.update(addresses_of(fields))
    return {variable: value for variable, value in item.items() if value}


def _type(kind: str, fields: Fields) -> str:
    if kind in ("misc", "unpublished") and arxiv_of(fields):
        return "article"
    if kind == "misc" and (fields.get("url") or "\\url" in fields.get("howpublished", "")):
        return "webpage"
    return TYPES.get(kind, "document")


def _language(fields: Fields) -> str:
    """Return the language of a work as BCP 47 names it: biblatex's name for it is known, a tag is one."""
    named = plain_text(fields.get("langid", "") or fields.get("language", "") or fields.get("hyphenation", ""))
    return LANGUAGES.get(named.casefold(), named if re.fullmatch(r"[a-z]{2,3}(?:-\w+)*", named) else "")


def _title(fields: Fields, lowers: bool) -> str:
    title = decode_latex(fields.get("title", ""), protect_case=True)
    subtitle = decode_latex(fields.get("subtitle", ""), protect_case=True)
    whole = f"{title}: {subtitle}" if title and subtitle else title or subtitle
    return sentence_case(whole) if lowers else whole


def _genre(kind: str, fields: Fields) -> str:
    named = plain_text(fields.get("type", ""))
    return GENRE_WORDS.get(named.casefold(), named) or GENRES.get(kind, "")


def _edition(edition: str) -> str:
    text = plain_text(edition)
    number = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?\.?", text)
    return number[1] if number else ORDINALS.get(text.casefold(), text)


def _pages(pages: str) -> str:
    """Return pages with a dash in each range: two hyphens if single ones are part of the numbers (``A-1--A-3``)."""
    text = plain_text(pages)
    dash = "–" if "-" in text else "-"
    return re.sub(r"\s*[–—]\s*", dash, text) if re.search("[–—]", text) else re.sub(r"\s*-\s*", "-", text)


def _issued(fields: Fields) -> dict[str, Any]:
    if date := parse_date(fields.get("date", "")):
        return date
    year = re.search(r"-?\d{1,4}", plain_text(fields.get("year", "")))
    if not year:
        state = fields.get("pubstate", "") or fields.get("status", "")
        words = plain_text(fields.get("year", "") or STATES.get(state, state))
        return {"literal": words} if words else {}
    parts = [int(year[0])]
    month = plain_text(fields.get("month", "")).casefold()
    if found := next((number for number, name in enumerate(MONTHS, start=1) if name in month), 0):
        day = re.search(r"\b\d{1,2}\b", month)
        parts += [found, *([int(day[0])] if day and 1 <= int(day[0]) <= 31 else [])]
    elif month.isdecimal() and 1 <= int(month) <= 12:
        parts.append(int(month))
    return {"date-parts": [parts]}


def month_of(text: str) -> int:
    """Return the month that a field names or numbers, from 1, or 0 if it is none."""
    month = plain_text(text).casefold()
    named = next((number for number, name in enumerate(MONTHS, start=1) if month.startswith(name)), 0)
    return named or (int(month) if month.isdecimal() and 1 <= int(month) <= 12 else 0)


def parse_date(text: str) -> dict[str, Any]:
    """Parse biblatex's dates (EDTF, ISO 8601-2): ``2019-05-03``, ``2019/2020``, ``2019~``; nothing if it is none."""
    ends = [
        re.fullmatch(r"\s*(-?\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T[\d:.Z+-]*)?[~?%]?\s*", end)
        for end in text.split("/")
    ]
    parts = [[int(part) for part in end.groups() if part] for end in ends if end]
    if not parts or any(len(part) > 1 and not (1 <= part[1] <= 12 or 21 <= part[1] <= 24) for part in parts):
        return {}
    # Months above 20 are seasons (ISO 8601-2); CSL-JSON has them after the twelve months.
    days = [[part[0], part[1] - 8] if len(part) > 1 and part[1] > 12 else part for part in parts[:2]]
    days = [part[:2] if len(part) > 2 and not 1 <= part[2] <= 31 else part for part in days]
    circa = {"circa": True} if re.search(r"[~%]", text) else {}
    return {"date-parts": days, **circa}
