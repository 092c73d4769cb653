"""Tests of the house itself: floors, set-up, locks, licences, and the rules every other test lives under."""
