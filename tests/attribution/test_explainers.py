"""Each explainer against games whose attributions are known, and against its own library."""

from itertools import permutations

import numpy as np
import pytest
from games import PAIR, Recorder, bumpy, game_model, segments_of_length

from trusteq_core.attribution import EXPLAINERS, ValueFunction, explain
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.shapley import shapley_exact
from trusteq_core.errors import DataError

ALL = sorted(name for name in EXPLAINERS if not EXPLAINERS[name].needs_gradients)
SUMS_TO_GAIN = ["shap-partition", "shapley"]


def linear(weights):
    return lambda keep: 0.3 + keep @ weights


def exact_values(game, n_words):
    return shapley_exact(game(all_coalitions(n_words).astype(float))[:, None]).ravel()


@pytest.mark.parametrize("counts", [(4,), (4, 3), (8, 7), (20, 18)])
@pytest.mark.parametrize("name", ALL)
def test_linear_model_gives_its_weights(name, counts):
    segments = segments_of_length(*counts)
    weights = np.random.default_rng(1).normal(size=sum(counts)) / 100
    settings = {"evaluations": 2000} if name == "shap-partition" else {}
    found = explain(game_model(segments, linear(weights)), segments, name, **settings)
    # LIME's ridge penalty of one shrinks a little; nothing else may.
    tolerance = 0.02 * np.abs(weights).max() + 1e-12 if name.startswith("lime") else 1e-10
    np.testing.assert_allclose(found.values[:, 1], weights, atol=tolerance)
    np.testing.assert_allclose(found.values[:, 0], -weights, atol=tolerance)
    if found.errors is not None:
        np.testing.assert_allclose(found.errors, 0, atol=1e-10)


@pytest.mark.parametrize("counts", [(1,), (2, 1), (5, 4), (9, 9), (30, 25)])
@pytest.mark.parametrize("name", SUMS_TO_GAIN)
def test_values_sum_to_prediction_minus_baseline(name, counts):
    segments = segments_of_length(*counts)
    found = explain(game_model(segments, bumpy(sum(counts))), segments, name)
    np.testing.assert_allclose(found.values.sum(axis=0), found.full - found.base, atol=1e-12)


def test_symmetric_words_get_equal_shapley_values():
    def game(keep):
        return 0.1 + 0.5 * keep[:, 0] * keep[:, 1] + 0.2 * keep[:, 2] * keep[:, 3]

    values = explain(
        game_model(segments_of_length(5), game), segments_of_length(5), "shapley"
    ).values
    np.testing.assert_allclose(values[:, 1], [0.25, 0.25, 0.1, 0.1, 0], atol=1e-12)


@pytest.mark.parametrize("name", ["occlusion", "shap-partition", "shapley"])
def test_a_word_that_never_matters_gets_nothing(name):
    segments = segments_of_length(4, 3)
    inner = bumpy(6)
    found = explain(game_model(segments, lambda keep: inner(keep[:, 1:])), segments, name)
    np.testing.assert_allclose(found.values[0], 0, atol=1e-12)
    assert np.abs(found.values[1:]).min() > 0


@pytest.mark.parametrize(
    ("name", "n_words"),
    [("occlusion", 14), ("shap-partition", 14), ("lime", 14), ("shapley", 6)],
)
def test_attribution_of_a_sum_is_the_sum_of_attributions(name, n_words):
    segments = segments_of_length(n_words)
    one, two = bumpy(n_words, 1), bumpy(n_words, 2)
    settings = {"evaluations": 10_000} if name == "shap-partition" else {}
    parts = [
        explain(game_model(segments, game), segments, name, example_id="a", **settings).values[:, 1]
        for game in (one, two, lambda keep: 0.25 * one(keep) + 0.5 * two(keep))
    ]
    np.testing.assert_allclose(parts[2], 0.25 * parts[0] + 0.5 * parts[1], atol=1e-10)


@pytest.mark.parametrize("n_words", [4, 5, 6])
def test_exact_shapley_equals_the_mean_over_all_orders(n_words):
    game = bumpy(n_words)
    mean = np.zeros(n_words)
    orders = list(permutations(range(n_words)))
    for order in orders:
        keep = np.zeros((n_words + 1, n_words))
        for step, word in enumerate(order):
            keep[step + 1 :, word] = 1
        mean[list(order)] += np.diff(game(keep)) / len(orders)
    segments = segments_of_length(n_words)
    found = explain(game_model(segments, game), segments, "shapley")
    np.testing.assert_allclose(found.values[:, 1], mean, atol=1e-12)
    assert (found.errors == 0).all()


def test_sampled_shapley_lies_within_its_standard_errors_of_the_exact_values():
    """Over many seeds the errors in units of their standard errors have a spread near one."""
    n_words = 13
    segments, game = segments_of_length(7, 6), bumpy(13, 3)
    exact = exact_values(game, n_words)
    value = ValueFunction(game_model(segments, game), segments)
    scores = []
    for seed in range(40):
        found = EXPLAINERS["shapley"].explain(value, seed=seed, budget=300)
        scores.append((found.values[:, 1] - exact) / found.errors[:, 1])
    spread = np.sqrt(np.mean(np.square(scores)))
    assert 0.7 < spread < 1.2
    assert np.abs(np.mean(scores, axis=0)).max() < 4.5 / np.sqrt(40)


def test_shapley_stops_when_the_requested_error_is_met():
    segments = segments_of_length(9, 9)
    model = game_model(segments, bumpy(18))
    full = explain(model, segments, "shapley", budget=4000)
    found = explain(model, segments, "shapley", budget=4000, error=2 * full.errors.max())
    assert found.errors.max() <= 2 * full.errors.max()
    assert found.evaluations < full.evaluations / 2


def test_shapley_stops_when_the_top_words_are_stable():
    segments = segments_of_length(9, 9)
    model = game_model(segments, bumpy(18))
    full = explain(model, segments, "shapley", budget=8000)
    found = explain(model, segments, "shapley", budget=8000, stability=0.8, top=3)
    assert found.stability(3).min() >= 0.8
    assert found.evaluations < full.evaluations
    stricter = explain(model, segments, "shapley", budget=8000, stability=0.8, top=3, error=1e-9)
    assert stricter.evaluations == full.evaluations


def test_a_text_of_no_more_words_than_asked_for_is_stable_at_once():
    segments = segments_of_length(11)
    found = explain(
        game_model(segments, bumpy(11)), segments, "shapley", budget=1000, stability=0.9, top=11
    )
    assert np.isnan(found.stability(11)).all()
    assert found.evaluations < 200


def test_exact_values_are_stable():
    segments = segments_of_length(8)
    found = explain(game_model(segments, bumpy(8)), segments, "shapley")
    np.testing.assert_array_equal(found.stability(3), [1.0, 1.0])
    assert explain(game_model(segments, bumpy(8)), segments, "lime").stability(3) is None


def test_an_option_is_recorded_only_where_it_is_given():
    """Results that were stored before an option existed keep their address."""
    segments = segments_of_length(6)
    model = game_model(segments, bumpy(6))
    assert set(explain(model, segments, "shapley").settings) == {"mask", "budget", "error"}
    given_one = explain(model, segments, "shapley", stability=0.9).settings
    assert set(given_one) == {"mask", "budget", "error", "stability"}


def test_more_evaluations_give_smaller_shapley_errors():
    segments, game = segments_of_length(8, 8), bumpy(16, 5)
    exact, model = exact_values(game, 16), game_model(segments, game)

    def mean_square(budget):
        runs = [explain(model, segments, "shapley", seed=s, budget=budget) for s in range(5)]
        return np.mean([np.square(run.values[:, 1] - exact) for run in runs])

    few, some, many = mean_square(128), mean_square(512), mean_square(2048)
    assert few > 2 * some > 4 * many


def test_shapley_of_a_long_text_raises_a_short_budget():
    segments = segments_of_length(150, 140)
    weights = np.random.default_rng(0).normal(size=290)
    found = explain(game_model(segments, linear(weights)), segments, "shapley", budget=100)
    np.testing.assert_allclose(found.values[:, 1], weights, atol=1e-9)
    assert found.evaluations <= 4 * 290


def test_lime_equals_the_package_on_the_same_masks():
    from lime.lime_text import LimeTextExplainer

    from trusteq_core.attribution.lime import lime_fit

    text = segments_of_length(11)[0]
    words, game = text.split(), bumpy(11)

    def keep_of(texts):
        return np.array([[word in text.split() for word in words] for text in texts])

    asked = []

    def classify(texts):
        keep = keep_of(texts)
        asked.append(keep)
        p = game(keep.astype(float))
        return np.column_stack([1 - p, p])

    package = LimeTextExplainer(random_state=7, feature_selection="none", split_expression=r"\s+")
    theirs = package.explain_instance(text, classify, labels=(0, 1), num_samples=400)
    p = game(asked[0].astype(float))
    ours = lime_fit(asked[0], np.column_stack([1 - p, p]))
    for label in (0, 1):
        weights = dict(theirs.as_map()[label])
        np.testing.assert_allclose(ours[:, label], [weights[i] for i in range(11)], atol=1e-10)


def test_lime_removes_a_uniform_number_of_words():
    from trusteq_core.attribution.lime import lime_coalitions

    keep = lime_coalitions(8, 8001, np.random.default_rng(0))
    assert keep[0].all()
    counts = np.bincount((~keep[1:]).sum(axis=1), minlength=9)
    assert counts[0] == 0
    np.testing.assert_allclose(counts[1:], 1000, atol=4 * np.sqrt(1000))
    np.testing.assert_allclose((~keep[1:]).mean(axis=0), 4.5 / 8, atol=0.03)


@pytest.mark.parametrize(("counts", "evaluations"), [((6, 5), 500), ((13, 12), 150)])
def test_partition_equals_shap_used_directly(counts, evaluations):
    import shap

    from trusteq_core.attribution.partition import word_tree

    segments = segments_of_length(*counts)
    n_words, game = sum(counts), bumpy(sum(counts))
    tree = word_tree(" ".join(segments).split(), np.repeat([0, 1], counts))

    class Masker:
        clustering = tree
        shape = (1, n_words)

        def __call__(self, keep, row):
            return (row * keep)[None, :]

    def model(keep):
        p = game(keep)
        return np.column_stack([1 - p, p])

    direct = shap.PartitionExplainer(model, Masker())
    theirs = direct(np.ones((1, n_words)), max_evals=evaluations, batch_size=10, silent=True)
    ours = explain(
        game_model(segments, game), segments, "shap-partition", evaluations=evaluations, batch=10
    )
    np.testing.assert_allclose(ours.values, theirs.values[0], atol=1e-10)


def test_partition_joins_segments_last():
    from trusteq_core.attribution.partition import word_tree

    words = ["a", "man", "and", "a", "dog", "run", "fast", "they", "play"]
    tree = word_tree(words, [0] * 7 + [1] * 2)
    left, right, _, size = tree[-1]
    assert size == 9
    assert {tree[int(left) - 9, 3], tree[int(right) - 9, 3]} == {7, 2}


@pytest.mark.parametrize("name", ALL)
def test_same_seed_same_values_and_only_sampling_explainers_depend_on_it(name):
    segments = segments_of_length(10, 8)
    model = game_model(segments, bumpy(18))
    first, again, other = (
        explain(model, segments, name, example_id="x", seed=seed).values for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first == other).all() == EXPLAINERS[name].deterministic


@pytest.mark.parametrize("name", ALL)
def test_order_and_subset_of_examples_change_nothing(name):
    examples = {"a": segments_of_length(9, 4), "b": segments_of_length(5, 8), "c": PAIR}
    score = lambda texts: np.array([len(" ".join(t)) % 17 for t in texts]) / 17  # noqa: E731
    forward = {key: explain(Recorder(score), text, name, example_id=key).values
               for key, text in examples.items()}  # fmt: skip
    shared = Recorder(score)
    for key in ("c", "a"):
        values = explain(shared, examples[key], name, example_id=key).values
        np.testing.assert_array_equal(values, forward[key])


def test_the_caller_s_random_state_is_left_alone():
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random(3)  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    for name in ALL:
        explain(game_model(segments_of_length(12), bumpy(12)), segments_of_length(12), name)
    np.testing.assert_array_equal(np.random.random(3), expected)  # noqa: NPY002


def test_registry_imports_no_heavy_library():
    import subprocess
    import sys

    code = (
        "import sys, trusteq_core.attribution as _\n"
        "heavy = {'torch', 'lime', 'shap', 'sklearn', 'transformers', 'numba'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "setting", "wrong"),
    [("lime", "samples", 1), ("shapley", "budget", "many"), ("shap-partition", "batch", 0)],
)
def test_a_setting_out_of_range_is_refused_in_words(name, setting, wrong):
    with pytest.raises(DataError, match=f"{setting} of explainer {name} must be a whole number"):
        explain(Recorder(lambda texts: np.full(len(texts), 0.5)), PAIR, name, **{setting: wrong})


@pytest.mark.parametrize(
    "wrong", [{"stability": 1.0}, {"stability": "high"}, {"error": 0}, {"error": True}]
)
def test_a_probability_out_of_range_is_refused_in_words(wrong):
    (setting,) = wrong
    model = Recorder(lambda texts: np.full(len(texts), 0.5))
    with pytest.raises(DataError, match=f"{setting} .* a number between 0 and 1, or None"):
        explain(model, PAIR, "shapley", **wrong)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("words", [2, 12])
def test_the_smallest_budget_still_gives_an_answer(name, words):
    segments, budget = segments_of_length(words), EXPLAINERS[name].budget
    settings = {budget: 2} if budget else {}
    found = explain(game_model(segments, bumpy(words)), segments, name, **settings)
    assert np.isfinite(found.values).all()


@pytest.mark.parametrize("name", ALL)
def test_declared_facts_hold(name):
    explainer = EXPLAINERS[name]
    found = explain(Recorder(lambda texts: np.full(len(texts), 0.5)), PAIR, name)
    assert explainer.id == name == found.explainer
    assert (found.errors is not None) == explainer.estimates_error
    assert found.settings == {"mask": "remove", **explainer.defaults}
    assert explainer.budget is None or explainer.budget in explainer.defaults
