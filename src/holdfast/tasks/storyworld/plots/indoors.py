"""Daily life in a house: threads of sentences that follow from one another, about {A} and {B}."""

from __future__ import annotations

INDOORS: tuple[str, ...] = (
    """
    {A} wanted to bake {a bake1} for the {feast1}. / {A} decided to bake {a bake1}. / “Let us bake {a bake1},” said {A}.
    {A.He} mixed flour, butter and <fruits> in {a color1} bowl. / {A.He} [stirred|beat] the eggs and added [sugar|honey|cinnamon] and <fruits>. / {A.He} cut the <fruits> with a sharp knife.
    {B} [lit|tended] the oven and [washed|greased] the pan. / {B} [greased|found] the pan and [cleaned|set] the table.
    {B} spilled some flour, and it covered the floor. / There was flour on the table, the floor and the cat. / {B} broke {number1} eggs into a cup.
    The {bake1} [rose|came out] golden and smelled wonderful. / They [waited|sat] before the oven until it was ready. / It burned a little at the edge, but nobody minded.
    They ate it while it was warm. / {A} gave {B} the biggest piece. / Nothing was left of it in the evening.
    """,
    """
    {A} cooked {vegdish1} with <veg>. / For supper there was {vegdish1} with <veg>. / {A} made {vegdish1} with <veg>, as on every <weekday>. / {A} was hungry and made {vegdish1} with <veg>.
    {B} set the table and lit {number1} candles. / {B} cut the bread and filled the glasses. / {B} brought [plates|spoons|bowls] and a jug of <drink>.
    It tasted [a bit|rather] <taste>. / It needed more <herb>. / {A} had forgotten the salt.
    {B} ate two bowls of it. / They ate <manner>. / {B} asked for more and [cleaned|emptied] the plate.
    Afterwards {B} washed the dishes. / After the meal they drank <drink> by the fire. / They talked until the candles had burned down.
    """,
    """
    The {part_house1} was broken. / Since the storm the {part_house1} was crooked. / {A} wanted to repair the {part_house1}.
    {A} [fetched|got] a hammer and some nails. / {A} looked for the {smalltool1} and found it behind the <furniture>. / {A} measured it [<manner>|twice].
    {B} held the board, and {A} hit the nail [on the head|again and again]. / {A} sawed a board in two. / {B} handed {A} the nails one by one.
    {A} struck one nail so hard that it bent. / One nail bent, and {A} threw it away.
    At last the {part_house1} was as good as new. / It was crooked, but it held. / Then {A} painted it <color>.
    They were proud of their work. / “[Well done|Not bad],” said {B}.
    """,
    """
    {A} cleaned the {room1}. / It was time to clean the {room1}. / The {room1} had not been cleaned for weeks.
    {A} swept the floor and [wiped|dusted] the shelves. / {A} carried the <furniture> into the yard. / {A} shook the carpet out of the window.
    In a corner lay {a keepsake1}. / In a corner {B} found {a treasure1}. / {B} discovered {a keepsake1} in the dust.
    {B} blew the dust off it and sneezed. / {B} wondered whose it was. / “Look what I have found,” said {B}.
    It had [belonged to|once been a gift from] an uncle. / They put it on the shelf. / {A} had searched for it for years.
    """,
    """
    {A} sewed {a sewn1} by the window. / {A} was making {a sewn1} for {B}.
    The thread [broke|tore] twice. / {A} could not find the scissors. / The cloth was <color> and very soft.
    {B} held the lamp for {A}. / {B} read aloud from a book about {a tale1}. / {B} tried it on and looked into the mirror.
    It was too [long|wide|tight]. / It fitted [like a glove|perfectly]. / It was not quite straight, but warm.
    {A} bit off the thread and [smiled|was satisfied].
    """,
    """
    {A} could not sleep and got up. / At midnight {A} woke and could not sleep again.
    {A.He} took a candle and went down the stairs. / {A.He} listened at the door. / {A.He} put on {a garment1} and lit a lamp.
    There sat {B} with a piece of [cake|cheese|bread]. / In the kitchen {B} was looking for a [cup|spoon].
    They [laughed|whispered] and made some [tea|cocoa]. / {A} sat down and [shook {A.his} head|smiled].
    Then everybody went back to bed. / The clock struck {hour1} when they said good night. / They sat there till dawn.
    """,
    """
    {A} painted a picture of {B}. / {A} drew a picture of {B}. / {A} painted, and {B} had to sit still for hours.
    {A.He} mixed {color1} and {color2} paint in {a vessel1}. / {A.He} used a brush as thin as a hair. / {A.He} began with the eyes.
    {B} wanted to [yawn|sneeze], but did not dare. / {B}'s foot had gone to sleep. / {B} asked every minute if it was finished.
    The picture showed a face with a green nose. / It did not look like {B} at all. / It was the best picture that {A} had ever made.
    {B} [laughed|groaned] and hung it in the <room>. / {A} sold it for {number1} coins.
    """,
    """
    There was a mouse in the {room1}. / Every night a mouse came into the {room1}.
    {A} set a trap with a piece of cheese. / {A} stood on a chair and would not come down.
    The cat looked at the mouse and yawned. / The mouse was faster than everybody.
    {B} put a bowl over it and carried it out. / {B} felt sorry for it and gave it some bread. / {B} caught it in [a hat|a box|a boot].
    The next morning it was back. / They set it free in a field. / {A} gave it a name, and it stayed.
    """,
    """
    The clock in the {room1} had stopped. / {A} took the old clock apart.
    {A.He} put the wheels on the table in a row. / {A.He} cleaned every wheel with oil. / One spring jumped out and rolled under the <furniture>, but {B} found it.
    {B} held the lamp and counted the screws.
    In the end two screws were left over. / At last it ticked again. / Now it went, but it went backwards.
    {A} was content with it. / “It is right twice a day,” said {B}. / It struck {hour1} at noon, but nobody minded.
    """,
    """
    {A} could not stop reading. / {A} sat in an armchair and read a thick book. / {A} had found a thick book in the library.
    The book was about {a tale1} and a stolen {treasure1}. / In the book a pirate killed his own captain. / In the book a girl crossed the sea in a barrel.
    {B} called {A} to supper, but {A} did not hear. / {B} asked what it was about. / The candle burned down, and {A} lit another one.
    {A} read the end aloud to {B}. / {A} finished it at dawn. / {A} skipped a page, because it was too sad.
    Then {A} [began again from the start|closed the book and sighed]. / {B} borrowed it the next day.
    """,
    """
    It was washing day. / {A} did the washing. / There was a mountain of dirty clothes.
    {A} rubbed the shirts with soap. / {A} boiled the sheets in a big pot. / The water turned {paint1}, because of one {paint1} sock.
    {B} hung everything on a line. / {B} wrung out the shirts. / {B} washed the shirts and tore a hole in one of them.
    The wind took a shirt and carried it over the fence. / By noon everything was dry.
    They folded the sheets together. / {A} never wanted to see soap again.
    """,
    """
    {A} cut {B}'s hair. / {B}'s hair was too long, and {A} had a pair of scissors.
    {B} sat down on a stool and closed {B.his} eyes. / {A} put a bowl on {B}'s head and cut round it.
    {A} cut a little on the left and a little on the right. / {A} whistled while the scissors went snip and snap.
    In the end it was shorter than planned. / {B} looked into the mirror and screamed. / A bird could have used it for a nest.
    “It will grow again,” said {A}. / {B} wore a hat for {number1} weeks. / {B} laughed, because there was nothing else to do.
    """,
    """
    {A} wanted the {furniture1} on the other side of the room.
    {A} pulled, and {B} pushed. / {A} held one end, and {B} held the other. / They lifted it on three.
    At first it would not move. / It got stuck behind the door.
    They rested and drank <drink>. / {A} measured the door and shook {A.his} head. / {B} had an idea and turned it round.
    At last it stood where it should stand. / Then {A} wanted it back in its old place.
    """,
    """
    @season
    {A} made jam from {jamfruit1}. / It was time to make jam, and the kitchen was full of {jamfruit1}.
    {A.He} stirred it for an hour. / {A.He} washed the {jamfruit1} and weighed the sugar. / The pot was so full that it boiled over.
    {B} licked the spoon. / {B} wrote labels for the jars. / {B} spilled some of it on {B.his} shirt.
    They filled {number1} jars. / It was so sticky that the spoon stood in it. / One jar broke, and the cat had sticky paws.
    They kept it for the winter. / {A} sent a jar to every aunt.
    """,
    """
    {A} helped in a shop that sold [clocks|hats|toys|lamps|books].
    A lady came in and wanted to see everything. / A boy asked for the cheapest thing in the shop.
    {A} climbed the ladder and took down a box. / {A} wrapped it in paper. / {B} wrote the bill and made a mistake.
    “Keep the change,” said the customer. / The customer came back after a minute and wanted something else.
    In the evening {A} counted the money. / {B} swept the floor and locked the door. / It had been a good day.
    """,
)  # fmt: skip
"""Inside a house, a shop or an inn."""

HOUSE: tuple[str, ...] = (
    """
    A letter came for {A}. / The postman brought a letter for {A}.
    {A} opened it [with a knife|quickly|eagerly] and read it [twice|aloud]. / It was from {a relative1} in the <far>. / The envelope was <color>, and the writing was hard to read.
    It told of [a wedding|a baby|a good harvest|a new house]. / The {relative1} wanted to visit in <month>.
    {A} was [glad|happy|surprised] and read it to {B}. / {A} showed the letter to {B}. / “[Good|Great] news,” said {A}.
    The same <daytime> {A} wrote an answer. / {B} [found|fetched] paper and ink, and {A} wrote back. / {A} put the letter into {A.his} [pocket|bag].
    """,
    """
    {A} wanted to learn to play the {instrument1}. / {A} practised on the {instrument1}. / {A} had bought {a instrument1} and wanted to play it.
    The first notes [sounded terrible|were wrong], and a dog [howled|barked]. / At first it sounded like [a sick cow|a rusty gate].
    {B} [was patient|covered {B.his} ears] and [smiled|laughed]. / {B} showed {A} how to play it. / {B} knew the {instrument1} well and taught {A} every evening.
    After {number1} weeks {A} could play {a song1}. / {A} played the same {song1} every evening. / Slowly it became better.
    {B} [clapped|danced] when {A} played. / Even the neighbours listened now.
    """,
    """
    {A} found a [young|small|lost] {pet1}. / {a pet1} had followed {A} home. / Someone had left {a pet1} at {A}'s door.
    It was [hungry|wet|thin], so {A} gave it some [milk|bread]. / The {pet1} [trembled|was afraid], but it let {A} stroke it.
    {B} [made a bed for it in a basket|brought an old blanket]. / “We must find the owner,” said {B}. / {B} asked in the whole <town>, but nobody missed it.
    They gave it a name and a warm place. / After some days it [ran|walked] after {A} everywhere. / The {pet1} slept in a box beside the door.
    {A} kept it. / It stayed with {A} for many years. / The {pet1} became the friend of the whole house.
    """,
    """
    @birthday
    It was almost {B}'s birthday. / {A} wanted to surprise {B}.
    The present was {a woollen1} of <paint> wool. / {A} [carved|made] {a carved1} out of wood. / {A} sewed {a sewn1} for {B}, and nobody was allowed to see it.
    {A} worked on it every evening, in secret. / {A} hid it under the <furniture> when {B} came in. / It took {number1} evenings.
    {B} opened the present [slowly|eagerly|with big eyes]. / When {B} saw it, {B.he} was speechless. / {B} had never owned such [a beautiful|a lovely|a splendid] thing.
    {B} [hugged|kissed] {A}. / “[It is perfect|How lovely],” said {B}. / {B} showed it to all the neighbours.
    """,
    """
    Guests were coming on {weekday1}. / {A} had invited the whole street.
    {A.He} [bought|fetched] flowers and put them into [a jug|a bowl|a glass]. / {A.He} wrote {number1} names on {number1} cards. / {A.He} put every chair of the house round the table.
    {B} [lent {A} some plates|hung lanterns in the trees]. / {B} baked {a bake1} and hid it from the children.
    The first guest came too early. / The guests brought flowers and a bottle of <drink>. / An uncle fell asleep before the soup.
    They sang and danced until [midnight|two o'clock]. / The last guest left at dawn. / Nobody wanted to go home.
    """,
    """
    @words
    {A} taught {B} to [read|write]. / {B} wanted to learn to read, and {A} helped {B.him}.
    They began with {B}'s name. / They had only one book, and it was about {a tale1}. / {B} wrote the letters on a piece of slate.
    {B} sighed, but did not give up. / The letters danced before {B}'s eyes. / {B} mixed up two letters.
    After {number1} weeks {B} could read a whole page. / {B} wrote {B.his} first letter to an aunt in the <far>.
    {B} was as proud as a king. / From then on {B} read everything, even the paper round the cheese.
    """,
    """
    {A} needed {a sleeved1} for the {fair1}. / {A} tried on {a sleeved1} in a shop.
    It was <paint> and much too expensive. / It was too [wide|tight], and the sleeves were too long. / {A} looked into the mirror and turned round.
    “It suits you,” said {B}. / {B} hid a smile. / {B} thought that {A} looked like {a tale1} in it.
    {A} paid with {number1} coins and a promise. / {A} bought it [all the same|in the end].
    At the {fair1} everybody looked at it. / At home {A} hung it on a nail and admired it.
    """,
    """
    @birthday
    {A} had a birthday. / It was {A}'s birthday, and nobody seemed to remember it.
    {B} came with a cake and [candles|flowers]. / {B} had hidden a present behind the <furniture>.
    {A} blew out the candles and wished for {a pet1}. / {A} closed {A.his} eyes and made a wish.
    Friends came and brought {a carved1} and {a woollen1}. / Then somebody played the {instrument1}, and all of them danced.
    It was the best birthday of all. / {A} went to bed late and happy. / {A} ate so much that {A.he} could not move.
    """,
    """
    {A} had <a farmed> that was ill. / {A}'s {pet1} was ill. / {A} was worried about a sick <pet>.
    A healer came and <heal_past> it with <herb> and <herb>. / An old neighbour <heal_past> it with <herb>. / A healer came who could <heal_base> it.
    “It will live,” said {B}. / {A} cried with joy. / Soon it ate again.
    {A} was grateful and paid with {number1} eggs.
    """,
)  # fmt: skip
"""Wherever people are at home, indoors or out."""
