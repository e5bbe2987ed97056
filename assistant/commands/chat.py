"""`bespoke chat`: a conversation in the terminal."""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from assistant.commands.options import whose
from assistant.commands.wrapping import WrappedText
from assistant.errors import EXPECTED
from memory.types import Learned, Memory, Purpose, Recollection

if TYPE_CHECKING:
    from assistant import Companion, Piece, Reply

_WORDS = {
    "added": "learned",
    "strengthened": "heard again",
    "updated": "learned",
    "ended": "learned",
    "quarantined": "set aside for you to review",
}
_NO_REPLY = "There is no reply yet."
_HELP = """\
/memory      what the last reply used, and why
/why         explain the last reply: what it leans on, measured
/good        say that the last reply was good, and why: /good short and clear
/bad         say that it was not
/retry       have the last reply made once more
/edit        say your last message in other words: /edit I meant Lisbon
/new         begin a new conversation
/temporary   begin a conversation that leaves nothing behind
/share       let a remote model see your memories, or stop that
/help        this list
/quit        leave (so does Ctrl-D; Ctrl-C stops a reply)"""


@click.command()
@whose
@click.option("--model", help="The chat model, as in BESPOKE_MODEL.")
def chat(user: str | None, model: str | None) -> None:
    """Talk to the assistant in the terminal."""
    from assistant import Assistant

    with Assistant(model=model) as assistant:
        click.echo("Getting ready …", err=True)
        assistant.warm_up()
        name = user or assistant.settings.user
        loop = ChatLoop(assistant.user(name), host=assistant.model_host())
        click.echo(f"Bespoke talks to {name!r} with {assistant.settings.model}. /help for help.")
        loop.run()


class ChatLoop:
    """Reads lines, and prints replies as they are written."""

    def __init__(self, companion: "Companion", *, host: str | None) -> None:
        self._companion = companion
        self._host = host
        self._remember = True
        self._last: Reply | None = None
        self._commands: dict[str, Callable[[], None]] = {
            "/memory": self._show_memory,
            "/why": self._explain,
            "/retry": self._retry,
            "/new": self._begin,
            "/temporary": self._begin_temporary,
            "/share": self._share,
            "/help": lambda: click.echo(_HELP),
        }
        self._judgements = {"/good": True, "/bad": False}

    def run(self) -> None:
        """Go on until the user leaves."""
        self._say_where_words_go()
        while (line := self._read()) is not None:
            if line in ("/quit", "/exit"):
                return
            if line in self._commands:
                self._commands[line]()
            elif (command := line.partition(" ")[0]) in self._judgements:
                self._judge(line.removeprefix(command), is_liked=self._judgements[command])
            elif command == "/edit":
                self._say_anew(line.removeprefix(command).strip())
            elif line.startswith("/"):
                click.echo(f"There is no {line.split()[0]}.\n{_HELP}")
            elif line:
                self._show(self._companion.stream(line, remember=self._remember))

    def _read(self) -> str | None:
        prompt = "you> " if self._remember else "you (temporary)> "
        try:
            return input(prompt).strip()
        except KeyboardInterrupt:
            click.echo("\n/quit or Ctrl-D leaves.")
            return ""
        except EOFError:
            click.echo()
            return None

    def _retry(self) -> None:
        if (last := self._last) is None:
            click.echo(_NO_REPLY)
        else:
            self._show(self._companion.stream_retry(last.id, remember=self._remember))

    def _say_anew(self, text: str) -> None:
        if (last := self._last) is None:
            click.echo(_NO_REPLY)
        elif not text:
            click.echo("Write your message in other words behind it: /edit I meant Lisbon")
        else:
            remember = self._remember
            self._show(self._companion.stream(text, remember=remember, instead_of=last.id))

    def _show(self, pieces: "Generator[Piece]") -> None:
        before, self._last = self._last, None
        shown = WrappedText(partial(click.echo, nl=False))
        try:
            try:
                for piece in pieces:
                    if piece.kind == "waiting":
                        click.echo("(waiting for another reply to end)")
                    if piece.kind == "caution":
                        shown.put_apart(piece.text, partial(click.secho, fg="yellow", nl=False))
                    else:
                        shown.add(piece.text)
                    self._last = piece.reply or self._last
            finally:  # a reply that broke off shows its last word, too
                shown.end()
        except KeyboardInterrupt:
            pieces.close()
            click.echo(" … (stopped)")
        except EXPECTED as error:
            click.echo(f"\nError: {error}", err=True)
            self._last = before
        else:
            click.echo()
            if self._last and self._last.is_cut:
                click.secho("(cut at its length limit; say “go on”)", dim=True)
            click.secho(self._used_line(), dim=True)
            if self._last and self._last.learned:
                click.secho(learned_line(self._last.learned), dim=True)

    def _used_line(self) -> str:
        if not self._last or not self._last.used:
            return "(no personal memory used)"
        return "(used: " + " · ".join(_shortened(item) for item in self._last.used) + ")"

    def _show_memory(self) -> None:
        if self._last is None or not self._last.offered:
            click.echo("The last reply had nothing from memory.")
            return
        used = {item.id for item in self._last.used}
        for item in self._last.offered:
            click.echo(f"{'used ' if item.id in used else 'known'}  {_shortened(item)}")
            click.secho(f"       {item.time:%Y-%m-%d}: {item.why}", dim=True)

    def _explain(self) -> None:
        if (reply := self._kept_reply()) is None:
            return
        with tqdm(desc="Scoring the reply again", leave=False, delay=1) as bar:

            def tell(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            try:
                explanation = str(self._companion.explain(reply.id, tell))
            except KeyboardInterrupt:
                explanation = "(stopped)"
            except EXPECTED as error:
                explanation = f"Error: {error}"
        click.echo(explanation)

    def _judge(self, words: str, *, is_liked: bool) -> None:
        if (reply := self._kept_reply()) is None:
            return
        try:
            self._companion.feedback(reply.id, liked=is_liked, words=words)
        except EXPECTED as error:
            click.echo(f"Error: {error}", err=True)
        else:
            click.echo("Noted.")

    def _kept_reply(self) -> "Reply | None":
        if self._last is None:
            click.echo(_NO_REPLY)
        elif not self._remember:
            click.echo("This conversation is temporary: nothing is kept about its replies.")
        else:
            return self._last
        return None

    def _begin(self) -> None:
        self._companion.start_conversation()
        self._remember = True
        self._last = None
        click.echo("A new conversation.")

    def _begin_temporary(self) -> None:
        self._begin()
        self._remember = False
        click.echo("It is temporary: nothing of it is kept. /new ends it.")

    def _share(self) -> None:
        consent = self._companion.consent
        if consent[Purpose.SHARE_WITH_REMOTE]:
            consent.revoke(Purpose.SHARE_WITH_REMOTE)
        else:
            consent.grant(Purpose.SHARE_WITH_REMOTE)
        self._say_where_words_go()

    def _say_where_words_go(self) -> None:
        if self._host is None:
            click.echo("Nothing you write leaves this machine.")
        elif self._companion.consent[Purpose.SHARE_WITH_REMOTE]:
            click.echo(
                f"What you write goes to {self._host}, with memories that fit. /share stops."
            )
        else:
            click.echo(f"What you write goes to {self._host}, but no memories. /share adds them.")


def learned_line(learned: Sequence[Learned]) -> str:
    """What a message taught, in a line: what is new, what it took the place of, what waits."""
    return "(" + " · ".join(f"{_WORDS[each.action]}: {_learned(each)}" for each in learned) + ")"


def _learned(each: Learned) -> str:
    instead = f", not {_shortened(each.replaced)} any more" if each.replaced else ""
    return _shortened(each.memory) + instead


def _shortened(item: Recollection | Memory, length: int = 70) -> str:
    text = " ".join(item.text.split())
    return f"“{text}”" if len(text) <= length else f"“{text[:length].rsplit(' ', 1)[0]} …”"
