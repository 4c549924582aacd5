"""What axe finds on a page that we draw."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

STREAMLITS_OWN = ["[data-testid=stSidebarNav]", "[data-testid=stFileUploaderDropzone]"]
"""Parts that we do not draw: the groups of a menu are no items, a drop zone is named."""


def violations(page: "Page", *rules: str) -> list[str]:
    """What axe finds on a page that is ours, by all rules or by some."""
    from axe_playwright_python.sync_playwright import Axe

    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, context={"exclude": STREAMLITS_OWN}, options=options)
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
