"""No package is reached by a string: import-linter cannot see such imports."""

import ast

import pytest

from tests.laws.sources import PACKAGES, Source, dotted, portal_sources, source_of

LOADERS = frozenset(
    {
        "__import__",
        "import_module",
        "import_string",
        "get_model",
        "get_app_config",
        "find_spec",
        "pkgutil.resolve_name",
    }
)


def string_imports(source: Source) -> list[str]:
    """Return calls that load another package's module or model by a literal name."""
    found = []
    for node in source.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        name = dotted(node.func)
        if name not in LOADERS and name.rsplit(".", 1)[-1] not in LOADERS:
            continue
        for argument in [*node.args, *(k.value for k in node.keywords)]:
            target = argument.value if isinstance(argument, ast.Constant) else ""
            if not isinstance(target, str):
                continue
            package = target.split(".", 1)[0]
            if package in PACKAGES and package != source.package:
                found.append(f"{source.at(node)} {name}({target!r})")
    return found


def test_no_package_loads_another_by_name() -> None:
    found = [
        where
        for source in portal_sources()
        # Migrations name models of other apps by Django's own rule.
        if not source.is_migration
        for where in string_imports(source)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "importlib.import_module('orders.models')",
        "import_module(name='orders.models')",
        "__import__('orders')",
        "apps.get_model('orders', 'Recipient')",
        "apps.get_model('orders.Recipient')",
        "import_string('orders.services.intake.receive_orders')",
        "apps.get_app_config('orders')",
    ],
)
def test_a_planted_string_import_is_found(line: str) -> None:
    planted = source_of(line, path="compliance/services/planted.py")
    assert len(string_imports(planted)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "apps.get_model('compliance', 'SweepRun')",
        "import_module('json')",
        "f('orders')",
    ],
)
def test_a_name_of_its_own_or_of_a_library_is_left_alone(line: str) -> None:
    planted = source_of(line, path="compliance/services/planted.py")
    assert string_imports(planted) == []
