"""What a refusal tells an operator: what can't be done, and what can."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redeem_app.commands.settings_read import stop
from redeem_app.domain.refusals import Reason, Refusal

_SENTENCES: Final = {
    Reason.CAMPAIGN_NOT_LIVE: "Campaign {campaign} is {state}; links are minted while it is live.",
    Reason.BUDGET_SPENT: "The budget of {campaign} is spent ({budget}); raise it in its file and apply that.",
    Reason.CAMPAIGN_MONTH_CAP: "The month's cap of {campaign} is reached ({cap}); `redeem campaign cap` raises it.",
    Reason.ACCOUNT_MONTH_CAP: "The month's cap of the developer is reached ({cap}); `redeem developer cap` raises it.",
    Reason.OUT_OF_STOCK: "Nothing of group {group} of {campaign} is left; `redeem campaign stock` brings more.",
    Reason.MINT_ELSEWHERE: "Another process goes on with mint {mint} at this moment; let it end, or end it first.",
}
"""What an operator who issues rewards is told."""


def sentence_of(refusal: Refusal) -> str:
    """A sentence or two; facts that are not known to it are told as they are."""
    facts = refusal.facts
    if refusal.reason is Reason.MOVE_NOT_ALLOWED and "fixed" in facts:
        if facts["fixed"] == "everything":
            return f"Campaign {facts['campaign']} is {facts['state']} and can't be edited; nothing was loaded."
        return (
            f"Campaign {facts['campaign']} is {facts['state']}; these can't change any more: {facts['fixed']}."
            " Nothing was loaded. Texts, links and prices may change, budget and stock may rise."
        )
    if refusal.reason is Reason.MOVE_NOT_ALLOWED and "legal" in facts:
        return f"The campaign is {facts['state']}, so `{facts['move']}` is not possible. Legal now: {facts['legal']}."
    if refusal.reason in _SENTENCES:
        return _SENTENCES[refusal.reason].format_map(facts)
    if refusal.reason is Reason.CAMPAIGN_UNKNOWN:
        return f"There is no campaign {facts['campaign']}. `redeem campaign show` lists them."
    return _of_a_reward(refusal)


def _of_a_reward(refusal: Refusal) -> str:
    facts = refusal.facts
    if refusal.reason is Reason.NOT_CANCELLED:
        return (
            f"Amazon has not said that the card of reward {facts['reward']} ({facts['state']}) was cancelled, so its"
            " request id stays: a second one could pay twice. Have the person press the button again, or run"
            " `redeem sweep`, and try once Amazon has answered."
        )
    if refusal.reason is Reason.REWARD_UNKNOWN:
        return f"There is no reward {facts['reward']}. `redeem trace NUMBER` gives the id of a refused one."
    return str(refusal)


@contextmanager
def refusals_told() -> Iterator[None]:
    """Ends the command with the sentence of a refusal."""
    try:
        yield
    except Refusal as refusal:
        stop(sentence_of(refusal))
