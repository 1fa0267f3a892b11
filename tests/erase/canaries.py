# SPDX-License-Identifier: Apache-2.0
"""People whose every personal field is a string found nowhere else, and a search for any trace of them in any byte."""
import base64
import hashlib
import hmac
import random
import re
import string
import zlib
from pathlib import Path

LETTERS = string.ascii_lowercase


def word(draw, length):
    return "".join(draw.choice(LETTERS) for _ in range(length))


class Person:
    """One member with four external ids and all profile fields, each unique and too long to occur by chance."""

    def __init__(self, draw, number):
        self.number = number
        self.phone = "1" + "".join(draw.choice(string.digits) for _ in range(14))
        self.openid = "o-" + word(draw, 20)
        self.card = "card" + word(draw, 14)
        self.email = word(draw, 12) + "@" + word(draw, 10) + ".example"
        self.name = word(draw, 14).capitalize() + " 榕" + word(draw, 8)
        self.city = word(draw, 14)
        self.address = word(draw, 16) + " " + word(draw, 16)
        self.gender = word(draw, 16)
        self.birthday = f"{draw.randint(1930, 2010)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"

    @property
    def identities(self):
        return [{"kind": "phone", "id": self.phone}, {"kind": "openid", "id": self.openid},
                {"kind": "card", "id": self.card}, {"kind": "email", "id": self.email}]

    @property
    def profile(self):
        return {"name": self.name, "city": self.city, "address": self.address, "gender": self.gender,
                "birthday": self.birthday}

    def strings(self):
        """A birthday alone is no canary: it is too short to be nobody else's."""
        return [self.phone, self.openid, self.card, self.email, self.name, self.city, self.address, self.gender]


def people(count, seed):
    draw = random.Random(seed)
    return [Person(draw, number) for number in range(count)]


def needles(persons):
    """{bytes: what they are}: each string as it stands, in other writings, and hashed without a key."""
    found = {}
    for person in persons:
        for text in person.strings():
            raw = text.encode()
            forms = {"raw": raw, "upper case": raw.upper(), "utf-16": text.encode("utf-16-le"),
                     "reversed": raw[::-1], "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode()}
            # The middle of a base64 run does not depend on what stands around it, save for its alignment.
            for shift in range(3):
                encoded = base64.b64encode(b"\0" * shift + raw)
                forms[f"base64, shifted by {shift}"] = encoded[4:-4]
                forms[f"base64url, shifted by {shift}"] = base64.urlsafe_b64encode(b"\0" * shift + raw)[4:-4]
            # External ids are few enough to be guessed, so an unkeyed hash of one is the id itself.
            for name in ["md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256"]:
                digest = hashlib.new(name, raw).digest()
                forms[name] = digest[:16]
                forms[name + " hex"] = digest.hex().encode()[:32]
                forms[name + " HEX"] = digest.hex().upper().encode()[:32]
                forms[name + " base64"] = base64.b64encode(digest)[:20]
            number = f"person {person.number}"
            for form, needle in forms.items():
                if len(needle) >= 8:
                    found.setdefault(needle, f"{form} of {text!r} ({number})")
        numeric = int(person.phone)
        found.setdefault(numeric.to_bytes(8, "little"), f"binary phone of person {person.number}")
        found.setdefault(numeric.to_bytes(8, "big"), f"binary phone of person {person.number}")
    return found


def handles(persons, brand_key):
    """{bytes: what they are}: the directory's own word for each external id, made with the brand's key."""
    found = {}
    for person in persons:
        for identity in person.identities:
            framed = b"".join(len(part).to_bytes(4, "little") + part
                              for part in [b"identity", identity["kind"].encode(), identity["id"].encode()])
            digest = hmac.new(brand_key, framed, hashlib.sha256).digest()[:16]
            what = f"keyed hash of {identity['id']!r} (person {person.number})"
            for form in [digest, digest[:8][::-1] + digest[8:][::-1], digest.hex().encode()]:
                found[form] = what
    return found


def files_below(*places):
    for place in map(Path, places):
        if place.is_file():
            yield place
        else:
            yield from (path for path in sorted(place.rglob("*")) if path.is_file())


def inflated(content):
    """What deflate streams inside the bytes hold, for those written by zlib or gzip."""
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", content):
        try:
            yield zlib.decompressobj(47).decompress(content[start.start():], 1 << 24)
        except zlib.error:
            continue


def traces(persons, *places, unpack=True):
    """[(file, what)] of every trace in any byte of the files, and in their names."""
    wanted = needles(persons)
    return search(wanted, *places, unpack=unpack)


def search(wanted, *places, unpack=False):
    """[(file, what)] of every needle of `wanted`, {bytes: what it is}, and how many bytes were looked at."""
    # Each position is looked up by its first eight bytes; only where those are known, look closer.
    by_head = {}
    for needle, what in wanted.items():
        by_head.setdefault(needle[:8], []).append((needle, what))
    hits, bytes_read = [], 0
    for path in files_below(*places):
        content = path.read_bytes()
        bytes_read += len(content)
        texts = [str(path).encode(), content]
        if unpack:
            texts += inflated(content)
        for text in texts:
            for at in [at for at in range(len(text) - 7) if text[at:at + 8] in by_head]:
                hits += [(str(path), what) for needle, what in by_head[text[at:at + 8]]
                         if text.startswith(needle, at)]
    return hits, bytes_read
