import pytest

from pedcorpus.quality.marks.gaps import gaps, gaps_evidence
from pedcorpus.quality.marks.misheard import misheard, misheard_evidence
from pedcorpus.quality.marks.self_naming import self_naming
from pedcorpus.quality.marks.serialised import serialised, serialised_evidence
from tests.support.talk_parts import talk_parts, value_of


@pytest.mark.parametrize(
    "answer",
    [
        "['血常规', '胸片']",
        "{'检查': ['心电图']}",
        "根据知识，肺炎应抗感染治疗。",
        "根据中心词和症状，考虑贫血。",
        "[回答] 不能确定。\n置信度：80%",
        "多喝水<br>注意休息。",
        "文章指出，母乳喂养可降低腹泻风险。",
    ],
)
def test_leftovers_of_programs_and_prompts_are_found(answer: str) -> None:
    assert (value_of(serialised, "孩子怎么了？", answer) or 0) > 0
    assert serialised_evidence(talk_parts("孩子怎么了？", answer)).to_list() != [""]


@pytest.mark.parametrize("answer", ["根据症状，考虑肺炎。", "知识丰富的家长会观察尿量。", "白细胞<10×10^9/L。"])
def test_ordinary_answers_hold_none(answer: str) -> None:
    assert value_of(serialised, "孩子怎么了？", answer) == 0


def test_a_programming_task_may_answer_with_a_list() -> None:
    assert value_of(serialised, "写出Python列表。", "['苹果', '梨']", task="general") == 0


@pytest.mark.parametrize("prompt", ["老师：把句子翻译成英语。\n学生：", "Q：天是什么颜色？\nA："])
def test_prompts_of_exercises_are_found_in_the_question(prompt: str) -> None:
    assert (value_of(serialised, prompt, "蓝色。", task="general") or 0) > 0


def test_an_answer_that_starts_over_is_found() -> None:
    once = "您好，孩子咳嗽三天没有发热，多为上呼吸道感染，建议多喝水，注意观察。"
    assert value_of(serialised, "怎么办？", once) == 0
    assert value_of(serialised, "怎么办？", once + once) == 1


def test_a_greeting_belongs_to_the_beginning() -> None:
    greeting = "您好！请问有什么可以帮助您的吗？"
    assert value_of(serialised, "你好", greeting) == 0
    assert (value_of(serialised, "水肿", f"建议检查尿常规和肾功能，尽快就医。{greeting}") or 0) > 0


@pytest.mark.parametrize(
    "text", ["某河（是欧洲的一条河流，全长约三百公里），流域面积为，人口为。", "某草（学名：为豆科植物，位于，"]
)
def test_holes_of_a_stripped_template_are_counted(text: str) -> None:
    assert (value_of(gaps, "介绍一下", text, task="general") or 0) >= 2
    assert gaps_evidence(talk_parts("介绍一下", text)).to_list() != [""]


def test_brackets_and_sentences_without_holes_pass() -> None:
    assert value_of(gaps, "大便怎样？", "大便什么形状（是水样便还是糊状便），位于左下腹，人口为三万。") == 0


@pytest.mark.parametrize(
    "answer", ["您好，我是本草智能助手。", "作为一个AI语言模型，我不能看病。", "我只是一个机器人，请就医。"]
)
def test_a_chatbot_that_names_itself_is_found(answer: str) -> None:
    assert (value_of(self_naming, "你好", answer) or 0) > 0


@pytest.mark.parametrize("answer", ["我是儿科王医生。", "人工智能可以辅助读片。", "这款智能体温计比较准确。"])
def test_speaking_of_machines_is_no_self_naming(answer: str) -> None:
    assert value_of(self_naming, "你好", answer) == 0


@pytest.mark.parametrize(
    "heard",
    [
        "嗯那个宝宝的就是说拉的那个稀的话就打那个大包子观察，",
        "可以吃点摩托石散，每天三次空腹。",
        "有问题你就把q下了不怎么咳嗽。",
    ],
)
def test_what_speech_recognition_misheard_is_found_in_consultations(heard: str) -> None:
    assert (value_of(misheard, "宝宝拉肚子", heard, builder="dialogue-trerecom") or 0) > 0
    assert misheard_evidence(talk_parts("宝宝拉肚子", heard, builder="dialogue-trerecom")).len() == 1
    assert value_of(misheard, "宝宝拉肚子", heard) is None


@pytest.mark.parametrize(
    "typed",
    [
        "请不要在这里写身份证号，少看屏幕。",
        "嗯嗯，多喝水，",
        "可以吃蒙脱石散，那就先观察两天。",
        "补充维生素d和锌，查c反应蛋白。",
    ],
)
def test_typed_talk_is_left_alone(typed: str) -> None:
    assert value_of(misheard, "宝宝拉肚子", typed, builder="dialogue-trerecom") == 0


def test_quotes_that_only_end_are_holes() -> None:
    answer = "红色”说的是颜色，椅子”说的是种类。"
    assert (value_of(gaps, "分析这个短语。", answer, task="general") or 0) > 1
    assert value_of(gaps, "分析这个短语。", "“红色”说的是颜色。", task="general") == 0


def test_examples_of_a_prompt_are_found() -> None:
    question = "[Q]: 根据答案写一个问题。\n[A]: 谁进球最多？\n[Q]: 再写一个。"
    assert (value_of(serialised, question, "比赛在哪一年？", task="general") or 0) > 0
