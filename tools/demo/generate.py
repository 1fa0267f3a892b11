#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Invents a brand: 榕间 Rongjian, which sells coffee, bakery and home ware. Everything here is simulated.

Two years of registrations, orders and refunds, ending at the start of --until, in the form the API takes. The same
arguments give the same bytes. Written to --out:

  members.ndjson     member.registered, sorted by time
  orders.ndjson      order.paid and order.refunded, sorted by time
  events.ndjson      with --merged: both of the above in one order of time
  catalogue.json     brand, stores, 120 products with price and cost
  duplicates.ndjson  people who registered twice, as pairs of member ids: the truth a merge is checked against
  manifest.json      arguments and counts; written last, so its presence says that the rest is complete

What the numbers imitate: orders come 55 % from the mini-program, 35 % from 40 stores, 10 % from a marketplace; how
often people come and how much they spend have heavy tails, and people stop coming; Fridays are member days, 18 June
and 11 November are peaks, the Spring Festival is quiet; 6 % of the orders are refunded, wholly or in part.
"""

import argparse
import bisect
import datetime
import heapq
import itertools
import json
import math
import os
import pathlib
import random
import sys

YEARS_DAYS = 730
DAY_SECONDS = 86_400
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
MINIPROGRAM, STORE, MARKETPLACE = range(3)
CHANNELS = ["miniprogram", "store", "marketplace"]

# How a person first registers, and the channel each later order comes through. Chosen so that the orders come to the
# 55 / 35 / 10 above: mini-program members also show their code at the till.
KINDS = ["openid", "card", "buyer"]
KIND_PREFIXES = ["o", "k", "b"]
KIND_SHARES = [0.75, 0.15, 0.10]
ORDERS_IN_MINIPROGRAM_SHARE = 0.733
DUPLICATE_SHARE = 0.04

# Orders a year are log-normal: half the members come less than monthly, a few daily.
YEARLY_ORDERS_MEDIAN = 8.4
YEARLY_ORDERS_SIGMA = 1.25
YEARLY_ORDERS_MAX = 600.0
STAY_DAYS_MEAN = 420.0

REFUND_CHANCES = [0.061, 0.036, 0.145]
WHOLE_REFUND_SHARE = 0.7

TASTES = [  # (share of people, weights of coffee, bakery, home)
    (0.55, (0.76, 0.22, 0.02)),
    (0.33, (0.50, 0.45, 0.05)),
    (0.12, (0.35, 0.27, 0.38)),
]
MARKETPLACE_TASTE = (0.0, 0.15, 0.85)  # Nobody posts a cup of coffee.

CATEGORIES = [
    # name, sku letter, cost in percent of the price, [(Chinese, English, price in yuan)], [(Chinese, English, factor)]
    (
        "coffee", "C", 31,
        [("美式", "Americano", 18), ("拿铁", "Latte", 24), ("卡布奇诺", "Cappuccino", 24), ("澳白", "Flat White", 25),
         ("冷萃", "Cold Brew", 26), ("手冲", "Pour-over", 36), ("摩卡", "Mocha", 27), ("燕麦拿铁", "Oat Latte", 29),
         ("生椰拿铁", "Coconut Latte", 28)],
        [("榕荫", "House", 1.0), ("桂花", "Osmanthus", 1.12), ("茉莉", "Jasmine", 1.10), ("陈皮", "Tangerine Peel", 1.15),
         ("黑糖", "Brown Sugar", 1.08)],
    ),
    (
        "bakery", "B", 38,
        [("可颂", "Croissant", 16), ("贝果", "Bagel", 14), ("吐司", "Loaf", 26), ("切块蛋糕", "Cake Slice", 32),
         ("曲奇", "Cookies", 22), ("司康", "Scone", 15), ("面包卷", "Roll", 12)],
        [("原味", "Plain", 1.0), ("抹茶", "Matcha", 1.15), ("红豆", "Red Bean", 1.08), ("海盐芝士", "Sea Salt Cheese", 1.20),
         ("榛果可可", "Hazelnut Cocoa", 1.25)],
    ),
    (
        "home", "H", 46,
        [("马克杯", "Mug", 69), ("手冲壶", "Kettle", 329), ("滤杯", "Dripper", 129), ("香薰蜡烛", "Candle", 99),
         ("餐盘", "Plate", 79), ("亚麻桌布", "Linen Cloth", 199), ("随行杯", "Tumbler", 149), ("花器", "Vase", 259)],
        [("榕绿", "Banyan Green", 1.0), ("米白", "Rice White", 1.0), ("墨黑", "Ink Black", 1.05), ("陶土", "Terracotta", 1.1),
         ("雾蓝", "Mist Blue", 1.1)],
    ),
]  # fmt: skip

CITIES = [("杭州", 10), ("上海", 9), ("厦门", 5), ("福州", 4), ("南京", 4), ("苏州", 3), ("宁波", 2), ("广州", 2), ("成都", 1)]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
GIVEN_FEMALE = ["静", "敏", "婷", "雪", "欣怡", "诗涵", "雨桐", "佳宁", "晓燕", "梓萱", "思琪", "慧", "丽娜", "可馨", "若曦", "芷若"]
GIVEN_MALE = ["伟", "强", "磊", "浩然", "子轩", "宇航", "建国", "俊杰", "志明", "晨", "博文", "天佑", "海涛", "明哲", "思远", "一鸣"]


def cumulative(weights):
    return list(itertools.accumulate(weights))


def money(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def build_products():
    products = []
    for category, letter, cost_percent, kinds, variants in CATEGORIES:
        number = 0
        for (variant, variant_en, factor), (kind, kind_en, yuan) in itertools.product(variants, kinds):
            number += 1
            price = round(yuan * factor) * 100
            cost = price * (cost_percent + number % 7 - 3) // 100
            products.append(
                {
                    "sku": f"{letter}-{number:03d}",
                    "category": category,
                    "name": variant + kind,
                    "name_en": f"{variant_en} {kind_en}",
                    "price": money(price),
                    "cost": money(cost),
                }
            )
    return products


def build_stores():
    stores = []
    for city, count in CITIES:
        for nth in range(1, count + 1):
            stores.append({"id": f"S{len(stores) + 1:03d}", "city": city, "name": f"榕间 {city}{nth} 店"})
    return stores


# --- The calendar: which days are busy, which hours, what is cheaper ----------------------------------------------


def spring_festival(day):
    """New Year's Day of the lunar calendar for the years this can be asked for, and the week after it."""
    starts = {2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26)}
    if day.year not in starts:
        return False
    since = (day - datetime.date(day.year, *starts[day.year])).days
    return -1 <= since <= 6


def peak(day):
    """How much of a 618 or a double eleven a day is, from 0 to 1."""
    if day.month == 6 and day.day <= 20:
        return 1.0 if day.day == 18 else 0.55 if day.day >= 15 else 0.22
    if day.month == 11 and day.day <= 12:
        return 0.9 if day.day == 11 else 0.45 if day.day >= 9 else 0.18
    return 0.0


def day_weight(day, nth, channel):
    weight = 1.0 + 0.35 * nth / YEARS_DAYS
    weekday = day.weekday()
    if weekday == 4:
        weight *= 1.75  # Member day.
    elif weekday >= 5:
        weight *= 1.25 if channel == STORE else 1.05
    weight *= 1.0 + peak(day) * [2.6, 1.1, 7.0][channel]
    if spring_festival(day):
        weight *= [0.55, 0.45, 0.35][channel]
    if day.month == 10 and day.day <= 7:
        weight *= 1.3 if channel == STORE else 1.0
    return weight


def price_percents(day):
    """What coffee, bakery and home ware cost on a day, in percent of the list price."""
    coffee, bakery, home = (100, 100, 100)
    if day.weekday() == 4:
        coffee, bakery = 90, 95
    if peak(day) > 0.5:
        bakery, home = 90, 80
    elif peak(day) > 0:
        home = 88
    return coffee, bakery, home


def minutes_table(bumps, opens, closes):
    """1,024 minutes of the day, as frequent as bell curves of (hour, width, weight) make them within opening hours."""
    weights = []
    for minute in range(1440):
        hour = minute / 60
        inside = opens <= hour < closes
        weights.append(sum(w * math.exp(-(((hour - at) / wide) ** 2)) for at, wide, w in bumps) if inside else 0.0)
    total = cumulative(weights)
    return [bisect.bisect_right(total, total[-1] * (n + 0.5) / 1024) for n in range(1024)]


MINUTES = [
    minutes_table([(8.6, 1.1, 1.0), (13.0, 1.3, 0.7), (15.5, 1.6, 0.5), (20.5, 1.8, 0.25)], 6.5, 22.5),
    minutes_table([(9.0, 1.2, 0.8), (13.2, 1.4, 0.8), (16.0, 2.2, 0.8)], 7.5, 22.0),
    minutes_table([(12.5, 1.5, 0.6), (21.3, 2.0, 1.0)], 0.0, 24.0),
]


class Calendar:
    def __init__(self, until):
        self.start = until - datetime.timedelta(days=YEARS_DAYS)
        days = [self.start + datetime.timedelta(days=nth) for nth in range(YEARS_DAYS)]
        self.dates = [day.isoformat() for day in days]
        self.percents = [price_percents(day) for day in days]
        # Element n is the weight of all days before day n.
        self.totals = [
            [0.0] + cumulative(day_weight(day, nth, channel) for nth, day in enumerate(days)) for channel in range(3)
        ]
        self.clock = [f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}+08:00" for s in range(DAY_SECONDS)]

    def text(self, seconds):
        return self.dates[seconds // DAY_SECONDS] + self.clock[seconds % DAY_SECONDS]


# --- People ------------------------------------------------------------------------------------------------------


class Identity:
    """One registration. A person who registers twice has two, each a member of its own until somebody merges them."""

    __slots__ = ("seconds", "kind", "profile", "city", "yearly", "taste", "number", "person")

    def __init__(self, seconds, kind, profile, city, yearly, taste, person):
        self.seconds = seconds
        self.kind = kind
        self.profile = profile
        self.city = city
        self.yearly = yearly
        self.taste = taste
        self.person = person
        self.number = 0

    def member(self):
        return f'{{"kind":"{KINDS[self.kind]}","id":"{KIND_PREFIXES[self.kind]}-{self.number:06d}"}}'


def random_birthday(rng):
    # Day 0 is 1955-01-01; two draws make the ages cluster around thirty-five.
    ordinal = datetime.date(1955, 1, 1).toordinal() + int((rng.random() + rng.random()) * 9_500)
    return datetime.date.fromordinal(ordinal).isoformat()


def random_profile(rng, kind, city):
    female = rng.random() < 0.62
    name = rng.choice(SURNAMES) + rng.choice(GIVEN_FEMALE if female else GIVEN_MALE)
    profile = {"name": name}
    if rng.random() < [0.72, 0.45, 0.12][kind]:
        profile["birthday"] = random_birthday(rng)
    if rng.random() < 0.85:
        profile["gender"] = "f" if female else "m"
    profile["city"] = city
    return profile


def registration_seconds(rng, kind, earliest_day=0):
    """A launch that a tenth of all members joined at once, then steady growth."""
    if earliest_day == 0 and rng.random() < 0.22:
        day = int(rng.random() ** 2 * 45)
    else:
        day = earliest_day + int(rng.random() ** 1.15 * (YEARS_DAYS - earliest_day))
    return day * DAY_SECONDS + MINUTES[kind][int(rng.random() * 1024)] * 60 + int(rng.random() * 60)


def invent_people(rng, count):
    """`count` identities, sorted by time and numbered within their kind."""
    cities = [city for city, _ in CITIES]
    city_totals = cumulative(weight for _, weight in CITIES)
    kind_totals = cumulative(KIND_SHARES)
    taste_totals = cumulative(share for share, _ in TASTES)
    identities = []
    person = 0
    while len(identities) < count:
        person += 1
        kind = rng.choices(range(3), cum_weights=kind_totals)[0]
        city = rng.choices(cities, cum_weights=city_totals)[0]
        taste = rng.choices(range(len(TASTES)), cum_weights=taste_totals)[0]
        yearly = min(YEARLY_ORDERS_MAX, rng.lognormvariate(math.log(YEARLY_ORDERS_MEDIAN), YEARLY_ORDERS_SIGMA))
        seconds = registration_seconds(rng, kind)
        profile = random_profile(rng, kind, city)
        first = Identity(seconds, kind, profile, city, yearly, taste, person)
        identities.append(first)
        if rng.random() < DUPLICATE_SHARE and len(identities) < count and seconds < (YEARS_DAYS - 30) * DAY_SECONDS:
            identities.append(register_again(rng, first))
    identities.sort(key=lambda identity: (identity.seconds, identity.person, identity.kind))
    numbers = [0, 0, 0]
    for identity in identities:
        numbers[identity.kind] += 1
        identity.number = numbers[identity.kind]
    return identities


def register_again(rng, first):
    """The same person through another door, some time later, telling about as much as people tell the second time."""
    kind = (first.kind + 1 + int(rng.random() * 2)) % 3
    profile = dict(first.profile)
    if rng.random() < 0.4:
        profile.pop("birthday", None)
    first.yearly *= 0.6
    seconds = registration_seconds(rng, kind, first.seconds // DAY_SECONDS + 1)
    return Identity(seconds, kind, profile, first.city, first.yearly, first.taste, first.person)


# --- Orders ------------------------------------------------------------------------------------------------------


class Shop:
    """Draws baskets. Within a category a few products make most of the sales."""

    def __init__(self, products):
        self.products = products
        self.category = [[name for name, *_ in CATEGORIES].index(product["category"]) for product in products]
        self.price = [int(product["price"].replace(".", "")) for product in products]
        self.indices = range(len(products))
        self.totals = [self.popularity(weights) for _, weights in TASTES]
        self.marketplace_totals = self.popularity(MARKETPLACE_TASTE)
        self.lines_totals = cumulative([0.54, 0.27, 0.12, 0.05, 0.02])
        self.fragments = {}

    def popularity(self, weights):
        ranks = [0, 0, 0]
        result = []
        for category in self.category:
            ranks[category] += 1
            result.append(weights[category] / ranks[category] ** 0.9)
        return cumulative(result)

    def fragment(self, product, quantity, percent):
        """The end of a line's JSON. The same few thousand come again and again."""
        key = (product, quantity, percent)
        text = self.fragments.get(key)
        if text is None:
            paid = self.price[product] * quantity * percent // 100
            text = (
                f'"sku":"{self.products[product]["sku"]}","category":"{self.products[product]["category"]}",'
                f'"quantity":{quantity},"amount":"{money(paid)}"}}'
            )
            self.fragments[key] = text
        return text

    def basket(self, rng, taste, channel, percents):
        """[(quantity, JSON)] of the lines."""
        totals = self.marketplace_totals if channel == MARKETPLACE else self.totals[taste]
        count = 1 + bisect.bisect_right(self.lines_totals, rng.random() * self.lines_totals[-1])
        chosen = rng.choices(self.indices, cum_weights=totals, k=min(count, 5))
        lines = []
        for product in dict.fromkeys(chosen):
            luck = rng.random()
            quantity = 1 if luck < 0.8 else 2 if luck < 0.95 else 3
            if luck > 0.9985:  # Somebody buys for the office.
                quantity = int(6 / (rng.random() + 0.08))
            lines.append((quantity, self.fragment(product, quantity, percents[self.category[product]])))
        return lines


def poisson(rng, mean):
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def order_times(rng, calendar, identity):
    """[(seconds, channel)] of one identity's orders."""
    times = []
    day_from = identity.seconds // DAY_SECONDS + 1
    if rng.random() < 0.68:  # Most register because they are about to buy.
        times.append((identity.seconds + 60 + int(rng.random() * 1500), identity.kind))
    if day_from >= YEARS_DAYS:
        return times
    day_to = min(YEARS_DAYS, day_from + 1 + int(rng.expovariate(1 / STAY_DAYS_MEAN)))
    busiest = calendar.totals[MARKETPLACE if identity.kind == MARKETPLACE else STORE]
    mean_weight = busiest[-1] / YEARS_DAYS
    mean = identity.yearly / 365 * (busiest[day_to] - busiest[day_from]) / mean_weight
    random_ = rng.random
    for _ in range(poisson(rng, mean)):
        channel = identity.kind
        if channel == MINIPROGRAM and random_() > ORDERS_IN_MINIPROGRAM_SHARE:
            channel = STORE
        totals = calendar.totals[channel]
        low = totals[day_from]
        day = bisect.bisect_right(totals, low + random_() * (totals[day_to] - low)) - 1
        day = min(day, day_to - 1)
        times.append((day * DAY_SECONDS + MINUTES[channel][int(random_() * 1024)] * 60 + int(random_() * 60), channel))
    return times


def refund_plan(rng, seconds, channel, lines):
    """[(seconds, lines JSON or "")] of an order's refunds; the empty text gives back everything that is left."""
    slow = channel == MARKETPLACE or any('"home"' in text for _, text in lines)
    delay = int(rng.expovariate(1 / (4 * DAY_SECONDS))) + 7_200 if slow else 120 + int(rng.expovariate(1 / 2_400))
    at = seconds + delay
    pieces = sum(quantity for quantity, _ in lines)
    if pieces == 1 or rng.random() < WHOLE_REFUND_SHARE:
        return [(at, "")]
    which = int(rng.random() * len(lines))
    quantity = 1 + int(rng.random() * lines[which][0])
    if quantity == pieces:
        quantity -= 1
    plan = [(at, f',"lines":[{{"id":"{which + 1}","quantity":{quantity}}}]')]
    if rng.random() < 0.08:
        plan.append((at + 600 + int(rng.random() * DAY_SECONDS), ""))
    return plan


def invent_orders(rng, calendar, shop, stores, identities, progress):
    """[(seconds, key, identity, channel, text)] of orders and refunds, sorted; a refund's key is its order's, negated.

    The text of an order is its store and lines, that of a refund its lines. Ids are given out when writing, so that
    they grow with time as a shop's would.
    """
    stores_of = {city: [store["id"] for store in stores if store["city"] == city] for city, _ in CITIES}
    end = YEARS_DAYS * DAY_SECONDS
    events = []
    key = 0
    for nth, identity in enumerate(identities):
        progress(nth, len(identities))
        near = stores_of[identity.city]
        home_store = near[int(rng.random() ** 2 * len(near))]
        for seconds, channel in order_times(rng, calendar, identity):
            if seconds >= end:
                continue
            key += 1
            lines = shop.basket(rng, identity.taste, channel, calendar.percents[seconds // DAY_SECONDS])
            text = "".join(
                [f',{{"id":"{number}",{fragment}' for number, (_, fragment) in enumerate(lines, start=1)]
            )
            store = ""
            if channel == STORE:
                store = home_store if rng.random() < 0.8 else near[int(rng.random() * len(near))]
                store = f'"store":"{store}",'
            events.append((seconds, key, identity, channel, f'{store}"currency":"CNY","lines":[{text[1:]}]'))
            if rng.random() < REFUND_CHANCES[channel]:
                for at, part in refund_plan(rng, seconds, channel, lines):
                    if at < end:
                        events.append((at, -key, identity, channel, part))
    events.sort(key=lambda event: event[:2])
    return events


# --- Writing -----------------------------------------------------------------------------------------------------


def registration_lines(calendar, identities):
    for number, identity in enumerate(identities, start=1):
        profile = json.dumps(identity.profile, ensure_ascii=False, separators=(",", ":"))
        yield identity.seconds, (
            f'{{"type":"member.registered","id":"reg-{number}","source":"{CHANNELS[identity.kind]}",'
            f'"occurred_at":"{calendar.text(identity.seconds)}","member":{identity.member()},"profile":{profile}}}\n'
        )


def order_lines(calendar, events, counts):
    order_ids = {}
    refunds_of = {}
    numbers = [0, 0, 0]
    for seconds, key, identity, channel, text in events:
        name = CHANNELS[channel]
        if key > 0:
            numbers[channel] += 1
            order = order_ids[key] = f"o-{numbers[channel]}"
            counts[name] += 1
            yield seconds, (
                f'{{"type":"order.paid","id":"{order}","source":"{name}","occurred_at":"{calendar.text(seconds)}",'
                f'"member":{identity.member()},"order":{{"id":"{order}","channel":"{name}",{text}}}}}\n'
            )
        else:
            order = order_ids[-key]
            nth = refunds_of[-key] = refunds_of.get(-key, 0) + 1
            counts["refunds"] += 1
            counts["orders_refunded"] += nth == 1
            yield seconds, (
                f'{{"type":"order.refunded","id":"r-{order[2:]}-{nth}","source":"{name}",'
                f'"occurred_at":"{calendar.text(seconds)}","member":{identity.member()},'
                f'"refund":{{"order":"{order}"{text}}}}}\n'
            )


def write(path, lines):
    """Whole or not at all, and in chunks, because a write a line is slow."""
    part = path.with_suffix(".part")
    with open(part, "w", encoding="utf-8", newline="\n") as stream:
        while chunk := list(itertools.islice(lines, 20_000)):
            stream.write("".join(chunk))
    os.replace(part, path)


def write_events(out, calendar, identities, events, merged):
    counts = {name: 0 for name in CHANNELS + ["refunds", "orders_refunded"]}
    write(out / "members.ndjson", (line for _, line in registration_lines(calendar, identities)))
    write(out / "orders.ndjson", (line for _, line in order_lines(calendar, events, counts)))
    if merged:
        # Of one second, merge() takes the first iterable first: a registration comes before the order it allows.
        ignored = dict(counts)
        both = [registration_lines(calendar, identities), order_lines(calendar, events, ignored)]
        write(out / "events.ndjson", (line for _, line in heapq.merge(*both, key=lambda event: event[0])))
    return counts


def duplicate_lines(identities):
    by_person = {}
    for identity in identities:
        by_person.setdefault(identity.person, []).append(identity)
    for its in by_person.values():
        if len(its) > 1:
            yield f'{{"members":[{",".join(identity.member() for identity in its)}]}}\n'


def pretty(value):
    return iter([json.dumps(value, ensure_ascii=False, indent=1) + "\n"])


def generate(out, members, seed, until, merged, progress):
    out.mkdir(parents=True, exist_ok=True)
    manifest_path = out / "manifest.json"
    manifest_path.unlink(missing_ok=True)
    rng = random.Random(seed)
    calendar = Calendar(until)
    products, stores = build_products(), build_stores()
    identities = invent_people(rng, members)
    events = invent_orders(rng, calendar, Shop(products), stores, identities, progress)
    notice = "simulated: an invented brand with invented people; any likeness is chance"
    brand = {"name": "榕间", "name_en": "Rongjian", "currency": "CNY", "time_zone": "Asia/Shanghai"}
    catalogue = {"simulated": True, "notice": notice, "brand": brand, "stores": stores, "products": products}
    write(out / "catalogue.json", pretty(catalogue))
    write(out / "duplicates.ndjson", duplicate_lines(identities))
    counts = write_events(out, calendar, identities, events, merged)
    orders = sum(counts[name] for name in CHANNELS)
    manifest = {
        "simulated": True,
        "notice": notice,
        "arguments": {"members": members, "seed": seed, "until": until.isoformat()},
        "from": calendar.dates[0],
        "members": len(identities),
        "people": len({identity.person for identity in identities}),
        "orders": orders,
        "orders_by_channel": {name: counts[name] for name in CHANNELS},
        "orders_refunded": counts["orders_refunded"],
        "refunds": counts["refunds"],
    }
    write(manifest_path, pretty(manifest))
    return manifest


def progress_bar(done, total):
    if done % 500 == 0 and sys.stderr.isatty():
        print(f"\rinventing orders {100 * done // total:3d} %", end="", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Invents two years of a coffee brand's events. All of it is simulated.")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="directory to write to")
    parser.add_argument("--members", type=int, default=50_000, help="registrations (default 50000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--until",
        type=datetime.date.fromisoformat,
        default=datetime.datetime.now(SHANGHAI).date(),
        help="the events end when this day begins in Shanghai (default: today, so that none lies in the future)",
    )
    parser.add_argument("--merged", action="store_true", help="also write events.ndjson, everything in order of time")
    arguments = parser.parse_args()
    if arguments.members < 1:
        parser.error("--members must be at least 1")
    manifest = generate(
        arguments.out, arguments.members, arguments.seed, arguments.until, arguments.merged, progress_bar
    )
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    print(json.dumps(manifest, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
