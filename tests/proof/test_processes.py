"""Processes that share work: what they are begun with, and what becomes of one that is ended."""

from __future__ import annotations

import os

import pytest

from pnet_pathways import PnetPathwaysError
from pnet_pathways.proof.processes import workers


def test_work_is_done_in_other_processes() -> None:
    with workers(2, int) as pool:
        pids = {pool.submit(os.getpid).result() for _ in range(4)}
    assert os.getpid() not in pids


def test_a_process_that_is_ended_is_no_result() -> None:
    with pytest.raises(PnetPathwaysError, match="ended before it was done"), workers(1, int) as pool:
        pool.submit(os._exit, 1).result()
