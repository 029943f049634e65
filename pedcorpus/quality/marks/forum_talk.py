"""Forum talk: opinions, anecdotes and jokes to a public, in the place of an answer.

A word of forums (谢邀, 题主) is enough anywhere. Where the task is general, the density of small talk counts too: words
of spoken opinion in the answer, more where the question polls opinions, less where it gives a task. (Read: 2,061
general rows of a set with forum answers, 715 of sets without.)
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.medical_terms import parse
from pedcorpus.quality.marks.found import SHOWN, is_of_bodies, is_talk, shown, times, where

UNIT_CHARS = 100
"""Different words of small talk count in full up to so many characters, beyond as the root of the length."""
LEAST_CHARS = 60
"""A shorter answer counts as so long."""
OF_A_FORUM, OF_A_POLL, OF_A_TASK = 4.0, 2.2, 0.25
"""What a word of forums adds; what a question adds that polls opinions or comes from a board, and each word of chat;
what of the small talk counts in a task."""
TITLE_CHARS = 10
"""A question from a board says its title again: so many characters, from the fifth on."""

_FORUM = re.compile(
    r"谢邀|(?:^|[^问主标话难议])题主|答主|楼主|楼上(?:的|说|正解|那)|利益相关[：:]|匿了|怒答|强答|占坑"
    r"|抖机灵|歪楼|评论区|转载(?:需|请|须)(?:经|注明|联系)|侵删"
    r"|求赞|私信我|公众号|知乎|问答社区|百度贴吧|不喜勿喷|不请自来|先占个|未完待续|手机(?:码字|打字|党)"
    r"|牛逼|逼格|屌|绿茶婊"
)
"""`谢邀，这个问题很有意思。` → `谢邀`"""
_SHADY = re.compile(
    r"(?:求|跪求|谁有|要)[^，。\n]{0,24}(?:注册码|序列号|激活码|破解[版补器]?|注册机|种子)"
    r"|任选?九|博胆|竞彩|足彩|六合彩|时时彩|盘口"
)
"""What questions of boards ask for that no answer should give. `求某软件注册码` → `求某软件注册码`"""
_CHAT = re.compile(
    r"吐槽|同问|我也是[，。！]|抛砖引玉|23{3,}|6{3,}|[哈呵嘿嘻]{2,}|囧|捂脸|采纳为(?:答案|最佳)|满意(?:请"
    r"|就)?(?:采纳|点击)|[\"”]?好评哦|以上[，。]谢谢|轻喷|辣鸡|脑残|懵逼|尼玛|特么"
    r"|谁知道呢|不要不要的|懒癌|鸭梨山大|老铁|童鞋|亲[，~～]"
)
"""Of general answers alone. `哈哈，我也是，同问` → `哈哈`"""
_POLL = re.compile(
    r"如何(?:看待|评价|评论|理解|反驳|优雅)|怎么(?:看待|评价|看[^到见书病])|体验[？?]?$|(?:什么"
    r"|怎样的?)(?:体验|感觉|感受|经历)|感想|吐槽|有哪些[^，。？]{2,20}(?:东西|事情?|瞬间|故事|人物?|歌"
    r"|电影|书|游戏|地方|冷知识)[？?]?$|你(?:有|们|为什么|曾|最|见过|遇|觉得|身边|大学|做过|听过|读过"
    r"|知道的|怎么看|平时|玩|喜欢)"
    r"|有哪些(?:让|令|看似|细思|你|值得|不为人知|瞬间|事情|人|故事|经典)|为什么(?:很多|那么多|这么|有些"
    r"|有的|有人|大家|中国|现在|说|我)|(?:哪些|什么)(?:瞬间|时刻|梗|故事|笑话|经历|技能)|值得(?:去|买|看"
    r"|推荐)吗|靠谱吗|前景|求推荐|^(?:怎样|怎么样?|如何)才?能?(?:使|让|在)[^，。]{0,12}自己"
)
"""`如何看待这部电影？` → `如何看待`"""
_TASK = re.compile(
    r"^(?:请(?:[^教问]|$)|帮我|给(?:出|定|我|以下)|根据|将|把|对(?:以下|下面|给定)|写|编写|撰写|创[建作造]|生成|设计"
    r"|列[出举]|描述|解释|总结|概括|翻译|改写|重写|修改|提供|回答|计算|判断|分[析类]|比较|构[建思造]"
    r"|制[定作]|为(?:以下|下面|一)|从(?:以下|给定)"
    r"|找出|确定|识别|介绍|简述|阐述|评估|使用|用[一-龥]{1,8}[造写]|想象|假设|模拟|扮演|组织|完成|填|续写"
    r"|添加|在[^，。]{2,20}中|输[入出]|选[择出]|定义|推荐|检[查测]|转换|排[列序]|删除|重新|整理|建议|指出"
    r"|创|举|说|讲|告诉|能否|你能|您能)|编写|创[建作造]|生成|。$|\n"
)
"""`写一首关于春天的诗` → `写`"""


def forum_talk(parts: pl.DataFrame) -> pl.Series:
    """Return how much a conversation is forum talk: words of forums, and small talk of general answers."""
    is_general = ((parts["task"] == "general").fill_null(False) & ~is_of_bodies(parts)).cast(pl.Float64)
    question = parts["question"].fill_null("").str.strip_chars()
    chars = parts["answers"].fill_null("").str.len_chars().clip(LEAST_CHARS)
    talk = _small_talk(parts["answers"]).list.len() / (chars / UNIT_CHARS).clip(1.0) ** 0.5
    is_task = question.str.contains(_TASK.pattern)
    damped = talk * pl.Series(is_task).replace_strict({True: OF_A_TASK, False: 1.0}, return_dtype=pl.Float64)
    polls = ((question.str.contains(_POLL.pattern) | _is_from_board(question)) & ~is_task).cast(pl.Float64) * OF_A_POLL
    forum = times(parts["answers"], _FORUM).clip(0, 2).cast(pl.Float64) * OF_A_FORUM
    chat = times(parts["answers"], _CHAT).clip(0, 2).cast(pl.Float64) * OF_A_POLL
    forum = forum + times(parts["asked"], _SHADY).clip(0, 1).cast(pl.Float64) * OF_A_FORUM
    return where(is_talk(parts), (forum + is_general * (damped + polls + chat)).round(2))


def forum_talk_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the words of forums, or those of small talk."""
    words, talk = shown(parts["answers"], _FORUM), _small_talk(parts["answers"]).list.head(SHOWN).list.join("; ")
    return pl.select(pl.when(words != "").then(words).otherwise(talk)).to_series()


def _is_from_board(questions: pl.Series) -> pl.Series:
    """Return where a question is a title and its beginning again, or ends with the comma that joined them."""
    twice = [question.find(question[4 : 4 + TITLE_CHARS], 4 + TITLE_CHARS) > 0 for question in questions.to_list()]
    long_enough = questions.str.len_chars() >= 2 * TITLE_CHARS
    return questions.str.contains("[，,]$") | (pl.Series(twice, dtype=pl.Boolean) & long_enough)


def _small_talk(answers: pl.Series) -> pl.Series:
    return answers.fill_null("").str.extract_many(_words(), overlapping=True).list.unique(maintain_order=True)


@cache
def _words() -> list[str]:
    return parse((files("pedcorpus.quality") / "terms" / "small_talk.txt").read_text(encoding="utf-8"))
