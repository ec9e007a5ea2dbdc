"""A small FastAPI application."""

import os

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.get("/")
def root() -> PlainTextResponse:
    return PlainTextResponse(str(os.getpid()))
