"""Stories made up on the spot, for tokenizers and networks to learn from. Nothing here is quoted from anywhere."""

import random

_WHO = ["The keeper", "The ferryman", "A tall woman", "Her brother", "The girl", "Old Tobin", "Marta"]
_DID = ["opened", "carried", "mended", "watched", "painted", "remembered", "counted"]
_WHAT = ["the heavy door", "the lantern", "a basket of apples", "the little boat", "the broken clock", "the letter"]
_WHERE = ["by the river", "under the bridge", "in the garden", "behind the mill", "on the hill", "near the harbour"]
_THEN = ["and said nothing", "and waited for the rain", "and went home", "and laughed", "while the wind rose"]


def sentence(luck: random.Random) -> str:
    """One sentence, of the kind of which a small network soon knows how it goes on."""
    words = f"{luck.choice(_WHO)} {luck.choice(_DID)} {luck.choice(_WHAT)} {luck.choice(_WHERE)}"
    if luck.random() < 0.4:
        words += f" {luck.choice(_THEN)}"
    return words + "."


def story(seed: int, sentences: int = 40) -> str:
    """A story of so many sentences, five to a paragraph."""
    luck = random.Random(seed)
    lines = [sentence(luck) for _ in range(sentences)]
    return "\n\n".join(" ".join(lines[at : at + 5]) for at in range(0, sentences, 5))
