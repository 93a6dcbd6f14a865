"""The golden vaults where a person judges what is written: to accept all comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.test_golden import CASES, GOLDEN, NOW, contents, stamps
from tests.test_golden import vault as vault  # noqa: PLC0414 - a fixture
from vaultskillet.app import App, Mode, build
from vaultskillet.config import load
from vaultskillet.ports.proposals import Verdict

pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture(params=[case for case in CASES if case != "on demand"])
def case(request: pytest.FixtureRequest) -> Path:
    """Give the vaults in which nothing is asked for in a note, which would be done at once."""
    return GOLDEN / str(request.param)


def open_app(vault: Path, mode: Mode = Mode.WORK) -> App:
    config = load(None, vault=vault, engine=None, environ={})
    write = config.write.model_copy(update={"mode": "review"})
    return build(
        config.model_copy(update={"write": write}),
        state_dir=vault.parent / "state",
        mode=mode,
        clock=FakeClock(NOW),
    )


def test_nothing_is_written_until_it_is_accepted_and_then_the_same(case: Path, vault: Path) -> None:
    before = stamps(vault)
    with open_app(vault) as app:
        report = app.run_once()
    assert report.count("failed") == report.count("written") == 0
    assert stamps(vault) == before
    with open_app(vault, Mode.AMEND) as app:
        results = app.review.decide(None, Verdict.ACCEPT)
    assert {one.outcome for one in results} == {"written"}
    assert len(results) == report.count("proposed") > 0
    assert contents(vault) == contents(case / "after")
    with open_app(vault) as app:
        assert app.run_once().results == ()
        app.undo(None, run=None, since=None)
    assert contents(vault) == contents(case / "before")


def test_what_is_shown_is_what_a_dry_run_shows(vault: Path) -> None:
    config = load(None, vault=vault, engine=None, environ={})
    state = vault.parent / "other"
    with build(
        config, state_dir=state, mode=Mode.DRY, show_diffs=True, clock=FakeClock(NOW)
    ) as app:
        tried = {one.path: one.diff for one in app.run_once().results if one.diff}
    with open_app(vault) as app:
        app.run_once()
    with open_app(vault, Mode.LOOK) as app:
        assert {one.path: one.diff for one in app.review.show(None)} == tried


def test_nothing_is_left_of_what_is_refused(vault: Path) -> None:
    before = stamps(vault)
    with open_app(vault) as app:
        app.run_once()
    with open_app(vault, Mode.AMEND) as app:
        assert {one.outcome for one in app.review.decide(None, Verdict.REJECT)} == {"rejected"}
    with open_app(vault) as app:
        assert app.run_once().results == ()
        assert app.review.waiting(None) == []
    assert stamps(vault) == before
