"""How much of the prompts of one conversation the model had read before.

Twenty turns with the default model, in one conversation of a user with memories, as fast as the
replies come. Reported is the share of prompt tokens that came from the prefix cache over turns 3
to 20, and the most tokens of memory that a turn attached. Run with:

    python -m evals.benchmarks.prefix_cache
"""

import argparse
import tempfile

from assistant import Assistant

MEMORIES = (
    "I'm vegetarian",
    "I live in Porto with my dog Biscoito",
    "I work nights as a nurse",
    "I love cycling along the river",
    "I'm learning Italian",
    "I can't stand loud places",
    "My budget for a holiday is 800 euros",
    "I have two kids, Rui and Marta",
)
MESSAGES = (
    "Hi! How are you?",
    "What could I cook tonight?",
    "Something with less work, please.",
    "Which wine goes with it?",
    "I have a free weekend. Any idea what to do?",
    "The kids will be with me.",
    "Could we take the dog?",
    "What should we pack?",
    "Let's talk about my Italian. How do I say 'good night'?",
    "And 'see you tomorrow'?",
    "Give me three short sentences to practise.",
    "How can I remember new words better?",
    "I slept badly after my shift. What helps?",
    "How much coffee is too much?",
    "Where could I go on holiday in May?",
    "Is it quiet there?",
    "How would I get there by train?",
    "What would a week cost about?",
    "Write a short message to my sister about this plan.",
    "Thanks! Sum up what we planned today.",
)


def main() -> None:
    """Hold the conversation and print what was cached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", help="a local model other than that of the settings")
    given = parser.parse_args()
    read = cached = most_attached = 0
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant(home=home, model=given.model) as assistant,
    ):
        companion = assistant.user("ana")
        for text in MEMORIES:
            companion.memories.add(text)
        for number, text in enumerate(MESSAGES, 1):
            reply = companion.chat(text)
            usage = reply.usage
            most_attached = max(most_attached, usage.attached_tokens)
            print(
                f"turn {number:2}: {usage.prompt_tokens:5} prompt tokens,"
                f" {usage.cached_tokens:5} cached, {usage.attached_tokens:3} attached,"
                f" first word after {usage.seconds['first_token']:.1f} s"
            )
            if number >= 3:
                read += usage.prompt_tokens
                cached += usage.cached_tokens
    print(f"turns 3 to 20: {cached / read:.1%} of {read} prompt tokens came from the prefix cache")
    print(f"at most {most_attached} tokens of memory were attached to a message")


if __name__ == "__main__":
    main()
