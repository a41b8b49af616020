"""Words of daily life, by class: what stories tell of besides their dangers; `~` marks a held-out word."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "creature": """ogre""",
    "name_he": """david eric jacob kurt liam mark noah peter ralph simon theo abel boris ~cyrus ~dario ~edgar franz
        harold igor nico otto philip rufus toby""",
    "name_she": """emma grace irene laura maria nina paula sara tina wanda anna betty ~carmen ~dora fiona hilda ida
        jane martha nell olive polly sophie stella""",
    "role_he": """miller smith fisherman butcher carpenter mayor ~barber ~mason peddler porter postman tinker""",
    "role_she": """weaver widow dancer actress washerwoman innkeeper midwife librarian seamstress ~florist ~milkmaid
        ~hostess""",
    "adjective": """boiling satisfied surprised relieved slender settled light yellow grey ~purple pink orange large tiny ~huge copper clay leather ~bronze tin brass ancient
        battered shiny ~ragged precious thoughtful bored pleased worried restless content ~delighted puzzled
        excited homesick stubborn clumsy ~modest ~witty windy rainy stormy mild chilly ~frosty misty hot
        lovely odd fine splendid wonderful simple rare ~charming funny sour salty ~spicy second third alike
        allowed bent best better bigger biggest brighter broad cheapest clear closer colder cooler cotton
        crooked dangerous dear expensive extra faster few flat full glad great half harder high higher human
        ill innocent linen longer loud louder low lucky mean more much nearer other peaceful perfect
        pleasant quieter railway real same shorter sick slate slow smallest smooth softer sorry
        speechless steel stiff sure terrible tight true warmer whole wild wrong""",
    "adverb": """patiently lazily cheerfully thoughtfully ~briefly kindly aloud apart backwards badly deeply
        easily else enough ever halfway perfectly secretly seldom sideways somewhere such tomorrow usually
        yes""",
    "time": """january april july august october ~november december monday tuesday wednesday thursday friday
        saturday sunday""",
    "thing": """army english dictionary flies way start fight wedding birthday harvest fair festival feast ~christmas easter spoon ball ~hoop cloak
        shirt dress jacket apron boot belt cap ~gown skirt sweater sock ~bonnet blouse shovel rake brush
        spade ~chisel ~wrench hook ~plough drill file ~hoe ring necklace ~brooch pearl ruby ~locket bracelet
        button photograph ~postcard drawing pencil kite notebook purse ~wallet fiddle shelf cupboard desk
        ~sofa stool cradle armchair ~porch carriage ~sledge coach tulip ~daisy willow fern lily bush hedge
        sunflower ~violet birch poppy roses tulips ~daisies lilies ~violets sunflowers poppies robin sparrow
        blackbird pigeon ~thrush magpie gull lark dove cows horses goats hens pigs ducks geese lambs donkeys
        bee butterfly moth ~beetle spider fly ant ~ladybird snail ~shawl mountains north south east ~west
        weather price journey neighbours war sea family ~election holidays cheer ~draughts marbles dominoes
        tune lullaby hymn melody waltz knitting ~ironing baking advice air among angel ashes bait bake balls
        band battle beakers beds beehives bees bells bicycle bird birds blackbirds board boards boats bombs
        books bottles bowls branches bridges bunch bundle bushes butterflies candles cans care childhood
        chimneys class clocks clothes cloud coal coins colour combs cost course crickets cries crows cups
        cushion dew difference dishes distance dolphins doorway dot doves draught drawer dreams drops duel
        dust earth echo edge enemy envelope evenings everything favourite feathers figures fireplace
        fireworks flags flash flasks flowers fog footsteps fork fountain frogs front gift glasses glue ~gnat
        goblets grasshopper ground group gulls guns harm hats health hearth heather hills hive hole holes
        houses hundred ice insult jars job jugs keys knot labels lamps land lanterns larks leaves letters
        lid life line lorry loss lot luck magpies mail masks matches meal middle mist mistake mood mortar
        moss mountain mud mugs nails names needles needs noise notes nothing o oil ones others oven owls
        page pair pan part parts paw paws pearls pegs piece pieces pigeons pile pipes pity places plates
        points ponds portion post posts pounds present prize ~pullover rabbits rainbow rang ransom ray
        revenge ribbons rid right rings robins rods roofs root roots row sails sand screws secret seeds
        shade shadow shadows shape sheets shells shelves shirts shore shutter silk sill skate skates sleeve
        sleeves sling smells smiles snowball something sound spark sparrows speech spirits spoons stables
        star starlings sticks sticky stories string stroke subject suits surprise swallows swarm temper
        thing thistles thread thrushs time times tiptoe top towers toys tracks trap tray trigger veil verses
        walls wares wasp wasps ways web weeds wheels windows wings word words world worm youth lightning
        interest""",
    "drink": """~broth""",
    "meal": """~casserole salad toast rice peach lemon cherry ~fig melon ~apricot grape quince apples pears plums
        peaches cherries berries grapes nuts ~figs lemons strawberries raspberries carrots onions potatoes
        beans peas ~turnips cabbages ~leeks tomatoes mushrooms beets pumpkins parsley thyme mint ~sage basil
        salt pepper cinnamon garlic ginger tart bun ~muffin roll cookie ~pastry waffle sandwich pancake
        wheat barley corn ~oats rye straw trout ~herring salmon perch pike ~eel carp cod butter crumb dough
        egg eggs flour ham jam loaf nut sausages sugar yolks""",
    "role_any": """cousin friend baby clown customer guest liar loser murderer owner person robber""",
    "vessel": """ tankards chalices teapots pots pitchers kettles buckets jar ~pitcher beaker pot""",
    "animal": """kitten puppy rabbit lamb fox deer owl ~hedgehog squirrel hare ~badger crow swan raven otter cow
        sheep pig donkey ~ox calf pony ~boar bat cock crab frog hawk hen mouse parrot whale""",
    "tree": """~poplar ~elm fir beech trees""",
    "place": """shed parlour orchard yard park fields woods lane ~track alley town city ~port capital cell circus farm
        gorge pond stall stream""",
    "number": """four five six seven eight ~nine ten twelve twenty""",
    "weapon": """~cutlass bullets scissors scythe stones swords torch""",
    "role_they": """actors boys couple crew friends girls men people""",
    "part": """backs arms bone cheeks ears eyes feet fingers hands heads knees lips mouth noses sides toes""",
    "gun": """~blunderbuss""",
    "high": """ladders ropes""",
    "heavy": """brick""",
    "spirit": """hair voice""",
}

VERBS: dict[str, str] = {
    "say": """explain""",
    "act": """ ache act add bang bark bathe belong bloom breathe bubble cheer clap crackle creak cry disappear drip
        fade float flow groan hop howl joke last leak lean melt quarrel rattle ripple rustle scream smell
        sniff sound splash spring squeak stumble sway tick turn skip trip fish skate drum wade fly chat peck
        glitter shrug drift flash buzz hoot""",
    "treat": """tease spell pack correct list prefer repeat chop owe do block boil bury capture change circle close cook cool cover cross dislike dry drive fit fry
        frighten gather glue grease groom grow guard hand hang knit land lick lower marry measure mind
        move name own paddle pay peel play plough practise pump punish rehearse row rub saw share
        sharpen shake snip spend stick stretch tend unwrap weigh wipe wrap wring cost roast sweeten tidy
        water blow roll bake forgive insult dust cheat chew hammer """,
}
"""Verbs that do nothing here, by family."""
