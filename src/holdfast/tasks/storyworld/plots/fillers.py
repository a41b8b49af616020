"""Small things that go on while a plot waits: they move nobody and change nothing that a plot is about.

The first tables need no person, `ALONE` is about {A}, `TOGETHER` about {A} and {B} in one place. In each, the lines
follow from one another; a story may stop after any of them.
"""

from __future__ import annotations

SKY: tuple[str, ...] = (
    """
    @weather season
    It was <a weather> <lightday>. / The <lightday> was [warm|cold|mild|grey|bright|foggy] and [quiet|calm|still]. / The night before had been [cold|mild|clear|cloudy].
    A [soft|light] wind [blew|came] from the <far>.
    [Somewhere|Far away] a dog barked [twice|once|for a while]. / Far away, a bell rang.
    """,
    """
    @weather
    [Outside,|High above,] grey clouds [moved|drifted] over the <town>. / Dark clouds came from the <far>.
    [A few drops|The first drops] of rain fell.
    [After a while|Before long] it stopped. / It [did not last long|was soon over].
    [Then|At last] the sun came out again. / Soon a rainbow stood over the <town>.
    """,
    """
    {a bird1} sat on [a gate|a fence] and called. / {a bird1} called from a [wall|roof|fence].
    Another {bird1} answered from far away. / The {bird1} [cleaned its feathers|shook its wings].
    Then the {bird1} [flew away|flew off]. / The little {bird1} was not afraid of anyone.
    """,
    """
    @weather season
    The year was [old|still young]. / It was <a season> day.
    There was [mist|dew] on the fields.
    There was a smell of [smoke|wet earth] in the air. / The air smelled of [smoke|rain].
    """,
    """
    The [day|hour] passed slowly. / Time passed. / An hour went by. / Some time passed. / Nothing happened for a while.
    The shadows [grew longer|moved a little]. / Not a sound was heard. / It was [very|almost|quite] still.
    """,
    """
    A [leaf|feather] fell to the ground. / A [leaf|piece of paper] lay on the ground.
    Nobody took any notice.
    """,
    """
    Some [pigeons|crows] [flew|passed] over the trees. / A swarm of starlings [flew|passed] over the trees.
    Their cries could be heard for a long time. / They turned in a wide circle and were gone.
    A feather came down slowly.
    """,
    """
    A spider had [made|built] a web between two [posts|branches|boards]. / A web hung between two [posts|branches|boards].
    [Drops of water|Drops of dew] hung in it like [pearls|glass]. / {a flying1} was caught in it, but it got free.
    The spider [waited|sat still] in the middle. / The wind moved the web [a little|gently].
    """,
    """
    @weather
    A cloud in the shape of [a ship|a horse|a whale|an old man] [hung|stood] in the sky. / One cloud looked like [a ship|a horse|a bear|an old man].
    Soon it had [lost its shape|changed]. / The wind pulled it apart.
    Behind it the sky was [blue|clear|yellow]. / Another one followed, as round as a loaf.
    """,
    """
    Two {bird1}s [quarrelled|fought] over a [crumb|worm].
    The bigger one [won|got it] in the end.
    Then they flew away. / A third one had watched from above.
    """,
    """
    @weather
    A ray of sun [fell|shone] through the clouds. / For a moment the sun broke through the clouds.
    Then it was gone [again|as quickly as it had come]. / Everything [shone|glittered] for a moment.
    The light [faded|grew softer]. / The shadow of a bird crossed the ground below.
    """,
    """
    @weather season
    The air was full of [mist|the smell of earth].
    It was [warmer|cooler] than the day before.
    One could smell that the <season> had come. / In <season> it is often so.
    """,
)  # fmt: skip
"""Weather, birds and time: anywhere by day."""

STREET: tuple[str, ...] = (
    """
    The bells of the church rang for a long time. / A church bell rang in the distance.
    [Some|A few] pigeons rose from the roof and [settled|landed] again. / The sound [faded|died away] slowly.
    """,
    """
    A grey cat [lay before a door|sat before a door]. / A black cat came round the corner.
    The cat [watched|looked at] {a insect1} [for a while|with great interest]. / The cat [yawned|stretched] and washed its paws.
    It lay down in a corner and [closed its eyes|fell asleep]. / Nobody [took any notice of|noticed] the cat.
    """,
    """
    A cart with [apples|straw|hay|wood] [rolled|went] slowly past. / [An old|A heavy] cart went by with [potatoes|onions|cabbages|stones].
    Its wheels [creaked|squeaked] on the stones. / One of its wheels [creaked|squeaked].
    The driver [sang|whistled] {a song1}. / The driver [hummed to himself|greeted everyone].
    """,
    """
    That week there would be {a fair1}. / The day of the {fair1} was near. / Soon there would be {a fair1}.
    [Flags|Ribbons|Lanterns] hung from [many|all the] windows in the <town>. / [Everybody|Everyone] talked about the {fair1}.
    Somebody [practised|played] <a song> on {a instrument1}. / The sound of {a instrument1} came from a window.
    """,
    """
    The clock [of the church|of the town hall|on the tower] struck {hour1}. / The clock struck {hour1}.
    [Somebody|Someone] set his watch by it. / Some pigeons [flew up|rose] and came down again.
    """,
    """
    [An old|A young] woman [walked|came] past with a basket of [eggs|apples|bread|nuts]. / A man [walked|came] past and [greeted everyone|lifted his hat].
    Some steps behind ran a child with {a carved1}. / A child ran past with {a carved1}.
    [Someone|Somebody] [called|shouted] a name, and the child [stopped|turned round]. / The child laughed and waved.
    """,
    """
    [Three|Some] boys threw [stones|sticks] into a puddle. / [Three|Some] girls played with {a carved1}.
    One of them [laughed|sang], and the others [joined in|clapped]. / Their mother called them.
    Then they [ran home|were gone]. / The smallest of them waved.
    """,
    """
    {a farmed1} [looked over a fence|stood in the shade]. / {a farmed1} walked slowly across the <way>.
    It [chewed|ate] some grass. / It had a bell round its neck.
    Flies [danced|flew] round its ears. / Nobody knew whose {farmed1} it was.
    """,
    """
    [Somewhere|Far away] someone [chopped wood|beat a carpet|hammered on iron]. / A saw could be heard from a [barn|workshop].
    The noise went on for a while. / It went on for an hour.
    Then it was quiet [again|once more]. / A voice [called|shouted] something.
    """,
    """
    [Some|A few] men sat in front of the [inn|tavern] and played <game>. / A group of men stood at the corner and talked about the <topic>.
    One of them [told a joke|had lost again], and the others laughed. / Now and then one of them [nodded|shook his head].
    Their dog [slept|snored] beside them. / Their pipes smelled of [cherries|wood].
    """,
    """
    During the [day|week] several neighbours came by, yet none of them stayed.
    """,
    """
    The mail coach was late [again|that day].
    Nobody was [surprised|in a hurry]. / It had come all the way from the <far>.
    """,
    """
    A [peddler|tinker] [called|shouted] his wares. / A [peddler|tinker] with a [tray|bundle] came down the street.
    He sold [needles|ribbons|combs|matches|spoons].
    He whistled and was gone.
    """,
    """
    The postman [came|passed] on his bicycle. / The postman rang his bell.
    He had no letters for [this house|this street] that day. / He was in a hurry, because it was late.
    [A dog|A small dog] ran after him [as always|and barked]. / He [waved|lifted his cap] and was gone.
    """,
    """
    [Two|Three] neighbours [talked|chatted] over a fence. / An old couple sat on a bench.
    They [talked|spoke] about the <topic> [and laughed|as always].
    Now and then they [nodded|laughed]. / They had known each other for ever.
    """,
    """
    In one of the houses somebody [practised|played] the <instrument>. / Music came from an open window.
    It was always the same [wrong|high] note. / Now and then there was a pause.
    A window was [shut|closed] with a bang. / A child began to sing along.
    """,
    """
    A chimney sweep came down the street. / A chimney sweep came along with his brush.
    He [sang|whistled] and [waved|lifted his hat] to everyone. / His face was as black as coal.
    People said that he brought luck. / Then he vanished round a corner.
    """,
    """
    @weather
    [Washing|A row of shirts] hung on a line [and moved in the wind|in the sun]. / Somebody had hung out the washing.
    One sock had fallen [into the grass|on the ground].
    {a bird1} sat on the line [for a while|and called]. / A young dog jumped at it, but it could not reach it.
    """,
)  # fmt: skip
"""Where people live."""

ROOM: tuple[str, ...] = (
    """
    A fire [burned|crackled] in the [stove|hearth|fireplace]. / The fire in the stove [crackled|burned low].
    Its light [danced|played] on the walls. / The room was [warm|pleasant] and smelled of [smoke|bread|wood].
    [A log|A piece of wood] fell [into the ashes|to one side]. / Now and then a spark [flew up|glowed].
    """,
    """
    A cat had hidden itself beneath the <furniture>. / Beneath the <furniture> lay a cat.
    One could [barely|hardly] see it. / Its eyes shone in the dark.
    """,
    """
    A clock ticked [on the wall|in the corner|on the shelf]. / The old clock on the shelf ticked [loudly|quietly].
    It was [a little|ten minutes] [slow|fast]. / It had [a face of brass|golden hands].
    """,
    """
    [A candle|A lamp] stood [on the table|by the window]. / The room was [small|large], with [white|dark] walls.
    {a flying1} [flew|circled] round the light. / {a flying1} [came in|had come in] by the window.
    Then the {flying1} [vanished|disappeared] into a corner. / At last the {flying1} [settled|landed] on the curtain.
    """,
    """
    @weather
    The rain [drummed|knocked|beat] against the windows. / Rain ran down the windows.
    A shutter [rattled|banged] in the wind. / Water dripped [from the roof|into a bucket].
    """,
    """
    There was [a smell|the smell] of [onions|fresh bread|coffee|cinnamon|soup] in the house. / The whole house smelled of <fruits>.
    A pot [boiled|bubbled] on the stove. / A cake cooled [on the shelf|by the window].
    """,
    """
    On the wall hung a picture of [a ship|a lake|an old king|two horses|the sea]. / <a nice> picture hung over the door.
    [It was dusty|It hung a little crooked|It was very old]. / A [guest|cousin] had painted it [in the <far>|many years ago].
    """,
    """
    A [fly|wasp] [hummed|buzzed] at the window. / [A key|A coin] lay on the floor.
    Nobody took any notice. / The room was warm and smelled of [dust|apples|soap].
    """,
    """
    @season
    On the window sill stood <flowers>. / There were <flowers> [on the table|at the window].
    They had been picked [that morning|the day before].
    A leaf [dropped|fell] on the cloth. / Their smell filled the room.
    """,
    """
    A board [creaked|cracked] [upstairs|under the carpet]. / Upstairs somebody walked up and down.
    It was [an old|a very old] house. / In old houses there is always a sound.
    Then it was still again. / A door closed softly.
    """,
)  # fmt: skip
"""Indoors."""

NATURE: tuple[str, ...] = (
    """
    @weather season
    The sun [stood|was] high [above the hills|in the sky]. / The sun shone on the <walk>.
    The <farmeds> [rested|lay] in the shade. / [Bees|Butterflies] [flew|danced] over the <flowers>.
    """,
    """
    A stream [ran|flowed] through the {walk1}. / There was a [small|narrow] stream beside the <way>.
    The water was [clear|cold and clear]. / [A fish|A frog] jumped, and the water [splashed|rippled].
    {a wild1} came to drink. / Some ducks [swam|paddled] past.
    """,
    """
    @weather
    The leaves of the trees [rustled|whispered]. / The trees [moved|swayed] in the wind.
    {a wild1} [looked out from|sat behind] a [bush|hedge]. / {a wild1} crossed the <way>.
    [Soon|Then] the {wild1} [was gone|disappeared in the grass]. / The {wild1} [listened|sniffed] and [ran off|went on].
    """,
    """
    In the distance one could see the [roofs|lights] of the <town>. / Smoke rose from the chimneys of the <town>.
    A farmer [ploughed|crossed] a field with [a horse|two horses|an old horse]. / Some children [flew a kite|played] far away.
    """,
    """
    @season
    A path [wound|led] through the [grass|heather]. / High grass grew on both sides of the <way>.
    [Poppies|Thistles] stood at its edge. / Crickets sang in it.
    It smelled of [thyme|hay|mint]. / {a wild1} had left its tracks there.
    """,
    """
    A hawk [circled|hung] high in the air. / High in the air a hawk circled.
    It [dropped|came down] like a stone. / A mouse [hid|slipped] under a root.
    Then it rose again. / It had caught nothing.
    """,
    """
    @season
    A farmer's [cat|dog] [hunted|chased] a grasshopper. / A grasshopper sat on a stone.
    It jumped [and was gone|into the grass]. / A moment later it was gone.
    The grass [moved|trembled] and was still again.
    """,
)  # fmt: skip
"""Outdoors by day."""

NIGHT: tuple[str, ...] = (
    """
    The moon [rose|hung] over the [trees|hills]. / The stars came out one by one.
    An owl [called|hooted] [twice|in the dark]. / The grass was wet with dew.
    A cloud [covered|hid] the moon [for a while|for a moment]. / It grew colder.
    """,
    """
    [Somewhere|Far away] a dog barked [twice|for a while]. / The wind [sighed|moved] in the trees.
    Then it was quiet again. / {a wild1} [slipped|ran] through the dark.
    The night was [long|cold|mild|still]. / Midnight was [near|long past].
    """,
    """
    A [bat|moth] [flew|circled] [round|above] the roof. / A mouse [ran|rustled] in the [straw|leaves].
    It [was gone|disappeared] as quickly as it had come. / A board creaked [somewhere|in the wind].
    """,
    """
    The hours passed slowly. / An hour went by. / It was long past midnight.
    Not a sound was heard. / It was [very|quite] dark.
    """,
    """
    @weather
    Mist came up from the river.
    Drops fell from the branches.
    """,
    """
    A star fell. / One star was brighter than the others.
    For a moment everything was [silver|bright]. / It stood above the [hill|tower|trees].
    """,
    """
    The wind [rattled|shook] a shutter [somewhere|now and then]. / Somewhere a shutter banged in the wind.
    Then it was quiet again. / It sounded like footsteps, but it was nothing.
    A fox called [in the distance|far away]. / The dark seemed to listen.
    """,
    """
    The river could be heard [in the dark|from far away]. / Frogs sang in a pond.
    Now and then they [stopped|were silent]. / It was a [mild|clear|cold] night.
    A night bird answered. / Something splashed in the water.
    """,
)  # fmt: skip
"""At night."""

AFTER: tuple[str, ...] = (
    """
    Then it was quiet. / A dog began to bark. / The clock struck <hour>. / Some pigeons rose from the roof. / Somewhere a door closed. / Nobody said a word. / Everything was still. / Far away a bell rang.
    """,
)
"""What may be said after the end of a plot, however it ended."""

ALONE: tuple[str, ...] = (
    """
    {A} felt <mood>. / {A} was <mood>, but [said nothing|did not show it].
    {A} [thought|was thinking] of the {feast1} [of the next week|in <month>|of the last year]. / {A} [remembered|thought of] the last {season1}.
    [It had been|That had been] [a good|a lovely|a wonderful|a strange] time. / {A} [smiled|sighed] at the [thought|memory].
    """,
    """
    {A} [hummed|whistled] {a song1}. / {A} began to [hum|whistle] {a song1}.
    It was a [song|tune] from the <far>. / [It was an old tune|It was a sad tune], but [a beautiful|a lovely|a fine] one.
    {A} had forgotten the [end|words|middle] of it. / {A} had learned it from [an uncle|an aunt|a sailor|a teacher].
    """,
    """
    {A} wore {a woollen1} of [wool|cotton]. / {A} had {a paint1} {woollen1} on.
    It had been a [gift|present] [from a friend|for {A.his} birthday]. / There was a small hole in it.
    {A} was [proud of it|very careful with it]. / It was {A}'s [favourite|best|only] {woollen1}.
    """,
    """
    {A} had a letter from [an old friend|a brother|a sister|a cousin] in {A.his} pocket. / A letter from [a friend|a cousin] was in {A}'s pocket.
    The letter [spoke of|told of] [a journey|a new job|a sick horse|a long winter]. / {A} knew the letter by heart.
    {A} wanted to answer it [tomorrow|on <weekday>|before <weekday>]. / {A} had [kept|saved] every letter since [childhood|the spring].
    """,
    """
    {A} counted the coins in {A.his} pocket. / {A} found {a treasure1} in {A.his} pocket.
    {A} [yawned|sneezed|coughed] and [rubbed {A.his} eyes|rubbed {A.his} hands]. / {A} [scratched {A.his} head|rubbed {A.his} nose] and smiled.
    """,
    """
    {A} had slept [badly|very little] that night. / {A} had been awake since [dawn|five|six].
    {A} [yawned|yawned behind {A.his} hand]. / Now {A.he} was already tired.
    """,
    """
    {A} missed [the sea|{A.his} old dog|{A.his} old friends]. / {A} thought of [the sea|{A.his} old dog|{A.his} old friends].
    That had been [a good|a lovely|a wonderful] time. / Now all that was long ago.
    """,
)  # fmt: skip

TOGETHER: tuple[str, ...] = (
    """
    {A} and {B} [talked|spoke] about the <topic>. / {A} [asked|told] {B} about the <topic>.
    {B} [laughed|nodded] and [agreed|said nothing]. / {B} knew a lot about it. / {B} listened [<manner>|with a smile].
    {A} [told|knew] a joke about {a role_he1}. / {A} changed the subject and spoke of the <topic>.
    They [both laughed|laughed together] for a long time. / Both of them [smiled|grew quiet].
    """,
    """
    @weather season
    “What <a weather> <lightday>,” said {A}. / “It will rain soon,” said {A}.
    “[I do not mind|You are right],” {B} [answered|replied]. / {B} [nodded|only shrugged] and looked at the sky.
    """,
    """
    {A} asked, “Do you remember the [wedding|fair|dance|fire|storm] in <month>?” / {A} asked {B}, “Have you seen my <keepsake>?”
    “[Yes, of course|Yes, I think so|No, I am afraid not|I am not sure],” said {B}. / {B} shook {B.his} head.
    {A} [laughed|sighed|smiled] and [said nothing|went on talking|was quiet]. / They said [no more|nothing more] about it.
    """,
    """
    “Yesterday I walked towards the <walk>,” said {B}. / “Yesterday I went to the <walk>,” said {B}.
    {A} asked what {B} had seen there.
    “Only {a wild1} and some crows,” said {B}. / “There was nobody there,” said {B}.
    """,
    """
    {B} told {A} about [a visit to the <far>|a lost <farmed>|a cousin in the <town>]. / {B} spoke of [a journey to the <far>|an old friend|a sick <farmed>].
    {A} listened [<manner>|with great interest]. / {A} had heard it before, but listened [again|<manner>].
    It was [a lovely|a funny|a strange|a fine] story. / At the end {A} [clapped|laughed|sighed].
    """,
    """
    @past
    {A} had been {B}'s friend since childhood. / {A} and {B} had been friends since childhood. / {A} and {B} had known each other for {number1} years.
    They [never argued|seldom argued|argued only] about [money|<game>|the weather]. / Every <weekday> they played <game> together.
    {B} usually [won|lost]. / {A} usually [won|lost].
    """,
    """
    {A} showed {a keepsake1} to {B}. / {A} took out {a keepsake1} and showed it to {B}.
    {B} [looked at|admired] the {keepsake1} [from all sides|for a while]. / {B} asked, “Where did you [get|find] it?”
    {A} had bought it at the [market|fair] for {number1} coins. / It had [belonged|once belonged] to {A}'s [grandfather|aunt|teacher].
    """,
)  # fmt: skip
