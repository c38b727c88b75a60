"""What was found in a draft, for people: marked at its place in the text, and said below it."""

from typing import Any

from infra.cli import say

_STYLES = {"hard": "bold white on red", "soft": "black on yellow"}
_HEAD = {"subject": "Subject: ", "body": ""}


def text(draft: dict[str, Any], field: str) -> Any:
    """The subject or the body, with what was found in it marked."""
    shown, start = say.text(_HEAD[field] + (draft[field] or "-")), len(_HEAD[field])
    for finding in sorted(draft["findings"], key=lambda finding: finding["severity"] == "hard"):
        if finding["field"] == field:
            shown.stylize(_STYLES[finding["severity"]], start + finding["start"], start + finding["end"])
    return shown


def table(draft: dict[str, Any]) -> Any:
    """Each finding with its words; what is hard keeps the draft from being approved."""
    columns = ("finding", "", "where", "words", "what to do")
    rows = ((f["code"], f["severity"], _where(f), _words(draft, f), f["message"]) for f in draft["findings"])
    return say.table(columns, rows, "Nothing was found.")


def count(line: dict[str, Any]) -> str:
    """How many findings a draft in a list has; none is said by nothing."""
    numbers = {kind: line[f"{kind}_findings"] for kind in ("hard", "soft")}
    return ", ".join(f"{number} {kind}" for kind, number in numbers.items() if number)


def _where(finding: dict[str, Any]) -> str:
    whole = finding["start"] == finding["end"]
    return finding["field"] if whole else f"{finding['field']} {finding['start']}-{finding['end']}"


def _words(draft: dict[str, Any], finding: dict[str, Any]) -> str:
    said = draft.get(finding["field"])
    return said[finding["start"] : finding["end"]].partition("\n")[0][:60] if isinstance(said, str) else ""
