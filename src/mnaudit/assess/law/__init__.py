"""Law-exact calculators: deadlines of leak reports, retention, identity, disposal.

The rules are data (``controls/law.yaml``, ``controls/retention.yaml``); these functions only count.
They judge no control.
"""
