"""Which words are pet names of children: doubled ones, 小 and 阿 with a word, and things children are named after."""

from __future__ import annotations

from ingest.privacy.names.context import NEVER_GIVEN, is_given, is_han
from ingest.privacy.word_lists import words

_HEADS = frozenset("小阿")
_TAILS = frozenset("宝仔妞蛋丫豆墩娃崽胖壮儿子")
_NO_TREASURE = frozenset("大二三四双两个这那女男各您我新珠国元小头")
_NO_PET = NEVER_GIVEN | frozenset("某的了是在什么叫吗我你他她")


def is_pet_name(word: str) -> bool:
    """Return whether two or three characters are a pet name by their form (豆豆, 小鱼儿, 阿福) or the list (汤圆)."""
    if not 2 <= len(word) <= 3 or not all(map(is_han, word)) or is_family_word(word):
        return False
    if word in words("pets"):
        return True
    if len(word) == 2 and word[0] == word[1]:
        return word not in words("doubled") and word[0] not in _NO_PET
    if (word[0] == "小" and len(word) == 2) or (len(word) == 2 and word[1] == "宝" and word[0] not in _NO_TREASURE):
        return word[0] not in _NO_PET and word[1] not in _NO_PET
    rest = word[1:] if word[0] in _HEADS else word[:-1] if word[-1] in _TAILS else ""
    return (
        rest in words("pets") or is_given(rest) or (word[0] in "小阿" and rest[:1] == rest[1:] and is_given(rest[:1]))
    )


def is_family_word(word: str) -> bool:
    """Return whether a word says child, family or patient, and names nobody."""
    return word in words("family_words")
