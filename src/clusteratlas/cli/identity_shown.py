"""How the terminal shows pairs of records, and a review of them: one by one, undoable, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from clusteratlas.cli.output import show_table

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.profiles.identity import Judgement
    from clusteratlas.atlas.review import Doubt

ANSWERS = ("same", "different", "unsure", "skip", "undo", "quit")
SHORT = {"s": "same", "d": "different", "u": "unsure", "k": "skip", "z": "undo", "q": "quit"}


def reasons(heading: str, judged: Iterable[Judgement]) -> None:
    """Pairs of records, a paragraph for each."""
    judged = list(judged)
    if judged:
        typer.echo(f"\n{heading}")
    for one in judged:
        typer.echo(f"- {one.left.name} ({one.left.source})  |  {one.right.name} ({one.right.source})")
        for sentence in said(one):
            typer.echo(f"    {sentence}")


def said(one: Judgement) -> list[str]:
    """The sentences of a judgement, and who says so."""
    if one.who == "person":
        why = f": {one.against}" if one.against else ""
        return [*one.sentences, f"{one.author} decided on {one.decided_on}: {one.verdict}{why}"]
    if one.against:
        return [*one.sentences, f"not joined: {one.against}"]
    return [*one.sentences, *([f"{min(99, round(100 * one.score))} % sure"] if one.who == "model" else [])]


class Reviewing:
    """A review of a queue: pairs are shown in turn, and each answer is written at once."""

    def __init__(self, atlas: Atlas, queue: list[Doubt], path: Path, author: str) -> None:
        self._atlas, self._queue, self._path, self._author = atlas, queue, path, author
        self._made: list[int] = []

    def run(self) -> int:
        """Ask until the queue is empty or somebody quits; gives the number of decisions that hold."""
        place = 0
        while 0 <= place < len(self._queue):
            self._show(place)
            answer, reason = self._asked()
            if answer == "quit":
                break
            if answer == "undo":
                place = self._undo(place)
                continue
            if answer != "skip":
                self._write(place, answer, reason)
                self._made.append(place)
            place += 1
        return len(self._made)

    def _show(self, place: int) -> None:
        from clusteratlas.atlas.profiles.identity import sides
        from clusteratlas.atlas.review import evidence

        doubt = self._queue[place]
        judged = evidence(self._atlas, doubt)
        row = {"left_record_id": doubt.left_record_id, "right_record_id": doubt.right_record_id}
        records = sides(self._atlas, [row])
        left, right = records[doubt.left_record_id], records[doubt.right_record_id]
        state = "one organisation now" if doubt.is_joined else "two organisations now"
        typer.echo(
            f"\n{place + 1} of {len(self._queue)}: {state}; a mistake with {doubt.doubt:.0%} probability"
        )
        shown = (
            "name",
            "short_name",
            "city",
            "postal_code",
            "country_code",
            "vat_number",
            "website_url",
            "activity_type",
        )
        rows = [
            (name.replace("_", " "), left[name], right[name]) for name in shown if left[name] or right[name]
        ]
        rows += [("published as", doubt.left, doubt.right), ("source", left["source"], right["source"])]
        rows += [("projects", doubt.left_projects, doubt.right_projects)]
        show_table(("", "one", "other"), rows)
        for sentence in said(judged):
            typer.echo(f"  {sentence}")

    def _asked(self) -> tuple[str, str]:
        while True:
            try:
                text = typer.prompt("same, different, unsure, skip, undo or quit", prompt_suffix="? ")
            except typer.Abort:
                return "quit", ""
            word, _, reason = text.strip().partition(" ")
            answer = SHORT.get(word.lower(), word.lower())
            if answer in ANSWERS:
                return answer, reason.strip()
            typer.echo(f"'{word}' is no answer: write one of the words, or its letter ({', '.join(SHORT)}).")

    def _write(self, place: int, verdict: str, reason: str) -> None:
        from clusteratlas.identity.decisions import Decision
        from clusteratlas.sources.decisions import add_decisions

        doubt, today = self._queue[place], datetime.now(UTC).date()
        add_decisions(self._path, [Decision(doubt.left, doubt.right, verdict, self._author, today, reason)])

    def _undo(self, place: int) -> int:
        if not self._made:
            typer.echo(
                "Nothing was decided yet in this review; `clusteratlas identity undo` goes further back."
            )
            return place
        last = self._made.pop()
        self._write(last, "revoked", "")
        typer.echo("Taken back.")
        return last
