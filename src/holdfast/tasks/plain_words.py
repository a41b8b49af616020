"""English words of 3 to 12 letters, as many of each length: what passwords and lengths are drawn from."""

from __future__ import annotations

from collections.abc import Mapping

_LISTS = (
    "ant arm axe bay bee cup dew egg fig fox gem hat ink jar key log map net oak owl pie rug sun wax",
    "barn bell boat cake cave coal dawn deer door fern flag frog gate gold hill kite lamp leaf moon"
    " nest pond rope salt wolf",
    "apple beach brick bride chain cloud daisy eagle field flute grape honey ivory jelly knife lemon"
    " mango olive pearl river sheep stone tiger wheat",
    "anchor basket bridge button candle carpet cherry desert falcon forest garden hammer island jacket"
    " kitten ladder magnet needle orchid parrot ribbon silver tunnel willow",
    "balloon biscuit blanket cabbage captain chimney compass cottage diamond dolphin feather gallery"
    " harvest hundred iceberg journey lantern mailbox monarch octopus pumpkin rainbow sparrow village",
    "airplane alphabet building calendar chestnut cucumber daughter dinosaur elephant envelope festival"
    " goldfish hospital keyboard lavender mackerel mountain notebook overcoat platform raincoat sandwich"
    " triangle umbrella",
    "adventure blueberry breakfast butterfly cardboard carpenter chocolate classroom crocodile"
    " dandelion evergreen fireplace furniture goldsmith hurricane jellyfish landscape moonlight"
    " newspaper orchestra pineapple saxophone telescope waterfall",
    "atmosphere blacksmith bookkeeper chimpanzee dictionary earthquake flashlight friendship greenhouse"
    " hemisphere inspection journalist lighthouse millennium needlework playground restaurant skyscraper"
    " strawberry toothbrush university vegetables watermelon woodpecker",
    "anniversary candlestick caterpillar conservator countryside demonstrate electricity fingerprint"
    " gingerbread grandmother imagination marshmallow nightingale observatory partnership pomegranate"
    " quicksilver rattlesnake refrigerate scaffolding temperature thermometer underground wheelbarrow",
    "accordionist architecture championship construction conversation countrywoman encyclopedia"
    " entrepreneur firefighters headquarters hippopotamus illustration intelligence kindergarten"
    " marketplaces neighborhood orchestrator photographer presentation refrigerator screwdrivers"
    " shipbuilders thunderstorm veterinarian",
)

BY_LENGTH: Mapping[int, tuple[str, ...]] = {len(words.split()[0]): tuple(words.split()) for words in _LISTS}
"""The words of each length in letters, 24 of each."""

PLAIN_WORDS: tuple[str, ...] = tuple(sorted(word for words in BY_LENGTH.values() for word in words))
"""All of them in alphabetical order."""
