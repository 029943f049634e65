"""Label conversations with their task, by the definitions of the corpus and on the whole talk.

- general: nothing of medicine. Where a source is mostly medical, only what is clearly of another trade.
- evidiag: a talk in which the doctor asks back (or the patient brings a complaint) and names what it is or may be.
- trerecom: what to do, or a case whose answer says what to do.
- medkqa: the rest: facts, asked for without a patient in need of a diagnosis.
"""

from __future__ import annotations

import polars as pl

from pedcorpus.task_labels import aspects
from pedcorpus.task_labels.medical_words import medical_evidence
from pedcorpus.task_labels.talk_parts import talk_parts


def label_tasks(messages: pl.Series, *, is_consultation: bool, mostly_medical: bool) -> pl.Series:
    """Return the task of each conversation (a list of role and content)."""
    parts = talk_parts(messages)
    if not is_consultation:
        parts = parts.with_columns(medical_evidence(parts["asked"], parts["answers"]))
    general = pl.lit(False) if is_consultation else ~_is_medical(mostly_medical)
    label = pl.when(general).then(pl.lit("general")).when(pl.col("rounds") > 1).then(_of_talks(is_consultation)).otherwise(_of_single())
    return parts.select(task=label)["task"]


GIVES_A_TASK = (
    r"^(?:请|帮我|给我|为我|帮忙|你能|你可以|能否|可以|我希望你能?|我想让你|假设|想象|作为|下面|以下|指示|任务|主题)?[:：]?[你您]?(?:帮我|给我|为我|能)?(?:请)?"
    r"(?:写|编写|撰写|创作|生成|创建|创造|构建|构思|设计|翻译|改写|重写|重新|分类|归类|归纳|排序|计算|编辑|填|完成|组织|制作|概括|总结|摘要|根据(?:以下|给定|所给|所提供|下面|提供|输入|上下文|文本|句子)|给定|给出.{0,6}(?:句|词|标题)|找出|找到|将|把|转换|替换|修改|纠正|提取|识别.{0,8}(?:句|词|语)|用.{0,12}造句|造句|扮演|模拟|编程|选择.{0,6}(?:选项|正确)|比较.{0,8}(?:句|语言)|为名为|在这个任务|这篇文章|这是一|文章|新闻|段落|问题[:：]|背景|句子)"
)
"""Tasks for a writer or a machine, not questions to a doctor."""
OTHER_TRADE = (
    r"电脑|计算机|软件|程序|代码|算法|编程|数据库|游戏|怪物|装备|网站|股票|基金|电影|小说|歌曲|歌词|论文|合同|楼盘|发动机|火车|航班|景点|足球|篮球|球队|明星|演员|导演|作者|诗歌|标题|单词|语法|数学|方程|朝代|皇帝|考研|简历|学名|属的植物|科植物|鱼类|人工智能|机器人|机器学习|笑话|适配器|MAC|Wi-?Fi"
    r"|怎样的(?:体验|感受|人)|什么(?:体验|感受|感觉)[?？]?$|如何(?:看待|评价)|怎么看待|你(?:会|觉得|见过|读过|听过)"
)
"""Words of other trades, and questions of forums."""
FORUM = r"谢邀|题主|答主|楼主|LZ|手机回答|知乎|亲身经历"
MEDICAL_FRAME = (
    r"的(?:临床表现|临床症状|病因|影像学检查|辅助检查|辅助治疗|推荐药|组织学检查|内窥镜检查|实验室检查|手术治疗|药物治疗|化疗|放疗|治愈率|发病率|发病性别|并发症|适应[证症]|用法用量|药理作用|不良反应|[中西]医治疗|预后|鉴别诊断|风险评估因素|宜食|忌食|症状|结果|成分或处方|治疗和预防|预防方法)|[宜忌]食什么|导致什么样的结果"
)
"""Questions that are only asked of diseases and drugs."""


def _is_medical(mostly: bool) -> pl.Expr:
    first = pl.col("first")
    task, other = first.str.contains(GIVES_A_TASK), first.str.contains(OTHER_TRADE) | pl.col("answer").str.contains(FORUM)
    asked, hinted, told = pl.col("asked_of"), pl.col("hinted"), pl.col("told_of")
    if mostly:
        return ~(task | other) | (asked + hinted + told > 0)
    return (
        pl.when(task).then((asked >= 3) | (asked >= 2) & (told >= 2))
        .when(other).then((asked >= 2) & (told >= 1) | (asked >= 4))
        .otherwise((asked > 0) | (hinted >= 2) | (hinted > 0) & (told > 0) | (told >= 3) | first.str.contains(MEDICAL_FRAME))
    )


MANY_FINDINGS = 3
"""Complaints and findings of a case that leave something to weigh."""


def _is_case() -> pl.Expr:
    """Return whether somebody is ill: a person with a complaint, or a complaint and no question at all."""
    told = pl.col("asked").str.replace_all(aspects.ONLY_ASKS, "")
    asks = pl.any_horizontal(aspects.asks(aspect) for aspect in (aspects.TREATMENT, aspects.FINDING_OUT, aspects.KNOWLEDGE))
    person, complaint = told.str.contains(aspects.PATIENT), told.str.contains(aspects.COMPLAINT)
    return complaint & (person | ~asks) | person & ~asks


def _is_literature() -> pl.Expr:
    return (pl.col("asked").str.count_matches(aspects.RESEARCH) + pl.col("answers").str.count_matches(aspects.RESEARCH)) >= 3


def _of_single() -> pl.Expr:
    """Label one question and its answer."""
    leaflet, treatment, finding, knowledge = map(
        aspects.asks, (aspects.DRUG_LEAFLET, aspects.TREATMENT, aspects.FINDING_OUT, aspects.KNOWLEDGE)
    )
    case, vignette = _is_case(), aspects.asks(aspects.VIGNETTE) & ~aspects.asks(aspects.FIRST_PERSON)
    names, advises, tests = (
        aspects.asks(aspect, "answer") for aspect in (aspects.NAMES_A_DISEASE, aspects.ADVISES, aspects.TESTS)
    )
    told = pl.col("asked").str.count_matches(aspects.COMPLAINT) >= MANY_FINDINGS
    weighs = names & tests & told & aspects.asks(aspects.ASKS_DISEASE) & ~aspects.asks(aspects.DIAGNOSED)
    undecided = case & (finding | ~knowledge)
    back = pl.col("answer").str.contains(r"[?？]")
    return (
        pl.when((leaflet & ~case) | (_is_literature() & ~vignette)).then(pl.lit("medkqa"))
        .when(treatment).then(pl.lit("trerecom"))
        .when(vignette & undecided & weighs).then(pl.lit("evidiag"))
        .when((vignette & (finding | knowledge)) | aspects.asks(aspects.ASKS_TESTS)).then(pl.lit("medkqa"))
        .when(undecided & ~vignette & ~advises & (names | back)).then(pl.lit("evidiag"))
        .when(undecided).then(pl.lit("trerecom"))
        .otherwise(pl.lit("medkqa"))
    )


def _of_talks(is_consultation: bool) -> pl.Expr:
    """Label a talk of two and more rounds."""
    treat = pl.col("asked").str.count_matches(aspects.TREATMENT).cast(pl.Int64)
    advice = pl.col("answers").str.count_matches(aspects.TREATS).cast(pl.Int64)
    verdicts = pl.col("answers").str.count_matches(aspects.NAMES_A_DISEASE).cast(pl.Int64)
    back = pl.col("asks_back").fill_null(0).cast(pl.Int64)
    case = pl.lit(True) if is_consultation else _is_case()
    wants_treatment = aspects.asks(aspects.TREATMENT, "first")
    evident = (back + 2 * verdicts >= treat + advice) | ((back >= 2) & ~wants_treatment)
    open_case = case & ~wants_treatment & ~aspects.asks(aspects.DIAGNOSED, "first") & aspects.asks(aspects.COMPLAINT, "first")
    return (
        pl.when(_is_literature() & (back == 0)).then(pl.lit("medkqa"))
        .when((back > 0) & (verdicts > 0) & evident & case).then(pl.lit("evidiag"))
        .when((back > 0) & case & (advice + treat == 0)).then(pl.lit("evidiag"))
        .when((back == 0) & open_case & aspects.asks(aspects.NAMES_A_DISEASE, "answers")).then(pl.lit("evidiag"))
        .when((back == 0) & ~case & (2 * treat < pl.col("rounds").cast(pl.Int64))).then(pl.lit("medkqa"))
        .otherwise(pl.lit("trerecom"))
    )
