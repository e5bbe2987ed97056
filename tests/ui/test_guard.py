import httpx
import pytest

from tests.ui.browser import Browser


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "localhost.evil.example"])
def test_another_host_name_is_refused(address: str, host: str) -> None:
    assert httpx.get(f"{address}/welcome", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null", ""])
def test_a_page_from_elsewhere_can_choose_no_profile(address: str, origin: str) -> None:
    answer = httpx.post(f"{address}/welcome", data={"name": "Ana"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_page_of_another_local_app_can_read_nothing(ana: Browser) -> None:
    answer = ana.http.get("/config", headers={"Origin": "http://localhost:3000"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_the_browser_is_told_to_load_nothing_from_elsewhere(ana: Browser) -> None:
    policy = ana.http.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy.replace("https", "")
    assert "frame-ancestors 'none'" in policy


def test_the_page_names_no_other_machine_to_load_from(ana: Browser) -> None:
    page = ana.http.get("/").text
    assert 'src="http' not in page
    assert '<link rel="stylesheet" href="http' not in page
    assert "fonts.googleapis" not in page


def test_gradio_offers_no_api_page_and_no_history(ana: Browser) -> None:
    config = ana.http.get("/config").json()
    assert config["footer_links"] == []
    assert not config.get("run_history")
    assert config["analytics_enabled"] is False
    assert {each["api_visibility"] for each in config["dependencies"]} == {"private"}
