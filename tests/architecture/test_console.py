"""The HTTP API of the console offers what the table of rights says, each route by the service that has it."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from infra.console.publish import SITE
from shared.access import ROUTES
from shared.api import Api
from tests.harness.templates import BASE, CONSOLE, Properties, Unresolved, resolve, services, template

STACK = template(CONSOLE)
NAMES = Unresolved(Account="local")
BRACES = str.maketrans("<>", "{}")
NAMED_OTHERWISE = (".register_agent", ".agent_deployer")  # APIs whose functions have another name than their service's


def apis() -> dict[str, Api]:
    """Name of the function -> the resolver behind it."""
    return {
        resolve(known["FunctionName"], NAMES): importlib.import_module(f"{package(known)}.api").app
        for stack in (*services(), *BASE) for known in template(stack).functions().values()
        if known["Handler"].endswith(("_api", *NAMED_OTHERWISE))
    }


def package(function: Properties) -> str:
    return function["Handler"].rsplit(".", 2)[0]


def offered() -> dict[str, str]:
    """Route -> the function that it is handed to."""
    made = STACK.of_type("AWS::ApiGatewayV2::Integration")
    behind = {name: resolve(known["IntegrationUri"], NAMES).rpartition(":")[2] for name, known in made.items()}
    return {route["RouteKey"]: behind[re.search(r"\{(\w+)\}", route["Target"]["Fn::Sub"])[1]] for route in routes()}


def routes() -> list[Properties]:
    return list(STACK.of_type("AWS::ApiGatewayV2::Route").values())


def known(api: Api) -> set[str]:
    """The routes of a service as API Gateway writes them."""
    found = [*api._static_routes, *api._dynamic_routes]
    methods = [(route, [route.method] if isinstance(route.method, str) else route.method) for route in found]
    return {f"{method} {route.path.translate(BRACES)}" for route, each in methods for method in each}


def test_the_gateway_offers_what_somebody_may_call_and_nothing_else() -> None:
    assert sorted(offered()) == sorted(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_leads_to_the_service_that_has_it(route: str) -> None:
    assert route in known(apis()[offered()[route]])


@pytest.mark.parametrize("route", routes(), ids=lambda route: route["RouteKey"])
def test_every_route_asks_for_a_token(route: dict[str, Any]) -> None:
    assert (route["AuthorizationType"], route["AuthorizerId"]) == ("JWT", {"Ref": "SignedIn"})


def test_a_function_lets_itself_be_invoked_by_this_api_alone() -> None:
    allowed = STACK.of_type("AWS::Lambda::Permission").values()
    assert {resolve(said["FunctionName"], NAMES) for said in allowed} == set(offered().values())
    for said in allowed:
        assert said["Principal"] == "apigateway.amazonaws.com"
        assert resolve(said["SourceArn"], Unresolved(Api="this")).endswith(":this/api/*")


def test_the_path_before_the_api_is_its_stage() -> None:
    [stage] = STACK.of_type("AWS::ApiGatewayV2::Stage").values()
    [site] = STACK.of_type("AWS::CloudFront::Distribution").values()
    [behaviour] = site["DistributionConfig"]["CacheBehaviors"]
    assert behaviour["PathPattern"] == f"/{stage['StageName']}/*"


def test_nobody_signs_up_alone_and_the_page_has_no_secret() -> None:
    [pool] = STACK.of_type("AWS::Cognito::UserPool").values()
    [client] = STACK.of_type("AWS::Cognito::UserPoolClient").values()
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert (client["GenerateSecret"], client["AllowedOAuthFlows"]) == (False, ["code"])
    assert "PASSWORD" not in str(client["ExplicitAuthFlows"]["Fn::If"][2])


def modules(path: Path) -> set[Path]:
    """Those that a module imports, and those that they import."""
    found, waiting = set[Path](), [path]
    while waiting:
        named = re.findall(r'from "(\.[^"]+)"', (one := waiting.pop()).read_text())
        fresh = {(one.parent / name).resolve() for name in named} - found
        found, waiting = found | fresh, [*waiting, *fresh]
    return found


@pytest.mark.parametrize("page", sorted(SITE.glob("*.html")), ids=lambda page: page.stem)
def test_a_page_names_all_its_modules_so_that_they_come_at_once(page: Path) -> None:
    [entry] = re.findall(r'<script type="module" src="([^"]+)"', page.read_text())
    named = re.findall(r'<link rel="modulepreload" href="([^"]+)"', page.read_text())
    assert named == sorted(path.relative_to(SITE).as_posix() for path in modules(SITE / entry))
