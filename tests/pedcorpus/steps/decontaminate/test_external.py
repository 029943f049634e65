import json
from pathlib import Path
from typing import Any

import pytest

from pedcorpus.steps.decontaminate.external import read_external
from schemas.errors import ConfigError

TURNS = [{"role": "user", "content": "宝宝发烧怎么办？"}, {"role": "assistant", "content": "多喝水。"}]
ITEM = ("宝宝发烧怎么办？", "多喝水。")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("one.jsonl", {"messages": TURNS}),
        ("sharegpt.jsonl", {"conversations": [{"from": "human", "value": ITEM[0]}, {"from": "gpt", "value": ITEM[1]}]}),
        ("data.json", {"data": [{"question": ITEM[0], "answer": ITEM[1]}]}),
        ("preference.jsonl", {"question": ITEM[0], "response_chosen": ITEM[1], "response_rejected": "打针。"}),
        ("upper.json", [{"Question": ITEM[0], "Answer": ITEM[1]}]),
    ],
)
def test_items_are_read_in_the_forms_benchmarks_have(tmp_path: Path, name: str, content: Any) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    assert read_external(name, str(path)) == [(f"{name}#0", *ITEM)]


def test_files_in_gb18030_are_read(tmp_path: Path) -> None:
    path = tmp_path / "exam.json"
    path.write_bytes(json.dumps([{"问题": ITEM[0], "答案": ITEM[1]}], ensure_ascii=False).encode("gb18030"))
    assert read_external("exam.json", str(path)) == [("exam.json#0", *ITEM)]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "exam.jsonl"
    path.write_text(json.dumps({"question": ITEM[0], "answer": ITEM[1]}) + '\n{"question": "宝', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"exam\.jsonl: cannot be read .line 2"):
        read_external("exam.jsonl", str(path))
