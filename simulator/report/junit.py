"""The run as JUnit XML, which CI systems read: a test case for each journey."""

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from simulator.journeys.film import Film

_NOT_FOR_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def junit_xml(films: Sequence[Film]) -> str:
    """One `<testsuite>`; a journey that went wrong has a `<failure>` with what went wrong and how to play it again."""
    failed = sum(not film.went_well for film in films)
    suite = ET.Element(
        "testsuite",
        name="simulator",
        tests=str(len(films)),
        failures=str(failed),
        errors="0",
        time=f"{sum(film.seconds for film in films):.3f}",
    )
    for film in films:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"{film.device}.{film.host}",
            name=film.scenario,
            time=f"{film.seconds:.3f}",
        )
        if not film.went_well:
            trouble = _NOT_FOR_XML.sub("?", film.trouble)
            ET.SubElement(case, "failure", message=trouble).text = f"{trouble}\nAgain: {film.again}"
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
