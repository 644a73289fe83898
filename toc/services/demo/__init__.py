"""The demo: programmes from `seed/`, who may sign in to them, and by which personal links.

``content`` is what stands in the files, ``loading`` brings it into a database by the services that people
use, ``accounts`` says who there is.
"""

from toc.services.demo.accounts import DemoLink, personal_links, refuse_if_real
from toc.services.demo.loading import load_demo
from toc.services.people import DEMO_PASSWORD, demo_accounts

__all__ = ["DEMO_PASSWORD", "DemoLink", "demo_accounts", "load_demo", "personal_links", "refuse_if_real"]
