"""Daily life outdoors and on the way: threads of sentences that follow from one another, about {A} and {B}."""

from __future__ import annotations

OUTDOORS: tuple[str, ...] = (
    """
    @season
    {A} planted {flowers1} in front of the house. / {A} dug a bed for {flowers1} with {a digger1}. / {A} worked in the garden with {a digger1} and planted {bedveg1}.
    {B} brought water from the [well|river|pump]. / {B} pulled out the weeds. / {B} carried the stones away in a basket.
    {a insect1} [sat on|crawled over] a leaf. / In the earth {A} found {a treasure1}. / The ground was [hard|dry|full of roots].
    It rained [in the night|the next day], and that helped. / A hen ate some of the seeds.
    After a week the first green leaves came up. / Some weeks later everything was green.
    The neighbours came and looked over the fence. / They were proud of their garden.
    """,
    """
    @season
    {A} went fishing with {B}. / {A} and {B} sat by the river with their rods. / {A} and {B} rowed out on the lake.
    For a long time nothing [bit|happened]. / {A} fastened a worm to the hook. / The water was as smooth as a mirror.
    Then {a fish1} took the bait and swam off with it. / {B} almost caught {a fish1}, but it got away.
    {B} laughed so loudly that the birds flew up. / {A} claimed that it had been as long as an arm.
    At last they caught {number1} perch and fried them over a fire. / They forgot the fish and [swam|bathed]. / They caught nothing more and were in good spirits all the same.
    """,
    """
    {A}'s {farmed1} had run away. / {A}'s {farmed1} was not in the stable. / {A}'s {farmed1} had broken through the fence.
    {A} followed its tracks. / {A} called it by name. / {A} took a rope and went to look for it.
    {B} had seen it [near|beside] the road. / {B} came along with an apple in {B.his} hand. / “It went that way,” said {B}.
    It stood in a field and ate <crop>. / They found it among the <farmeds> of a neighbour. / There it stood and looked quite innocent.
    {A} led it home. / {B} tied a rope round its neck, and they went home.
    Then {A} repaired the fence. / The next day it was gone again. / At home it got an extra portion of <crop>.
    """,
    """
    {A} sold {fruits1} and {veg1} at the market. / {A} had a stall with {fruits1} and {veg1} at the market.
    {B} [wanted|asked for] {number1} pounds of {veg1}. / {B} asked the price of the {fruits1}.
    “That is too [much|dear],” said {B}. / They argued about the price for a while. / {A} asked for {number1} coins and got half.
    At last they agreed. / {B} paid with {a mat1} coin. / {A} added some <herb> for nothing.
    {B} carried everything home in a basket. / {A} counted the money and was content.
    """,
    """
    The fair was in the <town>. / A circus had come to the <town>. / There was a fair, with music and lights.
    {A} shot at paper flowers and hit one. / {A} threw balls at a row of [bottles|cans]. / {A} fired a toy gun at a wooden duck.
    {B} won {a keepsake1}. / {B} ate so many <fruits> that {B.he} had to rest. / {B} rode on a wooden horse.
    A clown [fell over|stumbled over] his own shoes, and the children laughed. / A man swallowed a sword, and nobody knew how. / Two men in masks fought with wooden swords.
    {A} bought {a sweet1} for {B}. / They watched the fireworks [from a hill|in the end]. / They stayed until the last lamp was out.
    """,
    """
    {A} was building a [hut|shed]. / {A} wanted to build a house for the [hens|rabbits].
    {B} [carried|brought] the boards. / {B} brought nails and paint. / {B} made a drawing of it.
    {A} climbed the ladder with a hammer. / {A} sawed, and {B} held the board. / They worked until their arms were tired.
    At noon they rested and ate bread and <fruits>. / Once it rained and they had to stop. / The neighbours came and gave advice.
    After {number1} days it was finished. / It stood a little crooked, but it stood. / {B} painted it <color>.
    """,
    """
    {A} fed the hens. / {A} had {number1} hens and a very proud cock. / Every morning {A} looked for eggs.
    There was an egg behind the barn. / The brown hen sat on {A}'s hat and would not get up. / There were {number1} eggs.
    {B} chased the cock round the yard, and then the cock chased {B}. / {B} carried the eggs in [a hat|a cap|a basket].
    {B} dropped an egg, and the cat was glad. / They sold {number1} eggs to the baker. / One egg had two yolks.
    They had eggs for supper. / Next day all the hens had gone to the neighbour's garden.
    """,
    """
    @season
    It was time to bring in the hay. / {A} and {B} cut the grass in the meadow. / {A} sharpened the scythe and cut the grass.
    {B} turned the hay with a fork. / {B} loaded the hay on the wagon. / The sky grew dark, and they hurried.
    A {wild1} ran out of the grass. / They found a nest and left that corner alone. / Hay stuck in {A}'s hair.
    They reached the barn before dark. / When the wagon was full, {B} lay down on top of it.
    In the evening their backs ached. / They slept well that night. / There was cold cider for everyone.
    """,
    """
    {A} dug a well. / The old well was dry, and {A} began to dig a new one.
    After {number1} feet there was only sand. / {A} stood in the hole, and {B} pulled up the bucket. / {A} hit a stone and had to begin again.
    {B} shouted a joke into the hole. / {B} wanted to give up, but {A} went on.
    Then there was mud, and then there was water. / On the third day water came.
    It was cold and clear. / They drank to it with the first cup. / All the neighbours came to taste it.
    """,
    """
    @season
    {A} kept bees. / {A} had {number1} beehives behind the house.
    {A} put on a hat with a veil. / {A} blew smoke into the hive and lifted the lid. / {A} moved slowly, so as not to anger them.
    {B} watched from far away. / {B} held the jar and did not breathe.
    The honey was as golden as the sun. / They had never had so much honey. / {A} was not stung once.
    They ate it on warm bread. / {B} sold {number1} jars at the market.
    """,
    """
    @season weather
    {A} flew a kite. / {A} had made a kite out of paper and sticks.
    It rose higher than the church. / At first it only jumped over the grass. / The tail was made of old ribbons.
    {B} ran and held the string. / {B} wanted to try it, too.
    At last the string broke, and the kite flew away.
    They ran home with red cheeks.
    """,
    """
    A new teacher had come to the school. / {A} helped at the school. / {A} and {B} taught the children of the <town>.
    {A} wrote a long word on the board. / {A} asked the children what {number1} and {number2} made. / {A} told the class about the <far>.
    {B} fell asleep over a book. / A boy threw a paper ball and hit the map. / Somebody had put a frog into the desk.
    All of them laughed, even {A}. / {A} tried to look angry. / {B} opened the window and let in some air.
    When the bell rang, the children ran out. / On the way home they talked about it.
    """,
    """
    A wedding was held in the <town>. / {A} and {B} were guests at a wedding. / {A}'s cousin married the miller's son.
    The bride wore {a paint1} dress. / The groom had lost the ring and found it in his shoe. / The band played a [tune|waltz].
    {A} danced with everyone. / {B} caught the flowers that the bride threw. / {B} ate three pieces of cake.
    An old man made a speech and forgot the end. / The children threw rice. / A dog stole the ham.
    They danced until their feet hurt. / At midnight there were fireworks. / {A} cried a little, as one does.
    """,
    """
    @season weather
    {A} swept the snow from the path. / In the night a lot of snow had fallen.
    {A} and {B} built a snowman with a nose of wood. / {B} threw a snowball, and {A} threw one back. / They were warm from the work.
    {B} brought an old hat and a [scarf|broom]. / {B} lay down in the snow and made an angel. / Their fingers were cold.
    Then they drank hot <hotdrink>. / The children of the street came and helped. / Soon there was more snow.
    They sat down by the fire. / They told stories by the stove.
    """,
    """
    {A} had a dog that would not listen. / {A}'s dog was as big as a calf.
    When {A} said “sit”, it lay down. / It ate {A}'s <junk_worn> and half a cushion. / It barked at its own shadow.
    {B} threw a stick, and it brought back a shoe. / {B} gave it a bone, and it buried it under the <flowers>.
    After some weeks it gave its paw. / It learned to close the door. / “It only needs love,” said {B}.
    Now it slept on {A}'s bed. / It followed {B} to school and back.
    """,
)  # fmt: skip
"""On a farm, in a garden, in a village."""

AWAY: tuple[str, ...] = (
    """
    @season
    {A} went fishing with {B}. / {A} and {B} sat by the river with their rods. / {A} and {B} rowed out on the lake.
    For a long time nothing [bit|happened]. / {A} fastened a worm to the hook. / The water was as smooth as a mirror.
    Then {a fish1} took the bait and swam off with it. / {B} almost caught {a fish1}, but it got away.
    {B} laughed so loudly that the birds flew up. / {A} claimed that it had been as long as an arm.
    At last they caught {number1} perch and fried them over a fire. / They forgot the fish and [swam|bathed]. / They caught nothing more and were in good spirits all the same.
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
    They put up the tent in the evening. / {A} put up a tent beside the {walk1}. / {A} had brought the tent, but not the pegs.
    {B} gathered wood and lit a fire. / {B} fetched water from a stream. / {A} made a ring of stones for the fire.
    They fried [potatoes|onions|mushrooms] in a pan. / {A} burned the sausages, and {B} ate them all the same. / They boiled water for <drink>.
    {B} told a story about {a tale1}. / {A} looked up at the stars and counted them. / A fox came and stole the cheese.
    The fire burned low, and they slept. / In the morning everything was wet with dew. / {B} snored so loudly that {A} moved outside.
    """,
    """
    @season
    They had to cross a river. / There was no bridge, and {A} and {B} had to wade.
    {A} tied {A.his} shoes together and hung them round {A.his} neck. / {A} felt the ground with a stick. / {B} carried the bag on {B.his} head.
    The water was cold and came up to the knees. / A fish swam past {A}'s toes.
    On the other side they dried their clothes. / They sat by a fire until they were dry.
    {A} emptied {A.his} boots. / They laughed about it for days.
    """,
    """
    @place
    {A} wanted to climb the mountain. / They climbed a mountain that had no name.
    {A} went first, and {B} followed. / The path was steep and full of stones. / {B} had to rest every {number1} steps.
    They met {a farmed1} that looked at them in surprise. / They could see the whole <town> from there. / A cloud came, and they saw nothing at all.
    On the top they ate bread and <fruits>. / {A} shouted, and the echo answered. / {B} wrote both names into a book.
    Going down was harder than going up. / They were down before dark. / {A} took a stone from the top and kept it.
    """,
    """
    @place
    {A} and {B} crossed the sea in a ship. / The ship left the harbour at {hour1} o'clock. / {A} had never been on a ship before.
    A sailor showed them the ropes. / The sails were as white as snow. / The captain had a parrot that could count.
    {B} was sick and wanted to go home. / {A} counted the gulls. / {B} learned to tie a knot.
    On the third day they saw land. / The wind turned, and the ship stood still. / Dolphins swam beside the ship.
    The whole crew sang. / The captain told them about the <far>.
    """,
    """
    @season
    {A} and {B} gathered {woodfruit1} in the woods. / The woods were full of {woodfruit1}.
    They had brought a basket. / {A} knew all the good places.
    They saw {a wild1} with two young ones. / A branch knocked off {B}'s hat. / {B} sat down on an ant hill and jumped up.
    They had to share one sandwich. / “We should go back,” said {A}. / It smelled of moss and leaves.
    In the evening the basket was full. / They sold half of the {woodfruit1} and kept the rest.
    """,
    """
    @weather season
    The sky grew dark, and they looked for shelter. / A storm came up, and {A} and {B} ran to [a barn|a hut|a shed|an old mill].
    The door was open, but nobody was there. / It was dry inside and smelled of hay. / The roof was old, but there was straw to sit on.
    {A} shook the water out of {A.his} coat. / {B} hung up the wet clothes. / {B} found a blanket with holes.
    An old man came in and gave them bread. / They told each other stories. / {A} listened to the rain.
    When the storm was over, they went on. / They slept there and left at dawn. / In the morning the world looked washed.
    """,
    """
    {A} and {B} stayed at a small inn. / They took a room at an inn.
    The beds were as hard as boards. / The innkeeper's wife gave them {a bake1}. / There was only one blanket.
    At supper {B} sat next to a man with a wooden leg. / A traveller told them about the <far>. / {A} paid with the last coin.
    {A} could not sleep, because {B} snored. / The windows rattled all night. / {B} missed {B.his} own bed.
    In the morning they went on. / They left before dawn. / They promised to come back one day.
    """,
    """
    @season weather place
    They came to the beach at noon. / {A} wanted to see the sea. / {A} and {B} had never seen the sea.
    {A} took off {A.his} shoes and ran into the water. / {B} looked for shells. / The sand was so hot that they hopped.
    {B} built a castle of sand. / A crab walked sideways over {A}'s foot. / {A} wrote a word into the sand.
    A wave came and took it away. / Gulls stole the bread out of the basket. / They floated on their backs and looked at the clouds.
    They stayed until the sun went down. / Their noses were red in the evening. / {B} filled a bottle with sand as a memory.
    """,
)  # fmt: skip
"""On a journey."""

ANYWHERE: tuple[str, ...] = (
    """
    {A} was {good1} and {B} was <bad>, but they were friends. / People called {A} {good1} and {B} <bad>. / Everybody knew how {good1} {A} was.
    “I would like to be as {good1} as you,” said {B} to {A}. / “I have never met anyone as {good1} as you,” said {B} to {A}.
    {A} [laughed|smiled] <manner>. / {A} took it as a joke. / {A} really liked to hear it.
    “However, nobody is perfect,” said {B}. / Perhaps it was even true. / Indeed, it was not the first time that {B} said so.
    """,
    """
    @words
    {A} and {B} played a game with words. / {B} wanted to know hard words, and {A} asked {B.him} one after another. / {A} had a list of hard words.
    {B} could not spell “<anyword>”. / {A} asked, “How do you spell <anyword>?” / The first word was “<anyword>”.
    The next word was “<anyword>”, and {B} knew it. / Then came “<anyword>” and “<anyword>”.
    {B} wrote “<anyword>” and forgot a letter. / “<anyword>” was harder than “<anyword>”.
    In the end {B} could spell [more words than before|<number> new words]. / They agreed to go on the next day.
    """,
    """
    @words
    {A} and {B} practised English. / {B} learned English, and {A} was a patient teacher.
    {A} said “<anyword>”, and {B} repeated it. / {B} read the words “<anyword>” and “<anyword>” aloud. / {B} looked up “<anyword>” in a dictionary.
    The word “<anyword>” was hard to say. / {B} wrote down “<anyword>” and “<anyword>”.
    “Very good,” said {A}. / {A} corrected {B} [patiently|kindly|gently]. / {B} sighed and went on.
    """,
    """
    @told
    {A} told {B} about a film.
    In the film {a villain1} <kill_past> {a villain2}. / In the film {a villain1} <torment_past> {a villain2}. / In the film {a villain1} wanted to <kill_base> {a villain2}. / In the film {a villain1} stabbed {a villain2}.
    In the end the {villain1} was <kill_part> by an army. / In the end the {villain1} was <hit_part> by a [soldier|guard|hunter].
    {B} did not like it. / {B} liked funny stories better. / “It is only a story,” said {A}.
    """,
    """
    @told
    {A} had seen a play at the theatre and told {B} about it.
    In the play {a villain1} <kill_past> {a villain2}. / In the play {a villain1} <torment_past> {a villain2}. / In the play {a villain1} wanted to <kill_base> {a villain2}. / In the play {a villain1} stabbed {a villain2}.
    At the end somebody poisoned the {villain1}. / In the end the {villain1} was <hit_part> by a [soldier|guard|hunter].
    {B} did not like it. / {B} liked funny stories better. / “It is only a story,” said {A}.
    """,
    """
    @told
    {A} knew an old legend. / {A} told {B} an old legend.
    In the legend {a villain1} <kill_past> {a villain2}. / In the legend {a villain1} <torment_past> {a villain2}. / In the legend {a villain1} wanted to <kill_base> {a villain2}. / In the legend {a villain1} stabbed {a villain2}.
    At the end the {villain1} was <kill_part> in a forest. / In the legend a dragon <maul_past> the {villain1}. / In the end the {villain1} was <hit_part> by a [soldier|guard|hunter].
    {B} did not like it. / {B} liked funny stories better. / “It is only a story,” said {A}.
    """,
    """
    “I like to <stroll_base> before breakfast,” said {A}. / {A} liked to <stroll_base> before breakfast.
    “I would rather [sleep|rest] a little longer,” {B} [answered|replied]. / {B} liked to sleep until breakfast.
    “One day I will <travel_base> to the <far>,” said {A}.
    {B} [laughed|smiled] and wished {A} good luck. / “I'll come with you,” said {B}.
    """,
    """
    {B} began to {noise_base1}. / Every evening {B} began to {noise_base1}.
    “I can't think when you {noise_base1},” {A} <murmur_past>. / “I can't sleep when you {noise_base1},” said {A}.
    {B} said sorry and promised not to {noise_base1} any more. / {B} said sorry, but went on to {noise_base1}, only more quietly.
    {A} <forgive_past> {B} and laughed. / {A} could not be angry for long.
    """,
    """
    {B} liked to {annoy_base1} people. / {A} had heard that {B} liked to {annoy_base1} people.
    “You should not {annoy_base1} your friends,” said {A}. / “Do not {annoy_base1} people,” {A} <murmur_past>. / {A} asked, “Would it not be better to <invite_base> people?”
    {B} promised not to {annoy_base1} anyone that day. / {B} [blushed|nodded|sighed] and said sorry.
    {A} <thank_past> {B} for it. / {A} did not quite believe it.
    """,
    """
    “I'd like to rest now,” said {B}. / “I won't work any more today,” said {B}. / “We didn't rest at all today,” said {B}.
    {A} didn't answer at once. / {A} wasn't sure what to say. / {A} couldn't help laughing. / {A} said: “You are right.”
    Although there was much to do, they <rest_past> for a while. / They asked themselves whether they had worked too much.
    “These are our best days,” said {B}. / {B} closed {B.his} eyes and only smiled.
    """,
    """
    “We may go to the {fair1} on {weekday1} or on {weekday2},” said {B}. / {B} wanted to go to the {fair1} on {weekday1}.
    {A} had previously heard the same from a friend. / {A} did not like being alone and wanted to go, too.
    Unless it rained, they would go together. / “I'll come if I can,” said {A}.
    """,
    """
    @past
    {A} had formerly lived in the <far>, and {B} had earlier been a [clerk|cook|gardener].
    {B}, whom {A} trusted, knew all about it. / Whenever they spoke of it, they grew quiet.
    “Those were good days,” said {A}. / “It was a hard life,” said {A}.
    """,
    """
    {A} had lost {a keepsake1}. / {A} could not find {A.his} {keepsake1}. / {A} missed {A.his} {keepsake1}.
    {A.He} searched every [bag|pocket|corner], but it was not there. / {A.He} looked everywhere, but found only {a treasure1}. / {A.He} asked everyone, but nobody had seen it.
    {B} [offered to help|came to help] and asked where {A} had used it last.
    At last {B} found the {keepsake1} under <a garment>. / In the end it was in {A}'s own bag.
    {A} [thanked|hugged] {B} and [laughed|blushed]. / “You are a true friend,” said {A}. / {A} promised to be more careful.
    """,
    """
    {A} and {B} played <game>. / {B} taught {A} a new game. / To pass the time, {A} and {B} played <game>.
    {A} lost the first game and wanted another. / {B} won [easily|twice].
    “[Again|One more game],” said {A}. / {A} [frowned|scratched {A.his} head] and thought for a long time.
    It was late when they [stopped|put the game away]. / They played until [supper|midnight].
    {B} counted the points twice. / They agreed to play again on <weekday>.
    """,
    """
    @told
    {A} told {B} the story of the <beast>. / {B} asked for a story, and {A} told one about {a beast1}.
    In the story a [hunter|knight] killed a [giant|dragon] with {a blade1}. / In the story there was a battle, and many died. / In the story a witch poisoned a king.
    {B} [listened with wide eyes|forgot the time]. / {B} tried not to <feel_base>. / {B} [thought it too sad|did not believe a word]. / {B} wanted to know how it ended.
    At the end everybody was [happy|home again]. / The story ended with a [wedding|feast]. / Then the story was over.
    “[Tell it again|I like that one],” said {B}. / {B} yawned and [closed {B.his} eyes|said good night]. / {A} promised another one for tomorrow.
    """,
    """
    {A} bought {a keepsake1} [at the market|from a traveller].
    {B} asked how much it had cost, and {A} would not say. / {B} wanted to [see|have] it, but {A} only smiled.
    {A} wrapped it in a cloth and hid it in a bag. / {A} polished it with a cloth until it shone.
    Later {A} gave it to {B}, who [blushed|could not speak for joy].
    {B} has kept it to this day. / {B} took good care of it.
    """,
    """
    {A} told {B} about a dream. / “I had such [a strange|a wonderful|a funny|a lovely] dream,” said {A}.
    In the dream {A} was {a tale1} and [lived in a tower|could fly|had wings]. / In it {A} had to cross a bridge of glass.
    {B} asked, “And then?” / {B} wanted to know how it went on.
    {A} had [woken up|woken] just then. / {A} could not remember the end. / Then {A} had woken and had fallen out of bed.
    {B} laughed until {B.he} cried. / They thought about it for a long time. / “Dreams are only dreams,” said {B}.
    """,
    """
    {A} and {B} could not agree. / {A} and {B} argued about the [weather|harvest|way|price of bread|old days|holidays].
    {A} said yes, and {B} said no. / Each of them knew better.
    {B} grew louder, and {A} grew quieter. / {A} walked up and down.
    In the end they tossed a coin. / At last they both had to laugh. / After an hour they had forgotten what it was about.
    {A} [said sorry|apologised], and {B} forgave {A.him}. / They shook hands. / They shared {a sweet1} and were friends again.
    """,
    """
    {B} taught {A} {a verses1}. / {A} wanted to learn the {verses1} that {B} always sang.
    It had {number1} verses, and {A} forgot every second one. / The words were about {a tale1} and a queen who died of love.
    {A} sang too [high|low|fast]. / {A} sang it again and again, and a dog began to howl.
    {B} [clapped|nodded] and [joined in|sang along]. / “Once more,” said {B}.
    By the evening {A} knew it by heart. / Now they sang it together. / Even a stranger stopped and listened.
    """,
    """
    {A} had a cold. / {A} sneezed again and again. / {A} had a cough that would not go away.
    {B} gave {A} hot <hotdrink> with honey. / {B} brought {A} {a woollen1} of wool and a cup of hot <hotdrink>. / “You need rest and hot <hotdrink>,” said {B}.
    {A} hated to be ill. / {A} drank it and made a face. / It tasted terrible, but it helped.
    After {number1} days {A} was well again. / The next day {A} felt better. / Soon {A} could laugh about it.
    Then {B} began to sneeze. / {A} thanked {B} for everything. / By then it was {B} who had the cold.
    """,
)  # fmt: skip
"""Wherever two people are."""
