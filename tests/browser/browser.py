# SPDX-License-Identifier: Apache-2.0
"""Debian's chromium, headless, driven by its DevTools protocol over a pipe: no driver, no library.

    with Browser() as browser:
        page = browser.page("http://127.0.0.1:8080/")
        page.wait("document.querySelector('#key')")
        page.type("#key", "secret")
        page.click("button[type=submit]")
        assert page.complaints == []      # console errors, exceptions, refused resources
"""
import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
         "--remote-debugging-pipe"]
ANSWER_SECONDS_MAX = 60


def executable():
    """Where chromium is, or nothing."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="banyan-browser-", ignore_cleanup_errors=True)
        # Chromium reads commands from descriptor 3 and answers on 4, each message ended by a zero byte.
        theirs_in, self.ours_out = os.pipe()
        self.ours_in, theirs_out = os.pipe()
        # Both ends are first moved out of the way: either may itself be 3 or 4.
        high_in, high_out = (os.dup(theirs_in), os.dup(theirs_out))

        def arrange():
            low_in, low_out = os.dup(high_in), os.dup(high_out)
            spare_in, spare_out = os.dup(low_in), os.dup(low_out)
            os.dup2(spare_in, 3)
            os.dup2(spare_out, 4)

        self.process = subprocess.Popen([executable(), *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"],
                                        preexec_fn=arrange, pass_fds=(3, 4), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for descriptor in (theirs_in, theirs_out, high_in, high_out):
            os.close(descriptor)
        self.numbers = itertools.count(1)
        self.buffer = b""
        self.pages = {}
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
        except (OSError, AssertionError):
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.ours_in)
        os.close(self.ours_out)
        self.profile.cleanup()

    def page(self, address, **size):
        return Page(self, address, **size)

    def send(self, method, session=None, **parameters):
        """Sends a command and returns its result; what happens meanwhile is given to the page it belongs to."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.ours_out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + ANSWER_SECONDS_MAX
        while True:
            answer = self.receive(until - time.monotonic())
            assert answer is not None, f"no answer to {method} in {ANSWER_SECONDS_MAX} s"
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error'].get('message')}"
                return answer["result"]

    def receive(self, seconds):
        """The next message within that time; events are noted by their page."""
        while b"\0" not in self.buffer:
            if not select.select([self.ours_in], [], [], max(0, seconds))[0]:
                return None
            got = os.read(self.ours_in, 1 << 20)
            assert got, "the browser went away"
            self.buffer += got
        raw, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(raw)
        if message.get("sessionId") in self.pages and "method" in message:
            self.pages[message["sessionId"]].note(message["method"], message["params"])
        return message


class Page:
    def __init__(self, browser, address, width=1280, height=900, language="zh-CN", dark=False, mobile=False):
        self.browser = browser
        self.complaints = []
        self.requested = []
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.pages[self.session] = self
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.resize(width, height, mobile)
        self.send("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.agent_language(language)
        self.send("Page.navigate", url=address)

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def note(self, method, about):
        if method == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and about["type"] in ("error", "assert"):
            self.complaints.append(" ".join(str(part.get("value", part.get("description"))) for part in about["args"]))
        elif method == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.complaints.append(f"{about['entry']['text']} {about['entry'].get('url', '')}".strip())
        elif method == "Network.requestWillBeSent":
            self.requested.append(about["request"]["url"])

    def resize(self, width, height, mobile=False):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def agent_language(self, language):
        self.send("Page.addScriptToEvaluateOnNewDocument",
                  source=f"Object.defineProperty(navigator, 'language', {{get: () => {json.dumps(language)}}})")

    def run(self, script):
        """The value of an expression in the page; promises are waited for."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, f"{script}: {answer.get('exceptionDetails')}"
        return answer["result"].get("value")

    def wait(self, condition, seconds=60):
        """Waits until the expression holds and returns its value."""
        until = time.monotonic() + seconds
        while True:
            value = self.run(f"(() => {{ const it = ({condition}); return it instanceof Node ? true : it; }})()")
            if value:
                return value
            assert time.monotonic() < until, f"never came true: {condition}; the page says: {self.text()[:400]!r}"
            time.sleep(0.05)

    def text(self, selector="main"):
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def type(self, selector, text):
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.run(f"(() => {{ const it = document.querySelector({json.dumps(selector)}); it.focus(); it.select(); }})()")
        self.send("Input.insertText", text=text)

    def press(self, key, code=None):
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, code=code or key, text="\r" if key == "Enter" else "",
                  windowsVirtualKeyCode={"Enter": 13, "Tab": 9}.get(key, 0))
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=code or key)

    def click(self, selector):
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def screenshot(self, path, whole=True):
        image = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(image["data"]))
