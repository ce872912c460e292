"""The import contracts hold, and each of them catches what it is for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.sources import PACKAGES, ROOT

_REPORT = """
import sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, "")
from importlinter import configuration
from importlinter.application import use_cases
configuration.configure()
options = use_cases.read_user_options(config_filename="pyproject.toml")
use_cases._register_contract_types(options)
report = use_cases.create_report(options)
if report.could_not_run:
    sys.exit(str(report.invalid_contract_options or report.could_not_run))
names = {c["name"]: c["id"] for c in options.contracts_options}
for contract, check in report.get_contracts_and_checks():
    print(names[contract.name], "kept" if check.kept else "broken")
"""

#: Contract, file, line that breaks it and nothing else.
PLANTED = [
    ("stack", "compliance/clock.py", "import orders.enums"),
    ("stack", "vault/merkle.py", "import sellers.demo_mode"),
    ("stack", "inventory/apps.py", "import orders.enums"),
    ("stack", "sellers/queries/terms.py", "from compliance.models import PurgeRecord"),
    ("stack", "orders/views/pages.py", "from marketplaces.models import ImportRun"),
    ("rooms", "orders/models/order.py", "import orders.services.merging"),
    ("rooms", "sellers/queries/terms.py", "import sellers.services.onboarding"),
    ("rooms", "compliance/tasks.py", "import compliance.views"),
    ("rooms", "orders/queries/search.py", "import orders.presentation.words"),
    (
        "marketplace-rooms",
        "marketplaces/flatfile/table.py",
        "import marketplaces.amazon",
    ),
    (
        "marketplace-rooms",
        "marketplaces/amazon/cells.py",
        "import marketplaces.services",
    ),
    ("vault-rooms", "vault/envelope.py", "import vault.keys"),
    ("vault-rooms", "vault/ledger.py", "import vault.fields"),
    ("key-material", "orders/views/pages.py", "from vault.keys import data_keys"),
    ("key-material", "sellerportal/context.py", "import vault.keystore"),
    ("key-material", "orders/services/merging.py", "import vault.envelope"),
    ("key-material", "orders/services/retention.py", "import vault.admission"),
    ("opening", "orders/services/merging.py", "import vault.opening"),
    ("opening", "compliance/views/exposure.py", "from vault import opening"),
    ("opening", "vault/apps.py", "import vault.opening"),
    ("archiving", "orders/services/merging.py", "import vault.archiving"),
    ("archiving", "compliance/tasks.py", "from vault.archiving import archive"),
    ("sealing", "orders/services/merging.py", "import vault.anew"),
    ("files", "marketplaces/views.py", "from vault.files import open_file"),
    ("files", "sellerportal/context.py", "import vault.files"),
    ("sealing", "orders/views/pages.py", "from vault.sealing import holds_text"),
    ("sealing", "compliance/tasks.py", "import vault.resealing"),
    ("cryptography", "orders/incoming.py", "import cryptography"),
    ("cryptography", "sellers/forms.py", "import encrypted_model_fields.fields"),
    ("celery", "compliance/services/sweep.py", "from celery import shared_task"),
    ("celery", "orders/views/pages.py", "import celery"),
    ("http", "orders/services/intake.py", "import urllib.request"),
    ("http", "marketplaces/services/importing.py", "import http.client"),
    ("http", "compliance/tasks.py", "import httpx"),
    ("stock-without-buyers", "inventory/apps.py", "from vault.sealed import Sealed"),
    ("launcher", "sellerportal/context.py", "import sellerportal.local.errors"),
    ("launcher", "sellerportal/context.py", "import sellerportal.demo.story"),
    ("settings", "sellerportal/context.py", "from sellerportal import settings"),
]


def verdicts(folder: Path) -> dict[str, str]:
    """Return ``kept`` or ``broken`` for each contract, over the copy in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", _REPORT],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return dict(line.split() for line in done.stdout.splitlines() if " " in line)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the packages and the contracts, so that nothing is planted in ours."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return folder


def test_every_contract_is_kept_and_has_a_planted_violation(house: Path) -> None:
    found = verdicts(house)
    assert found == dict.fromkeys(found, "kept")
    assert set(found) == {contract for contract, _, _ in PLANTED}


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_import_breaks_exactly_its_contract(
    house: Path, contract: str, file: str, line: str
) -> None:
    path = house / file
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        found = verdicts(house)
    finally:
        path.write_text(before, encoding="utf-8")
    assert [name for name, verdict in found.items() if verdict == "broken"] == [
        contract
    ]
