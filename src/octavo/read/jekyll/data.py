"""The data files of a Jekyll site: YAML, JSON, CSV and TSV, nested as their folders are."""

from __future__ import annotations

import csv
import json
import posixpath
import re
from collections.abc import Mapping
from io import StringIO
from typing import Any

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.source import Span
from octavo.read.jekyll.yaml_values import YamlError, parse_yaml

EXTENSIONS = (".yml", ".yaml", ".json", ".csv", ".tsv")


def parse_data(texts: Mapping[str, str], folder: str) -> tuple[dict[str, Json], tuple[Diagnostic, ...]]:
    """Return ``site.data``; ``texts`` are by path below the ``folder``. A file that can't be read is reported."""
    data: dict[str, Json] = {}
    problems: list[Diagnostic] = []
    for path, text in sorted(texts.items()):
        stem, extension = posixpath.splitext(path)
        if extension not in EXTENSIONS:
            continue
        try:
            value = _parse(text, extension)
        except YamlError as error:
            place = Span(f"{folder}/{path}", error.line + 1, error.column + 1)
            problems.append(Diagnostic("data-invalid", f"not YAML: {error.message}", place))
            continue
        except (ValueError, csv.Error, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            problems.append(
                Diagnostic("data-invalid", f"not {extension[1:].upper()}: {error}", Span(f"{folder}/{path}", line))
            )
            continue
        *folders, name = stem.split("/")
        place_in: Any = data
        for one in folders:
            below = place_in.setdefault(_name(one), {})
            place_in = below if isinstance(below, dict) else place_in
        known = place_in.get(_name(name))
        place_in[_name(name)] = {**value, **known} if isinstance(known, dict) and isinstance(value, dict) else value
    return data, tuple(problems)


def _name(name: str) -> str:
    return re.sub(r"\s+", "_", re.sub(r"[^\w\s-]+", "", name))


def _parse(text: str, extension: str) -> Json:
    if extension == ".json":
        return json.loads(text) if text.strip() else None
    if extension in (".csv", ".tsv"):
        rows = csv.DictReader(StringIO(text), delimiter="\t" if extension == ".tsv" else ",")
        return [{str(name): value for name, value in row.items() if name is not None} for row in rows]
    return parse_yaml(text)
