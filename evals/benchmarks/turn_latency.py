"""How long it takes from the call to the moment the chat model is asked.

The unit is the time that the real embedder takes for one message, measured in the same run. The
vault is filled with a deterministic embedder of the same dimension, so that filling takes minutes
instead of hours; its cost is left out of the turn and one real embedding is added. Run with:

    python -m evals.benchmarks.turn_latency 1000 100000
"""

import argparse
import statistics
import tempfile
import time

from assistant import Assistant
from evals.benchmarks.cached_embeddings import settings_embeddings
from evals.benchmarks.doubles import DIMENSION, AskedAt, TimedFake
from evals.benchmarks.filling import fill, sentences


def measure(messages: int, repeats: int) -> None:
    """Print the median time before the model is asked, as a multiple of one embedding."""
    real = settings_embeddings()
    real.embed_query("warm up")
    fake, model = TimedFake(size=DIMENSION), AskedAt()
    units, turns = [], []
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant(home=home, model=model, embeddings=fake) as assistant,
    ):
        fill(assistant.user("ana"), messages)
        companion = assistant.user("ana")
        for number, text in enumerate(sentences(repeats + 5, seed=9)):
            started = time.perf_counter()
            real.embed_query(text)
            unit = time.perf_counter() - started
            fake.spent.clear()
            started = time.perf_counter()
            companion.chat(text)
            turn = model.asked[-1] - started - sum(fake.spent) + unit
            assistant.settle()
            if number >= 5:  # the first ones warm up
                units.append(unit)
                turns.append(turn)
    unit, turn = statistics.median(units), statistics.median(turns)
    print(
        f"{messages:>7} messages: {turn * 1000:6.1f} ms until the model is asked, "
        f"one embedding {unit * 1000:5.1f} ms, ratio {turn / unit:4.1f} "
        f"(medians of {repeats} turns)"
    )


def main() -> None:
    """Measure at the sizes that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("messages", type=int, nargs="*", default=[1000])
    parser.add_argument("--repeats", type=int, default=30)
    given = parser.parse_args()
    for messages in given.messages:
        measure(messages, given.repeats)


if __name__ == "__main__":
    main()
