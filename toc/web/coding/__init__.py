"""Coding interviews, the codebook, whether two coders agree, and files of other programs."""

from toc.web.coding import agreement, codebook, files, marking
from toc.web.coding.blueprint import coding

__all__ = ["agreement", "codebook", "coding", "files", "marking"]
