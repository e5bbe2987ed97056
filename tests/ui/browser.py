"""A browser without pictures: it speaks HTTP as Gradio's page does, over loopback.

It finds buttons by their `elem_id` in the page's own configuration, so it can do what a person
can do and nothing else.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
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

    def sign_in(self, name: str, password: str) -> httpx.Response:
        """Fill in the page for signing in."""
        return self.http.post("/sign-in", data={"name": name, "password": password})

    def open(self) -> Shown:
        """Open the main page, and tell what it shows."""
        page = self.http.get("/").raise_for_status().text
        found = re.search(r"window\.gradio_config = (.*?);</script>", page)
        assert found
        self._config = json.loads(found[1])
        return self._run(self._dependency(None, "load"), [])

    def after_opening(self, elem_id: str = "model") -> Shown:
        """What the page fills into a component by itself as soon as it is open."""
        names = {each["id"]: each["props"].get("elem_id") for each in self._config["components"]}
        follows = next(
            dependency
            for dependency in self._config["dependencies"]
            if [names.get(output) for output in dependency["outputs"]] == [elem_id]
            and dependency["trigger_after"] is not None
        )
        return self._run(follows, [])

    def click(self, elem_id: str, *data: Any, event: str = "click", given: Any = None) -> Shown:
        """Trigger an event of the component with this id, and tell what the page then shows.

        `given` is what the event itself carries, as a link that was chosen.
        """
        *_, last = self.watch(elem_id, *data, event=event, given=given)
        return last

    def watch(
        self, elem_id: str, *data: Any, event: str = "click", given: Any = None
    ) -> Iterator[Shown]:
        """Trigger an event, and tell all that the page shows until it has ended."""
        yield from self._triggered(self._dependency(elem_id, event), list(data), given)

    def press(self, elem_id: str, *data: Any, event: str = "click") -> str:
        """Trigger an event without waiting for what comes of it, and tell the event's id."""
        return self._join(self._dependency(elem_id, event), list(data))

    def open_card(self, kind: str, item: str, reply: str = "") -> Shown:
        """Click a link to a memory or message, and tell what the card then shows."""
        dependency = self._dependency("door", "select")
        event = {"kind": kind, "id": item, "reply": reply}
        *_, last = self._triggered(dependency, [], event)
        return last

    def say(self, text: str) -> list[Shown]:
        """Send a message, and tell all that the page shows until the reply has ended."""
        return list(self.speak(text))

    def speak(self, text: str) -> Iterator[Shown]:
        """Send a message, and tell what the page shows while the reply is being written."""
        yield from self._triggered(self._dependency("message", "submit"), [text])

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
        return [_patched(deepcopy(old), new) for old, new in zip(shown, data, strict=True)]

    def _run(self, dependency: dict[str, Any], data: list[Any]) -> Shown:
        *_, last = self._triggered(dependency, data)
        return last

    def _triggered(
        self, dependency: dict[str, Any], data: list[Any], given: Any = None
    ) -> Iterator[Shown]:
        shown: list[Any] = [None] * len(dependency["outputs"])
        for event in self._events(self._join(dependency, data, given)):
            shown = self._merged(shown, event)
            yield self._by_id(dependency, shown)

    def _events(self, event_id: str) -> Iterator[dict[str, Any]]:
        address = "/gradio_api/queue/data"
        with self.http.stream("GET", address, params={"session_hash": self.session}) as lines:
            for line in lines.iter_lines():
                event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if event.get("event_id") != event_id:
                    continue
                if event["msg"] in ("process_generating", "process_completed"):
                    yield event
                if event["msg"] == "process_completed":
                    return

    def _join(self, dependency: dict[str, Any], data: list[Any], given: Any = None) -> str:
        body = {"data": data, "fn_index": dependency["id"], "session_hash": self.session}
        body |= {"event_data": given} if given is not None else {}
        answer = self.http.post("/gradio_api/queue/join", json=body).raise_for_status()
        return str(answer.json()["event_id"])

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
    """The texts of all lines that the chat shows, titles of unfolding lines included.

    The link to the explanation, which is under every reply, is left out.
    """
    lines = chat["value"] if isinstance(chat, dict) else chat
    told = [
        (line.get("metadata") or {}).get("title")
        or "".join(part.get("text", "") for part in line["content"])
        for line in lines
    ]
    return [each for each in told if not each.startswith("[Why this reply?](#why/")]
