"""Where a work is to be found, as BibTeX's and biblatex's fields say it: DOI, address, archive, a copy to read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from octavo.model.reference import EntryLink
from octavo.read.latex import plain_text

Fields = Mapping[str, str]

#: Fields in which people keep the address of a copy, of the program and of the talk.
COPIES = (("PDF", ("pdf", "file")), ("Code", ("code", "github")), ("Slides", ("slides",)), ("Video", ("video",)))


def doi_of(fields: Fields) -> str:
    """Return an entry's DOI without the resolver's address."""
    doi = _verbatim(fields.get("doi", "")).strip()
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", doi, flags=re.IGNORECASE)


def arxiv_of(fields: Fields) -> str:
    """Return an entry's arXiv identifier, from ``eprint`` or from where people write it otherwise."""
    archive = (fields.get("eprinttype") or fields.get("archiveprefix") or "").casefold()
    eprint = re.sub(r"^arxiv:", "", fields.get("eprint", "").strip(), flags=re.IGNORECASE)
    if eprint and (archive == "arxiv" or (not archive and re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?", eprint))):
        return eprint if re.fullmatch(r"[\w.\-/]+", eprint) else ""
    places = " ".join(fields.get(name, "") for name in ("journal", "journaltitle", "howpublished", "note"))
    match = re.search(r"arxiv:\s*(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", places, flags=re.IGNORECASE)
    return match[1] if match else ""


def addresses_of(fields: Fields) -> dict[str, str]:
    """Return CSL-JSON's variables for the address of a work and for its number in an archive of preprints."""
    address = url_of(fields.get("url", "")) or url_of(fields.get("howpublished", ""))
    found = {"URL": address} if address else {}
    eprint = plain_text(fields.get("eprint", ""))
    if arxiv := arxiv_of(fields):
        if not any(fields.get(name) for name in ("journal", "journaltitle", "booktitle", "publisher")):
            found["publisher"] = "arXiv"
        if not address and not fields.get("doi"):
            found["URL"] = f"https://arxiv.org/abs/{arxiv}"
    elif eprint:
        found |= {"archive": plain_text(fields.get("eprinttype", "")), "archive_location": eprint}
    return found


def links_of(fields: Fields) -> tuple[EntryLink, ...]:
    """Return the ways to a work that its entry names, each address once: DOI, arXiv, a copy, its page."""
    found: dict[str, str] = {}
    if doi := doi_of(fields):
        found[f"https://doi.org/{doi}"] = "DOI"
    if arxiv := arxiv_of(fields):
        found[f"https://arxiv.org/abs/{arxiv}"] = "arXiv"
        found.setdefault(f"https://arxiv.org/pdf/{arxiv}", "PDF")
    for label, names in COPIES:
        if address := next((address for name in names if (address := url_of(fields.get(name, "")))), ""):
            found.setdefault(address, label)
    if address := url_of(fields.get("url", "")) or url_of(fields.get("howpublished", "")):
        found.setdefault(address, "PDF" if address.casefold().endswith(".pdf") else "Web page")
    return tuple(EntryLink(label, address) for address, label in found.items())


def url_of(field: str) -> str:
    """Return the first address in a field; of other schemes than those of the web none is taken."""
    match = re.search(r"(?:https?|ftp)://[^\s\\\"<>]+", _verbatim(field))
    return match[0] if match else ""


def _verbatim(field: str) -> str:
    """Return an address or identifier as it is: only the escapes are undone that LaTeX makes people write."""
    if "\\" not in field:
        return field.replace("{", "").replace("}", "")
    text = re.sub(r"\\(?:url|path|nolinkurl)\s*(?=\{)", "", field)
    text = re.sub(r"\\(?:textasciitilde|~)\s*(?:\{\})?|\{\\textasciitilde\s*\}", "~", text)
    return re.sub(r"\\([_%&#$])", r"\1", text).replace("{", "").replace("}", "")
