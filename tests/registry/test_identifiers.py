"""Numbers pass or fail as the standards say; made-up ones can be nobody's."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.registry import identifiers as numbers

VECTOR_ID = "11010519491231002X"  # the example printed in GB 11643
VECTOR_USCC = "91110000600037341L"  # a public test vector


def test_the_example_of_the_standard_passes():
    assert numbers.resident_id_fault(VECTOR_ID) is None
    assert numbers.uscc_fault(VECTOR_USCC) is None
    assert numbers.organisation_code_check("60003734") == "1"


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "\ufeff110105\u200b19491231002X",
    ],
)
def test_a_number_is_brought_to_one_form(typed):
    assert numbers.normalise_code(typed) == VECTOR_ID
    assert numbers.resident_id_fault(typed) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "应为18位，现为0位"),
        ("110105491231002", "15位旧号码"),
        ("1101051949123100", "现为16位"),
        ("11010519491331002X", "“19491331”不是有效的出生日期"),
        ("110105299912310028", "“29991231”不是有效的出生日期"),
        ("110105194912310021", "校验位不符"),
        ("11O105194912310021", "前17位应为数字"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "前17位应为数字"),
    ],
)
def test_a_wrong_resident_id_is_refused_with_the_reason(typed, said):
    assert said in (numbers.resident_id_fault(typed) or "")


@given(place=st.integers(0, 16), by=st.integers(1, 9))
def test_any_single_wrong_digit_of_a_resident_id_is_found(place, by):
    digit = str((int(VECTOR_ID[place]) + by) % 10)
    assert numbers.resident_id_fault(VECTOR_ID[:place] + digit + VECTOR_ID[place + 1 :]) is not None


@given(seed=st.integers(), place=st.integers(0, 16))
def test_any_two_neighbours_exchanged_in_a_uscc_are_found(seed, place):
    code = numbers.fake_uscc(Random(seed))
    turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (numbers.uscc_fault(turned) is None) == (turned == code)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9111000060003734", "现为16位"),
        ("91110000600037341I", "不使用“I”"),
        ("91AB0000600037341L", "第3至8位应为数字"),
        ("91110000600037341M", "校验位不符"),
    ],
)
def test_a_wrong_uscc_is_refused_with_the_reason(typed, said):
    assert said in (numbers.uscc_fault(typed) or "")


def test_birth_and_sex_are_read_from_the_number():
    assert numbers.birth_date(VECTOR_ID) == date(1949, 12, 31)
    assert not numbers.is_male(VECTOR_ID)


@given(seed=st.integers(), born=st.dates(date(1930, 1, 1), date(2006, 1, 1)), male=st.booleans())
def test_a_made_up_person_passes_and_cannot_exist(seed, born, male):
    number = numbers.fake_resident_id(Random(seed), born=born, male=male)
    assert numbers.resident_id_fault(number) is None
    assert (numbers.birth_date(number), numbers.is_male(number)) == (born, male)
    assert numbers.is_fictional(number)
    assert not numbers.is_fictional(VECTOR_ID)


@given(seed=st.integers(), kind=st.sampled_from(["91", "12"]))
def test_a_made_up_organisation_passes_and_cannot_exist(seed, kind):
    code = numbers.fake_uscc(Random(seed), kind=kind)
    assert numbers.uscc_fault(code) is None
    assert code.startswith(kind + numbers.FICTIONAL_AREA)
    assert numbers.is_fictional(code)
    assert numbers.organisation_code_check(code[8:16]) == code[16]


def test_a_made_up_number_of_a_real_area_is_refused():
    with pytest.raises(ValueError, match="430102"):
        numbers.fake_resident_id(Random(1), born=date(1980, 1, 1), male=True, area="430102")


def test_made_up_telephones_are_accepted_and_given_to_nobody():
    phone = numbers.fake_phone(Random(3))
    assert (len(phone), phone[:3], numbers.phone_fault(phone)) == (11, "100", None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+86 100-0000-1234", "10000001234"),
        ("0086 13000000000", "13000000000"),
        ("8613000000000", "13000000000"),
        ("(0731) 8888 0000", "073188880000"),
        ("0731－88880000", "073188880000"),
    ],
)
def test_telephones_are_brought_to_their_digits(typed, kept):
    assert numbers.normalise_phone(typed) == kept
    assert numbers.phone_fault(typed) is None


@pytest.mark.parametrize("typed", ["", "88880000", "1300000000", "电话", "٠٧٣١٨٨٨٨٠٠٠٠"])
def test_a_wrong_telephone_is_refused(typed):
    assert "固定电话请带区号" in (numbers.phone_fault(typed) or "")


def test_masks_show_only_the_ends():
    assert numbers.mask_id("430102198001011234") == "4301**********1234"
    assert numbers.mask_phone("13812345678") == "138****5678"
    assert numbers.mask_email("someone@example.org") == "s******@example.org"
    assert numbers.mask_id("4301") == "****"
    assert numbers.mask_email("x") == "*"


@pytest.mark.parametrize(
    ("check", "usual", "odd"),
    [
        (numbers.equipment_code_warning, "311010123201900012", "312043310020190010X"),
        (numbers.registration_code_warning, "31104331002017053117", "3110433100"),
        (numbers.use_registration_warning, "梯12湘U00019（19）", "湘U00019"),
        (numbers.approval_number_warning, "ts7110001-2027", "湘特检001"),
    ],
)
def test_odd_equipment_numbers_are_warned_of_and_may_stand(check, usual, odd):
    assert check(usual) is None
    assert "请" in (check(odd) or "")
