"""The step that judges: catalog × organization × records × day → assessment.

Pure and deterministic: no file, no clock, no environment. :func:`mnaudit.assess.assessment.assess`
is the door; the other modules answer one question each.
"""
