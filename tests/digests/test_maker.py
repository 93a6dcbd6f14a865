"""Making one digest: what is in it, where it goes, and what it leaves alone."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from tests.digests.desk import DAY, Office, spec
from vaultskillet.core.blocks import find_blocks
from vaultskillet.core.model import NotePath, Reply, Request, Skipped, Tier
from vaultskillet.core.periods import Unit
from vaultskillet.core.pieces import Query
from vaultskillet.core.privacy import Privacy
from vaultskillet.digests.desk import REST_S
from vaultskillet.digests.kit import PeriodicNote
from vaultskillet.digests.maker import AS_IT_IS, NOTHING
from vaultskillet.digests.selection import MOST_READ
from vaultskillet.errors import ConfigError, EngineUnavailableError, VaultError
from vaultskillet.history import recover, undo

COMPOST = (
    "# Compost\n\nA compost bin smells when it is too wet, and paper keeps it dry and sweet.\n\n"
    "Worms like coffee grounds.\n\n## Plan\n\n- [ ] buy paper ^b1\n- [ ] ask Jo\n- [x] read\n"
)
OWN = "Homeskillet/Digests/Digest daily 2026-03-14.md"


@pytest.fixture
def office() -> Office:
    office = Office()
    office.save("Garden/Compost.md", COMPOST)
    return office


def test_it_tells_of_the_notes_of_its_period_with_a_link_to_each(office: Office) -> None:
    office.save("Done.md", "- [x] one\n- [x] two\n")
    result = office.make()
    text = office.text(OWN)
    assert (result.made.outcome, result.made.path) == ("written", OWN)
    assert "**Saturday, 14 March 2026**, up to Saturday, 09:00: 2 notes, 2 new" in text
    assert "- [[Compost]]: A compost bin smells when it is too wet" in text
    assert "- [[Done]] (all 2 tasks are ticked)" in text
    assert "- buy paper [[Compost#^b1|Compost]]\n- ask Jo [[Compost#Plan|Compost]]\n" in text
    assert "Seed" not in text
    assert 'digest: "daily"\nperiod: "2026-03-14"\ncreated: 2026-03-14T09:00:00\n' in text


def test_again_is_the_same_and_nothing_is_written(office: Office) -> None:
    office.make()
    commits = len(office.world.vault.commits)
    assert office.make().made.because == AS_IT_IS
    assert len(office.world.vault.commits) == commits


def test_a_later_one_replaces_only_our_own_text(office: Office) -> None:
    office.make()
    mine = office.text(OWN) + "\nMy own words.\n"
    office.world.vault.save(OWN, mine.encode())
    office.save("New.md", "Something else that happened on this very day.")
    office.make()
    text = office.text(OWN)
    assert text.endswith("\nMy own words.\n")
    assert "[[New]]" in text
    assert text.count("homeskillet:digest") == 2


@pytest.mark.parametrize("policy", ["below", "beside"])
def test_what_somebody_edited_in_it_stays(policy: str) -> None:
    office = Office([spec(if_edited=policy)])
    office.save("Garden/Compost.md", COMPOST)
    office.make()
    edited = office.text(OWN).replace("1 note", "one lovely note").encode()
    office.world.vault.save(OWN, edited)
    made = office.make().made
    assert "one lovely note" in office.text(OWN)
    if policy == "below":
        assert [one.is_ours for one in find_blocks(office.text(OWN), "daily 2026-03-14")] == [
            False, True,
        ]  # fmt: skip
    else:
        assert made.path == OWN.replace(".md", " - 2.md")
        assert office.text(OWN).encode() == edited
        assert office.make().made.path == made.path


@pytest.mark.parametrize(
    "text",
    [
        f"---\nprivate: true\n---\n{COMPOST}",
        f"{COMPOST}\n#homeskillet/private\n",
        f"---\nhomeskillet: false\n---\n{COMPOST}",
        f"{COMPOST}\n#homeskillet/skip\n",
        f"---\nbroken: [\n---\n{COMPOST}",
    ],
)
def test_a_note_that_is_private_or_opted_out_is_as_if_it_were_not(text: str) -> None:
    office = Office()
    office.save("Garden/Secret plan.md", text)
    assert office.make().made.because == NOTHING
    office.save("Other.md", "A note that may well be told of, with words enough.")
    office.make()
    assert "Secret" not in office.text(OWN)
    assert "compost" not in office.text(OWN)
    assert "1 note," in office.text(OWN)


def test_neither_is_what_lies_in_a_private_folder_or_holds_a_secret() -> None:
    office = Office(privacy=Privacy(("Übung/Journal",), local_on_findings=True))
    office.save(unicodedata.normalize("NFD", "übung/journal/Me.md"), COMPOST)
    office.save("Keys.md", "password: hunter2hunter2\n")
    office.save(
        "Door.md", "---\napi_key: sk-proj-9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4c3b2a\n---\nThe door.\n"
    )
    assert office.make().made.because == NOTHING


def test_what_is_redacted_stays_so_and_a_name_that_is_itself_is_only_counted() -> None:
    office = Office()
    office.save("Garden/Mail.md", "Write to jane.doe@example.com about the compost bin, soon.\n")
    office.save("jane.doe@example.com.md", "She grows tomatoes on her balcony, all year round.")
    office.make()
    assert "jane" not in office.text(OWN)
    assert "1 more note is not named here." in office.text(OWN)


def test_links_lead_to_their_notes_where_names_are_not_unique(office: Office) -> None:
    office.save("Kitchen/Compost.md", "Another note of this name, about the bucket by the sink.")
    office.make()
    text = office.text(OWN)
    assert "[[Garden/Compost|Compost]]" in text
    assert "[[Kitchen/Compost|Compost]]" in text
    assert "[[Garden/Compost#^b1|Compost]]" in text


def test_of_a_mass_import_all_are_counted_though_not_all_are_read() -> None:
    office = Office()
    for at in range(MOST_READ):
        office.world.vault.save(f"In/{at}.md", b"Short.", at=office.now - 60 + at / MOST_READ)
    for name in ("Late/One", "Late/jane.doe@example.com"):
        office.world.vault.save(f"{name}.md", b"Short.", at=office.now - 120)
    office.world.vault.save("Late/Me.md", b"#homeskillet/private", at=office.now - 120)
    office.world.intake.sweep(settle=False)
    office.make()
    text = office.text(OWN)
    assert f": {MOST_READ + 1} notes, {MOST_READ + 1} new, {MOST_READ + 1} words added" in text
    assert f"- and {MOST_READ - 19} more: {MOST_READ - 20} in In, 1 in Late\n" in text
    assert "\n1 more note is not named here." in text


def test_a_query_chooses() -> None:
    office = Office([spec(query=Query(folders=("Garden",), tags=("bed",)))])
    office.save("Garden/Bed.md", "The raised bed gets the sun of the morning. #bed\n")
    office.save("Garden/Path.md", "Gravel for the path came today, a ton of it.\n")
    office.save("Bed.md", "Not in the garden, though it has the tag. #bed\n")
    office.make()
    assert "1 note," in office.text(OWN)


def test_a_query_that_matches_no_note_at_all_is_told(office: Office) -> None:
    office.specs = [spec(query=Query(properties={"status": "open"}))]
    office.start()
    with pytest.raises(ConfigError, match="digest daily: its query matches no note"):
        office.make()


def test_an_empty_period_writes_nothing_or_one_line(office: Office) -> None:
    long_ago = date(2025, 6, 1)
    assert office.make(day=long_ago).made.because == NOTHING
    assert not [path for path in office.world.vault.commits if "2025" in path.path]
    office.specs = [spec(if_empty="note")]
    office.start()
    office.make(day=long_ago)
    assert ": 0 notes.\n" in office.text(OWN.replace("2026-03-14", "2025-06-01"))


def test_a_period_to_come_is_refused(office: Office) -> None:
    with pytest.raises(ConfigError, match="2026-03-15 is still to come"):
        office.make(day=date(2026, 3, 15))


def test_a_past_period_is_told_with_what_is_known(office: Office) -> None:
    office.world.clock.step(10 * DAY)
    office.save("Later.md", "Written ten days after the compost, about something else.")
    office.make(day=date(2026, 3, 14))
    assert "Later" not in office.text(OWN)
    assert "[[Compost]]" in office.text(OWN)
    assert "up to" not in office.text(OWN)


def test_a_template_of_the_users_goes_first_and_its_fault_names_file_and_line(
    office: Office, tmp_path: Path
) -> None:
    (tmp_path / "digests").mkdir()
    mine = tmp_path / "digests" / "digest.md"
    mine.write_text("{{ digest.numbers.notes }} notes", encoding="utf-8")
    office.templates = tmp_path
    office.start()
    office.make()
    assert "\n1 notes\n" in office.text(OWN)
    mine.write_text("fine\n{{ digest.nothing }}", encoding="utf-8")
    before = office.text(OWN)
    with pytest.raises(ConfigError, match=r"digest\.md:2: "):
        office.make()
    assert office.text(OWN) == before


def test_a_missing_template_is_told(office: Office) -> None:
    office.specs = [spec(template="mine")]
    office.start()
    with pytest.raises(ConfigError, match=r"digests/mine\.md: there is no such template"):
        office.make()


# --- into the user's own note ---------------------------------------------------------------


@pytest.fixture
def daily(office: Office) -> Office:
    office.specs = [spec(write_to=Unit.DAILY, heading="Digest")]
    office.periodic = {Unit.DAILY: PeriodicNote("Daily", "YYYY-MM-DD")}
    office.start()
    return office


NOTE = "Daily/2026-03-14.md"


def test_it_goes_under_a_heading_of_the_users_note_and_all_else_stays(daily: Office) -> None:
    before = "---\nmood: fine\n---\r\n# Day\r\n\r\n## Digest\r\n\r\n## Log\r\n\r\n- up at 7\r\n"
    daily.save(NOTE, before)
    daily.world.clock.step(3600)
    assert daily.make().made.path == NOTE
    text = daily.text(NOTE)
    head, _, rest = text.partition("\r\n\r\n%% homeskillet:digest daily 2026-03-14 ")
    _, _, tail = rest.partition("%% /homeskillet:digest %%")
    assert head + tail == before
    assert "\r\n### New\r\n" in text


def test_it_does_not_tell_of_the_note_that_it_stands_in(daily: Office) -> None:
    daily.save(NOTE, "# Day\n\nUp at seven, and out into the garden before the sun was up.\n")
    daily.world.clock.step(3600)
    daily.make()
    assert "1 note, 1 new" in daily.text(NOTE)
    assert "[[2026-03-14]]" not in daily.text(NOTE)


def test_an_empty_period_writes_nothing_into_the_users_note_but_mends_what_stands_there() -> None:
    office = Office([spec(write_to=Unit.DAILY)])
    office.periodic = {Unit.DAILY: PeriodicNote("Daily", "YYYY-MM-DD")}
    office.start()
    office.save(NOTE, "# Day\n")
    office.world.clock.step(3600)
    assert office.make().made.because == NOTHING
    assert office.text(NOTE) == "# Day\n"
    office.save("Garden/Compost.md", COMPOST)
    office.make()
    office.world.vault.remove(NotePath("Garden/Compost.md"))
    office.world.intake.sweep(settle=False)
    assert office.make().made.outcome == "written"
    assert ": 0 notes." in office.text(NOTE)


def test_the_digest_of_a_week_goes_into_the_daily_note_of_its_last_day(daily: Office) -> None:
    daily.specs = [spec("weekly", Unit.WEEKLY, write_to=Unit.DAILY)]
    daily.start()
    daily.save("Daily/2026-03-15.md", "# Sunday\n")
    daily.world.clock.step(3600)
    assert daily.make("weekly").made.path == "Daily/2026-03-15.md"


@pytest.mark.parametrize("pattern", ["gggg-[W]ww", "GGGG-[W]WW"])
def test_that_of_a_week_goes_into_the_note_of_that_week_whichever_day_weeks_begin_on(
    daily: Office, pattern: str
) -> None:
    daily.specs = [spec("weekly", Unit.WEEKLY, write_to=Unit.WEEKLY)]
    daily.periodic = {Unit.WEEKLY: PeriodicNote("Weekly", pattern)}
    daily.start()
    daily.save("Weekly/2026-W11.md", "# Week\n")
    daily.world.clock.step(3600)
    assert daily.make("weekly").made.path == "Weekly/2026-W11.md"


def test_our_own_block_is_no_change_of_the_note(daily: Office) -> None:
    daily.save(NOTE, "# Day\n\nUp at seven.\n")
    daily.world.clock.step(3600)
    daily.world.store.queue.forget(list(daily.world.store.ledger.stamps()))
    daily.make()
    daily.world.intake.sweep(settle=False)
    assert daily.world.store.queue.next_due() is None
    assert daily.make().made.because == AS_IT_IS


def test_what_stands_in_our_block_is_not_told_of_and_teaches_the_index_nothing(
    daily: Office,
) -> None:
    daily.save(NOTE, "# Day\n\nUp at seven, and out into the garden before the sun was up.\n")
    words = daily.world.store.activity.between(0, daily.now + 1)[0].words
    daily.world.clock.step(3600)
    daily.make()
    daily.save(NOTE, daily.text(NOTE) + "\nTo bed at ten.\n")
    [told] = [
        one for one in daily.world.store.activity.between(0, daily.now + 1) if one.path == NOTE
    ]
    assert told.words == words + 4
    assert daily.world.index.known[NotePath(NOTE)].links == ()


def test_undo_gives_the_very_bytes_back(daily: Office) -> None:
    daily.save(NOTE, "# Day\n")
    daily.world.clock.step(3600)
    daily.make()
    entries = daily.world.store.journal.entries()
    undone = undo(entries, daily.world.vault, daily.world.store, now=daily.now)
    assert [one.ok for one in undone] == [True]
    assert daily.text(NOTE) == "# Day\n"


def test_a_note_that_is_written_in_this_moment_is_left_in_peace(daily: Office) -> None:
    daily.work()
    daily.save(NOTE, "# Day\n")
    daily.world.clock.step(DAY)
    daily.world.vault.save(NOTE, b"# Day\n\ntyping", at=daily.now - 5)
    assert daily.desk.enqueue_due()
    assert daily.desk.step() is None
    assert daily.text(NOTE) == "# Day\n\ntyping"
    daily.world.clock.step(120)
    assert daily.desk.step() is not None
    assert "homeskillet:digest" in daily.text(NOTE)


@pytest.mark.parametrize(("policy", "path"), [("note", OWN), ("create", NOTE), ("leave", None)])
def test_where_there_is_no_such_note_the_policy_decides(
    daily: Office, policy: str, path: str | None
) -> None:
    daily.specs = [spec(write_to=Unit.DAILY, if_missing=policy)]
    daily.start()
    made = daily.make().made
    assert made.path == path
    assert made.outcome == ("written" if path else "left")


def test_a_note_that_changes_in_the_very_moment_is_left_and_tried_again(daily: Office) -> None:
    daily.work()
    daily.save(NOTE, "# Day\n")
    daily.world.clock.step(DAY)

    def type_on() -> None:
        daily.world.vault.before_commit = lambda: None
        daily.world.vault.save(NOTE, b"# Day\n\ntyped", at=daily.now - 3600)

    daily.world.vault.before_commit = type_on
    assert daily.work() == []
    assert daily.text(NOTE) == "# Day\n\ntyped"
    daily.world.clock.step(REST_S)
    [result] = daily.work()
    assert result.made.path == NOTE
    assert daily.text(NOTE).startswith("# Day\n\ntyped\n\n%% homeskillet:digest ")


P = ParamSpec("P")
T = TypeVar("T")


class Death(BaseException):
    """The process was killed."""


def dying(do: Callable[P, T], deaths: list[Death], *, after: bool = False) -> Callable[P, T]:
    """Die once, before or after something is done."""

    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        if deaths and after:
            do(*args, **kwargs)
        for _ in range(len(deaths)):
            raise deaths.pop()
        return do(*args, **kwargs)

    return done


@pytest.mark.parametrize("into", [None, Unit.DAILY])
@pytest.mark.parametrize("moment", ["before the write", "after it", "before the book"])
def test_whenever_it_is_killed_the_next_one_is_the_same(into: Unit | None, moment: str) -> None:
    office = Office([spec(write_to=into)])
    office.periodic = {Unit.DAILY: PeriodicNote("Daily", "YYYY-MM-DD")}
    office.start()
    office.save(NOTE, "# Day\n")
    office.save("Garden/Compost.md", COMPOST)
    office.world.clock.step(3600)
    vault, books = office.world.vault, office.world.store.books
    deaths = [Death()]
    if moment == "before the book":
        books.put = dying(books.put, deaths)  # type: ignore[method-assign] # a death, not a fake
    else:
        after = moment == "after it"
        vault.commit = dying(vault.commit, deaths, after=after)  # type: ignore[method-assign] # the same
    with pytest.raises(Death):
        office.make()
    recover(vault, office.world.store)
    office.start()
    path = office.make().made.path
    assert path == (NOTE if into else OWN)
    assert len(find_blocks(office.text(NOTE if into else OWN), "daily 2026-03-14")) == 1
    office.world.intake.sweep(settle=False)
    undo(office.world.store.journal.entries(), vault, office.world.store, now=office.now)
    assert vault.content(NOTE) == b"# Day\n"
    assert vault.find(NotePath(OWN)) is None


def test_a_note_that_cannot_be_written_is_told_and_stays_as_it_is(daily: Office) -> None:
    daily.save(NOTE, "# Day\n")
    daily.world.clock.step(3600)

    def fail() -> None:
        daily.world.vault.fails[NotePath(NOTE)] = VaultError(f"{NOTE}: it is read-only")

    daily.world.vault.before_commit = fail
    with pytest.raises(VaultError, match="it is read-only"):
        daily.make()
    assert daily.world.store.journal.entries() == []
    assert daily.text(NOTE) == "# Day\n"


def test_a_note_that_is_left_alone_gets_no_digest(daily: Office) -> None:
    daily.world.vault.save(NOTE, b"# Day\n")
    daily.world.vault.skipped[NOTE] = "used as a template"  # type: ignore[index]
    assert isinstance(daily.world.vault.find(NOTE), Skipped)  # type: ignore[arg-type]
    assert daily.make().made.path == OWN


@pytest.mark.parametrize(
    "text",
    [
        "---\nhomeskillet: false\n---\n# Day\n",
        "# Day\n\nNot here. #homeskillet/skip\n",
        "---\nbroken: [\n---\n# Day\n",
        "# Day\n\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> other\n",
    ],
)
def test_neither_does_one_that_opted_out_or_cannot_be_read_for_sure(
    daily: Office, text: str
) -> None:
    daily.save(NOTE, text)
    daily.world.clock.step(3600)
    assert daily.make().made.path == OWN
    assert daily.text(NOTE) == text


def test_something_else_in_its_place_is_told(office: Office) -> None:
    office.world.vault.save(OWN, b"")
    office.world.vault.fails[OWN] = VaultError(f"{OWN}: it is not a regular file")  # type: ignore[index]
    with pytest.raises(VaultError, match="it is not a regular file"):
        office.make()


def test_another_note_of_its_name_keeps_it(office: Office) -> None:
    office.save("Old/Digest daily 2026-03-14.md", "The user's own note of that very name, so.")
    assert office.make().made.path == OWN.replace(".md", " - 2.md")


# --- statements -------------------------------------------------------------------------------


def says(*statements: tuple[str, list[int]]) -> str:
    return json.dumps({"statements": [{"text": t, "from": n} for t, n in statements]})


def test_a_model_tells_and_each_statement_carries_its_notes(office: Office) -> None:
    asked: list[Request] = []

    def ask(_tier: Tier, requests: Sequence[Request]) -> list[Reply]:
        asked.extend(requests)
        said = says(("Paper keeps the compost bin dry.", [1]), ("You flew to Mars.", [1, 2]))
        return [Reply(said, "Qwen") for _ in requests]

    office.ask = ask
    office.start()
    office.save("Tax.md", "The tax return is due in July, and the papers are in the box.\n")
    office.make()
    text = office.text(OWN)
    assert "- Paper keeps the compost bin dry. [[Compost]]\n" in text
    assert "Mars" not in text
    assert "written by Qwen" in text
    assert asked[0].text.startswith("[1] Compost: ")


def test_many_notes_are_told_in_shares_and_then_in_few(office: Office) -> None:
    rounds: list[int] = []

    def ask(_tier: Tier, requests: Sequence[Request]) -> list[Reply]:
        rounds.append(len(requests))
        replies = []
        for request in requests:
            lines = request.text.split("\n")
            picked = [
                (line.partition("] ")[2].partition(": ")[2][:200] or line, [at])
                for at, line in enumerate(lines, 1)
            ]
            replies.append(Reply(says(*picked[:5]), "Qwen"))
        return replies

    office.ask = ask
    office.start()
    for number in range(120):
        office.world.vault.save(
            f"Note {number}.md",
            f"Subject {number} needs attention because matter {number} came up again.\n\n"
            f"Other things were said of it too, at some length and breadth.\n".encode(),
            at=office.now,
        )
    office.world.intake.sweep(settle=False)
    office.make()
    assert len(rounds) >= 2
    assert rounds[0] > rounds[-1] >= 1
    part = office.text(OWN).partition("## In short")[2].partition("## ")[0]
    statements = [line for line in part.splitlines() if line.startswith("- ")]
    assert 1 <= len(statements) <= 6
    assert all("[[" in line for line in statements), statements


def test_by_hand_a_model_that_is_away_only_takes_its_statements_away(office: Office) -> None:
    office.ask = lambda _tier, requests: [EngineUnavailableError("no server") for _ in requests]
    office.start()
    office.save("Tax.md", "The tax return is due in July, and the papers are in the box.\n")
    result = office.make()
    assert result.made.outcome == "written"
    assert "no server" in result.hint
