"""Commands `drafts`: what the writers wrote, and a person's decision about it."""

from pathlib import Path
from typing import Annotated

import typer

from infra.cli import draft_views, editor, ids, say
from infra.cli.desk import Desk

_HELP = "What the writers wrote, and a person's decision about it."
app = typer.Typer(name="drafts", help=_HELP, no_args_is_help=True)
_STATUSES = "in_review, approved, rejected, sending, sent, failed, suppressed, expired, withdrawn or prepared."
_REASONS = "wrong_facts, wrong_tone, too_long, not_personal, unsafe, not_now or other."
_MESSAGE = "Under which SES took it; without it the mail never left."
_HASH = "The content_hash that you have seen; without it you are shown the draft and asked."
Hash = Annotated[str | None, typer.Option("--hash", help=_HASH)]
Yes = Annotated[bool, typer.Option("--yes", help="Take the draft as it is now, without being asked.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    status: Annotated[str, typer.Option(help=_STATUSES)] = "in_review",
    limit: Annotated[int, typer.Option(min=1, max=100, help="The oldest so many.")] = 50,
    after: Annotated[str, typer.Option(help="Go on after a page: its `next`.")] = "",
    as_json: say.Json = False,
) -> None:
    """Drafts in one status, oldest first.

    Example: referral drafts list --status failed
    """
    said = Desk(ctx.obj).page(status, limit, after)
    more = said["next"] if len(said["drafts"]) == limit else None
    say.answer(said, as_json, lambda _: draft_views.lines(said["drafts"], more))


@app.command()
def show(ctx: typer.Context, draft: ids.Id, as_json: say.Json = False) -> None:
    """A draft, whom it goes to, and the facts that it was written from.

    Example: referral drafts show job-0049
    """
    say.answer(Desk(ctx.obj).show(draft), as_json, draft_views.page)


@app.command()
def approve(
    ctx: typer.Context,
    draft: ids.Id,
    content: Hash = None,
    yes: Yes = False,
    reviewer: ids.Reviewer = None,
    as_json: say.Json = False,
) -> None:
    """Let exactly the draft that you see leave.

    Example: referral drafts approve job-0049
    """
    desk = Desk(ctx.obj)
    named = content or desk.agreed(draft, yes, "Send exactly this?")
    done = desk.tell(draft, "approve", content_hash=named, reviewer=ids.person(reviewer))
    say.answer(done, as_json, draft_views.done)


@app.command()
def reject(
    ctx: typer.Context,
    draft: ids.Id,
    reason: Annotated[str, typer.Option(help=_REASONS)],
    content: Hash = None,
    yes: Yes = False,
    reviewer: ids.Reviewer = None,
    as_json: say.Json = False,
) -> None:
    """Let the draft that you see never leave.

    Example: referral drafts reject job-0049 --reason wrong_tone
    """
    desk = Desk(ctx.obj)
    named = content or desk.agreed(draft, yes, "Reject this?")
    done = desk.tell(draft, "reject", content_hash=named, reviewer=ids.person(reviewer), reason=reason)
    say.answer(done, as_json, draft_views.done)


@app.command()
def edit(
    ctx: typer.Context,
    draft: ids.Id,
    subject: Annotated[str | None, typer.Option(help="Another subject.")] = None,
    body: Annotated[str | None, typer.Option(help="Another text.")] = None,
    body_file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="File with another text.")] = None,
    reviewer: ids.Reviewer = None,
    as_json: say.Json = False,
) -> None:
    """Put another text in place of a draft, in $EDITOR or by options; it then waits for approval like any other.

    Example: referral drafts edit job-0049 --subject "A small favour"
    """
    desk = Desk(ctx.obj)
    page = desk.show(draft)
    if not page["body"]:
        raise say.Problem(f"There is nothing to edit: this referral is {page['status']}.")
    before = page["subject"], page["body"]
    text = body_file.read_text(encoding="utf-8") if body_file else body
    after = editor.edited(*before) if subject is None and text is None else (subject or before[0], text or before[1])
    if after == before:
        raise say.Problem("Nothing was changed; the draft waits as it is.")
    named = {"content_hash": page["content_hash"], "reviewer": ids.person(reviewer)}
    say.answer(desk.tell(draft, "edit", **named, subject=after[0], body=after[1]), as_json, draft_views.done)


@app.command()
def retry(ctx: typer.Context, draft: ids.Id, as_json: say.Json = False) -> None:
    """Write a draft that failed anew, by the version that is in production now.

    Example: referral drafts retry job-0049
    """
    say.answer(Desk(ctx.obj).tell(draft, "retry"), as_json, draft_views.done)


@app.command()
def settle(
    ctx: typer.Context,
    draft: ids.Id,
    message_id: Annotated[str | None, typer.Option(help=_MESSAGE)] = None,
    reviewer: ids.Reviewer = None,
    as_json: say.Json = False,
) -> None:
    """Say what became of a mail of which nobody knows whether SES took it; one that never left is reviewed again.

    Example: referral drafts settle job-0049 --message-id 0102018f-example
    """
    done = Desk(ctx.obj).tell(draft, "settle", message_id=message_id, reviewer=ids.person(reviewer))
    say.answer(done, as_json, draft_views.done)
