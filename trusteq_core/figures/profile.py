"""The difference of two calibration profiles, bin by bin, against chance and the margin."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.style import MODEL_STYLES, MUTED, TEMPLATE, empty_figure

__all__ = ["describe_profile", "profile_figure"]


def profile_figure(
    frame: pd.DataFrame,
    *,
    margin: float,
    names: dict[str, str],
    level: float = 0.9,
    height: int = 460,
) -> go.Figure:
    """Draw which model promises more in each bin, and by how much.

    Parameters
    ----------
    frame : DataFrame
        ``low``, ``high``, ``difference``, ``band``, ``count_original``, ``count_compressed``; one
        row a bin. The mean size of ``difference`` is the profile distance.
    margin : float
        Its limit, drawn as a line to either side.
    names : dict of str
        Names of the models.
    level : float
        Level of the band.
    height : int
        In pixels.
    """
    if frame.empty:
        return empty_figure("No predictions to draw.")
    # Bins stand at their numbers: near 1 several have the same edges to three digits.
    places = list(range(len(frame)))
    labels = [f"{row.low:.3f}<br>to {row.high:.3f}" for row in frame.itertuples()]
    figure = go.Figure()
    figure.add_bar(
        x=places,
        y=2 * frame["band"],
        base=-frame["band"],
        width=0.86,
        marker={"color": "rgba(128,136,152,0.24)", "line": {"width": 0}},
        name=f"chance alone ({100 * level:g} %)",
        hoverinfo="skip",
    )
    for model, style in MODEL_STYLES.items():
        sign = 1 if model == "compressed" else -1
        more = (sign * frame["difference"]).clip(lower=0) * sign
        figure.add_bar(
            x=places,
            y=more.where(more != 0),
            width=0.44,
            marker={"color": style.colour, "pattern": {"shape": style.pattern, "size": 6}},
            name=f"{names.get(model, model)} promises more",
            customdata=frame[["count_original", "count_compressed", "low", "high"]].to_numpy(),
            hovertemplate="confidence %{customdata[2]:.5f} to %{customdata[3]:.5f}<br>"
            "difference %{y:+.4f}<br>%{customdata[0]:,} and %{customdata[1]:,} examples"
            "<extra></extra>",
        )
    for side, place in ((margin, "top right"), (-margin, "bottom right")):
        figure.add_hline(
            y=side,
            line={"color": MUTED, "width": 1.6, "dash": "dash"},
            annotation={"text": f"margin {side:+.3f}".replace("-", "−")},
            annotation_position=place,
        )
    figure.add_hline(y=0, line={"color": MUTED, "width": 1})
    reach = 1.18 * max(margin, float(frame["band"].max()), float(frame["difference"].abs().max()))
    figure.update_layout(template=TEMPLATE, height=height, barmode="overlay")
    figure.update_xaxes(
        title_text="Confidence (bins of equal mass)",
        tickvals=places,
        ticktext=labels,
        tickangle=0,
        showgrid=False,
        tickfont={"size": 9.5},
    )
    figure.update_yaxes(title_text="Difference of the gaps", range=[-reach, reach])
    return figure


def describe_profile(frame: pd.DataFrame, margin: float, names: dict[str, str]) -> str:
    """Return the diagram in words: the distance, its floor, and where it is largest."""
    if frame.empty:
        return "Profile difference: no predictions."
    worst = frame.iloc[int(frame["difference"].abs().to_numpy().argmax())]
    more = names["compressed" if worst["difference"] > 0 else "original"]
    return (
        f"Profile difference in {len(frame)} bins. Distance {worst['distance']:.4f}, floor "
        f"{worst['floor']:.4f}, limit {margin:.4f}. Largest at confidence {worst['low']:.3f} to "
        f"{worst['high']:.3f}: {more} promises more by {abs(worst['difference']):.4f}."
    )
