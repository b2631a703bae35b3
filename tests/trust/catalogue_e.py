"""The catalogue of bad input, case by case: what it is, and the tests that are about it, or why there is nothing to test yet."""

from __future__ import annotations

from dataclasses import dataclass

TABLES = "tests/dossier/test_intake_tables.py"
JAIL = "tests/dossier/test_intake_jail.py"
EXAMINE = "tests/dossier/test_intake_examine.py"
REGISTRY = "tests/registry/test_bad_input.py"
IMPORTS = "tests/registry/test_imports.py"
FILES = "tests/registry/test_import_files.py"
BOOK = "tests/campaigns/test_selfcheck_workbook.py"
REQUESTS = "tests/trust/test_bad_requests.py"
CELLS = "tests/trust/test_bad_cells.py"
FORMS = "tests/trust/test_bad_forms.py"
HOSTILE = "tests/trust/test_hostile_files.py::test_twenty_hostile_files_at_once_are_refused_and_not_felt"


@dataclass(frozen=True)
class Case:
    """One row of the catalogue: its tests, or the words of addresses that would show that the intake has come to exist."""

    number: int
    what: str
    tests: tuple[str, ...] = ()
    absent: str = ""
    words: tuple[str, ...] = ()


CASES = (
    Case(1, "zip bomb", (f"{TABLES}::test_a_bomb_is_refused_in_milliseconds", f"{TABLES}::test_bad_workbooks_are_refused_before_they_are_parsed", HOSTILE)),
    Case(2, "nested zip, too many parts, double names, lying sizes", (
        f"{TABLES}::test_duplicate_parts_are_refused", f"{TABLES}::test_bad_workbooks_are_refused_before_they_are_parsed",
        f"{JAIL}::test_a_list_of_a_hundred_thousand_parts_is_not_even_read", HOSTILE)),
    Case(3, "a merge over two thousand whole rows", (f"{TABLES}::test_sizes_and_broken_sheets_end_in_a_refusal", HOSTILE)),
    Case(4, "a false dimension, one far cell", (f"{TABLES}::test_a_false_dimension_does_no_harm", f"{TABLES}::test_sizes_and_broken_sheets_end_in_a_refusal")),
    Case(5, "DOCTYPE, billion laughs, XXE, in any encoding", (f"{JAIL}::test_what_is_written_otherwise_is_seen_too", HOSTILE)),
    Case(6, "xls, et, CSV, HTML under another name", (f"{EXAMINE}::test_other_files_are_refused_with_advice", f"{TABLES}::test_csv_is_read_in_both_encodings")),
    Case(7, "a workbook with a password", (f"{EXAMINE}::test_other_files_are_refused_with_advice",)),
    Case(8, "macros, external links, OLE, DDE, ActiveX", (
        f"{TABLES}::test_bad_workbooks_are_refused_before_they_are_parsed", f"{JAIL}::test_what_is_written_otherwise_is_seen_too")),
    Case(9, "formulas, with and without a kept result", (f"{TABLES}::test_cells_come_typed_and_in_their_place", f"{TABLES}::test_errors_are_faults_of_their_cell")),
    Case(10, "texts that begin like a formula", (
        f"{REGISTRY}::test_text_that_looks_like_a_formula_stays_text", "tests/trust/test_bad_formulas.py::test_no_export_holds_a_formula",
        "tests/dossier/test_render_forms.py::test_dangerous_starts_stay_text_when_the_user_edits_the_cell")),
    Case(11, "an identity number kept as a number", (f"{IMPORTS}::test_an_identity_number_kept_as_a_number_is_refused_not_guessed",)),
    Case(12, "full-width signs, blanks, signs of no width", (f"{REGISTRY}::test_full_width_and_invisible_signs_are_taken_away",)),
    Case(13, "15 digits, wrong check digit, impossible day of birth", (
        f"{REGISTRY}::test_impossible_identity_numbers_are_refused", "tests/registry/test_identifiers.py::test_a_wrong_resident_id_is_refused_with_the_reason")),
    Case(14, "dates as serials, of 1904, as text, at midnight", (
        f"{CELLS}::test_case_14_dates_as_a_spreadsheet_keeps_them", f"{REGISTRY}::test_dates_are_read_as_written", f"{REGISTRY}::test_doubtful_dates_are_refused")),
    Case(15, "NaN, 1e400, #REF!, dates that do not exist, texts that are not there", (
        f"{CELLS}::test_case_15_cells_that_cannot_be_read_are_named", f"{TABLES}::test_sizes_and_broken_sheets_end_in_a_refusal")),
    Case(16, "heads missing, doubled, renamed, in another order", (
        f"{CELLS}::test_case_16_a_line_that_says_half_of_a_paper_is_told_what_is_missing",
        f"{REGISTRY}::test_a_missing_or_doubled_head_stops_the_sheet", f"{IMPORTS}::test_heads_may_be_reordered_and_stand_below_a_title")),
    Case(17, "hidden rows, sheets, columns", (f"{CELLS}::test_case_17_a_hidden_row_comes_in_and_is_named", f"{TABLES}::test_hidden_sheets_and_rows_and_merges_are_told")),
    Case(18, "yes, no and dash in many hands", (f"{REGISTRY}::test_yes_and_no_in_many_hands", f"{BOOK}::test_faults_are_named_by_row_and_column")),
    Case(19, "one person twice, two of one name", (
        f"{IMPORTS}::test_a_person_twice_in_the_roster_is_a_fault_but_a_second_certificate_is_not",
        f"{IMPORTS}::test_a_number_that_stands_for_another_name_is_refused_without_telling_it", f"{BOOK}::test_people_of_one_name_are_matched_in_their_order")),
    Case(20, "people or codes of another institution", (f"{IMPORTS}::test_an_institution_imports_only_its_own_people",)),
    Case(21, "100,000 rows, the longest cell, 5,000 columns", (
        f"{TABLES}::test_too_many_rows_of_csv_are_refused", f"{JAIL}::test_more_cells_than_the_server_would_hold_are_refused",
        f"{CELLS}::test_case_21_limits_are_told_before_the_upload", f"{REGISTRY}::test_what_cannot_be_meant_is_refused")),
    Case(22, "the same file twice", (f"{IMPORTS}::test_the_same_file_is_imported_once", "tests/trust/test_same_key.py::test_five_at_once_under_one_key_have_one_effect")),
    Case(23, "a file changed between preview and confirmation", (f"{IMPORTS}::test_a_confirmation_for_other_bytes_is_refused",)),
    Case(24, "sheets that nobody knows, a template of before", (
        f"{REGISTRY}::test_unknown_columns_and_sheets_are_told_but_do_not_stop", f"{BOOK}::test_a_workbook_of_another_unit_or_of_an_earlier_edition_is_refused")),
    Case(25, "scripts, markup and templates in texts", (
        "tests/trust/test_bad_scripts.py::test_a_few_pages_in_the_browser", "tests/dossier/test_render_forms.py::test_text_is_never_evaluated")),
    Case(26, "rare names, private signs, two kinds of middle dot", (
        f"{REQUESTS}::test_case_26_rare_names_are_kept_shown_and_found", f"{FORMS}::test_case_26_both_dots_find_a_name",
        "tests/dossier/test_render_forms.py::test_a_name_that_no_font_has_still_prints")),
    Case(27, "direction overrides, control characters, NUL", (
        f"{REQUESTS}::test_case_27_a_nul_is_no_text", f"{REQUESTS}::test_case_27_what_nobody_sees_is_taken_away",
        "tests/dossier/test_render_forms.py::test_control_characters_and_direction_overrides_are_dropped")),
    Case(28, "scores above their maximum, sums that cannot be", absent="no page takes scores yet: a scored list is printed and read, not filled", words=("score",)),
    Case(29, "the last instant before a deadline, and the first after it", (
        f"{FORMS}::test_case_29_the_last_instant_is_in_time_and_the_first_after_it_is_late", "tests/campaigns/test_board.py::test_late_ends_at_24_00_and_counts_working_days")),
    Case(30, "two who change the same", (
        "tests/campaigns/test_selfcheck_filling.py::test_two_editors_clash_over_one_cell_only", "tests/web/test_roster_keyboard.py::test_two_answers_to_one_cell_are_settled_by_a_person",
        "tests/rectification/test_services.py::test_confirming_twice_is_the_wrong_state_and_a_stale_page_is_told")),
    Case(31, "back button, sent again, a step left out", (
        "tests/rectification/test_views.py::test_not_permitted_is_403_wrong_state_409_unknown_command_404", "tests/base/test_receipts.py::test_the_same_command_twice_has_one_effect_and_the_same_answer")),
    Case(32, "hidden fields changed, fields added", (f"{REQUESTS}::test_case_48_a_field_that_no_form_has_changes_nothing",)),
    Case(33, "a file of 0 bytes where one is asked for", (f"{FORMS}::test_case_33_an_empty_file_is_no_file", f"{EXAMINE}::test_other_files_are_refused_with_advice")),
    Case(34, "an end before its beginning", (f"{FORMS}::test_case_34_dates_in_the_wrong_order_are_said_at_their_field", f"{REGISTRY}::test_dates_that_would_turn_a_held_row_around_are_refused")),
    Case(35, "no problems told while the register shows gaps", ("tests/campaigns/test_filing.py::test_a_contradiction_does_not_hinder_and_is_found_again_at_filing",)),
    Case(36, "a reason of one dot or of blanks", (f"{FORMS}::test_case_36_a_dot_is_no_reason",)),
    Case(37, "JSON too large, too deep, with NaN, with a name twice", (f"{REQUESTS}::test_case_37_json_that_cannot_be_meant",)),
    Case(38, "another content type, bad UTF-8, a compressed body", (
        f"{REQUESTS}::test_case_38_the_content_type_is_what_the_door_takes", f"{REQUESTS}::test_case_38_bodies_are_not_unpacked",
        f"{REQUESTS}::test_case_38_forms_that_cannot_be_read")),
    Case(39, "ids of others in addresses and bodies", (
        "tests/registry/test_pages.py::test_a_person_outside_the_scope_is_not_found", "tests/dossier/test_services_pages.py::test_a_stranger_hands_in_nothing")),
    Case(40, "pages and sizes that cannot be", (f"{REQUESTS}::test_case_40_a_page_that_is_not_there_is_the_nearest_one", f"{REQUESTS}::test_case_40_odd_numbers_in_addresses")),
    Case(41, "one key with another body", ("tests/base/test_receipts.py::test_the_same_key_with_other_content_is_refused",)),
    Case(42, "tokens replayed, expired, of no algorithm", ("tests/trust/test_sessions.py::test_a_key_is_worth_nothing_after_signing_out",)),
    Case(43, "wildcards and expressions in a search", (f"{REQUESTS}::test_case_43_signs_of_a_search_are_only_signs",)),
    Case(44, "methods overridden, hosts and addresses forged", (
        f"{REQUESTS}::test_case_44_a_method_is_not_overridden", f"{REQUESTS}::test_case_44_a_forged_host_is_refused", "tests/web/test_proxy.py::test_a_stranger_is_not")),
    Case(45, "callbacks of payments", absent="nothing is paid through the platform, and nobody calls back", words=("pay", "callback", "webhook", "notify")),
    Case(46, "commands from another origin", (f"{REQUESTS}::test_case_46_a_command_from_elsewhere_is_refused",)),
    Case(47, "codes of documents tried one by one", (f"{REQUESTS}::test_case_47_codes_of_documents_are_not_guessed", "tests/dossier/test_services_pages.py::test_the_public_page_is_limited")),
    Case(48, "role, state, organisation sent along", (f"{REQUESTS}::test_case_48_a_field_that_no_form_has_changes_nothing",)),
    Case(49, "two kinds of file in one, pictures that are pages", (
        f"{EXAMINE}::test_two_files_in_one_are_refused", "tests/dossier/test_services_pages.py::test_pictures_are_shown_from_the_copy_and_originals_only_downloaded")),
    Case(50, "a picture of 400 megapixels", (f"{EXAMINE}::test_a_picture_of_400_megapixels_is_refused_before_it_is_decoded",)),
    Case(51, "place, time and owner within a photo", (f"{EXAMINE}::test_the_place_is_taken_out_of_the_copy_and_kept_apart",)),
    Case(52, "PDF with scripts, launches, files, 100,000 pages, a password", (
        f"{EXAMINE}::test_active_pdfs_are_refused_with_the_reason", f"{EXAMINE}::test_active_content_in_a_compressed_object_is_found")),
    Case(53, "a signed PDF that was changed afterwards", (
        "tests/dossier/test_signing.py::test_a_changed_byte_breaks_the_seal", "tests/dossier/test_signing.py::test_a_page_turned_after_sealing_is_found_by_the_bottom_line")),
    Case(54, "Word files with remote templates, entities, fields", (f"{TABLES}::test_bad_word_files_are_refused", f"{JAIL}::test_a_field_of_word_is_read_across_its_runs")),
    Case(55, "names that are paths, devices, far too long", (f"{EXAMINE}::test_names_are_made_safe",)),
    Case(56, "links and paths within a zip", (f"{TABLES}::test_bad_workbooks_are_refused_before_they_are_parsed",)),
    Case(57, "viruses", (f"{FORMS}::test_case_57_evidence_says_that_nobody_looked_for_viruses", f"{EXAMINE}::test_other_files_are_refused_with_advice")),
    Case(58, "videos of 5 GB in pieces", absent="no video is taken in, and no file in pieces", words=("video", "chunk", "resum", "tus")),
)
