"""This repository's own site: every language model of its mission has a note, a figure and facts with sources."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from building import build_folder
from octavo.model.document import Document, Hole
from octavo.model.site import SiteConfig
from octavo.model.source import SourceFile
from octavo.pipeline.settings import note_settings
from octavo.read.markdown import make_parser

REPOSITORY = Path(__file__).resolve().parents[1]
CONTENT = REPOSITORY / "content"
MODELS = CONTENT / "models"
SVG = "{http://www.w3.org/2000/svg}"

#: Notes by the names of their files: what came before the transformer, what made pre-training the rule, what is recent.
SYSTEMS = {
    "before-transformer": ("cove", "elmo", "cross-view-training", "ulmfit"),
    "pre-training": ("gpt", "bert", "albert", "gpt-2", "roberta", "t5", "gpt-3", "xlnet", "bart", "electra"),
    "recent": ("phi", "bloomberggpt", "llama-2", "llama-3", "mistral-7b", "qwen-2", "afm", "gemma-2"),
}

TERMS = (
    "masked-language-modelling",
    "next-sentence-prediction",
    "sentence-order-prediction",
    "replaced-token-detection",
    "denoising",
    "byte-pair-encoding",
    "wordpiece",
    "grouped-query-attention",
    "sliding-window-attention",
    "rlhf",
    "dpo",
    "rejection-sampling",
    "knowledge-distillation",
    "logit-soft-capping",
    "model-averaging",
)


@cache
def note(name: str) -> Document:
    text = (CONTENT / f"{name}.md").read_text(encoding="utf-8")
    return make_parser(note_settings(SiteConfig()))(SourceFile(f"content/{name}.md", text))


@pytest.mark.parametrize(("period", "name"), [(period, name) for period, names in SYSTEMS.items() for name in names])
def test_every_system_has_its_note_with_a_figure_and_facts(period: str, name: str) -> None:
    document = note(f"models/{name}")
    front_matter = document.front_matter
    assert set(SYSTEMS) & set(front_matter.tags) == {period}
    assert 250 <= document.words <= 900  # captions and formulas count as well
    assert len({item.citekey for citation in document.citations for item in citation.items}) >= 3
    referred_to = {reference.label for reference in document.cross_references}
    assert document.figures
    assert all(figure.label in referred_to and figure.caption and figure.credit for figure in document.figures)
    assert {"organization", "released"} <= {fact.name for fact in front_matter.facts}
    assert [table.form for table in document.fact_tables] == ["facts"]


def test_the_overview_leads_to_every_system() -> None:
    targets = {link.target.partition("#")[0].casefold() for link in note("models/index").links}
    titles = {note(f"models/{name}").front_matter.title.casefold() for names in SYSTEMS.values() for name in names}
    assert titles <= targets


def test_the_glossary_explains_every_term() -> None:
    assert set(TERMS) <= {heading.anchor for heading in note("glossary").headings}


def test_comparisons_and_charts_are_there() -> None:
    forms = [table.form for table in note("compare").fact_tables]
    assert forms.count("compare") >= 1
    assert forms.count("chart") >= 1
    assert any(hole for hole in note("compare").body if not isinstance(hole, str) and hole.kind is Hole.TABLE)


@pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.svg")), ids=lambda path: path.name)
def test_a_drawing_can_be_read_by_everyone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    named = {root.findtext(f"{SVG}{name}") for name in ("title", "desc")}
    assert None not in named
    assert "" not in named
    assert {"viewBox", "aria-labelledby"} <= root.attrib.keys()
    assert "prefers-color-scheme: dark" in text
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;}]*?([\d.]+)px", text)]
    width = float(root.attrib["viewBox"].split()[2])
    assert min(sizes) * 560 / width >= 15  # as large as it is shown in a column


def test_the_whole_site_builds_without_a_diagnostic() -> None:
    pytest.importorskip("vl_convert")
    assert build_folder(REPOSITORY).problems() == []
