"""What SECURITY.md names is there: a promise whose test is gone is no promise."""

import re

from tests.conftest import ROOT

NAMED = re.compile(r"`(tests/\w+\.py)(?:::(\w+))?`")


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = NAMED.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 40
    gone = []
    for file, test in named:
        path = ROOT / file
        found = path.exists() and (not test or re.search(rf"def {test}\(", path.read_text(encoding="utf-8")))
        if not found:
            gone.append(f"{file}::{test}")
    assert gone == []
