"""Slips of an author in graphs, statements, leaves and shared files; see `slips`."""

from __future__ import annotations

from slips import G, I, O, Slip, V

SLIPS_OF_GRAPHS = {
    # The graph
    "dangling state": Slip(
        V,
        "          no: not_completely_resectable\n",
        "          »no: not_completely_resectible\n",
        "the answer 'no' leads to the state 'not_completely_resectible', which does not exist "
        "(did you mean 'not_completely_resectable'?)",
    ),
    "dangling start": Slip(
        V,
        "    start: primary_removed\n",
        "    »start: primary_remove\n",
        "the start state 'primary_remove' does not exist (did you mean 'primary_removed'?)",
    ),
    "unreachable state": Slip(
        V,
        "      completely_resectable:\n",
        "      »lost:\n        does_not_apply: Lost.\n      completely_resectable:\n",
        "no answer leads to the state 'lost' (lead to it or remove it)",
    ),
    "answer missing for a value": Slip(
        G,
        "        answers:\n          head: head\n          body or tail or body and tail: body_or_tail\n",
        "        »answers:\n          head: head\n          tail or body and tail: body_or_tail\n",
        "'resectable_site' has no answer for 'body' (add one)",
    ),
    "answer that no consistent case gives": Slip(
        G,
        "          body or tail or body and tail: body_or_tail\n",
        "          body or tail or body and tail: body_or_tail\n          »none: body_or_tail\n",
        "no consistent case gives the answer 'none' here (remove it)",
    ),
    "circle": Slip(
        O,
        "          new or stable or recurrent: lymph_nodes_only\n",
        "          new or stable or recurrent: spread\n",
        "the states turn in a circle: spread -> lymph_nodes_growth -> spread",
        at="      »spread:\n        asks: spread\n",
    ),
    "fact asked twice": Slip(
        O,
        "        asks: course\n        answers:\n"
        "          new or stable or recurrent: neither\n          progressive: growing\n",
        "        asks: spread.liver\n        answers:\n          yes: growing\n          no: neither\n",
        "'spread' is asked here and again further down",
        at="      spread:\n        »asks: spread\n",
    ),
    "leaf offering nothing": Slip(
        O,
        "        offers:\n          OTH-1: [tumor_removal]\n",
        "        »offers: {}\n",
        "the leaf 'resectable_tumor' offers nothing (use gap or does_not_apply)",
    ),
    "statement on a leaf with nothing of it": Slip(
        V,
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n",
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n          »VIP-3: []\n",
        "the leaf 'completely_resectable' offers nothing of VIP-3 (remove it)",
    ),
    "option offered twice": Slip(
        O,
        "          OTH-1: [tumor_removal]\n",
        "          OTH-1: [tumor_removal, »tumor_removal]\n",
        "'tumor_removal' of OTH-1 is offered twice (keep one)",
    ),
    "leaf saying nothing": Slip(
        O,
        "does_not_apply: No spread, and no growth during treatment.",
        "»does_not_apply: ''",
        "the leaf 'neither' says nothing (say what the summary does not say, or why)",
    ),
    "readings on a question": Slip(
        O,
        "      growth_without_spread:\n        asks: course\n",
        "      growth_without_spread:\n        asks: course\n        »readings: [R-1]\n",
        "'growth_without_spread' asks; readings bear on leaves (name them in the leaves)",
    ),
    "size asked where it may not apply": Slip(
        O,
        "    start: primary_removed\n    states:\n",
        "    start: size\n    states:\n      size:\n        »asks: size\n        answers: {small or large: primary_removed}\n",
        "'size' is asked where it may not apply (ask pancreatic_tumors first)",
    ),
    "misspelt kind of answer": Slip(
        "entry.yaml",
        "  type_unknown: [R-12]\n",
        "  »type_unknow: [R-12]\n",
        "unknown key 'type_unknow' (did you mean 'type_unknown'?)",
    ),
    "misspelt reading of every answer": Slip(
        "entry.yaml", "every_answer: [R-13]", "every_answer: [»R.13]", "unknown reading 'R.13' (did you mean 'R-13'?)"
    ),
    "misspelt pathway of every type": Slip(
        "entry.yaml",
        "[supportive, recurrent]",
        "[»suportive, supportive, recurrent]",
        "unknown pathway 'suportive' (did you mean 'supportive'?)",
    ),
    "event that sets a word for a truth": Slip(
        "care_course.yaml",
        "      residual_after_surgery: true\n",
        "      »residual_after_surgery: yes\n",
        "'residual_after_surgery' has no value 'yes' (one of true, false)",
    ),
    "state of no kind": Slip(
        O,
        "      neither:\n        does_not_apply: No spread, and no growth during treatment.\n",
        "      »neither: {}\n",
        "the state 'neither' has none of them; a state has exactly one of asks, offers, gap, does_not_apply",
    ),
    "gap in a track without gaps": Slip(
        "supportive.yaml",
        "        does_not_apply: No stomach ulcers.\n",
        "        »gap: No stomach ulcers.\n",
        "the track 'supportive.stomach_ulcers' has no gaps (use does_not_apply)",
    ),
    # Statements and leaves
    "wrong strength on a leaf": Slip(
        I,
        "INS-1: [usually tumor_removal]",
        "INS-1: [»rarely tumor_removal]",
        "'rarely tumor_removal' has another strength than INS-1 gives it (the statement has 'usually tumor_removal')",
    ),
    "option never offered": Slip(
        O,
        "          OTH-2: [debulking_surgery, hormone_therapy]\n",
        "          OTH-2: [debulking_surgery]\n",
        "no leaf of the track 'spread' offers 'hormone_therapy' of OTH-2 (offer it where its condition holds)",
        at="\n  »spread:\n    title:",
    ),
    "statement of another track on a leaf": Slip(
        V,
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n",
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n          »VIP-5: [chemotherapy]\n",
        "the statement VIP-5 does not stand in the track 'primary' (it stands in spread)",
    ),
    "statement without passage": Slip(
        O,
        '    readings: [R-9, R-15, R-17]\n    locators:\n      - {section: other, first: "Treatment of other types of"',
        '    readings: [R-9, R-15, R-17]\n    »locators: []\n    # {section: other, first: "Treatment of other types of"',
        "OTH-1 has no locator (say where it stands in the summary)",
    ),
    "options out of text order": Slip(
        I,
        "{item: 6, treatments: [insulin_lowering_drug]",
        "{»item: 4, treatments: [insulin_lowering_drug]",
        "the options of INS-5 are not in text order",
    ),
    "pathway named otherwise than its file": Slip(
        V, "pathway: vipoma\n", "»pathway: vipom\n", "the pathway 'vipom' stands in the file vipoma.yaml (name it vipoma)"
    ),
    "track that an answer does not have": Slip(
        V,
        "tracks:\n  primary:\n",
        "tracks:\n  »supportiv.drugs: {title: T, start: a, states: {a: {does_not_apply: No.}}}\n  primary:\n",
        "unknown track 'supportiv.drugs' (did you mean 'supportive'?)",
    ),
    # Shared files
    "unused treatment": Slip(
        "treatments.yaml",
        "treatments:\n",
        'treatments:\n  »magic: {label: l, description: d, term: ""}\n',
        "no statement uses the treatment 'magic' (remove it)",
    ),
    "answer without wording": Slip(
        "facts.yaml",
        "      small: {label: small, phrase: small}\n",
        "",
        "'size' needs at least two answers",
        at="    »answers:\n      large: {label: large",
    ),
    "event to no state": Slip(
        "care_course.yaml",
        "    target: recurrent\n",
        "    »target: recurent\n",
        "the event 'tumor_comes_back' leads to the state 'recurent', which does not exist (did you mean 'recurrent'?)",
    ),
    "event from no state": Slip(
        "care_course.yaml",
        "    sources: [follow_up]\n",
        "    sources: [»folow_up]\n",
        "unknown state 'folow_up' (did you mean 'follow_up'?)",
    ),
    "course that starts nowhere": Slip(
        "care_course.yaml",
        "start: diagnosed\n",
        "»start: diagnose\n",
        "the start state 'diagnose' does not exist (did you mean 'diagnosed'?)",
    ),
    "event that sets no fact": Slip(
        "care_course.yaml",
        "    sets: {course: progressive}\n",
        "    sets: {»coarse: progressive}\n",
        "unknown fact 'coarse' (did you mean 'course'?)",
    ),
    "event that sets no value": Slip(
        "care_course.yaml",
        "    sets: {course: progressive}\n",
        "    sets: {»course: progresive}\n",
        "'course' has no value 'progresive' (did you mean 'progressive'?)",
    ),
}
