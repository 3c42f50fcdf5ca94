import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer_app.documents.origins import Kind, Origin, Origins, Run

ORIGINS = [
    Origin(Kind.TYPED),
    Origin(Kind.PASTED),
    Origin(Kind.SUGGESTED, (("id", 1), ("text", " went"))),
    Origin(Kind.SUGGESTED, (("id", 2), ("temperature", 0.5))),
]
runs = st.lists(st.builds(Run, st.integers(0, 9), st.sampled_from(ORIGINS)), max_size=12)


def spelled(origins: Origins) -> list[Origin]:
    """The slow and plain form: one origin for each character."""
    return [run.origin for run in origins.runs for _ in range(run.length)]


@given(runs)
def test_joining_runs_changes_no_characters_origin(some: list[Run]) -> None:
    origins = Origins.from_runs(some)

    assert spelled(origins) == [run.origin for run in some for _ in range(run.length)]
    assert origins.length == sum(run.length for run in some)
    assert all(run.length > 0 for run in origins.runs)
    assert all(one.origin != other.origin for one, other in zip(origins.runs, origins.runs[1:], strict=False))


@given(runs, st.data())
def test_a_slice_is_what_a_list_would_give(some: list[Run], data: st.DataObject) -> None:
    origins = Origins.from_runs(some)
    start = data.draw(st.integers(0, origins.length))
    end = data.draw(st.integers(start, origins.length))

    assert spelled(origins.slice(start, end)) == spelled(origins)[start:end]


@given(runs, runs, st.data())
def test_a_replacement_is_what_a_list_would_give(some: list[Run], new: list[Run], data: st.DataObject) -> None:
    origins = Origins.from_runs(some)
    position = data.draw(st.integers(0, origins.length))
    removed = data.draw(st.integers(0, origins.length - position))
    expected = spelled(origins)
    expected[position : position + removed] = spelled(Origins.from_runs(new))

    replaced = origins.replace(position, removed, new)

    assert spelled(replaced) == expected
    assert replaced == Origins.from_runs(replaced.runs)


@given(runs, runs, st.data())
def test_replacing_back_undoes_a_replacement(some: list[Run], new: list[Run], data: st.DataObject) -> None:
    origins = Origins.from_runs(some)
    position = data.draw(st.integers(0, origins.length))
    removed = data.draw(st.integers(0, origins.length - position))
    old = origins.slice(position, position + removed).runs

    there = origins.replace(position, removed, new)

    assert there.replace(position, Origins.from_runs(new).length, old) == origins


@given(runs)
def test_shares_add_up_to_the_length(some: list[Run]) -> None:
    origins = Origins.from_runs(some)
    shares = origins.shares()

    assert set(shares) == set(Kind)
    assert sum(shares.values()) == origins.length
    assert shares[Kind.SUGGESTED] == sum(origin.kind is Kind.SUGGESTED for origin in spelled(origins))


@given(runs)
def test_each_position_has_its_origin(some: list[Run]) -> None:
    origins = Origins.from_runs(some)

    assert [origins.at(position) for position in range(origins.length)] == spelled(origins)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 6), (3, 2), (6, 6)])
def test_a_slice_outside_the_text_is_a_bug_that_shows(start: int, end: int) -> None:
    with pytest.raises(IndexError):
        Origins.uniform(5, ORIGINS[0]).slice(start, end)


@pytest.mark.parametrize(("position", "removed"), [(-1, 0), (6, 0), (4, 2), (0, -1)])
def test_a_replacement_outside_the_text_is_a_bug_that_shows(position: int, removed: int) -> None:
    with pytest.raises(IndexError):
        Origins.uniform(5, ORIGINS[0]).replace(position, removed, [])


@pytest.mark.parametrize("position", [-1, 5])
def test_a_position_outside_the_text_is_a_bug_that_shows(position: int) -> None:
    with pytest.raises(IndexError):
        Origins.uniform(5, ORIGINS[0]).at(position)


def test_a_run_of_negative_length_is_a_bug_that_shows() -> None:
    with pytest.raises(ValueError, match="-1"):
        Origins.from_runs([Run(-1, ORIGINS[0])])


def test_two_suggestions_side_by_side_stay_two_runs() -> None:
    origins = Origins.from_runs([Run(5, ORIGINS[2]), Run(3, ORIGINS[3])])

    assert len(origins.runs) == 2
    assert origins.at(4).detail("text") == " went"
    assert origins.at(5).detail("text") is None
