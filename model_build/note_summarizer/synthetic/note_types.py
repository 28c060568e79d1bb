"""What each type of note holds: (fact kind, odds that the note has it), in the usual order of such a note."""

# fmt: off
NOTE_TYPES: dict[str, tuple[tuple[str, float], ...]] = {
    "ed": (
        ("intro", 0.45), ("intro_rich", 0.3), ("intro_history", 0.2), ("complaint", 0.3), ("onset", 0.35),
        ("symptoms", 0.5), ("denies", 0.5), ("history", 0.45), ("social", 0.15), ("allergy", 0.15),
        ("no_allergy", 0.1), ("home_meds", 0.2), ("vitals", 0.7), ("exam_normal", 0.25), ("exam", 0.45),
        ("labs", 0.4), ("imaging", 0.35), ("imaging_diagnosis", 0.2), ("imaging_normal", 0.15),
        ("imaging_negative", 0.15), ("diagnosis", 0.5), ("diagnosis_possible", 0.2), ("diagnosis_excluded", 0.1),
        ("procedure", 0.2), ("treatment", 0.5), ("treatment_for", 0.15), ("notified", 0.2), ("course", 0.4),
        ("filler", 0.3),
    ),
    "admission": (
        ("intro", 0.35), ("intro_rich", 0.2), ("intro_history", 0.4), ("diagnosis", 0.6), ("complaint", 0.25),
        ("onset", 0.3), ("symptoms", 0.5), ("denies", 0.4), ("history", 0.75), ("family", 0.2), ("social", 0.3),
        ("allergy", 0.25), ("no_allergy", 0.1), ("home_meds", 0.35), ("vitals", 0.5), ("exam_normal", 0.35),
        ("exam", 0.5), ("labs", 0.5), ("imaging", 0.35), ("imaging_diagnosis", 0.2), ("imaging_negative", 0.15),
        ("diagnosis_possible", 0.2), ("diagnosis_excluded", 0.1), ("treatment", 0.6), ("planned", 0.3),
        ("intervention", 0.15), ("notified", 0.15), ("filler", 0.3),
    ),
    "nursing": (
        ("intro_plain", 0.3), ("intro", 0.25), ("observation", 0.8), ("vitals", 0.6), ("observation", 0.6),
        ("symptoms", 0.35), ("denies", 0.3), ("exam_normal", 0.3), ("intervention", 0.7), ("observation", 0.4),
        ("diagnosis", 0.15), ("diagnosis_possible", 0.15), ("treatment", 0.4), ("treatment_for", 0.15),
        ("labs", 0.15), ("intervention", 0.4), ("notified", 0.25), ("course", 0.35), ("filler", 0.6),
        ("filler", 0.4),
    ),
    "progress": (
        ("intro_plain", 0.5), ("course", 0.5), ("symptoms", 0.4), ("denies", 0.5), ("vitals", 0.5),
        ("exam_normal", 0.3), ("exam", 0.5), ("labs", 0.5), ("imaging", 0.3), ("imaging_normal", 0.15),
        ("diagnosis", 0.7), ("diagnosis_possible", 0.2), ("treatment_for", 0.35), ("treatment", 0.4),
        ("stopped", 0.3), ("procedure", 0.2), ("planned", 0.3), ("filler", 0.4),
    ),
    "discharge": (
        ("intro_plain", 0.3), ("intro", 0.4), ("diagnosis", 0.8), ("history", 0.5), ("labs", 0.2),
        ("imaging", 0.35), ("procedure", 0.35), ("procedure_for", 0.3), ("treatment", 0.5), ("treatment_for", 0.3),
        ("stopped", 0.2), ("allergy", 0.15), ("intervention", 0.2), ("course", 0.6), ("vitals", 0.3),
        ("planned", 0.25), ("course", 0.3), ("filler", 0.4),
    ),
    "imaging": (
        ("complaint", 0.6), ("history", 0.15), ("imaging", 0.4), ("imaging_report", 0.7), ("imaging_report", 0.5),
        ("imaging_negative", 0.5), ("imaging_normal", 0.2), ("diagnosis_excluded", 0.2), ("imaging_report", 0.35),
        ("imaging_diagnosis", 0.2), ("diagnosis", 0.4), ("diagnosis_possible", 0.25), ("notified", 0.15),
        ("filler", 0.2),
    ),
}
# fmt: on
