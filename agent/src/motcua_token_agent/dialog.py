"""The agent's own window. A process of its own: it reads one question on standard input and writes one answer."""

import json
import sys
import tkinter as tk
from tkinter import ttk
from typing import Any

from motcua_token_agent import texts
from motcua_token_agent.questions import PinQuestion, Tries, TrustQuestion

WIDTH = 64  # characters
MOST_LINES = 12


class Window:
    """One question with a yes (Enter) and a no (Escape, or closing the window)."""

    def __init__(self, title: str) -> None:
        self.answer: dict[str, Any] = {}
        self.root = tk.Tk()
        self.root.title(title)
        self.root.attributes("-topmost", True)
        self.root.bind("<Escape>", lambda _event: self.root.destroy())
        self.frame = ttk.Frame(self.root, padding=20)
        self.frame.grid(sticky="nsew")
        self.root.columnconfigure(0, weight=1)
        self.root.rowconfigure(0, weight=1)
        self.frame.columnconfigure(0, weight=1)

    def say(self, text: str, *, warning: bool = False) -> None:
        """A paragraph."""
        label = ttk.Label(self.frame, text=text, wraplength=520, justify="left")
        if warning:
            label.configure(foreground="#b10e1e")
        label.grid(sticky="w", pady=(0, 12))

    def show(self, lines: tuple[str, ...]) -> None:
        """A list that scrolls and can be read with the keyboard."""
        height = min(2 * len(lines), MOST_LINES)
        box = tk.Text(self.frame, width=WIDTH, height=height, wrap="word", font="TkDefaultFont")
        bar = ttk.Scrollbar(self.frame, command=box.yview)
        box.configure(yscrollcommand=bar.set)
        box.insert("1.0", "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)))
        box.configure(state="disabled")
        box.grid(sticky="nsew", pady=(0, 12))
        bar.grid(row=box.grid_info()["row"], column=1, sticky="ns", pady=(0, 12))
        self.frame.rowconfigure(box.grid_info()["row"], weight=1)

    def secret(self, label: str) -> tk.StringVar:
        """A field whose content is not shown."""
        value = tk.StringVar()
        ttk.Label(self.frame, text=label).grid(sticky="w")
        field = ttk.Entry(self.frame, textvariable=value, show="•", width=24)
        field.grid(sticky="w", pady=(4, 16))
        field.focus_set()
        return value

    def buttons(self, yes: str, no: str, agree: Any) -> None:
        """The two answers; ``agree`` gives the answer that yes stands for, or nothing yet."""

        def finish(_event: object = None) -> None:
            if answer := agree():
                self.answer = answer
                self.root.destroy()

        row = ttk.Frame(self.frame)
        row.grid(sticky="e", columnspan=2)
        ttk.Button(row, text=no, command=self.root.destroy).grid(row=0, column=0, padx=(0, 8))
        ttk.Button(row, text=yes, command=finish).grid(row=0, column=1)
        self.root.bind("<Return>", finish)

    def run(self) -> dict[str, Any]:
        """Wait for the answer; empty for no."""
        self.root.after(50, self.root.focus_force)
        self.root.mainloop()
        return self.answer


def ask_pin(asked: PinQuestion, language: str) -> dict[str, Any]:
    """Show what is signed and ask for the PIN."""
    window = Window(texts.text("title", language))
    window.say(texts.heading(asked, language))
    window.show(asked.titles)
    window.say(texts.text("with", language, subject=asked.subject, token=asked.token))
    if warning := texts.warning(asked, language):
        window.say(warning, warning=True)
    yes, no = texts.text("sign", language), texts.text("refuse", language)
    if asked.pad:
        window.say(texts.text("pad", language))
        window.buttons(yes, no, lambda: {"pin": ""})
    else:
        pin = window.secret(texts.text("pin", language))
        window.buttons(yes, no, lambda: {"pin": pin.get()} if pin.get() else {})
    return window.run()


def ask_trust(asked: TrustQuestion, language: str) -> dict[str, Any]:
    """Ask whether a site may use the token."""
    window = Window(texts.text("trust_title", language))
    window.say(texts.trust_text(asked, language))
    window.buttons(texts.text("allow", language), texts.text("deny", language), lambda: {"allowed": True})
    return window.run()


def main() -> None:
    """Read the question, write the answer."""
    question = json.load(sys.stdin)
    kind, language = question.pop("kind"), question.pop("language")
    if kind == "pin":
        question |= {"titles": tuple(question["titles"]), "tries": Tries(question["tries"])}
        answer = ask_pin(PinQuestion(**question), language)
    else:
        answer = ask_trust(TrustQuestion(**question), language)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
