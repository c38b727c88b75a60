"""The HTML part of a mail: the words of its text part and nothing else; no pictures, nothing from elsewhere; pure."""

from html import escape

from shared.writing.checks.given import host
from shared.writing.checks.located import links
from shared.writing.company import Company

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 Arial,Helvetica,sans-serif"><div style="max-width:600px;margin:0 auto">
{body}
<hr style="border:0;border-top:1px solid #767676;margin:24px 0"><p style="font-size:14px">{footer}</p>
</div></body></html>
"""


def html(subject: str, body: str, footer: str, company: Company) -> str:
    """Every character is escaped; only links to the company's own hosts, and those of our footer, can be followed."""
    hosts = {host(named) for named in (company.referral_url, *company.link_domains)}
    paragraphs = (part for part in body.split("\n\n") if part.strip())
    return _PAGE.format(
        subject=escape(subject),
        body="\n".join(f"<p>{_lines(part, hosts)}</p>" for part in paragraphs),
        footer=_lines(footer, None),
    )


def _lines(text: str, hosts: set[str] | None) -> str:
    """Escaped, with its links; ``hosts`` of None lets every web link be one."""
    written, done = [], 0
    for span in links(text):
        link = text[span.start : span.end]
        if link.startswith(("https://", "http://")) and (hosts is None or host(link) in hosts):
            written += [escape(text[done : span.start]), f'<a href="{escape(link)}">{escape(link)}</a>']
            done = span.end
    return "".join([*written, escape(text[done:])]).replace("\n", "<br>")
