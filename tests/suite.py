# SPDX-License-Identifier: Apache-2.0
"""What every Python suite under tests/ does: run named cases, say what failed, end with the counting line.

    suite = Suite(sys.argv)          # words on the command line select cases by substring
    suite.case("name", function)     # an exception (AssertionError included) fails the case, Skip skips it
    sys.exit(suite.finish())
"""
import time
import traceback


class Skip(Exception):
    """Raised by a case that cannot run here; its message says what is missing."""


class Suite:
    def __init__(self, argv=()):
        self.words = list(argv[1:])
        self.passed = self.failed = self.skipped = 0

    def case(self, name, function, *args):
        if self.words and not any(word in name for word in self.words):
            return
        start = time.monotonic()
        try:
            function(*args)
        except Skip as reason:
            self.skipped += 1
            print(f"SKIP {name}: {reason}", flush=True)
        except Exception as error:  # every kind of failure is one failed case, reported with its place
            self.failed += 1
            if not isinstance(error, AssertionError) or not str(error):
                traceback.print_exc()
            print(f"FAIL {name}: {error}", flush=True)
        else:
            self.passed += 1
            print(f"ok   {name} ({time.monotonic() - start:.2f} s)", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0
