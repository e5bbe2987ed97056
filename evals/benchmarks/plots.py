"""Pictures of what was measured: one line a system, its name at its end instead of in a legend."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.benchmarks.gate import Point
from evals.statistics import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {
    "bespoke": "#c2410c",
    "bm25": "#0f766e",
    "chroma": "#1d4ed8",
    "rrf": "#6d28d9",
    "mem0": "#57534e",
    "gate": "#c2410c",
    "cosine alone": "#1d4ed8",
}
_OURS = ("bespoke", "gate")
_INK = "#292524"
_GRID = "#e7e5e4"


def plot_curves(path: Path, dataset: str, curves: Mapping[str, Sequence[float]]) -> None:
    """Draw recall against how many are looked at."""
    figure = _figure(7, 4.5)
    axes = figure.add_subplot()
    for system, values in curves.items():
        ranks = range(1, len(values) + 1)
        axes.plot(ranks, values, **_line(system))
    _name_lines(axes, {system: (len(values), values[-1]) for system, values in curves.items()})
    _dress(axes, f"{dataset}: share of a question's evidence that is found", "among the first k")
    figure.savefig(path, dpi=160)


def plot_sizes(
    path: Path, title: str, panels: Mapping[str, Mapping[str, Mapping[int, Estimate]]]
) -> None:
    """Draw a share against the number of other memories: a panel an arm, a line a system."""
    figure = _figure(5 * len(panels) + 1, 4.2)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=_INK)
    for number, (arm, systems) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(1, len(panels), number)
        for system, by_size in systems.items():
            sizes, estimates = list(by_size), list(by_size.values())
            axes.plot(sizes, [each.mean for each in estimates], marker="o", **_line(system))
            if system == "bespoke":  # the intervals of all would hide each other
                low, high = [each.low for each in estimates], [each.high for each in estimates]
                axes.fill_between(sizes, low, high, color=_COLOURS[system], alpha=0.1, linewidth=0)
            axes.set_xticks(sizes)
        _name_lines(
            axes, {name: (max(line), line[max(line)].mean) for name, line in systems.items()}
        )
        _dress(axes, arm, "other memories of the user")
    figure.savefig(path, dpi=160)


def plot_gate(path: Path, curves: Mapping[str, Sequence[Point]]) -> None:
    """Draw what is let in needlessly against what is kept: a line an arm, lower is better."""
    figure = _figure(11, 4.2)
    panels: dict[str, Callable[[Point], float]] = {
        "needless memories for a question of another topic": lambda point: point.needless,
        "share of general questions that get any memory": lambda point: point.general,
    }
    for number, (title, value) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(1, len(panels), number)
        for arm, points in curves.items():
            axes.plot([point.kept for point in points], list(map(value, points)), **_line(arm))
            axes.annotate(
                arm,
                (points[-1].kept, value(points[-1])),
                xytext=(-8, 0),
                textcoords="offset points",
                ha="right",
                fontsize=9,
                color=_COLOURS[arm],
            )
        _dress(axes, title, "share of needed memories that are kept", top=None)
    figure.savefig(path, dpi=160)


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _line(system: str) -> dict[str, Any]:
    return {
        "color": _COLOURS[system],
        "linewidth": 2.4 if system in _OURS else 1.5,
        "markersize": 4,
        "zorder": 3 if system in _OURS else 2,
    }


def _name_lines(axes: "Axes", ends: Mapping[str, tuple[float, float]]) -> None:
    """Write each name beside the end of its line, apart from each other where ends are close."""
    lowest = 0.0
    for system, (x, y) in sorted(ends.items(), key=lambda item: item[1][1]):
        lowest = max(y, lowest)
        axes.annotate(
            system,
            (x, lowest),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=_COLOURS[system],
            fontweight="bold" if system == "bespoke" else "normal",
            annotation_clip=False,
        )
        lowest += 0.045


def _dress(axes: "Axes", title: str, x_label: str, *, top: float | None = 1) -> None:
    axes.set_title(title, loc="left", fontsize=10, color=_INK)
    axes.set_xlabel(x_label, fontsize=9, color=_INK)
    axes.set_ylim(0, top)
    if top:
        axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", ".2", ".4", ".6", ".8", "1"])
    axes.grid(axis="y", color=_GRID)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_INK, labelsize=9, length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
