"""What leaves a case: exports of its tables, the proof of completeness, the dossier."""
