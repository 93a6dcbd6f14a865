"""Which module may import which: the house plan, held."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "vaultskillet"

MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

# Each part of the house and what it may import of the house, in the plan's own order.
MAY_IMPORT = {
    "errors": set[str](),
    "core": {"errors"},
    "ports": {"core", "errors"},
    "orchestrator": {"ports", "core", "errors"},
    "linking": {"ports", "core", "errors"},
    "evaluation": {"pipeline", "trip", "meanings", "ports", "core", "errors"},
    "neighbours": {"pipeline", "trip", "linking", "report", "ports", "core", "errors"},
    "takeback": {"ports", "core", "errors"},
    "shelf": {"takeback", "ports", "core", "errors"},
    "history": {"linking", "takeback", "ports", "core", "errors"},
    "trip": {"orchestrator", "meanings", "shelf", "ports", "core", "errors"},
    "looking": {"ports", "core", "errors"},
    "meanings": {"looking", "ports", "core", "errors"},
    "withdrawal": {"history", "trip", "shelf", "ports", "core", "errors"},
    "asking": {"trip", "looking", "orchestrator", "shelf", "ports", "core", "errors"},
    "planning": {"trip", "linking", "takeback", "shelf", "ports", "core", "errors"},
    "committing": {"trip", "ports", "core", "errors"},
    "recording": {"trip", "committing", "ports", "core", "errors"},
    "pipeline": {
        *("trip", "asking", "planning", "committing", "recording", "linking", "meanings"),
        *("withdrawal", "shelf", "ports", "core", "errors"),
    },
    "proposing": {"pipeline", "planning", "trip", "linking", "ports", "core", "errors"},
    "paging": {"trip", "linking", "ports", "core", "errors"},
    "deciding": {"proposing", "pipeline", "trip", "committing", "ports", "core", "errors"},
    "relink": {"pipeline", "trip", "committing", "linking", "ports", "core", "errors"},
    "moves": {"ports", "core", "errors"},
    "following": {"moves", "trip", "committing", "shelf", "ports", "core", "errors"},
    "worker": {
        *(
            "deciding",
            "relink",
            "following",
            "trip",
            "pipeline",
            "history",
            "ports",
            "core",
            "errors",
        ),
    },
    "recognition": {"ports", "core", "errors"},
    "learning": {"linking", "ports", "core", "errors"},
    "known": {"moves", "ports", "core", "errors"},
    "intake": {"recognition", "learning", "known", "history", "ports", "core", "errors"},
    "daemon": {
        *("standing", "digests", "worker", "intake", "paging", "schedule"),
        *("ports", "core", "errors"),
    },
    "stale": {"ports", "core", "errors"},
    "orphans": {"ports", "core", "errors"},
    "standing": {"stale", "schedule", "ports", "core", "errors"},
    "report": {"ports", "core", "errors"},
    "schedule": {"triggers", "ports", "core", "errors"},
    "power": set[str](),
    "digests": {"templates", "triggers", "ports", "core", "errors"},
    "delivery": {"core", "errors"},
    "vault": {"ports", "core", "errors"},
    "store": {"ports", "core", "errors"},
    "engines": {"ports", "core", "errors"},
    "plugins": {"ports", "core", "errors"},
    "plugin_filters": {"plugins", "ports", "core", "errors"},
    "templates": {"core", "errors"},
    "triggers": set[str](),
    "config": {"core", "triggers", "errors"},
    "logs": {"errors"},
    "service": {"core", "errors"},
}
EVERYTHING = {"app", "cli", "homeskillet", "__main__"}

# One third-party library, one module (or, where named so, one package); httpx has two uses.
HOME_OF: dict[str, str | tuple[str, ...]] = {
    "yaml": "vaultskillet.core.properties",
    "frontmatter": "vaultskillet.core.properties",
    "markdown_it": "vaultskillet.core.markdown",
    "ahocorasick_rs": "vaultskillet.core.filters.literals",
    "phonenumbers": "vaultskillet.core.filters.phone_plans",
    "jinja2": "vaultskillet.templates",
    "platformdirs": "vaultskillet.config",
    "pydantic": "vaultskillet.config",
    "apscheduler": "vaultskillet.triggers",
    "tzlocal": "vaultskillet.triggers",
    "watchdog": "vaultskillet.vault.watch",
    "sqlite3": "vaultskillet.store",
    "httpx": ("vaultskillet.engines.http", "vaultskillet.delivery.webhook"),
    "mlx": "vaultskillet.engines.mlx",
    "mlx_lm": "vaultskillet.engines.mlx",
    "llguidance": "vaultskillet.engines.mlx",
    "huggingface_hub": "vaultskillet.engines.mlx",
    "numpy": "vaultskillet.engines.mlx",
    "sentence_transformers": "vaultskillet.engines.embedding",
    "transformers": "vaultskillet.engines.embedding",
    "rich": "vaultskillet.cli",
    "typer": "vaultskillet.cli",
}

IMPURE_STDLIB = {
    "asyncio", "io", "logging", "multiprocessing", "os", "pathlib", "random", "shutil", "signal",
    "socket", "sqlite3", "subprocess", "tempfile", "threading", "time",
}  # fmt: skip


def imports_of(name: str) -> Iterator[str]:
    """Give the modules that one module imports, inside functions and for typing too."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


def part_of(module: str) -> str:
    return [*module.split("."), ""][1]


def is_within(module: str, home: str) -> bool:
    return module == home or module.startswith(home + ".")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_what_the_plan_allows(name: str) -> None:
    part = part_of(name)
    if part in EVERYTHING or not part:
        return
    inner = {part_of(m) for m in imports_of(name) if is_within(m, "vaultskillet")} - {part, ""}
    assert inner <= MAY_IMPORT[part], f"{name} imports {inner - MAY_IMPORT[part]}"


@pytest.mark.parametrize("name", MODULES)
def test_a_library_is_imported_in_one_module_only(name: str) -> None:
    for module in imports_of(name):
        library = module.partition(".")[0]
        if library in HOME_OF:
            homes = HOME_OF[library]
            homes = (homes,) if isinstance(homes, str) else homes
            assert any(is_within(name, home) for home in homes), f"{name} imports {library}"
        else:
            known = library in sys.stdlib_module_names or library == "vaultskillet"
            assert known, f"{name} imports {library}, which has no home in HOME_OF"


@pytest.mark.parametrize("name", [name for name in MODULES if part_of(name) == "core"])
def test_core_touches_nothing_outside(name: str) -> None:
    impure = {m for m in imports_of(name) if m.partition(".")[0] in IMPURE_STDLIB}
    assert not impure


def test_no_imports_run_in_circles() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for name in MODULES:
        graph[name] = {m for m in imports_of(name) if m in MODULES and m != name}
    state: dict[str, str] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert state.get(name) != "open", f"circle: {' -> '.join([*trail, name])}"
        if name not in state:
            state[name] = "open"
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            state[name] = "closed"

    for name in MODULES:
        visit(name, ())
