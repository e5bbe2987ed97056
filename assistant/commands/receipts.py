"""What forgetting and erasing would do and did, in lines for a terminal."""

from collections.abc import Iterator

from memory.receipts import Preview, Receipt


def preview_lines(preview: Preview) -> Iterator[str]:
    """What would go, and what could go with it."""
    yield "This would go:"
    for each in preview.memories:
        yield f"  memory    {each.text}"
    for mention in preview.mentions:
        yield f"  {mention.place:<8}  {mention.text}"
    yield f"  {preview.prompts} earlier prompts, {preview.snapshots} snapshots of what is known"
    if preview.hosts:
        yield f"The models at {', '.join(preview.hosts)} may have been sent it."
    if preview.similar:
        yield "This is similar and stays, unless you add it with --also:"
    for similar in preview.similar:
        yield f"  --also {similar.id}  {similar.text}"


def receipt_lines(receipt: Receipt) -> Iterator[str]:
    """What went, and what is out of reach."""
    counts = ", ".join(f"{count} {what}" for what, count in receipt.removed.items())
    yield f"{receipt.action.capitalize()}: {counts}."
    yield "Out of reach:"
    for each in receipt.out_of_reach:
        yield f"  {each}"
