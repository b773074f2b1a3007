"""Named figures over the leads, each by cohort, each with what it counts (docs/metrics.*.md).

    from leads import metrics
    [figures] = metrics.compute(["lead_to_won"], by="source")

Reports, key results, agendas and exports read their figures here and nowhere else.
"""

from leads.metrics.catalogue import METRICS, Metric, find
from leads.metrics.computing import compute
from leads.metrics.figures import Figures, ImpossibleFigure, Row
from leads.metrics.periods import Period
from leads.metrics.refusing import CannotGroup, UnknownMetric

__all__ = [
    "METRICS",
    "CannotGroup",
    "Figures",
    "ImpossibleFigure",
    "Metric",
    "Period",
    "Row",
    "UnknownMetric",
    "compute",
    "find",
]
