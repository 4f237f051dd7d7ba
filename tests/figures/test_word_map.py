"""Words are shown as text whatever they contain, with sign and rank beside the colour."""

import tomllib
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trusteq_core.figures import PALETTES, Panel, word_map_html, word_maps_html
from trusteq_core.tasks import word_grid

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
SEGMENTS = ("A dog sleeps.", "A cat sleeps!")
ORIGINAL, COMPRESSED = Panel("original", "base"), Panel("compressed", "tiny")


def words_of(segments, original, compressed=None, top_original=(), top_compressed=(), reason=()):
    grid = word_grid(segments)
    compressed = original if compressed is None else compressed
    ranks = pd.Series(np.abs(original)).rank(ascending=False, method="first")
    return pd.DataFrame(
        {
            "segment": [word.segment for word in grid.words],
            "position": [word.position for word in grid.words],
            "word": [word.text for word in grid.words],
            "value_original": original,
            "value_compressed": compressed,
            "rank_original": ranks,
            "rank_compressed": ranks,
            "top_original": [i in top_original for i in range(len(grid))],
            "top_compressed": [i in top_compressed for i in range(len(grid))],
            "reason": [i in reason for i in range(len(grid))],
        }
    )


def one_map(segments, words, panel=ORIGINAL, scale=1.0):
    names = ["premise", "hypothesis"][: len(segments)]
    return word_map_html(segments, words, panel, segment_names=names, scale=scale)


class Seen(HTMLParser):
    """Collects the tags, the text and the classes of each word."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.text, self.classes, self.titles = [], "", {}, {}
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        found = dict(attrs)
        if "data-w" in found:
            self.classes[int(found["data-w"])] = set(found["class"].split())
            self.titles[int(found["data-w"])] = found["title"]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> claim",
        '<img src=x onerror="alert(1)"> here',
        'it\'s "quoted" & <script>alert(1)</script>',
        "$x$ `code` [link](javascript:alert(1)) :red[no]",
        "مرحبا بالعالم",
        "東京は大きい 👍🏽",
    ],
)
def test_hostile_text_is_shown_as_text(text):
    words = words_of((text,), np.full(len(word_grid((text,))), 0.5))
    seen = Seen(one_map((text,), words))
    assert set(seen.tags) <= {"section", "p", "span", "small"}
    assert text in seen.text


def test_a_quote_in_a_word_cannot_leave_its_hover_text():
    words = words_of(("it's",), np.array([0.5])).assign(word='a" onmouseover="alert(1)')
    seen = Seen(one_map(("it's",), words))
    assert seen.titles[0].startswith('a" onmouseover="alert(1): +0.500')


def test_model_titles_are_escaped():
    markup = one_map(("A dog",), words_of(("A dog",), np.zeros(2)), Panel("original", "<i>x</i>"))
    assert "<i>" not in markup


def test_every_character_of_every_segment_is_there():
    seen = Seen(one_map(SEGMENTS, words_of(SEGMENTS, np.zeros(6))))
    for text in SEGMENTS:
        assert text in seen.text


def test_sign_is_told_without_colour():
    values = np.array([0.9, -0.9, 0.0, 0.9, 0.01, 0.9])
    seen = Seen(one_map(SEGMENTS, words_of(SEGMENTS, values)))
    assert "tq-plus" in seen.classes[0]
    assert "tq-minus" in seen.classes[1]
    assert not seen.classes[2] & {"tq-plus", "tq-minus"}
    assert not seen.classes[4] & {"tq-plus", "tq-minus"}  # too small to claim a sign


def test_shared_top_words_are_solid_and_own_ones_dashed():
    words = words_of(SEGMENTS, np.ones(6), top_original=(0, 1), top_compressed=(1, 2))
    seen = Seen(one_map(SEGMENTS, words))
    assert "tq-own" in seen.classes[0]
    assert "tq-shared" in seen.classes[1]
    assert not seen.classes[2] & {"tq-own", "tq-shared"}


def test_words_the_model_does_not_read_are_hatched_and_said():
    words = words_of(("A dog sleeps",), np.array([0.1, 0.2, np.nan]))
    seen = Seen(one_map(("A dog sleeps",), words))
    assert "tq-unread" in seen.classes[2]
    assert "not read" in seen.titles[2]


def test_hover_text_tells_score_rank_and_share():
    words = words_of(("A dog",), np.array([0.25, -0.75]))
    titles = Seen(one_map(("A dog",), words)).titles
    assert titles[1] == "dog: −0.750 · rank 1 · 75% of the total"


def test_hover_text_tells_the_standard_error_where_one_is_stored():
    words = words_of(("A dog",), np.array([0.25, -0.75])).assign(error_original=[0.012, np.nan])
    titles = Seen(one_map(("A dog",), words)).titles
    assert titles[0] == "A: +0.250 (standard error 0.012) · rank 2 · 25% of the total"
    assert titles[1] == "dog: −0.750 · rank 1 · 75% of the total"


def test_each_segment_says_its_share_of_the_attribution():
    values = np.array([0.1, -0.2, 0.0, 0.3, 0.0, np.nan])
    seen = Seen(one_map(SEGMENTS, words_of(SEGMENTS, values)))
    assert seen.text.count("50% of the attribution") == 2
    assert "of the attribution" not in Seen(one_map(("A dog",), words_of(("A dog",), [1, 1]))).text


def test_a_word_of_a_long_text_lights_up_in_the_other_panel():
    text = " ".join(f"word{number}" for number in range(300))
    words = words_of((text,), np.linspace(-1, 1, 300))
    markup = word_maps_html((text,), words, [ORIGINAL, COMPRESSED], segment_names=["text"], k=5)
    assert '.tq-maps:has([data-w="299"]:hover) [data-w="299"]' in markup


def test_one_shared_scale_makes_colours_compare():
    words = words_of(("A dog",), np.array([1.0, 0.0]), compressed=np.array([0.5, 0.0]))
    shared = word_maps_html(("A dog",), words, [ORIGINAL, COMPRESSED], segment_names=["text"], k=1)
    alone = word_maps_html(
        ("A dog",), words, [ORIGINAL, COMPRESSED], segment_names=["text"], k=1, shared_scale=False
    )
    half = PALETTES["blue-orange"].overlay(0.5, 1.0)
    assert half in shared
    assert half not in alone


def test_all_zero_attributions_are_transparent_and_unmarked():
    seen = Seen(one_map(("A dog",), words_of(("A dog",), np.zeros(2)), scale=0.0))
    assert seen.classes == {0: {"tq-w"}, 1: {"tq-w"}}


def test_legend_explains_every_mark_in_use():
    words = words_of(("A dog",), np.array([0.5, np.nan]), reason=(0,))
    text = Seen(word_maps_html(("A dog",), words, [ORIGINAL], segment_names=["text"], k=3)).text
    for phrase in ("top 3", "known to decide", "not read", "against", "for"):
        assert phrase in text


def test_legend_is_silent_about_marks_that_are_not_there():
    words = words_of(("A dog",), np.array([0.5, 0.1]))
    text = Seen(word_maps_html(("A dog",), words, [ORIGINAL], segment_names=["text"], k=3)).text
    assert "known to decide" not in text
    assert "not read" not in text


def luminance(rgb):
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.array(rgb) / 255
    ]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("value", [-1.0, -0.5, 0.5, 1.0])
def test_words_keep_a_contrast_of_four_and_a_half_in_both_themes(palette, theme, value):
    colours = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme]
    page, ink = (
        tuple(bytes.fromhex(colours[name].removeprefix("#")))
        for name in ("backgroundColor", "textColor")
    )
    red, green, blue, alpha = palette.overlay(value, 1.0)[5:-1].split(",")
    colour = np.array([int(red), int(green), int(blue)])
    mixed = float(alpha) * colour + (1 - float(alpha)) * np.array(page)
    bright, dim = sorted([luminance(mixed), luminance(ink)], reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5
