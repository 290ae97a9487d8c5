"""Makes up notes and works; the same arguments make the same ones.

A page has 12 KB of Markdown with headings, citations, 8 formulas, a table, a block of code, a figure and links to other
pages; 25 pages share a folder.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from string import ascii_lowercase

from notation import Notation
from pages import (
    Block,
    Citation,
    Figure,
    Formula,
    Heading,
    Insert,
    Kind,
    Link,
    Page,
    Paragraph,
    Sentence,
    Size,
    Verbatim,
    Work,
)

PAGE_BYTES = 12_000
FORMULAS, LINKS = 8, 6

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
    *("Lample", "Manning", "Müller", "Nivre", "Ott", "Peña", "Quirk", "Radford", "Socher", "van der Wal"),
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


def make_page(number: int, site: Size) -> Page:
    """Make the page of that number."""
    random = Random(number)
    title = f"{random.choice(TOPICS)} {number}"
    inserts: list[Insert] = [
        *(_citation(random, site.cited) for _ in range(site.citations)),
        *_formulas(random),
        *(Link(random.randrange(site.pages)) for _ in range(LINKS)),
    ]
    random.shuffle(inserts)
    special: list[Block] = [_table(random), _code(random, number), Figure(number)]
    date = _date(random)
    blocks: list[Block] = [_paragraph(random, inserts)]
    measure = Notation()  # the length of Octavo's Markdown decides for all
    size = len(measure.front_matter(title, date)) + len(measure.block(blocks[0]))
    while size < PAGE_BYTES or inserts or special:
        more: list[Block] = [_heading(random), *(_paragraph(random, inserts) for _ in range(3)), *special[-1:]]
        del special[-1:]
        blocks += more
        size += sum(len(measure.block(block)) for block in more)
    return Page(number, title, date, tuple(blocks))


def _date(random: Random) -> str:
    return f"{random.randint(2015, 2025)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def _paragraph(random: Random, inserts: list[Insert]) -> Paragraph:
    """Make four sentences or so; two of them take an insert with them."""
    sentences = [Sentence(_sentence(random)) for _ in range(random.randint(3, 5))]
    for place in random.sample(range(len(sentences)), 2):
        if inserts:
            sentences[place] = Sentence(sentences[place].text, inserts.pop())
    return Paragraph(tuple(sentences))


def _sentence(random: Random) -> str:
    subject, verb, thing = random.choice(SUBJECTS), random.choice(VERBS), random.choice(OBJECTS)
    return f"{subject.capitalize()} {verb} {thing}{random.choice(ENDINGS)}"


def _heading(random: Random) -> Heading:
    level = 2 if random.random() < 0.6 else 3
    return Heading(level, f"{random.choice(SUBJECTS).capitalize()} and {random.choice(OBJECTS)}")


def _citation(random: Random, entries: int) -> Citation:
    first, second = (citekey(random.randrange(entries)) for _ in range(2))
    return random.choice(
        (
            Citation("tag", ((first, 0),)),
            Citation("tag", ((first, random.randint(1, 40)),)),
            Citation("brackets", ((first, 0),)),
            Citation("brackets", ((first, random.randint(1, 40)), (second, 0))),
            Citation("narrative", ((first, 0),)),
        )
    )


def _formulas(random: Random) -> list[Formula]:
    shapes = random.sample(FORMULA_SHAPES, FORMULAS)
    letters = random.sample(ascii_lowercase, 2)
    return [Formula(shape(letters[0], letters[1], random.randint(2, 999))) for shape in shapes]


def _table(random: Random) -> Verbatim:
    rows = (
        f"| {random.choice(SUBJECTS)} | {random.randint(1, 999)} | {random.random():.3f} | {random.choice(OBJECTS)} |"
        for _ in range(6)
    )
    return Verbatim("\n".join(("| Model | Size | Score | Remark |", "|:------|-----:|:-----:|--------|", *rows)))


def _code(random: Random, number: int) -> Verbatim:
    lines = (
        f"    {random.choice(ascii_lowercase)} = layer_{random.randint(1, 24)}(x, rate={random.random():.2f})"
        for _ in range(8)
    )
    body = "\n".join(lines)
    head = f'def forward_{number}(x: Tensor) -> Tensor:\n    """One step."""'
    return Verbatim(f"```python\n{head}\n{body}\n    return x\n```")


def draw_figure(number: int) -> str:
    """Draw the figure of a page, in SVG."""
    random = Random(-number - 1)
    points = " ".join(f"{step * 16},{160 - random.randint(0, 150 - step * 3)}" for step in range(40))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 160">'
        f'<polyline points="{points}" fill="none" stroke="#357"/></svg>\n'
    )


def citekey(number: int) -> str:
    """Return the citekey of a work."""
    return f"work{number:04}"


def make_work(number: int) -> Work:
    """Make the work of that number."""
    random = Random(10_000_000 + number)
    names = random.sample(NAMES, random.randint(1, 4))
    authors = tuple((name, f"{random.choice(GIVEN)} {random.choice(ascii_lowercase).upper()}.") for name in names)
    title = f"{random.choice(SUBJECTS).capitalize()} {random.choice(VERBS)} {random.choice(OBJECTS)}: BERT {number}"
    year, volume, page = random.randint(1980, 2025), random.randint(1, 90), random.randint(1, 900)
    journal = {"journal": random.choice(VENUES), "volume": str(volume), "number": str(random.randint(1, 6))}
    kinds: tuple[tuple[Kind, dict[str, str]], ...] = (
        ("article", journal),
        ("inproceedings", {"booktitle": f"Proceedings of the {volume}th Meeting", "address": "Vienna"}),
        ("book", {"publisher": "Example Press", "address": "Cambridge"}),
        ("misc", {"eprint": f"{year % 100:02}01.{page:05}", "archiveprefix": "arXiv"}),
    )
    kind, fields = random.choice(kinds)
    return Work(kind, citekey(number), authors, title, year, fields, (page, page + 12), f"10.1000/{number}")
