/* Looks at the view from inside, as the reward page does (host.js), and says what it found. ES5 for old views. */
(function () {
  "use strict";

  var CONTRACT = 1;
  var WITHIN = 1000;
  var KINDS = {
    object: "window.reward (Android, Flutter)",
    kit: "webkit.messageHandlers.reward (iOS)",
    native: "ReactNativeWebView",
    frame: "window.parent (a frame)"
  };
  var answered = {};
  var findings = document.getElementById("findings");
  var lastId = 0;
  var parentOrigin = window.parent === window ? "" :
    (location.ancestorOrigins && location.ancestorOrigins[0]) || document.referrer.split("/").slice(0, 3).join("/");

  function channel() {
    if (window.reward && window.reward.postMessage) {
      return "object";
    }
    if (window.webkit && window.webkit.messageHandlers && window.webkit.messageHandlers.reward) {
      return "kit";
    }
    if (window.ReactNativeWebView) {
      return "native";
    }
    return parentOrigin ? "frame" : "";
  }

  function say(type, more) {
    var message = more || {};
    message.reward = CONTRACT;
    message.type = type;
    message.id = message.id || (lastId += 1);
    var kind = channel();
    var text = JSON.stringify(message);
    if (kind === "object") {
      window.reward.postMessage(text);
    } else if (kind === "kit") {
      var answer = window.webkit.messageHandlers.reward.postMessage(message);
      if (answer && answer.then) {
        answer.then(hear, function () {});
      }
    } else if (kind === "native") {
      window.ReactNativeWebView.postMessage(text);
    } else if (kind === "frame") {
      window.parent.postMessage(message, parentOrigin);
    }
    return message.id;
  }

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
      answered[word.id] = true;
      return;
    }
    say("ack", { id: word.id });
    if (word.type === "theme") {
      document.documentElement.setAttribute("data-theme", word.theme);
    }
    if (word.type === "close") {
      say("closed");
    }
    var item = document.createElement("li");
    item.textContent = JSON.stringify(word);
    document.getElementById("heard").appendChild(item);
    document.getElementById("none").hidden = true;
  }

  function add(item, tag, words, kind) {
    var part = document.createElement(tag);
    part.textContent = words;
    part.className = kind;
    item.appendChild(part);
  }

  /* `finding`: good, mend or note. The word says so too: nothing is told by colour alone. */
  function found(name, finding, told, line) {
    var item = document.querySelector("[data-check='" + name + "']") || document.createElement("li");
    item.textContent = "";
    item.setAttribute("data-check", name);
    item.setAttribute("data-finding", finding);
    add(item, "p", { good: "Works", mend: "To mend", note: "To know" }[finding] + ": " + name, "word");
    add(item, "p", told, "told");
    if (line && finding !== "good") {
      add(item, "code", line, "");
    }
    findings.appendChild(item);
    tellVerdict();
  }

  function tellVerdict() {
    var bad = document.querySelectorAll("[data-finding=mend]").length;
    document.getElementById("verdict").textContent = bad ?
      bad + (bad === 1 ? " thing" : " things") + " to mend. Rewards work all the same, less well." :
      "All that was looked at works.";
  }

  function lookAtBridge() {
    var kind = channel();
    var id = kind ? say("ready", { accepts: ["theme", "insets", "language", "close"] }) : 0;
    found("bridge", kind ? "good" : "mend", kind ? "Found " + KINDS[kind] + "." :
      "Nothing to talk by. People copy an address or scan a code to get to their browser.",
      "Android: WebViewCompat.addWebMessageListener(web, \"reward\", setOf(origin), listener)\n" +
      "iOS: configuration.userContentController.add(self, name: \"reward\")\n" +
      "React Native: <WebView onMessage={…}>\nFlutter: addJavaScriptChannel('reward', …)");
    if (kind) {
      setTimeout(function () {
        found("answer", answered[id] ? "good" : "mend", answered[id] ? "The app acknowledges within a second." :
          "The app hears, but does not answer within a second, so the page goes on as if nobody were there.",
          "window.postMessage({ reward: 1, type: \"ack\", id: message.id }, \"*\")");
      }, WITHIN);
    }
  }

  function lookAtCookies() {
    document.cookie = "doctor=1; path=/bridge-doctor; SameSite=Lax";
    var kept = document.cookie.indexOf("doctor=1") >= 0;
    document.cookie = "doctor=; path=/bridge-doctor; max-age=0";
    found("cookies", kept ? "good" : "note", kept ? "Kept while the view lives." :
      "None are kept. The page carries its ticket itself, but forgets it when it is loaded again.",
      "Android: CookieManager.getInstance().setAcceptCookie(true)\n" +
      "iOS: configuration.websiteDataStore = .default()");
  }

  function lookAtSafeArea() {
    var probe = document.createElement("div");
    probe.id = "probe";
    probe.style.cssText = "position:fixed;visibility:hidden;padding:env(safe-area-inset-top) 0 env(safe-area-inset-bottom)";
    document.body.appendChild(probe);
    var style = getComputedStyle(probe);
    var sum = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
    document.body.removeChild(probe);
    found("safe area", sum > 0 ? "good" : "note", sum > 0 ? "The view knows the screen's edges." :
      "Reads 0. Right where your bars keep the view away from the edges; else send what they cover.",
      "window.postMessage({ reward: 1, type: \"insets\", id: 1, top: 0, right: 0, bottom: 34, left: 0 }, \"*\")");
  }

  function lookAtRest() {
    found("width", innerWidth >= 320 && innerWidth <= screen.width * 1.5 ? "good" : "mend",
      "The page is " + innerWidth + " CSS pixels wide; it needs 320, and no more than the screen has.",
      "Android: settings.useWideViewPort = true");
    found("secure", window.isSecureContext !== false ? "good" : "mend", window.isSecureContext !== false ?
      "The connection is secure." : "Loaded over plain http: cookies and clipboard are kept from the page.",
      "Load https:// addresses only.");
    found("events", window.EventSource ? "good" : "note", window.EventSource ?
      "The page is told at once when the browser is done." : "No EventSource: the page asks every few seconds.", "");
    var copies = navigator.clipboard || document.queryCommandSupported("copy");
    found("clipboard", copies ? "good" : "note", copies ? "An address can be copied by one tap." :
      "Nothing can be copied by a tap; people select the address.", "");
    var isDark = window.matchMedia && matchMedia("(prefers-color-scheme: dark)").matches;
    found("theme", "note", "The view says " + (isDark ? "dark" : "light") + ". If your app looks otherwise, say so.",
      "window.postMessage({ reward: 1, type: \"theme\", id: 1, theme: \"" + (isDark ? "light" : "dark") + "\" }, \"*\")");
    if (parentOrigin) {
      found("frame", "note", "Framed by " + parentOrigin + ". Rewards are framed by registered origins only.",
        "campaign file: frame_origins: [\"" + parentOrigin + "\"]");
    }
  }

  window.addEventListener("message", function (event) {
    var isParent = parentOrigin && event.source === window.parent && event.origin === parentOrigin;
    if (isParent || event.source === window || !event.source) {
      hear(event.data);
    }
  });
  if (window.reward && "onmessage" in window.reward) {
    window.reward.onmessage = function (event) { hear(event.data); };
  }
  document.getElementById("outside").addEventListener("click", function () {
    var id = channel() ? say("open-outside", { url: location.href }) : 0;
    setTimeout(function () {
      found("browser", answered[id] ? "good" : "mend", answered[id] ? "The app took the address." :
        "The app did not open it. People copy the address or scan a code instead.",
        "Android: startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(url)))\n" +
        "iOS: UIApplication.shared.open(url)\nReact Native: Linking.openURL(url)\nFlutter: launchUrl(url)");
    }, WITHIN);
  });
  lookAtBridge();
  lookAtCookies();
  lookAtSafeArea();
  lookAtRest();
})();
