"""How much of a file with a goal tree is read."""

from typing import Final

from toc.services.documents.limits import Limits

WORKBOOK: Final = Limits(file_bytes=10 * 2**20, unpacked_bytes=60 * 2**20, part_bytes=30 * 2**20, parts=200)
"""Of a workbook: a tree of 10,000 goals with short texts has 2 MB, unpacked 20."""

MOST_ROWS: Final = 60_000
"""Rows of a sheet, wherever its last cell stands."""

MOST_COLUMNS: Final = 100

MOST_IN_CELL: Final = 100_000
"""Characters of a cell; the longest text of a tree has 20,000."""

MOST_FILES: Final = 6

MOST_NEW: Final = 2_500
"""Goals that are added or changed at once, so that it can be taken back as one step."""
