"""A component: a part of a page that a script of ours draws in the browser."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

_PACKAGE = "pheu"


def component(name: str, folder: Path, *, html: str = "", css: str = "") -> ComponentRenderer:
    """The component of the server that runs, whose script is `name`.js in a folder.

    The server learns of it when it is first drawn. Its script is a file of the server: what
    Streamlit is given as a text it runs from a `blob:` address, which the Content-Security-Policy
    refuses, for a stranger's script could come so, too. Streamlit serves files of installed
    packages only; Pheu is none, so it is declared here.
    """
    full = f"{_PACKAGE}.{name}"
    components = get_bidi_component_manager()
    if components.get_component_asset_root(full) is None:
        served = ComponentConfig(name, asset_dir=folder.name)
        components.register_from_manifest(ComponentManifest(_PACKAGE, "", [served]), folder.parent)
    return st.components.v2.component(full, html=html, css=css, js=f"{name}.js")
