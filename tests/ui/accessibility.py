"""What axe-core finds wrong with a page: what keeps people from using it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_GRAVE = ("serious", "critical")


def grave_violations(page: Page) -> list[str]:
    """The serious and critical ones, each with the elements that it is of."""
    response = Axe().run(page).response
    assert response["passes"], "axe-core looked at nothing."
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in response["violations"]
        if each["impact"] in _GRAVE
        for node in each["nodes"]
    ]
