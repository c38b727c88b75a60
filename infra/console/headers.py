"""The headers with which CloudFront answers, read from the template, for whoever stands in for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parent / "template.yaml"
POLICIES = {"page": "Headers", "api": "NothingKept"}  # logical ids of the response headers policies
Headers = dict[str, str]


def given(sign_in_domain: str) -> dict[str, Headers]:
    """The headers of the page and of the API, where this is Cognito's sign-in page."""
    from samcli.yamlhelper import yaml_parse

    made = yaml_parse(TEMPLATE.read_text())["Resources"]
    policies = {name: made[logical]["Properties"]["ResponseHeadersPolicyConfig"] for name, logical in POLICIES.items()}
    return {name: dict(_all(policy, sign_in_domain)) for name, policy in policies.items()}


def _all(policy: dict[str, Any], sign_in_domain: str) -> Iterator[tuple[str, str]]:
    known = policy["SecurityHeadersConfig"]
    transport = known["StrictTransportSecurity"]
    yield "Strict-Transport-Security", f"max-age={transport['AccessControlMaxAgeSec']}; includeSubDomains"
    yield "X-Content-Type-Options", "nosniff"
    yield "Referrer-Policy", known["ReferrerPolicy"]["ReferrerPolicy"]
    if "FrameOptions" in known:
        yield "X-Frame-Options", known["FrameOptions"]["FrameOption"]
    if "ContentSecurityPolicy" in known:
        said = known["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
        yield "Content-Security-Policy", re.sub(r"https://\$\{SignInPage\}\S*?(?=;)", sign_in_domain, said)
    for own in policy["CustomHeadersConfig"]["Items"]:
        yield own["Header"], own["Value"]
