"""Records of a run state what was read by its address, whatever folder the copies lie in."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import configs
from flows.run import stages
from flows.run.request.run_request import request_of
from flows.run.results.published_work import prepared_of
from flows.run.storage.local_copies import address_of, as_given
from flows.run.storage.stored_inputs import with_local_inputs
from tests.flows.run.storage.bucket import BUCKET, moved, put
from tests.flows.small_world import AS_OF, write_small_world

_DECIDED = (
    "supplier_id,decision,author_role,reason,evidence_link,decided_on,expires_on\n"
    "s5,look_first,category manager,new line,https://example.org/1,2022-02-01,2023-02-01\n"
)


def stored_profile(storage: Any, folder: Path) -> Path:
    """The profile of a small world whose list and mirrors lie in the bucket."""
    path = write_small_world(folder / "world")
    profile = yaml.safe_load(path.read_text())
    profile["suppliers"]["files"] = [moved(storage, profile["suppliers"]["files"][0], folder)]
    for source in profile["sources"].values():
        if source.get("mirror"):
            source["mirror"] = moved(storage, source["mirror"], folder)
    put(storage, **{"decided.csv": _DECIDED})
    profile["overrides"] = f"s3://{BUCKET}/decided.csv"
    path.write_text(yaml.safe_dump(profile))
    return path


def test_sources_of_two_folders_are_the_same_request_with_addresses_and_versions(
    storage: Any, tmp_path: Path
) -> None:
    settings = configs.load(str(stored_profile(storage, tmp_path)), local=None)
    one, two = (
        stages.prepare(request_of(settings, AS_OF, tmp_path / name, force=False))
        for name in ("one", "two")
    )
    assert one.request_key == two.request_key
    (file,) = stages.pull(one, "accounts_csv").files
    key = "world/accounts/accounts.csv"
    assert file.origin == f"s3://{BUCKET}/{key}"
    assert file.version == _etag(storage, key)
    assert Path(file.path).is_relative_to(tmp_path / "one")


def _etag(storage: Any, key: str) -> str:
    return str(storage.head_object(Bucket=BUCKET, Key=key)["ETag"])


@pytest.mark.long
def test_manifest_states_addresses_and_versions_and_no_folder(storage: Any, tmp_path: Path) -> None:
    settings = configs.load(str(stored_profile(storage, tmp_path)), local=None)
    out = tmp_path / "out"
    published = stages.run_all(request_of(settings, AS_OF, out, force=False))
    text = (published.folder / "manifest.json").read_text()
    manifest = json.loads(text)
    assert ".work" not in text
    assert manifest["config"]["suppliers"]["files"] == [f"s3://{BUCKET}/world/list.csv"]
    mirror = manifest["config"]["sources"]["country_table"]["mirror"]
    assert mirror == f"s3://{BUCKET}/world/countries"
    assert manifest["config_hash"] == configs.effective_hash(settings)
    assert manifest["stored_inputs"] == {
        f"s3://{BUCKET}/{name}": _etag(storage, name) for name in ("decided.csv", "world/list.csv")
    }
    found = prepared_of(out, manifest, "en")
    assert found is not None
    overrides = found.request.settings.overrides
    assert overrides is not None
    assert Path(overrides).read_text() == _DECIDED


def test_settings_are_as_they_were_given_after_copies_were_made(
    storage: Any, tmp_path: Path
) -> None:
    given = configs.load(str(stored_profile(storage, tmp_path)), local=None)
    local = with_local_inputs(given, tmp_path / "out")
    assert local != given
    assert as_given(local) == given


def test_other_paths_are_no_addresses() -> None:
    assert address_of("a/.work/storage/b/c.csv") == "s3://b/c.csv"
    for path in ("a/.work/storage/_etags/1.json", "a/.work/storage", ".work/b/c.csv", "s3://b/c"):
        assert address_of(path) == path
