"""Plots about people: who can be hurt, who wears the armour, and whether it is real."""

from __future__ import annotations

from holdfast.tasks.storyworld.plots.plot import Plot

ROBOT = Plot(
    "one of them is a robot",
    (
        """
        {A} and {B} were always together. / {A} and {B} lived in the same street. / Everybody liked {A} and {B}, but {C} did not.
        * {B} was {a nonhuman1}, and {A} was human. / {A} was human, but {B} was {a nonhuman1}. / {B}, {a nonhuman1}, lived with {A}, who was human. / {A} was not {a nonhuman1}, but {B} was {a nonhuman1}.
        {C} saw no difference between them. / {C} disliked both of them. / {C} worked with them every day.
        > {C} <beat_past> {H} with a <club>. / {C} <fracture_past> {H}'s <limb>. / A heavy stone fell on {H}. / {C} threw a stone, and it hit {H} on the <headpart>. / {H} was [hit|struck] by a falling [brick|stone|branch]. / {C} <stab_past> {H} in the <part>. / {H} was <hit_part> by {C}. / {C} managed to <stab_base> {H}. / {C} <torment_past> {H}. / ~{C}, who did not care, stabbed {H}. / ~Turning round, {C} stabbed {H}.
        """,
        """
        In the <building> worked {A} and {B}. / {A} and {B} came to the <building> together.
        * {B} had no heart, because {B.he} was {a nonhuman1}; {A} was human. / {B} was {a nonhuman1}; {A} was no {nonhuman1}. / Only {A} was human, and {B} was {a nonhuman1}. / {A}, a human, worked with {B}, {a nonhuman1}.
        {C} was in a bad mood. / “I have had enough of you two,” said {C}. / {C} had drunk too much beer. / {C} was looking for a fight.
        > {C} <hit_past> {H}. / {H} was <hit_part> by {C}. / {C} dared to <hit_base> {H}. / {C} <kill_past> {H}. / {C} <fracture_past> {H}'s <limb>. / {C} stabbed {H}. / {C} <shove_past> {H} down the stairs. / ~{C}, who did not care, stabbed {H}. / ~Turning round, {C} stabbed {H}.
        """,
    ),
    fillers=("together",),
    weight=1,
)

JOBS = Plot(
    "the one who is a robot",
    (
        """
        {A} and {B} lived in the same house. / Everybody in the <town> knew {A} and {B}.
        * {A} was {E}, and {B} was {D}. / {B} was {D}, and {A} was {E}. / {B} worked as {D}, and {A} worked as {E}.
        * {P} was {a nonhuman1}, and {Q} was human. / {Q} was human, but {P} was {a nonhuman1}. / {P} was {a nonhuman1}; {Q} was no {nonhuman1}.
        {C} could not stand {A}. / “I am not afraid of {A},” said {C}. / {C} had been angry with {A} for a long time.
        > {C} <stab_past> {A}. / {C} <fracture_past> {A}'s <limb>. / {C} <beat_past> {A} with a <club>. / {A} was <torment_part> by {C}. / {C} struck {A} in the face. / A stone fell on {A}. / {C} <shove_past> {A} down the stairs. / {A} was hit on the head by a falling brick. / ~{C}, who did not care, stabbed {A}. / ~Turning round, {C} stabbed {A}.
        """,
    ),
    fillers=("together",),
    pairs=("{job1} | {job2}",),
    named=True,
    weight=1,
)

DOLL = Plot(
    "one of them is a scarecrow",
    (
        """
        [In the fog|In the dusk|From far away] {A} and {B} looked alike. / Two figures stood in the field.
        * {B} was a scarecrow, and {A} was a real person. / {A} was alive, and {B} was a scarecrow. / {B}, a scarecrow, wore a coat of {A}'s.
        {C} could not see well. / {C} had bad eyes. / {C} was afraid of the dark.
        > {C} threw a stone, and it hit {H} on the head. / {C} shot {H} with an arrow. / {C} struck {H} with a [stick|spade]. / {C} stabbed {H}.
        """,
    ),
    where="out",
)

DEAD = Plot(
    "dead or asleep",
    (
        """
        The battle was over. / After the battle the field was quiet. / The fight had lasted all day.
        % {A} was asleep under a [tree|cart|cloak]. / {A} slept [like a stone|beside a wall]. / {A} was tired and had fallen asleep.
        % {B} was dead. / {B} had died in the [morning|fight]. / {B} lay dead on the ground.
        {C} walked over the field [slowly|with a lamp]. / {C} wanted to be sure that no enemy was left. / {C} looked for [rings|gold|an enemy]. / {C} came back in the evening.
        > {C} <stab_past> {H}. / {C} <hit_past> {H}. / {C} <stab_past> {H} with a <pike>. / {C} struck {H} with an axe. / {C} cut off {H}'s hand. / ~{C}, who did not care, stabbed {H}. / ~Turning round, {C} stabbed {H}.
        """,
    ),
    where="away",
    weight=1,
)

ARMOUR = Plot(
    "who wears the armour",
    (
        """
        {A} and {B} [guarded|watched] the bridge. / The enemy was near, and {A} and {B} were on the wall.
        There was only one {armour1} for both of them. / They had one {armour1} for two. / {B} had found {a armour1}.
        + {A} took off the {armour1}, and {B} put it on. / {A} removed the {armour1}, and {B} put it on. / {B} put on the {armour1} that {A} had taken off.
        + {A} put on the {armour1}. / {B} took off the {armour1}, and {A} put it on.
        > An arrow hit {A} in the chest. / A soldier of the enemy struck at {A}'s chest with a sword. / A soldier of the enemy swung an axe at {A}. / A soldier of the enemy lunged at {A} with a spear. / A spear hit {A} in the [chest|back]. / A stone from a sling hit {A} in the chest. / {A} was hit in the chest by an arrow. / ~An arrow, which came from the wood, hit {A} in the chest.
        """,
        """
        {A} and {B} were [soldiers|guards] of the king. / {A} and {B} rode to war together.
        {A} had [brought|borrowed] {a armour1}. / In the tent lay {a armour1}.
        * {B} put on the {armour1}, and {A} went without. / {A} had only a [shirt|coat], because {B} wore the {armour1}. / {A} helped {B} and {B} put on the {armour1}.
        > An arrow hit {H} in the chest. / A soldier of the enemy struck at {H}'s chest with a sword. / A spear hit {H} in the [back|chest]. / {H} was hit in the chest by an arrow. / ~An arrow, which came from the wood, hit {H} in the chest.
        """,
    ),
    where="away",
    fillers=("together",),
    named=True,
    weight=1,
)

DREAM = Plot(
    "asleep or awake",
    (
        """
        {A} [spent|passed] the night in a [hut|tent] in the forest. / {A} had lost the way and found a hut for the night. / {A} was alone in a hut at the edge of the forest.
        A [big|grey|hungry] {animal1} lived in that forest. / People said that {a animal1} lived near there.
        + {A} woke [with a start|in the dark]. / A noise woke {A}. / {A} woke and [drank some water|listened|sat up].
        + {A} fell asleep and dreamed of the {animal1}. / {A} fell asleep and dreamed that the {animal1} came nearer. / {A} slept and dreamed of the {animal1}.
        > The {animal1} came in and <maul_past> {A}. / The {animal1} bit {A} in the [leg|arm|hand]. / Then the {animal1} [jumped|sprang] up and <maul_past> {A}. / {A} was <maul_part> by the {animal1}. / ~The {animal1}, which was hungry, bit {A}.
        """,
        """
        {A} and {B} slept [in one room|in the same hut|side by side]. / {A} and {B} lay down to sleep in the barn.
        {C} had [sworn|promised] to take revenge on {A}. / {A} was afraid of {C}.
        * {A} dreamed of {C}, and {B} did not dream. / {B} slept well, but {A} dreamed of {C}. / {A} had a dream about {C}, and {B} slept deeply.
        * Then {H} woke. / A [noise|draught] woke {H}. / {H} woke and [looked at the moon|listened].
        > {C} came in and stabbed {A}. / {C} stood there and struck {A} with a stick. / {C} came in with a knife and stabbed {A} in the [arm|leg]. / ~{C}, who carried a knife, stabbed {A}.
        """,
    ),
    where="night",
)

PLAY = Plot(
    "play or not",
    (
        """
        {A} and {C} were actors and rehearsed a new {show1}. / {A} and {C} had parts in {a show1} about {a tale1}.
        Nobody knew that {C} hated {A}. / {C} wanted {A}'s part in the {show1}. / In the {show1} {C} was a murderer, and in life {C.he} hated {A}.
        The rehearsal of the {show1} began. / In the [morning|afternoon|evening] the {show1} began.
        + They stopped the {show1} and [rested|ate some bread|drank tea]. / They stopped the {show1}, because it was hot.
        + They went on with the {show1}. / They went on with the {show1} for some time.
        > {C} <kill_past> {A}. / {C} drew a knife and <stab_past> {A} in the <part>. / {A} was <kill_part> by {C}. / {C} managed to <stab_base> {A}. / {C} struck {A} on the head. / ~{C}, who had drawn a knife, stabbed {A}. / ~Turning round, {C} stabbed {A}.
        """,
    ),
    where="in",
    named=True,
)

VICTIMS = (ROBOT, JOBS, DOLL, DEAD, ARMOUR, DREAM, PLAY)
