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
    "adjective": """boiling satisfied surprised relieved slender settled light yellow grey ~purple pink orange large
        tiny ~huge copper clay leather ~bronze tin brass ancient battered shiny ~ragged precious thoughtful
        bored pleased worried restless content ~delighted puzzled excited homesick stubborn ~modest ~witty
        windy rainy stormy mild chilly ~frosty misty hot lovely odd fine splendid wonderful simple rare
        ~charming funny sour salty ~spicy second third alike allowed bent best better bigger biggest
        brighter broad cheapest clear closer colder cooler cotton crooked dangerous dear expensive extra
        faster few flat full glad great half harder high higher human ill innocent linen longer loud louder
        low lucky mean more much nearer other peaceful perfect pleasant quieter real same shorter sick slate
        slow smallest smooth softer sorry speechless steel stiff sure terrible tight true warmer whole wild
        wrong""",
    "adverb": """patiently lazily cheerfully thoughtfully ~briefly kindly aloud apart backwards badly deeply easily
        else enough ever halfway perfectly secretly seldom sideways somewhere such tomorrow usually yes""",
    "time": """january april july august october ~november december monday tuesday wednesday thursday friday
        saturday sunday""",
    "thing": """robins sparrows magpies swallows thrushs owls doves larks blackbirds army english dictionary flies way start fight wedding birthday harvest fair festival feast spoon
        ball ~hoop cloak shirt dress jacket apron boot belt cap ~gown skirt sweater sock ~bonnet blouse
        shovel rake brush spade ~chisel hook drill file ~hoe ring necklace ~brooch pearl ruby ~locket
        bracelet button photograph ~postcard drawing pencil kite notebook purse ~wallet fiddle shelf
        cupboard desk ~sofa stool cradle armchair ~porch carriage ~sledge coach tulip ~daisy willow fern
        lily bush hedge sunflower ~violet birch poppy roses tulips ~daisies lilies ~violets sunflowers
        poppies robin sparrow blackbird pigeon ~thrush magpie gull lark dove cows horses goats hens pigs
        ducks geese lambs donkeys bee butterfly moth ~beetle spider fly ant ~ladybird snail ~shawl mountains
        north south east ~west weather price journey neighbours war sea family ~election holidays         tune lullaby hymn melody waltz advice air among angel ashes bait bake balls band
        battle beds beehives bees bells bicycle bird birds board boards boats bombs books bottles bowls
        branches bridges bunch bundle bushes butterflies candles cans care childhood chimneys class clocks
        clothes cloud coal coins colour combs cost course crickets cries crows cups cushion dew difference
        dishes distance dolphins doorway dot draught drawer dreams drops dust earth echo edge enemy
        envelope evenings everything favourite feathers figures fireplace fireworks flags flash flowers fog
        footsteps fork fountain frogs front gift glasses glue ~gnat grasshopper ground group gulls guns harm
        hats health hearth heather hills hive hole holes houses hundred ice insult jars job keys knot labels
        lamps land lanterns leaves letters lid life line lorry loss lot luck mail masks matches meal middle
        mist mistake mood mortar moss mountain mud nails names needles needs noise notes nothing o oil ones
        others oven page pair pan part parts paw paws pearls pegs piece pieces pigeons pile pipes pity
        places plates points ponds portion post posts pounds present prize ~pullover rabbits rainbow rang
        ransom ray revenge ribbons rid right rings rods roofs root roots row sails sand screws secret seeds
        shade shadow shadows shape sheets shells shelves shirts shore shutter silk sill skate skates sleeve
        sleeves sling smells smiles snowball something sound spark speech spirits spoons stables star
        starlings sticks sticky stories string stroke subject suits surprise swarm temper thing thistles
        thread time times tiptoe top towers toys tracks trap tray trigger veil verses walls wares wasp wasps
        ways web weeds wheels windows wings word words world worm youth lightning interest""",
    "drink": """~broth""",
    "meal": """~casserole salad toast rice apples pears plums peaches cherries berries grapes nuts ~figs lemons
        strawberries raspberries carrots onions potatoes beans peas ~turnips cabbages ~leeks tomatoes
        mushrooms beets pumpkins parsley thyme mint ~sage basil salt pepper cinnamon garlic ginger tart bun
        ~muffin roll cookie ~pastry waffle sandwich pancake wheat barley corn ~oats rye straw trout ~herring
        salmon perch pike ~eel carp cod butter crumb dough egg eggs flour ham jam loaf nut sausages sugar
        yolks""",
    "role_any": """cousin friend baby clown customer guest liar loser murderer owner person robber""",
    "vessel": """mugs beakers tankards flasks goblets jugs jar ~pitcher beaker pot""",
    "animal": """kitten puppy rabbit lamb fox deer owl ~hedgehog squirrel hare ~badger crow cow sheep pig donkey ~ox
        calf pony ~boar bat cock crab frog hawk hen mouse parrot whale""",
    "tree": """~poplar ~elm fir beech trees""",
    "place": """shed parlour orchard yard park fields woods lane ~track alley town city capital cell circus farm
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
    "say": """explain:BPT""",
    "act": """ache:PT act:B add:BPT bang:BPT bark:BPT bathe:PT belong:PT bloom:B breathe:B bubble:PT cheer:PT
        clap:PT crackle:PT creak:PT cry:PT disappear:PT drip:PT fade:BPT float:BPT flow:PT groan:PT hop:PT
        howl:BPT joke:PT last:PT leak:PT lean:PT melt:B quarrel:BPT rattle:PT ripple:PT rustle:PT scream:PT
        smell:BPT sniff:PT sound:PT splash:PT spring:P squeak:PT stumble:PT sway:PT tick:PT turn skip:BPT
        fish:I drum:PT wade:B fly:P chat:PT peck:PT glitter:PT shrug:PT drift:PT buzz:PT hoot:PT""",
    "treat": """tease:B spell:B pack:PT correct:PT list:B repeat:PT chop:PT owe:PT do:BT block:PT boil:PT bury:PT
        capture:PT change:BPT circle:BPT close cook cool:BPT cover:PT cross:BPT dislike:PT dry:PT drive:P
        fit:PT fry:PT frighten:B gather:PT grease:PT grow:BP guard:PT hand:PT hang:PT knit:PT land:PT
        lick:PT lower:B marry:BPT measure:BPT mind:BPT move:BPT name:BPT own:BPT paddle:PT pay:PT peel:PT
        play:PT plough:PT practise:PT pump:B punish:B rehearse:PT row:PT rub:PT saw:PT share:BPT sharpen:PT
        shake:PI snip:B spend:PT stick:PT stretch:PT tend:PT unwrap:PT weigh:PT wipe:PT wrap:PT wring:PT
        blow:P roll bake forgive:BPT dust:PT cheat:PT chew:PT hammer:PT""",
}
"""Verbs that do nothing here, by family."""
