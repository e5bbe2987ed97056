from datetime import datetime, timedelta

from memory.interface import MOST_USES, Setting
from memory.vault import Vault


def test_what_was_set_last_holds_until_it_is_cleared(vault: Vault, now: datetime) -> None:
    later = now + timedelta(hours=1)
    vault.interface.set("text_size", "large", time=now)
    vault.interface.set("density", "compact", time=now)
    vault.interface.set("text_size", None, time=later)
    assert vault.interface.all() == {
        "text_size": Setting(value=None, time=later),
        "density": Setting(value="compact", time=now),
    }
    vault.interface.clear("text_size")
    assert list(vault.interface.all()) == ["density"]


def test_only_the_latest_uses_of_starters_are_kept(vault: Vault, now: datetime) -> None:
    for number in range(MOST_USES + 5):
        vault.interface.note_use(f"starter {number}", time=now + timedelta(minutes=number))
    uses = vault.interface.uses()
    assert len(uses) == MOST_USES
    assert (uses[0].starter, uses[-1].starter) == ("starter 5", f"starter {MOST_USES + 4}")
