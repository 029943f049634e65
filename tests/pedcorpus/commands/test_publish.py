"""Publish over real HTTP to a hub on loopback: private by default, gates before any write, twice is once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pedcorpus.commands.publish_checks import check
from schemas.errors import PublishRefused
from tests.support.fake_hub import CUT, Hub, running_hub
from tests.support.finished_build import instruction, make_build, write_step

ROOT = Path(__file__).parents[3]
REPO = "our-group/ours"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as running:
        yield running


def publish(
    hub: Hub, out: Path, *words: str, token: str | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub.url,
        "HF_TOKEN": hub.token if token is None else token,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HOME": str(out / ".hf"),
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        **more,
    }
    command = [sys.executable, "-m", "pedcorpus", "publish", str(out), "--repo", REPO, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)


def test_a_build_becomes_a_private_tagged_repository_equal_to_its_folder(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    result = publish(hub, tmp_path)
    assert result.returncode == 0, result.stderr
    repository = hub.repositories[REPO]
    assert repository.private
    folder = tmp_path / "dataset"
    here = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert repository.files == here
    assert repository.tags == {"v1.2.3": repository.commits[-1]}
    assert hub.token not in result.stdout + result.stderr


def test_publishing_again_changes_nothing_and_a_smaller_dataset_removes_files(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    hub_files = {"sft/old-00000-of-00001.parquet": b"old"}
    publish(hub, tmp_path)
    hub.repositories[REPO].files |= hub_files
    assert publish(hub, tmp_path).returncode == 0
    assert "sft/old-00000-of-00001.parquet" not in hub.repositories[REPO].files
    files, commits = dict(hub.repositories[REPO].files), len(hub.repositories[REPO].commits)
    assert publish(hub, tmp_path).returncode == 0
    assert hub.repositories[REPO].files == files
    assert len(hub.repositories[REPO].commits) == commits


def test_offline_is_told_in_a_sentence(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    result = publish(hub, tmp_path, HF_HUB_OFFLINE="1")
    assert result.returncode == 2
    assert result.stderr.endswith("HF_HUB_OFFLINE keeps the Hub out of reach. Unset it to publish.\n")


def test_public_must_be_said(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    assert publish(hub, tmp_path, "--public").returncode == 0
    assert not hub.repositories[REPO].private
    refused = publish(hub, tmp_path)
    assert refused.returncode == 2
    assert "this repository is public" in refused.stderr


def test_a_dry_run_sends_nothing(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    result = publish(hub, tmp_path, "--dry-run")
    assert result.returncode == 0
    assert "nothing was sent" in result.stdout
    assert hub.requests == []


def test_private_data_are_refused_by_row_and_class_and_never_shown(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path, [instruction(0), instruction(7, "请加我微信 lihua_doc88，或打电话13912345678联系。")])
    result = publish(hub, tmp_path)
    assert result.returncode == 2
    assert "sft ins-00000000000000000007: phone" in result.stderr
    assert "13912345678" not in result.stderr + result.stdout
    assert hub.requests == []


@pytest.mark.parametrize(("asked", "status"), [("strict", 2), (None, 0)])
def test_the_scan_looks_for_the_classes_that_cleaning_took_out(tmp_path: Path, asked: str | None, status: int) -> None:
    sources = {"talks": {"kind": "distilled", "license": "cc-by-4.0", "department": "", "privacy": None}}
    make_build(tmp_path, [instruction(0, "孩子叫王小明，家住海淀区中关村南大街5号院，请多休息、多饮水。")])
    write_step(tmp_path, "clean", {"clean": {"privacy": asked}, "sources": sources}, [])
    if status:
        with pytest.raises(PublishRefused, match=r"sft ins-0+: (?:name|address)"):
            check(tmp_path)
    else:
        check(tmp_path)


@pytest.mark.parametrize("license", ["internal", "unknown", "Internal", " ", ""])
def test_a_licence_that_forbids_publication_is_refused(hub: Hub, tmp_path: Path, license: str) -> None:
    make_build(tmp_path, license=license)
    result = publish(hub, tmp_path)
    assert result.returncode == 2
    assert "source talks" in result.stderr
    assert hub.requests == []


def test_an_unfinished_step_is_refused(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    (tmp_path / "steps" / "split" / "manifest.json").unlink()
    result = publish(hub, tmp_path)
    assert result.returncode == 2
    assert "step split is unfinished" in result.stderr


def test_a_file_changed_after_the_build_is_refused(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    with (tmp_path / "dataset" / "README.md").open("a") as file:
        file.write("more")
    (tmp_path / "dataset" / "notes.txt").write_text("mine")
    result = publish(hub, tmp_path)
    assert result.returncode == 2
    assert "README.md was changed after the build" in result.stderr
    assert "notes.txt was not written by the build" in result.stderr


def test_faults_that_pass_are_waited_out(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    hub.refuse = {"POST .*/create": [503], "POST .*/commit/": [CUT], "POST .*/tag/": [500]}
    result = publish(hub, tmp_path)
    assert result.returncode == 0, result.stderr
    repository = hub.repositories[REPO]
    assert repository.tags == {"v1.2.3": repository.commits[-1]}
    assert len(repository.commits) == 2


def test_a_version_published_again_with_other_rows_has_the_tag(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    publish(hub, tmp_path)
    make_build(tmp_path, [instruction(n) for n in range(5)])
    result = publish(hub, tmp_path)
    assert result.returncode == 0, result.stderr
    assert "the tag has moved" in result.stdout
    repository = hub.repositories[REPO]
    assert len(repository.commits) == 3
    assert repository.tags == {"v1.2.3": repository.commits[-1]}


@pytest.mark.parametrize(
    ("token", "message"), [("", "No token. Set HF_TOKEN"), ("hf_wrong_secret", "refused the token")]
)
def test_no_token_and_a_wrong_one_are_told_apart(hub: Hub, tmp_path: Path, token: str, message: str) -> None:
    make_build(tmp_path)
    result = publish(hub, tmp_path, token=token)
    assert result.returncode == 2
    assert message in result.stderr
    assert "hf_wrong_secret" not in result.stderr + result.stdout
    assert "Traceback" not in result.stderr


def test_without_a_network_one_line_says_so(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    hub.url = "http://127.0.0.1:9"
    result = publish(hub, tmp_path)
    assert result.returncode == 1
    assert "cannot be reached" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("request_of", ["POST .*/commit/", "PUT /lfs"])
def test_a_hub_that_fails_for_good_gives_status_1_and_the_same_command_completes(
    hub: Hub, tmp_path: Path, request_of: str
) -> None:
    make_build(tmp_path)
    hub.refuse[request_of] = [500] * 40
    result = publish(hub, tmp_path)
    assert result.returncode == 1
    assert "Run the same command again" in result.stderr
    assert "Traceback" not in result.stderr
    hub.refuse.clear()
    assert publish(hub, tmp_path).returncode == 0


def test_what_was_published_loads(hub: Hub, tmp_path: Path) -> None:
    make_build(tmp_path)
    publish(hub, tmp_path)
    code = f"from datasets import load_dataset; print(load_dataset({REPO!r}, 'sft', split='train')[2]['id'])"
    environment = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / ".hf"), "HF_HUB_DISABLE_XET": "1"}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.strip().endswith("ins-00000000000000000002"), result.stderr


def test_a_folder_without_a_build_and_a_bad_name_are_the_users_mistakes(hub: Hub, tmp_path: Path) -> None:
    assert "no build here" in publish(hub, tmp_path).stderr
    command = [sys.executable, "-m", "pedcorpus", "publish", str(tmp_path), "--repo", "no-owner"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 2
    assert "Expected OWNER/NAME" in result.stderr
