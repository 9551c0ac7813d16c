"""What a view does with windows, bars and the keyboard: scripts that run before the page's own, one for each defect."""

import json
from typing import Final

from simulator.hosts.profiles import Defect

OPENS: Final = "simulatorOpens"
"""Name of the function in the page by which a view learns of a new window."""

TOP_BAR: Final = 48
BOTTOM_BAR: Final = 34
"""Height of the system's bars, in CSS pixels, over a page that reaches from edge to edge."""
KEYBOARD: Final = 0.45
"""Share of the view that the keyboard takes."""

_WINDOWS: Final = """
    function opens(address) { if (!DROPS) { window[OPENS](String(address)); } return null; }
    window.open = opens;
    document.addEventListener("click", function (event) {
      var link = event.target.closest && event.target.closest("a[target=_blank]");
      if (link && !event.defaultPrevented) { event.preventDefault(); opens(link.href); }
    });
"""
_COVER: Final = """
    function cover(name, place) {
      var bar = document.createElement("div");
      bar.setAttribute("data-cover", name);
      bar.setAttribute("aria-hidden", "true");
      bar.style.cssText = "position:fixed;left:0;right:0;z-index:2147483647;background:rgba(90,90,90,.6);" + place;
      document.documentElement.appendChild(bar);
      return bar;
    }
"""
_BARS: Final = """
    document.addEventListener("DOMContentLoaded", function () {
      cover("status", "top:0;height:" + TOP + "px");
      cover("home", "bottom:0;height:" + BOTTOM + "px");
    });
"""
_KEYBOARD: Final = """
    var keyboard = null;
    document.addEventListener("focusin", function (event) {
      var field = event.target;
      var typed = /^(text|email|password|search|tel|url|number)$/.test(field.type) || field.tagName === "TEXTAREA";
      if (typed && !field.readOnly && !keyboard) {
        keyboard = cover("keyboard", "bottom:0;height:" + 100 * SHARE + "%");
      }
    });
    document.addEventListener("focusout", function () {
      if (keyboard) { keyboard.remove(); keyboard = null; }
    });
"""


def script(defects: frozenset[Defect]) -> str:
    """The script of a view with these defects."""
    parts = [_WINDOWS, _COVER]
    if Defect.NO_SAFE_AREA in defects:
        parts.append(_BARS)
    if Defect.KEYBOARD_COVERS in defects:
        parts.append(_KEYBOARD)
    facts = {
        "OPENS": OPENS,
        "DROPS": Defect.DROPS_WINDOWS in defects,
        "TOP": TOP_BAR,
        "BOTTOM": BOTTOM_BAR,
        "SHARE": KEYBOARD,
    }
    named = "".join(f"var {name} = {json.dumps(fact)};" for name, fact in facts.items())
    return f"(function () {{ {named} {''.join(parts)} }})();"
