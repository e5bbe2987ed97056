"""A browser without pictures: it speaks HTTP as Gradio's page does, over loopback.

It finds buttons by their `elem_id` in the page's own configuration, so it can do what a person
can do and nothing else.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx

Shown = dict[str, Any]


class Refused(Exception):
    """The app answered with an error; the message is what a person reads."""


class Browser:
    """One browser with its cookies, and one open page of the app."""

    def __init__(self, address: str, cookies: httpx.Cookies | None = None) -> None:
        self.http = httpx.Client(base_url=address, cookies=cookies, timeout=20)
        self.http.headers["Origin"] = address
        self.session = uuid4().hex
        self._config: dict[str, Any] = {}

    def choose(self, profile: str) -> None:
        """Choose a profile on the welcome page."""
        answer = self.http.post("/welcome", data={"name": profile})
        assert answer.status_code == 303

    def open(self) -> Shown:
        """Open the main page, and tell what it shows."""
        page = self.http.get("/").raise_for_status().text
        found = re.search(r"window\.gradio_config = (.*?);</script>", page)
        assert found
        self._config = json.loads(found[1])
        return self._run(self._dependency(None, "load"), [])

    def click(self, elem_id: str, *data: Any, event: str = "click") -> Shown:
        """Trigger an event of the component with this id, and tell what the page then shows."""
        return self._run(self._dependency(elem_id, event), list(data))

    def say(self, text: str) -> list[Shown]:
        """Send a message, and tell all that the page shows until the reply has ended."""
        return list(self.speak(text))

    def speak(self, text: str) -> Iterator[Shown]:
        """Send a message, and tell what the page shows while the reply is being written."""
        dependency = self._dependency("message", "submit")
        self.http.post("/gradio_api/queue/join", json=self._body(dependency, [text]))
        shown: list[Any] = [None] * len(dependency["outputs"])
        address = "/gradio_api/queue/data"
        with self.http.stream("GET", address, params={"session_hash": self.session}) as lines:
            for line in lines.iter_lines():
                event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if event.get("msg") in ("process_generating", "process_completed"):
                    shown = self._merged(shown, event)
                    yield self._by_id(dependency, shown)
                if event.get("msg") == "close_stream":
                    return

    def conversations(self) -> dict[str, str]:
        """Title and id of each conversation in the sidebar, as a newly opened page has them."""
        return dict(self.open()["conversations"]["choices"])

    def _merged(self, shown: list[Any], event: dict[str, Any]) -> list[Any]:
        output = event["output"]
        if not event["success"]:
            raise Refused(output.get("error"))
        data = output.get("data") or []
        if event["msg"] == "process_completed" or shown == [None] * len(shown):
            return data or shown
        return [_patched(old, new) for old, new in zip(shown, data, strict=True)]

    def _run(self, dependency: dict[str, Any], data: list[Any]) -> Shown:
        answer = self.http.post("/gradio_api/run/predict", json=self._body(dependency, data))
        if answer.status_code != 200:
            raise Refused(answer.json().get("error") or answer.text)
        return self._by_id(dependency, answer.json()["data"])

    def _body(self, dependency: dict[str, Any], data: list[Any]) -> dict[str, Any]:
        return {"data": data, "fn_index": dependency["id"], "session_hash": self.session}

    def _dependency(self, elem_id: str | None, event: str) -> dict[str, Any]:
        names = {each["id"]: each["props"].get("elem_id") for each in self._config["components"]}
        for dependency in self._config["dependencies"]:
            for component, trigger in dependency["targets"]:
                if trigger == event and names.get(component) == elem_id:
                    assert isinstance(dependency, dict)
                    return dependency
        raise LookupError(f"Nothing happens on {event} of {elem_id}.")

    def _by_id(self, dependency: dict[str, Any], data: list[Any]) -> Shown:
        names = {each["id"]: each["props"].get("elem_id") for each in self._config["components"]}
        return {
            str(names[component]): value
            for component, value in zip(dependency["outputs"], data, strict=True)
        }


def _patched(old: Any, changes: Any) -> Any:
    """Apply Gradio's list of changes: kind, path, value."""
    for kind, path, value in changes:
        if not path:
            old = old + value if kind == "append" else value
            continue
        target = old
        for step in path[:-1]:
            target = target[step]
        last = path[-1]
        if kind == "append":
            target[last] += value
        elif kind == "add" and isinstance(target, list):
            target.insert(last, value)
        elif kind == "delete":
            del target[last]
        else:
            target[last] = value
    return old


def texts(chat: Any) -> list[str]:
    """The texts of all lines that the chat shows, titles of unfolding lines included."""
    lines = chat["value"] if isinstance(chat, dict) else chat
    return [
        (line.get("metadata") or {}).get("title")
        or "".join(part.get("text", "") for part in line["content"])
        for line in lines
    ]
