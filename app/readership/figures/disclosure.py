"""Statistical disclosure control: what may be published of counts without a handful of members being recognised.

A count under five is not published, nor one that leaves fewer than five others; neighbouring classes merge until each
holds five. A figure published beside another (readers beside classes, a group beside all) is suppressed where
subtracting them would give a small count. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from app.readership.figures.monthly import Group, GroupCounts
from app.readership.figures.published import Block, Count, Declared, PublishedGroup
from app.readership.survey import READING_CLASSES, Habit
from app.small_numbers import SMALL


def publishable(count: int, population: int) -> Count | None:
    """Return what may be published of `count` members of `population`; None: nothing, as always under ten members."""
    least = min(count, population - SMALL)
    if least < SMALL:
        return None
    return Count(least, least if least == count else population)


def add_counts(first: Count | None, second: Count | None) -> Count | None:
    """Add what is published of two counts of different members: nothing where one of them is not."""
    return first.plus(second) if first and second else None


def publishable_sum(groups: Sequence[tuple[int, int]]) -> int | None:
    """Return how many, at least, of the members of all `groups` together; each is a count and its population.

    It is the sum of what may be shown of each, so that nothing comes back by subtraction; None: nothing. Groups too
    small to be shown alone are taken as one, where all are.
    """
    if all(population < 2 * SMALL for _count, population in groups):
        groups = [(sum(count for count, _ in groups), sum(population for _, population in groups))]
    published = [count.least for group in groups if (count := publishable(*group))]
    return sum(published) or None


def merge_classes(counts: Sequence[int], cuts: Collection[int] = (), absent: Collection[int] = ()) -> tuple[Block, ...]:
    """Merge classes with their neighbours until each block holds five, and never across one of `cuts`.

    A cut is the number of the class that begins after it: the counts on both its sides are known from elsewhere, and
    a block across it would give away its parts. The `absent` classes cannot have members: they are left out.
    """
    edges = sorted({0, len(counts), *cuts})
    present = [[number for number in range(*edge) if number not in absent] for edge in pairwise(edges)]
    return tuple(block for numbers in present for block in _merge_between(counts, numbers))


def common_blocks(first: Sequence[Block], second: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks that can be added from those of two groups: they end where blocks of both end."""
    blocks: list[Block] = []
    for joined in _join_up_to(first, at=_block_ends(first) & _block_ends(second)):
        members = sum(block.members for block in second if block.classes[-1] in joined.classes)
        blocks.append(Block(joined.classes, joined.members + members))
    return tuple(blocks)


def _merge_between(counts: Sequence[int], numbers: Sequence[int]) -> list[Block]:
    blocks: list[Block] = []
    pending = Block((), 0)
    for number in numbers:
        pending = _join(pending, Block((number,), counts[number]))
        if pending.members >= SMALL:
            blocks.append(pending)
            pending = Block((), 0)
    if pending.classes:  # too small to be shown: it joins the block before
        blocks.append(_join(blocks.pop(), pending) if blocks else pending)
    return blocks


def _join_up_to(blocks: Sequence[Block], at: Collection[int]) -> list[Block]:
    """Join `blocks` up to each of the classes `at`; what follows the last of these is left out."""
    joined: list[Block] = []
    pending = Block((), 0)
    for block in blocks:
        pending = _join(pending, block)
        if pending.classes[-1] in at:
            joined.append(pending)
            pending = Block((), 0)
    return joined


def _block_ends(blocks: Sequence[Block]) -> set[int]:
    return {block.classes[-1] for block in blocks}


def _join(first: Block, second: Block) -> Block:
    return Block(first.classes + second.classes, first.members + second.members)


def publish(eig: GroupCounts, mentor: GroupCounts) -> Mapping[Group, PublishedGroup]:
    """Return what may be published of both groups and of all together."""
    eigs, mentors = publish_group(eig), publish_group(mentor)
    alone = _can_stand_alone(eig, mentor)
    everyone = publish_group(eig.plus(mentor)) if alone else add_groups(eigs, mentors)
    return {Group.EIG: eigs, Group.MENTOR: mentors, Group.ALL: everyone}


def publish_group(counts: GroupCounts) -> PublishedGroup:
    """Return what may be published of one group, were it the only one."""
    readers = publishable(counts.readers, counts.eligible)
    frequency = merge_classes(counts.classes, {READING_CLASSES} if _is_exact(readers) else (), counts.absent)
    return PublishedGroup(
        eligible=counts.eligible,
        readers=readers,
        measurable=_measurable(counts, readers, frequency),
        frequency=_if_informative(frequency),
        declared=_declared(counts),
        always=_always(counts, readers),
    )


def add_groups(first: PublishedGroup, second: PublishedGroup) -> PublishedGroup:
    """Add up two published groups: made of what is published already, it discloses nothing more.

    A figure that one of the groups hides stays hidden.
    """
    return PublishedGroup(
        eligible=first.eligible + second.eligible,
        readers=add_counts(first.readers, second.readers),
        measurable=add_counts(first.measurable, second.measurable),
        frequency=_if_informative(common_blocks(first.frequency, second.frequency)),
        declared=Declared(
            answers=add_counts(first.declared.answers, second.declared.answers),
            positive=add_counts(first.declared.positive, second.declared.positive),
            classes=_if_informative(common_blocks(first.declared.classes, second.declared.classes)),
        ),
        always=add_counts(first.always, second.always),
    )


def _can_stand_alone(eig: GroupCounts, mentor: GroupCounts) -> bool:
    """Return whether the figure of all is published by itself: a group is empty, or both are too small to be shown."""
    sizes = eig.eligible, mentor.eligible
    return min(sizes) == 0 or max(sizes) < 2 * SMALL


def _is_exact(count: Count | None) -> bool:
    return count is not None and not count.at_least


def _if_informative(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return `blocks`, or none where no class stands alone: the number of readers says as much already."""
    classes = len(Habit)  # a block after these holds those who did not answer
    return blocks if any(block.is_single_class and block.classes[0] < classes for block in blocks) else ()


def _measurable(counts: GroupCounts, readers: Count | None, frequency: Sequence[Block]) -> Count | None:
    """Count who can be measured: those known to have a mark, and others only by the rule among the others."""
    if readers and readers.at_least:
        return readers
    # the last block holds those without a mark, so the blocks before it are known to be measurable
    marked = sum(block.members for block in frequency[:-1])
    others = publishable(counts.measurable - marked, counts.eligible - marked)
    if others:
        return others.plus(Count(marked, marked))
    return Count(marked, counts.eligible) if marked else None


def _always(counts: GroupCounts, readers: Count | None) -> Count | None:
    if counts.always is None or readers is None:
        return None
    return publishable(counts.always, counts.eligible if readers.at_least else readers.least)


def _declared(counts: GroupCounts) -> Declared:
    """Publish the answers. Those who gave none are a class like the others: it is not shown when small either."""
    given = sum(counts.answers)
    answers = publishable(given, counts.eligible)
    if answers is None:
        return Declared()
    positive = publishable(sum(counts.answers[:READING_CLASSES]), answers.most)
    cuts = {READING_CLASSES} if _is_exact(positive) else set()
    cuts |= {len(Habit)} if _is_exact(answers) else set()
    classes = merge_classes((*counts.answers, counts.eligible - given), cuts)
    return Declared(answers=answers, positive=positive, classes=_if_informative(classes))
