"""A server of one board behind the product's gate, for the browser test beside it."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.shell import document
from ui.shell.gate import Gate

app = st.App(
    Path(__file__).resolve().parent / "page.py",
    middleware=[Middleware(Gate, documents=[document.document()])],
)
