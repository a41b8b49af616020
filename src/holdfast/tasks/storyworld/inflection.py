"""The forms of English verbs: base, past, participle and -ing, from the base."""

from __future__ import annotations

from typing import NamedTuple


class Forms(NamedTuple):
    """The forms of one verb; some may be the same word."""

    base: str
    past: str
    participle: str
    ing: str


IRREGULAR: dict[str, tuple[str, str]] = {
    line.split()[0]: (line.split()[1], line.split()[2])
    for line in """\
beat beat beaten
become became become
begin began begun
bind bound bound
bite bit bitten
bleed bled bled
break broke broken
bring brought brought
build built built
burst burst burst
buy bought bought
catch caught caught
come came come
cut cut cut
dig dug dug
drink drank drunk
eat ate eaten
fall fell fallen
feed fed fed
feel felt felt
fight fought fought
find found found
flee fled fled
fling flung flung
forget forgot forgotten
get got gotten
give gave given
go went gone
hear heard heard
hide hid hidden
hit hit hit
hold held held
hurt hurt hurt
keep kept kept
kneel knelt knelt
know knew known
lead led led
leap leapt leapt
learn learned learned
leave left left
lend lent lent
let let let
light lit lit
lose lost lost
make made made
meet met met
put put put
read read read
ride rode ridden
ring rang rung
rise rose risen
run ran run
see saw seen
say said said
sell sold sold
send sent sent
set set set
shake shook shaken
shine shone shone
shoot shot shot
show showed shown
shut shut shut
sing sang sung
sink sank sunk
sit sat sat
sleep slept slept
slit slit slit
speak spoke spoken
spend spent spent
stand stood stood
steal stole stolen
stick stuck stuck
sting stung stung
strike struck struck
swear swore sworn
sweep swept swept
swim swam swum
swing swung swung
take took taken
teach taught taught
tear tore torn
tell told told
think thought thought
throw threw thrown
wake woke woken
wear wore worn
mean meant meant
weep wept wept
win won won
write wrote written
do did done
shed shed shed
overtake overtook overtaken
forsake forsook forsaken
forgive forgave forgiven
freeze froze frozen
cost cost cost
draw drew drawn
drive drove driven
grow grew grown
hang hung hung
lay laid laid
pay paid paid
choose chose chosen
blow blew blown
spring sprang sprung
wring wrung wrung
fly flew flown
lie lay lain
saw sawed sawn
knit knitted knitted
melt melted melted""".splitlines()
}
"""Past and participle of verbs that do not take -ed."""

DOUBLING = frozenset(
    """stab slap whip cut hit drop grab swap stop run sit hug strap nod grin beg chat dig plan slip step shut put
    let set rob drag stir slit begin swim win trap prod pat hum scrub spot trip admit commit forget chop snap jab bar flog regret don sidestep sip knit shrug squat spit clap drip skip snip rub trip fit travel drum wrap unwrap hop quarrel pin tip rip""".split()
)
"""Verbs that double their last letter before -ed and -ing."""


def forms(base: str) -> Forms:
    """The four forms of a verb."""
    if base in DOUBLING:
        stem = base + base[-1]
        ed, ing = stem + "ed", stem + "ing"
    elif base.endswith("ie"):
        ed, ing = base + "d", base[:-2] + "ying"
    elif base.endswith(("ee", "oe")):
        ed, ing = base + "d", base + "ing"
    elif base.endswith("e"):
        ed, ing = base + "d", base[:-1] + "ing"
    elif base.endswith("y") and base[-2] not in "aeou":
        ed, ing = base[:-1] + "ied", base + "ing"
    else:
        ed, ing = base + "ed", base + "ing"
    past, participle = IRREGULAR.get(base, (ed, ed))
    return Forms(base, past, participle, ing)
