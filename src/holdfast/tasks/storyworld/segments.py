"""From phrases to segments: what is joined, what is parted, and how each part hangs on the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.tasks.storyworld.grammar import Phrase, VerbGroup, code, phrases, verb_group

VERB_KINDS = "VTGWBK"
MOST_COMMAS = 4
"""Noun phrases that commas may join before the last `and`."""
_OPENS_REPORT = ("say", "know", "intend", "see", "dream")
_EVERYONE, _FROM, _SO, _AND, _BUT, _NOBODY, _GENITIVE = (
    code("everyone"),
    code("from"),
    code("so"),
    code("and"),
    code("but"),
    code("nobody"),
    code("genitive"),
)
_NAMES = (code("name_he"), code("name_she"))
_ROLES = tuple(
    code(name) for name in ("role_he", "role_she", "role_any", "creature", "animal", "thinglike", "role_they")
)
_IDEAS = (code("abstract"), code("frame"))
_NO_HEADS = (*_IDEAS, *_NAMES, *map(code, ("him", "her", "them", "it")))
"""What `that` after it does not describe: the idea that, told Tom that."""
_GIVING = ("give", "offer")
_PERCEIVING = ("see", "let")


@dataclass(slots=True)
class Item:
    """A phrase, or several noun phrases joined to one; places count class characters of the sentence."""

    kind: str
    start: int
    end: int
    members: tuple[Phrase, ...] = ()
    """The noun phrases; of those in apposition only the first."""
    aliases: tuple[tuple[Phrase, Phrase], ...] = ()
    group: VerbGroup | None = None
    doubles: bool = False
    """Whether a second preposition may follow it: from under the tree."""


@dataclass(slots=True)
class Segment:
    """A stretch between separators.

    `link` says what opens it: `w` when, `a` after, `e` before, `i` if, `I` as if, `t` that, `r` who, `=`
    the rest
    of a clause after a relative one, `T` an infinitive, `G` an -ing form (`g` after a preposition, `n`
    after the
    noun that is its subject), `W` a participle (`p` after its noun), `B` a base form (`b` after its noun).
    """

    items: list[Item] = field(default_factory=list)
    link: str = ""
    comma: bool = False
    joined: str = ""
    """`and`, `but` or `so` before it, by class character."""
    head: Item | None = None
    after_noun: bool = False
    """Whether a comma parts it from a noun phrase right before."""
    preposition: str = ""

    def verb(self) -> VerbGroup | None:
        """The first verb group in it."""
        return next((item.group for item in self.items if item.group is not None), None)


def items(codes: str) -> list[Item]:
    """The phrases of a sentence, joined noun phrases as one."""
    found, at, verb = phrases(codes), 0, None
    joined: list[Item] = []
    while at < len(found):
        phrase = found[at]
        if phrase.kind == "N":
            item, at = _joined(codes, found, at, verb)
            joined.append(item)
            continue
        group = verb_group(codes, phrase) if phrase.kind in VERB_KINDS else None
        verb = group or (None if phrase.kind in ",:QCSwaetir" and not _as(found, at) else verb)
        joined.append(
            Item(phrase.kind, phrase.start, phrase.end, group=group, doubles=codes[phrase.start] == _FROM)
        )
        at += 1
    return joined


def _as(found: list[Phrase], at: int) -> bool:
    """Whether `as` and a noun phrase end a segment here: worked as the tailor, and."""
    return (
        found[at].kind == "w"
        and _kinds(found, at + 1, "N")
        and (at + 2 == len(found) or found[at + 2].kind == ",")
    )


def _joined(codes: str, found: list[Phrase], at: int, verb: VerbGroup | None) -> tuple[Item, int]:
    """Noun phrases joined by `and`, from this one on, and the place after them.

    They are not joined where a verb stands before them and one follows: Tom saw Ana, and Leo ran.
    """
    first = found[at]
    aliases: list[tuple[Phrase, Phrase]] = []
    if codes[first.start] == _EVERYONE and _kinds(found, at + 1, "CN") and codes[found[at + 1].start] == _BUT:
        return Item("N", first.start, found[at + 2].end, (first,)), at + 3
    if codes[first.start] == _NOBODY and _kinds(found, at + 1, "CN") and codes[found[at + 1].start] == _BUT:
        at += 2
        first = found[at]
    gives = verb is not None and verb.family in _GIVING
    members, at = [first], at + 1
    at = at if gives else _apposed(codes, found, at, aliases)
    while True:
        named: list[tuple[Phrase, Phrase]] = []
        more = _more(codes, found, at, None if gives else named)
        if not more or (verb and _kinds(found, more, "V")):
            break
        roles = [role for _, role in named]
        members += [phrase for phrase in found[at:more] if phrase.kind == "N" and phrase not in roles]
        aliases += named
        at = more
    return Item("N", first.start, found[at - 1].end, tuple(members), tuple(aliases)), at


def _apposed(codes: str, found: list[Phrase], at: int, named: list[tuple[Phrase, Phrase]]) -> int:
    """The place after a role in apposition to the name right before; there, if none stands there."""
    name = found[at - 1]
    if _is_name(codes, name) and _kinds(found, at, "N") and _is_role(codes, found[at]):
        named.append((name, found[at]))
        return at + 1
    return at


def _more(codes: str, found: list[Phrase], at: int, named: list[tuple[Phrase, Phrase]] | None) -> int:
    """The place after `, N, N and N`; 0 if that does not follow. Names with a role after them are noted."""
    for _ in range(MOST_COMMAS):
        if not _kinds(found, at, ",N"):
            break
        at = at + 2 if named is None else _apposed(codes, found, at + 2, named)
    if _kinds(found, at, ",C"):
        at += 1
    if not (_kinds(found, at, "CN") and codes[found[at].start] == _AND) and not _kinds(found, at, "oN"):
        return 0
    return at + 2 if named is None else _apposed(codes, found, at + 2, named)


def _kinds(found: list[Phrase] | list[Item], at: int, kinds: str) -> bool:
    return len(found) >= at + len(kinds) and all(found[at + i].kind == kind for i, kind in enumerate(kinds))


def _is_name(codes: str, phrase: Phrase) -> bool:
    return phrase.end - phrase.start == 1 and codes[phrase.start] in _NAMES


def _is_role(codes: str, phrase: Phrase) -> bool:
    words = codes[phrase.start : phrase.end]
    return len(words) > 1 and words[-1] in _ROLES and _GENITIVE not in words


class Segmenter:
    """Cuts the items of one sentence into segments."""

    def __init__(self, codes: str) -> None:
        self.codes = codes
        self.items = items(codes)
        self.done: list[Segment] = []
        self.now = Segment()

    def segments(self) -> list[Segment]:
        """All of them, in order; none is empty."""
        for at, item in enumerate(self.items):
            self._take(at, item)
        self._part()
        return self.done

    def _part(self) -> None:
        if self.now.items:
            self.done.append(self.now)
            self.now = Segment()

    def _take(self, at: int, item: Item) -> None:
        kind = item.kind
        if kind in ",:Q":
            last = self.now.items[-1] if self.now.items else None
            self._part()
            self.now.comma = True
            self.now.after_noun = kind == "," and last is not None and last.kind == "N"
            self.now.link += "t" if kind == ":" else ""
        elif kind in "CS":
            self._part()
            self.now.joined = self.codes[item.start]
        elif kind in "wae" and self._prepositional(at):
            self.now.items.append(Item("P", item.start, item.end))
        elif kind in "waei":
            self._part()
            as_if = self.now.link.endswith("w") and kind in "wi"
            self.now.link = self.now.link[:-1] + "I" if as_if else self.now.link + kind
        elif kind in "tr":
            self._that(item)
        elif kind in VERB_KINDS:
            self._verb(item)
        else:
            self.now.items.append(item)

    def _prepositional(self, at: int) -> bool:
        """Whether `after`, `before` or `as` stands before a noun phrase and not a clause."""
        after = self.items[at + 1 : at + 3]
        return (
            bool(after)
            and after[0].kind in "NYOA"
            and (
                len(after) < 2
                or after[1].kind not in "VP"
                or (after[1].kind == "P" and not self._verb_follows(at + 2))
            )
        )

    def _verb_follows(self, at: int) -> bool:
        """Whether adjuncts and then a verb stand here: after the guard in the hall slept."""
        while _kinds(self.items, at, "PN"):
            at += 2
        return _kinds(self.items, at, "V")

    def _that(self, item: Item) -> None:
        """A relative clause after a noun phrase, or a report."""
        last = self.now.items[-1] if self.now.items else None
        verb = self.now.verb()
        relative = item.kind == "r" or (
            last is not None
            and last.kind == "N"
            and self.codes[last.end - 1] not in _NO_HEADS
            and (verb is None or verb.family not in _OPENS_REPORT)
        )
        if last is None and self.now.joined == _SO:
            return  # so angry that
        head = last if last is not None else self._last_noun()
        self._part()
        self.now.link += "r" if relative else "t"
        if relative:
            self.now.head = head if head is not None and head.kind == "N" else None

    def _last_noun(self) -> Item | None:
        """The noun phrase that ends the segment before, over a comma."""
        return self.done[-1].items[-1] if self.done else None

    def _verb(self, item: Item) -> None:
        now, last = self.now, self.now.items[-1] if self.now.items else None
        verb = now.verb()
        if item.kind == "V":
            if verb is not None:
                self._second_verb(item, verb)
                return
        elif item.kind == "T" or (item.kind == "G" and last is not None and last.kind not in "NP"):
            self._open(item.kind)
        elif last is None:
            now.link += item.kind
        elif item.kind == "B" and last.group is not None and last.group.family == "let":
            return
        elif item.kind == "G" and last.kind == "P":
            now.items.pop()
            self._open("g")
            self.now.preposition = self.codes[last.start]
        elif (
            last.kind == "N"
            and item.kind != "K"
            and (item.kind != "B" or (verb is not None and verb.family in _PERCEIVING))
        ):
            self._open({"G": "n", "W": "p", "B": "b"}[item.kind])
            self.now.head = last
        self.now.items.append(item)

    def _open(self, link: str) -> None:
        self._part()
        self.now.link += link

    def _second_verb(self, item: Item, verb: VerbGroup) -> None:
        """A second finite verb: the main clause goes on after a relative one, or a report without `that`."""
        now = self.now
        if now.link[-1:] in ("r", "n", "p"):
            self._open("=")
        elif (
            verb.family in _OPENS_REPORT
            and now.items[-1].kind == "N"
            and len(now.items) > 1
            and now.items[-2].group is verb
        ):
            noun = now.items.pop()
            self._open("t")
            self.now.items.append(noun)
        self.now.items.append(item)
