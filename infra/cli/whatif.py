"""Commands `rollouts decide` and `backtest`: what counts say about a candidate, and how a plan would do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer

from infra.cli import say

app = typer.Typer()
_INPUT = "JSON with baseline, counts, and offsets (is it worse?) or delta (is it no worse?); - reads from stdin."
_POLICY = "JSON with what is other than in the usual plan; - reads from stdin."
_Contract = TypeVar("_Contract")
_Rates = list[float] | None


@app.command()
def decide(
    file: Annotated[typer.FileText, typer.Option("--input", encoding="utf-8", metavar="FILE", help=_INPUT)],
    as_json: say.Json = False,
) -> None:
    """The evidence in counts alone, and whether it is enough to roll back or to advance.

    Example: referral rollouts decide --input examples/rollouts/counts.json
    """
    from infra.cli.decide import Question

    say.answer(read(file, Question).answer(), as_json, say.facts)


@app.command()
def backtest(
    policy: Annotated[typer.FileText | None, typer.Option(encoding="utf-8", metavar="FILE", help=_POLICY)] = None,
    approval: Annotated[_Rates, typer.Option("--candidate-approval", min=0, max=1, help="May be repeated.")] = None,
    errors: Annotated[_Rates, typer.Option("--candidate-errors", min=0, max=1, help="May be repeated.")] = None,
    late: Annotated[_Rates, typer.Option("--candidate-late", min=0, max=1, help="May be repeated.")] = None,
    count: Annotated[int, typer.Option("--runs", min=2, help="Rollouts of each scenario.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 1,
    as_json: say.Json = False,
) -> None:
    """How often a plan takes back a good candidate, how soon a bad one, and who has seen it by then.

    Runs made-up histories through the rules of the deployer; every figure with its Monte-Carlo error.

    Example: referral rollouts backtest --candidate-approval 0.6 --candidate-approval 0.7
    """
    from infra.cli import backtest_view, scenarios
    from services.deployer.plan import Plan

    plan = read(policy, Plan) if policy else Plan()
    given = {"approval": approval, "errors": errors, "latency": late}
    worse = scenarios.Worse(**{metric: tuple(rates) for metric, rates in given.items() if rates})
    found = scenarios.scenarios(plan, worse)
    with _progress(len(found) * count) as told:
        figures = scenarios.backtest(found, count, seed, told)
    said = {"runs": count, "seed": seed, "plan": plan.model_dump(mode="json"), "scenarios": figures}
    say.answer(said, as_json, backtest_view.page)


def read(file: Any, contract: type[_Contract]) -> _Contract:
    """What the file says; raises Problem with everything that is wrong with it."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(contract).validate_json(file.read())
    except ValidationError as error:
        raise say.Problem(f"{file.name} can't be used.\n  " + "\n  ".join(_problems(error))) from None
    except UnicodeDecodeError:
        raise say.Problem(f"{file.name} is not UTF-8 text.") from None


def _problems(error: Any) -> Iterator[str]:
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"]) or "the input"
        yield f"{place}: {problem['msg'].removeprefix('Value error, ')}"


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("rollouts", total=total)
        yield lambda: bar.advance(task)
