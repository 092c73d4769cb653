"""What a form once printed that nobody had said, and the law's words against what devices choose to be called."""

from __future__ import annotations

from types import ModuleType

import msgspec
import pytest

from model.answers import Answers, Choice, Class, Disposition
from model.entity import EntitySite
from model.report import Finding, Relabel
from reporters.forms import far_52_204_26, far_52_240_90
from tests.reporters import sample
from tests.reporters.test_forms import DAY, ONE_SITE, html_text, quiet

NO_USE = Choice("c2", "does-not", "A. Officer", DAY)
OTHER = "sha256:" + "0" * 64


def ticks(answers: Answers) -> int:
    return html_text(far_52_204_26, sample.filing(answers, quiet(), ONE_SITE)).count("[X]")


def test_answers_tick_only_the_report_they_name() -> None:
    bound = sample.filing(Answers(choice=(NO_USE,)), quiet(), ONE_SITE)
    assert html_text(far_52_204_26, bound).count("[X]") == 1
    for reports in ((), (OTHER,), (*bound.answers.reports, OTHER)):
        free = msgspec.structs.replace(bound, answers=msgspec.structs.replace(bound.answers, reports=reports))
        text = html_text(far_52_204_26, free)
        assert "[X]" not in text and "do not name" in text


@pytest.mark.parametrize("box", ["c1", "c2"])
def test_a_blank_is_no_person(box: str) -> None:
    assert ticks(Answers(choice=(Choice(box, "does-not", "  ", DAY),))) == 0


def test_the_word_on_a_subject_of_one_site_says_both() -> None:
    given = Disposition("the landlord", "no", "A. Officer", "2027-06-30", "lease", "10.0.9.0/24", Class(site="hq"))
    assert "10.0.9.0/24 of site hq" in html_text(far_52_204_26, sample.filing(Answers(disposition=(given,))))


def by_name(proved: bool) -> Finding:
    sold = Relabel("lorex", "dahua", proved, "a proof", "Who built it?")
    outcome = "covered" if proved else "suspect"
    return Finding("dev-1", outcome, "dahua", "Zhejiang Dahua Technology Co., Ltd.", "camera", "N4", relabel=sold)  # type: ignore[arg-type]


@pytest.mark.parametrize("proved", [True, False])
def test_a_brand_s_reputed_builder_is_not_what_the_evidence_says(proved: bool) -> None:
    made = msgspec.structs.replace(quiet(), findings=(by_name(proved),))
    text = html_text(far_52_240_90, sample.filing(made=made, entity=ONE_SITE))
    assert ("as far as the evidence says" in text) is proved
    assert ("reputed builder" in text) is not proved
    assert "is known to be built by" not in text


@pytest.mark.parametrize("form", [far_52_204_26, far_52_240_90])
def test_no_paper_calls_anything_compliant_or_clean(form: ModuleType) -> None:
    for made in (sample.report(), quiet()):
        text = html_text(form, sample.filing(made=made, entity=ONE_SITE)).lower()
        assert "compliant" not in text.replace("non-compliant", "") and " clean" not in text


def test_a_report_of_a_site_that_nobody_listed_ticks_nothing() -> None:
    elsewhere = msgspec.structs.replace(ONE_SITE, site=(EntitySite("depot"),))
    assert "[X]" not in html_text(far_52_204_26, sample.filing(Answers(choice=(NO_USE,)), quiet(), elsewhere))
