"""How a file would be read: the kind that fits, what is rejected, three records with private data masked."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.files.find import find_files
from pedcorpus.commands import sources
from pedcorpus.commands.probing.probe import Probe, probe

SAMPLE = Path(__file__).parents[4] / "pedcorpus" / "sample"
TALK = (
    "患者：我叫王小明，电话13812345678，孩子发热一天了。\n医生：王小明家长，精神怎么样？有没有咳嗽？\n患者：有点咳。\n"
)


def probed(path: Path | str, kind: str | None = None) -> Probe:
    return probe(find_files(str(path), Path.cwd())[0], kind)


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("**/*.xml*", "wikipedia"),
        ("**/dialogues/*", "dialogue"),
        ("**/distilled*/*", "distilled"),
        ("**/knowledge*/*", "knowledge_graph"),
    ],
)
def test_the_files_of_the_sample_are_taken_for_what_they_are(pattern: str, kind: str) -> None:
    files = [path for path in sorted(SAMPLE.glob(pattern)) if path.is_file()]
    assert files
    assert {probed(path).kind for path in files} == {kind}


def test_private_data_are_masked_in_records_and_in_rejections(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text('{"note": "家长电话13812345678"}\n' * 3, encoding="utf-8")
    good = probed(tmp_path / "talk.txt")
    assert (good.kind, good.records, good.encodings) == ("dialogue", 1, ["utf-8"])
    shown = json.dumps([good.shown, probed(tmp_path / "bad.jsonl", "dialogue").problems], ensure_ascii=False)
    assert "[电话]" in shown
    assert "13812345678" not in shown
    assert "王小明" not in shown


def test_instruction_sets_are_told_from_consultations(tmp_path: Path) -> None:
    rows = [
        {"instruction": f"婴儿第{i}月吃什么？", "input": "", "output": "母乳或配方奶，满6月龄后添加辅食。"}
        for i in range(5)
    ]
    (tmp_path / "a.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    asked = "".join('{"ask": "孩子发热怎么办？", "answer": "多饮水，超过38.5度用布洛芬。"}\n' for _ in range(5))
    (tmp_path / "b.jsonl").write_text(asked, encoding="utf-8")
    assert probed(tmp_path / "a.json").kind == "distilled"
    assert "dialogue" in probed(tmp_path / "a.json").also
    assert probed(tmp_path / "b.jsonl").kind == "dialogue"


def test_recommendations_make_a_guideline_and_words_alone_make_nothing(tmp_path: Path) -> None:
    prose = "第一章 发热\n发热是儿科常见的症状。应当先判断病情的轻重。\n"
    (tmp_path / "book.txt").write_text(prose, encoding="utf-8")
    (tmp_path / "guide.txt").write_text(prose + "推荐1：无脱水者在家口服补液（强推荐，1A）。\n", encoding="utf-8")
    (tmp_path / "words.txt").write_text("发热\n咳嗽\n皮疹\n腹泻\n呕吐\n" * 20, encoding="utf-8")
    assert probed(tmp_path / "book.txt").kind == "textbook"
    assert probed(tmp_path / "guide.txt").kind == "guideline"
    assert probed(tmp_path / "words.txt").kind is None


def test_what_fits_no_kind_is_told_for_each(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    found = probed(tmp_path / "a.png")
    assert (found.kind, found.nearest, found.rejected) == (None, "", {"unknown_format": 1})
    assert len(found.problems) == 5


def test_archives_folders_and_addresses_are_probed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = TALK.encode("gb18030")
    with tarfile.open(tmp_path / "talks.tar.gz", "w:gz") as archive:
        for number in range(3):
            info = tarfile.TarInfo(f"{number}.txt")
            info.size = len(data) + number
            archive.addfile(info, io.BytesIO(data + b"\n" * number))
    (tmp_path / "unfit.bin").write_bytes(bytes(range(256)))
    sources.probe_files(str(tmp_path), None)
    told = capsys.readouterr().out
    assert "talks.tar.gz: read as dialogue: 3 records, encoding gb18030" in told
    assert "unfit.bin: fits no kind" in told
    sources.probe_files(str(tmp_path / "*.gz"), None, as_json=True)
    (item,) = json.loads(capsys.readouterr().out)
    assert (item["kind"], item["records"], len(item["shown"])) == ("dialogue", 3, 3)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def test_files_behind_http_and_in_memory_are_probed(site: str) -> None:
    import fsspec

    assert probed(f"{site}/talk.txt").kind == "dialogue"
    fsspec.filesystem("memory").pipe("/probe/talk.txt", TALK.encode())
    assert probed("memory://probe/talk.txt").kind == "dialogue"


def test_a_file_that_may_not_be_read_is_a_rejection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.files.find import FoundFile

    def refused(self: FoundFile) -> str:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").write_text(TALK, encoding="utf-8")
    monkeypatch.setattr(FoundFile, "sha256", refused)
    found = probed(tmp_path / "a.txt")
    assert (found.kind, found.rejected, found.problems) == (None, {"unreadable_file": 1}, ["Permission denied"])


def test_a_table_of_visits_says_which_column_is_which_field(tmp_path: Path) -> None:
    rows = (
        "就诊日期,患儿姓名,主诉,现病史,诊断,处理意见,医生\n"
        + "2024-03-01,王小明,咳嗽3天,有痰。,支气管炎,雾化。,李建国\n" * 3
    )
    (tmp_path / "visits.csv").write_text(rows, encoding="utf-8")
    columns = probed(tmp_path / "visits.csv", "dialogue").columns
    read = {"主诉": "complaint", "现病史": "present_illness", "诊断": "diagnosis", "处理意见": "treatment"}
    assert {name: field for name, field in columns.items() if field} == read
    assert [name for name, field in columns.items() if not field] == ["就诊日期", "患儿姓名", "医生"]


def test_a_table_of_questions_says_which_column_is_left_out(tmp_path: Path) -> None:
    rows = "科室,标题,提问,医生回复,浏览量\n" + "儿科,咳嗽,宝宝咳嗽怎么办,多喝水。,12\n" * 3
    (tmp_path / "asked.csv").write_text(rows, encoding="utf-8")
    found = {"科室": "department", "标题": "title", "提问": "question", "医生回复": "answer", "浏览量": ""}
    assert probed(tmp_path / "asked.csv", "dialogue").columns == found
