"""Two users who are signed in, one of whom knows the other's page; and somebody who is not."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
import pytest

from assistant import Assistant
from tests.doubles import RecordingChatModel
from tests.ui.browser import Browser, Refused, texts
from tests.ui.conftest import PASSWORDS

SECRET = "My secret plan is a boat"
API = "/gradio_api"
REFUSAL = b"You are signed out. Reload the page to sign in again."


@pytest.fixture
def ana(locked: str) -> Browser:
    """Ana has opened the page, and said something that concerns nobody else."""
    ana = signed_in(locked, "Ana")
    ana.say(SECRET)
    return ana


@pytest.fixture
def ben(locked: str, ana: Browser) -> Browser:
    """Ben has the page open, too, and knows the session hash of Ana's."""
    ben = signed_in(locked, "Ben")
    ben.session = ana.session
    return ben


@pytest.fixture
def stranger(locked: str, ana: Browser) -> Iterator[httpx.Client]:
    """Somebody without a cookie who knows it, too."""
    with httpx.Client(base_url=locked, headers={"Origin": locked}, timeout=20) as client:
        yield client


def signed_in(address: str, name: str) -> Browser:
    browser = Browser(address)
    browser.sign_in(name, PASSWORDS[name])
    browser.open()
    return browser


def requests(session: str, event: str) -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of what Gradio 6 offers, with another's names filled in."""
    body = {"session_hash": session, "fn_index": 0, "data": [], "event_id": event}
    for path in ("/config", "/", "/theme.css", f"{API}/info", f"{API}/app_id", "/manifest.json"):
        yield "GET", path, None
    for path in (
        f"{API}/queue/data?session_hash={session}",
        f"{API}/upload_progress?upload_id={session}",
        f"{API}/call/predict/{event}",
        f"{API}/call/v2/predict/{event}",
        f"{API}/deep_link?session_hash={session}",
        f"{API}/queue/status",
        f"{API}/stream/{session}/0/1/playlist.m3u8",
        f"{API}/stream/{session}/0/1/playlist-file",
        f"{API}/file=/etc/hostname",
        f"{API}/file/etc/hostname",
        f"{API}/proxy=http://127.0.0.1/",
        f"{API}/dev/reload",
        f"{API}/run-history/records",
        f"{API}/runs",
        f"{API}/token",
        f"{API}/user",
        f"{API}/vibe-code",
        "/monitoring",
        "/monitoring/summary",
        "/openapi.json",
        "/logout",
        "/download/nothing",
    ):
        yield "GET", path, None
    for path in (
        f"{API}/queue/join",
        f"{API}/cancel",
        f"{API}/reset",
        f"{API}/run/predict",
        f"{API}/api/predict",
        f"{API}/call/predict",
        f"{API}/call/v2/predict",
        f"{API}/component_server",
        f"{API}/stream/{event}",
        f"{API}/stream/{event}/close",
        f"{API}/process_recording",
        f"{API}/upload",
        "/login",
    ):
        yield "POST", path, body


def read(http: httpx.Client, method: str, path: str, body: Any = None) -> str:
    """All of an answer, also of one that Gradio breaks off, as it does for unknown pages."""
    lines = []
    with (
        suppress(httpx.RemoteProtocolError),
        http.stream(method, path, json=body, headers={"Accept": "*/*"}) as answer,
    ):
        for line in answer.iter_lines():
            lines.append(line)
    return "\n".join(lines)


def test_a_stranger_gets_nothing_but_the_way_to_the_door(
    ana: Browser, stranger: httpx.Client
) -> None:
    event = ana.press("message", "Hello", event="submit")
    heartbeat = ("GET", f"{API}/heartbeat/{ana.session}", None)
    for method, path, body in [*requests(ana.session, event), heartbeat]:
        answer = stranger.request(method, path, json=body)
        assert answer.status_code == (303 if path == "/" else 401), path
        assert answer.content in (b"", b'{"detail":"%s"}' % REFUSAL), path


def test_nothing_of_the_other_is_ever_returned(
    ana: Browser, ben: Browser, model: RecordingChatModel
) -> None:
    go_on = Event()
    model.on_word = lambda _: _wait(go_on)
    event = ana.press("message", SECRET, event="submit")
    for method, path, body in requests(ana.session, event):
        text = read(ben.http, method, path, body)
        assert "secret" not in text.lower(), path
        assert "Ana" not in text, path
    go_on.set()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/run/predict"),
        ("POST", "/api/predict"),
        ("POST", "/call/predict"),
        ("GET", "/call/predict/1"),
        ("GET", "/deep_link?session_hash=1"),
        ("GET", "/stream/1/0/1/playlist.m3u8"),
        ("POST", "/stream/1/close"),
        ("POST", "/component_server"),
        ("GET", "/file=/etc/hostname"),
        ("GET", "/queue/status"),
        ("POST", "/queue/join/"),
        ("GET", "/token"),
    ],
)
def test_what_the_page_never_asks_for_is_closed(ana: Browser, method: str, path: str) -> None:
    answer = ana.http.request(method, API + path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is nothing here."})


def test_the_events_of_another_page_cannot_be_listened_to(
    ana: Browser, ben: Browser, model: RecordingChatModel
) -> None:
    go_on = Event()
    model.on_word = lambda _: _wait(go_on)
    reply = ana.speak("Tell me about the boat")
    next(reply)
    heard = read(ben.http, "GET", f"{API}/queue/data?session_hash={ana.session}")
    assert json.loads(heard.removeprefix("data:"))["session_not_found"] is True
    go_on.set()
    assert texts(list(reply)[-1]["chat"])[-2] == "That sounds good."


def test_a_reply_cannot_be_ended_by_another_user(
    bespoke: Assistant, ana: Browser, ben: Browser, model: RecordingChatModel
) -> None:
    go_on = Event()
    model.on_word = lambda _: _wait(go_on)
    event = ana.press("message", "Tell me about the boat", event="submit")
    ending = {"event_id": event, "session_hash": ana.session, "fn_index": 0}
    assert ben.http.post(f"{API}/cancel", json=ending).status_code == 403
    with ben.http.stream("GET", f"{API}/heartbeat/{ana.session}") as beats:
        assert next(beats.iter_lines()) == "data: ALIVE"  # its end closes the page it names
    go_on.set()
    own = ana.http.get(f"{API}/queue/data", params={"session_hash": ana.session}).text
    assert f'"event_id":"{event}"' in own
    assert "That sounds good." in own
    assert ana.http.post(f"{API}/cancel", json=ending).status_code == 200


def test_another_page_shows_nothing_and_takes_nothing(
    bespoke: Assistant, ana: Browser, ben: Browser
) -> None:
    with pytest.raises(Refused, match="Another profile"):
        ben.click("rename", "Ben was here")
    assert "secret" not in json.dumps(ben.say("What was said?"))
    assert ben.open()["conversations"]["choices"] == []
    assert texts(ana.say("Still there?")[-1]["chat"])[0] == SECRET
    assert [each.title for each in bespoke.user("Ana").conversations()] == [SECRET]
    assert bespoke.user("Ben").conversations() == []


def test_a_file_is_read_only_for_the_user_who_sent_it(
    bespoke: Assistant, ana: Browser, ben: Browser, stranger: httpx.Client
) -> None:
    upload = uuid4().hex
    line = json.dumps({"id": "1", "role": "user", "content": SECRET})
    files = {"files": ("chats.jsonl", line, "application/json")}
    [path] = ana.http.post(f"{API}/upload", params={"upload_id": upload}, files=files).json()
    assert Path(path).is_file()
    for http in (ben.http, stranger):
        assert http.get(f"{API}/file={path}").status_code in (401, 404)
        progress = http.get(f"{API}/upload_progress", params={"upload_id": upload})
        assert "chats" not in progress.text
    given = {"path": path, "meta": {"_type": "gradio.FileData"}}
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        ben.click("import-file", given, True, event="upload")
    assert Path(path).is_file()
    ben.session = uuid4().hex
    ben.open()
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        ben.click("import-file", [{"deep": [given]}], True, event="upload")
    assert (
        "1 new messages"
        in ana.click("import-file", given, True, event="upload")["imported"]["value"]
    )
    assert bespoke.user("Ben").conversations() == []


def test_a_file_to_download_is_for_the_user_who_made_it(
    ana: Browser, ben: Browser, stranger: httpx.Client
) -> None:
    told = ana.click("export")["exported"]["value"]
    address = told[told.index("(/download/") + 1 :].split(")")[0]
    assert ben.http.get(address).status_code == 404
    assert stranger.get(address).status_code == 401
    assert SECRET in ana.http.get(address).text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_what_no_page_sends_is_refused(ana: Browser, body: bytes) -> None:
    assert ana.http.post(f"{API}/queue/join", content=body).status_code == 400


def _wait(event: Event, seconds: float = 10) -> None:
    event.wait(seconds)
