import polars as pl
import pytest

from pedcorpus.quality.conversation import conversation_parts
from pedcorpus.quality.marks.unsafe_for_children import (
    unsafe_for_children,
    unsafe_for_children_evidence,
    youngest_age,
)


def child_parts(question: str, answer: str, *, pediatric: bool = True) -> pl.DataFrame:
    messages = [[{"role": "user", "content": question}, {"role": "assistant", "content": answer}]]
    builder = [{"kind": "original", "name": "distilled"}]
    rows = {"messages": messages, "task": ["trerecom"], "builder": builder, "pediatric": [pediatric]}
    return conversation_parts(pl.DataFrame(rows))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("宝宝发烧39度怎么办？", "可以口服阿司匹林退烧。"),
        ("2岁宝宝发烧怎么办？", "打一针安乃近，体温就降下来了。"),
        ("5岁孩子咳嗽厉害吃什么？", "可以喝含可待因的糖浆。"),
        ("5岁孩子脸上长疙瘩怎么办？", "建议口服米诺环素一周。"),
        ("8岁孩子拉肚子吃什么药？", "可以吃诺氟沙星胶囊。"),
        ("宝宝4个月流鼻涕，怎么治？", "给他喝小儿伪麻美芬滴剂。"),
        ("宝宝8个月便秘怎么办？", "早晚喝点蜂蜜水。"),
        ("宝宝发烧了怎么降温？", "用酒精擦手心脚心。"),
        ("1岁宝宝腹泻怎么办？", "口服洛哌丁胺止泻。"),
        ("宝宝对牛奶过敏吃什么奶粉？", "牛奶过敏可以改喝羊奶粉。"),
        ("孩子发烧怎么办？", "盖厚被子捂出汗就好了。"),
    ],
)
def test_refused_advice_is_found(question: str, answer: str) -> None:
    parts = child_parts(question, answer)
    assert unsafe_for_children(parts).to_list() == [1]
    assert unsafe_for_children_evidence(parts)[0].strip("。") in answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("宝宝发烧39度怎么办？", "不要用阿司匹林退烧，可用对乙酰氨基酚。"),
        ("宝宝得了川崎病发烧怎么治？", "静脉用丙种球蛋白，并口服阿司匹林。"),
        ("宝宝发烧了怎么降温？", "禁止酒精擦浴，可用温水擦。"),
        ("宝宝脐带怎么护理？", "每天用酒精擦脐部一次。"),
        ("2岁宝宝咳嗽可以吃蜂蜜吗？", "睡前喝一勺蜂蜜可以缓解咳嗽。"),
        ("宝宝8个月便秘怎么办？", "1岁以内不能喝蜂蜜水。"),
        ("宝宝8个月，辅食怎么做？", "一岁以前不加盐、糖和蜂蜜。"),
        ("宝宝8个月发烧怎么降温？", "不擦酒精，不捂汗。"),
        ("5岁孩子结膜炎用什么？", "可用左氧氟沙星滴眼液，每日3次。"),
        ("9岁孩子支原体肺炎怎么治？", "耐药时可以口服多西环素。"),
        ("5岁孩子流鼻涕，怎么治？", "可以服用小儿伪麻美芬滴剂。"),
    ],
)
def test_warnings_and_sound_advice_are_not(question: str, answer: str) -> None:
    assert unsafe_for_children(child_parts(question, answer)).to_list() == [0]


def test_adults_are_not_meant() -> None:
    assert unsafe_for_children(child_parts("发烧怎么办？", "可以口服阿司匹林退烧。", pediatric=False)).to_list() == [
        None
    ]


@pytest.mark.parametrize(
    ("text", "months"),
    [("宝宝8个月了", 8), ("两岁半的孩子", 24), ("孩子3岁，弟弟10个月", 10), ("烧了三天", None), ("出生20天", 20 / 30)],
)
def test_the_youngest_age(text: str, months: float | None) -> None:
    assert youngest_age(text) == (None if months is None else pytest.approx(months))
