"""The filters of Liquid that calculate: with whole numbers, and exactly with decimal ones, which they print as floats.

What is no number counts as one as far as it looks like one: "3 pages" as 3, anything else as 0.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import partial
from math import ceil, floor, isfinite
from typing import Any

from liquid.exceptions import FilterArgumentError

from octavo.read.liquid.values import text_of

Number = int | Decimal

#: Digits enough for any number of a page, and no failure on larger ones.
EXACTLY = Context(prec=60, rounding=ROUND_HALF_UP, traps=[])

#: In bits: no page needs larger ones, and Python prints none that are much larger.
LARGEST = 8_192

DECIMAL = re.compile(r"\s*-?\d{1,30}\.\d{1,30}\s*", re.ASCII)


def number(value: object) -> Number:
    """Return a value as a number."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, float):
        return Decimal(repr(value)) if isfinite(value) else 0
    if isinstance(value, int | Decimal):
        return value
    text = text_of(value) if isinstance(value, str) else ""
    return Decimal(text.strip()) if DECIMAL.fullmatch(text) else to_integer(text)


def to_integer(value: object) -> int:
    """Return a whole number."""
    if isinstance(value, bool):
        return int(value)
    found = re.match(r"\s*[-+]?\d{1,300}", text_of(value))
    return int(found[0]) if found else 0


def printed(value: Number) -> int | float:
    """Return a number as Liquid prints it."""
    return float(value) if isinstance(value, Decimal) else value


def calculate(operation: Callable[[Any, Any], Number], value: object, other: object) -> int | float:
    """Return what an operation makes of two values. Raises `FilterArgumentError` for a number that is too large."""
    first, second = number(value), number(other)
    if isinstance(first, Decimal) or isinstance(second, Decimal):
        first, second = EXACTLY.create_decimal(first), EXACTLY.create_decimal(second)
    result = operation(first, second)
    if isinstance(result, int) and result.bit_length() > LARGEST:
        raise FilterArgumentError("the number is too large", token=None)
    return printed(result)


def divide(first: Number, second: Number) -> Number:
    """Divide numbers, whole ones downwards. Raises `FilterArgumentError` for a division by 0."""
    if not second:
        raise FilterArgumentError("divided by 0", token=None)
    return first // second if isinstance(first, int) else EXACTLY.divide(first, Decimal(second))


def remainder(first: Number, second: Number) -> Number:
    """Return what remains, with the sign of the divisor. Raises `FilterArgumentError` for a division by 0."""
    quotient = divide(first, second)
    return first - second * floor(quotient)


def rounded(value: object, digits: object = 0) -> int | float:
    """Round to so many digits behind the point, halves away from zero."""
    given, places = number(value), max(-30, min(int(number(digits)), 30))
    exact = EXACTLY.create_decimal(given)
    if exact.adjusted() >= 28:  # it has no digits behind the point
        return printed(given)
    result = exact.quantize(Decimal(1).scaleb(-places), context=EXACTLY)
    return float(result) if places > 0 and isinstance(given, Decimal) else int(result)


CALCULATIONS: dict[str, Callable[..., int | float]] = {
    "plus": partial(calculate, operator.add),
    "minus": partial(calculate, operator.sub),
    "times": partial(calculate, operator.mul),
    "divided_by": partial(calculate, divide),
    "modulo": partial(calculate, remainder),
    "at_least": lambda value, least: printed(max(number(value), number(least))),
    "at_most": lambda value, most: printed(min(number(value), number(most))),
    "abs": lambda value: calculate(lambda one, _: abs(one), value, 0),
    "ceil": lambda value: ceil(number(value)),
    "floor": lambda value: floor(number(value)),
    "round": rounded,
}
