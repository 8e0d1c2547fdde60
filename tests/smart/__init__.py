"""Tests of the page that an EHR launches, and of what it takes to run the service."""
