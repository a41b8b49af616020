"""Daily life: threads of sentences that follow from one another, about {A} and {B}, in which nothing decides anything."""

from __future__ import annotations

OPENINGS: dict[str, tuple[str, ...]] = {
    "in": (
        "{A} and {B} lived in {a housesize1} house near the <outdoors>. / {A} lived with {B} in an old house in the <town>.",
        "On {weekday1}, {A} and {B} were at home. / It was {weekday1}, and {A} and {B} were at home.",
        "@weather\n{A} sat in the kitchen with {B} on <a weather> <lightday> in <season>. / On <a weather> <lightday> in <season>, {A} and {B} sat in the kitchen.",
        "{A} [stayed|was] at the inn with {B}. / {A} and {B} [stayed|lived] at an inn near the <far>. / {A} worked at an inn, and so did {B}.",
        "@weather\nOne [cold|warm|rainy|quiet] <lightday>, {A} visited {B}. / {A} came to visit {B} one <weather> <lightday>. / {B} had invited {A} for <weekday>.",
        "{A} and {B} shared a [workshop|shop|flat] in the <town>. / {A} kept a [small|little] shop in the <town>, and {B} helped [there|{A.him}].",
        "In the [castle|palace] lived {A} and {B}. / {A} and {B} served at the castle. / {A} had come to the castle to see {B}.",
    ),
    "out": (
        "@weather\n{A} and {B} [walked|wandered] through the <walk>. / On <a weather> <lightday>, {A} and {B} went for a walk.",
        "{A} had a farm near the <outdoors>, and {B} helped on it. / {A} and {B} worked on a farm. / {B} worked on {A}'s farm.",
        "It was market day in the <town>. {A} met {B} at the [well|fountain|gate]. / On market day {A} met {B} in the square.",
        "@weather\nIn <month>, {A} and {B} travelled to the <far>. / {A} and {B} were on a journey to the <far>.",
        "{A} [waited|stood] at the harbour with {B}. / {A} and {B} [sat|stood] at the harbour and looked at the ships.",
        "{A} and {B} [camped|rested] beside the <outdoors>. / {A} and {B} had camped at the edge of the forest.",
        "School was over, and {A} walked home with {B}. / {A} and {B} had a free <lightday>. / {A} and {B} were neighbours in a village.",
    ),
}  # fmt: skip

CALM: dict[str, tuple[str, ...]] = {
    "any": (
        """
        {A} had lost {a keepsake1}. / {A} could not find {A.his} {keepsake1}. / {A} missed {A.his} {keepsake1}.
        {A.He} searched every [drawer|pocket|corner], but it was not there. / {A.He} looked [everywhere|under the <furniture>], but found only {a treasure1}. / {A.He} asked everyone, but nobody had seen it.
        {B} [offered to help|came to help] and asked where {A} had used it last. / {B} helped {A} and looked behind the <furniture>.
        At last {B} found the {keepsake1} in <a garment>. / In the end it was in {A}'s own [bag|pocket]. / {B} found it under {a garment1}.
        {A} [thanked|hugged] {B} and [laughed|blushed]. / “You are a true friend,” said {A}. / {A} promised to be more careful.
        """,
        """
        A letter came for {A}. / The postman brought a letter for {A}. / {A} got a letter from the <far>.
        {A} opened it [with a knife|<manner>] and read it [twice|aloud]. / It was from {a relative1} in the <far>. / The envelope was <color>, and the writing was hard to read.
        It told of [a wedding|a baby|a good harvest|a new house]. / The {relative1} wanted to visit in <month>.
        {A} was [glad|happy|surprised] and read it to {B}. / {A} showed the letter to {B}. / “[Good|Great] news,” said {A}.
        The same <daytime> {A} wrote an answer. / {B} [found|fetched] paper and ink, and {A} wrote back. / {A} put the letter into {A.his} [pocket|bag].
        """,
        """
        {A} wanted to learn to play the {instrument1}. / {A} practised on the {instrument1}. / {A} had bought {a instrument1} and wanted to play it.
        The first notes [sounded terrible|were wrong], and a dog [howled|barked]. / At first it sounded like [a sick cow|a rusty gate].
        {B} [was patient|covered {B.his} ears] and [smiled|laughed]. / {B} showed {A} how to play it. / {B} knew the {instrument1} well and taught {A} <a song>.
        After {number1} weeks {A} could play {a song1}. / {A} played the same {song1} again and again. / Slowly it became better.
        {A} played it at the <feast>. / {B} [clapped|danced] to the {song1}. / Even the dog listened now.
        """,
        """
        {A} and {B} played <game>. / {B} taught {A} a new game. / To pass the time, {A} and {B} played <game>.
        {A} lost the first game and wanted another. / {B} won [easily|twice]. / {A} was lucky and won {number1} times.
        “[Again|One more game],” said {B}. / {B} [frowned|scratched {B.his} head] and thought for a long time.
        It was late when they [stopped|put the game away]. / In the end nobody knew who had won. / They played until [supper|midnight|the candle went out].
        The loser had to wash the dishes. / {B} counted the points twice. / They agreed to play again on <weekday>.
        """,
        """
        {A} found a [young|small|lost] {pet1}. / {a pet1} had followed {A} home. / Someone had left {a pet1} at {A}'s door.
        It was [hungry|wet|thin], so {A} gave it some [milk|bread]. / The {pet1} [trembled|was afraid], but it let {A} stroke it.
        {B} [made a bed for it in a basket|brought an old blanket]. / “We must find the owner,” said {B}. / {B} asked in the whole <town>, but nobody missed {a pet1}.
        They called it [Button|Pepper|Star]. / After some days it [ran|walked] after {A} everywhere. / The {pet1} slept in a box beside the door.
        {A} kept it. / It stayed with {A} for many years. / The {pet1} became the friend of the whole house.
        """,
        """
        {A} was making a present for {B}. / It was almost {B}'s birthday. / {A} wanted to surprise {B}.
        It was {a woollen1} of <paint> wool. / {A} [carved|made] {a carved1} out of wood. / {A} [sewed|knitted] {a garment1}, and nobody was allowed to see it.
        {A} worked on it every evening, in secret. / {A} hid it under the <furniture> when {B} came in. / It took {number1} evenings.
        {B} [unwrapped|opened] the present [<manner>|with big eyes]. / When {B} saw it, {B.he} was speechless. / {B} had never owned such <a nice> thing.
        {B} [hugged|kissed] {A}. / “[It is perfect|How lovely],” said {B}. / {B} showed it to all the neighbours.
        """,
        """
        {A} told {B} the story of the <tale>. / {B} asked for a story, and {A} told one about {a tale1}. / {A} had read a book about {a tale1}.
        In the story a [hunter|knight] killed a [giant|dragon] with {a blade1}. / In the book there was a battle, and many died. / In the story a witch poisoned a king.
        {B} [listened with wide eyes|forgot the time]. / {B} [thought it too sad|did not believe a word]. / {B} wanted to know what became of the [horse|king].
        At the end everybody was [happy|home again]. / The story ended with a [wedding|feast]. / Then the story was over.
        “[Tell it again|I like that one],” said {B}. / {B} yawned and [closed {B.his} eyes|said good night]. / {A} promised another one for tomorrow.
        """,
    ),
    "in": (
        """
        {A} wanted to bake {a bake1} for the {feast1}. / {A} decided to bake {a bake1}. / “Let us bake {a bake1},” said {A}.
        {A.He} mixed flour, butter and <fruits> in {a color1} bowl. / {A.He} [stirred|beat] the eggs and added <herb> and <fruits>. / {A.He} cut the <fruits> with a sharp knife.
        {B} [lit|tended] the oven and [washed|greased] the pan. / {B} [greased|found] the pan and [cleaned|set] the table. / {B} tasted the dough with one finger.
        {B} spilled some flour, and it covered the floor. / There was flour on the table, the floor and the cat. / {B} broke {number1} eggs into a cup.
        The {bake1} [rose|came out] golden and smelled wonderful. / They [waited|sat] before the oven until it was ready. / It burned a little at the edge, but nobody minded.
        They ate it while it was warm. / {A} gave {B} the biggest piece. / Nothing was left of it in the evening.
        """,
        """
        {A} cooked {vegdish1} with <veg>. / For supper there was {vegdish1} with <veg>. / {A} made {vegdish1} with <veg>, as on every <weekday>. / {A} was hungry and made {vegdish1} with <veg>.
        {B} laid the table and lit {number1} candles. / {B} cut the bread and filled the glasses. / {B} brought [plates|spoons|bowls] and a jug of <drink>.
        It tasted [a bit|rather] <taste>. / It needed more <herb>. / {A} had forgotten the salt.
        {B} ate two bowls of it. / They ate <manner>. / {B} asked for more and [cleaned|emptied] the plate.
        Afterwards {B} washed the dishes. / After the meal they drank <drink> by the fire. / They talked until the candles had burned down.
        """,
        """
        The {part_house1} was broken. / Since the storm the {part_house1} was crooked. / {A} wanted to repair the {part_house1}.
        {A} [fetched|got] a hammer and some nails. / {A} looked for the {tool1} and found it behind the <furniture>. / {A} measured it [<manner>|twice].
        {B} held the board, and {A} hit the nail [on the head|again and again]. / {A} sawed a board in two. / {B} handed {A} the nails one by one.
        The hammer missed the nail, but not the wall. / {A} struck the nail so hard that it bent. / One nail bent, and {A} threw it away.
        At last the {part_house1} was as good as new. / It was crooked, but it held. / Then {A} painted it <color>.
        They were proud of their work. / “[Well done|Not bad],” said {B}. / {B} opened and shut it three times.
        """,
        """
        {A} cleaned the {room1}. / It was time to clean the {room1}. / The {room1} had not been cleaned for weeks.
        {A} swept the floor and [wiped|dusted] the shelves. / {A} carried the <furniture> into the hall. / {A} shook the carpet out of the window.
        Behind the <furniture> lay {a keepsake1}. / Under the bed {B} found {a treasure1}. / {B} discovered {a keepsake1} in the dust.
        {B} blew the dust off it and sneezed. / {B} wondered whose it was. / “Look what I have found,” said {B}.
        It had [belonged to|once been a gift from] an uncle. / They put it on the shelf. / {A} had searched for it for years.
        """,
        """
        {A} sewed {a garment1} by the window. / {A} mended {a garment1} by the window. / {A} was making {a garment1} for the winter.
        The thread [broke|tore] twice. / {A} could not find the scissors. / The cloth was <color> and very soft.
        {B} held the lamp for {A}. / {B} read aloud from a book about {a tale1}. / {B} tried it on and looked into the mirror.
        It was too [long|short|wide|tight]. / It fitted [like a glove|perfectly]. / It was not quite straight, but warm.
        {A} laughed and began again. / {A} bit off the thread and [smiled|was satisfied]. / “It is for you,” said {A}.
        """,
        """
        {A} could not sleep and got up. / At midnight {A} woke and could not sleep again. / In the night {A} heard a noise in the {room1}.
        {A.He} took a candle and went down the stairs. / {A.He} listened at the door. / {A.He} put on {a garment1} and lit a lamp.
        There sat {B} with a piece of [cake|cheese|bread]. / It was only {B}, who was looking for a [cup|book]. / It was only {B}, who had knocked over {a vessel1}.
        They [laughed|whispered] and made some [tea|cocoa]. / {A} was so relieved that {A.he} laughed. / {A} sat down and [shook {A.his} head|smiled].
        Then everybody went back to bed. / The clock struck {number1} when they said good night. / They sat there till dawn.
        """,
        """
        {A} painted a picture of {B}. / {A} drew a picture of {B}. / {A} was a painter, and {B} had to sit still for hours.
        {A.He} mixed {color1} and {color2} paint in {a vessel1}. / {A.He} used a brush as thin as a hair. / {A.He} began with the eyes.
        {B} wanted to [yawn|sneeze], but did not dare. / {B}'s foot had gone to sleep. / {B} asked every minute if it was finished.
        The picture showed a face with a green nose. / It did not look like {B} at all. / It was the best picture that {A} had ever made.
        {B} [laughed|groaned] and hung it in the <room>. / {B} said that it was very <nice>. / {A} sold it for {number1} coins.
        """,
    ),
    "out": (
        """
        {A} planted <flowers> in front of the house. / {A} dug a bed for the <veg>. / {A} worked in the garden with {a tool1}.
        {B} brought water from the [well|river|pump]. / {B} pulled out the weeds. / {B} carried the stones away in a basket.
        {a insect1} [sat on|crawled over] a leaf. / In the earth {A} found {a treasure1}. / The ground was [hard|dry|full of roots].
        It rained [in the night|the next day], and that helped. / The sun shone for {number1} days. / A hen ate some of the seeds.
        In <month> everything was in bloom. / After a week the first green leaves came up. / Soon there were more <veg> than they could eat.
        They gave some to the neighbours. / {A} picked the first ones for {B}. / {B} sold the rest at the market.
        """,
        """
        {A} went fishing with {B}. / {A} and {B} sat by the river with their rods. / {A} and {B} rowed out on the lake.
        For a long time nothing [bit|happened]. / {A} fastened a worm to the hook. / The water was as smooth as a mirror.
        Then {B} caught {a fish1}. / {A} pulled out an old <garment>. / {a fish1} took the bait and swam off with it.
        {B} [laughed|cheered] so loudly that all the fish fled. / {A} claimed that it had been as long as an arm. / {B} let it go again, because it was so small.
        In the evening they fried {number1} [fish|perch] over a fire. / They went home with an empty basket and in good spirits. / They forgot the fish and [swam|bathed].
        """,
        """
        {a farmed1} had run away. / {A}'s {farmed1} was not in the stable. / The {farmed1} had broken through the fence.
        {A} followed its tracks to the <outdoors>. / {A} called it by name. / {A} took a rope and went to look for it.
        {B} had seen it [near the|beside the] <way>. / {B} came along with an apple in {B.his} hand. / “It went that way,” said {B}.
        It stood in a field and ate <crop>. / They found it among the <farmeds> of a neighbour. / There it stood and looked quite innocent.
        {A} tied the {farmed1} to a tree and rested. / {A} led it home on the rope. / {B} tied the rope round its neck, and they went home.
        Then {A} repaired the fence. / The next day it was gone again. / At home it got an extra portion of <crop>.
        """,
        """
        {A} sold <fruits> and <veg> at the market. / At the market {A} bought <fruits> and {a garment1}. / {A} had a stall at the market.
        {B} [wanted|asked for] {number1} pounds of <veg>. / {B} tasted one of the <fruits>. / {B} asked the price of {a vessel1}.
        “That is too [much|dear],” said {B}. / They argued about the price for a while. / {A} asked for {number1} coins and got half.
        At last they agreed. / {B} paid with {a mat1} coin. / {A} added some <herb> for nothing.
        {B} carried it all home in a basket. / {A} counted the money and was content. / On the way home {B} ate half of it.
        """,
        """
        {A} and {B} took the wrong path. / They had lost their way. / {A} had forgotten the map.
        {A} climbed a tree to look around. / {B} asked a shepherd, who pointed to the [left|right|north]. / “We have been here before,” said {B}.
        They came to a bridge that was not on the map. / Behind a hill they saw smoke. / The path ended at [a small|a large|an old] pond.
        {B} was tired and sat down on a stone. / {A} shared the last <sweet> with {B}. / {A} joked that they would meet a dragon.
        At last they saw the lights of the <town>. / Before dark they reached {a building1}. / A farmer took them along in {a vehicle1}.
        They slept like stones that night. / Supper had never tasted so good. / {B} bought a new map the next day.
        """,
        """
        The fair was in the <town>. / A circus had come to the <town>. / There was a fair, with music and lights.
        {A} shot at paper flowers and hit one. / {A} threw balls at a row of [bottles|cans]. / {A} fired a toy gun at a wooden duck.
        {B} won {a keepsake1}. / {B} ate so many <fruits> that {B.he} had to rest. / {B} rode on a wooden horse.
        A clown [fell over|stumbled over] his own shoes, and the children laughed. / A man swallowed a sword, and nobody knew how. / Two men in masks fought with wooden swords.
        {A} bought {a sweet1} for {B}. / They watched the fireworks [from a hill|in the end]. / They stayed until the last lamp was out.
        """,
        """
        {A} was building a [hut|shed]. / {A} wanted to build a house for the [birds|hens|rabbits].
        {B} [carried|brought] the boards. / {B} mixed the [mortar|paint] in a bucket. / {B} made a drawing of it.
        {A} climbed the ladder with a hammer. / {A} sawed, and {B} held the board. / They worked until their arms were tired.
        At noon they rested and ate bread and <fruits>. / Once it rained and they had to stop. / The neighbours came and gave advice.
        After {number1} days it was finished. / It stood a little crooked, but it stood. / {B} painted it <color>.
        """,
    ),
}  # fmt: skip
