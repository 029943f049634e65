import pytest

from ingest.files.decode import decoded, text_lines
from ingest.files.detect_encoding import encoding_of
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

OPTIONS = SourceOptions("test", "dialogue")
SIMPLIFIED = "孩子发热三天，伴咳嗽、流涕，请问应该吃什么药？\n医生：先查血常规，注意多喝水。\n"
TRADITIONAL = "孩子發燒三天，還有咳嗽，請問應該吃什麼藥？\n醫生：先檢查血液，注意多喝水。\n"


def file(data: bytes) -> SourceFile:
    return SourceFile.from_bytes("a.txt", data)


def consume(source: SourceFile, into: list[str]) -> None:
    for _, text in text_lines(source, OPTIONS):
        into.append(text)


def reason(data: bytes) -> Reason:
    with pytest.raises(UnreadableFile) as caught:
        encoding_of(file(data), OPTIONS)
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        ("plain ASCII\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_named_and_the_text_unharmed(text: str, encoding: str, named: str) -> None:
    source = file(text.encode(encoding))
    assert encoding_of(source, OPTIONS) == named
    assert "".join(f"{line}\n" for _, line in text_lines(source, OPTIONS)) == text


@pytest.mark.parametrize("terms", ["椎体爆裂骨折\n脑脊液漏\n高弓足\n", "紫雪\n麻仁丸\n脑血康胶囊\n"])
def test_short_lists_of_terms_are_enough(terms: str) -> None:
    assert encoding_of(file(terms.encode("gb18030")), OPTIONS) == "gb18030"


def test_a_chinese_character_after_megabytes_of_ascii_decides() -> None:
    data = b"a,b,c\n" * 400_000 + SIMPLIFIED.encode("gb18030")
    assert encoding_of(file(data), OPTIONS) == "gb18030"


def test_a_utf8_mark_before_gb18030_text_is_void() -> None:
    source = file(b"\xef\xbb\xbf" + SIMPLIFIED.encode("gb18030"))
    assert next(text_lines(source, OPTIONS)) == (1, SIMPLIFIED.splitlines()[0])
    with decoded(source, OPTIONS) as stream:
        assert stream.read() == SIMPLIFIED


def test_a_few_broken_bytes_become_replacement_characters() -> None:
    data = (SIMPLIFIED * 100).encode() + b"\xff\xfe bad\n" + SIMPLIFIED.encode()
    assert sum("\ufffd" in line for _, line in text_lines(file(data), OPTIONS)) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("broken", [b"\xff", b"\xff\xfe\xe4"])
@pytest.mark.parametrize("at", [0, 6, 42])
def test_broken_bytes_in_a_short_text_do_not_cost_the_text(encoding: str, broken: bytes, at: int) -> None:
    data = SIMPLIFIED.encode(encoding)
    source = file(data[:at] + broken + data[at:])
    assert encoding_of(source, OPTIONS) == encoding
    assert "先查血常规" in "".join(line for _, line in text_lines(source, OPTIONS))


def test_a_cut_character_at_the_end_of_the_sample_does_not_matter() -> None:
    data = ("热" * 400_000).encode()
    assert encoding_of(file(data), OPTIONS) == "utf-8"


def test_stray_nuls_are_left_out() -> None:
    assert [line for _, line in text_lines(file("发\x00热\n咳嗽".encode()), OPTIONS)] == ["发热", "咳嗽"]


def test_line_ends_of_all_systems_count_lines() -> None:
    assert list(text_lines(file(b"a\r\nb\rc\nd"), OPTIONS)) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_images_and_noise_are_no_text() -> None:
    assert reason(b"\x89PNG\r\n\x1a\n" + bytes(100)) is Reason.UNKNOWN_FORMAT
    assert reason(bytes(range(256)) * 100) in (Reason.UNKNOWN_FORMAT, Reason.UNKNOWN_ENCODING)


def test_the_configured_encoding_overrules_and_must_exist() -> None:
    options = SourceOptions("test", "dialogue", encoding="GBK")
    assert encoding_of(file(b"abc"), options) == "gbk"
    with pytest.raises(UnreadableFile, match="no such encoding: klingon"):
        encoding_of(file(b"abc"), SourceOptions("test", "dialogue", encoding="klingon"))


def test_text_that_breaks_off_gives_the_lines_before() -> None:
    import gzip

    from ingest.files.compression import decompressing

    data = gzip.compress(b"".join(b"line %d\n" % i for i in range(200_000)))
    cut = SourceFile("a.gz", "0", decompressing(file(data[: len(data) // 2]).opener, "gz"))
    lines = []
    with pytest.raises(UnreadableFile, match="ends early"):
        consume(cut, lines)
    assert lines[1000] == "line 1000"
    assert len(lines) > 50_000


def test_broken_chinese_is_never_taken_for_another_script() -> None:
    source = file('[{"ask": "发'.encode() + b"\xff\xfe" + '烧", "answer": "喝水"}]'.encode())
    assert encoding_of(source, OPTIONS) == "utf-8"
    assert next(text_lines(source, OPTIONS))[1].startswith('[{"ask": "发')


def test_western_signs_in_english_text_are_read() -> None:
    source = file("drug,dose\nibuprofen,10 µg at 38 °C and more text\n".encode("cp1252"))
    assert [line for _, line in text_lines(source, OPTIONS)][1] == "ibuprofen,10 µg at 38 °C and more text"
