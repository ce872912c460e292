"""Small files, short functions, honest names, and nothing swallowed."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.laws.sources import Source, all_sources, portal_sources, source_of

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
BANNED = frozenset(
    {
        *("util", "utils", "helper", "helpers", "common", "core"),
        *("base", "manager", "managers", "misc"),
    }
)

#: Longer by nature: one list of settings; data that tests read.
LONG_FILES = {"sellerportal/settings.py": "every setting in one file"}

#: Imports inside functions, with the reason; ``ready`` in apps.py needs none, since it
#: runs when the models are there.
LATE_IMPORTS: dict[str, str] = {}


def long_files(source: Source) -> Iterator[str]:
    """Yield a file that is too long."""
    exempt = source.is_migration or source.path in LONG_FILES
    lines = source.text.count("\n")
    if lines > LONGEST_FILE and not exempt and "/factories/" not in source.path:
        yield f"{source.path}: {lines} lines"


def long_functions(source: Source) -> Iterator[str]:
    """Yield functions that are too long, signature and docstring included."""
    for node in _functions(source):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > LONGEST_FUNCTION:
            yield f"{source.at(node)} {node.name}: {lines} lines"


def no_docstring(source: Source) -> Iterator[str]:
    """Yield a file whose first line is not a docstring of one sentence or more."""
    text = source.text.removeprefix("#!/usr/bin/env python\n")
    if not re.match(r'"""\S[^\n]*[^\s"]', text):
        yield source.path


def banned_names(source: Source) -> Iterator[str]:
    """Yield modules, classes and functions whose names say nothing."""
    for part in source.path.removesuffix(".py").split("/"):
        if BANNED & set(part.lower().split("_")):
            yield f"{source.path} {part}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # The name of a test is a sentence.
            words = [] if node.name.startswith("test_") else node.name.split("_")
        else:
            continue
        if BANNED & {word.lower() for word in words}:
            yield f"{source.at(node)} {node.name}"


def blanket_excepts(source: Source) -> Iterator[str]:
    """Yield places that catch everything."""
    for node in ast.walk(source.tree):
        caught: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler) and not _reraises(node):
            kind = node.type
            caught = list(kind.elts) if isinstance(kind, ast.Tuple) else [kind]
        elif isinstance(node, ast.Call) and _name(node.func) == "suppress":
            caught = list(node.args)
        if any(e is None or _name(e) in {"Exception", "BaseException"} for e in caught):
            yield source.at(node)


def late_imports(source: Source) -> Iterator[str]:
    """Yield imports inside functions that no list explains."""
    for function in _functions(source):
        if source.path.endswith("/apps.py") and function.name == "ready":
            continue
        place = f"{source.path}:{function.name}"
        for node in ast.walk(function):
            found = isinstance(node, ast.Import | ast.ImportFrom)
            if found and place not in LATE_IMPORTS:
                yield f"{source.at(node)} in {function.name}"


def prints(source: Source) -> Iterator[str]:
    """Yield calls of print outside of commands."""
    if "/management/commands/" in source.path:
        return
    for node in source.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if _name(node.func) in {"print", "pprint"}:
            yield source.at(node)


def positional_parameters(source: Source) -> Iterator[str]:
    """Yield public functions of services and queries that take anything by place."""
    if not re.match(
        r"(?!sellerportal/)\w+/(services|queries)(/\w+)?\.py$", source.path
    ):
        return
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if node.args.args or node.args.posonlyargs or node.args.vararg:
            yield f"{source.at(node)} {node.name}"


Law = Callable[[Source], Iterator[str]]
PORTAL: list[Law] = [
    long_files,
    long_functions,
    no_docstring,
    banned_names,
    blanket_excepts,
    late_imports,
    prints,
    positional_parameters,
]
TESTS: list[Law] = [
    long_files,
    long_functions,
    no_docstring,
    banned_names,
    blanket_excepts,
]


@pytest.mark.parametrize("law", PORTAL, ids=lambda law: law.__name__)
def test_the_portal_keeps(law: Law) -> None:
    assert [where for source in portal_sources() for where in law(source)] == []


@pytest.mark.parametrize("law", TESTS, ids=lambda law: law.__name__)
def test_tests_and_measurements_keep(law: Law) -> None:
    others = set(all_sources()) - set(portal_sources())
    found = [where for source in others for where in law(source)]
    assert sorted(found) == []


_LONG = "\n".join(["def f():", *["    x = 1"] * LONGEST_FUNCTION])


@pytest.mark.parametrize(
    ("law", "text", "path"),
    [
        (long_files, "x = 1\n" * (LONGEST_FILE + 1), "orders/long.py"),
        (long_functions, _LONG, "orders/long.py"),
        (no_docstring, "import os\n", "orders/x.py"),
        (no_docstring, '\n"""Late."""\n', "orders/x.py"),
        (no_docstring, '"""\nNot in the first line."""\n', "orders/x.py"),
        (banned_names, "", "orders/utils.py"),
        (banned_names, "", "orders/core/x.py"),
        (banned_names, "class OrderManager: 1", "orders/x.py"),
        (banned_names, "class BaseOrder: 1", "orders/x.py"),
        (banned_names, "def common_things(): 1", "orders/x.py"),
        (banned_names, "def order_helper(): 1", "orders/x.py"),
        (blanket_excepts, "try: 1\nexcept: 2", "orders/x.py"),
        (blanket_excepts, "try: 1\nexcept Exception: 2", "orders/x.py"),
        (blanket_excepts, "try: 1\nexcept (OSError, BaseException): 2", "orders/x.py"),
        (blanket_excepts, "with suppress(Exception): 1", "orders/x.py"),
        (late_imports, "def f():\n    import os", "orders/x.py"),
        (late_imports, "def ready(self):\n    import os", "orders/views/pages.py"),
        (prints, "print(1)", "orders/views/pages.py"),
        (positional_parameters, "def f(order): 1", "orders/services/x.py"),
        (positional_parameters, "def f(*orders): 1", "orders/queries.py"),
    ],
)
def test_a_planted_fault_is_found(law: Law, text: str, path: str) -> None:
    assert len(list(law(source_of(text, path=path)))) == 1


@pytest.mark.parametrize(
    ("law", "text", "path"),
    [
        (long_files, "x = 1\n" * LONGEST_FILE, "orders/x.py"),
        (long_functions, _LONG.replace("    x = 1\n", "", 1), "orders/x.py"),
        (no_docstring, '"""What this is."""\n', "orders/x.py"),
        (banned_names, "from django.core import x\nclass C(BaseCommand): 1", "a/x.py"),
        (banned_names, "def database(): 1\nclass Baseline: 1", "orders/score.py"),
        (blanket_excepts, "try: 1\nexcept (OSError, ValueError): 2", "orders/x.py"),
        (blanket_excepts, "try: 1\nexcept BaseException:\n 2\n raise", "orders/x.py"),
        (banned_names, "def test_the_base_is_kept(): 1", "tests/test_x.py"),
        (late_imports, "def ready(self):\n    import os", "vault/apps.py"),
        (prints, "print(1)", "orders/management/commands/x.py"),
        (positional_parameters, "def f(*, order): 1\ndef _g(x): 1", "a/services/x.py"),
        (positional_parameters, "class C:\n    def f(self): 1", "a/services/x.py"),
        (positional_parameters, "def f(order): 1", "orders/incoming.py"),
    ],
)
def test_what_is_right_passes(law: Law, text: str, path: str) -> None:
    assert list(law(source_of(text, path=path))) == []


def _functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _reraises(node: ast.ExceptHandler) -> bool:
    last = node.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
