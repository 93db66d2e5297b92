"""What ``jsi score`` reads and writes: every row or none, never over the texts."""

from __future__ import annotations

import polars as pl
import pytest

from models_nlp.vocabulary import score_schema
from orchestration.score_file import WrongCall, read_texts, write_scores


@pytest.fixture
def texts(tmp_path):
    file = tmp_path / "in.csv"
    file.write_text('id,text\n1,"good, thanks"\n2,\n3,"two\nlines"\n', encoding="utf-8-sig")
    return file


def test_the_texts_come_in_order_and_empty_ones_stay(texts, tmp_path):
    assert read_texts(texts, "text", "social", tmp_path / "out.csv") == ["good, thanks", "", "two\nlines"]


@pytest.mark.parametrize("name", ["in.csv", "./in.csv", "link.csv"])
def test_scores_do_not_replace_the_texts(texts, tmp_path, name):
    (tmp_path / "link.csv").symlink_to(texts)
    with pytest.raises(WrongCall, match="this is the file of the texts"):
        read_texts(texts, "text", "social", tmp_path / name)


@pytest.mark.parametrize("row", ["2", "2,bad,day"], ids=["short", "long"])
def test_a_row_of_another_length_is_refused_by_number_and_its_words_are_not_told(tmp_path, row):
    file = tmp_path / "in.csv"
    file.write_text(f"id,text\n1,good\n{row}\n3,fine\n")
    with pytest.raises(ValueError, match=r"in\.csv row 2: it has . cells and the header 2") as caught:
        read_texts(file, "text", "social", tmp_path / "out.csv")
    assert "day" not in str(caught.value)


def test_a_file_in_another_encoding_is_refused_by_row(tmp_path):
    file = tmp_path / "in.csv"
    file.write_bytes("id,text\n1,schön\n".encode("latin-1"))
    with pytest.raises(ValueError, match="row 1: it holds bytes that are not UTF-8"):
        read_texts(file, "text", "social", tmp_path / "out.csv")


def test_scores_are_written_in_one_step_beside_nothing_half_written(tmp_path):
    out = tmp_path / "out.csv"
    write_scores(pl.DataFrame(schema=score_schema()), out)
    assert out.read_text().startswith("sentiment,p_negative")
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
