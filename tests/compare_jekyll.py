"""Compare what Octavo makes of Jekyll sites with what Jekyll does: ``python tests/compare_jekyll.py SITE …``.

Jekyll (4.3, with kramdown) renders the body of every page and document, without layouts and plug-ins; Octavo builds the
same site in a copy without layouts. Their texts are compared block by block, with the elements and classes around code,
and what differs is printed. Not compared are spaces, the classes of single tokens of code, and citations, which Jekyll
alone doesn't know.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import html

BODIES = Path(__file__).with_name("jekyll_bodies.rb")

#: Where a text ends or begins.
BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol li table thead tbody tfoot tr td th blockquote pre dl dt dd figure figcaption "
    "section article nav details summary center hr br aside header footer main form iframe video audio".split()
)

#: What jekyll-scholar prints, and what numbers equations, by what stands for it in Jekyll's text.
SCHOLAR = (
    (
        re.compile(r'<span class="citation[^"]*"[^>]*>(?:<(a|span)\b[^>]*>.*?</\1>|<(?!/span>)|[^<])*</span>', re.S),
        "[cite]",
    ),
    (re.compile(r'<a class="citation[^"]*"[^>]*>.*?</a>', re.S), "[cite]"),
    (
        re.compile(r'(?:(?:<h\d class="bibliography">.*?</h\d>\s*)*<(ol|ul) class="bibliography".*?</\1>\s*)+', re.S),
        "[bibliography]",
    ),
    (re.compile(r'<a class="cross-reference"[^>]*>\(?\d+\)?</a>|\\(?:eq)?ref\{[\w:.-]+\}'), "[equation]"),
    (re.compile(r'<span class="equation-number"[^>]*>.*?</span>'), ""),
)
#: Classes of what is around code.
AROUND_CODE = re.compile(r"\b(?:language-|highlight|rouge|gutter|lineno)")
FORMULA = re.compile(r"\\\[(.*?)\\\]|\\\((.*?)\\\)", re.S)
#: Formulas that Jekyll leaves to a script as text, with curly quotes.
DOLLARS = re.compile(r"(?<!\\)\$([^$\0]+)\$")
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."})
#: What is between formulas, each of which is a block of its own for one of both alone.
BETWEEN_FORMULAS = re.compile(r"(?<=\\[)\]])[\s\0]+(?=\\[(\[])")


def main() -> None:
    """Compare the sites named on the command line."""
    if shutil.which("jekyll") is None:
        print("There is no Jekyll: its pages are not compared with Octavo's.")
        return
    differing = sum(compare(Path(site)) for site in sys.argv[1:])
    sys.exit(1 if differing else 0)


def compare(site: Path) -> int:
    """Print what differs in a site; return how many pages do."""
    printed = subprocess.run(["ruby", "-W0", BODIES, site], capture_output=True, text=True, check=True).stdout
    bodies: dict[str, dict[str, str]] = json.loads(printed)
    with tempfile.TemporaryDirectory() as folder:
        output = build(site, Path(folder))
        found = [differences(path, one, output) for path, one in sorted(bodies.items()) if is_compared(path, one)]
    for line in (line for lines in found for line in lines):
        print(line)
    differing = sum(map(bool, found))
    print(f"{site}: {len(found) - differing} pages are equal, {differing} differ")
    return differing


def build(site: Path, folder: Path) -> Path:
    """Build a copy of a site without its layouts, and return where; macros that they define for formulas are kept."""
    copy = folder / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("_site", ".git", "_layouts"), symlinks=True)
    if (site / "_layouts").is_dir():
        shutil.copytree(site / "_layouts", copy / "_includes" / "_layouts")
    command = [sys.executable, "-m", "octavo", "build", "--theme", "own", "--output", str(folder / "out"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"octavo build failed in {site}\n{done.stderr}")
    return folder / "out"


def is_compared(path: str, body: dict[str, str]) -> bool:
    """Tell whether a text is a page that Jekyll could render."""
    return "html" in body and path.endswith((".md", ".markdown", ".mkd", ".html"))


def differences(path: str, body: dict[str, str], output: Path) -> list[str]:
    """Return a line for each text that only one of both has."""
    url = unquote(body["url"]).strip("/")
    files = (output / url, output / url / "index.html", output / f"{url}.html")
    file = next((one for one in files if one.is_file()), None)
    if file is None:
        return [f"{path}: Octavo has no page {body['url']}"]
    ours, printed = file.read_text(encoding="utf-8"), body["html"]
    for pattern, sign in SCHOLAR:
        ours, printed = pattern.sub(sign, ours), pattern.sub(sign, printed)
    theirs, mine = list(texts(printed)), list(texts(ours))
    return [
        f"{path}\n  Jekyll: {' | '.join(theirs[a:b])}\n  Octavo: {' | '.join(mine[c:d])}"
        for kind, a, b, c, d in SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def texts(source: str) -> Iterator[str]:
    """Yield the text of each block, without spaces; formulas as their TeX between dollars."""
    if not source.strip():
        return
    root = html.fragment_fromstring(re.sub(r"\A\s*<(?:\?xml|!DOCTYPE)[^>]*>", "", source), create_parent="div")
    gathered: list[str] = []
    _gather(root, gathered)
    marked = DOLLARS.sub(lambda found: f"\\({found[1].translate(STRAIGHT)}\\)", "".join(gathered))
    for text in BETWEEN_FORMULAS.sub("", marked).split("\0"):
        formulas = FORMULA.sub(lambda found: f"${found[1] or found[2]}$", text)
        if words := re.sub(r"\s+", "", formulas):
            yield words


def _gather(element: Any, gathered: list[str]) -> None:
    """Add the text of an element, with NUL around blocks."""
    is_element = isinstance(element.tag, str)
    edge = "\0" if is_element and element.tag in BLOCKS else ""
    gathered.append(edge)
    classes = (element.get("class") or "") if is_element else ""
    if AROUND_CODE.search(classes):
        gathered.append(f"[{element.tag} {classes}]")
    if is_element and element.tag == "math":
        annotation = element.find(".//annotation")
        gathered.append(f"\\({annotation.text if annotation is not None else ''}\\)")
    elif is_element and element.tag == "img":
        gathered.append(f"[image {element.get('alt') or ''}]")
    elif is_element and element.tag not in ("script", "style"):
        is_formula = "math-invalid" in classes
        gathered.append(f"\\({element.text or ''}\\)" if is_formula else element.text or "")
        for child in element:
            _gather(child, gathered)
    gathered += (edge, element.tail or "")


if __name__ == "__main__":
    main()
