"""A report as JUnit XML, which CI servers show as tests: a suite an arm, a test a result."""

import re
from collections.abc import Iterable, Sequence
from typing import IO
from xml.etree.ElementTree import Element, ElementTree, SubElement

from evals.outcomes import CaseId
from evals.results import CaseResult

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(results: Iterable[CaseResult], file: IO[bytes], *, arms: Sequence[str]) -> None:
    """Write the results of these arms; what could not be scored counts as skipped."""
    root = Element("testsuites")
    suites = {arm: SubElement(root, "testsuite", name=_plain(arm)) for arm in arms}
    for result in results:
        if result.arm in suites:
            _add(suites[result.arm], result)
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
        suite.set("time", f"{sum(float(test.get('time', 0)) for test in suite):.3f}")
    ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _add(suite: Element, result: CaseResult) -> None:
    name = str(CaseId.of(result))
    test = SubElement(
        suite,
        "testcase",
        classname=_plain(f"{result.suite}.{result.arm}"),
        name=_plain(name if not result.repeat else f"{name} (repeat {result.repeat + 1})"),
        time=f"{result.seconds:.3f}",
    )
    if result.error is not None:
        SubElement(test, "error", message=_plain(result.error))
    elif result.passed is None:
        SubElement(test, "skipped", message="nothing could be scored")
    elif not result.passed:
        failed = [each for each in result.all_verdicts if each.passed is False]
        failure = SubElement(test, "failure", message=_plain("; ".join(x.check for x in failed)))
        failure.text = _plain("\n".join(f"{each.check}: {each.reason}" for each in failed))


def _plain(text: str) -> str:
    """Text without the characters that XML cannot hold in any form."""
    return _NO_XML.sub("\ufffd", text)
