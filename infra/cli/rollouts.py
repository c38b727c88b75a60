"""Commands `rollouts`: a candidate on its way to all customers, and what counts say about one."""

import typer

from infra.cli import explaining, orders, rollout_reads, whatif

_HELP = "A candidate on its way to all customers: start it, watch it, decide, and have every decision explained."
app = typer.Typer(name="rollouts", help=_HELP, no_args_is_help=True)
for group in (orders, rollout_reads, explaining, whatif):
    app.add_typer(group.app)
