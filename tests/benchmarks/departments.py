"""Measure how often the department told by a question's words is the one a public set names.

    python tests/benchmarks/departments.py [SHARED_DATA]

`told`: questions with a named department (儿科 and 其他 apart) for which one is told; `right`: those where it is the
named one, a part of it or the one it is a part of (`WITHIN`). `child`: questions of 儿科 taken for a child's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from ingest.conversation.header_words import CONVERSATION_WORDS  # noqa: E402
from ingest.distilled_formats.record import messages_of_record  # noqa: E402
from ingest.distilled_formats.topic import department_of  # noqa: E402
from ingest.records.table_files import csv_rows  # noqa: E402
from ingest.source import SourceFile, SourceOptions  # noqa: E402
from ingest.vocabulary.children import PEDIATRICS  # noqa: E402
from ingest.vocabulary.departments import department_in  # noqa: E402
from schemas.rejection import Rejection  # noqa: E402
from schemas.sample import Message  # noqa: E402

WITHIN = {
    "妇产科": "妇 产", "皮肤科": "皮肤 整形 性病", "眼科": "眼 五官", "口腔科": "口腔 五官 牙 整形",
    "耳鼻喉科": "耳 鼻 喉 五官 过敏", "骨科": "骨 外科", "男科": "男 泌尿 外科 生殖", "肿瘤科": "肿瘤 癌",
    "精神心理科": "心理 精神", "中医科": "中医", "传染科": "传染 感染 肝 性病", "消化内科": "消化 内科 胃 肝 普外",
    "肛肠科": "肛 外科", "心血管内科": "心 内科", "呼吸内科": "呼吸 内科 过敏", "神经内科": "神经 内科 脑 肌无力",
    "内分泌科": "内分泌 内科 甲 糖尿", "泌尿外科": "泌尿 男 肾 外科", "肾内科": "肾 内科", "血液科": "血液 内科",
    "风湿免疫科": "风湿 免疫 内科", "整形美容科": "整形 美容 皮肤",
}  # fmt: skip
"""Department → what the names of those it is, is a part of, or has as a part contain."""
Case = tuple[str, str]
"""Named department, question."""


def main() -> None:
    """Print a line for each set."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "../shared/data"
    for name, cases in sets(shared):
        named = [
            (d, q) for d, q in cases if d.strip() and not any(word in d for word in ("儿", "其他", "其它", "家居"))
        ]
        told = [(d, found) for d, q in named if (found := department_in(q))]
        right = sum(any(part in d for part in WITHIN[found].split()) for d, found in told)
        children = [department_of({}, (Message("user", q),), "") == PEDIATRICS for d, q in cases if "儿" in d]
        print(
            f"{name:8} {len(named):5} named  told {len(told) / len(named):.2f}  right {right / max(len(told), 1):.3f}"
            f"  child {sum(children)} of {len(children)}"
        )


def sets(shared: Path) -> Iterator[tuple[str, list[Case]]]:
    """Yield the sets that name departments."""
    records = json.loads((shared / "distill/zhongjing_CMtMedQA_test.json").read_text(encoding="utf-8"))
    yield (
        "CMtMedQA",
        [(f"{r.get('cate1') or ''} {r.get('cate2') or ''}", messages_of_record(r, {})[0].content) for r in records],
    )
    records = json.loads((shared / "eval/huatuogpt_Med-dialog_100.json").read_text(encoding="utf-8"))
    yield "Huatuo", [(r["Department"], r["medical_case"]) for r in records]
    records = json.loads((shared / "eval/disc_cmd_samples.json").read_text(encoding="utf-8"))
    yield "CMD", [(f"{r['department']} {r['raw_case']}", r["question"]) for r in records]
    file = SourceFile.from_path(shared / "dialogues/toyhom_neike_gb18030.csv")
    table = csv_rows(file, SourceOptions("toyhom", "dialogue"), CONVERSATION_WORDS)
    rows = [row for _, row in table if not isinstance(row, Rejection)]
    yield "Toyhom", [(row["department"], f"{row['title']} {row['ask']}") for row in rows]


if __name__ == "__main__":
    main()
