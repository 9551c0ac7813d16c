/* Waiting: a page whose state changes elsewhere shows the new state by itself, in its own place. No address is loaded
   for it, so that an app around the page sees nothing of it either. */

var STATE = /<main data-page="([a-z-]+)"(?: data-delayed="([a-z]+)"| data-state="([a-z]+)")?/;
var PAUSES = [1, 1, 2, 2, 3, 5, 5, 8, 13];

/* The view's word for the service, where its container keeps no cookies; every page that shows one renews it. */
var ticket = "";
var query = location.search;
var stopWaiting = function () {};

function stateIn(html) {
  var found = STATE.exec(html);
  return found ? found[0] : "";
}

/* One question to the service; `done` gets the answer, or nothing when there is none. */
function ask(method, address, form, done) {
  var request = new XMLHttpRequest();
  request.open(method, address);
  request.timeout = 10000;
  if (ticket) {
    request.setRequestHeader("X-Hand-Over", ticket);
  }
  if (form) {
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
  }
  request.onload = function () {
    done(request.status < 500 ? request.responseText : "");
  };
  request.onerror = request.ontimeout = function () {
    done("", true);
  };
  request.send(form);
}

/* Another page in the place of this one; a screen reader hears its heading. */
function show(html) {
  var come = new DOMParser().parseFromString(html, "text/html");
  var root = document.documentElement;
  stopWaiting();
  root.lang = come.documentElement.lang;
  root.dir = come.documentElement.dir;
  document.body.parentNode.replaceChild(document.adoptNode(come.body), document.body);
  settleIn();
  var heading = page.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
  window.scrollTo(0, 0);
}

/* Ask for this page again, ever more slowly, until its state is another. A fault of the service is no outcome. */
function askAgain(address) {
  var before = stateIn(page.outerHTML);
  var told = page.querySelector("[data-offline]");
  var usual = told && told.textContent;
  var asked = 0;
  var timer;

  function later() {
    timer = setTimeout(look, 1000 * PAUSES[Math.min(asked, PAUSES.length - 1)]);
    asked += 1;
  }

  function tell(words) {
    if (told && told.textContent !== words) {
      told.textContent = words;
    }
  }

  function look() {
    var ours = page;
    ask("GET", address + query, null, function (html, offline) {
      if (ours !== page) {
        return;
      }
      if (offline) {
        tell(told && told.getAttribute("data-offline"));
      } else if (html) {
        tell(usual);
      }
      if (stateIn(html) && stateIn(html) !== before) {
        show(html);
      } else {
        later();
      }
    });
  }

  stopWaiting = function () {
    clearTimeout(timer);
  };
  later();
}

/* The service tells each change; where it does not, the page asks. */
function listen(address) {
  var known = page.getAttribute("data-state");
  var stream = new EventSource(address + "/hand-over?ticket=" + encodeURIComponent(ticket));
  var ours = page;

  function askInstead() {
    if (ours === page) {
      stopWaiting();
      askAgain(address);
    }
  }

  stopWaiting = function () {
    stream.close();
  };
  stream.onmessage = function (event) {
    if (event.data === known) {
      return;
    }
    stream.close();
    ask("GET", address + query, null, function (html) {
      if (ours === page && stateIn(html) && stateIn(html) !== stateIn(page.outerHTML)) {
        show(html);
      } else {
        askInstead();
      }
    });
  };
  stream.onerror = function () {
    if (stream.readyState === 2) {
      askInstead();
    }
  };
}

function waitForWhatComes() {
  var address = page.getAttribute("data-poll");
  stopWaiting = function () {};
  if (!address) {
    return;
  }
  if (page.getAttribute("data-page") === "hand-over" && window.EventSource) {
    listen(address);
  } else {
    askAgain(address);
  }
}
