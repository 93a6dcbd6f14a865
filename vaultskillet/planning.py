"""From what came of the errands of a note to the one plan of what is written for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from vaultskillet.core import markdown
from vaultskillet.core.answers import INSIGHTS, insight_name
from vaultskillet.core.calls import Call, State, read_calls
from vaultskillet.core.harmless import clean_markdown
from vaultskillet.core.insight import read_insight
from vaultskillet.core.marks import Mark, plan_edits
from vaultskillet.core.model import (
    CreateNote,
    Draft,
    Edit,
    EditNote,
    Failed,
    File,
    Left,
    Note,
    NotePath,
    Ownership,
    Plan,
    Reply,
    digest_of,
)
from vaultskillet.core.note import read_note
from vaultskillet.core.plan import Bearing, WritePolicy, plan_writes
from vaultskillet.core.reply import read_draft
from vaultskillet.core.splice import compose, splice
from vaultskillet.core.tasks import EVERY_PART, Answer, Decline, Enrich, Part, Reflect, TakeBack
from vaultskillet.errors import EngineError, FrontmatterError, ReplyError, VaultskilletError
from vaultskillet.ports import JournalEntry
from vaultskillet.shelf import New, Place, Shelf, Standing, Version
from vaultskillet.takeback import disown, plan_back
from vaultskillet.trip import Ended, Errand, Kit, Planned, Reading
