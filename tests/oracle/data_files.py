# SPDX-License-Identifier: Apache-2.0
"""Where the third-party data lies. It is never copied into the repository; see BANYAN_DATA in the README."""

import lzma
import os
import pathlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def data_directory():
    named = os.environ.get("BANYAN_DATA")
    return pathlib.Path(named) if named else REPOSITORY.parent / "shared" / "data"


def find(*relative_paths):
    """The first of these files that exists below the data directory, or None."""
    for relative in relative_paths:
        path = data_directory() / relative
        if path.is_file():
            return path
    return None


def read_bytes(path):
    path = pathlib.Path(path)
    if path.suffix == ".xz":
        with lzma.open(path, "rb") as stream:
            return stream.read()
    return path.read_bytes()


def row_file_name(path):
    """The name a row's id is built from: the file without its folder and without its compression."""
    name = pathlib.Path(path).name
    return name[:-3] if name.endswith(".xz") else name
