"""A recipe with a mistake is refused with the file, the setting and what it should be."""

from pathlib import Path

import pytest

from writer_app.errors import UserError
from writer_app.training.recipe import Recipe, load_recipe

RECIPES = sorted((Path(__file__).parents[2] / "resources" / "recipes").glob("*.toml"))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_the_recipes_of_the_base_models_are_sound(path: Path) -> None:
    assert load_recipe(path).language == "en"


def test_what_a_recipe_leaves_out_keeps_its_default(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, '[training]\nlearning_rate = 1\n[model]\nkind = "lstm"'))

    assert recipe.training.learning_rate == 1.0
    assert type(recipe.training.learning_rate) is float
    assert recipe.model.kind == "lstm"
    assert recipe.tokenizer == Recipe().tokenizer
    assert load_recipe(written(tmp_path, "")) == Recipe()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("languag = 'en'", ["there is no setting called languag", "language"]),
        ("[model]\nwide = 3", ["[model]: there is no setting called wide", "width"]),
        ("[training]\nsteps = 'many'", ["[training]: steps should be of type int, not 'many'"]),
        ("[training]\nsteps = 1.5", ["steps should be of type int, not 1.5"]),
        ("[training]\ncompile = 1", ["compile should be of type bool, not 1"]),
        ("[training]\nsteps = true", ["steps should be of type int, not True"]),
        ("[training]\nsteps = 0", ["steps should be between 1 and"]),
        ("[training]\nvalidate_every = 0", ["validate_every should be between 1 and"]),
        ("[training]\nlearning_rate = -1", ["learning_rate should be between 0 and 100, not -1"]),
        ("[training]\nlearning_rate = nan", ["learning_rate should be between 0 and 100, not nan"]),
        ("[training]\noptimiser = 'sgdd'", ["optimiser cannot be 'sgdd'", "muon, adamw"]),
        ("[training]\nprecision = 'half'", ["precision cannot be 'half'"]),
        ("[model]\nkind = 'gru'", ["kind cannot be 'gru'", "transformer, lstm"]),
        ("[tokenizer]\nvocabulary = 100000", ["vocabulary should be between 260 and 65536, not 100000"]),
        ("validation_share = 2.0", ["validation_share should be between 0 and 1, not 2.0"]),
        ("model = 3", ["[model] should be a table of settings, not 3"]),
        ("[model]\nwidth = 100\nheads = 6", ["width = 100 is no multiple of heads = 6"]),
        ("[model]\nheads = 6\nkey_value_heads = 4", ["heads = 6 is no multiple of key_value_heads = 4"]),
        ("[model]\nwidth = 18\nheads = 6", ["width / heads = 3 is odd"]),
        ("[model]\ncontext = 128", ["length = 256 in [training] exceeds context = 128 in [model]"]),
        ("[training\nsteps = 1", ["is not valid TOML"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_named_with_its_place(text: str, words: list[str], tmp_path: Path) -> None:
    path = written(tmp_path, text)

    with pytest.raises(UserError) as caught:
        load_recipe(path)

    assert str(path) in caught.value.message
    assert caught.value.remedy
    for word in words:
        assert word in str(caught.value)


def test_a_recipe_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.toml cannot be read: No such file"):
        load_recipe(tmp_path / "nowhere.toml")

    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\r\n\xff\xfe")
    with pytest.raises(UserError, match=r"picture\.toml is not valid TOML"):
        load_recipe(tmp_path / "picture.toml")
