/* <reward-frame src="https://…/r/TOKEN" theme="dark" lang="de">: the reward page in a frame of an app's web site.
   docs/embedding.md has the contract that it speaks, and this file's integrity hash. */
(function () {
  "use strict";

  var CONTRACT = 1;
  var LOADS_WITHIN = 10000;

  class RewardFrame extends HTMLElement {
    static get observedAttributes() { return ["src", "theme", "lang"]; }

    connectedCallback() {
      if (!this.frame) {
        this.frame = document.createElement("iframe");
        this.frame.setAttribute("title", this.getAttribute("title") || "Reward");
        this.frame.setAttribute("allow", "clipboard-write");
        this.frame.style.cssText = "display:block;width:100%;border:0;height:60rem;color-scheme:normal";
        this.attachShadow({ mode: "open" }).appendChild(this.frame);
      }
      this.hear = this.hear.bind(this);
      this.lastId = 0;
      addEventListener("message", this.hear);
      this.load();
    }

    disconnectedCallback() {
      removeEventListener("message", this.hear);
      clearTimeout(this.timer);
    }

    attributeChangedCallback(name, before, now) {
      if (!this.frame || before === now) {
        return;
      }
      if (name === "src") {
        this.load();
      } else if (this.isReady) {
        this.pass(name);
      }
    }

    load() {
      var url = new URL(this.getAttribute("src"), document.baseURI);
      this.origin = url.origin;
      this.isReady = false;
      ["theme", "lang"].forEach(function (name) {
        if (this.getAttribute(name)) {
          url.searchParams.set(name, this.getAttribute(name));
        }
      }, this);
      clearTimeout(this.timer);
      this.timer = setTimeout(this.dispatchEvent.bind(this, new CustomEvent("failed-to-load")), LOADS_WITHIN);
      this.frame.src = url;
    }

    /* Ask the page to close; it answers with the event `closed`. */
    close() { this.say({ type: "close" }); }

    pass(name) {
      var value = this.getAttribute(name);
      if (name === "theme") {
        this.say({ type: "theme", theme: value || "auto" });
      } else if (value) {
        this.say({ type: "language", language: value });
      }
    }

    say(message) {
      message.reward = CONTRACT;
      message.id = message.type === "ack" ? message.id : this.lastId += 1;
      this.frame.contentWindow.postMessage(message, this.origin);
    }

    hear(event) {
      var message = event.data;
      if (event.source !== this.frame.contentWindow || event.origin !== this.origin ||
          !message || message.reward !== CONTRACT || message.type === "ack") {
        return;
      }
      var isNew = message.type !== "ready" || !this.isReady;
      if (message.type === "ready") {
        this.isReady = true;
        clearTimeout(this.timer);
      }
      if (message.type === "resized") {
        this.frame.style.height = message.height + "px";
      }
      var goesOn = !isNew || this.dispatchEvent(new CustomEvent(message.type, { detail: message, cancelable: true }));
      if (message.type === "open-outside" && goesOn && !this.open(message.url)) {
        return;
      }
      this.say({ type: "ack", id: message.id });
    }

    /* A window that does not know this one; false where the browser forbids it, and then the page shows other ways. */
    open(url) {
      var opened = /^https?:/.test(url) && window.open(url, "_blank");
      if (opened) {
        opened.opener = null;
      }
      return Boolean(opened);
    }
  }

  customElements.define("reward-frame", RewardFrame);
})();
