"""Write docs/api: the OpenAPI of each service, generated from its routes, with who may call them through the console."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.accounts import ROOT
from infra.deploy import PLATFORM, services
from shared.access import ROUTES
from shared.api import Api

FOLDER = ROOT / "docs" / "api"
_VERSION = "1"
_BRACES = str.maketrans("<>", "{}")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in pages():
        path.write_text(text)


def pages() -> Iterator[tuple[Path, str]]:
    """Every file with what is to stand in it."""
    for name in (PLATFORM, *services()):
        yield FOLDER / f"{name}.json", json.dumps(schema(name), indent=1, sort_keys=True) + "\n"


def schema(name: str) -> dict[str, Any]:
    """What a service's resolver says of itself; ``x-groups`` are those of people, without it only machines call."""
    module = importlib.import_module(f"infra.{name}.api" if name == PLATFORM else f"services.{name}.api")
    about = (module.__doc__ or "").strip()
    made = json.loads(module.app.get_openapi_json_schema(title=name, version=_VERSION, description=about))
    made.pop("servers", None)
    said = descriptions(module.app)
    for path, operations in made["paths"].items():
        for method, told in operations.items():
            route = f"{method.upper()} {path}"
            told |= {"description": said[route], "summary": said[route].partition("\n")[0]}
            told |= {"x-groups": list(ROUTES[route].groups)} if route in ROUTES else {}
    return made


def descriptions(app: Api) -> dict[str, str]:
    """Route -> what its function says of itself."""
    found = [*app._static_routes, *app._dynamic_routes]
    return {f"{route.method} {route.path.translate(_BRACES)}": (route.func.__doc__ or "").strip() for route in found}


if __name__ == "__main__":
    main()
