"""The plan: one list of steps, from which their order, their inputs and what lineage shows are derived."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pedcorpus.build_plan import INGEST, LATER_STEPS, STEP_NAMES, make_plan, order_of
from pedcorpus.config.load import SAMPLE, load
from pedcorpus.engine.freshness import fingerprint_of, manifest_path, states
from pedcorpus.engine.step import Step
from pedcorpus.steps.instruct import templates
from schemas import SCHEMA_VERSION
from schemas.errors import ConfigError, PedCorpusError
from schemas.manifest import StepManifest, write_manifest

STEPS = Path(__file__).parents[2] / "pedcorpus" / "steps"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    return make_plan(load(SAMPLE), SAMPLE.parent, tmp_path_factory.mktemp("out"))


def test_every_folder_of_steps_has_a_line_in_the_plan() -> None:
    folders = {path.parent.name for path in STEPS.glob("*/step.py")}
    assert folders == {"ingest", *(step.module.__name__.split(".")[2] for step in LATER_STEPS)}


def test_a_step_comes_after_its_inputs(plan: list[Step]) -> None:
    before: set[str] = set()
    for step in plan:
        assert set(step.inputs) <= before, step.name
        before.add(step.name)


def test_the_order_of_the_list_is_the_order_of_a_build(plan: list[Step]) -> None:
    names = [step.name for step in plan]
    assert names == sorted(names, key=order_of)
    assert names[-len(STEP_NAMES) :] == list(STEP_NAMES)


def test_the_card_stands_on_every_step_before_it(plan: list[Step]) -> None:
    *before, card = plan
    assert card.inputs == tuple(step.name for step in before)
    assert INGEST not in card.inputs


def test_predictions_are_known_by_their_content_and_not_by_their_place(tmp_path: Path) -> None:
    def prefer(folder: str, prediction: str) -> Step:
        path = tmp_path / folder / "weak.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"id": "ins-1", "prediction": prediction}), encoding="utf-8")
        config = load(SAMPLE)
        settings = config.prefer.model_copy(update={"rejected": f"file:{path}"})
        steps = make_plan(config.model_copy(update={"prefer": settings}), SAMPLE.parent, tmp_path / "out")
        return next(step for step in steps if step.name == "prefer")

    one, same, other = prefer("a", "多喝水。"), prefer("b", "多喝水。"), prefer("a", "多休息。")
    assert one.config == same.config != other.config
    assert one.config["prefer"]["rejected"] == "file"


def test_a_share_of_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    config = load(SAMPLE)
    shares = config.split.model_copy(update={"source_share": {"forum": 0.1, "dialogue": 0.5}})
    with pytest.raises(ConfigError, match=r"split\.source_share: 'forum': no such source\. Known: textbook, "):
        make_plan(config.model_copy(update={"split": shares}), SAMPLE.parent, tmp_path)


def test_an_unknown_step_has_no_place() -> None:
    with pytest.raises(PedCorpusError, match="steps/polish: no step of this program"):
        order_of("polish")


def finish(plan: list[Step], out: Path) -> None:
    """Write the manifests of a plan as if all its steps had been built."""
    done: dict[str, str] = {}
    for step in plan:
        done[step.name] = fingerprint_of(step, {name: done[name] for name in step.inputs})
        inputs = [{"step": name, "fingerprint": done[name]} for name in step.inputs]
        about = (step.name, step.version, SCHEMA_VERSION, done[step.name], dict(step.config), inputs)
        manifest = StepManifest(*about, dict(step.content), 0, 0, {}, None, [])
        write_manifest(manifest_path(out, step.name), manifest)


def test_a_changed_template_makes_instruct_stale_by_name_and_nothing_before_it(
    plan: list[Step], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(plan, tmp_path)
    assert {state.state for state in states(plan, tmp_path)} == {"fresh"}
    text = templates.content("document").replace("有哪些推荐意见？", "有何推荐意见？")
    monkeypatch.setattr(templates, "content", lambda group: text)
    after = {s.step.name: s for s in states(make_plan(load(SAMPLE), SAMPLE.parent, tmp_path), tmp_path)}
    assert after["instruct"].changed == ("templates",)
    fresh = {name for name, state in after.items() if state.state == "fresh"}
    assert fresh == {name for name in after if order_of(name) < order_of("instruct")}
