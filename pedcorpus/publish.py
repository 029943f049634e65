"""`publish`: the dataset folder as a dataset repository on the Hugging Face Hub.

All gates run before any request. The repository is private unless `--public`; afterwards it holds exactly the files
of the folder (`.gitattributes` apart) and a tag `v<corpus.version>`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from pedcorpus.card.markdown import size
from pedcorpus.gates import check, dataset_version
from schemas.errors import PedCorpusError, PublishRefused

if TYPE_CHECKING:
    from huggingface_hub import HfApi

REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


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
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

    tag = f"v{dataset_version(out)}"
    try:
        api = HfApi()
        _create(api, repo, public)
        commit = api.upload_folder(
            repo_id=repo,
            repo_type="dataset",
            folder_path=out / "dataset",
            delete_patterns="*",
            commit_message=f"Publish {tag}",
        )
        api.create_tag(repo, tag=tag, repo_type="dataset", exist_ok=True)
    except LocalTokenNotFoundError:
        raise PedCorpusError("No token. Set HF_TOKEN, or log in with `hf auth login`.") from None
    except HfHubHTTPError as error:
        raise _explained(error, repo) from None
    except httpx2.HTTPError as error:
        raise HubError(
            f"{repo}: the Hub cannot be reached ({type(error).__name__}). Run the same command again."
        ) from None
    console.print(f"Published {tag}: {commit.commit_url}", highlight=False, soft_wrap=True)


def _create(api: HfApi, repo: str, public: bool) -> None:
    """Create the repository where there is none, and check that it is as private as asked before anything is sent."""
    if not api.repo_exists(repo, repo_type="dataset"):
        api.create_repo(repo, repo_type="dataset", private=not public, exist_ok=True)
    is_private = bool(api.dataset_info(repo).private)
    if public and is_private:
        api.update_repo_settings(repo, repo_type="dataset", private=False)
    if not public and not is_private:
        raise PublishRefused(f"{repo}: this repository is public. Say --public, or choose another.")


def _explained(error: Exception, repo: str) -> PedCorpusError:
    """Return a Hub error in words; its own text may hold addresses with secrets and is left out."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if status in (401, 403):
        return PedCorpusError(f"{repo}: the Hub refused the token (HTTP {status}). Use one that may write there.")
    if status == 404:
        return PedCorpusError(
            f"{repo}: no such owner or repository for this token (HTTP 404). Check --repo and HF_TOKEN."
        )
    return HubError(f"{repo}: the Hub failed (HTTP {status}). Run the same command again; what was sent is kept.")
