"""A chart as every page shows it: its picture and its data can be saved, its caption says how."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from trusteq_app.tables import captioned
from trusteq_core.figures import CONFIG

__all__ = ["IMAGES", "pick_image", "saved_as", "show_chart"]

IMAGES = ("PNG", "SVG")
"""What plotly's own button can save a chart as."""


def pick_image() -> None:
    """Draw the picker of the format in which charts are saved."""
    st.segmented_control(
        "Save charts as",
        IMAGES,
        default=IMAGES[0],
        required=True,
        key="image",
        bind="query-params",
        help="What the camera button of a chart saves: pixels, or a drawing without loss.",
    )


def show_chart(
    figure: go.Figure,
    frame: pd.DataFrame,
    *,
    name: str,
    alt: str,
    caption: str,
    **settings: Any,
) -> None:
    """Draw a chart, and beneath it its caption beside the download of its data.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    frame : DataFrame
        The data behind it, for the CSV.
    name : str
        Key of the chart and name of the files.
    alt : str
        The chart in words.
    caption : str
        How it is read, in Markdown.
    **settings
        Passed on to ``st.plotly_chart``.
    """
    st.plotly_chart(figure, key=name, config=saved_as(name), alt=alt, **settings)
    captioned(caption, frame, name, key=f"{name}_csv")


def saved_as(name: str) -> dict[str, Any]:
    """Return plotly's settings, the picture saved under a name in the visitor's format."""
    image = st.session_state.get("image") or IMAGES[0]
    saved = {"format": image.lower(), "filename": name, "scale": 2}
    return {**CONFIG, "toImageButtonOptions": saved}
