"""A component: a part of a page that a script of ours draws in the browser."""

from collections.abc import MutableMapping
from pathlib import Path
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

_PACKAGE = "pheu"

# Streamlit finds the files of a component anew each time that it is declared, which takes a run of
# a page longer than to draw it.
_declared: MutableMapping[BidiComponentManager, dict[str, ComponentRenderer]] = WeakKeyDictionary()


def component(name: str, folder: Path, *, html: str = "", css: str = "") -> ComponentRenderer:
    """The component of the server that runs, whose script is `name`.js in a folder.

    The server learns of it when it is first drawn. Its script is a file of the server: what
    Streamlit is given as a text it runs from a `blob:` address, which the Content-Security-Policy
    refuses, for a stranger's script could come so, too. Streamlit serves files of installed
    packages only; Pheu is none, so it is declared here.
    """
    components = get_bidi_component_manager()
    declared = _declared.setdefault(components, {})
    if name not in declared:
        full = f"{_PACKAGE}.{name}"
        served = ComponentConfig(name, asset_dir=folder.name)
        components.register_from_manifest(ComponentManifest(_PACKAGE, "", [served]), folder.parent)
        declared[name] = st.components.v2.component(full, html=html, css=css, js=f"{name}.js")
    return declared[name]
