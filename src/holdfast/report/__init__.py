"""The report of a campaign: one HTML file, and the data of each figure beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.campaign.records import CampaignRecord
from holdfast.report.table import Row, summary

if TYPE_CHECKING:
    from holdfast.campaign.attempt_rows import Columns
    from holdfast.campaign.holes.table import HolesTable

__all__ = ["Row", "render", "summary"]


def render(
    campaign: CampaignRecord,
    folder: Path,
    attempts: Sequence[Columns] = (),
    holes: Sequence[HolesTable] = (),
) -> Path:
    """Write `report.html` and `figures/*.csv` into `folder`, and return the path of the first.

    `attempts` are those of the evaluations' attacks as rows; without them the report has no file of them. The
    same record gives the same bytes. `holes` are tables of planted holes, which say what it means that an
    attack found nothing. Raises UserError when the record holds no round.
    """
    from holdfast.report.html import write_report  # matplotlib and Jinja2 load here, not at start-up

    return write_report(campaign, folder, attempts, holes)
