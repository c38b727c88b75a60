"""Deploy to dev, test or prod: choose, look at what would change, ask, do, remember."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from infra import Problem, bundle, checkout, deploy
from infra.accounts import ROOT
from infra.console import publish
from infra.promotion import choose, ledger, stacks
from infra.promotion.artifact import Artifact
from infra.promotion.behind import behind
from infra.promotion.changesets import ChangeSet
from infra.promotion.choose import Chosen
from infra.promotion.ledger import Record
from infra.promotion.target import Target

Say = Callable[[str], None]
Ask = Callable[[str], bool]
_AT_ONCE = 4  # stacks that nobody stands on are planned and deployed beside each other


class Stopped(Problem):
    """Nothing was changed, and why."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for."""

    stacks: tuple[str, ...]
    release: str = ""
    promote: bool = False
    previous: bool = False
    dry_run: bool = False
    lose_data: bool = False
    affected: bool = False  # of these stacks those that are behind


@dataclass(frozen=True)
class Step:
    """One stack of a deployment."""

    chosen: Chosen
    record: Record  # what is known of it before

    @property
    def after(self) -> Record:
        return self.record.deployed(self.chosen.release)


def deployment(target: Target, wanted: Wanted, say: Say, ask: Ask) -> None:
    """Everything that was asked for, one wave after the other; raises Problem before it changes what it may not."""
    with checkout.alone(bundle.BUILD, say):
        steps = list(chosen(target, wanted))
        carry_out(target, steps, wanted, say, ask)
        if not steps:
            say(f"Nothing of {target.name} is behind this checkout.")


def carry_out(target: Target, steps: list[Step], wanted: Wanted, say: Say, ask: Ask) -> None:
    """What was chosen, one wave after the other; each is shown and agreed on before it changes anything."""
    for wave in waves(steps):
        _deploy(target, wave, wanted, say, ask)


def chosen(target: Target, wanted: Wanted) -> Iterator[Step]:
    """The artifact of each stack; raises NotPromoted for what may not come here."""
    if not (wanted.promote or wanted.previous or wanted.release):
        bundle.build("relay")
    for stack in behind(target, wanted.stacks) if wanted.affected else wanted.stacks:
        if wanted.previous:
            yield Step(*choose.previous(target, stack))
        elif wanted.promote:
            found = choose.promoted(target, stack)
            yield from [Step(found, ledger.read(target, stack))] if found else []
        elif wanted.release:
            yield Step(choose.named(target, stack, wanted.release), ledger.read(target, stack))
        else:
            yield Step(choose.of_checkout(target, stack), ledger.read(target, stack))


def waves(steps: list[Step]) -> Iterator[list[Step]]:
    """What others stand on comes first and alone, what stands on others last."""
    of = {step.chosen.artifact.stack: step for step in steps}
    first = [[stack] for stack in deploy.BASE]
    last = [stack for stack in deploy.stacks() if stack not in (*deploy.BASE, *deploy.services())]
    for names in (*first, deploy.services(), *([name] for name in last)):
        if wave := [of[name] for name in names if name in of]:
            yield wave


def _deploy(target: Target, wave: list[Step], wanted: Wanted, say: Say, ask: Ask) -> None:
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        plans = list(pool.map(lambda step: stacks.plan(target, step.chosen.artifact), wave))
        try:
            _show(plans, wave, target, say)
            _agree(plans, wanted, target, ask)
        except Stopped:
            list(pool.map(stacks.of(target).drop, plans))
            raise
        if wanted.dry_run:
            list(pool.map(stacks.of(target).drop, plans))
            return
        list(pool.map(partial(_one, target, say), wave, plans))


def _one(target: Target, say: Say, step: Step, plan: ChangeSet) -> None:
    made = step.chosen.artifact
    stacks.of(target).execute(plan)
    target.client("s3").put_object(Bucket=target.artifacts, Key=made.key, Body=made.path.read_bytes())
    if made.stack == publish.STACK:
        publish.publish(deploy.stack_name(target.name, made.stack), target.settings, target.client, site(made))
    ledger.write(target, step.after)
    say(f"deployed {made.stack} {made.id}")


def site(made: Artifact) -> publish.Files:
    """The files of the console's page, as they were built."""
    folder = publish.SITE.relative_to(ROOT).as_posix()
    return {name.removeprefix(f"{folder}/"): content for name, content in made.files.items() if name.startswith(folder)}


def _show(plans: list[ChangeSet], wave: list[Step], target: Target, say: Say) -> None:
    for plan, step in zip(plans, wave, strict=True):
        runs = f"{step.record.current}" if step.record.current else "nothing known"
        say(f"{step.chosen.artifact.stack} to {target.name}: {step.chosen.release}; there now: {runs}")
        say("\n".join(map(str, plan.changes)) or "  no change")


def _agree(plans: list[ChangeSet], wanted: Wanted, target: Target, ask: Ask) -> None:
    lost = [change for plan in plans for change in plan.changes if change.loses]
    if lost and not (wanted.lose_data or wanted.dry_run):
        told = "\n".join(map(str, lost))
        raise Stopped(f"Nothing was changed, for this would lose data:\n{told}\nIf that is what you want, say --lose-data.")
    changes = sum(len(plan.changes) for plan in plans)
    if changes and not wanted.dry_run and not ask(f"{changes} changes to {target.name}. Go on?"):
        raise Stopped("Nothing was changed: nobody said yes. A pipeline says --yes.")
