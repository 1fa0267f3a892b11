#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a C++ source that holds files as strings, for src/adapters/http/assets.h.

    embed.py OUT.cpp FILE...    each file under its base name
"""
import sys
from pathlib import Path

PIECE = 8192  # bytes a literal: compilers bound the length of one


def literal(content):
    out = []
    for byte in content:
        if byte == 0x0A:
            out.append("\\n")
        elif byte in b'"\\?':
            out.append("\\" + chr(byte))
        elif 0x20 <= byte < 0x7F:
            out.append(chr(byte))
        else:
            out.append(f"\\{byte:03o}")  # three octal digits: the next character cannot join them
    return '"' + "".join(out) + '"'


def main():
    out, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    code = ["// Written by cmake/embed.py.", '#include "adapters/http/assets.h"', "", "#include <array>", "",
            "namespace banyan::http {", "", "namespace {"]
    rows = []
    for number, path in enumerate(files):
        content = path.read_bytes()
        pieces = [literal(content[at:at + PIECE]) for at in range(0, len(content), PIECE)] or ['""']
        code.append(f"constexpr char file_{number}[] =\n    " + "\n    ".join(pieces) + ";")
        rows.append(f'    Asset{{"{path.name}", std::string_view(file_{number}, {len(content)})}},')
    code += [f"constexpr std::array<Asset, {len(rows)}> table = {{", *rows, "};", "}  // namespace", "",
             "std::span<const Asset> all_assets() { return table; }", "", "}  // namespace banyan::http", ""]
    text = "\n".join(code)
    if not out.is_file() or out.read_text() != text:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text)
    else:
        out.touch()


if __name__ == "__main__":
    main()
