/* What the page and the app around it say to each other: docs/embedding.md has the contract. Which channel there is,
   and whether anybody answers on it, is found out at run time. Nothing here may depend on what became of the reward. */

var CONTRACT = 1;
var ANSWERS_WITHIN = 1000;
var READY_AGAIN = [150, 350, 500, 1000, 2000, 4000, 8000];

var facts = JSON.parse((document.querySelector("meta[name=reward-host]") || { content: "{}" }).content);
var lastId = 0;
var answered = false;
var asking = true;
var patient = true;
var queue = [];
var unanswered = {};

/* The way to the app; nothing where there is none. Flutter on iOS has two, of which the first takes its words. */
function channel() {
  var kit = window.webkit && window.webkit.messageHandlers && window.webkit.messageHandlers.reward;
  var native = window.ReactNativeWebView;
  if (window.reward && window.reward.postMessage) {
    return function (message) { window.reward.postMessage(JSON.stringify(message)); };
  }
  if (kit) {
    return function (message) {
      var answer = kit.postMessage(message);
      if (answer && answer.then) {
        answer.then(hear, function () {});
      }
    };
  }
  if (native && native.postMessage) {
    return function (message) { native.postMessage(JSON.stringify(message)); };
  }
  if (isFramed() && (facts.origins || []).length) {
    return function (message) {
      facts.origins.forEach(function (origin) { window.parent.postMessage(message, origin); });
    };
  }
  return null;
}

function isFramed() {
  return window.parent !== window;
}

/* Whether sign-in has to leave this container. */
function isInside() {
  return answered || isFramed();
}

function post(message) {
  var say = channel();
  message.reward = CONTRACT;
  try {
    if (say) {
      say(message);
    }
  } catch (broken) { /* a bridge that fails is a bridge that does not answer */ }
  return message;
}

/* Tell the app once it answers; `unheard` is called where it has not acknowledged in time. */
function tell(type, more, unheard) {
  var message = more || {};
  message.type = type;
  message.id = lastId += 1;
  if (unheard) {
    unanswered[message.id] = setTimeout(unheard, ANSWERS_WITHIN);
  }
  if (answered) {
    post(message);
  } else {
    queue.push(message);
  }
}

function acknowledged(id) {
  clearTimeout(unanswered[id]);
  delete unanswered[id];
  if (!answered) {
    answered = true;
    asking = false;
    queue.splice(0).forEach(post);
    each("[data-fallback]", settleFallback);
  }
}

/* A word of the app, as text or as an object; whatever is no word of this contract is passed over. */
function hear(word) {
  try {
    word = typeof word === "string" ? JSON.parse(word) : word;
  } catch (nonsense) {
    return;
  }
  if (!word || word.reward !== CONTRACT) {
    return;
  }
  if (word.type === "ack") {
    acknowledged(word.id);
  } else if (COMMANDS.hasOwnProperty(word.type)) {
    post({ type: "ack", id: word.id });
    COMMANDS[word.type](word);
  }
}

var COMMANDS = {
  theme: function (word) {
    var root = document.documentElement;
    if (word.theme === "light" || word.theme === "dark") {
      root.setAttribute("data-theme", word.theme);
    } else {
      root.removeAttribute("data-theme");
    }
  },
  insets: function (word) {
    ["top", "right", "bottom", "left"].forEach(function (side) {
      var pixels = Math.max(0, Math.min(200, Number(word[side]) || 0));
      document.documentElement.style.setProperty("--host-inset-" + side, pixels + "px");
    });
  },
  language: function (word) {
    query = "?lang=" + encodeURIComponent(word.language);
    ask("GET", location.pathname + query, null, function (html) {
      if (stateIn(html)) {
        show(html);
      }
    });
  },
  close: function () {
    stopWaiting();
    tell("closed");
  }
};

/* How high the page likes to be: reckoned from the campaign and the width, never from what is shown (rule V1). */
function tellSize() {
  tell("resized", { height: 760 + Math.round(Math.min(innerWidth, 576) / 5) + 170 * (facts.items || 1) });
}

function isAddressed(event) {
  return isFramed() && event.source === window.parent
    ? (facts.origins || []).indexOf(event.origin) >= 0
    : event.source === window || !event.source;
}

function sayReady(turn) {
  if (asking && turn < READY_AGAIN.length) {
    post({ type: "ready", id: 0, accepts: Object.keys(COMMANDS) });
    setTimeout(function () { sayReady(turn + 1); }, READY_AGAIN[turn]);
  }
}

function meetHost() {
  var reason = page.getAttribute("data-reason");
  var width = innerWidth;
  window.addEventListener("message", function (event) {
    if (isAddressed(event)) {
      hear(event.data);
    }
  });
  if (window.reward && "onmessage" in window.reward) {
    window.reward.onmessage = function (event) { hear(event.data); };
  }
  window.addEventListener("resize", function () {
    if (innerWidth !== width) {
      width = innerWidth;
      tellSize();
    }
  });
  document.addEventListener("click", openOutside);
  document.addEventListener("visibilitychange", comeBack);
  sayReady(0);
  tellSize();
  if (reason === "link-invalid" || reason === "service-fault") {
    tell("failed-to-load");
  }
  each("[data-fallback]", settleFallback);
  setTimeout(function () {
    patient = false;
    each("[data-fallback]", settleFallback);
  }, ANSWERS_WITHIN);
}

/* The address and its code are there from the beginning; a host that answers, or still may, does without them. */
function settleFallback(ways) {
  ways.hidden = answered || (patient && channel() !== null);
}

/* Pages of others open in the browser, never inside the app. */
function openOutside(event) {
  var link = event.target.closest && event.target.closest("a[href]");
  if (!answered || !link || !/^https?:$/.test(link.protocol)) {
    return;
  }
  var handsOver = link.getAttribute("data-act") === "open-outside";
  if (!handsOver && link.host === location.host) {
    return;
  }
  event.preventDefault();
  if (handsOver) {
    isAway = true;
    tell("ask-before-closing", { ask: true });
  }
  tell("open-outside", { url: link.href }, function () {
    if (handsOver) {
      each("[data-fallback]", function (ways) {
        ways.hidden = false;
        ways.scrollIntoView();
      });
    } else {
      window.open(link.href, "_blank", "noopener");
    }
  });
}

var isAway = false;

/* Whoever comes back from the browser may close the view unasked, however it went there. */
function comeBack() {
  if (isAway && !document.hidden) {
    isAway = false;
    tell("ask-before-closing", { ask: false });
  }
}

/* A form sent without leaving the page: a container that keeps no cookies gets its ticket all the same. */
function sendInPlace(form, button) {
  var fields = ["inline=" + (isFramed() ? "frame" : "view")];
  var stops = button.getAttribute("data-act") === "stop";
  Array.prototype.forEach.call(form.elements, function (field) {
    if (field.name && (field.checked || !/^(radio|checkbox)$/.test(field.type))) {
      fields.push(encodeURIComponent(field.name) + "=" + encodeURIComponent(field.value));
    }
  });
  ask("POST", stops ? "/reward/hand-over/stop" : "/reward/hand-over", fields.join("&"), function (html) {
    if (stateIn(html)) {
      ticket = stops ? "" : ticket;
      show(html);
    } else {
      form.submit();
    }
  });
}
