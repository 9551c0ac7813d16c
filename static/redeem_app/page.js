/* An enhancement: each step of the way works without it. Written for old webviews too (ES5). */
(function () {
  "use strict";

  var page = document.querySelector("main");

  /* A second tap on a button that is already under way is swallowed. */
  function sendOnce(form) {
    form.addEventListener("submit", function (event) {
      if (form.getAttribute("aria-busy") === "true") {
        event.preventDefault();
        return;
      }
      form.setAttribute("aria-busy", "true");
      var button = event.submitter || form.querySelector("button");
      button.setAttribute("aria-live", "polite");
      button.textContent = button.getAttribute("data-busy") || button.textContent;
    });
  }

  /* Back to a page that the browser kept: ask for the true state instead of showing the old one. */
  function showTruthOnReturn() {
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) {
        location.reload();
      }
    });
  }

  var STATE = /<main data-page="[a-z]+"( data-delayed="[a-z]+")?/;

  /* While the reward is being added: ask for this page again, ever more slowly, and show it when its state is another.
     A fault of the service is no outcome, so it is asked again. */
  function waitForOutcome(address) {
    var pauses = [1, 1, 2, 2, 3, 5, 5, 8, 13];
    var asked = 0;
    var before = STATE.exec(page.outerHTML)[0];
    var told = page.querySelector(".message");
    var usual = told.textContent;

    function tell(words) {
      if (told.textContent !== words) {
        told.textContent = words;
      }
    }

    function later() {
      setTimeout(ask, 1000 * pauses[Math.min(asked, pauses.length - 1)]);
      asked += 1;
    }

    function settle(html) {
      var now = STATE.exec(html);
      if (!now || now[0] === before) {
        tell(usual);
        later();
      } else {
        remember("moved");
        location.reload();
      }
    }

    function ask() {
      var request = new XMLHttpRequest();
      request.open("GET", address);
      request.timeout = 10000;
      request.onload = function () {
        if (request.status >= 500) {
          later();
        } else {
          settle(request.responseText);
        }
      };
      request.onerror = request.ontimeout = function () {
        tell(told.getAttribute("data-offline"));
        later();
      };
      request.send();
    }

    later();
  }

  /* A page that came by itself tells a screen reader so, by moving to its heading. */
  function remember(word) {
    try {
      sessionStorage.setItem("reward", word);
    } catch (refused) { /* storage is off: nothing to announce */ }
  }

  function announceArrival() {
    try {
      if (sessionStorage.getItem("reward") === "moved") {
        sessionStorage.removeItem("reward");
        page.querySelector("h1").focus();
      }
    } catch (refused) { /* storage is off */ }
  }

  function offerCopy(button) {
    if (!navigator.clipboard) {
      return;
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.querySelector(button.getAttribute("data-copy")).textContent;
      navigator.clipboard.writeText(text).then(function () {
        button.setAttribute("aria-live", "polite");
        button.textContent = button.getAttribute("data-done");
      });
    });
  }

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  showTruthOnReturn();
  announceArrival();
  each("form", sendOnce);
  each("[data-copy]", offerCopy);
  if (page.hasAttribute("data-poll")) {
    waitForOutcome(page.getAttribute("data-poll"));
  }
})();
