"""Check digits of public identifiers, over whole columns at once.

A credit code (GB 32100) has 18 characters, weighted by powers of 3 modulo 31. An LEI (ISO 17442) has 20; read as a
number, letters as 10 to 35, it leaves 1 modulo 97 (ISO 7064). Blanks and hyphens between characters, and small
letters, are let pass: they are spelling.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_LENGTH = 18
_LEI_LENGTH = 20

_Characters = npt.NDArray[np.uint8]


def is_uscc_wrong(codes: pl.Series) -> pl.Series:
    """Whether each credit code is wrong; an empty one is not."""
    return _is_wrong(codes, rf"^[{_USCC_ALPHABET}]{{{_USCC_LENGTH}}}$", _USCC_LENGTH, _has_uscc_check_digit)


def is_lei_wrong(codes: pl.Series) -> pl.Series:
    """Whether each LEI is wrong; an empty one is not."""
    return _is_wrong(codes, rf"^[0-9A-Z]{{{_LEI_LENGTH - 2}}}[0-9]{{2}}$", _LEI_LENGTH, _has_lei_check_digits)


def _is_wrong(
    codes: pl.Series, shape: str, length: int, has_check_digit: Callable[[_Characters], npt.NDArray[np.bool_]]
) -> pl.Series:
    compact = codes.str.replace_all("[ -]", "").str.to_uppercase()
    is_shaped = compact.str.contains(shape).fill_null(value=False)
    shaped = compact.filter(is_shaped)
    characters = np.frombuffer("".join(shaped.to_list()).encode("ascii"), dtype=np.uint8).reshape(-1, length)
    is_right = np.zeros(codes.len(), dtype=np.bool_)
    is_right[is_shaped.to_numpy()] = has_check_digit(characters)
    return codes.is_not_null() & ~pl.Series(is_right)


def _has_uscc_check_digit(characters: _Characters) -> npt.NDArray[np.bool_]:
    value_of = np.zeros(128, dtype=np.int64)
    value_of[np.frombuffer(_USCC_ALPHABET.encode("ascii"), dtype=np.uint8)] = np.arange(len(_USCC_ALPHABET))
    weights = np.array([pow(3, position, 31) for position in range(_USCC_LENGTH - 1)] + [1])
    # The check digit is what makes the weighted sum a multiple of 31.
    return np.asarray((value_of[characters] @ weights) % 31 == 0)


def _has_lei_check_digits(characters: _Characters) -> npt.NDArray[np.bool_]:
    is_letter = characters >= ord("A")
    values = np.where(is_letter, characters - ord("A") + 10, characters - ord("0")).astype(np.int64)
    remainder = np.zeros(len(characters), dtype=np.int64)
    for position in range(_LEI_LENGTH):
        shift = np.where(is_letter[:, position], 100, 10)
        remainder = (remainder * shift + values[:, position]) % 97
    return np.asarray(remainder == 1)
