"""docs/scalability.md and its plots, as they follow from the inputs."""

import re
from collections.abc import Callable
from pathlib import Path

from docs.scalability import diagrams, figures, tables
from docs.scalability.inputs import HERE, Inputs, dated, inputs
from docs.scalability.model import SCALES, Model
from docs.scalability.steps import sampled

PAGE = HERE.parent / "scalability.md"
_MARKED = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


class Unknown(Exception):
    """The page has a marker that nothing is made for, or lacks one."""


def files(given: Inputs | None = None) -> dict[Path, str]:
    """Every generated file with its text; the page keeps what is written by hand around the markers."""
    known = given or inputs()
    return {PAGE: page(PAGE.read_text(), known), HERE / "capacity.svg": capacity(known), HERE / "cost.svg": cost(known)}


def page(text: str, given: Inputs) -> str:
    made = _made(given)
    if set(made) != {name for _, name, _ in _MARKED.findall(text)}:
        raise Unknown(f"{PAGE.name} needs the markers {', '.join(sorted(made))}")
    return _MARKED.sub(lambda found: found[1] + f"{made[found[2]]()}\n" + found[3], text)


def capacity(given: Inputs) -> str:
    """How many jobs a day each part carries, beside the scales."""
    jobs = given.assumed["jobs_per_day"]
    carried = {part.name.replace("`", ""): part.jobs_per_day for part in Model(given).parts()}
    marks = {f"{scale}x": jobs * scale for scale in SCALES}
    return figures.bars("What each part carries today", "jobs a day", carried, marks)


def cost(given: Inputs) -> str:
    months = dict(zip((f"{scale}x" for scale in SCALES), tables.months(given), strict=True))
    return figures.groups("A month with the changes of each scale", "USD in a month", {
        scale: {"models": month.paid["models"], "rest of AWS": month.rest, "people": month.paid["people"]}
        for scale, month in months.items()
    })


def _made(given: Inputs) -> dict[str, Callable[[], str]]:
    model = Model(given)
    return {
        "demand": lambda: tables.demand(model), "capacity": lambda: tables.capacity(model),
        "changes": lambda: tables.changes(model), "beyond": lambda: tables.beyond(model),
        "review": lambda: tables.review(model), "bound": lambda: tables.bound(given),
        "cost": lambda: tables.cost(given), "calls": lambda: tables.calls(given),
        "laptop": lambda: tables.laptop(model),
        "dates": lambda: _dates(given), "cached": lambda: _cached(given), "services": diagrams.services,
    }


def _dates(given: Inputs) -> str:
    return f"Quotas are of {dated('quotas')}, prices of {dated('prices')}. A lot's sample is {sampled(given)} drafts."


def _cached(given: Inputs) -> str:
    """What of a prompt could be cached at all: what is the same for all drafts of a version, at most all of it."""
    prompt = given.measured["input_tokens"] + given.assumed["tool_tokens"] + given.assumed["example_tokens"]
    least = given.quotas["bedrock_cacheable_tokens"]
    verdict = "so that caching changes nothing" if prompt < least else "so that its fixed beginning can be cached"
    return f"A whole prompt has {prompt:,.0f} tokens, a beginning can be cached from {least:,.0f} tokens on, {verdict}."
