"""`publish`: the dataset folder as a dataset repository on the Hugging Face Hub.

All gates run before any request. The repository is private unless `--public`; afterwards it holds exactly the files
of the folder (`.gitattributes` apart) and a tag `v<corpus.version>`.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from pedcorpus.commands.publish_checks import check, dataset_version
from pedcorpus.steps.card.markdown import size
from schemas.errors import PedCorpusError, PublishRefused

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_WAITS_S = (1, 2, 4)
"""Seconds before each further attempt; the Hub's client waits by itself only where it sends large files."""
_NO_TOKEN = "No token. Set HF_TOKEN, or log in with `hf auth login`."
REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
"""OWNER/NAME. `our-group/pedcorpus` → `our-group/pedcorpus`, `pedcorpus` → –"""


class HubError(PedCorpusError):
    """The Hub did not do what was asked, though the request was right."""

    exit_status = 1


def run_publish(out: Path, repo: str, *, public: bool, dry_run: bool) -> None:
    """Check the build in `out` and make the repository `repo` equal to its dataset folder."""
    if not REPO.fullmatch(repo):
        raise PedCorpusError(f"--repo {repo}: not a repository name. Expected OWNER/NAME, e.g. our-group/pedcorpus.")
    if not (out / "steps").is_dir():
        raise PublishRefused(f"{out}: no build here (no folder steps). Name the OUT of a build.")
    check(out)
    console = Console()
    files = [path for path in sorted((out / "dataset").rglob("*")) if path.is_file()]
    total = size(sum(path.stat().st_size for path in files))
    seen = "public" if public else "private"
    console.print(f"All gates passed: {len(files)} files, {total}, to {repo} ({seen}).", highlight=False)
    if dry_run:
        console.print("Dry run: nothing was sent.")
        return
    _upload(out, repo, public, console)


def _upload(out: Path, repo: str, public: bool, console: Console) -> None:
    """Send the folder; after a fault that may pass, all over again: nothing is sent or committed twice."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not console.is_terminal:
        disable_progress_bars()
    for wait_s in (*_WAITS_S, None):
        try:
            _send(out, repo, public, console)
            return
        except LocalTokenNotFoundError:
            raise PedCorpusError(_NO_TOKEN) from None
        except OfflineModeIsEnabled:
            raise PedCorpusError(f"{repo}: HF_HUB_OFFLINE keeps the Hub out of reach. Unset it to publish.") from None
        except (HfHubHTTPError, httpx2.HTTPError) as error:
            if wait_s is None or not _may_pass(error):
                raise _explained(error, repo) from None
        except RuntimeError as error:  # a large file: the client has tried five times by itself
            if not isinstance(error.__cause__, (HfHubHTTPError, httpx2.HTTPError)):
                raise
            raise _explained(error.__cause__, repo) from None
        time.sleep(wait_s)


def _send(out: Path, repo: str, public: bool, console: Console) -> None:
    from huggingface_hub import HfApi

    tag = f"v{dataset_version(out)}"
    api = HfApi()
    before = _create(api, repo, public)
    commit = api.upload_folder(
        repo_id=repo,
        repo_type="dataset",
        folder_path=out / "dataset",
        delete_patterns="*",
        commit_message=f"Publish {tag}",
    )
    _tag(api, repo, tag, commit.oid, console)
    done = "Already published" if commit.oid == before else "Published"
    console.print(f"{done} {tag}: {commit.commit_url}", highlight=False, soft_wrap=True)


def _create(api: HfApi, repo: str, public: bool) -> str | None:
    """Create the repository where there is none, check that it is as private as asked, and return its last commit."""
    if not api.repo_exists(repo, repo_type="dataset"):
        api.create_repo(repo, repo_type="dataset", private=not public, exist_ok=True)
    info = api.dataset_info(repo)
    if public and info.private:
        api.update_repo_settings(repo, repo_type="dataset", private=False)
    if not public and not info.private:
        raise PublishRefused(f"{repo}: this repository is public. Say --public, or choose another.")
    return info.sha


def _tag(api: HfApi, repo: str, tag: str, commit: str, console: Console) -> None:
    """Let the tag name the commit, also where another commit had it: a version published again with other rows."""
    from huggingface_hub.errors import HfHubHTTPError

    try:
        api.create_tag(repo, tag=tag, revision=commit, repo_type="dataset")
    except HfHubHTTPError as error:
        if _status(error) != 409:
            raise
        tags = api.list_repo_refs(repo, repo_type="dataset").tags
        if all(known.target_commit != commit for known in tags if known.name == tag):
            api.delete_tag(repo, tag=tag, repo_type="dataset")
            api.create_tag(repo, tag=tag, revision=commit, repo_type="dataset")
            console.print(f"{tag} was published before with other rows; the tag has moved.", highlight=False)


def _status(error: Exception) -> int | None:
    return getattr(getattr(error, "response", None), "status_code", None)


def _may_pass(error: Exception) -> bool:
    """Return whether a fault may be gone in a moment: no answer at all, too many requests, or a fault of the Hub."""
    status = _status(error)
    return status is None or status == 429 or status >= 500


def _explained(error: Exception, repo: str) -> PedCorpusError:
    """Return a Hub error in words; its own text may hold addresses with secrets and is left out."""
    from huggingface_hub import get_token

    status = _status(error)
    if status in (401, 403) and not get_token():
        return PedCorpusError(_NO_TOKEN)
    if status in (401, 403):
        return PedCorpusError(f"{repo}: the Hub refused the token (HTTP {status}). Use one that may write there.")
    if status is None:
        return HubError(f"{repo}: the Hub cannot be reached ({type(error).__name__}). Run the same command again.")
    if status == 404:
        return PedCorpusError(
            f"{repo}: no such owner or repository for this token (HTTP 404). Check --repo and HF_TOKEN."
        )
    return HubError(f"{repo}: the Hub failed (HTTP {status}). Run the same command again; what was sent is kept.")
