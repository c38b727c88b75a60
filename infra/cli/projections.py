"""Which rows of each service the log makes once more, with which it is only compared, and of which it says nothing."""

from infra.cli.retelling import deployer as own_deployer
from infra.cli.retelling import evaluation as own_evaluation
from infra.cli.retelling import orchestrator as own_orchestrator
from infra.cli.retelling import registry as own_registry
from infra.cli.retelling import views
from infra.cli.retelling.projection import Projection, Rows
from infra.cli.say import Problem
from services.features import reactions as features
from services.prep import reactions as prep
from services.registry import reactions as registry

_LISTS = "lists of what is kept of a person, of rows that are not made"
PROJECTIONS: dict[str, Projection] = {
    "features": Projection(
        (features.routes,),
        (Rows(("CUSTOMER/LATEST", "CUSTOMER/V", "JOB/SCORE"), but=("known_at",)),
         Rows(("JOB/COUNTED",), but=("at",)),
         Rows(("CUSTOMER/ERASED",))),
    ),
    "prep": Projection(
        (prep.routes,), (Rows(("REFERRAL/JOIN", "CUSTOMER/HAS#referral", "CUSTOMER/ERASED")),),
        kept={
            "QUARANTINE/CASE": "what people did with it is a command", "QUARANTINE/CONTENT": "it may have been mended",
            "CUSTOMER/HAS#quarantined": _LISTS, "CUSTOMER/HAS#told": _LISTS,
        },
    ),
    "registry": Projection(
        (own_registry.routes, registry.routes),
        (Rows(("AGENTS/", "AGENT/V", "AGENT/HASH", "AGENT/MOVE"), but=("registered_at", "moved_at", "at", "by")),
         Rows(("AGENT/ROLLOUT", "EVALUATIONS/V"))),
        kept={
            "PERFORMANCE/V": "its sums are compared; they are counted anew by `referral agents rebuild`",
            "PERFORMANCE/": "how often they were counted anew", "REFERRAL/COUNTED": "proofs of that counting",
        },
        figures=views.performances,
    ),
    "deployer": Projection(
        (own_deployer.routes,), (Rows(("AGENTS/",), but=("active",)),
         Rows(("AGENT/V", "AGENT/HASH", "AGENT/EVALUATION"))),
        told={"ROLLOUT/STATE": views.rollout, "ROLLOUT/CHANGE": views.rollout},
        kept={
            "ROLLOUT/COUNTS": "its sums are compared; `referral rollouts explain` recounts them",
            "ROLLOUT/STATE": "it has not started",
            "ROLLOUT/CHANGE": "what was requested; the log knows it without its number",
            "ROLLOUT/COUNTED": "proofs of that counting",
            "AGENT/RECENT": "the last outcomes of a version, in the order in which they came",
            "AGENT/ALARM": "states of alarms, which CloudWatch says again",
            "ROLLOUTS/": "the list of rollouts, by the moment of the request",
        },
        figures=views.tallies,
    ),
    "evaluation": Projection(
        (own_evaluation.routes,),
        (Rows(("AGENT/V", "AGENT/PRODUCTION", "CASE/CREW", "CASE/PREPARED", "CASE/PEOPLE")),
         Rows(("CUSTOMER/HAS#case", "CUSTOMER/ERASED"))),
        told={"EVALUATION/STATE": views.evaluation},
        kept={
            "EVALUATION/CASE": "models' words, never said on the bus",
            "EVALUATION/SLICE": "progress of work that is done",
            "ANSWER/ANSWER": "models' words, to be asked for again", "CUSTOMER/HAS#evaluated": _LISTS,
        },
    ),
    "orchestrator": Projection(
        (own_orchestrator.routes, own_orchestrator.heard),
        (Rows(("AGENT/V", "AGENT/ALIAS", "AGENT/ROLLOUT", "ROLLOUT/ROLLED_BACK")),
         Rows(("REFERRAL/CONTACT", "CUSTOMER/HAS#referral", "CUSTOMER/ERASED")),
         Rows(("CUSTOMER/SUPPRESSED",), but=("at",))),
        told={"REFERRAL/STATE": views.referral},
        kept={
            "REFERRAL/SEND": "claims, written before a mail leaves", "REFERRAL/DUE": "mails that wait, woken by time",
            "ADDRESS/SUPPRESSED": "hashes under the account's secret",
            "ADDRESS/ASKED": "hashes under the account's secret",
            "CUSTOMER/ASKED": "written with the claim", "CUSTOMER/ASSIGNED": "written with the draft",
            "CODE/REFERRAL": "written with the draft",
            "CODE/BOOKED": "proofs of purchases", "SENDING/": "a person's order",
            "REFERRAL/EXAMPLE": "what lies in the bucket of examples",
        },
    ),
}


def projection(service: str) -> Projection:
    if service not in PROJECTIONS:
        raise Problem(f"There is no service {service!r}. Choose one of: {', '.join(PROJECTIONS)}.")
    return PROJECTIONS[service]
