"""The report of a campaign: one HTML file, and the data of each figure beside it."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.records import CampaignRecord
from holdfast.report.table import Row, summary

__all__ = ["Row", "render", "summary"]


def render(campaign: CampaignRecord, folder: Path) -> Path:
    """Write `report.html` and `figures/*.csv` into `folder`, and return the path of the first.

    The same record gives the same bytes. Raises UserError when the record holds no round.
    """
    from holdfast.report.html import write_report  # matplotlib and Jinja2 load here, not at start-up

    return write_report(campaign, folder)
