"""Write a site to measure Octavo by: ``python bench/generate.py DIR --pages 1000``.

The same arguments write the same bytes. A page has 12 KB of prose with headings, 16 citations, 8 formulas, a table, a
block of code, a figure and links to other pages; 25 pages share a folder.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from random import Random
from string import ascii_lowercase

PAGE_BYTES = 12_000
PAGES_IN_FOLDER = 25
CITATIONS, FORMULAS, LINKS = 16, 8, 6

SUBJECTS = (
    *("the encoder", "a deeper model", "this objective", "the tokenizer", "attention", "the second layer", "our probe"),
    *("the ablation", "a frozen embedding", "pretraining", "the corpus", "fine-tuning", "the baseline", "the reader"),
    *("a sparse mixture", "each head", "the residual stream", "such a schedule", "the vocabulary", "distillation"),
)
VERBS = (
    *("improves", "replaces", "explains", "hides", "approximates", "outgrows", "depends on", "is compared with"),
    *("rarely changes", "learns from", "is trained before", "shares its weights with", "does not need", "predicts"),
)
OBJECTS = (
    *("the loss on held-out text", "a longer context", "the quality of the data", "masked tokens", "rare words"),
    *("the gradient of every parameter", "the next sentence", "a fixed budget of computation", "its own predictions"),
    *(
        "the order of the words",
        "subword units",
        "a bidirectional context",
        "the size of the batch",
        "human judgements",
    ),
)
ENDINGS = (
    *("", ", and the effect is *small*", ", which the authors call **surprising**", " in all three settings"),
    *(
        " (see the appendix)",
        "; nothing else was changed",
        ' -- a "free" gain',
        ", as `train.py` shows",
        " by 3.2 points",
    ),
)
TOPICS = (
    "Pretraining",
    "Attention",
    "Evaluation",
    "Tokenization",
    "Scaling",
    "Alignment",
    "Retrieval",
    "Multilinguality",
)
NAMES = (
    *("Abadi", "Bengio", "Cho", "Dyer", "Ettinger", "Firth", "Goldberg", "Hinton", "Ivanova", "Jurafsky", "Kiela"),
    *("Lample", "Manning", r"M{\"u}ller", "Nivre", "Ott", r"Pe{\~n}a", "Quirk", "Radford", "Socher", "van der Wal"),
)
GIVEN = ("Ada", "Boris", "Chen", "Dana", "Emil", "Fatima", "Grace", "Hiro", "Ines", "Jan", "Katya", "Liang")
VENUES = (
    "Computational Linguistics",
    "Transactions of the ACL",
    "Journal of Machine Learning Research",
    "Neural Notes",
)

FORMULA_SHAPES: tuple[Callable[[str, str, int], str], ...] = (
    lambda a, b, n: rf"d_{{{a}}} = {n}",
    lambda a, b, n: rf"{a} \times {b}_{{{n}}}",
    lambda a, b, n: rf"\mathcal{{L}}({a}) = -\sum_{{i=1}}^{{{n}}} \log p({b}_i \mid {b}_{{<i}})",
    lambda a, b, n: rf"\mathrm{{softmax}}\left(\frac{{{a} {b}^\top}}{{\sqrt{{{n}}}}}\right)",
    lambda a, b, n: rf"\hat{{{a}}} = \operatorname{{argmax}}_{{{b}}} P_{{{n}}}({b} \mid {a})",
    lambda a, b, n: rf"\mathbf{{{a}}}^{{({n})}} \in \mathbb{{R}}^{{{b} \times {n}}}",
    lambda a, b, n: rf"\begin{{aligned}} {a} &= {b} + {n} \\ {b} &= \frac{{{a}}}{{{n}}} \end{{aligned}}",
    lambda a, b, n: rf"\int_0^{{{n}}} {a}({b})\,d{b} >> {n}",
)


def main() -> None:
    """Read the command line and write the site."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=500)
    arguments = parser.parse_args()
    generate_site(arguments.folder, arguments.pages, arguments.entries)


def generate_site(folder: Path, pages: int, entries: int = 500) -> None:
    """Write a site of ``pages`` pages and ``entries`` BibTeX entries into ``folder``."""
    _write(folder / "octavo.toml", 'title = "Bench"\nbase_url = "https://notes.example"\n')
    _write(folder / "bibliography" / "references.bib", "\n".join(_entry(number) for number in range(entries)))
    _write(folder / "content" / "index.md", "---\ntitle: Bench\n---\n\nAll of this is made up.\n")
    for number in range(pages):
        _write(folder / "content" / page_path(number), _page(number, pages, entries))
        _write(folder / "static" / "images" / f"figure-{number}.svg", _figure(number))


def page_path(number: int) -> str:
    """Return the path of a page within ``content/``."""
    return f"part-{number // PAGES_IN_FOLDER:03}/note-{number:05}.md"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _page(number: int, pages: int, entries: int) -> str:
    random = Random(number)
    topic = random.choice(TOPICS)
    inserts = [
        *(_citation(random, entries) for _ in range(CITATIONS)),
        *(f"$${formula}$$" for formula in _formulas(random)),
        *(_link(random, pages) for _ in range(LINKS)),
    ]
    random.shuffle(inserts)
    blocks = [_table(random), _code(random, number), _shown_figure(number)]
    parts = [_front_matter(f"{topic} {number}", random), _paragraph(random, inserts)]
    while sum(map(len, parts)) < PAGE_BYTES or inserts or blocks:
        parts.append(f"{'##' if random.random() < 0.6 else '###'} {_heading(random)}")
        parts += [_paragraph(random, inserts) for _ in range(3)]
        if blocks:
            parts.append(blocks.pop())
    return "\n\n".join(parts) + "\n"


def _front_matter(title: str, random: Random) -> str:
    date = f"{random.randint(2015, 2025)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return f"---\ntitle: {title}\ndescription: Notes on {title}.\ndate: {date}\ntoc: true\n---"


def _paragraph(random: Random, inserts: list[str]) -> str:
    """Write four sentences or so; two of them take an insert with them."""
    sentences = [_sentence(random) for _ in range(random.randint(3, 5))]
    for place in random.sample(range(len(sentences)), 2):
        if inserts:
            sentences[place] = f"{sentences[place]} {inserts.pop()}"
    return ". ".join(sentences) + "."


def _sentence(random: Random) -> str:
    subject, verb, thing = random.choice(SUBJECTS), random.choice(VERBS), random.choice(OBJECTS)
    return f"{subject.capitalize()} {verb} {thing}{random.choice(ENDINGS)}"


def _heading(random: Random) -> str:
    return f"{random.choice(SUBJECTS).capitalize()} and {random.choice(OBJECTS)}"


def _citation(random: Random, entries: int) -> str:
    first, second = (citekey(random.randrange(entries)) for _ in range(2))
    return random.choice(
        (
            f"{{% cite {first} %}}",
            f"{{% cite {first} --locator {random.randint(1, 40)} %}}",
            f"[@{first}]",
            f"[@{first}, p. {random.randint(1, 40)}; @{second}]",
            f"as @{first} says",
        )
    )


def _formulas(random: Random) -> list[str]:
    shapes = random.sample(FORMULA_SHAPES, FORMULAS)
    letters = random.sample(ascii_lowercase, 2)
    return [shape(letters[0], letters[1], random.randint(2, 999)) for shape in shapes]


def _link(random: Random, pages: int) -> str:
    target = random.randrange(pages)
    return f"([note {target}](/{page_path(target).removesuffix('.md')}/))"


def _table(random: Random) -> str:
    rows = (
        f"| {random.choice(SUBJECTS)} | {random.randint(1, 999)} | {random.random():.3f} | {random.choice(OBJECTS)} |"
        for _ in range(6)
    )
    return "\n".join(("| Model | Size | Score | Remark |", "|:------|-----:|:-----:|--------|", *rows))


def _code(random: Random, number: int) -> str:
    lines = (
        f"    {random.choice(ascii_lowercase)} = layer_{random.randint(1, 24)}(x, rate={random.random():.2f})"
        for _ in range(8)
    )
    body = "\n".join(lines)
    return f'```python\ndef forward_{number}(x: Tensor) -> Tensor:\n    """One step."""\n{body}\n    return x\n```'


def _shown_figure(number: int) -> str:
    return f"![Loss over steps](/images/figure-{number}.svg)\nFig. The loss of run {number}, smoothed."


def _figure(number: int) -> str:
    random = Random(-number - 1)
    points = " ".join(f"{step * 16},{160 - random.randint(0, 150 - step * 3)}" for step in range(40))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 160">'
        f'<polyline points="{points}" fill="none" stroke="#357"/></svg>\n'
    )


def citekey(number: int) -> str:
    """Return the citekey of an entry."""
    return f"work{number:04}"


def _entry(number: int) -> str:
    random = Random(10_000_000 + number)
    names = random.sample(NAMES, random.randint(1, 4))
    authors = " and ".join(
        f"{name}, {random.choice(GIVEN)} {random.choice(ascii_lowercase).upper()}." for name in names
    )
    title = f"{random.choice(SUBJECTS).capitalize()} {random.choice(VERBS)} {random.choice(OBJECTS)}"
    year, volume, page = random.randint(1980, 2025), random.randint(1, 90), random.randint(1, 900)
    kind, fields = random.choice(
        (
            (
                "article",
                f"journal = {{{random.choice(VENUES)}}}, volume = {{{volume}}}, number = {{{random.randint(1, 6)}}}",
            ),
            ("inproceedings", f"booktitle = {{Proceedings of the {volume}th Meeting}}, address = {{Vienna}}"),
            ("book", "publisher = {Example Press}, address = {Cambridge}"),
            ("misc", f"eprint = {{{year % 100:02}01.{page:05}}}, archiveprefix = {{arXiv}}"),
        )
    )
    return (
        f"@{kind}{{{citekey(number)},\n  author = {{{authors}}},\n  title = {{{title}: {{BERT}} {number}}},\n"
        f"  year = {{{year}}},\n  {fields},\n  pages = {{{page}--{page + 12}}},\n  doi = {{10.1000/{number}}}\n}}\n"
    )


if __name__ == "__main__":
    main()
