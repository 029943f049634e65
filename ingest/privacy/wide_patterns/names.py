"""Wide patterns for people's names."""

from __future__ import annotations

from typing import NamedTuple

from ingest.privacy.names import unannounced
from ingest.privacy.names.person_words import KIN, OTHER_LETTERS
from ingest.privacy.names.surnames import compound_surnames, surname_chars
from ingest.privacy.word_lists import words
from ingest.vocabulary.any_of import any_of

_COMPOUND_HEADS = "".join(sorted({name[0] for name in compound_surnames()}))
_SURNAME = f"[{surname_chars()}{_COMPOUND_HEADS}]"
"""A character with which a surname may begin."""
_SURNAME_BUT_THANKS = f"[{surname_chars().replace('谢', '')}{_COMPOUND_HEADS}]"
_GIVEN = rf"[\p{{Han}}--[{''.join(sorted(words('ordinary')))}]]"
"""A character that ordinary text hardly has."""
_TITLE = any_of(
    "主任 主治医 住院医 主管护 护士 教授 院长 医生 大夫 医师 护师 药师 技师 老师 专家 博士 校长 园长 女士 主治"
    " 先生 小姐 太太 阿姨 叔叔 伯伯 大爷 大妈 大姐 大哥 师傅"
)
_FAMILY = any_of("同学 小朋友 小同学 家长 妈妈 爸爸 奶奶 爷爷 他妈 她妈 宝宝")
_PERSON = (
    f"(?:{KIN}|孩子[爸妈]|[他她][爸妈]|[大二三]宝|我们?家|咱家|俺家|我儿|孩子|宝宝|宝贝|小孩|小朋友|娃|老[大二三]"
    "|患儿|患者|病人|病患|学生|家属|家长|监护人|医生|大夫|护士|医师)"
)
_SAID_TO_A_PERSON = (
    "你好|您好|轮到|敬上|请看|请到|复诊|复查|[敬谨拜]上|小宝贝|小朋友|同学|进来|请进|来一下|来了?吗|在吗|在线|在不在"
    "|[（(](?:签|患儿|儿子|女儿|孩子|本人|家[长属])|[妈爸][,，]|的?[妈爸]|的?家[属长]|的?(?:主治|住院|名字|结果)"
    "|[,，]?(?:请?进来|到|来)[0-9０-９一二三四五六七八九十诊分护窗抽]"
    "|[,，、 　]{1,2}(?:请?进来|[0-9０-９]{1,3}号?床|[男女][,，、 　]|轮到|您的)"
    "|[男女][,，、 　]{1,2}[0-9０-９]{1,2}[岁个天周]"
    "|的?(?:化验|检查单|检查结|报告|病历|病例|片子|CT|B超|彩超|胸片|血常规|住院号|就诊卡|挂号单)"
)
_FIELDS = (
    "姓名|名字|[全本真实大学网]名|备注名|签[名字章署]|户名|家[长属][:：]|收[:：]|落款|称呼|敬礼|登记的|备注"
    "|[系护理托约诊同件货户卡保益请费款责参任办检]人|[诊记审检操][录核查作者]者"
    "|主管护师|主任医师|住院医师|责任护士|管床护士|[治管床诊告单检核任班约请院刀]医|[治管床诊]大夫"
    "|户口[本簿]|身份证|病历|系统|群|单子|报告单?|[医社]保|就诊卡?|处方|挂号单"
)


class NamePatterns(NamedTuple):
    """What stands around names, or what names look like where nothing does."""

    titled: str
    """`谢谢王医生` → `谢谢王医生`, `Wang医生` → `Wang医生`, `患者李某` → `李某`, `感谢医生` → –"""
    family: str
    """`李子涵妈妈您好` → `李子涵妈妈`, `是豆豆的妈妈` → `是豆豆的妈`"""
    vocative: str
    """`请张伟明到2诊室` → `张伟明到2`, `下一位：张伟明` → `下一位：张`"""
    other_peoples: str
    """`卓玛今天来` → `卓玛`, `大雪·小寒` → `雪·小`, `Grace Liu` → `Gra`, `孟姐，` → `孟姐，`"""
    unannounced: str
    """`上周带李沐阳去过` → `李沐阳`, `是欧阳的` → `欧阳`"""
    fields: str
    """`患者姓名：张小明` → `姓名`, `联系人张伟` → `系人`, `（医保卡）` → `医保`"""
    called: str
    """`孩子叫张小明` → `叫`, `是王某写的，=李娜` → `=李娜`, `—— 罗敏` → `— 罗`, `【王小明】` → `【王小明】`"""
    introduced: str
    """`我是李娜` → `我是李`, `儿科王建国` → `儿科王建`"""
    surname_alone: str
    """`免贵姓安` → `姓安`, `叫我小蔡` → `叫我小`, `Dr. Wang` → `Dr`"""
    helped: str
    """`给王小明挂号` → `给王小`"""
    of_a_person: str
    """`患者张小明，女` → `患者张小`, `我爱人Sophie` → `爱人Sop`"""
    listed: str
    """`张小明，男，3岁` → `张小明，男`, `张小明[电话]` → `[电话]`"""
    pet_names: str
    """`小名豆豆` → `小名`, `我家豆豆` → `我家`, `我是豆豆妈` → `我是豆豆妈`"""
    of_a_child: str
    """`我是邱芳的妈妈` → `是邱芳的妈妈`"""


def name_patterns() -> NamePatterns:
    """Return the patterns."""
    return NamePatterns(
        titled=(
            rf"[A-Z][a-z]{{1,15}} ?{_TITLE}|{_SURNAME_BUT_THANKS}\p{{Han}}{{0,3}}{_TITLE}"
            rf"|(?:^|[^谢感多答致称酬拜代])谢\p{{Han}}{{0,2}}{_TITLE}|\p{{Han}}某"
        ),
        family=(
            rf"(?:^|\P{{Han}}|[是叫致告请给]){_SURNAME}\p{{Han}}{{0,3}}(?:的[妈爸父母奶爷外姥家监]|{_FAMILY})"
            r"|(?:^|\P{Han}|[是叫致])\p{Han}{2,3}"
            "(?:妈[妈咪,，:：在您你]|爸[爸比,，:：在您你]|奶奶|爷爷|外[婆公]|姥|麻麻|粑粑|的?家[长属]|的[妈爸奶爷])"
        ),
        vocative=rf"{_SURNAME}\p{{Han}}{{1,3}}(?:{_SAID_TO_A_PERSON})|下一[位个][是:：,， ]{{0,2}}{_SURNAME}",
        other_peoples=(
            rf"{'|'.join(sorted(words('elements')))}|\p{{Han}}[·•・]\p{{Han}}|[A-Z][a-z]{{2}}"
            rf"|(?:^|\P{{Han}}){_SURNAME}\p{{Han}}?[姐哥叔姨婶嫂总工](?:[,，。!！ 　你您好]|$)"
        ),
        unannounced=(
            f"[{unannounced.SURNAMES}]{_GIVEN}{_GIVEN}"
            rf"|(?:^|[^\p{{Han}}\]])(?:[{unannounced.SURNAMES}]{_GIVEN}|{_SURNAME}{_GIVEN}{_GIVEN})"
            rf"|(?:{unannounced.LED}){_SURNAME}\p{{Han}}{{0,2}}{_GIVEN}|{'|'.join(sorted(compound_surnames()))}"
        ),
        fields=_FIELDS,
        called=(
            r"叫|姓\p{Han}[,，]?叫|名[叫是]|取名|起名|唤作|祝(?:好|安|顺利|愉快)"
            rf"|[:：=→]{_SURNAME}\p{{Han}}|[写填约记挂用]的(?:名字)?是?{_SURNAME}|应该是{_SURNAME}|改[成为]{_SURNAME}"
            rf"|\p{{Han}}[人者主]{_SURNAME}\p{{Han}}|[(（\[【〖]{_SURNAME}\p{{Han}}{{1,3}}[)）\]】〗]"
            r"|[·•・]|[-－—] ?[\p{Han}A-Z]|[@＠]\p{Han}"
        ),
        introduced=(
            r"(?:我是|本人|我系|俺是|[里边者儿名师卡证]是|[您你]好|我是\p{Han}{1,4}科|我就是|在下)[ 　]?"
            rf"(?:{_SURNAME}|[A-ZＡ-Ｚ]|[{OTHER_LETTERS}]{{3}})"
            "|(?:医生|医师|护士长?|大夫|专家|教授|主任|[儿外内们]科|(?:医院|科|诊所|门诊)的)"
            rf"{_SURNAME}\p{{Han}}"
        ),
        surname_alone=f"姓{_SURNAME}|(?:叫我|我是|喊我|称呼我)(?:[小老]|{_SURNAME})|(?:Dr|Mr|Mrs|Ms|Miss)",
        helped=rf"[给帮替让找请寄挂用]给?{_SURNAME}\p{{Han}}",
        of_a_person=(
            rf"{_PERSON}(?:姓名|名字|名)?[ 　:：=＝(（)）】〗,，;；→~>是为]{{0,3}}"
            rf"(?:{_SURNAME}\p{{Han}}|[A-Z][a-z]{{2}})"
        ),
        listed=(
            rf"{_SURNAME}\p{{Han}}{{1,3}}(?:[,，、 　/|／｜(（]{{1,3}}(?:性别[:：]?)?[男女]"
            r"|[男女][,，、 　/|／｜]{1,2}[0-9０-９])|\[电话\]"
        ),
        pet_names=(
            "小名|乳名|昵称|绰号|外号|奶名|英文名|喊|宝贝|[我你您咱俺]们?家"
            "|[我他她](?:儿子|女儿|闺女|宝贝|孩子|娃|外孙|孙子|孙女|侄|外甥)"
            r"|我是\p{Han}{2,3}[妈爸麻粑]|我们\p{Han}{2}"
        ),
        of_a_child=rf"是\p{{Han}}{{2,3}}的(?:{KIN.replace('?', '')}|妈|爸|家长|家属|奶|爷)",
    )
