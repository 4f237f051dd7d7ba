"""The look that every figure shares: colours, marks and one plotly template.

Figures have transparent backgrounds and mid-tone colours, so that one drawing serves the light and
the dark theme. Nothing is told by colour alone: each model also has a mark, a line and a hatching.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

__all__ = [
    "CLEAR",
    "COMPARISON",
    "CONFIG",
    "GRID",
    "MODEL_STYLES",
    "MUTED",
    "PALETTES",
    "TEMPLATE",
    "ModelStyle",
    "Palette",
    "empty_figure",
]

CLEAR = "rgba(0,0,0,0)"
GRID = "rgba(128,136,152,0.22)"
MUTED = "rgba(118,126,143,1)"
COMPARISON = "#3F7FC4"
"""Colour of what belongs to the pair and to neither model: overlap, agreement."""

CONFIG = {
    "displaylogo": False,
    "modeBarButtons": [["toImage", "resetScale2d"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}
"""Plotly's own settings for every interactive chart: few buttons, so that they cover nothing."""


@dataclass(frozen=True, slots=True)
class ModelStyle:
    """How one side of the pair is drawn, everywhere."""

    colour: str
    fill: str  # the same colour, translucent
    symbol: str
    dash: str
    pattern: str
    mark: str  # the symbol as a character, for running text


MODEL_STYLES: dict[str, ModelStyle] = {
    "original": ModelStyle("#8463D9", "rgba(132,99,217,0.55)", "circle", "solid", "", "●"),
    "compressed": ModelStyle("#11897C", "rgba(17,137,124,0.55)", "diamond", "dot", "/", "◆"),
}


@dataclass(frozen=True, slots=True)
class Palette:
    """A diverging palette: red, green and blue of each end; zero is transparent."""

    title: str
    negative: tuple[int, int, int]
    positive: tuple[int, int, int]

    def overlay(self, value: float, scale: float, *, strongest: float = 0.62) -> str:
        """Return the CSS colour of `value` on the symmetric range ``[-scale, scale]``.

        The colour is translucent, so the page shows through at zero and the text keeps the colour
        that its theme gives it.

        Examples
        --------
        >>> PALETTES["blue-orange"].overlay(0.5, 1.0)
        'rgba(225,119,12,0.310)'
        >>> PALETTES["blue-orange"].overlay(0.0, 0.0)
        'rgba(225,119,12,0.000)'
        """
        share = min(abs(value) / scale, 1.0) if scale > 0 else 0.0
        red, green, blue = self.positive if value >= 0 else self.negative
        return f"rgba({red},{green},{blue},{share * strongest:.3f})"


PALETTES: dict[str, Palette] = {
    # Warm speaks for the class and cool against it, as readers of LIME and SHAP plots expect.
    "blue-orange": Palette("Blue-orange", (40, 112, 214), (225, 119, 12)),
    "shap": Palette("SHAP (red +, blue −)", (0, 139, 251), (255, 0, 81)),
    "captum": Palette("Captum (green +, red −)", (214, 39, 40), (44, 140, 60)),
}

_AXIS = {
    "gridcolor": GRID,
    "linecolor": GRID,
    "zeroline": False,
    "automargin": True,
    "title": {"standoff": 10},
}

TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": "system-ui, 'Segoe UI', Roboto, sans-serif", "size": 13},
        "colorway": [MODEL_STYLES["original"].colour, MODEL_STYLES["compressed"].colour],
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.01, "x": 0, "title": ""},
        "hoverlabel": {"align": "left"},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
    }
)


def empty_figure(message: str, *, height: int = 160) -> go.Figure:
    """Return a figure that says why there is nothing to draw."""
    figure = go.Figure(layout={"template": TEMPLATE, "height": height})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=message, showarrow=False, font={"color": MUTED})
    return figure
