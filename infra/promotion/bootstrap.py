"""The first step into an account, by an administrator: who may deploy to it, and where artifacts lie."""

import json
from collections.abc import Callable

from infra import access
from infra.accounts import ROOT
from infra.local.adapted import fitted
from infra.promotion import stacks
from infra.promotion.promote import Stopped
from infra.promotion.target import NotAllowed, Target

TEMPLATE = ROOT / "infra/access/template.yaml"


def bootstrap(target: Target, dry_run: bool, say: Callable[[str], None], ask: Callable[[str], bool]) -> None:
    """Make or update the access stack with the caller's own rights; raises NotAllowed in a wrong AWS account."""
    from samcli.yamlhelper import yaml_parse

    if target.caller["Account"] != target.id:
        raise NotAllowed(
            f"Your credentials are of AWS account {target.caller['Account']}, and infra/accounts.toml says that "
            f"{target.name} is {target.id}. Sign in there, or correct account_id."
        )
    own = stacks.seen_by(target, target.administrator)
    parsed = yaml_parse(TEMPLATE.read_text())
    template = fitted(parsed) if target.emulated else parsed
    told = stacks.given(template, access.parameters(target.settings, target.id))
    planned = own.plan(stack_name(target), "access", TemplateBody=json.dumps(template, default=str), Parameters=told)
    say("\n".join(map(str, planned.changes)) or f"access to {target.name} is as this checkout says")
    question = f"{len(planned.changes)} changes to who may deploy to {target.name} ({target.id}). Go on?"
    if dry_run or (planned.changes and not ask(question)):
        own.drop(planned)
        if not dry_run:
            raise Stopped("Nothing was changed: nobody said yes.")
        return
    own.execute(planned)
    say(f"Next: ./infra/deploy.sh --account {target.name}")


def stack_name(target: Target) -> str:
    """Not one that the deploy role may change."""
    return f"referral-access-{target.name}"
