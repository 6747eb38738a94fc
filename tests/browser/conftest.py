"""A real Chromium without a window, and the page opened from a file."""

from __future__ import annotations

import base64
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from mnaudit.report.verification_page import verification_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver.remote.webelement import WebElement

WAIT_SECONDS = 30

VERIFY = """
const done = arguments[arguments.length - 1];
const [text, pin, partial] = arguments;
const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
mnauditVerify(bytes, pin, partial).then(done, (error) => done({ error: String(error) }));
"""


@dataclass
class Page:
    """The verification page in a browser."""

    driver: webdriver.Chrome
    folder: Path

    def verify(self, data: bytes, pin: str | None, *, partial: bool = False) -> dict[str, Any]:
        """Verify by the function that the page exposes."""
        text = base64.b64encode(data).decode()
        found: dict[str, Any] = self.driver.execute_async_script(VERIFY, text, pin, partial)
        assert "error" not in found, found
        return found

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_async_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [str(each.text) for each in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def choose(self, name: str, data: bytes) -> None:
        """Choose a file as a person does, and wait for the verdict."""
        path = self.folder / name
        path.write_bytes(data)
        self.find("#file").send_keys(str(path))
        self.wait(lambda: self.texts(".verdict"))

    def enter(self, pin: str) -> None:
        self.find("#pin").clear()
        self.find("#pin").send_keys(pin)

    def wait(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.driver, WAIT_SECONDS).until(lambda _: condition())

    @property
    def verdict(self) -> str:
        return str(self.find(".verdict .name").text)


@pytest.fixture(scope="session")
def driver() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")
    options.add_argument("--lang=ja")
    # Only messages of errors: the pages must not cause any.
    options.set_capability("goog:loggingPrefs", {"browser": "WARNING"})
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to sandbox root
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, (
        "these tests need chromium and chromedriver (apt install chromium chromium-driver)"
    )
    options.binary_location = found
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    browser.set_script_timeout(600)
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_text(verification_page(), encoding="utf-8", newline="\n")
    return path


@pytest.fixture
def page(driver: webdriver.Chrome, page_file: Path, tmp_path: Path) -> Iterator[Page]:
    """The page, freshly opened; it must end without a complaint of the browser."""
    driver.get(page_file.as_uri())
    complaints(driver)
    yield Page(driver, tmp_path)
    assert complaints(driver) == []


def complaints(driver: webdriver.Chrome) -> list[str]:
    """What the browser complained about since the last call, such as a breach of the policy."""
    log: Any = driver.get_log("browser")  # type: ignore[no-untyped-call] # selenium does not type it
    return [str(each["message"]) for each in log]
