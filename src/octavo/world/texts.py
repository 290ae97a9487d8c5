"""Reading the files of a site: each once, until it changes; what can't be read is a diagnostic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from octavo.memo import digest_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.source import Source, Span
from octavo.world.digests import FileDigests
from octavo.world.files import FoundFile, Signature, unreadable

#: Control characters, which neither HTML nor XML can hold: https://www.w3.org/TR/xml/#charsets.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

#: Those of them that are bytes; to look for these first is much faster.
CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])


#: What no file to be published may have in its name.
UNPORTABLE = frozenset("\\:?#")


class ChangedError(OSError):
    """A file was changed between being looked at and being read."""

    def __init__(self, path: str) -> None:
        super().__init__(f"'{path}' changed while it was read; build again")


class SiteFiles:
    """The files of a site as they were found last.

    ``locations`` are where they are, by their paths or the sources of assets; ``paths`` are those of the sources, by
    location.
    """

    def __init__(self, digests: FileDigests) -> None:
        self._digests = digests
        self._texts: dict[str, tuple[Signature, str | Diagnostic]] = {}
        self.locations: dict[str, str] = {}
        self.paths: dict[str, str] = {}

    def known_digest(self, file: FoundFile) -> str:
        """Return the digest of a file if it is known without reading it, or nothing."""
        return self._digests.get(file) or ""

    def digest(self, file: FoundFile) -> str:
        """Return the digest of a file. Raises `OSError`."""
        known = self._digests.get(file)
        if known is None:
            known = digest_of(Path(file.location).read_bytes())
            self._digests.put(file, known)
        return known

    def list_sources(self, files: Iterable[FoundFile], problems: list[Diagnostic]) -> tuple[Source, ...]:
        """List the texts that can be read; only those are read that aren't known."""
        sources = []
        for file in files:
            digest = self._digests.get(file) or self.read_source(file)
            if isinstance(digest, Diagnostic):
                problems.append(digest)
            else:
                self.locations[file.path] = file.location
                self.paths[file.location] = file.path
                sources.append(Source(file.path, digest))
        return tuple(sources)

    def read_source(self, file: FoundFile) -> str | Diagnostic:
        """Return the digest of a text, or why it can't be read."""
        try:
            data = Path(file.location).read_bytes()
        except OSError as error:
            return unreadable(file.path, error.strerror)
        text = decode(file.path, data)
        if isinstance(text, Diagnostic):
            return text
        digest = digest_of(data)
        self._digests.put(file, digest)
        return digest

    def read_texts(self, files: Iterable[FoundFile], problems: list[Diagnostic]) -> dict[str, str]:
        """Read texts, by path."""
        texts: dict[str, str] = {}
        for file in files:
            text = self.read_text(file)
            if isinstance(text, Diagnostic):
                problems.append(text)
            else:
                texts[file.path] = text
        return texts

    def read_text(self, file: FoundFile) -> str | Diagnostic:
        """Return a text, or why it can't be read."""
        known = self._texts.get(file.location)
        if known is None or known[0] != file.signature:
            try:
                text = decode(file.path, Path(file.location).read_bytes())
            except OSError as error:
                text = unreadable(file.path, error.strerror)
            known = self._texts[file.location] = (file.signature, text)
        return known[1]

    def read(self, path: str, digest: str = "") -> bytes:
        """Return the bytes of what was found under a path. Raises `OSError`, and `ChangedError` for another digest."""
        data = Path(self.locations[path]).read_bytes()
        if digest and digest_of(data) != digest:
            raise ChangedError(path)
        return data


def has_portable_name(path: str, problems: list[Diagnostic]) -> bool:
    """Tell whether a file can be published under its own name; report it if not.

    On Windows ``\\`` and ``:`` might lead out of the site; in an address ``?`` and ``#`` end the path.
    """
    if not UNPORTABLE.isdisjoint(path):
        message, hint = f"'{path}' is not a path inside the site", "give it a name without \\ : ? #"
        problems.append(Diagnostic("path-outside", message, Span(path, 1), hint=hint))
        return False
    return True


def decode(path: str, data: bytes) -> str | Diagnostic:
    """Return a text in UTF-8, its line ends as ``\\n``, without a byte order mark and what can't be in a page."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(path, data, error.start)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    has_forbidden = len(data.translate(None, CONTROLS)) < len(data) or "\ufffe" in text or "\uffff" in text
    return FORBIDDEN.sub("", text) if has_forbidden else text


def _not_utf8(path: str, data: bytes, place: int) -> Diagnostic:
    before = data[:place]
    line = before.count(b"\n") + 1
    start = before.rfind(b"\n") + 1
    column = len(before[start:].decode(errors="replace")) + 1
    excerpt = data[start:].split(b"\n", 1)[0].decode(errors="replace").rstrip("\r")
    return Diagnostic(
        "encoding-invalid",
        f"byte 0x{data[place]:02x} is not UTF-8",
        Span(path, line, column),
        excerpt,
        "save the file as UTF-8",
    )
