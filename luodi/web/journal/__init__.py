"""The journal: who did what to which record, never changed and never taken back."""
