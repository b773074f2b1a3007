"""One lead's plausible life up to now: pure, from a random source. What lies after now has not happened."""

import dataclasses
import datetime
import math

from leads.demo import words
from portal import business_time

HOUR = 60
CONTACT_KINDS = [
    ("call", "absent"),
    ("call", "reached"),
    ("call", "reached"),
    ("mail", "scheduling"),
    ("visit", "reached"),
]
WARM_KINDS = [("pricing", "料金ページ"), ("download", "点検電子化ガイド"), ("case", "食品工場の事例"), ("seminar", "点検記録の電子化"),
              ("form", "見積シミュレーション"), ("mail_opened", "事例メール"), ("page", "製品ページ")]  # fmt: skip
FIRST_KIND = {
    "exhibition": "exhibition",
    "seminar": "seminar",
    "web": "form",
    "search_ad": "page",
    "mail": "mail_opened",
}


@dataclasses.dataclass
class Pass:
    """One hand-off as it went; a time of None has not happened yet."""

    sender: object
    receiver: object
    qualified_at: datetime.datetime
    offered_at: datetime.datetime
    memo: str
    answered_at: datetime.datetime | None = None
    returned: str = ""
    good_point: str = ""
    line: str = ""
    try_again_on: datetime.date | None = None
    replied_at: datetime.datetime | None = None
    replied_by: object = None
    reply: str = ""
    contacts: list = dataclasses.field(default_factory=list)  # (kind, outcome, at, note)
    resulted_at: datetime.datetime | None = None
    result: str = ""
    reason: str = ""
    quality: int | None = None


@dataclasses.dataclass
class Deal:
    """An opportunity; an amount of None is not known."""

    opened_at: datetime.datetime
    amount: int | None
    likelihood: int
    expected_close_on: datetime.date
    state: str = "open"
    closed_at: datetime.datetime | None = None
    reasons: tuple = ()
    note: str = ""


@dataclasses.dataclass
class Life:
    """All that happened to one lead."""

    created_at: datetime.datetime
    run: object
    owner: object
    warmer: object
    activities: list
    stage: str = "nurturing"
    facts: list = dataclasses.field(default_factory=list)  # (part, state, note, at)
    noted_at: datetime.datetime | None = None
    note: str = ""
    passes: list = dataclasses.field(default_factory=list)
    deal: Deal | None = None
    open_since: datetime.datetime | None = None  # qualified and not handed over yet
    wake_on: datetime.date | None = None
    next_on: datetime.date | None = None
    line: str = ""
    thanks: tuple | None = None  # (to, by, at, line)
    company_id: int | None = None


class Chronicler:
    """Tells lives: from one random source, one calendar and one now, always the same."""

    def __init__(self, rng, hours, now, team):
        self.rng, self.hours, self.now, self.team = rng, hours, now, team

    def tell(self, run):
        rng = self.rng
        life = self._birth(run)
        if rng.random() < run.plan.warm:
            self._warm_up(life, pace=30 * HOUR)
        elif rng.random() < 0.06:
            life.stage = "disqualified"
        elif rng.random() < 0.3:
            life.wake_on = self._day_after(self.now, rng.randrange(3, 150))
        return life

    def tell_of_these_days(self, runs, wanted):
        """A life of the last days that stands where `wanted(life)` says right now; None if luck never has it so."""
        for _try in range(4_000):
            run = self.rng.choice(runs)
            day = self.now.date() - datetime.timedelta(days=self.rng.randrange(6))
            life = self._birth(run, self._clock(day, self.rng.uniform(9, 19)))
            self._warm_up(life, pace=4 * HOUR)
            if wanted(life):
                return life
        return None

    def _birth(self, run, at=None):
        rng = self.rng
        if at is None:
            days, weights = zip(*run.days, strict=True)
            at = self._clock(rng.choices(days, weights)[0], rng.gauss(13.5, 2.6))
        at = min(at, self.now - datetime.timedelta(minutes=rng.randrange(5, 240)))
        activities = [(FIRST_KIND.get(run.plan.source, "other"), run.plan.name, at)]
        for _n in range(min(int(rng.expovariate(0.4)), 9)):
            kind, detail = rng.choice(WARM_KINDS)
            then = at + datetime.timedelta(hours=rng.expovariate(1 / 300))
            if then < self.now:
                activities.append((kind, detail, then))
        warmer = rng.choice(self.team["inside_sales"])
        owner = run.campaign.owner if rng.random() < 0.35 else warmer
        return Life(at, run, owner, warmer, activities)

    def _warm_up(self, life, *, pace):
        """Facts are learned by telephone until the definition is met, then the lead is handed over.

        `pace`: the mean of the counted minutes until then.
        """
        rng = self.rng
        at = self._later(life.created_at, rng.expovariate(1 / pace))
        if at is None:
            return
        need = rng.choice(words.NEEDS)
        parts = [("need", "known", need), ("timeline", "known", rng.choice(words.TIMELINES))]
        if rng.random() < 0.6:
            parts.append(("budget", rng.choice(["known", "partly"]), rng.choice(words.BUDGETS)))
        if rng.random() < 0.55:
            parts.append(("authority", rng.choice(["known", "partly"]), rng.choice(words.AUTHORITIES)))
        life.facts = [(part, state, note, at) for part, state, note in parts]
        life.noted_at, life.note = at, f"{need}。{parts[1][2]}。"
        life.line = need
        life.owner = life.warmer
        self._hand_over(life, at, attempt=1)

    def _hand_over(self, life, qualified_at, *, attempt):
        rng = self.rng
        offered_at = self._later(qualified_at, self._within(9 * HOUR, kept=0.92))
        if offered_at is None:
            life.open_since = qualified_at
            return
        receiver = rng.choice(self.team["sales"])
        passed = Pass(life.warmer, receiver, qualified_at, offered_at, memo=life.note)
        life.passes.append(passed)
        life.stage = "handed_over"
        answered_at = self._later(offered_at, self._within(4 * HOUR, kept=0.90))
        if answered_at is None:
            return
        passed.answered_at = answered_at
        if rng.random() < 0.16 / life.run.plan.good:
            self._return(life, passed, attempt)
        else:
            self._work(life, passed)

    def _return(self, life, passed, attempt):
        rng = self.rng
        reasons = ["timeline_unclear", "other_decider", "information_only", "facts_missing", "unreachable", "wrong_fit"]
        passed.returned = rng.choices(reasons, [30, 22, 20, 12, 10, 6])[0]
        passed.good_point = rng.choice(["concrete_need", "helpful_memo", "right_size", "easy_to_reach"])
        passed.line = rng.choice(words.RETURN_LINES)
        passed.try_again_on = self._day_after(passed.answered_at, rng.randrange(20, 90)) if rng.random() < 0.6 else None
        life.stage, life.owner, life.line = "nurturing", passed.sender, passed.line
        life.wake_on = passed.try_again_on
        passed.replied_at = self._later(passed.answered_at, self._within(9 * HOUR, kept=0.93))
        if passed.replied_at is not None:
            passed.reply, passed.replied_by = ("agree" if rng.random() < 0.85 else "dispute"), passed.sender
        again = passed.try_again_on
        if attempt == 1 and passed.replied_at and again and self._clock(again, 10) < self.now and rng.random() < 0.7:
            life.wake_on = None
            self._hand_over(life, self._clock(again, 10), attempt=2)
        elif again and self._clock(again, 10) < self.now:
            life.wake_on = None

    def _work(self, life, passed):
        rng = self.rng
        life.stage, life.owner = "working", passed.receiver
        at = self._later(passed.answered_at, self._within(16 * HOUR, kept=0.88))
        if at is None:
            return
        for _n in range(1 + min(int(rng.expovariate(0.9)), 3)):
            kind, outcome = rng.choice(CONTACT_KINDS)
            note = rng.choice(words.CONTACTS)
            passed.contacts.append((kind, outcome, at, note))
            life.line = note
            at = self._later(at, rng.expovariate(1 / (7 * HOUR)))
            if at is None:
                return
        resulted_at = self._later(passed.contacts[0][2], self._within(18 * HOUR, kept=0.86))
        resulted_at = max(resulted_at or self.now, passed.contacts[-1][2] + datetime.timedelta(minutes=20))
        if resulted_at >= self.now:
            return
        passed.resulted_at, passed.quality = resulted_at, rng.choices([1, 2, 3], [1, 4, 5])[0]
        luck = rng.random()
        if luck < 0.46 * life.run.plan.good:
            self._open_deal(life, passed)
        elif luck < 0.88:
            passed.result, passed.reason = "nurture", rng.choice(["later", "no_budget_yet", "need_unclear"])
            life.stage, life.owner = "nurturing", passed.receiver
            wake = self._day_after(resulted_at, rng.randrange(30, 200))
            life.wake_on = wake if wake > self.now.date() else None
        else:
            passed.result, passed.reason = "disqualify", rng.choice(["out_of_scope", "competitor", "unreachable"])
            life.stage = "disqualified"

    def _open_deal(self, life, passed):
        rng = self.rng
        passed.result = "opportunity"
        opened = passed.resulted_at
        amount = round(math.exp(rng.gauss(14.7, 0.7)) / 100_000) * 100_000 if rng.random() < 0.93 else None
        length = datetime.timedelta(days=12 + rng.expovariate(1 / 35))
        deal = Deal(opened, amount, rng.choice([20, 30, 40, 50, 60, 70]), self._day_after(opened, length.days + 14))
        life.deal, life.stage, life.line = deal, "opportunity", rng.choice(words.RESULTS)
        ends = self._at_work(opened + length)
        if ends >= self.now:
            life.next_on = max(deal.expected_close_on, self._day_after(self.now, rng.randrange(1, 20)))
            return
        deal.closed_at = ends
        if rng.random() < min(0.34 * life.run.plan.good, 0.75):
            deal.state, deal.likelihood, life.stage = "won", 100, "won"
            if rng.random() < 0.4:
                life.thanks = (passed.sender, passed.receiver, ends, rng.choice(words.THANKS))
        else:
            deal.state, life.stage = "lost", "lost"
            deal.reasons = tuple(
                rng.sample(["price", "competitor", "timing", "no_decision", "feature"], rng.choice([1, 1, 2]))
            )
            deal.note = life.line = rng.choice(words.LOSSES)

    def _within(self, minutes, *, kept):
        """Counted minutes something takes, most of them inside the promise."""
        rng = self.rng
        return rng.uniform(0.04, 0.85) * minutes if rng.random() < kept else minutes * rng.uniform(1.05, 2.2)

    def _later(self, at, minutes):
        """The instant after so many counted minutes, or None if that is still to come."""
        then = business_time.due(at, max(minutes, 1), self.hours).replace(microsecond=0)
        return then if then < self.now else None

    def _at_work(self, at):
        return business_time.due(at, 1, self.hours).replace(microsecond=0)

    def _day_after(self, at, days):
        day = at.date() + datetime.timedelta(days=days)
        return day + datetime.timedelta(days=max(7 - day.weekday(), 0) % 7 if day.weekday() >= 5 else 0)

    def _clock(self, day, hour):
        hour = min(max(hour, 0.1), 23.8)
        instant = datetime.datetime.combine(day, datetime.time(), tzinfo=self.now.tzinfo)
        return instant + datetime.timedelta(seconds=round(hour * 3600))
