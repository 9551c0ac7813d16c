/* Keeps the books, the log and the clock of the playground up to date, and listens as an app would listen to its view.
   The page works without it, by reloading. */
(function () {
  "use strict";

  var service = document.body.getAttribute("data-service");
  var messages = document.getElementById("messages");
  var heard = 0;

  function fill(list, lines) {
    list.replaceChildren.apply(list, lines.map(function (line) {
      var item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
  }

  function fillBooks(body, books) {
    body.replaceChildren.apply(body, books.map(function (book) {
      var row = document.createElement("tr");
      var what = document.createElement("th");
      var amount = document.createElement("td");
      what.scope = "row";
      what.textContent = book[0];
      amount.textContent = book[1];
      row.append(what, amount);
      return row;
    }));
  }

  function show(state) {
    document.getElementById("now").textContent = state.now;
    fillBooks(document.querySelector("#books tbody"), state.books);
    fill(document.getElementById("log"), state.log);
    fill(document.getElementById("asked"), state.asked);
  }

  window.addEventListener("message", function (event) {
    if (event.origin !== service) {
      return;
    }
    if (heard === 0) {
      messages.replaceChildren();
    }
    heard += 1;
    var item = document.createElement("li");
    item.textContent = typeof event.data === "string" ? event.data : JSON.stringify(event.data);
    messages.prepend(item);
  });

  document.querySelectorAll("[data-pick]").forEach(function (select) {
    select.addEventListener("change", function () { select.form.submit(); });
  });

  setInterval(function () {
    fetch("/state").then(function (answer) { return answer.json(); }).then(show, function () { /* the world has ended */ });
  }, 1500);
})();
