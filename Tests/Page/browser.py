"""A headless Chromium with the page of `serve` in it."""

import time

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


class Late(AssertionError):
    """What was waited for did not come."""


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     "--window-size=1280,900", "--force-color-profile=srgb"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))

    def close(self):
        self.driver.quit()

    def open(self, address, until="textarea, input, select"):
        """Opens an address, and waits for the form."""
        self.driver.get(address)
        if until:
            self.wait(lambda: self.all(f"#controls :is({until})"), "the form")

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def wait(self, condition, what, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if value := condition():
                    return value
            except StaleElementReferenceException:
                pass
            time.sleep(0.02)
        raise Late(f"{what} did not come in {seconds} s; {self.states()}, status {self.status()}")

    def width(self, width, height=740):
        """The width of the window in CSS pixels; None is the real one again."""
        if width is None:
            return self.cdp("Emulation.clearDeviceMetricsOverride")
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700)

    def scheme(self, name):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    # What the page shows

    def states(self):
        """The state of each pane by its branch."""
        return self.js("return Object.fromEntries([...document.querySelectorAll('.pane')]"
                       ".map((pane) => [pane.dataset.branch, pane.dataset.state]))")

    def status(self):
        """The state of the run, and what is said of it."""
        return self.js("const s = document.querySelector('#status'); return s && [s.dataset.state, s.textContent]")

    def text(self, branch, field):
        return self.js("return document.querySelector(`.pane[data-branch=${arguments[0]}] "
                       ".field[data-field=${arguments[1]}] > .text`).textContent", branch, field)

    def error(self, branch):
        return self.js("return document.querySelector(`.pane[data-branch=${arguments[0]}] .error`).textContent", branch)

    def until(self, state, seconds=15):
        self.wait(lambda: self.status()[0] == state, f"the state {state}", seconds)

    # What a person does

    def fill(self, **values):
        for name, value in values.items():
            control = self.one(f"[name={name}]")
            if control.tag_name != "select":
                control.clear()
            control.send_keys(value)

    def press(self, button):
        self.one(button).click()

    def run(self, **values):
        self.fill(**values)
        self.press("#run")

    def ctrl_enter(self, selector):
        self.one(selector).send_keys(Keys.CONTROL, Keys.ENTER)

    def has_alert(self):
        try:
            self.driver.switch_to.alert.dismiss()
            return True
        except NoAlertPresentException:
            return False

    def complaints(self):
        """What the browser itself complains of: scripts that fail, what the policy forbids."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" and "favicon" not in entry["message"] and "status of" not in entry["message"]]
