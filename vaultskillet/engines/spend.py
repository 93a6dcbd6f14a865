"""What calls of models cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spend:
    """What calls of models cost on one day."""

    day: int
    """Days since 1970 (UTC)."""
    calls: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0
    money: float = 0.0
    """In the currency of the prices."""

    @property
    def tokens(self) -> int:
        """Tokens both ways."""
        return self.prompt_tokens + self.reply_tokens

    def plus(self, other: Spend) -> Spend:
        """Give both together, on this one's day."""
        return Spend(
            self.day,
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.reply_tokens + other.reply_tokens,
            self.money + other.money,
        )

    def minus(self, other: Spend) -> Spend:
        """Give what is left without the other."""
        return Spend(
            self.day,
            self.calls - other.calls,
            self.prompt_tokens - other.prompt_tokens,
            self.reply_tokens - other.reply_tokens,
            self.money - other.money,
        )
