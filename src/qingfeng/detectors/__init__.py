"""Detectors (监督模型): folders of data that turn canonical tables into findings (疑点).

``registry`` finds the folders, ``runner.run`` applies them to a case, ``testing`` makes tests
of their ``tests/case_*`` folders. A detector never accuses: it points at rows.
"""
