"""What became of groups since the run before, and what connects two parties, as the API answers them."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import fields as f
from api.schemas.reasons import RelationshipItem


class GroupChangeItem(f.Answer):
    """A change of one group between the run before and this one."""

    book_id: f.BookId
    group_id: f.GroupId
    change: Annotated[
        Literal["appeared", "vanished", "merged", "reanchored", "split", "joined", "left"],
        Field(
            description="What became of the group, or that a party joined or left it.", examples=["joined"]
        ),
    ]
    party_id: Annotated[
        str | None, Field(description="Who joined or left; null for the group as a whole.", examples=["P2"])
    ]
    other_group_id: Annotated[
        str | None,
        Field(
            description="The group that members went to; null for one group.", examples=["example_policy/P1"]
        ),
    ]
    relationship_ids: Annotated[
        list[str],
        Field(description="The relationships that did it: new, changed or gone.", examples=[["R1"]]),
    ]
    cause: Annotated[
        Literal["relationship", "exposure", "rulebook", "other"],
        Field(description="What did it.", examples=["relationship"]),
    ]
    explanation: Annotated[
        str,
        Field(
            description="The change and its cause in words.",
            examples=["The party is a member now and was none then. The relationships named are new."],
        ),
    ]


class ConnectingRelationship(RelationshipItem):
    """A relationship of the fewest that put two parties into one group."""

    sentence_en: f.LinkEn
    sentence_zh: f.LinkZh
    clause: Annotated[
        str,
        Field(
            description="By which it counts; empty where the text is not at hand.", examples=["Policy, 4.2"]
        ),
    ]
    clause_zh: Annotated[str, Field(description="The same in Chinese.", examples=["政策，4.2"])]


class ConnectionAnswer(f.Answer):
    """What connects two parties under a book."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    book_id: f.BookId
    party_ids: Annotated[list[str], Field(description="The two parties.", examples=[["P1", "P2"]])]
    group_ids: Annotated[
        list[str], Field(description="The groups that hold both.", examples=[["example_policy/P1"]])
    ]
    relationships: Annotated[
        list[ConnectingRelationship],
        Field(description="The fewest that put both into one group; empty where no group holds both."),
    ]
    is_smallest: Annotated[
        bool,
        Field(
            description="Whether it is known that no fewer do it; else none of them can be spared.",
            examples=[True],
        ),
    ]
