"""A report as one page that needs nothing else: no script, no font, no picture from anywhere; pure."""

from collections.abc import Iterable
from html import escape
from typing import Any

from services.evaluation import charts

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #22272e; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #d5d9de; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem .8rem .25rem 0; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; } svg { width: 100%; max-width: 44rem; }
svg text { font: 12px system-ui, sans-serif; } .open { color: #2f7d4f; } .shut { color: #b3372f; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; break-inside: avoid; margin: 1rem 0; }
.draft { border: 1px solid #d5d9de; border-radius: 4px; padding: .6rem .8rem; }
.draft { white-space: pre-wrap; overflow-wrap: anywhere; }
.note { color: #5b6470; font-size: .9rem; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; } }
"""
_VERDICTS = {"better": "better", "no_worse": "no worse", "worse": "worse", "undecided": "undecided"}
_FIGURES = (
    ("approved", "approved"), ("rejected", "rejected"), ("no draft", "errors"), ("latency p50, ms", "latency_ms_p50"),
    ("latency p95, ms", "latency_ms_p95"), ("input tokens", "input_tokens"), ("output tokens", "output_tokens"),
    ("cost, USD", "cost_usd"),
)
_NOTE = "This report contains drafts with given names of customers. It lies in a private bucket: pass it on with care."


def html(told: dict[str, Any]) -> str:
    """The whole page."""
    known = told["evaluation"]
    title = f"{known['agent']}: version {known['candidate']} against {known['baseline']}"
    gate = '<span class="open">gate open</span>' if told["passed"] else '<span class="shut">gate shut</span>'
    parts = [
        f"<h1>Verdict: {_text(_VERDICTS[told['verdict']])} &middot; {gate}</h1>",
        f"<p>{_text(title)}, on {known['cases']} cases.</p>", _list(told["reasons"]), *_figures(told), *_judge(told),
        *_drafts(told), f'<p class="note">{_text(_ids(known))}</p><p class="note">{_NOTE}</p>',
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _figures(told: dict[str, Any]) -> Iterable[str]:
    sides = {name: told["metrics"][name] for name in ("baseline", "candidate")}
    known = told["comparison"]
    yield "<h2>Both versions</h2>" + charts.outcomes(sides, told["evaluation"]["cases"])
    yield _table(["", *sides], [
        [said, *(_shown(side[name]) for side in sides.values())] for said, name in _FIGURES
    ])
    yield "<h2>The same cases</h2>" + _table(["", "candidate approved", "candidate rejected"], [
        ["baseline approved", known["both"], known["only_baseline"]],
        ["baseline rejected", known["only_candidate"], known["neither"]],
    ])
    yield f"<p>{known['compared']} cases compared; on {known['inconsistent']} more the judge was not consistent.</p>"
    yield charts.difference(known)
    yield _table(["exact McNemar", "p"], [["worse", f"{known['p_worse']:.4f}"], ["better", f"{known['p_better']:.4f}"]])
    yield _table(["Tango", "p"], [[f"worse by {100 * known['margin']:.0f} points", f"{known['p_inferior']:.4f}"]])
    failed = [check for check in told["checks"] if check["baseline"] or check["candidate"]]
    yield "<h2>Failed checks</h2>" + (_table(["check", "says", "must pass", "baseline", "candidate"], [
        [c["check"], c["says"], "yes" if c["must_pass"] else "no", c["baseline"], c["candidate"]] for c in failed
    ]) if failed else "<p>None.</p>")


def _judge(told: dict[str, Any]) -> Iterable[str]:
    judge, again = told["judge"], told["repeated"]
    yield "<h2>How far the judge can be trusted</h2>" + _list([
        f"Consistent in both orders on {judge['drafts_consistent']} of {judge['drafts_judged']} drafts.",
        f"Agrees with people on {judge['agreed']} of {judge['labelled']} cases where both saw the very same words.",
        *(f"Gave no answer on {count} cases: {why}." for why, count in judge["not_judged"].items()),
        f"Asked what production asked, the baseline wrote the same words {again.get('same_words', 0)} times and others "
        f"{again.get('other_words', 0)} times: that much is chance.",
        *(f"{side}: {n} cases without a draft, {why}." for side, e in told["errors"].items() for why, n in e.items()),
        f"Cost of the evaluation: {_shown(told['cost_usd'])} USD.",
    ])


def _drafts(told: dict[str, Any]) -> Iterable[str]:
    yield "<h2>Cases that make the difference</h2>"
    for case in told["shown"]:
        sides = "".join(_draft(name, case[name]) for name in ("baseline", "candidate"))
        yield f'<h3>{_text(case["case_id"])}</h3><div class="pair">{sides}</div>'
    yield f"<p>{told['not_shown']} more are not shown.</p>" if told["not_shown"] else ""


def _draft(name: str, side: dict[str, Any]) -> str:
    why = "; ".join([*side["reasons"], *(f"{check}: {', '.join(found)}" for check, found in side["failed"].items())])
    person = f", a person {side['person']} it" if side["person"] else ""
    said = f"{side['subject']}\n\n{side['body']}" if side["body"] else "No draft."
    head = f"<b>{_text(name)}: {_text(side['verdict'] or 'not judged')}</b>{_text(person)} {_text(why)}"
    return f'<div><p>{head}</p><div class="draft">{_text(said)}</div></div>'


def _ids(known: dict[str, Any]) -> str:
    again = f", scored anew {known['rescored_at']}" if known["rescored_at"] else ""
    return (
        f"Evaluation {known['evaluation_id']}, finished {known['finished_at']}{again}. "
        f"Candidate {known['candidate_hash']}, baseline {known['baseline_hash']}, cases {known['dataset']}."
    )


def _table(head: list[str], rows: Iterable[list[Any]]) -> str:
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{_text(name)}</th>' for name in head)}</tr>{body}</table>"


def _cell(value: Any) -> str:
    return f"<td class=\"n\">{value}</td>" if isinstance(value, int) else f"<td>{_text(value)}</td>"


def _list(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(line)}</li>" for line in lines) + "</ul>"


def _shown(value: Any) -> Any:
    return "not known" if value is None else value


def _text(value: Any) -> str:
    return escape(str(value))
