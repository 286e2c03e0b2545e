"""The small-number rule put on all the figures of a month or a span at once.

Everything in a `PublishedGroup` may be shown to anybody; nothing in a `GroupCounts` may. A figure that is known beside
another (readers beside classes, a group beside all) is hidden where subtracting them would give a small count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.readership.figures import Group
from app.readership.published import Declared, PublishedGroup
from app.readership.small_numbers import SMALL, Block, Count, both, common, merged, shown
from app.readership.survey import READING_CLASSES, Habit
from app.readership.tally import GroupCounts


def publish(eig: GroupCounts, mentor: GroupCounts) -> Mapping[Group, PublishedGroup]:
    """What may be published of both groups and of all together."""
    eigs, mentors = publish_group(eig), publish_group(mentor)
    alone = _gives_nothing_away(eig, mentor)
    everyone = publish_group(eig.plus(mentor)) if alone else together(eigs, mentors)
    return {Group.EIG: eigs, Group.MENTOR: mentors, Group.ALL: everyone}


def publish_group(tally: GroupCounts) -> PublishedGroup:
    """What may be published of one group, were it the only one."""
    readers = shown(tally.readers, tally.eligible)
    frequency = merged(tally.classes, {READING_CLASSES} if _is_exact(readers) else (), tally.absent)
    return PublishedGroup(
        eligible=tally.eligible,
        readers=readers,
        measurable=_measurable(tally, readers, frequency),
        frequency=_worth_showing(frequency),
        declared=_declared(tally),
        always=_always(tally, readers),
    )


def together(one: PublishedGroup, other: PublishedGroup) -> PublishedGroup:
    """Two published groups added up: made of what is published already, it tells nothing more.

    A figure that one of the groups hides stays hidden.
    """
    return PublishedGroup(
        eligible=one.eligible + other.eligible,
        readers=both(one.readers, other.readers),
        measurable=both(one.measurable, other.measurable),
        frequency=_worth_showing(common(one.frequency, other.frequency)),
        declared=Declared(
            answers=both(one.declared.answers, other.declared.answers),
            positive=both(one.declared.positive, other.declared.positive),
            classes=_worth_showing(common(one.declared.classes, other.declared.classes)),
        ),
        always=both(one.always, other.always),
    )


def _gives_nothing_away(eig: GroupCounts, mentor: GroupCounts) -> bool:
    """Whether the figure of all stands for itself: one group has no member, or both are too small to be shown."""
    sizes = eig.eligible, mentor.eligible
    return min(sizes) == 0 or max(sizes) < 2 * SMALL


def _is_exact(count: Count | None) -> bool:
    return count is not None and not count.at_least


def _worth_showing(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """`blocks`, or none where no class stands alone: the number of readers says as much already."""
    classes = len(Habit)  # a block after these holds those who did not answer
    return blocks if any(block.stands_alone and block.classes[0] < classes for block in blocks) else ()


def _measurable(tally: GroupCounts, readers: Count | None, frequency: Sequence[Block]) -> Count | None:
    """The members who can be measured: those known to have a mark, and others only by the rule among the others."""
    if readers and readers.at_least:
        return readers
    marked = sum(block.members for block in frequency[:-1])
    others = shown(tally.measurable - marked, tally.eligible - marked)
    if others:
        return others.plus(Count(marked, marked))
    return Count(marked, tally.eligible) if marked else None


def _always(tally: GroupCounts, readers: Count | None) -> Count | None:
    if tally.always is None or readers is None:
        return None
    return shown(tally.always, tally.eligible if readers.at_least else readers.least)


def _declared(tally: GroupCounts) -> Declared:
    """Those who did not answer are a class like the others: how few they are is not given away either."""
    given = sum(tally.answers)
    answers = shown(given, tally.eligible)
    if answers is None:
        return Declared()
    positive = shown(sum(tally.answers[:READING_CLASSES]), answers.most)
    cuts = {READING_CLASSES} if _is_exact(positive) else set()
    cuts |= {len(Habit)} if _is_exact(answers) else set()
    classes = merged((*tally.answers, tally.eligible - given), cuts)
    return Declared(answers=answers, positive=positive, classes=_worth_showing(classes))
