"""What names a stage follows when its key changes."""

from cowork.domain.workflows.renaming import pointing

COMMITTEE = {"fact": "stage.committee", "is": "approved"}
REFUSED, ANSWER = {"fact": "refused.committee", "is": "rejected"}, {"fact": "committee.committee", "is": "committee"}
SEAT = {"fact": "stage.committee.members", "is": "open"}


def test_order_conditions_and_refusals_follow_the_new_key_and_nothing_else_does() -> None:
    stage: dict[str, object] = {
        "after": ["committee", "committees"],
        "apart": ["committee"],
        "when": {"any": [COMMITTEE, REFUSED, ANSWER, SEAT]},
        "refusal": {"request-changes": {"back-to": "committee", "times": 1}},
    }
    assert pointing(stage, "committee", "board") == {
        "after": ["board", "committees"],
        "apart": ["board"],
        "when": {
            "any": [
                {"fact": "stage.board", "is": "approved"},
                {"fact": "refused.board", "is": "rejected"},
                ANSWER,
                {"fact": "stage.board.members", "is": "open"},
            ]
        },
        "refusal": {"request-changes": {"back-to": "board", "times": 1}},
    }
