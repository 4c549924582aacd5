"""What is sent at an address that no page has: that there is none, and the way to the start page.

Streamlit would draw the start page, and say in English above it that the page does not exist.
"""

from collections.abc import Mapping
from html import escape
from string import Template

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from streamlit import config

from ui import theme
from ui.language import current
from ui.language.messages import _
from ui.theme import Look

_DOCUMENT = Template("""\
<!doctype html>
<html lang="$lang">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>$title – Pheu</title>
    <style>
      $faces
      :root { color-scheme: light dark; $light }
      @media (prefers-color-scheme: dark) { :root { $dark } }
      body { background: var(--background); color: var(--ink); font: 1rem/1.5 $font; }
      main { margin: 15vh auto 0; max-width: 34rem; padding: 0 1rem; }
      h1 { font-size: 1.75rem; font-weight: 600; line-height: 1.25; }
      p { overflow-wrap: anywhere; }
      a { border-radius: 3px; color: var(--link); }
      a:focus-visible { outline: 3px solid; outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <h1>$title</h1>
      <p>$why</p>
      <p><a href="./?lang=$lang">$way</a></p>
    </main>
  </body>
</html>
""")


class _Name(StringConvertor):
    """What a page could be called: no file, and nothing of the server's own."""

    regex = "[A-Za-z0-9-][A-Za-z0-9_-]*"


def route(base: str = "") -> Route:
    """The route of every name below `base` that nothing else has: it stands after all others."""
    register_url_convertor("page_name", _Name())
    return Route(f"{base}/{{name:page_name}}", _missing)


def _missing(request: Request) -> Response:
    asked = request.query_params.get("lang") or request.headers.get("accept-language")
    current.use(current.spoken((asked or "").split(",")[0]))
    text = _DOCUMENT.substitute(
        lang=current.lang(),
        title=escape(_("There is no such page")),
        why=escape(
            _("Nothing is at “{address}”. Is it copied in full?", address=request.url.path),
        ),
        way=escape(_("Open the start page →")),
        faces="".join(_face(each) for each in config.get_option("theme.fontFaces")),
        font=theme.FONT,
        light=_colours(theme.LIGHT),
        dark=_colours(theme.DARK),
    )
    return HTMLResponse(text, status_code=404)


def _face(face: Mapping[str, str]) -> str:
    """The typeface of all pages in one weight, in the words of a style."""
    weight = face.get("weight_range") or face["weight"]  # as Streamlit writes it anew, or as we do
    said = f"font-family: '{face['family']}'; font-weight: {weight}; src: url({face['url']})"
    return f"@font-face {{ {said} }}"


def _colours(look: Look) -> str:
    return f"--background: {look.background}; --ink: {look.ink}; --link: {look.link};"
