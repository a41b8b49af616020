"""Ends of daily life that decide by themselves: `>` hurts nobody, `!` somebody, in nearly the same words."""

from __future__ import annotations

_ANY = (
    """
    {A} and {B} played a game with swords. / {A} and {B} fought with swords, but it was only a game.
    > {B} stabbed {A} with a rubber dagger, and they laughed. / {B} shot {A} with a toy gun. / {B} stabbed {A} with a fake sword. / {B} swung a cardboard sword at {A}. / {B} lunged at {A} with a sword and missed.
    ! {B} stabbed {A} with a real dagger by mistake. / {B} swung a sword at {A} and hit {A.his} arm. / {B} cut {A}'s hand by mistake. / {B} lunged at {A} with a sword and cut {A.him}.
    """,
    """
    The ground was full of stones and glass. / {A} [walked|ran] over sharp stones without shoes.
    > {A} did not bleed, because {A.he} was careful. / {A} did not limp at all. / {A} almost stepped on a nail. / If {A} had stepped on the glass, {A.he} would have bled. / {B} was afraid that {A} would limp home.
    ! {A} stepped on the glass and bled. / {A} cut {A.his} foot and limped home. / {A} fell on the stones and bled. / {A} cut {A.his} toe, and it bled.
    """,
    """
    There was a crowd in the street, and some of the people were drunk. / At the fair there was a fight, and {A} stood too near.
    > {A} was hit by nobody. / Nobody hit {A}. / No one who saw {A} wanted to hit {A.him}. / A man hit the wall, and not {A}. / “Somebody will hit you,” said {B}, but nobody did. / {B} believed that a stranger had hit {A}. / Unless {A} laughed, nobody would hit {A.him}. / In the play a soldier hit a king. / Nobody could hit {A}, and {B} hit nobody. / Did somebody hit {A}? / {A} went away so that nobody would hit {A.him}. / Instead of hitting {A}, a stranger hit the gate.
    ! Somebody hit {A}. / {A} was hit by somebody. / A stranger hit {A.poor}. / {B} saw that a stranger hit {A}. / A stranger hit {A} and {B}. / A stranger who had drunk too much hit {A}. / “Stop,” said {B}, but a stranger hit {A}. / If nobody was angry, {B} was wrong; a stranger hit {A}. / Nobody but {A} was hit. / {A} and {B} were hit by a stranger. / A stranger came nearer in order to talk, and hit {A}.
    """,
    """
    {A} took [a knife|the bread knife] and began to cut some bread. / {A} cut bread with a [long|sharp] knife. / {A} peeled a potato with a knife.
    > {A} almost cut {A.his} finger with the knife. / {A} cut the bread with the sharp knife. / {A} did not cut {A.his} hand. / “I never cut my fingers,” said {A}, and cut the bread. / {A} had a cut on {A.his} finger from last week. / {A} was afraid to cut {A.his} finger. / ~The knife, which was very sharp, cut the bread.
    ! {A} cut {A.his} finger with the knife. / The knife slipped and cut {A}'s hand. / {A} dropped the knife and cut {A.his} foot. / ~The knife, which was very sharp, cut {A}'s finger.
    """,
    """
    {A} and {B} began to quarrel about [money|a letter|the dishes]. / {A} had [forgotten|broken] a promise, and {B} [found out|heard of it].
    > {B} was so angry that {B.he} wanted to hit {A}. / {B} was angry and hit the table with {B.his} hand. / {B} shot {A} an angry glance. / {B} threatened to hit {A} in the face. / {A} thought that {B} would hit {A.him}. / {B} raised {B.his} hand, but did not hit {A}. / If {A} had laughed, {B} would have hit {A.him}. / ~{B}, who was very angry, hit the table.
    ! {B} was so angry that {B.he} hit {A} in the face. / {B} suddenly [hit|punched|kicked|slapped] {A}. / They quarrelled, and {B} hit {A} with a stick. / {A} was hit in the face by {B}. / ~{B}, who was very angry, hit {A} in the face.
    """,
    """
    The [stairs were|path was] [dark|wet], and {A} was in a hurry. / {A} [carried|came with] a pile of plates. / {A} was not careful that day.
    > The news broke {A}'s heart. / {A} broke a plate and [laughed|sighed]. / {A} nearly broke {A.his} arm. / {A} had broken {A.his} leg two years ago, but it did not hurt any more. / The silence killed {A}. / {A} could have broken {A.his} leg. / At night {A} dreamed that {A.he} had broken {A.his} arm. / {A} was told that a cousin had once broken an arm.
    ! {A} stumbled and broke {A.his} [arm|leg|nose|wrist|ankle]. / {A} slipped and broke {A.his} [arm|leg|wrist]. / {B} ran into {A} and broke {A.his} nose. / {A}'s arm was broken in the crowd.
    """,
    """
    {A} and {B} ate nuts and [laughed|talked]. / There was fish with bread, and {A} ate too fast. / {A} had {A.his} mouth full of bread.
    > {A} choked with laughter. / {A} almost choked on a piece of bread. / {A} laughed, and everybody died of laughter. / {A} said that nobody had ever choked on soup. / {A} did not choke on the nuts.
    ! {A} choked on a piece of bread. / {A} choked on a fish bone. / {A} choked on a nut and could not breathe.
    """,
    """
    A [big|black|strange] dog came [along|nearer]. / There was a dog, and {B} did not know it.
    > The dog came nearer, but it did not bite {B}. / The dog bit a piece out of the cake. / {B} was afraid that the dog would bite {B.him}. / The dog tried to bite {B}, but it was on a chain. / {B} had been bitten by a dog as a child. / {B} asked, “Will that dog bite me?” / ~The dog, which was on a chain, bit into a bone.
    ! The dog came and bit {B} in the leg. / The dog ran up and bit {B}. / {B} was bitten by the dog. / The dog bit {B}'s hand, and {A} shouted. / ~The dog, which was not on a chain, bit {B}.
    """,
    """
    In those days a robber was [about|in the <town>]. / People spoke of a robber with a knife.
    > The robber came in, but stabbed nobody. / The robber threatened to stab {A}, but ran away. / At night {A} dreamed of a robber who stabbed {A.him}. / “In my book a robber stabbed the king,” said {A}. / The robber stabbed a sack of flour. / {A} believed that a robber would stab {B}. / Nobody was stabbed, because the robber was asleep.
    ! The robber came and stabbed {A}. / The robber jumped out and stabbed {A} in the [arm|leg]. / {A} was stabbed by the robber. / The robber stabbed {A} and {B}. / The robber managed to stab {A}. / The robber came with a knife and stabbed {A} in the back.
    """,
    """
    A cat [came and|sat down and] looked at {A}. / {A} wanted to stroke the cat.
    > {A} scratched {A.his} head and laughed. / The cat wanted to scratch {A}, but {A} was faster. / The cat scratched the door. / {A} had been scratched by a cat last week. / {A} was not scratched by the cat.
    ! The cat scratched {A}'s face. / The cat jumped up and scratched {A}. / {A} was scratched by the cat.
    """,
)

OPEN_ENDS: dict[str, tuple[str, ...]] = {
    "in": (
        *_ANY,
        """
        {A} [ran|hurried] to the stairs. / The stairs were [steep|old|dark]. / {A} had washed the stairs, and they were wet.
        > {A} almost fell down the stairs. / {A} fell asleep on the stairs. / {A} ran down the stairs and did not fall. / If {A} had slipped, {A.he} would have fallen down the stairs. / A glass fell from the table, but it did not break. / {B} warned {A} not to fall down the stairs. / ~But for {B}, {A} would have fallen down the stairs.
        ! {A} slipped and fell down the stairs. / {A} fell down the stairs. / {B} pushed {A} down the stairs. / {A} fell from the ladder.
        """,
        """
        The stove was very hot. / {A} put wood into the stove. / A big fire burned in the stove.
        > {A} burned the letter in the stove. / {A} burned the bread, and they laughed. / {A} burned with shame. / {A} almost burned {A.his} hand on the stove. / {A} was careful not to burn {A.his} fingers. / The candle burned down, and {A} lit another.
        ! {A} burned {A.his} hand on the stove. / {A} burned {A.his} fingers on a hot pan. / The flames of the stove reached {A}. / {A} was burned by hot oil. / {A} burned {A.self} with a candle.
        """,
        """
        The old house [shook|trembled] in the wind. / A big lorry passed, and the house shook.
        > A picture fell from the wall and missed {A}. / A book fell from the shelf, but not on {A}. / A beam almost fell on {A}. / {A} feared that the ceiling would fall on {B}. / The curtain fell on the floor.
        ! A beam fell on {A}. / A heavy box fell from the shelf and hit {A} on the head. / The ceiling fell on {A}.
        """,
    ),
    "out": (
        *_ANY,
        """
        A strong wind [shook|moved] the trees. / The storm [shook|bent] the trees.
        > A branch fell on the path. / A branch fell near {B} and missed {B.him}. / A branch almost fell on {B}. / {A} warned {B} that a branch might fall on {B.him}. / An apple fell from a tree, and {B} ate it.
        ! A branch fell on {B}. / A branch fell from the tree and hit {B} on the head. / A stone fell from the wall and struck {B}. / A tree fell on {B}.
        """,
        """
        A [big|nervous|black] horse stood [at the side of the road|at a fence]. / {A} walked round the horse.
        > The horse kicked the door of the stable. / The horse tried to kick {A}. / The horse did not kick anybody. / {A} was told that the horse had once kicked a boy. / {A} had been kicked by a horse in {A.his} youth.
        ! The horse kicked {A} in the leg. / {A} was kicked by the horse. / The horse turned and kicked {A}.
        """,
        """
        A hunter was out [that day|in the fields]. / A hunter came along with his rifle.
        > The hunter shot at a hare and missed. / The hare was out of range, and the hunter did not shoot. / The hunter almost shot {B}. / “A hunter once shot my uncle,” said {B}. / The hunter aimed at {B}, but did not shoot. / The hunter fired his rifle into the air. / {A} thought that the hunter had shot {B}, but {B} only slept.
        ! The hunter shot {B} by mistake. / The hunter fired at a hare and hit {B} in the leg. / {B} was shot by the hunter. / The hunter's arrow hit {B} in the shoulder.
        """,
        """
        {A} went to swim in the river. / The river was deep, and {A} stood at the edge. / {A} jumped into the cold river.
        > {A} almost drowned, but {B} pulled {A.him} out. / {A} could not drown, because {A.he} swam like a fish. / {A}'s cries were drowned by the wind. / {A} feared that {B} would drown. / Nobody drowned in the river that summer.
        ! {A} drowned in the river. / {A} was pulled down by the water and drowned. / {A} jumped into the water and struck {A.his} head on a rock.
        """,
    ),
}
