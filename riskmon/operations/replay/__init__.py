"""Replay: a past decision made again from what it was made of, and compared bit for bit."""

from riskmon.operations.replay.ask import read_answer, replay_item
from riskmon.operations.replay.check import Cause, Outcome, Replayed, replay_check
from riskmon.operations.replay.earmark import replay_earmark

__all__ = ["Cause", "Outcome", "Replayed", "read_answer", "replay_check", "replay_earmark", "replay_item"]
