import pytest

from pedcorpus.steps.prefer.rules.rule_list import RULES, verify

CASES = [
    ("dose_changed", "发热时口服布洛芬，每次5 ml。", {"每次50 ml", "每次0.5 ml"}),
    ("dose_changed", "对乙酰氨基酚每次10～15 mg/kg。", {"100～150 mg/kg", "1～1.5 mg/kg"}),
    ("dose_changed", "每次服2片。", {"每次服8片"}),
    ("unit_changed", "每次10 mg/kg，口服。", {"10 g/kg"}),
    ("unit_changed", "先服用3天，看看效果。", {"服用3周"}),
    ("unit_changed", "持续3天不退，要到医院。", {"持续3周"}),
    ("frequency_changed", "口服蒙脱石散，每日3次。", {"每日9次"}),
    ("frequency_changed", "两次用药间隔6～8小时。", {"间隔3～4小时"}),
    ("frequency_changed", "一天服三次。", {"一天服九次"}),
    ("duration_changed", "抗生素疗程10天。", {"疗程2天"}),
    ("duration_changed", "潜伏期约两周。", {"潜伏期约八周"}),
    ("duration_changed", "观察24小时，仍不退就到医院。", {"观察96小时"}),
    ("age_band_changed", "本病多见于5岁以下儿童。", {"多见于1岁以下"}),
    ("age_band_changed", "6月龄以下每日10毫克。", {"6岁以下"}),
    ("age_band_changed", "好发于婴幼儿，秋冬多见。", {"好发于青少年"}),
    ("temperature_changed", "体温超过38.5℃时用退热药。", {"超过37.5℃"}),
    ("temperature_changed", "体温超过39℃时及时就医。", {"超过40℃"}),
]


@pytest.mark.parametrize(("rule", "answer", "expected"), CASES)
def test_a_number_is_changed_and_keeps_its_form(rule: str, answer: str, expected: set[str]) -> None:
    made = RULES[rule].make(answer, "", "key")
    assert made is not None
    assert any(words in made for words in expected)
    assert verify(rule, answer, made)


LEFT = [
    ("dose_changed", "贫血指血红蛋白低于110 g/L。"),
    ("dose_changed", "剂型：片剂：0.3g，0.5g。口服，遵医嘱。"),
    ("dose_changed", "规格：每支10ml，开水冲服。"),
    ("dose_changed", "这个月体重增长了600克，喂养得当。"),
    ("frequency_changed", "孩子一天大便5次，算是偏多。"),
    ("duration_changed", "每3天换一次敷料。"),
    ("age_band_changed", "30岁以上的妇女。"),
    ("temperature_changed", "水温36度即可。"),
    ("duration_changed", "一般三四天恢复。"),
    ("duration_changed", "大环内酯类服用3～5天。"),
    ("duration_changed", "急性炎症消退2周后手术。"),
    ("unit_changed", "已经吃了3天药。"),
    ("dose_changed", "每日服510ml。"),
    ("temperature_changed", "体温没有超过38.5℃，不用退热药。"),
    ("age_band_changed", "小于12岁的儿童以生长保护为原则。"),
    ("age_band_changed", "持续三个月以上。"),
    ("age_band_changed", "多见于6至18个月婴幼儿。"),
    ("age_band_changed", "五岁至十岁，一次15克。"),
]


@pytest.mark.parametrize(("rule", "answer"), LEFT)
def test_what_is_no_dose_band_or_course_is_left_alone(rule: str, answer: str) -> None:
    assert RULES[rule].make(answer, "", "key") is None


@pytest.mark.parametrize("rule", ["age_band_changed", "duration_changed", "temperature_changed"])
def test_what_the_prompt_brings_is_left_alone(rule: str) -> None:
    answer = "5岁以下多见，病程约3天，超过39℃要用药。"
    assert RULES[rule].make(answer, "孩子5岁，发热3天，39℃", "key") is None


def test_another_change_is_not_verified() -> None:
    assert not verify("dose_changed", "每次口服5 ml。", "每次口服6 ml。")
    assert not verify("dose_changed", "每次口服5 ml。", "每次口服50 ml，多喝水。")
    assert not verify("unit_changed", "每次口服5 mg。", "每次口服5 ml。")


def test_one_of_several_doses_is_changed() -> None:
    answer = "1岁一次口服3 ml，4岁一次口服5 ml，8岁一次口服10 ml。"
    made = {RULES["dose_changed"].make(answer, "", f"key-{n}") for n in range(40)}
    assert len(made) > 3
    assert all(text is not None and verify("dose_changed", answer, text) for text in made)
