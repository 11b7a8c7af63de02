"""Time in words: how long something waits, when it is due, and the exact moment for who wants it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime, format_time

from bot.console.wording import Words

EVENING, MORNING = time(18), time(9)


class Later(StrEnum):
    """Until when a mention can be put back."""

    HOUR = "hour"
    EVENING = "evening"
    MORNING = "morning"


class Times:
    """Moments as one reader reads them: in their language, in their time zone, seen from now."""

    def __init__(self, words: Words, zone: tzinfo, now: datetime) -> None:
        self._words = words
        self._zone = zone
        self.now = now

    def span(self, length: timedelta) -> str:
        """“12 min”, “3 h 40”, “2 days”."""
        minutes = int(length.total_seconds()) // 60
        if minutes < 1:
            return self._words("time.moment")
        if minutes < 60:
            return self._words("time.minutes", count=minutes)
        hours, minutes = divmod(minutes, 60)
        if hours >= 24:
            return self._words("time.days", count=hours // 24)
        return self._words("time.hours_minutes", hours=hours, minutes=f"{minutes:02}")

    def ago(self, at: datetime) -> str:
        return self._words("time.ago", span=self.span(max(self.now - at, timedelta(0))))

    def waits(self, since: datetime) -> str:
        return self._words("time.waits", span=self.span(max(self.now - since, timedelta(0))))

    def due(self, at: datetime) -> str:
        if at <= self.now:
            return self._words("time.overdue", span=self.span(self.now - at))
        return self._words("time.due_in", span=self.span(at - self.now))

    def exact(self, at: datetime) -> str:
        """Weekday, day, year, minute."""
        return format_datetime(at, "EEEE d MMMM y, HH:mm", tzinfo=self._zone, locale=self._words.locale)

    def clock(self, at: datetime) -> str:
        """The time of day; with the day when it is another one."""
        local, today = at.astimezone(self._zone), self.now.astimezone(self._zone)
        if local.date() == today.date():
            return format_time(local, "HH:mm", tzinfo=self._zone, locale=self._words.locale)
        return format_datetime(at, "EEE d MMM, HH:mm", tzinfo=self._zone, locale=self._words.locale)

    def later(self) -> dict[Later, datetime]:
        """When a mention can be put back until; this evening only while it lies well ahead."""
        today = self.now.astimezone(self._zone)
        evening = datetime.combine(today, EVENING, self._zone)
        morning = datetime.combine(today + timedelta(days=1), MORNING, self._zone)
        found = {Later.HOUR: self.now + timedelta(hours=1), Later.MORNING: morning}
        if evening - today > timedelta(minutes=30):
            found[Later.EVENING] = evening
        return {choice: found[choice].astimezone(UTC) for choice in Later if choice in found}


def zone_named(name: str) -> tzinfo:
    """The reader's zone as their browser names it; this machine's when the name says nothing."""
    try:
        return ZoneInfo(name) if name else _own_zone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _own_zone()


def _own_zone() -> tzinfo:
    return datetime.now().astimezone().tzinfo or UTC
