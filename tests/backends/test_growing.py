from mmrag.backends.growing import Growing


def growing(loaded: list[str]) -> Growing[str]:
    def load(name: str) -> str:
        loaded.append(name)
        return name

    return Growing(lambda: load("light"), lambda: load("heavy"), few=10)


def test_what_encodes_many_is_loaded_when_more_than_a_few_were_announced() -> None:
    loaded: list[str] = []
    encoders = growing(loaded)
    encoders.expect(6)
    assert encoders.encoder(6) == "light"
    encoders.expect(4)
    assert encoders.encoder(4) == "light"
    assert loaded == ["light"]
    encoders.expect(1)
    assert [encoders.encoder(1), encoders.encoder(1)] == ["heavy", "heavy"]
    assert loaded == ["light", "heavy"]


def test_many_at_once_need_no_announcement_and_one_after_another_stay_light() -> None:
    loaded: list[str] = []
    encoders = growing(loaded)
    assert {encoders.encoder(1) for _ in range(50)} == {"light"}
    assert encoders.encoder(11) == "heavy"
