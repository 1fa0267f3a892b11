# SPDX-License-Identifier: Apache-2.0
"""Jobs: what went wrong is taken back after a preview; listed, cancelled, resumed."""
import time

from running import banyan


def order(source, name, member, amount):
    lines = [{"id": "1", "sku": "latte", "category": "coffee", "quantity": 1, "amount": amount}]
    return {"type": "order.paid", "id": name, "source": source, "member": {"kind": "openid", "id": member},
            "order": {"id": name, "channel": "app", "store": "s1", "currency": "CNY", "lines": lines}}


def at_rest(api, job):
    deadline = time.monotonic() + 20
    while (seen := api.contract.well("get_job", id=job))["state"] in ("previewing", "running"):
        assert time.monotonic() < deadline, f"job {job} does not come to rest: {seen}"
        time.sleep(0.05)
    return seen


def balance(api, member):
    return api.contract.well("get_member", id=member)["balances"][0]


def an_import_is_previewed_and_taken_back(api):
    well, refuse = api.contract.well, api.contract.refused
    members = {}
    for name in ("jobs-a", "jobs-b", "jobs-c"):
        members[name] = well("post_event", order("till", f"own-{name}", name, "100.00"))["member"]
        well("post_event", order("wrong-import", f"w-{name}", name, "300.00"))
    spender = members["jobs-a"]
    well("redeem_points", {"unit": "points", "amount": "350"}, id=spender, once="jobs-spend")
    before = {name: balance(api, member) for name, member in members.items()}

    opened = well("open_job", {"kind": "reverse", "what": {"source": "wrong-import"}})
    assert opened["name"] == "import:wrong-import" and opened["state"] == "previewing", opened
    seen = at_rest(api, opened["id"])
    assert seen["state"] == "previewed" and seen["walked"] == seen["records"], seen
    preview = seen["preview"]
    assert (preview["members"], preview["compensations"], preview["kept"], preview["refunded"]) == (3, 3, 0, "900.00"), seen
    assert [(one["unit"], one["amount"], one["as_debt"]) for one in preview["units"]] == [("points", "900", "250")], seen
    assert seen["done"]["compensations"] == 0
    assert {name: balance(api, member) for name, member in members.items()} == before, "a preview changed something"

    assert well("resume_job", {}, id=opened["id"])["state"] == "running"
    done = at_rest(api, opened["id"])
    assert done["state"] == "done" and done["done"]["units"][0]["amount"] == "900", done
    assert done["done"]["units"][0]["as_debt"] == preview["units"][0]["as_debt"], done
    assert [balance(api, members[name])["posted"] for name in ("jobs-a", "jobs-b", "jobs-c")] == ["-250", "100", "100"]
    lines = well("get_ledger", id=spender)["lines"]
    assert lines[0]["event"] == "job.reversed" and lines[0]["reason"] == f"job {opened['id']}", lines[0]
    refuse("resume_job", 409, "conflict", {}, id=opened["id"])
    refuse("cancel_job", 409, "conflict", {}, id=opened["id"])

    # The same once more finds nothing to do.
    again = well("open_job", {"kind": "reverse", "what": {"source": "wrong-import"}, "preview": False})
    assert at_rest(api, again["id"])["done"]["compensations"] == 0
    assert [one["id"] for one in well("list_jobs")["jobs"][:2]] == [again["id"], opened["id"]]


def a_job_is_cancelled_and_goes_on(api):
    well, refuse = api.contract.well, api.contract.refused
    member = well("post_event", order("till", "own-jobs-d", "jobs-d", "100.00"))["member"]
    well("adjust_points", {"unit": "points", "amount": "40", "reason": "jobs-gift"}, id=member, once="jobs-gift-1")
    job = well("open_job", {"kind": "reverse", "what": {"reason": "jobs-gift"}})["id"]
    assert at_rest(api, job)["preview"]["units"][0]["amount"] == "40"
    assert well("cancel_job", {}, id=job)["state"] == "cancelled"
    refuse("cancel_job", 409, "conflict", {}, id=job)
    assert balance(api, member)["posted"] == "140"
    well("resume_job", {}, id=job)
    assert at_rest(api, job)["state"] == "done"
    assert balance(api, member)["posted"] == "100"


def jobs_refuse_what_they_do_not_know(api):
    refuse = api.contract.refused

    def opening(what, pointer, **more):
        body = {"kind": "reverse", "what": what, **more}
        refuse("open_job", 400, "invalid_request", body, pointer=pointer)

    opening({}, "/what")
    opening({"source": "nobody-sent-this"}, "/what/source")
    opening({"rule": "no-such-rule"}, "/what/rule")
    opening({"rule": "base", "version": 999}, "/what/version")
    opening({"reason": "jobs-gift", "from": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "/what/until")
    opening({"reason": "jobs-gift", "from": "yesterday"}, "/what/from")
    opening({"reason": "jobs-gift", "colour": "red"}, "/what/colour")
    opening({"reason": "jobs-gift"}, "/preview", preview="yes")
    refuse("open_job", 400, "invalid_request", {"kind": "repair", "what": {}}, pointer="/kind")
    refuse("get_job", 404, "route_unknown", id="4711")
    refuse("cancel_job", 404, "route_unknown", {}, id="4711")
    refuse("resume_job", 404, "route_unknown", {}, id="seven")
    refuse("resume_job", 400, "invalid_request", {"now": True}, id="1")
    refuse("list_jobs", 400, "invalid_query", limit=3)


def everything_is_decided_again_in_the_server(api):
    well, refuse = api.contract.well, api.contract.refused
    well("post_event", order("till", "bt-1", "back-a", "100.00"))

    def ended(job):
        assert (seen := at_rest(api, job))["state"] == "done", seen
        return seen

    # The last batch counts for readers beside the brand once an idle moment sealed it, so the first may see less.
    same = ended(well("open_job", {"kind": "back_test"})["id"])
    assert same["report"]["equal"] is True and same["report"]["events"] > 0, same
    assert same["bytes_read"] == same["bytes"] > 0 and same["walked"] >= same["report"]["records"] > 0, same
    document = well("get_version", version="1")["document"]
    draft = document.replace("amount: order.paid / 100", "amount: order.paid / 50", 1)
    other = ended(well("open_job", {"kind": "back_test", "draft": draft})["id"])
    (unit,) = [one for one in other["report"]["units"] if one["unit"] == "points"]
    assert unit["by_rule"]["base"]["would"] > unit["by_rule"]["base"]["was"] > 0, unit
    listed = well("list_jobs")["jobs"]
    assert [one["id"] for one in listed[:2]] == [other["id"], same["id"]] and "report" not in listed[0], listed[:2]
    status, said, error = banyan("jobs", "list", "--server", api.server.address, "--key", api.server.key)
    assert status == 0 and other["id"] in said and " bytes" in said, said + error

    refuse("open_job", 400, "invalid_request", {"kind": "back_test", "draft": "programme: 7\n"}, pointer="/draft")
    refuse("open_job", 400, "invalid_request", {"kind": "back_test", "draft": 7}, pointer="/draft")
    refuse("open_job", 400, "invalid_request", {"kind": "back_test", "what": {}}, pointer="/what")
    refuse("cancel_job", 409, "conflict", {}, id=same["id"])
    refuse("resume_job", 409, "conflict", {}, id=same["id"])
    refuse("cancel_job", 404, "route_unknown", {}, id="back-test-99")
    refuse("resume_job", 404, "route_unknown", {}, id="back-test-99")
    refuse("get_job", 404, "route_unknown", id="back-test-99")


CASES = [an_import_is_previewed_and_taken_back, a_job_is_cancelled_and_goes_on, jobs_refuse_what_they_do_not_know,
         everything_is_decided_again_in_the_server]
