"""The books of a world at the end of a journey, as the app's server and Amazon have them."""

from simulator.apps.rewards_api import ApiRefused, NoAnswer
from simulator.journeys.stage import Stage


def ledger_of(stage: Stage) -> list[tuple[str, str]]:
    """Lines of what and how much, in a fixed order."""
    lines: list[tuple[str, str]] = []
    for name in stage.people:
        customer = stage.world.app.server.customer(name)
        if not customer.done:
            continue
        lines += [(f"{name} did {kind}", f"{times} times") for kind, times in sorted(customer.done.items())]
        try:
            lines.append((f"{name}'s points at the service", str(stage.world.app.api.balance(name)["balance"])))
        except (ApiRefused, NoAnswer) as failure:
            lines.append((f"{name}'s points at the service", f"not told: {failure}"))
        unconfirmed = stage.world.app.server.unconfirmed(name)
        if unconfirmed:
            lines.append((f"films of {name}'s without the ad network's word", str(unconfirmed)))
        lines.append((f"rewards that the app holds for {name}", str(len(customer.rewards))))
    for done in stage.world.amazon.applications():
        undone = ", taken back" if done.undone else ""
        lines.append((f"{done.operation} at Amazon", f"{done.value}{undone}"))
    for name, person in stage.people.items():
        account = stage.world.amazon.account(person.email)
        if account is not None:
            lines.append((f"credit on {name}'s Amazon account", str(stage.world.amazon.balance(account.user_id))))
    return lines
