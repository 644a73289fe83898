"""Pages about evidence: ``pages`` are read, ``studies`` and ``reviews`` filled in, ``signing`` signed.

``criteria``, ``ladder``, ``effects`` and ``lists`` make finished values for the templates; ``fields`` are the
facts as questions of a form.
"""

from toc.web.evidence import pages, reviews, signing, studies
from toc.web.evidence.blueprint import evidence

__all__ = ["evidence", "pages", "reviews", "signing", "studies"]
