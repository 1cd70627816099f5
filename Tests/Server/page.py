#!/usr/bin/env python3
"""Drives the page of `diagonal serve` in headless Chromium: classifies, searches and compares at 400 and 1,400 pixels, light and
dark, with mouse and with keys alone; takes pictures of it, and lets axe look for what keeps people out.

    Tests/Server/page.py --out DIR --pictures FILE… --captions TEXT… --labels TEXT… [--query TEXT] -- --model DIR […]

Needs Debian's chromium and chromium-driver, and from PyPI selenium and axe-core-python.
"""
import base64
import json
import os
import tempfile

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from axe_core_python.selenium import Axe

from served import Served, arguments, parse


def browser():
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))


class Page:
    def __init__(self, driver, url, token=None):
        self.driver = driver
        driver.get(url)
        if token:
            self.until(lambda: self.one("#token").is_displayed())
            self.one("#token-text").send_keys(token + Keys.ENTER)
        self.until(lambda: "numbers" in self.one("#facts").text)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def until(self, claim, seconds=30):
        WebDriverWait(self.driver, seconds).until(lambda _: claim())

    def send(self, section):
        """Presses a form's button and waits for its word."""
        self.driver.execute_script(f"document.querySelector('#{section} form').requestSubmit()")
        status = self.one(f"#{section} .status")
        self.until(lambda: " ms" in status.text or "problem" in status.get_attribute("class"))
        return status.text

    def shot(self, path):
        found = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png"})
        with open(path, "wb") as file:
            file.write(base64.b64decode(found["data"]))


def use(page, options):
    """Does what a visitor does; gives what the page said."""
    pictures = [os.path.abspath(path) for path in options.pictures]
    page.one("#classify input[type=file]").send_keys(pictures[0])
    page.one("#classify textarea").send_keys("\n".join(options.labels))
    said = [page.send("classify")]
    assert len(page.all(".bars li")) == len(options.labels), "bars"
    if page.one("#search").is_displayed():
        said.append(search(page, options))
    page.one("#diagonal input[type=file]").send_keys("\n".join(pictures))
    page.one("#diagonal textarea").send_keys("\n".join(options.captions))
    said.append(page.send("diagonal"))
    cells = page.all(".matrix td[tabindex]")
    assert len(cells) == len(pictures) * len(options.captions), "cells"
    webdriver.ActionChains(page.driver).move_to_element(cells[1]).perform()
    assert options.captions[1] in page.one(".pointed").text, "the pointed cell"
    # By keys alone: from the first cell down and to the right is the second of the diagonal.
    page.driver.execute_script("document.querySelector('.matrix td[tabindex]').focus()")
    page.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    page.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert options.captions[1] in page.one(".pointed").text and "cosine" in page.one(".pointed").text, "keys"
    return said


def search(page, options):
    """Searches by a text, or by a picture where the server encodes no texts."""
    if page.one("#search input[name=text]").is_displayed():
        page.one("#search input[name=text]").send_keys(options.query)
    else:
        page.one("#search input[type=file]").send_keys(os.path.abspath(options.pictures[0]))
    said = page.send("search")
    page.until(lambda: all(i.get_property("naturalWidth") for i in page.all(".grid img")))
    return said


def one_tower(driver, options, words, tower):
    """The page of a server with one encoder shows what that one can do, and nothing else."""
    with Served(options.executable, [*words, "--tower", tower]) as server:
        page = Page(driver, server.url)
        shown = [s for s in ("classify", "search", "diagonal") if page.one(f"#{s}").is_displayed()]
        assert shown == (["search"] if "--in" in words else []), f"--tower {tower} shows {shown}"
        said = search(page, options) if shown else page.one("#facts").text
        print(f"--tower {tower}: {said}", flush=True)
        page.shot(f"{options.out}/page-{tower}.png")
        return [f"--tower {tower}: {v['id']}: {v['help']}" for v in Axe().run(driver)["violations"]]


def paste(page, path):
    """A picture that is pasted and one that is dropped, as a browser reports them."""
    with open(path, "rb") as file:
        data = base64.b64encode(file.read()).decode()
    page.driver.execute_script("""
        const bytes = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0))
        const data = new DataTransfer()
        data.items.add(new File([bytes], "pasted.png", {type: "image/png"}))
        document.querySelector("#classify textarea").focus()
        document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}))
        document.querySelector("#diagonal .drop").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}))
        """, data)
    assert len(page.all("#classify .chosen li")) == 1 and len(page.all("#diagonal .chosen li")) == 1, "pasted, dropped"


def main():
    parser = arguments(__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--pictures", nargs="+", required=True)
    parser.add_argument("--captions", nargs="+", required=True)
    parser.add_argument("--labels", nargs="+", required=True)
    parser.add_argument("--query", default="something red")
    options, words = parse(parser)
    os.makedirs(options.out, exist_ok=True)
    bad = []
    with Served(options.executable, words) as server:
        driver = browser()
        for width in (400, 1400):
            for scheme in ("light", "dark"):
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 700})
                driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                    "features": [{"name": "prefers-color-scheme", "value": scheme}]})
                page = Page(driver, server.url)
                for said in use(page, options):
                    print(f"{width} {scheme}: {said}", flush=True)
                if driver.execute_script("return document.documentElement.scrollWidth > innerWidth"):
                    bad.append(f"{width} {scheme}: wider than the window")
                found = Axe().run(driver)
                bad += [f"{width} {scheme}: {v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]
                print(f"{width} {scheme}: axe passes {len(found['passes'])}, violations {len(found['violations'])}, "
                      f"undecided {json.dumps([v['id'] for v in found['incomplete']])}", flush=True)
                page.shot(f"{options.out}/page-{width}-{scheme}.png")
        paste(Page(driver, server.url), options.pictures[0])
        bad += [f"the browser says: {line['message']}" for line in driver.get_log("browser") if line["level"] == "SEVERE"]
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("a-token-of-thirty-two-characters")
        file.flush()
        with Served(options.executable, [*words, "--token-file", file.name]) as server:
            use(Page(driver, server.url, "a-token-of-thirty-two-characters"), options)
            print("by a token: the same")
    for tower in ("image", "text"):
        bad += one_tower(driver, options, words, tower)
    driver.quit()
    print("\n".join([*bad, f"{len(bad)} bad"]))
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
