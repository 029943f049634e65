import pytest

from pedcorpus.steps.prefer.rules.rule_list import RULES, verify
from pedcorpus.steps.prefer.rules.sentences import bare, closed, sentences

CARE = "水痘一般为自限性，居家护理即可。剪短指甲，保持皮肤清洁，穿宽松棉质的衣物，隔离到全部结痂。"
WARNING = "如果高热不退、皮疹周围红肿流脓，请及时到医院就诊。"
REASON = "因为病毒通过飞沫和接触疱液传播，所以结痂之前都有传染性。"


@pytest.mark.parametrize("answer", [CARE + WARNING, WARNING + CARE])
def test_the_warning_goes_and_the_care_stays(answer: str) -> None:
    made = RULES["warning_signs_dropped"].make(answer, "水痘怎么护理？", "key")
    assert made == CARE
    assert verify("warning_signs_dropped", answer, made)


def test_a_warning_at_the_end_of_a_sentence_goes_with_its_condition() -> None:
    answer = "多喝水，少量多餐，观察尿量和精神，暂时不吃油腻的东西，如果呕吐加重，及时到医院就诊。"
    made = RULES["warning_signs_dropped"].make(answer, "", "key")
    assert made == "多喝水，少量多餐，观察尿量和精神，暂时不吃油腻的东西。"
    assert verify("warning_signs_dropped", answer, made)


@pytest.mark.parametrize("answer", [CARE, "建议就医。" + CARE])
def test_where_no_signs_are_named_nothing_goes(answer: str) -> None:
    assert RULES["warning_signs_dropped"].make(answer, "", "key") is None


def test_the_explanation_goes_where_it_was_asked() -> None:
    advice = "建议剪短指甲，穿宽松棉质的衣物，保持皮肤清洁，隔离到全部结痂，饮食清淡。"
    answer = REASON + "传染性强的原因是病毒随飞沫散布到空气里。" + advice
    made = RULES["explanation_removed"].make(answer, "水痘为什么传染？", "key")
    assert made == advice
    assert verify("explanation_removed", answer, made)
    assert RULES["explanation_removed"].make(answer, "水痘怎么护理？", "key") is None


@pytest.mark.parametrize("answer", [CARE, "因为感冒了。多喝水。"])
def test_without_an_explanation_or_with_a_short_one_nothing_goes(answer: str) -> None:
    assert RULES["explanation_removed"].make(answer, "为什么？", "key") is None


def test_a_sentence_without_the_advice_asked_for_is_what_stays() -> None:
    kept = "水痘是一种由病毒引起的急性传染病。"
    answer = kept + "建议剪短指甲，避免抓破水疱，注意皮肤清洁，需要隔离到全部结痂。" + WARNING
    made = RULES["cut_to_a_clause"].make(answer, "水痘这种传染病怎么办？", "key")
    assert made == kept
    assert verify("cut_to_a_clause", answer, made)
    assert RULES["cut_to_a_clause"].make(answer, "水痘是什么？", "key") is None


@pytest.mark.parametrize(
    "answer", ["多喝水，注意休息。", "治疗水痘期间要注意的东西。建议剪短指甲，避免抓破，需要隔离。如果发热，可以用药。"]
)
def test_a_clause_that_cannot_stand_alone_is_no_answer(answer: str) -> None:
    assert RULES["cut_to_a_clause"].make(answer, "水痘怎么办？", "key") is None


def test_what_was_added_or_kept_whole_is_not_verified() -> None:
    for rule in ("warning_signs_dropped", "cut_to_a_clause", "explanation_removed"):
        assert not verify(rule, CARE + WARNING, CARE + WARNING)
        assert not verify(rule, CARE + WARNING, CARE + "请放心。")
    assert not verify("warning_signs_dropped", CARE + WARNING, WARNING)


def test_sentences_joined_are_the_text() -> None:
    assert "".join(sentences(CARE + WARNING)) == CARE + WARNING
    assert bare("2.多喝水，") == "多喝水"
    assert closed("多喝水，") == "多喝水。"
