"""A page of a few words, sent where Streamlit draws none: that an address is of no page, say."""

from collections.abc import Mapping
from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse
from streamlit import config

from ui import theme
from ui.language import current
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
      $ways
    </main>
  </body>
</html>
""")


def speak(request: Request) -> None:
    """Has what is said from here on be in the reader's language, as far as a request tells it."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language")
    current.use(current.spoken((asked or "").split(",")[0]))


def page(title: str, why: str, *, ways: Mapping[str, str], status: int) -> HTMLResponse:
    """The page: what is the matter, and the `ways` on: where each leads, by what it is called."""
    text = _DOCUMENT.substitute(
        lang=current.lang(),
        title=escape(title),
        why=escape(why),
        ways="\n".join(
            f'<p><a href="{escape(to)}">{escape(way)}</a></p>' for way, to in ways.items()
        ),
        faces="".join(_face(each) for each in config.get_option("theme.fontFaces")),
        font=theme.FONT,
        light=_colours(theme.LIGHT),
        dark=_colours(theme.DARK),
    )
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def _face(face: Mapping[str, str]) -> str:
    """The typeface of all pages in one weight, in the words of a style."""
    weight = face.get("weight_range") or face["weight"]  # as Streamlit writes it anew, or as we do
    said = f"font-family: '{face['family']}'; font-weight: {weight}; src: url({face['url']})"
    return f"@font-face {{ {said} }}"


def _colours(look: Look) -> str:
    return f"--background: {look.background}; --ink: {look.ink}; --link: {look.link};"
