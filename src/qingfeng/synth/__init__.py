"""A synthetic case as institutions would deliver it, with planted truth and an import oracle."""

from qingfeng.synth.building import BuiltCase, build
from qingfeng.synth.scoring import Score, score
from qingfeng.synth.truth import Plant, Truth

__all__ = ["BuiltCase", "Plant", "Score", "Truth", "build", "score"]
