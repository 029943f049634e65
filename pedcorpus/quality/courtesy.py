"""What says nothing of a case: greetings, thanks, good wishes, invitations to ask again."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.medical_terms import parse

MAX_CLAUSE_CHARS = 30
"""A longer clause says more than a wish."""
MIN_QUESTION_CHARS = 5
"""嗯嗯嗯, 没有, 三天了: a patient's word that asks for nothing."""

_MASK = re.compile(r"\[[^\[\]\s]{1,6}\]")
"""[姓名]: what stands for a name that was taken out. `合一组[MASK]口服治` → `[MASK]`"""
_NO_WORD = re.compile(r"[\W_]+")
"""`您好！ 谢谢` → `！ `"""
_CLAUSE = re.compile(r"[^，。！？!?,；;~…\s]+")
"""`蓨媰聡笮嘎觤挷藿庮` → `蓨媰聡笮嘎觤挷藿庮`"""
_WISH = re.compile(
    r"不[用必]?客气|不用谢|别客气|谢谢|感谢|^祝|祝(?:您|你|宝|孩|患|早|愿)"
    r"|(?:[希期]望|愿).{0,16}(?:早日|尽快|尽早)?(?:康复|健康|好起来|帮到|帮助|有用|满意|恢复|好转|改善|顺利|解决)|早日康复|新年快乐|节日快乐|阖家|晚安|再见|^可能您在忙"
    r"|随时.{0,8}(?:咨询|联系|联络|提问|问我|告诉|告知|找我|留言|沟通|交流|寻求|为您)|第一时间回复|欢迎.{0,8}(?:咨询|提问|再来|交流|联系)"
    r"|还有.{0,8}(?:问题|疑问|疑虑)(?!.{0,4}注意)|还有.{0,8}(?:可以帮|想(?:要)?(?:了解|咨询|问)|需要(?:帮|咨询|了解|我|解答|询问))|没有(?:其他|其它|别的|什么)?(?:问题|疑问)的?话|如果没有(?:其他|其它|别的)?(?:问题|疑问|什么)"
    r"|(?:有|任何).{0,8}(?:问题|疑问|事|需要).{0,6}(?:咨询|联系|联络|留言|问我|找我|提问|沟通)|有任何(?:问题|疑问)"
    r"|(?:如果?|若|假如|要是).{0,14}(?:其他|其它|任何|别的|进一步|更多|什么|疑|后续|以后).{0,10}(?:问题|疑问|疑虑|疑惑|帮助|咨询|解释|关注)"
    r"|^(?:或者?)?(?:您|你)?(?:需要|想).{0,6}(?:进一步|更多).{0,6}(?:帮助|咨询|了解|信息|解释|指导|解答)"
    r"|(?:关闭|结束).{0,4}(?:对话|服务|咨询|问诊)|结束了|(?:可以|就|先)结束"
    r"|我是.{0,8}(?:医生|大夫)|(?:高兴|乐意|荣幸).{0,6}(?:服务|解答|帮助|咨询|能)|提供服务|解答(?:问题|疑问)|请如实作答"
    r"|我们?(?:会|将|都会|很愿意|愿意)(?:尽力|尽快|竭诚|继续|一直|随时|很乐意|全力)?.{0,8}(?:帮|解答|回答|回复|支持|服务)"
    r"|(?:会|将会?)(?:尽快|及时)?.{0,4}(?:与您联系|联系您|回复您|进行评估)|^并?与您联系|收到您的(?:影像|图片|资料|照片)"
    r"|有什么.{0,6}(?:帮您|帮到您|帮助您|帮你|帮到你)|^(?:请问)?(?:您|你)?还?在(?:线)?[吗么]$|^好吗$|有其他问题.{0,8}解答"
    r"|^(?:您|你|您们|你们)的.{0,14}(?:配合|积极|重视|关心|态度|调整|决定|做法|努力|信任|理解|坚持).{0,18}(?:重要|帮助|关键|好|棒|正确|明智)"
    r"|(?:不理解|不明白|不清楚)的地方|(?:可以|随时|及时)再(?:联系|沟通)|再联系(?:我|吧)?$|一切顺利|万事如意|身体健康$|不懂再来|再来(?:找|问)|辛苦了|加油$|保重$"
)
"""`到后会第一时间回复` → `第一时间回复`"""


@lru_cache(maxsize=1 << 15)
def is_courtesy(text: str) -> bool:
    """Return whether a text says nothing of the case: 你好, 好的，谢谢您, 不客气，祝早日康复，有事联系."""
    text = _MASK.sub("", text) if "[" in text else text
    if _phrases().fullmatch(_NO_WORD.sub("", text)) is not None:
        return True
    return all(map(_is_wish, _CLAUSE.findall(text)))


@lru_cache(maxsize=1 << 15)
def _is_wish(clause: str) -> bool:
    is_short = len(clause) <= MAX_CLAUSE_CHARS
    return _phrases().fullmatch(clause) is not None or (is_short and _WISH.search(clause) is not None)


def is_exchange(question: str, answer: str) -> bool:
    """Return whether a question and its answer both say something of the case: 好的 is nothing to test with."""
    return len(question.strip()) >= MIN_QUESTION_CHARS and not is_courtesy(question) and not is_courtesy(answer)


@cache
def _phrases() -> re.Pattern[str]:
    phrases = sorted(_turns(), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, phrases))}|[啊哦呀哈的了哒呢吧昂奥医生您你大夫]){{0,12}}")


def _turns() -> list[str]:
    return parse((files("pedcorpus.quality") / "terms" / "courtesy.txt").read_text(encoding="utf-8"))


def courtesy_share(parts: pl.DataFrame) -> pl.Series:
    """Return 1 where the last answer of a conversation says nothing of the case, else 0; null for running text."""
    answers = parts["answer"].to_list()
    asks = parts["question"].is_not_null().to_list()
    values = [float(is_courtesy(answer)) if has else None for answer, has in zip(answers, asks, strict=True)]
    return pl.Series(values, dtype=pl.Float32)
