"""jieba's dictionary and tagger: which words there are, and what part of speech they are.

Both are read at the first call, in a second of CPU; jieba keeps the dictionary for the next process.
"""

from __future__ import annotations

import logging
import warnings
from functools import cache, lru_cache
from typing import Any


def flags_of(text: str) -> list[str]:
    """Return the part of speech of each word of a text, in jieba's letters (n, v, nr …)."""
    return [word.flag for word in _tagger().cut(text)]


def words_of(text: str) -> list[str]:
    """Return the words of a text, one after the other."""
    words: list[str] = _tagger().jieba.lcut(text)
    return words


@lru_cache(maxsize=1 << 14)
def flag_of(word: str) -> str | None:
    """Return the part of speech of a word of the dictionary, None where it has no such word."""
    flag: str | None = _tagger().dt.word_tag_tab.get(word)
    return flag


@cache
def _tagger() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's own: escapes and imports of another time
        import jieba.posseg as tagger

    logging.getLogger("jieba").setLevel(logging.ERROR)
    return tagger
