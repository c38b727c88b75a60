"""The page, its plots and its diagrams are what the model says today, and can be drawn."""

import re
from xml.etree import ElementTree

import pytest

from docs.scalability import diagrams, page
from docs.scalability.inputs import inputs
from infra.accounts import ROOT
from infra.contracts.known import contracts

LONGEST = 50  # letters that fit beside the bars
FENCE = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
LINE = re.compile(
    r"flowchart (LR|TD)|sequenceDiagram|stateDiagram-v2|subgraph \w+ (\[.*\])?|end"  # what begins and ends
    r"|subgraph \w+|direction (LR|TD)"
    r"|.* ?(-->|-\.->|<--|->>|-->>|---|==>|&) ?.*"  # an arrow or a message
    r"|participant .*|\w+[\[({>].*[\])}]|\w+|\[\*\].*|.*: .*"
)
PAGES = sorted(path for path in ROOT.rglob("*.md") if ".venv" not in path.parts and "```mermaid" in path.read_text())


def test_what_is_committed_is_what_the_model_says() -> None:
    stale = [path.name for path, text in page.files().items() if path.read_text() != text]
    assert not stale, f"{', '.join(stale)}: run `make scalability`"


def test_a_page_without_a_marker_is_refused() -> None:
    text = page.PAGE.read_text().replace("<!-- begin cost -->", "")
    with pytest.raises(page.Unknown, match="cost"):
        page.page(text, inputs())


def test_plots_are_images_with_a_title_and_nothing_outside_of_their_frame() -> None:
    for path in page.files():
        if path.suffix == ".svg":
            root = ElementTree.fromstring(path.read_text())
            width, height = map(float, root.attrib["viewBox"].split()[2:])
            assert root[0].tag.endswith("title")
            places = [(float(one.get("x", 0)), float(one.get("y", 0))) for one in root.iter()]
            assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
            assert all(len(one.text or "") <= LONGEST for one in root.iter() if one.get("text-anchor") == "end")


def test_the_diagrams_of_services_show_every_event_and_every_mailbox() -> None:
    drawn = diagrams.services()
    assert all(f"{known.name}" in drawn for known in contracts() if known.heard())
    assert all(f'[["{one.mailbox}"]]' in drawn for known in contracts() for one in known.heard())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_diagrams_are_of_a_known_kind_closed_and_made_of_lines_that_mermaid_knows(path: object) -> None:
    for block in FENCE.findall(path.read_text()):  # type: ignore[attr-defined]
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        assert lines[0].split()[0] in ("flowchart", "sequenceDiagram", "stateDiagram-v2"), lines[0]
        assert block.count("subgraph ") == lines.count("end"), block
        assert [line for line in lines if not LINE.fullmatch(line) or line.count('"') % 2] == []
        assert all(block.count(first) == block.count(last) for first, last in ("()", "[]", "{}"))
