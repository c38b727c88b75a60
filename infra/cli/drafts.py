"""Commands `drafts`: what the writers wrote, and a person's decision about it."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import draft_views, editor, ids, say
from infra.cli.call import Service

_HELP = "What the writers wrote, and a person's decision about it."
app = typer.Typer(name="drafts", help=_HELP, no_args_is_help=True)
_STATUSES = "in_review, approved, rejected, sending, sent, failed, suppressed or prepared."
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
    said = _desk(ctx).get("drafts", status=status, limit=limit, after=after)
    more = said["next"] if len(said["drafts"]) == limit else None
    say.answer(said, as_json, lambda _: draft_views.lines(said["drafts"], more))


@app.command()
def show(ctx: typer.Context, draft: ids.Id, as_json: say.Json = False) -> None:
    """A draft, whom it goes to, and the facts that it was written from.

    Example: referral drafts show job-0049
    """
    say.answer(_shown(ctx, draft), as_json, draft_views.page)


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
    named = content or _agreed(ctx, draft, yes, "Send exactly this?")
    _tell(ctx, draft, "approve", as_json, content_hash=named, reviewer=ids.person(reviewer))


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
    named = content or _agreed(ctx, draft, yes, "Reject this?")
    _tell(ctx, draft, "reject", as_json, content_hash=named, reviewer=ids.person(reviewer), reason=reason)


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
    page = _shown(ctx, draft)
    if not page["body"]:
        raise say.Problem(f"There is nothing to edit: this referral is {page['status']}.")
    before = page["subject"], page["body"]
    text = body_file.read_text(encoding="utf-8") if body_file else body
    after = editor.edited(*before) if subject is None and text is None else (subject or before[0], text or before[1])
    if after == before:
        raise say.Problem("Nothing was changed; the draft waits as it is.")
    said = {"content_hash": page["content_hash"], "reviewer": ids.person(reviewer)}
    _tell(ctx, draft, "edit", as_json, **said, subject=after[0], body=after[1])


@app.command()
def retry(ctx: typer.Context, draft: ids.Id, as_json: say.Json = False) -> None:
    """Write a draft that failed anew, by the version that is in production now.

    Example: referral drafts retry job-0049
    """
    _tell(ctx, draft, "retry", as_json)


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
    _tell(ctx, draft, "settle", as_json, message_id=message_id, reviewer=ids.person(reviewer))


def _desk(ctx: typer.Context) -> Service:
    return Service(ctx.obj, "review_api")


def _tell(ctx: typer.Context, draft: str, command: str, as_json: bool, **said: Any) -> None:
    """Give a command about a draft, and show what became of it."""
    say.answer(_desk(ctx).post("drafts", ids.referral(draft), command, **said), as_json, draft_views.done)


def _shown(ctx: typer.Context, draft: str) -> dict[str, Any]:
    """The page, after telling that a person sees it now."""
    page = _desk(ctx).get("drafts", ids.referral(draft))
    if page["status"] == "in_review":
        _desk(ctx).post("drafts", ids.referral(draft), "shown")
    return page


def _agreed(ctx: typer.Context, draft: str, yes: bool, question: str) -> str:
    """The hash of the content that was shown and agreed to; with --yes, of the content as it is now."""
    if yes:
        return str(_desk(ctx).get("drafts", ids.referral(draft))["content_hash"])
    if not sys.stdin.isatty():
        raise say.Problem("Nobody is there to ask: name the content that you have seen with --hash, or say --yes.")
    page = _shown(ctx, draft)
    say.show(draft_views.page(page), err=True)
    typer.confirm(question, abort=True, err=True)
    return str(page["content_hash"])
