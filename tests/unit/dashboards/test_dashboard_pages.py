"""Every page run by Streamlit itself, against a publication, a silent company and nothing at all."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

import dashboards
from tests.unit.dashboards.published_company import TEXTS, Company, write

DASHBOARDS = Path(dashboards.__file__).parent
PAGES = [
    "app_pages/overview.py",
    "app_pages/account.py",
    "app_pages/health.py",
    "app_pages/listening.py",
    "app_pages/search.py",
    "app_pages/review.py",
]
EVERY_PAGE = pytest.mark.parametrize("page", PAGES)


@pytest.fixture
def opened(monkeypatch):
    """Run a page on a data folder, and give what it shows: the overview through the app's entry, the others alone."""

    def run(data: Path, page: str = PAGES[0], **query: str) -> AppTest:
        monkeypatch.setenv("JSI_DATA_DIR", str(data))
        app = AppTest.from_file(str(DASHBOARDS / ("app.py" if page == PAGES[0] else page)), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception, app.exception
        return app

    return run


def said(app: AppTest) -> str:
    """All words on the page."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.caption,
        app.text,
        app.info,
        app.warning,
        app.error,
        app.markdown,
    )
    return "\n".join(element.value for elements in kinds for element in elements)


def charts(app: AppTest) -> list[pl.DataFrame]:
    """The rows that each chart of the page was given, layers one below the other."""
    return [
        pl.concat([pl.read_ipc_stream(rows.data.data) for rows in chart.proto.datasets], how="diagonal_relaxed")
        for chart in app.get("vega_lite_chart")
    ]


@EVERY_PAGE
def test_before_the_first_publication_the_page_says_what_to_run(opened, tmp_path, page):
    words = said(opened(tmp_path, page))
    assert "Nothing is published yet" in words
    assert "make demo" in words


@EVERY_PAGE
def test_a_publication_without_a_finished_week_says_so(opened, tmp_path, page):
    folder = write(tmp_path, Company(accounts=3, touches=20))
    pl.read_parquet(folder / "jsi_by_segment_week.parquet").clear().write_parquet(
        folder / "jsi_by_segment_week.parquet"
    )
    assert "before a first week was finished" in said(opened(tmp_path, page))


@EVERY_PAGE
def test_a_damaged_publication_says_what_to_do_and_shows_no_trace(opened, tmp_path, page):
    folder = write(tmp_path, Company(accounts=3, touches=20))
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    words = said(opened(tmp_path, page))
    assert "cannot be read" in words
    assert "Traceback" not in words


def test_the_overview_shows_the_index_with_interval_evidence_and_trend(opened, company_data):
    app = opened(company_data)
    words = said(app)
    for part in (
        "95 % interval",
        "equal touches",
        "7 of 8 accounts heard from",
        "as of 22 Nov 2026",
        "Sample company",
        "1 stale source · 1 failed check",
    ):
        assert part in words
    assert [h.value for h in app.title] == ["How customers feel"]
    assert len(charts(app)) == 5
    assert "All together" in words


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("no clear change", "No clear change"),
        ("insufficient", "Not enough heard"),
        ("improving", ":material/trending_up: Improving"),
        ("declining", ":material/trending_down: Declining"),
    ],
)
def test_the_trend_has_an_arrow_only_when_it_is_clear(opened, tmp_path, state, shown):
    folder = write(tmp_path, Company(accounts=4, touches=60))
    file = folder / "jsi_by_segment_week.parquet"
    pl.read_parquet(file).with_columns(trend=pl.lit(state)).write_parquet(file)
    assert opened(tmp_path).header[1].value == shown


def test_the_overview_compares_by_the_dimension_in_the_address(opened, company_data):
    app = opened(company_data, by="region")
    assert app.button_group(key="by").value == "region"
    compared = charts(app)[2]
    assert set(compared["dimension"].drop_nulls()) == {"region"}


def test_a_silent_company_shows_no_score_anywhere(opened, silent_data):
    app = opened(silent_data)
    assert "No score" in [h.value for h in app.header]
    words = said(app)
    assert "nothing was heard yet" in words
    assert "Insufficient" in words


def test_the_health_page_says_who_leads_to_no_account_and_why(opened, company_data):
    app = opened(company_data, page="app_pages/health.py")
    tables = [table.value for table in app.dataframe]
    assert [list(t["n_unmatched"]) for t in tables if "n_unmatched" in t] == [[8, 4]]
    assert [next(iter(t["why"])) for t in tables if "why" in t] == ["two people have the same address"]


def test_the_health_page_counts_what_is_not_scored_by_reason_consent_first(opened, company_data):
    app = opened(company_data, page="app_pages/health.py")
    (counts,) = [table.value for table in app.dataframe if "reason" in table.value]
    assert list(counts["reason"][:2]) == [
        "no consent: agreement withdrawn",
        "no consent: call recording refused by someone on the call",
    ]
    assert list(counts["n_touches"]) == [42, 7, 250, 3]
    assert "49 touches without consent" in said(app)


def test_a_silent_company_has_nothing_that_is_not_scored(opened, silent_data):
    assert "Nothing that was heard is left out" in said(opened(silent_data, page="app_pages/health.py"))


def test_a_company_without_people_has_nobody_to_match(opened, silent_data):
    assert "nobody to match" in said(opened(silent_data, page="app_pages/health.py"))


def test_the_overview_without_renewals_says_so(opened, tmp_path):
    folder = write(tmp_path, Company(accounts=4, touches=60))
    file = folder / "revenue_correlation.parquet"
    nothing = [pl.lit(None, pl.Float64).alias(c) for c in ("auc", "auc_low", "auc_high")]
    pl.read_parquet(file).with_columns(*nothing, verdict=pl.lit("insufficient")).write_parquet(file)
    app = opened(tmp_path)
    assert "Too few renewals" in said(app)
    assert len(charts(app)) == 4


def test_a_table_that_is_missing_stops_the_page_with_words(opened, tmp_path):
    folder = write(tmp_path, Company(accounts=4, touches=60))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["tables"]["revenue_correlation"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "holds no table revenue_correlation" in said(opened(tmp_path))


def test_a_company_in_its_first_week_is_drawn_as_a_point(opened, tmp_path):
    write(tmp_path, Company(accounts=6, weeks=1, touches=200))
    for page in PAGES:
        opened(tmp_path, page, account="A-0001")
    line = charts(opened(tmp_path))[0]
    assert line["shown_jsi"].drop_nulls().len() == 1


def test_the_entry_leads_to_every_page(opened, company_data):
    app = opened(company_data)
    for page, title in zip(PAGES[1:], ("Account", "Health", "Listening", "Search", "Review"), strict=True):
        app.switch_page(page).run()
        assert not app.exception
        assert app.title[0].value == title


def test_the_address_opens_an_account(opened, company_data):
    app = opened(company_data, PAGES[1], account="A-0001")
    words = said(app)
    assert app.header[0].value == "Northwind Logistics"
    assert "sums to the published index" in words
    assert "Hold" in [h.value for h in app.header]
    assert "gate 70: the index is below the threshold" in words
    assert len(charts(app)) == 4
    assert len(app.dataframe) == 3


def test_the_search_box_opens_an_account_and_the_address_follows(opened, company_data):
    app = opened(company_data, PAGES[1])
    assert app.selectbox[0].value is None
    app.selectbox[0].select("A-0004").run()
    assert not app.exception
    assert app.query_params["account"] in ("A-0004", ["A-0004"])
    assert app.selectbox[0].value == "A-0004"


def test_what_people_work_through_can_be_downloaded(opened, company_data):
    for page, query, n in (
        (PAGES[0], {}, 1),
        (PAGES[1], {}, 1),
        (PAGES[1], {"account": "A-0001"}, 2),
        (PAGES[4], {"words": "sync"}, 1),
    ):
        buttons = opened(company_data, page, **query).get("download_button")
        assert [button.proto.label for button in buttons] == ["Download"] * n


def test_an_account_that_is_not_there_is_named_and_the_list_is_offered(opened, company_data):
    app = opened(company_data, PAGES[1], account="<b>nobody</b>")
    assert "not in this publication" in said(app)
    assert "<b>nobody</b>" in [t.value for t in app.text]
    assert len(app.dataframe[0].value) == 8


def test_an_account_under_a_key_is_opened_by_its_address_found_and_searched_and_named_once(
    opened, company_data, tmp_path
):
    key = "account-" + "5c62" * 8
    write(tmp_path, Company(names={0: key}))
    for file in (tmp_path / "published").glob("*/*.parquet"):
        frame = pl.read_parquet(file)
        texts = [name for name, kind in frame.schema.items() if kind == pl.String]
        frame.with_columns(pl.col(texts).str.replace("^A-0001$", key)).write_parquet(file)
    app = opened(tmp_path, PAGES[1], account=key)
    assert app.header[0].value == key.replace("-", "\\-"), "rendered as it stands"
    assert app.selectbox[0].value == key
    assert [option for option in app.selectbox[0].options if key in option] == [key]
    assert "sums to the published index" in said(app)
    rows = opened(tmp_path, PAGES[4], words="SYNC brok*", account=key).dataframe[0].value
    assert set(rows["account"]) == {key}
    assert "jsi receipt" in said(opened(tmp_path, PAGES[1], account="ann@x.example"))


def test_an_account_never_heard_from_says_what_its_50_is(opened, company_data):
    app = opened(company_data, PAGES[1], account="A-0002")
    words = said(app)
    assert "50 ± 35 is only the starting assumption" in words
    assert "No score" in [h.value for h in app.header]
    assert "Not judged" in [h.value for h in app.header]
    (line,) = charts(app)
    weeks = line.filter(pl.col("week_on").is_not_null())
    assert weeks.height == 12
    assert weeks["shown_jsi"].null_count() == 12, "no week is drawn in colour"


def test_an_account_not_heard_for_a_year_shows_no_score(opened, company_data):
    app = opened(company_data, PAGES[1], account="A-0003")
    assert "No score" in [h.value for h in app.header]
    assert "stale evidence" in said(app)
    assert charts(app)[0].filter(pl.col("week_on").is_not_null())["shown_jsi"].null_count() == 12
    assert "Stale: what was heard is too old" in said(app)


def test_touches_in_words_come_first_and_all_can_be_shown(opened, company_data):
    app = opened(company_data, PAGES[1], account="A-0001")
    in_words = app.dataframe[-1].value
    assert in_words["text_redacted"].notna().all()
    app.button_group(key="touches").set_value("all").run()
    everything = app.dataframe[-1].value
    assert len(everything) > len(in_words)
    assert f"{len(everything):,} touches, {len(in_words):,} of them in words" in said(app)


def test_an_account_shows_how_its_calls_went_and_how_far_words_and_scores_agree(opened, company_data):
    app = opened(company_data, PAGES[1], account="A-0001")
    calls = app.dataframe[1].value
    assert set(calls["transcript"]) >= {"read"}
    assert set(calls["overlap_share"].dropna()) == {3.1}
    assert "Words and scores differ in" in said(app)


def test_hostile_names_and_texts_reach_the_page_only_where_nothing_is_rendered(opened, tmp_path):
    image = "![x](http://evil.example/p.png)"
    write(tmp_path, Company(touches=120, texts={-1: image, 0: "<script>", 1: image}, names={0: image}))
    app = opened(tmp_path, PAGES[1], account="A-0001")
    rendered = [e.value for kind in (app.title, app.header, app.subheader, app.caption, app.markdown) for e in kind]
    assert not any("](" in value for value in rendered)
    assert image in app.dataframe[-1].value["text_redacted"].to_list()


def test_the_health_page_accounts_for_rows_checks_and_the_model(opened, company_data):
    app = opened(company_data, PAGES[2])
    words = said(app)
    headers = [h.value for h in app.header]
    assert headers[0] == "Balanced"
    assert headers[1] == "2 of 3"
    assert "rows read =" in words
    assert "lexicon" in words
    assert len(charts(app)) == 2
    assert any("000001-2026-11-22" in frame.value.to_string() for frame in app.dataframe)


def test_the_health_page_shows_one_channel(opened, company_data):
    app = opened(company_data, PAGES[2], channel="ticket")
    assert app.button_group(key="channel").value == "ticket"
    assert len(charts(app)) == 2


def test_a_company_without_text_has_no_model_to_judge(opened, silent_data):
    assert "nothing to score" in said(opened(silent_data, PAGES[2]))


def test_the_listening_page_names_the_gaps_and_shows_every_post_in_words(opened, company_data):
    app = opened(company_data, PAGES[3])
    assert "1 stage is a gap in listening: awareness." in said(app)
    assert [h.value for h in app.header][:2] == ["7 of 8", "3 of 3"]
    (cells,) = charts(app)
    assert cells.height == 8 * 4, "eight stages by three sources and any source"
    awareness = app.dataframe[0].value.query("stage == 'awareness'")
    assert awareness["state_text"].tolist() == ["✗ gap, never", *["– never"] * 3]
    assert app.dataframe[1].value["percent_solicited"].notna().sum() == 7


def test_where_nothing_was_heard_every_stage_is_a_gap(opened, silent_data):
    app = opened(silent_data, PAGES[3])
    words = said(app)
    assert "8 stages are gaps in listening" in words
    assert "No source was heard yet." in words
    assert charts(app)[0].height == 8


def test_the_listening_page_says_which_channels_lie_apart_and_which_rules_agree_with_surveys(opened, company_data):
    app = opened(company_data, PAGES[3])
    words = said(app)
    assert "1 of 2 comparisons show an offset beyond chance. 1 more have too few pairs to say." in words
    assert [e.label for e in app.expander][1:] == [
        "Mean and spread of each channel's texts: before and after your labels"
    ]
    offsets, scales, rules = (frame.value for frame in app.dataframe[3:6])
    assert offsets["difference"].tolist() == ["−0.12 (−0.17 to −0.08)", "+0.10 (−0.05 to +0.25)"]
    assert offsets["verdict"].tolist() == ["✗ offset", "✓ no offset seen"]
    assert scales["sentiment"].tolist() == ["0.03 → −0.10", "0.21"]
    assert rules["proposed"].tolist() == ["0.24", "–", "as it is"]


def test_the_listening_page_audits_another_providers_labels(opened, company_data):
    app = opened(company_data, PAGES[3])
    providers, months = (frame.value for frame in app.dataframe[6:8])
    assert providers["channel"].tolist() == ["all", "chat", "call"]
    assert providers["kappa"].tolist() == ["0.55 (0.45 to 0.65)", "0.55 (0.45 to 0.65)", "–"]
    assert providers["bias"].tolist()[0] == "+0.10 (+0.02 to +0.18)"
    assert months["drift"].tolist() == ["✗ drifted", "– too few to say"], "the newest month first"
    assert months["gaps"].tolist() == ["call", "call"]


def test_before_anything_was_compared_the_listening_page_says_what_is_needed(opened, silent_data, tmp_path):
    words = said(opened(silent_data, PAGES[3]))
    assert "Surveys that name their ticket" in words
    assert "each rule keeps the confidence that the policy gives it" in words
    assert "labelled_kind = provider" in words
    folder = write(tmp_path, Company(accounts=3, touches=20))
    manifest = json.loads((folder / "manifest.json").read_text())
    for mart in ("channel_offsets", "channel_scales", "rule_agreement", "provider_audit"):
        del manifest["tables"][mart]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert said(opened(tmp_path, PAGES[3])).count("This was not measured yet") == 2


def test_an_account_shows_how_its_touches_came_about_and_what_is_not_known_of_it(opened, company_data):
    app = opened(company_data, PAGES[1], account="A-0008")
    words = said(app)
    assert "Share of surveys" in words
    assert "said unasked" in words
    assert "no renewal: no contract, no segment: not filled in" in words


def test_a_search_is_kept_in_the_address_and_finds_by_word_stage_and_account(opened, company_data):
    app = opened(company_data, PAGES[4], words="SYNC brok*")
    everything = app.dataframe[0].value
    assert set(everything["text_redacted"]) == {TEXTS[-1]}
    narrowed = opened(company_data, PAGES[4], words="SYNC brok*", stage="value", account="A-0001")
    assert narrowed.text_input(key="words").value == "SYNC brok*"
    rows = narrowed.dataframe[0].value
    assert 0 < len(rows) < len(everything)
    assert set(rows["stage"]) == {"value"}
    assert set(rows["account"]) == {"Northwind Logistics · A-0001"}


def test_a_search_that_finds_nothing_or_asks_nothing_says_so(opened, company_data):
    assert "Write a word" in said(opened(company_data, PAGES[4]))
    assert "No published text holds all these words." in said(opened(company_data, PAGES[4], words="zeppelin"))
    assert "holds no word" in said(opened(company_data, PAGES[4], words="***"))


def test_found_texts_are_only_where_nothing_is_rendered(opened, tmp_path):
    image = "![x](http://evil.example/p.png) refund"
    write(tmp_path, Company(touches=60, texts={-1: image, 0: image, 1: image}, names={0: image}))
    app = opened(tmp_path, PAGES[4], words="refund ![x](http://evil.example/p.png)")
    rendered = [e.value for kind in (app.title, app.header, app.subheader, app.caption, app.markdown) for e in kind]
    assert not any("evil" in value for value in rendered)
    assert image in app.dataframe[0].value["text_redacted"].tolist()


def test_the_server_is_closed_and_tells_no_secrets():
    config = tomllib.loads((DASHBOARDS / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert config["server"]["enableAgentApi"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["disableDataExport"] is True, "the built-in CSV does not escape formulas"
    assert config["browser"]["gatherUsageStats"] is False


def test_nothing_renders_html_or_reads_the_warehouse():
    for path in sorted(DASHBOARDS.rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        names = {n.attr for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Attribute)}
        arguments = {k.arg for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call) for k in n.keywords}
        assert "unsafe_allow_html" not in arguments, path
        assert not names & {"html", "iframe", "write", "MarkdownColumn", "LinkColumn", "ImageColumn"}, path
        assert "warehouse.duckdb" not in code, path


def test_the_review_page_lists_the_least_sure_and_shows_the_models_answer_only_when_asked(opened, company_data):
    app = opened(company_data, PAGES[5])
    shown = app.dataframe[0].value
    assert shown["confidence"].is_monotonic_increasing
    assert "says" not in shown
    assert app.get("download_button")[0].proto.label == "Download the sheet"
    app.toggle[0].set_value(True).run()
    assert set(app.dataframe[0].value["says"]) <= {"▲ happy", "● neutral", "▼ unhappy"}
    app.button_group(key="channel").set_value("chat").run()
    assert set(app.dataframe[0].value["channel"]) == {"chat"}


def test_a_company_without_words_has_nothing_to_review(opened, silent_data):
    assert "No text of the last month is left to label" in said(opened(silent_data, PAGES[5]))
