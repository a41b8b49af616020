"""The words that plots draw, by what they can do in a sentence: one can drink a drink and wear a garment.

A star marks a held-out word: the training distribution never draws it.
"""

from __future__ import annotations

from functools import lru_cache

from holdfast.tasks.storyworld.lexicon import CLASSES, HELD_OUT, NAMES, VOCABULARY, inflect
from holdfast.tasks.storyworld.nouns import SMALL
from holdfast.tasks.storyworld.plots.script import Table

ENOUGH = 3
"""How many words a table of held-out ones has at least."""
FORMS = ("base", "past", "part", "ing")

WORDS: dict[str, str] = {
    # people
    "name_he": "tom jack leo hugo finn omar ivan ned karl luis adam ben carl david eric felix george henry jacob "
    "kurt liam mark noah oscar paul peter ralph sam simon theo victor walter abel boris cyrus* dario* edgar* "
    "franz gus harold igor jonas max nico otto philip rufus silas toby",
    "name_she": "mara ana ruth ivy nora lena zoe june ada tess alice bella clara diana emma flora grace helen irene "
    "julia kate laura maria nina olga paula rosa sara tina vera wanda anna betty carmen* dora* edith* eva "
    "fiona greta hilda ida jane lucy martha nell olive polly sophie stella",
    "role_he": "baker miller smith farmer fisherman butcher tailor carpenter monk priest prince duke waiter "
    "guard knight captain sailor thief wizard gardener clerk doctor painter merchant porter blacksmith "
    "grandfather butler judge teacher archer barber* mason* potter*",
    "role_she": "queen princess duchess witch healer maid cook weaver widow singer dancer actress lady "
    "grandmother waitress washerwoman governess innkeeper midwife librarian seamstress florist* milkmaid* hostess*",
    # looks and kinds
    "color": "red blue green white black yellow brown grey golden silver purple* pink orange",
    "size": "small little big large tiny huge* tall short long narrow wide",
    "mat": "wooden iron copper silver golden glass clay leather stone bronze* tin brass",
    "old": "old new worn ancient battered broken rusty dusty shiny polished ragged*",
    "houselook": "old new ancient dusty large small low tall",
    "mood": "happy sad tired hungry angry cheerful gloomy quiet proud calm nervous curious lonely sleepy patient "
    "thoughtful grateful bored pleased worried thirsty restless content delighted* weary* jealous puzzled "
    "excited homesick",
    "kindly": "kind gentle honest clever brave shy polite stubborn lazy careful clumsy loyal modest* witty*",
    "weather": "cold warm windy rainy sunny cloudy foggy stormy bright grey mild chilly frosty* misty hot",
    "nice": "beautiful lovely pretty strange odd curious fine splendid wonderful simple plain rare charming* funny",
    "manner": "closely sleepily bravely angrily merrily* drowsily* briskly* solemnly* clumsily* slowly quietly gently softly calmly gladly carefully quickly happily sadly patiently politely "
    "eagerly lazily silently cheerfully thoughtfully nervously proudly briefly* wearily* kindly",
    "taste": "sweet sour salty bitter mild spicy* sharp",
    # times
    "daytime": "morning evening afternoon night day",
    "lightday": "morning afternoon day",
    "season": "spring summer autumn winter",
    "month": "january april june_m july august october november* december",
    "weekday": "monday tuesday wednesday thursday friday saturday sunday",
    "feast": "wedding birthday harvest fair market festival feast",
    "fair": "wedding festival* fair market feast dance",
    # food and drink
    "drink": "tea milk water cocoa coffee cider juice lemonade broth* wine beer ale",
    "dish": "soup stew porridge pie cake omelette* dumpling* pudding casserole* salad bread toast rice cheese",
    "fruit": "mushroom apple pear plum peach orange lemon cherry fig* melon apricot* grape quince",
    "fruits": "apples pears plums peaches cherries berries grapes nuts figs* lemons strawberries raspberries",
    "jamfruit": "apples pears plums peaches cherries berries figs* strawberries raspberries",
    "woodfruit": "berries nuts mushrooms",
    "veg": "carrots onions potatoes beans peas turnips* cabbages leeks* tomatoes mushrooms beets pumpkins",
    "herb": "parsley thyme mint sage* basil salt pepper cinnamon garlic ginger honey",
    "wear": "old new long short heavy light",
    "bake": "cake pie tart pudding*",
    "relative": "cousin friend brother sister uncle aunt nephew",
    "carved": "spoon whistle box toy doll bowl ball hoop* comb flute",
    "paint": "red blue green white black yellow brown grey",
    "sweet": "biscuit bun tart muffin* roll cookie pastry* waffle sandwich pancake",
    "crop": "wheat barley corn hay oats* rye straw",
    # things
    "vessel": "cup mug goblet bowl glass jug bottle flask jar tankard* pitcher* kettle",
    "drinkvessel": "cup mug goblet jug bottle flask bowl tankard* beaker",
    "garment": "coat scarf hat cloak shirt dress jacket apron belt cap gown* skirt sweater blouse",
    "sewn": "coat cloak shirt dress jacket apron gown* skirt blouse bonnet*",
    "junk_worn": "boot shoe belt hat glove sock cap scarf",
    "tool": "hammer saw shovel rake broom bucket ladder needle brush spade chisel* wrench* basket barrel wheel "
    "rope hook nail plough*",
    "smalltool": "hammer saw brush hook chisel* drill file",
    "digger": "spade shovel rake hoe*",
    "bedveg": "carrots onions potatoes beans peas turnips* cabbages tomatoes beets pumpkins",
    "job": "nurse teacher miller cook baker tailor doctor painter gardener barber* mason*",
    "treasure": "ring coin necklace brooch* pearl ruby watch locket* medal bracelet thimble button",
    "keepsake": "letter book map photograph diary postcard* picture drawing key pencil compass lantern toy doll "
    "kite whistle box candle clock umbrella notebook purse comb wallet*",
    "instrument": "violin flute guitar piano harp* trumpet* fiddle accordion",
    "furniture": "table chair bench bed shelf cupboard desk sofa* stool chest wardrobe* cradle armchair",
    "part_house": "window door gate fence roof_p porch* floor staircase",
    "vehicle": "cart wagon carriage sledge* coach",
    "plant": "rose tulip daisy* fern lily bush hedge sunflower violet* poppy",
    "flowers": "roses tulips daisies* lilies violets* sunflowers poppies",
    # animals
    "pet": "cat dog kitten puppy rabbit lamb",
    "wild": "fox deer hedgehog* squirrel hare badger* rabbit",
    "bird": "robin sparrow crow owl swallow* blackbird pigeon thrush* magpie gull lark dove",
    "farmed": "cow horse goat sheep pig donkey ox* mule calf pony",
    "farmeds": "cows horses goats hens pigs ducks geese lambs donkeys sheep_p",
    "animal": "wolf bear lion tiger* leopard* boar*",
    "tree": "oak willow birch pine poplar* elm* fir beech",
    "flying": "moth fly butterfly gnat* bee beetle*",
    "treelook": "tall old young crooked broad slender* dry",
    "insect": "bee butterfly moth beetle* spider fly ant ladybird* snail",
    "fish": "trout herring* salmon perch pike eel* carp",
    # places
    "room": "kitchen hall attic* cellar parlour bedroom pantry library study workshop",
    "building": "temple hospital museum monastery* cabin mill barn bakery church school inn granary* shed chapel* stable tavern warehouse cottage tower_p",
    "outdoors": "garden meadow forest glade* valley* field yard park square river_p beach hill lake",
    "walk": "garden meadow forest glade* valley fields park woods",
    "hotdrink": "tea milk cocoa broth* coffee cider",
    "sleeved": "coat shirt jacket sweater cloak* pullover*",
    "housesize": "small little big large tiny narrow",
    "woollen": "scarf cap sweater hat shawl*",
    "vegdish": "soup stew rice pie salad",
    "way": "road path lane track*",
    "town": "village town city",
    "far": "mountains city north south east west* capital",
    # talk and thought
    "topic": "weather harvest wedding price_of_bread old_days journey neighbours war king_t sea school family "
    "election* holidays dance price_of_wool new_bridge fair",
    "tale": "giant mermaid* king_t fox princess_t dwarf dragon_t ghost_t wizard_t sailor_t miller_t fairy*",
    "beast": "giant mermaid* dwarf dragon_t ghost_t fox fairy*",
    "sound": "bell clock whistle drum song laugh cheer knock",
    "game": "cards chess dice draughts* marbles dominoes",
    "song": "song tune lullaby ballad* hymn melody waltz",
    "verses": "song lullaby ballad* hymn",
    "villain": "king giant wizard pirate knight robber dragon_t witch prince troll* ogre vampire werewolf elf",
    "work": "sewing knitting sweeping painting cleaning washing ironing* carving baking",
    "number": "two three four five six seven eight nine* ten twelve twenty",
    "hour": "two three four five six seven eight nine* ten twelve",
    "toxin": "poison venom arsenic hemlock cyanide nightshade* strychnine*",
    "nonhuman": "robot zombie puppet android* mannequin*",
    "case": "box bag basket parcel sack suitcase",
    "bomb": "bomb rocket warhead* torpedo*",
    "part": "arm leg chest shoulder neck stomach side hand foot thigh* shin*",
    "headpart": "head nose jaw cheek ear skull chin* forehead*",
    "limb": "arm leg nose wrist ankle rib finger toe elbow knee jaw thumb shin*",
    "sham": "fake rubber cardboard",
    "club": "stick stone shovel club cane broom hammer crowbar*",
    "pike": "spear sword knife dagger dart lance pitchfork sickle*",
    "show": "play opera pantomime*",
    "good": "clever brave honest polite bold wise loyal friendly modest* witty* jolly*",
    "bad": "lazy rude shy foolish wicked stubborn timid* meek*",
    "count": "first second third last",
    "bodyplace": "chest arm leg shoulder head neck back hand knee* thigh* stomach foot face",
    "armour": "breastplate cuirass*",
    "gun": "pistol rifle musket revolver shotgun* blunderbuss*",
    "blade": "sword dagger knife rapier sabre* cutlass*",
}

VERBS: dict[str, str] = {
    "stab": "stab slash pierce wound injure impale slit*",
    "hit": "hit strike beat punch kick slap bludgeon* pummel*",
    "beat": "hit strike beat bludgeon* pummel*",
    "kill": "kill murder strangle throttle behead slaughter* smother*",
    "maul": "bite claw maul gore*",
    "torment": "torture maim cripple whip flog* mangle*",
    "tie": "tie chain bind strap fasten shackle*",
    "free": "free release untie rescue unchain* liberate*",
    "hide": "hide put place plant stash* deposit*",
    "grab": "take grab seize snatch fetch choose",
    "shove": "push shove hurl throw heave* pitch*",
    "fracture": "break fracture smash twist sprain*",
    "crumble": "collapse crumble",
    "explode": "explode burst detonate*",
    "lock": "lock imprison",
    "heal": "heal cure",
    "swap": "swap exchange switch trade*",
    "taint": "poison lace contaminate spike*",
    "annoy": "ignore blame tease command scold* mock* pester*",
    "murmur": "whisper shout mutter declare murmur*",
    "thank": "thank praise embrace*",
    "forgive": "forgive comfort console*",
    "invite": "invite help greet befriend*",
    "noise": "laugh sing cough sigh sneeze hum giggle* chuckle* snore",
    "feel": "yawn grin tremble",
    "stroll": "walk run wander stroll hike saunter*",
    "travel": "travel hike ride march trudge* gallop*",
    "rest": "sit rest sleep linger squat* loiter*",
}
"""Verbs, in the base form: `stab_past`, `stab_base`, `stab_part` and `stab_ing` are tables of their forms."""

_ODD = {
    "river_p": "river", "bridge_p": "bridge", "roof_p": "roof", "wall_p": "wall", "ivy_p": "ivy",
    "sheep_p": "sheep", "tower_p": "tower", "june_m": "june", "king_t": "king", "princess_t": "princess",
    "dragon_t": "dragon", "ghost_t": "ghost", "sailor_t": "sailor", "miller_t": "miller", "wizard_t": "wizard", "thief_s": "thief",
}  # fmt: skip
_PROPER = frozenset({"name_he", "name_she", "month", "weekday"})
_VOWELLESS = ("hour", "honest")
_CONSONANTAL = ("use", "uni", "one")


def with_article(words: str) -> str:
    """The words behind `a` or `an`."""
    vowel = words[0] in "aeiou" and not words.startswith(_CONSONANTAL)
    return f"{'an' if vowel or words.startswith(_VOWELLESS) else 'a'} {words}"


def _entry(name: str, word: str) -> tuple[str, str]:
    plain = _ODD.get(word, word).replace("_", " ")
    if name in _PROPER:
        plain = plain.capitalize()
    return plain, with_article(plain)


def _is_rare(marked: str) -> bool:
    words = _ODD.get(marked, marked).split("_")
    return (marked.endswith("*") and marked[:-1] not in _LISTED) or any(word in HELD_OUT for word in words)


def _kept(line: str, held_out: bool) -> list[str]:
    """The words of a table for a split; usual ones fill up where there are too few held-out ones to choose from."""
    usual = [marked.rstrip("*") for marked in line.split() if not _is_rare(marked)]
    rare = [marked.rstrip("*") for marked in line.split() if _is_rare(marked)]
    if not held_out:
        return usual
    return rare + usual[: max(ENOUGH - len(rare), 0)] if rare else usual


@lru_cache
def tables(held_out: bool = False) -> dict[str, Table]:
    """Every table: without the held-out words, or with them alone wherever a table has any."""
    made = {name: tuple(_entry(name, word) for word in _kept(line, held_out)) for name, line in WORDS.items()}
    for name, line in VERBS.items():
        for form, words in zip(FORMS, zip(*map(inflect, _kept(line, held_out)), strict=True), strict=True):
            made[f"{name}_{form}"] = tuple((word, with_article(word)) for word in words)
    made["anyword"] = tuple((word, with_article(word)) for word in _spelled(held_out))
    return made


def _spelled(held_out: bool) -> list[str]:
    """Words that somebody may have to spell: all of the language but names and the smallest."""
    small = {word for name in SMALL if name not in ("sham", "junk") for word in CLASSES.get(name, ())}
    small.update(
        (
            *WORDS["month"].rstrip("*").split(),
            *WORDS["weekday"].split(),
            "november",
            "english",
            "christmas",
            "easter",
            *NAMES,
        )
    )
    words = (word for word in VOCABULARY if word.isalpha() and word not in small)
    return sorted(word for word in words if (word in HELD_OUT_WORDS) == held_out)


_LISTED = frozenset(marked for line in (*WORDS.values(), *VERBS.values()) for marked in line.split())
HELD_OUT_WORDS: frozenset[str] = HELD_OUT | (
    frozenset(marked[:-1] for marked in _LISTED if marked.endswith("*")) - _LISTED
)
"""What the training distribution never draws."""
