"""What is due, over days: each period once, whatever fails or stops in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.digests.desk import DAY, Office, spec
from vaultskillet.core.model import CreateNote, Reply, Request, Tier
from vaultskillet.core.periods import Unit
from vaultskillet.digests.courier import Courier
from vaultskillet.digests.desk import RETRY_S
from vaultskillet.digests.maker import REMOVED
from vaultskillet.errors import DeliveryError, EngineError, EngineUnavailableError

HOUR = 3600.0


def created(office: Office) -> list[str]:
    """Give the digests that were made, in order."""
    writes = (one for one in office.world.vault.commits if isinstance(one, CreateNote))
    return [one.path.rpartition("/")[2].removesuffix(".md") for one in writes]


def live(office: Office, hours: int) -> None:
    """Let somebody write a note each hour while the desk works."""
    for _ in range(hours):
        office.world.clock.step(HOUR)
        office.save(f"Note {office.now:.0f}.md", f"What came to mind at {office.now:.0f}, and why.")
        office.work()


def test_nothing_is_made_for_the_time_before_it_was_asked_for() -> None:
    office = Office()
    office.save("Note.md", "Something that was written before anyone asked for digests.")
    assert office.work() == []
    office.world.clock.step(DAY)
    assert [one.made.record.id for one in office.work()] == ["2026-03-14"]


def test_what_was_due_while_nothing_ran_is_made_for_its_own_period() -> None:
    office = Office()
    office.work()
    for _ in range(3):
        office.save(f"Note {office.now:.0f}.md", f"A thought of {office.now:.0f}, kept as a note.")
        office.world.clock.step(DAY)
    office.start()
    office.work()
    office.start()
    office.work()
    assert created(office) == [f"Digest daily 2026-03-{day}" for day in (14, 15, 16)]


def test_what_is_overdue_says_since_when_so_that_it_is_found_due() -> None:
    office = Office()
    office.work()
    midnight = office.desk.next_at()
    office.world.clock.step(DAY)
    assert midnight is not None
    assert office.desk.next_at() == midnight
    office.save("Note.md", "Something that happened on that very day, and was kept.")
    office.work()
    assert office.desk.next_at() == midnight + DAY


def test_a_weekly_one_is_made_on_sunday_evening_and_completed_when_the_week_is_over() -> None:
    office = Office([spec("weekly", Unit.WEEKLY)])
    office.specs = [spec("weekly", Unit.WEEKLY)]
    rhythm = office.specs[0].rhythm
    assert rhythm.unit is Unit.WEEKLY  # type: ignore[union-attr]
    live(office, 60)
    path = "Homeskillet/Digests/Digest weekly 2026-W11.md"
    assert created(office).count("Digest weekly 2026-W11") == 1
    assert "up to" not in office.text(path)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("live"), st.integers(1, 30)),
            st.tuples(st.just("sleep"), st.integers(1, 70)),
            st.tuples(st.just("jump"), st.integers(-500, 500)),
            st.tuples(st.just("restart"), st.just(0)),
            st.tuples(st.just("travel"), st.integers(0, 2)),
        ),
        max_size=6,
    )
)
def test_each_day_with_a_note_has_one_digest_that_names_it(steps: list[tuple[str, int]]) -> None:
    office = Office()
    office.work()
    zones = [ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Los_Angeles")]
    for step, amount in steps:
        match step:
            case "live":
                live(office, amount)
            case "sleep":
                office.world.clock.step(amount * HOUR)
                office.work()
            case "jump":
                office.world.clock.step(amount * HOUR)
                office.work()
                office.world.clock.step(-amount * HOUR)
                office.work()
            case "restart":
                office.start()
            case "travel":
                office.zone = zones[amount]
    office.world.clock.step(3 * DAY)
    office.work()
    made = created(office)
    assert len(made) == len(set(made))
    told = "".join(office.text(f"Homeskillet/Digests/{name}.md") for name in made)
    notes = [path for path in office.world.store.ledger.stamps() if path.startswith("Note ")]
    lines = [line for line in told.splitlines() if line.startswith("- [[Note ")]
    more = "more: " in told or " more\n" in told
    for path in notes:
        link = f"- [[{path.removesuffix('.md')}]]"
        found = sum(line.startswith(link) for line in lines)
        assert found == 1 or (more and found == 0), (path, found)


def test_a_digest_that_fails_is_tried_again_then_goes_without_its_model() -> None:
    calls: list[int] = []

    def ask(_tier: Tier, requests: Sequence[Request]) -> list[Reply | EngineError]:
        calls.append(len(requests))
        return [EngineUnavailableError("no server") for _ in requests]

    office = Office(ask=ask)
    office.work()
    for name in ("One", "Two"):
        office.save(f"{name}.md", f"{name} thing that happened on that day, told at some length.")
    office.world.clock.step(DAY)
    assert office.work() == []
    (state,) = office.desk.states()
    assert state.waiting[0].because == "no server"
    office.world.clock.step(RETRY_S[0])
    assert office.work() == []
    office.world.clock.step(RETRY_S[1])
    (result,) = office.work()
    assert result.made.outcome == "written"
    assert len(calls) == 3


def test_what_cannot_be_mended_by_waiting_is_given_up_until_the_next_start() -> None:
    office = Office([spec(template="none")])
    office.work()
    office.save("Note.md", "Something that happened on that very day, and was kept.")
    office.world.clock.step(DAY)
    assert office.work() == []
    (state,) = office.desk.states()
    assert state.waiting[0].given_up
    assert "there is no such template" in state.waiting[0].because
    assert office.desk.waits_until() is None
    office.specs = [spec()]
    office.start()
    office.desk.revive()
    assert len(office.work()) == 1


def test_a_fault_of_ours_in_one_digest_holds_up_no_other() -> None:
    def ask(_tier: Tier, _requests: Sequence[Request]) -> list[Reply]:
        raise ZeroDivisionError

    office = Office([spec("broken"), spec("weekly", Unit.WEEKLY), spec("z", tier=Tier.GEMMA)])
    office.ask = ask
    office.start()
    office.work()
    for name in ("One", "Two"):
        office.save(f"{name}.md", f"{name} thing that happened on that day, told at some length.")
    office.world.clock.step(DAY)
    assert [one.made.outcome for one in office.work()] == ["written"]
    assert created(office) == ["Digest z 2026-03-14"]


def test_a_digest_whose_note_was_removed_by_hand_does_not_come_again_by_itself() -> None:
    office = Office()
    office.work()
    office.save("Note.md", "Something that happened on that very day, and was kept.")
    path = office.make().made.path
    assert path is not None
    office.world.vault.remove(path)
    office.world.clock.step(DAY)
    (result,) = office.work()
    assert (result.made.outcome, result.made.because) == ("left", REMOVED)
    assert office.make(day=(result_day(office))).made.outcome == "written"


def result_day(office: Office):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a date
    return (office.kit.moment() - timedelta(days=1)).date()


# --- out of the vault --------------------------------------------------------------------------


def test_a_digest_is_sent_once_and_a_failure_is_tried_again() -> None:
    office = Office([spec(channels=("mail",))])
    sent: list[str] = []
    fails = [True, True]

    def send(parcel) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a parcel
        if fails and fails.pop():
            raise DeliveryError("the server is away")
        sent.append(parcel.text)

    courier = Courier({("daily", "mail"): send}, store=office.world.store, clock=office.world.clock)
    office.save("Mail.md", "Write to jane.doe@example.com about the compost bin, soon.\n")
    office.make()
    office.make()
    for wait_s in (0.0, 300.0, 3600.0, 24 * 3600.0):
        office.world.clock.step(wait_s)
        courier.carry()
    assert len(sent) == 1
    assert "jane" not in sent[0]
    assert office.world.store.outbox.waiting() == []


def test_what_waits_for_a_channel_that_is_no_more_stays_where_it_is() -> None:
    office = Office([spec(channels=("mail",))])
    office.save("Note.md", "Something that happened on that very day, and was kept.")
    office.make()
    courier = Courier({}, store=office.world.store, clock=office.world.clock)
    assert courier.next_at() is None
    assert courier.carry() == []
