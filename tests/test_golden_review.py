"""The golden vaults where a person judges what is written: to accept all comes to the same."""

from __future__ import annotations

import shutil
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


def open_app(vault: Path, mode: Mode = Mode.WORK, **properties: str | None) -> App:
    config = load(None, vault=vault, engine=None, environ={})
    names = config.write.properties.model_copy(update=properties)
    write = config.write.model_copy(update={"mode": "review", "properties": names})
    return build(
        config.model_copy(update={"write": write}),
        state_dir=vault.parent / "state",
        mode=mode,
        clock=FakeClock(NOW),
    )


def stamps_of_notes(vault: Path) -> dict[str, tuple[int, int]]:
    """Give the stamps of all but the page, and the folders that it comes and goes in."""
    found = {file: stamp for file, stamp in stamps(vault).items() if file.endswith(".md")}
    return {file: stamp for file, stamp in found.items() if not file.endswith("/Review.md")}


def written_at_once(case: Path, folder: Path) -> dict[str, bytes]:
    """Give what the mode auto makes of a vault."""
    vault = Path(shutil.copytree(case / "before", folder / "at once"))
    config = load(None, vault=vault, engine=None, environ={})
    clock = FakeClock(NOW)
    with build(config, state_dir=folder / "other", mode=Mode.WORK, clock=clock) as app:
        app.run_once()
    return contents(vault)


def test_nothing_is_written_until_it_is_accepted_and_then_the_same(
    case: Path, vault: Path, tmp_path: Path
) -> None:
    before = stamps_of_notes(vault)
    with open_app(vault) as app:
        report = app.run_once()
    assert report.count("failed") == report.count("written") == 0
    assert stamps_of_notes(vault) == before
    with open_app(vault, Mode.AMEND) as app:
        results = app.review.decide(None, Verdict.ACCEPT)
    assert {one.outcome for one in results} == {"written"}
    assert len(results) == report.count("proposed") > 0
    assert contents(vault) == written_at_once(case, tmp_path)
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
    before = stamps_of_notes(vault)
    with open_app(vault) as app:
        app.run_once()
    with open_app(vault, Mode.AMEND) as app:
        assert {one.outcome for one in app.review.decide(None, Verdict.REJECT)} == {"rejected"}
    with open_app(vault) as app:
        assert app.run_once().results == ()
        assert app.review.waiting(None) == []
    assert stamps_of_notes(vault) == before


REVIEWED = Path(__file__).parent / "reviewed"
"""A vault before a run without tags, after it, and after these boxes were ticked on its page."""

TICKED = {"Compost": "Accept", "Hedge": "Reject"}


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REVIEWED / "before", tmp_path / "vault"))


def tick_below(heading: str, said: str, page: Path) -> None:
    """Tick a box below the heading of a note, as an editor does."""
    before, _, after = page.read_text(encoding="utf-8").partition(f"\n## [[{heading}]]\n")
    ticked = after.replace(f"- [ ] {said} ^", f"- [x] {said} ^", 1)
    page.write_text(f"{before}\n## [[{heading}]]\n{ticked}", encoding="utf-8")


def test_a_run_gives_the_expected_page_and_a_second_one_touches_nothing(reviewed: Path) -> None:
    with open_app(reviewed, tags=None) as app:
        app.run_once()
    assert contents(reviewed) == contents(REVIEWED / "proposed")
    before = stamps(reviewed)
    with open_app(reviewed, tags=None) as app:
        assert app.run_once().results == ()
    assert stamps(reviewed) == before


def test_what_is_ticked_gives_the_expected_bytes_and_can_be_taken_back(reviewed: Path) -> None:
    with open_app(reviewed, tags=None) as app:
        app.run_once()
    for heading, said in TICKED.items():
        tick_below(heading, said, reviewed / "Homeskillet/Review.md")
    with open_app(reviewed, tags=None) as app:
        report = app.run_once()
    assert [one.path for one in report.results if one.outcome == "written"] == ["Garden/Compost.md"]
    assert contents(reviewed) == contents(REVIEWED / "ticked")
    with open_app(reviewed, Mode.AMEND, tags=None) as app:
        app.undo(None, run=report.run, since=None)
        assert app.review.decide(None, Verdict.REJECT)
    asks = "Asks.md"
    after, first = contents(reviewed), contents(REVIEWED / "before")
    assert after.pop(asks) == contents(REVIEWED / "proposed")[asks]
    assert after == {path: content for path, content in first.items() if path != asks}


def test_a_dry_run_leaves_the_page_alone(reviewed: Path) -> None:
    with open_app(reviewed, tags=None) as app:
        app.run_once()
    tick_below("Compost", "Accept", reviewed / "Homeskillet/Review.md")
    before = stamps(reviewed)
    with open_app(reviewed, Mode.DRY, tags=None) as app:
        app.run_once()
    assert stamps(reviewed) == before
