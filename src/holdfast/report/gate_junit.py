"""A gate's result as JUnit XML, which CI systems show: a test case for each limit.

A limit that failed is a `failure`. One that could not be decided is an `error`, since many systems count a
skipped case as passed. The attributes are those of the schema that Jenkins publishes for its xUnit plugin.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from holdfast.campaign.gate.record import GateRecord
from holdfast.evaluation.gate import Decision
from holdfast.report.gate_rows import asked, headline, measured

SUITE = "holdfast.gate"
_REFUSED = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, not even escaped."""
_TAGS = {Decision.FAILED: "failure", Decision.COULD_NOT_TELL: "error"}


def gate_junit(record: GateRecord) -> str:
    """The XML text."""
    decisions = [limit.decision for limit in record.limits]
    counts = {
        "tests": str(len(decisions)),
        "failures": str(decisions.count(Decision.FAILED)),
        "errors": str(decisions.count(Decision.COULD_NOT_TELL)),
        "skipped": "0",
        "time": "0",
    }
    root = ElementTree.Element("testsuites", {"name": SUITE, **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": SUITE, **counts})
    for limit in record.limits:
        case = ElementTree.SubElement(suite, "testcase", {"classname": SUITE, "name": limit.id, "time": "0"})
        tag = _TAGS.get(limit.decision)
        if tag is not None:
            message = f"{limit.what}: {measured(limit)}, asked {asked(limit)}"
            found = ElementTree.SubElement(
                case, tag, {"message": _allowed(message), "type": str(limit.decision)}
            )
            found.text = _allowed(limit.why)
        else:
            ElementTree.SubElement(case, "system-out").text = _allowed(limit.why)
    ElementTree.SubElement(suite, "system-out").text = headline(record)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _allowed(text: str) -> str:
    return _REFUSED.sub("\ufffd", text)
