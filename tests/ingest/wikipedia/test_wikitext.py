"""Wikitext becomes what a reader would read, in simplified characters."""

from __future__ import annotations

import time

import pytest

from ingest.wikipedia_dump.language_variants import resolve, simplify_page
from ingest.wikipedia_dump.wikitext import plain, read_article


def shown(text: str) -> str:
    resolved, rules = resolve(text)
    return simplify_page(resolved, rules)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("-{zh-hans:计算机;zh-hant:電腦}-輔助", "计算机辅助"),
        ("-{zh-cn:布洛芬;zh-tw:伊布洛芬;zh-hk:布洛芬;}-", "布洛芬"),
        ("-{zh-tw:盤尼西林}-", "盘尼西林"),
        ("-{A|zh-cn:青霉素;zh-tw:盤尼西林}-，又稱盤尼西林", "青霉素，又称青霉素"),
        ("-{H|zh-cn:自闭症;zh-tw:泛自閉症}-泛自閉症兒童", "自闭症儿童"),
        ("-{T|zh-cn:标题;zh-tw:標題}-正文", "正文"),
        ("-{R|乾}-卦與乾燥", "乾卦与干燥"),
        ("-{乾}-卦", "乾卦"),
        ("-{zh-hans;zh-hant|兩岸}-", "两岸"),
        ("-{zh-tw|臺灣}-", "臺灣"),
        ("-{+|zh-cn:青霉素;zh-tw:盤尼西林}-盤尼西林", "青霉素"),
        ("-{H|巨集=>zh-cn:宏;}-巨集", "宏"),
        ("-{zh-hans:甲-{zh-hans:乙;zh-hant:丙}-;zh-hant:丁}-", "甲乙"),
        ("-{未閉合", "-{未闭合"),
        ("a-{{b}}-", "a-{{b}}-"),
    ],
)
def test_variants_are_resolved_before_characters_are_converted(raw: str, expected: str) -> None:
    assert shown(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("'''川崎病'''是[[血管炎|全身性血管炎]]。", "川崎病是全身性血管炎。"),
        ("發熱<ref name=a>{{cite|x}}</ref>、皮疹<ref name=b />。", "发热、皮疹。"),
        ("[[File:a.jpg|thumb|右|圖[[說明]]]]正文[[Category:兒科]][[en:Kawasaki]]", "正文"),
        ("見[[:Category:兒科]]與[[阿司匹林#劑量]]。", "见儿科与阿司匹林。"),
        ("（{{lang-en|Kawasaki disease}}；{{lang|ja|川崎病}}；{{IPA|x}}）", "（Kawasaki disease；川崎病）"),
        ("（{{IPA|x}}，）甲", "甲"),
        ("{{link-en|黏膜|Mucosa}}與{{le|皮疹|Rash|疹}}與{{tsl|en|Fever||發燒}}", "黏膜与疹与发烧"),
        ("每日{{convert|80|-|100|mg/kg}}，{{val|5|e=3|u=mg}}，{{frac|1|2}}片", "每日80～100 mg/kg，5×10^3 mg，1/2片"),
        ("10<sup>9</sup>/L，H<sub>2</sub>O，1.73m<sup>2</sup>", "10⁹/L，H2O，1.73m²"),
        ("39&nbsp;&deg;C &lt; 40", "39 °C < 40"),
        ("<!-- 註 -->甲<nowiki>乙</nowiki><br/>丙", "甲乙\n丙"),
        ("<div style='x'>甲<span>乙</span></div>", "甲乙"),
        ("[http://a.b 連結]與[http://a.b]http://c.d", "连结与"),
        ("* 發熱\n** 高熱\n# 皮疹\n; 詞\n: 解釋", "- 发热\n- 高热\n- 皮疹\n词\n解释"),
        ("-5℃保存", "-5℃保存"),
        ("<nowiki>[[甲]]-{乙}-{{丙}} * </nowiki>丁", "[[甲]]-{乙}-{{丙}} * 丁"),
        (
            r"按<math>5\sim 10\,\mathrm{mg/kg}</math>，<math>S=\frac{a+b}{2}\times 10^{9}</math>",
            "按5～10 mg/kg，S=(a+b)/2×10^9",
        ),
        (r"<math>a < b \leftarrow 37.5^{\circ}\text{C}</math>", "a < b ←37.5°C"),
        (r"<math>\begin{matrix}a&b\end{matrix}</math>甲<chem>H2O</chem>", "甲H2O"),
        ("{{ill|川崎病|en|Kawasaki}}與{{ill|en|皮疹|Rash}}", "川崎病与皮疹"),
        ("{{convert|38.5|C}}，{{convert|5|%}}", "38.5℃，5%"),
        ("{{未知模板|參數}}甲__NOTOC__", "甲"),
        ("Na<sup>+</sup>與Ca<sup>2+</sup>", "Na⁺与Ca²⁺"),
        ("症狀：{{hlist|發燒|咳嗽}}{{columns-list|2|\n* 皮疹\n* 嘔吐}}", "症状：发烧、咳嗽\n- 皮疹\n- 呕吐"),
        ("{{ubl|甲一|乙二}}{{plainlist|\n* 丙\n}}", "甲一\n乙二\n- 丙"),
        ("{{lang-zh|s=川崎病|t=川崎病|p=x}}，{{font color|red|yellow|黃疸}}", "川崎病，黄疸"),
        ("{{noteTA|G1=Medicine|1=zh-cn:沙丁胺醇;zh-tw:舒喘寧}}舒喘寧吸入", "沙丁胺醇吸入"),
    ],
)
def test_markup_is_rendered_or_removed(raw: str, expected: str) -> None:
    assert plain(raw) == expected


def test_headings_are_lines_and_sections_without_text_go() -> None:
    raw = "引言\n== 症狀 ==\n=== 皮膚 ===\n皮疹\n== 空 ==\n== 治療 ==\n補液\n"
    raw += "== 參考文獻 ==\n{{reflist}}\n=== 書 ===\n某書\n== 預後 ==\n良好"
    assert plain(raw).split("\n") == ["引言", "症状", "皮肤", "皮疹", "治疗", "补液", "预后", "良好"]


def test_tables_become_lines_of_cells_and_infoboxes_go() -> None:
    raw = (
        '{{Infobox disease|名稱=x}}\n{| class="infobox"\n| 側欄\n|}\n'
        '{| class="wikitable"\n! 藥物 !! 劑量\n|-\n| [[布洛芬]] || 5–10mg/kg\n|-\n|\n|}\n後文'
    )
    assert plain(raw) == "药物 | 剂量\n布洛芬 | 5–10mg/kg\n后文"


def test_the_caption_of_a_table_is_a_line_of_its_own() -> None:
    raw = "{|\n|+ style=x | 兒童劑量\n! 藥物 !! 劑量\n|-\n| 布洛芬 || 5 mg\n|}"
    assert plain(raw).split("\n") == ["儿童剂量", "药物 | 剂量", "布洛芬 | 5 mg"]


@pytest.mark.parametrize("raw", ["-{T|zh-cn:哮喘;zh-tw:氣喘}-正文", "{{noteTA|T=zh-cn:哮喘;zh-tw:氣喘}}正文"])
def test_an_article_declares_its_title(raw: str) -> None:
    assert read_article(raw) == ("正文", "哮喘")


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 20_000,
        "{|\n" * 20_000,
        "{{" * 20_000,
        "{{a|" * 10_000,
        "[[" * 20_000,
        "-{" * 20_000,
        "<!--" * 20_000,
        "<ref>" * 20_000,
        "<ref " * 20_000,
        "<nowiki>" * 20_000,
        "（ " * 20_000,
        "\n" * 20_000,
        "'''''" * 20_000,
        "{{{" * 10_000,
    ],
)
def test_hostile_markup_takes_no_endless_time(bomb: str) -> None:
    start = time.process_time()
    plain(f"甲{bomb}乙")
    assert time.process_time() - start < 20, "linear time is a fraction of a second; quadratic is minutes"
