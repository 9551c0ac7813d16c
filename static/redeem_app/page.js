/* An enhancement: each step of the way works without it. Written for old webviews too (ES5).
   Served as one file with host.js and waiting.js, which share this file's names. */

var page;

/* A second tap on a button that is already under way is swallowed. */
function sendOnce(form) {
  form.addEventListener("submit", function (event) {
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    var button = event.submitter || form.querySelector("button");
    form.setAttribute("aria-busy", "true");
    button.setAttribute("aria-live", "polite");
    button.textContent = button.getAttribute("data-busy") || button.textContent;
    if (isInside() && /^(sign-in|stop)$/.test(button.getAttribute("data-act"))) {
      event.preventDefault();
      sendInPlace(form, button);
    }
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

function offerCopy(button) {
  button.hidden = false;
  button.addEventListener("click", function () {
    var source = document.querySelector(button.getAttribute("data-copy"));

    function done() {
      button.setAttribute("aria-live", "polite");
      button.textContent = button.getAttribute("data-done");
    }

    /* Views often have no clipboard, or refuse it: the older way selects the words and asks for them. */
    function selectAndCopy() {
      if (source.select) {
        source.select();
      } else {
        getSelection().selectAllChildren(source);
      }
      if (document.execCommand("copy")) {
        done();
      }
    }

    if (navigator.clipboard) {
      navigator.clipboard.writeText(source.value || source.textContent).then(done, selectAndCopy);
    } else {
      selectAndCopy();
    }
  });
}

function each(selector, act) {
  Array.prototype.forEach.call(document.querySelectorAll(selector), act);
}

/* What every page needs, whether it was loaded or put in the place of another. */
function settleIn() {
  page = document.querySelector("main");
  ticket = page.getAttribute("data-ticket") || ticket;
  each("form", sendOnce);
  each("[data-copy]", offerCopy);
  each("[data-fallback]", settleFallback);
  waitForWhatComes();
}

showTruthOnReturn();
settleIn();
meetHost();
