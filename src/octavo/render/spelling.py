"""Spells a formula in the TeX that math-core knows, and refuses what has no place in a formula.

math-core knows the commands of LaTeX and amsmath, but not all of their other spellings, and numbers formulas in
environments where this site does so itself. Source of what the commands mean: the manuals of amsmath and MathJax.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from octavo.read.macros import CONTROL, group_end
from octavo.render.macros import FormulaError

_DEFINING = frozenset(
    (
        *(r"\def", r"\edef", r"\gdef", r"\xdef", r"\let", r"\global", r"\newcommand", r"\renewcommand"),
        *(r"\providecommand", r"\newenvironment", r"\renewenvironment", r"\DeclareMathOperator"),
    )
)

#: Commands that lead out of a formula, change its page's style, or define others that grow without end.
REFUSED = frozenset(
    (
        *(r"\href", r"\url", r"\includegraphics", r"\style", r"\class", r"\cssId", r"\require", r"\unicode", r"\verb"),
        *(r"\ref", r"\eqref"),
        *_DEFINING,
    )
)

#: Commands and signs for them.
_SIGNS = dict(
    pair.split()
    for pair in r"""
    \Colon ∷, \Lbag ⟅, \Mapsto ⤇, \Longmapsto ⟾, \QED ∎, \Rbag ⟆, \Square □, \Vvert ⦀, \boxbar ◫, \boxslash ⧄,
    \bullseye ◎, \cent ¢, \centerdot ⋅, \circledbslash ⦸, \cupdot ⊍, \dasharrow ⇢, \dd ⅆ, \diameter ⌀, \dotminus ∸,
    \ee ⅇ, \euro €, \female ♀, \ii ⅈ, \increment ∆, \interleave ⫴, \intprod ⨼, \jj ⅉ, \lBrack ⟦, \mapsfrom ↤,
    \longmapsfrom ⟻, \male ♂, \napprox ≉, \nasymp ≭, \nin ∉, \nni ∌, \npreccurlyeq ⋠, \nshortmid ∤, \nshortparallel ∦,
    \nsimeq ≄, \nsqsubseteq ⋢, \nsqsupseteq ⋣, \nsucccurlyeq ⋡, \percent \%, \preceqq ⪳, \precneq ⪱, \rBrack ⟧,
    \rightangle ∟, \shortmid ∣, \shortparallel ∥, \slash /, \smallfrown ⌢, \smallint ∫, \intop ∫, \smallsetminus ∖,
    \smallsmile ⌣, \smalltriangledown ▿, \smalltriangleleft ◃, \smalltriangleright ▹, \smalltriangleup ▵,
    \sqsubsetneq ⋤, \sqsupsetneq ⋥, \sterling £, \succeqq ⪴, \succneq ⪲, \thickapprox ≈, \thicksim ∼,
    \vardiamondsuit ♦, \varheartsuit ♥, \varparallel ⫽, \varpropto ∝, \varbeta ϐ, \wideparen ⏜, \Angstrom Å
    """.split(",")
)

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"

#: Commands by other names.
COMMANDS = {
    **_SIGNS,
    **dict.fromkeys((r"\dotsb", r"\dotsi", r"\dotsm"), r"\cdots"),
    **dict.fromkeys((r"\dotsc", r"\dotso"), r"\ldots"),
    **dict.fromkeys((r"\hbox", r"\mbox", r"\textmd", r"\textnormal", r"\textup"), r"\text"),
    **dict.fromkeys((r"\mathbbm", r"\mathds"), r"\mathbb"),
    # numbers stand beside the formula, and letters have the size of the text
    **dict.fromkeys((r"\nonumber", r"\notag", r"\mathnormal", r"\mit", r"\hfil", r"\hfill", r"\displaylimits"), ""),
    **dict.fromkeys((r"\tiny", r"\Tiny", r"\scriptsize", r"\footnotesize", r"\small", r"\normalsize"), ""),
    **dict.fromkeys((r"\large", r"\Large", r"\LARGE", r"\huge", r"\Huge"), ""),
    # the room that a letter takes cannot be given to others
    **dict.fromkeys((r"\mathclap", r"\mathllap", r"\mathrlap", r"\smash", r"\vcenter"), ""),
    **dict.fromkeys((r"\clap", r"\llap", r"\rlap"), r"\text"),
    **{rf"\up{letter}": rf"{{\mathrm\{letter}}}" for letter in (*_GREEK.split(), "omega")},
    r"\LaTeX": r"\text{LaTeX}",
    r"\TeX": r"\text{TeX}",
    r"\cr": r"\\",
    r"\hspace*": r"\hspace",
    r"\overbar": r"\overline",
    r"\pmb": r"\boldsymbol",
    r"\ring": r"\mathring",
    r"\sout": r"\cancel",
    r"\strut": r"\mathstrut",
    r"\varinjlim": r"\operatorname*{inj\,lim}",
    r"\varliminf": r"\operatorname*{lim\,inf}",
    r"\varlimsup": r"\operatorname*{lim\,sup}",
    r"\varprojlim": r"\operatorname*{proj\,lim}",
}


def _environment(name: str, columns: str = "") -> tuple[str, str]:
    return rf"\begin{{{name}}}{columns}", rf"\end{{{name}}}"


#: Environments of LaTeX, amsmath and mathtools, and what begins and ends them here, where none has a number.
ENVIRONMENTS = {
    **{name: _environment(name) for name in ("array", "darray", "cases", "dcases", "rcases", "drcases", "subarray")},
    **{name: _environment(name) for name in ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix")},
    **dict.fromkeys(("align", "align*", "aligned", "flalign", "flalign*", "split"), _environment("aligned")),
    **dict.fromkeys(("alignat", "alignat*", "alignedat"), _environment("aligned")),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), _environment("gathered")),
    **dict.fromkeys(("displaylines", "multlined"), _environment("gathered")),
    **dict.fromkeys(("displaymath", "equation", "equation*", "math"), ("{", "}")),
    **dict.fromkeys(("eqnarray", "eqnarray*"), _environment("darray", "{rcl}")),
    "smallmatrix": _environment("subarray", "{c}"),
}

#: The fences of matrices whose columns may be told.
_FENCES = {
    "matrix*": ("", ""),
    "pmatrix*": (r"\left(", r"\right)"),
    "bmatrix*": (r"\left[", r"\right]"),
    "Bmatrix*": (r"\left\{", r"\right\}"),
    "vmatrix*": (r"\left|", r"\right|"),
    "Vmatrix*": (r"\left\|", r"\right\|"),
}

_ANGLES = {"<": r"\langle ", ">": r"\rangle "}

#: Columns of a matrix; more are centred.
_MANY = 20

#: Commands whose argument is an environment.
_ROWS = {
    "substack": _environment("subarray", "{c}"),
    **{name: _environment(name) for name in ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "cases")},
    "eqalign": _environment("aligned"),
    "displaylines": _environment("gathered"),
}

#: A command up to its argument, which is to stand between two others.
_AROUND = re.compile(
    rf"""
    \\ (?: (?P<rows> {"|".join(_ROWS)} ) | text (?P<color> color \s* (?:\[\w*\])? \s* \{{ [^{{}}]* \}} ) )
    \s* (?=\{{)
    """,
    re.VERBOSE,
)

#: One construct of TeX that may need another spelling; anything else passes as it is.
_CONSTRUCT = re.compile(
    r"""
    (?: \\\\ | \\cr ) \*? (?= (?: \s | %[^\n]* )* \\end (?! [a-zA-Z] ) )
  | (?P<newline> \\\\ \*? (?: \s* \[ \s* -? [\d.]+ \s* [a-z]{2} \s* \] )? )
  | (?P<comment> % [^\n]* )
  | (?P<label> \\label \s* \{ [^{}]* \} )
  | (?P<sign> [$\#] )
  | (?P<line> \\hline (?: \s* \\hline )+ ) (?! [a-zA-Z] )
  | \\ (?: bm | boldsymbol | pmb ) \s* (?: \{ \s* (?P<digits> \d+ ) \s* \} | (?P<digit> \d ) )
  | \\tag (?P<bare> \*? ) \s* \{ (?P<tag> [^{}]* ) \}
  | \\color \s* \{ (?P<color> [^{}]* ) \}
  | \\arg \s* \\ (?P<bound> max | min ) (?! [a-zA-Z] )
  | \\mathop \s* \{ \s* \\ (?: mathrm | text | textrm ) \s* \{ (?P<limited> (?: [a-zA-Z\s] | \\, )+ ) \} \s* \}
  | \\operatorname \s* (?P<star> \*? ) \s* \{ (?P<operator> [^{}]* | [^{}]* \{ [^{}]* \} [^{}]* ) \}
  | \\ (?P<font> text(?:bf|it|md|normal|rm|sf|sc|tt|up)? | mbox | hbox )
    \s* \{ (?P<text> (?: \\. | [^{}\\] | \{ (?: \\. | [^{}\\] | \{ [^{}]* \} )* \} )* ) \}
  | \\ (?P<size> [bB]igg?[lmr]? | left | middle | right ) \s*
    (?: \{ \s* (?P<delimiter> \\ [a-zA-Z]+ | \\? [^\s\\a-zA-Z] ) \s* \} | (?P<angle> [<>] ) )
  | \\begin \s* \{ \s* (?P<table> d?array ) \s* \} (?: \s* \[ [tbc] \] )?
    \s* \{ (?P<columns> (?: [^{}] | \{ [^{}]* \} )* ) \}
  | \\ (?P<edge> begin | end ) \s* \{ (?P<environment> [^{}]* ) \}
    (?P<option> (?<=at\}) \s* \{ \d+ \} | (?<=at\*\}) \s* \{ \d+ \} | \s* \[ \s* (?P<place> [tbclr] ) \s* \] )?
  | \^ \s* (?: \{ \s* (?P<primes> '+ ) \s* \} | (?P<prime> ' ) )
  | \\root (?P<degree> [^\\{}]+ ) \\of (?! [a-zA-Z] )
  | \\smash \s* \[ [tb] \]
  | (?P<command> \\ (?: [a-zA-Z]+ \*? | . | \Z ) )
    """,
    re.VERBOSE | re.DOTALL,
)


def spell_formula(tex: str) -> str:
    """Spell a formula the way math-core reads it; raises `FormulaError` for what has no place in one."""
    spelled = _spelled(_around_arguments(tex))
    _refuse(spelled)
    if r"\\" in spelled and _has_lines(spelled):
        return rf"\begin{{gathered}}{spelled}\end{{gathered}}"
    return spelled


def _refuse(tex: str) -> None:
    for name in CONTROL.findall(tex):
        if name in REFUSED:
            hint = "macros stand in the configuration, under [macros]" if name in _DEFINING else ""
            raise FormulaError(f"{name} is not allowed in a formula", hint)


def _around_arguments(tex: str) -> str:
    position = 0
    while found := _AROUND.search(tex, position):
        end = group_end(tex, found.end())
        if end is None:
            raise FormulaError("the braces do not match")
        before, after = _ROWS[found["rows"]] if found["rows"] else ("\\" + found["color"], "")
        argument = tex[found.end() + 1 : end - 1]
        tex = f"{tex[: found.start()]}{{{before}{argument}{after}}}{tex[end:]}"
        position = found.start() + len(before)
    return tex


def _has_lines(tex: str) -> bool:
    """Tell whether a new line stands outside of all environments and groups."""
    depth = 0
    for part in re.findall(r"\\(?:begin|end)\b|\\.|[{}]", tex, re.DOTALL):
        depth += {r"\begin": 1, "{": 1, r"\end": -1, "}": -1}.get(part, 0)
        if part == r"\\" and depth == 0:
            return True
    return False


def _spelled(tex: str) -> str:
    return _CONSTRUCT.sub(_spell, tex)


def _spell(match: re.Match[str]) -> str:
    spell = _SPELLINGS.get(match.lastgroup or "")
    return spell(match) if spell else ""


def _spell_tag(match: re.Match[str]) -> str:
    shown = match["tag"] if match["bare"] else f"({match['tag']})"
    return rf"\qquad{_spell_text(shown, 'text')}"


def _spell_color(match: re.Match[str]) -> str:
    """Spell a colour of CSS, which math-core knows few of; those in capitals are LaTeX's own."""
    from PIL import ImageColor  # slow to import; colours are rare

    name = match["color"].strip()
    if not name.startswith("#") and not name.islower():
        return match[0]
    try:
        red, green, blue, *_ = ImageColor.getrgb(name)
    except ValueError:
        raise FormulaError(f"no colour is called '{name}'") from None
    return rf"\color[HTML]{{{red:02X}{green:02X}{blue:02X}}}"


def _spell_bold(match: re.Match[str]) -> str:
    """Spell bold figures, which have no oblique form; math-core leaves those plain."""
    return rf"\mathbf{{{match['digits'] or match['digit']}}}"


def _spell_operator(match: re.Match[str]) -> str:
    content = match["operator"]
    if bound := re.fullmatch(r"\s*arg(?:\s|~|\\[, ])*(max|min)\s*", content):
        return rf"\arg{bound[1]} "
    if re.search(r"\\[a-zA-Z]", content):
        return rf"\mathrm{{{_spelled(content)}}}"
    return rf"\operatorname{match['star']}{{{content}}}"


def _spell_limited(match: re.Match[str]) -> str:
    bound = re.fullmatch(r"\s*arg(?:\s|\\,)*(max|min)\s*", match["limited"])
    return rf"\arg{bound[1]} " if bound else rf"\operatorname*{{{match['limited']}}}"


def _spell_text(text: str, font: str) -> str:
    """Spell a text with signs that LaTeX has escaped, and with formulas, which math-core doesn't know in texts."""
    font = COMMANDS.get("\\" + font, "\\" + font)
    spelled = []
    for place, part in enumerate(re.split(r"(?<!\\)\$", text)):
        if place % 2:
            spelled.append(f"{{{_spelled(part)}}}")
        elif part:
            words = re.sub(r"(?<!\\)[_&#%]", r"\\\g<0>", part)
            words = re.sub(r"(?<!\\)\^", r"\\textasciicircum{}", words)
            words = re.sub(r"(\\[^a-zA-Z\s])\s", r"\1\\ ", words)  # the space behind an escaped sign
            spelled.append(f"{font}{{{words}}}")
    return f"{{{''.join(spelled)}}}"


def _spell_columns(match: re.Match[str]) -> str:
    columns = re.sub(r"[@!<>]\s*\{[^{}]*\}", "", match["columns"])
    columns = re.sub(r"\*\s*\{\s*(\d)\s*\}\s*\{([^{}]*)\}", lambda several: int(several[1]) * several[2], columns)
    columns = re.sub(r"[pmb]\s*\{[^{}]*\}", "l", columns)
    return rf"\begin{{{match['table']}}}{{{columns}}}"


def _spell_environment(match: re.Match[str]) -> str:
    name, side = match["environment"].strip(), ("begin", "end").index(match["edge"])
    if fences := _FENCES.get(name):
        columns = (match["place"] or "c") * _MANY
        return rf"{fences[0]}\begin{{array}}{{{columns}}}" if side == 0 else rf"\end{{array}}{fences[1]}"
    if name not in ENVIRONMENTS:
        return match[0]
    is_option = name.endswith(("ed", "edat", "split", "alignat", "alignat*"))
    return ENVIRONMENTS[name][side] + ("" if is_option else match["option"] or "")


def _spell_command(match: re.Match[str]) -> str:
    command = match["command"]
    name = command.removesuffix("*") if len(command) > 2 else command
    if command in ("\\", "\\\n"):  # at the end of a formula or a line
        return r"\ "
    if command in COMMANDS or command == r"\operatorname*":
        return COMMANDS.get(command, command) + " "
    behind = command.removeprefix(name)
    return f"{COMMANDS.get(name, name)} {behind}" if behind else command


#: How the constructs are spelled, by the last group of the pattern that they have; others are left out.
_SPELLINGS: dict[str, Callable[[re.Match[str]], str]] = {
    "newline": lambda _: r"\\ ",
    "sign": lambda match: "\\" + match["sign"],
    "line": lambda _: r"\hline ",
    **dict.fromkeys(("digits", "digit"), _spell_bold),
    "tag": _spell_tag,
    "color": _spell_color,
    "bound": lambda match: rf"\arg{match['bound']} ",
    "limited": _spell_limited,
    "operator": _spell_operator,
    "text": lambda match: _spell_text(match["text"], match["font"]),
    "delimiter": lambda match: rf"\{match['size']}{_spelled(match['delimiter'])}",
    "angle": lambda match: rf"\{match['size']}" + _ANGLES[match["angle"]],
    "columns": _spell_columns,
    **dict.fromkeys(("environment", "option"), _spell_environment),
    "primes": lambda match: match["primes"],
    "prime": lambda match: match["prime"],
    "degree": lambda match: rf"\sqrt[{match['degree'].strip()}]",
    "command": _spell_command,
}
