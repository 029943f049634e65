import pytest

from pedcorpus.steps.prefer.rules.drug_classes import drug_classes
from pedcorpus.steps.prefer.rules.rule_list import RULES, verify

CASES = [
    ("advice_reversed", "平时多喝温水。不要吃辛辣的食物。", "平时少喝温水。可以吃辛辣的食物。"),
    ("advice_reversed", "避免自行停药。", "可以自行停药。"),
    ("advice_reversed", "对本药过敏者禁用。", "对本药过敏者可用。"),
    ("advice_reversed", "腹泻时要留心，继续母乳喂养。", "腹泻时要留心，停止母乳喂养。"),
    ("finding_reversed", "血清铁蛋白降低。", "血清铁蛋白升高。"),
    ("finding_reversed", "轮状病毒抗原检测阳性。", "轮状病毒抗原检测阴性。"),
]


@pytest.mark.parametrize(("rule", "answer", "expected"), CASES)
def test_words_are_swapped_for_their_contrary(rule: str, answer: str, expected: str) -> None:
    made = RULES[rule].make(answer, "", "key")
    assert made == expected
    assert verify(rule, answer, made)


LEFT = [
    ("advice_reversed", "家长不要过于担心。"),
    ("advice_reversed", "一次也不要喂太多饭菜。"),
    ("advice_reversed", "不要吃生冷的东西，以免腹泻加重。"),
    ("advice_reversed", "妈妈不要吃辛辣的食物。"),
    ("advice_reversed", "多喝温水。"),
    ("finding_reversed", "如果血小板减少，要住院。"),
    ("finding_reversed", "血小板减少性紫癜。"),
    ("finding_reversed", "本病预后良好，多数是病毒感染。"),
]


@pytest.mark.parametrize(("rule", "answer"), LEFT)
def test_words_that_only_look_so_are_left_alone(rule: str, answer: str) -> None:
    assert RULES[rule].make(answer, "", "key") is None


def test_a_young_infant_is_not_denied_water() -> None:
    answer = "多喝温水。勤洗手。"
    assert RULES["advice_reversed"].make(answer, "宝宝8个月", "key") == "少喝温水。少洗手。"
    assert RULES["advice_reversed"].make(answer, "宝宝2个月", "key") is None


def test_at_most_three_pieces_of_advice_are_reversed() -> None:
    answer = "多喝温水，不要吃零食，不要吸烟，勤洗手。"
    made = RULES["advice_reversed"].make(answer, "", "key")
    assert made is not None
    assert verify("advice_reversed", answer, made)
    assert sum(made.count(word) for word in ("少喝", "可以", "少洗")) == 3


def test_a_drug_is_swapped_for_an_unfit_one_of_its_class_wherever_it_stands() -> None:
    answer = "发热时口服布洛芬。布洛芬每日不超过4次。"
    made = RULES["drug_swapped"].make(answer, "孩子发热", "key")
    assert made is not None
    assert "布洛芬" not in made
    assert any(made == answer.replace("布洛芬", other) for other in drug_classes()["布洛芬"])
    assert verify("drug_swapped", answer, made)


@pytest.mark.parametrize(
    ("answer", "prompt"),
    [
        ("不要给孩子用布洛芬。", ""),
        ("维生素D缺乏性佝偻病。", ""),
        ("补充去甲肾上腺素。", ""),
        ("对青霉素过敏者禁用。", ""),
        ("可以口服布洛芬。", "能吃布洛芬吗？"),
        ("外用红霉素软膏。", ""),
    ],
)
def test_a_ban_a_disease_or_a_drug_of_the_prompt_is_no_drug_to_swap(answer: str, prompt: str) -> None:
    assert RULES["drug_swapped"].make(answer, prompt, "key") is None


def test_no_drug_stands_on_both_sides_of_its_class() -> None:
    assert all(name not in others for name, others in drug_classes().items())
    assert not verify("drug_swapped", "口服布洛芬。", "口服头孢克肟。")
