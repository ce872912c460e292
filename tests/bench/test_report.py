"""The measurements: verdicts, the shape of the file, the exit status; never speed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.goals import GOALS
from bench.report import (
    Figure,
    Goal,
    Report,
    Verdict,
    as_json,
    at_least,
    at_most,
    exit_status,
    shown,
)
from bench.sizes import NAMES, USUAL_ROWS, SizeWrong, chosen, rows_wanted
from tests.laws.sources import ROOT

#: Every name of a figure that a full run prints.
FIGURES = {
    "machine.fsync",
    "import.reading-alone",
    "import.ours",
    "import.documented",
    "import.well-written",
    "import.ours-to-documented",
    "import.ours-to-well-written",
    *(
        f"list.{which}.{who}"
        for which in ("first", "last")
        for who in (
            *("ours", "ours-whole", "documented", "well-written"),
            *("documented-to-ours", "well-written-to-ours"),
        )
    ),
    "exposure.days",
    "exposure.categories",
    "memory.file",
    "memory.import",
    "ratchet.thousand-sellers",
    "reseal.ours",
    "sweep.ours-unreadable",
    "sweep.ours-unreadable-ten-times",
    "sweep.unreadable-growth",
    "sweep.ours-records",
    "sweep.ours-reclaimed",
    "sweep.ours-rows-deleted",
    *(
        f"sweep.{peer}{tail}"
        for peer in ("documented", "well-written")
        for tail in (
            "",
            "-speed",
            "-to-unreadable",
            "-to-reclaimed",
            "-to-rows-deleted",
        )
    ),
}


@pytest.mark.parametrize(
    ("goal", "figure", "verdict"),
    [
        (at_least(3), 3.0, Verdict.MET),
        (at_least(3), 2.999_999, Verdict.MISSED),
        (at_least(3), float("inf"), Verdict.MET),
        (at_most(3), 3.0, Verdict.MET),
        (at_most(3), 3.000_001, Verdict.MISSED),
        (at_most(3), 0.0, Verdict.MET),
        (at_least(3), float("nan"), Verdict.MISSED),
        (at_most(3), float("nan"), Verdict.MISSED),
        (None, 0.0, Verdict.NO_GOAL),
    ],
)
def test_a_figure_is_judged_by_its_goal(
    goal: Goal | None, figure: float, verdict: Verdict
) -> None:
    assert Figure("x", figure, "ms", goal).verdict is verdict


def test_a_figure_is_judged_before_it_is_rounded() -> None:
    figure = Figure("x", 9.999_999, "times", at_least(10))
    assert figure.as_json()["figure"] == 10.0
    assert figure.verdict is Verdict.MISSED


def test_the_shape_of_the_file() -> None:
    figures = [
        Figure("import.ours", 4_321.987, "orders/s", at_least(3_000)),
        Figure("list.first.ours", 2.5, "ms", at_most(2)),
        Figure("memory.import", 31.0, "MiB"),
    ]
    assert as_json(figures) == [
        {
            "name": "import.ours",
            "figure": 4322.0,
            "unit": "orders/s",
            "goal": ">= 3000",
            "verdict": "met",
        },
        {
            "name": "list.first.ours",
            "figure": 2.5,
            "unit": "ms",
            "goal": "<= 2",
            "verdict": "missed",
        },
        {
            "name": "memory.import",
            "figure": 31.0,
            "unit": "MiB",
            "goal": None,
            "verdict": "-",
        },
    ]


@pytest.mark.parametrize(
    ("goals", "status"),
    [
        ([None, None], 0),
        ([at_least(1), None], 0),
        ([at_least(1), at_most(0)], 1),
        ([at_least(2), at_most(2)], 1),
    ],
)
def test_one_missed_goal_is_enough(goals: list[Goal | None], status: int) -> None:
    assert exit_status([Figure("x", 1.0, "ms", goal) for goal in goals]) == status


def test_a_ratio_is_of_two_figures_of_the_run_and_has_a_goal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = Report(goals={"ratio": at_least(4)})
    report.add("ours", 2.0, "ms")
    report.add("peer", 7.0, "ms")
    report.add_ratio("ratio", of="peer", over="ours")
    assert report.figures[-1] == Figure("ratio", 3.5, "times", at_least(4))
    assert exit_status(report.figures) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split() == ["ratio", "3.50", "times", ">=", "4", "missed"]
    assert {line.index("ms") for line in lines[:2]} == {lines[2].index("times")}


def test_a_ratio_of_two_units_is_refused() -> None:
    report = Report(goals={})
    report.add("time", 2.0, "ms")
    report.add("rate", 2.0, "orders/s")
    with pytest.raises(ValueError, match="different units"):
        report.add_ratio("ratio", of="rate", over="time")


def test_a_name_is_measured_once() -> None:
    report = Report(goals={})
    report.add("time", 2.0, "ms")
    with pytest.raises(ValueError, match="there already"):
        report.add("time", 3.0, "ms")


def test_a_goal_without_a_figure_is_named() -> None:
    report = Report(goals={"time": at_most(1), "tiem": at_most(1)})
    report.add("time", 1.0, "ms")
    assert report.unmeasured() == ("tiem",)


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    file.write_text("[old]")
    report = Report(goals={})
    report.add("time", 2.0, "ms")
    report.write(file)
    assert json.loads(file.read_text()) == as_json(report.figures)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("figure", "text"),
    [(12_345.6, "12,346"), (45.67, "45.7"), (4.567, "4.57"), (0.012_345, "0.0123")],
)
def test_numbers_are_shown_short(figure: float, text: str) -> None:
    assert shown(figure) == text


@pytest.mark.parametrize("told", ["99", "1000001", "-200", "2e3", "ten", "٢٠٠"])
def test_a_size_that_cannot_be_used_is_refused(told: str) -> None:
    with pytest.raises(SizeWrong, match="whole number from 100 to 1000000"):
        rows_wanted({"BENCH_ROWS": told})


def test_the_size_comes_from_the_environment() -> None:
    assert rows_wanted({}) == rows_wanted({"BENCH_ROWS": ""}) == USUAL_ROWS
    assert rows_wanted({"BENCH_ROWS": "200"}) == 200


def test_measurements_keep_their_order() -> None:
    assert chosen([]) == NAMES
    assert chosen(["sweep", "import"]) == ("import", "sweep")


def bench(*names: str, var: Path, rows: str) -> subprocess.CompletedProcess[str]:
    """Run the measurements as ``make bench`` does."""
    return subprocess.run(
        [sys.executable, "-m", "bench", *names],
        cwd=ROOT,
        env={**os.environ, "PORTAL_VAR": str(var), "BENCH_ROWS": rows},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_small_run_from_end_to_end(tmp_path: Path) -> None:
    var = tmp_path / "var"
    done = bench(var=var, rows="200")
    assert done.stderr == ""
    written: list[dict[str, Any]] = json.loads((var / "bench.json").read_text())
    assert {row["name"] for row in written} == FIGURES
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        row["name"] for row in written
    ]
    for row in written:
        assert list(row) == ["name", "figure", "unit", "goal", "verdict"]
        assert row["unit"] in {"ms", "MiB", "orders/s", "times"}
        assert row["verdict"] in {"met", "missed", "-"}
        assert (row["goal"] is None) == (row["verdict"] == "-")
        assert row["figure"] >= 0
    left = {path.name for path in var.iterdir()}
    assert left == {"bench.json", ".seller-portal"}


def test_every_goal_names_a_figure() -> None:
    assert set(GOALS) - FIGURES == set()


def test_every_figure_is_explained() -> None:
    text = (ROOT / "docs" / "bench.md").read_text()
    plain = {n.replace(".last.", ".first.") for n in FIGURES}
    assert {name for name in plain if f"`{name}`" not in text} == set()


def test_what_cannot_be_started_is_said_in_one_sentence(tmp_path: Path) -> None:
    wrong_name = bench("speed", var=tmp_path / "var", rows="200")
    assert (wrong_name.returncode, wrong_name.stdout) == (2, "")
    assert wrong_name.stderr == (
        "There is no measurement 'speed'; "
        "there are import, list, exposure, memory, ratchet, reseal, sweep.\n"
    )
    wrong_size = bench(var=tmp_path / "var", rows="few")
    assert (wrong_size.returncode, wrong_size.stdout) == (2, "")
    said = "BENCH_ROWS is not a whole number from 100 to 1000000.\n"
    assert wrong_size.stderr == said
    assert not (tmp_path / "var" / "bench.json").exists()
