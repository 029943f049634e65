import pytest

from pedcorpus.steps.instruct.of_graphs.complaints import is_no_complaint, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("夜间咳嗽", "told"),
        ("尿量减少", "other"),
        ("肺部湿啰音", "found"),
        ("三凹征", "found"),
        ("颈部淋巴结肿大", "found"),
        ("低氧血症", "diagnosed"),
        ("右心衰竭", "diagnosed"),
        ("房室传导阻滞", "diagnosed"),
    ],
)
def test_who_knows_of_a_symptom(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_departments_drugs_and_people_are_no_complaints() -> None:
    for name in ("小儿呼吸科", "布洛芬混悬液片", "血常规检查", "要文琴", "Doc"):
        assert is_no_complaint(name), name
    for name in ("枕秃", "蹲踞", "反应差", "注意力不集中", "O形腿"):
        assert not is_no_complaint(name), name
