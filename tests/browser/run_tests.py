#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page at / in a real browser, against the real binary: what an operator does with it on a first day.

Skipped by name where there is no chromium or no binary. Screenshots of the last run lie in build/browser/.
"""
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from running import ROOT, Server, need_binary  # noqa: E402
from suite import Skip, Suite  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))
import browser  # noqa: E402

SHOTS = ROOT / "build/browser"
OPENID = "o-browser-1"
ORDERS = 60  # more than a page of the timeline


def event(kind, number, day, **rest):
    return {"type": kind, "id": f"{kind}-{number}", "source": "browser", "occurred_at": f"{day}T04:00:00Z",
            "member": {"kind": "openid", "id": OPENID}, **rest}


def paid(number, day, *amounts):
    lines = [{"id": str(at + 1), "sku": f"C-{at:03d}", "category": "coffee", "quantity": 2, "amount": amount}
             for at, amount in enumerate(amounts)]
    return event("order.paid", number, day, order={"id": f"b-{number}", "channel": "miniprogram", "currency": "CNY",
                                                   "lines": lines})


class Shop:
    """A brand with one member, many small orders, a large one and a refund; and a browser beside it."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="banyan-browser-brand-")
        self.server = Server(Path(self.folder.name) / "brand").start()
        events = [event("member.registered", 0, "2026-01-05", profile={"name": "榕小间", "birthday": "1990-02-28"})]
        events += [paid(number, f"2026-03-{1 + number % 28:02d}", "20.00") for number in range(ORDERS)]
        events.append(paid(1000, "2026-05-01", "300.00", "500.00"))
        events.append(event("order.refunded", 1, "2026-05-02",
                            refund={"order": "b-1000", "lines": [{"id": "2", "quantity": 1}]}))
        for one in events:
            status, answer = self.server.ask("POST", "/v1/events", one)
            assert status == 200, (one, status, answer)
        self.member = self.server.find("openid", OPENID)
        self.browser = browser.Browser().__enter__()
        return self

    def __exit__(self, *failure):
        self.browser.__exit__(*failure)
        self.server.kill()
        self.folder.cleanup()

    def page(self, signed_in=True, **options):
        page = self.browser.page(self.server.address + "/", **options)
        page.wait("document.readyState === 'complete'")
        page.run("localStorage.clear(), sessionStorage.clear()")
        if signed_in:
            page.run(f"sessionStorage.setItem('banyan.key', '{self.server.key}')")
        page.send("Page.reload")
        page.wait("document.querySelector(" + ("'#external'" if signed_in else "'#key'") + ")")
        return page

    def member_page(self, **options):
        page = self.page(**options)
        page.run(f"location.hash = '#/member/{self.member}'")
        page.wait("document.querySelectorAll('.timeline > li').length >= 20")
        return page


def quiet(page):
    assert page.complaints == [], page.complaints


def asks_for_a_key_and_says_kindly_that_it_is_wrong(shop):
    page = shop.page(signed_in=False)
    page.type("#key", "bk_wrong")
    page.click("button[type=submit]")
    page.wait("document.querySelector('[role=alert]')")
    assert "不被接受" in page.text(), page.text()
    # The browser itself reports the 401; that is the only thing that may be on its console.
    assert all("401" in one for one in page.complaints), page.complaints
    page.complaints.clear()
    page.type("#key", shop.server.key)
    page.press("Enter")
    page.wait("document.querySelector('#external')")
    assert page.run("sessionStorage.getItem('banyan.key')") == shop.server.key
    assert page.run("JSON.stringify(localStorage)").find(shop.server.key) == -1
    quiet(page)


def shows_the_totals_of_the_ledger(shop):
    page = shop.page()
    totals = shop.server.totals()
    text = page.text()
    for word in ["issued", "liability"]:
        assert f"{totals[word]:,}" in text, (word, totals, text)
    for words in ["一星会员", "生日月双倍", "order.paid / 100"]:
        assert words in text, (words, text)
    page.screenshot(SHOTS / "start.png")
    quiet(page)


def finds_a_member_without_the_external_id_in_any_address(shop):
    page = shop.page()
    page.type("#kind", "openid")
    page.type("#external", "nobody-has-this")
    page.press("Enter")
    page.wait("document.querySelector('[role=alert]')")
    assert "没有找到这位会员" in page.text(), page.text()
    assert all("404" in one for one in page.complaints), page.complaints
    page.complaints.clear()
    page.type("#external", OPENID)
    page.press("Enter")
    page.wait(f"location.hash === '#/member/{shop.member}' && document.querySelector('.timeline > li')")
    assert not any(OPENID in address for address in page.requested), page.requested
    quiet(page)


def shows_what_a_member_holds(shop):
    page = shop.member_page()
    whole = shop.server.get(f"/v1/members/{shop.member}")
    standing = shop.server.get(f"/v1/members/{shop.member}/tier")["tiers"][0]
    text = page.text()
    balance = whole["balances"][0]
    for words in [shop.member, "榕小间", f"{int(balance['available']):,}", "一星会员", "openid",
                  f"{float(standing['missing']):,.2f}", "2027年12月31日"]:
        assert words in text, (words, text)
    page.screenshot(SHOTS / "member.png")
    quiet(page)


def says_why(shop):
    page = shop.member_page()
    page.run("[...document.querySelectorAll('.timeline details')].slice(0, 2).forEach((it) => { it.open = true; })")
    page.wait("document.querySelectorAll('.inside').length === 2")
    refund = page.text(".timeline > li:nth-child(1)")
    order = page.text(".timeline > li:nth-child(2)")
    granted = shop.server.get(f"/v1/members/{shop.member}/timeline?limit=2")["entries"][1]["lsn"]
    # Half of the line of 500 yuan came back: a quarter of it and of what it had earned.
    for words in ["订单退款", "−¥250.00", "−250 积分", "撤回发放", "消费积分", f"第 {granted} 号记录的发放"]:
        assert words in refund, (words, refund)
    for words in ["订单支付", "¥800.00", "+800 积分", "消费积分", "第 1 版", "C-000", "+300 积分", "C-001", "+500 积分",
                  "有效至 2027年12月31日"]:
        assert words in order, (words, order)
    page.screenshot(SHOTS / "why.png")
    quiet(page)


def the_timeline_goes_on_to_the_first_record(shop):
    page = shop.member_page()
    until = time.monotonic() + 90
    while "第一条记录" not in page.text() and time.monotonic() < until:
        page.run("scrollTo(0, document.documentElement.scrollHeight)")
        time.sleep(0.1)
    entries = page.run("document.querySelectorAll('.timeline > li').length")
    assert entries == ORDERS + 3, entries
    assert "注册" in page.text(".timeline > li:last-child"), page.text(".timeline > li:last-child")
    quiet(page)


def speaks_both_languages_and_remembers(shop):
    page = shop.member_page()
    page.click("#language")
    page.wait("document.querySelectorAll('.timeline > li').length >= 20 && document.documentElement.lang === 'en'")
    for words in ["Member", "Available", "Order refunded", "One star", "Timeline"]:
        assert words in page.text(), (words, page.text())
    han = page.run("[...document.querySelector('main').innerText].filter((it) => /\\p{Script=Han}/u.test(it)).join('')")
    assert han == "榕小间", han  # a person's name is not translated
    page.send("Page.reload")
    page.wait("document.querySelector('.timeline > li')")
    assert page.run("document.documentElement.lang") == "en"
    quiet(page)


def follows_the_browser_s_language(shop):
    page = shop.page(language="en-US")
    assert page.run("document.documentElement.lang") == "en"
    assert "Find a member" in page.text()
    quiet(page)


def fits_a_phone_in_the_dark(shop):
    page = shop.member_page(width=390, height=844, mobile=True, dark=True)
    page.run("document.querySelector('.timeline details').open = true")
    assert page.run("document.documentElement.scrollWidth") <= 390
    page.screenshot(SHOTS / "phone.png", whole=False)
    quiet(page)


CONTRASTS = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (colour, under) => { canvas.fillStyle = `rgb(${under})`; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => e ? rgb(getComputedStyle(e).backgroundColor, ground(e.parentElement)) : [255, 255, 255];
  const low = [];
  for (const e of document.body.querySelectorAll('*')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest('.skip, datalist, noscript')) continue;
    const under = ground(e), ink = rgb(getComputedStyle(e).color, under);
    const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) low.push(`${((a + 0.05) / (b + 0.05)).toFixed(2)} ${e.textContent.slice(0, 30)}`);
  }
  return low; })()"""


def can_be_read_and_used_by_keyboard(shop):
    for dark in (False, True):
        page = shop.member_page(dark=dark)
        page.run("document.querySelector('.timeline details').open = true")
        assert page.run(CONTRASTS) == [], (dark, page.run(CONTRASTS))
    page = shop.page()
    assert page.run(CONTRASTS) == []
    unnamed = page.run("[...document.querySelectorAll('input, button, select, a')].filter((it) => !it.hidden"
                       " && !(it.innerText || it.labels?.[0]?.innerText || it.ariaLabel)).map((it) => it.outerHTML)")
    assert unnamed == [], unnamed
    page.run("document.body.focus()")
    page.press("Tab")
    assert page.run("document.activeElement.id") == "skip", page.run("document.activeElement.outerHTML")
    quiet(page)


def loads_nothing_from_elsewhere(shop):
    page = shop.member_page()
    foreign = [one for one in page.requested if not one.startswith((shop.server.address, "data:", "about:"))]
    assert foreign == [], foreign
    quiet(page)


def says_so_when_the_server_is_gone(shop):
    page = shop.page()
    shop.server.kill()
    page.run("location.hash = '#/member/m2000'")
    page.wait("document.querySelector('[role=alert]')")
    assert "连不上服务" in page.text(), page.text()


CASES = [asks_for_a_key_and_says_kindly_that_it_is_wrong, shows_the_totals_of_the_ledger,
         finds_a_member_without_the_external_id_in_any_address, shows_what_a_member_holds, says_why,
         the_timeline_goes_on_to_the_first_record, speaks_both_languages_and_remembers,
         follows_the_browser_s_language, fits_a_phone_in_the_dark, can_be_read_and_used_by_keyboard,
         loads_nothing_from_elsewhere, says_so_when_the_server_is_gone]  # the last one ends the server


def main():
    suite = Suite(sys.argv)

    def skip_where_impossible():
        need_binary()
        if browser.executable() is None:
            raise Skip("chromium is not installed")

    try:
        skip_where_impossible()
    except Skip as reason:
        def skipped():
            raise Skip(reason)
        for case in CASES:
            suite.case(case.__name__, skipped)
        return suite.finish()
    SHOTS.mkdir(parents=True, exist_ok=True)
    with Shop() as shop:
        for case in CASES:
            suite.case(case.__name__, case, shop)
    return suite.finish()


if __name__ == "__main__":
    sys.exit(main())
