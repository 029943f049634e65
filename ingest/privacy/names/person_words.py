"""Words for persons, and the forms of names that are no surname with one or two characters."""

from __future__ import annotations

import re

KIN = (
    "爸爸|妈妈|父亲|母亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|老公|老婆|丈夫|妻子|爱人|对象|媳妇|岳父|岳母|公公|婆婆|"
    "儿子|女儿|孙子|孙女|外孙女?|弟弟|妹妹|哥哥|姐姐|表弟|表妹|表哥|表姐|堂弟|堂妹|侄子|侄女|外甥女?|闺女|舅舅|"
    "姑姑|阿姨|叔叔|我[姐哥弟妹妈爸姨姑舅嫂]|同事|闺蜜|邻居|朋友|班主任"
)
"""Words for persons after which a name may stand."""
FOREIGN = re.compile(
    r"(?:[A-Z][a-z]{1,15}|[A-Z]{2,12})(?:[ ·][A-Z][a-z]{0,15}){0,2}(?![A-Za-z0-9])|"
    r"[一-龥]{1,8}(?:[·•・][一-龥]{1,8}){1,3}"
)
"""A name in Latin letters, or one of several parts (买买提·艾力).
`英文名Lucas` → `Lucas`, `叫买买提·艾力` → `叫买买提·艾力`"""
NO_PERSON = "(?!Passport|Name|Tel|Phone|Mobile|Call|Fax|We|Mail|Email|What|QQ)"
FOREIGN_PERSON = re.compile(rf"{NO_PERSON}[A-Z][a-z]{{2,15}}(?: [A-Z][a-z]{{1,15}})?(?![A-Za-z0-9])")
"""A name in Latin letters, words that announce telephones and papers apart.
`我爱人Sophie Zhang说` → `Sophie Zhang`, `Tel` → –"""
OTHER_LETTERS = (
    "阿艾安奥巴白班宝贝比别布博才仓查措达丹旦德登迪丁顿多俄额尔丰夫嘎噶刚格贡古哈海吉加江喀卡康柯克库拉兰朗勒雷黎里丽莲龙鲁罗洛麻马玛麦曼梅"
    "蒙米姆木穆那娜尼诺帕潘皮普其奇恰切钦曲热仁荣瑞萨赛桑沙尚舍索塔泰特提图土吐托娃旺乌西希夏雅亚央依伊益孜扎珍卓佐再次朵宗梅坦罕斯苏菲绍色莫力江汗古丽"
)
"""Characters with which names of other peoples are written down (布仁巴雅尔)."""

LONG_NAME = re.compile(rf"[{OTHER_LETTERS}]{{3,8}}(?=[^一-龥A-Za-z0-9]|$|的|今|昨|[妈爸])")
"""A name of another people without a dot. `患者吉克阿木,男` → `吉克阿木`"""
