"""The section `[quality]`: a threshold for each signal (`pedcorpus/quality/signals.py`)."""

from __future__ import annotations

from typing import Literal

from pydantic import NonNegativeFloat

from pedcorpus.config.frozen import Frozen

Threshold = NonNegativeFloat | Literal["off"]


class Quality(Frozen):
    """From which value on a signal speaks against a row (`pedcorpus/quality/signals.py`); "off" for never."""

    broken_characters: Threshold = 0.0
    """Most characters that cannot be read in a row: U+FFFD, in talks also □."""
    misheard: Threshold = 0.0
    """Most places in a doctor's messages that speech recognition heard wrong."""
    gaps: Threshold = 1.0
    """Most holes of a stripped template in the answers: （学名：为, 邮政编码为。"""
    serialised: Threshold = 0.0
    """Most leftovers of a program in a conversation: lists, prompts, markup, an answer that starts over."""
    self_naming: Threshold = 0.0
    """Most places where an answer names a chatbot as its author."""
    spun: Threshold = 5.0
    """Largest weight of the marks of machine-spun text, as of 200 characters; two plain marks weigh 9, and one row in
    1,000 of clean sets is above 5."""
    asks: Threshold = 1.0
    """Least that the user asks: 1 for a question, a task or a complaint, 0 for a statement."""
    advertising: Threshold = 0.0
    """Most invitations, praised brands and heaps of promises in medical answers."""
    folk_cure: Threshold = 0.0
    """Most folk cures and secret recipes that medical answers give."""
    profanity: Threshold = 0.0
    """Most profane words in a conversation."""
    forum_talk: Threshold = 2.0
    """Most forum talk: 4 for a word of forums; in general answers different words of small talk per 100 characters, and
    2.2 more where the question polls opinions or comes from a board."""
    graph_dump: Threshold = 0.0
    """Most marks of a knowledge graph in a medical talk: lists of names that repeat themselves, hold what is none of
    their kind or have no end, unrelated diseases compared, patients that cannot be."""
    unsafe_for_children: Threshold = 0.0
    """Most pieces of advice to a child that every pediatrician refuses (aspirin for fever, alcohol rubs)."""
    unpunctuated: Threshold = 60.0
    """Most characters of an answer in a row without any punctuation."""
    cut_off: Threshold = 0.0
    """Most of the last answer's end that is missing: 1 where it stops in the middle."""
    answered: Threshold = 0.1
    """Least that the last answer takes up of the last question: 0 where a number was asked for and none is there, 0.4
    where nothing is shared, 1 where a word is."""
    own_words: Threshold = 2.0
    """Fewest characters of a medical answer that neither the question said nor any answer may say (根据病情治疗)."""
    other_language: Threshold = 0.0
    """Most of a general answer that is in another language than was asked for: 1 where it is."""
    answer_chars: Threshold = 20.0
    """Fewest characters of the answers of a medical sample."""
    courtesy: Threshold = 0.0
    """Most of the last answer that is courtesy: 1 where it says nothing of the case."""
    medical: Threshold = "off"
    """Smallest medical score (weights of known terms per 300 characters)."""
    pediatric: Threshold = "off"
    """Smallest pediatric score, the part of the medical one that terms of childhood give."""
