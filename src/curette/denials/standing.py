"""What episodes add up to: denied at first, denied now, each service once."""

from collections import Counter
from collections.abc import Iterable

from attrs import define, field

from curette.denials.episodes import Episode, State
from curette.denials.outcomes import COUNTED, Outcome


@define
class Answers:
    """Claims and money at one point. Money in cents."""

    claims: int = 0
    denied_claims: int = 0  # every counted line denied
    partly_denied: int = 0
    charge: int = 0
    paid: int = 0
    denied: int = 0

    def take(self, state: State) -> None:
        """One more claim; one without a counted line (an appeal alone) is none."""
        if state.outcome not in COUNTED:
            return
        self.claims += 1
        self.denied_claims += state.outcome is Outcome.DENIED
        self.partly_denied += state.outcome is Outcome.PARTIAL_DENIAL
        self.charge += state.charge
        self.paid += state.paid
        self.denied += state.denied


@define
class Standing:
    """Counts and sums over episodes."""

    episodes: int = 0
    statuses: Counter[str] = field(factory=Counter)
    begun_earlier: int = 0
    first: Answers = field(factory=Answers)
    current: Answers = field(factory=Answers)
    adjudications: int = 0
    reversals: int = 0
    duplicates: int = 0
    overturned: int = 0  # cents
    recouped: int = 0  # cents, of PLB amounts that name a claim

    def take(self, episode: Episode) -> None:
        """One more episode."""
        self.episodes += 1
        self.statuses[episode.status] += 1
        self.begun_earlier += episode.begun_earlier
        self.adjudications += episode.adjudications
        self.reversals += episode.reversals
        self.duplicates += episode.duplicates
        self.overturned += episode.overturned
        self.recouped += episode.recouped
        if episode.first:
            self.first.take(episode.first)
        if episode.current:
            self.current.take(episode.current)


def standing(episodes: Iterable[Episode]) -> Standing:
    """The sums of all."""
    found = Standing()
    for episode in episodes:
        found.take(episode)
    return found
