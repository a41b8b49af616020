"""Plots about where people are when something happens to a place, and who is bound to what."""

from __future__ import annotations

from holdfast.tasks.storyworld.plots.plot import Plot

_BUILDINGS = ("{building1} | {building2}", "{houselook1} {building1} | {paint1} {building1}")

BOMB = Plot(
    "bomb in a building",
    (
        """
        {C} wanted to [frighten|punish] the whole <town>. / “They will remember me,” said {C}, and packed {a bomb1}. / {C} was angry with everybody in the <town>. / {C} had built {a bomb1}, because {C.he} hated the mayor.
        {P} and {Q} stood [side by side|on the same street|not far from each other]. / In that street there were {a P} and {a Q}.
        * {C} [carried|took] the {bomb1} out of {Q} and hid it in {P}. / {C} [brought|carried] {a bomb1} past {Q} and hid it in {P}. / {C} wanted to hide the {bomb1} in {Q}, but then {C.he} hid it in {P}. / {C} <hide_past> {a bomb1} in {P}, not in {Q}.
        * {A} left {E} and went into {D}. / {A} left {E} and entered {D}. / {A} came out of {E} and went into {D}. / {A} found nobody in {E} and went into {D}. / {A} wanted to go to {E}, but then {A.he} went into {D}.
        > The {bomb1} <explode_past>. / Then the {bomb1} went off. / Suddenly the {bomb1} <explode_past>. / At <hour> o'clock the {bomb1} <explode_past>. / The timer reached zero, and the {bomb1} <explode_past>. / ~The {bomb1}, which nobody had found, <explode_past>. / ~Shaking the ground, the {bomb1} <explode_past>. / There was a flash, and the {bomb1} <explode_past>.
        """,
        """
        {C} had {a bomb1} [and a plan|in {C.his} bag]. / {C} had learned to build bombs in the war. / Nobody knew that {C} had made {a bomb1}.
        * {A} went into {P} to [repair a lamp|look for {A.his} keys|paint a wall]. / {A} had work to do in {P} and went into it. / {A} went into {P}.
        * {C} [went|walked] past {E} and hid the {bomb1} in {D}. / {C} thought of {E} first, but {C.he} hid the {bomb1} in {D}. / {C} looked into {E}, went away and hid the {bomb1} in {D}.
        > The {bomb1} <explode_past>. / Then the {bomb1} went off. / At <hour> o'clock the {bomb1} <explode_past>. / The {bomb1} went off with a [terrible|great] noise. / ~The {bomb1}, which nobody had found, <explode_past>. / ~Shaking the ground, the {bomb1} <explode_past>. / There was a flash, and the {bomb1} <explode_past>.
        """,
    ),
    where="out",
    pairs=_BUILDINGS,
    weight=8,
)

PARCEL = Plot(
    "bomb in a box",
    (
        """
        {C} wanted to be rid of {A}. / {C} had never forgiven {A}. / “{A} will be sorry,” said {C}.
        {a P} and {a Q} stood [in the hall|at the door|on the table]. / In the hall stood {a Q} and {a P}.
        * {C} [hid|put] a bomb in {P}, and {C.he} put [books|apples|shoes|letters] in {Q}. / {C} put [books|apples|shoes|letters] in {Q}, and {C.he} hid a bomb in {P}. / {C} wanted to hide a bomb in {Q}, but then {C.he} hid it in {P}.
        * {A} left {E} where it was and took {D} [home|to {A.his} room]. / {C} gave {D} to {A}, and {E} stayed behind. / {A} took {D}, and {E} stayed where it was. / {A} wanted to take {E}, but then {A.he} took {D}.
        > The bomb exploded. / Then the bomb went off. / At <hour> o'clock the bomb exploded. / There was a flash, and the bomb exploded. / ~The bomb, which nobody had found, exploded.
        """,
    ),
    pairs=("{color1} {case1} | {color2} {case1}", "{case1} | {case2}", "{size1} {case1} | {color1} {case1}"),
    weight=4,
)

CAPTIVE = Plot(
    "moved captive",
    (
        """
        {C} had [caught|captured] {A}. / {A} was the prisoner of {C}. / {C} wanted a ransom for {A}. / “Nobody will find you here,” said {C} to {A}.
        {A} was tied to a chair. / {C} kept {A} in a [cage|cell] at first.
        + {C} took {A} to the {building1} and <tie_past> {A.him} to a bomb. / {C} brought {A} to the {building1} and <tie_past> {A.him} to a bomb.
        + {C} <free_past> {A} and <lock_past> {A.him} in a tower [far away|on a hill]. / {C} <free_past> {A} and took {A.him} to a cave [far away|in the hills].
        > The bomb exploded. / At <hour> o'clock the bomb exploded. / The timer reached zero, and the bomb exploded. / ~The bomb, which nobody had found, exploded. / ~Shaking the ground, the bomb exploded. / There was a flash, and the bomb exploded.
        """,
    ),
    where="out",
)

CAPTIVES = Plot(
    "tied to a bomb",
    (
        """
        {C} had [caught|captured] {A} and {B}. / {A} and {B} were prisoners of {C}. / {A} and {B} had fallen into the hands of {C}.
        * {C} <tie_past> {A} to the bomb, and {C.he} <tie_past> {B} to a tree. / {C} <tie_past> {B} to a tree, and {C.he} <tie_past> {A} to the bomb. / {C} chained {A} to the bomb; {B} was chained to a gate.
        {C} lit the fuse and [ran away|left]. / Then {C} lit the fuse and [rode|drove] away.
        * A shepherd came and <free_past> {K}, and they ran for help. / A traveller [found them|heard their cries] and <free_past> {K}, and the two ran for help. / A girl from the <town> freed {K} and went for help.
        > The bomb exploded. / The fuse burned down, and the bomb exploded. / Then the bomb went off. / ~The bomb, which nobody had found, exploded. / ~Shaking the ground, the bomb exploded. / There was a flash, and the bomb exploded.
        """,
        """
        {C} kept {A} and {B} [in a cave|in a hut in the forest]. / {A} and {B} were in the hands of {C}.
        * {B} was tied to a post, and {A} was tied to a bomb. / {A} was tied to a bomb; {B} was tied to a post. / {C} had tied {A} to a bomb, and {B} was tied to a post.
        * {C} [felt sorry for|had pity on] {K} and freed {K.him}. / In the evening {C} freed {K}. / {C} needed somebody to cook, so {C.he} freed {K}.
        > The timer reached zero, and the bomb exploded. / The bomb exploded. / Suddenly the bomb went off. / ~The bomb, which nobody had found, exploded. / ~Shaking the ground, the bomb exploded. / There was a flash, and the bomb exploded.
        """,
    ),
    where="away",
)

COLLAPSE = Plot(
    "house that falls in",
    (
        """
        {P} and {Q} were [very old|both two hundred years old]. / At the end of the street stood {a P} and {a Q}.
        {A} had work to do there. / {A} had to [clean|measure|paint] both of them.
        + {A} left {Q} and went into {P}. / {A} came out of {Q} and went into {P}.
        + {A} left {P} and went into {Q}. / {A} came out of {P} and went into {Q}.
        > [Suddenly|Then] the roof of {P} fell in. / {P} <crumble_past>. / Then {P} <crumble_past>. / ~{P}, which had never been strong, collapsed. / ~Shaking like a leaf, {P} <crumble_past>.
        """,
    ),
    where="out",
    pairs=_BUILDINGS,
)

HEIGHTS = Plot(
    "ladder that breaks",
    (
        """
        {A} and {B} [picked|gathered] <fruits> in the orchard. / It was time to pick the <fruits>, and {A} helped {B}.
        Against the tree leaned {a P} and {a Q}. / They had two ladders, {a Q} and {a P}.
        * {B} had sawn halfway through {P}. / {B} did not see that {P} was cracked and {Q} was not. / {P} was cracked, {Q} was not.
        * {A} climbed down from {E} and climbed up {D}. / {A} came down from {E} and climbed up {D}.
        > {P} broke. / Then {P} broke in two. / ~{P}, which had never been strong, broke.
        """,
        """
        {A} [repaired|painted] the [roof|wall] of the <building>. / {A} wanted to [paint|clean] the windows of the <building>.
        Against the wall leaned {a P} and {a Q}. / {B} had brought {a Q} and {a P}.
        * {A} climbed down from {E} and climbed up {D}. / {A} left {E} and climbed up {D}. / {A} did not like {E}, so {A.he} climbed up {D}.
        > {P} broke. / Suddenly {P} broke. / Then {P} broke in two. / There was a [crack|loud noise], and {P} broke. / ~{P}, which had never been strong, broke.
        """,
    ),
    where="out",
    fillers=(),
    pairs=("{paint1} ladder | {paint2} ladder", "long ladder | short ladder"),
)

FIRE = Plot(
    "house on fire",
    (
        """
        {A} was tired after the long journey to the <town>. / Night fell before {A} reached the <town>. / {A} had walked to the <town> and could not go on.
        There were {a P} and {a Q} at the side of the road. / {A} saw {a Q} and {a P} beside the road.
        * {A} tried the door of {E}, then {A.he} went into {D} and lay down. / {A} did not like {E} and slept in {D}. / {A} left {E} and slept in {D}.
        In the night {C} came with a torch. / {C} had an old quarrel with the owner and carried a torch.
        > {C} set fire to {P}, and it burned down. / {P} burned down. / In the night {P} burned down. / {C} burned down {P}. / ~{P}, which was made of wood, burned down.
        """,
    ),
    where="night",
    pairs=_BUILDINGS,
)

CART = Plot(
    "cart over the cliff",
    (
        """
        {A} and {B} travelled over the mountains. / {A} and {B} had been on the road for {number1} days. / The road was steep and narrow, and {A} and {B} were tired.
        They had come with {a P} and {a Q}. / {a Q} followed {a P} up the hill.
        * At the inn {A} got out of {E} and got into {D}. / {A} climbed out of {E} and got into {D}. / {A} got out of {E}, waited and got into {D}.
        > {P} went over a cliff. / A wheel broke, and {P} fell over a cliff. / {P} fell into a ravine. / ~{P}, which went too fast, fell over a cliff. / ~Rolling backwards, {P} fell over a cliff.
        """,
    ),
    where="away",
    pairs=("{paint1} {vehicle1} | {paint2} {vehicle1}", "{vehicle1} | {vehicle2}"),
)

BRIDGE = Plot(
    "bridge that collapses",
    (
        """
        Over the river there were two bridges, {a P} and {a Q}. / Two bridges crossed the river, {a Q} and {a P}.
        {A} [waited for {B}|looked for a lost ring|counted the boats]. / {A} wanted to see the boats from above. / {A} had come to look at the water.
        + {A} left {Q} and stood on {P}. / {A} walked from {Q} to {P} and [stopped|waited] there.
        + {A} left {P} and stood on {Q}. / {A} walked from {P} to {Q} and [stopped|waited] there.
        > {P} <crumble_past>. / {P} broke in the middle and fell into the river. / Suddenly {P} gave way. / ~{P}, which had never been strong, collapsed. / ~Shaking like a leaf, {P} <crumble_past>.
        """,
    ),
    where="out",
    pairs=("old bridge | new bridge", "wooden bridge | stone bridge", "{paint1} bridge | {paint2} bridge"),
)

ICE = Plot(
    "ice on a pond",
    (
        """
        It was winter, and the <town> had two ponds. / Two ponds lay behind the <building>, one on each side of the road.
        {A} had new skates. / {A} wanted to [skate|try the ice].
        * {A} left {E} and stepped onto {D}. / {A} came off {E} and walked out on {D}.
        > The ice of {P} broke. / Then the ice of {P} broke. / There was a crack, and the ice of {P} broke.
        """,
    ),
    where="away",
    pairs=("left pond | right pond", "large pond | small pond"),
)

FALLING = Plot(
    "tree that falls",
    (
        """
        {A} rested on the way to the <town>. / “I need a rest,” said {A}. / {A} had walked all day and wanted to rest.
        Near the <way> stood {a P} and {a Q}. / There were only two trees in the field, {a Q} and {a P}.
        * {A} left {E} and sat under {D}. / {A} left {E} and lay down under {D}. / {A} [looked at|walked past] {E} and sat down under {D}.
        > {P} fell. / Then {P} fell down. / Lightning struck {P}, and {P} fell. / ~{P}, which had stood there for a century, fell.
        """,
    ),
    where="away",
    pairs=("{tree1} | {tree2}", "{treelook1} {tree1} | {treelook2} {tree1}"),
)

ROPES = Plot(
    "rope that snaps",
    (
        """
        {A} and {B} [climbed|had climbed] down into a deep gorge. / {A} and {B} worked at the tower, high above the street.
        Two ropes hung there, {a P} and {a Q}. / There were {a Q} and {a P}.
        * {A} let go of {E} and climbed up {D}. / {A} left {E} and climbed up {D}. / {A} did not trust {E}, so {A.he} climbed up {D}.
        > {C} cut {P}. / {C} cut {P} with a knife. / {P} snapped. / Suddenly {P} snapped. / ~{P}, which had never been strong, snapped.
        """,
    ),
    where="away",
    pairs=("thick rope | thin rope", "{paint1} rope | {paint2} rope", "old rope | new rope"),
)

PLACES = (BOMB, PARCEL, CAPTIVE, FIRE, CART, BRIDGE, CAPTIVES, COLLAPSE, HEIGHTS, ICE, FALLING, ROPES)
