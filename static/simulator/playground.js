/* Keeps the books, the log and the clock of the playground up to date; the page works without it, by reloading. */
(function () {
  "use strict";

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

  setInterval(function () {
    fetch("/state").then(function (answer) { return answer.json(); }).then(show, function () { /* the world has ended */ });
  }, 1500);
})();
